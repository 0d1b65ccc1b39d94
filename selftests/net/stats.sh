#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All counters at once, for people and for monitoring systems.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

metric()
{
	ix stats --format openmetrics | grep -v "^#" | grep -F "$1 " | cut -d ' ' -f 2
}

test_grammar()
{
	ix stats --format openmetrics >"$TMP/metrics"
	expect "OpenMetrics" python3 -B "$NET_DIR/openmetrics.py" \
		<"$TMP/metrics"
	# The checker can fail.
	sed '/^# EOF/d' "$TMP/metrics" >"$TMP/bad"
	refuse "without an end" check "$TMP/bad"
	sed 's/_total{/{/' "$TMP/metrics" >"$TMP/bad"
	refuse "counters without _total" check "$TMP/bad"
	sed '/^ix_objects/p' "$TMP/metrics" >"$TMP/bad"
	refuse "samples twice" check "$TMP/bad"
	ix stats --format prometheus >"$TMP/metrics"
	expect "a type for each counter" grep -q \
		'^# TYPE ix_tenant_packets_total counter$' "$TMP/metrics"
	refuse "no end" grep -q EOF "$TMP/metrics"
	if command -v promtool >/dev/null; then
		expect "promtool" promtool check metrics <"$TMP/metrics"
	fi
}

check()
{
	python3 -B "$NET_DIR/openmetrics.py" <"$1"
}

test_numbers()
{
	local before

	before=$(metric 'ix_tenant_packets_total{tenant="mame",outcome="default_deny"}')
	raw send_udp mame "$CLINIC" "$CLAIMS4" 3
	raw send_udp mame "$PHARMACY" "$CLAIMS4" 2
	expect_equal "refused" $((before + 3)) \
		"$(metric 'ix_tenant_packets_total{tenant="mame",outcome="default_deny"}')"
	expect_equal "of the rule" \
		"$(ix -j -s rule show id 5 | jq '.[0].packets // 0')" \
		"$(metric 'ix_rule_packets_total{rule="5",action="permit"}')"
	expect_equal "tenants" 4 "$(metric 'ix_objects{object="tenant"}')"
	expect_equal "institutions" 7 \
		"$(metric 'ix_objects{object="institution"}')"
	expect_equal "maps" 1 "$(metric 'ix_tenant_maps{tenant="mame"}')"
	expect_equal "generation" \
		"$(ix -j -s settings show | jq '.[0].generation')" \
		"$(metric ix_config_generation)"
	expect_equal "JSON" 4 "$(ix -j stats |
		jq '.[] | select(.name == "ix_objects" and
			.object == "tenant").value')"
	expect_match '^ix_tenant_packets +mame +default_deny +[1-9]' "a table" \
		ix stats
	refuse_with 'none of' "another format" ix stats --format xml
}

# As many samples as rules: the rest does not depend on them.
test_many_rules()
{
	local i

	must "rules" ix_batch < <(
		echo transaction begin
		for i in {100..399}; do
			echo "rule add id $i permit from class clinic to any"
		done
		echo transaction commit
	)
	ix stats --format openmetrics >"$TMP/metrics"
	expect "OpenMetrics" check "$TMP/metrics"
	expect_equal "rules" 301 \
		"$(grep -c '^ix_rule_packets_total' "$TMP/metrics")"
}

scene "id 5 permit from institution 103 to class claims"
run test_grammar "OpenMetrics"
run test_numbers "numbers"
run test_many_rules "many rules"
finish
