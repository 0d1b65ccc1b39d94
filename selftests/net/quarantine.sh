#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Quarantine cuts off, at once and in every mode; monitor mode lets pass, and
# counts what it has let pass.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

TRACE=(trace tenant mame src "$HOSPITAL" dst "$HARE_HOSPITAL4" tcp dport 80)

# verdict: what the policy says of a packet from hospital to hospital.
verdict()
{
	ix -j "${TRACE[@]}" | jq -r '.[0] | "\(.verdict) \(.reason)"'
}

# isolated KIND WHICH: whoever the two hospitals are in is cut off, and is as
# before once it is over.
isolated()
{
	local kind=$1 which=$2 before

	before=$(ix save)
	expect_equal "it passes" "permit forwarded" "$(verdict)"
	must "quarantine" ix quarantine add "$kind" "$which"
	counted mame quarantine 1 "$kind $which: sent" raw send_udp mame \
		"$HOSPITAL" "$HARE_HOSPITAL4"
	counted hare quarantine 1 "$kind $which: received" raw send_udp hare \
		"$HOSPITAL" "$MAME_HOSPITAL4"
	expect "nothing arrives" raw stops_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1 2
	expect_equal "trace" "quarantine quarantine" "$(verdict)"
	expect_match "^$kind ([0-9]+ name )?$which .*quarantine" "listed" \
		ix quarantine
	expect_match "quarantine" "shown" ix "$kind" show "$which"
	expect_equal "in JSON" true \
		"$(ix -j quarantine | jq ".[\"$kind\"][0].quarantine")"
	ix save >"$TMP/saved"
	must "restored" ix restore "$TMP/saved"
	expect_equal "after a restore" "quarantine quarantine" "$(verdict)"
	must "the end" ix quarantine delete "$kind" "$which"
	expect_equal "as before" "$before" "$(ix save)"
	expect_equal "no more" "permit forwarded" "$(verdict)"
	expect "it passes again" raw passes_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1 2
	expect_equal "an empty list" "" "$(ix quarantine)"
}

test_institution()
{
	isolated institution mame-hospital
	must "quarantine" ix quarantine add institution 101
	expect "others pass" raw passes_udp mame "$CLINIC" \
		"$HARE_HOSPITAL4" hare 1 2
	must "a new prefix" ix prefix add 2001:db8:0:64::100.64.20.0/120 \
		institution 101 tenant mame
	counted mame quarantine 1 "has it, too" raw send_udp mame \
		192.168.4.1 "$HARE_HOSPITAL4"
	must "no prefix" ix prefix delete 2001:db8:0:64::100.64.20.0/120
	must "replaced" ix institution replace 101 name mame-hospital \
		class hospital
	expect_equal "replacing does not end it" "quarantine quarantine" \
		"$(verdict)"
	must "the end" ix institution change 101 quarantine off
	expect_equal "no more" "permit forwarded" "$(verdict)"
}

test_class()
{
	isolated class hospital
	must "quarantine" ix quarantine add class emergency
	expect "a hospital passes" raw passes_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1 2
	counted mame quarantine 1 "the second class counts" raw send_udp mame \
		"$HOSPITAL" "$HARE_EMERGENCY4"
	must "the end" ix quarantine delete class emergency
}

test_tenant()
{
	isolated tenant mame
	must "quarantine" ix quarantine add tenant hare
	counted mame quarantine 1 "to a tenant" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	expect "others pass" ask mame tcp "$HOSPITAL" "$CLAIMS4"
	must "replaced" ix tenant replace hare view four gateway "$HARE_GW"
	expect_equal "replacing does not end it" "quarantine quarantine" \
		"$(verdict)"
	must "the end" ix quarantine delete tenant hare
}

# A running connection stops, and goes on when it is over; it is one change
# among others in a transaction.
test_running()
{
	background mame python3 -B "$PEER" send tcp "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$SERVICE" 2000000000
	expect "it runs" busywait grows
	must "quarantine" ix_batch <<-END
		transaction begin
		quarantine add institution hare-hospital
		quarantine add class claims
		transaction commit
	END
	expect "it stops" busywait stands_still
	expect_equal "two of them" 2 "$(ix quarantine | wc -l)"
	must "the end" ix quarantine delete institution hare-hospital
	must "the end" ix quarantine delete class claims
	expect "it goes on" busywait grows
}

grows()
{
	local before

	before=$(counter mame forwarded)
	sleep 0.1
	[ "$(counter mame forwarded)" -gt "$before" ]
}

stands_still()
{
	local before

	before=$(counter mame forwarded)
	sleep 0.3
	[ "$(counter mame forwarded)" -eq "$before" ]
}

# The ruleset of a tenant in mode nft does not get to see it.
test_nft()
{
	must "mode nft" ix tenant change mame mode nft
	must "a ruleset that hands everything on" on router nft -f - <<-END
		table netdev ix {
			chain in {
				type filter hook ingress device mame0 priority 10
				counter flow add @mame
			}
		}
	END
	expect "it passes" raw passes_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1 2
	must "quarantine" ix quarantine add institution 101
	must "from zero" on router nft reset counters table netdev ix
	counted mame quarantine 1 "dropped" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	must "the end" ix quarantine delete institution 101
	must "no ruleset" on router nft delete chain netdev ix in
	must "mode inline" ix tenant change mame mode inline
}

test_words()
{
	refuse_with "is missing" "without a kind" ix quarantine add
	refuse_with "neither institution" "an unknown kind" \
		ix quarantine add view four
	refuse_with "which one is missing" "without a name" \
		ix quarantine add class
	refuse_with "no class is named" "an unknown class" \
		ix quarantine add class dentist
	refuse_with "no institution is named" "an unknown institution" \
		ix quarantine add institution nobody
	refuse_with "unknown" "an unknown command" ix quarantine flush
	refuse_with "not expected" "a word too many" \
		ix quarantine add class hospital now
	expect_equal "nothing was done" "" "$(ix quarantine)"
}

# monitored COMMAND...: with it, what is denied passes, and is counted so.
monitored()
{
	rules
	expect "denied before" raw stops_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1 2
	must "monitor mode" "$@" on
	expect "it passes" raw passes_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1 2
	expect "and a connection" ask mame tcp "$HOSPITAL" "$HARE_HOSPITAL4"
	counted mame would_drop 3 "counted" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" 3
	counted hare would_drop 1 "counted for who sends" raw send_udp hare \
		"$HOSPITAL" "$MAME_HOSPITAL4"
	counted mame forwarded 1 "and forwarded" raw send_udp mame \
		"$HOSPITAL" "$HARE_HOSPITAL4"
	expect_match 'would drop, default_deny' "trace" ix "${TRACE[@]}"
	expect_equal "trace, JSON" "default-deny default_deny forwarded" \
		"$(ix -j "${TRACE[@]}" | jq -r \
			'.[0] | "\(.verdict) \(."would-drop") \(.reason)"')"
	rules "deny from any to any"
	counted mame would_drop 1 "denied by a rule" raw send_udp mame \
		"$HOSPITAL" "$HARE_HOSPITAL4"
	# What is not policy is enforced.
	counted mame spoofed 1 "spoofed" raw send_udp mame 192.168.9.9 \
		"$HARE_HOSPITAL4"
	counted mame not_local 1 "not local" raw send_udp mame 10.0.0.1 \
		"$HARE_HOSPITAL4"
	counted mame no_route 1 "no route" raw send_udp mame "$HOSPITAL" \
		100.64.99.1
	must "quarantine" ix quarantine add institution 101
	counted mame quarantine 1 "quarantine" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	must "the end" ix quarantine delete institution 101
	ix save >"$TMP/saved"
	must "restored" ix restore "$TMP/saved"
	counted mame would_drop 1 "after a restore" raw send_udp mame \
		"$HOSPITAL" "$HARE_HOSPITAL4"
	must "monitor mode ends" "$@" off
	counted mame policy 1 "enforced again" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	rules "permit from any to any"
	counted mame would_drop 0 "what is permitted is not counted" \
		raw send_udp mame "$HOSPITAL" "$HARE_HOSPITAL4"
}

test_monitor_tenant()
{
	monitored ix tenant change mame monitor
	rules
	must "monitor mode" ix tenant change mame monitor
	counted kmix default_deny 1 "others are enforced" raw send_udp kmix \
		"$KMIX" "$CLAIMS6"
	must "monitor mode ends" ix tenant change mame monitor off
	rules "permit from any to any"
}

test_monitor_router()
{
	monitored ix settings change monitor
	expect_match 'monitor off' "shown" ix settings
}

test_log()
{
	rules
	must "monitor mode" ix tenant change mame monitor
	must "a stock rule that logs" on router nft -f - <<-END
		table netdev stock {
			chain in {
				type filter hook ingress device mame0 priority -10
				meta l4proto udp log prefix "stock would $$ "
			}
		}
	END
	raw send_udp mame "$HOSPITAL" "$HARE_HOSPITAL4"
	sleep 0.2
	on router nft delete table netdev stock
	if dmesg | grep -q "stock would $$ "; then
		expect "the kernel log" busywait logged \
			"ix: rule=0 tenant=mame would drop"
	else
		skip "namespaces may not log"
	fi
	must "monitor mode ends" ix tenant change mame monitor off
	rules "permit from any to any"
}

logged()
{
	dmesg | grep -q "$1"
}

scene
scene_servers
run test_institution "an institution in quarantine"
run test_class "a class in quarantine"
run test_tenant "a tenant in quarantine"
run test_running "a running connection stops, and goes on"
run test_nft "quarantine in mode nft"
run test_words "what quarantine refuses"
run test_monitor_tenant "monitor mode of a tenant"
run test_monitor_router "monitor mode of the router"
run test_log "monitor mode logs"
finish
