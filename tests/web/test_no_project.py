# SPDX-License-Identifier: Apache-2.0
"""A person who has no project yet, on a server that makes none for them."""

import base64
import secrets

import pytest
import storj
from axe_playwright_python.sync_playwright import Axe

from conftest import PICTURES
from grantd import Person, Server
from test_consent import allow, arrived, give_passphrase, link

KNOWN = f"Europe One {storj.SATELLITE}"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("bare"),
                    **{"projects.self_made": "false", "satellite.known": KNOWN}).start()
    yield server
    server.stop()


def test_a_new_account_has_no_project_unless_the_operator_wants_it(bare, server):
    assert Person(bare).call("GET", "/api/v0/projects").json == []
    assert len(Person(server).call("GET", "/api/v0/projects").json) == 1


@pytest.mark.parametrize("scheme, width", (("light", 360), ("dark", 1440)))
def test_without_a_project_one_is_imported_there_and_the_request_goes_on(bare, visit, scheme, width):
    user, app = Person(bare), Person(bare).application()
    visitor = visit(user, on=bare, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = visitor.open(link(app))
    assert not page.get_by_role("button", name="Allow", exact=True).count()
    page.get_by_label("Import a project with an access grant").check()
    page.get_by_label("Name of the project").fill("Photos")
    page.get_by_label("Access grant", exact=True).fill(storj.access_grant())
    page.get_by_text("If the satellite cannot be asked", exact=True).click()
    page.get_by_label("in base64").fill(base64.b64encode(secrets.token_bytes(16)).decode())
    found = Axe().run(page).response["violations"]
    assert not found, found
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"no-project-{width}-{scheme}.png", full_page=True)
    page.get_by_role("button", name="Import the project").click()
    page.get_by_text("does not honour this yet").wait_for()
    give_passphrase(page)
    allow(page)
    answer = app.exchange(arrived(visitor)["code"])
    assert answer.status == 200
    assert "No satellite has confirmed" in answer.json["notes"][-1]


def test_without_a_project_it_can_be_refused(bare, visit):
    visitor = visit(Person(bare), on=bare)
    page = visitor.open(link(Person(bare).application()))
    page.get_by_role("button", name="Refuse").click()
    assert arrived(visitor)["error"] == "access_denied"


def test_satellites_that_the_operator_knows_are_offered_by_name(bare, visit):
    page = visit(Person(bare), on=bare).open("/projects")
    page.get_by_label("Import a project with its API key").check()
    offered = page.evaluate("""() => [...document.querySelector('input[list]').list.options]
        .map(one => [one.label, one.value])""")
    assert offered == [["Europe One", storj.SATELLITE]]


def test_a_self_made_project_that_leads_nowhere_says_so_in_the_response(user, app):
    notes = app.exchange(user.code(app, ["read", "list"])).json["notes"]
    assert len(notes) == 1 and "No satellite has confirmed" in notes[0]
