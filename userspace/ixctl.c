// SPDX-License-Identifier: GPL-2.0
/*
 * What every part of ixctl uses: messages to whoever has called it, and its
 * sockets.
 */
#include <errno.h>
#include <linux/ix.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ixctl.h"
#include "nl.h"

static void say(const struct ixctl *ctl, const char *kind, const char *format,
		va_list values)
{
	/* So that the two streams read in order on a terminal. */
	fflush(stdout);
	if (ctl->file)
		fprintf(stderr, "%s:%lu: ", ctl->file, ctl->line);
	else
		fputs("ixctl: ", stderr);
	fputs(kind, stderr);
	if (ctl->object)
		fprintf(stderr, "%s%s%s: ", ctl->object, ctl->verb ? " " : "",
			ctl->verb ? ctl->verb : "");
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
}

void complain(const struct ixctl *ctl, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(ctl, "", format, values);
	va_end(values);
}

void warn(const struct ixctl *ctl, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(ctl, "warning: ", format, values);
	va_end(values);
}

static struct nl *open_family(struct ixctl *ctl)
{
	struct nl *nl = nl_open(NETLINK_GENERIC);
	int error;

	if (!nl) {
		complain(ctl, "netlink socket: %s", strerror(errno));
		return NULL;
	}
	error = nl_find_family(nl, IX_FAMILY_NAME);
	if (!error)
		return nl;
	if (error == ENOENT)
		complain(ctl, "the kernel does not know ix: load its module with \"modprobe ix\"");
	else
		complain(ctl, "netlink family ix: %s", strerror(error));
	nl_close(nl);
	return NULL;
}

struct nl *ixctl_nl(struct ixctl *ctl)
{
	if (!ctl->nl)
		ctl->nl = open_family(ctl);
	return ctl->nl;
}

struct nl *ixctl_nl_aside(struct ixctl *ctl)
{
	if (!ctl->aside)
		ctl->aside = open_family(ctl);
	return ctl->aside;
}
