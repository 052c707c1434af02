# SPDX-License-Identifier: Apache-2.0
"""grantd token and grantd migrate, which work on the database directly."""

import json
import re
import sqlite3


def test_migrate_makes_a_database_and_its_key_once(empty_place):
    assert "master.key was created" in empty_place.do("migrate")
    assert "master.key" not in empty_place.do("migrate")
    assert (empty_place.folder / "grantd.db").stat().st_mode & 0o777 == 0o600


def test_without_a_database_the_command_says_so(empty_place):
    result = empty_place.run("token", "list")
    assert (result.returncode, result.stdout) == (1, "")
    assert "there is no database grantd.db" in result.stderr
    assert list(empty_place.folder.iterdir()) == []


def test_a_token_is_shown_once_and_kept_as_a_digest(place):
    token = place.do("token", "create", "--name", "gateway", "--role", "check").strip()
    assert re.fullmatch(r"gst_[A-Za-z0-9_-]{43}", token)
    listed = place.do("token", "list")
    assert "gateway" in listed and token not in listed
    for file in place.folder.iterdir():
        assert token.encode() not in file.read_bytes()


def test_tokens_are_listed_and_revoked(place):
    first = json.loads(place.do("token", "create", "--name", "a", "--role", "check", "--json"))
    place.do("token", "create", "--name", "b", "--role=revocations,check")
    tokens = json.loads(place.do("token", "list", "--json"))
    assert [(t["name"], t["roles"]) for t in tokens] == [
        ("a", ["check"]), ("b", ["check", "revocations"])]
    assert tokens[0]["id"] == first["id"] and "token" not in tokens[0]
    place.do("token", "revoke", first["id"])
    assert [t["name"] for t in json.loads(place.do("token", "list", "--json"))] == ["b"]
    again = place.run("token", "revoke", first["id"])
    assert (again.returncode, again.stdout) == (1, "") and "no token" in again.stderr


def test_what_is_done_to_tokens_stands_in_the_audit_trail(place):
    place.do("token", "create", "--name", "a", "--role", "check")
    database = sqlite3.connect(place.folder / "grantd.db")
    assert database.execute("SELECT action, outcome, address FROM audit").fetchall() == [
        ("token_create", "ok", "local")]


def test_wrong_uses_are_told(place):
    for arguments in (["create"], ["create", "--name", "x"], ["create", "--role", "check"],
                      ["create", "--name", "x", "--role", "admin"], ["revoke"],
                      ["revoke", "nonsense"], ["nonsense"], []):
        result = place.run("token", *arguments)
        assert (result.returncode, result.stdout) == (2, ""), arguments
        assert result.stderr, arguments
