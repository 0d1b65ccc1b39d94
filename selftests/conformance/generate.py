# SPDX-License-Identifier: GPL-2.0
"""Configurations and packets by chance, for the comparison with reference.py.

Most packets are good and unusual; some are damaged. What they are made of
(addresses of hosts, sizes, headers, options) is drawn from small sets with the
interesting values in them.
"""

import ipaddress
import struct

from reference import (
    DCCP, FRAGMENT, HOPOPTS, DSTOPTS, ICMP, ICMP6, IGMP, ROUTING, SCTP, TCP,
    UDP, UDPLITE, AH, Config, Map, MapSet, Tenant, checksum, illegal4,
    illegal6, ipv6, pseudo)

V4_TENANTS, V6_TENANTS = ("alpha", "beta", "gamma"), ("delta", "epsilon")
TENANTS = (*V4_TENANTS, *V6_TENANTS, "zeta")
HAIRPIN = ("intrinsic", "intrinsic", "simple", "simple", "off")
LENGTHS_6052 = (32, 40, 48, 56, 64, 96)
# MTUs of ports; IPv6 links have at least 1280.
MTUS4 = (1500, 1500, 1400, 1280, 1006, 576, 9000)
MTUS6 = (1500, 1500, 1280, 1400, 1281, 9000)


def number(text):
    return int(ipaddress.ip_address(text))


def text(version, address):
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    return str(kind(address))


def prefix_text(version, address, length):
    return "%s/%d" % (text(version, address), length)


class Scene:
    """A configuration: for the reference, for ixctl, and who is in it."""

    def __init__(self, rnd):
        self.rnd = rnd
        self.config = Config(rnd.choice((1280, 1280, 1280, 1400, 1500)))
        if rnd.random() < 0.4:
            self.config.new_tos = {6: rnd.choice((None, 0, 0x5a)),
                                   4: rnd.choice((None, 0, 0xa5))}
        self.config.drop_zero_checksum = rnd.random() < 0.3
        # name -> [(own version, own address, IX address)]
        self.hosts = {name: [] for name in TENANTS}
        self.views = {}
        self._make_tenants()
        self._make_views()
        self._make_routes()

    # Each tenant has the IX addresses 2001:db8:N::/48, or a part of them.

    def _bits(self, count):
        return self.rnd.getrandbits(count) if count > 0 else 0

    def _base(self, i):
        return number("2001:db8::") | (i + 1) << 80

    def _explicit(self, i):
        own_length = self.rnd.choice((8, 16, 20, 24, 25, 29))
        own = (10 << 24 | self._bits(24)) >> 32 - own_length << 32 - own_length
        ix_length = self.rnd.choice((48, 64, 72, 96, 64 + own_length,
                                     96 + own_length))
        ix = self._base(i) | self._bits(80)
        ix = ix >> 128 - ix_length << 128 - ix_length
        maps = [Map("explicit", 4, own, own_length, ix, ix_length)]
        if self.rnd.random() < 0.5:
            # An exception inside it (RFC 7757, 3.3).
            inner = own_length + 2
            exception = own | 1 << 32 - inner
            other = self._base(i) | 0x7777 << 64
            maps.append(Map("explicit", 4, exception, inner, other, 96 + inner))
        return maps

    def _rfc6052(self, i):
        length = self.rnd.choice(LENGTHS_6052)
        own_length = self.rnd.choice((0, 8, 12, 16, 24))
        own = number("192.168.77.0") if own_length else 0
        own = own >> 32 - own_length << 32 - own_length if own_length else 0
        ix = number("2001:db8::") | (i + 1) << 88 if length == 32 else \
            self._base(i)
        if length == 32:
            # One /32 of its own.
            ix = number("2001:db9::") + ((i + 1) << 96)
        elif length == 40:
            ix = number("2001:dba::") | (i + 1) << 88
        elif length == 96:
            ix |= self._bits(16) << 64 | self._bits(24) << 32
        else:
            ix |= self._bits(length - 48) << 128 - length
        ix = ix >> 128 - length << 128 - length
        return [Map("rfc6052", 4, own, own_length, ix, length)]

    def _nptv6(self, i):
        length = self.rnd.choice((40, 48, 49, 56, 64, 65, 80, 96, 112))
        base = self._base(i)
        if length == 40:
            base = number("2001:dbb::") | (i + 1) << 88
        ix = (base | self._bits(80) if length >= 48 else base)
        own = number("fd00::") | self._bits(120)
        shift = 128 - length
        return [Map("nptv6", 6, own >> shift << shift, length,
                    ix >> shift << shift, length)]

    def _plain(self, i):
        length = self.rnd.choice((48, 56, 64))
        ix = self._base(i)
        own = ix if self.rnd.random() < 0.5 else \
            number("fd%02x::" % (i + 16))
        return [Map("plain", 6, own, length, ix, length)]

    def _make_tenants(self):
        kinds = [[self._explicit], [self._rfc6052], [self._explicit],
                 [self._nptv6], [self._plain], [self._rfc6052, self._plain]]
        clamp = self.rnd.random() < 0.5
        for i, name in enumerate(TENANTS):
            maps = []
            for j, make in enumerate(kinds[i]):
                maps += make(i + 8 * j)
            v6 = name in V6_TENANTS or name == "zeta"
            gateways = {}
            if self.rnd.random() < 0.9:
                gateways[4] = 10 << 24 | 255 << 16 | i << 8 | 1
                gateways[6] = number("fd01:ffff::1") + (i << 64)
            tenant = Tenant(name, MapSet(maps), None, gateways,
                            self.rnd.choice(MTUS6 if v6 else MTUS4))
            if self.rnd.random() < 0.4:
                tenant.error_pool = 10 << 24 | 253 << 16 | i << 8, \
                    self.rnd.choice((24, 28, 32))
            if clamp:
                tenant.tcp_mss = self.rnd.choice((0, 0, 1, 536, 1300, 1460))
            tenant.hairpin = self.rnd.choice(HAIRPIN)
            self.config.tenants[name] = tenant
            for m in maps:
                self.config.registry.append((m.leaf, m.leaf_length, name))
                for _ in range(4):
                    own = m.own | self._bits(m.bits - m.own_length)
                    if m.kind == "nptv6" and self.rnd.random() < 0.5:
                        # Words that RFC 6296 passes over, or can't change.
                        shift = 16 * self.rnd.randrange(5)
                        own |= 0xffff << shift & \
                            (1 << m.bits - m.own_length) - 1
                    ix = tenant.maps.lift(m.version, own)
                    bad = illegal4(own) if m.version == 4 else illegal6(own)
                    if ix is not None and not bad:
                        self.hosts[name].append((m.version, own, ix))

    def _make_views(self):
        """four and six show everybody; six has a second look at some."""
        four, six = [], [Map("plain", 6, 0, 0, 0, 0)]
        for i, name in enumerate(TENANTS):
            for j, (_, _, ix) in enumerate(self.hosts[name]):
                # IX prefixes of one host, or of 16 around it.
                width = self.rnd.choice((0, 0, 4))
                own = 100 << 24 | 64 + i << 16 | j << 8 | self._bits(8)
                if any(m.ix >> width == ix >> width for m in four):
                    continue
                if any(m.ix_length == 124 and m.ix >> 4 == ix >> 4
                       for m in four):
                    continue
                four.append(Map("explicit", 4, own >> width << width,
                                32 - width, ix >> width << width, 128 - width))
        four = [m for i, m in enumerate(four) if not any(
            n is not m and n.ix_length < m.ix_length and
            m.ix >> 4 == n.ix >> 4 for n in four)]
        if self.rnd.random() < 0.7:
            # IPv4 beyond the IX, for those who see IPv6.
            host = self.rnd.choice(self.hosts["delta"] + self.hosts["epsilon"])
            six.append(Map("nptv6", 6, number("fd77:1:2::"), 48,
                           host[2] >> 80 << 80, 48))
        self.views = {"four": MapSet(four), "six": MapSet(six)}
        for name in TENANTS:
            view = "four" if name in V4_TENANTS else "six"
            self.config.tenants[name].view = self.views[view]
            self.config.tenants[name].view_name = view
        # A tenant with both versions sees both.
        both = MapSet(four + six)
        self.views["both"] = both
        self.config.tenants["zeta"].view = both
        self.config.tenants["zeta"].view_name = "both"

    def _make_routes(self):
        for sender in self.config.tenants.values():
            others = [name for name in TENANTS if name != sender.name]
            for prefix, length, name in self.config.registry:
                if name == sender.name and sender.hairpin == "simple" and \
                        self.rnd.random() < 0.8:
                    name = self.rnd.choice(others[:2])
                if name != sender.name or self.rnd.random() < 0.5:
                    sender.routes.append((prefix, length, name))
            # One host that is not to be reached.
            name = self.rnd.choice(TENANTS)
            if self.hosts[name]:
                host = self.rnd.choice(self.hosts[name])
                entry = (host[2], 128, self.rnd.choice(
                    ("blackhole", "prohibit", self.rnd.choice(TENANTS))))
                if entry[2] != sender.name:
                    sender.routes.append(entry)

    def lines(self):
        """What ixctl restore reads."""
        config = self.config
        words = {v: "copy" if tos is None else str(tos)
                 for v, tos in config.new_tos.items()}
        lines = ["settings change lowest-ipv6-mtu %d traffic-class %s tos %s "
                 "udp-zero-checksum %s" % (
                     config.lowest_ipv6_mtu, words[6], words[4],
                     "drop" if config.drop_zero_checksum else "compute")]
        for name, view in self.views.items():
            lines.append("view add " + name)
            lines += ["map add view %s %s" % (name, map_text(m))
                      for m in view.maps]
        for i, tenant in enumerate(self.config.tenants.values()):
            gateways = " ".join(
                "gateway " + text(version, address)
                for version, address in tenant.gateways.items())
            if tenant.hairpin != "intrinsic":
                gateways += " hairpin " + tenant.hairpin
            if tenant.error_pool:
                gateways += " error-pool " + prefix_text(4, *tenant.error_pool)
            if tenant.tcp_mss:
                gateways += " tcp-mss %s" % (
                    "path" if tenant.tcp_mss == 1 else tenant.tcp_mss)
            lines.append("tenant add %s view %s %s" % (
                tenant.name, tenant.view_name, gateways))
            lines += ["map add tenant %s %s" % (tenant.name, map_text(m))
                      for m in tenant.maps.maps]
            lines.append("institution add %d" % (i + 1))
        for prefix, length, name in self.config.registry:
            lines.append("prefix add %s institution %d tenant %s" % (
                prefix_text(6, prefix, length), TENANTS.index(name) + 1, name))
        for tenant in self.config.tenants.values():
            for prefix, length, way in tenant.routes:
                if way in TENANTS:
                    way = "to %s dev %s" % (way, way)
                lines.append("route add tenant %s %s %s" % (
                    tenant.name, prefix_text(6, prefix, length), way))
        lines.append("rule add permit from any to any")
        return lines


def map_text(m):
    return "%s %s %s" % (m.kind, prefix_text(m.version, m.own, m.own_length),
                         prefix_text(6, m.ix, m.ix_length))


##############################################################################
# Packets

SIZES = (0, 0, 1, 2, 3, 7, 8, 20, 21, 64, 100, 255)
HUGE = (3000, 10000, 20000, 50000)
PAGED = (4090, 4500, 6000, 8190)
LARGE = (500, 512, 547, 548, 549, 968, 1199, 1200, 1203, 1204, 1205, 1211,
         1212, 1213, 1220, 1231, 1232, 1233, 1240, 1252, 1332, 1372, 1400,
         1424, 1452, 1464, 1472, 1473, 2000, 3001, 8000)
OPTIONS = (b"\1\1\1\1", b"\x94\4\0\0", b"\7\7\4\0\0\0\0\0",
           b"\x94\4\0\0\7\7\4\0\0\0\0\1", b"\0\0\0\0",
           b"\x83\7\x08\x0a\1\2\3\0",
           b"\x83\7\4\x0a\1\2\3\0", b"\x89\7\4\x0a\1\2\3\1", b"\x89\3\4\0",
           b"\x44\x28\5\0", b"\x83\x09\4\0", b"\1\x83\7\4\x0a\1\2\3",
           b"\x07\1\0\0", b"\0\x83\7\4\1\2\3\4")
SYN_OPTIONS = (
    b"\2\4\x05\xb4", b"\2\4\x23\x28\1\3\3\7", b"\1\2\4\x23\x28\1\1\1",
    b"\1\1\1\2\4\x05\xb4\1", b"\2\4\x02\x18", b"\2\4\0\0",
    b"\0\2\4\xff\xff\0\0\0",
    b"\2\3\xff\1", b"\x08\x0a\0\0\0\0\0\0\0\0\2\4\xff\xff\1\1", b"\2\1\4\4",
    b"\x22\1\2\4", b"\1\1\1\2", b"\4\2\2\4\xff\xff\0\0")
LIKE_SYN = b"\xff\xff\1\1\x80\2\2\4"
# Around the plateaus of RFC 1191.
TOTALS = (40, 68, 69, 296, 297, 1006, 1007, 1492, 1493, 2002, 2003, 4352, 4353,
          8166, 8167, 17914, 17915, 32000, 32001, 65535)
PROTOCOLS = (0, IGMP, 4, 41, 43, 44, 46, 47, 50, 59, 60, 89, 103, 112, 115,
             135, 137, 139, 140, 253, 255)


class Packets:
    def __init__(self, scene, rnd):
        self.scene = scene
        self.rnd = rnd
        self.config = scene.config
        # name -> version -> ([own addresses], [addresses of the others])
        self.pairs = {}
        for name, tenant in self.config.tenants.items():
            for version in 4, 6:
                own = [h[1] for h in scene.hosts[name] if h[0] == version]
                others = []
                for other in TENANTS:
                    for host in scene.hosts[other]:
                        seen = tenant.view.lower(version, host[2])
                        if seen is not None:
                            others.append(seen)
                if own and others:
                    self.pairs[name, version] = own, others
        self.keys = list(self.pairs)

    def next(self):
        """(tenant, octets)"""
        rnd = self.rnd
        name, version = rnd.choice(self.keys)
        own, others = self.pairs[name, version]
        src, dst = rnd.choice(own), rnd.choice(others)
        luck = rnd.random()
        if luck < 0.25:
            data = self.error(name, version, src, dst)
        else:
            if rnd.random() < 0.03:
                src, dst = self.stray(version, src, dst)
            data = self.plain(version, src, dst)
        if rnd.random() < 0.06:
            data = self.damaged(data, version)
        return name, data

    def stray(self, version, src, dst):
        """Addresses of nobody, or that nobody can have."""
        bits = 32 if version == 4 else 128
        choice = self.rnd.randrange(6)
        if choice == 0:
            src ^= 1 << self.rnd.randrange(bits)
        elif choice == 1:
            dst ^= 1 << self.rnd.randrange(bits)
        elif choice == 2:
            src = self.rnd.getrandbits(bits)
        elif choice == 3:
            dst = self.rnd.getrandbits(bits)
        else:
            src = number(self.rnd.choice(
                ("0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1",
                 "255.255.255.255", "169.254.1.1") if version == 4 else
                ("::", "::1", "::1.2.3.4", "::ffff:1.2.3.4", "ff02::1",
                 "fe80::1", "febf::1", "fec0::1", "::ffff:0:1.2.3.4",
                 "64:ff9b::1.2.3.4")))
        return src, dst

    @staticmethod
    def left_to_the_stack(data, version):
        """Destinations that ix does not take."""
        if version == 4:
            dst = int.from_bytes(data[16:20], "big")
            return len(data) >= 20 and (dst >> 28 == 14 or dst >> 16 == 0xa9fe
                                        or dst == 0xffffffff)
        return len(data) >= 40 and (data[24] == 0xff or data[24] == 0xfe and
                                    data[25] >> 6 == 2)

    # What IP carries.

    def payload(self, version, src, dst):
        """(protocol, octets), of any transport protocol."""
        rnd = self.rnd
        size = rnd.choice(LARGE if rnd.random() < 0.12 else SIZES)
        if rnd.random() < 0.02:
            # More than is sent in one piece of memory.
            size = rnd.choice(PAGED)
        body = rnd.randbytes(size)
        kind = rnd.randrange(20)
        if kind < 10 and rnd.random() < 0.1:
            # For the device to cut, see offload.py.
            body = rnd.randbytes(rnd.choice(HUGE))
        if kind < 6:
            return UDP, self.udp(version, src, dst, body)
        if kind < 10:
            return TCP, self.tcp(version, src, dst, body)
        if kind < 14:
            return (ICMP if version == 4 else ICMP6,
                    self.control(version, src, dst, body))
        if kind == 14:
            return UDPLITE, self.with_checksum(
                version, src, dst, UDPLITE, struct.pack(
                    "!HHHH", rnd.getrandbits(16), rnd.getrandbits(16), 8, 0) +
                body, 6, 8)
        if kind == 15:
            return DCCP, self.with_checksum(
                version, src, dst, DCCP, struct.pack(
                    "!HHBBHI", rnd.getrandbits(16), rnd.getrandbits(16), 4, 0,
                    0, rnd.getrandbits(32)) + body, 6)
        if kind == 16:
            return SCTP, rnd.randbytes(12) + body
        if kind == 17:
            return AH, struct.pack("!BBHII", UDP, 4, 0, 1, 1) + \
                bytes(12) + body
        if kind == 18:
            # ICMP of the other version.
            return (ICMP6 if version == 4 else ICMP), b"\x80\0\0\0\0\0\0\0"
        return rnd.choice(PROTOCOLS), body

    def with_checksum(self, version, src, dst, protocol, segment, at,
                      cover=None):
        check = checksum(pseudo(version, src, dst, protocol, len(segment)) +
                         segment[:cover])
        if not check and protocol != TCP:
            check = 0xffff
        return segment[:at] + struct.pack("!H", check) + segment[at + 2:]

    def udp(self, version, src, dst, body):
        rnd = self.rnd
        ports = struct.pack("!HH", rnd.getrandbits(16), rnd.getrandbits(16))
        length = 8 + len(body)
        if rnd.random() < 0.05:
            length = rnd.choice((0, 7, 8, length - 1, length + 1, 65535))
        segment = ports + struct.pack("!HH", length & 0xffff, 0) + body
        if rnd.random() < 0.12:
            return segment
        if rnd.random() < 0.1 and len(body) >= 2:
            # A checksum whose arithmetic ends at zero.
            sum_ = checksum(pseudo(version, src, dst, UDP, len(segment)) +
                            segment[:-2] + b"\0\0")
            if len(body) % 2 == 0:
                segment = segment[:-2] + struct.pack("!H", sum_)
        return self.with_checksum(version, src, dst, UDP, segment, 6)

    def tcp(self, version, src, dst, body):
        rnd = self.rnd
        words = rnd.choice((5, 5, 5, 6, 15, 4))
        options = b"\1" * max(0, words * 4 - 20)
        flags = rnd.getrandbits(8)
        if rnd.random() < 0.3:
            # An offer of an MSS, also where it should not be.
            flags |= 2
            options = rnd.choice(SYN_OPTIONS)
            if rnd.random() < 0.1:
                # In pieces, each looks like a SYN.
                body = LIKE_SYN * rnd.choice((10, 180, 200))
            words = 5 + len(options) // 4
        segment = struct.pack(
            "!HHIIBBHHH", rnd.getrandbits(16), rnd.getrandbits(16),
            rnd.getrandbits(32), rnd.getrandbits(32), words << 4,
            flags, 1024, 0, 0) + options + body
        return self.with_checksum(version, src, dst, TCP, segment, 16)

    def control(self, version, src, dst, body):
        rnd = self.rnd
        if rnd.random() < 0.85:
            kind = rnd.choice((8, 0) if version == 4 else (128, 129))
        elif version == 4:
            kind = rnd.choice((1, 2, 6, 9, 10, 13, 14, 15, 17, 30, 42, 43, 255))
        else:
            kind = rnd.choice((130, 132, 133, 135, 136, 137, 138, 139, 141, 143,
                               144, 147, 148, 150, 151, 153, 154, 160, 161, 200,
                               255))
        code = 0 if rnd.random() < 0.95 else rnd.getrandbits(8)
        return self.icmp(version, src, dst, kind, code, rnd.getrandbits(32),
                         body)

    def icmp(self, version, src, dst, kind, code, info, body):
        data = struct.pack("!BBHI", kind, code, 0, info) + body
        before = pseudo(6, src, dst, ICMP6, len(data)) if version == 6 else b""
        return data[:2] + struct.pack("!H", checksum(before + data)) + data[4:]

    # IP.

    def fields(self):
        rnd = self.rnd
        tos = rnd.choice((0, 0, 1, 0x28, 0xb8, 0xff, rnd.getrandbits(8)))
        ttl = rnd.choice((64, 64, 64, 255, 2, 3)) if rnd.random() < 0.97 else \
            rnd.choice((0, 1))
        return tos, ttl

    def plain(self, version, src, dst):
        protocol, payload = self.payload(version, src, dst)
        return self.ip(version, src, dst, protocol, payload)

    def ip(self, version, src, dst, protocol, payload):
        tos, ttl = self.fields()
        rnd = self.rnd
        offset, more = 0, False
        luck = rnd.random()
        if luck < 0.12:
            # A fragment: its payload is what it is.
            offset = rnd.choice((0, 0, 0, 0, 0, 0, 1, 2, 3, 7, 185, 186, 1000,
                                 8190, 8191))
            more = not offset or rnd.random() < 0.5
            if more and rnd.random() < 0.95:
                payload = payload[:len(payload) // 8 * 8]
        if version == 4:
            flags = offset | (0x2000 if more else 0) | (
                0x4000 if rnd.random() < (0.1 if more or offset else 0.5)
                else 0)
            options = b""
            if rnd.random() < 0.08:
                options = rnd.choice(OPTIONS)
                options += b"\0" * (-len(options) % 4)
                options = options[:40]
            total = min(20 + len(options) + len(payload), 65535)
            header = struct.pack(
                "!BBHHHBBHII", 0x45 + len(options) // 4, tos, total,
                rnd.getrandbits(16), flags, ttl, protocol, 0, src, dst) + \
                options
            return header[:10] + struct.pack("!H", checksum(header)) + \
                header[12:] + payload
        chain = []
        if luck >= 0.12 and rnd.random() < 0.03:
            chain.append((FRAGMENT, struct.pack("!HI", 0, rnd.getrandbits(32))))
        elif more or offset:
            chain.append((FRAGMENT, struct.pack("!HI", offset << 3 | more,
                                                rnd.getrandbits(32))))
        if rnd.random() < 0.12:
            for _ in range(rnd.choice((1, 1, 2, 3, 8))):
                kind = rnd.choice((DSTOPTS, DSTOPTS, ROUTING, HOPOPTS))
                at = 0 if kind == HOPOPTS and rnd.random() < 0.9 else \
                    rnd.randrange(len(chain) + 1)
                if kind == HOPOPTS and any(c[0] == HOPOPTS for c in chain) \
                        and rnd.random() < 0.9:
                    continue
                chain.insert(at, (kind, self.extension(kind)))
        data, following = payload, protocol
        for kind, body in reversed(chain):
            if kind == FRAGMENT:
                data = struct.pack("!BB", following, 0) + body + data
            else:
                data = struct.pack("!BB", following, (len(body) + 2) // 8 - 1) \
                    + body + data
            following = kind
        flow = rnd.choice((0, 0, rnd.getrandbits(20)))
        return ipv6(tos, flow, len(data) & 0xffff, following, ttl, src,
                    dst) + data

    def extension(self, kind):
        rnd = self.rnd
        if kind == ROUTING:
            left = 0 if rnd.random() < 0.7 else rnd.choice((1, 2, 255))
            return struct.pack("!BBI", rnd.choice((0, 2, 4)), left, 0) + \
                rnd.randbytes(rnd.choice((0, 16)))
        size = rnd.choice((8, 16, 24))
        return struct.pack("!BB", 1, size - 4) + bytes(size - 4)

    # ICMP errors about a packet from dst to src, as the tenant had received it.

    def error(self, name, version, src, dst):
        rnd = self.rnd
        inner_src = dst if rnd.random() < 0.98 else dst ^ 1
        if rnd.random() < 0.06:
            # About an error, or about what is for the link.
            body = self.plain(version, dst, src)
            protocol = ICMP if version == 4 else ICMP6
            kind = rnd.choice((3, 5, 11, 13) if version == 4 else
                              (1, 2, 3, 135, 137))
            about = self.ip(version, inner_src, src, protocol, self.icmp(
                version, inner_src, src, kind, 0, 0, body[:100]))
        else:
            about = self.plain(version, inner_src, src)
        # Routers change what they quote, and quote as much as they like.
        limit = 548 if version == 4 else 1232
        about = about[:rnd.choice((limit, limit, limit, 28, 48, 60, 128, 136,
                                   rnd.randrange(1, 200), 9000))]
        sender = src
        if rnd.random() < 0.3:
            # A router of the tenant.
            sender = (10 << 24 | 254 << 16 | rnd.getrandbits(3)) \
                if version == 4 else number("fd02::") | rnd.getrandbits(16)
            if version == 4 and rnd.random() < 0.15:
                sender = number(rnd.choice(("0.0.0.0", "127.0.0.1", "240.0.0.1",
                                            "169.254.1.1", "224.0.0.1",
                                            "255.255.255.255")))
        kind, code, info = self.error_kind(version)
        if (version, kind, code, info) == (4, 3, 4, 0) and len(about) > 4:
            # Only its length says how large the path may be.
            about = about[:2] + struct.pack("!H", rnd.choice(TOTALS)) + \
                about[4:]
        body, info = self.extended(version, kind, info, about)
        message = self.icmp(version, sender, dst, kind, code, info, body)
        if rnd.random() < 0.02:
            message = message[:2] + b"\x12\x34" + message[4:]
        protocol = ICMP if version == 4 else ICMP6
        return self.bare(version, sender, dst, protocol, message)

    def bare(self, version, src, dst, protocol, payload):
        tos, ttl = self.fields()
        if version == 6:
            return ipv6(tos, self.rnd.getrandbits(20), len(payload), protocol,
                        ttl, src, dst) + payload
        flags = self.rnd.choice((0, 0x4000))
        if self.rnd.random() < 0.02:
            flags |= 0x2000
        header = struct.pack("!BBHHHBBHII", 0x45, tos, 20 + len(payload),
                             self.rnd.getrandbits(16), flags, ttl, protocol, 0,
                             src, dst)
        return header[:10] + struct.pack("!H", checksum(header)) + \
            header[12:] + payload

    def error_kind(self, version):
        rnd = self.rnd
        if version == 4:
            kind = rnd.choice((3, 3, 3, 3, 11, 11, 12, 12, 4, 5))
            code = rnd.randrange(17) if kind == 3 else rnd.choice((0, 0, 1, 2))
            info = 0
            if kind == 3 and rnd.random() < 0.3:
                code = 4
            if (kind, code) == (3, 4):
                info = rnd.choice((0, 0, 0, 0, 0, 0, 68, 576, 1000, 1260, 1280,
                                   1400, 1480, 1500, 9000, 65535))
            elif kind == 12:
                info = rnd.choice((*range(20), 20, 40, 255)) << 24
            elif kind == 5:
                info = rnd.getrandbits(32)
            return kind, code, info
        kind = rnd.choice((1, 1, 1, 2, 2, 3, 4, 4, 5, 100, 127))
        code = rnd.choice((0, 0, 1, 2, 3, 4, 5, 6, 255))
        info = 0
        if kind == 2:
            info = rnd.choice((0, 68, 1000, 1279, 1280, 1281, 1300, 1400, 1480,
                               1500, 9000, 65535, 65536, 0xffffffff))
        elif kind == 4:
            info = rnd.choice((*range(48), 48, 255, 256, 0xffffffff))
        return kind, code, info

    def extended(self, version, kind, info, about):
        """RFC 4884: extensions behind the quoted packet."""
        rnd = self.rnd
        word = 4 if version == 4 else 8
        has = kind in ((3, 11, 12) if version == 4 else (1, 3))
        if not has or rnd.random() < 0.7:
            return about, info
        padded = about + bytes(max(128 - len(about), -len(about) % word))
        if rnd.random() < 0.1:
            padded = about + bytes(-len(about) % word)
        words = len(padded) // word
        extension = rnd.randbytes(rnd.choice((4, 8, 12, 20, 200, 444, 500)))
        extension = b"\x20\0" + struct.pack("!H", checksum(
            b"\x20\0\0\0" + extension)) + extension
        if rnd.random() < 0.1:
            words = rnd.getrandbits(8)
        words &= 255
        return padded + extension, info | (words << 16 if version == 4 else
                                           words << 24)

    # Damage.

    def damaged(self, data, version):
        rnd = self.rnd
        data = bytearray(data)
        for _ in range(rnd.choice((1, 1, 1, 2, 5))):
            choice = rnd.randrange(6)
            if choice == 0 and len(data) > 1:
                del data[rnd.randrange(1, len(data)):]
            elif choice == 1:
                data += rnd.randbytes(rnd.choice((1, 2, 8, 40)))
            elif choice == 2:
                # Lengths in the header.
                at = 2 if version == 4 else 4
                if len(data) > at + 1:
                    data[at:at + 2] = struct.pack("!H", rnd.choice(
                        (0, 8, 19, 20, 21, 28, 40, len(data) & 0xffff,
                         len(data) - 1 & 0xffff, 65535)))
            else:
                at = rnd.randrange(min(len(data), 100))
                data[at] = rnd.choice((0, 1, 255, rnd.getrandbits(8)))
        if version == 4 and len(data) >= 20 and rnd.random() < 0.8:
            length = max(20, (data[0] & 15) * 4)
            data[10:12] = b"\0\0"
            data[10:12] = struct.pack("!H", checksum(bytes(data[:length])))
        return bytes(data)
