/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of a saved configuration: what restore and diff read.
 */
#ifndef IXCTL_CHANGE_H
#define IXCTL_CHANGE_H

#include "lines.h"
#include "object.h"

/**
 * struct change - a line of a saved configuration
 * @object: what it is about
 * @verb: what it does
 */
struct change {
	const struct object *object;
	enum verb_id verb;
};

/**
 * change_read() - read the next line and make its message
 * @ctl: this run; its names are those of the institutions in the file
 * @lines: the file
 * @family: number of the netlink family
 * @change: filled in
 * @msg: filled in over the room of @msg
 * @end: set to true if there was no line left
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int change_read(struct ixctl *ctl, struct lines *lines, uint16_t family,
		struct change *change, struct msg *msg, bool *end);

#endif /* IXCTL_CHANGE_H */
