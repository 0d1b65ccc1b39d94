/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of what the policy says of a packet.
 */
#ifndef IXCTL_VERDICT_H
#define IXCTL_VERDICT_H

#include <stdint.h>

/**
 * verdict_name() - the name of a verdict
 * @verdict: enum ix_verdict
 *
 * Return: the name, or NULL if this ixctl knows of no such verdict.
 */
const char *verdict_name(uint64_t verdict);

#endif /* IXCTL_VERDICT_H */
