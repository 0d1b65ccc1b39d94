/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Report: a page at work, and its sections.
 */
#ifndef IXCTL_REPORT_H
#define IXCTL_REPORT_H

#include <linux/ix.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "census.h"
#include "nl.h"

/* Flows that a page can show; how much there is beyond it is said. */
#define FLOWS_MAX 50
/* What ends within so many days ends soon. */
#define ENDING_DAYS 90
#define DAY (24 * 60 * 60)

/**
 * struct rule - what the page says of a rule
 * @id: its number
 * @from: tag of the institution, or 0
 * @to: the same of the other side
 * @from_class: name of the class, or empty
 * @to_class: the same of the other side
 * @service: name of the service; empty: everything
 * @permits: it permits
 * @monitor: it is in monitor mode
 * @until: when it ends, 0 for never
 * @packets: packets that it has decided on
 * @reference: reference text
 */
struct rule {
	uint32_t id;
	uint32_t from;
	uint32_t to;
	char from_class[IX_NAME_MAX + 1];
	char to_class[IX_NAME_MAX + 1];
	char service[IX_NAME_MAX + 1];
	bool permits;
	bool monitor;
	uint64_t until;
	uint64_t packets;
	char reference[IX_REFERENCE_MAX + 1];
};

/* An array of rules. */
struct rules {
	struct rule *list;
	size_t nr;
	size_t room;
};

/* A purpose group, as the kernel has described it. */
struct group {
	struct nlmsghdr *nlh;
};

/**
 * struct volume - what the account has of one flow
 * @from: tag of the institution that sends
 * @to: tag of the one that it is for
 * @service: name of the service, or empty
 * @reply: answers
 * @packets: packets
 * @bytes: octets
 * @first: when the first of them came
 * @last: when the last one came
 */
struct volume {
	uint32_t from;
	uint32_t to;
	char service[IX_NAME_MAX + 1];
	bool reply;
	uint64_t packets;
	uint64_t bytes;
	uint64_t first;
	uint64_t last;
};

/**
 * struct report - a page at work
 * @ctl: this run
 * @file: where it goes
 * @now: seconds
 * @generation: generation of the configuration
 * @census: what there is
 * @rules: rules that are no agreements
 * @agreements: agreements, as many as are shown
 * @agreements_nr: how many there are
 * @endings: what ends soon, by time, as much as is shown
 * @endings_nr: how much there is
 * @trials_nr: how many rules are in monitor mode, agreements among them
 * @listed: objects in the list that is being written
 * @groups: purpose groups
 * @groups_nr: how many
 * @groups_room: how many fit
 * @accounted: there is an account of flows
 * @flows: the largest flows, by octets, as many as are shown
 * @flows_nr: how many there are
 * @other: flows that found no place in the account, together
 * @owner: tenant or view whose maps are being written
 * @owner_maps: how many of them
 */
struct report {
	struct ixctl *ctl;
	FILE *file;
	uint64_t now;
	uint32_t generation;
	struct census census;
	struct rules rules;
	struct rules agreements;
	uint64_t agreements_nr;
	struct rules endings;
	uint64_t endings_nr;
	uint64_t trials_nr;
	uint64_t listed;
	struct group *groups;
	size_t groups_nr;
	size_t groups_room;
	bool accounted;
	struct volume flows[FLOWS_MAX];
	uint64_t flows_nr;
	struct volume other;
	char owner[IX_NAME_MAX + 1];
	size_t owner_maps;
};

/* Words, in both languages where they are not names. */
void report_time(struct report *report, uint64_t seconds);
/* Behind the name of somebody who is in quarantine himself ... */
void report_cut_off(struct report *report, bool quarantined);
/* ... or by what causes.h has found. */
void report_causes(struct report *report, const char *causes);
void report_name(struct report *report, uint32_t tag);
/* The name, and what keeps it in quarantine. */
void report_institution(struct report *report, uint32_t tag);
/* An institution, or without a tag a class, or without its name anyone. */
void report_whom(struct report *report, uint32_t tag, const char *class);
void report_service(struct report *report, const char *service);
void report_begin(struct report *report, const char *id, const char *english,
		  const char *japanese);
void report_end(struct report *report);
void report_paragraph(struct report *report, const char *english,
		      const char *japanese);
void report_column(struct report *report, const char *english,
		   const char *japanese);
void report_omitted(struct report *report, uint64_t shown, uint64_t all);
/* Level of heat, 0 to 5: each is for ten times as much as the one before. */
unsigned int report_heat(uint64_t number);

/* Has the kernel list objects of one kind. Return: an enum status. */
int report_list(struct report *report, const char *word, nl_handler *handler);
/* Reads the rules that the sections speak of. Return: an enum status. */
int report_read_rules(struct report *report);

/* The sections; those that ask the kernel return an enum status. */
int report_quarantine(struct report *report);
int report_monitor(struct report *report);
int report_matrix(struct report *report);
void report_rules(struct report *report);
int report_groups(struct report *report);
int report_account(struct report *report);
int report_tenants(struct report *report);
int report_maps(struct report *report);

#endif /* IXCTL_REPORT_H */
