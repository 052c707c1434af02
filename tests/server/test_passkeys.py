# SPDX-License-Identifier: Apache-2.0
"""Passkeys (docs/protocol/http.md 2.7), with an authenticator in software."""

import concurrent.futures
import pathlib
import re
import secrets

import pytest

from authenticator import (EDDSA, ES256, ES384, HAS_CREDENTIAL, HAS_EXTENSIONS, LOG_IN, PASSKEYS, PRESENT, SETUP,
                           RS256, VERIFIED, Passkey, add)
from grantd import PASSWORD, SANITIZED, Person, b64url
from oathtool import Factor

ACCOUNT = "/api/v0/auth/account"


@pytest.fixture
def passkey(user):
    return add(user)


def begin(user, **confirmation):
    return user.call("POST", SETUP, {"password": PASSWORD, **confirmation})


def register(user, passkey, name="A key", **how):
    """Begins anew, so that each refusal is of a challenge that would do."""
    challenge = begin(user).json["challenge"]
    return user.call("POST", PASSKEYS, passkey.registration(challenge, name, **how))


def said(answer):
    return answer.error, answer.json["error_description"]


# --- adding one ---

@pytest.mark.parametrize("algorithm", (ES256, EDDSA, RS256))
def test_a_passkey_is_added_and_logs_in_without_the_password(server, user, algorithm):
    assert user.call("GET", PASSKEYS).json == []
    passkey = add(user, name=" My phone ", algorithm=algorithm)
    listed, = user.call("GET", PASSKEYS).json
    assert (listed["id"], listed["name"], listed["last_used_at"]) == (passkey.id, "My phone", None)
    answer = passkey.log_in()
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
    account = server.call("GET", ACCOUNT, token=answer.json["token"]).json
    assert (account["email"], account["login_method"]) == (user.email, "passkey")
    assert user.call("GET", PASSKEYS).json[0]["last_used_at"]
    assert passkey.log_in().status == 200


def test_the_browser_is_told_whose_passkey_it_makes_and_which_there_are(user, passkey):
    setup = begin(user)
    assert setup.headers["Cache-Control"] == "no-store"
    assert setup.json["rp_id"] == "localhost"
    assert setup.json["user_name"] == user.email and user.email not in setup.json["user_id"]
    assert setup.json["others"] == [b64url(passkey.credential)]


def test_whoever_adds_or_removes_one_confirms_who_they_are(user, passkey):
    place = f"{PASSKEYS}/{passkey.id}"
    for given, error in (({}, "invalid_request"), ({"password": "no"}, "invalid_credentials")):
        assert user.call("POST", SETUP, given).error == error
        assert user.call("DELETE", place, given).error == error
    factor = Factor(user)
    given = {"password": PASSWORD}
    assert user.call("POST", SETUP, given).error == "second_factor_required"
    assert user.call("DELETE", place, given).error == "second_factor_required"
    given["code"] = factor.recovery_codes[0]
    assert user.call("DELETE", place, given).status == 204
    assert user.call("GET", PASSKEYS).json == []


def test_adding_and_removing_one_ends_all_other_sessions(server, user):
    other = user.token
    user.log_in()
    passkey = add(user)
    assert server.call("GET", ACCOUNT, token=other).status == 401
    other = passkey.log_in().json["token"]
    assert user.call("DELETE", f"{PASSKEYS}/{passkey.id}", {"password": PASSWORD}).status == 204
    assert server.call("GET", ACCOUNT, token=other).status == 401
    assert user.call("GET", ACCOUNT).status == 200
    assert said(passkey.log_in())[0] == "passkey_wrong"


def test_an_account_has_ten_at_most(user):
    spare = begin(user).json["challenge"]
    passkeys = [add(user) for _ in range(10)]
    assert begin(user).error == "invalid_request"
    answer = user.call("POST", PASSKEYS, Passkey(user.server).registration(spare))
    assert answer.error == "invalid_request" and "more of these" in said(answer)[1]
    assert len(user.call("GET", PASSKEYS).json) == 10
    user.call("DELETE", f"{PASSKEYS}/{passkeys[3].id}", {"password": PASSWORD})
    add(user)


def test_one_confirmation_adds_one_passkey(user):
    challenge = begin(user).json["challenge"]
    first = user.call("POST", PASSKEYS, Passkey(user.server).registration(challenge))
    assert first.status == 201
    again = user.call("POST", PASSKEYS, Passkey(user.server).registration(challenge))
    assert again.error == "passkey_expired"


def test_of_many_registrations_of_one_confirmation_one_is_done(user):
    challenge = begin(user).json["challenge"]
    bodies = [Passkey(user.server).registration(challenge) for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: user.call("POST", PASSKEYS, body), bodies))
    assert sorted(answer.status for answer in answers) == [201] + 7 * [400]


def test_nobody_registers_a_passkey_that_is_somebody_elses(server, user, passkey):
    mallory = Person(server)
    copy = Passkey(server, credential=passkey.credential)
    assert register(mallory, copy).error == "passkey_exists"
    assert register(user, copy).error == "passkey_exists"
    assert passkey.log_in().status == 200


def test_a_challenge_to_add_is_of_one_account_and_of_that_alone(server, user):
    mallory = Person(server)
    theirs = begin(user).json["challenge"]
    for challenge in (theirs, Passkey(server).challenge(), "", "AAAA", "not base64url!"):
        body = Passkey(server).registration(challenge)
        assert mallory.call("POST", PASSKEYS, body).error == "passkey_expired", challenge
    assert mallory.call("GET", PASSKEYS).json == []


REFUSED_BOTH = [
    ("another origin", {"said": {"origin": "https://evil.example"}}, "another origin"),
    ("origin with more behind", {"said": {"origin": "http://localhost:1.evil.example"}},
     "another origin"),
    ("no origin", {"said": {"origin": None}}, "another origin"),
    ("a frame", {"said": {"crossOrigin": True}}, "in a frame"),
    ("a frame, untrue", {"said": {"crossOrigin": "false"}}, "in a frame"),
    ("another host", {"host": "evil.example"}, "another host"),
    ("nobody there", {"flags": VERIFIED | HAS_CREDENTIAL}, "touched"),
]


@pytest.mark.parametrize("how,why", [each[1:] for each in REFUSED_BOTH] + [
    ({"said": {"type": "webauthn.get"}}, "type"),
    ({"flags": PRESENT | VERIFIED}, "no credential"),
    ({"rest": b""}, "no credential"),
    ({"rest": bytes(18)}, "no credential"),
    ({"rest": bytes(16) + b"\xff\xff" + bytes(100)}, "no credential"),
], ids=[each[0] for each in REFUSED_BOTH] + ["type", "no flag", "no key", "no id", "cut off"])
def test_a_registration_is_refused_and_it_says_why(user, how, why):
    error, sentence = said(register(user, Passkey(user.server), **how))
    assert error == "passkey_wrong" and why in sentence
    assert user.call("GET", PASSKEYS).json == []


def test_a_key_of_another_algorithm_is_not_added(user):
    error, sentence = said(register(user, Passkey(user.server, algorithm=ES384)))
    assert error == "passkey_wrong" and "ES256, EdDSA and RS256" in sentence


def test_what_is_too_large_is_not_added(user):
    assert said(register(user, Passkey(user.server, credential=bytes(1024))))[0] == "passkey_wrong"
    assert register(user, Passkey(user.server, credential=secrets.token_bytes(1023))).status == 201
    large = Passkey(user.server).registration(begin(user).json["challenge"])
    for name, size in (("client_data", 2048), ("authenticator_data", 4096)):
        answer = user.call("POST", PASSKEYS, large | {name: b64url(bytes(size + 1))})
        assert answer.error == "invalid_request" and name in said(answer)[1]
    assert user.call("POST", PASSKEYS, large | {"name": 101 * "a"}).error == "invalid_request"


def test_data_that_announces_more_than_there_is_takes_no_memory(make_server):
    """Else a hundred bytes would have libcbor make room for as many members as they announce."""
    server = make_server()
    user = Person(server)
    passkey = add(user)

    def most():
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) << 10

    before = most()
    head = bytes(16) + b"\0\1a"
    for bomb in (b"\x9a\x10\0\0\0", b"\xba\x10\0\0\0", 800 * b"\x99\xff\xff", 4000 * b"\x81",
                 b"\xbb" + 8 * b"\xff", b"\x9f" + 60 * b"\x9a\x01\0\0\0", b"\xa1\x01\xc0\x01"):
        assert register(user, Passkey(server), rest=head + bomb).error == "passkey_wrong"
        answer = passkey.log_in(flags=PRESENT | VERIFIED | HAS_EXTENSIONS, rest=bomb)
        assert answer.error == "passkey_wrong"
        everything = PRESENT | VERIFIED | HAS_CREDENTIAL | HAS_EXTENSIONS
        answer = passkey.log_in(flags=everything, rest=bomb + bytes(40))
        assert answer.error == "passkey_wrong"
        assert passkey.log_in().status == 200  # ends the wait
    assert SANITIZED or most() - before < 64 << 20


def test_extensions_that_nobody_asked_for_do_not_matter(user):
    passkey = Passkey(user.server)
    rest = passkey.attested() + b"\xa1\x6bcredProtect\x02"
    flags = PRESENT | VERIFIED | HAS_CREDENTIAL | HAS_EXTENSIONS
    setup = begin(user).json
    body = passkey.registration(setup["challenge"], rest=rest, flags=flags)
    assert user.call("POST", PASSKEYS, body).status == 201
    passkey.user = setup["user_id"]
    assert passkey.log_in().status == 200
    said_more = passkey.log_in(flags=PRESENT | VERIFIED | HAS_EXTENSIONS, rest=b"\xa1\x63uvm\x80")
    assert said_more.status == 200


# --- logging in ---

@pytest.mark.parametrize("how,why", [each[1:] for each in REFUSED_BOTH] + [
    ({"said": {"type": "webauthn.create"}}, "type"),
    ({"flags": PRESENT}, "not verified you"),
], ids=[each[0] for each in REFUSED_BOTH] + ["type", "not verified"])
def test_a_log_in_is_refused_and_it_says_why(passkey, how, why):
    if "flags" in how:
        how = {"flags": how["flags"] & ~HAS_CREDENTIAL}
    error, sentence = said(passkey.log_in(**how))
    assert error == "passkey_wrong" and why in sentence
    assert passkey.log_in().status == 200


def test_an_unknown_passkey_and_a_wrong_signature_are_refused_in_the_same_words(server, user,
                                                                               passkey):
    mallory = add(Person(server))
    body = passkey.proof(passkey.challenge())
    refused = [
        Passkey(server, user=passkey.user).log_in(),                       # nobody's
        passkey.log_in({"signature": b64url(secrets.token_bytes(70))}),
        passkey.log_in({"signature": mallory.proof(passkey.challenge())["signature"]}),
        passkey.log_in({"user_handle": mallory.user}),
        mallory.log_in({"user_handle": passkey.user}),
        mallory.log_in({"credential_id": body["credential_id"], "user_handle": passkey.user}),
    ]
    assert {said(answer) for answer in refused} == {said(refused[0])}
    assert refused[0].error == "passkey_wrong" and refused[0].status == 401
    assert passkey.log_in().status == 200


def test_what_was_signed_is_what_was_sent(passkey):
    first, second = (passkey.proof(passkey.challenge()) for _ in range(2))
    for name in ("client_data", "signature"):
        assert passkey.server.call("POST", LOG_IN, first | {name: second[name]}).error == \
            "passkey_wrong"


@pytest.mark.parametrize("counter", (None, 5))
def test_a_log_in_is_good_once(server, user, counter):
    passkey = add(user, counter=counter)
    body = passkey.proof(passkey.challenge())
    assert server.call("POST", LOG_IN, body).status == 200
    assert server.call("POST", LOG_IN, body).error == "passkey_expired"
    # Nor does another signature of that challenge.
    challenge = passkey.challenge()
    assert passkey.log_in(challenge=challenge).status == 200
    assert passkey.log_in(challenge=challenge).error == "passkey_expired"


def test_of_many_attempts_with_one_proof_one_gets_in(passkey):
    body = passkey.proof(passkey.challenge())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: passkey.server.call("POST", LOG_IN, body), range(8)))
    assert [answer.status for answer in answers].count(200) == 1
    assert {answer.error for answer in answers if answer.status != 200} == {"passkey_expired"}


def test_no_challenge_from_before_the_last_one_is_accepted(passkey):
    early = passkey.challenge()
    assert passkey.log_in().status == 200
    assert passkey.log_in(challenge=early).error == "passkey_expired"


def test_a_challenge_that_was_not_made_for_a_log_in_is_refused(user, passkey):
    for challenge in (begin(user).json["challenge"], b64url(secrets.token_bytes(32)), "x"):
        assert passkey.log_in(challenge=challenge).error == "passkey_expired"


def test_a_counter_that_does_not_grow_is_of_a_copy(server, user):
    passkey = add(user, counter=0)
    for _ in range(3):
        assert passkey.log_in().status == 200
    for counter in (1, 3, None):
        passkey.counter = counter
        assert passkey.log_in().error == "passkey_cloned"
    assert "passkey_cloned" in {each["action"]
                                for each in user.call("GET", "/api/v0/auth/activity").json}
    passkey.counter = 40
    assert passkey.log_in().status == 200


def test_what_is_too_large_or_missing_does_not_log_in(passkey):
    body = passkey.proof(passkey.challenge())
    sizes = {"credential_id": 1023, "client_data": 2048, "authenticator_data": 4096,
             "signature": 512, "user_handle": 64}
    for name, size in sizes.items():
        answer = passkey.server.call("POST", LOG_IN, body | {name: b64url(bytes(size + 1))})
        assert answer.error == "invalid_request" and name in said(answer)[1]
        answer = passkey.server.call("POST", LOG_IN, body | {name: ""})
        assert answer.error == "invalid_request" and name in said(answer)[1]
    assert passkey.server.call("POST", LOG_IN, body).status == 200


def test_a_passkey_needs_no_second_factor(user, passkey):
    Factor(user)
    assert passkey.log_in().status == 200


def test_wrong_attempts_make_the_next_ones_wait(passkey):
    answers = [passkey.log_in({"signature": "AAAA"}, source="127.0.0.9") for _ in range(6)]
    assert [answer.status for answer in answers] == 5 * [401] + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert passkey.log_in(source="127.0.0.10").status == 200


def test_a_browser_gets_a_cookie(server, passkey):
    body = passkey.proof(passkey.challenge()) | {"cookie_only": True}
    answer = server.call("POST", LOG_IN, body)
    assert "token" not in answer.json and "HttpOnly" in answer.headers["Set-Cookie"]
    body = passkey.proof(passkey.challenge())
    answer = server.call("POST", LOG_IN, body, headers={"Origin": "https://evil.example"})
    assert answer.error == "csrf_refused"


# --- afterwards ---

def test_a_passkey_is_renamed_by_its_owner(server, user, passkey):
    place = f"{PASSKEYS}/{passkey.id}"
    mallory = Person(server)
    assert mallory.call("PATCH", place, {"name": "Mine"}).error == "not_found"
    assert mallory.call("DELETE", place, {"password": PASSWORD}).error == "not_found"
    assert mallory.call("GET", PASSKEYS).json == []
    assert user.call("PATCH", place, {"name": " "}).error == "invalid_request"
    assert user.call("PATCH", place, {"name": "  The blue one "}).status == 204
    assert user.call("GET", PASSKEYS).json[0]["name"] == "The blue one"


def test_of_a_deleted_account_nothing_is_left(server, user, passkey):
    assert user.call("DELETE", ACCOUNT, {"password": PASSWORD}).status == 204
    assert passkey.log_in().error == "passkey_wrong"
    again = Person(server, user.email)
    assert again.call("GET", PASSKEYS).json == []
    assert register(again, Passkey(server, credential=passkey.credential)).status == 201


def test_a_disabled_account_is_not_opened(make_server):
    server = make_server()
    user = Person(server)
    passkey = add(user)
    token = passkey.log_in().json["token"]
    server.run("account", "disable", user.email)
    assert server.call("GET", ACCOUNT, token=token).status == 401
    assert passkey.log_in().error == "forbidden"
    assert passkey.log_in({"signature": "AAAA"}).error == "passkey_wrong"


def test_an_operator_removes_all_passkeys_of_somebody_who_lost_them(make_server):
    server = make_server()
    user, other = Person(server), Person(server)
    passkeys, theirs = [add(user) for _ in range(2)], add(other)
    token = passkeys[0].log_in().json["token"]
    server.run("account", "reset-factors", user.email)
    assert server.call("GET", ACCOUNT, token=token).status == 401
    assert {passkey.log_in().error for passkey in passkeys} == {"passkey_wrong"}
    assert theirs.log_in().status == 200
    again = server.run("account", "reset-factors", user.email, check=False)
    assert again.returncode != 0 and "no second factor and no passkey" in again.stderr
    user.log_in()
    assert user.call("GET", PASSKEYS).json == []


def test_where_nobody_logs_in_with_a_password_nobody_does_with_a_passkey(make_server):
    server = make_server()
    user = Person(server)
    passkey = add(user)
    token = passkey.log_in().json["token"]
    server.stop()
    server.settings |= {"login.passwords": "false", "login.proxy_header": "X-User",
                        "http.trusted_proxies": "127.0.0.1",
                        "accounts.open_registration": "false"}
    server.start()
    assert passkey.log_in().error == "passkeys_off"
    assert server.call("GET", ACCOUNT, token=token).status == 401


@pytest.mark.file
def test_a_challenge_is_good_for_the_server_that_made_it(make_server):
    server, other = make_server(), make_server(is_first=True)
    passkey = add(Person(server))
    assert passkey.log_in(challenge=Passkey(other).challenge()).error == "passkey_expired"
