# SPDX-License-Identifier: Apache-2.0
"""What an operator lists and ends while a server runs: applications, grants, sessions, the trail."""

import contextlib
import json
import re
import sqlite3
import subprocess
import time

import pytest

import storj
from conftest import BINARY, ENVIRONMENT
from grantd import PASSWORD, REDIRECT, Application, Person, grant_id_of

SALT = "EBESExQVFhcYGRobHB0eHw=="
NOBODY = "00000000-0000-4000-8000-000000000000"


def rows(place, query, *values):
    with contextlib.closing(sqlite3.connect(place.folder / "grantd.db")) as database:
        return database.execute(query, values).fetchall()


def granted(app, user, **fields):
    """Return: the id of a new grant."""
    return grant_id_of(app.exchange(user.code(app, **fields)).json["access_grant"])


# --- applications ---


def test_an_application_that_an_operator_creates_works_at_once(server, operator, user):
    [made] = operator.json("client", "create", REDIRECT, "--account", user.email, "--name", "Photos",
                           "--scopes", "read")
    app = Application(server, made, user)
    assert app.exchange(user.code(app)).status == 200
    assert operator.trail()[-1] == "client_create"
    shown = operator.do("client", "create", REDIRECT, "--account", user.email, "--name", "Two")
    found = re.fullmatch(r"client_id:     (\S{36})\nclient_secret: ([0-9a-f]{64})\n", shown)
    app = Application(server, {"id": "", "client_id": found[1], "client_secret": found[2],
                               "redirect_uris": [REDIRECT]}, user)
    assert app.exchange(user.code(app)).status == 200


@pytest.mark.parametrize("arguments, status, words", [
    (["client", "create", REDIRECT, "--name", "A"], 2, "--account"),
    (["client", "create", REDIRECT, "--account", "x@example.com", "--name", "A"], 1, "no account"),
    (["client", "show", NOBODY], 1, "no application"),
    (["client", "delete", NOBODY, "--yes"], 1, "no application"),
    (["grant", "list", "x@example.com"], 1, "no account"),
    (["grant", "revoke", NOBODY], 1, "no grant"),
    (["grant", "revoke", "nonsense"], 1, '"nonsense"'),
    (["grant", "revoke", NOBODY, "--parent", "file"], 2, "exclude"),
    (["session", "end", "x@example.com"], 2, "--all"),
    (["session", "end", "x@example.com", NOBODY, "--all"], 2, "--all"),
    (["session", "end", "x@example.com", "--all"], 1, "no account"),
    (["audit", "list", "--client", "nonsense"], 2, '"nonsense"'),
    (["audit", "list", "--account", "x@example.com"], 1, "no account"),
    (["audit", "list", "--since", "yesterday"], 2, "duration"),
    (["audit", "list", "--follow", "--until", "1h"], 2, "exclude"),
])
def test_wrong_use_names_the_value_or_the_next_step(operator, arguments, status, words):
    assert words in operator.refuse(*arguments, status=status)


def test_an_application_is_shown_without_its_secret(operator, user):
    app = user.application(name="Shown", scopes=["read", "bucket:photos"])
    shown = operator.json("client", "show", app.client_id)
    assert (shown["account"], shown["name"]) == (user.email, "Shown")
    assert shown["scopes"] == ["read", "bucket:photos"] and len(shown["secrets"]) == 1
    assert app.secret not in json.dumps(shown)
    table = operator.do("client", "show", app.client_id)
    assert "Shown" in table and user.email in table and app.secret not in table


def test_a_deleted_application_is_gone_with_its_access(server, operator, user):
    app = user.application(name="Gone")
    grant = granted(app, user)
    assert "--yes" in operator.refuse("client", "delete", app.client_id, status=2)
    assert granted(app, user)
    operator.do("client", "delete", app.client_id, "--yes")
    assert app.client_id not in operator.do("client", "list")
    assert user.request(app).status >= 400
    [row] = [row for row in operator.json("grant", "list", user.email) if row["id"] == grant]
    assert row["status"] == "dead"
    assert operator.trail()[-1] == "client_delete"


# --- grants ---


def test_grants_are_listed_for_one_account_or_all(server, operator, user):
    app, other = user.application(), Person(server)
    mine = granted(app, user, scope=["read", "bucket:photos"])
    others = granted(app, other)
    [row] = operator.json("grant", "list", user.email)
    assert (row["id"], row["account"], row["client_id"]) == (mine, user.email, app.client_id)
    assert (row["status"], row["scopes"]) == ("live", ["read", "bucket:photos"])
    assert {mine, others} <= {row["id"] for row in operator.json("grant", "list")}
    assert mine in operator.do("grant", "list", user.email)


def test_an_operator_revokes_exactly_as_the_user_does(operator, user):
    user.project(name="Real", access_grant=storj.access_grant(), salt=SALT)
    [project] = [p["id"] for p in user.call("GET", "/api/v0/projects").json if p["name"] == "Real"]
    app = user.application(refresh_tokens=True)

    def issued():
        code = user.code(app, ["read", "offline_access"], project_id=project, expires_in=7200)
        return grant_id_of(app.redeem(code).json["access_token"])

    def state(grant):
        [row] = rows(operator, "SELECT g.status, g.revoked_by, d.state IS NOT NULL, z.ended_at > 0, "
                     "(SELECT COUNT(*) FROM refresh_token t WHERE t.authorization_no = z.no), "
                     "(SELECT COUNT(*) FROM revocation r WHERE r.id = g.id) FROM access_grant g "
                     "JOIN access_authorization z ON z.no = g.authorization_no "
                     "LEFT JOIN delivery d ON d.grant_id = g.id WHERE g.id = ?",
                     bytes.fromhex(grant.replace("-", "")))
        return row

    def logged(grant):
        return grant.replace("-", "") in (operator.folder / "revocations.log").read_text().replace(
            "-", "")

    theirs, ours = issued(), issued()
    assert state(ours) == (1, None, 0, None, 1, 0)
    assert user.call("DELETE", f"/api/v0/auth/grants/{theirs}").status == 200
    operator.do("grant", "revoke", ours)
    assert state(ours) == state(theirs) and state(ours)[2:] == (1, 1, 0, 1)
    assert logged(ours) and logged(theirs)
    assert operator.trail()[-1] == "grant_revoke"
    [row] = [row for row in operator.json("grant", "list", user.email) if row["id"] == ours]
    assert row["status"] == "revoked"
    operator.do("grant", "revoke", ours)  # again changes nothing
    assert operator.trail().count("grant_revoke") == 1


# --- sessions ---


def test_sessions_are_listed_and_ended_one_by_one_or_all(server, operator, user):
    first = user.token
    user.log_in()
    sessions = operator.json("session", "list", user.email)
    assert [s["account"] for s in sessions] == [user.email] * 2
    assert all(s["address"] and s["last_seen_at"] and first not in json.dumps(s) for s in sessions)
    newest = sessions[0]["id"]
    operator.do("session", "end", user.email, newest)
    assert user.call("GET", "/api/v0/auth/account").status == 401
    assert newest in operator.refuse("session", "end", user.email, newest)
    user.token = first
    assert user.call("GET", "/api/v0/auth/account").status == 200
    operator.do("session", "end", user.email, "--all")
    assert user.call("GET", "/api/v0/auth/account").status == 401
    assert operator.json("session", "list", user.email) == []
    assert operator.trail()[-2:] == ["session_end", "sessions_end"]


def test_a_session_of_another_account_cannot_be_named(server, operator, user):
    other = Person(server)
    [session] = operator.json("session", "list", other.email)
    operator.refuse("session", "end", user.email, session["id"])
    assert other.call("GET", "/api/v0/auth/account").status == 200


# --- the audit trail ---


def trail(operator, *arguments):
    return [json.loads(line) for line in
            operator.do("audit", "list", "--json", *arguments).splitlines()]


def test_the_trail_is_filtered_by_account_client_kind_and_time(server, operator, user):
    app, other = user.application(), Person(server)
    granted(app, user)
    server.call("POST", "/api/v0/auth/token", {"email": user.email, "password": "x" * 12})
    mine = trail(operator, "--account", user.email)
    assert mine == trail(operator, "--account", user.id)
    assert {row["account_id"] for row in mine} == {user.id}
    assert {"register", "login"} <= {row["action"] for row in mine}
    assert [row["at"] for row in mine] == sorted(row["at"] for row in mine)
    assert {row["action"] for row in trail(operator, "--kind", "login")} == {"login"}
    assert {row["client_id"] for row in trail(operator, "--client", app.client_id)} == {
        app.client_id}
    failed = trail(operator, "--failed", "--kind", "login")
    assert failed and all(row["outcome"] != "ok" for row in failed)
    assert trail(operator, "--until", "1h") == []
    assert trail(operator, "--account", other.email, "--kind", "exchange") == []
    assert set(mine[0]) == {"at", "action", "outcome", "account_id", "client_id", "subject_id",
                            "request_id", "address", "actor_id"}
    table = operator.do("audit", "list", "--account", user.email).splitlines()
    assert table[0].split()[:3] == ["TIME", "KIND", "OUTCOME"] and len(table) == len(mine) + 1


def test_a_long_trail_is_printed_page_by_page_and_whole(place):
    with contextlib.closing(sqlite3.connect(place.folder / "grantd.db")) as database, database:
        now = int(time.time() * 1000) - 60000  # many are of one instant
        database.executemany(
            "INSERT INTO audit (at, action, outcome, request_id, address) VALUES (?, 'x', 'ok', ?, '')",
            [(now + i // 700, str(i)) for i in range(3500)])
    assert [row["request_id"] for row in trail(place, "--kind", "x")] == [
        str(i) for i in range(3500)]
    table = place.do("audit", "list", "--kind", "x").splitlines()
    assert len(table) == 3501 and sum("OUTCOME" in line for line in table) == 1


def test_a_long_list_is_one_array(place):
    place.do("account", "create", "a@example.com", stdin=PASSWORD)
    with contextlib.closing(sqlite3.connect(place.folder / "grantd.db")) as database, database:
        database.executemany(
            "INSERT INTO account (id, email, full_name, created_at) VALUES (?, ?, '', 1)",
            [(i.to_bytes(16, "big"), f"b{i}@example.com") for i in range(1, 2500)])
    assert len(place.json("account", "list")) == 2500
    table = place.do("account", "list").splitlines()
    assert len(table) == 2501 and sum("CREATED" in line for line in table) == 1


def test_the_trail_is_followed(server, operator, user):
    with subprocess.Popen(
            [str(BINARY), "audit", "list", "--follow", "--json", "--account", user.email, "--since",
             "1s", "--kind", "password_set"], stdout=subprocess.PIPE, text=True,
            cwd=operator.folder, env=ENVIRONMENT) as process:
        try:
            operator.do("account", "set-password", user.email, stdin="another password")
            assert json.loads(process.stdout.readline())["account_id"] == user.id
        finally:
            process.terminate()
