# SPDX-License-Identifier: Apache-2.0
"""Mail about log-ins with a browser that the account does not know, and about applications that were
connected."""

import contextlib
import re
import sqlite3

import pytest

from authenticator import add
from grantd import PASSWORD, Person
from mail_server import html_of, text_of
from oathtool import Factor

TOKEN = "/api/v0/auth/token"
KNOWN = "_known"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SUBJECT = "A new log-in to your account at localhost"


class Browser:
    """Keeps the cookies that it gets, for all accounts."""

    def __init__(self, server, agent=FIREFOX):
        self.server, self.agent, self.cookies = server, agent, {}

    def log_in(self, person, password=PASSWORD, **more):
        headers = {"User-Agent": self.agent, "Sec-Fetch-Site": "same-origin",
                   "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        got = self.server.call("POST", TOKEN, {"email": person.email, "password": password,
                                               "cookie_only": True, **more}, headers=headers)
        for line in got.headers.get_all("Set-Cookie") or ():
            name, value = re.match("([^=]+)=([^;]*);", line).groups()
            self.cookies[name] = value
        return got


def rows(server, statement, *values):
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database, database:
        return database.execute(statement, values).fetchall()


def counted(server, outcome):
    text = server.call("GET", "/metrics").body.decode()
    return int(re.search(rf'mails_total{{outcome="{outcome}"}} (\d+)', text)[1])


def log_in(person):
    """As a program, which keeps no cookies."""
    return person.server.call("POST", TOKEN, {"email": person.email, "password": PASSWORD})


@pytest.fixture
def settled(sending, post):
    """The mails so far as (recipient, subject), once none waits."""
    def check():
        post.wait_for(lambda: sending.metric("mails_waiting") == 0)
        return [(to[0], message["Subject"]) for to, message in post.mails]
    return check


@pytest.fixture
def ada(sending):
    """Somebody who has logged in before."""
    return Person(sending)


def test_a_log_in_with_another_browser_is_told_once(sending, post, settled, ada):
    laptop = Browser(sending)
    assert laptop.log_in(ada).status == 200
    assert settled() == [(ada.email, SUBJECT)]
    message = post.mails[0][1]
    for text in (text_of(message), html_of(message)):
        assert "with the password, from 127.0.0.1 (Firefox, Linux)" in text
        assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d UTC", text)
        assert laptop.cookies[KNOWN] not in text
    assert f'<a href="{sending.url}/account">' in html_of(message)
    assert f'<a href="{sending.url}/forgot">' in html_of(message)
    laptop.cookies.pop("_tokenKey")
    assert laptop.log_in(ada).status == 200
    assert len(settled()) == 1
    assert Browser(sending).log_in(ada).status == 200
    assert len(settled()) == 2


def test_the_first_log_in_after_the_registration_is_not_told(sending, settled):
    sending.run("account", "create", "new@example.com", stdin=PASSWORD)
    ann = type("", (), {"email": "new@example.com"})
    first = Browser(sending)
    assert first.log_in(ann).status == 200 and first.log_in(ann).status == 200
    assert settled() == []
    assert Browser(sending).log_in(ann).status == 200
    assert len(settled()) == 1


def test_programs_are_told_each_time_and_get_no_cookie(settled, ada):
    for _ in range(2):
        assert not [line for line in log_in(ada).headers.get_all("Set-Cookie") or () if KNOWN in line]
    assert settled() == [(ada.email, SUBJECT)] * 2


def test_a_refused_log_in_tells_nothing_and_gives_no_cookie(sending, settled, ada):
    browser = Browser(sending)
    assert browser.log_in(ada, "not this one").status == 401
    assert browser.cookies == {} and settled() == []


@pytest.mark.file
def test_a_browser_is_known_to_each_account_apart(sending, settled, ada):
    eve = Person(sending)
    browser = Browser(sending)
    browser.log_in(eve)
    kept = browser.cookies[KNOWN]
    browser.log_in(ada)  # Eve knows the cookie, and it says nothing to Ada's account
    browser.log_in(eve)
    browser.log_in(ada)
    assert browser.cookies[KNOWN] == kept
    assert settled() == [(eve.email, SUBJECT), (ada.email, SUBJECT)]
    digests = [digest for digest, in rows(sending, "SELECT digest FROM browser")]
    assert len(digests) == 2 and digests[0] != digests[1]
    for file in sending.folder.iterdir():
        assert not file.is_file() or kept.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("kept", ("", "x", "A" * 42, "A" * 44, "A" * 1000, "\u00fc" * 43, '"' + "A" * 41 + '"'))
def test_a_cookie_that_is_none_of_ours_is_replaced(sending, settled, ada, kept):
    browser = Browser(sending)
    browser.cookies[KNOWN] = kept
    assert browser.log_in(ada).status == 200
    assert re.fullmatch("[A-Za-z0-9_-]{43}", browser.cookies[KNOWN])
    assert len(settled()) == 1


def test_the_cookie_lives_long_and_no_script_reads_it(sending, ada):
    got = Browser(sending).log_in(ada)
    line, = [line for line in got.headers.get_all("Set-Cookie") if line.startswith(KNOWN)]
    assert line.endswith("; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax")


@pytest.mark.file
def test_an_account_knows_twenty_browsers_and_the_oldest_ends(sending, settled, ada):
    first = Browser(sending)
    first.log_in(ada)
    for _ in range(20):
        assert Browser(sending).log_in(ada).status == 200
    assert rows(sending, "SELECT COUNT(*) FROM browser") == [(20,)]
    before = len(settled())
    first.log_in(ada)
    assert len(settled()) <= before + 1
    assert rows(sending, "SELECT COUNT(*) FROM browser") == [(20,)]


def test_no_more_than_ten_a_day_are_sent_and_other_notices_still_are(sending, settled, ada):
    for _ in range(14):
        assert log_in(ada).status == 200
        settled()
    assert [subject for _, subject in settled()] == [SUBJECT] * 10
    assert counted(sending, "ERR_TOO_MANY_MAILS") == 4
    add(ada)
    assert settled()[-1][1] == "Your account at localhost has a new passkey"


def test_the_way_of_the_log_in_is_said_in_the_language_of_the_account(sending, post, settled, ada):
    ada.call("PATCH", "/api/v0/auth/account", {"language": "de"})
    factor = Factor(ada)
    assert Browser(sending, "curl/8.0 <b>evil.example</b>").log_in(ada, code=factor.code(1)).status == 200
    assert settled()[1][1] == "Eine neue Anmeldung bei Ihrem Konto bei localhost"
    text = text_of(post.mails[1][1])
    assert "mit dem Passwort und einem Code des zweiten Faktors, von 127.0.0.1\n" in text.replace("\r", "")
    assert "evil" not in text


def test_another_password_forgets_the_browsers_in_which_nobody_is_logged_in(sending, settled, ada):
    mine, other = Browser(sending), Browser(sending)
    mine.log_in(ada), other.log_in(ada)
    ada.token = mine.cookies["_tokenKey"]
    changed = ada.call("POST", "/api/v0/auth/account/password",
                       {"old_password": PASSWORD, "new_password": "nine green bottles and a wall"})
    assert changed.status == 204
    before = len(settled())
    assert mine.log_in(ada, "nine green bottles and a wall").status == 200
    assert len(settled()) == before
    assert other.log_in(ada, "nine green bottles and a wall").status == 200
    assert len(settled()) == before + 1


@pytest.mark.file
def test_a_deleted_account_leaves_no_browser(sending, ada):
    Browser(sending).log_in(ada)
    assert ada.call("DELETE", "/api/v0/auth/account", {"password": PASSWORD}).status == 204
    assert rows(sending, "SELECT COUNT(*) FROM browser") == [(0,)]


def test_it_can_be_switched_off(sending, settled, ada):
    switched = ada.call("PATCH", "/api/v0/auth/account", {"notices_off": ["new_browser", "connected"]})
    assert switched.json["notices_off"] == ["new_browser", "connected"]
    assert Browser(sending).log_in(ada).status == 200
    ada.code(Person(sending).application())
    assert settled() == []


def test_a_server_without_mail_keeps_nothing_of_browsers(server, user):
    browser = Browser(server)
    assert browser.log_in(user).status == 200
    assert KNOWN not in browser.cookies


def test_a_mail_server_that_is_away_keeps_nobody_out_and_the_surplus_is_counted(make_server):
    server = make_server(mail__url="smtp://127.0.0.1:9", mail__from="grantd@example.org")
    ada = Person(server)
    for _ in range(8):
        assert log_in(ada).status == 200
    assert server.metric("mails_waiting") == 5
    assert counted(server, "ERR_TOO_MANY_MAILS") == 3


# --- applications ---


def test_an_application_is_told_when_it_is_connected_and_not_at_later_consents(
        sending, post, settled, ada):
    app, other = (Person(sending).application(name=name) for name in ("Photos <b>&", "Notes"))
    ada.code(app)
    ada.code(app)
    ada.code(other)
    subject = "An application was connected to your account at localhost"
    assert settled() == [(ada.email, subject)] * 2
    text, html = text_of(post.mails[0][1]), html_of(post.mails[0][1])
    assert "the application Photos <b>& to access it" in text.replace("\r\n", " ")
    assert "Photos &lt;b&gt;&amp; to" in html.replace("\r\n", " ")
    assert sending.url + "/apps" in text and sending.url + "/forgot" in text


def test_a_refused_consent_is_not_told(sending, settled, ada):
    app = Person(sending).application()
    asked = ada.request(app).json["request_id"]
    refused = ada.call("POST", "/api/v0/oauth2/consent", {
        "request_id": asked, "approved_scopes": [], "rejected_scopes": ["read"]})
    assert refused.status == 200
    assert settled() == []
