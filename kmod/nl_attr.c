// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes: reading those of requests, putting them into messages.
 */
#include <linux/ctype.h>
#include <linux/in6.h>
#include <linux/netlink.h>
#include <linux/string.h>
#include <linux/stringhash.h>
#include <net/genetlink.h>

#include "device.h"
#include "nl_attr.h"

/* The attribute that may occur several times in requests of this command. */
static int ix_nl_multi_attr(u8 cmd)
{
	switch (cmd) {
	case IX_CMD_INSTITUTION_NEW:
	case IX_CMD_INSTITUTION_SET:
		return IX_A_INSTITUTION_CLASS;
	case IX_CMD_ROUTE_NEW:
	case IX_CMD_ROUTE_SET:
		return IX_A_ROUTE_NEXTHOP;
	case IX_CMD_SERVICE_NEW:
	case IX_CMD_SERVICE_SET:
		return IX_A_SERVICE_ENTRY;
	case IX_CMD_JUDGE:
		return IX_A_JUDGE_QUESTION;
	case IX_CMD_TENANT_NEW:
	case IX_CMD_TENANT_SET:
		return IX_A_TENANT_NEXTHOP;
	case IX_CMD_GROUP_NEW:
	case IX_CMD_GROUP_SET:
		return IX_A_GROUP_SERVICE;
	default:
		return 0;
	}
}

/*
 * Of an attribute that is given twice the core would take the last. @multi may
 * be given several times; within it, if it is a nest, the same holds.
 */
static int ix_nl_check_twice(struct ix_net *ixn, struct genl_info *info,
			     const struct nlattr *head, int len, int multi)
{
	const struct nlattr *attr;
	u64 seen = 0;
	int rem, err;

	nla_for_each_attr(attr, head, len, rem) {
		int type = nla_type(attr);

		if (type == multi && attr->nla_type & NLA_F_NESTED) {
			err = ix_nl_check_twice(ixn, info, nla_data(attr),
						nla_len(attr), 0);
			if (err)
				return err;
		}
		if (type == multi || type >= 64)
			continue;
		if (seen & BIT_ULL(type)) {
			ix_nl_fail(ixn, info, attr, "attribute is given twice");
			return -EINVAL;
		}
		seen |= BIT_ULL(type);
	}
	return 0;
}

/**
 * ix_nl_check_duplicates() - refuse attributes that are given twice
 * @ixn: the namespace's state
 * @info: the request
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_check_duplicates(struct ix_net *ixn, struct genl_info *info)
{
	return ix_nl_check_twice(ixn, info,
				 nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
				 nlmsg_attrlen(info->nlhdr, GENL_HDRLEN),
				 ix_nl_multi_attr(info->genlhdr->cmd));
}

/**
 * ix_nl_require() - an attribute must be there
 * @c: the change
 * @attr: number of the attribute
 * @what: what people call it
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_require(struct ix_change *c, int attr, const char *what)
{
	if (c->attrs[attr])
		return 0;
	NL_SET_ERR_ATTR_MISS(c->info->extack, NULL, attr);
	return ix_refuse(c, NULL, -EINVAL, "%s is missing", what);
}

/**
 * ix_nl_name() - check a name that is going to be given
 * @c: the change
 * @attr: attribute with the name
 *
 * Letters, digits, and _ . - of any alphabet in UTF-8, beginning with neither
 * digit nor dash: nft takes such a name (in ASCII) for a flowtable, and no
 * listing or file needs to quote it.
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_name(struct ix_change *c, const struct nlattr *attr)
{
	const unsigned char *name = nla_data(attr), *p;

	if (!*name)
		return ix_refuse(c, attr, -EINVAL, "the name is empty");
	if (isdigit(*name) || *name == '-')
		return ix_refuse(c, attr, -EINVAL,
				 "name %s begins with a digit or a dash", name);
	for (p = name; *p; p++)
		if (*p < 0x80 && !isalnum(*p) && !strchr("_.-", *p))
			return ix_refuse(c, attr, -EINVAL,
					 "a name has only letters, digits, and _ . -");
	return 0;
}

/**
 * ix_nl_address() - read an address
 * @c: the change
 * @attr: attribute with the address
 * @is_v4: where to store the family; NULL if it has to be IPv6
 * @addr: where to store the address
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_address(struct ix_change *c, const struct nlattr *attr, bool *is_v4,
		  struct ix_addr *addr)
{
	if (nla_len(attr) == sizeof(struct in6_addr)) {
		*addr = ix_addr_from_in6(nla_data(attr));
		if (is_v4)
			*is_v4 = false;
		return 0;
	}
	if (nla_len(attr) == sizeof(__be32) && is_v4) {
		*addr = ix_addr_from_in4(nla_get_in_addr(attr));
		*is_v4 = true;
		return 0;
	}
	return ix_refuse(c, attr, -EINVAL, is_v4 ?
			 "an address has 4 or 16 octets" :
			 "an IX address has 16 octets");
}

/**
 * ix_nl_prefix() - read a prefix
 * @c: the change
 * @addr_attr: number of the attribute with the address
 * @len_attr: number of the attribute with the length
 * @is_v4: where to store the family; NULL if it has to be IPv6
 * @prefix: where to store the prefix
 *
 * Return: 0 or -EINVAL.
 */
int ix_nl_prefix(struct ix_change *c, int addr_attr, int len_attr,
		 bool *is_v4, struct ix_prefix *prefix)
{
	struct ix_addr cut;
	int err;

	err = ix_nl_require(c, addr_attr, "the prefix");
	if (!err)
		err = ix_nl_address(c, c->attrs[addr_attr], is_v4,
				    &prefix->addr);
	if (!err)
		err = ix_nl_require(c, len_attr, "the length of the prefix");
	if (err)
		return err;

	prefix->len = nla_get_u8(c->attrs[len_attr]);
	if (is_v4 && *is_v4 && prefix->len > 32)
		return ix_refuse(c, c->attrs[len_attr], -EINVAL,
				 "an IPv4 prefix has a length of 0 to 32");
	cut = ix_addr_prefix(prefix->addr, prefix->len);
	if (!ix_addr_equal(cut, prefix->addr))
		return ix_refuse(c, c->attrs[addr_attr], -EINVAL,
				 "bits are set behind the length of the prefix, %u",
				 prefix->len);
	return 0;
}

/**
 * ix_nl_tenant() - the tenant that an attribute names
 * @c: the change
 * @attr: attribute with the name
 *
 * Return: the tenant (perhaps a published one), or ERR_PTR(-ENOENT).
 */
struct ix_tenant *ix_nl_tenant(struct ix_change *c, const struct nlattr *attr)
{
	const char *name = nla_data(attr);
	struct ix_named *object = NULL;
	u16 *found = NULL;

	/* A restore names a tenant in each of a million lines. */
	if (c->tenants_found) {
		found = &c->tenants_found[full_name_hash(NULL, name, strlen(name)) %
					  IX_TENANTS_FOUND];
		object = ix_table_get(c->config->tenants, *found);
	}
	if (!object || strcmp(object->name, name))
		object = ix_table_find(c->config->tenants, name);
	if (!object) {
		ix_nl_fail(c->ixn, c->info, attr, "no tenant is named %s",
			   name);
		return ERR_PTR(-ENOENT);
	}
	if (found)
		*found = object->number;
	return (struct ix_tenant *)object;
}

static struct ix_named *ix_nl_object(struct ix_change *c,
				     const struct nlattr *attr,
				     const struct ix_table *table,
				     const char *what)
{
	struct ix_named *object = ix_table_find(table, nla_data(attr));

	if (object)
		return object;
	ix_nl_fail(c->ixn, c->info, attr, "no %s is named %s", what,
		   (char *)nla_data(attr));
	return ERR_PTR(-ENOENT);
}

/**
 * ix_nl_view() - the view that an attribute names
 * @c: the change
 * @attr: attribute with the name
 *
 * Return: the view (perhaps a published one), or ERR_PTR(-ENOENT).
 */
struct ix_view *ix_nl_view(struct ix_change *c, const struct nlattr *attr)
{
	return (struct ix_view *)ix_nl_object(c, attr, c->config->views,
					      "view");
}

/**
 * ix_nl_class() - the class that an attribute names
 * @c: the change
 * @attr: attribute with the name
 *
 * Return: the class (perhaps a published one), or ERR_PTR(-ENOENT).
 */
struct ix_class *ix_nl_class(struct ix_change *c, const struct nlattr *attr)
{
	return (struct ix_class *)ix_nl_object(c, attr, c->config->classes,
					       "class");
}

/**
 * ix_nl_institution() - the institution that an attribute names
 * @c: the change
 * @attr: attribute with the tag
 *
 * Return: the institution (perhaps a published one), or ERR_PTR(-ENOENT).
 */
struct ix_institution *ix_nl_institution(struct ix_change *c,
					 const struct nlattr *attr)
{
	struct ix_institution *institution;

	institution = ix_config_institution(c->config, nla_get_u32(attr));
	if (institution)
		return institution;
	ix_nl_fail(c->ixn, c->info, attr, "no institution has the tag %u",
		   nla_get_u32(attr));
	return ERR_PTR(-ENOENT);
}

/**
 * ix_nl_device() - the device that an attribute names
 * @c: the change
 * @attr: attribute with the name
 *
 * Return: a strong reference, or ERR_PTR().
 */
struct ix_device *ix_nl_device(struct ix_change *c, const struct nlattr *attr)
{
	struct ix_device *device = ix_device_get_known(c->ixn, nla_data(attr));

	if (device == ERR_PTR(-ENODEV))
		ix_nl_fail(c->ixn, c->info, attr, "no device is named %s",
			   (char *)nla_data(attr));
	return device;
}

/**
 * ix_nl_number() - the number of a new object
 * @c: the change
 * @attr: number of the attribute, which may be missing
 * @table: table that the object is going into
 * @max: highest number
 * @what: what people call such an object
 * @err: where to store the error
 *
 * Return: the number that was asked for, or the lowest free one; 0 on error.
 */
u32 ix_nl_number(struct ix_change *c, int attr, const struct ix_table *table,
		 u32 max, const char *what, int *err)
{
	const struct nlattr *nla = c->attrs[attr];
	const struct ix_named *other;
	u32 number;

	if (nla) {
		number = nla_len(nla) == 1 ? nla_get_u8(nla) : nla_get_u16(nla);
		other = ix_table_get(table, number);
		if (!other)
			return number;
		*err = ix_refuse(c, nla, -EEXIST, "number %u is that of %s %s",
				 number, what, other->name);
		return 0;
	}
	number = ix_table_free_number(table, max);
	if (!number)
		*err = ix_refuse(c, NULL, -ENOSPC, "there are %u of %s already",
				 max, what);
	return number;
}

/**
 * ix_nl_put_addr() - put an address into a message
 * @skb: message
 * @attr: number of the attribute
 * @v4: family
 * @addr: the address
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_addr(struct sk_buff *skb, int attr, bool v4, struct ix_addr addr)
{
	struct in6_addr in6 = ix_addr_to_in6(addr);

	if (v4)
		return nla_put_in_addr(skb, attr, ix_addr_to_in4(addr));
	return nla_put_in6_addr(skb, attr, &in6);
}

/**
 * ix_nl_put_prefix() - put a prefix into a message
 * @skb: message
 * @addr_attr: number of the attribute for the address
 * @len_attr: number of the attribute for the length
 * @v4: family
 * @addr: the address
 * @len: the length
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_prefix(struct sk_buff *skb, int addr_attr, int len_attr, bool v4,
		     struct ix_addr addr, u8 len)
{
	return ix_nl_put_addr(skb, addr_attr, v4, addr) ?:
	       nla_put_u8(skb, len_attr, len);
}

/**
 * ix_nl_put_u64() - put a number into a message
 * @skb: message
 * @attr: number of the attribute
 * @value: the number
 *
 * Unaligned, as the family has no attributes for padding.
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put(skb, attr, sizeof(value), &value);
}

/**
 * ix_nl_put_counter() - put a counter into a message
 * @skb: message
 * @attr: number of the attribute that holds it
 * @name: its name
 * @packets: packets
 * @bytes: octets, 0 if they are not counted
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_counter(struct sk_buff *skb, int attr, const char *name,
		      u64 packets, u64 bytes)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest ||
	    nla_put_string(skb, IX_A_COUNTER_NAME, name) ||
	    ix_nl_put_u64(skb, IX_A_COUNTER_PACKETS, packets) ||
	    (bytes && ix_nl_put_u64(skb, IX_A_COUNTER_BYTES, bytes)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
