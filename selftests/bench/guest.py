#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# ix-timeout: 7200
"""The benchmarks, in the guest. What to do is in build/bench/job.json; the
output is TAP: a time fails nothing, a wrong packet does."""

import json
import os
import sys

import figures
import kernel
from measure import Report


def main():
    with open(os.environ["IX_TOP"] + "/build/bench/job.json") as file:
        job = json.load(file)
    # The root is a copy in memory; this is the host's.
    os.makedirs("/mnt/bench", exist_ok=True)
    kernel.command("mount", "-t", "hostfs", "-o",
                   os.environ["IX_TOP"] + "/build/bench", "none", "/mnt/bench")
    print("TAP version 13", flush=True)
    kernel.command("modprobe", "ix_bench")
    report = Report("/mnt/bench/" + job["results"])
    bench = figures.Bench(job, report)
    for figure in figures.wanted(job):
        report.test(figure.__doc__.splitlines()[0], figure, bench)
        bench.clean()
    bench.end()
    print("1..%d" % report.tests, flush=True)
    return int(report.failed != 0)


if __name__ == "__main__":
    sys.exit(main())
