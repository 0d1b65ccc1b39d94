// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for the tests of reading and rewriting, in all forms of skb and checksum
 * state, and what is expected to become of them.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "xlat_world.h"

const struct direction directions[] = {
	{ "4to4", 4, 4 },
	{ "6to6", 6, 6 },
	{ "4to6", 4, 6 },
	{ "6to4", 6, 4 },
};

/* No operation, record route, a source route that is used up. */
static const u8 options4[] = {
	1, 7, 11, 8, 10, 1, 2, 3, 0, 0, 0, 0, 131, 7, 8, 10, 9, 8, 7, 0,
};

/* Hop-by-hop options, a routing header that is used up, destination options. */
static const u8 extensions6[] = {
	43, 0, 1, 4, 0, 0, 0, 0,
	60, 2, 0, 0, 0, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 1,
	0, 0, 5, 2, 0, 0, 1, 0,
};

void ip_add_extensions(struct wire_ip *ip)
{
	ip->ext = ip->version == 4 ? options4 : extensions6;
	ip->ext_len = ip->version == 4 ? sizeof(options4) :
					 sizeof(extensions6);
	ip->ext_type = 0;
	ip->ext_last = 32;
}

struct world *world_new(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	u8 **buffers[] = { &w->body, &w->in, &w->want, &w->got, &w->whole };
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->test = test;
	ix_test_seed(test, &w->rnd);
	for (i = 0; i < ARRAY_SIZE(buffers); i++) {
		*buffers[i] = kunit_kzalloc(test, WIRE_MAX, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, *buffers[i]);
	}
	wire_fill(&w->rnd, w->body, WIRE_MAX);
	return w;
}

void world_addresses(struct world *w, struct wire_ip *ip, u8 from,
		     u8 to)
{
	ip->version = from;
	ip->src = wire_addr(&w->rnd, from);
	ip->dst = wire_addr(&w->rnd, from);
	w->xlat = (struct ix_xlat){
		.version = to,
		.src = wire_addr(&w->rnd, to),
		.dst = wire_addr(&w->rnd, to),
		.in_mtu = 1500,
		.out_mtu = 1500,
		.lowest_ipv6_mtu = 1280,
	};
	w->xlat.inner_src = w->xlat.dst;
	w->xlat.inner_dst = w->xlat.src;
}

struct wire_ip world_ip(struct world *w, u8 from, u8 to)
{
	struct wire_ip ip = {
		.tos = ix_test_below(&w->rnd, 256),
		.flow = from == 6 ? ix_test_below(&w->rnd, 1 << 20) : 0,
		.ttl = 2 + ix_test_below(&w->rnd, 254),
		.id = from == 4 ? ix_test_below(&w->rnd, 1 << 16) : 0,
		.df = from == 4 && ix_test_once_in(&w->rnd, 2),
	};

	world_addresses(w, &ip, from, to);
	return ip;
}

struct wire_ip ip_translated(const struct wire_ip *in, u8 to,
			     struct ix_addr src, struct ix_addr dst,
			     u32 payload_len, u16 id)
{
	struct wire_ip out = *in;

	out.version = to;
	out.src = src;
	out.dst = dst;
	if (in->version == to)
		return out;
	out.ext_len = 0;
	out.flow = 0;
	if (to == 6) {
		out.df = false;
		out.frag = in->mf || in->frag_off;
		return out;
	}
	out.frag = false;
	out.id = in->id & 0xffff;
	if (!in->frag) {
		out.df = 20 + payload_len > 1260;
		out.id = out.df ? 0 : id;
	}
	return out;
}

u32 packet_build(u8 *at, const struct wire_ip *ip,
		 const struct wire_message *m)
{
	u8 buf[128];
	u32 header = wire_ip_header(buf, ip, 0), len;

	len = wire_message(at + header, m, ip);
	wire_ip_header(at, ip, len);
	return header + len;
}

u32 ip_len(const struct wire_ip *ip)
{
	u8 buf[128];

	return wire_ip_header(buf, ip, 0);
}

struct wire_message message_in(const struct wire_message *m, u8 version)
{
	struct wire_message out = *m;

	if (m->protocol != IPPROTO_ICMP)
		return out;
	if (version == 6 && (m->type == 8 || m->type == 0))
		out.type = m->type == 8 ? 128 : 129;
	else if (version == 4 && (m->type == 128 || m->type == 129))
		out.type = m->type == 128 ? 8 : 0;
	return out;
}

struct wire_message message_new(struct world *w, u8 protocol,
				u8 version, u32 len)
{
	struct wire_message m = {
		.protocol = protocol,
		.sport = prandom_u32_state(&w->rnd),
		.dport = prandom_u32_state(&w->rnd),
		.flags = ix_test_below(&w->rnd, 64),
		.rest = prandom_u32_state(&w->rnd),
		.type = ix_test_once_in(&w->rnd, 2) ? 8 : 0,
		.body = w->body + ix_test_below(&w->rnd, 64),
		.len = len,
	};

	return message_in(&m, version);
}

void partial_begin(struct world *w, struct sk_buff *skb,
		   const struct wire_ip *ip, u8 protocol, u32 len)
{
	u8 number = wire_protocol(ip->version, protocol), field[2];
	u32 l4 = ip_len(ip), sum = 0;
	int offset = wire_checksum_offset(number);

	if (number != IPPROTO_ICMP)
		sum = wire_pseudo(ip->version, ip->src, ip->dst, number,
				  len - l4);
	wire_put16(field, sum);
	wire_put16(w->in + l4 + offset, sum);
	KUNIT_EXPECT_EQ(w->test, 0,
			skb_store_bits(skb, l4 + offset, field, 2));
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + l4;
	skb->csum_offset = offset;
}

/* Do what the device would do. */
static void partial_end(struct world *w, const struct sk_buff *skb, u32 len)
{
	u32 start = skb_checksum_start_offset(skb);
	u32 field = start + skb->csum_offset;
	u16 sum;

	if (start >= len || field + 2 > len) {
		KUNIT_FAIL(w->test, "checksum at %u in %u octets", field, len);
		return;
	}
	sum = wire_sum(w->got + start, len - start, 0) ^ 0xffff;
	wire_put16(w->got + field, sum ?: 0xffff);
}

void expect_bytes(struct world *w, const u8 *want, u32 want_len,
		  const u8 *got, u32 got_len)
{
	u32 i;

	KUNIT_EXPECT_EQ(w->test, want_len, got_len);
	for (i = 0; i < min(want_len, got_len); i++) {
		if (want[i] == got[i])
			continue;
		KUNIT_FAIL(w->test, "octet %u of %u is %02x, not %02x", i,
			   want_len, got[i], want[i]);
		return;
	}
}

enum ix_drop process(struct world *w, struct sk_buff *skb)
{
	enum ix_drop reason = ix_packet_parse(skb, &w->packet);

	if (!reason)
		reason = ix_xlat_check(&w->packet, &w->xlat);
	if (!reason)
		reason = ix_xlat(skb, &w->packet, &w->xlat);
	return reason;
}

void expect_skb(struct world *w, struct sk_buff *skb, u32 want_len,
		u32 want_l4)
{
	struct kunit *test = w->test;

	KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), want_l4);
	KUNIT_EXPECT_EQ(test, ntohs(skb->protocol),
			w->xlat.version == 4 ? ETH_P_IP : ETH_P_IPV6);
	KUNIT_EXPECT_FALSE(test, skb->ip_summed == CHECKSUM_COMPLETE);
	KUNIT_EXPECT_LE(test, skb_mac_offset(skb), 0);
	KUNIT_ASSERT_LE(test, skb->len, WIRE_MAX);
	KUNIT_EXPECT_EQ(test, 0, skb_copy_bits(skb, 0, w->got, skb->len));
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		partial_end(w, skb, skb->len);
}

/* Whoever has a clone must not see what becomes of the other one. */
static void expect_twin(struct world *w, struct sk_buff *twin, u32 len)
{
	if (!twin)
		return;
	KUNIT_EXPECT_EQ(w->test, 0, skb_copy_bits(twin, 0, w->got, len));
	expect_bytes(w, w->in, len, w->got, twin->len);
	kfree_skb(twin);
}

void expect_one(struct world *w, const struct wire_ip *ip, u8 protocol,
		u32 len, enum wire_layout layout, enum csum_state csum,
		u32 want_len, u32 want_l4, bool random_id)
{
	struct sk_buff *skb, *twin;
	enum ix_drop reason;
	u8 saved[2];
	u32 field = 0;

	skb = wire_skb(w->test, &w->rnd, w->in, len, layout, &twin);
	switch (csum) {
	case CSUM_UNNECESSARY:
		skb->ip_summed = CHECKSUM_UNNECESSARY;
		break;
	case CSUM_COMPLETE:
		skb->ip_summed = CHECKSUM_COMPLETE;
		skb->csum = skb_checksum(skb, 0, skb->len, 0);
		break;
	case CSUM_PARTIAL:
		field = wire_protocol(ip->version, protocol);
		field = ip_len(ip) + wire_checksum_offset(field);
		memcpy(saved, w->in + field, 2);
		partial_begin(w, skb, ip, protocol, len);
		break;
	default:
		break;
	}

	reason = ix_packet_parse(skb, &w->packet);
	if (!reason)
		reason = ix_xlat_check(&w->packet, &w->xlat);
	KUNIT_EXPECT_EQ(w->test, reason, IX_FORWARDED);
	if (!reason) {
		KUNIT_EXPECT_EQ(w->test, want_len,
				ix_xlat_length(&w->packet, &w->xlat,
					       w->packet.outer.total_len));
		reason = ix_xlat(skb, &w->packet, &w->xlat);
		KUNIT_EXPECT_EQ(w->test, reason, IX_FORWARDED);
	}
	if (!reason) {
		expect_skb(w, skb, want_len, want_l4);
		if (random_id) {
			memcpy(w->want + 4, w->got + 4, 2);
			memset(w->want + 10, 0, 2);
			wire_put16(w->want + 10,
				   wire_sum(w->want, 20, 0) ^ 0xffff);
		}
		expect_bytes(w, w->want, want_len, w->got, skb->len);
	}
	kfree_skb(skb);
	expect_twin(w, twin, len);
	if (field)
		memcpy(w->in + field, saved, 2);
}

bool is_identified(const struct wire_ip *in, u8 to)
{
	return in->version == to || to == 6 || in->frag;
}

void expect_all(struct world *w, const struct wire_ip *ip, u8 protocol,
		u32 len, bool no_partial, u32 want_len, u32 want_l4)
{
	bool random_id = !is_identified(ip, w->xlat.version) &&
			 want_len <= 1260;
	unsigned int layout, csum;

	for (layout = 0; layout < WIRE_LAYOUTS; layout++) {
		for (csum = 0; csum < CSUM_STATES; csum++) {
			if (csum == CSUM_PARTIAL && no_partial)
				continue;
			expect_one(w, ip, protocol, len, layout, csum,
				   want_len, want_l4, random_id);
			/* One failure says it all. */
			if (w->test->status == KUNIT_FAILURE)
				return;
		}
	}
}

void expect_message(struct world *w, struct wire_ip *ip,
		    const struct wire_message *m)
{
	u32 len, want_len, payload_len;
	struct wire_message out = message_in(m, w->xlat.version);
	struct wire_ip want;

	ip->protocol = m->protocol;
	len = packet_build(w->in, ip, m);
	payload_len = len - ip_len(ip);
	want = ip_translated(ip, w->xlat.version, w->xlat.src, w->xlat.dst,
			     payload_len, 0);
	want.ttl--;
	if (want.version != ip->version && w->xlat.flags & IX_XLAT_SET_TOS)
		want.tos = w->xlat.tos;
	/* The checksum that has to be made up. */
	if (ip->version == 4 && want.version == 6)
		out.no_checksum = false;
	want_len = packet_build(w->want, &want, &out);
	expect_all(w, ip, m->protocol, len,
		   m->no_checksum ||
		   wire_checksum_offset(m->protocol) < 0,
		   want_len, ip_len(&want));
}

const u8 protocols[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_UDPLITE, IPPROTO_DCCP,
	IPPROTO_SCTP, IPPROTO_GRE, IPPROTO_ESP, IPPROTO_IPIP, IPPROTO_IPV6,
	IPPROTO_L2TP, 253,
};

/* Fill in the length attribute that @words is to have. */
static u32 with_length(u32 rest, u8 version, u32 words)
{
	return rest | words << (version == 4 ? 16 : 24);
}

u32 error_build(struct world *w, u8 *at, const struct wire_ip *ip,
		u8 type, u8 code, u32 rest, const struct quoted *q,
		u32 have, u32 extensions)
{
	u32 l4 = ip_len(ip), off = l4 + 8, header, len, sum = 0, word, padded;

	len = wire_message(w->whole, &q->m, &q->ip);
	header = wire_ip_header(at + off, &q->ip, len);
	have = min(have, len);
	memcpy(at + off + header, w->whole, have);
	/* Half a checksum can't be adjusted. */
	if (q->m.protocol == IPPROTO_TCP && have == 17)
		at[off + header + 16] = 0;
	len = header + have;
	if (extensions) {
		word = ip->version == 4 ? 4 : 8;
		padded = max(128U, round_up(len, word));
		memset(at + off + len, 0, padded - len);
		memset(at + off + padded, 0xe4, extensions);
		len = padded + extensions;
		rest = with_length(rest, ip->version, padded / word);
	}
	at[l4] = type;
	at[l4 + 1] = code;
	wire_put16(at + l4 + 2, 0);
	wire_put32(at + l4 + 4, rest);
	len += 8;
	if (ip->version == 6)
		sum = wire_pseudo(6, ip->src, ip->dst, 58, len);
	wire_put16(at + l4 + 2, wire_sum(at + l4, len, sum) ^ 0xffff);
	wire_ip_header(at, ip, len);
	return l4 + len;
}

void error_headers(struct world *w, struct wire_ip *ip,
		   struct quoted *q, u8 from, u8 to, u8 protocol,
		   u32 len, u32 have)
{
	*ip = world_ip(w, from, to);
	*q = (struct quoted){ .have = have };
	q->ip = *ip;
	q->ip.src = ip->dst;
	q->ip.dst = wire_addr(&w->rnd, from);
	q->ip.tos = ix_test_below(&w->rnd, 256);
	q->ip.ttl = ix_test_below(&w->rnd, 256);
	q->ip.protocol = protocol;
	w->xlat.inner_dst = wire_addr(&w->rnd, to);
	q->m = message_new(w, protocol, from, len);
}

void expect_error(struct world *w, struct wire_ip *ip,
		  const struct error_case *c, struct quoted *q,
		  bool kept)
{
	u32 len, want_len, payload_len, have, room, word, header;
	u8 to = w->xlat.version;
	struct quoted want = *q;
	struct wire_ip outer;

	ip->protocol = IPPROTO_ICMP;
	q->ip.protocol = q->m.protocol;
	len = error_build(w, w->in, ip, c->type, c->code, c->rest, q, q->have,
			  q->extensions);

	payload_len = wire_message(w->whole, &q->m, &q->ip);
	have = min(q->have, payload_len);
	want.m = message_in(&q->m, to);
	want.ip = ip_translated(&q->ip, to, w->xlat.inner_src,
				w->xlat.inner_dst, payload_len, 0);
	want.ip.protocol = q->m.protocol;
	outer = ip_translated(ip, to, w->xlat.src, w->xlat.dst, 0, 0);
	outer.ttl--;
	if (to != ip->version) {
		if (w->xlat.flags & IX_XLAT_SET_TOS) {
			outer.tos = w->xlat.tos;
			want.ip.tos = w->xlat.tos;
		}
		header = ip_len(&want.ip);
		room = (to == 4 ? 576 - 20 : 1280 - 40) - 8;
		if (kept) {
			word = to == 4 ? 4 : 8;
			room = round_down(room - q->extensions, word);
		}
		have = min(have, room - header);
	}
	want_len = error_build(w, w->want, &outer, c->to_type, c->to_code,
			       c->to_rest, &want, have,
			       kept ? q->extensions : 0);
	expect_all(w, ip, IPPROTO_ICMP, len, false, want_len, ip_len(&outer));
}
