# SPDX-License-Identifier: Apache-2.0
"""Two people's whole journey through the pages, once with the mouse and once without."""

import secrets
import urllib.parse

import pytest

from grantd import PASSWORD, Application, api_key_of

PASSPHRASE = "correct horse battery staple"


class Mouse:
    """Clicks things by their name."""

    def __init__(self, page):
        self.page = page

    def press(self, name, role="button"):
        self.page.get_by_role(role, name=name, exact=True).last.click()

    def fill(self, name, text):
        self.page.get_by_label(name, exact=True).last.fill(text)

    def switch(self, name, role="checkbox"):
        self.page.get_by_role(role, name=name, exact=True).click()


class Keyboard:
    """Goes from one thing to the next until it is there."""

    NAME = """() => {
        const node = document.activeElement;
        const text = node.labels?.length ? node.labels[0].innerText : node.innerText;
        return (text ?? '').trim().split('\\n')[0];
    }"""

    def __init__(self, page):
        self.page = page

    def go_to(self, name):
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(self.NAME) == name:
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    def press(self, name, role="button"):
        self.go_to(name)
        self.page.keyboard.press("Enter")

    def fill(self, name, text):
        self.go_to(name)
        self.page.keyboard.type(text)

    def switch(self, name, role="checkbox"):
        self.go_to(name)
        self.page.keyboard.press("Space")


def register(page, hand, name, email):
    hand.press("Create an account", "link")
    page.get_by_role("heading", name="Create an account").wait_for()
    hand.fill("Your name", name)
    hand.fill("E-mail address", email)
    hand.fill("Password", PASSWORD)
    hand.press("Create an account")
    page.get_by_role("heading", name=f"Hello, {name}").wait_for()


def make_application(server, page, hand):
    hand.press("Developer console", "link")
    page.get_by_role("heading", name="No applications yet").wait_for()
    hand.press("Register an application", "link")
    page.get_by_role("heading", name="Register an application").wait_for()
    hand.fill("Name", "Photo Printer")
    hand.fill("Redirect URIs", "https://myapp.com/callback")
    hand.press("Register")
    page.get_by_role("heading", name="Your new client secret").wait_for()
    secret, client_id = (page.get_by_role("region", name=name, exact=True).locator("code").first
                         .inner_text() for name in ("Your new client secret", "Credentials"))
    hand.press("I have saved it")
    return Application(server, {"id": "", "client_id": client_id, "client_secret": secret,
                                "redirect_uris": ["https://myapp.com/callback"]})


def consent(visitor, page, hand, app):
    visitor.open("/oauth2/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_uri,
        "scope": "read list bucket:photos", "state": "s"}))
    hand.switch("See which files there are")
    hand.press("Only a folder in it …")
    page.keyboard.type("2024/")
    hand.fill("Passphrase", PASSPHRASE)
    hand.fill("Once more, please", PASSPHRASE)
    hand.press("Allow")
    page.wait_for_url(lambda url: url.startswith("https://myapp.com/"))
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(visitor.arrived[-1]).query))["code"]


def take_back(visitor, page, hand):
    visitor.open("/")
    hand.press("Connected apps", "link")
    page.get_by_role("region", name="Photo Printer").wait_for()
    hand.press("Remove all access")
    page.get_by_role("dialog").wait_for()
    hand.press("Remove access")
    page.get_by_text("Access removed.").wait_for()


@pytest.mark.parametrize("kind", (Mouse, Keyboard))
def test_from_registering_to_taking_back(server, visit, kind):
    token = server.service_token("check")
    developer, user = visit(), visit()
    hand = kind(developer.open("/"))
    register(developer.page, hand, "Grace", f"{secrets.token_hex(4)}@example.com")
    app = make_application(server, developer.page, hand)

    hand = kind(user.open("/"))
    register(user.page, hand, "Ada", f"{secrets.token_hex(4)}@example.com")
    answer = app.exchange(consent(user, user.page, hand, app))
    assert answer.json["scopes"] == ["read", "bucket:photos;prefix:2024/"]

    def is_good():
        body = {"api_key": api_key_of(answer.json["access_grant"]), "op": "project_info"}
        return server.call("POST", "/api/v0/grants/check", body, token=token).json["valid"]

    assert is_good()
    take_back(user, user.page, hand)
    assert not is_good()
