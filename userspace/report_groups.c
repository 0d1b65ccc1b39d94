// SPDX-License-Identifier: GPL-2.0
/*
 * The report's purpose groups.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "object.h"
#include "report.h"

/* Members of a group that are shown. */
#define MEMBERS_MAX 50

static int write_member(const struct nlmsghdr *nlh, void *data)
{
	struct report *report = data;
	char name[IX_NAME_MAX + 1];
	struct record record;

	record_of_message(&record, nlh);
	if (report->listed++ >= MEMBERS_MAX)
		return 0;
	fputs("<li class=\"chip\">", report->file);
	if (record.attr[IX_A_MEMBER_TENANT]) {
		html_both(report->file, "tenant ", "テナント ");
		html_name(report->file,
			  attr_string(record.attr[IX_A_MEMBER_TENANT], name,
				      sizeof(name)));
		report_cut_off(report, record.attr[IX_A_MEMBER_QUARANTINED_BY]);
	} else {
		report_institution(report, (uint32_t)
				  record_uint(&record,
					      IX_A_MEMBER_INSTITUTION));
	}
	fputs("</li>", report->file);
	return 0;
}

static int write_members(struct report *report, const char *group)
{
	char buf[128] MSG_ALIGNED;
	struct record wanted;
	struct msg msg;
	int ret;

	msg_init(&msg, buf, sizeof(buf), 0, 0, 0);
	msg_put_string(&msg, IX_A_MEMBER_GROUP, group);
	record_of_message(&wanted, msg.nlh);
	report->listed = 0;
	fputs("<ul>", report->file);
	ret = object_list(report->ctl, object_find_exactly("member"), &wanted,
			  write_member, report);
	fputs("</ul>", report->file);
	report_omitted(report, MEMBERS_MAX, report->listed);
	return ret;
}

/* Kept: the kernel is not asked for members while it lists groups. */
static int take_group(const struct nlmsghdr *nlh, void *data)
{
	struct report *report = data;
	struct group *group;

	group = more_room(report->groups, &report->groups_room,
			  report->groups_nr, sizeof(*group));
	if (!group)
		return -ENOMEM;
	report->groups = group;
	group += report->groups_nr;
	group->nlh = malloc(nlh->nlmsg_len);
	if (!group->nlh)
		return -ENOMEM;
	memcpy(group->nlh, nlh, nlh->nlmsg_len);
	report->groups_nr++;
	return 0;
}

static int write_group(struct report *report, const struct group *group)
{
	const struct nlattr *service = NULL;
	FILE *file = report->file;
	char name[IX_NAME_MAX + 1], text[IX_NAME_MAX + 1];
	struct record record;
	uint64_t packets;
	int ret;

	record_of_message(&record, group->nlh);
	attr_string(record.attr[IX_A_GROUP_NAME], name, sizeof(name));
	packets = record_uint(&record, IX_A_GROUP_PACKETS);
	fputs("<tr><th scope=\"row\">", file);
	html_name(file, name);
	fputs("</th><td>", file);
	ret = write_members(report, name);
	fputs("</td><td><ul>", file);
	while ((service = record_next(&record, IX_A_GROUP_SERVICE, service))) {
		fputs("<li class=\"chip\">", file);
		html_name(file, attr_string(service, text, sizeof(text)));
		fputs("</li>", file);
	}
	fprintf(file, "</ul></td><td class=\"n h%u\">", report_heat(packets));
	html_number(file, packets);
	fputs("</td></tr>\n", file);
	return ret;
}

int report_groups(struct report *report)
{
	int ret = report_list(report, "group", take_group);
	size_t i;

	report_begin(report, "groups", "Purpose groups", "目的別グループ");
	if (!ret && !report->groups_nr) {
		report_paragraph(report, "There are none.", "該当なし");
	} else if (!ret) {
		report_paragraph(report,
				 "Members reach each other, and may use these services with each other, unless a rule says otherwise.",
				"規則に別段の定めがない限り、メンバーは相互に到達でき、これらのサービスを相互に利用できる。");
		fputs("<div class=\"scroll\"><table><thead><tr>",
		      report->file);
		report_column(report, "group", "グループ");
		report_column(report, "members", "メンバー");
		report_column(report, "services", "サービス");
		report_column(report, "packets", "パケット数");
		fputs("</tr></thead><tbody>\n", report->file);
		for (i = 0; !ret && i < report->groups_nr; i++)
			ret = write_group(report, &report->groups[i]);
		fputs("</tbody></table></div>\n", report->file);
	}
	report_end(report);
	return ret;
}
