#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares ix with reference.py, packet by packet, over random packets.

    oracle.py [--seed N] [--packets N]
    oracle.py --seed N --round N [--packet TENANT:HEX]

Each round is a configuration (addresses, maps, views, routes, MTUs) and some
thousand packets, all from the seed and the number of the round. They are sent in
batches; what comes out of the ports must be what the reference says, octet for
octet and in this order, and ix must have counted what it says under the names
that it says. If not, each packet of the batch is sent again alone, to find which
it was. Beyond the comparison: no packet that comes out is longer than the MTU of
its port, and if all checksums of a packet were right, so are those of what it has
become.
"""

import argparse
import collections
import random
import sys
import time

import generate
import offload
import reference
from describe import describe
from rig import Rig

BATCH = 256
PAGE = 4096
PER_ROUND = 6000
# After so many packets that differ there is nothing new to learn.
ENOUGH = 5


class Round:
    def __init__(self, rig, seed, number):
        self.rig = rig
        self.number = number
        rnd = random.Random("%d/%d" % (seed, number))
        self.scene = generate.Scene(rnd)
        self.config = self.scene.config
        self.packets = generate.Packets(self.scene, rnd)
        for name, port in rig.ports.items():
            port.set_mtu(self.config.tenants[name].mtu)
        rig.restore(self.scene.lines())
        rig.receive()
        self.counted = rig.counters()
        self.reasons = collections.Counter()
        self.directions = collections.Counter()
        # Packets with work for the device, and with more than a linear part.
        self.devices = 0
        self.paged = 0
        self.pieces = 0
        # (port, router): the source that its errors have.
        self.pool_sources = {}
        # Of the last batch: (tenant, octets, what came out) of what was not cut.
        self.passed = []

    def forward(self, name, data):
        return reference.forward(self.config, self.config.tenants[name], data,
                                 self.version(data))

    @staticmethod
    def version(data):
        """What the device says; a damaged version may be neither."""
        return 6 if data[0] >> 4 == 6 else 4

    @staticmethod
    def direction(data, outs):
        packet = reference.Packet(data, data[0] >> 4)
        kind = "ICMP errors" if packet.inner else "cut" if len(outs) > 1 else \
            "fragments" if packet.outer.fragment else "whole"
        return "IPv%d to IPv%d, %s" % (data[0] >> 4, outs[0].data[0] >> 4, kind)

    def next(self):
        while True:
            name, data = self.packets.next()
            if not self.packets.left_to_the_stack(data, self.version(data)):
                return name, data

    def left_to_device(self, name, data):
        """Of some packets the checksum, or the cutting into segments, is left to
        the device: what is to be done, octets, and what should come out. None for
        all others."""
        # By chance, and the same for the same packet.
        if data[-1] & 3 or data[0] >> 4 not in (4, 6):
            return None
        try:
            left = offload.super_packet(data, data[-1] * 8, data[-1]) or \
                offload.left_to_device(data)
        except reference.Dropped:
            return None
        if not left:
            return None
        outs = []
        for packet in offload.done(*left):
            reason, found = self.forward(name, packet)
            if reason != "forwarded":
                return None
            outs += found
        if len(outs) > 1:
            # Devices number the segments.
            for out in outs:
                out.any_ident = True
            if data[0] >> 4 == 6 and outs[0].data[6] == 0x40:
                # They have one header: DF is that of the largest.
                outs[-1].data = offload.with_df(outs[-1].data)
        self.devices += 1
        return (*left, outs)

    @staticmethod
    def in_pieces(data):
        """Sizes of the pieces in which some packets come; None for others. By
        chance, and the same for the same packet."""
        if data[-1] % 6 or len(data) > PAGE:
            return None
        sizes = [data[len(data) // 2] % 64]
        for octet in data[-9:-1]:
            sizes.append(1 + octet % (9 if octet & 0x80 else 60))
        return sizes

    def counts(self):
        """What ix has counted since the last time."""
        now = self.rig.counters()
        result = collections.Counter()
        for name, counters in now.items():
            for reason, packets in counters.items():
                more = packets - self.counted.get(name, {}).get(reason, 0)
                if more and reason != "delivered":
                    result[name, reason] = more
        self.counted = now
        return result

    def exchange(self, batch):
        """Sends [(tenant, octets)], returns what is wrong as text, or None."""
        reasons = collections.Counter()
        expected = {name: [] for name in self.rig.ports}
        expected_back = {name: [] for name in self.rig.ports}
        self.passed = []
        for name, data in batch:
            left = self.left_to_device(name, data)
            reason, outs = self.forward(name, data) if not left else \
                ("forwarded", [])
            if reason == "forwarded" and not left:
                self.directions[self.direction(data, outs)] += 1
                if len(outs) == 1:
                    self.passed.append((name, data, outs[0]))
            reasons[name, reason] += 1
            octets, version, what = data, self.version(data), offload.NOTHING
            if left:
                what, octets, outs = left
            elif len(data) > PAGE:
                what = offload.in_pages(data[-1] or 1)
            self.paged += len(data) > PAGE
            if what == offload.NOTHING and self.in_pieces(data):
                self.pieces += 1
                self.rig.pieces[name].send(data, self.in_pieces(data), version)
                where = expected if reason == "forwarded" else expected_back
            else:
                self.rig.ports[name].send(octets, version, what)
                where = expected
            for out in outs:
                where[out.port].append((out, data))
        seen, back = self.rig.receive()
        counted = self.counts()
        self.reasons.update(reason for _, reason in reasons.elements())
        for name, packets in seen.items():
            problem = self.compare(name, expected[name], packets) or \
                self.compare(name, expected_back[name], back[name])
            if problem:
                return problem
        if counted != reasons:
            return "counted %s, expected %s" % (
                dict(counted - reasons), dict(reasons - counted))
        return None

    def there_and_back(self):
        """Answers to some of the packets that have just passed: whatever is sent
        back to its sender, address for address, arrives as it was sent, but for
        what a change of version loses."""
        for name, data, out in self.passed[::3]:
            answer = reference.turned(out.data)
            reason, outs = self.forward(out.port, answer)
            if reason != "forwarded" or len(outs) != 1 or \
                    not reference.reversible(self.config, data):
                continue
            yield (out.port, answer), (name, data), outs[0]

    def exchange_back(self):
        """What is wrong with the way back, as text, or None. Some packets come in
        again, as well, where they have left."""
        answers = list(self.there_and_back())
        for _, (name, data), back in answers:
            problem = reference.differs_from_turned(data, back.data)
            if back.port != name or problem:
                return "there and back, from %s to %s: %s\n%s\n%s" % (
                    name, back.port, problem, describe(data),
                    describe(back.data))
        # On the second half of a detour; all others are forged.
        again = [(out.port, out.data) for _, _, out in self.passed[1::4]]
        return self.exchange([answer for answer, _, _ in answers]) or \
            self.exchange(again)

    def compare(self, name, expected, packets):
        for (out, sent), data in zip(expected, packets):
            if not out.fits(data):
                return "from port %s, expected\n%s\ncame\n%s" % (
                    name, describe(out.data), describe(data))
            if out.pool and data[12:16] != self.pool_sources.setdefault(
                    (name, out.sender), data[12:16]):
                return "one router has two addresses of the pool:\n%s" % \
                    describe(data)
            if len(data) > self.config.tenants[name].mtu:
                return "longer than the MTU of port %s:\n%s" % (
                    name, describe(data))
            if not reference.checksums_good(data) and \
                    reference.checksums_good(sent):
                return "wrong checksum, from port %s:\n%s" % (
                    name, describe(data))
        if len(packets) > len(expected):
            return "from port %s nothing more was expected, and came\n%s" % (
                name, describe(packets[len(expected)]))
        if len(packets) < len(expected):
            return "from port %s nothing more came, and was expected\n%s" % (
                name, describe(expected[len(packets)][0].data))
        return None

    def find(self, batch):
        """Sends one by one; yields the packets that alone go wrong, and how."""
        for name, data in batch:
            problem = self.exchange([(name, data)])
            if problem:
                yield name, data, problem


def report(seed, number, name, data, problem):
    for line in ("", "DIFFERENCE: round %d of seed %d, sent by %s:" % (
            number, seed, name), describe(data), problem,
            "again with: IX_SEED=%d IX_ROUND=%d IX_PACKET=%s:%s "
            "selftests/uml/run selftests/net/oracle.sh" % (
                seed, number, name, data.hex())):
        for part in line.split("\n"):
            print("# " + part)
    sys.stdout.flush()


def run_round(rig, arguments, number, count):
    """How many packets differ."""
    current = Round(rig, arguments.seed, number)
    found = 0
    for start in range(0, count, BATCH):
        batch = [current.next() for _ in range(min(BATCH, count - start))]
        problem = current.exchange(batch) or current.exchange_back()
        if not problem:
            continue
        alone = 0
        for name, data, alone_problem in current.find(batch):
            report(arguments.seed, number, name, data, alone_problem)
            alone += 1
            if found + alone >= ENOUGH:
                break
        if not alone:
            print("# DIFFERENCE in a batch of round %d of seed %d, and with "
                  "none of its packets alone: %s" % (number, arguments.seed,
                                                     problem))
        found += alone or 1
        if found >= ENOUGH:
            break
    return found, current


def one_packet(rig, arguments):
    name, _, octets = arguments.packet.partition(":")
    current = Round(rig, arguments.seed, arguments.round)
    data = bytes.fromhex(octets)
    for line in current.scene.lines():
        print("# " + line)
    print("# expected: %s" % current.forward(name, data)[0])
    problem = current.exchange([(name, data)])
    if problem:
        report(arguments.seed, arguments.round, name, data, problem)
    return bool(problem)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--packets", type=int, default=200000)
    parser.add_argument("--round", type=int)
    parser.add_argument("--packet", metavar="TENANT:HEX")
    arguments = parser.parse_args()
    rig = Rig(generate.TENANTS)
    if arguments.packet:
        sys.exit(one_packet(rig, arguments))

    print("# seed %d" % arguments.seed)
    numbers = [arguments.round] if arguments.round is not None else \
        range((arguments.packets + PER_ROUND - 1) // PER_ROUND)
    start = time.monotonic()
    found = sent = 0
    reasons = collections.Counter()
    directions = collections.Counter()
    for number in numbers:
        count = min(PER_ROUND, arguments.packets - sent)
        differ, current = run_round(rig, arguments, number, count)
        found += differ
        sent += count
        reasons += current.reasons
        directions += current.directions
        directions["with work for the device"] += current.devices
        directions["in pages"] += current.paged
        directions["in pieces"] += current.pieces
        if found >= ENOUGH:
            break
    for what, count in [*sorted(directions.items()), *reasons.most_common()]:
        print("# %8d %s" % (count, what))
    print("# %d packets, %d different, %d s" % (sent, found,
                                                time.monotonic() - start))
    sys.exit(found != 0)


main()
