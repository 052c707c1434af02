# SPDX-License-Identifier: Apache-2.0
"""The applications of examples/web_app in a browser, from their button to the end of their access.
Where their storage answers, they are in tests/interop/satellite."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import time

import pytest

import web_apps
from edge import AuthService
from grantd import ROOT, Person, Server, free_port
from pages import page_blocks
from test_demo import Demo

ALWAYS = {"RENEW_BEFORE": "86400"}  # seconds: a grant is renewed for each page
GRANT = re.compile(r"1[1-9A-HJ-NP-Za-km-z]{99,}")
LIST = "See which files there are"
REFUSED = "You did not allow access. Nothing was connected."
FOREIGN = "This answer does not belong to a request of this browser. Connect again."
REMOVED = "Your storage no longer accepts this access: you removed it, or it has ended."


@pytest.fixture(scope="module")
def edge():
    """Its gateway is away, as is the satellite of this server."""
    edge = AuthService(f"http://127.0.0.1:{free_port()}")
    yield edge
    edge.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory, edge):
    server = Server(tmp_path_factory.mktemp("grantd"), **{"edge.auth_url": edge.url}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture(scope="module")
def developer(server):
    return Person(server)


@pytest.fixture(scope="module", params=web_apps.LANGUAGES)
def command(request):
    return web_apps.command_of(request.param)


@pytest.fixture
def start(command, server, developer, tmp_path):
    apps = []

    def start(**environment):
        apps.append(web_apps.WebApp(command, tmp_path, server, developer, **environment).start())
        return apps[-1]

    yield start
    for app in apps:
        app.stop()


@pytest.fixture
def browse(visit):
    """A browser of a person, at the application."""
    def browse(app, person):
        visitor = visit(person, on=app.server, also=app.url)
        visitor.allowed |= {400, 403, 502}
        visitor.page.goto(app.url)
        return visitor
    return browse


def ask(visitor):
    """Presses the button, to the consent page."""
    visitor.page.get_by_role("link", name="Connect your storage").click()
    visitor.page.get_by_role("button", name="Allow", exact=True).wait_for()


def allow(visitor, without=()):
    page = visitor.page
    for right in without:
        page.get_by_role("checkbox", name=right).uncheck()
    page.get_by_label("Passphrase", exact=True).fill("open sesame")
    page.get_by_label("Once more, please").fill("open sesame")
    page.get_by_role("button", name="Allow", exact=True).click()


def words(visitor, text):
    visitor.page.get_by_role("alert").get_by_text(text).wait_for()


def connect(visitor, app, **options):
    ask(visitor)
    allow(visitor, **options)
    visitor.page.wait_for_url(app.url + "/")


def live(person):
    return [grant for grant in person.grants() if grant["status"] == "live"]


def test_it_connects_keeps_the_grant_to_itself_and_disconnects(start, browse, user):
    app = start()
    visitor = browse(app, user)
    connect(visitor, app)
    words(visitor, "Your storage cannot be reached. Try again later.")
    [grant] = live(user)
    [cookie] = visitor.context.cookies(app.url)
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    shown = visitor.page.content()
    assert "bucket:photos" in shown
    for text in (shown, app.text(), cookie["value"]):
        assert not GRANT.search(text) and grant["id"] not in text
    visitor.page.get_by_role("button", name="Disconnect").click()
    words(visitor, "Disconnected.")
    assert live(user) == []
    visitor.page.goto(app.url)
    visitor.page.get_by_role("link", name="Connect your storage").wait_for()


def test_a_refusal_is_told(start, browse, user):
    visitor = browse(start(), user)
    ask(visitor)
    visitor.page.get_by_role("button", name="Refuse").click()
    words(visitor, REFUSED)
    visitor.page.get_by_role("link", name="Connect your storage").wait_for()


def answer_of(visitor, app):
    """Allows what was asked, and keeps the application from getting the answer. Return: its URL."""
    answers = []
    visitor.context.route(app.url + "/callback?**", lambda route: (
        answers.append(route.request.url), route.fulfill(body="caught")))
    ask(visitor)
    allow(visitor)
    visitor.page.wait_for_url(app.url + "/callback?**")
    return answers[0]


def test_an_answer_is_of_use_in_the_browser_that_asked_only(start, browse, server, user):
    app, attacker = start(), Person(server)
    hostile, victim = browse(app, attacker), browse(app, user)
    caught = answer_of(hostile, app)
    ask(victim)
    victim.page.goto(caught)  # would put the victim's notes into the attacker's storage
    words(victim, FOREIGN)
    assert live(attacker) == []
    victim.page.goto(app.url)
    caught = answer_of(victim, app)
    hostile.context.unroute_all()
    hostile.page.goto(caught)  # would open the victim's storage to the attacker
    words(hostile, FOREIGN)
    assert live(user) == []
    victim.context.unroute_all()
    for other in (caught.replace("iss=", "iss=http%3A%2F%2Fevil.example%2F&was="), app.url + "/callback",
                  app.url + "/callback?state=%C3%BC"):
        victim.page.goto(other)
        words(victim, FOREIGN)
        assert live(user) == []


def test_a_cookie_that_somebody_has_planted_shows_them_nothing(start, browse, server, user):
    app, attacker = start(), Person(server)
    hostile, victim = browse(app, attacker), browse(app, user)
    ask(hostile)
    planted = hostile.context.cookies(app.url)
    victim.context.add_cookies(planted)
    victim.page.goto(app.url)
    connect(victim, app, without=(LIST,))
    assert len(live(user)) == 1
    hostile.page.goto(app.url)
    hostile.page.get_by_role("link", name="Connect your storage").wait_for()
    assert hostile.context.cookies(app.url) == planted


def test_a_grant_is_renewed_until_access_is_removed(start, browse, user):
    app = start(**ALWAYS)
    visitor = browse(app, user)
    connect(visitor, app, without=(LIST, "Upload new files"))
    visitor.page.get_by_text("Connected: read, bucket:photos.").wait_for()
    count = len(live(user))
    visitor.page.reload()
    visitor.page.get_by_text("Connected: read, bucket:photos.").wait_for()
    assert len(live(user)) == count + 1
    assert user.revoke(app.client).status == 200
    visitor.page.reload()
    words(visitor, REMOVED)
    visitor.page.get_by_role("link", name="Connect your storage").wait_for()


def test_a_form_of_another_site_changes_nothing(start, browse, user):
    app = start()
    visitor = browse(app, user)
    connect(visitor, app, without=(LIST,))
    [cookie] = visitor.context.cookies(app.url)
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=30)
    connection.request("POST", "/disconnect", "", {
        "Cookie": f"{cookie['name']}={cookie['value']}", "Origin": "https://evil.example"})
    answer = connection.getresponse()
    assert (answer.status, b"another site" in answer.read()) == (403, True)
    assert len(live(user)) == 1


def test_a_server_that_stops_is_told_and_access_kept(command, make_server, browse, tmp_path, edge):
    server = make_server(**{"edge.auth_url": edge.url})
    person = Person(server)
    app = web_apps.WebApp(command, tmp_path, server, Person(server), **ALWAYS).start()
    try:
        visitor = browse(app, person)
        connect(visitor, app, without=(LIST,))
        server.stop()
        visitor.page.reload()
        words(visitor, "The server that grants access cannot be reached. Try again later.")
        server.start()
        visitor.page.reload()
        visitor.page.get_by_text("Connected: read, write, bucket:photos.").wait_for()
    finally:
        app.stop()


def test_what_keeps_it_from_starting_is_told_in_a_line(command, server, developer, tmp_path):
    app = web_apps.WebApp(command, tmp_path, server, developer)
    away = f"http://127.0.0.1:{free_port()}"
    for environment, told in [
            ({"CLIENT_ID": None}, "CLIENT_ID is not set: register an application"),
            ({"CLIENT_SECRET": ""}, "CLIENT_SECRET is not set: register an application"),
            ({"PORT": "http"}, "PORT is"),
            ({"PORT": str(server.port)}, f"Port {server.port} cannot be used"),
            ({"SERVER": f"http://127.0.0.1:{server.port}"},
             f"The server at http://127.0.0.1:{server.port} is {server.url}: set SERVER to that."),
            ({"SERVER": away}, f"{away} cannot be reached: start grantd")]:
        done = app.run(**environment)
        [line] = (done.stdout + done.stderr).splitlines()
        assert done.returncode == 1 and line.startswith(told)


# --- as the page says ---


@contextlib.contextmanager
def run_block(block, log, **environment):
    """Runs a block that serves until its processes are ended."""
    process = subprocess.Popen(["bash", "-euc", block], cwd=ROOT, stdout=log, stderr=log,
                               stdin=subprocess.DEVNULL, start_new_session=True,
                               env={**os.environ, **environment})
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("block, told", [
    (page_blocks("examples/README.md", "Python"), "started with S3=off"),
    (page_blocks("examples/README.md", "Node"), "started with S3=off"),
    (page_blocks("examples/README.md", "Go"), "Your storage cannot be reached"),
], ids=web_apps.LANGUAGES)
def test_it_runs_with_the_demo_as_the_page_says(block, told, visit, tmp_path):
    demo = Demo(tmp_path).start()
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    with open(tmp_path / "app.log", "w+", encoding="utf-8") as log, \
            run_block(block[0], log, SERVER=demo.url, PORT=port) as process:
        try:
            deadline = time.monotonic() + 300
            while f"Open {url} in a browser" not in (tmp_path / "app.log").read_text():
                assert process.poll() is None, (tmp_path / "app.log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "app.log").read_text()
                time.sleep(0.1)
            visitor = visit(on=demo, also=url)
            visitor.allowed |= {502}
            page = visitor.page
            page.goto(url)
            page.get_by_role("link", name="Connect your storage").click()
            page.get_by_label("E-mail address").fill("user@example.com")
            page.get_by_label("Password", exact=True).fill("everybody knows this")
            page.get_by_role("button", name="Log in", exact=True).click()
            page.get_by_label("Passphrase", exact=True).fill("your-passphrase")
            page.get_by_role("button", name="Allow", exact=True).click()
            words(visitor, told)
            page.get_by_role("button", name="Disconnect").click()
            words(visitor, "Disconnected.")
        finally:
            demo.stop()
