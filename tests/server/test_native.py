# SPDX-License-Identifier: Apache-2.0
"""Applications that run on the user's device: docs/protocol/http.md 3.1 and 3.2, RFC 8252."""

import pytest

from grantd import Person, pkce

CLIENTS = "/api/v0/developer/auth/oauth2/clients"


def native(person, *uris, **fields):
    return person.application(redirect_uris=list(uris), application_type="native", **fields)


def ask(user, app, uri, **fields):
    verifier, challenge = pkce()
    answer = user.request(app, redirect_uri=uri, code_challenge=challenge,
                          code_challenge_method="S256", **fields)
    return verifier, answer


def change(person, app, **fields):
    return person.call("PUT", f"{CLIENTS}/{app.id}", fields)


@pytest.mark.parametrize("registered, requested", [
    ("http://localhost/cb", "http://localhost:50123/cb"),
    ("http://localhost", "http://localhost:50123"),
    ("http://127.0.0.1", "http://127.0.0.1:50123"),
    ("http://[::1]/cb?x=1", "http://[::1]:50123/cb?x=1"),
])
def test_a_native_application_listens_on_any_port_and_repeats_it(user, registered, requested):
    app = native(user, registered)
    verifier, answer = ask(user, app, requested)
    assert answer.status == 200, answer
    code = user.consent(answer.json["request_id"], ["read"]).json["code"]
    for wrong in (registered, requested.replace("50123", "50124")):
        assert app.exchange(code, redirect_uri=wrong,
                            code_verifier=verifier).error == "invalid_redirect_uri"
    assert app.exchange(code, redirect_uri=requested, code_verifier=verifier).status == 200


@pytest.mark.parametrize("requested", [
    "http://localhost:50123/other", "http://localhost:50123/cb/", "http://127.0.0.1:50123/cb",
    "https://localhost:50123/cb", "http://localhost.evil.example:50123/cb"])
def test_everything_but_the_port_is_compared_exactly(user, requested):
    _, answer = ask(user, native(user, "http://localhost/cb"), requested)
    assert answer.error == "invalid_redirect_uri", answer


def test_a_web_application_has_the_one_port_of_localhost_that_it_registered(user):
    app = user.application(redirect_uris=["http://localhost:3000/cb"])
    assert ask(user, app, "http://localhost:3001/cb")[1].error == "invalid_redirect_uri"
    assert ask(user, app, "http://localhost:3000/cb")[1].status == 200


def test_a_native_application_cannot_do_without_pkce(user):
    app = native(user, "http://localhost/cb")
    assert user.request(app).error == "invalid_request"
    assert ask(user, app, "http://localhost:1/cb")[1].status == 200


def test_a_private_scheme_without_a_dot_comes_with_a_note(user):
    uri = "cursor://anysphere.cursor-retrieval/oauth/callback"
    body = {"name": "An editor", "redirect_uris": [uri]}
    assert user.call("POST", CLIENTS, body).error == "invalid_redirect_uri"
    made = user.call("POST", CLIENTS, {**body, "application_type": "native"})
    assert made.status == 200 and made.json["application_type"] == "native", made
    [note] = made.json["notes"]
    assert "Any program on a device" in note
    read = user.call("GET", f"{CLIENTS}/{made.json['id']}").json
    assert read["notes"] == made.json["notes"]
    assert "notes" not in user.call("POST", CLIENTS, {
        "name": "A program", "redirect_uris": ["http://127.0.0.1/"],
        "application_type": "native"}).json


@pytest.mark.parametrize("uri", [
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "file:///etc/passwd",
    "blob:https://x/", "about:blank", "view-source:https://x/", "ws://x/", "wss://x/",
    "http://example.com/", "ms-msdt:/id"])
def test_no_type_of_application_has_a_scheme_that_browsers_use(user, uri):
    for kind in ("web", "native"):
        answer = user.call("POST", CLIENTS, {"name": "Bad", "redirect_uris": [uri],
                                             "application_type": kind})
        assert answer.error == "invalid_redirect_uri", (kind, answer)


def test_the_type_can_be_changed_where_the_redirect_uris_fit(user):
    app = user.application()
    assert change(user, app, application_type="desktop").error == "invalid_request"
    assert change(user, app, redirect_uris=["myapp:/cb"]).error == "invalid_redirect_uri"
    answer = change(user, app, redirect_uris=["myapp:/cb"], application_type="native")
    assert answer.json["application_type"] == "native", answer
    assert change(user, app, application_type="web").error == "invalid_redirect_uri"
    assert change(user, app, redirect_uris=["myapp:/other"]).status == 200
    answer = change(user, app, application_type="web", redirect_uris=["https://myapp.com/cb"])
    assert answer.json["application_type"] == "web", answer


def test_another_type_needs_another_approval(make_server):
    server = make_server(clients__require_approval="true")
    person = Person(server)
    app = person.application()
    server.run("client", "enable", app.client_id)
    assert change(person, app, application_type="web").json["status"] == 1
    assert change(person, app, application_type="native").json["status"] == 2
