// SPDX-License-Identifier: GPL-2.0
/*
 * Monitor: changes of the configuration, and audit events, as they happen.
 */
#include <errno.h>
#include <linux/ix.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "names.h"
#include "nl.h"
#include "object.h"
#include "value.h"
#include "verdict.h"

#define SECOND UINT64_C(1000000000)
/* "2026-03-31T09:00:00.123456789Z" */
#define STAMP_TEXT (TIME_TEXT + 16)
/* Names of institutions are asked for again after so many seconds. */
#define NAMES_KEPT 10

/**
 * struct monitor - a run of monitor
 * @ctl: this run
 * @names_since: when names were last forgotten
 */
struct monitor {
	struct ixctl *ctl;
	time_t names_since;
};

/* Time in UTC with fractions of a second, as in JSON and in text. */
static const char *format_stamp(char text[STAMP_TEXT], uint64_t ns)
{
	time_t seconds = (time_t)(ns / SECOND);
	struct tm tm;
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(text, STAMP_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + len, STAMP_TEXT - len, ".%06uZ",
		 (unsigned int)(ns % SECOND / 1000));
	return text;
}

static void print_time(struct out *out, const struct record *record,
		       uint16_t attr)
{
	char text[STAMP_TEXT];

	if (!record->attr[attr])
		return;
	out_string(out, "time", format_stamp(text, record_uint(record, attr)));
	out_text(out, " ");
}

/* " KEYWORD VALUE" if the event has it. */
static void print_uint(struct out *out, const char *word,
		       const struct record *record, uint16_t attr)
{
	if (!record->attr[attr])
		return;
	out_format(out, " %s ", word);
	out_uint(out, word, record_uint(record, attr));
}

static void print_string(struct out *out, const char *word,
			 const struct record *record, uint16_t attr)
{
	char text[256];

	if (!record->attr[attr])
		return;
	out_format(out, " %s ", word);
	out_string(out, word, attr_string(record->attr[attr], text,
					  sizeof(text)));
}

/* Changes of the configuration */

/* The object that a command changes, and what it does with it. */
static const struct object *find_operation(uint8_t command, bool replace,
					   const char **verb)
{
	unsigned int i;

	for (i = 0; i < objects_nr; i++) {
		const struct object *object = &objects[i];

		*verb = NULL;
		if (command == object->new)
			*verb = replace ? "replace" : "add";
		else if (command == object->set)
			*verb = "change";
		else if (command == object->del)
			*verb = "delete";
		if (*verb)
			return object;
	}
	return NULL;
}

static void print_flush(struct ixctl *ctl, const struct record *request)
{
	uint64_t kind = record_uint(request, IX_A_FLUSH_OBJECT);
	struct out *out = &ctl->out;
	unsigned int i;

	for (i = 0; kind && i < objects_nr; i++)
		if (objects[i].flush == kind) {
			out_string(out, "object", objects[i].word);
			out_text(out, " ");
		}
	out_string(out, "verb", "flush");
	print_string(out, "tenant", request, IX_A_FLUSH_TENANT);
	print_string(out, "view", request, IX_A_FLUSH_VIEW);
}

static void print_change(struct ixctl *ctl, const struct nlattr *nest)
{
	struct record change, request;
	const struct object *object;
	struct out *out = &ctl->out;
	const struct nlattr *attrs;
	const char *verb;
	uint8_t command;

	record_of_nest(&change, nest);
	command = (uint8_t)record_uint(&change, IX_A_CHANGE_OPERATION);
	attrs = change.attr[IX_A_CHANGE_REQUEST];
	if (!attrs)
		return;
	record_of_nest(&request, attrs);
	object = find_operation(command, change.attr[IX_A_CHANGE_REPLACE],
				&verb);
	out_object(out, NULL);
	out_text(out, "    ");
	if (object) {
		out_string(out, "object", object->word);
		out_text(out, " ");
		out_string(out, "verb", verb);
		out_text(out, " ");
		object_print_given(ctl, "request", object, &request);
	} else if (command == IX_CMD_FLUSH) {
		print_flush(ctl, &request);
	} else {
		out_text(out, "command ");
		out_uint(out, "command", command);
	}
	out_object_end(out);
	out_text(out, "\n");
}

static void print_config(struct ixctl *ctl, const struct record *event)
{
	const struct nlattr *change = NULL;
	struct out *out = &ctl->out;

	out_object(out, NULL);
	print_time(out, event, IX_A_TRANSACTION_TIME);
	out_json_string(out, "event", "config");
	out_text(out, "config generation ");
	out_uint(out, "generation",
		 record_uint(event, IX_A_TRANSACTION_GENERATION));
	out_text(out, " changes ");
	out_uint(out, "changes", record_uint(event, IX_A_TRANSACTION_CHANGES));
	print_uint(out, "uid", event, IX_A_TRANSACTION_UID);
	print_uint(out, "login-uid", event, IX_A_TRANSACTION_LOGIN_UID);
	print_uint(out, "pid", event, IX_A_TRANSACTION_PID);
	print_string(out, "command", event, IX_A_TRANSACTION_COMMAND);
	out_text(out, "\n");
	out_list(out, "change");
	while ((change = record_next(event, IX_A_TRANSACTION_CHANGE, change)))
		print_change(ctl, change);
	out_list_end(out);
	out_object_end(out);
}

/* Audit events */

static const char *const kinds[] = {
	[IX_AUDIT_KIND_PACKET] = "packet",
	[IX_AUDIT_KIND_KEY] = "key",
	[IX_AUDIT_KIND_SOURCE] = "source",
	[IX_AUDIT_KIND_OTHER] = "other",
};

/* A word of the kernel's that this ixctl may not know: @name is NULL then. */
static void print_word(struct out *out, const char *key,
		       const struct record *event, uint16_t attr,
		       const char *name)
{
	if (!event->attr[attr])
		return;
	out_format(out, " %s ", key);
	if (name)
		out_string(out, key, name);
	else
		out_uint(out, key, record_uint(event, attr));
}

static const char *kind_name(uint64_t kind)
{
	return kind < ARRAY_SIZE(kinds) ? kinds[kind] : NULL;
}

static void print_verdict(struct out *out, const char *key,
			  const struct record *event, uint16_t attr)
{
	print_word(out, key, event, attr,
		   verdict_name(record_uint(event, attr)));
}

static void print_address(struct out *out, const char *key,
			  const struct record *event, uint16_t attr)
{
	const struct nlattr *address = event->attr[attr];
	char text[PREFIX_TEXT];

	if (!address)
		return;
	out_format(out, " %s ", key);
	out_string(out, key,
		   format_address(text, mnl_attr_get_payload(address),
				  mnl_attr_get_payload_len(address)));
}

static void print_institution(struct ixctl *ctl, const char *key,
			      const char *name_key,
			      const struct record *event, uint16_t attr)
{
	uint32_t tag = (uint32_t)record_uint(event, attr);
	const char *name = tag && !ctl->opt.numeric ? names_of(ctl, tag) : NULL;
	struct out *out = &ctl->out;

	if (!tag)
		return;
	out_format(out, " %s ", key);
	if (name)
		out_format(out, "%s (%u)", name, tag);
	else
		out_format(out, "%u", tag);
	out_json_uint(out, key, tag);
	if (name)
		out_json_string(out, name_key, name);
}

static void print_protocol(struct out *out, const struct record *event)
{
	uint8_t protocol = (uint8_t)record_uint(event, IX_A_AUDIT_PROTOCOL);
	const char *name;

	if (!event->attr[IX_A_AUDIT_PROTOCOL])
		return;
	name = protocol_name(protocol == IPPROTO_ICMP ? IPPROTO_ICMPV6 :
							protocol);
	if (name)
		out_format(out, " proto %s", name);
	else
		out_format(out, " proto %u", protocol);
	out_json_uint(out, "protocol", protocol);
	if (name)
		out_json_string(out, "protocol-name", name);
}

static void print_audit(struct ixctl *ctl, const struct record *event)
{
	struct out *out = &ctl->out;

	out_object(out, NULL);
	print_time(out, event, IX_A_AUDIT_TIME);
	out_json_string(out, "event", "audit");
	out_text(out, "audit");
	print_word(out, "kind", event, IX_A_AUDIT_KIND,
		   kind_name(record_uint(event, IX_A_AUDIT_KIND)));
	print_string(out, "reason", event, IX_A_AUDIT_REASON);
	print_string(out, "would-drop", event, IX_A_AUDIT_WOULD_DROP);
	print_verdict(out, "verdict", event, IX_A_AUDIT_VERDICT);
	print_uint(out, "rule", event, IX_A_AUDIT_RULE);
	print_verdict(out, "trial", event, IX_A_AUDIT_TRIAL);
	print_uint(out, "monitored", event, IX_A_AUDIT_MONITORED);
	print_string(out, "tenant", event, IX_A_AUDIT_TENANT);
	print_string(out, "port", event, IX_A_AUDIT_PORT);
	print_string(out, "to", event, IX_A_AUDIT_TO);
	print_institution(ctl, "source-institution", "source-institution-name", event,
			  IX_A_AUDIT_SOURCE_INSTITUTION);
	print_institution(ctl, "destination-institution", "destination-institution-name",
			  event, IX_A_AUDIT_DESTINATION_INSTITUTION);
	print_address(out, "source", event, IX_A_AUDIT_SOURCE);
	print_address(out, "destination", event, IX_A_AUDIT_DESTINATION);
	print_address(out, "source-ix", event, IX_A_AUDIT_SOURCE_IX);
	print_address(out, "destination-ix", event, IX_A_AUDIT_DESTINATION_IX);
	print_protocol(out, event);
	print_uint(out, "source-port", event, IX_A_AUDIT_SOURCE_PORT);
	print_uint(out, "destination-port", event,
		   IX_A_AUDIT_DESTINATION_PORT);
	print_uint(out, "icmp-type", event, IX_A_AUDIT_ICMP_TYPE);
	print_uint(out, "icmp-code", event, IX_A_AUDIT_ICMP_CODE);
	print_uint(out, "service-port", event, IX_A_AUDIT_SERVICE_PORT);
	print_uint(out, "length", event, IX_A_AUDIT_LENGTH);
	print_uint(out, "suppressed", event, IX_A_AUDIT_SUPPRESSED);
	out_object_end(out);
	out_text(out, "\n");
}

static int report(const struct nlmsghdr *nlh, void *data)
{
	struct monitor *monitor = data;
	struct ixctl *ctl = monitor->ctl;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	time_t now = time(NULL);
	struct record record;

	if (nlh->nlmsg_type != ctl->nl->family)
		return 0;
	if (now - monitor->names_since >= NAMES_KEPT) {
		names_reset(ctl->names);
		monitor->names_since = now;
	}
	record_of_message(&record, nlh);
	if (genl->cmd == IX_CMD_CONFIG_NTF)
		print_config(ctl, &record);
	else if (genl->cmd == IX_CMD_AUDIT_NTF)
		print_audit(ctl, &record);
	else
		return 0;
	/* Each is a document of its own: the list would never end. */
	out_end(&ctl->out);
	return fflush(ctl->out.file) ? -1 : 0;
}

static int join(struct ixctl *ctl, const char *name)
{
	struct nl *nl = ctl->nl;
	uint32_t group = 0;
	int error = nl_find_group(nl, IX_FAMILY_NAME, name, &group);

	if (!error && mnl_socket_setsockopt(nl->socket, NETLINK_ADD_MEMBERSHIP,
					    &group, sizeof(group)))
		error = errno;
	if (!error)
		return STATUS_OK;
	complain(ctl, "joining the group %s: %s", name,
		 error == ENOENT ? "the kernel has none" : strerror(error));
	return STATUS_REFUSED;
}

int command_monitor(struct ixctl *ctl, struct args *args)
{
	struct monitor monitor = { .ctl = ctl };
	bool config = false, audit = false;
	int ret;

	while (args->left) {
		const char *word = args_take(args);

		if (abbreviates(word, "config")) {
			config = true;
		} else if (abbreviates(word, "audit")) {
			audit = true;
		} else if (abbreviates(word, "all")) {
			config = true;
			audit = true;
		} else if (!strcmp(word, "-j") || !strcmp(word, "-json")) {
			ctl->out.json = true;
		} else {
			complain(ctl, "\"%s\" is unknown here, see \"ixctl monitor help\"",
				 word);
			return STATUS_USAGE;
		}
	}
	if (!ixctl_nl(ctl))
		return STATUS_REFUSED;
	ret = audit ? join(ctl, IX_MCGRP_AUDIT) : STATUS_OK;
	if (!ret && (config || !audit))
		ret = join(ctl, IX_MCGRP_CONFIG);
	if (ret)
		return ret;
	for (;;) {
		if (!nl_await(ctl->nl, report, &monitor))
			continue;
		if (errno != ENOBUFS)
			break;
		warn(ctl, "events came faster than they could be read, some were missed");
		if (!ctl->out.json)
			continue;
		out_object(&ctl->out, NULL);
		out_json_string(&ctl->out, "event", "missed");
		out_object_end(&ctl->out);
		out_end(&ctl->out);
		fflush(ctl->out.file);
	}
	complain(ctl, "%s", strerror(errno));
	return STATUS_REFUSED;
}
