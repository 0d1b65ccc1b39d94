#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests with packets made by hand, in the scene of lib.sh.

Runs for as long as a test script and takes its orders from standard input: a
line is a namespace for each name (NAME=NAMESPACE), an empty word, the case and
its arguments, each with the character 0x1f behind it. The answer is any number
of lines and then one of 0x1e and a status. (To start Python for each packet
takes longer than everything else.)

Each case is a function below; it fails by an exception, whose text says what is
wrong.
"""

import inspect
import os
import random
import socket
import struct
import sys
import time
import traceback

import peer
from packet import (
    ACK, AH, FRAGMENT, HOPOPTS, ICMP, ICMP6, PSH, ROUTING, RST, SYN, TCP, UDP,
    InNamespace, Packet, Port, address, checksum, echo_packet, error_packet,
    fragment6, hardware_address, icmp, ip, ip4, ip6, pseudo, tcp, tcp_packet,
    udp, udp_packet)

PORTS = {"mame": "mame0", "hare": "hare0", "kmix": "kmix0", "common": "comm0",
         "four": "four0", "six": "six0", "second": "mame1", "hare2": "hare1",
         "stranger": "strange0"}


NAMESPACES = {}


class Failure(Exception):
    pass


def check(condition, message, *values):
    if not condition:
        raise Failure(message % values if values else message)


def equal(what, expected, actual):
    check(expected == actual, "%s: expected %s, is %s" % (what, expected, actual))


def port(name, device=None):
    """A packet socket in the namespace of a tenant's hosts."""
    device = device or PORTS.get(name)
    hardware = hardware_address(NAMESPACES["router"], device) if device else b""
    return Port(NAMESPACES[name], peer=hardware)


def numbers():
    """Ports (or identifier and sequence) that nobody else has now."""
    return random.randrange(20000, 30000), random.randrange(30000, 40000)


def is_v6(text):
    return ":" in text


def exchange(sender, receiver, packet, wanted, seconds=3):
    """Sends a packet; the one that comes out, or a failure."""
    receiver.drain()
    sender.send(packet)
    found = receiver.receive(wanted, seconds)
    check(found is not None, "nothing came out for %s", Packet(packet))
    return found


def nothing(sender, receiver, packet, wanted, seconds=0.4):
    receiver.drain()
    sender.send(packet)
    found = receiver.receive(wanted, seconds)
    check(found is None, "this should not have come out: %s", found)


def with_ports(*ports):
    return lambda packet: packet.ports == ports


##############################################################################
# Single packets


def case_send_udp(name, src, dst, count="1", sport="1000", dport="2000"):
    """Sends, and looks at nothing."""
    sender = port(name)
    for _ in range(int(count)):
        sender.send(udp_packet(src, dst, int(sport), int(dport)))


def case_burst(name, src, dst, to, count):
    """One send of many small datagrams, which the stack cuts when they are about
    to leave: they come to the router in one softirq, and in their order."""
    count = int(count)
    sport, dport = numbers()
    receiver = port(to)
    receiver.drain()
    with InNamespace(NAMESPACES[name]):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_UDP, 103, 100)  # UDP_SEGMENT
    sender.bind((src, sport))
    sender.sendto(b"".join(struct.pack("!I96x", n) for n in range(count)),
                  (dst, dport))
    sender.close()
    found = receiver.receive_all(with_ports(sport, dport), count)
    equal("their order", list(range(count)),
          [struct.unpack("!I", packet.payload[8:12])[0] for packet in found])


def case_flows(name, to, count, *pairs):
    """COUNT flows at once, in turns from each SOURCE to each DESTINATION of
    "SOURCE>DESTINATION", and once more; nothing comes out for a destination
    "!ADDRESS"."""
    sport, dport = numbers()
    sender, receiver = port(name), port(to)
    ours = [(sport + n, dport) for n in range(int(count))]
    receiver.drain()
    for when in "when they are new", "when they are known":
        expected = []
        for n, ports in enumerate(ours):
            src, dst = pairs[n % len(pairs)].split(">")
            if not dst.startswith("!"):
                expected.append(ports)
            sender.send(udp_packet(src, dst.lstrip("!"), *ports))
        found = receiver.receive_all(lambda packet: packet.ports in ours,
                                     len(expected))
        equal("what came out " + when, expected,
              [packet.ports for packet in found])


def case_scan_udp(name, src, dst, last, rounds):
    """All ports from 1000 to before LAST, ROUNDS times."""
    sender = port(name)
    for _ in range(int(rounds)):
        for dport in range(1000, int(last)):
            sender.send(udp_packet(src, dst, 60000, dport))


def case_send_tcp(name, src, dst, flags, sport="1000", dport="2000"):
    sender = port(name)
    bits = {"S": SYN, "A": ACK, "R": RST, "P": PSH}
    sender.send(tcp_packet(src, dst, int(sport), int(dport),
                           sum(bits[flag] for flag in flags)))


def case_passes_udp(name, src, dst, to, sport, dport):
    sport, dport = int(sport), int(dport)
    exchange(port(name), port(to), udp_packet(src, dst, sport, dport),
             with_ports(sport, dport))


def case_passes_tcp(name, src, dst, to, flags, sport, dport):
    bits = {"S": SYN, "A": ACK, "R": RST, "P": PSH, "-": 0}
    sport, dport = int(sport), int(dport)
    exchange(port(name), port(to),
             tcp_packet(src, dst, sport, dport,
                        sum(bits[flag] for flag in flags)),
             with_ports(sport, dport))


def case_stops_tcp(name, src, dst, to, flags, sport, dport):
    bits = {"S": SYN, "A": ACK, "R": RST, "P": PSH, "-": 0}
    sport, dport = int(sport), int(dport)
    nothing(port(name), port(to),
            tcp_packet(src, dst, sport, dport,
                       sum(bits[flag] for flag in flags)),
            with_ports(sport, dport))


def case_stops_udp(name, src, dst, to, sport=None, dport=None):
    ports = (int(sport), int(dport)) if sport else numbers()
    nothing(port(name), port(to), udp_packet(src, dst, *ports),
            with_ports(*ports))


def case_addresses(name, src, dst, to, seen_src, seen_dst):
    ports = numbers()
    seen = exchange(port(name), port(to), udp_packet(src, dst, *ports),
                    with_ports(*ports))
    check(seen.addressed(seen_src, seen_dst), "expected %s > %s, is %s",
          seen_src, seen_dst, seen)
    check(seen.checksums_good(), "wrong checksum")


def check_headers(sender, receiver, src, dst, size, df):
    ports = numbers()
    options = {"ttl": 57, "tos": 0x4a, "ident": 0x1234, "df": df}
    if is_v6(src):
        options = {"hop_limit": 57, "tclass": 0x4a, "flow": 0x54321}
    payload = random.randbytes(size)
    sent = Packet(udp_packet(src, dst, *ports, payload, **options))
    seen = exchange(sender, receiver, sent.data, with_ports(*ports))

    equal("hop limit", 56, seen.ttl)
    equal("TOS or traffic class", 0x4a, seen.tos)
    equal("payload", payload, seen.payload[8:])
    check(not seen.fragment, "it has become a fragment: %s", seen)
    check(seen.checksums_good(), "wrong checksum: %s", seen)
    equal("length of the frame", seen.total, len(seen.data))
    if sent.version == 4 and seen.version == 4:
        equal("identification", sent.ident, seen.ident)
        equal("DF", sent.df, seen.df)
    if sent.version == 6 and seen.version == 6:
        equal("flow label", sent.flow, seen.flow)
    if sent.version == 4 and seen.version == 6:
        equal("flow label", 0, seen.flow)
    if sent.version == 6 and seen.version == 4:
        equal("DF (RFC 7915, 5.1)", seen.total > 1260, seen.df)


def case_headers(name, src, dst, to):
    sender, receiver = port(name), port(to)
    for size in 0, 1, 100, 1232, 1241, 1400:
        for df in False, True:
            # Larger than the lowest IPv6 MTU it would be cut.
            if not is_v6(src) and not df and size > 1200:
                continue
            check_headers(sender, receiver, src, dst, size, df)


def case_checksums(name, src, dst, to):
    sender, receiver = port(name), port(to)
    for i in range(60):
        ports = numbers()
        payload = random.randbytes(random.choice((0, 1, 2, 3, 99, 512, 1199)))
        packet = (udp_packet(src, dst, *ports, payload),
                  tcp_packet(src, dst, *ports, SYN, payload),
                  tcp_packet(src, dst, *ports, ACK | PSH, payload))[i % 3]
        seen = exchange(sender, receiver, packet, with_ports(*ports))
        check(seen.checksums_good(), "wrong checksum: %s", seen)
        equal("end of the payload", payload, seen.payload[
            len(seen.payload) - len(payload):])

    for payload in b"", b"x", random.randbytes(777):
        ident, seq = numbers()
        seen = exchange(sender, receiver,
                        echo_packet(src, dst, ident, seq, payload),
                        lambda p: p.rest == ident << 16 | seq)
        check(seen.checksums_good(), "wrong ICMP checksum: %s", seen)
        equal("echo", (128 if seen.version == 6 else 8, 0),
              (seen.kind, seen.code))
        equal("echo payload", payload, seen.payload[8:])

    # A UDP checksum that becomes 0 must be written as 0xffff.
    ports = numbers()
    seen = exchange(sender, receiver, udp_packet(src, dst, *ports, b"\0\0"),
                    with_ports(*ports))
    word = struct.unpack("!H", seen.payload[6:8])[0]
    seen = exchange(sender, receiver,
                    udp_packet(src, dst, *ports, struct.pack("!H", word)),
                    with_ports(*ports))
    equal("UDP checksum of sum zero", b"\xff\xff", seen.payload[6:8])


def case_bad_checksum(name, src, dst, to):
    sender, receiver = port(name), port(to)
    for kind in range(3):
        ports = numbers()
        if kind == 0:
            packet = bytearray(udp_packet(src, dst, *ports, b"payload"))
            wanted = with_ports(*ports)
        elif kind == 1:
            packet = bytearray(tcp_packet(src, dst, *ports, SYN, b"payload"))
            wanted = with_ports(*ports)
        else:
            packet = bytearray(echo_packet(src, dst, *ports, b"payload"))

            def wanted(p, rest=ports[0] << 16 | ports[1]):
                return p.rest == rest
        packet[-1] ^= 0x55
        receiver.drain()
        sender.send(bytes(packet))
        seen = receiver.receive(wanted, 0.5)
        check(seen is None or not seen.checksums_good(),
              "corruption is hidden: %s", seen)


def case_udp_zero(name, src, dst, to, expected):
    ports = numbers()
    seen = exchange(port(name), port(to),
                    udp_packet(src, dst, *ports, b"no checksum", check=0),
                    with_ports(*ports))
    if expected == "zero":
        equal("UDP checksum", b"\0\0", seen.payload[6:8])
    else:
        check(seen.checksums_good(), "wrong UDP checksum: %s", seen)
        check(seen.payload[6:8] != b"\0\0", "no UDP checksum")


def case_udp_zero_refused(name, src, dst, gateway):
    """The sender of UDP without checksum is told."""
    sender = port(name)
    packet = udp_packet(src, dst, *numbers(), b"no checksum", check=0)
    error = exchange(sender, sender, packet, lambda p: p.is_error())
    check_own_error(error, "prohibited", gateway, packet)


def case_hex_udp_zero(src, dst):
    print(udp_packet(src, dst, 1234, 4321, b"no checksum", check=0).hex())


def case_tos(name, src, dst, to, sent, expected):
    """TOS or traffic class, of a packet and of the one in an ICMP error."""
    sender, receiver = port(name), port(to)
    sent, expected = int(sent, 0), int(expected, 0)
    options = {"tclass" if is_v6(src) else "tos": sent}
    ports = numbers()
    seen = exchange(sender, receiver, udp_packet(src, dst, *ports, **options),
                    with_ports(*ports))
    equal("TOS or traffic class", expected, seen.tos)
    check(seen.checksums_good(), "wrong checksum: %s", seen)

    kind, code = ERRORS["port"][is_v6(src)]
    inner = udp_packet(dst, src, *ports, b"quoted", **options)
    error = exchange(sender, receiver,
                     error_packet(src, dst, kind, code, 0, inner, **options),
                     lambda p: p.is_error() and p.inner().ports == ports)
    equal("TOS or traffic class of an error", expected, error.tos)
    equal("TOS or traffic class within", expected, error.inner().tos)
    check(error.checksums_good(), "wrong checksum: %s", error)


def syn(src, dst, ports, options):
    """A TCP SYN with options."""
    segment = struct.pack("!HHIIBBHHH", *ports, 1, 0,
                          (20 + len(options)) // 4 << 4, SYN, 1024, 0, 0)
    segment += options
    value = checksum(pseudo(src, dst, TCP, len(segment)) + segment)
    segment = segment[:16] + struct.pack("!H", value) + segment[18:]
    return ip(src, dst, TCP, segment)


def case_mss(name, src, dst, to, offered, expected):
    """What a SYN offers, its option at an even and at an odd place."""
    sender, receiver = port(name), port(to)
    for before, after in ((b"\x04\x02", b"\x03\x03\x07\0\0\0"),
                          (b"\x01", b"\x01\x01\x01")):
        ports = numbers()
        options = before + struct.pack("!BBH", 2, 4, int(offered)) + after
        seen = exchange(sender, receiver, syn(src, dst, ports, options),
                        with_ports(*ports))
        check(seen.checksums_good(), "wrong checksum: %s", seen)
        at = 20 + len(before) + 2
        equal("MSS", int(expected),
              struct.unpack("!H", seen.payload[at:at + 2])[0])
        equal("the other options", before + after,
              seen.payload[20:at - 2] + seen.payload[at + 2:])


def case_error_sources(name, dst, inner_dst, to, *sources):
    """Under which source errors of several routers come out."""
    sender, receiver = port(name), port(to)
    kind, code = ERRORS["hop-limit"][is_v6(dst)]
    for src in sources:
        ports = numbers()
        inner = udp_packet(dst, inner_dst, *ports, b"quoted")
        error = exchange(sender, receiver,
                         error_packet(src, dst, kind, code, 0, inner),
                         lambda p: p.is_error() and p.inner().ports == ports)
        check(error.checksums_good(), "wrong checksum: %s", error)
        print(error.src)


def case_options4(name, src, dst, to):
    ports = numbers()
    options = b"\x94\x04\0\0\x01\x01\x01\0"
    seen = exchange(port(name), port(to),
                    udp_packet(src, dst, *ports, b"options", options=options),
                    with_ports(*ports))
    equal("options", options, seen.options)
    check(seen.checksums_good(), "wrong checksum: %s", seen)


def source_route_packet(src, dst):
    route = b"\x83\x07\x04" + address("192.0.2.1")
    return udp_packet(src, dst, 1, 2, options=route)


def case_source_route4(name, src, dst):
    port(name).send(source_route_packet(src, dst))


def case_hex_source_route4(src, dst):
    print(source_route_packet(src, dst).hex())


def extension(next_header, length=8):
    """Hop-by-hop or destination options: padding."""
    return struct.pack("!BBBB", next_header, length // 8 - 1, 1, length - 4) + \
        bytes(length - 4)


def case_options6(name, src, dst, to):
    sender, receiver = port(name), port(to)
    ports = numbers()
    for first in HOPOPTS, 60:
        payload = extension(UDP) + udp(src, dst, *ports, b"options")
        receiver.drain()
        sender.send(ip6(src, dst, first, payload))
        seen = receiver.receive(lambda p: p.protocol == first and
                                p.payload[8:12] == struct.pack("!HH", *ports))
        check(seen is not None, "nothing came out with header %d", first)
        equal("options", payload[:8], seen.payload[:8])
        message = seen.payload[8:]
        equal("checksum", 0, checksum(
            pseudo(seen.src, seen.dst, UDP, len(message)) + message))


def case_routing6(name, src, dst, segments="1"):
    header = struct.pack("!BBBBI", UDP, 2, 0, int(segments), 0) + \
        address("2001:db8::1")
    port(name).send(ip6(src, dst, ROUTING,
                        header + udp(src, dst, 1, 2, b"routing")))


def protocol_packet(protocol, src, dst, payload):
    if protocol == AH:
        payload = struct.pack("!BBHII", UDP, 4, 0, 1, 1) + bytes(12) + payload
    return ip(src, dst, protocol, payload)


def case_protocol(protocol, name, src, dst, to):
    protocol = int(protocol)
    payload = random.randbytes(64)
    seen = exchange(port(name), port(to),
                    protocol_packet(protocol, src, dst, payload),
                    lambda p: p.protocol == protocol and
                    p.payload[-64:] == payload)
    check(seen.checksums_good(), "wrong checksum: %s", seen)


def case_send_icmp(name, src, dst, kind):
    protocol = ICMP6 if is_v6(src) else ICMP
    port(name).send(ip(src, dst, protocol, icmp(src, dst, int(kind), 0, 7,
                                                bytes(12))))


def case_icmp_passes(name, src, dst, to, kind):
    rest = random.randrange(1 << 32)
    packet = ip(src, dst, ICMP6 if is_v6(src) else ICMP,
                icmp(src, dst, int(kind), 0, rest, bytes(12)))
    seen = exchange(port(name), port(to), packet, lambda p: p.rest == rest)
    check(seen.checksums_good(), "wrong checksum: %s", seen)


def case_other_host(name, src, dst):
    """A frame for another host."""
    sender = port(name)
    sender.peer = b"\x02\0\0\0\0\x99"
    sender.send(udp_packet(src, dst, 1, 2))


def case_send_vlan(name, device, src, dst, router_device="mame0"):
    hardware = hardware_address(NAMESPACES["router"], router_device)
    Port(NAMESPACES[name], device, hardware).send(udp_packet(src, dst, 1, 2))


def case_send_protocol(protocol, name, src, dst):
    port(name).send(protocol_packet(int(protocol), src, dst, bytes(64)))


def case_hex(kind, src, dst):
    """A packet as hexadecimal digits."""
    packet = {"udp": udp_packet(src, dst, 1234, 4321, b"payload"),
              "tcp": tcp_packet(src, dst, 1234, 4321, SYN, b"payload"),
              "echo": echo_packet(src, dst, 77, 88, b"payload")}[kind]
    print(packet.hex())


def case_hex_udp_df(src, dst, size):
    print(ip4(src, dst, UDP, udp(src, dst, 1, 2, bytes(int(size))),
              df=True).hex())


def case_comes_out_as(name, to, sent, expected):
    """What comes out, but for an identification that is random."""
    sender, receiver = port(name), port(to)
    expected = bytearray.fromhex(expected)
    receiver.drain()
    sender.send(bytes.fromhex(sent))
    closest = None
    for data in receiver.packets(2):
        if len(data) != len(expected):
            continue
        data = bytearray(data)
        if data[0] >> 4 == 4 and sent[0] == "6":
            data[4:6] = expected[4:6]
            data[10:12] = expected[10:12]
        if data == expected:
            return
        closest = data
    raise Failure("expected %s, comes out %s" % (
        expected.hex(), closest.hex() if closest else "nothing"))


##############################################################################
# Fragments


def fragments_of(src, dst, protocol, payload, size, ident):
    """A packet in pieces of @size octets."""
    pieces = []
    for offset in range(0, len(payload), size):
        piece = payload[offset:offset + size]
        more = offset + size < len(payload)
        if is_v6(src):
            pieces.append(ip6(src, dst, FRAGMENT, fragment6(
                protocol, piece, ident, offset, more)))
        else:
            pieces.append(ip4(src, dst, protocol, piece, ident=ident,
                              mf=more, offset=offset))
    return pieces


def reassemble(pieces):
    pieces = sorted(pieces, key=lambda p: p.offset)
    data = b""
    for piece in pieces:
        equal("offset", len(data), piece.offset)
        data += piece.payload
    check(not pieces[-1].mf, "the last fragment is missing")
    return data


def case_fragments(name, src, dst, to, order="forward"):
    sender, receiver = port(name), port(to)
    ports = numbers()
    ident = random.randrange(1, 65536)
    message = udp(src, dst, *ports, random.randbytes(3000))
    pieces = fragments_of(src, dst, UDP, message, 1024, ident)
    if order == "backward":
        pieces.reverse()
    receiver.drain()
    for piece in pieces:
        sender.send(piece)
    seen = receiver.receive_all(
        lambda p: p.protocol == UDP and p.fragment and p.ident == ident,
        len(pieces))
    equal("fragments", len(pieces), len(seen))
    check(all(p.header_good for p in seen), "wrong header checksum")
    data = reassemble(seen)
    equal("ports", struct.pack("!HH", *ports), data[:4])
    equal("payload", message[8:], data[8:])
    equal("UDP checksum", 0, checksum(
        pseudo(seen[0].src, seen[0].dst, UDP, len(data)) + data))


def case_atomic(name, src, dst, to):
    """An IPv6 fragment that is the whole packet."""
    sender, receiver = port(name), port(to)
    ports = numbers()
    message = udp(src, dst, *ports, b"atomic")
    seen = exchange(sender, receiver,
                    ip6(src, dst, FRAGMENT, fragment6(UDP, message, 77)),
                    with_ports(*ports))
    if seen.version == 6:
        check(seen.fragment or seen.header_length == 48, "header is gone")
    else:
        check(seen.checksums_good(), "wrong checksum: %s", seen)


def case_cut(name, src, dst, to, size, limit):
    """A packet without DF comes out in pieces that fit."""
    sender, receiver = port(name), port(to)
    size, limit = int(size), int(limit)
    ports = numbers()
    ident = random.randrange(1, 65536)
    message = udp(src, dst, *ports, random.randbytes(size))
    receiver.drain()
    sender.send(ip4(src, dst, UDP, message, ident=ident))
    pieces = []
    while not pieces or pieces[-1].mf:
        piece = receiver.receive(lambda p: p.protocol == UDP and p.fragment
                                 and p.ident & 0xffff == ident)
        check(piece is not None, "%d fragments, and no last one", len(pieces))
        check(len(piece.data) <= limit, "a fragment of %d octets",
              len(piece.data))
        check(piece.header_good, "wrong header checksum")
        pieces.append(piece)
    check(len(pieces) > 1, "it was not cut")
    data = reassemble(pieces)
    equal("payload", message[8:], data[8:])
    equal("UDP checksum", 0, checksum(
        pseudo(pieces[0].src, pieces[0].dst, UDP, len(data)) + data))


def case_cut_error(name, src, dst, to, limit):
    """An ICMP error without DF that has to be cut was rewritten before."""
    sender, receiver = port(name), port(to)
    inner = udp_packet(dst, src, *numbers(), random.randbytes(1430))
    receiver.drain()
    sender.send(error_packet(src, dst, 3, 3, 0, inner))
    pieces = []
    while not pieces or pieces[-1].mf:
        piece = receiver.receive(lambda p: p.protocol == ICMP and p.fragment)
        check(piece is not None, "%d fragments, and no last one", len(pieces))
        check(len(piece.data) <= int(limit), "a fragment of %d octets",
              len(piece.data))
        pieces.append(piece)
    data = reassemble(pieces)
    equal("octets", 8 + len(inner), len(data))
    equal("ICMP checksum", 0, checksum(data))
    check(data[20:28] != inner[12:20], "the addresses within are as before")


def case_cut_options(name, src, dst, to):
    """Of IPv4 options only those that say so are in every fragment."""
    sender, receiver = port(name), port(to)
    ports = numbers()
    copied, first_only = b"\x94\x04\0\0", b"\x07\x07\x04\0\0\0\0\x01"
    packet = udp_packet(src, dst, *ports, bytes(1460),
                        options=copied + first_only)
    receiver.drain()
    sender.send(packet)
    for expected in (copied + first_only, copied + b"\x01" * 8):
        piece = receiver.receive(lambda p: p.protocol == UDP and p.fragment)
        check(piece is not None, "a fragment is missing")
        equal("options", expected, piece.options)
        check(piece.header_good, "wrong header checksum")


def case_short_fragment(name, src, dst, to, protocol, size):
    """A first fragment that ends within the transport header."""
    protocol, size = int(protocol), int(size)
    ident = random.randrange(1, 65536)
    message = tcp(src, dst, 1, 2, SYN, bytes(100))[:size]
    if is_v6(src):
        packet = ip6(src, dst, FRAGMENT, fragment6(protocol, message, ident, 0,
                                                   True))
    else:
        packet = ip4(src, dst, protocol, message, ident=ident, mf=True)
    nothing(port(name), port(to), packet, lambda p: p.ident == ident)


def case_later_fragment(name, src, dst, to, protocol, offset, passes):
    """A fragment after the first, alone."""
    protocol, offset = int(protocol), int(offset)
    ident = random.randrange(1, 65536)
    if is_v6(src):
        packet = ip6(src, dst, FRAGMENT, fragment6(protocol, bytes(64), ident,
                                                   offset))
    else:
        packet = ip4(src, dst, protocol, bytes(64), ident=ident, offset=offset)
    if passes == "yes":
        exchange(port(name), port(to), packet, lambda p: p.ident == ident)
    else:
        nothing(port(name), port(to), packet, lambda p: p.ident == ident)


def case_icmp_fragments(name, src, dst, to, passes):
    sender, receiver = port(name), port(to)
    ident = random.randrange(1, 65536)
    protocol = ICMP6 if is_v6(src) else ICMP
    message = icmp(src, dst, 128 if is_v6(src) else 8, 0, 1,
                   random.randbytes(2000))
    receiver.drain()
    for piece in fragments_of(src, dst, protocol, message, 1024, ident):
        sender.send(piece)
    seen = receiver.receive_all(lambda p: p.ident == ident, 2, 0.6)
    equal("fragments that come out", 2 if passes == "yes" else 0, len(seen))
    if seen:
        equal("payload", message[8:], reassemble(seen)[8:])


##############################################################################
# ICMP errors


# What an error means, as type, code of ICMP and ICMPv6.
ERRORS = {
    "network": ((3, 0), (1, 0)),
    "host": ((3, 1), (1, 3)),
    "port": ((3, 3), (1, 4)),
    "too-big": ((3, 4), (2, 0)),
    "prohibited": ((3, 13), (1, 1)),
    "hop-limit": ((11, 0), (3, 0)),
}


# What it becomes where the other version has no such error (RFC 7915, 4.2 and
# 5.2).
TRANSLATED = {
    ("host", 6): (1, 0),
    ("network", 4): (3, 1),
    ("prohibited", 4): (3, 10),
}


def check_own_error(error, what, gateway, offending, mtu=0):
    """An error that the router has made about a packet."""
    v6 = is_v6(gateway)
    equal("type and code of %s" % error, ERRORS[what][v6],
          (error.kind, error.code))
    check(error.addressed(gateway, Packet(offending).src),
          "expected it from %s: %s", gateway, error)
    check(error.checksums_good(), "wrong checksum: %s", error)
    equal("MTU", mtu, error.rest)
    quoted = error.payload[8:]
    check(error.total <= (1280 if v6 else 576), "length %d", error.total)
    room = (1280 - 48) if v6 else (576 - 28)
    check(len(quoted) >= min(len(offending), room - 8),
          "only %d octets are quoted", len(quoted))
    equal("quoted packet", offending[:len(quoted)], quoted)


def case_own_error(what, name, src, dst, gateway, kind="udp", size="20",
                   mtu="0", ttl="64"):
    """Sends a packet that the router answers with an error."""
    sender = port(name)
    ports = numbers()
    options = {"ttl": int(ttl)}
    payload = random.randbytes(int(size))
    if what == "too-big" and not is_v6(src):
        options["df"] = True
    if kind == "udp":
        packet = udp_packet(src, dst, *ports, payload, **options)
    elif kind == "tcp":
        packet = tcp_packet(src, dst, *ports, SYN, payload, **options)
    else:
        packet = echo_packet(src, dst, *ports, payload, **options)
    error = exchange(sender, sender, packet, lambda p: p.is_error())
    check_own_error(error, what, gateway, packet, int(mtu))


def case_send_ttl1(name, src, dst):
    port(name).send(udp_packet(src, dst, 1, 2, ttl=1))


def case_errors_for(count, name, src, dst):
    """How many errors are sent about so many packets at once."""
    sender = port(name)
    sender.drain()
    for _ in range(int(count)):
        sender.send(udp_packet(src, dst, 1, 2, ttl=1))
    print(len(sender.receive_all(lambda p: p.is_error(), int(count), 0.7)))


def case_errors_seen(name, src, dst):
    """How many errors a packet is answered with."""
    sender = port(name)
    sender.drain()
    sender.send(udp_packet(src, dst, 1, 2))
    print(len(sender.receive_all(lambda p: p.is_error(), 2, 0.5)))


def case_no_own_error(name, src, dst, reason):
    """Packets about which nobody must be told."""
    sender = port(name)
    quoted = udp_packet(dst, src, 1, 2, b"quoted")
    protocol = ICMP6 if is_v6(src) else ICMP
    if reason == "error":
        # About something that the policy (or the hop limit) refuses.
        kind, code = ERRORS["port"][is_v6(src)]
        packet = error_packet(src, dst, kind, code, 0, quoted, ttl=1)
    elif reason == "fragment":
        if is_v6(src):
            packet = ip6(src, dst, FRAGMENT,
                         fragment6(UDP, bytes(64), 9, 800), hop_limit=1)
        else:
            packet = ip4(src, dst, UDP, bytes(64), ident=9, offset=800, ttl=1)
    elif reason == "redirect":
        message = icmp(src, dst, 137 if is_v6(src) else 5, 1, 0, quoted)
        packet = ip(src, dst, protocol, message, ttl=1)
    else:
        raise Failure("no reason " + reason)
    nothing(sender, sender, packet, lambda p: p.is_error())


def case_forwarded_error(what, name, error_src, error_dst, inner_dst,
                         to, seen_src, seen_dst, seen_inner_dst,
                         mtu="0", seen_mtu="0", short=""):
    """An ICMP error that a tenant sends about a packet that it has got.

    error_dst is the sender of that packet, as the tenant sees it; inner_dst
    is whom the packet was for. What comes out is seen by the sender.
    """
    sender, receiver = port(name), port(to)
    ports = numbers()
    kind, code = ERRORS[what][is_v6(error_src)]
    inner = udp_packet(error_dst, inner_dst, *ports, random.randbytes(40),
                       ttl=50)
    if short:
        inner = inner[:(40 if is_v6(inner_dst) else 20) + 8]
    packet = error_packet(error_src, error_dst, kind, code, int(mtu), inner)
    error = exchange(sender, receiver, packet,
                     lambda p: p.is_error() and p.inner().ports == ports)

    expected = ERRORS[what][is_v6(seen_src)]
    if is_v6(error_src) != is_v6(seen_src):
        expected = TRANSLATED.get((what, error.version), expected)
    equal("type and code", expected, (error.kind, error.code))
    check(error.addressed(seen_src, seen_dst), "expected %s > %s: %s",
          seen_src, seen_dst, error)
    check(error.checksums_good(), "wrong checksum: %s", error)
    equal("MTU", int(seen_mtu), error.rest)
    seen = error.inner()
    check(seen.addressed(seen_dst, seen_inner_dst),
          "the packet within: expected %s > %s: %s", seen_dst, seen_inner_dst,
          seen)
    length = len(seen.data) if short else seen.total
    equal("octets of the packet within", length, len(seen.data))
    if seen.version == 4:
        equal("header checksum of the packet within", 0,
              checksum(seen.data[:seen.header_length]))
    if not short:
        check(seen.checksums_good(), "UDP checksum of the packet within")


def case_send_error(name, src, dst):
    """Port unreachable about a packet from dst to src."""
    kind, code = ERRORS["port"][is_v6(src)]
    port(name).send(error_packet(src, dst, kind, code, 0,
                                 udp_packet(dst, src, 1, 2, bytes(20))))


def case_refused_error(reason, name, error_src, error_dst, inner_dst, to):
    """ICMP errors that must not get through."""
    sender, receiver = port(name), port(to)
    kind, code = ERRORS["port"][is_v6(error_src)]
    inner = udp_packet(error_dst, inner_dst, 1111, 2222, b"x" * 20)
    check_value = None
    if reason == "checksum":
        check_value = 0x1234
    elif reason == "inner-source":
        # About a packet that somebody else has sent.
        other = "2001:db8:40::99" if is_v6(error_dst) else "100.64.33.99"
        inner = udp_packet(other, inner_dst, 1111, 2222, b"x" * 20)
    elif reason == "nested":
        about = error_packet(error_dst, inner_dst, kind, code, 0, inner)
        inner = about
    elif reason == "truncated":
        inner = inner[:10]
    packet = error_packet(error_src, error_dst, kind, code, 0, inner,
                          check_value)
    nothing(sender, receiver, packet, lambda p: p.is_error())


##############################################################################
# Packets that are not for ix, or that nothing can be done with


def case_malformed(name, src, dst, what):
    sender = port(name)
    good = udp_packet(src, dst, 1, 2, b"x" * 32)
    if what == "header_checksum":
        packet = ip4(src, dst, UDP, good[20:], check=0x1234)
    elif what == "ihl":
        packet = ip4(src, dst, UDP, good[20:], ihl=4)
    elif what == "ihl_long":
        packet = ip4(src, dst, UDP, b"", ihl=15)
    elif what == "total_short":
        packet = ip4(src, dst, UDP, good[20:], total=16)
    elif what == "total_long":
        packet = ip4(src, dst, UDP, good[20:], total=1000)
    elif what == "truncated":
        packet = good[:12]
    elif what == "version":
        packet = bytes([0x55]) + good[1:]
    elif what == "length6":
        packet = ip6(src, dst, UDP, good[40:], length=1000)
    elif what == "version6":
        packet = bytes([0x75]) + good[1:]
    elif what == "chain6":
        packet = ip6(src, dst, HOPOPTS, struct.pack("!BB", UDP, 200) + bytes(6))
    elif what == "udp_short":
        packet = ip(src, dst, UDP, good[-40:-36])
    elif what == "tcp_offset":
        segment = bytearray(tcp(src, dst, 1, 2, SYN))
        segment[12] = 0x10
        packet = ip(src, dst, TCP, bytes(segment))
    else:
        raise Failure("no case " + what)
    sender.send(packet, 0x86dd if is_v6(src) else 0x800)


def case_everything_counted(name, src, dst, count):
    """All sorts of packets; how many were sent is written at the end."""
    sender = port(name)
    seed = random.randrange(1 << 32)
    rnd = random.Random(seed)
    sent = 0
    for _ in range(int(count)):
        packet = bytearray(rnd.choice((
            udp_packet(src, dst, 1, 2, rnd.randbytes(rnd.randrange(64))),
            tcp_packet(src, dst, 1, 2, rnd.randrange(32)),
            echo_packet(src, dst, 3, 4, b"x" * 8),
            protocol_packet(rnd.randrange(256), src, dst, rnd.randbytes(40)),
        )))
        first = 40 if is_v6(src) else 20
        for _ in range(rnd.choice((0, 0, 1, 2))):
            at = rnd.randrange(len(packet))
            # The destination stays: it may be the router, or multicast.
            if not first - len(address(dst)) <= at < first:
                packet[at] = rnd.randrange(256)
        if not rnd.randrange(10):
            packet = packet[:rnd.randrange(14, len(packet))]
        sender.send(bytes(packet), 0x86dd if is_v6(src) else 0x800)
        sent += 1
        if sent % 50 == 0:
            time.sleep(0.01)
    print(sent, seed)


def case_peer(name, *arguments):
    """What peer.py does, from a namespace."""
    wrong = peer.client(arguments, NAMESPACES[name])
    check(not wrong, "%s", wrong)


def socket_of_field(name, address):
    """A UDP socket of a host, and its option for TOS or traffic class."""
    v6 = is_v6(address)
    sock = peer.socket_in(NAMESPACES[name], peer.family_of(address),
                          socket.SOCK_DGRAM)
    sock.settimeout(peer.TIMEOUT)
    return (sock, socket.IPPROTO_IPV6, socket.IPV6_TCLASS,
            socket.IPV6_RECVTCLASS) if v6 else \
           (sock, socket.IPPROTO_IP, socket.IP_TOS, socket.IP_RECVTOS)


def case_field(name, source, address, to, host, sent, size="100"):
    """The TOS or traffic class that a host sees of a datagram that the stack of
    another one has sent: checksums and fragments are right, then."""
    receiver, level, _, option = socket_of_field(to, host)
    sender, sender_level, field, _ = socket_of_field(name, source)
    with receiver, sender:
        receiver.setsockopt(level, option, 1)
        receiver.bind((host, 3000))
        sender.setsockopt(sender_level, field, int(sent, 0))
        sender.bind((source, 0))
        sender.sendto(b"x" * int(size), (address, 3000))
        _, control, _, _ = receiver.recvmsg(65536, 100)
        print("0x%02x" % control[0][2][0])


def order(words):
    """Carries out one order, and returns a status."""
    split = words.index("")
    NAMESPACES.clear()
    NAMESPACES.update(word.split("=", 1) for word in words[:split])
    case, arguments = words[split + 1], words[split + 2:]
    try:
        function = globals().get("case_" + case)
        check(function, "no case %s", case)
        inspect.signature(function).bind(*arguments)
        function(*arguments)
        if case.startswith(("send_", "scan_")):
            # If there was much to do, the kernel has put the rest off until
            # nobody else wants this processor.
            time.sleep(0.01)
    except Failure as failure:
        print(failure)
        return 1
    except Exception:
        traceback.print_exc(file=sys.stdout)
        return 1
    return 0


def main():
    # Packets that different processors take in have no order, and what the
    # router counts and keeps for each processor would depend on the scheduler.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for line in sys.stdin:
        status = order(line.rstrip("\n").split("\x1f")[:-1])
        print("\x1e%d" % status, flush=True)


main()
