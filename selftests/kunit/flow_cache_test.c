// SPDX-License-Identifier: GPL-2.0
/*
 * The flow cache: it may forget at any time, and must never say anything but what
 * it was told last of exactly this flow, in a second for which that holds.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "flow_cache.h"
#include "seed.h"

#define NOW 1000000ULL
#define FLOWS 600
#define STEPS 200000

static struct ix_flow_key key(u32 n)
{
	struct ix_flow_key key;

	memset(&key, 0, sizeof(key));
	key.src.hi = (u64)(n / 20) << 32;
	key.dst.hi = (u64)(n % 20) << 32;
	key.flow = (struct ix_flow){ .protocol = 17, .sport = n, .dport = 443 };
	key.where = ix_flow_where(1, 2, 4);
	return key;
}

static u64 hash(const struct ix_flow_cache *cache,
		const struct ix_flow_key *key)
{
	u32 ports = (u32)key->flow.sport << 16 | key->flow.dport;

	return ix_flow_cache_hash(cache, key->src, key->dst, ports, 3);
}

static const struct ix_found *find(const struct ix_flow_cache *cache,
				   const struct ix_flow_key *key, u64 now)
{
	const struct ix_found *found;

	local_bh_disable();
	found = ix_flow_cache_find(cache, smp_processor_id(), key,
				   hash(cache, key), now);
	local_bh_enable();
	return found;
}

static bool fetch(const struct ix_flow_cache *cache,
		  const struct ix_flow_key *key)
{
	bool fetched;

	local_bh_disable();
	ix_flow_cache_expect(cache, smp_processor_id(), hash(cache, key));
	fetched = ix_flow_cache_fetch(cache, smp_processor_id(),
				      hash(cache, key));
	local_bh_enable();
	return fetched;
}

static const struct ix_found *peek(const struct ix_flow_cache *cache,
				   const struct ix_flow_key *key,
				   u64 generation)
{
	const struct ix_found *found;

	local_bh_disable();
	found = ix_flow_cache_peek(cache, smp_processor_id(), hash(cache, key),
				   generation);
	local_bh_enable();
	return found;
}

/* The mark is what tests tell answers by. */
static void add(const struct ix_flow_cache *cache,
		const struct ix_flow_key *key, u64 now, u64 until, u32 mark)
{
	struct ix_found found = { .mark = mark, .until = until };

	local_bh_disable();
	ix_flow_cache_add(cache, smp_processor_id(), key,
			  hash(cache, key), now, &found);
	local_bh_enable();
}

static void expect_mark(struct kunit *test, const struct ix_flow_cache *cache,
			const struct ix_flow_key *key, u64 now, u32 mark)
{
	const struct ix_found *found = find(cache, key, now);

	KUNIT_EXPECT_EQ(test, mark, found ? found->mark : 0);
}

static struct ix_flow_cache *cache_new(struct kunit *test, u32 size)
{
	struct ix_flow_cache *cache = ix_flow_cache_new(size);

	KUNIT_ASSERT_NOT_NULL(test, cache);
	return cache;
}

static void flow_cache_remembers_test(struct kunit *test)
{
	struct ix_flow_cache *cache = cache_new(test, 64);
	struct ix_flow_key one = key(1);
	u64 hits, misses;

	KUNIT_EXPECT_FALSE(test, fetch(cache, &one));
	expect_mark(test, cache, &one, NOW, 0);
	add(cache, &one, NOW, U64_MAX, 7);
	KUNIT_EXPECT_TRUE(test, fetch(cache, &one));
	expect_mark(test, cache, &one, NOW, 7);
	add(cache, &one, NOW, U64_MAX, 8);
	expect_mark(test, cache, &one, NOW, 8);
	ix_flow_cache_count(cache, &hits, &misses);
	KUNIT_EXPECT_EQ(test, 2, hits);
	KUNIT_EXPECT_EQ(test, 1, misses);
	ix_flow_cache_free(cache);
}

/* Each bit of a key makes it another one. */
static void flow_cache_whole_key_test(struct kunit *test)
{
	/* So large that no set gets full. */
	struct ix_flow_cache *cache = cache_new(test, 1 << 16);
	struct ix_flow_key one = key(1), other;
	const struct ix_found *found;
	unsigned int bit;

	add(cache, &one, NOW, U64_MAX, 7);
	for (bit = 0; bit < 8 * sizeof(one); bit++) {
		other = one;
		((u8 *)&other)[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_NULL_MSG(test, find(cache, &other, NOW),
				      "bit %u makes no difference", bit);
		add(cache, &other, NOW, U64_MAX, 8);
		expect_mark(test, cache, &other, NOW, 8);
		/* With an equal hash it takes the place of the first. */
		found = find(cache, &one, NOW);
		KUNIT_EXPECT_TRUE(test, !found || found->mark == 7);
		add(cache, &one, NOW, U64_MAX, 7);
	}
	ix_flow_cache_free(cache);
}

/* Answers of another configuration may refer to what is gone. */
static void flow_cache_peek_test(struct kunit *test)
{
	struct ix_flow_cache *cache = cache_new(test, 64);
	struct ix_flow_key one = key(1);
	u64 hits, misses;

	KUNIT_EXPECT_NULL(test, peek(cache, &one, 1));
	add(cache, &one, NOW, U64_MAX, 7);
	KUNIT_EXPECT_PTR_EQ(test, find(cache, &one, NOW), peek(cache, &one, 1));
	KUNIT_EXPECT_NULL(test, peek(cache, &one, 0));
	KUNIT_EXPECT_NULL(test, peek(cache, &one, 2));
	one.where = ix_flow_where(BIT_ULL(44) - 1, U16_MAX, 6);
	add(cache, &one, NOW, U64_MAX, 8);
	KUNIT_EXPECT_NULL(test, peek(cache, &one, 1));
	KUNIT_EXPECT_PTR_EQ(test, find(cache, &one, NOW),
			    peek(cache, &one, BIT_ULL(44) - 1));
	/* Nobody has asked for good. */
	ix_flow_cache_count(cache, &hits, &misses);
	KUNIT_EXPECT_EQ(test, 2, hits);
	KUNIT_EXPECT_EQ(test, 0, misses);
	ix_flow_cache_free(cache);
}

static void flow_cache_time_test(struct kunit *test)
{
	struct ix_flow_cache *cache = cache_new(test, 64);
	struct ix_flow_key one = key(1);

	add(cache, &one, NOW, NOW + 10, 7);
	expect_mark(test, cache, &one, NOW + 9, 7);
	expect_mark(test, cache, &one, NOW + 10, 0);
	/* A clock that was set back. */
	expect_mark(test, cache, &one, NOW - 1, 0);
	expect_mark(test, cache, &one, NOW, 7);
	/* What is outdated gives way to its successor. */
	add(cache, &one, NOW + 10, U64_MAX, 8);
	expect_mark(test, cache, &one, NOW + 10, 8);
	ix_flow_cache_free(cache);
}

/* Who is in use keeps its place, who is not loses it. */
static void flow_cache_full_test(struct kunit *test)
{
	struct ix_flow_cache *cache = cache_new(test, IX_FLOW_WAYS);
	struct ix_flow_key keys[IX_FLOW_WAYS + 1];
	unsigned int i;

	for (i = 0; i <= IX_FLOW_WAYS; i++) {
		keys[i] = key(i);
		add(cache, &keys[i], NOW, U64_MAX, i + 1);
	}
	for (i = 0; i < IX_FLOW_WAYS; i++)
		expect_mark(test, cache, &keys[i], NOW, i + 1);
	expect_mark(test, cache, &keys[IX_FLOW_WAYS], NOW, 0);

	/* A second later the first has a packet, a second after that no one. */
	expect_mark(test, cache, &keys[0], NOW + 1, 1);
	add(cache, &keys[IX_FLOW_WAYS], NOW + 1, U64_MAX, 9);
	expect_mark(test, cache, &keys[IX_FLOW_WAYS], NOW + 1, 0);
	add(cache, &keys[IX_FLOW_WAYS], NOW + 2, U64_MAX, 9);
	expect_mark(test, cache, &keys[IX_FLOW_WAYS], NOW + 2, 9);
	expect_mark(test, cache, &keys[0], NOW + 2, 1);
	ix_flow_cache_free(cache);
}

/* A table in several pieces, with room for twice as many as there are. */
static void flow_cache_large_test(struct kunit *test)
{
	struct ix_flow_cache *cache = cache_new(test, 40000);
	const struct ix_found *found;
	unsigned int found_nr = 0;
	u32 i;

	for (i = 0; i < 20000; i++) {
		struct ix_flow_key one = key(i);

		add(cache, &one, NOW, U64_MAX, i + 1);
	}
	for (i = 0; i < 20000; i++) {
		struct ix_flow_key one = key(i);

		found = find(cache, &one, NOW);
		if (!found)
			continue;
		found_nr++;
		KUNIT_ASSERT_EQ(test, i + 1, found->mark);
	}
	/* Of 100 flows two find no place. */
	KUNIT_EXPECT_GE(test, found_nr, 19000);
	ix_flow_cache_free(cache);
}

static void flow_cache_default_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 2048, ix_flow_cache_default(64ULL << 20, 4));
	KUNIT_EXPECT_EQ(test, 2048, ix_flow_cache_default(512ULL << 20, 8));
	KUNIT_EXPECT_EQ(test, 32768, ix_flow_cache_default(2ULL << 30, 2));
	KUNIT_EXPECT_EQ(test, 65536, ix_flow_cache_default(4ULL << 30, 2));
	KUNIT_EXPECT_EQ(test, 131072, ix_flow_cache_default(64ULL << 30, 2));
	KUNIT_EXPECT_EQ(test, 131072, ix_flow_cache_default(1ULL << 40, 128));
}

/* A CPU that came later has no table, and can do without. */
static void flow_cache_new_cpu_test(struct kunit *test)
{
	struct ix_flow_cache *cache = cache_new(test, 64);
	struct ix_flow_table *table;
	struct ix_flow_key one = key(1);
	u64 hits, misses;
	unsigned int cpu;

	local_bh_disable();
	cpu = smp_processor_id();
	table = cache->tables[cpu];
	cache->tables[cpu] = NULL;
	add(cache, &one, NOW, U64_MAX, 7);
	KUNIT_EXPECT_FALSE(test, fetch(cache, &one));
	KUNIT_EXPECT_NULL(test, peek(cache, &one, 1));
	expect_mark(test, cache, &one, NOW, 0);
	ix_flow_cache_count(cache, &hits, &misses);
	cache->tables[cpu] = table;
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, 0, hits + misses);
	ix_flow_cache_free(cache);
}

struct naive {
	u64 decided;
	u64 until;
	u32 mark;
};

static void compare(struct kunit *test, u32 size, unsigned int at_least)
{
	struct ix_flow_cache *cache = cache_new(test, size);
	unsigned int found_nr = 0, valid_nr = 0;
	struct naive *told;
	struct rnd_state rnd;
	u64 now = NOW;
	u32 i;

	told = kunit_kcalloc(test, FLOWS, sizeof(*told), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, told);
	ix_test_seed(test, &rnd);
	for (i = 1; i <= STEPS; i++) {
		u32 n = ix_test_below(&rnd, FLOWS);
		struct ix_flow_key one = key(n);
		struct naive *last = &told[n];
		const struct ix_found *found;
		bool fetched, valid;

		if (ix_test_once_in(&rnd, 3000))
			now += 1 + ix_test_below(&rnd, 3);
		fetched = fetch(cache, &one);
		found = find(cache, &one, now);
		valid = last->mark && now >= last->decided && now < last->until;
		if (found) {
			KUNIT_ASSERT_TRUE_MSG(test, fetched, "step %u: not fetched", i);
			KUNIT_ASSERT_PTR_EQ_MSG(test, found, peek(cache, &one, 1),
						"step %u", i);
			KUNIT_ASSERT_TRUE_MSG(test, valid, "step %u: outdated", i);
			KUNIT_ASSERT_EQ_MSG(test, last->mark, found->mark,
					    "step %u", i);
		}
		found_nr += !!found;
		valid_nr += valid;
		if (found && !ix_test_once_in(&rnd, 50))
			continue;
		*last = (struct naive){
			.decided = now,
			.until = now + 1 + ix_test_below(&rnd, 20),
			.mark = i,
		};
		add(cache, &one, now, last->until, i);
		cond_resched();
	}
	KUNIT_EXPECT_GE(test, 100ULL * found_nr, (u64)at_least * valid_nr);
	ix_flow_cache_free(cache);
}

/* With room for all, nearly every one is found; with little, some are. */
static void flow_cache_oracle_test(struct kunit *test)
{
	compare(test, 8 * FLOWS, 99);
}

static void flow_cache_oracle_small_test(struct kunit *test)
{
	compare(test, FLOWS / 4, 15);
}

static struct kunit_case flow_cache_cases[] = {
	KUNIT_CASE(flow_cache_remembers_test),
	KUNIT_CASE(flow_cache_whole_key_test),
	KUNIT_CASE(flow_cache_peek_test),
	KUNIT_CASE(flow_cache_time_test),
	KUNIT_CASE(flow_cache_full_test),
	KUNIT_CASE(flow_cache_large_test),
	KUNIT_CASE(flow_cache_default_test),
	KUNIT_CASE(flow_cache_new_cpu_test),
	KUNIT_CASE_SLOW(flow_cache_oracle_test),
	KUNIT_CASE_SLOW(flow_cache_oracle_small_test),
	{}
};

static struct kunit_suite flow_cache_suite = {
	.name = "ix_flow_cache",
	.test_cases = flow_cache_cases,
};

kunit_test_suite(flow_cache_suite);
