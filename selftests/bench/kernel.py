# SPDX-License-Identifier: GPL-2.0
"""What the benchmarks want of the kernel: namespaces, devices, routes in
bulk, and the packet generator /dev/ix_bench (bench.h)."""

import array
import ctypes
import fcntl
import os
import socket
import struct
import subprocess

from data import HEAD, INDEX

BATCH = 64
DRAIN = 1
ANY_ID = 2
REFUSED = 4
NONE = 0xFFFF
LEN = 128

SETUP = struct.Struct("=QQIIHHI")
CHECK = struct.Struct("=IIIIHH%ds" % LEN)
RUN = struct.Struct("=4iIIQII")
LOOKUP = struct.Struct("=QQQIIIIQIIIIQQ")

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


class Wrong(Exception):
    """A packet was lost, or was not as it should be."""


def ioc(direction, number, size):
    return direction << 30 | size << 16 | ord("x") << 8 | number


def command(*words, text=None, check=True):
    """Run a command; its output, or what it said when it failed."""
    done = subprocess.run(words, input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if check and done.returncode:
        raise RuntimeError("%s: %s" % (" ".join(words),
                                       done.stderr.strip()[-500:]))
    return done.stdout


class Inside:
    """with Inside(name): in this network namespace."""

    def __init__(self, name):
        self.name = name
        self.back = None

    def _enter(self, path):
        fd = os.open(path, os.O_RDONLY)
        try:
            if libc.setns(fd, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns " + path)
        finally:
            os.close(fd)

    def __enter__(self):
        self.back = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self._enter("/run/netns/" + self.name)

    def __exit__(self, *_):
        if libc.setns(self.back, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        os.close(self.back)


class Space:
    """A network namespace with devices of the packet generator."""

    all = {}

    def __init__(self, name, devices_nr, forwarding=True):
        self.name = name
        self.devices = ["p%04d" % n for n in range(devices_nr)]
        command("ip", "netns", "add", name)
        Space.all[name] = self
        on = str(int(forwarding))
        for key, value in (("ipv6/conf/default/addr_gen_mode", "1"),
                           ("ipv6/conf/default/accept_dad", "0"),
                           ("ipv6/conf/default/accept_ra", "0"),
                           ("ipv6/conf/all/forwarding", on),
                           ("ipv6/conf/default/forwarding", on),
                           ("ipv4/conf/all/rp_filter", "0"),
                           ("ipv4/conf/default/rp_filter", "0"),
                           ("ipv4/ip_forward", on)):
            self.sysctl(key, value)
        self.ip("".join("link add %s index %d type ix_bench\nlink set %s up\n"
                        % (d, INDEX + n, d)
                        for n, d in enumerate(self.devices)) +
                "link set lo up\n")

    def sysctl(self, key, value):
        with Inside(self.name):
            with open("/proc/sys/net/" + key, "w") as file:
                file.write(value)

    def ip(self, lines):
        """A batch for ip."""
        self.run("ip", "-batch", "-", text=lines)

    def run(self, *words, **kw):
        return command("ip", "netns", "exec", self.name, *words, **kw)

    def close(self):
        command("ip", "netns", "del", self.name)
        del Space.all[self.name]

    @classmethod
    def close_all(cls, but=None):
        for space in list(cls.all.values()):
            if space.name != but:
                space.close()

    def routes(self, path):
        """All the netlink messages in a file, nearly 64 KiB at a time."""
        with Inside(self.name):
            sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        sock.bind((0, 0))
        with open(path, "rb") as file:
            buf = file.read(4)
            # Those of one file have one length.
            size = struct.unpack("=I", buf)[0]
            file.seek(0)
            while buf := file.read(60000 // size * size):
                sock.send(buf)
                try:
                    answer = sock.recv(65536, socket.MSG_DONTWAIT)
                except BlockingIOError:
                    continue
                raise OSError(-struct.unpack_from("=i", answer, 16)[0], path)
        sock.close()


class Side:
    """One side of a comparison, with the flows of a file (data.HEAD)."""

    def __init__(self, space, path, flags=0):
        self.space = space
        self.file = os.open("/dev/ix_bench", os.O_RDWR)
        devices = array.array("I", range(INDEX, INDEX + len(space.devices)))
        with open(path, "rb") as file:
            self.flows_nr, in_len, out_len, _, _ = HEAD.unpack(
                file.read(HEAD.size))
            buf = bytearray(file.read())
        assert len(buf) == self.flows_nr * (4 + in_len + out_len)
        where = (ctypes.c_char * len(buf)).from_buffer(buf)
        with Inside(space.name):
            fcntl.ioctl(self.file, ioc(1, 0, SETUP.size), SETUP.pack(
                devices.buffer_info()[0], ctypes.addressof(where),
                len(devices), self.flows_nr, in_len, out_len, flags))

    def check(self, first=0, number=None):
        """Each packet once, octet by octet."""
        number = self.flows_nr if number is None else number
        buf = bytearray(CHECK.pack(first, number, 0, 0, 0, 0, b""))
        fcntl.ioctl(self.file, ioc(3, 1, CHECK.size), buf)
        _, _, wrong, flow, dev, length, packet = CHECK.unpack(buf)
        if wrong:
            raise Wrong("%s: %d of %d packets are wrong; flow %d came out of %s as %s"
                        % (self.space.name, wrong, number, flow,
                           "no device" if dev == NONE else self.space.devices[dev],
                           packet[:length].hex()))

    def close(self):
        os.close(self.file)


def run(sides, rounds):
    """Time sides against each other: for each round, ns of each."""
    times = array.array("I", bytes(4 * rounds * len(sides)))
    fds = [side.file for side in sides] + [-1] * (4 - len(sides))
    buf = bytearray(RUN.pack(*fds, len(sides), rounds, times.buffer_info()[0],
                             0, 0))
    fcntl.ioctl(sides[0].file, ioc(3, 2, RUN.size), buf)
    *_, wrong, flow = RUN.unpack(buf)
    if wrong:
        raise Wrong("%s: flow %d, or one near it, in a timed batch" % (
            sides[wrong - 1].space.name, flow))
    return [times[i::len(sides)] for i in range(len(sides))]


def lookup(space, prefixes, keys, peer_keys, rounds, family, same, at_once):
    """Time lookups: octets of prefixes (16 and a length each) and of keys."""
    times = array.array("I", bytes(8 * rounds))
    arrays = [bytearray(octets) for octets in (prefixes, keys, peer_keys)]
    where = [(ctypes.c_char * len(a)).from_buffer(a) for a in arrays]
    buf = bytearray(LOOKUP.pack(
        *(ctypes.addressof(a) for a in where), len(prefixes) // 17,
        len(keys) // 16, rounds, family, times.buffer_info()[0], same,
        at_once, 0, 0, 0, 0))
    fd = os.open("/dev/ix_bench", os.O_RDWR)
    with Inside(space.name):
        fcntl.ioctl(fd, ioc(3, 3, LOOKUP.size), buf)
    os.close(fd)
    *_, wrong, _, memory, build_ns = LOOKUP.unpack(buf)
    if wrong:
        raise Wrong("%d lookups have found the wrong prefix" % wrong)
    return times[0::2], times[1::2], memory, build_ns


class Watch:
    """with Watch() as watch: the longest time that no one else could run, in
    seconds, is in watch.longest afterwards."""

    def __enter__(self):
        self.fd = os.open("/dev/ix_bench", os.O_RDWR)
        self.longest = 0
        fcntl.ioctl(self.fd, ioc(0, 4, 0))
        return self

    def __exit__(self, *_):
        buf = bytearray(8)
        fcntl.ioctl(self.fd, ioc(2, 5, 8), buf)
        self.longest = struct.unpack("=Q", buf)[0] / 1e9
        os.close(self.fd)
