# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the functional tests of ix share. To be sourced.
#
# A test script sources this file, builds what it needs, calls "run" for each
# of its tests and ends with "finish". Its output is TAP; it exits with 0 if
# all tests have passed, 1 if one has failed and 4 if it had to be skipped.
# "NAME.sh FUNCTION..." runs only the tests named. Everything happens in
# network namespaces of its own, which are gone when the script ends.

set -u

# shellcheck disable=SC2034 # for the scripts
ksft_pass=0
ksft_fail=1
ksft_skip=4

NET_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
IXCTL=${IXCTL:-ixctl}
# How long to wait for what should happen soon, in seconds.
WAIT=${WAIT:-10}
# How late the kernel may see that a second has begun, in milliseconds: its clock of
# seconds moves with a tick, and emulated processors take turns of 100 ms.
LATE=200
# shellcheck disable=SC2034 # LATE is used by the tests
if [ "${IX_ACCEL:-}" = tcg ]; then
	WAIT=$((WAIT * 3))
	LATE=600
fi

# A guest without udev may lack what process substitution needs.
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd

TMP=$(mktemp -d "${TMPDIR:-/tmp}/ix-test.XXXXXX")
TESTS_WANTED=("$@")
TEST_NR=0
TESTS_FAILED=0
RET=0
DEFERRED=()
PIDS=()
declare -A NS=()
NS_NR=0

##############################################################################
# TAP

diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

plan_skip()
{
	echo "1..0 # SKIP $*"
	exit "$ksft_skip"
}

# fail MESSAGE: the test at work has failed.
fail()
{
	RET=$ksft_fail
	diag "$*"
}

# skip MESSAGE: the test at work can't be run here; return after it.
skip()
{
	((RET)) || RET=$ksft_skip
	SKIPPED=$*
}

# defer COMMAND...: to be done when the test at work ends, the last one first.
defer()
{
	DEFERRED=("$(printf '%q ' "$@")" "${DEFERRED[@]}")
}

run_deferred()
{
	local command

	for command in "${DEFERRED[@]}"; do
		eval "$command" >/dev/null 2>&1
	done
	DEFERRED=()
}

# run FUNCTION DESCRIPTION [ARGUMENT...]: runs one test.
run()
{
	local function=$1 description=$2 wanted
	shift 2

	if ((${#TESTS_WANTED[@]})); then
		for wanted in "${TESTS_WANTED[@]}"; do
			[ "$wanted" = "$function" ] && break
		done
		[ "$wanted" = "$function" ] || return 0
	fi

	TEST_NR=$((TEST_NR + 1))
	RET=0
	SKIPPED=
	"$function" "$@"
	run_deferred
	stop_background
	case $RET in
	"$ksft_skip")
		echo "ok $TEST_NR - $description # SKIP $SKIPPED"
		;;
	0)
		echo "ok $TEST_NR - $description"
		;;
	*)
		echo "not ok $TEST_NR - $description"
		TESTS_FAILED=$((TESTS_FAILED + 1))
		;;
	esac
}

finish()
{
	echo "1..$TEST_NR"
	((TESTS_FAILED == 0))
	exit
}

##############################################################################
# Expectations

# expect MESSAGE COMMAND...: the command has to succeed.
expect()
{
	local message=$1 output rc
	shift

	output=$("$@" 2>&1)
	rc=$?
	((rc == 0)) && return 0
	fail "$message: failed with status $rc: $*"
	[ -z "$output" ] || diag "$(head -n 20 <<<"$output")"
	return 1
}

# refuse MESSAGE COMMAND...: the command has to fail.
refuse()
{
	local message=$1 output
	shift

	if output=$("$@" 2>&1); then
		fail "$message: should have failed: $*"
		[ -z "$output" ] || diag "$(head -n 20 <<<"$output")"
		return 1
	fi
	return 0
}

# refuse_with PATTERN MESSAGE COMMAND...: the command has to fail, and say so.
refuse_with()
{
	local pattern=$1 message=$2 output rc
	shift 2

	output=$("$@" 2>&1)
	rc=$?
	if ((rc == 0)); then
		fail "$message: should have failed: $*"
		return 1
	fi
	if ((rc >= 126)); then
		fail "$message: could not be run, or crashed (status $rc): $*"
		return 1
	fi
	if ! grep -qiE -- "$pattern" <<<"$output"; then
		fail "$message: the error does not say \"$pattern\": $output"
		return 1
	fi
	return 0
}

# expect_match PATTERN MESSAGE COMMAND...: it succeeds, and its output matches.
expect_match()
{
	local pattern=$1 message=$2 output rc
	shift 2

	output=$("$@" 2>&1)
	rc=$?
	if ((rc)); then
		fail "$message: failed with status $rc: $*"
	elif ! grep -qE -- "$pattern" <<<"$output"; then
		fail "$message: the output does not match \"$pattern\": $*"
	else
		return 0
	fi
	diag "$(head -n 20 <<<"$output")"
	return 1
}

# expect_equal MESSAGE EXPECTED ACTUAL
expect_equal()
{
	[ "$2" = "$3" ] && return 0
	fail "$1: expected \"$2\", is \"$3\""
	return 1
}

# busywait COMMAND...: waits until the command succeeds, $WAIT seconds at most.
busywait()
{
	local end=$((SECONDS + WAIT))

	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		sleep 0.05
	done
}

##############################################################################
# Namespaces and processes

# setup_ns NAME...: makes namespaces, new ones if there are such already. on NAME
# COMMAND... runs in one.
setup_ns()
{
	local name

	for name in "$@"; do
		delete_ns "$name"
		NS_NR=$((NS_NR + 1))
		NS[$name]=$name-${TMP##*.}-$NS_NR
		ip netns add "${NS[$name]}" || plan_skip "no network namespaces"
		on "$name" sysctl -qw net.ipv4.ip_forward=0 \
			net.ipv6.conf.all.forwarding=0 \
			net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0 \
			net.ipv6.conf.all.accept_dad=0 \
			net.ipv6.conf.default.accept_dad=0 \
			net.ipv6.conf.all.accept_ra=0 \
			net.ipv6.conf.default.accept_ra=0 \
			net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 \
			net.ipv4.icmp_msgs_per_sec=1000000 \
			net.ipv4.icmp_msgs_burst=1000
		ip -n "${NS[$name]}" link set lo up
	done
}

on()
{
	local name=$1
	shift
	ip netns exec "${NS[$name]}" "$@"
}

# background NAME COMMAND...: runs in a namespace until the test ends. Outside of
# a test it runs until the script ends.
background()
{
	local name=$1
	shift

	ip netns exec "${NS[$name]}" "$@" </dev/null >>"$TMP/background.log" 2>&1 &
	PIDS+=("$!")
}

# listens PID: does ixctl wait? It does so for nothing but events.
listens()
{
	grep -q ixctl "/proc/$1/comm" && grep -q '^State:.S' "/proc/$1/status"
}

stop_background()
{
	local pid

	for pid in "${PIDS[@]}"; do
		kill "$pid"
		wait "$pid"
	done 2>/dev/null
	PIDS=()
}

cleanup()
{
	local name

	run_deferred
	stop_background
	[ -z "${RAW_PID:-}" ] || kill "$RAW_PID" 2>/dev/null
	for name in "${!NS[@]}"; do
		delete_ns "$name"
	done
	rm -rf "$TMP"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

delete_ns()
{
	[ -n "${NS[$1]:-}" ] || return 0
	ip netns pids "${NS[$1]}" 2>/dev/null | xargs -r kill 2>/dev/null
	ip netns del "${NS[$1]}" 2>/dev/null
	unset "NS[$1]"
}

# listening NAME tcp|udp PORT [ADDRESS]: is there a socket?
listening()
{
	local filter="sport = :$3"

	case ${4:-} in
	*:*) filter="src [$4]:$3" ;;
	?*) filter="src $4:$3" ;;
	esac
	[ -n "$(on "$1" ss -Hln "--$2" "$filter")" ]
}

# require COMMAND...: the whole script is skipped if one is missing.
require()
{
	local command

	for command in "$@"; do
		command -v "$command" >/dev/null || plan_skip "no $command"
	done
}

##############################################################################
# ix

echo "TAP version 13"
[ "$(id -u)" = 0 ] || plan_skip "not root"
require ip nft "$IXCTL" jq python3 ss
# Where there is no modprobe configuration the modules have been loaded.
[ -d /sys/module/ix ] || modprobe -q ix || plan_skip "no module ix"
[ -d /sys/module/nft_ix ] || modprobe -q nft_ix || plan_skip "no module nft_ix"

# ix ARGUMENT...: ixctl in the router.
ix()
{
	"$IXCTL" -n "${NS[router]}" "$@"
}

# ix_batch: changes from standard input, in the router.
ix_batch()
{
	local file=$TMP/batch rc

	cat >"$file"
	ix -batch "$file"
	rc=$?
	rm -f "$file"
	return "$rc"
}

# ix_restore: a whole configuration from standard input.
ix_restore()
{
	local file=$TMP/restore rc

	cat >"$file"
	ix restore "$file"
	rc=$?
	rm -f "$file"
	return "$rc"
}

# must MESSAGE COMMAND...: what a script is built on.
must()
{
	local message=$1 output
	shift

	output=$("$@" 2>&1) && return 0
	echo "Bail out! $message: $*: $output"
	exit "$ksft_fail"
}

# counters [TENANT]: all counters of a tenant or, without one, of the router,
# that are not zero, as lines "NAME PACKETS BYTES".
counters()
{
	if (($#)); then
		ix -s tenant show "$1"
	else
		ix -s counter show
	fi | awk '$2 == "packets" && $4 == "bytes" { print $1, $3, $5 }'
}

# counter TENANT NAME: packets in one counter of a tenant; "" is the router.
counter()
{
	local name packets wanted=$2 found=0

	while read -r name packets _; do
		[ "$name" != "$wanted" ] || found=$packets
	done < <(counters ${1:+"$1"})
	echo "$found"
}

# counted TENANT NAME NUMBER MESSAGE COMMAND...: the command makes the counter
# larger by exactly NUMBER; it may fail.
counted()
{
	local tenant=$1 name=$2 number=$3 message=$4 before now end
	shift 4

	before=$(counter "$tenant" "$name")
	"$@" >/dev/null 2>&1
	end=$((SECONDS + WAIT))
	now=$(counter "$tenant" "$name")
	while [ "$now" -lt $((before + number)) ] && ((SECONDS < end)); do
		sleep 0.05
		now=$(counter "$tenant" "$name")
	done
	expect_equal "$message: counter $name of ${tenant:-the router}" \
		$((before + number)) "$now"
}

# port DEVICE NAME: a port of the router, which is ix0 in a namespace. It says in
# its neighbour advertisements that it is a router's: a Linux host forgets the path
# MTU by a gateway that does not, some 30 seconds after it has learned it.
port()
{
	ip -n "${NS[router]}" -batch - <<-END
		link add $1 type veth peer name ix0 netns ${NS[$2]}
		link set $1 addrgenmode none
		addr add fe80::1/64 dev $1 nodad
		link set $1 up
	END
	must "a router's port" \
		on router sysctl -qw "net.ipv6.conf.$1.forwarding=1"
	ip -n "${NS[$2]}" link set ix0 up
}

# host4 NAME GATEWAY ADDRESS...: the addresses that a tenant's hosts have. The
# gateway is the router's address on the port, and not in their networks.
host4()
{
	local name=$1 gateway=$2
	shift 2

	ip -n "${NS[$name]}" -batch - <<-END
		$(printf 'addr add %s/32 dev ix0\n' "$@")
		route add default via $gateway dev ix0 onlink src $1
	END
}

# link4 NAME DEVICE GATEWAY: an address that the router itself has a route to.
link4()
{
	ip -n "${NS[$1]}" addr add "${3%.*}.2/32" dev ix0
	ip -n "${NS[router]}" route add "${3%.*}.2/32" dev "$2"
}

host6()
{
	local name=$1
	shift

	ip -n "${NS[$name]}" -batch - <<-END
		$(printf 'addr add %s/128 dev ix0 nodad\n' "$@")
		route add default via fe80::1 dev ix0 src $1
	END
}

# flowtable TENANT DEVICE...
flowtable()
{
	local tenant=$1 devices
	shift

	devices=$(printf '%s, ' "$@")
	cat <<-END
		flowtable $tenant {
			hook ingress priority filter
			devices = { ${devices%, } }
		}
	END
}

# attach TENANT DEVICE...: a flowtable, the stock way. All together are one
# table; the same tenant can be attached again to add ports.
attach()
{
	on router nft -f - <<-END
		table netdev ix {
		$(flowtable "$@")
		}
	END
}

##############################################################################
# The scene that most tests play in
#
#   tenant  port   hosts (own address)          IX address
#   mame    mame0  192.168.1.10  hospital       2001:db8:0:64::100.64.17.10
#                  192.168.2.20  clinic         2001:db8:0:64::100.64.18.20
#                  192.168.3.30  pharmacy       2001:db8:0:64::100.64.19.30
#   hare    hare0  192.168.1.10  hospital       2001:db8:0:64::100.64.33.10
#                  192.168.9.9   emergency      2001:db8:0:64::100.64.41.9
#   kmix    kmix0  fd01:203:405:1::1234         2001:db8:1:d550::1234
#   common  comm0  2001:db8:40::80  claims      the same
#
# Tenants of the view four see the IPv4 part of the IX address space as
# 100.64.0.0/10, claims as 100.64.200.80 and the kmix hospital as
# 100.64.200.34. Tenants of the view six see the IX addresses themselves.

HOSPITAL=192.168.1.10
CLINIC=192.168.2.20
PHARMACY=192.168.3.30
EMERGENCY=192.168.9.9
KMIX=fd01:203:405:1::1234
CLAIMS=2001:db8:40::80

# As seen by tenants of the view four ...
MAME_HOSPITAL4=100.64.17.10
MAME_CLINIC4=100.64.18.20
MAME_PHARMACY4=100.64.19.30
HARE_HOSPITAL4=100.64.33.10
HARE_EMERGENCY4=100.64.41.9
CLAIMS4=100.64.200.80
KMIX4=100.64.200.34
# ... and of the view six.
IX4=2001:db8:0:64::
MAME_HOSPITAL6=$IX4$MAME_HOSPITAL4
MAME_CLINIC6=$IX4$MAME_CLINIC4
MAME_PHARMACY6=$IX4$MAME_PHARMACY4
HARE_HOSPITAL6=$IX4$HARE_HOSPITAL4
HARE_EMERGENCY6=$IX4$HARE_EMERGENCY4
CLAIMS6=$CLAIMS
KMIX6=2001:db8:1:d550::1234

# The router's addresses on the ports, and the sources of its ICMP errors.
MAME_GW=10.255.1.1
HARE_GW=10.255.2.1
KMIX_GW=fd01:203:405::1
COMMON_GW=2001:db8:40::1

export HOSPITAL CLINIC PHARMACY EMERGENCY KMIX CLAIMS
export MAME_HOSPITAL4 MAME_CLINIC4 MAME_PHARMACY4 HARE_HOSPITAL4
export HARE_EMERGENCY4 CLAIMS4 KMIX4
export MAME_HOSPITAL6 MAME_CLINIC6 MAME_PHARMACY6 HARE_HOSPITAL6
export HARE_EMERGENCY6 CLAIMS6 KMIX6
export MAME_GW HARE_GW KMIX_GW COMMON_GW

# Everything but the policy, in the language of ixctl.
scene_objects()
{
	cat <<-END
		class add hospital
		class add clinic
		class add pharmacy
		class add emergency
		class add claims
		view add four
		view add six
		map add view four explicit 100.64.0.0/10 2001:db8:0:64::100.64.0.0/106
		map add view four explicit $CLAIMS4/32 $CLAIMS6/128
		map add view four explicit $KMIX4/32 $KMIX6/128
		map add view six plain ::/0 ::/0
		tenant add mame view four gateway $MAME_GW
		tenant add hare view four gateway $HARE_GW
		tenant add kmix view six gateway $KMIX_GW
		tenant add common view six gateway $COMMON_GW
		map add tenant mame explicit 192.168.0.0/20 2001:db8:0:64::100.64.16.0/116
		map add tenant hare explicit 192.168.0.0/20 2001:db8:0:64::100.64.32.0/116
		map add tenant kmix nptv6 fd01:203:405::/48 2001:db8:1::/48
		map add tenant common plain 2001:db8:40::/64 2001:db8:40::/64
		institution add 101 name mame-hospital class hospital
		institution add 102 name mame-clinic class clinic
		institution add 103 name mame-pharmacy class pharmacy
		institution add 201 name hare-hospital class hospital
		institution add 202 name hare-emergency class hospital class emergency
		institution add 301 name kmix-hospital class hospital
		institution add 401 name claims class claims
		prefix add 2001:db8:0:64::100.64.17.0/120 institution 101 tenant mame
		prefix add 2001:db8:0:64::100.64.18.0/120 institution 102 tenant mame
		prefix add 2001:db8:0:64::100.64.19.0/120 institution 103 tenant mame
		prefix add 2001:db8:0:64::100.64.33.0/120 institution 201 tenant hare
		prefix add 2001:db8:0:64::100.64.41.0/120 institution 202 tenant hare
		prefix add 2001:db8:1::/48 institution 301 tenant kmix
		prefix add 2001:db8:40::/64 institution 401 tenant common
	END
	scene_routes mame hare kmix common
}

# scene_routes TENANT...: each of them reaches all others.
scene_routes()
{
	local from to
	local -A prefix=(
		[mame]=2001:db8:0:64::100.64.16.0/116
		[hare]=2001:db8:0:64::100.64.32.0/116
		[kmix]=2001:db8:1::/48
		[common]=2001:db8:40::/64
	) device=([mame]=mame0 [hare]=hare0 [kmix]=kmix0 [common]=comm0)

	for from in "$@"; do
		for to in "$@"; do
			[ "$from" = "$to" ] || echo route add tenant "$from" \
				"${prefix[$to]}" to "$to" dev "${device[$to]}"
		done
	done
}

# scene_hosts: namespaces, devices and addresses.
scene_hosts()
{
	setup_ns router mame hare kmix common
	port mame0 mame
	port hare0 hare
	port kmix0 kmix
	port comm0 common
	ip -n "${NS[router]}" -batch - <<-END
		addr add $MAME_GW/32 dev mame0
		addr add $HARE_GW/32 dev hare0
		addr add $KMIX_GW/128 dev kmix0 nodad
		addr add $COMMON_GW/128 dev comm0 nodad
	END
	host4 mame "$MAME_GW" "$HOSPITAL" "$CLINIC" "$PHARMACY"
	host4 hare "$HARE_GW" "$HOSPITAL" "$EMERGENCY"
	host6 kmix "$KMIX"
	host6 common "$CLAIMS"
}

scene_ports()
{
	on router nft -f - <<-END
		table netdev ix {
		$(flowtable mame mame0)
		$(flowtable hare hare0)
		$(flowtable kmix kmix0)
		$(flowtable common comm0)
		}
	END
}

# scene [RULE...]: all of it. Each rule is what follows "rule add"; without
# one, everything is permitted. An empty rule stands for none.
scene()
{
	local rule

	scene_hosts
	must "the scene's ports" scene_ports
	must "the scene's configuration" ix_restore < <(
		scene_objects
		(($#)) || set -- "permit from any to any"
		for rule in "$@"; do
			[ -z "$rule" ] || echo "rule add $rule"
		done
	)
}

# rules [RULE...]: replaces the policy, at once.
rules()
{
	local rule

	must "the policy" ix_batch < <(
		echo transaction begin
		echo rule flush
		for rule in "$@"; do
			echo "rule add $rule"
		done
		echo transaction commit
	)
}

##############################################################################
# Traffic

# pings NAME ADDRESS [PING-OPTION...]: does a host answer?
pings()
{
	local name=$1 address=$2
	shift 2

	on "$name" ping -q -n -c 1 -W 2 "$@" "$address"
}

# family ADDRESS: 4 or 6.
family()
{
	case $1 in
	*:*) echo 6 ;;
	*) echo 4 ;;
	esac
}

PEER=$NET_DIR/peer.py
# Where the servers of all hosts listen.
SERVICE=7777

# serve NAME PORT ADDRESS...: answers on TCP and UDP.
serve()
{
	local name=$1 port=$2
	shift 2

	background "$name" python3 -B "$PEER" serve "$port" "$@"
	# It binds them one after another.
	busywait listening "$name" udp "$port" "${!#}" ||
		fail "no server on port $port of $name"
}

# ask NAME tcp|udp SOURCE ADDRESS [PORT [SIZE]]: is there an answer?
ask()
{
	local name=$1 protocol=$2 source=$3 address=$4

	raw peer "$name" ask "$protocol" "$source" "$address" \
		"${5:-$SERVICE}" "${6:-100}"
}

# bulk NAME send|fetch SOURCE ADDRESS SIZE
bulk()
{
	raw peer "$1" "$2" tcp "$3" "$4" "$SERVICE" "$5"
}

# asking_fails NAME PROTOCOL SOURCE ADDRESS PORT ERROR MESSAGE: there is no answer
# but this error.
asking_fails()
{
	local name=$1 protocol=$2 source=$3 address=$4 port=$5 error=$6 output

	if output=$(ask "$name" "$protocol" "$source" "$address" "$port" 2>&1)
	then
		fail "$7: there is an answer"
	else
		expect_equal "$7" "$error" "$output"
	fi
}

# Servers on all hosts of the scene, for the whole script.
scene_servers()
{
	local -a hosts=(
		"${NS[mame]}=$HOSPITAL" "${NS[mame]}=$CLINIC"
		"${NS[mame]}=$PHARMACY" "${NS[hare]}=$HOSPITAL"
		"${NS[hare]}=$EMERGENCY" "${NS[kmix]}=$KMIX"
		"${NS[common]}=$CLAIMS"
	)

	background router python3 -B "$PEER" serve "$SERVICE" "${hosts[@]}"
	# It binds them one after another.
	busywait listening common udp "$SERVICE" "$CLAIMS" ||
		fail "no servers"
	# They are not the first test's.
	PIDS=()
}

# checksum_errors: what the hosts' stacks have found wrong.
checksum_errors()
{
	local name

	for name in mame hare kmix common; do
		on "$name" cat /proc/net/snmp /proc/net/snmp6 | awk '
			/^(Tcp|Udp|Icmp|Ip):/ {
				if (!($1 in names)) {
					names[$1] = $0
					next
				}
				split(names[$1], name)
				for (i = 2; i <= NF; i++)
					if (name[i] ~ /CsumErrors|InHdrErrors/)
						print $1 name[i], $i
				next
			}
			/CsumErrors|Ip6InHdrErrors/ { print $1, $2 }' |
			sed "s/^/$name /"
	done
}

# transfer NAME SOURCE ADDRESS SIZE: both ways.
transfer()
{
	local before after

	before=$(checksum_errors)
	expect "sent to $3" bulk "$1" send "$2" "$3" "$4"
	expect "fetched from $3" bulk "$1" fetch "$2" "$3" "$4"
	after=$(checksum_errors)
	[ "$before" = "$after" ] || {
		fail "checksum errors with $3"
		diag "$(diff <(echo "$before") <(echo "$after"))"
	}
}

# offload FEATURE on|off: on all devices on the way.
offload()
{
	local device name

	for device in mame0 hare0 kmix0 comm0; do
		on router ethtool -K "$device" "$1" "$2" || return
	done
	for name in mame hare kmix common; do
		on "$name" ethtool -K ix0 "$1" "$2" || return
	done
}

# trace_route NAME SOURCE ADDRESS GATEWAY: the gateway, then the host.
trace_route()
{
	local name=$1 source=$2 address=$3 gateway=$4 method output
	local -a options=()

	[ "$(family "$address")" = 4 ] || options=(-6)
	for method in -U -I "-T -p $SERVICE"; do
		# shellcheck disable=SC2086 # several words
		output=$(on "$name" traceroute "${options[@]}" -n -q 1 -w 3 \
			-s "$source" $method "$address" 2>&1)
		expect_equal "traceroute $method $address" \
			"1:$gateway 2:$address" "$(awk '
				$1 ~ /^[0-9]+$/ { printf "%s%s:%s", n++ ? " " : "", $1, $2 }
			' <<<"$output")" || diag "$output"
	done
}

# raw CASE [ARGUMENT...]: a case of raw.py in the scene.
raw()
{
	local name line

	for name in "${!NS[@]}"; do
		printf '%s=%s\x1f' "$name" "${NS[$name]}"
	done >&"$RAW_IN"
	printf '\x1f' >&"$RAW_IN"
	printf '%s\x1f' "$@" >&"$RAW_IN"
	printf '\n' >&"$RAW_IN"
	while IFS= read -r -t 200 -u "$RAW_OUT" line; do
		case $line in
		$'\x1e'*) return "${line#?}" ;;
		esac
		printf '%s\n' "$line"
	done
	echo "raw.py does not answer"
	return 1
}

# Both ends open the pipes for reading and writing, so that nobody waits.
mkfifo "$TMP/raw.in" "$TMP/raw.out"
exec {RAW_IN}<>"$TMP/raw.in" {RAW_OUT}<>"$TMP/raw.out"
python3 -B "$NET_DIR/raw.py" <"$TMP/raw.in" >"$TMP/raw.out" &
RAW_PID=$!
