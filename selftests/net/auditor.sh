#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an auditor is told is what packets meet: expectations, the matrix, diff,
# metrics and the report, each next to the traffic that it speaks of.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# holds WORDS...: what ixctl test says of one expectation.
holds()
{
	echo "$@" >"$TMP/expectation"
	ix test "$TMP/expectation"
}

# permitted EXPECTATION NAME SOURCE ADDRESS: the sentence holds, its contrary does
# not, and a connection says the same. "refused" likewise.
permitted()
{
	expect "$1" holds "$1 tcp $SERVICE"
	refuse "not: $1" holds "${1/reaches/reaches no} tcp $SERVICE"
	expect "it does" ask "$2" tcp "$3" "$4"
}

refused()
{
	expect "$1" holds "${1/reaches/reaches no} tcp $SERVICE"
	refuse "not: $1" holds "$1 tcp $SERVICE"
	refuse "it does not" ask "$2" tcp "$3" "$4"
}

test_expectations()
{
	permitted "mame-pharmacy reaches claims" mame "$PHARMACY" "$CLAIMS4"
	permitted "mame-clinic reaches hare-hospital" mame "$CLINIC" \
		"$HARE_HOSPITAL4"
	refused "mame-clinic reaches claims" mame "$CLINIC" "$CLAIMS4"
	# An answer is no connection of its own.
	refused "claims reaches mame-pharmacy" common "$CLAIMS6" \
		"$MAME_PHARMACY6"
	must "quarantine" ix quarantine add class pharmacy
	refused "mame-pharmacy reaches claims" mame "$PHARMACY" "$CLAIMS4"
	must "its end" ix quarantine delete class pharmacy
}

# The second that the expectation names is the one in which packets stop.
test_second()
{
	local before=0 passed=no until over arrived

	until=$(($(date +%s) + WAIT / 2))
	must "an agreement that ends" ix rule add id 90 permit \
		from institution 103 to institution 202 until "@$until" \
		reference 契約-7
	over=$((until * 1000 + LATE))
	expect "expected so" holds "mame-pharmacy reaches hare-emergency until @$until"
	expect_match 'reference 契約-7' "soon" ix policy expiring 1
	while ((before < over)); do
		before=$(date +%s%3N)
		arrived=no
		raw passes_udp mame "$PHARMACY" "$HARE_EMERGENCY4" hare 1 2 \
			>/dev/null 2>&1 && arrived=yes
		if (($(date +%s) < until)); then
			expect_equal "before the end" yes "$arrived" || break
			passed=yes
		elif ((before >= over)); then
			expect_equal "from then on" no "$arrived"
		fi
	done
	expect_equal "there was time for a packet" yes "$passed"
	expect_equal "nothing ends any more" "" "$(ix policy expiring 1)"
	must "no agreement" ix rule delete 90
}

# What diff says of a candidate is what its restore does.
test_diff()
{
	ix save | grep -v '^rule add id 6 ' >"$TMP/candidate"
	ix diff "$TMP/candidate" >"$TMP/diff"
	expect "diff" grep -q \
		'^policy: from class clinic to class hospital loses service web' \
		"$TMP/diff"
	expect "before" ask mame tcp "$CLINIC" "$HARE_HOSPITAL4"
	expect "of the candidate" ix test <(echo \
		"mame-clinic reaches no hare-hospital tcp $SERVICE") \
		candidate "$TMP/candidate"
	ix save >"$TMP/before"
	must "restore" ix restore "$TMP/candidate"
	refuse "behind it" ask mame tcp "$CLINIC" "$HARE_HOSPITAL4"
	must "back" ix restore "$TMP/before"
}

metric()
{
	ix stats --format openmetrics >"$TMP/metrics"
	python3 -B "$NET_DIR/openmetrics.py" <"$TMP/metrics" >&2 ||
		fail "no OpenMetrics"
	grep -F "$1 " "$TMP/metrics" | cut -d ' ' -f 2
}

# same METRIC RULE...: what the metric and the rule's listing say.
same()
{
	local said

	said=$(metric "$1")
	shift
	[ "$said" -ge 2 ] &&
		[ "$said" = "$(ix -j -s rule show "$@" | jq '.[0].packets')" ]
}

test_metrics()
{
	local name='ix_tenant_packets_total{tenant="mame",outcome="default_deny"}'
	local before rule='ix_rule_packets_total{rule="5",action="permit"}'

	before=$(metric "$name")
	raw send_udp mame "$CLINIC" "$CLAIMS4" 3
	raw send_udp mame "$PHARMACY" "$CLAIMS4" 2 1000 "$SERVICE"
	expect_equal "refused" $((before + 3)) "$(metric "$name")"
	# The server's answers may still be on their way.
	expect "permitted" busywait same "$rule" id 5
}

# A page from a router at work, without a browser.
test_report()
{
	must "an account" ix settings change account 64
	raw send_udp mame "$PHARMACY" "$CLAIMS4" 1234 1000 "$SERVICE"
	raw send_udp mame "$CLINIC" "$CLAIMS4" 3
	must "quarantine" ix quarantine add institution 103
	must "the page" ix report html "$TMP/page.html"
	expect "well-formed, in two languages, and its own" \
		python3 -B "$NET_DIR/page.py" "$TMP/page.html" web claims \
		mame-pharmacy 1,234 default_deny
	expect "who is cut off" grep -q 'mame-pharmacy.*（隔離中：' "$TMP/page.html"
	must "the end" ix quarantine delete institution 103
	must "no account" ix settings change account 0
}

scene ''
scene_servers
must "the policy" ix_batch <<-END
	transaction begin
	service add web tcp dport $SERVICE udp dport $SERVICE
	rule add id 5 permit from class pharmacy to class claims service web
	rule add id 6 permit from class clinic to class hospital service web
	transaction commit
END
run test_expectations "expectations hold for packets"
run test_second "an agreement ends in the second that was expected"
run test_diff "diff, candidate, and what they become"
run test_metrics "metrics"
run test_report "the report of a router at work"
finish
