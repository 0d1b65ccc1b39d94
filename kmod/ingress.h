/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where packets come in: the hooks of ports.
 */
#ifndef IX_INGRESS_H
#define IX_INGRESS_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct ix_device;
struct ix_ports;
struct net;

bool ix_is_for_ix(const struct ix_device *port, const struct sk_buff *skb);

int ix_ingress_begin(struct net *net);
unsigned int ix_ingress(struct ix_ports *ports, struct sk_buff *skb);
unsigned int ix_ingress_end(struct ix_ports *ports, struct sk_buff *skb);
unsigned int ix_hand_on(struct ix_ports *ports, struct sk_buff *skb);

#endif /* IX_INGRESS_H */
