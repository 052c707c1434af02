# SPDX-License-Identifier: Apache-2.0
"""Hostile accounts against authorizations: one consent writes a row in each of three tables."""

import concurrent.futures
import contextlib
import sqlite3
import time

import pytest

from grantd import Person

TABLES = "request", "access_authorization", "code"
DAY = 86400 * 1000


def database(server):
    return contextlib.closing(sqlite3.connect(server.folder / "grantd.db"))


def rows(server, where="1"):
    """How many rows there are in each of the three tables; all have the column `no`."""
    with database(server) as connection:
        return [connection.execute(f"SELECT COUNT(*) FROM {table} WHERE {where}").fetchone()[0]
                for table in TABLES]


def number_of(server, request_id):
    with database(server) as connection:
        return connection.execute("SELECT no FROM request WHERE id = ?",
                                  [bytes.fromhex(request_id.replace("-", ""))]).fetchone()[0]


def pending(user, app):
    answer = user.request(app)
    assert answer.status == 200, answer
    return answer.json["request_id"]


def at_once(*calls):
    """What each of the calls returns, made in parallel."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def check_refused(answer, status, error):
    assert (answer.status, answer.error) == (status, error), answer


# --- how many ---

@pytest.mark.file
def test_authorizations_and_codes_are_no_more_than_the_quota_of_requests(make_server):
    n_a_day = 8
    server = make_server(limits__requests_per_account=str(n_a_day))
    hostile = Person(server)
    for app in [Person(server).application() for _ in range(n_a_day // 2 + 1)]:
        for _ in range(3):
            answer = hostile.request(app)
            if answer.status == 429:
                continue
            request_id = answer.json["request_id"]
            assert hostile.consent(request_id, ["read"]).status == 200
            for approve in (True, False):
                check_refused(hostile.consent(request_id, ["read"], approve=approve), 400,
                              "request_not_pending")
    assert rows(server) == [n_a_day] * 3


@pytest.mark.file
@pytest.mark.parametrize("approve", [True, False])
def test_of_100_parallel_decisions_one_counts(server, user, app, approve):
    request_id = pending(user, app)
    answers = at_once(*[lambda: user.consent(request_id, ["read"], approve=approve)] * 100)
    assert sorted(answer.status for answer in answers) == [200] + [400] * 99
    assert {answer.error for answer in answers if answer.status == 400} == {"request_not_pending"}
    no = number_of(server, request_id)
    assert rows(server, f"no = {no}") == [1, approve, approve]


@pytest.mark.file
def test_of_parallel_approvals_and_refusals_one_counts(server, user, app):
    for _ in range(10):
        request_id = pending(user, app)
        answers = at_once(*[lambda a=a: user.consent(request_id, ["read"], approve=a)
                            for a in [True, False] * 8])
        winner, = (answer for answer in answers if answer.status == 200)
        is_approved = "code" in winner.json
        no = number_of(server, request_id)
        assert rows(server, f"no = {no}") == [1, is_approved, is_approved]
        if is_approved:
            assert app.exchange(winner.json["code"]).status == 200


# --- whose ---

@pytest.mark.file
def test_nobody_else_decides_a_request(server, user, app):
    request_id, hostile = pending(user, app), Person(server)
    for person in (hostile, Person(server)):
        for approve in (True, False):
            check_refused(person.consent(request_id, ["read"], approve=approve), 403, "forbidden")
        assert person.call("GET", f"/api/v0/oauth2/requests/{request_id}").status in (403, 404)
    assert rows(server, f"no = {number_of(server, request_id)}") == [1, 0, 0]
    assert user.consent(request_id, ["read"]).status == 200


@pytest.mark.file
def test_a_request_is_not_approved_for_the_project_of_another(server, user, app):
    hostile = Person(server)
    request_id = pending(hostile, app)
    project = user.call("GET", "/api/v0/projects").json[0]
    check_refused(hostile.consent(request_id, ["read"], project_id=project["id"]), 404, "not_found")
    assert rows(server, f"no = {number_of(server, request_id)}") == [1, 0, 0]


def test_another_applications_code_is_worth_nothing_and_stays_good(server, user, app):
    hostile = Person(server).application()
    code = user.code(app)
    for fields in ({}, {"redirect_uri": app.redirect_uri}):
        check_refused(hostile.exchange(code, **fields), 400, "invalid_code")
    check_refused(server.call("POST", "/api/v0/oauth2/token",
                              {**app.body(code), "client_secret": hostile.jwt()}),
                  401, "invalid_client")
    assert app.exchange(code).status == 200


def test_nobody_sees_or_ends_the_authorization_of_another(server, user, app):
    assert app.exchange(user.code(app)).status == 200
    unspent, hostile = user.code(app), Person(server)
    grant, = user.grants()
    assert hostile.grants() == []
    for path in ("developer-access", f"developer-access/{app.client_id}/history", "access-logs"):
        answer = hostile.call("GET", f"/api/v0/auth/{path}")
        assert grant["id"] not in answer.body.decode(), path
        assert app.client_id not in answer.body.decode(), path
    assert hostile.call("DELETE", f"/api/v0/auth/grants/{grant['id']}").status == 404
    assert hostile.revoke(app).json.get("grants", []) == []
    assert [one["status"] for one in user.grants()] == ["live"]
    assert app.exchange(unspent).status == 200


# --- decided and withdrawn ---

@pytest.mark.file
def test_what_is_withdrawn_while_it_is_approved_gives_no_grant(server, user, app):
    for _ in range(25):
        request_id = pending(user, app)
        consent, removed = at_once(lambda: user.consent(request_id, ["read"]),
                                   lambda: user.revoke(app))
        assert removed.status == 200, removed
        no = number_of(server, request_id)
        if consent.status == 200:
            assert rows(server, f"no = {no}") == [1, 1, 1]
            check_refused(app.exchange(consent.json["code"]), 400, "invalid_code")
        else:
            check_refused(consent, 400, "request_not_pending")
            assert rows(server, f"no = {no}") == [1, 0, 0]
    assert user.grants() == []


def test_what_is_withdrawn_while_it_is_exchanged_leaves_no_live_grant(user, app):
    for _ in range(25):
        code = user.code(app)
        exchanged, removed = at_once(lambda: app.exchange(code), lambda: user.revoke(app))
        assert exchanged.status in (200, 400) and removed.status == 200
        assert not [grant for grant in user.grants() if grant["status"] == "live"]


# --- what is left ---

@pytest.mark.file
def test_cleanup_leaves_a_row_in_none_of_the_three_tables(make_server):
    server = make_server()
    user, app = Person(server), Person(server).application()
    pending(user, app)
    assert user.consent(pending(user, app), [], approve=False).status == 200
    for scope in (["read"], ["read", "bucket:photos;prefix:2024/"]):
        user.code(app, scope, passphrase="a passphrase")  # never exchanged
    assert app.exchange(user.code(app)).status == 200
    assert user.revoke(app).status == 200  # withdraws what waits, and the codes
    check_refused(app.exchange(user.code(app), redirect_uri="https://a.example/"), 400,
                  "invalid_redirect_uri")
    assert app.exchange(user.code(app)).status == 200
    assert rows(server) == [7, 5, 5]
    assert server.stop() == 0
    with database(server) as connection, connection:
        for table, columns in (("request", ("created_at", "expires_at")),
                               ("code", ("asked_at", "expires_at")),
                               ("access_grant", ("created_at", "expires_at"))):
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = {column} - 400 * {DAY}")
    server.start()
    deadline = time.monotonic() + 30
    while rows(server) != [0, 0, 0]:
        assert time.monotonic() < deadline, rows(server)
        time.sleep(0.1)
    assert "The database is sound" in server.run("store", "check").stdout
