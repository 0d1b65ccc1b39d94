/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers that are made of many listings, and have to be of one configuration.
 */
#ifndef IXCTL_SNAPSHOT_H
#define IXCTL_SNAPSHOT_H

#include "ixctl.h"

/* Writes an answer to ctl->out. Return: an enum status. */
typedef int snapshot_writer(struct ixctl *ctl, void *data);

/**
 * snapshot() - write an answer, again if the configuration changed meanwhile
 * @ctl: this run
 * @writer: writes it
 * @data: for @writer
 *
 * Nothing is written out before all of it is there.
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int snapshot(struct ixctl *ctl, snapshot_writer *writer, void *data);

#endif /* IXCTL_SNAPSHOT_H */
