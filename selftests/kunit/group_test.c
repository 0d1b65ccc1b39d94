// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of purpose groups: each sentence of group.h, and random sets against
 * plain arrays of bits.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/err.h>

#include "alloc.h"
#include "group.h"
#include "seed.h"

#define GROUPS 64

static struct ix_group_sets sets;

static int group_test_init(struct kunit *test)
{
	test->priv = (void *)ix_test_allocated();
	ix_group_sets_init(&sets);
	return 0;
}

static void group_test_exit(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ_MSG(test, ix_test_allocated(), (long)test->priv,
			    "leaked");
	for (i = 0; i < ARRAY_SIZE(sets.buckets); i++)
		KUNIT_EXPECT_TRUE(test, hlist_empty(&sets.buckets[i]));
}

static struct ix_group_set *with(struct kunit *test, struct ix_group_set *set,
				 u16 group)
{
	struct ix_group_set *new = ix_group_set_with(&sets, set, group);

	KUNIT_ASSERT_FALSE(test, IS_ERR(new));
	ix_group_set_put(set);
	return new;
}

static struct ix_group_set *without(struct kunit *test,
				    struct ix_group_set *set, u16 group)
{
	struct ix_group_set *new = ix_group_set_without(set, group);

	KUNIT_ASSERT_FALSE(test, IS_ERR(new));
	ix_group_set_put(set);
	return new;
}

/* Who is in the same groups has the same set, however it came about. */
static void group_interned_test(struct kunit *test)
{
	struct ix_group_set *a = NULL, *b = NULL, *c;

	a = with(test, with(test, with(test, NULL, 9), 3), 65535);
	b = with(test, with(test, with(test, NULL, 65535), 9), 3);
	KUNIT_EXPECT_PTR_EQ(test, a, b);
	KUNIT_EXPECT_EQ(test, a->nr, 3);
	KUNIT_EXPECT_EQ(test, a->groups[0], 3);
	KUNIT_EXPECT_EQ(test, a->groups[2], 65535);
	c = ix_group_set_get(a);
	a = without(test, a, 9);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	KUNIT_EXPECT_FALSE(test, ix_group_set_has(a, 9));
	KUNIT_EXPECT_TRUE(test, ix_group_set_has(b, 9));
	KUNIT_EXPECT_FALSE(test, ix_group_set_has(NULL, 9));
	a = with(test, a, 9);
	KUNIT_EXPECT_PTR_EQ(test, a, b);
	b = without(test, without(test, without(test, b, 9), 3), 65535);
	KUNIT_EXPECT_NULL(test, b);
	ix_group_set_put(a);
	ix_group_set_put(c);
	ix_group_set_put(NULL);
}

static void group_full_test(struct kunit *test)
{
	struct ix_group_set *set = NULL;
	u16 i;

	for (i = 0; i < IX_MEMBERSHIPS_MAX; i++)
		set = with(test, set, 1 + 7 * i);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ix_group_set_with(&sets, set, 2)),
			-ENOSPC);
	ix_test_fail_allocation(1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ix_group_set_without(set, 8)), -ENOMEM);
	ix_test_fail_allocation(0);
	KUNIT_EXPECT_EQ(test, set->nr, IX_MEMBERSHIPS_MAX);
	ix_group_set_put(set);
	ix_test_fail_allocation(1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ix_group_set_with(&sets, NULL, 1)),
			-ENOMEM);
	ix_test_fail_allocation(0);
}

struct random_set {
	struct ix_group_set *set;
	unsigned long bits[BITS_TO_LONGS(GROUPS)];
};

static void random_set_change(struct kunit *test, struct random_set *s,
			      struct rnd_state *rnd)
{
	u32 group = 1 + ix_test_below(rnd, GROUPS - 1);

	if (test_bit(group, s->bits)) {
		s->set = without(test, s->set, group);
		__clear_bit(group, s->bits);
	} else if (ix_test_once_in(rnd, 3)) {
		s->set = with(test, s->set, group);
		__set_bit(group, s->bits);
	}
}

/* What two have in common is the intersection of two unions. */
static void group_common_test(struct kunit *test)
{
	struct random_set s[4] = {};
	struct rnd_state rnd;
	unsigned int round, i, found = 0;

	ix_test_seed(test, &rnd);
	for (round = 0; round < 20000; round++) {
		DECLARE_BITMAP(a, GROUPS);
		DECLARE_BITMAP(b, GROUPS);
		unsigned int want = 0;
		u16 got = 0;

		for (i = 0; i < ARRAY_SIZE(s); i++)
			random_set_change(test, &s[i], &rnd);
		bitmap_or(a, s[0].bits, s[1].bits, GROUPS);
		bitmap_or(b, s[2].bits, s[3].bits, GROUPS);
		bitmap_and(a, a, b, GROUPS);
		do {
			want = find_next_bit(a, GROUPS, want + 1) % GROUPS;
			got = ix_group_common((struct ix_memberships){ s[0].set, s[1].set },
					      (struct ix_memberships){ s[2].set, s[3].set },
					      got);
			KUNIT_ASSERT_EQ(test, want, got);
			found += !!got;
		} while (got);
	}
	KUNIT_EXPECT_GT(test, found, 10000);
	for (i = 0; i < ARRAY_SIZE(s); i++)
		ix_group_set_put(s[i].set);
}

static struct kunit_case group_test_cases[] = {
	KUNIT_CASE(group_interned_test),
	KUNIT_CASE(group_full_test),
	KUNIT_CASE(group_common_test),
	{}
};

static struct kunit_suite group_test_suite = {
	.name = "ix_group",
	.init = group_test_init,
	.exit = group_test_exit,
	.test_cases = group_test_cases,
};

kunit_test_suites(&group_test_suite);
