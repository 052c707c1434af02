# SPDX-License-Identifier: Apache-2.0
"""S3 credentials from the exchange."""

import contextlib
import json
import time

import pytest

from edge import AuthService
from grantd import Person, free_port, inspect


@pytest.fixture
def service():
    service = AuthService()
    yield service
    service.close()


@pytest.fixture
def server(make_server, service):
    return make_server(edge__auth_url=service.url)


def exchange(server, scope=("read",), consent=None, **fields):
    person = Person(server)
    app = person.application()
    return app.exchange(person.code(app, list(scope), **(consent or {})), **fields)


def test_the_exchange_gives_s3_credentials_of_the_grant(server, service):
    answer = exchange(server, credentials="s3")
    assert answer.status == 200, answer
    s3 = answer.json["s3"]
    assert len(s3["access_key_id"]) == 28 and len(s3["secret_key"]) == 53
    assert s3["endpoint"] == "https://gateway.example"
    [(path, kind, body)] = service.seen
    assert (path, kind) == ("/v1/access", "application/json")
    assert json.loads(body) == {"access_grant": answer.json["access_grant"], "public": False}
    assert "s3_error" not in answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    for file in server.folder.iterdir():
        assert s3["secret_key"].encode() not in file.read_bytes(), file.name


def test_nothing_is_registered_that_was_not_asked_for(server, service):
    assert set(exchange(server).json) == {
        "access_grant", "decrypts", "scopes", "expires_in", "notes"}
    assert service.seen == []


def test_the_largest_grant_fits_into_what_the_service_takes(server, service):
    scope = ["read"] + [f"bucket:bucket-{n:02}-{'x' * 45}" for n in range(15)]
    answer = exchange(server, scope, credentials="s3")
    assert answer.status == 200 and "s3" in answer.json, answer
    assert len(service.seen[0][2]) <= 4096


def test_access_without_an_end_gets_none_and_spends_nothing(server, service):
    person = Person(server)
    app = person.application()
    code = person.code(app, ["read"], expires_in=None)
    answer = app.exchange(code, credentials="s3")
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert "that never expires" in answer.json["error_description"]
    assert app.exchange(code).status == 200
    assert service.seen == []


@pytest.mark.parametrize("broken", [
    (500, b""), (400, b"satellite not allowed"), (200, b"no json"), (200, b"[]"), (200, b"{}"),
    (200, b'{"access_key_id": 1, "secret_key": "x", "endpoint": "y"}'),
    (200, json.dumps({"access_key_id": "j" * 28, "secret_key": "J" * 53,
                      "endpoint": "https://x"}).encode()),
    (200, b"x" * (2 << 20)),
], ids=lambda broken: f"{broken[0]} {broken[1][:20].decode()}")
def test_a_service_that_fails_costs_the_credentials_and_not_the_grant(server, service, broken):
    service.broken = broken
    answer = exchange(server, credentials="s3")
    assert answer.status == 200, answer
    assert inspect(answer.json["access_grant"])["rights"][0] == "read"
    assert "did not issue any" in answer.json["s3_error"]
    assert "s3" not in answer.json


def test_a_service_that_is_away_or_silent_does_so_too(make_server, service):
    away = make_server(edge__auth_url=f"http://127.0.0.1:{free_port()}")
    assert "s3_error" in exchange(away, credentials="s3").json
    service.pause = 12
    silent = make_server(edge__auth_url=service.url)
    began = time.monotonic()
    with contextlib.suppress(ConnectionError):
        assert "s3_error" in exchange(silent, credentials="s3").json
    assert time.monotonic() - began < 11.5


@pytest.mark.parametrize("kind", ["S3", "gcs"])
def test_credentials_of_another_kind_are_refused(server, kind):
    answer = exchange(server, credentials=kind)
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_a_server_without_the_service_says_so(make_server):
    answer = exchange(make_server(), credentials="s3")
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert "leave credentials out" in answer.json["error_description"]
