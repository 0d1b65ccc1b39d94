// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the headers of a packet.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "packet.h"

/* A chain of extension headers that is longer has no honest purpose. */
#define IX_EXTENSION_HEADERS_MAX 8

/* Octets of a TCP header up to and with the flags. */
#define IX_TCP_FLAGS_END 14

/* GSO of packets within packets. */
#define IX_GSO_TUNNEL (SKB_GSO_GRE | SKB_GSO_GRE_CSUM | SKB_GSO_IPXIP4 | \
		       SKB_GSO_IPXIP6 | SKB_GSO_UDP_TUNNEL | \
		       SKB_GSO_UDP_TUNNEL_CSUM | SKB_GSO_TUNNEL_REMCSUM | \
		       SKB_GSO_ESP)

static bool ix_bad_address6(struct ix_addr addr)
{
	/* ::/96 with loopback and unspecified, ::ffff:0:0/96 */
	if (!addr.hi)
		return addr.lo >> 32 == 0 || addr.lo >> 32 == 0xffff;
	/* ff00::/8, fe80::/10 */
	return addr.hi >> 56 == 0xff || addr.hi >> 54 == 0xfe80 >> 6;
}

/* Have the headers up to @len in the linear part; they must end by @end. */
static enum ix_drop ix_pull(struct sk_buff *skb, u32 len, u32 end)
{
	if (unlikely(len > end))
		return IX_DROP_MALFORMED;
	if (unlikely(!pskb_may_pull(skb, len)))
		return IX_DROP_NO_MEMORY;
	return IX_FORWARDED;
}

/* Is there a source route that has not come to its end? (RFC 7915, 4.1) */
static bool ix_source_routed(const struct iphdr *iph)
{
	const u8 *opt = (const u8 *)(iph + 1);
	int left = iph->ihl * 4 - sizeof(*iph);

	while (left > 0 && *opt != IPOPT_END) {
		if (*opt == IPOPT_NOOP) {
			opt++;
			left--;
			continue;
		}
		if (left < 2 || opt[1] < 2 || opt[1] > left)
			return false;
		/* The pointer counts from 1, and points behind the end. */
		if ((*opt == IPOPT_LSRR || *opt == IPOPT_SSRR) &&
		    opt[1] >= 3 && opt[2] <= opt[1])
			return true;
		left -= opt[1];
		opt += opt[1];
	}
	return false;
}

/* Length of what must be there of a transport header. */
static unsigned int ix_transport_header_len(u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sizeof(struct udphdr);
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
		return 12;
	case IPPROTO_ICMP:
		return sizeof(struct icmphdr);
	case IPPROTO_ICMPV6:
		return sizeof(struct icmp6hdr);
	}
	return 0;
}

static enum ix_drop ix_parse_udp(const struct sk_buff *skb,
				 struct ix_headers *h)
{
	const struct udphdr *uh;
	unsigned int len;

	uh = (struct udphdr *)(skb_network_header(skb) + h->l4_off);
	h->no_checksum = !uh->check && !ix_csum_is_partial(skb, h->l4_off);
	len = ntohs(uh->len);
	if (ix_headers_is_fragment(h) || skb_is_gso(skb))
		return IX_FORWARDED;
	return len < sizeof(*uh) || len > h->end - h->l4_off ?
	       IX_DROP_MALFORMED : IX_FORWARDED;
}

/*
 * Read the transport header. Of the packet inside an ICMP error (@partial) as
 * much as there is; otherwise all of it has to be there.
 */
static enum ix_drop ix_parse_transport(struct sk_buff *skb,
				       struct ix_headers *h, bool partial)
{
	unsigned int want = ix_transport_header_len(h->protocol);
	unsigned int have = h->end - h->l4_off;
	enum ix_drop reason;
	const u8 *l4;

	if (h->frag_off) {
		/*
		 * The first has the whole header. What overlaps it would
		 * replace what was decided on (RFC 1858, RFC 3128).
		 */
		return h->frag_off < want ? IX_DROP_SHORT_FRAGMENT :
					    IX_FORWARDED;
	}
	if (have < want && !partial)
		return h->more_frags ? IX_DROP_SHORT_FRAGMENT :
				       IX_DROP_MALFORMED;
	have = min(have, want);
	/* Ports, or type and code, are the least. */
	if (want && have < 4)
		return IX_DROP_MALFORMED;
	reason = ix_pull(skb, h->l4_off + have, h->end);
	if (reason)
		return reason;
	l4 = skb_network_header(skb) + h->l4_off;

	switch (h->protocol) {
	case IPPROTO_TCP:
		h->has_tcp_flags = have >= IX_TCP_FLAGS_END;
		if (h->has_tcp_flags)
			h->tcp_flags = l4[13];
		if (!partial && (l4[12] >> 4) * 4 < sizeof(struct tcphdr))
			return IX_DROP_MALFORMED;
		fallthrough;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
		h->has_ports = true;
		h->sport = l4[0] << 8 | l4[1];
		h->dport = l4[2] << 8 | l4[3];
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		h->icmp_type = l4[0];
		h->icmp_code = l4[1];
		break;
	}
	if (h->protocol == IPPROTO_UDP && !partial)
		return ix_parse_udp(skb, h);
	return IX_FORWARDED;
}

/*
 * Could a packet be put together from it? @len is that of what is behind @h.
 * That all but the last carry whole units of 8 octets is for the receiver to
 * check, who can tell the sender (RFC 8200, 4.5).
 */
static enum ix_drop ix_check_fragment(const struct ix_headers *h,
				      unsigned int len)
{
	return ix_headers_is_fragment(h) && h->frag_off + len > IP_MAX_MTU ?
	       IX_DROP_MALFORMED : IX_FORWARDED;
}

/* Read an IPv4 header at h->l3_off; h->end is the end of what there is. */
static enum ix_drop ix_parse_ipv4(struct sk_buff *skb, struct ix_headers *h,
				  bool partial)
{
	const struct iphdr *iph;
	unsigned int hlen, len;
	enum ix_drop reason;

	reason = ix_pull(skb, h->l3_off + sizeof(*iph), h->end);
	if (reason)
		return reason;
	iph = (struct iphdr *)(skb_network_header(skb) + h->l3_off);
	hlen = iph->ihl * 4;
	if (iph->version != 4 || hlen < sizeof(*iph))
		return IX_DROP_MALFORMED;
	reason = ix_pull(skb, h->l3_off + hlen, h->end);
	if (reason)
		return reason;
	iph = (struct iphdr *)(skb_network_header(skb) + h->l3_off);
	/* Routers may have changed an inner header, and left its sum as is. */
	if (!partial && ip_fast_csum(iph, iph->ihl))
		return IX_DROP_IP_CHECKSUM;

	len = ntohs(iph->tot_len);
	if (!partial && skb_is_gso(skb))
		len = skb->len;
	if (len < hlen)
		return IX_DROP_MALFORMED;
	if (!partial) {
		if (h->l3_off + len > h->end)
			return IX_DROP_MALFORMED;
		h->end = h->l3_off + len;
	} else {
		h->end = min(h->end, h->l3_off + len);
	}

	h->version = 4;
	h->src = ix_addr_from_in4(iph->saddr);
	h->dst = ix_addr_from_in4(iph->daddr);
	h->total_len = len;
	h->l4_off = h->l3_off + hlen;
	h->protocol = iph->protocol;
	h->tos = iph->tos;
	h->hop_limit = iph->ttl;
	h->id = ntohs(iph->id);
	h->frag_off = (ntohs(iph->frag_off) & IP_OFFSET) * 8;
	h->more_frags = iph->frag_off & htons(IP_MF);
	h->dont_frag = iph->frag_off & htons(IP_DF);
	if (!partial) {
		h->bad_source = ix_is_bad_address4(iph->saddr);
		if (ix_is_bad_address4(iph->daddr) ||
		    ipv4_is_multicast(iph->saddr) ||
		    ipv4_is_lbcast(iph->saddr) ||
		    (h->bad_source && h->protocol != IPPROTO_ICMP))
			return IX_DROP_BAD_ADDRESS;
	}
	h->source_route = ix_source_routed(iph);
	return ix_check_fragment(h, len - hlen);
}

/* The extension headers that may stand between IPv6 header and payload. */
static bool ix_is_walked(u8 protocol)
{
	switch (protocol) {
	case NEXTHDR_HOP:
	case NEXTHDR_DEST:
	case NEXTHDR_ROUTING:
	case NEXTHDR_FRAGMENT:
		return true;
	}
	return false;
}

/* Walk the extension headers; h->protocol is the first next header. */
static enum ix_drop ix_parse_extension_headers(struct sk_buff *skb,
					       struct ix_headers *h)
{
	enum ix_drop reason;
	unsigned int n, len;
	const u8 *ext;

	for (n = 0; ix_is_walked(h->protocol); n++) {
		if (n == IX_EXTENSION_HEADERS_MAX)
			return IX_DROP_EXTENSION_HEADER;
		/* Hop-by-hop options come first, or mean nothing. */
		if (h->protocol == NEXTHDR_HOP && n)
			return IX_DROP_EXTENSION_HEADER;
		/*
		 * Fragments after the first do not show a transport protocol
		 * behind further headers (nor may they become IPv4 ones: RFC
		 * 7915, 5.1.1), so the first is no use, either.
		 */
		if (h->frag_hdr) {
			if (h->protocol == NEXTHDR_FRAGMENT ||
			    ix_headers_is_fragment(h))
				return IX_DROP_EXTENSION_HEADER;
			h->ext_after_frag = true;
		}
		reason = ix_pull(skb, h->l4_off + 8, h->end);
		if (reason)
			return reason;
		ext = skb_network_header(skb) + h->l4_off;
		if (h->protocol == NEXTHDR_FRAGMENT) {
			const struct frag_hdr *fh = (struct frag_hdr *)ext;

			h->frag_hdr = h->l4_off;
			h->frag_off = ntohs(fh->frag_off) & ~7;
			h->more_frags = fh->frag_off & htons(IP6_MF);
			h->id = ntohl(fh->identification);
			len = sizeof(*fh);
		} else {
			len = ipv6_optlen((struct ipv6_opt_hdr *)ext);
			if (h->protocol == NEXTHDR_ROUTING && ext[3])
				h->source_route = h->l4_off + 3;
		}
		reason = ix_pull(skb, h->l4_off + len, h->end);
		if (reason)
			return reason;
		ext = skb_network_header(skb) + h->l4_off;
		h->protocol = ext[0];
		h->l4_off += len;
	}
	return IX_FORWARDED;
}

/* Read an IPv6 header at h->l3_off; h->end is the end of what there is. */
static enum ix_drop ix_parse_ipv6(struct sk_buff *skb, struct ix_headers *h,
				  bool partial)
{
	const struct ipv6hdr *ip6h;
	enum ix_drop reason;
	unsigned int len;

	reason = ix_pull(skb, h->l3_off + sizeof(*ip6h), h->end);
	if (reason)
		return reason;
	ip6h = (struct ipv6hdr *)(skb_network_header(skb) + h->l3_off);
	if (ip6h->version != 6)
		return IX_DROP_MALFORMED;
	len = sizeof(*ip6h) + ntohs(ip6h->payload_len);
	if (!partial && skb_is_gso(skb))
		len = skb->len;
	/* A jumbogram has no length here; no link is that large. */
	else if (!ip6h->payload_len && ip6h->nexthdr == NEXTHDR_HOP)
		return IX_DROP_MALFORMED;
	if (!partial) {
		if (h->l3_off + len > h->end)
			return IX_DROP_MALFORMED;
		h->end = h->l3_off + len;
	} else {
		h->end = min(h->end, h->l3_off + len);
	}

	h->version = 6;
	h->src = ix_addr_from_in6(&ip6h->saddr);
	h->dst = ix_addr_from_in6(&ip6h->daddr);
	h->total_len = len;
	h->l4_off = h->l3_off + sizeof(*ip6h);
	h->protocol = ip6h->nexthdr;
	h->tos = ipv6_get_dsfield(ip6h);
	h->hop_limit = ip6h->hop_limit;
	if (!partial && (ix_bad_address6(h->src) || ix_bad_address6(h->dst)))
		return IX_DROP_BAD_ADDRESS;
	reason = ix_parse_extension_headers(skb, h);
	if (reason)
		return reason;
	return ix_check_fragment(h, h->total_len - (h->l4_off - h->l3_off));
}

/*
 * Where the device is to put a checksum, if at all: into the checksum field of
 * the transport header, or behind that header, into a packet in a tunnel.
 */
static bool ix_partial_fits(const struct sk_buff *skb,
			    const struct ix_packet *packet)
{
	const struct ix_headers *h = &packet->outer;
	int start, expected;

	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return true;
	if (ix_headers_is_fragment(h))
		return false;
	start = skb_checksum_start_offset(skb);
	if (start > h->l4_off)
		return !packet->is_error &&
		       start - h->l4_off >= ix_transport_header_len(h->protocol);
	if (start < h->l4_off)
		return false;

	switch (h->protocol) {
	case IPPROTO_TCP:
		expected = offsetof(struct tcphdr, check);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		expected = offsetof(struct udphdr, check);
		break;
	case IPPROTO_SCTP:
		expected = 8;
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		expected = offsetof(struct icmphdr, checksum);
		break;
	default:
		return false;
	}
	return skb->csum_offset == expected;
}

/* Is it of the kind that is to be cut? */
static bool ix_gso_fits(const struct sk_buff *skb, const struct ix_headers *h)
{
	unsigned int type = skb_shinfo(skb)->gso_type;

	if (!skb_is_gso(skb))
		return true;
	if (ix_headers_is_fragment(h))
		return false;
	if (type & IX_GSO_TUNNEL)
		return h->protocol != IPPROTO_ICMP &&
		       h->protocol != IPPROTO_ICMPV6 &&
		       h->protocol != IPPROTO_TCP;
	switch (h->protocol) {
	case IPPROTO_TCP:
		return type & (h->version == 4 ? SKB_GSO_TCPV4 :
						 SKB_GSO_TCPV6);
	case IPPROTO_UDP:
		/* What is to be cut into datagrams gets checksums, always. */
		return type & SKB_GSO_UDP ||
		       (type & SKB_GSO_UDP_L4 && !h->no_checksum);
	case IPPROTO_SCTP:
		return type & SKB_GSO_SCTP;
	}
	return false;
}

/* The checksum of an ICMP error: a wrong one must not be made a right one. */
static bool ix_icmp_checksum_ok(struct sk_buff *skb,
				const struct ix_headers *h)
{
	unsigned int len = h->end - h->l4_off;
	struct in6_addr src, dst;
	__wsum sum = 0;

	/* It is not there yet, and will be right. */
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		return true;
	if (h->version == 6) {
		src = ix_addr_to_in6(h->src);
		dst = ix_addr_to_in6(h->dst);
		sum = ~csum_unfold(csum_ipv6_magic(&src, &dst, len,
						   IPPROTO_ICMPV6, 0));
	}
	return !csum_fold(skb_checksum(skb, h->l4_off, len, sum));
}

/* Length of the packet in an error, extensions behind it; 0 if it has none. */
static unsigned int ix_quote_len(const struct ix_headers *h, const u8 *icmp)
{
	if (h->version == 4) {
		switch (h->icmp_type) {
		case ICMP_DEST_UNREACH:
		case ICMP_TIME_EXCEEDED:
		case ICMP_PARAMETERPROB:
			return icmp[5] * 4;
		}
		return 0;
	}
	switch (h->icmp_type) {
	case ICMPV6_DEST_UNREACH:
	case ICMPV6_TIME_EXCEED:
		return icmp[4] * 8;
	}
	return 0;
}

static enum ix_drop ix_parse_error(struct sk_buff *skb,
				   struct ix_packet *packet)
{
	const struct ix_headers *outer = &packet->outer;
	struct ix_headers *inner = &packet->inner;
	enum ix_drop reason;
	unsigned int len;
	const u8 *icmp;
	__be32 info;

	/* A fragmented error could not be rewritten as a whole. */
	if (ix_headers_is_fragment(outer))
		return IX_DROP_ICMP_FRAGMENT;
	if (!ix_icmp_checksum_ok(skb, outer))
		return IX_DROP_ICMP_CHECKSUM;

	icmp = skb_network_header(skb) + outer->l4_off;
	memcpy(&info, icmp + 4, sizeof(info));
	packet->info = ntohl(info);
	memset(inner, 0, sizeof(*inner));
	inner->l3_off = outer->l4_off + sizeof(struct icmphdr);
	inner->end = outer->end;
	/* RFC 4884, 5.1: lengths that cannot be are none. */
	len = ix_quote_len(outer, icmp);
	if (len && inner->l3_off + len < outer->end) {
		inner->end = inner->l3_off + len;
		packet->extensions = inner->end;
	}

	reason = outer->version == 4 ? ix_parse_ipv4(skb, inner, true) :
				       ix_parse_ipv6(skb, inner, true);
	if (!reason)
		reason = ix_parse_transport(skb, inner, true);
	if (reason == IX_DROP_NO_MEMORY)
		return reason;
	/* Errors about errors there must not be. */
	if (reason || ix_headers_is_icmp_error(inner))
		return IX_DROP_ICMP_INNER;
	packet->is_error = true;
	return IX_FORWARDED;
}

enum ix_drop ix_packet_parse(struct sk_buff *skb, struct ix_packet *packet)
{
	struct ix_headers *outer = &packet->outer;
	enum ix_drop reason;
	int err;

	/* There is time for the inner headers if there are any. */
	*outer = (struct ix_headers){ .end = skb->len };
	packet->is_error = false;
	packet->info = 0;
	packet->extensions = 0;
	if (skb_warn_if_lro(skb))
		return IX_DROP_LRO;
	reason = skb->protocol == htons(ETH_P_IP) ?
		 ix_parse_ipv4(skb, outer, false) :
		 ix_parse_ipv6(skb, outer, false);
	if (reason)
		return reason;
	/* What the link has padded does not belong to the packet. */
	err = pskb_trim_rcsum(skb, outer->end);
	if (err)
		return err == -ENOMEM ? IX_DROP_NO_MEMORY : IX_DROP_MALFORMED;
	reason = ix_parse_transport(skb, outer, false);
	if (reason)
		return reason;
	if (!ix_gso_fits(skb, outer))
		return IX_DROP_MALFORMED;
	if (unlikely(outer->bad_source) && !ix_headers_is_icmp_error(outer))
		return IX_DROP_BAD_ADDRESS;
	if (ix_headers_is_icmp_error(outer)) {
		reason = ix_parse_error(skb, packet);
		if (reason)
			return reason;
	}
	if (!ix_partial_fits(skb, packet))
		return IX_DROP_MALFORMED;
	/* Last: whether the sender is told depends on all of the above. */
	return outer->source_route ? IX_DROP_SOURCE_ROUTE : IX_FORWARDED;
}

/* Length of the header that each segment has, at this offset; 0 if it is not there. */
static u32 ix_segment_header_length(const struct sk_buff *skb,
				    unsigned int offset)
{
	const unsigned int tcp = SKB_GSO_TCPV4 | SKB_GSO_TCPV6;
	const unsigned int udp = SKB_GSO_UDP | SKB_GSO_UDP_L4;
	const struct tcphdr *tcph;
	struct tcphdr buf;

	if (skb_shinfo(skb)->gso_type & udp)
		return sizeof(struct udphdr);
	if (!(skb_shinfo(skb)->gso_type & tcp))
		return 0;
	tcph = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return tcph ? tcph->doff * 4 : 0;
}

/**
 * ix_segment_length() - how long are the packets that leave?
 * @skb: packet, as parsed
 * @h: its headers
 *
 * Of a tunnel's packet the stack knows where the innermost transport header is:
 * it has put it there, or has found it when it merged what came in.
 *
 * Return: length of the packet, or of the largest segment of a GSO packet; 0 if
 * that is known only when it has been cut.
 */
u32 ix_segment_length(const struct sk_buff *skb, const struct ix_headers *h)
{
	unsigned int offset = h->l4_off;
	u32 header;

	if (!skb_is_gso(skb))
		return h->total_len;
	if (skb_shinfo(skb)->gso_type & IX_GSO_TUNNEL) {
		if (!skb->encapsulation ||
		    skb_inner_transport_offset(skb) <= (int)h->l4_off)
			return 0;
		offset = skb_inner_transport_offset(skb);
	}
	header = ix_segment_header_length(skb, offset);
	if (!header)
		return 0;
	return min_t(u32, h->total_len,
		     offset - h->l3_off + header + skb_shinfo(skb)->gso_size);
}
