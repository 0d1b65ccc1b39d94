// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: services.
 */
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/slab.h>

#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

/**
 * ix_protocol_has_ports() - do services of this protocol have ports?
 * @protocol: IP protocol
 *
 * Return: true if they have.
 */
bool ix_protocol_has_ports(u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
		return true;
	}
	return false;
}

/* A range of ports: one end alone is a range of one; none is every port. */
static int ix_service_ports(struct ix_change *c, struct nlattr **tb, int min,
			    int max, u16 *from, u16 *to)
{
	*from = tb[min] ? nla_get_u16(tb[min]) : 0;
	*to = tb[max] ? nla_get_u16(tb[max]) : tb[min] ? *from : U16_MAX;
	if (*from > *to)
		return ix_refuse(c, tb[min], -EINVAL,
				 "the range of ports %u-%u is empty", *from,
				 *to);
	return 0;
}

static int ix_service_entry(struct ix_change *c, const struct nlattr *nest,
			    struct ix_service_entry *entry)
{
	struct nlattr *tb[IX_A_SERVICE_ENTRY_ICMP_TYPE + 1];
	bool ports;
	int err;

	err = nla_parse_nested(tb, IX_A_SERVICE_ENTRY_ICMP_TYPE, nest,
			       ix_service_entry_nl_policy, c->info->extack);
	if (err)
		return err;
	if (!tb[IX_A_SERVICE_ENTRY_PROTOCOL])
		return ix_refuse(c, nest, -EINVAL, "the protocol is missing");
	entry->protocol = nla_get_u8(tb[IX_A_SERVICE_ENTRY_PROTOCOL]);
	if (entry->protocol == IPPROTO_ICMP)
		entry->protocol = IPPROTO_ICMPV6;

	ports = tb[IX_A_SERVICE_ENTRY_PORT_MIN] ||
		tb[IX_A_SERVICE_ENTRY_PORT_MAX] ||
		tb[IX_A_SERVICE_ENTRY_SOURCE_PORT_MIN] ||
		tb[IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX];
	if (ports && !ix_protocol_has_ports(entry->protocol))
		return ix_refuse(c, nest, -EINVAL, "protocol %u has no ports",
				 entry->protocol);
	err = ix_service_ports(c, tb, IX_A_SERVICE_ENTRY_PORT_MIN,
			       IX_A_SERVICE_ENTRY_PORT_MAX, &entry->dport_min,
			       &entry->dport_max);
	if (!err)
		err = ix_service_ports(c, tb,
				       IX_A_SERVICE_ENTRY_SOURCE_PORT_MIN,
				       IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX,
				       &entry->sport_min, &entry->sport_max);
	if (err)
		return err;

	if (!tb[IX_A_SERVICE_ENTRY_ICMP_TYPE]) {
		entry->any_icmp_type = true;
		return 0;
	}
	if (entry->protocol != IPPROTO_ICMPV6)
		return ix_refuse(c, tb[IX_A_SERVICE_ENTRY_ICMP_TYPE], -EINVAL,
				 "protocol %u has no ICMP type",
				 entry->protocol);
	entry->icmp_type = nla_get_u8(tb[IX_A_SERVICE_ENTRY_ICMP_TYPE]);
	return 0;
}

static struct ix_service *ix_service_find_by_name(struct ix_change *c)
{
	const struct nlattr *name = c->attrs[IX_A_SERVICE_NAME];
	struct ix_named *object;
	int err;

	err = ix_nl_require(c, IX_A_SERVICE_NAME, "the name of the service");
	if (err)
		return ERR_PTR(err);
	object = ix_table_find(c->config->services, nla_data(name));
	if (object)
		return (struct ix_service *)object;
	ix_nl_fail(c->ixn, c->info, name, "no service is named %s",
		   (char *)nla_data(name));
	return ERR_PTR(-ENOENT);
}

/* Make a service out of the request, in the place of @old if there is one. */
static int ix_service_put(struct ix_change *c, u32 number,
			  struct ix_service *old)
{
	struct ix_service *service;
	const struct nlattr *attr;
	unsigned int n = 0;
	int err, rem;

	nlmsg_for_each_attr(attr, c->info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == IX_A_SERVICE_ENTRY)
			n++;
	if (!n && old)
		return 0;
	if (!n)
		return ix_nl_require(c, IX_A_SERVICE_ENTRY,
				     "what belongs to the service");
	if (n > IX_SERVICE_ENTRIES_MAX)
		return ix_refuse(c, c->attrs[IX_A_SERVICE_ENTRY], -E2BIG,
				 "a service has at most %u entries, not %u",
				 IX_SERVICE_ENTRIES_MAX, n);

	service = kzalloc(struct_size(service, entries, n), GFP_KERNEL_ACCOUNT);
	if (!service)
		return -ENOMEM;
	service->object.epoch = c->txn->edit.epoch;
	service->object.number = number;
	service->entries_nr = n;
	service->rules = old ? old->rules : 0;
	service->groups = old ? old->groups : 0;
	nla_strscpy(service->object.name, c->attrs[IX_A_SERVICE_NAME],
		    sizeof(service->object.name));
	n = 0;
	nlmsg_for_each_attr(attr, c->info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != IX_A_SERVICE_ENTRY)
			continue;
		err = ix_service_entry(c, attr, &service->entries[n++]);
		if (err)
			goto err_service;
	}

	/* The version of the transaction's own, to be freed here. */
	if (old) {
		old = ix_service_own(c->txn, number);
		err = old ? 0 : -ENOMEM;
		if (err)
			goto err_service;
	}
	err = ix_table_put(&c->config->services, &c->txn->edit, number,
			   &service->object);
	if (err)
		goto err_service;
	kfree(old);
	return 0;

err_service:
	kfree(service);
	return err;
}

static int ix_service_set(struct ix_change *c)
{
	struct ix_service *service = ix_service_find_by_name(c);
	const struct nlattr *number = c->attrs[IX_A_SERVICE_NUMBER];

	if (IS_ERR(service))
		return PTR_ERR(service);
	if (number && nla_get_u16(number) != service->object.number)
		return ix_refuse(c, number, -EINVAL,
				 "the number of service %s is %u, and stays",
				 service->object.name, service->object.number);
	return ix_service_put(c, service->object.number, service);
}

static int ix_service_new(struct ix_change *c)
{
	struct ix_named *same;
	u32 number;
	int err;

	err = ix_nl_require(c, IX_A_SERVICE_NAME, "the name of the service");
	if (!err)
		err = ix_nl_name(c, c->attrs[IX_A_SERVICE_NAME]);
	if (err)
		return err;
	same = ix_table_find(c->config->services,
			     nla_data(c->attrs[IX_A_SERVICE_NAME]));
	if (same)
		return ix_nl_replaces(c) ? ix_service_set(c) :
			ix_refuse(c, c->attrs[IX_A_SERVICE_NAME], -EEXIST,
				  "service %s exists", same->name);
	number = ix_nl_number(c, IX_A_SERVICE_NUMBER, c->config->services,
			      IX_SERVICE_MAX, "service", &err);
	if (!number)
		return err;
	return ix_service_put(c, number, NULL);
}

static int ix_service_remove(struct ix_change *c, struct ix_service *service)
{
	int err;

	if (service->rules || service->groups)
		return ix_refuse(c, c->attrs[IX_A_SERVICE_NAME], -EBUSY,
				 "service %s is in use by %u rules and %u groups",
				 service->object.name, service->rules,
				 service->groups);
	service = ix_service_own(c->txn, service->object.number);
	if (!service)
		return -ENOMEM;
	err = ix_table_put(&c->config->services, &c->txn->edit,
			   service->object.number, NULL);
	if (!err)
		kfree(service);
	return err;
}

static int ix_service_del(struct ix_change *c)
{
	struct ix_service *service = ix_service_find_by_name(c);

	if (IS_ERR(service))
		return PTR_ERR(service);
	return ix_service_remove(c, service);
}

int ix_service_flush(struct ix_change *c)
{
	struct ix_named *object;
	int err = 0;

	while (!err && (object = ix_table_next(c->config->services, 0)))
		err = ix_service_remove(c, (struct ix_service *)object);
	return err;
}

static const void *ix_service_find(struct ix_change *c)
{
	return ix_service_find_by_name(c);
}

static int ix_service_fill_entry(struct sk_buff *skb,
				 const struct ix_service_entry *entry)
{
	struct nlattr *nest = nla_nest_start(skb, IX_A_SERVICE_ENTRY);
	bool dports = entry->dport_min || entry->dport_max != U16_MAX;
	bool sports = entry->sport_min || entry->sport_max != U16_MAX;

	if (!nest ||
	    nla_put_u8(skb, IX_A_SERVICE_ENTRY_PROTOCOL, entry->protocol) ||
	    (dports && (nla_put_u16(skb, IX_A_SERVICE_ENTRY_PORT_MIN,
				    entry->dport_min) ||
			nla_put_u16(skb, IX_A_SERVICE_ENTRY_PORT_MAX,
				    entry->dport_max))) ||
	    (sports && (nla_put_u16(skb, IX_A_SERVICE_ENTRY_SOURCE_PORT_MIN,
				    entry->sport_min) ||
			nla_put_u16(skb, IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX,
				    entry->sport_max))) ||
	    (!entry->any_icmp_type &&
	     nla_put_u8(skb, IX_A_SERVICE_ENTRY_ICMP_TYPE, entry->icmp_type)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int ix_service_fill(struct sk_buff *skb, const struct ix_config *config,
			   const struct ix_named *owner, const void *object)
{
	const struct ix_service *service = object;
	unsigned int i;

	if (nla_put_string(skb, IX_A_SERVICE_NAME, service->object.name) ||
	    nla_put_u16(skb, IX_A_SERVICE_NUMBER, service->object.number) ||
	    nla_put_u32(skb, IX_A_SERVICE_RULES, service->rules) ||
	    nla_put_u32(skb, IX_A_SERVICE_GROUPS, service->groups))
		return -EMSGSIZE;
	for (i = 0; i < service->entries_nr; i++)
		if (ix_service_fill_entry(skb, &service->entries[i]))
			return -EMSGSIZE;
	return 0;
}

int ix_nl_service_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_service_new);
}

int ix_nl_service_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_service_set);
}

int ix_nl_service_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_service_del);
}

int ix_nl_service_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_SERVICE_GET, ix_service_find,
			  ix_service_fill);
}

int ix_nl_service_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ix_nl_dump_table(skb, cb, IX_CMD_SERVICE_GET,
				offsetof(struct ix_config, services),
				ix_service_fill);
}
