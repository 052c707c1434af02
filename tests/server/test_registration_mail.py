# SPDX-License-Identifier: Apache-2.0
"""Registering where the server sends mail: known and unknown addresses get the same answer."""

import pytest

from grantd import NO_MAIL_SERVER, PASSWORD, Person
from mail_server import html_of, link_in, text_of

REGISTER = "/api/v0/auth/register"


def ask(server, email, **fields):
    return server.call("POST", REGISTER, {"email": email, **fields})


def register(server, email, token, **fields):
    return server.call("POST", REGISTER, {"email": email, "password": PASSWORD,
                                          "full_name": "Ada", "invitation": token, **fields})


def token_of(server, message):
    page, _, token = link_in(message).partition("#invite=")
    assert page == server.url + "/register" and len(token) == 43
    return token


@pytest.mark.parametrize("path", (REGISTER, "/api/v0/developer/auth/register"))
def test_an_unknown_address_gets_a_link_by_which_it_registers_once(sending, post, path):
    asked = sending.call("POST", path, {"email": " Ada@Example.com ", "password": "x",
                                        "full_name": "Eve"},
                         headers={"Accept-Language": "de"})
    assert (asked.status, asked.body) == (202, b"")
    (to, message), = post.wait()
    assert to == ["ada@example.com"]
    assert message["Subject"] == "Erstellen Sie Ihr Konto bei localhost"
    token = token_of(sending, message)
    assert sending.run("account", "list", "--json").stdout.strip() == "[]"
    opened = sending.call("POST", "/api/v0/auth/invitation", {"invitation": token}).json
    assert opened["email"] == "ada@example.com" and opened["by_operator"] is False
    made = register(sending, "ada@example.com", token)
    assert made.status == 201 and made.json["full_name"] == "Ada"
    assert register(sending, "ada@example.com", token).error == "invalid_invitation"
    assert sending.call("POST", "/api/v0/auth/token", {
        "email": "ada@example.com", "password": PASSWORD}).status == 200


def test_a_known_address_gets_the_same_answer_and_a_mail_that_says_so(sending, post):
    ada = Person(sending, "ada@example.com")
    known, unknown = ask(sending, ada.email), ask(sending, "nobody@example.com")
    assert (known.status, known.body) == (unknown.status, unknown.body) == (202, b"")
    assert {name for name, _ in known.headers.items()} == {n for n, _ in unknown.headers.items()}
    mails = {to[0]: message for to, message in post.wait(2)}
    told = mails[ada.email]
    assert told["Subject"] == "You already have an account at localhost"
    assert sending.url + "/login" in text_of(told) and sending.url + "/forgot" in text_of(told)
    assert f'<a href="{sending.url}/login">' in html_of(told) and "#" not in text_of(told)
    assert token_of(sending, mails["nobody@example.com"])
    assert ada.call("GET", "/api/v0/auth/account").status == 200


def test_a_known_address_costs_no_more_than_an_unknown_one(make_server):
    server = make_server(**NO_MAIL_SERVER)
    people = [Person(server).email for _ in range(30)]
    strangers = [f"stranger{n}@example.com" for n in range(30)]
    seconds = {}
    for name, addresses in (("warm", strangers), ("known", people), ("unknown", strangers)):
        before = server.processor_seconds()
        for address in addresses:
            assert ask(server, address, password=PASSWORD, full_name="A Person").status == 202
        seconds[name] = server.processor_seconds() - before
    # Hashing a password takes some 20 ms; what an answer told would be far less than that.
    assert abs(seconds["known"] - seconds["unknown"]) < 30 * 0.004, seconds


def test_a_link_is_for_its_address_and_a_newer_one_ends_it(sending, post):
    tokens = []
    for n in (1, 2):
        ask(sending, "ada@example.com")
        tokens.append(token_of(sending, post.wait(n)[-1][1]))
        post.wait_for(lambda: sending.metric("mails_waiting") == 0)
    assert register(sending, "ada@example.com", tokens[0]).error == "invalid_invitation"
    assert register(sending, "eve@example.com", tokens[1]).error == "invalid_invitation"
    assert register(sending, "ada@example.com", tokens[1], password="short").status == 400
    assert register(sending, "ada@example.com", tokens[1]).status == 201


def test_who_asks_for_somebody_elses_address_leaves_their_invitation_and_its_role(sending, post):
    mail = [f"--{name}={value}" for name, value in post.settings().items()]
    link = sending.run("account", "invite", "--developer", "ada@example.com", *mail).stdout.strip()
    ask(sending, "ada@example.com")  # a stranger
    asked = token_of(sending, post.wait()[0][1])
    listed = sending.run("account", "invitations", "--json").stdout
    assert listed.count("ada@example.com") == 1
    invited = link.partition("#invite=")[2]
    opened = sending.call("POST", "/api/v0/auth/invitation", {"invitation": invited}).json
    assert opened["by_operator"] is True
    assert register(sending, "ada@example.com", asked).status == 201  # she reads her mail
    assert register(sending, "ada@example.com", invited).error == "invalid_invitation"
    accounts = sending.run("account", "list", "--json").stdout
    assert '"developer"' in accounts


def test_a_link_opens_nothing_once_registration_is_closed(sending, post):
    ask(sending, "ada@example.com")
    token = token_of(sending, post.wait()[0][1])
    sending.stop()
    sending.settings["accounts.open_registration"] = "false"
    sending.start()
    assert register(sending, "ada@example.com", token).error == "registration_closed"
    assert ask(sending, "ada@example.com").error == "registration_closed"


def test_an_account_that_was_made_meanwhile_ends_the_link(sending, post):
    ask(sending, "ada@example.com")
    token = token_of(sending, post.wait()[0][1])
    Person(sending, "ada@example.com")
    assert register(sending, "ada@example.com", token).error == "invalid_invitation"


@pytest.mark.parametrize("address", ("ada", "a@b@c", "ada@example.com\r\nBcc: eve@example.com"))
def test_what_is_no_address_is_refused(sending, post, address):
    refused = ask(sending, address)
    assert (refused.status, refused.error) == (400, "invalid_request")
    assert sending.metric("mails_waiting") == 0 and not post.mails


def test_an_address_gets_ten_such_mails_a_day_whoever_asks(make_server, post):
    server = make_server(**post.settings())
    for n in range(12):
        assert server.call("POST", REGISTER, {"email": "ada@example.com"},
                           source=f"127.0.1.{n + 1}").status == 202
        post.wait_for(lambda: server.metric("mails_waiting") == 0)
    assert len(post.mails) == 10


def test_an_address_can_ask_so_often_in_an_hour(make_server, post):
    server = make_server(**post.settings(), limits__registrations_per_address="3")
    answers = [ask(server, f"stranger{n}@example.com") for n in range(4)]
    assert [one.status for one in answers] == [202, 202, 202, 429]


def test_without_mail_nothing_is_left_out(server):
    for missing in ("password", "full_name"):
        form = {"email": "new@example.com", "password": PASSWORD, "full_name": "A"}
        del form[missing]
        assert server.call("POST", REGISTER, form).error == "invalid_request"


def test_no_link_is_in_the_database_or_in_a_log(sending, post):
    ask(sending, "ada@example.com", password="a password of a stranger", full_name="Eve")
    token = token_of(sending, post.wait()[0][1]).encode()
    for file in sending.folder.iterdir():
        if file.is_file():
            assert token not in file.read_bytes(), file
            assert b"a password of a stranger" not in file.read_bytes(), file
