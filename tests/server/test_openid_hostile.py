# SPDX-License-Identifier: Apache-2.0
"""Log-in with an OpenID Connect provider (docs/protocol/http.md 2.2): people, providers and networks that
mean harm, and would rather tie the server up or stay in it than be refused."""

import base64
import concurrent.futures
import json
import threading

import jwt
import pytest

from login_provider import CLIENT, RSA_KEY, Browser, LoginProvider, jwk, make_key
from test_openid_login import make_open, provider, refusal, trusting  # noqa: F401

LOG_IN = "/api/v0/auth/openid-login"


def raw(payload, header='{"alg":"RS256","kid":"one"}'):
    """A token of this text, signed rightly."""
    parts = b".".join(base64.urlsafe_b64encode(text.encode()).rstrip(b"=") for text in (header, payload))
    signature = jwt.get_algorithm_by_name("RS256").sign(parts, RSA_KEY)
    return (parts + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def with_text(name, text):
    """The claims with this text as a value, which json.dumps() would not write."""
    def sign(claims):
        claims.pop(name, None)
        return raw(json.dumps(claims)[:-1] + f',"{name}":{text}}}')
    return sign


def deep(n):
    return "[" * n + "]" * n


ODD_CLAIMS = [
    ("exp", "1e400"), ("exp", "-1"), ("exp", "9" * 400), ("exp", "9223372036854775808"), ("exp", "true"),
    ("exp", "[4000000000]"), ("exp", '"4000000000"'), ("iat", "1e400"), ("iat", "0"), ("iat", "{}"),
    ("aud", "{}"), ("aud", "7"), ("aud", "[[]]"), ("aud", "true"), ("aud", f'[["{CLIENT}"]]'),
    ("aud", f'{{"{CLIENT}":"{CLIENT}"}}'), ("azp", "null"), ("azp", "[]"), ("nonce", "[]"), ("nonce", '""'),
    ("sub", "7"), ("sub", '["ada"]'), ("sub", '"a\\u0000b"'), ("sub", '"\\ud800"'), ("sub", '"a\\u202eb"'),
    ("iss", "[]"), ("x", deep(40)), ("x", deep(4000)), ("x", '{"a":1,"a":2}'),
]


def test_a_claim_of_an_odd_kind_is_refused(trusting, provider):
    for name, text in ODD_CLAIMS:
        provider.sign = with_text(name, text)
        browser = Browser(trusting)
        answer = browser.log_in(provider)
        assert (answer.status, refusal(answer)[0]) == (403, "provider_untrusted"), (name, text)
        assert browser.account().error == "unauthenticated"


ODD_HEADERS = [
    '{"alg":["RS256"],"kid":"one"}', '{"alg":"RS256","kid":7}', '{"alg":"RS256","kid":null}',
    '{"alg":"RS256","kid":["one"]}', '{"alg":"rs256"}', '{"alg":"RS256","alg":"none"}', '{}', '[]', '"RS256"',
    '{"alg":"RS256","x":' + deep(2000) + '}', '{"alg":"RS256","typ":"at+jwt"}',
]


def test_a_header_of_an_odd_kind_is_refused(trusting, provider):
    for header in ODD_HEADERS:
        provider.sign = lambda claims, header=header: raw(json.dumps(claims), header)
        answer = Browser(trusting).log_in(provider)
        assert (answer.status, refusal(answer)[0]) == (403, "provider_untrusted"), header


def test_a_signature_of_an_odd_length_is_refused(trusting, provider):
    provider.key, provider.algorithm = make_key("ES256"), "ES256"
    honest = provider.sign
    for size in (0, 1, 63, 64, 65, 72, 512):
        signature = base64.urlsafe_b64encode(b"\x01" * size).rstrip(b"=").decode()
        provider.sign = lambda claims, text=signature: honest(claims).rpartition(".")[0] + "." + text
        assert refusal(Browser(trusting).log_in(provider))[0] == "provider_untrusted", size


GOOD = jwk(RSA_KEY, "RS256", "one")


def number(size, first=0x80):
    return base64.urlsafe_b64encode(bytes([first]) + b"\xff" * (size - 1)).rstrip(b"=").decode()


@pytest.mark.parametrize("keys", [
    [], [None], [[]], ["one"], [{}], {"one": GOOD}, "one", 7, [{**GOOD, "kid": 7}], [{**GOOD, "kid": ""}],
    [{**GOOD, "kty": ["RSA"]}], [{**GOOD, "use": "enc"}], [{**GOOD, "key_ops": ["sign"]}],
    [{**GOOD, "n": number(64)}], [{**GOOD, "n": number(8192)}], [{**GOOD, "n": 7}], [{**GOOD, "n": ""}],
    [{**GOOD, "e": "AQ"}], [{**GOOD, "e": number(512)}], [{**GOOD, "e": "AA"}], [{**GOOD, "d": "AQ"}],
    [{"kty": "EC", "crv": "P-256", "x": number(32), "y": number(32), "kid": "one"}],
    [{"kty": "EC", "crv": "P-256", "x": number(3), "y": "", "kid": "one"}],
    [{"kty": "oct", "k": "AAAA", "kid": "one", "alg": "HS256"}], [{}] * 40 + [GOOD],
])
def test_keys_of_an_odd_kind_check_nothing(trusting, provider, keys):
    provider.pages["/keys"] = json.dumps({"keys": keys}).encode()
    answer = Browser(trusting).log_in(provider)
    assert (answer.status, refusal(answer)[0]) == (403, "provider_untrusted")


def test_keys_that_are_odd_leave_a_good_one_beside_them(trusting, provider):
    provider.pages["/keys"] = json.dumps({"keys": [None, {"kty": "EC"}, {**GOOD, "n": number(8192)},
                                                   {**GOOD, "e": "AQ"}, GOOD]}).encode()
    assert Browser(trusting).log_in(provider).status == 303


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("page", [deep(30_000), "[" * 60_000, '{"keys":' + deep(5000) + "}", '{"a":1e999}',
                                  '{"a":"' + "\\ud83d" * 5000 + '"}'])
def test_a_document_cannot_end_the_server(trusting, provider, path, page):
    provider.pages[path] = page.encode()
    browser = Browser(trusting)
    answer = browser.call("GET", "/login/oidc/work")
    if answer.status == 303:
        answer = browser.come_back(provider.log_in(answer.headers["Location"]))
    assert answer.status in (403, 503) and trusting.call("GET", "/healthz").status == 200


# --- what a log-in leaves behind ---


def test_an_ended_session_is_not_begun_again_by_what_the_log_in_left(trusting, provider):
    """Somebody has a lost device's cookies, and its owner ends its session."""
    lost, owner = Browser(trusting), Browser(trusting)
    lost.log_in(provider)
    owner.log_in(provider)
    kept = dict(lost.cookies)
    assert owner.call("DELETE", "/api/v0/auth/sessions").status == 204
    assert not owner.cookies
    lost.cookies = kept
    assert lost.account().error == "unauthenticated"
    assert lost.call("POST", LOG_IN, {}).error == "login_expired"
    assert 'name="proven" content="no"' in lost.call("GET", "/login").body.decode()


def test_half_a_log_in_confirms_nothing_and_a_whole_one_begins_nothing(trusting, provider):
    first, second = Browser(trusting), Browser(trusting)
    first.log_in(provider)
    code = first.add_factor()
    second.log_in(provider)
    half = dict(second.cookies)
    first.cookies["_login"] = half["_login"]
    answer = first.call("DELETE", "/api/v0/auth/account", {"code": code})
    assert answer.error == "fresh_login_required"
    assert second.call("POST", LOG_IN, {"code": code, "cookie_only": True}).status == 200
    assert second.cookies["_login"] != half["_login"]
    assert second.call("POST", LOG_IN, {"code": code}).error == "login_expired"
    assert second.call("DELETE", "/api/v0/auth/account", {}).error == "second_factor_required"


# --- tying it up ---


def test_codes_that_are_made_up_are_counted_as_wrong_passwords_are(make_open, provider):
    server = make_open(limits__login_per_address="6")
    answers = []
    for _ in range(9):
        browser = Browser(server)
        state = provider.log_in(browser.begin())["state"]
        answers.append(browser.come_back({"code": "made up", "state": state}).status)
    assert answers == [403] * 6 + [429] * 3 and provider.asked["/token"] == 6


def test_one_ticket_is_good_for_a_few_wrong_codes(trusting, provider):
    browser = Browser(trusting)
    state = provider.log_in(browser.begin())["state"]
    ticket = dict(browser.cookies)
    for _ in range(30):
        browser.cookies = dict(ticket)
        answer = browser.come_back({"code": "made up", "state": state})
    assert answer.status == 429 and provider.asked["/token"] < 9


def test_a_provider_that_keeps_people_waiting_leaves_the_others_alone(make_server, provider):
    evil, done, waiting = LoginProvider(), threading.Event(), threading.Semaphore(0)

    def wait(handler):
        waiting.release()
        done.wait(7)
        return 400, {}

    evil.pages["/token"] = wait
    server = make_server(**provider.settings(), **evil.settings("evil"))
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        try:
            tries = [pool.submit(lambda: Browser(server).log_in(evil, "evil")) for _ in range(40)]
            for _ in range(8):
                assert waiting.acquire(timeout=30)
            assert Browser(server).log_in(provider).status == 303
        finally:
            done.set()
        statuses = {one.result().status for one in tries}
    assert statuses == {403, 503} and evil.asked["/token"] == 8
    evil.close()


# --- what is written down ---


def test_no_secret_is_logged(trusting, provider):
    browser = Browser(trusting)
    browser.log_in(provider)
    state = provider.log_in(browser.begin())["state"]
    ticket = browser.cookies["_login"]
    browser.come_back({"code": "a code that is secret", "state": state})
    assert trusting.stop() == 0
    log = trusting.text()
    assert "login provider" in log
    for secret in ("a secret", "a%20secret", "a+secret", "code that is", "code%20that", state, ticket, "a.token"):
        assert secret not in log, secret
