// SPDX-License-Identifier: GPL-2.0
/*
 * Flow cache: sets of IX_FLOW_WAYS entries. A few bits of the hash, all in one
 * line, tell which of them to look at.
 */
#include <linux/cpumask.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math64.h>
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
static_assert(sizeof(struct ix_flow) == sizeof(u64));
static_assert(sizeof(struct ix_flow_key) ==
	      2 * sizeof(struct ix_addr) + sizeof(struct ix_flow) +
	      2 * sizeof(u64));

/* Octets of a chunk: those of a large page, or what there always is. */
#define IX_FLOW_CHUNK_LARGE (2 << 20)
#define IX_FLOW_CHUNK_SMALL (32 << 10)

/* Seconds without a packet after which a flow may lose its place. */
#define IX_FLOW_IDLE 2

/*
 * Who sends packets can choose those that have one hash, and then finds that his
 * own flows are slow: the others of that set keep their places. So it has to
 * be fast, and no more than hard to guess.
 */
u64 ix_flow_cache_hash(const struct ix_flow_cache *cache, struct ix_addr src,
		       struct ix_addr dst, u32 ports, u32 ifindex)
{
	u64 a = src.lo ^ cache->seed, b = dst.lo ^ cache->seed;

	a = (a ^ a >> 32) * GOLDEN_RATIO_64 ^ src.hi;
	b = (b ^ b >> 32) * GOLDEN_RATIO_64 ^ dst.hi;
	a = (a ^ a >> 29) * GOLDEN_RATIO_64 ^ ports;
	b = (b ^ b >> 31) * GOLDEN_RATIO_64 ^ ifindex;
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
	u32 at = reciprocal_scale(hash, cache->sets);
	u32 within = at & (BIT(cache->chunk_shift) - 1);

	return &table->chunks[at >> cache->chunk_shift][within];
}

/* Where in its set a flow is; IX_FLOW_WAYS if it is in none. */
static unsigned int ix_flow_way(const struct ix_flow_set *set, u64 hash)
{
	u32 tag = ix_flow_tag(hash);
	unsigned int way;

	for (way = 0; way < IX_FLOW_WAYS; way++)
		if (set->tags[way] == tag)
			break;
	return way;
}

void ix_flow_cache_expect(const struct ix_flow_cache *cache, unsigned int cpu,
			  u64 hash)
{
	const struct ix_flow_table *table = cache->tables[cpu];

	if (likely(table))
		prefetch(ix_flow_set(cache, table, hash));
}

/* The entry for this hash, or NULL. Nothing of the entry itself is read. */
static __always_inline const struct ix_flow_entry *
ix_flow_probably(const struct ix_flow_cache *cache, unsigned int cpu, u64 hash)
{
	const struct ix_flow_table *table = cache->tables[cpu];
	const struct ix_flow_set *set;
	unsigned int way;

	if (unlikely(!table))
		return NULL;
	set = ix_flow_set(cache, table, hash);
	way = ix_flow_way(set, hash);
	return way < IX_FLOW_WAYS ? &set->entries[way] : NULL;
}

bool ix_flow_cache_fetch(const struct ix_flow_cache *cache, unsigned int cpu,
			 u64 hash)
{
	const struct ix_flow_entry *entry = ix_flow_probably(cache, cpu, hash);
	unsigned int i;

	if (!entry)
		return false;
	for (i = 0; i < sizeof(*entry); i += L1_CACHE_BYTES)
		prefetch((const u8 *)entry + i);
	return true;
}

const struct ix_found *ix_flow_cache_peek(const struct ix_flow_cache *cache,
					  unsigned int cpu, u64 hash,
					  u64 generation)
{
	const struct ix_flow_entry *entry = ix_flow_probably(cache, cpu, hash);

	return entry && ix_flow_generation(entry->key.where) == generation ?
	       &entry->found : NULL;
}

static void ix_flow_count(struct ix_flow_table *table, u64_stats_t *counter)
{
	u64_stats_update_begin(&table->sync);
	u64_stats_inc(counter);
	u64_stats_update_end(&table->sync);
}

const struct ix_found *ix_flow_cache_find(const struct ix_flow_cache *cache,
					  unsigned int cpu,
					  const struct ix_flow_key *key,
					  u64 hash, u64 now)
{
	struct ix_flow_table *table = cache->tables[cpu];
	const struct ix_flow_entry *entry;
	struct ix_flow_set *set;
	unsigned int way;

	if (unlikely(!table))
		return NULL;
	set = ix_flow_set(cache, table, hash);
	way = ix_flow_way(set, hash);
	if (way < IX_FLOW_WAYS) {
		entry = &set->entries[way];
		if (set->used[way] != (u16)now)
			set->used[way] = now;
		if (likely(ix_flow_key_equal(&entry->key, key) &&
			   now >= entry->decided && now < entry->found.until)) {
			ix_flow_count(table, &table->hits);
			return &entry->found;
		}
	}
	ix_flow_count(table, &table->misses);
	return NULL;
}

/*
 * The entry to write to, or IX_FLOW_WAYS: the flow's own, or the one that has
 * been idle for longest; none has been for longer than those that are empty.
 */
static unsigned int ix_flow_place(const struct ix_flow_set *set, u64 hash,
				  u16 now)
{
	unsigned int way = ix_flow_way(set, hash), place = IX_FLOW_WAYS;
	u32 longest = IX_FLOW_IDLE - 1;

	if (way < IX_FLOW_WAYS)
		return way;
	for (way = 0; way < IX_FLOW_WAYS; way++) {
		u32 idle = set->tags[way] ? (u16)(now - set->used[way]) :
					    U16_MAX + 1;

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
	way = ix_flow_place(set, hash, now);
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
	u64 table_hits, table_misses;
	unsigned int i, start;

	*hits = 0;
	*misses = 0;
	for (i = 0; i < cache->tables_nr; i++) {
		const struct ix_flow_table *table = cache->tables[i];

		if (!table)
			continue;
		do {
			start = u64_stats_fetch_begin(&table->sync);
			table_hits = u64_stats_read(&table->hits);
			table_misses = u64_stats_read(&table->misses);
		} while (u64_stats_fetch_retry(&table->sync, start));
		*hits += table_hits;
		*misses += table_misses;
	}
}

static u32 ix_flow_chunks(const struct ix_flow_cache *cache)
{
	return DIV_ROUND_UP(cache->sets, BIT(cache->chunk_shift));
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
					       int node, gfp_t gfp)
{
	size_t sets = min_t(u32, cache->sets, BIT(cache->chunk_shift));
	struct ix_flow_table *table;
	u32 i;

	table = kvzalloc_node(struct_size(table, chunks,
					  ix_flow_chunks(cache)),
			      GFP_KERNEL_ACCOUNT, node);
	if (!table)
		return NULL;
	u64_stats_init(&table->sync);
	for (i = 0; i < ix_flow_chunks(cache); i++) {
		table->chunks[i] = kzalloc_node(array_size(sets, sizeof(*table->chunks[i])),
						gfp, node);
		if (!table->chunks[i]) {
			ix_flow_table_free(cache, table);
			return NULL;
		}
		cond_resched();
	}
	return table;
}

static void ix_flow_tables_free(struct ix_flow_cache *cache)
{
	unsigned int i;

	for (i = 0; i < cache->tables_nr; i++) {
		ix_flow_table_free(cache, cache->tables[i]);
		cache->tables[i] = NULL;
	}
}

/* Tables in chunks of this size, which may not be had. */
static bool ix_flow_tables_new(struct ix_flow_cache *cache, size_t chunk,
			       gfp_t gfp)
{
	unsigned int cpu;

	cache->chunk_shift = ilog2(chunk / sizeof(struct ix_flow_set));
	for_each_online_cpu(cpu) {
		cache->tables[cpu] = ix_flow_table_new(cache, cpu_to_node(cpu),
						       gfp);
		if (!cache->tables[cpu]) {
			ix_flow_tables_free(cache);
			return false;
		}
	}
	return true;
}

/**
 * ix_flow_cache_default() - how large to make a cache if nobody says
 * @memory: octets of memory of the machine
 * @cpus: its number of CPUs
 *
 * The 128th part of the memory, shared by the CPUs: what a router needs for
 * other things is not missed, and a few thousand flows are worth while on any.
 *
 * Return: entries of each CPU, 2,048 to 131,072.
 */
u32 ix_flow_cache_default(u64 memory, unsigned int cpus)
{
	u64 sets = div_u64(memory / 128, cpus * sizeof(struct ix_flow_set));

	return rounddown_pow_of_two(clamp_t(u64, sets * IX_FLOW_WAYS, 2048,
					    131072));
}

/**
 * ix_flow_cache_new() - an empty cache
 * @size: entries of each CPU, 1 to IX_FLOW_CACHE_MAX; rounded up to whole sets
 *
 * CPUs that come later have none.
 *
 * Context: process.
 *
 * Return: the cache, or NULL.
 */
struct ix_flow_cache *ix_flow_cache_new(u32 size)
{
	struct ix_flow_cache *cache;

	cache = kzalloc(struct_size(cache, tables, nr_cpu_ids),
			GFP_KERNEL_ACCOUNT);
	if (!cache)
		return NULL;
	cache->size = size;
	cache->sets = DIV_ROUND_UP(size, IX_FLOW_WAYS);
	cache->seed = get_random_u64();
	cache->tables_nr = nr_cpu_ids;
	if (!ix_flow_tables_new(cache, IX_FLOW_CHUNK_LARGE,
				GFP_KERNEL_ACCOUNT | __GFP_NORETRY |
				__GFP_NOWARN) &&
	    !ix_flow_tables_new(cache, IX_FLOW_CHUNK_SMALL,
				GFP_KERNEL_ACCOUNT)) {
		kfree(cache);
		return NULL;
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
	if (!cache)
		return;
	ix_flow_tables_free(cache);
	kfree(cache);
}
