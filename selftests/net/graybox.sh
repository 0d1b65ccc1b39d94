#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Raw packets in, raw packets expected: the cases in ../conformance/cases/, which
# Documentation/conformance.rst refers to.

# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
require ethtool
[ -e /dev/net/tun ] || modprobe -q tun || plan_skip "no TUN devices"

setup_ns router
on router python3 -B "$NET_DIR/../conformance/graybox.py"
