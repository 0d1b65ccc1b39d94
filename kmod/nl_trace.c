// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handler: what would happen to a packet, and why? The packet goes the
 * way of the others, but for what counts, sends or shows it.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/ip.h>

#include "device.h"
#include "ingress.h"
#include "nl_attr.h"
#include "nl_transaction.h"
#include "pipeline.h"

/**
 * struct ix_traced - what has become of a packet
 * @skb: the packet
 * @packet: its headers
 * @d: what was decided
 * @fit: whether it has to be cut
 * @complete: ix_decide() found no reason to drop it
 * @for_stack: it is not for ix
 * @translated: @skb is the packet as it leaves
 * @reason: why it is dropped
 */
struct ix_traced {
	struct sk_buff *skb;
	struct ix_packet packet;
	struct ix_decision d;
	struct ix_fit fit;
	bool complete;
	bool for_stack;
	bool translated;
	enum ix_drop reason;
};

/* A packet as the ingress hook would get it. */
static struct sk_buff *ix_trace_skb(const struct nlattr *attr,
				    struct net_device *dev)
{
	unsigned int room = LL_MAX_HEADER + sizeof(struct ipv6hdr);
	struct sk_buff *skb;

	skb = alloc_skb(room + nla_len(attr), GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_put_data(skb, nla_data(attr), nla_len(attr));
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	skb->dev = dev;
	skb->pkt_type = PACKET_HOST;
	skb->protocol = ip_hdr(skb)->version == 6 ? htons(ETH_P_IPV6) :
						    htons(ETH_P_IP);
	return skb;
}

/* Some port of a tenant, or the one that the request names. */
static struct ix_device *ix_trace_port(struct ix_change *c, const char *tenant)
{
	const struct nlattr *attr = c->attrs[IX_A_TRACE_PORT];
	struct ix_device *device, *found = NULL;
	const struct ix_ports *ports;

	spin_lock_bh(&c->ixn->devices_lock);
	list_for_each_entry(device, &c->ixn->devices, list) {
		ports = rcu_dereference_protected(device->ports,
						  lockdep_is_held(&c->ixn->devices_lock));
		if (!ports || (attr && nla_strcmp(attr, device->name)) ||
		    (tenant && strcmp(tenant, ports->name)))
			continue;
		found = device;
		break;
	}
	spin_unlock_bh(&c->ixn->devices_lock);
	if (found)
		return found;
	if (attr && tenant)
		ix_nl_fail(c->ixn, c->info, attr, "%s is no port of tenant %s",
			   (char *)nla_data(attr), tenant);
	else if (attr)
		ix_nl_fail(c->ixn, c->info, attr, "%s is no port of a tenant",
			   (char *)nla_data(attr));
	else
		ix_nl_fail(c->ixn, c->info, c->attrs[IX_A_TRACE_TENANT],
			   "no port is attached to tenant %s", tenant);
	return ERR_PTR(-ENOENT);
}

static void ix_trace_run(struct ix_net *ixn, const struct ix_device *port,
			 struct ix_traced *t)
{
	enum ix_stage stage;

	t->for_stack = !ix_is_for_ix(port, t->skb);
	if (t->for_stack)
		return;
	t->reason = ix_packet_parse(t->skb, &t->packet);
	if (t->reason)
		return;
	stage = t->d.from->mode == IX_MODE_NFT ? IX_DECIDE : IX_ENFORCE;
	t->reason = ix_decide(ixn, port, &t->packet, stage, &t->d);
	if (t->reason)
		return;
	t->complete = true;
	t->reason = ix_decide_fit(t->skb, &t->packet, &t->d, &t->fit);
	if (t->reason || t->fit.budget)
		return;
	t->reason = ix_xlat(t->skb, &t->packet, &t->d.xlat);
	t->translated = !t->reason;
}

static int ix_trace_fill_leaf(struct sk_buff *msg, int attr, int len_attr,
			      bool v4, const struct ix_lpm_leaf *leaf)
{
	return ix_nl_put_prefix(msg, attr, len_attr, v4, leaf->key, leaf->len);
}

static int ix_trace_fill_lookups(struct sk_buff *msg,
				 const struct ix_decision *d)
{
	const struct ix_group *group;

	if (d->src_map &&
	    (ix_trace_fill_leaf(msg, IX_A_TRACE_SOURCE_MAP,
				IX_A_TRACE_SOURCE_MAP_LEN,
				d->src_map->own_is_v4, &d->src_map->own_leaf) ||
	     ix_nl_put_addr(msg, IX_A_TRACE_SOURCE_IX, false, d->src_ix)))
		return -EMSGSIZE;
	if (d->src &&
	    (nla_put_u32(msg, IX_A_TRACE_SOURCE_INSTITUTION, d->src->tag) ||
	     ix_trace_fill_leaf(msg, IX_A_TRACE_SOURCE_PREFIX,
				IX_A_TRACE_SOURCE_PREFIX_LEN, false,
				&d->src->leaf)))
		return -EMSGSIZE;
	if (d->dst_map &&
	    (ix_trace_fill_leaf(msg, IX_A_TRACE_DESTINATION_MAP,
				IX_A_TRACE_DESTINATION_MAP_LEN,
				d->dst_map->own_is_v4, &d->dst_map->own_leaf) ||
	     ix_nl_put_addr(msg, IX_A_TRACE_DESTINATION_IX, false, d->dst_ix)))
		return -EMSGSIZE;
	group = ix_config_group(d->config, d->route_group);
	if (group && nla_put_string(msg, IX_A_TRACE_ROUTE_GROUP,
				    group->object.name))
		return -EMSGSIZE;
	if (d->found.route && !group &&
	    ix_trace_fill_leaf(msg, IX_A_TRACE_ROUTE, IX_A_TRACE_ROUTE_LEN,
			       false, &d->found.route->leaf))
		return -EMSGSIZE;
	if (d->found.to && nla_put_string(msg, IX_A_TRACE_TO, d->found.to->object.name))
		return -EMSGSIZE;
	if (d->detour_of && nla_put_string(msg, IX_A_TRACE_DETOUR,
					   d->detour_of->object.name))
		return -EMSGSIZE;
	if (d->dst &&
	    (nla_put_u32(msg, IX_A_TRACE_DESTINATION_INSTITUTION,
			 d->dst->tag) ||
	     ix_trace_fill_leaf(msg, IX_A_TRACE_DESTINATION_PREFIX,
				IX_A_TRACE_DESTINATION_PREFIX_LEN, false,
				&d->dst->leaf)))
		return -EMSGSIZE;
	if (d->found.verdict &&
	    (nla_put_u8(msg, IX_A_TRACE_VERDICT, d->found.verdict) ||
	     nla_put_u32(msg, IX_A_TRACE_MARK, d->found.mark) ||
	     (d->judgement.rule &&
	      nla_put_u32(msg, IX_A_TRACE_RULE, d->judgement.rule->id)) ||
	     (d->judgement.grant.group &&
	      nla_put_string(msg, IX_A_TRACE_GROUP,
			     ix_config_group(d->config,
					     d->judgement.grant.group)->object.name)) ||
	     (d->would_drop &&
	      nla_put_string(msg, IX_A_TRACE_WOULD_DROP,
			     ix_drop_name(d->would_drop)))))
		return -EMSGSIZE;
	return 0;
}

static int ix_trace_fill_way_out(struct sk_buff *msg,
				 const struct ix_traced *t)
{
	const struct ix_decision *d = &t->d;
	bool v4 = d->xlat.version == 4;

	if (!t->complete)
		return 0;
	if (nla_put_string(msg, IX_A_TRACE_DEVICE, d->hop.dev->name) ||
	    nla_put_u32(msg, IX_A_TRACE_MTU, d->hop.mtu) ||
	    (d->hop.has_gateway &&
	     ix_nl_put_addr(msg, IX_A_TRACE_GATEWAY, d->hop.gateway_is_v4,
			    d->hop.gateway)) ||
	    ix_nl_put_addr(msg, IX_A_TRACE_SOURCE, v4, d->xlat.src) ||
	    ix_nl_put_addr(msg, IX_A_TRACE_DESTINATION, v4, d->xlat.dst))
		return -EMSGSIZE;
	if (t->translated) {
		struct nlattr *attr = nla_reserve(msg, IX_A_TRACE_TRANSLATED,
						  t->skb->len);

		if (!attr || skb_copy_bits(t->skb, 0, nla_data(attr),
					   t->skb->len))
			return -EMSGSIZE;
	}
	return 0;
}

static int ix_trace_fill(struct sk_buff *msg, const struct ix_traced *t)
{
	struct ix_icmp_error error = {};
	bool v4 = t->packet.outer.version == 4;

	if (nla_put_string(msg, IX_A_TRACE_REASON,
			   t->for_stack ? "left_to_the_stack" :
					  ix_drop_name(t->reason)) ||
	    ix_trace_fill_lookups(msg, &t->d) ||
	    ix_trace_fill_way_out(msg, t))
		return -EMSGSIZE;
	/* Of headers that were not read there is no error. */
	if (t->reason && t->d.from &&
	    (v4 ? t->d.from->has_gateway4 : t->d.from->has_gateway6))
		error = ix_decide_error(&t->packet, &t->d, &t->fit, t->reason);
	if (error.type &&
	    (nla_put_u8(msg, IX_A_TRACE_ICMP_TYPE, error.type) ||
	     nla_put_u8(msg, IX_A_TRACE_ICMP_CODE, error.code)))
		return -EMSGSIZE;
	return 0;
}

/* Context: RCU read side, ix_net.lock. */
static struct sk_buff *ix_trace_reply(struct ix_change *c,
				      struct ix_traced *t)
{
	struct ix_net *ixn = c->ixn;
	const struct nlattr *of_tenant = c->attrs[IX_A_TRACE_TENANT];
	const struct nlattr *time = c->attrs[IX_A_TRACE_TIME];
	const struct ix_tenant *tenant;
	const struct ix_ports *ports;
	struct ix_device *port;
	struct sk_buff *msg;
	void *hdr;

	t->d.config = ix_nl_config(ixn, c->info,
				   c->attrs[IX_A_TRACE_TRANSACTION]);
	if (IS_ERR(t->d.config))
		return ERR_CAST(t->d.config);
	if (time)
		t->d.now = nla_get_u64(time);
	port = ix_trace_port(c, of_tenant ? nla_data(of_tenant) : NULL);
	if (IS_ERR(port))
		return ERR_CAST(port);
	t->skb->dev = rcu_dereference(port->dev);
	ports = rcu_dereference(port->ports);
	if (!t->skb->dev || !ports)
		return ERR_PTR(-ENODEV);
	tenant = (struct ix_tenant *)ix_table_find(t->d.config->tenants,
						   ports->name);
	t->d.from = tenant;
	t->d.xlat.in_mtu = READ_ONCE(t->skb->dev->mtu);
	if (tenant)
		ix_trace_run(ixn, port, t);
	else
		t->reason = IX_DROP_NO_TENANT;

	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE + t->skb->len, GFP_ATOMIC);
	if (!msg)
		return ERR_PTR(-ENOMEM);
	hdr = ix_nl_put_reply(msg, c->info, IX_CMD_TRACE);
	if (!hdr || ix_trace_fill(msg, t)) {
		nlmsg_free(msg);
		return ERR_PTR(-EMSGSIZE);
	}
	genlmsg_end(msg, hdr);
	return msg;
}

int ix_nl_trace_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ix_net *ixn = ix_net(genl_info_net(info));
	struct ix_change c = { .ixn = ixn, .info = info, .attrs = info->attrs };
	const struct nlattr *packet = info->attrs[IX_A_TRACE_PACKET];
	struct ix_traced *t;
	struct sk_buff *msg;
	int err;

	err = ix_nl_require(&c, IX_A_TRACE_PACKET, "the packet");
	if (err)
		return err;
	if (nla_len(packet) < (int)sizeof(struct iphdr) ||
	    nla_len(packet) > IP_MAX_MTU)
		return ix_refuse(&c, packet, -EINVAL,
				 "a packet has %zu to %u octets",
				 sizeof(struct iphdr), IP_MAX_MTU);
	if (!info->attrs[IX_A_TRACE_TENANT] && !info->attrs[IX_A_TRACE_PORT])
		return ix_nl_require(&c, IX_A_TRACE_TENANT,
				     "the tenant or port");
	/* Headers are on the stack in the packet path; here it is shallow. */
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	t->skb = ix_trace_skb(packet, NULL);
	if (!t->skb) {
		kfree(t);
		return -ENOMEM;
	}

	/* A transaction's configuration changes under the lock alone. */
	mutex_lock(&ixn->lock);
	rcu_read_lock();
	local_bh_disable();
	msg = ix_trace_reply(&c, t);
	local_bh_enable();
	rcu_read_unlock();
	mutex_unlock(&ixn->lock);

	err = PTR_ERR_OR_ZERO(msg);
	kfree_skb(t->skb);
	kfree(t);
	return err ?: genlmsg_reply(msg, info);
}
