#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who sends a packet is known from the port. Sources that are not the tenant's,
# or not the institution's, get nothing through.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# forged NAME SOURCE ADDRESS TO REASON: counted, and nothing comes out.
forged()
{
	local name=$1 source=$2 address=$3 to=$4 reason=$5

	counted "$name" "$reason" 1 "$source > $address" raw stops_udp \
		"$name" "$source" "$address" "$to"
	expect "$source > $address does not come out" raw stops_udp "$name" \
		"$source" "$address" "$to"
}

test_not_local()
{
	forged mame 10.1.2.3 "$HARE_HOSPITAL4" hare not_local
	forged mame 100.64.33.10 "$HARE_EMERGENCY4" hare not_local
	forged mame "$HARE_EMERGENCY4" "$CLAIMS4" common not_local
	forged kmix 2001:db8:1:d550::1234 "$CLAIMS6" common not_local
	forged kmix "$CLAIMS" "$HARE_HOSPITAL6" hare not_local
	forged common "$KMIX6" "$HARE_HOSPITAL6" hare not_local
	forged common "$HARE_HOSPITAL6" "$KMIX6" kmix not_local
	# An IPv6 source where the tenant has IPv4 only.
	forged mame 2001:db8:0:64::6440:110a "$CLAIMS6" common not_local
}

test_spoofed()
{
	# In a local map, and of no institution.
	forged mame 192.168.4.4 "$HARE_HOSPITAL4" hare spoofed
	# Of an institution that is reached through another tenant.
	must "a map of hare's addresses" ix map add tenant mame \
		10.9.0.0/24 2001:db8:0:64::100.64.33.0/120
	defer ix map delete tenant mame 10.9.0.0/24
	forged mame 10.9.0.10 "$CLAIMS4" common spoofed
	expect "nobody is told" refuse_error mame 10.9.0.10 "$CLAIMS4"
}

refuse_error()
{
	[ "$(raw errors_seen "$@")" = 0 ]
}

# An institution with a port of its own is believed there alone.
test_port_bound()
{
	setup_ns second
	port mame1 second
	defer ip -n "${NS[router]}" link del mame1
	ip -n "${NS[router]}" addr add "$MAME_GW/32" dev mame1
	host4 second "$MAME_GW" 192.168.5.50
	must "the second port" attach_second
	must "the bound prefix" ix prefix add \
		2001:db8:0:64::100.64.21.0/120 institution 102 tenant mame \
		port mame1
	defer ix prefix delete 2001:db8:0:64::100.64.21.0/120
	expect "believed on its port" raw passes_udp second 192.168.5.50 \
		"$HARE_HOSPITAL4" hare 1234 4321
	forged mame 192.168.5.50 "$HARE_HOSPITAL4" hare spoofed
	# The clinic's other prefix is bound to no port.
	expect "the other prefix, first port" raw passes_udp mame "$CLINIC" \
		"$HARE_HOSPITAL4" hare 1235 4321
	expect "the other prefix, second port" raw passes_udp second "$CLINIC" \
		"$HARE_HOSPITAL4" hare 1236 4321
	must "bound to the first port" ix prefix change \
		2001:db8:0:64::100.64.21.0/120 port mame0
	expect "believed on the first port now" raw passes_udp mame \
		192.168.5.50 "$HARE_HOSPITAL4" hare 1237 4321
	counted mame spoofed 1 "not on the second" raw send_udp second \
		192.168.5.50 "$HARE_HOSPITAL4"
	must "bound to none" ix prefix change \
		2001:db8:0:64::100.64.21.0/120 port ""
	expect "believed everywhere" raw passes_udp second 192.168.5.50 \
		"$HARE_HOSPITAL4" hare 1238 4321
}

attach_second()
{
	attach mame mame0 mame1
	defer detach_second
}

# A port that has left the ruleset has no tenant; what comes in is the stack's.
detach_second()
{
	on router nft delete table netdev ix
	scene_ports
}

# The longest prefix says whose an address is.
test_longest_prefix()
{
	must "a host within the hospital's prefix, of another tenant" \
		ix prefix add 2001:db8:0:64::100.64.17.10/128 institution 201 \
		tenant hare
	defer ix prefix delete 2001:db8:0:64::100.64.17.10/128
	forged mame "$HOSPITAL" "$HARE_HOSPITAL4" hare spoofed
	expect "its neighbour is believed" raw passes_udp mame 192.168.1.11 \
		"$HARE_HOSPITAL4" hare 1239 4321
}

# An institution can be a member of two networks.
test_two_networks()
{
	must "the pharmacy in kmix" ix_batch <<-END
		prefix add 2001:db8:1:aaaa::/64 institution 103 tenant kmix
	END
	defer ix prefix delete 2001:db8:1:aaaa::/64
	rules "permit from institution 103 to institution 401"
	defer rules "permit from any to any"
	expect "through mame" raw passes_udp mame "$PHARMACY" "$CLAIMS4" \
		common 1240 4321
	expect "through kmix" raw passes_udp kmix \
		fd01:203:405:d55a::9 "$CLAIMS6" common 1241 4321
	counted kmix default_deny 1 "the hospital of kmix is another" \
		raw send_udp kmix "$KMIX" "$CLAIMS6"
}

scene
scene_servers
run test_not_local "sources without a local map"
run test_spoofed "sources of nobody, and of others"
run test_port_bound "a prefix bound to a port"
run test_longest_prefix "the longest prefix counts"
run test_two_networks "an institution in two networks"
finish
