# SPDX-License-Identifier: Apache-2.0
"""docs/openapi.yaml, and what an answer must look like by it.

Every answer that a test gets from a Server is held to it. An answer may hold nothing that the
document does not name, though programs should overlook what they do not know.
"""

import copy
import functools
import json
import pathlib
import re

import jsonschema
import yaml

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")


@functools.cache
def document():
    return yaml.load(DOCUMENT.read_text(), Loader=yaml.CSafeLoader)


def operations():
    """(method, path, operation) of each."""
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def resolve(node):
    while "$ref" in node:
        node = functools.reduce(lambda at, key: at[key], node["$ref"].split("/")[1:], document())
    return node


@functools.cache
def _patterns():
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + r"\Z"), path)
            for path in document()["paths"]]


@functools.cache
def path_of(path):
    """The path of the document that this one is an instance of."""
    return next((known for pattern, known in _patterns() if pattern.match(path)), None)


def _close(node):
    """Lets no object have a member that is not named."""
    if isinstance(node, list):
        for item in node:
            _close(item)
    elif isinstance(node, dict):
        for item in node.values():
            _close(item)
        if isinstance(node.get("properties"), dict) and "additionalProperties" not in node:
            node["unevaluatedProperties"] = False
    return node


@functools.cache
def _components():
    return _close(copy.deepcopy(document()["components"]))


@functools.cache
def _response(method, path, status):
    """Of an operation: the content types with their validators, and the headers."""
    responses = document()["paths"][path][method]["responses"]
    assert str(status) in responses, f"{method} {path} answers {status}, which is not described"
    response = resolve(responses[str(status)])
    contents = {kind: jsonschema.Draft202012Validator(
        {"components": _components(), **_close(copy.deepcopy(media["schema"]))})
        for kind, media in response.get("content", {}).items()}
    headers = {name: resolve(header) for name, header in response.get("headers", {}).items()}
    return contents, headers


def _check_headers(described, answer):
    for name, header in described.items():
        value = answer.headers.get(name)
        assert value is not None or not header.get("required"), f"{name} is missing"
        if value is not None and header["schema"].get("type") == "integer":
            value = int(value)
        if value is not None:
            jsonschema.validate(value, header["schema"])


def check(method, path, answer):
    """Whether it is an answer of the document. What is no route or no HTTP is not for it."""
    path = path_of(path.partition("?")[0])
    if path is None or method.lower() not in document()["paths"][path]:
        return
    if answer.status == 400 and not answer.body:
        return
    contents, headers = _response(method.lower(), path, answer.status)
    _check_headers(headers, answer)
    kind = answer.headers.get("Content-Type")
    if not contents:
        assert not answer.body, answer
        return
    assert kind in contents, f"{kind} is none of {list(contents)}"
    text = answer.body.decode()
    contents[kind].validate(json.loads(text) if kind == "application/json" else text)
