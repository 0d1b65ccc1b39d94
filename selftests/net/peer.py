#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Both ends of the test traffic, as applications see it.

    peer.py serve PORT [NAMESPACE=]ADDRESS...
        answers on TCP and UDP until it is killed

    peer.py ask tcp|udp SOURCE ADDRESS PORT [SIZE]
        sends SIZE octets (100) and wants them back

    peer.py send tcp SOURCE ADDRESS PORT SIZE
    peer.py fetch tcp SOURCE ADDRESS PORT SIZE
        bulk in one direction; the sums of both ends have to agree

    peer.py segments udp SOURCE ADDRESS PORT SIZE
        ten datagrams of SIZE octets by one call, as UDP_SEGMENT

What goes wrong is written as the name of its errno, or TIMEOUT or CORRUPT;
the exit status is 1 then.
"""

import contextlib
import errno
import hashlib
import os
import random
import selectors
import socket
import struct
import sys
import threading

from packet import InNamespace

# A processor that is emulated is slow.
TIMEOUT = 15 if os.environ.get("IX_ACCEL") == "tcg" else 5
CHUNK = 1 << 16


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def receive_exactly(sock, size):
    data = bytearray()
    while len(data) < size:
        part = sock.recv(min(size - len(data), CHUNK))
        if not part:
            raise ConnectionError("early end")
        data += part
    return bytes(data)


def stream(size, seed):
    """Size octets in chunks, the same for the same seed."""
    rnd = random.Random(seed)
    while size:
        part = rnd.randbytes(min(size, CHUNK))
        size -= len(part)
        yield part


def send_stream(sock, size, seed):
    digest = hashlib.sha256()
    for part in stream(size, seed):
        digest.update(part)
        sock.sendall(part)
    return digest.digest()


def receive_stream(sock, size):
    digest = hashlib.sha256()
    while size:
        part = sock.recv(min(size, CHUNK))
        if not part:
            raise ConnectionError("early end")
        digest.update(part)
        size -= len(part)
    return digest.digest()


def socket_in(namespace, family, kind):
    """A socket stays in the namespace that it was made in."""
    with InNamespace(namespace) if namespace else contextlib.nullcontext():
        return socket.socket(family, kind)


def serve_connection(sock):
    with sock:
        try:
            kind, size = struct.unpack("!cQ", receive_exactly(sock, 9))
            if kind == b"E":
                sock.sendall(receive_exactly(sock, size))
            elif kind == b"S":
                sock.sendall(receive_stream(sock, size))
            else:
                sock.sendall(send_stream(sock, size, size))
            sock.recv(1)
        except OSError:
            pass


def serve(port, addresses):
    selector = selectors.DefaultSelector()
    for where in addresses:
        namespace, _, address = where.rpartition("=")
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            sock = socket_in(namespace, family_of(address), kind)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((address, port))
            if kind == socket.SOCK_STREAM:
                sock.listen(64)
            selector.register(sock, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj.type == socket.SOCK_STREAM:
                threading.Thread(target=serve_connection, daemon=True,
                                 args=(key.fileobj.accept()[0],)).start()
                continue
            try:
                data, peer = key.fileobj.recvfrom(70000)
                key.fileobj.sendto(data, peer)
            except OSError:
                pass


def connect(protocol, source, address, port, namespace=None):
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    sock = socket_in(namespace, family_of(address), kind)
    sock.settimeout(TIMEOUT)
    if source != "any":
        sock.bind((source, 0))
    sock.connect((address, port))
    return sock


def ask(protocol, source, address, port, size, namespace=None):
    data = b"".join(stream(size, size))
    with connect(protocol, source, address, port, namespace) as sock:
        if protocol == "udp":
            sock.sendall(data)
            return sock.recv(70000) == data
        sock.sendall(struct.pack("!cQ", b"E", size) + data)
        return receive_exactly(sock, size) == data


def bulk(sending, source, address, port, size, namespace=None):
    with connect("tcp", source, address, port, namespace) as sock:
        sock.settimeout(60)
        if sending:
            sock.sendall(struct.pack("!cQ", b"S", size))
            ours = send_stream(sock, size, size)
            theirs = receive_exactly(sock, 32)
        else:
            sock.sendall(struct.pack("!cQ", b"F", size))
            theirs = receive_stream(sock, size)
            digest = hashlib.sha256()
            for part in stream(size, size):
                digest.update(part)
            ours = digest.digest()
        return ours == theirs


def segments(source, address, port, size, namespace=None):
    sent = [part[:size] for part in stream(10 * CHUNK, size)]
    with connect("udp", source, address, port, namespace) as sock:
        sock.setsockopt(socket.IPPROTO_UDP, 103, size)  # UDP_SEGMENT
        sock.sendall(b"".join(sent))
        return sorted(sock.recv(70000) for _ in sent) == sorted(sent)


def client(arguments, namespace=None):
    """A command other than serve; None or what went wrong."""
    command, protocol, source, address, port = arguments[:5]
    size = int(arguments[5]) if len(arguments) > 5 else 100
    try:
        if command == "ask":
            good = ask(protocol, source, address, int(port), size, namespace)
        elif command == "segments":
            good = segments(source, address, int(port), size, namespace)
        else:
            good = bulk(command == "send", source, address, int(port), size,
                        namespace)
    except TimeoutError as error:
        return errno.errorcode.get(error.errno, "TIMEOUT")
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    return None if good else "CORRUPT"


def main(arguments):
    if arguments[0] == "serve":
        serve(int(arguments[1]), arguments[2:])
    wrong = client(arguments)
    if wrong:
        print(wrong)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
