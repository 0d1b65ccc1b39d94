// SPDX-License-Identifier: GPL-2.0
/*
 * Packets through the stack: looked at one by one, or timed in batches.
 *
 * Packets are made before the clock starts. All that happens to them until
 * they come to the device that they leave by, and are freed there, is timed;
 * so is that their memory is given back.
 */
#include <linux/etherdevice.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/overflow.h>
#include <linux/prandom.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/checksum.h>
#include <net/net_namespace.h>

#include "bench.h"

/**
 * struct bench_side - one side of a comparison
 * @devices: its devices; references are held
 * @trackers: for these
 * @flows: its flows
 * @devices_nr: how many
 * @flows_nr: how many
 * @flow_size: octets of one flow in @flows
 * @next: number of the next flow
 * @in_len: length of packets that come in
 * @out_len: length of packets that go out
 * @flags: BENCH_DRAIN and so on
 */
struct bench_side {
	struct net_device **devices;
	netdevice_tracker *trackers;
	u8 *flows;
	u32 devices_nr;
	u32 flows_nr;
	u32 flow_size;
	u32 next;
	u16 in_len;
	u16 out_len;
	u32 flags;
};

static const struct bench_flow_head *bench_flow(const struct bench_side *side,
						u32 nr)
{
	return (void *)side->flows + (size_t)nr * side->flow_size;
}

static struct sk_buff *bench_packet(const struct bench_side *side, u32 nr)
{
	const struct bench_flow_head *flow = bench_flow(side, nr);
	struct net_device *dev = side->devices[flow->in_dev];
	struct sk_buff *skb;
	struct ethhdr *eth;

	skb = netdev_alloc_skb_ip_align(dev, ETH_HLEN + side->in_len);
	if (!skb)
		return NULL;
	eth = skb_put(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, dev->dev_addr);
	ether_addr_copy(eth->h_source, dev->dev_addr);
	skb_put_data(skb, flow + 1, side->in_len);
	eth->h_proto = (skb->data[ETH_HLEN] >> 4) == 4 ? htons(ETH_P_IP) :
							htons(ETH_P_IPV6);
	skb->protocol = eth_type_trans(skb, dev);
	return skb;
}

/* Is anything to come out of it? */
static bool bench_passes(const struct bench_side *side, u32 nr)
{
	return bench_flow(side, nr)->out_dev != BENCH_NONE &&
	       !(side->flags & BENCH_REFUSED);
}

/* Is this what should have come out, and where? */
static bool bench_is_right(const struct bench_side *side, u32 nr,
			   struct sk_buff *skb)
{
	const struct bench_flow_head *flow = bench_flow(side, nr);
	const u8 *expected = (void *)(flow + 1) + side->in_len;
	u8 *packet;

	if (flow->out_dev == BENCH_NONE || skb_linearize(skb) ||
	    skb->dev != side->devices[flow->out_dev] ||
	    skb->len != ETH_HLEN + side->out_len)
		return false;
	packet = skb->data + ETH_HLEN;
	if (side->flags & BENCH_ANY_ID && *packet >> 4 == 4) {
		struct iphdr *iph = (struct iphdr *)packet;

		if (ip_fast_csum(iph, iph->ihl))
			return false;
		iph->id = ((const struct iphdr *)expected)->id;
		iph->check = ((const struct iphdr *)expected)->check;
	}
	return !memcmp(packet, expected, side->out_len);
}

static void bench_say_wrong(const struct bench_side *side, u32 nr,
			    const struct sk_buff *skb,
			    struct bench_check *check)
{
	unsigned int i;

	check->wrong_flow = nr;
	check->wrong_dev = BENCH_NONE;
	check->wrong_len = 0;
	if (!skb)
		return;
	for (i = 0; i < side->devices_nr; i++)
		if (side->devices[i] == skb->dev)
			check->wrong_dev = i;
	check->wrong_len = min_t(unsigned int, BENCH_LEN,
				 skb->len - ETH_HLEN);
	skb_copy_bits(skb, ETH_HLEN, check->wrong_packet, check->wrong_len);
}

int bench_side_check(struct bench_side *side, struct bench_check *check)
{
	u32 i;

	if (!check->nr || check->nr > side->flows_nr ||
	    check->first > side->flows_nr - check->nr)
		return -EINVAL;
	check->wrong = 0;
	for (i = 0; i < check->nr; i++) {
		u32 nr = check->first + i;
		struct sk_buff *skb = bench_packet(side, nr);
		bool expected, right;

		if (!skb)
			return -ENOMEM;
		bench_catch = (struct bench_catch){ .keep = 1 };
		local_bh_disable();
		netif_receive_skb(skb);
		local_bh_enable();

		skb = bench_catch.kept;
		expected = bench_passes(side, nr);
		right = side->flags & BENCH_DRAIN || !expected ?
			!skb : skb && bench_is_right(side, nr, skb);
		right &= bench_catch.count == expected;
		if (!right && !check->wrong++)
			bench_say_wrong(side, nr, skb, check);
		kfree_skb(skb);

		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

/* Time one batch. Negative if there was no memory for it. */
static int bench_batch(struct bench_side *side, struct rnd_state *rnd,
		       u32 *time, u32 *wrong_flow)
{
	u32 sample = prandom_u32_state(rnd) % BENCH_BATCH;
	struct sk_buff *skbs[BENCH_BATCH], *kept;
	bool passes, right;
	unsigned int i;
	u64 start, end;
	u32 flow;

	for (i = 0; i < BENCH_BATCH; i++) {
		skbs[i] = bench_packet(side, (side->next + i) %
						     side->flows_nr);
		if (!skbs[i]) {
			while (i)
				kfree_skb(skbs[--i]);
			return -ENOMEM;
		}
	}
	bench_catch = (struct bench_catch){ .keep = sample + 1 };

	local_bh_disable();
	start = bench_clock();
	for (i = 0; i < BENCH_BATCH; i++)
		netif_receive_skb(skbs[i]);
	/* Which is when what has been put off is done. */
	local_bh_enable();
	end = bench_clock();
	*time = min_t(u64, bench_clock_ns(end - start), U32_MAX);
	/* A batch passes as a whole, or not at all. */
	flow = (side->next + sample) % side->flows_nr;
	passes = bench_passes(side, flow);
	right = bench_catch.count == (passes ? BENCH_BATCH : 0);

	side->next = (side->next + BENCH_BATCH) % side->flows_nr;
	*wrong_flow = flow;
	kept = bench_catch.kept;
	bench_catch.kept = NULL;
	if (!(side->flags & BENCH_DRAIN))
		right &= passes ? kept && bench_is_right(side, flow, kept) :
				  !kept;
	kfree_skb(kept);
	return right;
}

int bench_sides_run(struct bench_side *sides[], struct bench_run *run)
{
	u32 nr = run->sides_nr, times[BENCH_SIDES], round, i;
	u32 __user *user = u64_to_user_ptr(run->times);
	struct rnd_state rnd;
	int ret;

	prandom_seed_state(&rnd, 1);
	run->wrong = 0;
	for (i = 0; i < nr; i++)
		sides[i]->next = 0;
	for (round = 0; round < run->rounds; round++) {
		/* Who comes first finds other caches than who comes last. */
		u32 first = round % nr;
		bool back = round / nr % 2;

		for (i = 0; i < nr; i++) {
			u32 at = (first + (back ? nr - i : i)) % nr;

			ret = bench_batch(sides[at], &rnd, &times[at],
					  &run->wrong_flow);
			if (ret < 0)
				return ret;
			if (!ret) {
				run->wrong = at + 1;
				return 0;
			}
		}
		if (copy_to_user(user + (size_t)round * nr, times,
				 nr * sizeof(*times)))
			return -EFAULT;
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

void bench_side_free(struct bench_side *side)
{
	u32 i;

	if (!side)
		return;
	for (i = 0; i < side->devices_nr; i++) {
		if (!side->devices[i])
			continue;
		if (side->flags & BENCH_DRAIN)
			bench_device_undrain(side->devices[i]);
		netdev_put(side->devices[i], &side->trackers[i]);
	}
	kvfree(side->devices);
	kvfree(side->trackers);
	vfree(side->flows);
	kfree(side);
}

static int bench_side_devices(struct bench_side *side, const u32 *ifindexes)
{
	u32 i;
	int err;

	for (i = 0; i < side->devices_nr; i++) {
		struct net_device *dev;

		dev = netdev_get_by_index(current->nsproxy->net_ns,
					  ifindexes[i], &side->trackers[i],
					  GFP_KERNEL);
		if (!dev)
			return -ENODEV;
		err = !bench_device_is(dev) ? -EINVAL :
		      side->flags & BENCH_DRAIN ? bench_device_drain(dev) : 0;
		if (err) {
			netdev_put(dev, &side->trackers[i]);
			return err;
		}
		side->devices[i] = dev;
	}
	return 0;
}

static int bench_side_flows(struct bench_side *side, const void __user *flows)
{
	size_t size = array_size(side->flows_nr, side->flow_size);
	u32 i;

	/* Nothing may end where the area does: checksums read beyond. */
	side->flows = vmalloc(size_add(size, PAGE_SIZE));
	if (!side->flows)
		return -ENOMEM;
	if (copy_from_user(side->flows, flows, size))
		return -EFAULT;
	for (i = 0; i < side->flows_nr; i++) {
		const struct bench_flow_head *flow = bench_flow(side, i);

		if (flow->in_dev >= side->devices_nr ||
		    (flow->out_dev >= side->devices_nr &&
		     flow->out_dev != BENCH_NONE))
			return -EINVAL;
	}
	return 0;
}

int bench_side_setup(struct bench_side **side, const struct bench_setup *setup)
{
	struct bench_side *new;
	u32 *ifindexes = NULL;
	int err;

	if (!setup->devices_nr || !setup->flows_nr ||
	    setup->in_len < sizeof(struct iphdr) || setup->in_len > BENCH_LEN ||
	    setup->out_len > BENCH_LEN || setup->in_len % 2 ||
	    setup->out_len % 2)
		return -EINVAL;
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->devices_nr = setup->devices_nr;
	new->flows_nr = setup->flows_nr;
	new->in_len = setup->in_len;
	new->out_len = setup->out_len;
	new->flow_size = sizeof(struct bench_flow_head) + setup->in_len +
			 setup->out_len;
	new->flags = setup->flags;
	new->devices = kvcalloc(new->devices_nr, sizeof(*new->devices),
				GFP_KERNEL);
	new->trackers = kvcalloc(new->devices_nr, sizeof(*new->trackers),
				 GFP_KERNEL);
	err = -ENOMEM;
	if (!new->devices || !new->trackers) {
		new->devices_nr = 0;
		goto out;
	}
	ifindexes = vmemdup_array_user(u64_to_user_ptr(setup->devices),
				       new->devices_nr, sizeof(*ifindexes));
	err = PTR_ERR_OR_ZERO(ifindexes);
	if (err) {
		ifindexes = NULL;
		goto out;
	}
	err = bench_side_devices(new, ifindexes);
	if (!err)
		err = bench_side_flows(new, u64_to_user_ptr(setup->flows));
out:
	kvfree(ifindexes);
	if (err) {
		bench_side_free(new);
		return err;
	}
	bench_side_free(*side);
	*side = new;
	return 0;
}
