/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Candidates: a file that the kernel has read into a transaction, to be asked
 * what it would mean, and which is never applied.
 */
#ifndef IXCTL_CANDIDATE_H
#define IXCTL_CANDIDATE_H

#include "ixctl.h"
#include "lines.h"

/**
 * candidate_open() - have the kernel read a file, as restore would
 * @ctl: this run; ctl->transaction is what to ask about
 * @name: name of the file, "-" for standard input
 *
 * Return: an enum status; it has complained if that is not STATUS_OK, and
 * nothing is open.
 */
int candidate_open(struct ixctl *ctl, const char *name);

/* The same with a file that is open and can be read again. */
int candidate_load(struct ixctl *ctl, struct lines *lines, const char *name);

/* Forgets it. */
void candidate_close(struct ixctl *ctl);

#endif /* IXCTL_CANDIDATE_H */
