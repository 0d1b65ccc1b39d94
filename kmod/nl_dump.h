/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What there is to be seen: one object, or a list of them.
 */
#ifndef IX_NL_DUMP_H
#define IX_NL_DUMP_H

#include "addr.h"
#include "nl.h"

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

#endif /* IX_NL_DUMP_H */
