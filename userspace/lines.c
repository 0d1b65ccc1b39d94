// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include "lines.h"

bool lines_open(struct lines *lines, const char *name)
{
	*lines = (struct lines){ .next = 1 };
	lines->file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	return lines->file;
}

void lines_close(struct lines *lines)
{
	if (lines->file && lines->file != stdin)
		fclose(lines->file);
	free(lines->text);
	free(lines->words);
	*lines = (struct lines){ 0 };
}

bool lines_rewind(struct lines *lines)
{
	lines->next = 1;
	return !fseeko(lines->file, 0, SEEK_SET);
}

bool lines_keep(struct lines *lines)
{
	char chunk[65536];
	FILE *copy;
	size_t n;
	int fd;

	/* Standard input may be a file of which others have read a part. */
	if (lines->file != stdin && !fseeko(lines->file, 0, SEEK_SET))
		return true;
	fd = memfd_create("ixctl", MFD_CLOEXEC);
	if (fd < 0)
		return false;
	copy = fdopen(fd, "w+e");
	if (!copy) {
		close(fd);
		return false;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), lines->file)))
		if (fwrite(chunk, 1, n, copy) != n)
			break;
	if (ferror(lines->file) || fflush(copy) || ferror(copy) ||
	    fseeko(copy, 0, SEEK_SET)) {
		fclose(copy);
		return false;
	}
	if (lines->file != stdin)
		fclose(lines->file);
	lines->file = copy;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* An escape in double quotes; returns what is behind it, or NULL. */
static char *unescape(char *in, char *octet)
{
	switch (*in) {
	case 'n':
		*octet = '\n';
		return in + 1;
	case 't':
		*octet = '\t';
		return in + 1;
	case '"':
	case '\\':
		*octet = *in;
		return in + 1;
	}
	if (in[0] >= '0' && in[0] <= '3' && is_octal(in[1]) && is_octal(in[2])) {
		*octet = (char)((in[0] - '0') << 6 | (in[1] - '0') << 3 |
				(in[2] - '0'));
		return *octet ? in + 3 : NULL;
	}
	return NULL;
}

/* Ends the word at @in in place; returns what is behind it, or NULL. */
static char *scan_word(struct lines *lines, char *in)
{
	char quote = 0;
	char *out;

	/* Most words are as they stand. */
	while ((unsigned char)*in > ' ' && *in != '"' && *in != '\'')
		in++;
	out = in;
	while (*in) {
		char c = *in++;

		if (quote && c == quote) {
			quote = 0;
		} else if (quote == '"' && c == '\\') {
			in = unescape(in, out++);
			if (!in) {
				lines->error = "unknown escape in a quoted word";
				return NULL;
			}
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
		} else if (!quote && is_blank(c)) {
			*out = '\0';
			return in;
		} else {
			*out++ = c;
		}
	}
	if (quote) {
		lines->error = "a quote is not closed";
		return NULL;
	}
	*out = '\0';
	return in;
}

static bool put_word(struct lines *lines, unsigned int nr, char *word)
{
	if (nr == lines->words_room) {
		unsigned int room = nr ? 2 * nr : 64;
		char **words = realloc(lines->words, room * sizeof(*words));

		if (!words) {
			lines->error = strerror(ENOMEM);
			return false;
		}
		lines->words = words;
		lines->words_room = room;
	}
	lines->words[nr] = word;
	return true;
}

static int split(struct lines *lines, struct args *args)
{
	char *in = lines->text;
	unsigned int nr = 0;

	for (;;) {
		while (is_blank(*in))
			in++;
		if (!*in || *in == '#')
			break;
		if (!put_word(lines, nr++, in))
			return -1;
		in = scan_word(lines, in);
		if (!in)
			return -1;
	}
	*args = (struct args){ lines->words, nr };
	return 0;
}

static int read_failed(struct lines *lines)
{
	if (!ferror(lines->file))
		return 0;
	lines->error = strerror(errno);
	return -1;
}

/* With what some editors begin a file. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* A line with those that continue it, without line ends. */
static int read_line(struct lines *lines)
{
	ssize_t len = getline(&lines->text, &lines->size, lines->file);
	char *more = NULL;
	size_t more_size = 0;

	lines->number = lines->next;
	if (len < 0)
		return read_failed(lines);
	if (lines->number == 1 && !strncmp(lines->text, BYTE_ORDER_MARK,
					   strlen(BYTE_ORDER_MARK))) {
		len -= (ssize_t)strlen(BYTE_ORDER_MARK);
		memmove(lines->text, lines->text + strlen(BYTE_ORDER_MARK),
			(size_t)len + 1);
	}
	for (;;) {
		ssize_t n;
		char *text;

		lines->next++;
		if (len && lines->text[len - 1] == '\n')
			lines->text[--len] = '\0';
		if (strlen(lines->text) != (size_t)len) {
			lines->error = "a NUL in the line";
			len = -1;
			break;
		}
		if (!len || lines->text[len - 1] != '\\') {
			len = 1;
			break;
		}
		lines->text[len - 1] = ' ';
		n = getline(&more, &more_size, lines->file);
		if (n < 0) {
			len = read_failed(lines) < 0 ? -1 : 1;
			break;
		}
		text = realloc(lines->text, (size_t)(len + n) + 1);
		if (!text) {
			lines->error = strerror(ENOMEM);
			len = -1;
			break;
		}
		memcpy(text + len, more, (size_t)n + 1);
		lines->text = text;
		lines->size = (size_t)(len + n) + 1;
		len += n;
	}
	free(more);
	return (int)len;
}

int lines_read(struct lines *lines, struct args *args)
{
	int ret;

	do {
		ret = read_line(lines);
		if (ret <= 0)
			return ret;
		if (split(lines, args))
			return -1;
	} while (!args->left);
	return 1;
}
