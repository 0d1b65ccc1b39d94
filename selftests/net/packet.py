# SPDX-License-Identifier: GPL-2.0
"""Packets octet by octet, and sockets in other network namespaces.

For tests only: everything is written from the RFCs, nothing knows of ix.
"""

import ctypes
import fcntl
import ipaddress
import os
import select
import socket
import struct
import time

ICMP, TCP, UDP, GRE, ESP, AH, ICMP6, FRAGMENT, ROUTING, HOPOPTS, NONE = (
    1, 6, 17, 47, 50, 51, 58, 44, 43, 0, 59)
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

_libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


class InNamespace:
    """Context manager: the thread is in another network namespace."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        new = os.open("/run/netns/" + self.name, os.O_RDONLY)
        self.old = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self._enter(new)

    def __exit__(self, *exc):
        self._enter(self.old)

    @staticmethod
    def _enter(fd):
        if _libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        os.close(fd)


def hardware_address(namespace, device):
    with InNamespace(namespace):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            reply = fcntl.ioctl(sock, 0x8927,  # SIOCGIFHWADDR
                                struct.pack("16s24x", device.encode()))
    return reply[18:24]


class Port:
    """A packet socket on a device, at the network layer."""

    def __init__(self, namespace, device="ix0", peer=None):
        """peer: hardware address that packets are sent to."""
        with InNamespace(namespace):
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                      socket.htons(3))  # ETH_P_ALL
        self.sock.bind((device, 3))
        self.device = device
        self.peer = peer or b""

    def __del__(self):
        if hasattr(self, "sock"):
            self.sock.close()

    def send(self, packet, protocol=None):
        if protocol is None:
            protocol = 0x86dd if packet[0] >> 4 == 6 else 0x800
        self.sock.sendto(packet, (self.device, protocol, 0, 0, self.peer))

    def packets(self, seconds):
        """Yields what arrives."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.sock], [], [], left)[0]:
                return
            data, address = self.sock.recvfrom(70000)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            if address[1] in (0x800, 0x86dd):
                yield data

    def drain(self):
        for _ in self.packets(0.05):
            pass

    def receive(self, wanted, seconds=3):
        """The first packet that wanted(Packet) is true for, or None."""
        for data in self.packets(seconds):
            packet = Packet(data)
            if wanted(packet):
                return packet
        return None

    def receive_all(self, wanted, count, seconds=3):
        found = []
        for data in self.packets(seconds):
            packet = Packet(data)
            if wanted(packet):
                found.append(packet)
                if len(found) == count:
                    break
        return found


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def address(text):
    return ipaddress.ip_address(text).packed


def pseudo(src, dst, protocol, length):
    src, dst = address(src), address(dst)
    if len(src) == 4:
        return src + dst + struct.pack("!BBH", 0, protocol, length)
    return src + dst + struct.pack("!IHBB", length, 0, 0, protocol)


def ip4(src, dst, protocol, payload=b"", ttl=64, ident=0, df=False, mf=False,
        offset=0, tos=0, options=b"", total=None, version=4, ihl=None,
        check=None):
    options += b"\0" * (-len(options) % 4)
    length = 20 + len(options)
    flags = (0x4000 if df else 0) | (0x2000 if mf else 0) | offset // 8
    header = struct.pack("!BBHHHBBH4s4s",
                         version << 4 | (length // 4 if ihl is None else ihl),
                         tos, length + len(payload) if total is None else total,
                         ident, flags, ttl, protocol, 0,
                         address(src), address(dst)) + options
    if check is None:
        check = checksum(header)
    return header[:10] + struct.pack("!H", check) + header[12:] + payload


def ip6(src, dst, protocol, payload=b"", hop_limit=64, tclass=0, flow=0,
        length=None, version=6):
    return struct.pack("!IHBB16s16s", version << 28 | tclass << 20 | flow,
                       len(payload) if length is None else length, protocol,
                       hop_limit, address(src), address(dst)) + payload


def ip(src, dst, protocol, payload=b"", **options):
    if ":" not in src:
        return ip4(src, dst, protocol, payload, **options)
    if "ttl" in options:
        options["hop_limit"] = options.pop("ttl")
    return ip6(src, dst, protocol, payload, **options)


def fragment6(protocol, payload, ident=1, offset=0, mf=False):
    """A fragment header and what follows it."""
    return struct.pack("!BBHI", protocol, 0, offset | mf, ident) + payload


def udp(src, dst, sport, dport, payload=b"", check=None, length=None):
    length = 8 + len(payload) if length is None else length
    header = struct.pack("!HHHH", sport, dport, length, 0)
    if check is None:
        check = checksum(pseudo(src, dst, UDP, 8 + len(payload)) + header +
                         payload) or 0xffff
    return header[:6] + struct.pack("!H", check) + payload


def tcp(src, dst, sport, dport, flags, payload=b"", seq=1, ack=0, window=1024):
    header = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 5 << 4, flags,
                         window, 0, 0)
    check = checksum(pseudo(src, dst, TCP, 20 + len(payload)) + header +
                     payload)
    return header[:16] + struct.pack("!H", check) + header[18:] + payload


def icmp(src, dst, kind, code=0, rest=0, payload=b"", check=None):
    """ICMP or ICMPv6, by the addresses; rest is the second word."""
    message = struct.pack("!BBHI", kind, code, 0, rest) + payload
    if check is None:
        before = b""
        if ":" in src:
            before = pseudo(src, dst, ICMP6, len(message))
        check = checksum(before + message)
    return message[:2] + struct.pack("!H", check) + message[4:]


def udp_packet(src, dst, sport, dport, payload=b"", check=None, **options):
    return ip(src, dst, UDP, udp(src, dst, sport, dport, payload, check),
              **options)


def tcp_packet(src, dst, sport, dport, flags, payload=b"", **options):
    return ip(src, dst, TCP, tcp(src, dst, sport, dport, flags, payload),
              **options)


def echo_packet(src, dst, ident=1, seq=1, payload=b"ping", reply=False,
                **options):
    if ":" in src:
        message = icmp(src, dst, 129 if reply else 128, 0, ident << 16 | seq,
                       payload)
        return ip(src, dst, ICMP6, message, **options)
    message = icmp(src, dst, 0 if reply else 8, 0, ident << 16 | seq, payload)
    return ip(src, dst, ICMP, message, **options)


def error_packet(src, dst, kind, code, rest, about, check=None, **options):
    """An ICMP error about a packet."""
    protocol = ICMP6 if ":" in src else ICMP
    return ip(src, dst, protocol,
              icmp(src, dst, kind, code, rest, about, check), **options)


class Packet:
    """The headers of a packet; what is not there is None or empty."""

    def __init__(self, data, inner=False):
        self.data = data
        self.version = data[0] >> 4
        self.fragment = False
        self.offset = 0
        self.mf = False
        self.ident = None
        if self.version == 4:
            self._parse4(data)
        else:
            self._parse6(data)
        self.header_good = self.version == 6 or inner or \
            checksum(data[:self.header_length]) == 0
        self.ports = None
        if self.protocol in (TCP, UDP) and not self.offset and \
                len(self.payload) >= 4:
            self.ports = struct.unpack("!HH", self.payload[:4])
        self.kind = self.code = self.rest = None
        if self.protocol in (ICMP, ICMP6) and not self.offset and \
                len(self.payload) >= 8:
            self.kind, self.code, _, self.rest = struct.unpack(
                "!BBHI", self.payload[:8])

    def _parse4(self, data):
        (first, self.tos, self.total, self.ident, flags, self.ttl,
         self.protocol) = struct.unpack("!BBHHHBB", data[:10])
        self.header_length = (first & 15) * 4
        self.options = data[20:self.header_length]
        self.df = bool(flags & 0x4000)
        self.mf = bool(flags & 0x2000)
        self.offset = (flags & 0x1fff) * 8
        self.fragment = self.mf or self.offset > 0
        self.src = str(ipaddress.ip_address(data[12:16]))
        self.dst = str(ipaddress.ip_address(data[16:20]))
        self.payload = data[self.header_length:self.total]

    def _parse6(self, data):
        word, length, self.protocol, self.ttl = struct.unpack("!IHBB", data[:8])
        self.tos = word >> 20 & 255
        self.flow = word & 0xfffff
        self.total = 40 + length
        self.src = str(ipaddress.ip_address(data[8:24]))
        self.dst = str(ipaddress.ip_address(data[24:40]))
        self.df = True
        self.header_length = 40
        if self.protocol == FRAGMENT:
            self.protocol, _, field, self.ident = struct.unpack(
                "!BBHI", data[40:48])
            self.mf = bool(field & 1)
            self.offset = field & 0xfff8
            self.fragment = True
            self.header_length = 48
        self.payload = data[self.header_length:self.total]

    def checksums_good(self):
        """The checksums of a packet that is not a fragment."""
        if not self.header_good or len(self.data) < self.total:
            return False
        before = pseudo(self.src, self.dst, self.protocol, len(self.payload))
        if self.protocol == ICMP:
            return checksum(self.payload) == 0
        if self.protocol == UDP and self.payload[6:8] == b"\0\0":
            return self.version == 4
        if self.protocol in (TCP, UDP, ICMP6):
            return checksum(before + self.payload) == 0
        return True

    def is_error(self):
        if self.protocol == ICMP:
            return self.kind in (3, 4, 5, 11, 12)
        return self.protocol == ICMP6 and self.kind is not None and \
            self.kind < 128

    def inner(self):
        """The packet that an ICMP error is about."""
        return Packet(self.payload[8:], inner=True)

    def addressed(self, src, dst):
        return (ipaddress.ip_address(self.src) == ipaddress.ip_address(src) and
                ipaddress.ip_address(self.dst) == ipaddress.ip_address(dst))

    def __str__(self):
        text = "%s > %s protocol %d ttl %d length %d" % (
            self.src, self.dst, self.protocol, self.ttl, self.total)
        if self.ports:
            text += " ports %d %d" % self.ports
        if self.kind is not None:
            text += " type %d code %d rest 0x%x" % (self.kind, self.code,
                                                    self.rest)
        if self.fragment:
            text += " fragment %d%s of 0x%x" % (
                self.offset, "+" if self.mf else "", self.ident)
        return text
