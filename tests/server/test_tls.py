# SPDX-License-Identifier: Apache-2.0
"""https, served directly: rule 57 and what else changes with it."""

import http.client
import re
import signal
import ssl
import time

import pytest

from grantd import PASSWORD, Answer
from tls_server import TlsServer


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = TlsServer(tmp_path_factory.mktemp("tls")).start()
    yield server
    assert server.stop() == 0, server.text()


def test_rule_57_https_is_kept_by_the_browser(server):
    answer = server.call("GET", "/healthz")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_cookie_is_bound_to_the_host(server):
    account = {"email": "tls@example.com", "password": PASSWORD, "full_name": "T"}
    assert server.call("POST", "/api/v0/auth/register", account).status == 201
    answer = server.call("POST", "/api/v0/auth/token", {**account, "cookie_only": True})
    assert "token" not in answer.json
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tokenKey=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    value = cookie.split(";")[0]
    assert server.call("GET", "/api/v0/auth/account", headers={"Cookie": value}).status == 200
    # The other cookie's name means nothing here.
    other = value.replace("__Host-tokenKey", "_tokenKey")
    assert server.call("GET", "/api/v0/auth/account", headers={"Cookie": other}).status == 401


def test_plain_http_is_not_answered_there(server):
    assert not server.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", timeout=2).startswith(
        b"HTTP/1.1 200")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_versions_of_tls_are_refused(server):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    connection = http.client.HTTPSConnection("localhost", server.port, context=context, timeout=5)
    with pytest.raises(OSError):
        connection.request("GET", "/healthz")


def test_a_key_others_can_read_is_refused(tmp_path):
    server = TlsServer(tmp_path)
    (server.folder / "key.pem").chmod(0o644)
    with pytest.raises(RuntimeError):
        server.start()
    assert "chmod" in server.text() and server.process.returncode == 1


def test_a_certificate_that_is_none_is_refused(tmp_path):
    server = TlsServer(tmp_path)
    (server.folder / "cert.pem").write_text("nonsense\n")
    with pytest.raises(RuntimeError):
        server.start()
    assert server.process.returncode == 1 and "certificate" in server.text()


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def test_at_sighup_new_connections_get_the_new_certificate(tmp_path):
    server = TlsServer(tmp_path).start()
    context = ssl.create_default_context(cafile=str(server.folder / "cert.pem"))
    kept = http.client.HTTPSConnection("localhost", server.port, context=context, timeout=10)
    assert server.call_on(kept, "GET", "/healthz").status == 200
    before = server.certificate()
    for _ in range(3):
        server.make_files()
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.certificate() != before)  # noqa: B023
        before = server.certificate()
        assert server.call("GET", "/healthz").status == 200
        assert server.call_on(kept, "GET", "/healthz").status == 200  # goes on with the old one
    kept.close()
    assert server.stop() == 0, server.text()


def test_at_sighup_a_broken_certificate_changes_nothing(tmp_path):
    server = TlsServer(tmp_path).start()
    before = server.certificate()
    good = (server.folder / "cert.pem").read_text()
    (server.folder / "cert.pem").write_text("nonsense\n")
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: 'error certificate why="http.tls_certificate and http.tls_key: these files '
               "are not a certificate" in server.text())
    assert server.certificate() == before
    (server.folder / "cert.pem").unlink()
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: re.search(r'error certificate why="[^"]*cert.pem[^"]*"', server.text()))
    assert server.certificate() == before
    (server.folder / "cert.pem").write_text(good)
    assert server.call("GET", "/healthz").status == 200
    assert server.stop() == 0, server.text()
