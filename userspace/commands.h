/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands that are not about one kind of object. Each takes the words behind
 * its name and returns an enum status.
 */
#ifndef IXCTL_COMMANDS_H
#define IXCTL_COMMANDS_H

#include "args.h"
#include "ixctl.h"

int command_save(struct ixctl *ctl, struct args *args);
int command_restore(struct ixctl *ctl, struct args *args);
int command_diff(struct ixctl *ctl, struct args *args);
int command_flush(struct ixctl *ctl, struct args *args);
int command_test(struct ixctl *ctl, struct args *args);
int command_policy(struct ixctl *ctl, struct args *args);
int command_report(struct ixctl *ctl, struct args *args);
int command_trace(struct ixctl *ctl, struct args *args);
int command_mark(struct ixctl *ctl, struct args *args);
int command_quarantine(struct ixctl *ctl, struct args *args);
int command_monitor(struct ixctl *ctl, struct args *args);
int command_stats(struct ixctl *ctl, struct args *args);
int command_attach(struct ixctl *ctl, struct args *args);
int command_detach(struct ixctl *ctl, struct args *args);

/* begin, commit and abort, in a batch. */
int command_transaction(struct ixctl *ctl, struct args *args);

/**
 * batch_run() - run the commands of a file, one after another
 * @ctl: this run
 * @name: name of the file, "-" for standard input
 * @run: runs one of them
 *
 * Return: an enum status: that of the first command that failed.
 */
int batch_run(struct ixctl *ctl, const char *name,
	      int (*run)(struct ixctl *ctl, struct args *args));

#endif /* IXCTL_COMMANDS_H */
