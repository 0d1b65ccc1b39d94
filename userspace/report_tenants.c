// SPDX-License-Identifier: GPL-2.0
/*
 * The report's tenants and views: counters, and how addresses correspond.
 */
#include <string.h>

#include "html.h"
#include "report.h"
#include "value.h"

/* Maps of a tenant or view that are shown. */
#define MAPS_MAX 100

/* Counters of a tenant; what was dropped is shaded by its number. */
static void write_counters(struct report *report, const struct record *record)
{
	const struct nlattr *nest = NULL;
	FILE *file = report->file;
	struct record counter;
	char name[64];

	fputs("<ul class=\"counters\">", file);
	while ((nest = record_next(record, IX_A_TENANT_COUNTER, nest))) {
		uint64_t packets;
		bool drop;

		record_of_nest(&counter, nest);
		attr_string(counter.attr[IX_A_COUNTER_NAME], name,
			    sizeof(name));
		packets = record_uint(&counter, IX_A_COUNTER_PACKETS);
		drop = strcmp(name, "forwarded") && strcmp(name, "delivered");
		if (!packets && drop)
			continue;
		fprintf(file, "<li class=\"%c%u\">", drop ? 'd' : 'h',
			report_heat(packets));
		html_text(file, name);
		fputs(" ", file);
		html_number(file, packets);
		fputs("</li>", file);
	}
	fputs("</ul>", file);
}

static void write_address(struct report *report, const struct nlattr *attr)
{
	char text[PREFIX_TEXT];

	if (attr)
		fprintf(report->file, "<code>%s</code> ",
			format_address(text, mnl_attr_get_payload(attr),
				       mnl_attr_get_payload_len(attr)));
}

static int write_tenant(const struct nlmsghdr *nlh, void *data)
{
	struct report *report = data;
	FILE *file = report->file;
	char name[IX_NAME_MAX + 1];
	struct record record;

	record_of_message(&record, nlh);
	fputs("<tr><th scope=\"row\">", file);
	html_name(file, attr_string(record.attr[IX_A_TENANT_NAME], name,
				    sizeof(name)));
	report_cut_off(report, record_uint(&record, IX_A_TENANT_QUARANTINE));
	fputs("</th><td>", file);
	fputs(record_uint(&record, IX_A_TENANT_MODE) == IX_MODE_NFT ?
	      "nft" : "inline", file);
	fputs("</td><td>", file);
	html_name(file, attr_string(record.attr[IX_A_TENANT_VIEW], name,
				    sizeof(name)));
	fputs("</td><td>", file);
	write_address(report, record.attr[IX_A_TENANT_GATEWAY4]);
	write_address(report, record.attr[IX_A_TENANT_GATEWAY6]);
	fputs("</td><td class=\"n\">", file);
	html_number(file, record_uint(&record, IX_A_TENANT_PREFIXES));
	fputs("</td><td class=\"n\">", file);
	html_number(file, record_uint(&record, IX_A_TENANT_ROUTES));
	fputs("</td><td>", file);
	write_counters(report, &record);
	fputs("</td></tr>\n", file);
	return 0;
}

int report_tenants(struct report *report)
{
	int ret;

	report_begin(report, "tenants",
		     "Tenants: traffic and refusals",
		      "接続網（テナント）：通信と拒否");
	fputs("<div class=\"scroll\"><table><thead><tr>", report->file);
	report_column(report, "tenant", "テナント");
	report_column(report, "mode", "方式");
	report_column(report, "view", "ビュー");
	report_column(report, "gateway", "ゲートウェイ");
	report_column(report, "prefixes", "プレフィックス");
	report_column(report, "routes", "経路");
	report_column(report, "packets", "パケット数");
	fputs("</tr></thead><tbody>\n", report->file);
	ret = report_list(report, "tenant", write_tenant);
	fputs("</tbody></table></div>\n", report->file);
	report_end(report);
	return ret;
}

static void end_owner(struct report *report)
{
	if (!*report->owner)
		return;
	fputs("</tbody></table>", report->file);
	report_omitted(report, MAPS_MAX, report->owner_maps);
	fputs("</details>\n", report->file);
}

static void begin_owner(struct report *report, const char *owner, bool view)
{
	end_owner(report);
	snprintf(report->owner, sizeof(report->owner), "%s", owner);
	report->owner_maps = 0;
	fputs("<details open=\"open\"><summary>", report->file);
	html_both(report->file, view ? "View " : "Tenant ",
		  view ? "ビュー " : "テナント ");
	html_name(report->file, owner);
	fputs("</summary><table><thead><tr>", report->file);
	report_column(report, view ? "as seen from inside" : "own addresses",
		      view ? "網内から見えるアドレス" : "網内のアドレス");
	report_column(report, "IX addresses", "IXアドレス");
	fputs("</tr></thead><tbody>\n", report->file);
}

static void write_prefix(struct report *report, const struct record *record,
			 uint16_t attr, uint16_t len_attr)
{
	const struct nlattr *prefix = record->attr[attr];
	char text[PREFIX_TEXT];

	fprintf(report->file, "<td><code>%s</code></td>", !prefix ? "?" :
		format_prefix(text, mnl_attr_get_payload(prefix),
			      mnl_attr_get_payload_len(prefix),
			      (unsigned int)record_uint(record, len_attr)));
}

static int write_map(const struct nlmsghdr *nlh, void *data)
{
	struct report *report = data;
	char owner[IX_NAME_MAX + 1];
	struct record record;
	bool view;

	record_of_message(&record, nlh);
	view = record.attr[IX_A_MAP_VIEW];
	attr_string(record.attr[view ? IX_A_MAP_VIEW : IX_A_MAP_TENANT], owner,
		    sizeof(owner));
	if (strcmp(owner, report->owner))
		begin_owner(report, owner, view);
	if (report->owner_maps++ >= MAPS_MAX)
		return 0;
	fputs("<tr>", report->file);
	write_prefix(report, &record, IX_A_MAP_OWN, IX_A_MAP_OWN_LEN);
	write_prefix(report, &record, IX_A_MAP_IX, IX_A_MAP_IX_LEN);
	fputs("</tr>\n", report->file);
	return 0;
}

int report_maps(struct report *report)
{
	int ret;

	report_begin(report, "maps", "Maps of addresses", "アドレスの対応");
	*report->owner = '\0';
	ret = report_list(report, "map", write_map);
	end_owner(report);
	report_end(report);
	return ret;
}
