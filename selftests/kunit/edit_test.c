// SPDX-License-Identifier: GPL-2.0
/*
 * Edits: what is freed when.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "alloc.h"
#include "edit.h"

/* More than a page of records has room for. */
#define MANY 1000

static void count_freed(void *object)
{
	int *freed = object;

	++*freed;
}

static void add_context(void *object, void *context)
{
	int *sum = object, *add = context;

	*sum += *add;
}

static void edit_epochs_differ_test(struct kunit *test)
{
	struct ix_edit a, b;
	u64 first;

	ix_edit_init(&a);
	ix_edit_init(&b);
	KUNIT_EXPECT_NE(test, a.epoch, 0);
	KUNIT_EXPECT_NE(test, b.epoch, 0);
	KUNIT_EXPECT_NE(test, a.epoch, b.epoch);

	first = a.epoch;
	ix_edit_published(&a);
	ix_edit_init(&a);
	KUNIT_EXPECT_NE(test, a.epoch, first);
	KUNIT_EXPECT_NE(test, a.epoch, b.epoch);
	ix_edit_abandoned(&a);
	ix_edit_abandoned(&b);
}

static void edit_published_frees_test(struct kunit *test)
{
	struct ix_edit edit;
	int *freed, i, times = 0;

	freed = kunit_kcalloc(test, MANY, sizeof(*freed), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, freed);

	ix_edit_init(&edit);
	for (i = 0; i < MANY; i++)
		KUNIT_ASSERT_EQ(test, 0,
				ix_edit_retire(&edit, &freed[i], count_freed));
	for (i = 0; i < MANY; i++)
		times += freed[i];
	KUNIT_EXPECT_EQ(test, times, 0);

	ix_edit_published(&edit);
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_EQ_MSG(test, freed[i], 1, "object %d", i);
}

static void edit_abandoned_frees_nothing_test(struct kunit *test)
{
	struct ix_edit edit;
	int freed = 0, i;

	ix_edit_init(&edit);
	for (i = 0; i < MANY; i++)
		KUNIT_ASSERT_EQ(test, 0,
				ix_edit_retire(&edit, &freed, count_freed));
	ix_edit_abandoned(&edit);
	KUNIT_EXPECT_EQ(test, freed, 0);
}

static void edit_can_be_used_again_test(struct kunit *test)
{
	int freed = 0, given_up = 0;
	struct ix_edit edit;

	ix_edit_init(&edit);
	KUNIT_ASSERT_EQ(test, 0, ix_edit_retire(&edit, &freed, count_freed));
	ix_edit_published(&edit);
	KUNIT_EXPECT_EQ(test, freed, 1);

	ix_edit_init(&edit);
	KUNIT_ASSERT_EQ(test, 0, ix_edit_retire(&edit, &given_up, count_freed));
	ix_edit_abandoned(&edit);

	ix_edit_init(&edit);
	KUNIT_ASSERT_EQ(test, 0, ix_edit_retire(&edit, &freed, count_freed));
	ix_edit_published(&edit);
	KUNIT_EXPECT_EQ(test, freed, 2);
	KUNIT_EXPECT_EQ(test, given_up, 0);
}

static void edit_context_test(struct kunit *test)
{
	int sum = 0, one = 1, thousand = 1000, freed = 0;
	struct ix_edit edit;

	ix_edit_init(&edit);
	KUNIT_ASSERT_EQ(test, 0,
			ix_edit_retire_with(&edit, &sum, add_context, &one));
	KUNIT_ASSERT_EQ(test, 0, ix_edit_retire(&edit, &freed, count_freed));
	KUNIT_ASSERT_EQ(test, 0,
			ix_edit_retire_with(&edit, &sum, add_context,
					    &thousand));
	ix_edit_published(&edit);
	KUNIT_EXPECT_EQ(test, sum, 1001);
	KUNIT_EXPECT_EQ(test, freed, 1);
}

static void edit_reserve_test(struct kunit *test)
{
	struct ix_edit edit;
	int freed = 0, i;

	ix_edit_init(&edit);
	KUNIT_ASSERT_EQ(test, 0, ix_edit_reserve(&edit, MANY));
	KUNIT_EXPECT_GE(test, edit.room, MANY);
	KUNIT_ASSERT_EQ(test, 0, ix_edit_reserve(&edit, 0));
	for (i = 0; i < MANY; i++) {
		size_t room = edit.room;

		KUNIT_ASSERT_EQ(test, 0,
				ix_edit_retire(&edit, &freed, count_freed));
		/* Nothing was allocated. */
		KUNIT_ASSERT_EQ(test, edit.room, room - 1);
	}
	ix_edit_published(&edit);
	KUNIT_EXPECT_EQ(test, freed, MANY);

	/* What is reserved and not used is given back. */
	ix_edit_init(&edit);
	KUNIT_ASSERT_EQ(test, 0, ix_edit_reserve(&edit, MANY));
	ix_edit_abandoned(&edit);
	KUNIT_EXPECT_EQ(test, edit.room, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&edit.spare));
}

/* Without memory nothing is retired, and nothing is lost. */
static void edit_no_memory_test(struct kunit *test)
{
	int freed = 0, retired = 0, i;
	struct ix_edit edit;

	ix_edit_init(&edit);
	ix_test_fail_allocation(1);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			ix_edit_retire(&edit, &freed, count_freed));
	ix_test_fail_allocation(3);
	KUNIT_EXPECT_EQ(test, -ENOMEM, ix_edit_reserve(&edit, MANY));
	ix_test_fail_allocation(2);
	for (i = 0; i < MANY; i++)
		if (!ix_edit_retire(&edit, &freed, count_freed))
			retired++;
	ix_test_fail_allocation(0);
	KUNIT_EXPECT_EQ(test, retired, MANY - 1);
	ix_edit_published(&edit);
	KUNIT_EXPECT_EQ(test, freed, retired);
}

static int edit_test_init(struct kunit *test)
{
	test->priv = (void *)ix_test_allocated();
	return 0;
}

static void edit_test_exit(struct kunit *test)
{
	ix_test_fail_allocation(0);
	KUNIT_EXPECT_EQ_MSG(test, ix_test_allocated(), (long)test->priv,
			    "chunks leaked");
}

static struct kunit_case edit_cases[] = {
	KUNIT_CASE(edit_epochs_differ_test),
	KUNIT_CASE(edit_published_frees_test),
	KUNIT_CASE(edit_abandoned_frees_nothing_test),
	KUNIT_CASE(edit_can_be_used_again_test),
	KUNIT_CASE(edit_context_test),
	KUNIT_CASE(edit_reserve_test),
	KUNIT_CASE(edit_no_memory_test),
	{}
};

static struct kunit_suite edit_suite = {
	.name = "ix_edit",
	.init = edit_test_init,
	.exit = edit_test_exit,
	.test_cases = edit_cases,
};

kunit_test_suites(&edit_suite);
