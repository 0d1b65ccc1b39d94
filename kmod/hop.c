// SPDX-License-Identifier: GPL-2.0
/*
 * The last step: which device and neighbour a packet is handed to.
 */
#include <linux/if_vlan.h>
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <net/flow.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6_stubs.h>
#include <net/l3mdev.h>
#include <net/neighbour.h>
#include <net/nexthop.h>
#include <net/route.h>

#include "device.h"
#include "hop.h"
#include "net.h"

/* May packets for @to leave through @dev, which a routing table has named? */
static bool ix_hop_is_port_of(const struct ix_net *ixn,
			      const struct net_device *dev,
			      const struct ix_tenant *to)
{
	const struct ix_device *device;

	device = ix_device_by_index_rcu(ixn, dev->ifindex);
	return device && ix_device_usable_rcu(device) &&
	       ix_device_is_port_of(device, to);
}

/*
 * Of several equal paths a flow keeps to one, so that its packets stay in
 * order; the hash knows only addresses, as fragments have no ports.
 */
static bool ix_hop_from_fib4(const struct ix_net *ixn,
			     const struct ix_route *route,
			     const struct ix_tenant *to, struct ix_addr src,
			     struct ix_addr dst, struct ix_hop *hop)
{
	struct flowi4 fl4 = {
		.saddr = ix_addr_to_in4(src),
		.daddr = ix_addr_to_in4(dst),
	};
	struct fib_result res;
	unsigned int i, paths, first;

	if (!route->fib4 ||
	    fib_table_lookup(route->fib4, &fl4, &res, FIB_LOOKUP_NOREF) ||
	    res.type != RTN_UNICAST)
		return false;

	paths = fib_info_num_path(res.fi);
	first = paths > 1 ? jhash_2words((__force u32)fl4.saddr,
					 (__force u32)fl4.daddr, 0) : 0;
	for (i = 0; i < paths; i++) {
		const struct fib_nh_common *nhc;

		nhc = fib_info_nhc(res.fi, (first + i) % paths);
		if (nhc->nhc_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
			continue;
		if (!nhc->nhc_dev || !ix_hop_is_port_of(ixn, nhc->nhc_dev, to))
			continue;
		hop->dev = nhc->nhc_dev;
		hop->has_gateway = nhc->nhc_gw_family;
		hop->gateway_is_v4 = nhc->nhc_gw_family == AF_INET;
		if (nhc->nhc_gw_family == AF_INET)
			hop->gateway = ix_addr_from_in4(nhc->nhc_gw.ipv4);
		else if (nhc->nhc_gw_family == AF_INET6)
			hop->gateway = ix_addr_from_in6(&nhc->nhc_gw.ipv6);
		return true;
	}
	return false;
}

static bool ix_hop_from_fib6(const struct ix_net *ixn,
			     const struct ix_route *route,
			     const struct ix_tenant *to, struct ix_addr src,
			     struct ix_addr dst, struct ix_hop *hop)
{
	struct flowi6 fl6 = {
		.saddr = ix_addr_to_in6(src),
		.daddr = ix_addr_to_in6(dst),
	};
	struct rt6_info *rt;
	bool found = false;

	if (!route->fib6)
		return false;
	rt = ip6_pol_route(ixn->net, route->fib6, 0, &fl6, NULL,
			   RT6_LOOKUP_F_DST_NOREF);
	if (!rt->dst.error &&
	    !(rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST | RTF_REJECT)) &&
	    ix_hop_is_port_of(ixn, rt->dst.dev, to)) {
		hop->dev = rt->dst.dev;
		hop->has_gateway = rt->rt6i_flags & RTF_GATEWAY;
		hop->gateway_is_v4 = false;
		hop->gateway = ix_addr_from_in6(&rt->rt6i_gateway);
		found = true;
	}
	ip6_rt_put_flags(rt, RT6_LOOKUP_F_DST_NOREF);
	return found;
}

/**
 * ix_hop_by() - the way into a tenant by one next hop
 * @nexthop: the next hop
 * @to: the tenant
 * @hop: where to store the result
 *
 * Context: RCU read side.
 *
 * Return: false if its device is not up, or no port of the tenant.
 */
bool ix_hop_by(const struct ix_nexthop *nexthop, const struct ix_tenant *to,
	       struct ix_hop *hop)
{
	struct net_device *dev = ix_device_usable_rcu(nexthop->device);

	if (!dev || !ix_device_is_port_of(nexthop->device, to))
		return false;
	*hop = (struct ix_hop){
		.dev = dev,
		.has_gateway = nexthop->has_gateway,
		.gateway_is_v4 = nexthop->gateway_is_v4,
		.gateway = nexthop->gateway,
		.mtu = READ_ONCE(dev->mtu),
	};
	return true;
}

/**
 * ix_hop_find() - the way into a tenant
 * @ixn: the namespace's state
 * @route: entry of the sender's forwarding table
 * @to: the tenant that it leads to
 * @version: 4 or 6, of the packet as it leaves
 * @src: its source as it leaves
 * @dst: its destination as it leaves
 * @hop: where to store the result
 *
 * The first next hop in the order of preference whose device is up and a port
 * of the tenant; or what the kernel's routing table says, on the same
 * condition: no route of another daemon can make a packet leave elsewhere.
 *
 * Context: RCU read side, BHs off.
 *
 * Return: false if there is none.
 */
bool ix_hop_find(const struct ix_net *ixn, const struct ix_route *route,
		 const struct ix_tenant *to, u8 version, struct ix_addr src,
		 struct ix_addr dst, struct ix_hop *hop)
{
	unsigned int i;
	bool found;

	for (i = 0; i < route->nexthops_nr; i++)
		if (ix_hop_by(&route->nexthops[i], to, hop))
			return true;

	if (!route->table)
		return false;
	if (route->vrf) {
		const struct net_device *vrf;

		/* A VRF that was made again, with another table, is another. */
		vrf = ix_device_usable_rcu(route->vrf);
		if (!vrf || l3mdev_fib_table_rcu(vrf) != route->table)
			return false;
	}
	found = version == 4 ?
		ix_hop_from_fib4(ixn, route, to, src, dst, hop) :
		ix_hop_from_fib6(ixn, route, to, src, dst, hop);
	if (found)
		hop->mtu = READ_ONCE(hop->dev->mtu);
	return found;
}

/* Context: RCU read side, BHs off. May be one that has yet to be resolved. */
static struct neighbour *ix_hop_neighbour(struct net_device *dev, bool v4,
					  struct ix_addr addr)
{
	struct in6_addr in6;

	if (v4)
		return ip_neigh_gw4(dev, ix_addr_to_in4(addr));
	/* The kernel may have been started without IPv6. */
	if (unlikely(!ipv6_stub->nd_tbl))
		return ERR_PTR(-EAFNOSUPPORT);
	in6 = ix_addr_to_in6(addr);
	return ip_neigh_gw6(dev, &in6);
}

/**
 * ix_hop_xmit() - hand a packet to its device
 * @skb: packet, complete from its IP header on; consumed
 * @hop: where it goes
 * @dst: its destination as it leaves, the neighbour if there is no gateway
 *
 * What earlier hooks and the receiving device have left on the skb is cleared,
 * as the stack does when it forwards; the mark stays. The device's own queueing
 * and the egress hook follow.
 *
 * Context: RCU read side, BHs off.
 *
 * Return: 0, or a negative error: the packet is gone in any case.
 */
int ix_hop_xmit(struct sk_buff *skb, const struct ix_hop *hop,
		struct ix_addr dst)
{
	bool v4 = skb->protocol == htons(ETH_P_IP), next_is_v4 = v4;
	struct net_device *dev = hop->dev;
	struct neighbour *neighbour;
	struct ix_addr next = dst;

	if (skb_cow_head(skb, LL_RESERVED_SPACE(dev))) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
		return -ENOMEM;
	}

	skb_orphan(skb);
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	skb_clear_tstamp(skb);
	skb_forward_csum(skb);
	__vlan_hwaccel_clear_tag(skb);
	skb->ignore_df = 0;
	skb->dev = dev;

	/* No link-layer header: the device has one peer, or knows by itself. */
	if (!dev->header_ops)
		return dev_queue_xmit(skb);

	if (hop->has_gateway) {
		next_is_v4 = hop->gateway_is_v4;
		next = hop->gateway;
	}
	neighbour = ix_hop_neighbour(dev, next_is_v4, next);
	if (IS_ERR(neighbour)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NEIGH_CREATEFAIL);
		return PTR_ERR(neighbour);
	}
	/* The header that a neighbour keeps ready names its own IP version. */
	return neigh_output(neighbour, skb, next_is_v4 != v4);
}
