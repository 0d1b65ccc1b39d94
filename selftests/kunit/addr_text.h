/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses and prefixes for tests, as people write them.
 */
#ifndef IX_TEST_ADDR_TEXT_H
#define IX_TEST_ADDR_TEXT_H

#include <kunit/test.h>
#include <linux/inet.h>
#include <linux/string.h>

#include "addr.h"

/* An address from text, in the notation of struct ix_addr. */
static inline struct ix_addr addr_of(struct kunit *test, const char *text)
{
	struct in6_addr in6;
	__be32 in4;

	if (strchr(text, ':')) {
		KUNIT_ASSERT_EQ_MSG(test, 1,
				    in6_pton(text, -1, in6.s6_addr, -1, NULL),
				    "%s", text);
		return ix_addr_from_in6(&in6);
	}
	KUNIT_ASSERT_EQ_MSG(test, 1,
			    in4_pton(text, -1, (u8 *)&in4, -1, NULL), "%s",
			    text);
	return ix_addr_from_in4(in4);
}

static inline struct ix_prefix prefix_of(struct kunit *test, const char *text, u8 len)
{
	return (struct ix_prefix){ addr_of(test, text), len };
}

static inline bool is_v4(const char *text)
{
	return !strchr(text, ':');
}

#define EXPECT_ADDR_EQ(test, expected, value)				\
do {									\
	struct ix_addr __e = (expected), __v = (value);			\
									\
	KUNIT_EXPECT_TRUE_MSG(test, ix_addr_equal(__e, __v),		\
			      "expected %016llx%016llx, is %016llx%016llx", \
			      __e.hi, __e.lo, __v.hi, __v.lo);		\
} while (0)

#endif /* IX_TEST_ADDR_TEXT_H */
