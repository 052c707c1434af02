# SPDX-License-Identifier: Apache-2.0
"""Applications as their developers manage them: docs/protocol/http.md 3."""

import sqlite3
import time

import pytest

from grantd import PASSWORD, REDIRECT, Person

CLIENTS = "/api/v0/developer/auth/oauth2/clients"


def path_of(app, rest=""):
    return f"{CLIENTS}/{app.id}{rest}"


def switch(person, app, status):
    return person.call("PATCH", path_of(app, "/status"), {"status": status})


def test_a_change_sets_what_is_named_and_leaves_the_rest(developer):
    app = developer.application(description="Old", scopes=["read"], optional_scopes=["write"],
                                require_pkce=True)
    before = developer.call("GET", path_of(app)).json
    answer = developer.call("PUT", path_of(app), {"name": "New name"})
    assert answer.status == 200 and answer.json == {**before, "name": "New name"}
    assert developer.call("PUT", path_of(app), {}).json == answer.json
    values = {"name": "N", "description": "D", "redirect_uris": ["https://b.example/", REDIRECT],
              "scopes": ["read", "list"], "optional_scopes": [], "require_pkce": False,
              "legacy_redirect": True, "client_secret_max_lifetime": 1800}
    answer = developer.call("PUT", path_of(app), values)
    assert {k: answer.json[k] for k in values} == values
    assert developer.call("GET", path_of(app)).json == answer.json
    answer = developer.call("PUT", path_of(app), {"client_secret_max_lifetime": None,
                                                  "redirect_uris": REDIRECT})
    assert answer.json["client_secret_max_lifetime"] is None
    assert answer.json["redirect_uris"] == [REDIRECT]
    assert (answer.json["client_id"], answer.json["id"]) == (app.client_id, app.id)


def test_a_change_is_checked_like_a_new_client(developer, app):
    def error(**fields):
        return developer.call("PUT", path_of(app), fields).error

    assert error(redirect_uris=[]) == "invalid_request"
    assert error(redirect_uris=["http://myapp.com/"]) == "invalid_redirect_uri"
    assert error(scopes=["admin"]) == "invalid_scope"
    assert error(scopes=["bucket:photos"]) == "invalid_scope"
    assert error(client_secret_max_lifetime=1801) == "invalid_request"
    assert error(name="a\nb") == "invalid_request"
    assert error(name=7) == "invalid_request"


def test_a_changed_client_is_what_the_next_request_meets(developer, user):
    app = developer.application()
    developer.call("PUT", path_of(app), {"redirect_uris": "https://new.example/cb",
                                         "scopes": ["read"]})
    assert user.request(app, ["read"]).error == "invalid_redirect_uri"
    app.redirect_uri = "https://new.example/cb"
    assert user.request(app, ["write"]).error == "invalid_scope"
    assert app.exchange(user.code(app)).status == 200


def test_a_switched_off_client_gets_nothing_new_and_keeps_what_it_has(developer, user):
    app = developer.application()
    app.exchange(user.code(app))
    code = user.code(app)
    request = user.request(app).json["request_id"]
    answer = switch(developer, app, 0)
    assert answer.status == 200 and answer.json["status"] == 0
    assert user.request(app).error == "client_inactive"
    assert user.consent(request, ["read"]).error == "client_inactive"
    assert app.exchange(code).error == "invalid_client"
    assert [g["status"] for g in user.grants()] == ["live"]
    assert switch(developer, app, 1).json["status"] == 1
    assert app.exchange(code).status == 200


def test_a_status_is_one_or_zero(developer, app):
    for status in (2, -1, None, "1", True):
        assert switch(developer, app, status).error == "invalid_request", status
    assert developer.call("PATCH", path_of(app, "/status"), {}).error == "invalid_request"


def test_where_approval_is_required_a_developer_cannot_give_it(make_server):
    server = make_server(clients__require_approval="true")
    person = Person(server)
    app = person.application()
    assert person.call("GET", path_of(app)).json["status"] == 2
    assert person.request(app).error == "client_inactive"
    for status in (0, 1):
        answer = switch(person, app, status)
        assert (answer.status, answer.error) == (403, "forbidden")
    assert person.call("GET", path_of(app)).json["status"] == 2


def test_what_an_operator_disabled_does_not_become_what_waits_for_approval(make_server):
    server = make_server(clients__require_approval="true")
    person = Person(server)
    app = person.application()
    server.run("client", "disable", app.client_id)
    assert person.call("PUT", path_of(app), {"name": "Another"}).json["status"] == 3
    for status in (0, 1):
        answer = switch(person, app, status)
        assert (answer.status, answer.error) == (403, "forbidden")
        assert "disabled" in answer.json["error_description"]
    server.run("client", "enable", app.client_id)
    assert person.call("GET", path_of(app)).json["status"] == 1


def test_what_an_operator_approved_waits_again_once_it_is_changed(make_server):
    server = make_server(clients__require_approval="true")
    person = Person(server)
    app = person.application()
    evil = "https://phish.example/callback"
    query = f"client_id={app.client_id}&response_type=token&redirect_uri="
    for change, status in (({"description": "what it does"}, 1), ({"name": "My App"}, 1),
                           ({"redirect_uris": [REDIRECT]}, 1), ({"name": "Another"}, 2),
                           ({"redirect_uris": [evil]}, 2)):
        server.run("client", "enable", app.client_id)
        assert person.call("GET", path_of(app)).json["status"] == 1
        assert person.call("PUT", path_of(app), change).status == 200
        assert person.call("GET", path_of(app)).json["status"] == status, change
    assert server.call("GET", f"/oauth2/authorize?{query}{evil}").status == 400
    server.run("client", "enable", app.client_id)
    assert switch(person, app, 0).status == 200
    assert person.call("PUT", path_of(app), {"name": "My App"}).status == 200
    assert switch(person, app, 1).error == "forbidden"


def test_rule_20_an_account_is_no_client(developer, user):
    app = developer.application()
    account = developer.call("GET", "/api/v0/auth/account").json["id"]
    assert app.client_id != account and app.id != account
    code = user.code(app)
    app.client_id, client_id = account, app.client_id
    assert user.request(app).error == "invalid_client_id"
    assert app.exchange(code).error == "invalid_client"
    app.client_id = client_id
    assert app.exchange(code).status == 200


def test_a_client_may_have_jwts_of_up_to_half_an_hour(developer, user):
    usual = developer.application()
    patient = developer.application(client_secret_max_lifetime=1800)
    brief = developer.application(client_secret_max_lifetime=60)

    def exchange(app, lifetime):
        return app.exchange(user.code(app), client_secret=app.jwt(exp=int(time.time()) + lifetime))

    assert exchange(usual, 1800).error == "invalid_client"
    assert exchange(patient, 1800).status == 200
    assert exchange(patient, 1900).error == "invalid_client"
    assert exchange(brief, 60).status == 200
    assert exchange(brief, 300).error == "invalid_client"


def test_each_secret_says_when_it_was_last_used(developer, user):
    app = developer.application()
    old = app.secret
    rotated = developer.call("POST", path_of(app, "/regenerate-secret"), {"overlap_seconds": 3600})
    assert app.exchange(user.code(app)).status == 200
    newer, older = developer.call("GET", path_of(app)).json["secrets"]
    assert newer["last_used_at"] is None and newer["expires_at"] is None
    assert older["last_used_at"] is not None and older["expires_at"] is not None
    app.secret = rotated.json["client_secret"]
    assert app.secret != old and app.exchange(user.code(app)).status == 200
    [listed] = [c for c in developer.call("GET", CLIENTS).json if c["id"] == app.id]
    assert listed["secrets"][0]["last_used_at"] is not None


def test_of_three_secrets_the_oldest_dies(developer, user):
    app = developer.application()
    secrets = [app.secret]
    for _ in range(2):
        secrets.append(developer.call("POST", path_of(app, "/regenerate-secret"),
                                      {"overlap_seconds": 604800}).json["client_secret"])
    for secret, error in zip(secrets, ["invalid_client", None, None]):
        app.secret = secret
        assert app.exchange(user.code(app)).error == error
    assert developer.call("POST", path_of(app, "/regenerate-secret"),
                          {"overlap_seconds": 604801}).error == "invalid_request"


def test_client_101_is_refused(server):
    person = Person(server)
    for _ in range(100):
        last = person.application()
    body = {"name": "One more", "redirect_uris": REDIRECT}
    assert person.call("POST", CLIENTS, body).error == "invalid_request"
    assert person.call("DELETE", path_of(last)).status == 204
    assert person.call("POST", CLIENTS, body).status == 200


def test_strangers_change_nothing(user, app):
    assert user.call("PUT", path_of(app), {"name": "X"}).error == "not_found"
    assert switch(user, app, 0).error == "not_found"
    assert user.call("PUT", CLIENTS + "/nonsense", {"name": "X"}).error == "not_found"


UNCLEAR = ["\u200b", "\u3164", "\u00a0", "Goo\u200bgle", "G\u043eogle", "Payp\u0430l"]


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_name_that_is_not_what_it_looks_like_is_refused(server, name):
    person = Person(server)
    answer = person.call("POST", CLIENTS, {"name": name, "redirect_uris": [REDIRECT]})
    assert answer.status == 400 and "name" in answer.json["error_description"], answer
    app = person.application()
    assert person.call("PUT", path_of(app), {"name": name}).status == 400
    assert person.call("PATCH", "/api/v0/auth/account", {"full_name": name}).status == 400
    assert server.call("POST", "/api/v0/auth/register", {
        "email": "unclear@example.com", "password": PASSWORD, "full_name": name}).status == 400


@pytest.mark.file
def test_a_name_from_before_the_rule_is_shown_without_what_deceives(make_server):
    server = make_server()
    person = Person(server)
    app = person.application()
    database = sqlite3.connect(server.folder / "grantd.db")
    with database:
        database.execute("UPDATE client SET name = ?", ["G\u043eogle"])
    database.close()
    answer = person.request(app)
    assert answer.json["client_name"] == "G\ufffdogle", answer


def test_none_is_told_from_anything(developer):
    """Two empty lists mean anything, unless it is said that they do not."""
    body = {"name": "Told", "redirect_uris": [REDIRECT]}
    for lists in ({}, {"scopes": [], "optional_scopes": []}):
        refused = developer.call("POST", CLIENTS, {**body, **lists, "any_scope": False})
        assert (refused.status, refused.error) == (400, "invalid_request")
        assert "any_scope: It is false, and no scope is listed" in refused.json["error_description"]
    refused = developer.call("POST", CLIENTS, {**body, "scopes": ["read"], "any_scope": True})
    assert "any_scope: It is true, and scopes are listed" in refused.json["error_description"]

    some = developer.call("POST", CLIENTS, {**body, "scopes": ["read"], "any_scope": False}).json
    assert some["any_scope"] is False
    assert developer.call("POST", CLIENTS, body).json["any_scope"] is True
    one = f"{CLIENTS}/{some['id']}"
    assert developer.call("PUT", one, {"any_scope": False}).status == 400
    assert developer.call("PUT", one, {"scopes": [], "any_scope": False}).status == 400
    assert developer.call("GET", one).json["scopes"] == ["read"]
    changed = developer.call("PUT", one, {"any_scope": True}).json
    assert changed["any_scope"] is True and changed["scopes"] == changed["optional_scopes"] == []
