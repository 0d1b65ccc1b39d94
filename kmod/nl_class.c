// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: classes of institutions.
 */
#include <linux/slab.h>

#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

static int ix_class_fits_mark(struct ix_change *c, u32 number)
{
	const struct ix_settings *s = &c->config->settings;

	if ((s->source.bits && number >> s->source.bits) ||
	    (s->destination.bits && number >> s->destination.bits))
		return ix_refuse(c, c->attrs[IX_A_CLASS_NUMBER], -ERANGE,
				 "number %u does not fit the class fields of the mark",
				 number);
	return 0;
}

/* The policy has the classes in quarantine, for packets to be compared with. */
static void ix_class_quarantine(struct ix_change *c, u32 number)
{
	const struct nlattr *attr = c->attrs[IX_A_CLASS_QUARANTINE];

	if (attr && nla_get_u8(attr))
		c->config->policy.quarantined |= BIT_ULL(number);
	else if (attr)
		c->config->policy.quarantined &= ~BIT_ULL(number);
}

/* Name and number stay, and a quarantine does until it is said to end. */
static int ix_class_set(struct ix_change *c)
{
	const struct nlattr *number = c->attrs[IX_A_CLASS_NUMBER];
	struct ix_class *class;
	int err;

	err = ix_nl_require(c, IX_A_CLASS_NAME, "the name of the class");
	if (err)
		return err;
	class = ix_nl_class(c, c->attrs[IX_A_CLASS_NAME]);
	if (IS_ERR(class))
		return PTR_ERR(class);
	if (number && nla_get_u8(number) != class->object.number)
		return ix_refuse(c, number, -EINVAL,
				 "the number of class %s is %u, and stays",
				 class->object.name, class->object.number);
	ix_class_quarantine(c, class->object.number);
	return 0;
}

static int ix_class_new(struct ix_change *c)
{
	struct ix_class *class;
	struct ix_named *same;
	u32 number;
	int err;

	err = ix_nl_require(c, IX_A_CLASS_NAME, "the name of the class");
	if (!err)
		err = ix_nl_name(c, c->attrs[IX_A_CLASS_NAME]);
	if (err)
		return err;
	same = ix_table_find(c->config->classes,
			     nla_data(c->attrs[IX_A_CLASS_NAME]));
	if (same)
		return ix_nl_replaces(c) ? ix_class_set(c) :
			ix_refuse(c, c->attrs[IX_A_CLASS_NAME], -EEXIST,
				  "class %s exists", same->name);
	number = ix_nl_number(c, IX_A_CLASS_NUMBER, c->config->classes,
			      IX_CLASS_MAX, "class", &err);
	if (!number)
		return err;
	err = ix_class_fits_mark(c, number);
	if (err)
		return err;

	class = kzalloc(sizeof(*class), GFP_KERNEL_ACCOUNT);
	if (!class)
		return -ENOMEM;
	class->object.epoch = c->txn->edit.epoch;
	class->object.number = number;
	nla_strscpy(class->object.name, c->attrs[IX_A_CLASS_NAME],
		    sizeof(class->object.name));
	err = ix_table_put(&c->config->classes, &c->txn->edit, number,
			   &class->object);
	if (err) {
		kfree(class);
		return err;
	}
	ix_class_quarantine(c, number);
	return 0;
}

static int ix_class_remove(struct ix_change *c, struct ix_class *class)
{
	int err;

	if (class->institutions || class->rules)
		return ix_refuse(c, c->attrs[IX_A_CLASS_NAME], -EBUSY,
				 "class %s is in use by %u institutions and %u rules",
				 class->object.name, class->institutions,
				 class->rules);
	class = ix_class_own(c->txn, class->object.number);
	if (!class)
		return -ENOMEM;
	err = ix_table_put(&c->config->classes, &c->txn->edit,
			   class->object.number, NULL);
	if (err)
		return err;
	c->config->policy.quarantined &= ~BIT_ULL(class->object.number);
	kfree(class);
	return 0;
}

static int ix_class_del(struct ix_change *c)
{
	struct ix_class *class;
	int err;

	err = ix_nl_require(c, IX_A_CLASS_NAME, "the name of the class");
	if (err)
		return err;
	class = ix_nl_class(c, c->attrs[IX_A_CLASS_NAME]);
	if (IS_ERR(class))
		return PTR_ERR(class);
	return ix_class_remove(c, class);
}

int ix_class_flush(struct ix_change *c)
{
	struct ix_named *object;
	int err = 0;

	while (!err && (object = ix_table_next(c->config->classes, 0)))
		err = ix_class_remove(c, (struct ix_class *)object);
	return err;
}

static const void *ix_class_find(struct ix_change *c)
{
	int err = ix_nl_require(c, IX_A_CLASS_NAME, "the name of the class");

	return err ? ERR_PTR(err) : ix_nl_class(c, c->attrs[IX_A_CLASS_NAME]);
}

static int ix_class_fill(struct sk_buff *skb, const struct ix_config *config,
			 const struct ix_named *owner, const void *object)
{
	const struct ix_class *class = object;

	if (nla_put_string(skb, IX_A_CLASS_NAME, class->object.name) ||
	    nla_put_u8(skb, IX_A_CLASS_NUMBER, class->object.number) ||
	    nla_put_u32(skb, IX_A_CLASS_INSTITUTIONS, class->institutions) ||
	    (config->policy.quarantined & BIT_ULL(class->object.number) &&
	     nla_put_u8(skb, IX_A_CLASS_QUARANTINE, 1)))
		return -EMSGSIZE;
	return 0;
}

int ix_nl_class_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_class_new);
}

int ix_nl_class_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_class_set);
}

int ix_nl_class_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_class_del);
}

int ix_nl_class_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_CLASS_GET, ix_class_find,
			  ix_class_fill);
}

int ix_nl_class_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ix_nl_dump_table(skb, cb, IX_CMD_CLASS_GET,
				offsetof(struct ix_config, classes),
				ix_class_fill);
}
