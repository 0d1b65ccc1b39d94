// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "msg.h"

void msg_init(struct msg *msg, void *buf, size_t room, uint16_t type,
	      uint16_t flags, uint8_t command)
{
	struct genlmsghdr *genl;

	*msg = (struct msg){ .nlh = mnl_nlmsg_put_header(buf), .room = room };
	msg->nlh->nlmsg_type = type;
	msg->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(msg->nlh, sizeof(*genl));
	genl->cmd = command;
	genl->version = 1;
}

void msg_put(struct msg *msg, uint16_t attr, const void *data, size_t len)
{
	if (!mnl_attr_put_check(msg->nlh, msg->room, attr, len, data))
		msg->overflow = true;
}

void msg_put_uint(struct msg *msg, uint16_t attr, unsigned int width,
		  uint64_t value)
{
	uint8_t v8 = (uint8_t)value;
	uint16_t v16 = (uint16_t)value;
	uint32_t v32 = (uint32_t)value;

	switch (width) {
	case 1:
		msg_put(msg, attr, &v8, width);
		break;
	case 2:
		msg_put(msg, attr, &v16, width);
		break;
	case 4:
		msg_put(msg, attr, &v32, width);
		break;
	default:
		msg_put(msg, attr, &value, sizeof(value));
	}
}

void msg_put_string(struct msg *msg, uint16_t attr, const char *string)
{
	msg_put(msg, attr, string, strlen(string) + 1);
}

struct nlattr *msg_nest(struct msg *msg, uint16_t attr)
{
	struct nlattr *nest = mnl_attr_nest_start_check(msg->nlh, msg->room,
							attr);

	if (!nest)
		msg->overflow = true;
	return nest;
}

void msg_nest_end(struct msg *msg, struct nlattr *nest)
{
	if (nest)
		mnl_attr_nest_end(msg->nlh, nest);
}

static bool attr_fits(const struct nlattr *attr, size_t left)
{
	return left >= sizeof(*attr) && attr->nla_len >= sizeof(*attr) &&
	       attr->nla_len <= left;
}

static const struct nlattr *attr_behind(const struct nlattr *attr,
					const char *end)
{
	const char *next = (const char *)attr + MNL_ALIGN(attr->nla_len);

	if (next >= end || !attr_fits((const void *)next, (size_t)(end - next)))
		return NULL;
	return (const struct nlattr *)next;
}

void record_parse(struct record *record, const void *attrs, size_t len)
{
	const struct nlattr *attr = attrs;

	memset(record->attr, 0, sizeof(record->attr));
	record->attrs = attrs;
	record->len = len;
	if (!attr_fits(attr, len))
		return;
	for (; attr; attr = attr_behind(attr, (const char *)attrs + len)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type < MSG_ATTRS && !record->attr[type])
			record->attr[type] = attr;
	}
}

void record_of_message(struct record *record, const struct nlmsghdr *nlh)
{
	size_t offset = sizeof(struct genlmsghdr);
	size_t len = mnl_nlmsg_get_payload_len(nlh);

	record_parse(record, mnl_nlmsg_get_payload_offset(nlh, offset),
		     len > offset ? len - offset : 0);
}

void record_of_nest(struct record *record, const struct nlattr *nest)
{
	record_parse(record, mnl_attr_get_payload(nest),
		     mnl_attr_get_payload_len(nest));
}

const struct nlattr *record_next(const struct record *record, uint16_t attr,
				 const struct nlattr *prev)
{
	const char *end = (const char *)record->attrs + record->len;

	if (!prev)
		return record->attr[attr];
	do {
		prev = attr_behind(prev, end);
	} while (prev && mnl_attr_get_type(prev) != attr);
	return prev;
}

uint64_t attr_uint(const struct nlattr *attr)
{
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	switch (len) {
	case 1:
		return mnl_attr_get_u8(attr);
	case 2:
		return mnl_attr_get_u16(attr);
	case 4:
		return mnl_attr_get_u32(attr);
	case 8:
		return mnl_attr_get_u64(attr);
	}
	return 0;
}

uint64_t record_uint(const struct record *record, uint16_t attr)
{
	return attr_uint(record->attr[attr]);
}

static size_t string_length(const struct nlattr *attr)
{
	return attr ? strnlen(mnl_attr_get_payload(attr),
			      mnl_attr_get_payload_len(attr)) : 0;
}

const char *attr_string(const struct nlattr *attr, char *buf, size_t size)
{
	size_t len = string_length(attr);

	if (len >= size)
		len = size - 1;
	if (len)
		memcpy(buf, mnl_attr_get_payload(attr), len);
	buf[len] = '\0';
	return buf;
}

bool attr_is_empty(const struct nlattr *attr)
{
	const uint8_t *data;
	size_t len;

	if (!attr)
		return true;
	data = mnl_attr_get_payload(attr);
	for (len = mnl_attr_get_payload_len(attr); len; len--)
		if (*data++)
			return false;
	return true;
}

bool attr_same(const struct nlattr *a, const struct nlattr *b)
{
	if (attr_is_empty(a) || attr_is_empty(b))
		return attr_is_empty(a) && attr_is_empty(b);
	return a->nla_len == b->nla_len &&
	       !memcmp(mnl_attr_get_payload(a), mnl_attr_get_payload(b),
		       mnl_attr_get_payload_len(a));
}
