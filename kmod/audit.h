/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which packets become events: rate limits by key, so that one noisy host
 * hides nobody else, and the numbers of what was suppressed.
 *
 * Nothing here knows of packets, sockets or netlink.
 */
#ifndef IX_AUDIT_H
#define IX_AUDIT_H

#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* Keys that one CPU remembers, and how many of them are looked at for one. */
#define IX_AUDIT_SLOTS 4096
#define IX_AUDIT_WAYS 8

/**
 * enum ix_audit_scope - what a key stands for
 * @IX_AUDIT_FREE: nothing
 * @IX_AUDIT_KEY: packets that are alike
 * @IX_AUDIT_SOURCE: everything of a source that has no key of its own
 * @IX_AUDIT_OTHER: everything that has not even that
 */
enum ix_audit_scope {
	IX_AUDIT_FREE,
	IX_AUDIT_KEY,
	IX_AUDIT_SOURCE,
	IX_AUDIT_OTHER,
};

/**
 * struct ix_audit_key - packets with the same key are alike
 * @source: tag of the institution that sends, 0 if it is not known
 * @destination: tag of the institution that it is for, 0 if it is not known
 * @tenant: number of the tenant that sends, 0 if it is not known
 * @port: the lower port, which is that of the service as a rule, or ICMP type
 * @protocol: IP protocol
 * @reason: enum ix_drop
 * @would: not dropped, but it would have been, were monitor mode not on
 * @scope: enum ix_audit_scope; of IX_AUDIT_SOURCE only @source and @tenant count
 *
 * Without padding: it is compared and hashed as it is in memory.
 */
struct ix_audit_key {
	u32 source;
	u32 destination;
	u16 tenant;
	u16 port;
	u8 protocol;
	u8 reason;
	u8 would;
	u8 scope;
};

/**
 * struct ix_audit_slot - what is known of a key
 * @key: the key
 * @begin: when the interval began in which @events were let through (sources)
 * @sent: when its last event was let through
 * @suppressed: packets since then that became no event
 * @events: events of this source since @begin
 */
struct ix_audit_slot {
	struct ix_audit_key key;
	unsigned long begin;
	unsigned long sent;
	u64 suppressed;
	u32 events;
};

/**
 * struct ix_audit_cpu - what one CPU remembers
 * @lock: its own: only the flush of what was suppressed comes from elsewhere,
 *	once an interval
 * @seed: of the hash, so that nobody can choose keys that displace another's
 * @packets: packets that were to be events
 * @suppressed: those that were not let through
 * @lost: packets that events would have reported, had there been memory for
 *	them, or had anybody still listened
 * @other: for what finds no slot
 * @slots: keys, in groups of IX_AUDIT_WAYS by their hash
 */
struct ix_audit_cpu {
	spinlock_t lock;	/* protects all of it */
	u32 seed;
	u64 packets;
	u64 suppressed;
	u64 lost;
	struct ix_audit_slot other;
	struct ix_audit_slot slots[IX_AUDIT_SLOTS];
};

/**
 * struct ix_audit_limit - how many events there may be
 * @interval: one event of a key in this time, in the unit of the clock
 * @burst: events of one source in this time
 */
struct ix_audit_limit {
	unsigned long interval;
	u32 burst;
};

/**
 * struct ix_audit - limiter; each CPU has its own limits
 * @cpu: the CPUs' tables
 */
struct ix_audit {
	struct ix_audit_cpu * __percpu *cpu;
};

/**
 * struct ix_audit_sum - numbers of all CPUs
 * @packets: packets that were to be events
 * @suppressed: those that were not let through
 * @pending: those of them that no event has reported yet
 * @lost: packets that no event will report
 */
struct ix_audit_sum {
	u64 packets;
	u64 suppressed;
	u64 pending;
	u64 lost;
};

struct ix_audit *ix_audit_new(void);
void ix_audit_free(struct ix_audit *audit);
void ix_audit_read(const struct ix_audit *audit, struct ix_audit_sum *sum);

/**
 * ix_audit_admit() - may this packet become an event?
 * @cpu: this CPU's table
 * @key: what the packet is; of the scope IX_AUDIT_KEY
 * @limit: how many events there may be
 * @now: time
 * @suppressed: where to store how many like it became none since the last one
 *
 * The first packet of a key becomes an event, and then one in each interval,
 * as long as its source has not used up what it may have in the interval.
 * Every other packet is counted where a later event reports it: with its key,
 * or with its source, or with all others.
 *
 * Context: BHs off. Allocates nothing.
 *
 * Return: true if it may.
 */
bool ix_audit_admit(struct ix_audit_cpu *cpu, const struct ix_audit_key *key,
		    const struct ix_audit_limit *limit, unsigned long now,
		    u64 *suppressed);

/**
 * ix_audit_due() - take a number of suppressed packets that has waited
 * @cpu: a CPU's table
 * @place: where to go on looking; 0 at first
 * @limit: how many events there may be
 * @now: time
 * @key: where to store what they were
 * @pending: set to true if there are others that are not due yet
 *
 * Context: process or BHs off.
 *
 * Return: how many packets were suppressed since the last event of @key; 0 at
 * the end of the table.
 */
u64 ix_audit_due(struct ix_audit_cpu *cpu, unsigned int *place,
		 const struct ix_audit_limit *limit, unsigned long now,
		 struct ix_audit_key *key, bool *pending);

/* An event that reports @packets did not reach anybody. */
void ix_audit_lost(struct ix_audit_cpu *cpu, u64 packets);

#endif /* IX_AUDIT_H */
