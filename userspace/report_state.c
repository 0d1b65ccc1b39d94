// SPDX-License-Identifier: GPL-2.0
/*
 * The report's alarms: quarantine and monitor mode.
 */

#include "html.h"
#include "object.h"
#include "report.h"

/* One more whose switch is on. */
static void write_switched(struct report *report, const char *english,
			   const char *japanese, const struct nlattr *name)
{
	char text[IX_NAME_MAX + 1];

	report->listed++;
	fputs("<li class=\"chip alarm\">", report->file);
	html_both(report->file, english, japanese);
	if (name)
		html_name(report->file, attr_string(name, text, sizeof(text)));
	fputs("</li>", report->file);
}

static int write_quarantined_tenant(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	if (record_uint(&record, IX_A_TENANT_QUARANTINE))
		write_switched(data, "tenant ", "テナント ",
			       record.attr[IX_A_TENANT_NAME]);
	return 0;
}

static int write_quarantined_class(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	if (record_uint(&record, IX_A_CLASS_QUARANTINE))
		write_switched(data, "class ", "種別 ",
			       record.attr[IX_A_CLASS_NAME]);
	return 0;
}

static int write_quarantined_institution(const struct nlmsghdr *nlh,
					 void *data)
{
	struct report *report = data;
	struct record record;
	uint32_t tag;

	record_of_message(&record, nlh);
	if (!record_uint(&record, IX_A_INSTITUTION_QUARANTINE))
		return 0;
	tag = (uint32_t)record_uint(&record, IX_A_INSTITUTION_TAG);
	report->listed++;
	fputs("<li class=\"chip alarm\">", report->file);
	html_both(report->file, "institution ", "機関 ");
	report_name(report, tag);
	fputs("</li>", report->file);
	return 0;
}

/* The kernel is asked for those in quarantine alone. */
static int list_quarantined(struct report *report, const char *word,
			    uint16_t attr, nl_handler *handler)
{
	char buf[64] MSG_ALIGNED;
	struct record wanted;
	struct msg msg;

	msg_init(&msg, buf, sizeof(buf), 0, 0, 0);
	msg_put_uint(&msg, attr, 1, 1);
	record_of_message(&wanted, msg.nlh);
	return object_list(report->ctl, object_find_exactly(word), &wanted,
			   handler, report);
}

int report_quarantine(struct report *report)
{
	int ret;

	report_begin(report, "quarantine", "In quarantine", "隔離中");
	report->listed = 0;
	fputs("<ul>", report->file);
	ret = list_quarantined(report, "tenant", IX_A_TENANT_QUARANTINE,
			       write_quarantined_tenant);
	if (!ret)
		ret = list_quarantined(report, "class", IX_A_CLASS_QUARANTINE,
				       write_quarantined_class);
	if (!ret)
		ret = list_quarantined(report, "institution",
				       IX_A_INSTITUTION_QUARANTINE,
				       write_quarantined_institution);
	if (!ret && !report->listed) {
		fputs("<li>", report->file);
		html_both(report->file, "Nobody.", "なし");
		fputs("</li>", report->file);
	}
	fputs("</ul>\n", report->file);
	if (report->listed)
		report_paragraph(report,
				 "Nothing passes from or to them, whatever the matrix below says.",
				"下の表にかかわらず、これらとの通信はすべて遮断されている。");
	report_end(report);
	return ret;
}

static int write_monitored_router(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	if (record_uint(&record, IX_A_SETTINGS_MONITOR))
		write_switched(data, "the whole router", "ルーター全体", NULL);
	return 0;
}

static int write_monitored_tenant(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	if (record_uint(&record, IX_A_TENANT_MONITOR))
		write_switched(data, "tenant ", "テナント ",
			       record.attr[IX_A_TENANT_NAME]);
	return 0;
}

static void write_monitored_rules(struct report *report)
{
	if (!report->trials_nr)
		return;
	report->listed++;
	fputs("<li class=\"chip trial\">", report->file);
	html_both(report->file, "rules: ", "規則：");
	html_number(report->file, report->trials_nr);
	fputs("</li>", report->file);
}

int report_monitor(struct report *report)
{
	int ret;

	report_begin(report, "monitor", "Watched, not enforced (monitor mode)",
		     "監視のみ（適用しない）");
	report->listed = 0;
	fputs("<ul>", report->file);
	ret = report_list(report, "settings", write_monitored_router);
	if (!ret)
		ret = report_list(report, "tenant", write_monitored_tenant);
	write_monitored_rules(report);
	if (!report->listed) {
		fputs("<li>", report->file);
		html_both(report->file, "Nothing: all of it is enforced.",
			  "なし。すべて適用されている。");
		fputs("</li>", report->file);
	}
	fputs("</ul>\n", report->file);
	report_end(report);
	return ret;
}
