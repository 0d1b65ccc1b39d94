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
import offload  # noqa: E402

TUNSETIFF, TUNSETOFFLOAD = 0x400454ca, 0x400454d0
SIOCSIFMTU = 0x8922
IFF_TUN, IFF_VNET_HDR = 1, 0x4000
# Checksums, TCP segmentation with ECN, UDP segmentation.
TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6, TUN_F_TSO_ECN = 1, 2, 4, 8
TUN_F_USO4, TUN_F_USO6 = 0x20, 0x40
IPV4, IPV6 = 0x0800, 0x86dd
IXCTL = os.environ.get("IXCTL", "ixctl")


class Port:
    """A TUN device that is a port of a tenant."""

    def __init__(self, name):
        self.name = name
        self.file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.file, TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                                      IFF_TUN |
                                                      IFF_VNET_HDR))
        fcntl.ioctl(self.file, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 |
                    TUN_F_TSO6 | TUN_F_TSO_ECN | TUN_F_USO4 | TUN_F_USO6)
        run("ip", "link", "set", "dev", name, "addrgenmode", "none")
        run("ip", "link", "set", "dev", name, "txqueuelen", "10000", "up")

    def set_mtu(self, mtu):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            fcntl.ioctl(sock, SIOCSIFMTU, struct.pack("16si20x",
                                                      self.name.encode(), mtu))

    def send(self, packet, version=None, what=offload.NOTHING):
        """What the device says the packet is may be a lie; what is to be done
        with it, see offload.py."""
        protocol = IPV6 if (version or packet[0] >> 4) == 6 else IPV4
        os.write(self.file, struct.pack("!HH", 0, protocol) + what + packet)

    def receive(self):
        """All packets that have come out, but for the stack's own, as they would
        go over the wire."""
        packets = []
        while True:
            try:
                data = os.read(self.file, 140000)
            except BlockingIOError:
                return packets
            protocol = struct.unpack("!H", data[2:4])[0]
            what, data = data[4:14], data[14:]
            # Router solicitations and the like.
            if protocol == IPV6 and data[24] == 0xff:
                continue
            packets += offload.done(what, data)


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
