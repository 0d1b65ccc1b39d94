# SPDX-License-Identifier: GPL-2.0
"""Packets into the ports of a router, and what comes out of them.

The ports are TUN devices: one system call is one packet, nothing stands between
the test and ix, and ix is done with a packet when the call returns. So what can
be read after a write is what became of it.
"""

import fcntl
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "net"))
# pylint: disable=wrong-import-position
import genl  # noqa: E402

TUNSETIFF = 0x400454ca
SIOCSIFMTU = 0x8922
IFF_TUN = 1
IPV4, IPV6 = 0x0800, 0x86dd
IXCTL = os.environ.get("IXCTL", "ixctl")


class Port:
    """A TUN device that is a port of a tenant."""

    def __init__(self, name):
        self.name = name
        self.file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.file, TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                                      IFF_TUN))
        run("ip", "link", "set", "dev", name, "addrgenmode", "none")
        run("ip", "link", "set", "dev", name, "txqueuelen", "10000", "up")

    def set_mtu(self, mtu):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            fcntl.ioctl(sock, SIOCSIFMTU, struct.pack("16si20x",
                                                      self.name.encode(), mtu))

    def send(self, packet, version=None):
        """What the device says the packet is may be a lie."""
        protocol = IPV6 if (version or packet[0] >> 4) == 6 else IPV4
        os.write(self.file, struct.pack("!HH", 0, protocol) + packet)

    def receive(self):
        """All packets that have come out, but for the stack's own."""
        packets = []
        while True:
            try:
                data = os.read(self.file, 70000)
            except BlockingIOError:
                return packets
            protocol = struct.unpack("!H", data[2:4])[0]
            data = data[4:]
            # Router solicitations and the like.
            if protocol == IPV6 and data[24] == 0xff:
                continue
            packets.append(data)


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True,
                            check=False, **options)
    if result.returncode:
        sys.exit("%s: %s%s" % (" ".join(command), result.stdout, result.stderr))
    return result.stdout


class Rig:
    """Tenants, each with one port of its name."""

    def __init__(self, names):
        self.ports = {name: Port(name) for name in names}
        tables = "".join(
            "flowtable %s {\nhook ingress priority filter\ndevices = { %s }\n}\n"
            % (name, name) for name in names)
        run("nft", "-f", "-", input="table netdev ix {\n%s}\n" % tables)
        self.family = genl.Socket()

    @staticmethod
    def restore(lines):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            run(IXCTL, "restore", file.name)

    def counters(self):
        """{tenant: {counter: packets}}, of what is not zero."""
        result = {}
        for tenant in self.family.dump("tenant-get"):
            result[tenant["name"]] = {
                entry["name"]: entry["packets"]
                for entry in tenant.get("counter", ()) if entry["packets"]}
        return result

    def receive(self):
        return {name: port.receive() for name, port in self.ports.items()}
