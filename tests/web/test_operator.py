# SPDX-License-Identifier: Apache-2.0
"""The operators' page: finding people, blocking them, approving applications."""

import pytest

from grantd import REDIRECT, Person, Server
from mail_server import link_in
from oathtool import Factor
from test_second_factor import PHONE, check

WORDS = {
    "en-GB": {"accounts": "Accounts", "search": "Beginning of an e-mail address", "go": "Search",
              "block": "Block", "blocked": "is blocked.", "waiting": "Applications awaiting approval",
              "approve": "Approve", "approved": "is approved.", "trail": "Audit trail",
              "factors": "Reset factors", "reset": "are removed.", "menu": "Operator"},
    "de-DE": {"accounts": "Konten", "search": "Anfang einer E-Mail-Adresse", "go": "Suchen",
              "block": "Sperren", "blocked": "ist gesperrt.",
              "waiting": "Anwendungen, die auf Freigabe warten", "approve": "Freigeben",
              "approved": "ist freigegeben.", "trail": "Protokoll",
              "factors": "Faktoren zurücksetzen", "reset": "sind entfernt.", "menu": "Betrieb"},
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """Where applications need approval."""
    server = Server(tmp_path_factory.mktemp("strict"),
                    **{"clients.require_approval": "true"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture(scope="module")
def operator(strict):
    person = Person(strict)
    strict.run("account", "role", person.email, "--operator")
    return person


def act(page, words, key, whom):
    """Presses a button of an account or application, and confirms."""
    page.get_by_role("button", name=f"{words[key]}: {whom}", exact=True).click()
    check(page)
    page.get_by_role("dialog").get_by_role("button", name=words[key], exact=True).click()


@pytest.mark.parametrize("locale", WORDS)
def test_accounts_are_looked_after_on_a_telephone(visit, strict, operator, locale):
    words, victim = WORDS[locale], Person(strict)
    Factor(victim)
    page = visit(operator, on=strict, locale=locale, **PHONE).open("/apps")
    page.get_by_role("link", name=words["menu"]).click()
    part = page.get_by_role("region", name=words["accounts"], exact=True)
    part.get_by_text(operator.email).wait_for()
    page.get_by_role("region", name=words["trail"]).first.wait_for()
    page.wait_for_load_state("networkidle")
    check(page)
    part.get_by_label(words["search"]).fill(victim.email)
    part.get_by_role("button", name=words["go"]).click()
    part.get_by_text(operator.email).wait_for(state="detached")
    assert part.get_by_role("listitem").count() == 1
    act(page, words, "factors", victim.email)
    page.get_by_text(words["reset"]).first.wait_for()
    act(page, words, "block", victim.email)
    page.get_by_text(words["blocked"]).first.wait_for()
    check(page)
    row = operator.call("GET", f"/api/v0/admin/accounts?email={victim.email}").json[0]
    assert row["blocked_at"] and not row["second_factor"]
    assert part.get_by_role("button", name=victim.email).count() == 1, "only to unblock it"


@pytest.mark.parametrize("locale", WORDS)
def test_an_application_is_approved_on_a_telephone(visit, strict, operator, locale):
    words, developer, user = WORDS[locale], Person(strict), Person(strict)
    app = developer.application(name=f"Prints {locale}", scopes=["read", "list"])
    page = visit(operator, on=strict, locale=locale, **PHONE).open("/operator")
    part = page.get_by_role("region", name=words["waiting"])
    item = part.get_by_role("listitem").filter(has_text=developer.email)
    assert REDIRECT in item.first.inner_text()
    check(page)
    act(page, words, "approve", f"Prints {locale}")
    page.get_by_text(words["approved"]).first.wait_for()
    check(page)
    assert user.request(app).status == 200


def test_what_a_developer_changes_meanwhile_is_not_approved(visit, strict, operator):
    developer = Person(strict)
    app = developer.application(name="Honest")
    visitor = visit(operator, on=strict)
    visitor.allowed = {409}
    page = visitor.open("/operator")
    page.get_by_role("button", name="Approve: Honest").click()
    developer.call("PUT", f"/api/v0/developer/auth/oauth2/clients/{app.id}",
                   {"redirect_uris": ["https://evil.example/cb"]})
    page.get_by_role("dialog").get_by_role("button", name="Approve", exact=True).click()
    page.get_by_role("dialog").get_by_role("alert").get_by_text("was changed").wait_for()
    assert Person(strict).request(app).error == "client_inactive"


def test_people_are_found_by_keyboard(visit, strict, operator):
    victim = Person(strict)
    page = visit(operator, on=strict).open("/operator")
    page.get_by_label("Beginning of an e-mail address").focus()
    page.keyboard.type(victim.email)
    page.keyboard.press("Enter")
    part = page.get_by_role("region", name="Accounts", exact=True)
    part.get_by_text(operator.email).wait_for(state="detached")
    part.locator(".stack:focus").wait_for()
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name=f"Block: {victim.email}")
    assert button.evaluate("node => node === document.activeElement")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert victim.call("GET", "/api/v0/auth/account").status == 200


def test_the_accounts_of_operators_have_no_buttons(visit, strict, operator):
    page = visit(operator, on=strict).open("/operator")
    page.get_by_label("Beginning of an e-mail address").fill(operator.email)
    page.get_by_role("button", name="Search").click()
    part = page.get_by_role("region", name="Accounts", exact=True)
    part.get_by_text("Only commands change this account").wait_for()
    assert part.get_by_role("button", name=operator.email).count() == 0


def test_the_trail_goes_on(visit, strict, operator):
    for _ in range(60):
        Person(strict)
    page = visit(operator, on=strict).open("/operator")
    part = page.get_by_role("region", name="Audit trail").first
    part.locator("tbody tr").nth(99).wait_for()
    part.get_by_role("button", name="Show more").click()
    part.locator("tbody tr").nth(101).wait_for()


def test_others_are_told_that_this_page_is_not_theirs(visit, strict):
    page = visit(Person(strict), on=strict).open("/operator")
    page.get_by_text("Only operators of this server see this page").wait_for()
    assert page.get_by_role("link", name="Operator").count() == 0
    check(page)


def test_a_link_for_a_password_is_sent_and_not_shown(visit, mailing, post):
    operator, user = Person(mailing), Person(mailing)
    mailing.run("account", "role", operator.email, "--operator")
    page = visit(operator, on=mailing).open("/operator")
    act(page, {"link": "Send a password link"}, "link", user.email)
    page.get_by_text("is on its way").first.wait_for()
    token = link_in(post.wait_to(user.email)).partition("#")[2]
    assert token not in page.content()
