# SPDX-License-Identifier: Apache-2.0
"""docs/openapi.yaml lists what the server has. fixtures/openapi_check.py checks every response
in these tests against it."""

import base64
import json
import re
import urllib.parse

import pytest

import openapi_check
import storj
from authenticator import LOG_IN, PASSKEYS, SETUP, Passkey
from legacy_page import INTEGRATION, Page
from grantd import ASSERTION_TYPE, PASSWORD, REDIRECT, ROOT, Application, Person, api_key_of
from login_provider import Browser, LoginProvider
from mail_server import link_in
from oathtool import Factor, code_of

GUARDS = {
    **dict.fromkeys(("ACCOUNT", "SESSION", "DEVELOPER", "OPERATOR"), [{"cookie": []}, {"bearer": []}]),
    "CHECK": [{"serviceToken": []}],
    "REVOCATIONS": [{"serviceToken": []}],
    "PUBLIC": [], "PROBE": [], "CLIENT": [],
}
# Outcomes that no request ends with: they are mapped to others, or belong to settings.
NEVER_ANSWERED = {"NOT_AUTHENTIC", "NO_ROW", "CONFLICT", "SCHEMA_OLD", "COPY_UNFINISHED"}


def routes():
    """(method, path): guard, of the server's table; pages are not for programs."""
    text = (ROOT / "src" / "api" / "routes.c").read_text()
    rows = re.findall(r'\{HTTP_(\w+),\s*"([^"]+)",\s*GUARD_(\w+),', text)
    return {(method, path): guard for method, path, guard in rows
            if guard != "PAGE" and not path.startswith("/static/")}


def errors(vocabulary):
    """(status, code) of each outcome that can be answered."""
    text = (ROOT / "src" / "api" / vocabulary).read_text()
    rows = re.findall(r'^WORD\((\w+), (\w+), "(\w+)"', text, re.M)
    return {(int(one), code) for name, status, code in rows if name not in NEVER_ANSWERED
            for one in ([400, 401] if status == "CLIENT_REFUSED" else [status])}


def codes_of(operation):
    """(status, code) of each refusal that the document names."""
    for status, response in operation["responses"].items():
        if int(status) < 400:
            continue
        schema = openapi_check.resolve(response)["content"]["application/json"]["schema"]
        yield from ((int(status), code) for code in schema["properties"]["error"]["enum"])


def test_the_document_and_the_table_of_routes_name_the_same():
    assert {(m, p) for m, p, _ in openapi_check.operations()} == set(routes())


def test_the_document_says_what_each_guard_wants():
    for method, path, operation in openapi_check.operations():
        wanted = GUARDS[routes()[method, path]]
        if path == "/oauth2/userinfo":  # it reads its token itself
            wanted = [{"accessGrant": []}]
        assert operation["security"] == wanted, (method, path)


def test_the_document_names_every_code_under_its_status_and_no_other():
    named = {pair for _, _, operation in openapi_check.operations() for pair in codes_of(operation)}
    # 405 answers a method that has no operation, and so stands in none; the others are a page's.
    unnamed = {(405, "method_not_allowed"), (400, "unsupported_response_type"),
               (400, "consent_required"), (400, "request_not_supported"),
               (503, "provider_unavailable"), (403, "provider_refused"), (403, "provider_untrusted"),
               (403, "email_unverified"), (403, "account_of_another_login")}
    oauth = errors("vocabulary_rfc6749.def") | errors("vocabulary_rfc7591.def")
    assert named - oauth <= errors("vocabulary.def")
    assert errors("vocabulary_rfc7591.def") <= named
    assert errors("vocabulary.def") - unnamed <= named


def test_operations_have_names_of_their_own_and_say_what_can_always_happen():
    names = [operation["operationId"] for _, _, operation in openapi_check.operations()]
    assert len(set(names)) == len(names)
    for method, path, operation in openapi_check.operations():
        statuses = set(operation["responses"])
        assert {"413", "414", "429", "431", "500", "503"} <= statuses, (method, path)
        assert ("415" in statuses) == ("requestBody" in operation), (method, path)


class Walker:
    """Records which operations have succeeded."""

    def __init__(self, server):
        self.server = server
        self.seen = set()

    def __call__(self, method, path, body=None, token=None, headers=None):
        answer = self.server.call(method, path, body, token=token, headers=headers)
        assert answer.status < 300, answer
        self.seen.add((method, openapi_check.path_of(path.partition("?")[0])))
        return answer.json if answer.headers["Content-Type"] == "application/json" else None


def walk_accounts(walk, who):
    for folder in ("/api/v0/auth", "/api/v0/developer/auth"):
        email = f"openapi{len(walk.seen)}@example.com"
        walk("POST", folder + "/register",
             {"email": email, "password": PASSWORD, "full_name": "A Person"})
        token = walk("POST", folder + "/token", {"email": email, "password": PASSWORD})["token"]
    link = walk.server.run("account", "invite", "invited@example.com").stdout.strip()
    walk("POST", "/api/v0/auth/invitation", {"invitation": link.partition("#invite=")[2]})
    walk("GET", "/api/v0/auth/account", token=token)
    walk("PATCH", "/api/v0/auth/account", {"full_name": "Another"}, token=token)
    fresh = PASSWORD + "!"
    walk("POST", "/api/v0/auth/account/password",
         {"old_password": PASSWORD, "new_password": fresh}, token=token)
    walk("POST", "/api/v0/auth/session/proof", {"password": fresh}, token=token)
    walk("POST", "/api/v0/auth/logout", token=token)
    walk("POST", "/api/v0/auth/password-reset/complete",
         {"token": walk.server.reset_link(email)[-43:], "new_password": fresh})
    tokens = [walk("POST", "/api/v0/auth/token", {"email": email, "password": fresh})["token"]
              for _ in range(2)]
    session = next(s for s in walk("GET", "/api/v0/auth/sessions", token=tokens[0])
                   if not s["current"])
    walk("DELETE", f"/api/v0/auth/sessions/{session['id']}", token=tokens[0])
    walk("GET", "/api/v0/auth/activity", token=tokens[0])
    walk("DELETE", "/api/v0/auth/sessions", token=tokens[0])
    walk("DELETE", "/api/v0/auth/account", {"password": PASSWORD}, token=who.token)


def walk_factor(walk, who):
    path = "/api/v0/auth/account/factor"
    walk("GET", path, token=who.token)
    secret = walk("POST", path, {"password": PASSWORD}, token=who.token)["secret"]
    made = walk("POST", path + "/confirm", {"code": code_of(secret)}, token=who.token)
    given = {"password": PASSWORD, "code": made["recovery_codes"][0]}
    made = walk("POST", path + "/recovery-codes", given, token=who.token)
    codes = made["recovery_codes"]
    walk("PATCH", path, {**given, "at_consent": True, "code": codes[0]}, token=who.token)
    walk("DELETE", path, {**given, "code": codes[1]}, token=who.token)


def walk_passkey(walk, who):
    passkey = Passkey(walk.server)
    setup = walk("POST", SETUP, {"password": PASSWORD}, token=who.token)
    made = walk("POST", PASSKEYS, passkey.registration(setup["challenge"]), token=who.token)
    passkey.user = setup["user_id"]
    walk("GET", PASSKEYS, token=who.token)
    walk("PATCH", f"{PASSKEYS}/{made['id']}", {"name": "Another"}, token=who.token)
    walk("POST", LOG_IN, passkey.proof(walk("POST", LOG_IN + "/challenge")["challenge"]))
    walk("DELETE", f"{PASSKEYS}/{made['id']}", {"password": PASSWORD}, token=who.token)


def walk_operator(walk, who):
    """`who` has an application that awaits approval."""
    operator, target = Person(walk.server), Person(walk.server)
    walk.server.run("account", "role", operator.email, "--operator")
    Factor(target)
    for path in ("accounts", "audit", "rates"):
        walk("GET", "/api/v0/admin/" + path, token=operator.token)
    one = "/api/v0/admin/accounts/" + target.id
    walk("POST", one + "/reset-factors", token=operator.token)
    walk("PATCH", one, {"blocked": True}, token=operator.token)
    who.application()
    waiting = walk("GET", "/api/v0/admin/clients", token=operator.token)[0]
    walk("POST", f"/api/v0/admin/clients/{waiting['id']}/review",
         {"approve": True, "revision": waiting["revision"]}, token=operator.token)


def walk_operators_mail(walk):
    operator, target = Person(walk.server), Person(walk.server)
    walk.server.run("account", "role", operator.email, "--operator")
    walk("POST", f"/api/v0/admin/accounts/{target.id}/reset-mail", token=operator.token)


def walk_clients(walk, who):
    clients = "/api/v0/developer/auth/oauth2/clients"
    made = walk("POST", clients, {"name": "My App", "redirect_uris": REDIRECT}, token=who.token)
    one = f"{clients}/{made['id']}"
    walk("GET", clients, token=who.token)
    walk("GET", one, token=who.token)
    walk("PUT", one, {"description": "It shows photos."}, token=who.token)
    walk("PATCH", one + "/status", {"status": 1}, token=who.token)
    secret = walk("POST", one + "/regenerate-secret", {}, token=who.token)
    logs = "/api/v0/developer/auth/access-logs"
    yield Application(walk.server, {**made, **secret})
    for path in (logs, logs + "/statistics", logs + "/export?limit=5",
                 f"{logs}/failures?client_id={made['client_id']}"):
        walk("GET", path, token=who.token)
    walk("DELETE", one, token=who.token)


def walk_projects(walk, who):
    salt = base64.b64encode(bytes(16)).decode()
    walk("POST", "/api/v0/projects", {"name": "Brought in", "access_grant": storj.access_grant(),
                                      "salt": salt}, token=who.token)
    made = walk("POST", "/api/v0/projects", {"name": "Mine"}, token=who.token)
    walk("GET", "/api/v0/projects", token=who.token)
    one = f"/api/v0/projects/{made['id']}"
    walk("POST", one + "/owner-grant", {"password": PASSWORD}, token=who.token)
    walk("DELETE", one, token=who.token)


def walk_legacy(walk, who):
    app = who.application(legacy_redirect=True)
    assert Page(walk.server, app).exchange(who, who.code(app)).status == 200
    walk.seen.add(("POST", INTEGRATION))


def walk_flow(walk, who, app):
    request = walk("POST", "/api/v0/oauth2/request", {
        "client_id": app.client_id, "redirect_uri": REDIRECT,
        "scope": ["read", "bucket:photos"]}, token=who.token)["request_id"]
    walk("GET", f"/api/v0/oauth2/requests/{request}", token=who.token)
    code = walk("POST", "/api/v0/oauth2/consent", {
        "request_id": request, "approved_scopes": ["read", "bucket:photos"]},
        token=who.token)["code"]
    for path in ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
                 "/oauth2/keys"):
        walk("GET", path)
    walk("POST", "/oauth2/register", {"redirect_uris": [REDIRECT]})
    signed_in = who.request(app, ["read", "openid"]).json["request_id"]
    signed_in = app.redeem(who.consent(signed_in, ["read"]).json["code"]).json["access_token"]
    for method in ("GET", "POST"):
        walk(method, "/oauth2/userinfo", token=signed_in)
    token = walk("POST", "/oauth2/token", app.form(who.code(app)))["access_token"]
    walk("POST", "/oauth2/par", urllib.parse.urlencode({
        "response_type": "code", "redirect_uri": REDIRECT, "scope": "read",
        "client_assertion": app.assertion(), "client_assertion_type": ASSERTION_TYPE}),
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    tv = who.application(device_flow=True)
    device = walk("POST", "/oauth2/device_authorization", urllib.parse.urlencode({
        "scope": "read", "client_assertion": tv.assertion(),
        "client_assertion_type": ASSERTION_TYPE}),
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    walk("POST", "/api/v0/oauth2/device", {"user_code": device["user_code"]}, token=who.token)
    for path in ("/oauth2/introspect", "/oauth2/revoke"):
        walk("POST", path, {"token": token, "client_assertion": app.assertion(),
                            "client_assertion_type": ASSERTION_TYPE})
    grant = walk("POST", "/api/v0/oauth2/token", app.body(code))["access_grant"]
    verdict = walk("POST", "/api/v0/grants/check", {"api_key": api_key_of(grant), "op": "read",
                                                    "bucket": "photos"},
                   token=walk.server.service_token("check"))
    assert verdict["valid"]
    access = "/api/v0/auth/developer-access"
    walk("GET", access, token=who.token)
    walk("GET", f"{access}/{app.client_id}/history", token=who.token)
    grants = walk("GET", "/api/v0/auth/grants?limit=10", token=who.token)
    walk("DELETE", f"/api/v0/auth/grants/{grants[0]['id']}", token=who.token)
    walk("DELETE", f"{access}/{app.client_id}/revoke", token=who.token)
    feed = walk("GET", "/api/v0/revocations?limit=10",
                token=walk.server.service_token("revocations"))
    assert feed["revocations"]


def walk_mail(walk, post):
    ada = Person(walk.server, "ada@example.com")
    walk("POST", "/api/v0/auth/password-reset", {"email": "nobody@example.com"})
    walk("POST", "/api/v0/auth/account/email",
         {"email": "new@example.com", "password": PASSWORD}, token=ada.token)
    token = link_in(post.wait_to("new@example.com"))[-43:]
    walk("POST", "/api/v0/auth/email-change/confirm", {"token": token})
    token = link_in(post.wait_to("ada@example.com"))[-43:]
    walk("POST", "/api/v0/auth/email-change/undo", {"token": token})


def test_every_operation_has_its_good_answer_and_it_is_the_one_described(make_server, post):
    server = make_server(clients__dynamic_registration="true")
    walk, who = Walker(server), Person(server)
    for path in ("/healthz", "/readyz", "/metrics"):
        walk("GET", path)
    walk_projects(walk, who)
    for app in walk_clients(walk, who):
        walk_flow(walk, who, app)
    walk_legacy(walk, who)
    walk_factor(walk, who)
    walk_passkey(walk, who)
    walk_accounts(walk, who)
    walk.server = make_server(**post.settings())
    walk_mail(walk, post)
    walk_operators_mail(walk)
    walk.server = make_server(clients__require_approval="true")
    walk_operator(walk, Person(walk.server))
    walk.server = make_server(http__trusted_proxies="127.0.0.1", login__proxy_header="X-Remote-User",
                              accounts__open_registration="false")
    walk("POST", "/api/v0/auth/proxy-login", {}, headers={"X-Remote-User": "ann@example.com"})
    provider = LoginProvider()
    walk.server = make_server(**provider.settings())
    browser = Browser(walk.server)
    browser.log_in(provider)
    code = browser.add_factor()
    browser.log_in(provider)
    provider.close()
    walk("POST", "/api/v0/auth/openid-login", {"code": code}, headers=browser.headers())
    assert walk.seen == {(m, p) for m, p, _ in openapi_check.operations()}


class Made:
    """A response that no server sent."""

    def __init__(self, status, body, **headers):
        self.status, self.body = status, json.dumps(body).encode()
        self.headers = {"Content-Type": "application/json",
                        **{k.replace("_", "-"): v for k, v in headers.items()}}


@pytest.mark.parametrize("answer", [
    Made(418, {"error": "invalid_request", "error_description": "x"}),
    Made(400, {"error": "not_a_code", "error_description": "x"}),
    Made(401, {"error": "unauthenticated", "error_description": "x"}),
    Made(200, {"id": "1", "email": "a@example.com", "full_name": "x"}),
    Made(200, {"id": "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a", "email": "a", "full_name": "x",
               "password": "x"}),
    Made(200, {"email": "a@example.com"}),
    Made(200, [], Content_Type="text/plain"),
], ids=["status", "code", "header", "form", "unknown field", "missing field", "type"])
def test_an_answer_off_the_description_is_noticed(answer):
    with pytest.raises((AssertionError, openapi_check.jsonschema.ValidationError)):
        openapi_check.check("GET", "/api/v0/auth/account", answer)
