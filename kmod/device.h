/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network devices as ix knows them, by name: as ports of tenants, as next hops,
 * as what a prefix is bound to. A name may have no device for a while (a tunnel
 * that is set up again, say); what refers to it comes back with the device.
 */
#ifndef IX_DEVICE_H
#define IX_DEVICE_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>
#include <uapi/linux/ix.h>

struct ix_net;
struct ix_tenant;
struct ix_config;

/**
 * struct ix_local - addresses of the router on a port; immutable
 * @rcu: for freeing
 * @nr4: number of IPv4 addresses
 * @nr6: number of IPv6 addresses (link-local ones are left out: link-local
 *	traffic is never for ix)
 * @addr4: IPv4 addresses
 * @addr6: IPv6 addresses, behind @addr4 in memory
 */
struct ix_local {
	struct rcu_head rcu;
	u16 nr4;
	u16 nr6;
	struct in6_addr *addr6;
	__be32 addr4[];
};

/**
 * struct ix_ports - a set of ports that carries the name of a tenant: one
 *	flowtable
 * @ixn: the namespace's state
 * @list: in ix_net.ports
 * @name: name of the tenant, padded with NUL
 * @found: number of the tenant when it was last looked up, 0 if there was none,
 *	and in front of its 16 bits the generation of the configuration: a hint
 */
struct ix_ports {
	struct ix_net *ixn;
	struct list_head list;
	char name[IX_NAME_MAX + 1];
	u64 found;
};

/**
 * struct ix_device - a device, or the name of one
 * @node: in ix_net.devices_by_index while there is a device
 * @dev: the device, NULL if there is none of this name
 * @ports: the set of ports that it belongs to, NULL if it is no port
 * @local: the router's addresses on it, NULL if there are none
 * @ifindex: index of @dev
 * @refs: configuration objects, and attachments to ports, that refer to it
 * @list: in ix_net.devices
 * @ixn: the namespace's state
 * @attachments: all sets that have it. While a ruleset is replaced there are
 *	two; the first is in force until it goes
 * @name: the name
 * @rcu: for freeing
 *
 * Lock: everything but what readers follow under RCU (@dev, @ports, @local,
 * @ifindex, @node) is protected by ix_net.devices_lock; all of it is written
 * under that lock.
 *
 * What packets need is in the first cache line.
 */
struct ix_device {
	struct hlist_node node;
	struct net_device __rcu *dev;
	struct ix_ports __rcu *ports;
	struct ix_local __rcu *local;
	int ifindex;
	int refs;
	struct list_head list;
	struct ix_net *ixn;
	struct list_head attachments;
	char name[IFNAMSIZ];
	struct rcu_head rcu;
};

/**
 * struct ix_attachment - a device is in a set of ports
 * @list: in ix_device.attachments
 * @ports: the set
 */
struct ix_attachment {
	struct list_head list;
	struct ix_ports *ports;
};

int ix_devices_register(void);
void ix_devices_unregister(void);

struct ix_device *ix_device_get_known(struct ix_net *ixn, const char *name);
struct ix_device *ix_device_ref(struct ix_device *device);
void ix_device_put(struct ix_device *device);

struct ix_device *ix_device_by_index_rcu(const struct ix_net *ixn, int ifindex);
bool ix_device_is_local4(const struct ix_device *device, __be32 addr);
bool ix_device_is_local6(const struct ix_device *device,
			 const struct in6_addr *addr);
bool ix_device_is_in(const struct ix_device *device,
		     const struct ix_ports *ports);
bool ix_device_is_port_of(const struct ix_device *device,
			  const struct ix_tenant *tenant);
struct net_device *ix_device_usable_rcu(const struct ix_device *device);

struct ix_ports *ix_ports_new(struct net *net, const char *name);
void ix_ports_free(struct ix_ports *ports);
int ix_ports_attach(struct ix_ports *ports, struct net_device *dev);
void ix_ports_detach(struct ix_ports *ports, struct net_device *dev);
const struct ix_tenant *ix_ports_tenant_rcu(struct ix_ports *ports,
					    const struct ix_config *config);

#endif /* IX_DEVICE_H */
