/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of commands: lines, comments, quoting.
 *
 * A line is a command. Words are separated by blanks; a word that begins with
 * # begins a comment; a backslash at the end of a line continues it. In single
 * quotes everything stands for itself, in double quotes a backslash introduces
 * \" \\ \n \t and octets as three octal digits.
 */
#ifndef IXCTL_LINES_H
#define IXCTL_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "args.h"

/**
 * struct lines - a file that is read line by line
 * @file: the file
 * @text: the line
 * @size: room in @text
 * @number: number of the line that the command began in
 * @next: number of the line that comes next
 * @words: its words
 * @words_room: room in @words
 * @error: what is wrong with it
 */
struct lines {
	FILE *file;
	char *text;
	size_t size;
	unsigned long number;
	unsigned long next;
	char **words;
	unsigned int words_room;
	const char *error;
};

/**
 * lines_open() - begin to read
 * @lines: filled in
 * @name: name of the file, "-" for standard input
 *
 * Return: false, with errno set, if the file can't be opened.
 */
bool lines_open(struct lines *lines, const char *name);
void lines_close(struct lines *lines);

/**
 * lines_rewind() - begin again at the first line
 * @lines: an open file
 *
 * Return: false, with errno set, if the file can't be read again.
 */
bool lines_rewind(struct lines *lines);

/* Makes a file that can be read once only (a pipe) fit for lines_rewind(). */
bool lines_keep(struct lines *lines);

/**
 * lines_read() - read the next line that is not empty
 * @lines: an open file
 * @args: its words, valid until the next call
 *
 * Return: 1, 0 at the end, or -1 with lines->error set.
 */
int lines_read(struct lines *lines, struct args *args);

#endif /* IXCTL_LINES_H */
