/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers, as text or as JSON. Values are written as they come, so that
 * listings of any length need no memory.
 */
#ifndef IXCTL_OUT_H
#define IXCTL_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct out - where answers go, and how
 * @file: the stream
 * @json: JSON, not text
 * @pretty: with line breaks and indentation
 * @more: something stands before on this level: a comma is due
 * @depth: levels of JSON
 */
struct out {
	FILE *file;
	bool json;
	bool pretty;
	bool more;
	unsigned int depth;
};

/* JSON structure; does nothing in text. @key is NULL inside a list. */
void out_list(struct out *out, const char *key);
void out_list_end(struct out *out);
void out_object(struct out *out, const char *key);
void out_object_end(struct out *out);
/* The end of all JSON. */
void out_end(struct out *out);

/* Values: in JSON with their key, in text alone. */
void out_uint(struct out *out, const char *key, uint64_t value);
void out_bool(struct out *out, const char *key, bool value);
void out_string(struct out *out, const char *key, const char *value);

/* Text alone; nothing in JSON. */
void out_text(struct out *out, const char *text);
void out_format(struct out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* JSON alone; nothing in text. */
void out_json_uint(struct out *out, const char *key, uint64_t value);
void out_json_bool(struct out *out, const char *key, bool value);
void out_json_string(struct out *out, const char *key, const char *value);

/* A word as a file of commands has it, in quotes if it needs them. */
void out_word(FILE *file, const char *word);

#endif /* IXCTL_OUT_H */
