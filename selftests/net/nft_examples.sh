#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-core
#
# The rulesets of Documentation/nftables.rst are what they say, with stock nft and
# with what stock kernels have: User-Mode Linux has more expressions.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

PAGE=$NET_DIR/../../Documentation/nftables.rst

# example WORD: the ruleset of the page that has this word; all without one.
example()
{
	python3 - "$PAGE" "${1:-}" <<-'END'
		import re
		import sys

		page = open(sys.argv[1], encoding="utf-8").read()
		blocks = re.findall(r":class: nft-ruleset\n\n((?:   .*\n|\n)+)", page)
		print("\n".join(b for b in blocks if sys.argv[2] in b))
	END
}

# named COUNTER: packets in a counter of the ruleset.
named()
{
	on router nft -j list counter netdev ix "$1" |
		jq '.nftables[] | .counter? // empty | .packets'
}

test_all()
{
	local words word

	words=(mame-before "ix: refused" mame-pharmacies)
	for word in "" "${words[@]}"; do
		example "$word" >"$TMP/ruleset"
		[ -s "$TMP/ruleset" ] || fail "no example with \"$word\""
		[ -n "$word" ] || continue
		expect "\"$word\" loads" on router nft -f "$TMP/ruleset"
		expect "\"$word\" is saved" on router nft list ruleset
		must "gone" on router nft flush ruleset
	done
}

test_by_name()
{
	must "mode nft" ix tenant change mame mode nft
	example mame-pharmacies >"$TMP/ruleset"
	must "the example" on router nft -f "$TMP/ruleset"
	must "the others" attach kmix kmix0
	must "the others" attach common comm0
	rules "deny from class clinic to any" "permit from any to class claims" \
		"permit from class hospital to class hospital"
	expect "what is permitted passes" ask mame tcp "$HOSPITAL" \
		"$HARE_HOSPITAL4"
	expect "replies pass" ask hare tcp "$HOSPITAL" "$MAME_HOSPITAL4"
	expect_equal "no pharmacy yet" 0 "$(named mame-pharmacies)"
	raw send_udp mame "$PHARMACY" "$CLAIMS4" 3
	expect_equal "a pharmacy is counted" 3 "$(named mame-pharmacies)"
	expect_equal "nothing was refused" 0 "$(named mame-refused)"
	raw send_udp mame "$CLINIC" "$HARE_HOSPITAL4" 2
	raw send_udp mame "$PHARMACY" "$HARE_HOSPITAL4" 2
	expect_equal "denied by a rule, and by none" 4 "$(named mame-refused)"
	counted mame not_handed_on 1 "it goes no further" \
		raw send_udp mame "$CLINIC" "$HARE_HOSPITAL4" 1
	raw send_udp mame "$HOSPITAL" "$CLAIMS4" 200
	[ "$(named mame-limited)" -gt 100 ] || fail "requests are not limited"
	must "mode inline" ix tenant change mame mode inline
}

scene
scene_servers
mkdir -p /etc/iproute2
must "names of marks" sh -c "'$IXCTL' -n '${NS[router]}' mark >/etc/iproute2/rt_marks"
on router nft flush ruleset
run test_all "all of them load"
run test_by_name "a policy of a tenant's own, by name"
finish
