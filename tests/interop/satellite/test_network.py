# SPDX-License-Identifier: Apache-2.0
"""Importing a project from a real satellite, and what grants open there and what they do not."""

import base64
import itertools
import json

import pytest

import storj
from grantd import BINARY, Person, inspect
from owner import Owner
from pages import page_blocks, run_block

PROJECTS = "/api/v0/projects"


def bring(person, **fields):
    return person.call("POST", PROJECTS, {"name": "Mine", **fields})


# --- importing ---


def test_a_project_needs_its_key_and_address_only(server, bed):
    person = Person(server)
    project = bring(person, api_key=bed.keys["usual"], satellite_address=bed.address)
    assert project.status == 201, project
    assert project.json["enforced_by"] == "satellite"
    assert project.json["proof"] == {"proven": True, "public_id": bed.public_id, "problem": None}


def test_a_project_is_imported_as_the_page_says(server, bed, tmp_path):
    block, = page_blocks("docs/satellites.md", "Import a project")
    done = run_block(block, BINARY.resolve(), tmp_path, [
        ("13Yq...", bed.keys["usual"]), ("12Ea...@us1.storj.io:7777", bed.address)],
        SERVER=server.url, TOKEN=Person(server).token, json="Content-Type: application/json")
    assert json.loads(done.stdout)["proof"]["proven"], done


def test_a_project_is_brought_in_by_a_grant_too(server, bed, root):
    project = bring(Person(server), access_grant=root)
    assert (project.status, project.json["satellite_address"]) == (201, bed.address), project
    assert project.json["enforced_by"] == "satellite"


@pytest.mark.parametrize("key, words", [
    ("auditable", "auditable"),
    ("foreign", "does not accept this API key"),
], ids=lambda value: value)
def test_a_key_that_grants_cannot_be_made_from_is_refused_and_the_refusal_says_why(
        server, bed, key, words):
    api_key = bed.keys.get(key) or storj.api_key()
    answer = bring(Person(server), api_key=api_key, satellite_address=bed.address)
    assert (answer.status, answer.error) == (400, "invalid_api_key")
    assert words in answer.json["error_description"]


def test_another_satellite_than_the_address_names_is_told_nothing(server, bed):
    other = "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S"
    person = Person(server)
    before = person.call("GET", PROJECTS).json
    answer = bring(person, api_key=bed.keys["usual"],
                   satellite_address=f"{other}@{bed.host}:{bed.port}")
    assert (answer.status, answer.error) == (502, "satellite_unavailable")
    assert "is not the satellite with this node id" in answer.json["error_description"]
    assert person.call("GET", PROJECTS).json == before


def test_a_satellite_that_is_away_is_said_to_be_and_nothing_is_stored(server, bed, wire):
    wire.close()
    person = Person(server)
    before = person.call("GET", PROJECTS).json
    answer = bring(person, api_key=bed.keys["usual"], satellite_address=bed.at(wire.port))
    assert (answer.status, answer.error) == (502, "satellite_unavailable")
    assert person.call("GET", PROJECTS).json == before


def test_a_given_salt_is_compared_with_the_satellites(server, bed):
    person = Person(server)
    key = {"api_key": bed.keys["usual"], "satellite_address": bed.address}
    wrong = bring(person, salt=base64.b64encode(bytes(16)).decode(), **key)
    assert (wrong.error, "salt" in wrong.json["error_description"]) == ("invalid_request", True)
    assert bring(person, salt=bed.salt, **key).status == 201


def test_with_a_salt_the_project_is_stored_and_proven_later(server, bed, wire, eventually):
    wire.close()
    person = Person(server)
    answer = bring(person, api_key=bed.keys["usual"], satellite_address=bed.at(wire.port),
                   salt=bed.salt)
    assert answer.status == 201, answer
    assert (answer.json["enforced_by"], answer.json["proof"]["proven"]) == ("expiry", False)
    assert "cannot be reached" in answer.json["proof"]["problem"]
    wire.connect()

    def proven():
        [_, project] = person.call("GET", PROJECTS).json
        return project["proof"]["proven"] and project["enforced_by"] == "satellite"

    eventually(proven, 90)  # it is tried again after a minute


# --- what a grant opens ---

PLACES = {
    "the project": ([], "photos", ""),
    "a bucket": (["bucket:photos"], "photos", ""),
    "two buckets": (["bucket:music", "bucket:photos"], "music", ""),
    "a prefix": (["bucket:photos;prefix:2024/"], "photos", "2024/"),
    "a deep prefix": (["bucket:photos;prefix:a/b/c/d/e/f/"], "photos", "a/b/c/d/e/f/"),
    "an odd prefix": (["bucket:my.odd-bucket1;prefix:%C3%BC%20%2B%25/"], "my.odd-bucket1",
                      "\u00fc +%/"),
}
RIGHTS = [("read",), ("write",), ("list",), ("delete",), ("read", "list"),
          ("read", "write", "list"), ("read", "write", "list", "delete")]
GRANTS = [(place, rights, n % 2) for n, (place, rights)
          in enumerate(itertools.product(PLACES, RIGHTS))]
SIBLING = {"2024/": "20245/", "a/b/c/d/e/f/": "a/b/c/d/e/", "\u00fc +%/": "\u00fc /", "": None}

assert len(GRANTS) >= 40


def expected_inside(rights):
    """Of get, list, put anew, put over, delete, get after."""
    has = {right: right in rights for right in ("read", "write", "list", "delete")}
    over = has["write"] and has["delete"]
    return [has["read"], has["list"], has["write"], over, has["delete"]]


@pytest.mark.parametrize("place, rights, has_end", GRANTS,
                         ids=[f"{p}: {' '.join(r)}{', ends' * e}" for p, r, e in GRANTS])
def test_a_grant_opens_exactly_what_was_granted(owner, root, uplink, app, place, rights, has_end):
    scopes, bucket, prefix = PLACES[place]
    lifetime = {"expires_in": 3600} if has_end else {"expires_in": None}
    grant = owner.give(app, [*rights, *scopes], **lifetime)
    assert inspect(grant)["satellite_address"] == owner.mine["satellite_address"]
    old, new = f"{prefix}old", f"{prefix}{'-'.join(rights)}-{has_end}"
    assert uplink.do(root, ("put", bucket, old, "old")) == ["ok"]

    got = uplink.do(grant, ("get", bucket, old, "old"), ("list", bucket, prefix),
                    ("put", bucket, new, "new"), ("put", bucket, old, "over"),
                    ("delete", bucket, old))
    wanted = ["ok" if right else "denied" for right in expected_inside(rights)]
    assert got == wanted

    outside = [("get", "music" if bucket != "music" else "my.odd-bucket1", "x", "x"),
               ("put", "my.odd-bucket1" if bucket != "my.odd-bucket1" else "music", "x", "x")]
    if SIBLING[prefix] is not None:
        outside += [("get", bucket, SIBLING[prefix] + "x", "x"), ("list", bucket, SIBLING[prefix]),
                    ("put", bucket, SIBLING[prefix] + "x", "x"),
                    ("delete", bucket, SIBLING[prefix] + "x")]
    if scopes and place != "two buckets":
        assert uplink.do(grant, *outside) == ["denied"] * len(outside)
        assert uplink.do(grant, *outside, paths=root) == ["denied"] * len(outside)


def test_what_a_grant_does_not_allow_is_refused_by_the_satellite_itself(owner, root, uplink, app):
    grant = owner.give(app, ["list", "bucket:photos"])
    ops = [("get", "photos", "x"), ("put", "photos", "x"), ("delete", "photos", "x")]
    assert uplink.do(grant, *ops, paths=root) == ["denied"] * 3


def test_a_project_of_another_key_is_another_owners(server, bed, uplink, app, root):
    other = Owner(server, bed.address, bed.keys["another"])
    assert uplink.do(root, ("put", "photos", "shared", "x")) == ["ok"]
    # The same project at the satellite, so the same passphrase opens the same objects.
    assert uplink.do(other.give(app, ["read"]), ("get", "photos", "shared", "x")) == ["ok"]
