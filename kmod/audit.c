// SPDX-License-Identifier: GPL-2.0
/*
 * Which packets become events.
 */
#include <linux/cpumask.h>
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "audit.h"

static_assert(sizeof(struct ix_audit_key) == 16);
static_assert(IX_AUDIT_SLOTS % IX_AUDIT_WAYS == 0);

static struct ix_audit_slot *ix_audit_group(struct ix_audit_cpu *cpu,
					    const struct ix_audit_key *key)
{
	u32 hash = jhash2((const u32 *)key, sizeof(*key) / sizeof(u32),
			  cpu->seed);

	return cpu->slots + hash % (IX_AUDIT_SLOTS / IX_AUDIT_WAYS) *
			    IX_AUDIT_WAYS;
}

static struct ix_audit_slot *ix_audit_find(struct ix_audit_cpu *cpu,
					   const struct ix_audit_key *key)
{
	struct ix_audit_slot *slot = ix_audit_group(cpu, key);
	unsigned int i;

	for (i = 0; i < IX_AUDIT_WAYS; i++, slot++)
		if (!memcmp(&slot->key, key, sizeof(*key)))
			return slot;
	return NULL;
}

/* Is nothing lost if a slot is given to another key? */
static bool ix_audit_is_idle(const struct ix_audit_slot *slot,
			     const struct ix_audit_limit *limit,
			     unsigned long now)
{
	return slot->key.scope == IX_AUDIT_FREE ||
	       (!slot->suppressed && now - slot->sent >= limit->interval &&
		now - slot->begin >= limit->interval);
}

static struct ix_audit_slot *ix_audit_take(struct ix_audit_cpu *cpu,
					   const struct ix_audit_key *key,
					   const struct ix_audit_limit *limit,
					   unsigned long now)
{
	struct ix_audit_slot *slot = ix_audit_group(cpu, key);
	unsigned int i;

	for (i = 0; i < IX_AUDIT_WAYS; i++, slot++) {
		if (!ix_audit_is_idle(slot, limit, now))
			continue;
		*slot = (struct ix_audit_slot){
			.key = *key, .begin = now, .sent = now,
		};
		return slot;
	}
	return NULL;
}

static struct ix_audit_slot *ix_audit_source(struct ix_audit_cpu *cpu,
					     const struct ix_audit_key *of,
					     const struct ix_audit_limit *limit,
					     unsigned long now)
{
	struct ix_audit_key key = {
		.source = of->source,
		.tenant = of->tenant,
		.scope = IX_AUDIT_SOURCE,
	};
	struct ix_audit_slot *slot = ix_audit_find(cpu, &key);

	return slot ?: ix_audit_take(cpu, &key, limit, now);
}

/* Returns the slot to count in if the packet becomes no event. */
static struct ix_audit_slot *ix_audit_refuse(struct ix_audit_cpu *cpu,
					     const struct ix_audit_key *key,
					     const struct ix_audit_limit *limit,
					     unsigned long now, u64 *suppressed)
{
	struct ix_audit_slot *source, *slot;

	source = ix_audit_source(cpu, key, limit, now);
	if (!source)
		return &cpu->other;
	if (now - source->begin >= limit->interval) {
		source->begin = now;
		source->events = 0;
	}
	slot = ix_audit_find(cpu, key);
	if (slot && now - slot->sent < limit->interval)
		return slot;
	if (source->events >= limit->burst)
		return slot ?: source;
	if (!slot)
		slot = ix_audit_take(cpu, key, limit, now);
	if (!slot)
		return source;
	source->events++;
	*suppressed = slot->suppressed;
	slot->suppressed = 0;
	slot->sent = now;
	return NULL;
}

bool ix_audit_admit(struct ix_audit_cpu *cpu, const struct ix_audit_key *key,
		    const struct ix_audit_limit *limit, unsigned long now,
		    u64 *suppressed)
{
	struct ix_audit_slot *slot;

	spin_lock(&cpu->lock);
	cpu->packets++;
	slot = ix_audit_refuse(cpu, key, limit, now, suppressed);
	if (slot) {
		slot->suppressed++;
		cpu->suppressed++;
	}
	spin_unlock(&cpu->lock);
	return !slot;
}

u64 ix_audit_due(struct ix_audit_cpu *cpu, unsigned int *place,
		 const struct ix_audit_limit *limit, unsigned long now,
		 struct ix_audit_key *key, bool *pending)
{
	u64 suppressed = 0;

	spin_lock_bh(&cpu->lock);
	while (!suppressed && *place <= IX_AUDIT_SLOTS) {
		struct ix_audit_slot *slot = *place < IX_AUDIT_SLOTS ?
					     &cpu->slots[*place] : &cpu->other;

		++*place;
		if (!slot->suppressed)
			continue;
		if (now - slot->sent < limit->interval) {
			*pending = true;
			continue;
		}
		*key = slot->key;
		suppressed = slot->suppressed;
		slot->suppressed = 0;
		slot->sent = now;
	}
	spin_unlock_bh(&cpu->lock);
	return suppressed;
}

void ix_audit_lost(struct ix_audit_cpu *cpu, u64 packets)
{
	spin_lock_bh(&cpu->lock);
	cpu->lost += packets;
	spin_unlock_bh(&cpu->lock);
}

/**
 * ix_audit_new() - a limiter that has seen nothing
 *
 * Return: the limiter, or NULL.
 */
struct ix_audit *ix_audit_new(void)
{
	struct ix_audit *audit = kzalloc(sizeof(*audit), GFP_KERNEL_ACCOUNT);
	struct ix_audit_cpu *cpu;
	int i;

	if (!audit)
		return NULL;
	audit->cpu = alloc_percpu_gfp(struct ix_audit_cpu *,
				      GFP_KERNEL_ACCOUNT);
	if (!audit->cpu)
		goto fail;
	for_each_possible_cpu(i) {
		cpu = kvzalloc_node(sizeof(*cpu), GFP_KERNEL_ACCOUNT,
				    cpu_to_node(i));
		if (!cpu)
			goto fail;
		spin_lock_init(&cpu->lock);
		cpu->seed = get_random_u32();
		cpu->other.key.scope = IX_AUDIT_OTHER;
		*per_cpu_ptr(audit->cpu, i) = cpu;
	}
	return audit;

fail:
	ix_audit_free(audit);
	return NULL;
}

/**
 * ix_audit_free() - free a limiter
 * @audit: the limiter or NULL; nobody uses it any more
 */
void ix_audit_free(struct ix_audit *audit)
{
	int i;

	if (!audit)
		return;
	if (audit->cpu)
		for_each_possible_cpu(i)
			kvfree(*per_cpu_ptr(audit->cpu, i));
	free_percpu(audit->cpu);
	kfree(audit);
}

/**
 * ix_audit_read() - add the CPUs up
 * @audit: the limiter, or NULL
 * @sum: where to store the result
 */
void ix_audit_read(const struct ix_audit *audit, struct ix_audit_sum *sum)
{
	struct ix_audit_cpu *cpu;
	unsigned int slot;
	int i;

	memset(sum, 0, sizeof(*sum));
	if (!audit)
		return;
	for_each_possible_cpu(i) {
		cpu = *per_cpu_ptr(audit->cpu, i);
		spin_lock_bh(&cpu->lock);
		sum->packets += cpu->packets;
		sum->suppressed += cpu->suppressed;
		sum->lost += cpu->lost;
		sum->pending += cpu->other.suppressed;
		for (slot = 0; slot < IX_AUDIT_SLOTS; slot++)
			sum->pending += cpu->slots[slot].suppressed;
		spin_unlock_bh(&cpu->lock);
	}
}
