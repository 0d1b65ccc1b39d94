#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The flow cache: packets find what was decided of their flow, and whatever changes
# that decision counts from the next packet on. A flow of equal packets, which all
# but the first are answered from the cache, runs before each change and after it.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

SPORT=40000
DPORT=4444

hits()
{
	ix -s -j settings show | jq '.[0]."flow-cache-hits"'
}

misses()
{
	ix -s -j settings show | jq '.[0]."flow-cache-misses"'
}

# packets: some packets of the flow come out.
packets()
{
	local left=3

	while ((left--)); do
		raw passes_udp mame "$HOSPITAL" "$HARE_HOSPITAL4" hare \
			"$SPORT" "$DPORT" || return
	done
}

# The same, and they are found in the cache: on each CPU but the first.
cached()
{
	local before left=4

	before=$(hits)
	while ((left--)); do
		packets || return
		(($(hits) - before < 3)) || return 0
	done
	return 1
}

# ends REASON TEXT COMMAND...: the flow runs until the command.
ends()
{
	local reason=$1 text=$2
	shift 2

	expect "$text: it runs" cached
	must "$text" "$@"
	counted mame "$reason" 1 "$text: it ends" raw send_udp mame \
		"$HOSPITAL" "$HARE_HOSPITAL4" 1 "$DPORT"
	expect "$text: nothing comes out" raw stops_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare "$SPORT" "$DPORT"
}

runs_again()
{
	must "$1" "${@:2}"
	expect "$1: it runs again" cached
}

test_hits()
{
	local before

	expect "found" cached
	before=$(misses)
	expect "another flow" raw passes_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare "$SPORT" 5555
	(($(misses) > before)) || fail "another port was found in the cache"
	expect_match 'ix_flow_cache_packets_total\{result="hit"\} [1-9]' \
		"in the metrics" ix stats --format openmetrics
}

test_policy()
{
	# Both ways: it could be a reply.
	ends policy "rules" ix_batch <<-END
		rule add id 1 deny from institution mame-hospital to institution hare-hospital
		rule add id 3 deny from institution hare-hospital to institution mame-hospital
	END
	runs_again "without the rules" ix_batch <<-END
		rule delete 1
		rule delete 3
	END
	ends quarantine "quarantine" ix quarantine add institution hare-hospital
	runs_again "out of quarantine" ix quarantine delete institution \
		hare-hospital
	ends default_deny "no rules" ix rule flush
	runs_again "rules" ix rule add id 2 permit from any to any
}

test_configuration()
{
	ends no_route "no route" ix route delete tenant mame \
		2001:db8:0:64::100.64.32.0/116
	runs_again "a route" ix route add tenant mame \
		2001:db8:0:64::100.64.32.0/116 to hare dev hare0
	ends spoofed "a prefix bound to another port" ix prefix change \
		2001:db8:0:64::100.64.17.0/120 port comm0
	runs_again "bound to its own" ix prefix change \
		2001:db8:0:64::100.64.17.0/120 port mame0
	ends no_institution "no institution" ix prefix delete \
		2001:db8:0:64::100.64.33.0/120
	runs_again "an institution" ix prefix add \
		2001:db8:0:64::100.64.33.0/120 institution 201 tenant hare
	ends not_local "another map" ix_batch <<-END
		transaction begin
		map delete tenant mame 192.168.0.0/20
		map add tenant mame explicit 192.168.2.0/24 2001:db8:0:64::100.64.18.0/120
		transaction commit
	END
	runs_again "the old map" ix_batch <<-END
		transaction begin
		map delete tenant mame 192.168.2.0/24
		map add tenant mame explicit 192.168.0.0/20 2001:db8:0:64::100.64.16.0/116
		transaction commit
	END
}

# What is no configuration is not in the cache.
test_devices()
{
	ends no_nexthop "a device that is down" \
		ip -n "${NS[router]}" link set hare0 down
	runs_again "a device that is up" up hare0
	expect "cached" cached
	must "the MTU" ip -n "${NS[router]}" link set hare0 mtu 1400
	defer ip -n "${NS[router]}" link set hare0 mtu 1500
	counted mame too_big 1 "a smaller MTU" raw own_error too-big mame \
		"$HOSPITAL" "$HARE_HOSPITAL4" "$MAME_GW" udp 1400 1400
}

up()
{
	ip -n "${NS[router]}" link set "$1" up &&
		ip -n "${NS[router]}" -6 addr replace fe80::1/64 dev "$1" nodad &&
		ip -n "${NS[router]}" addr replace "$HARE_GW/32" dev "$1"
}

# The other tenant has the same addresses, and its packets are its own.
test_tenants()
{
	expect "mame" cached
	must "hare sees its own" ix route add tenant hare \
		2001:db8:0:64::100.64.33.0/120 to hare dev hare0
	defer ix route delete tenant hare 2001:db8:0:64::100.64.33.0/120
	counted mame forwarded 0 "hare's packets are not mame's" raw send_udp \
		hare "$HOSPITAL" "$HARE_HOSPITAL4" 1 "$DPORT"
}

# It may be switched on while a flow runs, and tells all of it.
test_tracepoint()
{
	local tracing=/sys/kernel/tracing

	[ -d "$tracing/events" ] || must "tracefs" mount -t tracefs none "$tracing"
	expect "it runs" cached
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/ix/ix_forward/enable" || fail "no tracepoint"
	expect "it runs on, and is still cached" cached
	expect_match 'from=mame .* institution=101>201 ix=2001:db8:0:64::6440:110a>2001:db8:0:64::6440:210a' \
		"all of it" cat "$tracing/trace"
	echo 0 >"$tracing/events/ix/ix_forward/enable"
}

test_setting()
{
	local before size

	before=$(ix save)
	size=$(ix -j settings show | jq '.[0]."flow-cache"')
	((size >= 2048)) || fail "by default it has $size entries"
	must "none" ix settings change flow-cache 0
	expect "packets pass without" packets
	expect_equal "no hits" 0 "$(hits)"
	expect_equal "no misses" 0 "$(misses)"
	refuse_with 'flow-cache|flow cache|4194304' "too large" \
		ix settings change flow-cache 4194305
	must "one set" ix settings change flow-cache 1
	expect "packets pass with the smallest" cached
	expect_match 'flow-cache 1( |$)' "saved" ix save
	ix save | sed "s/flow-cache 1 /flow-cache $size /" >"$TMP/saved"
	must "restored" ix restore "$TMP/saved"
	expect_equal "as before" "$before" "$(ix save)"
	expect "packets pass again" cached
	must "flush" ix flush
	expect_equal "none without tenants" 0 "$(hits)"
}

scene "id 2 permit from any to any"
run test_hits "packets of a flow are found"
run test_policy "changes of the policy"
run test_configuration "changes of routes, prefixes and maps"
run test_devices "devices that go down, and another MTU"
run test_tenants "tenants with the same addresses"
run test_tracepoint "the tracepoint ix:ix_forward"
run test_setting "its size"
finish
