// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: settings, and how much of everything there is.
 */
#include <linux/kmod.h>
#include <linux/netfilter.h>
#include <net/netfilter/nf_log.h>

#include "flow_cache.h"
#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

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
