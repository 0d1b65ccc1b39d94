// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handler: what does the policy say? Asked by institutions rather than
 * by packet, and many questions at once.
 */
#include <linux/bitmap.h>
#include <linux/in.h>
#include <linux/icmpv6.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "nl_attr.h"
#include "nl_object.h"
#include "nl_transaction.h"

/* Room for one answer: its nest and all its attributes. */
#define IX_ANSWER_SIZE						\
	(nla_total_size(0) + 2 * nla_total_size(sizeof(u8)) +	\
	 4 * nla_total_size(sizeof(u32)) + nla_total_size(IX_NAME_MAX + 1))

/**
 * struct ix_judging - a request at work
 * @c: the request
 * @now: time that is asked for
 * @routes: routes are asked for too
 * @tenants: tenants that an institution is reached through, by number
 */
struct ix_judging {
	struct ix_change c;
	u64 now;
	bool routes;
	DECLARE_BITMAP(tenants, IX_TENANT_MAX + 1);
};

/**
 * struct ix_asked - one side of a question
 * @party: what the policy knows of it
 * @institution: the institution, or NULL if it is one that no rule names
 */
struct ix_asked {
	struct ix_party party;
	const struct ix_institution *institution;
};

/*
 * The tenant counts as well as the institution: that of its first prefix, if
 * there are several.
 */
static struct ix_party
ix_judge_party_of(const struct ix_config *config,
		  const struct ix_institution *institution)
{
	struct ix_party party = {
		.tag = ix_institution_tag(institution),
		.quarantined = institution->quarantined,
		.classes = institution->classes,
		.memberships.own = institution->groups,
	};
	const struct ix_tenant *tenant;

	if (!institution->registrations_nr)
		return party;
	tenant = ix_config_tenant(config,
				  institution->registrations[0]->tenant);
	party.quarantined |= tenant->quarantined;
	party.memberships.tenant = tenant->groups;
	return party;
}

static int ix_judge_party(struct ix_change *c, const struct nlattr *nest,
			  const struct nlattr *tag,
			  const struct nlattr *classes, struct ix_asked *asked)
{
	if (!tag == !classes)
		return ix_refuse(c, classes ?: nest, -EINVAL,
				 "each side of a question is an institution or a set of classes");
	if (classes) {
		asked->party.classes = nla_get_u64(classes);
		if (asked->party.classes & BIT_ULL(0))
			return ix_refuse(c, classes, -EINVAL,
					 "no class has the number 0");
		return 0;
	}
	asked->institution = ix_nl_institution(c, tag);
	if (IS_ERR(asked->institution))
		return PTR_ERR(asked->institution);
	asked->party = ix_judge_party_of(c->config, asked->institution);
	return 0;
}

static int ix_judge_flow(struct ix_change *c, const struct nlattr *nest,
			 struct nlattr **tb, struct ix_flow *flow)
{
	const struct nlattr *type = tb[IX_A_QUESTION_ICMP_TYPE];
	const struct nlattr *sport = tb[IX_A_QUESTION_SOURCE_PORT];
	const struct nlattr *dport = tb[IX_A_QUESTION_DESTINATION_PORT];

	if (!tb[IX_A_QUESTION_PROTOCOL])
		return ix_refuse(c, nest, -EINVAL, "the protocol is missing");
	flow->protocol = nla_get_u8(tb[IX_A_QUESTION_PROTOCOL]);
	if (flow->protocol == IPPROTO_ICMP)
		flow->protocol = IPPROTO_ICMPV6;
	/* Whoever asks about TCP wants to know who may open a connection. */
	flow->may_open = flow->protocol == IPPROTO_TCP;
	flow->icmp_type = ICMPV6_ECHO_REQUEST;

	if ((sport || dport) && !ix_protocol_has_ports(flow->protocol))
		return ix_refuse(c, sport ?: dport, -EINVAL,
				 "protocol %u has no ports", flow->protocol);
	if (type && flow->protocol != IPPROTO_ICMPV6)
		return ix_refuse(c, type, -EINVAL, "protocol %u has no ICMP type",
				 flow->protocol);
	if (type)
		flow->icmp_type = nla_get_u8(type);
	if (sport)
		flow->sport = nla_get_u16(sport);
	if (dport)
		flow->dport = nla_get_u16(dport);
	return 0;
}

static bool ix_judge_has_route(const struct ix_config *config,
			       const struct ix_tenant *from,
			       const struct ix_institution *src,
			       const struct ix_registration *to)
{
	const struct ix_tenant *via = ix_config_tenant(config, to->tenant);
	struct ix_memberships sender = { src->groups, from->groups };
	struct ix_memberships receiver = { to->groups, via->groups };
	const struct ix_route *route;
	struct ix_lpm_leaf *leaf;

	leaf = ix_lpm_lookup(&from->routes, to->leaf.key);
	if (!leaf)
		return via->way && ix_group_common(sender, receiver, 0);
	route = container_of(leaf, struct ix_route, leaf);
	return route->type == IX_ROUTE_TYPE_TENANT && route->to == to->tenant;
}

/* From which tenants of the source a route leads to which prefixes. */
static int ix_judge_fill_routes(struct sk_buff *msg, struct ix_judging *j,
				const struct ix_institution *src,
				const struct ix_institution *dst)
{
	const struct ix_config *config = j->c.config;
	u32 ways = 0, routed = 0, i;
	unsigned int number;

	if (!j->routes || !src || !dst)
		return 0;
	bitmap_zero(j->tenants, IX_TENANT_MAX + 1);
	for (i = 0; i < src->registrations_nr; i++)
		__set_bit(src->registrations[i]->tenant, j->tenants);
	for_each_set_bit(number, j->tenants, IX_TENANT_MAX + 1) {
		const struct ix_tenant *from = ix_config_tenant(config, number);

		rcu_read_lock();
		for (i = 0; i < dst->registrations_nr; i++)
			routed += ix_judge_has_route(config, from, src,
						     dst->registrations[i]);
		rcu_read_unlock();
		ways += dst->registrations_nr;
		cond_resched();
	}
	if (nla_put_u32(msg, IX_A_ANSWER_WAYS, ways) ||
	    nla_put_u32(msg, IX_A_ANSWER_ROUTED, routed))
		return -EMSGSIZE;
	return 0;
}

static int ix_judge_fill(struct sk_buff *msg, struct ix_judging *j,
			 const struct ix_asked *src, const struct ix_asked *dst,
			 const struct ix_flow *flow)
{
	const struct ix_config *config = j->c.config;
	struct nlattr *nest = nla_nest_start(msg, IX_A_JUDGE_ANSWER);
	struct ix_judgement judgement;

	rcu_read_lock();
	judgement = ix_policy_judge(&config->policy, config->services,
				    &src->party, &dst->party, flow, j->now);
	rcu_read_unlock();
	if (!nest || nla_put_u8(msg, IX_A_ANSWER_VERDICT, judgement.verdict) ||
	    (judgement.rule &&
	     nla_put_u32(msg, IX_A_ANSWER_RULE, judgement.rule->id)) ||
	    (judgement.grant.group &&
	     nla_put_string(msg, IX_A_ANSWER_GROUP,
			    ix_config_group(config, judgement.grant.group)->object.name)) ||
	    (judgement.monitored &&
	     (nla_put_u8(msg, IX_A_ANSWER_TRIAL, judgement.trial) ||
	      nla_put_u32(msg, IX_A_ANSWER_MONITORED,
			  judgement.monitored->id))) ||
	    ix_judge_fill_routes(msg, j, src->institution, dst->institution))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int ix_judge_one(struct sk_buff *msg, struct ix_judging *j,
			const struct nlattr *nest)
{
	struct nlattr *tb[IX_A_QUESTION_ICMP_TYPE + 1];
	struct ix_asked src = {}, dst = {};
	struct ix_flow flow = {};
	int err;

	err = nla_parse_nested(tb, IX_A_QUESTION_ICMP_TYPE, nest,
			       ix_question_nl_policy, j->c.info->extack);
	if (!err)
		err = ix_judge_party(&j->c, nest,
				     tb[IX_A_QUESTION_SOURCE_INSTITUTION],
				     tb[IX_A_QUESTION_SOURCE_CLASSES], &src);
	if (!err)
		err = ix_judge_party(&j->c, nest,
				     tb[IX_A_QUESTION_DESTINATION_INSTITUTION],
				     tb[IX_A_QUESTION_DESTINATION_CLASSES],
				     &dst);
	if (!err)
		err = ix_judge_flow(&j->c, nest, tb, &flow);
	return err ?: ix_judge_fill(msg, j, &src, &dst, &flow);
}

/* Context: ix_net.lock. */
static int ix_judge_all(struct sk_buff *msg, struct ix_judging *j)
{
	struct genl_info *info = j->c.info;
	const struct nlattr *attr;
	void *hdr;
	int err, rem;

	j->c.config = ix_nl_config(j->c.ixn, info,
				   info->attrs[IX_A_JUDGE_TRANSACTION]);
	if (IS_ERR(j->c.config))
		return PTR_ERR(j->c.config);
	hdr = ix_nl_put_reply(msg, info, IX_CMD_JUDGE);
	if (!hdr)
		return -EMSGSIZE;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != IX_A_JUDGE_QUESTION)
			continue;
		err = ix_judge_one(msg, j, attr);
		if (err)
			return err;
		cond_resched();
	}
	genlmsg_end(msg, hdr);
	return 0;
}

int ix_nl_judge_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *attr, *time = info->attrs[IX_A_JUDGE_TIME];
	struct ix_net *ixn = ix_net(genl_info_net(info));
	unsigned int questions = 0;
	struct ix_judging *j;
	struct sk_buff *msg;
	int err, rem;

	j = kzalloc(sizeof(*j), GFP_KERNEL);
	if (!j)
		return -ENOMEM;
	j->c = (struct ix_change){
		.ixn = ixn, .info = info, .attrs = info->attrs,
	};
	j->now = time ? nla_get_u64(time) : 0;
	if (!j->now)
		j->now = ktime_get_real_seconds();
	j->routes = info->attrs[IX_A_JUDGE_ROUTES];

	err = ix_nl_check_duplicates(ixn, info);
	if (!err)
		err = ix_nl_require(&j->c, IX_A_JUDGE_QUESTION, "a question");
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		questions += nla_type(attr) == IX_A_JUDGE_QUESTION;
	if (!err && questions > IX_QUESTIONS_MAX)
		err = ix_refuse(&j->c, info->attrs[IX_A_JUDGE_QUESTION], -E2BIG,
				"a request has at most %u questions, not %u",
				IX_QUESTIONS_MAX, questions);
	if (err)
		goto out;

	err = -ENOMEM;
	msg = genlmsg_new(questions * IX_ANSWER_SIZE, GFP_KERNEL);
	if (!msg)
		goto out;
	mutex_lock(&ixn->lock);
	err = ix_judge_all(msg, j);
	mutex_unlock(&ixn->lock);
	if (err)
		nlmsg_free(msg);
	else
		err = genlmsg_reply(msg, info);
out:
	kfree(j);
	return err;
}
