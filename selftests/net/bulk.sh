#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
#
# Bulk TCP and UDP with offloads on, with each one off, and with all of them
# off: every octet arrives, and no checksum is wrong.

# ix-timeout: 600

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
require ethtool

SIZE=${SIZE:-8000000}

all_directions()
{
	transfer mame "$HOSPITAL" "$HARE_HOSPITAL4" "$1"
	transfer mame "$HOSPITAL" "$CLAIMS4" "$1"
	transfer kmix "$KMIX" "$HARE_HOSPITAL6" "$1"
	transfer kmix "$KMIX" "$CLAIMS6" "$1"
}

test_default()
{
	local before

	before=$(counter mame forwarded)
	all_directions "$SIZE"
	# Super-packets stay whole: far fewer of them than full segments.
	((($(counter mame forwarded) - before) * 1448 < 4 * SIZE)) ||
		fail "$(($(counter mame forwarded) - before)) packets of mame"
}

test_offload()
{
	local feature=$1

	must "$feature off" offload "$feature" off
	defer offload "$feature" on
	all_directions $((SIZE / 10))
}

test_no_offload()
{
	local feature

	for feature in tx rx sg tso gso gro; do
		must "$feature off" offload "$feature" off
		defer offload "$feature" on
	done
	all_directions $((SIZE / 10))
}

# One side with super-packets, the other without.
test_mixed()
{
	must "TSO off" on router ethtool -K hare0 tso off gso off
	defer on router ethtool -K hare0 tso on gso on
	must "TSO off" on router ethtool -K comm0 tso off gso off tx off
	defer on router ethtool -K comm0 tso on gso on tx on
	all_directions $((SIZE / 10))
}

# Super-packets whose segments do not fit the way out. With PMTU discovery off
# the sender never learns, and the router has to cut.
test_small_link()
{
	ip -n "${NS[router]}" link set comm0 mtu 1400
	ip -n "${NS[common]}" link set ix0 mtu 1400
	defer ip -n "${NS[router]}" link set comm0 mtu 1500
	defer ip -n "${NS[common]}" link set ix0 mtu 1500
	on mame sysctl -qw net.ipv4.ip_no_pmtu_disc=1
	defer on mame sysctl -qw net.ipv4.ip_no_pmtu_disc=0
	transfer mame "$HOSPITAL" "$CLAIMS4" $((SIZE / 10))
	ip -n "${NS[mame]}" route flush cache
}

# GRO makes super-packets of what comes in one by one.
test_gro()
{
	must "GRO on" offload gro on
	defer offload gro off
	must "TSO off" on mame ethtool -K ix0 tso off gso off
	defer on mame ethtool -K ix0 tso on gso on
	must "TSO off" on kmix ethtool -K ix0 tso off gso off
	defer on kmix ethtool -K ix0 tso on gso on
	all_directions $((SIZE / 10))
}

# The other flavour of GRO chains the packets, which nothing may rewrite as one.
test_gro_list()
{
	must "fraglist GRO on" offload rx-gro-list on
	defer offload rx-gro-list off
	must "GRO on" offload gro on
	defer offload gro off
	must "TSO off" on mame ethtool -K ix0 tso off gso off
	defer on mame ethtool -K ix0 tso on gso on
	all_directions $((SIZE / 10))
	udp_segments
}

# UDP super-packets.
udp_segments()
{
	local size

	for size in 100 1000; do
		expect "4->4" udp_gso mame "$HOSPITAL" "$HARE_HOSPITAL4" "$size"
		expect "4->6" udp_gso mame "$HOSPITAL" "$CLAIMS4" "$size"
		expect "6->4" udp_gso kmix "$KMIX" "$HARE_HOSPITAL6" "$size"
		expect "6->6" udp_gso kmix "$KMIX" "$CLAIMS6" "$size"
	done
}

udp_gso()
{
	raw peer "$1" segments udp "$2" "$3" "$SERVICE" "$4"
}

test_udp_segments()
{
	local before

	before=$(checksum_errors)
	udp_segments
	expect_equal "checksum errors" "$before" "$(checksum_errors)"
}

scene
scene_servers
run test_default "all directions, offloads as they are"
run test_small_link "super-packets for a smaller link"
for feature in tx rx sg tso gso; do
	run test_offload "all directions without $feature" $feature
done
run test_no_offload "all directions without any offload"
run test_mixed "offloads on one side"
run test_gro "segments joined by GRO"
run test_gro_list "segments chained by GRO"
run test_udp_segments "UDP segmentation offload"
finish
