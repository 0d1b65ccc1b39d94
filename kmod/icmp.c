// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors that ix makes.
 */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/pkt_sched.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <net/inetpeer.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/ndisc.h>

#include "compat.h"
#include "icmp.h"

/* Octets of an error: RFC 1812 (4.3.2.3) and RFC 4443 (2.4 c). */
#define IX_ERROR_MAX_V4 576
#define IX_ERROR_MAX_V6 IPV6_MIN_MTU

/* TOS of ICMP errors: internetwork control (RFC 1812, 4.3.2.5). */
#define IX_ERROR_TOS (6 << 5)

/**
 * struct ix_error_row - the error for a drop reason
 * @type4: ICMP type, 0 for none
 * @code4: its code
 * @type6: ICMPv6 type, 0 for none
 * @code6: its code
 */
struct ix_error_row {
	u8 type4;
	u8 code4;
	u8 type6;
	u8 code6;
};

static const struct ix_error_row ix_error_rows[IX_DROP_MAX] = {
	/* RFC 7915, 4.4; RFC 4443, 3.1; RFC 6296, 3.2. */
	[IX_DROP_NOT_LOCAL] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
				ICMPV6_DEST_UNREACH, ICMPV6_POLICY_FAIL },
	[IX_DROP_TTL] = { ICMP_TIME_EXCEEDED, ICMP_EXC_TTL,
			  ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT },
	[IX_DROP_NO_VIEW] = { ICMP_DEST_UNREACH, ICMP_NET_UNREACH,
			      ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[IX_DROP_NO_ROUTE] = { ICMP_DEST_UNREACH, ICMP_NET_UNREACH,
			       ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[IX_DROP_NO_INSTITUTION] = { ICMP_DEST_UNREACH, ICMP_NET_UNREACH,
				     ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[IX_DROP_NO_NEXTHOP] = { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH,
				 ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH },
	[IX_DROP_PROHIBIT] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
			       ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED },
	[IX_DROP_HAIRPIN] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
			      ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED },
	[IX_DROP_POLICY] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
			     ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED },
	[IX_DROP_DEFAULT_DENY] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
				   ICMPV6_DEST_UNREACH,
				   ICMPV6_ADM_PROHIBITED },
	[IX_DROP_TOO_BIG] = { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
			      ICMPV6_PKT_TOOBIG, 0 },
	[IX_DROP_SOURCE_ROUTE] = { ICMP_DEST_UNREACH, ICMP_SR_FAILED,
				   ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD },
	/* RFC 7915, 4.4 and 5.4: what can't be translated. */
	[IX_DROP_EXTENSION_HEADER] = { 0, 0,
				       ICMPV6_DEST_UNREACH,
				       ICMPV6_ADM_PROHIBITED },
	[IX_DROP_UDP_NO_CHECKSUM] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
				      0, 0 },
	[IX_DROP_NO_MAP_BACK] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
				  ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED },
	[IX_DROP_PROTOCOL] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
			       ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED },
	[IX_DROP_AUTH_HEADER] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
				  ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED },
	[IX_DROP_ICMP_FRAGMENT] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
				    ICMPV6_DEST_UNREACH,
				    ICMPV6_ADM_PROHIBITED },
};

struct ix_icmp_error ix_icmp_error(enum ix_drop reason,
				   const struct ix_packet *packet, u32 mtu)
{
	const struct ix_error_row *row = &ix_error_rows[reason];
	const struct ix_headers *outer = &packet->outer;
	struct ix_icmp_error error = {};

	/* RFC 1122 (3.2.2) and RFC 4443 (2.4 e): about what none is sent. */
	if (ix_headers_is_icmp_error(outer) || outer->frag_off ||
	    (outer->protocol == IPPROTO_ICMPV6 &&
	     outer->icmp_type == NDISC_REDIRECT))
		return error;
	if (outer->version == 4) {
		error.type = row->type4;
		error.code = row->code4;
	} else if (outer->version == 6) {
		error.type = row->type6;
		error.code = row->code6;
	}
	if (reason == IX_DROP_TOO_BIG)
		error.info = mtu;
	else if (reason == IX_DROP_SOURCE_ROUTE && outer->version == 6)
		error.info = outer->source_route;
	return error;
}

/* Which errors the stack limits, too, is a setting; never those for path MTU. */
static bool ix_icmp_is_limited(struct net *net, u8 version,
			       struct ix_icmp_error error)
{
	if (version == 6)
		return test_bit(error.type, net->ipv6.sysctl.icmpv6_ratemask);
	if (error.type == ICMP_DEST_UNREACH && error.code == ICMP_FRAG_NEEDED)
		return false;
	return READ_ONCE(net->ipv4.sysctl_icmp_ratemask) & BIT(error.type);
}

/*
 * One bucket for each destination and port (tenants' addresses clash), the
 * stack's own. Its IPv6 ones have no place for a port, but for the address.
 */
static bool ix_icmp_peer_may_get(struct net *net, const struct net_device *dev,
				 const struct ix_headers *outer)
{
	struct in6_addr dst6 = ix_addr_to_in6(outer->src);
	struct inet_peer *peer;
	int timeout;
	bool may;

	rcu_read_lock();
	if (outer->version == 4) {
		timeout = READ_ONCE(net->ipv4.sysctl_icmp_ratelimit);
		peer = inet_getpeer_v4(net->ipv4.peers,
				       ix_addr_to_in4(outer->src),
				       dev->ifindex);
	} else {
		dst6.s6_addr32[0] ^= htonl(dev->ifindex);
		timeout = READ_ONCE(net->ipv6.sysctl.icmpv6_time);
		peer = inet_getpeer_v6(net->ipv6.peers, &dst6);
	}
	may = inet_peer_xrlim_allow(peer, timeout);
	rcu_read_unlock();
	return may;
}

/*
 * First the bucket that all errors of the namespace share with the stack's: of
 * a flood from many sources nothing is remembered. Who gets none for his own
 * sake takes nothing out of it.
 */
static bool ix_icmp_may_send(struct net *net, const struct net_device *dev,
			     const struct ix_headers *outer,
			     struct ix_icmp_error error)
{
	if (!ix_icmp_is_limited(net, outer->version, error))
		return true;
	if (!ix_icmp_global_allow(net)) {
		ix_icmp_count_limited_global(net);
		return false;
	}
	if (!ix_icmp_peer_may_get(net, dev, outer)) {
		ix_icmp_count_limited_host(net, outer->version);
		return false;
	}
	ix_icmp_global_consume(net);
	return true;
}

/*
 * The link-layer header of the offending packet, turned round. Tunnels may
 * have header operations, and no header.
 */
static bool ix_icmp_link_layer(struct sk_buff *skb, const struct sk_buff *old)
{
	const struct net_device *dev = skb->dev;
	const struct ethhdr *eth;

	if (!dev->header_ops || !dev->header_ops->create)
		return true;
	if (dev->type != ARPHRD_ETHER || !skb_mac_header_was_set(old) ||
	    skb_mac_header(old) + ETH_HLEN > old->data)
		return false;
	eth = eth_hdr(old);
	if (is_multicast_ether_addr(eth->h_source) ||
	    is_multicast_ether_addr(eth->h_dest))
		return false;
	return dev_hard_header(skb, skb->dev, ntohs(skb->protocol),
			       eth->h_source, eth->h_dest, skb->len) >= 0;
}

static void ix_icmp_write4(struct sk_buff *skb, const struct ix_headers *outer,
			   struct ix_addr gateway, struct ix_icmp_error error,
			   unsigned int quote)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));
	struct icmphdr *icmph = skb_put_zero(skb, sizeof(*icmph));

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = IX_ERROR_TOS;
	iph->tot_len = htons(sizeof(*iph) + sizeof(*icmph) + quote);
	/* Without DF, like the stack's: it is to arrive. */
	iph->id = htons(get_random_u16());
	iph->ttl = IPDEFTTL;
	iph->protocol = IPPROTO_ICMP;
	iph->saddr = ix_addr_to_in4(gateway);
	iph->daddr = ix_addr_to_in4(outer->src);
	ip_send_check(iph);

	icmph->type = error.type;
	icmph->code = error.code;
	if (error.type == ICMP_DEST_UNREACH && error.code == ICMP_FRAG_NEEDED)
		icmph->un.frag.mtu = htons(min_t(u32, error.info, U16_MAX));
	else if (error.type == ICMP_PARAMETERPROB)
		icmph->un.gateway = htonl(error.info << 24);
	skb->protocol = htons(ETH_P_IP);
}

static void ix_icmp_write6(struct sk_buff *skb, const struct ix_headers *outer,
			   struct ix_addr gateway, struct ix_icmp_error error,
			   unsigned int quote)
{
	struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));
	struct icmp6hdr *icmp6h = skb_put_zero(skb, sizeof(*icmp6h));

	/* Class 0, like the stack's. */
	ip6_flow_hdr(ip6h, 0, 0);
	ip6h->payload_len = htons(sizeof(*icmp6h) + quote);
	ip6h->nexthdr = IPPROTO_ICMPV6;
	ip6h->hop_limit = IPV6_DEFAULT_HOPLIMIT;
	ip6h->saddr = ix_addr_to_in6(gateway);
	ip6h->daddr = ix_addr_to_in6(outer->src);

	icmp6h->icmp6_type = error.type;
	icmp6h->icmp6_code = error.code;
	icmp6h->icmp6_dataun.un_data32[0] = htonl(error.info);
	skb->protocol = htons(ETH_P_IPV6);
}

static void ix_icmp_checksum(struct sk_buff *skb, unsigned int header)
{
	unsigned int len = skb->len - header;
	struct icmp6hdr *icmp6h;
	struct ipv6hdr *ip6h;
	struct icmphdr *icmph;

	if (skb->protocol == htons(ETH_P_IP)) {
		icmph = (struct icmphdr *)(skb->data + header);
		icmph->checksum = csum_fold(csum_partial(icmph, len, 0));
		return;
	}
	ip6h = (struct ipv6hdr *)skb->data;
	icmp6h = (struct icmp6hdr *)(skb->data + header);
	icmp6h->icmp6_cksum = csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, len,
					      IPPROTO_ICMPV6,
					      csum_partial(icmp6h, len, 0));
}

bool ix_icmp_send(struct net *net, const struct sk_buff *skb,
		  const struct ix_packet *packet, struct ix_addr gateway,
		  struct ix_icmp_error error)
{
	const struct ix_headers *outer = &packet->outer;
	bool v4 = outer->version == 4;
	unsigned int header = v4 ? sizeof(struct iphdr) :
				   sizeof(struct ipv6hdr);
	unsigned int max = v4 ? IX_ERROR_MAX_V4 : IX_ERROR_MAX_V6;
	struct net_device *dev = skb->dev;
	unsigned int quote;
	struct sk_buff *nskb;

	if (!ix_icmp_may_send(net, dev, outer, error))
		return false;

	/* ICMP and ICMPv6 headers have 8 octets. */
	quote = min3(skb->len, outer->end,
		     max - header - (unsigned int)sizeof(struct icmphdr));
	nskb = alloc_skb(LL_RESERVED_SPACE(dev) + max, GFP_ATOMIC);
	if (!nskb)
		return false;
	skb_reserve(nskb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(nskb);
	nskb->dev = dev;
	nskb->priority = TC_PRIO_CONTROL;
	if (v4)
		ix_icmp_write4(nskb, outer, gateway, error, quote);
	else
		ix_icmp_write6(nskb, outer, gateway, error, quote);
	skb_set_transport_header(nskb, header);
	if (skb_copy_bits(skb, 0, skb_put(nskb, quote), quote))
		goto err;
	ix_icmp_checksum(nskb, header);
	if (!ix_icmp_link_layer(nskb, skb))
		goto err;
	dev_queue_xmit(nskb);
	return true;

err:
	kfree_skb(nskb);
	return false;
}
