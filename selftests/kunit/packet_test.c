// SPDX-License-Identifier: GPL-2.0
/*
 * Reading of packets.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "xlat_world.h"

KUNIT_ARRAY_PARAM_DESC(direction, directions, name);

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

static struct kunit_case packet_cases[] = {
	KUNIT_CASE_PARAM(packet_fields, direction_gen_params),
	KUNIT_CASE(packet_bad_addresses),
	KUNIT_CASE(rfc7915_4_1_errors_from_illegal_sources),
	KUNIT_CASE_PARAM(packet_bad_errors, direction_gen_params),
	{}
};

static struct kunit_suite packet_suite = {
	.name = "ix_packet",
	.test_cases = packet_cases,
};

kunit_test_suite(packet_suite);
