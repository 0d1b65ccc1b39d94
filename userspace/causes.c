// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "causes.h"
#include "names.h"
#include "nl.h"
#include "object.h"

#define INSTITUTION "institution "

static void add_cause(char text[CAUSES_TEXT], const char *kind,
		      const char *name)
{
	size_t used = strlen(text);

	snprintf(text + used, CAUSES_TEXT - used, "%s%s %s", used ? "\n" : "",
		 kind, name);
}

const char *causes_of_record(char text[CAUSES_TEXT],
			     const struct record *record, uint16_t attr)
{
	const struct nlattr *nest = NULL;
	char name[IX_NAME_MAX + 1];
	struct record cause;

	*text = '\0';
	while ((nest = record_next(record, attr, nest))) {
		record_of_nest(&cause, nest);
		if (cause.attr[IX_A_CAUSE_INSTITUTION]) {
			snprintf(name, sizeof(name), "%u", (uint32_t)
				 record_uint(&cause, IX_A_CAUSE_INSTITUTION));
			add_cause(text, "institution", name);
		} else if (cause.attr[IX_A_CAUSE_CLASS]) {
			add_cause(text, "class",
				  attr_string(cause.attr[IX_A_CAUSE_CLASS],
					      name, sizeof(name)));
		} else if (cause.attr[IX_A_CAUSE_TENANT]) {
			add_cause(text, "tenant",
				  attr_string(cause.attr[IX_A_CAUSE_TENANT],
					      name, sizeof(name)));
		}
	}
	return text;
}

static int take_institution(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	causes_of_record(data, &record, IX_A_INSTITUTION_QUARANTINED_BY);
	return 0;
}

const char *causes_ask(struct ixctl *ctl, uint32_t tag, char text[CAUSES_TEXT])
{
	struct nl *nl = ixctl_nl(ctl);
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	*text = '\0';
	if (!nl)
		return text;
	msg_init(&msg, buf, sizeof(buf), nl->family, 0, IX_CMD_INSTITUTION_GET);
	if (ctl->transaction)
		msg_put_uint(&msg, IX_A_INSTITUTION_TRANSACTION, 4,
			     ctl->transaction);
	msg_put_uint(&msg, IX_A_INSTITUTION_TAG, 4, tag);
	/* Whoever is not there is in no quarantine. */
	nl_request(nl, &msg, take_institution, text, &error);
	return text;
}

const char *causes_class(const char *class, char text[CAUSES_TEXT])
{
	*text = '\0';
	add_cause(text, "class", class);
	return text;
}

/* One line; of an institution the name, if it has one. */
static void print_cause(struct ixctl *ctl, const char *line, size_t len)
{
	char text[sizeof(INSTITUTION) + IX_NAME_MAX];
	const char *name = NULL;
	size_t kind;

	snprintf(text, sizeof(text), "%.*s", (int)len, line);
	if (!strncmp(text, INSTITUTION, strlen(INSTITUTION)))
		name = names_of(ctl, (uint32_t)
				strtoul(text + strlen(INSTITUTION), NULL, 10));
	if (name)
		snprintf(text, sizeof(text), INSTITUTION "%s", name);
	if (ctl->out.json) {
		out_string(&ctl->out, NULL, text);
		return;
	}
	/* The kind and its blank; a name may have to be quoted. */
	kind = strcspn(text, " ") + 1;
	out_format(&ctl->out, "%.*s", (int)kind, text);
	out_word(ctl->out.file, text + kind);
}

void causes_print(struct ixctl *ctl, const char *key, const char *text)
{
	size_t len;

	out_list(&ctl->out, key);
	for (; *text; text += len + !!text[len]) {
		len = strcspn(text, "\n");
		print_cause(ctl, text, len);
		if (text[len])
			out_text(&ctl->out, " ");
	}
	out_list_end(&ctl->out);
}
