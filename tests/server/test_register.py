# SPDX-License-Identifier: Apache-2.0
"""Applications that register themselves (RFC 7591): docs/protocol/oauth.md 6."""

import concurrent.futures
import contextlib
import json
import re
import sqlite3
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from grantd import Application, Person, Server, pkce
from test_private_key_jwt import assertion, jwk_of, key_for

DAY = 86400
REGISTER = "/oauth2/register"
METHOD = "token_endpoint_auth_method"
WEB = "https://app.example.com/callback"
ACCESS = "/api/v0/auth/developer-access"


def settings(**more):
    return {"clients.dynamic_registration": "true", "limits.registrations_per_address": "100000",
            **more}


@pytest.fixture(scope="module")
def open_server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("open"), **settings()).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def open_user(open_server):
    return Person(open_server)


def register(server, *uris, source=None, **members):
    body = {"redirect_uris": list(uris) or [WEB], "client_name": "Self", **members}
    return server.call("POST", REGISTER, {k: v for k, v in body.items() if v is not None},
                       source=source)


def application(server, *uris, **members):
    answer = register(server, *uris, **members)
    assert answer.status == 201, answer
    return Application(server, {"id": None, **answer.json})


def refused(answer, error, *words):
    assert (answer.status, answer.error) == (400, error), answer
    description = answer.json["error_description"]
    assert all(word in description for word in words), description
    assert re.fullmatch(r'[ -~]*', description) and not re.search(r'["\\]', description)


# --- whether it is allowed at all ---

def test_without_the_setting_there_is_no_such_endpoint(user):
    server = user.server
    answer = register(server)
    assert (answer.status, answer.error) == (404, "not_found"), answer
    metadata = server.call("GET", "/.well-known/oauth-authorization-server").json
    assert "registration_endpoint" not in metadata


def test_the_metadata_names_it_and_scripts_of_any_site_may_use_it(open_server):
    metadata = open_server.call("GET", "/.well-known/oauth-authorization-server").json
    assert metadata["registration_endpoint"] == open_server.url + REGISTER
    asked = open_server.call("OPTIONS", REGISTER, headers={
        "Origin": "https://elsewhere.example.com", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})
    assert asked.status == 204 and "POST" in asked.headers["Access-Control-Allow-Methods"]
    answer = open_server.call("POST", REGISTER, {"redirect_uris": [WEB]},
                              headers={"Origin": "https://elsewhere.example.com",
                                       "Sec-Fetch-Site": "cross-site"})
    assert answer.status == 201 and answer.headers["Access-Control-Allow-Origin"] == "*", answer
    assert "Access-Control-Allow-Credentials" not in answer.headers


# --- what is registered ---

def test_the_least_that_can_be_said_is_where_it_is(open_server):
    before = int(time.time())
    answer = open_server.call("POST", REGISTER, {"redirect_uris": [WEB]})
    assert answer.status == 201 and answer.headers["Cache-Control"] == "no-store", answer
    made = answer.json
    assert before <= made.pop("client_id_issued_at") <= time.time()
    assert re.fullmatch("[0-9a-f]{64}", made.pop("client_secret")) and made.pop("client_id")
    assert made == {
        "client_secret_expires_at": 0, "client_name": "Unnamed application", "redirect_uris": [WEB],
        "grant_types": ["authorization_code"], "response_types": ["code"],
        METHOD: "client_secret_jwt", "application_type": "web"}


def test_what_grantd_has_no_use_for_is_ignored(open_server):
    answer = register(open_server, client_uri="https://a.example/", logo_uri=7, contacts=["a@b.c"],
                      tos_uri="x", policy_uri=[], software_id="s", software_version="1",
                      **{"client_name#de": "Selbst", "something_else": {"deep": [1]}})
    assert answer.status == 201, answer
    assert not {"client_uri", "logo_uri", "contacts", "software_id"} & answer.json.keys()


def test_the_default_is_the_rfcs_where_raw_secrets_are_allowed(make_server):
    server = make_server(**settings(**{"clients.raw_secrets": "true"}))
    assert register(server).json[METHOD] == "client_secret_basic"
    assert register(server, **{METHOD: "client_secret_post"}).json[METHOD] == "client_secret_post"


def test_a_method_that_sends_the_secret_is_refused_where_it_is_forbidden(open_server):
    for method in ("client_secret_basic", "client_secret_post"):
        refused(register(open_server, **{METHOD: method}), "invalid_client_metadata",
                "does not allow applications to send their secret")


def test_grant_types_that_are_not_there_are_left_out_of_the_answer(open_server):
    made = register(open_server, grant_types=["refresh_token", "authorization_code", "urn:x:y"],
                    response_types=["code", "token"]).json
    known = open_server.call("GET", "/.well-known/oauth-authorization-server").json
    assert "authorization_code" in made["grant_types"] and made["response_types"] == ["code"]
    assert set(made["grant_types"]) <= set(known["grant_types_supported"])


@pytest.mark.parametrize("uris, kind", [
    (["http://localhost:1234/cb"], "native"), (["http://127.0.0.1/cb", "cursor://x/cb"], "native"),
    (["com.example.app:/cb"], "native"), ([WEB], "web"), ([WEB, "http://127.0.0.1/cb"], "web")])
def test_an_application_on_the_users_device_is_native_without_saying_so(open_server, uris, kind):
    assert register(open_server, *uris).json["application_type"] == kind


def test_one_of_its_ports_may_change_then(open_user):
    app = application(open_user.server, "http://localhost/cb", **{METHOD: "none"})
    verifier, challenge = pkce()
    request = open_user.request(app, redirect_uri="http://localhost:45678/cb",
                                code_challenge=challenge, code_challenge_method="S256")
    assert request.status == 200, request
    code = open_user.consent(request.json["request_id"], ["read"]).json["code"]
    answer = app.redeem(code, redirect_uri="http://localhost:45678/cb", code_verifier=verifier,
                        client_id=app.client_id, client_assertion=None, client_assertion_type=None)
    assert answer.status == 200, answer


def test_one_that_names_the_grant_type_gets_refresh_tokens(open_user):
    for types, is_there in (["authorization_code", "refresh_token"], True), (None, False):
        app = application(open_user.server, grant_types=types)
        answer = app.redeem(open_user.code(app))
        assert answer.status == 200 and answer.json["scope"] == "read", answer
        assert ("refresh_token" in answer.json) == is_there


def test_a_registered_scope_is_echoed_and_binds(open_user):
    answer = register(open_user.server, scope="list  read offline_access bucket:photos")
    assert answer.json["scope"] == "read list bucket:photos offline_access", answer
    app = Application(open_user.server, {"id": None, **answer.json})
    assert open_user.request(app, ["read", "bucket:photos"]).status == 200
    too_much = open_user.request(app, ["write", "bucket:photos"])
    assert (too_much.status, too_much.error) == (400, "invalid_scope"), too_much


# --- it works ---

def test_each_method_gets_a_grant(open_user):
    server = open_user.server
    key = key_for("ES256")
    private = application(server, jwks={"keys": [jwk_of(key)]}, **{METHOD: "private_key_jwt"})
    assert private.secret is None
    answer = private.redeem(open_user.code(private), client_assertion=assertion(private, "ES256"))
    assert answer.status == 200, answer
    by_secret = application(server)
    assert by_secret.redeem(open_user.code(by_secret)).status == 200
    public = application(server, **{METHOD: "none"})
    refused_request = open_user.request(public)
    assert (refused_request.status, refused_request.error) == (400, "invalid_request")
    verifier, challenge = pkce()
    code = open_user.code(public, request={"code_challenge": challenge,
                                           "code_challenge_method": "S256"})
    answer = public.redeem(code, client_id=public.client_id, code_verifier=verifier,
                           client_assertion=None, client_assertion_type=None)
    assert answer.status == 200, answer


def page_data(server, app):
    return server.call("GET", f"/oauth2/authorize?response_type=code&client_id={app.client_id}"
                              f"&redirect_uri={app.redirect_uri}&scope=read").page_data


def test_users_are_told_that_nobody_vouches_for_it(open_user):
    own, self_made = open_user.application(), application(open_user.server)
    for app, is_self_registered in ((own, False), (self_made, True)):
        assert page_data(open_user.server, app)["client"]["self_registered"] == is_self_registered
        assert open_user.request(app).json["self_registered"] == is_self_registered
        assert app.redeem(open_user.code(app)).status == 200
    connected = {c["client_id"]: c for c in open_user.call("GET", ACCESS).json}
    assert connected[own.client_id]["self_registered"] is False
    assert connected[own.client_id]["developer_name"]
    assert connected[self_made.client_id]["self_registered"] is True
    assert not connected[self_made.client_id]["developer_name"]


def test_access_of_one_can_be_removed(open_user):
    app = application(open_user.server)
    assert app.redeem(open_user.code(app)).status == 200
    assert open_user.revoke(app).status == 200
    assert [grant["status"] for grant in open_user.grants()] == ["revoked"]


# --- refusals ---

@pytest.mark.parametrize("uri, why", [
    ("http://app.example.com/cb", "http is for localhost"),
    ("https://app.example.com/cb#f", "fragment"),
    ("https://*.example.com/cb", "wildcard"),
    ("https://me@app.example.com/cb", "user name"),
    ("https://app.example.com:0/cb", "port"),
    ("https://app.example.com/cb?code=1", "parameter of the response"),
    ("javascript:alert(1)", "application_type native"),
    ("myapp:/cb", "application_type native"),
    ("https:/cb", "host"),
    ("nothing", "absolute URI"),
    ("https://a.example/" + "x" * 1020, "longer than 1,024"),
    ("", "absolute URI"),
])
def test_one_bad_redirect_uri_refuses_with_its_name_and_the_reason(open_server, uri, why):
    shown = uri[:200] if len(uri) > 200 else uri
    refused(register(open_server, WEB, uri), "invalid_redirect_uri", "redirect_uris: " + shown, why)


def test_a_native_application_has_no_scheme_that_a_browser_runs(open_server):
    refused(register(open_server, "javascript:alert(1)"), "invalid_redirect_uri", "private")


def test_a_redirect_uri_is_repeated_without_what_would_break_the_answer(open_server):
    refused(register(open_server, 'https://a.example/"\\\n<b>é'), "invalid_redirect_uri",
            "%22%5C%0A%3Cb%3E%C3%A9")


@pytest.mark.parametrize("members, word", [
    ({"redirect_uris": None}, "redirect_uris"), ({"redirect_uris": []}, "redirect_uris"),
    ({"redirect_uris": WEB}, "redirect_uris"), ({"redirect_uris": [7]}, "redirect_uris"),
    ({"redirect_uris": [WEB] * 11}, "redirect_uris"),
    ({"grant_types": ["implicit"]}, "grant_types: authorization_code"),
    ({"grant_types": "authorization_code"}, "grant_types"),
    ({"response_types": ["token"]}, "response_types: code"),
    ({METHOD: "tls_client_auth"}, METHOD), ({METHOD: 1}, METHOD),
    ({"application_type": "desktop"}, "application_type"),
    ({"client_name": "a\x00b"}, "JSON"), ({"client_name": "a\x1b[31mb"}, "client_name"),
    ({"client_name": "a\u202eb"}, "client_name"), ({"client_name": "x" * 101}, "client_name"),
    ({"client_name": " \u200b "}, "name"),
    ({"scope": "admin"}, "scope"), ({"scope": "bucket:photos"}, "scope"),
    ({"scope": "read " * 17}, "scope"), ({"scope": ["read"]}, "scope"),
    ({"jwks_uri": "https://a.example/jwks"}, "jwks_uri"),
    ({"jwks": "no"}, "jwks"), ({METHOD: "private_key_jwt"}, "jwks"),
    ({METHOD: "private_key_jwt", "jwks": {"keys": []}}, "jwks"),
])
def test_each_refusal_names_what_is_wrong(open_server, members, word):
    body = {"redirect_uris": [WEB], **members}
    answer = open_server.call("POST", REGISTER, {k: v for k, v in body.items() if v is not None})
    refused(answer, "invalid_client_metadata")
    assert word.lower() in answer.json["error_description"].lower(), answer


def test_a_software_statement_is_refused_by_name(open_server):
    refused(register(open_server, software_statement="a.b.c"), "invalid_software_statement",
            "software_statement")


def test_a_private_key_is_refused_and_not_kept(open_server):
    key = ec.generate_private_key(ec.SECP256R1())
    private = jwk_of(key, private=True)
    refused(register(open_server, jwks={"keys": [private]}, **{METHOD: "private_key_jwt"}),
            "invalid_client_metadata", "private")
    assert private["d"] not in open_server.text()
    for path in open_server.folder.glob("grantd.db*"):
        assert private["d"].encode() not in path.read_bytes()


def test_what_is_not_one_json_object_of_moderate_size_is_refused(open_server):
    for body in ("", "[]", "{", '{"redirect_uris":["%s"],"redirect_uris":["%s"]}' % (WEB, WEB),
                 '{"a":' * 50 + "1" + "}" * 50):
        answer = open_server.call("POST", REGISTER, body,
                                  headers={"Content-Type": "application/json"})
        refused(answer, "invalid_client_metadata")
    for size, status in ((17 << 10, 413), (2 << 20, 413)):
        answer = register(open_server, client_uri="x" * size)
        assert answer.status == status, answer
    answer = open_server.call("POST", REGISTER, "redirect_uris=" + WEB,
                              headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 415, answer


# --- how many ---

def test_an_address_has_so_many_in_an_hour_with_the_accounts_it_registers(make_server):
    server = make_server(clients__dynamic_registration="true",
                         limits__registrations_per_address="3")
    Person(server)
    assert [register(server).status for _ in range(3)] == [201, 201, 429]
    answer = register(server)
    assert answer.error == "temporarily_unavailable" and int(answer.headers["Retry-After"]) > 60
    assert register(server, source="127.0.0.2").status == 201


def test_a_thousand_strangers_get_no_more_than_the_limit_and_hinder_no_developer(make_server):
    server = make_server(**settings(**{"clients.dynamic_limit": "150"}))
    with concurrent.futures.ThreadPoolExecutor(100) as strangers:
        answers = list(strangers.map(lambda _: register(server), range(1000)))
    assert sum(answer.status == 201 for answer in answers) == 150
    assert {(a.status, a.error) for a in answers if a.status != 201} == {
        (429, "temporarily_unavailable")}
    user = Person(server)
    app = user.application()
    assert app.redeem(user.code(app)).status == 200
    listed = json.loads(server.run("client", "list", "--json").stdout)
    assert sum(row["self_registered"] for row in listed) == 150 and len(listed) == 151


@pytest.mark.file
def test_one_that_nobody_approves_goes_after_a_day(make_server):
    server = make_server(**settings(**{"clients.dynamic_limit": "3"}))
    user = Person(server)
    used, refused_one, unused = (application(server) for _ in range(3))
    assert used.redeem(user.code(used)).status == 200
    request = user.request(refused_one).json["request_id"]
    assert user.call("POST", "/api/v0/oauth2/consent",
                     {"request_id": request, "approve": False}).status == 200
    assert register(server).status == 429
    assert server.stop() == 0
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database, database:
        database.execute(f"UPDATE client SET look_at = look_at - {1000 * (DAY + 60)}, "
                         f"created_at = created_at - {1000 * (DAY + 60)}")
    server.start()
    deadline = time.monotonic() + 30
    while len(listed := json.loads(server.run("client", "list", "--json").stdout)) > 1:
        assert time.monotonic() < deadline, listed
        time.sleep(0.2)
    for app in (unused, refused_one):
        assert user.request(app).error == "invalid_client_id"
    assert used.redeem(user.code(used)).status == 200
    assert [register(server).status for _ in range(3)] == [201, 201, 429]
    assert "The database is sound" in server.run("store", "check").stdout


def test_where_an_operator_approves_it_waits_and_is_told(make_server):
    server = make_server(**settings(**{"clients.require_approval": "true"}))
    answer = register(server)
    assert answer.status == 201 and "operator must approve" in answer.json["notes"][0], answer
    app, user = Application(server, {"id": None, **answer.json}), Person(server)
    assert user.request(app).error == "client_inactive"
    server.run("client", "enable", app.client_id)
    assert app.redeem(user.code(app)).status == 200


# --- whose it is ---

def test_it_belongs_to_an_account_that_is_nobodys(open_server):
    app = application(open_server)
    person = Person(open_server)
    accounts = json.loads(open_server.run("account", "list", "--json").stdout)
    assert person.email in [account["email"] for account in accounts]
    assert all(account["email"] for account in accounts)
    assert app.client_id not in json.dumps(
        person.call("GET", "/api/v0/developer/auth/oauth2/clients").json)
    for email in ("", "(registered itself)"):
        for command in (("account", "delete", email, "--yes"), ("account", "disable", email)):
            assert open_server.run(*command, check=False).returncode != 0
        answer = open_server.call("POST", "/api/v0/auth/token", {"email": email, "password": "x" * 12})
        assert answer.status in (400, 401), answer
    assert app.redeem(person.code(app)).status == 200


def test_an_operator_finds_it_and_can_disable_it(open_user):
    server = open_user.server
    app = application(server)
    row = next(row for row in json.loads(server.run("client", "list", "--json").stdout)
               if row["client_id"] == app.client_id)
    assert row["self_registered"] and row["account"] == "(registered itself)"
    assert "(registered itself)" in server.run("client", "list").stdout
    assert app.client_id not in server.run("client", "list", open_user.email).stdout
    server.run("client", "disable", app.client_id)
    assert open_user.request(app).error == "client_inactive"


def test_one_cannot_touch_anothers(open_user):
    one, other = application(open_user.server), application(open_user.server)
    code = open_user.code(one)
    answer = other.redeem(code)
    assert (answer.status, answer.error) == (400, "invalid_grant"), answer
    grant = one.redeem(code).json["access_token"]
    body = {"token": grant, "client_id": other.client_id, "client_secret": other.jwt()}
    assert open_user.server.call("POST", "/oauth2/introspect", body).json == {"active": False}
    body["client_secret"] = other.jwt(jti="again")
    assert open_user.server.call("POST", "/oauth2/revoke", body).status == 200
    assert open_user.grants()[0]["status"] == "live"


def test_there_is_nothing_to_manage_a_registration_with(open_server):
    made = register(open_server).json
    assert not {"registration_access_token", "registration_client_uri"} & made.keys()
    for method in ("GET", "PUT", "DELETE"):
        assert open_server.call(method, REGISTER).status == 405
    assert open_server.call("GET", f"{REGISTER}/{made['client_id']}").status == 404
