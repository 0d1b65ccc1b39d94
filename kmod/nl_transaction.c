// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions over netlink: begin, change, commit, abort, and who did it.
 */
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>
#include <net/genetlink.h>

#include "nl_attr.h"
#include "nl_transaction.h"

static_assert(IX_A_TRANSACTION_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_FLUSH_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_SETTINGS_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_TENANT_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_VIEW_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_MAP_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_CLASS_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_INSTITUTION_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_PREFIX_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_ROUTE_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_SERVICE_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_RULE_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_GROUP_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_MEMBER_TRANSACTION == IX_A_TRANSACTION);
static_assert(IX_A_QOS_TRANSACTION == IX_A_TRANSACTION);

/**
 * ix_nl_transaction_of() - an open transaction of a socket
 * @ixn: the namespace's state
 * @portid: the socket's port
 * @number: number of the transaction
 *
 * Context: ix_net.lock.
 *
 * Return: the transaction, or NULL.
 */
struct ix_transaction *ix_nl_transaction_of(const struct ix_net *ixn,
					    u32 portid, u32 number)
{
	struct ix_transaction *txn;

	lockdep_assert_held(&ixn->lock);

	list_for_each_entry(txn, &ixn->transactions, list)
		if (txn->number == number && txn->portid == portid)
			return txn;
	return NULL;
}

static struct ix_transaction *
ix_nl_transaction_in(struct ix_net *ixn, struct genl_info *info,
		     const struct nlattr *attr)
{
	struct ix_transaction *txn;

	txn = ix_nl_transaction_of(ixn, info->snd_portid, nla_get_u32(attr));
	if (!txn)
		ix_nl_fail(ixn, info, attr,
			   "no transaction %u is open on this socket",
			   nla_get_u32(attr));
	return txn;
}

static struct ix_transaction *ix_nl_transaction(struct ix_net *ixn,
						struct genl_info *info)
{
	return ix_nl_transaction_in(ixn, info, info->attrs[IX_A_TRANSACTION]);
}

/* Has no other transaction been committed since this one began? */
static int ix_nl_check_current(struct ix_net *ixn, struct genl_info *info,
			       const struct ix_transaction *txn)
{
	if (txn->config)
		return 0;
	ix_nl_fail(ixn, info, NULL,
		   "the configuration has changed since the transaction began");
	return -EAGAIN;
}

/**
 * ix_nl_config() - the configuration that a request asks about
 * @ixn: the namespace's state
 * @info: the request
 * @attr: attribute with the number of a transaction, or NULL: the current one
 *
 * Context: ix_net.lock.
 *
 * Return: the configuration, or ERR_PTR(): -ENOENT if there is no such
 * transaction, -EAGAIN if it is out of date.
 */
struct ix_config *ix_nl_config(struct ix_net *ixn, struct genl_info *info,
			       const struct nlattr *attr)
{
	struct ix_transaction *txn;
	int err;

	if (!attr)
		return rcu_dereference_protected(ixn->config,
						 lockdep_is_held(&ixn->lock));
	txn = ix_nl_transaction_in(ixn, info, attr);
	if (!txn)
		return ERR_PTR(-ENOENT);
	err = ix_nl_check_current(ixn, info, txn);
	return err ? ERR_PTR(err) : txn->config;
}

/* Octets of changes that one notification can have. */
#define IX_NL_LOG_SIZE 8192

/*
 * Keep a change for the notification. Of a transaction with more of them than
 * there is room for the first are told, and the number of all.
 */
static void ix_nl_log(struct ix_transaction *txn, struct genl_info *info)
{
	const void *attrs = nlmsg_attrdata(info->nlhdr, GENL_HDRLEN);
	int len = nlmsg_attrlen(info->nlhdr, GENL_HDRLEN);
	struct nlattr *nest;

	if (txn->logged != txn->changes)
		return;
	if (!txn->log) {
		if (!ix_nl_has_listeners(txn->ixn, IX_NLGRP_CONFIG))
			return;
		txn->log = alloc_skb(IX_NL_LOG_SIZE, GFP_KERNEL_ACCOUNT);
		if (!txn->log)
			return;
	}
	nest = nla_nest_start(txn->log, IX_A_TRANSACTION_CHANGE);
	if (!nest)
		return;
	if (nla_put_u8(txn->log, IX_A_CHANGE_OPERATION, info->genlhdr->cmd) ||
	    (info->nlhdr->nlmsg_flags & NLM_F_REPLACE &&
	     nla_put_flag(txn->log, IX_A_CHANGE_REPLACE)) ||
	    nla_put(txn->log, IX_A_CHANGE_REQUEST, len, attrs)) {
		nla_nest_cancel(txn->log, nest);
		return;
	}
	nla_nest_end(txn->log, nest);
	txn->logged++;
}

/* Who it is that is at work: a request is carried out by its sender. */
static int ix_nl_put_author(const struct ix_net *ixn, struct sk_buff *msg)
{
	struct user_namespace *ns = ixn->net->user_ns;
	kuid_t login = audit_get_loginuid(current);
	char command[TASK_COMM_LEN];

	get_task_comm(command, current);
	if (nla_put_u32(msg, IX_A_TRANSACTION_UID,
			from_kuid_munged(ns, current_uid())) ||
	    (uid_valid(login) &&
	     nla_put_u32(msg, IX_A_TRANSACTION_LOGIN_UID,
			 from_kuid_munged(ns, login))) ||
	    nla_put_u32(msg, IX_A_TRANSACTION_PID, task_tgid_vnr(current)) ||
	    nla_put_string(msg, IX_A_TRANSACTION_COMMAND, command))
		return -EMSGSIZE;
	return 0;
}

static void ix_nl_notify(struct ix_net *ixn, u64 generation, u32 changes,
			 const struct sk_buff *log)
{
	unsigned int len = log ? log->len : 0;
	struct sk_buff *msg;
	void *hdr;

	if (!ix_nl_has_listeners(ixn, IX_NLGRP_CONFIG))
		return;
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE + len, GFP_KERNEL);
	if (!msg)
		return;
	hdr = ix_nl_put_event(msg, IX_CMD_CONFIG_NTF);
	if (!hdr ||
	    nla_put_u32(msg, IX_A_TRANSACTION_CHANGES, changes) ||
	    nla_put_u32(msg, IX_A_TRANSACTION_GENERATION, generation) ||
	    ix_nl_put_u64(msg, IX_A_TRANSACTION_TIME, ktime_get_real_ns()) ||
	    ix_nl_put_author(ixn, msg) || skb_tailroom(msg) < len) {
		nlmsg_free(msg);
		return;
	}
	if (len)
		skb_put_data(msg, log->data, len);
	genlmsg_end(msg, hdr);
	ix_nl_multicast(ixn, msg, IX_NLGRP_CONFIG);
}

static int ix_nl_commit(struct ix_net *ixn, struct ix_transaction *txn)
{
	struct sk_buff *log = txn->log;
	u32 changes = txn->changes;
	u64 generation;
	int err;

	txn->log = NULL;
	err = ix_transaction_commit(txn);
	if (err) {
		txn->log = log;
		return err;
	}
	generation = rcu_dereference_protected(ixn->config,
					       lockdep_is_held(&ixn->lock))->generation;
	ix_nl_notify(ixn, generation, changes, log);
	kfree_skb(log);
	return 0;
}

/**
 * ix_nl_change() - carry out a request that changes something
 * @info: the request
 * @fn: what to do
 *
 * Within the transaction that the request names, or within one of its own.
 * After an error nothing of the transaction is left.
 *
 * Return: 0, or a negative error.
 */
int ix_nl_change(struct genl_info *info, ix_change_fn fn)
{
	struct ix_net *ixn = ix_net(genl_info_net(info));
	bool alone = !info->attrs[IX_A_TRANSACTION];
	struct ix_change c = { .ixn = ixn, .info = info, .attrs = info->attrs };
	struct ix_transaction *txn;
	int err;

	mutex_lock(&ixn->lock);
	if (alone) {
		txn = ix_transaction_begin(ixn);
		err = txn ? 0 : -ENOMEM;
	} else {
		txn = ix_nl_transaction(ixn, info);
		err = txn ? 0 : -ENOENT;
	}
	if (err)
		goto out;

	err = ix_nl_check_current(ixn, info, txn);
	if (!err)
		err = ix_nl_check_duplicates(ixn, info);
	if (!err) {
		c.txn = txn;
		c.config = txn->config;
		c.tenants_found = txn->tenants_found;
		err = fn(&c);
	}
	if (!err) {
		ix_nl_log(txn, info);
		txn->changes++;
		if (alone)
			err = ix_nl_commit(ixn, txn);
	}
	if (err)
		ix_transaction_abort(txn);
out:
	mutex_unlock(&ixn->lock);
	return err;
}

static int ix_nl_reply_transaction(struct genl_info *info, u8 cmd, u32 number,
				   u64 generation)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return -ENOMEM;
	hdr = ix_nl_put_reply(msg, info, cmd);
	if (!hdr ||
	    (number && nla_put_u32(msg, IX_A_TRANSACTION_TRANSACTION, number)) ||
	    nla_put_u32(msg, IX_A_TRANSACTION_GENERATION, generation)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int ix_nl_transaction_begin_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ix_net *ixn = ix_net(genl_info_net(info));
	struct ix_transaction *txn;
	int err;

	mutex_lock(&ixn->lock);
	list_for_each_entry(txn, &ixn->transactions, list)
		if (txn->portid == info->snd_portid) {
			ix_nl_fail(ixn, info, NULL,
				   "transaction %u is open on this socket",
				   txn->number);
			err = -EBUSY;
			goto out;
		}
	err = -ENOMEM;
	txn = ix_transaction_begin(ixn);
	if (!txn)
		goto out;
	do {
		txn->number = ++ixn->last_transaction;
	} while (!txn->number);
	txn->portid = info->snd_portid;
	list_add_tail(&txn->list, &ixn->transactions);
	err = ix_nl_reply_transaction(info, IX_CMD_TRANSACTION_BEGIN,
				      txn->number, txn->base);
	if (err)
		ix_transaction_abort(txn);
out:
	mutex_unlock(&ixn->lock);
	return err;
}

int ix_nl_transaction_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ix_net *ixn = ix_net(genl_info_net(info));
	const struct nlattr *changes = info->attrs[IX_A_TRANSACTION_CHANGES];
	struct ix_transaction *txn = NULL;
	u64 generation;
	int err;

	mutex_lock(&ixn->lock);
	err = -EINVAL;
	if (!info->attrs[IX_A_TRANSACTION]) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, IX_A_TRANSACTION);
		ix_nl_fail(ixn, info, NULL,
			   "the number of the transaction is missing");
		goto out;
	}
	txn = ix_nl_transaction(ixn, info);
	if (!txn) {
		err = -ENOENT;
		goto out;
	}
	if (!changes) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL,
				     IX_A_TRANSACTION_CHANGES);
		ix_nl_fail(ixn, info, NULL, "the number of changes is missing");
		goto out;
	}
	if (!txn->changes) {
		ix_nl_fail(ixn, info, NULL, "the transaction is empty");
		goto out;
	}
	if (nla_get_u32(changes) != txn->changes) {
		ix_nl_fail(ixn, info, changes,
			   "the transaction has %u changes, not %u",
			   txn->changes, nla_get_u32(changes));
		goto out;
	}
	generation = txn->base + 1;
	err = ix_nl_check_current(ixn, info, txn);
	if (!err)
		err = ix_nl_commit(ixn, txn);
	if (err)
		goto out;
	txn = NULL;
	err = ix_nl_reply_transaction(info, IX_CMD_TRANSACTION_COMMIT, 0,
				      generation);
out:
	if (err && txn)
		ix_transaction_abort(txn);
	mutex_unlock(&ixn->lock);
	return err;
}

int ix_nl_transaction_abort_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ix_net *ixn = ix_net(genl_info_net(info));
	struct ix_transaction *txn;
	int err = -EINVAL;

	mutex_lock(&ixn->lock);
	if (!info->attrs[IX_A_TRANSACTION]) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, IX_A_TRANSACTION);
		ix_nl_fail(ixn, info, NULL,
			   "the number of the transaction is missing");
		goto out;
	}
	txn = ix_nl_transaction(ixn, info);
	err = txn ? 0 : -ENOENT;
	if (txn)
		ix_transaction_abort(txn);
out:
	mutex_unlock(&ixn->lock);
	return err;
}

/* The transaction of a socket ends with it. */
static int ix_nl_socket_event(struct notifier_block *nb, unsigned long event,
			      void *ptr)
{
	const struct netlink_notify *notify = ptr;
	struct ix_transaction *txn, *next;
	struct ix_net *ixn;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	ixn = ix_net(notify->net);
	mutex_lock(&ixn->lock);
	list_for_each_entry_safe(txn, next, &ixn->transactions, list)
		if (txn->portid == notify->portid)
			ix_transaction_abort(txn);
	mutex_unlock(&ixn->lock);
	return NOTIFY_DONE;
}

static struct notifier_block ix_nl_socket_notifier = {
	.notifier_call = ix_nl_socket_event,
};

/**
 * ix_nl_transactions_register() - let transactions end with their sockets
 *
 * Return: 0, or a negative error.
 */
int ix_nl_transactions_register(void)
{
	return netlink_register_notifier(&ix_nl_socket_notifier);
}

/**
 * ix_nl_transactions_unregister() - undo ix_nl_transactions_register()
 */
void ix_nl_transactions_unregister(void)
{
	netlink_unregister_notifier(&ix_nl_socket_notifier);
}
