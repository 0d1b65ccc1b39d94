// SPDX-License-Identifier: GPL-2.0
/*
 * Limits of audit events: nobody hides anybody, and every packet is accounted
 * for.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/slab.h>

#include "audit.h"
#include "seed.h"

static const struct ix_audit_limit limit = { .interval = 100, .burst = 16 };

static struct ix_audit_key key_of(u32 source, u32 destination, u16 port)
{
	return (struct ix_audit_key){
		.source = source,
		.destination = destination,
		.tenant = 1,
		.port = port,
		.protocol = 6,
		.reason = 1,
		.scope = IX_AUDIT_KEY,
	};
}

static bool admit(struct ix_audit *audit, struct ix_audit_key key,
		  unsigned long now, u64 *suppressed)
{
	bool ret;

	local_bh_disable();
	ret = ix_audit_admit(*per_cpu_ptr(audit->cpu, 0), &key, &limit, now,
			     suppressed);
	local_bh_enable();
	return ret;
}

/* Takes all that is due. Returns packets; counts reports in @reports. */
static u64 flush(struct ix_audit *audit, unsigned long now,
		 unsigned int *reports, bool *pending)
{
	struct ix_audit_key key;
	unsigned int place = 0;
	u64 sum = 0, n;

	*pending = false;
	while ((n = ix_audit_due(*per_cpu_ptr(audit->cpu, 0), &place, &limit,
				 now, &key, pending))) {
		sum += n;
		if (reports)
			++*reports;
	}
	return sum;
}

/* Times near the wrap of the clock are as good as any. */
static const unsigned long starts[] = { 0, 5000, -150UL, -1UL };

static void audit_interval_test(struct kunit *test)
{
	struct ix_audit *audit;
	u64 suppressed;
	unsigned int i, n;

	for (n = 0; n < ARRAY_SIZE(starts); n++) {
		unsigned long now = starts[n];

		audit = ix_audit_new();
		KUNIT_ASSERT_NOT_NULL(test, audit);
		suppressed = 77;
		KUNIT_EXPECT_TRUE(test, admit(audit, key_of(1, 2, 80), now,
					      &suppressed));
		KUNIT_EXPECT_EQ(test, suppressed, 0);
		for (i = 0; i < 99; i++)
			KUNIT_EXPECT_FALSE(test,
					   admit(audit, key_of(1, 2, 80),
						 now + i, &suppressed));
		KUNIT_EXPECT_TRUE(test, admit(audit, key_of(1, 2, 80),
					      now + 100, &suppressed));
		KUNIT_EXPECT_EQ(test, suppressed, 99);
		/* What differs in anything is another event. */
		KUNIT_EXPECT_TRUE(test, admit(audit, key_of(1, 2, 81),
					      now + 100, &suppressed));
		KUNIT_EXPECT_EQ(test, suppressed, 0);
		KUNIT_EXPECT_TRUE(test, admit(audit, key_of(1, 3, 80),
					      now + 100, &suppressed));
		KUNIT_EXPECT_TRUE(test, admit(audit, key_of(2, 2, 80),
					      now + 100, &suppressed));
		ix_audit_free(audit);
	}
}

/* One source scans all ports of many hosts; another one sends a packet. */
static void audit_noisy_test(struct kunit *test)
{
	struct ix_audit *audit = ix_audit_new();
	unsigned int admitted = 0, reports = 0;
	u64 suppressed, told = 0;
	unsigned long now;
	bool pending;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, audit);
	for (i = 0; i < 100000; i++) {
		suppressed = 0;
		now = i / 1000;
		if (!admit(audit, key_of(1, i >> 16, i), now, &suppressed))
			continue;
		admitted++;
		told += suppressed;
	}
	KUNIT_EXPECT_EQ(test, admitted, limit.burst);
	KUNIT_EXPECT_TRUE(test, admit(audit, key_of(2, 3, 80), now,
				      &suppressed));
	told += flush(audit, now, &reports, &pending);
	KUNIT_EXPECT_EQ(test, reports, 0);
	KUNIT_EXPECT_TRUE(test, pending);
	told += flush(audit, now + 100, &reports, &pending);
	KUNIT_EXPECT_FALSE(test, pending);
	KUNIT_EXPECT_EQ(test, told, 100000 - limit.burst);
	KUNIT_EXPECT_LE(test, reports, limit.burst + 1);
	ix_audit_free(audit);
}

/* More sources than there are slots: counted, if not told apart. */
static void audit_many_sources_test(struct kunit *test)
{
	struct ix_audit *audit = ix_audit_new();
	u64 suppressed, told = 0;
	u32 i, admitted = 0;
	bool pending;

	KUNIT_ASSERT_NOT_NULL(test, audit);
	for (i = 1; i <= 4 * IX_AUDIT_SLOTS; i++)
		if (admit(audit, key_of(i, 1, 80), 1, &suppressed))
			admitted++;
	KUNIT_EXPECT_GE(test, admitted, IX_AUDIT_SLOTS / 4);
	KUNIT_EXPECT_LE(test, admitted, IX_AUDIT_SLOTS);
	told = flush(audit, 200, NULL, &pending);
	KUNIT_EXPECT_EQ(test, told + admitted, 4 * IX_AUDIT_SLOTS);
	/* An interval later there is room for new ones. */
	KUNIT_EXPECT_TRUE(test, admit(audit, key_of(i, 1, 80), 400,
				      &suppressed));
	ix_audit_free(audit);
}

#define STEPS 200000
#define SOURCES 40

/* Each packet is an event, in the number of one, or still waits to be. */
static void audit_random_test(struct kunit *test)
{
	struct ix_audit *audit = ix_audit_new();
	unsigned long now = starts[2], *last;
	u64 admitted = 0, told = 0, suppressed;
	struct ix_audit_sum sum;
	struct rnd_state rnd;
	u32 i, n, early = 0;
	bool pending;

	KUNIT_ASSERT_NOT_NULL(test, audit);
	ix_test_seed(test, &rnd);
	last = kunit_kcalloc(test, SOURCES * 8, sizeof(*last), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, last);
	for (n = 0; n < SOURCES * 8; n++)
		last[n] = now - limit.interval;

	for (i = 0; i < STEPS; i++) {
		n = ix_test_below(&rnd, SOURCES * 8);
		suppressed = 0;
		if (admit(audit, key_of(n / 8 + 1, 1, n % 8), now,
			  &suppressed)) {
			admitted++;
			told += suppressed;
			if (now - last[n] < limit.interval)
				early++;
			last[n] = now;
		}
		if (ix_test_once_in(&rnd, 20))
			now += ix_test_below(&rnd, 5);
		if (ix_test_once_in(&rnd, 5000))
			told += flush(audit, now, NULL, &pending);
	}
	KUNIT_EXPECT_EQ_MSG(test, early, 0, "events within an interval");
	ix_audit_read(audit, &sum);
	KUNIT_EXPECT_EQ(test, sum.packets, STEPS);
	KUNIT_EXPECT_EQ(test, sum.suppressed, STEPS - admitted);
	KUNIT_EXPECT_EQ(test, sum.pending, STEPS - admitted - told);
	KUNIT_EXPECT_GT(test, told, 0);
	told += flush(audit, now + limit.interval, NULL, &pending);
	KUNIT_EXPECT_EQ(test, told + admitted, STEPS);
	ix_audit_read(audit, &sum);
	KUNIT_EXPECT_EQ(test, sum.pending, 0);
	ix_audit_free(audit);
}

static struct kunit_case audit_cases[] = {
	KUNIT_CASE(audit_interval_test),
	KUNIT_CASE(audit_noisy_test),
	KUNIT_CASE(audit_many_sources_test),
	KUNIT_CASE(audit_random_test),
	{}
};

static struct kunit_suite audit_suite = {
	.name = "ix_audit",
	.test_cases = audit_cases,
};

kunit_test_suites(&audit_suite);
