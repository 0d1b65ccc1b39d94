// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix maps and sets of them: the RFCs' own examples, exhaustive runs of the
 * NPTv6 arithmetic, and random maps and sets against naive ones.
 */
#include <kunit/test.h>
#include <linux/inet.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "map.h"
#include "seed.h"

/* An address from text, in the notation of struct ix_addr. */
static struct ix_addr addr_of(struct kunit *test, const char *text)
{
	struct in6_addr in6;
	__be32 in4;

	if (strchr(text, ':')) {
		KUNIT_ASSERT_EQ_MSG(test, 1,
				    in6_pton(text, -1, in6.s6_addr, -1, NULL),
				    "%s", text);
		return ix_addr_from_in6(&in6);
	}
	KUNIT_ASSERT_EQ_MSG(test, 1,
			    in4_pton(text, -1, (u8 *)&in4, -1, NULL), "%s",
			    text);
	return ix_addr_from_in4(in4);
}

static struct ix_prefix prefix_of(struct kunit *test, const char *text, u8 len)
{
	return (struct ix_prefix){ addr_of(test, text), len };
}

static bool is_v4(const char *text)
{
	return !strchr(text, ':');
}

#define EXPECT_ADDR_EQ(test, expected, value)				\
do {									\
	struct ix_addr __e = (expected), __v = (value);			\
									\
	KUNIT_EXPECT_TRUE_MSG(test, ix_addr_equal(__e, __v),		\
			      "expected %016llx%016llx, is %016llx%016llx", \
			      __e.hi, __e.lo, __v.hi, __v.lo);		\
} while (0)

/* Single maps */

struct map_example {
	const char *name;
	enum ix_map_kind kind;
	const char *own_prefix;
	u8 own_len;
	const char *ix_prefix;
	u8 ix_len;
	const char *own;
	const char *ix;
};

static const struct map_example map_examples[] = {
	/* RFC 6052, 2.4 */
	{ "RFC 6052 /32", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8::", 32, "192.0.2.33", "2001:db8:c000:221::" },
	{ "RFC 6052 /40", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8:100::", 40, "192.0.2.33", "2001:db8:1c0:2:21::" },
	{ "RFC 6052 /48", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8:122::", 48, "192.0.2.33", "2001:db8:122:c000:2:2100::" },
	{ "RFC 6052 /56", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8:122:300::", 56, "192.0.2.33",
	  "2001:db8:122:3c0:0:221::" },
	{ "RFC 6052 /64", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8:122:344::", 64, "192.0.2.33",
	  "2001:db8:122:344:c0:2:2100::" },
	{ "RFC 6052 /96", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8:122:344::", 96, "192.0.2.33",
	  "2001:db8:122:344::192.0.2.33" },
	{ "RFC 6052 well-known prefix", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "64:ff9b::", 96, "192.0.2.33", "64:ff9b::192.0.2.33" },
	{ "RFC 6052 /40, part of IPv4", IX_MAP_KIND_RFC6052, "192.0.2.0", 24,
	  "2001:db8:100::", 40, "192.0.2.33", "2001:db8:1c0:2:21::" },
	{ "RFC 6052 /64, one address", IX_MAP_KIND_RFC6052, "192.0.2.33", 32,
	  "2001:db8:122:344::", 64, "192.0.2.33",
	  "2001:db8:122:344:c0:2:2100::" },
	/* RFC 7757, 3.2: suffixes in each position */
	{ "RFC 7757 /32 and /128", IX_MAP_KIND_EXPLICIT, "192.0.2.2", 32,
	  "2001:db8:bbbb::b", 128, "192.0.2.2", "2001:db8:bbbb::b" },
	{ "RFC 7757 /28 and /124", IX_MAP_KIND_EXPLICIT, "192.0.2.16", 28,
	  "2001:db8:cccc::", 124, "192.0.2.18", "2001:db8:cccc::2" },
	{ "RFC 7757 /26 and /64", IX_MAP_KIND_EXPLICIT, "192.0.2.128", 26,
	  "2001:db8:dddd::", 64, "192.0.2.130", "2001:db8:dddd:0:800::" },
	{ "RFC 7757 /29 and /62", IX_MAP_KIND_EXPLICIT, "192.0.2.192", 29,
	  "2001:db8:eeee:8::", 62, "192.0.2.193", "2001:db8:eeee:8:8000::" },
	{ "RFC 7757 /31 and /127", IX_MAP_KIND_EXPLICIT, "192.0.2.224", 31,
	  "64:ff9b::", 127, "192.0.2.225", "64:ff9b::1" },
	{ "RFC 7757 /0 and /96", IX_MAP_KIND_EXPLICIT, "0.0.0.0", 0,
	  "2001:db8::", 96, "203.0.113.1", "2001:db8::203.0.113.1" },
	{ "RFC 7757 /24 and /16", IX_MAP_KIND_EXPLICIT, "203.0.113.0", 24,
	  "2001::", 16, "203.0.113.1", "2001:100::" },
	/* RFC 6296, 3: the network of its figure 1 */
	{ "RFC 6296 /48", IX_MAP_KIND_NPTV6, "fd01:203:405::", 48,
	  "2001:db8:1::", 48, "fd01:203:405:1::1234",
	  "2001:db8:1:d550::1234" },
	{ "RFC 6296 /48, result 0xffff", IX_MAP_KIND_NPTV6,
	  "fd01:203:405::", 48, "2001:db8:1::", 48,
	  "fd01:203:405:2ab0::1", "2001:db8:1::1" },
	{ "RFC 6296 /44", IX_MAP_KIND_NPTV6, "fd01:203:400::", 44,
	  "2001:db8:10::", 44, "fd01:203:405:1::1234",
	  "2001:db8:15:d53c::1234" },
	{ "RFC 6296 /56", IX_MAP_KIND_NPTV6, "fd01:203:405:100::", 56,
	  "2001:db8:1:200::", 56, "fd01:203:405:101::1234",
	  "2001:db8:1:201:d44f::1234" },
	{ "RFC 6296 /56, word 4 is 0xffff", IX_MAP_KIND_NPTV6,
	  "fd01:203:405:100::", 56, "2001:db8:1:200::", 56,
	  "fd01:203:405:101:ffff:1:2:3", "2001:db8:1:201:ffff:d450:2:3" },
	{ "RFC 6296 /56, word 7 alone", IX_MAP_KIND_NPTV6,
	  "fd01:203:405:100::", 56, "2001:db8:1:200::", 56,
	  "fd01:203:405:101:ffff:ffff:ffff:1",
	  "2001:db8:1:201:ffff:ffff:ffff:d450" },
	{ "RFC 6296 /96", IX_MAP_KIND_NPTV6, "fd01:203:405::", 96,
	  "2001:db8:1::", 96, "fd01:203:405::1:2", "2001:db8:1::d550:2" },
	{ "plain /60", IX_MAP_KIND_PLAIN, "fd01:203:405:10::", 60,
	  "2001:db8:1:20::", 60, "fd01:203:405:1f:ffff::1",
	  "2001:db8:1:2f:ffff::1" },
	{ "identity", IX_MAP_KIND_PLAIN, "::", 0, "::", 0,
	  "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
	  "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "plain /128", IX_MAP_KIND_PLAIN, "fd00::1", 128, "2001:db8::2", 128,
	  "fd00::1", "2001:db8::2" },
};

KUNIT_ARRAY_PARAM_DESC(map_example, map_examples, name);

static enum ix_map_error example_init(struct kunit *test, struct ix_map *map,
				      const struct map_example *example)
{
	enum ix_map_error error;

	error = ix_map_init(map, example->kind, is_v4(example->own_prefix),
			    prefix_of(test, example->own_prefix,
				      example->own_len),
			    prefix_of(test, example->ix_prefix,
				      example->ix_len));
	/* RFC 6052's example has an address for documentation. */
	if (!error)
		ix_map_allow_non_global(map);
	return error;
}

static void map_example_test(struct kunit *test)
{
	const struct map_example *example = test->param_value;
	struct ix_addr own = addr_of(test, example->own);
	struct ix_addr ix = addr_of(test, example->ix);
	struct ix_addr result;
	struct ix_map map;

	KUNIT_ASSERT_EQ(test, IX_MAP_OK, example_init(test, &map, example));
	KUNIT_EXPECT_TRUE(test, ix_map_lift(&map, own, &result));
	EXPECT_ADDR_EQ(test, ix, result);
	KUNIT_EXPECT_TRUE(test, ix_map_lower(&map, ix, &result));
	EXPECT_ADDR_EQ(test, own, result);
	KUNIT_EXPECT_TRUE(test, ix_addr_match(own, map.own_leaf.key,
					      map.own_leaf.len));
	KUNIT_EXPECT_TRUE(test, ix_addr_match(ix, map.ix_leaf.key,
					      map.ix_leaf.len));
}

/* Where the leaf of an RFC 6052 map ends: behind what IPv4 fixes. */
static void map_rfc6052_leaf_test(struct kunit *test)
{
	static const struct {
		const char *own;
		u8 own_len;
		const char *ix;
		u8 ix_len;
		const char *key;
		u8 len;
	} cases[] = {
		{ "10.0.0.0", 8, "2001:db8::", 32, "2001:db8:a00::", 40 },
		{ "10.1.2.3", 32, "2001:db8::", 32, "2001:db8:a01:203::", 64 },
		{ "10.1.2.0", 24, "2001:db8:100::", 40,
		  "2001:db8:10a:102::", 64 },
		{ "10.1.2.128", 25, "2001:db8:100::", 40,
		  "2001:db8:10a:102:80::", 73 },
		{ "10.1.0.0", 16, "2001:db8:1::", 48, "2001:db8:1:a01::", 64 },
		{ "10.1.2.0", 24, "2001:db8:1::", 48,
		  "2001:db8:1:a01:2::", 80 },
		{ "10.1.2.0", 24, "2001:db8:1:200::", 56,
		  "2001:db8:1:20a:1:200::", 88 },
		{ "0.0.0.0", 0, "2001:db8:1:2::", 64, "2001:db8:1:2::", 64 },
		{ "10.0.0.0", 8, "2001:db8:1:2::", 64,
		  "2001:db8:1:2:a::", 80 },
		{ "10.1.2.3", 32, "2001:db8:1:2::", 64,
		  "2001:db8:1:2:a:102:300:0", 104 },
		{ "11.0.0.0", 8, "64:ff9b::", 96, "64:ff9b::b00:0", 104 },
		{ "11.1.2.3", 32, "64:ff9b::", 96, "64:ff9b::b01:203", 128 },
	};
	struct ix_map map;
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_ASSERT_EQ(test, IX_MAP_OK,
				ix_map_init(&map, IX_MAP_KIND_RFC6052, true,
					    prefix_of(test, cases[i].own,
						      cases[i].own_len),
					    prefix_of(test, cases[i].ix,
						      cases[i].ix_len)));
		KUNIT_EXPECT_EQ(test, cases[i].len, (u8)map.ix_leaf.len);
		EXPECT_ADDR_EQ(test, addr_of(test, cases[i].key),
			       map.ix_leaf.key);
		EXPECT_ADDR_EQ(test, addr_of(test, cases[i].own),
			       map.own_leaf.key);
		KUNIT_EXPECT_EQ(test, cases[i].own_len, (u8)map.own_leaf.len);
		KUNIT_EXPECT_EQ(test, cases[i].ix_len, map.ix.len);
		EXPECT_ADDR_EQ(test, addr_of(test, cases[i].ix), map.ix.addr);
	}
}

/* RFC 1918, RFC 5735 (3) and what has joined them, first and last addresses. */
static void rfc6052_3_1_non_global(struct kunit *test)
{
	static const struct {
		const char *before;	/* "": there is none, or not global */
		const char *first;
		const char *last;
		const char *after;
		u8 len;
	} blocks[] = {
		{ "", "0.0.0.0", "0.255.255.255", "1.0.0.0", 8 },
		{ "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", 8 },
		{ "100.63.255.255", "100.64.0.0", "100.127.255.255",
		  "100.128.0.0", 10 },
		{ "126.255.255.255", "127.0.0.0", "127.255.255.255",
		  "128.0.0.0", 8 },
		{ "169.253.255.255", "169.254.0.0", "169.254.255.255",
		  "169.255.0.0", 16 },
		{ "172.15.255.255", "172.16.0.0", "172.31.255.255",
		  "172.32.0.0", 12 },
		{ "191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0",
		  24 },
		{ "192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0", 24 },
		{ "192.88.98.255", "192.88.99.0", "192.88.99.255",
		  "192.88.100.0", 24 },
		{ "192.167.255.255", "192.168.0.0", "192.168.255.255",
		  "192.169.0.0", 16 },
		{ "198.17.255.255", "198.18.0.0", "198.19.255.255",
		  "198.20.0.0", 15 },
		{ "198.51.99.255", "198.51.100.0", "198.51.100.255",
		  "198.51.101.0", 24 },
		{ "203.0.112.255", "203.0.113.0", "203.0.113.255",
		  "203.0.114.0", 24 },
		{ "223.255.255.255", "224.0.0.0", "239.255.255.255", "", 4 },
		{ "", "240.0.0.0", "255.255.255.255", "", 4 },
	};
	const struct ix_prefix all4 = {}, wkp = {
		addr_of(test, "64:ff9b::"), 96,
	}, other = { addr_of(test, "64:ff9b:1::"), 96 };
	struct ix_map map, allowed, elsewhere, block;
	unsigned int i, j;

	KUNIT_ASSERT_EQ(test, IX_MAP_OK,
			ix_map_init(&map, IX_MAP_KIND_RFC6052, true, all4,
				    wkp));
	allowed = map;
	ix_map_allow_non_global(&allowed);
	KUNIT_ASSERT_EQ(test, IX_MAP_OK,
			ix_map_init(&elsewhere, IX_MAP_KIND_RFC6052, true, all4,
				    other));
	KUNIT_EXPECT_TRUE(test, ix_map_is_well_known(&map));
	KUNIT_EXPECT_FALSE(test, ix_map_is_well_known(&elsewhere));

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		const char *const addrs[] = {
			blocks[i].before, blocks[i].first, blocks[i].last,
			blocks[i].after,
		};

		for (j = 0; j < ARRAY_SIZE(addrs); j++) {
			bool global = j == 0 || j == 3;
			struct ix_addr own, ix, out;

			if (!*addrs[j])
				continue;
			own = addr_of(test, addrs[j]);
			KUNIT_EXPECT_TRUE(test, ix_map_lift(&allowed, own,
							    &ix));
			KUNIT_EXPECT_TRUE(test, ix_map_lower(&allowed, ix,
							     &out));
			KUNIT_EXPECT_EQ_MSG(test, ix_map_lower(&map, ix, &out),
					    global, "%s", addrs[j]);
			KUNIT_EXPECT_EQ_MSG(test, ix_map_lift(&map, own, &ix),
					    global, "%s", addrs[j]);
			KUNIT_EXPECT_TRUE(test, ix_map_lift(&elsewhere, own,
							    &ix));
		}
		KUNIT_EXPECT_EQ(test, IX_MAP_NON_GLOBAL,
				ix_map_init(&block, IX_MAP_KIND_RFC6052, true,
					    prefix_of(test, blocks[i].first,
						      blocks[i].len), wkp));
		KUNIT_EXPECT_EQ(test, IX_MAP_OK,
				ix_map_init(&block, IX_MAP_KIND_RFC6052, true,
					    prefix_of(test, blocks[i].first,
						      blocks[i].len), other));
	}
}

/* IX addresses within the prefix of a map that no host has. */
static const struct map_example map_no_images[] = {
	{ "u octet, /32", IX_MAP_KIND_RFC6052, "192.0.2.0", 24,
	  "2001:db8::", 32, "", "2001:db8:c000:221:100::" },
	{ "u octet, /64", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8:122:344::", 64, "", "2001:db8:122:344:ffc0:2:2100:0" },
	{ "suffix, /32", IX_MAP_KIND_RFC6052, "192.0.2.0", 24,
	  "2001:db8::", 32, "", "2001:db8:c000:221::1" },
	{ "suffix, /64", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8:122:344::", 64, "", "2001:db8:122:344:c0:2:2100:1" },
	{ "suffix behind IPv4, /40", IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
	  "2001:db8:100::", 40, "", "2001:db8:1c0:2:21:8000::" },
	{ "padding, explicit /26 and /64", IX_MAP_KIND_EXPLICIT,
	  "192.0.2.128", 26, "2001:db8:dddd::", 64, "",
	  "2001:db8:dddd:0:801::" },
	{ "padding, explicit, last bit", IX_MAP_KIND_EXPLICIT,
	  "192.0.2.128", 26, "2001:db8:dddd::", 64, "",
	  "2001:db8:dddd:0:800::1" },
	{ "padding, explicit /32 and /64", IX_MAP_KIND_EXPLICIT,
	  "192.0.2.1", 32, "2001:db8:dddd::", 64, "", "2001:db8:dddd::1" },
	{ "padding, explicit /24 and /16", IX_MAP_KIND_EXPLICIT,
	  "203.0.113.0", 24, "2001::", 16, "", "2001:101:0:0:8000::" },
	{ "NPTv6 /48, subnet 0xffff", IX_MAP_KIND_NPTV6, "fd01:203:405::", 48,
	  "2001:db8:1::", 48, "fd01:203:405:ffff::1", "2001:db8:1:ffff::1" },
	{ "NPTv6 /56, no word left", IX_MAP_KIND_NPTV6,
	  "fd01:203:405:100::", 56, "2001:db8:1:200::", 56,
	  "fd01:203:405:101:ffff:ffff:ffff:ffff",
	  "2001:db8:1:201:ffff:ffff:ffff:ffff" },
	{ "RFC 6296 3.7, identifier 0", IX_MAP_KIND_NPTV6,
	  "fd01:203:405:100::", 56, "2001:db8:1:200::", 56,
	  "fd01:203:405:101::", "2001:db8:1:201::" },
	{ "RFC 6296 3.7, identifier would be 0", IX_MAP_KIND_NPTV6,
	  "fd01:203:405:100::", 56, "2001:db8:1:200::", 56,
	  "fd01:203:405:101:2bb0::", "2001:db8:1:201::" },
	{ "NPTv6 /112, its word is 0xffff", IX_MAP_KIND_NPTV6,
	  "fd01:203:405:100::", 112, "2001:db8:1:200::", 112,
	  "fd01:203:405:100::ffff", "2001:db8:1:200::ffff" },
};

KUNIT_ARRAY_PARAM_DESC(map_no_image, map_no_images, name);

static void map_no_image_test(struct kunit *test)
{
	const struct map_example *example = test->param_value;
	struct ix_addr result;
	struct ix_map map;

	KUNIT_ASSERT_EQ(test, IX_MAP_OK, example_init(test, &map, example));
	KUNIT_EXPECT_FALSE(test, ix_map_lower(&map, addr_of(test, example->ix),
					      &result));
	if (*example->own)
		KUNIT_EXPECT_FALSE(test,
				   ix_map_lift(&map,
					       addr_of(test, example->own),
					       &result));
}

struct map_error_case {
	const char *name;
	enum ix_map_kind kind;
	bool own_is_v4;
	const char *own;
	u8 own_len;
	const char *ix;
	u8 ix_len;
	enum ix_map_error error;
};

static const struct map_error_case map_error_cases[] = {
	{ "host bits, IPv4", IX_MAP_KIND_EXPLICIT, true,
	  "192.0.2.1", 31, "2001:db8::", 127, IX_MAP_OWN_BITS },
	{ "host bits, IPv6", IX_MAP_KIND_PLAIN, false,
	  "fd00::1", 64, "2001:db8::", 64, IX_MAP_OWN_BITS },
	{ "IPv6 address as IPv4", IX_MAP_KIND_EXPLICIT, true,
	  "a00:1:1::", 32, "2001:db8::", 128, IX_MAP_OWN_BITS },
	{ "host bits, IX", IX_MAP_KIND_RFC6052, true,
	  "0.0.0.0", 0, "2001:db8::1", 96, IX_MAP_IX_BITS },
	{ "host bits, IX, plain", IX_MAP_KIND_PLAIN, false,
	  "fd00::", 64, "2001:db8:0:0:8000::", 64, IX_MAP_IX_BITS },
	{ "IPv4 length", IX_MAP_KIND_EXPLICIT, true,
	  "192.0.2.0", 33, "2001:db8::", 128, IX_MAP_OWN_LENGTH },
	{ "IPv6 length", IX_MAP_KIND_PLAIN, false,
	  "fd00::", 129, "2001:db8::", 129, IX_MAP_OWN_LENGTH },
	{ "NPTv6 longer than 112", IX_MAP_KIND_NPTV6, false,
	  "fd00::", 113, "2001:db8::", 113, IX_MAP_OWN_LENGTH },
	{ "IX length", IX_MAP_KIND_EXPLICIT, true,
	  "192.0.2.0", 32, "2001:db8::", 129, IX_MAP_IX_LENGTH },
	{ "RFC 6052 has no /80", IX_MAP_KIND_RFC6052, true,
	  "0.0.0.0", 0, "2001:db8::", 80, IX_MAP_IX_LENGTH },
	{ "RFC 6052 has no /0", IX_MAP_KIND_RFC6052, true,
	  "0.0.0.0", 0, "::", 0, IX_MAP_IX_LENGTH },
	{ "NPTv6 of two lengths", IX_MAP_KIND_NPTV6, false,
	  "fd00::", 48, "2001:db8::", 56, IX_MAP_IX_LENGTH },
	{ "plain of two lengths", IX_MAP_KIND_PLAIN, false,
	  "fd00::", 64, "2001:db8::", 48, IX_MAP_IX_LENGTH },
	{ "suffix does not fit", IX_MAP_KIND_EXPLICIT, true,
	  "192.0.2.0", 24, "2001:db8::", 121, IX_MAP_SUFFIX },
	{ "suffix does not fit, whole IPv4", IX_MAP_KIND_EXPLICIT, true,
	  "0.0.0.0", 0, "2001:db8::", 97, IX_MAP_SUFFIX },
	{ "explicit with IPv6", IX_MAP_KIND_EXPLICIT, false,
	  "fd00::", 64, "2001:db8::", 64, IX_MAP_FAMILY },
	{ "RFC 6052 with IPv6", IX_MAP_KIND_RFC6052, false,
	  "fd00::", 64, "2001:db8::", 64, IX_MAP_FAMILY },
	{ "NPTv6 with IPv4", IX_MAP_KIND_NPTV6, true,
	  "192.0.2.0", 24, "2001:db8::", 24, IX_MAP_FAMILY },
	{ "plain with IPv4", IX_MAP_KIND_PLAIN, true,
	  "192.0.2.0", 24, "2001:db8::", 24, IX_MAP_FAMILY },
	{ "u octet of a /96", IX_MAP_KIND_RFC6052, true,
	  "0.0.0.0", 0, "2001:db8:0:0:100::", 96, IX_MAP_U_OCTET },
	{ "octet behind u of a /96", IX_MAP_KIND_RFC6052, true,
	  "0.0.0.0", 0, "2001:db8:0:0:ff::", 96, IX_MAP_OK },
	{ "suffix that just fits", IX_MAP_KIND_EXPLICIT, true,
	  "192.0.2.0", 24, "2001:db8::", 120, IX_MAP_OK },
	{ "NPTv6 /112", IX_MAP_KIND_NPTV6, false,
	  "fd00::", 112, "2001:db8::", 112, IX_MAP_OK },
	{ "NPTv6 /0", IX_MAP_KIND_NPTV6, false, "::", 0, "::", 0, IX_MAP_OK },
};

KUNIT_ARRAY_PARAM_DESC(map_error, map_error_cases, name);

static void map_error_test(struct kunit *test)
{
	const struct map_error_case *c = test->param_value;
	struct ix_map map;

	KUNIT_EXPECT_EQ(test, c->error,
			ix_map_init(&map, c->kind, c->own_is_v4,
				    prefix_of(test, c->own, c->own_len),
				    prefix_of(test, c->ix, c->ix_len)));
}

static void map_error_all_lengths_test(struct kunit *test)
{
	unsigned int own_len, ix_len;
	struct ix_map map;

	for (own_len = 0; own_len < 256; own_len++) {
		for (ix_len = 0; ix_len < 256; ix_len++) {
			struct ix_prefix own = { { 0, 0 }, own_len };
			struct ix_prefix ix = { { 0, 0 }, ix_len };
			bool ok;

			ok = own_len <= 32 && ix_len <= 128 &&
			     ix_len + 32 <= own_len + 128;
			KUNIT_ASSERT_EQ(test, ok,
					!ix_map_init(&map, IX_MAP_KIND_EXPLICIT,
						     true, own, ix));
			ok = own_len <= 32 && ix_len >= 32 && ix_len <= 96 &&
			     ix_len % 8 == 0 && ix_len != 72 &&
			     ix_len != 80 && ix_len != 88;
			KUNIT_ASSERT_EQ(test, ok,
					!ix_map_init(&map, IX_MAP_KIND_RFC6052,
						     true, own, ix));
			ok = own_len == ix_len && own_len <= 112;
			KUNIT_ASSERT_EQ(test, ok,
					!ix_map_init(&map, IX_MAP_KIND_NPTV6,
						     false, own, ix));
			ok = own_len == ix_len && own_len <= 128;
			KUNIT_ASSERT_EQ(test, ok,
					!ix_map_init(&map, IX_MAP_KIND_PLAIN,
						     false, own, ix));
		}
	}
}

/* Bits and words, the slow and obvious way. */

static bool bit_get(struct ix_addr addr, unsigned int bit)
{
	return bit < 64 ? addr.hi >> (63 - bit) & 1 : addr.lo >> (127 - bit) & 1;
}

static void bit_set(struct ix_addr *addr, unsigned int bit, bool value)
{
	u64 mask = 1ULL << (63 - bit % 64);
	u64 *half = bit < 64 ? &addr->hi : &addr->lo;

	*half = value ? *half | mask : *half & ~mask;
}

static u16 word_get(struct ix_addr addr, unsigned int word)
{
	u16 value = 0;
	unsigned int i;

	for (i = 0; i < 16; i++)
		value = value << 1 | bit_get(addr, 16 * word + i);
	return value;
}

static void word_set(struct ix_addr *addr, unsigned int word, u16 value)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		bit_set(addr, 16 * word + i, value >> (15 - i) & 1);
}

/* The sum of an address as the Internet checksum takes it. */
static u16 addr_checksum(struct ix_addr addr)
{
	u32 sum = 0;
	int shift;

	for (shift = 0; shift < 64; shift += 16) {
		sum += (u16)(addr.hi >> shift);
		sum += (u16)(addr.lo >> shift);
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	/* 0xffff is zero as well. */
	return sum == 0xffff ? 0 : sum;
}

/* All values of the adjusted word, of maps with all sorts of differences. */
static void map_nptv6_words_test(struct kunit *test)
{
	static const struct {
		const char *own;
		const char *ix;
		u8 len;
		u8 word;
	} cases[] = {
		{ "fd01:203:405::", "2001:db8:1::", 48, 3 },
		{ "2001:db8:1::", "fd01:203:405::", 48, 3 },
		/* Differences of 0, of 1 and of -1. */
		{ "2001:db8::", "db8:2001::", 32, 3 },
		{ "2001:db8:1::", "2001:db8::", 48, 3 },
		{ "2001:db8::", "2001:db8:1::", 48, 3 },
		/* Words that are 0xffff, in a prefix that is zero as well. */
		{ "ffff:ffff:ffff::", "::", 48, 3 },
		{ "ffff:ffff:fffe::", "::", 47, 3 },
		{ "fd00::", "2001:db8::", 49, 4 },
		{ "fd01:203:405:8000::", "2001:db8:1::", 49, 4 },
		{ "fd01:203:405:6::", "2001:db8:1:2::", 64, 4 },
		{ "fd01:203:405:6:8000::", "2001:db8:1:2::", 65, 5 },
		{ "fd01:203:405:6:7::", "2001:db8:1:2:3::", 80, 5 },
		{ "fd01:203:405:6:7:8::", "2001:db8:1:2:3:4::", 96, 6 },
		{ "fd01:203:405:6:7:8:9:0", "2001:db8:1:2:3:4:5:0", 112, 7 },
	};
	struct ix_addr own, ix, back, last;
	unsigned int i, value, refused;
	struct ix_map map;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u8 *seen = kunit_kzalloc(test, 65536, GFP_KERNEL);
		/* The whole identifier: it must not be, or become, 0 (3.7). */
		bool whole = cases[i].word == 7;

		KUNIT_ASSERT_NOT_NULL(test, seen);
		KUNIT_ASSERT_EQ(test, IX_MAP_OK,
				ix_map_init(&map, IX_MAP_KIND_NPTV6, false,
					    prefix_of(test, cases[i].own,
						      cases[i].len),
					    prefix_of(test, cases[i].ix,
						      cases[i].len)));

		refused = 0;
		for (value = 0; value < 65536; value++) {
			bool lifted;

			own = map.own_leaf.key;
			word_set(&own, cases[i].word,
				 word_get(own, cases[i].word) | value);
			/* So that there is no other word to choose. */
			last = ix_addr_mask(16 * (cases[i].word + 1));
			own.hi |= ~last.hi;
			own.lo |= ~last.lo;

			lifted = ix_map_lift(&map, own, &ix);
			if (value == 0xffff || (whole && !value))
				KUNIT_ASSERT_FALSE(test, lifted);
			if (!lifted) {
				refused++;
				continue;
			}
			KUNIT_ASSERT_EQ(test, addr_checksum(own),
					addr_checksum(ix));
			KUNIT_ASSERT_TRUE(test,
					  ix_addr_match(ix, map.ix_leaf.key,
							map.ix_leaf.len));
			KUNIT_ASSERT_EQ(test, 0,
					seen[word_get(ix, cases[i].word)]++);
			KUNIT_ASSERT_TRUE(test, ix_map_lower(&map, ix, &back));
			KUNIT_ASSERT_TRUE(test, ix_addr_equal(own, back));
		}
		KUNIT_EXPECT_EQ(test, whole ? 3 : 1, refused);
		KUNIT_EXPECT_EQ(test, 0, seen[0xffff]);
		KUNIT_EXPECT_EQ(test, !whole, seen[0]);
		kunit_kfree(test, seen);
	}
}

/* All differences that two prefixes can have. */
static void map_nptv6_differences_test(struct kunit *test)
{
	static const u16 words[] = { 0, 1, 2, 0x7fff, 0x8000, 0xfffd, 0xfffe };
	struct ix_prefix own_prefix = { { 0x20010db800000000, 0 }, 48 };
	struct ix_prefix ix_prefix = { { 0xfd00123400000000, 0 }, 48 };
	struct ix_addr own, ix, back;
	unsigned int difference, i;
	struct ix_map map;

	for (difference = 0; difference < 65536; difference++) {
		own_prefix.addr.hi &= ~0xffff0000ULL;
		own_prefix.addr.hi |= (u64)difference << 16;
		KUNIT_ASSERT_EQ(test, IX_MAP_OK,
				ix_map_init(&map, IX_MAP_KIND_NPTV6, false,
					    own_prefix, ix_prefix));
		for (i = 0; i < ARRAY_SIZE(words); i++) {
			own = own_prefix.addr;
			own.hi |= words[i];
			own.lo = 1;
			KUNIT_ASSERT_TRUE(test, ix_map_lift(&map, own, &ix));
			KUNIT_ASSERT_NE(test, 0xffff, (int)(ix.hi & 0xffff));
			KUNIT_ASSERT_EQ(test, addr_checksum(own),
					addr_checksum(ix));
			KUNIT_ASSERT_TRUE(test, ix_map_lower(&map, ix, &back));
			KUNIT_ASSERT_TRUE(test, ix_addr_equal(own, back));
		}
	}
}

/* A naive twin of the translation, bit by bit. */

/* RFC 6296, 3.1: the first bits replaced, then one word made to fit. */
/* RFC 6296, 3.7: are all bits of the interface identifier zero? */
static bool naive_zero_identifier(struct ix_addr addr, unsigned int len)
{
	unsigned int bit;

	for (bit = len > 64 ? len : 64; bit < 128; bit++)
		if (bit_get(addr, bit))
			return false;
	return len > 48;
}

static bool naive_nptv6(struct ix_addr *addr, struct ix_addr from,
			struct ix_addr to, unsigned int len)
{
	u16 before = addr_checksum(*addr);
	unsigned int bit, word, first, last;

	if (naive_zero_identifier(*addr, len))
		return false;
	for (bit = 0; bit < len; bit++)
		bit_set(addr, bit, bit_get(to, bit));

	first = 3;
	last = 3;
	if (len > 48) {
		first = 4;
		last = 7;
		while (16 * first < len)
			first++;
	}
	for (word = first; word <= last; word++) {
		u32 value = word_get(*addr, word);

		if (value == 0xffff)
			continue;
		/* What the prefix has gained, the word loses. */
		value += before + (0xffff - addr_checksum(*addr));
		word_set(addr, word, value % 0xffff);
		return addr_checksum(*addr) == before &&
		       !naive_zero_identifier(*addr, len);
	}
	return false;
}

/* Where bit @i of an IPv4 address goes, or -1 if it is the prefix's. */
static int naive_position(const struct ix_map *map, unsigned int i)
{
	unsigned int bit;

	if (map->kind == IX_MAP_KIND_EXPLICIT) {
		if (i < map->own_leaf.len)
			return -1;
		return map->ix.len + i - map->own_leaf.len;
	}
	bit = map->ix.len + i;
	if (map->ix.len <= 64 && bit >= 64)
		bit += 8;
	return bit;
}

static bool naive_lift(const struct ix_map *map, struct ix_addr own,
		       struct ix_addr *ix)
{
	unsigned int bit;

	switch (map->kind) {
	case IX_MAP_KIND_EXPLICIT:
	case IX_MAP_KIND_RFC6052:
		*ix = map->ix.addr;
		for (bit = 0; bit < 32; bit++) {
			int position = naive_position(map, bit);

			if (position >= 0)
				bit_set(ix, position, bit_get(own, bit));
		}
		return true;
	case IX_MAP_KIND_NPTV6:
		*ix = own;
		return naive_nptv6(ix, map->own_leaf.key, map->ix.addr,
				   map->ix.len);
	default:
		*ix = own;
		for (bit = 0; bit < map->ix.len; bit++)
			bit_set(ix, bit, bit_get(map->ix.addr, bit));
		return true;
	}
}

static bool naive_lower(const struct ix_map *map, struct ix_addr ix,
			struct ix_addr *own)
{
	struct ix_addr left = ix;
	unsigned int bit;

	switch (map->kind) {
	case IX_MAP_KIND_EXPLICIT:
	case IX_MAP_KIND_RFC6052:
		*own = map->own_leaf.key;
		for (bit = 0; bit < map->ix.len; bit++)
			bit_set(&left, bit, 0);
		for (bit = 0; bit < 32; bit++) {
			int position = naive_position(map, bit);

			if (position < 0)
				continue;
			bit_set(own, bit, bit_get(ix, position));
			bit_set(&left, position, 0);
		}
		return !left.hi && !left.lo;
	case IX_MAP_KIND_NPTV6:
		*own = ix;
		return naive_nptv6(own, map->ix.addr, map->own_leaf.key,
				   map->ix.len);
	default:
		*own = ix;
		for (bit = 0; bit < map->ix.len; bit++)
			bit_set(own, bit, bit_get(map->own_leaf.key, bit));
		return true;
	}
}

static struct ix_addr random_addr(struct rnd_state *rnd)
{
	struct ix_addr addr;
	unsigned int i;

	addr.hi = (u64)prandom_u32_state(rnd) << 32 | prandom_u32_state(rnd);
	addr.lo = (u64)prandom_u32_state(rnd) << 32 | prandom_u32_state(rnd);
	/* Random words are hardly ever what is special. */
	for (i = 0; i < 8; i++) {
		switch (prandom_u32_state(rnd) % 8) {
		case 0:
			word_set(&addr, i, 0);
			break;
		case 1:
			word_set(&addr, i, 0xffff);
			break;
		}
	}
	return addr;
}

static struct ix_addr random_within(struct rnd_state *rnd, struct ix_addr key,
				    unsigned int len)
{
	struct ix_addr addr = random_addr(rnd);
	struct ix_addr mask = ix_addr_mask(len);

	addr.hi = key.hi | (addr.hi & ~mask.hi);
	addr.lo = key.lo | (addr.lo & ~mask.lo);
	return addr;
}

static struct ix_addr random_own(struct rnd_state *rnd,
				 const struct ix_map *map)
{
	struct ix_addr own = random_within(rnd, map->own_leaf.key,
					   map->own_leaf.len);

	return map->own_is_v4 ? ix_addr_prefix(own, 32) : own;
}

static void random_map(struct kunit *test, struct rnd_state *rnd,
		       struct ix_map *map)
{
	static const u8 lengths[] = { 32, 40, 48, 56, 64, 96 };
	struct ix_prefix own, ix;
	enum ix_map_kind kind;
	bool v4;

	kind = prandom_u32_state(rnd) % 4;
	v4 = kind == IX_MAP_KIND_EXPLICIT || kind == IX_MAP_KIND_RFC6052;
	own.addr = random_addr(rnd);
	ix.addr = random_addr(rnd);
	switch (kind) {
	case IX_MAP_KIND_EXPLICIT:
		own.len = prandom_u32_state(rnd) % 33;
		ix.len = prandom_u32_state(rnd) % (97 + own.len);
		break;
	case IX_MAP_KIND_RFC6052:
		own.len = prandom_u32_state(rnd) % 33;
		ix.len = lengths[prandom_u32_state(rnd) % 6];
		ix.addr.lo &= ~0ULL >> 8;
		break;
	case IX_MAP_KIND_NPTV6:
		own.len = prandom_u32_state(rnd) % 113;
		ix.len = own.len;
		break;
	case IX_MAP_KIND_PLAIN:
		own.len = prandom_u32_state(rnd) % 129;
		ix.len = own.len;
		break;
	}
	own.addr = ix_addr_prefix(own.addr, own.len);
	ix.addr = ix_addr_prefix(ix.addr, ix.len);
	KUNIT_ASSERT_EQ(test, IX_MAP_OK, ix_map_init(map, kind, v4, own, ix));
}

static void check_lift(struct kunit *test, const struct ix_map *map,
		       struct ix_addr own)
{
	struct ix_addr ix, naive, back;
	bool has_image;

	has_image = naive_lift(map, own, &naive);
	KUNIT_ASSERT_EQ(test, has_image, ix_map_lift(map, own, &ix));
	if (!has_image)
		return;
	EXPECT_ADDR_EQ(test, naive, ix);
	KUNIT_EXPECT_TRUE(test, ix_addr_match(ix, map->ix_leaf.key,
					      map->ix_leaf.len));
	KUNIT_ASSERT_TRUE(test, ix_map_lower(map, ix, &back));
	EXPECT_ADDR_EQ(test, own, back);
}

static void check_lower(struct kunit *test, const struct ix_map *map,
			struct ix_addr ix)
{
	struct ix_addr own, naive, back;
	bool has_image;

	has_image = naive_lower(map, ix, &naive);
	KUNIT_ASSERT_EQ(test, has_image, ix_map_lower(map, ix, &own));
	if (!has_image)
		return;
	EXPECT_ADDR_EQ(test, naive, own);
	KUNIT_EXPECT_TRUE(test, ix_addr_match(own, map->own_leaf.key,
					      map->own_leaf.len));
	KUNIT_ASSERT_TRUE(test, ix_map_lift(map, own, &back));
	EXPECT_ADDR_EQ(test, ix, back);
}

static void map_random_test(struct kunit *test)
{
	struct rnd_state rnd;
	struct ix_map map;
	struct ix_addr ix;
	int i, j;

	ix_test_seed(test, &rnd);
	for (i = 0; i < 100000; i++) {
		random_map(test, &rnd, &map);
		for (j = 0; j < 5; j++) {
			check_lift(test, &map, random_own(&rnd, &map));
			ix = random_within(&rnd, map.ix_leaf.key,
					   map.ix_leaf.len);
			check_lower(test, &map, ix);
			/* One bit off an image. */
			if (naive_lift(&map, random_own(&rnd, &map), &ix)) {
				unsigned int bit = prandom_u32_state(&rnd) %
						   (129 - map.ix_leaf.len);

				bit += map.ix_leaf.len;
				if (bit < 128) {
					bit_set(&ix, bit, !bit_get(ix, bit));
					check_lower(test, &map, ix);
				}
			}
		}
	}
}

/* Sets */

/**
 * struct set_test - a set that grows by edits
 * @set: the published set
 * @next: the one that the open edit works on
 * @edit: the open edit
 */
struct set_test {
	struct ix_map_set set;
	struct ix_map_set next;
	struct ix_edit edit;
};

static void set_begin(struct set_test *st)
{
	ix_edit_init(&st->edit);
	st->next = st->set;
}

static void set_publish(struct set_test *st)
{
	st->set = st->next;
	ix_edit_published(&st->edit);
}

static void set_abandon(struct set_test *st)
{
	ix_map_set_abandon(&st->next, &st->edit);
	ix_edit_abandoned(&st->edit);
}

static int set_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct set_test), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void set_test_exit(struct kunit *test)
{
	struct set_test *st = test->priv;

	ix_map_set_destroy(&st->set);
}

static struct ix_map *set_insert(struct kunit *test, const struct ix_map *map)
{
	struct set_test *st = test->priv;
	struct ix_map *new = kmemdup(map, sizeof(*map), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, new);
	new->own_leaf.epoch = st->edit.epoch;
	new->ix_leaf.epoch = st->edit.epoch;
	KUNIT_ASSERT_EQ(test, 0,
			ix_map_set_insert(&st->next, &st->edit, new));
	return new;
}

/* Add a map in an edit of its own. */
static struct ix_map *set_add(struct kunit *test, enum ix_map_kind kind,
			      const char *own, u8 own_len, const char *ix,
			      u8 ix_len)
{
	struct set_test *st = test->priv;
	struct ix_map map, *new;

	KUNIT_ASSERT_EQ(test, IX_MAP_OK,
			ix_map_init(&map, kind, is_v4(own),
				    prefix_of(test, own, own_len),
				    prefix_of(test, ix, ix_len)));
	KUNIT_ASSERT_NULL(test, ix_map_set_conflict(&st->set, &map, NULL));
	set_begin(st);
	new = set_insert(test, &map);
	set_publish(st);
	return new;
}

static void set_del(struct kunit *test, struct ix_map *map)
{
	struct set_test *st = test->priv;

	set_begin(st);
	KUNIT_ASSERT_EQ(test, 0, ix_map_set_remove(&st->next, &st->edit, map));
	set_publish(st);
}

/* @own and @ix belong to each other, through @map. */
static void expect_pair(struct kunit *test, const struct ix_map *map,
			const char *own, const char *ix)
{
	struct set_test *st = test->priv;
	struct ix_addr result;

	KUNIT_EXPECT_PTR_EQ_MSG(test, map,
				ix_map_set_lift(&st->set, is_v4(own),
						addr_of(test, own), &result),
				"%s", own);
	EXPECT_ADDR_EQ(test, addr_of(test, ix), result);
	KUNIT_EXPECT_PTR_EQ_MSG(test, map,
				ix_map_set_lower(&st->set, is_v4(own),
						 addr_of(test, ix), &result),
				"%s", ix);
	EXPECT_ADDR_EQ(test, addr_of(test, own), result);
}

static void expect_no_lift(struct kunit *test, const char *own)
{
	struct set_test *st = test->priv;
	struct ix_addr result;

	KUNIT_EXPECT_NULL_MSG(test, ix_map_set_lift(&st->set, is_v4(own),
						    addr_of(test, own),
						    &result), "%s", own);
}

static void expect_no_lower(struct kunit *test, bool v4, const char *ix)
{
	struct set_test *st = test->priv;
	struct ix_addr result;

	KUNIT_EXPECT_NULL_MSG(test, ix_map_set_lower(&st->set, v4,
						     addr_of(test, ix),
						     &result), "%s", ix);
}

static void set_empty_test(struct kunit *test)
{
	expect_no_lift(test, "10.0.0.1");
	expect_no_lift(test, "2001:db8::1");
	expect_no_lower(test, true, "2001:db8::1");
	expect_no_lower(test, false, "2001:db8::1");
}

static void set_families_test(struct kunit *test)
{
	const struct ix_map *v4, *v6;

	/* A host with two addresses on the tenant's side, and one IX address. */
	v4 = set_add(test, IX_MAP_KIND_EXPLICIT, "10.0.0.0", 24,
		     "2001:db8:1::", 120);
	v6 = set_add(test, IX_MAP_KIND_PLAIN, "fd00::", 120,
		     "2001:db8:1::", 120);
	expect_pair(test, v4, "10.0.0.7", "2001:db8:1::7");
	expect_pair(test, v6, "fd00::7", "2001:db8:1::7");
	expect_no_lift(test, "10.0.1.7");
	expect_no_lift(test, "2001:db8:1::7");
	expect_no_lower(test, true, "2001:db8:1::107");
	expect_no_lower(test, false, "fd00::7");
	/* 10.0.0.7 as the beginning of an IPv6 address is another address. */
	expect_no_lift(test, "a00:7::");
}

static void set_exception_test(struct kunit *test)
{
	struct ix_map *all, *one;

	all = set_add(test, IX_MAP_KIND_RFC6052, "10.0.0.0", 8,
		      "64:ff9b:1::", 96);
	expect_pair(test, all, "10.0.0.5", "64:ff9b:1::10.0.0.5");

	/* An exception whose IX address is elsewhere. */
	one = set_add(test, IX_MAP_KIND_EXPLICIT, "10.0.0.5", 32,
		      "2001:db8::5", 128);
	expect_pair(test, one, "10.0.0.5", "2001:db8::5");
	expect_pair(test, all, "10.0.0.6", "64:ff9b:1::10.0.0.6");
	expect_no_lower(test, true, "64:ff9b:1::10.0.0.5");
	set_del(test, one);
	expect_pair(test, all, "10.0.0.5", "64:ff9b:1::10.0.0.5");

	/* The same within an exception. */
	one = set_add(test, IX_MAP_KIND_EXPLICIT, "10.0.0.0", 24,
		      "2001:db8:24::", 120);
	set_add(test, IX_MAP_KIND_EXPLICIT, "10.0.0.5", 32, "2001:db8::5",
		128);
	expect_pair(test, one, "10.0.0.6", "2001:db8:24::6");
	expect_no_lower(test, true, "2001:db8:24::5");
	expect_no_lower(test, true, "64:ff9b:1::10.0.0.5");
	expect_no_lower(test, true, "64:ff9b:1::10.0.0.6");
	expect_pair(test, all, "10.0.1.6", "64:ff9b:1::10.0.1.6");
	/* With the middle one gone, the outer one has it all but the inner. */
	set_del(test, one);
	expect_pair(test, all, "10.0.0.6", "64:ff9b:1::10.0.0.6");
	expect_no_lower(test, true, "64:ff9b:1::10.0.0.5");
}

static void expect_reserved(struct kunit *test, bool reserved, const char *own,
			    const char *ix)
{
	struct set_test *st = test->priv;

	KUNIT_EXPECT_EQ_MSG(test, reserved,
			    ix_map_set_is_reserved(&st->set, addr_of(test, own)),
			    "%s", own);
	KUNIT_EXPECT_EQ_MSG(test, reserved,
			    ix_map_set_ix_is_reserved(&st->set,
						      addr_of(test, ix)),
			    "%s", ix);
}

/* Whose fault is it that an address has no image? RFC 6296, 3.7. */
static void rfc6296_3_7_reserved(struct kunit *test)
{
	set_add(test, IX_MAP_KIND_NPTV6, "fd01:203:405:1::", 64,
		"2001:db8:1:2::", 64);
	set_add(test, IX_MAP_KIND_NPTV6, "fd02::", 48, "2001:db8:2::", 48);
	set_add(test, IX_MAP_KIND_NPTV6, "fd03::", 80, "2001:db8:3::", 80);
	set_add(test, IX_MAP_KIND_PLAIN, "fd04::", 64, "2001:db8:4::", 64);
	expect_reserved(test, true, "fd01:203:405:1::", "2001:db8:1:2::");
	expect_reserved(test, true, "fd01:203:405:1:ffff:ffff:ffff:ffff",
			"2001:db8:1:2:ffff:ffff:ffff:ffff");
	expect_reserved(test, true, "fd03::", "2001:db8:3::");
	expect_reserved(test, true, "fd03::ffff:ffff:ffff",
			"2001:db8:3::ffff:ffff:ffff");
	expect_reserved(test, false, "fd01:203:405:1::1", "2001:db8:1:2::1");
	expect_reserved(test, false, "fd01:203:405:1:2ab1::",
			"2001:db8:1:2:d54e::");
	expect_reserved(test, false, "fd02:0:0:ffff::", "2001:db8:2::");
	expect_reserved(test, false, "fd04::", "2001:db8:4::");
	expect_reserved(test, false, "fd05::", "2001:db8:5::");
}

/* The inner map first, and the outer one around it later. */
static void set_exception_first_test(struct kunit *test)
{
	const struct ix_map *one, *all;

	one = set_add(test, IX_MAP_KIND_EXPLICIT, "10.0.0.5", 32,
		      "2001:db8::5", 128);
	all = set_add(test, IX_MAP_KIND_RFC6052, "0.0.0.0", 0,
		      "64:ff9b:1::", 96);
	expect_pair(test, one, "10.0.0.5", "2001:db8::5");
	expect_no_lower(test, true, "64:ff9b:1::10.0.0.5");
	expect_pair(test, all, "10.0.0.4", "64:ff9b:1::10.0.0.4");
}

/* In a view: a host that is to be seen under another address. */
static void set_ix_exception_test(struct kunit *test)
{
	const struct ix_map *all, *one;

	all = set_add(test, IX_MAP_KIND_EXPLICIT, "100.64.0.0", 10,
		      "2001:db8::", 106);
	one = set_add(test, IX_MAP_KIND_EXPLICIT, "192.0.2.1", 32,
		      "2001:db8::7", 128);
	expect_pair(test, one, "192.0.2.1", "2001:db8::7");
	expect_pair(test, all, "100.64.0.8", "2001:db8::8");
	expect_no_lift(test, "100.64.0.7");
}

/* Inside on both sides: two addresses change places by two exceptions. */
static void set_swap_test(struct kunit *test)
{
	const struct ix_map *all, *five, *six;

	all = set_add(test, IX_MAP_KIND_PLAIN, "fd00::", 64, "2001:db8::", 64);
	five = set_add(test, IX_MAP_KIND_PLAIN, "fd00::5", 128,
		       "2001:db8::6", 128);
	expect_pair(test, five, "fd00::5", "2001:db8::6");
	expect_no_lift(test, "fd00::6");
	expect_no_lower(test, false, "2001:db8::5");
	six = set_add(test, IX_MAP_KIND_PLAIN, "fd00::6", 128,
		      "2001:db8::5", 128);
	expect_pair(test, five, "fd00::5", "2001:db8::6");
	expect_pair(test, six, "fd00::6", "2001:db8::5");
	expect_pair(test, all, "fd00::7", "2001:db8::7");
}

static void set_find_test(struct kunit *test)
{
	struct set_test *st = test->priv;
	struct ix_map *v4, *v6;

	v4 = set_add(test, IX_MAP_KIND_EXPLICIT, "10.0.0.0", 24,
		     "2001:db8:1::", 120);
	v6 = set_add(test, IX_MAP_KIND_NPTV6, "fd00::", 48,
		     "2001:db8:2::", 48);
	KUNIT_EXPECT_PTR_EQ(test, v4,
			    ix_map_set_find(&st->set, true,
					    prefix_of(test, "10.0.0.0", 24)));
	KUNIT_EXPECT_PTR_EQ(test, v6,
			    ix_map_set_find(&st->set, false,
					    prefix_of(test, "fd00::", 48)));
	KUNIT_EXPECT_NULL(test,
			  ix_map_set_find(&st->set, true,
					  prefix_of(test, "10.0.0.0", 25)));
	KUNIT_EXPECT_NULL(test,
			  ix_map_set_find(&st->set, false,
					  prefix_of(test, "a00::", 24)));
}

static void expect_conflict(struct kunit *test, const struct ix_map *with,
			    const struct ix_map *except, enum ix_map_kind kind,
			    const char *own, u8 own_len, const char *ix,
			    u8 ix_len)
{
	struct set_test *st = test->priv;
	struct ix_map map;

	KUNIT_ASSERT_EQ(test, IX_MAP_OK,
			ix_map_init(&map, kind, is_v4(own),
				    prefix_of(test, own, own_len),
				    prefix_of(test, ix, ix_len)));
	KUNIT_EXPECT_PTR_EQ_MSG(test, with,
				ix_map_set_conflict(&st->set, &map, except),
				"%s/%u %s/%u", own, own_len, ix, ix_len);
}

static void set_conflict_test(struct kunit *test)
{
	const enum ix_map_kind explicit = IX_MAP_KIND_EXPLICIT;
	const enum ix_map_kind plain = IX_MAP_KIND_PLAIN;
	struct ix_map *a, *b, *v6;

	a = set_add(test, explicit, "10.0.0.0", 16, "2001:db8:a::", 64);
	b = set_add(test, explicit, "10.1.0.0", 16, "2001:db8:b::", 64);
	v6 = set_add(test, plain, "fd00::", 64, "2001:db8:a::", 64);

	/* Equal prefixes. */
	expect_conflict(test, a, NULL, explicit, "10.0.0.0", 16,
			"2001:db8:c::", 64);
	expect_conflict(test, a, NULL, explicit, "10.2.0.0", 16,
			"2001:db8:a::", 64);
	expect_conflict(test, v6, NULL, plain, "fd00::", 64,
			"2001:db8:c::", 64);
	expect_conflict(test, v6, NULL, plain, "fd01::", 64,
			"2001:db8:a::", 64);
	/* What really occurs counts: 2001:db8:b::/64 by another kind. */
	expect_conflict(test, b, NULL, IX_MAP_KIND_RFC6052, "0.11.0.0", 32,
			"2001:db8::", 32);
	/* The one that is to be replaced does not. */
	expect_conflict(test, NULL, a, explicit, "10.0.0.0", 16,
			"2001:db8:c::", 64);
	expect_conflict(test, NULL, a, explicit, "10.0.0.0", 16,
			"2001:db8:a::", 64);
	expect_conflict(test, b, a, explicit, "10.0.0.0", 16,
			"2001:db8:b::", 64);
	/* Neither is an exception to the other. */
	expect_conflict(test, a, NULL, explicit, "10.0.1.0", 24,
			"2001:db8:a::", 48);
	expect_conflict(test, a, NULL, explicit, "10.0.0.0", 8,
			"2001:db8:a::", 80);
	expect_conflict(test, NULL, a, explicit, "10.0.0.0", 8,
			"2001:db8:a::", 80);
	/* Exceptions on one side or both. */
	expect_conflict(test, NULL, NULL, explicit, "10.0.1.0", 24,
			"2001:db8:c::", 64);
	expect_conflict(test, NULL, NULL, explicit, "10.3.1.0", 24,
			"2001:db8:a:0:100::", 72);
	expect_conflict(test, NULL, NULL, explicit, "10.0.1.0", 24,
			"2001:db8:a:0:100::", 72);
	expect_conflict(test, NULL, NULL, explicit, "10.0.1.0", 24,
			"2001:db8:b:0:100::", 72);
	expect_conflict(test, NULL, NULL, explicit, "10.0.0.0", 8,
			"2001:db8::", 32);
}

/* What clashes is neither the nearest map, nor where a lookup ends. */
static void set_conflict_above_test(struct kunit *test)
{
	const enum ix_map_kind explicit = IX_MAP_KIND_EXPLICIT;
	const struct ix_map *outer;

	outer = set_add(test, explicit, "10.0.0.0", 8, "2001:db8:1::", 64);
	set_add(test, explicit, "10.0.0.0", 16, "2001:db8:2::", 112);
	set_add(test, explicit, "10.0.0.0", 32, "2001:db8:3::", 128);
	expect_conflict(test, outer, NULL, explicit, "10.0.0.0", 24,
			"2001:db8:1::", 48);
	expect_conflict(test, NULL, outer, explicit, "10.0.0.0", 24,
			"2001:db8:1::", 48);
	expect_conflict(test, NULL, NULL, explicit, "10.0.0.0", 24,
			"2001:db8:4::", 48);

	/* The other way round. */
	set_add(test, explicit, "192.0.2.0", 30, "2001:db8:1::", 72);
	set_add(test, explicit, "192.0.2.0", 32, "2001:db8:1::", 128);
	expect_conflict(test, outer, NULL, explicit, "8.0.0.0", 5,
			"2001:db8:1::", 80);
	expect_conflict(test, NULL, outer, explicit, "8.0.0.0", 5,
			"2001:db8:1::", 80);
}

static void set_clear_test(struct kunit *test)
{
	struct set_test *st = test->priv;
	struct ix_map map;

	set_add(test, IX_MAP_KIND_EXPLICIT, "10.0.0.0", 24, "2001:db8::", 64);
	set_add(test, IX_MAP_KIND_PLAIN, "fd00::", 64, "2001:db8:1::", 64);

	/* Given up: everything is as before. */
	set_begin(st);
	KUNIT_ASSERT_EQ(test, IX_MAP_OK,
			ix_map_init(&map, IX_MAP_KIND_PLAIN, false,
				    prefix_of(test, "fd02::", 64),
				    prefix_of(test, "2001:db8:2::", 64)));
	set_insert(test, &map);
	KUNIT_ASSERT_EQ(test, 0, ix_map_set_clear(&st->next, &st->edit));
	KUNIT_EXPECT_EQ(test, 0, st->next.own4.count + st->next.own6.count);
	KUNIT_EXPECT_EQ(test, 0, st->next.ix4.count + st->next.ix6.count);
	set_abandon(st);
	KUNIT_EXPECT_EQ(test, 1, st->set.own4.count);
	KUNIT_EXPECT_EQ(test, 1, st->set.ix6.count);

	set_begin(st);
	KUNIT_ASSERT_EQ(test, 0, ix_map_set_clear(&st->next, &st->edit));
	set_publish(st);
	KUNIT_EXPECT_EQ(test, 0, st->set.own4.count + st->set.own6.count);
	KUNIT_EXPECT_EQ(test, 0, st->set.ix4.count + st->set.ix6.count);
	expect_no_lift(test, "10.0.0.1");
	expect_no_lift(test, "fd00::1");
}

/* Random sets in a small space, against a list. */

#define SET_MAPS 48

struct naive_set {
	struct ix_map *maps[SET_MAPS];
};

static const struct ix_map *naive_best(const struct naive_set *naive, bool v4,
				       bool by_own, struct ix_addr addr)
{
	const struct ix_lpm_leaf *best = NULL;
	const struct ix_map *found = NULL;
	int i;

	for (i = 0; i < SET_MAPS; i++) {
		const struct ix_map *map = naive->maps[i];
		const struct ix_lpm_leaf *leaf;

		if (!map || map->own_is_v4 != v4)
			continue;
		leaf = by_own ? &map->own_leaf : &map->ix_leaf;
		if (ix_addr_match(leaf->key, addr, leaf->len) &&
		    (!best || leaf->len > best->len)) {
			best = leaf;
			found = map;
		}
	}
	return found;
}

static const struct ix_map *naive_set_translate(const struct naive_set *naive,
						bool v4, bool lift,
						struct ix_addr addr,
						struct ix_addr *result)
{
	const struct ix_map *map = naive_best(naive, v4, lift, addr);

	if (!map)
		return NULL;
	if (!(lift ? naive_lift : naive_lower)(map, addr, result))
		return NULL;
	return naive_best(naive, v4, !lift, *result) == map ? map : NULL;
}

static bool leaves_equal(const struct ix_lpm_leaf *a,
			 const struct ix_lpm_leaf *b)
{
	return a->len == b->len && ix_addr_equal(a->key, b->key);
}

static bool leaf_is_inside(const struct ix_lpm_leaf *a,
			   const struct ix_lpm_leaf *b)
{
	return a->len > b->len && ix_addr_match(a->key, b->key, b->len);
}

static bool naive_conflicts(const struct naive_set *naive,
			    const struct ix_map *map,
			    const struct ix_map *except)
{
	int i;

	for (i = 0; i < SET_MAPS; i++) {
		const struct ix_map *other = naive->maps[i];

		if (!other || other == except ||
		    other->own_is_v4 != map->own_is_v4)
			continue;
		if (leaves_equal(&other->own_leaf, &map->own_leaf) ||
		    leaves_equal(&other->ix_leaf, &map->ix_leaf))
			return true;
		if (leaf_is_inside(&map->own_leaf, &other->own_leaf) &&
		    leaf_is_inside(&other->ix_leaf, &map->ix_leaf))
			return true;
		if (leaf_is_inside(&other->own_leaf, &map->own_leaf) &&
		    leaf_is_inside(&map->ix_leaf, &other->ix_leaf))
			return true;
	}
	return false;
}

/* The last octet varies, in three prefixes on either side. */
static struct ix_addr small_addr(bool v4, unsigned int n)
{
	struct ix_addr addr = { 0xfd00000000000000, 0 };

	if (v4)
		return (struct ix_addr){ (u64)(0x0a000000 + n) << 32, 0 };
	addr.lo = n;
	return addr;
}

static struct ix_addr small_ix(unsigned int n)
{
	return (struct ix_addr){ 0x20010db800000000, n };
}

static void small_map(struct kunit *test, struct rnd_state *rnd,
		      struct ix_map *map)
{
	bool v4 = prandom_u32_state(rnd) % 2;
	unsigned int bits = prandom_u32_state(rnd) % 8;
	unsigned int more = v4 ? prandom_u32_state(rnd) % 3 : 0;
	unsigned int size = v4 ? 32 : 128;
	enum ix_map_kind kind = v4 ? IX_MAP_KIND_EXPLICIT : IX_MAP_KIND_PLAIN;
	struct ix_prefix own, ix;

	own.len = size - bits;
	own.addr = ix_addr_prefix(small_addr(v4, prandom_u32_state(rnd) % 256),
				  own.len);
	ix.len = 128 - bits - more;
	ix.addr = ix_addr_prefix(small_ix(prandom_u32_state(rnd) % 256),
				 ix.len);
	KUNIT_ASSERT_EQ(test, IX_MAP_OK, ix_map_init(map, kind, v4, own, ix));
}

static void compare_sets(struct kunit *test, const struct ix_map_set *set,
			 const struct naive_set *naive, bool v4, bool lift,
			 struct ix_addr addr)
{
	const struct ix_map *expected, *map;
	struct ix_addr expected_addr, result;

	expected = naive_set_translate(naive, v4, lift, addr, &expected_addr);
	if (lift)
		map = ix_map_set_lift(set, v4, addr, &result);
	else
		map = ix_map_set_lower(set, v4, addr, &result);
	KUNIT_ASSERT_PTR_EQ(test, expected, map);
	if (map)
		EXPECT_ADDR_EQ(test, expected_addr, result);
}

static void set_change(struct kunit *test, struct rnd_state *rnd,
		       struct naive_set *naive)
{
	struct set_test *st = test->priv;
	struct ix_map *old;
	struct ix_map map;
	bool conflicts;
	int i;

	i = prandom_u32_state(rnd) % SET_MAPS;
	old = naive->maps[i];
	if (old && prandom_u32_state(rnd) % 2) {
		KUNIT_ASSERT_EQ(test, 0, ix_map_set_remove(&st->next, &st->edit,
							   old));
		naive->maps[i] = NULL;
		return;
	}

	small_map(test, rnd, &map);
	conflicts = naive_conflicts(naive, &map, old);
	KUNIT_ASSERT_EQ(test, conflicts,
			!!ix_map_set_conflict(&st->next, &map, old));
	if (conflicts)
		return;
	if (old)
		KUNIT_ASSERT_EQ(test, 0, ix_map_set_remove(&st->next, &st->edit,
							   old));
	naive->maps[i] = set_insert(test, &map);
}

static void set_random_test(struct kunit *test)
{
	struct set_test *st = test->priv;
	struct naive_set *naive, *before;
	struct rnd_state rnd;
	unsigned int n;
	int edits, i;

	naive = kunit_kzalloc(test, sizeof(*naive), GFP_KERNEL);
	before = kunit_kzalloc(test, sizeof(*before), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, naive);
	KUNIT_ASSERT_NOT_NULL(test, before);
	ix_test_seed(test, &rnd);

	for (edits = 0; edits < 1000; edits++) {
		*before = *naive;
		set_begin(st);
		for (i = prandom_u32_state(&rnd) % 8; i >= 0; i--)
			set_change(test, &rnd, naive);
		if (prandom_u32_state(&rnd) % 3) {
			set_publish(st);
		} else {
			set_abandon(st);
			*naive = *before;
		}
		for (n = 0; n < 256; n++) {
			compare_sets(test, &st->set, naive, true, true,
				     small_addr(true, n));
			compare_sets(test, &st->set, naive, false, true,
				     small_addr(false, n));
			compare_sets(test, &st->set, naive, true, false,
				     small_ix(n));
			compare_sets(test, &st->set, naive, false, false,
				     small_ix(n));
		}
	}
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE_PARAM(map_example_test, map_example_gen_params),
	KUNIT_CASE(map_rfc6052_leaf_test),
	KUNIT_CASE(rfc6052_3_1_non_global),
	KUNIT_CASE_PARAM(map_no_image_test, map_no_image_gen_params),
	KUNIT_CASE_PARAM(map_error_test, map_error_gen_params),
	KUNIT_CASE(map_error_all_lengths_test),
	KUNIT_CASE(map_nptv6_words_test),
	KUNIT_CASE(map_nptv6_differences_test),
	KUNIT_CASE(map_random_test),
	{}
};

static struct kunit_suite map_suite = {
	.name = "ix_map",
	.test_cases = map_cases,
};

static struct kunit_case map_set_cases[] = {
	KUNIT_CASE(set_empty_test),
	KUNIT_CASE(set_families_test),
	KUNIT_CASE(set_exception_test),
	KUNIT_CASE(set_exception_first_test),
	KUNIT_CASE(rfc6296_3_7_reserved),
	KUNIT_CASE(set_ix_exception_test),
	KUNIT_CASE(set_swap_test),
	KUNIT_CASE(set_find_test),
	KUNIT_CASE(set_conflict_test),
	KUNIT_CASE(set_conflict_above_test),
	KUNIT_CASE(set_clear_test),
	KUNIT_CASE(set_random_test),
	{}
};

static struct kunit_suite map_set_suite = {
	.name = "ix_map_set",
	.init = set_test_init,
	.exit = set_test_exit,
	.test_cases = map_set_cases,
};

kunit_test_suites(&map_suite, &map_set_suite);
