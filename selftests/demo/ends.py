#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The applications of the demo that no package has.

    ends.py connect ADDRESS PORT
        opens a connection, and says what came of it and when

    ends.py sink PORT
    ends.py pour ADDRESS PORT OCTETS
        a large transfer; the sums of both ends have to agree

    ends.py kitchen PORT FILE
    ends.py orders ADDRESS PORT
        a connection that orders one meal after the other; FILE has the number
        of the last one that has come in

    ends.py watch DEVICE FILE
        writes down what arrives with a mark on it
    ends.py send SOURCE ADDRESS PORT MARK COUNT
        sends datagrams with a mark on them, with any source whatever

    ends.py mtu ADDRESS PORT OCTETS
        sends datagrams that must not be fragmented, until they are refused,
        and says which MTU the stack has been told
"""

import errno
import hashlib
import os
import random
import socket
import struct
import sys
import time

# The slower the guest, the more patience.
PATIENCE = 10 if os.environ.get("IX_ACCEL") == "tcg" else 1
MARK = b"demo-mark:"
CHUNK = 1 << 16
# Not in the socket module.
IP_MTU_DISCOVER, IP_PMTUDISC_DO, IP_MTU, IP_TRANSPARENT = 10, 2, 14, 19
IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO, IPV6_MTU = 23, 2, 24
IPV6_TRANSPARENT = 75


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def listener(port):
    """A socket for both versions of IP."""
    return socket.create_server(("", port), family=socket.AF_INET6,
                                dualstack_ipv6=True)


def connect(address, port):
    """Prints "connected MILLISECONDS", or the name of the error instead."""
    sock = socket.socket(family_of(address), socket.SOCK_STREAM)
    sock.settimeout(5 * PATIENCE)
    start = time.monotonic()
    try:
        sock.connect((address, port))
        result = "connected"
    except TimeoutError:
        result = "TIMEOUT"
    except OSError as error:
        result = errno.errorcode.get(error.errno, str(error))
    print(result, int(1000 * (time.monotonic() - start)))
    return result != "connected"


def receive_exactly(sock, size):
    data = bytearray()
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise ConnectionError("early end")
        data += part
    return bytes(data)


def sink(port):
    server = listener(port)
    while True:
        sock, _ = server.accept()
        with sock:
            try:
                left = struct.unpack("!Q", receive_exactly(sock, 8))[0]
                digest = hashlib.sha256()
                while left:
                    part = sock.recv(min(left, CHUNK))
                    if not part:
                        break
                    digest.update(part)
                    left -= len(part)
                sock.sendall(digest.digest())
            except OSError:
                pass


def pour(address, port, size):
    digest = hashlib.sha256()
    start = time.monotonic()
    with socket.create_connection((address, port), 10 * PATIENCE) as sock:
        sock.sendall(struct.pack("!Q", size))
        left = size
        while left:
            part = random.randbytes(min(left, CHUNK))
            sock.sendall(part)
            digest.update(part)
            left -= len(part)
        good = receive_exactly(sock, 32) == digest.digest()
    print("%d octets in %.1f s, %s sum at the other end" % (
        size, time.monotonic() - start, "the same" if good else "ANOTHER"))
    return not good


def kitchen(port, path):
    server = listener(port)
    while True:
        sock, _ = server.accept()
        with sock:
            try:
                while True:
                    number = receive_exactly(sock, 8)
                    # Readers see the old number or the new one.
                    with open(path + ".new", "w", encoding="ascii") as file:
                        file.write("%d\n" % struct.unpack("!Q", number))
                    os.rename(path + ".new", path)
                    sock.sendall(number)
            except OSError:
                pass


def orders(address, port):
    number = 0
    with socket.create_connection((address, port)) as sock:
        while True:
            number += 1
            sock.sendall(struct.pack("!Q", number))
            receive_exactly(sock, 8)
            time.sleep(0.05)


def watch(device, path):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                         socket.htons(3))
    sock.bind((device, 3))
    with open(path, "wb", buffering=0) as file:
        while True:
            frame, where = sock.recvfrom(CHUNK)
            if where[2] == socket.PACKET_OUTGOING:
                continue
            at = frame.find(MARK)
            if at >= 0:
                file.write(frame[at + len(MARK):] + b"\n")


def send(source, address, port, mark, count):
    v6 = ":" in address
    sock = socket.socket(family_of(address), socket.SOCK_DGRAM)
    if v6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_TRANSPARENT, 1)
    sock.bind((source, 0))
    for _ in range(count):
        sock.sendto(MARK + mark.encode(), (address, port))


def mtu(address, port, size):
    v6 = ":" in address
    sock = socket.socket(family_of(address), socket.SOCK_DGRAM)
    if v6:
        level, option = socket.IPPROTO_IPV6, IPV6_MTU
        sock.setsockopt(level, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO)
    else:
        level, option = socket.IPPROTO_IP, IP_MTU
        sock.setsockopt(level, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
    sock.connect((address, port))
    for _ in range(20 * PATIENCE):
        try:
            sock.send(bytes(size))
        except OSError as error:
            # What fits is answered, too: nobody listens on this port.
            if error.errno == errno.EMSGSIZE:
                print("EMSGSIZE, MTU", sock.getsockopt(level, option))
                return 0
        time.sleep(0.1)
    print("no error")
    return 1


def main(command, *arguments):
    commands = {
        "connect": lambda address, port: connect(address, int(port)),
        "sink": lambda port: sink(int(port)),
        "pour": lambda address, port, size: pour(address, int(port),
                                                 int(size)),
        "kitchen": lambda port, path: kitchen(int(port), path),
        "orders": lambda address, port: orders(address, int(port)),
        "watch": watch,
        "send": lambda source, address, port, mark, count: send(
            source, address, int(port), mark, int(count)),
        "mtu": lambda address, port, size: mtu(address, int(port), int(size)),
    }
    return commands[command](*arguments)


sys.exit(main(*sys.argv[1:]))
