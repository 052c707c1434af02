# SPDX-License-Identifier: Apache-2.0
"""Mail: how it is sent, to real servers and misbehaving ones, and what one caller can cause."""

import contextlib
import datetime
import email.utils
import sqlite3
import time

import pytest

from grantd import NO_MAIL_SERVER, PASSWORD, Person
from mail_server import LOGIN, USER, MailServer, SilentServer, html_of, link_in, text_of

ASK = "/api/v0/auth/password-reset"
COMPLETE = ASK + "/complete"
OTHER = "nine green bottles and a wall"


def ask(server, email, **more):
    return server.call("POST", ASK, {"email": email}, **more)


def log_in(server, person, password):
    return server.call("POST", "/api/v0/auth/token", {"email": person.email, "password": password})


def count(server, outcome):
    text = server.call("GET", "/metrics").body.decode()
    found = [line for line in text.splitlines()
             if line.startswith(f'grantd_mails_total{{outcome="{outcome}"}}')]
    return int(found[0].split()[1]) if found else 0


def wait_counted(server, outcome, n=1):
    deadline = time.monotonic() + 20
    while count(server, outcome) < n:
        assert time.monotonic() < deadline, server.text()
        time.sleep(0.05)


# --- the mail ---


def test_a_mail_brings_a_link_that_sets_another_password(sending, post):
    ada = Person(sending, "ada@example.com")
    asked = ask(sending, " Ada@Example.com ")
    assert (asked.status, asked.body) == (202, b"")
    (to, message), = post.wait()
    assert to == ["ada@example.com"]
    page, token = link_in(message).split("#")
    assert page == sending.url + "/reset"
    assert sending.call("POST", COMPLETE, {"token": token, "new_password": OTHER}).status == 204
    assert log_in(sending, ada, OTHER).status == 200
    assert ada.call("GET", "/api/v0/auth/account").error == "unauthenticated"
    again = sending.call("POST", COMPLETE, {"token": token, "new_password": PASSWORD})
    assert again.error == "invalid_link"
    assert post.wait(2)[1][1]["Subject"] == "Your password for localhost was changed"


def test_the_head_is_as_rfc_5322_wants_it_and_there_are_two_forms(sending, post):
    Person(sending, "ada@example.com")
    ask(sending, "ada@example.com")
    (_, message), = post.wait()
    assert message["From"] == "grantd@example.org" and message["To"] == "ada@example.com"
    assert message["Subject"] == "A new password for localhost"
    assert message["Message-ID"].endswith("@example.org>")
    assert message["Auto-Submitted"] == "auto-generated" and message["MIME-Version"] == "1.0"
    sent = email.utils.parsedate_to_datetime(message["Date"])
    assert abs((datetime.datetime.now(datetime.timezone.utc) - sent).total_seconds()) < 120
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "127.0.0.1 asked for a new password" in text_of(message)
    assert "<script" not in html_of(message) and "<img" not in html_of(message)


def test_german_is_written_to_who_reads_it(sending, post):
    Person(sending, "ada@example.com")
    ask(sending, "ada@example.com", headers={"Accept-Language": "de"})
    (_, message), = post.wait()
    assert message["Subject"] == "Neues Passwort f\u00fcr localhost"
    assert "=?utf-8?B?" in message.as_bytes().decode() or "=?utf-8?q?" in message.as_bytes().decode()
    assert "Öffnen Sie diesen Link" in text_of(message) and 'lang="de"' in html_of(message)
    assert link_in(message)


def test_a_second_mail_ends_the_link_of_the_first(sending, post):
    ada = Person(sending)
    links = []
    for n in (1, 2):
        ask(sending, ada.email)
        links.append(link_in(post.wait(n)[-1][1])[-43:])
    used = [sending.call("POST", COMPLETE, {"token": one, "new_password": OTHER}) for one in links]
    assert [one.status for one in used] == [400, 204]


def test_no_link_is_in_the_database_or_in_a_log(sending, post):
    ada = Person(sending)
    ask(sending, ada.email)
    token = link_in(post.wait()[0][1])[-43:].encode()
    for file in sending.folder.iterdir():
        if file.is_file():
            assert token not in file.read_bytes(), file


# --- a changed password ---


def change(person, language=None):
    headers = {"Accept-Language": language} if language else {}
    return person.call("POST", "/api/v0/auth/account/password",
                       {"old_password": PASSWORD, "new_password": OTHER}, headers=headers)


@pytest.mark.parametrize("language, subject", ((None, "Your password for localhost was changed"),
                                               ("de", "Ihr Passwort f\u00fcr localhost wurde ge\u00e4ndert")))
def test_a_changed_password_is_told(sending, post, language, subject):
    ada = Person(sending)
    assert change(ada, language).status == 204
    (to, message), = post.wait()
    assert to == [ada.email] and message["Subject"] == subject
    assert sending.url + "/forgot" in text_of(message)
    assert f'<a href="{sending.url}/forgot">' in html_of(message)


def test_a_password_set_by_a_link_or_by_the_operator_is_told(sending, post):
    ada = Person(sending)
    token = sending.reset_link(ada.email)[-43:]
    assert sending.call("POST", COMPLETE, {"token": token, "new_password": OTHER}).status == 204
    assert [to for to, _ in post.wait()] == [[ada.email]]
    mail = [f"--{name}={value}" for name, value in post.settings().items()]
    sending.run("account", "set-password", ada.email, *mail, stdin=PASSWORD)
    assert [to for to, _ in post.wait(2)] == [[ada.email]] * 2


def test_a_password_that_was_not_changed_is_not_told(sending, post):
    ada, eve = Person(sending), Person(sending)
    refused = ada.call("POST", "/api/v0/auth/account/password",
                       {"old_password": "not this one", "new_password": OTHER})
    assert refused.error == "invalid_credentials"
    change(eve)
    assert [to for to, _ in post.wait()] == [[eve.email]]
    post.wait_for(lambda: sending.metric("mails_waiting") == 0)  # it is deleted when it was taken
    assert len(post.mails) == 1


def test_an_address_gets_ten_notices_a_day_also_by_accounts_that_come_and_go(sending, post):
    """Addresses are not verified, so a stranger may have registered somebody else's."""
    for n in range(12):
        eve = Person(sending, "victim@example.com")
        assert change(eve).status == 204
        wait_counted(sending, "ok", min(n + 1, 10))
        assert eve.call("DELETE", "/api/v0/auth/account", {"password": OTHER}).status == 204
    wait_counted(sending, "ERR_TOO_MANY_MAILS", 2)
    assert len(post.mails) == 10


# --- who does not get one ---


def test_an_unknown_address_gets_the_same_answer_and_no_mail(sending, post):
    ada = Person(sending)
    known, unknown = ask(sending, ada.email), ask(sending, "nobody@example.com")
    assert (known.status, known.body) == (unknown.status, unknown.body) == (202, b"")
    names = [{name for name, _ in one.headers.items()} for one in (known, unknown)]
    assert names[0] == names[1]
    wait_counted(sending, "ERR_NO_ROW")
    assert [to for to, _ in post.wait()] == [[ada.email]]


def test_a_known_address_costs_no_more_than_an_unknown_one(make_server):
    """Both leave a row that another thread looks at; here it cannot send anything."""
    server = make_server(**NO_MAIL_SERVER)
    people = [Person(server).email for _ in range(40)]
    strangers = [f"stranger{n}@example.com" for n in range(40)]
    seconds = {}
    for name, addresses in (("warm", strangers), ("known", people), ("unknown", strangers)):
        before = server.processor_seconds()
        for address in addresses:
            assert ask(server, address).status == 202
        seconds[name] = server.processor_seconds() - before
    # A password check alone takes some 20 ms; what an answer told would be far less than that.
    assert abs(seconds["known"] - seconds["unknown"]) < 40 * 0.004, seconds


def test_a_disabled_account_gets_none(sending, post):
    ada, eve = Person(sending), Person(sending)
    sending.run("account", "disable", ada.email)
    assert ask(sending, ada.email).status == 202
    wait_counted(sending, "ERR_ACCOUNT_DISABLED")
    ask(sending, eve.email)
    assert [to for to, _ in post.wait()] == [[eve.email]]


@pytest.mark.parametrize("address", (
    "ada@example.com\r\nBcc: eve@example.com", "ada@example.com\nSubject: x", "ada", "a@b@c",
    "ada @example.com", "ada\x00@example.com"))
def test_what_is_no_address_is_refused(sending, post, address):
    refused = ask(sending, address)
    assert (refused.status, refused.error) == (400, "invalid_request")
    assert sending.metric("mails_waiting") == 0 and not post.mails


@pytest.mark.parametrize("address", ("a>,<eve@example.com", "a,eve@example.com", "\u00e4@example.com"))
def test_an_address_that_is_no_single_one_to_a_mail_server_gets_none(sending, post, address):
    Person(sending, address)
    assert ask(sending, address).status == 202
    wait_counted(sending, "ERR_MAIL_REFUSED")
    assert not post.mails and post.asked == 0


def test_without_a_mail_server_it_says_whom_to_ask(server, user):
    refused = ask(server, user.email)
    assert (refused.status, refused.error) == (403, "no_mail")


# --- how much there can be ---


def test_an_e_mail_address_gets_ten_links_a_day_whoever_asks(sending, post):
    """Those who ask have an address each, and leave others alone."""
    ada, eve = Person(sending), Person(sending)
    for n in range(14):
        assert sending.call("POST", ASK, {"email": ada.email},
                            source=f"127.0.1.{n + 1}").status == 202
        wait_counted(sending, "ok", min(n + 1, 10))
    wait_counted(sending, "ERR_TOO_MANY_MAILS", 4)
    assert len(post.mails) == 10
    ask(sending, eve.email)
    assert post.wait(11)[-1][0] == [eve.email]


def test_an_address_can_ask_for_so_many_mails_in_an_hour(make_server, post):
    server = make_server(**post.settings(), limits__registrations_per_address="3")
    answers = [ask(server, f"stranger{n}@example.com") for n in range(4)]
    assert [one.status for one in answers] == [202, 202, 202, 429]
    assert answers[3].error == "too_many_requests" and int(answers[3].headers["Retry-After"]) > 60
    assert server.call("POST", ASK, {"email": "other@example.com"},
                       source="127.0.1.1").status == 202


def test_five_mails_at_most_wait_for_one_recipient(make_server):
    server = make_server(**NO_MAIL_SERVER)
    ada = Person(server)
    for _ in range(9):
        assert ask(server, ada.email).status == 202
    assert server.metric("mails_waiting") == 5


@pytest.mark.file
def test_a_full_queue_refuses_everybody_alike(make_server):
    server = make_server(**NO_MAIL_SERVER)
    ada = Person(server)
    run_in_file(server, """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        INSERT INTO mail SELECT CAST(printf('%016d', i) AS BLOB), 1, 'user' || i, 0, '', 0, 0,
        9000000000000000 FROM n""")
    answers = [ask(server, address) for address in (ada.email, "nobody@example.com")]
    assert [(one.status, one.error) for one in answers] == [(503, "temporarily_unavailable")] * 2
    run_in_file(server, "DELETE FROM mail WHERE recipient = 'user1'")
    assert ask(server, ada.email).status == 202


# --- mail servers ---


@pytest.mark.parametrize("options", ({"tls": True}, {"smtps": True}), ids=("starttls", "smtps"))
def test_mail_goes_over_tls_to_a_server_whose_certificate_is_right(make_server, mail_server, options):
    post = mail_server(**options)
    server = make_server(**post.settings())
    ask(server, Person(server).email)
    assert link_in(post.wait()[0][1])


def test_a_certificate_that_is_not_trusted_gets_no_mail(make_server, mail_server):
    post = mail_server(smtps=True)
    settings = post.settings()
    del settings["mail.ca"]
    server = make_server(**settings)
    ask(server, Person(server).email)
    wait_counted(server, "ERR_MAIL_UNAVAILABLE")
    assert not post.mails and server.metric("mails_waiting") == 1


def test_a_server_without_starttls_gets_no_mail_where_tls_is_required(make_server, mail_server):
    plain, other = mail_server(), mail_server(tls=True)
    server = make_server(**plain.settings(**{"mail.ca": str(other.certificate)}))
    ask(server, Person(server).email)
    wait_counted(server, "ERR_MAIL_UNAVAILABLE")
    assert not plain.mails and plain.asked == 0


@pytest.mark.parametrize("in_file", (False, True))
def test_it_logs_in_with_a_password_of_the_url_or_of_a_file(make_server, mail_server, tmp_path, in_file):
    post = mail_server(tls=True, login=True)
    settings = post.settings()
    login = "post%40example.org" + ("" if in_file else ":p%40ss%3Aword%2F%25")
    settings["mail.url"] = f"smtp://{login}@127.0.0.1:{post.port}"
    if in_file:
        (tmp_path / "password").write_text(LOGIN + "\n")
        (tmp_path / "password").chmod(0o600)
        settings["mail.password_file"] = str(tmp_path / "password")
    server = make_server(**settings)
    ask(server, Person(server).email)
    assert link_in(post.wait()[0][1]) and set(post.logins) == {(USER, LOGIN)}
    assert LOGIN not in server.text() and "%40ss" not in server.text()


def test_a_wrong_log_in_keeps_the_mail(make_server, mail_server):
    post = mail_server(login=True)
    settings = post.settings()
    settings["mail.url"] = f"smtp://eve:wrong-one@127.0.0.1:{post.port}"
    server = make_server(**settings)
    ask(server, Person(server).email)
    wait_counted(server, "ERR_MAIL_UNAVAILABLE")
    assert server.metric("mails_waiting") == 1 and "wrong-one" not in server.text()


@pytest.mark.parametrize("answer", ("451 later", "421 bye", ""), ids=("4xx", "421", "dropped"))
def test_what_fails_for_now_waits_and_is_tried_again(make_server, post, answer):
    server = make_server(**post.settings())
    post.answers = [answer]
    ask(server, Person(server).email)
    wait_counted(server, "ERR_MAIL_UNAVAILABLE")
    assert server.metric("mails_waiting") == 1 and not post.mails


@pytest.mark.file
def test_a_mail_that_waits_is_sent_when_it_is_due_also_after_a_crash(make_server, post):
    server = make_server(**post.settings())
    post.answers = ["451 later"]
    ask(server, Person(server).email)
    wait_counted(server, "ERR_MAIL_UNAVAILABLE")
    server.kill()
    run_in_file(server, "UPDATE mail SET next_at = 0")
    server.start()
    assert link_in(post.wait()[0][1])
    post.wait_for(lambda: server.metric("mails_waiting") == 0)


@pytest.mark.file
def test_a_mail_that_failed_for_a_day_is_given_up(make_server, post):
    server = make_server(**post.settings())
    post.answers = ["451 later", "451 later"]
    ask(server, Person(server).email)
    wait_counted(server, "ERR_MAIL_UNAVAILABLE")
    run_in_file(server, "UPDATE mail SET next_at = 0, made_at = made_at - 86400000")
    wait_counted(server, "ERR_MAIL_UNAVAILABLE", 2)
    post.wait_for(lambda: server.metric("mails_waiting") == 0)
    assert not post.mails


def test_what_is_refused_for_good_is_given_up_at_once(make_server, post):
    server = make_server(**post.settings())
    post.answers = ["550 no such user"]
    ask(server, Person(server).email)
    wait_counted(server, "ERR_MAIL_REFUSED")
    assert server.metric("mails_waiting") == 0 and not post.mails


def test_a_silent_server_holds_up_neither_requests_nor_the_end(make_server):
    silent = SilentServer()
    server = make_server(**{"mail.url": f"smtp://127.0.0.1:{silent.port}",
                            "mail.from": "grantd@example.org"})
    ada = Person(server)
    assert ask(server, ada.email).status == 202
    deadline = time.monotonic() + 20
    while not silent.taken:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert ask(server, ada.email).status == 202 and log_in(server, ada, PASSWORD).status == 200
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 10  # it would wait for 30 seconds
    silent.close()


def run_in_file(server, statement):
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db", timeout=30)) as database:
        database.execute(statement)
        database.commit()
