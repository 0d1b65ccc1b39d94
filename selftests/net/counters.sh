#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
#
# Every packet that ix takes ends in exactly one counter; the tracepoints say
# the same.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# total TENANT: packets that it has sent, whatever became of them.
total()
{
	counters "$1" | awk '$1 != "delivered" { n += $2 } END { print n + 0 }'
}

delivered()
{
	counter "$1" delivered
}

# quiet: what the hosts' stacks say by themselves is over.
quiet()
{
	local before=

	until [ "$before" = "$(total mame) $(total hare) $(total kmix) $(total common)" ]; do
		before="$(total mame) $(total hare) $(total kmix) $(total common)"
		sleep 0.3
	done
}

# everything NAME SOURCE ADDRESS: all sorts of packets, good and mangled.
test_everything()
{
	local name=$1 before sent seed

	quiet
	before=$(total "$name")
	read -r sent seed <<<"$(raw everything_counted "$name" "$2" "$3" 1000)"
	quiet
	expect_equal "packets of $name (seed $seed)" $((before + sent)) \
		"$(total "$name")"
}

# What is forwarded by one is delivered to another.
test_forwarded_is_delivered()
{
	local forwarded=0 delivered=0 name

	quiet
	pings mame "$HARE_HOSPITAL4" -c 5 -i 0.01
	ask mame tcp "$HOSPITAL" "$CLAIMS4" >/dev/null
	quiet
	for name in mame hare kmix common; do
		forwarded=$((forwarded + $(counter "$name" forwarded)))
		delivered=$((delivered + $(delivered "$name")))
	done
	expect_equal "delivered" "$forwarded" "$delivered"
	((forwarded > 0)) || fail "nothing was forwarded"
}

bytes()
{
	counters "$1" | awk -v name="$2" '$1 == name { print $3 }'
}

test_bytes()
{
	local before_mame before_common

	quiet
	before_mame=$(bytes mame forwarded)
	before_common=$(bytes common delivered)
	raw send_udp mame "$HOSPITAL" "$CLAIMS4" 10
	sleep 0.2
	# 28 octets of IPv4 each.
	expect_equal "octets of mame" $((before_mame + 280)) \
		"$(bytes mame forwarded)"
	(($(bytes common delivered) >= before_common + 280)) ||
		fail "octets delivered to common: $(bytes common delivered)"
}

# malformed WHAT REASON NAME SOURCE ADDRESS
malformed()
{
	counted "$3" "$2" 1 "$1" raw malformed "$3" "$4" "$5" "$1"
}

# malformed packets of either version, each under its name.
test_malformed()
{
	local what

	malformed header_checksum ip_checksum mame "$HOSPITAL" "$HARE_HOSPITAL4"
	for what in ihl ihl_long total_short total_long version udp_short \
		tcp_offset; do
		malformed "$what" malformed mame "$HOSPITAL" "$HARE_HOSPITAL4"
	done
	for what in length6 version6 chain6; do
		malformed "$what" malformed kmix "$KMIX" "$CLAIMS6"
	done
	malformed truncated malformed mame "$HOSPITAL" "$HARE_HOSPITAL4"
}

# Addresses that no host can have, as source or destination.
test_bad_addresses()
{
	local address

	for address in 0.0.0.0 0.1.2.3 127.0.0.1 224.0.0.1 240.0.0.1 \
		255.255.255.255 169.254.1.1; do
		counted mame bad_address 1 "from $address" raw send_udp mame \
			"$address" "$HARE_HOSPITAL4"
	done
	for address in 0.0.0.0 127.0.0.1 240.0.0.1; do
		counted mame bad_address 1 "to $address" raw send_udp mame \
			"$HOSPITAL" "$address"
	done
	for address in :: ::1 ff02::1 fe80::99 ::ffff:10.0.0.1 ::10.0.0.1; do
		counted kmix bad_address 1 "from $address" raw send_udp kmix \
			"$address" "$CLAIMS6"
	done
	for address in ::1 ::ffff:10.0.0.1 ::10.0.0.1; do
		counted kmix bad_address 1 "to $address" raw send_udp kmix \
			"$KMIX" "$address"
	done
}

# IPv6 extension headers that nobody knows, protocols that can't be translated.
test_refused_protocols()
{
	counted mame protocol 1 "an IPv6 extension header within IPv4" \
		raw send_protocol 60 mame "$HOSPITAL" "$CLAIMS4"
	counted mame icmp_type 1 "timestamp request 4->6" raw send_icmp mame \
		"$HOSPITAL" "$CLAIMS4" 13
	counted kmix icmp_type 1 "node information query 6->4" raw send_icmp \
		kmix "$KMIX" "$HARE_HOSPITAL6" 139
	expect "timestamp request 4->4" raw icmp_passes mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 13
}

# events NAME: how often a tracepoint has fired.
events()
{
	grep -c ": $1:" "$TRACING/trace"
}

test_tracepoints()
{
	TRACING=/sys/kernel/tracing
	[ -e "$TRACING/trace" ] ||
		mount -t tracefs nodev "$TRACING" 2>/dev/null ||
		{ skip "no tracefs"; return; }
	expect "ix_drop" test -d "$TRACING/events/ix/ix_drop" || return
	expect "ix_forward" test -d "$TRACING/events/ix/ix_forward" || return
	quiet
	echo >"$TRACING/trace"
	echo 1 >"$TRACING/events/ix/enable"
	defer sh -c "echo 0 >$TRACING/events/ix/enable"
	raw send_udp mame "$HOSPITAL" 100.64.33.77 3
	raw send_udp mame 10.1.1.1 "$CLAIMS4" 2
	raw send_udp mame 192.168.4.4 "$CLAIMS4"
	sleep 0.2
	echo 0 >"$TRACING/events/ix/enable"
	expect_equal "ix_forward" 3 "$(events ix_forward)"
	expect_equal "ix_drop" 3 "$(events ix_drop)"
	expect_match 'ix_forward: .*mame.*hare' "from and to" \
		cat "$TRACING/trace"
	expect_equal "not_local" 2 \
		"$(grep -c 'ix_drop: .*tenant=mame.*reason=not_local' "$TRACING/trace")"
	expect_match 'ix_drop: .*reason=spoofed' "spoofed" cat "$TRACING/trace"
}

# The skb itself is freed with a core reason, which stock tools show.
test_core_reasons()
{
	TRACING=/sys/kernel/tracing
	[ -e "$TRACING/events/skb/kfree_skb" ] || { skip "no kfree_skb"; return; }
	quiet
	echo >"$TRACING/trace"
	echo 1 >"$TRACING/events/skb/kfree_skb/enable"
	defer sh -c "echo 0 >$TRACING/events/skb/kfree_skb/enable"
	raw send_udp mame 10.1.1.1 "$CLAIMS4"
	raw malformed mame "$HOSPITAL" "$CLAIMS4" header_checksum
	sleep 0.2
	echo 0 >"$TRACING/events/skb/kfree_skb/enable"
	expect_match 'kfree_skb: .*ix_.*reason: NETFILTER_DROP' "not_local" \
		cat "$TRACING/trace"
	expect_match 'kfree_skb: .*ix_.*reason: IP_CSUM' "ip_checksum" \
		cat "$TRACING/trace"
}

# What is not for ix goes on to the stack, and is counted nowhere.
test_left_alone()
{
	local before

	link4 mame mame0 "$MAME_GW"
	quiet
	before=$(total mame)
	expect "ping of the router" pings mame "$MAME_GW" -I "${MAME_GW%.*}.2"
	expect "ping of its link-local address" on kmix ping -q -c 1 -W 2 \
		fe80::1%ix0
	on mame ip neigh flush dev ix0
	expect "ARP" pings mame "$MAME_GW" -I "${MAME_GW%.*}.2"
	raw send_udp mame "$HOSPITAL" 224.0.0.5
	raw send_udp mame "$HOSPITAL" 255.255.255.255
	raw other_host mame "$HOSPITAL" "$HARE_HOSPITAL4"
	expect_equal "counted" "$before" "$(total mame)"
	expect "neighbour discovery" on kmix ip -6 neigh flush dev ix0
	expect "afterwards" pings kmix "$CLAIMS6"
}

# Frames of a VLAN belong to the VLAN's device, or to nobody.
test_vlan()
{
	local before

	quiet
	before=$(total mame)
	ip -n "${NS[mame]}" link add link ix0 name ix0.7 type vlan id 7 ||
		{ skip "no VLANs"; return; }
	defer ip -n "${NS[mame]}" link del ix0.7
	ip -n "${NS[mame]}" link set ix0.7 up
	raw send_vlan mame ix0.7 "$HOSPITAL" "$HARE_HOSPITAL4"
	sleep 0.2
	expect_equal "counted" "$before" "$(total mame)"
	ip -n "${NS[router]}" link add link mame0 name mame0.7 type vlan id 7
	defer ip -n "${NS[router]}" link del mame0.7
	ip -n "${NS[router]}" link set mame0.7 up
	must "a port on the VLAN" attach mame mame0 mame0.7
	defer scene_ports
	defer on router nft delete table netdev ix
	counted mame forwarded 1 "a port on a VLAN" raw send_vlan mame ix0.7 \
		"$HOSPITAL" 100.64.33.77 mame0.7
}

scene
scene_servers
run test_malformed "malformed packets"
run test_bad_addresses "addresses that no host can have"
run test_refused_protocols "what can't be translated"
run test_everything "everything is counted once, IPv4" mame "$HOSPITAL" \
	"$HARE_HOSPITAL4"
run test_everything "everything is counted once, 4->6" hare "$EMERGENCY" \
	"$CLAIMS4"
run test_everything "everything is counted once, IPv6" kmix "$KMIX" "$CLAIMS6"
run test_everything "everything is counted once, 6->4" common "$CLAIMS" \
	"$MAME_HOSPITAL6"
run test_forwarded_is_delivered "what is forwarded is delivered"
run test_bytes "octets"
run test_tracepoints "the tracepoints ix:ix_drop and ix:ix_forward"
run test_core_reasons "drop reasons of the core"
run test_left_alone "what is not for ix"
run test_vlan "VLANs"
finish
