// SPDX-License-Identifier: GPL-2.0
/*
 * What there is to be seen: one object, or a list of them.
 */
#include <linux/netlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "nl_dump.h"
#include "nl_transaction.h"

/**
 * ix_nl_show() - answer a request for one object
 * @info: the request
 * @cmd: command of the answer
 * @find: finds the object
 * @fill: puts it into the answer
 *
 * Return: 0, or a negative error.
 */
int ix_nl_show(struct genl_info *info, u8 cmd, ix_find_fn find,
	       ix_fill_fn fill)
{
	struct ix_net *ixn = ix_net(genl_info_net(info));
	struct ix_change c = { .ixn = ixn, .info = info, .attrs = info->attrs };
	const struct nlattr *transaction = NULL;
	struct sk_buff *msg;
	const void *object;
	void *hdr;
	int err;

	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE * 2, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	/* The commands without transactions have no such attribute. */
	if (cmd != IX_CMD_PORT_GET && cmd != IX_CMD_COUNTER_GET &&
	    cmd != IX_CMD_AUDIT_GET && cmd != IX_CMD_ACCOUNT_GET)
		transaction = info->attrs[IX_A_TRANSACTION];
	mutex_lock(&ixn->lock);
	c.config = ix_nl_config(ixn, info, transaction);
	err = PTR_ERR_OR_ZERO(c.config);
	if (err)
		goto out;
	object = find(&c);
	err = PTR_ERR_OR_ZERO(object);
	if (err)
		goto out;

	/* A reply that is freed was empty from the start: it has room. */
	hdr = ix_nl_put_reply(msg, info, cmd);
	err = fill(msg, c.config, c.owner, object);
	if (err)
		goto out;
	genlmsg_end(msg, hdr);
	err = genlmsg_reply(msg, info);
	msg = NULL;
out:
	mutex_unlock(&ixn->lock);
	nlmsg_free(msg);
	return err;
}

/**
 * ix_nl_dump_begin() - the configuration that a listing shows
 * @cb: the dump of objects that can be asked for within a transaction
 *
 * The current one, or that of the transaction which the request names: the
 * latter is no one else's, and changes under the lock alone.
 *
 * Context: process. RCU read side until ix_nl_dump_end(), which has to follow
 * in any case.
 *
 * Return: the configuration, or ERR_PTR(): -ENOENT if there is no such
 * transaction, -EAGAIN if it is out of date.
 */
const struct ix_config *ix_nl_dump_begin(struct netlink_callback *cb)
	__acquires(RCU)
{
	const struct nlattr *attr = ix_dump_attrs(cb)[IX_A_TRANSACTION];
	struct ix_net *ixn = ix_net(sock_net(cb->skb->sk));
	const struct ix_transaction *txn;
	const struct ix_config *config;

	if (attr)
		mutex_lock(&ixn->lock);
	rcu_read_lock();
	if (!attr) {
		config = rcu_dereference(ixn->config);
		cb->seq = config->generation + 1;
		return config;
	}

	txn = ix_nl_transaction_of(ixn, NETLINK_CB(cb->skb).portid,
				   nla_get_u32(attr));
	if (!txn) {
		NL_SET_ERR_MSG_ATTR(cb->extack, attr,
				    "no such transaction is open on this socket");
		return ERR_PTR(-ENOENT);
	}
	if (!txn->config) {
		NL_SET_ERR_MSG_ATTR(cb->extack, attr,
				    "the configuration has changed since the transaction began");
		return ERR_PTR(-EAGAIN);
	}
	/* A change between two parts of the listing shows in this. */
	cb->seq = txn->base + txn->changes + 1;
	return txn->config;
}

/**
 * ix_nl_dump_end() - done with what ix_nl_dump_begin() has returned
 * @cb: the dump
 * @config: what it has returned
 * @len: length of the message
 *
 * Return: what the dump has to return: @len, or the error.
 */
int ix_nl_dump_end(struct netlink_callback *cb, const struct ix_config *config,
		   int len)
	__releases(RCU)
{
	struct ix_net *ixn = ix_net(sock_net(cb->skb->sk));

	rcu_read_unlock();
	if (ix_dump_attrs(cb)[IX_A_TRANSACTION])
		mutex_unlock(&ixn->lock);
	return IS_ERR(config) ? PTR_ERR(config) : len;
}

/**
 * ix_nl_dump_one() - put one object of a list into a message
 * @skb: message
 * @cb: the dump
 * @cmd: command of the answer
 * @config: configuration that is shown
 * @owner: tenant or view that it belongs to, or NULL
 * @object: the object
 * @fill: puts it into the message
 *
 * Return: 0, or -EMSGSIZE if there is no room: the next message is to begin
 * with this object.
 */
int ix_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		   const struct ix_config *config,
		   const struct ix_named *owner, const void *object,
		   ix_fill_fn fill)
{
	void *hdr;

	hdr = ix_nl_put_listed(skb, cb, cmd);
	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	if (fill(skb, config, owner, object)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * ix_nl_dump_table() - list the objects of a table
 * @skb: message
 * @cb: the dump
 * @cmd: command of the answers
 * @table: offset of the table in struct ix_config
 * @fill: puts an object into a message
 *
 * Return: length of the message, or a negative error.
 */
int ix_nl_dump_table(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     size_t table, ix_fill_fn fill)
{
	const struct ix_config *config = ix_nl_dump_begin(cb);
	struct ix_cursor *cursor = ix_cursor(cb);
	const struct ix_named *object;

	while (!IS_ERR(config) &&
	       (object = ix_table_next(*(struct ix_table **)
				       ((void *)config + table),
				       cursor->owner))) {
		if (ix_nl_dump_one(skb, cb, cmd, config, NULL, object,
				   fill))
			break;
		cursor->owner = object->number;
	}
	return ix_nl_dump_end(cb, config, skb->len);
}

/**
 * ix_nl_dump_lpm() - list the leaves of a trie
 * @skb: message
 * @cb: the dump
 * @cmd: command of the answers
 * @config: configuration that is shown
 * @owner: tenant or view that the trie belongs to, or NULL
 * @lpm: the trie
 * @wanted: chooses leaves, NULL for all
 * @fill: puts a leaf into a message
 *
 * Context: RCU read side.
 *
 * Return: 0, or -EMSGSIZE if the message is full.
 */
int ix_nl_dump_lpm(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		   const struct ix_config *config,
		   const struct ix_named *owner, const struct ix_lpm *lpm,
		   ix_wanted_fn wanted, ix_fill_fn fill)
{
	struct nlattr **attrs = ix_dump_attrs(cb);
	struct ix_cursor *cursor = ix_cursor(cb);
	const struct ix_lpm_leaf *leaf;
	unsigned int passed = 0;

	for (;;) {
		leaf = ix_lpm_next(lpm, cursor->key, cursor->len - 1);
		if (!leaf)
			return 0;
		if (!wanted || wanted(config, attrs, leaf)) {
			if (ix_nl_dump_one(skb, cb, cmd, config, owner, leaf,
					   fill))
				return -EMSGSIZE;
		} else if (++passed > 100000 && skb->len) {
			/* Don't keep the RCU read side for too long. */
			return -EMSGSIZE;
		}
		cursor->key = leaf->key;
		cursor->len = leaf->len + 1;
	}
}

/**
 * ix_nl_dump_registry() - list the leaves of a trie of the configuration
 * @skb: message
 * @cb: the dump
 * @cmd: command of the answers
 * @lpm: offset of the trie in struct ix_config
 * @wanted: chooses leaves, NULL for all
 * @fill: puts a leaf into a message
 *
 * Return: length of the message, or a negative error.
 */
int ix_nl_dump_registry(struct sk_buff *skb, struct netlink_callback *cb,
			u8 cmd, size_t lpm, ix_wanted_fn wanted,
			ix_fill_fn fill)
{
	const struct ix_config *config = ix_nl_dump_begin(cb);

	if (!IS_ERR(config))
		ix_nl_dump_lpm(skb, cb, cmd, config, NULL,
			       (void *)config + lpm, wanted, fill);
	return ix_nl_dump_end(cb, config, skb->len);
}

/**
 * ix_nl_dump_owned() - list what belongs to tenants or views
 * @skb: message
 * @cb: the dump
 * @cmd: command of the answers
 * @config: configuration that is shown
 * @owners: table of the owners
 * @base: what to add to their numbers, to tell them from other owners that
 *	the same dump has listed before
 * @attr: attribute that names the one owner that is wanted, 0 for all
 * @tries: offsets of the tries in an owner
 * @tries_nr: how many
 * @fill: puts a leaf into a message
 *
 * Context: RCU read side.
 *
 * Return: 0, or -EMSGSIZE if the message is full.
 */
int ix_nl_dump_owned(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     const struct ix_config *config,
		     const struct ix_table *owners, u32 base, int attr,
		     const size_t *tries, unsigned int tries_nr,
		     ix_fill_fn fill)
{
	struct nlattr **attrs = ix_dump_attrs(cb);
	struct ix_cursor *cursor = ix_cursor(cb);
	const struct ix_named *owner;
	u32 n = cursor->owner > base ? cursor->owner - base - 1 : 0;

	for (; (owner = ix_table_next(owners, n)); n = owner->number) {
		if (attr && nla_strcmp(attrs[attr], owner->name))
			continue;
		/* The owner of the last message may have gone meanwhile. */
		if (cursor->owner != base + owner->number) {
			memset(cursor, 0, sizeof(*cursor));
			cursor->owner = base + owner->number;
		}
		for (; cursor->part < tries_nr; ix_cursor_next_part(cursor))
			if (ix_nl_dump_lpm(skb, cb, cmd, config, owner,
					   (void *)owner + tries[cursor->part],
					   NULL, fill))
				return -EMSGSIZE;
	}
	return 0;
}
