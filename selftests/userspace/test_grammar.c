// SPDX-License-Identifier: GPL-2.0
/*
 * The language of ixctl: what a line becomes as a message, and what a message
 * becomes as a line and as JSON. No kernel takes part.
 */
#include <linux/ix.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "commands.h"
#include "ixctl.h"
#include "lines.h"
#include "names.h"
#include "nl.h"
#include "object.h"
#include "probe.h"
#include "value.h"

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

static bool same_text(const char *is, const char *should)
{
	if (!strcmp(is, should))
		return true;
	printf("# is:     %s\n# should: %s\n", is, should);
	return false;
}

/* What ixctl.c has in the tool itself. */

void complain(const struct ixctl *ctl, const char *format, ...)
{
	int head = 0;
	va_list values;

	if (ctl->object)
		head = snprintf(complaint, sizeof(complaint), "%s%s%s: ",
				ctl->object, ctl->verb ? " " : "",
				ctl->verb ? ctl->verb : "");
	va_start(values, format);
	vsnprintf(complaint + head, sizeof(complaint) - (size_t)head, format,
		  values);
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

/* One line to its message. */

struct parsed {
	int status;
	bool end;
	struct change change;
	struct msg msg;
	char buf[MSG_SIZE] MSG_ALIGNED;
};

static void parse(struct ixctl *ctl, const char *line, struct parsed *parsed)
{
	struct lines lines = { .next = 1 };

	complaint[0] = '\0';
	lines.file = fmemopen((void *)line, strlen(line), "r");
	parsed->msg = (struct msg){
		.nlh = (struct nlmsghdr *)parsed->buf, .room = MSG_SIZE
	};
	parsed->status = change_read(ctl, &lines, 77, &parsed->change,
				     &parsed->msg, &parsed->end);
	lines_close(&lines);
}

static char *print(struct ixctl *ctl, const struct parsed *parsed, bool json)
{
	struct record record;
	char *text = NULL;
	size_t size;

	record_of_message(&record, parsed->msg.nlh);
	ctl->out = (struct out){ .json = json };
	ctl->out.file = open_memstream(&text, &size);
	if (json)
		object_print(ctl, NULL, parsed->change.object, &record);
	else
		object_print_command(ctl, NULL, parsed->change.object,
				     &record);
	fclose(ctl->out.file);
	return text;
}

static struct ixctl *new_ctl(void)
{
	struct ixctl *ctl = calloc(1, sizeof(*ctl));

	ctl->names = names_new();
	names_only_local(ctl->names, true);
	names_add(ctl->names, 1001, "mame-hospital");
	names_add(ctl->names, 1002, "hare-hospital");
	return ctl;
}

static void free_ctl(struct ixctl *ctl)
{
	names_free(ctl->names);
	free(ctl);
}

/* Lines that are right: what is written for them, and as JSON. */
static const struct {
	const char *line;
	const char *text;
	const char *json;
} good[] = {
	{ "view add ipv4", "view add ipv4", "{\"name\":\"ipv4\"}" },
	{ "vie a name ipv4 num 5", "view add ipv4 number 5",
	  "{\"name\":\"ipv4\",\"number\":5}" },
	{ "tenant add mame mode inline view ipv4 gateway 192.168.0.1 gateway 2001:db8::1",
	  "tenant add mame mode inline view ipv4 gateway 192.168.0.1 gateway 2001:db8::1",
	  "{\"name\":\"mame\",\"mode\":\"inline\",\"view\":\"ipv4\",\"gateway4\":\"192.168.0.1\",\"gateway6\":\"2001:db8::1\"}" },
	{ "tenant add mame gateway 2001:db8::1 gateway 192.168.0.1 mode nft number 3",
	  "tenant add mame number 3 mode nft gateway 192.168.0.1 gateway 2001:db8::1",
	  NULL },
	{ "t a まめ v ipv4", "tenant add まめ mode inline view ipv4", NULL },
	{ "tenant add name mode view x", "tenant add name mode mode inline view x",
	  NULL },
	{ "tenant add name help", "tenant add name help mode inline", NULL },
	{ "tenant add \"a b\\\"\\\\#\" view '\"'",
	  "tenant add \"a b\\\"\\\\#\" mode inline view \"\\\"\"",
	  "{\"name\":\"a b\\\"\\\\#\",\"mode\":\"inline\",\"view\":\"\\\"\"}" },
	{ "tenant add \"a\\012\\177\"", "tenant add \"a\\012\\177\" mode inline",
	  "{\"name\":\"a\\u000a\\u007f\",\"mode\":\"inline\"}" },
	{ "tenant add a\xff" "b", "tenant add a\xff" "b mode inline",
	  "{\"name\":\"a\\ufffdb\",\"mode\":\"inline\"}" },
	{ "tenant add x # view y", "tenant add x mode inline", NULL },
	{ "tenant add x#y", "tenant add x#y mode inline", NULL },
	{ "\t  tenant   add \\\n  x\r\n", "tenant add x mode inline", NULL },
	{ "map add tenant mame explicit 192.168.0.0/16 fd00:1::/112",
	  "map add tenant mame explicit 192.168.0.0/16 fd00:1::/112",
	  "{\"tenant\":\"mame\",\"kind\":\"explicit\",\"own\":\"192.168.0.0/16\",\"ix\":\"fd00:1::/112\"}" },
	{ "map add tenant mame 192.168.0.0/16 fd00:1::/112",
	  "map add tenant mame explicit 192.168.0.0/16 fd00:1::/112", NULL },
	{ "map add view v6 fd01::/64 fd00:1::/64",
	  "map add view v6 plain fd01::/64 fd00:1::/64", NULL },
	{ "map add view v6 nptv6 own fd01::/48 ix fd00:1::/48",
	  "map add view v6 nptv6 fd01::/48 fd00:1::/48", NULL },
	{ "map add view id ::/0 ::/0", "map add view id plain ::/0 ::/0",
	  "{\"view\":\"id\",\"kind\":\"plain\",\"own\":\"::/0\",\"ix\":\"::/0\"}" },
	{ "map add view v 10.0.0.1 fd00::1",
	  "map add view v explicit 10.0.0.1/32 fd00::1/128", NULL },
	{ "class add hospital number 1", "class add hospital number 1",
	  "{\"name\":\"hospital\",\"number\":1}" },
	{ "institution add 1003 name x class hospital class emergency",
	  "institution add 1003 name x class hospital class emergency",
	  "{\"tag\":1003,\"name\":\"x\",\"class\":[\"hospital\",\"emergency\"]}" },
	{ "institution add 4294967295", "institution add 4294967295",
	  "{\"tag\":4294967295}" },
	{ "prefix add fd00:1::a/128 institution mame-hospital tenant mame port mame0",
	  "prefix add fd00:1::a/128 institution mame-hospital tenant mame port mame0",
	  "{\"prefix\":\"fd00:1::a/128\",\"institution\":1001,\"institution-name\":\"mame-hospital\",\"tenant\":\"mame\",\"port\":\"mame0\"}" },
	{ "prefix add fd00::/64 inst 7 ten mame",
	  "prefix add fd00::/64 institution 7 tenant mame",
	  "{\"prefix\":\"fd00::/64\",\"institution\":7,\"tenant\":\"mame\"}" },
	{ "route add tenant mame fd00:2::/64 to hare via 10.0.0.2 dev hare0 nexthop dev hare1",
	  "route add tenant mame fd00:2::/64 to hare nexthop via 10.0.0.2 dev hare0 nexthop dev hare1",
	  "{\"tenant\":\"mame\",\"prefix\":\"fd00:2::/64\",\"to\":\"hare\",\"nexthop\":[{\"gateway\":\"10.0.0.2\",\"device\":\"hare0\",\"up\":false},{\"device\":\"hare1\",\"up\":false}]}" },
	{ "route add tenant mame default to hare dev hare0 via fd00::1",
	  "route add tenant mame ::/0 to hare via fd00::1 dev hare0", NULL },
	{ "route add tenant mame fd00::/64 to hare table 100",
	  "route add tenant mame fd00::/64 to hare table 100",
	  "{\"tenant\":\"mame\",\"prefix\":\"fd00::/64\",\"to\":\"hare\",\"table\":100}" },
	{ "route add tenant mame to hare vrf red fd00::/64",
	  "route add tenant mame fd00::/64 to hare vrf red", NULL },
	{ "route add tenant mame blackhole fd00::/64",
	  "route add tenant mame fd00::/64 blackhole", NULL },
	{ "route add tenant mame fd00::/64 prohibit",
	  "route add tenant mame fd00::/64 prohibit",
	  "{\"tenant\":\"mame\",\"prefix\":\"fd00::/64\",\"type\":\"prohibit\"}" },
	{ "service add dicom tcp dport 104 tcp dport 11112",
	  "service add dicom tcp dport 104 tcp dport 11112",
	  "{\"name\":\"dicom\",\"entry\":[{\"protocol\":\"tcp\",\"port-min\":104,\"port-max\":104},{\"protocol\":\"tcp\",\"port-min\":11112,\"port-max\":11112}]}" },
	{ "service add ping icmp type echo-request",
	  "service add ping icmp type echo-request",
	  "{\"name\":\"ping\",\"entry\":[{\"protocol\":\"icmp\",\"icmp-type\":128,\"icmp-type-name\":\"echo-request\"}]}" },
	{ "service add x proto 1 type 200", "service add x icmp type 200",
	  "{\"name\":\"x\",\"entry\":[{\"protocol\":\"icmp\",\"icmp-type\":200}]}" },
	{ "service add dns number 9 udp dport 53 sport 1-1023 proto 250 gre",
	  "service add dns number 9 udp sport 1-1023 dport 53 proto 250 gre",
	  NULL },
	{ "service add tcp tcp sport 0-65535", "service add tcp tcp", NULL },
	{ "rule add permit from any to any",
	  "rule add permit from any to any", "{\"action\":\"permit\"}" },
	{ "rule add id 5 order 10 deny from class a to institution mame-hospital service s since 2026-01-01 until 2027-01-01T09:00:00+09:00 oneway monitor log qos 3 reference \"No. 7\"",
	  "rule add id 5 order 10 deny from class a to institution mame-hospital service s since 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z oneway monitor log qos 3 reference \"No. 7\"",
	  "{\"id\":5,\"order\":10,\"action\":\"deny\",\"source-class\":\"a\",\"destination-institution\":1001,\"destination-institution-name\":\"mame-hospital\",\"service\":\"s\",\"valid-from\":\"2026-01-01T00:00:00Z\",\"valid-until\":\"2027-01-01T00:00:00Z\",\"oneway\":true,\"monitor\":true,\"log\":true,\"qos\":3,\"reference\":\"No. 7\"}" },
	{ "rule replace 5 permit from institution 1001 to institution 9 until @1 log off",
	  "rule add id 5 permit from institution mame-hospital to institution 9 until 1970-01-01T00:00:01Z",
	  NULL },
	{ "rule add permit from class any to class x until @253402300800",
	  "rule add permit from class any to class x until @253402300800",
	  NULL },
	{ "settings change mark-verdict-shift 0 mark-verdict-bits 3 lowest-ipv6-mtu 1280",
	  "settings change mark-verdict-shift 0 mark-verdict-bits 3 mark-source-shift 0 mark-source-bits 0 mark-destination-shift 0 mark-destination-bits 0 lowest-ipv6-mtu 1280 traffic-class 0 tos 0 udp-zero-checksum compute flow-cache 0 monitor off",
	  NULL },
	{ "settings change tos copy traffic-class 0xb8 udp-zero-checksum drop",
	  "settings change mark-verdict-shift 0 mark-verdict-bits 0 mark-source-shift 0 mark-source-bits 0 mark-destination-shift 0 mark-destination-bits 0 lowest-ipv6-mtu 0 traffic-class 184 tos copy udp-zero-checksum drop flow-cache 0 monitor off",
	  NULL },
	{ "tenant add mame tcp-mss 0 error-pool 192.0.2.0/28",
	  "tenant add mame mode inline error-pool 192.0.2.0/28",
	  "{\"name\":\"mame\",\"mode\":\"inline\",\"error-pool4\":\"192.0.2.0/28\"}" },
	{ "tenant add mame tcp-mss path",
	  "tenant add mame mode inline tcp-mss path",
	  "{\"name\":\"mame\",\"mode\":\"inline\",\"tcp-mss\":\"path\"}" },
	{ "tenant add mame tcp-mss 1300",
	  "tenant add mame mode inline tcp-mss 1300",
	  "{\"name\":\"mame\",\"mode\":\"inline\",\"tcp-mss\":1300}" },
	{ "tenant add mame hairpin simple",
	  "tenant add mame mode inline hairpin simple",
	  "{\"name\":\"mame\",\"mode\":\"inline\",\"hairpin\":\"simple\"}" },
	{ "map add view ipv4 rfc6052 0.0.0.0/0 64:ff9b::/96 non-global",
	  "map add view ipv4 rfc6052 0.0.0.0/0 64:ff9b::/96 non-global",
	  "{\"view\":\"ipv4\",\"kind\":\"rfc6052\",\"own\":\"0.0.0.0/0\",\"ix\":\"64:ff9b::/96\",\"non-global\":true}" },
	{ "settings change monitor on",
	  "settings change mark-verdict-shift 0 mark-verdict-bits 0 mark-source-shift 0 mark-source-bits 0 mark-destination-shift 0 mark-destination-bits 0 lowest-ipv6-mtu 0 traffic-class 0 tos 0 udp-zero-checksum compute flow-cache 0 monitor on",
	  NULL },
	{ "tenant add mame quarantine monitor on",
	  "tenant add mame mode inline quarantine monitor",
	  "{\"name\":\"mame\",\"mode\":\"inline\",\"quarantine\":true,\"monitor\":true}" },
	{ "class add a quarantine", "class add a quarantine", NULL },
	{ "tenant add mame via 10.0.0.1 dev d0 nexthop dev d1",
	  "tenant add mame mode inline nexthop via 10.0.0.1 dev d0 nexthop dev d1",
	  NULL },
	{ "tenant add mame table 7", "tenant add mame mode inline table 7", NULL },
	{ "tenant change mame table 0", NULL, NULL },
	{ "group add g service a service b", "group add g service a service b",
	  "{\"name\":\"g\",\"service\":[\"a\",\"b\"]}" },
	{ "member add group g institution mame-hospital",
	  "member add group g institution mame-hospital",
	  "{\"group\":\"g\",\"institution\":1001,\"institution-name\":\"mame-hospital\"}" },
	{ "me a tenant mame group g", "member add group g tenant mame", NULL },
	{ "qos add 5 dscp 46", "qos add 5 dscp 46",
	  "{\"class\":5,\"dscp\":46}" },
	{ "institution add 7 quarantine on class a",
	  "institution add 7 class a quarantine", NULL },
	/* What is not printed as it was read is at least read. */
	{ "rule change 5 from any log off", NULL, NULL },
	{ "institution change mame-hospital class \"\"", NULL, NULL },
	{ "institution delete hare-hospital", NULL, NULL },
	{ "tenant set mame gateway 0.0.0.0", NULL, NULL },
	{ "map flush tenant mame", NULL, NULL },
	{ "map flush view ipv4", NULL, NULL },
	{ "route flush tenant mame", NULL, NULL },
	{ "rule flush", NULL, NULL },
};

static void test_good(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		struct ixctl *ctl = new_ctl();
		struct parsed first, second;
		char *text = NULL, *json = NULL;
		bool passed;

		parse(ctl, good[i].line, &first);
		passed = !first.status && !first.end;
		if (!passed)
			printf("# %s\n", complaint);
		if (passed && good[i].text) {
			text = print(ctl, &first, false);
			passed = same_text(text, good[i].text);
			/* And once more: it is what is written. */
			parse(ctl, text, &second);
			if (second.status)
				printf("# %s\n", complaint);
			passed = passed && !second.status;
			free(text);
			text = second.status ? NULL :
					       print(ctl, &second, false);
			passed = passed && text && same_text(text, good[i].text);
		}
		if (passed && good[i].json) {
			json = print(ctl, &first, true);
			passed = same_text(json, good[i].json);
		}
		ok(passed, "%s", strtok(strdupa(good[i].line), "\n"));
		free(text);
		free(json);
		free_ctl(ctl);
	}
}

/* Lines that are wrong, and what is said of them. */
static const struct {
	const char *line;
	const char *said;
	int status;
} bad[] = {
	{ "tenants add x", "\"tenants\" is no object that has a configuration", 2 },
	{ "save", "\"save\" is no object that has a configuration", 2 },
	{ "tenant frobnicate x", "tenant: command \"frobnicate\" is unknown, see \"ixctl tenant help\"", 2 },
	{ "tenant show", "tenant show: this changes nothing, and does not belong into such a file", 2 },
	{ "port add eth0", "port: command \"add\" is unknown, see \"ixctl port help\"", 2 },
	{ "tenant add", "tenant add: NAME is missing", 2 },
	{ "tenant add x y", "tenant add: \"y\" is unknown here, see \"ixctl tenant help\"", 2 },
	{ "tenant add x view", "tenant add: view: a value is missing", 2 },
	{ "tenant add x view a view b", "tenant add: view is given twice", 2 },
	{ "tenant add x mode fast", "tenant add: mode: \"fast\" is not one of: inline nft", 2 },
	{ "tenant add x gateway 1.2.3", "tenant add: gateway: \"1.2.3\" is not an IPv4 address", 2 },
	{ "tenant add x gateway 1.2.3.4 gateway 1.2.3.5", "tenant add: gateway is given twice", 2 },
	{ "tenant add x number 65536", "tenant add: number: \"65536\" is not a number from 0 to 65535", 2 },
	{ "tenant add x number -1", "tenant add: number: \"-1\" is not a number from 0 to 65535", 2 },
	{ "tenant add x number 1x", "tenant add: number: \"1x\" is not a number from 0 to 65535", 2 },
	{ "tenant add x hairpin on", "tenant add: hairpin: \"on\" is not one of: intrinsic simple off", 2 },
	{ "tenant add x tcp-mss fast", "tenant add: tcp-mss: \"fast\" is not none, path or a number from 0 to 65535", 2 },
	{ "tenant add x error-pool fd00::/64", "tenant add: error-pool: \"fd00::/64\" is not an IPv4 prefix", 2 },
	{ "tenant add x error-pool 10.0.0.0/33", "tenant add: error-pool: \"10.0.0.0/33\" is not an IPv4 prefix", 2 },
	{ "settings change tos same", "settings change: tos: \"same\" is not copy or a number from 0 to 65535", 2 },
	{ "tenant add 12345678901234567890123456789012", "tenant add: name: \"1234567890123456789012345678901...\" is longer than 31 octets", 2 },
	{ "tenant change x number 4", "tenant change: number can't be changed", 2 },
	{ "tenant delete x view y", "tenant delete: view does not say which one to delete", 2 },
	{ "tenant change", "tenant change: NAME is missing", 2 },
	{ "settings change", "settings change: nothing to change", 2 },
	{ "tenant add \"x", "a quote is not closed", 2 },
	{ "tenant add \"\\x\"", "unknown escape in a quoted word", 2 },
	{ "tenant add \"\\000\"", "unknown escape in a quoted word", 2 },
	{ "map add 10.0.0.0/8 fd00::/64", "map add: tenant TENANT or view VIEW is missing", 2 },
	{ "map add tenant x explicit 10.0.0.0/8", "map add: IX-PREFIX is missing", 2 },
	{ "map add explicit 10.0.0.0/8 ix fd00::/64", "map add: tenant TENANT or view VIEW is missing", 2 },
	{ "map add tenant x 10.0.0.0/33 fd00::/64", "map add: own: \"10.0.0.0/33\" is not a prefix", 2 },
	{ "map add tenant x 10.0.0.0/ fd00::/64", "map add: own: \"10.0.0.0/\" is not a prefix", 2 },
	{ "map add tenant x 10.0.0.0/8 10.0.0.0/8", "map add: ix: 10.0.0.0/8 is not an IPv6 prefix, as all of the IX address space are", 2 },
	{ "map add tenant x 10.0.0.0/8 fd00::/64 fd00::/64", "map add: \"fd00::/64\" is unknown here, see \"ixctl map help\"", 2 },
	{ "map add tenant x nat46 10.0.0.0/8 fd00::/64", "map add: \"nat46\" is unknown here, see \"ixctl map help\"", 2 },
	{ "map flush rule x", "map flush: \"rule\" is not expected here", 2 },
	{ "rule flush tenant x", "rule flush: \"tenant\" is not expected here", 2 },
	{ "institution add clinic", "institution add: tag: \"clinic\" is not a number", 2 },
	{ "institution add 4294967296", "institution add: 4294967296 is too large for a tag", 2 },
	{ "prefix add fd00::/64 tenant x institution nobody", "prefix add: no institution named nobody", 1 },
	{ "prefix add fd00::/64 tenant x", "prefix add: institution INSTITUTION is missing", 2 },
	{ "prefix add fd00::/129 institution 1 tenant x", "prefix add: prefix: \"fd00::/129\" is not an IPv6 prefix", 2 },
	{ "route add tenant x fd00::/64 to y via 10.0.0.1", "route add: a next hop needs \"dev DEVICE\"", 2 },
	{ "route add tenant x fd00::/64 to y dev a dev b", "route add: dev is given twice: begin the next hop after it with \"nexthop\"", 2 },
	{ "route add tenant x fd00::/64 to y via a dev b", "route add: via: \"a\" is not an address", 2 },
	{ "route add tenant x fd00::/64 to y dev 1234567890123456", "route add: nexthop: \"123456789012345...\" is longer than 15 octets", 2 },
	{ "service add x", "service add: ENTRY ... is missing", 2 },
	{ "service add x tcp dport 70000", "service add: dport: \"70000\" is not a port or a range of ports", 2 },
	{ "service add x tcp dport 2-1", "service add: dport: \"2-1\" is not a port or a range of ports", 2 },
	{ "service add x tcp dport 1 dport 2", "service add: dport is given twice: begin the next entry with its protocol", 2 },
	{ "service add x esp dport 1", "service add: dport: esp has no ports", 2 },
	{ "service add x tcp type 1", "service add: type: tcp has no types", 2 },
	{ "service add x icmp type nonsense", "service add: type: \"nonsense\" is not an ICMPv6 type by name or number", 2 },
	{ "service add x proto 256", "service add: proto: \"256\" is not a protocol by name or number", 2 },
	{ "rule add from any to any", "rule add: { permit | deny } is missing", 2 },
	{ "rule add permit to any", "rule add: from WHOM is missing", 2 },
	{ "rule add permit from everyone to any", "rule add: from: \"everyone\" is not any, class NAME or institution TAG|NAME", 2 },
	{ "rule add permit from class \"\" to any", "rule add: from class: a name is missing", 2 },
	{ "rule add permit from any to any until 2026-02-30", "rule add: until: \"2026-02-30\" is not a time (2026-03-31, 2026-03-31T09:00:00+09:00, @SECONDS or none)", 2 },
	{ "rule add permit from any to any permit", "rule add: \"permit\" is unknown here, see \"ixctl rule help\"", 2 },
	{ "rule delete", "rule delete: id N is missing", 2 },
};

static void test_bad(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct ixctl *ctl = new_ctl();
		struct parsed parsed;
		bool said;

		parse(ctl, bad[i].line, &parsed);
		said = same_text(complaint, bad[i].said);
		ok(said && parsed.status == bad[i].status, "refused: %s",
		   bad[i].line);
		free_ctl(ctl);
	}
}

static void test_comparison(void)
{
	static const struct {
		const char *a, *b;
		bool same_key, same;
	} pairs[] = {
		{ "tenant add x view v", "tenant add x view v mode inline", true, true },
		{ "tenant add x view v", "tenant add x view w", true, false },
		{ "tenant add x", "tenant add y", false, false },
		{ "tenant add x gateway 0.0.0.0", "tenant add x", true, true },
		{ "institution add 1 class a class b class c", "institution add 1 class a class c class b", true, true },
		{ "institution add 1 class a class b", "institution add 1 class b class a", true, false },
		{ "institution add 1 class a class b", "institution add 1 class a", true, false },
		{ "institution add 1 class \"\" name \"\"", "institution add 1", true, true },
		{ "map add view v ::/0 ::/0", "map add view v ::/1 ::/0", false, false },
		{ "map add view v ::/0 ::/0", "map add tenant v ::/0 ::/0", false, false },
		{ "map add view v 0.0.0.0/0 ::/96", "map add view v ::/0 ::/96", false, false },
		{ "service add x tcp dport 0-65535", "service add x tcp", true, true },
		{ "service add x tcp dport 1", "service add x udp dport 1", true, false },
		{ "service add x icmp type 0", "service add x icmp", true, false },
		{ "service add x tcp udp", "service add x tcp", true, false },
		{ "rule add id 1 permit from any to any log off until none", "rule add id 1 permit from any to any", true, true },
		{ "rule add id 1 permit from any to any", "rule add id 1 permit from any to class c", true, false },
		{ "route add tenant t fd00::/8 to u dev a", "route add tenant t fd00::/8 to u nexthop dev a", true, true },
		{ "route add tenant t fd00::/8 to u dev a nexthop dev b", "route add tenant t fd00::/8 to u dev b nexthop dev a", true, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct ixctl *ctl = new_ctl();
		struct parsed a, b;
		struct record x, y;

		parse(ctl, pairs[i].a, &a);
		parse(ctl, pairs[i].b, &b);
		record_of_message(&x, a.msg.nlh);
		record_of_message(&y, b.msg.nlh);
		ok(!a.status && !b.status &&
		   object_same_key(a.change.object, &x, &y) == pairs[i].same_key &&
		   object_same(a.change.object, &x, &y) == pairs[i].same &&
		   object_same(a.change.object, &y, &x) == pairs[i].same,
		   "%s <> %s", pairs[i].a, pairs[i].b);
		free_ctl(ctl);
	}
}

/* Random lines of known words: whatever is taken can be written and read. */
static void test_random(void)
{
	static const char *const words[] = {
		"tenant", "view", "map", "class", "institution", "prefix",
		"route", "service", "rule", "settings", "add", "replace",
		"name", "number", "mode", "inline", "nft", "gateway", "own",
		"ix", "kind", "explicit", "plain", "permit", "deny", "from",
		"to", "any", "1", "7", "1001", "10.0.0.0/8", "192.168.0.1",
		"fd00::/64", "fd00::1", "::/0", "default", "tcp", "udp",
		"icmp", "dport", "sport", "type", "80", "1-9", "via", "dev",
		"eth0", "nexthop", "table", "vrf", "blackhole", "since",
		"until", "@77", "2026-01-01", "none", "oneway", "off",
		"monitor", "log", "qos", "reference", "\"a b\"", "\"\"",
		"mame-hospital", "id", "order", "port", "x", "y", "help",
		"proto", "tag", "echo-request", "まめ",
	};
	static const char *const begins[] = {
		"tenant add ", "view add ", "map add tenant x ",
		"class add ", "institution add 5 ", "prefix add fd00::/8 ",
		"route add tenant x fd00::/8 ", "service add x ",
		"rule add permit from any to any ",
		"rule add id 3 deny from class x ",
	};
	unsigned int runs = 200000, taken = 0, wrong = 0, i;
	struct ixctl *ctl = new_ctl();

	srandom(1);
	for (i = 0; i < runs; i++) {
		unsigned int nr = (unsigned int)random() % 8;
		struct parsed first, second;
		char line[512];
		char *text;

		strcpy(line, begins[(unsigned int)random() %
				    ARRAY_SIZE(begins)]);
		while (nr--) {
			strcat(line, words[(unsigned int)random() %
					   ARRAY_SIZE(words)]);
			strcat(line, " ");
		}
		parse(ctl, line, &first);
		if (first.status)
			continue;
		taken++;
		text = print(ctl, &first, false);
		parse(ctl, text, &second);
		if (!second.status) {
			struct record x, y;

			record_of_message(&x, first.msg.nlh);
			record_of_message(&y, second.msg.nlh);
			if (object_same(first.change.object, &x, &y) &&
			    object_same_key(first.change.object, &x, &y)) {
				free(text);
				continue;
			}
		}
		if (!wrong++)
			printf("# %s\n# %s\n# %s\n", line, text, complaint);
		free(text);
	}
	free_ctl(ctl);
	ok(!wrong && taken > 1000, "%u of %u random lines were taken, written and read again",
	   taken, runs);
}

/* Random octets: nothing but a complaint. */
static void test_garbage(void)
{
	static const char alphabet[] = "tenant add x\"'\\#\n\t 0123:./-\xe3\x81\x82@";
	struct ixctl *ctl = new_ctl();
	unsigned int i, j;

	srandom(2);
	for (i = 0; i < 100000; i++) {
		char line[64] = "";
		struct parsed parsed;
		unsigned int len = 1 + (unsigned int)random() % 62;

		if (random() & 1)
			strcpy(line, "tenant add ");
		for (j = (unsigned int)strlen(line); j < len; j++)
			line[j] = alphabet[(unsigned long)random() %
					   (sizeof(alphabet) - 1)];
		parse(ctl, line, &parsed);
	}
	free_ctl(ctl);
	ok(true, "random octets do no harm");
}

static void test_too_much(void)
{
	struct ixctl *ctl = new_ctl();
	char *line = malloc(200000);
	struct parsed parsed;
	char *at = line;
	unsigned int i;

	at += sprintf(at, "service add x");
	for (i = 0; i < 4000; i++)
		at += sprintf(at, " tcp dport %u", i + 1);
	parse(ctl, line, &parsed);
	ok(parsed.status == STATUS_USAGE &&
	   same_text(complaint, "service add: this is too much for one command"),
	   "a line that does not fit into a message");
	free(line);
	free_ctl(ctl);
}

static void test_continued_lines(void)
{
	static const char text[] =
		"# first\n"
		"\n"
		"view add a \\\n"
		"  number 1\n"
		"view add b";
	struct lines lines = { .next = 1 };
	struct args args;
	bool good;

	lines.file = fmemopen((void *)text, strlen(text), "r");
	good = lines_read(&lines, &args) == 1 && args.left == 5 &&
	       lines.number == 3 && lines_read(&lines, &args) == 1 &&
	       args.left == 3 && lines.number == 5 &&
	       lines_read(&lines, &args) == 0;
	lines_close(&lines);
	ok(good, "lines are numbered by their first one");
}

static void test_times(void)
{
	static const struct {
		const char *word;
		bool good;
		uint64_t seconds;
	} times[] = {
		{ "1970-01-01T00:00:01Z", true, 1 },
		{ "1970-01-01", false, 0 },
		{ "@0", false, 0 },
		{ "@5", true, 5 },
		{ "none", true, 0 },
		{ "2024-02-29", true, 1709164800 },
		{ "2023-02-29", false, 0 },
		{ "2026-03-31T09:00:00+09:00", true, 1774915200 },
		{ "2026-03-31t00:00:00z", true, 1774915200 },
		{ "2026-03-30T19:00:00-05:00", true, 1774915200 },
		{ "2026-03-31T24:00:00Z", false, 0 },
		{ "2026-03-31T00:60:00Z", false, 0 },
		{ "2026-03-31T00:00:00", false, 0 },
		{ "2026-03-31T00:00Z", false, 0 },
		{ "2026-3-31", false, 0 },
		{ "2026-03-31T00:00:00Zx", false, 0 },
		{ "1969-12-31T23:59:59Z", false, 0 },
		{ "9999-12-31T23:59:59Z", true, 253402300799 },
		{ "@18446744073709551615", true, UINT64_MAX },
		{ "@18446744073709551616", false, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(times); i++) {
		uint64_t seconds = 0, again = 0;
		bool good = parse_time(times[i].word, &seconds);
		char text[TIME_TEXT];

		format_time(text, seconds);
		ok(good == times[i].good &&
		   (!good || (seconds == times[i].seconds &&
			      parse_time(text, &again) && again == seconds)),
		   "time %s", times[i].word);
	}
}

static void test_refusals(void)
{
	static const struct {
		const char *line;
		struct nl_error error;
		/* Of the offset: which attribute, counted from 0; -1: none. */
		int attr, inner;
		const char *said;
	} refusals[] = {
		{ "tenant add x view v", { .code = 2, .text = "no view is named v" }, 1, -1,
		  "tenant add: view: no view is named v" },
		{ "tenant add x view v", { .code = 12 }, -1, -1,
		  "tenant add: Cannot allocate memory" },
		{ "tenant add x view v", { .code = 1 }, -1, -1,
		  "tenant add: not permitted, this needs CAP_NET_ADMIN" },
		{ "tenant add x number 5000",
		  { .code = 34, .text = "integer out of range", .has_range = true, .min = 1, .max = 4095 },
		  1, -1, "tenant add: number: integer out of range (1 to 4095)" },
		{ "map add tenant x 10.0.0.0/8 fd00::/100",
		  { .code = 22, .text = "does not fit" }, 4, -1,
		  "map add: ix: does not fit" },
		{ "map add tenant x 10.0.0.0/8 fd00::/100",
		  { .code = 22, .text = "bad" }, 2, -1, "map add: own: bad" },
		{ "route add tenant x fd00::/8 to y via 10.0.0.1 dev eth9",
		  { .code = 19, .text = "no device is named eth9" }, 4, 1,
		  "route add: dev: no device is named eth9" },
		{ "route add tenant x fd00::/8 to y via 10.0.0.1 dev eth9",
		  { .code = 22, .text = "bad" }, 4, 0, "route add: via: bad" },
		{ "route add tenant x fd00::/8 to y dev eth9",
		  { .code = 22, .text = "bad" }, 4, -1, "route add: nexthop: bad" },
		{ "rule add permit from class c to any",
		  { .code = 2, .text = "no class is named c" }, 1, -1,
		  "rule add: from: no class is named c" },
		{ "view add x", { .code = 22, .missing = IX_A_VIEW_NUMBER }, -1, -1,
		  "view add: number is missing" },
		{ "view add x", { .code = 22, .missing = IX_A_VIEW_NUMBER, .text = "the number is missing" }, -1, -1,
		  "view add: the number is missing" },
		{ "service add x tcp dport 5", { .code = 22, .text = "bad" }, 1, 1,
		  "service add: dport: bad" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct nl_error error = refusals[i].error;
		struct ixctl *ctl = new_ctl();
		const struct nlattr *attr, *inner;
		struct parsed parsed;
		int n = 0, m = 0;

		parse(ctl, refusals[i].line, &parsed);
		mnl_attr_for_each(attr, parsed.msg.nlh, sizeof(struct genlmsghdr)) {
			if (n++ != refusals[i].attr)
				continue;
			error.offset = (uint32_t)((const char *)attr -
						  (const char *)parsed.msg.nlh);
			if (refusals[i].inner < 0)
				break;
			mnl_attr_for_each_nested(inner, attr)
				if (m++ == refusals[i].inner)
					error.offset = (uint32_t)
						((const char *)inner -
						 (const char *)parsed.msg.nlh);
			break;
		}
		object_refused(ctl, parsed.change.object, &parsed.msg, &error);
		ok(same_text(complaint, refusals[i].said), "said: %s",
		   refusals[i].said);
		free_ctl(ctl);
	}
}

/* Against a list: names are given, taken over and given up at random. */
static void test_names(void)
{
	enum { TAGS = 500, STEPS = 20000 };
	static char held[TAGS][16];
	struct names *names = names_new();
	unsigned int i, j;
	bool good = true;

	srandom(3);
	for (i = 0; i < STEPS; i++) {
		unsigned int tag = (unsigned int)random() % TAGS;
		char name[16] = "";

		if (random() % 8)
			sprintf(name, "n%ld", random() % TAGS);
		/* As in the kernel, no two have the same. */
		for (j = 0; j < TAGS; j++)
			if (*name && !strcmp(held[j], name))
				break;
		if (j < TAGS)
			continue;
		good &= names_add(names, tag + 1, name);
		strcpy(held[tag], name);
	}
	for (i = 0; i < TAGS; i++) {
		char name[16];
		uint32_t owner = 0;

		sprintf(name, "n%u", i);
		for (j = 0; j < TAGS; j++)
			if (!strcmp(held[j], name))
				owner = j + 1;
		good &= names_find(names, name) == owner;
	}
	names_free(names);
	ok(good, "names of institutions, against a list");
}

static uint16_t sum_over(const uint8_t *octets, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? octets[i] : (uint32_t)octets[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void test_probes(void)
{
	static const struct {
		const char *line;
		size_t len;
		uint8_t protocol;
		bool summed;
	} probes[] = {
		{ "src 10.0.0.1 dst 10.0.0.2", 28, 1, true },
		{ "src 10.0.0.1 dst 10.0.0.2 icmp type echo-reply", 28, 1, true },
		{ "src fd00::1 dst fd00::2", 48, 58, true },
		{ "src 10.0.0.1 dst 10.0.0.2 tcp dport 104", 40, 6, true },
		{ "src 10.0.0.1 dst 10.0.0.2 proto tcp sport 5 dport 104 flags ack,psh len 101 ttl 1", 101, 6, true },
		{ "src fd00::1 dst fd00::2 udp sport 1 dport 53 len 1500", 1500, 17, true },
		{ "src fd00::1 dst fd00::2 sctp dport 1", 48, 132, false },
		{ "src 10.0.0.1 dst 10.0.0.2 esp len 60", 60, 50, false },
		{ "packet 45000014 00 00 00 00 40 32 00 00 0a000001 0a:00:00:02", 20, 50, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		struct lines lines = { .next = 1 };
		struct ixctl *ctl = new_ctl();
		const uint8_t *p;
		struct probe probe = { 0 };
		struct args args;
		bool good, v4;

		lines.file = fmemopen((void *)probes[i].line,
				      strlen(probes[i].line), "r");
		good = lines_read(&lines, &args) == 1 &&
		       !probe_parse(ctl, &args, &probe) &&
		       probe.len == probes[i].len;
		p = probe.octets;
		v4 = p[0] >> 4 == 4;
		good = good && p[v4 ? 9 : 6] == probes[i].protocol;
		if (good && v4 && probes[i].line[0] == 's')
			good = sum_over(p, 20, 0) == 0xffff;
		if (good && probes[i].summed) {
			size_t ip = v4 ? 20 : 40;
			uint32_t sum = 0;

			if (!v4 || probes[i].protocol != 1)
				sum = (uint32_t)sum_over(p + (v4 ? 12 : 8), v4 ? 8 : 32, 0) +
				      (uint32_t)(probe.len - ip) +
				      probes[i].protocol;
			good = sum_over(p + ip, probe.len - ip, sum) == 0xffff;
		}
		ok(good, "packet %s", probes[i].line);
		lines_close(&lines);
		free_ctl(ctl);
	}
}

int main(void)
{
	test_good();
	test_bad();
	test_comparison();
	test_continued_lines();
	test_times();
	test_refusals();
	test_names();
	test_probes();
	test_too_much();
	test_random();
	test_garbage();
	printf("1..%u\n", tests_nr);
	return failed_nr ? EXIT_FAILURE : EXIT_SUCCESS;
}
