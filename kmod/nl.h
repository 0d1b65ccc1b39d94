/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the handlers of the generic netlink family share.
 */
#ifndef IX_NL_H
#define IX_NL_H

#include <linux/netlink.h>
#include <net/genetlink.h>
#include <uapi/linux/ix.h>

#include "addr.h"
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
 * @last_tenant: number of the tenant that was named last, a hint
 */
struct ix_change {
	struct ix_net *ixn;
	struct ix_transaction *txn;
	struct ix_config *config;
	struct genl_info *info;
	struct nlattr **attrs;
	const struct ix_named *owner;
	u16 *last_tenant;
};

/*
 * Does what a request asks for. After an error the transaction is aborted, so
 * that nothing needs to be undone. Context: process, ix_net.lock.
 */
typedef int (*ix_change_fn)(struct ix_change *c);

int ix_nl_change(struct genl_info *info, ix_change_fn fn);
int ix_nl_check_duplicates(struct ix_net *ixn, struct genl_info *info);
struct ix_config *ix_nl_config(struct ix_net *ixn, struct genl_info *info,
			       const struct nlattr *attr);

__printf(4, 5)
void ix_nl_fail(struct ix_net *ixn, struct genl_info *info,
		const struct nlattr *attr, const char *fmt, ...);

/* Refuse a change: say what is wrong, and with which attribute. */
__printf(4, 5)
int ix_refuse(const struct ix_change *c, const struct nlattr *attr, int err,
	      const char *fmt, ...);

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

bool ix_protocol_has_ports(u8 protocol);

/* Is this a request to replace what there may be? */
static inline bool ix_nl_replaces(const struct ix_change *c)
{
	return c->info->nlhdr->nlmsg_flags & NLM_F_REPLACE;
}

/**
 * struct ix_cursor - where a dump goes on; all zero at its beginning
 * @key: key of the last leaf
 * @len: its length, plus one
 * @owner: number of the last object, or of the one whose leaves are listed
 * @part: which of its tables
 */
struct ix_cursor {
	struct ix_addr key;
	s16 len;
	u16 part;
	u32 owner;
};

static inline struct ix_cursor *ix_cursor(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct ix_cursor) > sizeof(cb->ctx));
	return (struct ix_cursor *)cb->ctx;
}

/* The next table is going to be listed. */
static inline void ix_cursor_next_part(struct ix_cursor *cursor)
{
	cursor->key = (struct ix_addr){ 0, 0 };
	cursor->len = 0;
	cursor->part++;
}

/* Finds what a request names, or ERR_PTR(). Context: process, ix_net.lock. */
typedef const void *(*ix_find_fn)(struct ix_change *c);

/*
 * Puts an object, which may belong to a tenant or view, into a message.
 * Returns 0 or -EMSGSIZE.
 */
typedef int (*ix_fill_fn)(struct sk_buff *skb, const struct ix_config *config,
			  const struct ix_named *owner, const void *object);

/* Is an object one that a dump request asks for? */
typedef bool (*ix_wanted_fn)(const struct ix_config *config,
			     struct nlattr **attrs, const void *object);

void *ix_nl_put_reply(struct sk_buff *msg, struct genl_info *info, u8 cmd);
int ix_nl_show(struct genl_info *info, u8 cmd, ix_find_fn find,
	       ix_fill_fn fill);
const struct ix_config *ix_nl_dump_begin(struct netlink_callback *cb)
	__acquires(RCU);
int ix_nl_dump_end(struct netlink_callback *cb, const struct ix_config *config,
		   int len) __releases(RCU);
int ix_nl_dump_table(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     size_t table, ix_fill_fn fill);
int ix_nl_dump_lpm(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		   const struct ix_config *config,
		   const struct ix_named *owner, const struct ix_lpm *lpm,
		   ix_wanted_fn wanted, ix_fill_fn fill);
int ix_nl_dump_registry(struct sk_buff *skb, struct netlink_callback *cb,
			u8 cmd, size_t lpm, ix_wanted_fn wanted,
			ix_fill_fn fill);
int ix_nl_dump_owned(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     const struct ix_config *config,
		     const struct ix_table *owners, u32 base, int attr,
		     const size_t *tries, unsigned int tries_nr,
		     ix_fill_fn fill);
int ix_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		   const struct ix_config *config,
		   const struct ix_named *owner, const void *object,
		   ix_fill_fn fill);

int ix_nl_put_addr(struct sk_buff *skb, int attr, bool v4, struct ix_addr addr);
int ix_nl_put_prefix(struct sk_buff *skb, int addr_attr, int len_attr, bool v4,
		     struct ix_addr addr, u8 len);
int ix_nl_put_u64(struct sk_buff *skb, int attr, u64 value);
int ix_nl_put_counter(struct sk_buff *skb, int attr, const char *name,
		      u64 packets, u64 bytes);

bool ix_nl_has_listeners(const struct ix_net *ixn, unsigned int group);
void *ix_nl_put_event(struct sk_buff *msg, u8 cmd);
void ix_nl_multicast(struct ix_net *ixn, struct sk_buff *msg,
		     unsigned int group);

/* Flushes of one kind of object, for ix_nl_flush_doit(). */
int ix_map_flush(struct ix_change *c, struct ix_tenant *tenant,
		 struct ix_view *view);
int ix_route_flush(struct ix_change *c, struct ix_tenant *tenant);
int ix_rule_flush(struct ix_change *c);
int ix_prefix_flush(struct ix_change *c);
int ix_institution_flush(struct ix_change *c);
int ix_tenant_flush(struct ix_change *c);
int ix_view_flush(struct ix_change *c);
int ix_class_flush(struct ix_change *c);
int ix_service_flush(struct ix_change *c);
int ix_group_flush(struct ix_change *c);
int ix_qos_flush(struct ix_change *c);

/* What the handlers of one object do for those of another. */
int ix_registrations_refresh(struct ix_change *c,
			     struct ix_institution *institution);
struct ix_route *ix_way_in(struct ix_change *c, u32 tenant);
int ix_way_in_fill(struct sk_buff *skb, const struct ix_route *way);

void ix_nl_load_logger(void);

int ix_nl_register(void);
void ix_nl_unregister(void);

#endif /* IX_NL_H */
