#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Replays the cases in cases/: packets in, and what has to come out.

    graybox.py [NAME...]        names of files or of cases; casefile.py says how
                                they are written
"""

import argparse
import collections
import pathlib
import sys

import offload
import reference
from casefile import CASES, all_cases
from describe import build, describe
from rig import IXCTL, Rig, run


def substitute(text, values):
    """$1, $2, ... are the values; nothing if there are less."""
    for i in range(1, 10):
        text = text.replace("$%d" % i, values[i - 1] if i <= len(values)
                            else "")
    return text


def left_to_device(data, work):
    """What the device has to do with a packet, and the octets that it gets."""
    numbers = dict(zip(work, work[1:]))
    linear = int(numbers.get("linear", 0))
    if "segments" in work:
        return offload.super_packet(data, int(numbers["segments"]), linear)
    if "fragments" in work:
        return offload.fragments(data, int(numbers["fragments"]))
    if "partial" in work:
        return offload.left_to_device(data)
    return offload.in_pages(linear), data


def set_sysctl(name, value):
    """Returns the old value."""
    path = pathlib.Path("/proc/sys", *name.split("."))
    old = path.read_text(encoding="ascii")
    path.write_text(value, encoding="ascii")
    return old


class Player:
    def __init__(self):
        self.rig = None
        self.configuration = None

    def configure(self, name):
        if self.configuration != name:
            lines = (CASES / (name + ".conf")).read_text(encoding="utf-8")
            self.rig.restore(lines.splitlines())
            self.configuration = name

    def play(self, case):
        """Yields (values, what is wrong)."""
        configured = None
        sysctls = [(name, set_sysctl(name, value))
                   for name, value in case.sysctls]
        for values in case.each:
            commands = [substitute(command, values)
                        for command in case.commands]
            if configured != commands:
                self.configure(case.configuration)
                if commands:
                    self.configuration = None
                    run(IXCTL, "-batch", "-", input="\n".join(commands) + "\n")
                configured = commands
            for port, mtu in case.mtus:
                self.rig.ports[port].set_mtu(int(substitute(mtu, values)))
            problem = self.exchange(case, values)
            if problem:
                yield values, problem
        for port, _ in case.mtus:
            self.rig.ports[port].set_mtu(1500)
        for name, value in sysctls:
            set_sysctl(name, value)

    @staticmethod
    def octets(lines, values):
        return build("\n".join(substitute(line, values) for line in lines))

    def exchange(self, case, values):
        before = self.rig.counters()
        self.rig.receive()
        expected = {name: [] for name in self.rig.ports}
        reasons = collections.Counter()
        for kind, port, words, lines in case.packets:
            port = substitute(port, values)
            data = self.octets(lines, values)
            words = [substitute(word, values) for word in words]
            if kind == "in":
                if "pieces" in words:
                    sizes = [int(word) for word in
                             words[words.index("pieces") + 1:] if word]
                    self.rig.pieces[port].send(data, sizes)
                else:
                    work, data = left_to_device(data, words)
                    self.rig.ports[port].send(data, what=work)
                reasons[port] += 1
            else:
                expected[port].append(reference.Out(port, data,
                                                    "any-id" in words))
        seen, back = self.rig.receive()
        for port, packets in expected.items():
            problem = self.compare(port, packets, seen[port] + back[port])
            if problem:
                return problem
        wanted = case.reason and substitute(case.reason, values)
        after = self.rig.counters()
        for port, count in reasons.items():
            more = {name: number - before.get(port, {}).get(name, 0)
                    for name, number in after.get(port, {}).items()
                    if name != "delivered"}
            more = {name: number for name, number in more.items() if number}
            expected = {wanted: count} if wanted else {}
            if more != expected:
                return "counted %s, expected %s" % (more, expected)
        return None

    @staticmethod
    def compare(port, expected, seen):
        for i in range(max(len(expected), len(seen))):
            if i < len(expected) and i < len(seen) and \
                    expected[i].fits(seen[i]):
                continue
            return "from port %s, expected\n%s\ncame\n%s" % (
                port, describe(expected[i].data) if i < len(expected) else
                "    nothing more", describe(seen[i]) if i < len(seen) else
                "    nothing more")
        return None

    def run(self, cases):
        self.rig = Rig(("a", "b", "c", "d"))
        print("1..%d" % len(cases))
        failed = 0
        for i, case in enumerate(cases):
            problems = list(self.play(case))
            print("%sok %d - %s: %s" % ("not " if problems else "", i + 1,
                                        case.name, case.about))
            for values, problem in problems:
                print("# with %s: " % " ".join(values) + problem.replace(
                    "\n", "\n# "))
            failed += bool(problems)
        return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    cases = [case for case in all_cases()
             if not arguments.names or case.name in arguments.names or
             case.file in arguments.names]
    return 1 if Player().run(cases) else 0


if __name__ == "__main__":
    sys.exit(main())
