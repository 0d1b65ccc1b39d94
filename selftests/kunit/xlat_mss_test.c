// SPDX-License-Identifier: GPL-2.0
/*
 * The MSS of TCP connections, as they are rewritten.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "xlat_world.h"

KUNIT_ARRAY_PARAM_DESC(direction, directions, name);

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

static struct kunit_case xlat_mss_cases[] = {
	KUNIT_CASE_SLOW(mss_every_value),
	KUNIT_CASE_PARAM(mss_no_syn, direction_gen_params),
	KUNIT_CASE_PARAM(mss_strange_options, direction_gen_params),
	{}
};

static struct kunit_suite xlat_mss_suite = {
	.name = "ix_xlat_mss",
	.test_cases = xlat_mss_cases,
};

kunit_test_suite(xlat_mss_suite);
