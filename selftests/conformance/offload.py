# SPDX-License-Identifier: GPL-2.0
"""What a device is to do with a packet, as the header of virtio-net says it:
fill in a checksum, cut a super-packet into segments. And the doing of it.
"""

import struct

import reference
from reference import ICMP6, TCP, UDP

NEEDS_CSUM = 1
GSO_NONE, GSO_TCPV4, GSO_TCPV6 = 0, 1, 4
NOTHING = bytes(10)
FIN, PSH, CWR = 0x01, 0x08, 0x80


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


def super_packet(data, size):
    """A TCP packet that is to be cut into segments of @size octets."""
    left = left_to_device(data)
    h = reference.read_any(data, 0, len(data), data[0] >> 4, False)
    # Nobody makes super-packets with a fragment header, and Linux cuts none.
    if not left or h.protocol != TCP or h.fragment_header:
        return None
    front = h.payload + (data[h.payload + 12] >> 4) * 4
    if not 0 < size < len(data) - front:
        return None
    return (header(NEEDS_CSUM, GSO_TCPV4 if h.version == 4 else GSO_TCPV6,
                   front, size, h.payload, 16), left[1])


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
    front = start + (data[start + 12] >> 4) * 4
    pieces = range(front, len(data), size)
    packets = []
    for i, at in enumerate(pieces):
        packet = with_length(data, h, data[at:at + size], front, h.ident + i)
        seq = struct.unpack_from("!I", packet, start + 4)[0] + at - front
        struct.pack_into("!I", packet, start + 4, seq & 0xffffffff)
        if i < len(pieces) - 1:
            packet[start + 13] &= ~(FIN | PSH)
        if i:
            packet[start + 13] &= ~CWR
        packets.append(fill_in(packet, h, start, offset))
    return packets
