// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: the registry, that is whose the prefixes of the IX address
 * space are.
 */
#include <linux/slab.h>

#include "device.h"
#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_quarantine.h"
#include "nl_transaction.h"

static int ix_prefix_request(struct ix_change *c, struct ix_prefix *prefix)
{
	return ix_nl_prefix(c, IX_A_PREFIX_PREFIX, IX_A_PREFIX_PREFIX_LEN,
			    NULL, prefix);
}

static struct ix_registration *
ix_registration_find(const struct ix_config *config,
		     const struct ix_prefix *prefix)
{
	struct ix_lpm_leaf *leaf;

	leaf = ix_lpm_find(&config->registry, prefix->addr, prefix->len);
	return leaf ? container_of(leaf, struct ix_registration, leaf) : NULL;
}

/* Tell an institution and a tenant that they have got a prefix. */
static int ix_registration_join(struct ix_change *c,
				struct ix_registration *registration)
{
	struct ix_institution *institution;
	struct ix_tenant *tenant;
	u32 n;

	institution = ix_config_institution(c->config, registration->tag);
	n = institution->registrations_nr;
	if (n == IX_REGISTRATIONS_MAX)
		return ix_refuse(c, c->attrs[IX_A_PREFIX_INSTITUTION], -ENOSPC,
				 "institution %u has %u prefixes, and can have no more",
				 registration->tag, n);
	institution = ix_institution_own(c->txn, institution, n + 1);
	if (!institution)
		return -ENOMEM;
	institution->registrations[n] = registration;

	tenant = ix_tenant_own(c->txn, registration->tenant);
	if (!tenant)
		return -ENOMEM;
	tenant->prefixes++;
	return 0;
}

/* Tell them that it is gone; it is still in memory. */
static int ix_registration_leave(struct ix_change *c,
				 const struct ix_registration *registration)
{
	struct ix_institution *institution;
	struct ix_tenant *tenant;
	u32 n, i;

	institution = ix_config_institution(c->config, registration->tag);
	n = institution->registrations_nr;
	institution = ix_institution_own(c->txn, institution, n);
	if (!institution)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		if (institution->registrations[i] == registration)
			break;
	if (WARN_ON_ONCE(i == n))
		return -EINVAL;
	institution->registrations[i] = institution->registrations[n - 1];
	if (!ix_institution_own(c->txn, institution, n - 1))
		return -ENOMEM;

	tenant = ix_tenant_own(c->txn, registration->tenant);
	if (!tenant)
		return -ENOMEM;
	tenant->prefixes--;
	return 0;
}

/* What the registrations of an institution know of its agreements. */
static u64 ix_institution_strangers(const struct ix_institution *institution)
{
	if (institution->registrations_nr)
		return institution->registrations[0]->strangers;
	return institution->rules ? 0 : ~0ULL;
}

/*
 * Register a prefix, in the place of @old if there is one. What the request
 * does not say is that of @base, if there is one.
 */
static int ix_registration_put(struct ix_change *c,
			       const struct ix_prefix *prefix,
			       const struct ix_registration *old,
			       const struct ix_registration *base)
{
	const struct nlattr *tag = c->attrs[IX_A_PREFIX_INSTITUTION];
	const struct nlattr *via = c->attrs[IX_A_PREFIX_TENANT];
	const struct nlattr *port = c->attrs[IX_A_PREFIX_PORT];
	const struct ix_institution *institution;
	struct ix_registration *registration;
	const struct ix_tenant *tenant;
	struct ix_device *device = NULL;
	struct ix_lpm_leaf *replaced;
	int err;

	if (!base) {
		err = ix_nl_require(c, IX_A_PREFIX_INSTITUTION,
				    "the institution");
		if (!err)
			err = ix_nl_require(c, IX_A_PREFIX_TENANT,
					    "the tenant");
		if (err)
			return err;
	}
	institution = tag ? ix_nl_institution(c, tag) :
			    ix_config_institution(c->config, base->tag);
	if (IS_ERR(institution))
		return PTR_ERR(institution);
	tenant = via ? ix_nl_tenant(c, via) :
		       ix_config_tenant(c->config, base->tenant);
	if (IS_ERR(tenant))
		return PTR_ERR(tenant);
	if (port && *(char *)nla_data(port)) {
		device = ix_nl_device(c, port);
		if (IS_ERR(device))
			return PTR_ERR(device);
	} else if (!port && base) {
		device = ix_device_ref(base->port);
	}

	registration = kzalloc(sizeof(*registration), GFP_KERNEL_ACCOUNT);
	if (!registration) {
		ix_device_put(device);
		return -ENOMEM;
	}
	registration->leaf.key = prefix->addr;
	registration->leaf.len = prefix->len;
	registration->leaf.epoch = c->txn->edit.epoch;
	registration->tag = ix_institution_tag(institution);
	registration->tenant = tenant->object.number;
	registration->classes = institution->classes;
	registration->strangers = ix_institution_strangers(institution);
	registration->first_class = institution->first_class;
	registration->quarantined = institution->quarantined;
	registration->port = device;
	registration->groups = ix_group_set_get(institution->groups);

	err = old ? ix_registration_leave(c, old) : 0;
	if (!err)
		err = ix_lpm_insert(&c->config->registry, &c->txn->edit,
				    &registration->leaf, &replaced);
	if (err) {
		ix_registration_free(&registration->leaf);
		return err;
	}
	if (replaced)
		err = ix_retire_leaf(c->txn, replaced, ix_registration_free);
	return err ?: ix_registration_join(c, registration);
}

static int ix_prefix_new(struct ix_change *c)
{
	const struct ix_registration *same;
	struct ix_prefix prefix;
	int err;

	err = ix_prefix_request(c, &prefix);
	if (err)
		return err;
	same = ix_registration_find(c->config, &prefix);
	if (same && !ix_nl_replaces(c))
		return ix_refuse(c, c->attrs[IX_A_PREFIX_PREFIX], -EEXIST,
				 "the prefix is that of institution %u",
				 same->tag);
	return ix_registration_put(c, &prefix, same, NULL);
}

/* The registration that a request names. */
static struct ix_registration *ix_prefix_named(struct ix_change *c)
{
	struct ix_registration *registration;
	struct ix_prefix prefix;
	int err;

	err = ix_prefix_request(c, &prefix);
	if (err)
		return ERR_PTR(err);
	registration = ix_registration_find(c->config, &prefix);
	if (registration)
		return registration;
	ix_nl_fail(c->ixn, c->info, c->attrs[IX_A_PREFIX_PREFIX],
		   "no institution has this prefix");
	return ERR_PTR(-ENOENT);
}

static int ix_prefix_set(struct ix_change *c)
{
	struct ix_registration *old = ix_prefix_named(c);
	struct ix_prefix prefix;

	if (IS_ERR(old))
		return PTR_ERR(old);
	prefix.addr = old->leaf.key;
	prefix.len = old->leaf.len;
	return ix_registration_put(c, &prefix, old, old);
}

static int ix_prefix_remove(struct ix_change *c,
			    struct ix_registration *registration)
{
	struct ix_lpm_leaf *leaf;
	int err;

	err = ix_registration_leave(c, registration);
	if (!err)
		err = ix_lpm_remove(&c->config->registry, &c->txn->edit,
				    registration->leaf.key,
				    registration->leaf.len, &leaf);
	return err ?: ix_retire_leaf(c->txn, leaf, ix_registration_free);
}

static int ix_prefix_del(struct ix_change *c)
{
	struct ix_registration *registration = ix_prefix_named(c);

	if (IS_ERR(registration))
		return PTR_ERR(registration);
	return ix_prefix_remove(c, registration);
}

int ix_prefix_flush(struct ix_change *c)
{
	struct ix_lpm_leaf *leaf;
	int err = 0;

	while (!err && (leaf = ix_lpm_next(&c->config->registry, ix_key32(0),
					   -1))) {
		err = ix_prefix_remove(c, container_of(leaf, struct ix_registration, leaf));
		cond_resched();
	}
	return err;
}

static const void *ix_prefix_find(struct ix_change *c)
{
	struct ix_registration *registration = ix_prefix_named(c);

	return IS_ERR(registration) ? ERR_CAST(registration) :
				      &registration->leaf;
}

static int ix_prefix_fill(struct sk_buff *skb, const struct ix_config *config,
			  const struct ix_named *owner, const void *object)
{
	const struct ix_registration *registration =
		container_of((struct ix_lpm_leaf *)object,
			     struct ix_registration, leaf);

	if (ix_nl_put_prefix(skb, IX_A_PREFIX_PREFIX, IX_A_PREFIX_PREFIX_LEN,
			     false, registration->leaf.key,
			     registration->leaf.len) ||
	    nla_put_u32(skb, IX_A_PREFIX_INSTITUTION, registration->tag) ||
	    nla_put_string(skb, IX_A_PREFIX_TENANT,
			   ix_config_tenant(config, registration->tenant)->object.name) ||
	    (registration->port &&
	     nla_put_string(skb, IX_A_PREFIX_PORT, registration->port->name)))
		return -EMSGSIZE;
	return ix_nl_put_registration_causes(skb, IX_A_PREFIX_QUARANTINED_BY,
					     config, registration);
}

static bool ix_prefix_wanted(const struct ix_config *config,
			     struct nlattr **attrs, const void *object)
{
	const struct ix_registration *registration =
		container_of((struct ix_lpm_leaf *)object,
			     struct ix_registration, leaf);
	const struct nlattr *tag = attrs[IX_A_PREFIX_INSTITUTION];
	const struct nlattr *via = attrs[IX_A_PREFIX_TENANT];
	const struct ix_tenant *tenant;

	if (tag && registration->tag != nla_get_u32(tag))
		return false;
	tenant = ix_config_tenant(config, registration->tenant);
	return !via || !nla_strcmp(via, tenant->object.name);
}

int ix_nl_prefix_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_prefix_new);
}

int ix_nl_prefix_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_prefix_set);
}

int ix_nl_prefix_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_prefix_del);
}

int ix_nl_prefix_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_PREFIX_GET, ix_prefix_find,
			  ix_prefix_fill);
}

int ix_nl_prefix_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ix_nl_dump_registry(skb, cb, IX_CMD_PREFIX_GET,
				   offsetof(struct ix_config, registry),
				   ix_prefix_wanted, ix_prefix_fill);
}
