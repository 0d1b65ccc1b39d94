/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets to trace, made of what the command line says of them.
 */
#ifndef IXCTL_PROBE_H
#define IXCTL_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "args.h"
#include "ixctl.h"

/* Longest packet that can be traced: it has to fit into a message. */
#define PROBE_SIZE 16384

/**
 * struct probe - a packet
 * @len: its length
 * @octets: the packet, from its IP header on
 */
struct probe {
	size_t len;
	uint8_t octets[PROBE_SIZE];
};

/**
 * probe_parse() - make a packet
 * @ctl: this run
 * @args: all words that are left: src, dst, protocol and so on, or packet HEX
 * @probe: filled in
 *
 * Return: an enum status; it has complained if that is not STATUS_OK.
 */
int probe_parse(struct ixctl *ctl, struct args *args, struct probe *probe);

/* The flags of TCP, by name, separated by commas. */
#define TCP_FLAGS_TEXT 64
const char *format_tcp_flags(char text[TCP_FLAGS_TEXT], uint8_t flags);

#endif /* IXCTL_PROBE_H */
