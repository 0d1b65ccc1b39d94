// SPDX-License-Identifier: GPL-2.0
/*
 * Backlog: packets that have just come in, and wait for those that come right
 * behind them.
 */
#include <linux/cpumask.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "backlog.h"
#include "compat.h"

/**
 * struct ix_backlog_cpu - the packets of one CPU
 * @napi: sees to those that are left when the receiving device's poll is over
 * @backlog: what it is a part of
 * @nr: number of packets
 * @is_busy: they are being worked on
 * @is_scheduled: @napi is going to be polled
 * @packets: the packets
 *
 * Only its own CPU touches it, with BHs off.
 */
struct ix_backlog_cpu {
	struct napi_struct napi;
	const struct ix_backlog *backlog;
	unsigned int nr;
	bool is_busy;
	bool is_scheduled;
	struct ix_waiting packets[IX_BACKLOG_PACKETS];
};

/**
 * struct ix_backlog - the packets of all CPUs
 * @ixn: the namespace's state
 * @work: works on packets
 * @dev: what NAPI instances need to belong to
 * @cpu: the packets
 */
struct ix_backlog {
	struct ix_net *ixn;
	ix_backlog_work work;
	struct net_device *dev;
	struct ix_backlog_cpu __percpu *cpu;
};

/* Context: RCU read side, BHs off. */
static void ix_backlog_flush(struct ix_backlog_cpu *cpu)
{
	const struct ix_backlog *backlog = cpu->backlog;

	cpu->is_busy = true;
	backlog->work(backlog->ixn, cpu->packets, cpu->nr);
	cpu->nr = 0;
	cpu->is_busy = false;
}

static int ix_backlog_poll(struct napi_struct *napi, int budget)
{
	struct ix_backlog_cpu *cpu = container_of(napi, struct ix_backlog_cpu,
						  napi);
	int done = min_t(int, cpu->nr, budget - 1);

	/* All of them, as more than they can't come. netpoll has no budget. */
	if (budget <= 0)
		return 0;
	cpu->is_scheduled = false;
	if (cpu->nr) {
		rcu_read_lock();
		ix_backlog_flush(cpu);
		rcu_read_unlock();
	}
	napi_complete_done(napi, done);
	return done;
}

/**
 * ix_backlog_add() - have a packet wait
 * @backlog: the backlog
 * @packet: the packet, without a reference to its device
 *
 * While packets are worked on none can wait: one of them has been sent to
 * another port by the device that it left by, and goes on without waiting.
 *
 * Context: RCU read side, BHs off. If there are enough, they are worked on now.
 *
 * Return: false if it can't wait; otherwise it is gone.
 */
bool ix_backlog_add(struct ix_backlog *backlog, struct ix_waiting packet)
{
	struct ix_backlog_cpu *cpu = this_cpu_ptr(backlog->cpu);

	if (unlikely(cpu->is_busy))
		return false;
	dev_hold(packet.skb->dev);
	cpu->packets[cpu->nr++] = packet;
	if (cpu->nr == IX_BACKLOG_PACKETS) {
		ix_backlog_flush(cpu);
	} else if (!cpu->is_scheduled) {
		cpu->is_scheduled = true;
		napi_schedule(&cpu->napi);
	}
	return true;
}

/**
 * ix_backlog_new() - an empty backlog
 * @ixn: the namespace's state
 * @work: works on packets
 *
 * Context: process.
 *
 * Return: the backlog, or NULL.
 */
struct ix_backlog *ix_backlog_new(struct ix_net *ixn, ix_backlog_work work)
{
	struct ix_backlog *backlog;
	int i;

	backlog = kzalloc(sizeof(*backlog), GFP_KERNEL_ACCOUNT);
	if (!backlog)
		return NULL;
	backlog->ixn = ixn;
	backlog->work = work;
	backlog->dev = ix_netdev_dummy_new();
	backlog->cpu = alloc_percpu_gfp(struct ix_backlog_cpu,
					GFP_KERNEL_ACCOUNT);
	if (!backlog->dev || !backlog->cpu) {
		if (backlog->dev)
			ix_netdev_dummy_free(backlog->dev);
		free_percpu(backlog->cpu);
		kfree(backlog);
		return NULL;
	}
	for_each_possible_cpu(i) {
		struct ix_backlog_cpu *cpu = per_cpu_ptr(backlog->cpu, i);

		cpu->backlog = backlog;
		set_bit(NAPI_STATE_NO_BUSY_POLL, &cpu->napi.state);
		netif_napi_add(backlog->dev, &cpu->napi, ix_backlog_poll);
		napi_enable(&cpu->napi);
	}
	return backlog;
}

/**
 * ix_backlog_free() - free a backlog
 * @backlog: the backlog, or NULL; no packet comes any more
 *
 * Context: process. Waits for packets that are still there.
 */
void ix_backlog_free(struct ix_backlog *backlog)
{
	int i;

	if (!backlog)
		return;
	for_each_possible_cpu(i) {
		struct ix_backlog_cpu *cpu = per_cpu_ptr(backlog->cpu, i);

		napi_disable(&cpu->napi);
		__netif_napi_del(&cpu->napi);
	}
	synchronize_net();
	free_percpu(backlog->cpu);
	ix_netdev_dummy_free(backlog->dev);
	kfree(backlog);
}
