# SPDX-License-Identifier: Apache-2.0
"""Pages on a slow and on a failing server."""

import json

import pytest

from grantd import PASSWORD
from test_consent import allow, arrived, give_passphrase, how_long, link

CODES = {503: "temporarily_unavailable", 502: "satellite_unavailable", 500: "internal_error"}


def fail(page, pattern, times, status=503):
    """The first `times` responses to it; status 0: no response."""
    left = [times]

    def answer(route):
        if left[0] == 0:
            return route.fallback()
        left[0] -= 1
        if status == 0:
            return route.abort("connectionfailed")
        body = {"error": CODES[status], "error_description": "No."}
        return route.fulfill(status=status, body=json.dumps(body),
                             content_type="application/json", headers={"Retry-After": "1"})
    page.route(pattern, answer)
    return left


@pytest.mark.parametrize("status", (503, 502, 0))
def test_what_only_reads_is_tried_again_by_itself(visit, user, status):
    visitor = visit(user)
    visitor.allowed = {status, "offline"}
    left = fail(visitor.page, "**/api/v0/projects", 2, status)
    page = visitor.open("/projects")
    page.get_by_role("region", name="My storage").wait_for()
    assert left == [0]


def test_when_that_does_not_help_there_is_a_button(visit, user):
    visitor = visit(user)
    visitor.allowed = {503}
    fail(visitor.page, "**/api/v0/projects", 3)
    page = visitor.open("/projects")
    page.get_by_role("alert").get_by_text("The server is busy").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("region", name="My storage").wait_for()


def test_a_slow_page_says_that_it_is_loading(visit, user):
    visitor = visit(user)
    visitor.page.route("**/api/v0/projects", lambda route: (visitor.page.wait_for_timeout(1500),
                                                            route.fallback()))
    visitor.page.goto("/projects")
    visitor.page.get_by_text("Loading …").wait_for()
    visitor.page.get_by_role("region", name="My storage").wait_for()


def test_what_takes_long_says_so_and_goes_on(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app))
    give_passphrase(page)
    page.clock.install()
    held = []
    page.route("**/api/v0/oauth2/consent", lambda route: held.append(route))
    allow(page)
    page.get_by_role("button", name="Allow", exact=True).and_(
        page.locator("[aria-busy=true]")).wait_for()
    page.clock.run_for(9000)
    page.get_by_text("This takes longer than usual.").first.wait_for()
    held[0].fallback()
    assert app.exchange(arrived(visitor)["code"]).status == 200


@pytest.mark.parametrize("status, words", ((503, "server is busy"), (500, "went wrong"),
                                           (0, "does not respond")))
def test_consent_survives_a_failure_with_all_that_was_typed(visit, app, user, status, words):
    visitor = visit(user)
    visitor.allowed = {status, "offline"}
    page = visitor.open(link(app))
    give_passphrase(page)
    how_long(page, "1 hour")
    fail(page, "**/api/v0/oauth2/consent", 1, status)
    allow(page)
    page.get_by_role("alert").get_by_text(words).wait_for()
    assert page.get_by_label("Once more, please").input_value() != ""
    allow(page)
    assert app.exchange(arrived(visitor)["code"]).json["expires_in"] == 3600


def test_an_answer_that_was_lost_can_be_given_again(visit, app, user):
    visitor = visit(user)
    visitor.allowed = {400, "offline"}
    page = visitor.open(link(app))
    give_passphrase(page)
    lost = []

    def lose(route):
        if lost:
            return route.fallback()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")
    page.route("**/api/v0/oauth2/consent", lose)
    for _ in range(2):
        allow(page)
        page.get_by_role("alert").first.wait_for()
        page.wait_for_timeout(300)
    assert lost == [200]
    allow(page)
    assert app.exchange(arrived(visitor)["code"]).status == 200


def test_a_form_keeps_what_was_typed_while_the_server_is_away(visitor, user):
    visitor.allowed = {"offline"}
    page = visitor.open("/login")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.context.set_offline(True)
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("nothing you typed is lost").wait_for()
    visitor.context.set_offline(False)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hello").wait_for()


def test_a_session_that_ends_is_asked_for_again_and_the_form_is_sent(visit, user):
    visitor = visit(user)
    visitor.allowed = {401}
    page = visitor.open("/projects")
    page.get_by_label("Name of the project").fill("Typed before")
    user.call("POST", "/api/v0/auth/logout", {})
    page.get_by_role("button", name="Add the project").click()
    page.get_by_role("dialog").get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("region", name="Typed before").wait_for()


def test_without_scripts_the_page_says_what_it_needs(visit):
    page = visit(java_script_enabled=False).page
    page.goto("/login")
    assert "needs JavaScript" in page.inner_text("main")
