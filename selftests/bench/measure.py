# SPDX-License-Identifier: GPL-2.0
"""Numbers of a measurement, and how they are reported."""

import json
import sys
import time

import kernel

START = time.monotonic()


def note(text):
    print("# [%5.0f s] %s" % (time.monotonic() - START, text), flush=True)


def quantile(values, at):
    values = sorted(values)
    where = at * (len(values) - 1)
    low = int(where)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (where - low)


class Report:
    """Results, as a list of dictionaries, written whenever there is a new one;
    and TAP."""

    def __init__(self, path):
        self.path = path
        self.results = []
        self.tests = 0
        self.failed = 0

    def add(self, name, value, unit, low=None, high=None, runs=1, **more):
        result = {"name": name, "value": value, "unit": unit,
                  "low": value if low is None else low,
                  "high": value if high is None else high, "runs": runs}
        result.update(more)
        self.results.append(result)
        self.write()
        note("%s: %.4g %s (%.4g to %.4g)%s" % (
            name, value, unit, result["low"], result["high"],
            "".join(", %s %.4g" % (k, v) for k, v in more.items()
                    if isinstance(v, float))))

    def absent(self, name, reason, **more):
        result = {"name": name, "value": None, "unit": "ratio", "low": None,
                  "high": None, "runs": 0, "absent": reason}
        result.update(more)
        self.results.append(result)
        self.write()
        note("%s: absent: %s" % (name, reason))

    def write(self):
        if self.path:
            with open(self.path, "w") as file:
                json.dump(self.results, file, indent=1)

    def test(self, name, function, *args):
        """One test of the TAP output: it fails if a packet is wrong."""
        self.tests += 1
        note("%s ..." % name)
        try:
            function(*args)
        except Exception as error:  # whatever it is, the rest still runs
            self.failed += 1
            if not isinstance(error, (kernel.Wrong, RuntimeError)):
                import traceback
                traceback.print_exc(file=sys.stdout)
            print("# %s" % str(error)[:2000])
            print("not ok %d - %s" % (self.tests, name), flush=True)
            return
        print("ok %d - %s" % (self.tests, name), flush=True)

    def compare(self, name, ours, theirs, null, rounds, **more):
        """Time two sides against each other, batch by batch, and the packet
        generator itself beside them."""
        a, b, n = kernel.run([ours, theirs, null], rounds)
        ratios, costs, peers = [], [], []
        for x, y, z in zip(a, b, n):
            costs.append((x - z) / kernel.BATCH)
            peers.append((y - z) / kernel.BATCH)
            if y > z:
                ratios.append((x - z) / (y - z))
        self.add(name, quantile(ratios, .5), "ratio", quantile(ratios, .1),
                 quantile(ratios, .9), rounds,
                 ours_ns=quantile(costs, .5), peer_ns=quantile(peers, .5),
                 null_ns=quantile([z / kernel.BATCH for z in n], .5), **more)
