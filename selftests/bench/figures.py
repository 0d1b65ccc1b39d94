# SPDX-License-Identifier: GPL-2.0
"""What is measured. Each figure is a function; before it runs in the guest,
the host asks it (files) which files it wants."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time

import data
import kernel
import peers
from data import Land
from kernel import Side, Space
from measure import note, quantile

IXCTL = os.environ.get("IXCTL", "ixctl")


class Bench:
    """What figures share."""

    def __init__(self, job, report=None):
        self.job = job
        self.quick = job.get("quick", False)
        self.report = report
        self.large = job.get("institutions", 600000)
        self.agreements = job.get("agreements", 1000000)
        self.tenants = job.get("tenants", 250)
        self.store = data.Store(job["data"])
        self._null = None
        self._sides = []

    def path(self, file):
        return self.store.file(file)

    @contextlib.contextmanager
    def near(self, file):
        """The path of a copy in the guest's own memory: the guest reads the
        host's files in single pages, by the host's system calls."""
        path = os.path.join("/dev/shm", os.path.basename(self.path(file)))
        shutil.copyfile(self.path(file), path)
        try:
            yield path
        finally:
            os.unlink(path)

    def close_sides(self):
        for side in self._sides:
            side.close()
        self._sides = []

    def clean(self):
        """Whatever a figure has left."""
        self.close_sides()
        Space.close_all(but="null")

    def end(self):
        if self._null:
            self._null.close()
        Space.close_all()
        kernel.command("rmmod", "ix_bench", check=False)

    @property
    def null(self):
        """The generator by itself."""
        if not self._null:
            self._null = Side(Space("null", 2),
                              self.path(data.flows(SMALL, 256, sender=0)),
                              kernel.DRAIN)
        return self._null

    def restore(self, space, file):
        """Seconds that ixctl restore takes."""
        with self.near(file) as path:
            start = time.monotonic()
            space.run(IXCTL, "restore", path)
            return time.monotonic() - start

    def ix(self, name, land, restore=True):
        """A router with ix."""
        space = Space(name, land.tenants, forwarding=False)
        space.run("nft", "-f", "-", text="table netdev ix {\n%s}\n" % "".join(
            "flowtable t%s { hook ingress priority filter; devices = { %s }; }\n"
            % (device[1:], device) for device in space.devices))
        if restore:
            took = self.restore(space, data.config(land))
            note("%s: %s, restored in %.2f s" % (name, land, took))
        return space

    def stock(self, name, land):
        """A router with the kernel's own tables."""
        space = Space(name, land.tenants)
        start = time.monotonic()
        space.routes(self.path(data.routes(land)))
        note("%s: %d routes in %.2f s" % (name, land.institutions,
                                          time.monotonic() - start))
        return space

    def side(self, space, file, flags=0, checked=True):
        """One side; each of its packets once, octet by octet: also to warm up."""
        side = Side(space, self.path(file), flags)
        self._sides.append(side)
        if checked:
            side.check()
        return side

    def pairs(self, file):
        """Source and destination of IPv4 packets, as they come in."""
        with open(self.path(file), "rb") as flows:
            number, in_len, out_len, _, _ = data.HEAD.unpack(
                flows.read(data.HEAD.size))
            for _ in range(number):
                packet = flows.read(4 + in_len + out_len)[4:]
                yield (socket.inet_ntoa(packet[12:16]),
                       socket.inet_ntoa(packet[16:20]))

    def compare(self, name, ours, theirs, **more):
        rounds = max(2000, ours.flows_nr // kernel.BATCH * (1 if self.quick else 3))
        if self.job.get("smoke"):
            rounds = 20
        self.report.compare(name, ours, theirs, self.null, rounds, **more)

    def many(self):
        """Numbers of flows, and what they are called."""
        if self.job.get("smoke"):
            return [(1024, "1k flows")]
        if self.quick:
            return [(65536, "64k flows")]
        return [(65536, "64k flows"), (262144, "256k flows")]

    def land(self, kind="v4", **more):
        """Everything: the whole country. Its routers have room for twice as many
        flows as the largest measurement has."""
        return Land(kind, **{"institutions": self.large, "tenants": self.tenants,
                             "agreements": self.agreements, "rules": 10,
                             "flow_cache": 1 << 19 if self.large >= 100000 else 0,
                             **more})


SMALL = Land("v4")
SMALL6 = Land("v6")
SMALL46 = Land("mixed")
FIGURES = []


def figure(key, files, quick=True):
    """A figure, by which key it is chosen, the files it wants of a Bench, and
    whether it is in the short run."""
    def add(function):
        function.key, function.files, function.quick = key, files, quick
        FIGURES.append(function)
        return function
    return add


def wanted(job):
    only = job.get("only")
    # What others have left behind in half empty slabs would take no memory.
    return [f for f in sorted(FIGURES, key=lambda f: f is not growth)
            if (f.key in only if only else f.quick or not job.get("quick"))]


def files(job):
    """All files that the figures of a job want."""
    bench = Bench(job)
    yield data.flows(SMALL, 256, sender=0)
    for function in wanted(job):
        yield from function.files(bench)


######################################################################
# National scale against stock forwarding

def large_files(kind):
    def want(bench):
        land = bench.land(kind)
        yield data.config(land)
        yield data.routes(land)
        for number, _ in bench.many():
            yield data.flows(land, number)
            yield data.flows(land, number, stock=1)
    return want


def forwarding_large(bench, kind, name, must, aim):
    land = bench.land(kind)
    ix = bench.ix("ix", land)
    stock = bench.stock("stock", land)
    for number, text in bench.many():
        bench.compare("%s, %d institutions, %s / stock forwarding, as many routes"
                      % (name, land.institutions, text),
                      bench.side(ix, data.flows(land, number)),
                      bench.side(stock, data.flows(land, number, stock=1)),
                      must=must, aim=aim, peer="stock forwarding")
    without_flow_cache(bench, ix)
    number, text = bench.many()[0]
    bench.compare("%s, %d institutions, %s, no flow cache / stock forwarding"
                  % (name, land.institutions, text),
                  bench.side(ix, data.flows(land, number)),
                  bench.side(stock, data.flows(land, number, stock=1)),
                  peer="stock forwarding")


def without_flow_cache(bench, ix):
    """What a packet costs whose flow is new."""
    bench.close_sides()
    ix.run(IXCTL, "settings", "change", "flow-cache", "0")


@figure("44", large_files("v4"))
def large_44(bench):
    """4->4 at national scale, and stock forwarding"""
    forwarding_large(bench, "v4", "4->4", .7, .35)


@figure("66", large_files("v6"))
def large_66(bench):
    """6->6 at national scale, and stock forwarding"""
    forwarding_large(bench, "v6", "6->6 (NPTv6)", .6, .25)


######################################################################
# A small router against stock paths

def small_files(bench):
    yield data.config(SMALL)
    yield data.routes(SMALL)
    for number in (256, 65536):
        yield data.flows(SMALL, number, sender=0)
        yield data.flows(SMALL, number, sender=0, reply=1)
    yield data.flows(SMALL, 256, sender=0, stock=1)


@figure("small", small_files)
def small_stock(bench):
    """4->4 with 1,000 institutions, and stock forwarding"""
    ix, stock = bench.ix("ix", SMALL), bench.stock("stock", SMALL)
    for text, limits in (("", {"must": 1.3, "aim": 1.0}), (", no flow cache", {})):
        if text:
            without_flow_cache(bench, ix)
        bench.compare("4->4, 1000 institutions, 256 flows%s / stock forwarding, "
                      "small table" % text,
                      bench.side(ix, data.flows(SMALL, 256, sender=0)),
                      bench.side(stock, data.flows(SMALL, 256, sender=0, stock=1)),
                      peer="stock forwarding", **limits)


def against_nat(bench, text, peer, numbers, musts, **more):
    """ix and a stock path that does the same translation: what goes in and
    what comes out are the same octets."""
    ix = bench.ix("ix", SMALL)
    space = Space("peer", 2)
    peer(space)
    if bench.job.get("smoke"):
        numbers = numbers[:1]
    for number, must, aim in zip(numbers, *musts):
        there = data.flows(SMALL, number, sender=0)
        back = data.flows(SMALL, number, sender=0, reply=1)
        side = bench.side(space, there)
        if more.get("state"):
            # A connection is established when there was an answer.
            bench.side(space, back)
            side.check()
        bench.compare("4->4, 1000 institutions, %s / %s" % (
            "%dk flows" % (number >> 10) if number >= 1024 else
            "%d flows" % number, text), bench.side(ix, there), side,
            must=must, aim=aim, peer=text)


@figure("flowtable", small_files)
def small_flowtable(bench):
    """4->4, and a stock flowtable with prefix NAT"""
    against_nat(bench, "flowtable with prefix NAT", peers.flowtable,
                (256, 65536), ((1.4, .6), (1.0, .4)), state=True)


@figure("stateless", small_files)
def small_stateless(bench):
    """4->4, and VRF with nft's stateless rewrite and a set"""
    file = data.flows(SMALL, 256, sender=0)
    against_nat(bench, "VRF + nft stateless rewrite + set",
                lambda space: peers.stateless(space, bench.pairs(file)),
                (256,), ((.6,), (.3,)))


@figure("conntrack", small_files)
def small_conntrack(bench):
    """4->4, and VRF with nft's prefix NAT"""
    against_nat(bench, "VRF + nft conntrack prefix NAT", peers.conntrack,
                (256,), ((.5,), (.3,)), state=True)


@figure("tc", small_files, quick=False)
def small_tc(bench):
    """4->4, and stateless NAT of tc"""
    against_nat(bench, "tc action nat", peers.tc_nat, (256,), ((None,), (None,)))


def jool_files(bench):
    yield data.config(SMALL46)
    yield data.flows(SMALL46, 256, sender=0)
    yield data.flows(SMALL46, 256, sender=1)


@figure("jool", jool_files)
def small_jool(bench):
    """4->6 and 6->4, and Jool"""
    reason = peers.jool_absent(bench.job)
    for sender, name in ((0, "4->6"), (1, "6->4")):
        text = "%s, 1000 institutions, 256 flows / Jool SIIT" % name
        if reason:
            bench.report.absent(text, reason, must=.45, aim=.3, peer="Jool SIIT")
    if reason:
        return
    ix = bench.ix("ix", SMALL46)
    space = Space("peer", 2)
    peers.jool(space, bench.job)
    try:
        for sender, name in ((0, "4->6"), (1, "6->4")):
            file = data.flows(SMALL46, 256, sender=sender)
            bench.compare("%s, 1000 institutions, 256 flows / Jool SIIT" % name,
                          bench.side(ix, file, kernel.ANY_ID),
                          bench.side(space, file, kernel.ANY_ID),
                          must=.45, aim=.3, peer="Jool SIIT")
    finally:
        bench.clean()
        peers.jool_end()


def npt_files(bench):
    yield data.config(SMALL6)
    yield data.routes(SMALL6)
    yield data.flows(SMALL6, 256, sender=0)
    yield data.flows(SMALL6, 256, sender=0, stock=1)


@figure("npt", npt_files)
def small_npt(bench):
    """6->6, ip6t_NPT and stock forwarding"""
    ix = bench.ix("ix", SMALL6)
    file = data.flows(SMALL6, 256, sender=0)
    ours = bench.side(ix, file)
    bench.compare("6->6 (NPTv6), 1000 institutions, 256 flows / stock forwarding, small table",
                  ours, bench.side(bench.stock("stock", SMALL6),
                                   data.flows(SMALL6, 256, sender=0, stock=1)),
                  must=None, aim=None, peer="stock forwarding")
    text = "6->6 (NPTv6), 1000 institutions, 256 flows / ip6t_NPT with forwarding"
    reason = peers.npt_absent()
    if reason:
        bench.report.absent(text, reason, must=.9, aim=.6, peer="ip6t_NPT")
        return
    space = Space("peer", 2)
    peers.npt(space)
    bench.compare(text, ours, bench.side(space, file), must=.9, aim=.6,
                  peer="ip6t_NPT")


######################################################################
# ix with much, against ix with little

def size_files(bench):
    few = min(1000, bench.large)
    for land in (bench.land(agreements=0), bench.land(agreements=0,
                                                      institutions=few)):
        yield data.config(land)
        yield data.flows(land, 256, limit=few)


@figure("size", size_files)
def size(bench):
    """600,000 institutions, and 1,000"""
    few = min(1000, bench.large)
    large, small = bench.land(agreements=0), bench.land(agreements=0,
                                                        institutions=few)
    bench.compare("4->4, 256 flows, %d institutions / %d" % (
        large.institutions, few),
        bench.side(bench.ix("large", large), data.flows(large, 256, limit=few)),
        bench.side(bench.ix("few", small), data.flows(small, 256, limit=few)),
        must=1.3, aim=1.1, peer="ix with %d institutions" % few)


def agreements_files(bench):
    yield data.config(bench.land())
    yield data.config(bench.land(agreements=0))
    yield data.flows(bench.land(), bench.many()[0][0])


@figure("agreements", agreements_files)
def agreements(bench):
    """A million agreements, and 10 rules"""
    number, text = bench.many()[0]
    file = data.flows(bench.land(), number)
    bench.compare("4->4, %s, %d agreements / 10 rules" % (text, bench.agreements),
                  bench.side(bench.ix("many", bench.land()), file),
                  bench.side(bench.ix("few", bench.land(agreements=0)), file),
                  must=1.3, aim=1.1, peer="ix with 10 rules")


def tenants_files(bench):
    for land in (bench.land(agreements=0), bench.land(agreements=0, tenants=2)):
        yield data.config(land)
        yield data.flows(land, bench.many()[0][0])


@figure("tenants", tenants_files)
def tenants(bench):
    """250 tenants, and 2"""
    number, text = bench.many()[0]
    many, two = bench.land(agreements=0), bench.land(agreements=0, tenants=2)
    bench.compare("4->4, %s, %d tenants / 2" % (text, bench.tenants),
                  bench.side(bench.ix("many", many), data.flows(many, number)),
                  bench.side(bench.ix("two", two), data.flows(two, number)),
                  must=1.2, aim=1.05, peer="ix with 2 tenants")


######################################################################
# What the record costs

@figure("record", small_files)
def record(bench):
    """Accounting and audit events, and ix without"""
    file = data.flows(SMALL, 256, sender=0)
    plain = bench.ix("plain", SMALL)

    account = bench.ix("account", SMALL)
    account.run(IXCTL, "settings", "change", "account", "4096")
    bench.compare("4->4, 1000 institutions, 256 flows, accounting on / off",
                  bench.side(account, file), bench.side(plain, file),
                  peer="ix without accounting")
    account_show(bench, account)

    logged = bench.ix("logged", SMALL)
    for number in range(1, SMALL.rules + 1):
        logged.run(IXCTL, "rule", "change", str(number), "log", "on")
    with listening(logged):
        bench.compare("4->4, 1000 institutions, 256 flows, permitted packets "
                      "logged / not", bench.side(logged, file),
                      bench.side(plain, file), peer="ix without log")

    # A listener is one for all namespaces: not both at once.
    refused = bench.ix("refused", SMALL)
    refused.run(IXCTL, "rule", "flush")
    for text, heard in (("nobody listens", contextlib.nullcontext()),
                        ("audit events", listening(refused))):
        with heard:
            bench.compare("refused, 1000 institutions, 256 flows, %s / forwarded"
                          % text, bench.side(refused, file, kernel.REFUSED),
                          bench.side(plain, file), peer="ix that forwards them")


def account_show(bench, space):
    """How long an account of many flows takes to be read."""
    space.run(IXCTL, "settings", "change", "account", str(1 << 18))
    bench.side(space, data.flows(SMALL, 65536, sender=0))
    flows = len(json.loads(space.run(IXCTL, "-j", "account")))
    for name, words in (("ixctl -j account", ("-j", "account")),
                        ("ixctl stats --format openmetrics", (
                            "stats", "--format", "openmetrics"))):
        times = []
        for _ in range(3):
            start = time.monotonic()
            space.run(IXCTL, *words)
            times.append(time.monotonic() - start)
        bench.report.add("%s, %d flows in the account" % (name, flows),
                         min(times), "s", min(times), max(times), len(times))


def waits(pid, command):
    """Does it run, and sleep? ixctl monitor does so for nothing but events."""
    with open("/proc/%d/stat" % pid) as file:
        _, name, state = re.match(r"(\d+) \((.*)\) (\S)", file.read()).groups()
    return (name, state) == (command, "S")


@contextlib.contextmanager
def listening(space):
    """Somebody takes the audit events meanwhile."""
    with subprocess.Popen(["ip", "netns", "exec", space.name, IXCTL, "-j",
                           "monitor", "audit"], stdout=subprocess.DEVNULL) as monitor:
        try:
            while not waits(monitor.pid, "ixctl"):
                if monitor.poll() is not None:
                    raise RuntimeError("ixctl monitor has ended")
                time.sleep(.01)
            yield
            total, = json.loads(space.run(IXCTL, "-j", "audit"))
            note("%s: audit: %s" % (space.name, total))
            if not total["packets"]:
                raise RuntimeError("nothing became an event")
        finally:
            monitor.terminate()


######################################################################
# Lookups alone

LOOKUPS = ("lpm-prefixes", "lpm-keys", "lpm-keys4", "lpm-routes4", "lpm-routes6")


def lookup_files(bench):
    for what in LOOKUPS:
        yield data.lookups(what, bench.large)


@figure("lpm", lookup_files)
def lookups(bench):
    """Longest-prefix match"""
    def read(what):
        with open(bench.path(data.lookups(what, bench.large)), "rb") as file:
            return file.read()

    prefixes, keys = read("lpm-prefixes"), read("lpm-keys")
    rounds = 4096 if bench.quick else 16384
    for name, routes, peer_keys, family, must, aim in (
            ("fib6_lookup", "lpm-routes6", keys, socket.AF_INET6, 8, 25),
            ("fib_table_lookup", "lpm-routes4", None, socket.AF_INET, 3, 8)):
        space = Space("fib", 1)
        space.routes(bench.path(data.lookups(routes, bench.large)))
        for at_once, how in ((1, "one by one"), (16, "16 side by side")):
            ours, theirs, memory, build_ns = kernel.lookup(
                space, prefixes, keys, peer_keys or read("lpm-keys4"), rounds,
                family, peer_keys is not None, at_once)
            ratios = [b / a for a, b in zip(ours, theirs)]
            bench.report.add(
                "longest-prefix match, %d prefixes, lookups per second, %s / %s" % (
                    bench.large, how, name), quantile(ratios, .5), "ratio",
                quantile(ratios, .1), quantile(ratios, .9), rounds,
                must=must, aim=aim, better="more", peer=name,
                ours_ns=quantile(ours, .5) / kernel.BATCH,
                peer_ns=quantile(theirs, .5) / kernel.BATCH,
                octets_per_prefix=memory / bench.large,
                build_ns_per_prefix=build_ns / bench.large)
        space.close()


######################################################################
# The configuration: how long, how large

def memory_free():
    """Octets, with what the kernel can give back counted as free, as soon as they
    stay the same: what has ended before is still being freed."""
    last = None
    for _ in range(100):
        with open("/proc/sys/vm/drop_caches", "w") as file:
            file.write("3")
        time.sleep(.05)
        with open("/proc/meminfo") as file:
            info = dict(re.findall(r"^(\S+): +(\d+)", file.read(), re.M))
        free = (int(info["MemFree"]) + int(info["Buffers"]) +
                int(info["Cached"]) - int(info["Shmem"])) * 1024
        if last is not None and abs(free - last) < 1 << 17:
            break
        last = free
    return free


SIZES = (100, 1000, 10000, 100000, 1000000)


def sizes(bench):
    if bench.job.get("smoke"):
        return SIZES[:1]
    return SIZES[:4] + (bench.large,) if bench.quick else SIZES


def growth_files(bench):
    for n in sizes(bench):
        land = bench.land(institutions=n, agreements=0)
        yield data.config(land)
        yield data.routes(land)
        yield data.flows(land, 65536 if n >= 10000 else 4096)
        yield data.flows(land, 65536 if n >= 10000 else 4096, stock=1)


@figure("growth", growth_files)
def growth(bench):
    """Cost, memory and time of restore, from 100 institutions to a million"""
    base = 0, 0
    for n in sizes(bench):
        land = bench.land(institutions=n, agreements=0)
        flows = 65536 if n >= 10000 else 4096
        ix = bench.ix("ix", land, restore=False)
        before = memory_free()
        took = bench.restore(ix, data.config(land))
        used = before - memory_free()
        # The tenants and their routes are the same for all sizes.
        if n <= 10000:
            base = n, used
        bench.report.add("restore, %d institutions" % n, took, "s", size=n)
        bench.report.add("memory of ix, %d institutions, all of it" % n, used,
                         "octets", size=n)
        if n >= bench.large:
            bench.report.add("kernel memory per institution with one prefix, of %d" % n,
                             (used - base[1]) / (n - base[0]), "octets",
                             must=160, aim=96)
        stock = bench.stock("stock", land)
        bench.compare("4->4, %d institutions, flows over all / stock forwarding" % n,
                      bench.side(ix, data.flows(land, flows)),
                      bench.side(stock, data.flows(land, flows, stock=1)),
                      size=n, peer="stock forwarding")
        bench.clean()


def full_files(bench):
    land = bench.land("mixed")
    yield data.config(land)
    yield data.changed(land)
    for version in VERSIONS:
        yield data.anything(land, bench.job.get("random", 100000) // 4, version)


VERSIONS = (44, 46, 64, 66)


@figure("full", full_files)
def full(bench):
    """The full configuration: answers, changes under traffic, flush"""
    land = bench.land("mixed")
    times, flushes = [], []
    space = bench.ix("ix", land, restore=False)
    runs = 1 if bench.quick else 3
    while len(times) < runs:
        if times:
            flush(space, flushes)
        times.append(bench.restore(space, data.config(land)))
    bench.report.add("ixctl restore, empty to full: %d institutions, %d tenants, %d agreements"
                     % (land.institutions, land.tenants, land.agreements),
                     quantile(times, .5), "s", min(times), max(times), len(times),
                     must=10, aim=3)
    sides = []
    for version in VERSIONS:
        sides.append(bench.side(space, data.anything(
            land, bench.job.get("random", 100000) // 4, version), kernel.ANY_ID))
    bench.report.add("random packets that the oracle has judged",
                     sum(side.flows_nr for side in sides), "packets", wrong=0.0)
    over_itself(bench, space, land, sides)
    add_one(bench, space)
    flush(space, flushes)
    flush_times(bench, space, land, flushes)


def over_itself(bench, space, land, sides):
    """Restored with 100 lines changed, and back; traffic meanwhile."""
    packets, times = 0, []
    for file in (data.changed(land), data.config(land)):
        with bench.near(file) as path:
            start = time.monotonic()
            child = subprocess.Popen(
                ["ip", "netns", "exec", space.name, IXCTL, "restore", path],
                stderr=subprocess.PIPE, text=True)
            at = 0
            while child.poll() is None:
                for side in sides:
                    number = min(1000, side.flows_nr)
                    side.check(at % (side.flows_nr - number + 1), number)
                    packets += number
                at += 997
            times.append(time.monotonic() - start)
        if child.wait():
            raise RuntimeError("restore: " + child.stderr.read())
    for side in sides:
        side.check()
    bench.report.add("packets lost or misdirected, restored over itself with 100 lines changed",
                     0, "packets", runs=2, must=0, aim=0, packets=float(packets),
                     seconds=quantile(times, .5))


def batch(space, lines):
    """Seconds that a batch of changes takes, each by itself."""
    start = time.monotonic()
    space.run(IXCTL, "-batch", "-", text="".join(lines))
    return time.monotonic() - start


def add_one(bench, space):
    """One institution more, with its prefix: two changes."""
    number, times = 200, []
    used = 0
    for _ in range(3 if bench.quick else 9):
        few = batch(space, newcomers(used, 1))
        many = batch(space, newcomers(used + 1, number + 1))
        used += number + 2
        times.append((many - few) / number * 1e6)
    bench.report.add("adding one institution with its prefix to the full configuration",
                     quantile(times, .5), "µs", min(times), max(times),
                     len(times), must=1000, aim=50)


def newcomers(first, number):
    for n in range(first, first + number):
        yield "institution add %d class hospital\n" % (4000000 + n)
        yield ("prefix add 2001:db8:ff%02x:%x::/64 institution %d tenant t0000\n"
               % (n >> 16, n & 0xFFFF, 4000000 + n))


def flush(space, flushes):
    """Seconds that a flush takes, and the longest that no one else could run."""
    with kernel.Watch() as watch:
        start = time.monotonic()
        space.run(IXCTL, "flush")
        took = time.monotonic() - start
        # What was replaced is freed a little later.
        settle()
    flushes.append((took, watch.longest))


def settle():
    """Until memory no longer comes back."""
    last = -1
    for _ in range(100):
        time.sleep(.05)
        with open("/proc/meminfo") as file:
            free = int(re.search(r"MemFree: +(\d+)", file.read())[1])
        if last >= 0 and abs(free - last) < 1024:
            return
        last = free


def flush_times(bench, space, land, flushes):
    """Of stalls the shortest counts: what else the machine does only adds."""
    with kernel.Watch() as watch:
        time.sleep(1)
    quiet = watch.longest
    times, stalls = zip(*flushes)
    bench.report.add("ixctl flush of the full configuration", quantile(times, .5),
                     "s", min(times), max(times), len(times), must=2, aim=.5)
    bench.report.add("the longest that no one else could run during the flush",
                     min(stalls) * 1e3, "ms", min(stalls) * 1e3,
                     max(stalls) * 1e3, len(stalls), must=20, aim=20,
                     otherwise=quiet * 1e3)
    bench.restore(space, data.config(land))
    bench.close_sides()
    with kernel.Watch() as watch:
        before = memory_free()
        start = time.monotonic()
        space.close()
        took = time.monotonic() - start
        while memory_free() - before < 100 * land.institutions and \
                time.monotonic() - start < 60:
            time.sleep(.05)
        freed = time.monotonic() - start
    bench.report.add("end of the namespace with the full configuration", freed,
                     "s", must=2, aim=.5, command_s=took)
    bench.report.add("the longest that no one else could run during the end",
                     watch.longest * 1e3, "ms", must=20, aim=20,
                     otherwise=quiet * 1e3)
