# SPDX-License-Identifier: Apache-2.0
"""The database over TCP and TLS, from inside the sandbox."""

import os
import pathlib
import shutil
import subprocess
import time

import pytest

from grantd import Person, free_port
from postgres import USER, Postgres


def make_certificate(folder, name):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        cwd=folder, check=True, capture_output=True)


@pytest.fixture
def postgres(tmp_path):
    """In place of the one on a socket."""
    make_certificate(tmp_path, "server")
    port = free_port()
    with Postgres("listen_addresses = '127.0.0.1'", f"port = {port}") as made:
        for name in ("server.pem", "server.key"):
            target = pathlib.Path(made.data, name)
            shutil.copy(tmp_path / name, target)
            os.chmod(target, 0o600)
            if made.user:
                shutil.chown(target, made.user)
        with open(f"{made.data}/postgresql.conf", "a", encoding="utf-8") as file:
            file.write("ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\n")
        made.kill()
        made.start()
        made.url = (f"postgresql://{USER}@localhost:{port}/postgres?sslmode=verify-full"
                    f"&sslrootcert={tmp_path}/trusted/ca.pem")
        yield made


def trust(tmp_path, name):
    """As tools do that roll out certificates: a new file in place of the old one."""
    (tmp_path / "trusted").mkdir(exist_ok=True)
    shutil.copy(tmp_path / f"{name}.pem", tmp_path / "trusted" / "new")
    os.rename(tmp_path / "trusted" / "new", tmp_path / "trusted" / "ca.pem")


def test_the_servers_certificate_is_checked_and_may_be_replaced(postgres, make_nodes, tmp_path):
    trust(tmp_path, "server")
    node = make_nodes(1, store__allow_async_commit="true").nodes[0]
    user = Person(node)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    trust(tmp_path, "server")
    postgres.kill()
    postgres.start()
    deadline = time.monotonic() + 20
    while node.call("GET", "/readyz").status != 200:
        assert time.monotonic() < deadline, node.text()
        time.sleep(0.1)
    while user.request(app).status != 200:
        assert time.monotonic() < deadline, node.text()
        time.sleep(0.1)


def test_a_server_that_nobody_vouches_for_is_not_used(postgres, make_nodes, tmp_path):
    make_certificate(tmp_path, "other")
    trust(tmp_path, "other")
    with pytest.raises(RuntimeError, match="certificate verify failed"):
        make_nodes(1)
