# SPDX-License-Identifier: Apache-2.0
"""Access grants on the command line: inspecting and narrowing them."""

import json
import socket
import subprocess

import pytest

import storj
from test_commands import BINARY, ENVIRONMENT


def run(*arguments, grant="", **kwargs):
    return subprocess.run([str(BINARY), "grant", *arguments], input=grant, text=True,
                          capture_output=True, check=False, timeout=60, env=ENVIRONMENT, **kwargs)


def change(*arguments, grant):
    result = run(*arguments, grant=grant)
    assert result.returncode == 0, result.stderr
    return result.stdout


def view(grant):
    return json.loads(change("inspect", "--json", grant=grant))


@pytest.fixture(scope="session")
def grant(tmp_path_factory):
    """For photos/2024/, read and list, from the demonstration."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = subprocess.run(
        [str(BINARY), "demo", "--once", "--json", "--listen", f"127.0.0.1:{port}"],
        cwd=tmp_path_factory.mktemp("demo"), capture_output=True, check=True, env=ENVIRONMENT)
    return json.loads(result.stdout)["access_grant"]


def test_inspect_says_the_same_to_people_and_programs(grant):
    text, values = change("inspect", grant=grant), view(grant)
    assert "allows        read, list\n" in text and "decrypts      photos/2024/\n" in text
    assert values["rights"] == ["read", "list"]
    assert values["not_after"] in text and values["satellite_address"] in text
    assert values["opens"] == [{"bucket": "photos", "prefix": "2024"}]
    assert not values["opens_everything"]


def test_restrict_takes_away_and_never_adds(grant):
    narrow = change("restrict", "read", "write", "bucket:photos;prefix:2024/trip/",
                    "--expires-in", "1h", grant=grant)
    values = view(narrow)
    assert values["rights"] == ["read"]  # rights it never had cannot be added
    assert values["opens"] == [{"bucket": "photos", "prefix": "2024/trip"}]
    assert values["not_after_unix"] < view(grant)["not_after_unix"]
    assert len(values["caveats"]) == 2
    wider = run("restrict", "read", "bucket:photos;prefix:2023/", grant=grant)
    assert (wider.returncode, wider.stdout) == (1, "")


def test_keys_go_out_and_only_the_right_one_comes_back(grant, tmp_path):
    closed = change("remove-key", grant=grant)
    assert view(closed)["opens"] == []
    assert "decrypts      nothing" in change("inspect", grant=closed)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("not the passphrase\n")
    passphrase.chmod(0o600)
    result = run("set-key", "--salt", "AAAAAAAAAAAAAAAAAAAAAA==", "--passphrase-file",
                 str(passphrase), grant=closed)
    assert (result.returncode, result.stdout) == (1, "") and "key" in result.stderr
    assert run("set-key", "--salt", "?", grant=closed).returncode == 2


@pytest.mark.parametrize("text", ["", "x", "1", "1" * 100, "0OIl", "\x00", "1" * 70000])
def test_what_is_no_grant_is_refused_in_one_sentence(text):
    result = run("inspect", grant=text)
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.startswith("grantd: ") and result.stderr.count("\n") == 1


def test_a_grant_is_read_from_a_file_too(grant, tmp_path):
    file = tmp_path / "grant"
    file.write_text(grant + "\n")
    file.chmod(0o600)
    assert view(grant) == json.loads(change("inspect", "--json", "--file", str(file), grant=""))


def test_wrong_use_is_told_apart():
    for arguments in ([], ["nonsense"], ["restrict"], ["restrict", "admin"], ["inspect", "x"]):
        assert run(*arguments).returncode == 2, arguments
    assert run("--help").returncode == 0 and run("inspect", "--help").returncode == 0


# --- projects that do not encrypt paths ---

def place(bucket, path, cipher=1):
    """The entry of a place, whose paths are in clear."""
    return storj.field(1, bucket) + storj.field(2, path) + storj.field(3, path) + \
        storj.field(4, b"\x42" * 32) + storj.field(5, cipher)


def clear_grant(access):
    caveat = storj.caveat(buckets=["photos"], prefix=b"2024")
    return storj.base58check(storj.field(1, storj.SATELLITE) +
                             storj.field(2, storj.macaroon(caveat)) + storj.field(3, access))


CLEAR = {
    "by default": storj.field(1, b"\x42" * 32) + storj.field(3, 1),
    "in an entry": storj.field(2, place("photos", "2024")) + storj.field(3, 2),
}


@pytest.mark.parametrize("access", CLEAR.values(), ids=CLEAR.keys())
def test_a_prefix_of_paths_in_clear_is_refused_and_shown_as_what_it_is(access):
    grant = clear_grant(access)
    result = run("restrict", "read", "bucket:photos;prefix:2024/trip/", grant=grant)
    assert (result.returncode, result.stdout) == (1, "") and "does not encrypt paths" in result.stderr
    assert "photos/2024*" in change("inspect", grant=grant)
    assert view(grant)["caveats"][0]["allowed_paths"][0]["opens_siblings"] is True


def test_no_prefix_is_minted_for_paths_in_clear(tmp_path):
    (tmp_path / "key").write_text(storj.api_key())
    (tmp_path / "passphrase").write_text("a passphrase")
    common = ["--file", str(tmp_path / "key"), "--satellite", storj.SATELLITE, "--path-cipher",
              "none", "--salt", "EBESExQVFhcYGRobHB0eHw==", "--passphrase-file",
              str(tmp_path / "passphrase")]
    result = run("mint", "read", "bucket:photos;prefix:2024/", *common)
    assert (result.returncode, result.stdout) == (2, "") and "does not encrypt paths" in result.stderr
    assert run("mint", "read", "bucket:photos", *common).returncode == 0
