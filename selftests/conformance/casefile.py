# SPDX-License-Identifier: GPL-2.0
"""The cases in cases/*.txt: packets as they go in and have to come out.

A file is a list of cases. What a line means is its first word; what is indented
below it belongs to it. "#" begins a comment.

    configuration NAME      NAME.conf, which ixctl restores, for what follows
    case NAME               begins a case
        about TEXT          what it shows
        rules ID...         rows of Documentation/conformance.rst
        each A B | C D      the case is run once for each, with A for $1, ...
        with COMMAND        of ixctl, before; undone behind the case
        mtu PORT N          until the case ends
        sysctl NAME N       likewise
        in PORT [WORK...]   a packet that the port sends; describe.py says how
                            packets are written
            partial         its checksum is left to the device
            segments N      it is one that the device cuts into segments with N
                            octets of data
            fragments N     likewise, of UDP without checksum, into fragments
            linear N        so many octets are in the linear part; the rest, if
                            the packet is larger than a page, is in pages
            pieces N...     so many octets are in the linear part, so many in
                            each piece behind it, the rest in a last one
        out PORT [any-id]   one that has to come out of it, octet for octet;
                            with any-id its identification may be any
        dropped REASON      how ix counts the packets; "forwarded" without it
        left                they are none that ix takes, and not counted

Nothing else may come out. An error for the sender is an "out" of its own port.
"""

import pathlib

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
        self.sysctls = []
        # ("in" or "out", port, any-id or work, lines)
        self.packets = []
        # The counter; None if there is none.
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
        elif keyword == "sysctl":
            self.sysctls.append((words[0], words[1]))
        elif keyword in ("in", "out"):
            self.packets.append((keyword, words[0], words[1:], []))
        elif keyword == "dropped":
            self.reason = words[0]
        elif keyword == "left":
            self.reason = None
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
