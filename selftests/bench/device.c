// SPDX-License-Identifier: GPL-2.0
/*
 * A network device at which packets come in and end: an Ethernet device like
 * dummy, but it keeps a sample of what it is given.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "bench.h"

struct bench_catch bench_catch;

static netdev_tx_t bench_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (++bench_catch.count == bench_catch.keep && !bench_catch.kept)
		bench_catch.kept = skb;
	else
		consume_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops bench_ops = {
	.ndo_start_xmit = bench_xmit,
};

static void bench_device_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &bench_ops;
	dev->needs_free_netdev = true;
	dev->flags |= IFF_NOARP;
	dev->flags &= ~IFF_MULTICAST;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_LIVE_ADDR_CHANGE;
	dev->lltx = true;
	eth_hw_addr_random(dev);
}

static struct rtnl_link_ops bench_link_ops __read_mostly = {
	.kind = "ix_bench",
	.setup = bench_device_setup,
};

bool bench_device_is(const struct net_device *dev)
{
	return dev->netdev_ops == &bench_ops;
}

/* What the generator costs by itself: a packet's memory, and the way here. */
static rx_handler_result_t bench_drain(struct sk_buff **skb)
{
	bench_catch.count++;
	consume_skb(*skb);
	return RX_HANDLER_CONSUMED;
}

int bench_device_drain(struct net_device *dev)
{
	int err;

	rtnl_lock();
	err = netdev_rx_handler_register(dev, bench_drain, NULL);
	rtnl_unlock();
	return err;
}

void bench_device_undrain(struct net_device *dev)
{
	rtnl_lock();
	netdev_rx_handler_unregister(dev);
	rtnl_unlock();
}

int bench_device_init(void)
{
	return rtnl_link_register(&bench_link_ops);
}

void bench_device_exit(void)
{
	rtnl_link_unregister(&bench_link_ops);
}

MODULE_ALIAS_RTNL_LINK("ix_bench");
