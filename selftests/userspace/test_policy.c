// SPDX-License-Identifier: GPL-2.0
/*
 * Expectations, who and what is to be asked for so that nothing remains
 * unknown, and the text of pages. No kernel takes part.
 */
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "census.h"
#include "expect.h"
#include "html.h"
#include "lines.h"
#include "nl.h"

static unsigned int tests_nr, failed_nr;
static char complaint[1024];

static void ok(bool good, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void ok(bool good, const char *format, ...)
{
	va_list values;

	tests_nr++;
	failed_nr += !good;
	printf("%s %u - ", good ? "ok" : "not ok", tests_nr);
	va_start(values, format);
	vprintf(format, values);
	va_end(values);
	putchar('\n');
}

/* What ixctl.c has in the tool itself. */

void complain(const struct ixctl *ctl, const char *format, ...)
{
	va_list values;

	(void)ctl;
	va_start(values, format);
	vsnprintf(complaint, sizeof(complaint), format, values);
	va_end(values);
}

void warn(const struct ixctl *ctl, const char *format, ...)
{
	(void)ctl;
	(void)format;
}

struct nl *ixctl_nl(struct ixctl *ctl)
{
	complain(ctl, "no kernel");
	return NULL;
}

struct nl *ixctl_nl_aside(struct ixctl *ctl)
{
	return ixctl_nl(ctl);
}

static int parse(const char *line, struct expectation *expectation)
{
	struct lines lines = { .next = 1 };
	struct ixctl ctl = { .out.file = stdout };
	struct args args;
	int ret = STATUS_USAGE;

	complaint[0] = '\0';
	lines.file = fmemopen((void *)line, strlen(line), "r");
	if (lines_read(&lines, &args) == 1)
		ret = expect_parse(&ctl, &args, expectation);
	lines_close(&lines);
	return ret;
}

static void test_expectations(void)
{
	struct expectation e;

	ok(!parse("p1 reaches claims tcp 443", &e) && e.permitted &&
	   e.reaches && e.from.kind == WHOM_INSTITUTION &&
	   !strcmp(e.from.name, "p1") && !strcmp(e.to.name, "claims") &&
	   e.has_traffic && e.traffic.protocol == IPPROTO_TCP &&
	   e.traffic.dport_min == 443 && e.traffic.dport_max == 443 &&
	   !e.traffic.sport_min && e.traffic.sport_max == UINT16_MAX,
	   "one reaches another");
	ok(!parse("from class a reaches no class b service x # comment", &e) &&
	   !e.permitted && e.reaches && e.from.kind == WHOM_CLASS &&
	   e.to.kind == WHOM_CLASS && !strcmp(e.service, "x") && !e.has_traffic,
	   "a class reaches no other");
	ok(!parse("any does not reach to institution class", &e) &&
	   !e.permitted && e.from.kind == WHOM_ANY &&
	   !strcmp(e.to.name, "class") && !e.has_traffic && !*e.service,
	   "a name that is a keyword, and everything");
	ok(!parse("permit from 11 to any udp sport 53 dport 1024-65535", &e) &&
	   e.permitted && !e.reaches && e.traffic.protocol == IPPROTO_UDP &&
	   e.traffic.sport_min == 53 && e.traffic.sport_max == 53 &&
	   e.traffic.dport_min == 1024, "permit, with ranges");
	ok(!parse("deny from a to b icmp type echo-request at 2026-12-31", &e) &&
	   !e.permitted && !e.reaches && !e.traffic.any_type &&
	   e.traffic.icmp_type == 128 && e.at == 1798675200, "deny, at a time");
	ok(!parse("deny from a to b icmp until @20 since @10", &e) &&
	   e.traffic.any_type && e.since == 10 && e.until == 20,
	   "since and until");
	ok(!parse("permit from a to b proto 47", &e) &&
	   e.traffic.protocol == 47, "a protocol by number");
	ok(!parse("permit from a to b tcp", &e) && !e.traffic.dport_min &&
	   e.traffic.dport_max == UINT16_MAX, "every port");
}

static void test_no_expectations(void)
{
	static const char *const lines[] = {
		"a", "a reaches", "a reaches no", "a does reach b",
		"a does not b", "class reaches b", "class \"\" reaches b",
		"permit a to b", "permit from a b", "permit from a to",
		"a reaches b https", "a reaches b tcp 65536",
		"a reaches b tcp 5-4", "a reaches b tcp sport",
		"a reaches b tcp 443 443", "a reaches b icmp type",
		"a reaches b icmp type 256", "a reaches b gre 5",
		"a reaches b proto", "a reaches b service",
		"a reaches b at", "a reaches b at never",
		"a reaches b at none", "a reaches b at @5 at @6",
		"a reaches b at @5 until @6", "a reaches b since @6 until @6",
		"a reaches b until @6 today",
		"0123456789012345678901234567890123 reaches b",
		"a reaches b service 0123456789012345678901234567890123",
	};
	struct expectation e;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		ok(parse(lines[i], &e) == STATUS_USAGE && *complaint,
		   "none: %s", lines[i]);
}

/* Words at random: whatever they are, an answer, and nothing but it. */
static void test_random_lines(void)
{
	static const char *const words[] = {
		"any", "class", "institution", "reaches", "no", "does", "not",
		"reach", "permit", "deny", "from", "to", "tcp", "icmp", "type",
		"sport", "dport", "443", "1-2", "service", "proto", "at",
		"since", "until", "2026-01-01", "x", "\"\"", "\\", "'", "#",
	};
	unsigned int seed = 7, good = 0, bad = 0, i;
	char line[256];

	for (i = 0; i < 20000; i++) {
		unsigned int n = 1 + (unsigned int)rand_r(&seed) % 10;
		struct expectation e;
		size_t at = 0;

		while (n--)
			at += (size_t)snprintf(line + at, sizeof(line) - at,
					       "%s ",
					       words[(unsigned int)rand_r(&seed) %
						     ARRAY_SIZE(words)]);
		if (parse(line, &e) == STATUS_OK)
			good++;
		else
			bad++;
	}
	ok(good && bad, "20000 lines at random: %u good, %u bad", good, bad);
}

static struct traffic services[] = {
	{ IPPROTO_TCP, true, 0, 443, 443, 0, UINT16_MAX },
	{ IPPROTO_TCP, true, 0, 1000, 2000, 0, UINT16_MAX },
	{ IPPROTO_TCP, true, 0, 0, UINT16_MAX, 20, 20 },
	{ IPPROTO_UDP, true, 0, 53, 53, 0, UINT16_MAX },
	{ IPPROTO_ICMPV6, false, 3, 0, UINT16_MAX, 0, UINT16_MAX },
	{ 253, true, 0, 0, UINT16_MAX, 0, UINT16_MAX },
};

static bool in_traffic(const struct traffic *traffic, const struct flow *flow)
{
	if (traffic->protocol != flow->protocol)
		return false;
	if (flow->protocol == IPPROTO_ICMPV6)
		return traffic->any_type || traffic->icmp_type == flow->icmp_type;
	return flow->dport >= traffic->dport_min &&
	       flow->dport <= traffic->dport_max &&
	       flow->sport >= traffic->sport_min &&
	       flow->sport <= traffic->sport_max;
}

/* Which of the services it belongs to. */
static unsigned int services_of(const struct flow *flow)
{
	unsigned int set = 0, i;

	for (i = 0; i < ARRAY_SIZE(services); i++)
		set |= (unsigned int)in_traffic(&services[i], flow) << i;
	return set;
}

/*
 * The property that everything rests on: whatever packet there can be, one of
 * the flows belongs to the same services.
 */
static void test_flows(void)
{
	struct census census = {
		.traffic = services, .traffic_nr = ARRAY_SIZE(services),
	};
	const struct traffic range = {
		IPPROTO_TCP, true, 0, 900, 3000, 0, UINT16_MAX,
	};
	static const uint8_t protocols[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6, 253, 252, 47, 132,
	};
	unsigned int seed = 11, missing = 0, outside = 0, n;
	struct flow *flows;
	size_t nr, i;

	nr = census_flows(&census, NULL, 0, &flows);
	for (n = 0; n < 200000; n++) {
		struct flow flow = {
			.protocol = protocols[n % ARRAY_SIZE(protocols)],
		};

		if (flow.protocol == IPPROTO_ICMPV6) {
			flow.icmp_type = (uint8_t)(rand_r(&seed) >> 3);
		} else if (flow.protocol == IPPROTO_TCP ||
			   flow.protocol == IPPROTO_UDP) {
			flow.dport = (uint16_t)(rand_r(&seed) >> (n % 8));
			flow.sport = (uint16_t)(rand_r(&seed) >> (n % 11));
			if (!(n % 5))
				flow.sport = 20;
		}
		for (i = 0; i < nr; i++)
			if (services_of(&flows[i]) == services_of(&flow))
				break;
		missing += i == nr;
	}
	ok(nr && !missing, "everything: %zu flows stand for 200000 packets", nr);
	free(flows);

	nr = census_flows(&census, &range, 1, &flows);
	for (i = 0; i < nr; i++)
		outside += !in_traffic(&range, &flows[i]);
	ok(nr == 9 && !outside, "a range: only what is in it");
	free(flows);
	ok(census_unnamed_protocol(&census) == 252, "a protocol nobody names");
}

static void test_kinds(void)
{
	struct member members[5000];
	struct census census = {
		.members = members, .members_nr = ARRAY_SIZE(members),
	};
	size_t nr, i, sum = 0, wrong = 0;
	struct kind *kinds;

	for (i = 0; i < ARRAY_SIZE(members); i++)
		members[i] = (struct member){
			.tag = (uint32_t)(i + 1),
			.classes = UINT64_C(2) << i % 3 | UINT64_C(1) << 40,
			.named = i % 1000 == 7,
		};
	nr = census_kinds(&census, 0, &kinds);
	for (i = 0; i < nr; i++) {
		const struct member *member =
			census_member(&census, kinds[i].example);

		sum += kinds[i].members;
		wrong += !member || member->named != !!kinds[i].party.tag ||
			 member->classes != kinds[i].party.classes;
	}
	ok(nr == 8 && sum == 5000 && !wrong, "everybody: 3 kinds, 5 by name");
	free(kinds);
	nr = census_kinds(&census, 1, &kinds);
	ok(nr == 2 && kinds[0].members == 1666, "a class");
	free(kinds);
	nr = census_kinds(&census, 63, &kinds);
	ok(nr == 1 && !kinds[0].members &&
	   kinds[0].party.classes == UINT64_C(1) << 63, "an empty class");
	free(kinds);
	ok(!census_member(&census, 5001) && census_member(&census, 5000),
	   "members by tag");
}

static bool writes(const char *text, const char *should)
{
	char buf[256] = "";
	FILE *file = fmemopen(buf, sizeof(buf), "w");

	html_text(file, text);
	fclose(file);
	if (!strcmp(buf, should))
		return true;
	printf("# is:     %s\n# should: %s\n", buf, should);
	return false;
}

static void test_html(void)
{
	char buf[64] = "";
	FILE *file = fmemopen(buf, sizeof(buf), "w");

	ok(writes("<script>\"'&", "&#60;script&#62;&#34;&#39;&#38;"),
	   "what means something is written so that it does not");
	ok(writes("まめ", "まめ"), "Japanese stays");
	ok(writes("a\x01\x7f\xff\xc0\xaf", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"),
	   "what is no text is shown to be none");
	html_number(file, UINT64_MAX);
	fclose(file);
	ok(!strcmp(buf, "18,446,744,073,709,551,615"), "numbers");
}

int main(void)
{
	test_expectations();
	test_no_expectations();
	test_random_lines();
	test_flows();
	test_kinds();
	test_html();
	printf("1..%u\n", tests_nr);
	return failed_nr ? EXIT_FAILURE : EXIT_SUCCESS;
}
