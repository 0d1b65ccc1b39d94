#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Replays the cases in cases/: packets in, and what has to come out.

    graybox.py [--list] [NAME...]       names of files or of cases

A file is a list of cases. What a line means is its first word; what is indented
below it belongs to it. "#" begins a comment.

    configuration NAME      NAME.conf, which ixctl restores
    case NAME               begins a case
        about TEXT          what it shows
        rules ID...         rows of Documentation/conformance.rst
        each A B | C D      the case is run once for each, with A for $1, ...
        with COMMAND        of ixctl, before; undone behind the case
        mtu PORT N          until the case ends
        in PORT             a packet that the port sends, see describe.py
        out PORT [any-id]   one that has to come out of it, octet for octet;
                            with any-id its identification may be any
        dropped REASON      how ix counts the packets; "forwarded" without it

Nothing else may come out. An error for the sender is an "out" of its own port.
"""

import argparse
import collections
import pathlib
import sys

import reference
from describe import build, describe
from rig import IXCTL, Rig, run

CASES = pathlib.Path(__file__).resolve().parent / "cases"


class Case:
    def __init__(self, file, name, configuration):
        self.file = file
        self.name = name
        self.configuration = configuration
        self.about = ""
        self.rules = []
        self.each = [[]]
        self.commands = []
        self.mtus = []
        # ("in" or "out", port, any-id, lines)
        self.packets = []
        self.reason = "forwarded"

    def add(self, keyword, rest):
        words = rest.split()
        if keyword == "about":
            self.about = rest
        elif keyword == "rules":
            self.rules += words
        elif keyword == "each":
            self.each = [part.split() for part in rest.split("|")]
        elif keyword == "with":
            self.commands.append(rest)
        elif keyword == "mtu":
            self.mtus.append((words[0], words[1]))
        elif keyword in ("in", "out"):
            self.packets.append((keyword, words[0], "any-id" in words, []))
        elif keyword == "dropped":
            self.reason = words[0]
        else:
            raise ValueError("%s: case %s: what is \"%s\"?" % (
                self.file, self.name, keyword))

    def extend(self, rest):
        """A line that belongs to the one above."""
        if self.packets:
            self.packets[-1][3].append(rest)
        else:
            self.about += " " + rest


def read_cases(path):
    """All cases of a file."""
    configuration = "default"
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#", 1)[0].rstrip()
        if not text:
            continue
        depth = len(text) - len(text.lstrip("\t"))
        keyword, _, rest = text.strip().partition(" ")
        if depth == 0 and keyword == "configuration":
            configuration = rest
        elif depth == 0 and keyword == "case":
            cases.append(Case(path.name, rest, configuration))
        elif depth == 1 and cases:
            cases[-1].add(keyword, rest.strip())
        elif depth > 1 and cases:
            cases[-1].extend(text.strip())
        else:
            raise ValueError("%s: what is \"%s\"?" % (path.name, text))
    return cases


def all_cases():
    return [case for path in sorted(CASES.glob("*.txt"))
            for case in read_cases(path)]


def substitute(text, values):
    """$1, $2, ... are the values; nothing if there are less."""
    for i in range(1, 10):
        text = text.replace("$%d" % i, values[i - 1] if i <= len(values)
                            else "")
    return text


class Player:
    def __init__(self):
        self.rig = None
        self.configuration = None

    def configure(self, name):
        if self.configuration != name:
            lines = (CASES / (name + ".conf")).read_text(encoding="utf-8")
            self.rig.restore(lines.splitlines())
            self.configuration = name

    def play(self, case, values):
        """What is wrong, as text, or None."""
        self.configure(case.configuration)
        for command in case.commands:
            run(IXCTL, *substitute(command, values).split())
            self.configuration = None
        for port, mtu in case.mtus:
            self.rig.ports[port].set_mtu(substitute(mtu, values))
        try:
            return self.exchange(case, values)
        finally:
            for port, _ in case.mtus:
                self.rig.ports[port].set_mtu(1500)

    @staticmethod
    def octets(lines, values):
        return build("\n".join(substitute(line, values) for line in lines))

    def exchange(self, case, values):
        before = self.rig.counters()
        self.rig.receive()
        expected = {name: [] for name in self.rig.ports}
        reasons = collections.Counter()
        for kind, port, any_id, lines in case.packets:
            port = substitute(port, values)
            data = self.octets(lines, values)
            if kind == "in":
                self.rig.ports[port].send(data)
                reasons[port] += 1
            else:
                expected[port].append(reference.Out(port, data, any_id))
        for port, seen in self.rig.receive().items():
            problem = self.compare(port, expected[port], seen)
            if problem:
                return problem
        wanted = substitute(case.reason, values)
        after = self.rig.counters()
        for port, count in reasons.items():
            more = {name: number - before.get(port, {}).get(name, 0)
                    for name, number in after.get(port, {}).items()
                    if name != "delivered"}
            more = {name: number for name, number in more.items() if number}
            if more != {wanted: count}:
                return "counted %s, expected %s" % (more, {wanted: count})
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
        print("TAP version 13")
        print("1..%d" % len(cases))
        failed = 0
        for i, case in enumerate(cases):
            problems = []
            for values in case.each:
                problem = self.play(case, values)
                if problem:
                    problems.append((values, problem))
            print("%sok %d - %s: %s" % ("not " if problems else "", i + 1,
                                        case.name, case.about))
            for values, problem in problems:
                print("# with %s: " % " ".join(values) + problem.replace(
                    "\n", "\n# "))
            failed += bool(problems)
        return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    cases = [case for case in all_cases()
             if not arguments.names or case.name in arguments.names or
             case.file in arguments.names]
    if arguments.list:
        for case in cases:
            print("%s %s: %s" % (case.file, case.name, " ".join(case.rules)))
        return 0
    return 1 if Player().run(cases) else 0


if __name__ == "__main__":
    sys.exit(main())
