// SPDX-License-Identifier: GPL-2.0
/*
 * Counters: per CPU, shared by all versions of the object that they belong to.
 */
#include <linux/cpumask.h>
#include <linux/slab.h>

#include "stats.h"

static const char * const ix_drop_names[] = {
	[IX_FORWARDED] = "forwarded",
#define IX_DROP_NAME(id, name, core, doc) [IX_DROP_##id] = name,
	IX_DROP_REASONS(IX_DROP_NAME)
#undef IX_DROP_NAME
};

/**
 * ix_drop_name() - the name that people see
 * @reason: a drop reason, or IX_FORWARDED
 *
 * Return: a string.
 */
const char *ix_drop_name(enum ix_drop reason)
{
	return ix_drop_names[reason];
}

/**
 * ix_stats_new() - counters for a new tenant
 *
 * Return: a strong reference, or NULL.
 */
struct ix_stats *ix_stats_new(void)
{
	struct ix_stats *stats = kzalloc(sizeof(*stats), GFP_KERNEL_ACCOUNT);
	int i;

	if (!stats)
		return NULL;
	stats->cpu = alloc_percpu_gfp(struct ix_stats_cpu, GFP_KERNEL_ACCOUNT);
	if (!stats->cpu) {
		kfree(stats);
		return NULL;
	}
	for_each_possible_cpu(i)
		u64_stats_init(&per_cpu_ptr(stats->cpu, i)->sync);
	refcount_set(&stats->refs, 1);
	return stats;
}

/**
 * ix_stats_put() - drop a reference
 * @stats: the counters; no packet can see the object that held the reference
 */
void ix_stats_put(struct ix_stats *stats)
{
	if (!stats || !refcount_dec_and_test(&stats->refs))
		return;
	free_percpu(stats->cpu);
	kfree(stats);
}

/**
 * ix_stats_read() - add the CPUs up
 * @stats: the counters
 * @sum: where to store the result
 */
void ix_stats_read(const struct ix_stats *stats, struct ix_stats_sum *sum)
{
	int i, reason;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(i) {
		const struct ix_stats_cpu *cpu = per_cpu_ptr(stats->cpu, i);
		struct ix_stats_sum one;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&cpu->sync);
			for (reason = 0; reason < IX_DROP_MAX; reason++)
				one.packets[reason] =
					u64_stats_read(&cpu->packets[reason]);
			one.bytes = u64_stats_read(&cpu->bytes);
			one.delivered_packets =
				u64_stats_read(&cpu->delivered_packets);
			one.delivered_bytes =
				u64_stats_read(&cpu->delivered_bytes);
			one.would_drop_packets =
				u64_stats_read(&cpu->would_drop_packets);
			one.would_drop_bytes =
				u64_stats_read(&cpu->would_drop_bytes);
		} while (u64_stats_fetch_retry(&cpu->sync, start));

		for (reason = 0; reason < IX_DROP_MAX; reason++)
			sum->packets[reason] += one.packets[reason];
		sum->bytes += one.bytes;
		sum->delivered_packets += one.delivered_packets;
		sum->delivered_bytes += one.delivered_bytes;
		sum->would_drop_packets += one.would_drop_packets;
		sum->would_drop_bytes += one.would_drop_bytes;
	}
}

/**
 * ix_counter_new() - a counter for a new rule
 *
 * Return: a strong reference, or NULL.
 */
struct ix_counter *ix_counter_new(void)
{
	struct ix_counter *counter;
	int i;

	counter = kzalloc(sizeof(*counter), GFP_KERNEL_ACCOUNT);
	if (!counter)
		return NULL;
	counter->cpu = alloc_percpu_gfp(struct ix_counter_cpu,
					GFP_KERNEL_ACCOUNT);
	if (!counter->cpu) {
		kfree(counter);
		return NULL;
	}
	for_each_possible_cpu(i)
		u64_stats_init(&per_cpu_ptr(counter->cpu, i)->sync);
	refcount_set(&counter->refs, 1);
	return counter;
}

/**
 * ix_counter_put() - drop a reference
 * @counter: the counter or NULL; no packet can see the rule that held it
 */
void ix_counter_put(struct ix_counter *counter)
{
	if (!counter || !refcount_dec_and_test(&counter->refs))
		return;
	free_percpu(counter->cpu);
	kfree(counter);
}

/**
 * ix_counter_read() - add the CPUs up
 * @counter: the counter
 * @packets: where to store the packets
 * @bytes: where to store the octets
 */
void ix_counter_read(const struct ix_counter *counter, u64 *packets, u64 *bytes)
{
	int i;

	*packets = 0;
	*bytes = 0;
	for_each_possible_cpu(i) {
		const struct ix_counter_cpu *cpu = per_cpu_ptr(counter->cpu, i);
		unsigned int start;
		u64 p, b;

		do {
			start = u64_stats_fetch_begin(&cpu->sync);
			p = u64_stats_read(&cpu->packets);
			b = u64_stats_read(&cpu->bytes);
		} while (u64_stats_fetch_retry(&cpu->sync, start));
		*packets += p;
		*bytes += b;
	}
}
