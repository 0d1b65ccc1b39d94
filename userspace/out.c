// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <string.h>

#include "out.h"
#include "value.h"

static void put(struct out *out, const char *text)
{
	fputs_unlocked(text, out->file);
}

static void put_uint(struct out *out, uint64_t value)
{
	char digits[21];
	char *at = digits + sizeof(digits);

	*--at = '\0';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	put(out, at);
}

static void new_line(struct out *out)
{
	unsigned int i;

	if (!out->pretty)
		return;
	putc_unlocked('\n', out->file);
	for (i = 0; i < out->depth; i++)
		putc_unlocked('\t', out->file);
}

static void json_quote(struct out *out, const char *string)
{
	const unsigned char *text = (const unsigned char *)string;

	putc_unlocked('"', out->file);
	while (*text) {
		unsigned int length = utf8_length(text);

		if (!length) {
			put(out, "\\ufffd");
			text++;
		} else if (*text == '"' || *text == '\\') {
			putc_unlocked('\\', out->file);
			putc_unlocked(*text++, out->file);
		} else if (*text < 0x20 || *text == 0x7f) {
			fprintf(out->file, "\\u%04x", *text++);
		} else {
			while (length--)
				putc_unlocked(*text++, out->file);
		}
	}
	putc_unlocked('"', out->file);
}

static void json_lead(struct out *out, const char *key)
{
	if (out->more)
		putc_unlocked(',', out->file);
	if (out->depth)
		new_line(out);
	out->more = true;
	if (!key)
		return;
	json_quote(out, key);
	put(out, out->pretty ? ": " : ":");
}

static void json_open(struct out *out, const char *key, char bracket)
{
	if (!out->json)
		return;
	json_lead(out, key);
	putc_unlocked(bracket, out->file);
	out->depth++;
	out->more = false;
}

static void json_close(struct out *out, char bracket)
{
	if (!out->json)
		return;
	out->depth--;
	if (out->more)
		new_line(out);
	putc_unlocked(bracket, out->file);
	out->more = true;
}

void out_list(struct out *out, const char *key)
{
	json_open(out, key, '[');
}

void out_list_end(struct out *out)
{
	json_close(out, ']');
}

void out_object(struct out *out, const char *key)
{
	json_open(out, key, '{');
}

void out_object_end(struct out *out)
{
	json_close(out, '}');
}

void out_end(struct out *out)
{
	if (!out->json)
		return;
	putc_unlocked('\n', out->file);
	out->more = false;
}

void out_json_uint(struct out *out, const char *key, uint64_t value)
{
	if (!out->json)
		return;
	json_lead(out, key);
	put_uint(out, value);
}

void out_json_bool(struct out *out, const char *key, bool value)
{
	if (!out->json)
		return;
	json_lead(out, key);
	put(out, value ? "true" : "false");
}

void out_json_string(struct out *out, const char *key, const char *value)
{
	if (!out->json)
		return;
	json_lead(out, key);
	json_quote(out, value);
}

void out_uint(struct out *out, const char *key, uint64_t value)
{
	if (out->json)
		out_json_uint(out, key, value);
	else
		put_uint(out, value);
}

void out_bool(struct out *out, const char *key, bool value)
{
	if (out->json)
		out_json_bool(out, key, value);
	else
		put(out, value ? "on" : "off");
}

void out_string(struct out *out, const char *key, const char *value)
{
	if (out->json)
		out_json_string(out, key, value);
	else
		out_word(out->file, value);
}

void out_text(struct out *out, const char *text)
{
	if (!out->json)
		put(out, text);
}

void out_format(struct out *out, const char *format, ...)
{
	va_list values;

	if (out->json)
		return;
	va_start(values, format);
	vfprintf(out->file, format, values);
	va_end(values);
}

static bool needs_quotes(const char *word)
{
	const unsigned char *c = (const unsigned char *)word;

	if (!*c || *c == '#')
		return true;
	for (; *c; c++)
		if (*c <= ' ' || *c == 0x7f || *c == '"' || *c == '\'' ||
		    *c == '\\')
			return true;
	return false;
}

void out_word(FILE *file, const char *word)
{
	const unsigned char *c;

	if (!needs_quotes(word)) {
		fputs_unlocked(word, file);
		return;
	}
	putc_unlocked('"', file);
	for (c = (const unsigned char *)word; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(file, "\\%c", *c);
		else if (*c < ' ' || *c == 0x7f)
			fprintf(file, "\\%03o", *c);
		else
			putc_unlocked(*c, file);
	}
	putc_unlocked('"', file);
}
