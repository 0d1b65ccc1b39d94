// SPDX-License-Identifier: GPL-2.0
/*
 * The report of a made-up network, to be looked at: test_report FILE writes it.
 * With "quiet" it is one without groups, quarantine, monitor mode and account.
 * A few lines here stand for the kernel; the linker has them answer instead of
 * nl_request().
 */
#include <linux/ix.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "names.h"
#include "nl.h"

#define DAY (24 * 60 * 60)

static struct nl kernel = { .family = 77 };

void complain(const struct ixctl *ctl, const char *format, ...)
{
	va_list values;

	(void)ctl;
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
}

void warn(const struct ixctl *ctl, const char *format, ...)
{
	(void)ctl;
	(void)format;
}

struct nl *ixctl_nl(struct ixctl *ctl)
{
	(void)ctl;
	return &kernel;
}

struct nl *ixctl_nl_aside(struct ixctl *ctl)
{
	return ixctl_nl(ctl);
}

/* The network. */

#define MEMBERS 55
#define FLOWS 321

/* One in which nothing is out of the ordinary. */
static bool quiet;

static const char *const classes[] = {
	NULL, "病院", "薬局", "業者", "claims", "介護施設",
};

static const struct {
	const char *name;
	uint8_t protocol;
	uint16_t port;
} services[] = {
	{ "dicom", IPPROTO_TCP, 104 },
	{ "https", IPPROTO_TCP, 443 },
	{ "remote", IPPROTO_TCP, 3389 },
	{ "video", IPPROTO_UDP, 5004 },
	{ "<i>&amp;</i>", IPPROTO_UDP, 53 },
};

static const struct {
	uint32_t tag;
	const char *name;
	unsigned int class;
} institutions[] = {
	{ 1, "mame-hospital", 1 }, { 2, "hare-hospital", 1 },
	{ 3, "まめ薬局", 2 }, { 4, "acme", 3 }, { 5, "支払基金", 4 },
	{ 6, "あおぞら園", 5 },
};

/* From and to: classes, or institutions if they are greater than 10. */
static const struct {
	uint32_t id;
	uint8_t action;
	unsigned int from;
	unsigned int to;
	const char *service;
	unsigned int days;
	bool oneway;
	bool monitor;
	uint64_t packets;
	const char *reference;
} rules[] = {
	{ 1, IX_ACTION_PERMIT, 1, 1, "dicom", 0, false, false, 123456, "" },
	{ 2, IX_ACTION_PERMIT, 2, 4, "https", 400, false, false, 987, "C-2026-1" },
	{ 3, IX_ACTION_PERMIT, 1, 4, "https", 30, false, false, 4, "C-2026-2" },
	{ 4, IX_ACTION_PERMIT, 1, 5, "video", 0, true, false, 20, "" },
	{ 5, IX_ACTION_DENY, 3, 1, "remote", 0, false, false, 54321, "" },
	{ 6, IX_ACTION_DENY, 5, 4, "https", 0, false, true, 7, "" },
	{ 7, IX_ACTION_PERMIT, 14, 11, "remote", 9, false, false, 0,
	  "<script>alert(\"x\")</script>" },
	{ 8, IX_ACTION_PERMIT, 4, 4, "", 0, false, false, 1, "" },
};

static void begin(struct msg *msg, char *buf, size_t room)
{
	msg_init(msg, buf, room, kernel.family, 0, 0);
}

static void put_rule(struct msg *msg, size_t i)
{
	msg_put_uint(msg, IX_A_RULE_ID, 4, rules[i].id);
	msg_put_uint(msg, IX_A_RULE_ACTION, 1, rules[i].action);
	if (rules[i].from > 10)
		msg_put_uint(msg, IX_A_RULE_SOURCE_INSTITUTION, 4,
			     rules[i].from - 10);
	else
		msg_put_string(msg, IX_A_RULE_SOURCE_CLASS,
			       classes[rules[i].from]);
	if (rules[i].to > 10)
		msg_put_uint(msg, IX_A_RULE_DESTINATION_INSTITUTION, 4,
			     rules[i].to - 10);
	else
		msg_put_string(msg, IX_A_RULE_DESTINATION_CLASS,
			       classes[rules[i].to]);
	if (*rules[i].service)
		msg_put_string(msg, IX_A_RULE_SERVICE, rules[i].service);
	if (rules[i].days)
		msg_put_uint(msg, IX_A_RULE_VALID_UNTIL, 8,
			     (uint64_t)time(NULL) + rules[i].days * DAY + 60);
	msg_put_uint(msg, IX_A_RULE_ONEWAY, 1, rules[i].oneway);
	msg_put_uint(msg, IX_A_RULE_MONITOR, 1, rules[i].monitor);
	msg_put_string(msg, IX_A_RULE_REFERENCE, rules[i].reference);
	msg_put_uint(msg, IX_A_RULE_PACKETS, 8, rules[i].packets);
}

static void put_service(struct msg *msg, size_t i)
{
	struct nlattr *nest;

	msg_put_string(msg, IX_A_SERVICE_NAME, services[i].name);
	nest = msg_nest(msg, IX_A_SERVICE_ENTRY);
	msg_put_uint(msg, IX_A_SERVICE_ENTRY_PROTOCOL, 1, services[i].protocol);
	msg_put_uint(msg, IX_A_SERVICE_ENTRY_PORT_MIN, 2, services[i].port);
	msg_nest_end(msg, nest);
}

static void put_counter(struct msg *msg, const char *name, uint64_t packets)
{
	struct nlattr *nest = msg_nest(msg, IX_A_TENANT_COUNTER);

	msg_put_string(msg, IX_A_COUNTER_NAME, name);
	msg_put_uint(msg, IX_A_COUNTER_PACKETS, 8, packets);
	msg_nest_end(msg, nest);
}

static void put_tenant(struct msg *msg, size_t i)
{
	static const uint8_t gateway[4] = { 192, 0, 2, 1 };

	msg_put_string(msg, IX_A_TENANT_NAME, i ? "hare" : "mame");
	msg_put_uint(msg, IX_A_TENANT_MODE, 1, i);
	msg_put_string(msg, IX_A_TENANT_VIEW, "four");
	msg_put(msg, IX_A_TENANT_GATEWAY4, gateway, sizeof(gateway));
	msg_put_uint(msg, IX_A_TENANT_PREFIXES, 4, 1234 * i);
	msg_put_uint(msg, IX_A_TENANT_QUARANTINE, 1, !quiet && i);
	msg_put_uint(msg, IX_A_TENANT_MONITOR, 1, !quiet && !i);
	put_counter(msg, "forwarded", 1234567);
	put_counter(msg, "delivered", 12);
	put_counter(msg, "default_deny", i ? 54321 : 1);
	put_counter(msg, "spoofed", i ? 0 : 77);
}

static void put_map(struct msg *msg, size_t i)
{
	static const uint8_t ix[16] = { 0x20, 1, 0xd, 0xb8 };
	uint8_t own[4] = { 10, 0, (uint8_t)i, 0 };

	msg_put_string(msg, i > 120 ? IX_A_MAP_VIEW : IX_A_MAP_TENANT,
		       i > 120 ? "four" : "mame");
	msg_put(msg, IX_A_MAP_OWN, own, sizeof(own));
	msg_put_uint(msg, IX_A_MAP_OWN_LEN, 1, 24);
	msg_put(msg, IX_A_MAP_IX, ix, sizeof(ix));
	msg_put_uint(msg, IX_A_MAP_IX_LEN, 1, 120);
}

static void put_group(struct msg *msg, size_t i)
{
	msg_put_string(msg, IX_A_GROUP_NAME, i ? "<b>会議</b>" : "画像連携");
	msg_put_string(msg, IX_A_GROUP_SERVICE, "dicom");
	msg_put_string(msg, IX_A_GROUP_SERVICE, "video");
	msg_put_uint(msg, IX_A_GROUP_PACKETS, 8, i ? 0 : 98765);
}

/* The last of them is a tenant. */
static void put_member(struct msg *msg, size_t i)
{
	msg_put_string(msg, IX_A_MEMBER_GROUP, "画像連携");
	if (i)
		msg_put_uint(msg, IX_A_MEMBER_INSTITUTION, 4, i);
	else
		msg_put_string(msg, IX_A_MEMBER_TENANT, "hare");
}

/* Small ones first: the page has to turn them round. The last is the others. */
static void put_account(struct msg *msg, size_t i)
{
	msg_put_uint(msg, IX_A_ACCOUNT_PACKETS, 8, 10 * (i + 1));
	msg_put_uint(msg, IX_A_ACCOUNT_BYTES, 8, 1000 * (i + 1));
	msg_put_uint(msg, IX_A_ACCOUNT_FIRST, 8, 1800000000);
	msg_put_uint(msg, IX_A_ACCOUNT_LAST, 8, 1800003600);
	if (i == FLOWS) {
		msg_put_uint(msg, IX_A_ACCOUNT_OTHER, 1, 1);
		return;
	}
	msg_put_uint(msg, IX_A_ACCOUNT_SOURCE_INSTITUTION, 4, i % 6 + 1);
	msg_put_uint(msg, IX_A_ACCOUNT_DESTINATION_INSTITUTION, 4, 5);
	msg_put_string(msg, IX_A_ACCOUNT_SERVICE, "https");
	if (i % 2)
		msg_put_uint(msg, IX_A_ACCOUNT_REPLY, 1, 1);
}

/* The classes of one side of a question. */
static uint64_t party_classes(const struct record *question, uint16_t tag,
			      uint16_t mask)
{
	uint32_t number = (uint32_t)record_uint(question, tag);

	if (!number)
		return record_uint(question, mask);
	return UINT64_C(1) << institutions[number - 1].class;
}

static void put_answer(struct msg *msg, const struct record *question)
{
	uint64_t from = party_classes(question,
				      IX_A_QUESTION_SOURCE_INSTITUTION,
				      IX_A_QUESTION_SOURCE_CLASSES);
	uint64_t to = party_classes(question,
				    IX_A_QUESTION_DESTINATION_INSTITUTION,
				    IX_A_QUESTION_DESTINATION_CLASSES);
	uint64_t port = record_uint(question, IX_A_QUESTION_DESTINATION_PORT);
	struct nlattr *nest = msg_nest(msg, IX_A_JUDGE_ANSWER);
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].from > 10 || !(from >> rules[i].from & 1) ||
		    !(to >> rules[i].to & 1))
			continue;
		for (j = 0; j < ARRAY_SIZE(services); j++)
			if (port == services[j].port &&
			    !strcmp(services[j].name, rules[i].service))
				break;
		if (j == ARRAY_SIZE(services) && *rules[i].service)
			continue;
		if (rules[i].monitor)
			msg_put_uint(msg, IX_A_ANSWER_MONITORED, 4,
				     rules[i].id);
		else
			break;
	}
	msg_put_uint(msg, IX_A_ANSWER_VERDICT, 1,
		     i == ARRAY_SIZE(rules) ? IX_VERDICT_DEFAULT_DENY :
		     rules[i].action == IX_ACTION_PERMIT ? IX_VERDICT_PERMIT :
							   IX_VERDICT_DENY);
	if (i < ARRAY_SIZE(rules))
		msg_put_uint(msg, IX_A_ANSWER_RULE, 4, rules[i].id);
	msg_nest_end(msg, nest);
}

static void put_answers(struct msg *answer, const struct msg *msg)
{
	const struct nlattr *nest = NULL;
	struct record request, question;

	record_of_message(&request, msg->nlh);
	while ((nest = record_next(&request, IX_A_JUDGE_QUESTION, nest))) {
		record_of_nest(&question, nest);
		put_answer(answer, &question);
	}
}

/* The class of contractors and one institution are in quarantine. */
static void put_institution_causes(struct msg *msg, size_t n)
{
	struct nlattr *nest;

	if (n == 3) {
		nest = msg_nest(msg, IX_A_INSTITUTION_QUARANTINED_BY);
		msg_put_uint(msg, IX_A_CAUSE_INSTITUTION, 4,
			     institutions[n].tag);
		msg_nest_end(msg, nest);
	}
	if (institutions[n].class == 3) {
		nest = msg_nest(msg, IX_A_INSTITUTION_QUARANTINED_BY);
		msg_put_string(msg, IX_A_CAUSE_CLASS, classes[3]);
		msg_nest_end(msg, nest);
	}
}

static bool put_nth(struct msg *msg, uint8_t command, size_t n)
{
	switch (command) {
	case IX_CMD_SETTINGS_GET:
		msg_put_uint(msg, IX_A_SETTINGS_GENERATION, 4, 1042);
		msg_put_uint(msg, IX_A_SETTINGS_MONITOR, 1, !quiet);
		msg_put_uint(msg, IX_A_SETTINGS_ACCOUNT, 4, quiet ? 0 : 64);
		return n < 1;
	case IX_CMD_CLASS_GET:
		if (n + 1 >= ARRAY_SIZE(classes))
			return false;
		msg_put_string(msg, IX_A_CLASS_NAME, classes[n + 1]);
		msg_put_uint(msg, IX_A_CLASS_NUMBER, 1, n + 1);
		msg_put_uint(msg, IX_A_CLASS_QUARANTINE, 1, !quiet && n == 2);
		return true;
	case IX_CMD_SERVICE_GET:
		if (n < ARRAY_SIZE(services))
			put_service(msg, n);
		return n < ARRAY_SIZE(services);
	case IX_CMD_INSTITUTION_GET:
		if (n >= ARRAY_SIZE(institutions))
			return false;
		msg_put_uint(msg, IX_A_INSTITUTION_TAG, 4, institutions[n].tag);
		msg_put_string(msg, IX_A_INSTITUTION_NAME,
			       institutions[n].name);
		msg_put_string(msg, IX_A_INSTITUTION_CLASS,
			       classes[institutions[n].class]);
		msg_put_uint(msg, IX_A_INSTITUTION_QUARANTINE, 1,
			     !quiet && n == 3);
		if (!quiet)
			put_institution_causes(msg, n);
		return true;
	case IX_CMD_GROUP_GET:
		put_group(msg, n);
		return !quiet && n < 2;
	case IX_CMD_MEMBER_GET:
		put_member(msg, n);
		return n < MEMBERS;
	case IX_CMD_ACCOUNT_GET:
		put_account(msg, n);
		return !quiet && n < FLOWS + 1;
	case IX_CMD_RULE_GET:
		if (n < ARRAY_SIZE(rules))
			put_rule(msg, n);
		return n < ARRAY_SIZE(rules);
	case IX_CMD_TENANT_GET:
		put_tenant(msg, n);
		return n < 2;
	case IX_CMD_MAP_GET:
		put_map(msg, n);
		return n < 125;
	}
	return false;
}

int __wrap_nl_request(struct nl *nl, struct msg *msg, nl_handler *handler,
		      void *data, struct nl_error *error);
int __wrap_nl_request(struct nl *nl, struct msg *msg, nl_handler *handler,
		      void *data, struct nl_error *error)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(msg->nlh);
	static char buf[65536] MSG_ALIGNED;
	struct record request;
	struct msg answer;
	size_t n;
	int ret;

	(void)nl;
	memset(error, 0, sizeof(*error));
	if (genl->cmd == IX_CMD_JUDGE) {
		begin(&answer, buf, sizeof(buf));
		put_answers(&answer, msg);
		return handler(answer.nlh, data);
	}
	record_of_message(&request, msg->nlh);
	for (n = 0;; n++) {
		begin(&answer, buf, sizeof(buf));
		if (!put_nth(&answer, genl->cmd, n))
			return 0;
		/* One rule, by its number. */
		if (genl->cmd == IX_CMD_RULE_GET &&
		    request.attr[IX_A_RULE_ID] &&
		    record_uint(&request, IX_A_RULE_ID) != rules[n].id)
			continue;
		ret = handler(answer.nlh, data);
		if (ret)
			return ret;
	}
}

int main(int argc, char **argv)
{
	struct ixctl ctl = { .out.file = stdout };
	char html[] = "html", *words[] = { html, argc > 1 ? argv[1] : NULL };
	struct args args = { words, 2 };
	int ret = STATUS_USAGE;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: test_report FILE [quiet]\n");
		return STATUS_USAGE;
	}
	quiet = argc == 3;
	ctl.names = names_new();
	if (ctl.names)
		ret = command_report(&ctl, &args);
	names_free(ctl.names);
	return ret;
}
