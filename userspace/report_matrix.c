// SPDX-License-Identifier: GPL-2.0
/*
 * The report's matrix: who may begin what with whom.
 */
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "matrix.h"
#include "names.h"
#include "report.h"
#include "value.h"

static uint64_t rule_packets(const struct report *report, uint32_t id)
{
	size_t i;

	for (i = 0; i < report->rules.nr; i++)
		if (report->rules.list[i].id == id)
			return report->rules.list[i].packets;
	return 0;
}

/* Packets that the rules of a cell have let pass; each rule counts once. */
static uint64_t cell_packets(const struct report *report,
			     const struct permit *permits, size_t width)
{
	uint64_t packets = 0;
	size_t i, j;

	for (i = 0; i < width; i++) {
		for (j = 0; j < i; j++)
			if (permits[j].rule == permits[i].rule)
				break;
		if (permits[i].rule && j == i)
			packets += rule_packets(report, permits[i].rule);
	}
	return packets;
}

/* Packets that rules between two classes have refused. */
static uint64_t cell_refusals(const struct report *report,
			      const struct subject *from,
			      const struct subject *to)
{
	uint64_t packets = 0;
	size_t i;

	for (i = 0; i < report->rules.nr; i++) {
		const struct rule *rule = &report->rules.list[i];

		if (!rule->permits && !rule->monitor && !rule->from &&
		    !rule->to && *from->name && *to->name &&
		    !strcmp(rule->from_class, from->name) &&
		    !strcmp(rule->to_class, to->name))
			packets += rule->packets;
	}
	return packets;
}

static void write_subject(struct report *report, const struct subject *subject)
{
	if (*subject->name)
		html_name(report->file, subject->name);
	else
		html_both(report->file, "(no class)", "（種別なし）");
	if (subject->is_class)
		report_cut_off(report, subject->party.classes &
				      report->census.classes_quarantined);
	else
		report_causes(report,
			      names_causes(report->ctl, subject->party.tag));
}

static void chip(struct report *report, const char *service,
		 const struct permit *permit)
{
	bool soon = permit->until &&
		    permit->until <= report->now + ENDING_DAYS * DAY;
	FILE *file = report->file;
	char text[TIME_TEXT];

	fprintf(file, "<li class=\"chip%s%s%s\">",
		permit->extent == EXTENT_NONE ? " trial" :
		permit->monitored ? " watched" : "",
		permit->extent == EXTENT_SOME ? " part" : "",
		soon ? " soon" : "");
	if (service)
		html_name(file, service);
	else
		html_both(file, "anything else", "その他すべて");
	if (permit->extent == EXTENT_SOME)
		html_both(file, " (partly)", "（一部）");
	if (permit->oneway)
		html_both(file, " one-way", " 片方向");
	if (permit->until)
		fprintf(file, " <small>~%.10s</small>",
			format_time(text, permit->until));
	if (permit->monitored)
		html_both(file, " monitor", " 監視");
	fputs("</li>", file);
}

static void write_cell(struct report *report, const struct permit *permits,
		       const struct subject *from, const struct subject *to)
{
	size_t services = report->census.services_nr, i;
	uint64_t packets = cell_packets(report, permits, services + 1);
	uint64_t refusals = cell_refusals(report, from, to);
	FILE *file = report->file;

	fprintf(file, "<td class=\"h%u r%u\">", report_heat(packets), report_heat(refusals));
	if (permits_all(permits, services + 1)) {
		fputs("<ul><li class=\"chip all\">", file);
		html_both(file, "everything", "すべての通信");
		fputs("</li></ul>", file);
	} else if (permits_any(permits, services + 1)) {
		fputs("<ul>", file);
		for (i = 0; i <= services; i++)
			if (permits[i].extent || permits[i].monitored)
				chip(report, i < services ?
				     report->census.services[i].name : NULL,
				     &permits[i]);
		fputs("</ul>", file);
	} else {
		fputs("<span class=\"none\">", file);
		html_both(file, "none", "不可");
		fputs("</span>", file);
	}
	if (packets) {
		fputs("<small class=\"passed\">", file);
		html_number(file, packets);
		html_both(file, " passed", " 通過");
		fputs("</small>", file);
	}
	if (refusals) {
		fputs("<small class=\"refused\">", file);
		html_number(file, refusals);
		html_both(file, " refused", " 拒否");
		fputs("</small>", file);
	}
	fputs("</td>", file);
}

static int write_rows(struct report *report, struct matrix *matrix,
		      const struct subject *subjects, size_t nr)
{
	struct permit *permits = calloc(matrix_width(matrix),
					sizeof(*permits));
	int ret = permits ? STATUS_OK : STATUS_REFUSED;
	FILE *file = report->file;
	size_t i, j;

	for (i = 0; !ret && i < nr; i++) {
		fputs("<tr><th scope=\"row\">", file);
		write_subject(report, &subjects[i]);
		fputs("</th>", file);
		for (j = 0; !ret && j < nr; j++) {
			ret = matrix_ask(matrix, &subjects[i].party,
					 &subjects[j].party, permits, true);
			if (!ret)
				write_cell(report, permits, &subjects[i],
					   &subjects[j]);
		}
		fputs("</tr>\n", file);
	}
	free(permits);
	return ret;
}

static void write_legend(struct report *report)
{
	FILE *file = report->file;

	fputs("<p class=\"note\">", file);
	html_both(file,
		  "Who (row) may begin what with whom (column). Red edge: ends within 90 days. Dashed: partly, or a rule in monitor mode would change it if it were enforced. Blue: packets that the rules of the cell have let pass (a rule of several cells counts in each). Red bar: packets that its rules have refused. Each shade stands for ten times as much. Institutions that have rules or agreements of their own are listed below.",
		  "行の機関が列の機関に対して開始できる通信。赤枠：90日以内に終了。破線：一部のみ、または監視モードの規則を適用すると結果が変わるもの。青：このセルの規則が通過させたパケット数（複数のセルに関わる規則はそれぞれで数える）。赤線：規則が拒否したパケット数。濃さは一段階ごとに10倍。個別の規則や合意がある機関は下の一覧を参照。");
	fputs("</p>\n", file);
}

int report_matrix(struct report *report)
{
	const struct asking how = {
		.transaction = report->ctl->transaction,
	};
	FILE *file = report->file;
	struct subject *subjects;
	struct matrix matrix;
	size_t nr, classes = 0, i;
	int ret;

	ret = subjects_of(report->ctl, &report->census, &subjects, &nr);
	if (ret)
		return ret;
	/* Classes come first. */
	while (classes < nr && subjects[classes].is_class)
		classes++;
	report_begin(report, "matrix", "Who may talk to whom",
		     "誰が誰と通信できるか");
	fputs("<div class=\"scroll\"><table class=\"matrix\"><thead><tr><td></td>",
	      file);
	for (i = 0; i < classes; i++) {
		fputs("<th scope=\"col\">", file);
		write_subject(report, &subjects[i]);
		fputs("</th>", file);
	}
	fputs("</tr></thead>\n<tbody>\n", file);
	ret = STATUS_REFUSED;
	if (matrix_open(&matrix, report->ctl, &report->census, &how)) {
		ret = write_rows(report, &matrix, subjects, classes);
		matrix_close(&matrix);
	}
	fputs("</tbody></table></div>\n", file);
	write_legend(report);
	report_end(report);
	free(subjects);
	return ret;
}
