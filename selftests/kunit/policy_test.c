// SPDX-License-Identifier: GPL-2.0
/*
 * Policy: a case for each sentence of policy.h.
 */
#include <kunit/test.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/limits.h>
#include <linux/slab.h>

#include "alloc.h"
#include "policy_world.h"

/* Services by what they are good for in the cases below. */
enum {
	SERVICE_ALL,
	SERVICE_DICOM,
	SERVICE_DNS,
	SERVICE_ECHO,
	SERVICE_EXT_ECHO,
	SERVICE_ICMP,
	SERVICE_TCP,
	SERVICE_MIXED,
	SERVICE_GRE,
	SERVICE_FTP_DATA,
	SERVICE_MISSING,
	SERVICES,
};

#define PORTS(proto, dmin, dmax, smin, smax)				\
	{ .protocol = IPPROTO_##proto, .dport_min = dmin,		\
	  .dport_max = dmax, .sport_min = smin, .sport_max = smax }
#define TO_PORTS(proto, dmin, dmax) PORTS(proto, dmin, dmax, 0, U16_MAX)
#define ICMP(type) { .protocol = IPPROTO_ICMPV6, .icmp_type = type }

static const struct {
	unsigned int nr;
	struct ix_service_entry entries[4];
} service_contents[SERVICES] = {
	[SERVICE_DICOM] = { 1, { TO_PORTS(TCP, 104, 104) } },
	[SERVICE_DNS] = { 1, { TO_PORTS(UDP, 53, 53) } },
	[SERVICE_ECHO] = { 1, { ICMP(ICMPV6_ECHO_REQUEST) } },
	[SERVICE_EXT_ECHO] = { 1, { ICMP(ICMPV6_EXT_ECHO_REQUEST) } },
	[SERVICE_ICMP] = { 1, { { .protocol = IPPROTO_ICMPV6,
				  .any_icmp_type = true } } },
	[SERVICE_TCP] = { 1, { TO_PORTS(TCP, 0, U16_MAX) } },
	[SERVICE_MIXED] = { 4, { TO_PORTS(TCP, 80, 80),
				 TO_PORTS(TCP, 440, 450),
				 TO_PORTS(UDP, 1000, 2000),
				 ICMP(200) } },
	[SERVICE_GRE] = { 1, { TO_PORTS(GRE, 0, U16_MAX) } },
	[SERVICE_FTP_DATA] = { 1, { PORTS(TCP, 1024, U16_MAX, 20, 20) } },
};

struct context {
	struct ix_policy policy;
	struct ix_table *services;
	u32 last_id;
	long allocated;
};

static int policy_test_init(struct kunit *test)
{
	struct context *ctx;
	unsigned int i;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	ctx->allocated = ix_test_allocated();
	test->priv = ctx;
	ctx->services = table_new(test, SERVICES);
	for (i = 0; i < SERVICES; i++)
		if (service_contents[i].nr)
			service_add(test, ctx->services, i,
				    service_contents[i].entries,
				    service_contents[i].nr);
	return 0;
}

static void policy_test_exit(struct kunit *test)
{
	struct context *ctx = test->priv;

	ix_test_fail_allocation(0);
	ix_policy_destroy(&ctx->policy);
	KUNIT_EXPECT_EQ_MSG(test, ix_test_allocated(), ctx->allocated,
			    "leaked");
}

/* Rules */

#define RULE(...) ((struct ix_rule){ __VA_ARGS__ })
#define FROM_CLASS(n) .src_kind = IX_CLASS, .src = (n)
#define TO_CLASS(n) .dst_kind = IX_CLASS, .dst = (n)
#define FROM(who) .src_kind = IX_INSTITUTION, .src = parties[who].tag
#define TO(who) .dst_kind = IX_INSTITUTION, .dst = parties[who].tag
#define DENIES .action = IX_ACTION_DENY

/* Add a rule in an edit of its own; without an id it gets the next one. */
static struct ix_rule *add(struct kunit *test, struct ix_rule rule)
{
	struct context *ctx = test->priv;
	struct ix_edit edit;
	struct ix_rule *new;

	new = kunit_kmalloc(test, sizeof(*new), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, new);
	*new = rule;
	if (!new->id)
		new->id = ctx->last_id + 1;
	ctx->last_id = new->id;
	ix_edit_init(&edit);
	KUNIT_ASSERT_EQ(test, 0, ix_policy_insert(&ctx->policy, &edit, new));
	ix_edit_published(&edit);
	return new;
}

static void take(struct kunit *test, struct ix_rule *rule)
{
	struct context *ctx = test->priv;
	struct ix_edit edit;

	ix_edit_init(&edit);
	KUNIT_ASSERT_EQ(test, 0, ix_policy_remove(&ctx->policy, &edit, rule));
	ix_edit_published(&edit);
}

/* Packets */

static struct ix_flow flow_of(u8 protocol, u16 sport, u16 dport)
{
	return (struct ix_flow){
		.protocol = protocol,
		.sport = sport,
		.dport = dport,
	};
}

static struct ix_flow tcp(u16 sport, u16 dport)
{
	return flow_of(IPPROTO_TCP, sport, dport);
}

static struct ix_flow tcp_syn(u16 sport, u16 dport)
{
	struct ix_flow flow = tcp(sport, dport);

	flow.may_open = true;
	return flow;
}

static struct ix_flow udp(u16 sport, u16 dport)
{
	return flow_of(IPPROTO_UDP, sport, dport);
}

static struct ix_flow icmp(u8 type)
{
	struct ix_flow flow = flow_of(IPPROTO_ICMPV6, 0, 0);

	flow.icmp_type = type;
	return flow;
}

static struct ix_flow fragment(u8 protocol)
{
	struct ix_flow flow = flow_of(protocol, 0, 0);

	flow.no_ports = true;
	return flow;
}

static struct ix_judgement judge_at(struct kunit *test, int src, int dst,
				    struct ix_flow flow, u64 now)
{
	struct context *ctx = test->priv;

	return ix_policy_judge(&ctx->policy, ctx->services, &parties[src],
			       &parties[dst], &flow, now);
}

static void expect_outcome(struct kunit *test, int line,
			   enum ix_verdict verdict, const struct ix_rule *rule,
			   enum ix_verdict expected,
			   const struct ix_rule *expected_rule)
{
	KUNIT_EXPECT_TRUE_MSG(test, verdict == expected && rule == expected_rule,
			      "line %d: verdict %d, rule %u; expected %d, rule %u",
			      line, verdict, rule ? rule->id : 0, expected,
			      expected_rule ? expected_rule->id : 0);
}

static void expect_judgement(struct kunit *test, int line, int src, int dst,
			     struct ix_flow flow, u64 now,
			     enum ix_verdict verdict,
			     const struct ix_rule *rule)
{
	struct ix_judgement j = judge_at(test, src, dst, flow, now);

	expect_outcome(test, line, j.verdict, j.rule, verdict, rule);
}

static void expect_trial(struct kunit *test, int line, int src, int dst,
			 struct ix_flow flow, enum ix_verdict trial,
			 const struct ix_rule *rule)
{
	struct ix_judgement j = judge_at(test, src, dst, flow, NOW);

	expect_outcome(test, line, j.trial, j.monitored, trial, rule);
}

#define EXPECT_AT(test, src, dst, flow, now, verdict, rule)		\
	expect_judgement(test, __LINE__, src, dst, flow, now,		\
			 IX_VERDICT_##verdict, rule)

#define EXPECT(test, src, dst, flow, verdict, rule)			\
	expect_judgement(test, __LINE__, src, dst, flow, NOW,		\
			 IX_VERDICT_##verdict, rule)

#define EXPECT_TRIAL(test, src, dst, flow, trial, rule)			\
	expect_trial(test, __LINE__, src, dst, flow, IX_VERDICT_##trial, rule)

/* If no rule matches the packet is denied. */
static void policy_empty_test(struct kunit *test)
{
	struct context *ctx = test->priv;
	struct ix_edit edit;
	int src, dst;

	for (src = 0; src < PARTIES; src++) {
		for (dst = 0; dst < PARTIES; dst++) {
			EXPECT(test, src, dst, tcp(1, 2), DEFAULT_DENY, NULL);
			EXPECT(test, src, dst, icmp(ICMPV6_ECHO_REPLY),
			       DEFAULT_DENY, NULL);
			EXPECT(test, src, dst, fragment(IPPROTO_UDP),
			       DEFAULT_DENY, NULL);
		}
	}

	ix_edit_init(&edit);
	KUNIT_EXPECT_EQ(test, 0, ix_policy_clear(&ctx->policy, &edit));
	ix_policy_abandon(&ctx->policy, &edit);
	ix_edit_abandoned(&edit);
}

/* A packet passes if it is a request that a rule permits. */
static void policy_request_test(struct kunit *test)
{
	struct ix_rule *rule;

	rule = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
			      .service = SERVICE_DICOM));
	EXPECT(test, HOSPITAL, CLINIC, tcp_syn(40000, 104), PERMIT, rule);
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, rule);
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 105), DEFAULT_DENY, NULL);
	EXPECT(test, HOSPITAL, CLINIC, udp(40000, 104), DEFAULT_DENY, NULL);
	EXPECT(test, HOSPITAL, LAST_CLASS, tcp(40000, 104), DEFAULT_DENY, NULL);
	EXPECT(test, NO_CLASS, CLINIC, tcp(40000, 104), DEFAULT_DENY, NULL);
	EXPECT(test, CLINIC, HOSPITAL, tcp_syn(40000, 104), DEFAULT_DENY, NULL);
	EXPECT(test, CLINIC, HOSPITAL, tcp(40000, 104), DEFAULT_DENY, NULL);

	take(test, rule);
	EXPECT(test, HOSPITAL, CLINIC, tcp_syn(40000, 104), DEFAULT_DENY, NULL);
}

/* Or a reply to one: ports mirrored, and nothing can be opened backwards. */
static void policy_reply_test(struct kunit *test)
{
	struct ix_rule *dicom, *dns, *gre;

	dicom = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
			       .service = SERVICE_DICOM));
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), REPLY, dicom);
	EXPECT(test, CLINIC, HOSPITAL, tcp_syn(104, 40000), DEFAULT_DENY, NULL);
	EXPECT(test, CLINIC, HOSPITAL, tcp(105, 40000), DEFAULT_DENY, NULL);
	EXPECT(test, CLINIC, LAST_CLASS, tcp(104, 40000), DEFAULT_DENY, NULL);

	/* UDP has no direction. */
	dns = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
			     .service = SERVICE_DNS));
	EXPECT(test, HOSPITAL, CLINIC, udp(5000, 53), PERMIT, dns);
	EXPECT(test, CLINIC, HOSPITAL, udp(53, 5000), REPLY, dns);
	EXPECT(test, CLINIC, HOSPITAL, udp(5000, 53), DEFAULT_DENY, NULL);

	/* Nor has what has no ports. */
	gre = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
			     .service = SERVICE_GRE));
	EXPECT(test, HOSPITAL, CLINIC, flow_of(IPPROTO_GRE, 0, 0), PERMIT, gre);
	EXPECT(test, CLINIC, HOSPITAL, flow_of(IPPROTO_GRE, 0, 0), REPLY, gre);
}

/* The only replies in ICMP are those to echo requests, and to extended ones. */
static void policy_icmp_reply_test(struct kunit *test)
{
	static const u16 services[] = { SERVICE_ALL, SERVICE_ICMP };
	struct ix_rule *rule;
	unsigned int i, type;

	rule = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
			      .service = SERVICE_ECHO));
	EXPECT(test, HOSPITAL, CLINIC, icmp(ICMPV6_ECHO_REQUEST), PERMIT, rule);
	EXPECT(test, CLINIC, HOSPITAL, icmp(ICMPV6_ECHO_REPLY), REPLY, rule);
	EXPECT(test, CLINIC, HOSPITAL, icmp(ICMPV6_ECHO_REQUEST), DEFAULT_DENY,
	       NULL);
	EXPECT(test, HOSPITAL, CLINIC, icmp(ICMPV6_ECHO_REPLY), DEFAULT_DENY,
	       NULL);
	/* Each answers its own. */
	EXPECT(test, CLINIC, HOSPITAL, icmp(ICMPV6_EXT_ECHO_REPLY), DEFAULT_DENY,
	       NULL);
	take(test, rule);
	rule = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
			      .service = SERVICE_EXT_ECHO));
	EXPECT(test, HOSPITAL, CLINIC, icmp(ICMPV6_EXT_ECHO_REQUEST), PERMIT,
	       rule);
	EXPECT(test, CLINIC, HOSPITAL, icmp(ICMPV6_EXT_ECHO_REPLY), REPLY, rule);
	EXPECT(test, CLINIC, HOSPITAL, icmp(ICMPV6_EXT_ECHO_REQUEST),
	       DEFAULT_DENY, NULL);
	EXPECT(test, CLINIC, HOSPITAL, icmp(ICMPV6_ECHO_REPLY), DEFAULT_DENY,
	       NULL);
	/* They are too short to come in fragments. */
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_ICMPV6), DEFAULT_DENY,
	       NULL);
	take(test, rule);

	for (i = 0; i < ARRAY_SIZE(services); i++) {
		rule = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
				      .service = services[i]));
		for (type = 0; type < 256; type++) {
			EXPECT(test, HOSPITAL, CLINIC, icmp(type), PERMIT,
			       rule);
			if (type == ICMPV6_ECHO_REPLY ||
			    type == ICMPV6_EXT_ECHO_REPLY)
				EXPECT(test, CLINIC, HOSPITAL, icmp(type),
				       REPLY, rule);
			else
				EXPECT(test, CLINIC, HOSPITAL, icmp(type),
				       DEFAULT_DENY, NULL);
		}
		take(test, rule);
	}
}

/* One-way rules have no replies, nor have rules behind them for the same. */
static void policy_oneway_test(struct kunit *test)
{
	struct ix_rule *first, *second;

	first = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .order = 1,
			       .service = SERVICE_DICOM, .oneway = true));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, first);
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), DEFAULT_DENY, NULL);

	second = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .order = 2));
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), DEFAULT_DENY, NULL);
	EXPECT(test, CLINIC, HOSPITAL, tcp(105, 40000), REPLY, second);
	take(test, second);

	second = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .order = 0));
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), REPLY, second);
}

/* Rules are asked in ascending order of (order, id); the first one decides. */
static void policy_order_test(struct kunit *test)
{
	struct ix_rule *rules[6];
	int i;

	rules[4] = add(test, RULE(FROM_CLASS(1), .id = 4, .order = 30));
	rules[2] = add(test, RULE(TO_CLASS(2), DENIES, .id = 8, .order = 20));
	rules[1] = add(test, RULE(FROM(HOSPITAL), .id = 7, .order = 20));
	rules[5] = add(test, RULE(DENIES, .id = 1, .order = U32_MAX));
	rules[0] = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), DENIES,
				  .id = 9, .order = 0));
	rules[3] = add(test, RULE(TO(CLINIC), .id = 9, .order = 20));

	for (i = 0; i < 6; i++) {
		if (rules[i]->action == IX_ACTION_DENY)
			EXPECT(test, HOSPITAL, CLINIC, tcp_syn(1, 2), DENY,
			       rules[i]);
		else
			EXPECT(test, HOSPITAL, CLINIC, tcp_syn(1, 2), PERMIT,
			       rules[i]);
		take(test, rules[i]);
	}
	EXPECT(test, HOSPITAL, CLINIC, tcp_syn(1, 2), DEFAULT_DENY, NULL);
}

/* The same within one cell: the place does not depend on when a rule came. */
static void policy_order_in_cell_test(struct kunit *test)
{
	enum { NR = 100 };
	struct ix_rule **rules;
	int i;

	rules = kunit_kcalloc(test, NR, sizeof(*rules), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rules);
	for (i = 0; i < NR; i++) {
		int place = i * 37 % NR;

		rules[place] = add(test, RULE(FROM_CLASS(1), .id = 1 + place,
					      .order = place / 10));
	}
	for (i = 0; i < NR; i++) {
		EXPECT(test, HOSPITAL, CLINIC, tcp(1, 2), PERMIT, rules[i]);
		take(test, rules[i]);
	}
}

/* First the agreements, then all others. */
static void policy_agreement_test(struct kunit *test)
{
	struct ix_rule *agreement, *back, *deny;

	deny = add(test, RULE(DENIES, .order = 0));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), DENY, deny);

	agreement = add(test, RULE(FROM(HOSPITAL), TO(CLINIC), .order = 1000,
				   .service = SERVICE_DICOM));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, agreement);
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 105), DENY, deny);
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), REPLY, agreement);
	EXPECT(test, CLINIC, HOSPITAL, tcp(40000, 104), DENY, deny);
	EXPECT(test, BOTH, CLINIC, tcp(40000, 104), DENY, deny);

	/* The other direction is another agreement. */
	back = add(test, RULE(FROM(CLINIC), TO(HOSPITAL), .order = 999));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, agreement);
	EXPECT(test, CLINIC, HOSPITAL, tcp(40000, 104), PERMIT, back);
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), PERMIT, back);
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 105), REPLY, back);

	take(test, back);
	take(test, agreement);
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), DENY, deny);
}

/* What one side of a rule means, in all combinations. */
static void policy_selectors_test(struct kunit *test)
{
	static const struct {
		enum ix_selector kind;
		u32 value;
		bool selects[PARTIES];
	} sides[] = {
		{ IX_ANY, 0, { true, true, true, true, true } },
		{ IX_CLASS, 1, { [HOSPITAL] = true, [BOTH] = true } },
		{ IX_CLASS, 2, { [CLINIC] = true, [BOTH] = true } },
		{ IX_CLASS, 63, { [LAST_CLASS] = true } },
		{ IX_CLASS, 5, { } },
		{ IX_INSTITUTION, 100, { [HOSPITAL] = true } },
		{ IX_INSTITUTION, U32_MAX, { [LAST_CLASS] = true } },
		{ IX_INSTITUTION, 1, { [NO_CLASS] = true } },
		{ IX_INSTITUTION, 2, { } },
	};
	int s, d, src, dst;

	for (s = 0; s < ARRAY_SIZE(sides); s++) {
		for (d = 0; d < ARRAY_SIZE(sides); d++) {
			struct ix_rule *rule;

			rule = add(test, RULE(.src_kind = sides[s].kind,
					      .src = sides[s].value,
					      .dst_kind = sides[d].kind,
					      .dst = sides[d].value));
			for (src = 0; src < PARTIES; src++) {
				for (dst = 0; dst < PARTIES; dst++) {
					bool fits = sides[s].selects[src] &&
						    sides[d].selects[dst];
					struct ix_judgement j;

					j = judge_at(test, src, dst,
						     tcp_syn(1, 2), NOW);
					KUNIT_EXPECT_PTR_EQ_MSG(test, j.rule,
								fits ? rule :
								       NULL,
								"sides %d %d, parties %d %d",
								s, d, src, dst);
				}
			}
			take(test, rule);
		}
	}
}

/* An institution in several classes is asked about in all of them. */
static void policy_several_classes_test(struct kunit *test)
{
	struct ix_rule *second, *first;

	second = add(test, RULE(FROM_CLASS(1), TO_CLASS(63), .order = 20));
	first = add(test, RULE(FROM_CLASS(2), TO_CLASS(63), DENIES, .order = 10));
	EXPECT(test, BOTH, LAST_CLASS, tcp_syn(1, 2), DENY, first);
	EXPECT(test, HOSPITAL, LAST_CLASS, tcp_syn(1, 2), PERMIT, second);
	EXPECT(test, CLINIC, LAST_CLASS, tcp_syn(1, 2), DENY, first);
	take(test, first);
	EXPECT(test, BOTH, LAST_CLASS, tcp_syn(1, 2), PERMIT, second);
}

/* A denied request may still be a reply, and a denied one has no replies. */
static void policy_deny_test(struct kunit *test)
{
	struct ix_rule *permit, *deny, *quarantine;

	permit = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .order = 10,
				.service = SERVICE_DICOM));
	deny = add(test, RULE(FROM_CLASS(2), TO_CLASS(1), DENIES, .order = 1));
	EXPECT(test, HOSPITAL, CLINIC, tcp_syn(40000, 104), PERMIT, permit);
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), REPLY, permit);
	EXPECT(test, CLINIC, HOSPITAL, tcp_syn(104, 40000), DENY, deny);
	EXPECT(test, CLINIC, HOSPITAL, tcp(105, 40000), DENY, deny);

	/* One direction closed closes its replies, too. */
	quarantine = add(test, RULE(FROM(HOSPITAL), DENIES, .order = 0));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), DENY, quarantine);
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), DENY, deny);
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_TCP), DENY, deny);
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_TCP), DENY, quarantine);
}

/* A rule holds from its first second until before its last one. */
static void policy_validity_test(struct kunit *test)
{
	struct ix_rule *rule, *later;

	rule = add(test, RULE(FROM(HOSPITAL), TO(CLINIC), .valid_from = NOW,
			      .valid_until = NOW + 10));
	EXPECT_AT(test, HOSPITAL, CLINIC, tcp(1, 2), NOW - 1, DEFAULT_DENY,
		  NULL);
	EXPECT_AT(test, HOSPITAL, CLINIC, tcp(1, 2), NOW, PERMIT, rule);
	EXPECT_AT(test, CLINIC, HOSPITAL, tcp(2, 1), NOW + 9, REPLY, rule);
	EXPECT_AT(test, HOSPITAL, CLINIC, tcp(1, 2), NOW + 10, DEFAULT_DENY,
		  NULL);
	EXPECT_AT(test, CLINIC, HOSPITAL, tcp(2, 1), NOW + 10, DEFAULT_DENY,
		  NULL);
	EXPECT_AT(test, CLINIC, HOSPITAL, fragment(IPPROTO_TCP), NOW + 9,
		  REPLY, rule);
	EXPECT_AT(test, CLINIC, HOSPITAL, fragment(IPPROTO_TCP), NOW + 10,
		  DEFAULT_DENY, NULL);

	/* What is not valid does not hide what is. */
	later = add(test, RULE(FROM(HOSPITAL), .valid_from = NOW + 10));
	EXPECT_AT(test, HOSPITAL, CLINIC, tcp(1, 2), NOW + 9, PERMIT, rule);
	EXPECT_AT(test, HOSPITAL, CLINIC, tcp(1, 2), NOW + 10, PERMIT, later);
	EXPECT_AT(test, HOSPITAL, CLINIC, tcp(1, 2), U64_MAX, PERMIT, later);
}

/* Services with several entries, port ranges, source ports. */
static void policy_services_test(struct kunit *test)
{
	static const struct {
		u16 service;
		struct ix_flow flow;
		bool fits;
	} samples[] = {
		{ SERVICE_ALL, { .protocol = 0 }, true },
		{ SERVICE_ALL, { .protocol = 255 }, true },
		{ SERVICE_MIXED, { IPPROTO_TCP, .dport = 79 }, false },
		{ SERVICE_MIXED, { IPPROTO_TCP, .dport = 80 }, true },
		{ SERVICE_MIXED, { IPPROTO_TCP, .dport = 81 }, false },
		{ SERVICE_MIXED, { IPPROTO_TCP, .dport = 439 }, false },
		{ SERVICE_MIXED, { IPPROTO_TCP, .dport = 440 }, true },
		{ SERVICE_MIXED, { IPPROTO_TCP, .dport = 450 }, true },
		{ SERVICE_MIXED, { IPPROTO_TCP, .dport = 451 }, false },
		{ SERVICE_MIXED, { IPPROTO_UDP, .dport = 999 }, false },
		{ SERVICE_MIXED, { IPPROTO_UDP, .dport = 1000 }, true },
		{ SERVICE_MIXED, { IPPROTO_UDP, .dport = 2000 }, true },
		{ SERVICE_MIXED, { IPPROTO_UDP, .dport = 2001 }, false },
		{ SERVICE_MIXED, { IPPROTO_UDP, .dport = 80 }, false },
		{ SERVICE_MIXED, { IPPROTO_ICMPV6, .icmp_type = 200 }, true },
		{ SERVICE_MIXED, { IPPROTO_ICMPV6, .icmp_type = 201 }, false },
		{ SERVICE_TCP, { IPPROTO_TCP, .dport = 0 }, true },
		{ SERVICE_TCP, { IPPROTO_TCP, .dport = U16_MAX }, true },
		{ SERVICE_TCP, { IPPROTO_UDP, .dport = 80 }, false },
		{ SERVICE_ICMP, { IPPROTO_ICMPV6, .icmp_type = 0 }, true },
		{ SERVICE_ICMP, { IPPROTO_ICMPV6, .icmp_type = 255 }, true },
		{ SERVICE_ICMP, { IPPROTO_TCP }, false },
		{ SERVICE_GRE, { IPPROTO_GRE }, true },
		{ SERVICE_GRE, { IPPROTO_ESP }, false },
		{ SERVICE_FTP_DATA, { IPPROTO_TCP, .sport = 20,
				      .dport = 1024 }, true },
		{ SERVICE_FTP_DATA, { IPPROTO_TCP, .sport = 21,
				      .dport = 1024 }, false },
		{ SERVICE_FTP_DATA, { IPPROTO_TCP, .sport = 20,
				      .dport = 1023 }, false },
		{ SERVICE_MISSING, { IPPROTO_TCP }, false },
		{ SERVICES, { IPPROTO_TCP }, false },
		{ IX_SERVICE_MAX, { IPPROTO_TCP }, false },
	};
	struct context *ctx = test->priv;
	struct ix_judgement judgement;
	int i;

	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		struct ix_rule *rule = add(test,
					   RULE(FROM_CLASS(1),
						.service = samples[i].service));

		judgement = judge_at(test, HOSPITAL, CLINIC, samples[i].flow,
				     NOW);
		KUNIT_EXPECT_PTR_EQ_MSG(test, judgement.rule,
					samples[i].fits ? rule : NULL,
					"sample %d", i);
		/* Without any service only rules for every packet match. */
		judgement = ix_policy_judge(&ctx->policy, NULL,
					    &parties[HOSPITAL],
					    &parties[CLINIC], &samples[i].flow,
					    NOW);
		KUNIT_EXPECT_PTR_EQ(test, judgement.rule,
				    samples[i].service ? NULL : rule);
		take(test, rule);
	}
}

/* A fragment passes if any rule could permit it. */
static void policy_fragment_test(struct kunit *test)
{
	struct ix_rule *dicom, *deny, *oneway, *echo, *all;

	dicom = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .order = 10,
			       .service = SERVICE_DICOM));
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_TCP), PERMIT, dicom);
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_TCP), REPLY, dicom);
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_UDP), DEFAULT_DENY,
	       NULL);
	EXPECT(test, CLINIC, LAST_CLASS, fragment(IPPROTO_TCP), DEFAULT_DENY,
	       NULL);

	/* What denies some ports says nothing of the others. */
	deny = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), DENIES, .order = 5,
			      .service = SERVICE_MIXED));
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_TCP), PERMIT, dicom);
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_UDP), DEFAULT_DENY,
	       NULL);
	take(test, deny);

	/* What denies all ports leaves nothing that a later one could permit. */
	deny = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), DENIES, .order = 5,
			      .service = SERVICE_TCP));
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_TCP), DENY, deny);
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_TCP), DEFAULT_DENY,
	       NULL);
	take(test, deny);

	/* One-way: not in the other direction; a later one may do that. */
	oneway = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .order = 1,
				.oneway = true, .service = SERVICE_DICOM));
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_TCP), PERMIT, oneway);
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_TCP), REPLY, dicom);
	take(test, dicom);
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_TCP), DEFAULT_DENY,
	       NULL);
	take(test, oneway);

	/* ICMP: requests one way, echo replies the other. */
	echo = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
			      .service = SERVICE_ECHO));
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_ICMPV6), PERMIT, echo);
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_ICMPV6), REPLY, echo);
	take(test, echo);
	echo = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
			      .service = SERVICE_MIXED));
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_ICMPV6), PERMIT, echo);
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_ICMPV6), DEFAULT_DENY,
	       NULL);
	take(test, echo);

	/* A rule for every packet needs no ports; an unknown service has none. */
	all = add(test, RULE(FROM_CLASS(1), TO_CLASS(2)));
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_SCTP), PERMIT, all);
	EXPECT(test, CLINIC, HOSPITAL, fragment(IPPROTO_SCTP), REPLY, all);
	take(test, all);
	all = add(test, RULE(FROM_CLASS(1), .service = SERVICE_MISSING));
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_TCP), DEFAULT_DENY,
	       NULL);
}

/* Monitor mode: evaluated, never enforced. */
static void policy_monitor_test(struct kunit *test)
{
	struct ix_rule *permit, *deny, *trial, *second;

	/* Would permit what is denied by default. */
	trial = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .order = 10,
			       .monitor = true, .service = SERVICE_DICOM));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), DEFAULT_DENY, NULL);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, trial);
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), DEFAULT_DENY, NULL);
	EXPECT_TRIAL(test, CLINIC, HOSPITAL, tcp(104, 40000), REPLY, trial);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, tcp(40000, 105), DEFAULT_DENY,
		     NULL);
	EXPECT(test, HOSPITAL, CLINIC, fragment(IPPROTO_TCP), DEFAULT_DENY,
	       NULL);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, fragment(IPPROTO_TCP), PERMIT,
		     trial);

	/* Behind what decides, it would not be asked. */
	deny = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), DENIES, .order = 5));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), DENY, deny);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, tcp(40000, 104), DENY, NULL);
	take(test, deny);

	/* Would say the same in another's stead. */
	permit = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .order = 20));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, permit);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, trial);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, tcp(40000, 105), PERMIT, NULL);
	take(test, trial);

	/* Would drop what passes, and its replies. */
	trial = add(test, RULE(FROM_CLASS(1), DENIES, .order = 1,
			       .monitor = true));
	EXPECT(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, permit);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, tcp(40000, 104), DENY, trial);
	EXPECT(test, CLINIC, HOSPITAL, tcp(104, 40000), REPLY, permit);
	EXPECT_TRIAL(test, CLINIC, HOSPITAL, tcp(104, 40000), DEFAULT_DENY,
		     trial);

	/* The first of two is the one. */
	second = add(test, RULE(FROM_CLASS(1), .order = 2, .monitor = true));
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, tcp(40000, 104), DENY, trial);
	take(test, trial);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, tcp(40000, 104), PERMIT, second);
	take(test, second);

	/* Would deny the request; the packet would pass as a reply. */
	trial = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), DENIES, .order = 1,
			       .monitor = true));
	second = add(test, RULE(FROM_CLASS(2), TO_CLASS(1), .order = 1));
	EXPECT(test, HOSPITAL, CLINIC, udp(1, 2), PERMIT, permit);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, udp(1, 2), REPLY, trial);
	/* Would have denied what is a reply, and remains one: no difference. */
	take(test, permit);
	EXPECT(test, HOSPITAL, CLINIC, udp(1, 2), REPLY, second);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, udp(1, 2), REPLY, NULL);
	take(test, trial);

	/* Would be one-way: the replies would stop. */
	trial = add(test, RULE(FROM_CLASS(2), TO_CLASS(1), .order = 0,
			       .oneway = true, .monitor = true));
	EXPECT(test, HOSPITAL, CLINIC, udp(1, 2), REPLY, second);
	EXPECT_TRIAL(test, HOSPITAL, CLINIC, udp(1, 2), DEFAULT_DENY, trial);
	take(test, trial);

	/* An agreement goes before all others in this as well. */
	trial = add(test, RULE(FROM(CLINIC), TO(HOSPITAL), DENIES, .order = 9,
			       .monitor = true));
	EXPECT(test, CLINIC, HOSPITAL, udp(1, 2), PERMIT, second);
	EXPECT_TRIAL(test, CLINIC, HOSPITAL, udp(1, 2), DENY, trial);
}

/* Both sides are the same institution. */
/* Quarantine comes before all rules, for both sides, and has no exceptions. */
static void policy_quarantine_test(struct kunit *test)
{
	struct context *ctx = test->priv;
	struct ix_party isolated = parties[HOSPITAL];
	const struct ix_party *clinic = &parties[CLINIC];
	struct ix_flow request = tcp_syn(1000, 104), reply = tcp(104, 1000);
	struct ix_judgement j;

	isolated.quarantined = true;
	add(test, RULE(FROM(HOSPITAL), TO(CLINIC)));
	add(test, RULE(.monitor = true));

	j = ix_policy_judge(&ctx->policy, ctx->services, &isolated, clinic,
			    &request, NOW);
	KUNIT_EXPECT_EQ(test, IX_VERDICT_QUARANTINE, j.verdict);
	KUNIT_EXPECT_EQ(test, IX_VERDICT_QUARANTINE, j.trial);
	KUNIT_EXPECT_NULL(test, j.rule);
	KUNIT_EXPECT_NULL(test, j.monitored);
	j = ix_policy_judge(&ctx->policy, ctx->services, clinic, &isolated,
			    &reply, NOW);
	KUNIT_EXPECT_EQ(test, IX_VERDICT_QUARANTINE, j.verdict);

	/* By class: the second of two counts, others are left alone. */
	ctx->policy.quarantined = BIT_ULL(2);
	EXPECT(test, CLINIC, HOSPITAL, request, QUARANTINE, NULL);
	EXPECT(test, BOTH, NO_CLASS, request, QUARANTINE, NULL);
	EXPECT(test, NO_CLASS, BOTH, request, QUARANTINE, NULL);
	EXPECT(test, HOSPITAL, LAST_CLASS, request, DEFAULT_DENY, NULL);
	ctx->policy.quarantined = BIT_ULL(63);
	EXPECT(test, HOSPITAL, LAST_CLASS, request, QUARANTINE, NULL);
	ctx->policy.quarantined = 0;
	j = ix_policy_judge(&ctx->policy, ctx->services, &parties[HOSPITAL],
			    clinic, &request, NOW);
	KUNIT_EXPECT_EQ(test, IX_VERDICT_PERMIT, j.verdict);
}

/* Groups, by what they are good for below. */
enum {
	GROUP_IMAGES = 3,
	GROUP_NAMES = 4,
	GROUP_EMPTY = 9,
	GROUP_LATE = 10,
	GROUPS,
};

#define SET(test, ...) group_set(test, (const u16[]){ __VA_ARGS__, 0 })

/*
 * Where no rule decides a group that both sides are in permits its services,
 * in both directions; of several the one with the lowest number.
 */
static void policy_group_test(struct kunit *test)
{
	static const u16 images[] = { SERVICE_DICOM, SERVICE_ECHO };
	static const u16 names[] = { SERVICE_DNS };
	static const u16 late[] = { SERVICE_DICOM, SERVICE_MISSING };
	struct ix_party hospital = parties[HOSPITAL], clinic = parties[CLINIC];
	struct ix_flow syn = tcp_syn(1000, 104), ack = tcp(104, 1000);
	struct ix_flow echo = icmp(ICMPV6_ECHO_REPLY), query = udp(1000, 53);
	struct ix_flow piece = fragment(IPPROTO_TCP), esp = flow_of(50, 0, 0);
	struct context *ctx = test->priv;
	struct ix_rule *rule;

	ctx->policy.groups = table_new(test, GROUPS);
	group_add(test, ctx->policy.groups, GROUP_IMAGES, images, 2);
	group_add(test, ctx->policy.groups, GROUP_NAMES, names, 1);
	group_add(test, ctx->policy.groups, GROUP_EMPTY, NULL, 0);
	group_add(test, ctx->policy.groups, GROUP_LATE, late, 2);

#define EXPECT_GROUP(from, to, flow, expected, by)			\
	do {								\
		struct ix_judgement j;					\
									\
		j = ix_policy_judge(&ctx->policy, ctx->services, from,	\
				    to, flow, NOW);			\
		KUNIT_EXPECT_EQ(test, IX_VERDICT_##expected, j.verdict);	\
		KUNIT_EXPECT_EQ(test, by, j.grant.group);		\
	} while (0)

#define EXPECT_SERVICE(from, to, flow, expected)			\
	do {								\
		struct ix_judgement j;					\
									\
		j = ix_policy_judge(&ctx->policy, ctx->services, from,	\
				    to, flow, NOW);			\
		KUNIT_EXPECT_EQ(test, expected, j.service); \
	} while (0)

	/* Both have to be in it, by themselves or with their tenants. */
	EXPECT_GROUP(&hospital, &clinic, &syn, DEFAULT_DENY, 0);
	hospital.memberships.own = SET(test, 1, GROUP_IMAGES, GROUP_LATE);
	EXPECT_GROUP(&hospital, &clinic, &syn, DEFAULT_DENY, 0);
	clinic.memberships.tenant = SET(test, GROUP_IMAGES, GROUP_NAMES,
					GROUP_LATE);
	EXPECT_GROUP(&hospital, &clinic, &syn, PERMIT, GROUP_IMAGES);
	EXPECT_GROUP(&clinic, &hospital, &syn, PERMIT, GROUP_IMAGES);
	EXPECT_GROUP(&clinic, &hospital, &ack, REPLY, GROUP_IMAGES);
	EXPECT_GROUP(&clinic, &hospital, &echo, REPLY, GROUP_IMAGES);
	EXPECT_GROUP(&hospital, &clinic, &piece, PERMIT, GROUP_IMAGES);
	/* Nothing but its services. */
	EXPECT_GROUP(&hospital, &clinic, &query, DEFAULT_DENY, 0);
	EXPECT_GROUP(&hospital, &clinic, &esp, DEFAULT_DENY, 0);
	/* Which of them it was. */
	EXPECT_SERVICE(&hospital, &clinic, &syn, SERVICE_DICOM);
	EXPECT_SERVICE(&clinic, &hospital, &echo, SERVICE_ECHO);
	EXPECT_SERVICE(&hospital, &clinic, &query, 0);
	/* In several groups at once. */
	hospital.memberships.tenant = SET(test, GROUP_NAMES);
	EXPECT_GROUP(&hospital, &clinic, &query, PERMIT, GROUP_NAMES);
	EXPECT_GROUP(&hospital, &clinic, &syn, PERMIT, GROUP_IMAGES);
	hospital.memberships.own = SET(test, GROUP_EMPTY, GROUP_LATE);
	EXPECT_GROUP(&hospital, &clinic, &syn, PERMIT, GROUP_LATE);
	clinic.memberships.tenant = SET(test, GROUP_EMPTY);
	EXPECT_GROUP(&hospital, &clinic, &syn, DEFAULT_DENY, 0);

	/* Any rule comes before it, for the packet and for the request. */
	clinic.memberships.own = SET(test, GROUP_IMAGES, GROUP_LATE);
	rule = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), DENIES));
	EXPECT_GROUP(&hospital, &clinic, &syn, DENY, 0);
	EXPECT_SERVICE(&hospital, &clinic, &syn, 0);
	EXPECT_GROUP(&clinic, &hospital, &syn, PERMIT, GROUP_LATE);
	EXPECT_GROUP(&hospital, &clinic, &ack, REPLY, GROUP_LATE);
	EXPECT_GROUP(&clinic, &hospital, &ack, DEFAULT_DENY, 0);
	take(test, rule);
	rule = add(test, RULE(FROM_CLASS(1), TO_CLASS(2), .oneway = true));
	EXPECT_GROUP(&hospital, &clinic, &syn, PERMIT, 0);
	EXPECT_GROUP(&clinic, &hospital, &ack, DEFAULT_DENY, 0);
	take(test, rule);
	/* One that is only monitored does not, but says what it would do. */
	rule = add(test, RULE(DENIES, .monitor = true));
	EXPECT_GROUP(&hospital, &clinic, &syn, PERMIT, GROUP_LATE);
	{
		struct ix_judgement j;

		j = ix_policy_judge(&ctx->policy, ctx->services, &hospital,
				    &clinic, &syn, NOW);
		KUNIT_EXPECT_EQ(test, IX_VERDICT_DENY, j.trial);
		KUNIT_EXPECT_PTR_EQ(test, (const struct ix_rule *)rule,
				    j.monitored);
	}
	hospital.quarantined = true;
	EXPECT_GROUP(&hospital, &clinic, &syn, QUARANTINE, 0);
#undef EXPECT_SERVICE
#undef EXPECT_GROUP
	ctx->policy.groups = NULL;
}

static void policy_self_test(struct kunit *test)
{
	struct ix_rule *rule;

	rule = add(test, RULE(FROM(HOSPITAL), TO(HOSPITAL),
			      .service = SERVICE_DICOM));
	EXPECT(test, HOSPITAL, HOSPITAL, tcp_syn(40000, 104), PERMIT, rule);
	EXPECT(test, HOSPITAL, HOSPITAL, tcp(104, 40000), REPLY, rule);
	EXPECT(test, HOSPITAL, CLINIC, tcp_syn(40000, 104), DEFAULT_DENY, NULL);
	take(test, rule);

	rule = add(test, RULE(FROM(HOSPITAL)));
	EXPECT(test, HOSPITAL, HOSPITAL, tcp_syn(1, 2), PERMIT, rule);
	EXPECT(test, CLINIC, HOSPITAL, tcp_syn(1, 2), DEFAULT_DENY, NULL);
}

/* A copy of a policy is a snapshot, whatever becomes of the other. */
static void policy_snapshot_test(struct kunit *test)
{
	struct context *ctx = test->priv;
	struct ix_policy before;
	struct ix_rule *rules[4], *more[4];
	struct ix_edit edit;
	int i, round;

	rules[0] = add(test, RULE(FROM(HOSPITAL), TO(CLINIC),
				  .service = SERVICE_DICOM));
	rules[1] = add(test, RULE(FROM(HOSPITAL), .service = SERVICE_DNS));
	rules[2] = add(test, RULE(FROM_CLASS(1), TO_CLASS(2),
				  .service = SERVICE_TCP));
	rules[3] = add(test, RULE(.service = SERVICE_ECHO));
	for (i = 0; i < 4; i++) {
		more[i] = kunit_kmalloc(test, sizeof(*more[i]), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, more[i]);
		*more[i] = *rules[i];
		more[i]->id = 100 + i;
		more[i]->order = 0;
		more[i]->action = IX_ACTION_DENY;
	}

	before = ctx->policy;
	for (round = 0; round < 3; round++) {
		struct ix_policy after = before;

		ix_edit_init(&edit);
		for (i = 0; i < 4; i++)
			KUNIT_ASSERT_EQ(test, 0,
					ix_policy_insert(&after, &edit,
							 more[i]));
		for (i = 0; i < 4; i++)
			KUNIT_ASSERT_EQ(test, 0,
					ix_policy_remove(&after, &edit,
							 rules[i]));
		if (round)
			KUNIT_ASSERT_EQ(test, 0,
					ix_policy_clear(&after, &edit));

		ctx->policy = before;
		EXPECT(test, HOSPITAL, CLINIC, tcp(1, 104), PERMIT, rules[0]);
		EXPECT(test, HOSPITAL, CLINIC, udp(1, 53), PERMIT, rules[1]);
		EXPECT(test, HOSPITAL, CLINIC, tcp(1, 5), PERMIT, rules[2]);
		EXPECT(test, HOSPITAL, CLINIC, icmp(128), PERMIT, rules[3]);

		ctx->policy = after;
		if (round) {
			EXPECT(test, HOSPITAL, CLINIC, tcp(1, 104),
			       DEFAULT_DENY, NULL);
			EXPECT(test, HOSPITAL, CLINIC, icmp(128), DEFAULT_DENY,
			       NULL);
		} else {
			EXPECT(test, HOSPITAL, CLINIC, tcp(1, 104), DENY,
			       more[0]);
			EXPECT(test, HOSPITAL, CLINIC, udp(1, 53), DENY,
			       more[1]);
			EXPECT(test, HOSPITAL, CLINIC, tcp(1, 5), DENY,
			       more[2]);
			EXPECT(test, HOSPITAL, CLINIC, icmp(128), DENY,
			       more[3]);
		}
		if (round == 2) {
			ix_edit_published(&edit);
			break;
		}
		ix_policy_abandon(&after, &edit);
		ix_edit_abandoned(&edit);
		ctx->policy = before;
	}
	KUNIT_EXPECT_NULL(test, ctx->policy.matrix);
	KUNIT_EXPECT_NULL(test, ctx->policy.agreements.root);
	KUNIT_EXPECT_NULL(test, ctx->policy.singles.root);
}

/* Agreements between many: each pair has its own, or none. */
static void policy_many_agreements_test(struct kunit *test)
{
	/* Neighbours, and tags that differ in one bit only. */
	enum { TAGS = 96 };
	struct context *ctx = test->priv;
	struct ix_flow flow = tcp_syn(1, 2);
	struct ix_party *party;
	struct ix_rule *rules;
	struct ix_edit edit;
	int a, b, wrong = 0;

	party = kunit_kcalloc(test, TAGS, sizeof(*party), GFP_KERNEL);
	rules = kvcalloc(TAGS * TAGS, sizeof(*rules), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, party);
	KUNIT_ASSERT_NOT_NULL(test, rules);
	for (a = 0; a < TAGS; a++)
		party[a].tag = a < 64 ? 599950 + a : BIT(a - 64);

	ix_edit_init(&edit);
	for (a = 0; a < TAGS; a++) {
		for (b = a; b < TAGS; b++) {
			struct ix_rule *rule = &rules[a * TAGS + b];

			if ((a ^ b) % 3)
				continue;
			*rule = RULE(.src_kind = IX_INSTITUTION,
				     .src = party[a].tag,
				     .dst_kind = IX_INSTITUTION,
				     .dst = party[b].tag);
			rule->id = 1 + a * TAGS + b;
			KUNIT_ASSERT_EQ(test, 0,
					ix_policy_insert(&ctx->policy, &edit,
							 rule));
		}
	}
	ix_edit_published(&edit);

	for (a = 0; a < TAGS; a++) {
		for (b = 0; b < TAGS; b++) {
			struct ix_rule *rule = &rules[a * TAGS + b];
			struct ix_judgement j;

			j = ix_policy_judge(&ctx->policy, NULL, &party[a],
					    &party[b], &flow, NOW);
			wrong += j.rule != (rule->id ? rule : NULL);
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);

	ix_policy_destroy(&ctx->policy);
	kvfree(rules);
}

/* 65535 rules fit into a cell, and no more. */
static void policy_full_cell_test(struct kunit *test)
{
	enum { NR = 65535 };
	struct context *ctx = test->priv;
	struct ix_policy before;
	struct ix_rule *rules;
	struct ix_edit edit;
	int i;

	rules = kvcalloc(NR + 1, sizeof(*rules), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rules);
	ix_edit_init(&edit);
	for (i = 0; i <= NR; i++) {
		rules[i] = RULE(FROM_CLASS(1), TO_CLASS(2), .id = i + 1);
		if (i < NR)
			KUNIT_ASSERT_EQ(test, 0,
					ix_policy_insert(&ctx->policy, &edit,
							 &rules[i]));
	}
	ix_edit_published(&edit);
	EXPECT(test, HOSPITAL, CLINIC, tcp_syn(1, 2), PERMIT, &rules[0]);

	before = ctx->policy;
	ix_edit_init(&edit);
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			ix_policy_insert(&ctx->policy, &edit, &rules[NR]));
	ix_policy_abandon(&ctx->policy, &edit);
	ix_edit_abandoned(&edit);
	ctx->policy = before;

	take(test, &rules[0]);
	EXPECT(test, HOSPITAL, CLINIC, tcp_syn(1, 2), PERMIT, &rules[1]);
	ix_edit_init(&edit);
	KUNIT_EXPECT_EQ(test, 0,
			ix_policy_insert(&ctx->policy, &edit, &rules[NR]));
	ix_edit_published(&edit);

	ix_policy_destroy(&ctx->policy);
	kvfree(rules);
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(policy_empty_test),
	KUNIT_CASE(policy_request_test),
	KUNIT_CASE(policy_reply_test),
	KUNIT_CASE(policy_icmp_reply_test),
	KUNIT_CASE(policy_oneway_test),
	KUNIT_CASE(policy_order_test),
	KUNIT_CASE(policy_order_in_cell_test),
	KUNIT_CASE(policy_agreement_test),
	KUNIT_CASE(policy_selectors_test),
	KUNIT_CASE(policy_several_classes_test),
	KUNIT_CASE(policy_deny_test),
	KUNIT_CASE(policy_validity_test),
	KUNIT_CASE(policy_services_test),
	KUNIT_CASE(policy_fragment_test),
	KUNIT_CASE(policy_monitor_test),
	KUNIT_CASE(policy_quarantine_test),
	KUNIT_CASE(policy_group_test),
	KUNIT_CASE(policy_self_test),
	KUNIT_CASE(policy_snapshot_test),
	KUNIT_CASE(policy_many_agreements_test),
	KUNIT_CASE(policy_full_cell_test),
	{}
};

static struct kunit_suite policy_suite = {
	.name = "ix_policy",
	.init = policy_test_init,
	.exit = policy_test_exit,
	.test_cases = policy_cases,
};

kunit_test_suite(policy_suite);
