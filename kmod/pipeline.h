/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The path of a packet that is for ix, from what it is decided by to the port that
 * it leaves by.
 */
#ifndef IX_PIPELINE_H
#define IX_PIPELINE_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include "config.h"
#include "decision.h"
#include "drop.h"
#include "icmp.h"
#include "packet.h"

struct ix_device;
struct ix_net;

/**
 * enum ix_stage - how far ix_decide() goes
 * @IX_CLASSIFY: up to the policy, which is asked and not enforced
 * @IX_DECIDE: all the way; the policy is asked and not enforced
 * @IX_ENFORCE: all the way, and what the policy denies is dropped
 */
enum ix_stage {
	IX_CLASSIFY,
	IX_DECIDE,
	IX_ENFORCE,
};

/**
 * struct ix_fit - whether a packet fits through the way out
 * @budget: largest IPv4 fragment to cut it into, as it is now or (if
 *	@after) as it leaves; 0 if it fits
 * @after: cut after translation
 * @mtu: the largest packet that the sender may send, as it sees it
 */
struct ix_fit {
	u32 budget;
	bool after;
	u32 mtu;
};

enum ix_drop ix_decide(const struct ix_net *ixn, const struct ix_device *port,
		       const struct ix_packet *packet, enum ix_stage stage,
		       struct ix_decision *d);
enum ix_drop ix_decide_fit(const struct sk_buff *skb,
			   const struct ix_packet *packet,
			   const struct ix_decision *d, struct ix_fit *fit);
struct ix_icmp_error ix_decide_error(const struct ix_packet *packet,
				     const struct ix_decision *d,
				     const struct ix_fit *fit,
				     enum ix_drop reason);
unsigned int ix_run(struct ix_net *ixn, struct sk_buff *skb,
		    const struct ix_device *port,
		    const struct ix_config *config,
		    const struct ix_tenant *tenant, enum ix_stage stage,
		    u64 hash);
unsigned int ix_drop_early(struct ix_net *ixn, struct sk_buff *skb,
			   const struct ix_config *config,
			   const struct ix_tenant *tenant, const char *name,
			   enum ix_drop reason);

#endif /* IX_PIPELINE_H */
