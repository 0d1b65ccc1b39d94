#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Does "ixctl trace" say what packets meet?

    agree.py ROUTER PORT,PORT,... <HOSTS

HOSTS has a line for each host, and for addresses that are nobody's:

    NAMESPACE TENANT PORT OWN-ADDRESS SEEN-FROM-IPV4 SEEN-FROM-IPV6
    -         -      -    -           ADDRESS        ADDRESS

Each host opens a TCP connection to each other one, on each port, from a source
port that is known beforehand: so the kernel is asked about exactly the packet
that is then sent. What the application is told has to follow from the answer,
and the counters of the tenants have to have grown by what the answers add up to.
Hosts of one tenant that know each other by their own addresses are left out:
their own network connects them.
"""

import collections
import ctypes
import errno
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
import time

IXCTL = os.environ.get("IXCTL", "ixctl")
PATIENCE = 10 if os.environ.get("IX_ACCEL") == "tcg" else 1
AT_ONCE = 8
FIRST_PORT = 40000
CLONE_NEWNET = 0x40000000
# Where tcpi_total_retrans is in struct tcp_info.
TOTAL_RETRANS = 100

Host = collections.namedtuple("Host", "name tenant port own seen4 seen6")
# What an application is told about an ICMP error, by version, type and code.
TOLD = {
    (4, 3, 0): "ENETUNREACH", (4, 3, 1): "EHOSTUNREACH",
    (4, 3, 13): "EHOSTUNREACH",
    (6, 1, 0): "ENETUNREACH", (6, 1, 1): "EACCES", (6, 1, 3): "EHOSTUNREACH",
}
# A host without a server on the port answers, too.
ARRIVED = ("connected", "ECONNREFUSED")


class Attempt:
    """One connection: what was foretold, and what happened."""

    def __init__(self, sender, host, port, number):
        self.sender = sender
        self.version = 6 if ":" in sender.own else 4
        self.address = host.seen6 if self.version == 6 else host.seen4
        self.port = port
        self.source_port = FIRST_PORT + number
        self.what = "%s to %s (%s) port %d" % (sender.name, host.name,
                                               self.address, port)
        self.trace = None
        self.outcome = "TIMEOUT"
        self.segments = 1

    def command(self):
        return "trace tenant %s port %s src %s dst %s tcp sport %d dport %d" \
            " flags syn\n" % (self.sender.tenant, self.sender.port,
                              self.sender.own, self.address,
                              self.source_port, self.port)

    def expected(self):
        if self.trace["reason"] == "forwarded":
            return ARRIVED
        if "icmp-type" not in self.trace:
            return ("TIMEOUT",)
        error = (self.version, self.trace["icmp-type"],
                 self.trace["icmp-code"])
        return (TOLD.get(error, "?"),)

    def open(self):
        """The socket stays in the namespace that it was made in."""
        family = socket.AF_INET6 if self.version == 6 else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        sock.bind((self.sender.own, self.source_port))
        error = sock.connect_ex((self.address, self.port))
        if error not in (0, errno.EINPROGRESS):
            raise OSError(error, self.what)
        return sock

    def finish(self, sock):
        error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        self.outcome = errno.errorcode[error] if error else "connected"

    def count(self, sock):
        """A slow machine sends some segments twice; the kernel knows."""
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        self.segments += struct.unpack_from("I", info, TOTAL_RETRANS)[0]


def ixctl(router, *arguments, text=None):
    output = subprocess.run(
        ("ip", "netns", "exec", router, IXCTL, *arguments), input=text,
        check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    decoder = json.JSONDecoder()
    values = []
    while output.strip():
        value, end = decoder.raw_decode(output.lstrip())
        values += value if isinstance(value, list) else [value]
        output = output.lstrip()[end:]
    return values


def drops(router):
    """Packets by tenant and reason."""
    return collections.Counter({
        (tenant["name"], reason): count["packets"]
        for tenant in ixctl(router, "-j", "-s", "tenant", "show")
        for reason, count in tenant["counters"].items()
        if reason not in ("forwarded", "received", "sent", "delivered")})


def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/run/netns/" + namespace, "rb") as file:
        if libc.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), namespace)


def run(attempts):
    """Opens connections, a few at a time."""
    selector = selectors.DefaultSelector()
    waiting = list(reversed(attempts))
    while waiting or selector.get_map():
        while waiting and len(selector.get_map()) < AT_ONCE:
            attempt = waiting.pop()
            enter(attempt.sender.name)
            selector.register(attempt.open(), selectors.EVENT_WRITE,
                              (attempt, time.monotonic() + 3 * PATIENCE))
        for key, event in selector.select(0.1):
            sock, attempt = key.fileobj, key.data[0]
            if event == selectors.EVENT_WRITE:
                attempt.finish(sock)
                if attempt.outcome == "connected":
                    # Some servers do not survive those who say nothing.
                    sock.send(b"GET / HTTP/1.0\r\n\r\n")
                    selector.modify(sock, selectors.EVENT_READ, key.data)
                    continue
            attempt.count(sock)
            selector.unregister(sock)
            sock.close()
        for key in list(selector.get_map().values()):
            if time.monotonic() > key.data[1]:
                key.data[0].count(key.fileobj)
                selector.unregister(key.fileobj)
                key.fileobj.close()


def main(router, ports):
    hosts = [Host(*line.split()) for line in sys.stdin if line.strip()]
    attempts = []
    for sender in hosts:
        for host in hosts:
            if sender.name in ("-", host.name):
                continue
            if sender.tenant == host.tenant and host.own == host.seen6:
                continue
            for port in ports.split(","):
                attempts.append(Attempt(sender, host, int(port),
                                        len(attempts)))

    traces = ixctl(router, "-j", "-batch", "-",
                   text="".join(attempt.command() for attempt in attempts))
    if len(traces) != len(attempts):
        print("%d answers to %d questions" % (len(traces), len(attempts)))
        return 1
    for attempt, trace in zip(attempts, traces):
        attempt.trace = trace

    before = drops(router)
    run(attempts)
    grown = drops(router)
    grown.subtract(before)

    failed = 0
    for attempt in attempts:
        if attempt.outcome not in attempt.expected():
            failed += 1
            if failed <= 10:
                print("%s: trace says %s, expected %s, met %s" % (
                    attempt.what, attempt.trace["reason"],
                    " or ".join(attempt.expected()), attempt.outcome))
    foretold = collections.Counter()
    for attempt in attempts:
        if attempt.trace["reason"] != "forwarded":
            foretold[attempt.sender.tenant,
                     attempt.trace["reason"]] += attempt.segments
    for key in sorted(set(foretold) | set(grown)):
        if foretold[key] != grown[key]:
            failed += 1
            print("%s of tenant %s: foretold %d, counted %d" % (
                key[1], key[0], foretold[key], grown[key]))
    outcomes = collections.Counter(
        attempt.outcome if attempt.trace["reason"] == "forwarded"
        else attempt.trace["reason"] for attempt in attempts)
    print("%d attempts: %s; %d disagreements" % (len(attempts), ", ".join(
        "%d %s" % (count, outcome)
        for outcome, count in sorted(outcomes.items())), failed))
    return failed != 0


sys.exit(main(*sys.argv[1:]))
