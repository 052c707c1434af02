# SPDX-License-Identifier: Apache-2.0
"""A person whom a proxy has logged in sees no password field, only a button with their address."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from grantd import PASSWORD

FIELD = "X-Remote-User"
ADA = "ada@example.com"


@pytest.fixture
def proxied(make_server):
    def make(**settings):
        return make_server(**{"http__trusted_proxies": "127.0.0.1", "login__proxy_header": FIELD,
                              "accounts__open_registration": "false", "login__passwords": "false",
                              **settings})
    return make


def named(visit, server, person=ADA, **options):
    return visit(on=server, extra_http_headers={FIELD: person}, **options)


@pytest.mark.parametrize("locale, button, account", [("en-GB", "Log in as", "Account"),
                                                     ("de", "Als", "Konto")])
def test_a_person_logs_in_by_one_button_at_360_pixels_and_by_keyboard(visit, proxied, locale, button,
                                                                      account):
    visitor = named(visit, proxied(), locale=locale, viewport={"width": 360, "height": 640})
    page = visitor.open("/login?next=account")
    assert page.locator("input").count() == 0
    for word in ("invitation", "Einladung"):
        assert not page.get_by_text(word).count()
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name=button).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    page.get_by_role("heading", name=account, exact=True).wait_for()
    assert page.get_by_text(ADA).count()


def test_an_account_without_a_password_is_deleted_without_one(visit, proxied):
    visitor = named(visit, proxied())
    page = visitor.open("/login?next=account")
    page.get_by_role("button", name="Log in as " + ADA).click()
    page.wait_for_url("**/account")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("input").count() == 0
    dialog.get_by_role("button", name="Delete").click()
    page.wait_for_url(lambda url: url.endswith("/"))


def test_who_is_somebody_else_for_the_proxy_now_is_logged_out(visit, proxied):
    visitor = named(visit, proxied())
    visitor.allowed = {401}
    page = visitor.open("/login?next=projects")
    page.get_by_role("button", name="Log in as " + ADA).click()
    page.wait_for_url("**/projects")
    visitor.context.set_extra_http_headers({FIELD: "eve@example.com"})
    page.reload()
    page.get_by_role("button", name="Log in as eve@example.com").click()
    page.wait_for_url("**/projects")
    page.get_by_text("eve@example.com").first.wait_for()
    assert not page.get_by_text(ADA).count()


def test_whom_the_proxy_does_not_name_is_told_so(visit, proxied):
    page = visit(on=proxied()).open("/login")
    assert page.get_by_text("has not said who you are").is_visible()
    assert page.locator("input, button[type=submit]").count() == 0


def test_a_person_without_an_account_is_told_so(visit, proxied):
    visitor = named(visit, proxied(login__proxy_accounts="false"))
    visitor.allowed = {403}
    page = visitor.open("/login")
    page.get_by_role("button", name="Log in as " + ADA).click()
    page.get_by_role("alert").get_by_text("no account on this server yet").wait_for()


def test_both_ways_are_offered_where_both_are_on(visit, proxied):
    server = proxied(login__passwords="true")
    server.run("account", "create", ADA, "--name", "Ada", stdin=PASSWORD)
    visitor = named(visit, server)
    visitor.log_in(ADA)
    visitor.page.get_by_role("button", name="Log out").wait_for()
    visitor.page.get_by_role("button", name="Log out").click()
    visitor.page.get_by_role("button", name="Log in as " + ADA).click()
    visitor.page.get_by_role("button", name="Log out").wait_for()


def test_logging_out_leads_where_the_proxy_logs_out(visit, proxied):
    visitor = named(visit, proxied(login__proxy_logout="https://myapp.com/sign_out"))
    page = visitor.open("/login")
    page.get_by_role("button", name="Log in as " + ADA).click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("https://myapp.com/sign_out")


def test_a_name_that_is_markup_stays_text(visit, proxied):
    name = '"><script>alert(1)</script>@example.com'
    page = named(visit, proxied(), name).open("/login")
    assert page.get_by_role("button", name="Log in as " + name).is_visible()
