# SPDX-License-Identifier: Apache-2.0
"""A second factor that the operator requires: the pages say so, and lead to where it is set up."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from grantd import Person, Server
from oathtool import Factor

PHONE = {"viewport": {"width": 360, "height": 740}}
WORDS = {"en-GB": ("requires a second factor", "Set up a second factor", "Try again"),
         "de-DE": ("verlangt dafür einen zweiten Faktor", "Zweiten Faktor einrichten", "Noch einmal versuchen")}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("required"), **{"accounts.require_factor": "everybody"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.mark.parametrize("locale", WORDS)
@pytest.mark.parametrize("path", ("/projects", "/console", "/apps"))
def test_a_page_says_what_is_missing_and_goes_on_once_it_is_there(visit, server, path, locale):
    missing, add, again = WORDS[locale]
    user = Person(server)
    visitor = visit(user, locale=locale, **PHONE)
    visitor.allowed = {403}
    page = visitor.open(path)
    page.get_by_text(missing).first.wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert page.get_by_role("link", name=add).first.get_attribute("href") == "/account"
    Factor(user)
    page.get_by_role("button", name=again).first.click()
    page.get_by_text(missing).first.wait_for(state="detached")
