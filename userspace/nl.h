/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink sockets: requests, listings, streams of changes, and what the kernel
 * answers when it refuses something.
 */
#ifndef IXCTL_NL_H
#define IXCTL_NL_H

#include <stdbool.h>
#include <stdint.h>

#include "msg.h"

/**
 * struct nl - a netlink socket
 * @socket: the socket
 * @portid: its address
 * @seq: last sequence number
 * @family: number of the generic netlink family, 0 for none
 * @interrupted: something changed while the last listing was made
 * @buf: what was received
 */
struct nl {
	struct mnl_socket *socket;
	uint32_t portid;
	uint32_t seq;
	uint16_t family;
	bool interrupted;
	char buf[65536] MSG_ALIGNED;
};

/**
 * struct nl_error - why a request was refused
 * @code: errno, 0 for success
 * @seq: sequence number of the request
 * @text: the kernel's message, or empty
 * @offset: offset of the attribute at fault in the request, 0 for none
 * @missing: number of the attribute that is missing, 0 for none
 * @missing_nest: offset of the nest that it is missing in, 0 for none
 * @has_range: @min and @max are what the kernel takes
 * @min: lowest value
 * @max: highest value
 * @max_length: longest attribute in octets, 0 if unknown
 */
struct nl_error {
	int code;
	uint32_t seq;
	char text[512];
	uint32_t offset;
	uint16_t missing;
	uint32_t missing_nest;
	bool has_range;
	uint64_t min;
	uint64_t max;
	uint32_t max_length;
};

/* Called for each message of an answer; a negative result ends the work. */
typedef int nl_handler(const struct nlmsghdr *nlh, void *data);

/**
 * nl_open() - open a socket
 * @bus: NETLINK_GENERIC or another netlink protocol
 *
 * Return: the socket, or NULL with errno set.
 */
struct nl *nl_open(int bus);
void nl_close(struct nl *nl);

/**
 * nl_find_family() - look a family of generic netlink up
 * @nl: a socket of NETLINK_GENERIC
 * @name: name of the family
 *
 * Return: 0 or an errno.
 */
int nl_find_family(struct nl *nl, const char *name);

/**
 * nl_find_group() - look a multicast group of a family up
 * @nl: a socket of NETLINK_GENERIC
 * @family: name of the family
 * @name: name of the group
 * @group: filled in
 *
 * Return: 0 or an errno.
 */
int nl_find_group(struct nl *nl, const char *family, const char *name,
		  uint32_t *group);

/**
 * nl_request() - send a request and take the answer
 * @nl: the socket
 * @msg: the request; NLM_F_DUMP in it makes it a listing
 * @handler: takes each message of the answer; NULL: they are ignored
 * @data: for @handler
 * @error: filled in
 *
 * Return: 0, what @handler returned, or -1 with @error set.
 */
int nl_request(struct nl *nl, struct msg *msg, nl_handler *handler, void *data,
	       struct nl_error *error);

/* Send octets, one or more whole messages. Return: 0 or -1 with errno set. */
int nl_send(struct nl *nl, const void *buf, size_t len);

/**
 * nl_drain() - take the answers that are there, without waiting
 * @nl: the socket
 * @error: filled in with the first refusal
 *
 * Return: 0 if nothing was refused, or -1 with @error set.
 */
int nl_drain(struct nl *nl, struct nl_error *error);

/**
 * nl_acknowledged() - wait until what was sent is acknowledged
 * @nl: the socket
 * @last: sequence number of the last message
 * @error: filled in with the first refusal
 *
 * Return: 0, or -1 with @error set.
 */
int nl_acknowledged(struct nl *nl, uint32_t last, struct nl_error *error);

/**
 * nl_await() - wait for answers until one of @handler, an error, or for good
 * @nl: the socket
 * @handler: takes each message that is no answer to a request
 * @data: for @handler
 *
 * Return: what @handler returned, or -1 with errno set.
 */
int nl_await(struct nl *nl, nl_handler *handler, void *data);

/* Fills @error in from a message of type NLMSG_ERROR or NLMSG_DONE. */
void nl_error_parse(struct nl_error *error, const struct nlmsghdr *nlh);

#endif /* IXCTL_NL_H */
