#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each kind of prefix map, on the sending and on the receiving side, as a local
# map and in a view.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# Two tenants, four and six; what is mapped how is up to each test.
topology()
{
	setup_ns router four six
	port four0 four
	port six0 six
	ip -n "${NS[router]}" addr add 10.255.1.1/32 dev four0
	host4 four 10.255.1.1 192.0.2.33 192.0.2.34 192.0.2.65
	host6 six fd01:203:405:1::1234 2001:db8:600::6
	must "the ports" attach four four0
	must "the ports" attach six six0
	serve four "$SERVICE" 192.0.2.33 192.0.2.34 192.0.2.65
	serve six "$SERVICE" fd01:203:405:1::1234 2001:db8:600::6
	PIDS=()
}

# config MAP...: the four tenant sees 2001:db8:600::6 as 10.0.0.6 and
# 2001:db8:1:d550::1234 as 10.0.0.34, whatever else there is.
config()
{
	local map

	must "the configuration" ix_restore < <(
		cat <<-END
			view add four
			view add six
			map add view four 10.0.0.6/32 2001:db8:600::6/128
			map add view four 10.0.0.34/32 2001:db8:1:d550::1234/128
			tenant add four view four gateway 10.255.1.1
			tenant add six view six gateway 2001:db8:600::1
			institution add 4
			institution add 6
			prefix add 2001:db8:4000::/34 institution 4 tenant four
			prefix add 2001:db8:c000::/48 institution 4 tenant four
			prefix add 2001:db8:600::/40 institution 6 tenant six
			prefix add 2001:db8:1::/48 institution 6 tenant six
			route add tenant four 2001:db8:600::/40 to six dev six0
			route add tenant four 2001:db8:1::/48 to six dev six0
			route add tenant six 2001:db8:4000::/34 to four dev four0
			route add tenant six 2001:db8:c000::/48 to four dev four0
			rule add permit from any to any
		END
		for map in "$@"; do
			echo "map add $map"
		done
	)
}

# both ADDRESS6 [ADDRESS4 [HOST4 [HOST6]]]: ADDRESS6 is HOST4 as six sees it,
# ADDRESS4 is HOST6 as four sees it.
both()
{
	local address6=$1 address4=${2:-10.0.0.6} host4=${3:-192.0.2.33}
	local host6=${4:-2001:db8:600::6} protocol

	expect "ping $address6" pings six "$address6" -I "$host6"
	expect "ping $address4" pings four "$address4" -I "$host4"
	for protocol in tcp udp; do
		expect "$protocol to $address6" ask six "$protocol" "$host6" \
			"$address6" "" 1000
		expect "$protocol to $address4" ask four "$protocol" "$host4" \
			"$address4" "" 1000
	done
	expect "addresses" raw addresses four "$host4" \
		"$address4" six "$address6" "$host6"
}

PLAIN6="view six plain ::/0 ::/0"
OWN6="tenant six plain 2001:db8:600::/48 2001:db8:600::/48"

# RFC 6052, the examples of section 2.4 in our prefix.
test_rfc6052()
{
	config "$PLAIN6" "$OWN6" "tenant four rfc6052 192.0.2.0/24 $1"
	both "$2"
}

test_rfc6052_all()
{
	config "$PLAIN6" "$OWN6" \
		"tenant four rfc6052 0.0.0.0/0 2001:db8:4000::/96"
	both 2001:db8:4000::192.0.2.33
	both 2001:db8:4000::192.0.2.65 10.0.0.6 192.0.2.65
}

test_rfc6052_view()
{
	config "$PLAIN6" "$OWN6" "tenant four 192.0.2.0/24 2001:db8:4000::/120" \
		"view four rfc6052 100.64.0.0/10 2001:db8:600::/96"
	ip -n "${NS[six]}" addr add 2001:db8:600::100.64.1.2/128 dev ix0 nodad
	defer ip -n "${NS[six]}" addr del 2001:db8:600::100.64.1.2/128 dev ix0
	expect "by the prefix" pings four 100.64.1.2
	expect "by the exception" pings four 10.0.0.6
}

test_explicit()
{
	config "$PLAIN6" "$OWN6" "tenant four explicit $1 $2"
	both "$3" 10.0.0.6 "${4:-192.0.2.33}"
}

test_nptv6()
{
	config "$PLAIN6" "tenant four 192.0.2.0/24 2001:db8:4000::/120" \
		"tenant six nptv6 fd01:203:405::/48 2001:db8:1::/48"
	both 2001:db8:4000::21 10.0.0.34 192.0.2.33 fd01:203:405:1::1234
}

# nptv6 LENGTH OWN-PREFIX IX-PREFIX IX-ADDRESS: the host keeps its address.
test_nptv6_length()
{
	config "$PLAIN6" "tenant four 192.0.2.0/24 2001:db8:4000::/120" \
		"tenant six nptv6 $2/$1 $3/$1" "view four 10.0.0.9/32 $4/128"
	both 2001:db8:4000::21 10.0.0.9 192.0.2.33 fd01:203:405:1::1234
}

test_plain()
{
	config "$PLAIN6" "tenant four 192.0.2.0/24 2001:db8:4000::/120" \
		"tenant six plain fd01:203:405:1::/64 2001:db8:1:d550::/64"
	both 2001:db8:4000::21 10.0.0.34 192.0.2.33 fd01:203:405:1::1234
}

# The view of an IPv6 tenant need not be the identity.
test_view6()
{
	config "$OWN6" "tenant four 192.0.2.0/24 2001:db8:4000::/120" \
		"view six $1 fd99:1:1::/48 2001:db8:4000::/48"
	both "$2"
}

# An exception to a larger map, and the hole that it leaves.
test_exception()
{
	config "$PLAIN6" "$OWN6" \
		"tenant four rfc6052 192.0.2.0/24 2001:db8:4000::/96" \
		"tenant four explicit 192.0.2.34/32 2001:db8:4001::34/128"
	both 2001:db8:4000::192.0.2.33
	both 2001:db8:4001::34 10.0.0.6 192.0.2.34
	counted six no_map_back 1 "its place in the larger map" raw send_udp six \
		2001:db8:600::6 2001:db8:4000::192.0.2.34
}

# Addresses that are no image of any.
test_no_image()
{
	config "$PLAIN6" "$OWN6" \
		"tenant four rfc6052 192.0.2.0/24 2001:db8:4000::/64"
	both 2001:db8:4000:0:c0:2:2100::
	counted six no_map_back 1 "bits in the suffix" raw send_udp six \
		2001:db8:600::6 2001:db8:4000:0:c0:2:2100:1
	counted six no_map_back 1 "bits in the u octet" raw send_udp six \
		2001:db8:600::6 2001:db8:4000:0:1c0:2:2100:0
	config "$PLAIN6" "tenant four 192.0.2.0/24 2001:db8:4000::/120" \
		"tenant six nptv6 fd01:203:405::/48 2001:db8:1::/48"
	counted six not_local 1 "NPTv6, subnet 0xffff" raw send_udp six \
		fd01:203:405:ffff::1 2001:db8:4000::21
}

# One host, two addresses, one IX address: the sender's version is preferred.
test_both_versions()
{
	config "$PLAIN6" "$OWN6" \
		"tenant four 192.0.2.0/24 2001:db8:4000::/120" \
		"tenant four plain fd44::/120 2001:db8:4000::/120" \
		"view four plain ::/0 ::/0"
	ip -n "${NS[four]}" addr add fd44::21/128 dev ix0 nodad
	ip -n "${NS[four]}" route add default via fe80::1 dev ix0 src fd44::21
	defer ip -n "${NS[four]}" addr del fd44::21/128 dev ix0
	serve four "$SERVICE" fd44::21
	both 2001:db8:4000::21 2001:db8:600::6 fd44::21
}

topology
run test_rfc6052 "RFC 6052 /32" 2001:db8::/32 2001:db8:c000:221::
run test_rfc6052 "RFC 6052 /40" 2001:db8:4000::/40 2001:db8:40c0:2:21::
run test_rfc6052 "RFC 6052 /48" 2001:db8:4122::/48 2001:db8:4122:c000:2:2100::
run test_rfc6052 "RFC 6052 /56" 2001:db8:4122:300::/56 \
	2001:db8:4122:3c0:0:221::
run test_rfc6052 "RFC 6052 /64" 2001:db8:4122:344::/64 \
	2001:db8:4122:344:c0:2:2100::
run test_rfc6052 "RFC 6052 /96" 2001:db8:4122:344::/96 \
	2001:db8:4122:344::192.0.2.33
run test_rfc6052_all "RFC 6052 with all of IPv4"
run test_rfc6052_view "RFC 6052 in a view"
run test_explicit "explicit, /32 and /128" 192.0.2.33/32 \
	2001:db8:4bbb::b/128 2001:db8:4bbb::b
run test_explicit "explicit, a host each" 192.0.2.33 2001:db8:4000::33 \
	2001:db8:4000::33
run test_explicit "explicit, /24 and /120" 192.0.2.0/24 \
	2001:db8:4ccc::/120 2001:db8:4ccc::21
run test_explicit "explicit, /26 and /64" 192.0.2.64/26 2001:db8:4ddd::/64 \
	2001:db8:4ddd:0:400:: 192.0.2.65
run test_explicit "explicit, /29 and /62" 192.0.2.32/29 \
	2001:db8:4eee:8::/62 2001:db8:4eee:8:8000::
run test_nptv6 "NPTv6 /48"
run test_nptv6_length "NPTv6 /56" 56 fd01:203:405:: 2001:db8:1:: \
	2001:db8:1:1:d54f::1234
run test_nptv6_length "NPTv6 /64" 64 fd01:203:405:1:: 2001:db8:1:1:: \
	2001:db8:1:1:d54f::1234
run test_nptv6_length "NPTv6 /112" 112 fd01:203:405:1:: 2001:db8:1:1:: \
	2001:db8:1:1::e783
run test_plain "plain"
run test_view6 "plain in a view" plain fd99:1:1::21
run test_view6 "NPTv6 in a view" nptv6 fd99:1:1:701d::21
run test_exception "an exception to a larger map"
run test_no_image "addresses without an image"
run test_both_versions "a host with addresses of both versions"
finish
