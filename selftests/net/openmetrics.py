# SPDX-License-Identifier: GPL-2.0
"""Checks standard input against OpenMetrics 1.0, as far as ix uses it.

Families are contiguous, with metadata before samples; counters end in _total;
a family with a unit ends in it; no label set comes twice; # EOF is the end.
"""

import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(r"(%s)(?:\{(%s(?:,%s)*)\})? (\S+)" % (NAME, LABEL, LABEL))
META = re.compile(r"# (HELP|TYPE|UNIT) (%s) (.*)" % NAME)


def fail(number, message):
    sys.exit("line %d: %s" % (number, message))


def main():
    text = sys.stdin.read()
    if not text.endswith("\n# EOF\n"):
        sys.exit("it does not end with # EOF")
    family, meta, seen, done, samples = None, {}, set(), set(), 0
    for number, line in enumerate(text.split("\n")[:-2], 1):
        found = META.fullmatch(line)
        if found:
            what, name, value = found.groups()
            if name != family:
                if name in done:
                    fail(number, "family %s comes twice" % name)
                done.add(name)
                family, meta, samples = name, {}, 0
            if samples or what in meta:
                fail(number, "metadata where none may be")
            if what == "HELP" and re.search(r'\\(?![\\n"])', value):
                fail(number, "wrong escape")
            if what == "TYPE" and value not in ("counter", "gauge"):
                fail(number, "type %s" % value)
            if what == "UNIT" and not name.endswith("_" + value):
                fail(number, "%s does not end in its unit" % name)
            meta[what] = value
            continue
        found = SAMPLE.fullmatch(line)
        if not found:
            fail(number, "neither metadata nor sample: %s" % line)
        name, labels, value = found.groups()
        kind = meta.get("TYPE")
        if name != (family or "") + ("_total" if kind == "counter" else ""):
            fail(number, "%s is not of the family %s" % (name, family))
        if "HELP" not in meta:
            fail(number, "%s has no help" % name)
        keys = re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="', labels or "")
        if len(keys) != len(set(keys)):
            fail(number, "a label comes twice")
        if (name, labels) in seen:
            fail(number, "the same sample twice")
        seen.add((name, labels))
        if float(value) < 0:
            fail(number, "a negative number")
        samples += 1
    print(len(seen))


main()
