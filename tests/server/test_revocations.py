# SPDX-License-Identifier: Apache-2.0
"""The feed of revocations, and its tokens."""

import json

import pytest

from grantd import Person, tail_of

FEED = "/api/v0/revocations"


@pytest.fixture(scope="module")
def token(server):
    return server.service_token("revocations")


class Feed:
    """Continues reading."""

    def __init__(self, server, token, limit=None):
        self.server, self.token, self.limit = server, token, limit
        self.next = "0"
        self.all()

    def page(self):
        query = f"?after={self.next}" + (f"&limit={self.limit}" if self.limit else "")
        answer = self.server.call("GET", FEED + query, token=self.token)
        assert answer.status == 200, answer
        assert answer.headers["Cache-Control"] == "no-store"
        self.next = answer.json["next"]
        return answer.json["revocations"]

    def all(self):
        found = []
        while True:
            before = self.next
            found += self.page()
            if self.next == before:
                return found

    def tails(self):
        return [entry["tail"] for entry in self.all()]


@pytest.fixture
def feed(server, token):
    return Feed(server, token)


def issue(user, app, **fields):
    """A grant; its tail."""
    answer = app.exchange(user.code(app, ["read"], **fields))
    assert answer.status == 200, answer
    return tail_of(answer.json["access_grant"])


def test_what_a_user_takes_back_is_in_the_feed_once(user, app, feed):
    tails = [issue(user, app) for _ in range(3)]
    assert feed.all() == []
    first = user.grants()[-1]
    user.call("DELETE", f"/api/v0/auth/grants/{first['id']}")
    entry, = feed.all()
    assert entry["tail"] == tails[0]
    assert entry["until"] == first["expires_at"] and entry["revoked_at"]
    user.call("DELETE", f"/api/v0/auth/grants/{first['id']}")
    user.revoke(app)
    assert sorted(feed.tails()) == sorted(tails[1:])


def test_a_deleted_application_brings_all_its_grants(developer, feed):
    app = developer.application()
    users = [Person(developer.server) for _ in range(3)]
    tails = [issue(user, app) for user in users]
    users[0].revoke(app)
    assert feed.tails() == tails[:1]
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")
    assert feed.tails() == tails[1:]


def test_a_replayed_code_brings_its_grant(make_server):
    server = make_server(code__replay_grace="0s")
    feed = Feed(server, server.service_token("revocations"))
    user = Person(server)
    app = user.application()
    code = user.code(app)
    tail = tail_of(app.exchange(code).json["access_grant"])
    while "revoked" not in app.exchange(code).json["error_description"]:
        pass
    assert feed.tails() == [tail]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_may_end_in_the_middle_of_a_row(developer, server, token, limit):
    feed = Feed(server, token, limit)
    app = developer.application()
    tails = [issue(Person(server), app) for _ in range(5)]
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")
    pages = []
    while page := feed.page():
        assert len(page) <= limit
        pages += [entry["tail"] for entry in page]
    assert pages == tails


def test_a_grant_past_its_end_need_not_be_known(make_server):
    server = make_server()
    feed = Feed(server, server.service_token("revocations"))
    user = Person(server)
    app = user.application()
    tail = issue(user, app, expires_in=None)
    user.revoke(app)
    entry, = feed.all()
    assert entry["tail"] == tail and entry["until"] is None


def test_the_feed_wants_a_token_of_its_role(server, user, token):
    def error(token=None, **headers):
        answer = server.call("GET", FEED, token=token, headers=headers)
        return answer.status, answer.error

    assert error(token) == (200, None)
    assert error() == (401, "unauthenticated")
    assert error(user.token) == (401, "unauthenticated")
    assert error("gst_" + "A" * 43) == (401, "unauthenticated")
    assert error(token[:-1]) == (401, "unauthenticated")
    assert error(Authorization="Basic " + token) == (401, "unauthenticated")
    assert error(server.service_token("check")) == (403, "forbidden")
    assert error(server.service_token("check,revocations")) == (200, None)
    assert server.call("GET", "/api/v0/auth/account", token=token).status == 401


def test_a_revoked_token_opens_nothing(server):
    made = json.loads(server.run("token", "create", "--name", "x", "--role", "revocations",
                                 "--json").stdout)
    assert server.call("GET", FEED, token=made["token"]).status == 200
    server.run("token", "revoke", made["id"])
    assert server.call("GET", FEED, token=made["token"]).status == 401


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=1.2", "after=1." + "0" * 31,
                                   "limit=0", "limit=1001", "after=1&after=2"])
def test_malformed_cursors_are_refused(server, token, query):
    answer = server.call("GET", f"{FEED}?{query}", token=token)
    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.file
def test_every_revocation_is_appended_to_a_file_beside_the_database(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    issue(user, app)
    grant, = user.grants()
    user.revoke(app)
    user.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")
    path = server.folder / "revocations.log"
    assert path.stat().st_mode & 0o777 == 0o600
    lines = [line.split() for line in path.read_text().splitlines()]
    assert [line[:5] for line in lines] == [
        ["v2", "1", "0", "grant", grant["id"]], ["v2", "2", "1", "client", app.id]]
