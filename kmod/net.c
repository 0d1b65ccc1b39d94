// SPDX-License-Identifier: GPL-2.0
/*
 * State of ix in one network namespace.
 */
#include <linux/module.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_log.h>

#include "backlog.h"
#include "device.h"
#include "event.h"
#include "flow_cache.h"
#include "net.h"

unsigned int ix_net_id __read_mostly;

static int __net_init ix_net_init(struct net *net)
{
	struct ix_net *ixn = ix_net(net);
	struct ix_config *config;
	unsigned int i;

	ixn->net = net;
	mutex_init(&ixn->lock);
	INIT_LIST_HEAD(&ixn->transactions);
	init_llist_head(&ixn->replaced);
	INIT_WORK(&ixn->free_work, ix_transaction_free_work);
	spin_lock_init(&ixn->devices_lock);
	INIT_LIST_HEAD(&ixn->devices);
	for (i = 0; i < IX_DEVICE_BUCKETS; i++)
		INIT_HLIST_HEAD(&ixn->devices_by_index[i]);
	INIT_LIST_HEAD(&ixn->ports);
	ix_group_sets_init(&ixn->group_sets);
	INIT_DELAYED_WORK(&ixn->audit_work, ix_event_flush_work);

	ixn->stats = ix_stats_new();
	if (!ixn->stats)
		return -ENOMEM;
	config = ix_config_new();
	if (!config) {
		ix_stats_put(ixn->stats);
		return -ENOMEM;
	}
	RCU_INIT_POINTER(ixn->config, config);
	return 0;
}

/*
 * The ruleset of the namespace may outlive this: its sets of ports detach from
 * what is left here, which is freed after all have had their turn.
 */
static void __net_exit ix_net_exit(struct net *net)
{
	struct ix_net *ixn = ix_net(net);
	struct ix_transaction *txn, *next;

	mutex_lock(&ixn->lock);
	list_for_each_entry_safe(txn, next, &ixn->transactions, list)
		ix_transaction_abort(txn);
	mutex_unlock(&ixn->lock);

	ix_backlog_free(rcu_dereference_protected(ixn->backlog, true));
	RCU_INIT_POINTER(ixn->backlog, NULL);
	flush_work(&ixn->free_work);
	/* No packet is left: the namespace is gone, and a grace period over. */
	cancel_delayed_work_sync(&ixn->audit_work);
	ix_audit_free(rcu_dereference_protected(ixn->audit, true));
	RCU_INIT_POINTER(ixn->audit, NULL);
	if (ixn->has_nflog)
		nf_logger_put(NFPROTO_IPV4, NF_LOG_TYPE_ULOG);
	ix_flow_cache_free(rcu_dereference_protected(ixn->flow_cache, true));
	RCU_INIT_POINTER(ixn->flow_cache, NULL);
	ix_config_free(rcu_dereference_protected(ixn->config, true));
	RCU_INIT_POINTER(ixn->config, NULL);
	ix_stats_put(ixn->stats);
}

static struct pernet_operations ix_net_ops = {
	.init = ix_net_init,
	.exit = ix_net_exit,
	.id = &ix_net_id,
	.size = sizeof(struct ix_net),
};

/**
 * ix_net_register() - have state in every network namespace
 *
 * Return: 0, or a negative error.
 */
int ix_net_register(void)
{
	return register_pernet_subsys(&ix_net_ops);
}

/**
 * ix_net_unregister() - undo ix_net_register()
 */
void ix_net_unregister(void)
{
	unregister_pernet_subsys(&ix_net_ops);
}
