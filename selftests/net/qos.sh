#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-timeout: 400
#
# QoS classes: what queueing disciplines make of them, and code points.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
require iperf3 tc

# leaves EXPECTED FROM SOURCE TOS ADDRESS TO HOST: a packet with TOS arrives with
# the one that is expected.
leaves()
{
	local expected=$1 from=$2 source=$3 tos=$4 address=$5 to=$6 host=$7

	expect_equal "$source > $address: $tos" "$expected" \
		"$(raw field "$from" "$source" "$address" "$to" "$host" \
			"$tos" "${8:-100}")"
}

test_dscp()
{
	rules "permit from any to any qos 5"
	leaves 0x23 mame "$HOSPITAL" 0x23 "$HARE_HOSPITAL4" hare "$HOSPITAL"
	must "a DSCP" ix qos add 5 dscp 46
	# ECN stays, checksums fit.
	leaves 0xba mame "$HOSPITAL" 0x22 "$HARE_HOSPITAL4" hare "$HOSPITAL"
	leaves 0xb9 mame "$HOSPITAL" 0x01 "$CLAIMS4" common "$CLAIMS"
	leaves 0xb8 kmix "$KMIX" 0xfc "$CLAIMS6" common "$CLAIMS"
	leaves 0xbb kmix "$KMIX" 0xff "$HARE_HOSPITAL6" hare "$HOSPITAL"
	expect "a connection" ask mame tcp "$HOSPITAL" "$CLAIMS4"
	expect "ping" pings mame "$HARE_HOSPITAL4"
	leaves 0xb8 mame "$HOSPITAL" 0 "$HARE_HOSPITAL4" hare "$HOSPITAL" 5000
	must "another" ix qos change 5 dscp 0
	leaves 0x02 mame "$HOSPITAL" 0x22 "$HARE_HOSPITAL4" hare "$HOSPITAL"
	must "none" ix qos delete 5
	leaves 0x22 mame "$HOSPITAL" 0x22 "$HARE_HOSPITAL4" hare "$HOSPITAL"
	must "of another class" ix qos add 6 dscp 1
	leaves 0x22 mame "$HOSPITAL" 0x22 "$HARE_HOSPITAL4" hare "$HOSPITAL"
	rules "permit from any to any"
	leaves 0x22 mame "$HOSPITAL" 0x22 "$HARE_HOSPITAL4" hare "$HOSPITAL"
}

test_table()
{
	must "some" ix_batch <<-END
		qos flush
		qos add 1 dscp 0
		qos add 63 dscp 63
	END
	expect_equal "listed" "1 dscp 0,63 dscp 63," "$(ix qos | tr '\n' ,)"
	expect_equal "one" "63 dscp 63" "$(ix qos show 63)"
	refuse_with 'has DSCP 0' "twice" ix qos add 1 dscp 3
	must "replaced" ix qos replace 1 dscp 3
	refuse_with 'no DSCP' "a class without" ix qos change 2 dscp 3
	refuse_with 'no DSCP' "a class without" ix qos delete 2
	refuse_with 'class.*1 to 63' "class 0" ix qos add 0 dscp 3
	refuse_with 'class.*1 to 63' "class 64" ix qos add 64 dscp 3
	refuse_with 'dscp' "DSCP 64" ix qos add 3 dscp 64
	ix save >"$TMP/saved"
	must "none" ix qos flush
	expect_equal "none left" "" "$(ix qos)"
	expect_equal "a difference" 2 "$(ix diff "$TMP/saved" | grep -c '^+qos add')"
	must "restored" ix restore "$TMP/saved"
	expect_equal "restored" "1 dscp 3,63 dscp 63," "$(ix qos | tr '\n' ,)"
}

# The queue of what is not video has overflowed.
saturated()
{
	[ "$(on router tc -s -j qdisc show dev hare0 |
		jq '.[] | select(.handle == "4:").drops')" -gt 0 ]
}

# flows PORT: has the server a flow?
flows()
{
	[ -n "$(on hare ss -Hun state established "sport = :$1")" ]
}

# flow PORT RATE LENGTH SECONDS: begins a flow. Its end is that of $FLOW.
flow()
{
	background hare iperf3 -s -B "$HOSPITAL" -p "$1"
	busywait listening hare tcp "$1"
	on mame iperf3 -J -c "$HARE_HOSPITAL4" -B "$HOSPITAL" -p "$1" -u \
		-b "$2" -l "$3" -t "$4" >"$TMP/$1.json" 2>"$TMP/$1.err" &
	FLOW=$!
	busywait flows "$1" || fail "no flow to port $1"
}

# video RATE: a video flow beside bulk traffic of twenty times what the link can
# take, if the machine can make as much; its loss is in $lost, in percent. The link
# is as fast as the machine until both run: what begins a flow may not get through
# later.
video()
{
	local bulk

	flow 5202 5M 1000 200
	bulk=$FLOW
	flow 5201 "$1" 250 10
	tree
	wait "$FLOW"
	saturated || fail "the link was not saturated"
	lost=$(jq '.end.sum.lost_percent | floor' "$TMP/5201.json")
	[ -n "$lost" ] || diag "$(jq -c .error "$TMP/5201.json")"
	diag "video of $1: $lost % lost"
	kill "$bulk"
	wait "$bulk" 2>/dev/null
}

# tree: the one of Documentation/model.rst, for a link of 250 kbit/s. It is so slow
# that every machine can saturate it, and queues for so long that none stalls for
# longer.
tree()
{
	# All of it at once: what is there first drops what it likes.
	on router tc -batch - <<-END
		qdisc add dev hare0 root handle 1: tbf rate 250kbit burst 4k latency 50ms
		qdisc add dev hare0 parent 1:1 handle 2: prio bands 2 priomap 1 1 1 1 1 0 1 1 1 1 1 1 1 1 1 1
		qdisc add dev hare0 parent 2:1 handle 3: tbf rate 125kbit burst 16k limit 50k
		qdisc add dev hare0 parent 2:2 handle 4: pfifo limit 50
	END
	defer on router tc qdisc del dev hare0 root
}

# What iperf3 has to say about its flows gets through in any case.
CONTROL="order 1 permit from class hospital to class hospital service control qos 5"
VIDEO="order 2 permit from class hospital to class hospital service video qos 5"

test_video_first()
{
	local lost

	rules "$CONTROL" "$VIDEO" "order 3 permit from any to any"
	video 75K
	((${lost:-100} < 5)) || fail "the video suffers"
}

test_limit()
{
	local lost

	rules "$CONTROL" "$VIDEO" "order 3 permit from any to any"
	video 500K
	((${lost:-0} > 40 && lost < 90)) || fail "it has not half of the link"
}

test_without_class()
{
	local lost

	rules "$CONTROL" "order 3 permit from any to any"
	video 75K
	((${lost:-0} > 15)) || fail "it is not in the way of the bulk"
}

scene
scene_servers
run test_dscp "code points"
run test_table "the table of code points"
must "services" ix_batch <<-END
	service add control tcp dport 5201-5202
	service add video udp dport 5201
END
run test_video_first "video comes before bulk, by its QoS class"
# tc alone decides that, and an emulated machine takes long.
[ "${IX_ACCEL:-}" = tcg ] ||
	run test_limit "and has no more than its class may"
run test_without_class "without a class it loses what bulk loses"
finish
