// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for tests, octet by octet.
 */
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "wire.h"

#define WIRE_HEADROOM 128

void wire_put16(u8 *at, u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

void wire_put32(u8 *at, u32 value)
{
	wire_put16(at, value >> 16);
	wire_put16(at + 2, value);
}

u16 wire_get16(const u8 *at)
{
	return at[0] << 8 | at[1];
}

u32 wire_get32(const u8 *at)
{
	return (u32)wire_get16(at) << 16 | wire_get16(at + 2);
}

void wire_put_addr(u8 *at, u8 version, struct ix_addr addr)
{
	wire_put32(at, addr.hi >> 32);
	if (version == 4)
		return;
	wire_put32(at + 4, addr.hi);
	wire_put32(at + 8, addr.lo >> 32);
	wire_put32(at + 12, addr.lo);
}

/* One's complement sum of octets, and @start (RFC 1071). */
u16 wire_sum(const u8 *at, u32 len, u32 start)
{
	u64 sum = start;
	u32 i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? at[i] : at[i] << 8;
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

u32 wire_pseudo(u8 version, struct ix_addr src, struct ix_addr dst,
		u8 protocol, u32 len)
{
	u8 header[40] = {};

	wire_put_addr(header, version, src);
	wire_put_addr(header + 16, version, dst);
	wire_put32(header + 32, len);
	header[39] = protocol;
	/* The fields of IPv4's are shorter; their sum is the same. */
	return wire_sum(header, sizeof(header), 0);
}

u8 wire_protocol(u8 version, u8 protocol)
{
	return version == 6 && protocol == IPPROTO_ICMP ? 58 : protocol;
}

int wire_checksum_offset(u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		return 6;
	case IPPROTO_ICMP:
	case 58:
		return 2;
	}
	return -1;
}

u32 wire_message(u8 *at, const struct wire_message *m,
		 const struct wire_ip *ip)
{
	u8 protocol = wire_protocol(ip->version, m->protocol);
	int offset = wire_checksum_offset(protocol);
	u32 header = 0, sum, pseudo;

	memset(at, 0, 24);
	switch (m->protocol) {
	case IPPROTO_TCP:
		header = 24;
		wire_put32(at + 4, 0x12345678);
		wire_put32(at + 8, 0x9abcdef0);
		at[12] = header / 4 << 4;
		at[13] = m->flags;
		wire_put16(at + 14, 4000);
		wire_put32(at + 20, 0x020405b4);
		break;
	case IPPROTO_UDP:
		header = 8;
		wire_put16(at + 4, header + m->len);
		break;
	case IPPROTO_UDPLITE:
		/* It covers everything: 0. */
		header = 8;
		break;
	case IPPROTO_DCCP:
		header = 16;
		at[4] = header / 4;
		at[8] = 1;
		break;
	case IPPROTO_SCTP:
		header = 12;
		wire_put32(at + 8, 0xfeedbeef);
		break;
	case IPPROTO_ICMP:
		header = 8;
		at[0] = m->type;
		at[1] = m->code;
		wire_put32(at + 4, m->rest);
		break;
	}
	if (header && m->protocol != IPPROTO_ICMP) {
		wire_put16(at, m->sport);
		wire_put16(at + 2, m->dport);
	}
	memcpy(at + header, m->body, m->len);
	if (offset < 0 || m->no_checksum)
		return header + m->len;

	pseudo = protocol == IPPROTO_ICMP ? 0 :
		 wire_pseudo(ip->version, ip->src, ip->dst, protocol,
			     header + m->len);
	sum = wire_sum(at, header + m->len, pseudo) ^ 0xffff;
	if (!sum && (protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE))
		sum = 0xffff;
	wire_put16(at + offset, sum);
	return header + m->len;
}

static u32 wire_ip4_header(u8 *at, const struct wire_ip *ip, u32 payload_len)
{
	u32 len = 20 + ip->ext_len;

	memset(at, 0, 20);
	at[0] = 0x40 | len / 4;
	at[1] = ip->tos;
	wire_put16(at + 2, len + payload_len);
	wire_put16(at + 4, ip->id);
	wire_put16(at + 6, (ip->df ? 0x4000 : 0) | (ip->mf ? 0x2000 : 0) |
			   ip->frag_off / 8);
	at[8] = ip->ttl;
	at[9] = wire_protocol(4, ip->protocol);
	wire_put_addr(at + 12, 4, ip->src);
	wire_put_addr(at + 16, 4, ip->dst);
	memcpy(at + 20, ip->ext, ip->ext_len);
	wire_put16(at + 10, wire_sum(at, len, 0) ^ 0xffff);
	return len;
}

u32 wire_ip_header(u8 *at, const struct wire_ip *ip, u32 payload_len)
{
	u8 protocol = wire_protocol(ip->version, ip->protocol);
	u32 len = 40;

	if (ip->version == 4)
		return wire_ip4_header(at, ip, payload_len);

	wire_put32(at, 6U << 28 | ip->tos << 20 | ip->flow);
	wire_put16(at + 4, ip->ext_len + (ip->frag ? 8 : 0) + payload_len);
	at[6] = ip->frag ? 44 : protocol;
	at[7] = ip->ttl;
	wire_put_addr(at + 8, 6, ip->src);
	wire_put_addr(at + 24, 6, ip->dst);
	if (ip->ext_len) {
		memcpy(at + len, ip->ext, ip->ext_len);
		at[len + ip->ext_last] = at[6];
		at[6] = ip->ext_type;
		len += ip->ext_len;
	}
	if (ip->frag) {
		at[len] = protocol;
		at[len + 1] = 0;
		wire_put16(at + len + 2, ip->frag_off | ip->mf);
		wire_put32(at + len + 4, ip->id);
		len += 8;
	}
	return len;
}

/**
 * struct wire_read - an IP header, read
 * @version: 4 or 6
 * @l4: offset of the payload
 * @end: of the packet
 * @protocol: of the payload
 * @fragment: it is one
 * @first: it begins with a transport header
 * @pseudo: sum of the addresses
 */
struct wire_read {
	u8 version;
	u32 l4;
	u32 end;
	u8 protocol;
	bool fragment;
	bool first;
	u32 pseudo;
};

static enum wire_state wire_read4(const u8 *at, u32 len, struct wire_read *r)
{
	u32 header = (at[0] & 15) * 4;

	if (len < 20 || header < 20 || header > len)
		return WIRE_UNKNOWN;
	r->version = 4;
	r->l4 = header;
	r->end = wire_get16(at + 2);
	r->protocol = at[9];
	r->fragment = wire_get16(at + 6) & 0x3fff;
	r->first = !(wire_get16(at + 6) & 0x1fff);
	r->pseudo = wire_sum(at + 12, 8, 0);
	if (r->end < header)
		return WIRE_UNKNOWN;
	return wire_sum(at, header, 0) == 0xffff ? WIRE_RIGHT : WIRE_WRONG;
}

static enum wire_state wire_read6(const u8 *at, u32 len, struct wire_read *r)
{
	u32 here = 40;
	u8 next;

	if (len < here)
		return WIRE_UNKNOWN;
	r->version = 6;
	r->end = here + wire_get16(at + 4);
	r->first = true;
	r->fragment = false;
	r->pseudo = wire_sum(at + 8, 32, 0);
	next = at[6];
	while (r->first && (next == 0 || next == 43 || next == 44 ||
			    next == 60)) {
		if (here + 8 > len)
			return WIRE_UNKNOWN;
		if (next == 44) {
			r->fragment |= wire_get16(at + here + 2) & ~6;
			r->first = !(wire_get16(at + here + 2) & ~7);
			next = at[here];
			here += 8;
		} else {
			next = at[here];
			here += 8 + at[here + 1] * 8;
		}
	}
	if (here > len || here > r->end)
		return WIRE_UNKNOWN;
	r->l4 = here;
	r->protocol = next;
	return WIRE_RIGHT;
}

static enum wire_state wire_read(const u8 *at, u32 len, struct wire_read *r)
{
	if (!len)
		return WIRE_UNKNOWN;
	return at[0] >> 4 == 4 ? wire_read4(at, len, r) :
				 wire_read6(at, len, r);
}

static enum wire_state wire_check_transport(const u8 *at,
					    const struct wire_read *r)
{
	int offset = wire_checksum_offset(r->protocol);
	u32 len = r->end - r->l4, start;

	at += r->l4;
	if (offset < 0 || r->fragment || len < 8 || len < offset + 2)
		return WIRE_UNKNOWN;
	if ((r->protocol == IPPROTO_ICMP && r->version == 6) ||
	    (r->protocol == 58 && r->version == 4))
		return WIRE_UNKNOWN;
	start = r->pseudo + r->protocol + len;
	switch (r->protocol) {
	case IPPROTO_ICMP:
		start = 0;
		break;
	case IPPROTO_UDP:
		if (!wire_get16(at + 6))
			return WIRE_UNKNOWN;
		if (wire_get16(at + 4) > len)
			return WIRE_UNKNOWN;
		len = wire_get16(at + 4);
		start = r->pseudo + r->protocol + len;
		break;
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		/* Coverage of a part is for other tests. */
		if (r->protocol == IPPROTO_UDPLITE ? wire_get16(at + 4) :
						     at[5] & 15)
			return WIRE_UNKNOWN;
		break;
	}
	return wire_sum(at, len, start) == 0xffff ? WIRE_RIGHT : WIRE_WRONG;
}

/* Its lengths must agree, and are expected to; then its checksums are looked at. */
enum wire_state wire_check(struct kunit *test, const u8 *at, u32 len)
{
	struct wire_read r = {};
	enum wire_state state = wire_read(at, len, &r);

	if (state != WIRE_RIGHT)
		return state;
	if (r.end != len) {
		if (test)
			KUNIT_EXPECT_EQ(test, r.end, len);
		return WIRE_UNKNOWN;
	}
	return wire_check_transport(at, &r);
}

struct ix_addr wire_addr(struct rnd_state *rnd, u8 version)
{
	if (version == 4)
		return (struct ix_addr){
			(10ULL << 24 | ix_test_below(rnd, 1 << 24)) << 32, 0 };
	return (struct ix_addr){ 0x20010db8ULL << 32 | prandom_u32_state(rnd),
				 ix_test_u64(rnd) };
}

void wire_fill(struct rnd_state *rnd, u8 *at, u32 len)
{
	prandom_bytes_state(rnd, at, len);
}

static bool wire_add_pages(struct sk_buff *skb, struct rnd_state *rnd,
			   const u8 *at, u32 len)
{
	while (len) {
		bool last = skb_shinfo(skb)->nr_frags == MAX_SKB_FRAGS - 1;
		u32 piece = last || ix_test_once_in(rnd, 2) ? len :
			    1 + ix_test_below(rnd, len);
		unsigned int order, offset;
		struct page *page;

		offset = ix_test_below(rnd, 64);
		order = get_order(piece + offset);
		page = alloc_pages(GFP_KERNEL | (order ? __GFP_COMP : 0),
				   order);
		if (!page)
			return false;
		memcpy(page_address(page) + offset, at, piece);
		skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, offset,
				piece, PAGE_SIZE << order);
		at += piece;
		len -= piece;
	}
	return true;
}

static bool wire_add_list(struct sk_buff *skb, struct rnd_state *rnd,
			  const u8 *at, u32 len)
{
	struct sk_buff **next = &skb_shinfo(skb)->frag_list;

	while (len) {
		u32 piece = 1 + ix_test_below(rnd, len);
		struct sk_buff *one = alloc_skb(piece, GFP_KERNEL);

		if (!one)
			return false;
		skb_put_data(one, at, piece);
		*next = one;
		next = &one->next;
		skb->len += piece;
		skb->data_len += piece;
		skb->truesize += one->truesize;
		at += piece;
		len -= piece;
	}
	return true;
}

struct sk_buff *wire_skb(struct kunit *test, struct rnd_state *rnd,
			 const u8 *at, u32 len, enum wire_layout layout,
			 struct sk_buff **twin)
{
	bool paged = layout == WIRE_PAGED || layout == WIRE_PAGED_CLONED;
	u32 headroom = layout == WIRE_TIGHT ? 0 : WIRE_HEADROOM;
	u32 linear = len, padding = layout == WIRE_PADDED ? 7 : 0;
	struct sk_buff *skb;
	bool ok = true;

	if (paged || layout == WIRE_FRAG_LIST)
		linear = ix_test_below(rnd, min(len, 100U) + 1);
	skb = alloc_skb(headroom + linear + padding, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, headroom);
	if (headroom) {
		skb_reserve(skb, -ETH_HLEN);
		memset(skb_put(skb, ETH_HLEN), 0xee, ETH_HLEN);
		skb_reset_mac_header(skb);
		__skb_pull(skb, ETH_HLEN);
	} else {
		skb_reset_mac_header(skb);
	}
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	skb_put_data(skb, at, linear);
	memset(skb_put(skb, padding), 0x55, padding);
	if (paged)
		ok = wire_add_pages(skb, rnd, at + linear, len - linear);
	else if (layout == WIRE_FRAG_LIST)
		ok = wire_add_list(skb, rnd, at + linear, len - linear);
	skb->protocol = len && at[0] >> 4 == 6 ? htons(ETH_P_IPV6) :
						 htons(ETH_P_IP);
	*twin = NULL;
	if (layout == WIRE_CLONED || layout == WIRE_PAGED_CLONED)
		*twin = skb_clone(skb, GFP_KERNEL);
	if (!ok)
		kfree_skb(skb);
	KUNIT_ASSERT_TRUE(test, ok);
	return skb;
}
