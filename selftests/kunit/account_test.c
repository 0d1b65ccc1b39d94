// SPDX-License-Identifier: GPL-2.0
/*
 * Flow accounting, compared with an account that is kept without any art.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/slab.h>

#include "account.h"
#include "seed.h"

#define CPUS 3
#define FLOWS 300
#define STEPS 100000

struct naive {
	struct ix_account_sum sum;
	bool in[CPUS];
};

static struct ix_account_key flow(u32 n)
{
	return (struct ix_account_key){
		.source = n / 30 + 1,
		.destination = n / 6 % 5 + 1,
		.service = n / 2 % 3,
		.reply = n & 1,
	};
}

static u32 flow_number(const struct ix_account_key *key)
{
	return (key->source - 1) * 30 + (key->destination - 1) * 6 +
	       key->service * 2 + key->reply;
}

static void add(struct ix_account *account, unsigned int cpu, u32 n, u32 bytes,
		u32 now)
{
	struct ix_account_key key = flow(n);

	local_bh_disable();
	ix_account_add(account, cpu, &key, bytes, now);
	local_bh_enable();
}

static void naive_add(struct ix_account_sum *sum, u32 bytes, u32 now)
{
	if (!sum->packets)
		sum->first = now;
	sum->last = now;
	sum->packets++;
	sum->bytes += bytes;
}

static void expect_sum(struct kunit *test, const struct ix_account_sum *sum,
		       const struct ix_account_sum *expected)
{
	KUNIT_EXPECT_EQ(test, sum->packets, expected->packets);
	KUNIT_EXPECT_EQ(test, sum->bytes, expected->bytes);
	KUNIT_EXPECT_EQ(test, sum->first, expected->first);
	KUNIT_EXPECT_EQ(test, sum->last, expected->last);
}

/* Random packets on several CPUs into tables that hold @limit flows each. */
static void compare(struct kunit *test, u32 limit)
{
	struct ix_account *account = ix_account_new(limit, CPUS);
	struct ix_account_sum sum, other = {};
	u64 place = 0, packets = 0, bytes = 0;
	u32 used[CPUS] = {}, now = 1000, listed = 0, known = 0, i;
	struct naive *naive;
	struct rnd_state rnd;

	KUNIT_ASSERT_NOT_NULL(test, account);
	naive = kunit_kcalloc(test, FLOWS, sizeof(*naive), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, naive);
	ix_test_seed(test, &rnd);
	KUNIT_EXPECT_FALSE(test, ix_account_next(account, &place, &sum));

	for (i = 0; i < STEPS; i++) {
		unsigned int cpu = ix_test_below(&rnd, CPUS);
		u32 n = ix_test_below(&rnd, FLOWS);
		u32 length = ix_test_below(&rnd, 1500);

		if (ix_test_once_in(&rnd, 10))
			now++;
		add(account, cpu, n, length, now);
		packets++;
		bytes += length;
		if (!naive[n].in[cpu] && used[cpu] < limit) {
			naive[n].in[cpu] = true;
			used[cpu]++;
		}
		naive_add(naive[n].in[cpu] ? &naive[n].sum : &other, length,
			  now);
	}
	for (i = 0; i < FLOWS; i++)
		known += !!naive[i].sum.packets;

	place = 0;
	while (ix_account_next(account, &place, &sum)) {
		packets -= sum.packets;
		bytes -= sum.bytes;
		if (sum.other) {
			expect_sum(test, &sum, &other);
			other.packets = 0;
			continue;
		}
		expect_sum(test, &sum, &naive[flow_number(&sum.key)].sum);
		KUNIT_EXPECT_TRUE(test, ix_account_get(account, &sum));
		expect_sum(test, &sum, &naive[flow_number(&sum.key)].sum);
		/* A second time would differ. */
		naive[flow_number(&sum.key)].sum.packets = 0;
		listed++;
	}
	KUNIT_EXPECT_EQ(test, listed, known);
	KUNIT_EXPECT_EQ_MSG(test, other.packets, 0, "the others are missing");
	KUNIT_EXPECT_EQ_MSG(test, packets, 0, "packets are lost");
	KUNIT_EXPECT_EQ_MSG(test, bytes, 0, "octets are lost");
	ix_account_free(account);
}

static void account_room_test(struct kunit *test)
{
	compare(test, FLOWS);
}

static void account_full_test(struct kunit *test)
{
	compare(test, FLOWS / 4);
	compare(test, 1);
}

static struct kunit_case account_cases[] = {
	KUNIT_CASE(account_room_test),
	KUNIT_CASE(account_full_test),
	{}
};

static struct kunit_suite account_suite = {
	.name = "ix_account",
	.test_cases = account_cases,
};

kunit_test_suites(&account_suite);
