# SPDX-License-Identifier: Apache-2.0
"""What people are told by mail about their second factor and their applications' secrets."""

import pytest

from authenticator import PASSKEYS, add
from grantd import PASSWORD, Person
from mail_server import html_of, text_of
from oathtool import FACTOR, Factor, code_of, settle


@pytest.fixture
def told(sending, post):
    """The subjects of the mails that came so far, each to `person` alone, but for log-ins; waits
    until all are gone."""
    def check(person):
        post.wait_for(lambda: sending.metric("mails_waiting") == 0)
        assert all(to == [person.email] for to, _ in post.mails), post.mails
        return [message["Subject"] for _, message in post.mails
                if not message["Subject"].startswith("A new log-in")]
    return check


def rotate(person, app, **more):
    return person.call("POST", f"/api/v0/developer/auth/oauth2/clients/{app.id}/regenerate-secret",
                       {}, **more)


def test_a_second_factor_that_is_set_up_renewed_and_removed_is_told(sending, post, told):
    ada = Person(sending)
    factor = Factor(ada)
    renewed = ada.call("POST", FACTOR + "/recovery-codes", {"password": PASSWORD,
                                                            "code": factor.code()})
    assert renewed.status == 200
    removed = ada.call("DELETE", FACTOR, {"password": PASSWORD, "code": factor.code(1)})
    assert removed.status == 204
    assert told(ada) == ["Your account at localhost has a second factor now",
                         "New recovery codes for localhost",
                         "Your account at localhost has no second factor any more"]
    assert sending.url + "/account" in text_of(post.mails[0][1])
    assert f'<a href="{sending.url}/account">' in html_of(post.mails[2][1])
    for code in factor.recovery_codes + renewed.json["recovery_codes"]:
        assert all(code not in text_of(message) for _, message in post.mails)


def test_a_recovery_code_that_logs_somebody_in_is_told_and_a_code_by_time_is_not(sending, post, told):
    factor = Factor(Person(sending))
    assert factor.log_in(factor.code()).status == 200
    assert factor.log_in(factor.recovery_codes[0]).status == 200
    assert factor.log_in(factor.recovery_codes[0]).error == "second_factor_wrong"
    assert told(factor.person)[1:] == ["A recovery code of your account at localhost was used"]


def test_what_the_operator_removes_is_told(sending, post, told):
    factor = Factor(Person(sending))
    mail = [f"--{name}={value}" for name, value in post.settings().items()]
    sending.run("account", "reset-factors", factor.person.email, *mail)
    assert told(factor.person)[1:] == ["The operator of localhost has reset your log-in"]


def test_passkeys_that_are_added_copied_and_removed_are_told(sending, post, told):
    ada = Person(sending)
    passkey = add(ada, name="The <blue> one", counter=3)
    assert passkey.log_in().status == 200
    passkey.counter = 2
    assert passkey.log_in().error == "passkey_cloned"
    place = f"{PASSKEYS}/{passkey.id}"
    assert ada.call("DELETE", place, {"password": PASSWORD}).status == 204
    assert sorted(told(ada)) == ["A passkey of your account at localhost was copied",
                                 "A passkey of your account at localhost was removed",
                                 "Your account at localhost has a new passkey"]
    for message in (message for _, message in post.mails if "passkey" in message["Subject"]):
        assert "The <blue> one" in text_of(message)
        assert "The &lt;blue&gt; one" in html_of(message)
        assert sending.url + "/account" in text_of(message)


def test_what_was_refused_is_not_told(sending, post, told):
    ada = Person(sending)
    factor = Factor(ada)
    assert ada.call("DELETE", FACTOR, {"password": "not this one",
                                       "code": factor.code()}).error == "invalid_credentials"
    assert ada.call("DELETE", FACTOR, {"password": PASSWORD,
                                       "code": "000000"}).error == "second_factor_wrong"
    assert ada.call("POST", FACTOR, {"password": PASSWORD}).error == "second_factor_exists"
    assert len(told(ada)) == 1


def test_a_new_client_secret_is_told_to_its_developer_alone(sending, post, told):
    ada, eve = Person(sending), Person(sending)
    app = ada.application(name="Photos <b>& {link}</b>")
    assert rotate(eve, app).status == 404
    assert rotate(ada, app).status == 200
    assert told(ada) == ["A new secret for an application at localhost"]
    message = post.mails[0][1]
    assert "Photos <b>& {link}</b> at localhost" in text_of(message)
    assert "Photos &lt;b&gt;&amp; {link}&lt;/b&gt;" in html_of(message)
    assert sending.url + "/console" in text_of(message)


@pytest.mark.parametrize("languages, subject", (
    ("de", "Ein neues Secret"), ("fr, DE-at;q=0.8, en;q=0.5", "Ein neues Secret"),
    ("en-GB, de", "A new secret"), ("fr", "A new secret"), (",;-,", "A new secret"),
    ("deutsch", "A new secret"), ("x" * 4000, "A new secret")))
def test_the_language_is_that_of_the_request(sending, post, told, languages, subject):
    ada = Person(sending)
    assert rotate(ada, ada.application(), headers={"Accept-Language": languages}).status == 200
    assert told(ada)[0].startswith(subject)


def test_a_mail_server_that_is_away_keeps_nothing_from_being_done(make_server):
    server = make_server(mail__url="smtp://127.0.0.1:9", mail__from="grantd@example.org")
    ada = Person(server)
    app = ada.application()
    for _ in range(30):
        assert rotate(ada, app).status == 200
    assert server.metric("mails_waiting") == 5  # further ones are dropped
    settle()
    secret = ada.call("POST", FACTOR, {"password": PASSWORD}).json["secret"]
    assert ada.call("POST", FACTOR + "/confirm", {"code": code_of(secret)}).status == 200
