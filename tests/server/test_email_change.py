# SPDX-License-Identifier: Apache-2.0
"""Changing the e-mail address of an account, and undoing it, also against somebody who has taken the
account over."""

import contextlib
import sqlite3

import pytest

from grantd import NO_MAIL_SERVER, PASSWORD, Person, inspect
from mail_server import link_in, text_of

ASK = "/api/v0/auth/account/email"
CONFIRM = "/api/v0/auth/email-change/confirm"
UNDO = "/api/v0/auth/email-change/undo"
OTHER = "nine green bottles and a wall"


def ask(person, email, password=PASSWORD, **more):
    return person.call("POST", ASK, {"email": email, "password": password}, **more)


def email_of(person):
    return person.call("GET", "/api/v0/auth/account").json["email"]


def log_in(server, email, password=PASSWORD):
    return server.call("POST", "/api/v0/auth/token", {"email": email, "password": password})


def token_of(message, what):
    page, _, token = link_in(message).partition(f"#{what}=")
    assert page.endswith("/email") and len(token) == 43
    return token


class Post:
    """Reads the mails of one server in their order."""

    def __init__(self, server, post):
        self.server, self.post, self.n = server, post, 0

    def next(self, to, what=None):
        self.n += 1
        found, message = self.post.wait(self.n)[self.n - 1]
        assert found == [to], self.post.mails
        self.post.wait_for(lambda: self.server.metric("mails_waiting") == 0)
        return token_of(message, what) if what else message


@pytest.fixture
def mails(sending, post):
    return Post(sending, post)


def change(person, mails, email, password=PASSWORD):
    """Return: the token by which it can be undone."""
    old = email_of(person)
    assert ask(person, email, password).status == 202
    assert person.server.call("POST", CONFIRM, {"token": mails.next(email, "confirm")}).status == 204
    return mails.next(old, "undo")


def test_the_address_changes_when_the_link_to_the_new_one_is_confirmed(sending, mails):
    ada = Person(sending, "ada@example.com")
    asked = ask(ada, " Ada@New.example ")
    assert (asked.status, asked.body) == (202, b"")
    token = mails.next("ada@new.example", "confirm")
    assert email_of(ada) == "ada@example.com"
    assert sending.call("POST", CONFIRM, {"token": token}).status == 204
    assert email_of(ada) == "ada@new.example"
    mails.next("ada@example.com", "undo")
    assert log_in(sending, "ada@example.com").error == "invalid_credentials"
    assert log_in(sending, "ada@new.example").status == 200
    done = [row["action"] for row in ada.call("GET", "/api/v0/auth/activity").json]
    assert done[:3] == ["login", "email_change", "email_ask"]


def test_the_mails_name_what_they_are_about_and_are_in_the_asked_language(sending, mails):
    ada = Person(sending, "ada@example.com")
    ask(ada, "ada@new.example", headers={"Accept-Language": "de"})
    message = mails.next("ada@new.example")
    assert message["Subject"] == "Best\u00e4tigen Sie Ihre E-Mail-Adresse f\u00fcr localhost"
    assert "Das Konto von ada@example.com" in text_of(message)
    token = token_of(message, "confirm")
    assert sending.call("POST", CONFIRM, {"token": token},
                        headers={"Accept-Language": "de"}).status == 204
    told = mails.next("ada@example.com")
    assert told["Subject"] == "Die E-Mail-Adresse Ihres Kontos bei localhost wurde ge\u00e4ndert"
    assert "new.example" not in text_of(told)  # a mailbox that was given up may be somebody else's


def test_a_link_works_once_and_a_newer_wish_ends_it(sending, mails):
    ada = Person(sending)
    ask(ada, "first@example.com")
    first = mails.next("first@example.com", "confirm")
    ask(ada, "second@example.com")
    second = mails.next("second@example.com", "confirm")
    assert sending.call("POST", CONFIRM, {"token": first}).error == "invalid_link"
    assert sending.call("POST", CONFIRM, {"token": second}).status == 204
    assert sending.call("POST", CONFIRM, {"token": second}).error == "invalid_link"
    assert email_of(ada) == "second@example.com"


@pytest.mark.parametrize("token", ("x", "A" * 43, "\u00e4" * 20))
@pytest.mark.parametrize("path", (CONFIRM, UNDO))
def test_a_made_up_token_is_refused(server, path, token):
    refused = server.call("POST", path, {"token": token})
    assert (refused.status, refused.error) == (400, "invalid_link")


def test_it_needs_the_password_and_what_is_refused_sends_nothing(sending, post):
    ada = Person(sending)
    assert ask(ada, "new@example.com", "not this one").error == "invalid_credentials"
    assert ada.call("POST", ASK, {"email": "new@example.com"}).error == "invalid_request"
    assert sending.call("POST", ASK, {"email": "new@example.com",
                                      "password": PASSWORD}).error == "unauthenticated"
    for bad in ("ada", "a@b@c", "ada@example.com\r\nBcc: eve@example.com"):
        assert ask(ada, bad).error == "invalid_request"
    assert sending.metric("mails_waiting") == 0 and not post.mails


def test_without_mail_it_says_whom_to_ask(server, user):
    refused = ask(user, "new@example.com")
    assert (refused.status, refused.error) == (403, "no_mail")


# --- addresses of others ---


def test_a_taken_address_is_not_told_apart_and_only_its_owner_hears_of_it(sending, mails):
    ada, eve = Person(sending, "ada@example.com"), Person(sending, "eve@example.com")
    free, taken = ask(Person(sending), "nobody@example.com"), ask(eve, ada.email)
    assert (free.status, free.body) == (taken.status, taken.body) == (202, b"")
    assert {n for n, _ in free.headers.items()} == {n for n, _ in taken.headers.items()}
    mails.next("nobody@example.com")
    told = mails.next(ada.email)
    assert told["Subject"] == "You already have an account at localhost"
    assert "eve@example.com" not in text_of(told) and "#" not in text_of(told)
    assert email_of(eve) == "eve@example.com"


def test_a_taken_address_costs_no_more_than_a_free_one(make_server):
    server = make_server(**NO_MAIL_SERVER, limits__registrations_per_address="1000")
    people = [Person(server).email for _ in range(20)]
    seconds = {}
    for name, addresses in (("warm", [f"a{n}@example.com" for n in range(20)]), ("taken", people),
                            ("free", [f"b{n}@example.com" for n in range(20)])):
        askers = [Person(server) for _ in range(4)]
        before = server.processor_seconds()
        for n, address in enumerate(addresses):
            assert ask(askers[n % 4], address).status == 202
        seconds[name] = server.processor_seconds() - before
    assert abs(seconds["taken"] - seconds["free"]) < 0.25 * seconds["free"] + 0.1, seconds


def test_an_address_that_is_taken_meanwhile_stays_whose_it_is(sending, mails):
    eve = Person(sending)
    ask(eve, "ada@example.com")
    token = mails.next("ada@example.com", "confirm")
    ada = Person(sending, "ada@example.com")
    assert sending.call("POST", CONFIRM, {"token": token}).error == "email_taken"
    assert email_of(ada) == "ada@example.com" and email_of(eve) == eve.email


def test_nobody_gets_an_address_that_can_still_be_given_back(sending, mails):
    """Who has taken the account over could otherwise register with the old address."""
    ada = Person(sending, "ada@example.com")
    undo = change(ada, mails, "eve@example.com")
    form = {"email": "ada@example.com", "password": PASSWORD, "full_name": "Eve"}
    assert sending.call("POST", "/api/v0/auth/register", form).status == 202
    form["invitation"] = link_in(mails.next("ada@example.com")).partition("#invite=")[2]
    assert sending.call("POST", "/api/v0/auth/register", form).error == "email_taken"
    mallory = Person(sending, "mallory@example.com")
    ask(mallory, "ada@example.com")
    token = mails.next("ada@example.com", "confirm")
    assert sending.call("POST", CONFIRM, {"token": token}).error == "email_taken"
    taken = sending.run("account", "set-email", mallory.email, ada.email, check=False)
    assert taken.returncode == 1 and "belongs to another account" in taken.stderr
    assert sending.call("POST", UNDO, {"token": undo}).status == 200


def test_ones_own_former_address_can_be_had_again(sending, mails):
    ada = Person(sending, "ada@example.com")
    change(ada, mails, "new@example.com")
    change(ada, mails, "ada@example.com")
    assert email_of(ada) == "ada@example.com"


# --- undoing ---


def test_undoing_gives_the_address_back_and_ends_sessions_and_the_password_but_no_grants(
        sending, mails):
    ada = Person(sending, "ada@example.com")
    app = Person(sending).application()
    granted = app.exchange(ada.code(app)).json["access_grant"]
    mails.next("ada@example.com")  # an application was connected
    undo = change(ada, mails, "eve@example.com")
    undone = sending.call("POST", UNDO, {"token": undo})
    assert undone.status == 200 and undone.headers["Cache-Control"] == "no-store"
    assert ada.call("GET", "/api/v0/auth/account").error == "unauthenticated"
    for email in ("ada@example.com", "eve@example.com"):  # the thief knows the password
        assert log_in(sending, email).error == "invalid_credentials"
    assert sending.call("POST", "/api/v0/auth/password-reset/complete", {
        "token": undone.json["reset_token"], "new_password": OTHER}).status == 204
    ada.token = log_in(sending, "ada@example.com", OTHER).json["token"]
    grant, = ada.grants()
    assert grant["status"] == "live" and inspect(granted)
    done = [row["action"] for row in ada.call("GET", "/api/v0/auth/activity").json]
    assert done[:3] == ["login", "password_reset", "email_undo"]
    assert sending.call("POST", UNDO, {"token": undo}).error == "invalid_link"


def test_the_first_owners_link_wins_however_often_the_address_changes_after_it(sending, mails):
    ada = Person(sending, "ada@example.com")
    first = change(ada, mails, "eve1@example.com")
    second = change(ada, mails, "eve2@example.com")
    third = change(ada, mails, "eve3@example.com")
    # The thief undoes one, too, and gets the account of the address before.
    assert sending.call("POST", UNDO, {"token": second}).status == 200
    assert sending.call("POST", UNDO, {"token": third}).error == "invalid_link"
    assert sending.call("POST", UNDO, {"token": first}).status == 200
    email = sending.run("account", "list", "--json").stdout
    assert '"ada@example.com"' in email and "eve" not in email


def test_what_the_thief_asked_for_is_void_after_undoing(sending, mails):
    ada = Person(sending, "ada@example.com")
    undo = change(ada, mails, "eve@example.com")
    ask(ada, "eve2@example.com")
    wish = mails.next("eve2@example.com", "confirm")
    reset = sending.reset_link("eve@example.com")[-43:]
    assert sending.call("POST", UNDO, {"token": undo}).status == 200
    assert sending.call("POST", CONFIRM, {"token": wish}).error == "invalid_link"
    assert sending.call("POST", "/api/v0/auth/password-reset/complete", {
        "token": reset, "new_password": OTHER}).error == "invalid_link"


@pytest.mark.parametrize("way", ("password", "link", "operator"))
def test_another_password_ends_what_was_asked_for(sending, mails, way):
    ada = Person(sending, "ada@example.com")
    ask(ada, "eve@example.com")
    token = mails.next("eve@example.com", "confirm")
    if way == "password":
        assert ada.call("POST", "/api/v0/auth/account/password",
                        {"old_password": PASSWORD, "new_password": OTHER}).status == 204
    elif way == "link":
        assert sending.call("POST", "/api/v0/auth/password-reset/complete", {
            "token": sending.reset_link(ada.email)[-43:], "new_password": OTHER}).status == 204
    else:
        sending.run("account", "set-password", ada.email, stdin=OTHER)
    assert sending.call("POST", CONFIRM, {"token": token}).error == "invalid_link"


def test_a_link_for_another_password_that_the_old_address_got_opens_nothing_afterwards(
        sending, mails):
    ada = Person(sending, "ada@example.com")
    ask(ada, "new@example.com")
    token = mails.next("new@example.com", "confirm")
    reset = sending.reset_link(ada.email)[-43:]
    assert sending.call("POST", CONFIRM, {"token": token}).status == 204
    assert sending.call("POST", "/api/v0/auth/password-reset/complete", {
        "token": reset, "new_password": OTHER}).error == "invalid_link"


def test_a_disabled_account_is_neither_changed_nor_given_back(sending, mails):
    ada, eve = Person(sending, "ada@example.com"), Person(sending, "eve@example.com")
    undo = change(ada, mails, "new@example.com")
    ask(eve, "other@example.com")
    wish = mails.next("other@example.com", "confirm")
    for email in ("new@example.com", "eve@example.com"):
        sending.run("account", "disable", email)
    assert sending.call("POST", UNDO, {"token": undo}).error == "invalid_link"
    assert sending.call("POST", CONFIRM, {"token": wish}).error == "invalid_link"


def test_a_deleted_account_frees_all_its_addresses(sending, mails):
    ada = Person(sending, "ada@example.com")
    undo = change(ada, mails, "new@example.com")
    assert ada.call("DELETE", "/api/v0/auth/account", {"password": PASSWORD}).status == 204
    assert sending.call("POST", UNDO, {"token": undo}).error == "invalid_link"
    assert email_of(Person(sending, "ada@example.com")) == "ada@example.com"


@pytest.mark.file
def test_a_link_has_its_time(sending, mails):
    ada, bob = Person(sending, "ada@example.com"), Person(sending, "bob@example.com")
    undo = change(ada, mails, "new@example.com")
    ask(bob, "other@example.com")
    wish = mails.next("other@example.com", "confirm")
    with contextlib.closing(sqlite3.connect(sending.folder / "grantd.db", timeout=30)) as database:
        ends = {table: database.execute(f"SELECT ends_at FROM {table}").fetchone()[0]
                for table in ("email_change", "email_undo")}
        assert abs(ends["email_undo"] - ends["email_change"] - (7 * 86400 - 1800) * 1000) < 60000
        for table in ends:
            database.execute(f"UPDATE {table} SET ends_at = ends_at - 700000000")
        database.commit()
    assert sending.call("POST", CONFIRM, {"token": wish}).error == "invalid_link"
    assert sending.call("POST", UNDO, {"token": undo}).error == "invalid_link"
    assert email_of(Person(sending, "ada@example.com")) == "ada@example.com"  # it is free again


def test_no_link_is_in_the_database_or_in_a_log(sending, mails):
    ada = Person(sending, "ada@example.com")
    ask(ada, "new@example.com")
    confirm = mails.next("new@example.com", "confirm")
    assert sending.call("POST", CONFIRM, {"token": confirm}).status == 204
    undo = mails.next("ada@example.com", "undo")
    for file in sending.folder.iterdir():
        if file.is_file():
            assert confirm.encode() not in file.read_bytes(), file
            assert undo.encode() not in file.read_bytes(), file


# --- how much there can be ---


def test_five_changes_at_most_can_be_undone_and_none_gives_way(sending, mails):
    ada = Person(sending, "ada@example.com")
    undos = [change(ada, mails, f"eve{n}@example.com") for n in range(5)]
    refused = ask(ada, "eve6@example.com")
    assert (refused.status, refused.error) == (409, "too_many_email_changes")
    assert sending.call("POST", UNDO, {"token": undos[0]}).status == 200


def test_an_account_asks_for_ten_addresses_a_day(make_server):
    server = make_server(**NO_MAIL_SERVER, limits__registrations_per_address="1000")
    ada, eve = Person(server), Person(server)
    answers = [ask(eve, f"a{n}@example.com") for n in range(11)]
    assert [one.status for one in answers] == [202] * 10 + [429]
    assert int(answers[10].headers["Retry-After"]) > 60
    assert ask(ada, "new@example.com").status == 202


def test_an_address_gets_ten_such_mails_a_day_whoever_asks_and_its_undo_all_the_same(
        make_server, post):
    server = make_server(**post.settings(), limits__registrations_per_address="1000")
    ada, eves = Person(server, "ada@example.com"), [Person(server) for _ in range(2)]
    for n in range(12):
        assert ask(eves[n % 2], ada.email).status == 202
        post.wait_for(lambda: server.metric("mails_waiting") == 0)
    assert len(post.mails) == 10
    ask(ada, "new@example.com")
    token = token_of(post.wait(11)[10][1], "confirm")
    assert server.call("POST", CONFIRM, {"token": token}).status == 204
    assert post.wait(12)[11][0] == ["ada@example.com"]


@pytest.mark.file
def test_what_cannot_be_told_is_not_done(make_server, post):
    """The old address must hear of it."""
    server = make_server(**post.settings())
    ada = Person(server, "ada@example.com")
    ask(ada, "new@example.com")
    token = token_of(post.wait()[0][1], "confirm")
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db", timeout=30)) as database:
        database.execute("""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
            WHERE i < 10000) INSERT INTO mail SELECT CAST(printf('%016d', i) AS BLOB), 1,
            'user' || i, 0, '', 0, 0, 9000000000000000 FROM n""")
        database.commit()
        assert server.call("POST", CONFIRM, {"token": token}).status == 503
        assert email_of(ada) == "ada@example.com"
        database.execute("DELETE FROM mail")
        database.commit()
    assert server.call("POST", CONFIRM, {"token": token}).status == 204


# --- the operator, and who logs in elsewhere ---


def test_an_operator_changes_it_also_without_mail(server):
    ada = Person(server)
    server.run("account", "set-email", ada.email.upper(), "operator-made@example.com")
    assert email_of(ada) == "operator-made@example.com"
    assert log_in(server, "operator-made@example.com").status == 200
    assert ada.call("GET", "/api/v0/auth/activity").json[1]["action"] == "email_change"


def test_with_mail_the_operators_change_is_told_and_can_be_undone(sending, post):
    ada = Person(sending, "ada@example.com")
    mail = [f"--{name}={value}" for name, value in post.settings().items()]
    sending.run("account", "set-email", ada.email, "new@example.com", *mail)
    (to, message), = post.wait()
    assert to == ["ada@example.com"]
    undone = sending.call("POST", UNDO, {"token": token_of(message, "undo")})
    assert undone.status == 200


@pytest.mark.parametrize("new, said", (("nobody", "is not an e-mail address"),
                                       (None, "belongs to another account")))
def test_the_operator_hears_what_is_wrong(server, user, new, said):
    other = Person(server)
    refused = server.run("account", "set-email", user.email, new or other.email, check=False)
    assert refused.returncode == 1 and said in refused.stderr
    assert email_of(user) == user.email


def test_who_logs_in_by_a_proxy_changes_it_there(make_server, post):
    server = make_server(**post.settings(), **{
        "http.trusted_proxies": "127.0.0.1", "login.proxy_header": "X-Remote-User",
        "login.proxy_accounts": "true", "accounts.open_registration": "false"})
    said = {"X-Remote-User": "ada@example.com"}
    token = server.call("POST", "/api/v0/auth/proxy-login", {}, headers=said).json["token"]
    refused = server.call("POST", ASK, {"email": "new@example.com"}, token=token, headers=said)
    assert (refused.status, refused.error) == (409, "email_of_another_login")
    assert not post.mails and server.metric("mails_waiting") == 0
