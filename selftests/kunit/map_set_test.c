// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of prefix maps: which map is asked, which maps clash, and random sets
 * against naive ones.
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "addr_text.h"
#include "map.h"
#include "map_naive.h"
#include "seed.h"

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

kunit_test_suite(map_set_suite);
