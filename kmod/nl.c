// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: transactions, settings, and what the handlers of
 * the objects share.
 */
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/in6.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/stdarg.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>
#include <net/genetlink.h>
#include <net/netfilter/nf_log.h>
#include <net/sock.h>

#include "device.h"
#include "flow_cache.h"
#include "nl.h"

static struct genl_family ix_nl_family;

/* Each attribute set begins with the number of a transaction. */
#define IX_A_TRANSACTION 1
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

/* The attribute that may occur several times in requests of this command. */
static int ix_nl_multi_attr(u8 cmd)
{
	switch (cmd) {
	case IX_CMD_INSTITUTION_NEW:
	case IX_CMD_INSTITUTION_SET:
		return IX_A_INSTITUTION_CLASS;
	case IX_CMD_ROUTE_NEW:
	case IX_CMD_ROUTE_SET:
		return IX_A_ROUTE_NEXTHOP;
	case IX_CMD_SERVICE_NEW:
	case IX_CMD_SERVICE_SET:
		return IX_A_SERVICE_ENTRY;
	case IX_CMD_JUDGE:
		return IX_A_JUDGE_QUESTION;
	case IX_CMD_TENANT_NEW:
	case IX_CMD_TENANT_SET:
		return IX_A_TENANT_NEXTHOP;
	case IX_CMD_GROUP_NEW:
	case IX_CMD_GROUP_SET:
		return IX_A_GROUP_SERVICE;
	default:
		return 0;
	}
}

/*
 * Of an attribute that is given twice the core would take the last. @multi may
 * be given several times; within it, if it is a nest, the same holds.
 */
static int ix_nl_check_twice(struct ix_net *ixn, struct genl_info *info,
			     const struct nlattr *head, int len, int multi)
{
	const struct nlattr *attr;
	u64 seen = 0;
	int rem, err;

	nla_for_each_attr(attr, head, len, rem) {
		int type = nla_type(attr);

		if (type == multi && attr->nla_type & NLA_F_NESTED) {
			err = ix_nl_check_twice(ixn, info, nla_data(attr),
						nla_len(attr), 0);
			if (err)
				return err;
		}
		if (type == multi || type >= 64)
			continue;
		if (seen & BIT_ULL(type)) {
			ix_nl_fail(ixn, info, attr, "attribute is given twice");
			return -EINVAL;
		}
		seen |= BIT_ULL(type);
	}
	return 0;
}

/**
 * ix_nl_check_duplicates() - refuse attributes that are given twice
 * @ixn: the namespace's state
 * @info: the request
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_check_duplicates(struct ix_net *ixn, struct genl_info *info)
{
	return ix_nl_check_twice(ixn, info,
				 nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
				 nlmsg_attrlen(info->nlhdr, GENL_HDRLEN),
				 ix_nl_multi_attr(info->genlhdr->cmd));
}

static struct ix_transaction *ix_nl_transaction_of(const struct ix_net *ixn,
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
		c.last_tenant = &txn->last_tenant;
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

/**
 * ix_nl_require() - an attribute must be there
 * @c: the change
 * @attr: number of the attribute
 * @what: what people call it
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_require(struct ix_change *c, int attr, const char *what)
{
	if (c->attrs[attr])
		return 0;
	NL_SET_ERR_ATTR_MISS(c->info->extack, NULL, attr);
	return ix_refuse(c, NULL, -EINVAL, "%s is missing", what);
}

/**
 * ix_nl_name() - check a name that is going to be given
 * @c: the change
 * @attr: attribute with the name
 *
 * Letters, digits, and _ . - of any alphabet in UTF-8, beginning with neither
 * digit nor dash: nft takes such a name (in ASCII) for a flowtable, and no
 * listing or file needs to quote it.
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_name(struct ix_change *c, const struct nlattr *attr)
{
	const unsigned char *name = nla_data(attr), *p;

	if (!*name)
		return ix_refuse(c, attr, -EINVAL, "the name is empty");
	if (isdigit(*name) || *name == '-')
		return ix_refuse(c, attr, -EINVAL,
				 "name %s begins with a digit or a dash", name);
	for (p = name; *p; p++)
		if (*p < 0x80 && !isalnum(*p) && !strchr("_.-", *p))
			return ix_refuse(c, attr, -EINVAL,
					 "a name has only letters, digits, and _ . -");
	return 0;
}

/**
 * ix_nl_address() - read an address
 * @c: the change
 * @attr: attribute with the address
 * @is_v4: where to store the family; NULL if it has to be IPv6
 * @addr: where to store the address
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_address(struct ix_change *c, const struct nlattr *attr, bool *is_v4,
		  struct ix_addr *addr)
{
	if (nla_len(attr) == sizeof(struct in6_addr)) {
		*addr = ix_addr_from_in6(nla_data(attr));
		if (is_v4)
			*is_v4 = false;
		return 0;
	}
	if (nla_len(attr) == sizeof(__be32) && is_v4) {
		*addr = ix_addr_from_in4(nla_get_in_addr(attr));
		*is_v4 = true;
		return 0;
	}
	return ix_refuse(c, attr, -EINVAL, is_v4 ?
			 "an address has 4 or 16 octets" :
			 "an IX address has 16 octets");
}

/**
 * ix_nl_prefix() - read a prefix
 * @c: the change
 * @addr_attr: number of the attribute with the address
 * @len_attr: number of the attribute with the length
 * @is_v4: where to store the family; NULL if it has to be IPv6
 * @prefix: where to store the prefix
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_prefix(struct ix_change *c, int addr_attr, int len_attr,
		 bool *is_v4, struct ix_prefix *prefix)
{
	struct ix_addr cut;
	int err;

	err = ix_nl_require(c, addr_attr, "the prefix");
	if (!err)
		err = ix_nl_address(c, c->attrs[addr_attr], is_v4,
				    &prefix->addr);
	if (!err)
		err = ix_nl_require(c, len_attr, "the length of the prefix");
	if (err)
		return err;

	prefix->len = nla_get_u8(c->attrs[len_attr]);
	if (is_v4 && *is_v4 && prefix->len > 32)
		return ix_refuse(c, c->attrs[len_attr], -EINVAL,
				 "an IPv4 prefix has a length of 0 to 32");
	cut = ix_addr_prefix(prefix->addr, prefix->len);
	if (!ix_addr_equal(cut, prefix->addr))
		return ix_refuse(c, c->attrs[addr_attr], -EINVAL,
				 "bits are set behind the length of the prefix, %u",
				 prefix->len);
	return 0;
}

/**
 * ix_nl_tenant() - the tenant that an attribute names
 * @c: the change
 * @attr: attribute with the name
 *
 * Return: the tenant (perhaps a published one), or ERR_PTR(-ENOENT).
 */
struct ix_tenant *ix_nl_tenant(struct ix_change *c, const struct nlattr *attr)
{
	const char *name = nla_data(attr);
	struct ix_named *object;

	/* Files are sorted: the tenant of the line before, most often. */
	object = ix_table_get(c->config->tenants, *c->last_tenant);
	if (!object || strcmp(object->name, name))
		object = ix_table_find(c->config->tenants, name);
	if (!object) {
		ix_nl_fail(c->ixn, c->info, attr, "no tenant is named %s",
			   name);
		return ERR_PTR(-ENOENT);
	}
	*c->last_tenant = object->number;
	return (struct ix_tenant *)object;
}

static struct ix_named *ix_nl_object(struct ix_change *c,
				     const struct nlattr *attr,
				     const struct ix_table *table,
				     const char *what)
{
	struct ix_named *object = ix_table_find(table, nla_data(attr));

	if (object)
		return object;
	ix_nl_fail(c->ixn, c->info, attr, "no %s is named %s", what,
		   (char *)nla_data(attr));
	return ERR_PTR(-ENOENT);
}

/**
 * ix_nl_view() - the view that an attribute names
 * @c: the change
 * @attr: attribute with the name
 *
 * Return: the view (perhaps a published one), or ERR_PTR(-ENOENT).
 */
struct ix_view *ix_nl_view(struct ix_change *c, const struct nlattr *attr)
{
	return (struct ix_view *)ix_nl_object(c, attr, c->config->views,
					      "view");
}

/**
 * ix_nl_class() - the class that an attribute names
 * @c: the change
 * @attr: attribute with the name
 *
 * Return: the class (perhaps a published one), or ERR_PTR(-ENOENT).
 */
struct ix_class *ix_nl_class(struct ix_change *c, const struct nlattr *attr)
{
	return (struct ix_class *)ix_nl_object(c, attr, c->config->classes,
					       "class");
}

/**
 * ix_nl_institution() - the institution that an attribute names
 * @c: the change
 * @attr: attribute with the tag
 *
 * Return: the institution (perhaps a published one), or ERR_PTR(-ENOENT).
 */
struct ix_institution *ix_nl_institution(struct ix_change *c,
					 const struct nlattr *attr)
{
	struct ix_institution *institution;

	institution = ix_config_institution(c->config, nla_get_u32(attr));
	if (institution)
		return institution;
	ix_nl_fail(c->ixn, c->info, attr, "no institution has the tag %u",
		   nla_get_u32(attr));
	return ERR_PTR(-ENOENT);
}

/**
 * ix_nl_device() - the device that an attribute names
 * @c: the change
 * @attr: attribute with the name
 *
 * Return: a strong reference, or ERR_PTR().
 */
struct ix_device *ix_nl_device(struct ix_change *c, const struct nlattr *attr)
{
	struct ix_device *device = ix_device_get_known(c->ixn, nla_data(attr));

	if (device == ERR_PTR(-ENODEV))
		ix_nl_fail(c->ixn, c->info, attr, "no device is named %s",
			   (char *)nla_data(attr));
	return device;
}

/**
 * ix_nl_number() - the number of a new object
 * @c: the change
 * @attr: number of the attribute, which may be missing
 * @table: table that the object is going into
 * @max: highest number
 * @what: what people call such an object
 * @err: where to store the error
 *
 * Return: the number that was asked for, or the lowest free one; 0 on error.
 */
u32 ix_nl_number(struct ix_change *c, int attr, const struct ix_table *table,
		 u32 max, const char *what, int *err)
{
	const struct nlattr *nla = c->attrs[attr];
	const struct ix_named *other;
	u32 number;

	if (nla) {
		number = nla_len(nla) == 1 ? nla_get_u8(nla) : nla_get_u16(nla);
		other = ix_table_get(table, number);
		if (!other)
			return number;
		*err = ix_refuse(c, nla, -EEXIST, "number %u is that of %s %s",
				 number, what, other->name);
		return 0;
	}
	number = ix_table_free_number(table, max);
	if (!number)
		*err = ix_refuse(c, NULL, -ENOSPC, "there are %u of %s already",
				 max, what);
	return number;
}

/**
 * ix_nl_put_addr() - put an address into a message
 * @skb: message
 * @attr: number of the attribute
 * @v4: family
 * @addr: the address
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_addr(struct sk_buff *skb, int attr, bool v4, struct ix_addr addr)
{
	struct in6_addr in6 = ix_addr_to_in6(addr);

	if (v4)
		return nla_put_in_addr(skb, attr, ix_addr_to_in4(addr));
	return nla_put_in6_addr(skb, attr, &in6);
}

/**
 * ix_nl_put_prefix() - put a prefix into a message
 * @skb: message
 * @addr_attr: number of the attribute for the address
 * @len_attr: number of the attribute for the length
 * @v4: family
 * @addr: the address
 * @len: the length
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_prefix(struct sk_buff *skb, int addr_attr, int len_attr, bool v4,
		     struct ix_addr addr, u8 len)
{
	return ix_nl_put_addr(skb, addr_attr, v4, addr) ?:
	       nla_put_u8(skb, len_attr, len);
}

/**
 * ix_nl_put_u64() - put a number into a message
 * @skb: message
 * @attr: number of the attribute
 * @value: the number
 *
 * Unaligned, as the family has no attributes for padding.
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put(skb, attr, sizeof(value), &value);
}

/**
 * ix_nl_put_counter() - put a counter into a message
 * @skb: message
 * @attr: number of the attribute that holds it
 * @name: its name
 * @packets: packets
 * @bytes: octets, 0 if they are not counted
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_counter(struct sk_buff *skb, int attr, const char *name,
		      u64 packets, u64 bytes)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest ||
	    nla_put_string(skb, IX_A_COUNTER_NAME, name) ||
	    ix_nl_put_u64(skb, IX_A_COUNTER_PACKETS, packets) ||
	    (bytes && ix_nl_put_u64(skb, IX_A_COUNTER_BYTES, bytes)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
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
	u16 last_tenant = 0;
	struct ix_change c = { .ixn = ixn, .info = info, .attrs = info->attrs,
			       .last_tenant = &last_tenant };
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
	hdr = genlmsg_put_reply(msg, info, &ix_nl_family, 0, cmd);
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

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &ix_nl_family, NLM_F_MULTI, cmd);
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

/* Transactions */

static int ix_nl_reply_transaction(struct genl_info *info, u8 cmd, u32 number,
				   u64 generation)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &ix_nl_family, 0, cmd);
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

/* Flush */

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

/* Settings */

static int ix_set_mark_field(struct ix_change *c, int shift, int bits,
			     struct ix_mark_field *field)
{
	const struct nlattr *at;

	if (c->attrs[shift])
		field->shift = nla_get_u8(c->attrs[shift]);
	if (c->attrs[bits])
		field->bits = nla_get_u8(c->attrs[bits]);
	at = c->attrs[bits] ?: c->attrs[shift];
	if (field->bits && field->shift + field->bits > 32)
		return ix_refuse(c, at, -ERANGE,
				 "%u bits from bit %u on exceed the 32 of the mark",
				 field->bits, field->shift);
	return 0;
}

static u32 ix_mark_mask(struct ix_mark_field field)
{
	return field.bits ? GENMASK(field.shift + field.bits - 1, field.shift) :
			    0;
}

/* NFLOG is a module of its own, and stays as long as the namespace. */
static int ix_set_nflog(struct ix_change *c, const struct nlattr *attr)
{
	int err;

	if (!nla_get_u16(attr) || c->ixn->has_nflog)
		return 0;
	err = nf_logger_find_get(NFPROTO_IPV4, NF_LOG_TYPE_ULOG);
	if (err) {
		request_module("nf-logger-%u-%u", NFPROTO_IPV4,
			       NF_LOG_TYPE_ULOG);
		err = nf_logger_find_get(NFPROTO_IPV4, NF_LOG_TYPE_ULOG);
	}
	if (err)
		return ix_refuse(c, attr, -EOPNOTSUPP,
				 "the kernel has no NFLOG: is nfnetlink_log missing?");
	c->ixn->has_nflog = true;
	return 0;
}

static int ix_set_audit(struct ix_change *c, struct ix_settings *s)
{
	const struct nlattr *interval = c->attrs[IX_A_SETTINGS_AUDIT_INTERVAL];
	const struct nlattr *burst = c->attrs[IX_A_SETTINGS_AUDIT_BURST];
	const struct nlattr *nflog = c->attrs[IX_A_SETTINGS_AUDIT_NFLOG];

	if (interval)
		s->audit_interval = nla_get_u16(interval);
	if (burst)
		s->audit_burst = nla_get_u16(burst);
	if (!nflog)
		return 0;
	s->audit_nflog = nla_get_u16(nflog);
	return ix_set_nflog(c, nflog);
}

static int ix_settings_set(struct ix_change *c)
{
	struct ix_settings *s = &c->config->settings;
	u32 verdict, source, destination;
	const struct ix_named *class;
	u32 number = 0;
	int err;

	err = ix_set_mark_field(c, IX_A_SETTINGS_MARK_VERDICT_SHIFT,
				IX_A_SETTINGS_MARK_VERDICT_BITS, &s->verdict);
	if (!err)
		err = ix_set_mark_field(c, IX_A_SETTINGS_MARK_SOURCE_SHIFT,
					IX_A_SETTINGS_MARK_SOURCE_BITS,
					&s->source);
	if (!err)
		err = ix_set_mark_field(c, IX_A_SETTINGS_MARK_DESTINATION_SHIFT,
					IX_A_SETTINGS_MARK_DESTINATION_BITS,
					&s->destination);
	if (err)
		return err;
	verdict = ix_mark_mask(s->verdict);
	source = ix_mark_mask(s->source);
	destination = ix_mark_mask(s->destination);
	if ((verdict & source) || (verdict & destination) ||
	    (source & destination))
		return ix_refuse(c, NULL, -EINVAL,
				 "the fields of the mark overlap");
	if (s->verdict.bits && s->verdict.bits < 3)
		return ix_refuse(c, c->attrs[IX_A_SETTINGS_MARK_VERDICT_BITS],
				 -ERANGE, "a verdict needs 3 bits of the mark");
	while ((class = ix_table_next(c->config->classes, number))) {
		number = class->number;
		if ((s->source.bits && number >> s->source.bits) ||
		    (s->destination.bits && number >> s->destination.bits))
			return ix_refuse(c, NULL, -ERANGE,
					 "the number %u of class %s would not fit the mark",
					 number, class->name);
	}

	if (c->attrs[IX_A_SETTINGS_LOWEST_IPV6_MTU])
		s->lowest_ipv6_mtu =
			nla_get_u16(c->attrs[IX_A_SETTINGS_LOWEST_IPV6_MTU]);
	if (c->attrs[IX_A_SETTINGS_TRAFFIC_CLASS])
		s->traffic_class =
			nla_get_u16(c->attrs[IX_A_SETTINGS_TRAFFIC_CLASS]);
	if (c->attrs[IX_A_SETTINGS_TOS])
		s->tos = nla_get_u16(c->attrs[IX_A_SETTINGS_TOS]);
	if (c->attrs[IX_A_SETTINGS_UDP_ZERO_CHECKSUM])
		s->udp_zero_checksum =
			nla_get_u8(c->attrs[IX_A_SETTINGS_UDP_ZERO_CHECKSUM]);
	if (c->attrs[IX_A_SETTINGS_MONITOR])
		s->monitor = nla_get_u8(c->attrs[IX_A_SETTINGS_MONITOR]);
	if (s->monitor)
		ix_nl_load_logger();
	if (c->attrs[IX_A_SETTINGS_ACCOUNT])
		s->account = nla_get_u32(c->attrs[IX_A_SETTINGS_ACCOUNT]);
	if (s->account > IX_ACCOUNT_MAX)
		return ix_refuse(c, c->attrs[IX_A_SETTINGS_ACCOUNT], -ERANGE,
				 "the account of a CPU has at most %u flows",
				 IX_ACCOUNT_MAX);
	if (c->attrs[IX_A_SETTINGS_FLOW_CACHE])
		s->flow_cache = nla_get_u32(c->attrs[IX_A_SETTINGS_FLOW_CACHE]);
	if (s->flow_cache > IX_FLOW_CACHE_MAX)
		return ix_refuse(c, c->attrs[IX_A_SETTINGS_FLOW_CACHE], -ERANGE,
				 "the flow cache of a CPU has at most %u flows",
				 IX_FLOW_CACHE_MAX);
	return ix_set_audit(c, s);
}

int ix_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_settings_set);
}

static const void *ix_settings_find(struct ix_change *c)
{
	return c->ixn;
}

/* What the flow cache was good for. */
static int ix_settings_fill_flow_cache(struct sk_buff *skb,
				       const struct ix_net *ixn)
{
	const struct ix_flow_cache *cache;
	u64 hits = 0, misses = 0;

	rcu_read_lock();
	cache = rcu_dereference(ixn->flow_cache);
	if (cache)
		ix_flow_cache_count(cache, &hits, &misses);
	rcu_read_unlock();
	return ix_nl_put_u64(skb, IX_A_SETTINGS_FLOW_CACHE_HITS, hits) ?:
	       ix_nl_put_u64(skb, IX_A_SETTINGS_FLOW_CACHE_MISSES, misses);
}

static u32 ix_table_count(const struct ix_table *table)
{
	return table ? table->count : 0;
}

/* How much of everything there is. */
static int ix_settings_fill_numbers(struct sk_buff *skb,
				    const struct ix_config *config)
{
	if (nla_put_u32(skb, IX_A_SETTINGS_CLASSES,
			ix_table_count(config->classes)) ||
	    nla_put_u32(skb, IX_A_SETTINGS_SERVICES,
			ix_table_count(config->services)) ||
	    nla_put_u32(skb, IX_A_SETTINGS_VIEWS,
			ix_table_count(config->views)) ||
	    nla_put_u32(skb, IX_A_SETTINGS_TENANTS,
			ix_table_count(config->tenants)) ||
	    nla_put_u32(skb, IX_A_SETTINGS_INSTITUTIONS,
			config->institutions.count) ||
	    nla_put_u32(skb, IX_A_SETTINGS_PREFIXES, config->registry.count) ||
	    nla_put_u32(skb, IX_A_SETTINGS_RULES, config->rules.count))
		return -EMSGSIZE;
	return 0;
}

static int ix_settings_fill(struct sk_buff *skb, const struct ix_config *config,
			    const struct ix_named *owner, const void *object)
{
	const struct ix_settings *s = &config->settings;

	if (nla_put_u8(skb, IX_A_SETTINGS_MARK_VERDICT_SHIFT,
		       s->verdict.shift) ||
	    nla_put_u8(skb, IX_A_SETTINGS_MARK_VERDICT_BITS, s->verdict.bits) ||
	    nla_put_u8(skb, IX_A_SETTINGS_MARK_SOURCE_SHIFT, s->source.shift) ||
	    nla_put_u8(skb, IX_A_SETTINGS_MARK_SOURCE_BITS, s->source.bits) ||
	    nla_put_u8(skb, IX_A_SETTINGS_MARK_DESTINATION_SHIFT,
		       s->destination.shift) ||
	    nla_put_u8(skb, IX_A_SETTINGS_MARK_DESTINATION_BITS,
		       s->destination.bits) ||
	    nla_put_u16(skb, IX_A_SETTINGS_LOWEST_IPV6_MTU,
			s->lowest_ipv6_mtu) ||
	    nla_put_u16(skb, IX_A_SETTINGS_TRAFFIC_CLASS, s->traffic_class) ||
	    nla_put_u16(skb, IX_A_SETTINGS_TOS, s->tos) ||
	    nla_put_u8(skb, IX_A_SETTINGS_UDP_ZERO_CHECKSUM,
		       s->udp_zero_checksum) ||
	    nla_put_u32(skb, IX_A_SETTINGS_GENERATION, config->generation) ||
	    nla_put_u8(skb, IX_A_SETTINGS_MONITOR, s->monitor) ||
	    nla_put_u16(skb, IX_A_SETTINGS_AUDIT_INTERVAL, s->audit_interval) ||
	    nla_put_u16(skb, IX_A_SETTINGS_AUDIT_BURST, s->audit_burst) ||
	    nla_put_u16(skb, IX_A_SETTINGS_AUDIT_NFLOG, s->audit_nflog) ||
	    nla_put_u32(skb, IX_A_SETTINGS_ACCOUNT, s->account) ||
	    nla_put_u32(skb, IX_A_SETTINGS_FLOW_CACHE, s->flow_cache))
		return -EMSGSIZE;
	return ix_settings_fill_numbers(skb, config) ?:
	       ix_settings_fill_flow_cache(skb, object);
}

int ix_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_SETTINGS_GET, ix_settings_find,
			  ix_settings_fill);
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
	int err;

	err = netlink_register_notifier(&ix_nl_socket_notifier);
	if (err)
		return err;
	err = genl_register_family(&ix_nl_family);
	if (err)
		netlink_unregister_notifier(&ix_nl_socket_notifier);
	return err;
}

/**
 * ix_nl_unregister() - undo ix_nl_register()
 */
void ix_nl_unregister(void)
{
	genl_unregister_family(&ix_nl_family);
	netlink_unregister_notifier(&ix_nl_socket_notifier);
}
