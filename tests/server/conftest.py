# SPDX-License-Identifier: Apache-2.0
"""One shared server for most tests; tests that stop, kill or configure it start their own."""

import pytest

import judge as judging
from grantd import SANITIZED, Person, Server
from mail_server import MailServer


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("grantd")).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture(scope="session")
def judge(tmp_path_factory):
    """Storj's own libraries."""
    judge = judging.Judge(judging.build(tmp_path_factory.mktemp("judge")))
    yield judge
    assert judge.close() == 0


@pytest.fixture
def make_server(tmp_path):
    """Starts servers that end with the test, in folders of their own unless one is given."""
    made = []

    def make(folder=None, start=True, **settings):
        if folder is None:
            folder = tmp_path / f"server{len(made)}"
            folder.mkdir()
        server = Server(folder, **{k.replace("__", "."): v for k, v in settings.items()})
        made.append(server)
        return server.start() if start else server

    make.made = made
    yield make
    for server in made:
        if server.process and server.process.poll() is None:
            server.kill()


GROWTH = 12 << 20  # bytes that caches and threads may take during one test


@pytest.fixture
def leaves_nothing(request, make_server):
    """After a hostile test no exchange is left, and the memory is freed."""
    shared = request.getfixturevalue("server") if "server" in request.fixturenames else None
    before = shared and shared.memory()
    yield
    for server in [*make_server.made, *([shared] if shared else [])]:
        if server.process and server.process.poll() is None:
            server.wait_quiet()
    assert not shared or SANITIZED or shared.memory() - before < GROWTH


@pytest.fixture
def user(server):
    return Person(server)


@pytest.fixture(scope="session")
def developer(server):
    return Person(server)


@pytest.fixture
def app(developer):
    application = developer.application()
    yield application
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{application.id}")


@pytest.fixture
def mail_server(tmp_path):
    made = []

    def make(**options):
        made.append(MailServer(tmp_path, **options))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def post(mail_server):
    return mail_server()


@pytest.fixture
def sending(make_server, post):
    """A server whose mail `post` gets."""
    return make_server(**post.settings())
