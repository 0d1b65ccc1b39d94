// SPDX-License-Identifier: GPL-2.0
/*
 * Rewriting of packets; errors, MSS and GSO have files of their own.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "xlat_world.h"

KUNIT_ARRAY_PARAM_DESC(direction, directions, name);

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
	KUNIT_CASE_PARAM(rfc7915_4_1_set_traffic_class, direction_gen_params),
	KUNIT_CASE_PARAM(rfc7915_4_5_drop_zero_checksum, direction_gen_params),
	KUNIT_CASE_PARAM(xlat_refused, refused_gen_params),
	KUNIT_CASE_PARAM_ATTR(xlat_mangled, direction_gen_params,
			      { .speed = KUNIT_SPEED_SLOW }),
	{}
};

static struct kunit_suite xlat_suite = {
	.name = "ix_xlat",
	.test_cases = xlat_cases,
};

kunit_test_suite(xlat_suite);
