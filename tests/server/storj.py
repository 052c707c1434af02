# SPDX-License-Identifier: Apache-2.0
"""Just enough of Storj's formats to make the API keys and grants that people bring along."""

import hashlib
import hmac
import secrets

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SATELLITE = "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@us1.storj.io:7777"


def base58check(payload):
    data = b"\0" + payload
    data += hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def base58decode(text):
    """What stands in it, version and checksum included."""
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """Of a protobuf message: bytes, text or an integer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def caveat(disallowed=(), buckets=(), prefix=b"", not_after=None, not_before=None):
    message = b"".join(field(number, 1) for number in disallowed)
    for bucket in buckets:
        message += field(10, field(1, bucket) + (field(2, prefix) if prefix else b""))
    for number, seconds in ((20, not_after), (21, not_before)):
        if seconds is not None:
            message += field(number, field(1, int(seconds)))
    return message + field(30, secrets.token_bytes(4))


def packet(kind, value):
    return bytes([kind]) + varint(len(value)) + value


def macaroon(*caveats, head=None):
    head = head or secrets.token_bytes(32)
    tail = hmac.digest(secrets.token_bytes(32), head, "sha256")
    raw = b"\2" + packet(2, head) + b"\0"
    for message in caveats:
        tail = hmac.digest(tail, message, "sha256")
        raw += packet(2, message) + b"\0"
    return raw + b"\0" + packet(6, tail)


def api_key(*caveats, **fields):
    return base58check(macaroon(*caveats, **fields))


def access_grant(*caveats, satellite=SATELLITE, cipher=2, key=b"\x42" * 32, **fields):
    access = (field(1, key) if key else b"") + (field(3, cipher) if cipher else b"")
    return base58check(field(1, satellite) + field(2, macaroon(*caveats, **fields)) +
                       field(3, access))
