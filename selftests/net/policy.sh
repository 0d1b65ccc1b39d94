#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Policy by institution and class, with services and their stateless replies.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# passes/stops NAME SOURCE ADDRESS TO FLAGS SPORT DPORT: a TCP segment.
passes()
{
	expect "$2:$6 > $3:$7 flags $5 passes" raw passes_tcp "$@"
}

stops()
{
	expect "$2:$6 > $3:$7 flags $5 is stopped" raw stops_tcp "$@"
}

# counted_rule ID NUMBER MESSAGE COMMAND...: packets that a rule decides on.
counted_rule()
{
	local id=$1 number=$2 message=$3 before
	shift 3

	before=$(rule_packets "$id")
	"$@" >/dev/null 2>&1
	expect_equal "$message: packets of rule $id" $((before + number)) \
		"$(rule_packets "$id")"
}

rule_packets()
{
	ix -j -s rule show id "$1" | jq '.[0].packets // 0'
}

# Nothing is permitted: everyone is told at once, and every packet counted.
test_default_deny()
{
	local start=$SECONDS

	rules
	asking_fails mame tcp "$PHARMACY" "$HARE_HOSPITAL4" "" EHOSTUNREACH \
		"TCP 4->4"
	asking_fails mame udp "$PHARMACY" "$HARE_HOSPITAL4" "" EHOSTUNREACH \
		"UDP 4->4"
	asking_fails mame tcp "$PHARMACY" "$CLAIMS4" "" EHOSTUNREACH "TCP 4->6"
	asking_fails kmix tcp "$KMIX" "$CLAIMS6" "" EACCES "TCP 6->6"
	asking_fails kmix tcp "$KMIX" "$HARE_HOSPITAL6" "" EACCES "TCP 6->4"
	((SECONDS - start < WAIT + 5)) ||
		fail "it took $((SECONDS - start)) s"
	expect_match 'filtered|prohibited' "ping says so" prohibited mame \
		"$HARE_HOSPITAL4"
	expect_match 'prohibited' "ping says so, IPv6" prohibited kmix "$CLAIMS6"
	expect "the error, 4->4" raw own_error prohibited mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$MAME_GW"
	expect "the error, 4->6" raw own_error prohibited mame "$HOSPITAL" \
		"$CLAIMS4" "$MAME_GW" tcp
	expect "the error, 6->4" raw own_error prohibited kmix "$KMIX" \
		"$HARE_HOSPITAL6" "$KMIX_GW" icmp
	expect "the error, 6->6" raw own_error prohibited kmix "$KMIX" \
		"$CLAIMS6" "$KMIX_GW"
	counted mame default_deny 3 "three packets" raw send_udp mame \
		"$HOSPITAL" "$HARE_HOSPITAL4" 3
	stops mame "$HOSPITAL" "$HARE_HOSPITAL4" hare S 1000 80
	rules "permit from any to any"
	expect "and permitted again" ask mame tcp "$PHARMACY" "$HARE_HOSPITAL4"
}

prohibited()
{
	on "$1" ping -n -c 1 -W 2 "$2"
	true
}

test_institutions()
{
	rules "id 7 permit from institution 103 to institution 401"
	expect "the pharmacy reaches claims" ask mame tcp "$PHARMACY" "$CLAIMS4"
	expect "and with UDP" ask mame udp "$PHARMACY" "$CLAIMS4"
	expect "and ping" pings mame "$CLAIMS4" -I "$PHARMACY"
	asking_fails mame tcp "$HOSPITAL" "$CLAIMS4" "" EHOSTUNREACH \
		"the hospital does not"
	asking_fails mame tcp "$PHARMACY" "$HARE_HOSPITAL4" "" EHOSTUNREACH \
		"nor the pharmacy a hospital"
	asking_fails common tcp "$CLAIMS" "$MAME_PHARMACY6" "" EACCES \
		"nor claims the pharmacy"
	rules "permit from institution mame-pharmacy to institution claims"
	expect "the same by name" ask mame tcp "$PHARMACY" "$CLAIMS4"
}

test_classes()
{
	rules "permit from class hospital to class hospital" \
		"permit from class pharmacy to class claims"
	expect "hospital to hospital" ask mame tcp "$HOSPITAL" "$HARE_HOSPITAL4"
	expect "hospital to kmix hospital" ask hare tcp "$HOSPITAL" "$KMIX4"
	expect "kmix hospital to hospital" ask kmix tcp "$KMIX" "$HARE_HOSPITAL6"
	expect "pharmacy to claims" ask mame tcp "$PHARMACY" "$CLAIMS4"
	asking_fails mame tcp "$PHARMACY" "$HARE_HOSPITAL4" "" EHOSTUNREACH \
		"pharmacy to hospital"
	asking_fails mame tcp "$HOSPITAL" "$CLAIMS4" "" EHOSTUNREACH \
		"hospital to claims"
	# The emergency centre is in two classes.
	expect "by its first class" ask mame tcp "$HOSPITAL" "$HARE_EMERGENCY4"
	rules "permit from class clinic to class emergency"
	expect "by its second class" ask mame tcp "$CLINIC" "$HARE_EMERGENCY4"
	asking_fails mame tcp "$CLINIC" "$HARE_HOSPITAL4" "" EHOSTUNREACH \
		"the hospital is in one"
	# Classes are looked up with each packet.
	must "a class more" ix institution change 201 class hospital \
		class emergency
	expect "the hospital is in both now" ask mame tcp "$CLINIC" \
		"$HARE_HOSPITAL4"
	must "a class less" ix institution change 201 class hospital
	asking_fails mame tcp "$CLINIC" "$HARE_HOSPITAL4" "" EHOSTUNREACH \
		"and in one again"
	rules "permit from institution 103 to class claims" \
		"permit from any to institution 201"
	expect "institution to class" ask mame tcp "$PHARMACY" "$CLAIMS4"
	expect "any to institution" ask kmix tcp "$KMIX" "$HARE_HOSPITAL6"
}

test_services()
{
	must "services" ix_batch <<-END
		service add dicom tcp dport 104 tcp dport 11112
		service add range udp dport 5000-5010
		service add ntp udp sport 123 dport 123
		service add ping icmp type echo-request
		service add tunnel gre
	END
	defer ix service flush
	rules "permit from any to any service dicom" \
		"permit from any to any service range" \
		"permit from any to any service ntp"
	defer rules "permit from any to any"
	passes mame "$HOSPITAL" "$HARE_HOSPITAL4" hare S 1000 104
	passes mame "$HOSPITAL" "$HARE_HOSPITAL4" hare S 1000 11112
	stops mame "$HOSPITAL" "$HARE_HOSPITAL4" hare S 1000 103
	stops mame "$HOSPITAL" "$HARE_HOSPITAL4" hare S 1000 105
	expect "range, first" raw passes_udp mame "$HOSPITAL" \
		"$CLAIMS4" common 1000 5000
	expect "range, last" raw passes_udp kmix "$KMIX" \
		"$CLAIMS6" common 1000 5010
	expect "range, before" raw stops_udp mame "$HOSPITAL" \
		"$CLAIMS4" common 1000 4999
	expect "range, behind" raw stops_udp kmix "$KMIX" \
		"$CLAIMS6" common 1000 5011
	expect "both ports" raw passes_udp mame "$HOSPITAL" "$CLAIMS4" \
		common 123 123
	expect "source port" raw stops_udp mame "$HOSPITAL" "$CLAIMS4" \
		common 124 123
	expect "UDP is not TCP" raw stops_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1000 104
	refuse "no ping" pings mame "$HARE_HOSPITAL4"
	rules "permit from any to any service ping"
	expect "ping 4->4" pings mame "$HARE_HOSPITAL4"
	expect "ping 4->6" pings mame "$CLAIMS4"
	expect "ping 6->4" pings kmix "$HARE_HOSPITAL6"
	expect "ping 6->6" pings kmix "$CLAIMS6"
	stops mame "$HOSPITAL" "$HARE_HOSPITAL4" hare S 1000 104
	rules "permit from any to any service tunnel"
	expect "a protocol without ports" raw protocol 47 mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare
	counted mame default_deny 1 "another one" raw send_protocol 50 mame \
		"$HOSPITAL" "$HARE_HOSPITAL4"
	# What a service is can be changed under the rules that name it.
	must "a change" ix service change tunnel esp
	expect "the other protocol now" raw protocol 50 mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare
}

# Replies need no rule, and nothing can be opened backwards.
test_replies()
{
	must "a service" ix service add web tcp dport 80 udp dport 53
	defer ix service delete web
	rules "permit from class hospital to class claims service web"
	defer rules "permit from any to any"
	passes mame "$HOSPITAL" "$CLAIMS4" common S 1000 80
	passes mame "$HOSPITAL" "$CLAIMS4" common A 1000 80
	passes common "$CLAIMS" "$MAME_HOSPITAL6" mame SA 80 1000
	passes common "$CLAIMS" "$MAME_HOSPITAL6" mame A 80 1000
	passes common "$CLAIMS" "$MAME_HOSPITAL6" mame R 80 1000
	passes common "$CLAIMS" "$MAME_HOSPITAL6" mame PA 80 1000
	stops common "$CLAIMS" "$MAME_HOSPITAL6" mame S 80 1000
	stops common "$CLAIMS" "$MAME_HOSPITAL6" mame - 80 1000
	stops common "$CLAIMS" "$MAME_HOSPITAL6" mame A 81 1000
	stops common "$CLAIMS" "$MAME_HOSPITAL6" mame A 1000 80
	stops common "$CLAIMS" "$MAME_PHARMACY6" mame A 80 1000
	# UDP has no direction that could be seen without state.
	expect "UDP reply" raw passes_udp common "$CLAIMS" "$MAME_HOSPITAL6" \
		mame 53 1000
	expect "UDP, other port" raw stops_udp common "$CLAIMS" \
		"$MAME_HOSPITAL6" mame 54 1000
	rules "permit from class hospital to class claims service web oneway"
	passes mame "$HOSPITAL" "$CLAIMS4" common S 1000 80
	stops common "$CLAIMS" "$MAME_HOSPITAL6" mame SA 80 1000
	expect "no UDP reply" raw stops_udp common "$CLAIMS" \
		"$MAME_HOSPITAL6" mame 53 1000
}

# A reply to an echo request is a reply, and a request is not.
test_ping_direction()
{
	must "a service" ix service add ping icmp type echo-request
	defer ix service delete ping
	rules "permit from institution 101 to institution 201 service ping"
	defer rules "permit from any to any"
	expect "ping" pings mame "$HARE_HOSPITAL4" -I "$HOSPITAL"
	refuse "ping the other way" pings hare "$MAME_HOSPITAL4" -I "$HOSPITAL"
}

# UDP from the pharmacy could be a reply to what the second rule permits, so it
# has to be TCP. Nobody answers at the silent address.
test_deny()
{
	local silent=100.64.33.77

	rules "id 1 order 10 deny from class pharmacy to any" \
		"id 2 order 20 permit from any to any"
	counted mame policy 1 "denied by a rule" raw send_tcp mame \
		"$PHARMACY" "$CLAIMS4" S
	asking_fails mame tcp "$PHARMACY" "$CLAIMS4" "" EHOSTUNREACH \
		"the application is told"
	expect "others pass" ask mame tcp "$HOSPITAL" "$CLAIMS4"
	counted_rule 1 1 "rule 1" raw send_tcp mame "$PHARMACY" "$CLAIMS4" S
	counted_rule 2 3 "rule 2" raw send_udp mame "$HOSPITAL" "$silent" 3
}

# The order is that of the numbers, and agreements come first.
test_order()
{
	rules "id 1 order 20 deny from class pharmacy to any" \
		"id 2 order 10 permit from any to any"
	expect "permitted by the first" ask mame tcp "$PHARMACY" "$CLAIMS4"
	must "another order" ix rule change id 1 order 5
	asking_fails mame tcp "$PHARMACY" "$CLAIMS4" "" EHOSTUNREACH \
		"denied by the first"
	must "an agreement" ix rule add id 3 order 99 permit \
		from institution 103 to institution 401
	expect "agreements come first" ask mame tcp "$PHARMACY" "$CLAIMS4"
	must "no agreement" ix rule delete id 3
	asking_fails mame tcp "$PHARMACY" "$CLAIMS4" "" EHOSTUNREACH "gone"
	rules "id 1 deny from class pharmacy to any" \
		"id 2 permit from any to any"
	asking_fails mame tcp "$PHARMACY" "$CLAIMS4" "" EHOSTUNREACH \
		"equal orders go by number"
	rules "permit from any to any"
}

test_monitor()
{
	rules "id 1 order 1 deny from class pharmacy to any monitor" \
		"id 2 order 2 permit from any to any"
	defer rules "permit from any to any"
	expect "not enforced" ask mame tcp "$PHARMACY" "$CLAIMS4"
	counted_rule 1 1 "counted" raw send_tcp mame "$PHARMACY" \
		100.64.33.77 S
	must "enforced" ix rule change id 1 monitor off
	asking_fails mame tcp "$PHARMACY" "$CLAIMS4" "" EHOSTUNREACH "enforced"
	rules "id 1 permit from any to any monitor"
	counted mame default_deny 1 "permits nothing" raw send_udp mame \
		"$HOSPITAL" "$CLAIMS4"
}

test_validity()
{
	local now over

	now=$(date +%s)
	rules "permit from any to any until @$((now - 10))"
	defer rules "permit from any to any"
	counted mame default_deny 1 "over" raw send_udp mame "$HOSPITAL" \
		"$CLAIMS4"
	rules "permit from any to any since @$((now + 1000))"
	counted mame default_deny 1 "not yet" raw send_udp mame "$HOSPITAL" \
		"$CLAIMS4"
	rules "permit from any to any since @$((now - 10)) until @$((now + 1000))"
	expect "within" ask mame tcp "$HOSPITAL" "$CLAIMS4"
	# It ends by itself. There is time for a packet before it does.
	over=$(($(date +%s) + 1 + WAIT / 6))
	rules "permit from any to any until @$over"
	expect "still" raw passes_udp mame "$HOSPITAL" "$CLAIMS4" common 1 2
	until [ "$(date +%s)" -ge "$over" ]; do
		sleep 0.1
	done
	sleep "0.$LATE"
	counted mame default_deny 1 "over now" raw send_udp mame "$HOSPITAL" \
		"$CLAIMS4"
}

# A running connection stops with the rule that permits it.
test_running_connection()
{
	rules "id 1 permit from any to any"
	background mame python3 -B "$PEER" send tcp "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$SERVICE" 2000000000
	expect "it runs" busywait grows mame
	must "the rule goes" ix rule delete id 1
	expect "it stops" busywait stands_still mame
	rules "permit from any to any"
}

grows()
{
	local before

	before=$(counter "$1" forwarded)
	sleep 0.1
	[ "$(counter "$1" forwarded)" -gt "$before" ]
}

stands_still()
{
	local before

	before=$(counter "$1" forwarded)
	sleep 0.3
	[ "$(counter "$1" forwarded)" -eq "$before" ]
}

# What a rule with log decides on is in the kernel log, if namespaces may write
# there, which a stock rule shows.
test_log()
{
	local id=$((RANDOM + 100000))

	rules "id $id permit from any to any log"
	defer rules "permit from any to any"
	must "a stock rule that logs" on router nft -f - <<-END
		table netdev stock {
			chain in {
				type filter hook ingress device mame0 priority -10
				meta l4proto udp log prefix "stock $id "
			}
		}
	END
	defer on router nft delete table netdev stock
	raw send_udp mame "$HOSPITAL" "$HARE_HOSPITAL4"
	sleep 0.2
	logged "stock $id" || { skip "namespaces may not log"; return; }
	expect "the kernel log" busywait logged "ix: rule=$id tenant=mame permit"
}

logged()
{
	dmesg | grep -q "$1"
}

scene
scene_servers
run test_default_deny "default deny, and the application sees it"
run test_institutions "rules between institutions"
run test_classes "rules between classes"
run test_services "services: ports, ranges, ICMP types, protocols"
run test_replies "replies without state, and one-way rules"
run test_ping_direction "echo requests and replies"
run test_deny "a rule that denies"
run test_order "the order of rules"
run test_monitor "monitor mode"
run test_validity "validity periods"
run test_running_connection "a running connection stops"
run test_log "logged packets"
finish
