/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Purpose groups: named sets of members and services. The members of a group
 * reach each other, and may use its services with each other.
 *
 * A member is an institution, or a tenant with all that is reached through it.
 * Which groups a member is in is an immutable, sorted set. Those who are in the
 * same groups share one set, so that packets find few of them, in the cache.
 */
#ifndef IX_GROUP_H
#define IX_GROUP_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/ix.h>

#include "lpm.h"
#include "table.h"

struct ix_counter;

#define IX_GROUP_SET_BUCKETS 256

/**
 * struct ix_group_sets - all sets of a network namespace
 * @lock: protects @buckets and the references
 * @buckets: the sets, by a hash of what is in them
 */
struct ix_group_sets {
	spinlock_t lock;	/* protects buckets and references */
	struct hlist_head buckets[IX_GROUP_SET_BUCKETS];
};

/**
 * struct ix_group_set - numbers of groups; immutable, never empty
 * @node: in @sets
 * @sets: where it belongs
 * @refs: who has it; protected by the lock of @sets
 * @nr: how many groups
 * @groups: their numbers, ascending
 */
struct ix_group_set {
	struct hlist_node node;
	struct ix_group_sets *sets;
	u32 refs;
	u16 nr;
	u16 groups[] __counted_by(nr);
};

/**
 * enum ix_member_kind - who is a member
 * @IX_MEMBER_TENANT: a tenant
 * @IX_MEMBER_INSTITUTION: an institution
 */
enum ix_member_kind {
	IX_MEMBER_TENANT,
	IX_MEMBER_INSTITUTION,
};

/**
 * struct ix_member - a member of a group
 * @leaf: in ix_group.members, by kind and number
 */
struct ix_member {
	struct ix_lpm_leaf leaf;
};

/* Kind and number of a member are the first 64 bits of its key. */
static inline struct ix_addr ix_member_key(enum ix_member_kind kind, u32 number)
{
	return (struct ix_addr){ (u64)kind << 32 | number, 0 };
}

static inline enum ix_member_kind ix_member_kind(const struct ix_member *member)
{
	return member->leaf.key.hi >> 32;
}

static inline u32 ix_member_number(const struct ix_member *member)
{
	return (u32)member->leaf.key.hi;
}

/**
 * struct ix_group - a purpose group
 * @object: number and name
 * @members: its members, of struct ix_member
 * @counter: packets that it has permitted; shared with other versions of it
 * @services_nr: how many services
 * @services: their numbers
 */
struct ix_group {
	struct ix_named object;
	struct ix_lpm members;
	struct ix_counter *counter;
	u16 services_nr;
	u16 services[IX_GROUP_SERVICES_MAX];
};

/**
 * struct ix_memberships - the groups that one side of a packet is in
 * @own: those of the institution, or NULL
 * @tenant: those of the tenant that it is reached through, or NULL
 */
struct ix_memberships {
	const struct ix_group_set *own;
	const struct ix_group_set *tenant;
};

static inline bool ix_is_member(struct ix_memberships m)
{
	return m.own || m.tenant;
}

/**
 * ix_group_common() - the next group that two are in
 * @a: groups of one
 * @b: groups of the other
 * @after: the last group that was found, 0 to begin
 *
 * Context: RCU read side, any context.
 *
 * Return: the lowest number above @after of a group that both are in, by
 * themselves or with their tenants; 0 if there is none.
 */
u16 ix_group_common(struct ix_memberships a, struct ix_memberships b,
		    u16 after);

void ix_group_sets_init(struct ix_group_sets *sets);

/**
 * ix_group_set_with() - a set and one group more
 * @sets: where sets belong
 * @set: what is in it, or NULL for nothing; the reference stays the caller's
 * @group: number of a group that is not in it
 *
 * Return: a reference, or ERR_PTR(): -ENOMEM, or -ENOSPC if @set is full.
 */
struct ix_group_set *ix_group_set_with(struct ix_group_sets *sets,
				       const struct ix_group_set *set,
				       u16 group);

/**
 * ix_group_set_without() - a set and one group less
 * @set: the set; the reference stays the caller's
 * @group: number of a group that is in it
 *
 * Return: a reference, NULL if nothing is left, or ERR_PTR(-ENOMEM).
 */
struct ix_group_set *ix_group_set_without(const struct ix_group_set *set,
					  u16 group);

bool ix_group_set_has(const struct ix_group_set *set, u16 group);
struct ix_group_set *ix_group_set_get(struct ix_group_set *set);
void ix_group_set_put(struct ix_group_set *set);

#endif /* IX_GROUP_H */
