/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transactions over netlink: begin, change, commit, abort, and who did it.
 */
#ifndef IX_NL_TRANSACTION_H
#define IX_NL_TRANSACTION_H

#include "nl.h"

/* Each attribute set begins with the number of a transaction. */
#define IX_A_TRANSACTION 1

/*
 * Does what a request asks for. After an error the transaction is aborted, so
 * that nothing needs to be undone. Context: process, ix_net.lock.
 */
typedef int (*ix_change_fn)(struct ix_change *c);

int ix_nl_change(struct genl_info *info, ix_change_fn fn);
struct ix_config *ix_nl_config(struct ix_net *ixn, struct genl_info *info,
			       const struct nlattr *attr);
struct ix_transaction *ix_nl_transaction_of(const struct ix_net *ixn,
					    u32 portid, u32 number);

int ix_nl_transactions_register(void);
void ix_nl_transactions_unregister(void);

#endif /* IX_NL_TRANSACTION_H */
