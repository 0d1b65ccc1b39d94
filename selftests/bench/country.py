# SPDX-License-Identifier: GPL-2.0
"""A country of any size: tenants, institutions and agreements, made up from a
seed; its configuration for `ixctl restore`, the flows that it permits, and an
oracle that says of any packet what has to become of it, by the definitions
in Documentation/model.rst and by no code of the kernel's.

All tenants number their hosts alike: 10.0.0.0 or fd00:aa::/48, one after the
other in the IX address space:

  IPv4  10.0.0.0/n      2001:db8:64::44.x.y.z        rfc6052 in the view
  IPv6  fd00:aa::/48    2001:db8:NNNN::/48           nptv6, identity in the view

In a mixed country every other tenant has IPv6, and its institutions are in one
/112, which tenants with IPv4 see as 45.n.0.0/16.
"""

import ipaddress
import itertools
import random

import wire

IX4 = int(ipaddress.ip_address("2001:db8:64::"))
IX6 = int(ipaddress.ip_address("2001:db8::"))
VIEW4 = 44 << 24
VIEW46 = 45 << 24
OWN4 = 10 << 24
OWN6 = int(ipaddress.ip_address("fd00:aa::"))
GATEWAY4 = "192.0.2.1"
GATEWAY6 = "fe80::1"
MIXED_SUBNET = 0x5 << 64

CLASSES = ["hospital", "clinic", "pharmacy", "dentist", "care", "laboratory",
           "claims", "registry"]
# Name, TCP and UDP destination port.
SERVICES = [("https", 443), ("dicom", 104), ("hl7", 2575), ("dicom-tls", 2762)]
# Action, class of the source, of the destination, service. Three at the end
# that no flow of the benchmarks meets.
RULES = [("permit", 0, 0, 1), ("permit", 0, 1, 1), ("permit", 1, 0, 3),
         ("permit", 1, 5, 2), ("permit", 4, 0, 0), ("permit", 0, 6, 0),
         ("permit", 1, 6, 0), ("deny", 2, 0, None), ("deny", 3, 5, None),
         ("permit", 2, 7, 0)]


def text4(a):
    return str(ipaddress.IPv4Address(a))


def text6(a):
    return str(ipaddress.IPv6Address(a))


def mask(length, bits):
    return (1 << bits) - (1 << (bits - length))


def nptv6_adjust(own, ix):
    """What RFC 6296 adds to word 3 on the way from own to IX prefix."""
    return (wire.words6(own) - wire.words6(ix)) % 0xFFFF


def nptv6(address, old, new, length, adjust):
    """Exchange the prefix, and keep the checksum: RFC 6296, 3.1."""
    address = address - old + new
    word = (address >> 64) & 0xFFFF
    changed = (word + adjust) % 0xFFFF
    return address + ((changed - word) << 64)


class Tenant:
    def __init__(self, number, v4, bits4, own4_len, len6):
        self.number = number
        self.name = "t%04d" % number
        self.device = "p%04d" % number
        self.v4 = v4
        if v4:
            self.length = own4_len
            self.ix = IX4 | VIEW4 | number << (32 - own4_len)
            self.slot_bits = bits4
        else:
            self.length = len6
            self.ix = IX6 | (number + 0x100) << (128 - len6)
            self.adjust = nptv6_adjust(OWN6 & mask(len6, 128), self.ix)
            self.back = -self.adjust % 0xFFFF

    def ix_text(self):
        if self.v4:
            return "%s/%d" % (text6(self.ix), 96 + self.length)
        return "%s/%d" % (text6(self.ix), self.length)

    def own(self, address):
        """Its own address of one of its hosts."""
        if self.v4:
            return OWN4 | (address & ((1 << (32 - self.length)) - 1))
        return nptv6(address, self.ix, OWN6, self.length, self.back)

    def lift(self, own):
        """The IX address of one of its hosts, or None."""
        if self.v4:
            if (own ^ OWN4) & mask(self.length, 32):
                return None
            return self.ix | (own & ((1 << (32 - self.length)) - 1))
        if (own ^ OWN6) & mask(self.length, 128):
            return None
        if (own >> 64) & 0xFFFF == 0xFFFF:
            return None
        return nptv6(own, OWN6, self.ix, self.length, self.adjust)

    def covers(self, ix):
        length = 96 + self.length if self.v4 else self.length
        return not (ix ^ self.ix) & mask(length, 128)

    def sees(self, ix, country):
        """How an IX address looks from inside, or None."""
        if not self.v4:
            return ix
        if ix >> 32 == IX4 >> 32:
            return ix & 0xFFFFFFFF if ix >> 24 & 0xFF == 44 else None
        tenant = country.tenant_of(ix)
        if tenant and not tenant.v4 and country.kind == "mixed" and \
                ix >> 16 == (tenant.ix | MIXED_SUBNET) >> 16:
            return VIEW46 | tenant.number << 16 | ix & 0xFFFF
        return None

    def sees_back(self, seen, country):
        """The IX address of what is seen from inside, or None."""
        if not self.v4:
            return seen
        if seen >> 24 == 44:
            return IX4 | seen
        if seen >> 24 == 45 and country.kind == "mixed":
            number = seen >> 16 & 0xFF
            if number < len(country.tenants) and not country.tenants[number].v4:
                return country.tenants[number].ix | MIXED_SUBNET | seen & 0xFFFF
        return None


class Country:
    """kind: v4, v6 or mixed. Institution i has tag i + 1, is reached through
    tenant i % tenants, and has one prefix."""

    def __init__(self, institutions, tenants=250, agreements=0, rules=10,
                 kind="v4", seed=1, flow_cache=0):
        self.kind = kind
        self.flow_cache = flow_cache
        self.rules = RULES[:rules]
        self.random = rnd = random.Random(seed)
        per_tenant = -(-institutions // tenants)
        bits = max(1, (tenants - 1).bit_length())
        own4_len = 8 + bits
        slots4 = 28 - own4_len
        len6 = 48 if per_tenant <= 60000 else 44
        assert per_tenant <= 1 << slots4 or kind == "v6"
        self.tenants = [
            Tenant(n, kind == "v4" or (kind == "mixed" and n % 2 == 0), slots4,
                   own4_len, len6) for n in range(tenants)]
        self.by_ix6 = {t.ix >> (128 - len6): t for t in self.tenants if not t.v4}
        self.len6 = len6
        self.own4_len = own4_len
        # By institution: prefix, its length.
        self.prefix = []
        self.length = []
        for i in range(institutions):
            tenant = self.tenants[i % tenants]
            n = i // tenants
            if tenant.v4:
                # Scattered, as they come and go.
                slot = n * 0x9E3779B1 & ((1 << slots4) - 1)
                self.prefix.append(tenant.ix | slot << 4)
                self.length.append(rnd.choice((124, 125, 126, 127, 128)))
            elif kind == "mixed":
                slot = n * 0x9E3779B1 & 0xFFF
                self.prefix.append(tenant.ix | MIXED_SUBNET | slot << 4)
                self.length.append(rnd.choice((124, 125, 126, 127, 128)))
            else:
                room = 1 << (64 - len6)
                # 0xffff in word 3 is nobody's (RFC 6296).
                slot = n * 0x9E3779B1 & (room - 1)
                length = rnd.choice((64, 72, 96, 120, 128))
                self.prefix.append(tenant.ix | slot << 64)
                self.length.append(length)
        self.registry = dict(zip(zip(self.prefix, self.length),
                                 range(institutions)))
        self.lengths = sorted(set(self.length), reverse=True)
        self.by_class = {}
        # Pair of institutions: service that is permitted between them. Of the
        # first quarter a rule says the same: their flows pass without, too.
        self.agreements = {}
        while len(self.agreements) < agreements // 4:
            source, destination, service = self.permitted(rnd)
            self.agreements[source, destination] = service
        while len(self.agreements) < agreements:
            pair = (rnd.randrange(institutions), rnd.randrange(institutions))
            if pair[0] != pair[1] and pair not in self.agreements:
                self.agreements[pair] = rnd.randrange(len(SERVICES))

    def __len__(self):
        return len(self.prefix)

    def tenant_of(self, ix):
        """The tenant in whose IX prefix an address is."""
        if ix >> 32 == IX4 >> 32:
            if ix >> 24 & 0xFF != 44:
                return None
            n = (ix & 0xFFFFFF) >> (32 - self.own4_len)
            tenant = self.tenants[n] if n < len(self.tenants) else None
            return tenant if tenant and tenant.v4 else None
        return self.by_ix6.get(ix >> (128 - self.len6))

    def class_of(self, i):
        # Not in step with the tenants.
        return i * 0x9E3779B1 >> 13 & 7

    def institution_of(self, ix):
        """Longest prefix, or None."""
        for length in self.lengths:
            found = self.registry.get((ix & mask(length, 128), length))
            if found is not None:
                return found
        return None

    def host(self, i, rnd):
        """The IX address of a host of an institution."""
        return self.prefix[i] | rnd.getrandbits(128 - self.length[i])

    ######################################################################
    # Configuration

    def lines(self):
        """The configuration, for ixctl restore."""
        tenants = self.tenants
        if self.flow_cache:
            yield "settings change flow-cache %d\n" % self.flow_cache
        for name, port in SERVICES:
            yield "service add %s tcp dport %d udp dport %d\n" % (name, port, port)
        for name in CLASSES:
            yield "class add %s\n" % name
        yield "view add v4\nmap add view v4 rfc6052 44.0.0.0/8 2001:db8:64::/96\n"
        yield "view add v6\nmap add view v6 plain ::/0 ::/0\n"
        if self.kind == "mixed":
            for t in tenants:
                if not t.v4:
                    yield "map add view v4 explicit %s/16 %s/112\n" % (
                        text4(VIEW46 | t.number << 16), text6(t.ix | MIXED_SUBNET))
        for t in tenants:
            if t.v4:
                yield "tenant add %s number %d view v4\n" % (t.name, t.number + 1)
                yield "map add tenant %s explicit %s/%d %s\n" % (
                    t.name, text4(OWN4), t.length, t.ix_text())
            else:
                yield "tenant add %s number %d view v6\n" % (t.name, t.number + 1)
                yield "map add tenant %s nptv6 %s/%d %s\n" % (
                    t.name, text6(OWN6), t.length, t.ix_text())
        for i in range(len(self)):
            yield "institution add %d class %s\n" % (
                i + 1, CLASSES[self.class_of(i)])
        nr = len(tenants)
        for i, (prefix, length) in enumerate(zip(self.prefix, self.length)):
            yield "prefix add %x:%x:%x:%x:%x:%x:%x:%x/%d institution %d tenant %s\n" % (
                prefix >> 112, prefix >> 96 & 0xFFFF, prefix >> 80 & 0xFFFF,
                prefix >> 64 & 0xFFFF, prefix >> 48 & 0xFFFF,
                prefix >> 32 & 0xFFFF, prefix >> 16 & 0xFFFF, prefix & 0xFFFF,
                length, i + 1, tenants[i % nr].name)
        for t in tenants:
            for to in tenants:
                if to is not t:
                    yield "route add tenant %s %s to %s via %s dev %s\n" % (
                        t.name, to.ix_text(), to.name,
                        GATEWAY4 if to.v4 else GATEWAY6, to.device)
        for n, (action, source, destination, service) in enumerate(self.rules):
            yield "rule add id %d order %d %s from class %s to class %s%s\n" % (
                n + 1, n + 1, action, CLASSES[source], CLASSES[destination],
                "" if service is None else " service " + SERVICES[service][0])
        for n, ((source, destination), service) in enumerate(
                self.agreements.items()):
            yield "rule add id %d permit from institution %d to institution %d service %s\n" % (
                1000 + n, source + 1, destination + 1, SERVICES[service][0])

    ######################################################################
    # Flows

    def permitted(self, rnd, limit=None):
        """Some institution, another one of another tenant, and a service that
        a rule permits between them; of the first institutions alone."""
        limit = limit or len(self)
        if limit not in self.by_class:
            of = self.by_class[limit] = [[] for _ in CLASSES]
            for i in range(limit):
                of[self.class_of(i)].append(i)
        of = self.by_class[limit]
        while True:
            _, a, b, service = self.rules[rnd.randrange(min(7, len(self.rules)))]
            source, destination = rnd.choice(of[a]), rnd.choice(of[b])
            if (source - destination) % len(self.tenants):
                return source, destination, service

    def pairs(self, number, limit=None, seed=2):
        """Institutions and services of flows that rules permit; half of them
        have agreements besides, if there are any."""
        rnd = random.Random(seed)
        pairs = [self.permitted(rnd, limit) for _ in range(number)]
        if self.agreements and not limit:
            some = itertools.islice(self.agreements.items(),
                                    len(self.agreements) // 4)
            some = [pair + (service,) for pair, service in some]
            chosen = rnd.sample(some, min(len(some), number // 2))
            pairs[:len(chosen)] = chosen
            rnd.shuffle(pairs)
        return pairs

    def flows(self, number, limit=None, sender=None, reply=False, stock=False,
              seed=3):
        """Flows for Side, (in, packet, out, packet); of the first institutions
        alone; those that tenant number sender sends; the answers to them; with
        IX addresses, to be forwarded as they are."""
        rnd = random.Random(seed)
        nr = len(self.tenants)
        more = number if sender is None else number * nr * 4
        flows = 0
        for source, destination, service in self.pairs(more, limit):
            if sender is not None and source % nr != sender:
                continue
            flows += 1
            if flows > number:
                break
            ends = self.tenants[source % nr], self.tenants[destination % nr]
            hosts = self.host(source, rnd), self.host(destination, rnd)
            ports = rnd.randrange(1024, 65536), SERVICES[service][1]
            if reply:
                ends, hosts, ports = ends[::-1], hosts[::-1], ports[::-1]
            yield (self.stock_flow if stock else self.flow)(*ends, *hosts, ports)

    def flow(self, sender, receiver, src, dst, ports, flags=None):
        """What goes in, and what has to come out."""
        there = wire.ipv4 if sender.v4 else wire.ipv6
        packet = there(sender.own(src), sender.sees(dst, self), *ports,
                       flags=flags)
        return (sender.number, packet, receiver.number,
                self.delivered(receiver, src, dst, ports, sender.v4, flags))

    def delivered(self, receiver, src, dst, ports, v4, flags=None):
        src, dst = receiver.sees(src, self), receiver.own(dst)
        if receiver.v4:
            # Small packets from IPv6 may be cut later (RFC 7915, 5.1).
            return wire.ipv4(src, dst, *ports, ttl=63, df=v4, flags=flags)
        return wire.ipv6(src, dst, *ports, ttl=63, flags=flags)

    ######################################################################
    # The oracle

    def service_permits(self, service, dport):
        return service is None or SERVICES[service][1] == dport

    def asked(self, source, destination, dport):
        """The first rule that speaks of it: permit, deny, or None."""
        service = self.agreements.get((source, destination))
        if service is not None and self.service_permits(service, dport):
            return "permit"
        a, b = self.class_of(source), self.class_of(destination)
        for action, from_class, to_class, service in self.rules:
            if (a, b) == (from_class, to_class) and \
                    self.service_permits(service, dport):
                return action
        return None

    def passes(self, source, destination, sport, dport, flags):
        """As a request, or as a reply to one."""
        if self.asked(source, destination, dport) == "permit":
            return True
        return (flags is None or flags & 0x14) and \
            self.asked(destination, source, sport) == "permit"

    def expect(self, sender, src, dst, sport, dport, flags):
        """Flow for Side: a packet with these addresses, as the sender writes
        them, and what becomes of it."""
        there = wire.ipv4 if sender.v4 else wire.ipv6
        packet = there(src, dst, sport, dport, flags=flags)
        return (sender.number, packet) + self.fate(
            sender, src, dst, sport, dport, flags)

    def fate(self, sender, src, dst, sport, dport, flags):
        dropped = (0xFFFF, None)
        nr = len(self.tenants)
        src, dst = sender.lift(src), sender.sees_back(dst, self)
        if src is None or dst is None:
            return dropped
        source = self.institution_of(src)
        if source is None or self.tenants[source % nr] is not sender:
            return dropped
        receiver = self.tenant_of(dst)
        if receiver is None or receiver is sender:
            return dropped
        destination = self.institution_of(dst)
        if destination is None or self.tenants[destination % nr] is not receiver:
            return dropped
        if not self.passes(source, destination, sport, dport, flags):
            return dropped
        if receiver.sees(src, self) is None:
            return dropped
        return receiver.number, self.delivered(
            receiver, src, dst, (sport, dport), sender.v4, flags)

    def random_packets(self, number, seed=4):
        """Packets of all kinds: of hosts that exist and of others, permitted
        and not, replies, segments that open and that don't; (v4, flow)."""
        rnd = random.Random(seed)
        nr = len(self.tenants)
        agreements = list(self.agreements.items())
        known = [port for _, port in SERVICES]
        while number:
            source = rnd.randrange(len(self))
            destination = rnd.randrange(len(self))
            service = None
            kind = rnd.random()
            if agreements and kind < 0.5:
                (source, destination), service = rnd.choice(agreements)
            elif kind < 0.8:
                source, destination, service = self.permitted(rnd)
            ports = [rnd.randrange(1024, 65536), rnd.choice(known)]
            if service is not None and rnd.random() < 0.8:
                ports[1] = SERVICES[service][1]
            if rnd.random() < 0.3:
                source, destination = destination, source
                ports.reverse()
            sender = self.tenants[source % nr]
            src, dst = self.host(source, rnd), self.host(destination, rnd)
            # Neighbours of prefixes, which are nobody's or somebody else's.
            if rnd.random() < 0.1:
                src ^= 1 << rnd.randrange(0, 12)
            if rnd.random() < 0.1:
                dst ^= 1 << rnd.randrange(0, 30)
            if rnd.random() < 0.05:
                sender = rnd.choice(self.tenants)
            if not sender.covers(src):
                src = sender.ix | src & 0xFFFF
            src, dst = sender.own(src), sender.sees(dst, self)
            if dst is None:
                continue
            flags = rnd.choice((None, None, 0x02, 0x10, 0x18, 0x14, 0x12, 0x11))
            yield sender.v4, self.expect(sender, src, dst, *ports, flags)
            number -= 1

    ######################################################################
    # The same country for the kernel's routing tables

    def stock_routes(self):
        """Routes of table main: (address, length, number of the tenant)."""
        nr = len(self.tenants)
        for i, (prefix, length) in enumerate(zip(self.prefix, self.length)):
            tenant = self.tenants[i % nr]
            if tenant.v4:
                yield ((prefix & 0xFFFFFFFF).to_bytes(4, "big"), length - 96,
                       tenant.number)
            else:
                yield prefix.to_bytes(16, "big"), length, tenant.number

    @staticmethod
    def stock_flow(sender, receiver, src, dst, ports):
        if receiver.v4:
            src, dst = src & 0xFFFFFFFF, dst & 0xFFFFFFFF
        there = wire.ipv4 if receiver.v4 else wire.ipv6
        return (sender.number, there(src, dst, *ports),
                receiver.number, there(src, dst, *ports, ttl=63))
