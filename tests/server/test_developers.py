# SPDX-License-Identifier: Apache-2.0
"""Who may register applications (accounts.developers, docs/protocol/http.md 3.1)."""

import json

import pytest

from grantd import BINARY, REDIRECT, Person, Server
from pages import page_blocks, run_block

pytestmark = pytest.mark.file  # the command line and the server share a folder
ACCOUNT = "/api/v0/auth/account"
CLIENTS = "/api/v0/developer/auth/oauth2/clients"
FORM = {"name": "My App", "redirect_uris": [REDIRECT]}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("invited"), **{"accounts.developers": "invited"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def developer(server):
    person = Person(server)
    server.run("account", "role", person.email, "--developer")
    return person


def test_without_the_role_nobody_registers_an_application(server):
    stranger = Person(server)
    assert stranger.call("GET", ACCOUNT).json["developer"] is False
    for body in (FORM, {}, {**FORM, "developer": True, "roles": 1}):
        answer = stranger.call("POST", CLIENTS, body)
        assert (answer.status, answer.error) == (403, "not_developer")
    assert stranger.call("GET", CLIENTS).json == []
    stranger.call("PATCH", ACCOUNT, {"full_name": "X", "developer": True, "roles": 1})
    assert stranger.call("POST", CLIENTS, FORM).error == "not_developer"
    made = server.call("POST", "/api/v0/auth/register", {
        "email": "sly@example.com", "password": "a long enough password", "full_name": "Sly",
        "developer": True, "roles": 1, "role": "developer"})
    assert made.status == 201 and made.json["developer"] is False


def test_the_role_is_given_and_taken_at_the_next_request(server, developer):
    assert developer.call("GET", ACCOUNT).json["developer"] is True
    assert developer.application()
    server.run("account", "role", developer.email, "--no-developer")
    assert developer.call("GET", ACCOUNT).json["developer"] is False
    assert developer.call("POST", CLIENTS, FORM).error == "not_developer"


def test_without_the_role_what_was_registered_stays_its_owners(server, developer):
    """It works, is changed, gets another secret, and is deleted; only a new one needs the role."""
    app, user = developer.application(), Person(server)
    server.run("account", "role", developer.email, "--no-developer")
    assert app.exchange(user.code(app)).status == 200
    one = f"{CLIENTS}/{app.id}"
    assert developer.call("PUT", one, {"name": "Another Name"}).status == 200
    fresh = developer.call("POST", one + "/regenerate-secret", {"overlap_seconds": 0})
    assert fresh.status == 200
    app.secret = fresh.json["client_secret"]
    assert app.exchange(user.code(app)).status == 200
    assert developer.call("PATCH", one + "/status", {"status": 0}).status == 200
    assert developer.call("DELETE", one).status == 204


def test_an_invitation_brings_the_role(server):
    link = json.loads(server.run("account", "invite", "dev@example.com", "--developer",
                                 "--json").stdout)["link"]
    made = server.call("POST", "/api/v0/auth/register", {
        "email": "dev@example.com", "password": "a long enough password", "full_name": "Dev",
        "invitation": link.partition("#invite=")[2]})
    assert made.status == 201 and made.json["developer"] is True


def test_the_role_is_listed_and_in_the_trail(server, developer):
    [row] = [one for one in json.loads(server.run("account", "list", "--json").stdout)
             if one["email"] == developer.email]
    assert row["role"] == "developer"
    entries = [json.loads(line) for line in server.run("audit", "list", "--json").stdout.splitlines()]
    assert [e["action"] for e in entries if e["account_id"] == developer.id][-1] == "account_role"
    before = len(entries)
    server.run("account", "role", developer.email, "--developer")
    assert len(server.run("audit", "list", "--json").stdout.splitlines()) == before, "nothing changed"


def test_where_everybody_may_the_role_does_not_matter(make_server):
    person = Person(make_server())
    assert person.call("GET", ACCOUNT).json["developer"] is True
    assert person.application()


def test_the_commands_of_the_handbook_work(server):
    person = Person(server)
    [block] = page_blocks("docs/how-to/invitations.md", "Who registers applications")
    changes = [("OTHER_EMAIL", "another@example.com"), ("EMAIL", person.email)]
    made = run_block(block, BINARY, server.folder, changes, **server.environment)
    assert made.returncode == 0 and "#invite=" in made.stdout, made
    assert person.call("GET", ACCOUNT).json["developer"] is True


def test_an_operator_is_a_role_of_its_own(server, developer):
    server.run("account", "role", developer.email, "--operator")
    rows = json.loads(server.run("account", "list", "--json").stdout)
    assert {row["email"]: row["role"] for row in rows}[developer.email] == "developer, operator"
    server.run("account", "role", developer.email, "--no-operator")
    rows = json.loads(server.run("account", "list", "--json").stdout)
    assert {row["email"]: row["role"] for row in rows}[developer.email] == "developer"
