// SPDX-License-Identifier: GPL-2.0
/*
 * Translation of addresses by a map, bit by bit: slow and obvious.
 */
#include <linux/bits.h>
#include <linux/types.h>

#include "map_naive.h"

bool bit_get(struct ix_addr addr, unsigned int bit)
{
	return bit < 64 ? addr.hi >> (63 - bit) & 1 : addr.lo >> (127 - bit) & 1;
}

void bit_set(struct ix_addr *addr, unsigned int bit, bool value)
{
	u64 mask = 1ULL << (63 - bit % 64);
	u64 *half = bit < 64 ? &addr->hi : &addr->lo;

	*half = value ? *half | mask : *half & ~mask;
}

u16 word_get(struct ix_addr addr, unsigned int word)
{
	u16 value = 0;
	unsigned int i;

	for (i = 0; i < 16; i++)
		value = value << 1 | bit_get(addr, 16 * word + i);
	return value;
}

void word_set(struct ix_addr *addr, unsigned int word, u16 value)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		bit_set(addr, 16 * word + i, value >> (15 - i) & 1);
}

u16 addr_checksum(struct ix_addr addr)
{
	u32 sum = 0;
	int shift;

	for (shift = 0; shift < 64; shift += 16) {
		sum += (u16)(addr.hi >> shift);
		sum += (u16)(addr.lo >> shift);
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	/* 0xffff is zero as well. */
	return sum == 0xffff ? 0 : sum;
}

/* RFC 6296, 3.7: are all bits of the interface identifier zero? */
static bool naive_zero_identifier(struct ix_addr addr, unsigned int len)
{
	unsigned int bit;

	for (bit = len > 64 ? len : 64; bit < 128; bit++)
		if (bit_get(addr, bit))
			return false;
	return len > 48;
}

/* RFC 6296, 3.1: the first bits replaced, then one word made to fit. */
static bool naive_nptv6(struct ix_addr *addr, struct ix_addr from,
			struct ix_addr to, unsigned int len)
{
	u16 before = addr_checksum(*addr);
	unsigned int bit, word, first, last;

	if (naive_zero_identifier(*addr, len))
		return false;
	for (bit = 0; bit < len; bit++)
		bit_set(addr, bit, bit_get(to, bit));

	first = 3;
	last = 3;
	if (len > 48) {
		first = 4;
		last = 7;
		while (16 * first < len)
			first++;
	}
	for (word = first; word <= last; word++) {
		u32 value = word_get(*addr, word);

		if (value == 0xffff)
			continue;
		/* What the prefix has gained, the word loses. */
		value += before + (0xffff - addr_checksum(*addr));
		word_set(addr, word, value % 0xffff);
		return addr_checksum(*addr) == before &&
		       !naive_zero_identifier(*addr, len);
	}
	return false;
}

/* Where bit @i of an IPv4 address goes, or -1 if it is the prefix's. */
static int naive_position(const struct ix_map *map, unsigned int i)
{
	unsigned int bit;

	if (map->kind == IX_MAP_KIND_EXPLICIT) {
		if (i < map->own_leaf.len)
			return -1;
		return map->ix.len + i - map->own_leaf.len;
	}
	bit = map->ix.len + i;
	if (map->ix.len <= 64 && bit >= 64)
		bit += 8;
	return bit;
}

bool naive_lift(const struct ix_map *map, struct ix_addr own,
		struct ix_addr *ix)
{
	unsigned int bit;

	switch (map->kind) {
	case IX_MAP_KIND_EXPLICIT:
	case IX_MAP_KIND_RFC6052:
		*ix = map->ix.addr;
		for (bit = 0; bit < 32; bit++) {
			int position = naive_position(map, bit);

			if (position >= 0)
				bit_set(ix, position, bit_get(own, bit));
		}
		return true;
	case IX_MAP_KIND_NPTV6:
		*ix = own;
		return naive_nptv6(ix, map->own_leaf.key, map->ix.addr,
				   map->ix.len);
	default:
		*ix = own;
		for (bit = 0; bit < map->ix.len; bit++)
			bit_set(ix, bit, bit_get(map->ix.addr, bit));
		return true;
	}
}

bool naive_lower(const struct ix_map *map, struct ix_addr ix,
		 struct ix_addr *own)
{
	struct ix_addr left = ix;
	unsigned int bit;

	switch (map->kind) {
	case IX_MAP_KIND_EXPLICIT:
	case IX_MAP_KIND_RFC6052:
		*own = map->own_leaf.key;
		for (bit = 0; bit < map->ix.len; bit++)
			bit_set(&left, bit, 0);
		for (bit = 0; bit < 32; bit++) {
			int position = naive_position(map, bit);

			if (position < 0)
				continue;
			bit_set(own, bit, bit_get(ix, position));
			bit_set(&left, position, 0);
		}
		return !left.hi && !left.lo;
	case IX_MAP_KIND_NPTV6:
		*own = ix;
		return naive_nptv6(own, map->ix.addr, map->own_leaf.key,
				   map->ix.len);
	default:
		*own = ix;
		for (bit = 0; bit < map->ix.len; bit++)
			bit_set(own, bit, bit_get(map->own_leaf.key, bit));
		return true;
	}
}
