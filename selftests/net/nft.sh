#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ports and packets in the language of a stock nft: netdev flowtables, flow add,
# both modes, the packet mark.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

declare -A VERDICT=([permit]=1 [reply]=2 [error]=3 [deny]=4 [default]=5)
declare -A CLASS=([hospital]=1 [clinic]=2 [pharmacy]=3 [emergency]=4 [claims]=5)

# mark VERDICT SOURCE-CLASS DESTINATION-CLASS: in the default layout.
mark()
{
	printf '0x%x' $((VERDICT[$1] << 16 | CLASS[$2] << 8 | CLASS[$3]))
}

nft()
{
	on router nft "$@"
}

# ruleset: replaces the whole ruleset by standard input.
ruleset()
{
	local text

	text=$(cat)
	must "the ruleset" nft -f - <<<"flush ruleset
$text"
}

# as_before: the scene's own ruleset and modes.
as_before()
{
	nft flush ruleset
	ix tenant change mame mode inline
	scene_ports
}

# nft_chain RULE...: mame in mode nft, with a chain of rules for its port.
nft_chain()
{
	ruleset < <(
		cat <<-END
			table netdev ix {
				flowtable mame {
					hook ingress priority filter
					devices = { mame0 }
				}
				flowtable hare {
					hook ingress priority filter
					devices = { hare0 }
				}
				flowtable kmix {
					hook ingress priority filter
					devices = { kmix0 }
				}
				flowtable common {
					hook ingress priority filter
					devices = { comm0 }
				}
				chain mame {
					type filter hook ingress device mame0 priority 10; policy accept;
		END
		printf '%s\n' "$@" "}" "}"
	)
	must "mode nft" ix tenant change mame mode nft
	defer as_before
}

# packets_of COMMENT: what a rule with a counter has counted.
packets_of()
{
	nft -j list ruleset | jq --arg comment "$1" '[.nftables[].rule? |
		select(.comment? == $comment) | .expr[].counter?.packets? // empty
		] | add // 0'
}

# The module is loaded when a ruleset needs it.
test_auto_load()
{
	modprobe -n nft_ix 2>/dev/null || { skip "no modprobe here"; return; }
	nft flush ruleset
	defer as_before
	# Not with modprobe, which would unload ix with its configuration, too.
	rmmod nft_ix || { skip "nft_ix is in use"; return; }
	[ ! -d /sys/module/nft_ix ] || fail "it is still there"
	expect "a flowtable loads it" attach mame mame0
	[ -d /sys/module/nft_ix ] || fail "it is not loaded"
	refuse "and keeps it" rmmod nft_ix
	refuse "ix as well" rmmod ix
}

test_ports()
{
	expect_match '^mame0 tenant mame .*known on' "a port" ix port show mame0
	expect_equal "ports" 4 "$(ix -j port show | jq length)"
	expect_equal "the router's addresses on it" "$MAME_GW" \
		"$(ix -j port show mame0 | jq -r '.[0].address[0]')"
	nft delete table netdev ix
	defer as_before
	expect_equal "no ports" 0 "$(ix -j port show | jq length)"
	refuse "nothing goes through" pings mame "$HARE_HOSPITAL4"
	scene_ports
	expect "and again" pings mame "$HARE_HOSPITAL4"
}

# A tenant that does not exist forwards nothing, and gets nothing.
test_unknown_tenant()
{
	setup_ns stranger
	port strange0 stranger
	defer ip -n "${NS[router]}" link del strange0
	ip -n "${NS[router]}" addr add 10.255.9.1/32 dev strange0
	host4 stranger 10.255.9.1 "$HOSPITAL"
	must "its port" attach stranger strange0
	defer as_before
	expect_match 'known off' "shown as such" ix port show strange0
	counted "" no_tenant 3 "counted" on stranger ping -q -c 3 -i 0.01 \
		-W 1 "$HARE_HOSPITAL4"
	link4 stranger strange0 10.255.9.1
	expect "the router itself answers" pings stranger 10.255.9.1 \
		-I 10.255.9.2
	must "it exists now" ix_batch <<-END
		tenant add stranger view four
		map add tenant stranger 192.168.0.0/20 2001:db8:0:64::100.64.48.0/116
		institution add 900
		prefix add 2001:db8:0:64::100.64.48.0/116 institution 900 tenant stranger
		route add tenant stranger 2001:db8:0:64::100.64.32.0/116 to hare dev hare0
		route add tenant hare 2001:db8:0:64::100.64.48.0/116 to stranger dev strange0
	END
	expect "and forwards" pings stranger "$HARE_HOSPITAL4"
	must "it is deleted" ix_batch <<-END
		route delete tenant hare 2001:db8:0:64::100.64.48.0/116
		route flush tenant stranger
		prefix delete 2001:db8:0:64::100.64.48.0/116
		institution delete 900
		map flush tenant stranger
		tenant delete stranger
	END
	refuse "and forwards nothing" pings stranger "$HARE_HOSPITAL4"
}

test_refused()
{
	refuse "flags offload" nft add flowtable netdev ix bad \
		'{ hook ingress priority filter; devices = { lo }; flags offload; }'
	refuse "a counter on a flowtable" nft add flowtable netdev ix bad \
		'{ hook ingress priority filter; devices = { lo }; counter; }'
	nft add table netdev other
	nft add chain netdev other in \
		'{ type filter hook ingress device lo priority 0; }'
	defer nft delete table netdev other
	refuse "an unknown flowtable" nft add rule netdev other in flow add @mame
	must "a chain for egress" nft add chain netdev ix out \
		'{ type filter hook egress device mame0 priority 0; }'
	defer nft delete chain netdev ix out
	refuse "flow add at egress" nft add rule netdev ix out flow add @mame
	must "a chain without a hook" nft add chain netdev ix plain
	must "its rule" nft add rule netdev ix plain flow add @mame
	refuse "flow add at egress by a jump" nft add rule netdev ix out \
		jump plain
	refuse "a flowtable that a rule names" nft delete flowtable netdev ix \
		mame
	nft flush chain netdev ix plain
	nft delete chain netdev ix plain
	expect "all is as before" pings mame "$HARE_HOSPITAL4"
	refuse "a name that is too long" attach \
		a234567890123456789012345678901234567890 lo
}

# A transaction of nft that fails leaves everything as it was.
test_nft_transaction()
{
	refuse "its last line is wrong" nft -f - <<-END
		delete table netdev ix
		table netdev ix {
			flowtable hare {
				hook ingress priority filter
				devices = { mame0 }
			}
		}
		add rule netdev ix nowhere accept
	END
	expect "4->4" pings mame "$HARE_HOSPITAL4"
	expect "ports as before" expect_port mame0 mame
}

expect_port()
{
	[ "$(ix -j port show "$1" | jq -r '.[0].tenant')" = "$2" ]
}

# Stock flowtables and ours beside each other.
test_beside_stock()
{
	must "a stock flowtable" nft -f - <<-END
		table inet stock {
			flowtable ft {
				hook ingress priority 5
				devices = { kmix0 }
			}
			chain forward {
				type filter hook forward priority 0
				flow add @ft
			}
		}
	END
	defer nft delete table inet stock
	expect "4->4" pings mame "$HARE_HOSPITAL4"
	expect "6->6" pings kmix "$CLAIMS6"
	expect_match 'flow add @ft' "listed" nft list table inet stock
}

test_save_restore()
{
	local saved=$TMP/ruleset

	nft_chain "counter comment \"all\"" "flow add @mame"
	expect "before" pings mame "$HARE_HOSPITAL4"
	nft list ruleset >"$saved"
	expect_match 'flowtable mame' "the flowtable is listed" cat "$saved"
	expect_match 'flow add @mame' "the statement is listed" cat "$saved"
	nft flush ruleset
	refuse "flushed: nothing goes through" pings mame "$HARE_HOSPITAL4"
	expect "restored" nft -f "$saved"
	expect "after" pings mame "$HARE_HOSPITAL4"
	expect_equal "listed as it was" "$(sed 's/packets .*//' "$saved")" \
		"$(nft list ruleset | sed 's/packets .*//')"
	expect "in one go, over itself" nft -f - < <(
		echo flush ruleset
		cat "$saved"
	)
	expect "after that" pings mame "$HARE_HOSPITAL4"
}

# While a ruleset is replaced nothing is forwarded that should not be, and
# hardly anything is lost.
test_reload_under_traffic()
{
	local saved=$TMP/ruleset lost

	nft list ruleset >"$saved"
	on mame ping -q -i 0.01 -c 200 -W 1 "$HARE_HOSPITAL4" >"$TMP/ping" 2>&1 &
	for _ in 1 2 3 4 5; do
		nft -f - < <(
			echo flush ruleset
			cat "$saved"
		)
		sleep 0.2
	done
	wait $!
	lost=$(sed -n 's/.* \([0-9]*\)% packet loss.*/\1/p' "$TMP/ping")
	((lost <= 10)) || fail "$lost % of the packets are lost"
}

# Inline: rules before the flowtable see packets; what ix takes is gone.
test_inline()
{
	nft_chain "counter comment \"behind\""
	must "mode inline" ix tenant change mame mode inline
	nft add chain netdev ix before \
		'{ type filter hook ingress device mame0 priority -10; }'
	nft add rule netdev ix before ip saddr "$CLINIC" counter drop \
		comment "before"
	expect "the hospital" pings mame "$HARE_HOSPITAL4" -I "$HOSPITAL"
	refuse "a rule drops the clinic" pings mame "$HARE_HOSPITAL4" \
		-I "$CLINIC"
	expect_equal "packets dropped by it" 1 "$(packets_of before)"
	expect_equal "packets behind" 0 "$(ip_packets_behind)"
}

# ARP is none of ours, and goes past.
ip_packets_behind()
{
	nft add rule netdev ix mame meta protocol '{ ip, ip6 }' counter \
		comment '"ip"'
	pings mame "$HARE_HOSPITAL4" >/dev/null
	packets_of ip
}

# flow add in mode inline enforces the policy of ix, too.
test_inline_flow_add()
{
	ruleset <<-END
		table netdev ix {
			flowtable mame {
				hook ingress priority 20
				devices = { mame0 }
			}
			flowtable hare {
				hook ingress priority filter
				devices = { hare0 }
			}
			chain mame {
				type filter hook ingress device mame0 priority 10; policy accept;
				ip saddr $PHARMACY flow add @mame
			}
		}
	END
	defer as_before
	rules "permit from class hospital to any" \
		"permit from class pharmacy to any"
	defer rules "permit from any to any"
	expect "by flow add" pings mame "$HARE_HOSPITAL4" -I "$PHARMACY"
	expect "by the hook" pings mame "$HARE_HOSPITAL4" -I "$HOSPITAL"
	rules "permit from class hospital to any"
	counted mame default_deny 1 "not permitted" raw send_tcp mame \
		"$PHARMACY" "$HARE_HOSPITAL4" S
}

# Mode nft: what no rule hands on is dropped, and never the router's business.
test_not_handed_on()
{
	nft_chain "ip saddr $HOSPITAL flow add @mame" \
		"ip saddr $CLINIC accept" "ip saddr $PHARMACY drop"
	on router sysctl -qw net.ipv4.ip_forward=1
	defer on router sysctl -qw net.ipv4.ip_forward=0
	expect "handed on" pings mame "$HARE_HOSPITAL4" -I "$HOSPITAL"
	counted mame not_handed_on 1 "accepted" raw send_udp mame "$CLINIC" \
		"$HARE_HOSPITAL4"
	counted mame not_handed_on 0 "dropped by nft" raw send_udp mame \
		"$PHARMACY" "$HARE_HOSPITAL4"
	link4 mame mame0 "$MAME_GW"
	expect "the router itself" pings mame "$MAME_GW" -I "${MAME_GW%.*}.2"
	nft flush chain netdev ix mame
	counted mame not_handed_on 1 "no rule at all" raw send_udp mame \
		"$HOSPITAL" "$HARE_HOSPITAL4"
	must "inline again" ix tenant change mame mode inline
	expect "no rule needed" pings mame "$HARE_HOSPITAL4"
}

# The policy is a finding, and the ruleset decides.
test_nft_decides()
{
	rules "permit from class hospital to any"
	defer rules "permit from any to any"
	nft_chain "flow add @mame"
	expect "default deny, handed on" pings mame "$HARE_HOSPITAL4" \
		-I "$PHARMACY"
	nft_chain "meta mark & 0xf0000 == 0x10000 counter flow add @mame" \
		"counter drop comment \"left\""
	expect "permitted" pings mame "$HARE_HOSPITAL4" -I "$HOSPITAL"
	refuse "not permitted" pings mame "$HARE_HOSPITAL4" -I "$PHARMACY"
	((1 <= $(packets_of left))) || fail "the rule has not seen it"
	# Everything but the policy is enforced.
	nft_chain "flow add @mame"
	counted mame not_local 1 "a forged source" raw send_udp mame \
		10.1.2.3 "$HARE_HOSPITAL4"
	counted mame no_route 0 "no route" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
}

# expect_mark MARK MESSAGE COMMAND...: the command's packet has this mark.
expect_mark()
{
	local wanted=$1 message=$2
	shift 2

	nft reset counters >/dev/null 2>&1
	nft_chain "meta l4proto { udp, tcp, icmp } meta mark $wanted counter flow add @mame comment \"right\"" \
		"meta l4proto { udp, tcp, icmp } counter comment \"wrong\"" \
		"flow add @mame"
	"$@" >/dev/null 2>&1
	((1 <= $(packets_of right))) || fail "$message: mark $wanted not seen"
	expect_equal "$message: other marks" 0 "$(packets_of wrong)"
}

test_mark()
{
	rules "id 1 permit from class hospital to any" \
		"id 2 deny from class clinic to class claims" \
		"id 3 permit from any to class pharmacy"
	defer rules "permit from any to any"
	expect_mark "$(mark permit hospital claims)" \
		"permit" raw send_udp mame "$HOSPITAL" "$CLAIMS4"
	expect_mark "$(mark deny clinic claims)" \
		"deny" raw send_udp mame "$CLINIC" "$CLAIMS4"
	expect_mark "$(mark default pharmacy claims)" \
		"default deny" raw send_tcp mame "$PHARMACY" "$CLAIMS4" S
	expect_mark "$(mark reply pharmacy hospital)" \
		"reply" raw send_udp mame "$PHARMACY" "$HARE_HOSPITAL4"
	expect_mark "$(mark error pharmacy hospital)" \
		"error" raw send_error mame "$PHARMACY" "$HARE_HOSPITAL4"
}

# In mode inline a chain at egress can read it.
test_mark_egress()
{
	nft add chain netdev ix out \
		'{ type filter hook egress device hare0 priority 0; }'
	defer nft delete chain netdev ix out
	defer nft flush chain netdev ix out
	must "a rule" nft add rule netdev ix out meta mark \
		"$(mark permit pharmacy hospital)" counter \
		comment "right"
	expect "the pharmacy" pings mame "$HARE_HOSPITAL4" -I "$PHARMACY"
	expect_equal "packets with its mark" 1 "$(packets_of right)"
}

# The layout is configurable, and bits outside of it are left alone.
test_mark_layout()
{
	must "another layout" ix settings change mark-verdict-shift 0 \
		mark-verdict-bits 4 mark-source-shift 4 mark-source-bits 6 \
		mark-destination-bits 0
	defer ix settings change mark-verdict-shift 16 mark-verdict-bits 4 \
		mark-source-shift 8 mark-source-bits 6 \
		mark-destination-shift 0 mark-destination-bits 6
	nft_chain "counter flow add @mame"
	nft add chain netdev ix before \
		'{ type filter hook ingress device mame0 priority -10; }'
	nft add rule netdev ix before meta mark set 0xabcd0fff
	nft insert rule netdev ix mame meta l4proto udp meta mark \
		$((0xabcd0c00 | CLASS[pharmacy] << 4 | VERDICT[permit])) counter \
		comment "right"
	raw send_udp mame "$PHARMACY" "$HARE_HOSPITAL4"
	expect_equal "packets with the mark" 1 "$(packets_of right)"
}

# Names for rulesets, in the format of iproute2.
test_mark_names()
{
	expect_match '^0x10000 .*permit' "the verdict" ix mark
	expect_match '^0x300 .*pharmacy' "the source class" ix mark
	expect_match '^0x5 .*claims' "the destination class" ix mark
	expect "no name twice" no_duplicates
	expect_equal "lines that iproute2 can't read" "" \
		"$(ix mark | grep -vE '^(#.*|0x[0-9a-f]+ [A-Za-z0-9_.-]+)?$')"
}

no_duplicates()
{
	[ -z "$(ix mark | grep -v '^#' | awk '{ print $2 }' | sort | uniq -d)" ]
}

# A rule can't hand a packet to a tenant that it has not come from.
test_wrong_port()
{
	nft_chain "flow add @hare"
	counted hare wrong_port 1 "counted" raw send_udp mame "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	expect "nothing comes out" raw stops_udp mame "$HOSPITAL" \
		"$MAME_HOSPITAL4" mame
}

# A device in several flowtables belongs to one tenant at a time.
test_two_flowtables()
{
	must "another table" nft -f - <<-END
		table netdev second {
			flowtable mame {
				hook ingress priority 5
				devices = { mame0 }
			}
		}
	END
	expect "twice the same tenant" pings mame "$HARE_HOSPITAL4"
	nft delete table netdev second
	expect "once again" pings mame "$HARE_HOSPITAL4"
	nft -f - <<-END 2>/dev/null
		table netdev second {
			flowtable common {
				hook ingress priority 5
				devices = { mame0 }
			}
		}
	END
	expect "the first one counts" pings mame "$HARE_HOSPITAL4"
	nft delete table netdev second 2>/dev/null
	expect "and stays" pings mame "$HARE_HOSPITAL4"
}

# attach and detach of ixctl speak to nf_tables by themselves.
test_attach()
{
	nft flush ruleset
	defer as_before
	must "attach" ix attach tenant mame dev mame0
	must "attach" ix attach tenant hare dev hare0
	must "attach" ix attach tenant common dev comm0 table mine
	expect "forwards" pings mame "$HARE_HOSPITAL4"
	expect "4->6" pings mame "$CLAIMS4"
	expect_match 'flowtable mame' "nft lists it" nft list ruleset
	expect_match 'table netdev mine' "nft lists it" nft list ruleset
	refuse "an unknown device" ix attach tenant mame dev nowhere0
	expect "still" pings mame "$HARE_HOSPITAL4"
	must "detach" ix detach tenant hare dev hare0
	expect_equal "no port of hare" "" \
		"$(ix -j port show | jq -r '.[] | select(.tenant == "hare").device')"
	refuse "forwards no longer" pings mame "$HARE_HOSPITAL4"
	expect "others do" pings mame "$CLAIMS4"
	refuse "detach what is not attached" ix detach tenant hare dev hare0
	must "detach all" ix detach tenant mame
	expect_equal "ports" comm0 "$(ix -j port show | jq -r '.[].device')"
}

# A device that goes takes its port with it; what is left works on.
test_device_goes()
{
	setup_ns extra
	port mame7 extra
	must "a second port" attach mame mame0 mame7
	defer as_before
	expect_equal "ports of mame" "mame0 mame7" "$(ports_of mame)"
	ip -n "${NS[router]}" link del mame7
	expect_equal "ports of mame" "mame0" "$(ports_of mame)"
	expect "works on" pings mame "$HARE_HOSPITAL4"
	ip -n "${NS[router]}" link set mame0 down
	ip -n "${NS[router]}" link set mame0 name renamed0
	defer ip -n "${NS[router]}" link set renamed0 name mame0
	expect_equal "ports of mame" "renamed0" "$(ports_of mame)"
	ip -n "${NS[router]}" link set renamed0 name mame0
	ip -n "${NS[router]}" link set mame0 up
	expect_equal "ports of mame" "mame0" "$(ports_of mame)"
	expect "works again" pings mame "$HARE_HOSPITAL4"
}

ports_of()
{
	ix -j port show | jq -r --arg tenant "$1" \
		'[.[] | select(.tenant == $tenant).device] | sort | join(" ")'
}

scene
run test_auto_load "nf_tables loads the module"
run test_ports "ports are what the ruleset says"
run test_unknown_tenant "a tenant that does not exist"
run test_refused "what makes no sense is refused"
run test_nft_transaction "a ruleset that fails changes nothing"
run test_beside_stock "beside stock flowtables"
run test_save_restore "save, flush and restore of the ruleset"
run test_reload_under_traffic "a ruleset replaced under traffic"
run test_inline "mode inline"
run test_inline_flow_add "flow add in mode inline"
run test_not_handed_on "mode nft: what no rule hands on"
run test_nft_decides "mode nft: the ruleset decides"
run test_mark "the packet mark: verdict and classes"
run test_mark_egress "the packet mark at egress"
run test_mark_layout "another layout of the packet mark"
run test_mark_names "names of marks"
run test_wrong_port "flow add for another tenant"
run test_two_flowtables "a device in two flowtables"
run test_attach "attach and detach"
run test_device_goes "devices that go or change their name"
finish
