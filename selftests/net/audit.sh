#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-core
#
# What was refused is told: to whoever listens, each alike once an interval, and
# the numbers of the others with it. Who has changed the configuration, too.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

EVENTS=$TMP/events

# events FILTER: what jq finds in the events, which come one on a line.
events()
{
	jq -s "$1" "$EVENTS" 2>/dev/null
}

# listen GROUP...: writes events to a file until the test ends.
listen()
{
	: >"$EVENTS"
	ip netns exec "${NS[router]}" "$IXCTL" -j monitor "$@" </dev/null \
		>>"$EVENTS" 2>>"$TMP/background.log" &
	PIDS+=("$!")
	busywait listens "$!" || fail "nobody listens"
}

has()
{
	[ "$(events "$1")" = true ]
}

send()
{
	raw send_udp "$@" >/dev/null
}

test_event()
{
	local it='[.[] | select(.source == "192.168.3.30")]'

	listen audit
	send mame "$PHARMACY" "$CLAIMS4" 1
	expect "an event" busywait has "$it | length > 0"
	expect_equal "it" \
		'["packet","default_deny","default-deny","mame","mame0","common",103,401,"192.168.3.30","100.64.200.80","2001:db8:0:64::6440:131e","2001:db8:40::80",17,0]' \
		"$(events "$it"' | .[0] | [.kind, .reason, .verdict, .tenant, .port, .to,
			."source-institution", ."destination-institution",
			.source, .destination, ."source-ix", ."destination-ix",
			.protocol, .suppressed]' | jq -c .)"
	expect_equal "names" '["mame-pharmacy","claims"]' \
		"$(events "$it"' | .[0] | [."source-institution-name", ."destination-institution-name"]' |
			jq -c .)"
	expect "when" has "($it | .[0].time | .[:19] + \"Z\" | fromdate) - now |
		fabs < 30"
	send mame 192.168.77.1 "$CLAIMS4" 1
	expect "of no institution" busywait has \
		'any(.reason == "not_local" and .source == "192.168.77.1" and
			.tenant == "mame" and ."source-institution" == null)'
}

test_text()
{
	background router "$IXCTL" monitor audit
	busywait listens "${PIDS[-1]}"
	send mame "$CLINIC" "$CLAIMS4" 1
	expect "a line" busywait grep -q \
		'audit kind packet reason default_deny .*tenant mame port mame0 to common source-institution mame-clinic (102) destination-institution claims (401) source 192.168.2.20 destination 100.64.200.80 ' \
		"$TMP/background.log"
}

# One host makes all the noise it can; the only packet of another one is told.
test_noisy()
{
	local before number begin intervals

	before=$(counter mame default_deny)
	listen audit
	begin=$SECONDS
	raw scan_udp mame "$HOSPITAL" "$HARE_HOSPITAL4" 1100 20
	intervals=$((SECONDS - begin + 2))
	send mame "$CLINIC" "$CLAIMS4" 1
	expect "the quiet one" busywait has 'any(.kind == "packet" and
		."source-institution" == 102)'
	# Of 100 ports 32 in an interval; all came to one CPU.
	number=$(events '[.[] | select(.kind == "packet" and .suppressed == 0 and
		."source-institution" == 101)] | length')
	((number <= 32 * intervals)) ||
		fail "the noisy one had $number events of 100 ports in $intervals s"
	expect "in the end all are told" busywait adds_up "$before"
	expect "those of the source as a whole" has \
		'any(.kind == "source" and ."source-institution" == 101)'
	expect_equal "pending" 0 "$(ix -j audit show | jq '.[0].pending')"
	expect_equal "lost" 0 "$(ix -j audit show | jq '.[0].lost')"
}

# adds_up BEFORE: events and numbers of suppressed packets are the counter.
adds_up()
{
	local told dropped

	told=$(events "[.[] | select(.event == \"audit\" and
		(.reason == null or .reason == \"default_deny\")) |
		.suppressed + (if .kind == \"packet\" then 1 else 0 end)] |
		add // 0")
	dropped=$(counter mame default_deny)
	[ "$told" = $((dropped - $1)) ]
}

# The next event of the same kind says how many came between.
test_suppressed()
{
	listen audit
	send mame "$CLINIC" "$HARE_HOSPITAL4" 50
	expect "the first" busywait has 'any(.kind == "packet" and
		."source-institution" == 102)'
	expect "and the other 49" busywait has '[.[] |
		select(."source-institution" == 102) |
		.suppressed + (if .kind == "packet" then 1 else 0 end)] |
		add == 50'
}

# Rules that log, in monitor mode and not.
test_logged()
{
	rules "id 5 permit from institution 103 to institution 401 log" \
		"id 6 deny from institution 101 to any monitor log" \
		"id 7 permit from institution 101 to any"
	defer rules
	listen audit
	send mame "$PHARMACY" "$CLAIMS4" 1
	expect "a permitted packet" busywait has 'any(.rule == 5 and
		.reason == "forwarded" and .verdict == "permit")'
	send mame "$HOSPITAL" "$CLAIMS4" 1
	expect "what monitor mode would do" busywait has 'any(.rule == 7 and
		.monitored == 6 and .trial == "deny" and
		.reason == "forwarded" and ."would-drop" == "policy")'
	rules "id 8 permit from institution 102 to institution 401 monitor log"
	send mame "$CLINIC" "$CLAIMS4" 1
	expect "one that would have let it pass" busywait has 'any(
		.monitored == 8 and .trial == "permit" and
		.reason == "default_deny" and ."would-drop" == null)'
}

# nflog_reader GROUP: writes what a group gets to the background's log.
nflog_reader()
{
	background router python3 -B "$NET_DIR/nflog.py" "$1"
	busywait grep -q ready "$TMP/background.log" ||
		fail "no NFLOG: $(tail -n 3 "$TMP/background.log")"
}

told_by_nflog()
{
	grep -q "^ix: $1" "$TMP/background.log"
}

# would_drop WHAT REASON RULE: the hospital's packet passes, and is an event that
# says for which reason it would not.
would_drop()
{
	: >"$EVENTS"
	: >"$TMP/background.log"
	expect "$1: it passes" raw passes_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1 2
	expect "$1: an event" busywait has 'any(.event == "audit" and
		.kind == "packet" and .reason == "forwarded" and
		."would-drop" == "'"$2"'" and ."source-institution" == 101 and
		."destination-institution" == 201 and (.rule // 0) == '"$3"')'
	expect "$1: NFLOG" busywait told_by_nflog \
		"would $2 from=101 to=201 rule=$3 .*tenant=mame	45"
	send mame "$HOSPITAL" "$HARE_HOSPITAL4" 5
	expect "$1: those and the suppressed ones" busywait has '[.[] |
		select(.reason == "forwarded" and ."would-drop" == "'"$2"'" and
			."source-institution" == 101 and
			."service-port" == 1000) |
		.suppressed + (if .kind == "packet" then 1 else 0 end)] |
		add == 5'
}

# Monitor mode of tenants, of the router and of a rule: nothing is dropped, and
# it is told what would have been.
test_would_drop()
{
	must "NFLOG" ix settings change audit-nflog 7
	defer ix settings change audit-nflog 0
	nflog_reader 7
	defer rules
	listen audit
	must "of a tenant" ix tenant change mame monitor
	would_drop "a tenant" default_deny 0
	must "no more" ix tenant change mame monitor off
	must "of the receiving tenant" ix tenant change hare monitor
	rules "id 11 deny from institution 101 to any"
	would_drop "the receiving tenant" policy 11
	must "no more" ix tenant change hare monitor off
	must "of the router" ix settings change monitor on
	rules "id 12 deny from institution 101 to any"
	would_drop "the router" policy 12
	must "no more" ix settings change monitor off
	# The event names the rule that lets it pass, NFLOG the one that would not.
	# One-way: what two may send each other is a reply whatever is denied.
	rules "id 13 deny from institution 101 to any monitor log" \
		"id 14 permit from institution 101 to any oneway"
	raw send_udp mame "$HOSPITAL" "$HARE_HOSPITAL4" 1 3000 3001 >/dev/null
	expect "a rule" busywait has 'any(.reason == "forwarded" and
		."would-drop" == "policy" and .rule == 14 and
		.monitored == 13)'
	expect "a rule: NFLOG" busywait told_by_nflog \
		"would policy from=101 to=201 rule=13 "
	((!RET)) || diag "$(jq -c . "$EVENTS" | tail -n 5)"
	expect_equal "nothing was refused" false \
		"$(events 'any(.reason != null and .reason != "forwarded")')"
}

test_nobody_listens()
{
	local before

	before=$(ix -j audit show | jq '.[0].packets')
	send mame "$CLINIC" "$CLAIMS4" 5
	counted mame default_deny 1 "and one" send mame "$CLINIC" "$CLAIMS4" 1
	expect_equal "packets that somebody wanted to hear of" "$before" \
		"$(ix -j audit show | jq '.[0].packets')"
}

# Stock NFLOG has the packet and a line that says why.
test_nflog()
{
	must "NFLOG" ix settings change audit-nflog 7
	defer ix settings change audit-nflog 0
	nflog_reader 7
	send mame "$PHARMACY" "$HARE_HOSPITAL4" 10
	expect "the packet" busywait grep -qE \
		'^ix: default_deny from=103 to=201 rule=0 suppressed=0 proto=17 port=[0-9]+ tenant=mame	45.*c0a8031e64402?10a' \
		"$TMP/background.log"
	expect "what was suppressed" busywait grep -qE \
		'^ix: default_deny from=103 to=201 rule=0 suppressed=[1-9][0-9]* ' \
		"$TMP/background.log"
}

# What Documentation/audit.rst says: one line of Debian's configuration of ulogd2.
ULOG_FILE=/var/log/ulog/syslogemu.log

reads_group()
{
	on router grep -qE "^ *$1 " /proc/net/netfilter/nfnetlink_log
}

test_ulogd()
{
	sed '/^#stack=log2:NFLOG,.*:LOGEMU$/ { /MARK/! s/^#// }' \
		/etc/ulogd.conf >"$TMP/ulogd.conf"
	expect_equal "one line" 1 \
		"$(diff /etc/ulogd.conf "$TMP/ulogd.conf" | grep -c '^>')"
	rm -f "$ULOG_FILE"
	must "NFLOG" ix settings change audit-nflog 1
	defer ix settings change audit-nflog 0
	background router ulogd -c "$TMP/ulogd.conf"
	busywait reads_group 1 ||
		fail "ulogd does not listen: $(tail -n 3 "$TMP/background.log")"
	send mame "$PHARMACY" "$CLAIMS4" 10
	expect "a refused packet" busywait grep -qE \
		" ix: default_deny from=103 to=401 rule=0 suppressed=0 proto=17 port=[0-9]+ tenant=mame ?IN=mame0 .*SRC=192.168.3.30 DST=100.64.200.80 .*PROTO=UDP " \
		"$ULOG_FILE"
	expect "the others, as a number" busywait grep -qE \
		" ix: default_deny from=103 to=401 rule=0 suppressed=[1-9]" \
		"$ULOG_FILE"
	raw send_udp kmix "$KMIX" "$CLAIMS6" 1 >/dev/null
	expect "IPv6" busywait grep -qE \
		" ix: default_deny from=301 to=401 .*SRC=fd01:203:405:1::1234 DST=2001:db8:40::80 " \
		"$ULOG_FILE"
}

test_settings()
{
	refuse_with 'audit-interval|range' "an interval of 0" \
		ix settings change audit-interval 0
	refuse_with 'audit-burst|range' "a burst of 0" \
		ix settings change audit-burst 0
	expect_match 'audit-interval 1 audit-burst 32' "save" ix save
}

test_changes()
{
	local pid

	listen config
	ix rule add id 9 deny from institution claims to any reference "A 1" &
	pid=$!
	wait "$pid"
	expect "an event" busywait has 'length > 0'
	expect_equal "it" '[1,0,"ixctl","rule","add",9,"A 1",401]' \
		"$(events '.[0] | [.changes, .uid, .command,
			.change[0].object, .change[0].verb,
			.change[0].request.id, .change[0].request.reference,
			.change[0].request."source-institution"]' | jq -c .)"
	expect "a process" has '.[0].pid > 0'
	must "a transaction" ix_batch <<-END
		transaction begin
		rule delete id 9
		class add noted
		class delete noted
		transaction commit
	END
	expect "of several changes" busywait has 'length > 1'
	expect_equal "it" \
		'[3,["rule delete","class add","class delete"]]' \
		"$(events '.[1] | [.changes,
			[.change[] | .object + " " + .verb]]' | jq -c .)"
	must "a restore" ix restore <(ix save)
	expect "of many" busywait has 'length > 2 and
		.[2].change[0].verb == "flush"'
	refuse "an error" ix rule delete id 4000
	must "something else" ix class add noted
	defer ix class delete noted
	expect "is the next event" busywait has 'length > 3 and
		.[3].change[0].request.name == "noted"'
}

# The author is the process that has sent the request.
test_author()
{
	listen config
	on router python3 -B - "$NET_DIR" <<-'END' >"$TMP/pid"
		import os, sys
		sys.path.insert(0, sys.argv[1])
		import genl
		genl.Socket().request("class-new", [("name", "authored")])
		print(os.getpid())
	END
	defer ix class delete authored
	expect "an event" busywait has 'length > 0'
	expect_equal "of this process" "$(<"$TMP/pid")" "$(events '.[0].pid')"
	expect_match 'python' "its program" events '.[0].command'
}

# A reader that does not read is told that it has missed something.
test_overrun()
{
	local pid source

	listen audit
	pid=${PIDS[-1]}
	kill -STOP "$pid"
	must "no limits" ix settings change audit-burst 1000
	defer ix settings change audit-burst 32
	for source in "$HOSPITAL" "$CLINIC" "$PHARMACY"; do
		raw scan_udp mame "$source" "$HARE_HOSPITAL4" 2200 1
	done
	kill -CONT "$pid"
	expect "it is told" busywait grep -q 'some were missed' \
		"$TMP/background.log"
	expect "in JSON, too" busywait has 'any(.event == "missed")'
}

scene ""
must "short intervals" ix settings change audit-interval 1
run test_nobody_listens "nobody listens: nothing is done"
run test_event "a refused packet is told"
run test_text "as text"
run test_suppressed "suppressed packets are reported"
run test_noisy "one noisy host hides nothing"
run test_logged "rules that log, and monitor mode"
run test_would_drop "what monitor mode lets pass"
run test_nflog "NFLOG"
run test_ulogd "ulogd2"
run test_settings "settings"
run test_overrun "who is too slow is told"
run test_changes "changes of the configuration are told"
run test_author "who has changed it"
finish
