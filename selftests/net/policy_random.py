# SPDX-License-Identifier: GPL-2.0
"""Random policies in the scene of lib.sh, and what becomes of random packets.

    policy_random.py SEED ROUNDS COMMAND...

COMMAND is ixctl in the router. Each round is one file for "ixctl -batch": a
policy, and packets for "ixctl trace", which runs the kernel's own pipeline.
What it says has to be what the definitions of Documentation/model.rst say here:
rules, agreements, purpose groups, validity at the second, quarantine of
institutions, classes and tenants, and monitor mode of rules, of tenants and of
the router.
"""

import collections
import json
import os
import random
import subprocess
import sys

NOW = 1800000000
PACKETS = 60
ECHO_REQUEST, ECHO_REPLY = "echo-request", "echo-reply"

# Tag: tenant, own address, classes.
HOSTS = {
    101: ("mame", "HOSPITAL", {"hospital"}),
    102: ("mame", "CLINIC", {"clinic"}),
    103: ("mame", "PHARMACY", {"pharmacy"}),
    201: ("hare", "HOSPITAL", {"hospital"}),
    202: ("hare", "EMERGENCY", {"hospital", "emergency"}),
    301: ("kmix", "KMIX", {"hospital"}),
    401: ("common", "CLAIMS", {"claims"}),
}
# How they are seen from the others' views.
SEEN = {101: "MAME_HOSPITAL", 102: "MAME_CLINIC", 103: "MAME_PHARMACY",
        201: "HARE_HOSPITAL", 202: "HARE_EMERGENCY", 301: "KMIX",
        401: "CLAIMS"}
TENANTS = ("mame", "hare", "kmix", "common")
CLASSES = ("hospital", "clinic", "pharmacy", "emergency", "claims")
# Protocol, source ports or None, destination ports or ICMP type.
SERVICES = {
    "imaging": [("tcp", None, (100, 200))],
    "names": [("udp", None, (53, 53)), ("udp", None, (5000, 5010))],
    "ping": [("icmp", None, ECHO_REQUEST)],
    "web": [("tcp", (1024, 65535), (443, 443)), ("icmp", None, ECHO_REQUEST)],
}
PORTS = (53, 99, 100, 200, 201, 443, 1023, 1024, 5000, 5010, 5011, 60000)

Rule = collections.namedtuple(
    "Rule", "id order permit src dst service since until oneway monitor")
Packet = collections.namedtuple(
    "Packet", "src dst protocol sport dport type flags now")


def service_lines():
    for name, entries in SERVICES.items():
        words = []
        for protocol, sports, what in entries:
            if protocol == "icmp":
                words += ["icmp type", what]
                continue
            words.append(protocol)
            if sports:
                words.append("sport %d-%d" % sports)
            words.append("dport %d-%d" % what)
        yield "service add %s %s" % (name, " ".join(words))


class World:
    """A policy, and what follows from it."""

    def __init__(self, rnd):
        self.rules = [self.random_rule(rnd, n) for n in
                      rnd.sample(range(1, 100), rnd.randrange(15))]
        # First agreements, then by order, then by number.
        self.rules.sort(key=lambda r: (not self.is_agreement(r), r.order, r.id))
        self.groups = []
        for number in range(rnd.randrange(1, 5)):
            services = rnd.sample(sorted(SERVICES), rnd.randrange(3))
            members = rnd.sample(sorted(HOSTS) + list(TENANTS),
                                 rnd.randrange(6))
            self.groups.append(("g%d" % (number + 1), services, members))
        few = lambda what: {x for x in what if not rnd.randrange(40)}
        self.quarantined = few(HOSTS) | few(CLASSES) | few(TENANTS)
        self.monitored = {t for t in TENANTS if not rnd.randrange(6)}
        self.router_monitored = not rnd.randrange(6)
        self.routes = bool(rnd.randrange(4))

    @staticmethod
    def random_rule(rnd, number):
        def side():
            kind = rnd.randrange(5)
            if kind == 0:
                return None
            return rnd.choice(CLASSES if kind < 3 else sorted(HOSTS))

        since = NOW + rnd.randrange(-1, 2) if not rnd.randrange(3) else None
        until = NOW + rnd.randrange(-1, 3) if not rnd.randrange(3) else None
        if since and until and until <= since:
            until = since + 1
        return Rule(number, rnd.randrange(1, 4), bool(rnd.randrange(2)),
                    side(), side(), rnd.choice([None] + sorted(SERVICES)),
                    since, until, not rnd.randrange(4), not rnd.randrange(4))

    @staticmethod
    def is_agreement(rule):
        return isinstance(rule.src, int) and isinstance(rule.dst, int)

    def lines(self, routes):
        def whom(side):
            if side is None:
                return "any"
            return ("institution %d" if isinstance(side, int) else
                    "class %s") % side

        yield "transaction begin"
        yield "rule flush"
        yield "group flush"
        yield "route flush"
        if self.routes:
            yield from routes
        for r in self.rules:
            words = ["rule add id %d order %d" % (r.id, r.order),
                     "permit" if r.permit else "deny", "from", whom(r.src),
                     "to", whom(r.dst)]
            words += ["service " + r.service] if r.service else []
            words += ["since @%d" % r.since] if r.since else []
            words += ["until @%d" % r.until] if r.until else []
            words += ["oneway"] if r.oneway else []
            words += ["monitor"] if r.monitor else []
            yield " ".join(words)
        for number, (name, services, members) in enumerate(self.groups):
            yield "group add %s number %d %s" % (
                name, number + 1,
                " ".join("service " + s for s in services) or "service ''")
            for member in members:
                yield "member add group %s %s %s" % (
                    name, "institution" if isinstance(member, int) else
                    "tenant", member)
        for kind, all_of in (("institution", HOSTS), ("class", CLASSES),
                             ("tenant", TENANTS)):
            for one in all_of:
                yield "%s change %s quarantine %s" % (
                    kind, one, "on" if one in self.quarantined else "off")
        for tenant in TENANTS:
            yield "tenant change %s monitor %s" % (
                tenant, "on" if tenant in self.monitored else "off")
        yield "settings change monitor %s" % (
            "on" if self.router_monitored else "off")
        yield "transaction commit"

    # The definitions

    @staticmethod
    def has_service(p, name):
        for protocol, sports, what in SERVICES[name]:
            if protocol != p.protocol:
                continue
            if protocol == "icmp":
                if p.type == what:
                    return True
            elif what[0] <= p.dport <= what[1] and (
                    not sports or sports[0] <= p.sport <= sports[1]):
                return True
        return False

    def first(self, p, trial):
        """The first rule that matches; for a trial those in monitor mode count."""
        for r in self.rules:
            if r.monitor and not trial:
                continue
            if any(side is not None and side != tag and
                   side not in HOSTS[tag][2]
                   for side, tag in ((r.src, p.src), (r.dst, p.dst))):
                continue
            if r.since and p.now < r.since or r.until and p.now >= r.until:
                continue
            if r.service is None or self.has_service(p, r.service):
                return r
        return None

    def common(self, p):
        """Groups that both are in."""
        return [(name, services) for name, services, members in self.groups
                if all(tag in members or HOSTS[tag][0] in members
                       for tag in (p.src, p.dst))]

    def group(self, p):
        for name, services in self.common(p):
            if any(self.has_service(p, s) for s in services):
                return name
        return None

    @staticmethod
    def request_of(p):
        """What it answers to, if it can be an answer."""
        if p.protocol == "icmp":
            if p.type != ECHO_REPLY:
                return None
            return p._replace(src=p.dst, dst=p.src, type=ECHO_REQUEST)
        if p.protocol == "tcp" and not {"ack", "rst"} & set(p.flags):
            return None
        return p._replace(src=p.dst, dst=p.src, sport=p.dport, dport=p.sport)

    def judge(self, p, trial):
        """Verdict, rule, group."""
        if self.quarantined & ({p.src, p.dst} | HOSTS[p.src][2] |
                               HOSTS[p.dst][2] |
                               {HOSTS[p.src][0], HOSTS[p.dst][0]}):
            return "quarantine", None, None
        rule = self.first(p, trial)
        if rule and rule.permit:
            return "permit", rule.id, None
        group = None if rule else self.group(p)
        if group:
            return "permit", None, group
        request = self.request_of(p)
        if request:
            answered = self.first(request, trial)
            if answered and answered.permit and not answered.oneway:
                return "reply", answered.id, None
            group = None if answered else self.group(request)
            if group:
                return "reply", None, group
        return ("deny", rule.id, None) if rule else ("default-deny", None, None)

    def outcome(self, p):
        """What ix has to say: reason, would-drop, verdict, rule, group, and the
        group that leads there."""
        route = None
        if not self.routes:
            common = self.common(p)
            if not common:
                return "no_route", None, None, None, None, None
            route = common[0][0]
        verdict, rule, group = self.judge(p, False)
        reason, would = {"quarantine": "quarantine", "deny": "policy",
                         "default-deny": "default_deny"}.get(
                             verdict, "forwarded"), None
        watched = self.router_monitored or self.monitored & {
            HOSTS[p.src][0], HOSTS[p.dst][0]}
        if reason in ("policy", "default_deny") and watched:
            reason, would = "forwarded", reason
        return reason, would, verdict, rule, group, route


def random_packet(rnd):
    src, dst = rnd.sample(sorted(HOSTS), 2)
    while HOSTS[src][0] == HOSTS[dst][0]:
        src, dst = rnd.sample(sorted(HOSTS), 2)
    protocol = rnd.choice(("tcp", "tcp", "udp", "icmp"))
    flags = rnd.choice((("syn",), ("syn", "ack"), ("ack",), ("rst",), ("fin",)))
    return Packet(src, dst, protocol, rnd.choice(PORTS), rnd.choice(PORTS),
                  rnd.choice((ECHO_REQUEST, ECHO_REPLY)), flags,
                  NOW + rnd.randrange(-2, 4))


def trace_line(p):
    tenant, own, _ = HOSTS[p.src]
    version = "4" if tenant in ("mame", "hare") else "6"
    words = ["trace tenant", tenant, "at @%d" % p.now, "src", os.environ[own],
             "dst", os.environ[SEEN[p.dst] + version], p.protocol]
    if p.protocol == "icmp":
        words += ["type", p.type]
    else:
        words += ["sport", str(p.sport), "dport", str(p.dport)]
    if p.protocol == "tcp":
        words += ["flags", ",".join(p.flags)]
    return " ".join(words)


def answers(text):
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at)
        while at < len(text) and text[at].isspace():
            at += 1
        one = value[0]
        yield (one.get("reason"), one.get("would-drop"), one.get("verdict"),
               (one.get("rule") or {}).get("id"), one.get("group"),
               one.get("route-group"))


def main():
    seed, rounds, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    routes = [line for line in sys.stdin.read().splitlines() if line]
    seen = collections.Counter()
    for number in range(rounds):
        rnd = random.Random("%d/%d" % (seed, number))
        world = World(rnd)
        packets = [random_packet(rnd) for _ in range(PACKETS)]
        lines = list(world.lines(routes)) + [trace_line(p) for p in packets]
        run = subprocess.run(command + ["-j", "-batch", "-"],
                             input="\n".join(lines) + "\n", text=True,
                             capture_output=True, check=False)
        got = list(answers(run.stdout))
        wanted = [world.outcome(p) for p in packets]
        for p, has, wants in zip(packets, got, wanted):
            if has != wants:
                print("seed %d, round %d: %s" % (seed, number, p))
                print("is %s, not %s" % (has, wants))
                print("\n".join(world.lines([])), trace_line(p), sep="\n")
                return 1
            seen[wants[0]] += 1
            seen["would drop"] += wants[1] is not None
            seen["by a group"] += wants[4] is not None
            seen["would be judged otherwise"] += \
                world.judge(p, True) != world.judge(p, False)
        if run.returncode or len(got) != len(packets):
            print("seed %d, round %d: %d answers for %d packets: %s" % (
                seed, number, len(got), len(packets), run.stderr.strip()))
            return 1
    print("# seed %d: %s" % (seed, ", ".join(
        "%d %s" % (n, what) for what, n in seen.most_common())))
    # All of it was in play.
    for what in ("forwarded", "no_route", "quarantine", "policy",
                 "default_deny", "would drop", "by a group",
                 "would be judged otherwise"):
        if seen[what] < rounds // 8:
            print("only %d times %s" % (seen[what], what))
            return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["services"]:
        print("\n".join(service_lines()))
    else:
        sys.exit(main())
