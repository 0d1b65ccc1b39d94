// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "html.h"
#include "value.h"

void html_text(FILE *file, const char *string)
{
	const unsigned char *text = (const unsigned char *)string;

	while (*text) {
		unsigned int length = utf8_length(text);

		if (!length || *text < 0x20 || *text == 0x7f) {
			fputs("\xef\xbf\xbd", file);
			text++;
		} else if (strchr("&<>\"'", *text)) {
			fprintf(file, "&#%u;", *text++);
		} else {
			fwrite(text, 1, length, file);
			text += length;
		}
	}
}

void html_name(FILE *file, const char *name)
{
	fputs("<bdi>", file);
	html_text(file, name);
	fputs("</bdi>", file);
}

void html_both(FILE *file, const char *english, const char *japanese)
{
	fputs("<span lang=\"en\">", file);
	html_text(file, english);
	fputs("</span><span lang=\"ja\">", file);
	html_text(file, japanese);
	fputs("</span>", file);
}

void html_number(FILE *file, uint64_t number)
{
	if (number >= 1000) {
		html_number(file, number / 1000);
		fprintf(file, ",%03u", (unsigned int)(number % 1000));
	} else {
		fprintf(file, "%u", (unsigned int)number);
	}
}
