// SPDX-License-Identifier: GPL-2.0
/*
 * Diff: the file is read into a table by key, then the kernel's objects are
 * compared as they are listed.
 */
#include <errno.h>
#include <linux/ix.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "commands.h"
#include "gain.h"
#include "names.h"
#include "snapshot.h"

#define CHUNK ((size_t)1024 * 1024)
#define NUMBERS 65536

/**
 * struct entry - an object of the file
 * @bucket: the next one with a similar hash
 * @next: the next one of its kind in the file
 * @hash: hash of its key
 * @line: its line
 * @len: octets of its attributes
 * @seen: the kernel has it too
 * @attrs: its attributes
 */
struct entry {
	struct entry *bucket;
	struct entry *next;
	uint32_t hash;
	uint32_t line;
	uint32_t len;
	bool seen;
	char attrs[] __attribute__((aligned(8)));
};

/**
 * struct kind - what the file has of one kind of object
 * @first: first object
 * @last: last one
 * @highest: highest number of a key that the kernel can choose
 * @used: which numbers are used
 */
struct kind {
	struct entry *first;
	struct entry *last;
	uint64_t highest;
	uint8_t used[NUMBERS / 8];
};

/**
 * struct chunk - memory for entries
 * @next: the one before
 * @used: octets of it
 * @memory: the entries
 */
struct chunk {
	struct chunk *next;
	size_t used;
	char memory[CHUNK] __attribute__((aligned(8)));
};

/**
 * struct diff - a file, and how it compares
 * @ctl: this run
 * @kinds: its objects by kind, in the order of objects[]
 * @chunks: memory
 * @buckets: hash table
 * @buckets_nr: its size, a power of 2
 * @entries: how many objects
 * @differences: how many objects differ
 * @kind: kind that is being listed
 * @lines: the file
 * @name: its name
 * @gain: where the policy may differ
 */
struct diff {
	struct ixctl *ctl;
	struct kind *kinds;
	struct chunk *chunks;
	struct entry **buckets;
	size_t buckets_nr;
	size_t entries;
	unsigned long differences;
	unsigned int kind;
	struct lines *lines;
	const char *name;
	struct gain gain;
};

static uint32_t hash_attr(uint32_t hash, const struct nlattr *attr)
{
	const uint8_t *data;
	size_t len;

	if (!attr)
		return hash;
	data = mnl_attr_get_payload(attr);
	len = mnl_attr_get_payload_len(attr);
	/* With and without its NUL a string is the same. */
	while (len && !data[len - 1])
		len--;
	while (len--)
		hash = (hash ^ *data++) * 16777619;
	return hash;
}

static uint32_t hash_key(unsigned int kind, const struct record *record)
{
	const struct object *object = &objects[kind];
	uint32_t hash = 2166136261 ^ kind;
	unsigned int i;

	for (i = 0; i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];

		if (!(field->flags & FIELD_KEY))
			continue;
		hash = hash_attr(hash, record->attr[field->attr]);
		if (field->attr2)
			hash = hash_attr(hash, record->attr[field->attr2]);
	}
	return hash ^ hash >> 15;
}

static void entry_record(const struct entry *entry, struct record *record)
{
	record_parse(record, entry->attrs, entry->len);
}

static struct entry *find_entry(const struct diff *diff, unsigned int kind,
				const struct record *record)
{
	uint32_t hash = hash_key(kind, record);
	struct entry *entry;

	if (!diff->buckets_nr)
		return NULL;
	for (entry = diff->buckets[hash & (diff->buckets_nr - 1)]; entry;
	     entry = entry->bucket) {
		struct record other;

		if (entry->hash != hash)
			continue;
		entry_record(entry, &other);
		if (object_same_key(&objects[kind], record, &other))
			return entry;
	}
	return NULL;
}

static bool grow_buckets(struct diff *diff)
{
	size_t nr = diff->buckets_nr ? diff->buckets_nr * 2 : 1024;
	struct entry **buckets = calloc(nr, sizeof(struct entry *));
	unsigned int kind;

	if (!buckets)
		return false;
	for (kind = 0; kind < objects_nr; kind++) {
		struct entry *entry;

		for (entry = diff->kinds[kind].first; entry;
		     entry = entry->next) {
			struct entry **at = &buckets[entry->hash & (nr - 1)];

			entry->bucket = *at;
			*at = entry;
		}
	}
	free(diff->buckets);
	diff->buckets = buckets;
	diff->buckets_nr = nr;
	return true;
}

static struct entry *new_entry(struct diff *diff, size_t len)
{
	size_t size = (sizeof(struct entry) + len + 7) & ~(size_t)7;
	struct chunk *chunk = diff->chunks;
	struct entry *entry;

	if (!chunk || chunk->used + size > CHUNK) {
		chunk = malloc(sizeof(*chunk));
		if (!chunk)
			return NULL;
		chunk->next = diff->chunks;
		chunk->used = 0;
		diff->chunks = chunk;
	}
	entry = (struct entry *)(chunk->memory + chunk->used);
	chunk->used += size;
	memset(entry, 0, sizeof(*entry));
	return entry;
}

static bool add_entry(struct diff *diff, unsigned int kind,
		      const struct record *record)
{
	struct kind *list = &diff->kinds[kind];
	struct entry **at;
	struct entry *entry;

	if (diff->entries >= diff->buckets_nr && !grow_buckets(diff))
		return false;
	entry = new_entry(diff, record->len);
	if (!entry)
		return false;
	memcpy(entry->attrs, record->attrs, record->len);
	entry->len = (uint32_t)record->len;
	entry->line = (uint32_t)diff->ctl->line;
	entry->hash = hash_key(kind, record);
	at = &diff->buckets[entry->hash & (diff->buckets_nr - 1)];
	entry->bucket = *at;
	*at = entry;
	if (list->last)
		list->last->next = entry;
	else
		list->first = entry;
	list->last = entry;
	diff->entries++;
	return true;
}

static uint64_t lowest_free(const struct kind *kind)
{
	uint64_t n = 1;

	while (n < NUMBERS - 1 && kind->used[n / 8] >> n % 8 & 1)
		n++;
	return n;
}

/* What the kernel would choose for what was left out. */
static void choose_numbers(struct kind *kind, const struct object *object,
			   struct msg *msg)
{
	struct record record;
	unsigned int i;

	record_of_message(&record, msg->nlh);
	for (i = 0; i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];
		uint64_t n = record_uint(&record, field->attr);

		if (field->flags & FIELD_AUTO) {
			if (!n) {
				n = kind->highest + 1;
				msg_put_uint(msg, field->attr, field->size, n);
			}
			if (n > kind->highest)
				kind->highest = n;
		} else if (field->flags & FIELD_NUMBER) {
			if (!n) {
				n = lowest_free(kind);
				msg_put_uint(msg, field->attr, field->size, n);
			}
			if (n < NUMBERS)
				kind->used[n / 8] |= (uint8_t)(1 << n % 8);
		}
	}
}

static int take_change(struct diff *diff, const struct change *change,
		       struct msg *msg)
{
	unsigned int kind = (unsigned int)(change->object - objects);
	const struct entry *same;
	struct record record;

	if (change->verb != VERB_ADD && change->verb != VERB_REPLACE &&
	    !change->object->single) {
		complain(diff->ctl, "diff reads files as save writes them");
		return STATUS_USAGE;
	}
	choose_numbers(&diff->kinds[kind], change->object, msg);
	record_of_message(&record, msg->nlh);
	same = find_entry(diff, kind, &record);
	if (same) {
		complain(diff->ctl, "line %u is about the same one",
			 same->line);
		return STATUS_USAGE;
	}
	if (msg->overflow || !add_entry(diff, kind, &record)) {
		complain(diff->ctl, "%s", strerror(ENOMEM));
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static int read_file(struct diff *diff, struct lines *lines)
{
	char buf[MSG_SIZE] MSG_ALIGNED;

	for (;;) {
		struct msg msg = {
			.nlh = (struct nlmsghdr *)buf, .room = sizeof(buf)
		};
		struct change change;
		bool end;
		int ret = change_read(diff->ctl, lines, 0, &change, &msg, &end);

		if (!ret && !end)
			ret = take_change(diff, &change, &msg);
		if (ret || end)
			return ret;
	}
}

static void print_side(struct diff *diff, const char *sign, const char *what,
		       const struct object *object, const struct record *record)
{
	struct out *out = &diff->ctl->out;

	gain_note(&diff->gain, object, record);
	out_object(out, NULL);
	out_text(out, sign);
	out_json_string(out, "change", what);
	out_json_string(out, "object", object->word);
	object_print_command(diff->ctl, "value", object, record);
	out_object_end(out);
	out_text(out, "\n");
}

/* Settings that the file does not name stay as they are. */
static void compare_settings(struct diff *diff, const struct object *object,
			     const struct record *now,
			     const struct record *then)
{
	struct out *out = &diff->ctl->out;
	unsigned int i;

	for (i = 0; i < object->fields_nr; i++) {
		const struct field *field = &object->fields[i];

		if (!then->attr[field->attr] || field_same(field, now, then))
			continue;
		diff->differences++;
		out_object(out, NULL);
		out_json_string(out, "change", "set");
		out_json_string(out, "object", object->word);
		out_format(out, "-%s change %s ", object->word, field->word);
		out_object(out, "was");
		field->type->print(diff->ctl, field, now);
		out_object_end(out);
		out_format(out, "\n+%s change %s ", object->word, field->word);
		out_object(out, "becomes");
		field->type->print(diff->ctl, field, then);
		out_object_end(out);
		out_object_end(out);
		out_text(out, "\n");
	}
}

static int compare_one(const struct nlmsghdr *nlh, void *data)
{
	struct diff *diff = data;
	const struct object *object = &objects[diff->kind];
	struct record now, then;
	struct entry *entry;

	record_of_message(&now, nlh);
	entry = object->single ? diff->kinds[diff->kind].first :
				 find_entry(diff, diff->kind, &now);
	if (entry) {
		entry->seen = true;
		entry_record(entry, &then);
	}
	if (object->single) {
		if (entry)
			compare_settings(diff, object, &now, &then);
		return 0;
	}
	if (entry && object_same(object, &now, &then))
		return 0;
	diff->differences++;
	print_side(diff, "-", "remove", object, &now);
	if (entry)
		print_side(diff, "+", "add", object, &then);
	return 0;
}

static int compare_kind(struct diff *diff)
{
	const struct object *object = &objects[diff->kind];
	struct entry *entry;
	int ret;

	for (entry = diff->kinds[diff->kind].first; entry; entry = entry->next)
		entry->seen = false;
	ret = object_list(diff->ctl, object, NULL, compare_one, diff);
	if (ret)
		return ret;
	for (entry = diff->kinds[diff->kind].first; entry;
	     entry = entry->next) {
		struct record record;

		if (entry->seen)
			continue;
		diff->differences++;
		entry_record(entry, &record);
		print_side(diff, "+", "add", object, &record);
	}
	return STATUS_OK;
}

/*
 * What the lines mean for the policy only the kernel can say, to whom it would
 * permit to change it. The lines are an answer without it, too.
 */
static void say_policy(struct diff *diff)
{
	struct ixctl *ctl = diff->ctl;

	if (!lines_rewind(diff->lines) ||
	    gain_print(ctl, &diff->gain, diff->lines, diff->name))
		warn(ctl, "what this means for the policy could not be found out");
}

static int compare_all(struct ixctl *ctl, void *data)
{
	struct diff *diff = data;
	int ret = STATUS_OK;

	diff->differences = 0;
	gain_reset(&diff->gain);
	out_list(&ctl->out, NULL);
	for (diff->kind = 0; !ret && diff->kind < objects_nr; diff->kind++)
		if (objects[diff->kind].set || objects[diff->kind].new)
			ret = compare_kind(diff);
	/* Within a transaction there can't be another for the file. */
	if (!ret && !ctl->transaction)
		say_policy(diff);
	out_list_end(&ctl->out);
	out_end(&ctl->out);
	return ret;
}

static bool diff_init(struct diff *diff, struct ixctl *ctl)
{
	*diff = (struct diff){ .ctl = ctl };
	diff->kinds = calloc(objects_nr, sizeof(*diff->kinds));
	return diff->kinds;
}

static void diff_exit(struct diff *diff)
{
	while (diff->chunks) {
		struct chunk *next = diff->chunks->next;

		free(diff->chunks);
		diff->chunks = next;
	}
	free(diff->buckets);
	free(diff->kinds);
	gain_reset(&diff->gain);
}

int command_diff(struct ixctl *ctl, struct args *args)
{
	const char *name = args_take(args);
	const char *batch = ctl->file;
	unsigned long batch_line = ctl->line;
	bool stats = ctl->opt.stats;
	struct lines lines;
	struct diff diff;
	int ret;

	if (!name) {
		complain(ctl, "the name of a file is missing, or - for standard input");
		return STATUS_USAGE;
	}
	if (args_end(ctl, args))
		return STATUS_USAGE;
	if (!lines_open(&lines, name)) {
		complain(ctl, "%s: %s", name, strerror(errno));
		return STATUS_USAGE;
	}
	if (!lines_keep(&lines)) {
		complain(ctl, "%s: %s", name, strerror(errno));
		lines_close(&lines);
		return STATUS_USAGE;
	}
	if (!diff_init(&diff, ctl)) {
		complain(ctl, "%s", strerror(ENOMEM));
		lines_close(&lines);
		return STATUS_USAGE;
	}
	diff.lines = &lines;
	diff.name = name;
	ctl->file = strcmp(name, "-") ? name : "(standard input)";
	names_only_local(ctl->names, true);
	ret = read_file(&diff, &lines);
	names_only_local(ctl->names, false);
	ctl->file = batch;
	ctl->line = batch_line;
	ctl->object = "diff";
	ctl->verb = NULL;
	ctl->opt.stats = false;
	if (!ret)
		ret = snapshot(ctl, compare_all, &diff);
	ctl->opt.stats = stats;
	lines_close(&lines);
	diff_exit(&diff);
	/* As with diff(1), 1 is no error. */
	if (ret)
		return STATUS_USAGE;
	return diff.differences ? STATUS_REFUSED : STATUS_OK;
}
