# SPDX-License-Identifier: Apache-2.0
"""What a developer is told about a mistake: the value, the fault, and the next step."""

import gzip
import hashlib
import hmac
import json
import time
import urllib.parse

import pytest

from grantd import Person, api_key_of, b64url, compact, sign

TOKEN = "/api/v0/oauth2/token"


def says(answer, status, error, *words):
    assert (answer.status, answer.error) == (status, error), answer
    description = answer.json["error_description"]
    assert all(word in description for word in words), description
    assert '"' not in description and "\\" not in description


def claims(app, **more):
    return {"client_id": app.client_id, "exp": int(time.time()) + 200, **more}


def signed_raw(key, payload):
    """An HS256 JWT with these bytes as the key."""
    signing = b64url(b'{"alg":"HS256"}') + "." + b64url(compact(payload).encode())
    return signing + "." + b64url(hmac.new(key, signing.encode(), hashlib.sha256).digest())


@pytest.mark.parametrize("made, words", [
    (lambda app: signed_raw(bytes.fromhex(app.secret), claims(app)), "the 32 bytes"),
    (lambda app: sign(app.secret + "\n", claims(app)), "newline"),
    (lambda app: sign(app.secret.upper(), claims(app)), "upper case"),
    (lambda app: app.jwt(exp=(int(time.time()) + 200) * 1000), "milliseconds"),
    (lambda app: app.jwt(iat=int(time.time()) * 1000), "milliseconds"),
    (lambda app: sign(app.secret, claims(app, exp=str(int(time.time()) + 200))), "is text"),
    (lambda app: sign(app.secret, {"exp": int(time.time()) + 200}), "no claim client_id"),
    (lambda app: sign(app.secret, {"clientId": app.client_id, "exp": int(time.time()) + 200}),
     "spelled client_id"),
    (lambda app: app.jwt(client_id=app.id), "The claim client_id"),
    (lambda app: app.jwt(sub=app.id), "The claim sub"),
    (lambda app: app.jwt(aud="https://elsewhere.example"), "The claim aud"),
    (lambda app: "Bearer " + app.jwt(), "Bearer"),
    (lambda app: app.jwt() + "\n", "white space"),
    (lambda app: f'"{app.jwt()}"', "quotes"),
    (lambda app: app.jwt() + "=", "base64url"),
    (lambda app: app.secret + "\n", "rotate the secret"),
    (lambda app: f" '{app.secret}'", "rotate the secret"),
    (lambda app: app.secret.upper(), "rotate the secret"),
])
def test_a_wrong_jwt(user, app, made, words):
    says(app.exchange("x", client_secret=made(app)), 401, "invalid_client", words)


def test_the_form_of_another_applications_secret_is_not_said(user, app):
    other = user.application()
    says(app.exchange("x", client_secret=signed_raw(bytes.fromhex(other.secret), claims(app))),
         401, "invalid_client", "not signed with the secret of this application")


def test_what_rfc_7519_allows_is_accepted(user, app):
    jwt = sign(app.secret, claims(app, exp=time.time() + 200.5), '{"alg":"HS256","typ":"jwt"}')
    assert app.exchange(user.code(app), client_secret=jwt).status == 200
    ended = sign(app.secret, claims(app, exp=time.time() - 3600.5))
    says(app.exchange(user.code(app), client_secret=ended), 401, "client_secret_expired")
    for huge in (1e300, 1e19):
        says(app.exchange("x", client_secret=sign(app.secret, claims(app, exp=huge))), 401,
             "invalid_client", "milliseconds")


@pytest.mark.parametrize("code, words", [
    ("https://myapp.com/callback?code=abc", "the URL"), ("code=abc", "the URL"),
    ("01a21b58-fe37-7aef-a18c-f453983a01b9", "an id"), ("abc\n", "white space"),
    ("abc", "no such code")])
def test_something_else_as_a_code(app, code, words):
    says(app.exchange(code), 400, "invalid_code", words)


@pytest.mark.parametrize("scope, words", [
    (["READ"], "did you mean read?"), (["read", "delet"], "did you mean delete?"),
    (["read", "photos/2024/"], "bucket:NAME;prefix:PATH/"), (["read", "admin"], "none of read"),
    (["read", "bucket:Photos"], "lower-case"), (["read", "bucket:photos;2024/"], "comes prefix:"),
    (["read", "bucket:photos;prefix:2024"], "ends with a slash"),
    (["read", "bucket:photos;prefix:/2024/"], "begin with a slash"),
    (["read", "bucket:photos;prefix:"], "is empty"),
    (["read", "bucket:photos;prefix:a//b/"], "two slashes"),
    (["read", "bucket:photos;prefix:a b/"], "%20"),
    (["read", "bucket:photos;prefix:ä/"], "percent-encoded"),
    (["read", 'x"\\\x01<b>'], "'x???<b>'"), (["read"] * 17, "more than 16")])
def test_a_wrong_scope(user, app, scope, words):
    says(user.request(app, scope), 400, "invalid_scope", words)


def test_scopes_beyond_others_are_named(user):
    app = user.application(scopes=["read"], optional_scopes=["list", "bucket:photos"])
    says(user.request(app, ["read", "write"]), 400, "invalid_scope", "'write'", "registered")
    says(user.request(app, ["read", "bucket:other"]), 400, "invalid_scope", "'bucket:other'")
    says(user.request(app, ["read"]), 400, "invalid_scope", "Name places")
    asked = user.request(app, ["read", "bucket:photos"]).json["request_id"]
    says(user.consent(asked, ["read", "list", "bucket:photos"]), 400, "invalid_scope", "'list'",
         "asked for")
    assert user.consent(asked, ["read", "bucket:photos"]).status == 200


def test_a_long_refusal_with_a_long_state_goes_back_to_the_application(make_server):
    server = make_server(clients__require_approval="true")
    user, uri = Person(server), "https://myapp.com/" + "x" * 1000
    app = user.application(scopes=["read", "bucket:photos"], redirect_uris=[uri])
    server.run("client", "enable", app.client_id)
    scopes = ["read", *(f"bucket:music;prefix:{'%20' * 30}{i}/" for i in range(14))]
    answer = server.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode(
        {"response_type": "code", "client_id": app.client_id, "redirect_uri": uri,
         "scope": " ".join(scopes), "state": " " * 2048}, quote_via=urllib.parse.quote))
    assert answer.status == 303, answer
    sent = urllib.parse.parse_qs(answer.headers["Location"].partition("?")[2])
    assert sent["error"] == ["invalid_scope"] and sent["state"] == [" " * 2048]
    assert sent["error_description"][0].endswith("', and 11 more; ask for less.")


def test_the_scope_of_a_request_may_be_one_string(user, app):
    answer = user.call("POST", "/api/v0/oauth2/request", {
        "client_id": app.client_id, "redirect_uri": app.redirect_uri, "scope": " list  read "})
    assert answer.json["needed_access"] == ["read", "list"]


def test_an_empty_consent_is_no_answer(user, app):
    asked = user.request(app).json["request_id"]
    says(user.consent(asked, []), 400, "invalid_request", "approve: false")
    assert "access_denied" in user.consent(asked, [], rejected_scopes=["read"]).json["redirect_uri"]


def test_a_redirect_uri_that_cannot_be_registered_is_named(app):
    body = {"name": "Mine", "redirect_uris": ["https://good.example/", "http://bad.example/"]}
    says(app.owner.call("POST", "/api/v0/developer/auth/oauth2/clients", body), 400,
         "invalid_redirect_uri", "http://bad.example/ cannot be registered: ")
    says(app.owner.call("PUT", f"/api/v0/developer/auth/oauth2/clients/{app.id}",
                        {"redirect_uris": ["https://u@bad.example/"]}), 400,
         "invalid_redirect_uri", "holds a user name")


def test_each_redirect_uri_that_cannot_be_registered_is_named_with_its_reason(app):
    bad = ["http://bad.example/", "https://good.example/", "https://u@bad.example/",
           "https://bad.example/#a"]
    path = f"/api/v0/developer/auth/oauth2/clients/{app.id}"
    says(app.owner.call("PUT", path, {"redirect_uris": bad}), 400, "invalid_redirect_uri",
         "http://bad.example/ cannot", "https://u@bad.example/ cannot", "holds a user name",
         "https://bad.example/#a cannot")
    # However long they are, the refusal is not.
    answer = app.owner.call("PUT", path, {"redirect_uris": [
        f"http://{n}.example/" + "\u00e9" * 200 for n in range(9)]})
    says(answer, 400, "invalid_redirect_uri", "http://0.example/", "more.")
    assert len(answer.json["error_description"]) < 1280


def test_a_body_that_is_not_json(server, app):
    body = json.dumps(app.body("x")).encode()
    says(server.call("POST", TOKEN, b'{"client_id": "x",\n "code": }'), 400, "invalid_request",
         "line 2", "column 10")
    says(server.call("POST", TOKEN, b"[1]"), 400, "invalid_request", "one JSON object")
    says(server.call("POST", TOKEN, b"\xef\xbb\xbf" + body), 400, "invalid_request",
         "byte order mark")
    says(server.call("POST", TOKEN, gzip.compress(body)), 415, "unsupported_media_type",
         "compressed")
    says(server.call("POST", TOKEN, body, headers={"Content-Type": "text/plain"}), 415,
         "unsupported_media_type", "text/plain")


def test_a_field_that_is_spelt_wrong_is_not_ignored(server, user, app):
    body = app.body("x")
    body["redirectUri"] = body.pop("redirect_uri")
    says(server.call("POST", TOKEN, body), 400, "invalid_request", "redirect_uri", "'redirectUri'")
    says(app.exchange("x", passPhrase="p"), 400, "invalid_request", "passphrase", "'passPhrase'")
    says(user.call("POST", "/api/v0/oauth2/request", {
        "client_id": app.client_id, "redirect_url": app.redirect_uri, "scope": ["read"]}), 400,
         "invalid_request", "redirect_uri", "'redirect_url'")
    # Standard vocabularies must ignore what they do not know (RFC 6749 section 3.2).
    assert app.redeem(user.code(app), clientId="x").status == 200


def test_a_wrong_path_or_method(server):
    says(server.call("POST", TOKEN + "/", {}), 404, "not_found", f"POST {TOKEN}?")
    says(server.call("POST", "/oauth/token", {}), 404, "not_found", "POST /oauth2/token?")
    says(server.call("POST", "/api/v1/oauth2/token", {}), 404, "not_found", f"POST {TOKEN}?")
    says(server.call("GET", "/nothing/like/it"), 404, "not_found", "nothing with this name")
    says(server.call("GET", TOKEN), 405, "method_not_allowed", "GET", "use POST")


def test_a_browser_gets_a_page_where_there_is_none(server):
    accept = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    for method, path, status in (("GET", "/no/page<b>", 404), ("POST", "/login", 405)):
        answer = server.call(method, path, headers=accept)
        assert answer.status == status
        assert answer.headers["Content-Type"].startswith("text/html")
        assert b"<b>" not in answer.body
    assert server.call("GET", "/no/page", headers={"Accept": "*/*"}).error == "not_found"


def test_keys_and_grants_that_are_mixed_up(user, app):
    grant = app.exchange(user.code(app)).json["access_grant"]
    says(user.call("POST", "/api/v0/projects", {"name": "x", "api_key": grant}), 400,
         "invalid_api_key", "send it as access_grant")
    says(user.call("POST", "/api/v0/projects", {"name": "x", "access_grant": api_key_of(grant)}),
         400, "invalid_api_key", "send it as api_key")
    # Up to the satellite, which may not be called.
    says(user.call("POST", "/api/v0/projects", {"name": "x", "access_grant": grant + "\n"}), 400,
         "invalid_request", "satellite.allowed")
    says(user.call("POST", "/api/v0/projects", {"name": "x", "access_grant": grant,
                                                "salt": "5a" * 32}), 400, "invalid_request", "hex")
