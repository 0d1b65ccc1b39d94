#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo: networks whose addresses clash and whose IP versions differ meet in
# one router, and each institution reaches what it may reach. Real applications,
# in network namespaces; every step says what is done, what is expected and
# what happened, as TAP. Exit status 0 only if all of it was as expected.
#
# With IX_KEEP=1 the scene is left as it is, to look around in.

# ix-timeout: 1800

# shellcheck disable=SC2317 # "holds" calls the functions
set -uo pipefail
# shellcheck source=selftests/demo/lib.sh
. "$(dirname "$0")/lib.sh"

# All hosts: namespace, tenant, port by which the router knows it, its own
# address, and the address that others know it by, in IPv4 and in IPv6.
WORLD="
mame-hospital  mame   mame0   192.168.1.10       100.64.17.10  2001:db8:64::100.64.17.10
mame-clinic    mame   mame1   192.168.2.20       100.64.18.20  2001:db8:64::100.64.18.20
mame-pharmacy  mame   mame2   192.168.3.30       100.64.19.30  2001:db8:64::100.64.19.30
hare-hospital  hare   hare0   192.168.1.10       100.64.33.10  2001:db8:64::100.64.33.10
hare-emergency hare   hare0   192.168.9.9        100.64.41.9   2001:db8:64::100.64.41.9
kmix-hospital  kmix   kmix0   fd01:203:405:1::10 100.64.200.10 2001:db8:1:d550::10
supplier       supply supply0 192.168.1.10       100.64.48.10  2001:db8:64::100.64.48.10
claims         common common0 2001:db8:40:1::80  100.64.200.80 2001:db8:40:1::80
hpki           common common0 2001:db8:40:2::88  100.64.200.88 2001:db8:40:2::88
"
# The least that a link in the scene has, and what that is for hosts whose packets
# grow or shrink by the difference of the headers on their way to it.
SMALL=1400

STATE=$(mktemp -d /run/ix-demo.XXXXXX) || exit

cleanup()
{
	local host

	[ -z "${IX_KEEP:-}" ] || return 0
	for host in "${HOSTS[@]}"; do
		ip netns pids "$host" 2>/dev/null | xargs -r kill 2>/dev/null
		ip netns del "$host" 2>/dev/null
		rm -rf "/etc/netns/$host"
	done
	rm -rf "$STATE"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

##############################################################################
# The world

build_world()
{
	local host v4

	namespace router
	for host in mame-hospital mame-clinic mame-pharmacy hare kmix-hospital \
		supplier common; do
		namespace "$host"
	done

	# Three of mame's have a line of their own.
	port mame0 mame-hospital 192.168.0.1/32 1500
	port mame1 mame-clinic 192.168.0.1/32 1500
	port mame2 mame-pharmacy 192.168.0.1/32 1500
	host mame-hospital 192.168.1.10/24 192.168.0.1
	host mame-clinic 192.168.2.20/24 192.168.0.1
	host mame-pharmacy 192.168.3.30/24 192.168.0.1

	# Those of hare share one, behind a router, and it is a small one.
	port hare0 hare 192.168.0.1/32 $SMALL
	must ip -n hare addr add 192.168.0.2/32 dev eth0
	must ip -n hare route add default via 192.168.0.1 dev eth0 onlink
	must on hare sysctl -qw net.ipv4.ip_forward=1
	behind hare lan1 192.168.1.1/24 hare-hospital 192.168.1.10/24
	behind hare lan9 192.168.9.1/24 hare-emergency 192.168.9.9/24

	port kmix0 kmix-hospital fd01:203:405::1/128 1500
	host kmix-hospital fd01:203:405:1::10/64 fd01:203:405::1

	port supply0 supplier 192.168.1.1/32 1500
	host supplier 192.168.1.10/24 192.168.1.1

	port common0 common 2001:db8:40::1/128 $SMALL
	must ip -n common addr add 2001:db8:40::2/64 dev eth0 nodad
	must ip -n common route add default via 2001:db8:40::1 dev eth0
	must on common sysctl -qw net.ipv6.conf.all.forwarding=1
	behind common lan1 2001:db8:40:1::1/64 claims 2001:db8:40:1::80/64
	behind common lan2 2001:db8:40:2::1/64 hpki 2001:db8:40:2::88/64

	# Everyone knows the others by name, under the address that it sees.
	while read -r host _ _ v4 _; do
		[ -n "$host" ] || continue
		{
			echo "127.0.0.1 localhost"
			echo "::1 localhost"
			if [[ $v4 = *:* ]]; then
				awk 'NF { print $6, $1 }' <<<"$WORLD"
			else
				awk 'NF { print $5, $1 }' <<<"$WORLD"
			fi | awk -v own="$host" '$2 != own'
		} >"/etc/netns/$host/hosts"
	done <<<"$WORLD"
}

# certificate NAME SERIAL [EXTENSION]: signed by the demo's own authority.
certificate()
{
	local name=$1 serial=$2 extension=${3:-extendedKeyUsage=clientAuth}

	openssl ecparam -name prime256v1 -genkey -noout -out "$name.key" &&
		openssl req -new -key "$name.key" -subj "/O=Invented/CN=$name" \
			-out "$name.csr" &&
		openssl x509 -req -in "$name.csr" -CA authority.crt \
			-CAkey authority.key -set_serial "0x$serial" -days 30 \
			-extfile <(echo "$extension") -out "$name.crt"
}

make_certificates()
{
	local until

	cd "$STATE" || return
	openssl ecparam -name prime256v1 -genkey -noout -out authority.key &&
		openssl req -x509 -new -key authority.key -days 30 \
			-subj "/O=Invented/CN=authority" -out authority.crt &&
		certificate claims 10 subjectAltName=DNS:claims &&
		certificate responder 11 extendedKeyUsage=OCSPSigning &&
		certificate mame-pharmacy 12 &&
		certificate kmix-hospital 13 &&
		certificate lost-card 14 || return
	until=$(date -u -d "+30 days" +%y%m%d%H%M%SZ)
	{
		printf 'V\t%s\t\t%s\tunknown\t/O=Invented/CN=%s\n' \
			"$until" 10 claims "$until" 11 responder \
			"$until" 12 mame-pharmacy "$until" 13 kmix-hospital
		printf 'R\t%s\t%s,keyCompromise\t%s\tunknown\t/O=Invented/CN=%s\n' \
			"$until" "$(date -u +%y%m%d%H%M%SZ)" 14 lost-card
	} >index.txt
}

make_image()
{
	local number=$1 hospital=$2

	python3 -B "$HERE/picture.py" "$STATE/$hospital.bmp" "$number" &&
		img2dcm -i BMP "$STATE/$hospital.bmp" "$STATE/$hospital.dcm" \
			-k "PatientName=Invented^Patient$number" \
			-k "PatientID=$number" -k "InstitutionName=$hospital" \
			-k Modality=OT
}

start_servers()
{
	local host

	for host in mame-hospital hare-hospital; do
		mkdir "$STATE/$host"
		serve "$host" 104 storescp storescp +B -dhl -aet "${host^^}" \
			-od "$STATE/$host" 104
	done
	serve mame-hospital 8080 kitchen python3 -B "$ENDS" kitchen 8080 \
		"$STATE/orders"
	mkdir "$STATE/claims"
	cp "$STATE/claims.key" "$STATE/claims.crt" "$STATE/authority.crt" \
		"$STATE/claims"
	echo "Claim 2026-03 of an invented pharmacy: received." \
		>"$STATE/claims/receipt.txt"
	# It serves what is in the folder that it was started in.
	serve claims 443 s_server env -C "$STATE/claims" openssl s_server -quiet \
		-accept 443 -cert claims.crt -key claims.key \
		-CAfile authority.crt -Verify 2 -verify_return_error -WWW
	serve hpki 80 ocsp openssl ocsp -port 80 -index "$STATE/index.txt" \
		-CA "$STATE/authority.crt" -rsigner "$STATE/responder.crt" \
		-rkey "$STATE/responder.key" -ignore_err
	for host in hare-hospital claims; do
		serve "$host" 5201 iperf3 iperf3 --server
		serve "$host" 5202 sink python3 -B "$ENDS" sink 5202
	done
}

##############################################################################
# The router

load_ruleset()
{
	on router nft -f "$HERE/scene.nft" && ix port show
}

load_configuration()
{
	ix restore "$HERE/scene.ixctl" && ix diff "$HERE/scene.ixctl" &&
		echo "$(ix rule show | wc -l) rules, $(ix institution show | wc -l) institutions, $(ix prefix show | wc -l) prefixes, $(ix route show | wc -l) routes; no difference to the file"
}

stack_forwards_not()
{
	local v4 v6

	v4=$(on router sysctl -n net.ipv4.ip_forward)
	v6=$(on router sysctl -n net.ipv6.conf.all.forwarding)
	echo "ip_forward $v4, ipv6 forwarding $v6, $(on router ip route show | wc -l) IPv4 routes"
	[ "$v4 $v6" = "0 0" ]
}

##############################################################################
# Images

# send_image FROM TO: by DICOM; what arrives is, octet by octet, what was sent.
send_image()
{
	local from=$1 to=$2 received

	rm -f "$STATE/$to"/*
	on "$from" timeout $((20 * PATIENCE)) storescu -aet "${from^^}" \
		-aec "${to^^}" "$to" 104 "$STATE/$from.dcm" || return
	received=$(find "$STATE/$to" -type f)
	[ -n "$received" ] || return
	dcmconv -F "$STATE/$from.dcm" "$STATE/sent" || return
	dcmconv -F "$received" "$STATE/received" || return
	echo "$(dcmdump +P InstitutionName "$received" | awk -F '[][]' '{ print $2 }')'s image, $(stat -c %s "$STATE/received") octets, SHA-256 $(sha256sum "$STATE/received" | cut -c 1-16)..."
	cmp "$STATE/sent" "$STATE/received"
}

##############################################################################
# Claims, and revocation

# fetch HOST [CURL-OPTION...]: what the claims service says.
fetch()
{
	local host=$1
	shift

	on "$host" curl -sS --max-time $((10 * PATIENCE)) \
		--cacert "$STATE/authority.crt" "$@" https://claims/receipt.txt \
		-w '(from %{remote_ip} to %{local_ip}, %{http_code}, verified: %{ssl_verify_result})\n'
}

fetch_with_certificate()
{
	local output

	output=$(fetch "$1" --cert "$STATE/$1.crt" --key "$STATE/$1.key")
	echo "$output"
	[[ $output = *": received."*"200, verified: 0)" ]]
}

fetch_without_certificate()
{
	if fetch "$1"; then
		return 1
	fi
}

# revocation HOST CERTIFICATE good|revoked
revocation()
{
	local output

	output=$(on "$1" timeout $((10 * PATIENCE)) openssl ocsp \
		-issuer "$STATE/authority.crt" -CAfile "$STATE/authority.crt" \
		-cert "$STATE/$2.crt" -url http://hpki:80/ 2>&1)
	grep -v 'Update:' <<<"${output//"$STATE"\//}"
	[[ $output = *"Response verify OK"* && $output = *"$2.crt: $3"* ]]
}

##############################################################################
# Refusals

# refused HOST ADDRESS PORT ERROR: the application is told, and at once. On a slow
# machine the error may come too early for the sender (see line_delay): then once
# more.
refused()
{
	local result error after try

	for try in 1 2 3; do
		result=$(on "$1" python3 -B "$ENDS" connect "$2" "$3")
		read -r error after <<<"$result"
		echo "$1 to $2 port $3: $error after $after ms"
		[ "$error" = "$4" ] || return
		((after >= 1000)) || return 0
	done
	return "$try"
}

# unanswered HOST NAME PORT: nothing comes back.
unanswered()
{
	local result

	result=$(on "$1" python3 -B "$ENDS" connect "$2" "$3")
	echo "$1 to $2 port $3: $result ms"
	[[ $result = "TIMEOUT "* ]]
}

pharmacy_refused()
{
	local policy rule status=0 hospital

	policy=$(tenant_counter mame policy)
	rule=$(rule_packets 10)
	for hospital in hare-hospital mame-hospital kmix-hospital; do
		refused mame-pharmacy "$hospital" 104 EHOSTUNREACH || status=1
	done
	policy=$(($(tenant_counter mame policy) - policy))
	rule=$(($(rule_packets 10) - rule))
	echo "reason policy of tenant mame: +$policy; rule 10: +$rule"
	((policy >= 3 && policy == rule)) || status=1
	ix -s rule show id 10
	return "$status"
}

curl_says()
{
	local output

	output=$(on mame-pharmacy curl -sv --max-time $((10 * PATIENCE)) \
		http://hare-hospital:104/ 2>&1)
	grep -E 'failed:|after' <<<"$output"
	grep -q 'No route to host' <<<"$output"
}

##############################################################################
# The meal supplier

orders()
{
	cat "$STATE/orders" 2>/dev/null || echo 0
}

# orders_more_than NUMBER
orders_more_than()
{
	(($(orders) > $1))
}

orders_come_in()
{
	local first

	first=$(orders)
	until_true 10 orders_more_than $((first + 9)) || {
		echo "stuck at order $(orders)"
		return 1
	}
	echo "orders $((first + 1)) to $(orders) have come in"
}

# Hosts that it has no route to do not exist for it, everything else is refused.
supplier_reaches_nothing_else()
{
	local status=0 name

	refused supplier mame-hospital 104 EHOSTUNREACH || status=1
	refused supplier mame-hospital 443 EHOSTUNREACH || status=1
	for name in mame-clinic hare-hospital kmix-hospital claims; do
		refused supplier "$name" 8080 ENETUNREACH || status=1
	done
	if on supplier ping -q -c 1 -W 1 mame-hospital >/dev/null; then
		echo "ping to mame-hospital is answered"
		status=1
	else
		echo "ping to mame-hospital: no answer"
	fi
	return "$status"
}

# What was on its way when the command came back has arrived after a moment.
quarantine()
{
	local before after denied

	denied=$(tenant_counter supply quarantine)
	ix quarantine add institution supplier || return
	sleep 0.3
	before=$(orders)
	sleep 2
	after=$(orders)
	denied=$(($(tenant_counter supply quarantine) - denied))
	echo "order $before was the last one, 2 s later it still is: $after; reason quarantine of tenant supply: +$denied"
	ix quarantine show
	((before == after && denied > 0))
}

release()
{
	local last

	last=$(orders)
	ix quarantine delete institution supplier || return
	until_true 20 orders_more_than $((last + 5)) || {
		echo "stuck at order $(orders)"
		return 1
	}
	echo "on the same connection, from order $((last + 1)) on: $(orders)"
}

##############################################################################
# Forged sources

# marked HOST MARK: has it arrived?
marked()
{
	grep -qxF "$2" "$STATE/$1.seen"
}

# forged HOST SOURCE TARGET ADDRESS TENANT REASON: three datagrams of a host that
# pretends. One of another host, sent behind them, shows that the target watches.
forged()
{
	local host=$1 source=$2 target=$3 address=$4 tenant=$5 reason=$6 count

	count=$(tenant_counter "$tenant" "$reason")
	on "$host" python3 -B "$ENDS" send "$source" "$address" 33434 \
		"forged-$source." 3 || return
	on mame-clinic python3 -B "$ENDS" send 192.168.2.20 "$target" 33434 \
		"true-$reason-$source." 1 || return
	until_true 5 marked "$target" "true-$reason-$source." || {
		echo "not even a true source reaches $target"
		return 1
	}
	count=$(($(tenant_counter "$tenant" "$reason") - count))
	echo "$host as $source: $(grep -cF "forged-$source." "$STATE/$target.seen") of 3 have reached $target; $reason of tenant $tenant: +$count"
	! marked "$target" "forged-$source." && ((count == 3))
}

##############################################################################
# Large packets, much traffic

# forget_paths HOST: what it has learned of MTUs.
forget_paths()
{
	ip -n "$1" -4 route flush cache
	ip -n "$1" -6 route flush cache
}

# too_big_ping HOST TARGET OCTETS MTU
too_big_ping()
{
	local output

	forget_paths "$1"
	output=$(on "$1" ping -n -M "do" -c 1 -W $((2 * PATIENCE)) -s "$3" "$2" 2>&1)
	grep -iE 'mtu' <<<"$output" || echo "$output"
	grep -qE "mtu ?[=:] ?$4\\>" <<<"$output"
}

# too_big_socket HOST TARGET OCTETS MTU
too_big_socket()
{
	local output

	forget_paths "$1"
	output=$(on "$1" python3 -B "$ENDS" mtu "$(address_of "$1" "$2")" 33434 "$3")
	echo "$output"
	[ "$output" = "EMSGSIZE, MTU $4" ]
}

# address_of HOST TARGET: as that host sees it.
address_of()
{
	awk -v name="$2" '$2 == name { print $1 }' "/etc/netns/$1/hosts"
}

# transfer HOST TARGET MTU: by a sender that does not know the path.
transfer()
{
	local route

	forget_paths "$1"
	on "$1" timeout $((30 * PATIENCE)) python3 -B "$ENDS" pour "$2" 5202 4000000 ||
		return
	route=$(ip -n "$1" route get "$(address_of "$1" "$2")")
	grep -oE 'mtu [0-9]+' <<<"$route" | sed 's/^/the sender has learned: /'
	grep -qE "mtu $3\\>" <<<"$route"
}

# checksum_errors HOST...: all that their stacks have found.
checksum_errors()
{
	local host

	for host in "$@"; do
		on "$host" nstat -asz TcpInCsumErrors UdpInCsumErrors \
			IcmpInCsumErrors Udp6InCsumErrors Icmp6InCsumErrors \
			IpExtInCsumErrors
	done | awk '/Errors/ { sum += $2 } END { print sum + 0 }'
}

# bulk HOST TARGET: TCP in both directions for a second each.
bulk()
{
	local errors direction result

	errors=$(checksum_errors "$1" "$2")
	for direction in "" -R; do
		# shellcheck disable=SC2086 # nothing is no argument
		result=$(on "$1" timeout $((30 * PATIENCE)) iperf3 -J -t 1 -c "$2" \
			$direction) || {
			jq -r .error <<<"$result"
			return 1
		}
		jq -r --arg way "${direction:+received}" '.end.sum_received |
			"\($way | if . == "" then "sent" else . end): \(.bytes / 1e6 * 10 | round / 10) MB, \(.bits_per_second / 1e6 | round) Mbit/s"' \
			<<<"$result"
		jq -e '.end.sum_received.bytes > 100000' <<<"$result" >/dev/null ||
			return
	done
	errors=$(($(checksum_errors "$1" "$2") - errors))
	echo "checksum errors at both ends: $errors"
	((errors == 0))
}

# Without checksum offload what ix makes of each checksum is looked at.
offload()
{
	local host

	for host in "${HOSTS[@]}"; do
		[ "$host" = router ] || on "$host" ethtool -K eth0 tx "$1" || return
	done
}

##############################################################################
# ping and traceroute

pings()
{
	local output

	output=$(on "$1" ping -n -c 2 -i 0.2 -W $((2 * PATIENCE)) "$2")
	grep -E 'icmp_seq|received' <<<"$output"
	[[ $output = *" 0% packet loss"* ]]
}

# ping_gateway HOST TARGET GATEWAY: a packet that may make one hop only.
ping_gateway()
{
	local output

	output=$(on "$1" ping -n -c 1 -t 1 -W $((2 * PATIENCE)) "$2")
	grep -i '^From' <<<"$output"
	grep -qiE "^From $3:? .*exceeded" <<<"$output"
}

# path HOST TARGET GATEWAY [TRACEROUTE-OPTION...]: first the gateway, last the host.
path()
{
	local host=$1 target=$2 gateway=$3 output
	shift 3

	# As traceroute writes it.
	target=$(ip -n "$host" route get "$(address_of "$host" "$target")" |
		awk 'NR == 1 { print $1 }')
	output=$(on "$host" traceroute -n -q 1 -w $((2 * PATIENCE)) -m 6 -N 3 "$@" \
		"$target" 2>&1)
	echo "$output"
	awk -v gateway="$gateway" -v target="$target" '
		$1 == 1 && $2 == gateway { first = 1 }
		$1 ~ /^[0-9]+$/ { last = $2 }
		END { exit !(first && last == target) }' <<<"$output"
}

##############################################################################
# The whole, again

trace_agrees()
{
	local status

	must on router sysctl -qw net.ipv4.icmp_ratelimit=0 \
		net.ipv6.icmp.ratelimit=0 net.ipv4.icmp_msgs_per_sec=1000000
	# Besides the hosts, an address that is nobody's.
	python3 -B "$HERE/agree.py" router 80,104,443,8080 <<-END
		$WORLD
		- - - - 100.64.99.99 2001:db8:99::99
	END
	status=$?
	must on router sysctl -qw net.ipv4.icmp_ratelimit=1000 \
		net.ipv6.icmp.ratelimit=1000 net.ipv4.icmp_msgs_per_sec=1000
	return "$status"
}

tracked_connections()
{
	local count packets

	count=$(on router sysctl -n net.netfilter.nf_conntrack_count)
	packets=$(on router nft -j list chain inet router forward |
		jq '[.nftables[].rule? // empty | .expr[].counter?.packets // empty] | add')
	echo "tracked connections on the router: $count; packets in its forward chain: $packets"
	((count == 0 && packets == 0))
}

no_checksum_error()
{
	local errors

	errors=$(checksum_errors "${HOSTS[@]}")
	echo "checksum errors at all hosts: $errors"
	((errors == 0))
}

# summary COMMAND...: one line for a key step that is made again.
summary()
{
	local output

	output=$("$@" 2>&1)
	local status=$?

	if ((status)); then
		echo "FAILED: $*: $output"
	else
		echo "$*: as before"
	fi
	return "$status"
}

works_as_before()
{
	local status=0

	summary send_image mame-hospital hare-hospital || status=1
	summary send_image hare-hospital mame-hospital || status=1
	summary fetch_with_certificate mame-pharmacy || status=1
	summary fetch_with_certificate kmix-hospital || status=1
	summary revocation kmix-hospital lost-card revoked || status=1
	summary refused mame-pharmacy hare-hospital 104 EHOSTUNREACH || status=1
	summary refused supplier mame-hospital 104 EHOSTUNREACH || status=1
	summary on supplier python3 -B "$ENDS" connect mame-hospital 8080 ||
		status=1
	return "$status"
}

nothing_passes()
{
	local status=0 host

	for host in mame-hospital kmix-hospital; do
		if on "$host" ping -q -n -c 2 -i 0.2 -W 1 hare-hospital >/dev/null; then
			echo "$host reaches hare-hospital"
			status=1
		else
			echo "$host: no answer of hare-hospital"
		fi
	done
	return "$status"
}

nft_there_and_back()
{
	local status=0

	on router nft list ruleset >"$STATE/ruleset.nft" &&
		on router nft flush ruleset || return
	echo "without ruleset, $(ix port show | wc -l) ports:"
	nothing_passes || status=1
	on router nft -f "$STATE/ruleset.nft" || return
	echo "with it, $(ix port show | wc -l) ports:"
	on router nft -s list ruleset >"$STATE/again.nft"
	# Counters go on from where they were.
	diff <(sed 's/ packets [0-9]* bytes [0-9]*//' "$STATE/ruleset.nft") \
		"$STATE/again.nft" || status=1
	works_as_before || status=1
	return "$status"
}

ixctl_there_and_back()
{
	local status=0

	ix save >"$STATE/saved.ixctl" && ix flush || return
	echo "without configuration, $(ix tenant show | wc -l) tenants:"
	nothing_passes || status=1
	ix -s counter show | grep no_tenant || status=1
	ix restore "$STATE/saved.ixctl" || return
	echo "with it, $(ix tenant show | wc -l) tenants:"
	ix save | diff "$STATE/saved.ixctl" - || status=1
	works_as_before || status=1
	return "$status"
}

##############################################################################
# Curtain up

echo "TAP version 13"
for command in curl dcmconv ethtool img2dcm ip iperf3 jq nft nstat openssl ping \
	python3 ss storescp storescu tc traceroute "$IXCTL"; do
	command -v "$command" >/dev/null || bail_out "there is no $command"
done
[ "$(id -u)" = 0 ] || bail_out "the demo makes network namespaces, and needs root for it"

say "Several networks of hospitals and others meet in one router. Three of them" \
	"number their hosts from 192.168.0.0, and there are three hosts 192.168.1.10." \
	"Two have no IPv4 at all. Institutions, addresses and policy are invented." \
	"" \
	"  mame-hospital 192.168.1.10  ─┐                ┌─ hare-hospital 192.168.1.10" \
	"  mame-clinic   192.168.2.20  ─┤   ┌────────┐   ├─ hare-emergency 192.168.9.9" \
	"  mame-pharmacy 192.168.3.30  ─┼───┤ router ├───┤" \
	"  supplier      192.168.1.10  ─┤   └────────┘   ├─ claims  (IPv6 only)" \
	"  kmix-hospital (IPv6 only)   ─┘                └─ hpki    (IPv6 only)" \
	"" \
	"kernel: $(uname -srv)" \
	"nft:    $(nft --version)" \
	""
say "Making the networks ..."
build_world
say "Making certificates and images ... ($SECONDS s)"
must make_certificates
must make_image 1 mame-hospital
must make_image 2 hare-hospital
say "Starting the servers ... ($SECONDS s)"
start_servers

step "The router: a stock ruleset, and a file for ixctl"
done_is "nft -f scene.nft; ixctl port show"
expected_is "each device is a port of the tenant that its flowtable names"
holds "nft loads the ruleset" load_ruleset
done_is "ixctl restore scene.ixctl; ixctl diff scene.ixctl"
expected_is "accepted as a whole"
holds "ixctl loads the configuration" load_configuration
done_is "sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding"
expected_is "0 and 0: the router's own stack forwards nothing"
holds "the stack does not forward" stack_forwards_not

step "Two hospitals at 192.168.1.10 exchange images (4→4, DICOM)"
for pair in "mame hare" "hare mame"; do
	read -r from to <<<"$pair"
	done_is "$from-hospital: storescu $to-hospital 104 $from-hospital.dcm"
	expected_is "storescp at the other 192.168.1.10 has it; equal data sets"
	holds "an image from $from to $to" send_image "$from-hospital" "$to-hospital"
done

step "The claims service, by IPv6 only, with a client certificate (4→6, 6→6)"
for host in mame-pharmacy kmix-hospital; do
	done_is "$host: curl --cert $host.crt https://claims/receipt.txt"
	expected_is "the receipt"
	holds "$host fetches with its certificate" fetch_with_certificate "$host"
done
done_is "mame-pharmacy: curl https://claims/receipt.txt"
expected_is "the claims service ends the connection"
holds "nobody fetches without a certificate" \
	fetch_without_certificate mame-pharmacy

step "The revocation responder (4→6, 6→6, OCSP)"
for host in mame-pharmacy kmix-hospital; do
	done_is "$host: openssl ocsp -cert claims.crt -url http://hpki:80/"
	expected_is "good"
	holds "$host asks for the claims service" revocation "$host" claims good
	done_is "$host: openssl ocsp -cert lost-card.crt -url http://hpki:80/"
	expected_is "revoked"
	holds "$host asks for a lost card" revocation "$host" lost-card revoked
done

step "The pharmacy tries to reach hospitals"
done_is "mame-pharmacy: connections to three hospitals, port 104"
expected_is "EHOSTUNREACH in less than a second; the reason, policy, and rule 10 have counted each packet"
holds "refused at once, and counted" pharmacy_refused
done_is "mame-pharmacy: curl http://hare-hospital:104/"
expected_is "\"No route to host\", said by curl"
holds "an application says so" curl_says

step "The meal supplier, and its quarantine"
start supplier orders python3 -B "$ENDS" orders mame-hospital 8080
ORDERS_PID=$STARTED
done_is "supplier: orders over one connection to mame-hospital, port 8080"
expected_is "they come in"
holds "the supplier reaches its one port" orders_come_in
done_is "supplier: connections to other ports and other hosts, ping"
expected_is "all refused"
holds "and nothing else" supplier_reaches_nothing_else
done_is "ixctl quarantine add institution supplier"
expected_is "not one more order comes in over the running connection"
holds "one command quarantines it" quarantine
done_is "supplier: a new connection"
expected_is "no answer at all: whoever is in quarantine is not told"
holds "no new connection either" unanswered supplier mame-hospital 8080
done_is "ixctl quarantine delete institution supplier"
expected_is "the connection goes on: the router has nothing to forget"
holds "one command releases it" release
kill "$ORDERS_PID"

step "Forged sources"
for host in claims hare-hospital mame-hospital; do
	start "$host" watch python3 -B "$ENDS" watch eth0 "$STATE/$host.seen"
	until_true 10 test -e "$STATE/$host.seen" || bail_out "$host does not watch"
done
expected_is "nothing arrives, counted as spoofed: it is believed on its own line only"
done_is "mame-pharmacy sends with the source of mame-hospital, 192.168.1.10"
holds "an institution of the same tenant" forged mame-pharmacy 192.168.1.10 \
	claims 100.64.200.80 mame spoofed
expected_is "nothing arrives, counted as not_local: no map of the tenant has it"
done_is "supplier sends with the source of mame-pharmacy, 192.168.3.30"
holds "a host of another tenant, by its own address" forged supplier 192.168.3.30 \
	mame-hospital 100.64.17.10 supply not_local
done_is "mame-pharmacy sends with the source of hare-hospital as it sees it, 100.64.33.10"
holds "a host of another tenant, by the address in the IX" forged mame-pharmacy \
	100.64.33.10 claims 100.64.200.80 mame not_local
done_is "kmix-hospital sends with the source of claims, 2001:db8:40:1::80"
holds "the same over IPv6" forged kmix-hospital 2001:db8:40:1::80 hare-hospital \
	2001:db8:64::100.64.33.10 kmix not_local
expected_is "nothing arrives, counted as spoofed: nobody has that address"
done_is "supplier sends with a source of its own network, 192.168.1.99"
holds "an address of no institution" forged supplier 192.168.1.99 mame-hospital \
	100.64.17.10 supply spoofed
done_is "kmix-hospital sends with a source of its own network, fd01:203:405:9::9"
holds "the same over IPv6 with NPTv6" forged kmix-hospital fd01:203:405:9::9 \
	hare-hospital 2001:db8:64::100.64.33.10 kmix spoofed

step "Packets too big for the way: the lines of hare and common take $SMALL octets"
while read -r host target way octets mtu; do
	done_is "$host: ping -M do -s $octets $target"
	expected_is "MTU $mtu, which is $SMALL as the sender sees it ($way)"
	holds "$way: ping is told the MTU" too_big_ping "$host" "$target" "$octets" "$mtu"
	done_is "$host: datagrams to $target that must not be fragmented"
	expected_is "EMSGSIZE, MTU $mtu"
	holds "$way: a socket is told the MTU" too_big_socket "$host" "$target" "$octets" "$mtu"
	[ "$target" != hpki ] || continue
	done_is "$host: 4 MB to $target, nothing known of the path"
	expected_is "it completes, and the sender has learned MTU $mtu"
	holds "$way: a large transfer finds the MTU" transfer "$host" "$target" "$mtu"
done <<-END
	mame-hospital hare-hospital 4→4 1472 $SMALL
	mame-pharmacy claims        4→6 1472 $((SMALL - 20))
	kmix-hospital hare-hospital 6→4 1452 $((SMALL + 20))
	kmix-hospital hpki          6→6 1452 $SMALL
END

step "Bulk TCP"
for way in "4→4 mame-hospital hare-hospital" "4→6 mame-pharmacy claims" \
	"6→4 kmix-hospital hare-hospital"; do
	read -r way host target <<<"$way"
	done_is "$host: iperf3 -c $target, and with -R"
	expected_is "both directions, and not one wrong checksum"
	holds "$way: super-packets, checksums left to the devices" bulk "$host" "$target"
done
must offload off
for way in "4→4 mame-hospital hare-hospital" "4→6 mame-pharmacy claims"; do
	read -r way host target <<<"$way"
	done_is "all hosts: ethtool -K eth0 tx off; $host: iperf3 -c $target, and with -R"
	expected_is "both directions, and not one wrong checksum"
	holds "$way: checksums in each segment" bulk "$host" "$target"
done
must offload on

step "ping and traceroute"
for way in "4→4 mame-hospital hare-emergency" "4→6 mame-clinic claims" \
	"6→4 kmix-hospital mame-clinic" "6→6 kmix-hospital hpki"; do
	read -r way host target <<<"$way"
	done_is "$host: ping $target"
	expected_is "answers"
	holds "$way: ping" pings "$host" "$target"
done
done_is "mame-hospital: ping -t 1 hare-hospital"
expected_is "time exceeded, from the gateway of mame, 192.168.0.1"
holds "ping shows the gateway" ping_gateway mame-hospital hare-hospital 192.168.0.1
while read -r way host target gateway options; do
	done_is "$host: traceroute${options:+ $options} $target"
	expected_is "$gateway, then others, then the host itself"
	# shellcheck disable=SC2086 # nothing is no argument
	holds "$way: traceroute${options:+ $options}" path "$host" "$target" "$gateway" $options
done <<-END
	4→4 mame-hospital hare-hospital 192.168.0.1
	4→4 mame-hospital hare-hospital 192.168.0.1 -I
	4→6 mame-clinic claims 192.168.0.1
	6→4 kmix-hospital mame-clinic fd01:203:405::1
	6→6 kmix-hospital claims fd01:203:405::1
END

step "ixctl trace says what packets meet"
done_is "every host connects to every other one, and to nobody, on four ports; ixctl trace is asked about each of these packets first"
expected_is "the same, and counters that add up"
holds "trace agrees with packets" trace_agrees

step "State"
done_is "the router's table of connections, and its forward chain, after all that"
expected_is "empty; no packet"
holds "no connection is tracked" tracked_connections

step "Save and restore"
done_is "nft list ruleset > file; nft flush ruleset; nft -f file"
expected_is "nothing passes in between, everything works as before afterwards"
holds "the ruleset" nft_there_and_back
done_is "ixctl save > file; ixctl flush; ixctl restore file"
expected_is "nothing passes in between, everything works as before afterwards"
holds "the configuration" ixctl_there_and_back
done_is "the router's table of connections, and its forward chain, once more"
expected_is "empty; no packet"
holds "still no connection is tracked" tracked_connections

done_is "all hosts: nstat"
expected_is "no checksum error of anything"
holds "no checksum was wrong" no_checksum_error

say "" "$((CHECKS - FAILED)) of $CHECKS as expected, in $SECONDS s."
echo "1..$CHECKS"

if [ -n "${IX_KEEP:-}" ]; then
	cat <<-END
		#
		# The scene stays. Hosts are network namespaces:
		#   ${HOSTS[*]}
		# Each knows the others by these names. The router's files are
		#   $HERE/scene.nft and $HERE/scene.ixctl
		# Worth a try:
		#   ip netns exec router ixctl -s tenant show mame
		#   ip netns exec router ixctl trace tenant mame src 192.168.3.30 dst 100.64.33.10 tcp dport 104
		#   ip netns exec mame-hospital traceroute hare-hospital
		#   ip netns exec mame-pharmacy curl --cacert $STATE/authority.crt --cert $STATE/mame-pharmacy.crt --key $STATE/mame-pharmacy.key https://claims/receipt.txt
		#   ip netns exec router ixctl quarantine add institution supplier
		#   ip netns exec router ixctl trace tenant supply src 192.168.1.10 dst 100.64.17.10 tcp dport 8080
		#   ip netns exec router nft list ruleset
	END
fi
exit $((FAILED > 0))
