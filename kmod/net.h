/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State of ix in one network namespace.
 */
#ifndef IX_NET_H
#define IX_NET_H

#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "audit.h"
#include "config.h"

#define IX_DEVICE_BUCKETS 256
#define IX_MESSAGE_BUFFERS 64
#define IX_MESSAGE_SIZE 80

/**
 * struct ix_net - state of ix in one network namespace
 * @net: the namespace
 * @config: the configuration that packets see; never NULL
 * @lock: protects @transactions and everything in them, @last_transaction, and
 *	publishing in @config
 * @transactions: open transactions
 * @last_transaction: number of the last one
 * @replaced: configurations that were replaced, to be freed by @free_work
 * @free_work: waits for a grace period and frees
 * @devices_lock: protects @devices, @devices_by_index, @ports and what struct
 *	ix_device says; the innermost lock but for those of the address lists,
 *	taken in softirq too
 * @devices: all struct ix_device
 * @devices_by_index: those that have a device, by its index
 * @ports: all struct ix_ports
 * @group_sets: which sets of purpose groups there are
 * @stats: counters of what belongs to no tenant
 * @flow_cache: what was decided of flows, or NULL
 * @backlog: where packets wait for what @flow_cache has; NULL until there was a
 *	port
 * @audit: which packets become events; NULL until something is configured
 * @audit_work: tells of suppressed packets
 * @has_nflog: holds a reference to the kernel's NFLOG
 * @message: next of @messages to use
 * @messages: for extended-ack messages, on kernels that format none themselves
 */
struct ix_net {
	struct net *net;
	struct ix_config __rcu *config;

	struct mutex lock;	/* protects transactions and publishing */
	struct list_head transactions;
	u32 last_transaction;

	struct llist_head replaced;
	struct work_struct free_work;

	spinlock_t devices_lock;	/* protects devices and sets of ports */
	struct list_head devices;
	struct hlist_head devices_by_index[IX_DEVICE_BUCKETS];
	struct list_head ports;

	struct ix_group_sets group_sets;
	struct ix_stats *stats;

	struct ix_flow_cache __rcu *flow_cache;
	struct ix_backlog __rcu *backlog;
	struct ix_audit __rcu *audit;
	struct delayed_work audit_work;
	bool has_nflog;

	atomic_t message;
	char messages[IX_MESSAGE_BUFFERS][IX_MESSAGE_SIZE];
};

extern unsigned int ix_net_id;

static inline struct ix_net *ix_net(const struct net *net)
{
	return net_generic(net, ix_net_id);
}

int ix_net_register(void);
void ix_net_unregister(void);

#endif /* IX_NET_H */
