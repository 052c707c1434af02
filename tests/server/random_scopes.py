# SPDX-License-Identifier: Apache-2.0
"""Scope lists at random: overlapping, nested, spelt in many ways, sometimes wrong."""

from scope_model import RIGHTS

BUCKETS = ("photos", "music", "abc", "my-docs.v2")
COMPONENTS = ("2024", "2025", "202", "a", "b", "ab", "\u00e9", "e\u0301", "x y", "a+b", "~t", "50%",
              "a!b", "q;:@&=", "...")
UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
NONSENSE = ("admin", "READ", "bucket:", "bucket:ab", "bucket:photos;prefix:", "bucket:photos;",
            "bucket:photos;prefix:a", "bucket:photos;prefix:a b/", "bucket:photos;prefix:\u00e9/",
            "bucket:photos;prefix:a/;prefix:b/", "bucket:Photos")


def rights(r, likely=0.5):
    chosen = [right for right in RIGHTS if r.random() < likely]
    return chosen or [r.choice(RIGHTS)]


def components(r, most=3):
    return tuple(r.choice(COMPONENTS) for _ in range(r.randint(1, most)))


def place(r, prefixes=0.5):
    return (r.choice(BUCKETS), *(components(r) if r.random() < prefixes else ()))


def places(r, most=3):
    """Up to `most`; often one below another."""
    found = []
    for _ in range(r.choice((0, 1, 1, 2, most))):
        if found and r.random() < 0.4:
            found.append(r.choice(found) + components(r, 1))
        else:
            found.append(place(r))
    return found


def spell_character(r, character):
    if character in UNRESERVED + "!*'()" and r.random() < 0.9:
        return character
    codes = "".join(f"%{byte:02x}" for byte in character.encode())
    return codes if r.random() < 0.5 else codes.upper()


def spell(r, where):
    """One of the many texts of a place."""
    bucket, *path = where
    if not path:
        return "bucket:" + bucket
    text = ""
    for number, component in enumerate(path):
        text += (r.choice(("/", "/", "/", "%2F", "%2f")) if number else "")
        text += "".join(spell_character(r, c) for c in component)
    return f"bucket:{bucket};prefix:{text}/"


def texts(r, some_rights, some_places):
    found = [*some_rights, *(spell(r, p) for p in some_places)]
    found += found[:r.randint(0, 1)]
    r.shuffle(found)
    return found


def scope(r):
    found = texts(r, rights(r), places(r))
    if r.random() < 0.03:
        found.append(r.choice(NONSENSE))
    return found


def narrowed_place(r, where):
    return where + components(r, 1) if r.random() < 0.25 and len(where) < 4 else where


def narrowed(r, requested):
    """A list within the requested scope."""
    some_rights = [x for x in sorted(requested.rights) if r.random() < 0.85]
    chosen = [narrowed_place(r, p) for p in sorted(requested.places) if r.random() < 0.8]
    if not requested.places and r.random() < 0.4:
        chosen = places(r)
    return some_rights, chosen


def approved(r, requested):
    """Mostly a list within the requested scope; sometimes one that goes beyond it."""
    some_rights, chosen = narrowed(r, requested)
    if r.random() < 0.06:
        some_rights = rights(r)
    if r.random() < 0.05:
        chosen = chosen + [place(r)]
    if chosen and r.random() < 0.05:
        chosen[0] = chosen[0][:-1] or place(r)
    return texts(r, some_rights, chosen)


def rejected(r, requested, approved_texts):
    """Some of what was not approved; now and then something that was."""
    found = [text for text in requested.texts() if text not in approved_texts]
    found = [text for text in found if r.random() < 0.7]
    if approved_texts and r.random() < 0.03:
        found.append(r.choice(approved_texts))
    return found


def around(r, where):
    """Places inside, at, beside and above a place."""
    bucket, *path = where
    found = [where + ("f",), where + ("g", "h"), (r.choice(BUCKETS), "f"), (bucket,)]
    if path:
        found += [where, where[:-1] + (path[-1] + "x",), where[:-1] + (path[-1][:-1] or "z", "f"),
                  where[:-1] + ("f",)]
    return found
