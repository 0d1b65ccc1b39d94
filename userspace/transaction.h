/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transactions: changes that are applied whole or not at all.
 */
#ifndef IXCTL_TRANSACTION_H
#define IXCTL_TRANSACTION_H

#include "ixctl.h"
#include "nl.h"

/* Return: an enum status; the transaction is ctl->transaction. */
int transaction_begin(struct ixctl *ctl);

/**
 * transaction_commit() - apply the open transaction, which ends it
 * @ctl: this run
 * @error: filled in with the refusal; NULL: complain about it instead
 *
 * Return: an enum status.
 */
int transaction_commit(struct ixctl *ctl, struct nl_error *error);

/* Forgets the open transaction. */
void transaction_abort(struct ixctl *ctl);

/* The generation of the configuration. Return: an enum status. */
int read_generation(struct ixctl *ctl, uint32_t *generation);

#endif /* IXCTL_TRANSACTION_H */
