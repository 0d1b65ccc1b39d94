// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handler: remove all objects, or all of a kind.
 */
#include "nl_attr.h"
#include "nl_object.h"
#include "nl_transaction.h"

static int ix_flush(struct ix_change *c)
{
	const struct nlattr *kind = c->attrs[IX_A_FLUSH_OBJECT];
	const struct nlattr *of_tenant = c->attrs[IX_A_FLUSH_TENANT];
	const struct nlattr *of_view = c->attrs[IX_A_FLUSH_VIEW];
	u8 object = kind ? nla_get_u8(kind) : IX_OBJECT_ALL;
	struct ix_tenant *tenant = NULL;
	struct ix_view *view = NULL;

	if (of_tenant && object != IX_OBJECT_MAP && object != IX_OBJECT_ROUTE)
		return ix_refuse(c, of_tenant, -EINVAL,
				 "only maps and routes belong to a tenant");
	if (of_view && (object != IX_OBJECT_MAP || of_tenant))
		return ix_refuse(c, of_view, -EINVAL,
				 "only maps belong to a view, and to nothing else");
	if (of_tenant) {
		tenant = ix_nl_tenant(c, of_tenant);
		if (IS_ERR(tenant))
			return PTR_ERR(tenant);
	}
	if (of_view) {
		view = ix_nl_view(c, of_view);
		if (IS_ERR(view))
			return PTR_ERR(view);
	}

	switch (object) {
	case IX_OBJECT_ALL:
		return ix_transaction_flush(c->txn);
	case IX_OBJECT_TENANT:
		return ix_tenant_flush(c);
	case IX_OBJECT_VIEW:
		return ix_view_flush(c);
	case IX_OBJECT_MAP:
		return ix_map_flush(c, tenant, view);
	case IX_OBJECT_CLASS:
		return ix_class_flush(c);
	case IX_OBJECT_INSTITUTION:
		return ix_institution_flush(c);
	case IX_OBJECT_PREFIX:
		return ix_prefix_flush(c);
	case IX_OBJECT_ROUTE:
		return ix_route_flush(c, tenant);
	case IX_OBJECT_SERVICE:
		return ix_service_flush(c);
	case IX_OBJECT_RULE:
		return ix_rule_flush(c);
	case IX_OBJECT_GROUP:
		return ix_group_flush(c);
	case IX_OBJECT_QOS:
		return ix_qos_flush(c);
	case IX_OBJECT_ACCOUNT:
		c->txn->clear_account = true;
		return 0;
	}
	return ix_refuse(c, kind, -EINVAL, "no such kind of object");
}

int ix_nl_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_flush);
}
