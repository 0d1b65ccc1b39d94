// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration, and transactions that make the next one.
 */
#include <linux/err.h>
#include <linux/rcupdate.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <net/netfilter/nf_log.h>

#include "config.h"
#include "device.h"
#include "flow_cache.h"
#include "net.h"

/* What a network namespace begins with, and a flush goes back to. */
/* But for the size of the flow cache, which depends on the machine. */
static const struct ix_settings ix_default_settings = {
	.verdict = { .shift = 16, .bits = 4 },
	.source = { .shift = 8, .bits = 6 },
	.destination = { .shift = 0, .bits = 6 },
	.lowest_ipv6_mtu = 1280,
	.traffic_class = IX_TOS_COPY,
	.tos = IX_TOS_COPY,
	.udp_zero_checksum = IX_UDP_ZERO_CHECKSUM_COMPUTE,
	.audit_interval = 10,
	.audit_burst = 32,
};

/**
 * ix_config_institution() - look an institution up
 * @config: a configuration
 * @tag: its tag
 *
 * Context: RCU read side, or the owner of @config.
 *
 * Return: the institution, or NULL.
 */
struct ix_institution *ix_config_institution(const struct ix_config *config,
					     u32 tag)
{
	struct ix_lpm_leaf *leaf;

	leaf = ix_lpm_find(&config->institutions, ix_key32(tag), 32);
	return leaf ? container_of(leaf, struct ix_institution, leaf) : NULL;
}

/**
 * ix_config_rule() - look a rule up
 * @config: a configuration
 * @id: its number
 *
 * Context: RCU read side, or the owner of @config.
 *
 * Return: the rule, or NULL.
 */
struct ix_rule *ix_config_rule(const struct ix_config *config, u32 id)
{
	struct ix_lpm_leaf *leaf;

	leaf = ix_lpm_find(&config->rules, ix_key32(id), 32);
	return leaf ? container_of(leaf, struct ix_rule, leaf) : NULL;
}

/**
 * ix_institution_name_key() - key under which a name is found
 * @name: the name
 *
 * Names are given by who administers the router, so that the hash needs no
 * secret; its 128 bits make two equal ones a matter of theory, and adding the
 * second of the two is refused.
 *
 * Return: a key of 128 bits.
 */
struct ix_addr ix_institution_name_key(const char *name)
{
	static const siphash_key_t hi = { { 1, 0 } }, lo = { { 2, 0 } };
	size_t len = strlen(name);

	return (struct ix_addr){ siphash(name, len, &hi),
				 siphash(name, len, &lo) };
}

/**
 * ix_config_institution_name() - look the name of an institution up
 * @config: a configuration
 * @name: the name
 *
 * Context: RCU read side, or the owner of @config.
 *
 * Return: the name with its tag, or NULL.
 */
struct ix_institution_name *
ix_config_institution_name(const struct ix_config *config, const char *name)
{
	struct ix_institution_name *found;
	struct ix_lpm_leaf *leaf;

	leaf = ix_lpm_find(&config->names, ix_institution_name_key(name), 128);
	if (!leaf)
		return NULL;
	found = container_of(leaf, struct ix_institution_name, leaf);
	return strcmp(found->name, name) ? NULL : found;
}

void ix_tenant_free(void *object)
{
	struct ix_tenant *tenant = object;

	ix_stats_put(tenant->stats);
	ix_group_set_put(tenant->groups);
	kfree(tenant);
}

void ix_group_free(void *object)
{
	struct ix_group *group = object;

	ix_counter_put(group->counter);
	kfree(group);
}

void ix_member_free(struct ix_lpm_leaf *leaf)
{
	kfree(container_of(leaf, struct ix_member, leaf));
}

static void ix_object_free(void *object)
{
	kfree(object);
}

void ix_registration_free(struct ix_lpm_leaf *leaf)
{
	struct ix_registration *registration =
		container_of(leaf, struct ix_registration, leaf);

	ix_device_put(registration->port);
	ix_group_set_put(registration->groups);
	kfree(registration);
}

void ix_institution_free(struct ix_lpm_leaf *leaf)
{
	struct ix_institution *institution =
		container_of(leaf, struct ix_institution, leaf);

	ix_group_set_put(institution->groups);
	kfree(institution);
}

void ix_institution_name_free(struct ix_lpm_leaf *leaf)
{
	kfree(container_of(leaf, struct ix_institution_name, leaf));
}

void ix_route_free(struct ix_lpm_leaf *leaf)
{
	struct ix_route *route = container_of(leaf, struct ix_route, leaf);
	unsigned int i;

	for (i = 0; i < route->nexthops_nr; i++)
		ix_device_put(route->nexthops[i].device);
	if (!route->nexthops_nr)
		ix_device_put(route->vrf);
	kfree(route);
}

void ix_rule_free(struct ix_lpm_leaf *leaf)
{
	struct ix_rule *rule = container_of(leaf, struct ix_rule, leaf);

	if (rule->has_logger)
		nf_logger_put(NFPROTO_NETDEV, NF_LOG_TYPE_LOG);
	ix_counter_put(rule->counter);
	kfree(rule->reference);
	kfree(rule);
}

typedef void (*ix_release_fn)(struct ix_lpm_leaf *leaf);

static void ix_retired_leaf_free(void *object, void *context)
{
	ix_release_fn release = context;

	release(object);
}

int ix_retire_leaf(struct ix_transaction *txn, struct ix_lpm_leaf *leaf,
		   void (*release)(struct ix_lpm_leaf *leaf))
{
	if (leaf->epoch == txn->edit.epoch) {
		release(leaf);
		return 0;
	}
	return ix_edit_retire_with(&txn->edit, leaf, ix_retired_leaf_free,
				   release);
}

/* A copy of a published object takes its place. */
static int ix_object_replace(struct ix_transaction *txn,
			     struct ix_table **table, struct ix_named *old,
			     struct ix_named *new, ix_free_fn free)
{
	int err;

	new->epoch = txn->edit.epoch;
	err = ix_edit_retire(&txn->edit, old, free);
	if (err)
		return err;
	return ix_table_put(table, &txn->edit, old->number, new);
}

struct ix_tenant *ix_tenant_own(struct ix_transaction *txn, u32 number)
{
	struct ix_tenant *old = ix_config_tenant(txn->config, number), *new;

	if (old->object.epoch == txn->edit.epoch)
		return old;
	new = kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	ix_stats_get(new->stats);
	ix_group_set_get(new->groups);
	if (ix_object_replace(txn, &txn->config->tenants, &old->object,
			      &new->object, ix_tenant_free)) {
		ix_tenant_free(new);
		return NULL;
	}
	return new;
}

struct ix_group *ix_group_own(struct ix_transaction *txn, u32 number)
{
	struct ix_group *old = ix_config_group(txn->config, number), *new;

	if (old->object.epoch == txn->edit.epoch)
		return old;
	new = kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	ix_counter_get(new->counter);
	if (ix_object_replace(txn, &txn->config->policy.groups, &old->object,
			      &new->object, ix_group_free)) {
		ix_group_free(new);
		return NULL;
	}
	return new;
}

/* The same for objects that own nothing but what the abort path takes care of. */
static struct ix_named *ix_object_own(struct ix_transaction *txn,
				      struct ix_table **table,
				      struct ix_named *old, size_t size)
{
	struct ix_named *new;

	if (old->epoch == txn->edit.epoch)
		return old;
	new = kmemdup(old, size, GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	if (ix_object_replace(txn, table, old, new, ix_object_free)) {
		kfree(new);
		return NULL;
	}
	return new;
}

struct ix_view *ix_view_own(struct ix_transaction *txn, u32 number)
{
	struct ix_view *view = ix_config_view(txn->config, number);

	return (struct ix_view *)ix_object_own(txn, &txn->config->views,
					       &view->object, sizeof(*view));
}

struct ix_class *ix_class_own(struct ix_transaction *txn, u32 number)
{
	struct ix_class *class = ix_config_class(txn->config, number);

	return (struct ix_class *)ix_object_own(txn, &txn->config->classes,
						&class->object, sizeof(*class));
}

struct ix_service *ix_service_own(struct ix_transaction *txn, u32 number)
{
	struct ix_service *service = ix_config_service(txn->config, number);
	size_t size = struct_size(service, entries, service->entries_nr);

	return (struct ix_service *)ix_object_own(txn, &txn->config->services,
						  &service->object, size);
}

/**
 * ix_institution_own() - the version of an institution that may be changed
 * @txn: the transaction
 * @old: the institution, as it is in the transaction's configuration
 * @registrations: number of prefixes to have room for; the array is cut to it
 *
 * Return: the institution, or NULL for want of memory.
 */
struct ix_institution *ix_institution_own(struct ix_transaction *txn,
					  struct ix_institution *old,
					  u32 registrations)
{
	struct ix_lpm_leaf *replaced;
	struct ix_institution *new;

	if (old->leaf.epoch == txn->edit.epoch &&
	    old->registrations_nr == registrations)
		return old;

	new = kmalloc(struct_size(new, registrations, registrations),
		      GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!new)
		return NULL;
	memcpy(new, old, struct_size(old, registrations,
				     min_t(u32, registrations,
					   old->registrations_nr)));
	new->leaf.epoch = txn->edit.epoch;
	new->registrations_nr = registrations;
	if (ix_lpm_insert(&txn->config->institutions, &txn->edit, &new->leaf,
			  &replaced)) {
		kfree(new);
		return NULL;
	}
	ix_group_set_get(new->groups);
	if (ix_retire_leaf(txn, replaced, ix_institution_free))
		return NULL;
	return new;
}

static void ix_config_defaults(struct ix_config *config)
{
	u64 memory = (u64)totalram_pages() << PAGE_SHIFT;

	config->settings = ix_default_settings;
	config->settings.flow_cache = ix_flow_cache_default(memory,
							    num_possible_cpus());
	memset(config->dscp, IX_DSCP_KEEP, sizeof(config->dscp));
}

/**
 * ix_config_new() - the configuration of a new network namespace
 *
 * Return: an empty configuration, or NULL.
 */
struct ix_config *ix_config_new(void)
{
	struct ix_config *config = kzalloc(sizeof(*config), GFP_KERNEL_ACCOUNT);

	if (!config)
		return NULL;
	ix_config_defaults(config);
	return config;
}

/**
 * ix_config_free() - free a configuration that nobody can see any more
 * @config: the configuration
 */
void ix_config_free(struct ix_config *config)
{
	struct ix_named *object;
	u32 n;

	ix_policy_destroy(&config->policy);
	ix_lpm_destroy(&config->rules, ix_rule_free);
	ix_lpm_destroy(&config->registry, ix_registration_free);
	ix_lpm_destroy(&config->institutions, ix_institution_free);
	ix_lpm_destroy(&config->names, ix_institution_name_free);

	for (n = 0; (object = ix_table_next(config->tenants, n)); ) {
		struct ix_tenant *tenant = (struct ix_tenant *)object;

		n = object->number;
		ix_map_set_destroy(&tenant->maps);
		ix_lpm_destroy(&tenant->routes, ix_route_free);
		if (tenant->way)
			ix_route_free(&tenant->way->leaf);
		ix_tenant_free(tenant);
	}
	for (n = 0; (object = ix_table_next(config->policy.groups, n)); ) {
		struct ix_group *group = (struct ix_group *)object;

		n = object->number;
		ix_lpm_destroy(&group->members, ix_member_free);
		ix_group_free(group);
	}
	for (n = 0; (object = ix_table_next(config->views, n)); ) {
		n = object->number;
		ix_map_set_destroy(&((struct ix_view *)object)->maps);
		kfree(object);
	}
	for (n = 0; (object = ix_table_next(config->classes, n)); ) {
		n = object->number;
		kfree(object);
	}
	for (n = 0; (object = ix_table_next(config->services, n)); ) {
		n = object->number;
		kfree(object);
	}
	kvfree(config->policy.groups);
	kvfree(config->tenants);
	kvfree(config->views);
	kvfree(config->classes);
	kvfree(config->services);
	ix_account_free(config->account);
	kfree(config);
}

/* Free what a transaction has made, and leave alone what is published. */
static void ix_config_abandon(struct ix_config *config, struct ix_edit *edit)
{
	struct ix_table **plain[] = { &config->classes, &config->services };
	struct ix_named *object;
	unsigned int i;
	u32 n;

	ix_policy_abandon(&config->policy, edit);
	ix_lpm_abandon(&config->rules, edit, ix_rule_free);
	ix_lpm_abandon(&config->registry, edit, ix_registration_free);
	ix_lpm_abandon(&config->institutions, edit, ix_institution_free);
	ix_lpm_abandon(&config->names, edit, ix_institution_name_free);

	for (n = 0; (object = ix_table_next(config->tenants, n)); ) {
		struct ix_tenant *tenant = (struct ix_tenant *)object;

		n = object->number;
		if (object->epoch != edit->epoch)
			continue;
		ix_map_set_abandon(&tenant->maps, edit);
		ix_lpm_abandon(&tenant->routes, edit, ix_route_free);
		if (tenant->way && tenant->way->leaf.epoch == edit->epoch)
			ix_route_free(&tenant->way->leaf);
		ix_tenant_free(tenant);
	}
	ix_table_abandon(&config->tenants, edit);

	for (n = 0; (object = ix_table_next(config->policy.groups, n)); ) {
		struct ix_group *group = (struct ix_group *)object;

		n = object->number;
		if (object->epoch != edit->epoch)
			continue;
		ix_lpm_abandon(&group->members, edit, ix_member_free);
		ix_group_free(group);
	}
	ix_table_abandon(&config->policy.groups, edit);

	for (n = 0; (object = ix_table_next(config->views, n)); ) {
		n = object->number;
		if (object->epoch != edit->epoch)
			continue;
		ix_map_set_abandon(&((struct ix_view *)object)->maps, edit);
		kfree(object);
	}
	ix_table_abandon(&config->views, edit);

	for (i = 0; i < ARRAY_SIZE(plain); i++) {
		for (n = 0; (object = ix_table_next(*plain[i], n)); ) {
			n = object->number;
			if (object->epoch == edit->epoch)
				kfree(object);
		}
		ix_table_abandon(plain[i], edit);
	}
	kfree(config);
}

/**
 * ix_transaction_begin() - begin to make the next configuration
 * @ixn: the namespace's state
 *
 * Any number of transactions can be open at a time. The first that commits
 * wins; the others can only be aborted.
 *
 * Context: process, ix_net.lock.
 *
 * Return: the transaction, or NULL.
 */
struct ix_transaction *ix_transaction_begin(struct ix_net *ixn)
{
	struct ix_transaction *txn;

	lockdep_assert_held(&ixn->lock);

	txn = kzalloc(sizeof(*txn), GFP_KERNEL_ACCOUNT);
	if (!txn)
		return NULL;
	INIT_LIST_HEAD(&txn->list);
	txn->ixn = ixn;
	txn->config = kmemdup(rcu_dereference_protected(ixn->config, lockdep_is_held(&ixn->lock)),
			      sizeof(*txn->config), GFP_KERNEL_ACCOUNT);
	if (!txn->config) {
		kfree(txn);
		return NULL;
	}
	txn->base = txn->config->generation;
	ix_edit_init(&txn->edit);
	return txn;
}

/* A new account if its size has changed, or if it is to be cleared. */
static int ix_account_change(struct ix_transaction *txn)
{
	struct ix_account *old = txn->old->account, *account = NULL;
	u32 limit = txn->config->settings.account;

	if (limit == txn->old->settings.account && !txn->clear_account)
		return 0;
	if (limit) {
		account = ix_account_new(limit, nr_cpu_ids);
		if (!account)
			return -ENOMEM;
	}
	if (old && ix_edit_retire(&txn->edit, old, ix_account_free)) {
		ix_account_free(account);
		return -ENOMEM;
	}
	txn->config->account = account;
	return 0;
}

/*
 * As large as it is going to be. It belongs to no configuration: what it has of
 * others is never found. A namespace without tenants has none.
 */
static int ix_flow_cache_change(struct ix_transaction *txn)
{
	const struct ix_config *config = txn->config;
	struct ix_net *ixn = txn->ixn;
	struct ix_flow_cache *old, *new = NULL;
	u32 size = 0;

	if (config->tenants && config->tenants->count)
		size = config->settings.flow_cache;
	old = rcu_dereference_protected(ixn->flow_cache,
					lockdep_is_held(&ixn->lock));
	if (size == (old ? old->size : 0))
		return 0;
	if (size) {
		new = ix_flow_cache_new(size);
		if (!new)
			return -ENOMEM;
	}
	rcu_assign_pointer(ixn->flow_cache, new);
	/* Rare, and large: not to be freed in one go by a callback. */
	synchronize_rcu();
	ix_flow_cache_free(old);
	return 0;
}

/* Packets are refused as soon as there is a configuration: not any sooner. */
static int ix_audit_begin(struct ix_net *ixn)
{
	struct ix_audit *audit;

	if (rcu_access_pointer(ixn->audit))
		return 0;
	audit = ix_audit_new();
	if (!audit)
		return -ENOMEM;
	rcu_assign_pointer(ixn->audit, audit);
	return 0;
}

/*
 * What a transaction has made refers to the configuration that it began with.
 * That one is about to be freed, and the transaction can only fail.
 */
static void ix_transaction_outdate(struct ix_transaction *txn)
{
	if (!txn->config)
		return;
	ix_config_abandon(txn->config, &txn->edit);
	ix_edit_abandoned(&txn->edit);
	txn->config = NULL;
}

/**
 * ix_transaction_commit() - let packets see what a transaction has made
 * @txn: the transaction; gone after success
 *
 * Context: process, ix_net.lock. What was replaced is freed by a work item, so
 * that only a flow cache of another size is waited for.
 *
 * Return: 0, -EAGAIN if the configuration is no longer the one that the
 * transaction began with, or -ENOMEM.
 */
int ix_transaction_commit(struct ix_transaction *txn)
{
	struct ix_net *ixn = txn->ixn;
	struct ix_transaction *other;
	int err;

	lockdep_assert_held(&ixn->lock);

	if (!txn->config)
		return -EAGAIN;
	txn->old = rcu_dereference_protected(ixn->config,
					     lockdep_is_held(&ixn->lock));
	err = ix_audit_begin(ixn) ?: ix_flow_cache_change(txn) ?:
	      ix_account_change(txn);
	if (err)
		return err;

	list_for_each_entry(other, &ixn->transactions, list)
		if (other != txn)
			ix_transaction_outdate(other);

	txn->config->generation++;
	rcu_assign_pointer(ixn->config, txn->config);
	list_del(&txn->list);
	if (llist_add(&txn->node, &ixn->replaced))
		queue_work(system_unbound_wq, &ixn->free_work);
	return 0;
}

/**
 * ix_transaction_abort() - forget a transaction
 * @txn: the transaction; gone
 *
 * Context: process, ix_net.lock.
 */
void ix_transaction_abort(struct ix_transaction *txn)
{
	lockdep_assert_held(&txn->ixn->lock);

	list_del(&txn->list);
	ix_transaction_outdate(txn);
	kfree_skb(txn->log);
	kfree(txn);
}

/**
 * ix_transaction_free_work() - free what committed transactions have replaced
 * @work: ix_net.free_work
 *
 * However many transactions were committed meanwhile, they share one grace
 * period.
 */
void ix_transaction_free_work(struct work_struct *work)
{
	struct ix_net *ixn = container_of(work, struct ix_net, free_work);
	struct llist_node *committed = llist_del_all(&ixn->replaced);
	struct ix_transaction *txn, *next;
	struct ix_edit edit;

	ix_edit_init(&edit);
	llist_for_each_entry(txn, committed, node) {
		list_splice_tail_init(&txn->edit.retired, &edit.retired);
		list_splice_tail_init(&txn->edit.spare, &edit.spare);
	}

	ix_edit_published(&edit);

	llist_for_each_entry_safe(txn, next, committed, node) {
		kfree(txn->old);
		kfree(txn);
	}
}

static int ix_flush_tenants(struct ix_transaction *txn)
{
	struct ix_config *config = txn->config;
	struct ix_named *object;
	int err;

	while ((object = ix_table_next(config->tenants, 0))) {
		/* By value: the published version has to stay as it is. */
		struct ix_tenant *tenant = (struct ix_tenant *)object;
		struct ix_map_set maps = tenant->maps;
		struct ix_lpm routes = tenant->routes;
		struct ix_route *way = tenant->way;

		err = ix_table_put(&config->tenants, &txn->edit, object->number,
				   NULL);
		if (err)
			return err;
		err = ix_map_set_clear(&maps, &txn->edit);
		if (!err)
			err = ix_lpm_clear(&routes, &txn->edit, ix_route_free);
		if (!err && way)
			err = ix_retire_leaf(txn, &way->leaf, ix_route_free);
		if (object->epoch == txn->edit.epoch)
			ix_tenant_free(tenant);
		else if (!err)
			err = ix_edit_retire(&txn->edit, tenant,
					     ix_tenant_free);
		if (err)
			return err;
	}
	return 0;
}

static int ix_flush_groups(struct ix_transaction *txn)
{
	struct ix_table **groups = &txn->config->policy.groups;
	struct ix_named *object;
	int err;

	while ((object = ix_table_next(*groups, 0))) {
		/* By value, again. */
		struct ix_lpm members = ((struct ix_group *)object)->members;

		err = ix_table_put(groups, &txn->edit, object->number, NULL);
		if (err)
			return err;
		err = ix_lpm_clear(&members, &txn->edit, ix_member_free);
		if (object->epoch == txn->edit.epoch)
			ix_group_free(object);
		else if (!err)
			err = ix_edit_retire(&txn->edit, object, ix_group_free);
		if (err)
			return err;
	}
	return 0;
}

static int ix_flush_objects(struct ix_transaction *txn,
			    struct ix_table **table)
{
	struct ix_named *object;
	int err;

	while ((object = ix_table_next(*table, 0))) {
		err = ix_table_put(table, &txn->edit, object->number, NULL);
		if (err)
			return err;
		if (table == &txn->config->views) {
			struct ix_map_set maps =
				((struct ix_view *)object)->maps;

			err = ix_map_set_clear(&maps, &txn->edit);
			if (err)
				return err;
		}
		if (object->epoch == txn->edit.epoch)
			kfree(object);
		else
			err = ix_edit_retire(&txn->edit, object,
					     ix_object_free);
		if (err)
			return err;
	}
	return 0;
}

/**
 * ix_transaction_flush() - remove everything, settings included
 * @txn: the transaction
 *
 * Context: process, ix_net.lock.
 *
 * Return: 0, or -ENOMEM: then the transaction must be aborted.
 */
int ix_transaction_flush(struct ix_transaction *txn)
{
	struct ix_config *config = txn->config;
	int err;

	ix_config_defaults(config);
	err = ix_policy_clear(&config->policy, &txn->edit);
	if (!err)
		err = ix_lpm_clear(&config->rules, &txn->edit, ix_rule_free);
	if (!err)
		err = ix_lpm_clear(&config->registry, &txn->edit,
				   ix_registration_free);
	if (!err)
		err = ix_lpm_clear(&config->institutions, &txn->edit,
				   ix_institution_free);
	if (!err)
		err = ix_lpm_clear(&config->names, &txn->edit,
				   ix_institution_name_free);
	if (!err)
		err = ix_flush_groups(txn);
	if (!err)
		err = ix_flush_tenants(txn);
	if (!err)
		err = ix_flush_objects(txn, &config->views);
	if (!err)
		err = ix_flush_objects(txn, &config->classes);
	if (!err)
		err = ix_flush_objects(txn, &config->services);
	return err;
}
