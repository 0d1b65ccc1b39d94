// SPDX-License-Identifier: GPL-2.0
/*
 * Ports in the nft ruleset: a flowtable of the netdev family that has the name
 * of the tenant. All of an attach or detach is one transaction of nf_tables.
 */
#include <errno.h>
#include <linux/ix.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/common.h>
#include <libnftnl/flowtable.h>
#include <libnftnl/table.h>

#include "commands.h"
#include "nl.h"
#include "object.h"
#include "value.h"

#define DEFAULT_TABLE "ix"
/* What one flowtable takes. */
#define DEVICES_MAX 256

/**
 * struct ports - what an attach or detach is about
 * @tenant: name of the tenant, and of the flowtable
 * @table: table that the flowtable is in
 * @devices: names of devices, NULL behind the last
 * @devices_nr: how many
 * @priority: priority of the ingress hook
 * @has_priority: it was given
 */
struct ports {
	const char *tenant;
	const char *table;
	const char *devices[DEVICES_MAX + 1];
	unsigned int devices_nr;
	int32_t priority;
	bool has_priority;
};

/**
 * struct batch - messages of one transaction of nf_tables
 * @buf: the messages
 * @used: octets of them
 * @seq: sequence number of the next one
 * @last: sequence number of the last one that is acknowledged
 */
struct batch {
	char buf[MSG_SIZE] MSG_ALIGNED;
	size_t used;
	uint32_t seq;
	uint32_t last;
};

static bool parse_priority(const char *word, int32_t *priority)
{
	bool negative = *word == '-';
	uint64_t value;

	if (!strcmp(word, "filter")) {
		*priority = 0;
		return true;
	}
	if (!parse_uint(word + negative, INT32_MAX, &value))
		return false;
	*priority = negative ? -(int32_t)value : (int32_t)value;
	return true;
}

static int add_device(struct ixctl *ctl, struct ports *ports, const char *name)
{
	unsigned int i;

	if (strlen(name) > IX_DEVICE_MAX || !*name) {
		complain(ctl, "dev: \"%s\" is no name of a device", name);
		return STATUS_USAGE;
	}
	for (i = 0; i < ports->devices_nr; i++)
		if (!strcmp(ports->devices[i], name)) {
			complain(ctl, "dev %s is given twice", name);
			return STATUS_USAGE;
		}
	if (ports->devices_nr == DEVICES_MAX) {
		complain(ctl, "a flowtable has at most %d devices",
			 DEVICES_MAX);
		return STATUS_USAGE;
	}
	ports->devices[ports->devices_nr++] = name;
	return STATUS_OK;
}

static int parse_ports(struct ixctl *ctl, struct args *args,
		       struct ports *ports)
{
	*ports = (struct ports){ .table = DEFAULT_TABLE };
	args_take_if(args, "tenant");
	ports->tenant = args_take(args);
	if (!ports->tenant) {
		complain(ctl, "tenant TENANT is missing");
		return STATUS_USAGE;
	}
	while (args->left) {
		const char *keyword = args_take(args);
		const char *word = args_peek(args);
		int ret = STATUS_OK;

		if (strcmp(keyword, "dev") && strcmp(keyword, "table") &&
		    strcmp(keyword, "priority")) {
			complain(ctl, "\"%s\" is unknown here, see \"ixctl %s help\"",
				 keyword, ctl->object);
			return STATUS_USAGE;
		}
		if (!args_take(args)) {
			complain(ctl, "%s: a value is missing", keyword);
			return STATUS_USAGE;
		}
		if (!strcmp(keyword, "dev")) {
			ret = add_device(ctl, ports, word);
		} else if (!strcmp(keyword, "table")) {
			ports->table = word;
		} else if (parse_priority(word, &ports->priority)) {
			ports->has_priority = true;
		} else {
			complain(ctl, "priority: \"%s\" is not a number or \"filter\"",
				 word);
			ret = STATUS_USAGE;
		}
		if (ret)
			return ret;
	}
	/* The kernel's limit, NUL included. */
	if (strlen(ports->tenant) >= NFT_NAME_MAXLEN ||
	    strlen(ports->table) >= NFT_NAME_MAXLEN) {
		complain(ctl, "a name is too long");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static struct nlmsghdr *batch_next(struct batch *batch, uint16_t type,
				   uint16_t flags)
{
	batch->last = batch->seq;
	return nftnl_nlmsg_build_hdr(batch->buf + batch->used, type,
				     NFPROTO_NETDEV, NLM_F_ACK | flags,
				     batch->seq++);
}

static void batch_begin(struct batch *batch, struct nl *nl)
{
	struct nlmsghdr *nlh;

	batch->used = 0;
	batch->seq = nl->seq + 1;
	nlh = nftnl_batch_begin(batch->buf, batch->seq++);
	batch->used += nlh->nlmsg_len;
}

static bool batch_send(struct batch *batch, struct nl *nl,
		       struct nl_error *error)
{
	struct nlmsghdr *nlh = nftnl_batch_end(batch->buf + batch->used,
					       batch->seq++);

	batch->used += nlh->nlmsg_len;
	nl->seq = batch->seq;
	if (nl_send(nl, batch->buf, batch->used)) {
		*error = (struct nl_error){ .code = errno };
		return false;
	}
	return !nl_acknowledged(nl, batch->last, error);
}

static void batch_table(struct batch *batch, const struct nftnl_table *table,
			uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = batch_next(batch, type, flags);

	nftnl_table_nlmsg_build_payload(nlh, table);
	batch->used += nlh->nlmsg_len;
}

static void batch_flowtable(struct batch *batch,
			    const struct nftnl_flowtable *flowtable,
			    uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = batch_next(batch, type, flags);

	nftnl_flowtable_nlmsg_build_payload(nlh, flowtable);
	batch->used += nlh->nlmsg_len;
}

static int take_flowtable(const struct nlmsghdr *nlh, void *data)
{
	return nftnl_flowtable_nlmsg_parse(nlh, data);
}

static int take_table(const struct nlmsghdr *nlh, void *data)
{
	return nftnl_table_nlmsg_parse(nlh, data);
}

static struct nftnl_flowtable *name_flowtable(const struct ports *ports)
{
	struct nftnl_flowtable *flowtable = nftnl_flowtable_alloc();

	if (!flowtable)
		return NULL;
	nftnl_flowtable_set_str(flowtable, NFTNL_FLOWTABLE_TABLE,
				ports->table);
	nftnl_flowtable_set_str(flowtable, NFTNL_FLOWTABLE_NAME,
				ports->tenant);
	return flowtable;
}

static struct nftnl_table *name_table(const struct ports *ports)
{
	struct nftnl_table *table = nftnl_table_alloc();

	if (!table)
		return NULL;
	nftnl_table_set_u32(table, NFTNL_TABLE_FAMILY, NFPROTO_NETDEV);
	nftnl_table_set_str(table, NFTNL_TABLE_NAME, ports->table);
	return table;
}

/* The flowtable as it is in the kernel. NULL: error->code says why. */
static struct nftnl_flowtable *get_flowtable(struct nl *nl,
					     const struct ports *ports,
					     struct nl_error *error)
{
	char buf[1024] MSG_ALIGNED;
	struct nftnl_flowtable *wanted = name_flowtable(ports);
	struct nftnl_flowtable *found = nftnl_flowtable_alloc();
	struct msg msg = { .room = sizeof(buf) };

	*error = (struct nl_error){ .code = ENOMEM };
	if (!wanted || !found)
		goto fail;
	msg.nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETFLOWTABLE,
					NFPROTO_NETDEV, 0, 0);
	nftnl_flowtable_nlmsg_build_payload(msg.nlh, wanted);
	if (nl_request(nl, &msg, take_flowtable, found, error))
		goto fail;
	nftnl_flowtable_free(wanted);
	return found;

fail:
	if (wanted)
		nftnl_flowtable_free(wanted);
	if (found)
		nftnl_flowtable_free(found);
	return NULL;
}

/* Does the table hold the flowtable and nothing else? */
static bool is_last_in_table(struct nl *nl, const struct nftnl_table *wanted)
{
	char buf[1024] MSG_ALIGNED;
	struct nftnl_table *found = nftnl_table_alloc();
	struct msg msg = { .room = sizeof(buf) };
	struct nl_error error;
	bool last;

	if (!found)
		return false;
	msg.nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETTABLE, NFPROTO_NETDEV,
					0, 0);
	nftnl_table_nlmsg_build_payload(msg.nlh, wanted);
	last = !nl_request(nl, &msg, take_table, found, &error) &&
	       nftnl_table_get_u32(found, NFTNL_TABLE_USE) == 1;
	nftnl_table_free(found);
	return last;
}

static struct nl *open_netfilter(struct ixctl *ctl)
{
	struct nl *nl = nl_open(NETLINK_NETFILTER);

	if (!nl)
		complain(ctl, "netlink socket: %s", strerror(errno));
	return nl;
}

static int refused(struct ixctl *ctl, const struct ports *ports,
		   const struct nl_error *error)
{
	const char *text = *error->text ? error->text : strerror(error->code);

	switch (error->code) {
	case EPERM:
		text = "not permitted, this needs CAP_NET_ADMIN";
		break;
	case ENOENT:
		if (!*error->text)
			text = "the kernel has no such flowtables: load the module with \"modprobe nft_ix\"";
		break;
	case EEXIST:
		text = "a device is in another flowtable of the table";
		break;
	case EBUSY:
		text = "rules with \"flow add\" use it";
		break;
	case EOPNOTSUPP:
		if (!*error->text)
			text = "it has another priority, or flags that ix does not know";
		break;
	}
	complain(ctl, "flowtable netdev %s %s: %s", ports->table, ports->tenant,
		 text);
	return STATUS_REFUSED;
}

static int found_tenant(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	(void)data;
	return 0;
}

/* That is allowed, and easily a slip of the finger. */
static void warn_if_unknown(struct ixctl *ctl, const struct ports *ports)
{
	struct nl *nl = ixctl_nl(ctl);
	char buf[512] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	if (!nl)
		return;
	msg_init(&msg, buf, sizeof(buf), nl->family, 0, IX_CMD_TENANT_GET);
	msg_put_string(&msg, IX_A_TENANT_NAME, ports->tenant);
	if (nl_request(nl, &msg, found_tenant, NULL, &error) &&
	    error.code == ENOENT)
		warn(ctl, "no tenant is named %s yet, and its ports forward nothing",
		     ports->tenant);
}

static int attach(struct ixctl *ctl, struct nl *nl, const struct ports *ports)
{
	struct nftnl_flowtable *flowtable = name_flowtable(ports);
	struct nftnl_table *table = name_table(ports);
	int32_t priority = ports->priority;
	struct nftnl_flowtable *there;
	struct nl_error error;
	struct batch batch;
	int ret = STATUS_OK;

	there = get_flowtable(nl, ports, &error);
	if (there && !ports->has_priority)
		priority = nftnl_flowtable_get_s32(there, NFTNL_FLOWTABLE_PRIO);
	if (there)
		nftnl_flowtable_free(there);
	if (!flowtable || !table) {
		error = (struct nl_error){ .code = ENOMEM };
		ret = refused(ctl, ports, &error);
		goto out;
	}
	nftnl_flowtable_set_u32(flowtable, NFTNL_FLOWTABLE_HOOKNUM,
				NF_NETDEV_INGRESS);
	nftnl_flowtable_set_s32(flowtable, NFTNL_FLOWTABLE_PRIO, priority);
	nftnl_flowtable_set_array(flowtable, NFTNL_FLOWTABLE_DEVICES,
				  (const char **)ports->devices);
	batch_begin(&batch, nl);
	batch_table(&batch, table, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	batch_flowtable(&batch, flowtable, NFT_MSG_NEWFLOWTABLE, NLM_F_CREATE);
	if (!batch_send(&batch, nl, &error))
		ret = refused(ctl, ports, &error);
out:
	if (flowtable)
		nftnl_flowtable_free(flowtable);
	if (table)
		nftnl_table_free(table);
	return ret;
}

int command_attach(struct ixctl *ctl, struct args *args)
{
	struct ports ports;
	unsigned int i;
	struct nl *nl;
	int ret;

	ret = parse_ports(ctl, args, &ports);
	if (ret)
		return ret;
	if (!ports.devices_nr) {
		complain(ctl, "dev DEVICE is missing");
		return STATUS_USAGE;
	}
	/* nf_tables says ENOENT for this and for a missing module alike. */
	for (i = 0; i < ports.devices_nr; i++)
		if (!if_nametoindex(ports.devices[i])) {
			complain(ctl, "no device is named %s",
				 ports.devices[i]);
			return STATUS_REFUSED;
		}
	nl = open_netfilter(ctl);
	if (!nl)
		return STATUS_REFUSED;
	ret = attach(ctl, nl, &ports);
	nl_close(nl);
	if (!ret)
		warn_if_unknown(ctl, &ports);
	return ret;
}

static bool has_device(const char *const *devices, const char *name)
{
	for (; devices && *devices; devices++)
		if (!strcmp(*devices, name))
			return true;
	return false;
}

static unsigned int count_devices(const char *const *devices)
{
	unsigned int nr = 0;

	while (devices && devices[nr])
		nr++;
	return nr;
}

static int detach(struct ixctl *ctl, struct nl *nl, const struct ports *ports,
		  const struct nftnl_flowtable *there)
{
	const char *const *devices =
		nftnl_flowtable_get_array(there, NFTNL_FLOWTABLE_DEVICES);
	bool all = !ports->devices_nr ||
		   ports->devices_nr == count_devices(devices);
	struct nftnl_flowtable *flowtable;
	struct nftnl_table *table;
	struct nl_error error;
	struct batch batch;
	unsigned int i;
	int ret = STATUS_OK;

	for (i = 0; i < ports->devices_nr; i++)
		if (!has_device(devices, ports->devices[i])) {
			complain(ctl, "%s is no port of tenant %s in table %s",
				 ports->devices[i], ports->tenant,
				 ports->table);
			return STATUS_REFUSED;
		}
	flowtable = name_flowtable(ports);
	table = name_table(ports);
	if (!flowtable || !table) {
		error = (struct nl_error){ .code = ENOMEM };
		ret = refused(ctl, ports, &error);
		goto out;
	}
	if (!all) {
		nftnl_flowtable_set_u32(flowtable, NFTNL_FLOWTABLE_HOOKNUM,
					NF_NETDEV_INGRESS);
		nftnl_flowtable_set_s32(flowtable, NFTNL_FLOWTABLE_PRIO,
					nftnl_flowtable_get_s32(there,
								NFTNL_FLOWTABLE_PRIO));
		nftnl_flowtable_set_array(flowtable, NFTNL_FLOWTABLE_DEVICES,
					  (const char **)ports->devices);
	}
	batch_begin(&batch, nl);
	batch_flowtable(&batch, flowtable, NFT_MSG_DELFLOWTABLE, 0);
	if (all && is_last_in_table(nl, table))
		batch_table(&batch, table, NFT_MSG_DELTABLE, 0);
	if (!batch_send(&batch, nl, &error))
		ret = refused(ctl, ports, &error);
out:
	if (flowtable)
		nftnl_flowtable_free(flowtable);
	if (table)
		nftnl_table_free(table);
	return ret;
}

int command_detach(struct ixctl *ctl, struct args *args)
{
	struct nftnl_flowtable *there;
	struct nl_error error;
	struct ports ports;
	struct nl *nl;
	int ret;

	ret = parse_ports(ctl, args, &ports);
	if (ret)
		return ret;
	if (ports.has_priority) {
		complain(ctl, "priority: it has one");
		return STATUS_USAGE;
	}
	nl = open_netfilter(ctl);
	if (!nl)
		return STATUS_REFUSED;
	there = get_flowtable(nl, &ports, &error);
	if (there) {
		ret = detach(ctl, nl, &ports, there);
		nftnl_flowtable_free(there);
	} else if (error.code == ENOENT) {
		complain(ctl, "tenant %s has no port in table %s",
			 ports.tenant, ports.table);
		ret = STATUS_REFUSED;
	} else {
		ret = refused(ctl, &ports, &error);
	}
	nl_close(nl);
	return ret;
}
