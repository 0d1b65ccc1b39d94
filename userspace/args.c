// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "args.h"
#include "ixctl.h"

bool args_take_if(struct args *args, const char *word)
{
	if (!args->left || !same_word(*args->word, word))
		return false;
	args_take(args);
	return true;
}

bool abbreviates(const char *word, const char *full)
{
	if (!*word || *word != *full)
		return false;
	return !strncmp(word, full, strlen(word));
}

bool args_help(const struct args *args)
{
	const char *word = args_peek(args);

	return word && (!strcmp(word, "help") || !strcmp(word, "-help") ||
			!strcmp(word, "--help"));
}

int args_end(struct ixctl *ctl, const struct args *args)
{
	if (!args->left)
		return STATUS_OK;
	complain(ctl, "\"%s\" is not expected here", *args->word);
	return STATUS_USAGE;
}
