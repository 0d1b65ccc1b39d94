// SPDX-License-Identifier: GPL-2.0
/*
 * Quarantine: a switch that institutions, classes and tenants have, in one
 * command and one listing.
 */
#include <linux/ix.h>
#include <string.h>

#include "commands.h"
#include "object.h"

/* What can be in quarantine, and the attribute that says so. */
static const struct {
	const char *object;
	uint16_t attr;
} kinds[] = {
	{ "tenant", IX_A_TENANT_QUARANTINE },
	{ "class", IX_A_CLASS_QUARANTINE },
	{ "institution", IX_A_INSTITUTION_QUARANTINE },
};

/**
 * struct quarantine - a listing at work
 * @ctl: this run
 * @object: what is listed
 * @attr: its attribute
 */
struct quarantine {
	struct ixctl *ctl;
	const struct object *object;
	uint16_t attr;
};

static int show_one(const struct nlmsghdr *nlh, void *data)
{
	struct quarantine *list = data;
	struct record record;

	record_of_message(&record, nlh);
	if (!record_uint(&record, list->attr))
		return 0;
	out_text(&list->ctl->out, list->object->word);
	out_text(&list->ctl->out, " ");
	object_print(list->ctl, NULL, list->object, &record);
	out_text(&list->ctl->out, "\n");
	return 0;
}

static int show(struct ixctl *ctl)
{
	char buf[64] MSG_ALIGNED;
	int ret = STATUS_OK;
	unsigned int i;

	out_object(&ctl->out, NULL);
	for (i = 0; !ret && i < ARRAY_SIZE(kinds); i++) {
		struct quarantine list = {
			.ctl = ctl,
			.object = object_find_exactly(kinds[i].object),
			.attr = kinds[i].attr,
		};
		struct record wanted;
		struct msg msg;

		msg_init(&msg, buf, sizeof(buf), 0, 0, 0);
		msg_put_uint(&msg, list.attr, 1, 1);
		record_of_message(&wanted, msg.nlh);
		out_list(&ctl->out, list.object->word);
		ret = object_list(ctl, list.object, &wanted, show_one, &list);
		out_list_end(&ctl->out);
	}
	out_object_end(&ctl->out);
	out_end(&ctl->out);
	return ret;
}

static const struct object *find_kind(struct ixctl *ctl, struct args *args)
{
	const char *word = args_take(args);
	unsigned int i;

	for (i = 0; word && i < ARRAY_SIZE(kinds); i++)
		if (abbreviates(word, kinds[i].object))
			return object_find_exactly(kinds[i].object);
	if (word)
		complain(ctl, "\"%s\" is neither institution, class nor tenant",
			 word);
	else
		complain(ctl, "institution, class or tenant is missing");
	return NULL;
}

int command_quarantine(struct ixctl *ctl, struct args *args)
{
	char buf[1024] MSG_ALIGNED;
	struct msg msg = { .nlh = (struct nlmsghdr *)buf, .room = sizeof(buf) };
	char key[16], keyword[] = "quarantine", on[] = "on", off[] = "off";
	const char *verb = args_take(args);
	const struct object *object;
	struct args change;
	char *words[4];
	bool add;
	int ret;

	if (!verb || abbreviates(verb, "show") || !strcmp(verb, "list")) {
		ret = args_end(ctl, args);
		return ret ? ret : show(ctl);
	}
	add = abbreviates(verb, "add");
	if (!add && !abbreviates(verb, "delete")) {
		complain(ctl, "command \"%s\" is unknown, see \"ixctl quarantine help\"",
			 verb);
		return STATUS_USAGE;
	}
	object = find_kind(ctl, args);
	if (!object)
		return STATUS_USAGE;
	if (!args->left) {
		complain(ctl, "%s: which one is missing", object->word);
		return STATUS_USAGE;
	}
	/* With the keyword of the key, whatever the name looks like. */
	snprintf(key, sizeof(key), "%s", object->fields[0].word);
	words[0] = key;
	words[1] = *args->word;
	words[2] = keyword;
	words[3] = add ? on : off;
	args_take(args);
	ret = args_end(ctl, args);
	if (ret)
		return ret;
	change.word = words;
	change.left = ARRAY_SIZE(words);
	ret = object_build(ctl, object, VERB_CHANGE, &change, 0, &msg);
	return ret ? ret : object_change(ctl, object, &msg);
}
