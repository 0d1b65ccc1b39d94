#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-core
# What the other tests take for granted in a guest.
set -uo pipefail

n=0
check()
{
	local what=$1
	shift

	n=$((n + 1))
	if "$@" >/tmp/smoke.out 2>&1; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# /' /tmp/smoke.out
	fi
}

own_root()
{
	# Nothing may get through to the host.
	[ "$(stat -f -c %T /)" = overlayfs ] && touch /usr/smoke && rm /usr/smoke
}

namespaces()
{
	ip netns add smoke-a && ip netns add smoke-b &&
		ip link add veth-a netns smoke-a type veth peer veth-b netns smoke-b &&
		ip -n smoke-a addr add 192.0.2.1/24 dev veth-a && ip -n smoke-a link set veth-a up &&
		ip -n smoke-b addr add 192.0.2.2/24 dev veth-b && ip -n smoke-b link set veth-b up &&
		ip netns exec smoke-a ping -c 1 -W 5 192.0.2.2
}

netdev_family()
{
	ip netns exec smoke-b nft -f - <<-RULES
		table netdev smoke {
			chain in {
				type filter hook ingress device veth-b priority 0
				icmp type echo-request counter drop
			}
		}
	RULES
	! ip netns exec smoke-a ping -c 1 -W 1 192.0.2.2 &&
		ip netns exec smoke-b nft list ruleset | grep 'packets 1'
}

vrf()
{
	ip -n smoke-a link add smokevrf type vrf table 7 &&
		ip -n smoke-a link set smokevrf up &&
		ip -n smoke-a link set veth-a master smokevrf
}

events()
{
	[ -d /sys/kernel/tracing/events/skb/kfree_skb ]
}

echo "1..6"
check "an own root, by overlay" own_root
check "a folder of modules that depmod knows" test -s "/lib/modules/$(uname -r)/modules.dep"
check "network namespaces and veth" namespaces
check "nft chains of the netdev family" netdev_family
check "VRF" vrf
check "trace events" events
