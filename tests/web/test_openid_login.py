# SPDX-License-Identifier: Apache-2.0
"""A person logs in with an OpenID Connect provider by a button, and gets to where they wanted to go."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import oathtool
from grantd import PASSWORD
from login_provider import LoginProvider

ADA = "ada@example.com"


@pytest.fixture
def provider():
    provider = LoginProvider()
    yield provider
    provider.close()


@pytest.fixture
def make_open(make_server, provider):
    def make(settings=None, **more):
        return make_server(**{**provider.settings(**(settings or {})),
                              "accounts.open_registration": "false", "login.passwords": "false", **more})
    return make


@pytest.mark.parametrize("locale, button, account", [("en-GB", "Log in with Work & Co", "Account"),
                                                     ("de", "Mit Work & Co anmelden", "Konto")])
def test_a_person_logs_in_by_one_button_at_360_pixels_and_by_keyboard(visit, make_open, locale, button,
                                                                      account):
    visitor = visit(on=make_open(), locale=locale, viewport={"width": 360, "height": 640})
    page = visitor.open("/login?next=account")
    assert page.locator("input").count() == 0
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name=button).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    page.get_by_role("heading", name=account, exact=True).wait_for()
    assert page.get_by_text(ADA).count()


def test_a_person_comes_back_to_the_page_that_asked(visit, make_open):
    page = visit(on=make_open()).open("/device?user_code=ABCD-EFGH")
    page.get_by_role("link", name="Log in with Work & Co").click()
    page.wait_for_url("**/device?user_code=ABCD-EFGH")
    page.get_by_text(ADA).first.wait_for()


def test_the_second_factor_is_asked_for_on_the_way_back(visit, make_open, provider):
    server = make_open({"trust_email": "true"}, login__passwords="true")
    server.run("account", "create", ADA, "--name", "Ada", stdin=PASSWORD)
    token = server.call("POST", "/api/v0/auth/token", {"email": ADA, "password": PASSWORD}).json["token"]
    secret = server.call("POST", oathtool.FACTOR, {"password": PASSWORD}, token=token).json["secret"]
    oathtool.settle()
    code = {"code": oathtool.code_of(secret, -1)}
    made = server.call("POST", oathtool.FACTOR + "/confirm", code, token=token).json
    page = visit(on=server).open("/login?next=projects")
    page.get_by_role("link", name="Log in with Work & Co").click()
    page.get_by_label("Code of your second factor").fill(made["recovery_codes"][0])
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/projects")
    page.get_by_text(ADA).first.wait_for()


def test_an_account_without_a_password_is_deleted_without_one(visit, make_open):
    page = visit(on=make_open()).open("/login?next=account")
    page.get_by_role("link", name="Log in with Work & Co").click()
    page.wait_for_url("**/account")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("input").count() == 0
    dialog.get_by_role("button", name="Delete").click()
    page.wait_for_url(lambda url: url.endswith("/"))


@pytest.mark.parametrize("locale, title, sentence, again", [
    ("en-GB", "You are not logged in", "cannot be reached", "Log in again"),
    ("de", "Sie sind nicht angemeldet", "nicht erreichbar", "Noch einmal anmelden")])
def test_a_refusal_is_said_in_words(visit, make_open, provider, locale, title, sentence, again):
    visitor = visit(on=make_open(), locale=locale, viewport={"width": 360, "height": 640})
    visitor.allowed = {503}
    page = visitor.open("/login")
    provider.close()
    page.get_by_role("link", name="Work & Co").click()
    page.get_by_role("heading", name=title).wait_for()
    assert page.get_by_text(sentence).first.is_visible()
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name=again).click()
    page.wait_for_url("**/login")
