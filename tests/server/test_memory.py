# SPDX-License-Identifier: Apache-2.0
"""One user's rows, however many and long, affect only that user's requests: the process lives,
the response comes in pages or chunks, and the memory is freed."""

import csv
import http.client
import io
import pathlib
import re
import secrets
import socket
import sqlite3
import threading
import time

import pytest

from grantd import Person
from sealing import Sealer

ACCESS = "/api/v0/auth/developer-access"
LOGS = "/api/v0/developer/auth/access-logs"
LONGEST = "!" * 511 + "/"
MIB = 1 << 20
PATIENCE = 6  # seconds; who waits for one that does not read waits for longer


@pytest.fixture
def house(make_server):
    """A server of the test's own, an honest user and a developer with an application."""
    server = make_server()
    person = Person(server)
    person.app = person.application()
    yield person
    assert server.process.poll() is None, server.text()
    assert Person(server).grants() == []  # it serves on
    assert server.stop() == 0, server.text()


def resident(server):
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024


def memory_comes_back(server, before, most=48 * MIB):
    deadline = time.monotonic() + 10
    while resident(server) > before + most and time.monotonic() < deadline:
        time.sleep(0.1)
    assert resident(server) <= before + most


def database(server):
    return sqlite3.connect(server.folder / "grantd.db", timeout=30)


def pages(person, path):
    """Every page of a list, following the Link headers."""
    while path:
        answer = person.call("GET", path)
        assert answer.status == 200, answer
        yield answer
        link = answer.headers.get("Link")
        path = re.fullmatch(r'<(.*)>; rel="next"', link)[1] if link else None


def uuid7(milliseconds):
    raw = bytearray(milliseconds.to_bytes(6, "big") + secrets.token_bytes(10))
    raw[6], raw[8] = 0x70 | raw[6] & 15, 0x80 | raw[8] & 63
    return bytes(raw)


def rows_copy(server, n, scope="read", with_grants=True):
    """The newest request, with its authorization, code and grant, n times more."""
    tables = {"request": "no", "access_authorization": "no", "code": "no",
              **({"access_grant": "authorization_no"} if with_grants else {})}
    tails = Sealer(server.folder / "master.key", "access_grant.sealed_tail")
    with database(server) as rows:
        newest, now = rows.execute("SELECT no, created_at - ? FROM request ORDER BY no DESC LIMIT 1",
                                   (n,)).fetchone()
        for table, number in tables.items():
            names = [column[1] for column in rows.execute(f"PRAGMA table_info({table})")]
            found = rows.execute(f"SELECT * FROM {table} WHERE {number} = ?", (newest,)).fetchone()
            if not found:
                continue
            row = dict(zip(names, found, strict=True))
            text = f"INSERT INTO {table} ({','.join(row)}) VALUES ({','.join(':' + k for k in row)})"
            ids = [uuid7(now + i) for i in range(n)]
            rows.executemany(text, (
                {**row, "id": ids[i], "created_at": now + i, "digest": None,
                 "scope": scope(i) if callable(scope) else scope,
                 "sealed_tail": tails.seal(ids[i], secrets.token_bytes(32)),
                 number: newest + 1 + i}
                for i in range(n)))


# --- lists ---


@pytest.mark.file
def test_a_history_of_the_longest_scopes_comes_in_pages(house):
    """800 requests of 15 prefixes, 23 KB a row, as they could be made before there was a bound."""
    server, before = house.server, resident(house.server)
    assert house.request(house.app, ["read", f"bucket:bbb;prefix:{LONGEST}"]).status == 200
    prefix = "%21" * 511 + "/"
    rows_copy(server, 799, lambda i: " ".join(
        ["read", *(f"bucket:bbb{n:02}-{i};prefix:{prefix}" for n in range(15))]), with_grants=False)
    path = f"{ACCESS}/{house.app.client_id}/history"
    seen = []
    for answer in pages(house, path):
        assert len(answer.body) < 2 * MIB
        seen += [entry["request_id"] for entry in answer.json]
    assert len(seen) == len(set(seen)) == 800
    seen = []
    for answer in pages(house, LOGS + "?limit=100"):
        assert len(answer.body) < 2 * MIB
        seen += [entry["request_id"] for entry in answer.json["items"]]
    assert len(seen) == len(set(seen)) == 800
    memory_comes_back(server, before)


def test_a_list_goes_on_behind_its_cursor_whatever_is_added(house):
    for _ in range(5):
        house.request(house.app)
    path = f"{ACCESS}/{house.app.client_id}/history"
    first = house.call("GET", path + "?limit=2")
    house.request(house.app)
    link = re.fullmatch(r'<(.*)>; rel="next"', first.headers["Link"])[1]
    assert link.startswith(path + "?limit=2&cursor=")
    rest = [entry["request_id"] for answer in pages(house, link) for entry in answer.json]
    everything = [entry["request_id"] for entry in house.call("GET", path).json]
    assert everything[1:] == [entry["request_id"] for entry in first.json] + rest
    assert house.call("GET", path).headers.get("Link") is None


def test_every_list_can_be_read_in_small_pages(house):
    for _ in range(3):
        house.app.exchange(house.code(house.app))
        house.log_in()
    others = [house.application() for _ in range(2)]
    for app in others:
        house.app.exchange(house.code(house.app))
        app.exchange(house.code(app))
    for path in ("/api/v0/auth/grants", "/api/v0/auth/sessions", ACCESS):
        whole = house.call("GET", path).json
        parts = [answer.json for answer in pages(house, path + "?limit=1")]
        assert all(len(part) == 1 for part in parts)
        assert [part[0] for part in parts] == whole, path
        assert len(whole) >= 3
    whole = house.call("GET", LOGS).json
    parts = [answer.json for answer in pages(house, LOGS + "?limit=1&status=used")]
    assert [part["items"][0] for part in parts] == whole["items"]
    assert "total" in parts[0] and "total" not in parts[1]
    assert "next_cursor" in parts[0] and "next_cursor" not in parts[-1]


@pytest.mark.parametrize("cursor", ["x", "A" * 31, "A" * 33, "_" * 32, "%3Cx%3E"])
def test_a_cursor_that_is_none_of_ours_is_refused(server, user, app, cursor):
    for path in ("/api/v0/auth/grants", "/api/v0/auth/sessions", ACCESS, LOGS,
                 f"{ACCESS}/{app.client_id}/history"):
        answer = user.call("GET", f"{path}?cursor={cursor}")
        assert (answer.status, answer.error) == (400, "invalid_request"), path
        assert answer.json["error_description"].startswith("cursor")


# --- exports ---


@pytest.mark.file
def test_an_export_of_any_length_is_sent_whole(house):
    server = house.server
    house.request(house.app)
    rows_copy(server, 30000, scope=lambda i: f"read bucket:number-{i}", with_grants=False)
    before = resident(server)
    answer = house.call("GET", LOGS + "/export")
    assert answer.status == 200
    lines = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    assert len(lines) == len({line["request_id"] for line in lines}) == 30001
    assert lines[0]["scopes"] == "read bucket:number-29999"
    memory_comes_back(server, before, 16 * MIB)


@pytest.mark.file
def test_a_client_that_leaves_an_export_frees_it_and_a_slow_one_holds_no_reader(house):
    server = house.server
    house.request(house.app)
    rows_copy(server, 20000, scope="read bucket:" + "b" * 60, with_grants=False)
    before = resident(server)
    slow = [http.client.HTTPConnection("127.0.0.1", server.port) for _ in range(24)]
    for connection in slow:
        connection.request("GET", LOGS + "/export", headers={
            "Host": f"localhost:{server.port}", "Authorization": "Bearer " + house.token})
    readers = [connection.getresponse() for connection in slow]
    assert {reader.status for reader in readers} == {200}
    assert all(reader.read(1000) for reader in readers)
    began = time.monotonic()
    house.app.exchange(house.code(house.app))
    with database(server) as rows:  # nobody holds a snapshot: the whole log can be reset
        busy, *_ = rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0 and time.monotonic() - began < PATIENCE
    for connection in slow:
        connection.close()
    memory_comes_back(server, before, 32 * MIB)  # 24 threads have worked for the first time


@pytest.mark.file
def test_many_exports_that_nobody_reads_leave_others_their_turn_and_give_memory_back(house):
    server = house.server
    house.request(house.app)
    rows_copy(server, 4000, scope="read" + f" bucket:photos;prefix:{LONGEST}" * 9, with_grants=False)
    before = resident(server)
    silent = []
    for _ in range(150):
        silent.append(sock := socket.socket())
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sock.connect(("127.0.0.1", server.port))
        sock.sendall(f"GET {LOGS}/export HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
                     f"Authorization: Bearer {house.token}\r\n\r\n".encode())
    assert all(sock.recv(12) == b"HTTP/1.1 200" for sock in silent)
    began = time.monotonic()
    house.app.exchange(house.code(house.app))
    assert time.monotonic() - began < PATIENCE
    for sock in silent:
        sock.close()
    memory_comes_back(server, before, 80 * MIB)  # the heaps of 150 threads, and sixteen readers


def test_a_short_export_is_one_answer(house):
    house.request(house.app)
    answer = house.call("GET", LOGS + "/export")
    assert answer.body.count(b"\r\n") == 2


# --- many live grants ---


@pytest.mark.file
@pytest.mark.parametrize("n_prefixes, is_truncated", [(3, False), (15, True)])
def test_585_live_grants_are_summed_up_at_once(house, n_prefixes, is_truncated):
    server = house.server
    assert house.app.exchange(house.code(house.app)).status == 200

    def scope(i):
        path = LONGEST if is_truncated else f"folder-{i}/"
        places = (f"bucket:bbb{n:02}-{i};prefix:{path}" for n in range(n_prefixes))
        return " ".join(["read", *places])

    rows_copy(server, 585, scope)
    before = resident(server)
    began = server.processor_seconds()
    connections = house.call("GET", ACCESS)
    asked = house.request(house.app)
    seconds = server.processor_seconds() - began
    assert connections.status == asked.status == 200
    connection, = connections.json
    assert connection["is_active"] and connection["total_requests"] == 586
    for body, field in ((connection, "approved_scopes"), (asked.json, "current_access")):
        assert body.get(field + "_truncated", False) is is_truncated
        # One of them is "read" of everything, which swallows the places.
        assert is_truncated or body[field] == ["read"]
    assert seconds < 1, seconds  # both
    assert house.call("GET", "/api/v0/auth/grants").status == 200
    memory_comes_back(server, before)


# --- revoking at once ---


def feed(server):
    """Every tail of the feed."""
    headers = {"Authorization": "Bearer " + server.service_token("revocations")}
    after, tails = None, []
    while True:
        answer = server.call("GET", "/api/v0/revocations" + (f"?after={after}" if after else ""),
                             headers=headers)
        assert answer.status == 200, answer
        tails += [item["tail"] for item in answer.json["revocations"]]
        if answer.json["next"] == after or not answer.json["revocations"]:
            return tails
        after = answer.json["next"]


@pytest.mark.file
def test_revoking_20000_grants_is_one_promise_and_nobody_waits_for_it(house):
    server, n = house.server, 20000
    assert house.app.exchange(house.code(house.app)).status == 200
    rows_copy(server, n)
    unspent = house.code(house.app)
    other = Person(server)
    app = other.application()
    waits, over = [], threading.Event()

    def go_on():
        while not over.is_set():
            began = time.monotonic()
            assert app.exchange(other.code(app)).status == 200
            waits.append(time.monotonic() - began)

    honest = threading.Thread(target=go_on)
    honest.start()
    before = resident(server)
    began = time.monotonic()
    answer = house.revoke(house.app)
    seconds = time.monotonic() - began
    over.set()
    honest.join()
    server.kill()  # an acknowledged revocation is permanent
    assert answer.status == 200 and seconds < PATIENCE
    assert len(answer.json["grants"]) == 1000 and answer.json["grants_truncated"] is True
    assert {grant["status"] for grant in answer.json["grants"]} == {"revoked"}
    assert waits and max(waits) < PATIENCE
    server.start()
    states = [grant["status"] for page in pages(house, "/api/v0/auth/grants") for grant in page.json]
    assert len(states) == n + 1 and set(states) == {"revoked"}
    connection, = house.call("GET", ACCESS).json
    assert connection["is_active"] is False and connection["approved_scopes"] == []
    assert house.app.exchange(unspent).error == "invalid_code"
    tails = feed(server)
    assert len(tails) == len(set(tails)) == n + 1
    assert house.revoke(house.app).json == {"grants": []}
    assert house.app.exchange(house.code(house.app)).status == 200  # and from here on anew
    assert house.call("GET", "/api/v0/auth/grants?limit=1").json[0]["status"] == "live"
    assert [len(house.revoke(house.app).json["grants"]) for _ in range(2)] == [1, 0]
    assert len(feed(server)) == n + 2
    memory_comes_back(server, before)


@pytest.mark.file
@pytest.mark.parametrize("n", [3, 300])
def test_a_restore_does_not_bring_revoked_access_back(house, n):
    server = house.server
    house.app.exchange(house.code(house.app))
    rows_copy(server, n - 1)
    server.run("store", "copy", "copy.db")
    house.app.exchange(house.code(house.app))
    house.revoke(house.app)
    server.stop()
    for name in ("grantd.db-wal", "grantd.db-shm"):
        (server.folder / name).unlink(missing_ok=True)
    (server.folder / "copy.db").rename(server.folder / "grantd.db")
    server.run("store", "recover")
    server.start()
    house.log_in()
    assert [grant["status"] for grant in house.grants()] == ["revoked"] * n
    assert house.app.exchange(house.code(house.app)).status == 200
    assert house.grants()[0]["status"] == "live"
