// SPDX-License-Identifier: GPL-2.0
/*
 * nft_ix: ports and the hand-over of packets, in the language of a stock nft.
 *
 * A flowtable of the netdev family is the set of ports of the tenant of its
 * name, and "flow add @tenant" in a netdev chain hands a packet to the
 * pipeline. Neither means anything to the kernel until this module is there,
 * and nf_tables loads it by itself.
 */
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_flow_table.h>
#include <net/netfilter/nf_tables.h>

#include "../kmod/device.h"
#include "../kmod/ingress.h"

/**
 * struct nft_ix_end - the hook at the end of a device's ingress
 * @list: in nft_ix_flowtable.ends
 * @ops: the hook
 * @rcu: for freeing: listings of hooks may still look at @ops
 */
struct nft_ix_end {
	struct list_head list;
	struct nf_hook_ops ops;
	struct rcu_head rcu;
};

/**
 * struct nft_ix_flowtable - what a flowtable is to ix
 * @node: in nf_flowtable.list. The stock types link their flowtables to each
 *	other there; it is ours to use, and holds this one alone
 * @ports: ports of the tenant that has the flowtable's name
 * @ends: one struct nft_ix_end for each device; nf_tables' commit mutex is
 *	held by whoever changes it
 */
struct nft_ix_flowtable {
	struct list_head node;
	struct ix_ports *ports;
	struct list_head ends;
};

static struct nft_ix_flowtable *nft_ix_of(const struct nf_flowtable *ft)
{
	return list_first_entry(&ft->list, struct nft_ix_flowtable, node);
}

/* All packets of a port come here first (at the flowtable's own priority). */
static unsigned int nft_ix_ingress_hook(void *priv, struct sk_buff *skb,
					const struct nf_hook_state *state)
{
	return ix_ingress(nft_ix_of(priv)->ports, skb);
}

/* What is still there comes here last. */
static unsigned int nft_ix_end_hook(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	return ix_ingress_end(priv, skb);
}

static int nft_ix_flowtable_init(struct nf_flowtable *ft)
{
	const struct nft_flowtable *named = container_of(ft,
							 struct nft_flowtable,
							 data);
	struct nft_ix_flowtable *ix;
	int err;

	/* There are no flows to offload, nor to count. */
	if (ft->flags)
		return -EOPNOTSUPP;

	err = ix_ingress_begin(read_pnet(&ft->net));
	if (err)
		return err;
	ix = kzalloc(sizeof(*ix), GFP_KERNEL_ACCOUNT);
	if (!ix)
		return -ENOMEM;
	ix->ports = ix_ports_new(read_pnet(&ft->net), named->name);
	if (IS_ERR(ix->ports)) {
		err = PTR_ERR(ix->ports);
		kfree(ix);
		return err;
	}
	INIT_LIST_HEAD(&ix->ends);
	INIT_LIST_HEAD(&ft->list);
	list_add(&ix->node, &ft->list);
	return 0;
}

static void nft_ix_flowtable_free(struct nf_flowtable *ft)
{
	struct nft_ix_flowtable *ix = nft_ix_of(ft);

	ix_ports_free(ix->ports);
	kfree(ix);
}

static int nft_ix_bind(struct nft_ix_flowtable *ix, struct net *net,
		       struct net_device *dev)
{
	struct nft_ix_end *end;
	int err;

	end = kzalloc(sizeof(*end), GFP_KERNEL_ACCOUNT);
	if (!end)
		return -ENOMEM;
	end->ops.hook = nft_ix_end_hook;
	end->ops.pf = NFPROTO_NETDEV;
	end->ops.hooknum = NF_NETDEV_INGRESS;
	end->ops.priority = INT_MAX;
	end->ops.dev = dev;
	end->ops.priv = ix->ports;

	err = ix_ports_attach(ix->ports, dev);
	if (err)
		goto err_end;
	/* Before the first packet: nothing must get past. */
	err = nf_register_net_hook(net, &end->ops);
	if (err)
		goto err_attach;
	list_add_tail(&end->list, &ix->ends);
	return 0;

err_attach:
	ix_ports_detach(ix->ports, dev);
err_end:
	kfree(end);
	return err;
}

static void nft_ix_unbind(struct nft_ix_flowtable *ix, struct net *net,
			  struct net_device *dev)
{
	struct nft_ix_end *end;

	list_for_each_entry(end, &ix->ends, list) {
		if (end->ops.dev != dev)
			continue;
		nf_unregister_net_hook(net, &end->ops);
		list_del(&end->list);
		ix_ports_detach(ix->ports, dev);
		kfree_rcu(end, rcu);
		break;
	}
}

static int nft_ix_flowtable_setup(struct nf_flowtable *ft,
				  struct net_device *dev,
				  enum flow_block_command cmd)
{
	struct nft_ix_flowtable *ix = nft_ix_of(ft);
	struct net *net = read_pnet(&ft->net);

	if (cmd == FLOW_BLOCK_BIND)
		return nft_ix_bind(ix, net, dev);
	nft_ix_unbind(ix, net, dev);
	return 0;
}

static struct nf_flowtable_type nft_ix_flowtable_type = {
	.family = NFPROTO_NETDEV,
	.init = nft_ix_flowtable_init,
	.setup = nft_ix_flowtable_setup,
	.free = nft_ix_flowtable_free,
	.hook = nft_ix_ingress_hook,
	.owner = THIS_MODULE,
};

/**
 * struct nft_ix_expr - the statement flow add
 * @flowtable: the flowtable that it names
 */
struct nft_ix_expr {
	struct nft_flowtable *flowtable;
};

static void nft_ix_expr_eval(const struct nft_expr *expr,
			     struct nft_regs *regs,
			     const struct nft_pktinfo *pkt)
{
	const struct nft_ix_expr *priv = nft_expr_priv(expr);
	struct ix_ports *ports = nft_ix_of(&priv->flowtable->data)->ports;

	/* As with a match that fails: what is not for ix goes past the rule. */
	regs->verdict.code = ix_hand_on(ports, pkt->skb) == NF_STOLEN ?
			     NF_STOLEN : NFT_BREAK;
}

static const struct nla_policy nft_ix_expr_policy[NFTA_FLOW_MAX + 1] = {
	[NFTA_FLOW_TABLE_NAME] = { .type = NLA_STRING,
				   .len = NFT_NAME_MAXLEN - 1 },
};

static int nft_ix_expr_init(const struct nft_ctx *ctx,
			    const struct nft_expr *expr,
			    const struct nlattr * const tb[])
{
	struct nft_ix_expr *priv = nft_expr_priv(expr);
	struct nft_flowtable *flowtable;

	if (!tb[NFTA_FLOW_TABLE_NAME])
		return -EINVAL;
	flowtable = nft_flowtable_lookup(ctx->table, tb[NFTA_FLOW_TABLE_NAME],
					 nft_genmask_next(ctx->net));
	if (IS_ERR(flowtable))
		return PTR_ERR(flowtable);
	if (!nft_use_inc(&flowtable->use))
		return -EMFILE;
	priv->flowtable = flowtable;
	return 0;
}

static void nft_ix_expr_activate(const struct nft_ctx *ctx,
				 const struct nft_expr *expr)
{
	struct nft_ix_expr *priv = nft_expr_priv(expr);

	nft_use_inc_restore(&priv->flowtable->use);
}

static void nft_ix_expr_deactivate(const struct nft_ctx *ctx,
				   const struct nft_expr *expr,
				   enum nft_trans_phase phase)
{
	struct nft_ix_expr *priv = nft_expr_priv(expr);

	nf_tables_deactivate_flowtable(ctx, priv->flowtable, phase);
}

static int nft_ix_expr_dump(struct sk_buff *skb, const struct nft_expr *expr,
			    bool reset)
{
	const struct nft_ix_expr *priv = nft_expr_priv(expr);

	return nla_put_string(skb, NFTA_FLOW_TABLE_NAME,
			      priv->flowtable->name);
}

static int nft_ix_expr_validate(const struct nft_ctx *ctx,
				const struct nft_expr *expr)
{
	return nft_chain_validate_hooks(ctx->chain, 1 << NF_NETDEV_INGRESS);
}

static struct nft_expr_type nft_ix_expr_type;

static const struct nft_expr_ops nft_ix_expr_ops = {
	.type = &nft_ix_expr_type,
	.size = NFT_EXPR_SIZE(sizeof(struct nft_ix_expr)),
	.eval = nft_ix_expr_eval,
	.init = nft_ix_expr_init,
	.activate = nft_ix_expr_activate,
	.deactivate = nft_ix_expr_deactivate,
	.validate = nft_ix_expr_validate,
	.dump = nft_ix_expr_dump,
#ifdef IX_HAVE_NFT_REDUCE
	.reduce = NFT_REDUCE_READONLY,
#endif
};

static struct nft_expr_type nft_ix_expr_type = {
	.name = "flow_offload",
	.family = NFPROTO_NETDEV,
	.ops = &nft_ix_expr_ops,
	.policy = nft_ix_expr_policy,
	.maxattr = NFTA_FLOW_MAX,
	.owner = THIS_MODULE,
};

static int __init nft_ix_init(void)
{
	int err;

	err = nft_register_expr(&nft_ix_expr_type);
	if (err)
		return err;
	nft_register_flowtable_type(&nft_ix_flowtable_type);
	return 0;
}

static void __exit nft_ix_exit(void)
{
	nft_unregister_flowtable_type(&nft_ix_flowtable_type);
	nft_unregister_expr(&nft_ix_expr_type);
}

module_init(nft_ix_init);
module_exit(nft_ix_exit);

MODULE_IMPORT_NS(IX);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("nftables: flowtables of the netdev family as ports of ix, and flow add");
/* The family is NFPROTO_NETDEV; aliases need its number. */
MODULE_ALIAS("nf-flowtable-5");
MODULE_ALIAS_NFT_AF_EXPR(5, "flow_offload");
