// SPDX-License-Identifier: GPL-2.0
/*
 * Test: a file of expectations is held against the kernel's configuration, or
 * against a candidate that is never applied.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "candidate.h"
#include "commands.h"
#include "expect.h"
#include "finding.h"
#include "lines.h"
#include "names.h"

/* Questions that are put together before the kernel is asked. */
#define CHUNK 4096
/* Pairs of kinds that are remembered, a power of two. */
#define AS_KINDS 1024
#define HASH_FACTOR UINT64_C(0x9e3779b97f4a7c15)
/* For so many institutions of each side routes are looked up. */
#define SAMPLE 16

/**
 * struct side - who is meant by one side of an expectation
 * @class: number of the class; 0: everybody, or one institution
 * @tag: tag of the institution, 0: a class or everybody
 * @kinds: who is to be asked for
 * @nr: how many
 */
struct side {
	unsigned int class;
	uint32_t tag;
	struct kind *kinds;
	size_t nr;
};

/**
 * struct as_kinds - whether the expectation holds for a pair of kinds
 * @from: the one
 * @to: the other
 * @valid: it is known
 * @good: it holds
 */
struct as_kinds {
	struct party from;
	struct party to;
	bool valid;
	bool good;
};

/**
 * struct pending - a pair that is to be asked for
 * @from: the one
 * @to: the other
 * @from_tag: tag of an institution that @from stands for, 0 for none
 * @to_tag: the same of @to
 * @pairs: pairs of institutions that it stands for
 * @is_kinds: it is a pair of kinds; otherwise one with an agreement
 * @as_kinds: of one with an agreement: it holds for the kinds
 */
struct pending {
	struct party from;
	struct party to;
	uint32_t from_tag;
	uint32_t to_tag;
	uint64_t pairs;
	bool is_kinds;
	bool as_kinds;
};

/**
 * struct testing - a file of expectations at work
 * @ctl: this run
 * @name: name of the file
 * @census: what there is
 * @has_names: classes and services are known
 * @has_all: institutions are known, too
 * @expectation: the expectation at work
 * @text: its words
 * @from: who begins
 * @to: with whom
 * @flows: what is to be asked for
 * @flows_nr: how many
 * @finding: how it compares
 * @as_kinds: what is known of pairs of kinds, by a hash
 * @pending: pairs that are to be asked for together
 * @pending_nr: how many
 * @questions: questions that are put together
 * @answers: their answers
 * @hold: expectations that hold
 * @fail: expectations that do not
 */
struct testing {
	struct ixctl *ctl;
	const char *name;
	struct census census;
	bool has_names;
	bool has_all;
	struct expectation expectation;
	char text[1024];
	struct side from;
	struct side to;
	struct flow *flows;
	size_t flows_nr;
	struct finding finding;
	struct as_kinds as_kinds[AS_KINDS];
	struct pending pending[CHUNK];
	size_t pending_nr;
	struct question questions[CHUNK];
	struct answer answers[CHUNK];
	unsigned long hold;
	unsigned long fail;
};

static int no_memory(struct ixctl *ctl)
{
	complain(ctl, "%s", strerror(ENOMEM));
	return STATUS_REFUSED;
}

/* Classes and services, and institutions once somebody speaks of many. */
static int know(struct testing *testing)
{
	const struct expectation *expectation = &testing->expectation;
	bool all = expectation->from.kind != WHOM_INSTITUTION ||
		   expectation->to.kind != WHOM_INSTITUTION;
	int ret;

	if (testing->has_all || (testing->has_names && !all))
		return STATUS_OK;
	ret = census_read(testing->ctl, &testing->census,
			  all ? CENSUS_INSTITUTIONS : CENSUS_NAMES);
	testing->has_names = !ret;
	testing->has_all = !ret && all;
	return ret;
}

static int find_side(struct testing *testing, const struct whom *whom,
		     struct side *side)
{
	struct ixctl *ctl = testing->ctl;
	int ret;

	*side = (struct side){ 0 };
	if (whom->kind == WHOM_CLASS) {
		side->class = census_class(&testing->census, whom->name);
		if (!side->class) {
			complain(ctl, "no class is named %s", whom->name);
			return STATUS_USAGE;
		}
	}
	if (whom->kind != WHOM_INSTITUTION) {
		side->nr = census_kinds(&testing->census, side->class,
					&side->kinds);
		return side->nr ? STATUS_OK : no_memory(ctl);
	}
	ret = names_resolve(ctl, whom->name, &side->tag);
	if (ret)
		return ret;
	side->kinds = calloc(1, sizeof(*side->kinds));
	if (!side->kinds)
		return no_memory(ctl);
	side->nr = 1;
	side->kinds[0] = (struct kind){
		.party.tag = side->tag, .example = side->tag, .members = 1,
	};
	return STATUS_OK;
}

static int find_flows(struct testing *testing)
{
	const struct expectation *expectation = &testing->expectation;
	const struct traffic *traffic = &expectation->traffic;
	size_t nr = expectation->has_traffic;

	if (*expectation->service) {
		const struct service *service =
			census_service(&testing->census, expectation->service);

		if (!service) {
			complain(testing->ctl, "no service is named %s",
				 expectation->service);
			return STATUS_USAGE;
		}
		traffic = &testing->census.traffic[service->first];
		nr = service->nr;
	}
	testing->flows_nr = census_flows(&testing->census, traffic, nr,
					 &testing->flows);
	testing->finding.flows = testing->flows_nr;
	return testing->flows_nr ? STATUS_OK : no_memory(testing->ctl);
}

static bool is_of_side(const struct side *side, const struct member *member)
{
	if (side->tag)
		return member->tag == side->tag;
	return !side->class || member->classes >> side->class & 1;
}

/* What a member of one side was asked for as, but for its agreements. */
static struct party party_of(const struct member *member)
{
	return (struct party){
		member->named ? member->tag : 0, member->classes,
	};
}

static bool is_same_party(const struct party *a, const struct party *b)
{
	return a->tag == b->tag && a->classes == b->classes;
}

/* Pairs that two kinds make; nobody is a pair with himself. */
static uint64_t pairs_of(const struct testing *testing, const struct kind *from,
			 const struct kind *to)
{
	uint64_t pairs = (uint64_t)from->members * to->members;
	uint32_t one = testing->from.tag ? testing->from.tag : testing->to.tag;
	const struct kind *many = testing->from.tag ? to : from;
	const struct member *member;
	struct party party;

	if (testing->from.tag && testing->to.tag)
		return pairs;
	if (!one)
		return from->example == to->example && from->members ?
		       pairs - from->members : pairs;
	member = census_member(&testing->census, one);
	if (!member || !many->members)
		return pairs;
	party = party_of(member);
	return is_same_party(&party, &many->party) ? pairs - 1 : pairs;
}

/* Was the answer what was expected? */
static bool is_expected(const struct testing *testing,
			const struct answer *answer)
{
	bool permitted = answer->verdict == IX_VERDICT_PERMIT;

	/* One institution and another: then routes were looked up at once. */
	if (testing->expectation.reaches && answer->ways && !answer->routed)
		permitted = false;
	return permitted == testing->finding.expected;
}

static void take_note(struct testing *testing, size_t n, uint32_t from,
		      uint32_t to)
{
	struct finding *finding = &testing->finding;
	const struct answer *answer = &testing->answers[n];

	finding->question = testing->questions[n];
	finding->answer = *answer;
	finding->from = from;
	finding->to = to;
	finding->no_route = testing->expectation.reaches && answer->ways &&
			    !answer->routed;
}

static int ask_chunk(struct testing *testing, size_t nr)
{
	const struct asking how = {
		.transaction = testing->ctl->transaction,
		.time = testing->finding.time,
		.routes = testing->expectation.reaches && testing->from.tag &&
			  testing->to.tag,
	};

	testing->finding.asked += nr;
	return ask(testing->ctl, &how, testing->questions, testing->answers,
		   nr);
}

/*
 * Ask for all flows of a pair of kinds. Return: 1 if all was as expected, 0 if
 * not, or a negative enum status.
 */
static int ask_pair(struct testing *testing, const struct party *from,
		    const struct party *to, uint32_t from_tag, uint32_t to_tag)
{
	struct finding *finding = &testing->finding;
	bool good = true;
	size_t at, n, i;

	for (at = 0; at < testing->flows_nr; at += n) {
		n = testing->flows_nr - at;
		if (n > CHUNK)
			n = CHUNK;
		for (i = 0; i < n; i++)
			testing->questions[i] = (struct question){
				*from, *to, testing->flows[at + i],
			};
		if (ask_chunk(testing, n))
			return -STATUS_REFUSED;
		/* The first question of all is to show what is true. */
		if (finding->asked == n)
			take_note(testing, 0, from_tag, to_tag);
		for (i = 0; i < n; i++) {
			if (is_expected(testing, &testing->answers[i]))
				continue;
			if (good && finding->holds)
				take_note(testing, i, from_tag, to_tag);
			good = false;
			finding->holds = false;
		}
	}
	return good;
}

/* Two institutions of one kind, if they are of one; else one of each. */
static uint32_t example_to(const struct testing *testing,
			   const struct kind *from, const struct kind *to)
{
	size_t i;

	if (!to->example || from->example != to->example || to->members < 2 ||
	    !testing->has_all)
		return to->example;
	for (i = 0; i < testing->census.members_nr; i++) {
		const struct member *member = &testing->census.members[i];

		if (!member->named && member->tag != from->example &&
		    member->classes == to->party.classes)
			return member->tag;
	}
	return to->example;
}

static void count_pair(struct testing *testing, const struct pending *pending,
		       bool good)
{
	struct finding *finding = &testing->finding;

	if (pending->is_kinds) {
		finding->pairs += pending->pairs;
		finding->others += good ? 0 : pending->pairs;
	} else if (good && !pending->as_kinds) {
		/* It was counted with its kinds. */
		finding->others--;
	} else if (!good && pending->as_kinds) {
		finding->others++;
	}
}

/* One pair, whose answers begin with @first: is it as expected? */
static void judge_pair(struct testing *testing, const struct pending *pending,
		       size_t first)
{
	struct finding *finding = &testing->finding;
	bool good = true;
	size_t i;

	for (i = first; i < first + testing->flows_nr; i++) {
		if (is_expected(testing, &testing->answers[i]))
			continue;
		if (good && finding->holds)
			take_note(testing, i, pending->from_tag,
				  pending->to_tag);
		good = false;
		finding->holds = false;
	}
	count_pair(testing, pending, good);
}

/* Ask for all that is pending: a message for each pair would take long. */
static int ask_pending(struct testing *testing)
{
	size_t nr = 0, i, j;

	for (i = 0; i < testing->pending_nr; i++)
		for (j = 0; j < testing->flows_nr; j++)
			testing->questions[nr++] = (struct question){
				testing->pending[i].from,
				testing->pending[i].to, testing->flows[j],
			};
	if (!nr)
		return STATUS_OK;
	if (ask_chunk(testing, nr))
		return STATUS_REFUSED;
	/* The first question of all is to show what is true. */
	if (testing->finding.asked == nr)
		take_note(testing, 0, testing->pending[0].from_tag,
			  testing->pending[0].to_tag);
	for (i = 0; i < testing->pending_nr; i++)
		judge_pair(testing, &testing->pending[i],
			   i * testing->flows_nr);
	testing->pending_nr = 0;
	return STATUS_OK;
}

/* Ask for a pair, some time before ask_pending() has been called once more. */
static int ask_later(struct testing *testing, const struct pending *pending)
{
	int ret;

	/* More than fits at once. */
	if (testing->flows_nr > CHUNK) {
		ret = ask_pair(testing, &pending->from, &pending->to,
			       pending->from_tag, pending->to_tag);
		if (ret >= 0)
			count_pair(testing, pending, ret);
		return ret < 0 ? -ret : STATUS_OK;
	}
	testing->pending[testing->pending_nr++] = *pending;
	if ((testing->pending_nr + 1) * testing->flows_nr > CHUNK)
		return ask_pending(testing);
	return STATUS_OK;
}

static int ask_kinds(struct testing *testing)
{
	size_t i, j;
	int ret = STATUS_OK;

	for (i = 0; !ret && i < testing->from.nr; i++)
		for (j = 0; !ret && j < testing->to.nr; j++) {
			const struct kind *from = &testing->from.kinds[i];
			const struct kind *to = &testing->to.kinds[j];
			struct pending pending = {
				.from = from->party, .to = to->party,
				.from_tag = from->example,
				.to_tag = example_to(testing, from, to),
				.pairs = pairs_of(testing, from, to),
				.is_kinds = true,
			};

			if (pending.pairs || !from->members || !to->members)
				ret = ask_later(testing, &pending);
		}
	return ret ? ret : ask_pending(testing);
}

/* What the kinds of two institutions say; of few kinds, and asked once. */
static int ask_as_kinds(struct testing *testing, const struct member *from,
			const struct member *to)
{
	struct party from_kind = party_of(from), to_kind = party_of(to);
	struct finding before = testing->finding;
	struct as_kinds *known;
	uint64_t hash;

	hash = (from_kind.classes ^ from_kind.tag) * HASH_FACTOR;
	hash = (hash ^ to_kind.classes ^ to_kind.tag) * HASH_FACTOR;
	known = &testing->as_kinds[hash >> 32 & (AS_KINDS - 1)];
	if (!known->valid || !is_same_party(&known->from, &from_kind) ||
	    !is_same_party(&known->to, &to_kind)) {
		int ret = ask_pair(testing, &from_kind, &to_kind, from->tag,
				   to->tag);

		/* It was counted already. */
		testing->finding = before;
		if (ret < 0)
			return ret;
		*known = (struct as_kinds){ from_kind, to_kind, true, ret };
	}
	return known->good;
}

static int ask_agreement(struct testing *testing, const struct member *from,
			 const struct member *to)
{
	struct pending pending = {
		.from.tag = from->tag, .to.tag = to->tag,
		.from_tag = from->tag, .to_tag = to->tag,
	};
	int as_kinds = ask_as_kinds(testing, from, to);

	if (as_kinds < 0)
		return -as_kinds;
	pending.as_kinds = as_kinds;
	return ask_later(testing, &pending);
}

static int ask_agreements(struct testing *testing)
{
	const struct census *census = &testing->census;
	int ret = STATUS_OK;
	size_t i;

	/* What both sides name was asked as it is. */
	if (testing->from.tag && testing->to.tag)
		return STATUS_OK;
	for (i = 0; !ret && i < census->pairs_nr; i++) {
		const struct member *a, *b;

		a = census_member(census, census->pairs[i].a);
		b = census_member(census, census->pairs[i].b);
		if (!a || !b || a == b)
			continue;
		if (is_of_side(&testing->from, a) &&
		    is_of_side(&testing->to, b))
			ret = ask_agreement(testing, a, b);
		if (!ret && is_of_side(&testing->from, b) &&
		    is_of_side(&testing->to, a))
			ret = ask_agreement(testing, b, a);
	}
	return ret ? ret : ask_pending(testing);
}

/* Some members of a side, spread over all. */
static size_t sample(const struct testing *testing, const struct side *side,
		     uint32_t tags[SAMPLE])
{
	const struct census *census = &testing->census;
	size_t members = 0, seen = 0, nr = 0, i;

	for (i = 0; i < side->nr; i++)
		members += side->kinds[i].members;
	if (side->tag) {
		tags[0] = side->tag;
		return 1;
	}
	for (i = 0; i < census->members_nr && nr < SAMPLE; i++) {
		if (!is_of_side(side, &census->members[i]))
			continue;
		if (seen++ * SAMPLE >= nr * members)
			tags[nr++] = census->members[i].tag;
	}
	return nr;
}

/* Who is permitted to reach somebody must have a route, too. */
static int look_up_routes(struct testing *testing)
{
	struct finding *finding = &testing->finding;
	const struct asking how = {
		.transaction = testing->ctl->transaction,
		.time = finding->time,
		.routes = true,
	};
	uint32_t from[SAMPLE], to[SAMPLE];
	size_t from_nr, to_nr, i, j, n = 0;

	if (!testing->expectation.reaches || !finding->expected ||
	    !finding->holds || (testing->from.tag && testing->to.tag))
		return STATUS_OK;
	from_nr = sample(testing, &testing->from, from);
	to_nr = sample(testing, &testing->to, to);
	for (i = 0; i < from_nr; i++)
		for (j = 0; j < to_nr; j++)
			if (from[i] != to[j])
				testing->questions[n++] = (struct question){
					{ .tag = from[i] }, { .tag = to[j] },
					testing->flows[0],
				};
	if (ask(testing->ctl, &how, testing->questions, testing->answers, n))
		return STATUS_REFUSED;
	finding->looked_up = n;
	for (i = 0; i < n; i++) {
		if (testing->answers[i].routed)
			continue;
		if (finding->holds) {
			take_note(testing, i, testing->questions[i].from.tag,
				  testing->questions[i].to.tag);
			finding->no_route = true;
		}
		finding->holds = false;
		finding->others++;
	}
	return STATUS_OK;
}

static int ask_at(struct testing *testing, uint64_t time, bool expected)
{
	struct finding *finding = &testing->finding;
	int ret;

	if (!finding->holds)
		return STATUS_OK;
	*finding = (struct finding){
		.time = time, .expected = expected, .holds = true,
		.flows = testing->flows_nr,
	};
	memset(testing->as_kinds, 0, sizeof(testing->as_kinds));
	testing->pending_nr = 0;
	ret = ask_kinds(testing);
	if (!ret)
		ret = ask_agreements(testing);
	if (!ret)
		ret = look_up_routes(testing);
	return ret;
}

/*
 * Validity: the last second in which it is to hold and the first one in which
 * it is not to, and the other way round at the beginning.
 */
static int ask_times(struct testing *testing)
{
	const struct expectation *expectation = &testing->expectation;
	bool permitted = expectation->permitted;
	uint64_t since = expectation->since, until = expectation->until;
	int ret = STATUS_OK;

	testing->finding.holds = true;
	if (until)
		ret = ask_at(testing, until, !permitted);
	if (!ret && until)
		ret = ask_at(testing, until - 1, permitted);
	if (!ret && since > 1)
		ret = ask_at(testing, since - 1, !permitted);
	if (!ret && since)
		ret = ask_at(testing, since, permitted);
	if (!ret && !since && !until)
		ret = ask_at(testing, expectation->at, permitted);
	return ret;
}

/* The words of the line once more, as they would have to be written. */
static void keep_text(struct testing *testing, const struct args *args)
{
	FILE *file = fmemopen(testing->text, sizeof(testing->text), "we");
	unsigned int i;

	*testing->text = '\0';
	if (!file)
		return;
	for (i = 0; i < args->left; i++) {
		if (i)
			fputc(' ', file);
		out_word(file, args->word[i]);
	}
	fclose(file);
	testing->text[sizeof(testing->text) - 1] = '\0';
}

static int test_line(struct testing *testing, struct args *args)
{
	int ret;

	keep_text(testing, args);
	ret = expect_parse(testing->ctl, args, &testing->expectation);
	if (!ret)
		ret = know(testing);
	if (!ret)
		ret = find_side(testing, &testing->expectation.from,
				&testing->from);
	if (!ret)
		ret = find_side(testing, &testing->expectation.to,
				&testing->to);
	if (!ret)
		ret = find_flows(testing);
	if (!ret)
		ret = ask_times(testing);
	if (!ret) {
		finding_print(testing->ctl, &testing->finding, testing->name,
			      testing->text, !testing->from.tag ||
			      !testing->to.tag);
		if (testing->finding.holds)
			testing->hold++;
		else
			testing->fail++;
	}
	free(testing->from.kinds);
	free(testing->to.kinds);
	free(testing->flows);
	testing->from.kinds = NULL;
	testing->to.kinds = NULL;
	testing->flows = NULL;
	return ret;
}

/* All lines are looked at, whatever is wrong with one of them. */
static int test_lines(struct testing *testing, struct lines *lines)
{
	struct ixctl *ctl = testing->ctl;
	int ret = STATUS_OK;

	for (;;) {
		struct args args;
		int read = lines_read(lines, &args);

		ctl->line = lines->number;
		if (!read)
			return ret;
		if (read < 0) {
			complain(ctl, "%s", lines->error);
			return STATUS_USAGE;
		}
		if (test_line(testing, &args))
			ret = STATUS_USAGE;
	}
}

static int test_file(struct testing *testing)
{
	struct ixctl *ctl = testing->ctl;
	const char *batch = ctl->file;
	unsigned long batch_line = ctl->line;
	struct lines lines;
	int ret;

	if (!lines_open(&lines, testing->name)) {
		complain(ctl, "%s: %s", testing->name, strerror(errno));
		return STATUS_USAGE;
	}
	ctl->file = strcmp(testing->name, "-") ? testing->name :
						 "(standard input)";
	out_list(&ctl->out, NULL);
	ret = test_lines(testing, &lines);
	out_list_end(&ctl->out);
	out_end(&ctl->out);
	ctl->file = batch;
	ctl->line = batch_line;
	lines_close(&lines);
	return ret;
}

static int run_test(struct ixctl *ctl, const char *name, const char *candidate)
{
	struct testing *testing = calloc(1, sizeof(*testing));
	int ret;

	if (!testing)
		return no_memory(ctl);
	testing->ctl = ctl;
	testing->name = name;
	ret = test_file(testing);
	if (!ret && !testing->hold && !testing->fail) {
		complain(ctl, "%s expects nothing", name);
		ret = STATUS_USAGE;
	}
	if (testing->hold || testing->fail)
		out_format(&ctl->out, "%lu of %lu expectations hold for %s\n",
			   testing->hold, testing->hold + testing->fail,
			   candidate ? candidate :
			   ctl->transaction ? "the open transaction" :
					      "the configuration in use");
	if (!ret && testing->fail)
		ret = STATUS_REFUSED;
	census_free(&testing->census);
	free(testing);
	return ret;
}

int command_test(struct ixctl *ctl, struct args *args)
{
	const char *name = args_take(args);
	const char *candidate = NULL;
	int ret;

	if (!name) {
		complain(ctl, "the name of a file is missing, or - for standard input");
		return STATUS_USAGE;
	}
	if (args_take_if(args, "candidate")) {
		candidate = args_take(args);
		if (!candidate) {
			complain(ctl, "candidate: the name of a file is missing");
			return STATUS_USAGE;
		}
		if (!strcmp(name, "-") && !strcmp(candidate, "-")) {
			complain(ctl, "standard input can't be both files");
			return STATUS_USAGE;
		}
	}
	if (args_end(ctl, args))
		return STATUS_USAGE;
	/* With 1 it would say that an expectation does not hold. */
	if (candidate && candidate_open(ctl, candidate))
		return STATUS_USAGE;
	ret = run_test(ctl, name, candidate);
	if (candidate)
		candidate_close(ctl);
	return ret;
}
