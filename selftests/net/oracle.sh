#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ix against a second translator that was written from the RFCs, over packets
# by chance: ../conformance/oracle.py. IX_SEED and IX_PACKETS say what the packets
# are and how many; with IX_ROUND and IX_PACKET one packet is sent again.
#
# ix-only: uml
# ix-timeout: 900

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
require ethtool
[ -e /dev/net/tun ] || modprobe -q tun || plan_skip "no TUN devices"

test_oracle()
{
	setup_ns router
	on router python3 -B "$NET_DIR/../conformance/oracle.py" \
		${IX_SEED:+--seed "$IX_SEED"} ${IX_ROUND:+--round "$IX_ROUND"} \
		${IX_PACKET:+--packet "$IX_PACKET"} --packets "${IX_PACKETS:-200000}" ||
		fail "ix and the reference differ"
}

run test_oracle "random packets become what the RFCs say"
finish
