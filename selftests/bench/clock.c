// SPDX-License-Identifier: GPL-2.0
/*
 * The processor's own counter: the clock of User-Mode Linux counts in steps of
 * 256 ns, which is a good part of what a batch takes.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/math64.h>

#include "bench.h"

/* Nanoseconds of a tick, times 2^32. */
static u64 bench_tick;

u64 bench_clock(void)
{
	/* What was before has to be done, what is behind must not have begun. */
	asm volatile("lfence" : : : "memory");
	return __builtin_ia32_rdtsc();
}

u64 bench_clock_ns(u64 ticks)
{
	return mul_u64_u64_shr(ticks, bench_tick, 32);
}

void bench_clock_init(void)
{
	u64 start = ktime_get_ns(), ticks = bench_clock();

	msleep(50);
	ticks = bench_clock() - ticks;
	bench_tick = div64_u64((ktime_get_ns() - start) << 32, ticks);
}
