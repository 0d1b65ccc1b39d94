#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ixctl beyond the configuration: ports in the ruleset, packets to trace, names
# of marks; and configurations of many lines or with many writers.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

ruleset()
{
	on router nft list ruleset
}

# ports TENANT: devices in its flowtable, as nft lists them.
ports()
{
	on router nft -j list flowtables 2>/dev/null |
		jq -r --arg name "$1" '[.nftables[].flowtable | select(. and .name == $name).dev] |
			flatten | sort | join(" ")'
}

test_attach()
{
	local i

	for i in 1 2 3; do
		must "a device" ip -n "${NS[router]}" link add "p$i" type dummy
		defer ip -n "${NS[router]}" link del "p$i"
	done
	expect "flush" on router nft flush ruleset
	must "a tenant" ix tenant add x
	defer ix tenant delete x
	expect "the first port makes table and flowtable" \
		ix attach tenant x dev p1
	expect_equal "ports" p1 "$(ports x)"
	expect_match 'table netdev ix' "the table" ruleset
	expect "another port, and one that is there" ix attach x dev p1 dev p2
	expect_equal "ports" "p1 p2" "$(ports x)"
	expect_match '^p2 tenant x .*known on' "the kernel knows" ix port show p2
	refuse_with 'another flowtable' "a port of two tenants" \
		ix attach tenant y dev p2 dev p3
	expect_equal "nothing of it was done" "" "$(ports y)"
	refuse_with 'no device is named p9' "an unknown device" \
		ix attach x dev p3 dev p9
	expect_equal "nothing of it was done" "p1 p2" "$(ports x)"
	expect_match 'no tenant is named y' "an unknown tenant: a warning" \
		ix attach y dev p3
	expect_match '^p3 tenant y .*known off' "the kernel knows" ix port show p3
	refuse_with 'p3 is no port of tenant x' "not its port" \
		ix detach x dev p1 dev p3
	expect_equal "nothing of it was done" "p1 p2" "$(ports x)"
	expect "one port less" ix detach tenant x dev p1
	expect_equal "ports" p2 "$(ports x)"
	expect "the last one" ix detach x dev p2
	refuse_with 'has no port' "detached" ix detach x
	expect_match 'flowtable y' "the table has others" ruleset
	expect "all of them" ix detach y
	expect_equal "an empty ruleset" "" "$(ruleset)"
	expect_equal "no port" "[]" "$(ix -j port show)"
}

test_attach_options()
{
	must "a device" ip -n "${NS[router]}" link add p1 type dummy
	defer ip -n "${NS[router]}" link del p1
	must "a device" ip -n "${NS[router]}" link add p2 type dummy
	defer ip -n "${NS[router]}" link del p2
	defer on router nft flush ruleset
	must "a tenant" ix tenant add x
	defer ix tenant delete x
	expect "table and priority" ix attach x table other priority -5 dev p1
	expect_match 'table netdev other' "its own table" ruleset
	expect_match 'priority (filter - 5|-5)' "its own priority" ruleset
	expect "what is there keeps its priority" ix attach x table other dev p2
	expect_equal "ports" "p1 p2" "$(ports x)"
	refuse "another priority" ix attach x table other priority 7 dev p1
	must "a rule that uses it" on router nft -f - <<-END
		table netdev other {
			chain c {
				flow add @x
			}
		}
	END
	refuse_with 'flow add' "ports in use" ix detach x table other
	must "no rule" on router nft flush chain netdev other c
	expect "detached" ix detach x table other
	expect_match 'chain c' "a table with a chain stays" ruleset
}

# traced FIELD WANTED ARGUMENT...: one value of a trace.
traced()
{
	local field=$1 wanted=$2
	shift 2

	expect_equal "trace $*: $field" "$wanted" \
		"$(ix -j trace "$@" | jq -r ".[0].$field")"
}

test_trace()
{
	local tcp=(tenant mame src "$HOSPITAL" dst "$HARE_HOSPITAL4" tcp
		dport 104)

	traced reason forwarded "${tcp[@]}"
	traced verdict permit "${tcp[@]}"
	traced '"source-institution-name"' mame-hospital "${tcp[@]}"
	traced '"destination-institution-name"' hare-hospital "${tcp[@]}"
	traced '"source-ix"' 2001:db8:0:64::6440:110a "${tcp[@]}"
	traced source "$MAME_HOSPITAL4" "${tcp[@]}"
	traced destination "$HOSPITAL" "${tcp[@]}"
	traced device hare0 "${tcp[@]}"
	traced to hare "${tcp[@]}"
	traced rule.id 1 "${tcp[@]}"
	traced rule.service dicom "${tcp[@]}"
	# The packet as it leaves: IPv4, one hop less, the new addresses.
	expect_equal "packet that leaves" 45000028 \
		"$(ix -j trace "${tcp[@]}" | jq -r '.[0].translated[0:8]')"
	expect_match "^result +forwarded" "in words" ix trace "${tcp[@]}"
	expect_match "^policy +permitted, by rule id 1 permit from class hospital" \
		"in words" ix trace "${tcp[@]}"
	traced reason default_deny tenant mame src "$HOSPITAL" \
		dst "$HARE_HOSPITAL4" udp dport 53
	expect_match "no rule speaks of it" "in words" ix trace tenant mame \
		src "$HOSPITAL" dst "$HARE_HOSPITAL4"
	traced reason not_local tenant mame src 10.0.0.1 dst "$HARE_HOSPITAL4"
	expect_match "tenant mame has no map for 10.0.0.1" "in words" \
		ix trace tenant mame src 10.0.0.1 dst "$HARE_HOSPITAL4"
	traced reason spoofed tenant mame src 192.168.15.1 dst "$HARE_HOSPITAL4"
	traced reason no_view tenant mame src "$HOSPITAL" dst 9.9.9.9
	traced reason hop_limit "${tcp[@]}" ttl 1
	expect_match "ICMP type 11 code 0: time to live exceeded" "in words" \
		ix trace "${tcp[@]}" ttl 1
	traced verdict reply tenant hare src "$HOSPITAL" dst "$MAME_HOSPITAL4" \
		tcp sport 104 dport 50000 flags syn,ack
	traced reason forwarded tenant kmix port kmix0 src "$KMIX" \
		dst "$CLAIMS6" tcp dport 443
	refuse_with 'port: mame0 is no port of tenant kmix' "not its port" \
		ix trace tenant kmix port mame0 src "$KMIX" dst "$CLAIMS6"
	traced reason left_to_the_stack tenant mame src "$HOSPITAL" \
		dst "$MAME_GW"
	# What is traced is what happens.
	expect "what is forwarded arrives" counted mame forwarded 1 "a segment" \
		on mame nc -w 1 -z "$HARE_HOSPITAL4" 104
}

test_marks()
{
	local marks=$TMP/marks

	ix mark >"$marks" || fail "mark"
	expect_equal "lines that iproute2 could not read" "" \
		"$(grep -vE '^(#.*|0x[0-9a-f]+ [A-Za-z0-9_.-]+)$' "$marks")"
	expect_match '^0x10000 ix-permit$' "a verdict" cat "$marks"
	expect_match '^0x200 ix-from-clinic$' "a source" cat "$marks"
	expect_match '^0x2 ix-to-clinic$' "a destination" cat "$marks"
	expect_equal "as JSON" 65536 \
		"$(ix -j mark | jq '.[] | select(.name == "ix-permit").value')"
	must "another layout" ix settings change mark-source-bits 0 \
		mark-verdict-shift 28
	defer ix settings change mark-source-bits 6 mark-verdict-shift 16
	expect_match '^0x10000000 ix-permit$' "a verdict" ix mark
	expect_equal "sources" 0 "$(ix mark | grep -c ix-from-)"
	# Stock nft takes the names.
	mkdir -p /etc/iproute2
	cp "$marks" /etc/iproute2/rt_marks 2>/dev/null || return 0
	defer rm -f /etc/iproute2/rt_marks
	defer on router nft delete table inet names
	expect "nft with names" on router nft -f - <<-END
		table inet names {
			chain c {
				meta mark & 0xf0000 == ix-permit counter
			}
		}
	END
}

# many NUMBER: a configuration with so many institutions and agreements.
many()
{
	local i

	scene_objects
	echo service add s tcp dport 1-1000
	for ((i = 1; i <= $1; i++)); do
		echo "institution add $((10000 + i)) name many-$i class clinic"
	done
	for ((i = 1; i <= $1; i++)); do
		printf 'prefix add 2001:db8:40:0:1::%x institution many-%d tenant common\n' \
			"$i" "$i"
	done
	for ((i = 2; i <= $1; i++)); do
		echo "rule add permit from institution many-$i to institution many-$((i - 1)) service s reference \"contract $i\""
	done
}

# More lines than fit into one message, and more names than one asks for singly.
test_many()
{
	local file=$TMP/many

	many 3000 >"$file"
	expect "restore" ix restore "$file"
	expect_equal "institutions" 3007 "$(ix institution show | wc -l)"
	expect_equal "rules" 2999 "$(ix -j rule show | jq length)"
	expect_equal "names in a listing" 2999 \
		"$(ix rule show | grep -c 'from institution many-.* to institution many-')"
	expect_equal "a filter of the kernel's" 1 \
		"$(ix rule show from institution many-7 | wc -l)"
	expect_equal "a filter of ixctl's" 3000 \
		"$(ix prefix show tenant common | grep -c many-)"
	expect_equal "difference" "" "$(ix diff "$file")"
	ix save >"$TMP/saved" || fail "save"
	{
		cat "$file"
		echo class add hospital
	} >"$file.bad"
	refuse_with "many.bad:$(wc -l <"$file.bad"): class add: name: class hospital exists" \
		"an error in the last line" ix restore "$file.bad"
	sed 's/^rule add permit from institution many-2500 /&to nobody /' \
		"$file" >"$file.bad"
	refuse_with 'many.bad:[0-9]+: rule add: to: "nobody"' \
		"an error in the middle" ix restore "$file.bad"
	expect "nothing has changed" cmp "$TMP/saved" <(ix save)
	sed 's/^prefix add \(.*\) institution many-2500 /prefix add \1 institution 77777 /' \
		"$file" >"$file.bad"
	refuse_with 'many.bad:[0-9]+: prefix add: institution: no institution has the tag 77777' \
		"what only the kernel can know" ix restore "$file.bad"
	expect "nothing has changed" cmp "$TMP/saved" <(ix save)
}

# Others change the configuration all the time: each restore and each save is
# whole nevertheless.
test_many_writers()
{
	local a=$TMP/a b=$TMP/b i restored=0 writer

	{ scene_objects; echo "rule add id 1 permit from any to any"; } >"$a"
	{ scene_objects; echo "rule add id 2 deny from any to any"; } >"$b"
	must "restore" ix restore "$a"
	ix save >"$a.saved"
	must "restore" ix restore "$b"
	ix save >"$b.saved"
	# Ends by itself, so that no restore of it is left behind.
	while [ ! -e "$TMP/enough" ]; do
		ix restore "$a"
	done >/dev/null 2>&1 &
	writer=$!
	for ((i = 0; i < 20; i++)); do
		ix restore "$b" 2>/dev/null && restored=$((restored + 1))
		ix save >"$TMP/now" 2>/dev/null || continue
		cmp -s "$TMP/now" "$a.saved" || cmp -s "$TMP/now" "$b.saved" || {
			fail "what was saved is neither configuration"
			break
		}
	done
	touch "$TMP/enough"
	wait "$writer"
	((restored)) || fail "no restore of 20 got through"
	expect "restore" ix restore "$b"
	expect "whole" cmp "$b.saved" <(ix save)
}

test_monitor_counts()
{
	background router "$IXCTL" -j monitor
	busywait listens "${PIDS[-1]}" || fail "nobody listens"
	must "changes" ix_batch <<-END
		transaction begin
		class add m1
		class add m2
		class delete m1
		class delete m2
		transaction commit
	END
	expect "a report" busywait grep -q . "$TMP/background.log"
	expect_equal "changes in it" 4 "$(jq -s '.[0].changes' "$TMP/background.log")"
}

scene ""
must "the policy" ix_batch <<-END
	service add dicom tcp dport 104 tcp dport 11112
	rule add id 1 permit from class hospital to class hospital service dicom
	rule add id 2 permit from class hospital to class claims
END
run test_trace "trace"
run test_marks "names of marks"
run test_many "thousands of lines"
run test_many_writers "many writers"
run test_monitor_counts "monitor"
# These begin with an empty ruleset.
run test_attach "attach and detach"
run test_attach_options "attach: table and priority"
finish
