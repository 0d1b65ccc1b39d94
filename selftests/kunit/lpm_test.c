// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match: single cases, and random operations on several versions
 * of a trie against naive lists.
 */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "alloc.h"
#include "lpm.h"
#include "seed.h"

/* A leaf that counts itself. */
struct test_leaf {
	struct ix_lpm_leaf leaf;
	long *alive;
};

/* For each test: its leaves, and what the trie has allocated for itself. */
struct lpm_context {
	long alive;
	long allocated;
	long failures;
};

static long *leaves_alive(struct kunit *test)
{
	struct lpm_context *ctx = test->priv;

	return &ctx->alive;
}

static void leaf_release(struct ix_lpm_leaf *leaf)
{
	struct test_leaf *tl = container_of(leaf, struct test_leaf, leaf);

	--*tl->alive;
	kfree(tl);
}

static void leaf_retired(void *leaf)
{
	leaf_release(leaf);
}

static struct ix_lpm_leaf *leaf_new(struct kunit *test,
				    const struct ix_edit *edit,
				    struct ix_addr key, u8 len)
{
	long *alive = leaves_alive(test);
	struct test_leaf *tl = kmalloc(sizeof(*tl), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, tl);
	tl->leaf = (struct ix_lpm_leaf){
		.key = ix_addr_prefix(key, len),
		.epoch = edit->epoch,
		.len = len,
	};
	tl->alive = alive;
	++*alive;
	return &tl->leaf;
}

static struct ix_addr addr(u64 hi, u64 lo)
{
	return (struct ix_addr){ hi, lo };
}

static struct ix_addr inverted(struct ix_addr a)
{
	return addr(~a.hi, ~a.lo);
}

/* @key with its bit number @n the other way. */
static struct ix_addr with_bit_flipped(struct ix_addr key, unsigned int n)
{
	if (n < 64)
		key.hi ^= BIT_ULL(63 - n);
	else
		key.lo ^= BIT_ULL(127 - n);
	return key;
}

static struct ix_lpm_leaf *add(struct kunit *test, struct ix_lpm *lpm,
			       struct ix_edit *edit, struct ix_addr key, u8 len)
{
	struct ix_lpm_leaf *leaf, *old;

	leaf = leaf_new(test, edit, key, len);
	KUNIT_ASSERT_EQ(test, 0, ix_lpm_insert(lpm, edit, leaf, &old));
	KUNIT_ASSERT_NULL(test, old);
	return leaf;
}

/* Free a leaf that has been taken out of the trie, when it is time. */
static void leaf_drop(struct kunit *test, struct ix_edit *edit,
		      struct ix_lpm_leaf *leaf)
{
	if (leaf->epoch == edit->epoch)
		leaf_release(leaf);
	else
		KUNIT_ASSERT_EQ(test, 0,
				ix_edit_retire(edit, leaf, leaf_retired));
}

static void take(struct kunit *test, struct ix_lpm *lpm, struct ix_edit *edit,
		 struct ix_lpm_leaf *leaf)
{
	struct ix_lpm_leaf *old = NULL;

	KUNIT_ASSERT_EQ(test, 0,
			ix_lpm_remove(lpm, edit, leaf->key, leaf->len, &old));
	KUNIT_ASSERT_PTR_EQ(test, old, leaf);
	leaf_drop(test, edit, leaf);
}

static int lpm_test_init(struct kunit *test)
{
	struct lpm_context *ctx;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	ctx->allocated = ix_test_allocated();
	test->priv = ctx;
	return 0;
}

static void lpm_test_exit(struct kunit *test)
{
	struct lpm_context *ctx = test->priv;

	ix_test_fail_allocation(0);
	KUNIT_EXPECT_EQ_MSG(test, ctx->alive, 0, "leaves leaked");
	KUNIT_EXPECT_EQ_MSG(test, ix_test_allocated(), ctx->allocated,
			    "nodes leaked");
}

static void lpm_empty_test(struct kunit *test)
{
	struct ix_lpm lpm = {};
	struct ix_lpm_leaf *old;
	struct ix_edit edit;

	KUNIT_EXPECT_NULL(test, ix_lpm_lookup(&lpm, addr(0, 0)));
	KUNIT_EXPECT_NULL(test, ix_lpm_find(&lpm, addr(0, 0), 0));
	KUNIT_EXPECT_NULL(test, ix_lpm_next(&lpm, addr(0, 0), -1));
	KUNIT_EXPECT_NULL(test, ix_lpm_within(&lpm, addr(0, 0), 0));
	KUNIT_EXPECT_EQ(test, ix_lpm_memory(&lpm), 0);

	ix_edit_init(&edit);
	KUNIT_EXPECT_EQ(test, -ENOENT,
			ix_lpm_remove(&lpm, &edit, addr(0, 0), 0, &old));
	KUNIT_EXPECT_EQ(test, 0, ix_lpm_clear(&lpm, &edit, leaf_release));
	ix_lpm_abandon(&lpm, &edit, leaf_release);
	ix_edit_abandoned(&edit);
	ix_lpm_destroy(&lpm, leaf_release);
	KUNIT_EXPECT_NULL(test, lpm.root);
}

/* One prefix of each length, alone. */
static void lpm_single_test(struct kunit *test)
{
	struct ix_addr key = addr(0x0123456789abcdef, 0xfedcba9876543210);
	struct ix_lpm lpm = {};
	struct ix_edit edit;
	unsigned int len;

	for (len = 0; len <= 128; len++) {
		struct ix_lpm_leaf *leaf;

		ix_edit_init(&edit);
		leaf = add(test, &lpm, &edit, key, len);
		KUNIT_EXPECT_EQ(test, lpm.count, 1);
		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, key), leaf);
		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_find(&lpm, leaf->key, len),
				    leaf);
		if (len) {
			struct ix_addr other = with_bit_flipped(key, len - 1);

			KUNIT_EXPECT_NULL_MSG(test, ix_lpm_lookup(&lpm, other),
					      "/%u", len);
			other = ix_addr_prefix(key, len - 1);
			KUNIT_EXPECT_NULL(test,
					  ix_lpm_find(&lpm, other, len - 1));
		}
		if (len < 128) {
			struct ix_addr other = with_bit_flipped(key, len);

			KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, other),
					    leaf);
		}
		take(test, &lpm, &edit, leaf);
		KUNIT_EXPECT_NULL(test, lpm.root);
		KUNIT_EXPECT_EQ(test, lpm.count, 0);
		ix_edit_published(&edit);
	}
}

/* Prefixes of all lengths, one within the other. */
static void lpm_nested_test(struct kunit *test)
{
	struct ix_addr key = addr(0x5a5a5a5a5a5a5a5a, 0x0ff00ff00ff00ff0);
	struct ix_addr at = addr(0, 0);
	struct ix_lpm_leaf **leaves, *leaf;
	struct ix_lpm lpm = {};
	unsigned int i, len;
	struct ix_edit edit;
	int at_len = -1;

	leaves = kunit_kcalloc(test, 129, sizeof(*leaves), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, leaves);

	ix_edit_init(&edit);
	/* In an order that is neither up nor down. */
	for (i = 0; i <= 128; i++) {
		len = i * 50 % 129;
		leaves[len] = add(test, &lpm, &edit, key, len);
	}
	KUNIT_EXPECT_EQ(test, lpm.count, 129);

	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, key), leaves[128]);
	for (len = 0; len < 128; len++) {
		struct ix_addr other = with_bit_flipped(key, len);

		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, other),
				    leaves[len]);
	}
	for (len = 0; len <= 128; len++) {
		struct ix_addr prefix = ix_addr_prefix(key, len);

		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_find(&lpm, prefix, len),
				    leaves[len]);
		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_within(&lpm, prefix, len),
				    leaves[len]);
	}
	for (len = 0; len <= 128; len++) {
		leaf = ix_lpm_next(&lpm, at, at_len);
		KUNIT_ASSERT_PTR_EQ(test, leaf, leaves[len]);
		at = leaf->key;
		at_len = leaf->len;
	}
	KUNIT_EXPECT_NULL(test, ix_lpm_next(&lpm, at, at_len));
	ix_edit_published(&edit);

	/* Take them out again, each in an edit of its own. */
	for (i = 0; i <= 128; i++) {
		len = i * 31 % 129;
		ix_edit_init(&edit);
		take(test, &lpm, &edit, leaves[len]);
		ix_edit_published(&edit);
		leaves[len] = NULL;

		for (len = 128, leaf = NULL; len <= 128 && !leaf; len--)
			leaf = leaves[len];
		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, key), leaf);
	}
	KUNIT_EXPECT_NULL(test, lpm.root);
	KUNIT_EXPECT_EQ(test, ix_lpm_memory(&lpm), 0);
}

/* Two prefixes that part at a bit, for all bits and lengths around it. */
static void lpm_neighbours_test(struct kunit *test)
{
	struct ix_addr key = addr(0xffff0000ff00f0c3, 0xa500ffff00ff0f81);
	struct ix_lpm lpm = {};
	struct ix_edit edit;
	unsigned int bit, n;

	for (bit = 0; bit < 128; bit++) {
		struct ix_addr other = with_bit_flipped(key, bit);

		for (n = 0; n < 9; n++) {
			unsigned int a_len = min(bit + 1 + n % 3 * 5, 128U);
			unsigned int b_len = min(bit + 1 + n / 3 * 5, 128U);
			struct ix_lpm_leaf *a, *b, *above;

			ix_edit_init(&edit);
			a = add(test, &lpm, &edit, key, a_len);
			b = add(test, &lpm, &edit, other, b_len);
			KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, key), a);
			KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, other),
					    b);
			/* Of two halves of everything the rest is nothing. */
			if (bit)
				KUNIT_EXPECT_NULL(test,
						  ix_lpm_lookup(&lpm,
								inverted(key)));

			above = add(test, &lpm, &edit, key, bit);
			KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, key), a);
			KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, other),
					    b);
			take(test, &lpm, &edit, a);
			KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, key),
					    above);
			take(test, &lpm, &edit, above);
			KUNIT_EXPECT_NULL(test, ix_lpm_lookup(&lpm, key));
			/* What is left needs no node. */
			KUNIT_EXPECT_EQ(test, ix_lpm_memory(&lpm), 0);
			take(test, &lpm, &edit, b);
			KUNIT_EXPECT_NULL(test, lpm.root);
			ix_edit_published(&edit);
		}
	}
}

/* A node with all its 63 leaves and 64 children. */
static void lpm_full_node_test(struct kunit *test)
{
	const u64 base = 0x20010db810000000;
	struct ix_lpm lpm = {}, full;
	struct ix_lpm_leaf *leaf, *kept;
	struct ix_addr at = addr(0, 0);
	unsigned int len, v, n = 0;
	struct ix_edit edit;
	int at_len = -1;

	ix_edit_init(&edit);
	for (len = 36; len <= 42; len++)
		for (v = 0; v < 1U << (len - 36); v++)
			add(test, &lpm, &edit,
			    addr(base | (u64)v << (64 - len), 0), len);
	KUNIT_EXPECT_EQ(test, lpm.count, 127);
	ix_edit_published(&edit);

	for (v = 0; v < 64; v++) {
		leaf = ix_lpm_lookup(&lpm, addr(base | (u64)v << 22 | 1, v));
		KUNIT_ASSERT_NOT_NULL(test, leaf);
		KUNIT_EXPECT_EQ(test, (u8)leaf->len, 42);
		KUNIT_EXPECT_EQ(test, leaf->key.hi, base | (u64)v << 22);
	}

	/* Take all but one out, in one edit: the full version stays. */
	full = lpm;
	ix_edit_init(&edit);
	kept = ix_lpm_find(&lpm, addr(base | 21ULL << 23, 0), 41);
	KUNIT_ASSERT_NOT_NULL(test, kept);
	while ((leaf = ix_lpm_next(&full, at, at_len))) {
		at = leaf->key;
		at_len = leaf->len;
		n++;
		if (leaf != kept)
			take(test, &lpm, &edit, leaf);
	}
	KUNIT_EXPECT_EQ(test, n, 127);
	KUNIT_EXPECT_EQ(test, full.count, 127);
	KUNIT_EXPECT_EQ(test, lpm.count, 1);
	KUNIT_EXPECT_EQ(test, ix_lpm_memory(&lpm), 0);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_next(&lpm, addr(0, 0), -1), kept);
	ix_edit_published(&edit);
	ix_lpm_destroy(&lpm, leaf_release);
}

/* The first and the last address, and what is behind the last. */
static void lpm_ends_test(struct kunit *test)
{
	struct ix_addr zeros = addr(0, 0), ones = addr(~0ULL, ~0ULL);
	struct ix_lpm_leaf *first, *last, *dflt;
	struct ix_lpm lpm = {};
	struct ix_edit edit;

	ix_edit_init(&edit);
	first = add(test, &lpm, &edit, zeros, 128);
	last = add(test, &lpm, &edit, ones, 128);
	KUNIT_EXPECT_NULL(test, ix_lpm_lookup(&lpm, addr(0, 1)));
	dflt = add(test, &lpm, &edit, zeros, 0);

	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, zeros), first);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, ones), last);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, addr(0, 1)), dflt);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, addr(~0ULL, 0)), dflt);

	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_next(&lpm, ones, -1), dflt);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_next(&lpm, zeros, 0), first);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_next(&lpm, zeros, 128), last);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_next(&lpm, addr(0, ~0ULL), 128), last);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_next(&lpm, ones, 127), last);
	KUNIT_EXPECT_NULL(test, ix_lpm_next(&lpm, ones, 128));

	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_within(&lpm, zeros, 0), dflt);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_within(&lpm, zeros, 1), first);
	KUNIT_EXPECT_PTR_EQ(test, ix_lpm_within(&lpm, addr(BIT_ULL(63), 0), 1),
			    last);
	KUNIT_EXPECT_NULL(test, ix_lpm_within(&lpm, addr(BIT_ULL(63), 0), 2));

	ix_lpm_abandon(&lpm, &edit, leaf_release);
	KUNIT_EXPECT_NULL(test, lpm.root);
	ix_edit_abandoned(&edit);
}

static void lpm_replace_test(struct kunit *test)
{
	struct ix_addr key = addr(0x20010db800000000, 0);
	static const u8 lens[] = { 29, 32, 48, 64, 127, 128 };
	struct ix_lpm_leaf *leaf, *old, *found;
	struct ix_lpm lpm = {}, before;
	long *alive = leaves_alive(test);
	struct ix_edit edit;
	unsigned int i;

	ix_edit_init(&edit);
	for (i = 0; i < ARRAY_SIZE(lens); i++)
		add(test, &lpm, &edit, key, lens[i]);
	ix_edit_published(&edit);

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		before = lpm;
		found = ix_lpm_find(&lpm, key, lens[i]);
		ix_edit_init(&edit);
		leaf = leaf_new(test, &edit, key, lens[i]);
		KUNIT_EXPECT_EQ(test, 0,
				ix_lpm_insert(&lpm, &edit, leaf, &old));
		KUNIT_EXPECT_PTR_EQ(test, old, found);
		KUNIT_EXPECT_EQ(test, lpm.count, ARRAY_SIZE(lens));
		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_find(&lpm, key, lens[i]),
				    leaf);
		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_find(&before, key, lens[i]),
				    old);
		KUNIT_EXPECT_EQ(test, 0,
				ix_edit_retire(&edit, old, leaf_retired));
		ix_edit_published(&edit);
	}
	KUNIT_EXPECT_EQ(test, *alive, ARRAY_SIZE(lens));
	ix_lpm_destroy(&lpm, leaf_release);
}

/* An edit clears what it and others have put in, and may still be given up. */
static void lpm_clear_test(struct kunit *test)
{
	struct ix_lpm lpm = {}, before;
	struct ix_edit first, edit;
	long *alive = leaves_alive(test);
	unsigned int i, round;

	ix_edit_init(&first);
	for (i = 0; i < 500; i++)
		add(test, &lpm, &first,
		    addr((u64)i * 0x9e3779b97f4a7c15, i), 20 + i % 109);
	ix_edit_published(&first);

	before = lpm;
	for (round = 0; round < 4; round++) {
		struct ix_lpm_leaf *leaf;

		ix_edit_init(&edit);
		lpm = before;
		/* Whole subtrees, and leaves here and there, are others'. */
		for (i = 0; i < round * 40; i++)
			add(test, &lpm, &edit,
			    addr((u64)i * 0x9e3779b97f4a7c15, ~i), 128);
		KUNIT_EXPECT_EQ(test, *alive, 500 + round * 40);

		KUNIT_ASSERT_EQ(test, 0,
				ix_lpm_clear(&lpm, &edit, leaf_release));
		KUNIT_EXPECT_NULL(test, lpm.root);
		KUNIT_EXPECT_EQ(test, lpm.count, 0);
		KUNIT_EXPECT_EQ(test, ix_lpm_memory(&lpm), 0);
		KUNIT_EXPECT_EQ(test, *alive, 500);

		leaf = add(test, &lpm, &edit, addr(1, 2), 128);
		KUNIT_EXPECT_PTR_EQ(test, ix_lpm_lookup(&lpm, addr(1, 2)),
				    leaf);
		KUNIT_EXPECT_EQ(test, before.count, 500);
		if (round == 3)
			break;
		ix_lpm_abandon(&lpm, &edit, leaf_release);
		ix_edit_abandoned(&edit);
		KUNIT_EXPECT_EQ(test, *alive, 500);
		KUNIT_EXPECT_NOT_NULL(test,
				      ix_lpm_find(&before, addr(0, 0), 20));
	}
	ix_edit_published(&edit);
	KUNIT_EXPECT_EQ(test, *alive, 1);
	ix_lpm_destroy(&lpm, leaf_release);
}

/* The same with leaves that belong to somebody else. */
static void lpm_clear_without_release_test(struct kunit *test)
{
	struct ix_lpm_leaf *leaves[64], *old;
	struct ix_lpm lpm = {};
	long *alive = leaves_alive(test);
	struct ix_edit edit;
	unsigned int i;

	ix_edit_init(&edit);
	for (i = 0; i < 63; i++)
		leaves[i] = add(test, &lpm, &edit, addr((u64)i << 55, 0),
				9 + i % 50);
	ix_edit_published(&edit);

	ix_edit_init(&edit);
	leaves[63] = leaf_new(test, &edit, addr(63ULL << 55, 0), 60);
	KUNIT_ASSERT_EQ(test, 0,
			ix_lpm_insert(&lpm, &edit, leaves[63], &old));
	KUNIT_EXPECT_EQ(test, 0, ix_lpm_clear(&lpm, &edit, NULL));
	ix_edit_published(&edit);
	KUNIT_EXPECT_EQ(test, *alive, 64);
	for (i = 0; i < 64; i++)
		leaf_release(leaves[i]);
}

/*
 * Random operations against naive lists. Several versions are alive at a time,
 * as if readers still used them.
 */
#define VERSIONS 4
#define LEAVES_MAX 400

struct version {
	struct ix_lpm lpm;
	struct ix_edit edit;
	unsigned int nr;
	struct ix_lpm_leaf *leaves[LEAVES_MAX];
};

/* Keys that share long prefixes, and many that are equal. */
static struct ix_prefix random_prefix(struct rnd_state *rnd, unsigned int kind)
{
	struct ix_prefix prefix;

	prefix.len = ix_test_below(rnd, 129);
	switch (kind) {
	case 0:
		prefix.addr = addr(ix_test_u64(rnd), ix_test_u64(rnd));
		break;
	case 1:
		prefix.addr = addr(ix_test_u64(rnd) & ix_test_u64(rnd) &
				   ix_test_u64(rnd) & ix_test_u64(rnd),
				   ix_test_u64(rnd) & ix_test_u64(rnd) &
				   ix_test_u64(rnd) & ix_test_u64(rnd));
		break;
	case 2:
		/* Few bits, at the ends of the words. */
		prefix.addr = addr((u64)ix_test_below(rnd, 16) << 60 |
				   ix_test_below(rnd, 4),
				   (u64)ix_test_below(rnd, 4) << 62 |
				   ix_test_below(rnd, 4));
		prefix.len = ix_test_below(rnd, 10);
		if (ix_test_once_in(rnd, 2))
			prefix.len += 60;
		else if (ix_test_once_in(rnd, 2))
			prefix.len += 119;
		break;
	default:
		/* Dense: one or two nodes. */
		prefix.addr = addr(0x20010db800000000 |
				   (u64)ix_test_below(rnd, 64) << 22 |
				   (u64)ix_test_below(rnd, 2) << 21, 0);
		prefix.len = 36 + ix_test_below(rnd, 8);
	}
	prefix.addr = ix_addr_prefix(prefix.addr, prefix.len);
	return prefix;
}

static int compare(struct ix_addr a, unsigned int a_len, struct ix_addr b,
		   unsigned int b_len)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	if (a.lo != b.lo)
		return a.lo < b.lo ? -1 : 1;
	return a_len < b_len ? -1 : a_len > b_len;
}

static struct ix_lpm_leaf *earlier(struct ix_lpm_leaf *a, struct ix_lpm_leaf *b)
{
	if (!a || !b)
		return a ?: b;
	return compare(a->key, a->len, b->key, b->len) < 0 ? a : b;
}

static void check_version(struct kunit *test, const struct version *version,
			  struct rnd_state *rnd, unsigned int kind)
{
	struct ix_lpm_leaf *longest = NULL, *exact = NULL, *within = NULL;
	struct ix_lpm_leaf *next = NULL, *first = NULL;
	struct ix_prefix prefix = random_prefix(rnd, kind);
	const struct ix_lpm *lpm = &version->lpm;
	static const struct ix_lpm nothing;
	struct ix_addr key = prefix.addr;
	struct ix_lpm_query queries[IX_LPM_QUERIES];
	bool good;
	u32 i;

	if (version->nr && ix_test_once_in(rnd, 2)) {
		key = version->leaves[ix_test_below(rnd, version->nr)]->key;
		prefix.addr = ix_addr_prefix(key, prefix.len);
	}
	if (ix_test_once_in(rnd, 2))
		key = with_bit_flipped(key, ix_test_below(rnd, 128));

	for (i = 0; i < version->nr; i++) {
		struct ix_lpm_leaf *leaf = version->leaves[i];
		int order = compare(leaf->key, leaf->len, prefix.addr,
				    prefix.len);

		first = earlier(first, leaf);
		if (order > 0)
			next = earlier(next, leaf);
		if (!order)
			exact = leaf;
		if (leaf->len >= prefix.len &&
		    ix_addr_match(leaf->key, prefix.addr, prefix.len))
			within = earlier(within, leaf);
		if (ix_addr_match(leaf->key, key, leaf->len) &&
		    (!longest || leaf->len > longest->len))
			longest = leaf;
	}

	for (i = 0; i < IX_LPM_QUERIES; i++)
		queries[i] = (struct ix_lpm_query){ lpm, key };
	/* Ways of other lengths beside it. */
	queries[0].key = with_bit_flipped(key, ix_test_below(rnd, 128));
	queries[2].lpm = &nothing;
	ix_lpm_lookup_all(queries, IX_LPM_QUERIES);

	good = lpm->count == version->nr &&
	       ix_lpm_lookup(lpm, key) == longest &&
	       queries[0].leaf == ix_lpm_lookup(lpm, queries[0].key) &&
	       queries[1].leaf == longest &&
	       !queries[2].leaf &&
	       ix_lpm_find(lpm, prefix.addr, prefix.len) == exact &&
	       ix_lpm_within(lpm, prefix.addr, prefix.len) == within &&
	       ix_lpm_next(lpm, prefix.addr, prefix.len) == next &&
	       ix_lpm_next(lpm, prefix.addr, -1) == first;
	KUNIT_ASSERT_TRUE_MSG(test, good,
			      "kind %u, %u leaves, key %016llx:%016llx, prefix %016llx:%016llx/%u",
			      kind, version->nr, key.hi, key.lo,
			      prefix.addr.hi, prefix.addr.lo, prefix.len);
}

/* Sometimes there is no memory: then nothing must have changed. */
static void random_failure(struct rnd_state *rnd)
{
	if (ix_test_once_in(rnd, 4))
		ix_test_fail_allocation(1 + ix_test_below(rnd, 5));
}

static bool failed(struct kunit *test, int err)
{
	struct lpm_context *ctx = test->priv;

	ix_test_fail_allocation(0);
	if (!err)
		return false;
	KUNIT_ASSERT_EQ(test, err, -ENOMEM);
	ctx->failures++;
	return true;
}

static void random_insert(struct kunit *test, struct version *version,
			  struct rnd_state *rnd, unsigned int kind)
{
	struct ix_prefix prefix = random_prefix(rnd, kind);
	struct ix_edit *edit = &version->edit;
	struct ix_lpm_leaf *leaf, *old;
	unsigned int i;
	int err;

	if (version->nr == LEAVES_MAX)
		return;
	leaf = leaf_new(test, edit, prefix.addr, prefix.len);
	random_failure(rnd);
	err = ix_lpm_insert(&version->lpm, edit, leaf, &old);
	if (failed(test, err)) {
		leaf_release(leaf);
		return;
	}
	for (i = 0; i < version->nr; i++)
		if (!compare(version->leaves[i]->key, version->leaves[i]->len,
			     prefix.addr, prefix.len))
			break;
	if (i == version->nr) {
		KUNIT_ASSERT_NULL(test, old);
		version->nr++;
	} else {
		KUNIT_ASSERT_PTR_EQ(test, old, version->leaves[i]);
		leaf_drop(test, edit, old);
	}
	version->leaves[i] = leaf;
}

static void random_remove(struct kunit *test, struct version *version,
			  struct rnd_state *rnd, unsigned int kind)
{
	struct ix_prefix prefix = random_prefix(rnd, kind);
	struct ix_lpm_leaf *leaf, *old = NULL;
	unsigned int i;
	int err;

	if (!ix_lpm_find(&version->lpm, prefix.addr, prefix.len))
		KUNIT_ASSERT_EQ(test, -ENOENT,
				ix_lpm_remove(&version->lpm, &version->edit,
					      prefix.addr, prefix.len, &old));
	if (!version->nr)
		return;
	i = ix_test_below(rnd, version->nr);
	leaf = version->leaves[i];
	random_failure(rnd);
	err = ix_lpm_remove(&version->lpm, &version->edit, leaf->key, leaf->len,
			    &old);
	if (failed(test, err))
		return;
	KUNIT_ASSERT_PTR_EQ(test, old, leaf);
	leaf_drop(test, &version->edit, leaf);
	version->leaves[i] = version->leaves[--version->nr];
}

static void random_edit(struct kunit *test, struct version *version,
			struct rnd_state *rnd, unsigned int kind)
{
	unsigned int ops = ix_test_below(rnd, 80), removals;
	int err;

	/* Sometimes it grows, sometimes it shrinks. */
	removals = ix_test_below(rnd, 80);
	while (ops--) {
		if (ix_test_below(rnd, 80) < removals)
			random_remove(test, version, rnd, kind);
		else
			random_insert(test, version, rnd, kind);
		if (ix_test_once_in(rnd, 200)) {
			random_failure(rnd);
			err = ix_lpm_clear(&version->lpm, &version->edit,
					   leaf_release);
			if (!failed(test, err))
				version->nr = 0;
		}
		if (ix_test_once_in(rnd, 4))
			check_version(test, version, rnd, kind);
	}
}

static void lpm_random_test(struct kunit *test)
{
	struct version **versions, *new;
	unsigned int i, oldest = 0, newest = 0, round, kind;
	struct lpm_context *ctx = test->priv;
	struct rnd_state rnd;

	ix_test_seed(test, &rnd);
	versions = kunit_kcalloc(test, VERSIONS, sizeof(*versions), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, versions);
	for (i = 0; i < VERSIONS; i++) {
		versions[i] = kunit_kzalloc(test, sizeof(**versions),
					    GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, versions[i]);
	}

	for (round = 0; round < 1200; round++) {
		kind = round / 100 % 4;
		/* The oldest one's last reader has gone. */
		if (newest - oldest == VERSIONS - 1) {
			oldest++;
			ix_edit_published(&versions[oldest % VERSIONS]->edit);
		}

		new = versions[(newest + 1) % VERSIONS];
		*new = *versions[newest % VERSIONS];
		ix_edit_init(&new->edit);
		random_edit(test, new, &rnd, kind);

		for (i = oldest; i <= newest + 1; i++)
			check_version(test, versions[i % VERSIONS], &rnd, kind);
		if (ix_test_once_in(&rnd, 3)) {
			ix_lpm_abandon(&new->lpm, &new->edit, leaf_release);
			ix_edit_abandoned(&new->edit);
		} else {
			newest++;
		}
		for (i = oldest; i <= newest; i++)
			check_version(test, versions[i % VERSIONS], &rnd, kind);
		cond_resched();
	}

	while (oldest < newest)
		ix_edit_published(&versions[++oldest % VERSIONS]->edit);
	new = versions[newest % VERSIONS];
	KUNIT_EXPECT_EQ(test, ctx->alive, new->nr);
	KUNIT_EXPECT_GT(test, ctx->failures, 100);
	ix_lpm_destroy(&new->lpm, leaf_release);
}

/*
 * What 600,000 prefixes of mixed lengths cost. Figures to look at, not to fail
 * by; that all are found is checked.
 */
#define MANY 600000

static void lpm_many_test(struct kunit *test)
{
	struct ix_lpm_leaf *leaf, *old;
	struct ix_lpm lpm = {};
	struct ix_addr *keys;
	struct ix_edit edit;
	struct rnd_state rnd;
	u64 start, insert, lookup;
	unsigned int i, missed = 0, nr = 0;

	ix_test_seed(test, &rnd);
	keys = vmalloc(array_size(MANY, sizeof(*keys)));
	KUNIT_ASSERT_NOT_NULL(test, keys);

	ix_edit_init(&edit);
	insert = 0;
	for (i = 0; i < MANY; i++) {
		unsigned int len = 32 + ix_test_below(&rnd, 97);

		keys[i] = addr(0x2000000000000000 | ix_test_u64(&rnd) >> 3,
			       ix_test_u64(&rnd));
		leaf = leaf_new(test, &edit, keys[i], len);
		start = ktime_get_ns();
		KUNIT_ASSERT_EQ(test, 0,
				ix_lpm_insert(&lpm, &edit, leaf, &old));
		insert += ktime_get_ns() - start;
		if (old)
			leaf_release(old);
		else
			nr++;
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, lpm.count, nr);
	ix_edit_published(&edit);

	for (i = MANY - 1; i; i--)
		swap(keys[i], keys[ix_test_below(&rnd, i + 1)]);
	start = ktime_get_ns();
	for (i = 0; i < MANY; i++) {
		leaf = ix_lpm_lookup(&lpm, keys[i]);
		missed += !leaf || !ix_addr_match(leaf->key, keys[i],
						  leaf->len);
	}
	lookup = ktime_get_ns() - start;
	KUNIT_EXPECT_EQ(test, missed, 0);

	kunit_info(test, "%u prefixes: %llu ns per insertion, %llu ns per lookup of a random key, %zu octets of nodes\n",
		   nr, insert / MANY, lookup / MANY, ix_lpm_memory(&lpm));

	start = ktime_get_ns();
	ix_lpm_destroy(&lpm, leaf_release);
	kunit_info(test, "freed in %llu us\n", (ktime_get_ns() - start) / 1000);
	vfree(keys);
}

static struct kunit_case lpm_cases[] = {
	KUNIT_CASE(lpm_empty_test),
	KUNIT_CASE(lpm_single_test),
	KUNIT_CASE(lpm_nested_test),
	KUNIT_CASE(lpm_neighbours_test),
	KUNIT_CASE(lpm_full_node_test),
	KUNIT_CASE(lpm_ends_test),
	KUNIT_CASE(lpm_replace_test),
	KUNIT_CASE(lpm_clear_test),
	KUNIT_CASE(lpm_clear_without_release_test),
	KUNIT_CASE(lpm_random_test),
	KUNIT_CASE_SLOW(lpm_many_test),
	{}
};

static struct kunit_suite lpm_suite = {
	.name = "ix_lpm",
	.init = lpm_test_init,
	.exit = lpm_test_exit,
	.test_cases = lpm_cases,
};

kunit_test_suites(&lpm_suite);
