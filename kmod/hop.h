/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last step: which device and neighbour a packet is handed to.
 */
#ifndef IX_HOP_H
#define IX_HOP_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include "config.h"

/**
 * struct ix_hop - where a packet goes
 * @dev: device; valid for the length of the RCU read side
 * @has_gateway: @gateway is set; otherwise the destination is the neighbour
 * @gateway_is_v4: family of @gateway
 * @gateway: the neighbour, in the notation of struct ix_addr
 * @mtu: MTU of the device
 */
struct ix_hop {
	struct net_device *dev;
	bool has_gateway;
	bool gateway_is_v4;
	struct ix_addr gateway;
	u32 mtu;
};

bool ix_hop_by(const struct ix_nexthop *nexthop, const struct ix_tenant *to,
	       struct ix_hop *hop);
bool ix_hop_find(const struct ix_net *ixn, const struct ix_route *route,
		 const struct ix_tenant *to, u8 version, struct ix_addr src,
		 struct ix_addr dst, struct ix_hop *hop);
int ix_hop_xmit(struct sk_buff *skb, const struct ix_hop *hop,
		struct ix_addr dst);

#endif /* IX_HOP_H */
