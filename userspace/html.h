/* SPDX-License-Identifier: GPL-2.0 */
/*
 * HTML: text that others chose, on a page where it must mean nothing.
 */
#ifndef IXCTL_HTML_H
#define IXCTL_HTML_H

#include <stdint.h>
#include <stdio.h>

/* Text, fit for content and for values of attributes in quotes. */
void html_text(FILE *file, const char *text);

/* A name: text that keeps its direction of writing to itself. */
void html_name(FILE *file, const char *name);

/* The same in English and in Japanese; the page shows one of them. */
void html_both(FILE *file, const char *english, const char *japanese);

/* A number that people can read: 1234 as 1,234. */
void html_number(FILE *file, uint64_t number);

#endif /* IXCTL_HTML_H */
