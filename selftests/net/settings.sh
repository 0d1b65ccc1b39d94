#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Settings of the translation: TOS, UDP without checksum, the sources of ICMP
# errors, the MSS of TCP, the well-known prefix; and packets from a tenant to
# itself.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# RFC 7915, 4.1 and 5.1.
test_tos()
{
	expect "4->6, copied" raw tos mame "$PHARMACY" "$CLAIMS4" common \
		0x4a 0x4a
	expect "6->4, copied" raw tos common "$CLAIMS" "$MAME_PHARMACY6" mame \
		0x4a 0x4a
	must "the settings" ix settings change traffic-class 0 tos 0x28
	defer ix settings change traffic-class copy tos copy
	expect "4->6, zero" raw tos mame "$PHARMACY" "$CLAIMS4" common 0x4a 0
	expect "6->4, a value" raw tos common "$CLAIMS" "$MAME_PHARMACY6" \
		mame 0x4a 0x28
	expect "4->4 stays" raw tos mame "$HOSPITAL" "$HARE_HOSPITAL4" hare \
		0x4a 0x4a
	expect "6->6 stays" raw tos common "$CLAIMS" "$KMIX6" kmix 0x4a 0x4a
}

# RFC 7915, 4.5. What the sender is told, ixctl trace says as well.
test_udp_zero()
{
	local packet

	packet=$(raw hex_udp_zero "$HOSPITAL" "$CLAIMS4")
	expect "computed" raw udp_zero mame "$HOSPITAL" "$CLAIMS4" common \
		computed
	must "the setting" ix settings change udp-zero-checksum drop
	defer ix settings change udp-zero-checksum compute
	counted mame udp_no_checksum 1 "dropped" raw udp_zero_refused mame \
		"$HOSPITAL" "$CLAIMS4" "$MAME_GW"
	expect "the sender is told" raw udp_zero_refused mame "$HOSPITAL" \
		"$CLAIMS4" "$MAME_GW"
	expect_match 'udp_no_checksum' "a trace says the same" \
		ix trace tenant mame packet "$packet"
	expect_match '3/13|code 13|prohibited' "and what the sender is told" \
		ix trace tenant mame packet "$packet"
	expect "4->4 stays" raw udp_zero mame "$HOSPITAL" "$HARE_HOSPITAL4" \
		hare zero
}

# RFC 6791: routers that have no address in the receiving tenant.
test_error_pool()
{
	local routers="2001:db8:99::1 2001:db8:99::2 2001:db8:99::3
		2001:db8:99::4 2001:db8:99::5 2001:db8:99::6" sources

	must "the pool" ix tenant change mame error-pool 198.51.100.0/24
	defer ix tenant change mame error-pool 0.0.0.0
	# shellcheck disable=SC2086 # one word a router
	sources=$(raw error_sources common "$MAME_PHARMACY6" "$CLAIMS" mame \
		$routers 2001:db8:99::1)
	expect_equal "all of them from the pool" 7 \
		"$(grep -c '^198\.51\.100\.' <<<"$sources")"
	expect_equal "the same router, the same source" \
		"$(head -n 1 <<<"$sources")" "$(tail -n 1 <<<"$sources")"
	expect "routers are told apart" \
		[ "$(sort -u <<<"$sources" | wc -l)" -gt 3 ]
	expect "a host has its own address" raw forwarded_error hop-limit \
		common "$CLAIMS" "$MAME_PHARMACY6" "$CLAIMS" \
		mame "$CLAIMS4" "$PHARMACY" "$CLAIMS4"
	expect "4->6 has the gateway" raw forwarded_error hop-limit \
		mame 10.99.99.99 "$CLAIMS4" "$PHARMACY" \
		common "$COMMON_GW" "$CLAIMS" "$MAME_PHARMACY6"
	must "no pool" ix tenant change mame error-pool 0.0.0.0
	expect "without a pool, the gateway" raw forwarded_error hop-limit \
		common 2001:db8:99::99 "$MAME_PHARMACY6" "$CLAIMS" \
		mame "$MAME_GW" "$PHARMACY" "$CLAIMS4"
}

# RFC 7915, 4.1: an error is worth more than its source.
test_illegal_source()
{
	local source

	for source in 127.0.0.1 0.0.0.0 169.254.7.7; do
		expect "from $source, 4->6" raw forwarded_error hop-limit \
			mame "$source" "$CLAIMS4" "$PHARMACY" \
			common "$COMMON_GW" "$CLAIMS" "$MAME_PHARMACY6"
		expect "from $source, 4->4" raw forwarded_error hop-limit \
			hare "$source" "$MAME_HOSPITAL4" "$HOSPITAL" \
			mame "$MAME_GW" "$HOSPITAL" "$HARE_HOSPITAL4"
	done
	counted mame bad_address 1 "not of a multicast group" raw send_error \
		mame 224.0.0.5 "$CLAIMS4"
	counted mame bad_address 1 "other packets" raw send_udp mame 127.0.0.1 \
		"$CLAIMS4"
}

# mss MESSAGE FROM SRC DST TO OFFERED EXPECTED
mss()
{
	local message=$1
	shift

	expect "$message" raw mss "$@"
}

test_mss()
{
	mss "as it is offered" mame "$HOSPITAL" "$CLAIMS4" common 1460 1460
	must "the setting" ix tenant change mame tcp-mss path
	defer ix tenant change mame tcp-mss none
	mss "4->6: the IPv6 link" mame "$HOSPITAL" "$CLAIMS4" common 1460 1440
	mss "6->4: the IPv6 link" common "$CLAIMS" "$MAME_HOSPITAL6" mame \
		1460 1440
	mss "4->4" mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 9000 1460
	mss "a smaller offer" mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 536 536
	mss "of others: as it is offered" kmix "$KMIX" "$CLAIMS6" common \
		9000 9000
	ip -n "${NS[router]}" link set mame0 mtu 1400
	defer ip -n "${NS[router]}" link set mame0 mtu 1500
	mss "the link that it came by" mame "$HOSPITAL" "$CLAIMS4" common \
		1460 1360
	mss "the link that it leaves by" common "$CLAIMS" "$MAME_HOSPITAL6" \
		mame 1460 1360
	must "the setting" ix tenant change mame tcp-mss 1200
	mss "a number" mame "$HOSPITAL" "$CLAIMS4" common 1460 1200
	must "the setting" ix tenant change hare tcp-mss 1000
	defer ix tenant change hare tcp-mss none
	mss "the smaller of two" mame "$HOSPITAL" "$HARE_HOSPITAL4" hare \
		1460 1000
}

# RFC 6052, 3.1.
test_well_known()
{
	must "a map" ix map add view four rfc6052 0.0.0.0/0 64:ff9b::/96
	defer ix map delete view four 0.0.0.0/0
	counted mame no_view 1 "a private address has no image" raw send_udp \
		mame "$HOSPITAL" 10.1.1.1
	counted mame no_route 1 "a global one has" raw send_udp mame \
		"$HOSPITAL" 9.9.9.9
	refuse "a map of private addresses" ix map add view four rfc6052 \
		172.16.0.0/12 64:ff9b::/96
	must "the map" ix map change view four 0.0.0.0/0 non-global
	counted mame no_route 1 "now it has one" raw send_udp mame \
		"$HOSPITAL" 10.1.1.1
	expect "it is saved" grep -q '64:ff9b::/96 non-global' < <(ix save)
	must "the map" ix map change view four 0.0.0.0/0 non-global off
	counted mame no_view 1 "and again it has not" raw send_udp mame \
		"$HOSPITAL" 10.1.1.1
	refuse "another prefix" ix map change view four \
		"$CLAIMS4/32" non-global
}

# From a tenant to itself (RFC 7757, 4; RFC 6296, 2.4): source and destination
# are both what everyone else sees, errors included.
test_hairpin()
{
	must "routes" ix_batch <<-END
		route add tenant mame 2001:db8:0:64::100.64.16.0/116 to mame dev mame0
		route add tenant kmix 2001:db8:1::/48 to kmix dev kmix0
	END
	defer ix route delete tenant kmix 2001:db8:1::/48
	defer ix route delete tenant mame 2001:db8:0:64::100.64.16.0/116
	expect "IPv4" raw addresses mame "$HOSPITAL" "$MAME_CLINIC4" mame \
		"$MAME_HOSPITAL4" "$CLINIC"
	expect "IPv4, back" raw addresses mame "$CLINIC" "$MAME_HOSPITAL4" \
		mame "$MAME_CLINIC4" "$HOSPITAL"
	expect "IPv4, an error" raw forwarded_error port \
		mame "$CLINIC" "$MAME_HOSPITAL4" "$CLINIC" \
		mame "$MAME_CLINIC4" "$HOSPITAL" "$MAME_CLINIC4"
	expect "NPTv6" raw addresses kmix fd01:203:405:1::1 "$KMIX6" kmix \
		2001:db8:1:d550::1 "$KMIX"
	expect "NPTv6, an error" raw forwarded_error port \
		kmix fd01:203:405:1::1 "$KMIX6" fd01:203:405:1::1 \
		kmix 2001:db8:1:d550::1 "$KMIX" 2001:db8:1:d550::1
}

# The setting: not at all, and round through another tenant, with a flow that runs
# before and after, so that the flow cache knows it.
test_hairpin_setting()
{
	local answer

	must "a route" ix route add tenant mame \
		2001:db8:0:64::100.64.16.0/116 to mame dev mame0
	defer ix route delete tenant mame 2001:db8:0:64::100.64.16.0/116
	defer ix tenant change mame hairpin intrinsic
	expect "straight" raw passes_udp mame "$HOSPITAL" "$MAME_CLINIC4" mame \
		4000 4001
	expect "and again" raw passes_udp mame "$HOSPITAL" "$MAME_CLINIC4" mame \
		4000 4001
	must "off" ix tenant change mame hairpin off
	counted mame hairpin 1 "off" raw stops_udp mame "$HOSPITAL" \
		"$MAME_CLINIC4" mame 4000 4001
	expect_equal "traced" hairpin "$(ix -j trace tenant mame \
		src "$HOSPITAL" dst "$MAME_CLINIC4" udp sport 4000 dport 4001 |
		jq -r '.[0].reason')"

	must "round" ix_batch <<-END
		tenant change mame hairpin simple
		route replace tenant mame 2001:db8:0:64::100.64.16.0/116 to hare via $HOSPITAL dev hare0
	END
	expect "there" raw addresses mame "$HOSPITAL" "$MAME_CLINIC4" hare \
		"$MAME_HOSPITAL4" "$MAME_CLINIC4"
	expect "back" raw addresses hare "$MAME_HOSPITAL4" "$MAME_CLINIC4" mame \
		"$MAME_HOSPITAL4" "$CLINIC"
	answer=$(ix -j trace tenant hare src "$MAME_HOSPITAL4" \
		dst "$MAME_CLINIC4" udp sport 4000 dport 4001)
	expect_equal "traced" "forwarded mame mame $CLINIC" "$(jq -r \
		'.[0] | "\(.reason) \(.detour) \(.to) \(.destination)"' \
		<<<"$answer")"
	must "straight again" ix tenant change mame hairpin intrinsic
	counted hare not_local 1 "not believed any more" raw stops_udp hare \
		"$MAME_HOSPITAL4" "$MAME_CLINIC4" mame 4000 4001
}

scene
run test_tos "TOS and traffic class"
run test_udp_zero "UDP without checksum"
run test_error_pool "sources of ICMP errors"
run test_illegal_source "ICMP errors from illegal sources"
run test_mss "MSS of TCP"
run test_well_known "the well-known prefix"
run test_hairpin "from a tenant to itself"
run test_hairpin_setting "from a tenant to itself, straight, round or not"
finish
