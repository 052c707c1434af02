# SPDX-License-Identifier: Apache-2.0
"""Projects: creating, importing, the owner's access, deleting."""

import base64
import pathlib
import re
import time

import storj
from grantd import PASSWORD, inspect


def card(page, name):
    return page.get_by_role("region", name=name, exact=True)


def add(page):
    page.get_by_role("button", name="Add the project").click()


def fill_salt(page, salt):
    """In a part that few people need, so that it is closed at first."""
    field = page.get_by_label("Project salt, in base64")
    if not field.is_visible():
        page.get_by_text("If the satellite cannot be asked", exact=True).click()
    field.fill(salt)


def test_a_new_project_is_made(visit, user):
    page = visit(user).open("/projects")
    page.get_by_label("Name of the project").fill("Holidays")
    add(page)
    card(page, "Holidays").wait_for()
    assert "access can be removed at once" in card(page, "Holidays").inner_text()
    assert "No satellite honours" in card(page, "Holidays").inner_text()


def test_one_is_brought_in_by_its_key_and_shows_the_limits(visit, user):
    page = visit(user).open("/projects")
    key = storj.api_key(storj.caveat(disallowed=(2, 4, 5), buckets=("photos",),
                                     not_after=time.time() + 86400))
    page.get_by_label("Import a project with its API key").check()
    page.get_by_label("Name of the project").fill("Brought in")
    page.get_by_label("API key", exact=True).fill(key)
    page.get_by_label("Satellite").fill(storj.SATELLITE)
    fill_salt(page, base64.b64encode(b"s" * 16).decode())
    add(page)
    card(page, "Brought in").wait_for()
    text = card(page, "Brought in").inner_text()
    assert "Bucket photos" in text and "download" in text and "delete" not in text
    assert "until" in text and storj.SATELLITE in text


def test_where_the_salt_cannot_be_asked_for_it_is_typed_and_nothing_is_lost(visit, user):
    visitor = visit(user)
    visitor.allowed = {400, 502}
    page = visitor.open("/projects")
    page.get_by_label("Import a project with an access grant").check()
    page.get_by_label("Name of the project").fill("Granted")
    page.get_by_label("Access grant", exact=True).fill(storj.access_grant())
    add(page)
    page.get_by_text(re.compile("may not call|cannot be asked”")).wait_for()
    assert page.get_by_label("Name of the project").input_value() == "Granted"
    fill_salt(page, base64.b64encode(b"s" * 16).decode())
    add(page)
    card(page, "Granted").wait_for()


def test_what_is_no_key_is_said(visit, user):
    visitor = visit(user)
    visitor.allowed = {400}
    page = visitor.open("/projects")
    page.get_by_label("Import a project with its API key").check()
    page.get_by_label("Name of the project").fill("Wrong")
    page.get_by_label("API key", exact=True).fill("this is none")
    page.get_by_label("Satellite").fill(storj.SATELLITE)
    fill_salt(page, "AAAA")
    add(page)
    page.get_by_role("alert").get_by_text("This is not a Storj API key").wait_for()


def test_the_owner_gets_access_of_his_own_once(visit, user):
    page = visit(user).open("/projects")
    card(page, "My storage").get_by_role("button", name="Access for myself").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_label("Passphrase").fill("correct horse")
    dialog.get_by_role("button", name="Create").click()
    page.get_by_text("This is shown only once.").wait_for()
    grant = page.get_by_role("dialog").locator("code").inner_text()
    assert inspect(grant)["opens_everything"] is True
    with page.expect_download() as got:
        page.get_by_role("button", name="Save as a file").click()
    assert pathlib.Path(got.value.path()).read_text() == grant + "\n"
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.locator("dialog").wait_for(state="detached")
    assert grant not in page.content()


def test_a_project_is_removed_after_a_question(visit, user):
    page = visit(user).open("/projects")
    card(page, "My storage").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert len(user.call("GET", "/api/v0/projects").json) == 1
    card(page, "My storage").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("You have no projects at the moment.").wait_for()
    assert user.call("GET", "/api/v0/projects").json == []


def test_consent_without_any_project_says_what_to_do(visit, user, app):
    for project in user.call("GET", "/api/v0/projects").json:
        user.call("DELETE", f"/api/v0/projects/{project['id']}")
    visitor = visit(user)
    page = visitor.open(f"/oauth2/authorize?response_type=code&client_id={app.client_id}"
                        f"&redirect_uri={app.redirect_uri}&scope=read")
    assert "no project" in page.inner_text("main")
    user.project(name="Now there")
    page.reload()
    page.get_by_role("button", name="Allow", exact=True).wait_for()
    assert "Now there" in page.inner_text("main")


def test_a_key_that_the_satellite_has_not_confirmed_is_said(visit, user):
    visitor = visit(user)
    visitor.page.route("**/api/v0/projects", lambda route: route.fulfill(json=[
        {**project, "proof": {"proven": False, "public_id": None, "problem": "It is away."}}
        for project in route.fetch().json()]))
    page = visitor.open("/projects")
    assert "has not confirmed this key yet" in card(page, "My storage").inner_text()
    assert "(It is away.)" in card(page, "My storage").inner_text()


def test_a_refusal_that_names_a_field_is_said_there(visit, user):
    visitor = visit(user)
    visitor.allowed = {400}
    page = visitor.open("/projects")
    page.get_by_label("Import a project with its API key").check()
    page.get_by_label("Name of the project").fill("Wrong")
    page.get_by_label("API key", exact=True).fill(storj.api_key())
    page.get_by_label("Satellite").fill(storj.SATELLITE)
    fill_salt(page, "no base64")
    add(page)
    page.get_by_text("does not have the documented form").wait_for()
    assert page.evaluate("document.activeElement.name") == "salt"
    assert page.get_by_label("Project salt, in base64").get_attribute("aria-invalid") == "true"
