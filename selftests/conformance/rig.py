# SPDX-License-Identifier: GPL-2.0
"""Packets into the ports of a router, and what comes out of them.

The ports are TUN devices: one system call is one packet, nothing stands between
the test and ix, and ix is done with a packet when the call returns. So what can
be read after a write is what became of it.

Each tenant has a second port, for packets in pieces: a TAP device that behaves as
the driver of a network card that leaves what it receives where the card has put
it, so that even a short packet is not in one piece of memory.
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
IFF_TUN, IFF_TAP, IFF_NAPI, IFF_NAPI_FRAGS, IFF_VNET_HDR = 1, 2, 16, 32, 0x4000
# Checksums, TCP segmentation with ECN, UDP segmentation.
TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6, TUN_F_TSO_ECN = 1, 2, 4, 8
TUN_F_USO4, TUN_F_USO6 = 0x20, 0x40
IPV4, IPV6 = 0x0800, 0x86dd
# Of the network card, and of whoever sends to it.
CARD, SENDER = b"\x02\0\0\0\0\1", b"\x02\0\0\0\0\2"
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
        """Of both ports."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for name in self.name, self.name + "-p":
                fcntl.ioctl(sock, SIOCSIFMTU, struct.pack("16si20x",
                                                          name.encode(), mtu))

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


class Pieces:
    """A TAP device whose packets come in pieces. All but what is sent back to
    who has sent it leaves by the TUN device of the tenant."""

    def __init__(self, name):
        self.file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.file, TUNSETIFF, struct.pack(
            "16sH22x", name.encode(), IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS |
            IFF_VNET_HDR))
        # GRO would join the pieces with the headers in them.
        run("ethtool", "-K", name, "gro", "off")
        run("ip", "link", "set", "dev", name, "addrgenmode", "none",
            "address", CARD.hex(":"))
        run("ip", "link", "set", "dev", name, "up")

    def send(self, packet, sizes, version=None):
        """The linear part, and pieces with so many octets; a last one with the
        rest."""
        protocol = IPV6 if (version or packet[0] >> 4) == 6 else IPV4
        linear = struct.pack("!HH", 0, protocol) + offload.NOTHING + CARD + \
            SENDER + struct.pack("!H", protocol) + packet[:sizes[0]]
        pieces, at = [linear], sizes[0]
        for size in sizes[1:]:
            pieces.append(packet[at:at + size])
            at += size
        pieces.append(packet[at:])
        os.writev(self.file, [piece for piece in pieces if piece])

    def receive(self):
        packets = []
        while True:
            try:
                frame = os.read(self.file, 140000)[14:]
            except BlockingIOError:
                return packets
            if frame[:6] == SENDER and \
                    frame[12:14] in (b"\x08\0", b"\x86\xdd"):
                packets.append(frame[14:])


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True,
                            check=False, **options)
    if result.returncode:
        sys.exit("%s: %s%s" % (" ".join(command), result.stdout, result.stderr))
    return result.stdout


class Rig:
    """Tenants, each with one port of its name, and one for packets in pieces."""

    def __init__(self, names):
        self.ports = {name: Port(name) for name in names}
        self.pieces = {name: Pieces(name + "-p") for name in names}
        tables = "".join(
            "flowtable %s {\nhook ingress priority filter\n"
            "devices = { %s, %s-p }\n}\n" % (name, name, name)
            for name in names)
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
        """{tenant: packets} that came out of the ports, and {tenant: packets} that
        were sent back where packets in pieces came in."""
        return ({name: port.receive() for name, port in self.ports.items()},
                {name: port.receive() for name, port in self.pieces.items()})
