# SPDX-License-Identifier: Apache-2.0
"""Where the commands of an operator run: a database of its own, or that of a running server."""

import contextlib
import json
import os
import pathlib
import pty
import sqlite3
import subprocess

import pytest

from grantd import Person, Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("GRANTD", ROOT / "build" / "grantd")).resolve()
# No satellite is called, except by tests that provide one.
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if not k.startswith("GRANTD")},
               "GRANTD_SATELLITE_ALLOWED": "127.0.0.1:9"}


def at_terminal(place, arguments, answers=()):
    """The command's status, and what a person sees who types each answer after its prompt."""
    master, slave = pty.openpty()
    with subprocess.Popen([str(BINARY), *arguments], stdin=slave, stdout=slave, stderr=slave,
                          cwd=place.folder, env=ENVIRONMENT) as process:
        os.close(slave)
        shown = ""
        for prompt, answer in answers:
            while not shown.endswith(prompt):
                shown += os.read(master, 1000).decode()
            os.write(master, answer.encode() + b"\n")
        with contextlib.suppress(OSError):  # the end of a terminal is an error on Linux
            while piece := os.read(master, 1000):
                shown += piece.decode()
        os.close(master)
        return process.wait(timeout=60), shown


class Place:
    """A folder with a database, and grantd run in it."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *arguments, stdin=""):
        return subprocess.run([str(BINARY), *arguments], input=stdin, text=True,
                              capture_output=True, check=False, timeout=60, cwd=self.folder,
                              env=ENVIRONMENT)

    def do(self, *arguments, stdin=""):
        result = self.run(*arguments, stdin=stdin)
        assert (result.returncode, result.stderr) == (0, ""), result
        return result.stdout

    def json(self, *arguments, **kwargs):
        return json.loads(self.do(*arguments, "--json", **kwargs))

    def refuse(self, *arguments, stdin="", status=1):
        result = self.run(*arguments, stdin=stdin)
        assert (result.returncode, result.stdout) == (status, ""), result
        assert result.stderr.startswith("grantd: ") and result.stderr.count("\n") == 1, result
        return result.stderr

    def trail(self):
        """Actions in the audit trail from the command line."""
        with contextlib.closing(sqlite3.connect(self.folder / "grantd.db")) as database:
            return [action for [action] in database.execute(
                "SELECT action FROM audit WHERE request_id = 'command line' ORDER BY no")]


@pytest.fixture
def empty_place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def place(empty_place):
    empty_place.do("migrate")
    return empty_place


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("people")).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def operator(server):
    return Place(server.folder)


@pytest.fixture
def user(server):
    return Person(server)
