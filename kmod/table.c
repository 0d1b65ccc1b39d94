// SPDX-License-Identifier: GPL-2.0
/*
 * Small persistent tables of named and numbered objects.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "table.h"

/**
 * ix_table_find() - look an object up by its name
 * @table: the table
 * @name: the name
 *
 * A walk over all objects: for configuration, not for packets.
 *
 * Return: the object, or NULL.
 */
struct ix_named *ix_table_find(const struct ix_table *table, const char *name)
{
	u32 i;

	for (i = 1; table && i < table->size; i++)
		if (table->slots[i] && !strcmp(table->slots[i]->name, name))
			return table->slots[i];
	return NULL;
}

/**
 * ix_table_next() - walk in the order of the numbers
 * @table: the table
 * @number: number of the last object, 0 to begin
 *
 * Return: the next object, or NULL.
 */
struct ix_named *ix_table_next(const struct ix_table *table, u32 number)
{
	while (table && ++number < table->size)
		if (table->slots[number])
			return table->slots[number];
	return NULL;
}

/**
 * ix_table_free_number() - the lowest number that is free
 * @table: the table
 * @max: highest number that is allowed
 *
 * Return: the number, or 0 if all are taken.
 */
u32 ix_table_free_number(const struct ix_table *table, u32 max)
{
	u32 i;

	for (i = 1; i <= max; i++)
		if (!ix_table_get(table, i))
			return i;
	return 0;
}

static void ix_table_free(void *table)
{
	kvfree(table);
}

/* Make the table the edit's own, with room for @number. */
static int ix_table_own(struct ix_table **table, struct ix_edit *edit,
			u32 number)
{
	struct ix_table *old = *table, *new;
	u32 size = old ? old->size : 0;
	int err;

	if (old && old->epoch == edit->epoch && number < size)
		return 0;

	size = max_t(u32, size, roundup_pow_of_two(number + 1));
	new = kvzalloc(struct_size(new, slots, size), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	new->epoch = edit->epoch;
	new->size = size;
	if (old) {
		new->count = old->count;
		memcpy(new->slots, old->slots, old->size * sizeof(*new->slots));
		if (old->epoch == edit->epoch) {
			kvfree(old);
		} else {
			err = ix_edit_retire(edit, old, ix_table_free);
			if (err) {
				kvfree(new);
				return err;
			}
		}
	}
	*table = new;
	return 0;
}

/**
 * ix_table_put() - set or clear a slot
 * @table: the table, replaced by a copy of the edit's own if it is not one
 * @edit: the edit that it belongs to
 * @number: which slot
 * @object: what to put there, NULL to clear it; what was there is the caller's
 *
 * Return: 0, or -ENOMEM: then nothing has changed.
 */
int ix_table_put(struct ix_table **table, struct ix_edit *edit, u32 number,
		 struct ix_named *object)
{
	int err = ix_table_own(table, edit, number);

	if (err)
		return err;
	if ((*table)->slots[number])
		(*table)->count--;
	if (object)
		(*table)->count++;
	(*table)->slots[number] = object;
	return 0;
}

/**
 * ix_table_clear() - make a table empty
 * @table: the table
 * @edit: the edit that it belongs to
 *
 * What becomes of the objects is the caller's business.
 *
 * Return: 0, or -ENOMEM: then nothing has changed.
 */
int ix_table_clear(struct ix_table **table, struct ix_edit *edit)
{
	int err;

	if (!*table)
		return 0;
	if ((*table)->epoch == edit->epoch) {
		kvfree(*table);
	} else {
		err = ix_edit_retire(edit, *table, ix_table_free);
		if (err)
			return err;
	}
	*table = NULL;
	return 0;
}

/**
 * ix_table_abandon() - free what an edit has made of a table
 * @table: the table
 * @edit: the edit, which is not going to be published
 */
void ix_table_abandon(struct ix_table **table, struct ix_edit *edit)
{
	if (*table && (*table)->epoch == edit->epoch)
		kvfree(*table);
	*table = NULL;
}
