// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: purpose groups and their members.
 */
#include <linux/slab.h>

#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_quarantine.h"
#include "nl_transaction.h"

static struct ix_group *ix_group_named(struct ix_change *c,
				       const struct nlattr *attr)
{
	struct ix_named *object;

	object = ix_table_find(c->config->policy.groups, nla_data(attr));
	if (object)
		return (struct ix_group *)object;
	ix_nl_fail(c->ixn, c->info, attr, "no group is named %s",
		   (char *)nla_data(attr));
	return ERR_PTR(-ENOENT);
}

/* The group that a request about one names. */
static struct ix_group *ix_group_request(struct ix_change *c)
{
	int err;

	err = ix_nl_require(c, IX_A_GROUP_NAME, "the name of the group");
	return err ? ERR_PTR(err) : ix_group_named(c, c->attrs[IX_A_GROUP_NAME]);
}

/* Tell services that a group names them, or no longer. */
static int ix_group_count_services(struct ix_change *c,
				   const struct ix_group *group, int how)
{
	struct ix_service *service;
	unsigned int i;

	for (i = 0; i < group->services_nr; i++) {
		service = ix_service_own(c->txn, group->services[i]);
		if (!service)
			return -ENOMEM;
		service->groups += how;
	}
	return 0;
}

static int ix_group_add_service(struct ix_change *c, struct ix_group *group,
				const struct nlattr *attr)
{
	const struct ix_named *service;
	unsigned int i;

	service = ix_table_find(c->config->services, nla_data(attr));
	if (!service)
		return ix_refuse(c, attr, -ENOENT, "no service is named %s",
				 (char *)nla_data(attr));
	for (i = 0; i < group->services_nr; i++)
		if (group->services[i] == service->number)
			return ix_refuse(c, attr, -EINVAL,
					 "service %s is named twice",
					 service->name);
	if (group->services_nr == IX_GROUP_SERVICES_MAX)
		return ix_refuse(c, attr, -E2BIG,
				 "a group has at most %u services",
				 IX_GROUP_SERVICES_MAX);
	group->services[group->services_nr++] = service->number;
	return 0;
}

/* Take over what the request says into a group that the transaction owns. */
static int ix_group_apply(struct ix_change *c, struct ix_group *group)
{
	const struct nlattr *attr, *none = NULL;
	int err, rem;

	if (!c->attrs[IX_A_GROUP_SERVICE])
		return 0;
	err = ix_group_count_services(c, group, -1);
	if (err)
		return err;
	group->services_nr = 0;
	nlmsg_for_each_attr(attr, c->info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != IX_A_GROUP_SERVICE)
			continue;
		if (!*(char *)nla_data(attr)) {
			none = attr;
			continue;
		}
		err = ix_group_add_service(c, group, attr);
		if (err)
			return err;
	}
	if (none && group->services_nr)
		return ix_refuse(c, none, -EINVAL,
				 "an empty service name stands alone, for no service");
	return ix_group_count_services(c, group, 1);
}

/* @whole: services that the request does not name go, instead of staying. */
static int ix_group_change(struct ix_change *c, struct ix_group *group,
			   bool whole)
{
	const struct nlattr *number = c->attrs[IX_A_GROUP_NUMBER];
	int err = 0;

	if (number && nla_get_u16(number) != group->object.number)
		return ix_refuse(c, number, -EINVAL,
				 "the number of group %s is %u, and stays",
				 group->object.name, group->object.number);
	group = ix_group_own(c->txn, group->object.number);
	if (!group)
		return -ENOMEM;
	if (whole) {
		err = ix_group_count_services(c, group, -1);
		group->services_nr = 0;
	}
	return err ?: ix_group_apply(c, group);
}

static int ix_group_set(struct ix_change *c)
{
	struct ix_group *group = ix_group_request(c);

	return IS_ERR(group) ? PTR_ERR(group) : ix_group_change(c, group, false);
}

/* The counter of a group outlives a restore that makes it again. */
static struct ix_counter *ix_group_counter(struct ix_change *c,
					   const char *name)
{
	const struct ix_config *published;
	const struct ix_named *same;

	published = rcu_dereference_protected(c->ixn->config,
					      lockdep_is_held(&c->ixn->lock));
	same = ix_table_find(published->policy.groups, name);
	if (same)
		return ix_counter_get(((struct ix_group *)same)->counter);
	return ix_counter_new();
}

static int ix_group_new(struct ix_change *c)
{
	struct ix_group *group;
	struct ix_named *same;
	u32 number;
	int err;

	err = ix_nl_require(c, IX_A_GROUP_NAME, "the name of the group");
	if (!err)
		err = ix_nl_name(c, c->attrs[IX_A_GROUP_NAME]);
	if (err)
		return err;
	same = ix_table_find(c->config->policy.groups,
			     nla_data(c->attrs[IX_A_GROUP_NAME]));
	if (same && !ix_nl_replaces(c))
		return ix_refuse(c, c->attrs[IX_A_GROUP_NAME], -EEXIST,
				 "group %s exists", same->name);
	if (same)
		return ix_group_change(c, (struct ix_group *)same, true);
	number = ix_nl_number(c, IX_A_GROUP_NUMBER, c->config->policy.groups,
			      IX_GROUP_MAX, "group", &err);
	if (!number)
		return err;

	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (!group)
		return -ENOMEM;
	group->object.epoch = c->txn->edit.epoch;
	group->object.number = number;
	nla_strscpy(group->object.name, c->attrs[IX_A_GROUP_NAME],
		    sizeof(group->object.name));
	group->counter = ix_group_counter(c, group->object.name);
	if (!group->counter) {
		kfree(group);
		return -ENOMEM;
	}
	if (ix_table_put(&c->config->policy.groups, &c->txn->edit, number,
			 &group->object)) {
		ix_group_free(group);
		return -ENOMEM;
	}
	return ix_group_apply(c, group);
}

/* A set and one group more, or less; the reference goes to @set. */
static int ix_membership(struct ix_change *c, struct ix_group_set **set,
			 u16 group, bool join)
{
	struct ix_group_set *new;

	new = join ? ix_group_set_with(&c->ixn->group_sets, *set, group) :
		     ix_group_set_without(*set, group);
	if (IS_ERR(new))
		return PTR_ERR(new);
	ix_group_set_put(*set);
	*set = new;
	return 0;
}

/* Tell who is a member that it is now, or no longer. */
static int ix_member_tell(struct ix_change *c, enum ix_member_kind kind,
			  u32 number, u16 group, bool join)
{
	struct ix_institution *institution;
	struct ix_tenant *tenant;
	int err;

	if (kind == IX_MEMBER_TENANT) {
		tenant = ix_tenant_own(c->txn, number);
		return tenant ? ix_membership(c, &tenant->groups, group, join) :
				-ENOMEM;
	}
	institution = ix_config_institution(c->config, number);
	institution = ix_institution_own(c->txn, institution,
					 institution->registrations_nr);
	if (!institution)
		return -ENOMEM;
	err = ix_membership(c, &institution->groups, group, join);
	return err ?: ix_registrations_refresh(c, institution);
}

static int ix_group_remove(struct ix_change *c, struct ix_group *group)
{
	u16 number = group->object.number;
	struct ix_addr key = { 0, 0 };
	struct ix_lpm_leaf *leaf;
	int len = -1, err;

	group = ix_group_own(c->txn, number);
	if (!group)
		return -ENOMEM;
	while ((leaf = ix_lpm_next(&group->members, key, len))) {
		struct ix_member *member = container_of(leaf, struct ix_member,
							leaf);

		err = ix_member_tell(c, ix_member_kind(member),
				     ix_member_number(member), number, false);
		if (err)
			return err;
		key = leaf->key;
		len = leaf->len;
		cond_resched();
	}
	err = ix_lpm_clear(&group->members, &c->txn->edit, ix_member_free);
	if (!err)
		err = ix_group_count_services(c, group, -1);
	if (!err)
		err = ix_table_put(&c->config->policy.groups, &c->txn->edit,
				   number, NULL);
	if (!err)
		ix_group_free(group);
	return err;
}

static int ix_group_del(struct ix_change *c)
{
	struct ix_group *group = ix_group_request(c);

	return IS_ERR(group) ? PTR_ERR(group) : ix_group_remove(c, group);
}

int ix_group_flush(struct ix_change *c)
{
	struct ix_named *object;
	int err = 0;

	while (!err && (object = ix_table_next(c->config->policy.groups, 0)))
		err = ix_group_remove(c, (struct ix_group *)object);
	return err;
}

static const void *ix_group_find(struct ix_change *c)
{
	return ix_group_request(c);
}

static int ix_group_fill(struct sk_buff *skb, const struct ix_config *config,
			 const struct ix_named *owner, const void *object)
{
	const struct ix_group *group = object;
	u64 packets, bytes;
	unsigned int i;

	if (nla_put_string(skb, IX_A_GROUP_NAME, group->object.name) ||
	    nla_put_u16(skb, IX_A_GROUP_NUMBER, group->object.number) ||
	    nla_put_u32(skb, IX_A_GROUP_MEMBERS, group->members.count))
		return -EMSGSIZE;
	for (i = 0; i < group->services_nr; i++)
		if (nla_put_string(skb, IX_A_GROUP_SERVICE,
				   ix_config_service(config, group->services[i])->object.name))
			return -EMSGSIZE;
	ix_counter_read(group->counter, &packets, &bytes);
	if (ix_nl_put_u64(skb, IX_A_GROUP_PACKETS, packets) ||
	    ix_nl_put_u64(skb, IX_A_GROUP_BYTES, bytes))
		return -EMSGSIZE;
	return 0;
}

/**
 * struct ix_member_request - what a request about a member names
 * @group: the group
 * @attr: the attribute with the member
 * @kind: who is the member
 * @number: number of the tenant, or tag of the institution
 */
struct ix_member_request {
	struct ix_group *group;
	const struct nlattr *attr;
	enum ix_member_kind kind;
	u32 number;
};

static int ix_member_request(struct ix_change *c, struct ix_member_request *r)
{
	const struct nlattr *institution = c->attrs[IX_A_MEMBER_INSTITUTION];
	const struct nlattr *tenant = c->attrs[IX_A_MEMBER_TENANT];
	const struct ix_institution *found;
	const struct ix_tenant *of_name;
	int err;

	err = ix_nl_require(c, IX_A_MEMBER_GROUP, "the group");
	if (err)
		return err;
	r->group = ix_group_named(c, c->attrs[IX_A_MEMBER_GROUP]);
	if (IS_ERR(r->group))
		return PTR_ERR(r->group);
	if (institution && tenant)
		return ix_refuse(c, tenant, -EINVAL,
				 "a member is an institution or a tenant");
	if (!institution && !tenant)
		return ix_nl_require(c, IX_A_MEMBER_INSTITUTION,
				     "the institution or tenant");
	if (tenant) {
		of_name = ix_nl_tenant(c, tenant);
		if (IS_ERR(of_name))
			return PTR_ERR(of_name);
		r->attr = tenant;
		r->kind = IX_MEMBER_TENANT;
		r->number = of_name->object.number;
		return 0;
	}
	found = ix_nl_institution(c, institution);
	if (IS_ERR(found))
		return PTR_ERR(found);
	r->attr = institution;
	r->kind = IX_MEMBER_INSTITUTION;
	r->number = ix_institution_tag(found);
	return 0;
}

static struct ix_lpm_leaf *ix_member_leaf(const struct ix_member_request *r)
{
	return ix_lpm_find(&r->group->members,
			   ix_member_key(r->kind, r->number), 64);
}

static int ix_member_new(struct ix_change *c)
{
	struct ix_member_request r;
	struct ix_lpm_leaf *old;
	struct ix_member *member;
	struct ix_group *group;
	int err;

	err = ix_member_request(c, &r);
	if (err)
		return err;
	if (ix_member_leaf(&r))
		return ix_nl_replaces(c) ? 0 :
			ix_refuse(c, r.attr, -EEXIST,
				  "it is a member of group %s already",
				  r.group->object.name);

	group = ix_group_own(c->txn, r.group->object.number);
	if (!group)
		return -ENOMEM;
	member = kzalloc(sizeof(*member), GFP_KERNEL_ACCOUNT);
	if (!member)
		return -ENOMEM;
	member->leaf.key = ix_member_key(r.kind, r.number);
	member->leaf.len = 64;
	member->leaf.epoch = c->txn->edit.epoch;
	err = ix_lpm_insert(&group->members, &c->txn->edit, &member->leaf,
			    &old);
	if (err) {
		kfree(member);
		return err;
	}
	err = ix_member_tell(c, r.kind, r.number, group->object.number, true);
	if (err == -ENOSPC)
		ix_nl_fail(c->ixn, c->info, r.attr,
			   "it is a member of %u groups already",
			   IX_MEMBERSHIPS_MAX);
	return err;
}

static int ix_member_del(struct ix_change *c)
{
	struct ix_member_request r;
	struct ix_lpm_leaf *leaf;
	struct ix_group *group;
	int err;

	err = ix_member_request(c, &r);
	if (err)
		return err;
	if (!ix_member_leaf(&r))
		return ix_refuse(c, r.attr, -ENOENT,
				 "it is no member of group %s",
				 r.group->object.name);
	group = ix_group_own(c->txn, r.group->object.number);
	if (!group)
		return -ENOMEM;
	err = ix_lpm_remove(&group->members, &c->txn->edit,
			    ix_member_key(r.kind, r.number), 64, &leaf);
	if (!err)
		err = ix_retire_leaf(c->txn, leaf, ix_member_free);
	return err ?: ix_member_tell(c, r.kind, r.number, group->object.number,
				     false);
}

static const void *ix_member_find(struct ix_change *c)
{
	struct ix_member_request r;
	struct ix_lpm_leaf *leaf;
	int err;

	err = ix_member_request(c, &r);
	if (err)
		return ERR_PTR(err);
	leaf = ix_member_leaf(&r);
	c->owner = &r.group->object;
	if (leaf)
		return leaf;
	ix_nl_fail(c->ixn, c->info, r.attr, "it is no member of group %s",
		   r.group->object.name);
	return ERR_PTR(-ENOENT);
}

static int ix_member_fill(struct sk_buff *skb, const struct ix_config *config,
			  const struct ix_named *owner, const void *object)
{
	const struct ix_member *member =
		container_of((struct ix_lpm_leaf *)object, struct ix_member,
			     leaf);
	u32 number = ix_member_number(member);

	if (nla_put_string(skb, IX_A_MEMBER_GROUP, owner->name))
		return -EMSGSIZE;
	if (ix_member_kind(member) == IX_MEMBER_INSTITUTION)
		return nla_put_u32(skb, IX_A_MEMBER_INSTITUTION, number) ?:
		       ix_nl_put_institution_causes(skb, IX_A_MEMBER_QUARANTINED_BY,
						    config,
						    ix_config_institution(config, number));
	return nla_put_string(skb, IX_A_MEMBER_TENANT,
			      ix_config_tenant(config, number)->object.name) ?:
	       ix_nl_put_tenant_causes(skb, IX_A_MEMBER_QUARANTINED_BY, config,
				       number);
}

int ix_nl_group_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_group_new);
}

int ix_nl_group_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_group_set);
}

int ix_nl_group_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_group_del);
}

int ix_nl_group_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_GROUP_GET, ix_group_find,
			  ix_group_fill);
}

int ix_nl_group_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ix_nl_dump_table(skb, cb, IX_CMD_GROUP_GET,
				offsetof(struct ix_config, policy.groups),
				ix_group_fill);
}

int ix_nl_member_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_member_new);
}

int ix_nl_member_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_member_del);
}

int ix_nl_member_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_MEMBER_GET, ix_member_find,
			  ix_member_fill);
}

int ix_nl_member_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const size_t members[] = { offsetof(struct ix_group, members) };
	const struct ix_config *config = ix_nl_dump_begin(cb);
	struct nlattr **attrs = ix_dump_attrs(cb);

	if (!IS_ERR(config))
		ix_nl_dump_owned(skb, cb, IX_CMD_MEMBER_GET, config,
				 config->policy.groups, 0,
				 attrs[IX_A_MEMBER_GROUP] ? IX_A_MEMBER_GROUP :
							    0,
				 members, ARRAY_SIZE(members), ix_member_fill);
	return ix_nl_dump_end(cb, config, skb->len);
}
