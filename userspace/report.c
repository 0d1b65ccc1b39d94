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
#include "nl.h"
#include "report.h"
#include "report_style.h"
#include "transaction.h"
#include "value.h"

static int read_all(struct report *report)
{
	int ret = read_generation(report->ctl, &report->generation);

	if (!ret)
		ret = census_read(report->ctl, &report->census,
				  CENSUS_INSTITUTIONS);
	return ret ? ret : report_read_rules(report);
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

	report_begin(report, "services", "Services", "サービス");
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
	report_end(report);
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
	report_time(report, report->now);
	html_both(file, ", generation ", "、世代 ");
	html_number(file, report->generation);
	fputs("</p></header>\n", file);
}

static int write_page(struct report *report)
{
	int ret;

	write_head(report);
	write_summary(report);
	ret = report_quarantine(report);
	if (!ret)
		ret = report_monitor(report);
	if (!ret)
		ret = report_matrix(report);
	if (!ret)
		report_rules(report);
	if (!ret)
		ret = report_groups(report);
	if (!ret)
		ret = report_account(report);
	if (!ret)
		ret = report_tenants(report);
	if (!ret)
		ret = report_maps(report);
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
