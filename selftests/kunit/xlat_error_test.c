// SPDX-License-Identifier: GPL-2.0
/*
 * Rewriting of ICMP errors, and of what they quote.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "icmp_map.h"
#include "xlat_world.h"

KUNIT_ARRAY_PARAM_DESC(direction, directions, name);

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

static struct kunit_case xlat_error_cases[] = {
	KUNIT_CASE_SLOW(xlat_errors),
	KUNIT_CASE_SLOW(xlat_errors_same_version),
	KUNIT_CASE_SLOW(xlat_error_extensions),
	KUNIT_CASE_PARAM(xlat_errors_about_fragments, direction_gen_params),
	KUNIT_CASE(xlat_plateaus),
	KUNIT_CASE(xlat_too_big_fragment),
	KUNIT_CASE_PARAM(xlat_error_checksum, direction_gen_params),
	KUNIT_CASE_PARAM(rfc7915_4_2_all_messages, direction_gen_params),
	{}
};

static struct kunit_suite xlat_error_suite = {
	.name = "ix_xlat_error",
	.test_cases = xlat_error_cases,
};

kunit_test_suite(xlat_error_suite);
