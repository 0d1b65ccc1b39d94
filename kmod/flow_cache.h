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

#include <uapi/linux/ix.h>

#include "addr.h"
#include "decision.h"
#include "policy.h"

struct ix_device;
struct ix_tenant;

/* Entries that a flow may have its place in. */
#define IX_FLOW_WAYS 4

/**
 * struct ix_flow_key - all that the answer depends on, but for the time
 * @src: source, as the packet has it
 * @dst: destination, as the packet has it
 * @from: tenant that it comes from
 * @port: port that it came in by; never followed
 * @generation: of the configuration
 * @flow: protocol and ports
 * @version: 4 or 6
 */
struct ix_flow_key {
	struct ix_addr src;
	struct ix_addr dst;
	const struct ix_tenant *from;
	const struct ix_device *port;
	u64 generation;
	struct ix_flow flow;
	u64 version;
};

/**
 * struct ix_flow_entry - an answer
 * @key: the question
 * @decided: second in which it was answered; it holds until
 *	@found.judgement.until
 * @found: the answer
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
 * All in one place: where memory is far, so is the table that says where it is,
 * and one page of it is enough. With the first entry it is four cache lines.
 */
struct ix_flow_set {
	u32 tags[IX_FLOW_WAYS];
	u16 used[IX_FLOW_WAYS];
	struct ix_flow_entry entries[IX_FLOW_WAYS];
} ____cacheline_aligned;

/* What fits into 32 KiB. */
#define IX_FLOW_CHUNK_SETS 32

/**
 * struct ix_flow_table - the flows of one CPU
 * @hits: packets that found an answer
 * @misses: packets that did not
 * @chunks: the flows, by their hash: IX_FLOW_CHUNK_SETS sets each
 *
 * In pieces, as memory that is in one only by its mapping has small pages.
 */
struct ix_flow_table {
	u64 hits;
	u64 misses;
	struct ix_flow_set *chunks[];
};

/**
 * struct ix_flow_cache - the flows of all CPUs
 * @size: entries that were asked for
 * @mask: sets of a table, a power of two, minus one
 * @seed: of the hash
 * @tables_nr: number of @tables
 * @tables: by CPU; NULL for one that was not there
 */
struct ix_flow_cache {
	u32 size;
	u32 mask;
	u64 seed;
	unsigned int tables_nr;
	struct ix_flow_table *tables[] __counted_by(tables_nr);
};

struct ix_flow_cache *ix_flow_cache_new(u32 size);
void ix_flow_cache_free(struct ix_flow_cache *cache);

/**
 * ix_flow_cache_hash() - where to look for a flow
 * @cache: the cache
 * @key: the question
 *
 * Return: the hash for the other functions.
 */
u64 ix_flow_cache_hash(const struct ix_flow_cache *cache,
		       const struct ix_flow_key *key);

/**
 * ix_flow_cache_find() - has this question been answered?
 * @cache: the cache
 * @cpu: this CPU
 * @key: the question; no part of it may be uninitialized, padding included
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

void ix_flow_cache_count(const struct ix_flow_cache *cache, u64 *hits,
			 u64 *misses);

#endif /* IX_FLOW_CACHE_H */
