// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "census.h"
#include "names.h"
#include "nl.h"
#include "object.h"

/* The port of a client, where any will do. */
#define CLIENT_PORT 49152
/*
 * A protocol that no service names is looked for from here downwards (this one
 * is for experiments, RFC 3692): however many are named, before those that
 * have ports or types there is one.
 */
#define UNNAMED_PROTOCOL 253

void *more_room(void *array, size_t *room, size_t nr, size_t size)
{
	size_t wanted = *room ? 2 * *room : 64;
	void *new;

	if (nr < *room)
		return array;
	new = reallocarray(array, wanted, size);
	if (new)
		*room = wanted;
	return new;
}

static int take_class(const struct nlmsghdr *nlh, void *data)
{
	struct census *census = data;
	struct record record;
	uint64_t number;

	record_of_message(&record, nlh);
	number = record_uint(&record, IX_A_CLASS_NUMBER);
	if (!number || number >= CLASSES)
		return 0;
	attr_string(record.attr[IX_A_CLASS_NAME], census->class[number],
		    IX_NAME_MAX + 1);
	if (record_uint(&record, IX_A_CLASS_QUARANTINE)) {
		census->classes_quarantined |= UINT64_C(1) << number;
		census->quarantined++;
	}
	return 0;
}

/* One end alone is a range of one; none is every port. */
static void take_ports(const struct record *entry, uint16_t min_attr,
		       uint16_t max_attr, uint16_t *min, uint16_t *max)
{
	*min = (uint16_t)record_uint(entry, min_attr);
	if (entry->attr[max_attr])
		*max = (uint16_t)record_uint(entry, max_attr);
	else
		*max = entry->attr[min_attr] ? *min : UINT16_MAX;
}

static int take_service(const struct nlmsghdr *nlh, void *data)
{
	struct census *census = data;
	const struct nlattr *nest = NULL;
	struct service *service;
	struct record record;

	service = more_room(census->services, &census->services_room,
			    census->services_nr, sizeof(*service));
	if (!service)
		return -ENOMEM;
	census->services = service;
	service += census->services_nr++;
	record_of_message(&record, nlh);
	attr_string(record.attr[IX_A_SERVICE_NAME], service->name,
		    sizeof(service->name));
	service->first = census->traffic_nr;
	while ((nest = record_next(&record, IX_A_SERVICE_ENTRY, nest))) {
		struct traffic *traffic;
		struct record entry;

		traffic = more_room(census->traffic, &census->traffic_room,
				    census->traffic_nr, sizeof(*traffic));
		if (!traffic)
			return -ENOMEM;
		census->traffic = traffic;
		traffic += census->traffic_nr++;
		record_of_nest(&entry, nest);
		*traffic = (struct traffic){
			.protocol = (uint8_t)
				record_uint(&entry,
					    IX_A_SERVICE_ENTRY_PROTOCOL),
			.any_type = !entry.attr[IX_A_SERVICE_ENTRY_ICMP_TYPE],
			.icmp_type = (uint8_t)
				record_uint(&entry,
					    IX_A_SERVICE_ENTRY_ICMP_TYPE),
		};
		take_ports(&entry, IX_A_SERVICE_ENTRY_PORT_MIN,
			   IX_A_SERVICE_ENTRY_PORT_MAX, &traffic->dport_min,
			   &traffic->dport_max);
		take_ports(&entry, IX_A_SERVICE_ENTRY_SOURCE_PORT_MIN,
			   IX_A_SERVICE_ENTRY_SOURCE_PORT_MAX,
			   &traffic->sport_min, &traffic->sport_max);
	}
	service->nr = census->traffic_nr - service->first;
	return 0;
}

/* Institutions are listed by ascending tag. */
static int take_member(const struct nlmsghdr *nlh, void *data)
{
	struct ixctl *ctl = ((void **)data)[0];
	struct census *census = ((void **)data)[1];
	const struct nlattr *class = NULL;
	char name[IX_NAME_MAX + 1];
	struct member *member;
	struct record record;
	bool quarantined;

	member = more_room(census->members, &census->members_room,
			   census->members_nr, sizeof(*member));
	if (!member)
		return -ENOMEM;
	census->members = member;
	member += census->members_nr++;
	record_of_message(&record, nlh);
	quarantined = record_uint(&record, IX_A_INSTITUTION_QUARANTINE);
	census->quarantined += quarantined;
	*member = (struct member){
		.tag = (uint32_t)record_uint(&record, IX_A_INSTITUTION_TAG),
		.named = quarantined ||
			 record_uint(&record, IX_A_INSTITUTION_GROUPS),
	};
	while ((class = record_next(&record, IX_A_INSTITUTION_CLASS, class))) {
		attr_string(class, name, sizeof(name));
		member->classes |= UINT64_C(1) << census_class(census, name);
	}
	member->classes &= ~UINT64_C(1);
	return names_add_institution(ctl->names, &record) ? 0 : -ENOMEM;
}

static int take_rule(const struct nlmsghdr *nlh, void *data)
{
	struct census *census = data;
	struct record record;
	struct pair *pair;
	uint32_t from, to;

	record_of_message(&record, nlh);
	from = (uint32_t)record_uint(&record, IX_A_RULE_SOURCE_INSTITUTION);
	to = (uint32_t)record_uint(&record, IX_A_RULE_DESTINATION_INSTITUTION);
	if (from && to) {
		pair = more_room(census->pairs, &census->pairs_room,
				 census->pairs_nr, sizeof(*pair));
		if (!pair)
			return -ENOMEM;
		census->pairs = pair;
		pair += census->pairs_nr++;
		*pair = from < to ? (struct pair){ from, to } :
				    (struct pair){ to, from };
	} else if (from || to) {
		struct member *member = (struct member *)
			census_member(census, from ? from : to);

		if (member)
			member->named = true;
	}
	return 0;
}

static int take_tenant(const struct nlmsghdr *nlh, void *data)
{
	struct census *census = data;
	struct record record;
	bool quarantined;

	record_of_message(&record, nlh);
	quarantined = record_uint(&record, IX_A_TENANT_QUARANTINE);
	census->quarantined += quarantined;
	census->tenants_monitored +=
		!!record_uint(&record, IX_A_TENANT_MONITOR);
	census->tenants_matter |= quarantined ||
				  record_uint(&record, IX_A_TENANT_GROUPS);
	return 0;
}

static int take_settings(const struct nlmsghdr *nlh, void *data)
{
	struct census *census = data;
	struct record record;

	record_of_message(&record, nlh);
	census->router_monitored = record_uint(&record, IX_A_SETTINGS_MONITOR);
	return 0;
}

static int compare_pairs(const void *left, const void *right)
{
	const struct pair *x = left, *y = right;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* Sorted, and each once. */
static void tidy_pairs(struct census *census)
{
	size_t i, n = 0;

	if (census->pairs_nr)
		qsort(census->pairs, census->pairs_nr, sizeof(*census->pairs),
		      compare_pairs);
	for (i = 0; i < census->pairs_nr; i++)
		if (!n || compare_pairs(&census->pairs[n - 1],
					&census->pairs[i]))
			census->pairs[n++] = census->pairs[i];
	census->pairs_nr = n;
}

static int list(struct ixctl *ctl, const char *word, nl_handler *handler,
		void *data)
{
	return object_list(ctl, object_find_exactly(word), NULL, handler, data);
}

int census_read(struct ixctl *ctl, struct census *census,
		enum census_part part)
{
	void *both[] = { ctl, census };
	int ret;

	census_free(census);
	ret = list(ctl, "class", take_class, census);
	if (!ret)
		ret = list(ctl, "service", take_service, census);
	if (ret || part == CENSUS_NAMES)
		return ret;
	names_reset(ctl->names);
	ret = list(ctl, "institution", take_member, both);
	if (ret)
		return ret;
	names_complete(ctl->names);
	ret = list(ctl, "tenant", take_tenant, census);
	if (!ret && census->tenants_matter)
		warn(ctl, "a tenant is in quarantine or in a purpose group: what is said of classes does not know it, what is said of institutions does");
	if (!ret)
		ret = list(ctl, "settings", take_settings, census);
	if (!ret)
		ret = list(ctl, "rule", take_rule, census);
	tidy_pairs(census);
	return ret;
}

void census_free(struct census *census)
{
	free(census->services);
	free(census->traffic);
	free(census->members);
	free(census->pairs);
	*census = (struct census){ 0 };
}

unsigned int census_class(const struct census *census, const char *name)
{
	unsigned int i;

	for (i = 1; i < CLASSES; i++)
		if (*name && !strcmp(census->class[i], name))
			return i;
	return 0;
}

const struct service *census_service(const struct census *census,
				     const char *name)
{
	size_t i;

	for (i = 0; i < census->services_nr; i++)
		if (!strcmp(census->services[i].name, name))
			return &census->services[i];
	return NULL;
}

const struct member *census_member(const struct census *census, uint32_t tag)
{
	size_t low = 0, high = census->members_nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (census->members[middle].tag < tag)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == census->members_nr || census->members[low].tag != tag)
		return NULL;
	return &census->members[low];
}

/*
 * A hash table of the sets of classes that there are: few, however many
 * institutions.
 */
struct kinds {
	struct kind *list;
	size_t nr;
	size_t room;
	size_t *buckets;
	size_t buckets_nr;
};

static size_t *kind_bucket(const struct kinds *kinds, uint64_t classes)
{
	size_t i = (size_t)(classes * UINT64_C(0x9e3779b97f4a7c15) >> 20);

	for (;; i++) {
		size_t *at = &kinds->buckets[i & (kinds->buckets_nr - 1)];

		if (!*at || kinds->list[*at - 1].party.classes == classes)
			return at;
	}
}

static bool grow_kind_buckets(struct kinds *kinds)
{
	size_t nr = kinds->buckets_nr ? 4 * kinds->buckets_nr : 256;
	size_t *buckets = calloc(nr, sizeof(*buckets));
	size_t i;

	if (!buckets)
		return false;
	free(kinds->buckets);
	kinds->buckets = buckets;
	kinds->buckets_nr = nr;
	for (i = 0; i < kinds->nr; i++)
		if (!kinds->list[i].party.tag)
			*kind_bucket(kinds, kinds->list[i].party.classes) =
				i + 1;
	return true;
}

static bool add_kind(struct kinds *kinds, const struct member *member)
{
	size_t *bucket = NULL;
	struct kind *kind;

	if (kinds->nr >= kinds->buckets_nr / 2 && !grow_kind_buckets(kinds))
		return false;
	if (!member->named) {
		bucket = kind_bucket(kinds, member->classes);
		if (*bucket) {
			kinds->list[*bucket - 1].members++;
			return true;
		}
	}
	kind = more_room(kinds->list, &kinds->room, kinds->nr, sizeof(*kind));
	if (!kind)
		return false;
	kinds->list = kind;
	kinds->list[kinds->nr++] = (struct kind){
		.party.tag = member->named ? member->tag : 0,
		.party.classes = member->classes,
		.example = member->tag,
		.members = 1,
	};
	if (bucket)
		*bucket = kinds->nr;
	return true;
}

size_t census_kinds(const struct census *census, unsigned int class,
		    struct kind **list)
{
	const struct member nobody = {
		.classes = class ? UINT64_C(1) << class : 0,
	};
	struct kinds kinds = { 0 };
	bool good = true;
	size_t i;

	for (i = 0; good && i < census->members_nr; i++)
		if (!class || census->members[i].classes >> class & 1)
			good = add_kind(&kinds, &census->members[i]);
	if (good && !kinds.nr) {
		good = add_kind(&kinds, &nobody);
		if (good)
			kinds.list[0].members = 0;
	}
	free(kinds.buckets);
	*list = kinds.list;
	if (good)
		return kinds.nr;
	free(kinds.list);
	*list = NULL;
	return 0;
}

/**
 * struct flows - flows that are being collected
 * @list: the flows
 * @nr: how many
 * @room: for how many there is room
 * @failed: for want of memory
 */
struct flows {
	struct flow *list;
	size_t nr;
	size_t room;
	bool failed;
};

static void add_flow(struct flows *flows, struct flow flow)
{
	struct flow *list = more_room(flows->list, &flows->room, flows->nr,
				      sizeof(flow));

	flows->failed = !list;
	if (!list)
		return;
	flows->list = list;
	list[flows->nr++] = flow;
}

/*
 * The next port behind @port, and up to @max, from which on another set of
 * services may match, or 65536 if there is none.
 */
static uint32_t next_port(const struct census *census, uint8_t protocol,
			  bool source, uint32_t port, uint32_t max)
{
	uint32_t next = UINT16_MAX + 1;
	size_t i;

	for (i = 0; i < census->traffic_nr; i++) {
		const struct traffic *traffic = &census->traffic[i];
		uint32_t ends[] = {
			source ? traffic->sport_min : traffic->dport_min,
			(source ? traffic->sport_max : traffic->dport_max) + 1U,
		};
		unsigned int n;

		for (n = 0; n < ARRAY_SIZE(ends); n++)
			if (traffic->protocol == protocol && ends[n] > port &&
			    ends[n] <= max && ends[n] < next)
				next = ends[n];
	}
	return next;
}

static void add_ports(struct flows *flows, const struct census *census,
		      const struct traffic *traffic)
{
	uint8_t protocol = traffic->protocol;
	uint32_t sport, dport;

	for (sport = traffic->sport_min; sport <= UINT16_MAX && !flows->failed;
	     sport = next_port(census, protocol, true, sport,
			       traffic->sport_max)) {
		uint32_t behind = next_port(census, protocol, true, sport,
					    traffic->sport_max);
		uint32_t last = behind > UINT16_MAX ? traffic->sport_max :
						      behind - 1;
		bool client = sport <= CLIENT_PORT && last >= CLIENT_PORT;

		/* Of the ports that mean the same, one that people expect. */
		for (dport = traffic->dport_min;
		     dport <= UINT16_MAX && !flows->failed;
		     dport = next_port(census, protocol, false, dport,
				       traffic->dport_max))
			add_flow(flows, (struct flow){
				.protocol = protocol,
				.sport = client ? CLIENT_PORT :
						  (uint16_t)sport,
				.dport = (uint16_t)dport,
			});
	}
}

static bool names_icmp_type(const struct census *census, unsigned int type)
{
	size_t i;

	for (i = 0; i < census->traffic_nr; i++)
		if (census->traffic[i].protocol == IPPROTO_ICMPV6 &&
		    !census->traffic[i].any_type &&
		    census->traffic[i].icmp_type == type)
			return true;
	return false;
}

/* An echo request, the types that services name, and one of all the others. */
static void add_icmp_types(struct flows *flows, const struct census *census)
{
	const unsigned int echo = 128;
	bool other = false;
	unsigned int type;

	add_flow(flows, (struct flow){
		.protocol = IPPROTO_ICMPV6, .icmp_type = echo,
	});
	for (type = 0; type <= UINT8_MAX && !flows->failed; type++) {
		bool named = names_icmp_type(census, type);

		if (type == echo || (!named && other))
			continue;
		other |= !named;
		add_flow(flows, (struct flow){
			.protocol = IPPROTO_ICMPV6, .icmp_type = (uint8_t)type,
		});
	}
}

static void add_traffic(struct flows *flows, const struct census *census,
			const struct traffic *traffic)
{
	if (protocol_has_ports(traffic->protocol))
		add_ports(flows, census, traffic);
	else if (traffic->protocol == IPPROTO_ICMPV6 && traffic->any_type)
		add_icmp_types(flows, census);
	else
		add_flow(flows, (struct flow){
			.protocol = traffic->protocol,
			.icmp_type = traffic->icmp_type,
		});
}

static bool names_protocol(const struct census *census, unsigned int protocol)
{
	size_t i;

	for (i = 0; i < census->traffic_nr; i++)
		if (census->traffic[i].protocol == protocol)
			return true;
	return false;
}

uint8_t census_unnamed_protocol(const struct census *census)
{
	uint8_t protocol = UNNAMED_PROTOCOL;

	while (protocol && names_protocol(census, protocol))
		protocol--;
	return protocol;
}

/* Every protocol that a service names, and one that none does. */
static void add_everything(struct flows *flows, const struct census *census)
{
	uint8_t unnamed = census_unnamed_protocol(census);
	unsigned int protocol;

	for (protocol = 0; protocol <= UINT8_MAX && !flows->failed;
	     protocol++) {
		struct traffic traffic = {
			.protocol = (uint8_t)protocol,
			.any_type = true,
			.dport_max = UINT16_MAX,
			.sport_max = UINT16_MAX,
		};

		/* TCP and UDP, so that an example is one that people know. */
		if (protocol == unnamed || protocol == IPPROTO_TCP ||
		    protocol == IPPROTO_UDP || names_protocol(census, protocol))
			add_traffic(flows, census, &traffic);
	}
}

size_t census_flows(const struct census *census, const struct traffic *traffic,
		    size_t nr, struct flow **list)
{
	struct flows flows = { 0 };
	size_t i;

	if (!nr)
		add_everything(&flows, census);
	for (i = 0; i < nr && !flows.failed; i++)
		add_traffic(&flows, census, &traffic[i]);
	*list = flows.list;
	if (!flows.failed)
		return flows.nr;
	free(flows.list);
	*list = NULL;
	return 0;
}
