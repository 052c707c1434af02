# SPDX-License-Identifier: Apache-2.0
"""Registering by the link of a mail."""

import pytest

from grantd import PASSWORD, Person
from mail_server import link_in

SMALL = {"viewport": {"width": 360, "height": 740}}


@pytest.mark.parametrize("locale, sent, proven, hello", (
    ("en-GB", "A mail is on its way to ada@example.com", "The address is yours.", "Hello"),
    ("de-DE", "Eine E-Mail an ada@example.com ist unterwegs", "Die Adresse geh\u00f6rt Ihnen.", "Hallo")))
def test_an_account_is_made_by_keyboard_and_the_link_of_a_mail(
        visit, mailing, post, locale, sent, proven, hello):
    visitor = visit(on=mailing, locale=locale, **SMALL)
    page = visitor.open("/register")
    assert not page.locator("[name=password]").count()
    page.locator("[name=email]").fill("ada@example.com")
    page.keyboard.press("Enter")
    page.get_by_text(sent).first.wait_for()
    page = visitor.open(link_in(post.wait()[0][1]))
    assert page.url == mailing.url + "/register"  # without the token
    page.get_by_text(proven).wait_for()
    page.locator("[name=full_name]").fill("Ada")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=hello).wait_for()


def test_a_known_address_sees_the_same_words_and_its_mail_leads_to_the_log_in(visit, mailing, post):
    ada = Person(mailing, "ada@example.com")
    visitor = visit(on=mailing)
    page = visitor.open("/register")
    page.get_by_label("E-mail address").fill(ada.email)
    page.keyboard.press("Enter")
    page.get_by_text("A mail is on its way to ada@example.com").first.wait_for()
    assert post.wait()[0][1]["Subject"] == "You already have an account at localhost"
