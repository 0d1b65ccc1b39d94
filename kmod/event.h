/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit events: packets that were refused, or that a rule wants logged, told
 * to whoever listens.
 */
#ifndef IX_EVENT_H
#define IX_EVENT_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include "drop.h"

struct ix_decision;
struct ix_headers;
struct ix_net;

/**
 * struct ix_event - what an event is about
 * @ixn: the namespace's state
 * @skb: the packet as it came in, or NULL if it is no longer
 * @dev: port that it came in by
 * @headers: its headers as far as they were read, or NULL
 * @len: octets of IP
 * @d: what was found out about it; @d->config is set, the rest may be zero
 * @tenant: name of the tenant that sent it
 * @reason: why it is dropped, or IX_FORWARDED
 */
struct ix_event {
	struct ix_net *ixn;
	const struct sk_buff *skb;
	const struct net_device *dev;
	const struct ix_headers *headers;
	u32 len;
	const struct ix_decision *d;
	const char *tenant;
	enum ix_drop reason;
};

/**
 * ix_event() - tell of a packet
 * @event: what there is to tell
 *
 * Does nothing if it was forwarded and no rule wants it logged, or if nobody
 * listens. Otherwise the packet becomes an event, or is counted as suppressed.
 *
 * Context: RCU read side, BHs off. Allocates the messages of events, and
 * nothing else.
 */
void ix_event(const struct ix_event *event);

void ix_event_flush_work(struct work_struct *work);

#endif /* IX_EVENT_H */
