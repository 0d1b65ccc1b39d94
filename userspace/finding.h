/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How an expectation compares with the policy.
 */
#ifndef IXCTL_FINDING_H
#define IXCTL_FINDING_H

#include "ask.h"
#include "ixctl.h"

/**
 * struct finding - how an expectation compares with the policy
 * @question: the first that was answered otherwise; or else the first
 * @answer: the answer to it
 * @from: tag of an institution that it stands for, 0 for none
 * @to: the same of the other side
 * @time: time that was asked for, 0 for now
 * @expected: what the expectation was at that time
 * @holds: nothing was answered otherwise
 * @pairs: pairs of institutions that the expectation is about
 * @others: pairs for which it does not hold
 * @asked: questions that were asked
 * @flows: how many flows it takes to know all
 * @looked_up: pairs for which routes were looked up
 * @no_route: the policy permits it, but no route leads there
 */
struct finding {
	struct question question;
	struct answer answer;
	uint32_t from;
	uint32_t to;
	uint64_t time;
	bool expected;
	bool holds;
	uint64_t pairs;
	uint64_t others;
	uint64_t asked;
	size_t flows;
	uint64_t looked_up;
	bool no_route;
};

/**
 * finding_print() - write whether an expectation holds, and why
 * @ctl: this run, at the line of the expectation
 * @finding: how it compares
 * @file: name of the file that the expectation is in
 * @text: its words
 * @many: it is about more than one pair of institutions
 */
void finding_print(struct ixctl *ctl, const struct finding *finding,
		   const char *file, const char *text, bool many);

#endif
