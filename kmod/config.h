/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration: one immutable value that packets see as a whole, and
 * transactions that make the next one.
 */
#ifndef IX_CONFIG_H
#define IX_CONFIG_H

#include <linux/container_of.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <uapi/linux/ix.h>

#include "account.h"
#include "addr.h"
#include "edit.h"
#include "group.h"
#include "lpm.h"
#include "map.h"
#include "policy.h"
#include "stats.h"
#include "table.h"

/* The DSCP of the packet stays as it is. */
#define IX_DSCP_KEEP 0xff

struct ix_device;
struct ix_net;
struct ix_route;
struct sk_buff;
struct work_struct;
struct fib_table;
struct fib6_table;

/**
 * struct ix_mark_field - a field of the packet mark
 * @shift: lowest bit
 * @bits: how many; 0 leaves it out
 */
struct ix_mark_field {
	u8 shift;
	u8 bits;
};

/**
 * struct ix_settings - settings of the router
 * @verdict: where the packet mark has the verdict (enum ix_verdict)
 * @source: where it has the number of the source's first class
 * @destination: where it has the number of the destination's first class
 * @lowest_ipv6_mtu: RFC 7915, section 4
 * @traffic_class: of what becomes IPv6, or IX_TOS_COPY
 * @tos: of what becomes IPv4, or IX_TOS_COPY
 * @udp_zero_checksum: enum ix_udp_zero_checksum
 * @monitor: no tenant's policy is enforced
 * @audit_interval: seconds in which packets that are alike become one event
 * @audit_burst: events of one source in that time
 * @audit_nflog: group of NFLOG that events go to, 0 for none
 * @account: flows that each CPU keeps an account of, 0 for none
 * @flow_cache: flows of which each CPU remembers what was decided, 0 for none
 */
struct ix_settings {
	struct ix_mark_field verdict;
	struct ix_mark_field source;
	struct ix_mark_field destination;
	u16 lowest_ipv6_mtu;
	u16 traffic_class;
	u16 tos;
	u8 udp_zero_checksum;
	bool monitor;
	u16 audit_interval;
	u16 audit_burst;
	u16 audit_nflog;
	u32 account;
	u32 flow_cache;
};

/**
 * struct ix_tenant - a connected network
 * @object: number and name
 * @groups: purpose groups that it is in, or NULL
 * @mode: enum ix_mode
 * @quarantined: nothing passes from it or to it
 * @monitor: what the policy denies from it or to it passes all the same
 * @has_gateway4: @gateway4 is set
 * @has_gateway6: @gateway6 is set
 * @view: number of its view, 0 for none
 * @tcp_mss: largest TCP segment in and out of it: IX_TCP_MSS_NONE,
 *	IX_TCP_MSS_PATH, or octets
 * @hairpin: enum ix_hairpin
 * @stats: counters, shared with other versions of the tenant
 * @routes: forwarding table, of struct ix_route
 * @maps: local maps
 * @gateway4: source of ICMP errors
 * @gateway6: source of ICMPv6 errors
 * @has_error_pool4: @error_pool4 is set
 * @error_pool4: sources of ICMP errors whose own source has no address here
 * @maps_nr: how many maps
 * @way: how packets get into it that a purpose group leads there, or NULL
 * @prefixes: registered prefixes that are reached through it
 * @routes_to: routes in all forwarding tables that lead to it
 *
 * What every packet needs comes first.
 */
struct ix_tenant {
	struct ix_named object;
	struct ix_group_set *groups;
	u8 mode;
	bool quarantined;
	bool monitor;
	bool has_gateway4;
	bool has_gateway6;
	bool has_error_pool4;
	u16 view;
	u16 tcp_mss;
	u8 hairpin;
	struct ix_stats *stats;
	struct ix_lpm routes;
	struct ix_map_set maps;
	struct ix_addr gateway4;
	struct ix_addr gateway6;
	struct ix_prefix error_pool4;
	u32 maps_nr;
	struct ix_route *way;
	u32 prefixes;
	u32 routes_to;
};

/**
 * struct ix_view - how everyone else looks from inside a tenant
 * @object: number and name
 * @maps: its maps
 * @maps_nr: how many
 * @tenants: tenants that use it
 */
struct ix_view {
	struct ix_named object;
	struct ix_map_set maps;
	u32 maps_nr;
	u32 tenants;
};

/**
 * struct ix_class - a class of institutions
 * @object: number and name
 * @institutions: institutions in it
 * @rules: rules that name it
 */
struct ix_class {
	struct ix_named object;
	u32 institutions;
	u32 rules;
};

/**
 * struct ix_registration - a prefix of the IX address space, and whose it is:
 *	all that a packet needs to know of an institution
 * @leaf: in ix_config.registry
 * @tag: tag of the institution
 * @tenant: number of the tenant that it is reached through
 * @first_class: number of its first class, for the packet mark
 * @quarantined: the institution is in quarantine
 * @classes: its classes, bit n for class n
 * @strangers: as in struct ix_party; the only thing that may change in a
 *	published registration: a bit is cleared before an agreement can be seen
 * @port: device that the source is believed on alone, or NULL
 * @groups: purpose groups that the institution is in, or NULL
 */
struct ix_registration {
	struct ix_lpm_leaf leaf;
	u32 tag;
	u16 tenant;
	u8 first_class;
	bool quarantined;
	u64 classes;
	u64 strangers;
	struct ix_device *port;
	struct ix_group_set *groups;
};

/* What a lookup in the registry has found, or NULL. */
static inline const struct ix_registration *
ix_registration_of(const struct ix_lpm_query *query)
{
	return query->leaf ? container_of(query->leaf, struct ix_registration,
					  leaf) : NULL;
}

/**
 * struct ix_institution_name - the name of an institution
 * @leaf: in ix_config.names, by a hash of the name
 * @tag: whose name it is
 * @name: the name
 */
struct ix_institution_name {
	struct ix_lpm_leaf leaf;
	u32 tag;
	char name[];
};

/**
 * struct ix_institution - an institution
 * @leaf: in ix_config.institutions, by its tag
 * @name: its name or NULL; owned by ix_config.names
 * @classes: its classes, bit n for class n
 * @groups: purpose groups that it is in, or NULL
 * @rules: rules that name it
 * @first_class: number of the class that was named first
 * @quarantined: nothing passes from it or to it
 * @registrations_nr: number of its prefixes
 * @registrations: its prefixes, in no order; owned by ix_config.registry
 */
struct ix_institution {
	struct ix_lpm_leaf leaf;
	const struct ix_institution_name *name;
	u64 classes;
	struct ix_group_set *groups;
	u32 rules;
	u8 first_class;
	bool quarantined;
	u16 registrations_nr;
	struct ix_registration *registrations[];
};

/* Prefixes of one institution. */
#define IX_REGISTRATIONS_MAX U16_MAX

static inline u32 ix_institution_tag(const struct ix_institution *institution)
{
	return institution->leaf.key.hi >> 32;
}

/**
 * struct ix_nexthop - one way into a tenant
 * @device: the device
 * @gateway: address of the gateway
 * @has_gateway: @gateway is set; otherwise the destination is the neighbour
 * @gateway_is_v4: @gateway is an IPv4 address
 */
struct ix_nexthop {
	struct ix_device *device;
	struct ix_addr gateway;
	bool has_gateway;
	bool gateway_is_v4;
};

/**
 * struct ix_route - an entry of a forwarding table
 * @leaf: in ix_tenant.routes
 * @type: enum ix_route_type
 * @nexthops_nr: number of next hops, 0 if a routing table is asked
 * @to: number of the tenant that it leads to
 * @table: kernel routing table to look the next hop up in, 0 for none
 * @fib4: that table, IPv4
 * @fib6: that table, IPv6
 * @vrf: VRF device in whose table to look it up, or NULL
 * @nexthops: next hops in order of preference
 *
 * With one next hop it is one cache line.
 */
struct ix_route {
	struct ix_lpm_leaf leaf;
	u8 type;
	u8 nexthops_nr;
	u16 to;
	u32 table;
	union {
		struct {
			struct fib_table *fib4;
			struct fib6_table *fib6;
			struct ix_device *vrf;
		};
		DECLARE_FLEX_ARRAY(struct ix_nexthop, nexthops);
	};
};

/* A route with so many next hops, or with a routing table (0), takes this. */
static inline size_t ix_route_size(unsigned int nexthops_nr)
{
	size_t size = offsetof(struct ix_route, nexthops) +
		      array_size(nexthops_nr, sizeof(struct ix_nexthop));

	return max(size, sizeof(struct ix_route));
}

/**
 * struct ix_config - a configuration; immutable once published
 * @generation: counts up with each commit
 * @settings: settings
 * @tenants: of struct ix_tenant
 * @views: of struct ix_view
 * @classes: of struct ix_class
 * @services: of struct ix_service
 * @registry: of struct ix_registration, by IX prefix
 * @institutions: of struct ix_institution, by tag
 * @names: of struct ix_institution_name
 * @rules: of struct ix_rule, by number
 * @policy: the same rules, as packets ask them, and the purpose groups
 * @dscp: code points by QoS class, or IX_DSCP_KEEP
 * @account: flows, shared by all configurations between two settings of its
 *	size, or NULL
 */
struct ix_config {
	u64 generation;
	struct ix_settings settings;
	struct ix_table *tenants;
	struct ix_table *views;
	struct ix_table *classes;
	struct ix_table *services;
	struct ix_lpm registry;
	struct ix_lpm institutions;
	struct ix_lpm names;
	struct ix_lpm rules;
	struct ix_policy policy;
	u8 dscp[IX_QOS_MAX + 1];
	struct ix_account *account;
};

/* Of so many tenants a transaction knows by their names where they are. */
#define IX_TENANTS_FOUND 256

/**
 * struct ix_transaction - a group of changes
 * @list: in ix_net.transactions
 * @ixn: the namespace's state
 * @number: its number, 0 for a change that is a transaction of its own
 * @portid: netlink port of the socket that it belongs to
 * @changes: changes so far
 * @logged: how many of them, the first ones, are in @log
 * @log: attributes of a notification, or NULL
 * @base: generation of the configuration that it began with
 * @edit: what it has made and replaced
 * @clear_account: the account begins anew with the commit
 * @config: the configuration as it is going to be; NULL if another transaction
 *	was committed meanwhile
 * @old: for @free_work: the configuration that it has replaced
 * @node: in ix_net.replaced
 * @tenants_found: numbers of the tenants that were found last, by a hash of
 *	the name; hints
 *
 * Lock: ix_net.lock.
 */
struct ix_transaction {
	struct list_head list;
	struct ix_net *ixn;
	u32 number;
	u32 portid;
	u32 changes;
	u32 logged;
	struct sk_buff *log;
	u64 base;
	struct ix_edit edit;
	bool clear_account;
	struct ix_config *config;
	struct ix_config *old;
	struct llist_node node;
	u16 tenants_found[IX_TENANTS_FOUND];
};

static inline struct ix_tenant *ix_config_tenant(const struct ix_config *config,
						 u32 number)
{
	return (struct ix_tenant *)ix_table_get(config->tenants, number);
}

static inline struct ix_view *ix_config_view(const struct ix_config *config,
					     u32 number)
{
	return (struct ix_view *)ix_table_get(config->views, number);
}

static inline struct ix_class *ix_config_class(const struct ix_config *config,
					       u32 number)
{
	return (struct ix_class *)ix_table_get(config->classes, number);
}

static inline struct ix_service *
ix_config_service(const struct ix_config *config, u32 number)
{
	return (struct ix_service *)ix_table_get(config->services, number);
}

static inline struct ix_group *ix_config_group(const struct ix_config *config,
					       u32 number)
{
	return (struct ix_group *)ix_table_get(config->policy.groups, number);
}

/* Tags and rule numbers are the first 32 bits of the key of a trie. */
static inline struct ix_addr ix_key32(u32 number)
{
	return (struct ix_addr){ (u64)number << 32, 0 };
}

struct ix_institution *ix_config_institution(const struct ix_config *config,
					     u32 tag);
struct ix_rule *ix_config_rule(const struct ix_config *config, u32 id);
struct ix_addr ix_institution_name_key(const char *name);
struct ix_institution_name *
ix_config_institution_name(const struct ix_config *config, const char *name);

struct ix_config *ix_config_new(void);
void ix_config_free(struct ix_config *config);

struct ix_transaction *ix_transaction_begin(struct ix_net *ixn);
int ix_transaction_commit(struct ix_transaction *txn);
void ix_transaction_abort(struct ix_transaction *txn);
void ix_transaction_free_work(struct work_struct *work);
int ix_transaction_flush(struct ix_transaction *txn);

/*
 * Versions of objects that the transaction may change: the object itself if
 * the transaction has made it, else a copy that has taken its place. They
 * return NULL for want of memory. Context: process, ix_net.lock.
 */
struct ix_tenant *ix_tenant_own(struct ix_transaction *txn, u32 number);
struct ix_view *ix_view_own(struct ix_transaction *txn, u32 number);
struct ix_class *ix_class_own(struct ix_transaction *txn, u32 number);
struct ix_service *ix_service_own(struct ix_transaction *txn, u32 number);
struct ix_group *ix_group_own(struct ix_transaction *txn, u32 number);
struct ix_institution *ix_institution_own(struct ix_transaction *txn,
					  struct ix_institution *old,
					  u32 registrations);

/*
 * Free an object that no one else can see. A tenant's and a view's maps and
 * routes, and a group's members, are not freed with it: a newer version may
 * share them.
 */
void ix_tenant_free(void *tenant);
void ix_group_free(void *group);
void ix_member_free(struct ix_lpm_leaf *leaf);
void ix_registration_free(struct ix_lpm_leaf *leaf);
void ix_institution_free(struct ix_lpm_leaf *leaf);
void ix_institution_name_free(struct ix_lpm_leaf *leaf);
void ix_route_free(struct ix_lpm_leaf *leaf);
void ix_rule_free(struct ix_lpm_leaf *leaf);

/**
 * ix_retire_leaf() - get rid of a leaf that was taken out of its trie
 * @txn: the transaction
 * @leaf: the leaf
 * @release: how to free it
 *
 * Return: 0, or -ENOMEM: then the transaction must be aborted, and the leaf is
 * not lost if it was published.
 */
int ix_retire_leaf(struct ix_transaction *txn, struct ix_lpm_leaf *leaf,
		   void (*release)(struct ix_lpm_leaf *leaf));

#endif /* IX_CONFIG_H */
