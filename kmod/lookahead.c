// SPDX-License-Identifier: GPL-2.0
/*
 * Looking ahead. The steps are those of a packet's way: who sends it and whom it
 * is for, by which route, and what the two have agreed on.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>

#include "lookahead.h"
#include "lpm.h"
#include "map.h"
#include "policy.h"

/* With so many registrations all of a configuration is near. */
#define IX_AHEAD_NEAR 1024

/* The lookups of one packet that go side by side. */
enum { IX_AHEAD_SRC, IX_AHEAD_DST, IX_AHEAD_ROUTE, IX_AHEAD_QUERIES };

#define IX_AHEAD_AT_ONCE (IX_LPM_QUERIES / IX_AHEAD_QUERIES)

/**
 * struct ix_ahead_parties - the two institutions of a packet
 * @src: who sends it
 * @dst: whom it is for
 */
struct ix_ahead_parties {
	const struct ix_registration *src;
	const struct ix_registration *dst;
};

/* Return: whether the addresses mean something at all. */
static bool ix_ahead_ask(const struct ix_config *config,
			 const struct ix_ahead *packet,
			 struct ix_lpm_query *query)
{
	const struct ix_view *view = ix_config_view(config, packet->from->view);

	if (!view ||
	    !ix_map_set_lift(&packet->from->maps, packet->is_v4, packet->src,
			     &query[IX_AHEAD_SRC].key) ||
	    !ix_map_set_lift(&view->maps, packet->is_v4, packet->dst,
			     &query[IX_AHEAD_DST].key))
		return false;
	query[IX_AHEAD_SRC].lpm = &config->registry;
	query[IX_AHEAD_DST].lpm = &config->registry;
	query[IX_AHEAD_ROUTE].lpm = &packet->from->routes;
	query[IX_AHEAD_ROUTE].key = query[IX_AHEAD_DST].key;
	return true;
}

/* The tenant that the route leads to, and its next hop. */
static void ix_ahead_route(const struct ix_config *config,
			   const struct ix_lpm_query *query)
{
	const struct ix_tenant *to;
	const struct ix_route *route;

	if (!query->leaf)
		return;
	route = container_of(query->leaf, struct ix_route, leaf);
	if (route->type != IX_ROUTE_TYPE_TENANT)
		return;
	to = ix_config_tenant(config, route->to);
	prefetch(to);
	prefetch(&to->maps);
	if (route->nexthops_nr)
		prefetch(route->nexthops[0].device);
}

/*
 * Up to IX_AHEAD_AT_ONCE packets. Return: how many of them have parties, which
 * are in @parties.
 */
static unsigned int ix_ahead_meet(const struct ix_config *config,
				  const struct ix_ahead *packets,
				  unsigned int nr,
				  struct ix_ahead_parties *parties)
{
	struct ix_lpm_query queries[IX_LPM_QUERIES] __uninitialized;
	unsigned int i, asked = 0, met = 0;

	for (i = 0; i < nr; i++)
		if (ix_ahead_ask(config, &packets[i], &queries[asked]))
			asked += IX_AHEAD_QUERIES;
	ix_lpm_lookup_all(queries, asked);
	for (i = 0; i < asked; i += IX_AHEAD_QUERIES) {
		const struct ix_lpm_query *query = &queries[i];

		ix_ahead_route(config, &query[IX_AHEAD_ROUTE]);
		parties[met].src = ix_registration_of(&query[IX_AHEAD_SRC]);
		parties[met].dst = ix_registration_of(&query[IX_AHEAD_DST]);
		met += parties[met].src && parties[met].dst;
	}
	return met;
}

static bool ix_ahead_may_agree(const struct ix_ahead_parties *parties)
{
	struct ix_party src = {
		.tag = parties->src->tag,
		.strangers = READ_ONCE(parties->src->strangers),
	};
	struct ix_party dst = {
		.tag = parties->dst->tag,
		.strangers = READ_ONCE(parties->dst->strangers),
	};

	return ix_parties_may_agree(&src, &dst);
}

/* What each pair of institutions has agreed on. */
static void ix_ahead_agree(const struct ix_policy *policy,
			   const struct ix_ahead_parties *parties,
			   unsigned int nr)
{
	struct ix_lpm_query queries[IX_LPM_QUERIES] __uninitialized;
	unsigned int i, asked = 0;

	BUILD_BUG_ON(IX_AHEAD_PACKETS > IX_LPM_QUERIES);
	for (i = 0; i < nr; i++)
		if (ix_ahead_may_agree(&parties[i]))
			queries[asked++] =
				ix_policy_agreements_of(policy,
							parties[i].src->tag,
							parties[i].dst->tag);
	ix_lpm_lookup_all(queries, asked);
	for (i = 0; i < asked; i++)
		if (queries[i].leaf)
			ix_policy_expect(queries[i].leaf);
}

bool ix_ahead_pays(const struct ix_config *config)
{
	return config->registry.count > IX_AHEAD_NEAR;
}

void ix_look_ahead(const struct ix_config *config,
		   const struct ix_ahead *packets, unsigned int nr)
{
	struct ix_ahead_parties parties[IX_AHEAD_PACKETS] __uninitialized;
	unsigned int at, met = 0;

	for (at = 0; at < nr; at += IX_AHEAD_AT_ONCE)
		met += ix_ahead_meet(config, &packets[at],
				     min_t(unsigned int, nr - at,
					   IX_AHEAD_AT_ONCE), &parties[met]);
	ix_ahead_agree(&config->policy, parties, met);
}
