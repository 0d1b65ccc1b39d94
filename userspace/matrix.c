// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matrix.h"
#include "names.h"
#include "nl.h"
#include "object.h"

/**
 * struct rule_note - what is worth knowing of a rule
 * @id: its number, 0 for an empty place
 * @oneway: without replies
 * @until: when it ends, 0 for never
 */
struct rule_note {
	uint32_t id;
	bool oneway;
	uint64_t until;
};

static bool add_questions(struct matrix *matrix, size_t service,
			  const struct traffic *traffic, size_t nr)
{
	size_t at = matrix->first[service], n, i;
	struct question *questions;
	struct flow *flows;

	n = census_flows(matrix->census, traffic, nr, &flows);
	if (!n)
		return false;
	questions = reallocarray(matrix->questions, at + n, sizeof(*questions));
	if (questions) {
		matrix->questions = questions;
		for (i = 0; i < n; i++)
			questions[at + i] = (struct question){
				.flow = flows[i],
			};
		matrix->first[service + 1] = at + n;
	}
	free(flows);
	return questions;
}

bool matrix_open(struct matrix *matrix, struct ixctl *ctl,
		 const struct census *census, const struct asking *how)
{
	const struct traffic other = {
		.protocol = census_unnamed_protocol(census),
	};
	bool good;
	size_t i;

	*matrix = (struct matrix){
		.ctl = ctl, .census = census, .how = *how,
		.first = calloc(census->services_nr + 2, sizeof(size_t)),
	};
	good = matrix->first;
	for (i = 0; good && i < census->services_nr; i++)
		good = add_questions(matrix, i,
				     &census->traffic[census->services[i].first],
				     census->services[i].nr);
	if (good)
		good = add_questions(matrix, i, &other, 1);
	if (good)
		matrix->answers = calloc(matrix->first[i + 1],
					 sizeof(*matrix->answers));
	if (good && matrix->answers)
		return true;
	matrix_close(matrix);
	return false;
}

void matrix_close(struct matrix *matrix)
{
	free(matrix->questions);
	free(matrix->answers);
	free(matrix->first);
	free(matrix->notes);
	*matrix = (struct matrix){ 0 };
}

static struct rule_note *find_note(const struct matrix *matrix, uint32_t id)
{
	uint32_t i = id * 0x9e3779b1;

	for (;; i++) {
		struct rule_note *note =
			&matrix->notes[i & (matrix->notes_room - 1)];

		if (!note->id || note->id == id)
			return note;
	}
}

static bool grow_notes(struct matrix *matrix)
{
	size_t was = matrix->notes_room, i;
	struct rule_note *old = matrix->notes;

	if (matrix->notes_nr < was / 2)
		return true;
	matrix->notes_room = was ? 2 * was : 256;
	matrix->notes = calloc(matrix->notes_room, sizeof(*old));
	if (!matrix->notes) {
		matrix->notes = old;
		matrix->notes_room = was;
		return false;
	}
	for (i = 0; i < was; i++)
		if (old[i].id)
			*find_note(matrix, old[i].id) = old[i];
	free(old);
	return true;
}

static int take_note(const struct nlmsghdr *nlh, void *data)
{
	struct rule_note *note = data;
	struct record record;

	record_of_message(&record, nlh);
	note->oneway = record_uint(&record, IX_A_RULE_ONEWAY);
	note->until = record_uint(&record, IX_A_RULE_VALID_UNTIL);
	return 0;
}

/* A rule that has gone meanwhile is one of which nothing is known. */
static int look_up(struct matrix *matrix, uint32_t id, struct rule_note *note)
{
	struct nl *nl = ixctl_nl(matrix->ctl);
	char buf[128] MSG_ALIGNED;
	struct rule_note *place;
	struct nl_error error;
	struct msg msg;

	if (!nl)
		return STATUS_REFUSED;
	if (!grow_notes(matrix)) {
		complain(matrix->ctl, "%s", strerror(ENOMEM));
		return STATUS_REFUSED;
	}
	place = find_note(matrix, id);
	if (!place->id) {
		msg_init(&msg, buf, sizeof(buf), nl->family, 0,
			 IX_CMD_RULE_GET);
		if (matrix->how.transaction)
			msg_put_uint(&msg, IX_A_RULE_TRANSACTION, 4,
				     matrix->how.transaction);
		msg_put_uint(&msg, IX_A_RULE_ID, 4, id);
		nl_request(nl, &msg, take_note, place, &error);
		place->id = id;
		matrix->notes_nr++;
	}
	*note = *place;
	return STATUS_OK;
}

/* What the answers from @at on, up to @end, mean together. */
static int sum_up(struct matrix *matrix, size_t at, size_t end,
		  struct permit *permit, bool notes)
{
	size_t permitted = 0, asked = end - at;
	struct rule_note note;

	*permit = (struct permit){ 0 };
	for (; at < end; at++) {
		const struct answer *answer = &matrix->answers[at];

		if (answer->monitored && !permit->monitored)
			permit->monitored = answer->monitored;
		if (answer->verdict != IX_VERDICT_PERMIT)
			continue;
		permitted++;
		if (!permit->rule)
			permit->rule = answer->rule;
		if (!notes || !answer->rule)
			continue;
		if (look_up(matrix, answer->rule, &note))
			return STATUS_REFUSED;
		permit->oneway |= note.oneway;
		if (note.until &&
		    (!permit->until || note.until < permit->until))
			permit->until = note.until;
	}
	permit->extent = !permitted ? EXTENT_NONE :
			 permitted < asked ? EXTENT_SOME : EXTENT_ALL;
	return STATUS_OK;
}

int matrix_ask(struct matrix *matrix, const struct party *from,
	       const struct party *to, struct permit *permits, bool notes)
{
	size_t width = matrix_width(matrix), i;
	size_t nr = matrix->first[width];
	int ret;

	for (i = 0; i < nr; i++) {
		matrix->questions[i].from = *from;
		matrix->questions[i].to = *to;
	}
	ret = ask(matrix->ctl, &matrix->how, matrix->questions,
		  matrix->answers, nr);
	for (i = 0; !ret && i < width; i++)
		ret = sum_up(matrix, matrix->first[i], matrix->first[i + 1],
			     &permits[i], notes);
	return ret;
}

bool permits_any(const struct permit *permits, size_t width)
{
	while (width--)
		if (permits[width].extent || permits[width].monitored)
			return true;
	return false;
}

bool permits_all(const struct permit *permits, size_t width)
{
	while (width--)
		if (permits[width].extent != EXTENT_ALL)
			return false;
	return true;
}

int subjects_of(struct ixctl *ctl, const struct census *census,
		struct subject **list, size_t *nr)
{
	struct subject *subject;
	size_t room = CLASSES, i;
	unsigned int class;

	for (i = 0; i < census->members_nr; i++)
		room += census->members[i].named;
	*list = calloc(room, sizeof(**list));
	if (!*list) {
		complain(ctl, "%s", strerror(ENOMEM));
		return STATUS_REFUSED;
	}
	subject = *list;
	for (class = 1; class < CLASSES; class++) {
		if (!*census->class[class])
			continue;
		subject->party.classes = UINT64_C(1) << class;
		subject->is_class = true;
		memcpy(subject++->name, census->class[class],
		       sizeof(subject->name));
	}
	/* In no class: a class that has no name. */
	subject++->is_class = true;
	for (i = 0; i < census->members_nr; i++) {
		const struct member *member = &census->members[i];
		const char *name;

		if (!member->named)
			continue;
		name = names_of(ctl, member->tag);
		subject->party.tag = member->tag;
		if (name)
			snprintf(subject->name, sizeof(subject->name), "%s",
				 name);
		else
			snprintf(subject->name, sizeof(subject->name), "%u",
				 member->tag);
		subject++;
	}
	*nr = (size_t)(subject - *list);
	return STATUS_OK;
}
