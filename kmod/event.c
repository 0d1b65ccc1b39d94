// SPDX-License-Identifier: GPL-2.0
/*
 * Audit events: over generic netlink, over NFLOG, and in the kernel's log.
 */
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/netfilter.h>
#include <linux/timekeeping.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_log.h>

#include "audit.h"
#include "decision.h"
#include "event.h"
#include "net.h"
#include "nl.h"
#include "nl_attr.h"
#include "packet.h"

/*
 * The attributes of an event, with names as long as can be: the smaller the
 * message, the more of them wait for a slow listener.
 */
#define IX_EVENT_SIZE 448

/**
 * struct ix_report - an event that was let through
 * @event: the packet, or NULL for a number of suppressed ones
 * @key: what the packet, or those, are
 * @tenant: name of the tenant that sent them, or NULL
 * @suppressed: packets like it that became no event
 */
struct ix_report {
	const struct ix_event *event;
	const struct ix_audit_key *key;
	const char *tenant;
	u64 suppressed;
};

static const u8 ix_event_kinds[] = {
	[IX_AUDIT_KEY] = IX_AUDIT_KIND_KEY,
	[IX_AUDIT_SOURCE] = IX_AUDIT_KIND_SOURCE,
	[IX_AUDIT_OTHER] = IX_AUDIT_KIND_OTHER,
};

static bool ix_event_is_icmp(const struct ix_headers *h)
{
	return h->protocol == (h->version == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

/* Of a rule in monitor mode and the one that decides, the one that logs. */
static const struct ix_rule *ix_event_rule(const struct ix_judgement *judgement)
{
	if (judgement->monitored && judgement->monitored->log)
		return judgement->monitored;
	return judgement->rule && judgement->rule->log ? judgement->rule : NULL;
}

/*
 * The reason for which a packet that was forwarded would have been dropped, were
 * it not for monitor mode: that of its tenants or of the router, or that of a
 * rule that wants it logged.
 */
static enum ix_drop ix_event_would_drop(const struct ix_event *event)
{
	const struct ix_judgement *judgement = &event->d->judgement;

	if (event->reason || event->d->would_drop)
		return event->d->would_drop;
	if (!judgement->monitored || !judgement->monitored->log ||
	    ix_verdict_drop(judgement->verdict))
		return IX_FORWARDED;
	return ix_verdict_drop(judgement->trial);
}

static void ix_event_key(const struct ix_event *event, struct ix_audit_key *key)
{
	const struct ix_decision *d = event->d;
	const struct ix_headers *h = event->headers;
	enum ix_drop would = ix_event_would_drop(event);

	*key = (struct ix_audit_key){
		.source = d->src ? d->src->tag : 0,
		.destination = d->dst ? d->dst->tag : 0,
		.tenant = d->from ? d->from->object.number : 0,
		.reason = event->reason ?: would,
		.would = !event->reason && would,
		.scope = IX_AUDIT_KEY,
	};
	if (!h)
		return;
	key->protocol = h->protocol;
	if (h->has_ports)
		key->port = min(h->sport, h->dport);
	else if (ix_event_is_icmp(h))
		key->port = h->icmp_type;
}

/* The rule that has dropped it, or would, or lets it pass. */
static const struct ix_rule *ix_event_decider(const struct ix_event *event,
					      const struct ix_audit_key *key)
{
	const struct ix_judgement *judgement = &event->d->judgement;

	return key->would && !event->d->would_drop ? judgement->monitored :
						     judgement->rule;
}

/* Addresses of a packet that went no further than to its port. */
static bool ix_event_peek(const struct sk_buff *skb, struct ix_headers *h)
{
	memset(h, 0, sizeof(*h));
	if (skb->protocol == htons(ETH_P_IP)) {
		const struct iphdr *iph;
		struct iphdr buf;

		iph = skb_header_pointer(skb, 0, sizeof(buf), &buf);
		if (!iph)
			return false;
		h->version = 4;
		h->src = ix_addr_from_in4(iph->saddr);
		h->dst = ix_addr_from_in4(iph->daddr);
		h->protocol = iph->protocol;
		/* No ICMP type was read. */
		h->frag_off = 1;
	} else {
		const struct ipv6hdr *ip6h;
		struct ipv6hdr buf;

		ip6h = skb_header_pointer(skb, 0, sizeof(buf), &buf);
		if (!ip6h)
			return false;
		h->version = 6;
		h->src = ix_addr_from_in6(&ip6h->saddr);
		h->dst = ix_addr_from_in6(&ip6h->daddr);
		h->protocol = ip6h->nexthdr;
		h->frag_off = 1;
	}
	return true;
}

static int ix_event_put_headers(struct sk_buff *msg,
				const struct ix_headers *h)
{
	bool v4 = h->version == 4;

	if (ix_nl_put_addr(msg, IX_A_AUDIT_SOURCE, v4, h->src) ||
	    ix_nl_put_addr(msg, IX_A_AUDIT_DESTINATION, v4, h->dst))
		return -EMSGSIZE;
	if (h->has_ports &&
	    (nla_put_u16(msg, IX_A_AUDIT_SOURCE_PORT, h->sport) ||
	     nla_put_u16(msg, IX_A_AUDIT_DESTINATION_PORT, h->dport)))
		return -EMSGSIZE;
	if (ix_event_is_icmp(h) && !h->frag_off &&
	    (nla_put_u8(msg, IX_A_AUDIT_ICMP_TYPE, h->icmp_type) ||
	     nla_put_u8(msg, IX_A_AUDIT_ICMP_CODE, h->icmp_code)))
		return -EMSGSIZE;
	return 0;
}

static int ix_event_put_decision(struct sk_buff *msg,
				 const struct ix_decision *d)
{
	const struct ix_judgement *judgement = &d->judgement;

	/* An error is judged by what it is about, its two sides swapped. */
	if ((d->src_map &&
	     ix_nl_put_addr(msg, IX_A_AUDIT_SOURCE_IX, false, d->src_ix)) ||
	    (d->dst_map &&
	     ix_nl_put_addr(msg, IX_A_AUDIT_DESTINATION_IX, false,
			    d->dst_ix)) ||
	    (d->found.to && nla_put_string(msg, IX_A_AUDIT_TO, d->found.to->object.name)) ||
	    (d->found.verdict && nla_put_u8(msg, IX_A_AUDIT_VERDICT, d->found.verdict)) ||
	    (judgement->rule &&
	     nla_put_u32(msg, IX_A_AUDIT_RULE, judgement->rule->id)))
		return -EMSGSIZE;
	if (!judgement->monitored)
		return 0;
	return nla_put_u8(msg, IX_A_AUDIT_TRIAL, judgement->trial) ?:
	       nla_put_u32(msg, IX_A_AUDIT_MONITORED, judgement->monitored->id);
}

static int ix_event_put_packet(struct sk_buff *msg,
			       const struct ix_event *event)
{
	if (nla_put_string(msg, IX_A_AUDIT_PORT, event->dev->name) ||
	    nla_put_u32(msg, IX_A_AUDIT_LENGTH, event->len) ||
	    (event->headers && ix_event_put_headers(msg, event->headers)))
		return -EMSGSIZE;
	return ix_event_put_decision(msg, event->d);
}

static int ix_event_put(struct sk_buff *msg, const struct ix_report *report)
{
	const struct ix_audit_key *key = report->key;
	u8 kind = report->event ? IX_AUDIT_KIND_PACKET :
				  ix_event_kinds[key->scope];

	if (ix_nl_put_u64(msg, IX_A_AUDIT_TIME, ktime_get_real_ns()) ||
	    nla_put_u8(msg, IX_A_AUDIT_KIND, kind) ||
	    (report->tenant &&
	     nla_put_string(msg, IX_A_AUDIT_TENANT, report->tenant)) ||
	    (key->source &&
	     nla_put_u32(msg, IX_A_AUDIT_SOURCE_INSTITUTION, key->source)) ||
	    ix_nl_put_u64(msg, IX_A_AUDIT_SUPPRESSED, report->suppressed))
		return -EMSGSIZE;
	if (key->scope == IX_AUDIT_KEY &&
	    (nla_put_string(msg, IX_A_AUDIT_REASON,
			    ix_drop_name(key->would ? IX_FORWARDED :
						      key->reason)) ||
	     (key->would && nla_put_string(msg, IX_A_AUDIT_WOULD_DROP,
					   ix_drop_name(key->reason))) ||
	     (key->destination &&
	      nla_put_u32(msg, IX_A_AUDIT_DESTINATION_INSTITUTION,
			  key->destination)) ||
	     nla_put_u8(msg, IX_A_AUDIT_PROTOCOL, key->protocol) ||
	     nla_put_u16(msg, IX_A_AUDIT_SERVICE_PORT, key->port)))
		return -EMSGSIZE;
	return report->event ? ix_event_put_packet(msg, report->event) : 0;
}

static void ix_event_multicast(struct ix_net *ixn, struct ix_audit_cpu *cpu,
			       const struct ix_report *report)
{
	struct sk_buff *msg = genlmsg_new(IX_EVENT_SIZE, GFP_ATOMIC);
	void *hdr;

	hdr = msg ? ix_nl_put_event(msg, IX_CMD_AUDIT_NTF) : NULL;
	if (!hdr || ix_event_put(msg, report)) {
		nlmsg_free(msg);
		ix_audit_lost(cpu, report->suppressed + !!report->event);
		return;
	}
	genlmsg_end(msg, hdr);
	ix_nl_multicast(ixn, msg, IX_NLGRP_AUDIT);
}

/*
 * One line for those who see the packet itself as well. What is cut off if
 * names are long stands last.
 */
static void ix_event_nflog(struct net *net, const struct sk_buff *skb, u16 group,
			   const struct ix_report *report)
{
	const struct ix_event *event = report->event;
	const struct ix_audit_key *key = report->key;
	const struct ix_rule *rule = event ? ix_event_decider(event, key) : NULL;
	struct nf_loginfo info = {
		.type = NF_LOG_TYPE_ULOG,
		.u.ulog.group = group,
	};
	u8 pf = skb->protocol == htons(ETH_P_IPV6) ? NFPROTO_IPV6 :
						     NFPROTO_IPV4;

	nf_log_packet(net, pf, NF_NETDEV_INGRESS, skb,
		      event ? event->dev : NULL, NULL, &info,
		      "ix: %s%s from=%u to=%u rule=%u suppressed=%llu proto=%u port=%u tenant=%s",
		      key->would ? "would " : "",
		      key->scope == IX_AUDIT_KEY ? ix_drop_name(key->reason) :
		      key->scope == IX_AUDIT_SOURCE ? "source" : "other",
		      key->source, key->destination, rule ? rule->id : 0,
		      report->suppressed, key->protocol, key->port,
		      report->tenant ?: "");
}

/* Of suppressed packets there is nothing to show: a message without any. */
static void ix_event_nflog_bare(struct ix_net *ixn, struct ix_audit_cpu *cpu,
				u16 group, const struct ix_report *report)
{
	struct sk_buff *skb = alloc_skb(0, GFP_KERNEL);

	if (!skb) {
		ix_audit_lost(cpu, report->suppressed);
		return;
	}
	ix_event_nflog(ixn->net, skb, group, report);
	kfree_skb(skb);
}

/* In the kernel's log all of it shares the kernel's own limit. */
static void ix_event_log(struct net *net, const struct ix_report *report,
			 const struct ix_rule *rule)
{
	const struct ix_decision *d = report->event->d;
	static const struct nf_loginfo info = {
		.type = NF_LOG_TYPE_LOG,
		.u.log.level = LOGLEVEL_NOTICE,
		.u.log.logflags = NF_LOG_DEFAULT_MASK,
	};
	const struct ix_event *event = report->event;
	const char *what;

	if (!event->skb || !net_ratelimit())
		return;
	if (report->key->would)
		what = "would drop ";
	else if (rule == d->judgement.monitored)
		what = "would match ";
	else
		what = rule->action == IX_ACTION_PERMIT ? "permit " : "deny ";
	nf_log_packet(net, NFPROTO_NETDEV, NF_NETDEV_INGRESS, event->skb,
		      event->dev, NULL, &info,
		      "ix: rule=%u tenant=%s %ssuppressed=%llu ",
		      rule ? rule->id : 0, report->tenant, what,
		      report->suppressed);
}

static void ix_event_schedule(struct ix_net *ixn, unsigned long interval)
{
	/* Look first: all CPUs share it. */
	if (!delayed_work_pending(&ixn->audit_work))
		schedule_delayed_work(&ixn->audit_work, interval);
}

static struct ix_audit_limit ix_event_limit(const struct ix_settings *settings)
{
	return (struct ix_audit_limit){
		.interval = settings->audit_interval * HZ,
		.burst = settings->audit_burst,
	};
}

void ix_event(const struct ix_event *event)
{
	const struct ix_decision *d = event->d;
	const struct ix_settings *settings = &d->config->settings;
	const struct ix_rule *rule = ix_event_rule(&d->judgement);
	struct ix_net *ixn = event->ixn;
	struct ix_event with_headers;
	struct ix_headers headers;
	struct ix_audit_limit limit;
	struct ix_audit_key key;
	struct ix_report report;
	struct ix_audit *audit;
	struct ix_audit_cpu *cpu;
	bool heard;

	if (!event->reason && !d->would_drop && !rule)
		return;
	heard = ix_nl_has_listeners(ixn, IX_NLGRP_AUDIT);
	if (!heard && !settings->audit_nflog && !rule && !d->would_drop)
		return;
	/* There is one as soon as anything is configured. */
	audit = rcu_dereference(ixn->audit);
	if (!audit)
		return;

	if (!event->headers && event->skb &&
	    ix_event_peek(event->skb, &headers)) {
		with_headers = *event;
		with_headers.headers = &headers;
		event = &with_headers;
	}
	ix_event_key(event, &key);
	limit = ix_event_limit(settings);
	report = (struct ix_report){
		.event = event, .key = &key, .tenant = event->tenant,
	};
	cpu = *this_cpu_ptr(audit->cpu);
	if (!ix_audit_admit(cpu, &key, &limit, jiffies, &report.suppressed)) {
		ix_event_schedule(ixn, limit.interval);
		return;
	}
	if (heard)
		ix_event_multicast(ixn, cpu, &report);
	if (settings->audit_nflog && event->skb)
		ix_event_nflog(ixn->net, event->skb, settings->audit_nflog,
			       &report);
	if (rule || d->would_drop)
		ix_event_log(ixn->net, &report, rule);
}

/* Tell of what one CPU has suppressed. Is there more, that is not due yet? */
static bool ix_event_flush_cpu(struct ix_net *ixn, struct ix_audit_cpu *cpu)
{
	struct ix_settings settings;
	struct ix_audit_limit limit;
	struct ix_audit_key key;
	unsigned int place = 0;
	bool pending = false;
	u64 suppressed;

	rcu_read_lock();
	settings = rcu_dereference(ixn->config)->settings;
	rcu_read_unlock();
	limit = ix_event_limit(&settings);

	while ((suppressed = ix_audit_due(cpu, &place, &limit, jiffies, &key,
					  &pending))) {
		bool heard = ix_nl_has_listeners(ixn, IX_NLGRP_AUDIT);
		struct ix_report report = {
			.key = &key, .suppressed = suppressed,
		};
		char name[IX_NAME_MAX + 1];
		const struct ix_tenant *tenant;

		rcu_read_lock();
		tenant = ix_config_tenant(rcu_dereference(ixn->config),
					  key.tenant);
		if (tenant) {
			strscpy(name, tenant->object.name, sizeof(name));
			report.tenant = name;
		}
		rcu_read_unlock();

		if (heard)
			ix_event_multicast(ixn, cpu, &report);
		if (settings.audit_nflog)
			ix_event_nflog_bare(ixn, cpu, settings.audit_nflog,
					    &report);
		if (!heard && !settings.audit_nflog)
			ix_audit_lost(cpu, suppressed);
		cond_resched();
	}
	return pending;
}

/**
 * ix_event_flush_work() - tell of suppressed packets that no other one followed
 * @work: ix_net.audit_work
 *
 * Runs an interval after the first packet was suppressed, and then once an
 * interval as long as there are any that have not been told of.
 */
void ix_event_flush_work(struct work_struct *work)
{
	struct ix_net *ixn = container_of(to_delayed_work(work), struct ix_net,
					  audit_work);
	const struct ix_audit *audit;
	unsigned long interval;
	bool pending = false;
	int i;

	/* It is there until the namespace is gone, and this work with it. */
	audit = rcu_dereference_protected(ixn->audit, true);
	for_each_possible_cpu(i)
		pending |= ix_event_flush_cpu(ixn, *per_cpu_ptr(audit->cpu, i));
	if (!pending)
		return;
	rcu_read_lock();
	interval = rcu_dereference(ixn->config)->settings.audit_interval * HZ;
	rcu_read_unlock();
	ix_event_schedule(ixn, interval);
}
