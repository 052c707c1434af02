# SPDX-License-Identifier: Apache-2.0
"""Cookies are for browsers: where a program proves itself otherwise, they mean nothing."""

import urllib.parse

import pytest

from grantd import ASSERTION_TYPE, PASSWORD


def cookie_of(server, person):
    answer = server.call("POST", "/api/v0/auth/token", {
        "email": person.email, "password": PASSWORD, "cookie_only": True})
    return answer.headers["Set-Cookie"].split(";")[0]


def of_another_site(server, cookie, **headers):
    """The headers that a browser sends for a script of another site."""
    return {"Cookie": cookie, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site",
            **headers}


def test_a_bearer_token_counts_and_cookies_beside_it_are_ignored(server, developer, user):
    cookie = cookie_of(server, developer)
    bearer = {"Authorization": f"Bearer {user.token}"}
    for headers in ({"Cookie": cookie, **bearer}, of_another_site(server, cookie, **bearer)):
        assert server.call("GET", "/api/v0/auth/account", headers=headers).json["id"] == user.id
        made = server.call("POST", "/api/v0/projects", {"name": "of a program"}, headers=headers)
        assert made.status == 201
        assert made.json["id"] in [p["id"] for p in user.call("GET", "/api/v0/projects").json]
    # A token that is none does not fall back to the cookie, and no page can try one: its browser
    # asks first, and is not told that it may.
    for token in ("Bearer x", "Bearer "):
        headers = {"Cookie": cookie, "Authorization": token}
        assert server.call("GET", "/api/v0/auth/account", headers=headers).status == 401
    preflight = server.call("OPTIONS", "/api/v0/projects", headers=of_another_site(
        server, cookie, **{"Access-Control-Request-Headers": "authorization"}))
    assert preflight.status == 405 and "Access-Control-Allow-Origin" not in preflight.headers


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Of each path a request that is good but for its credentials.
BODIES = {
    "/api/v0/oauth2/token": {"grant_type": "refresh_token", "refresh_token": "x"},
    "/oauth2/token": {"grant_type": "refresh_token", "refresh_token": "x"},
    "/oauth2/introspect": {"token": "x"},
    "/oauth2/revoke": {"token": "x"},
    "/oauth2/par": {"response_type": "code", "scope": "read",
                    "redirect_uri": "https://myapp.com/callback"},
}


@pytest.mark.parametrize("path", BODIES)
def test_where_the_body_authenticates_cookies_mean_nothing(server, user, path):
    app = user.application()

    def post(headers, **fields):
        body = urllib.parse.urlencode({**BODIES[path], "client_id": app.client_id, **fields})
        answer = server.call("POST", path, body, headers={**FORM, **headers})
        return answer.status, answer.error

    cookie = cookie_of(server, user)
    good, bad = [], []
    for headers in ({}, {"Cookie": cookie}, of_another_site(server, cookie)):
        good.append(post(headers, client_assertion_type=ASSERTION_TYPE,
                         client_assertion=app.assertion()))
        bad.append(post(headers))
    assert good[0][1] in (None, "invalid_grant") and good == good[:1] * 3
    assert bad[0][0] in (400, 401) and bad == bad[:1] * 3


def test_a_log_in_sets_a_cookie_for_browsers_and_whoever_asks(server, developer):
    def log_in(body=None, **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return server.call("POST", "/api/v0/auth/token", {
            "email": developer.email, "password": PASSWORD, **(body or {})}, headers=fields)

    program = log_in()
    assert program.json["token"] and "Set-Cookie" not in program.headers
    for answer in (log_in(Origin=server.url), log_in(Sec_Fetch_Site="same-origin"),
                   log_in({"cookie_only": True})):
        assert answer.status == 200 and answer.headers["Set-Cookie"].startswith("_tokenKey=")
