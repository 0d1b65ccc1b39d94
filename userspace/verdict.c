// SPDX-License-Identifier: GPL-2.0
/*
 * Names of what the policy says of a packet.
 */
#include <linux/ix.h>
#include <stddef.h>

#include "ixctl.h"
#include "verdict.h"

static const char *const names[] = {
	[IX_VERDICT_NONE] = "none",
	[IX_VERDICT_PERMIT] = "permit",
	[IX_VERDICT_REPLY] = "reply",
	[IX_VERDICT_ERROR] = "error",
	[IX_VERDICT_DENY] = "deny",
	[IX_VERDICT_DEFAULT_DENY] = "default-deny",
	[IX_VERDICT_QUARANTINE] = "quarantine",
};

const char *verdict_name(uint64_t verdict)
{
	return verdict < ARRAY_SIZE(names) ? names[verdict] : NULL;
}
