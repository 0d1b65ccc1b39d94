#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Run a guest, show what its tests say, and judge it.

The guest talks in two streams: the kernel's console, and what its init and
the tests write. guest-init puts a line before and after each test into both
of them, so that a kernel's report is charged to the test that caused it:

    ix-guest: start NAME        (kernel, tests)
    ix-guest: end NAME STATUS   (kernel, tests)
    ix-guest: fault NAME TEXT   (tests; something that fails the test)
    ix-guest: shell             (tests; what follows is for a person)
    ix-guest: done              (tests)

Usage: console.py [options] [--] COMMAND...

COMMAND is the emulator, with the tests' stream on its standard output and the
kernel's on standard error; with --kernel-fd the kernel's comes from the number
of a descriptor that replaces '{fd}' in COMMAND. With --host, COMMAND is not an
emulator but one test itself, named by --label. --replay judges recorded streams,
without a guest.

Exit status: 0 when nothing failed, 1 otherwise.
"""

import argparse
import os
import re
import selectors
import signal
import subprocess
import sys
import termios
import time
import tty

# Anything here is a bug, whoever is to blame, and fails the test that ran.
REPORT = re.compile(
    r"\bBUG:|\bWARNING:|\bKASAN:|\bUBSAN:|\bOops\b|Kernel panic|"
    r"kernel BUG at|general protection fault|cut here|Unable to handle kernel|"
    r"INFO: task .* blocked|rcu.*(detected|self-detected).*stall|"
    r"possible (recursive locking|circular locking|irq lock inversion|"
    r"irq-safe -> irq-unsafe)|inconsistent lock state|"
    r"suspicious RCU usage|bad unlock balance|held lock freed|"
    r"unregister_netdevice: waiting|refcount_t:|ref_tracker:|"
    r"scheduling while atomic|sleeping function called|ODEBUG:|"
    r"DEBUG_LOCKS_WARN_ON|list_(add|del) corruption|"
    r"kmemleak: [1-9]\d* new suspected|hw csum failure|"
    r"page allocation failure|Out of memory|segfault at|"
    r"Unknown symbol|disagrees about version of symbol"
)
# After one of these the kernel does not come back.
DEAD = re.compile(r"Kernel panic|Attempted to kill init|Kernel mode fault at")
STAMP = re.compile(r"^(?:<\d+>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?")
# What the unwinder found on the stack and does not believe itself.
GUESS = re.compile(r"^ \[<[0-9a-f]+>\] \? |^ +[0-9a-f ]{16,}$|^ \? ")
MARK = re.compile(r"^ix-guest: (start|end|fault|shell|done)(?: (\S+))?(?: (.*))?$")
RESULT = re.compile(r"^( *)(ok|not ok)\b ?(\d+)?(?: -)? ?([^#]*?) *(?:# *(.*))?$")
PLAN = re.compile(r"^( *)1\.\.(\d+)(?: *# *SKIP\b *(.*))?", re.I)
TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Tap:
    """TAP and KTAP with subtests, counted by their leaves."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.failures = []
        # What was said since the last result: the reasons of a failure.
        self.said = []
        # For each depth: results seen, planned, and of those below it since
        # the last result at this depth: how many, and how many failed.
        self.seen = {}
        self.plan = {}
        self.below = {}

    def _fail(self, what):
        self.failed += 1
        # What came first is what went wrong, and what comes last the state
        # that it left behind.
        said = self.said if len(self.said) <= 5 else (
            self.said[:3] + ["..."] + self.said[-1:])
        self.failures.append(" | ".join([what] + [
            text if len(text) <= 300 else text[:300] + "..." for text in said]))
        self.said = []

    def line(self, line):
        if line.lstrip().startswith("# "):
            self.said.append(line.lstrip("# ").rstrip())
        plan = PLAN.match(line)
        if plan:
            depth = len(plan[1]) // 4
            self.plan[depth] = int(plan[2])
            if plan[3] is not None and int(plan[2]) == 0 and depth == 0:
                self.skipped += 1
                self.seen[0] = 0
            return
        result = RESULT.match(line)
        if not result:
            return
        depth = len(result[1]) // 4
        name = result[4] or "test %s" % result[3]
        note = (result[5] or "").strip()
        self.seen[depth] = self.seen.get(depth, 0) + 1
        # The result of a parent sums up its children and closes their level.
        children, bad = self.below.pop(depth, (0, 0))
        for deeper in [d for d in self.plan if d > depth]:
            if self.seen.get(deeper, 0) != self.plan[deeper]:
                self._fail("%s: %d results of %d planned" % (
                    name, self.seen.get(deeper, 0), self.plan[deeper]))
                bad += 1
            del self.plan[deeper]
        for deeper in [d for d in self.seen if d > depth]:
            del self.seen[deeper]
        failed = result[2] == "not ok" and not note.upper().startswith("TODO")
        if children:
            if failed and not bad:
                self._fail(name)
        elif note.upper().startswith("SKIP") and result[2] == "ok":
            self.skipped += 1
        elif failed:
            self._fail(name)
        else:
            self.passed += 1
        self.said = []
        if depth:
            count, failures = self.below.get(depth - 1, (0, 0))
            self.below[depth - 1] = (count + 1, failures + (failed or bool(bad)))

    def end(self):
        for depth, planned in self.plan.items():
            if self.seen.get(depth, 0) != planned:
                self._fail("%d results of %d planned" % (
                    self.seen.get(depth, 0), planned))


class Test:
    """One test script or KUnit module."""

    def __init__(self, name):
        self.name = name
        # KUnit speaks through the kernel's log, scripts through their output.
        self.kunit = name.endswith(".ko")
        self.tap = Tap()
        self.status = None
        self.running = False
        self.reports = []
        self.faults = []
        self.start = time.monotonic()
        self.seconds = 0

    def report(self):
        """What stands for all that the kernel reported in this test."""
        return ([text for text in self.reports if "cut here" not in text] or
                self.reports)[0]

    def end(self, why=""):
        """Close the account of this test."""
        tap = self.tap
        tap.end()
        self.running = False
        if self.reports:
            tap._fail("the kernel reported: " + self.report())
        for fault in self.faults:
            tap._fail(fault)
        if why:
            tap._fail(why)
        elif self.status == 4 and not tap.failed and not tap.passed:
            tap.skipped = max(tap.skipped, 1)
        elif self.status == 124:
            tap._fail("ran into its timeout")
        elif self.status not in (0, 4) and not tap.failed:
            tap._fail("exit status %s" % self.status)
        elif not tap.passed + tap.failed + tap.skipped:
            tap._fail("no results")
        elif not self.kunit and 0 not in tap.seen and not tap.failed:
            tap._fail("no results at the top level")
        elif not self.kunit and 0 not in tap.plan and not tap.failed:
            tap._fail("no plan")


class Judge:
    """Follows the two streams of a guest."""

    def __init__(self, names, log, verbose):
        self.tests = {name: Test(name) for name in names}
        self.order = list(names)
        # What the kernel does outside all tests.
        self.boot = Test("boot")
        self.boot.status = 0
        self.kernel_now = self.boot
        self.user_now = None
        self.done = False
        self.dead = False
        self.shell = False
        self.log = log
        self.verbose = verbose
        self.show_until = 0
        self.zero = time.monotonic()
        # "test: what", of all that failed.
        self.failures = []

    def say(self, text):
        print(text, flush=True)

    def record(self, stream, line):
        if self.log:
            self.log.write("%s %s\n" % (stream, line))
            self.log.flush()

    def kernel(self, line):
        line = TERMINAL.sub("", line)
        self.record("K", line)
        text = STAMP.sub("", line)
        mark = MARK.match(text)
        if mark:
            if mark[1] == "start" and mark[2] in self.tests:
                self.kernel_now = self.tests[mark[2]]
            elif mark[1] == "end":
                self.kernel_now = self.boot
            return
        now = self.kernel_now
        if REPORT.search(text):
            now.reports.append(text.strip())
            # A report is short; who wants more has the log.
            self.show_until = time.monotonic() + 1
        if DEAD.search(text):
            self.dead = True
        if now.kunit and not now.reports:
            now.tap.line(text)
            if re.match(r" *(not ok|ok|# |1\.\.|KTAP)", text) or self.verbose:
                self.say(text)
        elif self.shell or not text.strip():
            pass
        elif self.verbose or (time.monotonic() < self.show_until and
                              not GUESS.search(text)):
            self.say("kernel: " + line)

    def user(self, line):
        line = TERMINAL.sub("", line)
        self.record("U", line)
        mark = MARK.match(line)
        if not mark:
            if self.user_now and not self.user_now.kunit:
                self.user_now.tap.line(line)
            if not self.shell and line:
                self.say(line)
            return
        if mark[1] == "done":
            self.done = True
        elif mark[1] == "shell":
            self.shell = True
        elif mark[1] == "fault":
            self.say("# " + mark[3])
            self.tests.get(mark[2], self.boot).faults.append(mark[3])
        elif mark[1] == "start" and mark[2] in self.tests:
            self.user_now = self.tests[mark[2]]
            self.user_now.running = True
            self.user_now.start = time.monotonic()
            self.say("# --- %s (%d of %d, %d s)" % (
                mark[2], self.order.index(mark[2]) + 1, len(self.order),
                time.monotonic() - self.zero))
        elif mark[1] == "end" and mark[2] in self.tests:
            test = self.tests[mark[2]]
            test.status = int(mark[3])
            test.running = False
            test.seconds = time.monotonic() - test.start
            self.user_now = None

    def verdict(self, why):
        """Print the summary, return (passed, failed, skipped)."""
        total = [0, 0, 0]
        for name in self.order:
            test = self.tests[name]
            if test.running:
                test.end(why or "the guest ended in the middle of it")
            elif test.status is None:
                test.end("not run: " + (why or "the guest ended early"))
            else:
                test.end()
            total[0] += test.tap.passed
            total[1] += test.tap.failed
            total[2] += test.tap.skipped
            self.say("# %s: %d passed, %d failed, %d skipped (%d s)" % (
                name, test.tap.passed, test.tap.failed, test.tap.skipped,
                test.seconds))
            for failure in test.tap.failures:
                self.say("#   FAILED: " + failure)
                self.failures.append("%s: %s" % (name, failure))
        boot = list(self.boot.faults)
        if self.boot.reports:
            boot.append("the kernel reported outside all tests: " +
                        self.boot.report())
        if not self.order or not self.done:
            if not self.done:
                boot.append(why or "the guest ended before it was done")
        for failure in boot:
            self.say("# FAILED: " + failure)
            self.failures.append(failure)
        total[1] += len(boot)
        return total


class Lines:
    """Splits a stream into lines, whatever bytes are in it."""

    def __init__(self, handler):
        self.handler = handler
        self.rest = b""

    def feed(self, data, raw=False):
        """Handle the lines in data; a person's session is shown as it is."""
        if raw:
            os.write(1, data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self.handler(line.decode("utf-8", "replace"))

    def end(self):
        if self.rest:
            self.feed(b"\n")


class Keyboard:
    """Hands the terminal over to the guest's shell, and takes it back."""

    def __init__(self, guest):
        self.guest = guest
        self.saved = None

    def start(self):
        if os.isatty(0):
            self.saved = termios.tcgetattr(0)
            tty.setraw(0)

    def pass_on(self):
        """Return whether there may be more."""
        data = os.read(0, 4096)
        try:
            # The end of the input is the end of the shell. It may not be
            # there yet to take a Ctrl-D, which typed too early is lost.
            os.write(self.guest.fileno(), data or b"exit\n")
        except BrokenPipeError:
            return False
        return bool(data)

    def end(self):
        if self.saved:
            termios.tcsetattr(0, termios.TCSADRAIN, self.saved)


def run(args, judge):
    """Run the guest; return why it was ended, or ''."""
    stdin = subprocess.PIPE if args.interactive else subprocess.DEVNULL
    command = args.command
    kernel_read, kernel_write = os.pipe()
    if args.kernel_fd:
        command = [word.replace("{fd}", str(kernel_write)) for word in command]
        process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE,
            pass_fds=[kernel_write], start_new_session=True)
    else:
        process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE,
            stderr=kernel_write, start_new_session=True)
    os.close(kernel_write)

    def stop(*_):
        # The emulator is the leader of its own group: nobody else is hit.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    keyboard = Keyboard(process.stdin)

    def interrupted(*_):
        stop()
        keyboard.end()
        sys.exit(1)

    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGINT, interrupted)
    signal.signal(signal.SIGHUP, interrupted)

    user = Lines(judge.user)
    kernel = Lines(judge.kernel)
    streams = selectors.DefaultSelector()
    streams.register(process.stdout, selectors.EVENT_READ, user)
    streams.register(kernel_read, selectors.EVENT_READ, kernel)
    start = last = time.monotonic()
    ending = None
    shell = False
    why = ""
    while streams.get_map():
        for key, _ in streams.select(timeout=0.5):
            last = time.monotonic()
            if key.data is keyboard:
                if not keyboard.pass_on():
                    streams.unregister(key.fileobj)
                continue
            data = os.read(key.fd, 65536)
            if data:
                key.data.feed(data, judge.shell and key.data is user)
            else:
                streams.unregister(key.fileobj)
        now = time.monotonic()
        if judge.shell:
            # A person takes any time; the kernel's messages are in the way.
            if args.interactive and not shell:
                shell = True
                keyboard.start()
                streams.register(0, selectors.EVENT_READ, keyboard)
            start = last = now
        if ending is None and (judge.dead or judge.done or
                               process.poll() is not None):
            # Time for the rest of the report, or for a clean power-off.
            ending = now + (2 if judge.dead else 20)
            if judge.dead:
                why = "the kernel died"
        elif ending is None and now - start > args.timeout:
            why = "hung: the whole run took more than %d s" % args.timeout
            ending = now
        elif ending is None and now - last > args.silence:
            why = "hung: nothing was heard for %d s" % args.silence
            ending = now
        if ending is not None and now >= ending:
            if judge.done and process.poll() is None and not judge.dead:
                why = "the guest did not power off"
            break
    stop()
    process.wait()
    keyboard.end()
    user.end()
    kernel.end()
    return why


def run_on_host(args, judge):
    """Run one test, that prints TAP, without a guest."""
    judge.user("ix-guest: start " + args.label)
    with subprocess.Popen(args.command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as process:
        lines = Lines(judge.user)
        while data := os.read(process.stdout.fileno(), 65536):
            lines.feed(data)
        lines.end()
    judge.user("ix-guest: end %s %d" % (args.label, process.returncode))
    judge.user("ix-guest: done")
    return ""


def replay(path, judge):
    """Judge a recorded log, lines 'K ...' and 'U ...'."""
    why = ""
    with open(path, encoding="utf-8") as recorded:
        for line in recorded:
            stream, _, text = line.rstrip("\n").partition(" ")
            if stream == "K":
                judge.kernel(text)
            elif stream == "U":
                judge.user(text)
            elif stream == "!":
                why = text
    if judge.dead:
        why = "the kernel died"
    return why


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--test", action="append", default=[],
                        help="name of a test that has to run")
    parser.add_argument("--log", help="file for both streams")
    parser.add_argument("--results", help="append 'PASSED FAILED SKIPPED LABEL', and what "
                        "failed to FILE.failed")
    parser.add_argument("--label", default="guest")
    parser.add_argument("--timeout", type=int, default=1800)
    parser.add_argument("--silence", type=int, default=300)
    parser.add_argument("--kernel-fd", action="store_true")
    parser.add_argument("--interactive", action="store_true",
                        help="the terminal is for the guest's shell")
    parser.add_argument("--host", action="store_true",
                        help="COMMAND is a test")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--replay")
    parser.add_argument("command", nargs="*")
    args = parser.parse_args()

    log = None
    if args.log:
        os.makedirs(os.path.dirname(args.log) or ".", exist_ok=True)
        log = open(args.log, "w", encoding="utf-8")
    if args.host:
        args.test = [args.label]
    judge = Judge(args.test, log, args.verbose)
    if args.replay:
        why = replay(args.replay, judge)
    elif args.host:
        why = run_on_host(args, judge)
    else:
        why = run(args, judge)
    if log and why:
        log.write("! %s\n" % why)
    passed, failed, skipped = judge.verdict(why)
    if args.log:
        judge.say("# log: " + args.log)
    if args.results:
        with open(args.results, "a", encoding="utf-8") as results:
            results.write("%d %d %d %s\n" % (passed, failed, skipped, args.label))
        with open(args.results + ".failed", "a", encoding="utf-8") as results:
            for failure in judge.failures:
                results.write("%s: %s\n" % (args.label, failure))
    judge.say("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
