/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Translation of addresses by a map, bit by bit: slow and obvious.
 */
#ifndef IX_TEST_MAP_NAIVE_H
#define IX_TEST_MAP_NAIVE_H

#include "addr.h"
#include "map.h"

/* Bits and words are counted from the left. */
bool bit_get(struct ix_addr addr, unsigned int bit);
void bit_set(struct ix_addr *addr, unsigned int bit, bool value);
u16 word_get(struct ix_addr addr, unsigned int word);
void word_set(struct ix_addr *addr, unsigned int word, u16 value);

/* The sum of an address as the Internet checksum takes it. */
u16 addr_checksum(struct ix_addr addr);

bool naive_lift(const struct ix_map *map, struct ix_addr own,
		struct ix_addr *ix);
bool naive_lower(const struct ix_map *map, struct ix_addr ix,
		 struct ix_addr *own);

#endif /* IX_TEST_MAP_NAIVE_H */
