#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TTL and hop limit; traceroute.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
require traceroute

test_expired()
{
	local kind

	for kind in udp tcp icmp; do
		expect "4->4, $kind" raw own_error hop-limit mame "$HOSPITAL" \
			"$HARE_HOSPITAL4" "$MAME_GW" "$kind" 20 0 1
		expect "4->6, $kind" raw own_error hop-limit mame "$HOSPITAL" \
			"$CLAIMS4" "$MAME_GW" "$kind" 20 0 1
		expect "6->4, $kind" raw own_error hop-limit kmix "$KMIX" \
			"$HARE_HOSPITAL6" "$KMIX_GW" "$kind" 20 0 1
		expect "6->6, $kind" raw own_error hop-limit kmix "$KMIX" \
			"$CLAIMS6" "$KMIX_GW" "$kind" 20 0 1
	done
	expect "a large packet is quoted in part" raw own_error hop-limit mame \
		"$HOSPITAL" "$HARE_HOSPITAL4" "$MAME_GW" udp 1400 0 1
	expect "a large packet is quoted in part, IPv6" raw own_error hop-limit \
		kmix "$KMIX" "$CLAIMS6" "$KMIX_GW" udp 1400 0 1
	counted mame hop_limit 1 "counted" raw own_error hop-limit mame \
		"$HOSPITAL" "$HARE_HOSPITAL4" "$MAME_GW" udp 20 0 1
	counted kmix hop_limit 1 "counted" raw own_error hop-limit kmix \
		"$KMIX" "$CLAIMS6" "$KMIX_GW" udp 20 0 1
}

# One that has two hops left arrives with one.
test_last_hop()
{
	expect "4->4" pings mame "$HARE_HOSPITAL4" -t 2
	expect "4->6" pings mame "$CLAIMS4" -t 2
	expect "6->4" pings common "$MAME_HOSPITAL6" -t 2
	expect "6->6" pings kmix "$CLAIMS6" -t 2
}

test_silence()
{
	local reason

	for reason in error fragment redirect; do
		expect "IPv4, $reason" raw no_own_error mame "$HOSPITAL" \
			"$HARE_HOSPITAL4" "$reason"
		expect "IPv6, $reason" raw no_own_error kmix "$KMIX" \
			"$CLAIMS6" "$reason"
	done
}

test_traceroute()
{
	trace_route mame "$HOSPITAL" "$HARE_HOSPITAL4" "$MAME_GW"
	trace_route mame "$HOSPITAL" "$CLAIMS4" "$MAME_GW"
	trace_route kmix "$KMIX" "$CLAIMS6" "$KMIX_GW"
	trace_route kmix "$KMIX" 2001:db8:0:64::6440:210a "$KMIX_GW"
}

# Without a gateway address there is nobody to send errors from.
test_no_gateway()
{
	must "no gateway" ix tenant change mame gateway 0.0.0.0
	defer ix tenant change mame gateway "$MAME_GW"
	counted mame hop_limit 1 "counted" raw send_ttl1 mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	refuse "no error" raw own_error hop-limit mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$MAME_GW" udp 20 0 1
}

# Six at once and then one a second, by default, to each address.
test_rate()
{
	local count

	on router sysctl -qw net.ipv4.icmp_ratelimit=1000 \
		net.ipv6.icmp.ratelimit=1000
	defer on router sysctl -qw net.ipv4.icmp_ratelimit=0 \
		net.ipv6.icmp.ratelimit=0
	count=$(raw errors_for 50 mame "$CLINIC" "$HARE_HOSPITAL4")
	((count >= 1 && count <= 10)) || fail "$count errors for 50 packets"
	count=$(raw errors_for 50 kmix "$KMIX" "$CLAIMS6")
	((count >= 1 && count <= 10)) || fail "$count errors for 50 packets, IPv6"
	counted mame hop_limit 50 "all are counted" raw errors_for 50 mame \
		"$CLINIC" "$HARE_HOSPITAL4"
}

# Errors that the limit of all has forbidden.
limited()
{
	on router nstat -asz IcmpOutRateLimitGlobal | awk 'NR == 2 { print $2 }'
}

# So many errors together, whoever they are sent to, with those of the stack; but
# for what path MTU discovery needs.
test_rate_of_all()
{
	local count=1 tries before

	on router sysctl -qw net.ipv4.icmp_msgs_per_sec=0
	defer on router sysctl -qw net.ipv4.icmp_msgs_per_sec=1000000
	for ((tries = 0; tries < 50 && count; tries++)); do
		count=$(raw errors_for 200 mame "$CLINIC" "$HARE_HOSPITAL4")
	done
	expect_equal "errors when those of the burst are gone" 0 "$count"
	before=$(limited)
	counted kmix hop_limit 50 "the drops are counted" raw errors_for 50 \
		kmix "$KMIX" "$CLAIMS6"
	expect_equal "errors that were forbidden" $((before + 50)) "$(limited)"
	ip -n "${NS[router]}" link set comm0 mtu 1400
	defer ip -n "${NS[router]}" link set comm0 mtu 1500
	expect "fragmentation needed" raw own_error too-big mame "$HOSPITAL" \
		"$CLAIMS4" "$MAME_GW" udp 1472 1380
	expect "packet too big" raw own_error too-big kmix "$KMIX" "$CLAIMS6" \
		"$KMIX_GW" udp 1452 1400

	on router sysctl -qw net.ipv4.icmp_msgs_per_sec=1000000
	expect "there are some again" raw own_error hop-limit mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" "$MAME_GW" udp 20 0 1
}

scene
scene_servers
run test_expired "time exceeded, from the gateway address"
run test_last_hop "hop limit 2"
run test_silence "no errors about errors, later fragments and redirects"
run test_traceroute "traceroute with UDP, ICMP and TCP"
run test_no_gateway "a tenant without a gateway address"
run test_rate "errors are rate-limited"
run test_rate_of_all "all errors together are"
finish
