/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What keeps somebody in quarantine, in the words that "ixctl quarantine" takes:
 * "institution 101", "class hospital", "tenant mame"; as text each is a line.
 */
#ifndef IXCTL_CAUSES_H
#define IXCTL_CAUSES_H

#include <linux/ix.h>
#include <stdint.h>

#include "ixctl.h"
#include "msg.h"

/* Room for all that the kernel tells of one object. */
#define CAUSES_TEXT (IX_CAUSES_MAX * (sizeof("institution ") + IX_NAME_MAX + 1))

/**
 * causes_of_record() - what keeps the object of a message in quarantine
 * @text: filled in; empty: nothing does
 * @record: the object
 * @attr: attribute of its causes
 *
 * Return: @text.
 */
const char *causes_of_record(char text[CAUSES_TEXT],
			     const struct record *record, uint16_t attr);

/* The same of an institution, within the open transaction if there is one. */
const char *causes_ask(struct ixctl *ctl, uint32_t tag, char text[CAUSES_TEXT]);

/* The one cause that a class in quarantine has. */
const char *causes_class(const char *class, char text[CAUSES_TEXT]);

/* Writes them behind one another, or as a JSON list. */
void causes_print(struct ixctl *ctl, const char *key, const char *text);

#endif /* IXCTL_CAUSES_H */
