# SPDX-License-Identifier: GPL-2.0
"""Configurations, routes and flows in files: made by the host, read by the
guest. In User-Mode Linux each page of a process is a mapping of the host, of
which it has 65,530 by default: 256 MB is all that a process can have."""

import hashlib
import ipaddress
import itertools
import multiprocessing
import os
import random
import struct
from collections import namedtuple

import country

HEAD = struct.Struct("=IHHHH")
# Interface number of the first device.
INDEX = 1000
# Of lookups in tables.
KEYS = 1 << 18
GATEWAY = {4: ipaddress.ip_address(country.GATEWAY4).packed,
           16: ipaddress.ip_address(country.GATEWAY6).packed}

# flow_cache: the setting; 0 is what it is by default.
Land = namedtuple("Land", "kind institutions tenants agreements rules flow_cache",
                  defaults=("v4", 1000, 2, 0, 10, 0))
File = namedtuple("File", "land what args", defaults=(None, "", ()))


def name(file):
    return "-".join(str(part) for part in tuple(file.land or ()) +
                    (file.what,) + file.args)


def config(land):
    return File(land, "config")


def changed(land):
    return File(land, "changed")


def routes(land):
    return File(land, "routes")


def flows(land, number, limit=0, sender=-1, reply=0, stock=0):
    return File(land, "flows", (number, limit, sender, reply, stock))


def anything(land, number, version):
    return File(land, "anything", (number, version))


def lookups(what, number):
    """lpm-prefixes, lpm-keys, ...: see lookup_files()."""
    return File(None, what, (number,))


def rtnetlink(routes_of_table):
    """Messages that put routes into table main."""
    for number, (address, length, device) in enumerate(routes_of_table):
        size = len(address)
        attrs = struct.pack("=HH%dsHH%dsHHI" % (size, size),
                            4 + size, 1, address, 4 + size, 5, GATEWAY[size],
                            8, 4, INDEX + device)
        # NLM_F_CREATE, NLM_F_EXCL; RTM_NEWROUTE; IPv4: RTNH_F_ONLINK.
        yield struct.pack("=IHHII8BI", 28 + len(attrs), 24, 0x601, number, 0,
                          2 if size == 4 else 10, length, 0, 0, 254, 3, 0, 1,
                          4 if size == 4 else 0) + attrs


def flow_records(some):
    some = list(some)
    in_len = len(some[0][1])
    out_len = max(len(flow[3] or b"") for flow in some) or in_len
    yield HEAD.pack(len(some), in_len, out_len, 0, 0)
    for in_dev, packet, out_dev, expected in some:
        yield struct.pack("=HH", in_dev, out_dev) + packet + \
            (expected or bytes(out_len))


def of_version(packets, number, version):
    """A file has packets of one length before, and of one after: 44, 46, 64 or
    66 say which; those that are dropped fit anywhere."""
    sender, receiver = version // 10, version % 10
    length = 46 if receiver == 4 else 66
    some = (flow for v4, flow in packets if v4 == (sender == 4) and
            (flow[3] is None or len(flow[3]) == length))
    return itertools.islice(some, number)


def change(lines, number):
    """The same configuration with some lines changed, spread over it: another
    class here, another service there."""
    lines = list(lines)
    rnd = random.Random(9)
    rules = [n for n, line in enumerate(lines) if line.startswith("rule add id 1") and
             "institution" in line]
    people = [n for n, line in enumerate(lines) if line.startswith("institution")]
    for n in rnd.sample(people, number // 2):
        lines[n] = lines[n].rstrip() + " name changed-%d\n" % n
    for n in rnd.sample(rules, min(len(rules), number // 4)):
        lines[n] = lines[n].rstrip() + " reference changed\n"
    # And some that are new.
    for n in range(number // 4):
        lines.append("institution add %d class clinic\n" % (3000000 + n))
    return lines


def lookup_files(number):
    """Prefixes of the IX, of mixed lengths, and of IPv4; keys within them."""
    rnd = random.Random(5)
    # A part is of carriers and regions: short ones, with others inside.
    short = number // 20
    v4 = country.Country((number - short) // 2, 250, kind="v4", seed=6)
    v6 = country.Country(number - short - len(v4), 250, kind="v6", seed=7)
    ix = list(zip(v4.prefix, v4.length)) + list(zip(v6.prefix, v6.length))
    known = set(ix)
    while len(ix) < number:
        length = rnd.randrange(32, 64)
        prefix = rnd.choice(v6.prefix) ^ rnd.getrandbits(20) << 76
        prefix &= country.mask(length, 128)
        if (prefix, length) not in known:
            known.add((prefix, length))
            ix.append((prefix, length))
    rnd.shuffle(ix)
    inet = country.Country(number, 250, kind="v4", seed=8)
    yield "lpm-prefixes", (p.to_bytes(16, "big") + bytes((k,)) for p, k in ix)
    yield "lpm-keys", (
        (p | rnd.getrandbits(128 - k)).to_bytes(16, "big")
        for p, k in rnd.choices(ix, k=KEYS))
    yield "lpm-routes6", rtnetlink((p.to_bytes(16, "big"), k, 0) for p, k in ix)
    yield "lpm-routes4", rtnetlink(
        ((p & 0xFFFFFFFF).to_bytes(4, "big"), k - 96, 0)
        for p, k in zip(inet.prefix, inet.length))
    yield "lpm-keys4", (
        (inet.host(i, rnd) & 0xFFFFFFFF).to_bytes(4, "big") + bytes(12)
        for i in rnd.choices(range(number), k=KEYS))


def land_file(here, what, args):
    """The pieces of one file about a country."""
    if what == "config":
        return (line.encode() for line in here.lines())
    if what == "changed":
        return (line.encode() for line in change(here.lines(), 100))
    if what == "routes":
        return rtnetlink(here.stock_routes())
    if what == "anything":
        return flow_records(of_version(here.random_packets(1 << 62), *args))
    assert what == "flows"
    number, limit, sender, reply, stock = args
    return flow_records(here.flows(number, limit or None,
                                   None if sender < 0 else sender, reply, stock))


class Store:
    """A folder of files, for one version of the code that makes them."""

    def __init__(self, path):
        key = hashlib.sha256()
        for module in (country.__file__, country.wire.__file__, __file__):
            with open(module, "rb") as file:
                key.update(file.read())
        self.path = os.path.join(path, key.hexdigest()[:12])

    def file(self, file):
        return os.path.join(self.path, name(file))

    def _write(self, file, pieces):
        path = self.file(file)
        with open(path + ".new", "wb", buffering=1 << 20) as out:
            out.writelines(pieces)
        os.rename(path + ".new", path)

    def make_group(self, files):
        """The files about one country, or those of the lookups."""
        land = files[0].land
        if not land:
            for what, pieces in lookup_files(*files[0].args):
                self._write(File(None, what, files[0].args), pieces)
            return len(files)
        here = country.Country(land.institutions, land.tenants, land.agreements,
                               land.rules, land.kind,
                               flow_cache=land.flow_cache)
        for file in files:
            self._write(file, land_file(here, file.what, file.args))
        return len(files)

    def make(self, files, note):
        """Make those that are not there."""
        os.makedirs(self.path, exist_ok=True)
        groups = {}
        for file in dict.fromkeys(files):
            if not os.path.exists(self.file(file)):
                groups.setdefault(file.land or file.args, []).append(file)
        todo = sum(len(group) for group in groups.values())
        done = 0
        # The largest first, each in a process of its own: memory is given back.
        order = sorted(groups.values(), reverse=True, key=lambda group: (
            group[0].land.institutions + group[0].land.agreements
            if group[0].land else group[0].args[0] * 3))
        with multiprocessing.Pool(min(4, os.cpu_count()), maxtasksperchild=1) as pool:
            for number in pool.imap_unordered(self.make_group, order, 1):
                done += number
                note("%d of %d files of configurations, routes and flows" % (
                    done, todo))
