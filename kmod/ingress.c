// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets come in: what is for ix waits until a few are there, and is run.
 */
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/prefetch.h>
#include <linux/smp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "backlog.h"
#include "device.h"
#include "flow_cache.h"
#include "ingress.h"
#include "lookahead.h"
#include "net.h"
#include "pipeline.h"

/**
 * ix_is_for_ix() - is this a packet that ix forwards?
 * @port: port that it came in by
 * @skb: packet, skb->data at its network header
 *
 * Left to the stack are frames for other hosts, frames of VLANs, everything
 * that is not IP, link-local and multicast traffic (ARP, neighbour discovery,
 * routing protocols, VRRP), and what is addressed to the router on this port.
 *
 * Context: RCU read side, BHs off. Changes nothing.
 *
 * Return: true if ix takes it.
 */
bool ix_is_for_ix(const struct ix_device *port, const struct sk_buff *skb)
{
	if (skb->pkt_type != PACKET_HOST)
		return false;
	/* A tag without a number is a priority, not a VLAN. */
	if (skb_vlan_tag_present(skb) && skb_vlan_tag_get_id(skb))
		return false;

	if (skb->protocol == htons(ETH_P_IP)) {
		const struct iphdr *iph;
		struct iphdr buf;

		iph = skb_header_pointer(skb, 0, sizeof(buf), &buf);
		if (!iph)
			return true;
		return !ipv4_is_multicast(iph->daddr) &&
		       !ipv4_is_lbcast(iph->daddr) &&
		       !ipv4_is_linklocal_169(iph->daddr) &&
		       !ix_device_is_local4(port, iph->daddr);
	}
	if (skb->protocol == htons(ETH_P_IPV6)) {
		const struct ipv6hdr *ip6h;
		struct ipv6hdr buf;

		ip6h = skb_header_pointer(skb, 0, sizeof(buf), &buf);
		if (!ip6h)
			return true;
		return !(ipv6_addr_type(&ip6h->daddr) &
			 (IPV6_ADDR_MULTICAST | IPV6_ADDR_LINKLOCAL)) &&
		       !ix_device_is_local6(port, &ip6h->daddr);
	}
	return false;
}

/* Do packets of this protocol begin with their ports? */
static bool ix_begins_with_ports(u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_DCCP;
}

/**
 * struct ix_glance - what can be seen of a packet at once
 * @src: source
 * @dst: destination
 * @ports: both ports, or 0
 */
struct ix_glance {
	struct ix_addr src;
	struct ix_addr dst;
	u32 ports;
};

/* Before anything has been checked. What cannot be read yet is left out. */
static __always_inline bool ix_glance_at(const struct sk_buff *skb,
					 struct ix_glance *glance)
{
	const __be32 *ports = NULL;

	if (skb->protocol == htons(ETH_P_IP)) {
		const struct iphdr *iph = (const void *)skb->data;

		if (skb_headlen(skb) < sizeof(*iph) + sizeof(u32))
			return false;
		glance->src = ix_addr_from_in4(iph->saddr);
		glance->dst = ix_addr_from_in4(iph->daddr);
		if (iph->ihl == sizeof(*iph) / 4 &&
		    !(iph->frag_off & htons(IP_OFFSET)) &&
		    ix_begins_with_ports(iph->protocol))
			ports = (const __be32 *)(iph + 1);
	} else if (skb->protocol == htons(ETH_P_IPV6)) {
		const struct ipv6hdr *ip6h = (const void *)skb->data;

		if (skb_headlen(skb) < sizeof(*ip6h) + sizeof(u32))
			return false;
		glance->src = ix_addr_from_in6(&ip6h->saddr);
		glance->dst = ix_addr_from_in6(&ip6h->daddr);
		if (ix_begins_with_ports(ip6h->nexthdr))
			ports = (const __be32 *)(ip6h + 1);
	} else {
		return false;
	}
	glance->ports = ports ? (__force u32)*ports : 0;
	return true;
}

/*
 * Where the flow cache has a packet, before anything is known of it but that it
 * has come in: until it is asked for, memory has the time that the checks take.
 */
static u64 ix_expect_flow(const struct ix_net *ixn, const struct sk_buff *skb)
{
	const struct ix_flow_cache *cache = rcu_dereference(ixn->flow_cache);
	struct ix_glance glance __uninitialized;
	u64 hash;

	if (!cache || !ix_glance_at(skb, &glance))
		return 0;
	hash = ix_flow_cache_hash(cache, glance.src, glance.dst, glance.ports,
				  skb->dev->ifindex);
	ix_flow_cache_expect(cache, smp_processor_id(), hash);
	return hash;
}

/* The device of packets that have waited may be no port any more. */
static const struct ix_tenant *
ix_tenant_of(struct ix_net *ixn, const struct ix_config *config,
	     const struct net_device *dev, const struct ix_device **port)
{
	struct ix_ports *ports;

	*port = ix_device_by_index_rcu(ixn, dev->ifindex);
	if (!*port || rcu_access_pointer((*port)->dev) != dev)
		return NULL;
	ports = rcu_dereference((*port)->ports);
	return ports ? ix_ports_tenant_rcu(ports, config) : NULL;
}

/**
 * struct ix_origin - where packets come from
 * @dev: device
 * @port: the same as a port
 * @tenant: its tenant, or NULL if it is no port any more
 */
struct ix_origin {
	const struct net_device *dev;
	const struct ix_device *port;
	const struct ix_tenant *tenant;
};

/* Packets of one device mostly come one after another. */
static void ix_origin_find(struct ix_origin *origin, struct ix_net *ixn,
			   const struct ix_config *config,
			   const struct sk_buff *skb)
{
	if (origin->dev == skb->dev)
		return;
	origin->dev = skb->dev;
	origin->tenant = ix_tenant_of(ixn, config, skb->dev, &origin->port);
}

/*
 * What the flow cache does not have is going to be looked up, packet by packet. Not
 * inline, as most packets don't need so large a frame.
 */
static noinline void
ix_expect_new_flows(struct ix_net *ixn, const struct ix_config *config,
		    const struct ix_flow_cache *cache,
		    const struct ix_waiting *packets, unsigned int nr)
{
	struct ix_ahead ahead[IX_AHEAD_PACKETS] __uninitialized;
	unsigned int i, cpu = smp_processor_id(), new = 0;
	struct ix_glance glance __uninitialized;
	struct ix_origin origin = {};

	for (i = 0; i < nr; i++) {
		if (cache && ix_flow_cache_fetch(cache, cpu, packets[i].hash))
			continue;
		ix_origin_find(&origin, ixn, config, packets[i].skb);
		if (!origin.tenant || !ix_glance_at(packets[i].skb, &glance))
			continue;
		ahead[new++] = (struct ix_ahead){
			.from = origin.tenant,
			.is_v4 = packets[i].skb->protocol == htons(ETH_P_IP),
			.src = glance.src,
			.dst = glance.dst,
		};
		if (new == IX_AHEAD_PACKETS) {
			ix_look_ahead(config, ahead, new);
			new = 0;
		}
	}
	ix_look_ahead(config, ahead, new);
}

/*
 * Packets that are worked on until an answer of the flow cache has come; then
 * until the tenant and the device that it names have; and then what these lead
 * to. With many tenants each packet may have others, which are far as well.
 */
#define IX_FETCH_AHEAD 8U
#define IX_ANSWER_AHEAD 4U
#define IX_WAY_AHEAD 2U

/**
 * struct ix_answers - the answers to the next packets
 * @found: by the packets' numbers; NULL for one that is not known
 */
struct ix_answers {
	const struct ix_found *found[IX_ANSWER_AHEAD];
};

static __always_inline void ix_expect_tenant(const struct ix_found *found)
{
	if (!found)
		return;
	prefetch(&found->to->stats);
	prefetch(found->nexthop.device);
}

static __always_inline void ix_expect_way(const struct ix_found *found)
{
	const struct ix_device *device;
	const struct net_device *dev;
	const struct ix_ports *ports;

	if (!found)
		return;
	prefetch(found->to->stats);
	device = found->nexthop.device;
	if (!device)
		return;
	ports = rcu_dereference(device->ports);
	if (ports)
		prefetch(&ports->found);
	dev = rcu_dereference(device->dev);
	if (!dev)
		return;
	prefetch(&dev->header_ops);
	prefetch(&dev->mtu);
	prefetch(&dev->flags);
}

/*
 * Packet @i is next. What an answer refers to stays there as long as @config does,
 * even if it gives way to another one meanwhile.
 */
static __always_inline void
ix_expect_ways(struct ix_answers *answers, const struct ix_flow_cache *cache,
	       unsigned int cpu, const struct ix_config *config,
	       const struct ix_waiting *packets, unsigned int nr,
	       unsigned int i)
{
	const struct ix_found *found = NULL;

	if (i + IX_ANSWER_AHEAD < nr)
		found = ix_flow_cache_peek(cache, cpu,
					   packets[i + IX_ANSWER_AHEAD].hash,
					   config->generation);
	/* In the place of packet @i, which does not need its own any more. */
	answers->found[i % IX_ANSWER_AHEAD] = found;
	ix_expect_tenant(found);
	ix_expect_way(answers->found[(i + IX_WAY_AHEAD) % IX_ANSWER_AHEAD]);
}

/*
 * Everything is looked up again, as for packets that come now. Where two of them
 * were of new flows more may be; for few it doesn't pay to look ahead.
 */
static void ix_run_waiting(struct ix_net *ixn, const struct ix_waiting *packets,
			   unsigned int nr)
{
	const struct ix_flow_cache *cache = rcu_dereference(ixn->flow_cache);
	const struct ix_config *config = rcu_dereference(ixn->config);
	unsigned int i, cpu = smp_processor_id();
	const bool pays = ix_ahead_pays(config);
	struct ix_answers answers = {};
	struct ix_origin origin = {};
	u64 few = U64_MAX;

	if (pays) {
		if (cache)
			few = ix_flow_cache_misses(cache, cpu) + 1;
		else
			ix_expect_new_flows(ixn, config, NULL, packets, nr);
	}
	for (i = 0; cache && i < min(nr, IX_FETCH_AHEAD); i++)
		ix_flow_cache_fetch(cache, cpu, packets[i].hash);
	for (i = 0; i < nr; i++) {
		struct net_device *dev = packets[i].skb->dev;

		if (cache && i + IX_FETCH_AHEAD < nr)
			ix_flow_cache_fetch(cache, cpu,
					    packets[i + IX_FETCH_AHEAD].hash);
		if (cache && pays)
			ix_expect_ways(&answers, cache, cpu, config, packets,
				       nr, i);
		if (i % 4 == 3 && cache &&
		    ix_flow_cache_misses(cache, cpu) > few) {
			ix_expect_new_flows(ixn, config, cache, &packets[i],
					    nr - i);
			few = U64_MAX;
		}
		ix_origin_find(&origin, ixn, config, packets[i].skb);
		if (likely(origin.tenant))
			ix_run(ixn, packets[i].skb, origin.port, config,
			       origin.tenant, packets[i].stage,
			       packets[i].hash);
		else
			ix_drop_early(ixn, packets[i].skb, config, NULL, "",
				      IX_DROP_NO_TENANT);
		dev_put(dev);
	}
}

/* Once some more packets are there. */
static unsigned int ix_run_soon(struct ix_net *ixn, struct sk_buff *skb,
				const struct ix_device *port,
				const struct ix_config *config,
				const struct ix_tenant *tenant,
				enum ix_stage stage, u64 hash)
{
	struct ix_backlog *backlog = rcu_dereference(ixn->backlog);
	struct ix_waiting packet = { skb, hash, stage };

	if (likely(backlog && ix_backlog_add(backlog, packet)))
		return NF_STOLEN;
	return ix_run(ixn, skb, port, config, tenant, stage, hash);
}

/**
 * ix_ingress_begin() - before the first port
 * @net: the network namespace
 *
 * Context: process; one at a time (nf_tables' commit mutex).
 *
 * Return: 0, or -ENOMEM.
 */
int ix_ingress_begin(struct net *net)
{
	struct ix_net *ixn = ix_net(net);
	struct ix_backlog *backlog;

	if (rcu_access_pointer(ixn->backlog))
		return 0;
	backlog = ix_backlog_new(ixn, ix_run_waiting);
	if (!backlog)
		return -ENOMEM;
	rcu_assign_pointer(ixn->backlog, backlog);
	return 0;
}
EXPORT_SYMBOL_NS_GPL(ix_ingress_begin, IX);

/**
 * ix_ingress() - a packet has come in by a port
 * @ports: the port's tenant, by name
 * @skb: packet, skb->data at its network header
 *
 * Context: netdev ingress hook: softirq, RCU read side.
 *
 * Return: NF_ACCEPT if it is not for ix, or if the tenant is in mode nft and
 * the ruleset decides; NF_STOLEN if it has been dealt with.
 */
unsigned int ix_ingress(struct ix_ports *ports, struct sk_buff *skb)
{
	struct ix_net *ixn = ports->ixn;
	const struct ix_config *config = rcu_dereference(ixn->config);
	u64 hash = ix_expect_flow(ixn, skb);
	const struct ix_tenant *tenant;
	const struct ix_device *port;

	port = ix_device_by_index_rcu(ixn, skb->dev->ifindex);
	if (port && !ix_is_for_ix(port, skb))
		return NF_ACCEPT;
	/*
	 * A ruleset may give a device to two tenants, if only while a port
	 * moves. Then it is for the hook of the one that has it.
	 */
	if (unlikely(!port || !ix_device_is_in(port, ports)))
		return NF_ACCEPT;
	tenant = ix_ports_tenant_rcu(ports, config);
	if (!tenant)
		return ix_drop_early(ixn, skb, config, NULL, ports->name,
				     IX_DROP_NO_TENANT);
	/*
	 * A packet that goes on through the ruleset has to stay the same skb,
	 * which nobody else may hold if headers are to be pulled. Receivers do
	 * not leave shared ones behind; test tools can make them.
	 */
	if (tenant->mode == IX_MODE_NFT && !skb_shared(skb))
		return ix_run(ixn, skb, port, config, tenant, IX_CLASSIFY,
			      hash);
	if (tenant->mode == IX_MODE_NFT)
		return ix_drop_early(ixn, skb, config, tenant, ports->name,
				     IX_DROP_NO_MEMORY);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		ix_stats_drop(tenant->stats, IX_DROP_NO_MEMORY);
		return NF_STOLEN;
	}
	return ix_run_soon(ixn, skb, port, config, tenant, IX_ENFORCE, hash);
}
EXPORT_SYMBOL_NS_GPL(ix_ingress, IX);

/**
 * ix_ingress_end() - a packet has come to the end of the ingress hook
 * @ports: the port's tenant, by name
 * @skb: packet
 *
 * What is for ix and still here was handed on by no rule. It never goes on
 * into the router's own forwarding.
 *
 * Context: netdev ingress hook: softirq, RCU read side.
 *
 * Return: NF_ACCEPT if it is not for ix, NF_STOLEN otherwise.
 */
unsigned int ix_ingress_end(struct ix_ports *ports, struct sk_buff *skb)
{
	struct ix_net *ixn = ports->ixn;
	const struct ix_config *config = rcu_dereference(ixn->config);
	const struct ix_tenant *tenant;
	const struct ix_device *port;

	port = ix_device_by_index_rcu(ixn, skb->dev->ifindex);
	if (port && !ix_is_for_ix(port, skb))
		return NF_ACCEPT;
	tenant = ix_ports_tenant_rcu(ports, config);
	return ix_drop_early(ixn, skb, config, tenant, ports->name,
			     IX_DROP_NOT_HANDED_ON);
}
EXPORT_SYMBOL_NS_GPL(ix_ingress_end, IX);

/**
 * ix_hand_on() - a rule of the ruleset says flow add
 * @ports: the set of ports that the rule names
 * @skb: packet
 *
 * Everything is looked up again: the configuration may be another by now, and
 * rules in between may have changed the packet. In mode nft the policy of ix is
 * a finding, which the ruleset has read from the mark, and not enforced.
 *
 * Context: netdev ingress hook: softirq, RCU read side.
 *
 * Return: NF_ACCEPT if it is not for ix, NF_STOLEN otherwise.
 */
unsigned int ix_hand_on(struct ix_ports *ports, struct sk_buff *skb)
{
	struct ix_net *ixn = ports->ixn;
	const struct ix_config *config = rcu_dereference(ixn->config);
	const struct ix_tenant *tenant;
	u64 hash = ix_expect_flow(ixn, skb);
	const struct ix_device *port;

	port = ix_device_by_index_rcu(ixn, skb->dev->ifindex);
	if (port && !ix_is_for_ix(port, skb))
		return NF_ACCEPT;
	tenant = ix_ports_tenant_rcu(ports, config);
	if (!tenant)
		return ix_drop_early(ixn, skb, config, NULL, ports->name,
				     IX_DROP_NO_TENANT);
	if (!port || !ix_device_is_in(port, ports))
		return ix_drop_early(ixn, skb, config, tenant, ports->name,
				     IX_DROP_WRONG_PORT);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		ix_stats_drop(tenant->stats, IX_DROP_NO_MEMORY);
		return NF_STOLEN;
	}
	return ix_run_soon(ixn, skb, port, config, tenant,
			   tenant->mode == IX_MODE_INLINE ? IX_ENFORCE :
							    IX_DECIDE, hash);
}
EXPORT_SYMBOL_NS_GPL(ix_hand_on, IX);
