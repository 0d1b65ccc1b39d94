/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small persistent tables of named and numbered objects: tenants, views,
 * classes, services. An edit copies the table (pointers only) when it changes
 * its first entry; readers index it by number.
 */
#ifndef IX_TABLE_H
#define IX_TABLE_H

#include <linux/compiler_types.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include <uapi/linux/ix.h>

#include "edit.h"

/**
 * struct ix_named - what tenants, views, classes and services begin with
 * @epoch: epoch of the edit that made it
 * @number: its place in the table, not 0
 * @name: its name, padded with NUL
 */
struct ix_named {
	u64 epoch;
	u16 number;
	char name[IX_NAME_MAX + 1];
};

/**
 * struct ix_table - objects by number
 * @epoch: epoch of the edit that made this copy of the table
 * @size: number of slots
 * @count: number of objects
 * @slots: the objects; slot 0 is never used
 *
 * Immutable once published. A NULL table is empty.
 */
struct ix_table {
	u64 epoch;
	u32 size;
	u32 count;
	struct ix_named *slots[] __counted_by(size);
};

static inline struct ix_named *ix_table_get(const struct ix_table *table,
					    u32 number)
{
	return table && number < table->size ? table->slots[number] : NULL;
}

/* Names are compared for every packet; padded with NUL, they are four words. */
struct ix_name_words {
	u64 words[(IX_NAME_MAX + 1) / sizeof(u64)];
} __packed;

static inline bool ix_name_equal(const char *a, const char *b)
{
	const struct ix_name_words *x = (const struct ix_name_words *)a;
	const struct ix_name_words *y = (const struct ix_name_words *)b;
	u64 different = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(x->words); i++)
		different |= x->words[i] ^ y->words[i];
	return !different;
}

struct ix_named *ix_table_find(const struct ix_table *table, const char *name);
struct ix_named *ix_table_next(const struct ix_table *table, u32 number);
u32 ix_table_free_number(const struct ix_table *table, u32 max);
int ix_table_put(struct ix_table **table, struct ix_edit *edit, u32 number,
		 struct ix_named *object);
int ix_table_clear(struct ix_table **table, struct ix_edit *edit);
void ix_table_abandon(struct ix_table **table, struct ix_edit *edit);

#endif /* IX_TABLE_H */
