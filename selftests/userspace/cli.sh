#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The command line of ixctl, its manual page and its completion, as far as they
# need no kernel module. TAP.
#
# environment: IXCTL, the ixctl to test
set -u

cd "$(dirname "$0")" || exit 1
TOP=$(cd ../.. && pwd)
IXCTL=${IXCTL:-$TOP/userspace/ixctl}
MAN=$TOP/userspace/ixctl.8
COMPLETION=$TOP/userspace/ixctl.bash-completion
TMP=$(mktemp -d "${TMPDIR:-/tmp}/ixctl-cli.XXXXXX")
trap 'rm -rf "$TMP"' EXIT

OBJECTS="settings class service view tenant map institution prefix route rule
	port counter audit account"
COMMANDS="trace test policy report save diff restore flush attach detach mark monitor
	stats transaction"
nr=0
failed=0

# ok MESSAGE: the command before has succeeded, or not.
ok()
{
	local status=$?

	nr=$((nr + 1))
	if [ $status = 0 ]; then
		echo "ok $nr - $1"
	else
		failed=$((failed + 1))
		echo "not ok $nr - $1"
		sed 's/^/# /' "$TMP/out" "$TMP/err"
	fi
}

# ixctl STATUS TEXT ARGUMENT...: exit status, and a text that it has to write.
ixctl()
{
	local status=$1 text=$2 is

	shift 2
	"$IXCTL" "$@" < /dev/null > "$TMP/out" 2> "$TMP/err"
	is=$?
	[ $is = "$status" ] || echo "status $is, not $status" >> "$TMP/err"
	[ $is = "$status" ] && grep -qF -- "$text" "$TMP/out" "$TMP/err"
}

ixctl 2 'Usage: ixctl'
ok "without arguments: usage, and an error"
[ ! -s "$TMP/out" ]
ok "... on standard error"
ixctl 0 'Usage: ixctl' help
ok "help"
ixctl 0 'Usage: ixctl' -h
ok "-h"
ixctl 0 'Usage: ixctl' --help
ok "--help"
ixctl 0 'ixctl ' -V
ok "-V"
for object in $OBJECTS; do
	ixctl 0 "Usage: ixctl $object" "$object" help &&
		ixctl 0 "Usage: ixctl $object" "$object" show help &&
		ixctl 0 "  $object " help
	ok "help for $object"
done
for command in $COMMANDS; do
	ixctl 0 "Usage: ixctl $command" "$command" help &&
		ixctl 0 "  $command " help
	ok "help for $command"
done

while read -r short long; do
	ixctl 0 "Usage: ixctl $long " "$short" help ||
		ixctl 0 "Usage: ixctl $long" "$short" help
	ok "$short is $long"
done <<- 'END'
	t tenant
	ten tenant
	tr trace
	tra trace
	tran transaction
	v view
	m map
	mar mark
	mo monitor
	c class
	co counter
	i institution
	p prefix
	po port
	r route
	ru rule
	s service
	se service
	set settings
	sa save
	d diff
	det detach
	a attach
END
for command in f flus res restor; do
	ixctl 2 "object \"$command\" is unknown" "$command"
	ok "$command is no abbreviation"
done

ixctl 2 'object "frobnicate" is unknown' frobnicate
ok "unknown object"
ixctl 2 'tenant: command "frobnicate" is unknown' tenant frobnicate
ok "unknown command"
ixctl 2 'tenant add: "y" is unknown here' tenant add x y
ok "unknown word"
ixctl 2 'option "-x" is unknown' -x
ok "unknown option"
ixctl 2 'option -batch needs a value' -batch
ok "option without its value"
ixctl 2 '"save" is not expected behind -batch' -batch /dev/null save
ok "words behind -batch"
ixctl 1 'network namespace no-such-one: No such file' -n no-such-one tenant
ok "unknown network namespace"
ixctl 2 'invalid name' -n ../x tenant
ok "name of a network namespace with a slash"
ixctl 2 'works in a batch only' transaction begin
ok "transaction on the command line"
ixctl 2 'the name of a file is missing' diff
ok "diff without a file"
ixctl 2 'No such file' diff "$TMP/none"
ok "diff of no file"
ixctl 2 'dev DEVICE is missing' attach tenant x
ok "attach without a device"
ixctl 2 'dev lo is given twice' attach x dev lo dev lo
ok "attach of a device twice"
ixctl 1 'no device is named no-such-dev' attach x dev no-such-dev
ok "attach of an unknown device"
ixctl 2 'tenant TENANT is missing' trace src 10.0.0.1 dst 10.0.0.2
ok "trace without a tenant"
ixctl 2 'of the same IP version' trace tenant x src 10.0.0.1 dst ::2
ok "trace between two versions of IP"
ixctl 2 'dport PORT is missing' trace tenant x src ::1 dst ::2 tcp
ok "trace without a port"

printf '# comment\n\nview help\nview frob\nview nonsense\n' > "$TMP/batch"
ixctl 2 "$TMP/batch:4: view: command \"frob\" is unknown" -batch "$TMP/batch"
ok "a batch names file and line"
! grep -q nonsense "$TMP/err"
ok "... and ends with the first error"
ixctl 2 "$TMP/batch:5: view: command \"nonsense\" is unknown" -force \
	-batch "$TMP/batch"
ok "... unless it is forced"
ixctl 0 'Usage: ixctl view' -batch - || "$IXCTL" -batch - < "$TMP/batch" 2>&1 |
	grep -q '(standard input):4: view'
ok "a batch from standard input"
ixctl 2 'No such file' -batch "$TMP/none"
ok "no batch"
printf 'transaction commit\n' > "$TMP/batch"
ixctl 2 'transaction: there is none' -batch "$TMP/batch"
ok "commit without a transaction"
"$IXCTL" help > /dev/full 2> "$TMP/err"
[ $? = 1 ] && grep -q 'writing: No space left' "$TMP/err"
ok "an error in writing is an error"

# The manual page and the completion know what the tool knows.
lint=$(mandoc -T lint -W style "$MAN" 2>&1 | grep -v outdated)
[ -z "$lint" ]
ok "manual page: mandoc has no complaint"
missing=
for word in $OBJECTS $COMMANDS; do
	grep -qw -- "$word" "$MAN" || missing+=" $word"
done
echo "$missing" > "$TMP/out"
[ -z "$missing" ]
ok "manual page: all objects and commands"
missing=
while read -r reason; do
	grep -qx -- ".It Sy $reason" "$MAN" || missing+=" $reason"
done < <(sed -n 's/.*X([A-Z0-9_]*, "\([a-z0-9_]*\)".*/\1/p' "$TOP/kmod/drop.h")
echo "$missing" > "$TMP/out"
[ -z "$missing" ]
ok "manual page: all reasons to drop a packet"

# shellcheck source=/dev/null
. "$COMPLETION"
ok "completion: can be loaded"
for object in $OBJECTS; do
	missing=
	for word in $("$IXCTL" "$object" help | grep '^Usage:\|^  ' | tr -s ' []{}|' '\n' |
		      grep -x '[a-z][a-z0-9-]*' | sort -u); do
		case " ixctl $object add change replace delete show flush n on off inline nft none path intrinsic simple copy compute drop " in
		*" $word "*) continue ;;
		esac
		[[ " $(_ixctl_keywords "$object" | tr '\n' ' ') " == *" $word "* ]] ||
			missing+=" $word"
	done
	echo "$missing" > "$TMP/out"
	[ -z "$missing" ]
	ok "completion: keywords of $object"
done

# complete WORD...: what can follow, the last word being begun.
complete_words()
{
	COMP_WORDS=(ixctl "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_ixctl
	echo " ${COMPREPLY[*]} "
}
[[ $(complete_words ten) == " tenant " ]]
ok "completion: an object"
[[ $(complete_words -pr) == " -pretty " ]]
ok "completion: an option"
[[ $(complete_words tenant '') == *" replace "* ]]
ok "completion: a verb"
[[ $(complete_words tenant add x mod) == " mode " ]]
ok "completion: a keyword"
[[ $(complete_words tenant add x mode '') == *" nft "* ]]
ok "completion: a value"
[[ $(complete_words rule add permit from '') == *" any class institution "* ]]
ok "completion: whom"

echo "1..$nr"
exit $((failed > 0))
