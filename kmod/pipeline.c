// SPDX-License-Identifier: GPL-2.0
/*
 * The path of a packet. The order of the steps is that of
 * Documentation/packet-path.rst.
 */
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/prefetch.h>
#include <linux/tcp.h>
#include <linux/timekeeping.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "compat.h"
#include "device.h"
#include "event.h"
#include "flow_cache.h"
#include "icmp_map.h"
#include "net.h"
#include "pipeline.h"
#define CREATE_TRACE_POINTS
#include "trace.h"

/* By how much the header of IPv6 is longer than that of IPv4. */
#define IX_HEADER_GROWTH ((s32)(sizeof(struct ipv6hdr) - sizeof(struct iphdr)))

static const u8 ix_core_reasons[] = {
#define IX_DROP_CORE(id, name, core, doc) \
	[IX_DROP_##id] = SKB_DROP_REASON_##core,
	IX_DROP_REASONS(IX_DROP_CORE)
#undef IX_DROP_CORE
};

/* Is a source that belongs to @registration believed on this port? */
static bool ix_source_believed(const struct ix_registration *registration,
			       const struct ix_tenant *from,
			       const struct ix_device *port)
{
	return registration && registration->tenant == from->object.number &&
	       (!registration->port || registration->port == port);
}

/*
 * The source as an IX address. An ICMP error may come from a router that is no
 * host of any institution; it is judged by the packet that it is about, whose
 * destination lies behind that router, and goes on under the receiving tenant's
 * gateway address if its own source has no map (RFC 7915, 4.1; RFC 6791).
 */
static const struct ix_map *ix_lift_source(const struct ix_packet *packet,
					   const struct ix_map_set *maps,
					   struct ix_addr *src_ix)
{
	const struct ix_headers *own = packet->is_error ? &packet->inner :
							  &packet->outer;
	struct ix_addr host = packet->is_error ? own->dst : own->src;

	return ix_map_set_lift(maps, own->version == 4, host, src_ix);
}

/* The tenants that the two institutions are reached through. */
static const struct ix_tenant *ix_home_of_source(const struct ix_decision *d)
{
	return d->detour_of ?: d->from;
}

static const struct ix_tenant *
ix_home_of_destination(const struct ix_decision *d)
{
	return d->detour_of ?: d->found.to;
}

static bool ix_is_detour_back(const struct ix_decision *d)
{
	return d->detour_of && d->detour_of != d->from;
}

static struct ix_memberships
ix_memberships_of(const struct ix_registration *registration,
		  const struct ix_tenant *tenant)
{
	return (struct ix_memberships){ registration->groups, tenant->groups };
}

/*
 * What the forwarding table does not have, a purpose group may: the prefixes of
 * its members exist for each other.
 */
static enum ix_drop ix_decide_by_group(struct ix_decision *d,
				       const struct ix_registration *dst)
{
	struct ix_memberships src = ix_memberships_of(d->src,
						      ix_home_of_source(d));
	const struct ix_tenant *to;

	if (!ix_is_member(src) || !dst)
		return IX_DROP_NO_ROUTE;
	to = ix_config_tenant(d->config, dst->tenant);
	d->route_group = ix_group_common(src, ix_memberships_of(dst, to), 0);
	if (!d->route_group)
		return IX_DROP_NO_ROUTE;
	d->dst = dst;
	d->found.to = to;
	d->found.route = to->way;
	return IX_FORWARDED;
}

static bool ix_routes_to(const struct ix_tenant *tenant, struct ix_addr ix,
			 const struct ix_tenant *to)
{
	const struct ix_lpm_leaf *leaf = ix_lpm_lookup(&tenant->routes, ix);
	const struct ix_route *route;

	if (!leaf)
		return false;
	route = container_of(leaf, struct ix_route, leaf);
	return route->type == IX_ROUTE_TYPE_TENANT &&
	       route->to == to->object.number;
}

/*
 * Simple hairpinning (RFC 7757, 4.2.1): a tenant's packets for its own hosts go
 * through another tenant's network. What comes in from there is believed if both
 * ends are the tenant's, and if it is the tenant's own forwarding table that
 * sends such packets there. An error may come from halfway.
 *
 * Return: the tenant, or NULL if it is no such packet.
 */
static const struct ix_tenant *
ix_detour_back_of(const struct ix_packet *packet, const struct ix_decision *d,
		  const struct ix_lpm_query *src_query,
		  const struct ix_lpm_query *dst_query)
{
	const struct ix_registration *src = ix_registration_of(src_query);
	const struct ix_registration *dst = ix_registration_of(dst_query);
	const struct ix_tenant *home;

	if (!src || !dst || src->tenant != dst->tenant || src->port)
		return NULL;
	home = ix_config_tenant(d->config, src->tenant);
	if (home == d->from || home->hairpin != IX_HAIRPIN_SIMPLE)
		return NULL;
	if (ix_routes_to(home, dst_query->key, d->from) ||
	    (packet->is_error && ix_routes_to(home, src_query->key, d->from)))
		return home;
	return NULL;
}

/*
 * Who sends it, whom it is for, and by which route. The tables are asked side
 * by side, and their answers are looked at in the order of the path.
 */
static enum ix_drop ix_decide_parties(const struct ix_device *port,
				      const struct ix_packet *packet,
				      struct ix_decision *d)
{
	enum { SRC, DST, ROUTE, QUERIES };
	const struct ix_headers *outer = &packet->outer;
	const struct ix_map *src_map, *dst_map = NULL;
	struct ix_lpm_query query[QUERIES] __uninitialized;
	const struct ix_view *view;
	struct ix_addr dst_ix;

	BUILD_BUG_ON(QUERIES > IX_LPM_QUERIES);
	src_map = ix_lift_source(packet, &d->from->maps, &d->src_ix);
	d->src_map = src_map;
	view = ix_config_view(d->config, d->from->view);
	if (view)
		dst_map = ix_map_set_lift(&view->maps, outer->version == 4,
					  outer->dst, &dst_ix);
	/* What comes back from a detour is of hosts that the view shows. */
	if (unlikely(!src_map) && dst_map)
		src_map = ix_lift_source(packet, &view->maps, &d->src_ix);
	if (!src_map)
		return IX_DROP_NOT_LOCAL;

	query[SRC].lpm = &d->config->registry;
	query[SRC].key = d->src_ix;
	if (dst_map) {
		query[DST].lpm = &d->config->registry;
		query[DST].key = dst_ix;
		query[ROUTE].lpm = &d->from->routes;
		query[ROUTE].key = dst_ix;
	}
	ix_lpm_lookup_all(query, dst_map ? QUERIES : 1);

	if (likely(d->src_map))
		d->src = ix_registration_of(&query[SRC]);
	if (unlikely(!ix_source_believed(d->src, d->from, port))) {
		if (dst_map)
			d->detour_of = ix_detour_back_of(packet, d, &query[SRC],
							 &query[DST]);
		if (!d->detour_of)
			return d->src_map ? IX_DROP_SPOOFED :
					    IX_DROP_NOT_LOCAL;
		d->src_map = src_map;
		d->src = ix_registration_of(&query[SRC]);
	}
	if (!dst_map)
		return IX_DROP_NO_VIEW;
	d->dst_map = dst_map;
	d->dst_ix = dst_ix;
	if (!query[ROUTE].leaf)
		return ix_decide_by_group(d, ix_registration_of(&query[DST]));
	d->found.route = container_of(query[ROUTE].leaf, struct ix_route, leaf);
	if (d->found.route->type == IX_ROUTE_TYPE_BLACKHOLE)
		return IX_DROP_BLACKHOLE;
	if (d->found.route->type == IX_ROUTE_TYPE_PROHIBIT)
		return IX_DROP_PROHIBIT;
	d->found.to = ix_config_tenant(d->config, d->found.route->to);
	/* Wanted when the policy has been asked. */
	prefetch(&d->found.to->maps);
	if (d->found.route->nexthops_nr)
		prefetch(d->found.route->nexthops[0].device);
	d->dst = ix_registration_of(&query[DST]);
	if (!d->dst)
		return IX_DROP_NO_INSTITUTION;
	if (likely(d->dst->tenant == d->found.route->to))
		return IX_FORWARDED;
	if (d->dst->tenant != d->from->object.number ||
	    d->from->hairpin != IX_HAIRPIN_SIMPLE)
		return IX_DROP_NO_INSTITUTION;
	d->detour_of = d->from;
	return IX_FORWARDED;
}

/*
 * What the policy looks at, for IPv4 and IPv6 alike: of an ICMP error that of the
 * packet that it is about.
 */
static struct ix_flow ix_flow_of(const struct ix_packet *packet)
{
	const struct ix_headers *h = packet->is_error ? &packet->inner :
							&packet->outer;
	struct ix_flow flow = {
		.protocol = h->protocol,
		.no_ports = h->frag_off,
		.sport = h->sport,
		.dport = h->dport,
	};

	switch (h->protocol) {
	case IPPROTO_ICMP:
		flow.protocol = IPPROTO_ICMPV6;
		flow.icmp_type = ix_icmp_type_4to6(h->icmp_type, h->icmp_code);
		break;
	case IPPROTO_ICMPV6:
		flow.icmp_type = h->icmp_type;
		break;
	case IPPROTO_TCP:
		/* The octets that an ICMP error quotes may end before the flags. */
		flow.may_open = h->has_tcp_flags &&
				!(h->tcp_flags & (TCPHDR_ACK | TCPHDR_RST));
		fallthrough;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
		flow.no_ports |= !h->has_ports;
		break;
	}
	return flow;
}

static struct ix_party ix_party_of(const struct ix_registration *registration,
				   const struct ix_tenant *tenant)
{
	return (struct ix_party){
		.tag = registration->tag,
		.quarantined = registration->quarantined || tenant->quarantined,
		.classes = registration->classes,
		.strangers = READ_ONCE(registration->strangers),
		.memberships = ix_memberships_of(registration, tenant),
	};
}

/* An ICMP error is permitted if the packet that it is about was. */
static enum ix_drop ix_decide_policy(const struct ix_packet *packet,
				     const struct ix_flow *flow,
				     struct ix_decision *d)
{
	struct ix_party src = ix_party_of(d->src, ix_home_of_source(d));
	struct ix_party dst = ix_party_of(d->dst, ix_home_of_destination(d));
	enum ix_drop denied;

	/* Nothing passes from a tenant in quarantine, or to it; nor through it. */
	if (unlikely(d->detour_of)) {
		src.quarantined |= d->from->quarantined;
		dst.quarantined |= d->found.to->quarantined;
	}
	if (packet->is_error)
		swap(src, dst);
	d->judgement = ix_policy_judge(&d->config->policy, d->config->services,
				       &src, &dst, flow,
				       d->now ?: ktime_get_real_seconds());
	d->found.counter = d->judgement.counter;
	d->found.trial_counter = d->judgement.monitored ?
				 d->judgement.monitored->counter : NULL;
	d->found.until = d->judgement.until;
	d->found.service = d->judgement.service;
	d->found.qos = d->judgement.qos;
	d->found.is_reply = d->judgement.verdict == IX_VERDICT_REPLY;
	d->found.verdict = d->judgement.verdict;
	denied = ix_verdict_drop(d->found.verdict);
	if (!denied && packet->is_error)
		d->found.verdict = IX_VERDICT_ERROR;
	return denied;
}

/* Is the policy only watched between these two tenants? */
static bool ix_is_monitored(const struct ix_decision *d)
{
	return d->config->settings.monitor || d->from->monitor ||
	       d->found.to->monitor;
}

static void ix_mark_put(struct ix_decision *d, struct ix_mark_field field,
			u32 value)
{
	u32 mask;

	if (!field.bits)
		return;
	mask = GENMASK(field.bits - 1, 0);
	d->found.mark |= (value & mask) << field.shift;
	d->found.mark_mask |= mask << field.shift;
}

static void ix_decide_mark(struct ix_decision *d)
{
	const struct ix_settings *settings = &d->config->settings;

	ix_mark_put(d, settings->verdict, d->found.verdict);
	ix_mark_put(d, settings->source, d->src->first_class);
	ix_mark_put(d, settings->destination, d->dst->first_class);
}

/* Maps of all of IPv4 have images of what is no address of a host, as well. */
static bool ix_lower(const struct ix_map_set *maps, bool v4, struct ix_addr ix,
		     struct ix_addr *own)
{
	return ix_map_set_lower(maps, v4, ix, own) &&
	       !(v4 && ix_is_bad_address4(ix_addr_to_in4(*own)));
}

/* The sender of an ICMP error, which need not be a host of anybody. */
static bool ix_lift_error_sender(const struct ix_packet *packet,
				 const struct ix_decision *d,
				 struct ix_addr *src_ix)
{
	bool v4 = packet->outer.version == 4;
	const struct ix_view *view;

	if (ix_map_set_lift(&d->from->maps, v4, packet->outer.src, src_ix))
		return true;
	view = ix_is_detour_back(d) ?
	       ix_config_view(d->config, d->from->view) : NULL;
	return view &&
	       ix_map_set_lift(&view->maps, v4, packet->outer.src, src_ix);
}

/*
 * A detour leads through a network that knows the host by this view. Had it a
 * host of its own with that address, what comes back would be taken for its.
 */
static bool ix_detour_shows(const struct ix_tenant *through,
			    const struct ix_view *view, bool v4,
			    struct ix_addr ix)
{
	struct ix_addr seen, back;

	return ix_map_set_lower(&view->maps, v4, ix, &seen) &&
	       (!ix_map_set_lift(&through->maps, v4, seen, &back) ||
		ix_addr_equal(back, ix));
}

/* The addresses with which it leaves, if both can be had in one version. */
static bool ix_decide_addresses(const struct ix_packet *packet, bool v4,
				struct ix_decision *d)
{
	const struct ix_view *view = ix_config_view(d->config, d->found.to->view);
	const struct ix_map_set *dst_maps = &d->found.to->maps;
	struct ix_xlat *xlat = &d->xlat;
	struct ix_addr src_ix;
	bool mapped;

	if (!view)
		return false;
	if (unlikely(d->detour_of == d->from)) {
		if (!ix_detour_shows(d->found.to, view, v4, d->src_ix) ||
		    !ix_detour_shows(d->found.to, view, v4, d->dst_ix))
			return false;
		dst_maps = &view->maps;
	}
	if (!ix_lower(dst_maps, v4, d->dst_ix, &d->found.new_dst))
		return false;

	if (!packet->is_error)
		return ix_lower(&view->maps, v4, d->src_ix, &d->found.new_src);

	/* The sender of what an error is about is whom the error is for. */
	xlat->inner_src = d->found.new_dst;
	if (!ix_lower(&view->maps, v4, d->src_ix, &xlat->inner_dst))
		return false;
	/*
	 * An address that no host has is translated like others (RFC 7915,
	 * 4.1), but must not be seen where it means something.
	 */
	mapped = !(v4 && packet->outer.bad_source) &&
		 ix_lift_error_sender(packet, d, &src_ix) &&
		 ix_lower(&view->maps, v4, src_ix, &d->found.new_src);
	if (mapped)
		return true;
	if (v4 && d->found.to->has_error_pool4) {
		d->found.new_src = ix_icmp_pool_source(d->found.to->error_pool4,
						       packet->outer.src);
		return true;
	}
	d->found.new_src = v4 ? d->found.to->gateway4 : d->found.to->gateway6;
	return v4 ? d->found.to->has_gateway4 : d->found.to->has_gateway6;
}

/* What the settings say of a packet that changes its version. */
static void ix_decide_options(const struct ix_packet *packet,
			      struct ix_decision *d)
{
	const struct ix_settings *settings = &d->config->settings;
	struct ix_xlat *xlat = &d->xlat;
	u16 tos;

	xlat->lowest_ipv6_mtu = settings->lowest_ipv6_mtu;
	if (packet->outer.version == xlat->version)
		return;
	tos = xlat->version == 6 ? settings->traffic_class : settings->tos;
	if (tos != IX_TOS_COPY) {
		xlat->flags |= IX_XLAT_SET_TOS;
		xlat->tos = tos;
	}
	if (settings->udp_zero_checksum == IX_UDP_ZERO_CHECKSUM_DROP)
		xlat->flags |= IX_XLAT_DROP_ZERO_CHECKSUM;
}

/* How large a TCP segment of this version may be on a link. */
static u16 ix_link_mss(u8 version, u32 mtu)
{
	u32 headers = sizeof(struct tcphdr) +
		      (version == 4 ? sizeof(struct iphdr) :
				      sizeof(struct ipv6hdr));

	return clamp_t(u32, mtu, headers + TCP_MIN_MSS, IP_MAX_MTU) - headers;
}

/*
 * What a SYN offers must fit the links on both sides of the router: what comes
 * back uses the one that it came by.
 */
static void ix_decide_mss(const struct ix_packet *packet,
			  struct ix_decision *d)
{
	const struct ix_headers *outer = &packet->outer;
	struct ix_xlat *xlat = &d->xlat;

	if (outer->protocol != IPPROTO_TCP || !(outer->tcp_flags & TCPHDR_SYN))
		return;
	xlat->flags |= IX_XLAT_CLAMP_MSS;
	xlat->mss = min(ix_link_mss(outer->version, xlat->in_mtu),
			ix_link_mss(xlat->version, xlat->out_mtu));
	if (d->from->tcp_mss > IX_TCP_MSS_PATH)
		xlat->mss = min(xlat->mss, d->from->tcp_mss);
	if (d->found.to->tcp_mss > IX_TCP_MSS_PATH)
		xlat->mss = min(xlat->mss, d->found.to->tcp_mss);
}

/* The code point that the QoS class of the rule stands for. */
static void ix_decide_dscp(struct ix_decision *d)
{
	u8 dscp = d->config->dscp[d->found.qos];

	if (dscp == IX_DSCP_KEEP)
		return;
	d->xlat.flags |= IX_XLAT_SET_DSCP;
	d->xlat.dscp = dscp;
}

/*
 * The first part of ix_decide(): what is the same for all packets with the same
 * addresses and ports. Everything that it looks at is in struct ix_flow_key, but
 * for ICMP errors, of which nothing is kept.
 */
static enum ix_drop ix_decide_flow(const struct ix_device *port,
				   const struct ix_packet *packet,
				   const struct ix_flow *flow,
				   enum ix_stage stage, struct ix_decision *d)
{
	enum ix_drop reason, denied;
	bool v4;

	/* An error must be for the sender of what it is about. */
	if (packet->is_error &&
	    !ix_addr_equal(packet->inner.src, packet->outer.dst))
		return IX_DROP_ICMP_INNER;

	reason = ix_decide_parties(port, packet, d);
	if (reason)
		return reason;
	if (unlikely(d->found.to == d->from) &&
	    d->from->hairpin != IX_HAIRPIN_INTRINSIC)
		return IX_DROP_HAIRPIN;

	denied = ix_decide_policy(packet, flow, d);
	ix_decide_mark(d);
	/* An emergency brake: nobody's ruleset, and no monitor mode, lifts it. */
	if (unlikely(denied == IX_DROP_QUARANTINE))
		return denied;
	if (stage == IX_CLASSIFY)
		return IX_FORWARDED;
	if (denied && stage == IX_ENFORCE) {
		if (!ix_is_monitored(d))
			return denied;
		d->would_drop = denied;
	}

	/* A host of both versions is spoken to in that of the sender. */
	v4 = packet->outer.version == 4;
	if (!ix_decide_addresses(packet, v4, d)) {
		v4 = !v4;
		if (!ix_decide_addresses(packet, v4, d))
			return IX_DROP_NO_MAP_BACK;
	}
	d->found.new_version = v4 ? 4 : 6;
	d->found.src_tag = d->src->tag;
	d->found.dst_tag = d->dst->tag;
	if (d->found.route && d->found.route->nexthops_nr == 1)
		d->found.nexthop = d->found.route->nexthops[0];
	return IX_FORWARDED;
}

static bool ix_decide_hop(const struct ix_net *ixn, struct ix_decision *d)
{
	/* A cached one spares the look at the route. */
	if (likely(d->found.nexthop.device))
		return ix_hop_by(&d->found.nexthop, d->found.to, &d->hop);
	/* A tenant may have no way in for what groups lead there. */
	return d->found.route &&
	       ix_hop_find(ixn, d->found.route, d->found.to, d->xlat.version, d->xlat.src,
			   d->xlat.dst, &d->hop);
}

/* The second part: what depends on the packet, and on the state of devices. */
static enum ix_drop ix_decide_packet(const struct ix_net *ixn,
				     const struct ix_packet *packet,
				     struct ix_decision *d)
{
	enum ix_drop reason;

	d->xlat.src = d->found.new_src;
	d->xlat.dst = d->found.new_dst;
	d->xlat.version = d->found.new_version;
	ix_decide_options(packet, d);
	reason = ix_xlat_check(packet, &d->xlat);
	if (reason)
		return reason;

	if (!ix_decide_hop(ixn, d))
		return IX_DROP_NO_NEXTHOP;
	d->xlat.out_mtu = d->hop.mtu;
	if (d->from->tcp_mss || d->found.to->tcp_mss)
		ix_decide_mss(packet, d);
	if (d->found.qos)
		ix_decide_dscp(d);
	return IX_FORWARDED;
}

/**
 * ix_decide() - what is to become of a packet
 * @ixn: the namespace's state
 * @port: port that it came in by
 * @packet: its headers
 * @stage: how far to go
 * @d: what was found; d->config and d->from are given, the rest is zero
 *
 * Looks at nothing but the headers and the configuration, and changes neither:
 * the packet path and a trace get the same answers.
 *
 * Context: RCU read side, BHs off.
 *
 * Return: IX_FORWARDED, or the reason to drop it. With IX_CLASSIFY and
 * IX_DECIDE that the policy denies is no such reason; d->found.verdict tells. With
 * IX_ENFORCE it is none in monitor mode; d->would_drop tells. Quarantine is one
 * in any case.
 */
enum ix_drop ix_decide(const struct ix_net *ixn, const struct ix_device *port,
		       const struct ix_packet *packet, enum ix_stage stage,
		       struct ix_decision *d)
{
	struct ix_flow flow = ix_flow_of(packet);
	enum ix_drop reason = ix_decide_flow(port, packet, &flow, stage, d);

	if (reason || stage == IX_CLASSIFY)
		return reason;
	return ix_decide_packet(ixn, packet, d);
}

/*
 * A decision of which nothing is known yet. Only what is read before it is found
 * is cleared, as that is done for every packet.
 */
static void ix_decision_init(struct ix_decision *d,
			     const struct ix_config *config,
			     const struct ix_tenant *from, u32 in_mtu)
{
	d->config = config;
	d->now = ktime_get_real_seconds();
	d->from = from;
	d->src_map = NULL;
	d->dst_map = NULL;
	d->src = NULL;
	d->dst = NULL;
	d->detour_of = NULL;
	d->route_group = 0;
	d->would_drop = IX_FORWARDED;
	d->is_cached = false;
	d->found.to = NULL;
	d->found.route = NULL;
	d->found.nexthop.device = NULL;
	d->judgement = (struct ix_judgement){};
	d->found.mark = 0;
	d->found.mark_mask = 0;
	d->found.verdict = IX_VERDICT_NONE;
	d->xlat.flags = 0;
	d->xlat.in_mtu = in_mtu;
	d->xlat.message_len = 0;
}

/*
 * The same, for packets: asks the flow cache first. Kept is what passes without
 * monitor mode (then the stage makes no difference), and is not logged.
 */
static enum ix_drop ix_decide_cached(const struct ix_net *ixn,
				     const struct ix_device *port,
				     const struct ix_packet *packet,
				     enum ix_stage stage, u64 hash,
				     struct ix_decision *d)
{
	const struct ix_flow_cache *cache = rcu_dereference(ixn->flow_cache);
	unsigned int cpu = smp_processor_id();
	const struct ix_found *found;
	/* All of it is written: clearing it before costs. */
	struct ix_flow_key key __uninitialized;
	enum ix_drop reason;

	if (!cache || packet->is_error)
		return ix_decide(ixn, port, packet, stage, d);
	key.src = packet->outer.src;
	key.dst = packet->outer.dst;
	key.flow = ix_flow_of(packet);
	key.port = (unsigned long)port;
	key.where = ix_flow_where(d->config->generation,
				  d->from->object.number,
				  packet->outer.version);
	found = ix_flow_cache_find(cache, cpu, &key, hash, d->now);
	if (likely(found)) {
		d->found = *found;
		d->is_cached = true;
	} else {
		reason = ix_decide_flow(port, packet, &key.flow, stage, d);
		if (reason)
			return reason;
		if (stage != IX_CLASSIFY && !d->judgement.log &&
		    (d->found.verdict == IX_VERDICT_PERMIT ||
		     d->found.verdict == IX_VERDICT_REPLY))
			ix_flow_cache_add(cache, cpu, &key, hash, d->now,
					  &d->found);
	}
	return stage == IX_CLASSIFY ? IX_FORWARDED :
				      ix_decide_packet(ixn, packet, d);
}

/* Find what the flow cache does not have, for those who are told of a packet. */
static void ix_decide_again(const struct ix_device *port,
			    const struct ix_packet *packet,
			    enum ix_stage stage, struct ix_decision *d)
{
	struct ix_flow flow;

	if (!d->is_cached)
		return;
	flow = ix_flow_of(packet);
	ix_decide_flow(port, packet, &flow, stage, d);
	d->is_cached = false;
}

/**
 * ix_decide_fit() - does a packet fit through the way out?
 * @skb: packet
 * @packet: its headers
 * @d: what ix_decide() has found
 * @fit: whether it has to be cut, and what to tell the sender
 *
 * IPv4 packets that may be fragmented are, also on their way to IPv6, where
 * they must not exceed the lowest IPv6 MTU (RFC 7915, 4). IPv6 packets of at
 * most 1280 octets become IPv4 packets that may be fragmented (5.1).
 *
 * Return: IX_FORWARDED, or IX_DROP_TOO_BIG.
 */
enum ix_drop ix_decide_fit(const struct sk_buff *skb,
			   const struct ix_packet *packet,
			   const struct ix_decision *d, struct ix_fit *fit)
{
	const struct ix_headers *outer = &packet->outer;
	u32 now, then, limit = d->hop.mtu;
	s32 growth;

	*fit = (struct ix_fit){};
	now = ix_segment_length(skb, &packet->outer);
	if (!now)
		return IX_FORWARDED;
	then = ix_xlat_length(packet, &d->xlat, now);

	if (outer->version == 4 && d->xlat.version == 6 && !outer->dont_frag)
		limit = min_t(u32, limit, d->xlat.lowest_ipv6_mtu);
	if (then <= limit)
		return IX_FORWARDED;

	if (outer->version == 4 && !outer->dont_frag) {
		/*
		 * On its way to IPv6 first, so that the stack can do it; the
		 * pieces grow by the header, and by that of a fragment. What
		 * stays IPv4 is cut as it leaves: of an ICMP error the pieces
		 * could not be translated.
		 */
		fit->budget = limit;
		fit->after = d->xlat.version == 4;
		if (d->xlat.version == 6)
			fit->budget -= sizeof(struct ipv6hdr) -
				       sizeof(struct iphdr) +
				       sizeof(struct frag_hdr);
		return IX_FORWARDED;
	}
	if (outer->version == 6 && d->xlat.version == 4 &&
	    then <= IPV6_MIN_MTU - IX_HEADER_GROWTH) {
		fit->budget = limit;
		fit->after = true;
		return IX_FORWARDED;
	}

	/*
	 * The sender learns it for all that it sends: what this packet loses
	 * (options, extension headers) others have not.
	 */
	growth = outer->version == d->xlat.version ? 0 :
		 outer->version == 6 ? -IX_HEADER_GROWTH : IX_HEADER_GROWTH;
	fit->mtu = limit - max_t(s32, then - now, growth);
	if (outer->version == 6)
		fit->mtu = max_t(u32, fit->mtu, IPV6_MIN_MTU);
	return IX_DROP_TOO_BIG;
}

/**
 * struct ix_sending - what fragments and segments have in common
 * @rt: stands for a route while the stack cuts a packet: it wants to know the
 *	device
 * @d: what was decided of the whole packet
 * @xlat: what the fragments are to become
 * @after: fragments are complete, translation came before
 * @reason: why the first that could not be sent was dropped
 */
struct ix_sending {
	struct rtable rt;
	const struct ix_decision *d;
	struct ix_xlat xlat;
	bool after;
	enum ix_drop reason;
};

static enum ix_drop ix_send_whole(struct sk_buff *skb,
				  const struct ix_packet *packet,
				  const struct ix_xlat *xlat,
				  const struct ix_hop *hop)
{
	enum ix_drop reason = ix_xlat(skb, packet, xlat);

	if (reason) {
		kfree_skb_reason(skb, ix_core_reasons[reason]);
		return reason;
	}
	ix_hop_xmit(skb, hop, xlat->dst);
	return IX_FORWARDED;
}

/* Called by the stack with each fragment that it has cut. */
static int ix_send_fragment(struct net *net, struct sock *sk,
			    struct sk_buff *skb)
{
	struct ix_sending *sending = container_of(skb_rtable(skb),
						  struct ix_sending, rt);
	const struct ix_decision *d = sending->d;
	enum ix_drop reason;

	skb_dst_drop(skb);
	if (sending->after) {
		ix_hop_xmit(skb, &d->hop, d->xlat.dst);
		reason = IX_FORWARDED;
	} else {
		struct ix_packet packet;

		reason = ix_packet_parse(skb, &packet);
		if (reason)
			kfree_skb_reason(skb, ix_core_reasons[reason]);
		else
			reason = ix_send_whole(skb, &packet, &sending->xlat,
					       &d->hop);
	}
	if (reason && !sending->reason)
		sending->reason = reason;
	return 0;
}

/* What the stack wants to know of a route in order to cut a packet. */
static void ix_route_for_fragments(struct rtable *rt, struct net_device *dev)
{
	dst_init_metrics(&rt->dst, dst_default_metrics.metrics, true);
	rt->dst.dev = dev;
}

/* Cut an IPv4 packet into pieces of at most @budget octets, and send them. */
static enum ix_drop ix_send_fragments(struct net *net, struct sk_buff *skb,
				      const struct ix_headers *whole,
				      const struct ix_decision *d, u32 budget,
				      bool after)
{
	struct ix_sending sending = { .d = d, .xlat = d->xlat, .after = after };
	int err;

	if (!ix_headers_is_fragment(whole))
		sending.xlat.message_len = whole->end - whole->l4_off;

	if (skb_cow_head(skb, 0)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
		return IX_DROP_NO_MEMORY;
	}
	skb_orphan(skb);
	skb_dst_drop(skb);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	/* Of the options some go into the first fragment alone. */
	IPCB(skb)->opt.optlen = ip_hdrlen(skb) - sizeof(struct iphdr);
	ix_route_for_fragments(&sending.rt, d->hop.dev);
	skb_dst_set_noref(skb, &sending.rt.dst);
	IPCB(skb)->frag_max_size = min_t(u32, budget, U16_MAX);

	err = ip_do_fragment(net, NULL, skb, ix_send_fragment);
	if (err && !sending.reason)
		sending.reason = IX_DROP_NO_MEMORY;
	return sending.reason;
}

/* Send one packet, of which it has been decided how it fits. */
static enum ix_drop ix_send_one(struct net *net, struct sk_buff *skb,
				const struct ix_packet *packet,
				const struct ix_decision *d,
				const struct ix_fit *fit)
{
	enum ix_drop reason;

	if (likely(!fit->budget))
		return ix_send_whole(skb, packet, &d->xlat, &d->hop);

	reason = fit->after ? ix_xlat(skb, packet, &d->xlat) :
			      ix_xlat_before_fragments(skb, packet, &d->xlat);
	if (reason) {
		kfree_skb_reason(skb, ix_core_reasons[reason]);
		return reason;
	}
	return ix_send_fragments(net, skb, &packet->outer, d, fit->budget,
				 fit->after);
}

/* The same with a segment of a packet, which is a packet of its own. */
static enum ix_drop ix_send_segment(struct net *net, struct sk_buff *skb,
				    const struct ix_decision *d)
{
	struct ix_packet packet;
	enum ix_drop reason;
	struct ix_fit fit;

	reason = ix_packet_parse(skb, &packet);
	if (!reason)
		reason = ix_decide_fit(skb, &packet, d, &fit);
	if (reason) {
		kfree_skb_reason(skb, ix_core_reasons[reason]);
		return reason;
	}
	return ix_send_one(net, skb, &packet, d, &fit);
}

/* Cut a GSO packet into its segments, and send them. */
static enum ix_drop ix_send_segments(struct net *net, struct sk_buff *skb,
				     const struct ix_decision *d)
{
	enum ix_drop reason, first = IX_FORWARDED;
	struct sk_buff *segments, *segment, *next;

	segments = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segments)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
		return IX_DROP_NO_MEMORY;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, segment, next) {
		skb_mark_not_on_list(segment);
		reason = ix_send_segment(net, segment, d);
		if (reason && !first)
			first = reason;
	}
	return first;
}

/* Rewrite a packet and send it on its way; it is gone in any case. */
static enum ix_drop ix_send(struct net *net, struct sk_buff *skb,
			    const struct ix_packet *packet,
			    const struct ix_decision *d,
			    const struct ix_fit *fit)
{
	if (skb_is_gso(skb) &&
	    (fit->budget || ix_xlat_needs_segments(skb, packet, &d->xlat)))
		return ix_send_segments(net, skb, d);
	return ix_send_one(net, skb, packet, d, fit);
}

/**
 * ix_decide_error() - what the sender of a packet is told
 * @packet: its headers
 * @d: what was found
 * @fit: whether it fits
 * @reason: why it is dropped
 *
 * Context: RCU read side, BHs off.
 *
 * Return: the error; type 0 if there is to be none.
 */
struct ix_icmp_error ix_decide_error(const struct ix_packet *packet,
				     const struct ix_decision *d,
				     const struct ix_fit *fit,
				     enum ix_drop reason)
{
	struct ix_icmp_error error = ix_icmp_error(reason, packet, fit->mtu);
	const struct ix_headers *outer = &packet->outer;
	u32 pointer = 0;

	if (!error.type || outer->version != 6)
		return error;
	/* RFC 6296, 3.7: it is the identifier that is wrong. */
	if (reason == IX_DROP_NOT_LOCAL &&
	    ix_map_set_is_reserved(&d->from->maps, outer->src))
		pointer = offsetof(struct ipv6hdr, saddr);
	else if (reason == IX_DROP_NO_MAP_BACK &&
		 ix_map_set_ix_is_reserved(&d->found.to->maps, d->dst_ix))
		pointer = offsetof(struct ipv6hdr, daddr);
	if (pointer)
		error = (struct ix_icmp_error){
			ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, pointer };
	return error;
}

/* Tell the sender, if this reason is one that senders are told. */
static void ix_tell_sender(struct net *net, const struct sk_buff *skb,
			   const struct ix_packet *packet,
			   const struct ix_decision *d,
			   const struct ix_fit *fit, enum ix_drop reason)
{
	struct ix_icmp_error error = ix_decide_error(packet, d, fit, reason);
	const struct ix_tenant *from = d->from;
	bool v4 = packet->outer.version == 4;

	if (!error.type || !(v4 ? from->has_gateway4 : from->has_gateway6))
		return;
	ix_icmp_send(net, skb, packet, v4 ? from->gateway4 : from->gateway6,
		     error);
}

/* Count a packet for what has decided on it. */
static void ix_count_deciders(const struct ix_found *found, unsigned int bytes)
{
	ix_counter_add(found->counter, 1, bytes);
	ix_counter_add(found->trial_counter, 1, bytes);
}

/* The end of a packet that is dropped: counted, shown, told of, freed. */
static unsigned int ix_drop(struct ix_net *ixn, struct sk_buff *skb,
			    const struct ix_headers *headers,
			    const struct ix_decision *d, const char *tenant,
			    enum ix_drop reason)
{
	ix_stats_drop(d->from ? d->from->stats : ixn->stats, reason);
	trace_ix_drop(skb, skb->dev, tenant, reason);
	ix_event(&(struct ix_event){
		.ixn = ixn, .skb = skb, .dev = skb->dev, .headers = headers,
		.len = skb->len, .d = d, .tenant = tenant, .reason = reason,
	});
	kfree_skb_reason(skb, ix_core_reasons[reason]);
	return NF_STOLEN;
}

/**
 * ix_drop_early() - drop a packet of which nothing is known but where it came in
 * @ixn: the namespace's state
 * @skb: packet
 * @config: the configuration
 * @tenant: tenant that it comes from, NULL if there is none
 * @name: name that the port gives its tenant
 * @reason: why
 *
 * Context: RCU read side, BHs off.
 *
 * Return: NF_STOLEN.
 */
unsigned int ix_drop_early(struct ix_net *ixn, struct sk_buff *skb,
			   const struct ix_config *config,
			   const struct ix_tenant *tenant, const char *name,
			   enum ix_drop reason)
{
	struct ix_decision d = { .config = config, .from = tenant };

	return ix_drop(ixn, skb, NULL, &d, name, reason);
}

/* A packet that is not freed here, and all that is known of it. */
static void ix_tell_listeners(struct ix_net *ixn, const struct sk_buff *skb,
			      const struct net_device *dev,
			      const struct ix_headers *headers,
			      const struct ix_decision *d, unsigned int bytes,
			      enum ix_drop reason)
{
	ix_event(&(struct ix_event){
		.ixn = ixn, .skb = skb, .dev = dev, .headers = headers,
		.len = bytes, .d = d, .tenant = d->from->object.name,
		.reason = reason,
	});
}

/* What was forwarded, by who has sent it to whom with which service. */
static void ix_account_packet(const struct ix_decision *d, unsigned int bytes)
{
	struct ix_account_key key = {
		.source = d->found.src_tag,
		.destination = d->found.dst_tag,
		.service = d->found.service,
		.reply = d->found.is_reply,
	};

	ix_account_add(d->config->account, smp_processor_id(), &key, bytes,
		       d->now);
}

/**
 * ix_run() - all that is to be done with a packet
 * @ixn: the namespace's state
 * @skb: packet, skb->data at its network header, and nobody else's
 * @port: port that it came in by
 * @config: the configuration
 * @tenant: tenant that it comes from
 * @stage: how far to go
 * @hash: of its flow, of ix_flow_cache_hash()
 *
 * Context: RCU read side, BHs off.
 *
 * Return: NF_ACCEPT if it has only been classified, and goes on through the
 * ruleset; NF_STOLEN if it is gone.
 */
unsigned int ix_run(struct ix_net *ixn, struct sk_buff *skb,
		    const struct ix_device *port,
		    const struct ix_config *config,
		    const struct ix_tenant *tenant, enum ix_stage stage,
		    u64 hash)
{
	/* In mode nft it was counted when it was classified. */
	bool count = stage != IX_DECIDE;
	/* Filled in on the way; clearing them before would cost. */
	struct ix_decision d __uninitialized;
	struct ix_packet packet __uninitialized;
	const struct net_device *dev;
	unsigned int bytes;
	struct ix_fit fit = {};
	enum ix_drop reason;

	ix_decision_init(&d, config, tenant, READ_ONCE(skb->dev->mtu));
	reason = ix_packet_parse(skb, &packet);
	if (reason)
		goto drop;
	/* Without what the link has padded. */
	bytes = skb->len;
	reason = ix_decide_cached(ixn, port, &packet, stage, hash, &d);
	if (count && d.found.verdict) {
		ix_count_deciders(&d.found, bytes);
		if (unlikely(d.would_drop))
			ix_stats_would_drop(tenant->stats, 1, bytes);
	}
	skb->mark = (skb->mark & ~d.found.mark_mask) | d.found.mark;
	if (!reason && stage != IX_CLASSIFY)
		reason = ix_decide_fit(skb, &packet, &d, &fit);
	if (reason)
		goto drop;
	if (count && unlikely(d.would_drop || d.judgement.log))
		ix_tell_listeners(ixn, skb, skb->dev, &packet.outer, &d, bytes,
				  IX_FORWARDED);
	if (stage == IX_CLASSIFY)
		return NF_ACCEPT;

	if (d.found.qos)
		skb->priority = d.found.qos;
	/* It may be switched on at any moment, and wants to know everything. */
	if (trace_ix_forward_enabled()) {
		ix_decide_again(port, &packet, stage, &d);
		trace_ix_forward(skb, &d);
	}
	dev = skb->dev;
	reason = ix_send(ixn->net, skb, &packet, &d, &fit);
	if (unlikely(reason)) {
		ix_decide_again(port, &packet, stage, &d);
		ix_stats_drop(tenant->stats, reason);
		trace_ix_drop(NULL, dev, tenant->object.name, reason);
		ix_tell_listeners(ixn, NULL, dev, &packet.outer, &d, bytes,
				  reason);
	} else {
		ix_stats_forward(tenant->stats, d.found.to->stats, 1, bytes);
		if (config->account)
			ix_account_packet(&d, bytes);
	}
	return NF_STOLEN;

drop:
	ix_decide_again(port, &packet, stage, &d);
	ix_tell_sender(ixn->net, skb, &packet, &d, &fit, reason);
	return ix_drop(ixn, skb, packet.outer.version ? &packet.outer : NULL,
		       &d, tenant->object.name, reason);
}
