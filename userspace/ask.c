// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/ix.h>
#include <netinet/in.h>
#include <string.h>

#include "ask.h"
#include "field.h"
#include "nl.h"
#include "object.h"

static void put_party(struct msg *msg, const struct party *party, uint16_t tag,
		      uint16_t classes)
{
	if (party->tag)
		msg_put_uint(msg, tag, 4, party->tag);
	else
		msg_put_uint(msg, classes, 8, party->classes);
}

static void put_question(struct msg *msg, const struct question *question)
{
	const struct flow *flow = &question->flow;
	struct nlattr *nest = msg_nest(msg, IX_A_JUDGE_QUESTION);

	put_party(msg, &question->from, IX_A_QUESTION_SOURCE_INSTITUTION,
		  IX_A_QUESTION_SOURCE_CLASSES);
	put_party(msg, &question->to, IX_A_QUESTION_DESTINATION_INSTITUTION,
		  IX_A_QUESTION_DESTINATION_CLASSES);
	msg_put_uint(msg, IX_A_QUESTION_PROTOCOL, 1, flow->protocol);
	if (protocol_has_ports(flow->protocol)) {
		msg_put_uint(msg, IX_A_QUESTION_SOURCE_PORT, 2, flow->sport);
		msg_put_uint(msg, IX_A_QUESTION_DESTINATION_PORT, 2,
			     flow->dport);
	} else if (flow->protocol == IPPROTO_ICMPV6) {
		msg_put_uint(msg, IX_A_QUESTION_ICMP_TYPE, 1, flow->icmp_type);
	}
	msg_nest_end(msg, nest);
}

/* Where answers go, and how many are expected. */
struct answering {
	struct answer *answers;
	size_t nr;
	size_t taken;
};

static int take_answers(const struct nlmsghdr *nlh, void *data)
{
	struct answering *answering = data;
	const struct nlattr *nest = NULL;
	struct answer *at;
	struct record record, answer;

	record_of_message(&record, nlh);
	while ((nest = record_next(&record, IX_A_JUDGE_ANSWER, nest)) &&
	       answering->taken < answering->nr) {
		record_of_nest(&answer, nest);
		at = &answering->answers[answering->taken++];
		*at = (struct answer){
			.verdict = (uint8_t)record_uint(&answer,
							IX_A_ANSWER_VERDICT),
			.rule = (uint32_t)record_uint(&answer,
						      IX_A_ANSWER_RULE),
			.trial = (uint8_t)record_uint(&answer,
						      IX_A_ANSWER_TRIAL),
			.monitored = (uint32_t)
				record_uint(&answer, IX_A_ANSWER_MONITORED),
			.ways = (uint32_t)record_uint(&answer,
						      IX_A_ANSWER_WAYS),
			.routed = (uint32_t)record_uint(&answer,
							IX_A_ANSWER_ROUTED),
		};
		attr_string(answer.attr[IX_A_ANSWER_GROUP], at->group,
			    sizeof(at->group));
	}
	return 0;
}

int ask(struct ixctl *ctl, const struct asking *how,
	const struct question *questions, struct answer *answers, size_t nr)
{
	struct nl *nl = ixctl_nl(ctl);
	char buf[MSG_SIZE] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;
	size_t i;

	if (!nl)
		return STATUS_REFUSED;
	while (nr) {
		struct answering answering = { .answers = answers, .nr = nr };

		if (answering.nr > IX_QUESTIONS_MAX)
			answering.nr = IX_QUESTIONS_MAX;
		msg_init(&msg, buf, sizeof(buf), nl->family, 0, IX_CMD_JUDGE);
		if (how->transaction)
			msg_put_uint(&msg, IX_A_JUDGE_TRANSACTION, 4,
				     how->transaction);
		if (how->time)
			msg_put_uint(&msg, IX_A_JUDGE_TIME, 8, how->time);
		if (how->routes)
			msg_put(&msg, IX_A_JUDGE_ROUTES, NULL, 0);
		for (i = 0; i < answering.nr; i++)
			put_question(&msg, &questions[i]);
		if (nl_request(nl, &msg, take_answers, &answering, &error))
			return object_refused(ctl, NULL, &msg, &error);
		if (answering.taken != answering.nr) {
			complain(ctl, "the kernel has left questions unanswered");
			return STATUS_REFUSED;
		}
		questions += answering.nr;
		answers += answering.nr;
		nr -= answering.nr;
	}
	return STATUS_OK;
}
