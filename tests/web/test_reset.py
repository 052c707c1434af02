# SPDX-License-Identifier: Apache-2.0
"""Choosing another password by a link, of the operator or of a mail."""

import pytest

from grantd import PASSWORD, Person
from mail_server import MailServer, link_in

OTHER = "nine green bottles and a wall"


def choose(page, password):
    field = page.get_by_label("New password", exact=True)
    field.fill(password)
    field.press("Enter")


def test_a_link_leads_to_another_password_by_keyboard(visit, server, user):
    visitor = visit(viewport={"width": 360, "height": 740})
    page = visitor.open(server.reset_link(user.email))
    choose(page, OTHER)
    page.get_by_text("Your password has been changed.").first.wait_for()
    page.get_by_role("link", name="Log in").press("Enter")
    page.wait_for_url("**/login")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(OTHER)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hello").wait_for()


def test_the_token_leaves_the_address_bar_and_the_history(visit, server, user):
    visitor = visit()
    link = server.reset_link(user.email)
    sent = []
    visitor.page.on("request", lambda request: sent.append(request.url))
    page = visitor.open(link)
    assert page.url == server.url + "/reset"
    page.goto("/login")
    page.go_back()
    page.get_by_text("This page needs a link").wait_for()
    assert page.url == server.url + "/reset"
    token = link.split("#")[1]
    # The document's own URL keeps its fragment in the browser, and never leaves it.
    assert not [url for url in sent if token in url.split("#")[0]]
    assert not [url for url in sent if token in url and "/static/" in url]


def test_looking_at_the_page_does_not_use_the_link_up(visit, server, user):
    link = server.reset_link(user.email)
    for _ in range(2):
        visit().open(link)
    page = visit().open(link)
    choose(page, OTHER)
    page.get_by_text("Your password has been changed.").first.wait_for()


@pytest.mark.parametrize("locale, said", (("en-GB", "Ask for another."),
                                          ("de-DE", "Fordern Sie einen neuen an.")))
def test_a_link_that_has_ended_says_so(visit, server, user, locale, said):
    visitor = visit(locale=locale)
    visitor.allowed = {400}
    old = server.reset_link(user.email)
    server.reset_link(user.email)
    page = visitor.open(old)
    page.locator("[name=new_password]").fill(OTHER)
    page.locator("[name=new_password]").press("Enter")
    page.get_by_role("alert").get_by_text(said).wait_for()
    assert server.call("POST", "/api/v0/auth/token",
                       {"email": user.email, "password": PASSWORD}).status == 200


def test_a_common_password_is_refused_at_its_field_and_the_link_stays(visit, server, user):
    visitor = visit()
    visitor.allowed = {400}
    page = visitor.open(server.reset_link(user.email))
    choose(page, "password123")
    page.locator(".problem").get_by_text("too easy to guess").wait_for()
    choose(page, OTHER)
    page.get_by_text("Your password has been changed.").first.wait_for()


@pytest.mark.parametrize("locale, forgotten, send, said, chosen", (
    ("en-GB", "Forgotten your password?", "Send the link", "a link is on its way",
     "Your password has been changed."),
    ("de-DE", "Passwort vergessen?", "Link senden", "ist ein Link unterwegs",
     "Ihr Passwort wurde ge\u00e4ndert.")))
def test_who_has_forgotten_the_password_gets_a_mail_whose_link_leads_to_another(
        make_server, visit, locale, forgotten, send, said, chosen):
    post = MailServer()
    server = make_server(**post.settings())
    person = Person(server, "ada@example.com")
    visitor = visit(on=server, locale=locale, viewport={"width": 360, "height": 740})
    page = visitor.open("/login")
    page.get_by_role("link", name=forgotten).press("Enter")
    page.wait_for_url("**/forgot")
    page.locator("[name=email]").fill(person.email)
    page.get_by_role("button", name=send).press("Enter")
    page.get_by_text(said).first.wait_for()
    (_, message), = post.wait()
    page = visitor.open(link_in(message))
    page.locator("[name=new_password]").fill(OTHER)
    page.locator("[name=new_password]").press("Enter")
    page.get_by_text(chosen).first.wait_for()
    assert server.call("POST", "/api/v0/auth/token",
                       {"email": person.email, "password": OTHER}).status == 200
    post.close()


def test_the_answer_is_the_same_for_an_address_that_nobody_has(make_server, visit):
    post = MailServer()
    visitor = visit(on=make_server(**post.settings()))
    page = visitor.open("/forgot")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.keyboard.press("Enter")
    page.get_by_text("a link is on its way").first.wait_for()
    assert not post.mails
    post.close()


def test_without_mail_it_says_whom_to_ask(visitor):
    page = visitor.open("/login")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_text("Ask its operator").wait_for()
    assert not page.get_by_role("textbox").count()
