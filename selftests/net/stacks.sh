#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: vm
# ix-timeout: 900
#
# The stock kernel's own stacks talk through ix, in all directions: bulk TCP,
# UDP in segments and in fragments, path MTU discovery, traceroute. All of it with
# the offloads of the devices as they are, with each one off, and with all off.
# bulk.sh does more of it, in User-Mode Linux.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
require ethtool traceroute

SIZE=${SIZE:-300000}
OFFLOADS=(tx rx sg tso gso)

# between FUNCTION: NAME SOURCE ADDRESS, for each direction.
between()
{
	"$1" mame "$HOSPITAL" "$HARE_HOSPITAL4"
	"$1" mame "$HOSPITAL" "$CLAIMS4"
	"$1" kmix "$KMIX" "$HARE_HOSPITAL6"
	"$1" kmix "$KMIX" "$CLAIMS6"
}

tcp()
{
	transfer "$@" "$SIZE"
}

# One way is enough where all pairs of versions are asked for.
tcp_sent()
{
	expect "TCP to $3" bulk "$1" send "$2" "$3" "$SIZE"
}

udp()
{
	expect "UDP segments to $3" raw peer "$1" segments udp "$2" "$3" \
		"$SERVICE" 1000
	expect "UDP fragments to $3" ask "$1" udp "$2" "$3" "" 8000
}

forget_routes()
{
	local name

	for name in mame hare kmix common; do
		ip -n "${NS[$name]}" route flush cache
		ip -n "${NS[$name]}" -6 route flush cache
	done
}

# learned NAME ADDRESS MTU
learned()
{
	expect_match "mtu $3( |\$)" "$1 has learned the MTU to $2" \
		ip -n "${NS[$1]}" route get "$2"
}

# Who sends finds out that the link on the other side has 1400 octets: first
# those who speak IPv4, then those who speak IPv6.
discovery()
{
	local device

	for device in hare0 comm0; do
		ip -n "${NS[router]}" link set "$device" mtu 1400
	done
	forget_routes
	expect "TCP 4->4" bulk mame send "$HOSPITAL" "$HARE_HOSPITAL4" "$SIZE"
	learned mame "$HARE_HOSPITAL4" 1400
	expect "TCP 4->6" bulk mame send "$HOSPITAL" "$CLAIMS4" "$SIZE"
	learned mame "$CLAIMS4" 1380
	expect "TCP 6->4" bulk kmix send "$KMIX" "$HARE_HOSPITAL6" "$SIZE"
	learned kmix "$HARE_HOSPITAL6" 1420
	expect "TCP 6->6" bulk kmix send "$KMIX" "$CLAIMS6" "$SIZE"
	learned kmix "$CLAIMS6" 1400
	for device in hare0 comm0; do
		ip -n "${NS[router]}" link set "$device" mtu 1500
	done
	forget_routes
}

# The other way round: who answers finds out.
discovery_of_the_answer()
{
	ip -n "${NS[router]}" link set mame0 mtu 1400
	ip -n "${NS[router]}" link set kmix0 mtu 1400
	forget_routes
	expect "TCP 4->4" bulk mame fetch "$HOSPITAL" "$HARE_HOSPITAL4" "$SIZE"
	learned hare "$MAME_HOSPITAL4" 1400
	expect "TCP 6->4" bulk mame fetch "$HOSPITAL" "$CLAIMS4" "$SIZE"
	learned common "$MAME_HOSPITAL6" 1420
	expect "TCP 4->6" bulk kmix fetch "$KMIX" "$HARE_HOSPITAL6" "$SIZE"
	learned hare "$KMIX4" 1380
	expect "TCP 6->6" bulk kmix fetch "$KMIX" "$CLAIMS6" "$SIZE"
	learned common "$KMIX6" 1400
	ip -n "${NS[router]}" link set mame0 mtu 1500
	ip -n "${NS[router]}" link set kmix0 mtu 1500
	forget_routes
}

traces()
{
	trace_route mame "$HOSPITAL" "$HARE_HOSPITAL4" "$MAME_GW"
	trace_route mame "$HOSPITAL" "$CLAIMS4" "$MAME_GW"
	trace_route kmix "$KMIX" 2001:db8:0:64::6440:210a "$KMIX_GW"
	trace_route kmix "$KMIX" "$CLAIMS6" "$KMIX_GW"
}

without()
{
	local feature

	for feature in "$@"; do
		must "$feature off" offload "$feature" off
		defer offload "$feature" on
	done
}

# test_stacks [OFFLOAD...]: without these.
test_stacks()
{
	without "$@"
	between tcp
	between udp
	discovery
	discovery_of_the_answer
	traces
}

# test_without OFFLOAD: what this one is about.
test_without()
{
	local before after

	without "$1"
	before=$(checksum_errors)
	between tcp_sent
	between udp
	# How much there is in one packet is up to these two.
	case $1 in
	tso | gso)
		discovery
		;;
	esac
	after=$(checksum_errors)
	expect_equal "checksum errors" "$before" "$after"
}

scene
scene_servers
run test_stacks "offloads as they are"
for feature in "${OFFLOADS[@]}"; do
	run test_without "without $feature" "$feature"
done
run test_stacks "without any offload" "${OFFLOADS[@]}"
finish
