/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers for tests, from a seed that is printed and can be given.
 */
#ifndef IX_KUNIT_SEED_H
#define IX_KUNIT_SEED_H

#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/types.h>

/**
 * ix_test_seed() - begin a sequence of random numbers
 * @test: prints the seed
 * @rnd: the sequence
 *
 * The seed is that of the module parameter "seed"; without it, another one
 * each time.
 */
void ix_test_seed(struct kunit *test, struct rnd_state *rnd);

static inline u64 ix_test_u64(struct rnd_state *rnd)
{
	return (u64)prandom_u32_state(rnd) << 32 | prandom_u32_state(rnd);
}

/* A number from 0 to @end - 1. */
static inline u32 ix_test_below(struct rnd_state *rnd, u32 end)
{
	return prandom_u32_state(rnd) % end;
}

/* True once in @times. */
static inline bool ix_test_once_in(struct rnd_state *rnd, u32 times)
{
	return !ix_test_below(rnd, times);
}

#endif /* IX_KUNIT_SEED_H */
