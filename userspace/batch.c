// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/ix.h>
#include <string.h>

#include "commands.h"
#include "lines.h"
#include "nl.h"
#include "object.h"
#include "transaction.h"

int command_transaction(struct ixctl *ctl, struct args *args)
{
	const char *word = args_take(args);
	bool broken = ctl->broken;
	int ret;

	if (!word) {
		complain(ctl, "begin, commit or abort is missing");
		return STATUS_USAGE;
	}
	ret = args_end(ctl, args);
	if (ret)
		return ret;
	if (!ctl->file) {
		complain(ctl, "a transaction ends with its socket, so it works in a batch only");
		return STATUS_USAGE;
	}
	if (abbreviates(word, "begin")) {
		if (!ctl->transaction)
			return transaction_begin(ctl);
		complain(ctl, "there is an open one");
		return STATUS_USAGE;
	}
	if (!abbreviates(word, "commit") && !abbreviates(word, "abort")) {
		complain(ctl, "\"%s\" is not begin, commit or abort", word);
		return STATUS_USAGE;
	}
	if (!ctl->transaction) {
		complain(ctl, "there is none");
		return STATUS_USAGE;
	}
	if (abbreviates(word, "abort")) {
		transaction_abort(ctl);
		return STATUS_OK;
	}
	if (!broken)
		return transaction_commit(ctl, NULL);
	transaction_abort(ctl);
	complain(ctl, "a change in it has failed, nothing of it was applied");
	return STATUS_REFUSED;
}

int batch_run(struct ixctl *ctl, const char *name,
	      int (*run)(struct ixctl *ctl, struct args *args))
{
	const char *shown = strcmp(name, "-") ? name : "(standard input)";
	struct lines lines;
	int ret = STATUS_OK;

	if (!lines_open(&lines, name)) {
		complain(ctl, "%s: %s", name, strerror(errno));
		return STATUS_USAGE;
	}
	ctl->file = shown;
	for (;;) {
		struct args args;
		int more = lines_read(&lines, &args);
		int status;

		ctl->line = lines.number;
		if (!more)
			break;
		if (more < 0) {
			ctl->object = NULL;
			complain(ctl, "%s", lines.error);
			status = STATUS_USAGE;
		} else {
			status = run(ctl, &args);
		}
		if (status && !ret)
			ret = status;
		if (ferror(lines.file) || (status && !ctl->opt.force))
			break;
	}
	if (ctl->transaction) {
		transaction_abort(ctl);
		if (!ret) {
			ctl->object = "transaction";
			ctl->verb = NULL;
			complain(ctl, "it was not committed, nothing of it was applied");
			ret = STATUS_USAGE;
		}
	}
	lines_close(&lines);
	return ret;
}
