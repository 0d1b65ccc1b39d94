/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink messages: building them within bounds, and finding attributes.
 */
#ifndef IXCTL_MSG_H
#define IXCTL_MSG_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For buffers that messages are built or received in. */
#define MSG_ALIGNED __attribute__((aligned(NLMSG_ALIGNTO)))
/* Room that any message of ixctl fits into. */
#define MSG_SIZE 32768
/* More than any attribute of the family has as its number. */
#define MSG_ATTRS 48

/**
 * struct msg - a message that is being built
 * @nlh: its header
 * @room: octets that it may have, headers included
 * @overflow: it did not fit
 */
struct msg {
	struct nlmsghdr *nlh;
	size_t room;
	bool overflow;
};

void msg_init(struct msg *msg, void *buf, size_t room, uint16_t type,
	      uint16_t flags, uint8_t command);
void msg_put(struct msg *msg, uint16_t attr, const void *data, size_t len);
void msg_put_uint(struct msg *msg, uint16_t attr, unsigned int width,
		  uint64_t value);
void msg_put_string(struct msg *msg, uint16_t attr, const char *string);
struct nlattr *msg_nest(struct msg *msg, uint16_t attr);
void msg_nest_end(struct msg *msg, struct nlattr *nest);

/**
 * struct record - attributes by number, for those that come once
 * @attr: first attribute of each number, or NULL
 * @attrs: all of them
 * @len: octets of them
 */
struct record {
	const struct nlattr *attr[MSG_ATTRS];
	const void *attrs;
	size_t len;
};

void record_parse(struct record *record, const void *attrs, size_t len);
void record_of_message(struct record *record, const struct nlmsghdr *nlh);
void record_of_nest(struct record *record, const struct nlattr *nest);

/**
 * record_next() - attributes of one number, one after another
 * @record: where to look
 * @attr: the number
 * @prev: the one before, or NULL for the first
 *
 * Return: the next one, or NULL.
 */
const struct nlattr *record_next(const struct record *record, uint16_t attr,
				 const struct nlattr *prev);

/* Values; what is missing or too short is 0. */
uint64_t record_uint(const struct record *record, uint16_t attr);
/* A string, into a buffer; what is missing is empty. */
const char *attr_string(const struct nlattr *attr, char *buf, size_t size);
uint64_t attr_uint(const struct nlattr *attr);

/* Missing, or nothing but zeros: the same thing in this family. */
bool attr_is_empty(const struct nlattr *attr);
bool attr_same(const struct nlattr *a, const struct nlattr *b);

#endif /* IXCTL_MSG_H */
