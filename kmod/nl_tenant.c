// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: tenants.
 */
#include <linux/ip.h>
#include <linux/slab.h>
#include <linux/tcp.h>

#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

/* The counters of a tenant outlive a restore that makes it again. */
static struct ix_stats *ix_tenant_stats(struct ix_change *c, const char *name)
{
	const struct ix_config *current_config;
	const struct ix_named *same;

	current_config = rcu_dereference_protected(c->ixn->config,
						   lockdep_is_held(&c->ixn->lock));
	same = ix_table_find(current_config->tenants, name);
	if (same)
		return ix_stats_get(((struct ix_tenant *)same)->stats);
	return ix_stats_new();
}

static bool ix_is_unspecified(struct ix_addr addr)
{
	return !addr.hi && !addr.lo;
}

static bool ix_is_router4(struct ix_addr addr)
{
	__be32 in4 = ix_addr_to_in4(addr);

	return !ipv4_is_multicast(in4) && !ipv4_is_loopback(in4) &&
	       !ipv4_is_lbcast(in4);
}

static int ix_tenant_gateway(struct ix_change *c, int attr, bool want_v4,
			     bool *has, struct ix_addr *gateway)
{
	struct ix_addr addr;
	bool v4, bad;
	int err;

	if (!c->attrs[attr])
		return 0;
	err = ix_nl_address(c, c->attrs[attr], &v4, &addr);
	if (err)
		return err;
	if (v4 != want_v4)
		return ix_refuse(c, c->attrs[attr], -EINVAL,
				 "the gateway has to be an %s address",
				 want_v4 ? "IPv4" : "IPv6");
	if (v4)
		bad = !ix_is_router4(addr);
	else
		bad = addr.hi >> 56 == 0xff || (!addr.hi && addr.lo == 1);
	if (bad)
		return ix_refuse(c, c->attrs[attr], -EINVAL,
				 "no gateway can have this address");
	*has = !ix_is_unspecified(addr);
	*gateway = addr;
	return 0;
}

/* A pool stands for the routers of other networks, not for all the world. */
#define IX_ERROR_POOL4_LEN_MIN 8

static int ix_tenant_error_pool4(struct ix_change *c, struct ix_tenant *tenant)
{
	const struct nlattr *addr = c->attrs[IX_A_TENANT_ERROR_POOL4];
	const struct nlattr *len = c->attrs[IX_A_TENANT_ERROR_POOL4_LEN];
	struct ix_prefix pool;
	bool v4;
	int err;

	if (!addr && !len)
		return 0;
	err = ix_nl_prefix(c, IX_A_TENANT_ERROR_POOL4,
			   IX_A_TENANT_ERROR_POOL4_LEN, &v4, &pool);
	if (err)
		return err;
	if (!v4)
		return ix_refuse(c, addr, -EINVAL,
				 "the pool has to be an IPv4 prefix");
	tenant->has_error_pool4 = !ix_is_unspecified(pool.addr);
	if (!tenant->has_error_pool4)
		return 0;
	if (pool.len < IX_ERROR_POOL4_LEN_MIN)
		return ix_refuse(c, len, -EINVAL,
				 "the pool has to be a prefix of %u to 32 bits",
				 IX_ERROR_POOL4_LEN_MIN);
	if (!ix_is_router4(pool.addr))
		return ix_refuse(c, addr, -EINVAL,
				 "no router can have these addresses");
	tenant->error_pool4 = pool;
	return 0;
}

/* What every host takes (RFC 9293, 3.7.1), and what IPv4 can carry. */
#define IX_TCP_MSS_MIN 536
#define IX_TCP_MSS_MAX (U16_MAX - sizeof(struct iphdr) - sizeof(struct tcphdr))

static int ix_tenant_tcp_mss(struct ix_change *c, struct ix_tenant *tenant)
{
	const struct nlattr *attr = c->attrs[IX_A_TENANT_TCP_MSS];
	u16 mss;

	if (!attr)
		return 0;
	mss = nla_get_u16(attr);
	if (mss > IX_TCP_MSS_PATH &&
	    (mss < IX_TCP_MSS_MIN || mss > IX_TCP_MSS_MAX))
		return ix_refuse(c, attr, -ERANGE,
				 "segments have %u to %zu octets",
				 IX_TCP_MSS_MIN, IX_TCP_MSS_MAX);
	tenant->tcp_mss = mss;
	return 0;
}

/* The way in goes as a whole, and comes as a whole. */
static int ix_tenant_set_way(struct ix_change *c, struct ix_tenant *tenant,
			     struct ix_route *way)
{
	struct ix_route *old = tenant->way;

	tenant->way = way;
	return old ? ix_retire_leaf(c->txn, &old->leaf, ix_route_free) : 0;
}

static int ix_tenant_way(struct ix_change *c, struct ix_tenant *tenant)
{
	struct ix_route *way;

	if (!c->attrs[IX_A_TENANT_NEXTHOP] && !c->attrs[IX_A_TENANT_TABLE] &&
	    !c->attrs[IX_A_TENANT_VRF])
		return 0;
	way = ix_way_in(c, tenant->object.number);
	return IS_ERR(way) ? PTR_ERR(way) : ix_tenant_set_way(c, tenant, way);
}

static int ix_tenant_leave_view(struct ix_change *c, struct ix_tenant *tenant)
{
	struct ix_view *view;

	if (!tenant->view)
		return 0;
	view = ix_view_own(c->txn, tenant->view);
	if (!view)
		return -ENOMEM;
	view->tenants--;
	tenant->view = 0;
	return 0;
}

/* Take over what the request says into a tenant that the transaction owns. */
static int ix_tenant_apply(struct ix_change *c, struct ix_tenant *tenant)
{
	const struct nlattr *mode = c->attrs[IX_A_TENANT_MODE];
	const struct nlattr *view = c->attrs[IX_A_TENANT_VIEW];
	const struct nlattr *quarantine = c->attrs[IX_A_TENANT_QUARANTINE];
	const struct nlattr *monitor = c->attrs[IX_A_TENANT_MONITOR];
	const struct nlattr *hairpin = c->attrs[IX_A_TENANT_HAIRPIN];
	struct ix_view *new_view;
	int err;

	if (mode)
		tenant->mode = nla_get_u8(mode);
	if (quarantine)
		tenant->quarantined = nla_get_u8(quarantine);
	if (monitor)
		tenant->monitor = nla_get_u8(monitor);
	if (hairpin)
		tenant->hairpin = nla_get_u8(hairpin);
	if (tenant->monitor)
		ix_nl_load_logger();

	if (view) {
		new_view = ix_nl_view(c, view);
		if (IS_ERR(new_view))
			return PTR_ERR(new_view);
		if (tenant->view != new_view->object.number) {
			err = ix_tenant_leave_view(c, tenant);
			if (err)
				return err;
			new_view = ix_view_own(c->txn, new_view->object.number);
			if (!new_view)
				return -ENOMEM;
			new_view->tenants++;
			tenant->view = new_view->object.number;
		}
	}

	err = ix_tenant_gateway(c, IX_A_TENANT_GATEWAY4, true,
				&tenant->has_gateway4, &tenant->gateway4);
	if (!err)
		err = ix_tenant_gateway(c, IX_A_TENANT_GATEWAY6, false,
					&tenant->has_gateway6,
					&tenant->gateway6);
	if (!err)
		err = ix_tenant_error_pool4(c, tenant);
	if (!err)
		err = ix_tenant_tcp_mss(c, tenant);
	return err ?: ix_tenant_way(c, tenant);
}

/*
 * What the request does not say goes. Maps and routes are not part of it, and a
 * quarantine stays until it is said to end.
 */
static int ix_tenant_replace(struct ix_change *c, u32 number)
{
	struct ix_tenant *tenant = ix_tenant_own(c->txn, number);
	int err;

	if (!tenant)
		return -ENOMEM;
	tenant->mode = IX_MODE_INLINE;
	tenant->monitor = false;
	tenant->has_gateway4 = false;
	tenant->has_gateway6 = false;
	tenant->has_error_pool4 = false;
	tenant->tcp_mss = IX_TCP_MSS_NONE;
	tenant->hairpin = IX_HAIRPIN_INTRINSIC;
	err = ix_tenant_leave_view(c, tenant);
	if (!err)
		err = ix_tenant_set_way(c, tenant, NULL);
	return err ?: ix_tenant_apply(c, tenant);
}

static int ix_tenant_set(struct ix_change *c)
{
	struct ix_tenant *tenant;
	int err;

	err = ix_nl_require(c, IX_A_TENANT_NAME, "the name of the tenant");
	if (err)
		return err;
	tenant = ix_nl_tenant(c, c->attrs[IX_A_TENANT_NAME]);
	if (IS_ERR(tenant))
		return PTR_ERR(tenant);
	tenant = ix_tenant_own(c->txn, tenant->object.number);
	if (!tenant)
		return -ENOMEM;
	return ix_tenant_apply(c, tenant);
}

static int ix_tenant_new(struct ix_change *c)
{
	struct ix_tenant *tenant;
	struct ix_named *same;
	int err = 0;
	u32 number;

	err = ix_nl_require(c, IX_A_TENANT_NAME, "the name of the tenant");
	if (!err)
		err = ix_nl_name(c, c->attrs[IX_A_TENANT_NAME]);
	if (err)
		return err;
	same = ix_table_find(c->config->tenants,
			     nla_data(c->attrs[IX_A_TENANT_NAME]));
	if (same) {
		const struct nlattr *attr = c->attrs[IX_A_TENANT_NUMBER];

		if (!ix_nl_replaces(c))
			return ix_refuse(c, c->attrs[IX_A_TENANT_NAME], -EEXIST,
					 "tenant %s exists", same->name);
		if (attr && nla_get_u16(attr) != same->number)
			return ix_refuse(c, attr, -EINVAL,
					 "the number of tenant %s is %u, and stays",
					 same->name, same->number);
		return ix_tenant_replace(c, same->number);
	}
	number = ix_nl_number(c, IX_A_TENANT_NUMBER, c->config->tenants,
			      IX_TENANT_MAX, "tenant", &err);
	if (!number)
		return err;

	tenant = kzalloc(sizeof(*tenant), GFP_KERNEL_ACCOUNT);
	if (!tenant)
		return -ENOMEM;
	tenant->object.epoch = c->txn->edit.epoch;
	tenant->object.number = number;
	nla_strscpy(tenant->object.name, c->attrs[IX_A_TENANT_NAME],
		    sizeof(tenant->object.name));
	tenant->stats = ix_tenant_stats(c, tenant->object.name);
	if (!tenant->stats) {
		kfree(tenant);
		return -ENOMEM;
	}
	if (ix_table_put(&c->config->tenants, &c->txn->edit, number,
			 &tenant->object)) {
		ix_tenant_free(tenant);
		return -ENOMEM;
	}
	return ix_tenant_apply(c, tenant);
}

static int ix_tenant_remove(struct ix_change *c, struct ix_tenant *tenant)
{
	const struct nlattr *attr = c->attrs[IX_A_TENANT_NAME];
	int err;

	if (tenant->prefixes)
		return ix_refuse(c, attr, -EBUSY,
				 "tenant %s is in use by %u prefixes of institutions",
				 tenant->object.name, tenant->prefixes);
	if (tenant->groups)
		return ix_refuse(c, attr, -EBUSY,
				 "tenant %s is a member of %u groups",
				 tenant->object.name, tenant->groups->nr);
	/* Its own routes that lead to itself go with it. */
	err = ix_route_flush(c, tenant);
	if (err)
		return err;
	tenant = ix_config_tenant(c->config, tenant->object.number);
	if (tenant->routes_to)
		return ix_refuse(c, attr, -EBUSY,
				 "tenant %s is in use by %u routes of other tenants",
				 tenant->object.name, tenant->routes_to);
	err = ix_map_flush(c, tenant, NULL);
	if (err)
		return err;
	tenant = ix_tenant_own(c->txn, tenant->object.number);
	if (!tenant)
		return -ENOMEM;
	err = ix_tenant_leave_view(c, tenant);
	if (!err)
		err = ix_tenant_set_way(c, tenant, NULL);
	if (err)
		return err;
	err = ix_table_put(&c->config->tenants, &c->txn->edit,
			   tenant->object.number, NULL);
	if (!err)
		ix_tenant_free(tenant);
	return err;
}

static int ix_tenant_del(struct ix_change *c)
{
	struct ix_tenant *tenant;
	int err;

	err = ix_nl_require(c, IX_A_TENANT_NAME, "the name of the tenant");
	if (err)
		return err;
	tenant = ix_nl_tenant(c, c->attrs[IX_A_TENANT_NAME]);
	if (IS_ERR(tenant))
		return PTR_ERR(tenant);
	return ix_tenant_remove(c, tenant);
}

/* Tenants may have routes to each other: all routes go first. */
int ix_tenant_flush(struct ix_change *c)
{
	struct ix_named *object;
	int err;

	err = ix_route_flush(c, NULL);
	while (!err && (object = ix_table_next(c->config->tenants, 0)))
		err = ix_tenant_remove(c, (struct ix_tenant *)object);
	return err;
}

static const void *ix_tenant_find(struct ix_change *c)
{
	int err = ix_nl_require(c, IX_A_TENANT_NAME, "the name of the tenant");

	return err ? ERR_PTR(err) :
		     ix_nl_tenant(c, c->attrs[IX_A_TENANT_NAME]);
}

static int ix_tenant_fill(struct sk_buff *skb, const struct ix_config *config,
			  const struct ix_named *owner, const void *object)
{
	const struct ix_tenant *tenant = object;
	const struct ix_view *view = ix_config_view(config, tenant->view);
	struct ix_stats_sum sum;
	int reason;

	if (nla_put_string(skb, IX_A_TENANT_NAME, tenant->object.name) ||
	    nla_put_u16(skb, IX_A_TENANT_NUMBER, tenant->object.number) ||
	    nla_put_u8(skb, IX_A_TENANT_MODE, tenant->mode) ||
	    (view && nla_put_string(skb, IX_A_TENANT_VIEW,
				    view->object.name)) ||
	    (tenant->has_gateway4 &&
	     ix_nl_put_addr(skb, IX_A_TENANT_GATEWAY4, true,
			    tenant->gateway4)) ||
	    (tenant->has_gateway6 &&
	     ix_nl_put_addr(skb, IX_A_TENANT_GATEWAY6, false,
			    tenant->gateway6)) ||
	    (tenant->tcp_mss &&
	     nla_put_u16(skb, IX_A_TENANT_TCP_MSS, tenant->tcp_mss)) ||
	    (tenant->hairpin &&
	     nla_put_u8(skb, IX_A_TENANT_HAIRPIN, tenant->hairpin)) ||
	    (tenant->has_error_pool4 &&
	     ix_nl_put_prefix(skb, IX_A_TENANT_ERROR_POOL4,
			      IX_A_TENANT_ERROR_POOL4_LEN, true,
			      tenant->error_pool4.addr,
			      tenant->error_pool4.len)) ||
	    nla_put_u32(skb, IX_A_TENANT_MAPS, tenant->maps_nr) ||
	    nla_put_u32(skb, IX_A_TENANT_ROUTES, tenant->routes.count) ||
	    nla_put_u32(skb, IX_A_TENANT_PREFIXES, tenant->prefixes) ||
	    (tenant->quarantined &&
	     nla_put_u8(skb, IX_A_TENANT_QUARANTINE, 1)) ||
	    (tenant->monitor && nla_put_u8(skb, IX_A_TENANT_MONITOR, 1)) ||
	    ix_way_in_fill(skb, tenant->way) ||
	    nla_put_u32(skb, IX_A_TENANT_GROUPS,
			tenant->groups ? tenant->groups->nr : 0))
		return -EMSGSIZE;

	ix_stats_read(tenant->stats, &sum);
	if (ix_nl_put_counter(skb, IX_A_TENANT_COUNTER,
			      ix_drop_name(IX_FORWARDED),
			      sum.packets[IX_FORWARDED], sum.bytes) ||
	    ix_nl_put_counter(skb, IX_A_TENANT_COUNTER, "delivered",
			      sum.delivered_packets, sum.delivered_bytes) ||
	    ix_nl_put_counter(skb, IX_A_TENANT_COUNTER, "would_drop",
			      sum.would_drop_packets, sum.would_drop_bytes))
		return -EMSGSIZE;
	for (reason = IX_FORWARDED + 1; reason < IX_DROP_MAX; reason++)
		if (ix_nl_put_counter(skb, IX_A_TENANT_COUNTER,
				      ix_drop_name(reason),
				      sum.packets[reason], 0))
			return -EMSGSIZE;
	return 0;
}

int ix_nl_tenant_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_tenant_new);
}

int ix_nl_tenant_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_tenant_set);
}

int ix_nl_tenant_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_tenant_del);
}

int ix_nl_tenant_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_TENANT_GET, ix_tenant_find,
			  ix_tenant_fill);
}

int ix_nl_tenant_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ix_nl_dump_table(skb, cb, IX_CMD_TENANT_GET,
				offsetof(struct ix_config, tenants),
				ix_tenant_fill);
}
