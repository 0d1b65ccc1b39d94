/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The benchmarks' packet generator, and what it says to bench.py.
 *
 * An open file of /dev/ix_bench is one side of a comparison: a network
 * namespace, devices in it, and flows. A flow is a packet, the device that it
 * comes in by, the packet that has to come out of it, and the device that this
 * one leaves by.
 */
#ifndef IX_BENCH_H
#define IX_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Packets that are handed to the stack in one timed piece. */
#define BENCH_BATCH 64
#define BENCH_SIDES 4
#define BENCH_LEN 128
/* Instead of a device: no packet comes out. */
#define BENCH_NONE 0xffff

/**
 * struct bench_setup - make a file a side, in the caller's network namespace
 * @devices: address of interface numbers (u32), which flows refer to by index
 * @flows: address of the flows, each a struct bench_flow_head, @in_len octets
 *	of the packet that comes in, and @out_len of the one that goes out, from
 *	the IP header on
 * @devices_nr: how many devices
 * @flows_nr: how many flows
 * @in_len: length of the packets that come in
 * @out_len: length of the packets that go out
 * @flags: BENCH_DRAIN and so on
 */
struct bench_setup {
	__u64 devices;
	__u64 flows;
	__u32 devices_nr;
	__u32 flows_nr;
	__u16 in_len;
	__u16 out_len;
	__u32 flags;
};

/* The devices free what comes in at once: what the generator costs by itself. */
#define BENCH_DRAIN 1
/* Who made the IPv4 header has chosen its identification. */
#define BENCH_ANY_ID 2
/* Nothing is to come out, wherever the flows would lead. */
#define BENCH_REFUSED 4

struct bench_flow_head {
	__u16 in_dev;
	__u16 out_dev;
};

/**
 * struct bench_check - send flows one by one, and look at what comes out
 * @first: number of the first flow
 * @nr: how many
 * @wrong: returned: how many had another result than they should have
 * @wrong_flow: returned: the first of them
 * @wrong_dev: returned: where it came out
 * @wrong_len: returned: its length
 * @wrong_packet: returned: the packet
 */
struct bench_check {
	__u32 first;
	__u32 nr;
	__u32 wrong;
	__u32 wrong_flow;
	__u16 wrong_dev;
	__u16 wrong_len;
	__u8 wrong_packet[BENCH_LEN];
};

/**
 * struct bench_run - time several sides against each other
 * @sides: file descriptors
 * @sides_nr: how many
 * @rounds: how often each of them gets a batch
 * @times: address of @rounds times @sides_nr times in ns (u32), to be filled in
 * @wrong: returned: the side of which a packet was lost, or was not as it
 *	should be, plus one; 0 if there was none
 * @wrong_flow: returned: the flow, if it is known
 */
struct bench_run {
	__s32 sides[BENCH_SIDES];
	__u32 sides_nr;
	__u32 rounds;
	__u64 times;
	__u32 wrong;
	__u32 wrong_flow;
};

/**
 * struct bench_lookup - time the longest-prefix match of ix, and another
 * @prefixes: address of prefixes, each 16 octets and a length (u8); of IPv4
 *	prefixes the first 4 octets count
 * @keys: address of keys for ix, 16 octets each
 * @peer_keys: address of as many keys for the other one
 * @prefixes_nr: how many prefixes
 * @keys_nr: how many keys, a multiple of BENCH_BATCH
 * @rounds: how many batches of keys
 * @family: the other one: AF_INET: fib_table_lookup(), AF_INET6: fib6_lookup(),
 *	in the main table of the caller's network namespace
 * @times: address of @rounds times two times in ns (u32), to be filled in
 * @same: both have the same prefixes, and have to find the same
 * @at_once: how many lookups of ix go side by side, 1 to 16
 * @wrong: returned: number of keys for which they did not, or nothing was found
 * @memory: returned: octets that ix has allocated, leaves not counted
 * @build_ns: returned: how long it took to build the trie
 */
struct bench_lookup {
	__u64 prefixes;
	__u64 keys;
	__u64 peer_keys;
	__u32 prefixes_nr;
	__u32 keys_nr;
	__u32 rounds;
	__u32 family;
	__u64 times;
	__u32 same;
	__u32 at_once;
	__u32 wrong;
	__u32 spare;
	__u64 memory;
	__u64 build_ns;
};

#define BENCH_SETUP _IOW('x', 0, struct bench_setup)
#define BENCH_CHECK _IOWR('x', 1, struct bench_check)
#define BENCH_RUN _IOWR('x', 2, struct bench_run)
#define BENCH_LOOKUP _IOWR('x', 3, struct bench_lookup)
/* Begin to watch for a processor that does not give way. */
#define BENCH_WATCH _IO('x', 4)
/* And the longest time in ns that it did not, since then. */
#define BENCH_WATCHED _IOR('x', 5, __u64)

#ifdef __KERNEL__

#include <linux/netdevice.h>
#include <linux/skbuff.h>

struct bench_side;

/**
 * struct bench_catch - what has come out
 * @count: packets
 * @keep: number of the packet to be kept for a look at it
 * @kept: that packet
 *
 * One measurement at a time is under way, on the one processor there is.
 */
struct bench_catch {
	u64 count;
	u64 keep;
	struct sk_buff *kept;
};

extern struct bench_catch bench_catch;

void bench_clock_init(void);
u64 bench_clock(void);
u64 bench_clock_ns(u64 ticks);

int bench_device_init(void);
void bench_device_exit(void);
bool bench_device_is(const struct net_device *dev);
int bench_device_drain(struct net_device *dev);
void bench_device_undrain(struct net_device *dev);

int bench_side_setup(struct bench_side **side, const struct bench_setup *setup);
void bench_side_free(struct bench_side *side);
int bench_side_check(struct bench_side *side, struct bench_check *check);
int bench_sides_run(struct bench_side *sides[], struct bench_run *run);

int bench_lookups(struct bench_lookup *lookup);

int bench_watch(void);
u64 bench_watched(void);

#endif /* __KERNEL__ */

#endif /* IX_BENCH_H */
