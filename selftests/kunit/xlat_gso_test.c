// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that a device is to cut, or to put a checksum into.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/gso.h>

#include "xlat_world.h"

KUNIT_ARRAY_PARAM_DESC(direction, directions, name);

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

static struct kunit_case xlat_gso_cases[] = {
	KUNIT_CASE_PARAM(xlat_gso, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_gso_kinds, gso_gen_params),
	KUNIT_CASE_PARAM(packet_tunnel_segments, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_big_tcp, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_partial_elsewhere, direction_gen_params),
	{}
};

static struct kunit_suite xlat_gso_suite = {
	.name = "ix_xlat_gso",
	.test_cases = xlat_gso_cases,
};

kunit_test_suite(xlat_gso_suite);
