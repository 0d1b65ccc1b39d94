// SPDX-License-Identifier: GPL-2.0
/*
 * Words that all sections of the report are made of.
 */
#include <string.h>

#include "html.h"
#include "names.h"
#include "object.h"
#include "report.h"
#include "value.h"

/* Levels of heat. */
#define LEVELS 5

int report_list(struct report *report, const char *word, nl_handler *handler)
{
	return object_list(report->ctl, object_find_exactly(word), NULL,
			   handler, report);
}

void report_time(struct report *report, uint64_t seconds)
{
	char text[TIME_TEXT];

	fprintf(report->file, "<time>%s</time>", format_time(text, seconds));
}

/* Behind the name of somebody who is in quarantine himself. */
void report_cut_off(struct report *report, bool quarantined)
{
	if (!quarantined)
		return;
	fputs(" <small class=\"cut\">", report->file);
	html_both(report->file, "(in quarantine)", "（隔離中）");
	fputs("</small>", report->file);
}

/* One of causes.h, which are for people who know the commands. */
static void write_cause(struct report *report, const char *line, size_t len)
{
	static const struct {
		const char *word;
		const char *japanese;
	} kinds[] = { { "class ", "種別 " }, { "tenant ", "テナント " } };
	char name[IX_NAME_MAX + 1];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t skip = strlen(kinds[i].word);

		if (strncmp(line, kinds[i].word, skip))
			continue;
		html_both(report->file, kinds[i].word, kinds[i].japanese);
		snprintf(name, sizeof(name), "%.*s", (int)(len - skip),
			 line + skip);
		html_name(report->file, name);
		return;
	}
	html_both(report->file, "by itself", "機関自体");
}

void report_causes(struct report *report, const char *causes)
{
	size_t len;

	if (!*causes)
		return;
	fputs(" <small class=\"cut\">", report->file);
	html_both(report->file, "(in quarantine: ", "（隔離中：");
	for (; *causes; causes += len + !!causes[len]) {
		len = strcspn(causes, "\n");
		write_cause(report, causes, len);
		if (causes[len])
			html_both(report->file, ", ", "、");
	}
	html_both(report->file, ")", "）");
	fputs("</small>", report->file);
}

void report_name(struct report *report, uint32_t tag)
{
	const char *name = names_of(report->ctl, tag);

	if (name)
		html_name(report->file, name);
	else
		fprintf(report->file, "%u", tag);
}

void report_institution(struct report *report, uint32_t tag)
{
	report_name(report, tag);
	report_causes(report, names_causes(report->ctl, tag));
}

static bool class_is_quarantined(const struct report *report, const char *class)
{
	return report->census.classes_quarantined >>
	       census_class(&report->census, class) & 1;
}

void report_whom(struct report *report, uint32_t tag, const char *class)
{
	if (tag) {
		report_institution(report, tag);
	} else if (*class) {
		html_both(report->file, "class ", "種別 ");
		html_name(report->file, class);
		report_cut_off(report, class_is_quarantined(report, class));
	} else {
		html_both(report->file, "anyone", "すべての機関");
	}
}

void report_service(struct report *report, const char *service)
{
	if (*service)
		html_name(report->file, service);
	else
		html_both(report->file, "everything", "すべての通信");
}

void report_begin(struct report *report, const char *id,
		  const char *english, const char *japanese)
{
	fprintf(report->file, "<section id=\"%s\"><h2>", id);
	html_both(report->file, english, japanese);
	fputs("</h2>\n", report->file);
}

void report_end(struct report *report)
{
	fputs("</section>\n", report->file);
}

void report_paragraph(struct report *report, const char *english,
		      const char *japanese)
{
	fputs("<p>", report->file);
	html_both(report->file, english, japanese);
	fputs("</p>\n", report->file);
}

void report_column(struct report *report, const char *english,
		   const char *japanese)
{
	fputs("<th scope=\"col\">", report->file);
	html_both(report->file, english, japanese);
	fputs("</th>", report->file);
}

void report_omitted(struct report *report, uint64_t shown, uint64_t all)
{
	if (shown >= all)
		return;
	fputs("<p class=\"note\">", report->file);
	html_both(report->file, "Not shown: ", "省略：");
	html_number(report->file, all - shown);
	html_both(report->file, " more.", " 件");
	fputs("</p>\n", report->file);
}

/* Level of heat: each is for ten times as much as the one before. */
unsigned int report_heat(uint64_t number)
{
	unsigned int level = 0;

	for (; number && level < LEVELS; number /= 10)
		level++;
	return level;
}
