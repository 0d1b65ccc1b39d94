#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ix-only: uml
#
# The generic netlink family: everything that can be wrong with a request, and
# transactions.

# shellcheck disable=SC2317 # "run" calls the tests
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/lib.sh"
python3 -c 'import yaml' 2>/dev/null || plan_skip "no python3-yaml"

nl()
{
	expect "$1" on router python3 -B "$NET_DIR/netlink.py" "$1"
}

objects()
{
	scene_objects
	cat <<-END
		class add spare
		view add spare
		tenant add spare
		institution add 999
		service add spare tcp dport 1
		service add web tcp dport 80
		qos add 5 dscp 46
		group add spare number 1
		member add group spare tenant mame
		rule add id 1 permit from any to any
	END
}

scene_hosts
must "the ports" scene_ports
must "the configuration" ix_restore < <(objects)
run nl "the family is what the spec says" family
run nl "good requests" good
run nl "every attribute with bad values" values
run nl "attributes within attributes with bad values" nested_values
run nl "unknown attributes" unknown
run nl "attributes given twice" duplicates
run nl "attributes that are missing" missing
run nl "references to what there is not" unknown_names
run nl "values that do not go together" ranges
run nl "truncated and mangled messages" truncated
run nl "unknown commands" unknown_commands
run nl "replacing" replace
run nl "without privilege" permission
run nl "a transaction is seen as a whole" atomic
run nl "a transaction sees itself" inside
run nl "questions about the policy" judge
run nl "a transaction ends with its socket" socket_close
run nl "a failed change ends its transaction" failed_change
run nl "a transaction that lacks changes" number_of_changes
run nl "an empty transaction" empty
run nl "two transactions at once" conflict
run nl "transactions that are out of date" outdated
run nl "thousands of changes" many
run nl "transactions without end" many_open
run nl "notifications" notification
run nl "a listing under changes" dump_consistent
run nl "attributes within attributes given twice" nested_duplicates
finish
