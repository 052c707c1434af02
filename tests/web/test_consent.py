# SPDX-License-Identifier: Apache-2.0
"""The consent page, by click and by keyboard, to the access grant."""

import base64
import json
import re
import secrets
import time
import urllib.parse

import pytest
import storj
from axe_playwright_python.sync_playwright import Axe

from grantd import PASSWORD, Person, Server, inspect

PASSPHRASE = "correct horse battery staple"


def link(app, scope=("read", "list"), path="/oauth2/authorize", **fields):
    return path + "?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_uri,
        "scope": " ".join(scope), "state": "xyz+1 %", **fields})


def arrived(visitor):
    """Where the browser was sent back to, and with what."""
    visitor.page.wait_for_url(lambda url: url.startswith("https://myapp.com/"))
    url = urllib.parse.urlsplit(visitor.arrived[-1])
    return dict(urllib.parse.parse_qsl(url.query))


def give_passphrase(page, words=PASSPHRASE, twice=True):
    page.get_by_label("Passphrase", exact=True).fill(words)
    if twice:
        page.get_by_label("Once more, please").fill(words)


def allow(page):
    page.get_by_role("button", name="Allow", exact=True).click()


def change(page, line):
    """Opens a line of the consent page, if it is not open."""
    node = page.locator("details.line", has=page.locator("summary", has_text=line))
    if node.get_attribute("open") is None:
        node.locator("summary").click()


def choose_project(page, name):
    change(page, "Project")
    page.get_by_role("combobox", name="Project").select_option(name)


def how_long(page, words):
    change(page, "For how long?")
    page.get_by_label(words).check()


def times(page):
    change(page, "For how long?")
    return [box.inner_text() for box in page.locator(".times .pick").all()]


def narrow_to(page, place, path):
    page.locator(".place", has_text=place).get_by_role("button", name="Only a folder").click()
    page.get_by_label(f"Folder in: {place}").fill(path)


def test_a_stranger_registers_and_consents(visitor, app, server):
    page = visitor.open(link(app))
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill(f"{secrets.token_hex(4)}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    give_passphrase(page)
    allow(page)
    answer = arrived(visitor)
    assert answer["state"] == "xyz+1 %" and answer["iss"] == server.url
    granted = app.exchange(answer["code"]).json
    assert granted["scopes"] == ["read", "list"] and granted["expires_in"] == 30 * 86400


def test_it_shows_who_asks_by_the_host_first(visit, app, user):
    page = visit(user).open(link(app))
    assert page.locator(".host").inner_text() == "myapp.com"
    assert "It calls itself “My App”" in page.inner_text("main")
    assert "@" not in page.inner_text("main")


def test_narrowed_by_click_it_is_narrow_in_the_judgement_of_storjs_library(visit, app, user, judge):
    secret, salt = secrets.token_bytes(32), secrets.token_bytes(16)
    user.project(name="Brought in", api_key=judge.new_key(secret, secrets.token_bytes(32)),
                 satellite_address="12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@x.example:1",
                 salt=base64.b64encode(salt).decode())
    visitor = visit(user)
    page = visitor.open(link(app, ["read", "list", "bucket:photos", "bucket:music"]))
    choose_project(page, "Brought in")
    page.get_by_label("See which files there are").uncheck()
    page.get_by_role("checkbox", name="Bucket music").uncheck()
    narrow_to(page, "Bucket photos", "2024/a b")
    how_long(page, "1 hour")
    give_passphrase(page)
    allow(page)
    granted = app.exchange(arrived(visitor)["code"]).json
    assert granted["scopes"] == ["read", "bucket:photos;prefix:2024/a%20b/"]
    assert granted["expires_in"] == 3600
    verdict = judge.ask(grant=granted["access_grant"], secret=secret.hex(),
                        root_key=judge.root_key(PASSPHRASE, salt),
                        probes=[{"bucket": "photos", "path": "2024/a b/x.jpg"},
                                {"bucket": "photos", "path": "2024/x.jpg"},
                                {"bucket": "music", "path": "2024/a b/x.jpg"}])
    assert verdict["signed"] and verdict["uplink"] and not verdict["root_key"]
    assert [probe["opens"] for probe in verdict["probes"]] == [True, False, False]
    assert [probe["allowed"]["read"] for probe in verdict["probes"]] == [True, False, False]
    assert not verdict["probes"][0]["allowed"]["list"]


@pytest.mark.parametrize("scope", (["read", "list"], ["read"], ["write"], ["write", "delete"],
                                   ["read", "write", "bucket:photos;prefix:p/"],
                                   ["list", "bucket:photos;prefix:p/", "bucket:music"]))
def test_what_surprises_is_told_as_the_server_tells_it(visit, app, user, scope):
    told = user.request(app, scope).json["notes"]
    page = visit(user).open(link(app, scope))
    assert page.locator("ul.notes li").count() == len(told)


def test_what_surprises_follows_what_is_ticked(visit, app, user):
    page = visit(user).open(link(app, ["read", "list", "bucket:photos"]))
    assert not page.locator("ul.notes").is_visible()
    page.get_by_label("See which files there are").uncheck()
    assert page.get_by_text("can only open files whose names it knows").is_visible()
    narrow_to(page, "Bucket photos", "2024/")
    assert page.get_by_text("includes a file called 2024").is_visible()


def test_everything_may_be_narrowed_to_places(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app, ["read"]))
    page.get_by_label("Only certain places").check()
    page.get_by_label("Bucket", exact=True).fill("photos")
    page.get_by_label("Folder (optional)").fill("/2024")
    page.get_by_role("button", name="Add a place").click()
    page.get_by_label("Bucket", exact=True).nth(1).fill("music")
    give_passphrase(page)
    allow(page)
    assert app.exchange(arrived(visitor)["code"]).json["scopes"] == [
        "read", "bucket:music", "bucket:photos;prefix:2024/"]


def test_it_can_be_done_by_keyboard_alone(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app))

    def go_to(name):
        for _ in range(40):
            page.keyboard.press("Tab")
            focus = page.evaluate("""() => {
                const node = document.activeElement;
                return node.labels?.[0]?.innerText ?? node.innerText ?? '';
            }""")
            if focus.startswith(name):
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    go_to("See which files")
    page.keyboard.press("Space")
    go_to("For how long?")
    page.keyboard.press("Enter")
    go_to("30 days")
    page.keyboard.press("ArrowLeft")
    go_to("Passphrase")
    page.keyboard.type(PASSPHRASE)
    go_to("Once more")
    page.keyboard.type(PASSPHRASE)
    go_to("Allow")
    page.keyboard.press("Enter")
    granted = app.exchange(arrived(visitor)["code"]).json
    assert granted["scopes"] == ["read"] and granted["expires_in"] == 86400


def test_a_refusal_goes_back_with_an_error_and_gives_nothing(visit, app, user):
    visitor = visit(user)
    visitor.open(link(app)).get_by_role("button", name="Refuse").click()
    answer = arrived(visitor)
    assert answer["error"] == "access_denied" and "code" not in answer
    assert answer["state"] == "xyz+1 %"
    assert user.grants() == []


def test_what_the_application_needs_cannot_be_unticked(visit, developer, user):
    app = developer.application(scopes=["read"], optional_scopes=["list"])
    page = visit(user).open(link(app))
    needed = page.get_by_label("Open and download files")
    assert needed.is_checked() and needed.is_disabled()
    assert page.get_by_label("See which files there are").is_enabled()


def test_nothing_ticked_is_said_before_anything_is_sent(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app, ["read", "bucket:photos"]))
    page.get_by_label("Open and download files").uncheck()
    allow(page)
    assert "Tick at least one" in page.get_by_role("alert").inner_text()
    page.get_by_label("Open and download files").check()
    page.get_by_role("checkbox", name="Bucket photos").uncheck()
    allow(page)
    assert "at least one place" in page.get_by_role("alert").inner_text()
    assert visitor.arrived == []


def test_the_first_passphrase_of_a_project_is_asked_twice(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app))
    page.get_by_label("Passphrase", exact=True).fill("one")
    page.get_by_label("Once more, please").fill("another")
    allow(page)
    assert page.get_by_text("This is not the same as the passphrase above.").is_visible()
    page.get_by_label("Once more, please").fill("one")
    allow(page)
    assert app.exchange(arrived(visitor)["code"]).status == 200
    page = visitor.open(link(app))
    assert not page.get_by_label("Once more, please").is_visible()
    assert "It already has" in page.inner_text("main")


def test_what_would_end_is_named_before(visit, app, user):
    app.exchange(user.code(app, ["read"]))
    visitor = visit(user)

    def with_the_oldest(route):
        answer = route.fetch()
        view = {**answer.json(), "replaces": {"allowed_at": "2026-02-03T12:00:00Z",
                                              "scopes": ["read"]}}
        route.fulfill(response=answer, json=view)

    visitor.page.route("**/api/v0/oauth2/request", with_the_oldest)
    page = visitor.open(link(app))
    page.get_by_text("if you allow this, what you allowed on").wait_for()
    assert "2026" in page.get_by_text("if you allow this, what you allowed on").inner_text()


def test_without_the_passphrase_the_grant_opens_nothing(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app))
    page.get_by_label("Without: I have the key").check()
    allow(page)
    grant = app.exchange(arrived(visitor)["code"]).json["access_grant"]
    assert inspect(grant)["opens_everything"] is False


def test_no_end_may_be_chosen_where_it_can_be_taken_back(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app))
    how_long(page, "no expiry")
    give_passphrase(page)
    allow(page)
    assert "expires_in" not in app.exchange(arrived(visitor)["code"]).json


def test_of_a_project_that_cannot_be_taken_back_a_day_is_the_most(visit, app, user):
    user.project(name="Far away", access_grant=storj.access_grant(), salt="AAAA")
    page = visit(user).open(link(app))
    assert "no expiry" in times(page)
    choose_project(page, "Far away")
    assert times(page) == ["1 hour", "1 day"]
    assert "Nobody can end this early" in page.inner_text("main")


def test_what_the_key_of_a_project_does_not_allow_cannot_be_ticked(visit, developer, user):
    key = storj.access_grant(storj.caveat(disallowed=(2, 4)))
    user.project(name="Read only", access_grant=key, salt="AAAA")
    app = developer.application(scopes=["read"], optional_scopes=["write", "list"])
    visitor = visit(user)
    page = visitor.open(link(app, ["read", "write"]))
    assert page.get_by_label("Upload new files").is_checked()
    choose_project(page, "Read only")
    upload = page.get_by_label("Upload new files")
    assert upload.is_disabled() and not upload.is_checked()
    assert page.get_by_text("does not allow: upload").is_visible()
    give_passphrase(page)
    allow(page)
    assert app.exchange(arrived(visitor)["code"]).json["scopes"] == ["read"]


def test_where_it_does_not_allow_what_is_needed_another_must_be_chosen(visit, developer, user):
    key = storj.access_grant(storj.caveat(disallowed=(2, 4)))
    user.project(name="Read only", access_grant=key, salt="AAAA")
    app = developer.application(scopes=["write"])
    page = visit(user).open(link(app, ["write"]))
    choose_project(page, "Read only")
    assert page.get_by_text("Choose another project, or refuse").is_visible()
    assert page.get_by_role("button", name="Allow", exact=True).is_disabled()
    choose_project(page, "My storage")
    assert page.get_by_role("button", name="Allow", exact=True).is_enabled()


def test_where_paths_are_not_encrypted_no_folder_is_offered(visit, app, user):
    user.project(name="Plain", access_grant=storj.access_grant(cipher=1), salt="AAAA")
    page = visit(user).open(link(app, ["read", "bucket:photos", "bucket:music;prefix:a/"]))
    choose_project(page, "Plain")
    assert page.get_by_text("cannot be limited to a folder").is_visible()
    assert page.get_by_role("checkbox", name="Folder a/ in bucket music").is_disabled()
    assert page.get_by_role("checkbox", name="Bucket photos").is_checked()
    assert not page.get_by_role("button", name="Only a folder").first.is_visible()


def test_a_key_near_its_end_offers_what_is_left(visit, app, user):
    end = time.time() + 5 * 3600
    user.project(name="Ends soon", access_grant=storj.access_grant(storj.caveat(not_after=end)),
                 salt="AAAA")
    visitor = visit(user)
    page = visitor.open(link(app, ["read"]))
    choose_project(page, "Ends soon")
    assert times(page) == [
        "1 hour", "4 hours"]
    give_passphrase(page)
    allow(page)
    assert 4 * 3600 < app.exchange(arrived(visitor)["code"]).json["expires_in"] < 5 * 3600


def test_an_application_that_is_disabled_gets_a_page(server, visitor, developer):
    app = developer.application()
    developer.call("PATCH", f"/api/v0/developer/auth/oauth2/clients/{app.id}/status", {"status": 0})
    visitor.allowed = {400}
    page = visitor.open(link(app))
    assert "disabled" in page.inner_text("main")


# --- errors ---

WRONG = {
    "an unknown application": {"client_id": "00000000-0000-4000-8000-000000000000"},
    "no application": {"client_id": ""},
    "another address": {"redirect_uri": "https://evil.example/callback"},
}


@pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG.keys())
def test_rule_4_before_the_address_is_trusted_an_error_is_a_page(visitor, app, fields):
    visitor.allowed = {400}
    with visitor.page.expect_response(re.compile("authorize")) as response:
        page = visitor.open(link(app, **fields))
    assert response.value.status == 400 and "location" not in response.value.headers
    assert page.get_by_role("heading", name="This link does not work").is_visible()
    assert visitor.arrived == []


SENT_BACK = {
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "no response type": ({"response_type": ""}, "invalid_request"),
    "an unknown scope": ({"scope": "read everything"}, "invalid_scope"),
    "no right": ({"scope": "bucket:photos"}, "invalid_scope"),
    "plain PKCE": ({"code_challenge": "a" * 43, "code_challenge_method": "plain"}, "invalid_request"),
}


@pytest.fixture(scope="module")
def approving(tmp_path_factory):
    """A server where an operator approves applications, and one that is approved."""
    server = Server(tmp_path_factory.mktemp("approving"),
                    **{"clients.require_approval": "true"}).start()
    app = Person(server).application()
    server.run("client", "enable", app.client_id)
    yield server, app
    server.stop()


def sent_back(location, app, server, error):
    url = urllib.parse.urlsplit(location)
    assert f"{url.scheme}://{url.netloc}{url.path}" == app.redirect_uri
    answer = dict(urllib.parse.parse_qsl(url.query))
    assert len(answer.pop("error_description")) > 20
    assert answer == {"error": error, "state": "xyz+1 %", "iss": server.url}


@pytest.mark.parametrize("fields, error", SENT_BACK.values(), ids=SENT_BACK.keys())
def test_rule_5_other_errors_go_back_with_state_and_issuer(approving, fields, error):
    server, app = approving
    answer = server.call("GET", link(app, **fields))
    assert answer.status == 303
    sent_back(answer.headers["Location"], app, server, error)


@pytest.mark.parametrize("fields, error", SENT_BACK.values(), ids=SENT_BACK.keys())
def test_an_application_that_nobody_approved_redirects_nobody_unasked(visitor, server, app, fields,
                                                                      error):
    visitor.allowed = {400}
    with visitor.page.expect_response(re.compile("authorize")) as response:
        page = visitor.open(link(app, **fields))
    assert response.value.status == 400 and "location" not in response.value.headers
    assert visitor.arrived == []
    back = page.get_by_role("link", name="Back to")
    sent_back(back.get_attribute("href"), app, server, error)


def test_a_private_scheme_does_not_pass_for_a_host(visit, developer, user):
    app = developer.application(redirect_uris=["accounts.google.com:/cb"])
    page = visit(user).open(link(app))
    heading = page.get_by_role("heading", level=1).inner_text()
    assert heading.startswith("An app on this device (\u201caccounts.google.com:\u201d)"), heading


def test_rule_8_a_repeated_parameter_is_refused_and_an_unknown_one_ignored(server, app):
    answer = server.call("GET", link(app) + "&scope=read")
    assert answer.status == 400 and b"invalid_request" in answer.body
    assert server.call("GET", link(app) + "&redirect_uri=x").status == 400
    assert server.call("GET", link(app) + "&unknown=1&unknown=2").status == 200


def test_rule_16_opening_the_page_grants_nothing(visit, app, user):
    visit(user).open(link(app))
    assert user.grants() == []
    history = user.call("GET", f"/api/v0/auth/developer-access/{app.client_id}/history")
    assert [entry["status"] for entry in history.json] == ["pending"]


# --- what happens in between ---

def test_a_double_click_decides_once(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app))
    give_passphrase(page)
    sent = []
    page.on("request", lambda request: sent.append(request) if "/consent" in request.url else None)
    page.get_by_role("button", name="Allow", exact=True).dblclick()
    arrived(visitor)
    assert len(sent) == 1


def test_two_tabs_at_once_both_work(visit, app, user):
    visitor = visit(user)
    first = visitor.open(link(app, state="first"))
    second = visitor.context.new_page()
    second.goto(link(app, state="second"))
    for page in (second, first):
        give_passphrase(page, twice=True)
        allow(page)
        page.wait_for_url(lambda url: url.startswith("https://myapp.com/"))
    states = [dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query)) for url in visitor.arrived]
    assert [answer["state"] for answer in states] == ["second", "first"]
    assert all(app.exchange(answer["code"]).status == 200 for answer in states)


def test_a_request_that_has_run_out_is_renewed_and_the_answer_stands(make_server, visit):
    server = make_server(consent__lifetime="1s")
    user = Person(server)
    app = user.application()
    visitor = visit(user, on=server)
    visitor.allowed = {400}
    page = visitor.open(link(app))
    give_passphrase(page)
    page.wait_for_timeout(1500)
    allow(page)
    assert app.exchange(arrived(visitor)["code"]).status == 200


def test_it_is_renewed_silently_while_the_page_is_open(make_server, visit):
    server = make_server(consent__lifetime="8s")
    user = Person(server)
    app = user.application()
    page = visit(user, on=server).open(link(app))
    with page.expect_request(re.compile("/oauth2/request$"), timeout=15000):
        page.get_by_label("Passphrase", exact=True).fill("half")
    assert page.get_by_label("Passphrase", exact=True).input_value() == "half"


def test_logged_out_in_between_it_asks_again_and_nothing_is_lost(visit, app, user):
    visitor = visit(user)
    visitor.allowed = {401}
    page = visitor.open(link(app))
    give_passphrase(page)
    how_long(page, "1 hour")
    user.call("POST", "/api/v0/auth/logout", {})
    allow(page)
    dialog = page.get_by_role("dialog", name="You have been logged out")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Log in", exact=True).click()
    assert app.exchange(arrived(visitor)["code"]).json["expires_in"] == 3600


def test_somebody_else_in_another_tab_does_not_answer_for_the_first(visit, app, user, server):
    other = Person(server)
    visitor = visit(user)
    visitor.allowed = {403}
    page = visitor.open(link(app))
    give_passphrase(page)
    visitor.take_session(other)
    allow(page)
    page.get_by_text(other.email).wait_for()
    assert visitor.arrived == []
    assert page.get_by_label("Passphrase", exact=True).input_value() == ""


def test_the_request_of_somebody_else_is_not_answered(visit, app, user, server):
    victim = Person(server).request(app, ["read"]).json["request_id"]
    visitor = visit(user)
    visitor.allowed = {403}
    page = visitor.open(link(app))
    give_passphrase(page)
    page.route("**/api/v0/oauth2/consent", lambda route: route.continue_(
        post_data=json.dumps({**route.request.post_data_json, "request_id": victim})))
    with page.expect_response(re.compile("/consent$")) as response:
        allow(page)
    assert response.value.status == 403
    page.get_by_role("button", name="Allow", exact=True).wait_for()
    assert visitor.arrived == [] and user.grants() == []


def test_decided_in_another_tab_it_says_so_and_can_be_decided_again(visit, app, user):
    visitor = visit(user)
    visitor.allowed = {400}
    with visitor.page.expect_response(re.compile("/oauth2/request$")) as response:
        page = visitor.open(link(app))
    user.consent(response.value.json()["request_id"], ["read"])
    give_passphrase(page)
    allow(page)
    assert "already been decided" in page.get_by_role("alert").last.inner_text()
    allow(page)
    assert app.exchange(arrived(visitor)["code"]).status == 200


def test_the_back_button_leads_to_a_page_that_works(visit, app, user):
    visitor = visit(user)
    page = visitor.open("/")
    visitor.open(link(app))
    give_passphrase(page)
    allow(page)
    arrived(visitor)
    page.go_back()
    page.get_by_role("heading", name="Hello, A Person").wait_for()
    visitor.open(link(app)).get_by_role("button", name="Refuse").click()
    assert arrived(visitor)["error"] == "access_denied"


def test_an_application_that_opens_it_in_a_window_of_its_own_hears_back(visit, app, user):
    visitor = visit(user)
    opener = visitor.page
    opener.goto("https://myapp.com/start")
    with opener.expect_popup() as popup:
        opener.evaluate("url => { window.open(url); }", visitor.server.url + link(app))
    page = popup.value
    give_passphrase(page)
    allow(page)
    page.wait_for_url(lambda url: "code=" in url)
    page.evaluate("window.opener.postMessage('done')")


def test_an_application_that_can_renew_its_access_says_until_when(visit, user, app):
    page = visit(user).open(link(app, ("read", "offline_access")))
    told = page.get_by_text("can renew its access without asking you again.")
    told.wait_for()
    assert told.inner_text().startswith("Until ")
    month = told.inner_text()
    how_long(page, "1 day")
    assert told.inner_text() != month
    page = visit(user).open(link(app, ("read",)))
    page.get_by_role("button", name="Allow", exact=True).wait_for()
    assert not page.get_by_text("can renew its access").count()


def test_what_is_asked_for_by_details_looks_the_same(visit, user, app):
    mine, _ = user.project(name="Wanted"), user.project(name="Not wanted")
    details = {"type": "storj_access", "actions": ["read", "list"], "project": mine["id"],
               "buckets": [{"name": "music", "prefixes": ["a b/"]}], "expires_in": 7200}
    visitor = visit(user)
    page = visitor.open(link(app, [], authorization_details=json.dumps([details])))
    page.get_by_role("checkbox", name="Folder a b/ in bucket music").wait_for()
    assert page.get_by_text("Wanted", exact=True).is_visible()
    assert not page.get_by_role("combobox", name="Project").count()
    assert times(page) == [
        "1 hour", "2 hours"]
    give_passphrase(page)
    allow(page)
    granted = app.exchange(arrived(visitor)["code"]).json
    assert granted["scopes"] == ["read", "list", "bucket:music;prefix:a%20b/"]
    assert granted["expires_in"] == 7200
    details["project"] = Person(user.server).project()["id"]
    page = visitor.open(link(app, [], authorization_details=json.dumps([details])))
    page.get_by_text("it is none of yours").wait_for()
    assert not page.get_by_role("button", name="Allow", exact=True).count()


def test_an_application_that_signs_people_in_says_what_it_learns(visit, user, app):
    page = visit(user).open(link(app, ("read", "openid", "email", "profile")))
    told = page.locator(".section", has=page.get_by_text("It learns about you", exact=True))
    told.wait_for()
    assert told.locator("li").all_inner_texts() == [
        "that you are the same person when you come back", "your e-mail address", "your name"]
    found = Axe().run(page).response["violations"]
    assert not found, found
    page = visit(user).open(link(app, ("read",)))
    page.get_by_role("button", name="Allow", exact=True).wait_for()
    assert not page.get_by_text("It learns about you").count()
