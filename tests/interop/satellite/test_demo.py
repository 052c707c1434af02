# SPDX-License-Identifier: Apache-2.0
"""tools/demo --network, without installing and building."""

import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest
import requests

import demo
import web_apps
from browser import Browser, told
from grantd import Person, Server, free_port

PROGRAM = [sys.executable, str(pathlib.Path(demo.__file__))]


def test_the_demonstration_ends_with_a_file_stored_and_the_access_taken_back():
    result = subprocess.run(PROGRAM, text=True, capture_output=True, check=False, timeout=1600)
    assert result.returncode == 0, result
    assert 'get      sj://holidays/2026/note.txt      ok  "The sea was warm."' in result.stdout
    assert "get      sj://holidays/2026/note.txt      denied" in result.stdout


class Printed(Server):
    """The server that the demonstration names."""

    def __init__(self, url):  # pylint: disable=super-init-not-called
        self.url, self.port = url, int(url.rpartition(":")[2])


class Known(Person):
    """The user whose log-in it prints."""

    def __init__(self, server, email):  # pylint: disable=super-init-not-called
        self.server, self.email = server, email
        self.log_in()


@pytest.fixture(scope="module")
def served():
    """What it prints with --serve. At the end comes Ctrl-C."""
    process = subprocess.Popen([*PROGRAM, "--serve"], text=True, stdout=subprocess.PIPE,
                               start_new_session=True)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    yield "".join(lines)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 0


@pytest.mark.parametrize("language", web_apps.LANGUAGES)
def test_an_example_keeps_a_note_on_the_network_that_is_served(language, served):
    exports = "".join(re.findall(r"^export .*\n", served, re.M))
    port = free_port()
    command = exports + "exec " + shlex.join(web_apps.command_of(language))
    user = Known(Printed(re.search(r"SERVER=(\S+)", served)[1]),
                 re.search(r"Log in as (\S+),", served)[1])
    [project] = user.call("GET", "/api/v0/projects").json
    application = subprocess.Popen(["bash", "-euc", command], env={**os.environ, "PORT": str(port)})
    try:
        browser = Browser(f"http://127.0.0.1:{port}", user)
        deadline = time.monotonic() + 30
        while True:
            try:
                browser.visit()
                break
            except requests.ConnectionError:
                assert application.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
        page = browser.connect("bucket:photos", demo.PASSPHRASE, project["id"])
        assert told(page) is None, page.text
        assert told(browser.save(language, "The sea was warm.")) is None
        assert browser.open(language).text == "The sea was warm."
    finally:
        application.kill()
        application.wait()
