// SPDX-License-Identifier: GPL-2.0
/*
 * Policy: which institution may send what to which.
 *
 * Rules lie in cells, sorted. Which cells concern a packet follows from its
 * institutions and their classes, and the first rule that matches in any of
 * them is found by asking each for its first: no list is ever walked for rules
 * that name other institutions or classes.
 */
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/icmpv6.h>
#include <linux/in6.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/prefetch.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "policy.h"

#define IX_POLICY_CLASSES (IX_CLASS_MAX + 1)
#define IX_POLICY_CELL_MAX U16_MAX

/**
 * struct ix_policy_cell - the rules of one pair, institution or pair of classes
 * @leaf: in the trie of agreements or of singles; in the matrix only its epoch
 *	is used
 * @nr: number of rules, never 0
 * @capacity: number of rules that fit
 * @rules: in ascending order of (order, id)
 */
struct ix_policy_cell {
	struct ix_lpm_leaf leaf;
	u32 nr;
	u32 capacity;
	const struct ix_rule *rules[];
};

/**
 * struct ix_policy_row - cells of one source class
 * @epoch: epoch of the edit that made it
 * @present: bit n is set if there is a cell for destination class n
 * @cells: cells by destination class
 */
struct ix_policy_row {
	u64 epoch;
	u64 present;
	struct ix_policy_cell *cells[IX_POLICY_CLASSES];
};

/**
 * struct ix_policy_matrix - cells by pair of classes, class 0 being any
 * @epoch: epoch of the edit that made it
 * @present: bit n is set if there is a row for source class n
 * @rows: rows by source class
 */
struct ix_policy_matrix {
	u64 epoch;
	u64 present;
	struct ix_policy_row *rows[IX_POLICY_CLASSES];
};

/* Every class has a bit in struct ix_party and in the masks above. */
static_assert(IX_POLICY_CLASSES == 64);

/**
 * struct ix_policy_question - a request, or the request that a reply answers
 * @services: services by number
 * @groups: purpose groups by number; NULL if the two have none to share
 * @src: the institution that sends the request
 * @dst: the institution that it is for
 * @flow: what is known of it
 * @mirrored: the packet itself is the reply
 * @now: time in seconds
 * @until: first second in which a rule that was asked begins or ceases to hold
 */
struct ix_policy_question {
	const struct ix_table *services;
	const struct ix_table *groups;
	const struct ix_party *src;
	const struct ix_party *dst;
	struct ix_flow flow;
	bool mirrored;
	u64 now;
	u64 until;
};

/**
 * struct ix_policy_answer - what decides
 * @rule: the first rule that matches of those that are enforced, or NULL
 * @trial: the same of all, those in monitor mode included, or NULL
 * @grant: the purpose group that permits it where no rule decides
 */
struct ix_policy_answer {
	const struct ix_rule *rule;
	const struct ix_rule *trial;
	struct ix_grant grant;
};

/**
 * enum ix_match - does a rule match?
 * @IX_MATCH_NO: no
 * @IX_MATCH_MAYBE: that depends on ports which a fragment does not show
 * @IX_MATCH_YES: yes
 */
enum ix_match {
	IX_MATCH_NO,
	IX_MATCH_MAYBE,
	IX_MATCH_YES,
};

static bool ix_rule_before(const struct ix_rule *a, const struct ix_rule *b)
{
	return a->order < b->order || (a->order == b->order && a->id < b->id);
}

static bool ix_selects(enum ix_selector kind, u32 value,
		       const struct ix_party *party)
{
	switch (kind) {
	case IX_ANY:
		return true;
	case IX_CLASS:
		return party->classes >> value & 1;
	case IX_INSTITUTION:
		return party->tag == value;
	}
	return false;
}

static enum ix_match ix_service_entry_match(const struct ix_service_entry *entry,
					    const struct ix_flow *flow)
{
	if (entry->protocol != flow->protocol)
		return IX_MATCH_NO;

	if (flow->protocol == IPPROTO_ICMPV6) {
		if (entry->any_icmp_type)
			return IX_MATCH_YES;
		if (flow->no_ports)
			return IX_MATCH_MAYBE;
		return entry->icmp_type == flow->icmp_type ? IX_MATCH_YES :
							     IX_MATCH_NO;
	}

	if (flow->no_ports) {
		if (!entry->dport_min && entry->dport_max == U16_MAX &&
		    !entry->sport_min && entry->sport_max == U16_MAX)
			return IX_MATCH_YES;
		return IX_MATCH_MAYBE;
	}
	return flow->dport >= entry->dport_min &&
	       flow->dport <= entry->dport_max &&
	       flow->sport >= entry->sport_min &&
	       flow->sport <= entry->sport_max ? IX_MATCH_YES : IX_MATCH_NO;
}

static enum ix_match ix_service_match(const struct ix_policy_question *q,
				      u32 number)
{
	enum ix_match match = IX_MATCH_NO;
	const struct ix_service *service;
	const struct ix_named *object;
	unsigned int i;

	if (!number)
		return IX_MATCH_YES;
	object = ix_table_get(q->services, number);
	if (!object)
		return IX_MATCH_NO;

	service = container_of(object, struct ix_service, object);
	for (i = 0; i < service->entries_nr && match != IX_MATCH_YES; i++)
		match = max(match, ix_service_entry_match(&service->entries[i],
							  &q->flow));
	return match;
}

/* Does a rule, being the one that decides, let the packet pass? */
static bool ix_rule_passes(const struct ix_rule *rule, bool mirrored)
{
	return rule && rule->action == IX_ACTION_PERMIT &&
	       !(mirrored && rule->oneway);
}

/* Is a rule valid now, and when will that change? */
static bool ix_rule_holds(const struct ix_rule *rule,
			  struct ix_policy_question *q)
{
	if (q->now < rule->valid_from) {
		q->until = min(q->until, rule->valid_from);
		return false;
	}
	if (!rule->valid_until)
		return true;
	if (q->now >= rule->valid_until)
		return false;
	q->until = min(q->until, rule->valid_until);
	return true;
}

static bool ix_rule_matches(const struct ix_rule *rule,
			    struct ix_policy_question *q)
{
	if (!ix_selects(rule->src_kind, rule->src, q->src) ||
	    !ix_selects(rule->dst_kind, rule->dst, q->dst) ||
	    !ix_rule_holds(rule, q))
		return false;

	switch (ix_service_match(q, rule->service)) {
	case IX_MATCH_YES:
		return true;
	case IX_MATCH_MAYBE:
		/* What may permit it does, and what may deny it does not. */
		return ix_rule_passes(rule, q->mirrored);
	case IX_MATCH_NO:
		break;
	}
	return false;
}

/* Improve an answer by the first rules of one cell that match. */
static void ix_policy_ask_cell(const struct ix_policy_cell *cell,
			       struct ix_policy_question *q,
			       struct ix_policy_answer *answer)
{
	u32 i;

	for (i = 0; i < cell->nr; i++) {
		const struct ix_rule *rule = cell->rules[i];

		if (answer->rule && !ix_rule_before(rule, answer->rule))
			return;
		if (!ix_rule_matches(rule, q))
			continue;
		if (!answer->trial || ix_rule_before(rule, answer->trial))
			answer->trial = rule;
		if (!rule->monitor) {
			answer->rule = rule;
			return;
		}
	}
}

static void ix_policy_ask_matrix(const struct ix_policy_matrix *matrix,
				 struct ix_policy_question *q,
				 struct ix_policy_answer *answer)
{
	/* Everybody is in class 0. */
	u64 rows = matrix->present & (q->src->classes | BIT_ULL(0));

	for (; rows; rows &= rows - 1) {
		const struct ix_policy_row *row = matrix->rows[__ffs64(rows)];
		u64 cells = row->present & (q->dst->classes | BIT_ULL(0));

		for (; cells; cells &= cells - 1)
			ix_policy_ask_cell(row->cells[__ffs64(cells)], q,
					   answer);
	}
}

/* The first group that both sides are in and that has the service. */
static struct ix_grant
ix_policy_ask_groups(const struct ix_policy_question *q)
{
	const struct ix_named *object;
	const struct ix_group *group;
	unsigned int i;
	u16 number = 0;

	while ((number = ix_group_common(q->src->memberships,
					 q->dst->memberships, number))) {
		object = ix_table_get(q->groups, number);
		if (!object)
			continue;
		group = container_of(object, struct ix_group, object);
		for (i = 0; i < group->services_nr; i++)
			if (ix_service_match(q, group->services[i]))
				return (struct ix_grant){ number,
							  group->services[i] };
	}
	return (struct ix_grant){};
}

/**
 * struct ix_policy_cells - the cells of the institutions of a packet
 * @agreements: of the pair, or NULL
 * @src: of the one, or NULL
 * @dst: of the other, or NULL
 * @matrix: those of all classes, or NULL
 */
struct ix_policy_cells {
	const struct ix_policy_cell *agreements;
	const struct ix_policy_cell *src;
	const struct ix_policy_cell *dst;
	const struct ix_policy_matrix *matrix;
};

static struct ix_policy_answer
ix_policy_ask(const struct ix_policy_cells *cells, struct ix_policy_question *q)
{
	struct ix_policy_answer first = {}, other = {};

	if (cells->agreements) {
		ix_policy_ask_cell(cells->agreements, q, &first);
		if (first.rule)
			return first;
	}
	if (cells->src)
		ix_policy_ask_cell(cells->src, q, &other);
	if (cells->dst)
		ix_policy_ask_cell(cells->dst, q, &other);
	if (cells->matrix)
		ix_policy_ask_matrix(cells->matrix, q, &other);
	if (!first.trial)
		first.trial = other.trial;
	first.rule = other.rule;
	if (!first.rule && q->groups)
		first.grant = ix_policy_ask_groups(q);
	return first;
}

/* The ICMPv6 type that such a message answers; 0 if it answers none. */
static u8 ix_icmp_answers(u8 type)
{
	switch (type) {
	case ICMPV6_ECHO_REPLY:
		return ICMPV6_ECHO_REQUEST;
	case ICMPV6_EXT_ECHO_REPLY:
		return ICMPV6_EXT_ECHO_REQUEST;
	default:
		return 0;
	}
}

/* The request that a packet is the reply to, if it can be one. */
static bool ix_flow_mirror(const struct ix_flow *flow, struct ix_flow *request)
{
	*request = (struct ix_flow){
		.protocol = flow->protocol,
		.no_ports = flow->no_ports,
		.sport = flow->dport,
		.dport = flow->sport,
	};

	if (flow->protocol == IPPROTO_ICMPV6) {
		/*
		 * A fragment passes for what it may be. Extended echoes have no
		 * data that could be cut.
		 */
		request->icmp_type = flow->no_ports ? ICMPV6_ECHO_REQUEST :
				     ix_icmp_answers(flow->icmp_type);
		request->no_ports = false;
		return request->icmp_type;
	}
	return flow->no_ports || !flow->may_open;
}

/* Does what decides, a rule or in want of one a group, let the packet pass? */
static bool ix_policy_passes(const struct ix_rule *rule, struct ix_grant grant,
			     bool mirrored)
{
	return rule ? ix_rule_passes(rule, mirrored) : grant.group;
}

/**
 * struct ix_policy_ruling - what follows from the answers on packet and request
 * @verdict: permit, reply, deny or default-deny
 * @rule: rule that decided, or NULL
 * @grant: group that decided
 */
struct ix_policy_ruling {
	enum ix_verdict verdict;
	const struct ix_rule *rule;
	struct ix_grant grant;
};

/* The groups count where a rule does not decide. */
static struct ix_policy_ruling ix_policy_rule_on(const struct ix_rule *rule,
						 struct ix_grant grant,
						 const struct ix_rule *mirrored,
						 struct ix_grant mirrored_grant)
{
	struct ix_policy_ruling ruling = { .rule = rule };

	if (ix_policy_passes(rule, grant, false)) {
		ruling.verdict = IX_VERDICT_PERMIT;
		ruling.grant = grant;
	} else if (ix_policy_passes(mirrored, mirrored_grant, true)) {
		ruling.verdict = IX_VERDICT_REPLY;
		ruling.rule = mirrored;
		ruling.grant = mirrored_grant;
	} else {
		ruling.verdict = rule ? IX_VERDICT_DENY :
					IX_VERDICT_DEFAULT_DENY;
	}
	if (ruling.rule)
		ruling.grant = (struct ix_grant){};
	return ruling;
}

/*
 * All keys of one table have the same length, so only equal ones match. Pairs
 * of small numbers would make a deep trie; shuffled (by steps that can be undone
 * each, so that different pairs keep different keys) they make a flat one.
 */
static struct ix_prefix ix_policy_pair_key(u32 a, u32 b)
{
	u64 key = (u64)min(a, b) << 32 | max(a, b);

	key = (key ^ key >> 32) * GOLDEN_RATIO_64;
	key = (key ^ key >> 32) * GOLDEN_RATIO_64;
	return (struct ix_prefix){ .addr.hi = key, .len = 64 };
}

static struct ix_prefix ix_policy_single_key(u32 tag)
{
	return (struct ix_prefix){ .addr.hi = (u64)tag << 32, .len = 32 };
}

static struct ix_policy_cell *ix_policy_probe(const struct ix_lpm *lpm,
					      struct ix_prefix key)
{
	struct ix_lpm_leaf *leaf = ix_lpm_lookup(lpm, key.addr);

	return leaf ? container_of(leaf, struct ix_policy_cell, leaf) : NULL;
}

static bool ix_policy_isolates(const struct ix_policy *policy,
			       const struct ix_party *party)
{
	return party->quarantined || (party->classes & policy->quarantined);
}

/* What packets need of the rule that decides, or in want of one of the group. */
static struct ix_judgement ix_policy_judgement(const struct ix_policy *policy,
					       const struct ix_policy_ruling *ruling,
					       u64 until)
{
	const struct ix_rule *rule = ruling->rule;
	const struct ix_named *group;

	if (rule)
		return (struct ix_judgement){
			.rule = rule,
			.counter = rule->counter,
			.until = until,
			.service = rule->service,
			.verdict = ruling->verdict,
			.trial = ruling->verdict,
			.qos = rule->qos,
			.log = rule->log,
		};
	group = ix_table_get(policy->groups, ruling->grant.group);
	return (struct ix_judgement){
		.counter = group ? container_of(group, struct ix_group,
						object)->counter : NULL,
		.until = until,
		.grant = ruling->grant,
		.service = ruling->grant.service,
		.verdict = ruling->verdict,
		.trial = ruling->verdict,
	};
}

struct ix_judgement ix_policy_judge(const struct ix_policy *policy,
				    const struct ix_table *services,
				    const struct ix_party *src,
				    const struct ix_party *dst,
				    const struct ix_flow *flow, u64 now)
{
	struct ix_policy_question q = {
		.services = services,
		.src = src,
		.dst = dst,
		.flow = *flow,
		.now = now,
		.until = U64_MAX,
	};
	struct ix_policy_cells cells = { .matrix = policy->matrix };
	struct ix_policy_answer request, reply = {};
	struct ix_policy_ruling ruling, trial;
	struct ix_judgement judgement;

	if (unlikely(ix_policy_isolates(policy, src) ||
		     ix_policy_isolates(policy, dst)))
		return (struct ix_judgement){
			.verdict = IX_VERDICT_QUARANTINE,
			.trial = IX_VERDICT_QUARANTINE,
			.until = U64_MAX,
		};

	if (ix_parties_may_agree(src, dst))
		cells.agreements = ix_policy_probe(&policy->agreements,
						   ix_policy_pair_key(src->tag,
								      dst->tag));
	if (policy->singles.count) {
		cells.src = ix_policy_probe(&policy->singles,
					    ix_policy_single_key(src->tag));
		if (src->tag != dst->tag)
			cells.dst = ix_policy_probe(&policy->singles,
						    ix_policy_single_key(dst->tag));
	}

	if (ix_is_member(src->memberships) && ix_is_member(dst->memberships))
		q.groups = policy->groups;

	request = ix_policy_ask(&cells, &q);
	if (request.rule && request.rule == request.trial &&
	    request.rule->action == IX_ACTION_PERMIT)
		/* Nothing else would change this. */
		return ix_policy_judgement(policy, &(struct ix_policy_ruling){
			.verdict = IX_VERDICT_PERMIT,
			.rule = request.rule,
		}, q.until);
	if (!ix_policy_passes(request.rule, request.grant, false) ||
	    !ix_policy_passes(request.trial, request.grant, false)) {
		q.src = dst;
		q.dst = src;
		q.mirrored = true;
		if (ix_flow_mirror(flow, &q.flow))
			reply = ix_policy_ask(&cells, &q);
	}

	ruling = ix_policy_rule_on(request.rule, request.grant, reply.rule,
				   reply.grant);
	trial = ix_policy_rule_on(request.trial, request.grant, reply.trial,
				  reply.grant);
	judgement = ix_policy_judgement(policy, &ruling, q.until);
	judgement.trial = trial.verdict;
	if (trial.verdict == ruling.verdict && trial.rule == ruling.rule)
		return judgement;
	if (trial.rule && trial.rule->monitor)
		judgement.monitored = trial.rule;
	else if (request.trial && request.trial->monitor)
		/* It takes a permission away, and leaves that of a reply. */
		judgement.monitored = request.trial;
	else
		/* It makes what would be a reply none. */
		judgement.monitored = reply.trial;
	if (judgement.monitored)
		judgement.log |= judgement.monitored->log;
	return judgement;
}

static struct ix_policy_cell *ix_policy_cell_alloc(struct ix_edit *edit,
						   struct ix_prefix key, u32 nr)
{
	struct ix_policy_cell *cell;
	size_t size;

	/* Room for more, so that cells that fill up are not copied each time. */
	size = roundup_pow_of_two(struct_size(cell, rules, nr));
	cell = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!cell)
		return NULL;
	cell->leaf = (struct ix_lpm_leaf){
		.key = key.addr,
		.epoch = edit->epoch,
		.len = key.len,
	};
	cell->nr = nr;
	cell->capacity = (size - sizeof(*cell)) / sizeof(cell->rules[0]);
	return cell;
}

static void ix_policy_cell_free(void *cell)
{
	kvfree(cell);
}

static void ix_policy_cell_release(struct ix_lpm_leaf *leaf)
{
	ix_policy_cell_free(container_of(leaf, struct ix_policy_cell, leaf));
}

/* Give up an object that is no longer part of the policy. */
static int ix_policy_drop(struct ix_edit *edit, void *object, u64 epoch,
			  ix_free_fn free)
{
	if (epoch != edit->epoch)
		return ix_edit_retire(edit, object, free);
	free(object);
	return 0;
}

static int ix_policy_cell_drop(struct ix_edit *edit,
			       struct ix_policy_cell *cell)
{
	return ix_policy_drop(edit, cell, cell->leaf.epoch,
			      ix_policy_cell_free);
}

/* Number of rules that come before a rule; an equal place counts as behind. */
static u32 ix_policy_cell_place(const struct ix_policy_cell *cell,
				const struct ix_rule *rule)
{
	u32 low = 0, high = cell->nr;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (ix_rule_before(cell->rules[middle], rule))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Find the cell that is to replace @cell (NULL: there is none yet) when @rule
 * is added: itself, if it belongs to the edit and has room, or a new one.
 */
static int ix_policy_cell_with(struct ix_edit *edit, struct ix_prefix key,
			       struct ix_policy_cell *cell,
			       const struct ix_rule *rule,
			       struct ix_policy_cell **result)
{
	u32 nr = cell ? cell->nr : 0;
	u32 at = cell ? ix_policy_cell_place(cell, rule) : 0;
	struct ix_policy_cell *new = cell;

	if (nr == IX_POLICY_CELL_MAX)
		return -ENOSPC;

	if (!cell || cell->leaf.epoch != edit->epoch ||
	    nr == cell->capacity) {
		new = ix_policy_cell_alloc(edit, key, nr + 1);
		if (!new)
			return -ENOMEM;
		if (cell) {
			memcpy(new->rules, cell->rules,
			       array_size(at, sizeof(rule)));
			memcpy(&new->rules[at + 1], &cell->rules[at],
			       array_size(nr - at, sizeof(rule)));
		}
	} else {
		memmove(&new->rules[at + 1], &new->rules[at],
			array_size(nr - at, sizeof(rule)));
		new->nr++;
	}
	new->rules[at] = rule;
	*result = new;
	return 0;
}

/* The same when @rule is taken out; NULL, if it is the last one. */
static int ix_policy_cell_without(struct ix_edit *edit,
				  struct ix_policy_cell *cell,
				  const struct ix_rule *rule,
				  struct ix_policy_cell **result)
{
	u32 at = ix_policy_cell_place(cell, rule), behind;
	struct ix_policy_cell *new = cell;

	/* While a rule is being replaced, two are in one place. */
	while (at < cell->nr && cell->rules[at] != rule)
		at++;
	if (WARN_ON_ONCE(at == cell->nr))
		return -ENOENT;

	*result = NULL;
	if (cell->nr == 1)
		return 0;

	behind = cell->nr - at - 1;
	if (cell->leaf.epoch != edit->epoch) {
		struct ix_prefix key = { cell->leaf.key, cell->leaf.len };

		new = ix_policy_cell_alloc(edit, key, cell->nr - 1);
		if (!new)
			return -ENOMEM;
		memcpy(new->rules, cell->rules, array_size(at, sizeof(rule)));
		memcpy(&new->rules[at], &cell->rules[at + 1],
		       array_size(behind, sizeof(rule)));
	} else {
		memmove(&new->rules[at], &new->rules[at + 1],
			array_size(behind, sizeof(rule)));
		new->nr--;
	}
	*result = new;
	return 0;
}

static void ix_policy_row_free(void *row)
{
	kfree(row);
}

static void ix_policy_matrix_free(void *matrix)
{
	kfree(matrix);
}

/*
 * Make the matrix, and its row for a source class, the edit's own, whether they
 * have existed or not.
 */
static struct ix_policy_row *ix_policy_row_own(struct ix_policy *policy,
					       struct ix_edit *edit, u32 class)
{
	struct ix_policy_matrix *matrix = policy->matrix, *new_matrix;
	struct ix_policy_row *row, *new_row;

	if (!matrix || matrix->epoch != edit->epoch) {
		new_matrix = kzalloc(sizeof(*matrix), GFP_KERNEL_ACCOUNT);
		if (!new_matrix)
			return NULL;
		if (matrix)
			*new_matrix = *matrix;
		new_matrix->epoch = edit->epoch;
		if (matrix &&
		    ix_edit_retire(edit, matrix, ix_policy_matrix_free)) {
			kfree(new_matrix);
			return NULL;
		}
		policy->matrix = new_matrix;
		matrix = new_matrix;
	}

	row = matrix->rows[class];
	if (!row || row->epoch != edit->epoch) {
		new_row = kzalloc(sizeof(*row), GFP_KERNEL_ACCOUNT);
		if (!new_row)
			return NULL;
		if (row)
			*new_row = *row;
		new_row->epoch = edit->epoch;
		if (row && ix_edit_retire(edit, row, ix_policy_row_free)) {
			kfree(new_row);
			return NULL;
		}
		matrix->rows[class] = new_row;
		matrix->present |= BIT_ULL(class);
		row = new_row;
	}
	return row;
}

/* Where a rule belongs: one of the tries and a key, or a cell of the matrix. */
static struct ix_lpm *ix_policy_trie_of(struct ix_policy *policy,
					const struct ix_rule *rule,
					struct ix_prefix *key)
{
	if (ix_rule_is_agreement(rule)) {
		*key = ix_policy_pair_key(rule->src, rule->dst);
		return &policy->agreements;
	}
	if (rule->src_kind == IX_INSTITUTION) {
		*key = ix_policy_single_key(rule->src);
		return &policy->singles;
	}
	if (rule->dst_kind == IX_INSTITUTION) {
		*key = ix_policy_single_key(rule->dst);
		return &policy->singles;
	}
	return NULL;
}

static u32 ix_policy_class_of(enum ix_selector kind, u32 value)
{
	return kind == IX_CLASS ? value : 0;
}

struct ix_lpm_query ix_policy_agreements_of(const struct ix_policy *policy,
					    u32 a, u32 b)
{
	return (struct ix_lpm_query){
		.lpm = &policy->agreements,
		.key = ix_policy_pair_key(a, b).addr,
	};
}

void ix_policy_expect(const struct ix_lpm_leaf *agreements)
{
	prefetch(container_of(agreements, struct ix_policy_cell, leaf)->rules[0]);
}

int ix_policy_insert(struct ix_policy *policy, struct ix_edit *edit,
		     struct ix_rule *rule)
{
	u32 dst = ix_policy_class_of(rule->dst_kind, rule->dst);
	struct ix_policy_row *row = NULL;
	struct ix_policy_cell *cell, *new;
	struct ix_prefix key = {};
	struct ix_lpm_leaf *old;
	struct ix_lpm *trie;
	int err;

	trie = ix_policy_trie_of(policy, rule, &key);
	if (trie) {
		cell = ix_policy_probe(trie, key);
	} else {
		row = ix_policy_row_own(policy, edit,
					ix_policy_class_of(rule->src_kind,
							   rule->src));
		if (!row)
			return -ENOMEM;
		cell = row->cells[dst];
	}

	err = ix_policy_cell_with(edit, key, cell, rule, &new);
	if (err || new == cell)
		return err;

	if (trie) {
		err = ix_lpm_insert(trie, edit, &new->leaf, &old);
		if (err) {
			ix_policy_cell_free(new);
			return err;
		}
	} else {
		row->cells[dst] = new;
		row->present |= BIT_ULL(dst);
	}
	return cell ? ix_policy_cell_drop(edit, cell) : 0;
}

int ix_policy_remove(struct ix_policy *policy, struct ix_edit *edit,
		     struct ix_rule *rule)
{
	u32 dst = ix_policy_class_of(rule->dst_kind, rule->dst);
	u32 src = ix_policy_class_of(rule->src_kind, rule->src);
	struct ix_policy_row *row = NULL;
	struct ix_policy_cell *cell, *new;
	struct ix_lpm_leaf *old;
	struct ix_prefix key;
	struct ix_lpm *trie;
	int err;

	trie = ix_policy_trie_of(policy, rule, &key);
	if (trie) {
		cell = ix_policy_probe(trie, key);
	} else {
		row = ix_policy_row_own(policy, edit, src);
		if (!row)
			return -ENOMEM;
		cell = row->cells[dst];
	}
	if (WARN_ON_ONCE(!cell))
		return -ENOENT;

	err = ix_policy_cell_without(edit, cell, rule, &new);
	if (err || new == cell)
		return err;

	if (trie) {
		if (new)
			err = ix_lpm_insert(trie, edit, &new->leaf, &old);
		else
			err = ix_lpm_remove(trie, edit, key.addr, key.len,
					    &old);
		if (err) {
			if (new)
				ix_policy_cell_free(new);
			return err;
		}
		return ix_policy_cell_drop(edit, cell);
	}

	row->cells[dst] = new;
	if (!new)
		row->present &= ~BIT_ULL(dst);
	if (!row->present) {
		policy->matrix->rows[src] = NULL;
		policy->matrix->present &= ~BIT_ULL(src);
		ix_policy_row_free(row);
	}
	if (!policy->matrix->present) {
		ix_policy_matrix_free(policy->matrix);
		policy->matrix = NULL;
	}
	return ix_policy_cell_drop(edit, cell);
}

static void ix_policy_row_destroy(void *object)
{
	struct ix_policy_row *row = object;

	for (; row->present; row->present &= row->present - 1)
		ix_policy_cell_free(row->cells[__ffs64(row->present)]);
	ix_policy_row_free(row);
}

static void ix_policy_matrix_destroy(void *object)
{
	struct ix_policy_matrix *matrix = object;

	for (; matrix->present; matrix->present &= matrix->present - 1) {
		ix_policy_row_destroy(matrix->rows[__ffs64(matrix->present)]);
		cond_resched();
	}
	ix_policy_matrix_free(matrix);
}

static int ix_policy_row_clear(struct ix_edit *edit, struct ix_policy_row *row)
{
	int err;

	if (row->epoch != edit->epoch)
		return ix_edit_retire(edit, row, ix_policy_row_destroy);

	for (; row->present; row->present &= row->present - 1) {
		err = ix_policy_cell_drop(edit,
					  row->cells[__ffs64(row->present)]);
		if (err)
			return err;
	}
	ix_policy_row_free(row);
	return 0;
}

static int ix_policy_matrix_clear(struct ix_edit *edit,
				  struct ix_policy_matrix *matrix)
{
	int err;

	if (matrix->epoch != edit->epoch)
		return ix_edit_retire(edit, matrix, ix_policy_matrix_destroy);

	for (; matrix->present; matrix->present &= matrix->present - 1) {
		err = ix_policy_row_clear(edit,
					  matrix->rows[__ffs64(matrix->present)]);
		if (err)
			return err;
		cond_resched();
	}
	ix_policy_matrix_free(matrix);
	return 0;
}

int ix_policy_clear(struct ix_policy *policy, struct ix_edit *edit)
{
	int err;

	policy->quarantined = 0;
	err = ix_lpm_clear(&policy->agreements, edit, ix_policy_cell_release);
	if (err)
		return err;
	err = ix_lpm_clear(&policy->singles, edit, ix_policy_cell_release);
	if (err)
		return err;
	if (policy->matrix) {
		err = ix_policy_matrix_clear(edit, policy->matrix);
		if (err)
			return err;
		policy->matrix = NULL;
	}
	return 0;
}

static void ix_policy_row_abandon(struct ix_edit *edit,
				  struct ix_policy_row *row)
{
	if (row->epoch != edit->epoch)
		return;

	for (; row->present; row->present &= row->present - 1) {
		struct ix_policy_cell *cell;

		cell = row->cells[__ffs64(row->present)];
		if (cell->leaf.epoch == edit->epoch)
			ix_policy_cell_free(cell);
	}
	ix_policy_row_free(row);
}

static void ix_policy_matrix_abandon(struct ix_edit *edit,
				     struct ix_policy_matrix *matrix)
{
	if (matrix->epoch != edit->epoch)
		return;

	for (; matrix->present; matrix->present &= matrix->present - 1) {
		ix_policy_row_abandon(edit,
				      matrix->rows[__ffs64(matrix->present)]);
		cond_resched();
	}
	ix_policy_matrix_free(matrix);
}

void ix_policy_abandon(struct ix_policy *policy, struct ix_edit *edit)
{
	ix_lpm_abandon(&policy->agreements, edit, ix_policy_cell_release);
	ix_lpm_abandon(&policy->singles, edit, ix_policy_cell_release);
	if (policy->matrix)
		ix_policy_matrix_abandon(edit, policy->matrix);
	policy->matrix = NULL;
}

void ix_policy_destroy(struct ix_policy *policy)
{
	ix_lpm_destroy(&policy->agreements, ix_policy_cell_release);
	ix_lpm_destroy(&policy->singles, ix_policy_cell_release);
	if (policy->matrix)
		ix_policy_matrix_destroy(policy->matrix);
	policy->matrix = NULL;
}
