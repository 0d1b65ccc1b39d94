/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Expectations: what somebody wants the policy to be, one a line. Nothing here
 * asks the kernel.
 */
#ifndef IXCTL_EXPECT_H
#define IXCTL_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "census.h"

/**
 * enum whom_kind - who is meant
 * @WHOM_ANY: every institution
 * @WHOM_CLASS: all of a class
 * @WHOM_INSTITUTION: one
 */
enum whom_kind {
	WHOM_ANY,
	WHOM_CLASS,
	WHOM_INSTITUTION,
};

/**
 * struct whom - one side of an expectation
 * @kind: who is meant
 * @name: name of the class; name or tag of the institution
 */
struct whom {
	enum whom_kind kind;
	char name[IX_NAME_MAX + 1];
};

/**
 * struct expectation - what somebody expects
 * @permitted: that it is permitted, not that it is not
 * @reaches: that it gets there, or not: routes count, too
 * @from: who begins
 * @to: with whom
 * @service: name of a service; empty: @traffic
 * @traffic: what else, if @has_traffic; without both: everything
 * @has_traffic: @traffic is set
 * @at: at this time; 0: now
 * @since: from this second on, and not before; 0: no matter
 * @until: up to this second, and not in it; 0: no matter
 */
struct expectation {
	bool permitted;
	bool reaches;
	struct whom from;
	struct whom to;
	char service[IX_NAME_MAX + 1];
	struct traffic traffic;
	bool has_traffic;
	uint64_t at;
	uint64_t since;
	uint64_t until;
};

/**
 * expect_parse() - read an expectation
 * @ctl: this run
 * @args: the words of the line
 * @expectation: filled in
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int expect_parse(struct ixctl *ctl, struct args *args,
		 struct expectation *expectation);

/* Takes who is meant: any, class CLASS, or [ institution ] { NAME | TAG }. */
int whom_parse(struct ixctl *ctl, struct args *args, struct whom *whom);

#endif /* IXCTL_EXPECT_H */
