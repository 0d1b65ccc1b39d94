/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flow cache: what was decided of packets with these addresses and ports.
 *
 * What ix decides of a packet's way is a function of the configuration, of what
 * is in a key, and of the time; nothing is ever learned from packets. So the
 * answer may be kept, and may be forgotten at any moment: a packet that finds
 * it fares as one that does not. A large configuration is mostly outside of the
 * processor's caches, and asking it means to wait for memory some twenty times,
 * one after the other; here it is once.
 *
 * Each CPU has a table of its own, of a fixed size.
 */
#ifndef IX_FLOW_CACHE_H
#define IX_FLOW_CACHE_H

#include <linux/cache.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include <uapi/linux/ix.h>

#include "addr.h"
#include "decision.h"
#include "policy.h"

/* Entries that a flow may have its place in. */
#define IX_FLOW_WAYS 5

/**
 * struct ix_flow_key - all that the answer depends on, but for the time
 * @src: source, as the packet has it
 * @dst: destination, as the packet has it
 * @flow: protocol and ports
 * @port: address of the port that it came in by; never followed
 * @where: of ix_flow_where()
 */
struct ix_flow_key {
	struct ix_addr src;
	struct ix_addr dst;
	struct ix_flow flow;
	u64 port;
	u64 where;
};

/**
 * ix_flow_where() - the last part of a key
 * @generation: of the configuration; of 44 bits
 * @tenant: number of the tenant that the packet comes from
 * @version: 4 or 6
 *
 * Return: all of them in one.
 */
static inline u64 ix_flow_where(u64 generation, u16 tenant, u8 version)
{
	return generation << 20 | (u64)tenant << 4 | version;
}

/**
 * ix_flow_generation() - what ix_flow_where() was told of the configuration
 * @where: the last part of a key
 *
 * Return: the generation.
 */
static inline u64 ix_flow_generation(u64 where)
{
	return where >> 20;
}

/**
 * struct ix_flow_entry - an answer
 * @key: the question
 * @decided: second in which it was answered; it holds until @found.until
 * @found: the answer
 *
 * One cache line, and two for the answer.
 */
struct ix_flow_entry {
	struct ix_flow_key key;
	u64 decided;
	struct ix_found found;
};

/**
 * struct ix_flow_set - the places that a flow may have
 * @tags: bits of the hash of each one's flow; 0 if there is none
 * @used: second in which each was used last, its lowest bits
 * @entries: the flows
 *
 * In memory that is far, all of it is in one page.
 */
struct ix_flow_set {
	u32 tags[IX_FLOW_WAYS];
	u16 used[IX_FLOW_WAYS];
	struct ix_flow_entry entries[IX_FLOW_WAYS] ____cacheline_aligned;
} ____cacheline_aligned;

/**
 * struct ix_flow_table - the flows of one CPU
 * @sync: for 64-bit reads on 32-bit machines
 * @hits: packets that found an answer
 * @misses: packets that did not
 * @chunks: the flows, by their hash, in pieces
 *
 * In pieces, as memory that is in one only by its mapping has small pages.
 */
struct ix_flow_table {
	struct u64_stats_sync sync;
	u64_stats_t hits;
	u64_stats_t misses;
	struct ix_flow_set *chunks[];
};

/**
 * struct ix_flow_cache - the flows of all CPUs
 * @size: entries that were asked for
 * @sets: sets of a table
 * @chunk_shift: binary logarithm of the number of sets in a chunk
 * @seed: of the hash
 * @tables_nr: number of @tables
 * @tables: by CPU; NULL for one that was not there
 */
struct ix_flow_cache {
	u32 size;
	u32 sets;
	u8 chunk_shift;
	u64 seed;
	unsigned int tables_nr;
	struct ix_flow_table *tables[] __counted_by(tables_nr);
};

u32 ix_flow_cache_default(u64 memory, unsigned int cpus);
struct ix_flow_cache *ix_flow_cache_new(u32 size);
void ix_flow_cache_free(struct ix_flow_cache *cache);

/**
 * ix_flow_cache_hash() - where to look for a flow
 * @cache: the cache
 * @src: source
 * @dst: destination
 * @ports: both ports, or 0
 * @ifindex: index of the device that the packet came in by
 *
 * Packets of one flow should have one hash, as the cache remembers a flow for
 * each. What finds the wrong place finds nothing.
 *
 * Context: any.
 *
 * Return: the hash for the other functions.
 */
u64 ix_flow_cache_hash(const struct ix_flow_cache *cache, struct ix_addr src,
		       struct ix_addr dst, u32 ports, u32 ifindex);

/**
 * ix_flow_cache_expect() - have a flow's place brought near
 * @cache: the cache
 * @cpu: this CPU
 * @hash: of the flow that is going to be asked for
 *
 * To be called as early as possible, with something else to do until
 * ix_flow_cache_fetch(): a large table is far.
 *
 * Context: BHs off, on that CPU.
 */
void ix_flow_cache_expect(const struct ix_flow_cache *cache, unsigned int cpu,
			  u64 hash);

/**
 * ix_flow_cache_fetch() - have the answer brought near
 * @cache: the cache
 * @cpu: this CPU
 * @hash: of the flow that is going to be asked for
 *
 * To be called when its place is near, with something else to do until
 * ix_flow_cache_find().
 *
 * Context: BHs off, on that CPU.
 *
 * Return: false if there is no answer; true if there is one for this hash.
 */
bool ix_flow_cache_fetch(const struct ix_flow_cache *cache, unsigned int cpu,
			 u64 hash);

/**
 * ix_flow_cache_peek() - which answer is it probably going to be?
 * @cache: the cache
 * @cpu: this CPU
 * @hash: of the flow that is going to be asked for
 * @generation: of the configuration
 *
 * To be called when the answer is near, to have brought near what it refers to. It
 * may be that of another flow.
 *
 * Context: BHs off, on that CPU.
 *
 * Return: an answer of this configuration, or NULL. Its place may be given to
 * another one by any ix_flow_cache_add().
 */
const struct ix_found *ix_flow_cache_peek(const struct ix_flow_cache *cache,
					  unsigned int cpu, u64 hash,
					  u64 generation);

/**
 * ix_flow_cache_find() - has this question been answered?
 * @cache: the cache
 * @cpu: this CPU
 * @key: the question
 * @hash: of the key
 * @now: time in seconds
 *
 * Context: BHs off, on that CPU.
 *
 * Return: the answer, good until the next ix_flow_cache_add(), or NULL.
 */
const struct ix_found *ix_flow_cache_find(const struct ix_flow_cache *cache,
					  unsigned int cpu,
					  const struct ix_flow_key *key,
					  u64 hash, u64 now);

/**
 * ix_flow_cache_add() - keep an answer
 * @cache: the cache
 * @cpu: this CPU
 * @key: the question, which ix_flow_cache_find() did not know
 * @hash: of the key
 * @now: time in seconds for which it was answered
 * @found: the answer
 *
 * Without a place for it nothing happens: a flow that had packets in this second
 * or in the last one keeps its place, so that many new ones can't crowd out those
 * that are.
 *
 * Context: BHs off, on that CPU. Allocates nothing.
 */
void ix_flow_cache_add(const struct ix_flow_cache *cache, unsigned int cpu,
		       const struct ix_flow_key *key, u64 hash, u64 now,
		       const struct ix_found *found);

/**
 * ix_flow_cache_misses() - packets of this CPU that have found no answer so far
 * @cache: the cache
 * @cpu: this CPU
 *
 * Context: BHs off, on that CPU.
 *
 * Return: their number.
 */
static inline u64 ix_flow_cache_misses(const struct ix_flow_cache *cache,
				       unsigned int cpu)
{
	const struct ix_flow_table *table = cache->tables[cpu];

	return likely(table) ? u64_stats_read(&table->misses) : 0;
}

void ix_flow_cache_count(const struct ix_flow_cache *cache, u64 *hits,
			 u64 *misses);

#endif /* IX_FLOW_CACHE_H */
