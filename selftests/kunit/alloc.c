// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations of the code under test: counted, and made to fail.
 */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "alloc.h"

static atomic_long_t allocated = ATOMIC_LONG_INIT(0);
static unsigned int fail;

long ix_test_allocated(void)
{
	return atomic_long_read(&allocated);
}

void ix_test_fail_allocation(unsigned int nr)
{
	fail = nr;
}

static bool fails(void)
{
	return fail && !--fail;
}

static void *counted(void *object)
{
	if (object)
		atomic_long_inc(&allocated);
	return object;
}

void *ix_test_kmalloc(size_t size, gfp_t flags)
{
	return fails() ? NULL : counted(kmalloc(size, flags));
}

void *ix_test_kzalloc(size_t size, gfp_t flags)
{
	return fails() ? NULL : counted(kzalloc(size, flags));
}

void *ix_test_kvmalloc(size_t size, gfp_t flags)
{
	return fails() ? NULL : counted(kvmalloc(size, flags));
}

void *ix_test_kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
	return fails() ? NULL : counted(kmem_cache_alloc(cache, flags));
}

void ix_test_kfree(const void *object)
{
	if (object)
		atomic_long_dec(&allocated);
	kfree(object);
}

void ix_test_kvfree(const void *object)
{
	if (object)
		atomic_long_dec(&allocated);
	kvfree(object);
}
