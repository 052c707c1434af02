# SPDX-License-Identifier: Apache-2.0
"""What an exchange uses up: the table of docs/protocol/http.md 5.4, and races."""

import contextlib
import secrets
import sqlite3
import time

import pytest

from grantd import REDIRECT, Person, b64url, pkce

N_READS = 100  # exchanges, of which each reads once


def refused(answer, error, status=400):
    assert (answer.status, answer.error) == (status, error), answer


def is_free(app, code, jwt=None, **fields):
    """The code, and the JWT if given, still work."""
    answer = app.exchange(code, client_secret=jwt or app.jwt(), **fields)
    assert answer.status == 200, answer


def test_rule_24_of_200_parallel_exchanges_exactly_one_wins(user, app):
    answers = app.race(user.code(app, ["read"]), 200, clients=64)
    won = [a for a in answers if a.status == 200]
    assert len(won) == 1
    assert {a.error for a in answers if a.status != 200} == {"invalid_code"}
    assert [g["status"] for g in user.grants()] == ["live"]


def test_rule_24_with_a_passphrase_too(user, app):
    answers = app.race(user.code(app, ["read"]), 60, clients=32, passphrase="p")
    statuses = sorted(a.status for a in answers)
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 503}
    assert [g["status"] for g in user.grants()] == ["live"]


def test_rule_44_a_jwt_is_accepted_once(user, app):
    jwt, first, second = app.jwt(), user.code(app), user.code(app)
    assert app.exchange(first, client_secret=jwt).status == 200
    answer = app.exchange(second, client_secret=jwt)
    refused(answer, "client_secret_reused", 401)
    assert "sign a new one" in answer.json["error_description"]
    is_free(app, second)


def test_a_jwt_stays_used_after_a_restart(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    jwt, first, second = app.jwt(), user.code(app), user.code(app)
    assert app.exchange(first, client_secret=jwt).status == 200
    assert server.stop() == 0
    server.start()
    refused(app.exchange(second, client_secret=jwt), "client_secret_reused", 401)
    is_free(app, second)


@pytest.mark.parametrize("fields, error, status", [
    ({"redirect_uri": None}, "invalid_request", 400),
    ({"code": ""}, "invalid_request", 400),
    ({"passphrase": "x" * 1025}, "invalid_request", 400),
    ({"client_id": "E45FA79A-05F5-4F00-BBFE-BD0A14AEAD0A"}, "invalid_client", 401),
    ({"client_id": "e45fa79a-05f5-4f00-bbfe-bd0a14aead0f"}, "invalid_client", 401),
])
def test_what_is_refused_before_the_claim_uses_nothing_up(user, app, fields, error, status):
    code, jwt = user.code(app), app.jwt()
    answer = app.exchange(**{"code": code, "client_secret": jwt, **fields})
    refused(answer, error, status)
    is_free(app, code, jwt)


def test_an_expired_jwt_leaves_the_code_free(user, app):
    code = user.code(app)
    answer = app.exchange(code, client_secret=app.jwt(exp=int(time.time()) - 60))
    refused(answer, "client_secret_expired", 401)
    is_free(app, code)


def test_a_wrong_redirect_uses_the_jwt_and_leaves_the_code(user, app):
    code, jwt = user.code(app), app.jwt()
    refused(app.exchange(code, client_secret=jwt, redirect_uri=REDIRECT + "/"),
            "invalid_redirect_uri")
    refused(app.exchange(code, client_secret=jwt), "client_secret_reused", 401)
    is_free(app, code)


def test_rule_27_verifiers_must_fit(user, app):
    verifier, challenge = pkce()
    fields = {"code_challenge": challenge, "code_challenge_method": "S256"}
    code, jwt = user.code(app, request=fields), app.jwt()
    refused(app.exchange(code, client_secret=jwt), "invalid_code")
    refused(app.exchange(code, client_secret=jwt), "client_secret_reused", 401)
    refused(app.exchange(code, code_verifier=pkce()[0]), "invalid_code")
    is_free(app, code, code_verifier=verifier)
    refused(app.exchange(user.code(app), code_verifier=verifier), "invalid_code")


def test_a_prefix_needs_a_passphrase(user, app):
    scope = ["read", "bucket:photos;prefix:2024/"]
    code, jwt = user.code(app, scope), app.jwt()
    refused(app.exchange(code, client_secret=jwt), "passphrase_required")
    refused(app.exchange(code, client_secret=jwt, passphrase="p"), "client_secret_reused", 401)
    is_free(app, code, passphrase="p")


def test_rule_23_a_code_of_another_client_is_unknown(developer, user, app):
    other = developer.application()
    code, jwt = user.code(app), other.jwt()
    refused(other.exchange(code, client_secret=jwt), "invalid_code")
    refused(other.exchange(code, client_secret=jwt), "client_secret_reused", 401)
    is_free(app, code)


@pytest.mark.parametrize("code", [
    "AUTH_CODE_FROM_CONSENT", "x", "A" * 128, b64url(bytes(40)), b64url(b"\xff" * 40),
    b64url(bytes(39)), "\u00e9", "%00"])
def test_an_unknown_code_uses_the_jwt(app, code):
    jwt = app.jwt()
    refused(app.exchange(code, client_secret=jwt), "invalid_code")
    refused(app.exchange(code, client_secret=jwt), "client_secret_reused", 401)


def test_a_guessed_code_of_the_same_row_is_unknown(user, app):
    code = user.code(app)
    refused(app.exchange(code[:-4] + ("AAAA" if code[-4:] != "AAAA" else "BBBB")), "invalid_code")
    is_free(app, code)


def test_rule_22_a_code_expires(make_server):
    server = make_server(code__lifetime="1s")
    user = Person(server)
    app = user.application()
    code = user.code(app)
    time.sleep(1.1)
    answer = app.exchange(code)
    refused(answer, "invalid_code")
    assert "expired" in answer.json["error_description"]


def test_taking_access_back_withdraws_codes_and_requests(user, app):
    app.exchange(user.code(app))
    request = user.request(app).json["request_id"]
    code = user.code(app)
    answer = user.revoke(app)
    assert answer.status == 200
    assert [(g["status"], g["enforced_by"]) for g in answer.json["grants"]] == [
        ("revoked", "check")]
    refused(app.exchange(code), "invalid_code")
    refused(user.consent(request, ["read"]), "request_not_pending")
    assert [g["status"] for g in user.grants()] == ["revoked"]
    assert user.revoke(app).json == {"grants": []}


def test_rule_25_a_replay_within_the_grace_does_no_harm(user, app):
    code = user.code(app)
    assert app.exchange(code).status == 200
    refused(app.exchange(code), "invalid_code")
    assert [g["status"] for g in user.grants()] == ["live"]


def test_rule_25_a_later_replay_costs_the_grant(make_server):
    server = make_server(code__replay_grace="1s")
    user = Person(server)
    app = user.application()
    code = user.code(app)
    assert app.exchange(code).status == 200
    time.sleep(1.1)
    # Wrong in more than freshness: nothing is revoked.
    refused(app.exchange(code, redirect_uri=REDIRECT + "/"), "invalid_code")
    refused(app.exchange(code, code_verifier=pkce()[0]), "invalid_code")
    assert [g["status"] for g in user.grants()] == ["live"]
    answer = app.exchange(code)
    refused(answer, "invalid_code")
    assert "revoked" in answer.json["error_description"]
    assert [g["status"] for g in user.grants()] == ["revoked"]
    refused(app.exchange(code), "invalid_code")


def test_a_passphrase_given_at_consent_is_not_needed_again(user, app):
    scope = ["read", "bucket:photos;prefix:2024/"]
    code = user.code(app, scope, passphrase="secret words")
    answer = app.exchange(code, passphrase="ignored")
    assert answer.status == 200 and answer.json["scopes"] == scope


def test_a_grant_without_a_key_says_that_it_decrypts_nothing(user, app):
    scope = ["read", "bucket:photos"]
    assert app.exchange(user.code(app, scope)).json["decrypts"] is False
    assert app.redeem(user.code(app, scope)).json["decrypts"] is False
    assert "decrypts" not in app.exchange(user.code(app, scope), passphrase="secret words").json
    assert "decrypts" not in app.exchange(user.code(app, scope, passphrase="secret words")).json


def test_rule_26_a_failed_client_leaves_the_code(user, app):
    code = user.code(app)
    secret, app.secret = app.secret, secrets.token_hex(32)
    refused(app.exchange(code), "invalid_client", 401)
    app.secret = secret
    is_free(app, code)


def test_a_raw_secret_is_refused_with_advice(user, app):
    code = user.code(app)
    answer = app.exchange(code, client_secret=app.secret)
    refused(answer, "invalid_client", 401)
    assert "rotate" in answer.json["error_description"]
    is_free(app, code)


def test_rule_47_an_unknown_client_and_a_bad_signature_look_alike(app):
    stranger = app.body("x", client_id="e45fa79a-05f5-4f00-bbfe-bd0a14aead0f")
    one = app.server.call("POST", "/api/v0/oauth2/token", stranger)
    app.secret = secrets.token_hex(32)
    two = app.exchange("x")
    assert (one.status, one.body) == (two.status, two.body) == (401, one.body)
    assert one.headers["WWW-Authenticate"] == 'Bearer realm="grantd"'


def test_rule_31_answers_of_the_token_endpoint_are_not_stored(user, app):
    for answer in (app.exchange(user.code(app)), app.exchange("x")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Pragma"] == "no-cache"


def test_rule_28_the_token_endpoint_takes_post_only(server, app):
    answer = server.call("GET", "/api/v0/oauth2/token")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    query = "/api/v0/oauth2/token?client_id=" + app.client_id
    assert server.call("POST", query, {}).error == "invalid_request"


def test_rule_29_a_body_is_json_or_at_the_token_endpoint_a_form(server):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = server.call("POST", "/api/v0/oauth2/token", b"grant_type=x", headers=form)
    refused(answer, "invalid_client")
    answer = server.call("POST", "/api/v0/oauth2/token", b"{}", headers={"Content-Type": "text/plain"})
    refused(answer, "unsupported_media_type", 415)
    refused(server.call("POST", "/api/v0/auth/token", b"email=x", headers=form),
            "unsupported_media_type", 415)


@pytest.mark.file
def test_failures_of_strangers_are_audited_as_often_as_their_address_may(make_server):
    server = make_server(limits__audited_failures="20")
    user = Person(server)
    app = user.application()
    app.secret = secrets.token_hex(32)
    for _ in range(30):
        refused(app.exchange("x"), "invalid_client", 401)
        server.call("POST", "/api/v0/auth/token", {"email": user.email, "password": "no, not it"})
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        trail = dict(database.execute(
            "SELECT action, COUNT(*) FROM audit WHERE outcome <> 'ok' GROUP BY action"))
    assert trail == {"client_refused": 10, "login": 10}


def test_an_exchange_reads_once_before_it_claims(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    codes = [user.code(app) for _ in range(N_READS)]
    reads = "store_read_seconds_count"
    before = server.metric(reads)
    for code in codes:
        assert app.exchange(code).status == 200
    # Asking reads too, and so does the sampler of tables, each table once after the start.
    assert N_READS <= server.metric(reads) - before < 1.8 * N_READS
