#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What an operator installs: `make install` into an empty folder, and DKMS
# against the headers of both kernels, in a tree of its own. TAP; runs on the
# host, and changes nothing there.
set -uo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../scripts/lib.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
logs=$IX_TOP/build/logs
mkdir -p "$logs"
n=0

# check WHAT COMMAND...: one test; what the command says is in a log.
check()
{
	local what=$1 log

	shift
	n=$((n + 1))
	log=$logs/packaging-$n.log
	if "$@" >"$log" 2>&1; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		tail -n 20 "$log" | sed 's/^/# /'
	fi
}

installs()
{
	local kernel release modules

	kernel=$("$IX_TOP/scripts/fetch-stock" --path 6.12) || return 1
	release=$(cat "$kernel/release")
	modules=$tmp/root/lib/modules/$release
	make -C "$IX_TOP" install "DESTDIR=$tmp/root" PREFIX=/usr "KDIR=$kernel/build/." || return 1
	(cd "$tmp/root" && find . -type f)
	test -x "$tmp/root/usr/sbin/ixctl" && test -e "$tmp/root/usr/include/linux/ix.h" &&
		find "$modules/updates" -name '*ix.ko*' || return 1
	# What makes `modprobe nft_ix`, and nf_tables, find both.
	depmod -b "$tmp/root" "$release" &&
		grep -q 'updates/.*/nft_ix.ko.*: .*updates/.*/ix.ko' "$modules/modules.dep" &&
		grep -q '^alias nf-flowtable-5 nft_ix$' "$modules/modules.alias"
}

# DKMS makes a key to sign with when the machine has none: not on the host.
run_dkms()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount bash -c 'mount -t tmpfs tmpfs /var/lib/dkms && exec dkms "$@"' dkms "$@"
}

dkms_builds()
{
	local kernel release module

	kernel=$("$IX_TOP/scripts/fetch-stock" --path "$1") || return 1
	release=$(cat "$kernel/release")
	run_dkms build --dkmstree "$tmp/dkms" -m ix -v "$version" -k "$release" \
		--kernelsourcedir "$(readlink -f "$kernel/build")" || {
		cat "$tmp/dkms/ix/$version/build/make.log"
		return 1
	}
	for module in ix nft_ix; do
		ls "$tmp/dkms/ix/$version/$release"/*/module/$module.ko* || return 1
	done
}

echo "1..4"
check "make install, and depmod finds the alias" installs
mkdir "$tmp/src" "$tmp/dkms"
source=$("$IX_TOP/scripts/dkms-source" "$tmp/src")
version=${source##*-}
check "dkms add" run_dkms add --sourcetree "$tmp/src" --dkmstree "$tmp/dkms" -m ix -v "$version"
check "dkms build for Linux 6.12" dkms_builds 6.12
check "dkms build for Linux 6.1" dkms_builds 6.1
