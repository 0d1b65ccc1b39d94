// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ixctl.h"
#include "value.h"

bool is_number(const char *word)
{
	if (!*word)
		return false;
	for (; *word; word++)
		if (*word < '0' || *word > '9')
			return false;
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Returns what is behind the number, or NULL. */
static const char *scan_uint(const char *word, uint64_t max, uint64_t *value)
{
	unsigned int base = 10;
	uint64_t v = 0;

	if (word[0] == '0' && (word[1] | 0x20) == 'x') {
		base = 16;
		word += 2;
	}
	if ((unsigned int)digit(*word) >= base)
		return NULL;
	while (*word && (unsigned int)digit(*word) < base) {
		unsigned int d = (unsigned int)digit(*word++);

		if (d > max || v > (max - d) / base)
			return NULL;
		v = v * base + d;
	}
	*value = v;
	return word;
}

bool parse_uint(const char *word, uint64_t max, uint64_t *value)
{
	word = scan_uint(word, max, value);
	return word && !*word;
}

bool parse_range(const char *word, uint16_t *min, uint16_t *max)
{
	uint64_t low, high;

	word = scan_uint(word, UINT16_MAX, &low);
	if (!word)
		return false;
	high = low;
	if (*word == '-')
		word = scan_uint(word + 1, UINT16_MAX, &high);
	if (!word || *word || high < low)
		return false;
	*min = (uint16_t)low;
	*max = (uint16_t)high;
	return true;
}

bool looks_like_address(const char *word)
{
	return (*word == ':' || isxdigit((unsigned char)*word)) &&
	       strpbrk(word, ".:/");
}

/* Only what inet_pton() takes, and that in @len octets of @word. */
static bool scan_address(const char *word, size_t len, struct prefix *prefix)
{
	char text[INET6_ADDRSTRLEN];
	bool v6 = memchr(word, ':', len);

	if (len >= sizeof(text))
		return false;
	memcpy(text, word, len);
	text[len] = '\0';
	memset(prefix->address, 0, sizeof(prefix->address));
	prefix->octets = v6 ? 16 : 4;
	prefix->length = prefix->octets * 8;
	return inet_pton(v6 ? AF_INET6 : AF_INET, text, prefix->address) == 1;
}

bool parse_address(const char *word, struct prefix *prefix)
{
	return scan_address(word, strlen(word), prefix);
}

bool parse_prefix(const char *word, struct prefix *prefix)
{
	const char *slash = strchr(word, '/');
	uint64_t length;

	if (!slash)
		return parse_address(word, prefix);
	if (!scan_address(word, (size_t)(slash - word), prefix) ||
	    !is_number(slash + 1) ||
	    !parse_uint(slash + 1, prefix->length, &length))
		return false;
	prefix->length = (unsigned int)length;
	return true;
}

const char *format_address(char text[PREFIX_TEXT], const void *address,
			   size_t octets)
{
	if ((octets != 4 && octets != 16) ||
	    !inet_ntop(octets == 4 ? AF_INET : AF_INET6, address, text,
		       PREFIX_TEXT))
		snprintf(text, PREFIX_TEXT, "?");
	return text;
}

const char *format_prefix(char text[PREFIX_TEXT], const void *address,
			  size_t octets, unsigned int length)
{
	size_t end;

	format_address(text, address, octets);
	end = strlen(text);
	snprintf(text + end, PREFIX_TEXT - end, "/%u", length);
	return text;
}

/* Exactly @width digits; returns what is behind them, or NULL. */
static const char *scan_digits(const char *text, unsigned int width, int *value)
{
	int v = 0;

	if (!text)
		return NULL;
	while (width--) {
		if (*text < '0' || *text > '9')
			return NULL;
		v = v * 10 + *text++ - '0';
	}
	*value = v;
	return text;
}

static const char *scan_char(const char *text, const char *set)
{
	return text && *text && strchr(set, *text) ? text + 1 : NULL;
}

/* Seconds that local time is ahead of UTC. */
static const char *scan_zone(const char *text, int *offset)
{
	int hours, minutes;
	bool west;

	*offset = 0;
	if (!text)
		return NULL;
	if (*text == 'Z' || *text == 'z')
		return text + 1;
	west = *text == '-';
	text = scan_char(text, "+-");
	text = scan_digits(text, 2, &hours);
	text = scan_char(text, ":");
	text = scan_digits(text, 2, &minutes);
	if (!text || hours > 23 || minutes > 59)
		return NULL;
	*offset = (hours * 60 + minutes) * (west ? -60 : 60);
	return text;
}

static bool parse_rfc3339(const char *word, uint64_t *seconds)
{
	struct tm tm = { 0 }, again;
	int offset = 0;
	time_t t;

	word = scan_digits(word, 4, &tm.tm_year);
	word = scan_char(word, "-");
	word = scan_digits(word, 2, &tm.tm_mon);
	word = scan_char(word, "-");
	word = scan_digits(word, 2, &tm.tm_mday);
	if (word && *word) {
		word = scan_char(word, "Tt ");
		word = scan_digits(word, 2, &tm.tm_hour);
		word = scan_char(word, ":");
		word = scan_digits(word, 2, &tm.tm_min);
		word = scan_char(word, ":");
		word = scan_digits(word, 2, &tm.tm_sec);
		word = scan_zone(word, &offset);
	}
	if (!word || *word)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	again = tm;
	t = timegm(&again);
	/* timegm() makes the 3rd of March of the 31st of February. */
	if (again.tm_year != tm.tm_year || again.tm_mon != tm.tm_mon ||
	    again.tm_mday != tm.tm_mday || again.tm_hour != tm.tm_hour ||
	    again.tm_min != tm.tm_min || again.tm_sec != tm.tm_sec)
		return false;
	t -= offset;
	*seconds = (uint64_t)t;
	return t > 0;
}

bool parse_time(const char *word, uint64_t *seconds)
{
	if (!strcmp(word, "none")) {
		*seconds = 0;
		return true;
	}
	/* 0 stands for no limit, so that no time can mean the second 0. */
	if (*word == '@')
		return parse_uint(word + 1, UINT64_MAX, seconds) && *seconds;
	return parse_rfc3339(word, seconds);
}

const char *format_time(char text[TIME_TEXT], uint64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	/* From the year 10000 on RFC 3339 has no notation. */
	if (!seconds)
		snprintf(text, TIME_TEXT, "none");
	else if (seconds >= 253402300800 || !gmtime_r(&t, &tm) ||
		 !strftime(text, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(text, TIME_TEXT, "@%llu", (unsigned long long)seconds);
	return text;
}

/* A number with its name; of several names the first is the one to write. */
struct named {
	uint8_t number;
	const char *name;
};

static const struct named protocols[] = {
	{ IPPROTO_TCP, "tcp" },
	{ IPPROTO_UDP, "udp" },
	{ IPPROTO_ICMPV6, "icmp" },
	{ IPPROTO_ICMPV6, "icmpv6" },
	{ IPPROTO_SCTP, "sctp" },
	{ IPPROTO_DCCP, "dccp" },
	{ IPPROTO_UDPLITE, "udplite" },
	{ IPPROTO_GRE, "gre" },
	{ IPPROTO_ESP, "esp" },
	{ IPPROTO_AH, "ah" },
	{ IPPROTO_IPIP, "ipip" },
	{ IPPROTO_IPV6, "ipv6" },
	{ 89, "ospf" },
	{ 112, "vrrp" },
	{ 115, "l2tp" },
};

static const struct named icmp_types[] = {
	{ 1, "destination-unreachable" },
	{ 2, "packet-too-big" },
	{ 3, "time-exceeded" },
	{ 4, "parameter-problem" },
	{ 128, "echo-request" },
	{ 129, "echo-reply" },
	{ 130, "mld-query" },
	{ 131, "mld-report" },
	{ 132, "mld-done" },
	{ 133, "router-solicitation" },
	{ 134, "router-advertisement" },
	{ 135, "neighbour-solicitation" },
	{ 136, "neighbour-advertisement" },
	{ 137, "redirect" },
	{ 143, "mld2-report" },
	{ 160, "extended-echo-request" },
	{ 161, "extended-echo-reply" },
};

static const struct named icmp4_types[] = {
	{ 0, "echo-reply" },
	{ 3, "destination-unreachable" },
	{ 4, "source-quench" },
	{ 5, "redirect" },
	{ 8, "echo-request" },
	{ 9, "router-advertisement" },
	{ 10, "router-solicitation" },
	{ 11, "time-exceeded" },
	{ 12, "parameter-problem" },
	{ 13, "timestamp-request" },
	{ 14, "timestamp-reply" },
	{ 42, "extended-echo-request" },
	{ 43, "extended-echo-reply" },
};

static const struct named *find_name(const struct named *list, size_t nr,
				     const char *name)
{
	for (; nr; list++, nr--)
		if (!strcmp(list->name, name))
			return list;
	return NULL;
}

static const char *name_of(const struct named *list, size_t nr, uint8_t number)
{
	for (; nr; list++, nr--)
		if (list->number == number)
			return list->name;
	return NULL;
}

static bool parse_named(const struct named *list, size_t nr, const char *word,
			uint8_t *number)
{
	const struct named *found = find_name(list, nr, word);
	uint64_t value;

	if (found)
		value = found->number;
	else if (!parse_uint(word, UINT8_MAX, &value))
		return false;
	*number = (uint8_t)value;
	return true;
}

bool parse_protocol(const char *word, uint8_t *protocol)
{
	if (!parse_named(protocols, ARRAY_SIZE(protocols), word, protocol))
		return false;
	if (*protocol == IPPROTO_ICMP)
		*protocol = IPPROTO_ICMPV6;
	return true;
}

const char *protocol_name(uint8_t protocol)
{
	return name_of(protocols, ARRAY_SIZE(protocols), protocol);
}

bool parse_icmp_type(const char *word, uint8_t *type)
{
	return parse_named(icmp_types, ARRAY_SIZE(icmp_types), word, type);
}

bool parse_icmp4_type(const char *word, uint8_t *type)
{
	return parse_named(icmp4_types, ARRAY_SIZE(icmp4_types), word, type);
}

const char *icmp_type_name(uint8_t type)
{
	return name_of(icmp_types, ARRAY_SIZE(icmp_types), type);
}

const char *icmp4_type_name(uint8_t type)
{
	return name_of(icmp4_types, ARRAY_SIZE(icmp4_types), type);
}

static const struct {
	bool v4;
	uint8_t type;
	uint8_t code;
	const char *name;
} icmp_codes[] = {
	{ true, 3, 0, "network unreachable" },
	{ true, 3, 1, "host unreachable" },
	{ true, 3, 2, "protocol unreachable" },
	{ true, 3, 3, "port unreachable" },
	{ true, 3, 4, "fragmentation needed" },
	{ true, 3, 5, "source route failed" },
	{ true, 3, 9, "network administratively prohibited" },
	{ true, 3, 10, "host administratively prohibited" },
	{ true, 3, 13, "communication administratively prohibited" },
	{ true, 11, 0, "time to live exceeded in transit" },
	{ true, 12, 0, "parameter problem" },
	{ false, 1, 0, "no route to destination" },
	{ false, 1, 1, "communication administratively prohibited" },
	{ false, 1, 3, "address unreachable" },
	{ false, 1, 4, "port unreachable" },
	{ false, 1, 5, "source address failed policy" },
	{ false, 1, 6, "reject route to destination" },
	{ false, 2, 0, "packet too big" },
	{ false, 3, 0, "hop limit exceeded in transit" },
	{ false, 4, 0, "erroneous header field" },
	{ false, 4, 1, "unrecognized next header" },
};

const char *icmp_code_name(bool v4, uint8_t type, uint8_t code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(icmp_codes); i++)
		if (icmp_codes[i].v4 == v4 && icmp_codes[i].type == type &&
		    icmp_codes[i].code == code)
			return icmp_codes[i].name;
	return NULL;
}

unsigned int utf8_length(const unsigned char *text)
{
	unsigned int length, i;
	uint32_t code;

	if (text[0] < 0x80)
		return 1;
	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		length = 2;
	else if (text[0] >= 0xe0 && text[0] <= 0xef)
		length = 3;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		length = 4;
	else
		return 0;
	code = text[0] & (0x7fU >> length);
	for (i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if ((length == 3 && code < 0x800) || (length == 4 && code < 0x10000) ||
	    (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
		return 0;
	return length;
}
