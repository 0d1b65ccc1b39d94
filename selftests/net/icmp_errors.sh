#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors that hosts and routers of the tenants send: translated with the
# packet within, and only about packets that were permitted.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# The application sees what the other host's kernel has said.
test_port_unreachable()
{
	asking_fails mame udp "$HOSPITAL" "$HARE_HOSPITAL4" 9999 ECONNREFUSED \
		"4->4"
	asking_fails mame udp "$HOSPITAL" "$CLAIMS4" 9999 ECONNREFUSED "4->6"
	asking_fails common udp "$CLAIMS" "$MAME_HOSPITAL6" 9999 ECONNREFUSED \
		"6->4"
	asking_fails kmix udp "$KMIX" "$CLAIMS6" 9999 ECONNREFUSED "6->6"
	asking_fails common udp "$CLAIMS" "$KMIX6" 9999 ECONNREFUSED \
		"6->6, the other way"
}

# error WHAT [MTU]: in all directions; between the versions the header, and so
# the MTU, differs by 20.
error()
{
	local what=$1 mtu4=${2:-0} mtu6=0

	((mtu4 == 0)) || mtu6=$((mtu4 + 20))
	expect "4->4" raw forwarded_error "$what" \
		hare "$HOSPITAL" "$MAME_HOSPITAL4" "$HOSPITAL" \
		mame "$HARE_HOSPITAL4" "$HOSPITAL" "$HARE_HOSPITAL4" \
		"$mtu4" "$mtu4"
	expect "6->4" raw forwarded_error "$what" \
		common "$CLAIMS" "$MAME_PHARMACY6" "$CLAIMS" \
		mame "$CLAIMS4" "$PHARMACY" "$CLAIMS4" "$mtu6" "$mtu4"
	expect "4->6" raw forwarded_error "$what" \
		mame "$PHARMACY" "$CLAIMS4" "$PHARMACY" \
		common "$MAME_PHARMACY6" "$CLAIMS" "$MAME_PHARMACY6" \
		"$mtu4" "$mtu6"
	expect "6->6" raw forwarded_error "$what" \
		common "$CLAIMS" "$KMIX6" "$CLAIMS" \
		kmix "$CLAIMS6" "$KMIX" "$CLAIMS6" "$mtu6" "$mtu6"
	expect "6->6, the other way" raw forwarded_error "$what" \
		kmix "$KMIX" "$CLAIMS6" "$KMIX" \
		common "$KMIX6" "$CLAIMS" "$KMIX6" "$mtu6" "$mtu6"
}

test_error()
{
	error "$@"
}

# Routers quote as little as 8 octets of what is behind the IP header.
test_short()
{
	expect "4->4" raw forwarded_error port \
		hare "$HOSPITAL" "$MAME_HOSPITAL4" "$HOSPITAL" \
		mame "$HARE_HOSPITAL4" "$HOSPITAL" "$HARE_HOSPITAL4" 0 0 short
	expect "4->6" raw forwarded_error port \
		mame "$PHARMACY" "$CLAIMS4" "$PHARMACY" \
		common "$MAME_PHARMACY6" "$CLAIMS" "$MAME_PHARMACY6" 0 0 short
}

# A router inside a tenant has no IX address: the receiver's gateway speaks
# for it.
test_unmapped_sender()
{
	expect "4->4" raw forwarded_error hop-limit \
		hare 10.99.99.99 "$MAME_HOSPITAL4" "$HOSPITAL" \
		mame "$MAME_GW" "$HOSPITAL" "$HARE_HOSPITAL4"
	expect "6->4" raw forwarded_error hop-limit \
		common 2001:db8:99::99 "$MAME_PHARMACY6" "$CLAIMS" \
		mame "$MAME_GW" "$PHARMACY" "$CLAIMS4"
	expect "4->6" raw forwarded_error hop-limit \
		mame 10.99.99.99 "$CLAIMS4" "$PHARMACY" \
		common "$COMMON_GW" "$CLAIMS" "$MAME_PHARMACY6"
}

# refused REASON COUNTER: IPv4 and IPv6.
refused()
{
	counted hare "$2" 1 "IPv4" raw refused_error "$1" hare "$HOSPITAL" \
		"$MAME_HOSPITAL4" "$HOSPITAL" mame
	expect "IPv4: nothing comes out" raw refused_error "$1" hare \
		"$HOSPITAL" "$MAME_HOSPITAL4" "$HOSPITAL" mame
	counted common "$2" 1 "IPv6" raw refused_error "$1" common "$CLAIMS" \
		"$KMIX6" "$CLAIMS" kmix
	expect "IPv6: nothing comes out" raw refused_error "$1" common \
		"$CLAIMS" "$KMIX6" "$CLAIMS" kmix
}

test_refused()
{
	refused "$@"
}

# About packets that the policy does not permit there are no errors.
test_policy()
{
	must "a service" ix service add web udp dport 80
	defer ix service delete web
	rules "permit from class pharmacy to any service web oneway"
	defer rules "permit from any to any"
	counted hare default_deny 1 "UDP port 2222 of the hospital" \
		raw refused_error port hare "$HOSPITAL" "$MAME_HOSPITAL4" \
		"$HOSPITAL" mame
	rules "permit from class hospital to class hospital"
	expect "permitted" raw forwarded_error port \
		hare "$HOSPITAL" "$MAME_HOSPITAL4" "$HOSPITAL" \
		mame "$HARE_HOSPITAL4" "$HOSPITAL" "$HARE_HOSPITAL4"
	# The packet was permitted, and is one-way; the error about it passes.
	rules "permit from institution 101 to institution 201 oneway"
	expect "about a one-way packet" raw forwarded_error port \
		hare "$HOSPITAL" "$MAME_HOSPITAL4" "$HOSPITAL" \
		mame "$HARE_HOSPITAL4" "$HOSPITAL" "$HARE_HOSPITAL4"
	refuse "about a packet that could not have come" raw forwarded_error \
		port mame "$HOSPITAL" "$HARE_HOSPITAL4" "$HOSPITAL" \
		hare "$MAME_HOSPITAL4" "$HOSPITAL" "$MAME_HOSPITAL4"
}

scene
scene_servers
run test_port_unreachable "an application sees that a port is closed"
run test_error "port unreachable" port
run test_error "network unreachable" network
run test_error "host unreachable" host
run test_error "administratively prohibited" prohibited
run test_error "hop limit exceeded" hop-limit
run test_error "too big" too-big 1400
run test_short "errors that quote 8 octets"
run test_unmapped_sender "errors of routers inside a tenant"
run test_refused "a wrong checksum" checksum icmp_checksum
run test_refused "an error about a packet of someone else" inner-source icmp_inner
run test_refused "an error about an error" nested icmp_inner
run test_refused "an error that quotes too little" truncated icmp_inner
run test_policy "errors and the policy"
finish
