/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backlog: packets that have just come in, and wait for those that come right
 * behind them.
 *
 * What a packet needs of a large configuration is in memory that is far. While
 * one packet waits for it, nothing else goes on; but several can wait side by
 * side. So each packet only says what it will need (ix_flow_cache_expect()),
 * and is worked on when some more have come, or when the receiving device's
 * poll is over: in the same softirq.
 *
 * Each CPU has one in each namespace, with a NAPI instance that sees to what is
 * left. Packets of one device keep their order.
 */
#ifndef IX_BACKLOG_H
#define IX_BACKLOG_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct ix_backlog;
struct ix_net;

/* So many packets wait at most. */
#define IX_BACKLOG_PACKETS 32

/**
 * struct ix_waiting - a packet that waits
 * @skb: the packet, skb->data at its network header. A reference to skb->dev is
 *	held
 * @hash: of its flow
 * @stage: enum ix_stage
 */
struct ix_waiting {
	struct sk_buff *skb;
	u64 hash;
	u8 stage;
};

/* Works on packets, and frees them. Context: RCU read side, BHs off. */
typedef void (*ix_backlog_work)(struct ix_net *ixn,
				const struct ix_waiting *packets,
				unsigned int nr);

struct ix_backlog *ix_backlog_new(struct ix_net *ixn, ix_backlog_work work);
void ix_backlog_free(struct ix_backlog *backlog);
bool ix_backlog_add(struct ix_backlog *backlog, struct ix_waiting packet);

#endif /* IX_BACKLOG_H */
