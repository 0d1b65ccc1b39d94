// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "probe.h"
#include "value.h"

#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define TCP_HEADER 20
#define UDP_HEADER 8
#define ICMP_HEADER 8

#define TCP_FLAG_SYN 0x02

#define DEFAULT_TTL 64
/* The first of the ports that clients use (RFC 6335). */
#define DEFAULT_SOURCE_PORT 49152

/**
 * struct description - what the command line says of a packet
 * @src: source
 * @dst: destination
 * @protocol: protocol, 58 for ICMP too
 * @has_protocol: it was given
 * @sport: source port
 * @dport: destination port
 * @has_dport: it was given
 * @flags: TCP flags
 * @has_flags: they were given
 * @type: ICMP type, as a word
 * @code: ICMP code
 * @ttl: hop limit
 * @len: length of the whole packet, 0 for the shortest
 */
struct description {
	struct prefix src;
	struct prefix dst;
	uint8_t protocol;
	bool has_protocol;
	uint16_t sport;
	uint16_t dport;
	bool has_dport;
	uint8_t flags;
	bool has_flags;
	const char *type;
	uint8_t code;
	uint8_t ttl;
	uint16_t len;
};

static const char *const tcp_flags[] = {
	"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr",
};

static bool parse_tcp_flags(const char *word, uint8_t *flags)
{
	*flags = 0;
	while (*word) {
		size_t len = strcspn(word, ",");
		unsigned int i;

		for (i = 0; i < ARRAY_SIZE(tcp_flags); i++)
			if (strlen(tcp_flags[i]) == len &&
			    !strncmp(tcp_flags[i], word, len))
				break;
		if (i == ARRAY_SIZE(tcp_flags))
			return !strcmp(word, "none");
		*flags |= (uint8_t)(1 << i);
		word += len + (word[len] == ',');
	}
	return true;
}

const char *format_tcp_flags(char text[TCP_FLAGS_TEXT], uint8_t flags)
{
	unsigned int i;
	size_t len = 0;

	snprintf(text, TCP_FLAGS_TEXT, "none");
	for (i = 0; i < ARRAY_SIZE(tcp_flags); i++)
		if (flags >> i & 1)
			len += (size_t)snprintf(text + len,
						TCP_FLAGS_TEXT - len, "%s%s",
						len ? "," : "", tcp_flags[i]);
	return text;
}

static bool describe_value(struct description *d, const char *keyword,
			   const char *word)
{
	uint64_t value = 0;
	bool good;

	if (!strcmp(keyword, "src"))
		return parse_address(word, &d->src);
	if (!strcmp(keyword, "dst"))
		return parse_address(word, &d->dst);
	if (!strcmp(keyword, "flags")) {
		d->has_flags = true;
		return parse_tcp_flags(word, &d->flags);
	}
	if (!strcmp(keyword, "type")) {
		d->type = word;
		return true;
	}
	if (!strcmp(keyword, "sport")) {
		good = parse_uint(word, UINT16_MAX, &value);
		d->sport = (uint16_t)value;
	} else if (!strcmp(keyword, "dport")) {
		good = parse_uint(word, UINT16_MAX, &value);
		d->dport = (uint16_t)value;
		d->has_dport = true;
	} else if (!strcmp(keyword, "code")) {
		good = parse_uint(word, UINT8_MAX, &value);
		d->code = (uint8_t)value;
	} else if (!strcmp(keyword, "ttl")) {
		good = parse_uint(word, UINT8_MAX, &value);
		d->ttl = (uint8_t)value;
	} else {
		good = parse_uint(word, PROBE_SIZE, &value);
		d->len = (uint16_t)value;
	}
	return good;
}

static const struct {
	const char *keyword;
	const char *wanted;
} values[] = {
	{ "src", "an address" },
	{ "dst", "an address" },
	{ "sport", "a port" },
	{ "dport", "a port" },
	{ "flags", "a list like syn,ack" },
	{ "type", "an ICMP type" },
	{ "code", "a number from 0 to 255" },
	{ "ttl", "a number from 0 to 255" },
	{ "len", "a number of octets up to 16384" },
};

static int describe(struct ixctl *ctl, struct args *args, struct description *d)
{
	while (args->left) {
		const char *keyword = args_take(args);
		const char *word;
		unsigned int i;

		if (!strcmp(keyword, "proto") && args->left)
			keyword = args_take(args);
		for (i = 0; i < ARRAY_SIZE(values); i++)
			if (!strcmp(keyword, values[i].keyword))
				break;
		if (i == ARRAY_SIZE(values)) {
			if (!d->has_protocol &&
			    parse_protocol(keyword, &d->protocol)) {
				d->has_protocol = true;
				continue;
			}
			complain(ctl, "\"%s\" is unknown here, see \"ixctl trace help\"",
				 keyword);
			return STATUS_USAGE;
		}
		word = args_take(args);
		if (!word) {
			complain(ctl, "%s: a value is missing", keyword);
			return STATUS_USAGE;
		}
		if (!describe_value(d, keyword, word)) {
			complain(ctl, "%s: \"%s\" is not %s", keyword, word,
				 values[i].wanted);
			return STATUS_USAGE;
		}
	}
	return STATUS_OK;
}

static int check(struct ixctl *ctl, const struct description *d)
{
	bool tcp = d->protocol == IPPROTO_TCP;
	const char *wrong = NULL;

	if (!d->src.octets || !d->dst.octets)
		wrong = "src ADDRESS and dst ADDRESS are needed, or packet HEX";
	else if (d->src.octets != d->dst.octets)
		wrong = "src and dst have to be of the same IP version";
	else if (protocol_has_ports(d->protocol) && !d->has_dport)
		wrong = "dport PORT is missing";
	else if (!protocol_has_ports(d->protocol) && d->has_dport)
		wrong = "dport: the protocol has no ports";
	else if (d->type && d->protocol != IPPROTO_ICMPV6)
		wrong = "type: only ICMP has types";
	else if (d->has_flags && !tcp)
		wrong = "flags: only TCP has flags";
	if (!wrong)
		return STATUS_OK;
	complain(ctl, "%s", wrong);
	return STATUS_USAGE;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t add_octets(uint32_t sum, const uint8_t *octets, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? octets[i] : (uint32_t)octets[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static size_t header_size(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return TCP_HEADER;
	case IPPROTO_ICMPV6:
		return ICMP_HEADER;
	}
	/* UDP's size, which is enough to show ports for the others. */
	return protocol_has_ports(protocol) ? UDP_HEADER : 0;
}

static size_t checksum_offset(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return 6;
	case IPPROTO_ICMPV6:
		return 2;
	}
	return 0;
}

static void put_transport(const struct description *d, uint8_t type,
			  uint8_t *at, size_t len)
{
	if (protocol_has_ports(d->protocol)) {
		put16(at, d->sport);
		put16(at + 2, d->dport);
	}
	switch (d->protocol) {
	case IPPROTO_TCP:
		at[12] = TCP_HEADER / 4 << 4;
		at[13] = d->flags;
		put16(at + 14, UINT16_MAX);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		put16(at + 4, (uint16_t)len);
		break;
	case IPPROTO_ICMPV6:
		at[0] = type;
		at[1] = d->code;
		break;
	}
}

/* With the pseudo header, but for ICMP over IPv4. */
static void put_checksum(const struct description *d, uint8_t *at, size_t len)
{
	bool v4 = d->src.octets == 4;
	size_t offset = checksum_offset(d->protocol);
	uint32_t sum = 0;
	uint16_t value;

	if (!offset)
		return;
	if (!v4 || d->protocol != IPPROTO_ICMPV6) {
		sum = add_octets(sum, d->src.address, d->src.octets);
		sum = add_octets(sum, d->dst.address, d->dst.octets);
		sum += (uint32_t)len + d->protocol;
	}
	value = fold(add_octets(sum, at, len));
	if (!value && d->protocol != IPPROTO_ICMPV6 &&
	    d->protocol != IPPROTO_TCP)
		value = UINT16_MAX;
	put16(at + offset, value);
}

static void put_ip(const struct description *d, uint8_t *at, size_t len)
{
	if (d->src.octets == 16) {
		at[0] = 6 << 4;
		put16(at + 4, (uint16_t)(len - IPV6_HEADER));
		at[6] = d->protocol;
		at[7] = d->ttl;
		memcpy(at + 8, d->src.address, 16);
		memcpy(at + 24, d->dst.address, 16);
		return;
	}
	at[0] = 4 << 4 | IPV4_HEADER / 4;
	put16(at + 2, (uint16_t)len);
	/* Like most packets nowadays, it must not be fragmented. */
	put16(at + 6, 0x4000);
	at[8] = d->ttl;
	at[9] = d->protocol == IPPROTO_ICMPV6 ? IPPROTO_ICMP : d->protocol;
	memcpy(at + 12, d->src.address, 4);
	memcpy(at + 16, d->dst.address, 4);
	put16(at + 10, fold(add_octets(0, at, IPV4_HEADER)));
}

static int build(struct ixctl *ctl, const struct description *d,
		 struct probe *probe)
{
	bool v4 = d->src.octets == 4;
	size_t ip = v4 ? IPV4_HEADER : IPV6_HEADER;
	size_t shortest = ip + header_size(d->protocol);
	size_t len = d->len ? d->len : shortest;
	const char *word = d->type ? d->type : "echo-request";
	uint8_t type = 0;

	if (len < shortest) {
		complain(ctl, "len: such a packet has at least %zu octets",
			 shortest);
		return STATUS_USAGE;
	}
	if (!(v4 ? parse_icmp4_type(word, &type) :
		   parse_icmp_type(word, &type))) {
		complain(ctl, "type: \"%s\" is not a type of ICMP%s", word,
			 v4 ? "" : "v6");
		return STATUS_USAGE;
	}
	memset(probe->octets, 0, len);
	put_transport(d, type, probe->octets + ip, len - ip);
	put_checksum(d, probe->octets + ip, len - ip);
	put_ip(d, probe->octets, len);
	probe->len = len;
	return STATUS_OK;
}

static int hex_digit(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* Octets in base 16; blanks, colons and several words are fine. */
static int parse_hex(struct ixctl *ctl, struct args *args, struct probe *probe)
{
	int high = -1;

	probe->len = 0;
	while (args->left) {
		const char *c;

		for (c = args_take(args); *c; c++) {
			int digit = hex_digit(*c);

			if (isspace((unsigned char)*c) || *c == ':')
				continue;
			if (digit < 0) {
				complain(ctl, "packet: \"%c\" is no digit of base 16",
					 *c);
				return STATUS_USAGE;
			}
			if (probe->len == PROBE_SIZE) {
				complain(ctl, "packet: longer than %d octets",
					 PROBE_SIZE);
				return STATUS_USAGE;
			}
			if (high < 0) {
				high = digit;
				continue;
			}
			probe->octets[probe->len++] = (uint8_t)(high << 4 |
								digit);
			high = -1;
		}
	}
	if (high < 0 && probe->len)
		return STATUS_OK;
	complain(ctl, "packet: digits are missing");
	return STATUS_USAGE;
}

int probe_parse(struct ixctl *ctl, struct args *args, struct probe *probe)
{
	struct description d = {
		.sport = DEFAULT_SOURCE_PORT,
		.ttl = DEFAULT_TTL,
	};
	int ret;

	if (args_take_if(args, "packet"))
		return parse_hex(ctl, args, probe);
	ret = describe(ctl, args, &d);
	if (ret)
		return ret;
	if (!d.has_protocol)
		d.protocol = IPPROTO_ICMPV6;
	ret = check(ctl, &d);
	if (ret)
		return ret;
	/* Without flags a segment opens a connection. */
	if (d.protocol == IPPROTO_TCP && !d.has_flags)
		d.flags = TCP_FLAG_SYN;
	return build(ctl, &d, probe);
}
