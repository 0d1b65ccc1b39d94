#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-core
#
# Packets that come together are worked on together: they keep their order, none
# stays behind, and a port can go while they wait.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

require ethtool

# Fewer than are worked on at once, as many, and more.
test_order()
{
	local count

	for count in 1 2 31 32 33 60; do
		counted mame forwarded "$count" "$count packets" \
			raw burst mame "$HOSPITAL" "$HARE_HOSPITAL4" hare "$count"
	done
}

test_without()
{
	must "no flow cache" ix settings change flow-cache 0
	expect "order, without a flow cache" \
		raw burst mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 60
	must "a small one" ix settings change flow-cache 16
	expect "order, with a small flow cache" \
		raw burst mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 60
}

# New flows that come together, with what they need brought near side by side, of
# one institution and of several, with and without agreements, and of nobody.
test_flows()
{
	local -a pairs=("$HOSPITAL>$HARE_HOSPITAL4" "$CLINIC>$HARE_EMERGENCY4"
		"$HOSPITAL>!100.64.99.99" "$PHARMACY>$HARE_HOSPITAL4"
		"192.168.99.99>!$HARE_HOSPITAL4" "$CLINIC>$HARE_HOSPITAL4")
	local size n

	must "a configuration that is worth it" ix_batch < <(
		echo transaction begin
		for n in {1000..2100}; do
			echo "institution add $n name nobody-$n class clinic"
			echo "prefix add 2001:db8:0:64::100.64.$((n / 256 + 39)).$((n % 256))/128" \
				"institution $n tenant hare"
		done
		cat <<-END
			rule add permit from institution mame-clinic to institution hare-hospital
			rule add order 1 deny from institution mame-hospital to institution hare-emergency
			transaction commit
		END
	)
	# Nothing waits for a neighbour.
	must "a neighbour" pings mame "$HARE_HOSPITAL4"
	must "another" pings mame "$HARE_EMERGENCY4" -I "$CLINIC"
	# They wait in the host's queue, and come to the router in one go.
	must "a queue" tc -n "${NS[mame]}" qdisc add dev ix0 root \
		netem slot 300ms 300ms packets 64
	defer tc -n "${NS[mame]}" qdisc del dev ix0 root
	for size in 0 16 4096; do
		must "a flow cache of $size" ix settings change flow-cache "$size"
		expect "60 flows, with a flow cache of $size" \
			raw flows mame hare 60 "${pairs[@]}"
	done
}

# Bursts, whatever becomes of them.
cat >"$TMP/flood.py" <<'END'
import socket
import sys

sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.SOL_UDP, 103, 100)  # UDP_SEGMENT
sender.bind((sys.argv[1], 1000))
while True:
    try:
        sender.sendto(bytes(6000), (sys.argv[2], 2000))
    except OSError:
        pass
END

sees_packets()
{
	(($(counter mame forwarded) > $1))
}

# A reference to a device that is left behind would be waited for until all is
# over.
test_port_goes()
{
	local round before

	background mame python3 -B "$TMP/flood.py" "$HOSPITAL" "$HARE_HOSPITAL4"
	for round in 1 2; do
		before=$(counter mame forwarded)
		busywait sees_packets "$before" || fail "round $round: no packets"
		must "the ruleset goes" on router nft delete table netdev ix
		must "and comes back" scene_ports
		before=$(counter mame forwarded)
		busywait sees_packets "$before" || fail "round $round: none again"
		must "the port goes" ip -n "${NS[router]}" link delete mame0
		port mame0 mame
		no_offload
		host4 mame "$MAME_GW" "$HOSPITAL" 2>"$TMP/host4.err"
		ip -n "${NS[router]}" addr replace "$MAME_GW/32" dev mame0
		must "it is a port again" attach mame mame0
		before=$(counter mame forwarded)
		busywait sees_packets "$before" || fail "round $round: a port in vain"
	done
	stop_background
	expect "it forwards" \
		raw burst mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 60
}

# Datagrams are cut before they leave, not by the router.
no_offload()
{
	must "no offloads" on mame ethtool -K ix0 gso off tx-udp-segmentation off
}

scene
no_offload
run test_order "bursts keep their order"
run test_without "without a flow cache, too"
run test_flows "new flows that come together"
run test_port_goes "ports that go while packets wait"
finish
