/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters: per CPU, shared by all versions of the object that they belong to.
 */
#ifndef IX_STATS_H
#define IX_STATS_H

#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/u64_stats_sync.h>

#include "drop.h"

/**
 * struct ix_stats_cpu - what one CPU has counted for a tenant
 * @sync: for 64-bit reads on 32-bit machines
 * @bytes: octets of IP that were forwarded
 * @delivered_packets: packets that were sent into the tenant
 * @delivered_bytes: octets of IP that were sent into the tenant
 * @packets: packets that the tenant has sent, by their end: forwarded (the
 *	first), or dropped for a reason
 * @would_drop_packets: packets that the tenant has sent, and that only monitor
 *	mode has saved from the policy
 * @would_drop_bytes: octets of IP of them
 *
 * What is counted for every packet is in the first cache line.
 */
struct ix_stats_cpu {
	struct u64_stats_sync sync;
	u64_stats_t bytes;
	u64_stats_t delivered_packets;
	u64_stats_t delivered_bytes;
	u64_stats_t packets[IX_DROP_MAX];
	u64_stats_t would_drop_packets;
	u64_stats_t would_drop_bytes;
} ____cacheline_aligned;

/**
 * struct ix_stats - counters of a tenant
 * @refs: versions of the tenant that share them
 * @cpu: the counters
 */
struct ix_stats {
	refcount_t refs;
	struct ix_stats_cpu __percpu *cpu;
};

/**
 * struct ix_stats_sum - the counters of all CPUs
 * @packets: as in struct ix_stats_cpu
 * @bytes: likewise
 * @delivered_packets: likewise
 * @delivered_bytes: likewise
 * @would_drop_packets: likewise
 * @would_drop_bytes: likewise
 */
struct ix_stats_sum {
	u64 packets[IX_DROP_MAX];
	u64 bytes;
	u64 delivered_packets;
	u64 delivered_bytes;
	u64 would_drop_packets;
	u64 would_drop_bytes;
};

/**
 * struct ix_counter_cpu - what one CPU has counted for a rule
 * @packets: packets
 * @bytes: octets of IP
 * @sync: for 64-bit reads on 32-bit machines
 */
struct ix_counter_cpu {
	u64_stats_t packets;
	u64_stats_t bytes;
	struct u64_stats_sync sync;
};

/**
 * struct ix_counter - counter of a rule
 * @refs: versions of the rule that share it
 * @cpu: the counters
 */
struct ix_counter {
	refcount_t refs;
	struct ix_counter_cpu __percpu *cpu;
};

const char *ix_drop_name(enum ix_drop reason);

struct ix_stats *ix_stats_new(void);
void ix_stats_put(struct ix_stats *stats);
void ix_stats_read(const struct ix_stats *stats, struct ix_stats_sum *sum);

struct ix_counter *ix_counter_new(void);
void ix_counter_put(struct ix_counter *counter);
void ix_counter_read(const struct ix_counter *counter, u64 *packets,
		     u64 *bytes);

static inline struct ix_stats *ix_stats_get(struct ix_stats *stats)
{
	refcount_inc(&stats->refs);
	return stats;
}

static inline struct ix_counter *ix_counter_get(struct ix_counter *counter)
{
	if (counter)
		refcount_inc(&counter->refs);
	return counter;
}

/* Count packets that end dropped. Context: softirq, or BHs off. */
static inline void ix_stats_drop(struct ix_stats *stats, enum ix_drop reason)
{
	struct ix_stats_cpu *cpu = this_cpu_ptr(stats->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_inc(&cpu->packets[reason]);
	u64_stats_update_end(&cpu->sync);
}

/* Count packets that are forwarded. Context: softirq, or BHs off. */
static inline void ix_stats_forward(struct ix_stats *from, struct ix_stats *to,
				    unsigned int packets, unsigned int bytes)
{
	struct ix_stats_cpu *cpu = this_cpu_ptr(from->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_add(&cpu->packets[IX_FORWARDED], packets);
	u64_stats_add(&cpu->bytes, bytes);
	u64_stats_update_end(&cpu->sync);

	cpu = this_cpu_ptr(to->cpu);
	u64_stats_update_begin(&cpu->sync);
	u64_stats_add(&cpu->delivered_packets, packets);
	u64_stats_add(&cpu->delivered_bytes, bytes);
	u64_stats_update_end(&cpu->sync);
}

/* Count packets that monitor mode saves. Context: softirq, or BHs off. */
static inline void ix_stats_would_drop(struct ix_stats *stats,
				       unsigned int packets, unsigned int bytes)
{
	struct ix_stats_cpu *cpu = this_cpu_ptr(stats->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_add(&cpu->would_drop_packets, packets);
	u64_stats_add(&cpu->would_drop_bytes, bytes);
	u64_stats_update_end(&cpu->sync);
}

/* Count packets that a rule has decided on. Context: softirq, or BHs off. */
static inline void ix_counter_add(struct ix_counter *counter,
				  unsigned int packets, unsigned int bytes)
{
	struct ix_counter_cpu *cpu;

	if (!counter)
		return;
	cpu = this_cpu_ptr(counter->cpu);
	u64_stats_update_begin(&cpu->sync);
	u64_stats_add(&cpu->packets, packets);
	u64_stats_add(&cpu->bytes, bytes);
	u64_stats_update_end(&cpu->sync);
}

#endif /* IX_STATS_H */
