// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix maps: the RFCs' own examples, exhaustive runs of the NPTv6 arithmetic,
 * and random maps against naive ones.
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "addr_text.h"
#include "map.h"
#include "map_naive.h"
#include "seed.h"

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

kunit_test_suite(map_suite);
