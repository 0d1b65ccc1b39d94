/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: refusals, answers and events.
 */
#ifndef IX_NL_H
#define IX_NL_H

#include <linux/netlink.h>
#include <net/genetlink.h>
#include <uapi/linux/ix.h>

#include "compat.h"
#include "config.h"
#include "net.h"
#include "netlink-gen.h"

/**
 * struct ix_change - a request to change the configuration, or to show a part
 *	of it
 * @ixn: the namespace's state
 * @txn: transaction that it belongs to; none when something is only shown
 * @config: the configuration as it is going to be, the transaction's own; or
 *	the one to be shown, which must not be touched
 * @info: the request
 * @attrs: its attributes
 * @owner: for ix_find_fn: the tenant or view that the object belongs to
 * @tenants_found: as in struct ix_transaction; NULL when something is only shown
 */
struct ix_change {
	struct ix_net *ixn;
	struct ix_transaction *txn;
	struct ix_config *config;
	struct genl_info *info;
	struct nlattr **attrs;
	const struct ix_named *owner;
	u16 *tenants_found;
};

__printf(4, 5)
void ix_nl_fail(struct ix_net *ixn, struct genl_info *info,
		const struct nlattr *attr, const char *fmt, ...);

/* Refuse a change: say what is wrong, and with which attribute. */
__printf(4, 5)
int ix_refuse(const struct ix_change *c, const struct nlattr *attr, int err,
	      const char *fmt, ...);

void *ix_nl_put_reply(struct sk_buff *msg, struct genl_info *info, u8 cmd);
void *ix_nl_put_listed(struct sk_buff *skb, struct netlink_callback *cb,
		       u8 cmd);

bool ix_nl_has_listeners(const struct ix_net *ixn, unsigned int group);
void *ix_nl_put_event(struct sk_buff *msg, u8 cmd);
void ix_nl_multicast(struct ix_net *ixn, struct sk_buff *msg,
		     unsigned int group);

int ix_nl_register(void);
void ix_nl_unregister(void);

#endif /* IX_NL_H */
