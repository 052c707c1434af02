# SPDX-License-Identifier: Apache-2.0
"""Log-in with an OpenID Connect provider (docs/protocol/http.md 2.2), honest and hostile."""

import concurrent.futures
import json
import re
import shlex
import time
import urllib.parse

import jwt
import pytest

import oathtool
from grantd import PASSWORD, sign
from login_provider import CLIENT, OTHER_KEY, RSA_KEY, Browser, LoginProvider, jwk, make_key
from pages import page_blocks

ADA = "ada@example.com"


@pytest.fixture
def provider():
    provider = LoginProvider()
    yield provider
    provider.close()


@pytest.fixture
def make_open(make_server, provider):
    """A server whose people log in with the provider."""
    def make(settings=None, **more):
        return make_server(**{**provider.settings(**(settings or {})),
                              "accounts.open_registration": "false", **more})
    return make


@pytest.fixture
def trusting(make_open):
    return make_open({"trust_email": "true"})


def refusal(answer):
    """The code and the sentence of a page that refuses; it has the sentence before any script runs."""
    code, sentence = re.search(r'<p id="notice" data-code="(\w*)">([^<]*)', answer.body.decode()).groups()
    return code, sentence


# --- what works ---


def test_a_person_is_logged_in_and_has_an_account_from_then_on(trusting, provider):
    browser, again = Browser(trusting), Browser(trusting)
    answer = browser.log_in(provider)
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    account = browser.account().json
    assert (account["email"], account["full_name"], account["login_method"]) == \
        (ADA, "Ada Lovelace", "openid")
    provider.claims = {"email": "ada@elsewhere.example", "name": "Somebody"}
    again.log_in(provider)
    assert again.account().json == account


def test_the_request_has_all_that_protects_it(trusting, provider):
    first, second = (dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(Browser(trusting).begin()).query))
                     for _ in range(2))
    assert first["x"] == "1" and first["response_type"] == "code" and first["client_id"] == CLIENT
    assert first["code_challenge_method"] == "S256" and first["scope"] == "openid email profile"
    assert first["redirect_uri"] == trusting.url + "/login/oidc/work/callback"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) == 43 and first[name] != second[name]
    assert provider.asked == {"/.well-known/openid-configuration": 1}


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "PS256", "RS256"])
def test_each_algorithm_that_is_listed_is_good(trusting, provider, algorithm):
    provider.key, provider.algorithm = make_key(algorithm), algorithm
    assert Browser(trusting).log_in(provider).status == 303


def test_the_secret_goes_where_the_provider_wants_it(trusting, provider):
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert Browser(trusting).log_in(provider).status == 303


def test_the_secret_may_be_in_a_file(make_open, provider, tmp_path):
    path = tmp_path / "secret"
    path.write_text(provider.settings()["login.oidc.work.client_secret"] + "\n")
    path.chmod(0o600)
    server = make_open({"client_secret": "", "client_secret_file": str(path)})
    assert Browser(server).log_in(provider).status == 303


def test_what_the_id_token_does_not_say_is_in_userinfo(make_open, provider):
    server = make_open({"groups": "staff, admins"})
    provider.claims = {"email": None, "email_verified": None}
    provider.userinfo = {"email": ADA, "email_verified": True, "groups": ["x", "admins"]}
    browser = Browser(server)
    assert browser.log_in(provider).status == 303
    assert browser.account().json["email"] == ADA


def test_keys_that_have_changed_are_fetched_again_once_a_minute(trusting, provider):
    assert Browser(trusting).log_in(provider).status == 303
    provider.kid = "two"
    for _ in range(3):  # the keys are not a minute old
        assert refusal(Browser(trusting).log_in(provider))[0] == "provider_untrusted"
    assert provider.asked["/keys"] == 1


def test_many_first_log_ins_at_once_share_a_fetch_and_make_one_account(trusting, provider):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Browser(trusting).log_in(provider), range(16)))
    assert {answer.status for answer in answers} == {303}
    assert provider.asked["/.well-known/openid-configuration"] == provider.asked["/keys"] == 1
    assert trusting.run("account", "list", "--json").stdout.count('"email"') == 1


def test_a_second_factor_is_asked_for_all_the_same(trusting, provider):
    browser = Browser(trusting)
    browser.log_in(provider)
    secret = browser.call("POST", oathtool.FACTOR, {}).json["secret"]
    oathtool.settle()
    made = browser.call("POST", oathtool.FACTOR + "/confirm", {"code": oathtool.code_of(secret, -1)})
    other = Browser(trusting)
    assert other.log_in(provider).status == 303
    assert other.account().error == "unauthenticated"
    assert 'name="proven" content="yes"' in other.call("GET", "/login").body.decode()
    log_in = "/api/v0/auth/openid-login"
    assert other.call("POST", log_in, {}).error == "second_factor_required"
    assert other.call("POST", log_in, {"code": "AAAA-AAAA-AAAA"}).error == "second_factor_wrong"
    code = {"code": made.json["recovery_codes"][0], "cookie_only": True}
    assert Browser(trusting).call("POST", log_in, code).error == "login_expired"
    assert other.call("POST", log_in, code).status == 200
    assert other.account().json["email"] == ADA


# --- accounts ---


def test_an_account_is_opened_only_for_a_verified_address_of_a_trusted_provider(make_open, provider):
    for trust, verified, code in (("true", True, None), ("true", False, "email_unverified"),
                                  ("true", "true", "email_unverified"), ("true", None, "email_unverified"),
                                  ("false", True, "account_of_another_login")):
        server = make_open({"trust_email": trust})
        server.run("account", "create", ADA, "--name", "Ada", stdin=PASSWORD)
        provider.claims = {"email_verified": verified}
        browser = Browser(server)
        answer = browser.log_in(provider)
        assert answer.status == (403 if code else 303), answer
        assert not code or refusal(answer)[0] == code
        assert browser.account().status == (401 if code else 200)
        assert server.stop() == 0


def test_an_invitation_makes_a_developer_only_of_whom_a_trusted_provider_names(make_open, provider):
    for trust in ("true", "false"):
        server = make_open({"trust_email": trust}, **{"accounts.developers": "invited"})
        server.run("account", "invite", ADA, "--developer")
        browser = Browser(server)
        assert browser.log_in(provider).status == 303
        assert browser.account().json["developer"] is (trust == "true")
        assert server.stop() == 0


def test_accounts_are_made_by_the_rules(make_open, provider):
    for settings, claims, is_made in (
            ({"accounts": "false"}, {}, False),
            ({"domains": "example.org, Example.com"}, {}, True),
            ({"domains": "example.org"}, {}, False),
            ({"domains": "ample.com"}, {}, False),
            ({"groups": "staff"}, {"groups": ["staff"]}, True),
            ({"groups": "staff"}, {"groups": "staff"}, True),
            ({"groups": "staff"}, {"groups": ["staff2"], "roles": ["staff"]}, False),
            ({"groups": "staff", "group_claim": "roles"}, {"roles": ["a", "staff"]}, True)):
        server = make_open({"trust_email": "true", **settings})
        provider.claims = claims
        answer = Browser(server).log_in(provider)
        assert answer.status == (303 if is_made else 403), (settings, answer)
        assert is_made or refusal(answer)[0] == "account_missing"
        assert server.stop() == 0


def test_two_people_of_one_address_are_two(make_open, provider):
    server = make_open()
    assert Browser(server).log_in(provider).status == 303
    provider.claims = {"sub": "eve"}
    assert refusal(Browser(server).log_in(provider))[0] == "account_of_another_login"


def test_who_has_an_address_now_gets_nothing_of_who_had_it_before(trusting, provider):
    """The provider has given it to somebody else. Only the operator can say that it is the same person."""
    ada, eve = Browser(trusting), Browser(trusting)
    assert ada.log_in(provider).status == 303
    account = ada.account().json
    provider.claims = {"sub": "eve"}
    assert refusal(eve.log_in(provider))[0] == "account_of_another_login"
    assert eve.account().status == 401 and ada.account().json == account
    block, = page_blocks("docs/how-to/openid-login.md", "Who gets in", "sh")
    trusting.run(*shlex.split(block.replace("EMAIL", ADA))[1:])
    assert ada.account().status == 401
    assert eve.log_in(provider).status == 303
    assert eve.account().json == account
    provider.claims = {}
    assert refusal(ada.log_in(provider))[0] == "account_of_another_login"
    trusting.run("account", "unlink", ADA)
    again = trusting.run("account", "unlink", ADA, check=False)
    assert again.returncode != 0 and "nobody logs in" in again.stderr


def test_the_same_sub_of_another_provider_is_another_person(make_server, provider):
    other = LoginProvider()
    try:
        server = make_server(**provider.settings(), **other.settings("other"))
        first, second = Browser(server), Browser(server)
        first.log_in(provider)
        other.claims = {"email": "eve@example.com"}
        second.log_in(other, "other")
        assert second.account().json["email"] == "eve@example.com"
        assert first.account().json["id"] != second.account().json["id"]
    finally:
        other.close()


def test_a_disabled_account_stays_so(trusting, provider):
    browser = Browser(trusting)
    browser.log_in(provider)
    trusting.run("account", "disable", ADA)
    assert browser.account().error == "unauthenticated"
    answer = Browser(trusting).log_in(provider)
    assert answer.status == 403 and b"disabled" in answer.body


def test_a_deleted_account_is_gone_and_its_person_gets_another(trusting, provider):
    browser = Browser(trusting)
    browser.log_in(provider)
    before = browser.account().json["id"]
    assert browser.call("DELETE", "/api/v0/auth/account", {}).status == 204
    browser.log_in(provider)
    assert browser.account().json["id"] != before


def test_a_person_confirms_by_a_log_in_of_the_last_ten_minutes(trusting, provider):
    browser, other = Browser(trusting), Browser(trusting)
    browser.log_in(provider)
    provider.claims = {"sub": "eve", "email": "eve@example.com"}
    other.log_in(provider)
    ticket = browser.cookies["_login"]
    for wrong in (None, "x", other.cookies["_login"]):
        browser.cookies["_login"] = wrong
        if wrong is None:
            del browser.cookies["_login"]
        answer = browser.call("DELETE", "/api/v0/auth/account", {})
        assert (answer.status, answer.error) == (403, "fresh_login_required"), wrong
    browser.cookies["_login"] = ticket
    assert browser.call("DELETE", "/api/v0/auth/account", {}).status == 204


def test_passwords_may_be_off_and_without_providers_the_sessions_end(make_open, provider):
    server = make_open(login__passwords="false")
    browser = Browser(server)
    browser.log_in(provider)
    assert browser.account().status == 200
    assert server.stop() == 0
    for name in provider.settings():
        del server.settings[name]
    server.settings["login.passwords"] = "true"
    server.start()
    assert browser.account().error == "unauthenticated"
    assert browser.call("GET", "/login/oidc/work").status == 404
    assert browser.call("POST", "/api/v0/auth/openid-login", {}).error == "not_found"


# --- hostile ---


def unsigned(claims):
    return jwt.encode(claims, None, "none", {"kid": "one"})


def by_public_key(claims):
    """HS256 with what everybody knows as the secret."""
    return sign(json.dumps(jwk(RSA_KEY, "RS256", "one")), claims, '{"alg":"HS256","kid":"one"}')


def twice(claims):
    """A payload with `sub` twice, signed rightly."""
    payload = json.dumps(claims)[:-1] + ',"sub":"eve"}'
    return jwt.PyJWS().encode(payload.encode(), RSA_KEY, "RS256", {"kid": "one"})


def headed(**header):
    return lambda claims: jwt.encode(claims, RSA_KEY, "RS256", header)



@pytest.mark.parametrize("claims, said", [
    ({"aud": "another"}, "aud or azp"), ({"aud": []}, "aud or azp"), ({"aud": None}, "aud or azp"),
    ({"aud": [CLIENT, "b"]}, "aud or azp"), ({"aud": [CLIENT, "b"], "azp": "b"}, "aud or azp"),
    ({"azp": "b"}, "aud or azp"), ({"aud": [CLIENT] * 17, "azp": CLIENT}, "aud or azp"),
    ({"exp": 1}, "expired"), ({"exp": None}, "expired"), ({"exp": "tomorrow"}, "expired"),
    ({"iat": 4_000_000_000}, "future"), ({"iat": None}, "future"),
    ({"nonce": "another"}, "nonce"), ({"nonce": None}, "nonce"),
    ({"iss": "https://evil.example"}, "another issuer"), ({"iss": None}, "another issuer"),
    ({"sub": None}, "sub"), ({"sub": ""}, "sub"), ({"sub": "a" * 256}, "sub"), ({"sub": "a\nb"}, "sub"),
])
def test_a_claim_that_is_wrong_is_refused(hostile, claims, said):
    hostile.provider.claims = claims
    hostile.refuses("provider_untrusted", said)


@pytest.mark.parametrize("sign, said", [
    (unsigned, "signed with none of"), (by_public_key, "signed with none of"),
    (twice, "is there twice"),
    (lambda claims: jwt.encode(claims, OTHER_KEY, "RS256", {"kid": "one"}), "signature is wrong"),
    (lambda claims: jwt.encode(claims, OTHER_KEY, "RS256", {"kid": "for encryption"}), "none of its keys"),
    (lambda claims: jwt.encode(claims, RSA_KEY, "PS256", {"kid": "one"}), "none of its keys"),
    (headed(kid="unknown"), "none of its keys"),
    (headed(kid="one", crit=["x"]), "not a JWT"), (headed(kid="one", jwk={}), "not a JWT"),
    (headed(kid="one", jku="https://evil.example"), "not a JWT"),
    (lambda claims: jwt.encode({**claims, "x": "a" * 20_000}, RSA_KEY, "RS256", {"kid": "one"}), "16 KiB"),
    (lambda claims: "a.b", "not a JWT"), (lambda claims: 7, "not a JWT"), (lambda claims: None, "not a JWT"),
])
def test_a_token_that_is_wrong_is_refused(hostile, sign, said):
    hostile.provider.sign = sign
    hostile.refuses("provider_untrusted", said)


def wait(handler):
    time.sleep(9)
    return 200, {}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("page", [
    b"", b"[]", b"{", b"{}", b"\xff", b'{"a":1,"a":1}', b" " * 70_000 + b"{}",
    lambda handler: (500, {}), lambda handler: (302, {})])
def test_an_answer_that_is_none_is_refused(make_open, provider, path, page):
    server = make_open()
    provider.pages[path] = page
    browser = Browser(server)
    answer = browser.call("GET", "/login/oidc/work")
    if answer.status == 303:
        answer = browser.come_back(provider.log_in(answer.headers["Location"]))
    assert answer.status in (403, 503)
    assert refusal(answer)[0] in ("provider_untrusted", "provider_unavailable")
    assert browser.account().error == "unauthenticated"
    assert "/elsewhere" not in provider.asked


@pytest.mark.parametrize("metadata", [
    {"issuer": "https://evil.example"}, {"issuer": None}, {"token_endpoint": "http://evil.example/"},
    {"jwks_uri": "file:///etc/passwd"}, {"authorization_endpoint": "javascript:alert(1)"},
    {"authorization_endpoint": None}, {"token_endpoint": ["https://a.example"]},
    {"jwks_uri": "https://a@b.example/"}])
def test_a_discovery_document_that_is_wrong_is_refused(make_open, provider, metadata):
    provider.metadata = metadata
    answer = Browser(make_open()).call("GET", "/login/oidc/work")
    assert (answer.status, refusal(answer)[0]) == (503, "provider_unavailable")


@pytest.mark.slow
def test_a_provider_that_does_not_answer_is_given_up(make_open, provider):
    provider.pages["/.well-known/openid-configuration"] = wait
    answer = Browser(make_open()).call("GET", "/login/oidc/work")
    assert (answer.status, refusal(answer)[0]) == (503, "provider_unavailable")


def test_a_provider_that_is_away_does_not_keep_the_server_from_starting(make_open, provider):
    provider.close()
    answer = Browser(make_open()).call("GET", "/login/oidc/work")
    assert (answer.status, refusal(answer)[0]) == (503, "provider_unavailable")


def test_userinfo_of_somebody_else_is_refused(hostile):
    hostile.provider.claims = {"email": None}
    hostile.provider.userinfo = {"sub": "eve", "email": ADA, "email_verified": True}
    hostile.refuses("provider_untrusted", "userinfo")


class Hostile:
    def __init__(self, server, provider):
        self.server, self.provider = server, provider

    def refuses(self, code, said):
        browser = Browser(self.server)
        answer = browser.log_in(self.provider)
        assert answer.status == 403
        assert refusal(answer)[0] == code and said in refusal(answer)[1], refusal(answer)
        assert browser.account().error == "unauthenticated" and "_login" not in browser.cookies


@pytest.fixture
def hostile(make_open, provider):
    return Hostile(make_open(), provider)


# --- the way back ---


def test_the_state_of_another_browser_is_refused(trusting, provider):
    """Nobody can be logged in to the account of somebody else (RFC 6749 section 10.12)."""
    eve, ada = Browser(trusting), Browser(trusting)
    back = provider.log_in(eve.begin())
    for before in (lambda: None, ada.begin):
        before()
        answer = ada.come_back(back)
        assert (answer.status, refusal(answer)[0]) == (400, "login_expired")
    assert ada.account().error == "unauthenticated"
    for changed in ({"state": ""}, {"state": back["state"] + "a"}, {"state": back["state"][:-1]}):
        assert refusal(eve.come_back({**back, **changed}))[0] == "login_expired"


def test_a_way_back_is_used_once(trusting, provider):
    browser = Browser(trusting)
    back = provider.log_in(browser.begin())
    ticket = dict(browser.cookies)
    assert browser.come_back(back).status == 303
    assert refusal(browser.come_back(back))[0] == "login_expired"
    browser.cookies = ticket  # with a cookie that was kept, the provider refuses the code
    assert refusal(browser.come_back(back))[0] == "provider_refused"


def test_a_code_of_another_provider_is_refused(make_server, provider):
    """RFC 9700 section 4.4."""
    evil = LoginProvider()
    try:
        server = make_server(**provider.settings(), **evil.settings("evil"))
        browser = Browser(server)
        back = provider.log_in(browser.begin("evil"))
        assert refusal(browser.come_back(back, "work"))[0] == "login_expired"
        assert provider.asked.get("/token") is None and evil.asked.get("/token") is None
    finally:
        evil.close()


def test_the_issuer_of_the_way_back_is_checked(trusting, provider):
    """RFC 9207."""
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    for issuer, status in ((provider.issuer, 303), ("https://evil.example", 403), (None, 403)):
        browser = Browser(trusting)
        back = provider.log_in(browser.begin())
        answer = browser.come_back({**back, "iss": issuer} if issuer else back)
        assert answer.status == status
    assert provider.asked["/token"] == 1


def test_what_the_provider_says_is_not_repeated(trusting, provider):
    browser = Browser(trusting)
    state = provider.log_in(browser.begin())["state"]
    answer = browser.come_back({"error": "<b>access_denied", "error_description": "<i>evil", "state": state})
    assert (answer.status, refusal(answer)[0]) == (403, "provider_refused")
    assert b"evil" not in answer.body and b"access_denied" not in answer.body


def test_no_parameter_leads_elsewhere(trusting, provider):
    browser = Browser(trusting)
    answer = browser.call("GET", "/login/oidc/work?next=https://evil.example&redirect_uri=https://evil.example")
    assert "evil" not in answer.headers["Location"]
    back = provider.log_in(answer.headers["Location"])
    answer = browser.come_back({**back, "next": "https://evil.example"})
    assert answer.headers["Location"] == "/login"


def test_there_is_no_other_provider(trusting):
    for path in ("/login/oidc/other", "/login/oidc/other/callback", "/login/oidc/", "/login/oidc/WORK"):
        assert Browser(trusting).call("GET", path).status == 404


def test_the_log_in_of_a_password_stays_beside_it(trusting, provider):
    trusting.run("account", "create", ADA, "--name", "Ada", stdin=PASSWORD)
    Browser(trusting).log_in(provider)
    answer = trusting.call("POST", "/api/v0/auth/token", {"email": ADA, "password": PASSWORD})
    assert answer.status == 200
    account = trusting.call("GET", "/api/v0/auth/account", token=answer.json["token"]).json
    assert account["login_method"] == "password"
