// SPDX-License-Identifier: GPL-2.0
/*
 * Rewriting a packet.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/swab.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "icmp_map.h"
#include "xlat.h"

/* Largest ICMP errors: RFC 1812 (4.3.2.3) and RFC 4443 (2.4 c). */
#define IX_ICMP_ERROR_MAX_V4 576
#define IX_ICMP_ERROR_MAX_V6 IPV6_MIN_MTU

/* Packets up to this length leave without DF (RFC 7915, 5.1). */
#define IX_FRAGMENTABLE_MAX (IPV6_MIN_MTU - (sizeof(struct ipv6hdr) - \
					     sizeof(struct iphdr)))

/* RFC 4884: least length of a packet with extensions behind it; in words. */
#define IX_QUOTE_MIN 128
#define IX_QUOTE_WORDS_MAX U8_MAX

/**
 * enum ix_transport - what becomes of a transport protocol
 * @IX_REFUSED: it can't be translated
 * @IX_PASSED: it does not know the addresses
 * @IX_ADJUSTED: its checksum includes the addresses, and is adjusted
 * @IX_CONTROL: ICMP or ICMPv6
 */
enum ix_transport {
	IX_REFUSED,
	IX_PASSED,
	IX_ADJUSTED,
	IX_CONTROL,
};

/**
 * struct ix_transport_info - a transport protocol
 * @how: what becomes of it
 * @csum: offset of its checksum, if that is adjusted
 */
struct ix_transport_info {
	u8 how;
	u8 csum;
};

static struct ix_transport_info ix_transport_info(u8 version, u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return (struct ix_transport_info){
			IX_ADJUSTED, offsetof(struct tcphdr, check) };
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return (struct ix_transport_info){
			IX_ADJUSTED, offsetof(struct udphdr, check) };
	case IPPROTO_DCCP:
		/* Ports, data offset, CCVal and coverage, checksum. */
		return (struct ix_transport_info){ IX_ADJUSTED, 6 };
	case IPPROTO_ICMP:
		return (struct ix_transport_info){
			version == 4 ? IX_CONTROL : IX_REFUSED,
			offsetof(struct icmphdr, checksum) };
	case IPPROTO_ICMPV6:
		return (struct ix_transport_info){
			version == 6 ? IX_CONTROL : IX_REFUSED,
			offsetof(struct icmp6hdr, icmp6_cksum) };
	case IPPROTO_AH:	/* authenticates the addresses */
		return (struct ix_transport_info){ IX_REFUSED, 0 };
	}
	/*
	 * SCTP (whose CRC32c covers the SCTP packet alone), GRE, ESP, IP in IP
	 * and L2TP do not know the addresses; of others it is for the receiver
	 * to say (RFC 7915, 4.5: all transport protocols are forwarded).
	 */
	return (struct ix_transport_info){ IX_PASSED, 0 };
}

/*
 * IPv6 would take these for extension headers, and find behind them whatever
 * the policy has not seen.
 */
static bool ix_is_extension_header(u8 protocol)
{
	switch (protocol) {
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_FRAGMENT:
	case NEXTHDR_DEST:
	case NEXTHDR_MOBILITY:
	case 139:	/* HIP */
	case 140:	/* Shim6 */
		return true;
	}
	return false;
}

/* One's complement sum of the 16-bit words of an address, host byte order. */
static u32 ix_addr_sum(struct ix_addr addr)
{
	u64 sum = (addr.hi >> 32) + (u32)addr.hi + (addr.lo >> 32) +
		  (u32)addr.lo;

	/* 34 bits, then 20, then 17, then 16. */
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return (sum >> 16) + (sum & 0xffff);
}

static __wsum ix_pair_sum(struct ix_addr src, struct ix_addr dst)
{
	u32 sum = ix_addr_sum(src) + ix_addr_sum(dst);

	sum = (sum >> 16) + (sum & 0xffff);
	return (__force __wsum)(__force u32)htons(sum);
}

/* By how much the sum of a pseudo-header changes with its addresses. */
static __wsum ix_pair_diff(struct ix_addr old_src, struct ix_addr old_dst,
			   struct ix_addr new_src, struct ix_addr new_dst)
{
	return csum_sub(ix_pair_sum(new_src, new_dst),
			ix_pair_sum(old_src, old_dst));
}

static bool ix_diff_is_zero(__wsum diff)
{
	u16 folded = (__force u16)csum_fold(diff);

	/* Both zeros of one's complement, complemented by csum_fold(). */
	return folded == 0 || folded == 0xffff;
}

/* How long the headers in front of the transport header are, after translation. */
static u32 ix_new_header_len(const struct ix_headers *h, u8 version)
{
	if (h->version == version)
		return h->l4_off - h->l3_off;
	if (version == 4)
		return sizeof(struct iphdr);
	return sizeof(struct ipv6hdr) +
	       (ix_headers_is_fragment(h) ? sizeof(struct frag_hdr) : 0);
}

/* Length of what follows the IP headers, by their length field. */
static u32 ix_payload_len(const struct ix_headers *h)
{
	return h->total_len - (h->l4_off - h->l3_off);
}

static enum ix_drop ix_check_protocol(const struct ix_headers *h,
				      struct ix_addr src, struct ix_addr dst,
				      u8 version)
{
	bool same = h->version == version;

	/* For the link, like its counterpart in ICMPv6 (RFC 7915, 4.2). */
	if (h->protocol == IPPROTO_IGMP && !same)
		return IX_DROP_ICMP_TYPE;
	switch (ix_transport_info(h->version, h->protocol).how) {
	case IX_REFUSED:
		if (h->protocol != IPPROTO_AH)
			return IX_DROP_PROTOCOL;
		return same && ix_addr_equal(h->src, src) &&
		       ix_addr_equal(h->dst, dst) ? IX_FORWARDED :
						    IX_DROP_AUTH_HEADER;
	case IX_PASSED:
		return version == 6 && h->version == 4 &&
		       ix_is_extension_header(h->protocol) ? IX_DROP_PROTOCOL :
							     IX_FORWARDED;
	case IX_CONTROL:
		/* The pseudo-header of ICMPv6 has the length of the whole. */
		if (!same && ix_headers_is_fragment(h))
			return IX_DROP_ICMP_FRAGMENT;
		break;
	}
	return IX_FORWARDED;
}

/* What can't go between IPv4 and IPv6, although its protocol can. */
static enum ix_drop ix_check_version(const struct ix_headers *h,
				     const struct ix_xlat *xlat)
{
	if (h->version == xlat->version)
		return IX_FORWARDED;
	if (xlat->version == 6) {
		bool drop = ix_headers_is_fragment(h) ||
			    xlat->flags & IX_XLAT_DROP_ZERO_CHECKSUM;

		return h->no_checksum && drop ? IX_DROP_UDP_NO_CHECKSUM :
						IX_FORWARDED;
	}
	/* RFC 7915, 5.1.1. */
	if (h->ext_after_frag ||
	    (h->frag_hdr && ix_is_extension_header(h->protocol)))
		return IX_DROP_EXTENSION_HEADER;
	/* What is put together from it would be too long for IPv4. */
	if (ix_headers_is_fragment(h) &&
	    h->frag_off + ix_payload_len(h) > IP_MAX_MTU - sizeof(struct iphdr))
		return IX_DROP_MALFORMED;
	return IX_FORWARDED;
}

/*
 * Messages that are for the link, and for nobody behind a router: redirects,
 * router discovery (RFC 1256); MLD, neighbour and multicast router discovery (RFC
 * 4890, 4.3.3 has the list). What else there is, policy decides on.
 */
static bool ix_message_is_local(const struct ix_headers *h)
{
	if (h->version == 4)
		return h->icmp_type == ICMP_REDIRECT || h->icmp_type == 9 ||
		       h->icmp_type == 10;
	switch (h->icmp_type) {
	case 130 ... 137:	/* MLD, router and neighbour discovery */
	case 141 ... 143:	/* inverse neighbour discovery, MLD version 2 */
	case 148 ... 149:	/* secure neighbour discovery */
	case 151 ... 153:	/* multicast router discovery */
		return true;
	}
	return false;
}

/*
 * What an ICMP message becomes. @info is the second word of its header, and
 * @inner the packet that it is about, if it is an error.
 */
static bool ix_map_message(const struct ix_headers *h, u32 info,
			   const struct ix_headers *inner,
			   const struct ix_xlat *xlat,
			   struct ix_icmp_message *m)
{
	struct ix_icmp_mtus mtus = {
		.packet_len = inner ? inner->total_len : 0,
		.fragment = inner && inner->frag_hdr,
	};

	m->type = h->icmp_type;
	m->code = h->icmp_code;
	if (h->version == 4) {
		mtus.v4 = xlat->in_mtu;
		mtus.v6 = xlat->out_mtu;
		m->pointer = info >> 24;
		m->mtu = info & U16_MAX;
		return ix_icmp_map_4to6(m, &mtus);
	}
	mtus.v6 = xlat->in_mtu;
	mtus.v4 = xlat->out_mtu;
	m->pointer = info;
	m->mtu = info;
	return ix_icmp_map_6to4(m, &mtus);
}

static enum ix_drop ix_check_message(const struct ix_headers *h, u32 info,
				     const struct ix_xlat *xlat)
{
	struct ix_icmp_message m;

	if (h->frag_off)
		return IX_FORWARDED;
	if (ix_message_is_local(h))
		return IX_DROP_ICMP_TYPE;
	return h->version == xlat->version ||
	       ix_map_message(h, info, NULL, xlat, &m) ? IX_FORWARDED :
							 IX_DROP_ICMP_TYPE;
}

/* Could the packet in an error have come the other way? */
static bool ix_inner_fits(const struct ix_headers *h,
			  const struct ix_xlat *xlat)
{
	u32 len = ix_payload_len(h) + ix_new_header_len(h, xlat->version);

	if (ix_check_protocol(h, xlat->inner_src, xlat->inner_dst,
			      xlat->version))
		return false;
	if (h->version == xlat->version)
		return true;
	/* The length field of IPv6 does not count its header. */
	if (xlat->version == 6)
		len -= sizeof(struct ipv6hdr);
	if (len > U16_MAX)
		return false;
	if (ix_transport_info(h->version, h->protocol).how == IX_CONTROL &&
	    ix_check_message(h, 0, xlat))
		return false;
	return !h->ext_after_frag;
}

enum ix_drop ix_xlat_check(const struct ix_packet *packet,
			   const struct ix_xlat *xlat)
{
	const struct ix_headers *h = &packet->outer;
	enum ix_drop reason;

	if (h->hop_limit <= 1)
		return IX_DROP_TTL;
	reason = ix_check_protocol(h, xlat->src, xlat->dst, xlat->version);
	if (reason)
		return reason;
	reason = ix_check_version(h, xlat);
	if (reason)
		return reason;
	if (ix_transport_info(h->version, h->protocol).how == IX_CONTROL) {
		reason = ix_check_message(h, packet->info, xlat);
		if (reason)
			return reason;
	}
	if (packet->is_error && !ix_inner_fits(&packet->inner, xlat))
		return IX_DROP_ICMP_INNER;
	return IX_FORWARDED;
}

bool ix_xlat_needs_segments(const struct sk_buff *skb,
			    const struct ix_packet *packet,
			    const struct ix_xlat *xlat)
{
	const unsigned int whole = SKB_GSO_TCPV4 | SKB_GSO_TCPV6 |
				   SKB_GSO_UDP_L4 | SKB_GSO_DODGY |
				   SKB_GSO_TCP_ECN | SKB_GSO_TCP_FIXEDID |
				   SKB_GSO_PARTIAL;

	if (!skb_is_gso(skb))
		return false;
	if (skb_shinfo(skb)->gso_type & ~whole)
		return true;
	/* With another header the length might not fit its field. */
	return packet->outer.version != xlat->version &&
	       skb->len + sizeof(struct ipv6hdr) > IP_MAX_MTU;
}

/**
 * struct ix_error_shape - an ICMP error after a change of version
 * @front: length of the headers of the packet in it
 * @quote: how much there is of what follows them
 * @pad: zeros behind that
 * @extensions: length of the extensions behind those (RFC 4884)
 * @words: what the length attribute says
 */
struct ix_error_shape {
	unsigned int front;
	unsigned int quote;
	unsigned int pad;
	unsigned int extensions;
	unsigned int words;
};

/* Does an error have a length attribute, and thus perhaps extensions? */
static bool ix_message_extensible(const struct ix_icmp_message *m, u8 version)
{
	if (version == 6)
		return m->type == ICMPV6_DEST_UNREACH ||
		       m->type == ICMPV6_TIME_EXCEED;
	return m->type == ICMP_DEST_UNREACH || m->type == ICMP_TIME_EXCEEDED ||
	       m->type == ICMP_PARAMETERPROB;
}

/*
 * As much as fits into what an error may have, of the extensions all or
 * nothing (RFC 7915, 4.2 and 5.2: they go along as they are).
 */
static struct ix_error_shape
ix_error_shape(const struct ix_packet *packet, const struct ix_icmp_message *m,
	       u8 version)
{
	const struct ix_headers *inner = &packet->inner;
	struct ix_error_shape shape = {
		.front = ix_new_header_len(inner, version),
	};
	unsigned int room, word, quote, padded;

	room = version == 4 ? IX_ICMP_ERROR_MAX_V4 - sizeof(struct iphdr) :
			      IX_ICMP_ERROR_MAX_V6 - sizeof(struct ipv6hdr);
	room -= sizeof(struct icmphdr);
	quote = shape.front + inner->end - inner->l4_off;

	if (packet->extensions && ix_message_extensible(m, version))
		shape.extensions = packet->outer.end - packet->extensions;
	if (shape.extensions > room - IX_QUOTE_MIN)
		shape.extensions = 0;
	if (!shape.extensions) {
		shape.quote = min(quote, room) - shape.front;
		return shape;
	}

	word = version == 4 ? 4 : 8;
	room = min(round_down(room - shape.extensions, word),
		   IX_QUOTE_WORDS_MAX * word);
	quote = min(quote, room);
	padded = max_t(unsigned int, round_up(quote, word), IX_QUOTE_MIN);
	shape.quote = quote - shape.front;
	shape.pad = padded - quote;
	shape.words = padded / word;
	return shape;
}

u32 ix_xlat_length(const struct ix_packet *packet, const struct ix_xlat *xlat,
		   u32 payload_max)
{
	const struct ix_headers *h = &packet->outer;
	u32 front = ix_new_header_len(h, xlat->version);
	struct ix_error_shape shape;
	struct ix_icmp_message m;

	if (!packet->is_error || h->version == xlat->version)
		return payload_max - (h->l4_off - h->l3_off) + front;
	if (!ix_map_message(h, packet->info, &packet->inner, xlat, &m))
		return payload_max;
	shape = ix_error_shape(packet, &m, xlat->version);
	return front + sizeof(struct icmphdr) + shape.front + shape.quote +
	       shape.pad + shape.extensions;
}

/* TOS or traffic class after a change of version (RFC 7915, 4.1 and 5.1). */
static u8 ix_new_tos(const struct ix_headers *old, const struct ix_xlat *xlat)
{
	return xlat->flags & IX_XLAT_SET_TOS ? xlat->tos : old->tos;
}

/* Write an IPv6 header, and a fragment header if it is one (RFC 7915, 4.1). */
static void ix_write_ipv6(void *at, const struct ix_headers *old, u8 tos,
			  struct ix_addr src, struct ix_addr dst,
			  u32 payload_len, u8 hop_limit)
{
	u8 next = old->protocol == IPPROTO_ICMP ? IPPROTO_ICMPV6 :
						  old->protocol;
	struct ipv6hdr *ip6h = at;
	struct frag_hdr *fh;

	ip6_flow_hdr(ip6h, tos, 0);
	ip6h->payload_len = htons(payload_len);
	ip6h->nexthdr = next;
	ip6h->hop_limit = hop_limit;
	ip6h->saddr = ix_addr_to_in6(src);
	ip6h->daddr = ix_addr_to_in6(dst);
	if (!ix_headers_is_fragment(old))
		return;

	ip6h->nexthdr = NEXTHDR_FRAGMENT;
	fh = (struct frag_hdr *)(ip6h + 1);
	fh->nexthdr = next;
	fh->reserved = 0;
	fh->frag_off = htons(old->frag_off |
			     (old->more_frags ? IP6_MF : 0));
	fh->identification = htonl(old->id);
}

/*
 * Write an IPv4 header (RFC 7915, 5.1 and 5.1.1). Whether it may be fragmented
 * is up to @segment_len, the length of the packet or of its segments; @id is
 * for one that may be, and has no fragment header to take it from.
 */
static void ix_write_ipv4(void *at, const struct ix_headers *old, u8 tos,
			  struct ix_addr src, struct ix_addr dst, u32 tot_len,
			  u32 segment_len, u8 hop_limit, u16 id)
{
	struct iphdr *iph = at;

	memset(iph, 0, sizeof(*iph));
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = tos;
	iph->tot_len = htons(tot_len);
	iph->ttl = hop_limit;
	iph->protocol = old->protocol == IPPROTO_ICMPV6 ? IPPROTO_ICMP :
							  old->protocol;
	iph->saddr = ix_addr_to_in4(src);
	iph->daddr = ix_addr_to_in4(dst);
	if (old->frag_hdr) {
		iph->id = htons(old->id);
		iph->frag_off = htons(old->frag_off >> 3 |
				      (old->more_frags ? IP_MF : 0));
	} else if (segment_len > IX_FRAGMENTABLE_MAX) {
		iph->frag_off = htons(IP_DF);
	} else {
		iph->id = htons(id);
	}
	ip_send_check(iph);
}

/* Adjust a checksum that includes the pseudo-header, whose sum grows by @diff. */
static void ix_csum_adjust(const struct sk_buff *skb, unsigned int l4_off,
			   u8 protocol, __sum16 *sum, __wsum diff)
{
	if (ix_csum_is_partial(skb, l4_off)) {
		*sum = ~csum_fold(csum_add(diff, csum_unfold(*sum)));
		return;
	}
	/* Without checksum it stays. */
	if (!*sum && protocol == IPPROTO_UDP)
		return;
	csum_replace_by_diff(sum, diff);
	if (!*sum && (protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE))
		*sum = CSUM_MANGLED_0;
}

/* Make an IPv4 UDP packet have a checksum. The skb is not yet changed. */
static enum ix_drop ix_udp_add_checksum(struct sk_buff *skb,
					const struct ix_headers *h)
{
	struct udphdr *uh;
	unsigned int len;

	if (!h->no_checksum)
		return IX_FORWARDED;
	if (ix_headers_is_fragment(h) || skb_is_gso(skb))
		return IX_DROP_UDP_NO_CHECKSUM;
	/* A checksum in a packet in this one has to be there first. */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return IX_DROP_NO_MEMORY;
	if (skb_ensure_writable(skb, h->l4_off + sizeof(*uh)))
		return IX_DROP_NO_MEMORY;
	uh = (struct udphdr *)(skb->data + h->l4_off);
	len = ntohs(uh->len);
	uh->check = csum_tcpudp_magic(ix_addr_to_in4(h->src),
				      ix_addr_to_in4(h->dst), len, IPPROTO_UDP,
				      skb_checksum(skb, h->l4_off, len, 0));
	if (!uh->check)
		uh->check = CSUM_MANGLED_0;
	return IX_FORWARDED;
}

enum ix_drop ix_xlat_before_fragments(struct sk_buff *skb,
				      const struct ix_packet *packet,
				      const struct ix_xlat *xlat)
{
	if (packet->outer.version == 4 && xlat->version == 6)
		return ix_udp_add_checksum(skb, &packet->outer);
	return IX_FORWARDED;
}

/* The sum of the pseudo-header of ICMPv6. */
static __wsum ix_icmpv6_pseudo(struct ix_addr src, struct ix_addr dst, u32 len)
{
	struct in6_addr s = ix_addr_to_in6(src), d = ix_addr_to_in6(dst);

	return ~csum_unfold(csum_ipv6_magic(&s, &d, len, IPPROTO_ICMPV6, 0));
}

/*
 * Turn an ICMP message that is no error into one of the other version, its
 * checksum incrementally. @len is its whole length, of which perhaps not all
 * is there.
 */
static bool ix_rewrite_message(struct icmphdr *icmph,
			       const struct ix_headers *h,
			       struct ix_addr src, struct ix_addr dst, u32 len)
{
	/* They are of the first two octets, wherever those are. */
	__be16 old_word = htons(h->icmp_type << 8 | h->icmp_code), new_word;
	struct ix_icmp_message m = { .type = h->icmp_type, .code = h->icmp_code };
	struct ix_icmp_mtus none = {};
	__wsum diff;

	if (!(h->version == 4 ? ix_icmp_map_4to6(&m, &none) :
				ix_icmp_map_6to4(&m, &none)))
		return false;
	new_word = htons(m.type << 8 | m.code);
	diff = csum_sub((__force __wsum)(__force u32)new_word,
			(__force __wsum)(__force u32)old_word);
	/* ICMP has no pseudo-header. */
	if (h->version == 4)
		diff = csum_add(diff, ix_icmpv6_pseudo(src, dst, len));
	else
		diff = csum_sub(diff, ix_icmpv6_pseudo(h->src, h->dst, len));
	icmph->type = m.type;
	icmph->code = m.code;
	csum_replace_by_diff(&icmph->checksum, diff);
	return true;
}

/* The GSO fields say of which IP version the segments are. */
static void ix_rewrite_gso(struct sk_buff *skb, u8 version)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (!skb_is_gso(skb))
		return;
	if (version == 6 && shinfo->gso_type & SKB_GSO_TCPV4) {
		shinfo->gso_type &= ~(SKB_GSO_TCPV4 | SKB_GSO_TCP_FIXEDID);
		shinfo->gso_type |= SKB_GSO_TCPV6;
	} else if (version == 4 && shinfo->gso_type & SKB_GSO_TCPV6) {
		shinfo->gso_type &= ~SKB_GSO_TCPV6;
		shinfo->gso_type |= SKB_GSO_TCPV4;
	}
}

/* Replace @old_len octets at the front by @new_len others, to be written. */
static bool ix_replace_front(struct sk_buff *skb, unsigned int old_len,
			     unsigned int new_len)
{
	unsigned int room = new_len > old_len ? new_len - old_len : 0;

	if (skb_cow_head(skb, room))
		return false;
	__skb_pull(skb, old_len);
	__skb_push(skb, new_len);
	/* The link-layer header of the old packet is gone. */
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	skb_reset_network_header(skb);
	return true;
}

/* Addresses and hop limit of a packet that keeps its version. */
static void ix_rewrite_addresses(struct sk_buff *skb,
				 const struct ix_xlat *xlat)
{
	struct ipv6hdr *ip6h;
	struct iphdr *iph;
	__be32 src, dst;

	if (xlat->version == 6) {
		ip6h = (struct ipv6hdr *)skb->data;
		ip6h->saddr = ix_addr_to_in6(xlat->src);
		ip6h->daddr = ix_addr_to_in6(xlat->dst);
		ip6h->hop_limit--;
		return;
	}
	iph = (struct iphdr *)skb->data;
	src = ix_addr_to_in4(xlat->src);
	dst = ix_addr_to_in4(xlat->dst);
	csum_replace4(&iph->check, iph->saddr, src);
	csum_replace4(&iph->check, iph->daddr, dst);
	iph->saddr = src;
	iph->daddr = dst;
	ip_decrease_ttl(iph);
}

/* Length of a packet, or of the largest segment that it will be cut into. */
static u32 ix_segment_len(const struct sk_buff *skb, const struct ix_headers *h)
{
	u32 header = skb_transport_offset(skb);

	if (!skb_is_gso(skb))
		return skb->len;
	header += h->protocol == IPPROTO_TCP ? tcp_hdrlen(skb) :
					       sizeof(struct udphdr);
	return min_t(u32, skb->len, header + skb_shinfo(skb)->gso_size);
}

/*
 * Write the IP header of a packet whose front has been replaced, and tell the
 * skb.
 */
static void ix_write_outer(struct sk_buff *skb, const struct ix_headers *h,
			   unsigned int front, const struct ix_xlat *xlat)
{
	u8 tos = ix_new_tos(h, xlat);
	u32 segment_len;
	u16 id = 0;

	skb_set_transport_header(skb, front);
	if (xlat->version == 6) {
		ix_write_ipv6(skb->data, h, tos, xlat->src, xlat->dst,
			      skb->len - sizeof(struct ipv6hdr),
			      h->hop_limit - 1);
		skb->protocol = htons(ETH_P_IPV6);
	} else {
		segment_len = ix_segment_len(skb, h);
		/* Only what may be fragmented is identified (RFC 6864, 4). */
		if (segment_len <= IX_FRAGMENTABLE_MAX)
			id = get_random_u16();
		ix_write_ipv4(skb->data, h, tos, xlat->src, xlat->dst,
			      skb->len, segment_len, h->hop_limit - 1, id);
		skb->protocol = htons(ETH_P_IP);
	}
	ix_rewrite_gso(skb, xlat->version);
}

/* The IP headers become those of the other version. */
static enum ix_drop ix_rewrite_version(struct sk_buff *skb,
				       const struct ix_headers *h,
				       const struct ix_xlat *xlat)
{
	unsigned int front = ix_new_header_len(h, xlat->version);
	u32 len = skb->len - h->l4_off + front;

	/* The length field of IPv6 does not count its header. */
	if (xlat->version == 6)
		len -= sizeof(struct ipv6hdr);
	if (len > U16_MAX)
		return IX_DROP_TOO_BIG;
	if (!ix_replace_front(skb, h->l4_off, front))
		return IX_DROP_NO_MEMORY;
	ix_write_outer(skb, h, front, xlat);
	return IX_FORWARDED;
}

/* Where a TCP header with its options has the value of the MSS, 0: nowhere. */
static unsigned int ix_tcp_mss_offset(const u8 *tcp, unsigned int len)
{
	unsigned int at = sizeof(struct tcphdr), option;

	for (; at < len && tcp[at] != TCPOPT_EOL; at += option) {
		option = 1;
		if (tcp[at] == TCPOPT_NOP)
			continue;
		if (len - at < 2 || tcp[at + 1] < 2 || tcp[at + 1] > len - at)
			return 0;
		option = tcp[at + 1];
		if (tcp[at] == TCPOPT_MSS && option == TCPOLEN_MSS)
			return at + 2;
	}
	return 0;
}

/*
 * Let a SYN offer no more than @max octets. One that says nothing means 536 or
 * 1220 (RFC 9293, 3.7.1), which every path lets through.
 */
static enum ix_drop ix_clamp_mss(struct sk_buff *skb,
				 const struct ix_headers *h, u16 max)
{
	unsigned int len, at;
	u16 old, new = max;
	u8 *tcp;

	/* Of a SYN that was cut the later fragments have no header. */
	if (!h->has_tcp_flags || !(h->tcp_flags & TCPHDR_SYN))
		return IX_FORWARDED;
	len = ((struct tcphdr *)(skb->data + h->l4_off))->doff * 4;
	/* A fragment may have less. */
	if (h->l4_off + len > h->end)
		return IX_FORWARDED;
	if (skb_ensure_writable(skb, h->l4_off + len))
		return IX_DROP_NO_MEMORY;
	tcp = skb->data + h->l4_off;
	at = ix_tcp_mss_offset(tcp, len);
	if (!at)
		return IX_FORWARDED;
	old = tcp[at] << 8 | tcp[at + 1];
	if (old <= max)
		return IX_FORWARDED;

	tcp[at] = max >> 8;
	tcp[at + 1] = max;
	/* What the device sums up, it sums up later. */
	if (ix_csum_is_partial(skb, h->l4_off))
		return IX_FORWARDED;
	/* Behind an odd number of octets it lies across two words. */
	if (at % 2) {
		old = swab16(old);
		new = swab16(new);
	}
	csum_replace2(&((struct tcphdr *)tcp)->check, htons(old), htons(new));
	return IX_FORWARDED;
}

/* Everything that is not an ICMP error. */
static enum ix_drop ix_xlat_plain(struct sk_buff *skb,
				  const struct ix_headers *h,
				  const struct ix_xlat *xlat)
{
	struct ix_transport_info info = ix_transport_info(h->version,
							  h->protocol);
	bool same = h->version == xlat->version;
	unsigned int writable = h->l4_off;
	enum ix_drop reason;
	__wsum diff;
	u8 *l4;

	if (h->frag_off)
		info.how = IX_PASSED;
	/* Same version: the checksum of ICMP has no addresses. */
	if (same && info.how == IX_CONTROL)
		info.how = h->version == 4 ? IX_PASSED : IX_ADJUSTED;
	if (info.how == IX_CONTROL && skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_checksum_help(skb))
		return IX_DROP_NO_MEMORY;
	if (!same && xlat->version == 6) {
		reason = ix_udp_add_checksum(skb, h);
		if (reason)
			return reason;
	}
	if (unlikely(xlat->flags & IX_XLAT_CLAMP_MSS)) {
		reason = ix_clamp_mss(skb, h, xlat->mss);
		if (reason)
			return reason;
	}
	if (info.how == IX_ADJUSTED || info.how == IX_CONTROL)
		writable += info.csum + sizeof(__sum16);
	if (skb_ensure_writable(skb, writable))
		return IX_DROP_NO_MEMORY;

	l4 = skb->data + h->l4_off;
	if (info.how == IX_ADJUSTED) {
		diff = ix_pair_diff(h->src, h->dst, xlat->src, xlat->dst);
		if (!ix_diff_is_zero(diff))
			ix_csum_adjust(skb, h->l4_off, h->protocol,
				       (__sum16 *)(l4 + info.csum), diff);
	} else if (info.how == IX_CONTROL &&
		   !ix_rewrite_message((struct icmphdr *)l4, h, xlat->src,
				       xlat->dst, xlat->message_len ?:
				       h->end - h->l4_off)) {
		return IX_DROP_ICMP_TYPE;
	}
	if (!same)
		return ix_rewrite_version(skb, h, xlat);
	ix_rewrite_addresses(skb, xlat);
	skb_set_transport_header(skb, h->l4_off);
	return IX_FORWARDED;
}

/*
 * The transport header of the packet in an ICMP error, at @l4, as far as it is
 * there: its sender compares it with what it has sent.
 */
static bool ix_rewrite_inner_transport(const struct ix_headers *h, u8 *l4,
				       const struct ix_xlat *xlat)
{
	struct ix_transport_info info = ix_transport_info(h->version,
							  h->protocol);
	unsigned int have = h->end - h->l4_off;
	bool same = h->version == xlat->version;
	__sum16 *sum = (__sum16 *)(l4 + info.csum);
	__wsum diff;

	if (h->frag_off || info.how == IX_PASSED || info.how == IX_REFUSED)
		return true;
	if (info.how == IX_CONTROL && !same) {
		u32 len = h->total_len - (h->l4_off - h->l3_off);

		return have >= 4 &&
		       ix_rewrite_message((struct icmphdr *)l4, h,
					  xlat->inner_src, xlat->inner_dst,
					  len);
	}
	if (info.how == IX_CONTROL && h->version == 4)
		return true;
	if (have < info.csum + sizeof(*sum))
		return true;
	if (!*sum && h->protocol == IPPROTO_UDP)
		return true;
	diff = ix_pair_diff(h->src, h->dst, xlat->inner_src, xlat->inner_dst);
	if (ix_diff_is_zero(diff))
		return true;
	csum_replace_by_diff(sum, diff);
	if (!*sum && (h->protocol == IPPROTO_UDP ||
		      h->protocol == IPPROTO_UDPLITE))
		*sum = CSUM_MANGLED_0;
	return true;
}

/* The checksum of an ICMP error is made anew: the old one was right. */
static void ix_error_checksum(struct sk_buff *skb, unsigned int l4_off,
			      const struct ix_xlat *xlat)
{
	struct icmphdr *icmph = (struct icmphdr *)(skb->data + l4_off);
	unsigned int len = skb->len - l4_off;
	__wsum sum = 0;

	icmph->checksum = 0;
	if (xlat->version == 6)
		sum = ix_icmpv6_pseudo(xlat->src, xlat->dst, len);
	icmph->checksum = csum_fold(csum_partial(icmph, len, sum));
	skb->ip_summed = CHECKSUM_NONE;
}

static void ix_rewrite_inner_addresses(const struct ix_headers *h, u8 *l3,
				       const struct ix_xlat *xlat)
{
	struct ipv6hdr *ip6h;
	struct iphdr *iph;
	__be32 src, dst;

	if (h->version == 6) {
		ip6h = (struct ipv6hdr *)l3;
		ip6h->saddr = ix_addr_to_in6(xlat->inner_src);
		ip6h->daddr = ix_addr_to_in6(xlat->inner_dst);
		return;
	}
	iph = (struct iphdr *)l3;
	src = ix_addr_to_in4(xlat->inner_src);
	dst = ix_addr_to_in4(xlat->inner_dst);
	csum_replace4(&iph->check, iph->saddr, src);
	csum_replace4(&iph->check, iph->daddr, dst);
	iph->saddr = src;
	iph->daddr = dst;
}

static enum ix_drop ix_xlat_error_same(struct sk_buff *skb,
				       const struct ix_packet *packet,
				       const struct ix_xlat *xlat)
{
	const struct ix_headers *inner = &packet->inner;

	if (!ix_rewrite_inner_transport(inner, skb->data + inner->l4_off,
					xlat))
		return IX_DROP_ICMP_INNER;
	ix_rewrite_inner_addresses(inner, skb->data + inner->l3_off, xlat);
	ix_error_checksum(skb, packet->outer.l4_off, xlat);
	ix_rewrite_addresses(skb, xlat);
	skb_set_transport_header(skb, packet->outer.l4_off);
	return IX_FORWARDED;
}

/* Write the ICMP header of an error, all but its checksum. */
static void ix_write_error_header(u8 *icmp, const struct ix_icmp_message *m,
				  const struct ix_error_shape *shape,
				  u8 version)
{
	__be32 word = 0;

	/* MTU, pointer or length attribute: which, goes by type and version. */
	if (version == 6) {
		switch (m->type) {
		case ICMPV6_PKT_TOOBIG:
			word = htonl(m->mtu);
			break;
		case ICMPV6_PARAMPROB:
			word = htonl(m->pointer);
			break;
		default:
			word = htonl(shape->words << 24);
		}
	} else {
		word = htonl(shape->words << 16);
		if (m->type == ICMP_PARAMETERPROB)
			word |= htonl(m->pointer << 24);
		else if (m->type == ICMP_DEST_UNREACH &&
			 m->code == ICMP_FRAG_NEEDED)
			word |= htonl(min_t(u32, m->mtu, U16_MAX));
	}
	icmp[0] = m->type;
	icmp[1] = m->code;
	memset(icmp + 2, 0, sizeof(__sum16));
	memcpy(icmp + 4, &word, sizeof(word));
}

/* Cut, pad and move what is behind the headers of the packet in an error. */
static bool ix_shape_tail(struct sk_buff *skb, const struct ix_packet *packet,
			  const struct ix_error_shape *shape)
{
	unsigned int quote_end = packet->inner.l4_off + shape->quote;
	unsigned int end = quote_end + shape->pad + shape->extensions;
	unsigned int grow = end > skb->len ? end - skb->len : 0;

	if (grow) {
		if (skb_tailroom(skb) < grow &&
		    pskb_expand_head(skb, 0, grow - skb_tailroom(skb),
				     GFP_ATOMIC))
			return false;
		__skb_put(skb, grow);
	}
	memmove(skb->data + quote_end + shape->pad,
		skb->data + packet->extensions, shape->extensions);
	memset(skb->data + quote_end, 0, shape->pad);
	__skb_trim(skb, end);
	return true;
}

static enum ix_drop ix_xlat_error_other(struct sk_buff *skb,
					const struct ix_packet *packet,
					const struct ix_xlat *xlat)
{
	const struct ix_headers *inner = &packet->inner;
	unsigned int l4_off, inner_off, len;
	u8 tos = ix_new_tos(inner, xlat), *at;
	struct ix_error_shape shape;
	struct ix_icmp_message m;

	if (!ix_map_message(&packet->outer, packet->info, inner, xlat, &m))
		return IX_DROP_ICMP_TYPE;
	if (!ix_rewrite_inner_transport(inner, skb->data + inner->l4_off,
					xlat))
		return IX_DROP_ICMP_INNER;
	shape = ix_error_shape(packet, &m, xlat->version);
	if (!ix_shape_tail(skb, packet, &shape))
		return IX_DROP_NO_MEMORY;

	/* The two IP headers and the ICMP header become one new front. */
	l4_off = ix_new_header_len(&packet->outer, xlat->version);
	inner_off = l4_off + sizeof(struct icmphdr);
	if (!ix_replace_front(skb, inner->l4_off, inner_off + shape.front))
		return IX_DROP_NO_MEMORY;

	at = skb->data + inner_off;
	len = shape.front + ix_payload_len(inner);
	if (xlat->version == 6)
		ix_write_ipv6(at, inner, tos, xlat->inner_src, xlat->inner_dst,
			      len - sizeof(struct ipv6hdr), inner->hop_limit);
	else
		ix_write_ipv4(at, inner, tos, xlat->inner_src, xlat->inner_dst,
			      len, len, inner->hop_limit, 0);
	ix_write_error_header(skb->data + l4_off, &m, &shape, xlat->version);
	ix_error_checksum(skb, l4_off, xlat);
	ix_write_outer(skb, &packet->outer, l4_off, xlat);
	return IX_FORWARDED;
}

static enum ix_drop ix_xlat_error(struct sk_buff *skb,
				  const struct ix_packet *packet,
				  const struct ix_xlat *xlat)
{
	/* Errors are short and few: all of it in one piece, and ours. */
	if (skb_linearize_cow(skb))
		return IX_DROP_NO_MEMORY;
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return IX_DROP_NO_MEMORY;
	return packet->outer.version == xlat->version ?
	       ix_xlat_error_same(skb, packet, xlat) :
	       ix_xlat_error_other(skb, packet, xlat);
}

/* The header is new, and may be written to. */
static void ix_xlat_dscp(struct sk_buff *skb, const struct ix_xlat *xlat)
{
	if (xlat->version == 4)
		ipv4_change_dsfield(ip_hdr(skb), INET_ECN_MASK, xlat->dscp << 2);
	else
		ipv6_change_dsfield(ipv6_hdr(skb), INET_ECN_MASK,
				    xlat->dscp << 2);
}

enum ix_drop ix_xlat(struct sk_buff *skb, const struct ix_packet *packet,
		     const struct ix_xlat *xlat)
{
	enum ix_drop reason;

	/* A sum over the whole packet is no longer that of the packet. */
	skb_forward_csum(skb);
	reason = packet->is_error ? ix_xlat_error(skb, packet, xlat) :
				    ix_xlat_plain(skb, &packet->outer, xlat);
	if (!reason && xlat->flags & IX_XLAT_SET_DSCP)
		ix_xlat_dscp(skb, xlat);
	return reason;
}
