/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may begin what with whom: for two parties and every service, as the
 * kernel says.
 */
#ifndef IXCTL_MATRIX_H
#define IXCTL_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "census.h"

/**
 * struct subject - one line or column
 * @party: what to ask for
 * @name: name of the class, or of the institution or its tag
 * @is_class: it is a class, and not one institution
 */
struct subject {
	struct party party;
	char name[IX_NAME_MAX + 1];
	bool is_class;
};

/**
 * enum extent - how much of a service is permitted
 * @EXTENT_NONE: nothing
 * @EXTENT_SOME: some of its ports or types
 * @EXTENT_ALL: all
 */
enum extent {
	EXTENT_NONE,
	EXTENT_SOME,
	EXTENT_ALL,
};

/**
 * struct permit - what is permitted of a service
 * @extent: how much
 * @oneway: without replies
 * @rule: rule that permits it, 0 for none; of several the first
 * @until: when that ends, 0 for never; of several what ends first
 * @monitored: rule in monitor mode that would make a difference, 0 for none
 */
struct permit {
	enum extent extent;
	bool oneway;
	uint32_t rule;
	uint64_t until;
	uint32_t monitored;
};

/**
 * struct matrix - questions about every service, ready to be asked
 * @ctl: this run
 * @census: what there is
 * @how: of what and for when
 * @questions: a question for each flow of each service; the parties are
 *	filled in for each cell
 * @answers: room for the answers
 * @first: first question of each service; behind the last service what no
 *	service names, and then the number of questions
 * @notes: what is known of rules, by hash of their number
 * @notes_nr: how many
 * @notes_room: size of the table, a power of 2
 */
struct matrix {
	struct ixctl *ctl;
	const struct census *census;
	struct asking how;
	struct question *questions;
	struct answer *answers;
	size_t *first;
	struct rule_note *notes;
	size_t notes_nr;
	size_t notes_room;
};

/**
 * matrix_open() - prepare to ask
 * @matrix: filled in
 * @ctl: this run
 * @census: what there is
 * @how: of what and for when
 *
 * Return: false for want of memory, with nothing left to close.
 */
bool matrix_open(struct matrix *matrix, struct ixctl *ctl,
		 const struct census *census, const struct asking *how);
void matrix_close(struct matrix *matrix);

/* Services, and behind them what none of them names. */
static inline size_t matrix_width(const struct matrix *matrix)
{
	return matrix->census->services_nr + 1;
}

/**
 * matrix_ask() - what one party may begin with another
 * @matrix: the matrix
 * @from: who
 * @to: with whom
 * @permits: filled in; matrix_width() of them
 * @notes: look at the rules that permit it, for @oneway and @until
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int matrix_ask(struct matrix *matrix, const struct party *from,
	       const struct party *to, struct permit *permits, bool notes);

/* Is there anything in it? Is it everything? */
bool permits_any(const struct permit *permits, size_t width);
bool permits_all(const struct permit *permits, size_t width);

/**
 * subjects_of() - classes, institutions that rules name, and whoever is in no
 *	class
 * @ctl: this run
 * @census: what there is
 * @subjects: filled in, to be freed by the caller
 * @nr: how many
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int subjects_of(struct ixctl *ctl, const struct census *census,
		struct subject **subjects, size_t *nr);

#endif /* IXCTL_MATRIX_H */
