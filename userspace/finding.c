// SPDX-License-Identifier: GPL-2.0
/*
 * What is written of an expectation that was held against the policy.
 */
#include <netinet/in.h>

#include "causes.h"
#include "finding.h"
#include "names.h"
#include "nl.h"
#include "object.h"
#include "value.h"

static const char *verdict_text(const struct finding *finding)
{
	if (!finding->no_route)
		return "";
	return finding->answer.verdict == IX_VERDICT_PERMIT ?
	       "no route leads there, though the policy says: " :
	       "no route leads there, and the policy says: ";
}

static const char *verdict_word(uint8_t verdict)
{
	switch (verdict) {
	case IX_VERDICT_PERMIT:
		return "permitted";
	case IX_VERDICT_REPLY:
		return "permitted as a reply, not to begin with";
	case IX_VERDICT_DENY:
		return "denied";
	case IX_VERDICT_DEFAULT_DENY:
		return "denied, because no rule speaks of it";
	case IX_VERDICT_QUARANTINE:
		return "refused, because one of them is in quarantine";
	}
	return "not known";
}

static int print_rule(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	object_print(data, "rule", object_find_exactly("rule"), &record);
	return 0;
}

static void print_decider(struct ixctl *ctl, uint32_t id)
{
	struct nl *nl = ixctl_nl(ctl);
	bool stats = ctl->opt.stats;
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	if (!id || !nl)
		return;
	out_text(&ctl->out, ", by rule ");
	msg_init(&msg, buf, sizeof(buf), nl->family, 0, IX_CMD_RULE_GET);
	if (ctl->transaction)
		msg_put_uint(&msg, IX_A_RULE_TRANSACTION, 4, ctl->transaction);
	msg_put_uint(&msg, IX_A_RULE_ID, 4, id);
	ctl->opt.stats = false;
	nl_request(nl, &msg, print_rule, ctl, &error);
	ctl->opt.stats = stats;
}

static void print_flow(struct out *out, const struct flow *flow)
{
	const char *name = protocol_name(flow->protocol);
	const char *type = icmp_type_name(flow->icmp_type);

	out_object(out, "flow");
	if (name)
		out_format(out, "%s", name);
	else
		out_format(out, "protocol %u", flow->protocol);
	out_json_uint(out, "protocol", flow->protocol);
	if (protocol_has_ports(flow->protocol)) {
		out_format(out, " sport %u dport %u", flow->sport, flow->dport);
		out_json_uint(out, "sport", flow->sport);
		out_json_uint(out, "dport", flow->dport);
	} else if (flow->protocol == IPPROTO_ICMPV6) {
		if (type)
			out_format(out, " type %s", type);
		else
			out_format(out, " type %u", flow->icmp_type);
		out_json_uint(out, "type", flow->icmp_type);
	}
	out_object_end(out);
}

static void print_name(struct ixctl *ctl, uint32_t tag)
{
	const char *name = names_of(ctl, tag);

	if (name)
		out_text(&ctl->out, name);
	else
		out_format(&ctl->out, "%u", tag);
}

static void print_institution(struct ixctl *ctl, const char *key,
			      uint32_t tag)
{
	struct out *out = &ctl->out;

	if (!tag) {
		out_text(out, "a new institution");
		return;
	}
	print_name(ctl, tag);
	out_json_uint(out, key, tag);
}

static void print_example(struct ixctl *ctl, const struct finding *finding,
			  bool many)
{
	struct out *out = &ctl->out;

	/* A class with one member, and itself. */
	if (!finding->asked) {
		out_text(out, "nobody to ask about: there is no such pair");
		return;
	}
	if (many) {
		out_text(out, finding->holds ? "for example from " : "from ");
		print_institution(ctl, "from", finding->from);
		out_text(out, " to ");
		print_institution(ctl, "to", finding->to);
		out_text(out, " ");
	}
	if (many || finding->flows > 1) {
		print_flow(out, &finding->question.flow);
		out_text(out, " ");
	}
	if (many || finding->flows > 1)
		out_text(out, "is ");
	out_format(out, "%s", verdict_word(finding->answer.verdict));
}

/* Which quarantine it is. */
static void print_causes(struct ixctl *ctl, const char *key,
			 const struct party *party, uint32_t tag)
{
	char text[CAUSES_TEXT];

	tag = party->tag ? party->tag : tag;
	if (!tag || !*causes_ask(ctl, tag, text))
		return;
	out_text(&ctl->out, "; ");
	print_name(ctl, tag);
	out_text(&ctl->out, " quarantined-by ");
	causes_print(ctl, key, text);
}

static void print_quarantine(struct ixctl *ctl, const struct finding *finding)
{
	if (finding->answer.verdict != IX_VERDICT_QUARANTINE)
		return;
	print_causes(ctl, "source-quarantined-by", &finding->question.from,
		     finding->from);
	print_causes(ctl, "destination-quarantined-by", &finding->question.to,
		     finding->to);
}

static void print_extent(struct ixctl *ctl, const struct finding *finding,
			 bool many)
{
	struct out *out = &ctl->out;
	unsigned long long pairs = finding->pairs;

	out_json_uint(out, "pairs", finding->pairs);
	out_json_uint(out, "others", finding->others);
	out_json_uint(out, "questions", finding->asked);
	out_json_uint(out, "routes-looked-up", finding->looked_up);
	if (!finding->asked || !many)
		return;
	if (!pairs)
		out_text(out, "; there is no such pair yet");
	else if (finding->holds)
		out_format(out, "; true of all %llu pairs", pairs);
	else if (finding->no_route)
		out_format(out, "; %llu of %llu pairs looked up have no route",
			   (unsigned long long)finding->others,
			   (unsigned long long)finding->looked_up);
	else
		out_format(out, "; so for %llu of %llu pairs",
			   (unsigned long long)finding->others, pairs);
	if (finding->looked_up && finding->holds &&
	    finding->looked_up < finding->pairs)
		out_format(out, ", routes looked up for %llu of them",
			   (unsigned long long)finding->looked_up);
}

static void print_monitor(struct ixctl *ctl, const struct finding *finding)
{
	const struct answer *answer = &finding->answer;
	struct out *out = &ctl->out;

	if (!answer->monitored)
		return;
	out_format(out, "; %s if rule %u, in monitor mode, were enforced",
		   verdict_word(answer->trial), answer->monitored);
	out_json_uint(out, "monitored", answer->monitored);
}

void finding_print(struct ixctl *ctl, const struct finding *finding,
		   const char *file, const char *text, bool many)
{
	struct out *out = &ctl->out;
	char time[TIME_TEXT];

	out_object(out, NULL);
	out_json_string(out, "file", file);
	out_json_uint(out, "line", ctl->line);
	out_json_string(out, "expectation", text);
	out_json_bool(out, "holds", finding->holds);
	out_format(out, "%s:%lu: %s: %s: ", file, ctl->line,
		   finding->holds ? "ok" : "FAILED", text);
	if (finding->time) {
		format_time(time, finding->time);
		out_format(out, "at %s ", time);
		out_json_string(out, "time", time);
	}
	out_text(out, verdict_text(finding));
	print_example(ctl, finding, many);
	out_json_bool(out, "permitted",
		      finding->answer.verdict == IX_VERDICT_PERMIT);
	out_json_bool(out, "routed", !finding->no_route);
	print_decider(ctl, finding->answer.rule);
	if (*finding->answer.group) {
		out_format(out, ", by purpose group %s",
			   finding->answer.group);
		out_json_string(out, "group", finding->answer.group);
	}
	print_quarantine(ctl, finding);
	print_monitor(ctl, finding);
	print_extent(ctl, finding, many);
	out_text(out, "\n");
	out_object_end(out);
}
