// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: the code points (DSCP) that packets of a QoS class get.
 */
#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

/* The entry of the class that a request names. */
static u8 *ix_qos_entry(struct ix_change *c)
{
	int err = ix_nl_require(c, IX_A_QOS_CLASS, "the QoS class");

	if (err)
		return ERR_PTR(err);
	return &c->config->dscp[nla_get_u8(c->attrs[IX_A_QOS_CLASS])];
}

static u8 *ix_qos_named(struct ix_change *c)
{
	u8 *dscp = ix_qos_entry(c);

	if (IS_ERR(dscp) || *dscp != IX_DSCP_KEEP)
		return dscp;
	ix_nl_fail(c->ixn, c->info, c->attrs[IX_A_QOS_CLASS],
		   "QoS class %u has no DSCP",
		   nla_get_u8(c->attrs[IX_A_QOS_CLASS]));
	return ERR_PTR(-ENOENT);
}

static int ix_qos_new(struct ix_change *c)
{
	u8 *dscp = ix_qos_entry(c);
	int err;

	if (IS_ERR(dscp))
		return PTR_ERR(dscp);
	err = ix_nl_require(c, IX_A_QOS_DSCP, "the DSCP");
	if (err)
		return err;
	if (*dscp != IX_DSCP_KEEP && !ix_nl_replaces(c))
		return ix_refuse(c, c->attrs[IX_A_QOS_CLASS], -EEXIST,
				 "QoS class %u has DSCP %u",
				 nla_get_u8(c->attrs[IX_A_QOS_CLASS]), *dscp);
	*dscp = nla_get_u8(c->attrs[IX_A_QOS_DSCP]);
	return 0;
}

static int ix_qos_set(struct ix_change *c)
{
	u8 *dscp = ix_qos_named(c);

	if (IS_ERR(dscp))
		return PTR_ERR(dscp);
	if (c->attrs[IX_A_QOS_DSCP])
		*dscp = nla_get_u8(c->attrs[IX_A_QOS_DSCP]);
	return 0;
}

static int ix_qos_del(struct ix_change *c)
{
	u8 *dscp = ix_qos_named(c);

	if (IS_ERR(dscp))
		return PTR_ERR(dscp);
	*dscp = IX_DSCP_KEEP;
	return 0;
}

int ix_qos_flush(struct ix_change *c)
{
	memset(c->config->dscp, IX_DSCP_KEEP, sizeof(c->config->dscp));
	return 0;
}

static const void *ix_qos_find(struct ix_change *c)
{
	return ix_qos_named(c);
}

static int ix_qos_fill(struct sk_buff *skb, const struct ix_config *config,
		       const struct ix_named *owner, const void *object)
{
	const u8 *dscp = object;

	return nla_put_u8(skb, IX_A_QOS_CLASS, dscp - config->dscp) ?:
	       nla_put_u8(skb, IX_A_QOS_DSCP, *dscp);
}

int ix_nl_qos_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_qos_new);
}

int ix_nl_qos_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_qos_set);
}

int ix_nl_qos_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_qos_del);
}

int ix_nl_qos_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_QOS_GET, ix_qos_find, ix_qos_fill);
}

int ix_nl_qos_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct ix_config *config = ix_nl_dump_begin(cb);
	struct ix_cursor *cursor = ix_cursor(cb);

	for (; !IS_ERR(config) && cursor->owner < ARRAY_SIZE(config->dscp);
	     cursor->owner++) {
		const u8 *dscp = &config->dscp[cursor->owner];

		if (*dscp != IX_DSCP_KEEP &&
		    ix_nl_dump_one(skb, cb, IX_CMD_QOS_GET, config, NULL, dscp,
				   ix_qos_fill))
			break;
	}
	return ix_nl_dump_end(cb, config, skb->len);
}
