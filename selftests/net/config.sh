#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whole configurations: save, restore, diff, batches, JSON; and what ixctl says
# of a mistake.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

# everything: the scene and one of everything that it does not have.
everything()
{
	scene_objects
	cat <<-END
		settings change lowest-ipv6-mtu 1400 mark-destination-bits 0
		service add web tcp dport 80 tcp sport 1000-2000 dport 8080-8090
		service add ping icmp type echo-request
		view add other number 9
		tenant add other number 99 mode nft view other gateway 10.9.9.9 gateway 2001:db8:99::1
		map add tenant other nptv6 fd99::/56 2001:db8:99::/56
		map add view other rfc6052 10.0.0.0/8 2001:db8:98:100::/56
		institution add 4294967295
		prefix add 2001:db8:99::/64 institution 4294967295 tenant other port lo
		route add tenant other ::/0 blackhole
		route add tenant other 2001:db8:1::/48 to kmix via fe80::2 dev kmix0 nexthop dev kmix0
		route add tenant other 2001:db8:2::/48 to kmix table 4711
		route add tenant other 2001:db8:3::/48 prohibit
		rule add id 5 order 3 deny from class hospital to institution claims service web
		rule add id 6 permit from any to any service ping since 2026-01-01 until 2036-01-01 oneway monitor log qos 7 reference "a \"quoted\" text, 'and' so on"
	END
}

test_round_trip()
{
	local first=$TMP/first second=$TMP/second

	must "restore" ix_restore < <(everything)
	ix save >"$first" || fail "save"
	expect "flush" ix flush
	expect "restore" ix restore "$first"
	ix save >"$second" || fail "save"
	expect "the same text" cmp "$first" "$second"
	expect "restored over itself" ix restore "$first"
	expect "the same text" cmp "$first" <(ix save)
	expect "no difference" ix diff "$first"
	expect_equal "what diff says" "" "$(ix diff "$first")"
	expect "from standard input" ix restore - <"$first"
	expect "the same text" cmp "$first" <(ix save)
}

# The order of the commands in a file is not that of what comes out.
test_stable_order()
{
	local first=$TMP/first

	must "restore" ix_restore < <(everything)
	ix save >"$first"
	must "flush" ix flush
	must "the other way round" ix_restore < <(
		for object in settings class service view tenant map institution \
			prefix route rule; do
			grep "^$object " "$first" | tac
		done
	)
	expect "the same text" cmp "$first" <(ix save)
}

# A restore is one transaction, and counters survive it.
test_restore_is_atomic()
{
	local generation

	must "restore" ix_restore < <(everything)
	generation=$(ix -j -s settings show | jq '.[0].generation')
	ix save >"$TMP/first"
	must "restore" ix restore "$TMP/first"
	[ "$(ix -j -s settings show | jq '.[0].generation')" -le \
		$((generation + 1)) ] || fail "more than one generation"
}

# file_error LINE PATTERN TEXT...: lines behind a good file. The error names
# file and line; nothing changes.
file_error()
{
	local line=$1 pattern=$2 before file=$TMP/broken good
	shift 2

	ix save >"$TMP/before"
	before=$(<"$TMP/before")
	cp "$TMP/before" "$file"
	good=$(wc -l <"$file")
	printf '%s\n' "$@" >>"$file"
	refuse_with "broken:$((good + line)): .*($pattern)" "restore: $*" \
		ix restore "$file"
	expect_equal "after a restore of $*" "$before" "$(ix save)"
}

test_errors_in_files()
{
	must "restore" ix_restore < <(everything)
	file_error 1 'nonsense' 'nonsense add x'
	file_error 1 'unknown' 'tenant frobnicate x'
	file_error 1 'unknown' 'tenant add x colour red'
	file_error 1 'exists|twice|again' 'tenant add mame'
	file_error 2 'nobody' 'class add fine' 'map add tenant nobody 10.0.0.0/8 2001:db8::/64'
	file_error 1 'behind the length' \
		'map add tenant mame 10.0.0.1/8 2001:db8:5::/64'
	file_error 1 'nowhere0' \
		'route add tenant mame 2001:db8:5::/64 to hare dev nowhere0'
	file_error 1 'quote|quotation' 'institution add 5 name "unfinished'
	file_error 1 'nobody' 'rule add permit from class nobody to any'
	file_error 3 'overlap' 'class add fine' '# a comment' \
		'map add tenant mame 10.0.0.0/24 2001:db8:0:64::100.64.16.0/116'
	refuse_with 'No such file' "no file" ix restore "$TMP/nothing"
	refuse_with '' "a folder" ix restore "$TMP"
	refuse_with 'Binary|unknown|NUL|character|long' "a binary file" \
		ix restore /bin/true
}

# A file that ends in the middle of a line is an error or what it says.
test_truncated_file()
{
	local size before

	must "restore" ix_restore < <(everything)
	ix save >"$TMP/first"
	before=$(<"$TMP/first")
	size=$(stat -c %s "$TMP/first")
	head -c $((size - 20)) "$TMP/first" >"$TMP/cut"
	if ix restore "$TMP/cut" >/dev/null 2>&1; then
		expect "back" ix restore "$TMP/first"
	fi
	expect_equal "configuration" "$before" "$(ix save)"
	# An empty file is an empty configuration.
	expect "empty" ix restore /dev/null
	expect_equal "objects" "" "$(ix save | grep -v '^\(#\|settings\)')"
}

test_diff()
{
	local file=$TMP/new

	must "restore" ix_restore < <(everything)
	ix save >"$file"
	sed -i -e 's/ name kmix-hospital class hospital/& class clinic/' \
		-e '/^route add tenant hare 2001:db8:40::/d' \
		-e '$a class add brandnew' "$file"
	ix diff "$file" >"$TMP/diff"
	expect_match 'kmix-hospital.*clinic' "a change" cat "$TMP/diff"
	expect_match 'brandnew' "a new one" cat "$TMP/diff"
	expect_match 'tenant hare 2001:db8:40::/64' "one that goes" \
		cat "$TMP/diff"
	expect_equal "lines" 4 "$(grep -c '^[-+~]' "$TMP/diff")"
	expect "nothing has changed" grep -q '^class add pharmacy' <(ix save)
	must "restore" ix restore "$file"
	expect_equal "then there is no difference" "" "$(ix diff "$file")"
	refuse "a file with an error" ix diff <(echo nonsense)
}

# Batches: one command after another, with file and line in errors.
test_batch()
{
	local file=$TMP/batch

	must "flush" ix flush
	printf '%s\n' 'class add one' '' '# comment' 'class add one' \
		'class add two' >"$file"
	refuse_with "batch:4: .*exists" "stops at the error" ix -batch "$file"
	expect_equal "classes" one "$(ix -j class show | jq -r '.[].name')"
	must "flush" ix flush
	refuse_with "batch:4: .*exists" "goes on with -force" ix -force \
		-batch "$file"
	expect_equal "classes" "one two" \
		"$(ix -j class show | jq -r '[.[].name] | join(" ")')"
	must "flush" ix flush
	printf '%s\n' 'transaction begin' 'class add one' 'class add one' \
		'transaction commit' >"$file"
	refuse_with "batch:3: .*exists" "a transaction" ix -batch "$file"
	expect_equal "classes" "" "$(ix class show)"
	printf '%s\n' 'transaction begin' 'class add one' >"$file"
	refuse_with "commit" "a transaction without commit" ix -batch "$file"
	expect_equal "classes" "" "$(ix class show)"
	printf '%s\n' 'transaction begin' 'class add one' 'class add two' \
		'transaction commit' >"$file"
	expect "a transaction" ix -batch "$file"
	expect_equal "classes" 2 "$(ix class show | wc -l)"
	printf '%s\n' 'transaction begin' 'class add three' \
		'transaction abort' >"$file"
	expect "an aborted one" ix -batch "$file"
	expect_equal "classes" 2 "$(ix class show | wc -l)"
	printf 'class add a \\\n  number 40 # and so on\n' >"$file"
	expect "a continued line" ix -batch "$file"
	expect_match '^a number 40$' "from two lines" ix class show a
}

test_json()
{
	local object

	must "restore" ix_restore < <(everything)
	for object in settings class service view tenant map institution \
		prefix route rule port counter audit account; do
		expect "$object" json_array -j "$object" show
		expect "$object -p -s" json_array -j -p -s "$object" show
	done
	expect_equal "tenants" "mame hare kmix common other" \
		"$(ix -j tenant show | jq -r '[.[].name] | join(" ")')"
	expect_equal "a reference" "a \"quoted\" text, 'and' so on" \
		"$(ix -j rule show id 6 | jq -r '.[0].reference')"
}

json_array()
{
	ix "$@" | jq -e 'type == "array"' >/dev/null
}

# usage PATTERN ARGUMENT...: a mistake on the command line, exit status 2.
usage()
{
	local pattern=$1 output rc
	shift

	output=$(ix "$@" 2>&1)
	rc=$?
	expect_equal "exit status of \"$*\"" 2 "$rc"
	grep -qiE -- "$pattern" <<<"$output" ||
		fail "\"$*\" does not say \"$pattern\": $output"
}

test_command_line()
{
	must "restore" ix_restore < <(everything)
	ix save >"$TMP/before"
	usage 'unknown' frobnicate
	usage 'unknown' tenant frobnicate
	usage 'unknown' tenant add x y z
	usage 'missing' tenant add
	usage 'missing' map add tenant mame 10.0.0.0/8
	usage 'missing' rule add permit from any
	usage 'twice' tenant add x mode nft mode nft
	usage 'not' tenant add x mode sideways
	usage 'not' tenant add x gateway nowhere
	usage 'not|unknown' map add tenant mame 10.0.0.0/33 2001:db8::/64
	usage 'not|unknown' map add tenant mame 10.0.0.0.0/8 2001:db8::/64
	usage 'not' rule add permit from everybody to any
	usage 'not' rule add permit from any to any until tomorrow
	usage 'not' service add x tcp dport 70000
	usage 'not' service add x tcp dport 90-80
	usage 'missing' restore
	usage '' -nonsense
	usage 'missing' trace
	expect "nothing has changed" cmp "$TMP/before" <(ix save)
	# What the kernel refuses is another exit status.
	refuse "the kernel's refusal" ix tenant delete nobody
	expect_equal "its exit status" 1 \
		"$(ix tenant delete nobody 2>/dev/null; echo $?)"
	expect_match 'Usage' "help" ix help
	for object in tenant view map class institution prefix route service \
		rule port settings counter; do
		expect_match 'Usage' "$object help" ix "$object" help
	done
	expect_match '[0-9]' "version" ix -V
}

# Abbreviations as in iproute2, and names for numbers.
test_grammar()
{
	must "restore" ix_restore < <(everything)
	expect_equal "ten sh" "$(ix tenant show)" "$(ix ten sh)"
	expect_equal "tenant" "$(ix tenant show)" "$(ix tenant)"
	expect_match 'institution mame-hospital' "names" ix prefix show
	expect_match 'institution 101' "numbers" ix -N prefix show
	expect_equal "by name" "$(ix institution show 101)" \
		"$(ix institution show mame-hospital)"
	expect_equal "another namespace" "$(ix tenant show)" \
		"$("$IXCTL" -n "${NS[router]}" tenant show)"
}

# A namespace has a configuration of its own, which goes with it.
test_namespaces()
{
	must "restore" ix_restore < <(everything)
	setup_ns second
	expect_equal "nothing in another namespace" "" \
		"$(on second "$IXCTL" tenant show)"
	expect "a configuration of its own" on second "$IXCTL" tenant add mame
	expect_equal "tenants there" 1 \
		"$(on second "$IXCTL" -j tenant show | jq length)"
	expect_equal "tenants here" 5 "$(ix -j tenant show | jq length)"
	delete_ns second
	expect_equal "tenants here" 5 "$(ix -j tenant show | jq length)"
}

test_monitor()
{
	must "flush" ix flush
	background router "$IXCTL" monitor
	busywait listens "${PIDS[-1]}" || fail "nobody listens"
	must "a change" ix class add one
	expect "is reported" busywait grep -q . "$TMP/background.log"
}

scene_hosts
run test_round_trip "save, flush, restore, and over itself"
run test_stable_order "save has a stable order"
run test_restore_is_atomic "a restore is one transaction"
run test_errors_in_files "errors in files: named, and nothing changes"
run test_truncated_file "truncated and empty files"
run test_diff "diff"
run test_batch "batches and transactions in them"
run test_json "JSON"
run test_command_line "mistakes on the command line"
run test_grammar "abbreviations and names"
run test_namespaces "namespaces"
run test_monitor "monitor"
finish
