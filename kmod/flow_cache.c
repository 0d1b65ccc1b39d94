// SPDX-License-Identifier: GPL-2.0
/*
 * Flow cache: sets of IX_FLOW_WAYS entries. A few bits of the hash tell which of
 * them to look at; all lines of an entry are asked for at once.
 */
#include <linux/cpumask.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "flow_cache.h"

/* Keys are compared by words, so there must be nothing between their members. */
#define IX_FLOW_KEY_WORDS (sizeof(struct ix_flow_key) / sizeof(u64))
static_assert(sizeof(struct ix_flow_set) * IX_FLOW_CHUNK_SETS <= 32768);
static_assert(sizeof(struct ix_flow) == sizeof(u64));
static_assert(sizeof(struct ix_flow_key) ==
	      2 * sizeof(struct ix_addr) + 2 * sizeof(void *) +
	      2 * sizeof(u64) + sizeof(struct ix_flow));

/* Seconds without a packet after which a flow may lose its place. */
#define IX_FLOW_IDLE 2

/* Sets of a table of which most is not in the processor's second cache. */
#define IX_FLOW_FAR 1024

/*
 * Who sends packets can choose those that have one hash, and then finds that his
 * own flows are slow: the others of that set keep their places. So it has to
 * be fast, and no more than hard to guess.
 */
u64 ix_flow_cache_hash(const struct ix_flow_cache *cache,
		       const struct ix_flow_key *key)
{
	u64 a = key->src.lo ^ cache->seed, b = key->dst.lo ^ cache->seed;
	u64 from = (unsigned long)key->from ^ (u64)(unsigned long)key->port << 20;
	u64 flow;

	memcpy(&flow, &key->flow, sizeof(flow));
	a = (a ^ a >> 32) * GOLDEN_RATIO_64 ^ key->src.hi;
	b = (b ^ b >> 32) * GOLDEN_RATIO_64 ^ key->dst.hi;
	a = (a ^ a >> 29) * GOLDEN_RATIO_64 ^ flow;
	b = (b ^ b >> 31) * GOLDEN_RATIO_64 ^ from;
	a ^= b << 32 | b >> 32;
	a = (a ^ a >> 32) * GOLDEN_RATIO_64;
	return a ^ a >> 32;
}

static u32 ix_flow_tag(u64 hash)
{
	/* 0 stands for none. */
	return hash >> 32 | 1;
}

static bool ix_flow_key_equal(const struct ix_flow_key *a,
			      const struct ix_flow_key *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;
	u64 different = 0;
	unsigned int i;

	for (i = 0; i < IX_FLOW_KEY_WORDS; i++)
		different |= x[i] ^ y[i];
	return !different;
}

static struct ix_flow_set *ix_flow_set(const struct ix_flow_cache *cache,
				       const struct ix_flow_table *table,
				       u64 hash)
{
	u32 at = hash & cache->mask;

	return &table->chunks[at / IX_FLOW_CHUNK_SETS][at % IX_FLOW_CHUNK_SETS];
}

static void ix_flow_prefetch(const struct ix_flow_entry *entry)
{
	const u8 *line = (const u8 *)entry, *end = (const u8 *)(entry + 1);

	for (; line < end; line += L1_CACHE_BYTES)
		prefetch(line);
	prefetch(end - 1);
}

const struct ix_found *ix_flow_cache_find(const struct ix_flow_cache *cache,
					  unsigned int cpu,
					  const struct ix_flow_key *key,
					  u64 hash, u64 now)
{
	struct ix_flow_table *table = cache->tables[cpu];
	struct ix_flow_set *set;
	unsigned int way;

	if (unlikely(!table))
		return NULL;
	set = ix_flow_set(cache, table, hash);
	/* Most flows are alone in their set: then this saves a wait. */
	if (cache->mask >= IX_FLOW_FAR) {
		prefetch(set);
		ix_flow_prefetch(&set->entries[0]);
	}
	for (way = 0; way < IX_FLOW_WAYS; way++) {
		const struct ix_flow_entry *entry = &set->entries[way];

		if (set->tags[way] != ix_flow_tag(hash))
			continue;
		if (way || cache->mask < IX_FLOW_FAR)
			ix_flow_prefetch(entry);
		if (set->used[way] != (u16)now)
			set->used[way] = now;
		if (!ix_flow_key_equal(&entry->key, key) ||
		    now < entry->decided || now >= entry->found.judgement.until)
			continue;
		WRITE_ONCE(table->hits, table->hits + 1);
		return &entry->found;
	}
	WRITE_ONCE(table->misses, table->misses + 1);
	return NULL;
}

/* The entry to write to, or IX_FLOW_WAYS: the flow's own, or one that is idle. */
static unsigned int ix_flow_place(const struct ix_flow_set *set, u32 tag,
				  u16 now)
{
	unsigned int way, place = IX_FLOW_WAYS;
	u16 longest = IX_FLOW_IDLE - 1;

	for (way = 0; way < IX_FLOW_WAYS; way++) {
		u16 idle = now - set->used[way];

		if (set->tags[way] == tag)
			return way;
		if (!set->tags[way])
			idle = U16_MAX;
		if (idle > longest) {
			longest = idle;
			place = way;
		}
	}
	return place;
}

void ix_flow_cache_add(const struct ix_flow_cache *cache, unsigned int cpu,
		       const struct ix_flow_key *key, u64 hash, u64 now,
		       const struct ix_found *found)
{
	struct ix_flow_table *table = cache->tables[cpu];
	struct ix_flow_entry *entry;
	struct ix_flow_set *set;
	unsigned int way;

	if (unlikely(!table))
		return;
	set = ix_flow_set(cache, table, hash);
	way = ix_flow_place(set, ix_flow_tag(hash), now);
	if (way == IX_FLOW_WAYS)
		return;
	set->tags[way] = ix_flow_tag(hash);
	set->used[way] = now;
	entry = &set->entries[way];
	entry->key = *key;
	entry->decided = now;
	entry->found = *found;
}

/**
 * ix_flow_cache_count() - how many packets found an answer
 * @cache: the cache
 * @hits: those of all CPUs
 * @misses: those that did not
 *
 * Context: RCU read side, any context.
 */
void ix_flow_cache_count(const struct ix_flow_cache *cache, u64 *hits,
			 u64 *misses)
{
	unsigned int i;

	*hits = 0;
	*misses = 0;
	for (i = 0; i < cache->tables_nr; i++) {
		if (!cache->tables[i])
			continue;
		*hits += READ_ONCE(cache->tables[i]->hits);
		*misses += READ_ONCE(cache->tables[i]->misses);
	}
}

static u32 ix_flow_chunks(const struct ix_flow_cache *cache)
{
	return cache->mask / IX_FLOW_CHUNK_SETS + 1;
}

static void ix_flow_table_free(const struct ix_flow_cache *cache,
			       struct ix_flow_table *table)
{
	u32 i;

	if (!table)
		return;
	for (i = 0; i < ix_flow_chunks(cache); i++) {
		kfree(table->chunks[i]);
		cond_resched();
	}
	kvfree(table);
}

/* In its own CPU's memory. */
static struct ix_flow_table *ix_flow_table_new(const struct ix_flow_cache *cache,
					       int node)
{
	size_t sets = min_t(u32, cache->mask + 1, IX_FLOW_CHUNK_SETS);
	struct ix_flow_table *table;
	u32 i;

	table = kvzalloc_node(struct_size(table, chunks,
					  ix_flow_chunks(cache)),
			      GFP_KERNEL_ACCOUNT, node);
	if (!table)
		return NULL;
	for (i = 0; i < ix_flow_chunks(cache); i++) {
		table->chunks[i] = kzalloc_node(array_size(sets, sizeof(*table->chunks[i])),
						GFP_KERNEL_ACCOUNT, node);
		if (!table->chunks[i]) {
			ix_flow_table_free(cache, table);
			return NULL;
		}
		cond_resched();
	}
	return table;
}

/**
 * ix_flow_cache_new() - an empty cache
 * @size: entries of each CPU, 1 to IX_FLOW_CACHE_MAX; rounded up to a power of
 *	two
 *
 * CPUs that come later have none.
 *
 * Context: process.
 *
 * Return: the cache, or NULL.
 */
struct ix_flow_cache *ix_flow_cache_new(u32 size)
{
	u32 sets = roundup_pow_of_two(DIV_ROUND_UP(size, IX_FLOW_WAYS));
	struct ix_flow_cache *cache;
	unsigned int cpu;

	cache = kzalloc(struct_size(cache, tables, nr_cpu_ids),
			GFP_KERNEL_ACCOUNT);
	if (!cache)
		return NULL;
	cache->size = size;
	cache->mask = sets - 1;
	cache->seed = get_random_u64();
	cache->tables_nr = nr_cpu_ids;
	for_each_online_cpu(cpu) {
		cache->tables[cpu] = ix_flow_table_new(cache,
						       cpu_to_node(cpu));
		if (!cache->tables[cpu]) {
			ix_flow_cache_free(cache);
			return NULL;
		}
	}
	return cache;
}

/**
 * ix_flow_cache_free() - free a cache that no packet can see
 * @cache: the cache, or NULL
 *
 * Context: process; gives way to others now and then.
 */
void ix_flow_cache_free(struct ix_flow_cache *cache)
{
	unsigned int i;

	if (!cache)
		return;
	for (i = 0; i < cache->tables_nr; i++)
		ix_flow_table_free(cache, cache->tables[i]);
	kfree(cache);
}
