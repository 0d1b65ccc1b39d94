// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: flow accounting.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "account.h"
#include "nl_attr.h"
#include "nl_dump.h"

static int ix_account_fill(struct sk_buff *skb, const struct ix_config *config,
			   const struct ix_named *owner, const void *object)
{
	const struct ix_account_sum *sum = object;
	const struct ix_service *service;

	service = ix_config_service(config, sum->key.service);
	if (sum->other) {
		if (nla_put_flag(skb, IX_A_ACCOUNT_OTHER))
			return -EMSGSIZE;
	} else if (nla_put_u32(skb, IX_A_ACCOUNT_SOURCE_INSTITUTION,
			       sum->key.source) ||
		   nla_put_u32(skb, IX_A_ACCOUNT_DESTINATION_INSTITUTION,
			       sum->key.destination) ||
		   (service && nla_put_string(skb, IX_A_ACCOUNT_SERVICE,
					      service->object.name)) ||
		   (sum->key.reply &&
		    nla_put_flag(skb, IX_A_ACCOUNT_REPLY))) {
		return -EMSGSIZE;
	}
	if (ix_nl_put_u64(skb, IX_A_ACCOUNT_PACKETS, sum->packets) ||
	    ix_nl_put_u64(skb, IX_A_ACCOUNT_BYTES, sum->bytes) ||
	    ix_nl_put_u64(skb, IX_A_ACCOUNT_FIRST, sum->first) ||
	    ix_nl_put_u64(skb, IX_A_ACCOUNT_LAST, sum->last))
		return -EMSGSIZE;
	return 0;
}

static const void *ix_account_get_one(struct ix_change *c,
				      struct ix_account_sum *sum)
{
	const struct nlattr *service = c->attrs[IX_A_ACCOUNT_SERVICE];
	int err;

	err = ix_nl_require(c, IX_A_ACCOUNT_SOURCE_INSTITUTION, "the source");
	if (!err)
		err = ix_nl_require(c, IX_A_ACCOUNT_DESTINATION_INSTITUTION,
				    "the destination");
	if (err)
		return ERR_PTR(err);
	sum->key = (struct ix_account_key){
		.source = nla_get_u32(c->attrs[IX_A_ACCOUNT_SOURCE_INSTITUTION]),
		.destination = nla_get_u32(c->attrs[IX_A_ACCOUNT_DESTINATION_INSTITUTION]),
		.reply = c->attrs[IX_A_ACCOUNT_REPLY],
	};
	if (service) {
		const struct ix_named *found;

		found = ix_table_find(c->config->services, nla_data(service));
		if (!found) {
			ix_nl_fail(c->ixn, c->info, service,
				   "no service is named %s",
				   (char *)nla_data(service));
			return ERR_PTR(-ENOENT);
		}
		sum->key.service = found->number;
	}
	if (c->config->account && ix_account_get(c->config->account, sum))
		return sum;
	ix_nl_fail(c->ixn, c->info, NULL, "there is no account of this");
	return ERR_PTR(-ENOENT);
}

static const void *ix_account_find_one(struct ix_change *c)
{
	struct ix_account_sum *sum = kmalloc(sizeof(*sum), GFP_KERNEL);
	const void *found;

	if (!sum)
		return ERR_PTR(-ENOMEM);
	found = ix_account_get_one(c, sum);
	if (IS_ERR(found))
		kfree(sum);
	return found;
}

/* The answer to a request for one flow is the last to know of it. */
static int ix_account_fill_free(struct sk_buff *skb,
				const struct ix_config *config,
				const struct ix_named *owner,
				const void *object)
{
	int err = ix_account_fill(skb, config, owner, object);

	kfree(object);
	return err;
}

int ix_nl_account_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_ACCOUNT_GET, ix_account_find_one,
			  ix_account_fill_free);
}

int ix_nl_account_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ix_net *ixn = ix_net(sock_net(cb->skb->sk));
	u64 *place = (u64 *)cb->ctx, next;
	const struct ix_config *config;
	struct ix_account_sum sum;

	rcu_read_lock();
	config = rcu_dereference(ixn->config);
	cb->seq = config->generation + 1;
	for (next = *place; config->account &&
	     ix_account_next(config->account, &next, &sum); *place = next)
		if (ix_nl_dump_one(skb, cb, IX_CMD_ACCOUNT_GET, config, NULL,
				   &sum, ix_account_fill))
			break;
	rcu_read_unlock();
	return skb->len;
}
