#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Purpose groups: membership makes prefixes reachable and permits services, and
# leaving takes both away.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# reaches NAME SOURCE ADDRESS TO [DPORT]: a UDP packet, 7777 by default.
reaches()
{
	expect "$2 > $3 passes" raw passes_udp "$1" "$2" "$3" "$4" 1 \
		"${5:-$SERVICE}"
}

# dropped NAME REASON SOURCE ADDRESS MESSAGE
dropped()
{
	counted "$1" "$2" 1 "$5" raw send_udp "$1" "$3" "$4" 1 1000 2
}

# decided FILTER [PORT [PROTOCOL]]: what a trace from hospital to hospital says.
decided()
{
	ix -j trace tenant mame src "$HOSPITAL" dst "$HARE_HOSPITAL4" \
		"${3:-udp}" dport "${2:-2}" | jq -r ".[0] | $1"
}

join()
{
	must "join" ix member add group "$@"
}

leave()
{
	must "leave" ix member delete group "$@"
}

test_institutions()
{
	local before

	dropped mame no_route "$HOSPITAL" "$HARE_HOSPITAL4" "no route"
	join images institution mame-hospital
	dropped mame no_route "$HOSPITAL" "$HARE_HOSPITAL4" "alone"
	join images institution hare-hospital
	reaches mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 2
	reaches hare "$HOSPITAL" "$MAME_HOSPITAL4" mame 2
	expect_equal "trace" "permit images images hare null" \
		"$(decided '"\(.verdict) \(.group) \(."route-group") \(.to) \(.route)"')"
	expect_match 'permitted, by group images' "trace, text" ix trace \
		tenant mame src "$HOSPITAL" dst "$HARE_HOSPITAL4" udp dport 2
	expect_match 'by group images to tenant hare' "trace, text" ix trace \
		tenant mame src "$HOSPITAL" dst "$HARE_HOSPITAL4" udp dport 2
	# Nothing but its services, its members, and their prefixes.
	counted mame default_deny 1 "another service" raw send_tcp mame \
		"$HOSPITAL" "$HARE_HOSPITAL4" S
	dropped mame no_route "$CLINIC" "$HARE_HOSPITAL4" "another source"
	dropped mame no_route "$HOSPITAL" "$HARE_EMERGENCY4" "another destination"
	must "a prefix" ix prefix add 2001:db8:0:64::100.64.34.0/120 \
		institution 201 tenant hare
	expect_equal "a new prefix is reached at once" "permit images" \
		"$(ix -j trace tenant mame src "$HOSPITAL" dst 100.64.34.1 udp \
			dport 2 | jq -r '.[0] | "\(.verdict) \(.group)"')"
	must "no prefix" ix prefix delete 2001:db8:0:64::100.64.34.0/120
	before=$(ix -j -s group show images | jq '.[0].packets')
	# Nobody answers there.
	raw send_udp mame "$HOSPITAL" 100.64.33.77 3 1000 2
	expect_equal "counted" $((before + 3)) \
		"$(ix -j -s group show images | jq '.[0].packets')"
	leave images institution hare-hospital
	dropped mame no_route "$HOSPITAL" "$HARE_HOSPITAL4" "who has left"
	leave images institution mame-hospital
}

# Everybody of a tenant, between IP versions, with replies.
test_tenant()
{
	join claims tenant mame
	join claims institution claims
	expect "a connection" ask mame tcp "$HOSPITAL" "$CLAIMS4"
	expect "everybody's" ask mame udp "$PHARMACY" "$CLAIMS4"
	asking_fails hare tcp "$HOSPITAL" "$CLAIMS4" "" ENETUNREACH "not hare's"
	leave claims tenant mame
	dropped mame no_route "$PHARMACY" "$CLAIMS4" "no more"
	leave claims institution claims
}

test_several()
{
	join images institution 101
	join images institution 201
	join claims institution 101
	join claims institution 201
	must "a service more" ix group change claims service app service probe
	expect_equal "by the first" images "$(decided .group)"
	leave images institution 201
	expect_equal "by the other" claims "$(decided .group)"
	reaches mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 2
	expect_equal "groups of it" "2" \
		"$(ix -j -s institution show 101 | jq '.[0].groups')"
	join images tenant hare
	expect_equal "by the tenant" images "$(decided .group)"
	must "a group goes" ix group delete images
	expect_equal "its members have left" "claims 1" \
		"$(decided .group) $(ix member show institution 101 | wc -l)"
	must "all groups go" ix group flush
	expect_equal "no member" "" "$(ix member show)"
	dropped mame no_route "$HOSPITAL" "$HARE_HOSPITAL4" "no groups"
	groups
}

# The order: quarantine, agreement, rule, group, default.
test_order()
{
	join images institution 101
	join images institution 201
	rules "deny from class hospital to any"
	expect_equal "a rule comes before" "deny null" \
		"$(decided '"\(.verdict) \(.group)"')"
	must "an agreement" ix rule add id 9 order 99 permit \
		from institution 101 to institution 201
	expect_equal "an agreement before that" "permit 9" \
		"$(decided '"\(.verdict) \(.rule.id)"')"
	must "quarantine" ix quarantine add institution 101
	expect_equal "quarantine before all" quarantine "$(decided .verdict)"
	must "its end" ix quarantine delete institution 101
	rules "permit from class hospital to any service app"
	expect_equal "a rule for something else" "permit images" \
		"$(decided '"\(.verdict) \(.group)"')"
	expect_equal "reached by the group, permitted by the rule" \
		"permit null images" \
		"$(decided '"\(.verdict) \(.group) \(."route-group")"' "$SERVICE")"
	rules
	must "nothing permitted" ix group change images service ''
	expect_equal "without services it only leads there" \
		"default-deny null images" \
		"$(decided '"\(.verdict) \(.group) \(."route-group")"')"
	must "as it was" ix group change images service probe
	leave images institution 101
	leave images institution 201
}

# What the forwarding table says counts.
test_routes()
{
	local hospital=2001:db8:0:64::100.64.33.0/120

	join images institution 101
	join images institution 201
	must "blackhole" ix route add tenant mame "$hospital" blackhole
	dropped mame blackhole "$HOSPITAL" "$HARE_HOSPITAL4" "blackhole"
	must "prohibit" ix route replace tenant mame "$hospital" prohibit
	dropped mame prohibit "$HOSPITAL" "$HARE_HOSPITAL4" "prohibit"
	must "a route" ix route replace tenant mame "$hospital" to hare dev hare0
	expect_equal "a route" "2001:db8:0:64::6440:2100/120 null images" \
		"$(decided '"\(.route) \(."route-group") \(.group)"')"
	must "elsewhere" ix route replace tenant mame "$hospital" to kmix dev kmix0
	dropped mame no_institution "$HOSPITAL" "$HARE_HOSPITAL4" "elsewhere"
	must "no route" ix route delete tenant mame "$hospital"
	reaches mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 2
	leave images institution 101
	leave images institution 201
}

# The way into a tenant is what a route can have.
test_ways()
{
	join images institution 101
	join images institution 201
	must "none" ix tenant change hare table 0
	dropped mame no_nexthop "$HOSPITAL" "$HARE_HOSPITAL4" "no way in"
	must "a device that is no port of it" ix tenant change hare dev kmix0
	dropped mame no_nexthop "$HOSPITAL" "$HARE_HOSPITAL4" "not its port"
	must "two next hops" ix tenant change hare nexthop dev kmix0 \
		nexthop via "$EMERGENCY" dev hare0
	expect_equal "gateway" "$EMERGENCY hare0" \
		"$(decided '"\(.gateway) \(.device)"')"
	must "a table" ix tenant change hare table 77
	dropped mame no_nexthop "$HOSPITAL" "$HARE_HOSPITAL4" "an empty table"
	must "a route" ip -n "${NS[router]}" route add default dev hare0 table 77
	reaches mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 2
	expect_match '^hare .* table 77$' "shown" ix tenant show hare
	must "a VRF" ip -n "${NS[router]}" link add red type vrf table 78
	must "up" ip -n "${NS[router]}" link set red up
	must "a VRF" ix tenant change hare vrf red
	must "a route" ip -n "${NS[router]}" route add default dev hare0 table 78
	reaches mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 2
	refuse_with 'exclude each other' "two at once" ix tenant change hare \
		table 77 dev hare0
	must "a device" ix tenant change hare dev hare0
	leave images institution 101
	leave images institution 201
}

test_refused()
{
	join images institution 101
	join images tenant hare
	refuse_with 'no group is named' "an unknown group" \
		ix member add group dentists institution 101
	refuse_with 'member of group images already' "twice" \
		ix member add group images institution 101
	refuse_with 'no member of group images' "not a member" \
		ix member delete group images institution 102
	refuse_with 'no institution' "an unknown institution" \
		ix member add group images institution 999
	refuse_with 'missing' "nobody" ix member add group images
	refuse_with 'no service is named' "an unknown service" \
		ix group add new service nothing
	refuse_with 'named twice' "a service twice" \
		ix group add new service app service app
	refuse_with 'group images exists' "a name twice" ix group add images
	refuse_with 'in use by .*1 groups' "a service in use" \
		ix service delete probe
	join images tenant spare
	refuse_with 'member of 1 groups' "a tenant in a group" \
		ix tenant delete spare
	must "only the group holds it" ix prefix flush
	refuse_with 'member of 1 groups' "an institution in a group" \
		ix institution delete 101
	must "all as before" ix restore "$TMP/saved"
}

# What is saved is restored, and compared.
test_saved()
{
	join images institution 101
	join images tenant hare
	ix save >"$TMP/with"
	expect "no difference" ix diff "$TMP/with"
	must "empty" ix flush
	must "restored" ix restore "$TMP/with"
	expect "the same" cmp "$TMP/with" <(ix save)
	leave images tenant hare
	expect_equal "a difference" "+member add group images tenant hare" \
		"$(ix diff "$TMP/with")"
	must "restored" ix restore "$TMP/with"
	reaches mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 2
	leave images tenant hare
	leave images institution 101
}

# The services that come with ixctl, in a group.
test_services()
{
	must "services" ix -batch "$NET_DIR/../../userspace/services.ixctl"
	must "a group" ix group add cooperation service dicom service hl7-mllp \
		service ocsp service ldap
	join cooperation tenant mame
	join cooperation tenant hare
	expect_equal "DICOM" cooperation "$(decided .group 11112 tcp)"
	expect_equal "HL7" cooperation "$(decided .group 2575 tcp)"
	expect_equal "OCSP" cooperation "$(decided .group 80 tcp)"
	expect_equal "not HTTPS" null "$(decided .group 443 tcp)"
	must "all as before" ix restore "$TMP/saved"
}

# Hundreds of groups, most of which two have in common.
test_many()
{
	local i

	for ((i = 0; i < 300; i++)); do
		echo "group add many$i"
		((i < 200)) && echo "member add group many$i institution 101"
		((i >= 100)) && echo "member add group many$i institution 201"
	done >"$TMP/many"
	echo "group change many198 service app service probe" >>"$TMP/many"
	must "groups" ix -batch "$TMP/many"
	reaches mame "$HOSPITAL" "$HARE_HOSPITAL4" hare 2
	expect_equal "the one of a hundred that permits it" many198 \
		"$(decided .group)"
	for ((i = 200; i < 255; i++)); do
		echo "member add group many$i institution 101"
	done >"$TMP/many"
	must "255 of them" ix -batch "$TMP/many"
	refuse_with 'member of 255 groups' "one more" \
		ix member add group many255 institution 101
	must "all as before" ix restore "$TMP/saved"
}

groups()
{
	must "groups" ix_batch <<-END
		group add images service probe
		group add claims service app service echo
	END
}

scene ""
scene_servers
must "services" ix_batch <<-END
	service add app tcp dport $SERVICE udp dport $SERVICE
	service add probe udp dport 2
	service add echo icmp type echo-request
	tenant change mame dev mame0
	tenant change hare dev hare0
	tenant change kmix dev kmix0
	tenant change common dev comm0
	tenant add spare
	route flush
END
groups
ix save >"$TMP/saved"
run test_institutions "two institutions"
run test_tenant "a tenant"
run test_several "several groups at once"
run test_order "quarantine, agreement, rule, group, default"
run test_routes "what the forwarding table says"
run test_ways "ways into a tenant"
run test_saved "save, restore, diff"
run test_services "the services that come with ixctl"
run test_many "hundreds of groups"
run test_refused "what is refused"
finish
