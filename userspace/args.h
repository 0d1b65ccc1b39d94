/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of a command, and how they are matched.
 */
#ifndef IXCTL_ARGS_H
#define IXCTL_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct ixctl;

/**
 * struct args - words of a command that have not been taken yet
 * @word: the next word
 * @left: how many there are
 */
struct args {
	char **word;
	unsigned int left;
};

static inline const char *args_peek(const struct args *args)
{
	return args->left ? *args->word : NULL;
}

static inline const char *args_take(struct args *args)
{
	if (!args->left)
		return NULL;
	args->left--;
	return *args->word++;
}

/* Nearly all words differ in the first letter, and files have millions. */
static inline bool same_word(const char *a, const char *b)
{
	return *a == *b && !strcmp(a, b);
}

/* Takes the next word if it is exactly @word. */
bool args_take_if(struct args *args, const char *word);

/* Is @word an abbreviation of @full, or @full itself? */
bool abbreviates(const char *word, const char *full);

/* Is the next word "help"? */
bool args_help(const struct args *args);

/* Complains if words are left over. Return: STATUS_OK or STATUS_USAGE. */
int args_end(struct ixctl *ctl, const struct args *args);

#endif /* IXCTL_ARGS_H */
