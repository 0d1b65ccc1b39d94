// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/ix.h>
#include <string.h>

#include "object.h"

/* The number of the transaction is the first attribute of every set. */
#define TRANSACTION 1

/* Verbs: of those that begin alike the more harmless one comes first. */
static const struct {
	const char *word;
	enum verb_id id;
} verbs[] = {
	{ "show", VERB_SHOW },
	{ "list", VERB_SHOW },
	{ "lst", VERB_SHOW },
	{ "add", VERB_ADD },
	{ "change", VERB_CHANGE },
	{ "chg", VERB_CHANGE },
	{ "set", VERB_CHANGE },
	{ "replace", VERB_REPLACE },
	{ "delete", VERB_DELETE },
	{ "flush", VERB_FLUSH },
	{ "reset", VERB_FLUSH },
};

static bool verb_fits(const struct object *object, enum verb_id verb)
{
	switch (verb) {
	case VERB_ADD:
	case VERB_REPLACE:
		return object->new;
	case VERB_CHANGE:
		return object->set;
	case VERB_DELETE:
		return object->del;
	case VERB_SHOW:
		return object->get;
	case VERB_FLUSH:
		return object->flush;
	}
	return false;
}

static const char *verb_word(enum verb_id verb)
{
	unsigned int i;

	for (i = 0; verbs[i].id != verb; i++)
		;
	return verbs[i].word;
}

int verb_parse(struct ixctl *ctl, const struct object *object,
	       struct args *args, enum verb_id *verb)
{
	const char *word = args_take(args);
	unsigned int i;

	*verb = VERB_SHOW;
	ctl->object = object->word;
	ctl->verb = NULL;
	if (word) {
		for (i = 0; i < ARRAY_SIZE(verbs); i++)
			if (abbreviates(word, verbs[i].word) &&
			    verb_fits(object, verbs[i].id))
				break;
		if (i == ARRAY_SIZE(verbs)) {
			complain(ctl, "command \"%s\" is unknown, see \"ixctl %s help\"",
				 word, object->word);
			return STATUS_USAGE;
		}
		*verb = verbs[i].id;
	}
	ctl->verb = verb_word(*verb);
	return STATUS_OK;
}

/* Which fields were given: bit n for the field n. */
typedef uint64_t fields_set;

static bool field_given(const struct object *object, fields_set given,
			const struct field *field)
{
	return given >> (field - object->fields) & 1;
}

static bool may_stand(const struct field *field, enum verb_id verb)
{
	if (!field->type->parse || field->flags & FIELD_STATS)
		return false;
	return verb == VERB_SHOW || !(field->flags & FIELD_INFO);
}

/*
 * Two fields can share a keyword, one next to the other: then the value says
 * which one it is.
 */
static const struct field *by_value(const struct object *object,
				    const struct field *field,
				    const char *value)
{
	const struct field *end = object->fields + object->fields_nr;
	const struct field *other;

	if (!value || !field->type->accepts)
		return field;
	for (other = field; other < end && !strcmp(other->word, field->word);
	     other++)
		if (other->type->accepts(other, value))
			return other;
	return field;
}

static const struct field *find_field(const struct object *object,
				      enum verb_id verb, fields_set given,
				      struct args *args)
{
	const struct field *end = object->fields + object->fields_nr;
	const char *word = args_peek(args);
	const struct field *field;

	for (field = object->fields; field < end; field++)
		if (same_word(field->word, word) && may_stand(field, verb)) {
			args_take(args);
			return by_value(object, field, args_peek(args));
		}
	for (field = object->fields; field < end; field++)
		if (field->flags & FIELD_BARE && may_stand(field, verb) &&
		    (field->flags & FIELD_MULTI ||
		     !field_given(object, given, field)) &&
		    field->type->accepts(field, word))
			return field;
	for (field = object->fields; field < end; field++)
		if (abbreviates(word, field->word) && may_stand(field, verb)) {
			args_take(args);
			return by_value(object, field, args_peek(args));
		}
	return NULL;
}

static int parse_fields(struct ixctl *ctl, const struct object *object,
			enum verb_id verb, struct args *args, struct msg *msg,
			fields_set *given)
{
	*given = 0;
	while (args->left) {
		const struct field *field = find_field(object, verb, *given,
						       args);
		int ret;

		if (!field) {
			complain(ctl, "\"%s\" is unknown here, see \"ixctl %s help\"",
				 args_peek(args), object->word);
			return STATUS_USAGE;
		}
		if (!(field->flags & FIELD_MULTI) &&
		    field_given(object, *given, field)) {
			complain(ctl, "%s is given twice", field->word);
			return STATUS_USAGE;
		}
		if (verb == VERB_DELETE && !(field->flags & FIELD_KEY)) {
			complain(ctl, "%s does not say which one to delete",
				 field->word);
			return STATUS_USAGE;
		}
		if (verb == VERB_CHANGE && field->flags & FIELD_FIXED) {
			complain(ctl, "%s can't be changed", field->word);
			return STATUS_USAGE;
		}
		*given |= UINT64_C(1) << (field - object->fields);
		ret = field->type->parse(ctl, field, args, msg);
		if (ret)
			return ret;
	}
	if (!msg->overflow)
		return STATUS_OK;
	complain(ctl, "this is too much for one command");
	return STATUS_USAGE;
}

/*
 * What is missing of the fields that say which object is meant, and of those
 * that a new one has to have, or NULL.
 */
static const char *missing_field(const struct object *object,
				 enum verb_id verb, fields_set given, char *buf,
				 size_t size)
{
	bool new = verb == VERB_ADD || verb == VERB_REPLACE;
	bool either = false;
	unsigned int i;

	*buf = '\0';
	for (i = 0; i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];
		bool here = field_given(object, given, field);

		if (new && field->flags & FIELD_NEEDED && !here)
			return field->usage;
		if (!(field->flags & FIELD_KEY) ||
		    (new && field->flags & FIELD_AUTO))
			continue;
		if (!(field->flags & FIELD_EITHER)) {
			if (!here)
				return field->usage;
			continue;
		}
		either |= here;
		if (*buf)
			strncat(buf, " or ", size - strlen(buf) - 1);
		strncat(buf, field->usage, size - strlen(buf) - 1);
	}
	return either || !*buf ? NULL : buf;
}

static void put_transaction(const struct ixctl *ctl, struct msg *msg)
{
	if (ctl->transaction)
		msg_put_uint(msg, TRANSACTION, 4, ctl->transaction);
}

/* Without a flag, a new object must be new. */
static uint16_t change_flags(enum verb_id verb)
{
	return verb == VERB_REPLACE ? NLM_F_CREATE | NLM_F_REPLACE : 0;
}

static uint8_t change_command(const struct object *object, enum verb_id verb)
{
	if (verb == VERB_CHANGE)
		return object->set;
	return verb == VERB_DELETE ? object->del : object->new;
}

void object_build_flush_all(const struct ixctl *ctl, uint16_t family,
			    struct msg *msg)
{
	msg_init(msg, msg->nlh, msg->room, family, 0, IX_CMD_FLUSH);
	put_transaction(ctl, msg);
}

static int build_flush(struct ixctl *ctl, const struct object *object,
		       struct args *args, uint16_t family, struct msg *msg)
{
	const struct field *owner;
	const char *word;

	object_build_flush_all(ctl, family, msg);
	msg_put_uint(msg, IX_A_FLUSH_OBJECT, 1, object->flush);
	if (!args->left)
		return STATUS_OK;
	owner = object_field_of_word(object, args_peek(args));
	if (!object->owned || !owner ||
	    (strcmp(owner->word, "tenant") && strcmp(owner->word, "view")))
		return args_end(ctl, args);
	args_take(args);
	word = args_take(args);
	if (!word || strlen(word) > owner->size) {
		complain(ctl, "%s: a name is missing or too long",
			 owner->word);
		return STATUS_USAGE;
	}
	msg_put_string(msg, strcmp(owner->word, "view") ? IX_A_FLUSH_TENANT :
							  IX_A_FLUSH_VIEW,
		       word);
	return args_end(ctl, args);
}

int object_build(struct ixctl *ctl, const struct object *object,
		 enum verb_id verb, struct args *args, uint16_t family,
		 struct msg *msg)
{
	bool new = verb == VERB_ADD || verb == VERB_REPLACE;
	char buf[128];
	const char *missing;
	fields_set given;
	int ret;

	if (verb == VERB_FLUSH)
		return build_flush(ctl, object, args, family, msg);
	msg_init(msg, msg->nlh, msg->room, family, change_flags(verb),
		 change_command(object, verb));
	put_transaction(ctl, msg);
	ret = parse_fields(ctl, object, verb, args, msg, &given);
	if (ret)
		return ret;
	missing = missing_field(object, verb, given, buf, sizeof(buf));
	if (missing) {
		complain(ctl, "%s is missing", missing);
		return STATUS_USAGE;
	}
	if (verb == VERB_CHANGE && !given) {
		complain(ctl, "nothing to change");
		return STATUS_USAGE;
	}
	if (object->complete && verb != VERB_DELETE)
		object->complete(new, msg);
	return STATUS_OK;
}

/* Refusals */

static const char *code_text(int code)
{
	switch (code) {
	case EPERM:
		return "not permitted, this needs CAP_NET_ADMIN";
	case ENOENT:
		return "there is none";
	case EEXIST:
		return "it exists already";
	case EBUSY:
		return "it is in use";
	case EAGAIN:
	case ESTALE:
		return "the configuration has changed meanwhile";
	case EMSGSIZE:
		return "too long for one message";
	}
	return strerror(code);
}

/* The attribute of @parent that stands at @offset, or that has it inside. */
static const struct nlattr *attr_at(const struct record *parent,
				    const struct nlmsghdr *nlh, size_t offset)
{
	const char *at = (const char *)nlh + offset;
	const char *begin = parent->attrs;
	size_t left = parent->len;

	while (left >= sizeof(struct nlattr)) {
		const struct nlattr *attr = (const void *)begin;
		size_t size = MNL_ALIGN(attr->nla_len);

		if (size < sizeof(*attr) || size > left)
			break;
		if (at >= begin && at < begin + size)
			return attr;
		begin += size;
		left -= size;
	}
	return NULL;
}

/* What the user wrote the attribute as that a refusal points at, or NULL. */
static const char *word_at(const struct object *object, const struct msg *msg,
			   size_t offset)
{
	const struct nlattr *attr;
	const struct field *field;
	struct record record;
	const char *word;

	if (!offset)
		return NULL;
	record_of_message(&record, msg->nlh);
	attr = attr_at(&record, msg->nlh, offset);
	if (!attr)
		return NULL;
	if (mnl_attr_get_type(attr) == TRANSACTION)
		return "transaction";
	field = object_field(object, mnl_attr_get_type(attr));
	if (!field)
		return NULL;
	if (!field->type->inner ||
	    (const char *)msg->nlh + offset == (const char *)attr)
		return field->word;
	record_of_nest(&record, attr);
	attr = attr_at(&record, msg->nlh, offset);
	word = attr ? field_inner_word(field, mnl_attr_get_type(attr)) : NULL;
	return word ? word : field->word;
}

static const char *missing_word(const struct object *object,
				const struct msg *msg,
				const struct nl_error *error)
{
	const struct field *field;

	if (!error->missing)
		return NULL;
	if (error->missing_nest) {
		const struct nlattr *nest;
		struct record record;

		record_of_message(&record, msg->nlh);
		nest = attr_at(&record, msg->nlh, error->missing_nest);
		field = nest ? object_field(object, mnl_attr_get_type(nest)) :
			       NULL;
		return field ? field_inner_word(field, error->missing) : NULL;
	}
	field = object_field(object, error->missing);
	return field ? field->word : NULL;
}

int object_refused(struct ixctl *ctl, const struct object *object,
		   const struct msg *msg, const struct nl_error *error)
{
	const char *text = *error->text ? error->text : code_text(error->code);
	const char *missing = NULL;
	const char *word = NULL;
	char limits[64] = "";

	if (object && !msg->overflow) {
		word = word_at(object, msg, error->offset);
		missing = missing_word(object, msg, error);
	}
	if (error->has_range)
		snprintf(limits, sizeof(limits), " (%llu to %llu)",
			 (unsigned long long)error->min,
			 (unsigned long long)error->max);
	else if (error->max_length)
		snprintf(limits, sizeof(limits), " (%u octets at most)",
			 error->max_length);
	if (missing && !*error->text)
		complain(ctl, "%s is missing", missing);
	else if (word)
		complain(ctl, "%s: %s%s", word, text, limits);
	else
		complain(ctl, "%s%s", text, limits);
	return STATUS_REFUSED;
}

/* Changes */

int object_change(struct ixctl *ctl, const struct object *object,
		  struct msg *msg)
{
	struct nl *nl = ixctl_nl(ctl);
	struct nl_error error;

	if (!nl)
		return STATUS_REFUSED;
	if (ctl->broken) {
		complain(ctl, "left out, because the transaction has failed");
		return STATUS_REFUSED;
	}
	msg->nlh->nlmsg_type = nl->family;
	if (nl_request(nl, msg, NULL, NULL, &error)) {
		ctl->broken = ctl->transaction;
		return object_refused(ctl, object, msg, &error);
	}
	ctl->changes++;
	return STATUS_OK;
}

/* Listings */

/**
 * struct listing - a listing at work
 * @ctl: this run
 * @object: what is listed
 * @given: fields to filter by
 * @wanted: their values
 * @found: how many were written
 */
struct listing {
	struct ixctl *ctl;
	const struct object *object;
	fields_set given;
	struct record wanted;
	unsigned int found;
};

static bool listing_wants(const struct listing *listing,
			  const struct record *record)
{
	unsigned int i;

	for (i = 0; i < listing->object->fields_nr; i++) {
		const struct field *field = &listing->object->fields[i];

		if (field_given(listing->object, listing->given, field) &&
		    !field_matches(field, &listing->wanted, record))
			return false;
	}
	return true;
}

static int show_one(const struct nlmsghdr *nlh, void *data)
{
	struct listing *listing = data;
	struct record record;

	record_of_message(&record, nlh);
	if (!listing_wants(listing, &record))
		return 0;
	listing->found++;
	object_print(listing->ctl, NULL, listing->object, &record);
	out_text(&listing->ctl->out, "\n");
	return 0;
}

int object_list(struct ixctl *ctl, const struct object *object,
		const struct record *filter, nl_handler *handler, void *data)
{
	struct nl *nl = ixctl_nl(ctl);
	char buf[1024] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;
	unsigned int i;

	if (!nl)
		return STATUS_REFUSED;
	msg_init(&msg, buf, sizeof(buf), nl->family,
		 object->single ? 0 : NLM_F_DUMP, object->get);
	/* What is no configuration is in no transaction. */
	if (object->set)
		put_transaction(ctl, &msg);
	for (i = 0; filter && i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];
		const struct nlattr *attr = filter->attr[field->attr];

		if (field->flags & FIELD_DUMP && !attr_is_empty(attr))
			msg_put(&msg, field->attr, mnl_attr_get_payload(attr),
				mnl_attr_get_payload_len(attr));
	}
	if (!nl_request(nl, &msg, handler, data, &error))
		return STATUS_OK;
	/* It is for want of memory alone that a handler gives up. */
	if (!error.code)
		error.code = ENOMEM;
	return object_refused(ctl, object, &msg, &error);
}

/* The one object that the keys name. */
static int get_one(struct listing *listing)
{
	struct ixctl *ctl = listing->ctl;
	struct nl *nl = ixctl_nl(ctl);
	const struct object *object = listing->object;
	char buf[1024] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;
	unsigned int i;

	if (!nl)
		return STATUS_REFUSED;
	msg_init(&msg, buf, sizeof(buf), nl->family, 0, object->get);
	if (object->set)
		put_transaction(ctl, &msg);
	for (i = 0; i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];
		const struct record *wanted = &listing->wanted;

		if (!(field->flags & FIELD_KEY))
			continue;
		if (wanted->attr[field->attr])
			msg_put(&msg, field->attr,
				mnl_attr_get_payload(wanted->attr[field->attr]),
				mnl_attr_get_payload_len(wanted->attr[field->attr]));
		if (field->attr2 && wanted->attr[field->attr2])
			msg_put_uint(&msg, field->attr2, 1,
				     record_uint(wanted, field->attr2));
	}
	if (nl_request(nl, &msg, show_one, listing, &error))
		return object_refused(ctl, object, &msg, &error);
	return STATUS_OK;
}

/* Is there an object @word, for each value that @attr of @field has? */
static int find_referred(const struct listing *listing,
			 const struct field *field, const char *word,
			 uint16_t attr)
{
	const struct object *object = object_find_exactly(word);
	struct ixctl *ctl = listing->ctl;
	const struct nlattr *value = NULL;

	while ((value = record_next(&listing->wanted, attr, value))) {
		char buf[1024] MSG_ALIGNED;
		struct nl_error error;
		struct msg msg;

		if (attr_is_empty(value))
			continue;
		msg_init(&msg, buf, sizeof(buf), ctl->nl->family, 0,
			 object->get);
		put_transaction(ctl, &msg);
		/* The first field of all that can be referred to is its only key. */
		msg_put(&msg, object->fields[0].attr,
			mnl_attr_get_payload(value),
			mnl_attr_get_payload_len(value));
		if (!nl_request(ctl->nl, &msg, NULL, NULL, &error))
			continue;
		complain(ctl, "%s: %s", field->word,
			 *error.text ? error.text : code_text(error.code));
		return STATUS_REFUSED;
	}
	return STATUS_OK;
}

/* Was nothing found because there is no such thing as what was asked for? */
static int explain_nothing(const struct listing *listing)
{
	const struct object *object = listing->object;
	unsigned int i;
	int ret = STATUS_OK;

	for (i = 0; !ret && i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];

		if (!field_given(object, listing->given, field))
			continue;
		if (field->of)
			ret = find_referred(listing, field, field->of,
					    field->attr);
		if (!ret && field->of2)
			ret = find_referred(listing, field, field->of2,
					    field->attr2);
	}
	return ret;
}

static int show(struct ixctl *ctl, const struct object *object,
		struct args *args)
{
	struct listing listing = { .ctl = ctl, .object = object };
	char buf[4096] MSG_ALIGNED;
	char missing[128];
	struct msg msg;
	bool whole;
	int ret;

	msg_init(&msg, buf, sizeof(buf), 0, 0, 0);
	ret = parse_fields(ctl, object, VERB_SHOW, args, &msg, &listing.given);
	if (ret)
		return ret;
	record_of_message(&listing.wanted, msg.nlh);
	whole = !object->single && !missing_field(object, VERB_SHOW,
						listing.given, missing,
						sizeof(missing));
	out_list(&ctl->out, NULL);
	if (whole)
		ret = get_one(&listing);
	else
		ret = object_list(ctl, object, &listing.wanted, show_one,
				  &listing);
	out_list_end(&ctl->out);
	out_end(&ctl->out);
	if (!ret && !whole && ctl->nl->interrupted)
		warn(ctl,
		     "the configuration changed while it was listed, the list may be inconsistent");
	else if (!ret && !whole && !listing.found)
		ret = explain_nothing(&listing);
	return ret;
}

int object_run(struct ixctl *ctl, const struct object *object,
	       struct args *args)
{
	char buf[MSG_SIZE] MSG_ALIGNED;
	struct msg msg = { .nlh = (struct nlmsghdr *)buf, .room = sizeof(buf) };
	enum verb_id verb;
	int ret;

	if (args_help(args)) {
		object_help(object, stdout);
		return STATUS_OK;
	}
	ret = verb_parse(ctl, object, args, &verb);
	if (ret)
		return ret;
	if (args_help(args)) {
		object_help(object, stdout);
		return STATUS_OK;
	}
	if (verb == VERB_SHOW)
		return show(ctl, object, args);
	ret = object_build(ctl, object, verb, args, 0, &msg);
	return ret ? ret : object_change(ctl, object, &msg);
}

/* Writing */

/* Would a value without its keyword be read as something else? */
static bool reads_as_keyword(const struct object *object,
			     const struct field *field,
			     const struct record *record)
{
	char text[256];

	if (field->type != &type_string)
		return false;
	attr_string(record->attr[field->attr], text, sizeof(text));
	return !strcmp(text, "help") || object_field_of_word(object, text);
}

static void print_field(struct ixctl *ctl, const struct object *object,
			const struct field *field, const struct record *record,
			bool *first)
{
	struct out *out = &ctl->out;

	if (field->type != &type_counters && !*first)
		out_text(out, " ");
	*first = false;
	if (field->type != &type_counters && field->type != &type_entry &&
	    field->type != &type_nexthop &&
	    (!(field->flags & FIELD_BARE) || field->flags & FIELD_WORD ||
	     reads_as_keyword(object, field, record))) {
		out_text(out, field->word);
		if (field->type != &type_switch)
			out_text(out, " ");
	}
	field->type->print(ctl, field, record);
}

/* @leave_out: flags of fields that are not wanted. */
static void print(struct ixctl *ctl, const char *key,
		  const struct object *object, const struct record *record,
		  unsigned int leave_out)
{
	bool first = true, detail = false;
	unsigned int i;

	out_object(&ctl->out, key);
	for (i = 0; i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];
		bool stats = field->flags & FIELD_STATS;

		if (field->flags & leave_out || (stats && !ctl->opt.stats))
			continue;
		if (!(field->flags & FIELD_ALWAYS) &&
		    field_is_empty(field, record) &&
		    !(field->flags & FIELD_KEY && record->attr[field->attr]))
			continue;
		if (field->type->shown && !field->type->shown(ctl, field, record))
			continue;
		if (stats && !detail && field->type != &type_counters) {
			out_text(&ctl->out, "\n    ");
			first = true;
			detail = true;
		}
		print_field(ctl, object, field, record, &first);
	}
	out_object_end(&ctl->out);
}

void object_print(struct ixctl *ctl, const char *key,
		  const struct object *object, const struct record *record)
{
	print(ctl, key, object, record, 0);
}

void object_print_given(struct ixctl *ctl, const char *key,
			const struct object *object,
			const struct record *request)
{
	bool first = true;
	unsigned int i;

	out_object(&ctl->out, key);
	for (i = 0; i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];

		if (!(field->flags & FIELD_INFO) &&
		    (request->attr[field->attr] ||
		     (field->attr2 && request->attr[field->attr2])))
			print_field(ctl, object, field, request, &first);
	}
	out_object_end(&ctl->out);
}

void object_print_command(struct ixctl *ctl, const char *key,
			  const struct object *object,
			  const struct record *record)
{
	out_text(&ctl->out, object->word);
	out_text(&ctl->out, object->single ? " change " : " add ");
	print(ctl, key, object, record, FIELD_INFO);
}

bool object_same_key(const struct object *object, const struct record *a,
		     const struct record *b)
{
	unsigned int i;

	for (i = 0; i < object->fields_nr; i++)
		if (object->fields[i].flags & FIELD_KEY &&
		    !field_same(&object->fields[i], a, b))
			return false;
	return true;
}

bool object_same(const struct object *object, const struct record *a,
		 const struct record *b)
{
	unsigned int i;

	for (i = 0; i < object->fields_nr; i++)
		if (!(object->fields[i].flags & FIELD_INFO) &&
		    !field_same(&object->fields[i], a, b))
			return false;
	return true;
}

/* Help */

static void help_item(FILE *file, size_t indent, size_t *column,
		      const char *before, const char *text, const char *after)
{
	size_t size = strlen(before) + strlen(text) + strlen(after);

	if (*column + 1 + size > 79) {
		fprintf(file, "\n%*s", (int)indent, "");
		*column = indent;
	}
	fprintf(file, " %s%s%s", before, text, after);
	*column += 1 + size;
}

static void help_verb(const struct object *object, enum verb_id verb,
		      const char *words, bool first, FILE *file)
{
	int head = fprintf(file, "%-6s ixctl %s %s", first ? "Usage:" : "",
			   object->word, words);
	size_t column = (size_t)head;
	size_t indent = sizeof("Usage:") + strlen("ixctl ") + 8;
	unsigned int i;

	for (i = 0; i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];
		bool key = field->flags & FIELD_KEY;
		bool needed = key && !(field->flags & FIELD_AUTO);
		bool either = field->flags & FIELD_EITHER;
		bool last = i + 1 == object->fields_nr ||
			    !(field[1].flags & FIELD_EITHER);
		bool opens = !i || !(field[-1].flags & FIELD_EITHER);

		if (!may_stand(field, verb) ||
		    (verb == VERB_DELETE && !key))
			continue;
		if (verb == VERB_ADD && field->flags & FIELD_NEEDED)
			needed = true;
		if (verb == VERB_DELETE && key)
			needed = true;
		if (verb == VERB_SHOW)
			needed = false;
		if (either)
			help_item(file, indent, &column,
				  opens ? needed ? "{ " : "[ " : "| ",
				  field->usage,
				  last ? needed ? " }" : " ]" : "");
		else
			help_item(file, indent, &column, needed ? "" : "[ ",
				  field->usage, needed ? "" : " ]");
	}
	fputc('\n', file);
}

void object_help(const struct object *object, FILE *file)
{
	bool first = true;

	if (object->new) {
		help_verb(object, VERB_ADD, object->set ?
			  "{ add | change | replace }" : "{ add | replace }",
			  true, file);
		help_verb(object, VERB_DELETE, "delete", false, file);
		first = false;
	} else if (object->set) {
		help_verb(object, VERB_ADD, "change", true, file);
		first = false;
	}
	help_verb(object, VERB_SHOW, "[ show ]", first, file);
	if (object->flush)
		fprintf(file, "       ixctl %s flush%s\n", object->word,
			!object->owned ? "" :
			object->flush == IX_OBJECT_MAP ?
				" [ tenant TENANT | view VIEW ]" :
				" [ tenant TENANT ]");
	if (object->notes)
		fprintf(file, "%s", object->notes);
}
