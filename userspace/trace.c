// SPDX-License-Identifier: GPL-2.0
/*
 * Trace: what would happen to a packet, and why. The kernel's own pipeline
 * says it; here it is put into words.
 */
#include <linux/ix.h>
#include <netinet/in.h>
#include <string.h>

#include "../kmod/drop.h"
#include "causes.h"
#include "commands.h"
#include "names.h"
#include "nl.h"
#include "object.h"
#include "probe.h"
#include "value.h"
#include "verdict.h"

static const struct {
	const char *name;
	const char *why;
} reasons[] = {
#define REASON(id, name, core, why) [IX_DROP_##id] = { name, why },
	IX_DROP_REASONS(REASON)
#undef REASON
};

static const char *const verdict_sentences[] = {
	[IX_VERDICT_NONE] = "not asked",
	[IX_VERDICT_PERMIT] = "permitted",
	[IX_VERDICT_REPLY] = "permitted as a reply",
	[IX_VERDICT_ERROR] = "permitted as an error about a permitted packet",
	[IX_VERDICT_DENY] = "denied",
	[IX_VERDICT_DEFAULT_DENY] = "denied, because no rule speaks of it",
	[IX_VERDICT_QUARANTINE] = "denied, because its source or destination is in quarantine",
};

/**
 * struct trace - a packet and what the kernel says of it
 * @ctl: this run
 * @request: attributes of the request
 * @answer: attributes of the answer
 * @probe: the packet
 */
struct trace {
	struct ixctl *ctl;
	struct record request;
	struct record answer;
	const struct probe *probe;
};

static bool is_v4(const struct probe *probe)
{
	return probe->octets[0] >> 4 != 6;
}

/* An address of the packet itself; "?" if it has none. */
static const char *own_address(const struct trace *trace, bool source,
			       char text[PREFIX_TEXT])
{
	const struct probe *probe = trace->probe;
	bool v4 = is_v4(probe);
	size_t offset = v4 ? (source ? 12 : 16) : (source ? 8 : 24);
	size_t octets = v4 ? 4 : 16;

	if (probe->len < offset + octets)
		octets = 0;
	return format_address(text, probe->octets + offset, octets);
}

static const char *address_text(const struct trace *trace, uint16_t attr,
				char text[PREFIX_TEXT])
{
	const struct nlattr *address = trace->answer.attr[attr];

	if (!address)
		return format_address(text, NULL, 0);
	return format_address(text, mnl_attr_get_payload(address),
			      mnl_attr_get_payload_len(address));
}

static const char *prefix_text(const struct trace *trace, uint16_t attr,
			       uint16_t length, char text[PREFIX_TEXT])
{
	const struct nlattr *prefix = trace->answer.attr[attr];

	if (!prefix)
		return format_address(text, NULL, 0);
	return format_prefix(text, mnl_attr_get_payload(prefix),
			     mnl_attr_get_payload_len(prefix),
			     (unsigned int)record_uint(&trace->answer, length));
}

static const char *string_text(const struct record *record, uint16_t attr,
			       char text[IX_NAME_MAX + 1])
{
	return attr_string(record->attr[attr], text, IX_NAME_MAX + 1);
}

static void json_address(struct trace *trace, const char *key, uint16_t attr)
{
	char text[PREFIX_TEXT];

	if (trace->answer.attr[attr])
		out_json_string(&trace->ctl->out, key,
				address_text(trace, attr, text));
}

static void json_prefix(struct trace *trace, const char *key, uint16_t attr,
			uint16_t length)
{
	char text[PREFIX_TEXT];

	if (trace->answer.attr[attr])
		out_json_string(&trace->ctl->out, key,
				prefix_text(trace, attr, length, text));
}

static void print_institution(struct trace *trace, const char *key,
			      const char *name_key, uint16_t attr)
{
	struct out *out = &trace->ctl->out;
	uint32_t tag = (uint32_t)record_uint(&trace->answer, attr);
	const char *name = names_of(trace->ctl, tag);

	if (name) {
		out_text(out, name);
		out_format(out, " (%u)", tag);
	} else {
		out_format(out, "%u", tag);
	}
	out_json_uint(out, key, tag);
	if (name)
		out_json_string(out, name_key, name);
}

static int take_causes(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	causes_of_record(data, &record, IX_A_PREFIX_QUARANTINED_BY);
	return 0;
}

/*
 * What keeps a prefix in quarantine, if it is still there. Of a transaction
 * only the socket that it belongs to could ask.
 */
static void print_causes(struct trace *trace, const char *key, uint16_t prefix,
			 uint16_t length)
{
	const struct nlattr *address = trace->answer.attr[prefix];
	struct nl *nl = ixctl_nl_aside(trace->ctl);
	char text[CAUSES_TEXT] = "";
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	if (!nl || !address || trace->ctl->transaction)
		return;
	msg_init(&msg, buf, sizeof(buf), nl->family, 0, IX_CMD_PREFIX_GET);
	msg_put(&msg, IX_A_PREFIX_PREFIX, mnl_attr_get_payload(address),
		mnl_attr_get_payload_len(address));
	msg_put_uint(&msg, IX_A_PREFIX_PREFIX_LEN, 1,
		     record_uint(&trace->answer, length));
	nl_request(nl, &msg, take_causes, text, &error);
	if (!*text)
		return;
	out_text(&trace->ctl->out, ", quarantined-by ");
	causes_print(trace->ctl, key, text);
}

static void step(struct out *out, const char *name)
{
	out_format(out, "%-12s", name);
}

/* The packet that was asked about. */
static void print_transport(struct out *out, const struct probe *probe)
{
	bool v4 = is_v4(probe);
	size_t ip = v4 ? 4 * (size_t)(probe->octets[0] & 15) : 40;
	uint8_t protocol = probe->octets[v4 ? 9 : 6];
	const uint8_t *at = probe->octets + ip;
	char flags[TCP_FLAGS_TEXT];
	const char *name;

	if (v4 && protocol == IPPROTO_ICMP)
		protocol = IPPROTO_ICMPV6;
	name = protocol_name(protocol);
	if (name)
		out_format(out, " %s", name);
	else
		out_format(out, " protocol %u", protocol);
	if (protocol_has_ports(protocol) && probe->len >= ip + 4)
		out_format(out, " sport %u dport %u", at[0] << 8 | at[1],
			   at[2] << 8 | at[3]);
	if (protocol == IPPROTO_TCP && probe->len >= ip + 14)
		out_format(out, " flags %s", format_tcp_flags(flags, at[13]));
	if (protocol == IPPROTO_ICMPV6 && probe->len >= ip + 2) {
		name = v4 ? icmp4_type_name(at[0]) : icmp_type_name(at[0]);
		if (name)
			out_format(out, " type %s code %u", name, at[1]);
		else
			out_format(out, " type %u code %u", at[0], at[1]);
	}
}

static void print_packet(struct trace *trace)
{
	const struct probe *probe = trace->probe;
	struct out *out = &trace->ctl->out;
	char src[PREFIX_TEXT], dst[PREFIX_TEXT], name[IX_NAME_MAX + 1];

	step(out, "packet");
	out_format(out, "%s > %s", own_address(trace, true, src),
		   own_address(trace, false, dst));
	if (probe->len >= (is_v4(probe) ? 20 : 40))
		print_transport(out, probe);
	out_format(out, ", %zu octets\n", probe->len);
	step(out, "in");
	out_format(out, "from tenant %s",
		   string_text(&trace->request, IX_A_TRACE_TENANT, name));
	out_json_string(out, "tenant", name);
	if (trace->request.attr[IX_A_TRACE_PORT]) {
		string_text(&trace->request, IX_A_TRACE_PORT, name);
		out_format(out, " by port %s", name);
		out_json_string(out, "port", name);
	}
	out_text(out, "\n");
	out_json_string(out, "packet-source", src);
	out_json_string(out, "packet-destination", dst);
	out_json_uint(out, "packet-length", probe->len);
}

static void print_source(struct trace *trace)
{
	struct out *out = &trace->ctl->out;
	char own[PREFIX_TEXT], ix[PREFIX_TEXT], by[PREFIX_TEXT];

	if (trace->answer.attr[IX_A_TRACE_SOURCE_IX]) {
		step(out, "lift");
		out_format(out, "source %s is %s, by %smap %s\n",
			   own_address(trace, true, own),
			   address_text(trace, IX_A_TRACE_SOURCE_IX, ix),
			   trace->answer.attr[IX_A_TRACE_DETOUR] ? "" : "local ",
			   prefix_text(trace, IX_A_TRACE_SOURCE_MAP,
				       IX_A_TRACE_SOURCE_MAP_LEN, by));
		json_address(trace, "source-ix", IX_A_TRACE_SOURCE_IX);
		json_prefix(trace, "source-map", IX_A_TRACE_SOURCE_MAP,
			    IX_A_TRACE_SOURCE_MAP_LEN);
	}
	if (trace->answer.attr[IX_A_TRACE_SOURCE_INSTITUTION]) {
		step(out, "source");
		out_text(out, "institution ");
		print_institution(trace, "source-institution",
				  "source-institution-name",
				  IX_A_TRACE_SOURCE_INSTITUTION);
		out_format(out, ", prefix %s",
			   prefix_text(trace, IX_A_TRACE_SOURCE_PREFIX,
				       IX_A_TRACE_SOURCE_PREFIX_LEN, by));
		print_causes(trace, "source-quarantined-by",
			     IX_A_TRACE_SOURCE_PREFIX,
			     IX_A_TRACE_SOURCE_PREFIX_LEN);
		out_text(out, "\n");
		json_prefix(trace, "source-prefix", IX_A_TRACE_SOURCE_PREFIX,
			    IX_A_TRACE_SOURCE_PREFIX_LEN);
	}
}

static void print_destination(struct trace *trace)
{
	struct out *out = &trace->ctl->out;
	char own[PREFIX_TEXT], ix[PREFIX_TEXT], by[PREFIX_TEXT];
	char to[IX_NAME_MAX + 1];

	if (trace->answer.attr[IX_A_TRACE_DESTINATION_IX]) {
		step(out, "lift");
		out_format(out, "destination %s is %s, by map %s of the view\n",
			   own_address(trace, false, own),
			   address_text(trace, IX_A_TRACE_DESTINATION_IX, ix),
			   prefix_text(trace, IX_A_TRACE_DESTINATION_MAP,
				       IX_A_TRACE_DESTINATION_MAP_LEN, by));
		json_address(trace, "destination-ix",
			     IX_A_TRACE_DESTINATION_IX);
		json_prefix(trace, "destination-map",
			    IX_A_TRACE_DESTINATION_MAP,
			    IX_A_TRACE_DESTINATION_MAP_LEN);
	}
	if (trace->answer.attr[IX_A_TRACE_ROUTE] ||
	    trace->answer.attr[IX_A_TRACE_ROUTE_GROUP]) {
		step(out, "route");
		if (trace->answer.attr[IX_A_TRACE_ROUTE]) {
			out_text(out, prefix_text(trace, IX_A_TRACE_ROUTE,
						  IX_A_TRACE_ROUTE_LEN, by));
			json_prefix(trace, "route", IX_A_TRACE_ROUTE,
				    IX_A_TRACE_ROUTE_LEN);
		} else {
			string_text(&trace->answer, IX_A_TRACE_ROUTE_GROUP, to);
			out_format(out, "by group %s", to);
			out_json_string(out, "route-group", to);
		}
		if (trace->answer.attr[IX_A_TRACE_TO]) {
			string_text(&trace->answer, IX_A_TRACE_TO, to);
			out_format(out, " to tenant %s", to);
			out_json_string(out, "to", to);
		}
		out_text(out, "\n");
	}
	if (trace->answer.attr[IX_A_TRACE_DETOUR]) {
		step(out, "detour");
		string_text(&trace->answer, IX_A_TRACE_DETOUR, to);
		out_format(out, "between hosts of tenant %s\n", to);
		out_json_string(out, "detour", to);
	}
	if (trace->answer.attr[IX_A_TRACE_DESTINATION_INSTITUTION]) {
		step(out, "destination");
		out_text(out, "institution ");
		print_institution(trace, "destination-institution",
				  "destination-institution-name",
				  IX_A_TRACE_DESTINATION_INSTITUTION);
		out_format(out, ", prefix %s",
			   prefix_text(trace, IX_A_TRACE_DESTINATION_PREFIX,
				       IX_A_TRACE_DESTINATION_PREFIX_LEN, by));
		print_causes(trace, "destination-quarantined-by",
			     IX_A_TRACE_DESTINATION_PREFIX,
			     IX_A_TRACE_DESTINATION_PREFIX_LEN);
		out_text(out, "\n");
		json_prefix(trace, "destination-prefix",
			    IX_A_TRACE_DESTINATION_PREFIX,
			    IX_A_TRACE_DESTINATION_PREFIX_LEN);
	}
}

/* A rule, kept until the socket that told it is free for the next question. */
struct kept_rule {
	bool there;
	char message[1024] MSG_ALIGNED;
};

static int keep_rule(const struct nlmsghdr *nlh, void *data)
{
	struct kept_rule *kept = data;

	kept->there = nlh->nlmsg_len <= sizeof(kept->message);
	if (kept->there)
		memcpy(kept->message, nlh, nlh->nlmsg_len);
	return 0;
}

/* The rule that decided, if it is still there. */
static void print_decider(struct trace *trace)
{
	struct ixctl *ctl = trace->ctl;
	struct nl *nl = ixctl_nl_aside(ctl);
	bool stats = ctl->opt.stats;
	char buf[128] MSG_ALIGNED;
	struct kept_rule kept = { 0 };
	struct nl_error error;
	struct record record;
	struct msg msg;

	/* Of a transaction only the socket that it belongs to can ask. */
	out_text(&ctl->out, ", by rule ");
	if (ctl->transaction) {
		out_format(&ctl->out, "id %llu", (unsigned long long)
			   record_uint(&trace->answer, IX_A_TRACE_RULE));
		out_json_uint(&ctl->out, "rule-id",
			      record_uint(&trace->answer, IX_A_TRACE_RULE));
		return;
	}
	if (!nl)
		return;
	msg_init(&msg, buf, sizeof(buf), nl->family, 0, IX_CMD_RULE_GET);
	msg_put_uint(&msg, IX_A_RULE_ID, 4,
		     record_uint(&trace->answer, IX_A_TRACE_RULE));
	nl_request(nl, &msg, keep_rule, &kept, &error);
	if (!kept.there)
		return;
	record_of_message(&record, (const struct nlmsghdr *)kept.message);
	ctl->opt.stats = false;
	object_print(ctl, "rule", object_find_exactly("rule"), &record);
	ctl->opt.stats = stats;
}

static void print_policy(struct trace *trace, uint64_t verdict)
{
	struct out *out = &trace->ctl->out;
	char name[IX_NAME_MAX + 1];

	if (!trace->answer.attr[IX_A_TRACE_VERDICT])
		return;
	step(out, "policy");
	if (verdict < ARRAY_SIZE(verdict_sentences)) {
		out_text(out, verdict_sentences[verdict]);
		out_json_string(out, "verdict", verdict_name(verdict));
	}
	if (trace->answer.attr[IX_A_TRACE_RULE])
		print_decider(trace);
	if (trace->answer.attr[IX_A_TRACE_GROUP]) {
		string_text(&trace->answer, IX_A_TRACE_GROUP, name);
		out_format(out, ", by group %s", name);
		out_json_string(out, "group", name);
	}
	if (trace->answer.attr[IX_A_TRACE_WOULD_DROP]) {
		string_text(&trace->answer, IX_A_TRACE_WOULD_DROP, name);
		out_format(out, "; would drop, %s, but for monitor mode", name);
		out_json_string(out, "would-drop", name);
	}
	out_text(out, "\n");
	if (!trace->answer.attr[IX_A_TRACE_MARK])
		return;
	step(out, "mark");
	out_format(out, "0x%llx\n", (unsigned long long)
		   record_uint(&trace->answer, IX_A_TRACE_MARK));
	out_json_uint(out, "mark", record_uint(&trace->answer,
					       IX_A_TRACE_MARK));
}

static void print_way_out(struct trace *trace)
{
	struct out *out = &trace->ctl->out;
	const struct nlattr *translated =
		trace->answer.attr[IX_A_TRACE_TRANSLATED];
	char src[PREFIX_TEXT], dst[PREFIX_TEXT], name[IX_NAME_MAX + 1];

	if (trace->answer.attr[IX_A_TRACE_SOURCE]) {
		step(out, "lower");
		out_format(out, "%s > %s\n",
			   address_text(trace, IX_A_TRACE_SOURCE, src),
			   address_text(trace, IX_A_TRACE_DESTINATION, dst));
		json_address(trace, "source", IX_A_TRACE_SOURCE);
		json_address(trace, "destination", IX_A_TRACE_DESTINATION);
	}
	if (trace->answer.attr[IX_A_TRACE_DEVICE]) {
		step(out, "out");
		string_text(&trace->answer, IX_A_TRACE_DEVICE, name);
		out_format(out, "by port %s", name);
		out_json_string(out, "device", name);
		if (trace->answer.attr[IX_A_TRACE_GATEWAY])
			out_format(out, " to gateway %s",
				   address_text(trace, IX_A_TRACE_GATEWAY,
						dst));
		json_address(trace, "gateway", IX_A_TRACE_GATEWAY);
		out_format(out, ", MTU %llu", (unsigned long long)
			   record_uint(&trace->answer, IX_A_TRACE_MTU));
		out_json_uint(out, "mtu", record_uint(&trace->answer,
						      IX_A_TRACE_MTU));
		if (translated)
			out_format(out, ", %u octets",
				   mnl_attr_get_payload_len(translated));
		out_text(out, "\n");
	}
	if (translated && out->json) {
		const uint8_t *octets = mnl_attr_get_payload(translated);
		uint16_t len = mnl_attr_get_payload_len(translated);
		char hex[2 * PROBE_SIZE + 1] = "";
		size_t i;

		for (i = 0; i < len && i < PROBE_SIZE; i++)
			snprintf(hex + 2 * i, 3, "%02x", octets[i]);
		out_json_string(out, "translated", hex);
	}
}

static enum ix_drop find_reason(const char *name)
{
	unsigned int i;

	for (i = IX_FORWARDED + 1; i < IX_DROP_MAX; i++)
		if (!strcmp(reasons[i].name, name))
			return (enum ix_drop)i;
	return IX_FORWARDED;
}

/* What the list of reasons can't say, because it depends on the packet. */
static void explain(struct trace *trace, enum ix_drop reason)
{
	struct out *out = &trace->ctl->out;
	char address[PREFIX_TEXT], by[PREFIX_TEXT], tenant[IX_NAME_MAX + 1];

	string_text(&trace->request, IX_A_TRACE_TENANT, tenant);
	switch (reason) {
	case IX_DROP_NOT_LOCAL:
		out_format(out, ": tenant %s has no map for %s", tenant,
			   own_address(trace, true, address));
		break;
	case IX_DROP_SPOOFED:
		address_text(trace, IX_A_TRACE_SOURCE_IX, address);
		if (trace->answer.attr[IX_A_TRACE_SOURCE_PREFIX])
			out_format(out,
				   ": prefix %s, which has %s, is reached through another tenant or port",
				   prefix_text(trace, IX_A_TRACE_SOURCE_PREFIX,
					       IX_A_TRACE_SOURCE_PREFIX_LEN,
					       by), address);
		else
			out_format(out, ": no institution has a prefix with %s",
				   address);
		break;
	case IX_DROP_NO_VIEW:
		out_format(out, ": the view of tenant %s has no map for %s",
			   tenant, own_address(trace, false, address));
		break;
	case IX_DROP_NO_ROUTE:
		out_format(out, ": tenant %s has no route to %s", tenant,
			   address_text(trace, IX_A_TRACE_DESTINATION_IX,
					address));
		break;
	case IX_DROP_NO_INSTITUTION:
		address_text(trace, IX_A_TRACE_DESTINATION_IX, address);
		if (trace->answer.attr[IX_A_TRACE_DESTINATION_PREFIX])
			out_format(out,
				   ": prefix %s, which has %s, is reached through another tenant",
				   prefix_text(trace,
					       IX_A_TRACE_DESTINATION_PREFIX,
					       IX_A_TRACE_DESTINATION_PREFIX_LEN,
					       by), address);
		else
			out_format(out, ": no institution has a prefix with %s",
				   address);
		break;
	default:
		break;
	}
}

static void print_icmp(struct trace *trace)
{
	struct out *out = &trace->ctl->out;
	uint8_t type = (uint8_t)record_uint(&trace->answer,
					    IX_A_TRACE_ICMP_TYPE);
	uint8_t code = (uint8_t)record_uint(&trace->answer,
					    IX_A_TRACE_ICMP_CODE);
	bool v4 = is_v4(trace->probe);
	const char *name = icmp_code_name(v4, type, code);

	step(out, "answer");
	if (!trace->answer.attr[IX_A_TRACE_ICMP_TYPE]) {
		out_text(out, "none\n");
		return;
	}
	out_format(out, "ICMP%s type %u code %u", v4 ? "" : "v6", type, code);
	if (name)
		out_format(out, ": %s", name);
	out_text(out, "\n");
	out_json_uint(out, "icmp-type", type);
	out_json_uint(out, "icmp-code", code);
}

static void print_result(struct trace *trace, uint64_t verdict)
{
	struct out *out = &trace->ctl->out;
	char name[IX_NAME_MAX + 1];
	enum ix_drop reason;

	string_text(&trace->answer, IX_A_TRACE_REASON, name);
	reason = find_reason(name);
	out_json_string(out, "reason", name);
	step(out, "result");
	if (reason) {
		out_format(out, "dropped, %s: %s", name, reasons[reason].why);
		out_json_string(out, "why", reasons[reason].why);
		explain(trace, reason);
		out_text(out, "\n");
		print_icmp(trace);
		return;
	}
	if (!strcmp(name, "forwarded") && verdict >= IX_VERDICT_DENY &&
	    !trace->answer.attr[IX_A_TRACE_WOULD_DROP])
		out_text(out, "up to the ruleset, because the tenant is in mode nft\n");
	else if (!strcmp(name, "left_to_the_stack"))
		out_text(out, "left to the router's own stack, because it is not for ix\n");
	else
		out_format(out, "%s\n", name);
}

static int print_trace(const struct nlmsghdr *nlh, void *data)
{
	struct trace *trace = data;
	struct out *out = &trace->ctl->out;
	uint64_t verdict;

	record_of_message(&trace->answer, nlh);
	verdict = record_uint(&trace->answer, IX_A_TRACE_VERDICT);
	out_object(out, NULL);
	print_packet(trace);
	print_source(trace);
	print_destination(trace);
	print_policy(trace, verdict);
	print_way_out(trace);
	print_result(trace, verdict);
	out_object_end(out);
	return 0;
}

/* Fields of the request that are words. */
static const struct field request_fields[] = {
	{
		.word = "tenant", .type = &type_string,
		.attr = IX_A_TRACE_TENANT, .size = IX_NAME_MAX,
	},
	{
		.word = "port", .type = &type_string,
		.attr = IX_A_TRACE_PORT, .size = IX_DEVICE_MAX,
	},
	{ .word = "at", .type = &type_time, .attr = IX_A_TRACE_TIME },
	{ .word = "packet", .type = &type_string, .attr = IX_A_TRACE_PACKET },
};

static const struct object request = {
	.word = "trace", .fields = request_fields,
	.fields_nr = ARRAY_SIZE(request_fields),
};

static int parse_where(struct ixctl *ctl, struct args *args, struct msg *msg)
{
	bool tenant = false;
	unsigned int i;
	int ret;

	for (i = 0; i < 3; i++) {
		const struct field *field = &request_fields[i];

		if (!args_take_if(args, field->word))
			continue;
		tenant |= !i;
		ret = field->type->parse(ctl, field, args, msg);
		if (ret)
			return ret;
	}
	if (tenant)
		return STATUS_OK;
	complain(ctl, "tenant TENANT is missing");
	return STATUS_USAGE;
}

int command_trace(struct ixctl *ctl, struct args *args)
{
	char buf[MSG_SIZE] MSG_ALIGNED;
	struct trace trace = { .ctl = ctl };
	struct nl_error error;
	struct probe probe;
	struct msg msg;
	struct nl *nl;
	int ret;

	msg_init(&msg, buf, sizeof(buf), 0, 0, IX_CMD_TRACE);
	if (ctl->transaction)
		msg_put_uint(&msg, IX_A_TRACE_TRANSACTION, 4,
			     ctl->transaction);
	ret = parse_where(ctl, args, &msg);
	if (!ret)
		ret = probe_parse(ctl, args, &probe);
	if (ret)
		return ret;
	nl = ixctl_nl(ctl);
	if (!nl)
		return STATUS_REFUSED;
	msg.nlh->nlmsg_type = nl->family;
	msg_put(&msg, IX_A_TRACE_PACKET, probe.octets, probe.len);
	record_of_message(&trace.request, msg.nlh);
	trace.probe = &probe;
	out_list(&ctl->out, NULL);
	ret = nl_request(nl, &msg, print_trace, &trace, &error);
	out_list_end(&ctl->out);
	out_end(&ctl->out);
	return ret ? object_refused(ctl, &request, &msg, &error) : STATUS_OK;
}
