# SPDX-License-Identifier: Apache-2.0
"""A disk that is low: strangers are refused first, revocations never, and the server recovers by
itself."""

import subprocess
import time

import pytest

from grantd import PASSWORD, REDIRECT, Person
from small_disk import SmallDisk

MIB = 1 << 20
DISK = 64 * MIB  # so it is low below 6.4 MiB, very low below 3.2, full below 0.8
LOW, VERY_LOW, FULL = 5 * MIB, 2 * MIB, 400 * 1024
UNAVAILABLE = (503, "temporarily_unavailable")
CLIENTS = "/api/v0/developer/auth/oauth2/clients"


@pytest.fixture
def disk(request, tmp_path):
    try:
        made = SmallDisk(tmp_path / "disk", DISK)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"{request.node.name}: this machine cannot mount file systems")
    yield made
    made.unmount()


def level(server):
    answer = server.call("GET", "/readyz")
    assert answer.status == 200
    return answer.json["disk"]


def wait_level(server, wanted):
    deadline = time.monotonic() + 10
    while level(server) != wanted:
        assert time.monotonic() < deadline, (level(server), wanted)
        time.sleep(0.05)


def metric(server, name):
    text = server.call("GET", "/metrics").body.decode()
    return float(next(line.rsplit(" ", 1)[1] for line in text.splitlines()
                      if line.startswith(name + " ")))


def wait_metric(server, name, value):
    deadline = time.monotonic() + 10
    while metric(server, name) != value:
        assert time.monotonic() < deadline, metric(server, name)
        time.sleep(0.05)


def refused(answer):
    assert (answer.status, answer.error) == UNAVAILABLE, answer
    assert "disk of this server is nearly full" in answer.json["error_description"]
    assert int(answer.headers["Retry-After"]) >= 1
    return True


def register(server, name):
    return server.call("POST", "/api/v0/auth/register", {
        "email": f"{name}@example.com", "password": PASSWORD, "full_name": "Somebody"})


class Cast:
    """A user with something of each kind to do, and a hostile account."""

    def __init__(self, server):
        self.server = server
        self.developer, self.user, self.hostile = (Person(server) for _ in range(3))
        self.app = self.developer.application()
        self.codes = [self.user.code(self.app) for _ in range(4)]
        self.pending = self.user.request(self.app).json["request_id"]

    def refuses_strangers(self):
        assert refused(register(self.server, "stranger"))
        assert refused(self.hostile.request(self.app))
        return refused(self.user.request(self.app))

    def refuses_changes(self):
        assert refused(self.user.consent(self.pending, ["read"]))
        assert refused(self.hostile.call("POST", "/api/v0/projects", {"name": "Mine"}))
        return refused(self.developer.call("POST", CLIENTS, {"name": "App",
                                                             "redirect_uris": [REDIRECT]}))

    def exchanges(self):
        return self.app.exchange(self.codes.pop()).status == 200


def test_strangers_are_refused_first_and_exchanges_last(make_server, disk):
    server = make_server(disk.path, code__lifetime="10m")
    cast = Cast(server)
    assert level(server) == "plenty"

    disk.leave(LOW)
    wait_level(server, "low")
    assert cast.refuses_strangers()
    assert cast.exchanges()
    assert cast.developer.application()
    assert cast.user.consent(cast.user.request(cast.app).json.get("request_id", cast.pending),
                             ["read"]).status == 200
    assert metric(server, "grantd_disk_level") == 1
    assert metric(server, "grantd_disk_refusals_total") >= 4

    disk.leave(VERY_LOW)
    wait_metric(server, "grantd_disk_level", 2)
    assert cast.refuses_strangers() and cast.refuses_changes()
    assert cast.exchanges()
    cast.user.log_in()

    grants = cast.user.grants()
    disk.leave(FULL)
    wait_level(server, "full")
    assert cast.refuses_strangers() and cast.refuses_changes()
    assert refused(cast.app.exchange(cast.codes[0]))
    assert refused(server.call("POST", "/api/v0/auth/token",
                               {"email": cast.hostile.email, "password": PASSWORD}))
    revoked = cast.user.call("DELETE", f"/api/v0/auth/grants/{grants[0]['id']}")
    assert revoked.status == 200, revoked
    assert cast.hostile.call("POST", "/api/v0/auth/logout").status in (200, 204)

    disk.make_room()
    wait_level(server, "plenty")
    assert cast.user.request(cast.app).status == 200
    assert cast.exchanges(), "what was refused is not spent"
    assert level(server) == "plenty"
    lines = [line for line in server.text().splitlines() if " disk " in line]
    assert [word for line in lines for word in ("very low", "low", "full", "plenty")
            if f'level={word}' in line or f'level="{word}"' in line] == [
                "low", "very low", "full", "plenty"], lines


def test_failures_of_strangers_are_counted_and_not_written_on_a_low_disk(make_server, disk):
    server = make_server(disk.path)
    user = Person(server)

    def rows():
        wrong = server.call("POST", "/api/v0/auth/token",
                            {"email": user.email, "password": "a wrong password"})
        assert wrong.status == 401
        return metric(server, "grantd_failures_not_audited_total")

    assert rows() == 0
    disk.leave(LOW)
    wait_level(server, "low")
    assert rows() == 1


def test_a_revocation_gets_through_when_another_program_has_filled_the_disk(make_server, disk):
    server = make_server(disk.path, code__lifetime="10m")
    cast = Cast(server)
    assert cast.exchanges() and cast.exchanges()
    reserve = disk.path / "grantd.db-reserve"
    deadline = time.monotonic() + 10
    while not reserve.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    disk.leave(64 * 1024)
    disk.fill()
    wait_level(server, "full")
    assert not reserve.exists()
    for grant in cast.user.grants():
        answer = cast.user.call("DELETE", f"/api/v0/auth/grants/{grant['id']}")
        assert answer.status == 200, answer
    assert {grant["status"] for grant in cast.user.grants()} == {"revoked"}
    server.kill()
    disk.make_room()
    server.start()
    assert {grant["status"] for grant in cast.user.grants()} == {"revoked"}, "it was a promise"
    wait_level(server, "plenty")
    deadline = time.monotonic() + 10
    while not reserve.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_disk_that_is_not_watched_is_never_low(make_server, disk):
    server = make_server(disk.path, store__min_free="0")
    user = Person(server)
    disk.leave(FULL)
    time.sleep(1.2)
    assert level(server) == "plenty"
    assert user.application()
    assert not (disk.path / "grantd.db-reserve").exists()


def test_metrics_tell_rows_and_bytes_of_every_table(make_server):
    server = make_server()
    cast = Cast(server)
    deadline = time.monotonic() + 10
    while 'grantd_table_rows{table="request"}' not in server.call(
            "GET", "/metrics").body.decode():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert metric(server, 'grantd_table_rows{table="account"}') <= 3
    assert metric(server, 'grantd_table_bytes{table="account"}') >= 4096
    assert 0 <= metric(server, "grantd_table_sample_age_seconds") < 60
    assert metric(server, 'grantd_store_bytes{part="database"}') > 0
    assert metric(server, 'grantd_store_bytes{part="log"}') > 0
    assert metric(server, "grantd_disk_free_bytes") > 0
    assert cast.exchanges()
