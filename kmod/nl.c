// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: refusals, answers and events.
 */
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/stdarg.h>
#include <net/genetlink.h>

#include "nl.h"

static struct genl_family ix_nl_family;

__printf(4, 0)
static void ix_nl_complain(struct ix_net *ixn, struct genl_info *info,
			   const struct nlattr *attr, const char *fmt,
			   va_list args)
{
	size_t size = 0;
	char *buf = ix_extack_buffer(ixn, info->extack, &size);

	if (!buf)
		return;
	vsnprintf(buf, size, fmt, args);
	info->extack->_msg = buf;
	if (attr)
		NL_SET_BAD_ATTR(info->extack, attr);
}

/**
 * ix_nl_fail() - say what is wrong with a request
 * @ixn: the namespace's state
 * @info: the request
 * @attr: attribute that is at fault, or NULL
 * @fmt: message
 */
void ix_nl_fail(struct ix_net *ixn, struct genl_info *info,
		const struct nlattr *attr, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	ix_nl_complain(ixn, info, attr, fmt, args);
	va_end(args);
}

/**
 * ix_refuse() - refuse a request, and say what is wrong with it
 * @c: the request
 * @attr: attribute that is at fault, or NULL
 * @err: error
 * @fmt: message
 *
 * Return: @err.
 */
int ix_refuse(const struct ix_change *c, const struct nlattr *attr, int err,
	      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	ix_nl_complain(c->ixn, c->info, attr, fmt, args);
	va_end(args);
	return err;
}

/**
 * ix_nl_put_reply() - begin an answer
 * @msg: message
 * @info: the request
 * @cmd: command of the answer
 *
 * Return: the header, for genlmsg_end(), or NULL.
 */
void *ix_nl_put_reply(struct sk_buff *msg, struct genl_info *info, u8 cmd)
{
	return genlmsg_put_reply(msg, info, &ix_nl_family, 0, cmd);
}

/**
 * ix_nl_put_listed() - begin an object of a list
 * @skb: message
 * @cb: the dump
 * @cmd: command of the answer
 *
 * Return: the header, for genlmsg_end(), or NULL.
 */
void *ix_nl_put_listed(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &ix_nl_family, NLM_F_MULTI, cmd);
}

/**
 * ix_nl_has_listeners() - does anybody listen?
 * @ixn: the namespace's state
 * @group: multicast group
 *
 * Return: true if there is a socket in the group.
 */
bool ix_nl_has_listeners(const struct ix_net *ixn, unsigned int group)
{
	return genl_has_listeners(&ix_nl_family, ixn->net, group);
}

/**
 * ix_nl_put_event() - begin an event
 * @msg: message
 * @cmd: command of the event
 *
 * Return: the header, for genlmsg_end(), or NULL.
 */
void *ix_nl_put_event(struct sk_buff *msg, u8 cmd)
{
	return genlmsg_put(msg, 0, 0, &ix_nl_family, 0, cmd);
}

/**
 * ix_nl_multicast() - send an event to all who listen
 * @ixn: the namespace's state
 * @msg: the event; gone
 * @group: multicast group
 *
 * Whoever is too slow gets an error from its socket, and knows by that.
 *
 * Context: any; does not sleep.
 */
void ix_nl_multicast(struct ix_net *ixn, struct sk_buff *msg,
		     unsigned int group)
{
	genlmsg_multicast_netns(&ix_nl_family, ixn->net, msg, 0, group,
				GFP_ATOMIC);
}

static const struct genl_multicast_group ix_nl_groups[] = {
	[IX_NLGRP_CONFIG] = { .name = "config" },
	[IX_NLGRP_AUDIT] = { .name = "audit" },
};

static struct genl_family ix_nl_family __ro_after_init = {
	.name = IX_FAMILY_NAME,
	.version = IX_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ix_nl_ops,
	.n_ops = ARRAY_SIZE(ix_nl_ops),
	/* The core would refuse NLM_F_REPLACE with commands from here on. */
	.resv_start_op = __IX_CMD_MAX,
	.mcgrps = ix_nl_groups,
	.n_mcgrps = ARRAY_SIZE(ix_nl_groups),
};

/**
 * ix_nl_register() - offer the generic netlink family
 *
 * Return: 0, or a negative error.
 */
int ix_nl_register(void)
{
	return genl_register_family(&ix_nl_family);
}

/**
 * ix_nl_unregister() - undo ix_nl_register()
 */
void ix_nl_unregister(void)
{
	genl_unregister_family(&ix_nl_family);
}
