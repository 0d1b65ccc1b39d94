// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match over 128-bit keys: a persistent tree bitmap.
 *
 * A key is read in strides of six bits. A node stands at a bit position that
 * is a multiple of the stride, and knows what all its keys have in common
 * before that. Prefixes that are up to five bits longer than its position end
 * in it, longer ones are in one of its 64 children. One bitmap says which
 * prefixes end in the node, another which children it has, and what they stand
 * for is packed in one array: children first, then leaves. Counting bits gives
 * the index.
 *
 * A node has two slots at least, so a chain of single children is one step,
 * and a prefix that is alone in its part of the tree is a leaf in the slot
 * where its node would be. A node does not know what has been skipped before
 * it, so that most nodes fit into one cache line: any leaf below it does. A
 * lookup goes down without comparing, and compares the key with the leaf that
 * it arrives at, which whoever asks is going to read anyway. Only if a leaf
 * further up is to be found as well and the way down was wrong by skipped bits,
 * it has to be gone a second time.
 *
 * The pointers within are plain ones, without __rcu: a node is written by one
 * edit until the root that leads to it is published, with what has published
 * the struct ix_lpm (rcu_assign_pointer() orders all that was written before),
 * and never after. Nodes of another edit are replaced, with all above them; the
 * nodes of the edit itself are thus a connected part at the top of the tree,
 * and nobody else can see them.
 */
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/prefetch.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lpm.h"

#define IX_LPM_STRIDE 6
#define IX_LPM_CHILDREN 64U
/* Nodes at the positions 0, 6, ... 126. */
#define IX_LPM_DEPTH (128 / IX_LPM_STRIDE + 1)

/**
 * struct ix_lpm_node - a node
 * @internal: which prefixes end here: bit (1 << l) - 1 + v is that of the
 *	prefix that is l bits longer than @pos, with the value v in these bits
 * @external: which children there are, by the six bits behind @pos
 * @epoch: epoch of the edit that has made the node
 * @size: index into ix_lpm_sizes[]
 * @stride: how many strides lead here; all leaves have their bits in common
 * @children: number of bits in @external
 * @slots: what the bits of @external stand for, in their order (nodes, or
 *	tagged leaves), then what those of @internal do (tagged leaves)
 */
struct ix_lpm_node {
	u64 internal;
	u64 external;
	u64 epoch : IX_EDIT_EPOCH_BITS;
	u64 size : 4;
	u64 stride : 5;
	u64 children : 7;
	void *slots[];
};

static_assert(sizeof(struct ix_lpm_node) == 24);

/*
 * Sizes of allocations. Most nodes are small, and what matters is how many of
 * them fit into the caches. There is one for 64 children, and the largest holds
 * 63 leaves as well.
 */
static const u16 ix_lpm_sizes[] = {
	40, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 536, 784, 1040,
};

static_assert(ARRAY_SIZE(ix_lpm_sizes) <= 16);

/* Each size has a cache of its own, as those of kmalloc() are too far apart. */
static struct kmem_cache *ix_lpm_caches[ARRAY_SIZE(ix_lpm_sizes)] __ro_after_init;

int __init ix_lpm_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ix_lpm_sizes); i++) {
		char name[32];

		snprintf(name, sizeof(name), "%s_lpm_%u", KBUILD_MODNAME,
			 ix_lpm_sizes[i]);
		ix_lpm_caches[i] = kmem_cache_create(name, ix_lpm_sizes[i], 0,
						     SLAB_ACCOUNT, NULL);
		if (!ix_lpm_caches[i]) {
			ix_lpm_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void ix_lpm_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ix_lpm_sizes); i++)
		kmem_cache_destroy(ix_lpm_caches[i]);
}

static unsigned int ix_lpm_pos(const struct ix_lpm_node *node)
{
	return node->stride * IX_LPM_STRIDE;
}

static unsigned int ix_lpm_capacity(unsigned int size)
{
	return (ix_lpm_sizes[size] - sizeof(struct ix_lpm_node)) /
	       sizeof(void *);
}

static unsigned int ix_lpm_size_for(unsigned int slots)
{
	unsigned int size = 0;

	while (ix_lpm_capacity(size) < slots)
		size++;
	return size;
}

static bool ix_lpm_is_node(const void *entry)
{
	return entry && !ix_lpm_is_leaf(entry);
}

static void *ix_lpm_from_leaf(const struct ix_lpm_leaf *leaf)
{
	return (void *)((unsigned long)leaf + IX_LPM_LEAF);
}

/* The six bits of @key at @pos; behind the last bit of the key are zeros. */
static unsigned int ix_lpm_chunk(struct ix_addr key, unsigned int pos)
{
	u64 bits;

	/* Two shifts, as one by 64 is none. */
	if (pos < 64)
		bits = key.hi << pos | key.lo >> 1 >> (63 - pos);
	else
		bits = key.lo << (pos - 64);
	return bits >> (64 - IX_LPM_STRIDE);
}

/* The bit of the prefix that is @len bits longer than its node's position. */
static unsigned int ix_lpm_bit(unsigned int chunk, unsigned int len)
{
	return (1U << len) - 1 + (chunk >> (IX_LPM_STRIDE - len));
}

/* The bits of all prefixes that end in a node and that @chunk is in. */
static u64 ix_lpm_above(unsigned int chunk)
{
	return BIT_ULL(0) | BIT_ULL(1) << (chunk >> 5) |
	       BIT_ULL(3) << (chunk >> 4) | BIT_ULL(7) << (chunk >> 3) |
	       BIT_ULL(15) << (chunk >> 2) | BIT_ULL(31) << (chunk >> 1);
}

/*
 * One instruction on stock kernels, which patch it in at boot; where that is not
 * done (User-Mode Linux), the compiler may have been told that it is there.
 */
static unsigned int ix_lpm_weight(u64 bitmap)
{
#ifdef __POPCNT__
	return __builtin_popcountll(bitmap);
#else
	return hweight64(bitmap);
#endif
}

static unsigned int ix_lpm_below(u64 bitmap, unsigned int bit)
{
	return ix_lpm_weight(bitmap & (BIT_ULL(bit) - 1));
}

static unsigned int ix_lpm_slots(const struct ix_lpm_node *node)
{
	return node->children + ix_lpm_weight(node->internal);
}

/* Which slot is that of a child, or of a leaf? */
static unsigned int ix_lpm_child(const struct ix_lpm_node *node,
				 unsigned int chunk)
{
	return ix_lpm_below(node->external, chunk);
}

static unsigned int ix_lpm_inner(const struct ix_lpm_node *node,
				 unsigned int bit)
{
	return node->children + ix_lpm_below(node->internal, bit);
}

static void *const ix_lpm_nothing;

/* Where the entry of the child for @chunk is; somewhere with NULL without one. */
static void *const *ix_lpm_slot(const struct ix_lpm_node *node,
				unsigned int chunk)
{
	/* The bit in question is the highest of those that are counted. */
	u64 counted = node->external << (IX_LPM_CHILDREN - 1 - chunk);

	if (!(counted >> (IX_LPM_CHILDREN - 1)))
		return &ix_lpm_nothing;
	return &node->slots[ix_lpm_weight(counted) - 1];
}

/* The entry of the child for @chunk, or NULL. */
static void *ix_lpm_step(const struct ix_lpm_node *node, unsigned int chunk)
{
	return *ix_lpm_slot(node, chunk);
}

static bool ix_lpm_leaf_is(const struct ix_lpm_leaf *leaf, struct ix_addr key,
			   unsigned int len)
{
	return leaf->len == len && ix_addr_equal(leaf->key, key);
}

/*
 * The longest prefix in nodes at @common at most, of which it is known that all
 * they have in common is in @key.
 */
static struct ix_lpm_leaf *ix_lpm_lookup_above(const struct ix_lpm *lpm,
					       struct ix_addr key,
					       unsigned int common)
{
	const void *entry = lpm->root, *best = NULL;

	while (!ix_lpm_is_leaf(entry)) {
		const struct ix_lpm_node *node = entry;
		unsigned int chunk, bit;
		u64 inside;

		if (ix_lpm_pos(node) > common)
			break;
		chunk = ix_lpm_chunk(key, ix_lpm_pos(node));
		inside = node->internal & ix_lpm_above(chunk);
		if (inside) {
			bit = fls64(inside) - 1;
			best = node->slots[ix_lpm_inner(node, bit)];
		}
		entry = ix_lpm_step(node, chunk);
	}
	return best ? ix_lpm_to_leaf(best) : NULL;
}

/**
 * struct ix_lpm_way - how far a lookup has come
 * @entry: where it is
 * @best: the last node on the way in which a prefix ends that the key is in
 * @inside: the bits of all of these prefixes
 */
struct ix_lpm_way {
	const void *entry;
	const struct ix_lpm_node *best;
	u64 inside;
};

/* In a node: where it has what the key leads to. */
static __always_inline void *const *ix_lpm_go_down(struct ix_lpm_way *way,
						   struct ix_addr key)
{
	const struct ix_lpm_node *node = way->entry;
	unsigned int chunk = ix_lpm_chunk(key, ix_lpm_pos(node));

	if (node->internal) {
		u64 inside = node->internal & ix_lpm_above(chunk);

		if (inside) {
			way->best = node;
			way->inside = inside;
		}
	}
	return ix_lpm_slot(node, chunk);
}

/* What has been found at the end of the way. */
static __always_inline struct ix_lpm_leaf *
ix_lpm_arrive(const struct ix_lpm *lpm, const struct ix_lpm_way *way,
	      struct ix_addr key)
{
	struct ix_lpm_leaf *leaf;

	if (way->entry) {
		leaf = ix_lpm_to_leaf(way->entry);
		if (ix_addr_match(leaf->key, key, leaf->len))
			return leaf;
	}
	if (!way->best)
		return NULL;
	/* Longer prefixes have higher bits. */
	leaf = ix_lpm_to_leaf(way->best->slots[ix_lpm_inner(way->best, fls64(way->inside) - 1)]);
	if (ix_addr_match(leaf->key, key, leaf->len))
		return leaf;

	/* This node is already off the way; @leaf knows what leads to it. */
	return ix_lpm_lookup_above(lpm, key, ix_addr_common(leaf->key, key));
}

struct ix_lpm_leaf *ix_lpm_lookup_nodes(const struct ix_lpm *lpm,
					struct ix_addr key)
{
	struct ix_lpm_way way = { .entry = lpm->root };

	while (ix_lpm_is_node(way.entry))
		way.entry = *ix_lpm_go_down(&way, key);
	return ix_lpm_arrive(lpm, &way, key);
}

void ix_lpm_lookup_all(struct ix_lpm_query *queries, unsigned int nr)
{
	struct ix_lpm_way ways[IX_LPM_QUERIES] __uninitialized;
	void *const *slots[IX_LPM_QUERIES] __uninitialized;
	u8 going[IX_LPM_QUERIES] __uninitialized;
	unsigned int i, n, still, left = 0;

	for (i = 0; i < nr; i++) {
		ways[i] = (struct ix_lpm_way){ .entry = queries[i].lpm->root };
		if (ix_lpm_is_node(ways[i].entry))
			going[left++] = i;
	}

	/*
	 * One step of each in turn, in two halves: where in a node to look, and
	 * what is there. What each half comes to is fetched meanwhile.
	 */
	while (left) {
		for (n = 0; n < left; n++) {
			i = going[n];
			slots[n] = ix_lpm_go_down(&ways[i], queries[i].key);
			prefetch(slots[n]);
		}
		for (n = 0, still = 0; n < left; n++) {
			i = going[n];
			ways[i].entry = *slots[n];
			prefetch(ways[i].entry);
			going[still] = i;
			still += ix_lpm_is_node(ways[i].entry);
		}
		left = still;
	}

	for (i = 0; i < nr; i++)
		queries[i].leaf = ix_lpm_arrive(queries[i].lpm, &ways[i],
						queries[i].key);
}

struct ix_lpm_leaf *ix_lpm_find(const struct ix_lpm *lpm, struct ix_addr key,
				unsigned int len)
{
	const void *entry = lpm->root;
	struct ix_lpm_leaf *leaf;

	while (entry && !ix_lpm_is_leaf(entry)) {
		const struct ix_lpm_node *node = entry;
		unsigned int chunk, bit;

		if (len < ix_lpm_pos(node))
			return NULL;

		chunk = ix_lpm_chunk(key, ix_lpm_pos(node));
		if (len >= ix_lpm_pos(node) + IX_LPM_STRIDE) {
			entry = ix_lpm_step(node, chunk);
			continue;
		}
		bit = ix_lpm_bit(chunk, len - ix_lpm_pos(node));
		if (!(node->internal >> bit & 1))
			return NULL;
		entry = node->slots[ix_lpm_inner(node, bit)];
	}
	if (!entry)
		return NULL;
	leaf = ix_lpm_to_leaf(entry);
	return ix_lpm_leaf_is(leaf, key, len) ? leaf : NULL;
}

/*
 * A leaf to compare @key with, of a trie that is not empty: going down by @key
 * one passes nodes, and @key is within what their leaves have in common as far
 * as it has bits in common with this one.
 */
static struct ix_lpm_leaf *ix_lpm_witness(const struct ix_lpm *lpm,
					  struct ix_addr key)
{
	const void *entry = lpm->root;

	while (!ix_lpm_is_leaf(entry)) {
		const struct ix_lpm_node *node = entry;

		entry = ix_lpm_step(node, ix_lpm_chunk(key, ix_lpm_pos(node))) ?:
			node->slots[0];
	}
	return ix_lpm_to_leaf(entry);
}

/*
 * The order of walks within a node: by the first chunk that an entry covers,
 * then by length; children have the length IX_LPM_STRIDE. Finds the first entry
 * that is not before (@chunk, @len).
 */
static const void *ix_lpm_ordered(const struct ix_lpm_node *node,
				  unsigned int chunk, unsigned int len)
{
	unsigned int best_chunk = IX_LPM_CHILDREN, best_slot = 0, l;

	for (l = 0; l <= IX_LPM_STRIDE; l++) {
		unsigned int shift = IX_LPM_STRIDE - l, value, first, slot;
		u64 bits;

		/* The lowest value of l bits that is not before. */
		value = chunk >> shift;
		if (l < len || value << shift != chunk)
			value++;
		if (value >> l)
			continue;

		if (l < IX_LPM_STRIDE) {
			bits = node->internal >> ((1U << l) - 1);
			bits &= GENMASK_ULL((1U << l) - 1, 0);
		} else {
			bits = node->external;
		}
		bits = bits >> value << value;
		if (!bits)
			continue;

		value = __ffs64(bits);
		first = value << shift;
		if (first >= best_chunk)
			continue;
		if (l < IX_LPM_STRIDE)
			slot = ix_lpm_inner(node, (1U << l) - 1 + value);
		else
			slot = ix_lpm_child(node, value);
		best_chunk = first;
		best_slot = slot;
	}
	return best_chunk < IX_LPM_CHILDREN ? node->slots[best_slot] : NULL;
}

static bool ix_lpm_before(struct ix_addr a, struct ix_addr b)
{
	return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo);
}

/* The first leaf that is not before (@key, @len). */
static struct ix_lpm_leaf *ix_lpm_not_before(const struct ix_lpm *lpm,
					     struct ix_addr key,
					     unsigned int len)
{
	const void *entry = lpm->root, *next = NULL;
	struct ix_lpm_leaf *leaf;
	unsigned int common;

	if (!entry)
		return NULL;
	leaf = ix_lpm_witness(lpm, key);
	common = ix_addr_common(leaf->key, key);

	/* Down to where the key would be; @next is the way right of it. */
	while (entry && !ix_lpm_is_leaf(entry)) {
		const struct ix_lpm_node *node = entry;
		unsigned int chunk, pos = ix_lpm_pos(node);
		struct ix_addr prefix;
		const void *found;

		if (pos > common) {
			/* All of it is on one side. */
			if (ix_lpm_before(leaf->key, key))
				entry = NULL;
			goto first;
		}

		chunk = ix_lpm_chunk(key, pos);
		prefix = ix_addr_prefix(key, min(pos + IX_LPM_STRIDE, 128U));
		if (len < pos + IX_LPM_STRIDE && ix_addr_equal(prefix, key)) {
			/* A place in this very node. */
			entry = ix_lpm_ordered(node, chunk,
					       len > pos ? len - pos : 0);
			goto first;
		}

		/* The child of this very chunk, or what comes behind it. */
		if (chunk + 1 < IX_LPM_CHILDREN) {
			found = ix_lpm_ordered(node, chunk + 1, 0);
			if (found)
				next = found;
		}
		entry = ix_lpm_step(node, chunk);
	}

first:
	if (entry && ix_lpm_is_leaf(entry)) {
		leaf = ix_lpm_to_leaf(entry);
		if (!ix_lpm_before(leaf->key, key) &&
		    !(ix_addr_equal(leaf->key, key) && leaf->len < len))
			return leaf;
		entry = NULL;
	}
	if (!entry)
		entry = next;
	while (entry && !ix_lpm_is_leaf(entry))
		entry = ix_lpm_ordered(entry, 0, 0);
	return entry ? ix_lpm_to_leaf(entry) : NULL;
}

struct ix_lpm_leaf *ix_lpm_next(const struct ix_lpm *lpm, struct ix_addr key,
				int len)
{
	if (len < 0)
		return ix_lpm_not_before(lpm, (struct ix_addr){ 0, 0 }, 0);
	if (len < 128)
		return ix_lpm_not_before(lpm, key, len + 1);

	/* Behind a whole address comes the one that follows it. */
	key.lo++;
	if (!key.lo) {
		key.hi++;
		if (!key.hi)
			return NULL;
	}
	return ix_lpm_not_before(lpm, key, 0);
}

struct ix_lpm_leaf *ix_lpm_within(const struct ix_lpm *lpm, struct ix_addr key,
				  unsigned int len)
{
	struct ix_lpm_leaf *leaf = ix_lpm_not_before(lpm, key, len);

	if (leaf && leaf->len >= len && ix_addr_match(leaf->key, key, len))
		return leaf;
	return NULL;
}

static struct ix_lpm_node *ix_lpm_node_alloc(struct ix_lpm *lpm,
					     const struct ix_edit *edit,
					     unsigned int slots)
{
	unsigned int size = ix_lpm_size_for(slots);
	struct ix_lpm_node *node;

	node = kmem_cache_alloc(ix_lpm_caches[size], GFP_KERNEL_ACCOUNT);
	if (!node)
		return NULL;
	node->epoch = edit->epoch;
	node->size = size;
	lpm->memory += ix_lpm_sizes[size];
	return node;
}

/* Free a node that was never published. */
static void ix_lpm_node_free(struct ix_lpm *lpm, struct ix_lpm_node *node)
{
	lpm->memory -= ix_lpm_sizes[node->size];
	kfree(node);
}

static bool ix_lpm_node_is_own(const struct ix_lpm_node *node,
			       const struct ix_edit *edit)
{
	return node->epoch == edit->epoch;
}

static void ix_lpm_retired(void *node)
{
	kfree(node);
}

/* Give up a node that is no longer part of the trie, own or published. */
static int ix_lpm_node_drop(struct ix_lpm *lpm, struct ix_edit *edit,
			    struct ix_lpm_node *node)
{
	int err;

	if (ix_lpm_node_is_own(node, edit)) {
		ix_lpm_node_free(lpm, node);
		return 0;
	}
	err = ix_edit_retire(edit, node, ix_lpm_retired);
	if (!err)
		lpm->memory -= ix_lpm_sizes[node->size];
	return err;
}

/* Put a copy of the node in @slot in its place, with room for @slots. */
static struct ix_lpm_node *ix_lpm_node_renew(struct ix_lpm *lpm,
					     struct ix_edit *edit, void **slot,
					     unsigned int slots)
{
	struct ix_lpm_node *node = *slot, *new;

	new = ix_lpm_node_alloc(lpm, edit, slots);
	if (!new)
		return NULL;
	new->internal = node->internal;
	new->external = node->external;
	new->stride = node->stride;
	new->children = node->children;
	memcpy(new->slots, node->slots,
	       array_size(ix_lpm_slots(node), sizeof(void *)));

	if (ix_lpm_node_drop(lpm, edit, node)) {
		ix_lpm_node_free(lpm, new);
		return NULL;
	}
	*slot = new;
	return new;
}

/*
 * Make the node in @slot the edit's own, with room for @more slots. It may
 * have to be replaced, but means what it has meant; so when a later step of a
 * change fails, nothing has to be undone.
 */
static struct ix_lpm_node *ix_lpm_node_own(struct ix_lpm *lpm,
					   struct ix_edit *edit, void **slot,
					   unsigned int more)
{
	unsigned int slots = ix_lpm_slots(*slot) + more;
	struct ix_lpm_node *node = *slot;

	if (ix_lpm_node_is_own(node, edit) &&
	    slots <= ix_lpm_capacity(node->size))
		return node;
	return ix_lpm_node_renew(lpm, edit, slot, slots);
}

/*
 * Put an entry with the prefix (@key, @len) into an own node with room for it;
 * @len is that of a leaf, or the position of a node.
 */
static void ix_lpm_node_put(struct ix_lpm_node *node, struct ix_addr key,
			    unsigned int len, void *entry)
{
	unsigned int chunk = ix_lpm_chunk(key, ix_lpm_pos(node));
	unsigned int slots = ix_lpm_slots(node), bit, slot;

	if (len < ix_lpm_pos(node) + IX_LPM_STRIDE) {
		bit = ix_lpm_bit(chunk, len - ix_lpm_pos(node));
		slot = ix_lpm_inner(node, bit);
		node->internal |= BIT_ULL(bit);
	} else {
		slot = ix_lpm_child(node, chunk);
		node->external |= BIT_ULL(chunk);
		node->children++;
	}
	memmove(&node->slots[slot + 1], &node->slots[slot],
		array_size(slots - slot, sizeof(void *)));
	node->slots[slot] = entry;
}

/*
 * Put a new node into @slot, above what is there (an entry with the prefix
 * @key, @len) and above @leaf, where the two part: they have @common bits in
 * common, and not both end there.
 */
static int ix_lpm_part(struct ix_lpm *lpm, struct ix_edit *edit, void **slot,
		       struct ix_addr key, unsigned int len,
		       struct ix_lpm_leaf *leaf, unsigned int common)
{
	struct ix_lpm_node *node = ix_lpm_node_alloc(lpm, edit, 2);

	if (!node)
		return -ENOMEM;
	node->internal = 0;
	node->external = 0;
	node->stride = common / IX_LPM_STRIDE;
	node->children = 0;
	ix_lpm_node_put(node, key, len, *slot);
	ix_lpm_node_put(node, leaf->key, leaf->len, ix_lpm_from_leaf(leaf));
	*slot = node;
	lpm->count++;
	return 0;
}

int ix_lpm_insert(struct ix_lpm *lpm, struct ix_edit *edit,
		  struct ix_lpm_leaf *leaf, struct ix_lpm_leaf **old)
{
	void **slot = &lpm->root;
	struct ix_lpm_leaf *witness;
	unsigned int common;

	*old = NULL;
	if (!*slot) {
		*slot = ix_lpm_from_leaf(leaf);
		lpm->count = 1;
		return 0;
	}

	witness = ix_lpm_witness(lpm, leaf->key);
	common = min_t(unsigned int, leaf->len,
		       ix_addr_common(witness->key, leaf->key));

	while (!ix_lpm_is_leaf(*slot)) {
		struct ix_lpm_node *node = *slot;
		unsigned int chunk, bit = 0, pos = ix_lpm_pos(node);
		bool present, ends;

		if (pos > common)
			return ix_lpm_part(lpm, edit, slot, witness->key, pos,
					   leaf, common);

		chunk = ix_lpm_chunk(leaf->key, pos);
		ends = leaf->len < pos + IX_LPM_STRIDE;
		if (ends) {
			bit = ix_lpm_bit(chunk, leaf->len - pos);
			present = node->internal >> bit & 1;
		} else {
			present = node->external >> chunk & 1;
		}

		node = ix_lpm_node_own(lpm, edit, slot, !present);
		if (!node)
			return -ENOMEM;
		if (!present) {
			ix_lpm_node_put(node, leaf->key, leaf->len,
					ix_lpm_from_leaf(leaf));
			lpm->count++;
			return 0;
		}
		if (ends) {
			slot = &node->slots[ix_lpm_inner(node, bit)];
			break;
		}
		slot = &node->slots[ix_lpm_child(node, chunk)];
	}

	witness = ix_lpm_to_leaf(*slot);
	if (ix_lpm_leaf_is(witness, leaf->key, leaf->len)) {
		*slot = ix_lpm_from_leaf(leaf);
		*old = witness;
		return 0;
	}
	/* What looks like common bits behind the end of a prefix is not. */
	common = min_t(unsigned int, common, witness->len);
	return ix_lpm_part(lpm, edit, slot, witness->key, witness->len, leaf,
			   common);
}

/*
 * Take an entry out of the node in @slot: number @at of its slots, a child or
 * a leaf, which @bit stands for. With one entry left the node itself goes, and
 * the entry takes its place.
 */
static int ix_lpm_node_take(struct ix_lpm *lpm, struct ix_edit *edit,
			    void **slot, bool child, unsigned int bit,
			    unsigned int at)
{
	unsigned int slots = ix_lpm_slots(*slot);
	struct ix_lpm_node *node = *slot;

	if (slots == 2) {
		void *left = node->slots[!at];
		int err = ix_lpm_node_drop(lpm, edit, node);

		if (!err)
			*slot = left;
		return err;
	}

	node = ix_lpm_node_own(lpm, edit, slot, 0);
	if (!node)
		return -ENOMEM;
	memmove(&node->slots[at], &node->slots[at + 1],
		array_size(slots - at - 1, sizeof(void *)));
	if (child) {
		node->external &= ~BIT_ULL(bit);
		node->children--;
	} else {
		node->internal &= ~BIT_ULL(bit);
	}
	/* If there is no memory to save memory, it stays as it is. */
	if (ix_lpm_size_for(slots - 1) < node->size)
		ix_lpm_node_renew(lpm, edit, slot, slots - 1);
	return 0;
}

int ix_lpm_remove(struct ix_lpm *lpm, struct ix_edit *edit, struct ix_addr key,
		  unsigned int len, struct ix_lpm_leaf **old)
{
	struct ix_lpm_leaf *leaf = ix_lpm_find(lpm, key, len);
	void **slot = &lpm->root;
	int err;

	if (!leaf)
		return -ENOENT;

	if (ix_lpm_is_leaf(*slot)) {
		*slot = NULL;
		goto out;
	}

	/* All nodes on the way lead to the leaf, as it has been found. */
	for (;;) {
		struct ix_lpm_node *node = *slot;
		unsigned int chunk = ix_lpm_chunk(key, ix_lpm_pos(node)), at;
		bool child = len >= ix_lpm_pos(node) + IX_LPM_STRIDE;

		if (child) {
			at = ix_lpm_child(node, chunk);
		} else {
			chunk = ix_lpm_bit(chunk, len - ix_lpm_pos(node));
			at = ix_lpm_inner(node, chunk);
		}
		if (ix_lpm_is_leaf(node->slots[at])) {
			err = ix_lpm_node_take(lpm, edit, slot, child, chunk,
					       at);
			if (err)
				return err;
			break;
		}

		node = ix_lpm_node_own(lpm, edit, slot, 0);
		if (!node)
			return -ENOMEM;
		slot = &node->slots[at];
	}
out:
	lpm->count--;
	*old = leaf;
	return 0;
}

static bool ix_lpm_entry_is_own(const void *entry, const struct ix_edit *edit)
{
	if (ix_lpm_is_leaf(entry))
		return ix_lpm_to_leaf(entry)->epoch == edit->epoch;
	return ix_lpm_node_is_own(entry, edit);
}

static void ix_lpm_retired_tree(void *entry, void *release);

/**
 * enum ix_lpm_sweep - what to do with a tree
 * @IX_LPM_COUNT: count what is not the edit's own
 * @IX_LPM_FREE: free what is the edit's own, or everything if there is no edit
 * @IX_LPM_RETIRE: the same, and retire the rest; there is room for it
 */
enum ix_lpm_sweep {
	IX_LPM_COUNT,
	IX_LPM_FREE,
	IX_LPM_RETIRE,
};

/*
 * Goes through the nodes of an edit, or through all. What hangs below them and
 * was published is one thing, whatever its size. Returns the number of such
 * things.
 */
static size_t ix_lpm_sweep(void *entry, struct ix_edit *edit,
			   enum ix_lpm_sweep mode,
			   void (*release)(struct ix_lpm_leaf *leaf))
{
	struct ix_lpm_node *path[IX_LPM_DEPTH];
	u8 next[IX_LPM_DEPTH];
	unsigned int depth = 0;
	size_t others = 0;

	while (entry) {
		if (edit && !ix_lpm_entry_is_own(entry, edit)) {
			others++;
			if (mode == IX_LPM_RETIRE &&
			    (release || !ix_lpm_is_leaf(entry)))
				ix_edit_retire_with(edit, entry,
						    ix_lpm_retired_tree,
						    release);
		} else if (!ix_lpm_is_leaf(entry)) {
			path[depth] = entry;
			next[depth++] = 0;
		} else if (mode != IX_LPM_COUNT && release) {
			release(ix_lpm_to_leaf(entry));
		}

		entry = NULL;
		while (depth && !entry) {
			struct ix_lpm_node *node = path[depth - 1];

			if (next[depth - 1] < ix_lpm_slots(node)) {
				entry = node->slots[next[depth - 1]++];
				continue;
			}
			if (mode != IX_LPM_COUNT)
				kfree(node);
			depth--;
		}
		cond_resched();
	}
	return others;
}

static void ix_lpm_retired_tree(void *entry, void *release)
{
	ix_lpm_sweep(entry, NULL, IX_LPM_FREE, release);
}

static void ix_lpm_forget(struct ix_lpm *lpm)
{
	*lpm = (struct ix_lpm){ NULL };
}

int ix_lpm_clear(struct ix_lpm *lpm, struct ix_edit *edit,
		 void (*release)(struct ix_lpm_leaf *leaf))
{
	size_t others = ix_lpm_sweep(lpm->root, edit, IX_LPM_COUNT, release);
	int err;

	err = ix_edit_reserve(edit, others);
	if (err)
		return err;
	ix_lpm_sweep(lpm->root, edit, IX_LPM_RETIRE, release);
	ix_lpm_forget(lpm);
	return 0;
}

void ix_lpm_abandon(struct ix_lpm *lpm, struct ix_edit *edit,
		    void (*release)(struct ix_lpm_leaf *leaf))
{
	ix_lpm_sweep(lpm->root, edit, IX_LPM_FREE, release);
	ix_lpm_forget(lpm);
}

void ix_lpm_destroy(struct ix_lpm *lpm,
		    void (*release)(struct ix_lpm_leaf *leaf))
{
	ix_lpm_sweep(lpm->root, NULL, IX_LPM_FREE, release);
	ix_lpm_forget(lpm);
}

size_t ix_lpm_memory(const struct ix_lpm *lpm)
{
	return lpm->memory;
}
