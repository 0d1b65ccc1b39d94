/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels that ix supports, and nothing else. What a
 * kernel has is probed (Kbuild looks into its headers), never guessed from its
 * version.
 */
#ifndef IX_COMPAT_H
#define IX_COMPAT_H

#include <linux/netlink.h>
#include <linux/skbuff.h>
#include <net/genetlink.h>
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

#endif /* IX_COMPAT_H */
