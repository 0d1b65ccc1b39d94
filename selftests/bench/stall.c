// SPDX-License-Identifier: GPL-2.0
/*
 * How long the processor is not to be had: a thread with a high priority wants
 * it every half millisecond, and looks at the clock.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "bench.h"

static struct task_struct *watcher;
static u64 longest;

#define BENCH_NAP_US 500

static int bench_watcher(void *unused)
{
	while (!kthread_should_stop()) {
		u64 start = ktime_get_ns(), gone;

		usleep_range(BENCH_NAP_US, BENCH_NAP_US);
		gone = ktime_get_ns() - start - BENCH_NAP_US * NSEC_PER_USEC;
		if ((s64)gone > 0 && gone > longest)
			WRITE_ONCE(longest, gone);
	}
	return 0;
}

int bench_watch(void)
{
	if (watcher)
		return -EBUSY;
	longest = 0;
	watcher = kthread_create(bench_watcher, NULL, "ix_bench");
	if (IS_ERR(watcher)) {
		int err = PTR_ERR(watcher);

		watcher = NULL;
		return err;
	}
	sched_set_fifo(watcher);
	wake_up_process(watcher);
	return 0;
}

u64 bench_watched(void)
{
	if (watcher)
		kthread_stop(watcher);
	watcher = NULL;
	return longest;
}
