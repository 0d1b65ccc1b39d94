/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the handlers of one kind of object do for those of others.
 */
#ifndef IX_NL_OBJECT_H
#define IX_NL_OBJECT_H

#include "nl.h"

/* Flushes of one kind of object, for ix_nl_flush_doit(). */
int ix_map_flush(struct ix_change *c, struct ix_tenant *tenant,
		 struct ix_view *view);
int ix_route_flush(struct ix_change *c, struct ix_tenant *tenant);
int ix_rule_flush(struct ix_change *c);
int ix_prefix_flush(struct ix_change *c);
int ix_institution_flush(struct ix_change *c);
int ix_tenant_flush(struct ix_change *c);
int ix_view_flush(struct ix_change *c);
int ix_class_flush(struct ix_change *c);
int ix_service_flush(struct ix_change *c);
int ix_group_flush(struct ix_change *c);
int ix_qos_flush(struct ix_change *c);

int ix_registrations_refresh(struct ix_change *c,
			     struct ix_institution *institution);
struct ix_route *ix_way_in(struct ix_change *c, u32 tenant);
int ix_way_in_fill(struct sk_buff *skb, const struct ix_route *way);
bool ix_protocol_has_ports(u8 protocol);
void ix_nl_load_logger(void);

#endif /* IX_NL_OBJECT_H */
