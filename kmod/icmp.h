/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ICMP errors that ix makes.
 */
#ifndef IX_ICMP_H
#define IX_ICMP_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include "drop.h"
#include "packet.h"

struct net;

/**
 * struct ix_icmp_error - an ICMP error for the sender of a packet
 * @type: ICMP or ICMPv6 type, by the version of the packet; 0 for no error
 *	(neither ICMP nor ICMPv6 has an error of type 0)
 * @code: its code
 * @info: MTU or pointer, host byte order
 */
struct ix_icmp_error {
	u8 type;
	u8 code;
	u32 info;
};

/**
 * ix_icmp_error() - which ICMP error does a drop reason deserve?
 * @reason: why the packet is dropped
 * @packet: what is known of it
 * @mtu: for IX_DROP_TOO_BIG the largest packet that the sender may send, as
 *	it sees it
 *
 * Errors are sent for: hop limit (11/0, 3/0); destination unreachable for
 * no_view, no_route, no_institution and no_nexthop (3/1... as RFC 1812 and
 * RFC 4443 say: network unreachable 3/0 and no route 1/0 for what is not in the
 * table, host unreachable 3/1 and address unreachable 1/3 for no_nexthop);
 * administratively prohibited for policy, default_deny and prohibit (3/13,
 * 1/1), and for what can't be translated (RFC 7915, 4.4 and 5.4), but for a
 * source without a map 1/5 (5.1); too_big (3/4, 2/0); source_route for IPv4 (3/5)
 * and for an IPv6 routing header (4/0 with its pointer is RFC 7915's). Never about
 * ICMP errors, fragments after the first, or packets that were not parsed.
 *
 * Return: the error; type 0 if there is to be none.
 */
struct ix_icmp_error ix_icmp_error(enum ix_drop reason,
				   const struct ix_packet *packet, u32 mtu);

/**
 * ix_icmp_send() - send an ICMP error back to where a packet came from
 * @net: network namespace
 * @skb: the offending packet, skb->data at its IP header, MAC header as it
 *	came; not changed
 * @packet: what is known of it
 * @gateway: source of the error, of the packet's version, in the notation of
 *	struct ix_addr
 * @error: the error
 *
 * It leaves through the port that the packet came from, to the link-layer
 * address that it came from; no routing table is asked. At most 576 (IPv4) or
 * 1280 (IPv6) octets. Limited like the stack's own errors, and counted as they
 * are if it is not sent: all of the namespace together by icmp_msgs_per_sec, and
 * by icmp_ratelimit per destination and port.
 *
 * Context: softirq or process with BHs off.
 *
 * Return: true if an error was handed to the device.
 */
bool ix_icmp_send(struct net *net, const struct sk_buff *skb,
		  const struct ix_packet *packet, struct ix_addr gateway,
		  struct ix_icmp_error error);

#endif /* IX_ICMP_H */
