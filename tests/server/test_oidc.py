# SPDX-License-Identifier: Apache-2.0
"""Signing people in with OpenID Connect: docs/protocol/openid.md. PyJWT checks the tokens, with the
cryptography package and the keys that the server publishes."""

import base64
import hashlib
import html
import json
import re
import threading
import time
import urllib.parse

import jwt
import pytest

from grantd import PASSWORD, Person, b64url

CONFIGURATION = "/.well-known/openid-configuration"
SCOPE = ["read", "list", "bucket:photos", "openid"]
CLIENTS = "/api/v0/developer/auth/oauth2/clients"


def keys_of(server):
    answer = server.call("GET", "/oauth2/keys")
    assert answer.status == 200, answer
    return answer.json["keys"]


def verified(server, app, token, **options):
    """What an application's library does with an ID token."""
    keys = {key["kid"]: jwt.PyJWK(key) for key in keys_of(server)}
    header = jwt.get_unverified_header(token)
    return jwt.decode(token, keys[header["kid"]], algorithms=[header["alg"]],
                      audience=app.client_id, issuer=server.url,
                      options={"require": ["iss", "sub", "aud", "exp", "iat"], **options})


def sign_in(user, app, scope=tuple(SCOPE), **request):
    """Return: the token response."""
    answer = user.request(app, list(scope), **request)
    assert answer.status == 200, answer
    storage = [one for one in scope if one not in ("openid", "email", "profile", "offline_access")]
    answer = user.consent(answer.json["request_id"], storage)
    assert answer.status == 200, answer
    answer = app.redeem(answer.json["code"])
    assert answer.status == 200, answer
    return answer.json


def userinfo(server, grant, method="GET"):
    return server.call(method, "/oauth2/userinfo", headers={"Authorization": "Bearer " + grant})


# --- the ID token ---

def test_a_person_is_signed_in_and_gives_access_in_one_step(user, app):
    before = int(time.time())
    answer = sign_in(user, app, nonce="n-0S6_WzA2Mj")
    claims = verified(app.server, app, answer["id_token"])
    half = hashlib.sha256(answer["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == b64url(half)
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert claims["aud"] == app.client_id
    assert before <= claims["iat"] <= time.time() and claims["exp"] == claims["iat"] + 600
    assert before - 3600 < claims["auth_time"] <= claims["iat"]
    assert set(claims) == {"iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "at_hash"}
    assert answer["scope"] == " ".join(SCOPE)
    assert jwt.get_unverified_header(answer["id_token"])["alg"] == "RS256"


def test_without_openid_there_is_no_id_token(user, app):
    assert "id_token" not in sign_in(user, app, ["read"])
    assert "id_token" not in sign_in(user, app, ["read", "email", "profile"])


def test_without_a_nonce_there_is_none_and_a_long_one_is_refused(user, app):
    assert "nonce" not in verified(app.server, app, sign_in(user, app)["id_token"])
    odd = '"\\<n>&%20' + "x" * 500
    assert verified(app.server, app, sign_in(user, app, nonce=odd)["id_token"])["nonce"] == odd
    for nonce in ("x" * 513, "a\nb", "ä", 7):
        assert user.request(app, SCOPE, nonce=nonce).status == 400


def test_the_algorithm_is_the_registered_one(user):
    app = user.application(id_token_signed_response_alg="ES256")
    token = sign_in(user, app)["id_token"]
    assert jwt.get_unverified_header(token)["alg"] == "ES256"
    verified(app.server, app, token)
    path = f"{CLIENTS}/{app.id}"
    assert user.call("PUT", path, {"id_token_signed_response_alg": "none"}).status == 400
    assert user.call("PUT", path, {"id_token_signed_response_alg": "HS256"}).status == 400
    answer = user.call("PUT", path, {"id_token_signed_response_alg": "RS256"})
    assert answer.json["id_token_signed_response_alg"] == "RS256"
    assert jwt.get_unverified_header(sign_in(user, app)["id_token"])["alg"] == "RS256"


def test_auth_time_is_when_the_person_logged_in_and_not_when_they_consented(user, app):
    first = verified(app.server, app, sign_in(user, app)["id_token"])
    time.sleep(1.1)
    second = verified(app.server, app, sign_in(user, app)["id_token"])
    assert first["auth_time"] == second["auth_time"] and first["iat"] < second["iat"]


def test_a_token_with_a_key_derived_from_a_passphrase_has_one_too(user, app):
    answer = user.request(app, ["read", "bucket:photos;prefix:2024/", "openid"])
    code = user.consent(answer.json["request_id"], ["read", "bucket:photos;prefix:2024/"]).json["code"]
    answer = app.redeem(code, passphrase="a passphrase")
    assert answer.status == 200, answer
    verified(app.server, app, answer.json["id_token"])


def test_signing_in_alone_is_refused(user, app):
    """An application asks for storage too, or for nothing."""
    answer = user.request(app, ["openid", "email"])
    assert (answer.status, answer.error) == (400, "invalid_scope"), answer


# --- who somebody is ---

def test_a_subject_is_the_same_for_one_application_and_differs_among_them(user, app):
    other, stranger = user.application(), Person(app.server)

    def subject(person, application):
        return verified(app.server, application, sign_in(person, application)["id_token"])["sub"]

    assert subject(user, app) == subject(user, app)
    assert len({subject(user, app), subject(user, other), subject(stranger, app)}) == 3
    assert len(subject(user, app)) == 43


def test_a_public_subject_is_the_accounts_id(user):
    one, other = (user.application(subject_type="public") for _ in range(2))
    subjects = {verified(app.server, app, sign_in(user, app)["id_token"])["sub"]
                for app in (one, other)}
    assert len(subjects) == 1 and re.fullmatch(r"[0-9a-f-]{36}", subjects.pop())


@pytest.mark.parametrize("subject_type", ["pairwise", "public"])
def test_every_place_says_the_same_subject(user, subject_type):
    app = user.application(subject_type=subject_type)
    answer = sign_in(user, app)
    subject = verified(app.server, app, answer["id_token"])["sub"]
    form = app.form("x", token=answer["access_token"])
    assert app.server.call("POST", "/oauth2/introspect", form).json["sub"] == subject
    assert userinfo(app.server, answer["access_token"]).json == {"sub": subject}


def test_the_subject_type_can_be_chosen_and_changed(app):
    path, owner = f"{CLIENTS}/{app.id}", app.owner
    assert owner.call("GET", path).json["subject_type"] == "pairwise"
    assert owner.call("PUT", path, {"subject_type": "public"}).json["subject_type"] == "public"
    assert owner.call("PUT", path, {"name": "B"}).json["subject_type"] == "public"
    assert owner.call("PUT", path, {"subject_type": "sector"}).status == 400


# --- userinfo ---

@pytest.mark.parametrize("scope, members", [
    ([], set()), (["email"], {"email", "email_verified"}), (["profile"], {"name"}),
    (["email", "profile"], {"email", "email_verified", "name"})])
def test_userinfo_says_what_was_granted(user, app, scope, members):
    answer = sign_in(user, app, [*SCOPE, *scope])
    for method in ("GET", "POST"):
        told = userinfo(app.server, answer["access_token"], method)
        assert told.status == 200, told
        assert set(told.json) == {"sub", *members}
        assert told.headers["Cache-Control"] == "no-store"
    assert told.json.get("email", user.email) == user.email
    assert told.json.get("email_verified", False) is False


def test_userinfo_refuses_what_is_no_live_grant_with_openid(user, app):
    answer = sign_in(user, app, ["read", "email"])
    told = userinfo(app.server, answer["access_token"])
    assert (told.status, told.error) == (403, "insufficient_scope"), told
    answer = sign_in(user, app)
    grant = answer["access_token"]
    for token in ("x", grant[:-1], answer["id_token"], "", "a b"):
        told = userinfo(app.server, token)
        assert (told.status, told.error) == (401, "invalid_token"), told
        assert told.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert app.server.call("GET", "/oauth2/userinfo").status == 401
    assert app.server.call("GET", "/oauth2/userinfo?access_token=" + grant).status == 401
    form = app.form("x", token=grant)
    assert app.server.call("POST", "/oauth2/revoke", form).status == 200
    assert userinfo(app.server, grant).status == 401


def test_a_grant_of_the_owner_is_nobodys_userinfo(user):
    project = user.call("GET", "/api/v0/projects").json[0]["id"]
    answer = user.call("POST", f"/api/v0/projects/{project}/owner-grant",
                       {"password": PASSWORD})
    assert answer.status == 200, answer
    assert userinfo(user.server, answer.json["access_grant"]).status == 401


def test_scripts_of_any_site_may_ask(server):
    site = {"Origin": "https://app.example.com"}
    for path in (CONFIGURATION, "/oauth2/keys"):
        answer = server.call("GET", path, headers=site)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    answer = server.call("OPTIONS", "/oauth2/userinfo", headers={
        **site, "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization"})
    assert answer.status == 204 and answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


# --- discovery ---

def test_the_configuration_is_complete_and_agrees_with_the_other_document(server):
    answer = server.call("GET", CONFIGURATION)
    assert answer.status == 200
    oauth = server.call("GET", "/.well-known/oauth-authorization-server").json
    assert {name: answer.json[name] for name in oauth} == oauth
    assert {name: value for name, value in answer.json.items() if name not in oauth} == {
        "jwks_uri": server.url + "/oauth2/keys",
        "userinfo_endpoint": server.url + "/oauth2/userinfo",
        "end_session_endpoint": server.url + "/oauth2/logout",
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "acr_values_supported": ["1", "2"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "at_hash",
                             "email", "email_verified", "name"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
    assert {"openid", "email", "profile"} < set(answer.json["scopes_supported"])


def test_the_keys_are_public_halves_only(server):
    keys = keys_of(server)
    assert sorted(key["alg"] for key in keys) == ["ES256", "RS256"]
    for key in keys:
        assert set(key) <= {"kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"}
        assert key["use"] == "sig"


def test_a_request_object_is_refused_by_name(app):
    answer = app.server.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app.client_id, "scope": "openid read",
        "redirect_uri": app.redirect_uri, "request": "a.b.c"}))
    assert "error=request_not_supported" in html.unescape(answer.body.decode()), answer


def test_a_pushed_request_keeps_its_nonce(user, app):
    push = app.form("x", response_type="code", scope="read openid", nonce="pushed",
                    redirect_uri=app.redirect_uri)
    push = {name: value for name, value in push.items() if name not in ("grant_type", "code")}
    answer = app.server.call("POST", "/oauth2/par", urllib.parse.urlencode(push), headers={
        "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 201, answer
    query = urllib.parse.urlencode({"client_id": app.client_id,
                                    "request_uri": answer.json["request_uri"]})
    page = app.server.call("GET", "/oauth2/authorize?" + query)
    cookie = page.headers["Set-Cookie"].split(";")[0]
    request = json.loads(re.search(r'{"flow":.*?}}', html.unescape(page.body.decode()))[0])["request"]
    asked = app.server.call("POST", "/api/v0/oauth2/request", request, token=user.token,
                            headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
    assert asked.status == 200, asked
    code = user.consent(asked.json["request_id"], ["read"]).json["code"]
    claims = verified(app.server, app, app.redeem(code).json["id_token"])
    assert claims["nonce"] == "pushed"


def test_the_page_keeps_the_nonce(app):
    answer = app.server.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app.client_id, "scope": "openid read",
        "redirect_uri": app.redirect_uri, "nonce": "n1"}))
    text = html.unescape(answer.body.decode())
    assert json.loads(re.search(r'{"flow":.*?}}', text)[0])["request"]["nonce"] == "n1"


def test_the_page_learns_what_the_application_will(user, app):
    answer = user.request(app, ["read", "openid", "email", "profile"]).json
    assert answer["signs_in"] is True and answer["identity"] == ["email", "name"]
    answer = user.request(app, ["read"]).json
    assert answer["signs_in"] is False and answer["identity"] == []


# --- a hostile application ---

def test_a_token_for_one_application_is_none_for_another(user, app):
    other = user.application()
    token = sign_in(user, app)["id_token"]
    with pytest.raises(jwt.InvalidAudienceError):
        verified(app.server, other, token)


def test_a_token_is_not_made_again_with_a_public_key(user, app):
    """What a library that mixes keys and secrets would accept: nothing here is a JWT for the server."""
    token = sign_in(user, app)["id_token"]
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": app.redirect_uri,
            "client_assertion": token, "client_id": app.client_id,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
    answer = app.server.call("POST", "/oauth2/token", form)
    assert (answer.status, answer.error) == (400, "invalid_client"), answer


def test_a_code_of_somebody_else_makes_no_token(user, app):
    thief = user.application(redirect_uris=[app.redirect_uri])
    answer = user.request(app, SCOPE)
    code = user.consent(answer.json["request_id"], SCOPE[:-1]).json["code"]
    answer = thief.redeem(code)
    assert (answer.status, answer.error) == (400, "invalid_grant"), answer
    assert "id_token" in app.redeem(code).json


# --- rotation ---

def test_new_keys_are_published_before_they_sign(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    token = sign_in(user, app)["id_token"]
    before = keys_of(server)
    assert "in an hour" in server.run("keys", "rotate-signing").stdout
    after = keys_of(server)
    assert after[:2] == before and len(after) == 4
    kid = jwt.get_unverified_header(sign_in(user, app)["id_token"])["kid"]
    assert kid in [key["kid"] for key in before]
    verified(server, app, token)
    result = server.run("keys", "rotate-signing", check=False)
    assert result.returncode != 0 and "do not sign yet" in result.stderr


def test_after_a_leak_new_keys_sign_at_once_and_subjects_stay(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    token = sign_in(user, app)["id_token"]
    subject = verified(server, app, token)["sub"]
    old = {key["kid"] for key in keys_of(server)}
    stop, wrong = threading.Event(), []

    def load():
        while not stop.is_set():
            try:
                verified(server, app, sign_in(Person(server), app)["id_token"])
            except KeyError:
                pass  # signed with the old key a moment before it went
            except Exception as problem:  # pylint: disable=broad-except
                wrong.append(problem)

    thread = threading.Thread(target=load)
    thread.start()
    server.run("keys", "rotate-signing", "--now")
    time.sleep(0.5)
    stop.set()
    thread.join()
    assert not wrong
    assert not old & {key["kid"] for key in keys_of(server)}
    with pytest.raises(KeyError):
        verified(server, app, token)
    assert verified(server, app, sign_in(user, app)["id_token"])["sub"] == subject


def test_keys_and_subjects_outlive_a_rotation_of_the_master_key_and_a_restart(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    token = sign_in(user, app)["id_token"]
    subject, keys = verified(server, app, token)["sub"], keys_of(server)
    server.run("keys", "rotate")
    assert keys_of(server) == keys
    server.stop()
    server.start()
    assert keys_of(server) == keys
    assert verified(server, app, sign_in(user, app)["id_token"])["sub"] == subject


def test_the_private_keys_are_not_in_the_database_in_clear(make_server):
    server = make_server()
    modulus = next(key["n"] for key in keys_of(server) if key["kty"] == "RSA")
    raw = base64.urlsafe_b64decode(modulus + "==")
    server.stop()
    for file in server.folder.iterdir():
        if file.name.startswith("grantd.db"):
            content = file.read_bytes()
            assert raw not in content and modulus.encode() not in content
    server.start()
