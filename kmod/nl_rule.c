// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink handlers: policy rules.
 */
#include <linux/kmod.h>
#include <linux/netfilter.h>
#include <linux/prefetch.h>
#include <linux/slab.h>
#include <net/netfilter/nf_log.h>

#include "nl_attr.h"
#include "nl_dump.h"
#include "nl_object.h"
#include "nl_transaction.h"

/* The attributes of one side of a rule. */
struct ix_rule_side {
	int institution;
	int class;
};

static const struct ix_rule_side ix_rule_source = {
	IX_A_RULE_SOURCE_INSTITUTION, IX_A_RULE_SOURCE_CLASS,
};

static const struct ix_rule_side ix_rule_destination = {
	IX_A_RULE_DESTINATION_INSTITUTION, IX_A_RULE_DESTINATION_CLASS,
};

/* A side that the request does not speak of stays as it is. */
static int ix_rule_selector(struct ix_change *c, const struct ix_rule_side *side,
			    u8 *kind, u32 *value)
{
	const struct nlattr *institution = c->attrs[side->institution];
	const struct nlattr *class = c->attrs[side->class];
	const struct ix_institution *found;
	const struct ix_class *of_class;

	if (institution && class)
		return ix_refuse(c, class, -EINVAL,
				 "one side of a rule is an institution or a class");
	if (institution) {
		found = ix_nl_institution(c, institution);
		if (IS_ERR(found))
			return PTR_ERR(found);
		*kind = IX_INSTITUTION;
		*value = ix_institution_tag(found);
	} else if (class && !*(char *)nla_data(class)) {
		*kind = IX_ANY;
		*value = 0;
	} else if (class) {
		of_class = ix_nl_class(c, class);
		if (IS_ERR(of_class))
			return PTR_ERR(of_class);
		*kind = IX_CLASS;
		*value = of_class->object.number;
	}
	return 0;
}

/*
 * What an agreement needs of a large configuration is in memory that is far, and
 * in several places of it: it is brought near side by side.
 */
static void ix_rule_expect_agreement(struct ix_change *c)
{
	const struct nlattr *src = c->attrs[IX_A_RULE_SOURCE_INSTITUTION];
	const struct nlattr *dst = c->attrs[IX_A_RULE_DESTINATION_INSTITUTION];
	enum { SRC, DST, AGREEMENTS, QUERIES };
	const struct ix_institution *institution;
	struct ix_lpm_query query[QUERIES];
	unsigned int i;

	if (!src || !dst)
		return;
	query[SRC].lpm = &c->config->institutions;
	query[SRC].key = ix_key32(nla_get_u32(src));
	query[DST].lpm = &c->config->institutions;
	query[DST].key = ix_key32(nla_get_u32(dst));
	query[AGREEMENTS] = ix_policy_agreements_of(&c->config->policy,
						    nla_get_u32(src),
						    nla_get_u32(dst));
	ix_lpm_lookup_all(query, QUERIES);
	for (i = SRC; i <= DST; i++) {
		if (!query[i].leaf)
			continue;
		institution = container_of(query[i].leaf, struct ix_institution,
					   leaf);
		if (institution->registrations_nr)
			prefetch(&institution->registrations[0]->strangers);
	}
}

/*
 * Tell what one side of a rule names that it is named, or no longer. If it is an
 * institution, that is in @institution.
 */
static int ix_rule_count_side(struct ix_change *c, u8 kind, u32 value, int how,
			      struct ix_institution **institution)
{
	struct ix_class *class;

	switch (kind) {
	case IX_INSTITUTION:
		*institution = ix_config_institution(c->config, value);
		*institution = ix_institution_own(c->txn, *institution,
						  (*institution)->registrations_nr);
		if (!*institution)
			return -ENOMEM;
		(*institution)->rules += how;
		break;
	case IX_CLASS:
		class = ix_class_own(c->txn, value);
		if (!class)
			return -ENOMEM;
		class->rules += how;
		break;
	}
	return 0;
}

/*
 * An institution has an agreement with another: packets have to look for it.
 * Its registrations may be published ones. A bit is only ever cleared, also when
 * the transaction is given up or the agreement goes: that costs a probe.
 */
static void ix_institution_meets(const struct ix_institution *institution,
				 u32 other)
{
	u64 bit = BIT_ULL(ix_tag_bit(other));
	u32 i;

	for (i = 0; i < institution->registrations_nr; i++) {
		struct ix_registration *registration =
			institution->registrations[i];

		WRITE_ONCE(registration->strangers,
			   registration->strangers & ~bit);
	}
}

static int ix_rule_count(struct ix_change *c, const struct ix_rule *rule,
			 int how)
{
	struct ix_institution *src, *dst;
	struct ix_service *service;
	int err;

	err = ix_rule_count_side(c, rule->src_kind, rule->src, how, &src);
	if (!err)
		err = ix_rule_count_side(c, rule->dst_kind, rule->dst, how,
					 &dst);
	if (err)
		return err;
	if (how > 0 && ix_rule_is_agreement(rule)) {
		ix_institution_meets(src, rule->dst);
		ix_institution_meets(dst, rule->src);
	}
	if (!rule->service)
		return 0;
	service = ix_service_own(c->txn, rule->service);
	if (!service)
		return -ENOMEM;
	service->rules += how;
	return 0;
}

static bool ix_rule_same_subject(const struct ix_rule *a,
				 const struct ix_rule *b)
{
	return a->src_kind == b->src_kind && a->src == b->src &&
	       a->dst_kind == b->dst_kind && a->dst == b->dst &&
	       a->service == b->service && a->action == b->action;
}

/*
 * Agreements, of which there can be a million, have no counters of their own;
 * those of other rules outlive a change, and a restore, that leaves what the
 * rule is about.
 */
static int ix_rule_counter(struct ix_change *c, struct ix_rule *rule,
			   const struct ix_rule *old)
{
	const struct ix_config *published;

	if (ix_rule_is_agreement(rule))
		return 0;
	if (!old) {
		published = rcu_dereference_protected(c->ixn->config,
						      lockdep_is_held(&c->ixn->lock));
		old = ix_config_rule(published, rule->id);
	}
	if (old && old->counter && ix_rule_same_subject(rule, old)) {
		rule->counter = ix_counter_get(old->counter);
		return 0;
	}
	rule->counter = ix_counter_new();
	return rule->counter ? 0 : -ENOMEM;
}

static int ix_rule_service(struct ix_change *c, const struct nlattr *attr,
			   struct ix_rule *rule)
{
	const struct ix_named *service;

	if (!*(char *)nla_data(attr)) {
		rule->service = 0;
		return 0;
	}
	service = ix_table_find(c->config->services, nla_data(attr));
	if (!service)
		return ix_refuse(c, attr, -ENOENT, "no service is named %s",
				 (char *)nla_data(attr));
	rule->service = service->number;
	return 0;
}

static int ix_rule_reference(struct ix_change *c, struct ix_rule *rule,
			     const struct ix_rule *old)
{
	const struct nlattr *attr = c->attrs[IX_A_RULE_REFERENCE];
	const char *text = attr ? nla_data(attr) : old ? old->reference : NULL;
	const char *p;

	if (!text || !*text)
		return 0;
	for (p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return ix_refuse(c, attr, -EINVAL,
					 "the reference has a control character");
	rule->reference = kstrdup(text, GFP_KERNEL_ACCOUNT);
	return rule->reference ? 0 : -ENOMEM;
}

/* Take over what the request says; the rest is that of @old, if there is one. */
static int ix_rule_apply(struct ix_change *c, struct ix_rule *rule,
			 const struct ix_rule *old)
{
	struct nlattr **attrs = c->attrs;
	int err;

	if (!old) {
		err = ix_nl_require(c, IX_A_RULE_ACTION,
				    "the action, permit or deny,");
		if (err)
			return err;
	}
	if (attrs[IX_A_RULE_ORDER])
		rule->order = nla_get_u32(attrs[IX_A_RULE_ORDER]);
	if (attrs[IX_A_RULE_ACTION])
		rule->action = nla_get_u8(attrs[IX_A_RULE_ACTION]);
	if (attrs[IX_A_RULE_ONEWAY])
		rule->oneway = nla_get_u8(attrs[IX_A_RULE_ONEWAY]);
	if (attrs[IX_A_RULE_MONITOR])
		rule->monitor = nla_get_u8(attrs[IX_A_RULE_MONITOR]);
	if (attrs[IX_A_RULE_LOG])
		rule->log = nla_get_u8(attrs[IX_A_RULE_LOG]);
	if (attrs[IX_A_RULE_QOS])
		rule->qos = nla_get_u8(attrs[IX_A_RULE_QOS]);
	if (attrs[IX_A_RULE_VALID_FROM])
		rule->valid_from = nla_get_u64(attrs[IX_A_RULE_VALID_FROM]);
	if (attrs[IX_A_RULE_VALID_UNTIL])
		rule->valid_until = nla_get_u64(attrs[IX_A_RULE_VALID_UNTIL]);
	if (rule->valid_until && rule->valid_until <= rule->valid_from)
		return ix_refuse(c, attrs[IX_A_RULE_VALID_UNTIL] ?:
				    attrs[IX_A_RULE_VALID_FROM], -EINVAL,
				 "the rule would end before it begins");

	err = ix_rule_selector(c, &ix_rule_source, &rule->src_kind, &rule->src);
	if (!err)
		err = ix_rule_selector(c, &ix_rule_destination,
				       &rule->dst_kind, &rule->dst);
	if (!err && attrs[IX_A_RULE_SERVICE])
		err = ix_rule_service(c, attrs[IX_A_RULE_SERVICE], rule);
	if (!err)
		err = ix_rule_reference(c, rule, old);
	return err;
}

/**
 * ix_nl_load_logger() - have the kernel's packet logger loaded, if there is one
 */
void ix_nl_load_logger(void)
{
	request_module("nf-logger-%u-%u", NFPROTO_NETDEV, NF_LOG_TYPE_LOG);
}

/* The logger is a module of its own, and stays while there is such a rule. */
static int ix_rule_logger(struct ix_change *c, struct ix_rule *rule)
{
	int err;

	if (!rule->log)
		return 0;
	err = nf_logger_find_get(NFPROTO_NETDEV, NF_LOG_TYPE_LOG);
	if (err) {
		ix_nl_load_logger();
		err = nf_logger_find_get(NFPROTO_NETDEV, NF_LOG_TYPE_LOG);
	}
	if (err)
		return ix_refuse(c, c->attrs[IX_A_RULE_LOG], -EOPNOTSUPP,
				 "the kernel has no logger: is nf_log_syslog missing?");
	rule->has_logger = true;
	return 0;
}

static int ix_rule_take_out(struct ix_change *c, struct ix_rule *rule)
{
	int err = ix_policy_remove(&c->config->policy, &c->txn->edit, rule);

	return err ?: ix_rule_count(c, rule, -1);
}

/*
 * Make a rule out of the request, in the place of @old if there is one. What
 * the request does not say is that of @base, if there is one.
 */
static int ix_rule_put(struct ix_change *c, u32 id, struct ix_rule *old,
		       const struct ix_rule *base)
{
	struct ix_lpm_leaf *replaced;
	struct ix_rule *rule;
	int err;

	rule = base ? kmemdup(base, sizeof(*base), GFP_KERNEL_ACCOUNT) :
		      kzalloc(sizeof(*rule), GFP_KERNEL_ACCOUNT);
	if (!rule)
		return -ENOMEM;
	rule->leaf.key = ix_key32(id);
	rule->leaf.len = 32;
	rule->leaf.epoch = c->txn->edit.epoch;
	rule->id = id;
	rule->counter = NULL;
	rule->reference = NULL;
	rule->has_logger = false;

	err = ix_rule_apply(c, rule, base);
	if (!err)
		err = ix_rule_counter(c, rule, old);
	if (!err)
		err = ix_rule_logger(c, rule);
	if (!err && old)
		err = ix_rule_take_out(c, old);
	if (!err)
		err = ix_lpm_insert(&c->config->rules, &c->txn->edit,
				    &rule->leaf, &replaced);
	if (err) {
		ix_rule_free(&rule->leaf);
		return err;
	}
	if (replaced)
		err = ix_retire_leaf(c->txn, replaced, ix_rule_free);
	if (!err)
		err = ix_rule_count(c, rule, 1);
	if (!err)
		err = ix_policy_insert(&c->config->policy, &c->txn->edit, rule);
	if (err == -ENOSPC)
		ix_nl_fail(c->ixn, c->info, NULL,
			   "there are too many rules for one pair");
	return err;
}

/* One more than the highest: a walk down the right edge of the trie. */
static u32 ix_rule_next_id(struct ix_change *c)
{
	u32 low = 0, high = U32_MAX;
	struct ix_lpm_leaf *leaf;

	if (!c->config->rules.count)
		return 1;
	while (low < high) {
		u32 mid = low + (high - low) / 2;

		leaf = ix_lpm_next(&c->config->rules, ix_key32(mid), 32);
		if (leaf)
			low = leaf->key.hi >> 32;
		else
			high = mid;
		if (leaf && low == U32_MAX)
			break;
	}
	return low + 1;
}

static struct ix_rule *ix_rule_named(struct ix_change *c)
{
	struct ix_rule *rule;
	int err;

	err = ix_nl_require(c, IX_A_RULE_ID, "the number of the rule");
	if (err)
		return ERR_PTR(err);
	rule = ix_config_rule(c->config, nla_get_u32(c->attrs[IX_A_RULE_ID]));
	if (rule)
		return rule;
	ix_nl_fail(c->ixn, c->info, c->attrs[IX_A_RULE_ID],
		   "no rule has the number %u",
		   nla_get_u32(c->attrs[IX_A_RULE_ID]));
	return ERR_PTR(-ENOENT);
}

static int ix_rule_new(struct ix_change *c)
{
	const struct nlattr *attr = c->attrs[IX_A_RULE_ID];
	struct ix_rule *same = NULL;
	u32 id;

	ix_rule_expect_agreement(c);
	if (attr) {
		id = nla_get_u32(attr);
		same = ix_config_rule(c->config, id);
		if (same && !ix_nl_replaces(c))
			return ix_refuse(c, attr, -EEXIST, "rule %u exists",
					 id);
	} else {
		id = ix_rule_next_id(c);
		if (!id)
			return ix_refuse(c, NULL, -ENOSPC,
					 "the highest number of a rule is taken");
	}
	return ix_rule_put(c, id, same, NULL);
}

static int ix_rule_set(struct ix_change *c)
{
	struct ix_rule *rule = ix_rule_named(c);

	if (IS_ERR(rule))
		return PTR_ERR(rule);
	return ix_rule_put(c, rule->id, rule, rule);
}

static int ix_rule_remove(struct ix_change *c, struct ix_rule *rule)
{
	struct ix_lpm_leaf *leaf;
	int err;

	err = ix_rule_take_out(c, rule);
	if (!err)
		err = ix_lpm_remove(&c->config->rules, &c->txn->edit,
				    rule->leaf.key, rule->leaf.len, &leaf);
	return err ?: ix_retire_leaf(c->txn, leaf, ix_rule_free);
}

static int ix_rule_del(struct ix_change *c)
{
	struct ix_rule *rule = ix_rule_named(c);

	if (IS_ERR(rule))
		return PTR_ERR(rule);
	return ix_rule_remove(c, rule);
}

int ix_rule_flush(struct ix_change *c)
{
	struct ix_lpm_leaf *leaf;
	int err = 0;

	while (!err && (leaf = ix_lpm_next(&c->config->rules, ix_key32(0),
					   -1))) {
		err = ix_rule_remove(c, container_of(leaf, struct ix_rule,
						     leaf));
		cond_resched();
	}
	return err;
}

static const void *ix_rule_find(struct ix_change *c)
{
	struct ix_rule *rule = ix_rule_named(c);

	return IS_ERR(rule) ? ERR_CAST(rule) : &rule->leaf;
}

static int ix_rule_fill_side(struct sk_buff *skb,
			     const struct ix_config *config,
			     const struct ix_rule_side *side, u8 kind,
			     u32 value)
{
	switch (kind) {
	case IX_INSTITUTION:
		return nla_put_u32(skb, side->institution, value);
	case IX_CLASS:
		return nla_put_string(skb, side->class,
				      ix_config_class(config, value)->object.name);
	}
	return 0;
}

static int ix_rule_fill(struct sk_buff *skb, const struct ix_config *config,
			const struct ix_named *owner, const void *object)
{
	const struct ix_rule *rule = container_of((struct ix_lpm_leaf *)object,
						  struct ix_rule, leaf);
	const struct ix_service *service =
		ix_config_service(config, rule->service);
	u64 packets, bytes;

	if (nla_put_u32(skb, IX_A_RULE_ID, rule->id) ||
	    nla_put_u32(skb, IX_A_RULE_ORDER, rule->order) ||
	    nla_put_u8(skb, IX_A_RULE_ACTION, rule->action) ||
	    ix_rule_fill_side(skb, config, &ix_rule_source, rule->src_kind,
			      rule->src) ||
	    ix_rule_fill_side(skb, config, &ix_rule_destination,
			      rule->dst_kind, rule->dst) ||
	    (service && nla_put_string(skb, IX_A_RULE_SERVICE,
				       service->object.name)) ||
	    (rule->valid_from &&
	     ix_nl_put_u64(skb, IX_A_RULE_VALID_FROM, rule->valid_from)) ||
	    (rule->valid_until &&
	     ix_nl_put_u64(skb, IX_A_RULE_VALID_UNTIL, rule->valid_until)) ||
	    (rule->oneway && nla_put_u8(skb, IX_A_RULE_ONEWAY, 1)) ||
	    (rule->monitor && nla_put_u8(skb, IX_A_RULE_MONITOR, 1)) ||
	    (rule->log && nla_put_u8(skb, IX_A_RULE_LOG, 1)) ||
	    (rule->qos && nla_put_u8(skb, IX_A_RULE_QOS, rule->qos)) ||
	    (rule->reference && nla_put_string(skb, IX_A_RULE_REFERENCE,
					       rule->reference)))
		return -EMSGSIZE;
	if (!rule->counter)
		return 0;
	ix_counter_read(rule->counter, &packets, &bytes);
	if (ix_nl_put_u64(skb, IX_A_RULE_PACKETS, packets) ||
	    ix_nl_put_u64(skb, IX_A_RULE_BYTES, bytes))
		return -EMSGSIZE;
	return 0;
}

static bool ix_rule_side_wanted(const struct nlattr *attr, u8 kind, u32 value)
{
	return !attr || (kind == IX_INSTITUTION && value == nla_get_u32(attr));
}

static bool ix_rule_wanted(const struct ix_config *config,
			   struct nlattr **attrs, const void *object)
{
	const struct ix_rule *rule = container_of((struct ix_lpm_leaf *)object,
						  struct ix_rule, leaf);

	return ix_rule_side_wanted(attrs[IX_A_RULE_SOURCE_INSTITUTION],
				   rule->src_kind, rule->src) &&
	       ix_rule_side_wanted(attrs[IX_A_RULE_DESTINATION_INSTITUTION],
				   rule->dst_kind, rule->dst);
}

int ix_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_rule_new);
}

int ix_nl_rule_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_rule_set);
}

int ix_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_change(info, ix_rule_del);
}

int ix_nl_rule_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ix_nl_show(info, IX_CMD_RULE_GET, ix_rule_find, ix_rule_fill);
}

int ix_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ix_nl_dump_registry(skb, cb, IX_CMD_RULE_GET,
				   offsetof(struct ix_config, rules),
				   ix_rule_wanted, ix_rule_fill);
}
