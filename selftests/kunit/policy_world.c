// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of the policy are about: institutions, services, groups.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "policy_world.h"

const struct ix_party parties[PARTIES] = {
	[HOSPITAL] = { .tag = 100, .classes = BIT_ULL(1) },
	[CLINIC] = { .tag = 7, .classes = BIT_ULL(2) },
	[BOTH] = { .tag = 300, .classes = BIT_ULL(1) | BIT_ULL(2) },
	[LAST_CLASS] = { .tag = U32_MAX, .classes = BIT_ULL(63) },
	[NO_CLASS] = { .tag = 1 },
};

struct ix_table *table_new(struct kunit *test, unsigned int size)
{
	struct ix_table *table;

	table = kunit_kzalloc(test, struct_size(table, slots, size),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, table);
	table->size = size;
	return table;
}

void service_add(struct kunit *test, struct ix_table *table, u16 number,
		 const struct ix_service_entry *entries, unsigned int nr)
{
	struct ix_service *service;

	service = kunit_kzalloc(test, struct_size(service, entries, nr),
				GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, service);
	service->object.number = number;
	service->entries_nr = nr;
	memcpy(service->entries, entries, array_size(nr, sizeof(*entries)));
	table->slots[number] = &service->object;
	table->count++;
}

void group_add(struct kunit *test, struct ix_table *table, u16 number,
	       const u16 *services, unsigned int nr)
{
	struct ix_group *group;

	group = kunit_kzalloc(test, sizeof(*group), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, group);
	group->object.number = number;
	group->services_nr = nr;
	memcpy(group->services, services, array_size(nr, sizeof(*services)));
	table->slots[number] = &group->object;
	table->count++;
}

struct ix_group_set *group_set(struct kunit *test, const u16 *groups)
{
	struct ix_group_set *set;
	u16 nr = 0;

	while (groups[nr])
		nr++;
	if (!nr)
		return NULL;
	set = kunit_kzalloc(test, struct_size(set, groups, nr), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, set);
	set->nr = nr;
	memcpy(set->groups, groups, array_size(nr, sizeof(*groups)));
	return set;
}
