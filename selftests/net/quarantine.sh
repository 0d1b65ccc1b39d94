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

# told ANSWER FILTER COMMAND...: what JSON says of who is in quarantine.
told()
{
	local answer=$1 filter=$2
	shift 2

	expect_equal "$*" "$answer" "$(ix -j "$@" | jq -rc "$filter")"
}

# Every listing that names somebody says what keeps him in quarantine: itself,
# one of its classes, a tenant.
test_listed()
{
	local rules list='.[0]."quarantined-by"'

	must "a group, an agreement, a tenant of its own for one prefix" ix_batch <<-END
		transaction begin
		service add web tcp dport 80
		group add 連携 service web
		member add group 連携 institution 202
		member add group 連携 tenant hare
		rule add id 77 permit from institution 101 to institution 202 service web reference C-77
		rule add id 78 permit from class emergency to institution 101 service web
		prefix add 2001:db8:0:64::100.64.42.0/120 institution 202 tenant kmix
		settings change account 64
		transaction commit
	END
	rules=$(ix save)
	raw send_udp mame "$HOSPITAL" "$HARE_EMERGENCY4"
	told null "$list" institution show 202
	refuse "no word of it" grep -q quarantine <(ix account; ix rule; ix prefix)

	must "a class and a tenant" ix_batch <<-END
		quarantine add class emergency
		quarantine add tenant kmix
	END
	told '["class emergency","tenant kmix"]' "$list" institution show 202
	expect_match '^202 .* class emergency quarantined-by class emergency tenant kmix$' \
		"an institution" ix institution show 202
	told '[301,202]' '[.[] | select(."quarantined-by").tag] | sort_by(-.)' \
		institution
	told '["class emergency"]' "$list" \
		prefix show 2001:db8:0:64::100.64.41.0/120
	told '["class emergency","tenant kmix"]' "$list" \
		prefix show 2001:db8:0:64::100.64.42.0/120
	told '["class emergency","tenant kmix"]' \
		'.[] | select(.institution)."quarantined-by"' member
	told null '.[] | select(.tenant)."quarantined-by"' member
	told '[null,["class emergency","tenant kmix"]]' \
		'[.[0]["source-quarantined-by", "destination-quarantined-by"]]' \
		rule show id 77
	told '["class emergency"]' '.[0]."source-quarantined-by"' \
		rule show id 78
	expect_match 'reference C-77 destination-quarantined-by class emergency' \
		"a rule" ix rule show id 77

	must "itself, and a tenant that is a member" ix_batch <<-END
		quarantine add institution 202
		quarantine add tenant hare
	END
	told '["institution hare-emergency","class emergency","tenant hare","tenant kmix"]' \
		"$list | sort_by(.[0:1] != \"i\")" institution show 202
	told '["institution 202","class emergency","tenant hare"]' "$list" \
		-N prefix show 2001:db8:0:64::100.64.41.0/120
	told '["tenant hare"]' '.[] | select(.tenant)."quarantined-by"' member
	told '["institution hare-emergency","class emergency","tenant hare","tenant kmix"]' \
		'.[] | select(."destination-institution" == 202)."destination-quarantined-by" | sort_by(.[0:1] != "i")' \
		account
	told '["institution hare-emergency","class emergency","tenant hare"]' \
		'.[0]."destination-quarantined-by"' trace tenant mame \
		src "$HOSPITAL" dst "$HARE_EMERGENCY4" tcp dport 80
	told null '.[0]."source-quarantined-by"' trace tenant mame \
		src "$HOSPITAL" dst "$HARE_EMERGENCY4" tcp dport 80
	expect_match '^destination .*, quarantined-by institution hare-emergency class emergency tenant hare$' \
		"trace" ix trace tenant mame src "$HOSPITAL" \
		dst "$HARE_EMERGENCY4" tcp dport 80
	echo "deny from mame-hospital to hare-emergency" >"$TMP/expectations"
	expect_match 'quarantine; hare-emergency quarantined-by institution hare-emergency class emergency tenant' \
		"test" ix test "$TMP/expectations"
	echo "deny from any to class emergency" >"$TMP/expectations"
	expect_match 'hare-emergency quarantined-by institution' "of a class" \
		ix test "$TMP/expectations"
	expect_match '^institution hare-emergency quarantined-by institution hare-emergency class' \
		"policy show" ix policy
	expect_match '^class emergency quarantined-by class emergency$' \
		"of a class" ix policy list to class emergency
	told '["class emergency"]' \
		'[.[] | select(.to.class == "emergency").to."quarantined-by"][0]' \
		policy
	must "report" ix report html "$TMP/report.html"
	expect "in the report" grep -q 'hare-emergency.*（隔離中：' \
		"$TMP/report.html"

	# It is no part of what a configuration says of them.
	refuse "not in save" grep -q quarantined-by <(ix save)
	must "restored" ix restore <(ix save)
	must "the end" ix_batch <<-END
		quarantine delete institution 202
		quarantine delete tenant hare
		quarantine delete class emergency
		quarantine delete tenant kmix
	END
	expect_equal "as before" "$rules" "$(ix save)"
	refuse "no word of it" grep -q quarantine <(ix account; ix rule; ix prefix; ix institution)
	must "clean" ix_batch <<-END
		transaction begin
		settings change account 0
		rule delete 77
		rule delete 78
		member delete group 連携 institution 202
		member delete group 連携 tenant hare
		group delete 連携
		service delete web
		prefix delete 2001:db8:0:64::100.64.42.0/120
		transaction commit
	END
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
run test_listed "every listing says who is in quarantine, and by what"
run test_running "a running connection stops, and goes on"
run test_nft "quarantine in mode nft"
run test_words "what quarantine refuses"
run test_monitor_tenant "monitor mode of a tenant"
run test_monitor_router "monitor mode of the router"
run test_log "monitor mode logs"
finish
