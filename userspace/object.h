/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of the configuration, and the verbs that all of them share.
 */
#ifndef IXCTL_OBJECT_H
#define IXCTL_OBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "args.h"
#include "field.h"
#include "ixctl.h"
#include "msg.h"
#include "nl.h"

/**
 * struct object - a kind of object
 * @word: its name in commands
 * @about: what it is, for help
 * @fields: its fields in the order in which they are written
 * @fields_nr: how many
 * @new: command to add or replace one, 0 for none
 * @set: command to change one
 * @del: command to delete one
 * @get: command to get one or list all
 * @flush: enum ix_object for flush, 0 for none
 * @single: there is one in a router, and it has no key
 * @owned: by a tenant or, maps, a view: a flush can be limited to those of one
 * @complete: puts into a new object, or a change, what follows from the fields
 *	that were given
 * @notes: more for help
 */
struct object {
	const char *word;
	const char *about;
	const struct field *fields;
	unsigned int fields_nr;
	uint8_t new;
	uint8_t set;
	uint8_t del;
	uint8_t get;
	uint8_t flush;
	bool single;
	bool owned;
	void (*complete)(bool new, struct msg *msg);
	const char *notes;
};

/**
 * enum verb_id - what can be done with an object
 * @VERB_ADD: add a new one
 * @VERB_CHANGE: change some fields
 * @VERB_REPLACE: add or replace
 * @VERB_DELETE: delete one
 * @VERB_SHOW: list
 * @VERB_FLUSH: delete all
 */
enum verb_id {
	VERB_ADD,
	VERB_CHANGE,
	VERB_REPLACE,
	VERB_DELETE,
	VERB_SHOW,
	VERB_FLUSH,
};

/* All objects, in the order in which a configuration is saved. */
extern const struct object objects[];
extern const unsigned int objects_nr;

/* By abbreviation, the first that fits; by its name alone. NULL: none. */
const struct object *object_find(const char *word);
const struct object *object_find_exactly(const char *word);

/* Fields by attribute or by word, or NULL. */
const struct field *object_field(const struct object *object, uint16_t attr);
const struct field *object_field_of_word(const struct object *object,
					 const char *word);

/**
 * verb_parse() - take the verb
 * @ctl: this run
 * @object: what it is about
 * @args: the words; without any, the verb is show
 * @verb: filled in
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int verb_parse(struct ixctl *ctl, const struct object *object,
	       struct args *args, enum verb_id *verb);

/**
 * object_build() - make the message of a change
 * @ctl: this run
 * @object: what is changed
 * @verb: how: anything but VERB_SHOW
 * @args: the words behind the verb
 * @family: number of the netlink family; object_change() fills it in too
 * @msg: initialised over the room of @msg and filled in
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int object_build(struct ixctl *ctl, const struct object *object,
		 enum verb_id verb, struct args *args, uint16_t family,
		 struct msg *msg);

/* Empties the whole configuration, or, within one, makes the message for it. */
void object_build_flush_all(const struct ixctl *ctl, uint16_t family,
			    struct msg *msg);

/* Runs a command about an object: verb and what follows. */
int object_run(struct ixctl *ctl, const struct object *object,
	       struct args *args);

/* Sends a change of the configuration, alone or in the open transaction. */
int object_change(struct ixctl *ctl, const struct object *object,
		  struct msg *msg);

/* Complains about a refusal, in the user's words. Return: STATUS_REFUSED. */
int object_refused(struct ixctl *ctl, const struct object *object,
		   const struct msg *msg, const struct nl_error *error);

/**
 * object_list() - have the kernel list objects
 * @ctl: this run
 * @object: what to list
 * @filter: fields that the kernel is to list by, or NULL
 * @handler: takes each
 * @data: for @handler
 *
 * Return: an enum status.
 */
int object_list(struct ixctl *ctl, const struct object *object,
		const struct record *filter, nl_handler *handler, void *data);

/* Writes one object: as a line without an end, or as a JSON object. */
void object_print(struct ixctl *ctl, const char *key,
		  const struct object *object, const struct record *record);
/* The same for the attributes of a request: all that it gives, nothing else. */
void object_print_given(struct ixctl *ctl, const char *key,
			const struct object *object,
			const struct record *request);
/* Writes the command that makes an object what it is. */
void object_print_command(struct ixctl *ctl, const char *key,
			  const struct object *object,
			  const struct record *record);

/* Do two records have the same keys? The same configuration? */
bool object_same_key(const struct object *object, const struct record *a,
		     const struct record *b);
bool object_same(const struct object *object, const struct record *a,
		 const struct record *b);

void object_help(const struct object *object, FILE *file);

#endif /* IXCTL_OBJECT_H */
