# SPDX-License-Identifier: Apache-2.0
"""Rule 37 in memory: a core dump of an idle server holds no secret of what it has done.

grantd forbids the kernel to dump it; only root can, with a debugger. docs/security.md says what
must stay in memory, and what grantd cannot wipe when it serves https itself.
"""

import http.client
import os
import shutil
import socket
import subprocess
import time

import pytest

from grantd import PASSWORD, Person
from test_secrets import forms_of, marked_flow, marked_work
from tls_server import TlsServer

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("gcore"),
                                reason="a core dump of grantd takes root and gdb")
IDLE = 1  # seconds, for threads to finish


def core_of(server):
    """All of the process's memory, and its registers."""
    time.sleep(IDLE)
    result = subprocess.run(["gcore", "-a", "-o", "core", str(server.process.pid)],
                            cwd=server.folder, capture_output=True, text=True, timeout=120,
                            check=False)
    path = server.folder / f"core.{server.process.pid}"
    if not path.exists() and "not permitted" in result.stderr:
        pytest.skip("this machine lets nobody look into another process")
    assert path.exists(), result
    try:
        return path.read_bytes().replace(bytes(4096), b"")  # most of it was never used
    finally:
        path.unlink()


def assert_not_in(core, secrets):
    for secret in secrets:
        for form in forms_of(secret):
            assert form not in core, f"{secret} is still in memory"


@pytest.mark.file
def test_rule_37_a_core_dump_after_the_flow_holds_no_secret(make_server):
    server = make_server(log__level="debug")
    secrets, _ = marked_flow(server)
    core = core_of(server)
    assert b"marked@example.com" in core  # so it is memory that was searched
    assert_not_in(core, secrets)


@pytest.mark.slow  # a dump of some hundred threads takes long
def test_rule_37_nor_does_one_after_work_with_accounts_and_projects(make_server):
    server = make_server(log__level="debug")
    secrets, _, end = marked_work(server)
    end()
    assert_not_in(core_of(server), secrets)


@pytest.mark.slow  # a dump of some hundred threads takes long
def test_rule_37_nor_does_one_while_connections_stay_open(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    passphrase, secrets, connections = "marked-passphrase-5e6f7a", [user.token, app.secret], []
    for _ in range(4):
        code = user.code(app, ["read", "bucket:photos;prefix:a/"])
        body = app.body(code, passphrase=passphrase)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connections.append(connection)
        answer = server.call_on(connection, "POST", "/api/v0/oauth2/token", body)
        assert answer.status == 200
        assert server.call_on(connection, "GET", "/api/v0/auth/account",
                              token=user.token).status == 200
        secrets += [passphrase, code, body["client_secret"], answer.json["access_grant"]]
    assert_not_in(core_of(server), secrets)
    for connection in connections:
        connection.close()


@pytest.mark.slow  # a dump of some hundred threads takes long
def test_rule_37_over_https_no_answer_is_left(tmp_path):
    """What was sent encrypted to GnuTLS is another matter: see docs/security.md."""
    server = TlsServer(tmp_path).start()
    try:
        user = Person(server)
        app = user.application()
        account = {"email": user.email, "password": PASSWORD, "cookie_only": True}
        cookies = [server.call("POST", "/api/v0/auth/token", account).headers["Set-Cookie"]
                   for _ in range(3)]
        grants = [app.exchange(user.code(app), passphrase="a passphrase").json["access_grant"]
                  for _ in range(3)]
        tokens = [cookie.partition(";")[0].partition("=")[2] for cookie in cookies]
        assert all(len(token) == 43 for token in tokens)
        assert_not_in(core_of(server), [*grants, *tokens, app.secret])
    finally:
        server.stop()


def test_what_a_server_is_still_working_on_is_found(make_server):
    server = make_server()
    marked = b"marked-unfinished-passphrase-2d3e"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"POST /api/v0/oauth2/token HTTP/1.1\r\nHost: localhost:%d\r\n"
                           b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n"
                           b'{"passphrase": "%s"' % (server.port, marked))
        assert marked in core_of(server)
    assert marked not in core_of(server)
