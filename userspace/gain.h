/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Gains and losses: what a file would mean for the policy, beside the lines in
 * which it differs.
 */
#ifndef IXCTL_GAIN_H
#define IXCTL_GAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"
#include "msg.h"
#include "object.h"

struct pair;

/**
 * struct gain - where the policy may differ
 * @relevant: something differs that rules are made of
 * @failed: for want of memory
 * @pairs: who may begin what with whom was changed by an agreement; from @a to
 *	@b
 * @pairs_nr: how many
 * @pairs_room: for how many there is room
 */
struct gain {
	bool relevant;
	bool failed;
	struct pair *pairs;
	size_t pairs_nr;
	size_t pairs_room;
};

/* Remembers an object that differs. */
void gain_note(struct gain *gain, const struct object *object,
	       const struct record *record);
void gain_reset(struct gain *gain);

/**
 * gain_print() - say who gains or loses what
 * @ctl: this run
 * @gain: what was noted
 * @lines: the file, which can be read again
 * @name: its name
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int gain_print(struct ixctl *ctl, struct gain *gain, struct lines *lines,
	       const char *name);

#endif /* IXCTL_GAIN_H */
