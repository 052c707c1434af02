# SPDX-License-Identifier: Apache-2.0
"""What operators see and do by the API, and that nobody else does (docs/protocol/http.md 10)."""

import contextlib
import json
import sqlite3
import uuid

import pytest

from grantd import BINARY, PASSWORD, REDIRECT, Person, Server
from mail_server import MailServer, link_in, text_of
from oathtool import Factor
from pages import page_blocks, run_block

pytestmark = pytest.mark.file  # the command line and the server share a folder
ACCOUNTS = "/api/v0/admin/accounts"
WAITING = "/api/v0/admin/clients"
AUDIT = "/api/v0/admin/audit"
CLIENTS = "/api/v0/developer/auth/oauth2/clients"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("operators"),
                    **{"clients.require_approval": "true"}).start()
    yield server
    assert server.stop() == 0, server.text()


def operator_of(server, **more):
    person = Person(server, **more)
    server.run("account", "role", person.email, "--operator")
    return person


@pytest.fixture(scope="module")
def operator(server):
    return operator_of(server)


def actions(one):
    """Each thing an operator can do with an account or an application of this id."""
    return [("PATCH", f"{ACCOUNTS}/{one}", {"blocked": True}),
            ("PATCH", f"{ACCOUNTS}/{one}", {"blocked": False}),
            ("POST", f"{ACCOUNTS}/{one}/reset-factors", None),
            ("POST", f"{ACCOUNTS}/{one}/reset-mail", None),
            ("POST", f"{WAITING}/{one}/review", {"approve": True, "revision": "A" * 43})]


READS = [("GET", path, None) for path in (ACCOUNTS, WAITING, AUDIT, "/api/v0/admin/rates")]


def row_of(operator, person):
    [row] = operator.call("GET", f"{ACCOUNTS}?email={person.email}").json
    return row


def newest(operator, action):
    return next(one for one in operator.call("GET", AUDIT).json if one["action"] == action)


# --- who may ---


def test_others_get_the_same_refusal_for_whatever_there_is(server, operator, user):
    """Also a developer, and with an id that is known, the stranger's own, nobody's or no id."""
    app, other = user.application(), Person(server)
    for one in (operator.id, user.id, app.id, other.id, str(uuid.uuid4()), "x"):
        for method, path, body in READS + actions(one):
            answer = other.call(method, path, body)
            assert (answer.status, answer.error) == (403, "not_operator"), path
            assert server.call(method, path, body).status == 401
    assert "blocked_at" not in other.call("GET", "/api/v0/auth/account").json
    assert row_of(operator, user)["blocked_at"] is None


def test_nobody_gets_the_role_by_the_api(server, user):
    for body in ({"full_name": "X", "operator": True, "roles": 3}, {"operator": True}):
        user.call("PATCH", "/api/v0/auth/account", body)
    assert user.call("GET", "/api/v0/auth/account").json["operator"] is False
    made = server.call("POST", "/api/v0/auth/register", {
        "email": "sly@example.com", "password": PASSWORD, "full_name": "Sly", "operator": True,
        "roles": 3, "role": "operator"})
    assert made.json["operator"] is False


def test_the_role_acts_and_ends_at_the_next_request(server):
    person = Person(server)
    assert person.call("GET", AUDIT).status == 403
    server.run("account", "role", person.email, "--operator")
    assert person.call("GET", "/api/v0/auth/account").json["operator"] is True
    assert person.call("GET", AUDIT).status == 200
    server.run("account", "role", person.email, "--no-operator")
    assert person.call("GET", AUDIT).status == 403


@pytest.mark.parametrize("required", ["operators", "developers", "everybody"])
def test_an_operator_needs_the_factor_that_is_required(make_server, required):
    operator = operator_of(make_server(accounts__require_factor=required))
    for method, path, body in READS + actions(operator.id):
        answer = operator.call(method, path, body)
        assert (answer.status, answer.error) == (403, "second_factor_missing")
    Factor(operator)
    assert operator.call("GET", AUDIT).status == 200


def test_required_of_operators_it_is_not_required_of_developers(make_server):
    developer = Person(make_server(accounts__require_factor="operators"))
    assert developer.application()


def test_whoever_acts_has_shown_recently_who_they_are(make_server):
    server = make_server(session__proof="10m")
    operator, victim = operator_of(server), Person(server)
    age(server)
    for method, path, body in actions(victim.id):
        assert operator.call(method, path, body).error == "proof_required", path
    assert operator.call("GET", ACCOUNTS).status == 200, "to look takes none"
    operator.call("POST", "/api/v0/auth/session/proof", {"password": PASSWORD})
    assert operator.call("PATCH", f"{ACCOUNTS}/{victim.id}", {"blocked": True}).status == 204


def age(server):
    """Everybody's last proof was an hour ago."""
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        database.execute("UPDATE session SET authenticated_at = authenticated_at - 3600000")
        database.commit()


# --- accounts ---


def test_accounts_are_listed_newest_first_in_pages(server, operator):
    people = [Person(server) for _ in range(3)]
    first = operator.call("GET", ACCOUNTS + "?limit=2")
    assert [one["id"] for one in first.json] == [people[2].id, people[1].id]
    second = operator.call("GET", first.headers["Link"].split(">")[0][1:])
    assert second.json[0]["id"] == people[0].id
    row = first.json[0]
    assert row["last_login_at"] >= row["created_at"] and row["blocked_at"] is None
    assert not row["second_factor"] and not row["passkey"] and row["roles"] == []


def test_accounts_are_found_by_how_their_address_begins(server, operator):
    people = [Person(server, email=f"find{n}@example.com") for n in (2, 1, 3)]
    by_name = sorted(person.email for person in people)
    found = operator.call("GET", ACCOUNTS + "?email=FIND&limit=2")
    assert [one["email"] for one in found.json] == by_name[:2]
    rest = operator.call("GET", found.headers["Link"].split(">")[0][1:])
    assert [one["email"] for one in rest.json] == by_name[2:] and "Link" not in rest.headers
    for text in ("find4", "%25", "find_", "ind1@", "find1@example.com."):
        assert operator.call("GET", f"{ACCOUNTS}?email={text}").json == [], text
    server.run("account", "delete", by_name[1], "--yes")
    assert len(operator.call("GET", ACCOUNTS + "?email=find").json) == 2


def test_nothing_secret_and_nothing_stored_is_in_any_list(server, operator, user):
    app = user.application()
    for _, path, _ in READS:
        text = json.dumps(operator.call("GET", path).json)
        assert app.secret not in text and user.token not in text and PASSWORD not in text
        assert "argon2" not in text


def test_a_blocked_account_is_out_and_comes_back(server, operator, user):
    one = f"{ACCOUNTS}/{user.id}"
    assert operator.call("PATCH", one, {"blocked": True}).status == 204
    assert user.call("GET", "/api/v0/auth/account").status == 401
    log_in = {"email": user.email, "password": PASSWORD}
    assert server.call("POST", "/api/v0/auth/token", log_in).status == 403
    assert row_of(operator, user)["blocked_at"]
    assert operator.call("PATCH", one, {"blocked": True}).status == 204, "again is no harm"
    soon = operator.call("PATCH", one, {"blocked": False})
    assert (soon.status, soon.error) == (409, "account_settling")
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        database.execute("UPDATE account SET disabled_at = disabled_at - 60000 "
                         "WHERE disabled_at IS NOT NULL")
        database.commit()
    assert operator.call("PATCH", one, {"blocked": False}).status == 204
    user.log_in()
    done = [(entry["action"], entry["address"])
            for entry in user.call("GET", "/api/v0/auth/activity").json]
    assert ("account_enable", None) in done and ("account_disable", None) in done


def test_the_trail_says_which_operator_acted(server, operator, user):
    operator.call("PATCH", f"{ACCOUNTS}/{user.id}", {"blocked": True})
    entry = newest(operator, "account_disable")
    assert (entry["operator_id"], entry["operator_email"]) == (operator.id, operator.email)
    assert (entry["account_id"], entry["email"]) == (user.id, user.email)
    assert entry["address"] == "127.0.0.1"
    lines = [json.loads(line) for line in server.run("audit", "list", "--json").stdout.splitlines()]
    assert [line["actor_id"] for line in lines if line["action"] == "account_disable"][-1] == operator.id
    assert newest(operator, "register")["operator_id"] is None


def test_lost_factors_are_reset(server, operator, user):
    reset = f"{ACCOUNTS}/{user.id}/reset-factors"
    none = operator.call("POST", reset)
    assert (none.status, none.error) == (404, "no_factors")
    factor = Factor(user)
    assert row_of(operator, user)["second_factor"] is True
    assert operator.call("POST", reset).status == 204
    assert factor.log_in().status == 200, "without a code"
    assert newest(operator, "factor_reset")["operator_id"] == operator.id


def test_operators_do_not_change_each_other(server, operator):
    """So nobody blocks the last one, and one stolen session does not lock out the others."""
    other = operator_of(server)
    for one in (other.id, operator.id):
        for method, path, body in actions(one)[:4]:
            answer = operator.call(method, path, body)
            assert (answer.status, answer.error) == (403, "operators_account"), path
    assert other.call("GET", AUDIT).status == 200
    assert row_of(operator, other)["roles"] == ["operator"]


def test_what_there_is_not_is_not_found(operator):
    for one in (str(uuid.uuid4()), "x"):
        for method, path, body in actions(one):
            assert operator.call(method, path, body).status == 404, path


def test_a_link_for_a_password_goes_to_its_owner_alone(make_server):
    post = MailServer()
    server = make_server(**post.settings())
    operator, user = operator_of(server), Person(server)
    mail = f"{ACCOUNTS}/{user.id}/reset-mail"
    answer = operator.call("POST", mail)
    assert answer.status == 202 and not answer.body
    message = post.wait_to(user.email)
    token = link_in(message).partition("#")[2]
    assert "127.0.0.1" not in text_of(message), "nothing of the operator"
    assert newest(operator, "reset_mail")["operator_id"] == operator.id
    assert token not in operator.call("GET", AUDIT).body.decode()
    operator.call("PATCH", f"{ACCOUNTS}/{user.id}", {"blocked": True})
    assert operator.call("POST", mail).error == "forbidden"
    post.close()


def test_without_mail_the_link_is_the_commands(operator, user):
    assert operator.call("POST", f"{ACCOUNTS}/{user.id}/reset-mail").error == "no_mail"


# --- applications that await approval ---


def waiting(operator, app):
    return next((one for one in operator.call("GET", WAITING).json if one["id"] == app.id), None)


def review(operator, row, approve=True):
    return operator.call("POST", f"{WAITING}/{row['id']}/review",
                         {"approve": approve, "revision": row["revision"]})


def test_an_application_asks_nobody_until_it_is_approved(server, operator, user):
    app, other = user.application(description="Prints."), Person(server)
    assert other.request(app).error == "client_inactive"
    row = waiting(operator, app)
    assert (row["name"], row["redirect_uris"]) == ("My App", [REDIRECT])
    assert row["developer_email"] == user.email
    assert review(operator, row).status == 204
    assert other.request(app).status == 200
    assert waiting(operator, app) is None
    assert newest(operator, "client_enable")["operator_id"] == operator.id


def test_a_blocked_application_is_not_enabled_by_its_developer(operator, user):
    app = user.application()
    assert review(operator, waiting(operator, app), approve=False).status == 204
    answer = user.call("PATCH", f"{CLIENTS}/{app.id}/status", {"status": 1})
    assert answer.status == 403 and waiting(operator, app) is None


@pytest.mark.parametrize("change", [
    {"name": "Your Bank"}, {"redirect_uris": ["https://evil.example/callback"]},
    {"application_type": "native"}])
def test_what_was_changed_behind_the_operators_back_is_not_approved(operator, user, change):
    app = user.application()
    seen = waiting(operator, app)
    assert user.call("PUT", f"{CLIENTS}/{app.id}", change).status == 200
    late = review(operator, seen)
    assert (late.status, late.error) == (409, "client_changed")
    now = waiting(operator, app)
    assert now["revision"] != seen["revision"]
    assert review(operator, now).status == 204
    assert review(operator, now).error == "client_changed", "it awaits nothing any more"


def test_applications_of_a_blocked_developer_are_not_listed(server, operator):
    developer = Person(server)
    app = developer.application()
    assert waiting(operator, app)
    operator.call("PATCH", f"{ACCOUNTS}/{developer.id}", {"blocked": True})
    assert waiting(operator, app) is None


# --- the trail, and rates ---


def test_the_trail_is_read_from_its_end_in_pages(operator, user):
    whole = operator.call("GET", AUDIT + "?limit=20").json
    path, parts = AUDIT + "?limit=3", []
    while len(parts) < 20:
        answer = operator.call("GET", path)
        parts += answer.json
        path = answer.headers["Link"].split(">")[0][1:]
    assert parts[:20] == whole
    assert whole == sorted(whole, key=lambda one: one["at"], reverse=True)


def test_rates_count_what_is_refused(server, operator):
    before = operator.call("GET", "/api/v0/admin/rates").json
    server.call("GET", "/api/v0/auth/account")
    after = operator.call("GET", "/api/v0/admin/rates").json
    assert after["requests"]["4xx"] == before["requests"]["4xx"] + 1
    assert after["requests"]["2xx"] == before["requests"]["2xx"] + 1
    assert after["since"] == before["since"]


def test_the_commands_of_the_handbook_work(server):
    person = Person(server)
    give, take = page_blocks("docs/how-to/operators.md", "Who is an operator")
    for block, status in ((give, 200), (take, 403)):
        done = run_block(block, BINARY, server.folder, [("EMAIL", person.email)], **server.environment)
        assert done.returncode == 0, done
        assert person.call("GET", AUDIT).status == status
