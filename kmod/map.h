/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prefix maps: bijections between a prefix on the tenant's side and a prefix
 * in the IX address space, and sets of them.
 */
#ifndef IX_MAP_H
#define IX_MAP_H

#include <linux/types.h>
#include <uapi/linux/ix.h>

#include "addr.h"
#include "edit.h"
#include "lpm.h"

/**
 * struct ix_map - one prefix map
 * @own_leaf: in the set's trie of the tenant's side; .key and .len are the
 *	prefix on the tenant's side
 * @ix_leaf: in the set's trie of IX prefixes; .key and .len are the addresses
 *	that really occur, that is the IX prefix with what is fixed of the
 *	embedded IPv4 prefix behind it
 * @ix: prefix in the IX address space, as configured
 * @kind: enum ix_map_kind
 * @own_is_v4: the tenant's side is IPv4
 * @global_only: it has no images of IPv4 addresses that are not global
 * @adjust: what ix_map_init() has worked out for NPTv6: the difference of the
 *	checksums of the two prefixes, one's complement
 * @own_nests: another map may be inside @own_leaf, so that the way back from a
 *	lowered address must be checked; a hint, and the only thing that may
 *	change in a published map: from false to true
 * @ix_nests: the same of @ix_leaf, for lifted addresses
 */
struct ix_map {
	struct ix_lpm_leaf own_leaf;
	struct ix_lpm_leaf ix_leaf;
	struct ix_prefix ix;
	u8 kind;
	bool own_is_v4;
	bool global_only;
	u16 adjust;
	bool own_nests;
	bool ix_nests;
};

/**
 * enum ix_map_error - why two prefixes are no map
 * @IX_MAP_OK: they are one
 * @IX_MAP_OWN_BITS: bits are set behind the length of the tenant's prefix
 * @IX_MAP_IX_BITS: bits are set behind the length of the IX prefix
 * @IX_MAP_OWN_LENGTH: length of the tenant's prefix is out of range
 * @IX_MAP_IX_LENGTH: length of the IX prefix does not fit the kind (RFC 6052
 *	knows six, NPTv6 and plain need equal ones, of NPTv6 112 at most)
 * @IX_MAP_SUFFIX: the suffix of the IPv4 side does not fit into the IPv6 side
 * @IX_MAP_FAMILY: the kind needs the other family on the tenant's side
 * @IX_MAP_U_OCTET: octet 8 of an RFC 6052 /96 prefix is not zero
 * @IX_MAP_NON_GLOBAL: the well-known prefix, and an IPv4 prefix that is not
 *	global
 */
enum ix_map_error {
	IX_MAP_OK,
	IX_MAP_OWN_BITS,
	IX_MAP_IX_BITS,
	IX_MAP_OWN_LENGTH,
	IX_MAP_IX_LENGTH,
	IX_MAP_SUFFIX,
	IX_MAP_FAMILY,
	IX_MAP_U_OCTET,
	IX_MAP_NON_GLOBAL,
};

/**
 * ix_map_init() - check a map and fill it in
 * @map: what to fill in, leaves included (their epochs are the caller's)
 * @kind: enum ix_map_kind
 * @own_is_v4: the tenant's side is IPv4 (@own in the notation of struct ix_addr)
 * @own: prefix on the tenant's side
 * @ix: prefix in the IX address space
 *
 * With the well-known prefix of RFC 6052 (64:ff9b::/96) a map has no images of
 * IPv4 addresses that are not global (3.1), unless it is told otherwise by
 * ix_map_allow_non_global().
 *
 * Return: IX_MAP_OK, or why these prefixes are no map.
 */
enum ix_map_error ix_map_init(struct ix_map *map, enum ix_map_kind kind,
			      bool own_is_v4, struct ix_prefix own,
			      struct ix_prefix ix);

/* Does a map have the well-known prefix of RFC 6052, 64:ff9b::/96? */
bool ix_map_is_well_known(const struct ix_map *map);

/**
 * ix_map_allow_non_global() - let the well-known prefix stand for any address
 * @map: a map of which ix_map_init() has said IX_MAP_OK or IX_MAP_NON_GLOBAL
 */
static inline void ix_map_allow_non_global(struct ix_map *map)
{
	map->global_only = false;
}

/**
 * ix_map_lift() - address on the tenant's side to IX address
 * @map: a map
 * @own: an address in the map's own prefix
 * @ix: where to store the result
 *
 * Context: any.
 *
 * Return: false if this address has no image (RFC 6296: NPTv6 of an address
 * whose words to adjust are all 0xffff or, with a prefix longer than 48 bits,
 * whose interface identifier is zero here or there; RFC 6052: the well-known
 * prefix and an address that is not global).
 */
bool ix_map_lift(const struct ix_map *map, struct ix_addr own,
		 struct ix_addr *ix);

/**
 * ix_map_lower() - IX address to address on the tenant's side
 * @map: a map
 * @ix: an address in the map's IX prefix
 * @own: where to store the result
 *
 * The inverse of ix_map_lift(), exactly: an address that is no image (with
 * bits set where RFC 6052 and RFC 7757 pad with zero) has none itself, so that
 * a host has one IX address.
 *
 * Return: false if this address has no image.
 */
bool ix_map_lower(const struct ix_map *map, struct ix_addr ix,
		  struct ix_addr *own);

/**
 * struct ix_map_set - the local maps of a tenant, or the maps of a view
 * @own4: maps by prefix on the tenant's side, IPv4
 * @own6: the same, IPv6
 * @ix4: maps with an IPv4 side, by IX prefix
 * @ix6: maps with an IPv6 side, by IX prefix
 *
 * Within one trie prefixes may nest, and the longest match counts (RFC 7757,
 * 3.3): a map inside another is an exception to it. So that translation stays a
 * bijection, a map lifts (lowers) an address only if the way back chooses the
 * same map. With 10.0.0.0/8 in one IX prefix and 10.0.0.5/32 elsewhere, what
 * would be 10.0.0.5 in the former is no host, rather than a second address of
 * it. Maps without others inside, and that is nearly all, need no check.
 */
struct ix_map_set {
	struct ix_lpm own4;
	struct ix_lpm own6;
	struct ix_lpm ix4;
	struct ix_lpm ix6;
};

/**
 * ix_map_set_lift() - look a tenant's address up, and lift it
 * @set: the maps
 * @is_v4: family of @own
 * @own: address on the tenant's side
 * @ix: where to store the result
 *
 * Context: RCU read side, any context.
 *
 * Return: the map that was used, or NULL if the address has none.
 */
const struct ix_map *ix_map_set_lift(const struct ix_map_set *set, bool is_v4,
				     struct ix_addr own, struct ix_addr *ix);

/**
 * ix_map_set_lower() - look an IX address up, and lower it
 * @set: the maps
 * @is_v4: family that is wanted on the tenant's side
 * @ix: IX address
 * @own: where to store the result
 *
 * Context: RCU read side, any context.
 *
 * Return: the map that was used, or NULL if the address has none.
 */
const struct ix_map *ix_map_set_lower(const struct ix_map_set *set, bool is_v4,
				      struct ix_addr ix, struct ix_addr *own);

/**
 * ix_map_set_is_reserved() - has NPTv6 refused an address for its identifier?
 * @set: the maps
 * @own: IPv6 address on the tenant's side
 *
 * RFC 6296, 3.7: behind prefixes longer than 48 bits an interface identifier of
 * zeros, or of ones, is not translated, and its sender is told so.
 *
 * Context: RCU read side, any context.
 *
 * Return: true if that is why @own has no image.
 */
bool ix_map_set_is_reserved(const struct ix_map_set *set, struct ix_addr own);

/* The same of an IX address. */
bool ix_map_set_ix_is_reserved(const struct ix_map_set *set, struct ix_addr ix);

/**
 * ix_map_set_find() - the map of exactly this prefix on the tenant's side
 * @set: the maps
 * @is_v4: family of @own
 * @own: prefix on the tenant's side
 *
 * Return: the map, or NULL.
 */
struct ix_map *ix_map_set_find(const struct ix_map_set *set, bool is_v4,
			       struct ix_prefix own);

/**
 * ix_map_set_conflict() - would a new map clash with those of a set?
 * @set: the maps
 * @map: a new map, filled in by ix_map_init()
 * @except: a map that the new one is going to replace, or NULL
 *
 * Two maps clash if they have the same family and the same prefix on either
 * side, or if each is inside the other, on different sides: then neither is an
 * exception to the other, and whatever both cover has no way back. A map that
 * is inside another on one side, or on both, is an exception, and no clash.
 *
 * Return: a map that @map clashes with, or NULL.
 */
const struct ix_map *ix_map_set_conflict(const struct ix_map_set *set,
					 const struct ix_map *map,
					 const struct ix_map *except);

/**
 * ix_map_set_insert() - add a map
 * @set: private copy of the maps
 * @edit: the edit that it belongs to
 * @map: the map, allocated by the caller with both leaf epochs set; the set
 *	owns it from here on
 *
 * The caller has asked ix_map_set_conflict().
 *
 * Return: 0, or -ENOMEM: then the edit must be abandoned, and the map is
 * still the caller's.
 */
int ix_map_set_insert(struct ix_map_set *set, struct ix_edit *edit,
		      struct ix_map *map);

/**
 * ix_map_set_remove() - take a map out and have it freed
 * @set: private copy of the maps
 * @edit: the edit that it belongs to
 * @map: a map of the set; freed at once if the edit has made it, retired
 *	otherwise
 *
 * Return: 0, or -ENOMEM: then the edit must be abandoned.
 */
int ix_map_set_remove(struct ix_map_set *set, struct ix_edit *edit,
		      struct ix_map *map);

/* Make a set empty, abandon what an edit made of it, free it: as for tries. */
int ix_map_set_clear(struct ix_map_set *set, struct ix_edit *edit);
void ix_map_set_abandon(struct ix_map_set *set, struct ix_edit *edit);
void ix_map_set_destroy(struct ix_map_set *set);

#endif /* IX_MAP_H */
