# SPDX-License-Identifier: Apache-2.0
"""Rate limits on failures: they apply only to requests that failed."""

import json

from grantd import PASSWORD, Person

ACCOUNT = "/api/v0/auth/account"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def behind(address):
    return {"X-Forwarded-For": address}


def use_up(server, n, **kwargs):
    """Failures of a stranger, up to the last one that gets the reason."""
    for _ in range(n):
        assert server.call("GET", ACCOUNT, **kwargs).status == 401


def test_an_address_that_fails_too_often_is_told_to_wait(make_server):
    server = make_server(limits__failures_per_address="5")
    use_up(server, 5)
    for path in (ACCOUNT, "/nothing/here"):
        answer = server.call("GET", path)
        assert (answer.status, answer.error) == (429, "too_many_requests")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert server.call("GET", "/healthz").status == 200


def test_a_request_that_proves_itself_is_never_refused(make_server):
    server = make_server(limits__failures_per_address="5")
    user = Person(server)
    app = user.application()
    token = server.service_token("check")
    code = user.code(app)
    use_up(server, 5)
    assert server.call("GET", ACCOUNT).status == 429
    assert user.call("GET", ACCOUNT).status == 200
    assert user.call("GET", "/api/v0/auth/developer-access/nobody/history").status == 404
    assert server.call("POST", "/api/v0/auth/token",
                       {"email": user.email, "password": PASSWORD}).status == 200
    assert app.exchange(code).status == 200
    assert app.exchange(code).error == "invalid_code"  # its own limit
    check = server.call("POST", "/api/v0/grants/check", {"op": "read", "api_key": "x"}, token=token)
    assert check.json["reason"] == "malformed"


def test_wrong_signatures_count_against_the_address_and_use_nothing_up(make_server):
    server = make_server(limits__failures_per_address="5")
    user = Person(server)
    app = user.application()
    code = user.code(app)
    right, app.secret = app.secret, "0" * 64
    assert [app.exchange(code).status for _ in range(7)] == [401] * 5 + [429] * 2
    assert app.exchange(None).status == 429
    app.secret = right
    assert app.exchange(code).status == 200


def test_token_requests_refused_before_the_client_is_checked_count_against_the_address(make_server):
    server = make_server(limits__failures_per_address="5")
    user = Person(server)
    app = user.application()
    code = user.code(app)
    answers = [app.exchange("x", client_id=UNKNOWN, client_secret="x.y.z", credentials="none")
               for _ in range(7)]
    assert [answer.status for answer in answers] == [400] * 5 + [429] * 2
    assert [answer.error for answer in answers] == ["invalid_request"] * 5 + ["too_many_requests"] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert server.call("GET", ACCOUNT).status == 429
    assert app.exchange(code).status == 200


def test_wrong_codes_of_a_right_client_count_against_the_client(make_server):
    server = make_server(limits__failures_per_client="5")
    user = Person(server)
    app, other = user.application(), user.application()
    code = user.code(app)
    assert [app.exchange("x").status for _ in range(6)] == [400] * 5 + [429]
    answer = app.exchange("x")
    assert (answer.status, answer.error) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert other.exchange("x").error == "invalid_code"
    assert server.call("GET", ACCOUNT).status == 401
    assert app.exchange(code).status == 200
    text = server.call("GET", "/metrics").body.decode()
    assert 'grantd_rate_limited_total{limit="client"} 2' in text


def test_a_refusal_answered_with_429_has_used_the_jwt_as_ever(make_server):
    server = make_server(limits__failures_per_client="1")
    user = Person(server)
    app = user.application()
    app.exchange("x")
    jwt = app.jwt()
    assert app.exchange("x", client_secret=jwt).status == 429
    code = user.code(app)
    assert app.exchange(code, client_secret=jwt).status == 429  # client_secret_reused
    assert app.exchange(code).status == 200


def test_addresses_behind_a_trusted_proxy_have_budgets_of_their_own(make_server):
    server = make_server(limits__failures_per_address="3", http__trusted_proxies="127.0.0.0/8")
    use_up(server, 3, headers=behind("198.51.100.7"))
    assert server.call("GET", ACCOUNT, headers=behind("198.51.100.7")).status == 429
    assert server.call("GET", ACCOUNT, headers=behind("203.0.113.1, 198.51.100.7")).status == 429
    assert server.call("GET", ACCOUNT, headers=behind("198.51.100.8")).status == 401


def test_an_ipv6_network_has_one_budget(make_server):
    server = make_server(limits__failures_per_address="3", http__trusted_proxies="127.0.0.1")
    for i in range(3):
        assert server.call("GET", ACCOUNT, headers=behind(f"2001:db8:1:2::{i}")).status == 401
    assert server.call("GET", ACCOUNT, headers=behind("2001:db8:1:2:ffff::1")).status == 429
    assert server.call("GET", ACCOUNT, headers=behind("2001:db8:1:3::1")).status == 401


def test_nobody_else_is_believed_about_who_he_forwards(make_server):
    server = make_server(limits__failures_per_address="3", http__trusted_proxies="10.0.0.0/8")
    for i in range(3):
        assert server.call("GET", ACCOUNT, headers=behind(f"198.51.100.{i}")).status == 401
    assert server.call("GET", ACCOUNT, headers=behind("198.51.100.9")).status == 429


def test_the_log_names_the_client_behind_a_trusted_proxy(make_server):
    server = make_server(http__trusted_proxies="127.0.0.1", log__format="json")
    server.call("GET", ACCOUNT, headers=behind("203.0.113.1, 198.51.100.7"))
    lines = [json.loads(line) for line in server.text().splitlines() if line.startswith("{")]
    assert [line["from"] for line in lines if line.get("path") == ACCOUNT] == ["198.51.100.7"]
