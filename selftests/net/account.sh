#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-core
#
# Flow accounting: who has sent how much to whom, and nothing is lost from the
# sum.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# flow FROM TO SERVICE REPLY: packets and octets of a flow.
flow()
{
	ix -j account show | jq -r --argjson from "$1" --argjson to "$2" \
		--arg service "$3" --argjson reply "$4" '.[] |
		select(."source-institution" == $from and
			."destination-institution" == $to and
			(.service // "") == $service and
			(.reply // false) == $reply) |
		"\(.packets) \(.bytes)"'
}

# The sum of a column of the account.
total()
{
	ix -j account show | jq "[.[].$1] | add // 0"
}

forwarded()
{
	local name sum=0

	for name in mame hare kmix common; do
		sum=$((sum + $(counter "$name" forwarded)))
	done
	echo "$sum"
}

test_off()
{
	expect_equal "no account" "[]" "$(ix -j account show)"
	refuse_with 'no account' "of one flow" ix account show from 103 to 401 \
		service udp reply off
	refuse_with 'account|range' "too large a table" ix settings change \
		account 1048577
}

test_flows()
{
	must "an account" ix settings change account 64
	defer ix settings change account 0
	raw send_udp mame "$PHARMACY" "$CLAIMS4" 10 1000 2000
	raw send_udp common "$CLAIMS6" "$MAME_PHARMACY6" 4 2000 1000
	raw send_udp mame "$HOSPITAL" "$HARE_HOSPITAL4" 3
	raw send_udp mame "$CLINIC" "$CLAIMS4" 5
	expect_equal "requests" "10 280" "$(flow 103 401 udp false)"
	expect_equal "answers" "4 192" "$(flow 401 103 udp true)"
	expect_equal "by a rule without service" "3 84" "$(flow 101 201 "" false)"
	expect_equal "refused packets" "" "$(flow 102 401 udp false)"
	expect_match 'from mame-pharmacy to claims service udp packets 10 bytes 280 first 20' \
		"as text" ix account show
	expect_equal "listed by source" 1 \
		"$(ix -j account show from 101 | jq length)"
	expect_equal "names" '["mame-hospital","hare-hospital"]' \
		"$(ix -j account show from 101 | jq -c '.[0] |
			[."source-institution-name",
				."destination-institution-name"]')"
	expect "first and last" ix_recent
	# What it is about stays if something else changes.
	must "a change" ix class add unrelated
	defer ix class delete unrelated
	expect_equal "requests afterwards" "10 280" "$(flow 103 401 udp false)"
	must "a restore" ix restore <(ix save)
	expect_equal "and after a restore" "10 280" "$(flow 103 401 udp false)"
	must "reset" ix account reset
	expect_equal "all gone" "[]" "$(ix -j account show)"
}

ix_recent()
{
	local now

	now=$(date +%s)
	ix -j account show | jq -e --argjson now "$now" 'all(.[];
		(.first | fromdate) <= (.last | fromdate) and
		$now - (.first | fromdate) < 60)' >/dev/null
}

others_are()
{
	ix -j account show |
		jq --argjson least "$1" '[.[] | select(.other).packets] |
			length == 1 and .[0] >= $least'
}

# What a purpose group permits goes under that one of its services, and so do the
# answers; the second of two services here.
test_group()
{
	must "an account" ix settings change account 64
	defer ix settings change account 0
	must "a group" ix_batch <<-END
		service add probe udp dport 3000
		service add idle udp dport 3001
		group add images service idle service probe
		member add group images institution mame-clinic
		member add group images institution claims
	END
	defer ix service delete idle
	defer ix service delete probe
	defer ix group delete images
	raw send_udp mame "$CLINIC" "$CLAIMS4" 5 1000 3000
	raw send_udp common "$CLAIMS6" "$MAME_CLINIC6" 2 3000 1000
	expect_equal "requests" "5 140" "$(flow 102 401 probe false)"
	expect_equal "answers" "2 96" "$(flow 401 102 probe true)"
	expect_equal "nothing under none" "" "$(flow 102 401 "" false)"
}

# sums_up BEFORE: what was forwarded since then is in the account, all of it.
sums_up()
{
	[ "$(total packets)" = $(($(forwarded) - $1)) ]
}

# More flows than there is room for: the rest is in one line.
test_other()
{
	local before

	must "a small account" ix settings change account 1
	defer ix settings change account 0
	before=$(forwarded)
	raw send_udp mame "$PHARMACY" "$CLAIMS4" 6
	raw send_udp mame "$HOSPITAL" "$HARE_HOSPITAL4" 7
	raw send_udp hare "$HOSPITAL" "$MAME_HOSPITAL4" 8
	expect_equal "no more flows than CPUs" true \
		"$(ix -j account show | jq --argjson cpus "$(nproc)" \
			'[.[] | select(.other | not)] | length <= $cpus')"
	expect_equal "the others, one line" true "$(ix -j account show |
		jq '[.[] | select(.other)] | length <= 1')"
	expect "the sum" busywait sums_up "$before"
	# And what the hosts have answered.
	[ "$(nproc)" != 1 ] || expect_match '^true$' "the others" others_are 15
}

# Real traffic of all kinds, on all CPUs.
test_sums()
{
	local before name

	must "an account" ix settings change account 16
	defer ix settings change account 0
	before=$(forwarded)
	for name in 1 2 3; do
		ask mame tcp "$PHARMACY" "$CLAIMS4" >/dev/null
		pings mame "$HARE_HOSPITAL4" -I "$HOSPITAL" -c 3 -i 0.05 >/dev/null
	done
	# The last packets of TCP come when the peers have their answers.
	sleep 0.5
	expect "the sum" busywait sums_up "$before"
	(($(total packets) > 20)) || fail "there was hardly any traffic"
	expect_equal "in the metrics" "$(total packets)" \
		"$(ix stats --format openmetrics |
			awk '/^ix_account_packets\{/ { n += $2 } END { print n }')"
}

scene_hosts
must "ports" scene_ports
must "a configuration" ix_restore < <(
	scene_objects
	echo service add udp udp dport 2000
	echo service add tcp tcp dport "$SERVICE"
	echo rule add permit from class pharmacy to class claims service udp
	echo rule add permit from class pharmacy to class claims service tcp
	echo rule add permit from class hospital to class hospital
)
scene_servers
run test_off "off by default"
run test_flows "flows"
run test_group "what a purpose group permits"
run test_other "other"
run test_sums "the sum is what was forwarded"
finish
