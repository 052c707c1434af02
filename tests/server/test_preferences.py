# SPDX-License-Identifier: Apache-2.0
"""The language of an account, in which all its mail is, and notices that its person switches off."""

import pytest

from authenticator import add
from grantd import PASSWORD, Person
from mail_server import link_in

ACCOUNT = "/api/v0/auth/account"
GERMAN = {"Accept-Language": "de-AT, en;q=0.5"}
ENGLISH = {"Accept-Language": "en"}


def prefer(person, **fields):
    return person.call("PATCH", ACCOUNT, fields)


def rotate(person, app, **more):
    return person.call("POST", f"/api/v0/developer/auth/oauth2/clients/{app.id}/regenerate-secret",
                       {}, **more)


def account(person):
    return person.call("GET", ACCOUNT).json


def subjects(post):
    return [message["Subject"] for _, message in post.mails]


def test_an_account_has_no_language_until_somebody_says_one(user):
    assert account(user)["language"] is None and account(user)["notices_off"] == []
    assert prefer(user, full_name="Ann").json["language"] is None
    changed = prefer(user, language="de")
    assert (changed.status, changed.json["language"]) == (200, "de")
    assert account(user)["language"] == "de" and account(user)["full_name"] == "Ann"
    assert prefer(user, notices_off=["client_secret"]).json["language"] == "de"
    assert prefer(user, language="en").json["notices_off"] == ["client_secret"]


@pytest.mark.parametrize("fields, name", (
    ({"language": "fr"}, "language"), ({"language": "de-AT"}, "language"),
    ({"notices_off": ["password"]}, "notices_off"), ({"notices_off": ["client_secret", "x"]}, "notices_off")))
def test_what_there_is_not_is_refused_at_its_field(user, fields, name):
    refused = prefer(user, full_name="Not this one", **fields)
    assert (refused.status, refused.error) == (400, "invalid_request")
    assert refused.json["error_description"].startswith(name)
    assert account(user)["full_name"] != "Not this one"


def test_registering_keeps_the_language_of_the_page(server):
    form = {"password": PASSWORD, "full_name": "Ann"}
    for email, headers, language in (("g@example.com", GERMAN, "de"), ("e@example.com", ENGLISH, "en"),
                                     ("f@example.com", {"Accept-Language": "fr"}, None)):
        made = server.call("POST", "/api/v0/auth/register", {"email": email, **form}, headers=headers)
        assert (made.status, made.json["language"]) == (201, language)


def test_all_mail_is_in_the_language_of_whom_it_goes_to(sending, post):
    ada, bob = Person(sending), Person(sending)
    prefer(ada, language="de")
    prefer(bob, language="en")
    reset = lambda person: sending.call("POST", "/api/v0/auth/password-reset",
                                        {"email": person.email}, headers=ENGLISH)
    assert reset(ada).status == 202
    post.wait(1)
    add(ada)
    post.wait(2)
    assert rotate(ada, ada.application(), headers=ENGLISH).status == 200
    post.wait(3)
    ask = {"email": bob.email, "password": PASSWORD}
    assert ada.call("POST", ACCOUNT + "/email", ask, headers=GERMAN).status == 202
    post.wait(4)
    register = sending.call("POST", "/api/v0/auth/register", {"email": ada.email}, headers=ENGLISH)
    assert register.status == 202
    post.wait(5)
    assert subjects(post) == ["Neues Passwort f\u00fcr localhost",
                              "Ihr Konto bei localhost hat einen neuen Passkey",
                              "Ein neues Secret f\u00fcr eine Anwendung bei localhost",
                              "You already have an account at localhost",
                              "Sie haben schon ein Konto bei localhost"]


def test_what_the_operator_does_is_told_in_the_language_of_the_account(sending, post):
    ada = Person(sending)
    prefer(ada, language="de")
    mail = [f"--{name}={value}" for name, value in post.settings().items()]
    sending.run("account", "set-password", ada.email, *mail, stdin="nine green bottles and a wall")
    post.wait(1)
    sending.run("account", "set-email", ada.email, "new@example.com", *mail)
    post.wait(2)
    assert subjects(post) == ["Ihr Passwort f\u00fcr localhost wurde ge\u00e4ndert",
                              "Die E-Mail-Adresse Ihres Kontos bei localhost wurde ge\u00e4ndert"]
    assert "/email#undo=" in link_in(post.mails[1][1])


def test_a_notice_that_is_switched_off_is_not_sent_and_others_are(sending, post):
    ada, bob = Person(sending), Person(sending)
    assert prefer(ada, notices_off=["client_secret"]).status == 200
    assert rotate(ada, ada.application()).status == 200
    assert rotate(bob, bob.application()).status == 200
    add(ada)
    post.wait(2)
    assert [(to, message["Subject"]) for to, message in post.mails] == [
        ([bob.email], "A new secret for an application at localhost"),
        ([ada.email], "Your account at localhost has a new passkey")]
    assert prefer(ada, notices_off=[]).json["notices_off"] == []
    assert rotate(ada, ada.application()).status == 200
    assert post.wait(3)[2][0] == [ada.email]
