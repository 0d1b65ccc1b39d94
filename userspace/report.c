// SPDX-License-Identifier: GPL-2.0
/*
 * Report: one page, without anything from elsewhere, for people who have to
 * answer for the policy. It says everything in English and in Japanese, and
 * shows either.
 */
#include <errno.h>
#include <linux/ix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "html.h"
#include "matrix.h"
#include "names.h"
#include "nl.h"
#include "object.h"
#include "report_style.h"
#include "transaction.h"
#include "value.h"

/* What a page can show; how much there is beyond it is said. */
#define AGREEMENTS_MAX 300
#define ENDINGS_MAX 200
#define MAPS_MAX 100
#define MEMBERS_MAX 50
#define FLOWS_MAX 50
#define ENDING_DAYS 90
#define DAY (24 * 60 * 60)
/* Levels of heat. */
#define LEVELS 5

/**
 * struct rule - what the page says of a rule
 * @id: its number
 * @from: tag of the institution, or 0
 * @to: the same of the other side
 * @from_class: name of the class, or empty
 * @to_class: the same of the other side
 * @service: name of the service; empty: everything
 * @permits: it permits
 * @monitor: it is in monitor mode
 * @until: when it ends, 0 for never
 * @packets: packets that it has decided on
 * @reference: reference text
 */
struct rule {
	uint32_t id;
	uint32_t from;
	uint32_t to;
	char from_class[IX_NAME_MAX + 1];
	char to_class[IX_NAME_MAX + 1];
	char service[IX_NAME_MAX + 1];
	bool permits;
	bool monitor;
	uint64_t until;
	uint64_t packets;
	char reference[IX_REFERENCE_MAX + 1];
};

/* An array of rules. */
struct rules {
	struct rule *list;
	size_t nr;
	size_t room;
};

/* A purpose group, as the kernel has described it. */
struct group {
	struct nlmsghdr *nlh;
};

/**
 * struct volume - what the account has of one flow
 * @from: tag of the institution that sends
 * @to: tag of the one that it is for
 * @service: name of the service, or empty
 * @reply: answers
 * @packets: packets
 * @bytes: octets
 * @first: when the first of them came
 * @last: when the last one came
 */
struct volume {
	uint32_t from;
	uint32_t to;
	char service[IX_NAME_MAX + 1];
	bool reply;
	uint64_t packets;
	uint64_t bytes;
	uint64_t first;
	uint64_t last;
};

/**
 * struct report - a page at work
 * @ctl: this run
 * @file: where it goes
 * @now: seconds
 * @generation: generation of the configuration
 * @census: what there is
 * @rules: rules that are no agreements
 * @agreements: agreements, as many as are shown
 * @agreements_nr: how many there are
 * @endings: what ends soon, by time, as much as is shown
 * @endings_nr: how much there is
 * @trials_nr: how many rules are in monitor mode, agreements among them
 * @listed: objects in the list that is being written
 * @groups: purpose groups
 * @groups_nr: how many
 * @groups_room: how many fit
 * @accounted: there is an account of flows
 * @flows: the largest flows, by octets, as many as are shown
 * @flows_nr: how many there are
 * @other: flows that found no place in the account, together
 * @owner: tenant or view whose maps are being written
 * @owner_maps: how many of them
 */
struct report {
	struct ixctl *ctl;
	FILE *file;
	uint64_t now;
	uint32_t generation;
	struct census census;
	struct rules rules;
	struct rules agreements;
	uint64_t agreements_nr;
	struct rules endings;
	uint64_t endings_nr;
	uint64_t trials_nr;
	uint64_t listed;
	struct group *groups;
	size_t groups_nr;
	size_t groups_room;
	bool accounted;
	struct volume flows[FLOWS_MAX];
	uint64_t flows_nr;
	struct volume other;
	char owner[IX_NAME_MAX + 1];
	size_t owner_maps;
};

/* Reading */

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

static int list(struct report *report, const char *word, nl_handler *handler)
{
	return object_list(report->ctl, object_find_exactly(word), NULL,
			   handler, report);
}

static int read_all(struct report *report)
{
	int ret = read_generation(report->ctl, &report->generation);

	if (!ret)
		ret = census_read(report->ctl, &report->census,
				  CENSUS_INSTITUTIONS);
	return ret ? ret : list(report, "rule", take_rule);
}

/* Writing */

static void write_time(struct report *report, uint64_t seconds)
{
	char text[TIME_TEXT];

	fprintf(report->file, "<time>%s</time>", format_time(text, seconds));
}

/* Behind the name of somebody who is in quarantine himself. */
static void write_cut_off(struct report *report, bool quarantined)
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

static void write_causes(struct report *report, const char *causes)
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

static void write_name_of(struct report *report, uint32_t tag)
{
	const char *name = names_of(report->ctl, tag);

	if (name)
		html_name(report->file, name);
	else
		fprintf(report->file, "%u", tag);
}

static void write_institution(struct report *report, uint32_t tag)
{
	write_name_of(report, tag);
	write_causes(report, names_causes(report->ctl, tag));
}

static bool class_is_quarantined(const struct report *report, const char *class)
{
	return report->census.classes_quarantined >>
	       census_class(&report->census, class) & 1;
}

static void write_whom(struct report *report, uint32_t tag, const char *class)
{
	if (tag) {
		write_institution(report, tag);
	} else if (*class) {
		html_both(report->file, "class ", "種別 ");
		html_name(report->file, class);
		write_cut_off(report, class_is_quarantined(report, class));
	} else {
		html_both(report->file, "anyone", "すべての機関");
	}
}

static void write_service(struct report *report, const char *service)
{
	if (*service)
		html_name(report->file, service);
	else
		html_both(report->file, "everything", "すべての通信");
}

static void begin_section(struct report *report, const char *id,
			  const char *english, const char *japanese)
{
	fprintf(report->file, "<section id=\"%s\"><h2>", id);
	html_both(report->file, english, japanese);
	fputs("</h2>\n", report->file);
}

static void end_section(struct report *report)
{
	fputs("</section>\n", report->file);
}

static void write_paragraph(struct report *report, const char *english,
			    const char *japanese)
{
	fputs("<p>", report->file);
	html_both(report->file, english, japanese);
	fputs("</p>\n", report->file);
}

static void column(struct report *report, const char *english,
		   const char *japanese)
{
	fputs("<th scope=\"col\">", report->file);
	html_both(report->file, english, japanese);
	fputs("</th>", report->file);
}

static void write_omitted(struct report *report, uint64_t shown, uint64_t all)
{
	if (shown >= all)
		return;
	fputs("<p class=\"note\">", report->file);
	html_both(report->file, "Not shown: ", "省略：");
	html_number(report->file, all - shown);
	html_both(report->file, " more.", " 件");
	fputs("</p>\n", report->file);
}

static void tile(struct report *report, uint64_t number, const char *english,
		 const char *japanese)
{
	fputs("<li><b>", report->file);
	html_number(report->file, number);
	fputs("</b> ", report->file);
	html_both(report->file, english, japanese);
	fputs("</li>\n", report->file);
}

static void write_summary(struct report *report)
{
	const struct census *census = &report->census;
	uint64_t classes = 0;
	unsigned int i;

	for (i = 1; i < CLASSES; i++)
		classes += *census->class[i] != '\0';
	fputs("<ul class=\"tiles\">\n", report->file);
	tile(report, census->members_nr, "institutions", "機関");
	tile(report, classes, "classes", "種別");
	tile(report, census->services_nr, "services", "サービス");
	tile(report, report->rules.nr, "rules", "規則");
	tile(report, report->agreements_nr, "agreements", "個別合意");
	tile(report, report->endings_nr, "ending within 90 days",
	     "90日以内に終了");
	fputs("</ul>\n", report->file);
}

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

/* Level of heat: each is for ten times as much as the one before. */
static unsigned int heat(uint64_t number)
{
	unsigned int level = 0;

	for (; number && level < LEVELS; number /= 10)
		level++;
	return level;
}

static void write_subject(struct report *report, const struct subject *subject)
{
	if (*subject->name)
		html_name(report->file, subject->name);
	else
		html_both(report->file, "(no class)", "（種別なし）");
	if (subject->is_class)
		write_cut_off(report, subject->party.classes &
				      report->census.classes_quarantined);
	else
		write_causes(report,
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

	fprintf(file, "<td class=\"h%u r%u\">", heat(packets), heat(refusals));
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

static int write_matrix(struct report *report)
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
	begin_section(report, "matrix", "Who may talk to whom",
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
	end_section(report);
	free(subjects);
	return ret;
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
	write_whom(report, rule->from, rule->from_class);
	fputs("</td><td>", file);
	write_whom(report, rule->to, rule->to_class);
	fputs("</td><td>", file);
	write_service(report, rule->service);
	fputs("</td><td>", file);
	if (rule->until)
		write_time(report, rule->until);
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
	column(report, "rule", "番号");
	column(report, "action", "動作");
	column(report, "from", "送信元");
	column(report, "to", "宛先");
	column(report, "service", "サービス");
	column(report, "until", "期限");
	if (days)
		column(report, "days left", "残り日数");
	column(report, "reference", "参照番号");
	if (!days)
		column(report, "packets", "パケット数");
	fputs("</tr></thead><tbody>\n", report->file);
	for (i = 0; i < rules->nr; i++)
		rule_row(report, &rules->list[i], days);
	fputs("</tbody></table></div>\n", report->file);
}

static void write_all_rules(struct report *report)
{
	begin_section(report, "ending", "Ending within 90 days",
		      "90日以内に終了するもの");
	if (report->endings.nr)
		write_rules(report, &report->endings, true);
	else
		write_paragraph(report, "Nothing ends.", "該当なし");
	write_omitted(report, report->endings.nr, report->endings_nr);
	end_section(report);

	begin_section(report, "rules", "Rules", "規則");
	write_rules(report, &report->rules, false);
	end_section(report);

	begin_section(report, "agreements", "Agreements", "個別合意");
	if (report->agreements.nr)
		write_rules(report, &report->agreements, false);
	else
		write_paragraph(report, "There are none.", "該当なし");
	write_omitted(report, report->agreements.nr, report->agreements_nr);
	end_section(report);
}

static void write_traffic(struct report *report, const struct traffic *traffic)
{
	const char *name = protocol_name(traffic->protocol);
	const char *type = icmp_type_name(traffic->icmp_type);
	FILE *file = report->file;

	fputs("<li>", file);
	if (name)
		html_text(file, name);
	else
		fprintf(file, "%u", traffic->protocol);
	if (traffic->sport_min || traffic->sport_max != UINT16_MAX)
		fprintf(file, " sport %u-%u", traffic->sport_min,
			traffic->sport_max);
	if (traffic->dport_min || traffic->dport_max != UINT16_MAX)
		fprintf(file, traffic->dport_min == traffic->dport_max ?
			" %u" : " %u-%u", traffic->dport_min,
			traffic->dport_max);
	if (!traffic->any_type)
		fprintf(file, " %s", type ? type : "");
	fputs("</li>", file);
}

static void write_services(struct report *report)
{
	const struct census *census = &report->census;
	FILE *file = report->file;
	size_t i, j;

	begin_section(report, "services", "Services", "サービス");
	fputs("<dl>\n", file);
	for (i = 0; i < census->services_nr; i++) {
		const struct service *service = &census->services[i];

		fputs("<dt>", file);
		html_name(file, service->name);
		fputs("</dt><dd><ul>", file);
		for (j = 0; j < service->nr; j++)
			write_traffic(report,
				      &census->traffic[service->first + j]);
		fputs("</ul></dd>\n", file);
	}
	fputs("</dl>\n", file);
	end_section(report);
}

/* Quarantine and monitor mode */

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
	write_name_of(report, tag);
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

static int write_quarantine(struct report *report)
{
	int ret;

	begin_section(report, "quarantine", "In quarantine", "隔離中");
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
		write_paragraph(report,
				"Nothing passes from or to them, whatever the matrix below says.",
				"下の表にかかわらず、これらとの通信はすべて遮断されている。");
	end_section(report);
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

static int write_monitor(struct report *report)
{
	int ret;

	begin_section(report, "monitor", "Watched, not enforced (monitor mode)",
		      "監視のみ（適用しない）");
	report->listed = 0;
	fputs("<ul>", report->file);
	ret = list(report, "settings", write_monitored_router);
	if (!ret)
		ret = list(report, "tenant", write_monitored_tenant);
	write_monitored_rules(report);
	if (!report->listed) {
		fputs("<li>", report->file);
		html_both(report->file, "Nothing: all of it is enforced.",
			  "なし。すべて適用されている。");
		fputs("</li>", report->file);
	}
	fputs("</ul>\n", report->file);
	end_section(report);
	return ret;
}

/* Purpose groups */

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
		write_cut_off(report, record.attr[IX_A_MEMBER_QUARANTINED_BY]);
	} else {
		write_institution(report, (uint32_t)
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
	write_omitted(report, MEMBERS_MAX, report->listed);
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
	fprintf(file, "</ul></td><td class=\"n h%u\">", heat(packets));
	html_number(file, packets);
	fputs("</td></tr>\n", file);
	return ret;
}

static int write_groups(struct report *report)
{
	int ret = list(report, "group", take_group);
	size_t i;

	begin_section(report, "groups", "Purpose groups", "目的別グループ");
	if (!ret && !report->groups_nr) {
		write_paragraph(report, "There are none.", "該当なし");
	} else if (!ret) {
		write_paragraph(report,
				"Members reach each other, and may use these services with each other, unless a rule says otherwise.",
				"規則に別段の定めがない限り、メンバーは相互に到達でき、これらのサービスを相互に利用できる。");
		fputs("<div class=\"scroll\"><table><thead><tr>",
		      report->file);
		column(report, "group", "グループ");
		column(report, "members", "メンバー");
		column(report, "services", "サービス");
		column(report, "packets", "パケット数");
		fputs("</tr></thead><tbody>\n", report->file);
		for (i = 0; !ret && i < report->groups_nr; i++)
			ret = write_group(report, &report->groups[i]);
		fputs("</tbody></table></div>\n", report->file);
	}
	end_section(report);
	return ret;
}

/* The account of flows */

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
	fprintf(file, "<td class=\"n h%u\">", heat(flow->packets));
	html_number(file, flow->packets);
	fprintf(file, "</td><td class=\"n h%u\">", heat(flow->bytes / 1000));
	html_number(file, flow->bytes);
	fputs("</td><td>", file);
	write_time(report, flow->first);
	fputs("</td><td>", file);
	write_time(report, flow->last);
	fputs("</td></tr>\n", file);
}

static void write_flow(struct report *report, const struct volume *flow)
{
	FILE *file = report->file;

	fputs("<tr><td>", file);
	write_institution(report, flow->from);
	fputs("</td><td>", file);
	write_institution(report, flow->to);
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
	column(report, "from", "送信元");
	column(report, "to", "宛先");
	column(report, "service", "サービス");
	column(report, "packets", "パケット数");
	column(report, "octets", "オクテット数");
	column(report, "first", "最初");
	column(report, "last", "最後");
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
	write_omitted(report, shown, report->flows_nr);
}

static int write_account(struct report *report)
{
	int ret = list(report, "settings", take_account);

	if (!ret)
		ret = list(report, "account", take_flow);
	begin_section(report, "account", "Who has sent most to whom",
		      "通信量の多い組み合わせ");
	if (!ret && !report->accounted)
		write_paragraph(report, "Flow accounting is off.",
				"通信量の記録は無効になっている。");
	else if (!ret && !report->flows_nr && !report->other.packets)
		write_paragraph(report, "Nothing was forwarded.", "通信なし");
	else if (!ret)
		write_flows(report);
	end_section(report);
	return ret;
}

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
			heat(packets));
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
	write_cut_off(report, record_uint(&record, IX_A_TENANT_QUARANTINE));
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

static int write_tenants(struct report *report)
{
	int ret;

	begin_section(report, "tenants",
		      "Tenants: traffic and refusals",
		      "接続網（テナント）：通信と拒否");
	fputs("<div class=\"scroll\"><table><thead><tr>", report->file);
	column(report, "tenant", "テナント");
	column(report, "mode", "方式");
	column(report, "view", "ビュー");
	column(report, "gateway", "ゲートウェイ");
	column(report, "prefixes", "プレフィックス");
	column(report, "routes", "経路");
	column(report, "packets", "パケット数");
	fputs("</tr></thead><tbody>\n", report->file);
	ret = list(report, "tenant", write_tenant);
	fputs("</tbody></table></div>\n", report->file);
	end_section(report);
	return ret;
}

static void end_owner(struct report *report)
{
	if (!*report->owner)
		return;
	fputs("</tbody></table>", report->file);
	write_omitted(report, MAPS_MAX, report->owner_maps);
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
	column(report, view ? "as seen from inside" : "own addresses",
	       view ? "網内から見えるアドレス" : "網内のアドレス");
	column(report, "IX addresses", "IXアドレス");
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

static int write_maps(struct report *report)
{
	int ret;

	begin_section(report, "maps", "Maps of addresses", "アドレスの対応");
	*report->owner = '\0';
	ret = list(report, "map", write_map);
	end_owner(report);
	end_section(report);
	return ret;
}

static void write_head(struct report *report)
{
	FILE *file = report->file;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
	      "<title>ix: policy / ポリシー</title>\n<style>\n" REPORT_STYLE
	      "</style>\n</head>\n<body>\n"
	      "<input type=\"radio\" name=\"language\" id=\"english\" checked=\"checked\"/>"
	      "<label for=\"english\" lang=\"en\" class=\"switch\">English</label>\n"
	      "<input type=\"radio\" name=\"language\" id=\"japanese\"/>"
	      "<label for=\"japanese\" lang=\"ja\" class=\"switch\">日本語</label>\n"
	      "<main>\n<header><h1>", file);
	html_both(file, "Interconnection policy",
		  "医療機関ネットワーク相互接続ポリシー");
	fputs("</h1><p>", file);
	html_both(file, "Policy of the interconnection point as the kernel enforces it, ",
		  "カーネルが実際に適用しているポリシー、");
	write_time(report, report->now);
	html_both(file, ", generation ", "、世代 ");
	html_number(file, report->generation);
	fputs("</p></header>\n", file);
}

static int write_page(struct report *report)
{
	int ret;

	write_head(report);
	write_summary(report);
	ret = write_quarantine(report);
	if (!ret)
		ret = write_monitor(report);
	if (!ret)
		ret = write_matrix(report);
	if (!ret)
		write_all_rules(report);
	if (!ret)
		ret = write_groups(report);
	if (!ret)
		ret = write_account(report);
	if (!ret)
		ret = write_tenants(report);
	if (!ret)
		ret = write_maps(report);
	if (!ret)
		write_services(report);
	fputs("</main>\n</body>\n</html>\n", report->file);
	return ret;
}

/* Nobody ever sees half a page: the new one takes the place of the old one. */
static int replace_file(struct report *report, const char *name)
{
	struct ixctl *ctl = report->ctl;
	mode_t mask = umask(0);
	char *temporary;
	int fd, ret;

	umask(mask);
	if (asprintf(&temporary, "%s.XXXXXX", name) < 0) {
		complain(ctl, "%s", strerror(ENOMEM));
		return STATUS_REFUSED;
	}
	fd = mkstemp(temporary);
	report->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!report->file) {
		complain(ctl, "%s: %s", name, strerror(errno));
		if (fd >= 0) {
			close(fd);
			unlink(temporary);
		}
		free(temporary);
		return STATUS_REFUSED;
	}
	ret = write_page(report);
	if (!ret && (fflush(report->file) || ferror(report->file) ||
		     fchmod(fd, 0666 & ~mask) || rename(temporary, name))) {
		complain(ctl, "%s: %s", name, strerror(errno));
		ret = STATUS_REFUSED;
	}
	if (ret)
		unlink(temporary);
	fclose(report->file);
	free(temporary);
	return ret;
}

int command_report(struct ixctl *ctl, struct args *args)
{
	struct report report = { .ctl = ctl, .now = (uint64_t)time(NULL) };
	const char *name;
	int ret;

	if (!args_take_if(args, "html") && !args_take_if(args, "--html")) {
		complain(ctl, "html FILE is missing");
		return STATUS_USAGE;
	}
	name = args_take(args);
	if (!name) {
		complain(ctl, "the name of a file is missing, or - for standard output");
		return STATUS_USAGE;
	}
	if (args_end(ctl, args))
		return STATUS_USAGE;
	ret = read_all(&report);
	if (!ret && !strcmp(name, "-")) {
		report.file = ctl->out.file;
		ret = write_page(&report);
	} else if (!ret) {
		ret = replace_file(&report, name);
	}
	free(report.rules.list);
	free(report.agreements.list);
	free(report.endings.list);
	while (report.groups_nr)
		free(report.groups[--report.groups_nr].nlh);
	free(report.groups);
	census_free(&report.census);
	return ret;
}
