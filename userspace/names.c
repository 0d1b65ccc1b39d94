// SPDX-License-Identifier: GPL-2.0
#include <linux/ix.h>
#include <stdlib.h>
#include <string.h>

#include "causes.h"
#include "ixctl.h"
#include "names.h"
#include "nl.h"
#include "object.h"
#include "value.h"

/* From so many single questions on it is cheaper to ask for all names. */
#define SINGLE_QUESTIONS 64

/**
 * struct name - what is known of one institution
 * @tag: its tag; 0: the name is no longer its own
 * @text: its name; empty: it has none; and behind its end, what keeps it in
 *	quarantine, as lines
 */
struct name {
	uint32_t tag;
	char text[];
};

/**
 * struct bucket - a place in an open hash table
 * @key: tag, or hash of a name: what it takes to pass over most of the others
 *	without a look at the name
 * @at: place of the name in names.memory, in words; 0 if this one is empty
 */
struct bucket {
	uint32_t key;
	uint32_t at;
};

/**
 * struct names - names of institutions
 * @memory: all struct name, one after another, in words
 * @used: words of it
 * @room: room for how many
 * @by_tag: hash table by tag
 * @by_name: hash table by name
 * @buckets: size of each, a power of 2, at most half of it used
 * @nr: how many names
 * @questions: how many times the kernel was asked for one name
 * @all: it was asked for all
 * @local: it is not asked
 * @classes: names of the classes in quarantine, as lines; NULL: not known
 */
struct names {
	uint32_t *memory;
	size_t used;
	size_t room;
	struct bucket *by_tag;
	struct bucket *by_name;
	uint32_t buckets;
	uint32_t nr;
	unsigned int questions;
	bool all;
	bool local;
	char *classes;
};

struct names *names_new(void)
{
	return calloc(1, sizeof(struct names));
}

void names_reset(struct names *names)
{
	free(names->memory);
	free(names->by_tag);
	free(names->by_name);
	free(names->classes);
	*names = (struct names){ .local = names->local };
}

void names_free(struct names *names)
{
	if (!names)
		return;
	names_reset(names);
	free(names);
}

void names_only_local(struct names *names, bool local)
{
	names->local = local;
}

void names_complete(struct names *names)
{
	names->all = true;
}

static uint32_t hash_tag(uint32_t tag)
{
	tag *= 0x9e3779b1;
	return tag ^ tag >> 15;
}

static uint32_t hash_name(const char *name)
{
	uint32_t hash = 2166136261;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 16777619;
	return hash ^ hash >> 15;
}

static struct name *name_at(const struct names *names, uint32_t at)
{
	return (struct name *)(names->memory + at);
}

/* The bucket of a tag, or the empty one that it would go to. */
static struct bucket *bucket_of_tag(const struct names *names, uint32_t tag)
{
	uint32_t i = hash_tag(tag);

	for (;; i++) {
		struct bucket *bucket = &names->by_tag[i & (names->buckets - 1)];

		if (!bucket->at || bucket->key == tag)
			return bucket;
	}
}

static struct bucket *bucket_of_name(const struct names *names,
				     const char *name, uint32_t hash)
{
	uint32_t i = hash;

	for (;; i++) {
		struct bucket *bucket = &names->by_name[i & (names->buckets - 1)];

		if (!bucket->at ||
		    (bucket->key == hash &&
		     !strcmp(name_at(names, bucket->at)->text, name)))
			return bucket;
	}
}

static void move_buckets(struct bucket *to, uint32_t to_nr,
			 const struct bucket *from, uint32_t from_nr,
			 bool keys_are_tags)
{
	uint32_t n, i;

	for (n = 0; n < from_nr; n++) {
		if (!from[n].at)
			continue;
		i = keys_are_tags ? hash_tag(from[n].key) : from[n].key;
		while (to[i & (to_nr - 1)].at)
			i++;
		to[i & (to_nr - 1)] = from[n];
	}
}

static bool grow_tables(struct names *names)
{
	uint32_t buckets = names->buckets ? names->buckets * 2 : 256;
	struct bucket *by_tag = calloc(buckets, sizeof(*by_tag));
	struct bucket *by_name = calloc(buckets, sizeof(*by_name));

	if (!by_tag || !by_name) {
		free(by_tag);
		free(by_name);
		return false;
	}
	move_buckets(by_tag, buckets, names->by_tag, names->buckets, true);
	move_buckets(by_name, buckets, names->by_name, names->buckets, false);
	free(names->by_tag);
	free(names->by_name);
	names->by_tag = by_tag;
	names->by_name = by_name;
	names->buckets = buckets;
	return true;
}

static bool grow_memory(struct names *names, size_t words)
{
	size_t room = names->room ? names->room * 2 : 4096;
	uint32_t *memory;

	if (names->used + words <= names->room)
		return true;
	if (names->used + words > UINT32_MAX)
		return false;
	memory = reallocarray(names->memory, room, sizeof(*memory));
	if (!memory)
		return false;
	names->memory = memory;
	names->room = room;
	/* Place 0 stands for none. */
	if (!names->used)
		names->used = 1;
	return true;
}

static bool add(struct names *names, uint32_t tag, const char *name,
		const char *causes)
{
	size_t size = strlen(name) + 1, causes_size = strlen(causes) + 1;
	size_t words = 1 + (size + causes_size + 3) / 4;
	uint32_t hash = hash_name(name);
	struct bucket *bucket;
	struct name *entry;
	uint32_t at;

	if (names->nr >= names->buckets / 2 && !grow_tables(names))
		return false;
	/* No name is as long as the room that comes with the first one. */
	if (!grow_memory(names, words))
		return false;
	at = (uint32_t)names->used;
	names->used += words;
	names->nr++;
	entry = name_at(names, at);
	entry->tag = tag;
	memcpy(entry->text, name, size);
	memcpy(entry->text + size, causes, causes_size);

	bucket = bucket_of_tag(names, tag);
	if (bucket->at)
		name_at(names, bucket->at)->tag = 0;
	*bucket = (struct bucket){ tag, at };
	*bucket_of_name(names, name, hash) = (struct bucket){ hash, at };
	return true;
}

bool names_add(struct names *names, uint32_t tag, const char *name)
{
	return add(names, tag, name, "");
}

bool names_add_institution(struct names *names, const struct record *record)
{
	char name[IX_NAME_MAX + 1], causes[CAUSES_TEXT];

	return add(names, (uint32_t)record_uint(record, IX_A_INSTITUTION_TAG),
		   attr_string(record->attr[IX_A_INSTITUTION_NAME], name,
			       sizeof(name)),
		   causes_of_record(causes, record,
				    IX_A_INSTITUTION_QUARANTINED_BY));
}

uint32_t names_find(const struct names *names, const char *name)
{
	const struct bucket *bucket;

	if (!names->buckets || !*name)
		return 0;
	bucket = bucket_of_name(names, name, hash_name(name));
	return bucket->at ? name_at(names, bucket->at)->tag : 0;
}

static int remember(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	return names_add_institution(data, &record) ? 0 : -1;
}

static int found_tag(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	*(uint32_t *)data = (uint32_t)record_uint(&record,
						  IX_A_INSTITUTION_TAG);
	return 0;
}

static int ask_for_tag(struct ixctl *ctl, const char *name, uint32_t *tag)
{
	const struct object *object = object_find_exactly("institution");
	struct nl *nl = ixctl_nl(ctl);
	char buf[512] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	if (!nl)
		return STATUS_REFUSED;
	msg_init(&msg, buf, sizeof(buf), nl->family, 0, IX_CMD_INSTITUTION_GET);
	if (ctl->transaction)
		msg_put_uint(&msg, IX_A_INSTITUTION_TRANSACTION, 4,
			     ctl->transaction);
	msg_put_string(&msg, IX_A_INSTITUTION_NAME, name);
	if (nl_request(nl, &msg, found_tag, tag, &error))
		return object_refused(ctl, object, &msg, &error);
	return STATUS_OK;
}

int names_resolve(struct ixctl *ctl, const char *word, uint32_t *tag)
{
	uint64_t number;

	if (is_number(word)) {
		if (!parse_uint(word, UINT32_MAX, &number)) {
			complain(ctl, "%s is too large for a tag", word);
			return STATUS_USAGE;
		}
		*tag = (uint32_t)number;
		return STATUS_OK;
	}
	if (strlen(word) > IX_NAME_MAX) {
		complain(ctl, "\"%s\" is longer than a name can be (%u octets)",
			 word, IX_NAME_MAX);
		return STATUS_USAGE;
	}
	*tag = names_find(ctl->names, word);
	if (*tag)
		return STATUS_OK;
	if (!ctl->names->local)
		return ask_for_tag(ctl, word, tag);
	complain(ctl, "no institution named %s", word);
	return STATUS_REFUSED;
}

static void ask_for_name(struct ixctl *ctl, uint32_t tag)
{
	struct nl *nl = ixctl_nl_aside(ctl);
	bool all = ++ctl->names->questions > SINGLE_QUESTIONS;
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	if (!nl)
		return;
	msg_init(&msg, buf, sizeof(buf), nl->family, all ? NLM_F_DUMP : 0,
		 IX_CMD_INSTITUTION_GET);
	if (!all)
		msg_put_uint(&msg, IX_A_INSTITUTION_TAG, 4, tag);
	ctl->names->all = all;
	/* Whoever has gone meanwhile has no name. */
	nl_request(nl, &msg, remember, ctl->names, &error);
}

/* What is known of an institution, or NULL for want of memory. */
static const struct name *find(struct ixctl *ctl, uint32_t tag)
{
	struct names *names = ctl->names;

	if (!names->buckets && !grow_tables(names))
		return NULL;
	if (!bucket_of_tag(names, tag)->at) {
		if (!names->local && !names->all)
			ask_for_name(ctl, tag);
		/* Not to be asked for again. */
		if (!bucket_of_tag(names, tag)->at && !names_add(names, tag, ""))
			return NULL;
	}
	return name_at(names, bucket_of_tag(names, tag)->at);
}

const char *names_of(struct ixctl *ctl, uint32_t tag)
{
	const struct name *name = ctl->opt.numeric ? NULL : find(ctl, tag);

	return name && *name->text && !is_number(name->text) ? name->text :
							       NULL;
}

const char *names_causes(struct ixctl *ctl, uint32_t tag)
{
	const struct name *name = find(ctl, tag);

	return name ? name->text + strlen(name->text) + 1 : "";
}

static int remember_class(const struct nlmsghdr *nlh, void *data)
{
	char name[IX_NAME_MAX + 1];
	struct record record;

	record_of_message(&record, nlh);
	if (record_uint(&record, IX_A_CLASS_QUARANTINE))
		fprintf(data, "%s\n", attr_string(record.attr[IX_A_CLASS_NAME],
						  name, sizeof(name)));
	return 0;
}

static void ask_for_classes(struct ixctl *ctl)
{
	struct nl *nl = ixctl_nl_aside(ctl);
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;
	size_t size;
	FILE *file;

	file = open_memstream(&ctl->names->classes, &size);
	if (!file)
		return;
	if (nl) {
		msg_init(&msg, buf, sizeof(buf), nl->family, NLM_F_DUMP,
			 IX_CMD_CLASS_GET);
		nl_request(nl, &msg, remember_class, file, &error);
	}
	fclose(file);
}

bool names_class_is_quarantined(struct ixctl *ctl, const char *class)
{
	size_t len = strlen(class);
	const char *line;

	if (!ctl->names->classes && !ctl->names->local)
		ask_for_classes(ctl);
	line = ctl->names->classes;
	for (; line && *line; line += strcspn(line, "\n") + 1)
		if (!strncmp(line, class, len) && line[len] == '\n')
			return true;
	return false;
}
