# SPDX-License-Identifier: Apache-2.0
"""Second factors on the pages: setting one up, logging in with it, losing the phone."""

import io

import PIL.Image
import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe

from grantd import PASSWORD
from oathtool import Factor, code_of, settle

PHONE = {"viewport": {"width": 360, "height": 740}}
WORDS = {
    "en-GB": {"add": "Set up a second factor", "password": "Password", "next": "Continue",
              "code": "Code of your second factor", "on": "Turn on", "kept": "I have kept them",
              "done": "Your second factor is on", "left": "10 recovery codes are left"},
    "de-DE": {"add": "Zweiten Faktor einrichten", "password": "Passwort", "next": "Weiter",
              "code": "Code Ihres zweiten Faktors", "on": "Einschalten",
              "kept": "Ich habe sie gesichert", "done": "Ihr zweiter Faktor ist eingeschaltet",
              "left": "10 Wiederherstellungscodes sind übrig"},
}


def check(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not page.evaluate("""[...document.querySelectorAll('dialog')].some(
        box => box.scrollWidth > box.clientWidth)""")


def read(picture):
    found = zxingcpp.read_barcodes(PIL.Image.open(io.BytesIO(picture.screenshot())))
    return found[0].text


@pytest.mark.parametrize("locale", WORDS)
def test_a_factor_is_set_up_on_a_telephone(visit, server, user, locale):
    words = WORDS[locale]
    page = visit(user, locale=locale, **PHONE).open("/account")
    page.get_by_role("button", name=words["add"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words["password"], exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name=words["next"]).click()
    secret = dialog.locator(".copy code").inner_text()
    assert f"secret={secret}&" in read(dialog.get_by_role("img"))
    check(page)
    settle()
    dialog.get_by_label(words["code"]).fill(code_of(secret, -1))
    dialog.get_by_role("button", name=words["on"]).click()
    dialog.get_by_role("button", name=words["kept"]).wait_for()
    codes = dialog.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    check(page)
    dialog.get_by_role("button", name=words["kept"]).click()
    page.get_by_text(words["done"]).first.wait_for()
    assert page.get_by_text(words["left"]).is_visible()
    check(page)
    body = {"email": user.email, "password": PASSWORD, "code": codes[0]}
    assert server.call("POST", "/api/v0/auth/token", body).status == 200


def test_recovery_codes_are_saved_as_a_file(visit, user):
    factor = Factor(user)
    page = visit(user).open("/account")
    page.get_by_role("button", name="New recovery codes").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_label("Code of your second factor").fill(factor.recovery_codes[0])
    dialog.get_by_role("button", name="New recovery codes").click()
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Save as a file").click()
    kept = download.value.path().read_text().split()
    assert kept == dialog.locator(".codes code").all_inner_texts() and len(kept) == 10
    dialog.get_by_role("button", name="I have kept them").click()
    page.get_by_text("have been replaced").first.wait_for()
    assert factor.log_in(factor.recovery_codes[1]).error == "second_factor_wrong"
    assert factor.log_in(kept[0]).status == 200


def test_the_code_is_asked_for_on_the_same_page_by_keyboard(visit, user):
    factor = Factor(user)
    visitor = visit(**PHONE)
    visitor.allowed = {401}
    page = visitor.open("/login")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    code = page.get_by_label("Code of your second factor")
    code.wait_for()
    assert code.evaluate("node => node === document.activeElement")
    assert page.get_by_role("alert").count() == 0
    check(page)
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.get_by_text("wrong or was used already").wait_for()
    assert code.evaluate("node => node === document.activeElement")
    assert code.get_attribute("aria-invalid") == "true"
    check(page)
    settle()
    code.fill("")
    page.keyboard.type(factor.code())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hello").wait_for()


def test_a_wrong_password_asks_for_no_code(visit, user):
    Factor(user)
    visitor = visit()
    visitor.allowed = {401}
    page = visitor.open("/login")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill("not this one")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("is wrong").wait_for()
    assert page.get_by_label("Code of your second factor").count() == 0


@pytest.mark.parametrize("form", ("password", "owner-grant", "ended"))
def test_wherever_the_password_is_asked_for_so_is_the_code(visit, server, user, form):
    factor = Factor(user)
    visitor = visit(user)
    visitor.allowed = {401}
    page = visitor.open("/projects" if form == "owner-grant" else "/account")
    if form == "password":
        part = page.get_by_role("region", name="Change the password")
        part.get_by_label("Current password").fill(PASSWORD)
        part.get_by_label("New password").fill("another long password")
        part.get_by_role("button", name="Change the password").click()
    elif form == "owner-grant":
        page.get_by_role("button", name="Access for myself").click()
        part = page.get_by_role("dialog")
        part.get_by_label("Password", exact=True).fill(PASSWORD)
        part.get_by_role("button", name="Create").click()
    else:
        page.wait_for_load_state("networkidle")
        server.call("DELETE", "/api/v0/auth/sessions", token=user.token)
        page.get_by_role("textbox", name="Your name").fill("Ada")
        page.get_by_role("button", name="Save").click()
        part = page.get_by_role("dialog")
        part.get_by_label("Password", exact=True).fill(PASSWORD)
        part.get_by_role("button", name="Log in", exact=True).click()
    part.get_by_label("Code of your second factor").fill(factor.recovery_codes[0])
    page.keyboard.press("Enter")
    done = {"password": "Your password has been changed", "owner-grant": "Show as a QR code",
            "ended": "Saved."}
    page.get_by_text(done[form]).first.wait_for()


def test_the_factor_is_removed(visit, user):
    factor = Factor(user)
    page = visit(user).open("/account")
    page.get_by_role("button", name="Remove the second factor").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_label("Code of your second factor").fill(factor.recovery_codes[0])
    dialog.get_by_role("button", name="Remove the second factor").click()
    page.get_by_text("Your second factor is off").first.wait_for()
    page.get_by_role("button", name="Set up a second factor").wait_for()
    assert factor.log_in().status == 200


CONSENT = {
    "en-GB": ("Ask for a code at each consent", "Do not ask at consents", "Allow", "One more code",
              "Once more, please"),
    "de-DE": ("Bei jeder Zustimmung fragen", "Bei Zustimmungen nicht fragen", "Erlauben", "Noch ein Code",
              "Bitte noch einmal"),
}


@pytest.mark.parametrize("locale", CONSENT)
def test_each_consent_takes_a_code_if_the_person_wants_that(visit, user, app, locale):
    on, off, allow, title, again = CONSENT[locale]
    words = WORDS[locale]
    factor = Factor(user)
    visitor = visit(user, locale=locale, **PHONE)
    visitor.allowed = {401}
    page = visitor.open("/account")
    page.get_by_role("button", name=on).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words["password"], exact=True).fill(PASSWORD)
    dialog.get_by_label(words["code"]).fill(factor.recovery_codes[0])
    check(page)
    dialog.get_by_role("button", name=on).click()
    page.get_by_role("button", name=off).wait_for()
    check(page)
    page = visitor.open(f"/oauth2/authorize?response_type=code&client_id={app.client_id}&scope=read"
                        f"&redirect_uri={app.redirect_uri}")
    page.get_by_label("Passphrase", exact=True).fill("a phrase of mine")  # in both languages
    page.get_by_label(again).fill("a phrase of mine")
    page.get_by_role("button", name=allow, exact=True).press("Enter")
    dialog = page.get_by_role("dialog", name=title)
    code = dialog.get_by_label(words["code"])
    code.fill("000000")
    page.keyboard.press("Enter")
    code.and_(page.locator("[aria-invalid]")).wait_for()
    check(page)
    code.fill(factor.recovery_codes[1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.startswith("https://myapp.com/"))
    assert "code=" in visitor.arrived[-1]
