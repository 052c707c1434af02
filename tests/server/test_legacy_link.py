# SPDX-License-Identifier: Apache-2.0
"""The end of the legacy flow: a page of /oauth2-integration exchanges the code by what it remembers
of its link (docs/protocol/http.md 8.2)."""

import pytest

from grantd import Person
from legacy_page import Page


@pytest.fixture
def app(developer):
    return developer.application(legacy_redirect=True)


@pytest.fixture
def page(server, app):
    return Page(server, app)


def test_the_page_exchanges_the_code_of_its_person(page, user, app):
    answer = page.exchange(user, user.code(app, ["read", "list"]))
    assert answer.status == 200 and list(answer.json) == ["access_grant"]
    assert [grant["scopes"] for grant in user.grants()] == [["read", "list"]]


def test_the_browsers_id_is_no_other_sites_business(page):
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(page.attributes)


def test_a_browser_keeps_its_id_so_that_two_pages_work(server, page, user, app):
    second = Page(server, app, cookie=page.cookie)
    assert second.cookie == page.cookie
    for one in (page, second):
        assert one.exchange(user, user.code(app, ["read"])).status == 200


def test_another_browser_cannot_use_the_link(server, page, user, app):
    code = user.code(app, ["read"])
    answer = page.exchange(user, code, cookie=Page(server, app).cookie)
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert page.exchange(user, code, cookie="unrelated=1").status == 400
    assert page.exchange(user, code).status == 200  # nothing was used up


def test_nobody_spends_anothers_code_through_a_page_of_their_own(server, page, user, app):
    code = user.code(app, ["read"])
    answer = Page(server, app).exchange(Person(server), code)
    assert (answer.status, answer.error) == (400, "invalid_code")
    assert page.exchange(user, code).status == 200


def test_a_link_is_good_for_its_application_only(server, page, user, developer, app):
    other = developer.application(legacy_redirect=True)
    assert page.exchange(user, user.code(other, ["read"])).error == "invalid_code"


@pytest.mark.parametrize("link", ["A", "AAAA", "A" * 120, "not base64!"])
def test_a_link_that_was_not_made_here_is_refused(page, user, app, link):
    answer = page.exchange(user, user.code(app, ["read"]), link=link)
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_a_changed_link_is_refused(page, user, app):
    changed = page.link[:40] + ("A" if page.link[40] != "A" else "B") + page.link[41:]
    assert page.exchange(user, user.code(app, ["read"]), link=changed).error == "invalid_request"


def test_an_application_that_was_disabled_meanwhile_gets_nothing(page, user, developer, app):
    code = user.code(app, ["read"])
    clients = "/api/v0/developer/auth/oauth2/clients/"
    developer.call("PATCH", clients + app.id + "/status", {"status": 0})
    assert page.exchange(user, code).error == "invalid_client"
    developer.call("PATCH", clients + app.id + "/status", {"status": 1})
    assert page.exchange(user, code).status == 200


def test_without_a_session_there_is_no_exchange(page, user, app):
    assert page.exchange(None, user.code(app, ["read"])).status == 401
