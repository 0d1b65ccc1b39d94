# SPDX-License-Identifier: GPL-2.0
"""A small generic netlink client that takes everything it knows from the spec.

It can also send what no sensible client would: attributes are given as a list
of (name, value), values may be octets as they are, and nothing is checked.
"""

import errno
import os
import socket
import struct

import yaml

SPEC = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../Documentation/netlink/specs/ix.yaml")

NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE = 0x100, 0x200, 0x400
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLA_F_NESTED, NLA_TYPE_MASK = 0x8000, 0x3fff
SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 10, 11
NETLINK_GET_STRICT_CHK = 12
NETLINK_ADD_MEMBERSHIP = 1
GENL_ID_CTRL = 16

SIZES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q"}


class Refused(Exception):
    """The kernel's answer: errno, message, what it points at."""

    def __init__(self, code, message, offset, missing):
        self.code = code
        self.name = errno.errorcode.get(code, str(code))
        self.message = message
        self.offset = offset
        self.missing = missing
        super().__init__("%s: %s (offset %s, missing %s)" % (
            self.name, message, offset, missing))


def attribute(number, payload, nested=False):
    data = struct.pack("=HH", 4 + len(payload),
                       number | (NLA_F_NESTED if nested else 0)) + payload
    return data + bytes(-len(payload) % 4)


def attributes(data):
    """Yields (type, payload)."""
    while len(data) >= 4:
        length, number = struct.unpack("=HH", data[:4])
        if length < 4:
            return
        yield number & NLA_TYPE_MASK, data[4:length]
        data = data[(length + 3) & ~3:]


class Spec:
    def __init__(self, path=SPEC):
        with open(path, encoding="utf-8") as file:
            self.yaml = yaml.safe_load(file)
        self.constants = {d["name"]: d["value"] for d in
                          self.yaml["definitions"] if d["type"] == "const"}
        self.enums = {d["name"]: [e["name"] if isinstance(e, dict) else e
                                  for e in d["entries"]]
                      for d in self.yaml["definitions"] if d["type"] == "enum"}
        self.sets = {}
        for entry in self.yaml["attribute-sets"]:
            self.sets[entry["name"]] = {
                a["name"]: dict(a, number=i + 1)
                for i, a in enumerate(entry["attributes"])}
        self.operations = {}
        for i, entry in enumerate(self.yaml["operations"]["list"]):
            self.operations[entry["name"]] = dict(entry, number=i + 1)

    def limit(self, value):
        return self.constants.get(value, value)

    def request_attributes(self, operation, kind="do"):
        """Descriptions of the attributes that a request may have."""
        entry = self.operations[operation]
        names = entry.get(kind, {}).get("request", {}).get("attributes", [])
        known = self.sets[entry["attribute-set"]]
        return [known[name] for name in names]

    def encode_value(self, description, value):
        kind = description["type"]
        if isinstance(value, (bytes, bytearray)):
            return bytes(value), kind == "nest"
        if kind in SIZES:
            if isinstance(value, str):
                value = self.enums[description["enum"]].index(value)
            return struct.pack("=" + SIZES[kind], value), False
        if kind == "string":
            return value.encode() + b"\0", False
        if kind == "nest":
            return self.encode(description["nested-attributes"], value), True
        if kind == "flag":
            return b"", False
        raise ValueError("type " + kind)

    def encode(self, set_name, values):
        """values: (name or number, value); a number with octets is raw."""
        data = b""
        for name, value in values:
            if isinstance(name, int):
                data += attribute(name, value)
                continue
            description = self.sets[set_name][name]
            payload, nested = self.encode_value(description, value)
            data += attribute(description["number"], payload, nested)
        return data

    def decode(self, set_name, data):
        known = {d["number"]: d for d in self.sets[set_name].values()}
        result = {}
        for number, payload in attributes(data):
            description = known.get(number)
            if not description:
                raise ValueError("attribute %d of %s" % (number, set_name))
            kind = description["type"]
            if kind in SIZES:
                value = struct.unpack("=" + SIZES[kind], payload)[0]
            elif kind == "string":
                value = payload.rstrip(b"\0").decode()
            elif kind == "nest":
                value = self.decode(description["nested-attributes"], payload)
            elif kind == "flag":
                value = True
            else:
                value = payload
            if description.get("multi-attr"):
                result.setdefault(description["name"], []).append(value)
            else:
                result[description["name"]] = value
        return result


class Socket:
    """A netlink socket of the family; a transaction belongs to it."""

    def __init__(self, spec=None):
        self.spec = spec or Spec()
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        for option in NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK:
            self.sock.setsockopt(SOL_NETLINK, option, 1)
        self.sock.bind((0, 0))
        self.sock.settimeout(10)
        self.seq = 0
        self.groups = {}
        self.family = self._resolve(self.spec.yaml["name"])

    def close(self):
        self.sock.close()

    def _resolve(self, name):
        reply = self._transact(GENL_ID_CTRL, 3, attribute(2, name.encode() +
                                                          b"\0"), 0)[0]
        family = None
        for number, payload in attributes(reply):
            if number == 1:
                family = struct.unpack("=H", payload)[0]
            elif number == 7:
                for _, group in attributes(payload):
                    found = dict(attributes(group))
                    self.groups[found[1].rstrip(b"\0").decode()] = \
                        struct.unpack("=I", found[2])[0]
        return family

    def send_raw(self, kind, flags, payload, length=None):
        """One message; its length field may say something else."""
        self.seq += 1
        length = 16 + len(payload) if length is None else length
        self.sock.send(struct.pack("=IHHII", length, kind, flags, self.seq, 0) +
                       payload)
        return self.seq

    def receive(self, dump=False):
        """Payloads of the replies, up to the acknowledgement."""
        replies = []
        while True:
            data = self.sock.recv(1 << 18)
            while len(data) >= 16:
                length, kind, _, seq, _ = struct.unpack("=IHHII", data[:16])
                payload, data = data[16:length], data[(length + 3) & ~3:]
                if seq != self.seq:
                    continue
                if kind == NLMSG_DONE:
                    code = struct.unpack("=i", payload[:4])[0]
                    if code:
                        raise self._refused(-code, payload[4:])
                    return replies
                if kind == NLMSG_ERROR:
                    code = struct.unpack("=i", payload[:4])[0]
                    if code:
                        raise self._refused(-code, payload[20:])
                    if not dump:
                        return replies
                    continue
                replies.append(payload[4:])

    @staticmethod
    def _refused(code, data):
        found = dict(attributes(data))
        message = found.get(1, b"").rstrip(b"\0").decode(errors="replace")
        offset = struct.unpack("=I", found[2])[0] if 2 in found else None
        missing = struct.unpack("=I", found[5])[0] if 5 in found else None
        return Refused(code, message, offset, missing)

    def _transact(self, family, command, payload, flags, version=1):
        self.send_raw(family, NLM_F_REQUEST | NLM_F_ACK | flags,
                      struct.pack("=BBH", command, version, 0) + payload)
        return self.receive(bool(flags & NLM_F_DUMP == NLM_F_DUMP))

    def request_raw(self, command, payload, flags=0):
        return self._transact(self.family, command, payload, flags)

    def request(self, operation, values=(), flags=0):
        entry = self.spec.operations[operation]
        replies = self.request_raw(
            entry["number"],
            self.spec.encode(entry["attribute-set"], values), flags)
        return [self.spec.decode(entry["attribute-set"], r) for r in replies]

    def dump(self, operation, values=()):
        return self.request(operation, values, NLM_F_DUMP)

    def join(self, group="config"):
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                             self.groups[group])

    def begin(self):
        return self.request("transaction-begin")[0]["transaction"]

    def commit(self, number, changes):
        return self.request("transaction-commit",
                            [("transaction", number), ("changes", changes)])
