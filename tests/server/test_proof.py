# SPDX-License-Identifier: Apache-2.0
"""Showing again who one is (docs/protocol/http.md 2.9): what asks for it, and what it takes. The log-in
is made old in the database's file."""

import contextlib
import sqlite3

import pytest

from grantd import PASSWORD, Person, Server
from oathtool import Factor

pytestmark = pytest.mark.file

PROOF = "/api/v0/auth/session/proof"
CLIENTS = "/api/v0/developer/auth/oauth2/clients/"
ELSEWHERE = ["https://elsewhere.example/cb"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("proof"), **{"session.proof": "10m"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def developer(server):
    return Person(server)


def grow_old(person, seconds=601):
    """As if the person had logged in earlier, in all their sessions."""
    with contextlib.closing(sqlite3.connect(person.server.folder / "grantd.db")) as database, database:
        database.execute(
            "UPDATE session SET authenticated_at = authenticated_at - ? WHERE account_id = "
            "(SELECT id FROM account WHERE email = ?)", (seconds * 1000, person.email))


def prove(person, password=PASSWORD, **more):
    return person.call("POST", PROOF, {"password": password, **more})


GRAVE = {
    "another secret": ("POST", "/regenerate-secret", {}, 200),
    "other redirect URIs": ("PUT", "", {"redirect_uris": ELSEWHERE}, 200),
    "another way to authenticate": ("PUT", "", {"token_endpoint_auth_method": "none"}, 200),
    "deleting it": ("DELETE", "", None, 204),
}


@pytest.mark.parametrize("name", GRAVE)
def test_of_an_application(user, name):
    method, path, body, status = GRAVE[name]
    app = user.application()
    before = user.call("GET", CLIENTS + app.id).json
    grow_old(user)
    refused = user.call(method, CLIENTS + app.id + path, body)
    assert (refused.status, refused.error) == (403, "proof_required")
    assert user.call("GET", CLIENTS + app.id).json == before
    assert prove(user).status == 204
    assert user.call(method, CLIENTS + app.id + path, body).status == status


def test_of_a_notice_that_is_switched_off_and_not_of_one_that_is_switched_on(user):
    prefer = lambda **fields: user.call("PATCH", "/api/v0/auth/account", fields)
    assert prefer(notices_off=["client_secret"]).status == 200
    grow_old(user)
    assert prefer(notices_off=["client_secret"], language="de").status == 200
    assert prefer(notices_off=[]).status == 200
    refused = prefer(notices_off=["client_secret"], full_name="Not this one")
    assert (refused.status, refused.error) == (403, "proof_required")
    account = user.call("GET", "/api/v0/auth/account").json
    assert account["notices_off"] == [] and account["full_name"] != "Not this one"
    assert prove(user).status == 204
    assert prefer(notices_off=["client_secret"]).status == 200


def test_what_is_not_grave_needs_none(user):
    app = user.application()
    grow_old(user)
    same = {"description": "It shows photos.", "redirect_uris": [app.redirect_uri]}
    assert user.call("PUT", CLIENTS + app.id, same).status == 200
    assert user.call("PATCH", CLIENTS + app.id + "/status", {"status": 0}).status == 200
    assert user.call("GET", "/api/v0/auth/sessions").status == 200
    assert user.revoke(app).status == 200


def test_a_passphrase_is_taken_only_from_who_has_just_shown_who_they_are(user, app):
    request = user.request(app, ["read", "bucket:photos;prefix:2024/"]).json["request_id"]
    scope = ["read", "bucket:photos;prefix:2024/"]
    grow_old(user)
    assert user.consent(request, scope, passphrase="a passphrase").error == "proof_required"
    assert prove(user).status == 204
    assert user.consent(request, scope, passphrase="a passphrase").status == 200


def test_without_a_passphrase_a_consent_needs_none(user, app):
    request = user.request(app).json["request_id"]
    grow_old(user)
    assert user.consent(request, ["read"]).status == 200


def test_a_project_is_deleted_only_with_it(user):
    project = user.call("GET", "/api/v0/projects").json[0]["id"]
    grow_old(user)
    assert user.call("DELETE", f"/api/v0/projects/{project}").error == "proof_required"
    assert prove(user).status == 204
    assert user.call("DELETE", f"/api/v0/projects/{project}").status == 204


def test_ten_minutes_are_enough_and_no_more(user):
    app = user.application()
    grow_old(user, 590)
    assert user.call("POST", CLIENTS + app.id + "/regenerate-secret", {}).status == 200
    grow_old(user, 11)
    assert user.call("POST", CLIENTS + app.id + "/regenerate-secret", {}).error == "proof_required"


def test_the_operator_says_how_long(make_server):
    person = Person(make_server(session__proof="1h"))
    app = person.application()
    grow_old(person, 3590)
    assert person.call("POST", CLIENTS + app.id + "/regenerate-secret", {}).status == 200
    grow_old(person, 11)
    assert person.call("POST", CLIENTS + app.id + "/regenerate-secret", {}).error == "proof_required"


def test_a_proof_is_of_its_session_alone(user):
    first = user.token
    user.log_in()
    app = user.application()
    grow_old(user)
    assert prove(user).status == 204
    user.token = first
    assert user.call("DELETE", CLIENTS + app.id).error == "proof_required"


def test_nobody_elses_password_is_one(server, user):
    other = Person(server)
    app = user.application()
    assert other.call("POST", "/api/v0/auth/account/password",
                      {"old_password": PASSWORD, "new_password": "quite another one 4711"}).status == 204
    grow_old(user)
    assert prove(user, "quite another one 4711").error == "invalid_credentials"
    assert user.call("POST", PROOF, {}).error == "invalid_request"
    assert user.call("DELETE", CLIENTS + app.id).error == "proof_required"
    assert server.call("POST", PROOF, {"password": PASSWORD}).status == 401


def test_wrong_passwords_are_counted_as_at_a_log_in(user):
    statuses = [prove(user, "not this one").status for _ in range(12)]
    assert statuses[0] == 401 and statuses[-1] == 429
    assert prove(user).status == 429


def test_an_account_with_a_factor_needs_its_code(user):
    app = user.application()
    factor = Factor(user)
    grow_old(user)
    assert prove(user).error == "second_factor_required"
    assert prove(user, code="000000").error == "second_factor_wrong"
    assert prove(user, "not this one", code=factor.code()).error == "invalid_credentials"
    assert user.call("DELETE", CLIENTS + app.id).error == "proof_required"
    assert prove(user, code=factor.code()).status == 204
    assert user.call("DELETE", CLIENTS + app.id).status == 204


def test_a_proof_is_in_the_activity(user):
    assert prove(user).status == 204
    assert user.call("GET", "/api/v0/auth/activity").json[0]["action"] == "session_proof"
