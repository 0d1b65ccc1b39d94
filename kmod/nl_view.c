// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: views.
 */
#include <linux/slab.h>

#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

static int ix_view_new(struct ix_change *c)
{
	struct ix_named *same;
	struct ix_view *view;
	u32 number;
	int err;

	err = ix_nl_require(c, IX_A_VIEW_NAME, "the name of the view");
	if (!err)
		err = ix_nl_name(c, c->attrs[IX_A_VIEW_NAME]);
	if (err)
		return err;
	same = ix_table_find(c->config->views,
			     nla_data(c->attrs[IX_A_VIEW_NAME]));
	if (same) {
		const struct nlattr *attr = c->attrs[IX_A_VIEW_NUMBER];

		if (!ix_nl_replaces(c))
			return ix_refuse(c, c->attrs[IX_A_VIEW_NAME], -EEXIST,
					 "view %s exists", same->name);
		if (attr && nla_get_u16(attr) != same->number)
			return ix_refuse(c, attr, -EINVAL,
					 "the number of view %s is %u, and stays",
					 same->name, same->number);
		return 0;
	}
	number = ix_nl_number(c, IX_A_VIEW_NUMBER, c->config->views,
			      IX_VIEW_MAX, "view", &err);
	if (!number)
		return err;

	view = kzalloc(sizeof(*view), GFP_KERNEL_ACCOUNT);
	if (!view)
		return -ENOMEM;
	view->object.epoch = c->txn->edit.epoch;
	view->object.number = number;
	nla_strscpy(view->object.name, c->attrs[IX_A_VIEW_NAME],
		    sizeof(view->object.name));
	err = ix_table_put(&c->config->views, &c->txn->edit, number,
			   &view->object);
	if (err)
		kfree(view);
	return err;
}

/* A view has nothing but its maps, which are objects of their own. */
static int ix_view_set(struct ix_change *c)
{
	struct ix_view *view;
	int err;

	err = ix_nl_require(c, IX_A_VIEW_NAME, "the name of the view");
	if (err)
		return err;
	view = ix_nl_view(c, c->attrs[IX_A_VIEW_NAME]);
	return PTR_ERR_OR_ZERO(view);
}

static int ix_view_remove(struct ix_change *c, struct ix_view *view)
{
	int err;

	if (view->tenants)
		return ix_refuse(c, c->attrs[IX_A_VIEW_NAME], -EBUSY,
				 "view %s is in use by %u tenants",
				 view->object.name, view->tenants);
	err = ix_map_flush(c, NULL, view);
	if (err)
		return err;
	view = ix_view_own(c->txn, view->object.number);
	if (!view)
		return -ENOMEM;
	err = ix_table_put(&c->config->views, &c->txn->edit,
			   view->object.number, NULL);
	if (!err)
		kfree(view);
	return err;
}

static int ix_view_del(struct ix_change *c)
{
	struct ix_view *view;
	int err;

	err = ix_nl_require(c, IX_A_VIEW_NAME, "the name of the view");
	if (err)
		return err;
	view = ix_nl_view(c, c->attrs[IX_A_VIEW_NAME]);
	if (IS_ERR(view))
		return PTR_ERR(view);
	return ix_view_remove(c, view);
}

int ix_view_flush(struct ix_change *c)
{
	struct ix_named *object;
	int err = 0;

	while (!err && (object = ix_table_next(c->config->views, 0)))
		err = ix_view_remove(c, (struct ix_view *)object);
	return err;
}

static const void *ix_view_find(struct ix_change *c)
{
	int err = ix_nl_require(c, IX_A_VIEW_NAME, "the name of the view");

	return err ? ERR_PTR(err) : ix_nl_view(c, c->attrs[IX_A_VIEW_NAME]);
}

static int ix_view_fill(struct sk_buff *skb, const struct ix_config *config,
			const struct ix_named *owner, const void *object)
{
	const struct ix_view *view = object;

	if (nla_put_string(skb, IX_A_VIEW_NAME, view->object.name) ||
	    nla_put_u16(skb, IX_A_VIEW_NUMBER, view->object.number) ||
	    nla_put_u32(skb, IX_A_VIEW_MAPS, view->maps_nr) ||
	    nla_put_u32(skb, IX_A_VIEW_TENANTS, view->tenants))
		return -EMSGSIZE;
	return 0;
}

int ix_nl_view_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_view_new);
}

int ix_nl_view_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_view_set);
}

int ix_nl_view_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_view_del);
}

int ix_nl_view_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_VIEW_GET, ix_view_find, ix_view_fill);
}

int ix_nl_view_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ix_nl_dump_table(skb, cb, IX_CMD_VIEW_GET,
				offsetof(struct ix_config, views),
				ix_view_fill);
}
