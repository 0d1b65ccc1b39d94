// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and rewriting of packets. What is expected is built octet by octet
 * from the description of a packet (wire.c); every packet comes in many forms
 * of skb and checksum state.
 */
#include <kunit/test.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/gso.h>

#include "icmp_map.h"
#include "packet.h"
#include "wire.h"
#include "xlat.h"

enum csum_state {
	CSUM_NONE,
	CSUM_UNNECESSARY,
	CSUM_COMPLETE,
	CSUM_PARTIAL,
	CSUM_STATES,
};

struct direction {
	const char *name;
	u8 from;
	u8 to;
};

static const struct direction directions[] = {
	{ "4to4", 4, 4 },
	{ "6to6", 6, 6 },
	{ "4to6", 4, 6 },
	{ "6to4", 6, 4 },
};

KUNIT_ARRAY_PARAM_DESC(direction, directions, name);

/**
 * struct world - what a test works with
 * @test: the test
 * @rnd: random numbers
 * @body: payload of messages
 * @in: packet as it comes
 * @want: as it is expected to go
 * @got: as it has gone
 * @whole: a message before it is cut
 * @xlat: what it is to become
 * @packet: what has been read of it
 */
struct world {
	struct kunit *test;
	struct rnd_state rnd;
	u8 *body;
	u8 *in;
	u8 *want;
	u8 *got;
	u8 *whole;
	struct ix_xlat xlat;
	struct ix_packet packet;
};

static struct world *world_new(struct kunit *test)
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

/* Addresses for a packet of version @from to become one of version @to. */
static void world_addresses(struct world *w, struct wire_ip *ip, u8 from,
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

/* A header with something in each field. */
static struct wire_ip world_ip(struct world *w, u8 from, u8 to)
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

static void ip_add_extensions(struct wire_ip *ip)
{
	ip->ext = ip->version == 4 ? options4 : extensions6;
	ip->ext_len = ip->version == 4 ? sizeof(options4) :
					 sizeof(extensions6);
	ip->ext_type = 0;
	ip->ext_last = 32;
}

/*
 * The header that a header is to become, RFC 7915 (4.1, 5.1). @id is the
 * identification of an IPv4 packet that has none to copy.
 */
static struct wire_ip ip_translated(const struct wire_ip *in, u8 to,
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

static u32 packet_build(u8 *at, const struct wire_ip *ip,
			const struct wire_message *m)
{
	u8 buf[128];
	u32 header = wire_ip_header(buf, ip, 0), len;

	len = wire_message(at + header, m, ip);
	wire_ip_header(at, ip, len);
	return header + len;
}

/* Length of the IP headers in front of the transport header. */
static u32 ip_len(const struct wire_ip *ip)
{
	u8 buf[128];

	return wire_ip_header(buf, ip, 0);
}

/* The same message in the other version. */
static struct wire_message message_in(const struct wire_message *m, u8 version)
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

static struct wire_message message_new(struct world *w, u8 protocol,
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

/* Make the checksum of @w->in one that the device is to fill in. */
static void partial_begin(struct world *w, struct sk_buff *skb,
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

static void expect_bytes(struct world *w, const u8 *want, u32 want_len,
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

/* Read, check, rewrite. */
static enum ix_drop process(struct world *w, struct sk_buff *skb)
{
	enum ix_drop reason = ix_packet_parse(skb, &w->packet);

	if (!reason)
		reason = ix_xlat_check(&w->packet, &w->xlat);
	if (!reason)
		reason = ix_xlat(skb, &w->packet, &w->xlat);
	return reason;
}

static void expect_skb(struct world *w, struct sk_buff *skb, u32 want_len,
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

/*
 * The packet in w->in must become that in w->want. An IPv4 identification may
 * be anything if @random_id.
 */
static void expect_one(struct world *w, const struct wire_ip *ip, u8 protocol,
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

static bool is_identified(const struct wire_ip *in, u8 to)
{
	return in->version == to || to == 6 || in->frag;
}

static void expect_all(struct world *w, const struct wire_ip *ip, u8 protocol,
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

/* One message in one packet, in all forms. */
static void expect_message(struct world *w, struct wire_ip *ip,
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

static const u8 protocols[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_UDPLITE, IPPROTO_DCCP,
	IPPROTO_SCTP, IPPROTO_GRE, IPPROTO_ESP, IPPROTO_IPIP, IPPROTO_IPV6,
	IPPROTO_L2TP, 253,
};

/* So many of them show all that can become of a protocol in an error. */
#define PROTOCOLS_IN_ERRORS 6

static void xlat_transports(struct kunit *test)
{
	static const u16 lens[] = {
		8, 9, 31, 100, 1195, 1196, 1216, 1232, 1233, 1460, 3001,
	};
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i, j, ext;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		for (j = 0; j < ARRAY_SIZE(lens); j++) {
			for (ext = 0; ext < 2; ext++) {
				struct wire_ip ip = world_ip(w, d->from, d->to);
				struct wire_message m;

				if (ext)
					ip_add_extensions(&ip);
				m = message_new(w, protocols[i], d->from,
						lens[j]);
				expect_message(w, &ip, &m);
				if (test->status == KUNIT_FAILURE) {
					kunit_err(test, "protocol %u, %u octets, extensions: %u",
						  protocols[i], lens[j], ext);
					return;
				}
			}
		}
	}
}

/* Nothing behind the transport header, and as much as there can be. */
static void xlat_extreme_lengths(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i;

	for (i = 0; i < 4; i++) {
		static const u32 lens[] = { 0, 1, 65535 - 20 - 24, 60001 };
		struct wire_ip ip = world_ip(w, d->from, d->to);
		struct wire_message m;

		m = message_new(w, IPPROTO_TCP, d->from, lens[i]);
		expect_message(w, &ip, &m);
		m = message_new(w, IPPROTO_UDP, d->from, lens[i]);
		expect_message(w, &ip, &m);
	}
}

/* IPv6 packets that IPv4 has no length for. */
static void xlat_too_long_for_ipv4(struct kunit *test)
{
	struct world *w = world_new(test);
	struct wire_ip ip = world_ip(w, 6, 4);
	struct wire_message m;
	unsigned int over;

	for (over = 0; over < 2; over++) {
		struct sk_buff *skb, *twin;
		u32 len;

		m = message_new(w, IPPROTO_GRE, 6, 65515 + over);
		ip.protocol = m.protocol;
		len = packet_build(w->in, &ip, &m);
		skb = wire_skb(test, &w->rnd, w->in, len, WIRE_PAGED, &twin);
		KUNIT_EXPECT_EQ(test, process(w, skb),
				over ? IX_DROP_TOO_BIG : IX_FORWARDED);
		kfree_skb(skb);
	}
}

/* All values of a checksum field come out right: RFC 1624's corner cases. */
static void xlat_every_checksum(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	struct wire_ip ip = world_ip(w, d->from, d->to);
	u32 value;

	for (value = 0; value < 65536; value++) {
		struct wire_message m = message_new(w, IPPROTO_UDP, d->from, 2);
		struct wire_message out;
		struct wire_ip want;
		u8 body[2];
		u32 len, want_len;

		wire_put16(body, value);
		m.body = body;
		m.sport = 1000;
		m.dport = 2000;
		ip.protocol = IPPROTO_UDP;
		len = packet_build(w->in, &ip, &m);
		want = ip_translated(&ip, d->to, w->xlat.src, w->xlat.dst,
				     10, 0);
		want.ttl--;
		out = m;
		want_len = packet_build(w->want, &want, &out);
		expect_one(w, &ip, IPPROTO_UDP, len, WIRE_LINEAR,
			   value & 1 ? CSUM_PARTIAL : CSUM_NONE, want_len,
			   ip_len(&want), !is_identified(&ip, d->to));
		if (test->status == KUNIT_FAILURE)
			return;
	}
}

static void xlat_udp_without_checksum(struct kunit *test)
{
	static const u16 lens[] = { 0, 1, 2, 100, 1471, 9000 };
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		struct wire_ip ip = world_ip(w, d->from, d->to);
		struct wire_message m = message_new(w, IPPROTO_UDP, d->from,
						    lens[i]);

		m.no_checksum = true;
		expect_message(w, &ip, &m);
	}
}

/*
 * An UDP packet without checksum around a packet whose checksum the device is
 * to fill in (a tunnel from a virtual machine): the inner one has to be there
 * before the outer one can be computed.
 */
static void xlat_udp_around_partial(struct kunit *test)
{
	struct world *w = world_new(test);
	struct wire_ip ip = world_ip(w, 4, 6), inner = {}, want;
	struct wire_message m = {
		.protocol = IPPROTO_UDP, .sport = 40000, .dport = 4789,
		.no_checksum = true, .body = w->whole,
	}, tcp = message_new(w, IPPROTO_TCP, 4, 77);
	u32 len, want_len, start, sum;
	struct sk_buff *skb, *twin;

	inner.version = 4;
	inner.src = wire_addr(&w->rnd, 4);
	inner.dst = wire_addr(&w->rnd, 4);
	inner.ttl = 64;
	inner.protocol = IPPROTO_TCP;
	m.len = packet_build(w->whole, &inner, &tcp);
	ip.protocol = IPPROTO_UDP;
	len = packet_build(w->in, &ip, &m);
	want = ip_translated(&ip, 6, w->xlat.src, w->xlat.dst, len - 20, 0);
	want.ttl--;
	m.no_checksum = false;
	want_len = packet_build(w->want, &want, &m);

	start = 20 + 8 + 20;
	sum = wire_pseudo(4, inner.src, inner.dst, IPPROTO_TCP, len - start);
	wire_put16(w->in + start + 16, sum);
	skb = wire_skb(test, &w->rnd, w->in, len, WIRE_LINEAR, &twin);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + start;
	skb->csum_offset = 16;
	KUNIT_EXPECT_EQ(test, process(w, skb), IX_FORWARDED);
	expect_skb(w, skb, want_len, 40);
	expect_bytes(w, w->want, want_len, w->got, skb->len);
	kfree_skb(skb);
}

/* RFC 7915, 5.1: DF by the length of what leaves, whatever came. */
static void xlat_dont_fragment(struct kunit *test)
{
	struct world *w = world_new(test);
	u32 len, ext, frag;

	for (len = 1200; len < 1300; len++) {
		for (ext = 0; ext < 2; ext++) {
			for (frag = 0; frag < 2; frag++) {
				struct wire_ip ip = world_ip(w, 6, 4);
				struct wire_message m;

				if (ext)
					ip_add_extensions(&ip);
				/* With a fragment header it never is set. */
				ip.frag = frag;
				ip.id = frag ? prandom_u32_state(&w->rnd) : 0;
				m = message_new(w, IPPROTO_UDP, 6, len - 8);
				expect_message(w, &ip, &m);
			}
		}
	}
}

/* Fragments: @from to @to of a message, in all forms. */
static void expect_fragment(struct world *w, struct wire_ip *ip,
			    const struct wire_message *m, u32 from, u32 to,
			    u32 whole_len)
{
	struct wire_message out = message_in(m, w->xlat.version);
	struct wire_ip want;
	u32 header;

	ip->protocol = m->protocol;
	ip->frag_off = from;
	ip->mf = to < whole_len;
	ip->frag = ip->version == 6;
	KUNIT_EXPECT_EQ(w->test, whole_len, wire_message(w->whole, m, ip));
	header = wire_ip_header(w->in, ip, to - from);
	memcpy(w->in + header, w->whole + from, to - from);

	want = ip_translated(ip, w->xlat.version, w->xlat.src, w->xlat.dst,
			     to - from, 0);
	want.ttl--;
	wire_message(w->whole, &out, &want);
	wire_ip_header(w->want, &want, to - from);
	memcpy(w->want + ip_len(&want), w->whole + from, to - from);
	expect_all(w, ip, m->protocol, header + to - from, true,
		   ip_len(&want) + to - from, ip_len(&want));
}

static void xlat_fragments(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i, ext;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		for (ext = 0; ext < 2; ext++) {
			struct wire_ip ip = world_ip(w, d->from, d->to);
			struct wire_message m;
			u32 len;

			if (protocols[i] == IPPROTO_ICMP && d->from != d->to)
				continue;
			if (ext)
				ip_add_extensions(&ip);
			ip.id = prandom_u32_state(&w->rnd) &
				(d->from == 4 ? 0xffff : 0xffffffff);
			m = message_new(w, protocols[i], d->from, 3000);
			ip.protocol = m.protocol;
			len = wire_message(w->whole, &m, &ip);
			expect_fragment(w, &ip, &m, 0, 24, len);
			expect_fragment(w, &ip, &m, 0, 1400, len);
			expect_fragment(w, &ip, &m, 24, 32, len);
			expect_fragment(w, &ip, &m, 1400, 2800, len);
			expect_fragment(w, &ip, &m, 2800, len, len);
			if (test->status == KUNIT_FAILURE) {
				kunit_err(test, "protocol %u, extensions: %u",
					  protocols[i], ext);
				return;
			}
		}
	}
}

/*
 * The fragments into which ix cuts a message on its way from IPv4 to IPv6: of
 * ICMP it knows the length of the whole.
 */
static void xlat_own_fragments(struct kunit *test)
{
	struct world *w = world_new(test);
	struct wire_ip ip = world_ip(w, 4, 6), want;
	struct wire_message m = message_new(w, IPPROTO_ICMP, 4, 3000), out;
	struct sk_buff *skb, *twin;
	u32 whole, from, to;

	ip.protocol = IPPROTO_ICMP;
	ip.df = false;
	out = message_in(&m, 6);
	whole = 3008;
	for (from = 0; from < whole; from = to) {
		to = min(from + 1232, whole);
		ip.frag_off = from;
		ip.mf = to < whole;
		wire_message(w->whole, &m, &ip);
		wire_ip_header(w->in, &ip, to - from);
		memcpy(w->in + 20, w->whole + from, to - from);
		want = ip_translated(&ip, 6, w->xlat.src, w->xlat.dst,
				     to - from, 0);
		want.ttl--;
		wire_message(w->whole, &out, &want);
		wire_ip_header(w->want, &want, to - from);
		memcpy(w->want + 48, w->whole + from, to - from);

		skb = wire_skb(test, &w->rnd, w->in, 20 + to - from,
			       WIRE_PAGED, &twin);
		w->xlat.message_len = whole;
		KUNIT_EXPECT_EQ(test, ix_packet_parse(skb, &w->packet),
				IX_FORWARDED);
		KUNIT_EXPECT_EQ(test, ix_xlat(skb, &w->packet, &w->xlat),
				IX_FORWARDED);
		expect_skb(w, skb, 48 + to - from, 48);
		expect_bytes(w, w->want, 48 + to - from, w->got, skb->len);
		kfree_skb(skb);
	}
}

/* If the sums of old and new addresses agree, unknown checksums stay, too. */
static void xlat_neutral(struct kunit *test)
{
	struct world *w = world_new(test);
	struct wire_ip ip = world_ip(w, 6, 6);
	struct wire_message m = message_new(w, IPPROTO_TCP, 6, 100);

	/* What one word gains another loses. */
	w->xlat.src = ip.src;
	w->xlat.src.hi += 0x12340000;
	w->xlat.src.lo -= 0x12340000;
	ip.src.lo |= 1ULL << 40;
	w->xlat.src.lo |= 1ULL << 40;
	w->xlat.dst = ip.dst;
	expect_message(w, &ip, &m);
	/* And nothing but the hop limit. */
	w->xlat.src = ip.src;
	expect_message(w, &ip, &m);
}

/* There and back again. */
static void xlat_there_and_back(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i, n;

	for (n = 0; n < 20; n++) {
		for (i = 0; i < ARRAY_SIZE(protocols); i++) {
			struct wire_ip ip = world_ip(w, d->from, d->to);
			struct wire_message m;
			struct sk_buff *skb, *twin;
			struct ix_xlat there;
			u32 len, want_len;

			ip.ttl |= 4;
			ip.flow = 0;
			m = message_new(w, protocols[i], d->from,
					8 + ix_test_below(&w->rnd, 1600));
			ip.protocol = m.protocol;
			len = packet_build(w->in, &ip, &m);
			there = w->xlat;
			skb = wire_skb(test, &w->rnd, w->in, len,
				       ix_test_below(&w->rnd, WIRE_LAYOUTS),
				       &twin);
			KUNIT_EXPECT_EQ(test, process(w, skb),
					IX_FORWARDED);
			w->xlat.version = d->from;
			w->xlat.src = ip.src;
			w->xlat.dst = ip.dst;
			KUNIT_EXPECT_EQ(test, process(w, skb),
					IX_FORWARDED);
			/* IPv4 to IPv6 loses DF and identification. */
			if (d->from == 4 && d->to == 6) {
				ip.df = len > 1260;
				ip.id = 0;
			}
			ip.ttl -= 2;
			want_len = packet_build(w->want, &ip, &m);
			w->xlat = there;
			w->xlat.version = d->from;
			expect_skb(w, skb, want_len, ip_len(&ip));
			if (d->from == 4 && d->to == 6 && !ip.df) {
				memset(w->got + 4, 0, 2);
				memset(w->got + 10, 0, 2);
				memset(w->want + 10, 0, 2);
			}
			expect_bytes(w, w->want, want_len, w->got, skb->len);
			kfree_skb(skb);
			kfree_skb(twin);
			if (test->status == KUNIT_FAILURE)
				return;
		}
	}
}

/* ICMP errors */

struct error_case {
	const char *name;
	u8 from;
	u8 type;
	u8 code;
	u32 rest;
	u8 to_type;
	u8 to_code;
	u32 to_rest;
};

/* Between the versions; RFC 7915, 4.2 and 5.2. MTUs: 1500 in, 1500 out. */
static const struct error_case error_cases[] = {
	{ "net unreachable", 4, 3, 0, 0, 1, 0, 0 },
	{ "port unreachable", 4, 3, 3, 0, 1, 4, 0 },
	{ "protocol unreachable", 4, 3, 2, 0, 4, 1, 6 },
	{ "fragmentation needed", 4, 3, 4, 1400, 2, 0, 1420 },
	{ "fragmentation needed, below 1280", 4, 3, 4, 576, 2, 0, 1280 },
	{ "fragmentation needed, above the link", 4, 3, 4, 9000, 2, 0, 1500 },
	{ "prohibited", 4, 3, 13, 0, 1, 1, 0 },
	{ "time exceeded", 4, 11, 0, 0, 3, 0, 0 },
	{ "reassembly time exceeded", 4, 11, 1, 0, 3, 1, 0 },
	{ "parameter problem, TTL", 4, 12, 0, 8U << 24, 4, 0, 7 },
	{ "parameter problem, destination", 4, 12, 2, 19U << 24, 4, 0, 24 },
	{ "no route", 6, 1, 0, 0, 3, 1, 0 },
	{ "prohibited", 6, 1, 1, 0, 3, 10, 0 },
	{ "address unreachable", 6, 1, 3, 0, 3, 1, 0 },
	{ "port unreachable", 6, 1, 4, 0, 3, 3, 0 },
	{ "packet too big", 6, 2, 0, 1400, 3, 4, 1380 },
	{ "packet too big, above the link", 6, 2, 0, 9000, 3, 4, 1480 },
	{ "packet too big, below 1280", 6, 2, 0, 1000, 3, 4, 980 },
	{ "packet too big, below all links", 6, 2, 0, 0, 3, 4, 68 },
	{ "packet too big, no 16 bits", 6, 2, 0, 0xffffffff, 3, 4, 1480 },
	{ "hop limit", 6, 3, 0, 0, 11, 0, 0 },
	{ "parameter problem, payload length", 6, 4, 0, 4, 12, 0, 2U << 24 },
	{ "parameter problem, source", 6, 4, 0, 23, 12, 0, 12U << 24 },
	{ "next header", 6, 4, 1, 40, 3, 2, 0 },
};

/**
 * struct quoted - the packet in an ICMP error
 * @ip: its header
 * @m: its message
 * @have: how many octets of the message are there
 * @extensions: length of the extensions behind it (RFC 4884), 0 if there are
 *	none
 */
struct quoted {
	struct wire_ip ip;
	struct wire_message m;
	u32 have;
	u32 extensions;
};

/* Fill in the length attribute that @words is to have. */
static u32 with_length(u32 rest, u8 version, u32 words)
{
	return rest | words << (version == 4 ? 16 : 24);
}

/*
 * Write an error into @at: with the first @have octets of the message that is
 * in @q, and extensions behind it, padded (RFC 4884), if it has any.
 */
static u32 error_build(struct world *w, u8 *at, const struct wire_ip *ip,
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

/* The error in all forms; its extensions @kept or cut off. */
static void expect_error(struct world *w, struct wire_ip *ip,
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

/* Headers of an error and of what it is about. */
static void error_headers(struct world *w, struct wire_ip *ip,
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

static void xlat_errors(struct kunit *test)
{
	static const u16 haves[] = {
		8, 9, 16, 17, 18, 20, 24, 100, 548, 1184, 1185, 1300, 2000,
	};
	struct world *w = world_new(test);
	unsigned int i, j, k;
	struct wire_ip ip;
	struct quoted q;

	for (i = 0; i < ARRAY_SIZE(error_cases); i++) {
		const struct error_case *c = &error_cases[i];
		u8 to = c->from == 4 ? 6 : 4;

		for (j = 0; j < PROTOCOLS_IN_ERRORS; j++) {
			for (k = 0; k < ARRAY_SIZE(haves); k++) {
				error_headers(w, &ip, &q, c->from, to,
					      protocols[j], 1500, haves[k]);
				if (k % 2)
					ip_add_extensions(&q.ip);
				if (k % 3 == 1)
					ip_add_extensions(&ip);
				expect_error(w, &ip, c, &q, false);
				if (test->status != KUNIT_FAILURE)
					continue;
				kunit_err(test, "%s, protocol %u, %u octets",
					  c->name, protocols[j], haves[k]);
				return;
			}
		}
	}
}

/* Within a version an error keeps everything but addresses. */
static void xlat_errors_same_version(struct kunit *test)
{
	static const struct error_case cases[] = {
		{ "unreachable", 4, 3, 3, 0, 3, 3, 0 },
		{ "too big", 4, 3, 4, 1280, 3, 4, 1280 },
		{ "time exceeded", 4, 11, 0, 0, 11, 0, 0 },
		{ "parameter problem", 4, 12, 1, 0, 12, 1, 0 },
		{ "unreachable", 6, 1, 6, 0, 1, 6, 0 },
		{ "too big", 6, 2, 0, 1400, 2, 0, 1400 },
		{ "time exceeded", 6, 3, 0, 0, 3, 0, 0 },
		{ "parameter problem", 6, 4, 2, 99, 4, 2, 99 },
	};
	static const u16 haves[] = { 8, 17, 18, 24, 100, 900, 2000 };
	struct world *w = world_new(test);
	unsigned int i, j, k, ext;
	struct wire_ip ip;
	struct quoted q;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (j = 0; j < PROTOCOLS_IN_ERRORS; j++) {
			for (k = 0; k < ARRAY_SIZE(haves); k++) {
				const struct error_case *c = &cases[i];

				error_headers(w, &ip, &q, c->from, c->from,
					      protocols[j], 1500, haves[k]);
				ext = k % 2 && c->type != 2 &&
				      !(c->from == 6 && c->type == 4);
				if (ext) {
					q.extensions = 4 + 4 * k;
					q.m.len = haves[k];
					q.have = WIRE_MAX;
				}
				if (k % 3)
					ip_add_extensions(&q.ip);
				expect_error(w, &ip, c, &q, ext);
				if (test->status != KUNIT_FAILURE)
					continue;
				kunit_err(test, "%u: %s, protocol %u, %u octets",
					  c->from, c->name, protocols[j],
					  haves[k]);
				return;
			}
		}
	}
}

/* RFC 4884 and RFC 7915, 4.2: extensions go along, where there is a place. */
static void xlat_error_extensions(struct kunit *test)
{
	static const u16 lens[] = { 0, 60, 80, 83, 99, 400, 900, 1200 };
	static const u16 sizes[] = { 4, 8, 20, 300 };
	struct world *w = world_new(test);
	unsigned int i, j, k;
	struct wire_ip ip;
	struct quoted q;

	for (i = 0; i < ARRAY_SIZE(error_cases); i++) {
		const struct error_case *c = &error_cases[i];
		u8 to = c->from == 4 ? 6 : 4;
		bool kept;

		if (c->from == 6 && (c->type == 2 || c->type == 4))
			continue;
		kept = c->from == 6 || c->to_type == 1 || c->to_type == 3;
		for (j = 0; j < ARRAY_SIZE(lens); j++) {
			for (k = 0; k < ARRAY_SIZE(sizes); k++) {
				error_headers(w, &ip, &q, c->from, to,
					      IPPROTO_TCP, lens[j], 1000);
				q.extensions = sizes[k];
				expect_error(w, &ip, c, &q, kept);
				if (test->status != KUNIT_FAILURE)
					continue;
				kunit_err(test, "%s, %u and %u octets",
					  c->name, lens[j], sizes[k]);
				return;
			}
		}
	}

	/* So long that they would leave no room for the packet. */
	error_headers(w, &ip, &q, 6, 4, IPPROTO_UDP, 92, 100);
	q.extensions = 421;
	expect_error(w, &ip, &error_cases[11], &q, false);
	q.extensions = 420;
	expect_error(w, &ip, &error_cases[11], &q, true);
}

/* Fragments in errors: the first has a checksum, the others have none. */
static void xlat_errors_about_fragments(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i;

	for (i = 0; i < 8; i++) {
		struct wire_ip ip, outer;
		struct quoted q, want;
		struct error_case c = {
			.type = d->from == 4 ? 11 : 3,
			.to_type = d->to == 4 ? 11 : 3,
		};
		u8 *in = w->in, *out = w->want;
		u32 off = i & 1 ? 1400 : 0, len, want_len, sum, l4;

		error_headers(w, &ip, &q, d->from, d->to, IPPROTO_UDP, 3000,
			      100);
		ip.protocol = IPPROTO_ICMP;
		q.ip.frag_off = off;
		q.ip.mf = i & 2;
		q.ip.frag = d->from == 6;
		q.ip.id = ix_test_below(&w->rnd, 65536);
		if (!off && !q.ip.mf)
			continue;
		want = q;
		want.ip = ip_translated(&q.ip, d->to, w->xlat.inner_src,
					w->xlat.inner_dst, 1400, 0);
		outer = ip_translated(&ip, d->to, w->xlat.src, w->xlat.dst, 0,
				      0);
		outer.ttl--;
		outer.protocol = IPPROTO_ICMP;

		/* Like error_build(), with a piece of the message. */
		len = error_build(w, in, &ip, c.type, 0, 0, &q, 100, 0);
		l4 = ip_len(&ip);
		wire_ip_header(in + l4 + 8, &q.ip, 1400);
		wire_message(w->whole, &q.m, &q.ip);
		memcpy(in + len - 100, w->whole + off, 100);
		wire_put16(in + l4 + 2, 0);
		sum = d->from == 6 ? wire_pseudo(6, ip.src, ip.dst, 58,
						 len - l4) : 0;
		wire_put16(in + l4 + 2,
			   wire_sum(in + l4, len - l4, sum) ^ 0xffff);

		want_len = error_build(w, out, &outer, c.to_type, 0, 0, &want,
				       100, 0);
		l4 = ip_len(&outer);
		wire_ip_header(out + l4 + 8, &want.ip, 1400);
		wire_message(w->whole, &want.m, &want.ip);
		memcpy(out + want_len - 100, w->whole + off, 100);
		wire_put16(out + l4 + 2, 0);
		sum = d->to == 6 ? wire_pseudo(6, outer.src, outer.dst, 58,
					       want_len - l4) : 0;
		wire_put16(out + l4 + 2,
			   wire_sum(out + l4, want_len - l4, sum) ^ 0xffff);
		expect_all(w, &ip, IPPROTO_ICMP, len, false, want_len,
			   ip_len(&outer));
	}
}

/* IPv4 routers that do not say the MTU: RFC 1191's plateaus. */
static void xlat_plateaus(struct kunit *test)
{
	static const u16 lens[][2] = {
		{ 60000, 9000 }, { 9000, 8186 }, { 4352, 2022 },
		{ 1500, 1512 }, { 1492, 1280 }, { 1300, 1280 },
		{ 200, 1280 },
	};
	struct world *w = world_new(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		struct error_case c = { "", 4, 3, 4, 0, 2, 0, lens[i][1] };
		struct wire_ip ip;
		struct quoted q;

		error_headers(w, &ip, &q, 4, 6, IPPROTO_UDP, lens[i][0] - 28,
			      200);
		w->xlat.in_mtu = 9000;
		w->xlat.out_mtu = 9000;
		expect_error(w, &ip, &c, &q, false);
	}
}

/* The MTU of a link whose packets have a fragment header more. */
static void xlat_too_big_fragment(struct kunit *test)
{
	struct world *w = world_new(test);
	struct error_case c = { "", 6, 2, 0, 1400, 3, 4, 1372 };
	struct wire_ip ip;
	struct quoted q;

	error_headers(w, &ip, &q, 6, 4, IPPROTO_UDP, 1352, 1300);
	/* One that was cut by nobody, but might have been. */
	q.ip.frag = true;
	q.ip.id = 77;
	expect_error(w, &ip, &c, &q, false);
}

/* A wrong checksum of an error must not be made a right one. */
static void xlat_error_checksum(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	struct sk_buff *skb, *twin;
	struct wire_ip ip;
	struct quoted q;
	u32 len, i;

	error_headers(w, &ip, &q, d->from, d->to, IPPROTO_TCP, 100, 60);
	ip.protocol = IPPROTO_ICMP;
	len = error_build(w, w->in, &ip, d->from == 4 ? 3 : 1, 0, 0, &q, 60,
			  0);
	/* With another type it would be no error. */
	for (i = ip_len(&ip) + 1; i < len; i++) {
		w->in[i] ^= 4;
		skb = wire_skb(test, &w->rnd, w->in, len, WIRE_PAGED, &twin);
		KUNIT_EXPECT_NE(test, process(w, skb), IX_FORWARDED);
		kfree_skb(skb);
		w->in[i] ^= 4;
	}
}

/*
 * What a message is to become, by the tables that icmp_test.c compares with
 * those of the RFC; false if it must not pass.
 */
static bool message_expected(const struct direction *d, u8 type, u8 code,
			     struct ix_icmp_message *m)
{
	static const struct ix_icmp_mtus mtus = { 1500, false, 1500, 1500 };

	*m = (struct ix_icmp_message){ .type = type, .code = code };
	if (d->from != d->to)
		return d->from == 4 ? ix_icmp_map_4to6(m, &mtus) :
				      ix_icmp_map_6to4(m, &mtus);
	/* Within a version all but what is for the link. */
	if (d->from == 4)
		return type != 5 && type != 9 && type != 10;
	/* RFC 4890, 4.3.3 */
	return !((type >= 130 && type <= 137) ||
		 (type >= 141 && type <= 143) ||
		 (type >= 151 && type <= 153) || type == 148 || type == 149);
}

static bool message_is_error(u8 version, u8 type)
{
	if (version == 6)
		return type < 128;
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/* RFC 7915, 4.2 and 5.2: all types and codes, in packets. */
static void rfc7915_4_2_all_messages(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int type, code, passed = 0;

	for (type = 0; type < 256; type++) {
		for (code = 0; code < 256; code++) {
			struct ix_icmp_message want;
			struct sk_buff *skb, *twin;
			enum ix_drop reason;
			struct wire_ip ip;
			struct quoted q;
			bool passes;
			u32 len;

			/* Those that no code makes another of. */
			if (type > 18 && type != 128 && type != 129 &&
			    code > 1 && code < 255)
				continue;
			error_headers(w, &ip, &q, d->from, d->to, IPPROTO_UDP,
				      50, 30);
			ip.protocol = IPPROTO_ICMP;
			len = error_build(w, w->in, &ip, type, code, 0, &q, 30,
					  0);
			skb = wire_skb(test, &w->rnd, w->in, len, WIRE_LINEAR,
				       &twin);
			passes = message_expected(d, type, code, &want);
			reason = process(w, skb);
			KUNIT_EXPECT_EQ_MSG(test, reason, passes ?
					    IX_FORWARDED : IX_DROP_ICMP_TYPE,
					    "type %u, code %u", type, code);
			KUNIT_EXPECT_EQ(test, w->packet.is_error,
					message_is_error(d->from, type));
			if (!reason) {
				u32 l4 = d->to == 4 ? 20 : 40;

				passed++;
				KUNIT_EXPECT_EQ(test, 0,
						skb_copy_bits(skb, 0, w->got,
							      skb->len));
				KUNIT_EXPECT_EQ(test, w->got[l4], want.type);
				KUNIT_EXPECT_EQ(test, w->got[l4 + 1],
						want.code);
				KUNIT_EXPECT_EQ(test, WIRE_RIGHT,
						wire_check(test, w->got,
							   skb->len));
			}
			kfree_skb(skb);
			if (test->status == KUNIT_FAILURE)
				return;
		}
	}
	KUNIT_EXPECT_GT(test, passed, 500);
}

/* RFC 7915, 4.1 and 5.1: a TOS that is set instead of copied. */
static void rfc7915_4_1_set_traffic_class(struct kunit *test)
{
	static const u8 values[] = { 0, 1, 0x28, 0xb8, 0xff };
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		for (j = 0; j < PROTOCOLS_IN_ERRORS; j++) {
			struct error_case c = {
				"", d->from, 3, 0, 0, 3, 0, 0,
			};
			struct wire_ip ip = world_ip(w, d->from, d->to);
			struct wire_message m = message_new(w, protocols[j],
							    d->from, 100);
			struct quoted q;

			w->xlat.flags = IX_XLAT_SET_TOS;
			w->xlat.tos = values[i];
			expect_message(w, &ip, &m);

			if (d->from == 4)
				c.type = 11;
			if (d->to == 4)
				c.to_type = 11;
			error_headers(w, &ip, &q, d->from, d->to, protocols[j],
				      100, 50);
			w->xlat.flags = IX_XLAT_SET_TOS;
			w->xlat.tos = values[i];
			expect_error(w, &ip, &c, &q, false);
		}
	}
}

/* RFC 7915, 4.5: UDP without checksum, dropped by a setting. */
static void rfc7915_4_5_drop_zero_checksum(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int without, fragment;

	for (without = 0; without < 2; without++) {
		for (fragment = 0; fragment < 2; fragment++) {
			struct wire_ip ip = world_ip(w, d->from, d->to);
			struct wire_message m = message_new(w, IPPROTO_UDP,
							    d->from, 64);
			enum ix_drop want = IX_FORWARDED;
			struct sk_buff *skb, *twin;
			u32 len;

			if (without && d->from == 4 && d->to == 6)
				want = IX_DROP_UDP_NO_CHECKSUM;
			m.no_checksum = without;
			ip.mf = fragment;
			ip.frag = fragment && d->from == 6;
			ip.protocol = IPPROTO_UDP;
			w->xlat.flags = IX_XLAT_DROP_ZERO_CHECKSUM;
			len = packet_build(w->in, &ip, &m);
			skb = wire_skb(test, &w->rnd, w->in, len, WIRE_LINEAR,
				       &twin);
			KUNIT_EXPECT_EQ(test, ix_packet_parse(skb, &w->packet),
					IX_FORWARDED);
			/* Before anything is sent or changed. */
			KUNIT_EXPECT_EQ(test, ix_xlat_check(&w->packet,
							    &w->xlat), want);
			kfree_skb(skb);
		}
	}
}

/* A SYN with options. */
static u32 syn_build(u8 *at, const struct wire_ip *ip, const u8 *options,
		     u32 options_len)
{
	u32 l4 = ip_len(ip), len = 20 + options_len, sum;
	u8 *tcp = at + l4;

	memset(tcp, 0, 20);
	wire_put16(tcp, 1025);
	wire_put16(tcp + 2, 104);
	wire_put32(tcp + 4, 0x12345678);
	tcp[12] = len / 4 << 4;
	tcp[13] = 2;
	wire_put16(tcp + 14, 65535);
	memcpy(tcp + 20, options, options_len);
	sum = wire_pseudo(ip->version, ip->src, ip->dst, IPPROTO_TCP, len);
	wire_put16(tcp + 16, wire_sum(tcp, len, sum) ^ 0xffff);
	wire_ip_header(at, ip, len);
	return l4 + len;
}

static void expect_syn(struct world *w, struct wire_ip *ip, const u8 *options,
		       const u8 *want_options, u32 options_len,
		       enum wire_layout layout, enum csum_state csum)
{
	struct wire_ip want;
	u32 len, want_len;
	u8 *field;

	ip->protocol = IPPROTO_TCP;
	len = syn_build(w->in, ip, options, options_len);
	want = ip_translated(ip, w->xlat.version, w->xlat.src, w->xlat.dst,
			     20 + options_len, 0);
	want.ttl--;
	want_len = syn_build(w->want, &want, want_options, options_len);
	field = w->want + ip_len(&want) + 16;
	/* Of the two zeros devices take the one that UDP needs, too. */
	if (csum == CSUM_PARTIAL && !wire_get16(field))
		wire_put16(field, 0xffff);
	expect_one(w, ip, IPPROTO_TCP, len, layout, csum, want_len,
		   ip_len(&want), !is_identified(ip, w->xlat.version));
}

/* Every MSS, at even and odd places, in all forms of a packet. */
static void mss_every_value(struct kunit *test)
{
	static const u8 even[] = { 4, 2, 2, 4, 0, 0, 3, 3, 7, 1, 1, 0 };
	static const u8 odd[] = { 1, 2, 4, 0, 0, 4, 2, 1, 3, 3, 7, 0 };
	struct world *w = world_new(test);
	u32 mss;

	for (mss = 0; mss < 65536; mss++) {
		const struct direction *d = &directions[mss % 4];
		bool is_odd = ix_test_once_in(&w->rnd, 2);
		struct wire_ip ip = world_ip(w, d->from, d->to);
		u8 options[sizeof(even)], want[sizeof(even)];
		u16 max = prandom_u32_state(&w->rnd);

		memcpy(options, is_odd ? odd : even, sizeof(options));
		wire_put16(options + (is_odd ? 3 : 4), mss);
		memcpy(want, options, sizeof(want));
		wire_put16(want + (is_odd ? 3 : 4), min_t(u32, mss, max));
		w->xlat.flags = IX_XLAT_CLAMP_MSS;
		w->xlat.mss = max;
		expect_syn(w, &ip, options, want, sizeof(options),
			   ix_test_below(&w->rnd, WIRE_LAYOUTS),
			   ix_test_below(&w->rnd, CSUM_STATES));
		if (test->status == KUNIT_FAILURE)
			return;
	}
}

/* What is no SYN, or the rest of one, whatever its payload looks like. */
static void mss_no_syn(struct kunit *test)
{
	static const u8 options[] = { 2, 4, 0x23, 0x28 };
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int fragment, flags;

	for (flags = 0; flags < 256; flags++) {
		for (fragment = 0; fragment < 2; fragment++) {
			struct wire_ip ip = world_ip(w, d->from, d->to);
			struct sk_buff *skb, *twin;
			u32 len, l4, want_l4;
			bool clamped;

			ip.frag_off = fragment ? 1480 : 0;
			ip.frag = fragment && d->from == 6;
			ip.protocol = IPPROTO_TCP;
			l4 = ip_len(&ip);
			len = syn_build(w->in, &ip, options, sizeof(options));
			w->in[l4 + 13] = flags;
			w->xlat.flags = IX_XLAT_CLAMP_MSS;
			w->xlat.mss = 600;
			skb = wire_skb(test, &w->rnd, w->in, len, WIRE_PAGED,
				       &twin);
			KUNIT_EXPECT_EQ(test, process(w, skb), IX_FORWARDED);
			want_l4 = skb_transport_offset(skb);
			KUNIT_EXPECT_EQ(test, 0,
					skb_copy_bits(skb, want_l4, w->got, 24));
			clamped = !fragment && flags & 2;
			KUNIT_EXPECT_EQ(test, wire_get16(w->got + 22),
					clamped ? 600 : 0x2328);
			if (fragment)
				KUNIT_EXPECT_MEMEQ(test, w->got, w->in + l4,
						   24);
			kfree_skb(skb);
		}
	}
}

/* Options that have no MSS, or are none: nothing but addresses may change. */
static void mss_strange_options(struct kunit *test)
{
	static const struct {
		u8 len;
		u8 octets[40];
	} cases[] = {
		{ 0 },
		{ 4, { 1, 1, 1, 1 } },
		{ 4, { 0, 2, 4, 9 } },			/* behind the end */
		{ 4, { 2, 3, 9, 9 } },			/* no MSS's length */
		{ 4, { 1, 2, 4, 9 } },			/* half of it */
		{ 4, { 1, 1, 1, 2 } },			/* its kind alone */
		{ 8, { 8, 0, 2, 4, 9, 9, 0, 0 } },	/* length 0 */
		{ 8, { 8, 1, 2, 4, 9, 9, 0, 0 } },	/* length 1 */
		{ 8, { 8, 9, 2, 4, 9, 9, 0, 0 } },	/* longer than all */
		{ 8, { 253, 8, 2, 4, 9, 9, 0, 0 } },	/* within another */
		{ 40, { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
			1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
			1, 2, 4 } },
	};
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i, layout;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (layout = 0; layout < WIRE_LAYOUTS; layout++) {
			struct wire_ip ip = world_ip(w, d->from, d->to);

			w->xlat.flags = IX_XLAT_CLAMP_MSS;
			w->xlat.mss = 600;
			expect_syn(w, &ip, cases[i].octets, cases[i].octets,
				   cases[i].len, layout, CSUM_NONE);
			/* Even if the header claims to be longer. */
			if (!cases[i].len) {
				u32 l4 = ip_len(&ip), len;
				struct sk_buff *skb, *twin;

				len = syn_build(w->in, &ip, NULL, 0);
				w->in[l4 + 12] = 15 << 4;
				skb = wire_skb(test, &w->rnd, w->in, len,
					       layout, &twin);
				KUNIT_EXPECT_EQ(test, process(w, skb),
						IX_FORWARDED);
				kfree_skb(skb);
				kfree_skb(twin);
			}
		}
	}
}

/* GSO */

static void expect_segments(struct world *w, struct sk_buff *skb,
			    const struct wire_message *m, u32 header, u32 mss)
{
	struct kunit *test = w->test;
	struct sk_buff *segs, *seg, *next;
	u32 done = 0, len;

	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs)) {
		KUNIT_FAIL(test, "no segments: %ld", PTR_ERR(segs));
		return;
	}
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		__skb_pull(seg, skb_network_offset(seg));
		len = seg->len;
		if (!skb_copy_bits(seg, 0, w->got, len)) {
			KUNIT_EXPECT_EQ(test, wire_check(test, w->got, len),
					WIRE_RIGHT);
			KUNIT_EXPECT_LE(test, len, header + mss);
			KUNIT_EXPECT_EQ(test, 0,
					memcmp(w->got + header, m->body + done,
					       len - header));
			if (w->xlat.version == 4)
				KUNIT_EXPECT_EQ(test, w->got[6] >> 6 & 1,
						header + mss > 1260);
		}
		done += len - header;
		kfree_skb(seg);
	}
	KUNIT_EXPECT_EQ(test, done, m->len);
}

static void gso_one(struct world *w, const struct direction *d, u8 protocol,
		    u32 mss, enum wire_layout layout)
{
	struct kunit *test = w->test;
	struct wire_message m = message_new(w, protocol, d->from, 20001);
	struct wire_ip ip = world_ip(w, d->from, d->to);
	bool tcp = protocol == IPPROTO_TCP;
	u32 len, header, l4 = ip_len(&ip);
	unsigned int type, want;
	struct sk_buff *skb, *twin;
	enum ix_drop reason;

	m.flags = 0x10;
	ip.protocol = protocol;
	/* Between two IPv4 hosts it stays as it was. */
	ip.df = mss > 1200;
	len = packet_build(w->in, &ip, &m);
	skb = wire_skb(test, &w->rnd, w->in, len, layout, &twin);
	partial_begin(w, skb, &ip, protocol, len);
	type = tcp ? d->from == 4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6 :
		     SKB_GSO_UDP_L4;
	want = tcp ? d->to == 4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6 :
		     SKB_GSO_UDP_L4;
	skb_shinfo(skb)->gso_type = type;
	skb_shinfo(skb)->gso_size = mss;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(m.len, mss);

	reason = ix_packet_parse(skb, &w->packet);
	if (!reason) {
		KUNIT_EXPECT_FALSE(test, ix_xlat_needs_segments(skb, &w->packet,
								&w->xlat));
		reason = ix_xlat_check(&w->packet, &w->xlat);
	}
	if (!reason)
		reason = ix_xlat(skb, &w->packet, &w->xlat);
	KUNIT_EXPECT_EQ(test, reason, IX_FORWARDED);
	if (!reason) {
		header = (d->to == 4 ? 20 : 40) + (tcp ? 24 : 8);
		KUNIT_EXPECT_EQ(test, skb->len, len - l4 + skb_transport_offset(skb));
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type, want);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, mss);
		KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_PARTIAL);
		expect_segments(w, skb, &m, header, mss);
	}
	kfree_skb(skb);
	kfree_skb(twin);
}

static void xlat_gso(struct kunit *test)
{
	static const enum wire_layout layouts[] = {
		WIRE_LINEAR, WIRE_TIGHT, WIRE_CLONED, WIRE_PAGED,
		WIRE_PAGED_CLONED,
	};
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		gso_one(w, d, IPPROTO_TCP, 1436, layouts[i]);
		gso_one(w, d, IPPROTO_TCP, 1100, layouts[i]);
		gso_one(w, d, IPPROTO_UDP, 1432, layouts[i]);
		gso_one(w, d, IPPROTO_UDP, 1000, layouts[i]);
	}
}

struct gso_case {
	const char *name;
	u8 from;
	u8 to;
	u8 protocol;
	unsigned int type;
	u32 len;
	enum ix_drop reason;
	bool segments;
	bool no_checksum;
};

static const struct gso_case gso_cases[] = {
	{ "TCP", 4, 6, IPPROTO_TCP, SKB_GSO_TCPV4, 5000, IX_FORWARDED, false },
	{ "TCP of the other version", 4, 6, IPPROTO_TCP, SKB_GSO_TCPV6, 5000,
	  IX_DROP_MALFORMED, false },
	{ "TCP, in fact UDP", 4, 4, IPPROTO_UDP, SKB_GSO_TCPV4, 5000,
	  IX_DROP_MALFORMED, false },
	{ "UDP, in fact TCP", 6, 6, IPPROTO_TCP, SKB_GSO_UDP_L4, 5000,
	  IX_DROP_MALFORMED, false },
	{ "ICMP", 4, 4, IPPROTO_ICMP, SKB_GSO_TCPV4, 5000, IX_DROP_MALFORMED,
	  false },
	{ "ICMP in a tunnel", 4, 4, IPPROTO_ICMP, SKB_GSO_GRE, 5000,
	  IX_DROP_MALFORMED, false },
	{ "fragment list", 4, 4, IPPROTO_TCP,
	  SKB_GSO_TCPV4 | SKB_GSO_FRAGLIST, 5000, IX_FORWARDED, true },
	{ "GRE", 4, 6, IPPROTO_GRE, SKB_GSO_GRE | SKB_GSO_TCPV4, 5000,
	  IX_FORWARDED, true },
	{ "UDP fragments", 4, 6, IPPROTO_UDP, SKB_GSO_UDP, 5000, IX_FORWARDED,
	  true },
	{ "longest", 6, 4, IPPROTO_TCP, SKB_GSO_TCPV6, 65400, IX_FORWARDED,
	  false },
	{ "too long for the other version", 6, 4, IPPROTO_TCP, SKB_GSO_TCPV6,
	  65480, IX_FORWARDED, true },
	{ "long, and stays what it is", 6, 6, IPPROTO_TCP, SKB_GSO_TCPV6,
	  65480, IX_FORWARDED, false },
	{ "UDP without checksum", 4, 6, IPPROTO_UDP, SKB_GSO_UDP_L4, 5000,
	  IX_DROP_MALFORMED, false, true },
	{ "UDP without checksum", 6, 6, IPPROTO_UDP, SKB_GSO_UDP_L4, 5000,
	  IX_DROP_MALFORMED, false, true },
};

KUNIT_ARRAY_PARAM_DESC(gso, gso_cases, name);

static void xlat_gso_kinds(struct kunit *test)
{
	const struct gso_case *c = test->param_value;
	struct world *w = world_new(test);
	struct wire_message m = message_new(w, c->protocol, c->from, c->len);
	struct wire_ip ip = world_ip(w, c->from, c->to);
	struct sk_buff *skb, *twin;
	u32 len;

	ip.protocol = c->protocol;
	m.no_checksum = c->no_checksum;
	len = packet_build(w->in, &ip, &m);
	skb = wire_skb(test, &w->rnd, w->in, len, WIRE_PAGED, &twin);
	skb_shinfo(skb)->gso_type = c->type;
	skb_shinfo(skb)->gso_size = 1400;
	KUNIT_EXPECT_EQ(test, ix_packet_parse(skb, &w->packet), c->reason);
	if (!c->reason)
		KUNIT_EXPECT_EQ(test, c->segments,
				ix_xlat_needs_segments(skb, &w->packet,
						       &w->xlat));
	kfree_skb(skb);
}

/* Of a tunnel's super-packet, the stack says where the innermost header is. */
static void packet_tunnel_segments(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	struct wire_message m = message_new(w, IPPROTO_GRE, d->from, 5000);
	struct wire_ip ip = world_ip(w, d->from, d->to);
	const struct ix_headers *h = &w->packet.outer;
	u32 len, inner = ip_len(&ip) + 4 + 20;
	u8 data_offset = 8 << 4;
	struct sk_buff *skb, *twin;

	ip.protocol = IPPROTO_GRE;
	len = packet_build(w->in, &ip, &m);
	skb = wire_skb(test, &w->rnd, w->in, len, WIRE_PAGED, &twin);
	KUNIT_ASSERT_EQ(test, 0, skb_store_bits(skb, inner + 12, &data_offset,
						1));
	skb_shinfo(skb)->gso_type = SKB_GSO_GRE | SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 1300;
	KUNIT_ASSERT_EQ(test, IX_FORWARDED, ix_packet_parse(skb, &w->packet));

	/* Nobody has said where it is. */
	KUNIT_EXPECT_EQ(test, 0, ix_segment_length(skb, h));
	skb->encapsulation = 1;
	KUNIT_EXPECT_EQ(test, 0, ix_segment_length(skb, h));

	skb_set_inner_transport_header(skb, inner);
	KUNIT_EXPECT_EQ(test, inner + 32 + 1300, ix_segment_length(skb, h));
	skb_shinfo(skb)->gso_type = SKB_GSO_GRE | SKB_GSO_UDP_L4;
	KUNIT_EXPECT_EQ(test, inner + 8 + 1300, ix_segment_length(skb, h));
	skb_shinfo(skb)->gso_size = 6000;
	KUNIT_EXPECT_EQ(test, len, ix_segment_length(skb, h));

	/* What can't be. */
	skb_shinfo(skb)->gso_type = SKB_GSO_GRE | SKB_GSO_TCPV6;
	skb_set_inner_transport_header(skb, len - 10);
	KUNIT_EXPECT_EQ(test, 0, ix_segment_length(skb, h));
	skb_set_inner_transport_header(skb, ip_len(&ip));
	KUNIT_EXPECT_EQ(test, 0, ix_segment_length(skb, h));
	kfree_skb(skb);
}

/* A length without a field for it: BIG TCP, and what is no BIG TCP. */
static void xlat_big_tcp(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	struct wire_message m = message_new(w, IPPROTO_TCP, d->from, 5000);
	struct wire_ip ip = world_ip(w, d->from, d->to);
	struct sk_buff *skb, *twin;
	unsigned int gso;
	u32 len;

	ip.protocol = IPPROTO_TCP;
	len = packet_build(w->in, &ip, &m);
	if (d->from == 4) {
		wire_put16(w->in + 2, 0);
		wire_put16(w->in + 10, 0);
		wire_put16(w->in + 10, wire_sum(w->in, 20, 0) ^ 0xffff);
	} else {
		wire_put16(w->in + 4, 0);
	}
	for (gso = 0; gso < 2; gso++) {
		skb = wire_skb(test, &w->rnd, w->in, len, WIRE_LINEAR, &twin);
		if (gso) {
			skb_shinfo(skb)->gso_type = d->from == 4 ?
						    SKB_GSO_TCPV4 :
						    SKB_GSO_TCPV6;
			skb_shinfo(skb)->gso_size = 1400;
		}
		KUNIT_EXPECT_EQ(test, ix_packet_parse(skb, &w->packet),
				gso ? IX_FORWARDED : IX_DROP_MALFORMED);
		if (gso)
			KUNIT_EXPECT_EQ(test, w->packet.outer.total_len, len);
		kfree_skb(skb);
	}
}

/* A virtual machine may ask for anything. */
static void xlat_partial_elsewhere(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	struct wire_message m = message_new(w, IPPROTO_TCP, d->from, 200);
	struct wire_ip ip = world_ip(w, d->from, d->to);
	u32 l4 = ip_len(&ip), len, start, offset;
	struct sk_buff *skb, *twin;

	ip.protocol = IPPROTO_TCP;
	len = packet_build(w->in, &ip, &m);
	for (start = 0; start < l4 + 40; start++) {
		for (offset = 0; offset < 40; offset++) {
			bool good = (start == l4 && offset == 16) ||
				    start >= l4 + 20;

			skb = wire_skb(test, &w->rnd, w->in, len, WIRE_LINEAR,
				       &twin);
			skb->ip_summed = CHECKSUM_PARTIAL;
			skb->csum_start = skb_headroom(skb) + start;
			skb->csum_offset = offset;
			KUNIT_EXPECT_EQ(test, good,
					!ix_packet_parse(skb, &w->packet));
			kfree_skb(skb);
		}
	}
}

/* What is refused */

enum spoil {
	SPOIL_NOTHING,
	SPOIL_ONE_OCTET,	/* @at becomes @value */
	SPOIL_CUT,		/* the last @value octets are gone */
	SPOIL_ADD,		/* @value octets too many; no harm */
};

struct refused_case {
	const char *name;
	u8 from;
	u8 to;
	struct wire_ip ip;
	u8 protocol;
	u8 type;
	u8 code;
	u32 rest;
	u32 len;
	enum spoil spoil;
	u32 at;
	u32 value;
	bool same_addresses;
	enum ix_drop reason;
};

static const u8 lsrr[] = { 1, 131, 7, 4, 10, 0, 0, 1 };

static const u8 ssrr[] = { 137, 7, 4, 10, 0, 0, 1, 0 };

static const u8 routing[] = {
	0, 2, 0, 1, 0, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 1,
};

static const u8 options_after[] = { 0, 0, 1, 4, 0, 0, 0, 0 };

static const u8 fragment_options[] = {
	60, 0, 0, 0, 1, 2, 3, 4, 0, 0, 1, 4, 0, 0, 0, 0,
};

static const u8 first_fragment_options[] = {
	60, 0, 0, 1, 1, 2, 3, 4, 0, 0, 1, 4, 0, 0, 0, 0,
};

static const u8 two_fragments[] = {
	44, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0,
};

static const u8 late_hop_by_hop[] = {
	0, 0, 1, 4, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0,
};

static const u8 many[] = {
	60, 0, 1, 4, 0, 0, 0, 0, 60, 0, 1, 4, 0, 0, 0, 0,
	60, 0, 1, 4, 0, 0, 0, 0, 60, 0, 1, 4, 0, 0, 0, 0,
	60, 0, 1, 4, 0, 0, 0, 0, 60, 0, 1, 4, 0, 0, 0, 0,
	60, 0, 1, 4, 0, 0, 0, 0, 60, 0, 1, 4, 0, 0, 0, 0,
	0, 0, 1, 4, 0, 0, 0, 0,
};

#define EXT(bytes, type, last) \
	.ext = (bytes), .ext_len = sizeof(bytes), .ext_type = (type), \
	.ext_last = (last)

static const struct refused_case refused_cases[] = {
	{ "good", 4, 6, { }, IPPROTO_UDP, .len = 9 },
	{ "good, padded by the link", 4, 6, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_ADD, .value = 20 },
	{ "version 5", 4, 4, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_ONE_OCTET, .at = 0, .value = 0x55, .reason = IX_DROP_MALFORMED },
	{ "IPv6 header of version 4", 6, 6, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_ONE_OCTET, .at = 0, .value = 0x46, .reason = IX_DROP_MALFORMED },
	{ "header of 16 octets", 4, 4, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_ONE_OCTET, .at = 0, .value = 0x44, .reason = IX_DROP_MALFORMED },
	{ "header longer than the packet", 4, 4, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_ONE_OCTET, .at = 0, .value = 0x4f, .reason = IX_DROP_MALFORMED },
	{ "cut", 4, 4, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_CUT, .at = 0, .value = 1,
	  .reason = IX_DROP_MALFORMED },
	{ "cut", 6, 6, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_CUT, .at = 0, .value = 1,
	  .reason = IX_DROP_MALFORMED },
	{ "no transport header", 4, 4, { }, IPPROTO_TCP, .len = 9,
	  .spoil = SPOIL_CUT, .at = 0, .value = 33, .reason = IX_DROP_MALFORMED },
	{ "not even an IP header", 6, 6, { }, IPPROTO_TCP, .len = 0,
	  .spoil = SPOIL_CUT, .at = 0, .value = 25, .reason = IX_DROP_MALFORMED },
	{ "header checksum", 4, 4, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_ONE_OCTET, .at = 10, .value = 0x100, .reason = IX_DROP_IP_CHECKSUM },
	{ "TCP header too short", 4, 4, { }, IPPROTO_TCP, .len = 9,
	  .spoil = SPOIL_ONE_OCTET, .at = 20 + 12, .value = 0x40, .reason = IX_DROP_MALFORMED },
	{ "UDP length too long", 4, 4, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_ONE_OCTET, .at = 20 + 5, .value = 18, .reason = IX_DROP_MALFORMED },
	{ "UDP length too short", 6, 6, { }, IPPROTO_UDP, .len = 9,
	  .spoil = SPOIL_ONE_OCTET, .at = 40 + 5, .value = 7, .reason = IX_DROP_MALFORMED },
	{ "jumbogram", 6, 6, { EXT(options_after, 0, 0) }, IPPROTO_NONE,
	  .len = 0,
	  .spoil = SPOIL_ONE_OCTET, .at = 5, .value = 0, .reason = IX_DROP_MALFORMED },

	{ "hop limit", 4, 4, { .ttl = 1 }, IPPROTO_UDP, .len = 9,
	  .reason = IX_DROP_TTL },
	{ "hop limit", 6, 4, { .ttl = 1 }, IPPROTO_UDP, .len = 9,
	  .reason = IX_DROP_TTL },
	{ "loose source route", 4, 6, { EXT(lsrr, 0, 0) }, IPPROTO_UDP,
	  .len = 9, .reason = IX_DROP_SOURCE_ROUTE },
	{ "strict source route", 4, 4, { EXT(ssrr, 0, 0) }, IPPROTO_UDP,
	  .len = 9, .reason = IX_DROP_SOURCE_ROUTE },
	{ "routing header", 6, 4, { EXT(routing, 43, 0) }, IPPROTO_UDP,
	  .len = 9, .reason = IX_DROP_SOURCE_ROUTE },
	{ "hop-by-hop options not first", 6, 6,
	  { EXT(late_hop_by_hop, 60, 8) }, IPPROTO_UDP, .len = 9,
	  .reason = IX_DROP_EXTENSION_HEADER },
	{ "9 extension headers", 6, 6, { EXT(many, 0, 64) }, IPPROTO_UDP,
	  .len = 9, .reason = IX_DROP_EXTENSION_HEADER },
	{ "two fragment headers", 6, 6, { EXT(two_fragments, 44, 8) },
	  IPPROTO_UDP, .len = 9, .reason = IX_DROP_EXTENSION_HEADER },
	{ "options behind an atomic fragment header", 6, 6,
	  { EXT(fragment_options, 44, 8) }, IPPROTO_UDP, .len = 9 },
	{ "options behind an atomic fragment header", 6, 4,
	  { EXT(fragment_options, 44, 8) }, IPPROTO_UDP, .len = 9,
	  .reason = IX_DROP_EXTENSION_HEADER },
	{ "options behind a fragment header", 6, 6,
	  { EXT(first_fragment_options, 44, 8) }, IPPROTO_UDP, .len = 9,
	  .reason = IX_DROP_EXTENSION_HEADER },
	{ "options as the payload of a later fragment", 6, 6,
	  { .frag = true, .frag_off = 80 }, IPPROTO_DSTOPTS, .len = 16,
	  .reason = IX_DROP_EXTENSION_HEADER },

	{ "first fragment without TCP checksum", 4, 4,
	  { .mf = true }, IPPROTO_TCP, .len = 0,
	  .spoil = SPOIL_CUT, .at = 0, .value = 8,
	  .reason = IX_DROP_SHORT_FRAGMENT },
	{ "TCP flags by a second fragment", 4, 4, { .frag_off = 8 },
	  IPPROTO_TCP, .len = 40, .reason = IX_DROP_SHORT_FRAGMENT },
	{ "TCP checksum by a third fragment", 6, 6,
	  { .frag = true, .frag_off = 16 }, IPPROTO_TCP, .len = 40,
	  .reason = IX_DROP_SHORT_FRAGMENT },
	{ "DCCP by a second fragment", 4, 6, { .frag_off = 8 }, IPPROTO_DCCP,
	  .len = 40, .reason = IX_DROP_SHORT_FRAGMENT },
	{ "fragments that do not fit together", 4, 6, { .mf = true },
	  IPPROTO_UDP, .len = 13 },
	{ "fragments that do not fit together", 6, 4,
	  { .frag = true, .mf = true }, IPPROTO_UDP, .len = 13 },
	{ "fragment behind the end", 4, 4, { .frag_off = 65528 },
	  IPPROTO_UDP, .len = 9, .reason = IX_DROP_MALFORMED },
	{ "fragment behind the end", 6, 6,
	  { .frag = true, .frag_off = 65528 }, IPPROTO_UDP, .len = 9,
	  .reason = IX_DROP_MALFORMED },
	{ "fragment behind the end of IPv4", 6, 4,
	  { .frag = true, .frag_off = 65504 }, IPPROTO_UDP, .len = 9,
	  .reason = IX_DROP_MALFORMED },
	{ "the same within IPv6", 6, 6,
	  { .frag = true, .frag_off = 65504 }, IPPROTO_UDP, .len = 9 },

	{ "AH", 4, 4, { }, IPPROTO_AH, .len = 40,
	  .reason = IX_DROP_AUTH_HEADER },
	{ "AH", 6, 4, { }, IPPROTO_AH, .len = 40,
	  .reason = IX_DROP_AUTH_HEADER },
	{ "AH, nothing changes", 6, 6, { }, IPPROTO_AH, .len = 40,
	  .same_addresses = true },
	{ "ICMPv6 in IPv4", 4, 4, { }, IPPROTO_ICMPV6, .len = 40,
	  .reason = IX_DROP_PROTOCOL },
	{ "hop-by-hop options in IPv4", 4, 6, { }, 0, .len = 40,
	  .reason = IX_DROP_PROTOCOL },
	{ "fragment header in IPv4", 4, 6, { }, 44, .len = 40,
	  .reason = IX_DROP_PROTOCOL },
	{ "mobility header in IPv4", 4, 6, { }, 135, .len = 40,
	  .reason = IX_DROP_PROTOCOL },
	{ "the same within IPv4", 4, 4, { }, 44, .len = 40 },
	{ "7915-4.2 IGMP", 4, 6, { }, IPPROTO_IGMP, .len = 8,
	  .reason = IX_DROP_ICMP_TYPE },
	{ "7915-4.2 IGMP", 6, 4, { }, IPPROTO_IGMP, .len = 8,
	  .reason = IX_DROP_ICMP_TYPE },
	{ "IGMP", 4, 4, { }, IPPROTO_IGMP, .len = 8 },
	{ "7915-5.1.1 mobility header in a fragment", 6, 4,
	  { .frag = true, .mf = true }, 135, .len = 40,
	  .reason = IX_DROP_EXTENSION_HEADER },
	{ "mobility header in a fragment", 6, 6, { .frag = true, .mf = true },
	  135, .len = 40 },
	{ "7915-5.1.1 AH in a fragment", 6, 4, { .frag = true, .mf = true },
	  IPPROTO_AH, .len = 40, .reason = IX_DROP_AUTH_HEADER },
	{ "7915-5.1.1 ESP in a fragment", 6, 4, { .frag = true, .mf = true },
	  IPPROTO_ESP, .len = 40 },
	{ "ICMP fragment", 4, 6, { .mf = true }, IPPROTO_ICMP, 8, .len = 40,
	  .reason = IX_DROP_ICMP_FRAGMENT },
	{ "ICMP fragment", 6, 4, { .frag = true, .frag_off = 80 },
	  IPPROTO_ICMP, 128, .len = 40, .reason = IX_DROP_ICMP_FRAGMENT },
	{ "timestamp", 4, 6, { }, IPPROTO_ICMP, 13, .len = 12,
	  .reason = IX_DROP_ICMP_TYPE },
	{ "timestamp within IPv4", 4, 4, { }, IPPROTO_ICMP, 13, .len = 12 },
	{ "router advertisement", 4, 4, { }, IPPROTO_ICMP, 9, .len = 12,
	  .reason = IX_DROP_ICMP_TYPE },
	{ "neighbour solicitation", 6, 6, { }, IPPROTO_ICMP, 135, .len = 16,
	  .reason = IX_DROP_ICMP_TYPE },
	{ "node information", 6, 4, { }, IPPROTO_ICMP, 139, .len = 16,
	  .reason = IX_DROP_ICMP_TYPE },
	{ "node information within IPv6", 6, 6, { }, IPPROTO_ICMP, 139,
	  .len = 16 },
	{ "extended echo", 6, 4, { }, IPPROTO_ICMP, 160, .len = 16,
	  .reason = IX_DROP_ICMP_TYPE },
	{ "extended echo within IPv6", 6, 6, { }, IPPROTO_ICMP, 160,
	  .len = 16 },
	{ "extended echo within IPv4", 4, 4, { }, IPPROTO_ICMP, 42,
	  .len = 16 },
};

static void refused_name(const struct refused_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u to %u: %s", c->from, c->to,
		 c->name);
}

KUNIT_ARRAY_PARAM(refused, refused_cases, refused_name);

static u32 spoil(struct world *w, const struct refused_case *c, u32 len)
{
	switch (c->spoil) {
	case SPOIL_NOTHING:
		break;
	case SPOIL_ONE_OCTET:
		if (c->value > 0xff)
			w->in[c->at] ^= 1;
		else
			w->in[c->at] = c->value;
		break;
	case SPOIL_CUT:
		len -= c->value;
		break;
	case SPOIL_ADD:
		memset(w->in + len, 0x55, c->value);
		len += c->value;
		break;
	}
	return len;
}

static void xlat_refused(struct kunit *test)
{
	const struct refused_case *c = test->param_value;
	struct world *w = world_new(test);
	struct wire_message m = message_new(w, c->protocol, c->from, c->len);
	struct wire_ip ip = c->ip;
	unsigned int layout;
	u32 len;

	world_addresses(w, &ip, c->from, c->to);
	ip.ttl = ip.ttl ?: 64;
	ip.protocol = c->protocol;
	if (c->same_addresses) {
		w->xlat.src = ip.src;
		w->xlat.dst = ip.dst;
	}
	if (c->protocol == IPPROTO_ICMP) {
		m.type = c->type;
		m.code = c->code;
		m.rest = c->rest;
	}
	len = packet_build(w->in, &ip, &m);
	/* Half a header: the field says so, too. */
	if (c->spoil == SPOIL_CUT && c->reason == IX_DROP_SHORT_FRAGMENT)
		wire_ip_header(w->in, &ip, len - ip_len(&ip) - c->value);
	len = spoil(w, c, len);
	for (layout = 0; layout < WIRE_LAYOUTS; layout++) {
		struct sk_buff *skb, *twin;

		skb = wire_skb(test, &w->rnd, w->in, len, layout, &twin);
		skb->protocol = c->from == 4 ? htons(ETH_P_IP) :
					       htons(ETH_P_IPV6);
		/* Padding would make up for what is cut off. */
		if (layout != WIRE_PADDED || c->spoil != SPOIL_CUT)
			KUNIT_EXPECT_EQ(test, process(w, skb),
					c->reason);
		kfree_skb(skb);
		kfree_skb(twin);
	}
}

/* Addresses that no host can have. */
static void packet_bad_addresses(struct kunit *test)
{
	static const struct {
		u8 version;
		bool bad;
		struct ix_addr addr;
	} cases[] = {
		{ 4, true, { 0x00000000ULL << 32, 0 } },
		{ 4, true, { 0x00ffffffULL << 32, 0 } },
		{ 4, false, { 0x01000000ULL << 32, 0 } },
		{ 4, false, { 0x7effffffULL << 32, 0 } },
		{ 4, true, { 0x7f000001ULL << 32, 0 } },
		{ 4, true, { 0x7fffffffULL << 32, 0 } },
		{ 4, false, { 0x80000000ULL << 32, 0 } },
		{ 4, true, { 0xa9fe0101ULL << 32, 0 } },
		{ 4, false, { 0xa9ff0101ULL << 32, 0 } },
		{ 4, false, { 0xdfffffffULL << 32, 0 } },
		{ 4, true, { 0xe0000001ULL << 32, 0 } },
		{ 4, true, { 0xf0000001ULL << 32, 0 } },
		{ 4, true, { 0xffffffffULL << 32, 0 } },
		{ 6, true, { 0, 0 } },
		{ 6, true, { 0, 1 } },
		{ 6, true, { 0, 0x0a000001 } },
		{ 6, true, { 0, 0xffff0a000001ULL } },
		{ 6, false, { 0, 0x10000000000ULL } },
		{ 6, false, { 0x0064ff9b00000000ULL, 0x0a000001 } },
		{ 6, false, { 0xfd00000000000000ULL, 1 } },
		{ 6, true, { 0xfe80000000000000ULL, 1 } },
		{ 6, true, { 0xfebf000000000000ULL, 1 } },
		{ 6, false, { 0xfec0000000000000ULL, 1 } },
		{ 6, true, { 0xff02000000000000ULL, 1 } },
		{ 6, true, { 0xff0e000000000000ULL, 1 } },
	};
	struct world *w = world_new(test);
	unsigned int i, side;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (side = 0; side < 2; side++) {
			struct wire_ip ip = world_ip(w, cases[i].version, 4);
			struct wire_message m;
			enum ix_drop reason, want = IX_FORWARDED;
			struct sk_buff *skb, *twin;
			u32 len;

			if (cases[i].bad)
				want = IX_DROP_BAD_ADDRESS;
			if (side)
				ip.dst = cases[i].addr;
			else
				ip.src = cases[i].addr;
			m = message_new(w, IPPROTO_UDP, ip.version, 9);
			ip.protocol = IPPROTO_UDP;
			len = packet_build(w->in, &ip, &m);
			skb = wire_skb(test, &w->rnd, w->in, len, WIRE_LINEAR,
				       &twin);
			reason = ix_packet_parse(skb, &w->packet);
			KUNIT_EXPECT_EQ_MSG(test, reason, want,
					    "%u: %016llx%016llx",
					    cases[i].version,
					    cases[i].addr.hi,
					    cases[i].addr.lo);
			kfree_skb(skb);
		}
	}
}

/* RFC 7915, 4.1: what an illegal source says of a packet is worth to know. */
static void rfc7915_4_1_errors_from_illegal_sources(struct kunit *test)
{
	static const struct {
		u32 addr;
		bool passes;
	} sources[] = {
		{ 0x00000000, true }, { 0x00ffffff, true },
		{ 0x7f000001, true }, { 0xa9fe0001, true },
		{ 0xf0000001, true }, { 0xe0000001, false },
		{ 0xffffffff, false }, { 0x0a000001, true },
	};
	struct world *w = world_new(test);
	unsigned int i, type;

	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		for (type = 0; type < 256; type++) {
			bool error = type == 3 || type == 4 || type == 5 ||
				     type == 11 || type == 12;
			struct sk_buff *skb, *twin;
			struct wire_ip ip;
			struct quoted q;
			u32 len;

			error_headers(w, &ip, &q, 4, 6, IPPROTO_UDP, 100, 60);
			ip.src.hi = (u64)sources[i].addr << 32;
			ip.protocol = IPPROTO_ICMP;
			len = error_build(w, w->in, &ip, type, 0, 0, &q, 60, 0);
			skb = wire_skb(test, &w->rnd, w->in, len, WIRE_LINEAR,
				       &twin);
			KUNIT_EXPECT_EQ_MSG(test,
					    ix_packet_parse(skb, &w->packet),
					    sources[i].passes &&
					    (error || i == 7) ?
					    IX_FORWARDED : IX_DROP_BAD_ADDRESS,
					    "type %u", type);
			if (error && sources[i].passes)
				KUNIT_EXPECT_EQ(test,
						w->packet.outer.bad_source,
						i != 7);
			kfree_skb(skb);
		}
	}
}

/* What policy gets to know of a packet. */
static void packet_fields(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	unsigned int i, layout;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		for (layout = 0; layout < WIRE_LAYOUTS; layout++) {
			struct wire_ip ip = world_ip(w, d->from, d->to);
			struct wire_message m;
			struct sk_buff *skb, *twin;
			bool ports;
			u32 len;

			if (layout % 2)
				ip_add_extensions(&ip);
			m = message_new(w, protocols[i], d->from, 50);
			ip.protocol = m.protocol;
			len = packet_build(w->in, &ip, &m);
			skb = wire_skb(test, &w->rnd, w->in, len, layout,
				       &twin);
			KUNIT_EXPECT_EQ(test, ix_packet_parse(skb, &w->packet),
					IX_FORWARDED);
			KUNIT_EXPECT_EQ(test, w->packet.outer.version, d->from);
			KUNIT_EXPECT_TRUE(test, ix_addr_equal(w->packet.outer.src,
							      ip.src));
			KUNIT_EXPECT_TRUE(test, ix_addr_equal(w->packet.outer.dst,
							      ip.dst));
			KUNIT_EXPECT_EQ(test, w->packet.outer.protocol,
					wire_protocol(d->from, protocols[i]));
			KUNIT_EXPECT_EQ(test, w->packet.outer.l4_off, ip_len(&ip));
			KUNIT_EXPECT_EQ(test, w->packet.outer.end, len);
			KUNIT_EXPECT_EQ(test, w->packet.outer.total_len, len);
			KUNIT_EXPECT_EQ(test, skb->len, len);
			KUNIT_EXPECT_EQ(test, w->packet.outer.tos, ip.tos);
			KUNIT_EXPECT_EQ(test, w->packet.outer.hop_limit, ip.ttl);
			KUNIT_EXPECT_EQ(test, w->packet.outer.dont_frag, ip.df);
			KUNIT_EXPECT_FALSE(test, w->packet.is_error);
			ports = i < 6 && protocols[i] != IPPROTO_ICMP;
			KUNIT_EXPECT_EQ(test, w->packet.outer.has_ports, ports);
			if (ports) {
				KUNIT_EXPECT_EQ(test, w->packet.outer.sport, m.sport);
				KUNIT_EXPECT_EQ(test, w->packet.outer.dport, m.dport);
			}
			KUNIT_EXPECT_EQ(test, w->packet.outer.has_tcp_flags,
					protocols[i] == IPPROTO_TCP);
			if (w->packet.outer.has_tcp_flags)
				KUNIT_EXPECT_EQ(test, w->packet.outer.tcp_flags,
						m.flags);
			if (protocols[i] == IPPROTO_ICMP)
				KUNIT_EXPECT_EQ(test, w->packet.outer.icmp_type,
						m.type);
			kfree_skb(skb);
			kfree_skb(twin);
		}
	}
}

/* What is wrong about an error, or about the packet in it. */
static void packet_bad_errors(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	enum { NESTED, NO_PORTS, OTHER_VERSION, NO_HEADER, FRAGMENT, CASES };
	unsigned int i;

	for (i = 0; i < CASES; i++) {
		u8 type = d->from == 4 ? 3 : 1;
		struct sk_buff *skb, *twin;
		enum ix_drop want = IX_DROP_ICMP_INNER;
		struct wire_ip ip;
		struct quoted q;
		u32 have = 60, len;

		error_headers(w, &ip, &q, d->from, d->to,
			      i == NESTED ? IPPROTO_ICMP : IPPROTO_UDP, 100,
			      60);
		ip.protocol = IPPROTO_ICMP;
		if (i == NESTED)
			q.m.type = type;
		if (i == NO_PORTS)
			have = 3;
		if (i == FRAGMENT) {
			ip.mf = true;
			ip.frag = d->from == 6;
			have = 64 - ip_len(&q.ip) % 8;
			want = IX_DROP_ICMP_FRAGMENT;
		}
		if (i == OTHER_VERSION) {
			q.ip.version = 10 - d->from;
			q.ip.src = wire_addr(&w->rnd, q.ip.version);
			q.ip.dst = wire_addr(&w->rnd, q.ip.version);
		}
		len = error_build(w, w->in, &ip, type, 0, 0, &q, have, 0);
		if (i == NO_HEADER) {
			/* Its checksum is right nevertheless. */
			len = ip_len(&ip) + 8;
			memset(w->in + len - 6, 0, 6);
			wire_ip_header(w->in, &ip, 8);
			wire_put16(w->in + len - 6,
				   wire_sum(w->in + len - 8, 8,
					    d->from == 4 ? 0 :
					    wire_pseudo(6, ip.src, ip.dst, 58,
							8)) ^ 0xffff);
		}
		skb = wire_skb(test, &w->rnd, w->in, len, WIRE_PAGED, &twin);
		KUNIT_EXPECT_EQ_MSG(test, ix_packet_parse(skb, &w->packet), want,
				    "case %u", i);
		kfree_skb(skb);
	}
}

/*
 * Packets of all kinds with octets changed, lengths changed, pieces missing:
 * nothing must break, and no checksum that was wrong become right, or the
 * other way round.
 */
static u32 mangle_source(struct world *w, u8 from, u8 to)
{
	u8 protocol = protocols[ix_test_below(&w->rnd, ARRAY_SIZE(protocols))];
	struct wire_ip ip = world_ip(w, from, to);
	struct wire_message m;
	struct quoted q;
	u32 len;

	if (ix_test_once_in(&w->rnd, 3)) {
		static const u8 types[2][4] = { { 3, 11, 12, 3 },
						{ 1, 2, 3, 4 } };
		u8 type = types[from == 6][ix_test_below(&w->rnd, 4)];

		error_headers(w, &ip, &q, from, to, protocol, 200,
			      ix_test_below(&w->rnd, 200));
		ip.protocol = IPPROTO_ICMP;
		if (ix_test_once_in(&w->rnd, 2))
			ip_add_extensions(&q.ip);
		return error_build(w, w->in, &ip, type,
				   ix_test_below(&w->rnd, 5),
				   ix_test_below(&w->rnd, 40), &q, q.have,
				   ix_test_below(&w->rnd, 2) * 12);
	}
	if (ix_test_once_in(&w->rnd, 2))
		ip_add_extensions(&ip);
	if (ix_test_once_in(&w->rnd, 4)) {
		ip.frag = from == 6;
		ip.mf = ix_test_once_in(&w->rnd, 2);
		ip.frag_off = ix_test_below(&w->rnd, 5) * 8;
	}
	m = message_new(w, protocol, from, ix_test_below(&w->rnd, 300) & ~7U);
	m.no_checksum = protocol == IPPROTO_UDP && ix_test_once_in(&w->rnd, 4);
	ip.protocol = protocol;
	len = packet_build(w->in, &ip, &m);
	return len;
}

static u32 mangle(struct world *w, u32 len)
{
	u32 n = ix_test_below(&w->rnd, 4), at, header;

	while (n--) {
		/* Headers rather than payload. */
		at = ix_test_below(&w->rnd, ix_test_once_in(&w->rnd, 3) ?
				   len : min(len, 100U));
		if (ix_test_once_in(&w->rnd, 2))
			w->in[at] = prandom_u32_state(&w->rnd);
		else
			w->in[at] ^= 1 << ix_test_below(&w->rnd, 8);
	}
	if (ix_test_once_in(&w->rnd, 8))
		len = ix_test_below(&w->rnd, len + 1);
	/* Else the header's checksum would catch most of it. */
	header = (w->in[0] & 15) * 4;
	if (len >= 20 && w->in[0] >> 4 == 4 && header >= 20 &&
	    header <= len && !ix_test_once_in(&w->rnd, 8)) {
		wire_put16(w->in + 10, 0);
		wire_put16(w->in + 10, wire_sum(w->in, header, 0) ^ 0xffff);
	}
	return len;
}

static void xlat_mangled(struct kunit *test)
{
	const struct direction *d = test->param_value;
	struct world *w = world_new(test);
	u32 n, passed = 0, right = 0, wrong = 0;

	for (n = 0; n < 60000; n++) {
		enum wire_layout layout = ix_test_below(&w->rnd, WIRE_LAYOUTS);
		enum wire_state before, after;
		struct sk_buff *skb, *twin;
		u32 len, end;

		len = mangle(w, mangle_source(w, d->from, d->to));
		skb = wire_skb(test, &w->rnd, w->in, len, layout, &twin);
		skb->protocol = d->from == 4 ? htons(ETH_P_IP) :
					       htons(ETH_P_IPV6);
		kfree_skb(twin);
		if (process(w, skb)) {
			kfree_skb(skb);
			continue;
		}
		passed++;
		end = w->packet.outer.end;
		before = wire_check(NULL, w->in, min(end, len));
		KUNIT_EXPECT_EQ(test, 0, skb_copy_bits(skb, 0, w->got,
						       skb->len));
		after = wire_check(test, w->got, skb->len);
		if (before == WIRE_RIGHT)
			right++;
		if (before == WIRE_WRONG)
			wrong++;
		if (before != WIRE_UNKNOWN)
			KUNIT_EXPECT_EQ(test, before, after);
		kfree_skb(skb);
		if (test->status == KUNIT_FAILURE) {
			print_hex_dump(KERN_INFO, "in  ", DUMP_PREFIX_OFFSET,
				       16, 1, w->in, len, false);
			print_hex_dump(KERN_INFO, "out ", DUMP_PREFIX_OFFSET,
				       16, 1, w->got, min(len + 40, 600U),
				       false);
			return;
		}
	}
	kunit_info(test, "%u of %u passed, %u with a right and %u with a wrong checksum\n",
		   passed, n, right, wrong);
	/* Or this has tested nothing. */
	KUNIT_EXPECT_GT(test, right, n / 20);
	KUNIT_EXPECT_GT(test, wrong, n / 100);
}

static struct kunit_case packet_cases[] = {
	KUNIT_CASE_PARAM(packet_fields, direction_gen_params),
	KUNIT_CASE(packet_bad_addresses),
	KUNIT_CASE(rfc7915_4_1_errors_from_illegal_sources),
	KUNIT_CASE_PARAM(packet_bad_errors, direction_gen_params),
	{}
};

static struct kunit_case xlat_cases[] = {
	KUNIT_CASE_PARAM_ATTR(xlat_transports, direction_gen_params,
			      { .speed = KUNIT_SPEED_SLOW }),
	KUNIT_CASE_PARAM(xlat_extreme_lengths, direction_gen_params),
	KUNIT_CASE(xlat_too_long_for_ipv4),
	KUNIT_CASE_PARAM_ATTR(xlat_every_checksum, direction_gen_params,
			      { .speed = KUNIT_SPEED_SLOW }),
	KUNIT_CASE_PARAM(xlat_udp_without_checksum, direction_gen_params),
	KUNIT_CASE(xlat_udp_around_partial),
	KUNIT_CASE_SLOW(xlat_dont_fragment),
	KUNIT_CASE_PARAM(xlat_fragments, direction_gen_params),
	KUNIT_CASE(xlat_own_fragments),
	KUNIT_CASE(xlat_neutral),
	KUNIT_CASE_PARAM(xlat_there_and_back, direction_gen_params),
	KUNIT_CASE_SLOW(xlat_errors),
	KUNIT_CASE_SLOW(xlat_errors_same_version),
	KUNIT_CASE_SLOW(xlat_error_extensions),
	KUNIT_CASE_PARAM(xlat_errors_about_fragments, direction_gen_params),
	KUNIT_CASE(xlat_plateaus),
	KUNIT_CASE(xlat_too_big_fragment),
	KUNIT_CASE_PARAM(xlat_error_checksum, direction_gen_params),
	KUNIT_CASE_PARAM(rfc7915_4_2_all_messages, direction_gen_params),
	KUNIT_CASE_PARAM(rfc7915_4_1_set_traffic_class, direction_gen_params),
	KUNIT_CASE_PARAM(rfc7915_4_5_drop_zero_checksum, direction_gen_params),
	KUNIT_CASE_SLOW(mss_every_value),
	KUNIT_CASE_PARAM(mss_no_syn, direction_gen_params),
	KUNIT_CASE_PARAM(mss_strange_options, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_gso, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_gso_kinds, gso_gen_params),
	KUNIT_CASE_PARAM(packet_tunnel_segments, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_big_tcp, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_partial_elsewhere, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_refused, refused_gen_params),
	KUNIT_CASE_PARAM_ATTR(xlat_mangled, direction_gen_params,
			      { .speed = KUNIT_SPEED_SLOW }),
	{}
};

static struct kunit_suite packet_suite = {
	.name = "ix_packet",
	.test_cases = packet_cases,
};

static struct kunit_suite xlat_suite = {
	.name = "ix_xlat",
	.test_cases = xlat_cases,
};

kunit_test_suites(&packet_suite, &xlat_suite);
