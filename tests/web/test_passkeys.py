# SPDX-License-Identifier: Apache-2.0
"""Passkeys on the pages, with the virtual authenticators of Chromium."""

import pytest

from authenticator import LOG_IN, PASSKEYS, add
from grantd import PASSWORD, Person
from oathtool import Factor
from test_second_factor import PHONE, check

WORDS = {
    "en-GB": {"add": "Add a passkey", "name": "Name of the passkey", "password": "Password",
              "next": "Continue", "done": "Your passkey has been added", "out": "Log out",
              "in": "Log in with a passkey", "hello": "Hello"},
    "de-DE": {"add": "Passkey hinzufügen", "name": "Name des Passkeys", "password": "Passwort",
              "next": "Weiter", "done": "Ihr Passkey wurde hinzugefügt", "out": "Abmelden",
              "in": "Mit Passkey anmelden", "hello": "Hallo"},
}


class Device:
    """A virtual authenticator of a page's browser."""

    def __init__(self, page, **options):
        self.session = page.context.new_cdp_session(page)
        self.call("enable")
        self.id = self.call("addVirtualAuthenticator", options={
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True, **options})["authenticatorId"]

    def call(self, method, **parameters):
        return self.session.send("WebAuthn." + method, parameters)

    def verify(self, is_verified):
        self.call("setUserVerified", authenticatorId=self.id, isUserVerified=is_verified)

    def credentials(self):
        return self.call("getCredentials", authenticatorId=self.id)["credentials"]

    def put_back(self, credential):
        """A copy, as it was."""
        self.call("removeCredential", authenticatorId=self.id,
                  credentialId=credential["credentialId"])
        self.call("addCredential", authenticatorId=self.id, credential=credential)


def add_on(page, words=WORDS["en-GB"], name="My phone"):
    page.get_by_role("button", name=words["add"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words["name"]).fill(name)
    dialog.get_by_label(words["password"], exact=True).fill(PASSWORD)
    return dialog


@pytest.fixture
def with_passkey(visit, user):
    """A visitor at the log-in whose device has the user's passkey; and the device."""
    visitor = visit(user)
    page = visitor.open("/account")
    device = Device(page)
    add_on(page).get_by_role("button", name="Continue").click()
    page.get_by_text("Your passkey has been added").first.wait_for()
    visitor.context.clear_cookies()
    visitor.open("/login")
    return visitor, device


@pytest.mark.parametrize("locale", WORDS)
def test_a_passkey_is_added_and_logs_in_on_a_telephone(visit, user, locale):
    words = WORDS[locale]
    visitor = visit(user, locale=locale, **PHONE)
    page = visitor.open("/account")
    Device(page)
    check(page)
    dialog = add_on(page, words)
    check(page)
    dialog.get_by_role("button", name=words["next"]).click()
    page.get_by_text(words["done"]).first.wait_for()
    assert [one["name"] for one in user.call("GET", PASSKEYS).json] == ["My phone"]
    check(page)
    page.get_by_role("button", name=words["out"], exact=True).click()
    page.wait_for_url("**/login*")
    visitor.open("/login")
    check(page)
    page.get_by_role("button", name=words["in"]).click()
    page.get_by_role("heading", name=words["hello"]).wait_for()
    assert page.get_by_text(user.email).is_visible()


def test_a_passkey_logs_in_by_keyboard_and_needs_no_second_factor(user, with_passkey):
    Factor(user)
    visitor, _ = with_passkey
    page = visitor.open("/login?next=apps")
    page.get_by_role("button", name="Log in with a passkey").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/apps")
    page.get_by_role("heading", name="Connected apps").wait_for()


def test_a_device_that_does_not_verify_anybody_does_not_log_in(with_passkey):
    visitor, device = with_passkey
    device.verify(False)
    visitor.page.get_by_role("button", name="Log in with a passkey").click()
    visitor.page.get_by_role("alert").get_by_text("No passkey was used").wait_for()
    check(visitor.page)
    device.verify(True)
    visitor.page.get_by_role("button", name="Log in with a passkey").click()
    visitor.page.get_by_role("heading", name="Hello").wait_for()


def test_a_device_without_verification_is_not_offered(visit, user):
    page = visit(user).open("/account")
    Device(page, hasUserVerification=False, isUserVerified=False)
    dialog = add_on(page)
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("alert").get_by_text("No passkey was used").wait_for()
    assert user.call("GET", PASSKEYS).json == []


def test_a_device_has_one_passkey_of_an_account(with_passkey):
    visitor, _ = with_passkey
    page = visitor.page
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_role("heading", name="Hello").wait_for()
    visitor.open("/account")
    dialog = add_on(page)
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("alert").get_by_text("has a passkey for your account already").wait_for()


def test_a_passkey_that_was_copied_is_refused(with_passkey):
    visitor, device = with_passkey
    visitor.allowed = {401}
    page = visitor.page
    copy, = device.credentials()
    for _ in range(2):
        page.get_by_role("button", name="Log in with a passkey").click()
        page.get_by_role("heading", name="Hello").wait_for()
        visitor.context.clear_cookies()
        visitor.open("/login")
    device.put_back(copy)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_role("alert").get_by_text("There is a copy of this passkey").wait_for()


def test_a_passkey_that_was_removed_is_refused(user, with_passkey):
    visitor, _ = with_passkey
    visitor.allowed = {401}
    passkey, = user.call("GET", PASSKEYS).json
    user.call("DELETE", f"{PASSKEYS}/{passkey['id']}", {"password": PASSWORD})
    visitor.page.get_by_role("button", name="Log in with a passkey").click()
    visitor.page.get_by_role("alert").get_by_text("was not accepted").wait_for()


def test_what_another_page_has_signed_does_not_log_in(visit, server, make_server):
    """Both are localhost, so the browser uses one's passkey at the other; the server refuses it."""
    other = make_server()
    page = visit(Person(other), on=other).open("/account")
    Device(page)
    add_on(page).get_by_role("button", name="Continue").click()
    page.get_by_text("Your passkey has been added").first.wait_for()
    challenge = server.call("POST", LOG_IN + "/challenge", {}).json["challenge"]
    proof = page.evaluate("""async challenge => {
        const bytes = text => Uint8Array.from(
            atob(text.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0));
        const text = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)))
            .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        const {id, response} = await navigator.credentials.get({publicKey: {
            challenge: bytes(challenge), rpId: 'localhost', userVerification: 'required'}});
        return {credential_id: id, client_data: text(response.clientDataJSON),
                authenticator_data: text(response.authenticatorData),
                signature: text(response.signature), user_handle: text(response.userHandle)};
    }""", challenge)
    answer = server.call("POST", LOG_IN, proof)
    assert answer.error == "passkey_wrong" and "another origin" in answer.json["error_description"]
    refused = page.evaluate("""navigator.credentials.get({publicKey: {
        challenge: new Uint8Array(32), rpId: 'evil.example'}}).catch(error => error.name)""")
    assert refused == "SecurityError"


def test_passkeys_are_renamed_and_removed(visit, user):
    add(user, name="My phone")
    add(user, name="My key")
    visitor = visit(user, **PHONE)
    visitor.allowed = {401}
    page = visitor.open("/account")
    page.get_by_role("button", name="Rename: My phone").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the passkey").fill("My old phone")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove passkey: My old phone").click()
    check(page)
    dialog.get_by_label("Password", exact=True).fill("not this one")
    page.keyboard.press("Enter")
    dialog.get_by_role("alert").get_by_text("wrong").wait_for()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("The passkey has been removed").first.wait_for()
    assert [one["name"] for one in user.call("GET", PASSKEYS).json] == ["My key"]
    check(page)


def test_whoever_has_ten_is_told_so(visit, user):
    for n in range(10):
        add(user, name=f"Key {n}")
    page = visit(user, **PHONE).open("/account")
    page.get_by_text("You have ten passkeys").wait_for()
    assert page.get_by_role("button", name="Add a passkey").count() == 0
    check(page)
