# SPDX-License-Identifier: Apache-2.0
"""How each revocation, deletion, disabling or rotation affects everything that is valid.

Each row of the table is an action, and a test; its columns are the state after it of a grant, an
unused code, an unused signed JWT, and the session of the account's owner.
"""

import contextlib
import sqlite3

import pytest

from grantd import PASSWORD, Application, Person

CLIENTS = "/api/v0/developer/auth/oauth2/clients"


class World:
    """A developer with an application, a user with a project, and one of each valid thing."""

    def __init__(self, server):
        self.server = server
        self.developer, self.user = Person(server), Person(server)
        self.app = self.developer.application()
        [self.project] = self.user.call("GET", "/api/v0/projects").json
        answer = self.app.exchange(self.user.code(self.app))
        assert answer.status == 200
        self.access_grant = answer.json["access_grant"]
        [self.grant_row] = self.user.grants()
        self.code = self.user.code(self.app)
        self.other_code = Person(server).code(self.app)  # of whom nothing of all this concerns
        self.jwt = self.app.jwt()

    def operate(self, *arguments, stdin=""):
        """Runs a command in the server's folder. Return: its output."""
        return self.server.run(*arguments, stdin=stdin).stdout

    # Each returns the state of one thing.

    def grant(self):
        """As the user sees it, or as storage does if the user can no longer see it."""
        answer = self.user.call("GET", "/api/v0/auth/grants")
        if answer.status == 200:
            return answer.json[0]["status"]
        verdict = self.server.call("POST", "/api/v0/grants/check", {
            "op": "read", "bucket": "photos", "access_grant": self.access_grant},
            token=self.server.service_token("check")).json
        return "live" if verdict["reason"] is None else verdict["reason"]

    def exchange(self, code, jwt):
        answer = self.app.exchange(code, client_secret=jwt)
        return "good" if answer.status == 200 else answer.error

    def unspent_code(self):
        """With a JWT of a secret that is good now."""
        return self.exchange(self.code, self.app.jwt())

    def unused_jwt(self):
        """With a code of somebody else."""
        return self.exchange(self.other_code, self.jwt)

    def session(self):
        return "good" if self.user.call("GET", "/api/v0/auth/account").status == 200 else "ended"


def regenerate(world):
    answer = world.developer.call("POST", f"{CLIENTS}/{world.app.id}/regenerate-secret", {})
    world.app.secret = answer.json["client_secret"]


def rotate_with_overlap(world):
    answer = world.developer.call("POST", f"{CLIENTS}/{world.app.id}/regenerate-secret",
                                  {"overlap_seconds": 3600})
    world.app.secret = answer.json["client_secret"]


def rotate_by_operator(world):
    world.app.secret = world.operate("client", "rotate", world.app.client_id).strip()


def delete_account(person):
    assert person.call("DELETE", "/api/v0/auth/account", {"password": PASSWORD}).status == 204


def disable_and_enable(world, person):
    """A minute later, as it cannot be done before."""
    world.operate("account", "disable", person.email)
    with contextlib.closing(sqlite3.connect(world.server.folder / "grantd.db")) as database, database:
        database.execute("UPDATE account SET disabled_at = disabled_at - 61000 WHERE email = ?",
                         [person.email])
    world.operate("account", "enable", person.email)


DONE = {
    "nothing": lambda w: None,
    "access revoked": lambda w: w.user.revoke(w.app),
    "grant revoked": lambda w: w.user.call("DELETE", f"/api/v0/auth/grants/{w.grant_row['id']}"),
    "client deleted": lambda w: w.developer.call("DELETE", f"{CLIENTS}/{w.app.id}"),
    "project deleted": lambda w: w.user.call("DELETE", f"/api/v0/projects/{w.project['id']}"),
    "user deleted": lambda w: delete_account(w.user),
    "developer deleted": lambda w: delete_account(w.developer),
    "user deleted by the operator": lambda w: w.operate("account", "delete", w.user.email, "--yes"),
    "client disabled": lambda w: w.developer.call("PATCH", f"{CLIENTS}/{w.app.id}/status",
                                                  {"status": 0}),
    "client disabled by the operator": lambda w: w.operate("client", "disable", w.app.client_id),
    "user disabled": lambda w: w.operate("account", "disable", w.user.email),
    "developer disabled": lambda w: w.operate("account", "disable", w.developer.email),
    "user disabled and enabled": lambda w: disable_and_enable(w, w.user),
    "developer disabled and enabled": lambda w: disable_and_enable(w, w.developer),
    "secret rotated": regenerate,
    "secret rotated with an overlap": rotate_with_overlap,
    "secret rotated by the operator": rotate_by_operator,
    "password changed": lambda w: w.user.call(
        "POST", "/api/v0/auth/account/password",
        {"old_password": PASSWORD, "new_password": "another long password"}),
    "password set by the operator": lambda w: w.operate(
        "account", "set-password", w.user.email, stdin="another long password"),
    "sessions ended": lambda w: w.user.call("DELETE", "/api/v0/auth/sessions"),
}

THINGS = ("grant", "unspent_code", "unused_jwt", "session")

MUST_HOLD = {
    "nothing": ("live", "good", "good", "good"),
    "access revoked": ("revoked", "invalid_code", "good", "good"),
    "grant revoked": ("revoked", "good", "good", "good"),
    "client deleted": ("revoked", "invalid_client", "invalid_client", "good"),
    "project deleted": ("revoked", "invalid_code", "good", "good"),
    "user deleted": ("revoked", "invalid_code", "good", "ended"),
    "developer deleted": ("revoked", "invalid_client", "invalid_client", "good"),
    "user deleted by the operator": ("revoked", "invalid_code", "good", "ended"),
    "client disabled": ("live", "invalid_client", "invalid_client", "good"),
    "client disabled by the operator": ("live", "invalid_client", "invalid_client", "good"),
    "user disabled": ("revoked", "invalid_code", "good", "ended"),
    "developer disabled": ("revoked", "invalid_client", "invalid_client", "good"),
    "user disabled and enabled": ("revoked", "invalid_code", "good", "ended"),
    # The code of somebody else, which the JWT comes with, has ended too.
    "developer disabled and enabled": ("revoked", "invalid_code", "invalid_code", "good"),
    "secret rotated": ("live", "good", "invalid_client", "good"),
    "secret rotated with an overlap": ("live", "good", "good", "good"),
    "secret rotated by the operator": ("live", "good", "invalid_client", "good"),
    "password changed": ("live", "good", "good", "good"),
    "password set by the operator": ("live", "good", "good", "ended"),
    "sessions ended": ("live", "good", "good", "ended"),
}


# A minute is let pass in the database's file.
CASES = [pytest.param(done, marks=pytest.mark.file) if "and enabled" in done else done
         for done in DONE]


def test_the_table_is_whole():
    assert set(MUST_HOLD) == set(DONE)
    assert all(len(row) == len(THINGS) for row in MUST_HOLD.values())


@pytest.mark.parametrize("done", CASES)
def test_must_hold(server, done):
    world = World(server)
    DONE[done](world)
    states = {thing: getattr(world, thing)() for thing in THINGS}
    assert states == dict(zip(THINGS, MUST_HOLD[done], strict=True))


@pytest.mark.parametrize("done", CASES)
def test_a_dead_code_stays_dead_and_a_living_one_buys_one_grant(server, done):
    world = World(server)
    DONE[done](world)
    first = world.unspent_code()
    second = world.unspent_code()
    assert second == ("invalid_code" if first == "good" else first)


def test_the_other_sessions_of_a_deleted_account_end_too(server):
    world = World(server)
    other = world.user.token
    world.user.log_in()
    delete_account(world.user)
    assert server.call("GET", "/api/v0/auth/account", token=other).error == "unauthenticated"


def test_what_two_people_have_is_told_apart(server):
    """Deleting one user's account does not affect another user's access to the same application."""
    world = World(server)
    other = Person(server)
    assert world.app.exchange(other.code(world.app)).status == 200
    code = other.code(world.app)
    delete_account(world.user)
    assert [g["status"] for g in other.grants()] == ["live"]
    assert world.app.exchange(code).status == 200


def test_a_new_account_of_the_same_address_has_nothing_of_the_old_one(server):
    world = World(server)
    delete_account(world.developer)
    again = Person(server, world.developer.email)
    assert again.call("GET", CLIENTS).json == [] and again.grants() == []
    assert again.call("GET", f"{CLIENTS}/{world.app.id}").error == "not_found"
    assert isinstance(again.application(), Application)
