/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes: reading those of requests, putting them into messages.
 */
#ifndef IX_NL_ATTR_H
#define IX_NL_ATTR_H

#include "addr.h"
#include "nl.h"

int ix_nl_check_duplicates(struct ix_net *ixn, struct genl_info *info);
int ix_nl_require(struct ix_change *c, int attr, const char *what);
int ix_nl_name(struct ix_change *c, const struct nlattr *attr);
int ix_nl_prefix(struct ix_change *c, int addr_attr, int len_attr,
		 bool *is_v4, struct ix_prefix *prefix);
int ix_nl_address(struct ix_change *c, const struct nlattr *attr, bool *is_v4,
		  struct ix_addr *addr);
struct ix_tenant *ix_nl_tenant(struct ix_change *c, const struct nlattr *attr);
struct ix_view *ix_nl_view(struct ix_change *c, const struct nlattr *attr);
struct ix_class *ix_nl_class(struct ix_change *c, const struct nlattr *attr);
struct ix_institution *ix_nl_institution(struct ix_change *c,
					 const struct nlattr *attr);
struct ix_device *ix_nl_device(struct ix_change *c, const struct nlattr *attr);
u32 ix_nl_number(struct ix_change *c, int attr, const struct ix_table *table,
		 u32 max, const char *what, int *err);

/* Is this a request to replace what there may be? */
static inline bool ix_nl_replaces(const struct ix_change *c)
{
	return c->info->nlhdr->nlmsg_flags & NLM_F_REPLACE;
}

int ix_nl_put_addr(struct sk_buff *skb, int attr, bool v4, struct ix_addr addr);
int ix_nl_put_prefix(struct sk_buff *skb, int addr_attr, int len_attr, bool v4,
		     struct ix_addr addr, u8 len);
int ix_nl_put_u64(struct sk_buff *skb, int attr, u64 value);
int ix_nl_put_counter(struct sk_buff *skb, int attr, const char *name,
		      u64 packets, u64 bytes);

#endif /* IX_NL_ATTR_H */
