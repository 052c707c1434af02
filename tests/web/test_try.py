# SPDX-License-Identifier: Apache-2.0
"""A developer tests an application in the console."""

import json
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe

from grantd import Person, grant_id_of

CLIENTS = "/api/v0/developer/auth/oauth2/clients"


@pytest.fixture
def developer(server):
    return Person(server)


def callback_of(server):
    return server.url + "/test"


def begin(visitor, app):
    """To the answer, as the developer and user."""
    page = visitor.open(f"/console#{app.id}/test")
    page.get_by_role("button", name="Add the test callback").click()
    page.get_by_role("button", name="Start the test").click()
    page.get_by_label("Passphrase", exact=True).fill("correct horse")
    page.get_by_label("Once more, please").fill("correct horse")
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("heading", name="1. The code").wait_for()
    assert page.url == callback_of(app.server)  # no code stays in the address
    return page


def sign(page, secret):
    page.get_by_label("Client secret").fill(secret)
    page.get_by_role("button", name="Sign").click()
    page.get_by_role("heading", name="3. The exchange").wait_for()


def command_of(page):
    return page.get_by_role("region", name="3. The exchange").locator(".copy code").inner_text()


def test_the_console_takes_its_developer_to_a_real_grant(visit, developer):
    app = developer.application(redirect_uris=["https://myapp.com/callback"])
    visitor = visit(developer)
    visitor.allowed = {401}
    page = begin(visitor, app)
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    sign(page, app.secret + "\n")
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Exchange", exact=True).click()
    page.get_by_text("a real access grant").wait_for()
    grant = page.get_by_role("status").locator(".copy code").inner_text()
    assert grant_id_of(grant) == developer.grants()[0]["id"]
    assert sent and app.secret not in "".join(sent)
    assert app.secret not in page.content()
    assert page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])") == "[{},{}]"
    page.get_by_role("button", name="Exchange", exact=True).click()  # once, as it says
    page.get_by_text("client_secret_reused").first.wait_for()


def test_the_command_works_where_it_is_pasted(visit, developer):
    app = developer.application()
    page = begin(visit(developer), app)
    sign(page, app.secret)
    got = subprocess.run(["sh", "-c", command_of(page)], capture_output=True, text=True, timeout=60,
                         check=True)
    assert grant_id_of(json.loads(got.stdout)["access_grant"]) == developer.grants()[0]["id"]


def test_a_wrong_secret_is_said_and_the_right_one_still_works(visit, developer):
    app = developer.application()
    visitor = visit(developer)
    visitor.allowed = {401}
    page = begin(visitor, app)
    sign(page, "0" * 64)
    page.get_by_role("button", name="Exchange", exact=True).click()
    page.get_by_text("HTTP 401").wait_for()
    page.get_by_text("invalid_client").first.wait_for()
    sign(page, app.secret)
    page.get_by_role("button", name="Exchange", exact=True).click()
    page.get_by_text("a real access grant").wait_for()


def test_a_public_application_exchanges_without_a_secret(visit, developer):
    app = developer.application(token_endpoint_auth_method="none")
    page = begin(visit(developer), app)
    page.get_by_role("button", name="Exchange", exact=True).click()
    page.get_by_text("a real access grant").wait_for()
    assert len(developer.grants()) == 1


def test_refusing_comes_back_with_what_the_application_is_told(visit, developer):
    app = developer.application(redirect_uris=[callback_of(developer.server)])
    page = visit(developer).open(f"/console#{app.id}/test")
    page.get_by_role("button", name="Start the test").click()
    page.get_by_role("button", name="Refuse", exact=True).click()
    page.get_by_text("access_denied").wait_for()
    assert developer.grants() == []


def test_the_callback_is_marked_in_the_settings_and_removed_again(visit, developer):
    app = developer.application(redirect_uris=["https://myapp.com/callback"])
    page = visit(developer).open(f"/console#{app.id}/test")
    page.get_by_role("button", name="Add the test callback").click()
    page.get_by_role("button", name="Remove the test callback").wait_for()
    page.get_by_role("link", name="Settings").click()
    page.get_by_text(f"{callback_of(app.server)} is this console’s own").wait_for()
    page.get_by_role("link", name="Test it").click()
    page.get_by_role("button", name="Remove the test callback").click()
    page.get_by_role("button", name="Add the test callback").wait_for()
    answer = developer.call("GET", f"{CLIENTS}/{app.id}")
    assert answer.json["redirect_uris"] == ["https://myapp.com/callback"]


@pytest.mark.parametrize("query", ("", "?code=stolen&state=x", "?code=stolen",
                                   "?error=access_denied&error_description=Call%20us"))
def test_an_answer_that_nobody_asked_for_is_not_shown(visit, developer, query):
    page = visit(developer).open("/test" + query)
    page.get_by_text("There is no test in this tab").wait_for()
    assert "stolen" not in page.content() and "Call us" not in page.content()
    assert page.url == callback_of(developer.server)
