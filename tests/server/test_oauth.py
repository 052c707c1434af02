# SPDX-License-Identifier: Apache-2.0
"""The token endpoint in the words of RFC 6749, and how clients authenticate there: docs/protocol/oauth.md."""

import base64
import html
import json
import re
import time
import urllib.parse

import pytest

from grantd import Person, grant_id_of, pkce, sign

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NO_ASSERTION = {"client_assertion_type": None}
AUTH_METHOD = "token_endpoint_auth_method"


@pytest.fixture(scope="module")
def raw_server(tmp_path_factory):
    """One that allows applications to send their secret."""
    from grantd import Server
    server = Server(tmp_path_factory.mktemp("raw"), **{"clients.raw_secrets": "true"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def raw_user(raw_server):
    return Person(raw_server)


def basic(client_id, secret):
    pair = f"{urllib.parse.quote_plus(client_id)}:{urllib.parse.quote_plus(secret)}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def refused(answer, error, status=400):
    assert (answer.status, answer.error) == (status, error), answer


def still_good(app, code, **fields):
    """Nothing has touched the code."""
    answer = app.redeem(code, **fields)
    assert answer.status == 200, answer


# --- one core, two vocabularies ---

def test_a_form_gets_a_bearer_token_that_is_the_access_grant(user, app):
    answer = app.redeem(user.code(app, ["read", "list", "bucket:photos"]))
    assert answer.status == 200, answer
    assert answer.json["access_token"] == answer.json["access_grant"]
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 30 * 86400
    assert answer.json["scope"] == "read list bucket:photos"
    assert answer.json["scopes"] == ["read", "list", "bucket:photos"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert user.grants()[0]["id"] == grant_id_of(answer.json["access_token"])


@pytest.mark.parametrize("path", ["/oauth2/token", "/api/v0/oauth2/token"])
@pytest.mark.parametrize("content_type", [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8",
    "application/json"])
def test_both_paths_take_forms_and_json_with_grant_type(user, app, path, content_type):
    form = app.form(user.code(app))
    body = json.dumps(form) if "json" in content_type else urllib.parse.urlencode(form)
    answer = app.server.call("POST", path, body, headers={"Content-Type": content_type})
    assert answer.status == 200, answer
    assert answer.json["token_type"] == "Bearer"


def test_the_documented_body_without_grant_type_keeps_its_words_at_both_paths(user, app):
    for path in ("/oauth2/token", "/api/v0/oauth2/token"):
        answer = app.server.call("POST", path, app.body(user.code(app)))
        assert answer.status == 200, answer
        assert list(answer.json)[:3] == ["access_grant", "scopes", "expires_in"]
        refused(app.server.call("POST", path, app.body("wrong")), "invalid_code")


def test_the_scope_is_in_the_words_of_the_request_if_all_was_granted(user, app):
    asked = ["list", "read", "bucket:photos;prefix:a!b/", "bucket:photos"]
    answer = app.redeem(user.code(app, asked))
    assert answer.json["scope"] == " ".join(asked)
    assert answer.json["scopes"] == ["read", "list", "bucket:photos"]


def test_the_scope_is_canonical_if_less_was_granted(user, app):
    request = user.request(app, ["list", "read", "bucket:photos"])
    code = user.consent(request.json["request_id"], ["bucket:photos", "list"]).json["code"]
    assert app.redeem(code).json["scope"] == "list bucket:photos"


def test_words_that_are_not_about_storage_are_read_apart_and_echoed(user, app):
    answer = app.redeem(user.code(app, ["list", "offline_access", "read"]))
    assert answer.json["scope"] == "list offline_access read"
    assert answer.json["scopes"] == ["read", "list"]
    assert user.grants()[0]["scopes"] == ["read", "list"]
    request = user.request(app, ["read", "list", "offline_access"])
    code = user.consent(request.json["request_id"], ["list"]).json["code"]
    assert app.redeem(code).json["scope"] == "list offline_access"


def test_such_words_do_not_do_without_a_right_and_are_unknown_to_legacy_links(user):
    app = user.application(legacy_redirect=True)
    for scope in (["offline_access"], ["read", "offline_acces"]):
        refused(user.request(app, scope), "invalid_scope")
    link = urllib.parse.urlencode({"client_id": app.client_id, "client_secret": app.jwt(),
                                   "redirect_uri": app.redirect_uri, "scope": "read,offline_access"})
    page = app.server.call("GET", "/oauth2-integration?" + link)
    assert page.status == 400 and b"offline_access" in page.body, page


def test_a_grant_without_an_end_says_ten_years(user, app):
    code = user.code(app, expires_in=None)
    assert app.redeem(code).json["expires_in"] == 10 * 365 * 86400


@pytest.mark.parametrize("fields, error", [
    ({"grant_type": None}, "invalid_request"),
    ({"grant_type": ""}, "invalid_request"),
    ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"code": None}, "invalid_request"),
    ({"redirect_uri": "https://elsewhere.example.com/"}, "invalid_grant"),
    ({"code_verifier": "x" * 43}, "invalid_grant"),
    ({"client_assertion_type": "urn:other"}, "invalid_request"),
    ({"client_id": "e45fa79a-05f5-4f00-bbfe-bd0a14aead0f"}, "invalid_client"),
    ({"client_id": "not a uuid"}, "invalid_client"),
])
def test_refusals_are_in_the_words_of_rfc_6749_and_touch_no_code(user, app, fields, error):
    code = user.code(app)
    refused(app.redeem(**{"code": code, **fields}), error)
    still_good(app, code)


def test_a_field_twice_or_badly_encoded_is_refused(app):
    for body in ("grant_type=a&grant_type=b", "grant_type=%zz", "code=%ff%fe&grant_type=x"):
        answer = app.server.call("POST", "/oauth2/token", body, headers=FORM)
        assert answer.status == 400 and answer.error in ("invalid_request", "invalid_client"), answer


def test_a_used_code_is_an_invalid_grant_and_its_replay_ends_the_grant(make_server):
    server = make_server(code__replay_grace="0s")
    user = Person(server)
    app = user.application()
    code = user.code(app)
    still_good(app, code)
    time.sleep(0.01)
    refused(app.redeem(code), "invalid_grant")
    assert [g["status"] for g in user.grants()] == ["revoked"]


# --- how a client authenticates ---

def test_the_documented_jwt_is_good_as_client_secret_of_a_form(user, app):
    still_good(app, user.code(app), client_id=app.client_id, client_secret=app.jwt(), **NO_ASSERTION)


def test_an_assertion_says_who_it_is_by_its_subject(user, app):
    still_good(app, user.code(app))
    still_good(app, user.code(app), client_id=app.client_id)


def test_an_assertion_is_accepted_once(user, app):
    assertion = app.assertion()
    still_good(app, user.code(app), client_assertion=assertion)
    refused(app.redeem(user.code(app), client_assertion=assertion), "invalid_client")


def test_an_assertion_may_name_the_issuer_or_an_endpoint_as_its_audience(user, app):
    url = app.server.url
    for audience in (url, url + "/oauth2/token", [url], ["https://other.example.com", url]):
        still_good(app, user.code(app), client_assertion=app.assertion(aud=audience))
    other_path = url + "/api/v0/oauth2/token"
    still_good(app, user.code(app), path="/api/v0/oauth2/token",
               client_assertion=app.assertion(aud=other_path))
    code = user.code(app)
    for audience in (None, "https://other.example.com", [], ["https://other.example.com"], 7,
                     other_path, {"a": url}):
        refused(app.redeem(code, client_assertion=app.assertion(aud=audience)), "invalid_client")
    still_good(app, code)


def test_an_assertion_with_a_jti_may_live_for_an_hour(user, app):
    now, code = int(time.time()), user.code(app)
    refused(app.redeem(code, client_assertion=app.assertion(exp=now + 3700)), "invalid_client")
    refused(app.redeem(code, client_assertion=app.assertion(exp=now + 3600, jti=None)),
            "invalid_client")
    still_good(app, code, client_assertion=app.assertion(exp=now + 3600))


@pytest.mark.parametrize("claims", [{"iss": None}, {"sub": None}, {"iss": "x"}, {"sub": "x"}])
def test_an_assertion_names_its_client_twice(user, app, claims):
    code = user.code(app)
    refused(app.redeem(code, client_id=app.client_id, client_assertion=app.assertion(**claims)),
            "invalid_client")
    still_good(app, code)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_secret_travels_only_where_operator_and_developer_choose_it(
        server, user, raw_user, method):
    answer = user.call("POST", "/api/v0/developer/auth/oauth2/clients", {
        "name": "Raw", "redirect_uris": ["https://a.example.com/"], AUTH_METHOD: method})
    refused(answer, "invalid_request")
    assert "client_secret_jwt" in answer.json["error_description"]
    app = raw_user.application(**{AUTH_METHOD: method})
    credentials = {"client_id": app.client_id, "client_secret": app.secret}
    headers = {}
    if method == "client_secret_basic":
        headers, credentials = basic(app.client_id, app.secret), {}
    still_good(app, raw_user.code(app), headers=headers, **credentials, **NO_ASSERTION)


def test_basic_may_repeat_the_client_id_in_the_body_but_not_another_one(raw_user):
    app = raw_user.application(**{AUTH_METHOD: "client_secret_basic"})
    other = raw_user.application()
    code, headers = raw_user.code(app), basic(app.client_id, app.secret)
    for fields in ({"client_id": other.client_id}, {"client_secret": app.secret},
                   {"client_assertion": app.assertion()}):
        refused(app.redeem(code, headers=headers, **{**NO_ASSERTION, **fields}), "invalid_request")
    still_good(app, code, headers=headers, client_id=app.client_id, **NO_ASSERTION)


def test_only_an_attempt_with_basic_gets_401_and_a_challenge(raw_user):
    app = raw_user.application(**{AUTH_METHOD: "client_secret_basic"})
    code = raw_user.code(app)
    for headers in (basic(app.client_id, "wrong"), basic(app.client_id, ""), basic("x", "y"),
                    {"Authorization": "Basic !"}, {"Authorization": "Basic"},
                    {"Authorization": "Bearer x"}):
        answer = app.redeem(code, headers=headers, **NO_ASSERTION)
        refused(answer, "invalid_client", 401)
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="grantd"'
    answer = app.redeem(code, client_id=app.client_id, client_secret="wrong", **NO_ASSERTION)
    refused(answer, "invalid_client")
    assert "WWW-Authenticate" not in answer.headers
    refused(app.redeem(code, **NO_ASSERTION), "invalid_client")
    still_good(app, code, headers=basic(app.client_id, app.secret), **NO_ASSERTION)


def test_a_secret_that_should_not_have_travelled_is_to_be_rotated(user, app):
    code = user.code(app)
    answer = app.redeem(code, client_id=app.client_id, client_secret=app.secret, **NO_ASSERTION)
    refused(answer, "invalid_client")
    assert "rotate" in answer.json["error_description"]
    answer = app.redeem(code, headers=basic(app.client_id, app.secret), **NO_ASSERTION)
    refused(answer, "invalid_client", 401)
    assert "rotate" in answer.json["error_description"]
    still_good(app, code)


def test_an_operator_who_forbids_raw_secrets_again_stops_those_that_were_registered(make_server):
    server = make_server(clients__raw_secrets="true")
    user = Person(server)
    app = user.application(**{AUTH_METHOD: "client_secret_post"})
    sent = {"client_id": app.client_id, "client_secret": app.secret, **NO_ASSERTION}
    still_good(app, user.code(app), **sent)
    assert server.stop() == 0
    server.settings["clients.raw_secrets"] = "false"
    server.start()
    code = user.code(app)
    answer = app.redeem(code, **sent)
    refused(answer, "invalid_client")
    assert "sign a JWT" in answer.json["error_description"]


def test_a_public_client_has_no_secret_and_cannot_do_without_pkce(user):
    app = user.application(**{AUTH_METHOD: "none"})
    assert app.secret is None
    refused(user.request(app), "invalid_request")
    verifier, challenge = pkce()
    code = user.code(app, request={"code_challenge": challenge, "code_challenge_method": "S256"})
    me = {"client_id": app.client_id, **NO_ASSERTION}
    refused(app.redeem(code, **me), "invalid_grant")
    refused(app.redeem(code, code_verifier="x" * 43, **me), "invalid_grant")
    still_good(app, code, code_verifier=verifier, **me)
    refused(user.call("POST", f"/api/v0/developer/auth/oauth2/clients/{app.id}/regenerate-secret", {}),
            "invalid_request")


@pytest.mark.parametrize("own", ["client_secret_jwt", "client_secret_basic", "client_secret_post",
                                 "none"])
def test_no_credentials_are_good_for_another_method(raw_user, own):
    app = raw_user.application(**{AUTH_METHOD: own})
    verifier, challenge = pkce()
    code = raw_user.code(app, request={"code_challenge": challenge, "code_challenge_method": "S256"})
    secret = app.secret or "0" * 64
    app.secret = secret
    ways = {
        "client_secret_jwt": [({}, {}), ({}, {"client_id": app.client_id, "client_secret": app.jwt(),
                                              **NO_ASSERTION})],
        "client_secret_basic": [(basic(app.client_id, secret), NO_ASSERTION)],
        "client_secret_post": [({}, {"client_id": app.client_id, "client_secret": secret,
                                     **NO_ASSERTION})],
        "none": [({}, {"client_id": app.client_id, **NO_ASSERTION})],
    }
    for method, attempts in ways.items():
        for headers, fields in attempts if method != own else []:
            refused(app.redeem(code, headers=headers, code_verifier=verifier, **fields),
                    "invalid_client", 401 if headers else 400)
    headers, fields = ways[own][0]
    still_good(app, code, headers=headers, code_verifier=verifier, **fields)


def test_another_application_gets_nothing_for_a_code_with_its_own_credentials(user, app):
    thief = Person(app.server).application(redirect_uris=[app.redirect_uri])
    code = user.code(app)
    refused(thief.redeem(code), "invalid_grant")
    refused(thief.redeem(code, client_assertion=sign(thief.secret, {
        "iss": app.client_id, "sub": app.client_id, "aud": app.server.url,
        "exp": int(time.time()) + 60})), "invalid_client")
    still_good(app, code)


def test_the_way_to_authenticate_can_be_changed(user, app):
    path = f"/api/v0/developer/auth/oauth2/clients/{app.id}"
    owner = app.owner
    answer = owner.call("PUT", path, {AUTH_METHOD: "none"})
    assert answer.status == 200 and answer.json[AUTH_METHOD] == "none", answer
    refused(user.request(app), "invalid_request")
    refused(owner.call("PUT", path, {AUTH_METHOD: "client_secret_telepathy"}), "invalid_request")
    refused(owner.call("PUT", path, {AUTH_METHOD: "client_secret_post"}), "invalid_request")
    assert owner.call("PUT", path, {AUTH_METHOD: "client_secret_jwt"}).status == 200
    still_good(app, user.code(app))


# --- the authorization endpoint ---

def authorize(app, **fields):
    """What the page asks for, or what it says instead."""
    fields = {"response_type": "code", "client_id": app.client_id, "scope": "read",
              "redirect_uri": app.redirect_uri, **fields}
    query = urllib.parse.urlencode({k: v for k, v in fields.items() if v is not None})
    answer = app.server.call("GET", "/oauth2/authorize?" + query)
    text = html.unescape(answer.body.decode())
    return json.loads(re.search(r'{"flow":.*?}}', text)[0])["request"] if answer.status == 200 else text


def test_what_a_request_may_leave_out_is_what_was_registered(user):
    app = user.application(scopes=["read", "list"], optional_scopes=["write"])
    asked = authorize(app, redirect_uri=None, scope=None)
    assert asked["redirect_uri"] == app.redirect_uri
    assert asked["scope"] == ["read", "write", "list"]
    code = user.code(app, ["read", "list"])
    still_good(app, code, redirect_uri=None)


def test_with_two_redirect_uris_or_no_scopes_nothing_can_be_left_out(user):
    app = user.application(redirect_uris=["https://a.example.com/", "https://b.example.com/"])
    assert "redirect_uri is missing" in authorize(app, redirect_uri=None)
    assert "error=invalid_scope" in authorize(app, scope=None)
    code = user.code(app)
    refused(app.redeem(code, redirect_uri=None), "invalid_request")
    still_good(app, code)


def test_only_the_query_leads_back_and_every_error_says_why(app):
    assert authorize(app, response_mode="query")["scope"] == ["read"]
    for mode in ("fragment", "form_post", "query.jwt"):
        text = authorize(app, response_mode=mode, state="s")
        assert "error=invalid_request&error_description=The%20only%20response_mode" in text
    assert "error_description=" in authorize(app, response_type="token")
    assert "error_description=response_type%3A%20This" in authorize(app, response_type=None)
    assert authorize(app, state="s" * 2048)["state"] == "s" * 2048
    assert "error=invalid_request" in authorize(app, state="s" * 2049)


def test_a_form_sent_by_post_comes_back_as_a_query(app):
    site = {"Origin": "https://app.example.com", **FORM}
    body = f"response_type=code&client_id={app.client_id}&scope=read+list&state=a%0Ab"
    answer = app.server.call("POST", "/oauth2/authorize", body, headers=site)
    assert (answer.status, answer.headers["Location"]) == (303, "/oauth2/authorize?" + body)
    for bad in ("a=b\r\nX: y", "a=<", 'a="', "a=é"):
        assert app.server.call("POST", "/oauth2/authorize", bad, headers=site).status == 400
    assert app.server.call("POST", "/oauth2/authorize", {}).status == 415


# --- metadata ---

METADATA = "/.well-known/oauth-authorization-server"


def test_the_metadata_says_what_is_there_and_nothing_else(server, raw_server):
    algorithms = ["HS256", "ES256", "PS256", "RS256", "EdDSA"]
    for one, methods in ((server, ["client_secret_jwt", "private_key_jwt", "none"]),
                         (raw_server, ["client_secret_jwt", "private_key_jwt", "client_secret_basic",
                                       "client_secret_post", "none"])):
        answer = one.call("GET", METADATA)
        assert answer.status == 200
        assert answer.json == {
            "issuer": one.url,
            "authorization_endpoint": one.url + "/oauth2/authorize",
            "token_endpoint": one.url + "/oauth2/token",
            "revocation_endpoint": one.url + "/oauth2/revoke",
            "introspection_endpoint": one.url + "/oauth2/introspect",
            "pushed_authorization_request_endpoint": one.url + "/oauth2/par",
            "device_authorization_endpoint": one.url + "/oauth2/device_authorization",
            "require_pushed_authorization_requests": False,
            "scopes_supported": ["read", "write", "list", "delete", "lock", "offline_access",
                                 "openid", "email", "profile"],
            "authorization_details_types_supported": ["storj_access"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [
                "authorization_code", "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
                "urn:ietf:params:oauth:grant-type:token-exchange"],
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": algorithms,
            "revocation_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
            "introspection_endpoint_auth_methods_supported": methods[:-1],
            "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }


def test_scripts_of_any_site_may_ask_but_without_cookies(server):
    site = {"Origin": "https://app.example.com"}
    assert server.call("GET", METADATA, headers=site).headers["Access-Control-Allow-Origin"] == "*"
    answer = server.call("POST", "/oauth2/token", "grant_type=x", headers={**site, **FORM})
    refused(answer, "invalid_client")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    answer = server.call("OPTIONS", "/oauth2/token", headers={
        **site, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization"})
    assert answer.status == 204
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_no_other_path_is_open_to_other_sites(server):
    site = {"Origin": "https://app.example.com"}
    for method, path in (("OPTIONS", "/api/v0/oauth2/token"), ("OPTIONS", "/api/v0/auth/token"),
                         ("POST", "/api/v0/oauth2/token"), ("GET", "/healthz"),
                         ("GET", "/oauth2/authorize")):
        answer = server.call(method, path, {} if method == "POST" else None, headers=site)
        assert answer.status in (200, 400, 403, 405)
        assert "Access-Control-Allow-Origin" not in answer.headers


# --- revocation and introspection ---

def proof(app, **fields):
    from grantd import ASSERTION_TYPE
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": app.assertion(), **fields}


def post(app, path, headers=None, **fields):
    return app.server.call("POST", path, urllib.parse.urlencode(fields),
                           headers={**FORM, **(headers or {})})


def introspect(app, token):
    answer = post(app, "/oauth2/introspect", **proof(app, token=token))
    assert answer.status == 200, answer
    return answer.json


def test_a_revoked_grant_is_refused_by_the_next_check_and_a_second_time_does_no_harm(user, app):
    token = app.redeem(user.code(app)).json["access_token"]
    other = app.redeem(user.code(app)).json["access_token"]
    for _ in range(2):
        answer = post(app, "/oauth2/revoke",
                      **proof(app, token=token, token_type_hint="refresh_token"))
        assert (answer.status, answer.json) == (200, {}), answer
    assert [g["status"] for g in user.grants()] == ["live", "revoked"]
    assert introspect(app, token) == {"active": False}
    assert introspect(app, other)["active"]
    verdict = app.server.call("POST", "/api/v0/grants/check", {
        "access_grant": token, "op": "read", "bucket": "b"},
        token=app.server.service_token("check")).json
    assert (verdict["valid"], verdict["reason"]) == (False, "revoked")


def test_nobody_revokes_or_sees_the_grants_of_another_application(user, app):
    token = app.redeem(user.code(app)).json["access_token"]
    thief = Person(app.server).application(redirect_uris=[app.redirect_uri])
    assert post(app, "/oauth2/revoke", **proof(thief, token=token)).json == {}
    assert introspect(thief, token) == {"active": False}
    assert introspect(app, token)["active"]
    assert [g["status"] for g in user.grants()] == ["live"]


def test_what_is_no_token_is_revoked_already_and_not_active(user, app):
    narrowed = app.redeem(user.code(app)).json["access_token"]
    for token in ("x", "1" * 200, app.assertion(), "é", narrowed[:-1]):
        assert post(app, "/oauth2/revoke", **proof(app, token=token)).json == {}
        assert introspect(app, token) == {"active": False}
    for path in ("/oauth2/revoke", "/oauth2/introspect"):
        refused(post(app, path, **proof(app)), "invalid_request")
    assert introspect(app, narrowed)["active"]


def test_introspection_says_whose_it_is_and_until_when(user):
    app = user.application(subject_type="public")
    token = app.redeem(user.code(app, ["list", "read"], expires_in=3600)).json["access_token"]
    seen = introspect(app, token)
    assert seen.pop("exp") - seen.pop("iat") in (3599, 3600)
    assert seen == {"active": True, "scope": "read list", "client_id": app.client_id,
                    "token_type": "Bearer", "sub": user.id, "iss": app.server.url}
    service = {"Authorization": "Bearer " + app.server.service_token("check")}
    answer = post(app, "/oauth2/introspect", service, token=token)
    assert answer.json["client_id"] == app.client_id
    wrong = {"Authorization": "Bearer " + app.server.service_token("revocations")}
    assert post(app, "/oauth2/introspect", wrong, token=token).status == 403
    assert post(app, "/oauth2/introspect", {"Authorization": "Bearer x"}, token=token).status == 401


@pytest.mark.parametrize("path", ["/oauth2/revoke", "/oauth2/introspect"])
def test_these_endpoints_authenticate_as_the_token_endpoint_does(user, app, path):
    token = app.redeem(user.code(app)).json["access_token"]
    refused(post(app, path, token=token), "invalid_client")
    refused(post(app, path, token=token, client_id=app.client_id), "invalid_client")
    refused(post(app, path, basic(app.client_id, app.secret), token=token), "invalid_client", 401)
    once = proof(app, token="x")
    assert post(app, path, **once).status == 200
    refused(post(app, path, **once), "invalid_client")
    refused(app.redeem(user.code(app), client_assertion=once["client_assertion"]), "invalid_client")
    assert [g["status"] for g in user.grants()] == ["live"]


def test_a_public_client_may_revoke_its_own_but_learns_nothing(user):
    app = user.application(**{AUTH_METHOD: "none"})
    verifier, challenge = pkce()
    code = user.code(app, request={"code_challenge": challenge, "code_challenge_method": "S256"})
    token = app.redeem(code, client_id=app.client_id, code_verifier=verifier,
                       **NO_ASSERTION).json["access_token"]
    refused(post(app, "/oauth2/introspect", token=token, client_id=app.client_id), "invalid_client")
    assert post(app, "/oauth2/revoke", token=token, client_id=app.client_id).status == 200
    assert [g["status"] for g in user.grants()] == ["revoked"]


# --- public clients prove nothing ---

@pytest.mark.parametrize("moment", ["pending", "approved"])
def test_a_client_that_becomes_public_claims_no_code_without_a_verifier(user, app, moment):
    request = user.request(app).json["request_id"]
    code = user.consent(request, ["read"]).json["code"] if moment == "approved" else None
    path = f"/api/v0/developer/auth/oauth2/clients/{app.id}"
    assert app.owner.call("PUT", path, {AUTH_METHOD: "none"}).status == 200
    code = code or user.consent(request, ["read"]).json["code"]
    me = {"client_id": app.client_id, **NO_ASSERTION}
    refused(app.redeem(code, **me), "invalid_grant")
    refused(app.redeem(code, code_verifier="x" * 43, **me), "invalid_grant")
    assert user.grants() == []


def test_whoever_says_a_public_client_id_fails_as_a_stranger(make_server):
    server = make_server(limits__failures_per_address="20", limits__audited_failures="5")
    developer = Person(server)
    public = developer.application(**{AUTH_METHOD: "none"})
    secret = developer.application()
    me = {"client_id": public.client_id, **NO_ASSERTION}
    answers = [public.redeem("x", code_verifier="v" * 43, **me).status for _ in range(30)]
    assert answers.count(429) >= 9
    assert post(public, "/oauth2/introspect", token="x", client_id=public.client_id).status == 429
    before = server.metric("failures_not_audited_total")
    refused(secret.redeem("x"), "invalid_grant")
    assert server.metric("failures_not_audited_total") == before


def test_an_application_with_a_maximum_of_its_own_keeps_it(user, developer):
    app = developer.application(client_secret_max_lifetime=60)
    now, code = int(time.time()), user.code(app)
    refused(app.redeem(code, client_assertion=app.assertion(exp=now + 3500)), "invalid_client")
    still_good(app, code, client_assertion=app.assertion(exp=now + 60))
