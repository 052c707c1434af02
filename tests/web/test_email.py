# SPDX-License-Identifier: Apache-2.0
"""Changing one's e-mail address on the account page and by the links of the mails, and undoing that."""

import pytest

from grantd import PASSWORD, Person
from mail_server import link_in

OTHER = "nine green bottles and a wall"
SMALL = {"viewport": {"width": 360, "height": 740}}


def ask(page, label, email):
    section = page.get_by_role("region", name=label, exact=True)
    section.locator("[name=email]").fill(email)
    section.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    return section


def log_in(server, email, password=PASSWORD):
    return server.call("POST", "/api/v0/auth/token", {"email": email, "password": password}).status


@pytest.mark.parametrize("locale, label, sent, confirm, confirmed", (
    ("en-GB", "E-mail address", "A link is on its way to new@example.com", "Use this e-mail address",
     "Your e-mail address has been changed."),
    ("de-DE", "E-Mail-Adresse", "Ein Link an new@example.com ist unterwegs",
     "Diese E-Mail-Adresse verwenden", "Ihre E-Mail-Adresse wurde ge\u00e4ndert.")))
def test_an_address_is_changed_by_keyboard_and_by_a_click_in_the_mail(
        visit, mailing, post, locale, label, sent, confirm, confirmed):
    ada = Person(mailing, "ada@example.com")
    visitor = visit(ada, on=mailing, locale=locale, **SMALL)
    page = visitor.open("/account")
    ask(page, label, "new@example.com").get_by_text(sent).wait_for()
    link = link_in(post.wait()[0][1])
    elsewhere = visit(on=mailing, locale=locale, **SMALL)  # where nobody is logged in
    page = elsewhere.open(link)
    assert page.url == mailing.url + "/email"
    assert log_in(mailing, "ada@example.com") == 200  # looking changes nothing
    page.get_by_role("button", name=confirm).press("Enter")
    page.get_by_text(confirmed).first.wait_for()
    assert log_in(mailing, "new@example.com") == 200
    page = visitor.open("/account")
    page.get_by_text("new@example.com").first.wait_for()


@pytest.mark.parametrize("locale, undo, undone, choose", (
    ("en-GB", "Undo the change of address", "Your account has its address back",
     "Choose a new password"),
    ("de-DE", "\u00c4nderung der Adresse r\u00fcckg\u00e4ngig machen", "Ihr Konto hat seine Adresse wieder",
     "Neues Passwort w\u00e4hlen")))
def test_the_owner_undoes_what_a_thief_changed_and_chooses_another_password(
        visit, mailing, post, locale, undo, undone, choose):
    thief = Person(mailing, "ada@example.com")  # who has taken the session
    visitor = visit(thief, on=mailing)
    page = visitor.open("/account")
    ask(page, "E-mail address", "eve@example.com").get_by_text("is on its way").wait_for()
    page = visitor.open(link_in(post.wait()[0][1]))
    page.get_by_role("button", name="Use this e-mail address").click()
    page.get_by_text("Your e-mail address has been changed.").first.wait_for()
    owner = visit(on=mailing, locale=locale, **SMALL)
    page = owner.open(link_in(post.wait(2)[1][1]))
    assert page.url == mailing.url + "/email"
    page.get_by_role("button", name=undo).press("Enter")
    page.get_by_text(undone).first.wait_for()
    page.get_by_role("link", name=choose).press("Enter")
    page.locator("[name=new_password]").fill(OTHER)
    page.keyboard.press("Enter")
    page.locator(".note.good").wait_for()
    assert log_in(mailing, "ada@example.com", OTHER) == 200
    assert log_in(mailing, "eve@example.com") == 401
    assert thief.call("GET", "/api/v0/auth/account").error == "unauthenticated"


def test_a_taken_address_gets_the_same_words(visit, mailing, post):
    ada, eve = Person(mailing, "ada@example.com"), Person(mailing)
    page = visit(eve, on=mailing).open("/account")
    ask(page, "E-mail address", ada.email).get_by_text("A link is on its way to ada@").wait_for()
    assert post.wait()[0][1]["Subject"] == "You already have an account at localhost"


@pytest.mark.parametrize("what", ("confirm", "undo"))
def test_a_link_that_is_not_valid_says_so(visitor, what):
    visitor.allowed = {400}
    page = visitor.open(f"/email#{what}={'A' * 43}")
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("alert").get_by_text("This link has expired").wait_for()
    page = visitor.open("/")
    page = visitor.open("/email")
    page.get_by_text("This page needs a link from a mail").wait_for()


def test_a_wrong_password_is_told_in_the_form(visit, mailing, post):
    ada = Person(mailing)
    visitor = visit(ada, on=mailing)
    visitor.allowed = {401}
    page = visitor.open("/account")
    section = page.get_by_role("region", name="E-mail address", exact=True)
    section.locator("[name=email]").fill("new@example.com")
    section.locator("[name=password]").fill("not this one")
    page.keyboard.press("Enter")
    section.get_by_role("alert").get_by_text("password is wrong").wait_for()
    assert not post.mails


def test_without_mail_it_says_whom_to_ask(visit, user):
    page = visit(user).open("/account")
    section = page.get_by_role("region", name="E-mail address", exact=True)
    section.get_by_text("Ask its operator").wait_for()
    assert not section.get_by_role("textbox").count()
