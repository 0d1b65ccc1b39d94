/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ICMP and ICMPv6 messages: which corresponds to which (RFC 7915, 4.2 and 5.2).
 * Numbers in, numbers out.
 */
#ifndef IX_ICMP_MAP_H
#define IX_ICMP_MAP_H

#include <linux/types.h>

#include "addr.h"

/**
 * struct ix_icmp_message - what an ICMP header says
 * @type: type
 * @code: code
 * @pointer: of a Parameter Problem, where the problem is
 * @mtu: of a Fragmentation Needed or Packet Too Big, the MTU
 */
struct ix_icmp_message {
	u8 type;
	u8 code;
	u32 pointer;
	u32 mtu;
};

/**
 * struct ix_icmp_mtus - what the MTU of a too-big message depends on
 * @packet_len: total length of the packet that was too big
 * @fragment: it has an IPv6 fragment header
 * @v4: MTU of the next hop on the IPv4 side
 * @v6: MTU of the next hop on the IPv6 side
 */
struct ix_icmp_mtus {
	u32 packet_len;
	bool fragment;
	u32 v4;
	u32 v6;
};

bool ix_icmp_map_4to6(struct ix_icmp_message *message,
		      const struct ix_icmp_mtus *mtus);
bool ix_icmp_map_6to4(struct ix_icmp_message *message,
		      const struct ix_icmp_mtus *mtus);
u8 ix_icmp_type_4to6(u8 type, u8 code);
struct ix_addr ix_icmp_pool_source(struct ix_prefix pool,
				   struct ix_addr sender);

#endif /* IX_ICMP_MAP_H */
