# SPDX-License-Identifier: Apache-2.0
"""What people see if an application asks about the log-in."""

import time

from axe_playwright_python.sync_playwright import Axe

from grantd import PASSWORD, Person
from test_consent import allow, arrived, give_passphrase, link


def log_in(page):
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Allow", exact=True).wait_for()


def exchanged(visitor, app):
    page = visitor.page
    give_passphrase(page)
    allow(page)
    return app.exchange(arrived(visitor)["code"]).json["scopes"]


def test_whoever_is_logged_in_logs_in_again_if_the_application_asks(visit, app, server):
    user = Person(server)
    visitor = visit(user)
    page = visitor.open(link(app, prompt="login"))
    assert page.get_by_text("The application asks you to log in again.").is_visible()
    assert page.get_by_label("E-mail address").input_value() == user.email
    log_in(page)
    assert exchanged(visitor, app) == ["read", "list"]


def test_opening_the_page_once_more_asks_once_more(visit, app, server):
    visitor = visit(Person(server))
    page = visitor.open(link(app, prompt="login"))
    log_in(page)
    visitor.open(link(app, prompt="login"))
    assert page.get_by_label("Password", exact=True).is_visible()
    assert page.get_by_role("button", name="Allow", exact=True).count() == 0


def test_a_stranger_logs_in_once(visit, app, server):
    user = Person(server)
    visitor = visit()
    page = visitor.open(link(app, prompt="login", max_age=0, login_hint=user.email))
    assert page.get_by_label("E-mail address").input_value() == user.email
    assert page.get_by_text("log in again").count() == 0
    log_in(page)
    assert exchanged(visitor, app) == ["read", "list"]


def test_an_older_log_in_that_comes_back_does_not_decide(visit, app, server):
    user = Person(server)
    time.sleep(1.1)  # the page counts in seconds
    visitor = visit(user)
    visitor.allowed.add(403)
    page = visitor.open(link(app, prompt="login"))
    log_in(page)
    give_passphrase(page)
    visitor.take_session(user)
    allow(page)
    page.get_by_text("The application asks you to log in again.").wait_for()
    log_in(page)
    assert exchanged(visitor, app) == ["read", "list"]


def test_people_choose_the_account(visit, app, server):
    user, other = Person(server), Person(server)
    visitor = visit(user)
    page = visitor.open(link(app, prompt="select_account"))
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    page.get_by_role("button", name="Use another account").click()
    page.get_by_label("E-mail address").fill(other.email)
    log_in(page)
    assert page.get_by_text(other.email).is_visible()
    page = visitor.open(link(app, prompt="select_account"))
    page.get_by_role("button", name=f"Continue as {other.email}").click()
    page.get_by_role("button", name="Allow", exact=True).wait_for()
    assert exchanged(visitor, app) == ["read", "list"]
    assert not user.grants() and len(other.grants()) == 1
