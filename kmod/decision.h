/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ix finds out about a packet on its way.
 */
#ifndef IX_DECISION_H
#define IX_DECISION_H

#include <linux/types.h>

#include "addr.h"
#include "config.h"
#include "drop.h"
#include "hop.h"
#include "policy.h"
#include "xlat.h"

struct ix_map;

/**
 * struct ix_found - all that packets need which pass, and which is the same for
 *	all packets of a flow; see flow_cache.h
 * @to: tenant that it is for; NULL before the forwarding table
 * @route: entry of the forwarding table, or the way in that a group leads to
 * @nexthop: its next hop, if there is but one; otherwise @nexthop.device is NULL
 * @new_src: source with which it leaves
 * @new_dst: destination with which it leaves
 * @counter: counter of what the policy decided by, or NULL
 * @trial_counter: that of the rule in monitor mode that would have decided
 *	otherwise, or NULL
 * @until: first second in which the policy may say something else
 * @mark: packet mark
 * @mark_mask: the bits of it that are set
 * @src_tag: tag of the institution that sends it
 * @dst_tag: tag of the institution that it is for
 * @service: number of the service by which it was judged, 0 if none is named
 * @verdict: enum ix_verdict: what the policy said, or that it is an ICMP error
 * @is_reply: it was judged to be a reply
 * @qos: QoS class, 0 for none
 * @new_version: 4 or 6, of the packet as it leaves
 */
struct ix_found {
	const struct ix_tenant *to;
	const struct ix_route *route;
	struct ix_nexthop nexthop;
	struct ix_addr new_src;
	struct ix_addr new_dst;
	struct ix_counter *counter;
	struct ix_counter *trial_counter;
	u64 until;
	u32 mark;
	u32 mark_mask;
	u32 src_tag;
	u32 dst_tag;
	u16 service;
	u8 verdict;
	bool is_reply;
	u8 qos;
	u8 new_version;
};

/**
 * struct ix_decision - everything that ix has found out about a packet, and
 *	what is to become of it
 * @config: the configuration that the packet sees
 * @now: time that the policy is asked for, in seconds; 0 for the clock's
 * @from: tenant that has sent it
 * @src_map: local map of the source; NULL if there is none
 * @dst_map: map of the view for the destination
 * @src: registration of the source
 * @dst: registration of the destination
 * @detour_of: tenant whose hosts speak with each other through another tenant
 *	(IX_HAIRPIN_SIMPLE), if this is such a packet: on its way there if it is
 *	@from, on its way back otherwise; NULL for all other packets
 * @src_ix: IX address of the source
 * @dst_ix: IX address of the destination
 * @route_group: number of the purpose group that leads to the destination where
 *	the forwarding table does not; 0 if there is an entry
 * @would_drop: reason for which the policy would drop it, were it not for
 *	monitor mode; IX_FORWARDED if there is none
 * @judgement: what the policy said, and why
 * @is_cached: @found comes from the flow cache, and what is above is not known;
 *	ix_decide_again() finds it
 * @found: where it goes
 * @hop: the way out
 * @xlat: what it is to become
 */
struct ix_decision {
	const struct ix_config *config;
	u64 now;
	const struct ix_tenant *from;
	const struct ix_map *src_map;
	const struct ix_map *dst_map;
	const struct ix_registration *src;
	const struct ix_registration *dst;
	const struct ix_tenant *detour_of;
	struct ix_addr src_ix;
	struct ix_addr dst_ix;
	u16 route_group;
	enum ix_drop would_drop;
	struct ix_judgement judgement;
	bool is_cached;
	struct ix_found found;
	struct ix_hop hop;
	struct ix_xlat xlat;
};

/* The reason to drop a packet of which the policy says this, if it is enforced. */
static inline enum ix_drop ix_verdict_drop(enum ix_verdict verdict)
{
	switch (verdict) {
	case IX_VERDICT_DENY:
		return IX_DROP_POLICY;
	case IX_VERDICT_DEFAULT_DENY:
		return IX_DROP_DEFAULT_DENY;
	case IX_VERDICT_QUARANTINE:
		return IX_DROP_QUARANTINE;
	default:
		return IX_FORWARDED;
	}
}

#endif /* IX_DECISION_H */
