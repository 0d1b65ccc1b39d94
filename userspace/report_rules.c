// SPDX-License-Identifier: GPL-2.0
/*
 * The report's rules, agreements and what is going to end.
 */
#include <errno.h>

#include "html.h"
#include "report.h"

/* What a page can show; how much there is beyond it is said. */
#define AGREEMENTS_MAX 300
#define ENDINGS_MAX 200

static bool add_rule(struct rules *rules, const struct rule *rule)
{
	struct rule *list = more_room(rules->list, &rules->room, rules->nr,
				      sizeof(*rule));

	if (!list)
		return false;
	rules->list = list;
	list[rules->nr++] = *rule;
	return true;
}

/* Those that end first, sorted. */
static bool add_ending(struct report *report, const struct rule *rule)
{
	struct rules *endings = &report->endings;
	size_t at;

	if (!rule->until || rule->until <= report->now ||
	    rule->until > report->now + ENDING_DAYS * DAY)
		return true;
	report->endings_nr++;
	if (endings->nr == ENDINGS_MAX) {
		if (rule->until >= endings->list[endings->nr - 1].until)
			return true;
		endings->nr--;
	}
	if (!add_rule(endings, rule))
		return false;
	for (at = endings->nr - 1;
	     at && endings->list[at - 1].until > rule->until; at--)
		endings->list[at] = endings->list[at - 1];
	endings->list[at] = *rule;
	return true;
}

static int take_rule(const struct nlmsghdr *nlh, void *data)
{
	struct report *report = data;
	struct record record;
	struct rule rule;

	record_of_message(&record, nlh);
	rule = (struct rule){
		.id = (uint32_t)record_uint(&record, IX_A_RULE_ID),
		.from = (uint32_t)
			record_uint(&record, IX_A_RULE_SOURCE_INSTITUTION),
		.to = (uint32_t)
			record_uint(&record, IX_A_RULE_DESTINATION_INSTITUTION),
		.permits = record_uint(&record, IX_A_RULE_ACTION) ==
			   IX_ACTION_PERMIT,
		.monitor = record_uint(&record, IX_A_RULE_MONITOR),
		.until = record_uint(&record, IX_A_RULE_VALID_UNTIL),
		.packets = record_uint(&record, IX_A_RULE_PACKETS),
	};
	attr_string(record.attr[IX_A_RULE_SOURCE_CLASS], rule.from_class,
		    sizeof(rule.from_class));
	attr_string(record.attr[IX_A_RULE_DESTINATION_CLASS], rule.to_class,
		    sizeof(rule.to_class));
	attr_string(record.attr[IX_A_RULE_SERVICE], rule.service,
		    sizeof(rule.service));
	attr_string(record.attr[IX_A_RULE_REFERENCE], rule.reference,
		    sizeof(rule.reference));
	report->trials_nr += rule.monitor;
	if (!add_ending(report, &rule))
		return -ENOMEM;
	if (!rule.from || !rule.to)
		return add_rule(&report->rules, &rule) ? 0 : -ENOMEM;
	if (report->agreements_nr++ < AGREEMENTS_MAX &&
	    !add_rule(&report->agreements, &rule))
		return -ENOMEM;
	return 0;
}

int report_read_rules(struct report *report)
{
	return report_list(report, "rule", take_rule);
}

static void rule_row(struct report *report, const struct rule *rule,
		     bool days)
{
	FILE *file = report->file;

	fprintf(file, "<tr><td class=\"n\">%u</td><td>", rule->id);
	html_both(file, rule->permits ? "permit" : "deny",
		  rule->permits ? "許可" : "拒否");
	if (rule->monitor)
		html_both(file, " (monitor)", "（監視）");
	fputs("</td><td>", file);
	report_whom(report, rule->from, rule->from_class);
	fputs("</td><td>", file);
	report_whom(report, rule->to, rule->to_class);
	fputs("</td><td>", file);
	report_service(report, rule->service);
	fputs("</td><td>", file);
	if (rule->until)
		report_time(report, rule->until);
	if (days) {
		fputs("</td><td class=\"n\">", file);
		html_number(file, (rule->until - report->now) / DAY);
	}
	fputs("</td><td>", file);
	html_name(file, rule->reference);
	if (!days) {
		fputs("</td><td class=\"n\">", file);
		/* Agreements are not counted one by one. */
		if (!rule->from || !rule->to)
			html_number(file, rule->packets);
	}
	fputs("</td></tr>\n", file);
}

static void write_rules(struct report *report, const struct rules *rules,
			bool days)
{
	size_t i;

	fputs("<div class=\"scroll\"><table><thead><tr>", report->file);
	report_column(report, "rule", "番号");
	report_column(report, "action", "動作");
	report_column(report, "from", "送信元");
	report_column(report, "to", "宛先");
	report_column(report, "service", "サービス");
	report_column(report, "until", "期限");
	if (days)
		report_column(report, "days left", "残り日数");
	report_column(report, "reference", "参照番号");
	if (!days)
		report_column(report, "packets", "パケット数");
	fputs("</tr></thead><tbody>\n", report->file);
	for (i = 0; i < rules->nr; i++)
		rule_row(report, &rules->list[i], days);
	fputs("</tbody></table></div>\n", report->file);
}

void report_rules(struct report *report)
{
	report_begin(report, "ending", "Ending within 90 days",
		     "90日以内に終了するもの");
	if (report->endings.nr)
		write_rules(report, &report->endings, true);
	else
		report_paragraph(report, "Nothing ends.", "該当なし");
	report_omitted(report, report->endings.nr, report->endings_nr);
	report_end(report);

	report_begin(report, "rules", "Rules", "規則");
	write_rules(report, &report->rules, false);
	report_end(report);

	report_begin(report, "agreements", "Agreements", "個別合意");
	if (report->agreements.nr)
		write_rules(report, &report->agreements, false);
	else
		report_paragraph(report, "There are none.", "該当なし");
	report_omitted(report, report->agreements.nr, report->agreements_nr);
	report_end(report);
}
