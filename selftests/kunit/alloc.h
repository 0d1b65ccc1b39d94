/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocations of the code under test: counted, and made to fail.
 *
 * A source under test is included behind this header, and its calls come here.
 * Tests run one after the other, and so do the counts.
 */
#ifndef IX_KUNIT_ALLOC_H
#define IX_KUNIT_ALLOC_H

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/types.h>

/* Number of objects that have not been freed. */
long ix_test_allocated(void);

/* Have allocation number @nr from now on fail, once; 0 for none. */
void ix_test_fail_allocation(unsigned int nr);

void *ix_test_kmalloc(size_t size, gfp_t flags);
void *ix_test_kzalloc(size_t size, gfp_t flags);
void *ix_test_kvmalloc(size_t size, gfp_t flags);
void *ix_test_kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void ix_test_kfree(const void *object);
void ix_test_kvfree(const void *object);

#ifdef IX_UNDER_TEST
#undef kmalloc
#define kmalloc ix_test_kmalloc
#undef kzalloc
#define kzalloc ix_test_kzalloc
#undef kvmalloc
#define kvmalloc ix_test_kvmalloc
#undef kmem_cache_alloc
#define kmem_cache_alloc ix_test_kmem_cache_alloc
#undef kfree
#define kfree ix_test_kfree
#undef kvfree
#define kvfree ix_test_kvfree
#endif

#endif /* IX_KUNIT_ALLOC_H */
