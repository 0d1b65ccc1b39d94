// SPDX-License-Identifier: GPL-2.0
#include <linux/ix.h>

#include "commands.h"
#include "object.h"
#include "transaction.h"

static int take_number(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	*(uint32_t *)data = (uint32_t)
		record_uint(&record, IX_A_TRANSACTION_TRANSACTION);
	return 0;
}

int transaction_begin(struct ixctl *ctl)
{
	struct nl *nl = ixctl_nl(ctl);
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	if (!nl)
		return STATUS_REFUSED;
	msg_init(&msg, buf, sizeof(buf), nl->family, 0,
		 IX_CMD_TRANSACTION_BEGIN);
	if (nl_request(nl, &msg, take_number, &ctl->transaction, &error))
		return object_refused(ctl, NULL, &msg, &error);
	ctl->changes = 0;
	ctl->broken = false;
	return STATUS_OK;
}

static void forget(struct ixctl *ctl)
{
	ctl->transaction = 0;
	ctl->changes = 0;
	ctl->broken = false;
}

int transaction_commit(struct ixctl *ctl, struct nl_error *error)
{
	struct nl *nl = ixctl_nl(ctl);
	struct nl_error own;
	char buf[128] MSG_ALIGNED;
	struct msg msg;
	int ret;

	if (!nl)
		return STATUS_REFUSED;
	msg_init(&msg, buf, sizeof(buf), nl->family, 0,
		 IX_CMD_TRANSACTION_COMMIT);
	msg_put_uint(&msg, IX_A_TRANSACTION_TRANSACTION, 4, ctl->transaction);
	msg_put_uint(&msg, IX_A_TRANSACTION_CHANGES, 4, ctl->changes);
	ret = nl_request(nl, &msg, NULL, NULL, error ? error : &own);
	forget(ctl);
	if (!ret)
		return STATUS_OK;
	return error ? STATUS_REFUSED : object_refused(ctl, NULL, &msg, &own);
}

void transaction_abort(struct ixctl *ctl)
{
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	msg_init(&msg, buf, sizeof(buf), ctl->nl->family, 0,
		 IX_CMD_TRANSACTION_ABORT);
	msg_put_uint(&msg, IX_A_TRANSACTION_TRANSACTION, 4, ctl->transaction);
	/* A transaction that has failed is gone already. */
	nl_request(ctl->nl, &msg, NULL, NULL, &error);
	forget(ctl);
}

static int take_generation(const struct nlmsghdr *nlh, void *data)
{
	struct record record;

	record_of_message(&record, nlh);
	*(uint32_t *)data = (uint32_t)record_uint(&record,
						  IX_A_SETTINGS_GENERATION);
	return 0;
}

int read_generation(struct ixctl *ctl, uint32_t *generation)
{
	return object_list(ctl, object_find_exactly("settings"), NULL,
			   take_generation, generation);
}

int command_flush(struct ixctl *ctl, struct args *args)
{
	char buf[128] MSG_ALIGNED;
	struct msg msg = { .nlh = (struct nlmsghdr *)buf, .room = sizeof(buf) };
	int ret = args_end(ctl, args);

	if (ret)
		return ret;
	if (!ixctl_nl(ctl))
		return STATUS_REFUSED;
	object_build_flush_all(ctl, ctl->nl->family, &msg);
	return object_change(ctl, NULL, &msg);
}
