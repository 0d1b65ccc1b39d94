// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/ix.h>
#include <stdlib.h>
#include <string.h>

#include "candidate.h"
#include "gain.h"
#include "matrix.h"
#include "names.h"

/* With more cells than this, only classes are compared. */
#define CELLS_MAX 250000

/**
 * struct side - a configuration that is compared
 * @census: what there is
 * @matrix: the questions
 * @permits: what a cell permits
 * @by_class: what it would permit to institutions of the same classes that no
 *	rule names
 */
struct side {
	struct census census;
	struct matrix matrix;
	struct permit *permits;
	struct permit *by_class;
};

/**
 * struct comparing - two configurations
 * @ctl: this run
 * @now: the one in use
 * @then: the file
 * @subjects: classes and institutions of either; first those of @now
 * @nr: how many
 */
struct comparing {
	struct ixctl *ctl;
	struct side now;
	struct side then;
	struct subject *subjects;
	size_t nr;
};

void gain_note(struct gain *gain, const struct object *object,
	       const struct record *record)
{
	static const char *const relevant[] = {
		"class", "service", "institution", "rule", "group",
	};
	struct pair *pair;
	uint32_t from, to;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(relevant); i++)
		gain->relevant |= !strcmp(object->word, relevant[i]);
	if (strcmp(object->word, "rule"))
		return;
	from = (uint32_t)record_uint(record, IX_A_RULE_SOURCE_INSTITUTION);
	to = (uint32_t)record_uint(record, IX_A_RULE_DESTINATION_INSTITUTION);
	if (!from || !to)
		return;
	pair = more_room(gain->pairs, &gain->pairs_room, gain->pairs_nr,
			 sizeof(*pair));
	gain->failed |= !pair;
	if (!pair)
		return;
	gain->pairs = pair;
	gain->pairs[gain->pairs_nr++] = (struct pair){ from, to };
}

void gain_reset(struct gain *gain)
{
	free(gain->pairs);
	*gain = (struct gain){ 0 };
}

static int no_memory(struct ixctl *ctl)
{
	complain(ctl, "%s", strerror(ENOMEM));
	return STATUS_REFUSED;
}

static bool side_open(struct side *side, struct ixctl *ctl,
		      uint32_t transaction)
{
	const struct asking how = { .transaction = transaction };

	side->permits = calloc(side->census.services_nr + 1,
			       sizeof(*side->permits));
	side->by_class = calloc(side->census.services_nr + 1,
				sizeof(*side->by_class));
	return side->permits && side->by_class &&
	       matrix_open(&side->matrix, ctl, &side->census, &how);
}

static void side_close(struct side *side)
{
	matrix_close(&side->matrix);
	free(side->permits);
	free(side->by_class);
	census_free(&side->census);
}

static bool same_subject(const struct subject *a, const struct subject *b)
{
	if (a->is_class != b->is_class)
		return false;
	return a->is_class ? !strcmp(a->name, b->name) :
			     a->party.tag == b->party.tag;
}

/* Those of both, each once. */
static int merge_subjects(struct comparing *comparing)
{
	struct ixctl *ctl = comparing->ctl;
	size_t now_nr = comparing->nr, then_nr = 0, i, j;
	struct subject *then = NULL, *all;
	int ret;

	ret = subjects_of(ctl, &comparing->then.census, &then, &then_nr);
	if (ret)
		return ret;
	all = reallocarray(comparing->subjects, now_nr + then_nr, sizeof(*all));
	if (!all) {
		free(then);
		return no_memory(ctl);
	}
	comparing->subjects = all;
	for (i = 0; i < then_nr; i++) {
		for (j = 0; j < now_nr; j++)
			if (same_subject(&then[i], &all[j]))
				break;
		if (j == now_nr)
			all[comparing->nr++] = then[i];
	}
	free(then);
	if (comparing->nr * comparing->nr <= CELLS_MAX)
		return STATUS_OK;
	for (i = j = 0; i < comparing->nr; i++)
		if (all[i].is_class)
			all[j++] = all[i];
	warn(ctl, "rules name %zu institutions: for the policy only classes are compared",
	     comparing->nr - j);
	comparing->nr = j;
	return STATUS_OK;
}

/* What a subject is in one of the configurations; false: it is not there. */
static bool find_party(const struct side *side, const struct subject *subject,
		       bool by_class, struct party *party)
{
	unsigned int class = census_class(&side->census, subject->name);
	const struct member *member;

	*party = (struct party){ 0 };
	if (!subject->is_class) {
		member = census_member(&side->census, subject->party.tag);
		if (member && by_class)
			party->classes = member->classes;
		else
			party->tag = subject->party.tag;
		return member;
	}
	/* To be in a class that is not there is to be in none. */
	if (class)
		party->classes = UINT64_C(1) << class;
	return true;
}

/* Without one of the parties nothing is permitted. */
static int ask_side(struct side *side, const struct subject *from,
		    const struct subject *to, bool by_class)
{
	struct permit *permits = by_class ? side->by_class : side->permits;
	size_t width = matrix_width(&side->matrix), i;
	struct party from_party, to_party;

	if (find_party(side, from, by_class, &from_party) &&
	    find_party(side, to, by_class, &to_party))
		return matrix_ask(&side->matrix, &from_party, &to_party,
				  permits, false);
	for (i = 0; i < width; i++)
		permits[i] = (struct permit){ 0 };
	return STATUS_OK;
}

static int ask_both(struct comparing *comparing, const struct subject *from,
		    const struct subject *to)
{
	int ret;

	ret = ask_side(&comparing->now, from, to, false);
	if (!ret)
		ret = ask_side(&comparing->then, from, to, false);
	if (ret || (from->is_class && to->is_class))
		return ret;
	ret = ask_side(&comparing->now, from, to, true);
	return ret ? ret : ask_side(&comparing->then, from, to, true);
}

static void print_subject(struct out *out, const char *key,
			  const struct subject *subject)
{
	out_object(out, key);
	if (subject->is_class && !*subject->name) {
		out_text(out, "institutions in no class");
		out_json_string(out, "class", "");
	} else {
		out_text(out, subject->is_class ? "class " : "institution ");
		out_string(out, subject->is_class ? "class" : "institution",
			   subject->name);
	}
	if (!subject->is_class)
		out_json_uint(out, "tag", subject->party.tag);
	out_object_end(out);
}

/* @service is "" for what no service names, and NULL for everything. */
static void print_change(struct comparing *comparing,
			 const struct subject *from, const struct subject *to,
			 const char *service, enum extent was,
			 enum extent becomes)
{
	struct out *out = &comparing->ctl->out;
	bool gain = becomes > was;
	enum extent more = gain ? becomes : was, less = gain ? was : becomes;
	/* From or to a part of it. */
	bool part = more == EXTENT_SOME || less == EXTENT_SOME;

	out_object(out, NULL);
	out_json_string(out, "change", gain ? "gain" : "lose");
	out_json_string(out, "object", "policy");
	out_text(out, "policy: from ");
	print_subject(out, "from", from);
	out_text(out, " to ");
	print_subject(out, "to", to);
	out_format(out, " %s %s", gain ? "gains" : "loses",
		   part ? "a part of " : "");
	if (!service)
		out_text(out, "everything\n");
	else if (*service)
		out_format(out, "service %s\n", service);
	else
		out_text(out, "what no service names\n");
	if (service && *service)
		out_json_string(out, "service", service);
	out_json_bool(out, "everything", !service);
	out_json_bool(out, "part", part);
	out_object_end(out);
}

/**
 * struct change - how much was and would be permitted of a service
 * @was: in the configuration in use
 * @becomes: in the file
 */
struct change {
	enum extent was;
	enum extent becomes;
};

/* Services by name; "" is what no service names. */
static enum extent extent_of(const struct side *side, const char *service,
			     bool by_class)
{
	const struct permit *permits = by_class ? side->by_class :
						  side->permits;
	const struct service *found = census_service(&side->census, service);

	if (!*service)
		return permits[side->census.services_nr].extent;
	return found ? permits[found - side->census.services].extent :
		       EXTENT_NONE;
}

/*
 * Does a service change, and, for institutions, otherwise than for all those in
 * the same classes?
 */
static bool changes(const struct comparing *comparing, bool classes,
		    const char *service, struct change *change)
{
	const struct side *now = &comparing->now, *then = &comparing->then;

	change->was = extent_of(now, service, false);
	change->becomes = extent_of(then, service, false);
	if (change->was == change->becomes)
		return false;
	return classes || change->was != extent_of(now, service, true) ||
	       change->becomes != extent_of(then, service, true);
}

static int compare_cell(struct comparing *comparing,
			const struct subject *from, const struct subject *to)
{
	const struct census *now = &comparing->now.census;
	const struct census *then = &comparing->then.census;
	bool classes = from->is_class && to->is_class;
	struct change change;
	size_t i;
	int ret = ask_both(comparing, from, to);

	if (ret)
		return ret;
	/* From nothing to everything, or back, is one thing. */
	if (changes(comparing, classes, "", &change) &&
	    ((permits_all(comparing->then.permits, then->services_nr + 1) &&
	      !permits_any(comparing->now.permits, now->services_nr + 1)) ||
	     (permits_all(comparing->now.permits, now->services_nr + 1) &&
	      !permits_any(comparing->then.permits, then->services_nr + 1)))) {
		print_change(comparing, from, to, NULL, change.was,
			     change.becomes);
		return STATUS_OK;
	}
	for (i = 0; i < then->services_nr; i++)
		if (changes(comparing, classes, then->services[i].name,
			    &change))
			print_change(comparing, from, to,
				     then->services[i].name, change.was,
				     change.becomes);
	for (i = 0; i < now->services_nr; i++)
		if (!census_service(then, now->services[i].name) &&
		    changes(comparing, classes, now->services[i].name, &change))
			print_change(comparing, from, to,
				     now->services[i].name, change.was,
				     change.becomes);
	if (changes(comparing, classes, "", &change))
		print_change(comparing, from, to, "", change.was,
			     change.becomes);
	return STATUS_OK;
}

static int compare_pairs(const void *left, const void *right)
{
	const struct pair *x = left, *y = right;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

static void name_subject(const struct comparing *comparing, uint32_t tag,
			 struct subject *subject)
{
	const char *name = names_of(comparing->ctl, tag);

	*subject = (struct subject){ .party.tag = tag };
	if (name)
		snprintf(subject->name, sizeof(subject->name), "%s", name);
	else
		snprintf(subject->name, sizeof(subject->name), "%u", tag);
}

static int compare_agreements(struct comparing *comparing, struct gain *gain)
{
	struct subject from, to;
	int ret = STATUS_OK;
	size_t i;

	if (gain->pairs_nr)
		qsort(gain->pairs, gain->pairs_nr, sizeof(*gain->pairs),
		      compare_pairs);
	for (i = 0; !ret && i < gain->pairs_nr; i++) {
		if (i && !compare_pairs(&gain->pairs[i - 1], &gain->pairs[i]))
			continue;
		name_subject(comparing, gain->pairs[i].a, &from);
		name_subject(comparing, gain->pairs[i].b, &to);
		ret = compare_cell(comparing, &from, &to);
	}
	return ret;
}

static int compare_all(struct comparing *comparing, struct gain *gain)
{
	struct ixctl *ctl = comparing->ctl;
	size_t i, j;
	int ret;

	ret = census_read(ctl, &comparing->then.census, CENSUS_INSTITUTIONS);
	if (ret)
		return ret;
	if (!side_open(&comparing->now, ctl, 0) ||
	    !side_open(&comparing->then, ctl, ctl->transaction))
		return no_memory(ctl);
	ret = merge_subjects(comparing);
	/* Nobody is a pair with himself; a class is, of two of its members. */
	for (i = 0; !ret && i < comparing->nr; i++)
		for (j = 0; !ret && j < comparing->nr; j++)
			if (i != j || comparing->subjects[i].is_class)
				ret = compare_cell(comparing,
						   &comparing->subjects[i],
						   &comparing->subjects[j]);
	return ret ? ret : compare_agreements(comparing, gain);
}

int gain_print(struct ixctl *ctl, struct gain *gain, struct lines *lines,
	       const char *name)
{
	struct comparing comparing = { .ctl = ctl };
	int ret;

	if (!gain->relevant)
		return STATUS_OK;
	if (gain->failed)
		return no_memory(ctl);
	ret = census_read(ctl, &comparing.now.census, CENSUS_INSTITUTIONS);
	if (!ret)
		ret = subjects_of(ctl, &comparing.now.census,
				  &comparing.subjects, &comparing.nr);
	if (!ret)
		ret = candidate_load(ctl, lines, name);
	if (!ret) {
		ret = compare_all(&comparing, gain);
		candidate_close(ctl);
	}
	free(comparing.subjects);
	side_close(&comparing.now);
	side_close(&comparing.then);
	return ret;
}
