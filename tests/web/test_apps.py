# SPDX-License-Identifier: Apache-2.0
"""Connected applications, and removing access."""

import pytest

import storj
from grantd import api_key_of

CHECK = "/api/v0/grants/check"


def card(page, name="My App"):
    return page.get_by_role("region", name=name, exact=True)


def confirm(page):
    page.get_by_role("dialog").get_by_role("button", name="Remove access").click()


def is_good(server, token, grant):
    return server.call("POST", CHECK, {"api_key": api_key_of(grant), "op": "read",
                                       "bucket": "photos"}, token=token).json["valid"]


def test_what_was_granted_is_connected_and_taken_back_is_refused(visit, server, user, app):
    token = server.service_token("check")
    grant = app.exchange(user.code(app, ["read", "list"])).json["access_grant"]
    assert is_good(server, token, grant)
    page = visit(user).open("/apps")
    assert "Read and list: everything in the project" in card(page).inner_text()
    card(page).get_by_role("button", name="Remove all access").click()
    confirm(page)
    told = page.get_by_text("Access removed.").locator("..").locator("..")
    told.wait_for()
    assert "It has stopped working." in told.inner_text()
    assert "Access removed." in page.evaluate("document.activeElement.innerText")
    assert not is_good(server, token, grant)
    assert page.get_by_role("heading", name="Nothing has access").is_visible()


def test_each_permission_is_told_by_itself(visit, user, app):
    app.exchange(user.code(app, ["read", "list", "bucket:photos"]))
    narrow = ["write", "delete", "bucket:photos;prefix:2024/1/"]
    app.exchange(user.code(app, narrow, passphrase="correct horse"))
    page = visit(user).open("/apps")
    assert page.get_by_role("heading", name="myapp.com", exact=True).is_visible()
    rows = card(page).get_by_role("list", name="What it may do").get_by_role("listitem")
    first, second = (row.inner_text() for row in rows.all())
    assert "Write and delete: photos/2024/1/" in first and "Read and list: photos" in second
    assert "My storage · last issued" in first and "ends" in first
    assert "It calls itself “My App”" in card(page).inner_text()


def many(route):
    """A hundred of the one application, with hosts and names as long as they may be."""
    one, = route.fetch().json()
    route.fulfill(json=[{
        **one, "redirect_uri": f"https://host{i:02}.{'a' * 60}.example/cb",
        "application_name": f"{'Very long ' * 9}{i:02}",
        "expires_at": f"20{99 - i:02}-01-01T00:00:00Z",
        "last_access_date": f"2026-01-01T00:00:{i:02}Z" if i < 60 else "2026-01-02T00:00:00Z"}
        for i in range(100)])


def test_a_hundred_applications_are_searched_and_sorted(visit, user, app):
    app.exchange(user.code(app))
    visitor = visit(user, viewport={"width": 360, "height": 740})
    visitor.page.route("**/api/v0/auth/developer-access", many)
    page = visitor.open("/apps")
    cards = page.locator("section.card h2")
    assert cards.count() == 20
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_label("Sort by").select_option("name")
    assert cards.first.inner_text().startswith("host00.")
    page.get_by_label("Sort by").select_option("end")
    assert cards.first.inner_text().startswith("host99.")
    page.get_by_role("button", name="Show more").click()
    assert cards.count() == 40
    page.get_by_label("Search").fill("LONG 07")
    assert cards.count() == 1 and cards.first.inner_text().startswith("host07.")
    page.get_by_label("Search").fill("none of them")
    assert page.get_by_text("Nothing found.").is_visible()


def test_one_grant_of_several_can_be_taken_back(visit, user, app):
    for _ in range(2):
        app.exchange(user.code(app))
    page = visit(user).open("/apps")
    card(page).get_by_role("button", name="Remove access", exact=True).first.click()
    confirm(page)
    page.get_by_text("Access removed.").wait_for()
    assert sorted(grant["status"] for grant in user.grants()) == ["live", "revoked"]


def test_nothing_is_taken_back_by_a_slip(visit, user, app):
    app.exchange(user.code(app))
    page = visit(user).open("/apps")
    card(page).get_by_role("button", name="Remove all access").click()
    page.keyboard.press("Escape")
    assert [grant["status"] for grant in user.grants()] == ["live"]


def test_what_nobody_can_enforce_is_not_promised(visit, user, app):
    project = user.project(name="Far away", access_grant=storj.access_grant(), salt="AAAA")
    app.exchange(user.code(app, project_id=project["id"]))
    page = visit(user).open("/apps")
    assert "Nobody can end this early" in card(page).inner_text()
    card(page).get_by_role("button", name="Remove all access").click()
    confirm(page)
    page.get_by_text("The storage cannot be notified, though").wait_for()


def test_the_history_shows_the_result_of_each_request(visit, user, app):
    app.exchange(user.code(app))
    user.consent(user.request(app).json["request_id"], [], approve=False)
    page = visit(user).open("/apps")
    card(page).get_by_text("History").click()
    rows = card(page).get_by_role("row")
    rows.nth(2).wait_for()
    assert "refused" in rows.nth(1).inner_text() and "allowed and issued" in rows.nth(2).inner_text()


DELIVERIES = {
    "has not been reached yet": {"status": "pending"},
    "was notified on": {"status": "delivered", "delivered_at": "2026-01-02T03:04:05Z"},
    "(It does not know the key.)": {"status": "failed", "problem": "It does not know the key."},
    "expired before the satellite": {"status": "ended"},
}


@pytest.mark.parametrize("words, delivery", DELIVERIES.items(), ids=DELIVERIES.keys())
def test_how_far_a_revocation_has_come_is_told_in_words(visit, user, app, words, delivery):
    app.exchange(user.code(app))
    visitor = visit(user)
    visitor.page.route("**/api/v0/auth/grants", lambda route: route.fulfill(json=[
        {**grant, "status": "revoked", "enforced_by": "satellite", "revocation": delivery}
        for grant in route.fetch().json()]))
    page = visitor.open("/apps")
    card(page).get_by_text("1 permission").click()
    assert words in card(page).inner_text()


def test_an_application_that_renews_its_access_shows_it_until_it_is_removed(visit, user, app):
    token = app.redeem(user.code(app, ["read", "offline_access"])).json["refresh_token"]
    page = visit(user).open("/apps")
    facts = card(page).locator("dl").inner_text()
    assert "Renews itself until" in facts and "not yet" in facts
    token = app.refresh(token).json["refresh_token"]
    page = visit(user).open("/apps")
    assert "not yet" not in card(page).locator("dl").inner_text()
    card(page).get_by_role("button", name="Remove all access").click()
    confirm(page)
    page.get_by_role("heading", name="Nothing has access").wait_for()
    assert app.refresh(token).error == "invalid_grant"
