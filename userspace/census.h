/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Census: what there is to ask the policy about. Who has the same classes and
 * is named by no rule can be told apart by no rule either, so that a few
 * questions are enough to know the answer for all pairs of two classes.
 */
#ifndef IXCTL_CENSUS_H
#define IXCTL_CENSUS_H

#include <linux/ix.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask.h"
#include "ixctl.h"

#define CLASSES (IX_CLASS_MAX + 1)

/**
 * struct traffic - a protocol with ports or an ICMP type, as in a service
 * @protocol: IP protocol, 58 for ICMP and ICMPv6
 * @any_type: every ICMP type
 * @icmp_type: ICMPv6 type
 * @dport_min: lowest destination port
 * @dport_max: highest one
 * @sport_min: lowest source port
 * @sport_max: highest one
 */
struct traffic {
	uint8_t protocol;
	bool any_type;
	uint8_t icmp_type;
	uint16_t dport_min;
	uint16_t dport_max;
	uint16_t sport_min;
	uint16_t sport_max;
};

/**
 * struct service - a service of the configuration
 * @name: its name
 * @first: its first entry in census.traffic
 * @nr: how many entries
 */
struct service {
	char name[IX_NAME_MAX + 1];
	size_t first;
	size_t nr;
};

/**
 * struct member - an institution
 * @classes: bit n for class n
 * @tag: its tag
 * @named: a rule between it and a class, or all, names it, or a purpose group,
 *	or it is in quarantine
 */
struct member {
	uint64_t classes;
	uint32_t tag;
	bool named;
};

/* Two institutions that have an agreement. */
struct pair {
	uint32_t a;
	uint32_t b;
};

/**
 * struct kind - institutions that the policy can't tell apart, but for
 *	agreements
 * @party: what to ask for
 * @example: tag of one of them, 0 for none
 * @members: how many there are
 */
struct kind {
	struct party party;
	uint32_t example;
	size_t members;
};

/**
 * struct census - what there is in a configuration
 * @class: names of the classes by number; empty: there is none
 * @services: services
 * @services_nr: how many
 * @traffic: entries of all services
 * @traffic_nr: how many
 * @members: institutions by ascending tag
 * @members_nr: how many
 * @pairs: pairs with agreements (@a < @b), ascending, each once
 * @pairs_nr: how many
 * @tenants_matter: a tenant is in quarantine or in a purpose group, which the
 *	answers about classes do not know
 * @classes_quarantined: bit n is set if class n is in quarantine
 * @quarantined: how many classes, institutions and tenants are in quarantine
 * @tenants_monitored: how many tenants are in monitor mode
 * @router_monitored: the router is
 * @services_room: room in @services
 * @traffic_room: room in @traffic
 * @members_room: room in @members
 * @pairs_room: room in @pairs
 */
struct census {
	char class[CLASSES][IX_NAME_MAX + 1];
	struct service *services;
	size_t services_nr;
	struct traffic *traffic;
	size_t traffic_nr;
	struct member *members;
	size_t members_nr;
	struct pair *pairs;
	size_t pairs_nr;
	bool tenants_matter;
	uint64_t classes_quarantined;
	size_t quarantined;
	size_t tenants_monitored;
	bool router_monitored;
	size_t services_room;
	size_t traffic_room;
	size_t members_room;
	size_t pairs_room;
};

/* What of a configuration to read. */
enum census_part {
	CENSUS_NAMES,		/* classes and services */
	CENSUS_INSTITUTIONS,	/* and institutions and agreements */
};

/**
 * census_read() - find out what there is
 * @ctl: this run; in its transaction, if one is open
 * @census: all zero, or what was read before; filled in
 * @part: how much
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int census_read(struct ixctl *ctl, struct census *census,
		enum census_part part);
void census_free(struct census *census);

/* Number of a class, 0 for none; a service, or NULL. */
unsigned int census_class(const struct census *census, const char *name);
const struct service *census_service(const struct census *census,
				     const char *name);
const struct member *census_member(const struct census *census, uint32_t tag);

/**
 * census_kinds() - who is to be asked for
 * @census: what there is
 * @class: number of a class; 0: everybody
 * @kinds: filled in, to be freed by the caller
 *
 * A class without members is one kind nevertheless: what would hold for one.
 *
 * Return: how many kinds, 0 for want of memory.
 */
size_t census_kinds(const struct census *census, unsigned int class,
		    struct kind **kinds);

/**
 * census_flows() - what is to be asked for so that nothing remains unknown
 * @census: what there is
 * @traffic: traffic that it is about
 * @nr: how many entries; 0: everything
 * @flows: filled in, to be freed by the caller
 *
 * No service begins or ends between two of the flows, so that between them the
 * answer can't change.
 *
 * Return: how many flows, 0 for want of memory.
 */
size_t census_flows(const struct census *census, const struct traffic *traffic,
		    size_t nr, struct flow **flows);

/* A protocol without ports that no service names. */
uint8_t census_unnamed_protocol(const struct census *census);

/**
 * more_room() - make room for one more element of an array
 * @array: the array, or NULL
 * @room: for how many there is room; replaced
 * @nr: how many there are
 * @size: octets of each
 *
 * Return: the array, which may be elsewhere now; or NULL for want of memory:
 * then nothing has changed.
 */
void *more_room(void *array, size_t *room, size_t nr, size_t size);

#endif /* IXCTL_CENSUS_H */
