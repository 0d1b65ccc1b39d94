// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/ix.h>
#include <linux/netlink.h>
#include <string.h>

#include "commands.h"
#include "nl.h"

static int report(const struct nlmsghdr *nlh, void *data)
{
	struct ixctl *ctl = data;
	struct out *out = &ctl->out;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct record record;

	if (nlh->nlmsg_type != ctl->nl->family ||
	    genl->cmd != IX_CMD_CONFIG_NTF)
		return 0;
	record_of_message(&record, nlh);
	out_object(out, NULL);
	out_text(out, "config generation ");
	out_uint(out, "generation",
		 record_uint(&record, IX_A_TRANSACTION_GENERATION));
	out_text(out, " changes ");
	out_uint(out, "changes",
		 record_uint(&record, IX_A_TRANSACTION_CHANGES));
	out_object_end(out);
	out_text(out, "\n");
	/* Each is a document of its own: the list would never end. */
	out_end(out);
	return fflush(out->file) ? -1 : 0;
}

int command_monitor(struct ixctl *ctl, struct args *args)
{
	struct nl *nl = ixctl_nl(ctl);
	int ret;

	if (!nl)
		return STATUS_REFUSED;
	args_take_if(args, "config");
	ret = args_end(ctl, args);
	if (ret)
		return ret;
	if (!nl->group || mnl_socket_setsockopt(nl->socket,
						NETLINK_ADD_MEMBERSHIP,
						&nl->group,
						sizeof(nl->group))) {
		complain(ctl, "joining the group: %s",
			 nl->group ? strerror(errno) : "the kernel has none");
		return STATUS_REFUSED;
	}
	for (;;) {
		if (!nl_await(nl, report, ctl))
			continue;
		if (errno != ENOBUFS)
			break;
		warn(ctl, "changes came faster than they could be read, some were missed");
	}
	complain(ctl, "%s", strerror(errno));
	return STATUS_REFUSED;
}
