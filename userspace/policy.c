// SPDX-License-Identifier: GPL-2.0
/*
 * Policy: who may begin what with whom, as a matrix and as a list, and what is
 * going to end.
 */
#include <errno.h>
#include <linux/ix.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "candidate.h"
#include "causes.h"
#include "commands.h"
#include "expect.h"
#include "matrix.h"
#include "names.h"
#include "nl.h"
#include "object.h"
#include "transaction.h"
#include "value.h"

/* More lines times columns than anybody reads. */
#define CELLS_MAX 250000
#define DAY (24 * 60 * 60)

/**
 * struct showing - a matrix or list at work
 * @ctl: this run
 * @census: what there is
 * @from: filter for who begins; WHOM_ANY: none
 * @to: filter for with whom
 * @at: for this time, 0: now
 * @rows: who begins
 * @rows_nr: how many
 * @columns: with whom
 * @columns_nr: how many
 * @matrix: the questions
 * @permits: what one cell permits
 */
struct showing {
	struct ixctl *ctl;
	struct census census;
	struct whom from;
	struct whom to;
	uint64_t at;
	struct subject *rows;
	size_t rows_nr;
	struct subject *columns;
	size_t columns_nr;
	struct matrix matrix;
	struct permit *permits;
};

static int no_memory(struct ixctl *ctl)
{
	complain(ctl, "%s", strerror(ENOMEM));
	return STATUS_REFUSED;
}

static int one_subject(struct showing *showing, const struct whom *whom,
		       struct subject **subjects, size_t *nr)
{
	struct subject *subject = calloc(1, sizeof(*subject));
	unsigned int class;
	const char *name;
	uint32_t tag;

	if (!subject)
		return no_memory(showing->ctl);
	*subjects = subject;
	*nr = 1;
	memcpy(subject->name, whom->name, sizeof(subject->name));
	if (whom->kind == WHOM_CLASS) {
		class = census_class(&showing->census, whom->name);
		if (!class) {
			complain(showing->ctl, "no class is named %s",
				 whom->name);
			return STATUS_REFUSED;
		}
		subject->is_class = true;
		subject->party.classes = UINT64_C(1) << class;
		return STATUS_OK;
	}
	if (names_resolve(showing->ctl, whom->name, &tag))
		return STATUS_REFUSED;
	subject->party.tag = tag;
	name = names_of(showing->ctl, tag);
	if (name)
		snprintf(subject->name, sizeof(subject->name), "%s", name);
	return STATUS_OK;
}

/* With whom an institution has agreements, of those that are not there yet. */
static int add_partners(struct showing *showing, uint32_t tag,
			struct subject **subjects, size_t *nr)
{
	const struct census *census = &showing->census;
	struct subject *list;
	size_t more = 0, i;

	for (i = 0; i < census->pairs_nr; i++)
		more += census->pairs[i].a == tag || census->pairs[i].b == tag;
	list = reallocarray(*subjects, *nr + more, sizeof(*list));
	if (!list)
		return no_memory(showing->ctl);
	*subjects = list;
	for (i = 0; i < census->pairs_nr; i++) {
		const struct pair *pair = &census->pairs[i];
		uint32_t other = pair->a == tag ? pair->b : pair->a;
		const struct member *member = census_member(census, other);
		const char *name;

		if ((pair->a != tag && pair->b != tag) || !member ||
		    member->named)
			continue;
		name = names_of(showing->ctl, other);
		list[*nr] = (struct subject){ .party.tag = other };
		if (name)
			snprintf(list[*nr].name, sizeof(list->name), "%s",
				 name);
		else
			snprintf(list[*nr].name, sizeof(list->name), "%u",
				 other);
		++*nr;
	}
	return STATUS_OK;
}

/* Classes come first. */
static void only_classes(const struct subject *subjects, size_t *nr)
{
	while (*nr && !subjects[*nr - 1].is_class)
		--*nr;
}

static int find_subjects(struct showing *showing)
{
	const struct {
		const struct whom *whom;
		const struct whom *other;
		struct subject **subjects;
		size_t *nr;
	} sides[] = {
		{ &showing->from, &showing->to, &showing->rows,
		  &showing->rows_nr },
		{ &showing->to, &showing->from, &showing->columns,
		  &showing->columns_nr },
	};
	unsigned int i;
	uint32_t tag;
	int ret = STATUS_OK;

	for (i = 0; !ret && i < ARRAY_SIZE(sides); i++) {
		if (sides[i].whom->kind != WHOM_ANY) {
			ret = one_subject(showing, sides[i].whom,
					  sides[i].subjects, sides[i].nr);
			continue;
		}
		ret = subjects_of(showing->ctl, &showing->census,
				  sides[i].subjects, sides[i].nr);
		if (ret || sides[i].other->kind != WHOM_INSTITUTION)
			continue;
		ret = names_resolve(showing->ctl, sides[i].other->name, &tag);
		if (!ret)
			ret = add_partners(showing, tag, sides[i].subjects,
					   sides[i].nr);
	}
	if (!ret && showing->rows_nr * showing->columns_nr > CELLS_MAX) {
		if (showing->from.kind == WHOM_ANY)
			only_classes(showing->rows, &showing->rows_nr);
		if (showing->to.kind == WHOM_ANY)
			only_classes(showing->columns, &showing->columns_nr);
		warn(showing->ctl,
		     "classes alone: institutions that rules name, and those in purpose groups or quarantine, are too many to show; say from or to whom");
	}
	return ret;
}

static int ask_cell(struct showing *showing, size_t row, size_t column)
{
	return matrix_ask(&showing->matrix, &showing->rows[row].party,
			  &showing->columns[column].party, showing->permits,
			  true);
}

/* Classes and institutions may have the same names. */
#define SUBJECT_TEXT (sizeof("institution ") + IX_NAME_MAX)
static const char *subject_name(const struct subject *subject,
				char text[SUBJECT_TEXT])
{
	if (!*subject->name)
		return "(no class)";
	snprintf(text, SUBJECT_TEXT, "%s%s",
		 subject->is_class ? "" : "institution ", subject->name);
	return text;
}

/* A service; behind the last one what none of them names. */
static const char *service_name(const struct showing *showing, size_t n)
{
	return n < showing->census.services_nr ?
	       showing->census.services[n].name : "other";
}

static void json_permit(struct out *out, const char *service,
			const struct permit *permit)
{
	static const char *const extents[] = {
		[EXTENT_NONE] = "none",
		[EXTENT_SOME] = "some",
		[EXTENT_ALL] = "all",
	};
	char time[TIME_TEXT];

	out_object(out, NULL);
	out_json_string(out, "service", service);
	out_json_string(out, "permitted", extents[permit->extent]);
	if (permit->rule)
		out_json_uint(out, "rule", permit->rule);
	if (permit->oneway)
		out_json_bool(out, "oneway", true);
	if (permit->until)
		out_json_string(out, "valid-until",
				format_time(time, permit->until));
	if (permit->monitored)
		out_json_uint(out, "monitored", permit->monitored);
	out_object_end(out);
}

/* What keeps a line or column in quarantine; empty: nothing does. */
static const char *subject_causes(const struct showing *showing,
				  const struct subject *subject,
				  char text[CAUSES_TEXT])
{
	if (!subject->is_class)
		return names_causes(showing->ctl, subject->party.tag);
	if (!(subject->party.classes & showing->census.classes_quarantined))
		return "";
	return causes_class(subject->name, text);
}

static void json_subject(const struct showing *showing, const char *key,
			 const struct subject *subject)
{
	struct out *out = &showing->ctl->out;
	char text[CAUSES_TEXT];
	const char *causes = subject_causes(showing, subject, text);

	out_object(out, key);
	out_json_string(out, subject->is_class ? "class" : "institution",
			subject->name);
	if (!subject->is_class)
		out_json_uint(out, "tag", subject->party.tag);
	if (*causes)
		causes_print(showing->ctl, "quarantined-by", causes);
	out_object_end(out);
}

static void json_cell(struct showing *showing, size_t row, size_t column)
{
	size_t width = matrix_width(&showing->matrix), i;
	struct out *out = &showing->ctl->out;

	out_object(out, NULL);
	json_subject(showing, "from", &showing->rows[row]);
	json_subject(showing, "to", &showing->columns[column]);
	out_list(out, "services");
	for (i = 0; i < width; i++)
		if (showing->permits[i].extent || showing->permits[i].monitored)
			json_permit(out, service_name(showing, i),
				    &showing->permits[i]);
	out_list_end(out);
	out_object_end(out);
}

static void list_subject(struct out *out, const struct subject *subject)
{
	out_text(out, subject->is_class ? "class " : "institution ");
	out_word(out->file, subject->name);
}

/* A line for each service. */
static void list_cell(struct showing *showing, size_t row, size_t column)
{
	size_t width = matrix_width(&showing->matrix), i;
	struct out *out = &showing->ctl->out;
	char time[TIME_TEXT];

	for (i = 0; i < width; i++) {
		const struct permit *permit = &showing->permits[i];

		if (!permit->extent && !permit->monitored)
			continue;
		out_text(out, "from ");
		list_subject(out, &showing->rows[row]);
		out_text(out, " to ");
		list_subject(out, &showing->columns[column]);
		if (i < showing->census.services_nr)
			out_format(out, " service %s",
				   showing->census.services[i].name);
		else
			out_text(out, " whatever no service names");
		out_text(out, permit->extent == EXTENT_ALL ? " permitted" :
			      permit->extent ? " partly permitted" : " denied");
		if (permit->oneway)
			out_text(out, " oneway");
		if (permit->until)
			out_format(out, " until %s",
				   format_time(time, permit->until));
		if (permit->rule)
			out_format(out, " by rule %u", permit->rule);
		if (permit->monitored)
			out_format(out, " monitor rule %u", permit->monitored);
		out_text(out, "\n");
	}
}

/* That nothing passes because of a quarantine is worth saying, too. */
static bool cell_says(const struct showing *showing, size_t row, size_t column)
{
	char text[CAUSES_TEXT];

	return permits_any(showing->permits, matrix_width(&showing->matrix)) ||
	       *subject_causes(showing, &showing->rows[row], text) ||
	       *subject_causes(showing, &showing->columns[column], text);
}

static int show_list(struct showing *showing)
{
	size_t row, column;
	struct out *out = &showing->ctl->out;
	int ret = STATUS_OK;

	out_list(out, NULL);
	for (row = 0; !ret && row < showing->rows_nr; row++)
		for (column = 0; !ret && column < showing->columns_nr;
		     column++) {
			ret = ask_cell(showing, row, column);
			if (!ret && out->json &&
			    cell_says(showing, row, column))
				json_cell(showing, row, column);
			else if (!ret && !out->json)
				list_cell(showing, row, column);
		}
	out_list_end(out);
	out_end(out);
	return ret;
}

/* Columns that a text takes on a terminal: those of East Asia are wide. */
static size_t text_width(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t width = 0;

	for (; *c; c++)
		if ((*c & 0xc0) != 0x80)
			width += *c >= 0xe1 ? 2 : 1;
	return width;
}

/* What a cell says in a matrix: services, with marks. */
static char *cell_text(const struct showing *showing)
{
	size_t width = matrix_width(&showing->matrix), size, i;
	char time[TIME_TEXT], *text = NULL;
	bool more = false;
	FILE *file;

	file = open_memstream(&text, &size);
	if (!file)
		return NULL;
	for (i = 0; i < width; i++) {
		const struct permit *permit = &showing->permits[i];

		if (!permit->extent && !permit->monitored)
			continue;
		fprintf(file, "%s%s%s%s%s%s", more ? "," : "",
			permit->extent ? "" : "!", service_name(showing, i),
			permit->extent == EXTENT_SOME ? "~" : "",
			permit->oneway ? ">" : "",
			permit->monitored ? "?" : "");
		if (permit->until)
			fprintf(file, "@%.10s",
				format_time(time, permit->until));
		more = true;
	}
	if (!more)
		fputc('-', file);
	if (fclose(file)) {
		free(text);
		return NULL;
	}
	return text;
}

static void print_cell(struct out *out, const char *text, size_t width)
{
	size_t is = text_width(text);

	out_format(out, "%s%*s", text,
		   (int)(is < width ? width - is : 0) + 2, "");
}

static int print_matrix(struct showing *showing, char **cells)
{
	struct out *out = &showing->ctl->out;
	size_t columns = showing->columns_nr;
	size_t row, column, width = text_width("from \\ to");
	size_t *widths = calloc(columns, sizeof(*widths));
	char name[SUBJECT_TEXT];

	if (!widths)
		return no_memory(showing->ctl);
	for (row = 0; row < showing->rows_nr; row++) {
		size_t is = text_width(subject_name(&showing->rows[row], name));

		width = is > width ? is : width;
	}
	for (column = 0; column < columns; column++) {
		widths[column] =
			text_width(subject_name(&showing->columns[column], name));
		for (row = 0; row < showing->rows_nr; row++) {
			size_t is = text_width(cells[row * columns + column]);

			if (is > widths[column])
				widths[column] = is;
		}
	}
	print_cell(out, "from \\ to", width);
	for (column = 0; column < columns; column++)
		print_cell(out, subject_name(&showing->columns[column], name),
			   widths[column]);
	for (row = 0; row < showing->rows_nr; row++) {
		out_text(out, "\n");
		print_cell(out, subject_name(&showing->rows[row], name), width);
		for (column = 0; column < columns; column++)
			print_cell(out, cells[row * columns + column],
				   widths[column]);
	}
	out_text(out, "\n\n~ partly  > one-way  @ until  ? a rule in monitor mode would change it  ! denied\n"
		      "other: what no service names\n");
	if (showing->census.pairs_nr)
		out_format(out, "%zu pairs of institutions have agreements of their own besides\n",
			   showing->census.pairs_nr);
	free(widths);
	return STATUS_OK;
}

static bool has_subject(const struct subject *list, size_t nr,
			const struct subject *wanted)
{
	while (nr--)
		if (list[nr].is_class == wanted->is_class &&
		    list[nr].party.tag == wanted->party.tag &&
		    list[nr].party.classes == wanted->party.classes)
			return true;
	return false;
}

static void print_subject_causes(struct showing *showing,
				 const struct subject *subject)
{
	struct out *out = &showing->ctl->out;
	char text[CAUSES_TEXT];
	const char *causes = subject_causes(showing, subject, text);

	if (!*causes)
		return;
	list_subject(out, subject);
	out_text(out, " quarantined-by ");
	causes_print(showing->ctl, NULL, causes);
	out_text(out, "\n");
}

/* Which of those shown are in quarantine, each once. */
static void print_quarantined(struct showing *showing)
{
	bool same = showing->from.kind == WHOM_ANY &&
		    showing->to.kind == WHOM_ANY;
	size_t i;

	for (i = 0; i < showing->rows_nr; i++)
		print_subject_causes(showing, &showing->rows[i]);
	for (i = 0; !same && i < showing->columns_nr; i++)
		if (!has_subject(showing->rows, showing->rows_nr,
				 &showing->columns[i]))
			print_subject_causes(showing, &showing->columns[i]);
}

/* What no rule says, and yet decides. */
static void print_switches(struct showing *showing)
{
	const struct census *census = &showing->census;
	struct out *out = &showing->ctl->out;

	if (out->json)
		return;
	print_quarantined(showing);
	if (census->quarantined)
		out_format(out, "in quarantine: %zu, see \"ixctl quarantine\"; nothing passes from or to them\n",
			   census->quarantined);
	if (census->router_monitored)
		out_text(out, "monitor mode of the router: what is denied passes all the same\n");
	else if (census->tenants_monitored)
		out_format(out, "monitor mode of %zu tenants: what is denied from or to them passes all the same\n",
			   census->tenants_monitored);
}

static int show_matrix(struct showing *showing)
{
	size_t nr = showing->rows_nr * showing->columns_nr, i;
	char **cells = calloc(nr, sizeof(*cells));
	int ret = cells ? STATUS_OK : no_memory(showing->ctl);

	for (i = 0; !ret && i < nr; i++) {
		ret = ask_cell(showing, i / showing->columns_nr,
			       i % showing->columns_nr);
		if (ret)
			break;
		cells[i] = cell_text(showing);
		if (!cells[i])
			ret = no_memory(showing->ctl);
	}
	if (!ret)
		ret = print_matrix(showing, cells);
	for (i = 0; cells && i < nr; i++)
		free(cells[i]);
	free(cells);
	return ret;
}

static int show_all(struct showing *showing, bool list)
{
	const struct asking how = {
		.transaction = showing->ctl->transaction, .time = showing->at,
	};
	int ret = census_read(showing->ctl, &showing->census,
			      CENSUS_INSTITUTIONS);

	if (!ret)
		ret = find_subjects(showing);
	if (ret)
		return ret;
	showing->permits = calloc(showing->census.services_nr + 1,
				  sizeof(*showing->permits));
	if (!showing->permits ||
	    !matrix_open(&showing->matrix, showing->ctl, &showing->census,
			 &how))
		return no_memory(showing->ctl);
	if (list || showing->ctl->out.json)
		ret = show_list(showing);
	else
		ret = show_matrix(showing);
	matrix_close(&showing->matrix);
	if (!ret)
		print_switches(showing);
	return ret;
}

static int parse_show(struct ixctl *ctl, struct args *args,
		      struct showing *showing, const char **candidate)
{
	while (args->left) {
		const char *word = args_take(args);
		const char *time;
		int ret = STATUS_OK;

		if (!strcmp(word, "from")) {
			ret = whom_parse(ctl, args, &showing->from);
		} else if (!strcmp(word, "to")) {
			ret = whom_parse(ctl, args, &showing->to);
		} else if (!strcmp(word, "at")) {
			time = args_take(args);
			if (!time || !parse_time(time, &showing->at) ||
			    !showing->at) {
				complain(ctl, "at: \"%s\" is no time",
					 time ? time : "");
				ret = STATUS_USAGE;
			}
		} else if (!strcmp(word, "candidate") && args->left) {
			*candidate = args_take(args);
		} else {
			complain(ctl, "\"%s\" is not expected here", word);
			ret = STATUS_USAGE;
		}
		if (ret)
			return ret;
	}
	return STATUS_OK;
}

static int policy_show(struct ixctl *ctl, struct args *args, bool list)
{
	struct showing showing = { .ctl = ctl };
	const char *candidate = NULL;
	int ret;

	ret = parse_show(ctl, args, &showing, &candidate);
	if (!ret && candidate)
		ret = candidate_open(ctl, candidate);
	if (ret)
		return ret;
	ret = show_all(&showing, list);
	if (candidate)
		candidate_close(ctl);
	free(showing.rows);
	free(showing.columns);
	free(showing.permits);
	census_free(&showing.census);
	return ret;
}

/* What is going to end. */

/**
 * struct ending - a rule that ends
 * @until: when
 * @id: its number
 */
struct ending {
	uint64_t until;
	uint32_t id;
};

/**
 * struct endings - rules that end
 * @list: the rules
 * @nr: how many
 * @room: for how many there is room
 * @now: not before this
 * @limit: and not after this
 */
struct endings {
	struct ending *list;
	size_t nr;
	size_t room;
	uint64_t now;
	uint64_t limit;
};

static int take_ending(const struct nlmsghdr *nlh, void *data)
{
	struct endings *endings = data;
	struct ending *list;
	struct record record;
	uint64_t until;

	record_of_message(&record, nlh);
	until = record_uint(&record, IX_A_RULE_VALID_UNTIL);
	if (!until || until <= endings->now || until > endings->limit)
		return 0;
	list = more_room(endings->list, &endings->room, endings->nr,
			 sizeof(*list));
	if (!list)
		return -ENOMEM;
	endings->list = list;
	list[endings->nr++] = (struct ending){
		until, (uint32_t)record_uint(&record, IX_A_RULE_ID),
	};
	return 0;
}

static int compare_endings(const void *left, const void *right)
{
	const struct ending *a = left, *b = right;

	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static int print_ending(const struct nlmsghdr *nlh, void *data)
{
	struct ixctl *ctl = data;
	struct record record;

	record_of_message(&record, nlh);
	object_print(ctl, NULL, object_find_exactly("rule"), &record);
	out_text(&ctl->out, "\n");
	return 0;
}

static int print_endings(struct ixctl *ctl, const struct endings *endings)
{
	struct nl *nl = ixctl_nl(ctl);
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;
	size_t i;

	for (i = 0; i < endings->nr; i++) {
		uint64_t days = (endings->list[i].until - endings->now) / DAY;

		out_format(&ctl->out, "%4llu days: ", (unsigned long long)days);
		msg_init(&msg, buf, sizeof(buf), nl->family, 0,
			 IX_CMD_RULE_GET);
		if (ctl->transaction)
			msg_put_uint(&msg, IX_A_RULE_TRANSACTION, 4,
				     ctl->transaction);
		msg_put_uint(&msg, IX_A_RULE_ID, 4, endings->list[i].id);
		/* One that has gone meanwhile ends no more. */
		if (nl_request(nl, &msg, print_ending, ctl, &error))
			out_format(&ctl->out, "id %u is gone\n",
				   endings->list[i].id);
	}
	return STATUS_OK;
}

static int policy_expiring(struct ixctl *ctl, struct args *args)
{
	const char *word = args_take(args);
	struct endings endings = { .now = (uint64_t)time(NULL) };
	char days[16] = "";
	uint64_t number;
	int ret;

	/* 30 and 30d are the same. */
	if (word)
		snprintf(days, sizeof(days), "%s", word);
	if (*days && days[strlen(days) - 1] == 'd')
		days[strlen(days) - 1] = '\0';
	if (!is_number(days) || !parse_uint(days, UINT32_MAX, &number)) {
		complain(ctl, "expiring: \"%s\" is no number of days",
			 word ? word : "");
		return STATUS_USAGE;
	}
	if (args_end(ctl, args))
		return STATUS_USAGE;
	endings.limit = endings.now + number * DAY;
	ret = object_list(ctl, object_find_exactly("rule"), NULL, take_ending,
			  &endings);
	if (!ret && endings.nr)
		qsort(endings.list, endings.nr, sizeof(*endings.list),
		      compare_endings);
	out_list(&ctl->out, NULL);
	if (!ret)
		ret = print_endings(ctl, &endings);
	out_list_end(&ctl->out);
	out_end(&ctl->out);
	free(endings.list);
	return ret;
}

int command_policy(struct ixctl *ctl, struct args *args)
{
	const char *word = args_peek(args);

	if (word && abbreviates(word, "expiring")) {
		args_take(args);
		return policy_expiring(ctl, args);
	}
	if (word && abbreviates(word, "list")) {
		args_take(args);
		return policy_show(ctl, args, true);
	}
	if (word && abbreviates(word, "show"))
		args_take(args);
	return policy_show(ctl, args, false);
}
