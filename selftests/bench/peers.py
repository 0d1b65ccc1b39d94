# SPDX-License-Identifier: GPL-2.0
"""The stock ways to do a part of what ix does. Each is set up between p0000
and p0001 for the two tenants of a small country, whose hosts all have
10.0.0.0/9 and are seen as 44.0.0.0/9 and 44.128.0.0/9 (with IPv6: fd00:aa::/48,
2001:db8:100::/48 and 2001:db8:101::/48). The same flows then give the same
packets as with ix, octet by octet."""

import os
import shutil

import kernel
from country import GATEWAY4, GATEWAY6, MIXED_SUBNET, Country, text6

OWN = "10.0.0.0/9"
NAT = """table ip nat {
	chain before {
		type nat hook prerouting priority dstnat;
		dnat ip prefix to ip daddr map { 44.128.0.0/9 : 10.0.0.0/9 }
	}
	chain after {
		type nat hook postrouting priority srcnat;
		snat ip prefix to ip saddr map { 10.0.0.0/9 : 44.0.0.0/9 }
	}
}
"""


def nft(space, ruleset):
    space.run("nft", "-f", "-", text=ruleset)


def remember(space):
    """Flows of UDP for as long as a measurement takes."""
    for name in ("nf_conntrack_udp_timeout", "nf_conntrack_udp_timeout_stream",
                 "nf_flowtable_udp_timeout"):
        space.sysctl("netfilter/" + name, "3600")


def route(table, prefix, device):
    """A line for ip."""
    return "route add table %s %s via %s dev %s onlink\n" % (
        table, prefix, GATEWAY6 if ":" in prefix else GATEWAY4, device)


def vrfs(space):
    space.ip("".join("link add vrf%d type vrf table %d\nlink set vrf%d up\n"
                     "link set p000%d master vrf%d\n" % (n, 10 + n, n, n, n)
                     for n in (0, 1)))


def flowtable(space):
    remember(space)
    space.ip(route("main", OWN, "p0001") + "rule add iif p0001 lookup 101\n" +
             route("101", OWN, "p0000"))
    nft(space, NAT + """table inet fast {
	flowtable fast { hook ingress priority filter; devices = { p0000, p0001 }; }
	chain forward {
		type filter hook forward priority filter;
		meta l4proto udp flow add @fast
	}
}
""")


def conntrack(space):
    remember(space)
    vrfs(space)
    space.ip(route("10", OWN, "p0001") + route("11", OWN, "p0000"))
    nft(space, NAT)


def stateless(space, pairs):
    """pairs: source and destination of all flows, as they come in."""
    vrfs(space)
    space.ip(route("10", "44.128.0.0/9", "p0001"))
    nft(space, """table ip exchange {
	set agreed {
		type ipv4_addr . ipv4_addr
		elements = { %s }
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ip saddr . ip daddr @agreed accept
	}
	chain after {
		type filter hook postrouting priority raw;
		ip saddr set ip saddr & 0.127.255.255 | 44.0.0.0
		ip daddr set ip daddr & 0.127.255.255 | 10.0.0.0
	}
}
""" % ", ".join("%s . %s" % pair for pair in pairs))


def tc_nat(space):
    space.ip(route("main", OWN, "p0001"))
    space.run("tc", "qdisc", "add", "dev", "p0000", "clsact")
    space.run("tc", "filter", "add", "dev", "p0000", "ingress", "matchall",
              "action", "nat", "egress", OWN, "44.0.0.0", "pipe",
              "action", "nat", "ingress", "44.128.0.0/9", "10.0.0.0")


def npt_absent():
    """Why ip6t_NPT can't be had, or None."""
    if not shutil.which("ip6tables-legacy"):
        return "no ip6tables-legacy (package iptables)"
    return None


def npt(space):
    space.ip(route("main", "fd00:aa::/48", "p0001"))
    for chain, which, old, new in (
            ("PREROUTING", "-d", "2001:db8:101::/48", "fd00:aa::/48"),
            ("POSTROUTING", "-s", "fd00:aa::/48", "2001:db8:100::/48")):
        space.run("ip6tables-legacy", "-t", "mangle", "-A", chain, which, old,
                  "-j", "DNPT" if which == "-d" else "SNPT", "--src-pfx", old,
                  "--dst-pfx", new)


def jool_absent(job):
    """Why Jool can't be had, or None."""
    return None if job.get("jool") else \
        job.get("jool_absent", "it was not built")


def jool_load(job):
    for module in ("jool_common", "jool_siit"):
        if not os.path.isdir("/sys/module/" + module):
            kernel.command("insmod", "%s/%s.ko" % (job["jool"], module))


def jool_end():
    for module in ("jool_siit", "jool_common"):
        kernel.command("rmmod", module, check=False)


def jool(space, job):
    jool_load(job)
    tool = ["env", "LD_LIBRARY_PATH=" + job["jool"], job["jool"] + "/jool_siit"]
    hosts = Country(2, 2, kind="mixed").tenants[1]
    own = hosts.own(hosts.ix | MIXED_SUBNET)
    space.run(*tool, "instance", "add", "ix", "--netfilter")
    for six, four in (("2001:db8:64::2c00:0/105", OWN),
                      (text6(own) + "/112", "45.1.0.0/16")):
        space.run(*tool, "-i", "ix", "eamt", "add", six, four)
    space.ip(route("main", OWN, "p0000") +
             route("main", text6(own) + "/112", "p0001"))
