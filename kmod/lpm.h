/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Longest-prefix match over 128-bit keys, persistent: a change makes a new
 * version of the path to what it changes, and leaves the old version whole.
 *
 * The structure is a multibit trie with popcount-indexed nodes (a tree bitmap
 * of stride 6) and path compression. It knows nothing of what its leaves mean.
 */
#ifndef IX_LPM_H
#define IX_LPM_H

#include <linux/types.h>

#include "addr.h"
#include "edit.h"

/**
 * struct ix_lpm_leaf - what a user embeds in the object that it puts in a trie
 * @key: the prefix; bits behind @len are zero
 * @epoch: epoch of the edit that made the object
 * @len: length of the prefix, 0 to 128
 *
 * The user fills it in before ix_lpm_insert() and never changes it later.
 */
struct ix_lpm_leaf {
	struct ix_addr key;
	u64 epoch : IX_EDIT_EPOCH_BITS;
	u64 len : 8;
};

/**
 * struct ix_lpm - a trie, by value: a copy is a snapshot
 * @root: node or leaf, tagged; NULL if the trie is empty
 * @memory: octets allocated for its nodes
 * @count: number of leaves
 *
 * A trie that is all zero is empty. Who can reach a published struct ix_lpm
 * under RCU may look things up and walk in it without a lock; changes go to a
 * private copy of it.
 */
struct ix_lpm {
	void *root;
	size_t memory;
	u32 count;
};

/**
 * ix_lpm_init() - before the first trie is made
 *
 * Return: 0, or -ENOMEM.
 */
int ix_lpm_init(void);

/**
 * ix_lpm_exit() - after the last trie is gone
 */
void ix_lpm_exit(void);

/* Entries of the trie that are leaves are tagged. */
#define IX_LPM_LEAF 1UL

static inline bool ix_lpm_is_leaf(const void *entry)
{
	return (unsigned long)entry & IX_LPM_LEAF;
}

static inline struct ix_lpm_leaf *ix_lpm_to_leaf(const void *entry)
{
	return (struct ix_lpm_leaf *)((unsigned long)entry - IX_LPM_LEAF);
}

struct ix_lpm_leaf *ix_lpm_lookup_nodes(const struct ix_lpm *lpm,
					struct ix_addr key);

/**
 * ix_lpm_lookup() - longest-prefix match
 * @lpm: the trie
 * @key: what to look for
 *
 * Context: RCU read side, any context; takes no lock, writes nothing.
 *
 * Return: the leaf with the longest prefix that @key is in, or NULL.
 */
static inline struct ix_lpm_leaf *ix_lpm_lookup(const struct ix_lpm *lpm,
						struct ix_addr key)
{
	struct ix_lpm_leaf *leaf;

	/* Most tries are small (the maps of a tenant are one map), or empty. */
	if (!ix_lpm_is_leaf(lpm->root))
		return lpm->root ? ix_lpm_lookup_nodes(lpm, key) : NULL;
	leaf = ix_lpm_to_leaf(lpm->root);
	return ix_addr_match(leaf->key, key, leaf->len) ? leaf : NULL;
}

/**
 * struct ix_lpm_query - one of several lookups
 * @lpm: the trie
 * @key: what to look for in it
 * @leaf: the answer, as of ix_lpm_lookup()
 */
struct ix_lpm_query {
	const struct ix_lpm *lpm;
	struct ix_addr key;
	struct ix_lpm_leaf *leaf;
};

/* So many lookups go side by side at most. */
#define IX_LPM_QUERIES 16

/**
 * ix_lpm_lookup_all() - several lookups side by side
 * @queries: the lookups; they may be in one trie or in several
 * @nr: how many, IX_LPM_QUERIES at most
 *
 * What a lookup in a large trie costs is the wait for memory that is not in the
 * cache. Those that do not depend on each other wait together.
 *
 * Context: as for ix_lpm_lookup().
 */
void ix_lpm_lookup_all(struct ix_lpm_query *queries, unsigned int nr);

/**
 * ix_lpm_find() - exact match
 * @lpm: the trie
 * @key: prefix, bits behind @len are zero
 * @len: its length
 *
 * Context: as for ix_lpm_lookup().
 *
 * Return: the leaf of exactly this prefix, or NULL.
 */
struct ix_lpm_leaf *ix_lpm_find(const struct ix_lpm *lpm, struct ix_addr key,
				unsigned int len);

/**
 * ix_lpm_next() - walk in order
 * @lpm: the trie
 * @key: where the last step was
 * @len: its length; a negative number starts at the very beginning
 *
 * The order is that of the keys, and of the lengths for equal keys (a prefix
 * comes before the longer ones in it).
 *
 * Context: as for ix_lpm_lookup().
 *
 * Return: the first leaf behind (@key, @len), which need not be in the trie,
 * or NULL at the end.
 */
struct ix_lpm_leaf *ix_lpm_next(const struct ix_lpm *lpm, struct ix_addr key,
				int len);

/**
 * ix_lpm_within() - the first leaf within a prefix
 * @lpm: the trie
 * @key: prefix
 * @len: its length
 *
 * Context: as for ix_lpm_lookup().
 *
 * Return: the first leaf (in the order of ix_lpm_next()) whose prefix is equal
 * to or longer than and inside the given one, or NULL. To find overlaps.
 */
struct ix_lpm_leaf *ix_lpm_within(const struct ix_lpm *lpm, struct ix_addr key,
				  unsigned int len);

/**
 * ix_lpm_insert() - add a leaf, or replace the one of the same prefix
 * @lpm: private copy of the trie
 * @edit: the edit that it belongs to
 * @leaf: the new leaf; the trie now refers to it, and does not own it
 * @old: where to store the leaf that was replaced, NULL if there was none
 *
 * Nodes that were published are copied and retired, the edit's own are changed
 * in place. What becomes of @old is the caller's business.
 *
 * Return: 0, or -ENOMEM: then nothing has changed.
 */
int ix_lpm_insert(struct ix_lpm *lpm, struct ix_edit *edit,
		  struct ix_lpm_leaf *leaf, struct ix_lpm_leaf **old);

/**
 * ix_lpm_remove() - take a leaf out
 * @lpm: private copy of the trie
 * @edit: the edit that it belongs to
 * @key: prefix
 * @len: its length
 * @old: where to store the leaf that was taken out
 *
 * Return: 0, -ENOENT if there is no such leaf, or -ENOMEM: then nothing has
 * changed.
 */
int ix_lpm_remove(struct ix_lpm *lpm, struct ix_edit *edit, struct ix_addr key,
		  unsigned int len, struct ix_lpm_leaf **old);

/**
 * ix_lpm_clear() - make a trie empty
 * @lpm: private copy of the trie
 * @edit: the edit that it belongs to
 * @release: called with each leaf, or NULL if the leaves belong to others
 *
 * The edit's own nodes, and its own leaves (@release) are freed at once; the
 * published rest is retired as a whole, and is freed, with @release for each
 * of its leaves, when the edit is published.
 *
 * Return: 0, or -ENOMEM: then nothing has changed.
 */
int ix_lpm_clear(struct ix_lpm *lpm, struct ix_edit *edit,
		 void (*release)(struct ix_lpm_leaf *leaf));

/**
 * ix_lpm_abandon() - free what an edit has made of a trie
 * @lpm: private copy of the trie
 * @edit: the edit, which is not going to be published
 * @release: called with each leaf that the edit has made, or NULL
 *
 * Published nodes and leaves are left alone.
 */
void ix_lpm_abandon(struct ix_lpm *lpm, struct ix_edit *edit,
		    void (*release)(struct ix_lpm_leaf *leaf));

/**
 * ix_lpm_destroy() - free a trie that nobody can see any more
 * @lpm: the trie
 * @release: called with each leaf, or NULL
 *
 * Context: process; gives way to others now and then.
 */
void ix_lpm_destroy(struct ix_lpm *lpm,
		    void (*release)(struct ix_lpm_leaf *leaf));

/**
 * ix_lpm_memory() - memory that the nodes of a trie take
 * @lpm: the trie
 *
 * Return: octets as allocated, leaves not counted.
 */
size_t ix_lpm_memory(const struct ix_lpm *lpm);

#endif /* IX_LPM_H */
