# SPDX-License-Identifier: Apache-2.0
"""The account's language, in all browsers, and what is told by mail."""

import pytest

from grantd import Person

ACCOUNT = "/api/v0/auth/account"


@pytest.fixture
def person(make_server, post):
    return Person(make_server(**post.settings()))


def press(page, control):
    control.focus()
    page.keyboard.press("Enter")


def heading(page, text):
    page.get_by_role("heading", name=text, exact=True).wait_for()


def test_a_language_is_that_of_the_account_in_every_browser(visit, person):
    page = visit(person, on=person.server).page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/account")
    choice = page.get_by_role("combobox", name="Language")
    assert choice.input_value() == "en"
    choice.focus()
    page.keyboard.type("Deutsch")
    press(page, page.get_by_role("button", name="Use this language"))
    heading(page, "Benachrichtigungen per E-Mail")
    assert person.call("GET", ACCOUNT).json["language"] == "de"
    other = visit(person, on=person.server, locale="en").page
    other.goto("/account")
    heading(other, "Sprache")
    other.get_by_role("button", name="English").click()  # of the footer
    heading(other, "Language")
    assert person.call("GET", ACCOUNT).json["language"] == "en"
    page.goto("/account")
    heading(page, "Language")


def test_who_registers_in_a_language_keeps_it(visit, server):
    page = visit(locale="de").page
    page.goto("/register")
    page.get_by_label("Ihr Name").fill("Ann")
    page.get_by_label("E-Mail-Adresse").fill("deutsch@example.com")
    page.get_by_label("Passwort").fill("nine green bottles and a wall")
    page.get_by_role("button", name="Konto erstellen").click()
    page.wait_for_url(server.url + "/")
    heading(page, "Hallo, Ann")
    assert page.evaluate(f"fetch('{ACCOUNT}').then(it => it.json())")["language"] == "de"


def test_a_notice_is_switched_off_by_keyboard_and_stays_off(visit, person):
    visitor = visit(person, on=person.server)
    page = visitor.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/account")
    box = page.get_by_label("an application of mine gets a new client secret")
    assert box.is_checked()
    box.focus()
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Save notices"))
    page.get_by_text("Saved.").first.wait_for()
    assert person.call("GET", ACCOUNT).json["notices_off"] == ["client_secret"]
    page.reload()
    assert not box.is_checked()
    page.get_by_text("You always get a mail when your password").wait_for()


def test_without_mail_nothing_is_offered_that_is_never_sent(visit, user):
    page = visit(user).page
    page.goto("/account")
    page.get_by_text("This server sends no mail.", exact=True).wait_for()
    assert page.get_by_role("button", name="Save notices").count() == 0
