#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The results of the benchmarks: results.json, a table, and pictures.

usage: report.py GUEST_RESULTS FOLDER"""

import json
import math
import os
import sys
from xml.sax.saxutils import escape


def holds(result, key):
    """Does a figure reach what it must, or what it aims for? None: no such."""
    goal, value = result.get(key), result["value"]
    if goal is None or value is None:
        return None
    return value >= goal if result.get("better") == "more" else value <= goal


def number(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value)
    if abs(value) >= 100 or value == int(value):
        return "{:,.0f}".format(value)
    return "%.3g" % value


def verdict(result):
    if result["value"] is None:
        return "absent: " + result["absent"]
    must = holds(result, "must")
    if must is None:
        return ""
    if not must:
        return "MISSED"
    return "aim" if holds(result, "aim") else "must"


def finished(result):
    """As it is published: what every result has comes first."""
    keys = ("name", "value", "unit", "low", "high", "runs", "must", "aim")
    new = {key: result.get(key) for key in keys}
    new["holds"] = holds(result, "must")
    new.update({k: v for k, v in result.items() if k not in new})
    return new


def table(results):
    rows = [("figure", "ours", "peer's", "result", "low", "high", "must", "aim",
             "verdict")]
    for r in results:
        ours, peers = r.get("ours_ns"), r.get("peer_ns")
        sign = "≥ " if r.get("better") == "more" else "≤ "
        rows.append((
            r["name"], number(ours) + " ns" if ours else "",
            number(peers) + " ns" if peers else "",
            number(r["value"]) + ("" if r["unit"] == "ratio" or r["value"] is None
                                  else " " + r["unit"]),
            number(r["low"]), number(r["high"]),
            sign + number(r["must"]) if r.get("must") is not None else "",
            sign + number(r["aim"]) if r.get("aim") is not None else "",
            verdict(r)))
    widths = [max(len(row[i][:80]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(
            cell.ljust(width) if i in (0, len(row) - 1) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))).rstrip()


class Chart:
    """Curves over the number of institutions, both axes logarithmic."""

    WIDTH, HEIGHT = 880, 480
    LEFT, RIGHT, TOP, BOTTOM = 80, 290, 50, 60
    COLOURS = ("#c0392b", "#2471a3", "#7d8c8d", "#b9770e", "#6c3483", "#148f77",
               "#424949")

    def __init__(self, title, unit):
        self.title, self.unit = title, unit
        self.curves = []

    def add(self, name, points, dashed=False):
        points = sorted((x, y) for x, y in points if y and y > 0)
        if points:
            self.curves.append((name, points, dashed))

    def _x(self, x):
        low, high = self.xs
        share = (math.log10(x) - low) / ((high - low) or 1)
        return self.LEFT + share * (self.WIDTH - self.LEFT - self.RIGHT)

    def _y(self, y):
        low, high = self.ys
        share = (math.log10(y) - low) / ((high - low) or 1)
        return self.HEIGHT - self.BOTTOM - share * (
            self.HEIGHT - self.TOP - self.BOTTOM)

    def svg(self):
        xs = [x for _, points, _ in self.curves for x, _ in points]
        ys = [y for _, points, _ in self.curves for _, y in points]
        self.xs = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs)))
        self.ys = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
        yield ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
               'font-family="sans-serif" font-size="12">' % (self.WIDTH, self.HEIGHT))
        yield '<rect width="100%" height="100%" fill="white"/>'
        yield '<text x="%d" y="28" font-size="16">%s</text>' % (
            self.LEFT, escape(self.title))
        right = self.WIDTH - self.RIGHT
        bottom = self.HEIGHT - self.BOTTOM
        for power in range(self.xs[0], self.xs[1] + 1):
            x = self._x(10 ** power)
            yield ('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#ddd"/>'
                   '<text x="%.1f" y="%d" text-anchor="middle">%s</text>' % (
                       x, x, self.TOP, bottom, x, bottom + 18,
                       "{:,}".format(10 ** power)))
        for power in range(self.ys[0], self.ys[1] + 1):
            for step in (1, 2, 5):
                value = step * 10.0 ** power
                if power == self.ys[1] and step > 1:
                    break
                y = self._y(value)
                yield ('<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#%s"/>'
                       '<text x="%d" y="%.1f" text-anchor="end">%s</text>' % (
                           self.LEFT, right, y, y, "ddd" if step == 1 else "eee",
                           self.LEFT - 8, y + 4, "{:,g}".format(value)))
        yield '<text x="%d" y="%d" text-anchor="middle">institutions</text>' % (
            (self.LEFT + right) / 2, self.HEIGHT - 18)
        yield ('<text transform="translate(22,%d) rotate(-90)" '
               'text-anchor="middle">%s</text>' % ((self.TOP + bottom) / 2,
                                                   escape(self.unit)))
        label = 0
        for n, (name, points, dashed) in enumerate(self.curves):
            colour = self.COLOURS[n % len(self.COLOURS)]
            yield ('<polyline fill="none" stroke="%s" stroke-width="2"%s '
                   'points="%s"/>' % (
                       colour, ' stroke-dasharray="6 4"' if dashed else "",
                       " ".join("%.1f,%.1f" % (self._x(x), self._y(y))
                                for x, y in points)))
            if not dashed:
                for x, y in points:
                    yield '<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (
                        self._x(x), self._y(y), colour)
            at = self.TOP + 10 + 20 * label
            label += 1
            yield ('<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="%s" '
                   'stroke-width="2"%s/><text x="%d" y="%d">%s</text>' % (
                       right + 12, right + 36, at, at, colour,
                       ' stroke-dasharray="6 4"' if dashed else "",
                       right + 42, at + 4, escape(name)))
        yield "</svg>"

    def write(self, path):
        if not self.curves:
            return
        with open(path, "w") as file:
            file.write("\n".join(self.svg()) + "\n")


def pictures(results, folder):
    sized = [r for r in results if r.get("size") and r["value"] is not None]
    timed = [r for r in sized if r.get("peer_ns")]
    cost = Chart("Cost of a packet, IPv4 to IPv4", "ns per packet")
    cost.add("full ix", [(r["size"], r["ours_ns"]) for r in timed])
    cost.add("stock forwarding", [(r["size"], r["peer_ns"]) for r in timed])
    if timed:
        ends = [min(r["size"] for r in timed), max(r["size"] for r in timed)]
        for r in results:
            # Peers that know no institutions: a line.
            if r.get("peer_ns") and r["name"].startswith("4->") and \
                    "256 flows" in r["name"] and "peer" in r and \
                    not r["peer"].startswith(("ix", "stock")):
                cost.add(r["peer"], [(x, r["peer_ns"]) for x in ends], True)
    cost.write(os.path.join(folder, "cost.svg"))

    restore = Chart("ixctl restore, empty to full", "seconds")
    restore.add("restore", [(r["size"], r["value"]) for r in sized
                            if r["unit"] == "s"])
    restore.write(os.path.join(folder, "restore.svg"))
    memory = Chart("Kernel memory of ix, everything counted", "octets")
    memory.add("memory", [(r["size"], r["value"]) for r in sized
                          if r["unit"] == "octets"])
    memory.write(os.path.join(folder, "memory.svg"))


def main():
    with open(sys.argv[1]) as file:
        results = [finished(r) for r in json.load(file)]
    folder = sys.argv[2]
    with open(os.path.join(folder, "results.json"), "w") as file:
        json.dump(results, file, indent=1, ensure_ascii=False)
        file.write("\n")
    for line in table(results):
        print(line)
    pictures(results, folder)


if __name__ == "__main__":
    main()
