# SPDX-License-Identifier: Apache-2.0
"""Showing again who one is, on the page where something asks for it: nothing typed is lost."""

import contextlib
import sqlite3
import urllib.parse

import pytest
from axe_playwright_python.sync_playwright import Axe

from grantd import PASSWORD, Person, Server, inspect
from oathtool import Factor

PHONE = {"viewport": {"width": 360, "height": 740}}
PLACE = ("read", "bucket:photos;prefix:2024/")
WORDS = {
    "en-GB": {"phrase": "Passphrase", "again": "Once more, please", "allow": "Allow", "title": "Is it you?",
              "password": "Password", "confirm": "Confirm"},
    "de-DE": {"phrase": "Passphrase", "again": "Bitte noch einmal", "allow": "Erlauben", "title": "Sind Sie es?",
              "password": "Passwort", "confirm": "Bestätigen"},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("proof"), **{"session.proof": "10m"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def developer(server):
    return Person(server)


def grow_old(person):
    with contextlib.closing(sqlite3.connect(person.server.folder / "grantd.db")) as database, database:
        database.execute("UPDATE session SET authenticated_at = authenticated_at - 3600000 WHERE account_id = "
                         "(SELECT id FROM account WHERE email = ?)", (person.email,))


def check(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not page.evaluate("""[...document.querySelectorAll('dialog')].some(
        box => box.scrollWidth > box.clientWidth)""")


def open_consent(visitor, app):
    return visitor.open("/oauth2/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_uri,
        "scope": " ".join(PLACE)}))


def code_of(visitor):
    visitor.page.wait_for_url(lambda url: url.startswith("https://myapp.com/"))
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(visitor.arrived[-1]).query))["code"]


@pytest.mark.parametrize("locale", WORDS)
def test_a_passphrase_is_given_after_it_by_keyboard_on_a_telephone(visit, user, app, locale):
    words = WORDS[locale]
    visitor = visit(user, locale=locale, **PHONE)
    visitor.allowed = {401, 403}
    page = open_consent(visitor, app)
    grow_old(user)
    page.get_by_label(words["phrase"], exact=True).fill("a phrase of mine")
    page.get_by_label(words["again"]).fill("a phrase of mine")
    page.get_by_role("button", name=words["allow"], exact=True).press("Enter")
    dialog = page.get_by_role("dialog", name=words["title"])
    dialog.wait_for()
    check(page)
    password = dialog.get_by_label(words["password"], exact=True)
    password.focus()
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    dialog.get_by_role("alert").wait_for()
    check(page)
    password.fill(PASSWORD)
    page.keyboard.press("Enter")
    grant = app.exchange(code_of(visitor)).json["access_grant"]
    assert inspect(grant)


def test_who_does_not_want_to_keeps_what_was_typed(visit, user, app):
    visitor = visit(user)
    visitor.allowed = {403}
    page = open_consent(visitor, app)
    grow_old(user)
    page.get_by_label("Passphrase", exact=True).fill("a phrase of mine")
    page.get_by_label("Once more, please").fill("a phrase of mine")
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_text("Nothing was changed").wait_for()
    assert page.get_by_label("Passphrase", exact=True).input_value() == "a phrase of mine"
    assert not visitor.arrived


def test_a_second_factor_is_asked_for_in_the_same_dialog(visit, user, developer):
    application = developer.application()
    factor = Factor(developer)
    visitor = visit(developer)
    visitor.allowed = {401, 403}
    page = visitor.open("/console#" + application.id)
    grow_old(developer)
    page.get_by_role("button", name="Create a new secret").click()
    page.get_by_role("button", name="Create", exact=True).click()
    dialog = page.get_by_role("dialog", name="Is it you?")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Confirm").click()
    dialog.get_by_label("Code of your second factor").fill(factor.code())
    check(page)
    dialog.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="Your new client secret").wait_for()
