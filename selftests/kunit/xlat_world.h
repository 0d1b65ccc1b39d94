/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is expected is built octet by octet from the description of a packet
 * (wire.c); every packet comes in many forms of skb and checksum state.
 */
#ifndef IX_TEST_XLAT_WORLD_H
#define IX_TEST_XLAT_WORLD_H

#include <kunit/test.h>
#include <linux/skbuff.h>

#include "packet.h"
#include "seed.h"
#include "wire.h"
#include "xlat.h"

enum csum_state {
	CSUM_NONE,
	CSUM_UNNECESSARY,
	CSUM_COMPLETE,
	CSUM_PARTIAL,
	CSUM_STATES,
};

struct direction {
	const char *name;
	u8 from;
	u8 to;
};

extern const struct direction directions[4];

/**
 * struct world - what a test works with
 * @test: the test
 * @rnd: random numbers
 * @body: payload of messages
 * @in: packet as it comes
 * @want: as it is expected to go
 * @got: as it has gone
 * @whole: a message before it is cut
 * @xlat: what it is to become
 * @packet: what has been read of it
 */
struct world {
	struct kunit *test;
	struct rnd_state rnd;
	u8 *body;
	u8 *in;
	u8 *want;
	u8 *got;
	u8 *whole;
	struct ix_xlat xlat;
	struct ix_packet packet;
};

/**
 * struct quoted - the packet in an ICMP error
 * @ip: its header
 * @m: its message
 * @have: how many octets of the message are there
 * @extensions: length of the extensions behind it (RFC 4884), 0 if there are
 *	none
 */
struct quoted {
	struct wire_ip ip;
	struct wire_message m;
	u32 have;
	u32 extensions;
};

struct error_case {
	const char *name;
	u8 from;
	u8 type;
	u8 code;
	u32 rest;
	u8 to_type;
	u8 to_code;
	u32 to_rest;
};

extern const u8 protocols[12];

/* So many of them show all that can become of a protocol in an error. */
#define PROTOCOLS_IN_ERRORS 6

void ip_add_extensions(struct wire_ip *ip);

struct world *world_new(struct kunit *test);

/* Addresses for a packet of version @from to become one of version @to. */
void world_addresses(struct world *w, struct wire_ip *ip, u8 from,
		     u8 to);

/* A header with something in each field. */
struct wire_ip world_ip(struct world *w, u8 from, u8 to);

/*
 * The header that a header is to become, RFC 7915 (4.1, 5.1). @id is the
 * identification of an IPv4 packet that has none to copy.
 */
struct wire_ip ip_translated(const struct wire_ip *in, u8 to,
			     struct ix_addr src, struct ix_addr dst,
			     u32 payload_len, u16 id);

u32 packet_build(u8 *at, const struct wire_ip *ip,
		 const struct wire_message *m);

/* Length of the IP headers in front of the transport header. */
u32 ip_len(const struct wire_ip *ip);

/* The same message in the other version. */
struct wire_message message_in(const struct wire_message *m, u8 version);

struct wire_message message_new(struct world *w, u8 protocol,
				u8 version, u32 len);

/* Make the checksum of @w->in one that the device is to fill in. */
void partial_begin(struct world *w, struct sk_buff *skb,
		   const struct wire_ip *ip, u8 protocol, u32 len);

void expect_bytes(struct world *w, const u8 *want, u32 want_len,
		  const u8 *got, u32 got_len);

/* Read, check, rewrite. */
enum ix_drop process(struct world *w, struct sk_buff *skb);

void expect_skb(struct world *w, struct sk_buff *skb, u32 want_len,
		u32 want_l4);

/*
 * The packet in w->in must become that in w->want. An IPv4 identification may
 * be anything if @random_id.
 */
void expect_one(struct world *w, const struct wire_ip *ip, u8 protocol,
		u32 len, enum wire_layout layout, enum csum_state csum,
		u32 want_len, u32 want_l4, bool random_id);

bool is_identified(const struct wire_ip *in, u8 to);

void expect_all(struct world *w, const struct wire_ip *ip, u8 protocol,
		u32 len, bool no_partial, u32 want_len, u32 want_l4);

/* One message in one packet, in all forms. */
void expect_message(struct world *w, struct wire_ip *ip,
		    const struct wire_message *m);

/*
 * Write an error into @at: with the first @have octets of the message that is
 * in @q, and extensions behind it, padded (RFC 4884), if it has any.
 */
u32 error_build(struct world *w, u8 *at, const struct wire_ip *ip,
		u8 type, u8 code, u32 rest, const struct quoted *q,
		u32 have, u32 extensions);

/* Headers of an error and of what it is about. */
void error_headers(struct world *w, struct wire_ip *ip,
		   struct quoted *q, u8 from, u8 to, u8 protocol,
		   u32 len, u32 have);

/* The error in all forms; its extensions @kept or cut off. */
void expect_error(struct world *w, struct wire_ip *ip,
		  const struct error_case *c, struct quoted *q,
		  bool kept);

#endif /* IX_TEST_XLAT_WORLD_H */
