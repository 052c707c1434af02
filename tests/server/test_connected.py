# SPDX-License-Identifier: Apache-2.0
"""A user's connected applications, their history, and revoking single grants."""

import time

from grantd import Person

ACCESS = "/api/v0/auth/developer-access"


def connections(user):
    answer = user.call("GET", ACCESS)
    assert answer.status == 200, answer
    return answer.json


def history(user, app):
    answer = user.call("GET", f"{ACCESS}/{app.client_id}/history")
    assert answer.status == 200, answer
    return answer.json


def states(user, app):
    return [entry["status"] for entry in history(user, app)]


def test_an_application_is_connected_once_it_has_a_grant(user, developer):
    app = developer.application(name="Photos", description="Shows photos")
    user.request(app, ["read"])
    assert connections(user) == []
    app.exchange(user.code(app, ["read", "bucket:photos"], expires_in=3600))
    app.exchange(user.code(app, ["list", "bucket:music"], expires_in=7200))
    entry, = connections(user)
    assert entry["client_id"] == app.client_id
    assert (entry["application_name"], entry["application_description"]) == (
        "Photos", "Shows photos")
    assert entry["developer_name"] == "A Person"
    assert entry["approved_scopes"] == ["read", "list", "bucket:music", "bucket:photos"]
    assert entry["is_active"] is True and entry["total_requests"] == 3
    assert entry["enforced_by"] == "check"
    assert entry["access_granted_date"] <= entry["last_access_date"]
    longest = max(grant["expires_at"] for grant in user.grants())
    assert entry["expires_at"] == longest
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")


def test_each_permission_of_a_connection_is_told_by_itself(user, developer):
    app = developer.application()
    narrow = ["write", "delete", "bucket:photos;prefix:2024/1/"]
    for scope in (["read", "list", "bucket:photos"], ["read", "list", "bucket:photos"]):
        app.exchange(user.code(app, scope, expires_in=3600))
    app.exchange(user.code(app, narrow, passphrase="correct horse"))
    app.redeem(user.code(app, ["read", "bucket:music", "offline_access"]))
    entry, = connections(user)
    seen = {" ".join(one["scopes"]): one for one in entry["permissions"]}
    assert set(seen) == {"read list bucket:photos", " ".join(narrow), "read bucket:music"}
    assert entry["summary"] == entry["approved_scopes"] == [
        "read", "write", "list", "delete", "bucket:music", "bucket:photos"]
    ends = {grant["expires_at"] for grant in user.grants() if grant["scopes"][1] == "list"}
    assert seen["read list bucket:photos"]["expires_at"] == max(ends)
    assert seen["read list bucket:photos"]["renewable_until"] is None
    renewed = seen["read bucket:music"]
    assert renewed["renewable_until"] == renewed["expires_at"] == entry["renewable_until"]
    project, = user.call("GET", "/api/v0/projects").json
    assert {one["project_id"] for one in entry["permissions"]} == {project["id"]}
    assert entry["redirect_uri"] == app.redirect_uri
    user.revoke(app)
    entry, = connections(user)
    assert entry["permissions"] == [] and entry["summary"] == []
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")


def test_a_connection_without_live_grants_is_not_active(user, app):
    app.exchange(user.code(app))
    user.revoke(app)
    entry, = connections(user)
    assert entry["is_active"] is False and entry["approved_scopes"] == []
    assert entry["expires_at"] is None


def test_a_deleted_application_is_connected_no_more(user, developer):
    app = developer.application()
    app.exchange(user.code(app))
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")
    assert connections(user) == []
    assert user.call("GET", f"{ACCESS}/{app.client_id}/history").status == 404


def test_the_history_tells_what_became_of_each_request(user, app):
    user.request(app)
    rejected = user.request(app).json["request_id"]
    user.call("POST", "/api/v0/oauth2/consent", {"request_id": rejected, "approve": False})
    user.code(app, ["read"])
    app.exchange(user.code(app, ["write"]))
    entries = history(user, app)
    assert [e["status"] for e in entries] == ["used", "approved", "rejected", "pending"]
    assert entries[0]["scopes"] == ["write"]
    assert entries[2]["request_id"] == rejected
    assert set(entries[0]) == {"request_id", "scopes", "status", "created_at", "revocation"}
    user.revoke(app)
    assert states(user, app) == ["revoked", "withdrawn", "rejected", "withdrawn"]


def test_requests_and_codes_that_nobody_used_have_expired(make_server):
    server = make_server(consent__lifetime="1s", code__lifetime="1s")
    user = Person(server)
    app = user.application()
    user.request(app)
    user.code(app)
    assert states(user, app) == ["approved", "pending"]
    time.sleep(1.1)
    assert states(user, app) == ["expired", "expired"]


def test_the_history_is_the_users_own(user, app):
    app.exchange(user.code(app))
    assert states(Person(user.server), app) == []
    assert user.call("GET", f"{ACCESS}/nonsense/history").status == 404


def test_one_grant_is_taken_back_and_the_others_stay(user, app):
    for scope in (["read"], ["write"]):
        app.exchange(user.code(app, scope))
    second, first = user.grants()
    answer = user.call("DELETE", f"/api/v0/auth/grants/{first['id']}")
    assert answer.status == 200
    taken, = answer.json["grants"]
    assert (taken["id"], taken["status"], taken["enforced_by"]) == (
        first["id"], "revoked", "check")
    assert taken["effective_by"]
    assert [g["status"] for g in user.grants()] == ["live", "revoked"]
    assert states(user, app) == ["used", "revoked"]
    again = user.call("DELETE", f"/api/v0/auth/grants/{first['id']}")
    assert again.status == 200 and again.json["grants"][0]["status"] == "revoked"
    assert second["status"] == "live"


def test_a_strangers_grant_is_not_found(user, app):
    app.exchange(user.code(app))
    grant, = user.grants()
    path = f"/api/v0/auth/grants/{grant['id']}"
    assert Person(user.server).call("DELETE", path).status == 404
    assert user.call("DELETE", "/api/v0/auth/grants/nonsense").status == 404
    assert user.grants()[0]["status"] == "live"
