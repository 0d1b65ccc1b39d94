// SPDX-License-Identifier: GPL-2.0
/*
 * Names for the values that the packet mark can have, in the format of
 * /etc/iproute2/rt_marks, which nft reads too.
 */
#include <ctype.h>
#include <linux/ix.h>
#include <string.h>

#include "commands.h"
#include "nl.h"
#include "object.h"
#include "verdict.h"

/**
 * struct layout - a part of the packet mark
 * @name: what it holds
 * @shift: lowest bit
 * @bits: how many bits
 */
struct layout {
	const char *name;
	unsigned int shift;
	unsigned int bits;
};

/**
 * struct marks - names of marks at work
 * @ctl: this run
 * @verdict: where the verdict is
 * @class: where the class is whose names are written
 * @prefix: what is put before the names of classes
 */
struct marks {
	struct ixctl *ctl;
	struct layout verdict;
	struct layout source;
	struct layout destination;
	const struct layout *class;
	const char *prefix;
};

static uint32_t mask_of(const struct layout *layout)
{
	return (uint32_t)(((UINT64_C(1) << layout->bits) - 1) << layout->shift);
}

static int take_layout(const struct nlmsghdr *nlh, void *data)
{
	struct marks *marks = data;
	struct record record;

	record_of_message(&record, nlh);
	marks->verdict.shift = (unsigned int)
		record_uint(&record, IX_A_SETTINGS_MARK_VERDICT_SHIFT);
	marks->verdict.bits = (unsigned int)
		record_uint(&record, IX_A_SETTINGS_MARK_VERDICT_BITS);
	marks->source.shift = (unsigned int)
		record_uint(&record, IX_A_SETTINGS_MARK_SOURCE_SHIFT);
	marks->source.bits = (unsigned int)
		record_uint(&record, IX_A_SETTINGS_MARK_SOURCE_BITS);
	marks->destination.shift = (unsigned int)
		record_uint(&record, IX_A_SETTINGS_MARK_DESTINATION_SHIFT);
	marks->destination.bits = (unsigned int)
		record_uint(&record, IX_A_SETTINGS_MARK_DESTINATION_BITS);
	return 0;
}

/* Neither iproute2 nor nft can quote. */
static bool is_plain(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name < 0x80 &&
		    !isalnum((unsigned char)*name) && !strchr("_.-", *name))
			return false;
	return true;
}

static void put(struct marks *marks, const struct layout *layout,
		uint32_t value, const char *prefix, const char *name)
{
	struct out *out = &marks->ctl->out;
	char full[2 * IX_NAME_MAX];

	snprintf(full, sizeof(full), "%s%s", prefix, name);
	out_object(out, NULL);
	out_format(out, "0x%x %s\n", value << layout->shift, full);
	out_json_uint(out, "value", value << layout->shift);
	out_json_uint(out, "mask", mask_of(layout));
	out_json_string(out, "name", full);
	out_object_end(out);
}

static int put_class(const struct nlmsghdr *nlh, void *data)
{
	struct marks *marks = data;
	char name[IX_NAME_MAX + 1];
	struct record record;
	uint32_t number;

	record_of_message(&record, nlh);
	attr_string(record.attr[IX_A_CLASS_NAME], name, sizeof(name));
	number = (uint32_t)record_uint(&record, IX_A_CLASS_NUMBER);
	if (!is_plain(name))
		snprintf(name, sizeof(name), "%u", number);
	if (number >> marks->class->bits)
		out_format(&marks->ctl->out, "# class %s: its number, %u, does not fit\n",
			   name, number);
	else
		put(marks, marks->class, number, marks->prefix, name);
	return 0;
}

static void head(struct marks *marks, const struct layout *layout)
{
	if (layout->bits)
		out_format(&marks->ctl->out, "# %s: mask 0x%x\n", layout->name,
			   mask_of(layout));
}

static int put_classes(struct marks *marks, const struct layout *layout,
		       const char *prefix)
{
	if (!layout->bits)
		return STATUS_OK;
	head(marks, layout);
	marks->class = layout;
	marks->prefix = prefix;
	return object_list(marks->ctl, object_find_exactly("class"), NULL,
			   put_class, marks);
}

int command_mark(struct ixctl *ctl, struct args *args)
{
	struct marks marks = {
		.ctl = ctl,
		.verdict.name = "verdict",
		.source.name = "class of the source",
		.destination.name = "class of the destination",
	};
	uint32_t value;
	int ret = args_end(ctl, args);

	if (!ret)
		ret = object_list(ctl, object_find_exactly("settings"), NULL,
				  take_layout, &marks);
	if (ret)
		return ret;
	out_list(&ctl->out, NULL);
	head(&marks, &marks.verdict);
	for (value = IX_VERDICT_PERMIT; verdict_name(value); value++)
		if (value >> marks.verdict.bits == 0)
			put(&marks, &marks.verdict, value, "ix-",
			    verdict_name(value));
	ret = put_classes(&marks, &marks.source, "ix-from-");
	if (!ret)
		ret = put_classes(&marks, &marks.destination, "ix-to-");
	out_list_end(&ctl->out);
	out_end(&ctl->out);
	return ret;
}
