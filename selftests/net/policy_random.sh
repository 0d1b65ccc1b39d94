#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
# ix-timeout: 600
#
# The whole decision of the kernel's pipeline against the definitions, over
# policies by chance: policy_random.py. IX_SEED says which ones they are.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"

test_random()
{
	local seed=${IX_SEED:-$(date +%s%N)}

	scene_routes mame hare kmix common |
		python3 -B "$NET_DIR/policy_random.py" "$seed" 80 \
			"$IXCTL" -n "${NS[router]}" >"$TMP/random" 2>&1 ||
		fail "ix and the definitions differ"
	sed 's/^\([^#]\)/# \1/' "$TMP/random"
}

scene ""
must "services" ix_batch < <(python3 -B "$NET_DIR/policy_random.py" services)
must "ways in" ix_batch <<-END
	tenant change mame dev mame0
	tenant change hare dev hare0
	tenant change kmix dev kmix0
	tenant change common dev comm0
END
run test_random "random policies, random packets"
finish
