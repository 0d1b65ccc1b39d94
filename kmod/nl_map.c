// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: prefix maps, local ones of tenants and those of views.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

/**
 * struct ix_map_owner - whose map it is
 * @set: the maps, a published version or the transaction's own
 * @name: name of the owner
 * @number: its number
 * @is_view: a view, not a tenant
 */
struct ix_map_owner {
	struct ix_map_set *set;
	const char *name;
	u32 number;
	bool is_view;
};

/* What ix_map_set and ix_map_new both read from a request. */
struct ix_map_request {
	enum ix_map_kind kind;
	bool own_is_v4;
	struct ix_prefix own;
	struct ix_prefix ix;
	bool non_global;
};

static int ix_map_owner_find(struct ix_change *c, struct ix_map_owner *owner)
{
	const struct nlattr *of_tenant = c->attrs[IX_A_MAP_TENANT];
	const struct nlattr *of_view = c->attrs[IX_A_MAP_VIEW];
	struct ix_tenant *tenant;
	struct ix_view *view;

	if (of_tenant && of_view)
		return ix_refuse(c, of_view, -EINVAL,
				 "a map belongs to a tenant or to a view");
	if (of_view) {
		view = ix_nl_view(c, of_view);
		if (IS_ERR(view))
			return PTR_ERR(view);
		*owner = (struct ix_map_owner){ &view->maps, view->object.name,
						view->object.number, true };
		return 0;
	}
	if (!of_tenant)
		return ix_nl_require(c, IX_A_MAP_TENANT,
				     "the tenant or view of the map");
	tenant = ix_nl_tenant(c, of_tenant);
	if (IS_ERR(tenant))
		return PTR_ERR(tenant);
	*owner = (struct ix_map_owner){ &tenant->maps, tenant->object.name,
					tenant->object.number, false };
	return 0;
}

/* The version of the owner that may be changed; its count of maps as well. */
static int ix_map_owner_own(struct ix_change *c, struct ix_map_owner *owner,
			    int maps)
{
	struct ix_tenant *tenant;
	struct ix_view *view;

	if (owner->is_view) {
		view = ix_view_own(c->txn, owner->number);
		if (!view)
			return -ENOMEM;
		view->maps_nr += maps;
		owner->set = &view->maps;
	} else {
		tenant = ix_tenant_own(c->txn, owner->number);
		if (!tenant)
			return -ENOMEM;
		tenant->maps_nr += maps;
		owner->set = &tenant->maps;
	}
	return 0;
}

static int ix_map_complain(struct ix_change *c, enum ix_map_error error)
{
	const struct nlattr *own = c->attrs[IX_A_MAP_OWN];
	const struct nlattr *own_len = c->attrs[IX_A_MAP_OWN_LEN];
	const struct nlattr *ix_len = c->attrs[IX_A_MAP_IX_LEN];

	switch (error) {
	case IX_MAP_OK:
		return 0;
	case IX_MAP_OWN_BITS:
		return ix_refuse(c, own, -EINVAL,
				 "bits are set behind the length of the prefix");
	case IX_MAP_IX_BITS:
		return ix_refuse(c, c->attrs[IX_A_MAP_IX], -EINVAL,
				 "bits are set behind the length of the prefix");
	case IX_MAP_OWN_LENGTH:
		return ix_refuse(c, own_len, -EINVAL,
				 "the tenant's prefix has an impossible length");
	case IX_MAP_IX_LENGTH:
		return ix_refuse(c, ix_len, -EINVAL,
				 "the length of the IX prefix does not fit the kind of map");
	case IX_MAP_SUFFIX:
		return ix_refuse(c, ix_len, -EINVAL,
				 "no bijection: the suffix of the tenant's prefix does not fit behind the IX prefix");
	case IX_MAP_FAMILY:
		return ix_refuse(c, own, -EINVAL,
				 "this kind of map needs the other IP version on the tenant's side");
	case IX_MAP_U_OCTET:
		return ix_refuse(c, c->attrs[IX_A_MAP_IX], -EINVAL,
				 "bits 64 to 71 of an RFC 6052 prefix have to be zero");
	case IX_MAP_NON_GLOBAL:
		return ix_refuse(c, own, -EINVAL,
				 "64:ff9b::/96 is for global IPv4 addresses (RFC 6052, 3.1), unless the map says non-global");
	}
	return ix_refuse(c, NULL, -EINVAL, "these prefixes are no map");
}

static int ix_map_request(struct ix_change *c, const struct ix_map *old,
			  struct ix_map_request *req)
{
	int err;

	err = ix_nl_prefix(c, IX_A_MAP_OWN, IX_A_MAP_OWN_LEN, &req->own_is_v4,
			   &req->own);
	if (err)
		return err;

	if (c->attrs[IX_A_MAP_KIND])
		req->kind = nla_get_u8(c->attrs[IX_A_MAP_KIND]);
	else if (old)
		req->kind = old->kind;
	else
		req->kind = req->own_is_v4 ? IX_MAP_KIND_EXPLICIT :
					     IX_MAP_KIND_PLAIN;
	if (c->attrs[IX_A_MAP_NON_GLOBAL])
		req->non_global = nla_get_u8(c->attrs[IX_A_MAP_NON_GLOBAL]);
	else
		req->non_global = old && ix_map_is_well_known(old) &&
				  !old->global_only;

	if (old && !c->attrs[IX_A_MAP_IX] && !c->attrs[IX_A_MAP_IX_LEN]) {
		req->ix = old->ix;
		return 0;
	}
	return ix_nl_prefix(c, IX_A_MAP_IX, IX_A_MAP_IX_LEN, NULL, &req->ix);
}

static struct ix_map *ix_map_find_in(const struct ix_map_set *set,
				     const struct ix_map_request *req)
{
	return ix_map_set_find(set, req->own_is_v4, req->own);
}

static int ix_map_fill_in(struct ix_change *c, const struct ix_map_request *req,
			  struct ix_map *map)
{
	const struct nlattr *attr = c->attrs[IX_A_MAP_NON_GLOBAL];
	enum ix_map_error error;

	error = ix_map_init(map, req->kind, req->own_is_v4, req->own, req->ix);
	if (req->non_global && error == IX_MAP_NON_GLOBAL)
		error = IX_MAP_OK;
	if (error)
		return ix_map_complain(c, error);
	if (!req->non_global)
		return 0;
	if (attr && !ix_map_is_well_known(map))
		return ix_refuse(c, attr, -EINVAL,
				 "only the well-known prefix, 64:ff9b::/96, distinguishes non-global addresses");
	ix_map_allow_non_global(map);
	return 0;
}

/* Put a map into a set, in the place of @old if there is one. */
static int ix_map_put(struct ix_change *c, struct ix_map_owner *owner,
		      const struct ix_map_request *req, struct ix_map *old)
{
	const struct ix_map *other;
	struct ix_map *map;
	int err;

	map = kzalloc(sizeof(*map), GFP_KERNEL_ACCOUNT);
	if (!map)
		return -ENOMEM;
	err = ix_map_fill_in(c, req, map);
	if (err)
		goto err_map;
	other = ix_map_set_conflict(owner->set, map, old);
	if (other) {
		struct in6_addr in6 = ix_addr_to_in6(other->ix.addr);

		err = ix_refuse(c, c->attrs[IX_A_MAP_IX] ?:
				   c->attrs[IX_A_MAP_OWN], -EEXIST,
				"the map overlaps the one to %pI6c/%u of %s %s",
				&in6, other->ix.len,
				owner->is_view ? "view" : "tenant",
				owner->name);
		goto err_map;
	}
	map->own_leaf.epoch = c->txn->edit.epoch;
	map->ix_leaf.epoch = c->txn->edit.epoch;

	err = ix_map_owner_own(c, owner, old ? 0 : 1);
	if (!err && old)
		err = ix_map_set_remove(owner->set, &c->txn->edit, old);
	if (!err)
		err = ix_map_set_insert(owner->set, &c->txn->edit, map);
	if (!err)
		return 0;
err_map:
	kfree(map);
	return err;
}

static int ix_map_new(struct ix_change *c)
{
	struct ix_map_request req;
	struct ix_map_owner owner;
	struct ix_map *same;
	int err;

	err = ix_map_owner_find(c, &owner);
	if (!err)
		err = ix_map_request(c, NULL, &req);
	if (err)
		return err;
	same = ix_map_find_in(owner.set, &req);
	if (same && !ix_nl_replaces(c))
		return ix_refuse(c, c->attrs[IX_A_MAP_OWN], -EEXIST,
				 "%s %s has a map of this prefix",
				 owner.is_view ? "view" : "tenant", owner.name);
	return ix_map_put(c, &owner, &req, same);
}

/* The map that a request names by the prefix on the tenant's side. */
static struct ix_map *ix_map_named(struct ix_change *c,
				   const struct ix_map_owner *owner)
{
	struct ix_map_request req;
	struct ix_map *map;
	int err;

	err = ix_nl_prefix(c, IX_A_MAP_OWN, IX_A_MAP_OWN_LEN, &req.own_is_v4,
			   &req.own);
	if (err)
		return ERR_PTR(err);
	map = ix_map_find_in(owner->set, &req);
	if (map)
		return map;
	ix_nl_fail(c->ixn, c->info, c->attrs[IX_A_MAP_OWN],
		   "%s %s has no map of this prefix",
		   owner->is_view ? "view" : "tenant", owner->name);
	return ERR_PTR(-ENOENT);
}

static int ix_map_set_request(struct ix_change *c)
{
	struct ix_map_request req;
	struct ix_map_owner owner;
	struct ix_map *old;
	int err;

	err = ix_map_owner_find(c, &owner);
	if (err)
		return err;
	old = ix_map_named(c, &owner);
	if (IS_ERR(old))
		return PTR_ERR(old);
	err = ix_map_request(c, old, &req);
	if (err)
		return err;
	return ix_map_put(c, &owner, &req, old);
}

static int ix_map_del(struct ix_change *c)
{
	struct ix_map_owner owner;
	struct ix_map *map;
	int err;

	err = ix_map_owner_find(c, &owner);
	if (err)
		return err;
	map = ix_map_named(c, &owner);
	if (IS_ERR(map))
		return PTR_ERR(map);
	err = ix_map_owner_own(c, &owner, -1);
	if (err)
		return err;
	return ix_map_set_remove(owner.set, &c->txn->edit, map);
}

/**
 * ix_map_flush() - remove maps
 * @c: the change
 * @tenant: only its local maps
 * @view: only its maps; if both are NULL, all maps of all
 *
 * Return: 0, or a negative error.
 */
int ix_map_flush(struct ix_change *c, struct ix_tenant *tenant,
		 struct ix_view *view)
{
	struct ix_named *object;
	u32 n;
	int err;

	if (tenant) {
		tenant = ix_tenant_own(c->txn, tenant->object.number);
		if (!tenant)
			return -ENOMEM;
		tenant->maps_nr = 0;
		return ix_map_set_clear(&tenant->maps, &c->txn->edit);
	}
	if (view) {
		view = ix_view_own(c->txn, view->object.number);
		if (!view)
			return -ENOMEM;
		view->maps_nr = 0;
		return ix_map_set_clear(&view->maps, &c->txn->edit);
	}

	for (n = 0; (object = ix_table_next(c->config->tenants, n)); ) {
		n = object->number;
		err = ix_map_flush(c, (struct ix_tenant *)object, NULL);
		if (err)
			return err;
	}
	for (n = 0; (object = ix_table_next(c->config->views, n)); ) {
		n = object->number;
		err = ix_map_flush(c, NULL, (struct ix_view *)object);
		if (err)
			return err;
	}
	return 0;
}

static int ix_map_fill(struct sk_buff *skb, const struct ix_config *config,
		       const struct ix_named *owner, const void *object)
{
	const struct ix_map *map = object;
	bool is_view = ix_table_get(config->views, owner->number) == owner;

	BUILD_BUG_ON(offsetof(struct ix_map, own_leaf));
	if (nla_put_string(skb, is_view ? IX_A_MAP_VIEW : IX_A_MAP_TENANT,
			   owner->name) ||
	    nla_put_u8(skb, IX_A_MAP_KIND, map->kind) ||
	    ix_nl_put_prefix(skb, IX_A_MAP_OWN, IX_A_MAP_OWN_LEN,
			     map->own_is_v4, map->own_leaf.key,
			     map->own_leaf.len) ||
	    ix_nl_put_prefix(skb, IX_A_MAP_IX, IX_A_MAP_IX_LEN, false,
			     map->ix.addr, map->ix.len) ||
	    (ix_map_is_well_known(map) && !map->global_only &&
	     nla_put_u8(skb, IX_A_MAP_NON_GLOBAL, 1)))
		return -EMSGSIZE;
	return 0;
}

static const void *ix_map_find(struct ix_change *c)
{
	struct ix_map_owner owner;
	int err = ix_map_owner_find(c, &owner);

	if (err)
		return ERR_PTR(err);
	c->owner = ix_table_get(owner.is_view ? c->config->views :
						c->config->tenants,
				owner.number);
	return ix_map_named(c, &owner);
}

int ix_nl_map_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const size_t of_tenant[] = {
		offsetof(struct ix_tenant, maps.own4),
		offsetof(struct ix_tenant, maps.own6),
	};
	static const size_t of_view[] = {
		offsetof(struct ix_view, maps.own4),
		offsetof(struct ix_view, maps.own6),
	};
	const struct ix_config *config = ix_nl_dump_begin(cb);
	struct nlattr **attrs = ix_dump_attrs(cb);
	bool all = !attrs[IX_A_MAP_TENANT] && !attrs[IX_A_MAP_VIEW];
	u32 views = IX_TENANT_MAX + 1;

	if (IS_ERR(config))
		goto out;
	if ((all || attrs[IX_A_MAP_TENANT]) &&
	    ix_cursor(cb)->owner < views &&
	    ix_nl_dump_owned(skb, cb, IX_CMD_MAP_GET, config, config->tenants,
			     0, all ? 0 : IX_A_MAP_TENANT, of_tenant,
			     ARRAY_SIZE(of_tenant), ix_map_fill))
		goto out;
	if (all || attrs[IX_A_MAP_VIEW])
		ix_nl_dump_owned(skb, cb, IX_CMD_MAP_GET, config,
				 config->views, views,
				 all ? 0 : IX_A_MAP_VIEW, of_view,
				 ARRAY_SIZE(of_view), ix_map_fill);
out:
	return ix_nl_dump_end(cb, config, skb->len);
}

int ix_nl_map_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_map_new);
}

int ix_nl_map_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_map_set_request);
}

int ix_nl_map_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_map_del);
}

int ix_nl_map_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_MAP_GET, ix_map_find, ix_map_fill);
}
