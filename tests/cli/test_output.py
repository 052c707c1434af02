# SPDX-License-Identifier: Apache-2.0
"""Output that cannot be written is reported, and nothing else is lost: every command, with a
full device, a closed standard output and a broken pipe."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess

import pytest

import storj
from grantd import PASSWORD, free_port
from test_commands import BINARY, CLIENT, ENVIRONMENT, SECRET, commands, grantd

EMAIL = "me@example.com"
SALT = "EBESExQVFhcYGRobHB0eHw=="
GRANT = storj.access_grant(storj.caveat(disallowed=[2, 3, 4, 5]))
KEYLESS = storj.access_grant(storj.caveat(disallowed=[2, 3, 4, 5]), key=None)

# Arguments with which each command prints something, and its standard input. Add new commands.
USES = {
    "account create": (["new@example.com"], PASSWORD),
    "account list": ([], ""),
    "account invite": (["guest@example.com"], ""),
    "account invitations": ([], ""),
    "audit list": ([], ""),
    "account reset-link": ([EMAIL], ""),
    "client create": (["--account", EMAIL, "--name", "C", "https://c.example/cb"], ""),
    "client show": ([CLIENT], ""),
    "grant list": ([], ""),
    "session list": ([], ""),
    "client import": (["--account", EMAIL, "--client-id", CLIENT.replace("e", "f"), "--name", "B",
                       "https://b.example/cb"], SECRET),
    "client list": ([], ""),
    "client rotate": ([CLIENT], ""),
    "client-secret": (["--client-id", CLIENT, "--client-secret", SECRET], ""),
    "config check": ([], ""),
    "config print": ([], ""),
    "demo": (["--once", "--json", "--listen=127.0.0.1:PORT"], ""),
    "grant check": (["--op", "read"], GRANT),
    "grant inspect": ([], GRANT),
    "grant mint": (["read", "--file", "api_key", "--satellite", storj.SATELLITE,
                    "--passphrase-file", "passphrase", "--salt", SALT], ""),
    "grant restrict": (["read"], GRANT),
    "grant set-key": (["--passphrase-file", "passphrase", "--salt", SALT], KEYLESS),
    "grant remove-key": ([], GRANT),
    "grant verify": (["--secret-file", "secret"], GRANT),
    "keys create": ([], ""),
    "keys rotate": ([], ""),
    "keys rotate-signing": ([], ""),
    "migrate": ([], ""),
    "project add": ([EMAIL, "--name", "Photos"], ""),
    "project list": ([], ""),
    "project satellite-row": (["PROJECT"], ""),
    "store check": ([], ""),
    "store copy": (["copy.db"], ""),
    "store recover": ([], ""),
    "token create": (["--name", "a", "--role", "check"], ""),
    "token list": ([], ""),
}
NOT_GOOD = {"grant check", "grant verify"}  # so they say of this grant, by their status too
# These print nothing if they succeed, or need a satellite.
OTHERS = {"account delete", "account disable", "account enable",
          "account reset-factors", "account set-email", "account set-password",
          "account role", "account unlink", "account withdraw", "client disable",
          "client enable", "client delete", "session end", "token revoke", "grant revoke", "project info", "help", "serve",
          "demo code"}


class Place:
    def __init__(self, folder):
        self.folder = folder
        (folder / "api_key").write_text(storj.api_key())
        (folder / "secret").write_text("00" * 32)
        (folder / "passphrase").write_text("a passphrase")
        self.do("account", "create", EMAIL, stdin=PASSWORD)
        self.do("client", "import", "--account", EMAIL, "--client-id", CLIENT, "--name", "A",
                "https://a.example/cb", stdin=SECRET)
        self.do("project", "add", EMAIL, "--name", "Photos")
        self.project = json.loads(self.do("project", "list", "--json"))[0]["id"]

    def do(self, *arguments, stdin=""):
        result = subprocess.run([str(BINARY), *arguments], input=stdin, text=True, check=True,
                                capture_output=True, cwd=self.folder, env=ENVIRONMENT, timeout=60)
        return result.stdout

    def run(self, name, how):
        arguments, stdin = USES[name]
        arguments = [a.replace("PORT", str(free_port())).replace("PROJECT", self.project)
                     for a in arguments]
        with contextlib.ExitStack() as stack:
            if how == "pipe":
                reader, output = os.pipe()
                os.close(reader)
                stack.callback(os.close, output)
            else:
                output = stack.enter_context(open("/dev/full", "w")) if how == "full" \
                    else subprocess.PIPE
            closing = ["sh", "-c", 'exec "$@" >&-', "sh"] if how == "closed" else []
            return subprocess.run([*closing, str(BINARY), *name.split(), *arguments], input=stdin,
                                  stdout=output, stderr=subprocess.PIPE, text=True, check=False,
                                  timeout=60, cwd=self.folder, env=ENVIRONMENT)

    def rows(self, query):
        database = sqlite3.connect(self.folder / "grantd.db")
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def all_commands():
    names = set()
    for name in commands():
        text = grantd(name, "--help").stdout
        within = re.findall(r"^  ([a-z][a-z-]*) ", text, re.MULTILINE) if "SUBCOMMAND" in text else []
        names |= {f"{name} {sub}" for sub in within} or {name}
    # Two commands accept words that are not subcommands.
    return names - {"config"} | {"config check", "config print", "demo code"}


def test_every_command_is_known_here():
    assert all_commands() == set(USES) | OTHERS


@pytest.mark.parametrize("how", ["full", "closed", "pipe"])
@pytest.mark.parametrize("name", sorted(USES))
def test_lost_output_is_told_and_is_a_failure(place, name, how):
    result = place.run(name, how)
    assert result.returncode == 1, result
    assert "grantd: standard output cannot be written" in result.stderr
    assert place.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("name", sorted(USES))
def test_what_is_written_is_a_success(place, name):
    result = place.run(name, "well")
    assert result.stdout, result
    assert result.returncode == (1 if name in NOT_GOOD else 0), result


@pytest.mark.parametrize("how", ["full", "closed", "pipe"])
def test_the_old_secret_outlives_a_new_one_that_was_not_written(place, how):
    before = place.rows("SELECT * FROM client_secret")
    place.run("client rotate", how)
    assert place.rows("SELECT * FROM client_secret") == before
    place.run("token create", how)
    assert place.rows("SELECT * FROM service_token") == []


@pytest.mark.parametrize("how", ["full", "closed"])
def test_the_help_of_a_command_is_told_to_be_lost_too(how):
    shell = 'exec "$@" >/dev/full' if how == "full" else 'exec "$@" >&-'
    for name in sorted(all_commands() - {"help"}):
        result = subprocess.run(["sh", "-c", shell, "sh", str(BINARY), *name.split(), "--help"],
                                text=True, capture_output=True, check=False, timeout=60)
        assert result.returncode == 1 and "standard output" in result.stderr, name
