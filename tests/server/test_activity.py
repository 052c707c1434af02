# SPDX-License-Identifier: Apache-2.0
"""What was done with an account, for its owner: docs/protocol/http.md 2.3."""

import re

import pytest

from grantd import PASSWORD, Person

ACTIVITY = "/api/v0/auth/activity"


def activity(person, query=""):
    answer = person.call("GET", ACTIVITY + query)
    assert answer.status == 200, answer
    return answer.json


def actions(person):
    return [one["action"] for one in activity(person)]


def test_it_tells_what_was_done_by_whom_from_where_newest_first(user, developer):
    app = developer.application(name="Photos")
    project, = user.call("GET", "/api/v0/projects").json
    assert app.exchange(user.code(app, ["read", "bucket:photos"])).status == 200
    grant, = user.grants()
    owner_grant = user.call("POST", f"/api/v0/projects/{project['id']}/owner-grant",
                            {"password": PASSWORD})
    assert owner_grant.status == 200, owner_grant
    assert user.call("DELETE", f"/api/v0/auth/grants/{grant['id']}").status == 200
    user.consent(user.request(app).json["request_id"], [], approve=False)
    told = activity(user)
    assert [one["action"] for one in told] == [
        "consent_refused", "grant_revoke", "owner_grant", "exchange", "consent", "login",
        "register"]
    assert [one["at"] for one in told] == sorted((one["at"] for one in told), reverse=True)
    exchange = told[3]
    assert (exchange["client_id"], exchange["client_name"]) == (app.client_id, "Photos")
    assert exchange["subject_id"] == grant["id"] and exchange["address"] is None
    assert told[1]["subject_id"] == grant["id"] and told[1]["address"] == "127.0.0.1"
    assert told[2]["client_id"] is None and told[2]["client_name"] is None


def test_a_developers_changes_are_theirs_alone(user):
    app = user.application()
    other = Person(user.server)
    app.exchange(other.code(app))
    user.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")
    assert actions(user)[:2] == ["client_delete", "client_create"]
    assert "exchange" not in actions(user)
    assert actions(other) == ["exchange", "consent", "login", "register"]


def test_nobody_reads_anothers_or_writes_into_it(user):
    """Wrong passwords, and requests of a hostile application, are not the user's doing."""
    hostile = Person(user.server)
    before = activity(user)
    assert user.server.call("POST", "/api/v0/auth/token", {
        "email": user.email, "password": "a wrong password"}).status == 401
    app = hostile.application()
    assert hostile.call("DELETE", f"{ACTIVITY}/{user.id}").status == 404
    assert app.exchange("a" * 43).status == 400
    assert activity(user) == before
    assert user.id not in str(activity(hostile)) and user.email not in str(activity(hostile))
    assert user.server.call("GET", ACTIVITY).status == 401


def test_it_is_read_page_by_page_and_ends(user, developer):
    app = developer.application()
    for _ in range(4):
        app.exchange(user.code(app))
    whole, pages, path = activity(user), [], ACTIVITY + "?limit=3"
    while path:
        answer = user.call("GET", path)
        assert 0 < len(answer.json) <= 3
        pages += answer.json
        path = re.fullmatch(r'<(/.*)>; rel="next"', answer.headers.get("Link", '<//>; rel="next"'))
        path = path and path[1] != "//" and path[1]
    assert pages == whole and len(whole) == 10


@pytest.mark.parametrize("query", ("?limit=0", "?limit=1001", "?cursor=x", "?cursor=" + "A" * 40))
def test_a_page_that_cannot_be_is_refused(user, query):
    answer = user.call("GET", ACTIVITY + query)
    assert answer.status == 400 and answer.json["error"] == "invalid_request", answer
