// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP and ICMPv6 messages: which corresponds to which.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <net/ipv6.h>

#include "icmp_map.h"

/* In the tables of pointers: this field has no counterpart. */
#define IX_NO_FIELD 0xff

/* How much the header grows from IPv4 to IPv6. */
#define IX_HEADER_GROWTH 20

/* What every IPv4 link lets through (RFC 791). */
#define IX_IPV4_MIN_MTU 68U

/* Octets of the IPv4 header and where the IPv6 header has the like. */
static const u8 ix_pointer_4to6[] = {
	0, 1, 4, 4, IX_NO_FIELD, IX_NO_FIELD, IX_NO_FIELD, IX_NO_FIELD,
	7, 6, IX_NO_FIELD, IX_NO_FIELD, 8, 8, 8, 8, 24, 24, 24, 24,
};

/* Octets of the IPv6 header and where the IPv4 header has the like. */
static const u8 ix_pointer_6to4[] = {
	0, 1, IX_NO_FIELD, IX_NO_FIELD, 2, 2, 9, 8,
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
};

/* MTUs of links that there are, RFC 1191, section 7.1. */
static const u16 ix_plateaus[] = {
	32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68,
};

/* For routers that say that a packet was too big, and not how much. */
static u32 ix_plateau_below(u32 packet_len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ix_plateaus); i++)
		if (ix_plateaus[i] < packet_len)
			return ix_plateaus[i];
	return ix_plateaus[ARRAY_SIZE(ix_plateaus) - 1];
}

static bool ix_unreachable_4to6(struct ix_icmp_message *m,
				const struct ix_icmp_mtus *mtus)
{
	switch (m->code) {
	case ICMP_NET_UNREACH:
	case ICMP_HOST_UNREACH:
	case ICMP_SR_FAILED:
	case ICMP_NET_UNKNOWN:
	case ICMP_HOST_UNKNOWN:
	case ICMP_HOST_ISOLATED:
	case ICMP_NET_UNR_TOS:
	case ICMP_HOST_UNR_TOS:
		m->type = ICMPV6_DEST_UNREACH;
		m->code = ICMPV6_NOROUTE;
		return true;
	case ICMP_PROT_UNREACH:
		m->type = ICMPV6_PARAMPROB;
		m->code = ICMPV6_UNK_NEXTHDR;
		m->pointer = offsetof(struct ipv6hdr, nexthdr);
		return true;
	case ICMP_PORT_UNREACH:
		m->type = ICMPV6_DEST_UNREACH;
		m->code = ICMPV6_PORT_UNREACH;
		return true;
	case ICMP_FRAG_NEEDED:
		m->type = ICMPV6_PKT_TOOBIG;
		m->code = 0;
		if (!m->mtu)
			m->mtu = ix_plateau_below(mtus->packet_len);
		m->mtu = min3(m->mtu + IX_HEADER_GROWTH, mtus->v6,
			      mtus->v4 + IX_HEADER_GROWTH);
		m->mtu = max_t(u32, m->mtu, IPV6_MIN_MTU);
		return true;
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
	case ICMP_PREC_CUTOFF:
		m->type = ICMPV6_DEST_UNREACH;
		m->code = ICMPV6_ADM_PROHIBITED;
		return true;
	}
	return false;
}

/**
 * ix_icmp_map_4to6() - the ICMPv6 message for an ICMP message
 * @m: the message, replaced by its counterpart
 * @mtus: for the MTU of a too-big message
 *
 * RFC 7915, section 4.2.
 *
 * Return: false if there is none.
 */
bool ix_icmp_map_4to6(struct ix_icmp_message *m,
		      const struct ix_icmp_mtus *mtus)
{
	switch (m->type) {
	case ICMP_ECHO:
	case ICMP_ECHOREPLY:
		m->type = m->type == ICMP_ECHO ? ICMPV6_ECHO_REQUEST :
						 ICMPV6_ECHO_REPLY;
		return true;
	case ICMP_DEST_UNREACH:
		return ix_unreachable_4to6(m, mtus);
	case ICMP_TIME_EXCEEDED:
		m->type = ICMPV6_TIME_EXCEED;
		return true;
	case ICMP_PARAMETERPROB:
		if ((m->code != 0 && m->code != 2) ||
		    m->pointer >= ARRAY_SIZE(ix_pointer_4to6) ||
		    ix_pointer_4to6[m->pointer] == IX_NO_FIELD)
			return false;
		m->type = ICMPV6_PARAMPROB;
		m->code = ICMPV6_HDR_FIELD;
		m->pointer = ix_pointer_4to6[m->pointer];
		return true;
	}
	return false;
}

/* Whatever a router says, even 0: not below what every IPv4 link lets through. */
static u32 ix_mtu_less(u32 mtu, u32 growth)
{
	return max(mtu, IX_IPV4_MIN_MTU + growth) - growth;
}

static u32 ix_mtu_6to4(u32 mtu, const struct ix_icmp_mtus *mtus)
{
	/* The fragment header is none of the IPv4 packet's. */
	u32 growth = IX_HEADER_GROWTH +
		     (mtus->fragment ? sizeof(struct frag_hdr) : 0);

	return min3(ix_mtu_less(mtu, growth), mtus->v4,
		    ix_mtu_less(mtus->v6, growth));
}

static bool ix_unreachable_6to4(struct ix_icmp_message *m)
{
	m->type = ICMP_DEST_UNREACH;
	switch (m->code) {
	case ICMPV6_NOROUTE:
	case ICMPV6_NOT_NEIGHBOUR:
	case ICMPV6_ADDR_UNREACH:
		m->code = ICMP_HOST_UNREACH;
		return true;
	case ICMPV6_ADM_PROHIBITED:
		m->code = ICMP_HOST_ANO;
		return true;
	case ICMPV6_PORT_UNREACH:
		m->code = ICMP_PORT_UNREACH;
		return true;
	}
	return false;
}

static bool ix_parameter_problem_6to4(struct ix_icmp_message *m)
{
	switch (m->code) {
	case ICMPV6_HDR_FIELD:
		if (m->pointer >= ARRAY_SIZE(ix_pointer_6to4) ||
		    ix_pointer_6to4[m->pointer] == IX_NO_FIELD)
			return false;
		m->type = ICMP_PARAMETERPROB;
		m->code = 0;
		m->pointer = ix_pointer_6to4[m->pointer];
		return true;
	case ICMPV6_UNK_NEXTHDR:
		m->type = ICMP_DEST_UNREACH;
		m->code = ICMP_PROT_UNREACH;
		m->pointer = 0;
		return true;
	}
	return false;
}

/**
 * ix_icmp_map_6to4() - the ICMP message for an ICMPv6 message
 * @m: the message, replaced by its counterpart
 * @mtus: for the MTU of a too-big message
 *
 * RFC 7915, section 5.2.
 *
 * Return: false if there is none.
 */
bool ix_icmp_map_6to4(struct ix_icmp_message *m,
		      const struct ix_icmp_mtus *mtus)
{
	switch (m->type) {
	case ICMPV6_ECHO_REQUEST:
	case ICMPV6_ECHO_REPLY:
		m->type = m->type == ICMPV6_ECHO_REQUEST ? ICMP_ECHO :
							   ICMP_ECHOREPLY;
		return true;
	case ICMPV6_DEST_UNREACH:
		return ix_unreachable_6to4(m);
	case ICMPV6_PKT_TOOBIG:
		m->type = ICMP_DEST_UNREACH;
		m->code = ICMP_FRAG_NEEDED;
		m->mtu = ix_mtu_6to4(m->mtu, mtus);
		return true;
	case ICMPV6_TIME_EXCEED:
		m->type = ICMP_TIME_EXCEEDED;
		return true;
	case ICMPV6_PARAMPROB:
		return ix_parameter_problem_6to4(m);
	}
	return false;
}

/**
 * ix_icmp_type_4to6() - under which ICMPv6 type policy knows an ICMP message
 * @type: ICMP type
 * @code: ICMP code
 *
 * Extended echo (RFC 8335) has a counterpart, though RFC 7915 translates it not.
 *
 * Return: the type; 255, which is reserved, if it has no counterpart.
 */
u8 ix_icmp_type_4to6(u8 type, u8 code)
{
	static const struct ix_icmp_mtus any;
	struct ix_icmp_message message = { .type = type, .code = code };

	if (type == ICMP_EXT_ECHO)
		return ICMPV6_EXT_ECHO_REQUEST;
	if (type == ICMP_EXT_ECHOREPLY)
		return ICMPV6_EXT_ECHO_REPLY;
	return ix_icmp_map_4to6(&message, &any) ? message.type : 255;
}

/**
 * ix_icmp_pool_source() - source of an error whose own can't be translated
 * @pool: IPv4 prefix, in the notation of struct ix_addr
 * @sender: who has sent the error
 *
 * RFC 6791: a pool of addresses, so that the routers of a path are told apart.
 * Which of them is up to the sender's address alone, and the same in each
 * router that has the same configuration.
 *
 * Return: an address of the pool.
 */
struct ix_addr ix_icmp_pool_source(struct ix_prefix pool, struct ix_addr sender)
{
	u32 words[] = {
		sender.hi >> 32, sender.hi, sender.lo >> 32, sender.lo,
	};
	u32 host = jhash2(words, ARRAY_SIZE(words), 0);

	if (pool.len)
		host &= (u32)(BIT_ULL(32 - pool.len) - 1);
	pool.addr.hi |= (u64)host << 32;
	return pool.addr;
}
