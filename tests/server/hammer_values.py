# SPDX-License-Identifier: Apache-2.0
"""Values for the fields and parameters of docs/openapi.yaml: plausible ones, ones at their limits,
ones beyond them, and ones of another type.

Plausible values come from what an actor knows by the field's name; the rest from the schema alone,
so that a new route or field is driven without a change here.
"""

import string
import uuid

import described
import random_scopes

UNKNOWN = object()  # no plausible value: the field is left out


def schema_of(node):
    """The schema itself; of alternatives the first that is not null."""
    node = described.resolve(node)
    for key in ("anyOf", "oneOf"):
        if key in node and "type" not in node and "properties" not in node:
            return schema_of(next(n for n in node[key] if n.get("type") != "null"))
    return node


def kind_of(schema):
    kind = schema.get("type", "string")
    return kind if isinstance(kind, str) else next(k for k in kind if k != "null")


def text(r, size):
    """Some characters, many of which need escapes somewhere."""
    alphabet = string.ascii_letters + string.digits + " .,;:/\\\"'<>&%+\u00e9\u4e2d\U0001f5c4"
    return "".join(r.choice(alphabet) for _ in range(size))


def long_scopes(r):
    """As many and as long as a request may ask for."""
    path = r.choice("!~%") * 1
    path = {"%": "%21"}.get(path, path) * r.choice((100, 255, 511)) + "/"
    return [r.choice(random_scopes.rights(r)), *(
        f"bucket:b{r.randrange(100):03};prefix:{path}" for _ in range(r.choice((3, 8, 15))))]


def scopes(r):
    if r.random() < 0.15:
        return long_scopes(r)
    return [*random_scopes.rights(r), *(random_scopes.spell(r, p) for p in random_scopes.places(r))]


def at_the_limit(r, schema):
    """The longest, largest or shortest that the schema allows."""
    kind = kind_of(schema)
    if "enum" in schema:
        return r.choice(schema["enum"])
    if kind == "integer":
        return r.choice((schema.get("minimum", 0), schema.get("maximum", 2**31 - 1)))
    if kind == "boolean":
        return r.random() < 0.5
    if kind == "array":
        item = schema_of(schema.get("items", {}))
        return [at_the_limit(r, item) for _ in range(min(schema.get("maxItems", 8), 16))]
    if "pattern" in schema and "-" in schema["pattern"]:
        return str(uuid.UUID(int=r.getrandbits(128)))
    return text(r, r.choice((schema.get("minLength", 0), min(schema.get("maxLength", 200), 4000))))


def beyond(r, schema):
    """What the schema forbids, or nearly."""
    longest = schema.get("maxLength", 200)
    return r.choice((
        None, "", -1, 2**63 - 1, True, [], {}, {"a": 1}, ["x"] * 40, "\u0000", "\u202e" * 20,
        "../../" * 20, text(r, min(longest + 1, 6000)), str(uuid.UUID(int=r.getrandbits(128)))))


def field(r, name, node, known):
    """A value of a field; `known(name)` gives a plausible one or UNKNOWN."""
    schema = schema_of(node)
    dice = r.random()
    if dice < 0.80:
        value = known(name)
        if value is not UNKNOWN:
            return value
    if dice < 0.92:
        return at_the_limit(r, schema)
    return beyond(r, schema)


def body(r, node, known, is_careful):
    """An object with the required fields, mostly, and some of the others; a careful one has only
    plausible values."""
    schema = schema_of(node)
    required = schema.get("required", ())
    filled = {}
    for name, property_node in schema.get("properties", {}).items():
        if r.random() < (0.97 if name in required else 0.35):
            value = known(name) if is_careful else field(r, name, property_node, known)
            if value is not UNKNOWN:
                filled[name] = value
    return filled
