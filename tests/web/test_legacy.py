# SPDX-License-Identifier: Apache-2.0
"""/oauth2-integration, as applications of that flow open it."""

import secrets
import time
import urllib.parse

import pytest

from grantd import PASSWORD, Person, inspect, sign
from test_consent import allow, arrived, give_passphrase


def jwt(app, seconds=1800, **claims):
    """What jsonwebtoken's sign({client_id}, secret, {expiresIn: '30m'}) returns."""
    now = int(time.time())
    return sign(app.secret, {"client_id": app.client_id, "iat": now, "exp": now + seconds, **claims})


def link(app, scopes=("read", "list"), **fields):
    query = {"client_id": app.client_id, "client_secret": jwt(app),
             "redirect_uri": app.redirect_uri, **fields}
    return "/oauth2-integration?" + urllib.parse.urlencode(
        [*query.items(), *(("scope", scope) for scope in scopes)])


@pytest.fixture
def app(developer):
    application = developer.application(legacy_redirect=True, client_secret_max_lifetime=1800)
    yield application
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{application.id}")


def test_such_an_application_gets_a_grant_unchanged(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app))
    assert "less safe" in page.inner_text("main")
    give_passphrase(page)
    allow(page)
    view = inspect(arrived(visitor)["access_grant"])
    assert view["opens_everything"] is True
    assert [grant["scopes"] for grant in user.grants()] == [["read", "list"]]


def test_a_stranger_registers_on_the_way(visitor, app):
    page = visitor.open(link(app))
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill(f"{secrets.token_hex(4)}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    give_passphrase(page)
    allow(page)
    assert arrived(visitor)["access_grant"].startswith("1")


def test_scopes_come_with_commas_and_prefixes_after_a_semicolon(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app, ["read,list", "bucket:photos;2024/a b,bucket:music"]))
    give_passphrase(page)
    allow(page)
    arrived(visitor)
    grant, = user.grants()
    assert grant["scopes"] == ["read", "list", "bucket:music", "bucket:photos;prefix:2024/a%20b/"]


def test_a_redirect_uri_that_is_not_encoded_is_understood(visit, developer, user):
    uri = "https://myapp.com/callback?a=1&b=x%20y"
    app = developer.application(legacy_redirect=True, redirect_uris=[uri],
                                client_secret_max_lifetime=1800)
    visitor = visit(user)
    page = visitor.open(f"/oauth2-integration?client_id={app.client_id}&redirect_uri={uri}"
                        f"&client_secret={jwt(app)}&scope=read&unknown=1")
    give_passphrase(page)
    allow(page)
    answer = arrived(visitor)
    assert answer["a"] == "1" and answer["b"] == "x y" and answer["access_grant"]


def test_a_refusal_goes_back_as_an_error(visit, app, user):
    visitor = visit(user)
    visitor.open(link(app)).get_by_role("button", name="Refuse").click()
    assert arrived(visitor)["error"] == "access_denied"
    assert user.grants() == []


def test_a_scope_that_is_none_goes_back_as_an_error(server, app):
    answer = server.call("GET", link(app, ["everything"]))
    assert answer.status == 400 and b"error=invalid_scope" in answer.body  # a link on a page


def test_opening_it_uses_nothing_up(server, visit, app, user):
    path = link(app)
    for _ in range(3):
        assert server.call("GET", path).status == 200
    visitor = visit(user)
    page = visitor.open(path)
    give_passphrase(page)
    allow(page)
    assert arrived(visitor)["access_grant"]


def test_two_links_of_the_same_second_both_end_with_a_grant(visit, app, user):
    path = link(app)  # the same JWT
    visitor = visit(user)
    for first in (True, False):
        page = visitor.open(path)
        give_passphrase(page, twice=first)
        allow(page)
        assert arrived(visitor)["access_grant"]
    assert len(user.grants()) == 2


def test_a_person_may_take_longer_than_the_jwt_lives(make_server, visit):
    server = make_server(client_secret__leeway="0s")
    app = Person(server).application(legacy_redirect=True)
    visitor = visit(Person(server), on=server)
    path = link(app, client_secret=jwt(app, seconds=2))
    page = visitor.open(path)
    time.sleep(3)
    visitor.allowed = {400}
    assert server.call("GET", path).status == 400  # for everybody else it has expired
    give_passphrase(page)
    allow(page)
    assert arrived(visitor)["access_grant"]


def test_a_page_that_was_open_for_too_long_ends_with_an_error(make_server, visit):
    server = make_server(client_secret__leeway="0s", consent__lifetime="2s")
    app = Person(server).application(legacy_redirect=True)
    visitor = visit(Person(server), on=server)
    page = visitor.open(link(app, client_secret=jwt(app, seconds=1)))
    time.sleep(3)
    visitor.allowed = {400}
    give_passphrase(page)
    allow(page)
    assert arrived(visitor)["error"] == "invalid_request"


def test_for_a_folder_the_passphrase_is_asked_here(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app, ["read", "bucket:photos;2024/"]))
    page.get_by_label("Without: I have the key").check()
    assert page.get_by_text("Please enter the passphrase here").is_visible()
    allow(page)
    assert visitor.arrived == [] and user.grants() == []


WRONG = {
    "signed with another secret": lambda app, off: link(app, client_secret=sign("0" * 64, {
        "client_id": app.client_id, "exp": int(time.time()) + 1800})),
    "expired": lambda app, off: link(app, client_secret=jwt(app, -60)),
    "for too long": lambda app, off: link(app, client_secret=jwt(app, 4000)),
    "of another application": lambda app, off: link(app, client_secret=jwt(off)),
    "no JWT": lambda app, off: link(app, client_secret="x"),
    "the secret itself": lambda app, off: link(app, client_secret=app.secret),
    "another address": lambda app, off: link(app, redirect_uri="https://evil.example/"),
    "no client": lambda app, off: link(app, client_id=""),
    "not switched on": lambda app, off: link(off),
    "two clients": lambda app, off: link(app) + "&client_id=" + app.client_id,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_a_page_and_never_a_redirect(server, developer, app, wrong):
    off = developer.application(client_secret_max_lifetime=1800)
    answer = server.call("GET", wrong(app, off))
    assert answer.status == 400 and "Location" not in answer.headers
    assert answer.headers["Content-Type"].startswith("text/html")
    assert app.secret.encode() not in answer.body


def test_wrong_links_count_against_who_follows_them(make_server):
    server = make_server(limits__failures_per_address="5")
    app = Person(server).application(legacy_redirect=True)
    path = link(app, client_secret="x.y.z")
    answers = [server.call("GET", path) for _ in range(8)]
    assert answers[0].status == 400 and answers[-1].status == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["Content-Type"].startswith("text/html")
