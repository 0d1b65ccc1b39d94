// SPDX-License-Identifier: GPL-2.0
/*
 * Network devices as ix knows them: ports, next hops, bindings.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/l3mdev.h>

#include "config.h"
#include "device.h"
#include "net.h"

static struct hlist_head *ix_device_bucket(const struct ix_net *ixn,
					   int ifindex)
{
	return (struct hlist_head *)
		&ixn->devices_by_index[ifindex % IX_DEVICE_BUCKETS];
}

/* Collect the addresses of @dev; @local is NULL to only count them. */
static void ix_local_collect(const struct net_device *dev,
			     struct ix_local *local, unsigned int *nr4,
			     unsigned int *nr6)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct inet6_dev *in6_dev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa6;
	const struct in_ifaddr *ifa;

	if (in_dev)
		in_dev_for_each_ifa_rcu(ifa, in_dev) {
			if (local && local->nr4 < *nr4)
				local->addr4[local->nr4++] = ifa->ifa_local;
			else if (!local)
				++*nr4;
		}

	if (in6_dev)
		list_for_each_entry_rcu(ifa6, &in6_dev->addr_list, if_list) {
			if (ipv6_addr_type(&ifa6->addr) & IPV6_ADDR_LINKLOCAL)
				continue;
			if (local && local->nr6 < *nr6)
				local->addr6[local->nr6++] = ifa6->addr;
			else if (!local)
				++*nr6;
		}
}

/* Collect the router's addresses on a port: its own and those of its VRF. */
static void ix_device_refresh_local(struct ix_device *device)
{
	struct ix_local *old, *new = NULL;
	unsigned int nr4 = 0, nr6 = 0;
	struct net_device *dev;
	const struct net_device *vrf;

	lockdep_assert_held(&device->ixn->devices_lock);

	rcu_read_lock();
	dev = rcu_dereference(device->dev);
	if (dev && !list_empty(&device->attachments)) {
		vrf = l3mdev_master_dev_rcu(dev);
		ix_local_collect(dev, NULL, &nr4, &nr6);
		if (vrf)
			ix_local_collect(vrf, NULL, &nr4, &nr6);
		/* Addresses that come meanwhile make notifiers of their own. */
		if (nr4 || nr6)
			new = kzalloc(ALIGN(struct_size(new, addr4, nr4), 8) +
				      nr6 * sizeof(struct in6_addr),
				      GFP_ATOMIC);
		if (new) {
			new->addr6 = (void *)new +
				     ALIGN(struct_size(new, addr4, nr4), 8);
			ix_local_collect(dev, new, &nr4, &nr6);
			if (vrf)
				ix_local_collect(vrf, new, &nr4, &nr6);
		}
	}
	rcu_read_unlock();

	old = rcu_replace_pointer(device->local, new,
				  lockdep_is_held(&device->ixn->devices_lock));
	if (old)
		kfree_rcu(old, rcu);
}

/* Give a struct ix_device its network device. */
static void ix_device_bind(struct ix_device *device, struct net_device *dev)
{
	lockdep_assert_held(&device->ixn->devices_lock);

	device->ifindex = dev->ifindex;
	rcu_assign_pointer(device->dev, dev);
	hlist_add_head_rcu(&device->node,
			   ix_device_bucket(device->ixn, dev->ifindex));
}

static void ix_device_unbind(struct ix_device *device)
{
	struct ix_attachment *attachment, *next;

	lockdep_assert_held(&device->ixn->devices_lock);

	hlist_del_init_rcu(&device->node);
	RCU_INIT_POINTER(device->dev, NULL);
	RCU_INIT_POINTER(device->ports, NULL);
	list_for_each_entry_safe(attachment, next, &device->attachments, list) {
		list_del(&attachment->list);
		kfree(attachment);
	}
	ix_device_refresh_local(device);
}

static struct ix_device *ix_device_find(struct ix_net *ixn, const char *name)
{
	struct ix_device *device;

	lockdep_assert_held(&ixn->devices_lock);

	list_for_each_entry(device, &ixn->devices, list)
		if (!strcmp(device->name, name))
			return device;
	return NULL;
}

/* The device @dev is bound to, which may carry another name for the moment. */
static struct ix_device *ix_device_of(struct ix_net *ixn,
				      const struct net_device *dev)
{
	struct ix_device *device;

	lockdep_assert_held(&ixn->devices_lock);

	list_for_each_entry(device, &ixn->devices, list)
		if (rcu_access_pointer(device->dev) == dev)
			return device;
	return NULL;
}

static void ix_device_unused(struct ix_device *device)
{
	lockdep_assert_held(&device->ixn->devices_lock);

	if (device->refs || !list_empty(&device->attachments))
		return;
	if (rcu_access_pointer(device->dev))
		ix_device_unbind(device);
	list_del(&device->list);
	kfree_rcu(device, rcu);
}

static struct ix_device *ix_device_create(struct ix_net *ixn, const char *name)
{
	struct ix_device *device;
	struct net_device *dev;

	lockdep_assert_held(&ixn->devices_lock);

	device = kzalloc(sizeof(*device), GFP_ATOMIC);
	if (!device)
		return NULL;
	device->ixn = ixn;
	INIT_HLIST_NODE(&device->node);
	INIT_LIST_HEAD(&device->attachments);
	strscpy(device->name, name, sizeof(device->name));
	list_add_tail(&device->list, &ixn->devices);

	rcu_read_lock();
	dev = dev_get_by_name_rcu(ixn->net, name);
	if (dev)
		ix_device_bind(device, dev);
	rcu_read_unlock();
	return device;
}

/**
 * ix_device_get_known() - refer to a device by its name
 * @ixn: the namespace's state
 * @name: the name
 *
 * A name is known if there is such a device, or if something refers to it
 * already: a saved configuration can be restored while a tunnel is down.
 *
 * Context: process.
 *
 * Return: a strong reference, or ERR_PTR(): -ENODEV if the name is not known,
 * -ENOMEM.
 */
struct ix_device *ix_device_get_known(struct ix_net *ixn, const char *name)
{
	struct ix_device *device;

	spin_lock_bh(&ixn->devices_lock);
	device = ix_device_find(ixn, name);
	if (!device) {
		device = ix_device_create(ixn, name);
		if (!device) {
			device = ERR_PTR(-ENOMEM);
		} else if (!rcu_access_pointer(device->dev)) {
			ix_device_unused(device);
			device = ERR_PTR(-ENODEV);
		}
	}
	if (!IS_ERR(device))
		device->refs++;
	spin_unlock_bh(&ixn->devices_lock);
	return device;
}

/**
 * ix_device_ref() - another reference
 * @device: a device to which the caller has a reference, or NULL
 *
 * Return: a strong reference.
 */
struct ix_device *ix_device_ref(struct ix_device *device)
{
	if (device) {
		spin_lock_bh(&device->ixn->devices_lock);
		device->refs++;
		spin_unlock_bh(&device->ixn->devices_lock);
	}
	return device;
}

/**
 * ix_device_put() - give a reference back
 * @device: the device, or NULL
 *
 * Readers may still hold it for the length of an RCU read side.
 */
void ix_device_put(struct ix_device *device)
{
	struct ix_net *ixn;

	if (!device)
		return;
	ixn = device->ixn;
	spin_lock_bh(&ixn->devices_lock);
	device->refs--;
	ix_device_unused(device);
	spin_unlock_bh(&ixn->devices_lock);
}

/**
 * ix_device_by_index_rcu() - find a device that ix has heard of
 * @ixn: the namespace's state
 * @ifindex: its index
 *
 * Context: RCU read side.
 *
 * Return: the device, or NULL if nothing refers to it.
 */
struct ix_device *ix_device_by_index_rcu(const struct ix_net *ixn, int ifindex)
{
	struct ix_device *device;

	hlist_for_each_entry_rcu(device, ix_device_bucket(ixn, ifindex), node)
		if (device->ifindex == ifindex)
			return device;
	return NULL;
}

/**
 * ix_device_is_local4() - is this an address of the router on this port?
 * @device: the port
 * @addr: IPv4 address
 *
 * Context: RCU read side.
 *
 * Return: true if it is.
 */
bool ix_device_is_local4(const struct ix_device *device, __be32 addr)
{
	const struct ix_local *local = rcu_dereference(device->local);
	unsigned int i;

	for (i = 0; local && i < local->nr4; i++)
		if (local->addr4[i] == addr)
			return true;
	return false;
}

/**
 * ix_device_is_local6() - is this an address of the router on this port?
 * @device: the port
 * @addr: IPv6 address
 *
 * Context: RCU read side.
 *
 * Return: true if it is.
 */
bool ix_device_is_local6(const struct ix_device *device,
			 const struct in6_addr *addr)
{
	const struct ix_local *local = rcu_dereference(device->local);
	unsigned int i;

	for (i = 0; local && i < local->nr6; i++)
		if (ipv6_addr_equal(&local->addr6[i], addr))
			return true;
	return false;
}

/**
 * ix_device_is_in() - does a device belong to a set of ports?
 * @device: the device
 * @ports: the set
 *
 * Sets of one name are one.
 *
 * Context: RCU read side.
 *
 * Return: true if it does.
 */
bool ix_device_is_in(const struct ix_device *device,
		     const struct ix_ports *ports)
{
	const struct ix_ports *has = rcu_dereference(device->ports);

	return has == ports ||
	       (has && ix_name_equal(has->name, ports->name));
}

/**
 * ix_device_is_port_of() - may packets for a tenant leave through a device?
 * @device: the device
 * @tenant: the tenant
 *
 * Context: RCU read side.
 *
 * Return: true if the device is a port of the tenant.
 */
bool ix_device_is_port_of(const struct ix_device *device,
			  const struct ix_tenant *tenant)
{
	const struct ix_ports *ports = rcu_dereference(device->ports);

	return ports && ix_name_equal(ports->name, tenant->object.name);
}

/**
 * ix_device_usable_rcu() - the network device, if packets can be sent
 * @device: the device
 *
 * Context: RCU read side.
 *
 * Return: the network device, or NULL if there is none, or it is down.
 */
struct net_device *ix_device_usable_rcu(const struct ix_device *device)
{
	struct net_device *dev = rcu_dereference(device->dev);

	if (dev && netif_running(dev) && netif_carrier_ok(dev))
		return dev;
	return NULL;
}

/**
 * ix_ports_new() - a new set of ports
 * @net: network namespace
 * @name: name of the tenant whose ports they are, which need not exist yet
 *
 * Return: the set, or ERR_PTR(): -ENAMETOOLONG if no tenant can have such a
 * name, -ENOMEM.
 */
struct ix_ports *ix_ports_new(struct net *net, const char *name)
{
	struct ix_net *ixn = ix_net(net);
	struct ix_ports *ports;

	if (strlen(name) > IX_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	ports = kzalloc(sizeof(*ports), GFP_KERNEL_ACCOUNT);
	if (!ports)
		return ERR_PTR(-ENOMEM);
	ports->ixn = ixn;
	strscpy_pad(ports->name, name, sizeof(ports->name));
	spin_lock_bh(&ixn->devices_lock);
	list_add_tail(&ports->list, &ixn->ports);
	spin_unlock_bh(&ixn->devices_lock);
	return ports;
}
EXPORT_SYMBOL_NS_GPL(ix_ports_new, IX);

/**
 * ix_ports_free() - free a set of ports
 * @ports: the set; its devices have been detached, and no packet can see it
 */
void ix_ports_free(struct ix_ports *ports)
{
	spin_lock_bh(&ports->ixn->devices_lock);
	list_del(&ports->list);
	spin_unlock_bh(&ports->ixn->devices_lock);
	kfree(ports);
}
EXPORT_SYMBOL_NS_GPL(ix_ports_free, IX);

/**
 * ix_ports_attach() - put a device into a set of ports
 * @ports: the set
 * @dev: the device
 *
 * Return: 0, or -ENOMEM.
 */
int ix_ports_attach(struct ix_ports *ports, struct net_device *dev)
{
	struct ix_net *ixn = ports->ixn;
	struct ix_attachment *attachment;
	struct ix_device *device;
	int err = 0;

	attachment = kmalloc(sizeof(*attachment), GFP_KERNEL_ACCOUNT);
	if (!attachment)
		return -ENOMEM;
	attachment->ports = ports;

	spin_lock_bh(&ixn->devices_lock);
	device = ix_device_of(ixn, dev);
	if (!device)
		device = ix_device_create(ixn, dev->name);
	if (device && rcu_access_pointer(device->dev) == dev) {
		/* Who has the device keeps it. */
		list_add_tail(&attachment->list, &device->attachments);
		if (!rcu_access_pointer(device->ports))
			rcu_assign_pointer(device->ports, ports);
		ix_device_refresh_local(device);
	} else {
		if (device)
			ix_device_unused(device);
		kfree(attachment);
		err = device ? -ENODEV : -ENOMEM;
	}
	spin_unlock_bh(&ixn->devices_lock);
	return err;
}
EXPORT_SYMBOL_NS_GPL(ix_ports_attach, IX);

/**
 * ix_ports_detach() - take a device out of a set of ports
 * @ports: the set
 * @dev: the device; one that is not in the set is ignored, for a device that
 *	goes away has left all sets by itself
 */
void ix_ports_detach(struct ix_ports *ports, struct net_device *dev)
{
	struct ix_attachment *attachment, *first;
	struct ix_net *ixn = ports->ixn;
	struct ix_device *device;

	spin_lock_bh(&ixn->devices_lock);
	device = ix_device_of(ixn, dev);
	if (!device)
		goto out;
	list_for_each_entry(attachment, &device->attachments, list) {
		if (attachment->ports != ports)
			continue;
		list_del(&attachment->list);
		kfree(attachment);
		first = list_first_entry_or_null(&device->attachments,
						 struct ix_attachment, list);
		rcu_assign_pointer(device->ports, first ? first->ports : NULL);
		ix_device_refresh_local(device);
		ix_device_unused(device);
		break;
	}
out:
	spin_unlock_bh(&ixn->devices_lock);
}
EXPORT_SYMBOL_NS_GPL(ix_ports_detach, IX);

/**
 * ix_ports_tenant_rcu() - the tenant whose ports these are
 * @ports: a set of ports
 * @config: the configuration that the packet sees
 *
 * Names are looked at once for each configuration. Then the number that was found
 * last is tried first, and is right unless the configuration has changed a lot.
 *
 * Context: RCU read side.
 *
 * Return: the tenant, or NULL if the configuration has none of this name.
 */
const struct ix_tenant *ix_ports_tenant_rcu(struct ix_ports *ports,
					    const struct ix_config *config)
{
	u64 found = READ_ONCE(ports->found);
	const struct ix_tenant *tenant;

	/* No tenant has the number 0. */
	tenant = ix_config_tenant(config, (u16)found);
	if (likely(found >> 16 == config->generation))
		return tenant;
	if (!tenant || !ix_name_equal(tenant->object.name, ports->name))
		tenant = (struct ix_tenant *)ix_table_find(config->tenants,
							   ports->name);
	WRITE_ONCE(ports->found, config->generation << 16 |
				 (tenant ? tenant->object.number : 0));
	return tenant;
}

/* A device has come, or has got a new name. */
static void ix_device_appeared(struct ix_net *ixn, struct net_device *dev)
{
	struct ix_device *device, *named;
	struct ix_ports *ports;

	spin_lock_bh(&ixn->devices_lock);
	named = ix_device_find(ixn, dev->name);
	device = ix_device_of(ixn, dev);
	if (!device) {
		if (named && !rcu_access_pointer(named->dev))
			ix_device_bind(named, dev);
	} else if (!named) {
		/* Renamed: what refers to the device follows it. */
		strscpy_pad(device->name, dev->name, sizeof(device->name));
	} else if (named != device && !rcu_access_pointer(named->dev)) {
		/* Renamed to a name that others have been waiting for. */
		ports = rcu_dereference_protected(device->ports,
						  lockdep_is_held(&ixn->devices_lock));
		list_splice_tail_init(&device->attachments,
				      &named->attachments);
		ix_device_unbind(device);
		ix_device_bind(named, dev);
		rcu_assign_pointer(named->ports, ports);
		ix_device_refresh_local(named);
		ix_device_unused(device);
	}
	spin_unlock_bh(&ixn->devices_lock);
}

static void ix_device_disappeared(struct ix_net *ixn, struct net_device *dev)
{
	struct ix_device *device;

	spin_lock_bh(&ixn->devices_lock);
	device = ix_device_of(ixn, dev);
	if (device) {
		ix_device_unbind(device);
		ix_device_unused(device);
	}
	spin_unlock_bh(&ixn->devices_lock);
}

/* The addresses of @dev, or its place under a VRF, have changed. */
static void ix_device_addresses_changed(const struct net_device *dev)
{
	struct ix_net *ixn = ix_net(dev_net(dev));
	struct ix_device *device;
	struct net_device *port;

	spin_lock_bh(&ixn->devices_lock);
	rcu_read_lock();
	list_for_each_entry(device, &ixn->devices, list) {
		port = rcu_dereference(device->dev);
		if (port && (port == dev || l3mdev_master_dev_rcu(port) == dev))
			ix_device_refresh_local(device);
	}
	rcu_read_unlock();
	spin_unlock_bh(&ixn->devices_lock);
}

static int ix_netdevice_event(struct notifier_block *nb, unsigned long event,
			      void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct ix_net *ixn = ix_net(dev_net(dev));

	switch (event) {
	case NETDEV_REGISTER:
	case NETDEV_CHANGENAME:
		ix_device_appeared(ixn, dev);
		break;
	case NETDEV_UNREGISTER:
		ix_device_disappeared(ixn, dev);
		break;
	case NETDEV_CHANGEUPPER:
		ix_device_addresses_changed(dev);
		break;
	}
	return NOTIFY_DONE;
}

static int ix_inetaddr_event(struct notifier_block *nb, unsigned long event,
			     void *ptr)
{
	const struct in_ifaddr *ifa = ptr;

	ix_device_addresses_changed(ifa->ifa_dev->dev);
	return NOTIFY_DONE;
}

static int ix_inet6addr_event(struct notifier_block *nb, unsigned long event,
			      void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;

	ix_device_addresses_changed(ifa->idev->dev);
	return NOTIFY_DONE;
}

static struct notifier_block ix_netdevice_notifier = {
	.notifier_call = ix_netdevice_event,
};

static struct notifier_block ix_inetaddr_notifier = {
	.notifier_call = ix_inetaddr_event,
};

static struct notifier_block ix_inet6addr_notifier = {
	.notifier_call = ix_inet6addr_event,
};

/**
 * ix_devices_register() - follow devices and their addresses
 *
 * Return: 0, or a negative error.
 */
int ix_devices_register(void)
{
	int err;

	err = register_netdevice_notifier(&ix_netdevice_notifier);
	if (err)
		return err;
	err = register_inetaddr_notifier(&ix_inetaddr_notifier);
	if (err)
		goto err_netdevice;
	err = register_inet6addr_notifier(&ix_inet6addr_notifier);
	if (err)
		goto err_inetaddr;
	return 0;

err_inetaddr:
	unregister_inetaddr_notifier(&ix_inetaddr_notifier);
err_netdevice:
	unregister_netdevice_notifier(&ix_netdevice_notifier);
	return err;
}

/**
 * ix_devices_unregister() - undo ix_devices_register()
 */
void ix_devices_unregister(void)
{
	unregister_inet6addr_notifier(&ix_inet6addr_notifier);
	unregister_inetaddr_notifier(&ix_inetaddr_notifier);
	unregister_netdevice_notifier(&ix_netdevice_notifier);
}
