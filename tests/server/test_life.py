# SPDX-License-Identifier: Apache-2.0
"""Starting, stopping, being killed, and coming back."""

import concurrent.futures
import contextlib
import http.client
import os
import random
import re
import socket
import sqlite3
import stat
import threading
import time

import pytest

from grantd import SANITIZED, Person


def test_the_first_start_makes_database_and_key_and_says_so(make_server):
    server = make_server(is_first=True)
    assert (server.folder / "grantd.db").exists()
    key = server.folder / "master.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    text = server.text()
    assert "master.key" in text and "grantd.db" in text
    assert f"http://localhost:{server.port}" in text
    assert server.stop() == 0


def test_a_connection_that_is_idle_for_the_time_of_the_setting_is_closed(make_server):
    server = make_server(http__keep_alive="1s")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as kept:
        for _ in range(2):
            time.sleep(0.5)
            kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert kept.recv(4096).startswith(b"HTTP/1.1 200 ")
        began = time.monotonic()
        assert kept.recv(4096) == b""
        assert 0.5 < time.monotonic() - began < 5


def start_fails(server):
    try:
        server.start()
    except RuntimeError:
        return server.process.returncode != 0
    return False


def test_a_database_without_its_key_is_refused(make_server):
    server = make_server(is_first=True)
    server.stop()
    key = server.folder / "master.key"
    key.rename(server.folder / "elsewhere")
    assert start_fails(server)
    assert "master.key" in server.text() and "restore" in server.text()
    assert not key.exists()


def forget_key(server):
    """The database belongs to no key, as if its first start had been cut off."""
    server.stop()
    (server.folder / "master.key").unlink()
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database, database:
        database.execute("DELETE FROM meta WHERE name = 'known_value'")


def test_a_first_start_that_was_cut_off_is_gone_on_with(make_server):
    server = make_server(is_first=True)
    forget_key(server)
    result = server.run("account", "list", check=False)
    assert result.returncode == 1 and "there is no database" in result.stderr
    assert not (server.folder / "master.key").exists()
    server.start()
    assert "Its key master.key was created" in server.text()
    Person(server)


def test_no_key_is_created_for_a_database_that_has_accounts(make_server):
    server = make_server(is_first=True)
    Person(server)
    forget_key(server)
    assert start_fails(server)
    assert "but not its key" in server.text()
    assert not (server.folder / "master.key").exists()


def test_another_key_is_refused(make_server):
    one, two = make_server(is_first=True), make_server()
    one.stop(), two.stop()
    (one.folder / "master.key").write_bytes((two.folder / "master.key").read_bytes())
    assert start_fails(one)


def test_a_key_with_an_empty_database_is_used(make_server):
    server = make_server(is_first=True)
    server.stop()
    before = (server.folder / "master.key").read_bytes()
    for name in ("grantd.db", "grantd.db-wal", "grantd.db-shm"):
        (server.folder / name).unlink(missing_ok=True)
    server.start()
    assert (server.folder / "master.key").read_bytes() == before


def test_a_key_others_can_read_is_refused(make_server):
    server = make_server()
    server.stop()
    (server.folder / "master.key").chmod(0o644)
    assert start_fails(server)
    assert "chmod" in server.text()


def test_everything_is_there_after_a_restart(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    code = user.code(app)
    app.exchange(user.code(app))
    assert server.stop() == 0
    server.start()
    assert user.call("GET", "/api/v0/auth/account").json["email"] == user.email
    assert app.exchange(code).status == 200
    assert [g["status"] for g in user.grants()] == ["live", "live"]


def test_at_sigterm_every_waiting_connection_gets_its_answer_or_a_503(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    codes = [user.code(app) for _ in range(100)]
    bodies = [app.body(code, passphrase="p") for code in codes]
    results = []
    started = threading.Barrier(101)

    def exchange(body):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.connect()
        started.wait()
        try:
            results.append(server.call_on(connection, "POST", "/api/v0/oauth2/token", body).status)
        except (http.client.HTTPException, OSError) as error:
            results.append(repr(error))

    threads = [threading.Thread(target=exchange, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    started.wait()
    time.sleep(0.3)
    assert server.stop() == 0, server.text()
    for thread in threads:
        thread.join()
    assert len(results) == 100 and set(results) <= {200, 503}, results
    assert 200 in results


CLIENTS = 64
CODES = 96


class Round:
    """64 clients exchange codes while the server is killed. Return: their responses."""

    def __init__(self, server, app, codes):
        self.app = app
        self.answered, self.unknown, self.wrong = {}, [], []
        self.supply = iter(codes)
        self.kill, self.kill_after = server.process.kill, random.randrange(1, len(codes))
        self.lock = threading.Lock()
        threads = [threading.Thread(target=self.client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server.kill()

    def client(self):
        while True:
            with self.lock:
                code = next(self.supply, None)
            if code is None:
                return
            try:
                answer = self.app.exchange(code)
            except (OSError, http.client.HTTPException):
                self.unknown.append(code)
                return
            if answer.status != 200:
                self.wrong.append(answer)
                return
            self.answered[code] = answer.json["access_grant"]
            if len(self.answered) == self.kill_after:
                self.kill()


@pytest.mark.parametrize("rounds", [10, pytest.param(90, marks=pytest.mark.slow)])
def test_no_answered_grant_is_lost_and_no_code_buys_two_by_kill_9(make_server, rounds):
    """Many times, in one folder: the process is killed at a random moment."""
    server = make_server(code__lifetime="10m")
    user = Person(server)
    app = user.application()
    n_answered, n_unknown = 0, 0
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for _ in range(rounds):
            codes = list(pool.map(lambda _: user.code(app), range(CODES)))
            before = {g["id"] for g in user.grants()}
            played = Round(server, app, codes)
            server.start()
            assert not played.wrong
            new = [g for g in user.grants() if g["id"] not in before]
            live = [g for g in new if g["status"] == "live"]
            assert len(played.answered) <= len(live)
            assert len(live) <= len(played.answered) + len(played.unknown)
            assert len(set(played.answered.values())) == len(played.answered)
            assert all(a.error == "invalid_code" for a in pool.map(app.exchange, played.answered))
            retried = [a.status for a in pool.map(app.exchange, played.unknown)]
            bought = [g for g in user.grants() if g["id"] not in before]
            assert len(bought) == len(new) + retried.count(200)
            user.revoke(app)  # keeps the list below its limit
            n_answered += len(played.answered)
            n_unknown += len(played.unknown)
    assert n_answered and n_unknown


def test_a_thousand_connections_are_served(server):
    socks = []
    try:
        for _ in range(1000):
            socks.append(socket.create_connection(("127.0.0.1", server.port)))
        assert server.call("GET", "/healthz").status == 200
    finally:
        for sock in socks:
            sock.close()


def test_a_configuration_that_would_be_unsafe_is_refused(make_server):
    server = make_server(start=False, http__listen="0.0.0.0:0")
    assert start_fails(server)
    assert "public_url" in server.text()
    server = make_server(start=False, code__lifetime="nonsense", nonsense="1")
    assert start_fails(server)


def test_registration_can_be_closed(make_server):
    server = make_server(accounts__open_registration="false")
    answer = server.call("POST", "/api/v0/auth/register", {
        "email": "a@b.example", "password": "a long enough password", "full_name": "X"})
    assert (answer.status, answer.error) == (403, "registration_closed")


@pytest.mark.skipif(SANITIZED, reason="address space under a sanitizer")
def test_a_server_without_memory_to_start_says_why(make_server):
    server = make_server(start=False)
    command, n_failed = server.command, 0
    for mib in range(40, 420, 20):
        server.command = lambda *arguments, mib=mib: ["prlimit", f"--as={mib << 20}",
                                                      *command(*arguments)]
        try:
            server.start()
        except RuntimeError:
            n_failed += 1
            if server.process.poll() is None:  # what was left is enough to start, but not to answer
                assert "out of memory" in server.text(server.began_at)
                server.kill()
                continue
            assert server.process.returncode == 1
            assert re.search("^grantd: .*cannot ", server.text(server.began_at),
                             re.MULTILINE), server.text()
        else:
            assert server.stop() == 0
    assert n_failed
