/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why packets are dropped: the one list that feeds the enum, the names that
 * people see, the counters and the tracepoints.
 *
 * Each entry: identifier, name, the core's drop reason that the skb is freed
 * with, explanation.
 */
#ifndef IX_DROP_H
#define IX_DROP_H

#include <linux/types.h>

#define IX_DROP_REASONS(X)						\
	/* the port */							\
	X(NO_TENANT, "no_tenant", NETFILTER_DROP,			\
	  "the ruleset names a tenant that does not exist")		\
	X(WRONG_PORT, "wrong_port", NETFILTER_DROP,			\
	  "flow add names a tenant that the packet did not come from")	\
	X(NOT_HANDED_ON, "not_handed_on", NETFILTER_DROP,		\
	  "mode nft: no rule handed the packet on with flow add")	\
	/* header checks */						\
	X(MALFORMED, "malformed", IP_INHDR,				\
	  "truncated, or a header that contradicts itself")		\
	X(IP_CHECKSUM, "ip_checksum", IP_CSUM,				\
	  "wrong IPv4 header checksum")					\
	X(BAD_ADDRESS, "bad_address", IP_INHDR,				\
	  "an address that no host can have")				\
	X(LRO, "lro", NOT_SPECIFIED,					\
	  "the device merges packets for good: switch LRO off")		\
	X(SOURCE_ROUTE, "source_route", IP_INHDR,			\
	  "a source route or routing header that is not used up")	\
	X(EXTENSION_HEADER, "extension_header", IP_INHDR,		\
	  "IPv6 extension headers that are out of place, or too many")	\
	X(SHORT_FRAGMENT, "short_fragment", IP_INHDR,			\
	  "a first fragment too short to show its ports")		\
	/* source */							\
	X(NOT_LOCAL, "not_local", NETFILTER_DROP,			\
	  "the source has no local map of the tenant")			\
	X(SPOOFED, "spoofed", NETFILTER_DROP,				\
	  "the source is of no institution, or of one that is reached elsewhere") \
	/* destination */						\
	X(NO_VIEW, "no_view", IP_INNOROUTES,				\
	  "the destination has no map in the tenant's view")		\
	X(NO_ROUTE, "no_route", IP_INNOROUTES,				\
	  "the destination is not in the tenant's forwarding table")	\
	X(BLACKHOLE, "blackhole", IP_INNOROUTES,			\
	  "the forwarding table says blackhole")			\
	X(PROHIBIT, "prohibit", IP_INNOROUTES,				\
	  "the forwarding table says prohibit")				\
	X(NO_INSTITUTION, "no_institution", IP_INNOROUTES,		\
	  "the destination is of no institution, or of one that is reached elsewhere") \
	X(HAIRPIN, "hairpin", IP_INNOROUTES,				\
	  "from a tenant straight back to itself, which its setting hairpin refuses") \
	/* policy */							\
	X(POLICY, "policy", NETFILTER_DROP,				\
	  "a rule denies it")						\
	X(DEFAULT_DENY, "default_deny", NETFILTER_DROP,			\
	  "no rule permits it")						\
	X(QUARANTINE, "quarantine", NETFILTER_DROP,			\
	  "its source or destination is in quarantine")			\
	/* translation */						\
	X(NO_MAP_BACK, "no_map_back", NETFILTER_DROP,			\
	  "source and destination have no addresses of one version in the receiving tenant") \
	X(TTL, "hop_limit", IP_INHDR,					\
	  "hop limit used up")						\
	X(TOO_BIG, "too_big", PKT_TOO_BIG,				\
	  "larger than the MTU, and must not be fragmented")		\
	X(PROTOCOL, "protocol", NOT_SPECIFIED,				\
	  "a transport protocol that can't be translated")		\
	X(AUTH_HEADER, "auth_header", NOT_SPECIFIED,			\
	  "an authentication header, which a changed address breaks")	\
	X(UDP_NO_CHECKSUM, "udp_no_checksum", UDP_CSUM,			\
	  "an IPv4 UDP packet without checksum that can't be given one") \
	X(ICMP_FRAGMENT, "icmp_fragment", NOT_SPECIFIED,		\
	  "a fragment of an ICMP packet between IPv4 and IPv6")		\
	X(ICMP_TYPE, "icmp_type", NOT_SPECIFIED,			\
	  "an ICMP type or code that has no counterpart")		\
	X(ICMP_CHECKSUM, "icmp_checksum", NOT_SPECIFIED,		\
	  "wrong checksum of an ICMP error")				\
	X(ICMP_INNER, "icmp_inner", NOT_SPECIFIED,			\
	  "an ICMP error about a packet that can't be translated")	\
	/* the way out */						\
	X(NO_NEXTHOP, "no_nexthop", DEV_READY,				\
	  "no next hop is up, or none is a port of the tenant")		\
	X(NO_MEMORY, "no_memory", NOMEM,				\
	  "no memory")

#define IX_DROP_ENUM(id, name, core, doc) IX_DROP_##id,

/* Reasons for which ix drops a packet, and IX_FORWARDED for none. */
enum ix_drop {
	IX_FORWARDED,
	IX_DROP_REASONS(IX_DROP_ENUM)
	IX_DROP_MAX,
};

#undef IX_DROP_ENUM

#endif /* IX_DROP_H */
