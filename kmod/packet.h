/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ix has found in the headers of a packet.
 */
#ifndef IX_PACKET_H
#define IX_PACKET_H

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "addr.h"
#include "drop.h"

/**
 * struct ix_headers - the headers of one IP packet
 * @src: source address, in the notation of struct ix_addr
 * @dst: destination address
 * @l3_off: offset of the IP header from the skb's network header
 * @l4_off: offset of what follows the IP headers (transport header, or the
 *	middle of one in fragments after the first) from the skb's network header
 * @frag_hdr: offset of the IPv6 fragment header from the skb's network header,
 *	0 if there is none
 * @source_route: where an unused source route says so: offset of Segments
 *	Left in an IPv6 routing header, 1 for an IPv4 option; 0 if there is none
 * @end: offset of the end of the packet by its header's length field; for the
 *	packet in an ICMP error, what is there of it
 * @total_len: length of the packet by its header's length field; for a GSO
 *	packet its real length
 * @version: 4 or 6
 * @protocol: of what is at @l4_off, as in the packet
 * @tos: TOS or traffic class
 * @hop_limit: TTL or hop limit
 * @id: identification, host byte order (16 bits for IPv4)
 * @frag_off: fragment offset in octets
 * @more_frags: more fragments follow
 * @dont_frag: IPv4 DF
 * @has_ports: @sport and @dport are valid
 * @has_tcp_flags: @tcp_flags is valid
 * @sport: source port, host byte order
 * @dport: destination port, host byte order
 * @tcp_flags: the octet with the TCP flags
 * @no_checksum: UDP whose sender has computed no checksum
 * @ext_after_frag: an extension header follows the IPv6 fragment header
 * @bad_source: no host can have @src; only an ICMP error may
 * @icmp_type: type of an ICMP packet, as in the packet; only when not a
 *	fragment after the first
 * @icmp_code: its code
 */
struct ix_headers {
	struct ix_addr src;
	struct ix_addr dst;
	u16 l3_off;
	u16 l4_off;
	u16 frag_hdr;
	u16 source_route;
	u32 end;
	u32 total_len;
	u8 version;
	u8 protocol;
	u8 tos;
	u8 hop_limit;
	u32 id;
	u16 frag_off;
	bool more_frags;
	bool dont_frag;
	bool has_ports;
	bool has_tcp_flags;
	u16 sport;
	u16 dport;
	u8 tcp_flags;
	bool no_checksum;
	bool ext_after_frag;
	bool bad_source;
	u8 icmp_type;
	u8 icmp_code;
};

/**
 * struct ix_packet - what ix knows of a packet before it decides
 * @outer: the packet's own headers
 * @inner: headers of the packet that an ICMP error is about
 * @is_error: an ICMP error; @inner, @info and @extensions are valid
 * @info: second word of the ICMP header of an error, host byte order
 * @extensions: offset of the extensions behind the packet in an ICMP error
 *	(RFC 4884) from the skb's network header, 0 if there are none
 */
struct ix_packet {
	struct ix_headers outer;
	struct ix_headers inner;
	bool is_error;
	u32 info;
	u32 extensions;
};

/* Does it say that it is an ICMP error? */
static inline bool ix_headers_is_icmp_error(const struct ix_headers *h)
{
	if (h->frag_off)
		return false;
	if (h->version == 4 && h->protocol == IPPROTO_ICMP)
		return h->icmp_type == ICMP_DEST_UNREACH ||
		       h->icmp_type == ICMP_SOURCE_QUENCH ||
		       h->icmp_type == ICMP_REDIRECT ||
		       h->icmp_type == ICMP_TIME_EXCEEDED ||
		       h->icmp_type == ICMP_PARAMETERPROB;
	return h->version == 6 && h->protocol == IPPROTO_ICMPV6 &&
	       !(h->icmp_type & ICMPV6_INFOMSG_MASK);
}

static inline bool ix_headers_is_fragment(const struct ix_headers *h)
{
	return h->frag_off || h->more_frags;
}

/* Is the checksum of this transport header to be filled in by the device? */
static inline bool ix_csum_is_partial(const struct sk_buff *skb,
				      unsigned int l4_off)
{
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb_checksum_start_offset(skb) == l4_off;
}

u32 ix_segment_length(const struct sk_buff *skb, const struct ix_headers *h);

/* An IPv4 address that no host can have (RFC 1812, 5.3.7). */
static inline bool ix_is_bad_address4(__be32 addr)
{
	u8 net = ntohl(addr) >> 24;

	/* 0/8, 127/8; multicast, reserved and broadcast from 224 on */
	return !net || net == 127 || net >= 224 || ipv4_is_linklocal_169(addr);
}

/**
 * ix_packet_parse() - pull, check and read the headers
 * @skb: packet; skb->data and the network header are at the IP header
 * @packet: what to fill in
 *
 * On success all headers that were read are in the linear part, and the skb is
 * trimmed to the length that the IP header gives. Nothing is changed in the
 * packet itself. skb->protocol says which version to expect. The skb must not
 * be shared.
 *
 * A checksum or GSO request of the skb (a virtual machine may have made it up)
 * that does not fit the headers makes it malformed: carried out after ix has
 * decided, it would change what was decided on.
 *
 * Checks of an ICMP error's own checksum are done here, as its inner packet
 * decides on policy and will be rewritten. Unusable addresses are those that
 * design and RFC 7915 (5.1 and 4.1), RFC 1812 and RFC 4291 forbid on the wire
 * for a forwarded unicast packet: multicast, broadcast, loopback, unspecified,
 * 0/8, 240/4, link-local; IPv4-mapped and IPv4-compatible IPv6. ICMP errors from
 * such IPv4 sources pass, but for multicast and broadcast: they get another
 * source (RFC 7915, 4.1).
 *
 * Context: softirq or process with BHs off. May reallocate the header.
 *
 * Return: IX_FORWARDED if the packet is good, or the reason to drop it.
 */
enum ix_drop ix_packet_parse(struct sk_buff *skb, struct ix_packet *packet);

#endif /* IX_PACKET_H */
