# SPDX-License-Identifier: Apache-2.0
"""What scope lists mean and what becomes of a consent, told a second time:
docs/protocol/http.md 5.1 and 5.3.

Nothing here knows how the server does it. Places are tuples (bucket, component, ...).
"""

import re
import urllib.parse

RIGHTS = ("read", "write", "list", "delete", "lock")
LITERAL = re.compile(r"[A-Za-z0-9\-._~!*'()/%]*")

# The operations of a satellite that go with a right.
NEEDS = {"read": "read", "write": "write", "list": "list", "delete": "delete", "lock": "lock",
         "put_retention": "lock", "get_retention": "lock", "put_legal_hold": "lock",
         "get_legal_hold": "lock"}


class Unknown(Exception):
    """A text that is no scope."""


class Scope:
    """Rights and places; no places: everywhere."""

    def __init__(self, texts):
        self.rights = {t for t in texts if t in RIGHTS}
        places = {place_of(t) for t in texts if t not in RIGHTS}
        self.places = {p for p in places if not any(p != q and p[:len(q)] == q for q in places)}

    @property
    def has_prefix(self):
        return any(len(p) > 1 for p in self.places)

    def covers(self, place):
        return not self.places or any(place[:len(p)] == p for p in self.places)

    def is_within(self, outer):
        if not self.rights <= outer.rights:
            return False
        if not self.places:
            return not outer.places
        return all(outer.covers(p) for p in self.places)

    def texts(self):
        rights = [r for r in RIGHTS if r in self.rights]
        return rights + [place_text(p) for p in sorted(self.places, key=place_bytes)]

    def allows(self, operation, place):
        """What a satellite should say to an operation on the path below a bucket."""
        bucket, *path = place
        if operation == "project_info":
            return True
        if operation == "read" and not path:  # of the bucket's own data, which is open to all
            return not self.places or any(p[0] == bucket for p in self.places)
        return NEEDS.get(operation) in self.rights and self.covers(place)


def place_of(text):
    match = re.fullmatch(r"bucket:([a-z0-9.\-]{3,63})(?:;prefix:(.+)/)?", text, re.DOTALL)
    if not match:
        raise Unknown(text)
    bucket, prefix = match.groups()
    if prefix is None:
        return (bucket,)
    if not LITERAL.fullmatch(prefix):
        raise Unknown(text)
    return (bucket, *urllib.parse.unquote(prefix, errors="strict").split("/"))


def place_text(place):
    bucket, *components = place
    if not components:
        return "bucket:" + bucket
    path = "/".join(urllib.parse.quote(c, safe="") for c in components)
    return f"bucket:{bucket};prefix:{path}/"


def place_bytes(place):
    return [part.encode() for part in place]


def registered(scopes, optional):
    """What a client may ask for; None: anything."""
    return Scope([*scopes, *optional]) if scopes or optional else None


def request_outcome(texts, allowed):
    try:
        scope = Scope(texts)
    except Unknown:
        return "invalid_scope"
    if not scope.rights or (allowed and not scope.is_within(allowed)):
        return "invalid_scope"
    return "ok"


def are_contradictory(approved, rejected):
    return any(set(Scope([yes]).texts()) & set(Scope([no]).texts())
               for yes in approved for no in rejected)


def consent_outcome(requested, approved, rejected, limits=None, has_path_cipher=True,
                    required=frozenset(), key_is_current=True):
    """"ok", "refused", or the error; approved and rejected are texts, the rest is read already."""
    try:
        granted, _ = Scope(approved), Scope(rejected)
    except Unknown:
        return "invalid_scope"
    if are_contradictory(approved, rejected):
        return "invalid_request"
    if not granted.rights or (requested.places and not granted.places):
        return "refused"
    if not granted.is_within(requested) or (limits and not granted.is_within(limits)):
        return "invalid_scope"
    if not key_is_current or (granted.has_prefix and not has_path_cipher):
        return "invalid_scope"
    if required - granted.rights:
        return "refused"
    return "ok"
