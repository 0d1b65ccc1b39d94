/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flow accounting: how much each institution has sent to each other one with
 * which service. Each CPU has a table of its own, of a fixed size; what finds
 * no place there goes into one sum, so that nothing is lost.
 *
 * Nothing here knows of packets, sockets or netlink.
 */
#ifndef IX_ACCOUNT_H
#define IX_ACCOUNT_H

#include <linux/types.h>
#include <linux/u64_stats_sync.h>

/**
 * struct ix_account_key - a flow
 * @source: tag of the institution that sends
 * @destination: tag of the institution that it is for
 * @service: number of the service by which it was judged, 0 if none is named
 * @reply: the packets answer to that service
 */
struct ix_account_key {
	u32 source;
	u32 destination;
	u16 service;
	bool reply;
};

/**
 * struct ix_account_entry - a flow on one CPU
 * @key: the flow
 * @used: there is one; set last
 * @first: when its first packet came, in seconds since 1970-01-01 UTC
 * @last: when its last packet came
 * @packets: packets
 * @bytes: octets of IP
 */
struct ix_account_entry {
	struct ix_account_key key;
	bool used;
	u32 first;
	u32 last;
	u64_stats_t packets;
	u64_stats_t bytes;
};

/**
 * struct ix_account_table - flows on one CPU
 * @sync: for 64-bit reads on 32-bit machines
 * @used: number of flows
 * @other: packets of flows that found no place
 * @entries: flows, by their hash
 */
struct ix_account_table {
	struct u64_stats_sync sync;
	u32 used;
	struct ix_account_entry other;
	struct ix_account_entry entries[];
};

/**
 * struct ix_account - all flows
 * @limit: flows that one table may have
 * @mask: entries of a table, a power of two and more than @limit, minus one
 * @seed: of the hash
 * @tables_nr: number of tables
 * @tables: one for each CPU
 */
struct ix_account {
	u32 limit;
	u32 mask;
	u32 seed;
	unsigned int tables_nr;
	struct ix_account_table *tables[];
};

/**
 * struct ix_account_sum - a flow on all CPUs
 * @key: the flow
 * @other: @key says nothing: all that found no place
 * @first: when its first packet came
 * @last: when its last packet came
 * @packets: packets
 * @bytes: octets of IP
 */
struct ix_account_sum {
	struct ix_account_key key;
	bool other;
	u64 first;
	u64 last;
	u64 packets;
	u64 bytes;
};

struct ix_account *ix_account_new(u32 limit, unsigned int tables_nr);
void ix_account_free(void *account);

/**
 * ix_account_add() - account for a packet
 * @account: the account
 * @cpu: which of its tables
 * @key: the flow
 * @bytes: octets of IP
 * @now: time in seconds since 1970-01-01 UTC
 *
 * Context: BHs off, on that CPU. Allocates nothing.
 */
void ix_account_add(struct ix_account *account, unsigned int cpu,
		    const struct ix_account_key *key, u32 bytes, u32 now);

/**
 * ix_account_get() - look a flow up
 * @account: the account
 * @sum: filled in; its key is given
 *
 * Return: false if there is no such flow.
 */
bool ix_account_get(const struct ix_account *account,
		    struct ix_account_sum *sum);

/**
 * ix_account_next() - list flows
 * @account: the account
 * @place: where to go on; 0 at first
 * @sum: filled in
 *
 * Each flow comes once, as the sum over all CPUs; at the end comes what found
 * no place, if there is any. Of a flow that comes up on another CPU meanwhile a
 * part may be missing; it is there the next time.
 *
 * Return: false at the end.
 */
bool ix_account_next(const struct ix_account *account, u64 *place,
		     struct ix_account_sum *sum);

#endif /* IX_ACCOUNT_H */
