# SPDX-License-Identifier: Apache-2.0
"""How much access of one account an application may have: beyond that the oldest ends."""

import concurrent.futures

import pytest
from grantd import Person

MOST = 3


@pytest.fixture
def strict(make_server):
    return make_server(limits__authorizations_per_client=str(MOST))


def live(user):
    return [one["id"] for one in user.grants() if one["status"] == "live"]


def test_the_oldest_access_ends_as_the_request_has_said(strict):
    user, other = Person(strict), Person(strict)
    app, another = user.application(), user.application()
    spared = [other.code(app), user.code(another)]
    for place in ("bucket:one", "bucket:two", "bucket:three"):
        assert app.exchange(user.code(app, ["read", place])).status == 200
    first = live(user)[-1]
    view = user.request(app, ["read"]).json
    assert view["replaces"]["scopes"] == ["read", "bucket:one"]
    assert view["current_access"] == ["read", "bucket:one", "bucket:three", "bucket:two"]
    code = user.consent(view["request_id"], ["read"]).json["code"]
    assert first not in live(user) and len(live(user)) == MOST - 1
    assert app.exchange(code).status == 200
    assert "bucket:one" not in user.request(app, ["read"]).json["current_access"]
    assert app.exchange(spared[0]).status == 200
    assert another.exchange(spared[1]).status == 200
    assert "replaces" not in user.request(another, ["read"]).json


def test_many_consents_at_once_leave_no_more(strict):
    user = Person(strict)
    app = user.application()
    requests = [user.request(app, ["read"]).json["request_id"] for _ in range(3 * MOST)]
    with concurrent.futures.ThreadPoolExecutor(len(requests)) as pool:
        answers = list(pool.map(lambda one: user.consent(one, ["read"]), requests))
    assert all(answer.status == 200 for answer in answers)
    answers = [app.exchange(answer.json["code"]) for answer in answers]
    assert sorted(answer.status for answer in answers) == [200] * MOST + [400] * 2 * MOST
    assert {answer.error for answer in answers if answer.status == 400} == {"invalid_code"}
    assert len(live(user)) == MOST
