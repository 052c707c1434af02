# SPDX-License-Identifier: Apache-2.0
"""The developer console."""

import csv
import io
import json
import os
import re
import subprocess
import sys

import pytest

from grantd import REDIRECT, Application, Person, grant_id_of, pkce


@pytest.fixture
def developer(server):
    return Person(server)


def register(page, name="Photo Printer", uri="https://myapp.com/callback"):
    page.get_by_role("link", name="Register an application").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Redirect URIs").fill(uri)
    page.get_by_role("button", name="Register").click()
    page.get_by_role("heading", name="Your new client secret").wait_for()


def secret_of(page):
    return page.get_by_role("region", name="Your new client secret").locator("code").inner_text()


def client_of(developer):
    client, = developer.call("GET", "/api/v0/developer/auth/oauth2/clients").json
    return client


def with_secret(developer, secret):
    """The application whose secret the page has shown."""
    return Application(developer.server, {**client_of(developer), "client_secret": secret})


def test_a_registered_application_works_with_the_secret_that_is_shown_once(visit, developer, user):
    page = visit(developer).open("/console")
    register(page)
    secret = secret_of(page)
    app = with_secret(developer, secret)
    assert app.exchange(user.code(app)).status == 200
    page.get_by_role("button", name="I have saved it").click()
    page.reload()
    page.get_by_role("heading", name="Credentials").wait_for()
    assert secret not in page.content() and secret not in page.url


def test_it_is_copied_by_its_button(visit, developer):
    visitor = visit(developer, permissions=["clipboard-read", "clipboard-write"])
    page = visitor.open("/console")
    register(page)
    page.get_by_role("button", name="Copy: Client secret").click()
    page.get_by_role("button", name="Copy: Client secret").get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == secret_of(page)


def run_snippet(language, text, folder, secret, *words):
    commands = {
        "Shell": ("exchange.sh", ["sh", "exchange.sh"]),
        "Python": ("exchange.py", [sys.executable, "exchange.py"]),
        "Go": ("exchange.go", ["go", "run", "exchange.go"]),
        "Node": ("exchange.mjs", ["node", "exchange.mjs"]),
    }
    name, command = commands[language]
    (folder / name).write_text(text)
    assert " ".join(command[-3:]).replace(sys.executable, "python3") in text  # as it says itself
    return subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True, timeout=120,
                          env={**os.environ, "CLIENT_SECRET": secret}, check=False)


@pytest.mark.parametrize("language", ("Shell", "Python", "Go", "Node"))
def test_what_the_page_offers_to_paste_gets_an_access_grant(visit, developer, user, tmp_path,
                                                            language):
    page = visit(developer).open("/console")
    register(page)
    app = with_secret(developer, secret_of(page))
    page.get_by_role("tab", name=language).click()
    text = page.get_by_role("tabpanel", name=language).text_content()
    code = user.code(app)
    got = run_snippet(language, text, tmp_path, app.secret, code)
    assert got.returncode == 0, got
    grant = json.loads(got.stdout)["access_grant"] if language == "Shell" else got.stdout.strip()
    assert grant_id_of(grant) == user.grants()[0]["id"]
    again = run_snippet(language, text, tmp_path, app.secret, code)  # a refusal is told whole
    assert "invalid_code" in again.stdout + again.stderr
    assert again.returncode or language == "Shell"


@pytest.mark.parametrize("language", ("Shell", "Python", "Go", "Node"))
def test_where_pkce_is_required_it_sends_the_verifier(visit, developer, user, tmp_path, language):
    app = developer.application(require_pkce=True)
    verifier, challenge = pkce()
    page = visit(developer).open(f"/console#{app.id}")
    page.get_by_role("tab", name=language).click()
    text = page.get_by_role("tabpanel", name=language).text_content()
    code = user.code(app, request={"code_challenge": challenge, "code_challenge_method": "S256"})
    got = run_snippet(language, text, tmp_path, app.secret, code, verifier)
    assert got.returncode == 0 and "invalid" not in got.stdout and user.grants(), got


def test_a_redirect_uri_that_means_something_to_a_shell_is_only_a_text(visit, developer, user,
                                                                       tmp_path):
    uri = "https://myapp.com/it's?a=$(touch$IFS'gone')&b=$HOME"
    app = developer.application(redirect_uris=[uri])
    page = visit(developer).open(f"/console#{app.id}")
    for language in ("Shell", "Python", "Node"):
        page.get_by_role("tab", name=language).click()
        text = page.get_by_role("tabpanel", name=language).text_content()
        got = run_snippet(language, text, tmp_path, app.secret, user.code(app))
        assert got.returncode == 0 and "invalid" not in got.stdout, got
    assert not (tmp_path / "gone").exists()


def test_the_languages_are_changed_by_arrow_keys(visit, developer):
    page = visit(developer).open("/console")
    register(page)
    page.get_by_role("tab", name="Shell").focus()
    page.keyboard.press("ArrowRight")
    assert "import jwt" in page.get_by_role("tabpanel").inner_text()


def test_the_link_that_it_shows_asks_for_what_is_registered(visit, developer, user):
    page = visit(developer).open("/console")
    page.get_by_role("link", name="Register an application").click()
    page.get_by_label("Name", exact=True).fill("Narrow")
    page.get_by_label("Redirect URIs").fill("https://myapp.com/callback\nhttp://localhost:3000/cb")
    page.get_by_label("Only this").check()
    page.get_by_label("Open and download files").select_option("required")
    page.get_by_label("See which files there are").select_option("optional")
    page.get_by_label("Only in these places").fill("photos/2024/a b\nmusic")
    page.get_by_role("button", name="Register").click()
    page.get_by_role("heading", name="Send people here").wait_for()
    client = client_of(developer)
    assert client["scopes"] == ["read", "bucket:music", "bucket:photos;prefix:2024/a%20b/"]
    assert client["optional_scopes"] == ["list"]
    assert client["redirect_uris"] == ["https://myapp.com/callback", "http://localhost:3000/cb"]
    link = page.get_by_role("region", name="Send people here").locator("code").first.inner_text()
    page = visit(user).open(link)
    assert page.get_by_label("Open and download files").is_disabled()
    assert page.get_by_role("checkbox", name="Folder 2024/a b/ in bucket photos").is_checked()


def test_a_redirect_uri_that_cannot_be_is_refused_and_the_form_stays(visit, developer):
    visitor = visit(developer)
    visitor.allowed = {400}
    page = visitor.open("/console#new")
    page.get_by_label("Name", exact=True).fill("Wrong")
    page.get_by_label("Redirect URIs").fill("http://example.com/")
    page.get_by_role("button", name="Register").click()
    page.get_by_text("http://example.com/ cannot be registered: http is for").wait_for()
    assert page.get_by_label("Name", exact=True).input_value() == "Wrong"


def test_a_secret_is_rotated_with_an_overlap(visit, developer, user):
    app = developer.application()
    page = visit(developer).open(f"/console#{app.id}")
    page.get_by_role("button", name="Create a new secret").click()
    page.get_by_label("The old secret works").select_option("for another hour")
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("heading", name="Your new client secret").wait_for()
    fresh = with_secret(developer, secret_of(page))
    assert fresh.secret != app.secret
    assert fresh.exchange(user.code(app)).status == 200
    assert app.exchange(user.code(app)).status == 200
    page.reload()
    credentials = page.get_by_role("region", name="Credentials")
    credentials.get_by_text("expires").wait_for()
    assert "last used never" not in credentials.inner_text()


def test_settings_are_changed_and_the_old_way_warns(visit, developer):
    app = developer.application(scopes=["read"])
    page = visit(developer).open(f"/console#{app.id}/settings")
    page.get_by_label("Name", exact=True).fill("Another name")
    page.get_by_text("More settings").click()
    page.get_by_label("Require PKCE").check()
    assert not page.get_by_text("Only for applications that support nothing else").is_visible()
    page.get_by_label("Allow the legacy flow").check()
    assert page.get_by_text("Only for applications that support nothing else").is_visible()
    page.get_by_label("Maximum lifetime").select_option("30 minutes")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Another name").wait_for()
    client = client_of(developer)
    assert client["require_pkce"] and client["legacy_redirect"]
    assert client["client_secret_max_lifetime"] == 1800 and client["scopes"] == ["read"]


def test_disabled_it_gets_nothing_new_and_can_be_enabled(visit, developer, user):
    app = developer.application()
    page = visit(developer).open(f"/console#{app.id}/settings")
    page.get_by_role("button", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    page.get_by_role("button", name="Enable").wait_for()
    assert user.request(app).error == "client_inactive"
    page.get_by_role("button", name="Enable").click()
    page.get_by_role("button", name="Disable").wait_for()
    assert user.request(app).status == 200


def test_it_is_deleted_after_a_question(visit, developer):
    app = developer.application()
    page = visit(developer).open(f"/console#{app.id}/settings")
    page.get_by_role("button", name="Delete it").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    page.get_by_role("heading", name="No applications yet").wait_for()
    assert developer.call("GET", "/api/v0/developer/auth/oauth2/clients").json == []


def test_back_leads_from_an_application_to_the_list(visit, developer):
    app = developer.application(name="One of mine")
    page = visit(developer).open("/console")
    page.get_by_role("link", name="One of mine").click()
    page.get_by_role("heading", name="Credentials").wait_for()
    assert page.url.endswith("#" + app.id)
    for part in ("Test it", "Log", "Settings", "Overview"):  # each has its own URL, by keyboard, too
        page.get_by_role("link", name=part, exact=True).press("Enter")
        page.locator("nav a[aria-current=page]", has_text=part).wait_for()
    for part in ("Settings", "Log", "Test it", "Overview"):
        page.go_back()
        page.locator("nav a[aria-current=page]", has_text=part).wait_for()
    page.go_back()
    page.get_by_role("heading", name="Developer console").wait_for()


def test_the_parts_of_an_application_stand_above_what_they_show(visit, developer):
    app = developer.application()
    page = visit(developer, viewport={"width": 360, "height": 740}).open(f"/console#{app.id}/test")
    links, shown = (page.get_by_role(role, name=name, exact=True).bounding_box() for role, name in (
        ("navigation", "Parts of the application"), ("region", "Test it")))
    assert links["y"] + links["height"] <= shown["y"]


def test_a_failed_exchange_is_listed_with_its_reason(visit, developer, user):
    app, other = developer.application(), developer.application()
    code = user.code(app)
    assert app.exchange(code, redirect_uri="https://elsewhere.example/cb").status == 400
    stranger = user.code(app)
    app.server.call("POST", "/api/v0/oauth2/token", {**app.body(stranger), "client_secret": "x.y.z"})
    page = visit(developer).open(f"/console#{app.id}/log")
    rows = page.get_by_role("region", name="Failed exchanges").get_by_role("row")
    rows.nth(1).wait_for()
    assert rows.count() == 2, "a stranger's is not there"
    failed, = developer.call("GET", f"/api/v0/developer/auth/access-logs/failures?client_id={app.client_id}"
                             ).json["items"]
    assert "redirect_uri" in rows.nth(1).inner_text()
    assert failed["request_id"][-16:] in rows.nth(1).inner_text()
    page = visit(developer).open(f"/console#{other.id}/log")
    page.get_by_text("None so far.").wait_for()


def test_failed_exchanges_go_on_behind_show_more(visit, developer, user):
    app = developer.application()
    code = user.code(app)
    for _ in range(21):
        app.exchange(code, redirect_uri="https://elsewhere.example/cb")
    page = visit(developer).open(f"/console#{app.id}/log")
    failed = page.get_by_role("region", name="Failed exchanges")
    failed.get_by_role("row").nth(20).wait_for()
    assert failed.get_by_role("row").count() == 1 + 20
    page.get_by_role("button", name="Show more").click()
    failed.get_by_role("row").nth(21).wait_for()
    page.get_by_role("button", name="Show more").wait_for(state="hidden")


def test_only_this_with_nothing_chosen_is_refused_at_the_field(visit, developer):
    page = visit(developer).open("/console#new")
    page.get_by_label("Name", exact=True).fill("Nothing")
    page.get_by_label("Redirect URIs").fill("https://app.example/cb")
    page.get_by_label("Only this").check()
    page.get_by_role("button", name="Register").click()
    page.get_by_text("Choose a right or a place").wait_for()
    assert developer.call("GET", "/api/v0/developer/auth/oauth2/clients").json == []
    page.get_by_label("Open and download files").select_option("required")
    page.get_by_text("Choose a right or a place").wait_for(state="hidden")
    page.get_by_role("button", name="Register").click()
    page.get_by_role("heading", name="Send people here").wait_for()


def test_a_new_secret_leaves_the_old_one_a_day_unless_told_otherwise(visit, developer, user):
    app = developer.application()
    page = visit(developer).open(f"/console#{app.id}")
    page.get_by_role("button", name="Create a new secret").click()
    assert page.get_by_label("The old secret works").input_value() == "86400"
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("heading", name="Your new client secret").wait_for()
    assert app.exchange(user.code(app)).status == 200


def test_the_log_is_filtered_counted_and_downloaded(visit, developer, user):
    app = developer.application()
    app.exchange(user.code(app))
    user.consent(user.request(app).json["request_id"], [], approve=False)
    page = visit(developer).open(f"/console#{app.id}/log")
    rows = page.get_by_role("region", name="Log", exact=True).get_by_role("row")
    rows.nth(2).wait_for()
    assert "1 issued, 1 refused" in page.get_by_role("region", name="Log").first.inner_text()
    assert user.email not in page.content()
    page.get_by_label("Result").select_option("refused")
    rows.nth(2).wait_for(state="detached")
    assert "refused" in rows.nth(1).inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    text = open(download.value.path(), encoding="utf-8").read()
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["status"] for line in lines] == ["rejected"]
    page.get_by_label("From").fill("2030-01-01")
    page.get_by_text("Nothing here yet.").wait_for()


def test_the_log_goes_on_behind_show_more(visit, developer, user):
    app = developer.application()
    requests = [user.request(app).json["request_id"] for _ in range(15)]
    for request in requests:
        user.consent(request, [], approve=False)
    pending = [user.request(app) for _ in range(10)]
    page = visit(developer).open(f"/console#{app.id}/log")
    rows = page.get_by_role("region", name="Log", exact=True).get_by_role("row")
    rows.nth(20).wait_for()
    assert rows.count() == 1 + 20
    page.get_by_role("button", name="Show more").click()
    rows.nth(len(requests) + len(pending)).wait_for()
    assert rows.count() == 1 + 25
    assert "refused" in rows.nth(25).inner_text()
    page.get_by_role("button", name="Show more").wait_for(state="hidden")
    page.get_by_label("Result").select_option("refused")
    rows.nth(15).wait_for()
    assert rows.count() == 1 + 15, "a filter begins at the first page"


def test_somebody_elses_application_is_not_there(visit, developer, user):
    app = developer.application()
    visitor = visit(user)
    visitor.allowed = {404}
    page = visitor.open(f"/console#{app.id}")
    page.get_by_role("alert").get_by_text(re.compile("not yours")).wait_for()


def test_a_native_application_has_a_scheme_of_its_own_with_a_warning(visit, developer):
    page = visit(developer).open("/console#new")
    page.get_by_label("Name", exact=True).fill("An editor")
    page.get_by_label("Redirect URIs").fill("cursor://callback")
    page.get_by_role("combobox", name="Where it runs").select_option("on a device, as a program")
    page.get_by_role("button", name="Register").click()
    page.get_by_role("heading", name="Your new client secret").wait_for()
    assert client_of(developer)["application_type"] == "native"
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("combobox", name="Where it runs").wait_for()
    assert page.get_by_text("Any program on a device can register a scheme").is_visible()
    assert page.get_by_role("combobox", name="Where it runs").input_value() == "native"


def test_a_public_application_has_no_secret_and_needs_pkce(visit, developer):
    page = visit(developer).open("/console#new")
    page.get_by_label("Name", exact=True).fill("In a browser")
    page.get_by_label("Redirect URIs").fill(REDIRECT)
    page.get_by_text("More settings").click()
    method = page.get_by_role("combobox", name="How it authenticates")
    assert "client_secret_basic" not in [
        option.get_attribute("value") for option in method.locator("option").all()]
    method.select_option("not at all: it has no secret")
    assert page.get_by_text("PKCE is then required").is_visible()
    page.get_by_role("button", name="Register").click()
    page.get_by_role("heading", name="In a browser").wait_for()
    assert client_of(developer)["token_endpoint_auth_method"] == "none"
    credentials = page.get_by_role("region", name="Credentials").inner_text()
    assert "no secret" in credentials and "Create a new secret" not in credentials
    assert page.get_by_text("Exchange a code").count() == 0


def test_an_application_with_a_key_of_its_own_registers_the_public_half(visit, developer):
    keys = {"keys": [{"kty": "OKP", "crv": "Ed25519",
                      "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}
    page = visit(developer).open("/console#new")
    page.get_by_label("Name", exact=True).fill("With a key")
    page.get_by_label("Redirect URIs").fill(REDIRECT)
    page.get_by_text("More settings").click()
    field = page.get_by_label("Its public keys")
    assert not field.is_visible()
    page.get_by_role("combobox", name="How it authenticates").select_option("private_key_jwt")
    field.fill(json.dumps(keys))
    page.get_by_role("button", name="Register").click()
    page.get_by_role("heading", name="With a key").wait_for()
    assert client_of(developer)["jwks"] == keys
    page.get_by_role("link", name="Settings").click()
    assert json.loads(page.get_by_label("Its public keys").input_value()) == keys


def test_a_secret_that_travels_is_warned_about_and_only_offered_where_allowed(make_server, visit):
    server = make_server(clients__raw_secrets="true")
    developer = Person(server)
    app = developer.application()
    page = visit(developer, on=server).open(f"/console#{app.id}/settings")
    page.get_by_text("More settings").click()
    warning = page.get_by_text("The secret itself then travels with every request")
    assert not warning.is_visible()
    page.get_by_role("combobox", name="How it authenticates").select_option("client_secret_basic")
    assert warning.is_visible()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.", exact=True).first.wait_for()
    assert client_of(developer)["token_endpoint_auth_method"] == "client_secret_basic"
    warning.wait_for()  # the settings stand open now


@pytest.mark.parametrize("language, said", [
    ("en", "chooses who registers applications"), ("de", "bestimmt der Betreiber")])
def test_who_may_not_register_applications_is_not_offered_it(make_server, visit, language, said):
    server = make_server(accounts__developers="invited")
    person = Person(server)
    visitor = visit(person, on=server, locale=language)
    for path in ("/console", "/console#new"):
        page = visitor.open(path)
        page.get_by_text(said).wait_for()
        assert not page.locator("a[href='#new'], form").count()
    server.run("account", "role", person.email, "--developer")
    page.reload()
    page.locator("form").wait_for()
