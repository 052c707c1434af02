# SPDX-License-Identifier: Apache-2.0
"""Pushed authorization requests: RFC 9126, docs/protocol/oauth.md 1.3."""

import json
import time
import urllib.parse

import pytest

from grantd import Person, Server, pkce
from test_oauth import basic, raw_server, raw_user  # noqa: F401

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CLIENTS = "/api/v0/developer/auth/oauth2/clients"


def push(app, headers=None, pairs=(), **fields):
    """A request by an application that proves itself; None leaves a field out."""
    form = {"response_type": "code", "redirect_uri": app.redirect_uri, "scope": "read",
            "state": "s", "client_assertion_type":
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": "", **fields}
    if form["client_assertion"] == "":
        form["client_assertion"] = app.assertion()
    form = [*((k, v) for k, v in form.items() if v is not None), *pairs]
    return app.server.call("POST", "/oauth2/par", urllib.parse.urlencode(form),
                           headers={**FORM, **(headers or {})})


def uri_of(answer):
    assert answer.status == 201, answer
    assert answer.json["expires_in"] == 60
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    return answer.json["request_uri"]


class Browser:
    """One with cookies of its own."""

    def __init__(self, server, person=None):
        self.server = server
        self.cookies = {"_tokenKey": person.token} if person else {}

    def headers(self):
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
                "Origin": self.server.url}

    def open(self, app, request_uri, **fields):
        query = {"client_id": app.client_id, "request_uri": request_uri, **fields}
        answer = self.server.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode(query),
                                  headers=self.headers())
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def request(self, app, request_uri, **fields):
        return self.server.call("POST", "/api/v0/oauth2/request", {
            "client_id": app.client_id, "request_uri": request_uri, **fields},
            headers=self.headers())


def refused(answer, error, status=400):
    assert (answer.status, answer.error) == (status, error), answer


def is_gone(answer):
    assert answer.status == 400 and b"invalid_request_uri" in answer.body, answer


def test_a_pushed_request_leads_to_a_grant(server, user, app):
    verifier, challenge = pkce()
    uri = uri_of(push(app, state="a b", code_challenge=challenge, code_challenge_method="S256"))
    browser = Browser(server, user)
    data = browser.open(app, uri).page_data
    assert data["request"]["request_uri"] == uri and data["request"]["state"] == "a b"
    request = browser.request(app, uri)
    assert request.status == 200 and request.json["needed_access"] == ["read"], request
    answer = user.consent(request.json["request_id"], ["read"]).json
    assert "state=a%20b" in answer["redirect_uri"]
    granted = app.redeem(answer["code"], code_verifier=verifier)
    assert granted.status == 200, granted


def test_what_the_browser_says_beside_it_counts_for_nothing(server, user, app):
    uri = uri_of(push(app, scope="read"))
    browser = Browser(server, user)
    other = {"redirect_uri": "https://evil.example/", "scope": "read delete", "state": "evil",
             "response_type": "token"}
    data = browser.open(app, uri, **other).page_data["request"]
    assert (data["redirect_uri"], data["scope"], data["state"]) == (app.redirect_uri, ["read"], "s")
    answer = browser.request(app, uri, redirect_uri="https://evil.example/", scope=["delete"],
                             state="evil", max_age=99)
    assert answer.json["redirect_uri"] == app.redirect_uri
    assert answer.json["needed_access"] == ["read"]


def test_rule_55_another_client_cannot_use_it(server, user, developer, app):
    other = developer.application()
    uri = uri_of(push(app))
    browser = Browser(server, user)
    is_gone(browser.open(other, uri))
    assert browser.open(app, uri).status == 200
    refused(browser.request(other, uri), "invalid_request_uri")
    assert browser.request(app, uri).status == 200


def test_rule_55_it_belongs_to_the_browser_that_opens_it_first(server, user, app):
    uri = uri_of(push(app))
    first, second = Browser(server, user), Browser(server, user)
    refused(first.request(app, uri), "invalid_request_uri")  # it has opened nothing
    assert first.open(app, uri).status == 200
    is_gone(second.open(app, uri))
    refused(second.request(app, uri), "invalid_request_uri")
    assert first.open(app, uri).status == 200
    assert first.request(app, uri).status == 200


@pytest.mark.parametrize("uri", ["urn:ietf:params:oauth:request_uri:" + "A" * 43, "urn:x",
                                 "https://evil.example/request", "x" * 2000])
def test_what_was_never_pushed_opens_nothing(server, user, app, uri):
    is_gone(Browser(server, user).open(app, uri))


def test_it_expires_and_is_cleaned_up(make_server):
    server = make_server(consent__lifetime="1s")
    user = Person(server)
    app = user.application()
    uri = uri_of(push(app))
    browser = Browser(server, user)
    assert browser.open(app, uri).status == 200
    time.sleep(1.1)
    is_gone(browser.open(app, uri))
    refused(browser.request(app, uri), "invalid_request_uri")


@pytest.mark.parametrize("fields, error", [
    ({"scope": "nonsense"}, "invalid_scope"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": None}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
    ({"state": "x" * 2049}, "invalid_request"),
    ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"max_age": "x"}, "invalid_request"),
    ({"resource": "https://evil.example/"}, "invalid_target"),
    ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
    ({"request": "eyJ9.e30."}, "request_not_supported"),
    ({"client_id": "e45fa79a-05f5-4f00-bbfe-bd0a14aead0f"}, "invalid_client"),
    ({"client_assertion": "a.b.c"}, "invalid_client"),
    ({"client_assertion": None}, "invalid_client"),
    ({"padding": "x" * 4096}, "invalid_request"),
])
def test_everything_is_checked_when_it_is_pushed(app, fields, error):
    refused(push(app, **fields), error)


def test_a_parameter_twice_is_refused(app):
    refused(push(app, pairs=[("scope", "list")]), "invalid_request")
    refused(push(app, pairs=[("request_uri", "x"), ("request_uri", "y")]), "invalid_request")


def test_only_a_form_can_be_pushed(app):
    assert app.server.call("POST", "/oauth2/par", {"client_id": app.client_id}).status == 415
    assert app.server.call("GET", "/oauth2/par").status == 405


def test_an_assertion_is_used_up(app):
    assertion = app.assertion(aud=app.server.url + "/oauth2/par")
    uri_of(push(app, client_assertion=assertion))
    refused(push(app, client_assertion=assertion), "invalid_client")


def test_http_basic_and_its_refusal(raw_server, raw_user):  # noqa: F811
    app = raw_user.application(token_endpoint_auth_method="client_secret_basic")
    bare = {"client_assertion": None, "client_assertion_type": None}
    uri_of(push(app, headers=basic(app.client_id, app.secret), **bare))
    refused(push(app, headers=basic(app.client_id, "wrong"), **bare), "invalid_client", 401)


def test_a_public_client_pushes_too_and_needs_pkce(server, user):
    app = user.application(token_endpoint_auth_method="none")
    bare = {"client_assertion": None, "client_assertion_type": None, "client_id": app.client_id}
    refused(push(app, **bare), "invalid_request")
    _, challenge = pkce()
    uri = uri_of(push(app, **bare, code_challenge=challenge, code_challenge_method="S256"))
    assert Browser(server, user).open(app, uri).status == 200


def test_a_client_may_accept_nothing_else(server, user):
    app = user.application(require_pushed_authorization_requests=True)
    query = {"response_type": "code", "client_id": app.client_id, "scope": "read",
             "redirect_uri": app.redirect_uri}
    page = server.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode(query))
    assert page.status == 400 and b"push its request first" in page.body
    refused(user.request(app), "invalid_request")
    browser = Browser(server, user)
    uri = uri_of(push(app))
    assert browser.open(app, uri).status == 200 and browser.request(app, uri).status == 200
    answer = user.call("PUT", f"{CLIENTS}/{app.id}",
                       {"require_pushed_authorization_requests": False})
    assert answer.json["require_pushed_authorization_requests"] is False
    assert user.request(app).status == 200


def test_a_log_in_counts_from_when_the_request_was_first_opened(server, app):
    user = Person(server)
    uri = uri_of(push(app, prompt="login"))
    browser = Browser(server, user)
    assert browser.open(app, uri).page_data["login"]["again"]
    request_id = browser.request(app, uri, max_age=9999).json["request_id"]
    refused(user.consent(request_id, ["read"]), "login_required", 403)
    user.log_in()
    browser.cookies["_tokenKey"] = user.token
    assert not browser.open(app, uri).page_data["login"]["again"]
    assert user.consent(browser.request(app, uri).json["request_id"], ["read"]).status == 200


@pytest.mark.file
def test_a_client_has_a_thousand_at_once_and_no_secret_is_kept(make_server):
    import sqlite3
    server = make_server()
    user = Person(server)
    app = user.application()
    uri = uri_of(push(app, state="kept"))
    database = sqlite3.connect(server.folder / "grantd.db")
    with database:
        [(parameters,)] = database.execute("SELECT parameters FROM pushed_request")
        assert "kept" in parameters and "client_" not in parameters
        assert uri[-43:] not in "\n".join(map(str, database.iterdump()))
        database.executemany(
            "INSERT INTO pushed_request SELECT ?, client_row, '', expires_at, NULL, NULL "
            "FROM pushed_request LIMIT 1", [(i.to_bytes(32, "big"),) for i in range(999)])
    database.close()
    answer = push(app)
    refused(answer, "temporarily_unavailable", 429)
    assert int(answer.headers["Retry-After"]) == 60
    assert Browser(server, user).open(app, uri).status == 200
    uri_of(push(user.application()))
    assert json.loads(server.call("GET", "/.well-known/oauth-authorization-server").body)[
        "pushed_authorization_request_endpoint"] == server.url + "/oauth2/par"
