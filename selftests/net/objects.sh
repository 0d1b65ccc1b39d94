#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
#
# The objects of the configuration with ixctl: add, change, replace, delete,
# list and flush of each; what is in use stays.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# shows PATTERN ARGUMENT...: the listing has a line that matches.
shows()
{
	local pattern=$1
	shift
	expect_match "$pattern" "$*" ix "$@"
}

# shows_not PATTERN ARGUMENT...
shows_not()
{
	local pattern=$1
	shift
	expect "$*" ix "$@"
	! ix "$@" | grep -qE -- "$pattern" ||
		fail "$*: there should be no line that matches \"$pattern\""
}

# configuration: all of it, as commands.
configuration()
{
	ix save
}

# refused PATTERN ARGUMENT...: says why, and nothing has changed.
refused()
{
	local pattern=$1 before
	shift

	before=$(configuration)
	refuse_with "$pattern" "$*" ix "$@"
	expect_equal "configuration after \"$*\"" "$before" "$(configuration)"
}

test_class()
{
	expect "add" ix class add red
	expect "add" ix class add blue number 9
	shows '^red number [0-9]+' class show
	shows '^blue number 9$' class show blue
	refused 'exists' class add red
	refused 'number 9 is that of class blue' class add green number 9
	expect "replace" ix class replace red
	expect "delete" ix class delete blue
	shows_not '^blue' class show
	refused 'blue' class delete blue
	expect "flush" ix class flush
	expect_equal "classes" "" "$(ix class show)"
}

test_service()
{
	expect "add" ix service add web tcp dport 80 tcp dport 443
	shows 'web .*tcp dport 80 tcp dport 443' service show
	expect "change" ix service change web udp dport 53 icmp type echo-request
	shows 'web .*udp dport 53 icmp type echo-request$' service show web
	expect "replace" ix service replace web proto 89
	shows 'web .*(ospf|proto 89)' service show web
	refused 'exists' service add web tcp
	expect "ranges" ix service add range udp sport 1000-2000 dport 5000-6000
	shows 'range .*udp sport 1000-2000 dport 5000-6000' service show range
	expect "delete" ix service delete range
	refused 'range' service delete range
	expect "flush" ix service flush
	expect_equal "services" "" "$(ix service show)"
}

test_view_and_map()
{
	expect "add" ix view add v
	expect "maps" ix_batch <<-END
		map add view v explicit 100.64.0.0/10 2001:db8:0:64::100.64.0.0/106
		map add view v rfc6052 10.0.0.0/8 2001:db8:4000::/40
		map add view v nptv6 fd00:1::/48 2001:db8:1::/48
		map add view v plain fd00:2::/64 2001:db8:2::/64
		map add view v 10.1.0.0/16 2001:db8:5::/64
		map add view v fd00:3::/64 2001:db8:3::/64
	END
	shows '^view v explicit 100.64.0.0/10 2001:db8:0:64::6440:0/106$' \
		map show view v
	shows '^view v rfc6052 10.0.0.0/8 2001:db8:4000::/40$' map show
	shows '^view v nptv6 fd00:1::/48 2001:db8:1::/48$' map show
	shows '^view v plain fd00:2::/64 2001:db8:2::/64$' map show
	shows '^view v explicit 10.1.0.0/16 2001:db8:5::/64$' map show
	shows '^view v plain fd00:3::/64 2001:db8:3::/64$' map show
	refused 'map of this prefix' map add view v 10.0.0.0/8 2001:db8:9::/64
	refused 'overlap' map add view v 10.9.0.0/16 2001:db8:5::/64
	refused 'behind the length' map add view v 10.9.1.0/16 2001:db8:9::/64
	refused 'behind the length' map add view v 10.9.0.0/16 2001:db8:9::1/64
	refused 'suffix|bijection' map add view v 10.9.0.0/16 2001:db8:9::/113
	refused 'length' map add view v rfc6052 10.9.0.0/16 2001:db8:9::/80
	refused 'version' map add view v plain 10.9.0.0/16 2001:db8:9::/64
	refused '64 to 71' map add view v rfc6052 10.9.0.0/16 \
		2001:db8:0:0:ff00::/96
	refused 'length' map add view v nptv6 fd00:9::/120 2001:db8:9::/120
	expect "change" ix map change view v 10.1.0.0/16 2001:db8:6::/64
	shows '^view v explicit 10.1.0.0/16 2001:db8:6::/64$' map show
	expect "replace" ix map replace view v 10.1.0.0/16 2001:db8:7::/112
	shows '^view v explicit 10.1.0.0/16 2001:db8:7::/112$' map show
	expect "delete" ix map delete view v 10.1.0.0/16
	shows_not '10.1.0.0/16' map show
	expect_equal "maps by -s" "5" "$(ix -j -s view show v | jq '.[0].maps')"
	expect "flush" ix map flush view v
	expect_equal "maps" "" "$(ix map show)"
	expect "delete" ix view delete v
	refused 'v' view delete v
}

test_tenant()
{
	expect "views" ix view add v
	expect "views" ix view add w
	expect "add" ix tenant add a
	shows '^a .*mode inline' tenant show
	expect "add" ix tenant add b number 7 mode nft view v \
		gateway 10.0.0.1 gateway 2001:db8::1
	shows '^b number 7 mode nft view v gateway 10.0.0.1 gateway 2001:db8::1$' \
		tenant show b
	expect "change" ix tenant change b mode inline view w gateway 10.0.0.2
	shows '^b number 7 mode inline view w gateway 10.0.0.2 gateway 2001:db8::1$' \
		tenant show b
	expect "no gateway" ix tenant change b gateway 0.0.0.0 gateway ::
	shows '^b number 7 mode inline view w$' tenant show b
	refused 'exists' tenant add b
	refused 'number 7 is that of tenant b' tenant add c number 7
	refused 'in use by 1 tenants?' view delete w
	refused 'gateway|address' tenant change b gateway 255.255.255.255
	refused 'letters' tenant add 'a/b'
	refused 'x{40}|long' tenant add \
		xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
	expect "31 octets" ix tenant add a234567890123456789012345678901
	expect "delete" ix tenant delete a234567890123456789012345678901
	expect "replace" ix tenant replace b view v
	shows '^b number 7 mode inline view v$' tenant show b
	expect "delete" ix tenant delete a
	refused 'a' tenant delete a
	expect "flush" ix tenant flush
	expect_equal "tenants" "" "$(ix tenant show)"
	expect "flush" ix view flush
	expect_equal "views" "" "$(ix view show)"
}

test_institution_and_prefix()
{
	expect "what they need" ix_batch <<-END
		class add red
		class add blue
		tenant add a
		tenant add b
		institution add 1 name one class red
		institution add 2 class red class blue
		institution add 600000
		institution add 4294967295 name last
	END
	shows '^1 name one class red$' institution show
	shows '^2 class red class blue$' institution show 2
	shows '^600000$' institution show 600000
	shows '^4294967295 name last$' institution show last
	refused '1' institution add 1
	refused 'tag 2 is in use' institution add 2 name other
	refused 'one' institution add 3 name one
	refused 'tag|number' institution add 0
	refused 'tag|number' institution add 4294967296
	expect "change" ix institution change 2 class blue name two
	shows '^2 name two class blue$' institution show 2
	expect "no class" ix institution change 2 class ""
	shows '^2 name two$' institution show 2
	expect "replace" ix institution replace 2 class red
	shows '^2 class red$' institution show 2
	expect "replace" ix institution replace 2 name two
	shows '^2 name two$' institution show 2
	expect "prefixes" ix_batch <<-END
		prefix add 2001:db8:1::/48 institution 1 tenant a
		prefix add 2001:db8:1:1::/64 institution two tenant b port lo
		prefix add ::/0 institution 600000 tenant a
	END
	shows '^2001:db8:1::/48 institution one tenant a$' prefix show
	shows '^2001:db8:1:1::/64 institution two tenant b port lo$' prefix show
	shows '^::/0 institution 600000 tenant a$' prefix show
	expect "by number" ix -N prefix show
	expect_match 'institution 1 ' "by number" ix -N prefix show 2001:db8:1::/48
	expect_equal "of an institution" 1 \
		"$(ix prefix show institution one | wc -l)"
	expect_equal "of a tenant" 2 "$(ix prefix show tenant a | wc -l)"
	refused 'in use by 1 prefix' institution delete 1
	refused 'in use by 1 prefix' tenant delete b
	refused 'in use by 1 institution' class delete red
	refused 'institution 1|exists' prefix add 2001:db8:1::/48 \
		institution 2 tenant a
	refused 'behind the length' prefix add 2001:db8:1::1/48 institution 1 \
		tenant a
	refused '16 octets|IPv6|address|prefix' prefix add 10.0.0.0/8 \
		institution 1 tenant a
	expect "change" ix prefix change 2001:db8:1:1::/64 tenant a
	shows '^2001:db8:1:1::/64 institution two tenant a port lo$' prefix show
	expect "change" ix prefix change 2001:db8:1:1::/64 port ""
	shows '^2001:db8:1:1::/64 institution two tenant a$' prefix show
	expect "change" ix prefix change 2001:db8:1:1::/64 port lo
	expect "replace" ix prefix replace 2001:db8:1:1::/64 institution two \
		tenant a
	shows '^2001:db8:1:1::/64 institution two tenant a$' prefix show
	expect "delete" ix prefix delete ::/0
	shows_not '::/0 ' prefix show
	expect "flush" ix prefix flush
	expect "flush" ix institution flush
	expect_equal "institutions" "" "$(ix institution show)"
	expect "flush" ix tenant flush
	expect "flush" ix class flush
}

test_route()
{
	expect "what they need" ix_batch <<-END
		tenant add a
		tenant add b
	END
	expect "add" ix route add tenant a 2001:db8:1::/48 to b dev lo
	expect "add" ix route add tenant a 2001:db8:2::/48 to b \
		via 10.0.0.1 dev lo nexthop via fe80::1 dev lo
	expect "add" ix route add tenant a 2001:db8:3::/48 to b table 100
	expect "add" ix route add tenant a 2001:db8:4::/48 blackhole
	expect "add" ix route add tenant a 2001:db8:5::/48 prohibit
	shows '^tenant a 2001:db8:1::/48 to b dev lo$' route show
	shows '^tenant a 2001:db8:2::/48 to b nexthop via 10.0.0.1 dev lo nexthop via fe80::1 dev lo$' \
		route show
	shows '^tenant a 2001:db8:3::/48 to b table 100$' route show
	shows '^tenant a 2001:db8:4::/48 blackhole$' route show
	shows '^tenant a 2001:db8:5::/48 prohibit$' route show tenant a
	refused 'in use by 3 routes' tenant delete b
	refused 'route of this prefix|exists' route add tenant a \
		2001:db8:1::/48 to b dev lo
	refused 'behind the length' route add tenant a 2001:db8:1::1/48 to b \
		dev lo
	refused 'nowhere0' route add tenant a 2001:db8:9::/48 to b dev nowhere0
	refused 'exclude' route add tenant a 2001:db8:9::/48 to b dev lo \
		table 7
	refused 'nowhere' route add tenant a 2001:db8:9::/48 to b table 255
	refused 'VRF' route add tenant a 2001:db8:9::/48 to b vrf lo
	refused 'leads nowhere' route add tenant a 2001:db8:9::/48 blackhole \
		to b dev lo
	expect "change" ix route change tenant a 2001:db8:4::/48 to b dev lo
	shows '^tenant a 2001:db8:4::/48 to b dev lo$' route show
	expect "replace" ix route replace tenant a 2001:db8:1::/48 blackhole
	shows '^tenant a 2001:db8:1::/48 blackhole$' route show
	expect "delete" ix route delete tenant a 2001:db8:5::/48
	shows_not '2001:db8:5::/48' route show
	expect "flush" ix route flush tenant a
	expect_equal "routes" "" "$(ix route show)"
	# What belongs to a tenant goes with it.
	expect "add" ix route add tenant a 2001:db8:1::/48 to b dev lo
	expect "add" ix map add tenant a 10.0.0.0/8 2001:db8::/96
	expect "delete" ix tenant delete a
	expect_equal "routes" "" "$(ix route show)"
	expect_equal "maps" "" "$(ix map show)"
	expect "delete" ix tenant delete b
}

test_rule()
{
	expect "what they need" ix_batch <<-END
		class add red
		institution add 1 name one
		service add web tcp dport 80
	END
	expect "add" ix rule add id 10 permit from any to any
	expect "add" ix rule add id 20 order 5 deny from class red \
		to institution one service web since 2026-01-01 \
		until 2027-01-01T09:00:00+09:00 oneway monitor log qos 3 \
		reference "contract 7 / 甲"
	shows '^id 10 permit from any to any$' rule show
	shows '^id 20 order 5 deny from class red to institution one service web since 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z oneway( on)? monitor( on)? log( on)? qos 3 reference "contract 7 / 甲"$' \
		rule show id 20
	expect "a number by itself" ix rule add permit from any to class red
	shows '^id 21 permit from any to class red$' rule show
	refused '10' rule add id 10 permit from any to any
	refused 'begin' rule add permit from any to any since 2026-01-02 \
		until 2026-01-01
	refused 'nobody' rule add permit from class nobody to any
	refused 'nobody' rule add permit from institution nobody to any
	refused 'nothing' rule add permit from any to any service nothing
	refused '64 octets|long|63' rule add permit from any to any reference \
		"$(printf 'x%.0s' {1..64})"
	refused 'in use by .*rule' class delete red
	refused 'in use by .*rule' service delete web
	refused 'in use by .*rule' institution delete 1
	expect "change" ix rule change id 20 permit until none monitor off \
		from any
	shows '^id 20 order 5 permit from any to institution one service web since 2026-01-01T00:00:00Z oneway( on)? log( on)? qos 3' \
		rule show id 20
	expect "replace" ix rule replace id 20 deny from any to any
	shows '^id 20 deny from any to any$' rule show
	expect "delete" ix rule delete id 20
	refused '20' rule delete id 20
	expect "flush" ix rule flush
	expect_equal "rules" "" "$(ix rule show)"
	expect "flush" ix flush
}

test_settings()
{
	shows 'lowest-ipv6-mtu 1280' settings show
	expect "change" ix settings change lowest-ipv6-mtu 1400
	shows 'lowest-ipv6-mtu 1400' settings show
	refused 'lowest-ipv6-mtu|1279|range' settings change \
		lowest-ipv6-mtu 1279
	refused 'overlap' settings change mark-verdict-shift 8
	refused 'exceed' settings change mark-verdict-shift 30
	expect "change" ix settings change lowest-ipv6-mtu 1280
	shows 'traffic-class copy tos copy udp-zero-checksum compute' \
		settings show
	expect "change" ix settings change traffic-class 255 tos 0 \
		udp-zero-checksum drop
	shows 'traffic-class 255 tos 0 udp-zero-checksum drop' settings show
	refused 'traffic-class|257|range' settings change traffic-class 257
	refused 'tos|300|range' settings change tos 300
	expect "restore" ix_restore <<<'settings change tos 7'
	shows 'traffic-class copy tos 7 udp-zero-checksum compute' \
		settings show
	expect "flush" ix flush
	shows 'traffic-class copy tos copy udp-zero-checksum compute' \
		settings show
}

# What a tenant has, settings of the translation.
test_tenant_settings()
{
	expect "tenant" ix tenant add one
	expect "change" ix tenant change one tcp-mss path \
		error-pool 198.51.100.0/24
	shows 'error-pool 198.51.100.0/24 tcp-mss path' tenant show one
	expect "change" ix tenant change one tcp-mss 536
	shows 'tcp-mss 536' tenant show one
	refused '536 to 65495' tenant change one tcp-mss 535
	refused '536 to 65495' tenant change one tcp-mss 65496
	refused 'error-pool|behind' tenant change one error-pool 198.51.100.1/24
	refused 'error-pool|8 to 32' tenant change one error-pool 128.0.0.0/7
	refused 'error-pool|no router' tenant change one error-pool 224.0.0.0/24
	refused 'error-pool|no router' tenant change one error-pool 127.0.0.0/8
	shows 'error-pool 198.51.100.0/24 tcp-mss 536' tenant show one
	expect "saved and restored" ix_restore < <(ix save)
	shows 'error-pool 198.51.100.0/24 tcp-mss 536' tenant show one
	expect "change" ix tenant change one tcp-mss none error-pool 0.0.0.0
	shows_not 'tcp-mss|error-pool' tenant show one
	expect "change" ix tenant change one tcp-mss path \
		error-pool 198.51.100.0/24
	expect "replace" ix tenant replace one
	shows_not 'tcp-mss|error-pool' tenant show one
	local mode
	for mode in simple off; do
		expect "change" ix tenant change one hairpin "$mode"
		shows "hairpin $mode" tenant show one
		expect "saved and restored" ix_restore < <(ix save)
		shows "hairpin $mode" tenant show one
	done
	expect "change" ix tenant change one hairpin intrinsic
	shows_not 'hairpin' tenant show one
	expect "change" ix tenant change one hairpin off
	expect "replace" ix tenant replace one
	shows_not 'hairpin' tenant show one
	expect "flush" ix flush
}

# A flush of everything, of an empty configuration, and a use after it.
test_flush()
{
	scene_objects | ix_restore
	expect "flush" ix flush
	expect_equal "configuration" "" "$(ix save | grep -v '^\(#\|settings\)')"
	expect "again" ix flush
	expect "restore" ix_restore < <(scene_objects)
	refused 'in use' view flush
	refused 'in use' class flush
	refused 'in use' tenant flush
	expect "flush" ix flush
}

# A list of what belongs to something is empty, or there is no such thing.
test_list_of_unknown()
{
	local query

	scene_objects | ix_restore
	must "what nothing refers to" ix_batch <<-END
		service add idle udp dport 3001
		class add patient
		view add unused
		tenant add alone
	END
	for query in "rule show service idle" "group show service idle" \
		"account show service idle" "tenant show view unused" \
		"route show to alone" "route show tenant alone" \
		"map show view unused" "member show tenant alone" \
		"rule show from class patient" "institution show class patient" \
		"rule show from any to class patient"; do
		# shellcheck disable=SC2086 # several words
		expect_equal "$query" "" "$(ix $query 2>&1 ||
			echo "status $?")"
	done
	for query in "rule show service" "group show service" \
		"account show service"; do
		# shellcheck disable=SC2086 # several words
		refuse_with 'service: no service is named nope$' "$query" \
			ix $query nope
	done
	refuse_with 'view: no view is named nope$' "tenants of a view" \
		ix tenant show view nope
	refuse_with 'to: no tenant is named nope$' "routes to a tenant" \
		ix route show to nope
	refuse_with 'tenant: no tenant is named nope$' "routes of a tenant" \
		ix route show tenant nope
	refuse_with 'group: no group is named nope$' "members" \
		ix member show group nope
	refuse_with 'tenant: no tenant is named nope$' "groups of a tenant" \
		ix member show tenant nope
	refuse_with 'from: no class is named nope$' "rules for a class" \
		ix rule show from class nope
	refuse_with 'class: no class is named nope$' "one of two classes" \
		ix institution show class patient class nope
	refuse_with 'class: no class is named nope$' "the other one" \
		ix institution show class nope class patient
	refuse_with 'to: no institution .*999' "rules for an institution" \
		ix rule show to institution 999
	refuse_with 'institution: no institution .*999' "prefixes of one" \
		ix prefix show institution 999
	refuse_with 'from: no institution .*999' "what one has sent" \
		ix account show from 999
	expect "flush" ix flush
}

scene_hosts
run test_class "classes"
run test_service "services"
run test_view_and_map "views and maps"
run test_tenant "tenants"
run test_institution_and_prefix "institutions and prefixes"
run test_route "routes"
run test_rule "rules"
run test_settings "settings"
run test_tenant_settings "settings of a tenant"
run test_list_of_unknown "lists of what belongs to nothing"
run test_flush "flush"
finish
