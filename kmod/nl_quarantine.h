/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What keeps somebody in quarantine, for all listings that speak of him.
 */
#ifndef IX_NL_QUARANTINE_H
#define IX_NL_QUARANTINE_H

#include "config.h"

int ix_nl_put_institution_causes(struct sk_buff *skb, int attr,
				 const struct ix_config *config,
				 const struct ix_institution *institution);
int ix_nl_put_registration_causes(struct sk_buff *skb, int attr,
				  const struct ix_config *config,
				  const struct ix_registration *registration);
int ix_nl_put_tenant_causes(struct sk_buff *skb, int attr,
			    const struct ix_config *config, u16 number);

#endif /* IX_NL_QUARANTINE_H */
