// SPDX-License-Identifier: GPL-2.0
/*
 * Which ICMP message corresponds to which, all of them; which errors ix makes,
 * and what they look like on the wire.
 */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "icmp.h"
#include "icmp_map.h"
#include "wire.h"

/* The tables of RFC 7915, 4.2 and 5.2. What is not here has no counterpart. */

struct map_row {
	u8 type;
	u8 code_min;
	u8 code_max;
	u8 to_type;
	s16 to_code;		/* -1: the same */
};

static const struct map_row rows_4to6[] = {
	{ 0, 0, 255, 129, -1 },
	{ 8, 0, 255, 128, -1 },
	{ 3, 0, 1, 1, 0 },
	{ 3, 2, 2, 4, 1 },
	{ 3, 3, 3, 1, 4 },
	{ 3, 4, 4, 2, 0 },
	{ 3, 5, 8, 1, 0 },
	{ 3, 9, 10, 1, 1 },
	{ 3, 11, 12, 1, 0 },
	{ 3, 13, 13, 1, 1 },
	{ 3, 15, 15, 1, 1 },
	{ 11, 0, 255, 3, -1 },
	{ 12, 0, 0, 4, 0 },
	{ 12, 2, 2, 4, 0 },
};

static const struct map_row rows_6to4[] = {
	{ 128, 0, 255, 8, -1 },
	{ 129, 0, 255, 0, -1 },
	{ 1, 0, 0, 3, 1 },
	{ 1, 1, 1, 3, 10 },
	{ 1, 2, 3, 3, 1 },
	{ 1, 4, 4, 3, 3 },
	{ 2, 0, 255, 3, 4 },
	{ 3, 0, 255, 11, -1 },
	{ 4, 0, 0, 12, 0 },
	{ 4, 1, 1, 3, 2 },
};

static const struct map_row *row_find(const struct map_row *rows,
				      unsigned int n, u8 type, u8 code)
{
	for (; n--; rows++)
		if (rows->type == type && code >= rows->code_min &&
		    code <= rows->code_max)
			return rows;
	return NULL;
}

static const struct ix_icmp_mtus link_mtus = { 1500, false, 1500, 1500 };

static void check_row(struct kunit *test, const struct map_row *row, u8 type,
		      u8 code, bool mapped, const struct ix_icmp_message *m)
{
	KUNIT_EXPECT_EQ_MSG(test, mapped, !!row, "type %u, code %u", type,
			    code);
	if (!row || !mapped)
		return;
	KUNIT_EXPECT_EQ_MSG(test, m->type, row->to_type, "type %u, code %u",
			    type, code);
	KUNIT_EXPECT_EQ_MSG(test, m->code,
			    row->to_code < 0 ? code : row->to_code,
			    "type %u, code %u", type, code);
}

static void icmp_map_all(struct kunit *test)
{
	unsigned int type, code;

	for (type = 0; type < 256; type++) {
		for (code = 0; code < 256; code++) {
			struct ix_icmp_message four = {
				.type = type, .code = code, .mtu = 1400,
			}, six = four;
			const struct map_row *row;
			bool mapped;

			row = row_find(rows_4to6, ARRAY_SIZE(rows_4to6), type,
				       code);
			mapped = ix_icmp_map_4to6(&four, &link_mtus);
			check_row(test, row, type, code, mapped, &four);
			KUNIT_EXPECT_EQ(test, ix_icmp_type_4to6(type, code),
					row ? row->to_type :
					/* RFC 8335: for the policy alone. */
					type == 42 ? 160 :
					type == 43 ? 161 : 255);
			row = row_find(rows_6to4, ARRAY_SIZE(rows_6to4), type,
				       code);
			mapped = ix_icmp_map_6to4(&six, &link_mtus);
			check_row(test, row, type, code, mapped, &six);
		}
	}
}

/* RFC 7915, figures 3 and 6: octet ranges with a counterpart. */
struct pointer_row {
	u8 min;
	u8 max;
	u8 to;
};

static const struct pointer_row pointers_4to6[] = {
	{ 0, 0, 0 }, { 1, 1, 1 }, { 2, 3, 4 }, { 8, 8, 7 }, { 9, 9, 6 },
	{ 12, 15, 8 }, { 16, 19, 24 },
};

static const struct pointer_row pointers_6to4[] = {
	{ 0, 0, 0 }, { 1, 1, 1 }, { 4, 5, 2 }, { 6, 6, 9 }, { 7, 7, 8 },
	{ 8, 23, 12 }, { 24, 39, 16 },
};

static const struct pointer_row *pointer_find(const struct pointer_row *rows,
					      unsigned int n, u32 pointer)
{
	for (; n--; rows++)
		if (pointer >= rows->min && pointer <= rows->max)
			return rows;
	return NULL;
}

static void icmp_map_pointers(struct kunit *test)
{
	const struct pointer_row *row;
	struct ix_icmp_message m;
	u32 i, pointer;
	bool mapped;

	for (i = 0; i < 1000; i++) {
		/* IPv6 has 32 bits for it. */
		pointer = i < 999 ? i : U32_MAX;
		m = (struct ix_icmp_message){ 4, 0, .pointer = pointer };
		row = pointer_find(pointers_6to4, ARRAY_SIZE(pointers_6to4),
				   pointer);
		mapped = ix_icmp_map_6to4(&m, &link_mtus);
		KUNIT_EXPECT_EQ_MSG(test, mapped, !!row, "%u", pointer);
		if (row && mapped)
			KUNIT_EXPECT_EQ_MSG(test, m.pointer, row->to, "%u",
					    pointer);
		m = (struct ix_icmp_message){ 4, 1, .pointer = pointer };
		KUNIT_EXPECT_TRUE(test, ix_icmp_map_6to4(&m, &link_mtus));

		m = (struct ix_icmp_message){ 12, 2 * (i % 2),
					      .pointer = i / 2 % 256 };
		row = pointer_find(pointers_4to6, ARRAY_SIZE(pointers_4to6),
				   m.pointer);
		mapped = ix_icmp_map_4to6(&m, &link_mtus);
		KUNIT_EXPECT_EQ_MSG(test, mapped, !!row, "%u", i / 2 % 256);
		if (row && mapped)
			KUNIT_EXPECT_EQ(test, m.pointer, row->to);
	}
	m = (struct ix_icmp_message){ 3, 2, .pointer = 77 };
	KUNIT_EXPECT_TRUE(test, ix_icmp_map_4to6(&m, &link_mtus));
	KUNIT_EXPECT_EQ(test, m.pointer, 6);
}

/* All MTUs that IPv4 can say, and what the links have. */
static void icmp_map_mtus(struct kunit *test)
{
	static const u32 links[] = { 68, 1000, 1280, 1500, 9000, 65535 };
	static const u32 plateaus[] = {
		32000, 17914, 8166, 4352, 2002, 1492,
	};
	unsigned int i, j, k;
	u32 mtu, want;

	for (i = 0; i < ARRAY_SIZE(links); i++) {
		for (j = 0; j < ARRAY_SIZE(links); j++) {
			struct ix_icmp_mtus mtus = {
				.v4 = links[i], .v6 = links[j],
			};

			for (mtu = 0; mtu < 65536; mtu += mtu < 2000 ? 1 : 37) {
				struct ix_icmp_message m = { 3, 4, .mtu = mtu };
				u32 said = mtu;

				mtus.packet_len = mtu * 7 % 65536;
				for (k = 0; !said && k < 6; k++)
					if (plateaus[k] < mtus.packet_len)
						said = plateaus[k];
				want = min3(said + 20, links[j], links[i] + 20);
				want = max(want, 1280U);
				ix_icmp_map_4to6(&m, &mtus);
				KUNIT_EXPECT_EQ(test, m.mtu, want);

				mtus.fragment = mtu % 2;
				m = (struct ix_icmp_message){ 2, .mtu = mtu };
				/* RFC 7915, 5.2; IPv4 links have 68 at least. */
				want = (mtus.fragment ? 28 : 20);
				want = min3(max(mtu, 68 + want) - want, links[i],
					    max(links[j], 68 + want) - want);
				ix_icmp_map_6to4(&m, &mtus);
				KUNIT_EXPECT_EQ(test, m.mtu, want);
			}
		}
	}
}

/* Errors that ix makes */

struct error_row {
	enum ix_drop reason;
	u8 type4;
	u8 code4;
	u8 type6;
	u8 code6;
};

static const struct error_row error_rows[] = {
	/* RFC 7915, 4.4, 5.1 and 5.1.1; RFC 6296, 3.2 */
	{ IX_DROP_NOT_LOCAL, 3, 13, 1, 5 },
	{ IX_DROP_EXTENSION_HEADER, 0, 0, 1, 1 },
	{ IX_DROP_TTL, 11, 0, 3, 0 },
	{ IX_DROP_NO_VIEW, 3, 0, 1, 0 },
	{ IX_DROP_NO_ROUTE, 3, 0, 1, 0 },
	{ IX_DROP_NO_INSTITUTION, 3, 0, 1, 0 },
	{ IX_DROP_HAIRPIN, 3, 13, 1, 1 },
	{ IX_DROP_NO_NEXTHOP, 3, 1, 1, 3 },
	{ IX_DROP_PROHIBIT, 3, 13, 1, 1 },
	{ IX_DROP_POLICY, 3, 13, 1, 1 },
	{ IX_DROP_DEFAULT_DENY, 3, 13, 1, 1 },
	{ IX_DROP_TOO_BIG, 3, 4, 2, 0 },
	{ IX_DROP_SOURCE_ROUTE, 3, 5, 4, 0 },
	{ IX_DROP_UDP_NO_CHECKSUM, 3, 13, 0, 0 },
	/* RFC 7915, 4.4 and 5.4 */
	{ IX_DROP_NO_MAP_BACK, 3, 13, 1, 1 },
	{ IX_DROP_PROTOCOL, 3, 13, 1, 1 },
	{ IX_DROP_AUTH_HEADER, 3, 13, 1, 1 },
	{ IX_DROP_ICMP_FRAGMENT, 3, 13, 1, 1 },
};

static void icmp_errors_by_reason(struct kunit *test)
{
	unsigned int reason, version, i;

	for (reason = 0; reason < IX_DROP_MAX; reason++) {
		const struct error_row *row = NULL;

		for (i = 0; i < ARRAY_SIZE(error_rows); i++)
			if (error_rows[i].reason == reason)
				row = &error_rows[i];
		for (version = 4; version <= 6; version += 2) {
			struct ix_packet p = {
				.outer.version = version,
				.outer.source_route = 43,
			};
			struct ix_icmp_error e = ix_icmp_error(reason, &p,
							       1400);
			u8 type = version == 4 ? (row ? row->type4 : 0) :
						 (row ? row->type6 : 0);

			KUNIT_EXPECT_EQ(test, e.type, type);
			if (type)
				KUNIT_EXPECT_EQ(test, e.code, version == 4 ?
						row->code4 : row->code6);
			if (reason == IX_DROP_TOO_BIG)
				KUNIT_EXPECT_EQ(test, e.info, 1400);
			else if (reason == IX_DROP_SOURCE_ROUTE && version == 6)
				KUNIT_EXPECT_EQ(test, e.info, 43);
			else
				KUNIT_EXPECT_EQ(test, e.info, 0);

			/* Of first fragments yes, of others never. */
			p.outer.more_frags = true;
			e = ix_icmp_error(reason, &p, 1400);
			KUNIT_EXPECT_EQ(test, e.type, type);
			p.outer.frag_off = 8;
			e = ix_icmp_error(reason, &p, 1400);
			KUNIT_EXPECT_EQ(test, e.type, 0);
			p.outer.frag_off = 0;
			/* What could not even be read. */
			p = (struct ix_packet){};
			e = ix_icmp_error(reason, &p, 1400);
			KUNIT_EXPECT_EQ(test, e.type, 0);
		}
	}
}

/* RFC 1122, 3.2.2, and RFC 4443, 2.4 e: not about these, whatever the reason. */
static void rfc1122_3_2_2_no_error_about_errors(struct kunit *test)
{
	unsigned int type, version, more;

	for (type = 0; type < 256; type++) {
		for (version = 4; version <= 6; version += 2) {
			for (more = 0; more < 2; more++) {
				struct ix_packet p = {
					.outer.version = version,
					.outer.protocol = version == 4 ? 1 : 58,
					.outer.icmp_type = type,
					.outer.more_frags = more,
				};
				bool none = version == 4 ?
					type == 3 || type == 4 || type == 5 ||
					type == 11 || type == 12 :
					type < 128 || type == 137;
				struct ix_icmp_error e;

				e = ix_icmp_error(IX_DROP_ICMP_FRAGMENT, &p, 0);
				KUNIT_EXPECT_EQ_MSG(test, !e.type, none,
						    "IPv%u, type %u", version,
						    type);
				/* The same numbers mean nothing in a UDP packet. */
				p.outer.protocol = 17;
				e = ix_icmp_error(IX_DROP_TTL, &p, 0);
				KUNIT_EXPECT_NE(test, e.type, 0);
			}
		}
	}
}

/* The same address for the same sender, all within the pool, and all in use. */
static void rfc6791_pool(struct kunit *test)
{
	struct rnd_state rnd;
	unsigned int len, i;

	ix_test_seed(test, &rnd);
	for (len = 8; len <= 32; len++) {
		struct ix_prefix pool = {
			ix_addr_prefix(wire_addr(&rnd, 4), len), len,
		};
		u64 seen = 0;

		for (i = 0; i < 2000; i++) {
			struct ix_addr sender = wire_addr(&rnd, 6), a, b;

			a = ix_icmp_pool_source(pool, sender);
			b = ix_icmp_pool_source(pool, sender);
			KUNIT_EXPECT_TRUE(test, ix_addr_equal(a, b));
			KUNIT_EXPECT_TRUE(test, ix_addr_match(a, pool.addr,
							      len));
			KUNIT_EXPECT_EQ(test, a.lo, 0);
			KUNIT_EXPECT_EQ(test, (u32)a.hi, 0);
			seen |= BIT_ULL(a.hi >> 32 & 63);
		}
		if (len >= 26)
			KUNIT_EXPECT_EQ(test, hweight64(seen), 1 << (32 - len));
		else
			KUNIT_EXPECT_EQ(test, seen, U64_MAX);
	}
}

/* A device that keeps what it is to send to @host. */

static const u8 host[ETH_ALEN] = { 2, 0, 0, 0, 0, 0x11 };
static const u8 router[ETH_ALEN] = { 2, 0, 0, 0, 0, 0x22 };

struct keeper {
	struct sk_buff_head kept;
};

static netdev_tx_t keeper_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct keeper *keeper = netdev_priv(dev);

	/* The stack announces itself, too. */
	if (dev->type == ARPHRD_ETHER ?
	    ether_addr_equal(skb->data, host) :
	    skb->priority == TC_PRIO_CONTROL)
		skb_queue_tail(&keeper->kept, skb);
	else
		kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops keeper_ops = {
	.ndo_start_xmit = keeper_xmit,
};

static __be16 tunnel_parse_protocol(const struct sk_buff *skb)
{
	return skb->protocol;
}

/* As of tun, WireGuard and IP tunnels: operations, and no header. */
static const struct header_ops tunnel_header_ops = {
	.parse_protocol = tunnel_parse_protocol,
};

static void ether_keeper_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &keeper_ops;
	dev->priv_flags |= IFF_NO_QUEUE;
	eth_hw_addr_set(dev, router);
}

static void tunnel_keeper_setup(struct net_device *dev)
{
	dev->netdev_ops = &keeper_ops;
	dev->header_ops = &tunnel_header_ops;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->type = ARPHRD_NONE;
	dev->mtu = 1420;
	dev->flags = IFF_NOARP | IFF_POINTOPOINT;
}

static void keeper_remove(void *arg)
{
	struct net_device *dev = arg;
	struct keeper *keeper = netdev_priv(dev);

	unregister_netdev(dev);
	skb_queue_purge(&keeper->kept);
	free_netdev(dev);
}

static struct net_device *keeper_new(struct kunit *test,
				     void (*setup)(struct net_device *dev))
{
	struct net_device *dev;
	struct keeper *keeper;
	int err;

	dev = alloc_netdev(sizeof(*keeper), "ixtest%d", NET_NAME_ENUM, setup);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	keeper = netdev_priv(dev);
	skb_queue_head_init(&keeper->kept);
	err = register_netdev(dev);
	if (err)
		free_netdev(dev);
	KUNIT_ASSERT_EQ(test, err, 0);
	err = kunit_add_action_or_reset(test, keeper_remove, dev);
	KUNIT_ASSERT_EQ(test, err, 0);
	rtnl_lock();
	err = dev_open(dev, NULL);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
	return dev;
}

/* A packet as it has come in by @dev. */
static struct sk_buff *packet_on(struct kunit *test, struct rnd_state *rnd,
				 struct net_device *dev, struct wire_ip *ip,
				 u32 len, enum wire_layout layout)
{
	struct wire_message m = { .protocol = IPPROTO_UDP, .len = len };
	u8 *at = kunit_kzalloc(test, len + 128, GFP_KERNEL);
	struct sk_buff *skb, *twin;
	u32 header;

	KUNIT_ASSERT_NOT_NULL(test, at);
	m.body = kunit_kzalloc(test, len + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.body);
	ip->protocol = IPPROTO_UDP;
	header = wire_ip_header(at, ip, len + 8);
	wire_message(at + header, &m, ip);
	skb = wire_skb(test, rnd, at, header + len + 8, layout, &twin);
	kfree_skb(twin);
	if (dev->type == ARPHRD_ETHER) {
		ether_addr_copy(eth_hdr(skb)->h_dest, router);
		ether_addr_copy(eth_hdr(skb)->h_source, host);
		eth_hdr(skb)->h_proto = skb->protocol;
	} else {
		skb_reset_mac_header(skb);
	}
	skb->dev = dev;
	return skb;
}

static bool send_one(struct sk_buff *skb, const struct ix_packet *packet,
		     struct ix_addr gateway, struct ix_icmp_error error)
{
	bool sent;

	local_bh_disable();
	sent = ix_icmp_send(&init_net, skb, packet, gateway, error);
	local_bh_enable();
	return sent;
}

static void expect_error(struct kunit *test, struct net_device *dev,
			 const struct sk_buff *old, const struct wire_ip *ip,
			 struct ix_addr gateway, struct ix_icmp_error error)
{
	struct keeper *keeper = netdev_priv(dev);
	struct sk_buff *skb = skb_dequeue(&keeper->kept);
	u32 max = ip->version == 4 ? 576 - 28 : 1280 - 48, quote, l4, len;
	u8 *want = kunit_kzalloc(test, 1500, GFP_KERNEL);
	u32 sum = 0, rest = error.info;
	struct wire_ip outer = {
		.version = ip->version, .src = gateway, .dst = ip->src,
		.tos = ip->version == 4 ? 0xc0 : 0, .ttl = 64,
		.protocol = IPPROTO_ICMP,
	};

	KUNIT_ASSERT_NOT_NULL(test, want);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	if (ip->version == 4)
		outer.id = ntohs(ip_hdr(skb)->id);
	quote = min(old->len, max);
	l4 = wire_ip_header(want, &outer, quote + 8);
	want[l4] = error.type;
	want[l4 + 1] = error.code;
	wire_put32(want + l4 + 4, rest);
	KUNIT_EXPECT_EQ(test, 0, skb_copy_bits(old, 0, want + l4 + 8, quote));
	if (ip->version == 6)
		sum = wire_pseudo(6, outer.src, outer.dst, 58, quote + 8);
	wire_put16(want + l4 + 2,
		   wire_sum(want + l4, quote + 8, sum) ^ 0xffff);
	len = l4 + 8 + quote;

	if (dev->type == ARPHRD_ETHER) {
		KUNIT_EXPECT_TRUE(test, ether_addr_equal(skb->data, host));
		KUNIT_EXPECT_TRUE(test, ether_addr_equal(skb->data + ETH_ALEN,
							 router));
		KUNIT_EXPECT_EQ(test, wire_get16(skb->data + 12),
				ip->version == 4 ? ETH_P_IP : ETH_P_IPV6);
		skb_pull(skb, ETH_HLEN);
	}
	KUNIT_EXPECT_EQ(test, skb->len, len);
	KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
	KUNIT_EXPECT_EQ(test, ntohs(skb->protocol),
			ip->version == 4 ? ETH_P_IP : ETH_P_IPV6);
	if (skb->len == len)
		KUNIT_EXPECT_MEMEQ(test, skb->data, want, len);
	kfree_skb(skb);
}

static void icmp_send_bytes(struct kunit *test)
{
	static const u16 lens[] = { 0, 1, 100, 520, 521, 1183, 1184, 1185, 3000 };
	struct net_device *devs[2];
	struct rnd_state rnd;
	unsigned int i, j, version, layout;

	ix_test_seed(test, &rnd);
	devs[0] = keeper_new(test, ether_keeper_setup);
	devs[1] = keeper_new(test, tunnel_keeper_setup);
	for (i = 0; i < ARRAY_SIZE(lens) * WIRE_LAYOUTS; i++) {
		for (j = 0; j < 2; j++) {
			for (version = 4; version <= 6; version += 2) {
				struct wire_ip ip = {
					.version = version,
					.src = wire_addr(&rnd, version),
					.dst = wire_addr(&rnd, version),
					.ttl = 1,
				};
				struct ix_icmp_error e = {
					version == 4 ? 3 : 2,
					version == 4 ? 4 : 0, 1300,
				};
				struct ix_addr gateway = wire_addr(&rnd,
								   version);
				struct ix_packet packet;
				struct sk_buff *skb;

				/* Clones are the same for what only reads. */
				layout = i % WIRE_LAYOUTS;
				if (layout == WIRE_TIGHT && !j)
					continue;
				skb = packet_on(test, &rnd, devs[j], &ip,
						lens[i / WIRE_LAYOUTS],
						layout);
				KUNIT_EXPECT_EQ(test, IX_FORWARDED,
						ix_packet_parse(skb, &packet));
				KUNIT_EXPECT_TRUE(test,
						  send_one(skb, &packet,
							   gateway, e));
				expect_error(test, devs[j], skb, &ip, gateway,
					     e);
				kfree_skb(skb);
			}
		}
	}
}

/* To nobody in particular, no error is sent. */
static void icmp_send_link_layer(struct kunit *test)
{
	struct net_device *dev = keeper_new(test, ether_keeper_setup);
	struct ix_icmp_error e = { 3, 4, 1300 };
	struct ix_packet packet;
	struct rnd_state rnd;
	struct sk_buff *skb;
	unsigned int i;

	ix_test_seed(test, &rnd);
	for (i = 0; i < 3; i++) {
		struct wire_ip ip = {
			.version = 4, .src = wire_addr(&rnd, 4),
			.dst = wire_addr(&rnd, 4), .ttl = 1,
		};

		skb = packet_on(test, &rnd, dev, &ip, 100, WIRE_LINEAR);
		KUNIT_EXPECT_EQ(test, IX_FORWARDED,
				ix_packet_parse(skb, &packet));
		if (i == 0)
			eth_broadcast_addr(eth_hdr(skb)->h_dest);
		else if (i == 1)
			eth_hdr(skb)->h_source[0] |= 1;
		else
			skb_reset_mac_header(skb);
		KUNIT_EXPECT_FALSE(test, send_one(skb, &packet, ip.dst, e));
		kfree_skb(skb);
	}
}

/* How many of @n errors are sent. */
static unsigned int count_sent(struct kunit *test, struct rnd_state *rnd,
			       struct net_device *dev, struct wire_ip *ip,
			       struct ix_icmp_error error, unsigned int n)
{
	struct ix_packet packet;
	unsigned int sent = 0;
	struct sk_buff *skb;

	skb = packet_on(test, rnd, dev, ip, 100, WIRE_LINEAR);
	KUNIT_EXPECT_EQ(test, IX_FORWARDED, ix_packet_parse(skb, &packet));
	while (n--)
		sent += send_one(skb, &packet, ip->dst, error);
	kfree_skb(skb);
	return sent;
}

/* By default six at once and one a second, to each on each port. */
static void icmp_send_limit(struct kunit *test)
{
	struct net_device *dev = keeper_new(test, ether_keeper_setup);
	struct net_device *other = keeper_new(test, ether_keeper_setup);
	unsigned int version;
	struct rnd_state rnd;

	ix_test_seed(test, &rnd);
	for (version = 4; version <= 6; version += 2) {
		struct ix_icmp_error e = { version == 4 ? 3 : 1, 1 };
		struct ix_icmp_error big = { version == 4 ? 3 : 2,
					     version == 4 ? 4 : 0, 1280 };
		struct wire_ip ip = {
			.version = version, .src = wire_addr(&rnd, version),
			.dst = wire_addr(&rnd, version), .ttl = 1,
		};
		unsigned int sent;

		sent = count_sent(test, &rnd, dev, &ip, e, 100);
		KUNIT_EXPECT_GE(test, sent, 6);
		KUNIT_EXPECT_LE(test, sent, 20);
		/* The same address on another port is another host. */
		sent = count_sent(test, &rnd, other, &ip, e, 5);
		KUNIT_EXPECT_EQ(test, sent, 5);
		/* Path MTU discovery is not to wait. */
		sent = count_sent(test, &rnd, dev, &ip, big, 100);
		KUNIT_EXPECT_EQ(test, sent, 100);
		ip.src = wire_addr(&rnd, version);
		sent = count_sent(test, &rnd, dev, &ip, e, 5);
		KUNIT_EXPECT_EQ(test, sent, 5);
	}
}

static struct kunit_case icmp_cases[] = {
	KUNIT_CASE(icmp_map_all),
	KUNIT_CASE(icmp_map_pointers),
	KUNIT_CASE(icmp_map_mtus),
	KUNIT_CASE(icmp_errors_by_reason),
	KUNIT_CASE(rfc1122_3_2_2_no_error_about_errors),
	KUNIT_CASE(rfc6791_pool),
	KUNIT_CASE(icmp_send_bytes),
	KUNIT_CASE(icmp_send_link_layer),
	KUNIT_CASE(icmp_send_limit),
	{}
};

static struct kunit_suite icmp_suite = {
	.name = "ix_icmp",
	.test_cases = icmp_cases,
};

kunit_test_suites(&icmp_suite);
