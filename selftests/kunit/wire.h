/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for tests, octet by octet: what is built and checked here shares no
 * code with what is tested.
 */
#ifndef IX_KUNIT_WIRE_H
#define IX_KUNIT_WIRE_H

#include <kunit/test.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "addr.h"
#include "seed.h"

/* Room for the largest packet, twice translated. */
#define WIRE_MAX 66000

/**
 * struct wire_ip - an IPv4 header, or an IPv6 header with what follows it
 * @version: 4 or 6
 * @src: source
 * @dst: destination
 * @tos: TOS or traffic class
 * @flow: flow label
 * @ttl: TTL or hop limit
 * @id: identification
 * @df: IPv4: Don't Fragment
 * @mf: more fragments
 * @frag: IPv6: there is a fragment header
 * @frag_off: fragment offset in octets
 * @protocol: of the payload
 * @ext: IPv4 options, or IPv6 extension headers in front of the fragment header
 * @ext_len: their length
 * @ext_type: of the first extension header; the last of them is
 *	at @ext_last, and gets the number of what follows
 * @ext_last: offset of the last extension header in @ext
 */
struct wire_ip {
	u8 version;
	struct ix_addr src;
	struct ix_addr dst;
	u8 tos;
	u32 flow;
	u8 ttl;
	u32 id;
	bool df;
	bool mf;
	bool frag;
	u16 frag_off;
	u8 protocol;
	const u8 *ext;
	u8 ext_len;
	u8 ext_type;
	u8 ext_last;
};

/**
 * struct wire_message - what a host sends in a packet
 * @protocol: transport protocol; IPPROTO_ICMP stands for ICMPv6, too
 * @sport: source port
 * @dport: destination port
 * @flags: TCP flags
 * @type: ICMP type
 * @code: ICMP code
 * @rest: second word of the ICMP header
 * @body: what follows the transport header
 * @len: length of @body
 * @no_checksum: UDP without checksum
 */
struct wire_message {
	u8 protocol;
	u16 sport;
	u16 dport;
	u8 flags;
	u8 type;
	u8 code;
	u32 rest;
	const u8 *body;
	u32 len;
	bool no_checksum;
};

/**
 * enum wire_layout - how the octets of a packet lie in memory
 */
enum wire_layout {
	WIRE_LINEAR,
	WIRE_TIGHT,		/* no headroom, no tailroom */
	WIRE_CLONED,
	WIRE_PAGED,
	WIRE_PAGED_CLONED,
	WIRE_FRAG_LIST,
	WIRE_PADDED,		/* by the link, behind its end */
	WIRE_LAYOUTS,
};

void wire_put16(u8 *at, u16 value);
void wire_put32(u8 *at, u32 value);
u16 wire_get16(const u8 *at);
u32 wire_get32(const u8 *at);
void wire_put_addr(u8 *at, u8 version, struct ix_addr addr);
u16 wire_sum(const u8 *at, u32 len, u32 start);
u32 wire_pseudo(u8 version, struct ix_addr src, struct ix_addr dst,
		u8 protocol, u32 len);

/* The number of a transport protocol in IPv4 or IPv6. */
u8 wire_protocol(u8 version, u8 protocol);
/* Where its checksum lies, -1 if it has none that matters. */
int wire_checksum_offset(u8 protocol);

/* Both return the length. @payload_len is what the header says. */
u32 wire_message(u8 *at, const struct wire_message *m,
		 const struct wire_ip *ip);
u32 wire_ip_header(u8 *at, const struct wire_ip *ip, u32 payload_len);

/**
 * enum wire_state - what the checksums of a packet are
 */
enum wire_state {
	WIRE_UNKNOWN,		/* there are none, or they can't be checked */
	WIRE_WRONG,
	WIRE_RIGHT,
};

enum wire_state wire_check(struct kunit *test, const u8 *at, u32 len);

struct ix_addr wire_addr(struct rnd_state *rnd, u8 version);
void wire_fill(struct rnd_state *rnd, u8 *at, u32 len);

/**
 * wire_skb() - a packet as the ingress hook sees it
 * @test: the test
 * @rnd: where it is cut
 * @at: the packet
 * @len: its length
 * @layout: how it lies in memory
 * @twin: for clones: the other one
 */
struct sk_buff *wire_skb(struct kunit *test, struct rnd_state *rnd,
			 const u8 *at, u32 len, enum wire_layout layout,
			 struct sk_buff **twin);

#endif /* IX_KUNIT_WIRE_H */
