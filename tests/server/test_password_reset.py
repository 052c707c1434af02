# SPDX-License-Identifier: Apache-2.0
"""Links by which somebody who has forgotten the password chooses another."""

import pytest

from grantd import PASSWORD, Person, inspect

COMPLETE = "/api/v0/auth/password-reset/complete"
OTHER = "nine green bottles and a wall"


def link_of(server, email):
    page, token = server.reset_link(email).split("#")
    assert page == server.url + "/reset" and len(token) == 43
    return token


def complete(server, token, password=OTHER):
    return server.call("POST", COMPLETE, {"token": token, "new_password": password})


def log_in(server, person, password):
    return server.call("POST", "/api/v0/auth/token", {"email": person.email, "password": password})


def test_a_link_sets_another_password_and_ends_sessions_but_not_grants(server, user, app):
    granted = app.exchange(user.code(app)).json["access_grant"]
    assert complete(server, link_of(server, user.email)).status == 204
    assert user.call("GET", "/api/v0/auth/account").error == "unauthenticated"
    assert log_in(server, user, PASSWORD).error == "invalid_credentials"
    user.token = log_in(server, user, OTHER).json["token"]
    grant, = user.grants()
    assert grant["status"] == "live" and inspect(granted)
    done = [row["action"] for row in user.call("GET", "/api/v0/auth/activity").json]
    assert done[:3] == ["login", "password_reset", "reset_link"]


def test_a_link_works_once(server, user):
    token = link_of(server, user.email)
    assert complete(server, token).status == 204
    again = complete(server, token, "three blind mice on a hill")
    assert (again.status, again.error) == (400, "invalid_link")
    assert log_in(server, user, OTHER).status == 200


def test_a_newer_link_ends_the_older_one(server, user):
    old, new = (link_of(server, user.email) for _ in range(2))
    assert complete(server, old).error == "invalid_link"
    assert complete(server, new).status == 204


@pytest.mark.parametrize("password", ("short", "password123", "x" * 257))
def test_a_refused_password_does_not_use_the_link_up(server, user, password):
    token = link_of(server, user.email)
    refused = complete(server, token, password)
    assert (refused.status, refused.error) == (400, "invalid_request")
    assert complete(server, token, user.email).error == "invalid_request"
    assert log_in(server, user, PASSWORD).status == 200
    assert complete(server, token).status == 204


def test_a_changed_password_ends_the_link(server, user):
    token = link_of(server, user.email)
    assert user.call("POST", "/api/v0/auth/account/password",
                     {"old_password": PASSWORD, "new_password": OTHER}).status == 204
    assert complete(server, token, "three blind mice on a hill").error == "invalid_link"


@pytest.mark.parametrize("token", ("x", "A" * 43, "\u00e4" * 20))
def test_a_made_up_token_is_refused_like_one_that_has_ended(server, token):
    refused = complete(server, token)
    assert (refused.status, refused.error) == (400, "invalid_link")


def test_another_account_cannot_use_ones_link_for_itself(server, user):
    """A link says whose password it sets, whoever sends it."""
    eve, token = Person(server), link_of(server, user.email)
    answer = eve.call("POST", COMPLETE, {"token": token, "new_password": OTHER})
    assert answer.status == 204
    assert log_in(server, eve, PASSWORD).status == 200
    assert log_in(server, user, OTHER).status == 200


def test_a_disabled_account_gets_no_link_and_cannot_use_one(server, user):
    token = link_of(server, user.email)
    server.run("account", "disable", user.email)
    assert complete(server, token).error == "invalid_link"
    refused = server.run("account", "reset-link", user.email, check=False)
    assert refused.returncode == 1 and "account enable" in refused.stderr
    assert log_in(server, user, PASSWORD).error == "forbidden"


def test_a_link_is_in_no_log_and_only_its_digest_in_the_database(server, user):
    token = link_of(server, user.email).encode()
    complete(server, token.decode(), "short")
    for file in server.folder.iterdir():
        if file.is_file():
            assert token not in file.read_bytes(), file


def test_asking_by_get_changes_nothing(server, user):
    token = link_of(server, user.email)
    assert server.call("GET", f"{COMPLETE}?token={token}").status == 405
    assert server.call("GET", "/reset").status == 200
    assert complete(server, token).status == 204
