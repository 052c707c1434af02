# SPDX-License-Identifier: Apache-2.0
"""The applications of examples/, as their readers would run them."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from grantd import BINARY, ROOT, inspect
from pages import page_blocks

EXAMPLES = ROOT / "examples" / "exchange_code"


@pytest.fixture(scope="session")
def go_program(tmp_path_factory):
    program = tmp_path_factory.mktemp("go") / "exchange_code"
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=EXAMPLES, check=True, timeout=600)
    return program


@pytest.fixture(params=["python", "go", "node", "shell"])
def application(request):
    """Runs one of them."""
    if request.param == "go":
        command = [str(request.getfixturevalue("go_program"))]
    elif request.param == "node" and not shutil.which("node"):
        pytest.skip("there is no node on this machine")
    else:
        command = {"python": [sys.executable, str(EXAMPLES / "exchange_code.py")],
                   "node": ["node", str(EXAMPLES / "exchange_code.mjs")],
                   "shell": ["sh", str(EXAMPLES / "exchange_code.sh")]}[request.param]

    def run(server, app, code, **environment):
        return subprocess.run(
            [*command, server.url, app.client_id, app.redirect_uri, code], text=True,
            capture_output=True, check=False, timeout=60,
            env={**os.environ, "CLIENT_SECRET": app.secret, **environment})

    return run


def test_an_example_exchanges_a_code_once(application, server, user, app):
    code = user.code(app, ["read", "list"])
    result = application(server, app, code)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["scopes"] == ["read", "list"]
    assert inspect(answer["access_grant"])["rights"] == ["read", "list"]
    again = application(server, app, code)
    assert again.returncode == 1 and again.stdout == "" and "invalid_code" in again.stderr


def test_an_example_hands_the_passphrase_on(application, server, user, app):
    code = user.code(app, ["read", "bucket:photos;prefix:2024/"])
    assert "passphrase_required" in application(server, app, code).stderr
    result = application(server, app, code, PASSPHRASE="open sesame")
    grant = inspect(json.loads(result.stdout)["access_grant"])
    assert grant["opens"] == [{"bucket": "photos", "prefix": "2024"}]


def test_an_example_says_what_was_wrong(application, server, user, app):
    code = user.code(app)
    result = application(server, app, code, CLIENT_SECRET="0" * 64)
    assert result.returncode == 1 and "invalid_client" in result.stderr


def commands_of(block):
    """Its commands: what begins at the margin and is no comment, nor the end of a pipe."""
    return [line for line in block.splitlines() if re.match(r"[^\s#]", line)]


def test_the_guide_leads_to_a_grant_of_ones_own_application_in_five_minutes(server, tmp_path):
    walk, = page_blocks("docs/integrate.md", "In five minutes")
    assert len(commands_of(walk)) < 12  # and tools/demo
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "grantd").symlink_to(BINARY)
    result = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", walk], cwd=tmp_path, text=True,
                            capture_output=True, check=False, timeout=60,
                            env={**os.environ, "SERVER": server.url})
    assert (result.returncode, result.stderr) == (0, "")
    grant = json.loads((tmp_path / "grant.json").read_text())["access_grant"]
    assert inspect(grant)["opens"] == [{"bucket": "photos", "prefix": ""}]
    assert "photos" in result.stdout


def test_the_first_step_of_the_guide_works_as_it_stands_there(server):
    block, = page_blocks("docs/integrate.md", "1. Register your application")
    result = subprocess.run(["sh", "-eu", "-c", block], text=True, capture_output=True, check=True,
                            timeout=60, env={**os.environ, "SERVER": server.url})
    client = json.loads("{" + result.stdout.rsplit("}{", 1)[1])
    assert len(client["client_secret"]) == 64 and client["scopes"] == ["read"]
    assert client["optional_scopes"] == ["list", "bucket:photos"]
