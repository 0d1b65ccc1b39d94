/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every part of ixctl knows: the state of one run, and how to complain.
 */
#ifndef IXCTL_H
#define IXCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "out.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct names;
struct nl;

/**
 * enum status - exit status, and what the functions of a command return
 * @STATUS_OK: done
 * @STATUS_REFUSED: the kernel said no, or does not know the object
 * @STATUS_USAGE: the command line or the file is wrong
 */
enum status {
	STATUS_OK,
	STATUS_REFUSED,
	STATUS_USAGE,
};

/**
 * struct options - options before the object
 * @json: write JSON
 * @pretty: with line breaks and indentation
 * @stats: with counters
 * @numeric: tags rather than names of institutions
 * @force: go on after an error in a batch
 */
struct options {
	bool json;
	bool pretty;
	bool stats;
	bool numeric;
	bool force;
};

/**
 * struct ixctl - one run of ixctl
 * @opt: options
 * @out: where answers go
 * @nl: socket to the kernel, NULL until the first request
 * @aside: another one, for questions in the middle of a listing
 * @names: names of institutions
 * @transaction: number of the open transaction, 0 for none
 * @changes: changes in it so far
 * @broken: it has failed, and the kernel has forgotten it
 * @file: file that commands are read from, or NULL
 * @line: line of it that the command began in
 * @object: object of the command at work, for messages
 * @verb: its verb
 */
struct ixctl {
	struct options opt;
	struct out out;
	struct nl *nl;
	struct nl *aside;
	struct names *names;
	uint32_t transaction;
	uint32_t changes;
	bool broken;
	const char *file;
	unsigned long line;
	const char *object;
	const char *verb;
};

/* Error messages: "ixctl: tenant add: ..." or "FILE:LINE: tenant add: ...". */
void complain(const struct ixctl *ctl, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void warn(const struct ixctl *ctl, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The connection to the kernel's family, opened on first use; NULL: complained. */
struct nl *ixctl_nl(struct ixctl *ctl);
struct nl *ixctl_nl_aside(struct ixctl *ctl);

#endif /* IXCTL_H */
