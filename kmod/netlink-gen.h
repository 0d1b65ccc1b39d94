/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ix.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_IX_GEN_H
#define _LINUX_IX_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/ix.h>

/* Common nested types */
extern const struct nla_policy ix_nexthop_nl_policy[IX_A_NEXTHOP_UP + 1];
extern const struct nla_policy ix_question_nl_policy[IX_A_QUESTION_ICMP_TYPE + 1];
extern const struct nla_policy ix_service_entry_nl_policy[IX_A_SERVICE_ENTRY_ICMP_TYPE + 1];

extern const struct nla_policy ix_transaction_begin_nl_policy[IX_A_TRANSACTION_GENERATION + 1];

extern const struct nla_policy ix_transaction_commit_nl_policy[IX_A_TRANSACTION_CHANGES + 1];

extern const struct nla_policy ix_transaction_abort_nl_policy[IX_A_TRANSACTION_TRANSACTION + 1];

extern const struct nla_policy ix_flush_nl_policy[IX_A_FLUSH_VIEW + 1];

extern const struct nla_policy ix_settings_set_nl_policy[IX_A_SETTINGS_FLOW_CACHE + 1];

extern const struct nla_policy ix_settings_get_nl_policy[IX_A_SETTINGS_TRANSACTION + 1];

extern const struct nla_policy ix_tenant_new_nl_policy[IX_A_TENANT_HAIRPIN + 1];

extern const struct nla_policy ix_tenant_set_nl_policy[IX_A_TENANT_HAIRPIN + 1];

extern const struct nla_policy ix_tenant_del_nl_policy[IX_A_TENANT_NAME + 1];

extern const struct nla_policy ix_tenant_get_nl_policy[IX_A_TENANT_NAME + 1];

extern const struct nla_policy ix_view_new_nl_policy[IX_A_VIEW_NUMBER + 1];

extern const struct nla_policy ix_view_set_nl_policy[IX_A_VIEW_NAME + 1];

extern const struct nla_policy ix_view_del_nl_policy[IX_A_VIEW_NAME + 1];

extern const struct nla_policy ix_view_get_nl_policy[IX_A_VIEW_NAME + 1];

extern const struct nla_policy ix_map_new_nl_policy[IX_A_MAP_NON_GLOBAL + 1];

extern const struct nla_policy ix_map_set_nl_policy[IX_A_MAP_NON_GLOBAL + 1];

extern const struct nla_policy ix_map_del_nl_policy[IX_A_MAP_OWN_LEN + 1];

extern const struct nla_policy ix_map_get_nl_policy[IX_A_MAP_OWN_LEN + 1];

extern const struct nla_policy ix_class_new_nl_policy[IX_A_CLASS_QUARANTINE + 1];

extern const struct nla_policy ix_class_set_nl_policy[IX_A_CLASS_QUARANTINE + 1];

extern const struct nla_policy ix_class_del_nl_policy[IX_A_CLASS_NAME + 1];

extern const struct nla_policy ix_class_get_nl_policy[IX_A_CLASS_NAME + 1];

extern const struct nla_policy ix_institution_new_nl_policy[IX_A_INSTITUTION_QUARANTINE + 1];

extern const struct nla_policy ix_institution_set_nl_policy[IX_A_INSTITUTION_QUARANTINE + 1];

extern const struct nla_policy ix_institution_del_nl_policy[IX_A_INSTITUTION_NAME + 1];

extern const struct nla_policy ix_institution_get_nl_policy[IX_A_INSTITUTION_QUARANTINE + 1];

extern const struct nla_policy ix_prefix_new_nl_policy[IX_A_PREFIX_PORT + 1];

extern const struct nla_policy ix_prefix_set_nl_policy[IX_A_PREFIX_PORT + 1];

extern const struct nla_policy ix_prefix_del_nl_policy[IX_A_PREFIX_PREFIX_LEN + 1];

extern const struct nla_policy ix_prefix_get_nl_policy[IX_A_PREFIX_TENANT + 1];

extern const struct nla_policy ix_route_new_nl_policy[IX_A_ROUTE_VRF + 1];

extern const struct nla_policy ix_route_set_nl_policy[IX_A_ROUTE_VRF + 1];

extern const struct nla_policy ix_route_del_nl_policy[IX_A_ROUTE_PREFIX_LEN + 1];

extern const struct nla_policy ix_route_get_nl_policy[IX_A_ROUTE_PREFIX_LEN + 1];

extern const struct nla_policy ix_service_new_nl_policy[IX_A_SERVICE_ENTRY + 1];

extern const struct nla_policy ix_service_set_nl_policy[IX_A_SERVICE_ENTRY + 1];

extern const struct nla_policy ix_service_del_nl_policy[IX_A_SERVICE_NAME + 1];

extern const struct nla_policy ix_service_get_nl_policy[IX_A_SERVICE_NAME + 1];

extern const struct nla_policy ix_rule_new_nl_policy[IX_A_RULE_REFERENCE + 1];

extern const struct nla_policy ix_rule_set_nl_policy[IX_A_RULE_REFERENCE + 1];

extern const struct nla_policy ix_rule_del_nl_policy[IX_A_RULE_ID + 1];

extern const struct nla_policy ix_rule_get_nl_policy[IX_A_RULE_DESTINATION_INSTITUTION + 1];

extern const struct nla_policy ix_port_get_nl_policy[IX_A_PORT_DEVICE + 1];

extern const struct nla_policy ix_counter_get_nl_policy[IX_A_TENANT_NAME + 1];

extern const struct nla_policy ix_trace_nl_policy[IX_A_TRACE_TIME + 1];

extern const struct nla_policy ix_judge_nl_policy[IX_A_JUDGE_QUESTION + 1];

extern const struct nla_policy ix_group_new_nl_policy[IX_A_GROUP_SERVICE + 1];

extern const struct nla_policy ix_group_set_nl_policy[IX_A_GROUP_SERVICE + 1];

extern const struct nla_policy ix_group_del_nl_policy[IX_A_GROUP_NAME + 1];

extern const struct nla_policy ix_group_get_nl_policy[IX_A_GROUP_NAME + 1];

extern const struct nla_policy ix_member_new_nl_policy[IX_A_MEMBER_INSTITUTION + 1];

extern const struct nla_policy ix_member_del_nl_policy[IX_A_MEMBER_INSTITUTION + 1];

extern const struct nla_policy ix_member_get_nl_policy[IX_A_MEMBER_INSTITUTION + 1];

extern const struct nla_policy ix_qos_new_nl_policy[IX_A_QOS_DSCP + 1];

extern const struct nla_policy ix_qos_set_nl_policy[IX_A_QOS_DSCP + 1];

extern const struct nla_policy ix_qos_del_nl_policy[IX_A_QOS_CLASS + 1];

extern const struct nla_policy ix_qos_get_nl_policy[IX_A_QOS_CLASS + 1];

extern const struct nla_policy ix_audit_get_nl_policy[IX_A_AUDIT_TOTAL_PACKETS + 1];

extern const struct nla_policy ix_account_get_nl_policy[IX_A_ACCOUNT_REPLY + 1];

/* Ops table for ix */
extern const struct genl_ops ix_nl_ops[59];

int ix_nl_transaction_begin_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_transaction_commit_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_transaction_abort_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_flush_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_tenant_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_tenant_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_tenant_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_tenant_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_tenant_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_view_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_view_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_view_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_view_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_view_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_map_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_map_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_map_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_map_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_map_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_class_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_class_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_class_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_class_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_class_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_institution_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_institution_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_institution_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_institution_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_institution_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int ix_nl_prefix_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_prefix_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_prefix_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_prefix_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_prefix_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_route_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_route_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_service_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_service_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_service_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_service_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_service_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_rule_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_rule_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_port_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_counter_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_trace_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_judge_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_group_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_group_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_group_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_group_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_group_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_member_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_member_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_member_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_member_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_qos_new_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_qos_set_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_qos_del_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_qos_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_qos_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ix_nl_audit_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_account_get_doit(struct sk_buff *skb, struct genl_info *info);
int ix_nl_account_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

enum {
	IX_NLGRP_CONFIG,
	IX_NLGRP_AUDIT,
};

#endif /* _LINUX_IX_GEN_H */
