#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Does lib/console.py see what went wrong? Judges recorded guests, without one.
# TAP.
set -uo pipefail
cd "$(dirname "$0")/lib" || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# judge LOG TEST...: prints the totals, "PASSED FAILED SKIPPED".
judge()
{
	local log=$1 rc=0 passed failed skipped options=()

	shift
	options=("${@/#/--test=}")
	rm -f "$tmp/results" "$tmp/results.failed"
	./console.py --replay "$log" --results "$tmp/results" "${options[@]}" >"$tmp/out" 2>&1 || rc=$?
	read -r passed failed skipped _ <"$tmp/results" || return 1
	# The exit status and the list of what failed must say the same.
	[ "$rc" = $((failed != 0)) ] && [ "$(wc -l <"$tmp/results.failed")" = "$failed" ] &&
		echo "$passed $failed $skipped"
}

result()
{
	n=$((n + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $n - $3"
	else
		echo "not ok $n - $3: expected '$1', got '$2'"
		sed 's/^/# /' "$tmp/out"
	fi
}

# one_line LINE: a test, all of whose own results are good, in which the kernel
# says LINE.
one_line()
{
	cat >"$tmp/log" <<-LOG
		K [    1.000000] ix-guest: start a.sh
		U ix-guest: start a.sh
		U 1..1
		U ok 1 - good
		K [    1.500000] $1
		K [    1.600000] ix-guest: end a.sh 0
		U ix-guest: end a.sh 0
		U ix-guest: done
	LOG
	judge "$tmp/log" a.sh
}

mapfile -t logs < <(ls recorded/*.log)
mapfile -t reports < <(grep -v '^#' recorded/reports.txt)
mapfile -t harmless < <(grep -v '^#' recorded/harmless.txt)
n=0
echo "1..$((${#logs[@]} + ${#reports[@]} + ${#harmless[@]}))"
for log in "${logs[@]}"; do
	tests=$(sed -n 's/^# tests: //p' "$log")
	# shellcheck disable=SC2086 # several
	result "$(sed -n 's/^# expect: //p' "$log")" "$(judge "$log" $tests)" "${log#*/}"
done
for line in "${reports[@]}"; do
	result '1 1 0' "$(one_line "$line")" "report: ${line//#/}"
done
for line in "${harmless[@]}"; do
	result '1 0 0' "$(one_line "$line")" "no report: $line"
done
