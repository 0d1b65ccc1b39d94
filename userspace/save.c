// SPDX-License-Identifier: GPL-2.0
#include <linux/ix.h>
#include <string.h>

#include "commands.h"
#include "names.h"
#include "object.h"
#include "snapshot.h"

struct saving {
	struct ixctl *ctl;
	const struct object *object;
};

static int save_one(const struct nlmsghdr *nlh, void *data)
{
	struct saving *saving = data;
	struct record record;

	record_of_message(&record, nlh);
	if (saving->object->new == IX_CMD_INSTITUTION_NEW) {
		char name[IX_NAME_MAX + 1];

		attr_string(record.attr[IX_A_INSTITUTION_NAME], name,
			    sizeof(name));
		names_add(saving->ctl->names,
			  (uint32_t)record_uint(&record, IX_A_INSTITUTION_TAG),
			  name);
	}
	object_print_command(saving->ctl, NULL, saving->object, &record);
	out_text(&saving->ctl->out, "\n");
	return 0;
}

static int save_all(struct ixctl *ctl, void *data)
{
	int ret = STATUS_OK;
	unsigned int i;

	(void)data;
	names_reset(ctl->names);
	out_text(&ctl->out, "# Configuration of ix. To load it: ixctl restore FILE\n");
	out_object(&ctl->out, NULL);
	for (i = 0; !ret && i < objects_nr; i++) {
		struct saving saving = { ctl, &objects[i] };

		if (!objects[i].set && !objects[i].new)
			continue;
		out_list(&ctl->out, objects[i].word);
		ret = object_list(ctl, &objects[i], NULL, save_one, &saving);
		out_list_end(&ctl->out);
		if (objects[i].new == IX_CMD_INSTITUTION_NEW)
			names_complete(ctl->names);
	}
	out_object_end(&ctl->out);
	out_end(&ctl->out);
	return ret;
}

int command_save(struct ixctl *ctl, struct args *args)
{
	bool stats = ctl->opt.stats;
	int ret = args_end(ctl, args);

	if (ret)
		return ret;
	/* What is counted is no configuration. */
	ctl->opt.stats = false;
	ret = snapshot(ctl, save_all, NULL);
	ctl->opt.stats = stats;
	return ret;
}
