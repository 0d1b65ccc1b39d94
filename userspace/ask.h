/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Questions about the policy: may one open something to another? The kernel's
 * own code answers, of its configuration or of that of a transaction.
 */
#ifndef IXCTL_ASK_H
#define IXCTL_ASK_H

#include <linux/ix.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ixctl.h"

/**
 * struct party - one side of a question
 * @tag: tag of the institution; 0: one that no rule names, in @classes
 * @classes: bit n for class n
 */
struct party {
	uint32_t tag;
	uint64_t classes;
};

/**
 * struct flow - what is opened
 * @protocol: IP protocol, 58 for ICMP and ICMPv6
 * @icmp_type: ICMPv6 type
 * @sport: source port; ports are 0 for protocols that have none
 * @dport: destination port
 */
struct flow {
	uint8_t protocol;
	uint8_t icmp_type;
	uint16_t sport;
	uint16_t dport;
};

/**
 * struct question - may one open something to another?
 * @from: who
 * @to: to whom
 * @flow: what
 */
struct question {
	struct party from;
	struct party to;
	struct flow flow;
};

/**
 * struct answer - what the kernel says
 * @verdict: enum ix_verdict
 * @rule: number of the rule that decided, 0 for none
 * @trial: the verdict if @monitored were enforced
 * @monitored: rule in monitor mode that would make a difference, 0 for none
 * @ways: from tenants of the one to prefixes of the other: so many; 0 if it
 *	was not asked
 * @routed: so many of them have a route
 * @group: name of the purpose group that decided, empty for none
 */
struct answer {
	uint8_t verdict;
	uint32_t rule;
	uint8_t trial;
	uint32_t monitored;
	uint32_t ways;
	uint32_t routed;
	char group[IX_NAME_MAX + 1];
};

/**
 * struct asking - of what and how
 * @transaction: of the configuration of this transaction; 0: the current one
 * @time: for this time; 0: now
 * @routes: whether routes lead there, too
 */
struct asking {
	uint32_t transaction;
	uint64_t time;
	bool routes;
};

/**
 * ask() - have questions answered
 * @ctl: this run
 * @how: of what and how
 * @questions: the questions
 * @answers: filled in, in the same order
 * @nr: how many
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int ask(struct ixctl *ctl, const struct asking *how,
	const struct question *questions, struct answer *answers, size_t nr);

#endif /* IXCTL_ASK_H */
