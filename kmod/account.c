// SPDX-License-Identifier: GPL-2.0
/*
 * Flow accounting: open addressing, no deletion. At least half of a table is
 * always free, so that every search ends soon.
 */
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "account.h"

static bool ix_account_same(const struct ix_account_key *a,
			    const struct ix_account_key *b)
{
	return a->source == b->source && a->destination == b->destination &&
	       a->service == b->service && a->reply == b->reply;
}

/* The entry of a flow, or the free one where it would be. */
static struct ix_account_entry *
ix_account_find(const struct ix_account *account,
		struct ix_account_table *table,
		const struct ix_account_key *key)
{
	u32 at = jhash_3words(key->source, key->destination,
			      key->service << 1 | key->reply, account->seed);

	for (;; at++) {
		struct ix_account_entry *entry;

		entry = &table->entries[at & account->mask];
		/* Pairs with the release in ix_account_add(). */
		if (!smp_load_acquire(&entry->used) ||
		    ix_account_same(&entry->key, key))
			return entry;
	}
}

void ix_account_add(struct ix_account *account, unsigned int cpu,
		    const struct ix_account_key *key, u32 bytes, u32 now)
{
	struct ix_account_table *table = account->tables[cpu];
	struct ix_account_entry *entry = ix_account_find(account, table, key);

	if (!entry->used && table->used == account->limit)
		entry = &table->other;
	u64_stats_update_begin(&table->sync);
	u64_stats_inc(&entry->packets);
	u64_stats_add(&entry->bytes, bytes);
	u64_stats_update_end(&table->sync);
	if (entry->last != now)
		WRITE_ONCE(entry->last, now);
	if (entry->used)
		return;
	entry->key = *key;
	WRITE_ONCE(entry->first, now);
	if (entry != &table->other)
		table->used++;
	/* Whoever sees that there is one sees which one it is. */
	smp_store_release(&entry->used, true);
}

static void ix_account_add_up(struct ix_account_table *table,
			      const struct ix_account_entry *entry,
			      struct ix_account_sum *sum)
{
	u64 packets, bytes, first = READ_ONCE(entry->first);
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&table->sync);
		packets = u64_stats_read(&entry->packets);
		bytes = u64_stats_read(&entry->bytes);
	} while (u64_stats_fetch_retry(&table->sync, start));

	if (!sum->packets || first < sum->first)
		sum->first = first;
	sum->last = max_t(u64, sum->last, READ_ONCE(entry->last));
	sum->packets += packets;
	sum->bytes += bytes;
}

/* Adds up a flow that is found in a table; false if an earlier one has it. */
static bool ix_account_collect(const struct ix_account *account,
			       unsigned int cpu, struct ix_account_sum *sum)
{
	struct ix_account_entry *entry;
	unsigned int i;

	for (i = 0; i < account->tables_nr; i++) {
		entry = ix_account_find(account, account->tables[i], &sum->key);
		if (!entry->used)
			continue;
		if (i < cpu)
			return false;
		ix_account_add_up(account->tables[i], entry, sum);
	}
	return true;
}

bool ix_account_get(const struct ix_account *account,
		    struct ix_account_sum *sum)
{
	*sum = (struct ix_account_sum){ .key = sum->key };
	return ix_account_collect(account, 0, sum) && sum->packets;
}

bool ix_account_next(const struct ix_account *account, u64 *place,
		     struct ix_account_sum *sum)
{
	u64 size = (u64)account->mask + 1, end = size * account->tables_nr;
	struct ix_account_entry *entry;
	unsigned int i;

	for (; *place < end; ++*place) {
		unsigned int cpu = *place / size;

		entry = &account->tables[cpu]->entries[*place & account->mask];
		/* Pairs with the release in ix_account_add(). */
		if (!smp_load_acquire(&entry->used))
			continue;
		*sum = (struct ix_account_sum){ .key = entry->key };
		if (!ix_account_collect(account, cpu, sum))
			continue;
		++*place;
		return true;
	}
	if (*place > end)
		return false;
	++*place;
	*sum = (struct ix_account_sum){ .other = true };
	for (i = 0; i < account->tables_nr; i++)
		/* Pairs with the release in ix_account_add(). */
		if (smp_load_acquire(&account->tables[i]->other.used))
			ix_account_add_up(account->tables[i],
					  &account->tables[i]->other, sum);
	return sum->packets;
}

/**
 * ix_account_new() - an empty account
 * @limit: flows that each CPU can have, not 0
 * @tables_nr: number of tables: one for each number that a CPU can have
 *
 * Return: the account, or NULL.
 */
struct ix_account *ix_account_new(u32 limit, unsigned int tables_nr)
{
	struct ix_account *account;
	unsigned int i;

	account = kzalloc(struct_size(account, tables, tables_nr),
			  GFP_KERNEL_ACCOUNT);
	if (!account)
		return NULL;
	account->limit = limit;
	account->mask = roundup_pow_of_two(2 * limit) - 1;
	account->seed = get_random_u32();
	account->tables_nr = tables_nr;
	for (i = 0; i < tables_nr; i++) {
		struct ix_account_table *table;

		table = kvzalloc(struct_size(table, entries,
					     (size_t)account->mask + 1),
				 GFP_KERNEL_ACCOUNT);
		if (!table) {
			ix_account_free(account);
			return NULL;
		}
		u64_stats_init(&table->sync);
		account->tables[i] = table;
	}
	return account;
}

/**
 * ix_account_free() - free an account
 * @account: a struct ix_account, or NULL; nobody uses it any more
 */
void ix_account_free(void *account)
{
	struct ix_account *all = account;
	unsigned int i;

	if (!all)
		return;
	for (i = 0; i < all->tables_nr; i++)
		kvfree(all->tables[i]);
	kfree(all);
}
