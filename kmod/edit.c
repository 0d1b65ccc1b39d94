// SPDX-License-Identifier: GPL-2.0
/*
 * One set of changes to a configuration that readers are using.
 */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "edit.h"

/*
 * Numbers the edits of all network namespaces. That is identity and not state:
 * all that is ever asked is whether two of its numbers are the same, and
 * packets do not ask.
 */
static atomic64_t ix_edit_epochs = ATOMIC64_INIT(0);

struct ix_edit_record {
	void *object;
	ix_free_with_fn free;
	void *context;
};

/* A page of records: a large edit must not need a large allocation. */
struct ix_edit_chunk {
	struct list_head list;
	size_t nr;
	struct ix_edit_record records[];
};

#define IX_EDIT_CHUNK_RECORDS						\
	((PAGE_SIZE - sizeof(struct ix_edit_chunk)) /			\
	 sizeof(struct ix_edit_record))

void ix_edit_init(struct ix_edit *edit)
{
	do {
		edit->epoch = atomic64_inc_return(&ix_edit_epochs) &
			      GENMASK_ULL(IX_EDIT_EPOCH_BITS - 1, 0);
	} while (!edit->epoch);
	INIT_LIST_HEAD(&edit->retired);
	INIT_LIST_HEAD(&edit->spare);
	edit->room = 0;
}

int ix_edit_reserve(struct ix_edit *edit, size_t nr)
{
	while (edit->room < nr) {
		struct ix_edit_chunk *chunk;

		chunk = kmalloc(PAGE_SIZE, GFP_KERNEL_ACCOUNT);
		if (!chunk)
			return -ENOMEM;
		chunk->nr = 0;
		list_add(&chunk->list, &edit->spare);
		edit->room += IX_EDIT_CHUNK_RECORDS;
	}
	return 0;
}

int ix_edit_retire_with(struct ix_edit *edit, void *object,
			ix_free_with_fn free, void *context)
{
	struct ix_edit_chunk *chunk;
	int err;

	err = ix_edit_reserve(edit, 1);
	if (err)
		return err;

	chunk = list_first_entry_or_null(&edit->retired, struct ix_edit_chunk,
					 list);
	if (!chunk || chunk->nr == IX_EDIT_CHUNK_RECORDS) {
		chunk = list_first_entry(&edit->spare, struct ix_edit_chunk,
					 list);
		list_move(&chunk->list, &edit->retired);
	}
	chunk->records[chunk->nr++] = (struct ix_edit_record){
		.object = object,
		.free = free,
		.context = context,
	};
	edit->room--;
	return 0;
}

static void ix_edit_free_plain(void *object, void *context)
{
	ix_free_fn free = context;

	free(object);
}

int ix_edit_retire(struct ix_edit *edit, void *object, ix_free_fn free)
{
	return ix_edit_retire_with(edit, object, ix_edit_free_plain, free);
}

static void ix_edit_free_chunks(struct list_head *chunks)
{
	struct ix_edit_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, chunks, list)
		kfree(chunk);
	INIT_LIST_HEAD(chunks);
}

void ix_edit_published(struct ix_edit *edit)
{
	struct ix_edit_chunk *chunk;

	synchronize_rcu();

	list_for_each_entry(chunk, &edit->retired, list) {
		size_t i;

		for (i = 0; i < chunk->nr; i++) {
			struct ix_edit_record *record = &chunk->records[i];

			record->free(record->object, record->context);
			cond_resched();
		}
	}
	ix_edit_abandoned(edit);
}

void ix_edit_abandoned(struct ix_edit *edit)
{
	ix_edit_free_chunks(&edit->retired);
	ix_edit_free_chunks(&edit->spare);
	edit->room = 0;
}
