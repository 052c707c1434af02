# SPDX-License-Identifier: Apache-2.0
"""Commands that call a satellite, without a server."""

import json
import subprocess
import time

import pytest

import storj
from grantd import BINARY
from pages import page_blocks, run_block


def run(*arguments, stdin=""):
    return subprocess.run([str(BINARY), *arguments], input=stdin, text=True, capture_output=True,
                          check=False, timeout=60)


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
        return str(tmp_path / name)
    return write


@pytest.fixture
def shared(root, uplink):
    return uplink.ask(grant=root, share=["photos"])["grant"]


def test_the_salt_is_told_to_whoever_has_a_grant_or_a_key(bed, shared, file):
    by_grant = run("project", "info", "--json", stdin=shared)
    assert json.loads(by_grant.stdout) == {"satellite_address": bed.address, "salt": bed.salt,
                                           "public_id": bed.public_id}, by_grant
    by_key = run("project", "info", "--api-key-file", file("key", bed.keys["usual"]),
                 "--satellite", bed.address)
    assert f"salt               {bed.salt}" in by_key.stdout, by_key


def test_what_cannot_be_asked_is_said_in_one_sentence(bed, file, wire):
    key = file("key", storj.api_key())
    for arguments, words in [
            (("--api-key-file", key, "--satellite", bed.address), "does not accept this API key"),
            (("--api-key-file", key), "needs its --satellite"),
            (("--api-key-file", key, "--satellite", "x"), "node-id@host:port")]:
        result = run("project", "info", *arguments)
        assert result.returncode != 0 and words in result.stderr, result
        assert len(result.stderr.splitlines()) == 1
    wire.close()
    result = run("project", "info", "--api-key-file", key, "--satellite", bed.at(wire.port))
    assert (result.returncode, "cannot be reached" in result.stderr) == (1, True), result


def test_a_connection_that_ends_after_any_byte_ends_the_command_and_nothing_hangs(bed, file, wire):
    key = file("key", bed.keys["usual"])
    outcomes = set()
    for cut in range(0, 2400, 37):  # the handshake is some 1,500 bytes, the answer some 100
        wire.cut_after = cut
        began = time.monotonic()
        result = run("project", "info", "--api-key-file", key, "--satellite", bed.at(wire.port))
        assert time.monotonic() - began < 5, (cut, result)
        assert result.returncode == 0 or len(result.stderr.splitlines()) == 1, (cut, result)
        outcomes.add(result.stderr or "salt")
    assert len(outcomes) >= 3 and "salt" in outcomes, outcomes  # not reached, lost, and whole


def test_a_grant_is_checked_and_taken_back_without_a_server(root, shared, uplink, file, tmp_path):
    assert run("grant", "check", "--satellite", stdin=shared).returncode == 0
    assert uplink.do(shared, ("list", "photos", ""))[0] in ("ok", "missing")
    parent, child = file("owner-grant", root), file("grant", shared)
    block, = page_blocks("docs/satellites.md", "Without a server")
    result = run_block(block, BINARY.resolve(), tmp_path)
    assert (result.returncode, "within five minutes" in " ".join(result.stdout.split())) == (
        0, True), result
    result = run("grant", "check", "--satellite", stdin=shared)
    assert (result.returncode, "does not accept" in result.stderr) == (1, True), result
    assert run("grant", "check", "--satellite", stdin=root).returncode == 0
    # A second time is no failure: it is dead.
    assert run("grant", "revoke", "--parent", parent, "--child", child).returncode == 0


def test_only_what_a_grant_was_made_from_takes_it_back(bed, root, shared, file):
    for parent in (shared, bed.keys["another"]):
        result = run("grant", "revoke", "--parent", file("parent", parent), "--child",
                     file("child", root))
        assert (result.returncode, "was not derived from" in " ".join(result.stderr.split())) == (1, True), result
    assert run("grant", "revoke", "--parent", file("parent", root)).returncode == 1
    assert run("grant", "check", "--nonsense").returncode == 2
