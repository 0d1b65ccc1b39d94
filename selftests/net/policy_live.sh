#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-timeout: 400
#
# A policy that changes under traffic: agreements begin and end in the second
# that they say, and each packet sees one policy as a whole.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# Sends UDP packets to several ports, from several sources, in turn: "send
# DESTINATION PAUSE SOURCE:PORT..." until there is a file "enough"; or counts
# them: "count ADDRESS PORT...". Both write what they have seen: "SOURCE PORT
# PACKETS FIRST LAST", times in seconds.
cat >"$TMP/flows.py" <<'END'
import os
import select
import socket
import struct
import sys
import time

# The kernel says when a packet came: the reader may be late.
SO_TIMESTAMPNS = 35
ENOUGH = os.path.join(os.path.dirname(sys.argv[0]), "enough")


def report(flows):
    for (source, port), (count, first, last) in sorted(flows.items()):
        print(source, port, count, "%.3f" % first, "%.3f" % last)


def send(destination, pause, *flows):
    sent = {}
    sockets = []
    for flow in flows:
        source, port = flow.split(":")
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((source, 0))
        sockets.append((source, int(port), sock))
    while not os.path.exists(ENOUGH):
        for source, port, sock in sockets:
            try:
                sock.sendto(b"x" * 64, (destination, port))
            except OSError:
                # What an ICMP error has said of a packet before.
                continue
            now = time.time()
            count, first, _ = sent.get((source, port), (0, now, 0))
            sent[source, port] = count + 1, first, now
        time.sleep(float(pause))
    report(sent)


def count(address, *ports):
    seen = {}
    sockets = []
    for port in ports:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        sock.bind((address, int(port)))
        sockets.append(sock)
    quiet = 0
    while quiet < 5:
        ready, _, _ = select.select(sockets, [], [], 0.2)
        quiet = quiet + 1 if not ready and os.path.exists(ENOUGH) else 0
        for sock in ready:
            _, control, _, peer = sock.recvmsg(100, 100)
            seconds, nanoseconds = struct.unpack("ll", control[0][2])
            now = seconds + nanoseconds / 1e9
            key = peer[0], sock.getsockname()[1]
            number, first, _ = seen.get(key, (0, now, 0))
            seen[key] = number + 1, first, now
    report(seen)


{"send": send, "count": count}[sys.argv[1]](*sys.argv[2:])
END

# flows PAUSE SOURCE:PORT...: from mame to the hospital of hare, until "enough".
flows()
{
	local pause=$1 flow
	local -A ports=()
	shift

	rm -f "$TMP/enough"
	for flow in "$@"; do
		ports[${flow#*:}]=1
	done
	on hare python3 -B "$TMP/flows.py" count "$HOSPITAL" "${!ports[@]}" \
		>"$TMP/seen" 2>&1 &
	counter=$!
	for flow in "${!ports[@]}"; do
		busywait listening hare udp "$flow"
	done
	on mame python3 -B "$TMP/flows.py" send "$HARE_HOSPITAL4" "$pause" \
		"$@" >"$TMP/sent" 2>&1 &
	sender=$!
}

enough()
{
	touch "$TMP/enough"
	wait "$sender" "$counter"
}

# of FILE SOURCE PORT COLUMN: 1 packets, 2 first, 3 last; 0 if there are none.
of()
{
	awk -v s="$2" -v p="$3" -v c="$4" '$1 == s && $2 == p { n = $(c + 2) }
		END { print n ? n : 0 }' "$TMP/$1"
}

# between MESSAGE TIME EARLIEST LATEST
between()
{
	awk -v t="$2" -v from="$3" -v to="$4" \
		'BEGIN { exit !(t >= from && t <= to) }' ||
		fail "$1: at $2, not between $3 and $4"
}

# holds MESSAGE SOURCE SINCE UNTIL: packets have passed in this time and in no
# other. Who sends them may come late, or stall.
holds()
{
	between "$1: begins" "$(of seen "$2" 5001 2)" "$3" $(($3 + 2))
	between "$1: ends" "$(of seen "$2" 5001 3)" $(($4 - 2)) \
		"$4.$LATE"
}

# refuses NUMBER: has mame sent that many that were refused?
refuses()
{
	[ "$(counter mame default_deny)" -ge "$1" ]
}

# forwards NUMBER: has mame sent that many that were forwarded?
forwards()
{
	[ "$(counter mame forwarded)" -ge "$1" ]
}

# A flow that runs all the time is let through from the first second of the
# agreement to its end, by the clock alone.
test_expiry()
{
	local now since until

	rules
	flows 0.005 "$HOSPITAL:5001" "$CLINIC:5001" "$PHARMACY:5002"
	busywait refuses 20 || fail "nothing is sent"
	# There is time to say so before it begins.
	now=$(date +%s)
	since=$((now + 3))
	until=$((now + 6))
	rules "permit from institution 101 to institution 201 service one since @$since until @$until" \
		"permit from institution 102 to class hospital service one since @$since until @$until" \
		"permit from institution 103 to institution 201 service two"
	while [ "$(date +%s)" -lt $((until + 1)) ]; do
		sleep 0.1
	done
	enough
	holds "an agreement" "$MAME_HOSPITAL4" "$since" "$until"
	holds "one with a class" "$MAME_CLINIC4" "$since" "$until"
	between "one without an end goes on" "$(of seen "$MAME_PHARMACY4" 5002 3)" \
		"$until" "$(of sent "$PHARMACY" 5002 3 |
			awk -v late="$LATE" '{ printf "%.3f", $1 + late / 1000 }')"
}

# Two policies that have neither the third service nor the clinic in common with
# anything; a mixture of both, or half of one, would let them pass. What both
# permit is never dropped.
test_replaced()
{
	local i service port before rounds=0

	for ((i = 0; i < 1000; i++)); do
		service=${SERVICES[i % 2]}
		# No process for each of them.
		printf '%s\n' "transaction begin" "rule flush" \
			"rule add id 1 order 1 deny from class clinic to any" \
			"rule add id $((10 + i)) order 2 permit from any to any service $service" \
			"rule add id $((5000 + i)) permit from institution 103 to institution 201 service both" \
			"transaction commit"
	done >"$TMP/thousand"
	rules "order 1 deny from class clinic to any" \
		"order 2 permit from any to any service two" \
		"permit from institution 103 to institution 201 service both"
	flows 0.002 "$HOSPITAL:5001" "$HOSPITAL:5002" "$HOSPITAL:5003" \
		"$CLINIC:5001" "$CLINIC:5002" "$PHARMACY:5004"
	busywait forwards 20 || fail "nothing passes"
	before=$(counter mame forwarded)
	# A fast machine is through with a thousand before there is traffic.
	until ((rounds)) && forwards $((before + 400)) || ((rounds > 50)); do
		must "a thousand policies" ix -batch "$TMP/thousand"
		rounds=$((rounds + 1))
	done
	enough
	for port in 5001 5002; do
		[ "$(of seen "$MAME_HOSPITAL4" "$port" 1)" -gt 20 ] ||
			fail "port $port: never permitted"
		expect_equal "the clinic, port $port" 0 \
			"$(of seen "$MAME_CLINIC4" "$port" 1)"
	done
	expect_equal "what neither permits" 0 "$(of seen "$MAME_HOSPITAL4" 5003 1)"
	[ "$(of sent "$CLINIC" 5001 1)" -gt 20 ] || fail "too few packets"
	expect_equal "what both permit" "$(of sent "$PHARMACY" 5004 1)" \
		"$(of seen "$MAME_PHARMACY4" 5004 1)"
	diag "$rounds thousand policies; sent, seen:" "$(cat "$TMP/sent" "$TMP/seen")"
}

SERVICES=(one two)

scene
must "services" ix_batch <<-END
	service add one udp dport 5001
	service add two udp dport 5002
	service add both udp dport 5004
	tenant change mame gateway 0.0.0.0
END
run test_expiry "agreements begin and end in their second"
run test_replaced "a policy that is replaced a thousand times"
finish
