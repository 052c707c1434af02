# SPDX-License-Identifier: Apache-2.0
"""Logging in and out, registering, the account."""

import json
import pathlib
import re
import secrets

import pytest

from grantd import PASSWORD, Person


def heading(page, text):
    page.get_by_role("heading", name=text).first.wait_for()


def test_log_in_leads_to_the_page_that_was_asked_for(visitor, user):
    page = visitor.page
    page.goto("/projects")
    page.wait_for_url("**/login?next=projects")
    visitor.log_in(user.email, page.url)
    page.wait_for_url("**/projects")
    heading(page, "Projects")


@pytest.mark.parametrize("target", ("https://evil.example/", "//evil.example", "/\\evil.example",
                                    "javascript:alert(1)", "../x"))
def test_rule_15_a_log_in_leads_nowhere_else(visitor, user, target):
    visitor.log_in(user.email, "/login?next=" + target)
    heading(visitor.page, "Hello, A Person")
    assert visitor.page.url == visitor.server.url + "/"


def test_the_session_is_a_cookie_that_no_script_can_read(visitor, user):
    visitor.log_in(user.email)
    heading(visitor.page, "Hello")
    cookie, = visitor.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax" and cookie["path"] == "/"
    assert visitor.page.evaluate("document.cookie + Object.values(localStorage)") == ""


def test_a_wrong_password_is_said_and_what_was_typed_stays(visitor, user):
    visitor.allowed = {401}
    page = visitor.open("/login")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill("not this one")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("is wrong").wait_for()
    assert page.get_by_label("E-mail address").input_value() == user.email
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    heading(page, "Hello")


def test_what_is_missing_is_said_at_its_field_which_gets_the_focus(visitor):
    page = visitor.open("/register")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Create an account").click()
    assert page.get_by_text("Please fill this in.").first.is_visible()
    assert page.evaluate("document.activeElement.name") == "email"
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Create an account").click()
    assert page.get_by_text("At least 10 characters, please.").is_visible()


def test_a_line_says_whether_a_new_password_will_do(visitor):
    page = visitor.open("/register")
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("E-mail address").fill("countess@example.com")
    password = page.get_by_label("Password", exact=True)
    for text, said in (("short", "Too short so far."), ("qwertzuiop", "a sequence"),
                       ("Adelaadelaadela", "a repeated word"), ("ada.lovelace", "your name"),
                       ("countess@example.com", "your e-mail address"),
                       ("caf\u00e9 at the corner", "Long enough")):
        password.fill(text)
        page.get_by_role("status").get_by_text(said).wait_for()
    password.fill("ada.lovelace")
    page.get_by_role("button", name="Create an account").click()
    assert page.evaluate("document.activeElement.name") == "password"
    assert page.url.endswith("/register")


@pytest.mark.parametrize("language, said", [
    ("en", "too easy to guess"), ("de", "zu leicht zu erraten")])
def test_a_common_password_is_refused_at_its_field(visit, user, language, said):
    visitor = visit(user, locale=language)
    visitor.allowed = {400}
    page = visitor.open("/account")
    page.locator("[name=old_password]").fill(PASSWORD)
    page.locator("[name=new_password]").fill("password123")
    page.locator("[name=new_password]").press("Enter")
    page.locator(".problem").get_by_text(said).wait_for()
    assert page.evaluate("document.activeElement.name") == "new_password"


def test_an_address_that_is_taken_is_said(visitor, user):
    visitor.allowed = {409}
    page = visitor.open("/register")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    page.get_by_role("alert").get_by_text("There is already an account").wait_for()


def test_where_registration_is_closed_no_page_offers_it(make_server, visit):
    server = make_server(accounts__open_registration="false")
    visitor = visit(on=server)
    for path in ("/", "/login", "/register"):
        page = visitor.open(path)
        assert not page.get_by_role("button", name="Create an account").count()
        assert not page.get_by_role("link", name="Create an account").count()
        assert "by invitation" in page.inner_text("main")


def invite(server, email):
    """Return: the path of the link."""
    link = server.run("account", "invite", email).stdout.strip()
    return "/register" + link.partition("/register")[2]


@pytest.mark.parametrize("width", [360, 1280])
def test_who_is_invited_makes_an_account_by_keyboard(make_server, visit, width):
    server = make_server(accounts__open_registration="false")
    visitor = visit(on=server, viewport={"width": width, "height": 740})
    visitor.allowed = {400}
    path = invite(server, "guest@example.com")
    token = path.partition("=")[2]
    seen = []
    visitor.page.on("request", lambda request: seen.append(request))
    page = visitor.open("/login")
    page = visitor.open(path)
    mail = page.get_by_label("E-mail address")
    assert mail.input_value() == "guest@example.com" and not mail.is_editable()
    assert page.url == server.url + "/register"
    page.go_back()
    page.wait_for_url("**/login")
    page.go_forward()
    page.get_by_label("E-mail address").wait_for()
    assert page.url == server.url + "/register", "nor does the history have it"
    page.get_by_role("button", name="Deutsch").click()
    page.get_by_text("Sie sind eingeladen.").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_text("You are invited.").wait_for()
    page.get_by_label("Your name").focus()
    page.keyboard.type("Gil Guest")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("password123")
    page.keyboard.press("Enter")
    page.locator(".problem").get_by_text("too easy to guess").wait_for()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    heading(page, "Hello, Gil Guest")
    assert not page.evaluate("sessionStorage.length")
    assert not [one.url for one in seen if token in one.url or token in one.headers.get("referer", "")]


def test_an_invitation_that_is_no_longer_valid_is_said(make_server, visit):
    server = make_server(accounts__open_registration="false")
    visitor = visit(on=server)
    visitor.allowed = {403}
    first = invite(server, "guest@example.com")
    second = invite(server, "guest@example.com")
    page = visitor.open(first)
    page.get_by_text("This invitation is no longer valid").wait_for()
    assert not page.get_by_role("button", name="Create an account").count()
    page.evaluate(f"location.hash = '{second.partition('#')[2]}'")
    page.get_by_label("E-mail address").wait_for()


def test_the_typed_password_can_be_shown(visitor):
    page = visitor.open("/login")
    password = page.get_by_label("Password", exact=True)
    page.get_by_role("button", name="Show").click()
    assert password.get_attribute("type") == "text"
    page.get_by_role("button", name="Hide").click()
    assert password.get_attribute("type") == "password"


def test_logging_out_ends_the_session(visit, user):
    page = visit(user).open("/apps")
    page.get_by_role("button", name="Log out", exact=True).click()
    page.wait_for_url("**/login")
    assert user.call("GET", "/api/v0/auth/account").status == 401


def test_the_back_button_shows_nothing_of_who_has_logged_out(visit, user):
    page = visit(user).open("/account")
    page.get_by_role("button", name="Log out", exact=True).click()
    page.wait_for_url("**/login")
    page.go_back()
    page.wait_for_url("**/login?next=account")
    assert user.email not in page.content()


def test_name_and_password_can_be_changed(visit, user):
    page = visit(user).open("/account")
    page.get_by_label("Your name", exact=True).get_by_role("textbox").fill("Grace")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").first.wait_for()
    assert user.call("GET", "/api/v0/auth/account").json["full_name"] == "Grace"
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill("another long password")
    page.get_by_role("button", name="Change the password").click()
    page.get_by_text("Your password has been changed.").first.wait_for()
    answer = user.server.call("POST", "/api/v0/auth/token", {
        "email": user.email, "password": "another long password"})
    assert answer.status == 200


def test_sessions_are_listed_and_one_can_be_ended(visit, user):
    first = user.token
    user.log_in()
    page = visit(user).open("/account")
    page.get_by_role("button", name="Log out there").click()
    page.get_by_role("button", name="Log out there").wait_for(state="detached")
    page.get_by_text("this one").wait_for()
    assert user.server.call("GET", "/api/v0/auth/account", token=first).status == 401
    assert user.call("GET", "/api/v0/auth/account").status == 200


def test_log_out_everywhere_includes_here(visit, user):
    page = visit(user).open("/account")
    page.get_by_role("button", name="Log out everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Log out everywhere").click()
    page.wait_for_url("**/login")
    assert user.call("GET", "/api/v0/auth/account").status == 401


def test_what_was_done_is_listed_newest_first(visit, server, app):
    person = Person(server, f"{secrets.token_hex(4)}@example.com")
    app.exchange(person.code(app, ["read", "bucket:photos"]))
    page = visit(person).open("/account")
    page.get_by_role("link", name="Show the activity").click()
    heading(page, "Activity")
    told = [row.inner_text().split("\t") for row in page.locator("tbody tr").all()]
    assert [what.split(":")[0] for _, what, _ in told] == [
        "Access issued", "Access allowed", "Logged in", "Account created"]
    assert told[0][2] == "" and told[2][2] == "127.0.0.1"
    assert "“" in told[0][1]  # the application's name, as its own words


def test_who_follows_a_link_to_the_activity_comes_back_to_it(visitor, user):
    page = visitor.page
    page.goto("/activity")
    page.wait_for_url("**/login?next=activity")
    visitor.log_in(user.email, page.url)
    heading(page, "Activity")


def test_ones_data_is_downloaded_whole_and_without_secrets(visit, server, app):
    person, other = (Person(server, f"{secrets.token_hex(4)}@example.com") for _ in range(2))
    for one in (other, person):
        grants = [app.exchange(one.code(app, ["read"])).json["access_grant"] for _ in range(2)]
    own = person.application(name="Mine")
    for name in ("Refused", "Deleted"):
        refused = other.application(name=name)
        request = person.request(refused, ["read"]).json["request_id"]
        assert person.consent(request, [], approve=False).status == 200
    assert other.call("DELETE", "/api/v0/developer/auth/oauth2/clients/" + refused.id).status == 204
    visitor = visit(person)
    visitor.allowed = {404}
    page = visitor.open("/account")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download my data").click()
    page.get_by_text("The file has been downloaded.").first.wait_for()
    assert re.fullmatch(r"grantd-\d{4}-\d\d-\d\d\.json", got.value.suggested_filename)
    text = pathlib.Path(got.value.path()).read_text()
    data = json.loads(text)
    assert data["account"]["email"] == person.email and len(data["projects"]) == 1
    assert len(data["grants"]) == 2
    assert sorted(one["status"] for one in data["requests"]) == ["rejected", "used", "used"]
    assert [one["client_id"] for one in data["connected_applications"]] == [app.client_id]
    assert [one["name"] for one in data["registered_applications"]] == ["Mine"]
    assert [one["action"] for one in data["activity"]].count("exchange") == 2
    assert len(data["sessions"]) == 1
    for secret in (person.token, own.secret, PASSWORD, *grants, other.email):
        assert secret not in text


def test_an_account_is_deleted_with_its_password_only(visit, server):
    person = Person(server, f"{secrets.token_hex(4)}@example.com")
    visitor = visit(person)
    visitor.allowed = {401}
    page = visitor.open("/account")
    page.get_by_role("button", name="Delete the account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password", exact=True).fill("wrong password")
    dialog.get_by_role("button", name="Delete the account").click()
    dialog.get_by_role("alert").get_by_text("wrong").wait_for()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Delete the account").click()
    heading(page, "Your files, your decision")
    assert server.call("POST", "/api/v0/auth/token",
                       {"email": person.email, "password": PASSWORD}).status == 401


def test_an_application_asks_for_a_logout_and_the_person_decides(visit, user, developer):
    app = developer.application(post_logout_redirect_uris=["https://myapp.com/bye"])
    link = (f"/oauth2/logout?client_id={app.client_id}"
            "&post_logout_redirect_uri=https%3A%2F%2Fmyapp.com%2Fbye&state=s")
    visitor = visit(user)
    page = visitor.open(link)
    page.get_by_text("The application My App asks you to log out here, too.").wait_for()
    assert page.get_by_text(f"You are logged in as {user.email}.").is_visible()
    page.get_by_role("link", name="Stay logged in").click()
    page.wait_for_url("**/")
    page = visitor.open(link)
    page.locator("#main").get_by_role("button", name="Log out").click()
    page.wait_for_url("https://myapp.com/bye?state=s")
    page = visitor.open(link)
    page.get_by_text("You are logged out").wait_for()
    assert page.get_by_role("link", name="myapp.com").get_attribute("href").endswith("bye?state=s")
    assert not page.get_by_role("button", name="Log out").count()
