#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# ix-timeout: 7200
"""The benchmarks, in the guest. What to do is in build/bench/job.json; the
output is TAP: a time fails nothing, a wrong packet does."""

import json
import os
import random
import socket
import sys
import time

import kernel
from country import Country
from kernel import Side, Space
from measure import Report, note, quantile

TOP = os.environ["IX_TOP"]
IXCTL = os.environ["IXCTL"]


class Bench:
    def __init__(self, job):
        self.job = job
        self.quick = job.get("quick", False)
        self.report = Report(job.get("results"))
        self.large = job.get("institutions", 600000)
        self.agreements = job.get("agreements", 1000000)
        self.tenants = job.get("tenants", 250)
        self._null = None

    ######################################################################
    # Pieces

    @property
    def null(self):
        """The generator by itself."""
        if not self._null:
            space = Space("null", ["d0", "d1"])
            country = Country(2, tenants=2)
            packet = country.flow(*country.tenants, country.prefix[0],
                                  country.prefix[1], (1000, 443))
            self._null = Side(space, [(0, packet[1], 1, packet[3])] * 64,
                              kernel.DRAIN)
        return self._null

    def space_ix(self, name, country):
        """A router with ix."""
        space = Space(name, country.devices(), forwarding=False)
        path = "/tmp/%s.ixctl" % name
        with open(path, "w") as file:
            file.writelines(country.lines())
        space.run("nft", "-f", "-", text=country.ruleset())
        start = time.monotonic()
        space.run(IXCTL, "restore", path)
        space.restored = time.monotonic() - start
        note("%s: %d institutions, %d tenants, %d agreements restored in %.2f s"
             % (name, len(country), len(country.tenants),
                len(country.agreements), space.restored))
        space.path = path
        return space

    def space_stock(self, name, country):
        """A router with the kernel's own tables."""
        space = Space(name, country.devices())
        start = time.monotonic()
        space.routes(country.stock_routes())
        note("%s: %d routes in %.2f s" % (name, len(country),
                                          time.monotonic() - start))
        return space

    def sides(self, *sides):
        """Each packet of each side once, octet by octet: also to warm up."""
        for side in sides:
            side.check()
        return sides

    def rounds(self, flows):
        return max(2000, flows // kernel.BATCH * (1 if self.quick else 3))

    def flow_numbers(self):
        return [65536] if self.quick else [65536, 262144]

    ######################################################################
    # Figures

    def forwarding_large(self, kind, name, must, aim):
        """Full ix against the kernel's forwarding, both with everything."""
        country = Country(self.large, self.tenants, self.agreements, kind=kind)
        ix = self.space_ix("ix", country)
        stock = self.space_stock("stock", country)
        try:
            for number in self.flow_numbers():
                pairs = country.pairs(number)
                ours = Side(ix, country.flows(pairs))
                peer = Side(stock, country.stock_flows(pairs))
                self.sides(ours, peer)
                self.report.compare(
                    "%s, %d institutions, %dk flows / stock forwarding" % (
                        name, len(country), number // 1024),
                    ours, peer, self.null, self.rounds(number),
                    must=must, aim=aim, better="less")
                ours.close()
                peer.close()
        finally:
            ix.close()
            stock.close()

    def lookups(self):
        rnd = random.Random(5)
        n = self.large
        mixed = Country(n // 2, self.tenants, kind="v4", seed=6)
        other = Country(n - n // 2, self.tenants, kind="v6", seed=7)
        prefixes = list(zip(mixed.prefix, mixed.length)) + \
            list(zip(other.prefix, other.length))
        # Aggregates of regions and carriers, and what lies between.
        aggregates = {((0x2a10 << 112 | rnd.getrandbits(48) << 64) >> (128 - k) << (128 - k), k)
                      for k in rnd.choices(range(32, 64), k=n // 20)}
        prefixes[::20] = list(aggregates)[:len(prefixes[::20])]
        prefixes = list(dict.fromkeys(prefixes))
        rnd.shuffle(prefixes)
        keys = [p | rnd.getrandbits(128 - k) if k < 128 else p
                for p, k in rnd.choices(prefixes, k=kernel.BATCH * 4096)]
        ix_prefixes = b"".join(p.to_bytes(16, "big") + bytes((k,))
                               for p, k in prefixes)
        ix_keys = b"".join(k.to_bytes(16, "big") for k in keys)
        rounds = 4096 if self.quick else 16384
        # fib6
        fib6 = Space("fib6", ["d0"])
        gateway = socket.inet_pton(socket.AF_INET6, "fe80::1")
        fib6.routes((p.to_bytes(16, "big"), k, gateway, "d0")
                    for p, k in prefixes)
        note("%d routes are in the IPv6 table" % len(prefixes))
        self.lookup_result("LPM: lookups per second / fib6_lookup", fib6,
                           ix_prefixes, ix_keys, ix_keys, rounds,
                           socket.AF_INET6, 1, 8, 25)
        fib6.close()
        # fib4, as many prefixes of IPv4
        v4 = Country(n, self.tenants, kind="v4", seed=8)
        fib4 = Space("fib4", ["d0"])
        gateway = socket.inet_aton("192.0.2.1")
        fib4.routes(((p & 0xFFFFFFFF).to_bytes(4, "big"), k - 96, gateway, "d0")
                    for p, k in zip(v4.prefix, v4.length))
        self.lookup_result(
            "LPM: lookups per second / fib_table_lookup", fib4, ix_prefixes,
            ix_keys, b"".join(
                (v4.host(i, rnd) & 0xFFFFFFFF).to_bytes(4, "big") + bytes(12)
                for i in rnd.choices(range(n), k=len(keys))),
            rounds, socket.AF_INET, 0, 3, 8)
        fib4.close()

    def lookup_result(self, name, space, prefixes, keys, peer_keys, rounds,
                      family, same, must, aim):
        ours, peers, memory, build_ns = kernel.lookup(
            space, prefixes, keys, peer_keys, rounds, family, same)
        ratios = [b / a for a, b in zip(ours, peers)]
        nr = len(prefixes) // 17
        self.report.add(
            name, quantile(ratios, .5), "ratio", quantile(ratios, .1),
            quantile(ratios, .9), rounds, must=must, aim=aim, better="more",
            ours_ns=quantile(ours, .5) / kernel.BATCH,
            peer_ns=quantile(peers, .5) / kernel.BATCH,
            octets_per_prefix=memory / nr, build_ns_per_prefix=build_ns / nr)

    ######################################################################

    def all(self):
        yield "lpm", "longest-prefix match", self.lookups
        yield "44", "4->4 at national scale", self.forwarding_large, "v4", "4->4", .7, .35
        yield "66", "6->6 at national scale", self.forwarding_large, "v6", "6->6", .6, .25

    def main(self):
        print("TAP version 13", flush=True)
        kernel.command("modprobe", "ix_bench")
        only = self.job.get("only")
        for key, name, function, *args in self.all():
            if only and key not in only:
                continue
            self.report.test(name, function, *args)
            Space.close_all(but="null")
        Space.close_all()
        if self._null:
            self._null.close()
        kernel.command("rmmod", "ix_bench", check=False)
        print("1..%d" % self.report.tests, flush=True)
        return int(self.report.failed != 0)


if __name__ == "__main__":
    with open(TOP + "/build/bench/job.json") as file:
        sys.exit(Bench(json.load(file)).main())
