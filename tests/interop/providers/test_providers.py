# SPDX-License-Identifier: Apache-2.0
"""People log in to the real server with OpenID Connect providers that others wrote."""

import pathlib
import subprocess
import urllib.parse

import pytest
import requests

from grantd import Server, free_port
from installs import need, node_modules
from login_provider import Browser

HERE = pathlib.Path(__file__).resolve().parent


@pytest.fixture
def npm():
    need("node")
    node_modules(HERE)


@pytest.fixture
def server(tmp_path):
    """Not started yet."""
    server = Server(tmp_path, **{"accounts.open_registration": "false", "login.passwords": "false"})
    yield server
    assert server.stop() == 0, server.text()


def follow(location, until):
    """A browser at the provider, which asks nothing. Return: the parameters of the way back."""
    session = requests.Session()
    for _ in range(10):
        answer = session.get(location, allow_redirects=False, timeout=30)
        assert answer.status_code in (302, 303), answer.text
        location = urllib.parse.urljoin(location, answer.headers["Location"])
        if location.startswith(until):
            return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
    raise AssertionError(location)


def test_oidc_provider(npm, server):
    callback, port = server.url + "/login/oidc/npm/callback", free_port()
    process = subprocess.Popen(["node", "provider.js", str(port), callback], cwd=HERE, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        while "ready" not in process.stdout.readline():
            assert process.poll() is None
        server.settings |= {"login.oidc.npm." + key: value for key, value in {
            "issuer": f"http://localhost:{port}", "client_id": "grantd", "trust_email": "true",
            "client_secret": "a client secret & more"}.items()}
        server.start()
        browser = Browser(server)
        for _ in range(2):
            back = follow(browser.begin("npm"), callback)
            assert back["iss"] == f"http://localhost:{port}"  # RFC 9207
            assert browser.come_back(back, "npm").status == 303
            account = browser.account().json
            assert (account["email"], account["full_name"]) == ("ada@example.com", "Ada Lovelace")
        back = follow(browser.begin("npm"), callback)
        assert browser.come_back({**back, "iss": "http://localhost"}, "npm").status == 403
    finally:
        process.kill()
        process.wait()
