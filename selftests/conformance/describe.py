# SPDX-License-Identifier: GPL-2.0
"""Packets as text, both ways.

One line a header, from the outside to the inside; what is left out is what it
has to be (lengths, checksums, protocol numbers) or a usual value:

    ipv4 192.0.2.1 > 192.0.2.2 [ttl 64] [tos 0] [id 0] [df] [mf] [offset 0]
            [options HEX] [protocol N] [length N] [checksum N] [ihl N]
    ipv6 2001:db8::1 > 2001:db8::2 [hops 64] [class 0] [flow 0] [next N]
            [length N]
    hopopts HEX, dstopts HEX            options, without the first two octets
    routing type N left N [HEX]
    fragment offset N [more] id N
    udp PORT > PORT [length N] [checksum N]      udplite ... [coverage N]
    tcp PORT > PORT FLAGS [seq N] [ack N] [window N] [checksum N] [options HEX]
            [mss N]
    dccp PORT > PORT [checksum N]
    sctp PORT > PORT
    icmp TYPE/CODE [N] [checksum N]     N is the second word of its header
    data N | data HEX                   N octets that count up; HEX has more than
                                        four digits, or use "octets"
    zeros N
    octets HEX                          anything

Behind "icmp" a line "ipv4" or "ipv6" begins the packet that an error quotes.
"cut N" leaves N octets of it; what follows then, "data" or "zeros", is behind
it. Numbers may be composed: 33<<16|1400, 1500-20. "slice FROM TO", behind the
line of an IP or fragment header, leaves these octets of what it carries: the
lines below describe the whole that a fragment is a piece of.
"""

import ipaddress
import struct

NUMBERS = {"hopopts": 0, "icmp": 1, "tcp": 6, "udp": 17, "dccp": 33,
           "routing": 43, "fragment": 44, "icmp6": 58, "dstopts": 60,
           "sctp": 132, "udplite": 136, "ipv4": 4, "ipv6": 41, "none": 59}
EXTENSIONS = {0: "hopopts", 43: "routing", 44: "fragment", 60: "dstopts"}
FLAGS = "FSRPAUEC"


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def number(word):
    """1234, 0x12, 3<<24, 33<<16|7, 1500-20"""
    total = 0
    for part in word.split("|"):
        part, _, less = part.partition("-")
        part, _, shift = part.partition("<<")
        total |= (int(part, 0) << int(shift or 0)) - int(less or 0)
    return total


class Line:
    """The words of a line: a name, positional words, options with values."""

    SWITCHES = ("df", "mf", "more")
    POSITIONAL = {"ipv4": 3, "ipv6": 3, "udp": 3, "udplite": 3, "tcp": 4,
                  "dccp": 3, "sctp": 3, "data": 1, "zeros": 1, "cut": 1,
                  "hopopts": 1, "dstopts": 1, "slice": 2, "octets": 1}

    def __init__(self, text):
        self.text = text
        words = text.split()
        self.name = words.pop(0)
        count = self.POSITIONAL.get(self.name, 0)
        if self.name == "icmp":
            count = 2 if len(words) > 1 and words[1] != "checksum" else 1
        if len(words) < count:
            raise ValueError("too short: " + text)
        self.words, words = words[:count], words[count:]
        if self.name in ("data", "octets"):
            # Long ones may have spaces in them.
            self.words = ["".join(self.words + words)]
            words = []
        self.options = {}
        while words:
            word = words.pop(0)
            if word in self.SWITCHES:
                self.options[word] = "1"
            elif self.name == "routing" and word not in ("type", "left"):
                self.options["data"] = word
            elif words:
                self.options[word] = words.pop(0)
            else:
                raise ValueError("no value for %s: %s" % (word, text))

    def number(self, name, default=0):
        return number(self.options[name]) if name in self.options else default

    def has(self, name):
        return name in self.options

    def octets(self, name):
        return bytes.fromhex(self.options.get(name, ""))


class Builder:
    def __init__(self, text):
        lines = [line.strip() for line in text.splitlines()]
        self.lines = [Line(line) for line in lines if line]

    def peek(self):
        return self.lines[0].name if self.lines else None

    def packet(self):
        data = self.ip()
        if self.lines:
            raise ValueError("what is this doing here: " + self.lines[0].text)
        return data

    def ip(self):
        line = self.lines.pop(0)
        if line.name not in ("ipv4", "ipv6"):
            raise ValueError("no IP header: " + line.text)
        version = 4 if line.name == "ipv4" else 6
        src = ipaddress.ip_address(line.words[0]).packed
        dst = ipaddress.ip_address(line.words[2]).packed
        protocol, payload = self.chain(version, src, dst)
        protocol = line.number("protocol", line.number("next", protocol))
        if version == 6:
            return struct.pack(
                "!IHBB", 6 << 28 | line.number("class") << 20 |
                line.number("flow"), line.number("length", len(payload)),
                protocol, line.number("hops", 64)) + src + dst + payload
        options = line.octets("options")
        header = struct.pack(
            "!BBHHHBBH", 0x40 | line.number("ihl", 5 + len(options) // 4),
            line.number("tos"),
            line.number("length", 20 + len(options) + len(payload)),
            line.number("id"), line.has("df") << 14 | line.has("mf") << 13 |
            line.number("offset") // 8, line.number("ttl", 64), protocol,
            0) + src + dst + options
        check = line.number("checksum", checksum(header))
        return header[:10] + struct.pack("!H", check) + header[12:] + payload

    def chain(self, version, src, dst):
        """(protocol, octets) of what is behind an IP header."""
        name = self.peek()
        if name == "slice":
            first, last = self.lines.pop(0).words
            protocol, payload = self.chain(version, src, dst)
            return protocol, payload[int(first):int(last)]
        if name in (None, "cut"):
            return NUMBERS["none"], b""
        if name in ("data", "zeros", "octets"):
            return NUMBERS["none"], self.data()
        if name in ("ipv4", "ipv6"):
            return NUMBERS[name], self.ip()
        line = self.lines.pop(0)
        if name in ("hopopts", "dstopts", "routing", "fragment"):
            following, payload = self.chain(version, src, dst)
            following = line.number("next", following)
            return NUMBERS[name], self.extension(line, following) + payload
        protocol = NUMBERS[name]
        if name == "icmp" and version == 6:
            protocol = NUMBERS["icmp6"]
        header, at = self.transport(line)
        segment = header + self.data()
        if at is None:
            return protocol, segment
        if name == "udp" and not line.has("length"):
            segment = segment[:4] + struct.pack("!H", len(segment)) + \
                segment[6:]
        check = self.check(line, version, src, dst, protocol, segment)
        return protocol, segment[:at] + struct.pack("!H", check) + \
            segment[at + 2:]

    @staticmethod
    def extension(line, following):
        if line.name == "fragment":
            return struct.pack("!BBHI", following, 0, line.number("offset") |
                               line.has("more"), line.number("id"))
        if line.name == "routing":
            body = struct.pack("!BB", line.number("type"),
                               line.number("left")) + line.octets("data")
        else:
            body = bytes.fromhex(line.words[0])
        return struct.pack("!BB", following, (len(body) + 2) // 8 - 1) + body

    @staticmethod
    def transport(line):
        """A header without its checksum, and where that is."""
        if line.name == "icmp":
            kind, _, code = line.words[0].partition("/")
            info = number(line.words[1]) if len(line.words) > 1 else 0
            return struct.pack("!BBHI", int(kind), int(code), 0, info), 2
        ports = struct.pack("!HH", int(line.words[0]), int(line.words[2]))
        if line.name == "udp":
            return ports + struct.pack("!HH", line.number("length"), 0), 6
        if line.name == "udplite":
            return ports + struct.pack("!HH", line.number("coverage"), 0), 6
        if line.name == "dccp":
            return ports + struct.pack("!BBHI", 3, 0, 0, 0), 6
        if line.name == "sctp":
            return ports + struct.pack("!II", 1, 2), None
        if line.name != "tcp":
            raise ValueError("what is this: " + line.text)
        flags = sum(1 << FLAGS.index(c) for c in line.words[3] if c != ".")
        options = line.octets("options")
        if line.has("mss"):
            options = struct.pack("!BBH", 2, 4, line.number("mss"))
        return ports + struct.pack(
            "!IIBBHHH", line.number("seq"), line.number("ack"),
            5 + len(options) // 4 << 4, flags, line.number("window", 1024), 0,
            0) + options, 16

    @staticmethod
    def check(line, version, src, dst, protocol, segment):
        if line.has("checksum"):
            return line.number("checksum")
        covered = segment
        if line.name == "udplite" and line.number("coverage"):
            covered = segment[:line.number("coverage")]
        if protocol == NUMBERS["icmp"]:
            before = b""
        else:
            before = src + dst + struct.pack("!II", len(segment), protocol)
        check = checksum(before + covered)
        if not check and line.name in ("udp", "udplite"):
            check = 0xffff
        return check

    def data(self):
        """What is behind a transport header, up to the end."""
        data = b""
        while self.peek() in ("data", "zeros", "octets", "ipv4", "ipv6"):
            if self.peek() in ("ipv4", "ipv6"):
                data += self.ip()
                if self.peek() == "cut":
                    data = data[:int(self.lines.pop(0).words[0])]
                continue
            line = self.lines.pop(0)
            word = line.words[0]
            if line.name == "zeros":
                data += bytes(int(word))
            elif line.name == "octets":
                data += bytes.fromhex(word)
            elif len(word) % 2 == 0 and (len(word) > 4 or
                                         not word.isdigit()):
                data += bytes.fromhex(word)
            else:
                data += bytes(i & 255 for i in range(int(word)))
        return data


def build(text):
    """The octets of a packet."""
    return Builder(text).packet()


##############################################################################
# The other way


def _data(data):
    if not data:
        return []
    if len(data) >= 4 and not any(data):
        return ["zeros %d" % len(data)]
    if data == bytes(i & 255 for i in range(len(data))):
        return ["data %d" % len(data)]
    if len(data) < 3:
        # Not to be taken for a number.
        return ["zeros %d" % len(data)] if not any(data) else \
            ["octets " + data.hex()]
    return ["data " + data.hex()]


def _ipv4(data):
    (first, tos, total, ident, field, ttl, protocol, check) = struct.unpack(
        "!BBHHHBBH", data[:12])
    length = (first & 15) * 4
    words = ["ipv4 %s > %s" % (ipaddress.ip_address(data[12:16]),
                               ipaddress.ip_address(data[16:20]))]
    words += ["ttl %d" % ttl, "tos 0x%x" % tos] if tos else ["ttl %d" % ttl]
    words.append("id 0x%x" % ident)
    words += ["df"] * (field >> 14 & 1) + ["mf"] * (field >> 13 & 1)
    if field & 0x1fff:
        words.append("offset %d" % ((field & 0x1fff) * 8))
    if length > 20:
        words.append("options " + data[20:length].hex())
    if total != len(data):
        words.append("length %d" % total)
    if checksum(data[:length]):
        words.append("checksum 0x%x" % check)
    return words, length, protocol, field & 0x1fff


def _ipv6(data):
    word, length, protocol, hops = struct.unpack("!IHBB", data[:8])
    words = ["ipv6 %s > %s" % (ipaddress.ip_address(data[8:24]),
                               ipaddress.ip_address(data[24:40])),
             "hops %d" % hops]
    if word >> 20 & 255:
        words.append("class 0x%x" % (word >> 20 & 255))
    if word & 0xfffff:
        words.append("flow 0x%x" % (word & 0xfffff))
    if length != len(data) - 40:
        words.append("length %d" % length)
    return words, 40, protocol, 0


def _extensions(data, at, protocol):
    """Lines, where they end, protocol, and whether it is a later fragment."""
    lines = []
    later = False
    while protocol in EXTENSIONS and not later and at + 8 <= len(data):
        name = EXTENSIONS[protocol]
        length = 8 if protocol == 44 else (data[at + 1] + 1) * 8
        if at + length > len(data):
            break
        if protocol == 44:
            field, ident = struct.unpack("!HI", data[at + 2:at + 8])
            lines.append("fragment offset %d%s id 0x%x" % (
                field & ~7, " more" if field & 1 else "", ident))
            later = field & ~7 > 0
        elif protocol == 43:
            lines.append("routing type %d left %d %s" % (
                data[at + 2], data[at + 3], data[at + 4:at + length].hex()))
        else:
            lines.append("%s %s" % (name, data[at + 2:at + length].hex()))
        protocol = data[at]
        at += length
    return lines, at, protocol, later


def _transport(version, header, protocol, segment):
    name = {v: k for k, v in NUMBERS.items()}.get(protocol)
    if name == "icmp6" and version == 6 or name == "icmp" and version == 4:
        if len(segment) < 8:
            return None
        kind, code, check, info = struct.unpack("!BBHI", segment[:8])
        line = "icmp %d/%d 0x%x" % (kind, code, info)
        rest = segment[8:]
        at = 2
        quoted = kind in (3, 4, 5, 11, 12) if version == 4 else kind < 128
    elif name in ("udp", "udplite") and len(segment) >= 8:
        sport, dport, length, check = struct.unpack("!HHHH", segment[:8])
        line = "%s %d > %d" % (name, sport, dport)
        if name == "udplite":
            line += " coverage %d" % length
        elif length != len(segment):
            line += " length %d" % length
        rest, at, quoted = segment[8:], 6, False
    elif name == "tcp" and len(segment) >= 20 and \
            20 <= (segment[12] >> 4) * 4 <= len(segment):
        sport, dport, seq, ack, offset, flags, window, check, _ = \
            struct.unpack("!HHIIBBHHH", segment[:20])
        length = (offset >> 4) * 4
        line = "tcp %d > %d %s seq %d ack %d window %d" % (
            sport, dport, "".join(c for i, c in enumerate(FLAGS)
                                  if flags >> i & 1) or ".", seq, ack, window)
        if length > 20:
            line += " options " + segment[20:length].hex()
        rest, at, quoted = segment[length:], 16, False
    else:
        return None
    probe = Line(line)
    empty = segment[:at] + b"\0\0" + segment[at + 2:]
    if Builder.check(probe, version, header[0], header[1], protocol,
                     empty) != check:
        line += " checksum 0x%x" % check
    return line, rest, quoted


def describe_lines(data):
    version = data[0] >> 4
    if version not in (4, 6) or len(data) < (20 if version == 4 else 40) or \
            version == 4 and not 20 <= (data[0] & 15) * 4 <= len(data):
        return ["octets " + data.hex()]
    words, at, protocol, later = (_ipv4 if version == 4 else _ipv6)(data)
    extensions = []
    first = protocol
    if version == 6:
        extensions, at, protocol, later = _extensions(data, at, protocol)
        header = data[8:24], data[24:40]
    else:
        header = data[12:16], data[16:20]
    found = None if later else _transport(version, header, protocol, data[at:])
    if not found:
        if not extensions:
            words.append("%s %d" % ("protocol" if version == 4 else "next",
                                    first))
        else:
            extensions[-1] += " next %d" % protocol
        return [" ".join(words), *extensions, *_data(data[at:])]
    line, rest, quoted = found
    below = describe_lines(rest) if quoted and len(rest) > 20 else _data(rest)
    return [" ".join(words), *extensions, line, *below]


def describe(data):
    """Text for people; the octets as well, which tell all."""
    try:
        lines = describe_lines(data) if data else ["nothing"]
    except (struct.error, IndexError, ValueError):
        lines = []
    return "\n".join("    " + line for line in
                     [*lines, "= " + data.hex()])
