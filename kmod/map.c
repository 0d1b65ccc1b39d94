// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix maps: bijections between a prefix on the tenant's side and a prefix
 * in the IX address space, and sets of them.
 */
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "map.h"

/* Octet 8 of an IPv6 address, which RFC 6052 keeps free ("u"). */
#define IX_MAP_U_BEGIN	64
#define IX_MAP_U_BITS	8

/* NPTv6 adjusts one word, so there must be a whole one behind the prefix. */
#define IX_MAP_NPTV6_LEN_MAX	112

/*
 * One's complement arithmetic on 16-bit words. Words are held in the range 0
 * to 0xfffe: 0xffff is the same number as 0, and RFC 6296 never writes it.
 */
#define IX_MAP_ONES	0xffffu

static bool ix_prefix_is_clean(struct ix_prefix prefix)
{
	return ix_addr_equal(prefix.addr,
			     ix_addr_prefix(prefix.addr, prefix.len));
}

/* The bits of @addr behind its first @len. */
static struct ix_addr ix_addr_suffix(struct ix_addr addr, unsigned int len)
{
	struct ix_addr mask = ix_addr_mask(len);

	return (struct ix_addr){ addr.hi & ~mask.hi, addr.lo & ~mask.lo };
}

/*
 * RFC 6052, 2.2: the IPv4 address follows the prefix, and what would be in
 * octet 8 or behind it moves one octet on. A /96 prefix contains the octet.
 */
static struct ix_addr ix_rfc6052_embed(unsigned int len, struct ix_addr own)
{
	struct ix_addr ix = ix_addr_shr(own, len);

	if (len <= IX_MAP_U_BEGIN)
		ix.lo >>= IX_MAP_U_BITS;
	return ix;
}

static struct ix_addr ix_rfc6052_extract(unsigned int len, struct ix_addr ix)
{
	if (len <= IX_MAP_U_BEGIN)
		ix.lo <<= IX_MAP_U_BITS;
	ix = ix_addr_shl(ix, len);
	return ix_addr_prefix(ix, 32);
}

/* Length of an RFC 6052 prefix and the first @own_len bits of IPv4 in it. */
static unsigned int ix_rfc6052_leaf_len(unsigned int len, unsigned int own_len)
{
	unsigned int leaf_len = len + own_len;

	if (len <= IX_MAP_U_BEGIN && leaf_len > IX_MAP_U_BEGIN)
		leaf_len += IX_MAP_U_BITS;
	return leaf_len;
}

static unsigned int ix_words_sum(struct ix_addr addr)
{
	unsigned int sum = 0, shift;

	for (shift = 0; shift < 64; shift += 16) {
		sum += addr.hi >> shift & IX_MAP_ONES;
		sum += addr.lo >> shift & IX_MAP_ONES;
	}
	return sum % IX_MAP_ONES;
}

static unsigned int ix_words_negate(unsigned int word)
{
	return word ? IX_MAP_ONES - word : 0;
}

/* RFC 6296, 3.7: an interface identifier of zeros is nobody's. */
static bool ix_nptv6_is_anycast(struct ix_addr addr, unsigned int len)
{
	struct ix_addr suffix = ix_addr_suffix(addr, max(64u, len));

	return len > 48 && !suffix.lo;
}

/*
 * RFC 6296, 3.4 and 3.5: with a prefix of 48 bits or less the word of the
 * subnet (bits 48 to 63) is adjusted, with a longer one the first word behind
 * it that is not 0xffff, but none before bit 64.
 *
 * A word that is adjusted is in the range 0 to 0xfffe before and after, and
 * those that were passed over stay 0xffff, so the way back finds the same one.
 * So that all that goes has a way back, no identifier may become zero, either.
 */
static bool ix_nptv6_adjust(struct ix_addr *addr, unsigned int len,
			    unsigned int delta)
{
	unsigned int word = 3, last = 3;

	if (len > 48) {
		if (ix_nptv6_is_anycast(*addr, len))
			return false;
		word = max(4u, DIV_ROUND_UP(len, 16));
		last = 7;
	}

	for (; word <= last; word++) {
		u64 *half = word < 4 ? &addr->hi : &addr->lo;
		unsigned int shift = 48 - 16 * (word % 4);
		unsigned int value = *half >> shift & IX_MAP_ONES;

		if (value == IX_MAP_ONES)
			continue;
		value += delta;
		if (value >= IX_MAP_ONES)
			value -= IX_MAP_ONES;
		*half &= ~((u64)IX_MAP_ONES << shift);
		*half |= (u64)value << shift;
		return !ix_nptv6_is_anycast(*addr, len);
	}
	return false;
}

static bool ix_rfc6052_has_length(unsigned int len)
{
	switch (len) {
	case 32:
	case 40:
	case 48:
	case 56:
	case 64:
	case 96:
		return true;
	}
	return false;
}

/*
 * IPv4 prefixes that are not globally reachable: RFC 1918 and section 3 of RFC
 * 5735, as its successors and IANA's registry (RFC 6890) have it today.
 */
static const struct {
	u32 addr;
	u8 len;
} ix_non_global4[] = {
	{ 0x00000000, 8 },	/* this network */
	{ 0x0a000000, 8 },	/* private */
	{ 0x64400000, 10 },	/* shared, RFC 6598 */
	{ 0x7f000000, 8 },	/* loopback */
	{ 0xa9fe0000, 16 },	/* link-local */
	{ 0xac100000, 12 },	/* private */
	{ 0xc0000000, 24 },	/* IETF protocol assignments */
	{ 0xc0000200, 24 },	/* documentation */
	{ 0xc0586300, 24 },	/* 6to4 relays, not any more: RFC 7526 */
	{ 0xc0a80000, 16 },	/* private */
	{ 0xc6120000, 15 },	/* benchmarks */
	{ 0xc6336400, 24 },	/* documentation */
	{ 0xcb007100, 24 },	/* documentation */
	{ 0xe0000000, 4 },	/* multicast */
	{ 0xf0000000, 4 },	/* reserved, broadcast */
};

/* Is all of a prefix within one that is not global? */
static bool ix_prefix4_is_non_global(struct ix_addr own, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ix_non_global4); i++)
		if (len >= ix_non_global4[i].len &&
		    !((own.hi >> 32 ^ ix_non_global4[i].addr) >>
		      (32 - ix_non_global4[i].len)))
			return true;
	return false;
}

bool ix_map_is_well_known(const struct ix_map *map)
{
	return map->kind == IX_MAP_KIND_RFC6052 && map->ix.len == 96 &&
	       map->ix.addr.hi == 0x0064ff9bULL << 32 && !map->ix.addr.lo;
}

static enum ix_map_error ix_map_check_explicit(struct ix_prefix own,
					       struct ix_prefix ix)
{
	if (32 - own.len > 128 - ix.len)
		return IX_MAP_SUFFIX;
	return IX_MAP_OK;
}

static enum ix_map_error ix_map_check_rfc6052(struct ix_prefix ix)
{
	if (!ix_rfc6052_has_length(ix.len))
		return IX_MAP_IX_LENGTH;
	if (ix.len > IX_MAP_U_BEGIN && ix.addr.lo >> (64 - IX_MAP_U_BITS))
		return IX_MAP_U_OCTET;
	return IX_MAP_OK;
}

static enum ix_map_error ix_map_check_kind(enum ix_map_kind kind,
					   struct ix_prefix own,
					   struct ix_prefix ix)
{
	switch (kind) {
	case IX_MAP_KIND_EXPLICIT:
		return ix_map_check_explicit(own, ix);
	case IX_MAP_KIND_RFC6052:
		return ix_map_check_rfc6052(ix);
	case IX_MAP_KIND_NPTV6:
		if (own.len > IX_MAP_NPTV6_LEN_MAX)
			return IX_MAP_OWN_LENGTH;
		fallthrough;
	case IX_MAP_KIND_PLAIN:
		return own.len == ix.len ? IX_MAP_OK : IX_MAP_IX_LENGTH;
	}
	return IX_MAP_FAMILY;
}

static bool ix_map_kind_has_v4(enum ix_map_kind kind)
{
	return kind == IX_MAP_KIND_EXPLICIT || kind == IX_MAP_KIND_RFC6052;
}

enum ix_map_error ix_map_init(struct ix_map *map, enum ix_map_kind kind,
			      bool own_is_v4, struct ix_prefix own,
			      struct ix_prefix ix)
{
	enum ix_map_error error;

	if (own_is_v4 != ix_map_kind_has_v4(kind))
		return IX_MAP_FAMILY;
	if (own.len > (own_is_v4 ? 32 : 128))
		return IX_MAP_OWN_LENGTH;
	if (ix.len > 128)
		return IX_MAP_IX_LENGTH;
	if (!ix_prefix_is_clean(own))
		return IX_MAP_OWN_BITS;
	if (!ix_prefix_is_clean(ix))
		return IX_MAP_IX_BITS;
	error = ix_map_check_kind(kind, own, ix);
	if (error)
		return error;

	*map = (struct ix_map){
		.own_leaf = { .key = own.addr, .len = own.len },
		.ix_leaf = { .key = ix.addr, .len = ix.len },
		.ix = ix,
		.kind = kind,
		.own_is_v4 = own_is_v4,
	};

	if (kind == IX_MAP_KIND_RFC6052) {
		map->ix_leaf.key = ix_addr_or(ix.addr,
					      ix_rfc6052_embed(ix.len,
							       own.addr));
		map->ix_leaf.len = ix_rfc6052_leaf_len(ix.len, own.len);
		map->global_only = ix_map_is_well_known(map);
		if (map->global_only &&
		    ix_prefix4_is_non_global(own.addr, own.len))
			return IX_MAP_NON_GLOBAL;
	} else if (kind == IX_MAP_KIND_NPTV6) {
		map->adjust = (ix_words_sum(own.addr) +
			       ix_words_negate(ix_words_sum(ix.addr))) %
			      IX_MAP_ONES;
	}
	return IX_MAP_OK;
}

bool ix_map_lift(const struct ix_map *map, struct ix_addr own,
		 struct ix_addr *ix)
{
	unsigned int own_len = map->own_leaf.len;
	unsigned int ix_len = map->ix.len;
	struct ix_addr suffix;

	if (map->kind == IX_MAP_KIND_RFC6052) {
		*ix = ix_addr_or(map->ix.addr, ix_rfc6052_embed(ix_len, own));
		return !map->global_only || !ix_prefix4_is_non_global(own, 32);
	}

	suffix = ix_addr_suffix(own, own_len);
	if (ix_len >= own_len)
		suffix = ix_addr_shr(suffix, ix_len - own_len);
	else
		suffix = ix_addr_shl(suffix, own_len - ix_len);
	*ix = ix_addr_or(map->ix.addr, suffix);

	if (map->kind == IX_MAP_KIND_NPTV6)
		return ix_nptv6_adjust(ix, own_len, map->adjust);
	return true;
}

bool ix_map_lower(const struct ix_map *map, struct ix_addr ix,
		  struct ix_addr *own)
{
	unsigned int own_len = map->own_leaf.len;
	unsigned int ix_len = map->ix.len;
	struct ix_addr suffix, back;

	if (map->kind == IX_MAP_KIND_RFC6052) {
		*own = ix_rfc6052_extract(ix_len, ix);
		return ix_map_lift(map, *own, &back) && ix_addr_equal(back, ix);
	}

	suffix = ix_addr_suffix(ix, ix_len);
	if (ix_len >= own_len)
		suffix = ix_addr_shl(suffix, ix_len - own_len);
	else
		suffix = ix_addr_shr(suffix, own_len - ix_len);
	*own = ix_addr_or(map->own_leaf.key, suffix);

	switch (map->kind) {
	case IX_MAP_KIND_EXPLICIT:
		/*
		 * What is left of the suffix behind 32 bits should have been
		 * padding; the bits shifted out, if any, are such as well.
		 */
		*own = ix_addr_prefix(*own, 32);
		return ix_map_lift(map, *own, &back) && ix_addr_equal(back, ix);
	case IX_MAP_KIND_NPTV6:
		return ix_nptv6_adjust(own, own_len,
				       ix_words_negate(map->adjust));
	}
	return true;
}

static const struct ix_lpm *ix_map_set_own(const struct ix_map_set *set,
					   bool is_v4)
{
	return is_v4 ? &set->own4 : &set->own6;
}

static const struct ix_lpm *ix_map_set_ix(const struct ix_map_set *set,
					  bool is_v4)
{
	return is_v4 ? &set->ix4 : &set->ix6;
}

const struct ix_map *ix_map_set_lift(const struct ix_map_set *set, bool is_v4,
				     struct ix_addr own, struct ix_addr *ix)
{
	const struct ix_lpm_leaf *leaf;
	const struct ix_map *map;

	leaf = ix_lpm_lookup(ix_map_set_own(set, is_v4), own);
	if (!leaf)
		return NULL;
	map = container_of(leaf, struct ix_map, own_leaf);
	if (!ix_map_lift(map, own, ix))
		return NULL;
	if (READ_ONCE(map->ix_nests) &&
	    ix_lpm_lookup(ix_map_set_ix(set, is_v4), *ix) != &map->ix_leaf)
		return NULL;
	return map;
}

const struct ix_map *ix_map_set_lower(const struct ix_map_set *set, bool is_v4,
				      struct ix_addr ix, struct ix_addr *own)
{
	const struct ix_lpm_leaf *leaf;
	const struct ix_map *map;

	leaf = ix_lpm_lookup(ix_map_set_ix(set, is_v4), ix);
	if (!leaf)
		return NULL;
	map = container_of(leaf, struct ix_map, ix_leaf);
	if (!ix_map_lower(map, ix, own))
		return NULL;
	if (READ_ONCE(map->own_nests) &&
	    ix_lpm_lookup(ix_map_set_own(set, is_v4), *own) != &map->own_leaf)
		return NULL;
	return map;
}

/* RFC 6296, 3.7: as the RFC has it zeros, as its erratum 8757 has it ones. */
static bool ix_nptv6_is_reserved(struct ix_addr addr, unsigned int len)
{
	struct ix_addr ones = { addr.hi, ~addr.lo };

	return ix_nptv6_is_anycast(addr, len) || ix_nptv6_is_anycast(ones, len);
}

bool ix_map_set_is_reserved(const struct ix_map_set *set, struct ix_addr own)
{
	const struct ix_lpm_leaf *leaf = ix_lpm_lookup(&set->own6, own);

	return leaf && ix_nptv6_is_reserved(own, leaf->len) &&
	       container_of(leaf, struct ix_map, own_leaf)->kind ==
	       IX_MAP_KIND_NPTV6;
}

bool ix_map_set_ix_is_reserved(const struct ix_map_set *set, struct ix_addr ix)
{
	const struct ix_lpm_leaf *leaf = ix_lpm_lookup(&set->ix6, ix);

	return leaf && ix_nptv6_is_reserved(ix, leaf->len) &&
	       container_of(leaf, struct ix_map, ix_leaf)->kind ==
	       IX_MAP_KIND_NPTV6;
}

struct ix_map *ix_map_set_find(const struct ix_map_set *set, bool is_v4,
			       struct ix_prefix own)
{
	struct ix_lpm_leaf *leaf;

	leaf = ix_lpm_find(ix_map_set_own(set, is_v4), own.addr, own.len);
	return leaf ? container_of(leaf, struct ix_map, own_leaf) : NULL;
}

/* Is the prefix of @inner inside that of @outer, and longer? */
static bool ix_leaf_inside(const struct ix_lpm_leaf *inner,
			   const struct ix_lpm_leaf *outer)
{
	return inner->len > outer->len &&
	       ix_addr_match(inner->key, outer->key, outer->len);
}

/*
 * The leaf with the longest prefix that @leaf, which need not be in the trie,
 * is inside of and that is shorter than @len.
 */
static struct ix_lpm_leaf *ix_leaf_above(const struct ix_lpm *lpm,
					 const struct ix_lpm_leaf *leaf,
					 unsigned int len)
{
	struct ix_lpm_leaf *above;

	/* Whatever the prefix is inside of, its first address is inside too. */
	above = ix_lpm_lookup(lpm, leaf->key);
	if (!above || above->len < len)
		return above;
	while (len--) {
		above = ix_lpm_find(lpm, ix_addr_prefix(leaf->key, len), len);
		if (above)
			return above;
	}
	return NULL;
}

const struct ix_map *ix_map_set_conflict(const struct ix_map_set *set,
					 const struct ix_map *map,
					 const struct ix_map *except)
{
	const struct ix_lpm *own_lpm = ix_map_set_own(set, map->own_is_v4);
	const struct ix_lpm *ix_lpm = ix_map_set_ix(set, map->own_is_v4);
	const struct ix_lpm_leaf *leaf;
	const struct ix_map *other;

	leaf = ix_lpm_find(own_lpm, map->own_leaf.key, map->own_leaf.len);
	if (leaf) {
		other = container_of(leaf, struct ix_map, own_leaf);
		if (other != except)
			return other;
	}
	leaf = ix_lpm_find(ix_lpm, map->ix_leaf.key, map->ix_leaf.len);
	if (leaf) {
		other = container_of(leaf, struct ix_map, ix_leaf);
		if (other != except)
			return other;
	}

	for (leaf = ix_leaf_above(own_lpm, &map->own_leaf, map->own_leaf.len);
	     leaf;
	     leaf = ix_leaf_above(own_lpm, leaf, leaf->len)) {
		other = container_of(leaf, struct ix_map, own_leaf);
		if (other != except &&
		    ix_leaf_inside(&other->ix_leaf, &map->ix_leaf))
			return other;
	}
	for (leaf = ix_leaf_above(ix_lpm, &map->ix_leaf, map->ix_leaf.len);
	     leaf;
	     leaf = ix_leaf_above(ix_lpm, leaf, leaf->len)) {
		other = container_of(leaf, struct ix_map, ix_leaf);
		if (other != except &&
		    ix_leaf_inside(&other->own_leaf, &map->own_leaf))
			return other;
	}
	return NULL;
}

/*
 * Before @leaf is inserted: the leaf that will be directly above it and does
 * not yet know that something is inside its prefix. If the lookup ends in a
 * leaf within @leaf, whatever is above both already knows.
 */
static struct ix_lpm_leaf *ix_leaf_about_to_nest(const struct ix_lpm *lpm,
						 const struct ix_lpm_leaf *leaf)
{
	struct ix_lpm_leaf *above = ix_lpm_lookup(lpm, leaf->key);

	return above && above->len < leaf->len ? above : NULL;
}

/*
 * Have the way back checked where it can go through another map.
 *
 * The marks are set in maps that readers are using, and before the new map can
 * be seen. They stay when an edit is abandoned, or the inner map goes: a mark
 * too many costs a lookup, and nothing else.
 */
static void ix_map_set_mark_nests(const struct ix_map_set *set, struct ix_map *map)
{
	const struct ix_lpm *own_lpm = ix_map_set_own(set, map->own_is_v4);
	const struct ix_lpm *ix_lpm = ix_map_set_ix(set, map->own_is_v4);
	struct ix_lpm_leaf *above;

	map->own_nests = ix_lpm_within(own_lpm, map->own_leaf.key,
				       map->own_leaf.len);
	map->ix_nests = ix_lpm_within(ix_lpm, map->ix_leaf.key,
				      map->ix_leaf.len);

	above = ix_leaf_about_to_nest(own_lpm, &map->own_leaf);
	if (above)
		WRITE_ONCE(container_of(above, struct ix_map,
					own_leaf)->own_nests, true);
	above = ix_leaf_about_to_nest(ix_lpm, &map->ix_leaf);
	if (above)
		WRITE_ONCE(container_of(above, struct ix_map,
					ix_leaf)->ix_nests, true);
}

int ix_map_set_insert(struct ix_map_set *set, struct ix_edit *edit,
		      struct ix_map *map)
{
	struct ix_lpm *own_lpm = map->own_is_v4 ? &set->own4 : &set->own6;
	struct ix_lpm *ix_lpm = map->own_is_v4 ? &set->ix4 : &set->ix6;
	struct ix_lpm_leaf *old;
	int err;

	ix_map_set_mark_nests(set, map);

	/*
	 * The tries of the tenant's side own the maps: one that is not in them
	 * when the edit is abandoned is still the caller's.
	 */
	err = ix_lpm_insert(ix_lpm, edit, &map->ix_leaf, &old);
	if (err)
		return err;
	err = ix_lpm_insert(own_lpm, edit, &map->own_leaf, &old);
	/* Can't fail: the nodes above the leaf are the edit's own by now. */
	if (err)
		ix_lpm_remove(ix_lpm, edit, map->ix_leaf.key, map->ix_leaf.len,
			      &old);
	return err;
}

static void ix_map_free(void *object)
{
	kfree(object);
}

static void ix_map_release(struct ix_lpm_leaf *leaf)
{
	kfree(container_of(leaf, struct ix_map, own_leaf));
}

int ix_map_set_remove(struct ix_map_set *set, struct ix_edit *edit,
		      struct ix_map *map)
{
	struct ix_lpm *own_lpm = map->own_is_v4 ? &set->own4 : &set->own6;
	struct ix_lpm *ix_lpm = map->own_is_v4 ? &set->ix4 : &set->ix6;
	bool made_by_edit = map->own_leaf.epoch == edit->epoch;
	struct ix_lpm_leaf *old;
	int err;

	if (!made_by_edit) {
		err = ix_edit_retire(edit, map, ix_map_free);
		if (err)
			return err;
	}

	/* The owning trie comes last, for the case that one fails. */
	err = ix_lpm_remove(ix_lpm, edit, map->ix_leaf.key, map->ix_leaf.len,
			    &old);
	if (err)
		return err;
	err = ix_lpm_remove(own_lpm, edit, map->own_leaf.key,
			    map->own_leaf.len, &old);
	if (err)
		return err;

	if (made_by_edit)
		kfree(map);
	return 0;
}

int ix_map_set_clear(struct ix_map_set *set, struct ix_edit *edit)
{
	int err;

	err = ix_lpm_clear(&set->ix4, edit, NULL);
	if (!err)
		err = ix_lpm_clear(&set->ix6, edit, NULL);
	if (!err)
		err = ix_lpm_clear(&set->own4, edit, ix_map_release);
	if (!err)
		err = ix_lpm_clear(&set->own6, edit, ix_map_release);
	return err;
}

void ix_map_set_abandon(struct ix_map_set *set, struct ix_edit *edit)
{
	ix_lpm_abandon(&set->ix4, edit, NULL);
	ix_lpm_abandon(&set->ix6, edit, NULL);
	ix_lpm_abandon(&set->own4, edit, ix_map_release);
	ix_lpm_abandon(&set->own6, edit, ix_map_release);
}

void ix_map_set_destroy(struct ix_map_set *set)
{
	ix_lpm_destroy(&set->ix4, NULL);
	ix_lpm_destroy(&set->ix6, NULL);
	ix_lpm_destroy(&set->own4, ix_map_release);
	ix_lpm_destroy(&set->own6, ix_map_release);
}
