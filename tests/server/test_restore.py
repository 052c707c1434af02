# SPDX-License-Identifier: Apache-2.0
"""A backup is restored: access that was ended after it was made does not come back."""

import contextlib
import json
import shutil
import sqlite3
import threading

import pytest

from authenticator import PASSKEYS, add
from grantd import PASSWORD, Person
from oathtool import Factor

pytestmark = pytest.mark.file

OTHER_PASSWORD = "another long password"
CLIENTS = "/api/v0/developer/auth/oauth2/clients"
FEED = "/api/v0/revocations"


def back_up(server):
    server.run("store", "copy", "copy.db")


def put_back(server):
    """As docs/how-to/restore.md says, up to "store recover"."""
    server.stop()
    for name in ("grantd.db-wal", "grantd.db-shm"):
        (server.folder / name).unlink(missing_ok=True)
    shutil.copy(server.folder / "copy.db", server.folder / "grantd.db")
    (server.folder / "grantd.db").chmod(0o600)


def restored(server):
    """The exit status, the report, and the complaints."""
    result = server.run("store", "recover", "--json", check=False)
    return result.returncode, json.loads(result.stdout), result.stderr


def log_in(server, email, password):
    return server.call("POST", "/api/v0/auth/token", {"email": email, "password": password})


def whole_log():
    return {"missing": False, "older": False, "lost": 0, "unreadable": 0, "duplicates": 0}


# --- every kind of thing ---


class Before:
    """A server with people, applications and grants, all of whose access is ended."""

    def __init__(self, server):
        self.server = server
        self.user, self.developer = Person(server), Person(server)
        self.careless, self.banned, self.gone = (Person(server) for _ in range(3))
        self.guarded, self.spent = Person(server), Factor(Person(server))
        self.keyed = Person(server)
        self.lost_passkey, self.passkey = add(self.keyed), add(self.keyed)
        names = ("revoked", "deleted", "off", "blocked", "narrowed", "rotated", "kept")
        self.apps = {name: self.developer.application() for name in names}
        self.project = self.user.project()
        for name in ("revoked", "kept"):
            app = self.apps[name]
            assert app.exchange(self.user.code(app)).status == 200
        server.run("account", "role", self.banned.email, "--developer", "--operator")
        self.token = json.loads(server.run("token", "create", "--name", "gateway", "--role",
                                           "revocations", "--json").stdout)

    def client(self, name, method, path="", body=None):
        answer = self.developer.call(method, f"{CLIENTS}/{self.apps[name].id}{path}", body)
        assert answer.status < 300, answer

    def take_away(self):
        server = self.server
        assert self.user.revoke(self.apps["revoked"]).status == 200
        assert self.user.call("DELETE", f"/api/v0/projects/{self.project['id']}").status < 300
        self.client("deleted", "DELETE")
        self.client("off", "PATCH", "/status", {"status": 0})
        server.run("client", "disable", self.apps["blocked"].client_id)
        self.client("narrowed", "PUT", "", {"require_pkce": True})
        self.client("rotated", "POST", "/regenerate-secret", {"overlap_seconds": 0})
        answer = self.careless.call("POST", "/api/v0/auth/account/password",
                                    {"old_password": PASSWORD, "new_password": OTHER_PASSWORD})
        assert answer.status < 300, answer
        Factor(self.guarded)
        assert self.spent.log_in(self.spent.recovery_codes[0]).status == 200
        place = f"{PASSKEYS}/{self.lost_passkey.id}"
        assert self.keyed.call("DELETE", place, {"password": PASSWORD}).status == 204
        server.run("account", "role", self.banned.email, "--no-developer", "--no-operator")
        server.run("account", "disable", self.banned.email)
        server.run("account", "delete", self.gone.email, "--yes")
        server.run("token", "revoke", self.token["id"])


@pytest.fixture
def before(make_server):
    return Before(make_server())


def test_nothing_that_was_taken_away_comes_back(before):
    server = before.server
    back_up(server)
    before.take_away()
    put_back(server)
    status, report, complaints = restored(server)
    assert (status, complaints) == (0, "")
    assert report["log"] == whole_log()
    assert report["done"] == {
        "grant": 1, "access": 0, "client": 1, "client_off": 1, "client_blocked": 1,
        "client_narrowed": 1,
        "secret": 1, "project": 1, "account_disabled": 1, "account_deleted": 1,
        "developer_off": 1, "operator_off": 1, "password": 1, "factor": 1,
        "recovery_code": 1, "passkey": 1, "token": 1}
    assert set(report["locked_accounts"]) == {before.careless.email, before.guarded.email}
    server.start()
    for password in (PASSWORD, OTHER_PASSWORD):
        assert log_in(server, before.careless.email, password).error == "invalid_credentials"
    assert log_in(server, before.guarded.email, PASSWORD).error == "invalid_credentials"
    assert before.spent.log_in(before.spent.recovery_codes[0]).error == "second_factor_wrong"
    assert before.spent.log_in(before.spent.recovery_codes[1]).status == 200
    assert before.lost_passkey.log_in().error == "passkey_wrong"
    assert before.passkey.log_in().status == 200
    assert log_in(server, before.gone.email, PASSWORD).error == "invalid_credentials"
    assert log_in(server, before.banned.email, PASSWORD).status == 403
    assert before.banned.email in server.run("account", "list").stdout, "nothing is wiped"
    assert server.call("GET", FEED, token=before.token["token"]).status == 401
    before.user.log_in()
    assert before.project["id"] not in before.user.call("GET", "/api/v0/projects").body.decode()
    states = {grant["client_id"]: grant["status"] for grant in before.user.grants()}
    assert states == {before.apps["revoked"].client_id: "revoked",
                      before.apps["kept"].client_id: "live"}
    for name in ("deleted", "off", "blocked", "narrowed"):
        assert before.user.request(before.apps[name]).status >= 400, name
    code = before.user.code(before.apps["rotated"])
    assert before.apps["rotated"].exchange(code).error == "invalid_client"
    kept = before.apps["kept"]
    assert kept.exchange(before.user.code(kept)).status == 200


def test_a_locked_account_gets_a_new_password_from_an_operator(before, tmp_path):
    server = before.server
    back_up(server)
    before.take_away()
    put_back(server)
    text = server.run("store", "recover").stdout
    assert f"  {before.careless.email}\n" in text and "grantd account set-password" in text
    file = tmp_path / "password"
    file.write_text(OTHER_PASSWORD + "\n")
    server.run("account", "set-password", before.careless.email, "--password-file", str(file))
    server.start()
    assert log_in(server, before.careless.email, OTHER_PASSWORD).status == 200
    assert log_in(server, before.careless.email, PASSWORD).status == 401


# --- a damaged log ---


@pytest.fixture
def two(make_server):
    """A server with two grants, backed up, and its log with one revocation."""
    server = make_server()
    server.user = Person(server)
    server.apps = [server.user.application() for _ in range(2)]
    for app in server.apps:
        assert app.exchange(server.user.code(app)).status == 200
    back_up(server)
    assert server.user.revoke(server.apps[0]).status == 200
    server.log_path = server.folder / "revocations.log"
    return server


def live_after_restore(server):
    server.start()
    server.user.log_in()
    return [g["client_id"] for g in server.user.grants() if g["status"] == "live"]


@pytest.mark.parametrize("torn", [1, 2, 20])
def test_a_torn_line_does_not_swallow_the_next_revocation(two, torn):
    log = two.log_path.read_bytes()
    two.stop()
    two.log_path.write_bytes(log + log[:-torn])
    two.start()
    assert two.user.revoke(two.apps[1]).status == 200
    put_back(two)
    two.run("store", "recover", check=False)
    assert live_after_restore(two) == []


def test_carriage_returns_in_the_log_do_no_harm(two):
    assert two.user.revoke(two.apps[1]).status == 200
    put_back(two)
    two.log_path.write_bytes(two.log_path.read_bytes().replace(b"\n", b"\r\n"))
    status, report, _ = restored(two)
    assert (status, report["done"]["grant"], report["log"]) == (0, 2, whole_log())
    assert live_after_restore(two) == []


def test_a_missing_log_is_told(two):
    back_up_again = two.folder / "copy.db"
    back_up_again.unlink()
    back_up(two)
    put_back(two)
    two.log_path.unlink()
    status, report, complaints = restored(two)
    assert status == 1 and report["log"]["missing"]
    assert "revocations.log is missing" in complaints


def test_a_line_that_is_gone_is_told_and_the_others_are_done(two):
    assert two.user.revoke(two.apps[1]).status == 200
    put_back(two)
    lines = two.log_path.read_text().splitlines(keepends=True)
    assert len(lines) == 2
    two.log_path.write_text(lines[1])
    status, report, complaints = restored(two)
    assert status == 1 and report["log"]["lost"] == 1 and report["done"]["grant"] == 1
    assert "1 lines are missing" in complaints
    assert live_after_restore(two) == [two.apps[0].client_id]


def test_a_line_that_cannot_be_read_is_told_and_the_others_are_done(two):
    assert two.user.revoke(two.apps[1]).status == 200
    put_back(two)
    log = bytearray(two.log_path.read_bytes())
    log[20] ^= 1
    two.log_path.write_bytes(log)
    status, report, complaints = restored(two)
    assert status == 1 and report["log"]["unreadable"] == 1 and report["done"]["grant"] == 1
    assert "1 lines cannot be read" in complaints


def test_store_check_finds_a_log_that_a_restore_would_miss(two):
    assert "is sound" in two.run("store", "check").stdout
    two.log_path.write_text("")
    result = two.run("store", "check", check=False)
    assert result.returncode == 1 and "revocations.log ends before" in result.stderr


# --- two servers and an operator on one database ---


def test_two_servers_and_commands_on_one_database_lose_nothing(make_server):
    first = make_server(code__lifetime="10m")
    second = make_server(first.folder, code__lifetime="10m")
    people = [Person(server) for server in (first, second)]
    apps = [person.application() for person in people]
    issued, stop = [[], []], threading.Event()

    def exchange(i):
        while not stop.is_set():
            with contextlib.suppress(ConnectionError):
                answer = apps[i].exchange(people[i].code(apps[i]))
                assert answer.status == 200, answer
                issued[i].append(answer.json["access_grant"])

    threads = [threading.Thread(target=exchange, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for i in range(6):
        first.run("token", "create", "--name", f"t{i}", "--role", "check")
        first.run("store", "check")
    stop.set()
    for thread in threads:
        thread.join()
    for server in (first, second):
        server.kill()
    assert all(issued)
    with contextlib.closing(sqlite3.connect(first.folder / "grantd.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (n,), = database.execute("SELECT COUNT(*) FROM access_grant WHERE status = 1")
        (tokens,), = database.execute("SELECT COUNT(*) FROM service_token")
    assert n >= sum(map(len, issued)) and tokens == 6
