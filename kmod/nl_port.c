// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: ports, and counters that belong to no tenant.
 */
#include <net/sock.h>

#include "device.h"
#include "nl_attr.h"
#include "nl_dump.h"

static int ix_port_fill_local(struct sk_buff *skb,
			      const struct ix_device *device)
{
	const struct ix_local *local = rcu_dereference(device->local);
	unsigned int i;

	for (i = 0; local && i < local->nr4; i++)
		if (nla_put_in_addr(skb, IX_A_PORT_ADDRESS, local->addr4[i]))
			return -EMSGSIZE;
	for (i = 0; local && i < local->nr6; i++)
		if (nla_put_in6_addr(skb, IX_A_PORT_ADDRESS, &local->addr6[i]))
			return -EMSGSIZE;
	return 0;
}

static int ix_port_fill(struct sk_buff *skb, const struct ix_config *config,
			const struct ix_named *owner, const void *object)
{
	const struct ix_device *device = object;
	const struct ix_ports *ports;
	int err = -EMSGSIZE;

	rcu_read_lock();
	ports = rcu_dereference(device->ports);
	if (ports && !nla_put_string(skb, IX_A_PORT_DEVICE, device->name) &&
	    !nla_put_string(skb, IX_A_PORT_TENANT, ports->name) &&
	    !nla_put_u32(skb, IX_A_PORT_IFINDEX, device->ifindex) &&
	    (!ix_table_find(config->tenants, ports->name) ||
	     !nla_put_flag(skb, IX_A_PORT_KNOWN)))
		err = ix_port_fill_local(skb, device);
	rcu_read_unlock();
	return err;
}

static const void *ix_port_find(struct ix_change *c)
{
	const struct nlattr *attr = c->attrs[IX_A_PORT_DEVICE];
	struct ix_device *device;
	int err;

	err = ix_nl_require(c, IX_A_PORT_DEVICE, "the device");
	if (err)
		return ERR_PTR(err);
	device = ix_nl_device(c, attr);
	if (IS_ERR(device) || rcu_access_pointer(device->ports))
		return device;
	ix_device_put(device);
	ix_nl_fail(c->ixn, c->info, attr, "%s is no port of a tenant",
		   (char *)nla_data(attr));
	return ERR_PTR(-ENOENT);
}

/* The answer to a request for one port holds a reference, and is the last. */
static int ix_port_fill_put(struct sk_buff *skb, const struct ix_config *config,
			    const struct ix_named *owner, const void *object)
{
	int err = ix_port_fill(skb, config, owner, object);

	ix_device_put((struct ix_device *)object);
	return err;
}

int ix_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_PORT_GET, ix_port_find,
			  ix_port_fill_put);
}

int ix_nl_port_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ix_net *ixn = ix_net(sock_net(cb->skb->sk));
	struct ix_cursor *cursor = ix_cursor(cb);
	const struct ix_config *config;
	const struct ix_device *device;
	u32 place = 0;

	rcu_read_lock();
	config = rcu_dereference(ixn->config);
	spin_lock_bh(&ixn->devices_lock);
	list_for_each_entry(device, &ixn->devices, list) {
		if (place++ < cursor->owner ||
		    !rcu_access_pointer(device->ports))
			continue;
		if (ix_nl_dump_one(skb, cb, IX_CMD_PORT_GET, config, NULL,
				   device, ix_port_fill))
			break;
		cursor->owner = place;
	}
	spin_unlock_bh(&ixn->devices_lock);
	rcu_read_unlock();
	return skb->len;
}

static const void *ix_counter_find(struct ix_change *c)
{
	return c->ixn->stats;
}

static int ix_counter_fill(struct sk_buff *skb, const struct ix_config *config,
			   const struct ix_named *owner, const void *object)
{
	struct ix_stats_sum sum;
	int reason;

	ix_stats_read(object, &sum);
	for (reason = IX_FORWARDED + 1; reason < IX_DROP_MAX; reason++)
		if (ix_nl_put_counter(skb, IX_A_TENANT_COUNTER,
				      ix_drop_name(reason),
				      sum.packets[reason], 0))
			return -EMSGSIZE;
	return 0;
}

int ix_nl_counter_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_COUNTER_GET, ix_counter_find,
			  ix_counter_fill);
}
