# SPDX-License-Identifier: Apache-2.0
"""Expired data is removed while the server runs, and nothing that is still valid is lost."""

import contextlib
import sqlite3
import time

import pytest

from grantd import PASSWORD, Person

DAY = 86400 * 1000


def database(server):
    return contextlib.closing(sqlite3.connect(server.folder / "grantd.db"))


def wait_for(server, query, wanted):
    deadline = time.monotonic() + 30
    while True:
        with database(server) as connection:
            found = connection.execute(query).fetchone()[0]
        if found == wanted:
            return
        assert time.monotonic() < deadline, (query, found)
        time.sleep(0.2)


def age(server, *statements):
    """Sets times back, as if they had passed."""
    with database(server) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def history(user, app):
    answer = user.call("GET", f"/api/v0/auth/developer-access/{app.client_id}/history")
    assert answer.status == 200, answer
    return answer.json


@pytest.mark.file
def test_old_requests_and_ended_grants_go_and_live_ones_stay(make_server):
    server = make_server()
    user, hostile = Person(server), Person(server)
    app = Person(server).application()
    for _ in range(30):
        assert hostile.request(app).status == 200
    assert app.exchange(user.code(app)).status == 200  # is old, and lives
    assert app.exchange(user.code(app)).status == 200  # has ended long ago
    kept, ended = sorted(grant["id"] for grant in user.grants())
    assert user.call("DELETE", f"/api/v0/auth/grants/{ended}").status == 200
    assert server.stop() == 0
    age(server, f"UPDATE request SET created_at = created_at - 31 * {DAY}",
        f"UPDATE access_grant SET expires_at = expires_at - 200 * {DAY} WHERE id = x'"
        + ended.replace("-", "") + "'")
    server.start()
    wait_for(server, "SELECT COUNT(*) FROM request", 1)
    wait_for(server, "SELECT COUNT(*) FROM access_grant", 1)
    wait_for(server, "SELECT COUNT(*) FROM revocation", 0)
    assert [(grant["id"], grant["status"]) for grant in user.grants()] == [(kept, "live")]
    assert len(history(user, app)) == 1
    assert history(hostile, app) == []
    assert app.exchange(user.code(app)).status == 200
    assert "The database is sound" in server.run("store", "check").stdout


@pytest.mark.file
def test_a_deleted_account_leaves_nothing_and_takes_nothing_from_others(make_server):
    server = make_server()
    user, hostile = Person(server), Person(server)
    app, other = Person(server).application(), hostile.application()
    for application in (app, other):
        assert application.exchange(user.code(application)).status == 200
    assert app.exchange(hostile.code(app)).status == 200
    assert hostile.call("DELETE", "/api/v0/auth/account", {"password": PASSWORD}).status in (200, 204)
    assert server.stop() == 0
    account = "x'" + hostile.id.replace("-", "") + "'"
    foreign = f"(account_id = {account} OR client_row IN " \
              f"(SELECT id FROM client WHERE account_id = {account}))"
    age(server, f"UPDATE access_grant SET expires_at = expires_at - 200 * {DAY} WHERE {foreign}",
        f"UPDATE account SET deleted_at = deleted_at - 31 * {DAY}, look_at = 0 WHERE id = {account}",
        f"UPDATE client SET look_at = 0 WHERE account_id = {account}",
        f"UPDATE project SET key_look_at = 0 WHERE account_id = {account}")
    server.start()
    for table, column in (("client", "account_id"), ("project", "account_id"),
                          ("request", "account_id"), ("access_grant", "account_id")):
        wait_for(server, f"SELECT COUNT(*) FROM {table} WHERE {column} = {account}", 0)
    wait_for(server, "SELECT COUNT(*) FROM client_secret", 1)
    wait_for(server, f"SELECT COUNT(*) FROM account WHERE id = {account}", 0)
    wait_for(server, "SELECT COUNT(*) FROM revocation", 0)
    assert [grant["status"] for grant in user.grants()] == ["live"]
    assert app.exchange(user.code(app)).status == 200
