// SPDX-License-Identifier: GPL-2.0
/*
 * Purpose groups: sets of them, and what two sets have in common.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/jhash.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "group.h"

/* Place of the first number in a set that is @from or more. */
static u16 ix_group_set_place(const struct ix_group_set *set, u32 from)
{
	u16 low = 0, high = set->nr;

	while (low < high) {
		u16 middle = (low + high) / 2;

		if (set->groups[middle] < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * ix_group_set_has() - is a group in a set?
 * @set: the set, or NULL for none
 * @group: number of the group
 *
 * Return: true if it is.
 */
bool ix_group_set_has(const struct ix_group_set *set, u16 group)
{
	u16 at;

	if (!set)
		return false;
	at = ix_group_set_place(set, group);
	return at < set->nr && set->groups[at] == group;
}

/* The lowest number that is @from or more in either set, 0 for none. */
static u16 ix_group_from(struct ix_memberships m, u32 from)
{
	const struct ix_group_set *sets[] = { m.own, m.tenant };
	unsigned int i;
	u16 first = 0;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		u16 at, number;

		if (!sets[i])
			continue;
		at = ix_group_set_place(sets[i], from);
		if (at == sets[i]->nr)
			continue;
		number = sets[i]->groups[at];
		if (!first || number < first)
			first = number;
	}
	return first;
}

u16 ix_group_common(struct ix_memberships a, struct ix_memberships b, u16 after)
{
	u16 in_a, in_b;

	/* Each side in turn jumps to what the other one has reached. */
	for (in_a = ix_group_from(a, after + 1); in_a;
	     in_a = ix_group_from(a, in_b)) {
		in_b = ix_group_from(b, in_a);
		if (in_b == in_a || !in_b)
			return in_b;
	}
	return 0;
}

/**
 * ix_group_sets_init() - begin with no sets
 * @sets: where sets are going to belong
 */
void ix_group_sets_init(struct ix_group_sets *sets)
{
	unsigned int i;

	spin_lock_init(&sets->lock);
	for (i = 0; i < ARRAY_SIZE(sets->buckets); i++)
		INIT_HLIST_HEAD(&sets->buckets[i]);
}

/*
 * Make @wanted, which nobody else knows of and which holds one reference,
 * known; or, if there is an equal set, take a reference to that one.
 */
static struct ix_group_set *ix_group_set_intern(struct ix_group_set *wanted)
{
	struct ix_group_sets *sets = wanted->sets;
	size_t size = array_size(wanted->nr, sizeof(wanted->groups[0]));
	struct ix_group_set *set;
	struct hlist_head *bucket;

	bucket = &sets->buckets[jhash(wanted->groups, size, 0) %
				ARRAY_SIZE(sets->buckets)];
	spin_lock(&sets->lock);
	hlist_for_each_entry(set, bucket, node)
		if (set->nr == wanted->nr &&
		    !memcmp(set->groups, wanted->groups, size)) {
			set->refs++;
			spin_unlock(&sets->lock);
			kfree(wanted);
			return set;
		}
	hlist_add_head(&wanted->node, bucket);
	spin_unlock(&sets->lock);
	return wanted;
}

static struct ix_group_set *ix_group_set_alloc(struct ix_group_sets *sets,
					       u16 nr)
{
	struct ix_group_set *set;

	set = kzalloc(struct_size(set, groups, nr), GFP_KERNEL_ACCOUNT);
	if (!set)
		return NULL;
	set->sets = sets;
	set->refs = 1;
	set->nr = nr;
	return set;
}

struct ix_group_set *ix_group_set_with(struct ix_group_sets *sets,
				       const struct ix_group_set *set,
				       u16 group)
{
	u16 nr = set ? set->nr : 0;
	u16 at = set ? ix_group_set_place(set, group) : 0;
	struct ix_group_set *new;

	if (nr >= IX_MEMBERSHIPS_MAX)
		return ERR_PTR(-ENOSPC);
	new = ix_group_set_alloc(sets, nr + 1);
	if (!new)
		return ERR_PTR(-ENOMEM);
	if (set) {
		memcpy(new->groups, set->groups, at * sizeof(group));
		memcpy(&new->groups[at + 1], &set->groups[at],
		       (nr - at) * sizeof(group));
	}
	new->groups[at] = group;
	return ix_group_set_intern(new);
}

struct ix_group_set *ix_group_set_without(const struct ix_group_set *set,
					  u16 group)
{
	u16 at = ix_group_set_place(set, group);
	struct ix_group_set *new;

	if (WARN_ON_ONCE(at == set->nr || set->groups[at] != group))
		return ERR_PTR(-ENOENT);
	if (set->nr == 1)
		return NULL;
	new = ix_group_set_alloc(set->sets, set->nr - 1);
	if (!new)
		return ERR_PTR(-ENOMEM);
	memcpy(new->groups, set->groups, at * sizeof(group));
	memcpy(&new->groups[at], &set->groups[at + 1],
	       (set->nr - at - 1) * sizeof(group));
	return ix_group_set_intern(new);
}

/**
 * ix_group_set_get() - take a reference
 * @set: a set of which the caller knows that it is there, or NULL
 *
 * Return: @set.
 */
struct ix_group_set *ix_group_set_get(struct ix_group_set *set)
{
	if (!set)
		return NULL;
	spin_lock(&set->sets->lock);
	set->refs++;
	spin_unlock(&set->sets->lock);
	return set;
}

/**
 * ix_group_set_put() - drop a reference
 * @set: the set, or NULL; no packet can see what has held the reference
 */
void ix_group_set_put(struct ix_group_set *set)
{
	struct ix_group_sets *sets;
	bool last;

	if (!set)
		return;
	sets = set->sets;
	spin_lock(&sets->lock);
	last = !--set->refs;
	if (last)
		hlist_del(&set->node);
	spin_unlock(&sets->lock);
	if (last)
		kfree(set);
}
