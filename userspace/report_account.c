// SPDX-License-Identifier: GPL-2.0
/*
 * The report's account: the largest flows.
 */

#include "html.h"
#include "report.h"

static int take_flow(const struct nlmsghdr *nlh, void *data)
{
	struct report *report = data;
	struct record record;
	struct volume flow;
	size_t at;

	record_of_message(&record, nlh);
	flow = (struct volume){
		.from = (uint32_t)
			record_uint(&record, IX_A_ACCOUNT_SOURCE_INSTITUTION),
		.to = (uint32_t)record_uint(&record,
				IX_A_ACCOUNT_DESTINATION_INSTITUTION),
		.reply = record.attr[IX_A_ACCOUNT_REPLY] &&
			 record_uint(&record, IX_A_ACCOUNT_REPLY),
		.packets = record_uint(&record, IX_A_ACCOUNT_PACKETS),
		.bytes = record_uint(&record, IX_A_ACCOUNT_BYTES),
		.first = record_uint(&record, IX_A_ACCOUNT_FIRST),
		.last = record_uint(&record, IX_A_ACCOUNT_LAST),
	};
	attr_string(record.attr[IX_A_ACCOUNT_SERVICE], flow.service,
		    sizeof(flow.service));
	if (record.attr[IX_A_ACCOUNT_OTHER]) {
		report->other = flow;
		return 0;
	}
	at = report->flows_nr++ < FLOWS_MAX ? report->flows_nr - 1 : FLOWS_MAX;
	for (; at && report->flows[at - 1].bytes < flow.bytes; at--)
		if (at < FLOWS_MAX)
			report->flows[at] = report->flows[at - 1];
	if (at < FLOWS_MAX)
		report->flows[at] = flow;
	return 0;
}

static int take_account(const struct nlmsghdr *nlh, void *data)
{
	struct report *report = data;
	struct record record;

	record_of_message(&record, nlh);
	report->accounted = record_uint(&record, IX_A_SETTINGS_ACCOUNT);
	return 0;
}

static void write_amounts(struct report *report, const struct volume *flow)
{
	FILE *file = report->file;

	/* A packet has hundreds of octets. */
	fprintf(file, "<td class=\"n h%u\">", report_heat(flow->packets));
	html_number(file, flow->packets);
	fprintf(file, "</td><td class=\"n h%u\">", report_heat(flow->bytes / 1000));
	html_number(file, flow->bytes);
	fputs("</td><td>", file);
	report_time(report, flow->first);
	fputs("</td><td>", file);
	report_time(report, flow->last);
	fputs("</td></tr>\n", file);
}

static void write_flow(struct report *report, const struct volume *flow)
{
	FILE *file = report->file;

	fputs("<tr><td>", file);
	report_institution(report, flow->from);
	fputs("</td><td>", file);
	report_institution(report, flow->to);
	fputs("</td><td>", file);
	if (*flow->service)
		html_name(file, flow->service);
	if (flow->reply)
		html_both(file, " (answers)", "（応答）");
	fputs("</td>", file);
	write_amounts(report, flow);
}

static void write_flows(struct report *report)
{
	size_t shown = report->flows_nr < FLOWS_MAX ? report->flows_nr :
						      FLOWS_MAX, i;
	FILE *file = report->file;

	fputs("<div class=\"scroll\"><table><thead><tr>", file);
	report_column(report, "from", "送信元");
	report_column(report, "to", "宛先");
	report_column(report, "service", "サービス");
	report_column(report, "packets", "パケット数");
	report_column(report, "octets", "オクテット数");
	report_column(report, "first", "最初");
	report_column(report, "last", "最後");
	fputs("</tr></thead><tbody>\n", file);
	for (i = 0; i < shown; i++)
		write_flow(report, &report->flows[i]);
	if (report->other.packets) {
		fputs("<tr><td colspan=\"3\">", file);
		html_both(file, "other: found no place in the account",
			  "その他（記録枠を超えた通信の合計）");
		fputs("</td>", file);
		write_amounts(report, &report->other);
	}
	fputs("</tbody></table></div>\n", file);
	report_omitted(report, shown, report->flows_nr);
}

int report_account(struct report *report)
{
	int ret = report_list(report, "settings", take_account);

	if (!ret)
		ret = report_list(report, "account", take_flow);
	report_begin(report, "account", "Who has sent most to whom",
		     "通信量の多い組み合わせ");
	if (!ret && !report->accounted)
		report_paragraph(report, "Flow accounting is off.",
				 "通信量の記録は無効になっている。");
	else if (!ret && !report->flows_nr && !report->other.packets)
		report_paragraph(report, "Nothing was forwarded.", "通信なし");
	else if (!ret)
		write_flows(report);
	report_end(report);
	return ret;
}
