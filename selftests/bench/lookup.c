// SPDX-License-Identifier: GPL-2.0
/*
 * The longest-prefix match of ix against those of the kernel's routing tables:
 * the lookup alone, in batches of random keys.
 */
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
#include <net/ipv6_stubs.h>
#include <net/net_namespace.h>

#include "bench.h"
#include "lpm.h"

/* As large as what ix hangs into its registry. */
struct bench_leaf {
	struct ix_lpm_leaf leaf;
	u64 others[4];
};

struct bench_prefix {
	struct in6_addr addr;
	u8 len;
} __packed;

static struct ix_addr bench_key(const struct in6_addr *addr)
{
	return ix_addr_from_in6(addr);
}

static void bench_leaf_free(struct ix_lpm_leaf *leaf)
{
	kfree(container_of(leaf, struct bench_leaf, leaf));
}

static int bench_fill(struct ix_lpm *lpm, const struct bench_prefix *prefixes,
		      u32 nr)
{
	struct ix_lpm_leaf *old;
	struct ix_edit edit;
	int err = 0;
	u32 i;

	ix_edit_init(&edit);
	for (i = 0; i < nr && !err; i++) {
		struct bench_leaf *leaf = kzalloc(sizeof(*leaf), GFP_KERNEL);

		if (!leaf) {
			err = -ENOMEM;
			break;
		}
		leaf->leaf.len = prefixes[i].len;
		leaf->leaf.epoch = edit.epoch;
		leaf->leaf.key = ix_addr_prefix(bench_key(&prefixes[i].addr),
						leaf->leaf.len);
		err = ix_lpm_insert(lpm, &edit, &leaf->leaf, &old);
		if (err)
			old = &leaf->leaf;
		if (old)
			bench_leaf_free(old);
		cond_resched();
	}
	ix_edit_published(&edit);
	return err;
}

/* Lengths of what was found; 255 is nothing. */
static u8 bench_find_ix(const struct ix_lpm *lpm, const struct in6_addr *key)
{
	const struct ix_lpm_leaf *leaf = ix_lpm_lookup(lpm, bench_key(key));

	return leaf ? leaf->len : 255;
}

static u8 bench_find4(struct fib_table *table, const struct in6_addr *key)
{
	struct flowi4 fl4 = { .daddr = key->s6_addr32[0] };
	struct fib_result res;

	if (fib_table_lookup(table, &fl4, &res, FIB_LOOKUP_NOREF))
		return 255;
	return res.prefixlen;
}

static u8 bench_find6(struct net *net, const struct in6_addr *key)
{
	struct flowi6 fl6 = { .daddr = *key };
	struct fib6_result res = {};

	if (ipv6_stub->fib6_lookup(net, 0, &fl6, &res, 0))
		return 255;
	return res.f6i->fib6_dst.plen;
}

struct bench_tables {
	struct ix_lpm lpm;
	struct net *net;
	struct fib_table *table;
};

static u64 bench_time_ix_each(const struct bench_tables *t,
			      const struct in6_addr *keys, u8 *found)
{
	u64 start = bench_clock();
	unsigned int i;

	for (i = 0; i < BENCH_BATCH; i++)
		found[i] = bench_find_ix(&t->lpm, &keys[i]);
	return bench_clock_ns(bench_clock() - start);
}

static u64 bench_time_ix_all(const struct bench_tables *t, u32 at_once,
			     const struct in6_addr *keys, u8 *found)
{
	struct ix_lpm_query queries[IX_LPM_QUERIES];
	unsigned int i, j, nr;
	u64 start = bench_clock();

	for (i = 0; i < BENCH_BATCH; i += nr) {
		nr = min(at_once, BENCH_BATCH - i);
		for (j = 0; j < nr; j++) {
			queries[j].lpm = &t->lpm;
			queries[j].key = bench_key(&keys[i + j]);
		}
		ix_lpm_lookup_all(queries, nr);
		for (j = 0; j < nr; j++)
			found[i + j] = queries[j].leaf ?
				       queries[j].leaf->len : 255;
	}
	return bench_clock_ns(bench_clock() - start);
}

static u64 bench_time_ix(const struct bench_tables *t, u32 at_once,
			 const struct in6_addr *keys, u8 *found)
{
	return at_once == 1 ? bench_time_ix_each(t, keys, found) :
			      bench_time_ix_all(t, at_once, keys, found);
}

static u64 bench_time_fib(const struct bench_tables *t,
			  const struct in6_addr *keys, u8 *found)
{
	u64 start = bench_clock();
	unsigned int i;

	if (t->table)
		for (i = 0; i < BENCH_BATCH; i++)
			found[i] = bench_find4(t->table, &keys[i]);
	else
		for (i = 0; i < BENCH_BATCH; i++)
			found[i] = bench_find6(t->net, &keys[i]);
	return bench_clock_ns(bench_clock() - start);
}

static int bench_compare(const struct bench_tables *t,
			 struct bench_lookup *lookup,
			 const struct in6_addr *keys,
			 const struct in6_addr *peer_keys)
{
	u32 __user *user = u64_to_user_ptr(lookup->times);
	u8 ix[BENCH_BATCH], fib[BENCH_BATCH];
	u32 round, times[2], i;

	lookup->wrong = 0;
	for (round = 0; round < lookup->rounds; round++) {
		size_t at = (size_t)round * BENCH_BATCH % lookup->keys_nr;

		local_bh_disable();
		rcu_read_lock();
		if (round % 2) {
			times[0] = bench_time_ix(t, lookup->at_once, &keys[at],
						 ix);
			times[1] = bench_time_fib(t, &peer_keys[at],
						  fib);
		} else {
			times[1] = bench_time_fib(t, &peer_keys[at],
						  fib);
			times[0] = bench_time_ix(t, lookup->at_once, &keys[at],
						 ix);
		}
		rcu_read_unlock();
		local_bh_enable();

		for (i = 0; i < BENCH_BATCH; i++)
			if (ix[i] == 255 || fib[i] == 255 ||
			    (lookup->same && ix[i] != fib[i]))
				lookup->wrong++;
		if (copy_to_user(user + 2 * round, times, sizeof(times)))
			return -EFAULT;
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

int bench_lookups(struct bench_lookup *lookup)
{
	struct bench_tables t = { .net = current->nsproxy->net_ns };
	struct bench_prefix *prefixes;
	struct in6_addr *keys, *peer_keys;
	u64 start;
	int err;

	if (!lookup->keys_nr || lookup->keys_nr % BENCH_BATCH ||
	    !lookup->at_once || lookup->at_once > IX_LPM_QUERIES)
		return -EINVAL;
	if (lookup->family == AF_INET) {
		t.table = rcu_access_pointer(t.net->ipv4.fib_main);
		if (!t.table)
			return -ESRCH;
	}
	prefixes = vmemdup_array_user(u64_to_user_ptr(lookup->prefixes),
				      lookup->prefixes_nr, sizeof(*prefixes));
	if (IS_ERR(prefixes))
		return PTR_ERR(prefixes);
	keys = vmemdup_array_user(u64_to_user_ptr(lookup->keys),
				  lookup->keys_nr, sizeof(*keys));
	err = PTR_ERR_OR_ZERO(keys);
	if (err)
		goto free_prefixes;
	peer_keys = vmemdup_array_user(u64_to_user_ptr(lookup->peer_keys),
				       lookup->keys_nr, sizeof(*keys));
	err = PTR_ERR_OR_ZERO(peer_keys);
	if (err)
		goto free_keys;

	start = ktime_get_ns();
	err = bench_fill(&t.lpm, prefixes, lookup->prefixes_nr);
	lookup->build_ns = ktime_get_ns() - start;
	lookup->memory = ix_lpm_memory(&t.lpm);
	if (!err)
		err = bench_compare(&t, lookup, keys, peer_keys);
	ix_lpm_destroy(&t.lpm, bench_leaf_free);
	kvfree(peer_keys);
free_keys:
	kvfree(keys);
free_prefixes:
	kvfree(prefixes);
	return err;
}
