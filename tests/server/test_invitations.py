# SPDX-License-Identifier: Apache-2.0
"""Invitations to a server where registration is closed (docs/protocol/http.md 2.5)."""

import concurrent.futures
import json

import pytest

from grantd import BINARY, PASSWORD, Person, Server
from pages import page_blocks, run_block

pytestmark = pytest.mark.file  # the command line and the server share a folder
REGISTER = "/api/v0/auth/register"
INVITATION = "/api/v0/auth/invitation"
WRONG = "A" * 43
EMAIL = "guest@example.com"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A closed server with one account."""
    server = Server(tmp_path_factory.mktemp("closed"), **{"accounts.open_registration": "false"}).start()
    person = member(server, "member@example.com")
    yield person
    assert server.stop() == 0, server.text()


@pytest.fixture
def server(house):
    return house.server


def invite(server, email=EMAIL, *options):
    made = json.loads(server.run("account", "invite", email, *options, "--json").stdout)
    assert made["email"] == email
    return made["link"].partition("#invite=")[2]


def register(server, invitation, email=EMAIL, password=PASSWORD, **also):
    body = {"email": email, "password": password, "full_name": "A Guest", **also}
    if invitation is not None:
        body["invitation"] = invitation
    return server.call("POST", REGISTER, body)


def member(server, email):
    assert register(server, invite(server, email), email).status == 201
    person = Person.__new__(Person)
    person.server, person.email = server, email
    person.log_in()
    return person


def listed(server):
    return [one["email"] for one in json.loads(server.run("account", "invitations", "--json").stdout)]


def test_the_link_leads_to_the_page_and_its_token_is_in_the_fragment(server):
    link = server.run("account", "invite", EMAIL,
                      "--http.public_url=https://grants.example.com").stdout.strip()
    page, _, token = link.partition("#invite=")
    assert page == "https://grants.example.com/register" and len(token) == 43
    assert listed(server) == [EMAIL]


def test_who_is_invited_registers_once(server):
    email = "once@example.com"
    token = invite(server, email)
    shown = server.call("POST", INVITATION, {"invitation": token})
    assert shown.status == 200 and shown.json["email"] == email
    assert set(shown.json) == {"email", "expires_at", "by_operator"} and shown.json["by_operator"]
    assert register(server, token, email.upper()).status == 201
    assert email not in listed(server)
    for again in (register(server, token, email), server.call("POST", INVITATION, {"invitation": token})):
        assert (again.status, again.error) == (403, "invalid_invitation")
    assert server.call("POST", "/api/v0/auth/token", {"email": email, "password": PASSWORD}).status == 200


def test_a_refused_form_does_not_use_it_up(server):
    token = invite(server)
    for bad in ({"password": "short"}, {"password": "password123"}, {"full_name": "a\u202eb"},
                {"email": "no address"}):
        assert register(server, token, **{"email": EMAIL, **bad}).error == "invalid_request"
    assert register(server, token).status == 201


def test_of_many_at_once_one_makes_an_account(server):
    email = "many@example.com"
    token = invite(server, email)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: register(server, token, email), range(8)))
    assert sorted(a.status for a in answers) == [201] + [403] * 7
    assert {a.error for a in answers if a.status == 403} == {"invalid_invitation"}


def test_no_refusal_says_whether_an_address_has_an_account(server, house):
    """To a stranger, and to somebody who is invited at another address."""
    token = invite(server, "another@example.com")
    for invitation, error in ((None, "registration_closed"), (WRONG, "invalid_invitation"),
                              (token, "invalid_invitation")):
        answers = [register(server, invitation, email) for email in (house.email, "free@example.com")]
        assert [(a.status, a.error) for a in answers] == [(403, error)] * 2
        assert answers[0].json == answers[1].json
    for form in ({"invitation": ""}, {"invitation": 7}, {"invitation": "x" * 129}, {}):
        assert server.call("POST", INVITATION, form).error in ("invalid_request", "invalid_invitation")
    assert register(server, token, "another@example.com").status == 201


def test_an_expired_a_withdrawn_and_a_replaced_link_are_refused_alike(server):
    email = "late@example.com"
    first, second = invite(server, email), invite(server, email, "--for", "60s")
    assert register(server, first, email).error == "invalid_invitation"
    server.run("account", "withdraw", email)
    assert register(server, second, email).error == "invalid_invitation"
    refused = server.run("account", "withdraw", email, check=False)
    assert refused.returncode == 1 and "no open invitation" in refused.stderr


def test_where_registration_is_open_a_wrong_invitation_is_still_refused(make_server):
    server = make_server()
    assert register(server, WRONG).error == "invalid_invitation"
    token = invite(server)
    assert register(server, None).status == 201, "an invitation takes nothing away"
    assert register(server, token).error == "invalid_invitation"
    assert server.run("account", "invite", EMAIL, check=False).returncode == 1


def test_guesses_are_counted_like_other_failures(make_server):
    server = make_server(accounts__open_registration="false", limits__failures_per_address="5")
    answers = [server.call("POST", INVITATION, {"invitation": WRONG}).status for _ in range(6)]
    assert answers == [403] * 5 + [429]


def test_the_trail_says_what_became_of_it_and_never_the_token(server):
    email = "trail@example.com"
    token = invite(server, email)
    assert register(server, token, email).status == 201
    entries = [json.loads(line) for line in server.run("audit", "list", "--json").stdout.splitlines()]
    [invited] = [e for e in entries if e["action"] == "invite"][-1:]
    assert [e["action"] for e in entries if e["subject_id"] == invited["subject_id"]] == [
        "invite", "register"]
    for file in server.folder.iterdir():
        if file.is_file():
            assert token.encode() not in file.read_bytes(), file


def test_the_commands_of_the_handbook_work(server):
    invite_block, list_block = page_blocks("docs/how-to/invitations.md", "A server by invitation")
    fill = ("EMAIL", "handbook@example.com")
    made = run_block(invite_block, BINARY, server.folder, [fill], **server.environment)
    assert "/register#invite=" in made.stdout, made
    shown = run_block(list_block, BINARY, server.folder, [fill], **server.environment)
    assert shown.returncode == 0 and "handbook@example.com" in shown.stdout, shown
    assert "handbook@example.com" not in listed(server)
