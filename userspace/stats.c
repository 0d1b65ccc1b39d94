// SPDX-License-Identifier: GPL-2.0
/*
 * Statistics: all counters of the router at once, as a table, as JSON, or as
 * monitoring systems read them.
 */
#include <inttypes.h>
#include <linux/ix.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "nl.h"
#include "object.h"

enum format {
	FORMAT_TABLE,
	FORMAT_OPENMETRICS,
	FORMAT_PROMETHEUS,
};

static const char *const formats[] = {
	[FORMAT_TABLE] = "table",
	[FORMAT_OPENMETRICS] = "openmetrics",
	[FORMAT_PROMETHEUS] = "prometheus",
};

enum family_id {
	GENERATION,
	OBJECTS,
	TENANT_PACKETS,
	TENANT_BYTES,
	TENANT_DELIVERED_PACKETS,
	TENANT_DELIVERED_BYTES,
	TENANT_WOULD_DROP,
	TENANT_MAPS,
	TENANT_ROUTES,
	TENANT_PREFIXES,
	ROUTER_PACKETS,
	RULE_PACKETS,
	RULE_BYTES,
	FLOW_CACHE_PACKETS,
	AUDIT_PACKETS,
	AUDIT_SUPPRESSED,
	AUDIT_PENDING,
	AUDIT_LOST,
	ACCOUNT_FLOWS,
	ACCOUNT_PACKETS,
	ACCOUNT_BYTES,
	FAMILIES,
};

/* In the order in which they are written. */
static const struct family {
	const char *name;
	const char *unit;
	bool counter;
	const char *help;
} families[] = {
	[GENERATION] = { "ix_config_generation", NULL, false,
		"Number of the configuration, one more with each commit." },
	[OBJECTS] = { "ix_objects", NULL, false,
		"Objects of the configuration." },
	[TENANT_PACKETS] = { "ix_tenant_packets", "packets", true,
		"Packets that a tenant has sent, by their end: forwarded, or dropped for a reason." },
	[TENANT_BYTES] = { "ix_tenant_bytes", "bytes", true,
		"Octets of IP that a tenant has sent and that were forwarded." },
	[TENANT_DELIVERED_PACKETS] = { "ix_tenant_delivered_packets",
		"packets", true, "Packets that were sent into a tenant." },
	[TENANT_DELIVERED_BYTES] = { "ix_tenant_delivered_bytes", "bytes",
		true, "Octets of IP that were sent into a tenant." },
	[TENANT_WOULD_DROP] = { "ix_tenant_would_drop_packets", "packets",
		true, "Forwarded packets that would have been dropped but for monitor mode." },
	[TENANT_MAPS] = { "ix_tenant_maps", NULL, false,
		"Local maps of a tenant." },
	[TENANT_ROUTES] = { "ix_tenant_routes", NULL, false,
		"Routes in the forwarding table of a tenant." },
	[TENANT_PREFIXES] = { "ix_tenant_prefixes", NULL, false,
		"Prefixes of institutions that are reached through a tenant." },
	[ROUTER_PACKETS] = { "ix_router_packets", "packets", true,
		"Packets that belong to no tenant, by the reason that they were dropped for." },
	[RULE_PACKETS] = { "ix_rule_packets", "packets", true,
		"Packets that a rule has decided on; agreements have no counters." },
	[RULE_BYTES] = { "ix_rule_bytes", "bytes", true,
		"Octets of IP that a rule has decided on." },
	[FLOW_CACHE_PACKETS] = { "ix_flow_cache_packets", "packets", true,
		"Packets of which it was remembered what was decided of their flow (hit), or not." },
	[AUDIT_PACKETS] = { "ix_audit_packets", "packets", true,
		"Refused and logged packets that somebody wanted to hear of." },
	[AUDIT_SUPPRESSED] = { "ix_audit_suppressed_packets", "packets", true,
		"Of these, packets that became no audit event of their own." },
	[AUDIT_PENDING] = { "ix_audit_pending_packets", "packets", false,
		"Suppressed packets that no audit event has reported yet." },
	[AUDIT_LOST] = { "ix_audit_lost_packets", "packets", true,
		"Packets that no audit event reports." },
	[ACCOUNT_FLOWS] = { "ix_account_flows", NULL, false,
		"Flows that there is an account of." },
	[ACCOUNT_PACKETS] = { "ix_account_packets", "packets", false,
		"Packets in the account, and those of flows that found no place in it." },
	[ACCOUNT_BYTES] = { "ix_account_bytes", "bytes", false,
		"Octets of IP in the account, and those of flows that found no place in it." },
};

#define LABELS 2

/**
 * struct sample - a number
 * @family: what is counted
 * @key: names of its labels, NULL for none
 * @label: their values
 * @value: the number
 */
struct sample {
	enum family_id family;
	const char *key[LABELS];
	char label[LABELS][IX_NAME_MAX + 1];
	uint64_t value;
};

/**
 * struct stats - numbers that were collected
 * @samples: the numbers
 * @nr: how many
 * @room: how many fit
 */
struct stats {
	struct sample *samples;
	size_t nr;
	size_t room;
};

/* Labels are copied; NULL for want of memory. */
static struct sample *add(struct stats *stats, enum family_id family,
			  uint64_t value, const char *key, const char *label)
{
	struct sample *sample;

	if (stats->nr == stats->room) {
		size_t room = stats->room ? 2 * stats->room : 256;

		sample = realloc(stats->samples, room * sizeof(*sample));
		if (!sample)
			return NULL;
		stats->samples = sample;
		stats->room = room;
	}
	sample = &stats->samples[stats->nr++];
	memset(sample, 0, sizeof(*sample));
	sample->family = family;
	sample->value = value;
	sample->key[0] = key;
	if (key)
		snprintf(sample->label[0], sizeof(sample->label[0]), "%s",
			 label);
	return sample;
}

static bool add_second(struct sample *sample, const char *key,
		       const char *label)
{
	if (!sample)
		return false;
	sample->key[1] = key;
	snprintf(sample->label[1], sizeof(sample->label[1]), "%s", label);
	return true;
}

/* Collecting */

static int take_settings(const struct nlmsghdr *nlh, void *data)
{
	static const struct {
		const char *object;
		uint16_t attr;
	} numbers[] = {
		{ "class", IX_A_SETTINGS_CLASSES },
		{ "service", IX_A_SETTINGS_SERVICES },
		{ "view", IX_A_SETTINGS_VIEWS },
		{ "tenant", IX_A_SETTINGS_TENANTS },
		{ "institution", IX_A_SETTINGS_INSTITUTIONS },
		{ "prefix", IX_A_SETTINGS_PREFIXES },
		{ "rule", IX_A_SETTINGS_RULES },
	};
	struct stats *stats = data;
	struct record record;
	unsigned int i;

	record_of_message(&record, nlh);
	if (!add(stats, GENERATION,
		 record_uint(&record, IX_A_SETTINGS_GENERATION), NULL, NULL))
		return -1;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (!add(stats, OBJECTS, record_uint(&record, numbers[i].attr),
			 "object", numbers[i].object))
			return -1;
	return add(stats, FLOW_CACHE_PACKETS,
		   record_uint(&record, IX_A_SETTINGS_FLOW_CACHE_HITS),
		   "result", "hit") &&
	       add(stats, FLOW_CACHE_PACKETS,
		   record_uint(&record, IX_A_SETTINGS_FLOW_CACHE_MISSES),
		   "result", "miss") ? 0 : -1;
}

static int take_audit(const struct nlmsghdr *nlh, void *data)
{
	static const struct {
		enum family_id family;
		uint16_t attr;
	} totals[] = {
		{ AUDIT_PACKETS, IX_A_AUDIT_TOTAL_PACKETS },
		{ AUDIT_SUPPRESSED, IX_A_AUDIT_TOTAL_SUPPRESSED },
		{ AUDIT_PENDING, IX_A_AUDIT_TOTAL_PENDING },
		{ AUDIT_LOST, IX_A_AUDIT_TOTAL_LOST },
	};
	struct stats *stats = data;
	struct record record;
	unsigned int i;

	record_of_message(&record, nlh);
	for (i = 0; i < ARRAY_SIZE(totals); i++)
		if (!add(stats, totals[i].family,
			 record_uint(&record, totals[i].attr), NULL, NULL))
			return -1;
	return 0;
}

static bool take_counter(struct stats *stats, const struct nlattr *nest,
			 const char *tenant)
{
	uint64_t packets, bytes;
	char name[IX_NAME_MAX + 1];
	struct record record;

	record_of_nest(&record, nest);
	attr_string(record.attr[IX_A_COUNTER_NAME], name, sizeof(name));
	packets = record_uint(&record, IX_A_COUNTER_PACKETS);
	bytes = record_uint(&record, IX_A_COUNTER_BYTES);
	if (!tenant)
		return add(stats, ROUTER_PACKETS, packets, "outcome", name);
	if (!strcmp(name, "would_drop"))
		return add(stats, TENANT_WOULD_DROP, packets, "tenant", tenant);
	if (!strcmp(name, "delivered"))
		return add(stats, TENANT_DELIVERED_PACKETS, packets, "tenant",
			   tenant) &&
		       add(stats, TENANT_DELIVERED_BYTES, bytes, "tenant",
			   tenant);
	if (!strcmp(name, "forwarded") &&
	    !add(stats, TENANT_BYTES, bytes, "tenant", tenant))
		return false;
	return add_second(add(stats, TENANT_PACKETS, packets, "tenant",
			      tenant), "outcome", name);
}

static int take_tenant(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *counter = NULL;
	char text[IX_NAME_MAX + 1];
	const char *name = NULL;
	struct stats *stats = data;
	struct record record;

	record_of_message(&record, nlh);
	if (record.attr[IX_A_TENANT_NAME]) {
		name = attr_string(record.attr[IX_A_TENANT_NAME], text,
				   sizeof(text));
		if (!add(stats, TENANT_MAPS,
			 record_uint(&record, IX_A_TENANT_MAPS), "tenant",
			 name) ||
		    !add(stats, TENANT_ROUTES,
			 record_uint(&record, IX_A_TENANT_ROUTES), "tenant",
			 name) ||
		    !add(stats, TENANT_PREFIXES,
			 record_uint(&record, IX_A_TENANT_PREFIXES), "tenant",
			 name))
			return -1;
	}
	while ((counter = record_next(&record, IX_A_TENANT_COUNTER, counter)))
		if (!take_counter(stats, counter, name))
			return -1;
	return 0;
}

static int take_rule(const struct nlmsghdr *nlh, void *data)
{
	struct stats *stats = data;
	struct record record;
	const char *action;
	char id[16];

	record_of_message(&record, nlh);
	if (!record.attr[IX_A_RULE_PACKETS])
		return 0;
	snprintf(id, sizeof(id), "%u",
		 (uint32_t)record_uint(&record, IX_A_RULE_ID));
	action = record_uint(&record, IX_A_RULE_ACTION) == IX_ACTION_PERMIT ?
		 "permit" : "deny";
	if (add_second(add(stats, RULE_PACKETS,
			   record_uint(&record, IX_A_RULE_PACKETS), "rule", id),
		       "action", action) &&
	    add_second(add(stats, RULE_BYTES,
			   record_uint(&record, IX_A_RULE_BYTES), "rule", id),
		       "action", action))
		return 0;
	return -1;
}

/* Sums of the account: a line for each flow would be too many. */
struct account_sums {
	uint64_t flows;
	uint64_t packets[2];
	uint64_t bytes[2];
};

static int take_flow(const struct nlmsghdr *nlh, void *data)
{
	struct account_sums *sums = data;
	struct record record;
	bool other;

	record_of_message(&record, nlh);
	other = record.attr[IX_A_ACCOUNT_OTHER];
	sums->flows += !other;
	sums->packets[other] += record_uint(&record, IX_A_ACCOUNT_PACKETS);
	sums->bytes[other] += record_uint(&record, IX_A_ACCOUNT_BYTES);
	return 0;
}

static int collect_account(struct ixctl *ctl, struct stats *stats)
{
	static const char *const places[] = { "flow", "other" };
	struct account_sums sums = { .flows = 0 };
	unsigned int i;
	int ret;

	ret = object_list(ctl, object_find_exactly("account"), NULL, take_flow,
			  &sums);
	if (ret)
		return ret;
	if (!add(stats, ACCOUNT_FLOWS, sums.flows, NULL, NULL))
		return STATUS_REFUSED;
	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (!add(stats, ACCOUNT_PACKETS, sums.packets[i], "place",
			 places[i]) ||
		    !add(stats, ACCOUNT_BYTES, sums.bytes[i], "place",
			 places[i]))
			return STATUS_REFUSED;
	return STATUS_OK;
}

static const struct {
	const char *object;
	nl_handler *take;
} sources[] = {
	{ "settings", take_settings },
	{ "tenant", take_tenant },
	{ "counter", take_tenant },
	{ "rule", take_rule },
	{ "audit", take_audit },
};

static int collect(struct ixctl *ctl, struct stats *stats)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		ret = object_list(ctl, object_find_exactly(sources[i].object),
				  NULL, sources[i].take, stats);
		if (ret)
			return ret;
	}
	return collect_account(ctl, stats);
}

/* Writing */

static void put_label(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			putc('\\', file);
		if (*text == '\n')
			fputs("\\n", file);
		else
			putc(*text, file);
	}
}

static void put_sample(FILE *file, const struct sample *sample)
{
	const struct family *family = &families[sample->family];
	unsigned int i;

	fprintf(file, "%s%s", family->name, family->counter ? "_total" : "");
	for (i = 0; i < LABELS && sample->key[i]; i++) {
		fprintf(file, "%s%s=\"", i ? "," : "{", sample->key[i]);
		put_label(file, sample->label[i]);
		putc('"', file);
	}
	fprintf(file, "%s %" PRIu64 "\n", i ? "}" : "", sample->value);
}

/*
 * The older format calls a counter by its full name, and knows no units and no
 * end. Readers of one take the other, but see counters without type and help.
 */
static void put_metrics(FILE *file, const struct stats *stats,
			enum format format)
{
	bool open = format == FORMAT_OPENMETRICS;
	unsigned int id;
	size_t i;

	for (id = 0; id < FAMILIES; id++) {
		const struct family *family = &families[id];
		const char *suffix = family->counter && !open ? "_total" : "";
		bool first = true;

		for (i = 0; i < stats->nr; i++) {
			if (stats->samples[i].family != id)
				continue;
			if (first) {
				fprintf(file, "# HELP %s%s %s\n# TYPE %s%s %s\n",
					family->name, suffix, family->help,
					family->name, suffix,
					family->counter ? "counter" : "gauge");
				if (open && family->unit)
					fprintf(file, "# UNIT %s %s\n",
						family->name, family->unit);
			}
			first = false;
			put_sample(file, &stats->samples[i]);
		}
	}
	if (open)
		fputs("# EOF\n", file);
}

static void put_table(struct ixctl *ctl, const struct stats *stats)
{
	struct out *out = &ctl->out;
	unsigned int id, n;
	size_t i;

	out_list(out, NULL);
	for (id = 0; id < FAMILIES; id++)
		for (i = 0; i < stats->nr; i++) {
			const struct sample *sample = &stats->samples[i];

			if (sample->family != id)
				continue;
			out_object(out, NULL);
			out_json_string(out, "name", families[id].name);
			for (n = 0; n < LABELS && sample->key[n]; n++)
				out_json_string(out, sample->key[n],
						sample->label[n]);
			out_json_uint(out, "value", sample->value);
			out_object_end(out);
			if (sample->value || !families[id].counter)
				out_format(out, "%-28s %-16s %-20s %20" PRIu64 "\n",
					   families[id].name, sample->label[0],
					   sample->label[1], sample->value);
		}
	out_list_end(out);
	out_end(out);
}

static int take_format(struct ixctl *ctl, struct args *args,
		       enum format *format)
{
	const char *word = args_take(args);
	unsigned int i;

	for (i = 0; word && i < ARRAY_SIZE(formats); i++)
		if (abbreviates(word, formats[i])) {
			*format = i;
			return STATUS_OK;
		}
	complain(ctl, "format: \"%s\" is none of: table openmetrics prometheus",
		 word ? word : "");
	return STATUS_USAGE;
}

int command_stats(struct ixctl *ctl, struct args *args)
{
	enum format format = FORMAT_TABLE;
	struct stats stats = { .nr = 0 };
	int ret = STATUS_OK;

	if (args_take_if(args, "--format") || args_take_if(args, "-format") ||
	    args_take_if(args, "format"))
		ret = take_format(ctl, args, &format);
	if (!ret)
		ret = args_end(ctl, args);
	if (!ret)
		ret = collect(ctl, &stats);
	if (!ret && format == FORMAT_TABLE)
		put_table(ctl, &stats);
	else if (!ret)
		put_metrics(ctl->out.file, &stats, format);
	free(stats.samples);
	return ret;
}
