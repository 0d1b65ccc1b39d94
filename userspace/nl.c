// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"

/* So that an unusual answer of megabytes is not lost on the way. */
#define RECEIVE_BUFFER (1024 * 1024)

struct nl *nl_open(int bus)
{
	struct nl *nl = malloc(sizeof(*nl));
	int size = RECEIVE_BUFFER;
	int on = 1;

	if (!nl)
		return NULL;
	nl->family = 0;
	nl->seq = 0;
	nl->interrupted = false;
	nl->socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
	if (!nl->socket)
		goto fail;
	if (mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		goto fail_socket;
	nl->portid = mnl_socket_get_portid(nl->socket);
	/* Each of these only makes errors clearer or overflow rarer. */
	mnl_socket_setsockopt(nl->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_GET_STRICT_CHK, &on,
			      sizeof(on));
	if (setsockopt(mnl_socket_get_fd(nl->socket), SOL_SOCKET,
		       SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(mnl_socket_get_fd(nl->socket), SOL_SOCKET, SO_RCVBUF,
			   &size, sizeof(size));
	return nl;

fail_socket:
	mnl_socket_close(nl->socket);
fail:
	free(nl);
	return NULL;
}

void nl_close(struct nl *nl)
{
	if (!nl)
		return;
	mnl_socket_close(nl->socket);
	free(nl);
}

static void parse_policy(struct nl_error *error, const struct nlattr *policy)
{
	struct record record;

	record_of_nest(&record, policy);
	error->max_length = (uint32_t)record_uint(&record,
						  NL_POLICY_TYPE_ATTR_MAX_LENGTH);
	if (!record.attr[NL_POLICY_TYPE_ATTR_MIN_VALUE_U] ||
	    !record.attr[NL_POLICY_TYPE_ATTR_MAX_VALUE_U])
		return;
	error->has_range = true;
	error->min = record_uint(&record, NL_POLICY_TYPE_ATTR_MIN_VALUE_U);
	error->max = record_uint(&record, NL_POLICY_TYPE_ATTR_MAX_VALUE_U);
}

void nl_error_parse(struct nl_error *error, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *answer = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	size_t head = nlh->nlmsg_type == NLMSG_ERROR ? sizeof(*answer) :
						       sizeof(int);
	struct record record;

	memset(error, 0, sizeof(*error));
	error->seq = nlh->nlmsg_seq;
	if (len < head) {
		error->code = nlh->nlmsg_type == NLMSG_ERROR ? EBADMSG : 0;
		return;
	}
	error->code = -answer->error;
	if (!error->code || !(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	/* Without NETLINK_CAP_ACK the request stands before the attributes. */
	if (nlh->nlmsg_type == NLMSG_ERROR &&
	    !(nlh->nlmsg_flags & NLM_F_CAPPED))
		head += mnl_nlmsg_get_payload_len(&answer->msg);
	if (len < head)
		return;
	record_parse(&record, (const char *)answer + head, len - head);
	attr_string(record.attr[NLMSGERR_ATTR_MSG], error->text,
		    sizeof(error->text));
	error->offset = (uint32_t)record_uint(&record, NLMSGERR_ATTR_OFFS);
	error->missing = (uint16_t)record_uint(&record,
					       NLMSGERR_ATTR_MISS_TYPE);
	error->missing_nest = (uint32_t)record_uint(&record,
						    NLMSGERR_ATTR_MISS_NEST);
	if (record.attr[NLMSGERR_ATTR_POLICY])
		parse_policy(error, record.attr[NLMSGERR_ATTR_POLICY]);
}

int nl_send(struct nl *nl, const void *buf, size_t len)
{
	return mnl_socket_sendto(nl->socket, buf, len) < 0 ? -1 : 0;
}

/* Octets received, or -1 with errno set. */
static ssize_t receive(struct nl *nl, int flags)
{
	struct iovec iov = { nl->buf, sizeof(nl->buf) };
	struct sockaddr_nl from;
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t len;

	do {
		len = recvmsg(mnl_socket_get_fd(nl->socket), &msg, flags);
		/* Processes can send to each other: only the kernel counts. */
	} while ((len < 0 && errno == EINTR) || (len >= 0 && from.nl_pid));
	if (len >= 0 && msg.msg_flags & MSG_TRUNC) {
		errno = EMSGSIZE;
		return -1;
	}
	return len;
}

static int fail(struct nl_error *error, int code)
{
	memset(error, 0, sizeof(*error));
	error->code = code;
	return -1;
}

/* 1 to go on, 0 at the end, or anything else that nl_request() returns. */
static int take(struct nl *nl, const struct nlmsghdr *nlh, nl_handler *handler,
		void *data, struct nl_error *error)
{
	int ret;

	if (nlh->nlmsg_seq != nl->seq || nlh->nlmsg_pid != nl->portid)
		return 1;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		nl->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
		return 1;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		nl_error_parse(error, nlh);
		return error->code ? -1 : 0;
	}
	ret = handler ? handler(nlh, data) : 0;
	return ret ? ret : 1;
}

int nl_request(struct nl *nl, struct msg *msg, nl_handler *handler, void *data,
	       struct nl_error *error)
{
	memset(error, 0, sizeof(*error));
	if (msg->overflow)
		return fail(error, EMSGSIZE);
	nl->interrupted = false;
	msg->nlh->nlmsg_seq = ++nl->seq;
	msg->nlh->nlmsg_flags |= NLM_F_ACK;
	if (nl_send(nl, msg->nlh, msg->nlh->nlmsg_len))
		return fail(error, errno);
	for (;;) {
		ssize_t received = receive(nl, 0);
		const struct nlmsghdr *nlh = (const void *)nl->buf;
		int left = (int)received;

		if (received < 0)
			return fail(error, errno);
		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			int ret = take(nl, nlh, handler, data, error);

			if (ret != 1)
				return ret;
		}
	}
}

int nl_drain(struct nl *nl, struct nl_error *error)
{
	struct nl_error other;

	error->code = 0;
	for (;;) {
		ssize_t received = receive(nl, MSG_DONTWAIT);
		const struct nlmsghdr *nlh = (const void *)nl->buf;
		int left = (int)received;

		if (received < 0) {
			/* So many errors that some got lost; the first is there. */
			if (errno == ENOBUFS)
				continue;
			if (errno == EAGAIN || error->code)
				return error->code ? -1 : 0;
			return fail(error, errno);
		}
		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_type != NLMSG_ERROR)
				continue;
			nl_error_parse(error->code ? &other : error, nlh);
		}
	}
}

int nl_acknowledged(struct nl *nl, uint32_t last, struct nl_error *error)
{
	for (;;) {
		ssize_t received = receive(nl, 0);
		const struct nlmsghdr *nlh = (const void *)nl->buf;
		int left = (int)received;

		if (received < 0)
			return fail(error, errno);
		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_type != NLMSG_ERROR ||
			    nlh->nlmsg_pid != nl->portid)
				continue;
			nl_error_parse(error, nlh);
			if (error->code)
				return -1;
			if (nlh->nlmsg_seq == last)
				return 0;
		}
	}
}

int nl_await(struct nl *nl, nl_handler *handler, void *data)
{
	for (;;) {
		ssize_t received = receive(nl, 0);
		const struct nlmsghdr *nlh = (const void *)nl->buf;
		int left = (int)received;

		if (received < 0)
			return -1;
		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			int ret = handler(nlh, data);

			if (ret)
				return ret;
		}
	}
}

struct family_search {
	uint16_t family;
	const char *group_name;
	uint32_t group;
};

static int family_found(const struct nlmsghdr *nlh, void *data)
{
	struct family_search *search = data;
	const struct nlattr *item;
	struct record record;

	record_of_message(&record, nlh);
	search->family = (uint16_t)record_uint(&record, CTRL_ATTR_FAMILY_ID);
	if (!search->group_name || !record.attr[CTRL_ATTR_MCAST_GROUPS])
		return 0;
	mnl_attr_for_each_nested(item, record.attr[CTRL_ATTR_MCAST_GROUPS]) {
		struct record group;
		char name[GENL_NAMSIZ];

		record_of_nest(&group, item);
		attr_string(group.attr[CTRL_ATTR_MCAST_GRP_NAME], name,
			    sizeof(name));
		if (!strcmp(name, search->group_name))
			search->group = (uint32_t)
				record_uint(&group, CTRL_ATTR_MCAST_GRP_ID);
	}
	return 0;
}

static int search_family(struct nl *nl, const char *name,
			 struct family_search *search)
{
	char buf[128] MSG_ALIGNED;
	struct nl_error error;
	struct msg msg;

	msg_init(&msg, buf, sizeof(buf), GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	msg_put_string(&msg, CTRL_ATTR_FAMILY_NAME, name);
	if (nl_request(nl, &msg, family_found, search, &error))
		return error.code;
	return search->family ? 0 : ENOENT;
}

int nl_find_family(struct nl *nl, const char *name)
{
	struct family_search search = { .group_name = NULL };
	int error = search_family(nl, name, &search);

	nl->family = search.family;
	return error;
}

int nl_find_group(struct nl *nl, const char *family, const char *name,
		  uint32_t *group)
{
	struct family_search search = { .group_name = name };
	int error = search_family(nl, family, &search);

	*group = search.group;
	return error ? error : *group ? 0 : ENOENT;
}
