#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-core
#
# Traffic of real applications in all four directions between tenants whose
# addresses clash and whose IP versions differ.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# forward NAME SOURCE ADDRESS: everything gets through.
forward()
{
	local name=$1 source=$2 address=$3

	expect "ping" pings "$name" "$address" -I "$source"
	expect "ping with a full packet" pings "$name" "$address" -I "$source" \
		-s 1400
	expect "UDP" ask "$name" udp "$source" "$address"
	expect "UDP, 1 octet" ask "$name" udp "$source" "$address" "" 1
	expect "TCP" ask "$name" tcp "$source" "$address"
	expect "TCP, 1 MB" ask "$name" tcp "$source" "$address" "" 1000000
}

# Both are 192.168.1.10: who answers must be the other one.
test_same_address()
{
	ip -n "${NS[hare]}" addr add 192.168.1.11/32 dev ix0
	defer ip -n "${NS[hare]}" addr del 192.168.1.11/32 dev ix0
	background hare python3 -B "$PEER" serve 7001 "$HOSPITAL"
	busywait listening hare udp 7001
	expect "hare's hospital answers" ask mame tcp "$HOSPITAL" \
		"$HARE_HOSPITAL4" 7001
	asking_fails hare tcp "$HOSPITAL" "$MAME_HOSPITAL4" 7001 ECONNREFUSED \
		"mame's hospital has no such server"
}

# Addresses are those of the view, on both sides.
test_addresses()
{
	expect "4->4" raw addresses mame "$HOSPITAL" "$HARE_HOSPITAL4" \
		hare "$MAME_HOSPITAL4" "$HOSPITAL"
	expect "4->6" raw addresses mame "$PHARMACY" "$CLAIMS4" \
		common "$MAME_PHARMACY6" "$CLAIMS"
	expect "6->4" raw addresses common "$CLAIMS" "$MAME_PHARMACY6" \
		mame "$CLAIMS4" "$PHARMACY"
	expect "6->6" raw addresses kmix "$KMIX" "$CLAIMS6" \
		common "$KMIX6" "$CLAIMS"
	expect "6->6 back" raw addresses common "$CLAIMS" "$KMIX6" \
		kmix "$CLAIMS6" "$KMIX"
	expect "6->4 to an exception" raw addresses kmix "$KMIX" \
		"$HARE_EMERGENCY6" hare "$KMIX4" "$EMERGENCY"
}

# Every header field that has to survive, or to change, of single packets.
test_headers()
{
	expect "$1" raw headers "$@"
}

test_checksums()
{
	expect "$1" raw checksums "$@"
}

test_options()
{
	expect "IPv4 options are kept 4->4" raw options4 \
		mame "$HOSPITAL" "$HARE_HOSPITAL4" hare
	counted mame source_route 1 "a source route" raw source_route4 \
		mame "$HOSPITAL" "$HARE_HOSPITAL4"
	expect "hop-by-hop and destination options 6->6" raw options6 \
		kmix "$KMIX" "$CLAIMS6" common
	counted kmix source_route 1 "a routing header with segments left" \
		raw routing6 kmix "$KMIX" "$CLAIMS6"
}

# Protocols whose checksum, if they have one, does not cover addresses, pass;
# those that can't survive are refused under a name.
test_protocols()
{
	local protocol

	for protocol in 47 50 4 97 253; do
		expect "protocol $protocol 4->4" raw protocol "$protocol" \
			mame "$HOSPITAL" "$HARE_HOSPITAL4" hare
		expect "protocol $protocol 6->6" raw protocol "$protocol" \
			kmix "$KMIX" "$CLAIMS6" common
	done
	for protocol in 47 50; do
		expect "protocol $protocol 4->6" raw protocol "$protocol" \
			mame "$HOSPITAL" "$CLAIMS4" common
		expect "protocol $protocol 6->4" raw protocol "$protocol" \
			common "$CLAIMS" "$MAME_HOSPITAL6" mame
	done
	counted mame auth_header 1 "AH 4->4" raw send_protocol 51 \
		mame "$HOSPITAL" "$HARE_HOSPITAL4"
	counted kmix auth_header 1 "AH 6->6" raw send_protocol 51 \
		kmix "$KMIX" "$CLAIMS6"
}

# UDP without a checksum: IPv6 has no such thing.
test_udp_zero()
{
	expect "kept 4->4" raw udp_zero mame "$HOSPITAL" "$HARE_HOSPITAL4" \
		hare zero
	expect "computed 4->6" raw udp_zero mame "$HOSPITAL" "$CLAIMS4" \
		common good
}

# Wrong checksums stay wrong: ix must not hide corruption.
test_bad_checksum()
{
	expect "4->4" raw bad_checksum mame "$HOSPITAL" "$HARE_HOSPITAL4" hare
	expect "4->6" raw bad_checksum mame "$HOSPITAL" "$CLAIMS4" common
	expect "6->4" raw bad_checksum common "$CLAIMS" "$MAME_HOSPITAL6" mame
	expect "6->6" raw bad_checksum kmix "$KMIX" "$CLAIMS6" common
}

# Nothing is remembered of a flow, and the router itself forwards nothing.
test_stateless()
{
	# Something has to make the kernel track connections, if any are seen.
	must "a rule with connection tracking" on router nft -f - <<-END
		table inet track {
			chain input {
				type filter hook input priority 0
				ct state established accept
			}
			chain forward {
				type filter hook forward priority 0
				ct state established counter accept
			}
		}
	END
	defer on router nft delete table inet track
	expect "TCP" ask mame tcp "$HOSPITAL" "$HARE_HOSPITAL4"
	expect "UDP" ask mame udp "$HOSPITAL" "$CLAIMS4"
	expect_equal "tracked connections" 0 \
		"$(on router cat /proc/sys/net/netfilter/nf_conntrack_count)"
	expect_match 'counter packets 0' "packets in the forward chain" \
		on router nft list table inet track
	expect_equal "ip_forward" 0 \
		"$(on router sysctl -n net.ipv4.ip_forward)"
	expect_equal "IPv6 forwarding" 0 \
		"$(on router sysctl -n net.ipv6.conf.all.forwarding)"
}

scene
scene_servers
run forward "4->4: ping, UDP, TCP" mame "$HOSPITAL" "$HARE_HOSPITAL4"
run forward "4->4, the other way" hare "$HOSPITAL" "$MAME_HOSPITAL4"
run forward "4->6: ping, UDP, TCP" mame "$PHARMACY" "$CLAIMS4"
run forward "4->6 with NPTv6 behind" hare "$EMERGENCY" "$KMIX4"
run forward "6->4: ping, UDP, TCP" common "$CLAIMS" "$MAME_PHARMACY6"
run forward "6->4 with NPTv6 before" kmix "$KMIX" "$HARE_HOSPITAL6"
run forward "6->6: ping, UDP, TCP" kmix "$KMIX" "$CLAIMS6"
run forward "6->6, the other way" common "$CLAIMS" "$KMIX6"
run test_same_address "two hosts with one address are two hosts"
run test_addresses "addresses as each side sees them"
run test_headers "header fields 4->4" mame "$HOSPITAL" "$HARE_HOSPITAL4" hare
run test_headers "header fields 4->6" mame "$HOSPITAL" "$CLAIMS4" common
run test_headers "header fields 6->4" common "$CLAIMS" "$MAME_HOSPITAL6" mame
run test_headers "header fields 6->6" kmix "$KMIX" "$CLAIMS6" common
run test_checksums "checksums 4->4" mame "$HOSPITAL" "$HARE_HOSPITAL4" hare
run test_checksums "checksums 4->6" mame "$HOSPITAL" "$CLAIMS4" common
run test_checksums "checksums 6->4" common "$CLAIMS" "$MAME_HOSPITAL6" mame
run test_checksums "checksums 6->6" kmix "$KMIX" "$CLAIMS6" common
run test_options "options and extension headers"
run test_protocols "other protocols"
run test_udp_zero "UDP without checksum"
run test_bad_checksum "a wrong checksum stays wrong"
run test_stateless "no connection is tracked, and nothing forwarded by the stack"
finish
