#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
#
# Questions about the policy: ixctl test holds expectations against the
# configuration in use and against candidates, which change nothing; listings
# and traces inside a transaction show what it would become.

# ix-timeout: 600

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

setup_ns router
ip -n "${NS[router]}" link add port0 type dummy
ip -n "${NS[router]}" link add port1 type dummy
ip -n "${NS[router]}" link set port0 up
ip -n "${NS[router]}" link set port1 up

# base: hospitals 1 to 4, pharmacies 11 to 13, a supplier, and claims. Pharmacy
# 12 is in two networks, supplier 30 is a hospital's, too.
base()
{
	cat <<-'END'
		class add hospital
		class add pharmacy
		class add supplier
		class add claims
		service add https tcp dport 443
		service add remote tcp dport 3389
		service add imaging tcp dport 104 tcp dport 11112
		service add wide tcp dport 1000-2000
		service add ping icmp type echo-request
		service add dns udp dport 53
		tenant add west
		tenant add east
		institution add 1 name h1 class hospital
		institution add 2 name h2 class hospital
		institution add 3 name h3 class hospital
		institution add 4 name h4 class hospital
		institution add 11 name p1 class pharmacy
		institution add 12 name p2 class pharmacy
		institution add 13 name p3 class pharmacy
		institution add 20 name 業者 class supplier
		institution add 30 name claims class claims
		prefix add 2001:db8:1::/48 institution h1 tenant west
		prefix add 2001:db8:2::/48 institution h2 tenant west
		prefix add 2001:db8:3::/48 institution h3 tenant east
		prefix add 2001:db8:4::/48 institution h4 tenant east
		prefix add 2001:db8:11::/48 institution p1 tenant west
		prefix add 2001:db8:12::/48 institution p2 tenant west
		prefix add 2001:db8:c12::/48 institution p2 tenant east
		prefix add 2001:db8:13::/48 institution p3 tenant east
		prefix add 2001:db8:20::/48 institution 業者 tenant east
		prefix add 2001:db8:30::/48 institution claims tenant east
		route add tenant west 2001:db8:30::/48 to east dev port1
		route add tenant east 2001:db8:30::/48 to east dev port1
		route add tenant east 2001:db8:1::/48 to west dev port0
		rule add id 1 order 5 permit from class pharmacy to class claims service https
		rule add id 2 permit from class hospital to class hospital service imaging
		rule add id 3 permit from any to institution claims service ping
		rule add id 4 permit from institution 業者 to institution h1 service remote since 2026-01-01 until 2036-12-31 reference C-17
		rule add id 5 order 9 permit from class hospital to class supplier service wide
		rule add id 6 order 8 deny from class hospital to class supplier service remote
		rule add id 7 monitor deny from class pharmacy to class claims service https
	END
}

config()
{
	base | ix_restore || fail "the configuration"
}

generation()
{
	ix -j -s settings show | jq '.[0].generation'
}

# holds LINE...: expectations that have to hold.
holds()
{
	local output

	output=$(printf '%s\n' "$@" | ix test - 2>&1) ||
		fail "does not hold: $(grep -v ': ok: ' <<<"$output")"
}

# fails LINE [PATTERN]: it fails, with status 1, and says why.
fails()
{
	local output rc

	output=$(ix test - <<<"$1" 2>&1)
	rc=$?
	expect_equal "status of $1" 1 "$rc"
	grep -qE -- "FAILED: .*${2:-}" <<<"$output" || fail "$1: $output"
}

# wrong LINE PATTERN: no expectation at all, status 2.
wrong()
{
	local output rc

	output=$(ix test - <<<"$1" 2>&1)
	rc=$?
	expect_equal "status of $1" 2 "$rc"
	grep -qE -- "$2" <<<"$output" || fail "$1: $output"
}

test_institutions()
{
	config
	holds 'p1 reaches claims tcp 443' \
		'from institution p1 reaches to claims service https' \
		'permit from 11 to 30 tcp dport 443'
	fails 'p1 does not reach claims tcp 443' 'permitted, by rule id 1 order 5 '
	holds 'p1 does not reach claims tcp 444'
	fails 'p1 reaches claims tcp 444' 'denied, because no rule speaks of it'
	holds 'deny from p1 to h1 tcp 104' \
		'claims does not reach p1 tcp 443' \
		'h1 reaches claims icmp type echo-request'
	fails 'h1 reaches claims icmp' 'type'
	holds 'h1 does not reach claims icmp type 3'
	fails 'permit from h1 to h2 udp 104' 'no rule'
	holds 'permit from h1 to 業者 tcp 1000-2000'
	fails 'permit from h1 to 業者 tcp 1000-2001' 'dport 2001 is denied'
	holds 'deny from h1 to 業者 tcp 3389'
	fails 'permit from h1 to 業者 tcp 3389' 'by rule id 6 '
	# A request only: what passes as a reply has not been begun.
	fails 'permit from claims to p1 tcp sport 443 40000' 'no rule'
}

test_routes()
{
	config
	fails 'h1 reaches h2 tcp 104' 'no route leads there'
	holds 'permit from h1 to h2 tcp 104' \
		'h1 does not reach h2 tcp 104' \
		'h3 reaches h1 tcp 104' \
		'h1 does not reach h3 service imaging'
	fails 'class hospital reaches class hospital service imaging' \
		'no route leads there'
	# From one of its two networks p2 has no way, from the other one.
	ix route delete tenant west 2001:db8:30::/48
	holds 'p2 reaches claims tcp 443'
	fails 'p1 reaches claims tcp 443' 'no route'
	fails 'class pharmacy reaches claims tcp 443' 'from p1 to claims'
}

test_classes()
{
	config
	holds 'class pharmacy reaches class claims service https' \
		'class supplier reaches no class claims tcp 443' \
		'permit from class hospital to class hospital service imaging'
	fails 'permit from class hospital to class hospital service wide' \
		'so for 12 of 12 pairs'
	fails 'permit from class pharmacy to p2 tcp 1' 'so for 2 of 2 pairs'
	fails 'permit from p2 to any tcp 1' 'so for 8 of 8 pairs'
	# The agreement is one pair of four.
	fails 'class supplier reaches no class hospital tcp 3389 at 2026-06-01' \
		'from 業者 to h1 .*by rule id 4 .*so for 1 of 4 pairs'
	fails 'permit from class supplier to class hospital tcp 3389 at 2026-06-01' \
		'so for 3 of 4 pairs' \
		'class supplier reaches no class hospital tcp 3388 at 2026-06-01' \
		'permit from any to claims service ping'
	fails 'any reaches no claims service ping' 'of 8 pairs'
	fails 'deny from any to any tcp 104' 'so for 12 of 72 pairs'
	# Without a service: everything that can be sent.
	fails 'class supplier reaches no class hospital at 2026-06-01' \
		'dport 3389 is permitted' \
		'class supplier reaches no class hospital at 2037-06-01' \
		'class claims reaches no class pharmacy'
	# One that is in two classes.
	ix institution change 13 class pharmacy class hospital
	fails 'deny from class pharmacy to class hospital service imaging' \
		'so for 4 of 14 pairs'
	# One that a rule names by itself.
	ix rule add id 20 permit from institution p2 to class hospital service dns
	fails 'deny from class pharmacy to class hospital udp 53' \
		'from p2 .*by rule id 20 .*so for 5 of 14 pairs'
	# One that is new, and in a class without members.
	ix class add empty
	holds 'class empty reaches no class pharmacy'
	ix rule add id 21 permit from class empty to class claims service dns
	fails 'class empty reaches no class claims' 'a new institution'
}

test_time()
{
	config
	holds 'permit from 業者 to h1 tcp 3389 until 2036-12-31' \
		'permit from 業者 to h1 tcp 3389 since 2026-01-01 until 2036-12-31'
	fails 'permit from 業者 to h1 tcp 3389 until 2037-01-01' 'at 2036-12-31T23:59:59Z'
	fails 'permit from 業者 to h1 tcp 3389 until 2036-12-30' 'at 2036-12-30T00:00:00Z'
	fails 'permit from 業者 to h1 tcp 3389 since 2026-01-02' 'at 2026-01-01T23:59:59Z'
	holds 'permit from 業者 to h1 tcp 3389 at 2036-12-30T23:59:59Z' \
		'deny from 業者 to h1 tcp 3389 at 2036-12-31T00:00:00Z' \
		'deny from 業者 to h1 tcp 3389 at 2025-12-31T23:59:59Z'
	fails 'p1 reaches claims tcp 443 until 2036-12-31' 'at 2036-12-31T00:00:00Z'
}

test_monitor()
{
	config
	holds 'p1 reaches claims tcp 443'
	expect_match 'denied if rule 7, in monitor mode, were enforced' \
		"the rule in monitor mode is named" \
		ix test - <<<'p1 reaches claims tcp 443'
}

test_wrong()
{
	local before

	config
	before=$(generation)
	wrong 'p1 reaches' 'is missing'
	wrong 'p1 touches claims' 'reaches.* is missing'
	wrong 'p1 reaches claims https' 'is no protocol'
	wrong 'p1 reaches claims service nothing' 'no service is named nothing'
	wrong 'p1 reaches class nobody tcp 1' 'no class is named nobody'
	wrong 'nobody reaches claims tcp 443' 'no institution is named nobody'
	wrong '99 reaches claims tcp 443' 'tag 99'
	wrong 'p1 reaches claims tcp 70000' 'not expected'
	wrong 'p1 reaches claims tcp 443 at yesterday' 'no time'
	wrong 'p1 reaches claims tcp 443 at 2026-01-01 until 2026-02-01' 'one time'
	wrong 'permit p1 claims' '"from" is missing'
	wrong '# nothing' 'expects nothing'
	refuse_with 'nowhere' "no such file" ix test "$TMP/nowhere"
	expect_equal "generation" "$before" "$(generation)"
	# Of what is no file, nothing is said but that.
	refuse "nothing was expected" grep -q expectations \
		<(ix test "$TMP/nowhere" 2>&1)
	# As editors on other systems write it.
	printf '\xef\xbb\xbfp1 reaches claims tcp 443\r\n' >"$TMP/bom"
	expect "a mark of byte order, and carriage returns" ix test "$TMP/bom"
	expect_match 'nobody to ask about: there is no such pair$' \
		"one member of a class, and itself" \
		ix test - <<<'class claims reaches no class claims'
	expect_match 'no route leads there, and the policy says: denied' \
		"denied, and no route" \
		bash -c '"$@" || test $? = 1' - "$IXCTL" -n "${NS[router]}" \
		test - <<<'h1 reaches h1 tcp 443'
	expect_match 'until: 2020-01-01 has passed' "an end in the past" \
		ix rule add id 98 permit from any to any service ping until 2020-01-01
	refuse "it is nothing to say of what is looked for" grep -q passed \
		<(ix rule show until 2020-01-01 2>&1)
	must "away with it" ix rule delete 98
	# The others are looked at all the same.
	expect_match '1 of 1 expectations' "one good line" \
		bash -c '"$@" || test $? = 2' - "$IXCTL" -n "${NS[router]}" \
		test - <<-'END'
			nobody reaches claims tcp 443
			p1 reaches claims tcp 443
		END
}

test_candidate()
{
	local before listing file=$TMP/candidate rc output

	config
	before=$(generation)
	listing=$(ix save)
	{
		base | grep -v 'rule add id 1 '
		echo 'institution add 14 name p4 class pharmacy'
		echo 'rule add id 8 permit from institution p4 to class claims service dns'
	} >"$file"
	printf '%s\n' 'p1 reaches claims tcp 443' >"$TMP/now"
	printf '%s\n' 'p1 does not reach claims tcp 443' \
		'permit from p4 to claims udp 53 # only there' \
		'class pharmacy reaches no class claims service https' >"$TMP/then"
	expect "as it is" ix test "$TMP/now"
	expect "as it would be" ix test "$TMP/then" candidate "$file"
	output=$(ix test "$TMP/now" candidate "$file" 2>&1)
	rc=$?
	expect_equal "status" 1 "$rc"
	grep -q "^$TMP/now:1: FAILED: .*no rule" <<<"$output" ||
		fail "file and line: $output"
	refuse "as it is not" ix test "$TMP/then"
	expect_equal "generation" "$before" "$(generation)"
	expect_equal "configuration" "$listing" "$(ix save)"
	# A file that could not be loaded: what is wrong with it, and nothing else.
	echo 'rule add id 9 permit from class nobody to any' >>"$file"
	output=$(ix test "$TMP/then" candidate "$file" 2>&1)
	rc=$?
	expect_equal "status of a bad candidate" 2 "$rc"
	grep -q "^$file:.*nobody" <<<"$output" || fail "what is wrong: $output"
	expect_equal "generation" "$before" "$(generation)"
	expect_equal "configuration" "$listing" "$(ix save)"
	refuse_with 'both' "one standard input" ix test - candidate -
}

# In a batch: what is not committed is seen by it alone, and a test that fails
# keeps it from being committed.
test_transaction()
{
	local before output

	config
	before=$(generation)
	output=$(ix_batch <<-END
		transaction begin
		class add clinic
		institution add 40 name k1 class clinic
		rule add id 30 permit from class clinic to class claims service https
		class show
		institution show class clinic
		rule show id 30
		rule list
		test $TMP/clinic
		transaction abort
	END
	) && fail "there is no file to test with"
	[ "$(grep -c '^id ' <<<"$output")" -ge 9 ] || fail "rules: $output"
	grep -q '^clinic' <<<"$output" || fail "classes: $output"
	grep -q '^40 name k1' <<<"$output" || fail "institutions: $output"
	expect_equal "generation" "$before" "$(generation)"

	echo 'k1 does not reach claims tcp 443' >"$TMP/clinic"
	refuse "a test that fails" ix_batch <<-END
		transaction begin
		class add clinic
		institution add 40 name k1 class clinic
		rule add id 30 permit from class clinic to class claims service https
		test $TMP/clinic
		transaction commit
	END
	expect_equal "generation" "$before" "$(generation)"
	echo 'permit from k1 to claims tcp 443' >"$TMP/clinic"
	expect "a test that passes" ix_batch <<-END
		transaction begin
		class add clinic
		institution add 40 name k1 class clinic
		rule add id 30 permit from class clinic to class claims service https
		test $TMP/clinic
		transaction commit
	END
	expect_equal "generation" $((before + 1)) "$(generation)"
}

# shown COMMAND...: what policy show or list says.
shown()
{
	ix policy "$@"
}

test_show()
{
	config
	expect_match '^hospital +imaging +- ' "matrix" shown
	expect_match '^pharmacy +- .* https\?' "monitor mode in the matrix" shown
	expect_match '^from class hospital to class supplier service wide permitted by rule 5$' \
		"list" shown list
	expect_equal "from and to" \
		"from class hospital to class hospital service imaging permitted by rule 2" \
		"$(shown list from class hospital to class hospital)"
	# With agreements, and when they hold.
	expect_match 'to institution h1 service remote permitted until 2036-12-31T00:00:00Z by rule 4' \
		"an agreement" shown list from 業者 at 2026-06-01
	expect_equal "no agreement any more" "" \
		"$(shown list from 業者 to h1 at 2037-06-01)"
	# Parts of services, one-way, and everything.
	ix rule add id 30 order 1 deny from class hospital to class hospital service wide
	ix service add many tcp dport 1-2000
	ix rule add id 31 order 2 oneway permit from class hospital to class hospital service many
	ix rule add id 32 permit from class claims to class pharmacy
	expect_match 'service many partly permitted oneway by rule 31' "parts" \
		shown list from class hospital to class hospital
	expect_match '^hospital +https>,imaging,many~>' "marks" shown
	expect_match 'whatever no service names permitted by rule 32' \
		"everything" shown list from class claims to class pharmacy
	expect_equal "JSON" "all remote 4" "$(ix -j policy list from 業者 \
		to h1 at 2026-06-01 |
		jq -r '.[0].services[0] | "\(.permitted) \(.service) \(.rule)"')"
	base | sed 's/^rule add id 2 .*//' >"$TMP/candidate"
	expect_equal "a candidate" "" "$(shown list from class hospital \
		to class hospital candidate "$TMP/candidate")"
	refuse_with 'nobody' "an unknown class" shown from class nobody
	# What no rule says.
	must "quarantine" ix quarantine add class hospital
	expect_match '^hospital +- ' "nothing passes" shown
	expect_match '^in quarantine: 1, ' "and why" shown
	expect_match '^in quarantine: 1, ' "in the list" shown list
	must "monitor mode" ix settings change monitor on
	expect_match '^monitor mode of the router: ' "the router's" shown
	must "no more" ix settings change monitor off
	must "a tenant's" ix tenant change "$(ix -j tenant | jq -r '.[0].name')" monitor
	expect_match '^monitor mode of 1 tenants: ' "a tenant's" shown list
	must "all as before" ix quarantine delete class hospital
	refuse "no word of it" grep -q quarantine <(shown)
	# More members of a purpose group than anybody reads: classes alone.
	must "many members" ix_batch < <(
		echo transaction begin
		echo group add crowd service imaging
		for i in {5000..5600}; do
			echo "institution add $i class supplier"
			echo "member add group crowd institution $i"
		done
		echo transaction commit
	)
	expect_match 'too many to show' "many of them" ix policy
	expect_match '^supplier ' "and yet the classes" ix policy
	expect_equal "and lines of one, itself among them" 601 "$(ix policy list from 5000 |
		grep -c '^from institution 5000 to institution 5[0-9]* service imaging permitted')"
	refuse_with 'not expected' "an unknown word" shown nonsense
}

test_expiring()
{
	local in10 in20

	in10=$(date -u -d '+10 days -2 hours' +%Y-%m-%dT%H:%M:%SZ)
	in20=$(date -u -d '+20 days' +%Y-%m-%dT%H:%M:%SZ)
	config
	ix rule add id 41 permit from institution p2 to institution h2 until "$in20" reference later
	ix rule add id 42 permit from institution p1 to institution h1 until "$in10" reference sooner
	ix rule add id 43 permit from class claims to class hospital until 2020-01-01
	expect_equal "within 15 days" 42 \
		"$(ix -j policy expiring 15 | jq -r '[.[].id] | join(" ")')"
	expect_equal "within 30 days, in order" "42 41" \
		"$(ix -j policy expiring 30d | jq -r '[.[].id] | join(" ")')"
	expect_match '9 days: id 42 .* until .* reference sooner' "text" \
		ix policy expiring 11
	expect_equal "none" "" "$(ix policy expiring 5)"
	refuse_with 'number of days' "no days" ix policy expiring
	refuse_with 'number of days' "no number" ix policy expiring soon
}

# A page that is well-formed, says it all in two languages, and in which names
# mean nothing but themselves.
test_report()
{
	local page=$TMP/page.html

	config
	ix institution add 60 name 'h5' class hospital
	ix rule add id 44 permit from class hospital to class supplier service ping reference '<b>&"x</b>' until "$(date -u -d '+5 days' +%Y-%m-%d)"
	ix map add tenant west 10.0.0.0/24 2001:db8:1::/120
	expect "it is written" ix report html "$page"
	expect "it is well-formed, and its own" python3 "$NET_DIR/page.py" "$page" \
		imaging 業者 2001:db8:1::/120 10.0.0.0/24 '<b>&"x</b>'
	expect_equal "standard output is the same" "$(grep -c '<tr>' "$page")" \
		"$(ix report html - | grep -c '<tr>')"
	refuse_with 'nowhere' "a folder that is not there" \
		ix report html "$TMP/nowhere/page"
	expect_equal "nothing is left behind" "" "$(find "$TMP" -name 'page.html.*')"
	refuse_with 'html FILE is missing' "no format" ix report
}

# gains FILE: what diff says of the policy.
gains()
{
	ix diff "$1" | grep '^policy:'
}

test_diff()
{
	local before file=$TMP/new

	config
	before=$(generation)
	base >"$file"
	expect_equal "nothing" "" "$(ix diff "$file")"
	{
		base | sed -e '/^rule add id 2 /d' -e '/^rule add id 4 /d' \
			-e 's/dport 1000-2000/dport 1000-3000/'
		echo 'class add new'
		echo 'rule add id 50 permit from class new to class hospital service dns'
		echo 'rule add id 51 permit from institution p1 to institution h2 service ping'
		echo 'rule add id 52 permit from institution p3 to class pharmacy service ping'
	} | sort -s -k1,1 | awk '
		{ line[NR] = $0 }
		END {
			n = split("class service tenant institution prefix route rule", kind, " ")
			for (i = 1; i <= n; i++)
				for (j = 1; j <= NR; j++)
					if (index(line[j], kind[i] " ") == 1)
						print line[j]
		}' >"$file"
	gains "$file" >"$TMP/gains"
	sort "$TMP/gains" >"$TMP/sorted"
	cat >"$TMP/expected" <<-'END'
		policy: from class hospital to class hospital loses service imaging
		policy: from class new to class hospital gains service dns
		policy: from institution p1 to institution h2 gains service ping
		policy: from institution p3 to class pharmacy gains service ping
		policy: from institution 業者 to institution h1 loses service remote
	END
	diff "$TMP/expected" "$TMP/sorted" >"$TMP/difference" ||
		fail "gains and losses: $(cat "$TMP/difference")"
	expect_equal "JSON" "lose imaging" "$(ix -j diff "$file" |
		jq -r '.[] | select(.object == "policy" and .to.class == "hospital" and
			.from.class == "hospital") | "\(.change) \(.service)"')"
	expect_equal "generation" "$before" "$(generation)"
	# What is no change of the policy is none.
	base | sed 's/^rule add id 1 /rule add id 1 log /' >"$file"
	expect_equal "a log flag" "" "$(gains "$file")"
	# A file that the kernel would refuse: the lines, and a warning.
	{
		base
		echo 'rule add id 60 permit from class nobody to any'
	} >"$file"
	expect_match 'policy could not be found out' "a bad file" \
		bash -c '"$@" 2>&1 || test $? = 1' - "$IXCTL" \
		-n "${NS[router]}" diff "$file"
	expect_equal "generation" "$before" "$(generation)"
}

# As the kernel answers single questions and in bulk: the same.
test_json()
{
	config
	ix -j test - >"$TMP/json" <<-'END'
		p1 reaches claims tcp 443
		class supplier reaches no class hospital tcp 3389 at 2026-06-01
	END
	expect_equal "holds" "true false" \
		"$(jq -r '[.[].holds] | join(" ")' "$TMP/json")"
	expect_equal "rules" "1 4" "$(jq -r '[.[].rule.id] | join(" ")' "$TMP/json")"
	expect_equal "pairs" "1 4" "$(jq -r '[.[].pairs] | join(" ")' "$TMP/json")"
	expect_equal "others" 1 "$(jq -r '.[1].others' "$TMP/json")"
}

# Thousands of expectations, and classes of thousands.
test_many()
{
	local n start classes=(pharmacy hospital)

	config
	# No process for each of them.
	for ((n = 1000; n < 4000; n++)); do
		echo "institution add $n name n$n class ${classes[n % 2]}"
		echo "rule add permit from institution $n to institution $((n < 3999 ? n + 1 : 1000)) service dns"
	done >"$TMP/many"
	awk '/^institution/' "$TMP/many" >"$TMP/sorted"
	awk '/^rule/' "$TMP/many" >>"$TMP/sorted"
	{
		base
		cat "$TMP/sorted"
	} | ix_restore || fail "the configuration"
	start=$SECONDS
	for ((n = 1000; n < 3000; n++)); do
		echo "permit from n$n to n$((n + 1)) udp 53"
		echo "deny from n$((n + 1)) to n$n udp 53"
	done >"$TMP/expectations"
	expect_match '^4000 of 4000 expectations' "many" ix test "$TMP/expectations"
	# Of 1504 by 1503 pairs 1500 have an agreement in this direction.
	fails 'deny from class hospital to class pharmacy service dns' \
		'so for 1500 of 2260512 pairs'
	diag "4001 expectations took $((SECONDS - start)) s"
}

run test_institutions "institutions, services and protocols"
run test_routes "what is permitted needs a route"
run test_classes "classes: all pairs, by what tells them apart"
run test_time "times: at, since and until, to the second"
run test_monitor "monitor mode is named"
run test_wrong "what is no expectation"
run test_candidate "a candidate is asked and not loaded"
run test_transaction "listings and tests inside a transaction"
run test_show "the policy as a matrix and as a list"
run test_expiring "what is going to end"
run test_diff "diff says who gains and loses what"
run test_report "the report"
run test_json "JSON"
run test_many "thousands"
finish
