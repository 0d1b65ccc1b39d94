#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of the netlink family itself, in the router of the scene.

    netlink.py CASE [ARGUMENT...]

Each case is a function below; it fails by an exception, whose text says what
is wrong.
"""

import errno
import inspect
import os
import random
import socket
import struct
import sys
import time

from genl import (
    GENL_ID_CTRL, NLM_F_ACK, NLM_F_DUMP, NLM_F_REPLACE, NLM_F_REQUEST, SIZES,
    Refused, Socket, Spec, attribute, attributes)

SPEC = Spec()


class Failure(Exception):
    pass


def check(condition, message, *values):
    if not condition:
        raise Failure(message % values if values else message)


def equal(what, expected, actual):
    check(expected == actual, "%s: expected %s, is %s" % (what, expected, actual))


def v4(text):
    return socket.inet_pton(socket.AF_INET, text)


def v6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def configuration():
    """Everything there is, to compare."""
    sock = Socket(SPEC)
    found = {}
    for operation, entry in SPEC.operations.items():
        if "dump" in entry and operation != "port-get":
            found[operation] = sock.dump(operation)
    found["settings"] = sock.request("settings-get")
    sock.close()
    for entry in found["tenant-get"]:
        entry.pop("counter", None)
    for entry in found["rule-get"]:
        entry.pop("packets", None)
        entry.pop("bytes", None)
    return found


def unchanged(before, what):
    after = configuration()
    for operation in before:
        if before[operation] != after[operation]:
            raise Failure("%s: %s has changed: %s, now %s" % (
                what, operation, before[operation], after[operation]))


def refused(sock, operation, values, what, flags=0, code=None, names=None,
            missing=None, message=True):
    """The request fails; the answer points at the attribute."""
    try:
        sock.request(operation, values, flags)
    except Refused as answer:
        if code:
            equal("%s: error" % what, code, answer.name)
        if message:
            check(answer.message, "%s: %s without a message", what, answer.name)
        if names is not None:
            check(answer.offset is not None,
                  "%s: the answer names no attribute: %s", what, answer)
            equal("%s: attribute at fault" % what, names,
                  attribute_at(operation, values, answer.offset))
        if missing is not None:
            number = SPEC.sets[SPEC.operations[operation]["attribute-set"]][
                missing]["number"]
            check(answer.missing == number or answer.message,
                  "%s: the answer does not say what is missing: %s", what,
                  answer)
        return answer
    raise Failure("%s: accepted" % what)


def attribute_at(operation, values, offset):
    """Name of the outermost attribute at an offset of the message."""
    at = 20
    set_name = SPEC.operations[operation]["attribute-set"]
    for name, value in values:
        length = len(SPEC.encode(set_name, [(name, value)]))
        if at <= offset < at + length:
            return name
        at += length
    return "?"


# For each command that changes something, a request that is good.
GOOD = {
    "transaction-begin": [],
    "flush": [("object", "rule")],
    "settings-set": [("mark-verdict-shift", 16), ("monitor", 1)],
    "tenant-new": [("name", "new"), ("number", 77), ("mode", "inline"),
                   ("view", "four"), ("gateway4", v4("10.77.0.1")),
                   ("gateway6", v6("2001:db8:77::1")), ("quarantine", 0),
                   ("monitor", 1), ("nexthop", [("device", "hare0")])],
    "tenant-set": [("name", "mame"), ("mode", "inline"), ("view", "four"),
                   ("gateway4", v4("10.255.1.1")), ("quarantine", 1),
                   ("monitor", 0), ("table", 77)],
    "tenant-del": [("name", "spare")],
    "view-new": [("name", "new"), ("number", 77)],
    "view-set": [("name", "four")],
    "view-del": [("name", "spare")],
    "map-new": [("tenant", "mame"), ("kind", "explicit"),
                ("own", v4("10.77.0.0")), ("own-len", 24),
                ("ix", v6("2001:db8:77::")), ("ix-len", 120)],
    "map-set": [("tenant", "mame"), ("kind", "explicit"),
                ("own", v4("192.168.0.0")), ("own-len", 20),
                ("ix", v6("2001:db8:0:64::100.64.16.0")), ("ix-len", 116)],
    "map-del": [("tenant", "mame"), ("own", v4("192.168.0.0")),
                ("own-len", 20)],
    "class-new": [("name", "new"), ("number", 33)],
    "class-set": [("name", "hospital"), ("quarantine", 1)],
    "class-del": [("name", "spare")],
    "institution-new": [("tag", 77), ("name", "new"), ("class", "hospital"),
                        ("class", "clinic")],
    "institution-set": [("tag", 101), ("name", "mame-hospital"),
                        ("class", "hospital"), ("quarantine", 1)],
    "institution-del": [("tag", 999)],
    "prefix-new": [("prefix", v6("2001:db8:77::")), ("prefix-len", 64),
                   ("institution", 101), ("tenant", "mame"), ("port", "mame0")],
    "prefix-set": [("prefix", v6("2001:db8:1::")), ("prefix-len", 48),
                   ("institution", 301), ("tenant", "kmix"), ("port", "")],
    "prefix-del": [("prefix", v6("2001:db8:1::")), ("prefix-len", 48)],
    "route-new": [("tenant", "mame"), ("prefix", v6("2001:db8:77::")),
                  ("prefix-len", 64), ("type", "tenant"), ("to", "hare"),
                  ("nexthop", [("device", "hare0")]),
                  ("nexthop", [("device", "kmix0"),
                               ("gateway", v4("192.168.1.10"))])],
    "route-set": [("tenant", "mame"), ("prefix", v6("2001:db8:1::")),
                  ("prefix-len", 48), ("type", "tenant"), ("to", "kmix"),
                  ("nexthop", [("device", "kmix0")])],
    "route-del": [("tenant", "mame"), ("prefix", v6("2001:db8:1::")),
                  ("prefix-len", 48)],
    "service-new": [("name", "new"), ("number", 77),
                    ("entry", [("protocol", 6), ("port-min", 80),
                               ("port-max", 81), ("source-port-min", 1),
                               ("source-port-max", 2)]),
                    ("entry", [("protocol", 58), ("icmp-type", 128)])],
    "service-set": [("name", "web"), ("entry", [("protocol", 6),
                                                ("port-min", 80),
                                                ("port-max", 80)])],
    "service-del": [("name", "spare")],
    "rule-new": [("id", 77), ("order", 5), ("action", "permit"),
                 ("source-institution", 101), ("destination-class", "claims"),
                 ("service", "web"), ("valid-from", 1), ("valid-until", 2),
                 ("oneway", 1), ("monitor", 1), ("log", 1), ("qos", 3),
                 ("reference", "contract 7")],
    "rule-set": [("id", 1), ("order", 0), ("action", "permit")],
    "rule-del": [("id", 1)],
    "group-new": [("name", "new"), ("number", 77), ("service", "web"),
                  ("service", "spare")],
    "group-set": [("name", "spare"), ("number", 1), ("service", "web")],
    "group-del": [("name", "spare")],
    "qos-new": [("class", 9), ("dscp", 63)],
    "qos-set": [("class", 5), ("dscp", 0)],
    "qos-del": [("class", 5)],
    "member-new": [("group", "spare"), ("institution", 101)],
    "member-del": [("group", "spare"), ("tenant", "mame")],
}


def abort_after(sock, operation, values, flags=0):
    """Sends a good request in a transaction that is then forgotten."""
    number = sock.begin()
    try:
        return sock.request(operation, [("transaction", number)] + values, flags)
    finally:
        try:
            sock.request("transaction-abort", [("transaction", number)])
        except Refused:
            pass


def case_good():
    """The requests that the others are made of are good indeed."""
    sock = Socket(SPEC)
    before = configuration()
    for operation, values in GOOD.items():
        if operation.startswith("transaction"):
            continue
        try:
            abort_after(sock, operation, list(values))
        except Refused as answer:
            raise Failure("%s: %s" % (operation, answer)) from answer
    unchanged(before, "transactions that were aborted")


def bad_values(description):
    """(what, payload) that can't be right for an attribute."""
    kind = description["type"]
    checks = description.get("checks", {})
    if kind in SIZES:
        size = struct.calcsize(SIZES[kind])
        yield "empty", b""
        yield "too short", bytes(size - 1)
        yield "too long", bytes(size + 1)
        largest = (1 << 8 * size) - 1
        top = checks.get("max")
        if "enum" in description:
            top = len(SPEC.enums[description["enum"]]) - 1
        if top is not None and SPEC.limit(top) < largest:
            yield "above the maximum", struct.pack(
                "=" + SIZES[kind], SPEC.limit(top) + 1)
            yield "far above", struct.pack("=" + SIZES[kind], largest)
        low = checks.get("min")
        if low:
            yield "below the minimum", struct.pack(
                "=" + SIZES[kind], SPEC.limit(low) - 1)
    elif kind == "string":
        top = SPEC.limit(checks["max-len"])
        yield "too long", b"x" * (top + 1) + b"\0"
        yield "far too long", b"x" * 1000 + b"\0"
    elif kind == "binary":
        yield "empty", b""
        yield "3 octets", bytes(3)
        yield "5 octets", bytes(5)
        yield "15 octets", bytes(15)
        yield "17 octets", bytes(17)
    elif kind == "nest":
        yield "unknown attribute within", attribute(250, b"x")
        yield "rubbish", b"\xff\xff\xff"


def case_values():
    """Every attribute of every command, with every kind of bad value."""
    sock = Socket(SPEC)
    before = configuration()
    count = 0
    for operation, values in GOOD.items():
        for description in SPEC.request_attributes(operation):
            name = description["name"]
            if name == "transaction":
                continue
            for what, payload in bad_values(description):
                others = [(n, v) for n, v in values if n != name]
                request = others + [(name, payload)]
                refused(sock, operation, request,
                        "%s: %s: %s" % (operation, name, what), names=name)
                count += 1
    unchanged(before, "bad values")
    check(count > 200, "only %d requests", count)


def case_nested_values():
    """The same for the attributes within attributes."""
    sock = Socket(SPEC)
    before = configuration()
    for operation, outer, inner in (
            ("route-new", "nexthop", [("device", "hare0"),
                                      ("gateway", v4("192.168.1.1"))]),
            ("service-new", "entry", [("protocol", 6), ("port-min", 1),
                                      ("port-max", 2), ("source-port-min", 1),
                                      ("source-port-max", 2)])):
        set_name = SPEC.sets[SPEC.operations[operation]["attribute-set"]][
            outer]["nested-attributes"]
        for name, description in SPEC.sets[set_name].items():
            if name == "up":
                continue
            for what, payload in bad_values(description):
                others = [(n, v) for n, v in inner if n != name]
                request = [(n, v) for n, v in GOOD[operation] if n != outer]
                request.append((outer, others + [(name, payload)]))
                refused(sock, operation, request, "%s: %s %s: %s" % (
                    operation, outer, name, what), names=outer)
    unchanged(before, "bad nested values")


def case_unknown():
    """Attributes that the command does not have, and that nobody has."""
    sock = Socket(SPEC)
    before = configuration()
    for operation, values in GOOD.items():
        refused(sock, operation, list(values) + [(251, b"rubbish")],
                "%s: an unknown attribute" % operation)
        entry = SPEC.operations[operation]
        wanted = {d["name"] for d in SPEC.request_attributes(operation)}
        for name, description in SPEC.sets[entry["attribute-set"]].items():
            if name in wanted or description["type"] == "pad":
                continue
            refused(sock, operation,
                    list(values) + [(description["number"], bytes(4))],
                    "%s: %s" % (operation, name), message=False)
    unchanged(before, "unknown attributes")


def case_duplicates():
    """An attribute that is given twice."""
    sock = Socket(SPEC)
    before = configuration()
    for operation, values in GOOD.items():
        multi = {d["name"] for d in SPEC.request_attributes(operation)
                 if d.get("multi-attr")}
        for name, value in values:
            if name not in multi:
                refused(sock, operation, list(values) + [(name, value)],
                        "%s: %s twice" % (operation, name), names=name)
    refused(sock, "institution-new", GOOD["institution-new"] +
            [("class", "clinic")], "a class twice", names="class")
    unchanged(before, "duplicates")


def case_nested_duplicates():
    sock = Socket(SPEC)
    before = configuration()
    refused(sock, "route-new", [("nexthop", [("device", "hare0"),
                                             ("device", "hare0")])] +
            [v for v in GOOD["route-new"] if v[0] != "nexthop"],
            "a device twice", names="nexthop")
    refused(sock, "service-new", [("name", "new"), ("entry", [
        ("protocol", 6), ("protocol", 17)])], "a protocol twice",
            names="entry")
    unchanged(before, "nested duplicates")


# What a command can't do without.
NEEDED = {
    "tenant-new": ["name"],
    "tenant-set": ["name"],
    "tenant-del": ["name"],
    "view-new": ["name"],
    "view-del": ["name"],
    "map-new": ["tenant", "own", "own-len", "ix", "ix-len"],
    "map-set": ["tenant", "own", "own-len"],
    "map-del": ["tenant", "own", "own-len"],
    "class-new": ["name"],
    "class-del": ["name"],
    "institution-new": ["tag"],
    "institution-del": ["tag"],
    "prefix-new": ["prefix", "prefix-len", "institution", "tenant"],
    "prefix-set": ["prefix", "prefix-len"],
    "prefix-del": ["prefix", "prefix-len"],
    "route-new": ["tenant", "prefix", "prefix-len"],
    "route-set": ["tenant", "prefix", "prefix-len"],
    "route-del": ["tenant", "prefix", "prefix-len"],
    "service-new": ["name", "entry"],
    "service-set": ["name"],
    "service-del": ["name"],
    "rule-new": ["action"],
    "rule-set": ["id"],
    "rule-del": ["id"],
}


def case_missing():
    sock = Socket(SPEC)
    before = configuration()
    for operation, names in NEEDED.items():
        for name in names:
            request = [(n, v) for n, v in GOOD[operation] if n != name]
            refused(sock, operation, request,
                    "%s without %s" % (operation, name), missing=name)
    refused(sock, "route-new", [v for v in GOOD["route-new"] if v[0] != "to"],
            "a route to nowhere")
    refused(sock, "route-new",
            [v for v in GOOD["route-new"] if v[0] != "nexthop"],
            "a route without a way")
    refused(sock, "transaction-commit", [("changes", 1)],
            "commit without a number")
    refused(sock, "transaction-abort", [], "abort without a number")
    unchanged(before, "missing attributes")


def case_unknown_names():
    """References to objects that there are not."""
    sock = Socket(SPEC)
    before = configuration()
    for operation, name, value in (
            ("tenant-set", "name", "nobody"),
            ("tenant-set", "view", "nobody"),
            ("tenant-new", "view", "nobody"),
            ("tenant-del", "name", "nobody"),
            ("view-del", "name", "nobody"),
            ("map-new", "tenant", "nobody"),
            ("map-del", "tenant", "nobody"),
            ("map-del", "own", v4("10.99.0.0")),
            ("class-del", "name", "nobody"),
            ("institution-new", "class", "nobody"),
            ("institution-set", "tag", 12345),
            ("institution-del", "tag", 12345),
            ("prefix-new", "institution", 12345),
            ("prefix-new", "tenant", "nobody"),
            ("prefix-del", "prefix", v6("2001:db8:99::")),
            ("route-new", "tenant", "nobody"),
            ("route-new", "to", "nobody"),
            ("route-del", "tenant", "nobody"),
            ("route-del", "prefix", v6("2001:db8:99::")),
            ("service-set", "name", "nobody"),
            ("service-del", "name", "nobody"),
            ("rule-new", "source-institution", 12345),
            ("rule-new", "destination-class", "nobody"),
            ("rule-new", "service", "nobody"),
            ("rule-set", "id", 12345),
            ("rule-del", "id", 12345)):
        request = [(n, v) for n, v in GOOD[operation] if n != name]
        answer = refused(sock, operation, request + [(name, value)],
                         "%s: %s %s" % (operation, name, value), names=name)
        check(answer.name in ("ENOENT", "ENODEV"), "%s: %s", operation, answer)
    unchanged(before, "unknown names")


def case_truncated():
    """Messages that end too early, and lengths that lie."""
    sock = Socket(SPEC)
    before = configuration()
    rnd = random.Random(1)
    for operation, values in GOOD.items():
        entry = SPEC.operations[operation]
        payload = struct.pack("=BBH", entry["number"], 1, 0) + SPEC.encode(
            entry["attribute-set"], values)
        for end in range(0, len(payload)):
            # Cut between two attributes it may be a good request.
            if good_end(payload, end):
                continue
            sock.send_raw(sock.family, NLM_F_REQUEST | NLM_F_ACK, payload[:end])
            try:
                sock.receive()
            except Refused:
                continue
            raise Failure("%s: %d of %d octets are accepted" % (
                operation, end, len(payload)))
        for _ in range(20):
            mangled = bytearray(payload)
            if len(mangled) > 8:
                mangled[rnd.randrange(4, len(mangled))] ^= \
                    1 << rnd.randrange(8)
            number = sock.begin()
            mangled += attribute(1, struct.pack("=I", number))
            sock.send_raw(sock.family, NLM_F_REQUEST | NLM_F_ACK,
                          bytes(mangled))
            try:
                sock.receive()
            except Refused:
                pass
            try:
                sock.request("transaction-abort", [("transaction", number)])
            except Refused:
                pass
    check(operation, "no operation")


def good_end(payload, end):
    at = 4
    while at < end and at + 4 <= len(payload):
        length = struct.unpack("=H", payload[at:at + 2])[0]
        # The padding of the last attribute may be missing.
        if at + length <= end <= at + ((length + 3) & ~3):
            return True
        at += (length + 3) & ~3
    return end == 4


def case_unknown_commands():
    sock = Socket(SPEC)
    highest = max(e["number"] for e in SPEC.operations.values())
    event = SPEC.operations["config-ntf"]["number"]
    for command in 0, event, highest + 1, 200, 255:
        try:
            sock.request_raw(command, b"")
        except Refused as answer:
            equal("command %d" % command, errno.EOPNOTSUPP, answer.code)
            continue
        raise Failure("command %d is accepted" % command)


def case_ranges():
    """Values that only mean something together."""
    sock = Socket(SPEC)
    before = configuration()

    def but(operation, *changes):
        names = {name for name, _ in changes}
        return [v for v in GOOD[operation] if v[0] not in names] + \
            [c for c in changes if c[1] is not None]

    def entry(*values):
        return but("service-new", ("entry", list(values)))

    for what, operation, request, names in (
            ("bits behind the own prefix", "map-new", but(
                "map-new", ("own", v4("10.77.0.1"))), "own"),
            ("bits behind the IX prefix", "map-new", but(
                "map-new", ("ix", v6("2001:db8:77::1"))), "ix"),
            ("own length for IPv4", "map-new", but(
                "map-new", ("own-len", 33)), "own-len"),
            ("no bijection", "map-new", but("map-new", ("ix-len", 121)),
             None),
            ("RFC 6052 length", "map-new", but(
                "map-new", ("kind", "rfc6052"), ("ix-len", 80)), "ix-len"),
            ("u octet", "map-new", but(
                "map-new", ("kind", "rfc6052"), ("ix-len", 96),
                ("ix", v6("2001:db8:0:0:100::"))), "ix"),
            ("explicit with IPv6", "map-new", but(
                "map-new", ("own", v6("2001:db8:9::")), ("own-len", 64)),
             None),
            ("plain with IPv4", "map-new", but("map-new", ("kind", "plain")),
             None),
            ("plain of two lengths", "map-new", but(
                "map-new", ("kind", "plain"), ("own", v6("fd00::")),
                ("own-len", 48), ("ix-len", 64)), None),
            ("NPTv6 too long", "map-new", but(
                "map-new", ("kind", "nptv6"), ("own", v6("fd00::")),
                ("own-len", 113), ("ix-len", 113)), None),
            ("IX address of 4 octets", "map-new", but(
                "map-new", ("ix", v4("10.0.0.0"))), "ix"),
            ("tenant and view", "map-new", but(
                "map-new", ("view", "four")), None),
            ("the same own prefix", "map-new", but(
                "map-new", ("own", v4("192.168.0.0")), ("own-len", 20)),
             None),
            ("the same IX prefix", "map-new", but(
                "map-new", ("own", v4("10.77.0.0")), ("own-len", 20),
                ("ix", v6("2001:db8:0:64::100.64.16.0")), ("ix-len", 116)),
             None),
            ("each inside the other", "map-new", but(
                "map-new", ("own", v4("192.168.1.0")),
                ("ix", v6("2001:db8::")), ("ix-len", 32)), None),
            ("a gateway of another family", "tenant-new", but(
                "tenant-new", ("gateway4", v6("2001:db8::1"))), "gateway4"),
            ("a gateway of another family", "tenant-new", but(
                "tenant-new", ("gateway6", v4("10.0.0.1"))), "gateway6"),
            ("a multicast gateway", "tenant-new", but(
                "tenant-new", ("gateway4", v4("224.0.0.1"))), "gateway4"),
            ("a loopback gateway", "tenant-new", but(
                "tenant-new", ("gateway6", v6("::1"))), "gateway6"),
            ("a name that is a number", "tenant-new", but(
                "tenant-new", ("name", "12")), "name"),
            ("a name with a blank", "tenant-new", but(
                "tenant-new", ("name", "a b")), "name"),
            ("an empty name", "tenant-new", but("tenant-new", ("name", "")),
             "name"),
            ("a name with a control character", "class-new", but(
                "class-new", ("name", "a\x01b")), "name"),
            ("a name that exists", "tenant-new", but(
                "tenant-new", ("name", "mame")), "name"),
            ("a number that is taken", "tenant-new", but(
                "tenant-new", ("number", 1)), "number"),
            ("a tag that is taken", "institution-new", but(
                "institution-new", ("tag", 101)), "tag"),
            ("a name that is taken", "institution-new", but(
                "institution-new", ("name", "claims")), "name"),
            ("a prefix that is taken", "prefix-new", but(
                "prefix-new", ("prefix", v6("2001:db8:1::")),
                ("prefix-len", 48)), None),
            ("bits behind the prefix", "prefix-new", but(
                "prefix-new", ("prefix", v6("2001:db8:1::1"))), "prefix"),
            ("an IPv4 prefix", "prefix-new", but(
                "prefix-new", ("prefix", v4("10.0.0.0"))), "prefix"),
            ("a route that exists", "route-new", but(
                "route-new", ("prefix", v6("2001:db8:1::")),
                ("prefix-len", 48)), None),
            ("bits behind the prefix", "route-new", but(
                "route-new", ("prefix", v6("2001:db8:1::1"))), "prefix"),
            ("a blackhole with a way", "route-new", but(
                "route-new", ("type", "blackhole")), None),
            ("a next hop without a device", "route-new", but(
                "route-new", ("nexthop", [("gateway", v4("10.0.0.1"))])),
             "nexthop"),
            ("a device that there is not", "route-new", but(
                "route-new", ("nexthop", [("device", "nowhere0")])),
             "nexthop"),
            ("next hop and table", "route-new", GOOD["route-new"] +
             [("table", 5)], None),
            ("nine next hops", "route-new", but(
                "route-new", ("nexthop", None)) +
             [("nexthop", [("device", "hare0"),
                           ("gateway", v4("10.0.0.%d" % i))])
              for i in range(9)], "nexthop"),
            ("a VRF that is none", "route-new", but(
                "route-new", ("nexthop", None), ("vrf", "hare0")), "vrf"),
            ("an empty range of ports", "service-new", entry(
                ("protocol", 6), ("port-min", 2), ("port-max", 1)), "entry"),
            ("ports of GRE", "service-new", entry(
                ("protocol", 47), ("port-min", 1), ("port-max", 1)), "entry"),
            ("an ICMP type of TCP", "service-new", entry(
                ("protocol", 6), ("icmp-type", 1)), "entry"),
            ("no protocol", "service-new", entry(("port-min", 1)), "entry"),
            ("65 entries", "service-new", but("service-new", ("entry", None)) +
             [("entry", [("protocol", 6), ("port-min", i), ("port-max", i)])
              for i in range(65)], "entry"),
            ("source institution and class", "rule-new", GOOD["rule-new"] +
             [("source-class", "claims")], None),
            ("an end before the beginning", "rule-new", but(
                "rule-new", ("valid-from", 10), ("valid-until", 10)), None),
            ("a rule that exists", "rule-new", but("rule-new", ("id", 1)),
             "id"),
            ("mark fields that overlap", "settings-set",
             [("mark-verdict-shift", 8)], None),
            ("mark fields beyond the mark", "settings-set",
             [("mark-verdict-shift", 30)], None),
            ("a class field too small for a class", "settings-set",
             [("mark-source-bits", 2)], None)):
        refused(sock, operation, request, "%s: %s" % (operation, what),
                names=names)
    unchanged(before, "ranges")


##############################################################################
# Transactions


def names_of(sock, operation="class-get"):
    return sorted(entry["name"] for entry in sock.dump(operation))


def case_atomic():
    """Nothing is seen of a transaction before its commit, then all of it."""
    writer, reader = Socket(SPEC), Socket(SPEC)
    before = names_of(reader)
    generation = reader.request("settings-get")[0]["generation"]
    number = writer.begin()
    writer.request("class-new", [("transaction", number), ("name", "one")])
    writer.request("class-new", [("transaction", number), ("name", "two")])
    writer.request("class-del", [("transaction", number), ("name", "spare")])
    equal("others see", before, names_of(reader))
    inside = sorted(e["name"] for e in writer.dump(
        "class-get", [("transaction", number)]))
    equal("it sees itself", sorted(set(before) - {"spare"} | {"one", "two"}),
          inside)
    refused(reader, "class-get", [("transaction", number)],
            "a listing by another socket", code="ENOENT", flags=NLM_F_DUMP)
    writer.commit(number, 3)
    equal("then", sorted(set(before) - {"spare"} | {"one", "two"}),
          names_of(reader))
    equal("generation", generation + 1,
          reader.request("settings-get")[0]["generation"])
    writer.request("class-del", [("name", "one")])
    writer.request("class-del", [("name", "two")])
    writer.request("class-new", [("name", "spare"), ("number", 6)])


def case_judge():
    """Questions: what they need, and as many answers in the same order."""
    sock = Socket(SPEC)
    before = configuration()
    tag = sock.dump("institution-get")[0]["tag"]
    sides = [("source-institution", tag), ("destination-classes", 2)]
    tcp = [("protocol", 6), ("source-port", 1), ("destination-port", 2)]

    answers = sock.request("judge", [
        ("question", sides + tcp), ("question", sides + [("protocol", 58)]),
        ("question", sides + [("protocol", 47)])])
    equal("answers", 3, len(answers[0]["answer"]))
    check(all("verdict" in a for a in answers[0]["answer"]), "no verdict")
    equal("as many as can be", 512, len(sock.request(
        "judge", [("question", sides + tcp)] * 512)[0]["answer"]))
    for what, question in (
            ("no side", tcp), ("one side", sides[:1] + tcp),
            ("two of one side", sides + [("source-classes", 4)] + tcp),
            ("class 0", [sides[0], ("destination-classes", 1)] + tcp),
            ("nobody", [("source-institution", 4000000000)] + sides[1:] + tcp),
            ("no protocol", sides),
            ("ports of GRE", sides + [("protocol", 47),
                                      ("destination-port", 1)]),
            ("a type of TCP", sides + [("protocol", 6), ("icmp-type", 1)]),
            ("a port twice", sides + tcp + [("source-port", 3)])):
        refused(sock, "judge", [("question", question)], what,
                names="question")
    refused(sock, "judge", [("question", sides + tcp)] * 513, "too many")
    refused(sock, "judge", [], "no question")
    refused(sock, "judge", [("transaction", 99),
                            ("question", sides + tcp)],
            "no such transaction", names="transaction")
    unchanged(before, "questions")


def case_inside():
    """A transaction sees what it has done, and nobody else does."""
    writer, reader = Socket(SPEC), Socket(SPEC)
    number = writer.begin()
    writer.request("class-new", [("transaction", number), ("name", "one"),
                                 ("number", 40)])
    found = writer.request("class-get", [("transaction", number),
                                         ("name", "one")])
    equal("number", 40, found[0]["number"])
    refused(reader, "class-get", [("name", "one")], "another socket",
            code="ENOENT")
    refused(reader, "class-new", [("transaction", number), ("name", "two")],
            "a transaction of another socket", names="transaction")
    writer.request("transaction-abort", [("transaction", number)])
    refused(writer, "class-get", [("name", "one")], "aborted", code="ENOENT")


def case_socket_close():
    before = configuration()
    sock = Socket(SPEC)
    number = sock.begin()
    sock.request("flush", [("transaction", number)])
    sock.request("class-new", [("transaction", number), ("name", "one")])
    sock.close()
    unchanged(before, "the socket was closed")
    other = Socket(SPEC)
    refused(other, "transaction-commit", [("transaction", number),
                                          ("changes", 2)],
            "commit of a transaction that is gone", names="transaction")


def case_failed_change():
    """A failed change ends its transaction."""
    before = configuration()
    sock = Socket(SPEC)
    number = sock.begin()
    sock.request("class-new", [("transaction", number), ("name", "one")])
    refused(sock, "class-new", [("transaction", number), ("name", "one")],
            "the same again")
    refused(sock, "class-new", [("transaction", number), ("name", "two")],
            "a change after that", names="transaction")
    refused(sock, "transaction-commit", [("transaction", number),
                                         ("changes", 1)],
            "commit after that", names="transaction")
    unchanged(before, "a change has failed")


def case_number_of_changes():
    """A commit that lacks changes (lost, truncated) is none."""
    before = configuration()
    sock = Socket(SPEC)
    for wrong in 0, 1, 3:
        number = sock.begin()
        sock.request("class-new", [("transaction", number), ("name", "one")])
        sock.request("class-new", [("transaction", number), ("name", "two")])
        refused(sock, "transaction-commit", [("transaction", number),
                                             ("changes", wrong)],
                "commit of %d changes" % wrong, names="changes")
    number = sock.begin()
    refused(sock, "transaction-commit", [("transaction", number)],
            "commit without their number")
    unchanged(before, "wrong numbers of changes")


def case_empty():
    """An empty transaction changes nothing, not even the generation."""
    sock = Socket(SPEC)
    before = configuration()
    number = sock.begin()
    try:
        sock.commit(number, 0)
    except Refused as answer:
        check(answer.message, "refused without a message")
    unchanged(before, "an empty transaction")


def case_conflict():
    """Somebody else was faster."""
    first, second = Socket(SPEC), Socket(SPEC)
    number = first.begin()
    first.request("class-new", [("transaction", number), ("name", "one")])
    second.request("class-new", [("name", "two")])
    before = configuration()
    answer = refused(first, "transaction-commit",
                     [("transaction", number), ("changes", 1)],
                     "the configuration has changed meanwhile")
    check(answer.name in ("EBUSY", "EAGAIN", "ESTALE"), "error %s", answer)
    unchanged(before, "a conflict")
    second.request("class-del", [("name", "two")])


def case_outdated():
    """What a transaction began with is freed when somebody else was faster."""
    rule = [("id", 4242), ("action", "permit"), ("source-class", "class7"),
            ("destination-class", "class7")]
    changer, shower, aborter, closer = (Socket(SPEC) for _ in range(4))
    other = Socket(SPEC)
    other.request("class-new", [("name", "class7")])
    other.request("rule-new", rule)
    numbers = []
    for sock in (changer, shower, aborter, closer):
        numbers.append(sock.begin())
        sock.request("class-new", [("transaction", numbers[-1]), ("name", "two")])
        sock.request("rule-new", [("transaction", numbers[-1]),
                                  ("id", 4243)] + rule[1:])
    other.request("rule-del", [("id", 4242)])
    other.request("class-del", [("name", "class7")])
    # A grace period, and then some.
    time.sleep(1)
    before = configuration()
    answer = refused(changer, "flush", [("transaction", numbers[0])],
                     "a change of what is out of date")
    check(answer.name == "EAGAIN", "error %s", answer)
    refused(changer, "class-new", [("transaction", numbers[0]), ("name", "two")],
            "a change after that", names="transaction")
    answer = refused(shower, "class-get", [("transaction", numbers[1]),
                                           ("name", "two")],
                     "a look at what is out of date")
    check(answer.name == "EAGAIN", "error %s", answer)
    aborter.request("transaction-abort", [("transaction", numbers[2])])
    closer.close()
    unchanged(before, "transactions that are out of date")


def case_many():
    """Thousands of changes in one transaction."""
    sock = Socket(SPEC)
    before = configuration()
    number = sock.begin()
    for i in range(3000):
        sock.request("institution-new", [("transaction", number),
                                         ("tag", 100000 + i)])
    sock.commit(number, 3000)
    equal("institutions", len(before["institution-get"]) + 3000,
          len(sock.dump("institution-get")))
    number = sock.begin()
    for i in range(3000):
        sock.request("institution-del", [("transaction", number),
                                         ("tag", 100000 + i)])
    sock.commit(number, 3000)
    unchanged({k: v for k, v in before.items() if k != "settings"},
              "added and deleted")


def case_many_open():
    """Who begins transactions without end is stopped, or does no harm."""
    sock = Socket(SPEC)
    before = configuration()
    for i in range(2000):
        try:
            number = sock.begin()
            sock.request("class-new", [("transaction", number),
                                       ("name", "one")])
        except Refused as answer:
            check(answer.message, "refused without a message after %d", i)
            break
    sock.close()
    unchanged(before, "transactions without end")


def case_notification():
    """A commit is told to those who listen, once."""
    listener, writer = Socket(SPEC), Socket(SPEC)
    listener.join()
    number = writer.begin()
    writer.request("class-new", [("transaction", number), ("name", "one")])
    writer.request("class-new", [("transaction", number), ("name", "two")])
    writer.commit(number, 2)
    data = listener.sock.recv(65536)
    found = SPEC.decode("transaction", data[20:struct.unpack("=I", data[:4])[0]])
    equal("changes", 2, found["changes"])
    equal("generation", writer.request("settings-get")[0]["generation"],
          found["generation"])
    listener.sock.settimeout(0.3)
    try:
        data = listener.sock.recv(65536)
        raise Failure("another notification: %r" % data)
    except (TimeoutError, BlockingIOError):
        pass
    writer.request("class-del", [("name", "one")])
    writer.request("class-del", [("name", "two")])


def case_dump_consistent():
    """A listing that the configuration changes under says so."""
    sock, writer = Socket(SPEC), Socket(SPEC)
    number = writer.begin()
    for i in range(5000):
        writer.request("institution-new", [("transaction", number),
                                           ("tag", 200000 + i)])
    writer.commit(number, 5000)
    entry = SPEC.operations["institution-get"]
    sock.send_raw(sock.family, NLM_F_REQUEST | NLM_F_DUMP,
                  struct.pack("=BBH", entry["number"], 1, 0))
    data = sock.sock.recv(1 << 18)
    writer.request("class-new", [("name", "one")])
    interrupted = False
    done = False
    tags = []
    while not done:
        while len(data) >= 16:
            length, kind, flags, _, _ = struct.unpack("=IHHII", data[:16])
            interrupted |= bool(flags & 0x10)
            done |= kind == 3
            if kind == sock.family:
                tags.append(SPEC.decode("institution", data[20:length])["tag"])
            data = data[(length + 3) & ~3:]
        if not done:
            data = sock.sock.recv(1 << 18)
    equal("institutions listed twice", len(set(tags)), len(tags))
    whole = sorted(t for t in tags if t >= 200000)
    check(interrupted or len(whole) == 5000,
          "%d of 5000, and nothing said", len(whole))
    writer.request("class-del", [("name", "one")])
    number = writer.begin()
    for i in range(5000):
        writer.request("institution-del", [("transaction", number),
                                           ("tag", 200000 + i)])
    writer.commit(number, 5000)


def case_replace():
    """NLM_F_REPLACE adds or replaces; without it what exists is refused."""
    sock = Socket(SPEC)
    before = configuration()
    number = sock.begin()
    for operation, values in GOOD.items():
        if operation.endswith("-new"):
            for _ in range(2):
                sock.request(operation, [("transaction", number)] + values,
                             NLM_F_REPLACE)
    sock.request("transaction-abort", [("transaction", number)])
    unchanged(before, "an aborted transaction")


def case_permission():
    """Without CAP_NET_ADMIN there is reading, and nothing else."""
    before = configuration()
    child = os.fork()
    if not child:
        os.setgid(65534)
        os.setuid(65534)
        sock = Socket(SPEC)
        try:
            sock.dump("tenant-get")
            sock.request("settings-get")
            for operation, values in GOOD.items():
                try:
                    sock.request(operation, values)
                except Refused as answer:
                    if answer.code in (errno.EPERM, errno.EACCES):
                        continue
                    raise
                print("%s is permitted" % operation, file=sys.stderr)
                os._exit(1)
        except BaseException as error:
            print(error, file=sys.stderr)
            os._exit(1)
        os._exit(0)
    equal("status of the child", 0, os.waitpid(child, 0)[1])
    unchanged(before, "without privilege")


def case_family():
    """The family is what the spec says."""
    sock = Socket(SPEC)
    equal("groups", [g["name"] for g in SPEC.yaml["mcast-groups"]["list"]],
          list(sock.groups))
    reply = sock._transact(GENL_ID_CTRL, 3, attribute(2, b"ix\0"), 0)[0]
    found = dict(attributes(reply))
    commands = {struct.unpack("=I", dict(attributes(op))[1])[0]
                for _, op in attributes(found[6])}
    wanted = {entry["number"] for entry in SPEC.operations.values()
              if "do" in entry or "dump" in entry}
    equal("commands", wanted, commands)


def main():
    function = globals().get("case_" + sys.argv[1])
    if not function:
        sys.exit("no case %s" % sys.argv[1])
    inspect.signature(function).bind(*sys.argv[2:])
    try:
        function(*sys.argv[2:])
    except Failure as failure:
        sys.exit(str(failure))


main()
