# SPDX-License-Identifier: Apache-2.0
"""A browser on the real server. Whatever a test does: no script may fail, nothing may break the
content security policy, and no request may go anywhere but to the server and back to the
application."""

import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
from grantd import PASSWORD, Person, Server
from mail_server import MailServer
import judge as judging

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
PICTURES = ROOT / "build" / "pictures"
APPLICATION = "https://myapp.com/"

if not os.path.exists(CHROMIUM):
    collect_ignore_glob = ["test_*.py"]


def pytest_sessionfinish(session):
    if not os.path.exists(CHROMIUM):
        print(f"\nskipped: the pages, since there is no {CHROMIUM}")
        session.exitstatus = 0


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("grantd")).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def make_server(tmp_path):
    made = []

    def make(**settings):
        folder = tmp_path / f"server{len(made)}"
        folder.mkdir()
        made.append(Server(folder, **{k.replace("__", "."): v for k, v in settings.items()}))
        return made[-1].start()

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def post():
    post = MailServer()
    yield post
    post.close()


@pytest.fixture
def mailing(make_server, post):
    """A server whose mail `post` gets."""
    return make_server(**post.settings())


@pytest.fixture(scope="session")
def judge(tmp_path_factory):
    """Storj's own libraries."""
    judge = judging.Judge(judging.build(tmp_path_factory.mktemp("judge")))
    yield judge
    assert judge.close() == 0


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM,
                                             args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


class Visitor:
    """A person's browser, with its own cookies, that records errors."""

    def __init__(self, chromium, server, also=None, **options):
        self.server = server
        self.wrong = []
        self.arrived = []  # where the application was called back
        self.allowed = set()  # statuses that the test asks for
        options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options}
        self.context = chromium.new_context(base_url=server.url, **options)
        self.context.set_default_timeout(30000)
        self.context.add_init_script(
            "document.addEventListener('securitypolicyviolation', event =>"
            " console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))")
        ours = (server.url + "/", *([also] if also else ()))
        self.context.route(lambda url: not url.startswith(ours), self._elsewhere)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        self.page = self.context.new_page()

    def _elsewhere(self, route):
        url = route.request.url
        if url.startswith(APPLICATION) and route.request.is_navigation_request():
            self.arrived.append(url)
            route.fulfill(status=200, content_type="text/html",
                          body="<!doctype html><link rel=icon href=data:,><title>My App</title>"
                               "<h1>My App</h1>")
            return
        self.wrong.append("a request to " + url)
        route.abort()

    def _console(self, message):
        if message.type not in ("error", "warning"):
            return
        if "status of" in message.text and any(f"status of {status} " in message.text
                                               for status in self.allowed):
            return
        if "net::ERR_" in message.text and "offline" in self.allowed:
            return
        self.wrong.append(f"{message.type}: {message.text}")

    def open(self, path):
        self.page.goto(path)
        self.page.wait_for_selector("main > :not(.wait):not(#notice)")
        return self.page

    def log_in(self, email, path="/login"):
        self.open(path)
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Log in", exact=True).click()

    def take_session(self, person):
        """Logged in already, without the form."""
        self.context.add_cookies([{"name": "_tokenKey", "value": person.token,
                                   "url": self.server.url}])
        return self

    def close(self):
        self.context.close()
        assert not self.wrong, self.wrong


@pytest.fixture
def visit(chromium, server, make_server):
    """Creates visitors that are checked when the test ends, before its own servers stop: a page that
    still loads would be refused."""
    visitors = []

    def make(person=None, on=None, **options):
        visitor = Visitor(chromium, on or server, **options)
        visitors.append(visitor)
        return visitor.take_session(person) if person else visitor

    yield make
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def visitor(visit):
    return visit()


@pytest.fixture
def user(server):
    return Person(server)


@pytest.fixture(scope="session")
def developer(server):
    return Person(server)


@pytest.fixture
def app(developer):
    application = developer.application(description="Prints your photos")
    yield application
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{application.id}")
