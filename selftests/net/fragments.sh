#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
#
# Fragments: in all four directions, judged without ports, and never a way
# around the policy.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

fragments()
{
	expect "first to last" raw fragments "$@"
	expect "last to first" raw fragments "$@" backward
}

# The stack of a host cuts, and the other one puts together again.
test_datagrams()
{
	expect "UDP 4->4" ask mame udp "$HOSPITAL" "$HARE_HOSPITAL4" "" 8000
	expect "UDP 4->6" ask mame udp "$HOSPITAL" "$CLAIMS4" "" 8000
	expect "UDP 6->4" ask common udp "$CLAIMS" "$MAME_HOSPITAL6" "" 8000
	expect "UDP 6->6" ask kmix udp "$KMIX" "$CLAIMS6" "" 8000
	expect "ping 4->4" pings mame "$HARE_HOSPITAL4" -s 8000
	expect "ping 6->6" pings kmix "$CLAIMS6" -s 8000
}

test_atomic()
{
	expect "6->6" raw atomic kmix "$KMIX" "$CLAIMS6" common
	expect "6->4" raw atomic common "$CLAIMS" "$MAME_HOSPITAL6" mame
}

# An ICMP checksum covers all fragments, and ICMPv6 adds addresses to it.
test_icmp()
{
	expect "4->4" raw icmp_fragments mame "$HOSPITAL" "$HARE_HOSPITAL4" \
		hare yes
	expect "6->6" raw icmp_fragments kmix "$KMIX" "$CLAIMS6" common yes
	counted mame icmp_fragment 2 "4->6" raw icmp_fragments \
		mame "$HOSPITAL" "$CLAIMS4" common no
	counted common icmp_fragment 2 "6->4" raw icmp_fragments \
		common "$CLAIMS" "$MAME_HOSPITAL6" mame no
	expect "nothing comes out 4->6" raw icmp_fragments \
		mame "$HOSPITAL" "$CLAIMS4" common no
}

# What does not show ports or TCP flags can't be judged.
test_short()
{
	# Fragments are multiples of eight octets, but for the last.
	counted mame short_fragment 1 "TCP without flags, IPv4" \
		raw short_fragment mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 6 8
	counted kmix short_fragment 1 "TCP without flags, IPv6" \
		raw short_fragment kmix "$KMIX" "$CLAIMS6" common 6 8
	counted common short_fragment 1 "TCP without flags, 6->4" \
		raw short_fragment common "$CLAIMS" "$MAME_HOSPITAL6" mame 6 8
	# RFC 3128: a second fragment that would overwrite the flags.
	counted mame short_fragment 1 "TCP at octet 8, IPv4" raw later_fragment \
		mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 6 8 no
	counted kmix short_fragment 1 "TCP at octet 8, IPv6" raw later_fragment \
		kmix "$KMIX" "$CLAIMS6" common 6 8 no
}

# Later fragments pass if a rule for the pair could permit the whole packet.
test_policy()
{
	must "a service" ix service add web tcp dport 80
	defer ix service delete web
	rules "permit from institution 101 to institution 201 service web"
	defer rules "permit from any to any"
	expect "TCP passes" raw later_fragment mame "$HOSPITAL" \
		"$HARE_HOSPITAL4" hare 6 800 yes
	expect "TCP of the way back passes" raw later_fragment hare \
		"$HOSPITAL" "$MAME_HOSPITAL4" mame 6 800 yes
	counted mame default_deny 1 "UDP has no rule" raw later_fragment \
		mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 17 800 no
	counted mame default_deny 1 "the clinic has no rule" raw later_fragment \
		mame "$CLINIC" "$HARE_HOSPITAL4" hare 6 800 no
}

scene
scene_servers
run fragments "UDP fragments 4->4" mame "$HOSPITAL" "$HARE_HOSPITAL4" hare
run fragments "UDP fragments 4->6" mame "$HOSPITAL" "$CLAIMS4" common
run fragments "UDP fragments 6->4" common "$CLAIMS" "$MAME_HOSPITAL6" mame
run fragments "UDP fragments 6->6" kmix "$KMIX" "$CLAIMS6" common
run test_datagrams "datagrams of 8000 octets between real stacks"
run test_atomic "atomic fragments"
run test_icmp "fragments of ICMP packets"
run test_short "first fragments that are too short"
run test_policy "fragments and the policy"
finish
