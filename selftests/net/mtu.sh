#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Links of different sizes: errors with the MTU as the sender sees it, packets
# that may be cut, and path MTU discovery of real stacks.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# mtu NAME DEVICE OCTETS: both ends of a link, until the test ends.
mtu()
{
	ip -n "${NS[router]}" link set "$2" mtu "$3"
	ip -n "${NS[$1]}" link set ix0 mtu "$3"
	defer ip -n "${NS[router]}" link set "$2" mtu 1500
	defer ip -n "${NS[$1]}" link set ix0 mtu 1500
}

forget_routes()
{
	local name

	for name in mame hare kmix common; do
		ip -n "${NS[$name]}" route flush cache
		ip -n "${NS[$name]}" -6 route flush cache
	done
}

# The packet has 1500 octets as it is sent.
test_error()
{
	mtu hare hare0 1400
	mtu common comm0 1400
	expect "4->4" raw own_error too-big mame "$HOSPITAL" "$HARE_HOSPITAL4" \
		"$MAME_GW" udp 1472 1400
	expect "4->6: the header grows by 20" raw own_error too-big mame \
		"$HOSPITAL" "$CLAIMS4" "$MAME_GW" udp 1472 1380
	expect "6->4: the header shrinks by 20" raw own_error too-big kmix \
		"$KMIX" "$HARE_HOSPITAL6" "$KMIX_GW" udp 1452 1420
	expect "6->6" raw own_error too-big kmix "$KMIX" "$CLAIMS6" \
		"$KMIX_GW" udp 1452 1400
	counted mame too_big 1 "counted" raw own_error too-big mame \
		"$HOSPITAL" "$HARE_HOSPITAL4" "$MAME_GW" udp 1472 1400
	expect "TCP" raw own_error too-big mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$MAME_GW" tcp 1460 1400
}

# What fits exactly goes through, one octet more does not.
test_exact()
{
	mtu hare hare0 1400
	mtu common comm0 1400
	expect "4->4, 1400" pings mame "$HARE_HOSPITAL4" -M "do" -s 1372
	expect "4->4, 1401" raw own_error too-big mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$MAME_GW" udp 1373 1400
	expect "4->6, 1380" pings mame "$CLAIMS4" -M "do" -s 1352
	expect "4->6, 1381" raw own_error too-big mame "$HOSPITAL" \
		"$CLAIMS4" "$MAME_GW" udp 1353 1380
	expect "6->4, 1420" pings kmix "$HARE_HOSPITAL6" -M "do" -s 1372
	expect "6->4, 1421" raw own_error too-big kmix "$KMIX" \
		"$HARE_HOSPITAL6" "$KMIX_GW" udp 1373 1420
	expect "6->6, 1400" pings kmix "$CLAIMS6" -M "do" -s 1352
	expect "6->6, 1401" raw own_error too-big kmix "$KMIX" "$CLAIMS6" \
		"$KMIX_GW" udp 1353 1400
	forget_routes
}

# No IPv6 host can be told to send less than 1280 octets.
test_small_ipv4_link()
{
	mtu hare hare0 1000
	expect "6->4: 1280 is the least" raw own_error too-big kmix "$KMIX" \
		"$HARE_HOSPITAL6" "$KMIX_GW" udp 1452 1280
	expect "6->4: 1280 octets are cut" ask kmix udp "$KMIX" \
		"$HARE_HOSPITAL6" "" 1232
	expect "4->4 is told the truth" raw own_error too-big mame \
		"$HOSPITAL" "$HARE_HOSPITAL4" "$MAME_GW" udp 1372 1000
	forget_routes
}

# Without DF IPv4 packets are cut.
test_cut()
{
	mtu hare hare0 1400
	mtu common comm0 1400
	expect "4->4" raw cut mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 1472 1400
	expect "4->4, an ICMP error" raw cut_error mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 1400
	expect "4->4, options" raw cut_options mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare
	expect "4->6, to the lowest IPv6 MTU" raw cut mame "$HOSPITAL" \
		"$CLAIMS4" common 1400 1280
	must "the setting" ix settings change lowest-ipv6-mtu 1360
	defer ix settings change lowest-ipv6-mtu 1280
	expect "4->6, to another MTU" raw cut mame "$HOSPITAL" "$CLAIMS4" \
		common 1400 1360
	must "the setting" ix settings change lowest-ipv6-mtu 9000
	expect "4->6, to that of the link" raw cut mame "$HOSPITAL" "$CLAIMS4" \
		common 1400 1400
	expect "a fragment is cut again" ask mame udp "$HOSPITAL" \
		"$HARE_HOSPITAL4" "" 8000
}

# learned NAME ADDRESS MTU: what a host has learned of a path.
learned()
{
	expect_match "mtu $3( |\$)" "$1 has learned the MTU to $2" \
		ip -n "${NS[$1]}" route get "$2"
}

# The stacks of the hosts find out by themselves. Those at the far end must not
# know of the small link, or TCP would never send larger segments.
test_discovery()
{
	mtu hare hare0 1400
	mtu common comm0 1400
	ip -n "${NS[hare]}" link set ix0 mtu 1500
	ip -n "${NS[common]}" link set ix0 mtu 1500
	forget_routes
	expect "TCP 4->4" bulk mame send "$HOSPITAL" "$HARE_HOSPITAL4" 2000000
	learned mame "$HARE_HOSPITAL4" 1400
	expect "TCP 4->6" bulk mame send "$HOSPITAL" "$CLAIMS4" 2000000
	learned mame "$CLAIMS4" 1380
	expect "TCP 6->4" bulk kmix send "$KMIX" "$HARE_HOSPITAL6" 2000000
	learned kmix "$HARE_HOSPITAL6" 1420
	expect "TCP 6->6" bulk kmix send "$KMIX" "$CLAIMS6" 2000000
	learned kmix "$CLAIMS6" 1400
	forget_routes
}

# The same where the small link is behind a router of the tenant.
test_discovery_behind()
{
	setup_ns inner
	ip -n "${NS[hare]}" link add inner0 type veth peer name ix0 \
		netns "${NS[inner]}"
	defer ip -n "${NS[hare]}" link del inner0
	ip -n "${NS[hare]}" addr add 192.168.7.1/24 dev inner0
	ip -n "${NS[hare]}" link set inner0 mtu 1300 up
	on hare sysctl -qw net.ipv4.ip_forward=1
	defer on hare sysctl -qw net.ipv4.ip_forward=0
	ip -n "${NS[inner]}" addr add 192.168.7.7/24 dev ix0
	ip -n "${NS[inner]}" link set ix0 up
	ip -n "${NS[inner]}" route add default via 192.168.7.1
	must "its prefix" ix prefix add 2001:db8:0:64::100.64.39.0/120 \
		institution 201 tenant hare
	defer ix prefix delete 2001:db8:0:64::100.64.39.0/120
	must "its routes" ix_batch <<-END
		route add tenant mame 2001:db8:0:64::100.64.39.0/120 to hare via $HOSPITAL dev hare0
		route add tenant kmix 2001:db8:0:64::100.64.39.0/120 to hare via $HOSPITAL dev hare0
	END
	defer ix route delete tenant mame 2001:db8:0:64::100.64.39.0/120
	defer ix route delete tenant kmix 2001:db8:0:64::100.64.39.0/120
	background inner python3 -B "$PEER" serve "$SERVICE" 192.168.7.7
	busywait listening inner udp "$SERVICE"

	expect "TCP 4->4" bulk mame send "$HOSPITAL" 100.64.39.7 1000000
	learned mame 100.64.39.7 1300
	expect "TCP 6->4" bulk kmix send "$KMIX" \
		2001:db8:0:64::100.64.39.7 1000000
	learned kmix 2001:db8:0:64::100.64.39.7 1320
	forget_routes
}

# tunnel TYPE OPTION...: from mame's hospital to that of hare.
tunnel()
{
	local type=$1 options=("${@:2}")

	ip -n "${NS[mame]}" link add in0 type "$type" local "$HOSPITAL" \
		remote "$HARE_HOSPITAL4" "${options[@]}" 2>/dev/null ||
		{ skip "no tunnels of type $type"; return 1; }
	defer ip -n "${NS[mame]}" link del in0
	must "the other end" ip -n "${NS[hare]}" link add in0 type "$type" \
		local "$HOSPITAL" remote "$MAME_HOSPITAL4" "${options[@]}"
	defer ip -n "${NS[hare]}" link del in0
	ip -n "${NS[mame]}" addr add 10.99.0.1/30 dev in0
	ip -n "${NS[hare]}" addr add 10.99.0.2/30 dev in0
	# Nobody else is to send through it.
	on mame sysctl -qw net.ipv6.conf.in0.disable_ipv6=1
	on hare sysctl -qw net.ipv6.conf.in0.disable_ipv6=1
	ip -n "${NS[mame]}" link set in0 up
	ip -n "${NS[hare]}" link set in0 up
}

# One UDP super-packet (UDP_SEGMENT) through the tunnel, for nobody.
send_segments()
{
	on mame python3 -c '
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("10.99.0.1", 0))
sock.setsockopt(socket.SOL_UDP, 103, 1300)
sock.sendto(bytes(6 * 1300), ("10.99.0.2", 9))'
}

# A tunnel's super-packet whose segments do not fit, and which nobody sends again:
# its sender learns it from this one.
test_tunnel()
{
	tunnel "$@" || return
	must "ping" pings mame 10.99.0.2
	counted mame too_big 0 "it fits" send_segments
	mtu hare hare0 1320
	counted mame too_big 1 "all at once" send_segments
	learned mame "$HARE_HOSPITAL4" 1320
	forget_routes
}

scene
scene_servers
run test_error "too big: the MTU as the sender sees it"
run test_exact "exactly the MTU, and one octet more"
run test_small_ipv4_link "an IPv4 link below 1280"
run test_cut "packets without DF are cut"
run test_discovery "path MTU discovery"
run test_discovery_behind "path MTU discovery, a small link within a tenant"
run test_tunnel "super-packets of a tunnel: ipip" ipip
run test_tunnel "super-packets of a tunnel: gre" gre
run test_tunnel "super-packets of a tunnel: vxlan" vxlan id 7 dstport 4789 df set
finish
