#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
#
# ixctl trace says what happens to a packet: for every pair in the scene, under
# several policies, and for packets that go wrong in every way.

# ix-timeout: 600

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# Hosts: name of the namespace, own address, as four and as six see it.
HOSTS=(
	"mame $HOSPITAL $MAME_HOSPITAL4 $MAME_HOSPITAL6"
	"mame $PHARMACY $MAME_PHARMACY4 $MAME_PHARMACY6"
	"hare $HOSPITAL $HARE_HOSPITAL4 $HARE_HOSPITAL6"
	"hare $EMERGENCY $HARE_EMERGENCY4 $HARE_EMERGENCY6"
	"kmix $KMIX $KMIX4 $KMIX6"
	"common $CLAIMS $CLAIMS4 $CLAIMS6"
)

# pairs COMMAND...: called with NAME SOURCE ADDRESS TO DESTINATION SEEN-SOURCE.
pairs()
{
	local from to name source source4 source6
	local to_name own own4 own6 seen

	for from in "${HOSTS[@]}"; do
		read -r name source source4 source6 <<<"$from"
		for to in "${HOSTS[@]}"; do
			read -r to_name own own4 own6 <<<"$to"
			[ "$name" != "$to_name" ] || continue
			seen=$source4
			[ "$(family "$own")" = 4 ] || seen=$source6
			if [ "$(family "$source")" = 4 ]; then
				"$@" "$name" "$source" "$own4" "$to_name" \
					"$own" "$seen"
			else
				"$@" "$name" "$source" "$own6" "$to_name" \
					"$own" "$seen"
			fi
		done
	done
}

# traced FIELD ARGUMENT...: a field of what trace says.
traced()
{
	local field=$1
	shift
	ix -j trace "$@" | jq -r --arg field "$field" \
		'(if type == "array" then .[0] else . end)[$field] // ""'
}

# agrees WHAT NAME SOURCE ADDRESS TO OWN SEEN: trace and the packet.
agrees()
{
	local what=$1 name=$2 source=$3 address=$4 to=$5 own=$6 seen=$7
	local reason sport=$((RANDOM % 20000 + 2000))

	case $what in
	udp)
		reason=$(traced reason tenant "$name" src "$source" \
			dst "$address" udp sport "$sport" dport 4000)
		if [ "$reason" = forwarded ]; then
			expect "$source > $address" raw addresses "$name" \
				"$source" "$address" "$to" "$seen" "$own"
		else
			counted "$name" "$reason" 1 "$source > $address" \
				raw stops_udp "$name" "$source" "$address" \
				"$to" "$sport" 4000
		fi
		;;
	tcp)
		reason=$(traced reason tenant "$name" src "$source" \
			dst "$address" tcp sport "$sport" dport 80 flags syn)
		if [ "$reason" = forwarded ]; then
			expect "$source > $address" raw passes_tcp "$name" \
				"$source" "$address" "$to" S "$sport" 80
		else
			counted "$name" "$reason" 1 "$source > $address" \
				raw stops_tcp "$name" "$source" "$address" \
				"$to" S "$sport" 80
		fi
		;;
	esac
	TRACED[$reason]=1
}

test_pairs()
{
	local what=$1
	shift

	declare -gA TRACED=()
	rules "${@:2}"
	pairs agrees "$what"
	expect_equal "all reasons" "$1" \
		"$(printf '%s\n' "${!TRACED[@]}" | sort | paste -sd ' ')"
}

# What trace shows of one packet.
test_fields()
{
	local answer

	rules "id 12 permit from class pharmacy to class claims"
	answer=$(ix -j trace tenant mame src "$PHARMACY" dst "$CLAIMS4" \
		tcp sport 1000 dport 443 flags syn |
		jq 'if type == "array" then .[0] else . end')
	field()
	{
		jq -r --arg field "$1" '.[$field] // ""' <<<"$answer"
	}
	expect_equal "reason" forwarded "$(field reason)"
	expect_equal "verdict" permit "$(field verdict)"
	expect_equal "rule" 12 "$(jq .rule.id <<<"$answer")"
	expect_equal "to" common "$(field to)"
	expect_equal "device" comm0 "$(field device)"
	expect_equal "mtu" 1500 "$(field mtu)"
	expect_equal "mark" $((1 << 16 | 3 << 8 | 5)) "$(field mark)"
	expect_equal "source" "2001:db8:0:64::6440:131e" "$(field source)"
	expect_equal "destination" "$CLAIMS" "$(field destination)"
	unset -f field
	answer=$(ix trace tenant mame src "$PHARMACY" dst "$CLAIMS4" tcp \
		sport 1000 dport 443 flags syn)
	for word in mame-pharmacy claims 'rule id 12' comm0 'local map 192.168.0.0/20'; do
		grep -q "$word" <<<"$answer" ||
			fail "the text does not have \"$word\": $answer"
	done
}

# refused_trace REASON ICMP-TYPE ICMP-CODE ARGUMENT...
refused_trace()
{
	local reason=$1 type=$2 code=$3
	shift 3

	expect_equal "$*" "$reason" "$(traced reason "$@")"
	expect_equal "ICMP type for $*" "$type" "$(traced icmp-type "$@")"
	expect_equal "ICMP code for $*" "$code" \
		"$(ix -j trace "$@" | jq -r '(if type == "array" then .[0] else . end)["icmp-code"] | values')"
}

test_reasons()
{
	local from=(tenant mame src "$HOSPITAL")

	rules "id 1 deny from class clinic to any" \
		"id 2 permit from class hospital to any oneway"
	refused_trace not_local 3 13 tenant mame src 10.1.1.1 \
		dst "$CLAIMS4" udp sport 1 dport 2
	refused_trace spoofed "" "" tenant mame src 192.168.4.4 \
		dst "$CLAIMS4" udp sport 1 dport 2
	refused_trace no_view 3 0 "${from[@]}" dst 8.8.8.8 udp sport 1 dport 2
	refused_trace no_route 3 0 "${from[@]}" dst 100.64.77.1 udp sport 1 \
		dport 2
	refused_trace policy 3 13 tenant mame src "$CLINIC" dst "$CLAIMS4" \
		udp sport 1 dport 2
	refused_trace default_deny 3 13 tenant mame src "$PHARMACY" \
		dst "$CLAIMS4" udp sport 1 dport 2
	refused_trace hop_limit 11 0 "${from[@]}" dst "$CLAIMS4" \
		udp sport 1 dport 2 ttl 1
	refused_trace default_deny 1 1 tenant common src "$CLAIMS" \
		dst "$KMIX6" udp sport 1 dport 2
	refused_trace source_route 3 5 tenant mame packet \
		"$(raw hex_source_route4 "$HOSPITAL" "$CLAIMS4")"
	ip -n "${NS[router]}" link set comm0 mtu 1400
	refused_trace too_big 3 4 tenant mame packet \
		"$(raw hex_udp_df "$HOSPITAL" "$CLAIMS4" 1472)"
	ip -n "${NS[router]}" link set comm0 mtu 1500
	ip -n "${NS[router]}" link set comm0 down
	refused_trace no_nexthop 3 1 "${from[@]}" dst "$CLAIMS4" \
		udp sport 1 dport 2
	ip -n "${NS[router]}" link set comm0 up
	ip -n "${NS[router]}" addr add "$COMMON_GW/128" dev comm0 nodad
	ip -n "${NS[router]}" addr add fe80::1/64 dev comm0 nodad
	expect_equal "for the router" left_to_the_stack \
		"$(traced reason "${from[@]}" dst "$MAME_GW" icmp)"
	rules "permit from any to any"
}

# The translated packet is what really comes out, octet by octet.
test_translated()
{
	local name source address to hex

	rules "permit from any to any"
	while read -r name source address to; do
		for kind in udp tcp echo; do
			hex=$(raw hex "$kind" "$source" "$address")
			expect "$kind $source > $address" raw comes_out_as \
				"$name" "$to" "$hex" \
				"$(traced translated tenant "$name" \
					packet "$hex")"
		done
	done <<-END
		mame $HOSPITAL $HARE_HOSPITAL4 hare
		mame $HOSPITAL $CLAIMS4 common
		common $CLAIMS $MAME_HOSPITAL6 mame
		kmix $KMIX $CLAIMS6 common
	END
}

# A trace is no traffic.
test_no_effect()
{
	local before after

	before=$(counters mame; ix -s rule show)
	for _ in 1 2 3; do
		ix trace tenant mame src "$HOSPITAL" dst "$CLAIMS4" udp \
			sport 1 dport 2 >/dev/null
		ix trace tenant mame src 10.1.1.1 dst "$CLAIMS4" udp \
			sport 1 dport 2 >/dev/null
	done
	after=$(counters mame; ix -s rule show)
	expect_equal "counters" "$before" "$after"
}

# when TIME REASON: what would happen then.
when()
{
	expect_equal "at $1" "$2" "$(traced reason tenant mame at "$1" \
		src "$HOSPITAL" dst "$HARE_HOSPITAL4" udp dport 4000)"
}

test_when()
{
	rules 'permit from any to any since 2037-01-01 until 2038-01-01'
	expect_equal "now" default_deny "$(traced reason tenant mame \
		src "$HOSPITAL" dst "$HARE_HOSPITAL4" udp dport 4000)"
	when 2036-12-31T23:59:59Z default_deny
	when 2037-01-01T00:00:00Z forwarded
	when 2037-12-31T23:59:59Z forwarded
	when 2038-01-01T00:00:00Z default_deny
	refuse_with 'time' "no time" ix trace tenant mame at yesterday \
		src "$HOSPITAL" dst "$HARE_HOSPITAL4" udp dport 4000
}

# Within a transaction: what would happen after a commit, and nothing changes.
test_transaction()
{
	local packet=(src "$HOSPITAL" dst "$HARE_HOSPITAL4" udp dport 4000)
	local output generation

	rules
	generation=$(ix -j -s settings show | jq '.[0].generation')
	output=$(ix_batch <<-END
		transaction begin
		rule add id 77 permit from any to any
		trace tenant mame ${packet[*]}
		transaction abort
	END
	)
	grep -q 'permitted, by rule id 77' <<<"$output" || fail "rule: $output"
	grep -q '^result *forwarded' <<<"$output" || fail "result: $output"
	expect_equal "outside" default_deny \
		"$(traced reason tenant mame "${packet[@]}")"
	expect_equal "generation" "$generation" \
		"$(ix -j -s settings show | jq '.[0].generation')"
}

# By institution, the policy says the same as of the packet.
same_verdict()
{
	local name=$1 source=$2 address=$3 trace verdict

	trace=$(ix -j trace tenant "$name" src "$source" dst "$address" \
		tcp sport 49152 dport 80 flags syn)
	verdict=$(ix -j test - <<<"permit from $(jq -r \
		'.[0]["source-institution"]' <<<"$trace") to $(jq -r \
		'.[0]["destination-institution"]' <<<"$trace") tcp 80" |
		jq '.[0].permitted')
	expect_equal "$source > $address" \
		"$(jq '.[0].verdict == "permit"' <<<"$trace")" "$verdict"
}

test_same_verdict()
{
	rules 'permit from class pharmacy to class claims' \
		'deny from class hospital to class hospital' \
		'permit from any to class hospital'
	pairs same_verdict
}

test_bad_input()
{
	refuse_with 'nobody' "an unknown tenant" ix trace tenant nobody \
		src 10.0.0.1 dst 10.0.0.2 udp sport 1 dport 2
	refuse_with 'nowhere0|port' "an unknown port" ix trace tenant mame \
		port nowhere0 src 10.0.0.1 dst 10.0.0.2 udp sport 1 dport 2
	refuse_with 'hare0|port' "a port of another tenant" ix trace \
		tenant mame port hare0 src 10.0.0.1 dst 10.0.0.2 udp sport 1 \
		dport 2
	refuse_with '' "addresses of two versions" ix trace tenant mame \
		src 10.0.0.1 dst 2001:db8::1 udp sport 1 dport 2
	refuse_with '16' "no hexadecimal digits" ix trace tenant mame \
		packet xyz
	refuse_with '' "too short" ix trace tenant mame packet 45
	expect_equal "a malformed packet" malformed "$(traced reason \
		tenant mame packet 4400001400000000401100000a0000010a000002)"
}

scene
run test_pairs "every pair, all permitted, UDP" udp forwarded \
	"permit from any to any"
run test_pairs "every pair, nothing permitted, UDP" udp default_deny
run test_pairs "every pair, by class, TCP" tcp "default_deny forwarded policy" \
	"order 1 deny from class emergency to class claims" \
	"order 2 permit from class hospital to class hospital" \
	"order 3 permit from class pharmacy to class claims"
run test_fields "what trace shows"
run test_reasons "reasons and the errors that senders get"
run test_translated "the translated packet"
run test_no_effect "a trace counts nothing"
run test_when "what would happen at another time"
run test_transaction "what would happen after a commit"
run test_same_verdict "the same answer by packet and by institution"
run test_bad_input "bad input"
finish
