// SPDX-License-Identifier: GPL-2.0
/*
 * Causes of a quarantine: the institution itself, its classes, the tenants that
 * it is reached through.
 */
#include <net/netlink.h>

#include "nl_quarantine.h"

/**
 * struct ix_causes - causes on their way into a message
 * @skb: message
 * @attr: attribute of its object
 * @config: configuration that is shown
 * @nr: how many there are so far
 * @tenants: numbers of the tenants among them
 * @tenants_nr: how many
 */
struct ix_causes {
	struct sk_buff *skb;
	int attr;
	const struct ix_config *config;
	unsigned int nr;
	u16 tenants[IX_CAUSES_MAX];
	unsigned int tenants_nr;
};

/* A cause with this name, or, without one, the institution with this tag. */
static int ix_cause_put(struct ix_causes *causes, int kind, const char *name,
			u32 tag)
{
	struct nlattr *nest;

	if (causes->nr == IX_CAUSES_MAX)
		return 0;
	nest = nla_nest_start(causes->skb, causes->attr);
	if (!nest || (name ? nla_put_string(causes->skb, kind, name) :
			     nla_put_u32(causes->skb, kind, tag)))
		return -EMSGSIZE;
	nla_nest_end(causes->skb, nest);
	causes->nr++;
	return 0;
}

static int ix_causes_classes(struct ix_causes *causes, u64 classes)
{
	const struct ix_config *config = causes->config;
	u32 number;
	int err = 0;

	classes &= config->policy.quarantined;
	for (; !err && classes; classes &= classes - 1) {
		number = __ffs64(classes);
		err = ix_cause_put(causes, IX_A_CAUSE_CLASS,
				   ix_config_class(config, number)->object.name,
				   0);
	}
	return err;
}

/* Each tenant once, however many prefixes are reached through it. */
static int ix_causes_tenant(struct ix_causes *causes, u16 number)
{
	const struct ix_tenant *tenant = ix_config_tenant(causes->config,
							  number);
	unsigned int i;

	if (!tenant->quarantined || causes->nr == IX_CAUSES_MAX)
		return 0;
	for (i = 0; i < causes->tenants_nr; i++)
		if (causes->tenants[i] == number)
			return 0;
	causes->tenants[causes->tenants_nr++] = number;
	return ix_cause_put(causes, IX_A_CAUSE_TENANT, tenant->object.name, 0);
}

/**
 * ix_nl_put_institution_causes() - put what keeps an institution in quarantine
 * @skb: message
 * @attr: attribute, one for each cause
 * @config: configuration that is shown
 * @institution: the institution
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_institution_causes(struct sk_buff *skb, int attr,
				 const struct ix_config *config,
				 const struct ix_institution *institution)
{
	struct ix_causes causes = {
		.skb = skb, .attr = attr, .config = config,
	};
	int err = 0;
	u32 i;

	if (institution->quarantined)
		err = ix_cause_put(&causes, IX_A_CAUSE_INSTITUTION, NULL,
				   ix_institution_tag(institution));
	if (!err)
		err = ix_causes_classes(&causes, institution->classes);
	for (i = 0; !err && i < institution->registrations_nr; i++)
		err = ix_causes_tenant(&causes,
				       institution->registrations[i]->tenant);
	return err;
}

/**
 * ix_nl_put_registration_causes() - put what keeps a prefix in quarantine
 * @skb: message
 * @attr: attribute, one for each cause
 * @config: configuration that is shown
 * @registration: the prefix
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_registration_causes(struct sk_buff *skb, int attr,
				  const struct ix_config *config,
				  const struct ix_registration *registration)
{
	struct ix_causes causes = {
		.skb = skb, .attr = attr, .config = config,
	};
	int err = 0;

	if (registration->quarantined)
		err = ix_cause_put(&causes, IX_A_CAUSE_INSTITUTION, NULL,
				   registration->tag);
	if (!err)
		err = ix_causes_classes(&causes, registration->classes);
	return err ?: ix_causes_tenant(&causes, registration->tenant);
}

/**
 * ix_nl_put_tenant_causes() - say it if a tenant is in quarantine
 * @skb: message
 * @attr: attribute
 * @config: configuration that is shown
 * @number: number of the tenant
 *
 * Return: 0 or -EMSGSIZE.
 */
int ix_nl_put_tenant_causes(struct sk_buff *skb, int attr,
			    const struct ix_config *config, u16 number)
{
	struct ix_causes causes = {
		.skb = skb, .attr = attr, .config = config,
	};

	return ix_causes_tenant(&causes, number);
}
