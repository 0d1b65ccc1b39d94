/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 128-bit addresses and prefixes in host byte order, as lookup wants them.
 */
#ifndef IX_ADDR_H
#define IX_ADDR_H

#include <linux/bitops.h>
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

/**
 * struct ix_addr - a 128-bit key in host byte order
 * @hi: bits 0 (the most significant) to 63
 * @lo: bits 64 to 127
 *
 * An IX address or an IPv6 address. Tables of IPv4 prefixes use the same type
 * with the address in bits 0 to 31 and nothing behind it, so that a prefix
 * has one length in both notations.
 */
struct ix_addr {
	u64 hi;
	u64 lo;
};

/* Half of an address in a packet, where it is aligned to four octets. */
struct ix_half6 {
	__be64 bits;
} __packed __aligned(4);

static inline struct ix_addr ix_addr_from_in6(const struct in6_addr *in6)
{
	const struct ix_half6 *half = (const struct ix_half6 *)in6;

	return (struct ix_addr){ be64_to_cpu(half[0].bits),
				 be64_to_cpu(half[1].bits) };
}

static inline struct in6_addr ix_addr_to_in6(struct ix_addr addr)
{
	struct in6_addr in6;
	struct ix_half6 *half = (struct ix_half6 *)&in6;

	half[0].bits = cpu_to_be64(addr.hi);
	half[1].bits = cpu_to_be64(addr.lo);
	return in6;
}

static inline struct ix_addr ix_addr_from_in4(__be32 in4)
{
	return (struct ix_addr){ (u64)be32_to_cpu(in4) << 32, 0 };
}

static inline __be32 ix_addr_to_in4(struct ix_addr addr)
{
	return cpu_to_be32(addr.hi >> 32);
}

static inline bool ix_addr_equal(struct ix_addr a, struct ix_addr b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

/**
 * ix_addr_mask() - the network mask of a prefix length
 * @len: 0 to 128
 *
 * Return: an address whose first @len bits are set.
 */
static inline struct ix_addr ix_addr_mask(unsigned int len)
{
	struct ix_addr mask = { 0, 0 };

	if (len > 64) {
		mask.hi = ~0ULL;
		mask.lo = ~0ULL << (128 - len);
	} else if (len) {
		mask.hi = ~0ULL << (64 - len);
	}
	return mask;
}

/* The first @len bits of @addr, the others cleared. */
static inline struct ix_addr ix_addr_prefix(struct ix_addr addr,
					    unsigned int len)
{
	struct ix_addr mask = ix_addr_mask(len);

	return (struct ix_addr){ addr.hi & mask.hi, addr.lo & mask.lo };
}

/* Are the first @len bits of @a and @b the same? */
static inline bool ix_addr_match(struct ix_addr a, struct ix_addr b,
				 unsigned int len)
{
	struct ix_addr mask = ix_addr_mask(len);

	return !(((a.hi ^ b.hi) & mask.hi) | ((a.lo ^ b.lo) & mask.lo));
}

/* Number of leading bits that @a and @b have in common, 0 to 128. */
static inline unsigned int ix_addr_common(struct ix_addr a, struct ix_addr b)
{
	if (a.hi != b.hi)
		return 64 - fls64(a.hi ^ b.hi);
	return 128 - fls64(a.lo ^ b.lo);
}

/* Shift right, towards the end of the address; @n is 0 to 128. */
static inline struct ix_addr ix_addr_shr(struct ix_addr a, unsigned int n)
{
	if (n >= 128)
		return (struct ix_addr){ 0, 0 };
	if (n >= 64)
		return (struct ix_addr){ 0, a.hi >> (n - 64) };
	if (!n)
		return a;
	return (struct ix_addr){ a.hi >> n, a.lo >> n | a.hi << (64 - n) };
}

/* Shift left, towards the beginning of the address; @n is 0 to 128. */
static inline struct ix_addr ix_addr_shl(struct ix_addr a, unsigned int n)
{
	if (n >= 128)
		return (struct ix_addr){ 0, 0 };
	if (n >= 64)
		return (struct ix_addr){ a.lo << (n - 64), 0 };
	if (!n)
		return a;
	return (struct ix_addr){ a.hi << n | a.lo >> (64 - n), a.lo << n };
}

static inline struct ix_addr ix_addr_or(struct ix_addr a, struct ix_addr b)
{
	return (struct ix_addr){ a.hi | b.hi, a.lo | b.lo };
}

/**
 * struct ix_prefix - a prefix
 * @addr: its first @len bits; the others are zero
 * @len: 0 to 128
 */
struct ix_prefix {
	struct ix_addr addr;
	u8 len;
};

#endif /* IX_ADDR_H */
