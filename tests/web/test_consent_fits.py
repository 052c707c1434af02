# SPDX-License-Identifier: Apache-2.0
"""What the consent page shows without scrolling, and where it says what is missing."""

import pytest
import storj
from playwright.sync_api import expect

from conftest import PICTURES
from grantd import PASSWORD, Person
from test_consent import allow, arrived, choose_project, give_passphrase, how_long, link, narrow_to

LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


def in_view(page, locator):
    box = locator.bounding_box()
    return box and box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


@pytest.mark.parametrize("locale", ("en-GB", "de-DE"))
def test_one_right_one_place_and_a_passphrase_fit_a_laptop(visit, app, user, locale):
    page = visit(user, viewport=LAPTOP, locale=locale).open(link(app, ["read", "bucket:photos"]))
    page.locator("input[type=password]").nth(1).wait_for()
    assert page.evaluate("document.documentElement.scrollHeight") <= LAPTOP["height"]


@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("size", (LAPTOP, PHONE), ids=("1440", "360"))
def test_allow_and_refuse_stay_in_view_and_cover_no_field(visit, app, user, size, scheme):
    page = visit(user, viewport=size, color_scheme=scheme).open(link(app, ["read", "bucket:photos"]))
    allow_button = page.get_by_role("button", name="Allow", exact=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"consent-fits-{size['width']}-{scheme}.png")
    for field in page.locator("form input:visible").all():
        field.focus()
        assert in_view(page, allow_button) and in_view(page, page.get_by_role("button", name="Refuse"))
        bottom = page.locator(".decide").bounding_box()["y"]
        box = field.bounding_box()
        assert box["y"] + box["height"] <= bottom, field


def test_a_sentence_says_what_will_be_possible(visit, app, user):
    page = visit(user).open(link(app, ["read", "list", "bucket:photos", "bucket:music"]))
    will = page.locator(".will")
    expect(will).to_contain_text("it can read and list files in music and photos until")
    page.get_by_label("See which files there are").uncheck()
    narrow_to(page, "Bucket music", "a/")
    how_long(page, "no expiry")
    expect(will).to_have_text("If you allow this, it can read files in music/a/ and photos, without an end.")
    page.get_by_label("Without: I have the key").check()
    expect(will).to_contain_text("none of them without the key")
    page.get_by_label("Open and download files").uncheck()
    expect(will).to_be_hidden()


@pytest.mark.parametrize("size", (LAPTOP, PHONE), ids=("1440", "360"))
def test_who_is_somebody_else_logs_in_and_goes_on_with_the_same_request(visit, server, app, user, size):
    other = Person(server)
    visitor = visit(user, viewport=size)
    visitor.allowed = {401}
    page = visitor.open(link(app))
    assert page.locator("#top").get_by_text(user.email).is_visible()
    page.get_by_role("button", name="Not you?").click()
    page.get_by_label("E-mail address").fill(other.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    give_passphrase(page)
    allow(page)
    answer = arrived(visitor)
    assert answer["state"] == "xyz+1 %" and app.exchange(answer["code"]).status == 200
    assert len(other.grants()) == 1
    assert user.call("GET", "/api/v0/auth/account").status == 401


def test_known_buckets_are_offered_and_only_those_of_the_chosen_project(visit, app, user):
    app.exchange(user.code(app, ["read", "bucket:photos", "bucket:music"]))
    key = storj.access_grant(storj.caveat(buckets=("archive",)))
    user.project(name="Brought in", access_grant=key, salt="AAAA")
    page = visit(user).open(link(app, ["read"]))
    page.get_by_label("Only certain places").check()
    offered = lambda: page.evaluate("""() => [...document.querySelector('input[list]').list.options]
        .map(one => one.value)""")
    assert offered() == ["music", "photos"]
    choose_project(page, "Brought in")
    assert offered() == ["archive"]


def test_fields_of_a_place_fill_its_frame(visit, app, user):
    page = visit(user, viewport=PHONE).open(link(app, ["read"]))
    page.get_by_label("Only certain places").check()
    frame = page.locator(".place").bounding_box()
    for label in ("Bucket", "Folder (optional)"):
        box = page.get_by_label(label, exact=True).bounding_box()
        assert frame["x"] < box["x"] and box["x"] + box["width"] < frame["x"] + frame["width"]
        assert box["width"] > frame["width"] - 48


def test_a_whole_bucket_without_a_passphrase_warns_and_the_application_is_told(visit, app, user):
    visitor = visit(user)
    page = visitor.open(link(app, ["read", "bucket:photos"]))
    page.get_by_label("Without: I have the key").check()
    assert page.get_by_text("cannot open a single file").is_visible()
    allow(page)
    assert app.exchange(arrived(visitor)["code"]).json["decrypts"] is False


def test_what_is_missing_is_said_at_its_field_and_brought_into_view(visit, app, user):
    page = visit(user, viewport=PHONE).open(link(app, ["read"]))
    allow(page)
    phrase = page.get_by_label("Passphrase", exact=True)
    expect(phrase).to_be_focused()
    assert phrase.get_attribute("aria-invalid") == "true" and in_view(page, phrase)
    page.get_by_label("Open and download files").uncheck()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    allow(page)
    right = page.get_by_label("Open and download files")
    expect(right).to_be_focused()
    assert in_view(page, right) and in_view(page, page.get_by_role("alert"))
    group = page.locator("fieldset", has=page.get_by_role("alert"))
    assert group.locator("legend").inner_text() == "What may it do?"
    right.check()
    expect(page.get_by_role("alert")).to_have_count(0)
