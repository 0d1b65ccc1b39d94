// SPDX-License-Identifier: GPL-2.0
#include <linux/ix.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "causes.h"
#include "field.h"
#include "names.h"
#include "value.h"

static int missing_value(struct ixctl *ctl, const struct field *field)
{
	complain(ctl, "%s: a value is missing", field->word);
	return STATUS_USAGE;
}

static int bad_value(struct ixctl *ctl, const struct field *field,
		     const char *word, const char *wanted)
{
	complain(ctl, "%s: \"%s\" is not %s", field->word, word, wanted);
	return STATUS_USAGE;
}

/* Numbers */

static bool number_accepts(const struct field *field, const char *word)
{
	(void)field;
	return is_number(word);
}

static uint64_t number_max(const struct field *field)
{
	return field->size == 8 ? UINT64_MAX :
				  (UINT64_C(1) << 8 * field->size) - 1;
}

static bool number_of_word(const struct field *field, const char *word,
			   uint64_t *value)
{
	unsigned int i;

	for (i = 0; i < field->words_nr; i++)
		if (same_word(field->words[i].word, word)) {
			*value = field->words[i].value;
			return true;
		}
	return false;
}

static const char *word_of_number(const struct field *field, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < field->words_nr; i++)
		if (field->words[i].value == value)
			return field->words[i].word;
	return NULL;
}

static int bad_number(struct ixctl *ctl, const struct field *field,
		      const char *word)
{
	char names[64] = "";
	unsigned int i;

	for (i = 0; i < field->words_nr; i++) {
		strncat(names, field->words[i].word,
			sizeof(names) - strlen(names) - 1);
		strncat(names, i + 1 < field->words_nr ? ", " : " or ",
			sizeof(names) - strlen(names) - 1);
	}
	complain(ctl, "%s: \"%s\" is not %sa number from 0 to %llu",
		 field->word, word, names,
		 (unsigned long long)number_max(field));
	return STATUS_USAGE;
}

static int number_parse(struct ixctl *ctl, const struct field *field,
			struct args *args, struct msg *msg)
{
	const char *word = args_take(args);
	uint64_t value;

	if (!word)
		return missing_value(ctl, field);
	if (!number_of_word(field, word, &value) &&
	    !parse_uint(word, number_max(field), &value))
		return bad_number(ctl, field, word);
	msg_put_uint(msg, field->attr, field->size, value);
	return STATUS_OK;
}

static void number_print(struct ixctl *ctl, const struct field *field,
			 const struct record *record)
{
	uint64_t value = record_uint(record, field->attr);
	const char *word = word_of_number(field, value);

	if (word)
		out_string(&ctl->out, field_key(field), word);
	else
		out_uint(&ctl->out, field_key(field), value);
}

const struct field_type type_number = {
	.accepts = number_accepts,
	.parse = number_parse,
	.print = number_print,
};

/* Enumerations */

static bool find_value(const struct field *field, const char *word,
		       unsigned int *value)
{
	unsigned int i;

	for (i = 0; i < field->values_nr; i++)
		if (same_word(field->values[i], word)) {
			*value = i;
			return true;
		}
	return false;
}

static bool enum_accepts(const struct field *field, const char *word)
{
	unsigned int value;

	return find_value(field, word, &value);
}

static int enum_parse(struct ixctl *ctl, const struct field *field,
		      struct args *args, struct msg *msg)
{
	const char *word = args_take(args);
	char list[256] = "one of:";
	unsigned int value, i;

	if (!word)
		return missing_value(ctl, field);
	if (find_value(field, word, &value)) {
		msg_put_uint(msg, field->attr, 1, value);
		return STATUS_OK;
	}
	for (i = 0; i < field->values_nr; i++) {
		strncat(list, " ", sizeof(list) - strlen(list) - 1);
		strncat(list, field->values[i],
			sizeof(list) - strlen(list) - 1);
	}
	return bad_value(ctl, field, word, list);
}

static void enum_print(struct ixctl *ctl, const struct field *field,
		       const struct record *record)
{
	uint64_t value = record_uint(record, field->attr);

	/* A newer kernel may have values that ixctl has no word for. */
	if (value < field->values_nr)
		out_string(&ctl->out, field_key(field), field->values[value]);
	else
		out_uint(&ctl->out, field_key(field), value);
}

const struct field_type type_enum = {
	.accepts = enum_accepts,
	.parse = enum_parse,
	.print = enum_print,
};

/* Switches: the keyword alone turns them on */

static int switch_parse(struct ixctl *ctl, const struct field *field,
			struct args *args, struct msg *msg)
{
	bool off = args_take_if(args, "off");

	(void)ctl;
	if (!off)
		args_take_if(args, "on");
	msg_put_uint(msg, field->attr, 1, !off);
	return STATUS_OK;
}

static void switch_print(struct ixctl *ctl, const struct field *field,
			 const struct record *record)
{
	out_json_bool(&ctl->out, field_key(field),
		      record_uint(record, field->attr));
}

const struct field_type type_switch = {
	.parse = switch_parse,
	.print = switch_print,
};

/* Flags: attributes without a value, of the kernel alone */

static int flag_parse(struct ixctl *ctl, const struct field *field,
		      struct args *args, struct msg *msg)
{
	(void)ctl;
	if (!args_take_if(args, "off")) {
		args_take_if(args, "on");
		msg_put(msg, field->attr, "", 0);
	}
	return STATUS_OK;
}

static void flag_print(struct ixctl *ctl, const struct field *field,
		       const struct record *record)
{
	bool set = record->attr[field->attr];

	out_bool(&ctl->out, field_key(field), set);
}

static bool flag_same(const struct field *field, const struct record *a,
		      const struct record *b)
{
	return !a->attr[field->attr] == !b->attr[field->attr];
}

const struct field_type type_flag = {
	.parse = flag_parse,
	.print = flag_print,
	.same = flag_same,
};

/* Names and other strings */

static bool string_accepts(const struct field *field, const char *word)
{
	(void)field;
	(void)word;
	return true;
}

static int put_string(struct ixctl *ctl, const struct field *field,
		      uint16_t attr, unsigned int max, const char *word,
		      struct msg *msg)
{
	size_t len = strlen(word);

	if (len > max) {
		complain(ctl, "%s: \"%.*s...\" is longer than %u octets",
			 field->word, (int)max, word, max);
		return STATUS_USAGE;
	}
	msg_put(msg, attr, word, len + 1);
	return STATUS_OK;
}

static int string_parse(struct ixctl *ctl, const struct field *field,
			struct args *args, struct msg *msg)
{
	const char *word = args_take(args);

	if (!word)
		return missing_value(ctl, field);
	return put_string(ctl, field, field->attr, field->size, word, msg);
}

static void string_print_one(struct ixctl *ctl, const char *key,
			     const struct nlattr *attr)
{
	char text[256];

	out_string(&ctl->out, key, attr_string(attr, text, sizeof(text)));
}

static void string_print(struct ixctl *ctl, const struct field *field,
			 const struct record *record)
{
	const struct nlattr *attr = record->attr[field->attr];

	if (!(field->flags & FIELD_MULTI)) {
		string_print_one(ctl, field_key(field), attr);
		return;
	}
	out_list(&ctl->out, field_key(field));
	while (attr) {
		string_print_one(ctl, NULL, attr);
		attr = record_next(record, field->attr, attr);
		if (attr)
			out_format(&ctl->out, " %s ", field->word);
	}
	out_list_end(&ctl->out);
}

const struct field_type type_string = {
	.accepts = string_accepts,
	.parse = string_parse,
	.print = string_print,
};

/* Tags and references to institutions */

static int institution_parse(struct ixctl *ctl, const struct field *field,
			     struct args *args, struct msg *msg)
{
	const char *word = args_take(args);
	uint32_t tag;
	int ret;

	if (!word)
		return missing_value(ctl, field);
	ret = names_resolve(ctl, word, &tag);
	if (ret)
		return ret;
	msg_put_uint(msg, field->attr, 4, tag);
	return STATUS_OK;
}

static void print_institution(struct ixctl *ctl, const char *key,
			      const char *name_key, uint32_t tag)
{
	const char *name = names_of(ctl, tag);

	if (ctl->out.json) {
		out_json_uint(&ctl->out, key, tag);
		if (name)
			out_json_string(&ctl->out, name_key, name);
	} else if (name) {
		out_string(&ctl->out, key, name);
	} else {
		out_uint(&ctl->out, key, tag);
	}
}

static void institution_print(struct ixctl *ctl, const struct field *field,
			      const struct record *record)
{
	char name_key[64];

	snprintf(name_key, sizeof(name_key), "%s-name", field_key(field));
	print_institution(ctl, field_key(field), name_key,
			  (uint32_t)record_uint(record, field->attr));
}

/* Who has no tag yet can't be found by a name. */
static int tag_parse(struct ixctl *ctl, const struct field *field,
		     struct args *args, struct msg *msg)
{
	const char *word = args_peek(args);
	bool new = ctl->verb && (!strcmp(ctl->verb, "add") ||
				 !strcmp(ctl->verb, "replace"));

	if (word && new && !is_number(word))
		return bad_value(ctl, field, word, "a number");
	return institution_parse(ctl, field, args, msg);
}

const struct field_type type_tag = {
	.accepts = string_accepts,
	.parse = tag_parse,
	.print = number_print,
};

const struct field_type type_institution = {
	.accepts = string_accepts,
	.parse = institution_parse,
	.print = institution_print,
};

/* Addresses and prefixes */

static const char *family_wanted(unsigned int octets, bool prefix)
{
	if (octets == 4)
		return prefix ? "an IPv4 prefix" : "an IPv4 address";
	if (octets == 16)
		return prefix ? "an IPv6 prefix" : "an IPv6 address";
	return prefix ? "a prefix" : "an address";
}

static bool address_accepts(const struct field *field, const char *word)
{
	bool v6 = strchr(word, ':');

	return looks_like_address(word) &&
	       (!field->size || v6 == (field->size == 16));
}

static int address_parse(struct ixctl *ctl, const struct field *field,
			 struct args *args, struct msg *msg)
{
	const char *word = args_take(args);
	struct prefix address;

	if (!word)
		return missing_value(ctl, field);
	if (!parse_address(word, &address) ||
	    (field->size && address.octets != field->size))
		return bad_value(ctl, field, word,
				 field->flags & FIELD_MULTI ? "an address" :
				 family_wanted(field->size, false));
	msg_put(msg, field->attr, address.address, address.octets);
	return STATUS_OK;
}

static void print_address(struct ixctl *ctl, const char *key,
			  const struct nlattr *attr)
{
	char text[PREFIX_TEXT];

	out_string(&ctl->out, key,
		   format_address(text, mnl_attr_get_payload(attr),
				  mnl_attr_get_payload_len(attr)));
}

static void address_print(struct ixctl *ctl, const struct field *field,
			  const struct record *record)
{
	const struct nlattr *attr = record->attr[field->attr];

	if (!(field->flags & FIELD_MULTI)) {
		if (attr)
			print_address(ctl, field_key(field), attr);
		return;
	}
	out_list(&ctl->out, field_key(field));
	while (attr) {
		print_address(ctl, NULL, attr);
		attr = record_next(record, field->attr, attr);
		if (attr)
			out_format(&ctl->out, " %s ", field->word);
	}
	out_list_end(&ctl->out);
}

const struct field_type type_address = {
	.accepts = address_accepts,
	.parse = address_parse,
	.print = address_print,
};

static bool prefix_accepts(const struct field *field, const char *word)
{
	return looks_like_address(word) ||
	       (field->size == 16 && !strcmp(word, "default"));
}

static int prefix_parse(struct ixctl *ctl, const struct field *field,
			struct args *args, struct msg *msg)
{
	const char *word = args_take(args);
	struct prefix prefix;

	if (!word)
		return missing_value(ctl, field);
	if (field->size == 16 && !strcmp(word, "default")) {
		prefix = (struct prefix){ .octets = 16 };
	} else if (!parse_prefix(word, &prefix)) {
		return bad_value(ctl, field, word,
				 family_wanted(field->size, true));
	} else if (field->size && prefix.octets != field->size) {
		if (field->size == 4)
			return bad_value(ctl, field, word,
					 family_wanted(4, true));
		complain(ctl, "%s: %s is not an IPv6 prefix, as all of the IX address space are",
			 field->word, word);
		return STATUS_USAGE;
	}
	msg_put(msg, field->attr, prefix.address, prefix.octets);
	msg_put_uint(msg, field->attr2, 1, prefix.length);
	return STATUS_OK;
}

static void prefix_print(struct ixctl *ctl, const struct field *field,
			 const struct record *record)
{
	const struct nlattr *attr = record->attr[field->attr];
	char text[PREFIX_TEXT];

	if (!attr)
		return;
	format_prefix(text, mnl_attr_get_payload(attr),
		      mnl_attr_get_payload_len(attr),
		      (unsigned int)record_uint(record, field->attr2));
	out_string(&ctl->out, field_key(field), text);
}

/* 0.0.0.0/0 and ::/0 are all zeros, and neither is missing. */
static bool prefix_same(const struct field *field, const struct record *a,
			const struct record *b)
{
	const struct nlattr *x = a->attr[field->attr];
	const struct nlattr *y = b->attr[field->attr];

	if (!x || !y)
		return x == y;
	return x->nla_len == y->nla_len && attr_same(x, y) &&
	       record_uint(a, field->attr2) == record_uint(b, field->attr2);
}

const struct field_type type_prefix = {
	.accepts = prefix_accepts,
	.parse = prefix_parse,
	.print = prefix_print,
	.same = prefix_same,
};

/* Times */

static int time_parse(struct ixctl *ctl, const struct field *field,
		      struct args *args, struct msg *msg)
{
	const char *word = args_take(args);
	uint64_t seconds;

	if (!word)
		return missing_value(ctl, field);
	if (!parse_time(word, &seconds))
		return bad_value(ctl, field, word,
				 "a time (2026-03-31, 2026-03-31T09:00:00+09:00, @SECONDS or none)");
	/* Most likely the wrong year. Files may well have what was once valid. */
	if (seconds && seconds <= (uint64_t)time(NULL) && !ctl->file &&
	    !strcmp(field->word, "until") && ctl->verb &&
	    strcmp(ctl->verb, "show"))
		warn(ctl, "until: %s has passed", word);
	msg_put_uint(msg, field->attr, 8, seconds);
	return STATUS_OK;
}

static void time_print(struct ixctl *ctl, const struct field *field,
		       const struct record *record)
{
	char text[TIME_TEXT];

	out_string(&ctl->out, field_key(field),
		   format_time(text, record_uint(record, field->attr)));
}

const struct field_type type_time = {
	.parse = time_parse,
	.print = time_print,
};

/* Which institutions one side of a rule means */

static int selector_parse(struct ixctl *ctl, const struct field *field,
			  struct args *args, struct msg *msg)
{
	const char *kind = args_take(args);

	if (!kind)
		return missing_value(ctl, field);
	if (!strcmp(kind, "any")) {
		/* An empty name, because what is left out stays in a change. */
		if (ctl->verb && !strcmp(ctl->verb, "change"))
			msg_put_string(msg, field->attr2, "");
		return STATUS_OK;
	}
	if (abbreviates(kind, "class")) {
		const char *word = args_take(args);

		if (!word || !*word) {
			complain(ctl, "%s class: a name is missing",
				 field->word);
			return STATUS_USAGE;
		}
		return put_string(ctl, field, field->attr2, IX_NAME_MAX, word,
				  msg);
	}
	if (abbreviates(kind, "institution"))
		return institution_parse(ctl, field, args, msg);
	return bad_value(ctl, field, kind,
			 "any, class NAME or institution TAG|NAME");
}

static void selector_print(struct ixctl *ctl, const struct field *field,
			   const struct record *record)
{
	bool source = !strcmp(field->word, "from");
	const struct nlattr *class = record->attr[field->attr2];

	if (!attr_is_empty(record->attr[field->attr])) {
		out_text(&ctl->out, "institution ");
		print_institution(ctl,
				  source ? "source-institution" :
					   "destination-institution",
				  source ? "source-institution-name" :
					   "destination-institution-name",
				  (uint32_t)record_uint(record, field->attr));
	} else if (!attr_is_empty(class)) {
		out_text(&ctl->out, "class ");
		string_print_one(ctl, source ? "source-class" :
					       "destination-class", class);
	} else {
		out_text(&ctl->out, "any");
	}
}

const struct field_type type_selector = {
	.parse = selector_parse,
	.print = selector_print,
};

/* Next hops */

static const char *const nexthop_words[] = {
	[IX_A_NEXTHOP_DEVICE] = "dev",
	[IX_A_NEXTHOP_GATEWAY] = "via",
	[IX_A_NEXTHOP_UP] = "up",
};

static bool nexthop_accepts(const struct field *field, const char *word)
{
	(void)field;
	return same_word(word, "via") || same_word(word, "dev");
}

static int nexthop_parse(struct ixctl *ctl, const struct field *field,
			 struct args *args, struct msg *msg)
{
	struct nlattr *nest = msg_nest(msg, field->attr);
	bool via = false, dev = false;

	for (;;) {
		bool *given = NULL;
		const char *word;
		int ret = STATUS_OK;

		if (args_take_if(args, "via"))
			given = &via;
		else if (args_take_if(args, "dev"))
			given = &dev;
		else
			break;
		if (*given) {
			complain(ctl,
				 "%s is given twice: begin the next hop after it with \"nexthop\"",
				 given == &via ? "via" : "dev");
			return STATUS_USAGE;
		}
		*given = true;
		word = args_take(args);
		if (!word) {
			complain(ctl, "%s: a value is missing",
				 given == &via ? "via" : "dev");
			return STATUS_USAGE;
		}
		if (given == &via) {
			struct prefix gateway;

			if (!parse_address(word, &gateway)) {
				complain(ctl, "via: \"%s\" is not an address",
					 word);
				return STATUS_USAGE;
			}
			msg_put(msg, IX_A_NEXTHOP_GATEWAY, gateway.address,
				gateway.octets);
		} else {
			ret = put_string(ctl, field, IX_A_NEXTHOP_DEVICE,
					 IX_DEVICE_MAX, word, msg);
		}
		if (ret)
			return ret;
	}
	if (!dev) {
		complain(ctl, "a next hop needs \"dev DEVICE\"");
		return STATUS_USAGE;
	}
	msg_nest_end(msg, nest);
	return STATUS_OK;
}

static void nexthop_print(struct ixctl *ctl, const struct field *field,
			  const struct record *record)
{
	const struct nlattr *nest = record->attr[field->attr];
	bool several = record_next(record, field->attr, nest);
	struct out *out = &ctl->out;
	char text[IX_NAME_MAX + 1];

	out_list(out, field_key(field));
	for (; nest; nest = record_next(record, field->attr, nest)) {
		struct record hop;

		record_of_nest(&hop, nest);
		out_object(out, NULL);
		if (nest != record->attr[field->attr])
			out_text(out, " ");
		if (several)
			out_text(out, "nexthop ");
		if (hop.attr[IX_A_NEXTHOP_GATEWAY]) {
			out_text(out, "via ");
			print_address(ctl, "gateway",
				      hop.attr[IX_A_NEXTHOP_GATEWAY]);
			out_text(out, " ");
		}
		out_text(out, "dev ");
		out_string(out, "device",
			   attr_string(hop.attr[IX_A_NEXTHOP_DEVICE], text,
				       sizeof(text)));
		out_json_bool(out, "up", hop.attr[IX_A_NEXTHOP_UP]);
		out_object_end(out);
	}
	out_list_end(out);
}

static bool nexthop_same(const struct field *field, const struct record *a,
			 const struct record *b)
{
	const struct nlattr *x = a->attr[field->attr];
	const struct nlattr *y = b->attr[field->attr];

	while (x && y) {
		struct record p, q;

		record_of_nest(&p, x);
		record_of_nest(&q, y);
		if (!attr_same(p.attr[IX_A_NEXTHOP_DEVICE],
			       q.attr[IX_A_NEXTHOP_DEVICE]) ||
		    !attr_same(p.attr[IX_A_NEXTHOP_GATEWAY],
			       q.attr[IX_A_NEXTHOP_GATEWAY]))
			return false;
		x = record_next(a, field->attr, x);
		y = record_next(b, field->attr, y);
	}
	return x == y;
}

const struct field_type type_nexthop = {
	.accepts = nexthop_accepts,
	.parse = nexthop_parse,
	.print = nexthop_print,
	.same = nexthop_same,
	.inner = nexthop_words,
	.inner_nr = ARRAY_SIZE(nexthop_words),
};

/* Entries of services */

static const char *const entry_words[] = {
	[IX_A_SERVICE_ENTRY_PROTOCOL] = "proto",
	[IX_A_SERVICE_ENTRY_PORT_MIN] = "dport",
	[IX_A_SERVICE_ENTRY_PORT_MAX] = "dport",
	[IX_A_SERVICE_ENTRY_SOURCE_PORT_MIN] = "sport",
	[IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX] = "sport",
	[IX_A_SERVICE_ENTRY_ICMP_TYPE] = "type",
};

bool protocol_has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP ||
	       protocol == IPPROTO_UDPLITE;
}

static bool entry_accepts(const struct field *field, const char *word)
{
	uint8_t protocol;

	(void)field;
	return !is_number(word) && parse_protocol(word, &protocol);
}

static int entry_value_error(struct ixctl *ctl, const char *keyword,
			     const char *word, const char *wanted)
{
	if (word)
		complain(ctl, "%s: \"%s\" is not %s", keyword, word, wanted);
	else
		complain(ctl, "%s: a value is missing", keyword);
	return STATUS_USAGE;
}

static int entry_parse_ports(struct ixctl *ctl, const char *keyword,
			     struct args *args, uint16_t attr_min,
			     uint16_t attr_max, struct msg *msg)
{
	const char *word = args_take(args);
	uint16_t min, max;

	if (!word || !parse_range(word, &min, &max))
		return entry_value_error(ctl, keyword, word,
					 "a port or a range of ports");
	msg_put_uint(msg, attr_min, 2, min);
	msg_put_uint(msg, attr_max, 2, max);
	return STATUS_OK;
}

static int entry_parse_type(struct ixctl *ctl, struct args *args,
			    struct msg *msg)
{
	const char *word = args_take(args);
	uint8_t type;

	if (!word || !parse_icmp_type(word, &type))
		return entry_value_error(ctl, "type", word,
					 "an ICMPv6 type by name or number");
	msg_put_uint(msg, IX_A_SERVICE_ENTRY_ICMP_TYPE, 1, type);
	return STATUS_OK;
}

static int entry_parse(struct ixctl *ctl, const struct field *field,
		       struct args *args, struct msg *msg)
{
	struct nlattr *nest = msg_nest(msg, field->attr);
	bool sport = false, dport = false, type = false;
	const char *word = args_take(args);
	uint8_t protocol;

	if (!word || !parse_protocol(word, &protocol))
		return entry_value_error(ctl, "proto", word,
					 "a protocol by name or number");
	msg_put_uint(msg, IX_A_SERVICE_ENTRY_PROTOCOL, 1, protocol);
	for (;;) {
		const char *keyword = args_peek(args);
		bool *given;
		int ret;

		if (!keyword)
			break;
		if (!strcmp(keyword, "dport"))
			given = &dport;
		else if (!strcmp(keyword, "sport"))
			given = &sport;
		else if (!strcmp(keyword, "type"))
			given = &type;
		else
			break;
		args_take(args);
		if (given == &type ? protocol != IPPROTO_ICMPV6 :
				     !protocol_has_ports(protocol)) {
			complain(ctl, "%s: %s has no %s", keyword, word,
				 given == &type ? "types" : "ports");
			return STATUS_USAGE;
		}
		if (*given) {
			complain(ctl, "%s is given twice: begin the next entry with its protocol",
				 keyword);
			return STATUS_USAGE;
		}
		*given = true;
		if (given == &dport)
			ret = entry_parse_ports(ctl, keyword, args,
						IX_A_SERVICE_ENTRY_PORT_MIN,
						IX_A_SERVICE_ENTRY_PORT_MAX,
						msg);
		else if (given == &sport)
			ret = entry_parse_ports(ctl, keyword, args,
						IX_A_SERVICE_ENTRY_SOURCE_PORT_MIN,
						IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX,
						msg);
		else
			ret = entry_parse_type(ctl, args, msg);
		if (ret)
			return ret;
	}
	msg_nest_end(msg, nest);
	return STATUS_OK;
}

/**
 * struct entry - an entry of a service, with everything that was left out
 * @protocol: protocol
 * @any_type: every ICMP type
 * @type: ICMPv6 type
 * @dport: lowest and highest destination port
 * @sport: lowest and highest source port
 */
struct entry {
	uint8_t protocol;
	bool any_type;
	uint8_t type;
	uint16_t dport[2];
	uint16_t sport[2];
};

static void entry_decode(struct entry *entry, const struct nlattr *nest)
{
	struct record record;

	record_of_nest(&record, nest);
	memset(entry, 0, sizeof(*entry));
	entry->protocol = (uint8_t)record_uint(&record,
					       IX_A_SERVICE_ENTRY_PROTOCOL);
	entry->any_type = !record.attr[IX_A_SERVICE_ENTRY_ICMP_TYPE];
	entry->type = (uint8_t)record_uint(&record,
					   IX_A_SERVICE_ENTRY_ICMP_TYPE);
	entry->dport[0] = (uint16_t)record_uint(&record,
						IX_A_SERVICE_ENTRY_PORT_MIN);
	entry->dport[1] = UINT16_MAX;
	if (record.attr[IX_A_SERVICE_ENTRY_PORT_MAX])
		entry->dport[1] = (uint16_t)
			record_uint(&record, IX_A_SERVICE_ENTRY_PORT_MAX);
	entry->sport[0] = (uint16_t)
		record_uint(&record, IX_A_SERVICE_ENTRY_SOURCE_PORT_MIN);
	entry->sport[1] = UINT16_MAX;
	if (record.attr[IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX])
		entry->sport[1] = (uint16_t)
			record_uint(&record,
				    IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX);
}

static void entry_print_ports(struct out *out, const char *word,
			      const char *key_min, const char *key_max,
			      const uint16_t ports[2])
{
	if (ports[0] == 0 && ports[1] == UINT16_MAX)
		return;
	out_format(out, " %s %u", word, ports[0]);
	if (ports[1] != ports[0])
		out_format(out, "-%u", ports[1]);
	out_json_uint(out, key_min, ports[0]);
	out_json_uint(out, key_max, ports[1]);
}

static void entry_print_one(struct out *out, const struct nlattr *nest)
{
	struct entry entry;
	const char *name;

	entry_decode(&entry, nest);
	name = protocol_name(entry.protocol);
	if (name) {
		out_string(out, "protocol", name);
	} else {
		out_text(out, "proto ");
		out_uint(out, "protocol", entry.protocol);
	}
	if (!entry.any_type) {
		name = icmp_type_name(entry.type);
		out_text(out, " type ");
		if (name)
			out_text(out, name);
		else
			out_format(out, "%u", entry.type);
		out_json_uint(out, "icmp-type", entry.type);
		if (name)
			out_json_string(out, "icmp-type-name", name);
	}
	entry_print_ports(out, "sport", "source-port-min", "source-port-max",
			  entry.sport);
	entry_print_ports(out, "dport", "port-min", "port-max", entry.dport);
}

static void entry_print(struct ixctl *ctl, const struct field *field,
			const struct record *record)
{
	const struct nlattr *nest = record->attr[field->attr];
	struct out *out = &ctl->out;

	out_list(out, field_key(field));
	while (nest) {
		out_object(out, NULL);
		entry_print_one(out, nest);
		out_object_end(out);
		nest = record_next(record, field->attr, nest);
		if (nest)
			out_text(out, " ");
	}
	out_list_end(out);
}

static bool entry_same(const struct field *field, const struct record *a,
		       const struct record *b)
{
	const struct nlattr *x = a->attr[field->attr];
	const struct nlattr *y = b->attr[field->attr];

	while (x && y) {
		struct entry p, q;

		entry_decode(&p, x);
		entry_decode(&q, y);
		if (p.protocol != q.protocol || p.any_type != q.any_type ||
		    p.type != q.type || p.dport[0] != q.dport[0] ||
		    p.dport[1] != q.dport[1] || p.sport[0] != q.sport[0] ||
		    p.sport[1] != q.sport[1])
			return false;
		x = record_next(a, field->attr, x);
		y = record_next(b, field->attr, y);
	}
	return x == y;
}

const struct field_type type_entry = {
	.accepts = entry_accepts,
	.parse = entry_parse,
	.print = entry_print,
	.same = entry_same,
	.inner = entry_words,
	.inner_nr = ARRAY_SIZE(entry_words),
};

/* Counters: of the kernel alone; in text those that are not 0 */

static void counters_print(struct ixctl *ctl, const struct field *field,
			   const struct record *record)
{
	const struct nlattr *nest = record->attr[field->attr];
	/* Behind an object, or on their own. */
	const char *lead = field->flags & FIELD_STATS ? "\n    " : "";
	struct out *out = &ctl->out;

	out_object(out, field_key(field));
	for (; nest; nest = record_next(record, field->attr, nest)) {
		char name[IX_NAME_MAX + 1];
		uint64_t packets, octets;
		struct record counter;

		record_of_nest(&counter, nest);
		attr_string(counter.attr[IX_A_COUNTER_NAME], name,
			    sizeof(name));
		packets = record_uint(&counter, IX_A_COUNTER_PACKETS);
		octets = record_uint(&counter, IX_A_COUNTER_BYTES);
		if (packets || octets) {
			out_format(out, "%s%s packets %llu bytes %llu", lead,
				   name, (unsigned long long)packets,
				   (unsigned long long)octets);
			if (!*lead)
				lead = "\n";
		}
		out_object(out, name);
		out_json_uint(out, "packets", packets);
		out_json_uint(out, "bytes", octets);
		out_object_end(out);
	}
	if (!*lead)
		out_text(out, "nothing has been counted");
	out_object_end(out);
}

const struct field_type type_counters = {
	.print = counters_print,
};

/* Quarantine */

static void causes_field_print(struct ixctl *ctl, const struct field *field,
			       const struct record *record)
{
	char text[CAUSES_TEXT];

	causes_print(ctl, field_key(field),
		     causes_of_record(text, record, field->attr));
}

const struct field_type type_causes = {
	.print = causes_field_print,
};

/* The causes of one side of a rule: an institution or a class. */
static const char *causes_of_party(struct ixctl *ctl, const struct field *field,
				   const struct record *record,
				   char text[CAUSES_TEXT])
{
	uint32_t tag = (uint32_t)record_uint(record, field->attr);
	char class[IX_NAME_MAX + 1];

	if (tag)
		return names_causes(ctl, tag);
	if (!field->attr2 || attr_is_empty(record->attr[field->attr2]))
		return "";
	attr_string(record->attr[field->attr2], class, sizeof(class));
	return names_class_is_quarantined(ctl, class) ?
	       causes_class(class, text) : "";
}

static bool party_causes_shown(struct ixctl *ctl, const struct field *field,
			       const struct record *record)
{
	char text[CAUSES_TEXT];

	return *causes_of_party(ctl, field, record, text);
}

static void party_causes_print(struct ixctl *ctl, const struct field *field,
			       const struct record *record)
{
	char text[CAUSES_TEXT];

	causes_print(ctl, field_key(field),
		     causes_of_party(ctl, field, record, text));
}

const struct field_type type_party_causes = {
	.print = party_causes_print,
	.shown = party_causes_shown,
};

/* All fields */

bool field_is_empty(const struct field *field, const struct record *record)
{
	/* Zeros are a value where presence alone counts. */
	if (field->type == &type_prefix || field->type == &type_flag)
		return !record->attr[field->attr];
	return attr_is_empty(record->attr[field->attr]) &&
	       (!field->attr2 || attr_is_empty(record->attr[field->attr2]));
}

static unsigned int multi_count(const struct field *field,
				const struct record *record)
{
	const struct nlattr *attr = record->attr[field->attr];
	unsigned int nr = 0;

	for (; attr; attr = record_next(record, field->attr, attr))
		nr++;
	return nr;
}

static bool multi_has(const struct field *field, const struct record *record,
		      const struct nlattr *value)
{
	const struct nlattr *attr = record->attr[field->attr];

	for (; attr; attr = record_next(record, field->attr, attr))
		if (attr_same(attr, value))
			return true;
	return false;
}

/* The first value counts as such; the others come in no order. */
static bool multi_same(const struct field *field, const struct record *a,
		       const struct record *b)
{
	const struct nlattr *attr = a->attr[field->attr];

	/* One empty value stands for none. */
	if (field_is_empty(field, a) || field_is_empty(field, b))
		return field_is_empty(field, a) && field_is_empty(field, b);
	if (!attr_same(attr, b->attr[field->attr]) ||
	    multi_count(field, a) != multi_count(field, b))
		return false;
	for (; attr; attr = record_next(a, field->attr, attr))
		if (!multi_has(field, b, attr))
			return false;
	return true;
}

bool field_same(const struct field *field, const struct record *a,
		const struct record *b)
{
	if (field->type->same)
		return field->type->same(field, a, b);
	if (field->flags & FIELD_MULTI)
		return multi_same(field, a, b);
	return attr_same(a->attr[field->attr], b->attr[field->attr]) &&
	       (!field->attr2 ||
		attr_same(a->attr[field->attr2], b->attr[field->attr2]));
}

bool field_matches(const struct field *field, const struct record *wanted,
		   const struct record *record)
{
	const struct nlattr *attr = wanted->attr[field->attr];

	if (!(field->flags & FIELD_MULTI) || field->type->same ||
	    field_is_empty(field, record) || field_is_empty(field, wanted))
		return field_same(field, wanted, record);
	for (; attr; attr = record_next(wanted, field->attr, attr))
		if (!multi_has(field, record, attr))
			return false;
	return true;
}

const char *field_inner_word(const struct field *field, uint16_t attr)
{
	return attr < field->type->inner_nr ? field->type->inner[attr] : NULL;
}
