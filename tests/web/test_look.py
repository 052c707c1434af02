# SPDX-License-Identifier: Apache-2.0
"""Every page as people see it: with axe, on a phone of 320 pixels, in the dark, in German,
without motion. The screenshots are in build/pictures; tools/pictures makes docs/pictures from
them."""

import pytest
import storj
from axe_playwright_python.sync_playwright import Axe

from conftest import PICTURES
from grantd import PASSWORD, Person, Server
from test_consent import link
from test_legacy import link as legacy_link

SIZES = {"desktop": (1280, 900), "phone": (360, 740)}
SCHEMES = ("light", "dark")
# Each size and each scheme once; then the other way round.
LOOKS = (("desktop", "dark"), ("phone", "light"),
         pytest.param("desktop", "light", marks=pytest.mark.slow),
         pytest.param("phone", "dark", marks=pytest.mark.slow))


class World:
    """A developer with applications, and a user who has given them access."""

    def __init__(self, server):
        self.server = server
        self.developer = Person(server, "grace@example.com")
        self.user = Person(server, "ada@example.com")
        self.operator = Person(server, "hedy@example.com")
        server.run("account", "role", self.operator.email, "--operator")
        self.developer.call("PATCH", "/api/v0/auth/account", {"full_name": "Grace"})
        self.user.call("PATCH", "/api/v0/auth/account", {"full_name": "Ada"})
        self.printer = self.developer.application(
            name="Photo Printer", description="Prints your photos on good paper.",
            redirect_uris=["https://photos.example/callback"], scopes=["read"],
            optional_scopes=["list", "delete", "bucket:photos", "bucket:music"])
        self.backup = self.developer.application(
            name="Backup", redirect_uris=["http://localhost:3000/cb"], legacy_redirect=True,
            client_secret_max_lifetime=1800)
        self.user.project(name="Archive", salt="AAAA", access_grant=storj.access_grant(
            storj.caveat(disallowed=(4,), buckets=("photos",), not_after=1900000000)))
        scope = ["read", "list", "bucket:photos"]
        for _ in range(2):
            self.printer.exchange(self.user.code(self.printer, scope))
        self.user.consent(self.user.request(self.printer, scope).json["request_id"], [], approve=False)
        self.user.request(self.printer, scope)
        self.backup.exchange(self.user.code(self.backup, ["read", "write", "list"]))
        self.user.revoke(self.backup)

    def invitation(self):
        made = self.server.run("account", "invite", "guest@example.com").stdout.strip()
        return "/register" + made.partition("/register")[2]

    def pages(self):
        """Name, who looks, where, and what to do there before looking."""
        ask = link(self.printer, ["read", "list", "delete", "bucket:photos"])
        return {
            "home": (None, "/", None),
            "login": (None, "/login", None),
            "register": (None, "/register", None),
            "forgot": (None, "/forgot", None),
            "reset": (None, "/reset#" + "A" * 43, None),
            "email-confirm": (None, "/email#confirm=" + "A" * 43, None),
            "email-undo": (None, "/email#undo=" + "A" * 43, None),
            "register-invited": (None, self.invitation(), None),
            "refused": (None, link(self.printer, redirect_uri="https://evil.example/"), None),
            "consent-login": (None, ask, None),
            "consent": (self.user, ask, None),
            "consent-narrowed": (self.user, link(self.printer, ["read", "bucket:photos"]), narrow),
            "consent-everything": (self.user, link(self.backup, ["read", "write", "lock"]), places),
            "consent-legacy": (self.user, legacy_link(self.backup), None),
            "hello": (self.user, "/", None),
            "reference": (None, "/reference", None),
            "reference-one": (self.user, "/reference#exchangeCode", None),
            "apps": (self.user, "/apps", history),
            "take-back": (self.user, "/apps", ask_first),
            "projects": (self.user, "/projects", bring_in),
            "account": (self.user, "/account", None),
            "factor": (self.user, "/account", set_up),
            "activity": (self.user, "/activity", None),
            "operator": (self.operator, "/operator", None),
            "test": (self.developer, "/test", None),
            "logout": (self.user, "/oauth2/logout", None),
            "console-empty": (self.user, "/console", None),
            "console": (self.developer, "/console", None),
            "console-new": (self.developer, "/console#new", None),
            "console-one": (self.developer, f"/console#{self.printer.id}", None),
            "console-test": (self.developer, f"/console#{self.printer.id}/test", None),
            "console-log": (self.developer, f"/console#{self.printer.id}/log", None),
            "console-settings": (self.developer, f"/console#{self.printer.id}/settings", None),
        }


def narrow(page):
    page.locator("main fieldset").nth(1).get_by_role("button").first.click()
    page.locator("main fieldset").nth(1).get_by_role("textbox").fill("2024/")
    page.locator(".plain-pick input").last.check()


def places(page):
    page.locator("input[name=where]").nth(1).check()


def history(page):
    page.locator("details:last-child > summary").first.click()
    page.locator("table").first.wait_for()


def ask_first(page):
    page.locator("button.danger").first.click()


def bring_in(page):
    page.locator("input[name=way]").nth(1).check()


def set_up(page):
    sections = "section:is([aria-label='Second factor'], [aria-label='Zweiter Faktor'])"
    page.locator(f"main {sections} button").click()
    page.get_by_role("dialog").locator("input").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").locator("svg").wait_for()


NAMES = ("home", "login", "register", "register-invited", "forgot", "reset", "email-confirm", "email-undo", "reference", "reference-one", "refused", "consent-login", "consent", "consent-narrowed",
         "consent-everything", "consent-legacy", "hello", "apps", "take-back", "projects",
         "account", "factor", "activity", "operator", "test", "logout", "console-empty", "console", "console-new", "console-one",
         "console-test", "console-log", "console-settings")


@pytest.fixture(scope="module")
def world(server):
    return World(server)


@pytest.fixture(scope="module")
def honoured(tmp_path_factory):
    """On a server that has a satellite, so that no page has to warn."""
    address = "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@us1.storj.io:7777"
    server = Server(tmp_path_factory.mktemp("honoured"), **{"satellite.address": address}).start()
    yield World(server)
    assert server.stop() == 0, server.text()


@pytest.fixture
def look(visit, world):
    def open_page(name, of=world, **options):
        person, path, prepare = of.pages()[name]
        visitor = visit(person, on=of.server, **options)
        visitor.allowed = {400}
        page = visitor.open(path)
        if prepare:
            prepare(page)
        page.wait_for_load_state("networkidle")
        page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
        return page
    return open_page


def is_too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("size, scheme", LOOKS)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_and_one_h1_begins_the_headings(look, name, size, scheme):
    width, height = SIZES[size]
    page = look(name, viewport={"width": width, "height": height}, color_scheme=scheme)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{size}-{scheme}.png", full_page=name not in ("take-back", "factor"))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not is_too_wide(page)
    assert page.locator("h1").count() == 1
    assert page.title().endswith("grantd")


# German words are longer.
@pytest.mark.parametrize("locale", (pytest.param("en-GB", marks=pytest.mark.slow), "de-DE"))
@pytest.mark.parametrize("name", NAMES)
def test_320_pixels_are_enough_in_every_language(look, name, locale):
    page = look(name, viewport={"width": 320, "height": 640}, locale=locale)
    assert not is_too_wide(page)
    assert page.get_attribute("html", "lang") == locale[:2]


def test_german_is_spoken_to_who_asks_for_it_first(look):
    page = look("consent", locale="de-DE")
    assert "möchte Zugriff auf Ihre Dateien" in page.inner_text("main")
    assert "Datei" in page.inner_text("main") and "files" not in page.inner_text("main")


def test_the_language_can_be_chosen_and_stays(look):
    page = look("login")
    page.get_by_role("button", name="Deutsch").click()
    page.get_by_role("heading", name="Anmelden").wait_for()
    page.reload()
    page.get_by_role("heading", name="Anmelden").wait_for()


def test_who_wants_no_motion_gets_none(look):
    page = look("login", reduced_motion="reduce")
    durations = page.evaluate("""() => [...document.querySelectorAll('*')].map(node =>
        getComputedStyle(node).transitionDuration + ' ' + getComputedStyle(node).animationDuration)""")
    assert set(durations) <= {"0s 0.01s", "0s 0s"}


def test_the_focus_is_seen_wherever_it_is(look):
    page = look("consent")
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate("""() => {
            const node = document.activeElement;
            if (node === document.body) return true;
            const shows = one => getComputedStyle(one).outlineStyle !== 'none';
            return shows(node) || shows(node.closest('.pick') ?? node);
        }""")
        assert seen


@pytest.mark.parametrize("name, target", (("consent", ".card"), ("apps", "main"),
                                          ("console-one", "main")))
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pictures_of_the_documents_are_made(look, honoured, name, target, scheme):
    """Side by side in the README, so the long ones are cut."""
    page = look(name, of=honoured, viewport={"width": 576, "height": 1300}, color_scheme=scheme)
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"docs-{name}-{scheme}.png"
    box = page.locator(target).first.bounding_box()
    page.screenshot(path=path, full_page=True, clip={**box, "height": min(box["height"], 1240)})
    assert path.stat().st_size > 10_000
