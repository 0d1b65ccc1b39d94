# SPDX-License-Identifier: GPL-2.0
"""What a device is to do with a packet, as the header of virtio-net says it:
fill in a checksum, cut a super-packet into segments. And the doing of it.
"""

import struct

import reference
from reference import ICMP6, TCP, UDP

NEEDS_CSUM = 1
GSO_NONE, GSO_TCPV4, GSO_UDP_FRAGMENTS, GSO_TCPV6, GSO_UDP = 0, 1, 3, 4, 5
NOTHING = bytes(10)
FIN, PSH, CWR = 0x01, 0x08, 0x80
# Linux makes no more of one.
UDP_SEGMENTS = 128


def header(flags=0, gso=GSO_NONE, header_length=0, size=0, start=0, offset=0):
    return struct.pack("=BBHHHH", flags, gso, header_length, size, start, offset)


def sum_at(h):
    """Where the checksum is, from the transport header on; None: nowhere."""
    if h.protocol == ICMP6:
        return 2
    return reference.CHECKSUM_AT.get(h.protocol)


def left_to_device(data):
    """The packet with its checksum left to the device, as (header, octets); None
    if it is of no kind that senders do that with."""
    h = reference.read_any(data, 0, len(data), data[0] >> 4, False)
    if h.protocol not in (TCP, UDP) or h.fragment or len(data) != h.end or \
            h.protocol == UDP and (
                data[h.payload + 6:h.payload + 8] == b"\0\0" or
                struct.unpack_from("!H", data, h.payload + 4)[0] !=
                len(data) - h.payload):
        return None
    if not reference.checksums_good(data):
        return None
    at = h.payload + sum_at(h)
    pseudo = reference.ones_sum(reference.pseudo(
        h.version, h.src, h.dst, h.protocol, len(data) - h.payload))
    return (header(NEEDS_CSUM, start=h.payload, offset=sum_at(h)),
            data[:at] + struct.pack("!H", pseudo) + data[at + 2:])


def front_of(data, h):
    """How much of a super-packet each of its segments begins with."""
    return h.payload + (8 if h.protocol == UDP else
                        (data[h.payload + 12] >> 4) * 4)


def super_packet(data, size, linear=None):
    """A TCP or UDP packet that is to be cut into segments of @size octets."""
    left = left_to_device(data)
    h = reference.read_any(data, 0, len(data), data[0] >> 4, False)
    # Nobody makes super-packets with a fragment header, and Linux cuts none.
    if not left or h.fragment_header:
        return None
    front = front_of(data, h)
    if not 0 < size < len(data) - front or \
            h.protocol == UDP and len(data) - front > size * UDP_SEGMENTS:
        return None
    kind = GSO_UDP if h.protocol == UDP else \
        GSO_TCPV4 if h.version == 4 else GSO_TCPV6
    return (header(NEEDS_CSUM, kind, linear or front, size, h.payload,
                   sum_at(h)), left[1])


def fragments(data, size):
    """An IPv4 UDP packet without checksum that is to be cut into fragments with
    @size octets of it each."""
    h = reference.read_any(data, 0, len(data), 4, False)
    return header(0, GSO_UDP_FRAGMENTS, h.payload + 8, size), data


def in_pages(linear):
    """Of a packet of a page or more only so many octets are in the linear
    part."""
    return header(header_length=linear)


def with_length(data, h, segment, front, ident):
    """A segment: its lengths, identification and checksum; the IP header is that
    of the super-packet."""
    packet = bytearray(data[:front] + segment)
    if h.version == 4:
        struct.pack_into("!H", packet, 2, len(packet))
        struct.pack_into("!H", packet, 4, ident & 0xffff)
        struct.pack_into("!H", packet, 10, 0)
        struct.pack_into("!H", packet, 10, reference.checksum(
            bytes(packet[:h.payload])))
    else:
        struct.pack_into("!H", packet, 4, len(packet) - 40)
    return packet


def with_df(packet):
    """An IPv4 packet with DF set."""
    if packet[0] >> 4 != 4:
        return packet
    packet = packet[:6] + b"\x40\0" + packet[8:10] + b"\0\0" + packet[12:]
    return packet[:10] + struct.pack("!H", reference.checksum(packet[:20])) + \
        packet[12:]


def fill_in(packet, h, start, offset):
    """The checksum, over the new pseudo-header."""
    at = start + offset
    struct.pack_into("!H", packet, at, 0)
    check = reference.checksum(reference.pseudo(
        h.version, h.src, h.dst, h.protocol, len(packet) - start) +
        bytes(packet[start:]))
    if not check and h.protocol == UDP:
        check = 0xffff
    struct.pack_into("!H", packet, at, check)
    return bytes(packet)


def done(what, data):
    """The packets that go over the wire."""
    flags, gso, _, size, start, offset = struct.unpack("=BBHHHH", what)
    gso &= 0x7f
    if not flags & NEEDS_CSUM:
        return [data]
    if gso == GSO_NONE:
        # What is in the field is the sum of the pseudo-header, or it is wrong.
        packet = bytearray(data)
        check = reference.checksum(bytes(packet[start:]))
        h = reference.read_any(data, 0, len(data), data[0] >> 4, False)
        if not check and h.protocol == UDP:
            check = 0xffff
        struct.pack_into("!H", packet, start + offset, check)
        return [bytes(packet)]
    h = reference.read_any(data, 0, len(data), data[0] >> 4, False)
    front = front_of(data, h)
    pieces = range(front, len(data), size)
    packets = []
    for i, at in enumerate(pieces):
        packet = with_length(data, h, data[at:at + size], front, h.ident + i)
        if gso == GSO_UDP:
            struct.pack_into("!H", packet, start + 4, len(packet) - start)
        else:
            number_segment(packet, start, at - front, not i,
                           i == len(pieces) - 1)
        packets.append(fill_in(packet, h, start, offset))
    return packets


def number_segment(packet, start, behind, first, last):
    """Sequence number and flags of a TCP segment."""
    seq = struct.unpack_from("!I", packet, start + 4)[0] + behind
    struct.pack_into("!I", packet, start + 4, seq & 0xffffffff)
    if not last:
        packet[start + 13] &= ~(FIN | PSH)
    if not first:
        packet[start + 13] &= ~CWR
