// SPDX-License-Identifier: GPL-2.0
/*
 * Restore: a whole file as one transaction. Hundreds of messages go with one
 * system call, and only refusals are answered: the kernel has handled all of
 * them, and put what it refuses into the socket, before the call returns.
 */
#include <errno.h>
#include <linux/ix.h>
#include <stdlib.h>
#include <string.h>

#include "candidate.h"
#include "change.h"
#include "commands.h"
#include "names.h"
#include "transaction.h"

/* Well below what a socket takes in one piece by default (208 KiB). */
#define BULK_SIZE ((size_t)96 * 1024)
/* The shortest message: headers and the number of the transaction. */
#define SHORTEST 28
/* So often the configuration may change during a restore. */
#define TRIES 5

/**
 * struct sent - a message of the bulk
 * @line: line of the file that it was made of
 * @offset: where it stands in the bulk
 * @object: what it is about
 * @verb: what it does
 */
struct sent {
	unsigned long line;
	uint32_t offset;
	const struct object *object;
	const char *verb;
};

/**
 * struct bulk - messages that go to the kernel together
 * @buf: the messages
 * @used: octets of them
 * @sent: where they came from
 * @nr: how many
 * @first: sequence number of the first
 */
struct bulk {
	char buf[BULK_SIZE + MSG_SIZE] MSG_ALIGNED;
	size_t used;
	struct sent sent[(BULK_SIZE + MSG_SIZE) / SHORTEST];
	uint32_t nr;
	uint32_t first;
};

static int bulk_refused(struct ixctl *ctl, const struct bulk *bulk,
			const struct nl_error *error)
{
	uint32_t n = error->seq - bulk->first;
	struct msg msg = { 0 };

	if (n >= bulk->nr) {
		ctl->object = NULL;
		return object_refused(ctl, NULL, &msg, error);
	}
	msg.nlh = (struct nlmsghdr *)(bulk->buf + bulk->sent[n].offset);
	ctl->line = bulk->sent[n].line;
	ctl->object = bulk->sent[n].object->word;
	ctl->verb = bulk->sent[n].verb;
	return object_refused(ctl, bulk->sent[n].object, &msg, error);
}

/* That someone else was faster (EAGAIN) is left to the caller to deal with. */
static int bulk_flush(struct ixctl *ctl, struct bulk *bulk,
		      struct nl_error *again)
{
	struct nl_error error;
	int ret = STATUS_OK;

	if (!bulk->nr)
		return STATUS_OK;
	if (nl_send(ctl->nl, bulk->buf, bulk->used)) {
		ctl->object = NULL;
		complain(ctl, "netlink: %s", strerror(errno));
		return STATUS_REFUSED;
	}
	if (nl_drain(ctl->nl, &error)) {
		if (error.code == EAGAIN) {
			*again = error;
			ret = STATUS_REFUSED;
		} else {
			ret = bulk_refused(ctl, bulk, &error);
		}
	}
	bulk->used = 0;
	bulk->nr = 0;
	return ret;
}

/* One message more; it stands behind the others already. */
static int bulk_add(struct ixctl *ctl, struct bulk *bulk,
		    const struct change *change, const struct msg *msg,
		    struct nl_error *again)
{
	struct sent *sent = &bulk->sent[bulk->nr];

	msg->nlh->nlmsg_seq = ++ctl->nl->seq;
	if (!bulk->nr++)
		bulk->first = msg->nlh->nlmsg_seq;
	*sent = (struct sent){
		ctl->line, (uint32_t)bulk->used, change->object, ctl->verb
	};
	bulk->used += NLMSG_ALIGN(msg->nlh->nlmsg_len);
	ctl->changes++;
	return bulk->used < BULK_SIZE ? STATUS_OK :
					bulk_flush(ctl, bulk, again);
}

static int empty_first(struct ixctl *ctl, struct nl_error *error)
{
	char buf[128] MSG_ALIGNED;
	struct msg msg = { .nlh = (struct nlmsghdr *)buf, .room = sizeof(buf) };

	object_build_flush_all(ctl, ctl->nl->family, &msg);
	if (nl_request(ctl->nl, &msg, NULL, NULL, error))
		return STATUS_REFUSED;
	ctl->changes++;
	return STATUS_OK;
}

static int send_lines(struct ixctl *ctl, struct lines *lines, struct bulk *bulk,
		      struct nl_error *again)
{
	bulk->used = 0;
	bulk->nr = 0;
	for (;;) {
		struct msg msg = {
			.nlh = (struct nlmsghdr *)(bulk->buf + bulk->used),
			.room = MSG_SIZE,
		};
		struct change change;
		bool end;
		int ret = change_read(ctl, lines, ctl->nl->family, &change,
				      &msg, &end);

		if (ret)
			return ret;
		if (end)
			return bulk_flush(ctl, bulk, again);
		ret = bulk_add(ctl, bulk, &change, &msg, again);
		if (ret)
			return ret;
	}
}

/*
 * Begin a transaction, and make in it of the configuration what the file says.
 * In @error is what has not been complained of yet.
 */
static int load(struct ixctl *ctl, struct lines *lines, struct bulk *bulk,
		struct nl_error *error)
{
	int ret = transaction_begin(ctl);

	error->code = 0;
	if (ret)
		return ret;
	names_reset(ctl->names);
	ret = empty_first(ctl, error);
	if (!ret)
		ret = send_lines(ctl, lines, bulk, error);
	if (ret)
		transaction_abort(ctl);
	return ret;
}

static int restore_once(struct ixctl *ctl, struct lines *lines,
			struct bulk *bulk, struct nl_error *error)
{
	int ret = load(ctl, lines, bulk, error);

	return ret ? ret : transaction_commit(ctl, error);
}

int candidate_load(struct ixctl *ctl, struct lines *lines, const char *name)
{
	const char *batch = ctl->file, *object = ctl->object;
	unsigned long batch_line = ctl->line;
	struct msg none = { 0 };
	struct nl_error error;
	struct bulk *bulk;
	int ret;

	if (ctl->transaction) {
		complain(ctl, "a candidate is a transaction of its own");
		return STATUS_USAGE;
	}
	if (!ixctl_nl(ctl))
		return STATUS_REFUSED;
	bulk = malloc(sizeof(*bulk));
	if (!bulk) {
		complain(ctl, "%s", strerror(ENOMEM));
		return STATUS_REFUSED;
	}
	names_only_local(ctl->names, true);
	ctl->file = strcmp(name, "-") ? name : "(standard input)";
	ret = load(ctl, lines, bulk, &error);
	if (error.code)
		ret = object_refused(ctl, NULL, &none, &error);
	ctl->file = batch;
	ctl->line = batch_line;
	ctl->object = object;
	ctl->verb = NULL;
	names_only_local(ctl->names, false);
	/* The file has all names that there are. */
	if (!ret)
		names_complete(ctl->names);
	free(bulk);
	return ret;
}

int candidate_open(struct ixctl *ctl, const char *name)
{
	struct lines lines;
	int ret;

	if (!lines_open(&lines, name)) {
		complain(ctl, "%s: %s", name, strerror(errno));
		return STATUS_USAGE;
	}
	ret = candidate_load(ctl, &lines, name);
	lines_close(&lines);
	return ret;
}

void candidate_close(struct ixctl *ctl)
{
	if (ctl->transaction)
		transaction_abort(ctl);
	names_reset(ctl->names);
}

int command_restore(struct ixctl *ctl, struct args *args)
{
	const char *name = args_take(args);
	const char *batch = ctl->file;
	unsigned long batch_line = ctl->line;
	struct nl_error error = { 0 };
	struct bulk *bulk;
	struct lines lines;
	int ret, tries;

	if (!name) {
		complain(ctl, "the name of a file is missing, or - for standard input");
		return STATUS_USAGE;
	}
	ret = args_end(ctl, args);
	if (ret)
		return ret;
	if (ctl->transaction) {
		complain(ctl, "a restore is a transaction of its own");
		return STATUS_USAGE;
	}
	if (!ixctl_nl(ctl))
		return STATUS_REFUSED;
	if (!lines_open(&lines, name)) {
		complain(ctl, "%s: %s", name, strerror(errno));
		return STATUS_USAGE;
	}
	bulk = malloc(sizeof(*bulk));
	names_only_local(ctl->names, true);
	ctl->file = strcmp(name, "-") ? name : "(standard input)";
	if (!bulk || !lines_keep(&lines)) {
		complain(ctl, "%s", strerror(errno));
		ret = STATUS_USAGE;
	}
	for (tries = 0; !ret && tries < TRIES; tries++) {
		if (!lines_rewind(&lines)) {
			complain(ctl, "%s", strerror(errno));
			ret = STATUS_USAGE;
			break;
		}
		ret = restore_once(ctl, &lines, bulk, &error);
		if (error.code != EAGAIN)
			break;
		/* Someone else was faster: once more, with what there is now. */
		ret = STATUS_OK;
	}
	ctl->file = batch;
	ctl->line = batch_line;
	ctl->object = "restore";
	ctl->verb = NULL;
	if (error.code) {
		struct msg none = { 0 };

		ret = object_refused(ctl, NULL, &none, &error);
	}
	names_only_local(ctl->names, false);
	lines_close(&lines);
	free(bulk);
	return ret;
}
