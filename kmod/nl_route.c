// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: forwarding tables.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
#include <net/l3mdev.h>
#include <net/sock.h>

#include "device.h"
#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

/* The attributes of a way into a tenant: of a route, or of the tenant. */
struct ix_way_attrs {
	int nexthop;
	int table;
	int vrf;
};

static const struct ix_way_attrs ix_route_way_attrs = {
	IX_A_ROUTE_NEXTHOP, IX_A_ROUTE_TABLE, IX_A_ROUTE_VRF,
};

static const struct ix_way_attrs ix_tenant_way_attrs = {
	IX_A_TENANT_NEXTHOP, IX_A_TENANT_TABLE, IX_A_TENANT_VRF,
};

static int ix_nexthop_request(struct ix_change *c, const struct nlattr *nest,
			      struct ix_nexthop *nexthop)
{
	struct nlattr *tb[IX_A_NEXTHOP_UP + 1];
	int err;

	err = nla_parse_nested(tb, IX_A_NEXTHOP_UP, nest, ix_nexthop_nl_policy,
			       c->info->extack);
	if (err)
		return err;
	if (!tb[IX_A_NEXTHOP_DEVICE])
		return ix_refuse(c, nest, -EINVAL,
				 "the device of the next hop is missing");
	if (tb[IX_A_NEXTHOP_GATEWAY]) {
		err = ix_nl_address(c, tb[IX_A_NEXTHOP_GATEWAY],
				    &nexthop->gateway_is_v4,
				    &nexthop->gateway);
		if (err)
			return err;
		if (!nexthop->gateway.hi && !nexthop->gateway.lo)
			return ix_refuse(c, tb[IX_A_NEXTHOP_GATEWAY], -EINVAL,
					 "no gateway can have this address");
		nexthop->has_gateway = true;
	}
	nexthop->device = ix_nl_device(c, tb[IX_A_NEXTHOP_DEVICE]);
	if (IS_ERR(nexthop->device)) {
		err = PTR_ERR(nexthop->device);
		nexthop->device = NULL;
		return err;
	}
	return 0;
}

/*
 * The kernel's tables live as long as the namespace, except for table local,
 * which moves when the first rule is added; nothing in it leads anywhere.
 */
static int ix_route_table(struct ix_change *c, const struct nlattr *attr,
			  struct ix_route *route)
{
	struct net *net = c->ixn->net;

	if (route->table == RT_TABLE_LOCAL)
		return ix_refuse(c, attr, -EINVAL,
				 "table local leads nowhere");
	rtnl_lock();
	route->fib4 = fib_new_table(net, route->table);
	route->fib6 = fib6_new_table(net, route->table);
	rtnl_unlock();
	return route->fib4 && route->fib6 ? 0 : -ENOMEM;
}

static int ix_route_vrf(struct ix_change *c, const struct nlattr *attr,
			struct ix_route *route)
{
	struct ix_device *vrf = ix_nl_device(c, attr);
	const struct net_device *dev;

	if (IS_ERR(vrf))
		return PTR_ERR(vrf);
	route->vrf = vrf;
	rcu_read_lock();
	dev = rcu_dereference(vrf->dev);
	if (dev && netif_is_l3_master(dev))
		route->table = l3mdev_fib_table_rcu(dev);
	rcu_read_unlock();
	if (!route->table)
		return ix_refuse(c, attr, -EINVAL, "%s is no VRF device",
				 (char *)nla_data(attr));
	return ix_route_table(c, attr, route);
}

static int ix_route_way(struct ix_change *c, const struct ix_way_attrs *attrs,
			struct ix_route *route)
{
	const struct nlattr *table = c->attrs[attrs->table];
	const struct nlattr *vrf = c->attrs[attrs->vrf];
	const struct nlattr *attr;
	int err, rem;

	if (!!c->attrs[attrs->nexthop] + !!table + !!vrf > 1)
		return ix_refuse(c, vrf ?: table, -EINVAL,
				 "next hops, table and VRF exclude each other");
	if (table) {
		route->table = nla_get_u32(table);
		return ix_route_table(c, table, route);
	}
	if (vrf)
		return ix_route_vrf(c, vrf, route);
	if (!c->attrs[attrs->nexthop])
		return ix_nl_require(c, attrs->nexthop,
				     "the next hop, table or VRF");
	nlmsg_for_each_attr(attr, c->info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != attrs->nexthop)
			continue;
		err = ix_nexthop_request(c, attr,
					 &route->nexthops[route->nexthops_nr++]);
		if (err)
			return err;
	}
	return 0;
}

/* A route with room for the next hops of the request. */
static struct ix_route *ix_route_alloc(struct ix_change *c,
				       const struct ix_way_attrs *attrs,
				       const struct ix_prefix *prefix, u8 type)
{
	const struct nlattr *attr;
	struct ix_route *route;
	unsigned int n = 0;
	int err, rem;

	nlmsg_for_each_attr(attr, c->info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == attrs->nexthop)
			n++;
	if (n > IX_NEXTHOPS_MAX) {
		err = ix_refuse(c, c->attrs[attrs->nexthop], -E2BIG,
				"there can be at most %u next hops, not %u",
				IX_NEXTHOPS_MAX, n);
		return ERR_PTR(err);
	}
	route = kzalloc(ix_route_size(n), GFP_KERNEL_ACCOUNT);
	if (!route)
		return ERR_PTR(-ENOMEM);
	route->leaf.key = prefix->addr;
	route->leaf.len = prefix->len;
	route->leaf.epoch = c->txn->edit.epoch;
	route->type = type;
	return route;
}

/* Make a route out of the request. */
static struct ix_route *ix_route_make(struct ix_change *c,
				      const struct ix_prefix *prefix, u8 type)
{
	const struct nlattr *attr, *to = c->attrs[IX_A_ROUTE_TO];
	const struct ix_tenant *tenant;
	struct ix_route *route;
	int err;

	route = ix_route_alloc(c, &ix_route_way_attrs, prefix, type);
	if (IS_ERR(route))
		return route;

	if (type != IX_ROUTE_TYPE_TENANT) {
		attr = to ?: c->attrs[IX_A_ROUTE_NEXTHOP] ?:
		       c->attrs[IX_A_ROUTE_TABLE] ?: c->attrs[IX_A_ROUTE_VRF];
		err = attr ? ix_refuse(c, attr, -EINVAL,
				       "a route that drops leads nowhere") : 0;
		goto out;
	}
	err = ix_nl_require(c, IX_A_ROUTE_TO,
			    "the tenant that the route leads to");
	if (err)
		goto out;
	tenant = ix_nl_tenant(c, to);
	err = PTR_ERR_OR_ZERO(tenant);
	if (err)
		goto out;
	route->to = tenant->object.number;
	err = ix_route_way(c, &ix_route_way_attrs, route);
out:
	if (!err)
		return route;
	ix_route_free(&route->leaf);
	return ERR_PTR(err);
}

/**
 * ix_way_in() - the way into a tenant, out of a request about the tenant
 * @c: the change
 * @tenant: number of the tenant
 *
 * Return: a route of its own, in no forwarding table; NULL if the request says
 * that there is none; or ERR_PTR().
 */
struct ix_route *ix_way_in(struct ix_change *c, u32 tenant)
{
	const struct nlattr *table = c->attrs[IX_A_TENANT_TABLE];
	const struct ix_prefix everywhere = {};
	struct ix_route *way;
	int err;

	if (table && !nla_get_u32(table) && !c->attrs[IX_A_TENANT_NEXTHOP] &&
	    !c->attrs[IX_A_TENANT_VRF])
		return NULL;
	way = ix_route_alloc(c, &ix_tenant_way_attrs, &everywhere,
			     IX_ROUTE_TYPE_TENANT);
	if (IS_ERR(way))
		return way;
	way->to = tenant;
	err = ix_route_way(c, &ix_tenant_way_attrs, way);
	if (!err)
		return way;
	ix_route_free(&way->leaf);
	return ERR_PTR(err);
}

static int ix_route_count(struct ix_change *c, const struct ix_route *route,
			  int how)
{
	struct ix_tenant *to;

	if (!route->to)
		return 0;
	to = ix_tenant_own(c->txn, route->to);
	if (!to)
		return -ENOMEM;
	to->routes_to += how;
	return 0;
}

static struct ix_route *ix_route_in(const struct ix_tenant *tenant,
				    const struct ix_prefix *prefix)
{
	struct ix_lpm_leaf *leaf;

	leaf = ix_lpm_find(&tenant->routes, prefix->addr, prefix->len);
	return leaf ? container_of(leaf, struct ix_route, leaf) : NULL;
}

/* Tenant and prefix of a request. */
static struct ix_tenant *ix_route_request(struct ix_change *c,
					  struct ix_prefix *prefix)
{
	struct ix_tenant *tenant;
	int err;

	err = ix_nl_require(c, IX_A_ROUTE_TENANT,
			    "the tenant whose forwarding table it is");
	if (err)
		return ERR_PTR(err);
	tenant = ix_nl_tenant(c, c->attrs[IX_A_ROUTE_TENANT]);
	if (IS_ERR(tenant))
		return tenant;
	err = ix_nl_prefix(c, IX_A_ROUTE_PREFIX, IX_A_ROUTE_PREFIX_LEN, NULL,
			   prefix);
	return err ? ERR_PTR(err) : tenant;
}

static struct ix_route *ix_route_named(struct ix_change *c,
				       struct ix_tenant **tenant)
{
	struct ix_prefix prefix;
	struct ix_route *route;

	*tenant = ix_route_request(c, &prefix);
	if (IS_ERR(*tenant))
		return ERR_CAST(*tenant);
	route = ix_route_in(*tenant, &prefix);
	if (route)
		return route;
	ix_nl_fail(c->ixn, c->info, c->attrs[IX_A_ROUTE_PREFIX],
		   "tenant %s has no route of this prefix",
		   (*tenant)->object.name);
	return ERR_PTR(-ENOENT);
}

/* Put a route into a table, in the place of the one of its prefix. */
static int ix_route_put(struct ix_change *c, u32 tenant_number,
			struct ix_route *route)
{
	struct ix_lpm_leaf *old;
	struct ix_tenant *tenant;
	int err;

	tenant = ix_tenant_own(c->txn, tenant_number);
	err = tenant ? ix_lpm_insert(&tenant->routes, &c->txn->edit,
				     &route->leaf, &old) : -ENOMEM;
	if (err) {
		ix_route_free(&route->leaf);
		return err;
	}
	err = ix_route_count(c, route, 1);
	if (!err && old) {
		err = ix_route_count(c, container_of(old, struct ix_route, leaf),
				     -1);
		if (!err)
			err = ix_retire_leaf(c->txn, old, ix_route_free);
	}
	return err;
}

static int ix_route_new(struct ix_change *c)
{
	const struct nlattr *type = c->attrs[IX_A_ROUTE_TYPE];
	struct ix_prefix prefix;
	struct ix_tenant *tenant;
	struct ix_route *route;

	tenant = ix_route_request(c, &prefix);
	if (IS_ERR(tenant))
		return PTR_ERR(tenant);
	if (!ix_nl_replaces(c) && ix_route_in(tenant, &prefix))
		return ix_refuse(c, c->attrs[IX_A_ROUTE_PREFIX], -EEXIST,
				 "tenant %s has a route of this prefix",
				 tenant->object.name);
	route = ix_route_make(c, &prefix, type ? nla_get_u8(type) :
						 IX_ROUTE_TYPE_TENANT);
	if (IS_ERR(route))
		return PTR_ERR(route);
	return ix_route_put(c, tenant->object.number, route);
}

/* What a route leads to is one thing: it is given anew as a whole. */
static int ix_route_set(struct ix_change *c)
{
	const struct nlattr *type = c->attrs[IX_A_ROUTE_TYPE];
	struct ix_prefix prefix;
	struct ix_tenant *tenant;
	struct ix_route *old, *route;

	old = ix_route_named(c, &tenant);
	if (IS_ERR(old))
		return PTR_ERR(old);
	prefix.addr = old->leaf.key;
	prefix.len = old->leaf.len;
	route = ix_route_make(c, &prefix, type ? nla_get_u8(type) :
						 IX_ROUTE_TYPE_TENANT);
	if (IS_ERR(route))
		return PTR_ERR(route);
	return ix_route_put(c, tenant->object.number, route);
}

static int ix_route_del(struct ix_change *c)
{
	struct ix_lpm_leaf *leaf;
	struct ix_tenant *tenant;
	struct ix_route *route;
	int err;

	route = ix_route_named(c, &tenant);
	if (IS_ERR(route))
		return PTR_ERR(route);
	err = ix_route_count(c, route, -1);
	if (err)
		return err;
	tenant = ix_tenant_own(c->txn, tenant->object.number);
	if (!tenant)
		return -ENOMEM;
	err = ix_lpm_remove(&tenant->routes, &c->txn->edit, route->leaf.key,
			    route->leaf.len, &leaf);
	return err ?: ix_retire_leaf(c->txn, leaf, ix_route_free);
}

/**
 * ix_route_flush() - remove routes
 * @c: the change
 * @tenant: only those of its forwarding table; NULL for all tables
 *
 * Return: 0, or a negative error.
 */
int ix_route_flush(struct ix_change *c, struct ix_tenant *tenant)
{
	struct ix_addr key = { 0, 0 };
	struct ix_lpm_leaf *leaf;
	struct ix_named *object;
	int len = -1, err = 0;
	u32 n;

	if (!tenant) {
		for (n = 0; (object = ix_table_next(c->config->tenants, n)); ) {
			n = object->number;
			err = ix_route_flush(c, (struct ix_tenant *)object);
			if (err)
				return err;
		}
		return 0;
	}

	tenant = ix_tenant_own(c->txn, tenant->object.number);
	if (!tenant)
		return -ENOMEM;
	while ((leaf = ix_lpm_next(&tenant->routes, key, len))) {
		err = ix_route_count(c, container_of(leaf, struct ix_route,
						     leaf), -1);
		if (err)
			return err;
		key = leaf->key;
		len = leaf->len;
		cond_resched();
	}
	return ix_lpm_clear(&tenant->routes, &c->txn->edit, ix_route_free);
}

static const void *ix_route_find(struct ix_change *c)
{
	struct ix_tenant *tenant;
	struct ix_route *route = ix_route_named(c, &tenant);

	if (IS_ERR(route))
		return ERR_CAST(route);
	c->owner = &tenant->object;
	return &route->leaf;
}

static int ix_nexthop_fill(struct sk_buff *skb, int attr,
			   const struct ix_nexthop *nexthop)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	bool up;

	rcu_read_lock();
	up = ix_device_usable_rcu(nexthop->device);
	rcu_read_unlock();
	if (!nest ||
	    nla_put_string(skb, IX_A_NEXTHOP_DEVICE, nexthop->device->name) ||
	    (nexthop->has_gateway &&
	     ix_nl_put_addr(skb, IX_A_NEXTHOP_GATEWAY, nexthop->gateway_is_v4,
			    nexthop->gateway)) ||
	    (up && nla_put_flag(skb, IX_A_NEXTHOP_UP)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int ix_way_fill(struct sk_buff *skb, const struct ix_way_attrs *attrs,
		       const struct ix_route *route)
{
	unsigned int i;

	if ((route->table && !route->vrf &&
	     nla_put_u32(skb, attrs->table, route->table)) ||
	    (route->table && route->vrf &&
	     nla_put_string(skb, attrs->vrf, route->vrf->name)))
		return -EMSGSIZE;
	for (i = 0; i < route->nexthops_nr; i++)
		if (ix_nexthop_fill(skb, attrs->nexthop, &route->nexthops[i]))
			return -EMSGSIZE;
	return 0;
}

/**
 * ix_way_in_fill() - put the way into a tenant into a message about it
 * @skb: message
 * @way: the way, or NULL
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_way_in_fill(struct sk_buff *skb, const struct ix_route *way)
{
	return way ? ix_way_fill(skb, &ix_tenant_way_attrs, way) : 0;
}

static int ix_route_fill(struct sk_buff *skb, const struct ix_config *config,
			 const struct ix_named *owner, const void *object)
{
	const struct ix_route *route =
		container_of((struct ix_lpm_leaf *)object, struct ix_route,
			     leaf);

	if (nla_put_string(skb, IX_A_ROUTE_TENANT, owner->name) ||
	    ix_nl_put_prefix(skb, IX_A_ROUTE_PREFIX, IX_A_ROUTE_PREFIX_LEN,
			     false, route->leaf.key, route->leaf.len) ||
	    nla_put_u8(skb, IX_A_ROUTE_TYPE, route->type) ||
	    (route->to &&
	     nla_put_string(skb, IX_A_ROUTE_TO,
			    ix_config_tenant(config, route->to)->object.name)))
		return -EMSGSIZE;
	return ix_way_fill(skb, &ix_route_way_attrs, route);
}

int ix_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_route_new);
}

int ix_nl_route_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_route_set);
}

int ix_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_route_del);
}

int ix_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_ROUTE_GET, ix_route_find,
			  ix_route_fill);
}

int ix_nl_route_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const size_t routes[] = { offsetof(struct ix_tenant, routes) };
	const struct ix_config *config = ix_nl_dump_begin(cb);
	struct nlattr **attrs = ix_dump_attrs(cb);

	if (!IS_ERR(config))
		ix_nl_dump_owned(skb, cb, IX_CMD_ROUTE_GET, config,
				 config->tenants, 0,
				 attrs[IX_A_ROUTE_TENANT] ? IX_A_ROUTE_TENANT :
							    0,
				 routes, ARRAY_SIZE(routes), ix_route_fill);
	return ix_nl_dump_end(cb, config, skb->len);
}
