#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: vm
# ix-parallel
# ix-timeout: 600
#
# Packets on several processors at once, while the configuration changes: what
# ix has counted adds up, and every packet is either as it should be or dropped
# for a reason that the configuration gave. First flows that come again and again,
# as the flow cache likes them, then new ones all the time.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

CPUS=$(nproc)
PACKETS=${PACKETS:-10000}
((CPUS > 1)) || plan_skip "one processor"
modprobe -q pktgen || plan_skip "no pktgen"
require tcpdump ethtool

# pktgen FILE LINE...: what pktgen is told.
pktgen()
{
	local file=$1 line
	shift

	for line in "$@"; do
		on mame tee "/proc/net/pktgen/$file" <<<"$line" >/dev/null ||
			fail "pktgen: $file: $line"
	done
}

# generators PORTS: one thread a processor, in turns to a host with IPv4 and to one
# with IPv6, from so many source ports.
generators()
{
	local cpu dst mac

	mac=$(ip -n "${NS[router]}" -j link show mame0 | jq -r '.[].address')
	pktgen pgctrl reset
	for ((cpu = 0; cpu < CPUS; cpu++)); do
		dst=$HARE_HOSPITAL4
		((cpu % 2 == 0)) || dst=$CLAIMS4
		pktgen "kpktgend_$cpu" rem_device_all "add_device ix0@$cpu"
		pktgen "ix0@$cpu" "count $PACKETS" "pkt_size 100" "clone_skb 0" \
			"dst_mac $mac" "src_min $HOSPITAL" "src_max $HOSPITAL" \
			"dst_min $dst" "dst_max $dst" "udp_dst_min 5000" \
			"udp_dst_max 5000" "udp_src_min 1024" "udp_src_max $((1024 + $1))" \
			"flag UDPSRC_RND" "flag UDPCSUM"
	done
}

# Counts what comes to ix, and what leaves it as it should, or not. (nft knows no
# address that ends in four decimal numbers.)
observers()
{
	on router nft -f - <<-END
		table netdev observed {
			counter in { }
			counter to_hare { }
			counter to_common { }
			counter wrong { }
			chain in {
				type filter hook ingress device mame0 priority -300
				udp dport 5000 counter name in
			}
			chain hare {
				type filter hook egress device hare0 priority 0
				ip saddr $MAME_HOSPITAL4 ip daddr $HOSPITAL ip ttl 31 udp dport 5000 counter name to_hare accept
				meta l4proto udp counter name wrong
			}
			chain common {
				type filter hook egress device comm0 priority 0
				ip6 saddr 2001:db8:0:64::6440:110a ip6 daddr $CLAIMS ip6 hoplimit 31 udp dport 5000 counter name to_common accept
				meta l4proto udp counter name wrong
			}
		}
	END
}

observed()
{
	on router nft -j list counter netdev observed "$1" |
		jq '.nftables[].counter.packets // empty'
}

# Until the generators have ended: each of these is one transaction or more.
change()
{
	local n=0

	while [ ! -e "$TMP/sent" ]; do
		ix restore "$TMP/deny"
		ix restore "$TMP/permit"
		ix institution replace 999 name "nobody-$n" class clinic
		ix map replace tenant hare explicit 192.168.0.0/20 \
			2001:db8:0:64::100.64.32.0/116
		ix prefix replace 2001:db8:0:64::100.64.33.0/120 institution 201 \
			tenant hare
		n=$((n + 1))
		echo "$n" >"$TMP/changes"
	done
}

# Nothing is on its way any more.
settled()
{
	local before

	before=$(observed in)
	sleep 0.3
	[ "$before" = "$(observed in)" ]
}

# watching: a socket that receives all packets is a static key in the kernel's code.
watching()
{
	[ "$(grep -c "listening on" "$TMP/background.log")" = 2 ]
}

# test_changes PORTS
test_changes()
{
	local name packets forwarded=0 dropped=0 delivered cpu

	scene
	scene_objects >"$TMP/deny"
	cp "$TMP/deny" "$TMP/permit"
	echo "rule add permit from any to any" >>"$TMP/permit"
	rm -f "$TMP/sent"

	on mame ethtool -K ix0 tx off >/dev/null
	must "what is observed" observers
	generators "$1"
	: >"$TMP/background.log"
	for name in hare common; do
		background "$name" tcpdump -ni ix0 -vv -c 500 udp dst port 5000
	done
	busywait watching || fail "nobody watches"
	change 2>"$TMP/change.err" &
	pktgen pgctrl start
	touch "$TMP/sent"
	wait "$!"
	[ ! -s "$TMP/change.err" ] || fail "changes: $(head -n 5 "$TMP/change.err")"
	busywait settled || fail "packets never end"

	for ((cpu = 0; cpu < CPUS; cpu++)); do
		on mame grep -q "^Result: OK" "/proc/net/pktgen/ix0@$cpu" ||
			fail "processor $cpu has not sent"
	done
	# What was denied meanwhile, and nothing else.
	while read -r name packets _; do
		case $name in
		forwarded) forwarded=$packets ;;
		default_deny) dropped=$packets ;;
		delivered) ;;
		*) ((packets == 0)) || fail "$packets packets are $name" ;;
		esac
	done < <(counters mame)
	diag "$CPUS processors, $(observed in) packets, $forwarded forwarded," \
		"$dropped denied, $(cat "$TMP/changes") rounds of changes"
	((forwarded > PACKETS / 100)) || fail "$forwarded were forwarded"
	((dropped > 0)) || fail "nothing was denied"
	expect_equal "taken" "$(observed in)" $((forwarded + dropped))
	expect_equal "sent on" "$forwarded" \
		$(($(observed to_hare) + $(observed to_common)))
	expect_equal "wrong packets" 0 "$(observed wrong)"
	delivered=$(($(counter hare delivered) + $(counter common delivered)))
	expect_equal "delivered" "$forwarded" "$delivered"
	if grep -q "bad udp cksum" "$TMP/background.log"; then
		fail "wrong checksums: $(grep -m 1 "bad udp cksum" "$TMP/background.log")"
	fi
	grep -q "udp sum ok" "$TMP/background.log" ||
		fail "no checksum was looked at"
}

run test_changes "flows that come again, on $CPUS processors, under changes" 8
run test_changes "new flows, on $CPUS processors, under changes" 58000
finish
