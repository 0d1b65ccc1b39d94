#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
#
# The way out: devices with and without gateways, several in order of
# preference, kernel routing tables and VRFs, devices without a link-layer
# header.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

HARE_IX=2001:db8:0:64::100.64.32.0/116
COMMON_IX=2001:db8:40::/64

# reaches NAME...: whose namespace does a packet of mame for hare come out in?
reaches()
{
	local sport=$RANDOM

	expect "comes out at $1" raw passes_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$1" "$sport" 4444
}

no_nexthop()
{
	counted mame no_nexthop 1 "$1" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
}

route()
{
	must "the route" ix route change tenant mame "$HARE_IX" "$@"
}

# A second way into hare.
second_way()
{
	setup_ns hare2
	port hare1 hare2
	defer ip -n "${NS[router]}" link del hare1
	host4 hare2 "$HARE_GW" "$HOSPITAL" "$EMERGENCY"
	must "the second port" attach hare hare0 hare1
	defer scene_ports
	defer on router nft delete table netdev ix
	defer route to hare dev hare0
}

test_gateway()
{
	second_way
	# On the link is the gateway, not the destination.
	ip -n "${NS[hare]}" addr add 172.31.0.2/32 dev ix0
	ip -n "${NS[hare]}" addr del "$EMERGENCY/32" dev ix0
	defer ip -n "${NS[hare]}" addr add "$EMERGENCY/32" dev ix0
	ip -n "${NS[hare]}" addr add "$EMERGENCY/32" dev lo
	defer ip -n "${NS[hare]}" addr del "$EMERGENCY/32" dev lo
	on hare sysctl -qw net.ipv4.conf.all.arp_ignore=1
	defer on hare sysctl -qw net.ipv4.conf.all.arp_ignore=0
	route to hare via 172.31.0.2 dev hare0
	expect "by way of a gateway" pings mame "$HARE_EMERGENCY4"
	route to hare dev hare0
	refuse "without it nobody answers" pings mame "$HARE_EMERGENCY4"
	# An IPv4 packet to an IPv6 gateway.
	route to hare via "$(link_local hare)" dev hare0
	expect "by way of an IPv6 gateway" pings mame "$HARE_EMERGENCY4"
	must "a route" ix route change tenant mame "$COMMON_IX" to common \
		via "$(link_local common)" dev comm0
	defer ix route change tenant mame "$COMMON_IX" to common dev comm0
	expect "4->6 by way of a gateway" pings mame "$CLAIMS4"
}

link_local()
{
	ip -n "${NS[$1]}" -j -6 addr show dev ix0 scope link |
		jq -r '[.[].addr_info[]?.local | values][0]'
}

# The first that is up is used; no packet is lost but those on their way.
test_preference()
{
	second_way
	route to hare dev hare0 nexthop dev hare1
	reaches hare
	ip -n "${NS[router]}" link set hare0 down
	reaches hare2
	ip -n "${NS[router]}" link set hare1 down
	no_nexthop "both are down"
	expect "the sender is told" raw own_error host mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$MAME_GW"
	ip -n "${NS[router]}" link set hare1 up
	reaches hare2
	ip -n "${NS[router]}" link set hare0 up
	reaches hare
	# No carrier is as good as down.
	ip -n "${NS[hare]}" link set ix0 down
	reaches hare2
	ip -n "${NS[hare]}" link set ix0 up
	ip -n "${NS[hare]}" route replace default via "$HARE_GW" dev ix0 onlink \
		src "$HOSPITAL"
	reaches hare
	route to hare dev hare1 nexthop dev hare0
	reaches hare2
}

# A device that goes and comes back under its name.
test_device_returns()
{
	second_way
	route to hare dev hare1 nexthop dev hare0
	reaches hare2
	ip -n "${NS[router]}" link del hare1
	reaches hare
	port hare1 hare2
	host4 hare2 "$HARE_GW" "$HOSPITAL"
	# It is a port again when the ruleset says so.
	reaches hare
	must "the second port" attach hare hare0 hare1
	reaches hare2
}

# A next hop that is no port of the tenant leads nowhere.
test_not_a_port()
{
	second_way
	route to hare dev hare1
	reaches hare2
	on router nft delete table netdev ix
	scene_ports
	no_nexthop "no port of any tenant"
	route to hare dev kmix0
	no_nexthop "a port of another tenant"
	expect "nothing comes out there" raw stops_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" kmix
	must "the second port" attach hare hare1
}

test_table()
{
	second_way
	route to hare table 100
	no_nexthop "the table is empty"
	ip -n "${NS[router]}" route add 192.168.0.0/16 dev hare0 table 100
	reaches hare
	ip -n "${NS[router]}" route add 192.168.1.0/24 dev hare1 table 100
	reaches hare2
	expect "the emergency centre" pings mame "$HARE_EMERGENCY4"
	ip -n "${NS[router]}" route del 192.168.1.0/24 table 100
	reaches hare
	ip -n "${NS[router]}" route replace 192.168.0.0/16 via "$HOSPITAL" \
		dev hare1 onlink table 100
	reaches hare2
	ip -n "${NS[router]}" route replace blackhole 192.168.0.0/16 table 100
	no_nexthop "blackhole"
	ip -n "${NS[router]}" route replace 192.168.0.0/16 dev kmix0 table 100
	no_nexthop "a device of another tenant"
	ip -n "${NS[router]}" route flush table 100
	no_nexthop "empty again"
}

test_table6()
{
	must "a route" ix route change tenant mame "$COMMON_IX" to common \
		table 200
	defer ix route change tenant mame "$COMMON_IX" to common dev comm0
	counted mame no_nexthop 1 "empty" raw send_udp mame "$HOSPITAL" \
		"$CLAIMS4"
	ip -n "${NS[router]}" -6 route add "$COMMON_IX" dev comm0 table 200
	defer ip -n "${NS[router]}" -6 route flush table 200
	expect "4->6" pings mame "$CLAIMS4"
	ip -n "${NS[router]}" -6 route replace "$COMMON_IX" \
		via "$(link_local common)" dev comm0 table 200
	expect "4->6 by way of a gateway" pings mame "$CLAIMS4"
	ip -n "${NS[router]}" -6 route replace unreachable "$COMMON_IX" \
		table 200
	counted mame no_nexthop 1 "unreachable" raw send_udp mame "$HOSPITAL" \
		"$CLAIMS4"
}

test_vrf()
{
	second_way
	must "a VRF" ip -n "${NS[router]}" link add blue type vrf table 300
	defer ip -n "${NS[router]}" link del blue
	ip -n "${NS[router]}" link set blue up
	ip -n "${NS[router]}" link set hare1 master blue
	ip -n "${NS[router]}" route add 192.168.0.0/16 dev hare1 table 300
	route to hare vrf blue
	reaches hare2
	expect_match 'vrf blue' "shown by its name" ix route show tenant mame
	expect "and back, from a port in a VRF" raw passes_udp hare2 \
		"$HOSPITAL" "$MAME_HOSPITAL4" mame 555 666
	ip -n "${NS[router]}" link set blue down
	no_nexthop "the VRF is down"
	ip -n "${NS[router]}" link set blue up
	refuse "a device that is no VRF" ix route change tenant mame \
		"$HARE_IX" to hare vrf hare1
}

# tunnel TYPE OPTION...: hare's hosts are behind a tunnel.
tunnel()
{
	local type=$1
	shift

	setup_ns far
	ip -n "${NS[router]}" link add under0 type veth peer name under0 \
		netns "${NS[far]}"
	defer ip -n "${NS[router]}" link del under0
	ip -n "${NS[router]}" addr add 172.16.0.1/24 dev under0
	ip -n "${NS[far]}" addr add 172.16.0.2/24 dev under0
	ip -n "${NS[router]}" addr add fd00:16::1/64 dev under0 nodad
	ip -n "${NS[far]}" addr add fd00:16::2/64 dev under0 nodad
	ip -n "${NS[router]}" link set under0 up
	ip -n "${NS[far]}" link set under0 up
	case $type in
	ip6tnl | ip6gre) set -- fd00:16::1 fd00:16::2 "$@" ;;
	*) set -- 172.16.0.1 172.16.0.2 "$@" ;;
	esac
	ip -n "${NS[router]}" link add hare9 type "$type" local "$1" \
		remote "$2" "${@:3}" 2>/dev/null ||
		{ skip "no tunnels of type $type"; return 1; }
	defer ip -n "${NS[router]}" link del hare9
	must "the other end" ip -n "${NS[far]}" link add ix0 type "$type" \
		local "$2" remote "$1" "${@:3}"
	ip -n "${NS[router]}" link set hare9 up
	ip -n "${NS[far]}" link set ix0 up
	must "the port" attach hare hare9
	defer scene_ports
	defer on router nft delete table netdev ix
}

test_tunnel4()
{
	tunnel "$@" || return
	defer route to hare dev hare0
	ip -n "${NS[far]}" addr add "$HOSPITAL/32" dev ix0
	ip -n "${NS[far]}" route add default dev ix0 src "$HOSPITAL"
	route to hare dev hare9
	background far python3 -B "$PEER" serve 7070 "$HOSPITAL"
	busywait listening far udp 7070
	expect "ping" pings mame "$HARE_HOSPITAL4"
	expect "and back" pings far "$MAME_HOSPITAL4"
	expect "6->4" pings kmix "$HARE_EMERGENCY6"
	expect "TCP" ask mame tcp "$HOSPITAL" "$HARE_HOSPITAL4" 7070 1000000
	expect "UDP" ask mame udp "$HOSPITAL" "$HARE_HOSPITAL4" 7070
	on far traceroute -n -q 1 -w 2 -m 1 "$MAME_HOSPITAL4" 2>&1 |
		grep -q "$HARE_GW" || fail "no error comes back into the tunnel"
}

test_tunnel6()
{
	tunnel "$@" || return
	must "hare has IPv6 now" ix_batch <<-END
		map add tenant hare plain 2001:db8:77::/64 2001:db8:77::/64
		map add view four 100.64.77.7/32 2001:db8:77::7/128
		prefix add 2001:db8:77::/64 institution 201 tenant hare
		tenant change hare gateway 2001:db8:77::1
		map add view four plain 2001:db8::/32 2001:db8::/32
		route add tenant mame 2001:db8:77::/64 to hare dev hare9
		route add tenant kmix 2001:db8:77::/64 to hare dev hare9
	END
	defer ix map delete view four 2001:db8::/32
	defer ix map delete view four 100.64.77.7/32
	defer ix map delete tenant hare 2001:db8:77::/64
	defer ix prefix delete 2001:db8:77::/64
	defer ix route delete tenant mame 2001:db8:77::/64
	defer ix route delete tenant kmix 2001:db8:77::/64
	ip -n "${NS[far]}" addr add 2001:db8:77::7/128 dev ix0 nodad
	ip -n "${NS[far]}" route add default dev ix0 src 2001:db8:77::7
	background far python3 -B "$PEER" serve 7070 2001:db8:77::7
	busywait listening far udp 7070
	expect "4->6" pings mame 100.64.77.7
	expect "6->6" pings kmix 2001:db8:77::7
	expect "TCP 4->6" ask mame tcp "$HOSPITAL" 100.64.77.7 7070 1000000
	expect "TCP 6->6" ask kmix tcp "$KMIX" 2001:db8:77::7 7070 1000000
	expect "and back" pings far "$KMIX6"
}

# Blackhole and prohibit; a longer prefix counts before a shorter one.
test_types()
{
	must "a blackhole" ix route add tenant mame \
		2001:db8:0:64::100.64.33.0/120 blackhole
	defer ix route delete tenant mame 2001:db8:0:64::100.64.33.0/120
	counted mame blackhole 1 "blackhole" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	expect_equal "errors about it" 0 \
		"$(raw errors_seen mame "$HOSPITAL" "$HARE_HOSPITAL4")"
	expect "the rest of hare" pings mame "$HARE_EMERGENCY4"
	must "prohibited" ix route replace tenant mame \
		2001:db8:0:64::100.64.33.0/120 prohibit
	counted mame prohibit 1 "prohibit" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	expect "the sender is told" raw own_error prohibited mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$MAME_GW"
	expect "others are not concerned" pings kmix "$HARE_HOSPITAL6"
}

# What is not in the forwarding table does not exist.
test_no_route()
{
	must "no route" ix route delete tenant mame "$HARE_IX"
	defer ix route add tenant mame "$HARE_IX" to hare dev hare0
	counted mame no_route 1 "no route" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	expect "the sender is told" raw own_error network mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$MAME_GW"
	counted mame no_view 1 "not in the view" raw send_udp mame "$HOSPITAL" \
		8.8.8.8
	expect "the sender is told" raw own_error network mame "$HOSPITAL" \
		8.8.8.8 "$MAME_GW"
	counted kmix no_route 1 "IPv6" raw send_udp kmix "$KMIX" 2001:db8:9::9
	expect "the sender is told" raw own_error network kmix "$KMIX" \
		2001:db8:9::9 "$KMIX_GW"
	counted kmix no_institution 1 "nobody has it" raw send_udp kmix \
		"$KMIX" 2001:db8:0:64::100.64.34.1
}

scene
scene_servers
run test_gateway "a gateway on the device"
run test_preference "next hops in order of preference"
run test_device_returns "a device that comes back"
run test_not_a_port "devices that are no port of the tenant"
run test_table "a kernel routing table"
run test_table6 "a kernel routing table, IPv6"
run test_vrf "a VRF"
run test_tunnel4 "a tunnel without link-layer header: ipip" ipip
run test_tunnel4 "a tunnel: gre" gre
run test_tunnel4 "a tunnel: ip6tnl" ip6tnl mode any
run test_tunnel6 "IPv6 in a tunnel: sit" sit
run test_tunnel6 "IPv6 in a tunnel: ip6tnl" ip6tnl mode any
run test_types "blackhole and prohibit"
run test_no_route "what is in no table"
finish
