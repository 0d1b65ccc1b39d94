# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What uml/run and vm/run share. To be sourced.

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

runner_tests=()
runner_console=()
runner_timeout=300
runner_shell=0
runner_keep=0
runner_build=1
runner_log=
runner_label=

# One option, or one test, of the command line; RUNNER_SHIFT says how many words
# after the first it took.
runner_option()
{
	RUNNER_SHIFT=0
	case $1 in
	--timeout) runner_timeout=$2 RUNNER_SHIFT=1 ;;
	--shell) runner_shell=1 ;;
	--no-build) runner_build=0 ;;
	--verbose) runner_console+=(--verbose) ;;
	--log) runner_log=$2 RUNNER_SHIFT=1 ;;
	--results) runner_console+=(--results "$2") RUNNER_SHIFT=1 ;;
	--label)
		runner_label=$2
		# shellcheck disable=SC2034 # for the caller
		RUNNER_SHIFT=1
		;;
	-h | --help)
		sed -n 's/^# \{0,1\}//; 3,/^set /{/^set /!p}' "$0"
		exit 0
		;;
	-*) die "unknown option $1 (--help)" ;;
	*) runner_tests+=("$1") ;;
	esac
}

# runner_prepare TARGET ACCEL: builds the modules and ixctl, and writes the job file for
# guest-init; its name is RUNNER_JOB.
runner_prepare()
{
	local target=$1 accel=$2 lib test path names=()

	((${#runner_tests[@]} || runner_shell)) || die "no tests given (--help)"
	for test in "${runner_tests[@]}"; do
		if [[ $test = *.ko ]]; then
			names+=("${test##*/}")
			continue
		fi
		path=$(realpath -e "$test" 2>/dev/null) ||
			path=$(realpath -e "$IX_TOP/$test") || die "there is no $test"
		[[ $path = "$IX_TOP"/* ]] || die "$test is not in $IX_TOP"
		[ -x "$path" ] || die "$test is not executable"
		names+=("${path#"$IX_TOP"/}")
	done

	if ((runner_build)); then
		lib=$("$IX_TOP/scripts/build-modules" "$target")
		run_logged ixctl "$IX_TOP/build/logs/ixctl.log" make -C "$IX_TOP/userspace" all >&2
	else
		lib=$(echo "$IX_TOP/build/modules/$target"/root/lib/modules/*)
		[ -d "$lib" ] || die "no modules for $target: run without --no-build"
	fi

	# In the checkout, because the guest has a /tmp of its own.
	mkdir -p "$IX_TOP/build/run"
	# shellcheck disable=SC2034 # for the caller
	RUNNER_JOB=$IX_TOP/build/run/job.$$
	trap 'rm -f "$RUNNER_JOB"' EXIT
	{
		printf '%s=%q\n' IX_TOP "$IX_TOP" IX_LIB "$lib" IX_TARGET "$target" \
			IX_ACCEL "$accel" IX_SEED "${IX_SEED:-}" IX_ROUND "${IX_ROUND:-}" \
			IX_PACKET "${IX_PACKET:-}" IX_PACKETS "${IX_PACKETS:-}" \
			TESTS "${names[*]}" TEST_TIMEOUT "$runner_timeout" \
			KEEP "$runner_keep" SHELL_AFTER "$runner_shell"
	} >"$RUNNER_JOB"

	runner_log=${runner_log:-$IX_TOP/build/logs/${runner_label:-$target}.log}
	runner_console+=(--log "$runner_log" --label "${runner_label:-$target}"
		--silence "$((runner_timeout + 60))"
		--timeout "$((120 + (runner_timeout + 30) * (${#names[@]} + 1)))")
	for test in "${names[@]}"; do
		runner_console+=(--test "$test")
	done
	((!runner_shell)) || runner_console+=(--interactive)
}

# runner_start COMMAND...: the emulator.
runner_start()
{
	"$IX_TOP/selftests/lib/console.py" "${runner_console[@]}" -- "$@"
}
