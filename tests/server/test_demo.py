# SPDX-License-Identifier: Apache-2.0
"""The demonstration, and the commands of the README, exactly as written."""

import json
import os
import re
import subprocess

import pytest

from grantd import BINARY, ROOT, Server, free_port, inspect
from pages import page_blocks

SEED_CLIENT = "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"
SEED_JWT = ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJjbGllbnRfaWQiOiJlNDVmYTc5YS0wNWY1LTRmMDAtYmJm"
            "ZS1iZDBhMTRhZWFkMGEiLCJleHAiOjE3NTEwMTkzNjF9.2USHN3Ad7nu7hoHY1keDqst1sI9R-ONHsx_GJot"
            "sPvI")


def demo(folder, *arguments):
    return subprocess.run([str(BINARY), "demo", *arguments], cwd=folder, text=True,
                          capture_output=True, timeout=60, check=False)


class Demo(Server):
    """The demonstration, serving."""

    def start(self, wait=True):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            self.command("demo", "--json", "--listen", f"127.0.0.1:{self.port}"),
            cwd=self.folder, stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL,
            text=True)
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        self.printed = json.loads("".join(lines))
        return self


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    server = Demo(tmp_path_factory.mktemp("demo")).start()
    yield server
    assert server.stop() == 0, server.text()


def test_the_demonstration_prints_a_real_grant_and_goes_on_serving(running):
    printed = running.printed
    assert printed["base_url"] == running.url and printed["client_id"] == SEED_CLIENT
    assert printed["scopes"] == ["read", "list", "bucket:photos;prefix:2024/"]
    assert printed["expires_in"] > 0 and "@" in printed["email"]
    grant = inspect(printed["access_grant"])
    assert grant["opens"] == [{"bucket": "photos", "prefix": "2024"}]
    assert not grant["opens_everything"] and not grant["leaked_root_key"]
    assert running.call("GET", "/readyz").status == 200


def test_its_steps_show_requests_and_answers_with_secrets_shortened(running):
    text = running.text()
    for step in ("POST", "/api/v0/oauth2/request", "/api/v0/oauth2/consent",
                 "/api/v0/oauth2/token", "The developer", "The user", "The application"):
        assert step in text
    jwt = re.search(r'client_secret: "([^"]*)"', text).group(1)
    assert jwt.endswith("...") and len(jwt) < 20
    assert "everybody knows this" not in text.split("both with the password")[0]


def test_the_curl_line_of_the_document_answers_that_the_jwt_has_expired(running):
    body = {"client_id": SEED_CLIENT, "client_secret": SEED_JWT,
            "redirect_uri": "https://myapp.com/callback", "code": "AUTH_CODE_FROM_CONSENT",
            "passphrase": "your-passphrase"}
    result = subprocess.run(
        ["curl", "-sS", "-X", "POST", f"{running.url}/api/v0/oauth2/token",
         "-H", "Content-Type: application/json", "-d", json.dumps(body)],
        capture_output=True, text=True, check=True)
    answer = json.loads(result.stdout)
    assert answer["error"] == "client_secret_expired" and answer["error_description"]


def test_the_walk_of_the_readme_works_as_it_stands_there(running):
    block, = page_blocks("README.md", "By hand")
    environment = {**os.environ, "SERVER": running.url}
    result = subprocess.run(["sh", "-eu", "-c", block], cwd=ROOT, env=environment, text=True,
                            capture_output=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["scopes"] == ["read", "write", "list"] and answer["expires_in"] == 2592000
    assert inspect(answer["access_grant"])["opens_everything"]


@pytest.mark.file
def test_the_server_starts_as_the_readme_says(tmp_path):
    block, = page_blocks("README.md", "Run it")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "grantd").symlink_to(BINARY.resolve())
    server = Server(tmp_path)
    listen = {"GRANTD_HTTP_LISTEN": f"127.0.0.1:{server.port}"}  # another may have the usual port
    server.log, server.began_at = open(tmp_path / "log", "wb"), 0
    server.process = subprocess.Popen(["sh", "-euc", "exec " + block], cwd=tmp_path,
                                      env={**os.environ, **listen}, stdin=subprocess.DEVNULL,
                                      stdout=server.log, stderr=server.log)
    try:
        server.wait_ready()
    finally:
        assert server.stop() == 0
    assert (tmp_path / "grantd.db").exists() and (tmp_path / "master.key").exists()


def test_demo_code_prints_a_fresh_code_each_time(running):
    codes = [subprocess.run([str(BINARY), "demo", "code", "--url", running.url],
                            capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert codes[0] != codes[1]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{54}\n", code) for code in codes)


def test_demo_code_says_what_to_do_when_nobody_answers():
    result = subprocess.run([str(BINARY), "demo", "code", "--url",
                             f"http://localhost:{free_port()}"],
                            capture_output=True, text=True, check=False)
    assert result.returncode == 1 and "grantd demo" in result.stderr


def test_once_ends_by_itself_and_can_be_run_again(tmp_path):
    grants = set()
    for _ in range(2):
        result = demo(tmp_path, "--once", "--listen", f"127.0.0.1:{free_port()}")
        assert result.returncode == 0, result.stderr
        grants.add(re.search(r"^1[1-9A-HJ-NP-Za-km-z]{100,}$", result.stdout, re.M).group())
        assert "allows        read, list" in result.stdout
    assert len(grants) == 2


@pytest.mark.file
def test_the_demonstration_stays_on_this_machine(tmp_path, make_server):
    result = demo(tmp_path, "--once", "--listen", "0.0.0.0:10100")
    assert result.returncode == 2 and "127.0.0.1" in result.stderr
    assert demo(tmp_path, "--once", "--listen", f"127.0.0.1:{free_port()}").returncode == 0
    settings = {"store__url": f"sqlite:{tmp_path}/demo.db", "keys__master": f"{tmp_path}/demo.key"}
    for listen, others in (
            ("0.0.0.0", {"http__public_url": "https://grants.example",
                         "http__trusted_proxies": "127.0.0.1"}),
            # Behind a proxy on this machine.
            ("127.0.0.1", {"http__public_url": "https://grants.example"}),
            ("127.0.0.1", {"http__trusted_proxies": "127.0.0.1"})):
        server = make_server(start=False, **settings, **others)
        server.settings["http.listen"] = f"{listen}:{server.port}"
        server.start(wait=False)
        assert server.process.wait(20) == 1, (listen, others)
        assert "its passwords are public" in server.text()


def test_an_address_that_is_taken_is_a_plain_sentence(running, tmp_path):
    result = demo(tmp_path, "--once", "--listen", f"127.0.0.1:{running.port}")
    assert result.returncode == 1
    assert "http.listen" in result.stderr and "in use" in result.stderr
