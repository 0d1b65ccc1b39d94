#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Make the files that the benchmarks of a job (a JSON file) want."""

import json
import sys
import time

import data
import figures


def note(text):
    print("[%s] %s" % (time.strftime("%H:%M:%S"), text), file=sys.stderr)


with open(sys.argv[1]) as job_file:
    job = json.load(job_file)
data.Store(job["data"]).make(figures.files(job), note)
