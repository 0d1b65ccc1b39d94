/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values as people write them: numbers, addresses, prefixes, times, protocols,
 * ICMP types. Nothing here knows of netlink or of options.
 */
#ifndef IXCTL_VALUE_H
#define IXCTL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for an address or a prefix, and for a time, as text. */
#define PREFIX_TEXT 64
#define TIME_TEXT 32

/* A decimal number, or one in base 16 with 0x in front, of at most @max. */
bool parse_uint(const char *word, uint64_t max, uint64_t *value);
/* A number or a range N-M. */
bool parse_range(const char *word, uint16_t *min, uint16_t *max);
bool is_number(const char *word);

/* Does a word look like an address or a prefix, be it right or wrong? */
bool looks_like_address(const char *word);

/**
 * struct prefix - an address or a prefix
 * @octets: 4 or 16
 * @length: length of the prefix; the whole address where none was written
 * @address: in network order
 */
struct prefix {
	unsigned int octets;
	unsigned int length;
	uint8_t address[16];
};

bool parse_address(const char *word, struct prefix *prefix);
bool parse_prefix(const char *word, struct prefix *prefix);
/* Neither 4 nor 16 octets: an address that is not known. */
const char *format_address(char text[PREFIX_TEXT], const void *address,
			   size_t octets);
const char *format_prefix(char text[PREFIX_TEXT], const void *address,
			  size_t octets, unsigned int length);

/* RFC 3339, a date alone (its first second in UTC), @SECONDS, or "none": 0. */
bool parse_time(const char *word, uint64_t *seconds);
const char *format_time(char text[TIME_TEXT], uint64_t seconds);

/* Protocols; ICMP and ICMPv6 are one. NULL: no name. */
bool parse_protocol(const char *word, uint8_t *protocol);
const char *protocol_name(uint8_t protocol);

/* ICMPv6 types, and how those of ICMP correspond. */
bool parse_icmp_type(const char *word, uint8_t *type);
bool parse_icmp4_type(const char *word, uint8_t *type);
const char *icmp_type_name(uint8_t type);
const char *icmp4_type_name(uint8_t type);
/* What a code of destination unreachable and the like says, or NULL. */
const char *icmp_code_name(bool v4, uint8_t type, uint8_t code);

/*
 * Length of the UTF-8 sequence at @text: 0 if it is none (overlong forms,
 * surrogates and what is beyond U+10FFFF are none, and JSON must not have
 * them).
 */
unsigned int utf8_length(const unsigned char *text);

#endif /* IXCTL_VALUE_H */
