# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What every script of the build and of the tests shares. To be sourced.

# shellcheck disable=SC2034 # used by the scripts that source this file
IX_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Kernels are kept outside the checkout, so that the next clone finds them.
# shellcheck disable=SC2034
IX_CACHE=${IX_CACHE:-${HOME:-/root}/.cache/ix}
# shellcheck disable=SC2034
IX_JOBS=${IX_JOBS:-$(nproc)}

# What our own make was called with (SHELL=1, its jobs) is not meant for the
# kernel's.
unset MAKEFLAGS MFLAGS MAKELEVEL

note()
{
	printf '[%(%H:%M:%S)T] %s\n' -1 "$*" >&2
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# run_logged LABEL LOG COMMAND...: runs a command that prints a line for each
# thing that it has done, all of it into LOG, and shows every ten seconds how
# far it is. On failure the end of the log is shown.
run_logged()
{
	local label=$1 log=$2 start=$SECONDS next=10 pid rc=0
	shift 2

	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		if ((SECONDS - start >= next)); then
			note "$label: $((SECONDS - start)) s, $(wc -l <"$log") lines," \
				"last: $(tail -n 1 "$log" | tr -s ' \t' ' ' | cut -c1-60)"
			next=$((SECONDS - start + 10))
		fi
		sleep 0.3
	done
	wait "$pid" || rc=$?
	if ((rc)); then
		note "$label: FAILED after $((SECONDS - start)) s, status $rc; the end of $log:"
		tail -n 30 "$log" >&2
	else
		note "$label: done in $((SECONDS - start)) s"
	fi
	return "$rc"
}

# lock_cache NAME: only one process at a time prepares NAME in the cache; the
# lock is held until the calling (sub)shell ends.
lock_cache()
{
	local fd

	mkdir -p "$IX_CACHE/lock"
	exec {fd}>"$IX_CACHE/lock/$1"
	if ! flock -n "$fd"; then
		note "waiting for another process that prepares $1"
		flock "$fd"
	fi
}
