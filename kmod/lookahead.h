/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking ahead: what new flows are going to need of a large configuration is
 * brought near, for several of them side by side.
 *
 * A lookup in memory that is far waits at each of its steps; lookups that do not
 * depend on each other wait together. Nothing that is found here is kept: each
 * packet is decided on afterwards by itself, as if nobody had looked, and finds
 * near what it needs.
 */
#ifndef IX_LOOKAHEAD_H
#define IX_LOOKAHEAD_H

#include <linux/types.h>

#include "addr.h"
#include "config.h"

/**
 * struct ix_ahead - the packet of a flow of which nothing is known
 * @from: tenant that it comes from
 * @is_v4: its version is 4, otherwise 6
 * @src: source, as the packet has it
 * @dst: destination, as the packet has it
 */
struct ix_ahead {
	const struct ix_tenant *from;
	bool is_v4;
	struct ix_addr src;
	struct ix_addr dst;
};

/* So many packets at once: their agreements go side by side (IX_LPM_QUERIES). */
#define IX_AHEAD_PACKETS 15

/**
 * ix_ahead_pays() - is a configuration so large that parts of it are far?
 * @config: the configuration
 *
 * Context: RCU read side.
 *
 * Return: true if looking ahead is worth its time.
 */
bool ix_ahead_pays(const struct ix_config *config);

/**
 * ix_look_ahead() - bring near what packets are going to need
 * @config: the configuration
 * @packets: the packets
 * @nr: how many, IX_AHEAD_PACKETS at most
 *
 * Context: RCU read side, any context; takes no lock, writes nothing.
 */
void ix_look_ahead(const struct ix_config *config,
		   const struct ix_ahead *packets, unsigned int nr);

#endif /* IX_LOOKAHEAD_H */
