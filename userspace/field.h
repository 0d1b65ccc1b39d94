/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fields of objects: each is described once, and that description serves to
 * read it, to write it as text and as JSON, and to compare it.
 */
#ifndef IXCTL_FIELD_H
#define IXCTL_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "ixctl.h"
#include "msg.h"

struct field;

/**
 * struct number_word - a number that has a name
 * @word: the name; in text and in JSON it stands for the number
 * @value: the number
 */
struct number_word {
	const char *word;
	uint64_t value;
};

/**
 * struct field_type - what a field can contain
 * @accepts: can this word be the beginning of a value that stands without its
 *	keyword? NULL: there is no such value
 * @parse: take the value from the words and put it into a message; an enum
 *	status
 * @print: write the value in @record
 * @same: are the values in two records the same? NULL: attr_same() says so
 * @shown: is there something to write, though it is not empty? NULL: there is
 * @inner: words for the attributes inside a nest, by number
 * @inner_nr: how many
 */
struct field_type {
	bool (*accepts)(const struct field *field, const char *word);
	int (*parse)(struct ixctl *ctl, const struct field *field,
		     struct args *args, struct msg *msg);
	void (*print)(struct ixctl *ctl, const struct field *field,
		      const struct record *record);
	bool (*same)(const struct field *field, const struct record *a,
		     const struct record *b);
	bool (*shown)(struct ixctl *ctl, const struct field *field,
		      const struct record *record);
	const char *const *inner;
	unsigned int inner_nr;
};

/**
 * enum field_flags - what is special about a field
 * @FIELD_KEY: says which object is meant
 * @FIELD_EITHER: one of the keys that are so marked is enough
 * @FIELD_AUTO: a key that the kernel can choose for a new object
 * @FIELD_BARE: its value may stand without the keyword
 * @FIELD_WORD: it is written with its keyword nevertheless
 * @FIELD_ALWAYS: written even if it is 0
 * @FIELD_MULTI: may be given several times, and comes in several attributes
 * @FIELD_NEEDED: a new object has to have it
 * @FIELD_FIXED: can't be changed
 * @FIELD_NUMBER: the lowest free number if it is left out
 * @FIELD_DUMP: the kernel can list by it
 * @FIELD_INFO: only for reading
 * @FIELD_STATS: written in text only with -s
 */
enum field_flags {
	FIELD_KEY = 1 << 0,
	FIELD_EITHER = 1 << 1,
	FIELD_AUTO = 1 << 2,
	FIELD_BARE = 1 << 3,
	FIELD_WORD = 1 << 4,
	FIELD_ALWAYS = 1 << 5,
	FIELD_MULTI = 1 << 6,
	FIELD_NEEDED = 1 << 7,
	FIELD_FIXED = 1 << 8,
	FIELD_NUMBER = 1 << 9,
	FIELD_DUMP = 1 << 10,
	FIELD_INFO = 1 << 11,
	FIELD_STATS = 1 << 12,
};

/**
 * struct field - a field of an object
 * @word: keyword
 * @key: key in JSON, if it is not @word
 * @usage: how it is written, for help
 * @type: what it can contain
 * @flags: enum field_flags
 * @attr: attribute
 * @attr2: second attribute, for types that have two
 * @size: numbers: octets; strings: the most octets; addresses: 4, 16, or 0
 *	for both
 * @values: words for the numbers of an enumeration
 * @values_nr: how many
 * @words: numbers that have names
 * @words_nr: how many
 * @of: word of the object whose key @attr is, or NULL
 * @of2: the same for @attr2
 */
struct field {
	const char *word;
	const char *key;
	const char *usage;
	const struct field_type *type;
	unsigned int flags;
	uint16_t attr;
	uint16_t attr2;
	unsigned int size;
	const char *const *values;
	unsigned int values_nr;
	const struct number_word *words;
	unsigned int words_nr;
	const char *of;
	const char *of2;
};

extern const struct field_type type_number;
extern const struct field_type type_enum;
extern const struct field_type type_switch;
extern const struct field_type type_flag;
extern const struct field_type type_string;
extern const struct field_type type_tag;
extern const struct field_type type_institution;
extern const struct field_type type_address;
extern const struct field_type type_prefix;
extern const struct field_type type_time;
extern const struct field_type type_selector;
extern const struct field_type type_nexthop;
extern const struct field_type type_entry;
extern const struct field_type type_counters;
/* What keeps it, or the party of a rule that its attributes are, in quarantine. */
extern const struct field_type type_causes;
extern const struct field_type type_party_causes;

static inline const char *field_key(const struct field *field)
{
	return field->key ? field->key : field->word;
}

/* Is there nothing in @record for this field, or only zeros? */
bool field_is_empty(const struct field *field, const struct record *record);
bool field_same(const struct field *field, const struct record *a,
		const struct record *b);
/* Is all that @wanted asks for among what @record has? */
bool field_matches(const struct field *field, const struct record *wanted,
		   const struct record *record);

/* The word for attribute @attr inside a nest of this field, or NULL. */
const char *field_inner_word(const struct field *field, uint16_t attr);

/* What a protocol is followed by: ports or an ICMP type. */
bool protocol_has_ports(uint8_t protocol);

#endif /* IXCTL_FIELD_H */
