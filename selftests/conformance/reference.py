# SPDX-License-Identifier: GPL-2.0
"""What should become of a packet: a second translator, to compare ix with.

Written from RFC 7915, 6052, 7757, 6296, 4884, 791 and 8200, and from the pages
in Documentation/ for what RFCs leave open (model.rst: addresses; packet-path.rst:
order of the steps, names of drop reasons). It shares no code with ix, and
prefers the obvious to the fast: every header is written anew from its fields,
all maps are tried one after another.

Where neither the RFCs nor those pages decide (in which order a header's faults
are looked for, say) ix's own behaviour was taken for the rule: there, that both
agree shows that ix has not changed, and no more.

Addresses are numbers; a packet is a string of octets.
"""

import struct

ICMP, IGMP, TCP, UDP, DCCP, SCTP, UDPLITE = 1, 2, 6, 17, 33, 132, 136
HOPOPTS, ROUTING, FRAGMENT, AH, ICMP6, DSTOPTS = 0, 43, 44, 51, 58, 60
MOBILITY, HIP, SHIM6 = 135, 139, 140
ECHO_REQUEST = {4: 8, 6: 128}
ECHO_REPLY = {4: 0, 6: 129}

# Where the checksum with the pseudo-header is, and how long the header is.
CHECKSUM_AT = {TCP: 16, UDP: 6, UDPLITE: 6, DCCP: 6}
TRANSPORT_LENGTH = {TCP: 20, UDP: 8, UDPLITE: 8, DCCP: 12, SCTP: 12, ICMP: 8,
                    ICMP6: 8}
WITH_PORTS = (TCP, UDP, UDPLITE, DCCP, SCTP)

# ICMP errors have at most so many octets (RFC 1812, 4.3.2.3; RFC 4443, 2.4 c).
ERROR_LIMIT = {4: 576, 6: 1280}
HEADER = {4: 20, 6: 40}

# RFC 1191, 7.1.
PLATEAUS = (65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)

# RFC 7915, figures 3 and 6: pointers of Parameter Problem.
POINTER_4TO6 = {0: 0, 1: 1, 2: 4, 3: 4, 8: 7, 9: 6,
                **dict.fromkeys(range(12, 16), 8),
                **dict.fromkeys(range(16, 20), 24)}
POINTER_6TO4 = {0: 0, 1: 1, 4: 2, 5: 2, 6: 9, 7: 8,
                **dict.fromkeys(range(8, 24), 12),
                **dict.fromkeys(range(24, 40), 16)}

# The error that the sender is told (packet-path.rst): ICMP, ICMPv6.
ERRORS = {
    "source_route": ((3, 5), (4, 0)),
    # RFC 7915, 5.1.1 and 5.4.
    "extension_header": (None, (1, 1)),
    # RFC 7915, 5.1; RFC 6296, 3.2.
    "not_local": ((3, 13), (1, 5)),
    "no_view": ((3, 0), (1, 0)),
    "no_route": ((3, 0), (1, 0)),
    "prohibit": ((3, 13), (1, 1)),
    "no_institution": ((3, 0), (1, 0)),
    "hairpin": ((3, 13), (1, 1)),
    "hop_limit": ((11, 0), (3, 0)),
    "too_big": ((3, 4), (2, 0)),
    "udp_no_checksum": ((3, 13), None),
    # RFC 7915, 4.4 and 5.4: what else can't be translated.
    "protocol": ((3, 13), (1, 1)),
    "auth_header": ((3, 13), (1, 1)),
    "icmp_fragment": ((3, 13), (1, 1)),
    "no_map_back": ((3, 13), (1, 1)),
    "no_nexthop": ((3, 1), (1, 3)),
}


class Dropped(Exception):
    """The packet ends here, for a reason that has a name. With a pointer the
    error is a Parameter Problem."""

    def __init__(self, reason, mtu=0, pointer=0, headers=None):
        super().__init__(reason)
        self.reason = reason
        self.mtu = mtu
        self.pointer = pointer
        # As far as they were read.
        self.headers = headers


##############################################################################
# One's complement


def ones_sum(data):
    if len(data) & 1:
        data += b"\0"
    # 2 to the 16th is 1 modulo 0xffff, so the number is as good as its words.
    return int.from_bytes(data, "big") % 0xffff or (0xffff if any(data) else 0)


def checksum(data):
    return 0xffff - ones_sum(data)


def adjusted(check, old, new):
    """RFC 1624: a checksum after octets have been replaced."""
    total = 0xffff - check + 0xffff - ones_sum(old) + ones_sum(new)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return 0xffff - total


def pseudo(version, src, dst, protocol, length):
    """The pseudo-header of a checksum."""
    if version == 4:
        return struct.pack("!IIBBH", src, dst, 0, protocol, length & 0xffff)
    return packed(6, src) + packed(6, dst) + struct.pack("!II", length,
                                                         protocol)


def packed(version, address):
    return address.to_bytes(4 if version == 4 else 16, "big")


##############################################################################
# Addresses


def inside(address, prefix, length, bits=128):
    return address >> bits - length == prefix >> bits - length


class Map:
    """A bijection between the prefixes of a tenant's side and of the IX."""

    def __init__(self, kind, own_version, own, own_length, ix, ix_length):
        self.kind = kind
        self.version = own_version
        self.bits = 32 if own_version == 4 else 128
        self.own, self.own_length = own, own_length
        self.ix, self.ix_length = ix, ix_length
        if kind == "rfc6052":
            # What is fixed of the IPv4 addresses is part of the IX prefix.
            self.leaf = self.lift(own)
            self.leaf_length = ix_length + own_length
            if ix_length <= 64 < self.leaf_length:
                self.leaf_length += 8
        else:
            self.leaf, self.leaf_length = ix, ix_length
        self.delta = 0
        if kind == "nptv6":
            # RFC 6296, 3.1: what the word has to be changed by.
            self.delta = (ones_sum(packed(6, own)) + 0xffff -
                          ones_sum(packed(6, ix))) % 0xffff

    def _embed(self, address):
        """RFC 6052, 2.2: behind the prefix, around octet 8."""
        octets = list(packed(4, address))
        result = list(packed(6, self.ix))
        at = self.ix_length // 8
        for octet in octets:
            if at == 8:
                at = 9
            result[at] = octet
            at += 1
        return int.from_bytes(bytes(result), "big")

    def _extract(self, ix):
        octets = packed(6, ix)
        at = self.ix_length // 8
        result = []
        while len(result) < 4:
            if at == 8:
                at = 9
            result.append(octets[at])
            at += 1
        return int.from_bytes(bytes(result), "big")

    def _adjust(self, address, delta):
        """RFC 6296, 3.4 and 3.5."""
        words = list(struct.unpack("!8H", packed(6, address)))
        if self.own_length <= 48:
            candidates = [3]
        elif self.without_identifier(address):
            return None
        else:
            first = max(4, (self.own_length + 15) // 16)
            candidates = range(first, 8)
        for i in candidates:
            if words[i] != 0xffff:
                words[i] = (words[i] + delta) % 0xffff
                address = int.from_bytes(struct.pack("!8H", *words), "big")
                if self.own_length > 48 and self.without_identifier(address):
                    return None
                return address
        return None

    def without_identifier(self, address):
        """RFC 6296, 3.7: an interface identifier of zeros is not translated."""
        return not address & (1 << 128 - max(64, self.own_length)) - 1

    def lift(self, own):
        if self.kind == "rfc6052":
            return self._embed(own)
        suffix = own & (1 << self.bits - self.own_length) - 1
        # The suffix stands directly behind the prefix, zeros behind it.
        shift = 128 - self.ix_length - (self.bits - self.own_length)
        ix = self.ix | suffix << shift
        if self.kind == "nptv6":
            return self._adjust(ix, self.delta)
        return ix

    def lower(self, ix):
        if self.kind == "rfc6052":
            own = self._extract(ix)
        else:
            shift = 128 - self.ix_length - (self.bits - self.own_length)
            suffix = ix & (1 << 128 - self.ix_length) - 1
            own = self.own | suffix >> shift
            if self.kind == "nptv6":
                return self._adjust(own, -self.delta % 0xffff)
        return own if self.lift(own) == ix else None


class MapSet:
    """Longest match, both ways by the same map (RFC 7757, 3.3)."""

    def __init__(self, maps=()):
        self.maps = list(maps)
        self.lifted = {}
        self.lowered = {}

    def _by_own(self, version, own):
        found = [m for m in self.maps if m.version == version and
                 inside(own, m.own, m.own_length, m.bits)]
        return max(found, key=lambda m: m.own_length, default=None)

    def _by_ix(self, version, ix):
        found = [m for m in self.maps if m.version == version and
                 inside(ix, m.leaf, m.leaf_length)]
        return max(found, key=lambda m: m.leaf_length, default=None)

    def without_identifier(self, address, is_ix=False):
        """RFC 6296, 3.7, and its erratum 8757: zeros or ones, which NPTv6 does
        not translate behind a long prefix."""
        best = (self._by_ix if is_ix else self._by_own)(6, address)
        return bool(best and best.kind == "nptv6" and best.own_length > 48 and (
            best.without_identifier(address) or
            best.without_identifier(~address)))

    def lift(self, version, own):
        key = version, own
        if key not in self.lifted:
            best = self._by_own(version, own)
            ix = best.lift(own) if best else None
            if ix is not None and self._by_ix(version, ix) is not best:
                ix = None
            self.lifted[key] = ix
        return self.lifted[key]

    def lower(self, version, ix):
        key = version, ix
        if key not in self.lowered:
            best = self._by_ix(version, ix)
            own = best.lower(ix) if best else None
            if own is not None and (self._by_own(version, own) is not best or
                                    version == 4 and illegal4(own)):
                own = None
            self.lowered[key] = own
        return self.lowered[key]


class Tenant:
    """error_pool: (address, length) or None; tcp_mss: 0, 1 (path) or a number;
    hairpin: intrinsic, simple or off."""

    def __init__(self, name, maps, view, gateways, mtu=1500):
        self.name = name
        self.maps = maps
        self.view = view
        self.gateways = gateways
        self.mtu = mtu
        self.error_pool = None
        self.tcp_mss = 0
        self.hairpin = "intrinsic"
        self.routes = []


class Config:
    """Everything is permitted between institutions that have a route."""

    def __init__(self, lowest_ipv6_mtu=1280):
        self.tenants = {}
        self.registry = []
        self.lowest_ipv6_mtu = lowest_ipv6_mtu
        # Traffic class of what becomes IPv6, TOS of what becomes IPv4; None:
        # it stays.
        self.new_tos = {6: None, 4: None}
        self.drop_zero_checksum = False
        self._owners = {}

    def owner(self, ix):
        """Name of the tenant that an IX address is reached through."""
        if ix not in self._owners:
            found = [entry for entry in self.registry
                     if inside(ix, entry[0], entry[1])]
            best = max(found, key=lambda entry: entry[1], default=None)
            self._owners[ix] = best[2] if best else None
        return self._owners[ix]

    @staticmethod
    def route(tenant, ix):
        found = [entry for entry in tenant.routes
                 if inside(ix, entry[0], entry[1])]
        return max(found, key=lambda entry: entry[1], default=None)


##############################################################################
# Reading


class Headers:
    """The headers of a packet, of the one in an ICMP error as well."""

    __slots__ = ("version", "src", "dst", "start", "payload", "end", "total",
                 "protocol", "tos", "flow", "ttl", "ident", "offset", "more",
                 "df", "fragment_header", "extension_behind", "pointer",
                 "source_route", "kind", "code", "options")

    def __init__(self, version):
        self.version = version
        self.ident = self.offset = 0
        self.more = self.df = False
        self.fragment_header = self.extension_behind = False
        self.source_route = False
        self.pointer = 0
        self.flow = 0
        self.kind = self.code = None
        self.options = b""

    @property
    def fragment(self):
        return self.more or self.offset > 0

    @property
    def payload_length(self):
        """By the length field; of a packet in an error not all may be there."""
        return self.total - (self.payload - self.start)

    def is_control(self):
        return self.protocol == (ICMP if self.version == 4 else ICMP6)


def illegal4(address):
    net = address >> 24
    return net in (0, 127) or net >= 224 or address >> 16 == 0xa9fe


def illegal6(address):
    return (address >> 32 in (0, 0xffff) or address >> 120 == 0xff or
            address >> 118 == 0xfe80 >> 6)


def unexpired_source_route(options):
    at = 0
    while at < len(options):
        kind = options[at]
        if kind == 0:
            return False
        if kind == 1:
            at += 1
            continue
        if at + 1 >= len(options):
            return False
        length = options[at + 1]
        if length < 2 or at + length > len(options):
            return False
        if kind in (131, 137) and length >= 3 and options[at + 2] <= length:
            return True
        at += length
    return False


def check_pieces(h):
    if h.fragment and h.offset + h.payload_length > 65535:
        raise Dropped("malformed")


def read4(data, start, end, quoted):
    if end - start < 20:
        raise Dropped("malformed")
    (first, tos, total, ident, field, ttl, protocol, _, src, dst) = \
        struct.unpack_from("!BBHHHBBHII", data, start)
    length = (first & 15) * 4
    if first >> 4 != 4 or length < 20 or start + length > end:
        raise Dropped("malformed")
    if not quoted and ones_sum(data[start:start + length]) != 0xffff:
        raise Dropped("ip_checksum")
    if total < length or not quoted and start + total > end:
        raise Dropped("malformed")
    h = Headers(4)
    h.src, h.dst = src, dst
    h.start, h.payload = start, start + length
    h.end = min(end, start + total)
    h.total, h.protocol, h.tos, h.ttl = total, protocol, tos, ttl
    h.ident = ident
    h.offset = (field & 0x1fff) * 8
    h.more = bool(field & 0x2000)
    h.df = bool(field & 0x4000)
    if not quoted and (illegal4(dst) or src >> 28 == 14 or
                       src == 0xffffffff or
                       illegal4(src) and protocol != ICMP):
        raise Dropped("bad_address")
    # Only errors may have such a source, see below.
    h.options = data[start + 20:start + length]
    h.source_route = unexpired_source_route(h.options)
    check_pieces(h)
    return h


def read_extensions(data, h):
    """RFC 8200, 4; packet-path.rst says what is refused."""
    count = 0
    while h.protocol in (HOPOPTS, ROUTING, FRAGMENT, DSTOPTS):
        if count == 8 or h.protocol == HOPOPTS and count:
            raise Dropped("extension_header", headers=h)
        count += 1
        if h.fragment_header:
            if h.protocol == FRAGMENT or h.fragment:
                raise Dropped("extension_header", headers=h)
            h.extension_behind = True
        at = h.payload
        if at + 8 > h.end:
            raise Dropped("malformed")
        length = 8
        if h.protocol == FRAGMENT:
            field, h.ident = struct.unpack_from("!HI", data, at + 2)
            h.fragment_header = True
            h.offset, h.more = field & ~7, bool(field & 1)
        else:
            length = (data[at + 1] + 1) * 8
            if h.protocol == ROUTING and data[at + 3]:
                h.source_route = True
                h.pointer = at + 3 - h.start
            if at + length > h.end:
                raise Dropped("malformed")
        h.protocol = data[at]
        h.payload += length


def read6(data, start, end, quoted):
    if end - start < 40:
        raise Dropped("malformed")
    word, length, protocol, ttl = struct.unpack_from("!IHBB", data, start)
    if word >> 28 != 6:
        raise Dropped("malformed")
    if not length and protocol == HOPOPTS:
        raise Dropped("malformed")
    if not quoted and start + 40 + length > end:
        raise Dropped("malformed")
    h = Headers(6)
    h.src = int.from_bytes(data[start + 8:start + 24], "big")
    h.dst = int.from_bytes(data[start + 24:start + 40], "big")
    h.start, h.payload = start, start + 40
    h.total = 40 + length
    h.end = min(end, start + h.total)
    h.protocol, h.ttl = protocol, ttl
    h.tos, h.flow = word >> 20 & 255, word & 0xfffff
    if not quoted and (illegal6(h.src) or illegal6(h.dst)):
        raise Dropped("bad_address")
    read_extensions(data, h)
    check_pieces(h)
    return h


def read_transport(data, h, quoted):
    want = TRANSPORT_LENGTH.get(h.protocol, 0)
    have = h.end - h.payload
    if h.offset:
        # RFC 1858, RFC 3128.
        if h.offset < want:
            raise Dropped("short_fragment")
        return
    if have < want and not quoted:
        raise Dropped("short_fragment" if h.more else "malformed")
    if want and have < 4:
        raise Dropped("malformed")
    if h.protocol == TCP and not quoted and data[h.payload + 12] >> 4 < 5:
        raise Dropped("malformed")
    if h.protocol in (ICMP, ICMP6):
        h.kind, h.code = data[h.payload], data[h.payload + 1]
    if h.protocol == UDP and not quoted and not h.fragment:
        length = struct.unpack_from("!H", data, h.payload + 4)[0]
        if not 8 <= length <= have:
            raise Dropped("malformed")


def is_error(h):
    if h.offset or not h.is_control():
        return False
    if h.version == 4:
        return h.kind in (3, 4, 5, 11, 12)
    return h.kind < 128


def read_any(data, start, end, version, quoted):
    h = (read4 if version == 4 else read6)(data, start, end, quoted)
    read_transport(data, h, quoted)
    return h


class Packet:
    """A packet, and the one in it if it is an ICMP error."""

    def __init__(self, data, version):
        self.outer = h = read_any(data, 0, len(data), version, False)
        self.data = data = data[:h.end]
        self.inner = None
        self.info = 0
        self.extensions = b""
        if is_error(h):
            self._read_error(data, h)
        elif version == 4 and illegal4(h.src):
            raise Dropped("bad_address")
        if h.source_route:
            raise Dropped("source_route")

    def _read_error(self, data, h):
        if h.fragment:
            raise Dropped("icmp_fragment")
        message = data[h.payload:]
        before = b""
        if h.version == 6:
            before = pseudo(6, h.src, h.dst, ICMP6, len(message))
        if ones_sum(before + message) != 0xffff:
            raise Dropped("icmp_checksum")
        self.info = struct.unpack_from("!I", message, 4)[0]
        end = len(data)
        # RFC 4884: the length attribute.
        length = 0
        if h.version == 4 and h.kind in (3, 11, 12):
            length = message[5] * 4
        elif h.version == 6 and h.kind in (1, 3):
            length = message[4] * 8
        if length and h.payload + 8 + length < end:
            end = h.payload + 8 + length
            self.extensions = data[end:]
        try:
            self.inner = read_any(data, h.payload + 8, end, h.version, True)
        except Dropped:
            raise Dropped("icmp_inner") from None
        if is_error(self.inner):
            raise Dropped("icmp_inner")


##############################################################################
# ICMP messages


def too_big_4to6(info, inner, mtus):
    mtu = info & 0xffff
    if not mtu:
        # RFC 7915, 4.2: what the router did not say.
        mtu = next(p for p in PLATEAUS if p < inner.total or p == 68)
    return max(1280, min(mtu + 20, mtus[6], mtus[4] + 20))


def too_big_6to4(info, inner, mtus):
    # A fragment header is one header more that IPv4 has not.
    growth = 28 if inner.fragment_header else 20
    # No IPv4 link has less than 68.
    return max(68, min(info - growth, mtus[4], mtus[6] - growth))


def message_4to6(kind, code, info, inner, mtus):
    """RFC 7915, 4.2. Type, code and second word (None: as it is), or None."""
    if kind in (8, 0):
        return (128 if kind == 8 else 129), code, None
    if kind == 3:
        if code in (0, 1, 5, 6, 7, 8, 11, 12):
            return 1, 0, 0
        if code == 2:
            return 4, 1, 6
        if code == 3:
            return 1, 4, 0
        if code == 4:
            return 2, 0, too_big_4to6(info, inner, mtus) if inner else 0
        if code in (9, 10, 13, 15):
            return 1, 1, 0
        return None
    if kind == 11:
        return 3, code, 0
    if kind == 12 and code in (0, 2) and info >> 24 in POINTER_4TO6:
        return 4, 0, POINTER_4TO6[info >> 24]
    return None


def message_6to4(kind, code, info, inner, mtus):
    """RFC 7915, 5.2."""
    if kind in (128, 129):
        return (8 if kind == 128 else 0), code, None
    if kind == 1:
        new = {0: 1, 1: 10, 2: 1, 3: 1, 4: 3}.get(code)
        return None if new is None else (3, new, 0)
    if kind == 2:
        return 3, 4, too_big_6to4(info, inner, mtus) if inner else 0
    if kind == 3:
        return 11, code, 0
    if kind == 4 and code == 0 and info in POINTER_6TO4:
        return 12, 0, POINTER_6TO4[info] << 24
    if kind == 4 and code == 1:
        return 3, 2, 0
    return None


def message(h, info, inner, mtus):
    translate = message_4to6 if h.version == 4 else message_6to4
    return translate(h.kind, h.code, info, inner, mtus)


def for_the_link_alone(h):
    if h.version == 4:
        return h.kind in (5, 9, 10)
    # RFC 4890, 4.3.3.
    return h.kind in (*range(130, 138), 141, 142, 143, 148, 149, *range(151, 154))


##############################################################################
# Deciding


class Decision:
    """Where a packet goes, and with which addresses."""

    version = None
    src = dst = inner_src = inner_dst = None
    # (address, length) if the source may be any of it.
    pool = None
    to = None
    mtus = None
    tos = None
    mss = None


def goes_round(config, sender, route, dst_ix):
    """Simple hairpinning, the way there: between the sender's own hosts, and its
    table says another tenant."""
    return sender.hairpin == "simple" and route[2] != sender.name and \
        config.owner(dst_ix) == sender.name


def comes_back(config, sender, packet, src_ix, dst_ix):
    """The way back: between hosts of another tenant whose table says this one."""
    home = config.tenants.get(config.owner(src_ix))
    if home in (None, sender) or home.hairpin != "simple" or \
            config.owner(dst_ix) != home.name:
        return False
    ends = (dst_ix, src_ix) if packet.inner else (dst_ix,)
    routes = [config.route(home, ix) for ix in ends]
    return any(route and route[2] == sender.name for route in routes)


def decide_addresses(packet, sender, to, version, src_ix, dst_ix, detour):
    """detour: None, "there" or "back"."""
    d = Decision()
    d.version, d.to = version, to
    if detour == "there":
        for ix in src_ix, dst_ix:
            seen = to.view.lower(version, ix) if to.view else None
            if seen is not None and \
                    to.maps.lift(version, seen) not in (None, ix):
                return None
    dst_maps = to.view if detour == "there" else to.maps
    d.dst = dst_maps.lower(version, dst_ix) if dst_maps else None
    seen = to.view.lower(version, src_ix) if to.view else None
    if d.dst is None or seen is None:
        return None
    if not packet.inner:
        d.src = seen
        return d
    d.inner_src, d.inner_dst = d.dst, seen
    # Its sender may be any router, without an IX address.
    h = packet.outer
    router_ix = None
    # RFC 7915, 4.1: an illegal source is translated, but not to IPv4.
    if version == 6 or h.version == 6 or not illegal4(h.src):
        router_ix = sender.maps.lift(h.version, h.src)
        if router_ix is None and detour == "back":
            router_ix = sender.view.lift(h.version, h.src)
    if router_ix is not None:
        d.src = to.view.lower(version, router_ix)
    if d.src is None and version == 4 and to.error_pool:
        # RFC 6791.
        d.pool = to.error_pool
        d.src = to.error_pool[0]
    if d.src is None:
        d.src = to.gateways.get(version)
    return d if d.src is not None else None


def decide(config, sender, packet):
    h, inner = packet.outer, packet.inner
    if inner and inner.src != h.dst:
        raise Dropped("icmp_inner")
    own = inner.dst if inner else h.src
    src_ix = local = sender.maps.lift(h.version, own)
    dst_ix = sender.view.lift(h.version, h.dst) if sender.view else None
    if local is None and dst_ix is not None:
        src_ix = sender.view.lift(h.version, own)
    detour = None
    if local is None or config.owner(local) != sender.name:
        if None not in (src_ix, dst_ix) and \
                comes_back(config, sender, packet, src_ix, dst_ix):
            detour = "back"
        elif local is None:
            raise Dropped("not_local", pointer=8 * (
                h.version == 6 and sender.maps.without_identifier(h.src)))
        else:
            raise Dropped("spoofed")
    if dst_ix is None:
        raise Dropped("no_view")
    route = config.route(sender, dst_ix)
    if not route:
        raise Dropped("no_route")
    if route[2] in ("blackhole", "prohibit"):
        raise Dropped(route[2])
    if config.owner(dst_ix) != route[2]:
        if not goes_round(config, sender, route, dst_ix):
            raise Dropped("no_institution")
        detour = "there"
    to = config.tenants[route[2]]
    if to is sender and sender.hairpin != "intrinsic":
        raise Dropped("hairpin")
    d = decide_addresses(packet, sender, to, h.version, src_ix, dst_ix,
                         detour) or \
        decide_addresses(packet, sender, to, 10 - h.version, src_ix, dst_ix,
                         detour)
    if not d:
        raise Dropped("no_map_back", pointer=24 * (
            h.version == 6 and to.maps.without_identifier(dst_ix, True)))
    d.mtus = {h.version: sender.mtu, d.version: to.mtu}
    if h.version != d.version:
        d.tos = config.new_tos[d.version]
    d.mss = largest_segment(h.version, sender, d.version, to)
    return d


def largest_segment(version, sender, new_version, to):
    """What a SYN may offer (packet-path.rst); None if anything."""
    if not sender.tcp_mss and not to.tcp_mss:
        return None
    limits = [mtu - HEADER[v] - 20 for v, mtu in ((version, sender.mtu),
                                                  (new_version, to.mtu))]
    return min(limits + [tenant.tcp_mss for tenant in (sender, to)
                         if tenant.tcp_mss > 1])


def check_protocol(h, d, src, dst):
    same = h.version == d.version
    if h.protocol == IGMP and not same:
        raise Dropped("icmp_type")
    if h.protocol == AH:
        if not same or (h.src, h.dst) != (src, dst):
            raise Dropped("auth_header")
    elif h.protocol == (ICMP6 if h.version == 4 else ICMP):
        raise Dropped("protocol")
    elif h.is_control():
        if not same and h.fragment:
            raise Dropped("icmp_fragment")
    elif h.version == 4 and not same and h.protocol in (
            HOPOPTS, ROUTING, FRAGMENT, DSTOPTS, MOBILITY, HIP, SHIM6):
        raise Dropped("protocol")


def udp_without_checksum(data, h):
    return (h.version == 4 and h.protocol == UDP and not h.offset and
            data[h.payload + 6:h.payload + 8] == b"\0\0")


def check_outer(config, packet, d):
    h = packet.outer
    if h.ttl <= 1:
        raise Dropped("hop_limit")
    check_protocol(h, d, d.src, d.dst)
    if h.version != d.version:
        if h.version == 4:
            if udp_without_checksum(packet.data, h) and (
                    h.fragment or config.drop_zero_checksum):
                raise Dropped("udp_no_checksum")
        elif h.extension_behind or h.fragment_header and h.protocol in (
                HOPOPTS, ROUTING, FRAGMENT, DSTOPTS, MOBILITY, HIP, SHIM6):
            raise Dropped("extension_header")
        elif h.fragment and h.offset + h.payload_length > 65515:
            raise Dropped("malformed")
    if h.is_control() and not h.offset:
        if for_the_link_alone(h) or h.version != d.version and \
                not message(h, packet.info, packet.inner, d.mtus):
            raise Dropped("icmp_type")


def check_inner(h, d):
    """Could the packet in an error have come the other way?"""
    try:
        check_protocol(h, d, d.inner_src, d.inner_dst)
    except Dropped:
        return False
    if h.version == d.version:
        return True
    if h.extension_behind:
        return False
    length = h.payload_length + (8 if h.fragment else 0)
    if d.version == 4:
        length = h.payload_length + 20
    if length > 65535:
        return False
    if h.is_control() and not h.offset:
        return not for_the_link_alone(h) and \
            message(h, 0, None, d.mtus) is not None
    return True


##############################################################################
# Writing


def ipv4(tos, total, ident, field, ttl, protocol, src, dst, options=b""):
    header = struct.pack("!BBHHHBBHII", 0x45 + len(options) // 4, tos, total,
                         ident, field, ttl, protocol, 0, src, dst) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:]


def ipv6(tos, flow, length, protocol, ttl, src, dst):
    return struct.pack("!IHBB", 6 << 28 | tos << 20 | flow, length, protocol,
                       ttl) + packed(6, src) + packed(6, dst)


def header_4to6(h, d, src, dst, payload_length, ttl):
    """RFC 7915, 4.1."""
    tos = h.tos if d.tos is None else d.tos
    protocol = ICMP6 if h.protocol == ICMP else h.protocol
    if not h.fragment:
        return ipv6(tos, 0, payload_length, protocol, ttl, src, dst)
    return ipv6(tos, 0, payload_length + 8, FRAGMENT, ttl, src, dst) + \
        struct.pack("!BBHI", protocol, 0, h.offset | h.more, h.ident)


def header_6to4(h, d, src, dst, payload_length, ttl):
    """RFC 7915, 5.1 and 5.1.1. An identification of 0 may be any."""
    tos = h.tos if d.tos is None else d.tos
    protocol = ICMP if h.protocol == ICMP6 else h.protocol
    total = 20 + payload_length
    if h.fragment_header:
        field = h.offset // 8 | (0x2000 if h.more else 0)
        ident = h.ident & 0xffff
    else:
        field = 0x4000 if total > 1260 else 0
        ident = 0
    return ipv4(tos, total, ident, field, ttl, protocol, src, dst)


def header_same(data, h, src, dst, ttl):
    """Other addresses, and nothing else."""
    header = bytearray(data[h.start:h.payload])
    if h.version == 4:
        old = bytes(header[:20])
        header[8] = ttl
        header[12:20] = struct.pack("!II", src, dst)
        check = struct.unpack("!H", old[10:12])[0]
        check = adjusted(check, old[8:10] + old[12:], bytes(header[8:10] +
                                                            header[12:20]))
        header[10:12] = struct.pack("!H", check)
        return bytes(header)
    header[7] = ttl
    header[8:40] = packed(6, src) + packed(6, dst)
    return bytes(header)


def transport(payload, h, d, src, dst, length, quoted=False):
    """The transport header (as much of it as there is) with its checksum."""
    at = CHECKSUM_AT.get(h.protocol)
    if h.offset:
        return payload
    if h.protocol == TCP and d.mss is not None and not quoted:
        payload = clamped(payload, d.mss)
    old = packed(h.version, h.src) + packed(h.version, h.dst)
    new = packed(d.version, src) + packed(d.version, dst)
    same = h.version == d.version
    payload = bytearray(payload)
    if h.is_control():
        if same:
            if h.version == 4:
                return bytes(payload)
            at = 2
        else:
            return control(payload, h, d, src, dst, length)
    if at is None or len(payload) < at + 2:
        return bytes(payload)
    check = struct.unpack_from("!H", payload, at)[0]
    if h.protocol == UDP and not check:
        if h.version == 6 or d.version == 4 or quoted:
            return bytes(payload)
        size = struct.unpack_from("!H", payload, 4)[0]
        check = checksum(pseudo(6, src, dst, UDP, size) + payload[:size])
    elif ones_sum(old) % 0xffff == ones_sum(new) % 0xffff:
        return bytes(payload)
    else:
        check = adjusted(check, old, new)
    if not check and h.protocol in (UDP, UDPLITE):
        check = 0xffff
    struct.pack_into("!H", payload, at, check)
    return bytes(payload)


def clamped(segment, largest):
    """A SYN that offers no more than this (RFC 9293, 3.7.1)."""
    end = (segment[12] >> 4) * 4
    at = 20
    if not segment[13] & 2 or end > len(segment):
        return segment
    while at < end and segment[at]:
        length = 1
        if segment[at] != 1:
            length = segment[at + 1] if at + 1 < end else 0
            if length < 2 or at + length > end:
                return segment
            if segment[at] == 2 and length == 4:
                break
        at += length
    else:
        return segment
    if struct.unpack_from("!H", segment, at + 2)[0] <= largest:
        return segment
    new = segment[:at + 2] + struct.pack("!H", largest) + segment[at + 4:]
    check = adjusted(struct.unpack_from("!H", segment, 16)[0],
                     segment[at & ~1:at + 6], new[at & ~1:at + 6])
    return new[:16] + struct.pack("!H", check) + new[18:]


def control(payload, h, d, src, dst, length):
    """An ICMP message that is no error, in the other version."""
    old = bytes(payload[:2])
    kind, code, _ = message(h, 0, None, d.mtus)
    payload[0], payload[1] = kind, code
    new = bytes(payload[:2])
    if len(payload) >= 4:
        if h.version == 6:
            old += pseudo(6, h.src, h.dst, ICMP6, length)
        else:
            new += pseudo(6, src, dst, ICMP6, length)
        check = struct.unpack_from("!H", payload, 2)[0]
        struct.pack_into("!H", payload, 2, adjusted(check, old, new))
    return bytes(payload)


def quoted_packet(packet, d):
    """The packet in an error in the other version: header, and what follows."""
    h = packet.inner
    payload = packet.data[h.payload:h.end]
    payload = transport(payload, h, d, d.inner_src, d.inner_dst,
                        h.payload_length, quoted=True)
    write = header_4to6 if h.version == 4 else header_6to4
    # It is not forwarded: the hop limit stays.
    return write(h, d, d.inner_src, d.inner_dst, h.payload_length,
                 h.ttl) + payload


def error_other(packet, d):
    """RFC 7915, 4.2 and 5.2, of errors; without the header in front."""
    kind, code, info = message(packet.outer, packet.info, packet.inner, d.mtus)
    quote = quoted_packet(packet, d)
    room = ERROR_LIMIT[d.version] - HEADER[d.version] - 8
    extensible = kind in ((3, 11, 12) if d.version == 4 else (1, 3))
    words = 0
    extensions = packet.extensions if extensible else b""
    if len(extensions) > room - 128:
        extensions = b""
    if extensions:
        # RFC 4884: whole words, at least 128 octets, at most 255 words.
        word = 4 if d.version == 4 else 8
        space = min((room - len(extensions)) // word * word, 255 * word)
        quote = quote[:space]
        quote += bytes(max(-len(quote) % word, 128 - len(quote)))
        words = len(quote) // word
    else:
        quote = quote[:room]
    if d.version == 4:
        info = info & 0xffff if (kind, code) == (3, 4) else info
        info |= words << 16
    elif extensible:
        info = words << 24
    body = struct.pack("!BBHI", kind, code, 0, info) + quote + extensions
    return finish_error(body, d)


def finish_error(body, d):
    before = b""
    if d.version == 6:
        before = pseudo(6, d.src, d.dst, ICMP6, len(body))
    return body[:2] + struct.pack("!H", checksum(before + body[:2] + b"\0\0" +
                                                 body[4:])) + body[4:]


def error_same(packet, d):
    h, data = packet.inner, packet.data
    length = h.end - h.start
    payload = transport(data[h.payload:h.start + length], h, d, d.inner_src,
                        d.inner_dst, h.payload_length, quoted=True)
    body = data[packet.outer.payload:h.start] + \
        header_same(data, h, d.inner_src, d.inner_dst, h.ttl) + payload + \
        data[h.start + length:]
    return finish_error(body, d)


##############################################################################
# Fragments, and all of it


class Out:
    """A packet that has to come out of a port."""

    def __init__(self, port, data, any_ident=False, pool=None, sender=None):
        """sender: whose source has become one of the pool."""
        self.port = port
        self.data = data
        self.any_ident = any_ident
        self.pool = pool
        self.sender = sender

    def fits(self, seen):
        """Is this packet what was expected? A checksum of 0 is that of 0xffff,
        but for the UDP one, which the rest of the packet tells."""
        if seen == self.data:
            return True
        if len(seen) != len(self.data):
            return False
        mine, other = self.data, seen
        if self.pool:
            if ones_sum(seen[:20]) != 0xffff or not inside(
                    int.from_bytes(seen[12:16], "big"), *self.pool, 32):
                return False
            mine = mine[:10] + seen[10:16] + mine[16:]
            if not self.any_ident:
                return mine == other
        if self.any_ident and seen[0] >> 4 == 4:
            if ones_sum(seen[:20]) != 0xffff:
                return False
            mine = mine[:4] + mine[6:10] + mine[12:]
            other = other[:4] + other[6:10] + other[12:]
        return mine == other


def cut(data, header_length, limit, copied):
    """RFC 791, 3.2: an IPv4 packet in pieces of at most limit octets, all but the
    last with whole units of 8."""
    room = limit - header_length
    first, tos, _, ident, field, ttl, protocol, _, src, dst = \
        struct.unpack("!BBHHHBBHII", data[:20])
    options = data[20:header_length]
    payload = data[header_length:]
    offset = (field & 0x1fff) * 8
    pieces = []
    at = 0
    while at < len(payload):
        last = len(payload) - at <= room
        piece = payload[at:] if last else payload[at:at + room // 8 * 8]
        flags = (0 if last and not field & 0x2000 else 0x2000)
        # A later fragment that is cut again has left them out before.
        kept = options if not at or offset else copied(options)
        pieces.append(ipv4(tos, header_length + len(piece), ident,
                           flags | (offset + at) // 8, ttl, protocol, src, dst,
                           kept) + piece)
        at += len(piece)
    return pieces


def only_copied(options):
    """RFC 791: in all pieces but the first, options that are to be copied."""
    result = bytearray(options)
    at = 0
    while at < len(options):
        kind = options[at]
        if kind == 0:
            break
        if kind == 1:
            at += 1
            continue
        if at + 1 >= len(options) or options[at + 1] < 2 or \
                at + options[at + 1] > len(options):
            break
        length = options[at + 1]
        if not kind & 0x80:
            result[at:at + length] = b"\1" * length
        at += length
    return bytes(result)


def whole(packet, d, data=None, message_length=None):
    """The packet after translation, not cut."""
    h = packet.outer
    ttl = h.ttl - 1
    same = h.version == d.version
    if packet.inner:
        body = error_same(packet, d) if same else error_other(packet, d)
    else:
        payload = packet.data[h.payload:h.end]
        body = transport(payload, h, d, d.src, d.dst, message_length or
                         len(payload))
    if same:
        return header_same(packet.data, h, d.src, d.dst, ttl) + body
    if h.version == 4:
        return header_4to6(h, d, d.src, d.dst, len(body), ttl) + body
    return header_6to4(h, d, d.src, d.dst, len(body), ttl) + body


def length_after(packet, d):
    h = packet.outer
    if h.version == d.version:
        return h.total
    front = 20
    if d.version == 6:
        front = 48 if h.fragment else 40
    if packet.inner:
        return front + len(error_other(packet, d))
    return front + h.payload_length


def send(config, packet, d):
    h = packet.outer
    port = d.to.name
    after = length_after(packet, d)
    limit = d.to.mtu
    may_cut = h.version == 4 and not h.df
    if may_cut and d.version == 6:
        limit = min(limit, config.lowest_ipv6_mtu)
    sender = h.version, h.src
    any_ident = h.version == 6 and d.version == 4 and not h.fragment_header
    if after <= limit:
        data = whole(packet, d)
        return [Out(port, data, any_ident and not data[6] & 0x40, d.pool,
                    sender)]
    if may_cut and d.version == 6:
        return cut_to_ipv6(packet, d, limit)
    if may_cut or h.version == 6 and d.version == 4 and after <= 1260:
        data = whole(packet, d)
        return [Out(port, piece, any_ident, d.pool, sender) for piece in
                cut(data, (data[0] & 15) * 4, limit, only_copied)]
    # As the sender counts, and for its other packets, too.
    mtu = limit + min(h.total - after, HEADER[h.version] - HEADER[d.version])
    if h.version == 6:
        mtu = max(mtu, 1280)
    raise Dropped("too_big", mtu)


def cut_to_ipv6(packet, d, limit):
    """RFC 7915, 4: fragmented first, then each piece is translated."""
    h = packet.outer
    if packet.inner:
        # Errors can't be cut before: none is that long, see ERROR_LIMIT.
        raise Dropped("too_big")
    data = packet.data
    if udp_without_checksum(data, h):
        data = with_checksum(data, h)
    length = h.payload - h.start
    pieces = []
    for piece in cut(data, length, limit - 28, only_copied):
        part = read4(piece, 0, len(piece), False)
        if part.is_control() and not part.offset:
            part.kind, part.code = piece[part.payload], piece[part.payload + 1]
        body = transport(piece[part.payload:], part, d, d.src, d.dst,
                         h.payload_length)
        pieces.append(Out(d.to.name, header_4to6(part, d, d.src, d.dst,
                                                 len(body), h.ttl - 1) + body))
    return pieces


def with_checksum(data, h):
    """An IPv4 UDP packet with the checksum that its sender has left out."""
    at = h.payload
    size = struct.unpack_from("!H", data, at + 4)[0]
    check = checksum(pseudo(4, h.src, h.dst, UDP, size) + data[at:at + size])
    return data[:at + 6] + struct.pack("!H", check or 0xffff) + data[at + 8:]


def own_error(sender, data, dropped):
    """The ICMP error for the sender, as octets, or None (RFC 1812, 4443)."""
    try:
        h = read_any(data, 0, len(data), data[0] >> 4, False)
    except Dropped as unread:
        h = unread.headers
    if not h:
        return None
    row = ERRORS.get(dropped.reason)
    gateway = sender.gateways.get(h.version)
    kinds = row[h.version == 6] if row else None
    if not kinds or gateway is None or h.offset or is_error(h) or \
            h.version == 6 and h.is_control() and h.kind == 137:
        return None
    info = dropped.mtu
    if dropped.reason == "source_route" and h.version == 6:
        info = h.pointer
    elif dropped.pointer:
        kinds, info = (4, 0), dropped.pointer
    room = ERROR_LIMIT[h.version] - HEADER[h.version] - 8
    body = struct.pack("!BBHI", *kinds, 0, info) + data[:h.end][:room]
    d = Decision()
    d.version, d.src, d.dst = h.version, gateway, h.src
    body = finish_error(body, d)
    if h.version == 4:
        return ipv4(0xc0, 20 + len(body), 0, 0, 64, ICMP, gateway,
                    h.src) + body
    return ipv6(0, 0, len(body), ICMP6, 64, gateway, h.src) + body


def forward(config, sender, data, version=None):
    """What becomes of a packet: (drop reason or "forwarded", [Out])."""
    try:
        packet = Packet(data, version or data[0] >> 4)
        d = decide(config, sender, packet)
        check_outer(config, packet, d)
        if packet.inner and not check_inner(packet.inner, d):
            raise Dropped("icmp_inner")
        return "forwarded", send(config, packet, d)
    except Dropped as dropped:
        error = own_error(sender, data, dropped)
        return dropped.reason, [Out(sender.name, error, True)] if error else []


def checksums_good(data):
    """All that can be verified from outside, of a packet as a whole."""
    version = data[0] >> 4
    try:
        h = read_any(data, 0, len(data), version, False)
    except Dropped:
        return False
    if h.fragment:
        return True
    payload = data[h.payload:h.end]
    before = b""
    if h.protocol == UDP:
        if payload[6:8] == b"\0\0":
            return version == 4
        payload = payload[:struct.unpack_from("!H", payload, 4)[0]]
    elif h.protocol == UDPLITE:
        covered = struct.unpack_from("!H", payload, 4)[0]
        before = pseudo(version, h.src, h.dst, UDPLITE, len(payload))
        return covered == 8 and ones_sum(before + payload[:8]) == 0xffff
    if h.protocol not in CHECKSUM_AT and not h.is_control():
        return True
    if version == 6 or h.protocol != ICMP:
        before = pseudo(version, h.src, h.dst, h.protocol, len(payload))
    return ones_sum(before + payload) == 0xffff


##############################################################################
# There and back


def turned(data):
    """The same packet, from its destination to its source, with a new TTL."""
    data = bytearray(data)
    if data[0] >> 4 == 4:
        data[12:20] = data[16:20] + data[12:16]
        data[8] = 64
        data[10:12] = b"\0\0"
        data[10:12] = struct.pack("!H", checksum(bytes(
            data[:(data[0] & 15) * 4])))
    else:
        data[8:40] = data[24:40] + data[8:24]
        data[7] = 64
    return bytes(data)


def reversible(config, data):
    """Is nothing in it that a change of version, or a setting, loses for good?"""
    packet = Packet(data, data[0] >> 4)
    h = packet.outer
    if any(tos is not None for tos in config.new_tos.values()):
        return False
    if h.protocol == TCP and any(t.tcp_mss for t in config.tenants.values()):
        return False
    return not packet.inner and not (
        h.protocol == UDP and not h.offset and
        data[h.payload + 6:h.payload + 8] == b"\0\0")


def comparable(data):
    """A packet without what a change of version may lose: DF and identification
    (RFC 7915, 5.1), IPv4 options, flow label, extension headers."""
    h = Packet(data, data[0] >> 4).outer
    payload = data[h.payload:h.end]
    at = CHECKSUM_AT.get(h.protocol)
    if at and payload[at:at + 2] == b"\xff\xff":
        payload = payload[:at] + b"\0\0" + payload[at + 2:]
    return (h.version, h.src, h.dst, h.protocol, h.tos, h.offset, h.more,
            h.ident & 0xffff if h.fragment else 0, payload)


def differs_from_turned(data, back):
    """What is wrong with what came back of a packet; None if nothing is."""
    fields = ("version", "source", "destination", "protocol", "TOS",
              "fragment offset", "more fragments", "identification", "payload")
    for field, one, other in zip(fields, comparable(turned(data)),
                                 comparable(back)):
        if one != other:
            return field
    return None
