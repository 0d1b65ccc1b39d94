# SPDX-License-Identifier: GPL-2.0
"""Packets as octets; addresses are numbers."""

import struct

# Octets behind the IP header: UDP, and as much as fills an Ethernet frame.
PAYLOAD = 26
DATA = bytes(range(PAYLOAD - 8))
DATA_SUM = sum(struct.unpack("!%dH" % (len(DATA) // 2), DATA))
UDP, TCP = 17, 6

IPV4 = struct.Struct("!BBHHHBBHII")
IPV6 = struct.Struct("!IHBBQQQQ")
PORTS = struct.Struct("!HHHH")
TCP_HEADER = struct.Struct("!HHIIHHHHHH2x")
LOW = (1 << 64) - 1


def fold(total):
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return (total & 0xFFFF) + (total >> 16)


def words4(a):
    return (a >> 16) + (a & 0xFFFF)


def words6(a):
    # 2^16 is 1 in one's complement arithmetic.
    return a % 0xFFFF if a else 0


def udp(pseudo, sport, dport):
    total = fold(pseudo + UDP + 2 * PAYLOAD + sport + dport + DATA_SUM)
    check = 0xFFFF - total or 0xFFFF
    return PORTS.pack(sport, dport, PAYLOAD, check) + DATA


def tcp(pseudo, sport, dport, flags):
    """A segment of the same length, for policies that look at flags."""
    words = 5 << 12 | flags
    data = DATA[:PAYLOAD - 20 - 4]
    total = fold(pseudo + TCP + PAYLOAD + sport + dport + 1 + 2 + words + 8192 +
                 struct.unpack("!H", data)[0])
    return struct.pack("!HHIIHHHH", sport, dport, 1, 2, words, 8192,
                       0xFFFF - total, 0) + data + bytes(4)


def transport(pseudo, sport, dport, flags):
    if flags is None:
        return udp(pseudo, sport, dport)
    return tcp(pseudo, sport, dport, flags)


def ipv4(src, dst, sport, dport, ttl=64, df=True, flags=None):
    protocol = UDP if flags is None else TCP
    length = 20 + PAYLOAD
    frag = 0x4000 if df else 0
    check = 0xFFFF - fold(0x4500 + length + frag + (ttl << 8 | protocol) +
                          words4(src) + words4(dst))
    return (IPV4.pack(0x45, 0, length, 0, frag, ttl, protocol, check, src, dst) +
            transport(words4(src) + words4(dst), sport, dport, flags))


def ipv6(src, dst, sport, dport, ttl=64, flags=None):
    protocol = UDP if flags is None else TCP
    return (IPV6.pack(6 << 28, PAYLOAD, protocol, ttl, src >> 64, src & LOW,
                      dst >> 64, dst & LOW) +
            transport(words6(src) + words6(dst), sport, dport, flags))
