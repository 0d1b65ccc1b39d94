// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ix.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/ix.h>

/* Common nested types */
const struct nla_policy ix_nexthop_nl_policy[IX_A_NEXTHOP_UP + 1] = {
	[IX_A_NEXTHOP_DEVICE] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
	[IX_A_NEXTHOP_GATEWAY] = { .type = NLA_BINARY, },
	[IX_A_NEXTHOP_UP] = { .type = NLA_FLAG, },
};

const struct nla_policy ix_question_nl_policy[IX_A_QUESTION_ICMP_TYPE + 1] = {
	[IX_A_QUESTION_SOURCE_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_QUESTION_SOURCE_CLASSES] = { .type = NLA_U64, },
	[IX_A_QUESTION_DESTINATION_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_QUESTION_DESTINATION_CLASSES] = { .type = NLA_U64, },
	[IX_A_QUESTION_PROTOCOL] = { .type = NLA_U8, },
	[IX_A_QUESTION_SOURCE_PORT] = { .type = NLA_U16, },
	[IX_A_QUESTION_DESTINATION_PORT] = { .type = NLA_U16, },
	[IX_A_QUESTION_ICMP_TYPE] = { .type = NLA_U8, },
};

const struct nla_policy ix_service_entry_nl_policy[IX_A_SERVICE_ENTRY_ICMP_TYPE + 1] = {
	[IX_A_SERVICE_ENTRY_PROTOCOL] = { .type = NLA_U8, },
	[IX_A_SERVICE_ENTRY_PORT_MIN] = { .type = NLA_U16, },
	[IX_A_SERVICE_ENTRY_PORT_MAX] = { .type = NLA_U16, },
	[IX_A_SERVICE_ENTRY_SOURCE_PORT_MIN] = { .type = NLA_U16, },
	[IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX] = { .type = NLA_U16, },
	[IX_A_SERVICE_ENTRY_ICMP_TYPE] = { .type = NLA_U8, },
};

/* IX_CMD_TRANSACTION_BEGIN - do */
const struct nla_policy ix_transaction_begin_nl_policy[IX_A_TRANSACTION_GENERATION + 1] = {
	[IX_A_TRANSACTION_GENERATION] = { .type = NLA_U32, },
};

/* IX_CMD_TRANSACTION_COMMIT - do */
const struct nla_policy ix_transaction_commit_nl_policy[IX_A_TRANSACTION_CHANGES + 1] = {
	[IX_A_TRANSACTION_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_TRANSACTION_CHANGES] = { .type = NLA_U32, },
};

/* IX_CMD_TRANSACTION_ABORT - do */
const struct nla_policy ix_transaction_abort_nl_policy[IX_A_TRANSACTION_TRANSACTION + 1] = {
	[IX_A_TRANSACTION_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IX_CMD_FLUSH - do */
const struct nla_policy ix_flush_nl_policy[IX_A_FLUSH_VIEW + 1] = {
	[IX_A_FLUSH_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_FLUSH_OBJECT] = NLA_POLICY_MAX(NLA_U8, 12),
	[IX_A_FLUSH_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_FLUSH_VIEW] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_SETTINGS_SET - do */
const struct nla_policy ix_settings_set_nl_policy[IX_A_SETTINGS_FLOW_CACHE + 1] = {
	[IX_A_SETTINGS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_SETTINGS_MARK_VERDICT_SHIFT] = NLA_POLICY_MAX(NLA_U8, 31),
	[IX_A_SETTINGS_MARK_VERDICT_BITS] = NLA_POLICY_MAX(NLA_U8, 8),
	[IX_A_SETTINGS_MARK_SOURCE_SHIFT] = NLA_POLICY_MAX(NLA_U8, 31),
	[IX_A_SETTINGS_MARK_SOURCE_BITS] = NLA_POLICY_MAX(NLA_U8, 8),
	[IX_A_SETTINGS_MARK_DESTINATION_SHIFT] = NLA_POLICY_MAX(NLA_U8, 31),
	[IX_A_SETTINGS_MARK_DESTINATION_BITS] = NLA_POLICY_MAX(NLA_U8, 8),
	[IX_A_SETTINGS_LOWEST_IPV6_MTU] = NLA_POLICY_MIN(NLA_U16, 1280),
	[IX_A_SETTINGS_TRAFFIC_CLASS] = NLA_POLICY_MAX(NLA_U16, IX_TOS_COPY),
	[IX_A_SETTINGS_TOS] = NLA_POLICY_MAX(NLA_U16, IX_TOS_COPY),
	[IX_A_SETTINGS_UDP_ZERO_CHECKSUM] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_SETTINGS_MONITOR] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_SETTINGS_AUDIT_INTERVAL] = NLA_POLICY_RANGE(NLA_U16, 1, 3600),
	[IX_A_SETTINGS_AUDIT_BURST] = NLA_POLICY_RANGE(NLA_U16, 1, 1000),
	[IX_A_SETTINGS_AUDIT_NFLOG] = { .type = NLA_U16, },
	[IX_A_SETTINGS_ACCOUNT] = { .type = NLA_U32, },
	[IX_A_SETTINGS_FLOW_CACHE] = { .type = NLA_U32, },
};

/* IX_CMD_SETTINGS_GET - do */
const struct nla_policy ix_settings_get_nl_policy[IX_A_SETTINGS_TRANSACTION + 1] = {
	[IX_A_SETTINGS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IX_CMD_TENANT_NEW - do */
const struct nla_policy ix_tenant_new_nl_policy[IX_A_TENANT_HAIRPIN + 1] = {
	[IX_A_TENANT_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_TENANT_NUMBER] = NLA_POLICY_RANGE(NLA_U16, 1, IX_TENANT_MAX),
	[IX_A_TENANT_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_TENANT_VIEW] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_TENANT_GATEWAY4] = { .type = NLA_BINARY, },
	[IX_A_TENANT_GATEWAY6] = { .type = NLA_BINARY, },
	[IX_A_TENANT_TCP_MSS] = { .type = NLA_U16, },
	[IX_A_TENANT_ERROR_POOL4] = { .type = NLA_BINARY, },
	[IX_A_TENANT_ERROR_POOL4_LEN] = NLA_POLICY_MAX(NLA_U8, 32),
	[IX_A_TENANT_QUARANTINE] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_TENANT_MONITOR] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_TENANT_NEXTHOP] = NLA_POLICY_NESTED(ix_nexthop_nl_policy),
	[IX_A_TENANT_TABLE] = { .type = NLA_U32, },
	[IX_A_TENANT_VRF] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
	[IX_A_TENANT_HAIRPIN] = NLA_POLICY_MAX(NLA_U8, 2),
};

/* IX_CMD_TENANT_SET - do */
const struct nla_policy ix_tenant_set_nl_policy[IX_A_TENANT_HAIRPIN + 1] = {
	[IX_A_TENANT_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_TENANT_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_TENANT_VIEW] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_TENANT_GATEWAY4] = { .type = NLA_BINARY, },
	[IX_A_TENANT_GATEWAY6] = { .type = NLA_BINARY, },
	[IX_A_TENANT_TCP_MSS] = { .type = NLA_U16, },
	[IX_A_TENANT_ERROR_POOL4] = { .type = NLA_BINARY, },
	[IX_A_TENANT_ERROR_POOL4_LEN] = NLA_POLICY_MAX(NLA_U8, 32),
	[IX_A_TENANT_QUARANTINE] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_TENANT_MONITOR] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_TENANT_NEXTHOP] = NLA_POLICY_NESTED(ix_nexthop_nl_policy),
	[IX_A_TENANT_TABLE] = { .type = NLA_U32, },
	[IX_A_TENANT_VRF] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
	[IX_A_TENANT_HAIRPIN] = NLA_POLICY_MAX(NLA_U8, 2),
};

/* IX_CMD_TENANT_DEL - do */
const struct nla_policy ix_tenant_del_nl_policy[IX_A_TENANT_NAME + 1] = {
	[IX_A_TENANT_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_TENANT_GET - do */
const struct nla_policy ix_tenant_get_nl_policy[IX_A_TENANT_NAME + 1] = {
	[IX_A_TENANT_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_VIEW_NEW - do */
const struct nla_policy ix_view_new_nl_policy[IX_A_VIEW_NUMBER + 1] = {
	[IX_A_VIEW_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_VIEW_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_VIEW_NUMBER] = NLA_POLICY_RANGE(NLA_U16, 1, IX_VIEW_MAX),
};

/* IX_CMD_VIEW_SET - do */
const struct nla_policy ix_view_set_nl_policy[IX_A_VIEW_NAME + 1] = {
	[IX_A_VIEW_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_VIEW_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_VIEW_DEL - do */
const struct nla_policy ix_view_del_nl_policy[IX_A_VIEW_NAME + 1] = {
	[IX_A_VIEW_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_VIEW_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_VIEW_GET - do */
const struct nla_policy ix_view_get_nl_policy[IX_A_VIEW_NAME + 1] = {
	[IX_A_VIEW_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_VIEW_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_MAP_NEW - do */
const struct nla_policy ix_map_new_nl_policy[IX_A_MAP_NON_GLOBAL + 1] = {
	[IX_A_MAP_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_MAP_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MAP_VIEW] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MAP_KIND] = NLA_POLICY_MAX(NLA_U8, 3),
	[IX_A_MAP_OWN] = { .type = NLA_BINARY, },
	[IX_A_MAP_OWN_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_MAP_IX] = { .type = NLA_BINARY, },
	[IX_A_MAP_IX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_MAP_NON_GLOBAL] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* IX_CMD_MAP_SET - do */
const struct nla_policy ix_map_set_nl_policy[IX_A_MAP_NON_GLOBAL + 1] = {
	[IX_A_MAP_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_MAP_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MAP_VIEW] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MAP_KIND] = NLA_POLICY_MAX(NLA_U8, 3),
	[IX_A_MAP_OWN] = { .type = NLA_BINARY, },
	[IX_A_MAP_OWN_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_MAP_IX] = { .type = NLA_BINARY, },
	[IX_A_MAP_IX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_MAP_NON_GLOBAL] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* IX_CMD_MAP_DEL - do */
const struct nla_policy ix_map_del_nl_policy[IX_A_MAP_OWN_LEN + 1] = {
	[IX_A_MAP_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_MAP_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MAP_VIEW] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MAP_OWN] = { .type = NLA_BINARY, },
	[IX_A_MAP_OWN_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* IX_CMD_MAP_GET - do */
const struct nla_policy ix_map_get_nl_policy[IX_A_MAP_OWN_LEN + 1] = {
	[IX_A_MAP_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_MAP_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MAP_VIEW] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MAP_OWN] = { .type = NLA_BINARY, },
	[IX_A_MAP_OWN_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* IX_CMD_CLASS_NEW - do */
const struct nla_policy ix_class_new_nl_policy[IX_A_CLASS_QUARANTINE + 1] = {
	[IX_A_CLASS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_CLASS_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_CLASS_NUMBER] = NLA_POLICY_RANGE(NLA_U8, 1, IX_CLASS_MAX),
	[IX_A_CLASS_QUARANTINE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* IX_CMD_CLASS_SET - do */
const struct nla_policy ix_class_set_nl_policy[IX_A_CLASS_QUARANTINE + 1] = {
	[IX_A_CLASS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_CLASS_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_CLASS_NUMBER] = NLA_POLICY_RANGE(NLA_U8, 1, IX_CLASS_MAX),
	[IX_A_CLASS_QUARANTINE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* IX_CMD_CLASS_DEL - do */
const struct nla_policy ix_class_del_nl_policy[IX_A_CLASS_NAME + 1] = {
	[IX_A_CLASS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_CLASS_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_CLASS_GET - do */
const struct nla_policy ix_class_get_nl_policy[IX_A_CLASS_NAME + 1] = {
	[IX_A_CLASS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_CLASS_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_INSTITUTION_NEW - do */
const struct nla_policy ix_institution_new_nl_policy[IX_A_INSTITUTION_QUARANTINE + 1] = {
	[IX_A_INSTITUTION_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_INSTITUTION_TAG] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_INSTITUTION_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_INSTITUTION_CLASS] = { .type = NLA_STRING, .len = IX_NAME_MAX, },
	[IX_A_INSTITUTION_QUARANTINE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* IX_CMD_INSTITUTION_SET - do */
const struct nla_policy ix_institution_set_nl_policy[IX_A_INSTITUTION_QUARANTINE + 1] = {
	[IX_A_INSTITUTION_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_INSTITUTION_TAG] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_INSTITUTION_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_INSTITUTION_CLASS] = { .type = NLA_STRING, .len = IX_NAME_MAX, },
	[IX_A_INSTITUTION_QUARANTINE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* IX_CMD_INSTITUTION_DEL - do */
const struct nla_policy ix_institution_del_nl_policy[IX_A_INSTITUTION_NAME + 1] = {
	[IX_A_INSTITUTION_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_INSTITUTION_TAG] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_INSTITUTION_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_INSTITUTION_GET - do */
const struct nla_policy ix_institution_get_nl_policy[IX_A_INSTITUTION_QUARANTINE + 1] = {
	[IX_A_INSTITUTION_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_INSTITUTION_TAG] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_INSTITUTION_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_INSTITUTION_CLASS] = { .type = NLA_STRING, .len = IX_NAME_MAX, },
	[IX_A_INSTITUTION_QUARANTINE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* IX_CMD_PREFIX_NEW - do */
const struct nla_policy ix_prefix_new_nl_policy[IX_A_PREFIX_PORT + 1] = {
	[IX_A_PREFIX_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_PREFIX_PREFIX] = { .type = NLA_BINARY, },
	[IX_A_PREFIX_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_PREFIX_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_PREFIX_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_PREFIX_PORT] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
};

/* IX_CMD_PREFIX_SET - do */
const struct nla_policy ix_prefix_set_nl_policy[IX_A_PREFIX_PORT + 1] = {
	[IX_A_PREFIX_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_PREFIX_PREFIX] = { .type = NLA_BINARY, },
	[IX_A_PREFIX_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_PREFIX_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_PREFIX_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_PREFIX_PORT] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
};

/* IX_CMD_PREFIX_DEL - do */
const struct nla_policy ix_prefix_del_nl_policy[IX_A_PREFIX_PREFIX_LEN + 1] = {
	[IX_A_PREFIX_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_PREFIX_PREFIX] = { .type = NLA_BINARY, },
	[IX_A_PREFIX_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* IX_CMD_PREFIX_GET - do */
const struct nla_policy ix_prefix_get_nl_policy[IX_A_PREFIX_TENANT + 1] = {
	[IX_A_PREFIX_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_PREFIX_PREFIX] = { .type = NLA_BINARY, },
	[IX_A_PREFIX_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_PREFIX_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_PREFIX_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_ROUTE_NEW - do */
const struct nla_policy ix_route_new_nl_policy[IX_A_ROUTE_VRF + 1] = {
	[IX_A_ROUTE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_ROUTE_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_ROUTE_PREFIX] = { .type = NLA_BINARY, },
	[IX_A_ROUTE_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_ROUTE_TYPE] = NLA_POLICY_MAX(NLA_U8, 2),
	[IX_A_ROUTE_TO] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_ROUTE_NEXTHOP] = NLA_POLICY_NESTED(ix_nexthop_nl_policy),
	[IX_A_ROUTE_TABLE] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_ROUTE_VRF] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
};

/* IX_CMD_ROUTE_SET - do */
const struct nla_policy ix_route_set_nl_policy[IX_A_ROUTE_VRF + 1] = {
	[IX_A_ROUTE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_ROUTE_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_ROUTE_PREFIX] = { .type = NLA_BINARY, },
	[IX_A_ROUTE_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IX_A_ROUTE_TYPE] = NLA_POLICY_MAX(NLA_U8, 2),
	[IX_A_ROUTE_TO] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_ROUTE_NEXTHOP] = NLA_POLICY_NESTED(ix_nexthop_nl_policy),
	[IX_A_ROUTE_TABLE] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_ROUTE_VRF] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
};

/* IX_CMD_ROUTE_DEL - do */
const struct nla_policy ix_route_del_nl_policy[IX_A_ROUTE_PREFIX_LEN + 1] = {
	[IX_A_ROUTE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_ROUTE_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_ROUTE_PREFIX] = { .type = NLA_BINARY, },
	[IX_A_ROUTE_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* IX_CMD_ROUTE_GET - do */
const struct nla_policy ix_route_get_nl_policy[IX_A_ROUTE_PREFIX_LEN + 1] = {
	[IX_A_ROUTE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_ROUTE_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_ROUTE_PREFIX] = { .type = NLA_BINARY, },
	[IX_A_ROUTE_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* IX_CMD_SERVICE_NEW - do */
const struct nla_policy ix_service_new_nl_policy[IX_A_SERVICE_ENTRY + 1] = {
	[IX_A_SERVICE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_SERVICE_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_SERVICE_NUMBER] = NLA_POLICY_MIN(NLA_U16, 1),
	[IX_A_SERVICE_ENTRY] = NLA_POLICY_NESTED(ix_service_entry_nl_policy),
};

/* IX_CMD_SERVICE_SET - do */
const struct nla_policy ix_service_set_nl_policy[IX_A_SERVICE_ENTRY + 1] = {
	[IX_A_SERVICE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_SERVICE_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_SERVICE_ENTRY] = NLA_POLICY_NESTED(ix_service_entry_nl_policy),
};

/* IX_CMD_SERVICE_DEL - do */
const struct nla_policy ix_service_del_nl_policy[IX_A_SERVICE_NAME + 1] = {
	[IX_A_SERVICE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_SERVICE_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_SERVICE_GET - do */
const struct nla_policy ix_service_get_nl_policy[IX_A_SERVICE_NAME + 1] = {
	[IX_A_SERVICE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_SERVICE_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_RULE_NEW - do */
const struct nla_policy ix_rule_new_nl_policy[IX_A_RULE_REFERENCE + 1] = {
	[IX_A_RULE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_ORDER] = { .type = NLA_U32, },
	[IX_A_RULE_ACTION] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_RULE_SOURCE_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_SOURCE_CLASS] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_RULE_DESTINATION_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_DESTINATION_CLASS] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_RULE_SERVICE] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_RULE_VALID_FROM] = { .type = NLA_U64, },
	[IX_A_RULE_VALID_UNTIL] = { .type = NLA_U64, },
	[IX_A_RULE_ONEWAY] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_RULE_MONITOR] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_RULE_LOG] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_RULE_QOS] = NLA_POLICY_MAX(NLA_U8, 63),
	[IX_A_RULE_REFERENCE] = { .type = NLA_NUL_STRING, .len = IX_REFERENCE_MAX, },
};

/* IX_CMD_RULE_SET - do */
const struct nla_policy ix_rule_set_nl_policy[IX_A_RULE_REFERENCE + 1] = {
	[IX_A_RULE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_ORDER] = { .type = NLA_U32, },
	[IX_A_RULE_ACTION] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_RULE_SOURCE_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_SOURCE_CLASS] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_RULE_DESTINATION_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_DESTINATION_CLASS] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_RULE_SERVICE] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_RULE_VALID_FROM] = { .type = NLA_U64, },
	[IX_A_RULE_VALID_UNTIL] = { .type = NLA_U64, },
	[IX_A_RULE_ONEWAY] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_RULE_MONITOR] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_RULE_LOG] = NLA_POLICY_MAX(NLA_U8, 1),
	[IX_A_RULE_QOS] = NLA_POLICY_MAX(NLA_U8, 63),
	[IX_A_RULE_REFERENCE] = { .type = NLA_NUL_STRING, .len = IX_REFERENCE_MAX, },
};

/* IX_CMD_RULE_DEL - do */
const struct nla_policy ix_rule_del_nl_policy[IX_A_RULE_ID + 1] = {
	[IX_A_RULE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IX_CMD_RULE_GET - do */
const struct nla_policy ix_rule_get_nl_policy[IX_A_RULE_DESTINATION_INSTITUTION + 1] = {
	[IX_A_RULE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_SOURCE_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_RULE_DESTINATION_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IX_CMD_PORT_GET - do */
const struct nla_policy ix_port_get_nl_policy[IX_A_PORT_DEVICE + 1] = {
	[IX_A_PORT_DEVICE] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
};

/* IX_CMD_COUNTER_GET - do */
const struct nla_policy ix_counter_get_nl_policy[IX_A_TENANT_NAME + 1] = {
	[IX_A_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_TRACE - do */
const struct nla_policy ix_trace_nl_policy[IX_A_TRACE_TIME + 1] = {
	[IX_A_TRACE_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_TRACE_PORT] = { .type = NLA_NUL_STRING, .len = IX_DEVICE_MAX, },
	[IX_A_TRACE_PACKET] = { .type = NLA_BINARY, },
	[IX_A_TRACE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_TRACE_TIME] = { .type = NLA_U64, },
};

/* IX_CMD_JUDGE - do */
const struct nla_policy ix_judge_nl_policy[IX_A_JUDGE_QUESTION + 1] = {
	[IX_A_JUDGE_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_JUDGE_TIME] = { .type = NLA_U64, },
	[IX_A_JUDGE_ROUTES] = { .type = NLA_FLAG, },
	[IX_A_JUDGE_QUESTION] = NLA_POLICY_NESTED(ix_question_nl_policy),
};

/* IX_CMD_GROUP_NEW - do */
const struct nla_policy ix_group_new_nl_policy[IX_A_GROUP_SERVICE + 1] = {
	[IX_A_GROUP_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_GROUP_NUMBER] = NLA_POLICY_MIN(NLA_U16, 1),
	[IX_A_GROUP_SERVICE] = { .type = NLA_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_GROUP_SET - do */
const struct nla_policy ix_group_set_nl_policy[IX_A_GROUP_SERVICE + 1] = {
	[IX_A_GROUP_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_GROUP_NUMBER] = NLA_POLICY_MIN(NLA_U16, 1),
	[IX_A_GROUP_SERVICE] = { .type = NLA_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_GROUP_DEL - do */
const struct nla_policy ix_group_del_nl_policy[IX_A_GROUP_NAME + 1] = {
	[IX_A_GROUP_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_GROUP_GET - do */
const struct nla_policy ix_group_get_nl_policy[IX_A_GROUP_NAME + 1] = {
	[IX_A_GROUP_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
};

/* IX_CMD_MEMBER_NEW - do */
const struct nla_policy ix_member_new_nl_policy[IX_A_MEMBER_INSTITUTION + 1] = {
	[IX_A_MEMBER_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_MEMBER_GROUP] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MEMBER_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MEMBER_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IX_CMD_MEMBER_DEL - do */
const struct nla_policy ix_member_del_nl_policy[IX_A_MEMBER_INSTITUTION + 1] = {
	[IX_A_MEMBER_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_MEMBER_GROUP] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MEMBER_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MEMBER_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IX_CMD_MEMBER_GET - do */
const struct nla_policy ix_member_get_nl_policy[IX_A_MEMBER_INSTITUTION + 1] = {
	[IX_A_MEMBER_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_MEMBER_GROUP] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MEMBER_TENANT] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_MEMBER_INSTITUTION] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IX_CMD_QOS_NEW - do */
const struct nla_policy ix_qos_new_nl_policy[IX_A_QOS_DSCP + 1] = {
	[IX_A_QOS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_QOS_CLASS] = NLA_POLICY_RANGE(NLA_U8, 1, IX_QOS_MAX),
	[IX_A_QOS_DSCP] = NLA_POLICY_MAX(NLA_U8, 63),
};

/* IX_CMD_QOS_SET - do */
const struct nla_policy ix_qos_set_nl_policy[IX_A_QOS_DSCP + 1] = {
	[IX_A_QOS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_QOS_CLASS] = NLA_POLICY_RANGE(NLA_U8, 1, IX_QOS_MAX),
	[IX_A_QOS_DSCP] = NLA_POLICY_MAX(NLA_U8, 63),
};

/* IX_CMD_QOS_DEL - do */
const struct nla_policy ix_qos_del_nl_policy[IX_A_QOS_CLASS + 1] = {
	[IX_A_QOS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_QOS_CLASS] = NLA_POLICY_RANGE(NLA_U8, 1, IX_QOS_MAX),
};

/* IX_CMD_QOS_GET - do */
const struct nla_policy ix_qos_get_nl_policy[IX_A_QOS_CLASS + 1] = {
	[IX_A_QOS_TRANSACTION] = NLA_POLICY_MIN(NLA_U32, 1),
	[IX_A_QOS_CLASS] = NLA_POLICY_RANGE(NLA_U8, 1, IX_QOS_MAX),
};

/* IX_CMD_AUDIT_GET - do */
const struct nla_policy ix_audit_get_nl_policy[IX_A_AUDIT_TOTAL_PACKETS + 1] = {
	[IX_A_AUDIT_TOTAL_PACKETS] = { .type = NLA_U64, },
};

/* IX_CMD_ACCOUNT_GET - do */
const struct nla_policy ix_account_get_nl_policy[IX_A_ACCOUNT_REPLY + 1] = {
	[IX_A_ACCOUNT_SOURCE_INSTITUTION] = { .type = NLA_U32, },
	[IX_A_ACCOUNT_DESTINATION_INSTITUTION] = { .type = NLA_U32, },
	[IX_A_ACCOUNT_SERVICE] = { .type = NLA_NUL_STRING, .len = IX_NAME_MAX, },
	[IX_A_ACCOUNT_REPLY] = { .type = NLA_FLAG, },
};

/* Ops table for ix */
const struct genl_ops ix_nl_ops[59] = {
	{
		.cmd		= IX_CMD_TRANSACTION_BEGIN,
		.doit		= ix_nl_transaction_begin_doit,
		.policy		= ix_transaction_begin_nl_policy,
		.maxattr	= IX_A_TRANSACTION_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_TRANSACTION_COMMIT,
		.doit		= ix_nl_transaction_commit_doit,
		.policy		= ix_transaction_commit_nl_policy,
		.maxattr	= IX_A_TRANSACTION_CHANGES,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_TRANSACTION_ABORT,
		.doit		= ix_nl_transaction_abort_doit,
		.policy		= ix_transaction_abort_nl_policy,
		.maxattr	= IX_A_TRANSACTION_TRANSACTION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_FLUSH,
		.doit		= ix_nl_flush_doit,
		.policy		= ix_flush_nl_policy,
		.maxattr	= IX_A_FLUSH_VIEW,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_SETTINGS_SET,
		.doit		= ix_nl_settings_set_doit,
		.policy		= ix_settings_set_nl_policy,
		.maxattr	= IX_A_SETTINGS_FLOW_CACHE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_SETTINGS_GET,
		.doit		= ix_nl_settings_get_doit,
		.policy		= ix_settings_get_nl_policy,
		.maxattr	= IX_A_SETTINGS_TRANSACTION,
	},
	{
		.cmd		= IX_CMD_TENANT_NEW,
		.doit		= ix_nl_tenant_new_doit,
		.policy		= ix_tenant_new_nl_policy,
		.maxattr	= IX_A_TENANT_HAIRPIN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_TENANT_SET,
		.doit		= ix_nl_tenant_set_doit,
		.policy		= ix_tenant_set_nl_policy,
		.maxattr	= IX_A_TENANT_HAIRPIN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_TENANT_DEL,
		.doit		= ix_nl_tenant_del_doit,
		.policy		= ix_tenant_del_nl_policy,
		.maxattr	= IX_A_TENANT_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_TENANT_GET,
		.doit		= ix_nl_tenant_get_doit,
		.dumpit		= ix_nl_tenant_get_dumpit,
		.policy		= ix_tenant_get_nl_policy,
		.maxattr	= IX_A_TENANT_NAME,
	},
	{
		.cmd		= IX_CMD_VIEW_NEW,
		.doit		= ix_nl_view_new_doit,
		.policy		= ix_view_new_nl_policy,
		.maxattr	= IX_A_VIEW_NUMBER,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_VIEW_SET,
		.doit		= ix_nl_view_set_doit,
		.policy		= ix_view_set_nl_policy,
		.maxattr	= IX_A_VIEW_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_VIEW_DEL,
		.doit		= ix_nl_view_del_doit,
		.policy		= ix_view_del_nl_policy,
		.maxattr	= IX_A_VIEW_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_VIEW_GET,
		.doit		= ix_nl_view_get_doit,
		.dumpit		= ix_nl_view_get_dumpit,
		.policy		= ix_view_get_nl_policy,
		.maxattr	= IX_A_VIEW_NAME,
	},
	{
		.cmd		= IX_CMD_MAP_NEW,
		.doit		= ix_nl_map_new_doit,
		.policy		= ix_map_new_nl_policy,
		.maxattr	= IX_A_MAP_NON_GLOBAL,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_MAP_SET,
		.doit		= ix_nl_map_set_doit,
		.policy		= ix_map_set_nl_policy,
		.maxattr	= IX_A_MAP_NON_GLOBAL,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_MAP_DEL,
		.doit		= ix_nl_map_del_doit,
		.policy		= ix_map_del_nl_policy,
		.maxattr	= IX_A_MAP_OWN_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_MAP_GET,
		.doit		= ix_nl_map_get_doit,
		.dumpit		= ix_nl_map_get_dumpit,
		.policy		= ix_map_get_nl_policy,
		.maxattr	= IX_A_MAP_OWN_LEN,
	},
	{
		.cmd		= IX_CMD_CLASS_NEW,
		.doit		= ix_nl_class_new_doit,
		.policy		= ix_class_new_nl_policy,
		.maxattr	= IX_A_CLASS_QUARANTINE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_CLASS_SET,
		.doit		= ix_nl_class_set_doit,
		.policy		= ix_class_set_nl_policy,
		.maxattr	= IX_A_CLASS_QUARANTINE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_CLASS_DEL,
		.doit		= ix_nl_class_del_doit,
		.policy		= ix_class_del_nl_policy,
		.maxattr	= IX_A_CLASS_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_CLASS_GET,
		.doit		= ix_nl_class_get_doit,
		.dumpit		= ix_nl_class_get_dumpit,
		.policy		= ix_class_get_nl_policy,
		.maxattr	= IX_A_CLASS_NAME,
	},
	{
		.cmd		= IX_CMD_INSTITUTION_NEW,
		.doit		= ix_nl_institution_new_doit,
		.policy		= ix_institution_new_nl_policy,
		.maxattr	= IX_A_INSTITUTION_QUARANTINE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_INSTITUTION_SET,
		.doit		= ix_nl_institution_set_doit,
		.policy		= ix_institution_set_nl_policy,
		.maxattr	= IX_A_INSTITUTION_QUARANTINE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_INSTITUTION_DEL,
		.doit		= ix_nl_institution_del_doit,
		.policy		= ix_institution_del_nl_policy,
		.maxattr	= IX_A_INSTITUTION_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_INSTITUTION_GET,
		.doit		= ix_nl_institution_get_doit,
		.dumpit		= ix_nl_institution_get_dumpit,
		.policy		= ix_institution_get_nl_policy,
		.maxattr	= IX_A_INSTITUTION_QUARANTINE,
	},
	{
		.cmd		= IX_CMD_PREFIX_NEW,
		.doit		= ix_nl_prefix_new_doit,
		.policy		= ix_prefix_new_nl_policy,
		.maxattr	= IX_A_PREFIX_PORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_PREFIX_SET,
		.doit		= ix_nl_prefix_set_doit,
		.policy		= ix_prefix_set_nl_policy,
		.maxattr	= IX_A_PREFIX_PORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_PREFIX_DEL,
		.doit		= ix_nl_prefix_del_doit,
		.policy		= ix_prefix_del_nl_policy,
		.maxattr	= IX_A_PREFIX_PREFIX_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_PREFIX_GET,
		.doit		= ix_nl_prefix_get_doit,
		.dumpit		= ix_nl_prefix_get_dumpit,
		.policy		= ix_prefix_get_nl_policy,
		.maxattr	= IX_A_PREFIX_TENANT,
	},
	{
		.cmd		= IX_CMD_ROUTE_NEW,
		.doit		= ix_nl_route_new_doit,
		.policy		= ix_route_new_nl_policy,
		.maxattr	= IX_A_ROUTE_VRF,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_ROUTE_SET,
		.doit		= ix_nl_route_set_doit,
		.policy		= ix_route_set_nl_policy,
		.maxattr	= IX_A_ROUTE_VRF,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_ROUTE_DEL,
		.doit		= ix_nl_route_del_doit,
		.policy		= ix_route_del_nl_policy,
		.maxattr	= IX_A_ROUTE_PREFIX_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_ROUTE_GET,
		.doit		= ix_nl_route_get_doit,
		.dumpit		= ix_nl_route_get_dumpit,
		.policy		= ix_route_get_nl_policy,
		.maxattr	= IX_A_ROUTE_PREFIX_LEN,
	},
	{
		.cmd		= IX_CMD_SERVICE_NEW,
		.doit		= ix_nl_service_new_doit,
		.policy		= ix_service_new_nl_policy,
		.maxattr	= IX_A_SERVICE_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_SERVICE_SET,
		.doit		= ix_nl_service_set_doit,
		.policy		= ix_service_set_nl_policy,
		.maxattr	= IX_A_SERVICE_ENTRY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_SERVICE_DEL,
		.doit		= ix_nl_service_del_doit,
		.policy		= ix_service_del_nl_policy,
		.maxattr	= IX_A_SERVICE_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_SERVICE_GET,
		.doit		= ix_nl_service_get_doit,
		.dumpit		= ix_nl_service_get_dumpit,
		.policy		= ix_service_get_nl_policy,
		.maxattr	= IX_A_SERVICE_NAME,
	},
	{
		.cmd		= IX_CMD_RULE_NEW,
		.doit		= ix_nl_rule_new_doit,
		.policy		= ix_rule_new_nl_policy,
		.maxattr	= IX_A_RULE_REFERENCE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_RULE_SET,
		.doit		= ix_nl_rule_set_doit,
		.policy		= ix_rule_set_nl_policy,
		.maxattr	= IX_A_RULE_REFERENCE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_RULE_DEL,
		.doit		= ix_nl_rule_del_doit,
		.policy		= ix_rule_del_nl_policy,
		.maxattr	= IX_A_RULE_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_RULE_GET,
		.doit		= ix_nl_rule_get_doit,
		.dumpit		= ix_nl_rule_get_dumpit,
		.policy		= ix_rule_get_nl_policy,
		.maxattr	= IX_A_RULE_DESTINATION_INSTITUTION,
	},
	{
		.cmd		= IX_CMD_PORT_GET,
		.doit		= ix_nl_port_get_doit,
		.dumpit		= ix_nl_port_get_dumpit,
		.policy		= ix_port_get_nl_policy,
		.maxattr	= IX_A_PORT_DEVICE,
	},
	{
		.cmd		= IX_CMD_COUNTER_GET,
		.doit		= ix_nl_counter_get_doit,
		.policy		= ix_counter_get_nl_policy,
		.maxattr	= IX_A_TENANT_NAME,
	},
	{
		.cmd		= IX_CMD_TRACE,
		.doit		= ix_nl_trace_doit,
		.policy		= ix_trace_nl_policy,
		.maxattr	= IX_A_TRACE_TIME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_JUDGE,
		.doit		= ix_nl_judge_doit,
		.policy		= ix_judge_nl_policy,
		.maxattr	= IX_A_JUDGE_QUESTION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_GROUP_NEW,
		.doit		= ix_nl_group_new_doit,
		.policy		= ix_group_new_nl_policy,
		.maxattr	= IX_A_GROUP_SERVICE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_GROUP_SET,
		.doit		= ix_nl_group_set_doit,
		.policy		= ix_group_set_nl_policy,
		.maxattr	= IX_A_GROUP_SERVICE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_GROUP_DEL,
		.doit		= ix_nl_group_del_doit,
		.policy		= ix_group_del_nl_policy,
		.maxattr	= IX_A_GROUP_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_GROUP_GET,
		.doit		= ix_nl_group_get_doit,
		.dumpit		= ix_nl_group_get_dumpit,
		.policy		= ix_group_get_nl_policy,
		.maxattr	= IX_A_GROUP_NAME,
	},
	{
		.cmd		= IX_CMD_MEMBER_NEW,
		.doit		= ix_nl_member_new_doit,
		.policy		= ix_member_new_nl_policy,
		.maxattr	= IX_A_MEMBER_INSTITUTION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_MEMBER_DEL,
		.doit		= ix_nl_member_del_doit,
		.policy		= ix_member_del_nl_policy,
		.maxattr	= IX_A_MEMBER_INSTITUTION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_MEMBER_GET,
		.doit		= ix_nl_member_get_doit,
		.dumpit		= ix_nl_member_get_dumpit,
		.policy		= ix_member_get_nl_policy,
		.maxattr	= IX_A_MEMBER_INSTITUTION,
	},
	{
		.cmd		= IX_CMD_QOS_NEW,
		.doit		= ix_nl_qos_new_doit,
		.policy		= ix_qos_new_nl_policy,
		.maxattr	= IX_A_QOS_DSCP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_QOS_SET,
		.doit		= ix_nl_qos_set_doit,
		.policy		= ix_qos_set_nl_policy,
		.maxattr	= IX_A_QOS_DSCP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_QOS_DEL,
		.doit		= ix_nl_qos_del_doit,
		.policy		= ix_qos_del_nl_policy,
		.maxattr	= IX_A_QOS_CLASS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IX_CMD_QOS_GET,
		.doit		= ix_nl_qos_get_doit,
		.dumpit		= ix_nl_qos_get_dumpit,
		.policy		= ix_qos_get_nl_policy,
		.maxattr	= IX_A_QOS_CLASS,
	},
	{
		.cmd		= IX_CMD_AUDIT_GET,
		.doit		= ix_nl_audit_get_doit,
		.policy		= ix_audit_get_nl_policy,
		.maxattr	= IX_A_AUDIT_TOTAL_PACKETS,
	},
	{
		.cmd		= IX_CMD_ACCOUNT_GET,
		.doit		= ix_nl_account_get_doit,
		.dumpit		= ix_nl_account_get_dumpit,
		.policy		= ix_account_get_nl_policy,
		.maxattr	= IX_A_ACCOUNT_REPLY,
	},
};

static const struct genl_multicast_group ix_nl_mcgrps[] = {
	[IX_NLGRP_CONFIG] = { "config", },
	[IX_NLGRP_AUDIT] = { "audit", },
};
