// SPDX-License-Identifier: GPL-2.0
#include <netinet/in.h>
#include <string.h>

#include "expect.h"
#include "field.h"
#include "value.h"

static int take_name(struct ixctl *ctl, struct args *args, const char *what,
		     char name[IX_NAME_MAX + 1])
{
	const char *word = args_take(args);

	if (!word || !*word) {
		complain(ctl, "%s is missing", what);
		return STATUS_USAGE;
	}
	if (strlen(word) > IX_NAME_MAX) {
		complain(ctl, "\"%s\" is longer than a name can be (%u octets)",
			 word, IX_NAME_MAX);
		return STATUS_USAGE;
	}
	strcpy(name, word);
	return STATUS_OK;
}

int whom_parse(struct ixctl *ctl, struct args *args, struct whom *whom)
{
	*whom = (struct whom){ .kind = WHOM_INSTITUTION };
	if (args_take_if(args, "any")) {
		whom->kind = WHOM_ANY;
		return STATUS_OK;
	}
	if (args_take_if(args, "class")) {
		whom->kind = WHOM_CLASS;
		return take_name(ctl, args, "the name of the class",
				 whom->name);
	}
	args_take_if(args, "institution");
	return take_name(ctl, args, "an institution, class or \"any\"",
			 whom->name);
}

static int take_ports(struct ixctl *ctl, struct args *args, uint16_t *min,
		      uint16_t *max)
{
	const char *word = args_take(args);

	if (word && parse_range(word, min, max))
		return STATUS_OK;
	complain(ctl, "\"%s\" is no port, and no range of ports",
		 word ? word : "");
	return STATUS_USAGE;
}

static bool is_range(const char *word)
{
	uint16_t min, max;

	return word && parse_range(word, &min, &max);
}

static int take_protocol(struct ixctl *ctl, struct args *args,
			 struct traffic *traffic)
{
	int ret = STATUS_OK;

	*traffic = (struct traffic){
		.protocol = traffic->protocol,
		.any_type = true,
		.dport_max = UINT16_MAX,
		.sport_max = UINT16_MAX,
	};
	if (protocol_has_ports(traffic->protocol)) {
		if (args_take_if(args, "sport"))
			ret = take_ports(ctl, args, &traffic->sport_min,
					 &traffic->sport_max);
		if (!ret && (args_take_if(args, "dport") ||
			     is_range(args_peek(args))))
			ret = take_ports(ctl, args, &traffic->dport_min,
					 &traffic->dport_max);
	} else if (traffic->protocol == IPPROTO_ICMPV6 &&
		   args_take_if(args, "type")) {
		const char *word = args_take(args);

		traffic->any_type = false;
		if (!word || !parse_icmp_type(word, &traffic->icmp_type)) {
			complain(ctl, "\"%s\" is no ICMPv6 type",
				 word ? word : "");
			ret = STATUS_USAGE;
		}
	}
	return ret;
}

static bool is_time_word(const char *word)
{
	return !strcmp(word, "at") || !strcmp(word, "since") ||
	       !strcmp(word, "until");
}

static int parse_what(struct ixctl *ctl, struct args *args,
		      struct expectation *expectation)
{
	struct traffic *traffic = &expectation->traffic;
	const char *word = args_peek(args);

	if (!word || is_time_word(word))
		return STATUS_OK;
	if (args_take_if(args, "service"))
		return take_name(ctl, args, "the name of the service",
				 expectation->service);
	if (args_take_if(args, "proto"))
		word = args_peek(args);
	if (word && parse_protocol(word, &traffic->protocol)) {
		args_take(args);
		expectation->has_traffic = true;
		return take_protocol(ctl, args, traffic);
	}
	complain(ctl, "\"%s\" is no protocol; services stand behind the word \"service\"",
		 word ? word : "");
	return STATUS_USAGE;
}

static int parse_when(struct ixctl *ctl, struct args *args,
		      struct expectation *expectation)
{
	const struct {
		const char *word;
		uint64_t *time;
	} times[] = {
		{ "at", &expectation->at },
		{ "since", &expectation->since },
		{ "until", &expectation->until },
	};
	unsigned int i;

	while (args->left) {
		const char *word = args_take(args);
		const char *time = args_take(args);

		for (i = 0; i < ARRAY_SIZE(times); i++)
			if (!strcmp(word, times[i].word))
				break;
		if (i == ARRAY_SIZE(times)) {
			complain(ctl, "\"%s\" is not expected here", word);
			return STATUS_USAGE;
		}
		if (*times[i].time) {
			complain(ctl, "%s is given twice", word);
			return STATUS_USAGE;
		}
		if (!time || !parse_time(time, times[i].time) ||
		    !*times[i].time) {
			complain(ctl, "%s: \"%s\" is no time", word,
				 time ? time : "");
			return STATUS_USAGE;
		}
	}
	if (expectation->at && (expectation->since || expectation->until)) {
		complain(ctl, "\"at\" says one time, \"since\" and \"until\" others");
		return STATUS_USAGE;
	}
	if (expectation->until && expectation->since >= expectation->until) {
		complain(ctl, "it would end before it begins");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

/* WHOM reaches [ no ] WHOM, WHOM does not reach WHOM. */
static int parse_reach(struct ixctl *ctl, struct args *args,
		       struct expectation *expectation)
{
	int ret;

	args_take_if(args, "from");
	ret = whom_parse(ctl, args, &expectation->from);
	if (ret)
		return ret;
	expectation->reaches = true;
	expectation->permitted = true;
	if (args_take_if(args, "reaches")) {
		if (args_take_if(args, "no"))
			expectation->permitted = false;
	} else if (args_take_if(args, "does") && args_take_if(args, "not") &&
		   args_take_if(args, "reach")) {
		expectation->permitted = false;
	} else {
		complain(ctl, "\"reaches\", \"reaches no\" or \"does not reach\" is missing behind %s",
			 *expectation->from.name ? expectation->from.name :
						   "any");
		return STATUS_USAGE;
	}
	args_take_if(args, "to");
	return whom_parse(ctl, args, &expectation->to);
}

/* { permit | deny } from WHOM to WHOM. */
static int parse_rule(struct ixctl *ctl, struct args *args,
		      struct expectation *expectation)
{
	int ret;

	if (!args_take_if(args, "from")) {
		complain(ctl, "\"from\" is missing");
		return STATUS_USAGE;
	}
	ret = whom_parse(ctl, args, &expectation->from);
	if (ret)
		return ret;
	if (!args_take_if(args, "to")) {
		complain(ctl, "\"to\" is missing");
		return STATUS_USAGE;
	}
	return whom_parse(ctl, args, &expectation->to);
}

int expect_parse(struct ixctl *ctl, struct args *args,
		 struct expectation *expectation)
{
	int ret;

	*expectation = (struct expectation){ 0 };
	expectation->permitted = args_take_if(args, "permit");
	if (expectation->permitted || args_take_if(args, "deny"))
		ret = parse_rule(ctl, args, expectation);
	else
		ret = parse_reach(ctl, args, expectation);
	if (!ret)
		ret = parse_what(ctl, args, expectation);
	if (!ret)
		ret = parse_when(ctl, args, expectation);
	return ret;
}
