// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: institutions.
 */
#include <linux/slab.h>

#include "device.h"
#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_quarantine.h"
#include "nl_transaction.h"

/**
 * struct ix_class_set - classes of an institution
 * @given: the request names classes, or says that there are none
 * @bits: bit n for class n
 * @first: number of the class that was named first
 */
struct ix_class_set {
	bool given;
	u64 bits;
	u8 first;
};

static int ix_institution_classes(struct ix_change *c,
				  struct ix_class_set *classes)
{
	const struct nlattr *attr, *none = NULL;
	struct ix_class *class;
	int rem;

	memset(classes, 0, sizeof(*classes));
	nlmsg_for_each_attr(attr, c->info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != IX_A_INSTITUTION_CLASS)
			continue;
		classes->given = true;
		if (!*(char *)nla_data(attr)) {
			none = attr;
			continue;
		}
		class = ix_nl_class(c, attr);
		if (IS_ERR(class))
			return PTR_ERR(class);
		if (classes->bits & BIT_ULL(class->object.number))
			return ix_refuse(c, attr, -EINVAL,
					 "class %s is named twice",
					 class->object.name);
		if (!classes->bits)
			classes->first = class->object.number;
		classes->bits |= BIT_ULL(class->object.number);
	}
	if (none && classes->bits)
		return ix_refuse(c, none, -EINVAL,
				 "an empty class name stands alone, for no class");
	return 0;
}

/* Count an institution in, or out of, its classes. */
static int ix_classes_count(struct ix_change *c, u64 classes, int how)
{
	struct ix_class *class;
	u32 n;

	for (n = 1; n <= IX_CLASS_MAX; n++) {
		if (!(classes & BIT_ULL(n)))
			continue;
		class = ix_class_own(c->txn, n);
		if (!class)
			return -ENOMEM;
		class->institutions += how;
	}
	return 0;
}

/**
 * ix_registrations_refresh() - tell the prefixes of an institution what it is
 * @c: the change
 * @institution: an institution that the transaction owns
 *
 * Registrations carry classes, quarantine and groups: packets need not look
 * further.
 *
 * Return: 0 or -ENOMEM.
 */
int ix_registrations_refresh(struct ix_change *c,
			     struct ix_institution *institution)
{
	struct ix_registration *new, *old;
	struct ix_lpm_leaf *replaced;
	u32 i;

	for (i = 0; i < institution->registrations_nr; i++) {
		old = institution->registrations[i];
		new = kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT);
		if (!new)
			return -ENOMEM;
		new->leaf.epoch = c->txn->edit.epoch;
		new->classes = institution->classes;
		new->first_class = institution->first_class;
		new->quarantined = institution->quarantined;
		new->groups = ix_group_set_get(institution->groups);
		ix_device_ref(new->port);
		if (ix_lpm_insert(&c->config->registry, &c->txn->edit,
				  &new->leaf, &replaced)) {
			ix_registration_free(&new->leaf);
			return -ENOMEM;
		}
		institution->registrations[i] = new;
		if (ix_retire_leaf(c->txn, replaced, ix_registration_free))
			return -ENOMEM;
	}
	return 0;
}

/* Take the name of an institution away. */
static int ix_institution_unname(struct ix_change *c,
				 const struct ix_institution_name *name)
{
	struct ix_lpm_leaf *leaf;
	int err;

	err = ix_lpm_remove(&c->config->names, &c->txn->edit, name->leaf.key,
			    name->leaf.len, &leaf);
	return err ?: ix_retire_leaf(c->txn, leaf, ix_institution_name_free);
}

static int ix_institution_rename(struct ix_change *c,
				 struct ix_institution *institution)
{
	const struct nlattr *attr = c->attrs[IX_A_INSTITUTION_NAME];
	const struct ix_institution_name *old = institution->name;
	const char *wanted = nla_data(attr);
	struct ix_institution_name *name;
	struct ix_lpm_leaf *leaf;
	struct ix_addr key;
	int err;

	if (old && !strcmp(old->name, wanted))
		return 0;
	err = ix_nl_name(c, attr);
	if (err)
		return err;
	key = ix_institution_name_key(wanted);
	leaf = ix_lpm_find(&c->config->names, key, 128);
	if (leaf) {
		name = container_of(leaf, struct ix_institution_name, leaf);
		return ix_refuse(c, attr, -EEXIST,
				 "institution %u is named %s", name->tag,
				 name->name);
	}
	if (old) {
		institution->name = NULL;
		err = ix_institution_unname(c, old);
		if (err)
			return err;
	}
	name = kzalloc(struct_size(name, name, strlen(wanted) + 1),
		       GFP_KERNEL_ACCOUNT);
	if (!name)
		return -ENOMEM;
	name->leaf.key = key;
	name->leaf.len = 128;
	name->leaf.epoch = c->txn->edit.epoch;
	name->tag = ix_institution_tag(institution);
	memcpy(name->name, wanted, strlen(wanted) + 1);
	err = ix_lpm_insert(&c->config->names, &c->txn->edit, &name->leaf,
			    &leaf);
	if (err) {
		kfree(name);
		return err;
	}
	institution->name = name;
	return 0;
}

static int ix_institution_reclass(struct ix_change *c,
				  struct ix_institution *institution,
				  const struct ix_class_set *classes)
{
	int err;

	err = ix_classes_count(c, institution->classes, -1);
	if (!err)
		err = ix_classes_count(c, classes->bits, 1);
	institution->classes = classes->bits;
	institution->first_class = classes->first;
	return err;
}

static int ix_institution_apply(struct ix_change *c,
				struct ix_institution *institution,
				const struct ix_class_set *classes)
{
	const struct nlattr *quarantine = c->attrs[IX_A_INSTITUTION_QUARANTINE];
	bool refresh = false;
	int err = 0;

	if (c->attrs[IX_A_INSTITUTION_NAME])
		err = ix_institution_rename(c, institution);
	if (!err && classes->given &&
	    (classes->bits != institution->classes ||
	     classes->first != institution->first_class)) {
		err = ix_institution_reclass(c, institution, classes);
		refresh = true;
	}
	/* It ends when that is said, and not by a replacement without it. */
	if (quarantine && nla_get_u8(quarantine) != institution->quarantined) {
		institution->quarantined = nla_get_u8(quarantine);
		refresh = true;
	}
	if (err || !refresh)
		return err;
	return ix_registrations_refresh(c, institution);
}

/* @whole: what the request does not say goes, instead of staying as it is. */
static int ix_institution_change(struct ix_change *c,
				 struct ix_institution *institution, bool whole)
{
	struct ix_class_set classes;
	int err;

	err = ix_institution_classes(c, &classes);
	if (err)
		return err;
	classes.given |= whole;
	institution = ix_institution_own(c->txn, institution,
					 institution->registrations_nr);
	if (!institution)
		return -ENOMEM;
	if (whole && !c->attrs[IX_A_INSTITUTION_NAME] && institution->name) {
		const struct ix_institution_name *name = institution->name;

		institution->name = NULL;
		err = ix_institution_unname(c, name);
		if (err)
			return err;
	}
	return ix_institution_apply(c, institution, &classes);
}

static int ix_institution_new(struct ix_change *c)
{
	struct ix_institution *institution;
	struct ix_class_set classes;
	struct ix_lpm_leaf *leaf;
	u32 tag;
	int err;

	err = ix_nl_require(c, IX_A_INSTITUTION_TAG,
			    "the tag of the institution");
	if (err)
		return err;
	tag = nla_get_u32(c->attrs[IX_A_INSTITUTION_TAG]);
	institution = ix_config_institution(c->config, tag);
	if (institution) {
		if (!ix_nl_replaces(c))
			return ix_refuse(c, c->attrs[IX_A_INSTITUTION_TAG],
					 -EEXIST, "tag %u is in use by %s",
					 tag, institution->name ?
					 institution->name->name :
					 "an institution without name");
		return ix_institution_change(c, institution, true);
	}
	err = ix_institution_classes(c, &classes);
	if (err)
		return err;

	institution = kzalloc(sizeof(*institution), GFP_KERNEL_ACCOUNT);
	if (!institution)
		return -ENOMEM;
	institution->leaf.key = ix_key32(tag);
	institution->leaf.len = 32;
	institution->leaf.epoch = c->txn->edit.epoch;
	err = ix_lpm_insert(&c->config->institutions, &c->txn->edit,
			    &institution->leaf, &leaf);
	if (err) {
		kfree(institution);
		return err;
	}
	return ix_institution_apply(c, institution, &classes);
}

/* The institution that a request names, by tag or by name. */
static struct ix_institution *ix_institution_named(struct ix_change *c)
{
	const struct nlattr *attr = c->attrs[IX_A_INSTITUTION_NAME];
	const struct ix_institution_name *name;
	int err;

	if (c->attrs[IX_A_INSTITUTION_TAG])
		return ix_nl_institution(c, c->attrs[IX_A_INSTITUTION_TAG]);
	if (!attr) {
		err = ix_nl_require(c, IX_A_INSTITUTION_TAG,
				    "the tag of the institution");
		return ERR_PTR(err);
	}
	name = ix_config_institution_name(c->config, nla_data(attr));
	if (name)
		return ix_config_institution(c->config, name->tag);
	ix_nl_fail(c->ixn, c->info, attr, "no institution is named %s",
		   (char *)nla_data(attr));
	return ERR_PTR(-ENOENT);
}

static int ix_institution_set(struct ix_change *c)
{
	struct ix_institution *institution;
	int err;

	err = ix_nl_require(c, IX_A_INSTITUTION_TAG,
			    "the tag of the institution");
	if (err)
		return err;
	institution = ix_institution_named(c);
	if (IS_ERR(institution))
		return PTR_ERR(institution);
	return ix_institution_change(c, institution, false);
}

static int ix_institution_remove(struct ix_change *c,
				 const struct ix_institution *institution)
{
	u32 tag = ix_institution_tag(institution);
	struct ix_lpm_leaf *leaf;
	int err;

	if (institution->registrations_nr || institution->rules)
		return ix_refuse(c, c->attrs[IX_A_INSTITUTION_TAG], -EBUSY,
				 "institution %u is in use by %u prefixes and %u rules",
				 tag, institution->registrations_nr,
				 institution->rules);
	if (institution->groups)
		return ix_refuse(c, c->attrs[IX_A_INSTITUTION_TAG], -EBUSY,
				 "institution %u is a member of %u groups", tag,
				 institution->groups->nr);
	err = ix_classes_count(c, institution->classes, -1);
	if (!err && institution->name)
		err = ix_institution_unname(c, institution->name);
	if (!err)
		err = ix_lpm_remove(&c->config->institutions, &c->txn->edit,
				    ix_key32(tag), 32, &leaf);
	return err ?: ix_retire_leaf(c->txn, leaf, ix_institution_free);
}

static int ix_institution_del(struct ix_change *c)
{
	struct ix_institution *institution = ix_institution_named(c);

	if (IS_ERR(institution))
		return PTR_ERR(institution);
	return ix_institution_remove(c, institution);
}

int ix_institution_flush(struct ix_change *c)
{
	struct ix_lpm_leaf *leaf;
	int err = 0;

	while (!err && (leaf = ix_lpm_next(&c->config->institutions,
					   ix_key32(0), -1))) {
		err = ix_institution_remove(c, container_of(leaf, struct ix_institution, leaf));
		cond_resched();
	}
	return err;
}

static const void *ix_institution_find(struct ix_change *c)
{
	struct ix_institution *institution = ix_institution_named(c);

	return IS_ERR(institution) ? ERR_CAST(institution) :
				     &institution->leaf;
}

static int ix_institution_fill(struct sk_buff *skb,
			       const struct ix_config *config,
			       const struct ix_named *owner,
			       const void *object)
{
	const struct ix_institution *institution =
		container_of((struct ix_lpm_leaf *)object,
			     struct ix_institution, leaf);
	const struct ix_class *class;
	u32 n;

	if (nla_put_u32(skb, IX_A_INSTITUTION_TAG,
			ix_institution_tag(institution)) ||
	    (institution->name &&
	     nla_put_string(skb, IX_A_INSTITUTION_NAME,
			    institution->name->name)))
		return -EMSGSIZE;
	/* The first is the one in the mark; 0 takes its turn before the others. */
	for (n = 0; n <= IX_CLASS_MAX; n++) {
		u32 number = n ?: institution->first_class;

		if (!(institution->classes & BIT_ULL(number)) ||
		    (n && n == institution->first_class))
			continue;
		class = ix_config_class(config, number);
		if (nla_put_string(skb, IX_A_INSTITUTION_CLASS,
				   class->object.name))
			return -EMSGSIZE;
	}
	if (nla_put_u32(skb, IX_A_INSTITUTION_PREFIXES,
			institution->registrations_nr) ||
	    nla_put_u32(skb, IX_A_INSTITUTION_RULES, institution->rules) ||
	    (institution->quarantined &&
	     nla_put_u8(skb, IX_A_INSTITUTION_QUARANTINE, 1)) ||
	    nla_put_u32(skb, IX_A_INSTITUTION_GROUPS,
			institution->groups ? institution->groups->nr : 0))
		return -EMSGSIZE;
	return ix_nl_put_institution_causes(skb, IX_A_INSTITUTION_QUARANTINED_BY,
					    config, institution);
}

static bool ix_institution_wanted(const struct ix_config *config,
				  struct nlattr **attrs, const void *object)
{
	const struct ix_institution *institution =
		container_of((struct ix_lpm_leaf *)object,
			     struct ix_institution, leaf);
	const struct nlattr *quarantine = attrs[IX_A_INSTITUTION_QUARANTINE];
	const struct nlattr *attr = attrs[IX_A_INSTITUTION_CLASS];
	const struct ix_named *class;

	if (quarantine && nla_get_u8(quarantine) != institution->quarantined)
		return false;
	if (!attr)
		return true;
	class = ix_table_find(config->classes, nla_data(attr));
	return class && institution->classes & BIT_ULL(class->number);
}

int ix_nl_institution_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_institution_new);
}

int ix_nl_institution_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_institution_set);
}

int ix_nl_institution_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_institution_del);
}

int ix_nl_institution_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_INSTITUTION_GET, ix_institution_find,
			  ix_institution_fill);
}

int ix_nl_institution_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return ix_nl_dump_registry(skb, cb, IX_CMD_INSTITUTION_GET,
				   offsetof(struct ix_config, institutions),
				   ix_institution_wanted, ix_institution_fill);
}
