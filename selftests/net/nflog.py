# SPDX-License-Identifier: GPL-2.0
"""A reader of stock NFLOG: nflog.py GROUP writes "PREFIX<TAB>OCTETS" lines."""

import socket
import struct
import sys

NETLINK_NETFILTER = 12
ULOG = 4 << 8
PACKET, CONFIG = 0, 1
CFG_CMD, CFG_MODE = 1, 2
CMD_BIND = 1
COPY_PACKET = 2
PAYLOAD, PREFIX = 9, 10


def attribute(number, payload):
    data = struct.pack("=HH", 4 + len(payload), number) + payload
    return data + bytes(-len(payload) % 4)


def attributes(data):
    while len(data) >= 4:
        length, number = struct.unpack("=HH", data[:4])
        yield number & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


def configure(sock, group, payload):
    body = struct.pack(">BBH", 0, 0, group) + payload
    sock.send(struct.pack("=IHHII", 16 + len(body), ULOG | CONFIG, 5, 1, 0) +
              body)
    answer = sock.recv(65536)
    error = struct.unpack("=i", answer[16:20])[0]
    if error:
        raise OSError(-error, "NFLOG")


def main():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.bind((0, 0))
    group = int(sys.argv[1])
    configure(sock, group, attribute(CFG_CMD, bytes([CMD_BIND])))
    configure(sock, group, attribute(CFG_MODE,
                                     struct.pack(">IBB", 0xffff, COPY_PACKET,
                                                 0)))
    print("ready", flush=True)
    while True:
        data = sock.recv(1 << 20)
        while len(data) >= 16:
            length, kind = struct.unpack("=IH", data[:6])
            if kind == ULOG | PACKET:
                found = dict(attributes(data[20:length]))
                print("%s\t%s" % (found.get(PREFIX, b"").rstrip(b"\0").decode(),
                                  found.get(PAYLOAD, b"").hex()), flush=True)
            data = data[(length + 3) & ~3:]


main()
