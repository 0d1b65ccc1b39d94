/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One set of changes to a configuration that readers are using.
 *
 * Everything that a packet looks at is immutable once it is published. An edit
 * copies what it changes, from the object up to the root (the copies are its
 * own: nobody else can see them, and it may change them in place), and keeps a
 * list of what its result no longer needs. Publishing the new root makes all
 * changes visible at once; what was replaced is freed a grace period later.
 * Giving up an edit frees its own copies, and nothing else has happened.
 *
 * To tell its own from what is published, an object carries the epoch of the
 * edit that made it. No two edits have the same epoch.
 */
#ifndef IX_EDIT_H
#define IX_EDIT_H

#include <linux/list.h>
#include <linux/types.h>

/* At a million edits a second the same number comes again after nine years. */
#define IX_EDIT_EPOCH_BITS 48

/**
 * struct ix_edit - one set of changes
 * @epoch: number of this edit, unique, not 0; has IX_EDIT_EPOCH_BITS
 * @retired: chunks of records (object and how to free it): what to free once
 *	no reader can see the old configuration
 * @spare: empty chunks
 * @room: number of records that fit without another allocation
 *
 * Context: process; one thread at a time works on an edit.
 */
struct ix_edit {
	u64 epoch;
	struct list_head retired;
	struct list_head spare;
	size_t room;
};

/* Frees an object of which nobody else knows any more; may sleep. */
typedef void (*ix_free_fn)(void *object);

/* The same for an object that does not know by itself how it is freed. */
typedef void (*ix_free_with_fn)(void *object, void *context);

void ix_edit_init(struct ix_edit *edit);

/**
 * ix_edit_retire() - have a published object freed when the edit is published
 * @edit: the edit
 * @object: what to free
 * @free: how
 *
 * To be called before @object is taken out of its structure, as it can fail.
 *
 * Return: 0, or -ENOMEM.
 */
int ix_edit_retire(struct ix_edit *edit, void *object, ix_free_fn free);

/**
 * ix_edit_retire_with() - the same, for an object that needs a context
 * @edit: the edit
 * @object: what to free
 * @free: how
 * @context: handed to @free; not freed, nor is @object, if the edit is
 *	abandoned
 *
 * Return: 0, or -ENOMEM.
 */
int ix_edit_retire_with(struct ix_edit *edit, void *object,
			ix_free_with_fn free, void *context);

/**
 * ix_edit_reserve() - make sure that objects can be retired
 * @edit: the edit
 * @nr: how many
 *
 * Return: 0: then the next @nr calls of ix_edit_retire() or
 * ix_edit_retire_with() can't fail; or -ENOMEM.
 */
int ix_edit_reserve(struct ix_edit *edit, size_t nr);

/**
 * ix_edit_published() - free what the edit has replaced
 * @edit: an edit whose result has been published
 *
 * Waits for a grace period and frees all retired objects, giving way to others
 * now and then. The edit can be used again after ix_edit_init().
 */
void ix_edit_published(struct ix_edit *edit);

/**
 * ix_edit_abandoned() - forget what the edit would have replaced
 * @edit: an edit whose result is not going to be published
 *
 * Retired objects stay alive, for they are still in use. The caller frees the
 * edit's own objects.
 */
void ix_edit_abandoned(struct ix_edit *edit);

#endif /* IX_EDIT_H */
