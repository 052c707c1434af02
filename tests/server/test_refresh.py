# SPDX-License-Identifier: Apache-2.0
"""Refresh tokens: docs/protocol/oauth.md 2.1."""

import base64
import concurrent.futures
import time
import urllib.parse

import pytest

from grantd import ASSERTION_TYPE, Person, grant_id_of
from judge import PASSPHRASE, Project, check_opens_below_the_prefix_only

SCOPE = ["read", "list", "bucket:photos", "offline_access"]
DAY = 86400
CLIENTS = "/api/v0/developer/auth/oauth2/clients"


def refused(answer, error, status=400):
    assert (answer.status, answer.error) == (status, error), answer


def refreshed(answer):
    assert answer.status == 200, answer
    return answer.json


def first(user, app, scope=SCOPE, **fields):
    """What the exchange of a code answers."""
    return refreshed(app.redeem(user.code(app, scope, **fields)))


def proof(app, **fields):
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": app.assertion(), **fields}


def post(app, path, **fields):
    return app.server.call("POST", path, urllib.parse.urlencode(fields),
                           headers={"Content-Type": "application/x-www-form-urlencoded"})


def introspect(app, token):
    return post(app, "/oauth2/introspect", **proof(app, token=token)).json


def is_valid(server, grant):
    return server.call("POST", "/api/v0/grants/check", {
        "access_grant": grant, "op": "read", "bucket": "photos", "path": ""},
        token=server.service_token("check")).json["valid"]


def connection(user):
    answer = user.call("GET", "/api/v0/auth/developer-access")
    assert answer.status == 200, answer
    return answer.json[0]


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory):
    """One where a token that was replaced cannot be repeated."""
    from grantd import Server
    server = Server(tmp_path_factory.mktemp("strict"), **{"refresh.grace": "0"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def strict(strict_server):
    return Person(strict_server)


# --- issuing ---

def test_a_refresh_token_comes_with_offline_access_only(user, app):
    answer = first(user, app)
    assert answer["scope"] == "read list bucket:photos offline_access"
    assert answer["expires_in"] == 3600
    assert len(answer["refresh_token"]) == 75
    assert "refresh_token" not in first(user, app, SCOPE[:-1])


def test_a_client_that_is_registered_for_it_need_not_ask(user):
    app = user.application(refresh_tokens=True)
    answer = first(user, app, ["read", "bucket:photos"])
    assert answer["scope"] == "read bucket:photos" and answer["expires_in"] == 3600
    assert introspect(app, answer["refresh_token"])["scope"] == "read bucket:photos offline_access"
    assert refreshed(app.refresh(answer["refresh_token"]))["scope"] == "read bucket:photos"
    view = user.request(app, ["read"]).json
    assert view["renewal"]["grant_lifetime"] == 3600
    assert user.call("PUT", f"{CLIENTS}/{app.id}", {"refresh_tokens": False}).status == 200
    assert "refresh_token" not in first(user, app, ["read", "bucket:photos"])


def test_the_documented_body_gets_none_and_the_whole_lifetime(user, app):
    answer = refreshed(app.exchange(user.code(app, SCOPE, expires_in=7200)))
    assert set(answer) == {"access_grant", "scopes", "expires_in", "decrypts", "notes"}
    assert answer["expires_in"] == 7200
    assert connection(user)["renewable_until"] is None


def test_the_first_grant_lives_no_longer_than_the_user_chose(user, app):
    assert first(user, app, expires_in=120)["expires_in"] == 120


# --- using ---

def test_a_refresh_issues_another_grant_and_another_token(user, app):
    old = first(user, app)
    new = refreshed(app.refresh(old["refresh_token"]))
    assert new["access_token"] != old["access_token"]
    assert new["refresh_token"] != old["refresh_token"]
    assert new["scope"] == old["scope"] and new["scopes"] == old["scopes"]
    assert new["token_type"] == "Bearer" and new["expires_in"] == 3600
    assert [g["id"] for g in user.grants()] == [grant_id_of(new["access_token"]),
                                                grant_id_of(old["access_token"])]
    assert [g["status"] for g in user.grants()] == ["live", "live"]
    assert is_valid(app.server, new["access_token"]) and is_valid(app.server, old["access_token"])
    for _ in range(3):
        new = refreshed(app.refresh(new["refresh_token"]))


@pytest.mark.parametrize("body", ["form", "json"])
def test_a_refresh_may_be_a_form_or_json(user, app, body):
    fields = {"grant_type": "refresh_token", "refresh_token": first(user, app)["refresh_token"],
              **proof(app)}
    if body == "json":
        refreshed(app.server.call("POST", "/oauth2/token", fields))
    else:
        refreshed(post(app, "/api/v0/oauth2/token", **fields))


def test_a_grant_ends_with_the_authorization(make_server):
    server = make_server(refresh__grant_lifetime="1h")
    user = Person(server)
    app = user.application()
    old = first(user, app, expires_in=3700)
    time.sleep(1.1)
    assert refreshed(app.refresh(old["refresh_token"]))["expires_in"] == 3600
    short = first(user, app, expires_in=600)
    time.sleep(1.1)
    assert 590 <= refreshed(app.refresh(short["refresh_token"]))["expires_in"] < 600


def test_a_family_ends_when_the_user_chose(user, app):
    old = first(user, app, expires_in=60)
    seen = introspect(app, old["refresh_token"])
    assert 55 < seen["exp"] - time.time() <= 60


def test_a_scope_narrows_and_the_token_keeps_what_it_had(user, app):
    old = first(user, app)
    new = refreshed(app.refresh(old["refresh_token"], scope="read bucket:photos"))
    assert new["scope"] == "read bucket:photos" and new["scopes"] == ["read", "bucket:photos"]
    assert user.grants()[0]["scopes"] == ["read", "bucket:photos"]
    again = refreshed(app.refresh(new["refresh_token"]))
    assert again["scopes"] == ["read", "list", "bucket:photos"]


@pytest.mark.parametrize("scope", ["read write bucket:photos", "read", "read bucket:music", "x",
                                   "bucket:photos", "offline_access",
                                   "read bucket:photos;prefix:a/", " ".join(["read"] * 17)])
def test_a_scope_that_is_wider_or_needs_a_key_is_refused_and_the_token_stays_good(user, app, scope):
    old = first(user, app)
    refused(app.refresh(old["refresh_token"], scope=scope), "invalid_scope")
    refreshed(app.refresh(old["refresh_token"]))


def test_words_that_are_not_about_storage_do_not_widen_either(user, app):
    old = first(user, app)
    assert refreshed(app.refresh(old["refresh_token"], scope="list bucket:photos offline_access"))[
        "scope"] == "list bucket:photos offline_access"


@pytest.mark.parametrize("token", ["", "x", "A" * 75, "1" * 129, "é"])
def test_what_is_no_refresh_token_is_refused(user, app, token):
    error = "invalid_grant" if 0 < len(token) < 129 else "invalid_request"
    refused(app.refresh(token), error)


def test_the_client_authenticates_first_and_its_assertion_is_good_once(user, app):
    old = first(user, app)
    refused(app.refresh("x", client_assertion=app.assertion(aud="https://other.example")),
            "invalid_client")
    assertion = app.assertion()
    new = refreshed(app.refresh(old["refresh_token"], client_assertion=assertion))
    refused(app.refresh(new["refresh_token"], client_assertion=assertion), "invalid_client")
    refreshed(app.refresh(new["refresh_token"]))


def test_another_application_gets_nothing_and_does_no_harm(user, app):
    thief = Person(app.server).application(redirect_uris=[app.redirect_uri])
    old = first(user, app)
    new = refreshed(app.refresh(old["refresh_token"]))
    for token in (old["refresh_token"], new["refresh_token"]):
        refused(thief.refresh(token), "invalid_grant")
        assert introspect(thief, token) == {"active": False}
        assert post(thief, "/oauth2/revoke", **proof(thief, token=token)).json == {}
    refreshed(app.refresh(new["refresh_token"]))


def test_a_public_client_rotates_too(user):
    from grantd import pkce
    app = user.application(token_endpoint_auth_method="none")
    verifier, challenge = pkce()
    code = user.code(app, SCOPE, request={"code_challenge": challenge,
                                          "code_challenge_method": "S256"})
    public = {"client_id": app.client_id, "client_assertion_type": None}
    old = refreshed(app.redeem(code, code_verifier=verifier, **public))
    new = refreshed(app.refresh(old["refresh_token"], **public))
    assert new["refresh_token"] != old["refresh_token"]
    refused(app.refresh("A" * 75, **public), "invalid_grant")
    refreshed(app.refresh(new["refresh_token"], **public))


# --- repeating and reusing ---

def test_a_lost_response_is_repeated_word_for_word_but_for_the_time(user, app):
    old = first(user, app)
    one = refreshed(app.refresh(old["refresh_token"]))
    two = refreshed(app.refresh(old["refresh_token"], scope="read"))
    assert {**one, "expires_in": 0} == {**two, "expires_in": 0}
    assert len(user.grants()) == 2
    refreshed(app.refresh(one["refresh_token"]))
    refused(app.refresh(old["refresh_token"]), "invalid_grant")
    assert all(g["status"] == "revoked" for g in user.grants())


def test_a_narrower_grant_is_repeated_as_it_was(user, app):
    old = first(user, app)
    one = refreshed(app.refresh(old["refresh_token"], scope="read bucket:photos offline_access"))
    two = refreshed(app.refresh(old["refresh_token"]))
    assert {**one, "expires_in": 0} == {**two, "expires_in": 0}


def test_rule_51_reuse_after_the_grace_ends_the_family_and_its_grants(strict):
    app = strict.application()
    other = first(strict, app)
    old = first(strict, app)
    new = refreshed(app.refresh(old["refresh_token"]))
    time.sleep(0.01)
    answer = app.refresh(old["refresh_token"])
    refused(answer, "invalid_grant")
    assert "replaced before" in answer.json["error_description"]
    refused(app.refresh(new["refresh_token"]), "invalid_grant")
    assert [g["status"] for g in strict.grants()] == ["revoked", "revoked", "live"]
    assert not is_valid(app.server, new["access_token"])
    assert introspect(app, new["refresh_token"]) == {"active": False}
    refreshed(app.refresh(other["refresh_token"]))  # another authorization


def test_used_by_many_at_once_there_is_one_rotation_and_one_grant(user, app):
    old = first(user, app)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: app.refresh(old["refresh_token"]), range(16)))
    assert {answer.status for answer in answers} <= {200, 503}
    good = [answer.json for answer in answers if answer.status == 200]
    assert len({answer["access_token"] for answer in good}) == 1
    assert len({answer["refresh_token"] for answer in good}) == 1
    assert len(user.grants()) == 2
    refreshed(app.refresh(good[0]["refresh_token"]))


def test_without_a_grace_many_at_once_end_the_family(strict):
    app = strict.application()
    old = first(strict, app)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: app.refresh(old["refresh_token"]), range(8)))
    good = [answer for answer in answers if answer.status == 200]
    assert len({answer.json["access_token"] for answer in good}) <= 1
    assert "invalid_grant" in [answer.error for answer in answers if answer.status == 400]
    time.sleep(0.01)
    refused(app.refresh(old["refresh_token"]), "invalid_grant")
    assert all(g["status"] == "revoked" for g in strict.grants())


def test_a_replayed_code_ends_the_family_too(make_server):
    server = make_server(code__replay_grace="0s")
    user = Person(server)
    app = user.application()
    code = user.code(app, SCOPE)
    new = refreshed(app.refresh(refreshed(app.redeem(code))["refresh_token"]))
    time.sleep(0.01)
    refused(app.redeem(code), "invalid_grant")
    refused(app.refresh(new["refresh_token"]), "invalid_grant")
    assert [g["status"] for g in user.grants()] == ["revoked", "revoked"]


# --- its ends ---

def test_removed_access_cannot_be_renewed(user, app):
    old = first(user, app)
    assert user.revoke(app).status == 200
    refused(app.refresh(old["refresh_token"]), "invalid_grant")
    assert connection(user)["renewable_until"] is None
    assert introspect(app, old["refresh_token"]) == {"active": False}


def test_a_user_who_revokes_one_grant_gets_no_other_in_its_place(user, app):
    old = first(user, app)
    new = refreshed(app.refresh(old["refresh_token"]))
    answer = user.call("DELETE", "/api/v0/auth/grants/" + grant_id_of(new["access_token"]))
    assert answer.status == 200, answer
    assert [g["status"] for g in user.grants()] == ["revoked", "revoked"]
    refused(app.refresh(new["refresh_token"]), "invalid_grant")


def test_an_application_that_revokes_a_grant_can_renew_it_and_with_the_token_ends_all(user, app):
    old = first(user, app)
    assert post(app, "/oauth2/revoke", **proof(app, token=old["access_token"])).json == {}
    new = refreshed(app.refresh(old["refresh_token"]))
    assert is_valid(app.server, new["access_token"])
    assert post(app, "/oauth2/revoke", **proof(app, token=new["refresh_token"])).json == {}
    assert not is_valid(app.server, new["access_token"])
    refused(app.refresh(new["refresh_token"]), "invalid_grant")
    assert post(app, "/oauth2/revoke", **proof(app, token=new["refresh_token"])).json == {}


@pytest.mark.parametrize("what", ["client", "project", "disabled"])
def test_what_is_gone_cannot_be_renewed(make_server, what):
    server = make_server()
    user, developer = Person(server), Person(server)
    project = user.project()
    app = developer.application()
    old = first(user, app, project_id=project["id"])
    if what == "client":
        answer = developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")
    elif what == "project":
        answer = user.call("DELETE", f"/api/v0/projects/{project['id']}")
    else:
        answer = server.run("account", "disable", user.email)
    assert what == "disabled" or answer.status in (200, 204), answer
    refused(app.refresh(old["refresh_token"]),
            "invalid_client" if what == "client" else "invalid_grant")


def test_introspection_says_what_the_token_is(user, app):
    old = first(user, app)
    seen = introspect(app, old["refresh_token"])
    assert 0 <= time.time() - seen.pop("iat") < 10
    assert 29 * DAY < seen.pop("exp") - time.time() <= 30 * DAY
    assert seen.pop("sub") == introspect(app, old["access_token"])["sub"] != user.id  # pairwise
    assert seen == {"active": True, "scope": "read list bucket:photos offline_access",
                    "client_id": app.client_id, "iss": app.server.url}
    refreshed(app.refresh(old["refresh_token"]))
    assert introspect(app, old["refresh_token"]) == {"active": False}


def test_connected_applications_show_that_access_can_be_renewed(user, app):
    old = first(user, app, expires_in=7200)
    seen = connection(user)
    assert seen["renewable_until"] and seen["last_renewal_date"] is None
    refreshed(app.refresh(old["refresh_token"]))
    assert connection(user)["last_renewal_date"] >= seen["access_granted_date"]


def test_an_application_that_can_renew_its_access_has_it_also_between_grants(user, app):
    old = first(user, app)
    assert post(app, "/oauth2/revoke", **proof(app, token=old["access_token"])).json == {}
    seen = connection(user)
    assert seen["is_active"] and seen["expires_at"] == seen["renewable_until"]
    assert seen["approved_scopes"] == ["read", "list", "bucket:photos"]
    again = user.request(app, ["read"]).json
    assert again["current_access"] == ["read", "list", "bucket:photos"]
    assert "renewal" not in again
    assert user.request(app, SCOPE).json["renewal"] == {
        "grant_lifetime": 3600, "max_lifetime": 90 * DAY}
    assert user.revoke(app).status == 200
    seen = connection(user)
    assert not seen["is_active"] and seen["approved_scopes"] == []


def test_a_family_has_a_quota_and_the_token_stays_good(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    token = first(user, app)["refresh_token"]
    other = first(user, app)["refresh_token"]
    for _ in range(300):
        token = refreshed(app.refresh(token))["refresh_token"]
    answer = app.refresh(token)
    refused(answer, "temporarily_unavailable", 429)
    assert 0 < int(answer.headers["Retry-After"]) <= DAY
    assert introspect(app, token)["active"]
    refreshed(app.refresh(other))


# --- the key ---

def test_the_key_is_kept_under_the_token_and_opens_what_was_granted(judge, user, app):
    project = Project(judge, user)
    for given in ("consent", "request"):
        consent = {"passphrase": PASSPHRASE} if given == "consent" else {}
        code = user.code(app, ["read", "bucket:photos;prefix:2024/", "offline_access"],
                         project_id=project.id, **consent)
        redeemed = {"passphrase": PASSPHRASE} if given == "request" else {}
        answer = refreshed(app.redeem(code, **redeemed))
        for _ in range(2):
            answer = refreshed(app.refresh(answer["refresh_token"]))
            check_opens_below_the_prefix_only(project, answer["access_token"])
        narrow = refreshed(app.refresh(answer["refresh_token"],
                                       scope="read bucket:photos;prefix:2024/trip/"))
        assert narrow["scopes"] == ["read", "bucket:photos;prefix:2024/trip/"]


def test_tokens_are_nowhere_but_with_the_application(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    old = first(user, app)["refresh_token"]
    new = refreshed(app.refresh(old))["refresh_token"]
    server.stop()
    stored = b"".join(file.read_bytes() for file in server.folder.iterdir() if file.is_file())
    for token in (old, new):
        raw = base64.urlsafe_b64decode(token + "=")
        assert token.encode() not in stored and raw[8:24] not in stored and raw[24:] not in stored
