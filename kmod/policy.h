/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policy: which institution may send what to which.
 *
 * A packet passes if it is a request that a rule permits, or a reply to one:
 * the mirrored packet, had it been the request, would be permitted by a rule
 * that is not one-way. Requests are judged by the first rule that matches:
 * first the agreements (rules that name an institution on both sides), then
 * all others, each in ascending order of (order, id); a rule that matches
 * decides. If none does, a purpose group that both sides are in permits its
 * services, and everything else is denied.
 *
 * Before all that comes quarantine: nothing passes from or to who is in it.
 *
 * Nothing here knows of packets, sockets or netlink.
 */
#ifndef IX_POLICY_H
#define IX_POLICY_H

#include <linux/hash.h>
#include <linux/types.h>
#include <uapi/linux/ix.h>

#include "addr.h"
#include "edit.h"
#include "group.h"
#include "lpm.h"
#include "table.h"

struct ix_counter;
struct ix_policy_matrix;

/**
 * struct ix_flow - what the policy knows of a packet beside its institutions
 * @protocol: IP protocol; ICMP counts as ICMPv6 (58)
 * @icmp_type: ICMPv6 type, for @protocol 58
 * @no_ports: a fragment after the first: @sport, @dport and @icmp_type unknown
 * @may_open: a TCP segment with neither ACK nor RST: it may be a request and
 *	is never a reply
 * @sport: source port, host byte order; 0 for protocols without ports
 * @dport: destination port
 */
struct ix_flow {
	u8 protocol;
	u8 icmp_type;
	bool no_ports;
	bool may_open;
	u16 sport;
	u16 dport;
};

/**
 * struct ix_party - one side of a packet
 * @tag: tag of the institution
 * @quarantined: the institution, or the tenant that it is reached through, is
 *	in quarantine
 * @classes: bit n is set if it is in class n (1 to 63); bit 0 is never set
 * @strangers: bit n is set if it has no agreement with any institution whose
 *	ix_tag_bit() is n; a hint, 0 if nothing is known
 * @memberships: the purpose groups that it is in
 */
struct ix_party {
	u32 tag;
	bool quarantined;
	u64 classes;
	u64 strangers;
	struct ix_memberships memberships;
};

/* The bit that stands for an institution in the strangers of others. */
static inline unsigned int ix_tag_bit(u32 tag)
{
	return hash_32(tag, 6);
}

/* May there be agreements between two? Nearly always right without a probe. */
static inline bool ix_parties_may_agree(const struct ix_party *a,
					const struct ix_party *b)
{
	return !((a->strangers >> ix_tag_bit(b->tag) |
		  b->strangers >> ix_tag_bit(a->tag)) & 1);
}

/**
 * struct ix_service_entry - a protocol with ports or an ICMP type
 * @protocol: IP protocol, 58 for ICMP and ICMPv6
 * @any_icmp_type: every ICMP type
 * @icmp_type: ICMPv6 type
 * @dport_min: lowest destination port
 * @dport_max: highest destination port
 * @sport_min: lowest source port
 * @sport_max: highest source port (0 to 65535 for protocols without ports)
 */
struct ix_service_entry {
	u8 protocol;
	bool any_icmp_type;
	u8 icmp_type;
	u16 dport_min;
	u16 dport_max;
	u16 sport_min;
	u16 sport_max;
};

/**
 * struct ix_service - a named set of entries
 * @object: number (what rules refer to it by) and name
 * @rules: rules that name it
 * @groups: purpose groups that name it
 * @entries_nr: number of entries
 * @entries: the entries
 */
struct ix_service {
	struct ix_named object;
	u32 rules;
	u32 groups;
	u16 entries_nr;
	struct ix_service_entry entries[] __counted_by(entries_nr);
};

/**
 * enum ix_selector - which institutions one side of a rule means
 * @IX_ANY: all
 * @IX_CLASS: those of a class
 * @IX_INSTITUTION: one
 */
enum ix_selector {
	IX_ANY,
	IX_CLASS,
	IX_INSTITUTION,
};

/**
 * struct ix_rule - one rule; immutable but for its counter
 * @leaf: in the configuration's table of rules, by number
 * @id: its number
 * @order: its place among the others
 * @src: which sources, by @src_kind: class or tag
 * @dst: which destinations
 * @src_kind: enum ix_selector
 * @dst_kind: enum ix_selector
 * @service: number of the service, 0 for every packet
 * @action: enum ix_action
 * @oneway: no replies
 * @monitor: evaluated and counted, never enforced
 * @log: each packet that it decides on is logged
 * @has_logger: it holds a reference to the kernel's packet logger
 * @qos: QoS class, 0 for none
 * @valid_from: first second in which it holds
 * @valid_until: first second in which it no longer holds, 0 for no end
 * @counter: its counter, or NULL (agreements have none)
 * @reference: reference text, or NULL
 */
struct ix_rule {
	struct ix_lpm_leaf leaf;
	u32 id;
	u32 order;
	u32 src;
	u32 dst;
	u8 src_kind;
	u8 dst_kind;
	u16 service;
	u8 action;
	bool oneway : 1;
	bool monitor : 1;
	bool log : 1;
	bool has_logger : 1;
	u8 qos;
	u64 valid_from;
	u64 valid_until;
	struct ix_counter *counter;
	char *reference;
};

static inline bool ix_rule_is_agreement(const struct ix_rule *rule)
{
	return rule->src_kind == IX_INSTITUTION &&
	       rule->dst_kind == IX_INSTITUTION;
}

/**
 * struct ix_policy - all rules, in the form in which packets ask them; by
 *	value: a copy is a snapshot
 * @agreements: cells of agreements, by the unordered pair of tags
 * @singles: cells of the rules that name an institution on one side only, by
 *	its tag
 * @matrix: cells of the rules that name none, by (source class, destination
 *	class), class 0 being any; NULL if there are none
 * @quarantined: bit n is set if class n is in quarantine
 * @groups: of struct ix_group; the owner of the policy looks after it
 */
struct ix_policy {
	struct ix_lpm agreements;
	struct ix_lpm singles;
	struct ix_policy_matrix *matrix;
	u64 quarantined;
	struct ix_table *groups;
};

/**
 * struct ix_grant - a permission that a purpose group gives
 * @group: number of the group, 0 if there is none
 * @service: number of its service that the packet has
 */
struct ix_grant {
	u16 group;
	u16 service;
};

/**
 * struct ix_judgement - what the policy says of a packet
 * @rule: rule that decided, or NULL
 * @monitored: the rule in monitor mode that changes the judgement to @trial,
 *	NULL if enforcing those rules would change neither verdict nor rule
 * @counter: counter of what decided, rule or group; NULL if it has none
 * @until: first second in which the judgement may be another
 * @grant: the purpose group that decided, and by which of its services
 * @service: number of the service by which the packet was judged, 0 if none is
 *	named
 * @verdict: enum ix_verdict: permit, reply, deny, default-deny or quarantine
 * @trial: enum ix_verdict: the verdict if the rules in monitor mode were
 *	enforced
 * @qos: QoS class of @rule, or 0
 * @log: @rule or @monitored wants packets to be logged
 *
 * What packets need of the rule is here, as the rule itself is in no cache.
 */
struct ix_judgement {
	const struct ix_rule *rule;
	const struct ix_rule *monitored;
	struct ix_counter *counter;
	u64 until;
	struct ix_grant grant;
	u16 service;
	u8 verdict;
	u8 trial;
	u8 qos;
	bool log;
};

/**
 * ix_policy_judge() - may this packet pass?
 * @policy: the rules
 * @services: services by number
 * @src: the institution that sends it
 * @dst: the institution that it is for
 * @flow: what is known of it
 * @now: time in seconds since 1970-01-01 UTC
 *
 * The first rule that matches decides for replies as well: if it is one-way,
 * no later one makes the mirrored packet a reply. The only replies in ICMP are
 * those to echo requests, extended ones (RFC 8335) included.
 *
 * Of several groups that permit the packet the one with the lowest number has
 * decided. Their services are those of requests in either direction.
 *
 * A fragment after the first (@flow->no_ports) passes if any enforced rule
 * that permits, is valid, fits the pair (in its direction, or in the other one
 * and is not one-way) and has the protocol in its service could permit it. A
 * rule for all packets, or for all ports of the protocol, matches without
 * knowing them, and decides as always: nothing behind it is asked.
 *
 * Context: RCU read side, any context. Costs one probe for agreements, if the
 * two may have one, and, if there are singles at all, one for each side; cells
 * of classes are loads from a table. Groups cost something only if both sides are
 * members of some and no rule decides.
 *
 * Return: the judgement.
 */
struct ix_judgement ix_policy_judge(const struct ix_policy *policy,
				    const struct ix_table *services,
				    const struct ix_party *src,
				    const struct ix_party *dst,
				    const struct ix_flow *flow, u64 now);

/**
 * ix_policy_agreements_of() - where the agreements of two institutions are
 * @policy: the rules
 * @a: tag of one
 * @b: tag of the other
 *
 * Return: a lookup, to bring them near with others (ix_lpm_lookup_all()).
 */
struct ix_lpm_query ix_policy_agreements_of(const struct ix_policy *policy,
					    u32 a, u32 b);

/**
 * ix_policy_expect() - have agreements brought near
 * @agreements: what such a lookup has found
 *
 * Context: RCU read side, any context.
 */
void ix_policy_expect(const struct ix_lpm_leaf *agreements);

/**
 * ix_policy_insert() - have a rule asked
 * @policy: private copy of the policy
 * @edit: the edit that it belongs to
 * @rule: the rule; it must outlive its place in the policy, which does not
 *	own it
 *
 * Return: 0, -ENOMEM, or -ENOSPC if there are too many rules in one cell
 * (65535): then the edit must be abandoned.
 */
int ix_policy_insert(struct ix_policy *policy, struct ix_edit *edit,
		     struct ix_rule *rule);

/**
 * ix_policy_remove() - have a rule no longer asked
 * @policy: private copy of the policy
 * @edit: the edit that it belongs to
 * @rule: a rule in the policy; its memory stays the caller's
 *
 * Return: 0 or -ENOMEM: then the edit must be abandoned.
 */
int ix_policy_remove(struct ix_policy *policy, struct ix_edit *edit,
		     struct ix_rule *rule);

/*
 * Make a policy empty (-ENOMEM: then the edit must be abandoned), abandon what
 * an edit made of it, free it: as for tries. The rules are not touched.
 */
int ix_policy_clear(struct ix_policy *policy, struct ix_edit *edit);
void ix_policy_abandon(struct ix_policy *policy, struct ix_edit *edit);
void ix_policy_destroy(struct ix_policy *policy);

#endif /* IX_POLICY_H */
