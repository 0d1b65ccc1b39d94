// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the pure parts of ix.
 */
#include <linux/module.h>
#include <linux/random.h>

#include "lpm.h"
#include "seed.h"

static unsigned long long seed;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed, "seed of the random tests, as a failed run has printed it (0: a new one for each test)");

void ix_test_seed(struct kunit *test, struct rnd_state *rnd)
{
	u64 used = seed ?: get_random_u64();

	kunit_info(test, "seed=%llu\n", used);
	prandom_seed_state(rnd, used);
}

/* The tests run when this is over. */
static int __init ix_test_init(void)
{
	return ix_lpm_init();
}

static void __exit ix_test_exit(void)
{
	ix_lpm_exit();
}

module_init(ix_test_init);
module_exit(ix_test_exit);

MODULE_DESCRIPTION("KUnit tests of ix");
MODULE_LICENSE("GPL");
