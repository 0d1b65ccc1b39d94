// SPDX-License-Identifier: GPL-2.0
/*
 * ixctl: configures ix, the interconnection point of a healthcare network.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "ixctl.h"
#include "names.h"
#include "nl.h"
#include "object.h"

#ifndef IXCTL_VERSION
#define IXCTL_VERSION "unknown"
#endif

#define NETNS_RUN_DIR "/run/netns"
#define OUTPUT_BUFFER ((size_t)256 * 1024)

static int command_help(struct ixctl *ctl, struct args *args);

/* Commands in the order in which abbreviations are tried. */
static const struct command {
	const char *word;
	int (*run)(struct ixctl *ctl, struct args *args);
	/* Too much would be lost by a slip of the finger. */
	bool in_full;
	const char *usage;
	const char *about;
	const char *notes;
} commands[] = {
	{
		.word = "trace", .run = command_trace,
		.usage = "tenant TENANT [ port DEVICE ] [ at TIME ] { PACKET | packet HEX }",
		.about = "what would happen to a packet, and why",
		.notes =
"PACKET := src ADDRESS dst ADDRESS [ PROTOCOL ] [ ttl N ] [ len N ]\n"
"PROTOCOL := [ proto ] { tcp [ sport PORT ] dport PORT [ flags FLAGS ] |\n"
"                        udp [ sport PORT ] dport PORT |\n"
"                        icmp [ type TYPE ] [ code N ] | NAME | N }\n"
"FLAGS := syn,ack,... | none\n",
	},
	{
		.word = "test", .run = command_test,
		.usage = "FILE [ candidate FILE ]",
		.about = "hold expectations against the policy",
		.notes =
"Each line of FILE: WHOM { reaches | reaches no | does not reach } WHOM [ WHAT ] [ WHEN ]\n"
"                   { permit | deny } from WHOM to WHOM [ WHAT ] [ WHEN ]\n"
"WHOM := any | class CLASS | [ institution ] { TAG | NAME }\n"
"WHAT := service SERVICE | { tcp | udp | ... } [ sport PORTS ] [ [ dport ] PORTS ] |\n"
"        icmp [ type TYPE ] | [ proto ] PROTOCOL\n"
"WHEN := at TIME | [ since TIME ] [ until TIME ]\n",
	},
	{
		.word = "policy", .run = command_policy,
		.usage = "[ show | list ] [ from WHOM ] [ to WHOM ] [ at TIME ] [ candidate FILE ]\n"
"       ixctl policy expiring DAYS",
		.about = "who may begin what with whom, and what ends",
		.notes =
"WHOM := any | class CLASS | [ institution ] { TAG | NAME }\n",
	},
	{
		.word = "report", .run = command_report,
		.usage = "html FILE",
		.about = "the policy as a page to look at",
	},
	{
		.word = "quarantine", .run = command_quarantine,
		.usage = "[ show | { add | delete } { institution INSTITUTION | class CLASS | tenant TENANT } ]",
		.about = "cut an institution, a class or a tenant off at once",
	},
	{
		.word = "save", .run = command_save,
		.about = "write the configuration as commands",
	},
	{
		.word = "diff", .run = command_diff,
		.usage = "FILE",
		.about = "what a restore would change",
	},
	{
		.word = "restore", .run = command_restore, .in_full = true,
		.usage = "FILE",
		.about = "replace the configuration by that of a file",
	},
	{
		.word = "flush", .run = command_flush, .in_full = true,
		.about = "remove the whole configuration",
	},
	{
		.word = "attach", .run = command_attach,
		.usage = "tenant TENANT dev DEVICE ... [ table NAME ] [ priority N ]",
		.about = "make devices ports of a tenant in the nft ruleset",
	},
	{
		.word = "detach", .run = command_detach,
		.usage = "tenant TENANT [ dev DEVICE ... ] [ table NAME ]",
		.about = "take ports out of the nft ruleset",
	},
	{
		.word = "mark", .run = command_mark,
		.about = "names of packet marks, for /etc/iproute2/rt_marks",
	},
	{
		.word = "monitor", .run = command_monitor,
		.usage = "[ config | audit | all ]",
		.about = "report changes and refused packets as they happen",
	},
	{
		.word = "stats", .run = command_stats,
		.usage = "[ --format { table | openmetrics | prometheus } ]",
		.about = "all counters at once, for monitoring systems too",
	},
	{
		.word = "transaction", .run = command_transaction,
		.usage = "{ begin | commit | abort }",
		.about = "in a batch: changes that are applied whole or not at all",
	},
	{
		.word = "help", .run = command_help,
		.about = "this text",
	},
};

static void usage(FILE *file)
{
	unsigned int i;

	fputs("Usage: ixctl [ OPTIONS ] OBJECT { COMMAND | help }\n"
	      "       ixctl [ OPTIONS ] COMMAND ...\n"
	      "       ixctl [ -force ] -batch FILE\n"
	      "OBJECT:\n", file);
	for (i = 0; i < objects_nr; i++)
		fprintf(file, "  %-12s %s\n", objects[i].word,
			objects[i].about);
	fputs("COMMAND on an object: add change replace delete show flush\n"
	      "COMMAND of its own:\n", file);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(file, "  %-12s %s\n", commands[i].word,
			commands[i].about);
	fputs("OPTIONS: -j[son] -p[retty] -s[tats] -N[umeric] -n[etns] NAME\n"
	      "         -b[atch] FILE -f[orce] -V[ersion] -h[elp]\n", file);
}

static int command_help(struct ixctl *ctl, struct args *args)
{
	(void)ctl;
	(void)args;
	usage(stdout);
	return STATUS_OK;
}

static const struct command *find_command(const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].in_full ? !strcmp(word, commands[i].word) :
					  abbreviates(word, commands[i].word))
			return &commands[i];
	return NULL;
}

/* A command line behind its options, or a line of a batch. */
static int run_command(struct ixctl *ctl, struct args *args)
{
	const char *word = args_take(args);
	const struct command *command;
	const struct object *object;

	ctl->object = NULL;
	ctl->verb = NULL;
	/* Between two commands any institution may have changed its name. */
	names_reset(ctl->names);
	object = object_find(word);
	if (object)
		return object_run(ctl, object, args);
	command = find_command(word);
	if (!command) {
		complain(ctl, "object \"%s\" is unknown, see \"ixctl help\"",
			 word);
		return STATUS_USAGE;
	}
	if (args_help(args)) {
		printf("Usage: ixctl %s%s%s\n%s%s\n", command->word,
		       command->usage ? " " : "",
		       command->usage ? command->usage : "",
		       command->notes ? command->notes : "", command->about);
		return STATUS_OK;
	}
	ctl->object = command->word;
	return command->run(ctl, args);
}

static int enter_netns(const struct ixctl *ctl, const char *name)
{
	char path[256];
	int fd, ret;

	if (!*name || strchr(name, '/') ||
	    snprintf(path, sizeof(path), NETNS_RUN_DIR "/%s", name) >=
		    (int)sizeof(path)) {
		complain(ctl, "network namespace \"%s\": invalid name", name);
		return STATUS_USAGE;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		complain(ctl, "network namespace %s: %s", name,
			 strerror(errno));
		return STATUS_REFUSED;
	}
	ret = setns(fd, CLONE_NEWNET);
	if (ret)
		complain(ctl, "network namespace %s: %s", name,
			 strerror(errno));
	close(fd);
	return ret ? STATUS_REFUSED : STATUS_OK;
}

enum option {
	OPTION_JSON,
	OPTION_PRETTY,
	OPTION_STATS,
	OPTION_NUMERIC,
	OPTION_NETNS,
	OPTION_BATCH,
	OPTION_FORCE,
	OPTION_VERSION,
	OPTION_HELP,
};

static const struct {
	const char *word;
	enum option option;
} options[] = {
	{ "json", OPTION_JSON },
	{ "pretty", OPTION_PRETTY },
	{ "stats", OPTION_STATS },
	{ "statistics", OPTION_STATS },
	{ "Numeric", OPTION_NUMERIC },
	{ "netns", OPTION_NETNS },
	{ "batch", OPTION_BATCH },
	{ "force", OPTION_FORCE },
	{ "Version", OPTION_VERSION },
	{ "help", OPTION_HELP },
};

static bool find_option(const char *word, enum option *option)
{
	unsigned int i;

	if (*word++ != '-')
		return false;
	if (*word == '-')
		word++;
	for (i = 0; i < ARRAY_SIZE(options); i++)
		if (abbreviates(word, options[i].word)) {
			*option = options[i].option;
			return true;
		}
	return false;
}

static int option_value(struct ixctl *ctl, struct args *args,
			const char *option, const char **value)
{
	*value = args_take(args);
	if (*value)
		return STATUS_OK;
	complain(ctl, "option %s needs a value", option);
	return STATUS_USAGE;
}

/* Options, then the command. */
static int run(struct ixctl *ctl, struct args *args)
{
	const char *batch = NULL;
	const char *netns;
	int ret;

	while (args->left && **args->word == '-') {
		const char *word = args_take(args);
		enum option option;

		if (!find_option(word, &option)) {
			complain(ctl, "option \"%s\" is unknown, see \"ixctl help\"",
				 word);
			return STATUS_USAGE;
		}
		switch (option) {
		case OPTION_JSON:
			ctl->opt.json = true;
			break;
		case OPTION_PRETTY:
			ctl->opt.pretty = true;
			break;
		case OPTION_STATS:
			ctl->opt.stats = true;
			break;
		case OPTION_NUMERIC:
			ctl->opt.numeric = true;
			break;
		case OPTION_NETNS:
			ret = option_value(ctl, args, word, &netns);
			if (!ret)
				ret = enter_netns(ctl, netns);
			if (ret)
				return ret;
			break;
		case OPTION_BATCH:
			ret = option_value(ctl, args, word, &batch);
			if (ret)
				return ret;
			break;
		case OPTION_FORCE:
			ctl->opt.force = true;
			break;
		case OPTION_VERSION:
			puts("ixctl " IXCTL_VERSION);
			return STATUS_OK;
		case OPTION_HELP:
			usage(stdout);
			return STATUS_OK;
		}
	}
	ctl->out.json = ctl->opt.json;
	ctl->out.pretty = ctl->opt.pretty;
	if (batch && args->left) {
		complain(ctl, "\"%s\" is not expected behind -batch",
			 args_peek(args));
		return STATUS_USAGE;
	}
	if (batch)
		return batch_run(ctl, batch, run_command);
	if (!args->left) {
		usage(stderr);
		return STATUS_USAGE;
	}
	return run_command(ctl, args);
}

int main(int argc, char **argv)
{
	struct ixctl ctl = { .out.file = stdout };
	struct args args = { argv + 1, argc > 1 ? (unsigned int)argc - 1 : 0 };
	int ret;

	setvbuf(stdout, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF,
		OUTPUT_BUFFER);
	ctl.names = names_new();
	if (!ctl.names) {
		complain(&ctl, "%s", strerror(ENOMEM));
		return STATUS_REFUSED;
	}
	ret = run(&ctl, &args);
	ctl.file = NULL;
	ctl.object = NULL;
	if (fflush(stdout) || ferror(stdout)) {
		complain(&ctl, "writing: %s", strerror(errno));
		/* For diff, 1 would mean: it differs. */
		ret = ret == STATUS_USAGE ? STATUS_USAGE : STATUS_REFUSED;
	}
	nl_close(ctl.nl);
	nl_close(ctl.aside);
	names_free(ctl.names);
	return ret;
}
