// SPDX-License-Identifier: GPL-2.0
/*
 * The objects of the configuration, each described once. The order is that in
 * which a configuration is saved: nothing comes before what it refers to.
 */
#include <linux/ix.h>
#include <string.h>

#include "object.h"

#define NAME_FIELD(a, how)						\
	{								\
		.word = "name", .usage = "NAME", .type = &type_string,	\
		.flags = how, .attr = a, .size = IX_NAME_MAX,		\
	}

#define NUMBER_FIELD(a, octets, how)					\
	{								\
		.word = "number", .usage = "number N",			\
		.type = &type_number, .flags = FIELD_NUMBER | (how),	\
		.attr = a, .size = octets,				\
	}

#define QUARANTINE_FIELD(a, how)					\
	{								\
		.word = "quarantine", .usage = "quarantine [ on | off ]", \
		.type = &type_switch, .flags = how, .attr = a,		\
	}

#define COUNT_OF_SIZE(name, a, octets)					\
	{								\
		.word = name, .usage = name " N", .type = &type_number,	\
		.flags = FIELD_INFO | FIELD_STATS | FIELD_ALWAYS,	\
		.attr = a, .size = octets,				\
	}

#define COUNT_FIELD(name, a) COUNT_OF_SIZE(name, a, 4)
#define COUNT64_FIELD(name, a) COUNT_OF_SIZE(name, a, 8)

#define CAUSES_FIELD(a)							\
	{								\
		.word = "quarantined-by", .type = &type_causes,		\
		.flags = FIELD_INFO | FIELD_MULTI, .attr = a,		\
	}

#define PARTY_CAUSES_FIELD(name, institution, class)			\
	{								\
		.word = name, .type = &type_party_causes,		\
		.flags = FIELD_INFO, .attr = institution, .attr2 = class, \
	}

static const char *const modes[] = {
	[IX_MODE_INLINE] = "inline",
	[IX_MODE_NFT] = "nft",
};

static const char *const hairpin[] = {
	[IX_HAIRPIN_INTRINSIC] = "intrinsic",
	[IX_HAIRPIN_SIMPLE] = "simple",
	[IX_HAIRPIN_OFF] = "off",
};

static const char *const off_on[] = { "off", "on" };

static const char *const map_kinds[] = {
	[IX_MAP_KIND_EXPLICIT] = "explicit",
	[IX_MAP_KIND_RFC6052] = "rfc6052",
	[IX_MAP_KIND_NPTV6] = "nptv6",
	[IX_MAP_KIND_PLAIN] = "plain",
};

static const char *const route_types[] = {
	[IX_ROUTE_TYPE_TENANT] = "tenant",
	[IX_ROUTE_TYPE_BLACKHOLE] = "blackhole",
	[IX_ROUTE_TYPE_PROHIBIT] = "prohibit",
};

static const char *const actions[] = {
	[IX_ACTION_PERMIT] = "permit",
	[IX_ACTION_DENY] = "deny",
};

static const char *const udp_zero_checksum[] = {
	[IX_UDP_ZERO_CHECKSUM_COMPUTE] = "compute",
	[IX_UDP_ZERO_CHECKSUM_DROP] = "drop",
};

static const struct number_word tos_words[] = {
	{ "copy", IX_TOS_COPY },
};

static const struct number_word tcp_mss_words[] = {
	{ "none", IX_TCP_MSS_NONE },
	{ "path", IX_TCP_MSS_PATH },
};

#define TOS_FIELD(name, a)						\
	{								\
		.word = name, .usage = name " { copy | N }",		\
		.type = &type_number, .flags = FIELD_ALWAYS,		\
		.attr = a, .size = 2,					\
		.words = tos_words, .words_nr = ARRAY_SIZE(tos_words),	\
	}

#define SETTING_FIELD(name, a, octets)					\
	{								\
		.word = name, .usage = name " N", .type = &type_number,	\
		.flags = FIELD_ALWAYS, .attr = a, .size = octets,	\
	}

/* 0 is what it is by default, or can't be. */
#define NONZERO_FIELD(name, a, octets)					\
	{								\
		.word = name, .usage = name " N", .type = &type_number,	\
		.attr = a, .size = octets,				\
	}

static const struct field settings_fields[] = {
	SETTING_FIELD("mark-verdict-shift", IX_A_SETTINGS_MARK_VERDICT_SHIFT, 1),
	SETTING_FIELD("mark-verdict-bits", IX_A_SETTINGS_MARK_VERDICT_BITS, 1),
	SETTING_FIELD("mark-source-shift", IX_A_SETTINGS_MARK_SOURCE_SHIFT, 1),
	SETTING_FIELD("mark-source-bits", IX_A_SETTINGS_MARK_SOURCE_BITS, 1),
	SETTING_FIELD("mark-destination-shift",
		      IX_A_SETTINGS_MARK_DESTINATION_SHIFT, 1),
	SETTING_FIELD("mark-destination-bits",
		      IX_A_SETTINGS_MARK_DESTINATION_BITS, 1),
	SETTING_FIELD("lowest-ipv6-mtu", IX_A_SETTINGS_LOWEST_IPV6_MTU, 2),
	TOS_FIELD("traffic-class", IX_A_SETTINGS_TRAFFIC_CLASS),
	TOS_FIELD("tos", IX_A_SETTINGS_TOS),
	{
		.word = "udp-zero-checksum",
		.usage = "udp-zero-checksum { compute | drop }",
		.type = &type_enum, .flags = FIELD_ALWAYS,
		.attr = IX_A_SETTINGS_UDP_ZERO_CHECKSUM,
		.values = udp_zero_checksum,
		.values_nr = ARRAY_SIZE(udp_zero_checksum),
	},
	NONZERO_FIELD("audit-interval", IX_A_SETTINGS_AUDIT_INTERVAL, 2),
	NONZERO_FIELD("audit-burst", IX_A_SETTINGS_AUDIT_BURST, 2),
	NONZERO_FIELD("audit-nflog", IX_A_SETTINGS_AUDIT_NFLOG, 2),
	NONZERO_FIELD("account", IX_A_SETTINGS_ACCOUNT, 4),
	SETTING_FIELD("flow-cache", IX_A_SETTINGS_FLOW_CACHE, 4),
	{
		.word = "monitor", .usage = "monitor { off | on }",
		.type = &type_enum, .flags = FIELD_ALWAYS,
		.attr = IX_A_SETTINGS_MONITOR,
		.values = off_on, .values_nr = ARRAY_SIZE(off_on),
	},
	COUNT_FIELD("generation", IX_A_SETTINGS_GENERATION),
	COUNT_FIELD("classes", IX_A_SETTINGS_CLASSES),
	COUNT_FIELD("services", IX_A_SETTINGS_SERVICES),
	COUNT_FIELD("views", IX_A_SETTINGS_VIEWS),
	COUNT_FIELD("tenants", IX_A_SETTINGS_TENANTS),
	COUNT_FIELD("institutions", IX_A_SETTINGS_INSTITUTIONS),
	COUNT_FIELD("prefixes", IX_A_SETTINGS_PREFIXES),
	COUNT_FIELD("rules", IX_A_SETTINGS_RULES),
	COUNT64_FIELD("flow-cache-hits", IX_A_SETTINGS_FLOW_CACHE_HITS),
	COUNT64_FIELD("flow-cache-misses", IX_A_SETTINGS_FLOW_CACHE_MISSES),
};

static const struct field class_fields[] = {
	NAME_FIELD(IX_A_CLASS_NAME, FIELD_KEY | FIELD_BARE),
	NUMBER_FIELD(IX_A_CLASS_NUMBER, 1, 0),
	QUARANTINE_FIELD(IX_A_CLASS_QUARANTINE, 0),
	COUNT_FIELD("institutions", IX_A_CLASS_INSTITUTIONS),
};

static const struct field service_fields[] = {
	NAME_FIELD(IX_A_SERVICE_NAME, FIELD_KEY | FIELD_BARE),
	NUMBER_FIELD(IX_A_SERVICE_NUMBER, 2, FIELD_FIXED),
	{
		.word = "proto", .key = "entry", .usage = "ENTRY ...",
		.type = &type_entry,
		.flags = FIELD_BARE | FIELD_MULTI | FIELD_NEEDED,
		.attr = IX_A_SERVICE_ENTRY,
	},
	COUNT_FIELD("rules", IX_A_SERVICE_RULES),
	COUNT_FIELD("groups", IX_A_SERVICE_GROUPS),
};

static const struct field view_fields[] = {
	NAME_FIELD(IX_A_VIEW_NAME, FIELD_KEY | FIELD_BARE),
	NUMBER_FIELD(IX_A_VIEW_NUMBER, 2, FIELD_FIXED),
	COUNT_FIELD("maps", IX_A_VIEW_MAPS),
	COUNT_FIELD("tenants", IX_A_VIEW_TENANTS),
};

static const struct field tenant_fields[] = {
	NAME_FIELD(IX_A_TENANT_NAME, FIELD_KEY | FIELD_BARE),
	NUMBER_FIELD(IX_A_TENANT_NUMBER, 2, FIELD_FIXED),
	{
		.word = "mode", .usage = "mode { inline | nft }",
		.type = &type_enum, .flags = FIELD_ALWAYS,
		.attr = IX_A_TENANT_MODE,
		.values = modes, .values_nr = ARRAY_SIZE(modes),
	},
	{
		.word = "view", .usage = "view VIEW", .type = &type_string,
		.attr = IX_A_TENANT_VIEW, .size = IX_NAME_MAX,
		.of = "view",
	},
	{
		.word = "gateway", .key = "gateway4",
		.usage = "gateway ADDRESS4", .type = &type_address,
		.attr = IX_A_TENANT_GATEWAY4, .size = 4,
	},
	{
		.word = "gateway", .key = "gateway6",
		.usage = "gateway ADDRESS6", .type = &type_address,
		.attr = IX_A_TENANT_GATEWAY6, .size = 16,
	},
	{
		.word = "error-pool", .key = "error-pool4",
		.usage = "error-pool PREFIX4", .type = &type_prefix,
		.attr = IX_A_TENANT_ERROR_POOL4,
		.attr2 = IX_A_TENANT_ERROR_POOL4_LEN, .size = 4,
	},
	{
		.word = "tcp-mss", .usage = "tcp-mss { none | path | N }",
		.type = &type_number,
		.attr = IX_A_TENANT_TCP_MSS, .size = 2,
		.words = tcp_mss_words, .words_nr = ARRAY_SIZE(tcp_mss_words),
	},
	{
		.word = "hairpin",
		.usage = "hairpin { intrinsic | simple | off }",
		.type = &type_enum, .attr = IX_A_TENANT_HAIRPIN,
		.values = hairpin, .values_nr = ARRAY_SIZE(hairpin),
	},
	QUARANTINE_FIELD(IX_A_TENANT_QUARANTINE, 0),
	{
		.word = "monitor", .usage = "monitor [ on | off ]",
		.type = &type_switch, .attr = IX_A_TENANT_MONITOR,
	},
	{
		.word = "nexthop", .usage = "NEXTHOP ...",
		.type = &type_nexthop, .flags = FIELD_BARE | FIELD_MULTI,
		.attr = IX_A_TENANT_NEXTHOP, .size = IX_DEVICE_MAX,
	},
	{
		.word = "table", .usage = "table N", .type = &type_number,
		.attr = IX_A_TENANT_TABLE, .size = 4,
	},
	{
		.word = "vrf", .usage = "vrf DEVICE", .type = &type_string,
		.attr = IX_A_TENANT_VRF, .size = IX_DEVICE_MAX,
	},
	COUNT_FIELD("maps", IX_A_TENANT_MAPS),
	COUNT_FIELD("routes", IX_A_TENANT_ROUTES),
	COUNT_FIELD("prefixes", IX_A_TENANT_PREFIXES),
	COUNT_FIELD("groups", IX_A_TENANT_GROUPS),
	{
		.word = "counters", .type = &type_counters,
		.flags = FIELD_INFO | FIELD_STATS,
		.attr = IX_A_TENANT_COUNTER,
	},
};

static const struct field map_fields[] = {
	{
		.word = "tenant", .usage = "tenant TENANT",
		.type = &type_string,
		.flags = FIELD_KEY | FIELD_EITHER | FIELD_DUMP,
		.attr = IX_A_MAP_TENANT, .size = IX_NAME_MAX,
		.of = "tenant",
	},
	{
		.word = "view", .usage = "view VIEW", .type = &type_string,
		.flags = FIELD_KEY | FIELD_EITHER | FIELD_DUMP,
		.attr = IX_A_MAP_VIEW, .size = IX_NAME_MAX,
		.of = "view",
	},
	{
		.word = "kind", .usage = "explicit | rfc6052 | nptv6 | plain",
		.type = &type_enum, .flags = FIELD_BARE | FIELD_ALWAYS,
		.attr = IX_A_MAP_KIND,
		.values = map_kinds, .values_nr = ARRAY_SIZE(map_kinds),
	},
	{
		.word = "own", .usage = "OWN-PREFIX", .type = &type_prefix,
		.flags = FIELD_KEY | FIELD_BARE,
		.attr = IX_A_MAP_OWN, .attr2 = IX_A_MAP_OWN_LEN,
	},
	{
		.word = "ix", .usage = "IX-PREFIX", .type = &type_prefix,
		.flags = FIELD_BARE | FIELD_NEEDED,
		.attr = IX_A_MAP_IX, .attr2 = IX_A_MAP_IX_LEN, .size = 16,
	},
	{
		.word = "non-global", .usage = "non-global [ on | off ]",
		.type = &type_switch, .attr = IX_A_MAP_NON_GLOBAL,
	},
};

static const struct field institution_fields[] = {
	{
		.word = "tag", .usage = "TAG", .type = &type_tag,
		.flags = FIELD_KEY | FIELD_BARE,
		.attr = IX_A_INSTITUTION_TAG, .size = 4,
	},
	{
		.word = "name", .usage = "name NAME", .type = &type_string,
		.attr = IX_A_INSTITUTION_NAME, .size = IX_NAME_MAX,
	},
	{
		.word = "class", .usage = "class CLASS ...",
		.type = &type_string, .flags = FIELD_MULTI | FIELD_DUMP,
		.attr = IX_A_INSTITUTION_CLASS, .size = IX_NAME_MAX,
		.of = "class",
	},
	QUARANTINE_FIELD(IX_A_INSTITUTION_QUARANTINE, FIELD_DUMP),
	CAUSES_FIELD(IX_A_INSTITUTION_QUARANTINED_BY),
	COUNT_FIELD("prefixes", IX_A_INSTITUTION_PREFIXES),
	COUNT_FIELD("rules", IX_A_INSTITUTION_RULES),
	COUNT_FIELD("groups", IX_A_INSTITUTION_GROUPS),
};

static const struct field prefix_fields[] = {
	{
		.word = "prefix", .usage = "IX-PREFIX", .type = &type_prefix,
		.flags = FIELD_KEY | FIELD_BARE,
		.attr = IX_A_PREFIX_PREFIX, .attr2 = IX_A_PREFIX_PREFIX_LEN,
		.size = 16,
	},
	{
		.word = "institution", .usage = "institution INSTITUTION",
		.type = &type_institution, .flags = FIELD_NEEDED | FIELD_DUMP,
		.attr = IX_A_PREFIX_INSTITUTION, .of = "institution",
	},
	{
		.word = "tenant", .usage = "tenant TENANT",
		.type = &type_string, .flags = FIELD_NEEDED | FIELD_DUMP,
		.attr = IX_A_PREFIX_TENANT, .size = IX_NAME_MAX,
		.of = "tenant",
	},
	{
		.word = "port", .usage = "port DEVICE", .type = &type_string,
		.attr = IX_A_PREFIX_PORT, .size = IX_DEVICE_MAX,
	},
	CAUSES_FIELD(IX_A_PREFIX_QUARANTINED_BY),
};

static const struct field route_fields[] = {
	{
		.word = "tenant", .usage = "tenant TENANT",
		.type = &type_string, .flags = FIELD_KEY | FIELD_DUMP,
		.attr = IX_A_ROUTE_TENANT, .size = IX_NAME_MAX,
		.of = "tenant",
	},
	{
		.word = "prefix", .usage = "IX-PREFIX", .type = &type_prefix,
		.flags = FIELD_KEY | FIELD_BARE,
		.attr = IX_A_ROUTE_PREFIX, .attr2 = IX_A_ROUTE_PREFIX_LEN,
		.size = 16,
	},
	{
		.word = "type", .usage = "blackhole | prohibit",
		.type = &type_enum, .flags = FIELD_BARE,
		.attr = IX_A_ROUTE_TYPE,
		.values = route_types, .values_nr = ARRAY_SIZE(route_types),
	},
	{
		.word = "to", .usage = "to TENANT", .type = &type_string,
		.attr = IX_A_ROUTE_TO, .size = IX_NAME_MAX,
		.of = "tenant",
	},
	{
		.word = "nexthop", .usage = "NEXTHOP ...",
		.type = &type_nexthop, .flags = FIELD_BARE | FIELD_MULTI,
		.attr = IX_A_ROUTE_NEXTHOP, .size = IX_DEVICE_MAX,
	},
	{
		.word = "table", .usage = "table N", .type = &type_number,
		.attr = IX_A_ROUTE_TABLE, .size = 4,
	},
	{
		.word = "vrf", .usage = "vrf DEVICE", .type = &type_string,
		.attr = IX_A_ROUTE_VRF, .size = IX_DEVICE_MAX,
	},
};

static const struct field group_fields[] = {
	NAME_FIELD(IX_A_GROUP_NAME, FIELD_KEY | FIELD_BARE),
	NUMBER_FIELD(IX_A_GROUP_NUMBER, 2, FIELD_FIXED),
	{
		.word = "service", .usage = "service SERVICE ...",
		.type = &type_string, .flags = FIELD_MULTI,
		.attr = IX_A_GROUP_SERVICE, .size = IX_NAME_MAX,
		.of = "service",
	},
	COUNT_FIELD("members", IX_A_GROUP_MEMBERS),
	{
		.word = "packets", .usage = "packets N", .type = &type_number,
		.flags = FIELD_INFO | FIELD_STATS,
		.attr = IX_A_GROUP_PACKETS, .size = 8,
	},
	{
		.word = "bytes", .usage = "bytes N", .type = &type_number,
		.flags = FIELD_INFO | FIELD_STATS,
		.attr = IX_A_GROUP_BYTES, .size = 8,
	},
};

static const struct field member_fields[] = {
	{
		.word = "group", .usage = "group GROUP",
		.type = &type_string, .flags = FIELD_KEY | FIELD_DUMP,
		.attr = IX_A_MEMBER_GROUP, .size = IX_NAME_MAX,
		.of = "group",
	},
	{
		.word = "tenant", .usage = "tenant TENANT",
		.type = &type_string, .flags = FIELD_KEY | FIELD_EITHER,
		.attr = IX_A_MEMBER_TENANT, .size = IX_NAME_MAX,
		.of = "tenant",
	},
	{
		.word = "institution", .usage = "institution INSTITUTION",
		.type = &type_institution, .flags = FIELD_KEY | FIELD_EITHER,
		.attr = IX_A_MEMBER_INSTITUTION, .of = "institution",
	},
	CAUSES_FIELD(IX_A_MEMBER_QUARANTINED_BY),
};

static const struct field qos_fields[] = {
	{
		.word = "class", .usage = "QOS-CLASS", .type = &type_number,
		.flags = FIELD_KEY | FIELD_BARE,
		.attr = IX_A_QOS_CLASS, .size = 1,
	},
	{
		.word = "dscp", .usage = "dscp N", .type = &type_number,
		.flags = FIELD_ALWAYS | FIELD_NEEDED,
		.attr = IX_A_QOS_DSCP, .size = 1,
	},
};

static const struct field rule_fields[] = {
	{
		.word = "id", .usage = "id N", .type = &type_number,
		.flags = FIELD_KEY | FIELD_BARE | FIELD_WORD | FIELD_AUTO,
		.attr = IX_A_RULE_ID, .size = 4,
	},
	{
		.word = "order", .usage = "order N", .type = &type_number,
		.attr = IX_A_RULE_ORDER, .size = 4,
	},
	{
		.word = "action", .usage = "{ permit | deny }",
		.type = &type_enum,
		.flags = FIELD_BARE | FIELD_ALWAYS | FIELD_NEEDED,
		.attr = IX_A_RULE_ACTION,
		.values = actions, .values_nr = ARRAY_SIZE(actions),
	},
	{
		.word = "from", .usage = "from WHOM", .type = &type_selector,
		.flags = FIELD_ALWAYS | FIELD_NEEDED | FIELD_DUMP,
		.attr = IX_A_RULE_SOURCE_INSTITUTION, .of = "institution",
		.attr2 = IX_A_RULE_SOURCE_CLASS, .of2 = "class",
	},
	{
		.word = "to", .usage = "to WHOM", .type = &type_selector,
		.flags = FIELD_ALWAYS | FIELD_NEEDED | FIELD_DUMP,
		.attr = IX_A_RULE_DESTINATION_INSTITUTION, .of = "institution",
		.attr2 = IX_A_RULE_DESTINATION_CLASS, .of2 = "class",
	},
	{
		.word = "service", .usage = "service SERVICE",
		.type = &type_string,
		.attr = IX_A_RULE_SERVICE, .size = IX_NAME_MAX,
		.of = "service",
	},
	{
		.word = "since", .key = "valid-from", .usage = "since TIME",
		.type = &type_time, .attr = IX_A_RULE_VALID_FROM,
	},
	{
		.word = "until", .key = "valid-until", .usage = "until TIME",
		.type = &type_time, .attr = IX_A_RULE_VALID_UNTIL,
	},
	{
		.word = "oneway", .usage = "oneway [ on | off ]",
		.type = &type_switch, .attr = IX_A_RULE_ONEWAY,
	},
	{
		.word = "monitor", .usage = "monitor [ on | off ]",
		.type = &type_switch, .attr = IX_A_RULE_MONITOR,
	},
	{
		.word = "log", .usage = "log [ on | off ]",
		.type = &type_switch, .attr = IX_A_RULE_LOG,
	},
	{
		.word = "qos", .usage = "qos N", .type = &type_number,
		.attr = IX_A_RULE_QOS, .size = 1,
	},
	{
		.word = "reference", .usage = "reference TEXT",
		.type = &type_string,
		.attr = IX_A_RULE_REFERENCE, .size = IX_REFERENCE_MAX,
	},
	PARTY_CAUSES_FIELD("source-quarantined-by",
			   IX_A_RULE_SOURCE_INSTITUTION,
			   IX_A_RULE_SOURCE_CLASS),
	PARTY_CAUSES_FIELD("destination-quarantined-by",
			   IX_A_RULE_DESTINATION_INSTITUTION,
			   IX_A_RULE_DESTINATION_CLASS),
	{
		.word = "packets", .usage = "packets N", .type = &type_number,
		.flags = FIELD_INFO | FIELD_STATS,
		.attr = IX_A_RULE_PACKETS, .size = 8,
	},
	{
		.word = "bytes", .usage = "bytes N", .type = &type_number,
		.flags = FIELD_INFO | FIELD_STATS,
		.attr = IX_A_RULE_BYTES, .size = 8,
	},
};

static const struct field port_fields[] = {
	{
		.word = "device", .usage = "DEVICE", .type = &type_string,
		.flags = FIELD_KEY | FIELD_BARE,
		.attr = IX_A_PORT_DEVICE, .size = IX_DEVICE_MAX,
	},
	{
		.word = "tenant", .usage = "tenant TENANT",
		.type = &type_string, .flags = FIELD_INFO,
		.attr = IX_A_PORT_TENANT, .size = IX_NAME_MAX,
	},
	{
		.word = "ifindex", .usage = "ifindex N", .type = &type_number,
		.flags = FIELD_INFO, .attr = IX_A_PORT_IFINDEX, .size = 4,
	},
	{
		.word = "known", .usage = "known { on | off }",
		.type = &type_flag, .flags = FIELD_INFO | FIELD_ALWAYS,
		.attr = IX_A_PORT_KNOWN,
	},
	{
		.word = "address", .usage = "address ADDRESS",
		.type = &type_address, .flags = FIELD_INFO | FIELD_MULTI,
		.attr = IX_A_PORT_ADDRESS,
	},
};

static const struct field counter_fields[] = {
	{
		.word = "counters", .type = &type_counters,
		.flags = FIELD_INFO, .attr = IX_A_TENANT_COUNTER,
	},
};

#define TOTAL_FIELD(name, a)						\
	{								\
		.word = name, .usage = name " N", .type = &type_number,	\
		.flags = FIELD_INFO | FIELD_ALWAYS,			\
		.attr = a, .size = 8,					\
	}

static const struct field audit_fields[] = {
	TOTAL_FIELD("packets", IX_A_AUDIT_TOTAL_PACKETS),
	TOTAL_FIELD("suppressed", IX_A_AUDIT_TOTAL_SUPPRESSED),
	TOTAL_FIELD("pending", IX_A_AUDIT_TOTAL_PENDING),
	TOTAL_FIELD("lost", IX_A_AUDIT_TOTAL_LOST),
};

static const struct field account_fields[] = {
	{
		.word = "from", .key = "source-institution",
		.usage = "from INSTITUTION", .type = &type_institution,
		.flags = FIELD_KEY | FIELD_INFO,
		.attr = IX_A_ACCOUNT_SOURCE_INSTITUTION, .of = "institution",
	},
	{
		.word = "to", .key = "destination-institution",
		.usage = "to INSTITUTION", .type = &type_institution,
		.flags = FIELD_KEY | FIELD_INFO,
		.attr = IX_A_ACCOUNT_DESTINATION_INSTITUTION, .of = "institution",
	},
	{
		.word = "service", .usage = "service SERVICE",
		.type = &type_string, .flags = FIELD_KEY | FIELD_INFO,
		.attr = IX_A_ACCOUNT_SERVICE, .size = IX_NAME_MAX,
		.of = "service",
	},
	{
		.word = "reply", .usage = "reply { on | off }",
		.type = &type_flag, .flags = FIELD_KEY | FIELD_INFO,
		.attr = IX_A_ACCOUNT_REPLY,
	},
	{
		.word = "other", .usage = "other { on | off }",
		.type = &type_flag, .flags = FIELD_INFO,
		.attr = IX_A_ACCOUNT_OTHER,
	},
	TOTAL_FIELD("packets", IX_A_ACCOUNT_PACKETS),
	TOTAL_FIELD("bytes", IX_A_ACCOUNT_BYTES),
	{
		.word = "first", .usage = "first TIME", .type = &type_time,
		.flags = FIELD_INFO, .attr = IX_A_ACCOUNT_FIRST,
	},
	{
		.word = "last", .usage = "last TIME", .type = &type_time,
		.flags = FIELD_INFO, .attr = IX_A_ACCOUNT_LAST,
	},
	PARTY_CAUSES_FIELD("source-quarantined-by",
			   IX_A_ACCOUNT_SOURCE_INSTITUTION, 0),
	PARTY_CAUSES_FIELD("destination-quarantined-by",
			   IX_A_ACCOUNT_DESTINATION_INSTITUTION, 0),
};

/* Without a kind: what the addresses of the tenant's side suggest. */
static void complete_map(bool new, struct msg *msg)
{
	struct record map;

	record_of_message(&map, msg->nlh);
	if (!new || map.attr[IX_A_MAP_KIND] || !map.attr[IX_A_MAP_OWN])
		return;
	msg_put_uint(msg, IX_A_MAP_KIND, 1,
		     mnl_attr_get_payload_len(map.attr[IX_A_MAP_OWN]) == 4 ?
		     IX_MAP_KIND_EXPLICIT : IX_MAP_KIND_PLAIN);
}

/* A route to somewhere is neither a blackhole nor prohibited. */
static void complete_route(bool new, struct msg *msg)
{
	struct record route;

	(void)new;
	record_of_message(&route, msg->nlh);
	if (route.attr[IX_A_ROUTE_TO] && !route.attr[IX_A_ROUTE_TYPE])
		msg_put_uint(msg, IX_A_ROUTE_TYPE, 1, IX_ROUTE_TYPE_TENANT);
}

#define FIELDS(name)							\
	.word = #name, .fields = name##_fields,				\
	.fields_nr = ARRAY_SIZE(name##_fields)

const struct object objects[] = {
	{
		FIELDS(settings),
		.about = "settings of the router",
		.set = IX_CMD_SETTINGS_SET, .get = IX_CMD_SETTINGS_GET,
		.single = true,
		.notes =
"audit-interval is in seconds; audit-burst is per source and CPU; audit-nflog is\n"
"a group of NFLOG, 0 for none.\n"
"mark-WHAT-shift is the lowest bit of the verdict, the source class or the\n"
"destination class in the packet mark, mark-WHAT-bits how many bits it has.\n",
	},
	{
		FIELDS(class),
		.about = "classes of institutions",
		.new = IX_CMD_CLASS_NEW, .set = IX_CMD_CLASS_SET,
		.del = IX_CMD_CLASS_DEL, .get = IX_CMD_CLASS_GET,
		.flush = IX_OBJECT_CLASS,
	},
	{
		FIELDS(service),
		.about = "protocols with ports or ICMP types",
		.new = IX_CMD_SERVICE_NEW, .set = IX_CMD_SERVICE_SET,
		.del = IX_CMD_SERVICE_DEL, .get = IX_CMD_SERVICE_GET,
		.flush = IX_OBJECT_SERVICE,
		.notes =
"ENTRY := { tcp | udp | sctp | dccp | udplite } [ sport PORTS ] [ dport PORTS ] |\n"
"         icmp [ type TYPE ] | PROTOCOL | proto N\n"
"PORTS := PORT | PORT-PORT\n"
"TYPE  := echo-request | echo-reply | ... | N (of ICMPv6)\n",
	},
	{
		FIELDS(view),
		.about = "how everyone else looks from inside a tenant",
		.new = IX_CMD_VIEW_NEW, .set = IX_CMD_VIEW_SET,
		.del = IX_CMD_VIEW_DEL, .get = IX_CMD_VIEW_GET,
		.flush = IX_OBJECT_VIEW,
	},
	{
		FIELDS(tenant),
		.about = "connected networks",
		.new = IX_CMD_TENANT_NEW, .set = IX_CMD_TENANT_SET,
		.del = IX_CMD_TENANT_DEL, .get = IX_CMD_TENANT_GET,
		.flush = IX_OBJECT_TENANT,
		.notes =
"NEXTHOP := [ nexthop ] [ via ADDRESS ] dev DEVICE\n"
"Next hops, table or vrf are the way into the tenant for what purpose groups\n"
"lead there; table 0 removes it.\n",
	},
	{
		FIELDS(map),
		.about = "prefix maps of tenants and views",
		.new = IX_CMD_MAP_NEW, .set = IX_CMD_MAP_SET,
		.del = IX_CMD_MAP_DEL, .get = IX_CMD_MAP_GET,
		.flush = IX_OBJECT_MAP, .owned = true,
		.complete = complete_map,
		.notes =
"Without a kind it is explicit if OWN-PREFIX is of IPv4, and plain otherwise.\n",
	},
	{
		FIELDS(institution),
		.about = "institutions, their names and classes",
		.new = IX_CMD_INSTITUTION_NEW, .set = IX_CMD_INSTITUTION_SET,
		.del = IX_CMD_INSTITUTION_DEL, .get = IX_CMD_INSTITUTION_GET,
		.flush = IX_OBJECT_INSTITUTION,
		.notes =
"For TAG the name will do, but for a new institution. An institution whose\n"
"class is \"\" is in none.\n",
	},
	{
		FIELDS(prefix),
		.about = "prefixes of the IX address space, and whose they are",
		.new = IX_CMD_PREFIX_NEW, .set = IX_CMD_PREFIX_SET,
		.del = IX_CMD_PREFIX_DEL, .get = IX_CMD_PREFIX_GET,
		.flush = IX_OBJECT_PREFIX,
		.notes =
"INSTITUTION := TAG | NAME\n",
	},
	{
		FIELDS(route),
		.about = "forwarding tables of tenants",
		.new = IX_CMD_ROUTE_NEW, .set = IX_CMD_ROUTE_SET,
		.del = IX_CMD_ROUTE_DEL, .get = IX_CMD_ROUTE_GET,
		.flush = IX_OBJECT_ROUTE, .owned = true,
		.complete = complete_route,
		.notes =
"NEXTHOP := [ nexthop ] [ via ADDRESS ] dev DEVICE\n",
	},
	{
		FIELDS(group),
		.about = "purpose groups and their services",
		.new = IX_CMD_GROUP_NEW, .set = IX_CMD_GROUP_SET,
		.del = IX_CMD_GROUP_DEL, .get = IX_CMD_GROUP_GET,
		.flush = IX_OBJECT_GROUP,
		.notes =
"Its members reach each other with these services. A group whose service is \"\"\n"
"has none, and leaves it to rules what its members may do.\n",
	},
	{
		FIELDS(member),
		.about = "members of purpose groups",
		.new = IX_CMD_MEMBER_NEW,
		.del = IX_CMD_MEMBER_DEL, .get = IX_CMD_MEMBER_GET,
	},
	{
		FIELDS(qos),
		.about = "code points (DSCP) of QoS classes",
		.new = IX_CMD_QOS_NEW, .set = IX_CMD_QOS_SET,
		.del = IX_CMD_QOS_DEL, .get = IX_CMD_QOS_GET,
		.flush = IX_OBJECT_QOS,
		.notes =
"Packets that a rule with this QoS class permits leave with this DSCP.\n",
	},
	{
		FIELDS(rule),
		.about = "policy: who may reach whom with what",
		.new = IX_CMD_RULE_NEW, .set = IX_CMD_RULE_SET,
		.del = IX_CMD_RULE_DEL, .get = IX_CMD_RULE_GET,
		.flush = IX_OBJECT_RULE,
		.notes =
"WHOM := any | class CLASS | institution { TAG | NAME }\n"
"TIME := 2026-03-31 | 2026-03-31T09:00:00+09:00 | @SECONDS | none\n",
	},
	{
		FIELDS(port),
		.about = "devices that the ruleset has made ports",
		.get = IX_CMD_PORT_GET,
	},
	{
		FIELDS(counter),
		.about = "counters of what belongs to no tenant",
		.get = IX_CMD_COUNTER_GET, .single = true,
	},
	{
		FIELDS(audit),
		.about = "how many packets have become audit events",
		.get = IX_CMD_AUDIT_GET, .single = true,
		.notes =
"The events themselves: ixctl monitor audit\n",
	},
	{
		FIELDS(account),
		.about = "who has sent how much to whom with which service",
		.get = IX_CMD_ACCOUNT_GET, .flush = IX_OBJECT_ACCOUNT,
		.notes =
"reset is another word for flush: the account begins anew. It is kept while the\n"
"setting account is not 0.\n",
	},
};

const unsigned int objects_nr = ARRAY_SIZE(objects);

/* Of two that begin alike the more common one comes first. */
static const char *const by_abbreviation[] = {
	"tenant", "view", "map", "class", "institution", "prefix", "route",
	"service", "rule", "port", "settings", "counter", "group", "member",
	"qos",
};

const struct object *object_find_exactly(const char *word)
{
	unsigned int i;

	for (i = 0; i < objects_nr; i++)
		if (same_word(objects[i].word, word))
			return &objects[i];
	return NULL;
}

const struct object *object_find(const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(by_abbreviation); i++)
		if (abbreviates(word, by_abbreviation[i]))
			return object_find_exactly(by_abbreviation[i]);
	/* The others have to be written out. */
	return object_find_exactly(word);
}

const struct field *object_field(const struct object *object, uint16_t attr)
{
	unsigned int i;

	for (i = 0; i < object->fields_nr; i++)
		if (object->fields[i].attr == attr ||
		    (object->fields[i].attr2 &&
		     object->fields[i].attr2 == attr))
			return &object->fields[i];
	return NULL;
}

const struct field *object_field_of_word(const struct object *object,
					 const char *word)
{
	unsigned int i;

	for (i = 0; i < object->fields_nr; i++)
		if (!strcmp(object->fields[i].word, word))
			return &object->fields[i];
	return NULL;
}
