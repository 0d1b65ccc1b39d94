/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the policy are about: institutions, services, groups.
 */
#ifndef IX_TEST_POLICY_WORLD_H
#define IX_TEST_POLICY_WORLD_H

#include <kunit/test.h>

#include "policy.h"

/* An instant in 2026. */
#define NOW 1790000000ULL

/* Institutions; the names of the first two are used throughout. */
enum { HOSPITAL, CLINIC, BOTH, LAST_CLASS, NO_CLASS, PARTIES };

extern const struct ix_party parties[PARTIES];

/* Room for objects with the numbers below @size. */
struct ix_table *table_new(struct kunit *test, unsigned int size);

void service_add(struct kunit *test, struct ix_table *table, u16 number,
		 const struct ix_service_entry *entries, unsigned int nr);

void group_add(struct kunit *test, struct ix_table *table, u16 number,
	       const u16 *services, unsigned int nr);

/* Numbers of groups, ascending, the last one 0. */
struct ix_group_set *group_set(struct kunit *test, const u16 *groups);

#endif /* IX_TEST_POLICY_WORLD_H */
