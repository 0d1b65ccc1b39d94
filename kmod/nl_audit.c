// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: how many packets have become audit events.
 */
#include "audit.h"
#include "nl_attr.h"
#include "nl_dump.h"

static const void *ix_audit_total_find(struct ix_change *c)
{
	return c->ixn;
}

static int ix_audit_total_fill(struct sk_buff *skb,
			       const struct ix_config *config,
			       const struct ix_named *owner,
			       const void *object)
{
	const struct ix_net *ixn = object;
	struct ix_audit_sum sum;

	ix_audit_read(rcu_dereference_protected(ixn->audit,
						lockdep_is_held(&ixn->lock)),
		      &sum);
	if (ix_nl_put_u64(skb, IX_A_AUDIT_TOTAL_PACKETS, sum.packets) ||
	    ix_nl_put_u64(skb, IX_A_AUDIT_TOTAL_SUPPRESSED, sum.suppressed) ||
	    ix_nl_put_u64(skb, IX_A_AUDIT_TOTAL_PENDING, sum.pending) ||
	    ix_nl_put_u64(skb, IX_A_AUDIT_TOTAL_LOST, sum.lost))
		return -EMSGSIZE;
	return 0;
}

int ix_nl_audit_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_AUDIT_GET, ix_audit_total_find,
			  ix_audit_total_fill);
}
