# SPDX-License-Identifier: Apache-2.0
"""Second factors (docs/protocol/http.md 2.6), judged by oathtool."""

import base64
import concurrent.futures
import contextlib
import shlex
import sqlite3
import urllib.parse

import pytest

from grantd import PASSWORD, Person
from oathtool import FACTOR, Factor, code_of, settle
from pages import page_blocks

ACCOUNT = "/api/v0/auth/account"


@pytest.fixture
def factor(user):
    return Factor(user)


def test_a_factor_is_set_up_with_a_code_of_what_the_uri_says(user):
    assert user.call("GET", FACTOR).json == {"active": False}
    assert user.call("POST", FACTOR, {"password": "not this one"}).error == "invalid_credentials"
    setup = user.call("POST", FACTOR, {"password": PASSWORD})
    assert setup.status == 201 and setup.headers["Cache-Control"] == "no-store"
    uri = urllib.parse.urlsplit(setup.json["uri"])
    told = urllib.parse.parse_qs(uri.query)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert urllib.parse.unquote(uri.path) == "/localhost:" + user.email
    assert told == {"secret": [setup.json["secret"]], "issuer": ["localhost"],
                    "algorithm": ["SHA1"], "digits": ["6"], "period": ["30"]}
    assert user.call("GET", FACTOR).json == {"active": False}
    settle()
    answer = user.call("POST", FACTOR + "/confirm", {"code": code_of(told["secret"][0])})
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
    assert len(set(answer.json["recovery_codes"])) == 10
    state = user.call("GET", FACTOR).json
    assert state["active"] and state["recovery_codes_left"] == 10
    assert user.call("POST", FACTOR, {"password": PASSWORD}).error == "second_factor_exists"
    assert user.call("POST", FACTOR + "/confirm", {"code": "123456"}).error == \
        "second_factor_exists"


def test_a_new_factor_ends_all_other_sessions(server, user):
    other = user.token
    user.log_in()
    Factor(user)
    assert server.call("GET", ACCOUNT, token=other).status == 401
    assert user.call("GET", ACCOUNT).status == 200


def test_a_log_in_needs_the_code_and_only_with_the_right_password_is_that_said(factor):
    assert factor.log_in().error == "second_factor_required"
    assert factor.log_in(password="not this one").error == "invalid_credentials"
    assert factor.log_in(factor.code(), password="not this one").error == "invalid_credentials"
    assert factor.log_in("").error == "second_factor_required"
    assert factor.log_in("12345").error == "second_factor_wrong"
    answer = factor.log_in(factor.code())
    assert answer.status == 200 and answer.json["token"]


def test_no_code_is_good_twice_nor_one_from_before(factor):
    assert factor.log_in(factor.code(1)).status == 200
    assert factor.log_in(factor.code(1)).error == "second_factor_wrong"
    assert factor.log_in(factor.code()).error == "second_factor_wrong"
    assert factor.log_in(factor.code(2)).error == "second_factor_wrong"


@pytest.mark.parametrize("code", ("time", "recovery"))
def test_of_many_attempts_with_one_code_one_gets_in(factor, code):
    text = factor.code() if code == "time" else factor.recovery_codes[0]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: factor.log_in(text), range(8)))
    assert [answer.status for answer in answers].count(200) == 1
    assert {answer.status for answer in answers} <= {200, 401, 429}


def test_a_recovery_code_is_good_once_however_it_is_typed(factor):
    first, second = factor.recovery_codes[:2]
    assert factor.log_in(first.lower().replace("-", " ")).status == 200
    assert factor.log_in(first).error == "second_factor_wrong"
    assert factor.log_in(second.replace("-", "")).status == 200
    assert factor.person.call("GET", FACTOR).json["recovery_codes_left"] == 8


def test_nobody_uses_the_codes_of_somebody_else(server, factor):
    mallory = Factor(Person(server))
    assert mallory.log_in(factor.code()).error == "second_factor_wrong"
    assert mallory.log_in(factor.recovery_codes[0]).error == "second_factor_wrong"
    assert factor.log_in(mallory.recovery_codes[0]).error == "second_factor_wrong"
    answer = mallory.person.call("DELETE", FACTOR, {"password": PASSWORD,
                                                    "code": factor.recovery_codes[0]})
    assert answer.error == "second_factor_wrong"
    assert factor.person.call("GET", FACTOR).json["recovery_codes_left"] == 10
    assert factor.log_in(factor.recovery_codes[0]).status == 200


def test_the_password_alone_changes_deletes_and_opens_nothing(factor):
    user = factor.person
    project = user.call("GET", "/api/v0/projects").json[0]["id"]
    calls = [
        ("POST", ACCOUNT + "/password", {"old_password": PASSWORD, "new_password": "some new one"}),
        ("DELETE", ACCOUNT, {"password": PASSWORD}),
        ("POST", f"/api/v0/projects/{project}/owner-grant", {"password": PASSWORD}),
        ("DELETE", FACTOR, {"password": PASSWORD}),
        ("POST", FACTOR + "/recovery-codes", {"password": PASSWORD}),
    ]
    for method, path, body in calls:
        assert user.call(method, path, body).error == "second_factor_required", path
        assert user.call(method, path, {**body, "code": "BCDF-GHJK-LMNP"}).error == \
            "second_factor_wrong", path
        factor.log_in(factor.recovery_codes.pop())  # ends the wait after wrong codes
    for method, path, body in (calls[0], calls[2], calls[1]):
        body = {**body, "code": factor.recovery_codes.pop()}
        if path != calls[0][1]:
            body["password"] = "some new one"
        assert user.call(method, path, body).status in (200, 204), path


def test_recovery_codes_are_replaced_and_the_factor_is_removed(factor):
    user, old = factor.person, factor.recovery_codes
    given = {"password": PASSWORD, "code": old[0]}
    fresh = user.call("POST", FACTOR + "/recovery-codes", given).json["recovery_codes"]
    assert len(fresh) == 10 and not set(fresh) & set(old)
    assert factor.log_in(old[1]).error == "second_factor_wrong"
    assert user.call("DELETE", FACTOR, {**given, "code": fresh[0]}).status == 204
    assert user.call("GET", FACTOR).json == {"active": False}
    assert user.call("DELETE", FACTOR, given).error == "not_found"
    assert user.call("POST", FACTOR + "/recovery-codes", given).error == "not_found"
    assert factor.log_in().status == 200


# Guessing: 5 codes, then waits of 10, 20 ... 3,600 seconds, from wherever the guesses come.
def test_guesses_are_bounded_for_the_account_and_a_recovery_code_gets_its_owner_in(factor):
    sources = [f"127.0.0.{n}" for n in range(2, 12)]
    answers = [factor.log_in("000000", source=source) for source in sources]
    assert [answer.status for answer in answers] == [401] * 5 + [429] * 5
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 10
    assert factor.log_in(factor.code(), source="127.0.0.20").status == 429
    assert factor.log_in(factor.recovery_codes[0], source="127.0.0.20").status == 200


def test_who_does_not_know_the_password_cannot_make_the_owner_wait(factor):
    for n in range(20):
        factor.log_in("000000", password="not this one", source=f"127.0.1.{n + 1}")
    assert factor.log_in(factor.code()).status == 200


def test_the_first_half_of_a_log_in_is_no_failure(factor):
    for _ in range(8):
        assert factor.log_in().error == "second_factor_required"
    assert factor.log_in(factor.code()).status == 200


def test_a_deleted_account_leaves_its_factor_to_nobody(server, factor):
    user = factor.person
    assert user.call("DELETE", ACCOUNT, {"password": PASSWORD,
                                         "code": factor.recovery_codes[0]}).status == 204
    again = Person(server, user.email)
    assert again.call("GET", FACTOR).json == {"active": False}


def test_an_operator_resets_a_factor(make_server):
    server = make_server()
    user = Person(server)
    factor = Factor(user)
    block, = page_blocks("docs/how-to/second-factor.md", "A lost phone")
    program, *arguments = shlex.split(block.replace("EMAIL", user.email))
    assert program == "grantd"
    server.run(*arguments)
    assert user.call("GET", ACCOUNT).status == 401
    assert factor.log_in().status == 200
    again = server.run("account", "reset-factors", user.email, check=False)
    assert again.returncode != 0 and "has no second factor" in again.stderr


@pytest.mark.file
def test_neither_the_secret_nor_a_code_is_in_a_file(make_server):
    server = make_server(log__level="debug")
    factor = Factor(Person(server))
    code = factor.code()
    assert factor.log_in(code).status == 200
    assert factor.log_in("BCDF-GHJK-LMNP").status == 401
    key = base64.b32decode(factor.secret)
    secrets = [key, key.hex().encode(), factor.secret.encode(), b"otpauth"]
    for recovery_code in factor.recovery_codes:
        secrets += [recovery_code.encode(), recovery_code.replace("-", "").encode()]
    files = [path for path in server.folder.iterdir() if path.is_file()]
    assert {"grantd.db", "log"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret in content], path.name
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        actions = {action for action, in database.execute("SELECT action FROM audit")}
    assert {"factor_add", "login"} <= actions


@pytest.mark.file
def test_a_factor_outlives_a_change_of_the_master_key(make_server):
    server = make_server()
    factor = Factor(Person(server))
    server.run("keys", "rotate")
    assert factor.log_in(factor.code()).status == 200


def test_a_link_for_another_password_does_not_stand_in_for_the_factor(make_server):
    server = make_server()
    factor = Factor(Person(server))
    link = server.run("account", "reset-link", factor.person.email).stdout.strip()
    form = {"token": link.partition("#")[2], "new_password": "another long password"}
    assert server.call("POST", "/api/v0/auth/password-reset/complete", form).status == 204
    assert factor.log_in(password="another long password").error == "second_factor_required"
    assert factor.log_in(factor.code(), password="another long password").status == 200


# --- at each consent ---


def switch(factor, on, code):
    return factor.person.call("PATCH", FACTOR, {"at_consent": on, "password": PASSWORD, "code": code})


def test_a_code_at_each_consent_is_asked_for_only_if_the_person_wants_that(user, app, factor):
    assert user.call("GET", FACTOR).json["at_consent"] is False
    assert user.consent(user.request(app).json["request_id"], ["read"]).status == 200
    assert switch(factor, True, factor.recovery_codes[0]).status == 204
    assert user.call("GET", FACTOR).json["at_consent"] is True
    request = user.request(app).json["request_id"]
    assert user.consent(request, ["read"]).error == "second_factor_required"
    assert user.consent(request, ["read"], code="000000").error == "second_factor_wrong"
    assert user.consent(request, ["read"], code=factor.recovery_codes[0]).error == "second_factor_wrong"
    assert user.consent(request, ["read"], code=factor.recovery_codes[1]).status == 200
    request = user.request(app).json["request_id"]
    assert user.consent(request, ["read"], code=factor.recovery_codes[1]).error == "second_factor_wrong"
    assert user.consent(request, ["read"], code=factor.code()).status == 200


def test_a_refusal_takes_no_code(user, app, factor):
    assert switch(factor, True, factor.recovery_codes[0]).status == 204
    request = user.request(app).json["request_id"]
    assert user.consent(request, [], approve=False).status == 200


def test_turning_that_on_or_off_takes_password_and_code(server, user, app, factor):
    assert user.call("PATCH", FACTOR, {"at_consent": True, "password": PASSWORD}).error == "second_factor_required"
    assert user.call("PATCH", FACTOR, {"password": PASSWORD}).error == "invalid_request"
    assert switch(factor, True, factor.recovery_codes[0]).status == 204
    given = {"at_consent": False, "password": "not this one", "code": factor.recovery_codes[1]}
    assert user.call("PATCH", FACTOR, given).error == "invalid_credentials"
    assert user.call("GET", FACTOR).json["at_consent"] is True
    assert switch(factor, False, factor.recovery_codes[1]).status == 204
    assert user.consent(user.request(app).json["request_id"], ["read"]).status == 200
    assert user.call("GET", "/api/v0/auth/activity").json[1]["action"] in ("factor_change", "consent")
    other = Person(server)
    assert other.call("PATCH", FACTOR, {"at_consent": True, "password": PASSWORD}).error == "not_found"


def test_a_new_factor_starts_without_it(user, factor):
    assert switch(factor, True, factor.recovery_codes[0]).status == 204
    given = {"password": PASSWORD, "code": factor.recovery_codes[1]}
    assert user.call("DELETE", FACTOR, given).status == 204
    Factor(user)
    assert user.call("GET", FACTOR).json["at_consent"] is False


def test_wrong_codes_at_consents_keep_nobody_from_logging_in(user, app, factor):
    assert switch(factor, True, factor.recovery_codes[0]).status == 204
    request = user.request(app).json["request_id"]
    errors = [user.consent(request, ["read"], code="000000").error for _ in range(8)]
    assert errors[0] == "second_factor_wrong" and errors[-1] == "too_many_requests"
    assert factor.log_in(factor.code()).status == 200
