// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/ix.h>
#include <string.h>

#include "change.h"
#include "names.h"

static bool remember_name(struct ixctl *ctl, enum verb_id verb,
			  const struct msg *msg)
{
	char name[IX_NAME_MAX + 1];
	struct record record;

	record_of_message(&record, msg->nlh);
	if (!record.attr[IX_A_INSTITUTION_NAME] && verb != VERB_DELETE)
		return true;
	attr_string(record.attr[IX_A_INSTITUTION_NAME], name, sizeof(name));
	return names_add(ctl->names,
			 (uint32_t)record_uint(&record, IX_A_INSTITUTION_TAG),
			 name);
}

int change_read(struct ixctl *ctl, struct lines *lines, uint16_t family,
		struct change *change, struct msg *msg, bool *end)
{
	struct args args;
	int ret = lines_read(lines, &args);

	ctl->line = lines->number;
	ctl->object = NULL;
	*end = !ret;
	if (ret < 0) {
		complain(ctl, "%s", lines->error);
		return STATUS_USAGE;
	}
	if (*end)
		return STATUS_OK;
	change->object = object_find(args_peek(&args));
	if (!change->object) {
		complain(ctl, "\"%s\" is no object that has a configuration",
			 args_peek(&args));
		return STATUS_USAGE;
	}
	args_take(&args);
	ret = verb_parse(ctl, change->object, &args, &change->verb);
	if (ret)
		return ret;
	if (change->verb == VERB_SHOW) {
		complain(ctl, "this changes nothing, and does not belong into such a file");
		return STATUS_USAGE;
	}
	ret = object_build(ctl, change->object, change->verb, &args, family,
			   msg);
	if (ret)
		return ret;
	if (change->object->new == IX_CMD_INSTITUTION_NEW &&
	    change->verb != VERB_FLUSH &&
	    !remember_name(ctl, change->verb, msg)) {
		complain(ctl, "%s", strerror(ENOMEM));
		return STATUS_REFUSED;
	}
	return STATUS_OK;
}
