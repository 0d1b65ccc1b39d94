// SPDX-License-Identifier: GPL-2.0
#include <linux/ix.h>
#include <stdlib.h>
#include <string.h>

#include "ixctl.h"
#include "names.h"
#include "nl.h"
#include "object.h"
#include "value.h"

/* From so many single questions on it is cheaper to ask for all names. */
#define SINGLE_QUESTIONS 64

/**
 * struct name - what is known of one institution
 * @tag: its tag
 * @text: offset of its name in names.text; that of an empty name: it has none
 */
struct name {
	uint32_t tag;
	uint32_t text;
};

/**
 * struct names - names of institutions
 * @name: all names
 * @nr: how many
 * @room: room for how many
 * @text: the names themselves, one after another
 * @text_used: octets of it
 * @text_room: room for how many
 * @by_tag: index + 1 of names in an open hash table
 * @by_name: likewise
 * @buckets: size of each hash table, a power of 2, at most half of it used
 * @questions: how many times the kernel was asked for one name
 * @all: it was asked for all
 * @local: it is not asked
 */
struct names {
	struct name *name;
	uint32_t nr;
	uint32_t room;
	char *text;
	size_t text_used;
	size_t text_room;
	uint32_t *by_tag;
	uint32_t *by_name;
	uint32_t buckets;
	unsigned int questions;
	bool all;
	bool local;
};

struct names *names_new(void)
{
	return calloc(1, sizeof(struct names));
}

void names_reset(struct names *names)
{
	free(names->name);
	free(names->text);
	free(names->by_tag);
	free(names->by_name);
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

static const char *text_of(const struct names *names, uint32_t at)
{
	return names->text + names->name[at].text;
}

static uint32_t *bucket_of_tag(const struct names *names, uint32_t tag)
{
	uint32_t i = hash_tag(tag);

	for (;; i++) {
		uint32_t *at = &names->by_tag[i & (names->buckets - 1)];

		if (!*at || names->name[*at - 1].tag == tag)
			return at;
	}
}

static uint32_t *bucket_of_name(const struct names *names, const char *name)
{
	uint32_t i = hash_name(name);

	for (;; i++) {
		uint32_t *at = &names->by_name[i & (names->buckets - 1)];

		if (!*at || !strcmp(text_of(names, *at - 1), name))
			return at;
	}
}

static bool grow_tables(struct names *names)
{
	uint32_t buckets = names->buckets ? names->buckets * 2 : 256;
	uint32_t *by_tag = calloc(buckets, sizeof(*by_tag));
	uint32_t *by_name = calloc(buckets, sizeof(*by_name));
	uint32_t i;

	if (!by_tag || !by_name) {
		free(by_tag);
		free(by_name);
		return false;
	}
	free(names->by_tag);
	free(names->by_name);
	names->by_tag = by_tag;
	names->by_name = by_name;
	names->buckets = buckets;
	/* In order, so that the latest of a tag and of a name wins. */
	for (i = 0; i < names->nr; i++) {
		*bucket_of_tag(names, names->name[i].tag) = i + 1;
		*bucket_of_name(names, text_of(names, i)) = i + 1;
	}
	return true;
}

bool names_add(struct names *names, uint32_t tag, const char *name)
{
	size_t size = strlen(name) + 1;

	if (names->nr >= names->buckets / 2 && !grow_tables(names))
		return false;
	if (names->nr == names->room) {
		uint32_t room = names->room ? names->room * 2 : 128;
		struct name *bigger = reallocarray(names->name, room,
						   sizeof(*bigger));

		if (!bigger)
			return false;
		names->name = bigger;
		names->room = room;
	}
	while (names->text_used + size > names->text_room) {
		size_t room = names->text_room ? names->text_room * 2 : 4096;
		char *bigger = realloc(names->text, room);

		if (!bigger)
			return false;
		names->text = bigger;
		names->text_room = room;
	}
	memcpy(names->text + names->text_used, name, size);
	names->name[names->nr] = (struct name){
		tag, (uint32_t)names->text_used
	};
	names->text_used += size;
	names->nr++;
	*bucket_of_tag(names, tag) = names->nr;
	*bucket_of_name(names, name) = names->nr;
	return true;
}

uint32_t names_find(const struct names *names, const char *name)
{
	uint32_t at, latest;

	if (!names->buckets || !*name)
		return 0;
	at = *bucket_of_name(names, name);
	if (!at)
		return 0;
	/* A name that its institution has given up since is nobody's. */
	latest = *bucket_of_tag(names, names->name[at - 1].tag);
	return at == latest ? names->name[at - 1].tag : 0;
}

static int remember(const struct nlmsghdr *nlh, void *data)
{
	char name[IX_NAME_MAX + 1];
	struct record record;

	record_of_message(&record, nlh);
	attr_string(record.attr[IX_A_INSTITUTION_NAME], name, sizeof(name));
	return names_add(data, (uint32_t)record_uint(&record,
						     IX_A_INSTITUTION_TAG),
			 name) ? 0 : -1;
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

const char *names_of(struct ixctl *ctl, uint32_t tag)
{
	struct names *names = ctl->names;
	const char *text;

	if (ctl->opt.numeric)
		return NULL;
	if (!names->buckets && !grow_tables(names))
		return NULL;
	if (!*bucket_of_tag(names, tag)) {
		if (!names->local && !names->all)
			ask_for_name(ctl, tag);
		/* Not to be asked for again. */
		if (!*bucket_of_tag(names, tag) && !names_add(names, tag, ""))
			return NULL;
	}
	text = text_of(names, *bucket_of_tag(names, tag) - 1);
	return *text && !is_number(text) ? text : NULL;
}
