# SPDX-License-Identifier: Apache-2.0
"""The page for devices without a browser: docs/protocol/oauth.md 7."""

import secrets
import urllib.parse

import pytest
from axe_playwright_python.sync_playwright import Axe

from grantd import ASSERTION_TYPE, PASSWORD, Person
from judge import PASSPHRASE, Project, check_opens_below_the_prefix_only
from test_consent import allow, choose_project, give_passphrase

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "read bucket:photos;prefix:2024/"


@pytest.fixture
def tv(developer):
    return developer.application(name="Living Room TV", device_flow=True)


def begin(app, scope="read"):
    form = urllib.parse.urlencode({"scope": scope, "client_assertion_type": ASSERTION_TYPE,
                                   "client_assertion": app.assertion()})
    answer = app.server.call("POST", "/oauth2/device_authorization", form,
                             headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 200, answer
    return answer.json


def poll(app, device):
    return app.redeem(None, grant_type=GRANT_TYPE, redirect_uri=None,
                      device_code=device["device_code"])


def path(device):
    return "/device?user_code=" + device["user_code"]


def enter(page, code):
    page.get_by_label("Code on your device").fill(code)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name="A device wants access to your files").wait_for()


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def test_the_code_is_entered_and_the_device_gets_what_the_passphrase_opens(visit, user, tv, judge):
    project = Project(judge, user)
    device = begin(tv, SCOPE)
    page = visit(user).open("/device")
    enter(page, device["user_code"].lower().replace("-", ""))
    text = page.inner_text("main")
    assert "It calls itself “Living Room TV”" in text and "nobody has checked" in text
    choose_project(page, project.id)
    give_passphrase(page, PASSPHRASE)
    allow(page)
    page.get_by_role("heading", name="Return to your device").wait_for()
    granted = poll(tv, device)
    assert granted.status == 200, granted
    check_opens_below_the_prefix_only(project, granted.json["access_grant"])


def test_rule_67_a_code_from_a_link_is_compared_before_it_is_sent(visit, user, tv):
    device = begin(tv)
    sent = []
    visitor = visit(user)
    visitor.page.on("request", lambda request: sent.append(request.url))
    page = visitor.open(path(device))
    assert page.get_by_label("Code on your device").input_value() == device["user_code"]
    assert "If somebody sent you this link or this code, do not go on" in page.inner_text("main")
    assert not [url for url in sent if url.endswith("/oauth2/device")]
    page.get_by_role("button", name="My device shows this code").click()
    page.get_by_role("heading", name="A device wants access to your files").wait_for()
    assert f"The device that shows the code {device['user_code']} gets the access" in \
        page.inner_text("main")


def test_a_stranger_creates_an_account_on_the_way(visitor, tv):
    device = begin(tv)
    page = visitor.open(path(device))
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill(f"{secrets.token_hex(4)}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    page.get_by_role("button", name="My device shows this code").click()
    page.get_by_role("heading", name="A device wants access to your files").wait_for()
    give_passphrase(page)
    allow(page)
    page.get_by_role("heading", name="Return to your device").wait_for()
    assert poll(tv, device).status == 200


def test_refusing_works_too(visit, user, tv):
    device = begin(tv)
    page = visit(user).open("/device")
    enter(page, device["user_code"])
    page.get_by_role("button", name="Refuse").click()
    page.get_by_role("heading", name="The device gets no access").wait_for()
    assert poll(tv, device).error == "access_denied"


def test_a_wrong_code_is_said_and_can_be_corrected(visit, user, tv):
    device = begin(tv)
    visitor = visit(user)
    visitor.allowed.add(400)
    page = visitor.open("/device")
    page.get_by_label("Code on your device").fill("BBBB-BBBB")
    page.get_by_role("button", name="Next").click()
    page.get_by_text("No device is waiting with this code").wait_for()
    enter(page, device["user_code"])


def test_what_somebody_else_decided_meanwhile_is_said(visit, user, tv):
    device = begin(tv)
    visitor = visit(user)
    visitor.allowed.add(400)
    page = visitor.open("/device")
    enter(page, device["user_code"])
    other = user.call("POST", "/api/v0/oauth2/device", {"user_code": device["user_code"]}).json
    assert user.consent(other["request_id"], [], approve=False).status == 200
    give_passphrase(page)
    allow(page)
    page.get_by_text("This code has expired or was used").wait_for()


def test_what_is_in_the_link_stays_text(visit, user):
    visitor = visit(user)
    visitor.allowed.add(400)
    page = visitor.open("/device?user_code=" + urllib.parse.quote("<img src=x onerror=alert(1)>"))
    page.get_by_role("button", name="My device shows this code").click()
    page.get_by_role("alert").wait_for()
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("options", [{"viewport": {"width": 320, "height": 640}},
                                     {"locale": "de-DE", "color_scheme": "dark"}])
def test_axe_finds_nothing_on_the_way_and_every_step_is_announced(visit, user, tv, options):
    device = begin(tv)
    page = visit(user, **options).open(path(device))
    assert page.evaluate("document.activeElement.name") == "user_code"
    assert violations(page) == []
    page.locator("main form button").last.click()
    page.locator("fieldset").first.wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Ablehnen" if "locale" in options else "Refuse").click()
    page.locator("main form").wait_for(state="detached")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert violations(page) == []


def test_it_can_be_done_by_keyboard_alone(visit, user, tv):
    device = begin(tv)
    page = visit(user).open("/device")
    page.keyboard.type(device["user_code"])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="A device wants access to your files").wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Refuse":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="The device gets no access").wait_for()
    assert poll(tv, device).error == "access_denied"


def test_a_developer_allows_it_in_the_console(visit, server):
    developer = Person(server)
    app = developer.application()
    page = visit(developer).open(f"/console#{app.id}/settings")
    page.get_by_text("More settings").click()
    page.get_by_label("Allow devices without a browser").check()
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("button", name="Save").click()
    assert begin(app)["user_code"]
