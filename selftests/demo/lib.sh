# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The stage of the demo: steps as TAP, namespaces and links, processes. To be
# sourced.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
IXCTL=${IXCTL:-$(cd "$HERE/../.." && pwd)/userspace/ixctl}
export IXCTL
# shellcheck disable=SC2034 # for the scene
ENDS=$HERE/ends.py
# The slower the guest, the more patience.
PATIENCE=1
[ "${IX_ACCEL:-}" != tcg ] || PATIENCE=10

CHECKS=0
FAILED=0
HOSTS=()

##############################################################################
# What is shown

say()
{
	printf '# %s\n' "$@"
}

step()
{
	STEP=$((${STEP:-0} + 1))
	say "" "" "--- $STEP. $* ($SECONDS s)" ""
}

bail_out()
{
	echo "Bail out! $*"
	exit 1
}

# A check is announced before it is made: what is going to be done, and what is
# expected to come of it.
done_is()
{
	DONE=$*
}

expected_is()
{
	EXPECTED=$*
}

# holds DESCRIPTION COMMAND...: the command tells by its output what happened, and
# by its status whether that is what was expected.
holds()
{
	local description=$1 happened status
	shift

	CHECKS=$((CHECKS + 1))
	say "done:     $DONE" "expected: $EXPECTED"
	happened=$("$@" 2>&1)
	status=$?
	[ -n "$happened" ] || happened="(nothing was said)"
	sed '1s/^/# happened: /; 1!s/^/#           /' <<<"$happened"
	if ((status == 0)); then
		echo "ok $CHECKS - $description"
	else
		echo "not ok $CHECKS - $description"
		FAILED=$((FAILED + 1))
	fi
	say ""
	return "$status"
}

must()
{
	local output

	output=$("$@" 2>&1) || bail_out "$*: $output"
}

# until_true SECONDS COMMAND...
until_true()
{
	local end=$((SECONDS + $1 * PATIENCE))
	shift

	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

##############################################################################
# Namespaces and links

# on HOST COMMAND...
on()
{
	local host=$1
	shift

	ip netns exec "$host" "$@"
}

# ix ARGUMENT...: ixctl on the router.
ix()
{
	on router "$IXCTL" "$@"
}

# Settings that a machine may have otherwise: nobody forwards but who is told to.
namespace()
{
	local name=$1

	must ip netns add "$name"
	HOSTS+=("$name")
	mkdir -p "/etc/netns/$name"
	# Nobody here asks the DNS.
	: >"/etc/netns/$name/resolv.conf"
	must ip -n "$name" link set lo up
	must on "$name" sysctl -qw net.ipv4.ip_forward=0 \
		net.ipv6.conf.all.forwarding=0 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
		net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.accept_ra=0
}

# link NAMESPACE DEVICE NAMESPACE DEVICE MTU
link()
{
	must ip -n "$1" link add "$2" mtu "$5" type veth \
		peer name "$4" mtu "$5" netns "$3"
	must ip -n "$1" link set "$2" up
	must ip -n "$3" link set "$4" up
}

# Some length of line: TCP takes an error for a passing one while the segment that
# it is about is still being sent, and tries again after a second.
line_delay()
{
	must tc -n "$1" qdisc add dev eth0 root netem delay "${PATIENCE}ms"
}

# port DEVICE NAMESPACE GATEWAY MTU: a port of the router, eth0 at its other end. The
# address on it is the tenant's gateway.
port()
{
	link router "$1" "$2" eth0 "$4"
	# IPv4 ports speak IPv6 with their neighbours as little as the reverse.
	must ip -n router addr add "$3" dev "$1" nodad
	# Hosts are told that it is a router's port; it forwards nothing by it.
	must on router sysctl -qw "net.ipv6.conf.$1.forwarding=1"
}

# host NAMESPACE ADDRESS GATEWAY
host()
{
	must ip -n "$1" addr add "$2" dev eth0 nodad
	must ip -n "$1" route add default via "$3" dev eth0 onlink
	line_delay "$1"
}

# behind ROUTER DEVICE ADDRESS HOST ADDRESS: a host on a network of a tenant's own
# router.
behind()
{
	namespace "$4"
	link "$1" "$2" "$4" eth0 1500
	must ip -n "$1" addr add "$3" dev "$2" nodad
	host "$4" "$5" "${3%/*}"
}

# start HOST NAME COMMAND...: a server, or another process that stays.
start()
{
	local host=$1 name=$2
	shift 2

	ip netns exec "$host" "$@" </dev/null >"$STATE/$host.$name.log" 2>&1 &
	# shellcheck disable=SC2034 # for the scene
	STARTED=$!
	disown
}

# listening HOST PORT
listening()
{
	[ -n "$(on "$1" ss -Hltn "sport = :$2")" ]
}

# serve HOST PORT NAME COMMAND...
serve()
{
	local host=$1 port=$2
	shift 2

	start "$host" "$@"
	until_true 10 listening "$host" "$port" ||
		bail_out "$host: nobody listens on port $port: $(tail -n 3 "$STATE/$host.$1.log")"
}

##############################################################################
# What the router says

# tenant_counter TENANT REASON
tenant_counter()
{
	ix -j -s tenant show "$1" |
		jq --arg reason "$2" '.[0].counters[$reason].packets // 0'
}

# rule_packets ID
rule_packets()
{
	ix -j -s rule show id "$1" | jq '.[0].packets // 0'
}
