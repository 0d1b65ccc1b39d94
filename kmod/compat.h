/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels that ix supports, and nothing else. What a
 * kernel has is probed (Kbuild looks into its headers), never guessed from its
 * version.
 */
#ifndef IX_COMPAT_H
#define IX_COMPAT_H

#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#ifdef IX_HAVE_NET_GSO_H
#include <net/gso.h>
#endif

#include "net.h"

/* Attributes of a dump request. */
static inline struct nlattr **ix_dump_attrs(struct netlink_callback *cb)
{
#ifdef IX_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/*
 * Where to write the message of an extended ack. Kernels that cannot format
 * one take a pointer, which has to be good until the ack is sent, after the
 * handler: each namespace has a ring of buffers for that.
 */
static inline char *ix_extack_buffer(struct ix_net *ixn,
				     struct netlink_ext_ack *extack,
				     size_t *size)
{
	if (!extack)
		return NULL;
#ifdef IX_HAVE_EXTACK_BUFFER
	*size = sizeof(extack->_msg_buf);
	return extack->_msg_buf;
#else
	*size = IX_MESSAGE_SIZE;
	return ixn->messages[(u32)atomic_inc_return(&ixn->message) %
			     IX_MESSAGE_BUFFERS];
#endif
}

/*
 * The limit of all ICMP errors was one for all namespaces once, and, before that,
 * asking for one took it.
 */
static inline bool ix_icmp_global_allow(struct net *net)
{
#ifdef IX_HAVE_ICMP_GLOBAL_NET
	return icmp_global_allow(net);
#else
	return icmp_global_allow();
#endif
}

static inline void ix_icmp_global_consume(struct net *net)
{
#if defined(IX_HAVE_ICMP_GLOBAL_NET)
	icmp_global_consume(net);
#elif defined(IX_HAVE_ICMP_GLOBAL_CONSUME)
	icmp_global_consume();
#endif
}

/* The stack's counters of errors that its limits forbid; older ones have none. */
static inline void ix_icmp_count_limited_global(struct net *net)
{
#ifdef IX_HAVE_ICMP_LIMIT_STATS
	__ICMP_INC_STATS(net, ICMP_MIB_RATELIMITGLOBAL);
#endif
}

static inline void ix_icmp_count_limited_host(struct net *net, u8 version)
{
#ifdef IX_HAVE_ICMP_LIMIT_STATS
	if (version == 4)
		__ICMP_INC_STATS(net, ICMP_MIB_RATELIMITHOST);
	else
		__ICMP6_INC_STATS(net, NULL, ICMP6_MIB_RATELIMITHOST);
#endif
}

/* A device that nobody sees. */
static inline struct net_device *ix_netdev_dummy_new(void)
{
#ifdef IX_HAVE_ALLOC_NETDEV_DUMMY
	return alloc_netdev_dummy(0);
#else
	struct net_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL_ACCOUNT);

	if (dev)
		init_dummy_netdev(dev);
	return dev;
#endif
}

static inline void ix_netdev_dummy_free(struct net_device *dev)
{
#ifdef IX_HAVE_ALLOC_NETDEV_DUMMY
	free_netdev(dev);
#else
	kfree(dev);
#endif
}

#endif /* IX_COMPAT_H */
