/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of institutions: the kernel's language has tags, people's has names. And
 * what else is said wherever somebody is named: that he is in quarantine.
 */
#ifndef IXCTL_NAMES_H
#define IXCTL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ixctl;
struct record;

struct names *names_new(void);
void names_free(struct names *names);
/* Forgets everything. */
void names_reset(struct names *names);

/**
 * names_only_local() - from now on only what was added counts
 * @names: the names
 * @local: true: the kernel is not asked (it is going to be told otherwise)
 */
void names_only_local(struct names *names, bool local);

/**
 * names_add() - remember a name
 * @names: the names
 * @tag: whose name it is
 * @name: the name; empty: it has none
 *
 * Return: false for want of memory.
 */
bool names_add(struct names *names, uint32_t tag, const char *name);

/* The same for an institution as the kernel lists it. */
bool names_add_institution(struct names *names, const struct record *record);

/* Everything that the kernel knows was added: it need not be asked. */
void names_complete(struct names *names);

/* The tag of a name, among those that were added. 0: none. */
uint32_t names_find(const struct names *names, const char *name);

/**
 * names_resolve() - the institution that a word means
 * @ctl: this run
 * @word: a tag or a name; digits are always a tag
 * @tag: filled in
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int names_resolve(struct ixctl *ctl, const char *word, uint32_t *tag);

/**
 * names_of() - how to write an institution
 * @ctl: this run
 * @tag: its tag
 *
 * Return: its name, or NULL if it has none (or one that would be read as a
 * tag). Valid until the next call.
 */
const char *names_of(struct ixctl *ctl, uint32_t tag);

/**
 * names_causes() - what keeps an institution in quarantine
 * @ctl: this run
 * @tag: its tag
 *
 * Return: lines for causes_print(), empty if nothing does. Valid until the next
 * call.
 */
const char *names_causes(struct ixctl *ctl, uint32_t tag);

bool names_class_is_quarantined(struct ixctl *ctl, const char *class);

#endif /* IXCTL_NAMES_H */
