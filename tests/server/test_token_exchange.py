# SPDX-License-Identifier: Apache-2.0
"""An access grant for a narrower one, RFC 8693: docs/protocol/oauth.md 2.2."""

import sqlite3
import uuid

import pytest

from grantd import ASSERTION_TYPE, Person, grant_id_of
from judge import OUTSIDE, PASSPHRASE, Project

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
SCOPE = ["read", "list", "bucket:photos"]


def exchange(app, grant, **fields):
    return app.redeem(None, **{"grant_type": EXCHANGE, "redirect_uri": None, "subject_token": grant,
                               "subject_token_type": ACCESS_TOKEN, **fields})


def first(user, app, scope=SCOPE, **fields):
    answer = app.redeem(user.code(app, scope, **fields))
    assert answer.status == 200, answer
    return answer.json["access_token"]


def narrowed(answer):
    assert answer.status == 200, answer
    return answer.json


def refused(answer, error, status=400):
    assert (answer.status, answer.error) == (status, error), answer


def check(server, grant, op="read", bucket="photos"):
    return server.call("POST", "/api/v0/grants/check",
                       {"access_grant": grant, "op": op, "bucket": bucket},
                       token=server.service_token("check")).json


def test_a_grant_is_exchanged_for_a_narrower_one(user, app):
    grant = first(user, app, expires_in=3600)
    answer = narrowed(exchange(app, grant, scope="read bucket:photos"))
    assert answer["access_token"] == answer["access_grant"] != grant
    assert answer["issued_token_type"] == ACCESS_TOKEN and answer["token_type"] == "Bearer"
    assert answer["scope"] == "read bucket:photos"
    assert answer["scopes"] == ["read", "bucket:photos"]
    assert 3590 < answer["expires_in"] <= 3600 and "refresh_token" not in answer
    assert check(app.server, grant, "list")["valid"]
    assert check(app.server, answer["access_token"])["valid"]
    assert check(app.server, answer["access_token"], "list")["reason"] == "op_denied"
    assert check(app.server, answer["access_token"], bucket="music")["reason"] == "path_denied"
    assert len(user.grants()) == 1


def test_a_narrower_one_says_whether_it_decrypts(user, app):
    without, having = first(user, app), first(user, app, passphrase="secret words")
    assert narrowed(exchange(app, without, scope="read bucket:photos"))["decrypts"] is False
    assert "decrypts" not in narrowed(exchange(app, having, scope="read bucket:photos"))


def test_it_ends_with_the_grant_it_came_from(user, app):
    grant = first(user, app)
    child = narrowed(exchange(app, grant, scope="read bucket:photos",
                              requested_token_type=ACCESS_TOKEN))["access_token"]
    assert check(app.server, child)["grant_id"] == grant_id_of(grant)
    assert user.call("DELETE", "/api/v0/auth/grants/" + grant_id_of(grant)).status == 200
    assert check(app.server, child)["reason"] == "revoked"
    refused(exchange(app, grant), "invalid_request")


@pytest.mark.parametrize("scope, error", [
    ("read write bucket:photos", "invalid_scope"), ("read", "invalid_scope"),
    ("read bucket:music", "invalid_scope"), ("bucket:photos", "invalid_scope"),
    ("read bucket:photos offline_access", "invalid_scope"),
    ("read bucket:photos;prefix:a/", "invalid_scope"), ("read " * 17, "invalid_scope")])
def test_a_scope_that_is_wider_or_needs_a_key_is_refused(user, app, scope, error):
    refused(exchange(app, first(user, app), scope=scope), error)


@pytest.mark.parametrize("fields, error", [
    ({"subject_token": None}, "invalid_request"), ({"subject_token": "x"}, "invalid_request"),
    ({"subject_token_type": None}, "invalid_request"),
    ({"subject_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, "invalid_request"),
    ({"requested_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "invalid_request"),
    ({"actor_token": "x"}, "invalid_request"), ({"audience": "x"}, "invalid_target"),
    ({"client_assertion_type": "urn:other"}, "invalid_request")])
def test_what_cannot_be_done_is_refused_and_not_ignored(user, app, fields, error):
    refused(exchange(app, **{"grant": first(user, app), **fields}), error)


def test_only_grants_of_the_application_exactly_as_they_were_issued(user, app):
    grant = first(user, app)
    thief = Person(app.server).application(redirect_uris=[app.redirect_uri])
    refused(exchange(thief, grant), "invalid_request")
    child = narrowed(exchange(app, grant))["access_token"]
    refused(exchange(app, child), "invalid_request")
    code = user.code(app, [*SCOPE, "offline_access"])
    refused(exchange(app, app.redeem(code).json["refresh_token"]), "invalid_request")


@pytest.mark.file
def test_each_is_in_the_audit_trail_and_there_is_a_quota_for_each_account(make_server):
    server = make_server()
    user, other = Person(server), Person(server)
    app = user.application()
    grant = first(user, app)
    narrowed(exchange(app, grant, scope="read bucket:photos"))
    refused(exchange(app, grant, scope="read"), "invalid_scope")
    with sqlite3.connect(server.folder / "grantd.db") as rows:
        [(outcome, subject)] = rows.execute(
            "SELECT outcome, subject_id FROM audit WHERE action = 'grant_narrow'")
        assert outcome == "ok" and subject == uuid.UUID(grant_id_of(grant)).bytes
        # As if the quota had been used up.
        assert rows.execute("UPDATE quota SET whole_at = whole_at + 86400000 "
                            "WHERE kind = 11").rowcount == 1
    answer = exchange(app, grant)
    refused(answer, "temporarily_unavailable", 429)
    assert int(answer.headers["Retry-After"]) > 0
    assert check(server, grant)["valid"]
    narrowed(exchange(app, first(other, app)))


def test_the_client_authenticates_and_its_assertion_is_good_once(user, app):
    grant, assertion = first(user, app), app.assertion()
    narrowed(exchange(app, grant, client_assertion=assertion))
    refused(exchange(app, grant, client_assertion=assertion), "invalid_client")
    refused(exchange(app, "x", client_assertion=app.assertion(aud="https://other.example")),
            "invalid_client")
    assert ASSERTION_TYPE


def test_what_it_can_decrypt_is_narrowed_too(judge, user, app):
    project = Project(judge, user)
    code = user.code(app, ["read", "bucket:photos;prefix:2024/"], project_id=project.id,
                     passphrase=PASSPHRASE)
    grant = app.redeem(code).json["access_token"]
    child = narrowed(exchange(app, grant, scope="read bucket:photos;prefix:2024/trip/"))
    verdict = project.verdict(child["access_token"], ("photos", "2024/trip/b.jpg"),
                              ("photos", "2024/a.jpg"), *OUTSIDE)
    assert not verdict["root_key"] and not verdict["root_key_in_text"]
    assert [(e["bucket"], e["path"]) for e in verdict["entries"]] == [("photos", "2024/trip")]
    inside, *others = verdict["probes"]
    assert inside["opens"] and inside["allowed"]["read"]
    assert not any(one["opens"] or one["allowed"]["read"] for one in others)
