// SPDX-License-Identifier: GPL-2.0
/*
 * Random policies against a naive evaluator, which knows all rules as one list,
 * and tries out ports where a fragment shows none.
 */
#include <kunit/test.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "alloc.h"
#include "policy_world.h"
#include "seed.h"

#define RANDOM_RULES_MAX 40
#define RANDOM_ROUNDS 1500
#define RANDOM_FLOWS 100
#define RANDOM_SERVICES 12

/* All that ranges begin and end with, and what is in between. */
static const u16 ports[] = { 0, 1, 103, 104, 105, 5000, 65534, 65535 };
static const u8 types[] = { 0, 1, ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY,
			    130, ICMPV6_EXT_ECHO_REQUEST, ICMPV6_EXT_ECHO_REPLY,
			    255 };
static const u8 protocols[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6,
				IPPROTO_GRE };

struct random_world {
	struct ix_policy policy;
	unsigned int nr;
	struct ix_rule *rules[RANDOM_RULES_MAX];
};

struct naive {
	enum ix_verdict verdict;
	struct ix_grant grant;
	const struct ix_rule *rule;
	const struct ix_rule *first;
	const struct ix_rule *first_mirrored;
};

static bool naive_entry(const struct ix_service_entry *entry, u8 protocol,
			u8 type, u16 sport, u16 dport)
{
	if (protocol != entry->protocol)
		return false;
	if (protocol == IPPROTO_ICMPV6)
		return entry->any_icmp_type || type == entry->icmp_type;
	return clamp(dport, entry->dport_min, entry->dport_max) == dport &&
	       clamp(sport, entry->sport_min, entry->sport_max) == sport;
}

/* Could a service match, and must it? */
static void naive_service(const struct ix_table *services, u16 number,
			  const struct ix_flow *flow, bool *could, bool *must)
{
	const struct ix_service *service;
	const struct ix_named *object;
	int i, s, d;

	*could = !number;
	*must = !number;
	object = number < services->size ? services->slots[number] : NULL;
	if (!object)
		return;

	service = container_of(object, struct ix_service, object);
	for (i = 0; i < service->entries_nr; i++) {
		const struct ix_service_entry *entry = &service->entries[i];
		bool some = false, all = true;

		for (s = 0; s < ARRAY_SIZE(ports); s++) {
			for (d = 0; d < ARRAY_SIZE(ports); d++) {
				u8 type = types[min_t(int, d,
						      ARRAY_SIZE(types) - 1)];
				bool fits;

				fits = flow->no_ports ?
				       naive_entry(entry, flow->protocol, type,
						   ports[s], ports[d]) :
				       naive_entry(entry, flow->protocol,
						   flow->icmp_type, flow->sport,
						   flow->dport);
				some |= fits;
				all &= fits;
			}
		}
		*could |= some;
		*must |= all;
	}
}

static bool naive_side(u8 kind, u32 value, const struct ix_party *party)
{
	return kind == IX_ANY ||
	       (kind == IX_CLASS && (BIT_ULL(value) & party->classes)) ||
	       (kind == IX_INSTITUTION && value == party->tag);
}

static int naive_rank(const struct ix_rule *a, const struct ix_rule *b)
{
	if (ix_rule_is_agreement(a) != ix_rule_is_agreement(b))
		return ix_rule_is_agreement(a) ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->id < b->id ? -1 : 1;
}

static const struct ix_rule *
naive_first(const struct random_world *world, const struct ix_table *services,
	    const struct ix_party *src, const struct ix_party *dst,
	    const struct ix_flow *flow, u64 now, bool mirrored, bool all)
{
	const struct ix_rule *first = NULL;
	int i;

	for (i = 0; i < world->nr; i++) {
		const struct ix_rule *rule = world->rules[i];
		bool could, must, permits;

		if (rule->monitor && !all)
			continue;
		if (!naive_side(rule->src_kind, rule->src, src) ||
		    !naive_side(rule->dst_kind, rule->dst, dst))
			continue;
		if (now < rule->valid_from)
			continue;
		if (rule->valid_until && now >= rule->valid_until)
			continue;
		naive_service(services, rule->service, flow, &could, &must);
		permits = rule->action == IX_ACTION_PERMIT &&
			  (!mirrored || !rule->oneway);
		if (!must && !(could && permits))
			continue;
		if (!first || naive_rank(rule, first) < 0)
			first = rule;
	}
	return first;
}

static bool naive_member(const struct ix_party *party, u16 group)
{
	const struct ix_group_set *own = party->memberships.own;
	const struct ix_group_set *tenant = party->memberships.tenant;
	int i;

	for (i = 0; own && i < own->nr; i++)
		if (own->groups[i] == group)
			return true;
	for (i = 0; tenant && i < tenant->nr; i++)
		if (tenant->groups[i] == group)
			return true;
	return false;
}

static struct ix_grant naive_grant(const struct ix_table *groups,
				   const struct ix_table *services,
				   const struct ix_party *src,
				   const struct ix_party *dst,
				   const struct ix_flow *flow)
{
	u16 number;
	int i;

	for (number = 1; number < groups->size; number++) {
		const struct ix_group *group;

		if (!groups->slots[number] || !naive_member(src, number) ||
		    !naive_member(dst, number))
			continue;
		group = container_of(groups->slots[number], struct ix_group,
				     object);
		for (i = 0; i < group->services_nr; i++) {
			bool could, must;

			naive_service(services, group->services[i], flow,
				      &could, &must);
			if (could)
				return (struct ix_grant){ number,
							  group->services[i] };
		}
	}
	return (struct ix_grant){};
}

static struct naive naive_judge(const struct random_world *world,
				const struct ix_policy *policy,
				const struct ix_table *services,
				const struct ix_party *src,
				const struct ix_party *dst,
				const struct ix_flow *flow, u64 now, bool all)
{
	struct ix_flow request = *flow;
	struct naive naive = {};
	struct ix_grant grant;

	if (src->quarantined || dst->quarantined ||
	    (policy->quarantined & (src->classes | dst->classes))) {
		naive.verdict = IX_VERDICT_QUARANTINE;
		return naive;
	}

	naive.first = naive_first(world, services, src, dst, flow, now, false,
				  all);
	naive.rule = naive.first;
	naive.verdict = naive.first ? IX_VERDICT_DENY : IX_VERDICT_DEFAULT_DENY;
	if (naive.first && naive.first->action == IX_ACTION_PERMIT)
		naive.verdict = IX_VERDICT_PERMIT;
	grant = naive_grant(policy->groups, services, src, dst, flow);
	if (!naive.first && grant.group) {
		naive.verdict = IX_VERDICT_PERMIT;
		naive.grant = grant;
	}

	swap(request.sport, request.dport);
	if (flow->protocol == IPPROTO_ICMPV6) {
		if (flow->no_ports || flow->icmp_type == ICMPV6_ECHO_REPLY)
			request.icmp_type = ICMPV6_ECHO_REQUEST;
		else if (flow->icmp_type == ICMPV6_EXT_ECHO_REPLY)
			request.icmp_type = ICMPV6_EXT_ECHO_REQUEST;
		else
			return naive;
		request.no_ports = false;
	}
	if (flow->may_open && !flow->no_ports)
		return naive;
	naive.first_mirrored = naive_first(world, services, dst, src, &request,
					   now, true, all);
	if (naive.verdict != IX_VERDICT_PERMIT && naive.first_mirrored &&
	    naive.first_mirrored->action == IX_ACTION_PERMIT &&
	    !naive.first_mirrored->oneway) {
		naive.verdict = IX_VERDICT_REPLY;
		naive.rule = naive.first_mirrored;
	}
	grant = naive_grant(policy->groups, services, dst, src, &request);
	if (naive.verdict != IX_VERDICT_PERMIT && !naive.first_mirrored &&
	    grant.group) {
		naive.verdict = IX_VERDICT_REPLY;
		naive.rule = NULL;
		naive.grant = grant;
	}
	return naive;
}

static const struct ix_rule *naive_monitored(const struct naive *real,
					     const struct naive *trial)
{
	if (real->verdict == trial->verdict && real->rule == trial->rule)
		return NULL;
	if (trial->rule && trial->rule->monitor)
		return trial->rule;
	if (trial->first && trial->first->monitor)
		return trial->first;
	return trial->first_mirrored;
}

static u32 random_id(struct rnd_state *rnd, const struct random_world *world)
{
	for (;;) {
		u32 id = 1 + ix_test_below(rnd, 1000), i;

		for (i = 0; i < world->nr && world->rules[i]->id != id; i++)
			;
		if (i == world->nr)
			return id;
	}
}

static struct ix_rule random_rule(struct rnd_state *rnd,
				  const struct random_world *world)
{
	static const u32 classes[] = { 1, 2, 3, 63 };
	struct ix_rule rule = {
		.id = random_id(rnd, world),
		.order = ix_test_below(rnd, 6),
		.src_kind = ix_test_below(rnd, 3),
		.dst_kind = ix_test_below(rnd, 3),
		.service = ix_test_below(rnd, RANDOM_SERVICES),
		.action = ix_test_once_in(rnd, 3) ? IX_ACTION_DENY :
						    IX_ACTION_PERMIT,
		.oneway = ix_test_once_in(rnd, 4),
		.monitor = ix_test_once_in(rnd, 4),
	};

	if (rule.src_kind == IX_CLASS)
		rule.src = classes[ix_test_below(rnd, ARRAY_SIZE(classes))];
	if (rule.src_kind == IX_INSTITUTION)
		rule.src = parties[ix_test_below(rnd, PARTIES)].tag;
	if (rule.dst_kind == IX_CLASS)
		rule.dst = classes[ix_test_below(rnd, ARRAY_SIZE(classes))];
	if (rule.dst_kind == IX_INSTITUTION)
		rule.dst = parties[ix_test_below(rnd, PARTIES)].tag;
	if (ix_test_once_in(rnd, 4))
		rule.valid_from = NOW + ix_test_below(rnd, 3);
	if (ix_test_once_in(rnd, 4))
		rule.valid_until = NOW + 1 + ix_test_below(rnd, 3);
	return rule;
}

static struct ix_table *random_services(struct kunit *test,
					struct rnd_state *rnd)
{
	struct ix_table *table = table_new(test, RANDOM_SERVICES - 1);
	struct ix_service_entry entries[3];
	int number, i, nr;

	for (number = 1; number < RANDOM_SERVICES - 1; number++) {
		if (ix_test_once_in(rnd, 20))
			continue;
		nr = 1 + ix_test_below(rnd, ARRAY_SIZE(entries));
		for (i = 0; i < nr; i++) {
			struct ix_service_entry *e = &entries[i];
			u8 protocol, type;
			bool any;

			protocol = protocols[ix_test_below(rnd, ARRAY_SIZE(protocols))];
			type = types[ix_test_below(rnd, ARRAY_SIZE(types))];
			any = protocol == IPPROTO_ICMPV6 &&
			      ix_test_once_in(rnd, 3);
			*e = (struct ix_service_entry){
				.protocol = protocol,
				.any_icmp_type = any,
				.icmp_type = type,
				.dport_max = U16_MAX,
				.sport_max = U16_MAX,
			};
			if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
				continue;
			if (!ix_test_once_in(rnd, 4)) {
				e->dport_min = ports[ix_test_below(rnd, ARRAY_SIZE(ports))];
				e->dport_max = ports[ix_test_below(rnd, ARRAY_SIZE(ports))];
			}
			if (ix_test_once_in(rnd, 4)) {
				e->sport_min = ports[ix_test_below(rnd, ARRAY_SIZE(ports))];
				e->sport_max = ports[ix_test_below(rnd, ARRAY_SIZE(ports))];
			}
			if (e->dport_min > e->dport_max)
				swap(e->dport_min, e->dport_max);
			if (e->sport_min > e->sport_max)
				swap(e->sport_min, e->sport_max);
		}
		service_add(test, table, number, entries, nr);
	}
	return table;
}

static struct ix_flow random_flow(struct rnd_state *rnd)
{
	struct ix_flow flow = {
		.protocol = protocols[ix_test_below(rnd, ARRAY_SIZE(protocols))],
		.no_ports = ix_test_once_in(rnd, 5),
	};

	if (flow.no_ports)
		return flow;
	switch (flow.protocol) {
	case IPPROTO_TCP:
		flow.may_open = ix_test_once_in(rnd, 2);
		fallthrough;
	case IPPROTO_UDP:
		flow.sport = ports[ix_test_below(rnd, ARRAY_SIZE(ports))];
		flow.dport = ports[ix_test_below(rnd, ARRAY_SIZE(ports))];
		break;
	case IPPROTO_ICMPV6:
		flow.icmp_type = types[ix_test_below(rnd, ARRAY_SIZE(types))];
		break;
	}
	return flow;
}

/* What is known of the agreements of an institution; perhaps nothing. */
static u64 random_strangers(const struct random_world *world, u32 tag,
			    struct rnd_state *rnd)
{
	u64 strangers = ~0ULL;
	u32 i;

	if (ix_test_once_in(rnd, 3))
		return 0;
	for (i = 0; i < world->nr; i++) {
		const struct ix_rule *rule = world->rules[i];

		if (!ix_rule_is_agreement(rule))
			continue;
		if (rule->src == tag)
			strangers &= ~BIT_ULL(ix_tag_bit(rule->dst));
		if (rule->dst == tag)
			strangers &= ~BIT_ULL(ix_tag_bit(rule->src));
	}
	return strangers;
}

#define RANDOM_GROUPS 6
#define RANDOM_SETS 12

/* What the policies of some rounds share. */
struct random_scene {
	struct ix_table *services;
	struct ix_table *groups;
	struct ix_group_set *sets[RANDOM_SETS];
	unsigned int verdicts[IX_VERDICT_QUARANTINE + 1];
	unsigned int by_group;
	unsigned int monitored;
	unsigned int later;
};

static void random_groups(struct kunit *test, struct random_scene *scene,
			  struct rnd_state *rnd)
{
	u16 numbers[RANDOM_SERVICES], number, nr, i;

	scene->groups = table_new(test, RANDOM_GROUPS);
	for (number = 1; number < RANDOM_GROUPS; number++) {
		if (ix_test_once_in(rnd, 10))
			continue;
		nr = ix_test_below(rnd, 4);
		for (i = 0; i < nr; i++)
			numbers[i] = 1 + ix_test_below(rnd, RANDOM_SERVICES);
		group_add(test, scene->groups, number, numbers, nr);
	}
	for (i = 0; i < RANDOM_SETS; i++) {
		nr = 0;
		for (number = 1; number < RANDOM_GROUPS; number++)
			if (ix_test_once_in(rnd, 3))
				numbers[nr++] = number;
		numbers[nr] = 0;
		scene->sets[i] = group_set(test, numbers);
	}
}

static struct ix_party random_party(const struct random_scene *scene,
				    struct rnd_state *rnd)
{
	struct ix_party party = parties[ix_test_below(rnd, PARTIES)];

	party.quarantined = ix_test_once_in(rnd, 40);
	if (ix_test_once_in(rnd, 2))
		party.memberships.own =
			scene->sets[ix_test_below(rnd, RANDOM_SETS)];
	if (ix_test_once_in(rnd, 3))
		party.memberships.tenant =
			scene->sets[ix_test_below(rnd, RANDOM_SETS)];
	return party;
}

static void random_check(struct kunit *test, const struct random_world *world,
			 struct random_scene *scene, struct rnd_state *rnd)
{
	const struct ix_party from = random_party(scene, rnd), *src = &from;
	const struct ix_party to = random_party(scene, rnd), *dst = &to;
	const struct ix_table *services = scene->services;
	struct ix_policy policy = world->policy;
	struct ix_party known_src = *src, known_dst = *dst;
	struct ix_flow flow = random_flow(rnd);
	u64 decided = NOW - 1 + ix_test_below(rnd, 5), now;
	const struct ix_rule *monitored;
	struct ix_judgement judgement;
	struct naive real, trial;
	bool good;

	policy.groups = scene->groups;
	policy.quarantined = ix_test_once_in(rnd, 20) ?
			     ix_test_u64(rnd) & ~BIT_ULL(0) : 0;
	known_src.strangers = random_strangers(world, src->tag, rnd);
	known_dst.strangers = random_strangers(world, dst->tag, rnd);
	judgement = ix_policy_judge(&policy, services, &known_src, &known_dst,
				    &flow, decided);
	/* What was decided holds until the second that it names. */
	now = decided + ix_test_below(rnd, 4);
	if (now < judgement.until)
		scene->later += now > decided;
	else
		now = decided;
	real = naive_judge(world, &policy, services, src, dst, &flow, now,
			   false);
	trial = naive_judge(world, &policy, services, src, dst, &flow, now,
			    true);
	monitored = naive_monitored(&real, &trial);
	scene->verdicts[real.verdict]++;
	scene->by_group += !!real.grant.group;
	scene->monitored += !!monitored;

	good = judgement.verdict == real.verdict &&
	       judgement.rule == real.rule &&
	       judgement.grant.group == real.grant.group &&
	       judgement.grant.service == real.grant.service &&
	       judgement.trial == trial.verdict &&
	       judgement.monitored == monitored;
	KUNIT_ASSERT_TRUE_MSG(test, good,
			      "tags %u -> %u, protocol %u, type %u, ports %u -> %u, no_ports %d, may_open %d, now %+lld: verdict %d by %u, trial %d by %u; expected %d by %u, %d by %u",
			      src->tag, dst->tag, flow.protocol, flow.icmp_type,
			      flow.sport, flow.dport, flow.no_ports,
			      flow.may_open, (s64)(now - NOW),
			      judgement.verdict,
			      judgement.rule ? judgement.rule->id : 0,
			      judgement.trial,
			      judgement.monitored ? judgement.monitored->id : 0,
			      real.verdict, real.rule ? real.rule->id : 0,
			      trial.verdict, monitored ? monitored->id : 0);
}

static void rule_retired(void *rule)
{
	kfree(rule);
}

static void rule_drop(struct kunit *test, struct ix_edit *edit,
		      struct ix_rule *rule)
{
	if (rule->leaf.epoch == edit->epoch)
		kfree(rule);
	else
		KUNIT_ASSERT_EQ(test, 0,
				ix_edit_retire(edit, rule, rule_retired));
}

static int random_insert(struct kunit *test, struct random_world *world,
			 struct ix_edit *edit, struct rnd_state *rnd)
{
	struct ix_rule *rule;
	int err;

	if (world->nr == RANDOM_RULES_MAX)
		return 0;
	rule = kmalloc(sizeof(*rule), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rule);
	*rule = random_rule(rnd, world);
	rule->leaf.epoch = edit->epoch;
	err = ix_policy_insert(&world->policy, edit, rule);
	if (err)
		kfree(rule);
	else
		world->rules[world->nr++] = rule;
	return err;
}

static int random_remove(struct kunit *test, struct random_world *world,
			 struct ix_edit *edit, struct rnd_state *rnd)
{
	struct ix_rule *rule;
	u32 i;
	int err;

	if (!world->nr)
		return 0;
	i = ix_test_below(rnd, world->nr);
	rule = world->rules[i];
	err = ix_policy_remove(&world->policy, edit, rule);
	if (err)
		return err;
	ix_test_fail_allocation(0);
	rule_drop(test, edit, rule);
	world->rules[i] = world->rules[--world->nr];
	return 0;
}

/* Another rule in the same place; for a moment there are two. */
static int random_replace(struct kunit *test, struct random_world *world,
			  struct ix_edit *edit, struct rnd_state *rnd)
{
	struct ix_rule *rule, *old;
	u32 i;
	int err;

	if (!world->nr)
		return 0;
	i = ix_test_below(rnd, world->nr);
	old = world->rules[i];
	rule = kmemdup(old, sizeof(*old), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rule);
	rule->leaf.epoch = edit->epoch;
	rule->service = ix_test_below(rnd, RANDOM_SERVICES);
	err = ix_policy_insert(&world->policy, edit, rule);
	if (!err)
		err = ix_policy_remove(&world->policy, edit, old);
	if (err) {
		kfree(rule);
		return err;
	}
	ix_test_fail_allocation(0);
	rule_drop(test, edit, old);
	world->rules[i] = rule;
	return 0;
}

static int random_clear(struct kunit *test, struct random_world *world,
			struct ix_edit *edit)
{
	int err = ix_policy_clear(&world->policy, edit);
	u32 i;

	if (err)
		return err;
	ix_test_fail_allocation(0);
	for (i = 0; i < world->nr; i++)
		rule_drop(test, edit, world->rules[i]);
	world->nr = 0;
	return 0;
}

/* Sometimes there is no memory: then the edit has to be abandoned. */
static int random_change(struct kunit *test, struct random_world *world,
			 struct ix_edit *edit, struct rnd_state *rnd)
{
	int err;

	if (ix_test_once_in(rnd, 40))
		ix_test_fail_allocation(1 + ix_test_below(rnd, 6));

	switch (ix_test_below(rnd, 100)) {
	case 0 ... 2:
		err = random_clear(test, world, edit);
		break;
	case 3 ... 30:
		err = random_remove(test, world, edit, rnd);
		break;
	case 31 ... 42:
		err = random_replace(test, world, edit, rnd);
		break;
	default:
		err = random_insert(test, world, edit, rnd);
	}
	ix_test_fail_allocation(0);
	return err;
}

static void random_abandon(struct random_world *world, struct ix_edit *edit)
{
	u32 i;

	ix_policy_abandon(&world->policy, edit);
	for (i = 0; i < world->nr; i++)
		if (world->rules[i]->leaf.epoch == edit->epoch)
			kfree(world->rules[i]);
	ix_edit_abandoned(edit);
}

static void policy_random_test(struct kunit *test)
{
	struct random_world *world, *before;
	struct random_scene *scene;
	unsigned int round, i, ops, failures = 0;
	long begun = ix_test_allocated();
	struct rnd_state rnd;
	struct ix_edit edit;
	int err;

	ix_test_seed(test, &rnd);
	world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);
	before = kunit_kzalloc(test, sizeof(*before), GFP_KERNEL);
	scene = kunit_kzalloc(test, sizeof(*scene), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, scene);
	KUNIT_ASSERT_NOT_NULL(test, world);
	KUNIT_ASSERT_NOT_NULL(test, before);

	for (round = 0; round < RANDOM_ROUNDS; round++) {
		long allocated = ix_test_allocated();

		if (round % 50 == 0) {
			scene->services = random_services(test, &rnd);
			random_groups(test, scene, &rnd);
		}
		*before = *world;
		ix_edit_init(&edit);
		err = 0;
		for (ops = ix_test_below(&rnd, 16); ops && !err; ops--)
			err = random_change(test, world, &edit, &rnd);

		if (err) {
			KUNIT_ASSERT_EQ(test, err, -ENOMEM);
			failures++;
		} else {
			for (i = 0; i < RANDOM_FLOWS; i++)
				random_check(test, world, scene, &rnd);
		}
		for (i = 0; i < RANDOM_FLOWS / 10; i++)
			random_check(test, before, scene, &rnd);
		if (err || ix_test_once_in(&rnd, 4)) {
			random_abandon(world, &edit);
			*world = *before;
			KUNIT_ASSERT_EQ(test, ix_test_allocated(), allocated);
		} else {
			ix_edit_published(&edit);
		}
		for (i = 0; i < RANDOM_FLOWS / 10; i++)
			random_check(test, world, scene, &rnd);
		cond_resched();
	}
	KUNIT_EXPECT_GT(test, failures, 20);
	/* All of it was in play. */
	for (i = IX_VERDICT_PERMIT, ops = 0; i < ARRAY_SIZE(scene->verdicts);
	     i++) {
		if (i != IX_VERDICT_ERROR)
			KUNIT_EXPECT_GT(test, scene->verdicts[i], 1000);
		ops += scene->verdicts[i];
	}
	KUNIT_EXPECT_GT(test, ops, 100000);
	KUNIT_EXPECT_GT(test, scene->by_group, 1000);
	KUNIT_EXPECT_GT(test, scene->monitored, 1000);
	KUNIT_EXPECT_GT(test, scene->later, 1000);
	kunit_info(test, "%u verdicts, %u of them by groups, %u with a rule in monitor mode, %u in quarantine\n",
		   ops, scene->by_group, scene->monitored,
		   scene->verdicts[IX_VERDICT_QUARANTINE]);

	ix_policy_destroy(&world->policy);
	for (i = 0; i < world->nr; i++)
		kfree(world->rules[i]);
	KUNIT_EXPECT_EQ_MSG(test, ix_test_allocated(), begun, "leaked");
}

static void policy_random_exit(struct kunit *test)
{
	ix_test_fail_allocation(0);
}

static struct kunit_case policy_random_cases[] = {
	KUNIT_CASE_SLOW(policy_random_test),
	{}
};

static struct kunit_suite policy_random_suite = {
	.name = "ix_policy_random",
	.exit = policy_random_exit,
	.test_cases = policy_random_cases,
};

kunit_test_suite(policy_random_suite);
