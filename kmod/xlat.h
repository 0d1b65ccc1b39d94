/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rewriting a packet: addresses, versions, checksums, the packet inside an
 * ICMP error. What the new addresses are, others have decided.
 */
#ifndef IX_XLAT_H
#define IX_XLAT_H

#include <linux/bits.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "drop.h"
#include "packet.h"

/**
 * enum ix_xlat_flags - what is special about a rewrite
 * @IX_XLAT_SET_TOS: TOS and traffic class are set, not copied
 * @IX_XLAT_DROP_ZERO_CHECKSUM: IPv4 UDP without checksum is dropped
 * @IX_XLAT_CLAMP_MSS: the MSS that a TCP SYN offers is limited
 * @IX_XLAT_SET_DSCP: the DSCP is set, and ECN stays
 */
enum ix_xlat_flags {
	IX_XLAT_SET_TOS = BIT(0),
	IX_XLAT_DROP_ZERO_CHECKSUM = BIT(1),
	IX_XLAT_CLAMP_MSS = BIT(2),
	IX_XLAT_SET_DSCP = BIT(3),
};

/**
 * struct ix_xlat - what a packet is to become
 * @version: 4 or 6, of the packet as it leaves
 * @flags: enum ix_xlat_flags
 * @tos: TOS or traffic class of what changes its version, the packet in an ICMP
 *	error included
 * @mss: largest MSS
 * @src: new source, in the notation of struct ix_addr
 * @dst: new destination
 * @inner_src: new source of the packet in an ICMP error
 * @inner_dst: new destination of the packet in an ICMP error
 * @in_mtu: MTU of the device on which the packet arrived
 * @out_mtu: MTU of the device through which it leaves
 * @lowest_ipv6_mtu: setting of that name (RFC 7915, 4: 1280 by default)
 * @dscp: new differentiated services code point, with IX_XLAT_SET_DSCP
 * @message_len: for the fragments into which ix itself cuts an ICMP message:
 *	the length of the whole, which the checksum of ICMPv6 includes; 0 else
 */
struct ix_xlat {
	u8 version;
	u8 flags;
	u8 tos;
	u16 mss;
	struct ix_addr src;
	struct ix_addr dst;
	struct ix_addr inner_src;
	struct ix_addr inner_dst;
	u32 in_mtu;
	u32 out_mtu;
	u32 lowest_ipv6_mtu;
	u8 dscp;
	u32 message_len;
};

/**
 * ix_xlat_check() - can this packet be translated?
 * @packet: what is known of it
 * @xlat: what it is to become
 *
 * Answers without looking at the skb whatever can be answered so (protocols,
 * ICMP types, fragments of ICMP, authentication headers, hop limit), so that a
 * trace says what the packet path does.
 *
 * Return: IX_FORWARDED, or the reason why not.
 */
enum ix_drop ix_xlat_check(const struct ix_packet *packet,
			   const struct ix_xlat *xlat);

/**
 * ix_xlat_needs_segments() - must a GSO packet be cut before it is translated?
 * @skb: packet
 * @packet: what is known of it
 * @xlat: what it is to become
 *
 * Return: true if the rewrite cannot keep it whole: a version change of
 * anything but plain TCP and UDP GSO, and frag_list packets (SKB_GSO_FRAGLIST)
 * of any kind.
 */
bool ix_xlat_needs_segments(const struct sk_buff *skb,
			    const struct ix_packet *packet,
			    const struct ix_xlat *xlat);

/**
 * ix_xlat_length() - length after translation
 * @packet: what is known of it
 * @xlat: what it is to become
 * @payload_max: the largest network-layer length of one packet or segment as
 *	it is now
 *
 * Return: the network-layer length of it after translation (a 4->6 fragment
 * header, 6->4 removed extension headers included).
 */
u32 ix_xlat_length(const struct ix_packet *packet, const struct ix_xlat *xlat,
		   u32 payload_max);

/**
 * ix_xlat_before_fragments() - what has to be done before a packet is cut
 * @skb: packet
 * @packet: what is known of it
 * @xlat: what it is to become
 *
 * An IPv4 UDP packet without checksum gets one while all of it is there.
 *
 * Return: IX_FORWARDED, or the reason to drop it.
 */
enum ix_drop ix_xlat_before_fragments(struct sk_buff *skb,
				      const struct ix_packet *packet,
				      const struct ix_xlat *xlat);

/**
 * ix_xlat() - rewrite a packet, hop limit included
 * @skb: packet, parsed by ix_packet_parse(); may be cloned, non-linear, GSO,
 *	with partial checksum, with little headroom
 * @packet: what is known of it
 * @xlat: what it is to become
 *
 * After success skb->data is at the new IP header, network and transport
 * header offsets, skb->protocol, checksum state and GSO fields are right, and
 * skb_reset_mac_len() has been done for a packet without link-layer header.
 * After failure the packet must be dropped: it may be half rewritten.
 *
 * Context: softirq or process with BHs off.
 *
 * Return: IX_FORWARDED, or the reason to drop it.
 */
enum ix_drop ix_xlat(struct sk_buff *skb, const struct ix_packet *packet,
		     const struct ix_xlat *xlat);

#endif /* IX_XLAT_H */
