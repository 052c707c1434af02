# SPDX-License-Identifier: Apache-2.0
"""Logging out at an application's request: docs/protocol/openid.md 7."""

import base64
import json
import urllib.parse

import pytest

from grantd import Person, sign
from test_oidc import keys_of, sign_in
from test_register import open_server, register  # noqa: F401

AFTER = "https://myapp.com/bye"


@pytest.fixture
def app(developer):
    return developer.application(post_logout_redirect_uris=[AFTER])


def logout(server, person=None, method="GET", **fields):
    query = urllib.parse.urlencode({k: v for k, v in fields.items() if v is not None})
    headers = {"Cookie": "_tokenKey=" + person.token} if person else {}
    if method == "GET":
        return server.call("GET", "/oauth2/logout?" + query, headers=headers)
    return server.call("POST", "/oauth2/logout", query, headers={
        **headers, "Content-Type": "application/x-www-form-urlencoded",
        "Origin": "https://myapp.com"})


def is_logged_in(person):
    return person.call("GET", "/api/v0/auth/account").status == 200


def asks(answer):
    """A page that has changed nothing."""
    assert answer.status == 200 and not answer.page_data["out"], answer
    return answer.page_data


def refused(answer, reason):
    assert answer.status == 400 and reason.encode() in answer.body, answer


def test_an_id_token_logs_its_person_out_and_leads_back(server, user, app):
    hint = sign_in(user, app)["id_token"]
    answer = logout(server, user, id_token_hint=hint, post_logout_redirect_uri=AFTER, state="a b",
                    client_id=app.client_id, ui_locales="fr", logout_hint="x")
    assert answer.status == 303 and answer.headers["Location"] == AFTER + "?state=a%20b"
    assert "_tokenKey=;" in answer.headers["Set-Cookie"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert not is_logged_in(user)


def test_without_an_address_it_says_that_it_is_done(server, user, app):
    answer = logout(server, user, id_token_hint=sign_in(user, app)["id_token"])
    assert answer.page_data == {"out": True, "client": "My App"}
    assert not is_logged_in(user)
    assert logout(server).page_data == {"out": True}


def test_by_post_it_is_the_same(server, user, app):
    answer = logout(server, user, "POST", id_token_hint="a.b.c", state="s")
    assert answer.status == 303
    assert answer.headers["Location"] == "/oauth2/logout?id_token_hint=a.b.c&state=s"
    assert is_logged_in(user)


def test_without_a_hint_nobody_is_logged_out_without_a_click(server, user, app):
    assert asks(logout(server, user)) == {"out": False}
    data = asks(logout(server, user, client_id=app.client_id, post_logout_redirect_uri=AFTER))
    assert data == {"out": False, "client": "My App", "back": AFTER}
    assert is_logged_in(user)


def test_a_hint_for_somebody_else_or_by_somebody_else_is_none(server, user, app, developer):
    other = Person(server)
    theirs = sign_in(other, app)["id_token"]
    header, payload, signature = sign_in(user, app)["id_token"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for hint in (theirs, "x", f"{header}.{payload}.", f"{unsigned}.{payload}.",
                 f"{header}.{payload}.{signature[:-8]}AAAAAAAA",
                 sign(app.secret, claims), "a" * 5000):
        asks(logout(server, user, id_token_hint=hint))
    # A JWT of the application's, signed with its own secret, is no ID token of ours.
    asks(logout(server, user, id_token_hint=app.assertion()))
    assert is_logged_in(user) and is_logged_in(other)


@pytest.mark.parametrize("uri", [
    AFTER + "/", AFTER + "?x=1", "https://myapp.com/callback", "https://evil.example/", "//evil",
    "javascript:alert(1)"])
def test_it_leads_to_exactly_one_that_is_registered(server, user, app, uri):
    hint = sign_in(user, app)["id_token"]
    for fields in ({"id_token_hint": hint}, {"client_id": app.client_id}):
        refused(logout(server, user, post_logout_redirect_uri=uri, **fields),
                "is not one that the application has registered")
    assert is_logged_in(user)


def test_an_address_belongs_to_a_client_that_is_known(server, user, app, developer):
    refused(logout(server, user, post_logout_redirect_uri=AFTER), "is not one that the application")
    refused(logout(server, user, post_logout_redirect_uri=AFTER, id_token_hint="x"),
            "is not one that the application")
    other = developer.application()
    refused(logout(server, user, client_id=other.client_id,
                   id_token_hint=sign_in(user, app)["id_token"]), "invalid_client_id")
    refused(logout(server, user, client_id="00000000-0000-4000-8000-000000000000"),
            "invalid_client_id")
    assert is_logged_in(user)


def test_nobody_is_led_away_by_a_link_that_logged_nobody_out(server, user, app):
    hint = sign_in(user, app)["id_token"]
    answer = logout(server, id_token_hint=hint, post_logout_redirect_uri=AFTER)
    assert answer.page_data == {"out": True, "client": "My App", "back": AFTER}


def test_where_an_operator_approves_applications_it_leads_back_at_once(make_server):
    server = make_server(clients__require_approval="true")
    user = Person(server)
    app = user.application(post_logout_redirect_uris=[AFTER])
    server.run("client", "enable", app.client_id)
    answer = logout(server, client_id=app.client_id, post_logout_redirect_uri=AFTER)
    assert answer.status == 303 and answer.headers["Location"] == AFTER


def test_addresses_are_registered_like_redirect_uris(server, developer):
    app = developer.application()
    path = "/api/v0/developer/auth/oauth2/clients/" + app.id
    assert developer.call("GET", path).json["post_logout_redirect_uris"] == []
    for uri in ("http://app.example/", "https://app.example/#x", "https://*.app.example/", "x"):
        answer = developer.call("PUT", path, {"post_logout_redirect_uris": [uri]})
        assert (answer.status, answer.error) == (400, "invalid_request"), answer
    assert developer.call("PUT", path, {"post_logout_redirect_uris": [AFTER]}).status == 200
    assert developer.call("PUT", path, {"name": "Other"}).json["post_logout_redirect_uris"] == [
        AFTER]
    assert developer.call("PUT", path, {"post_logout_redirect_uris": []}).json[
        "post_logout_redirect_uris"] == []


def test_an_application_registers_them_itself(open_server):  # noqa: F811
    answer = register(open_server, post_logout_redirect_uris=[AFTER])
    assert answer.status == 201 and answer.json["post_logout_redirect_uris"] == [AFTER], answer
    answer = register(open_server, post_logout_redirect_uris=["http://app.example/"])
    assert (answer.status, answer.error) == (400, "invalid_client_metadata"), answer


def test_the_configuration_names_it(server):
    answer = server.call("GET", "/.well-known/openid-configuration").json
    assert answer["end_session_endpoint"] == server.url + "/oauth2/logout"
    assert "end_session_endpoint" not in server.call(
        "GET", "/.well-known/oauth-authorization-server").json
