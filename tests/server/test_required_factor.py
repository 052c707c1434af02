# SPDX-License-Identifier: Apache-2.0
"""A second factor that the operator requires (docs/protocol/http.md 2.6)."""

import pytest

from authenticator import add
from grantd import PASSWORD, Person, Server
from oathtool import FACTOR, Factor

CLIENTS = "/api/v0/developer/auth/oauth2/clients"
OWN = (("GET", "/api/v0/auth/account", None), ("PATCH", "/api/v0/auth/account", {"full_name": "Another"}),
       ("GET", "/api/v0/auth/sessions", None), ("GET", "/api/v0/auth/activity", None), ("GET", FACTOR, None))
DEVELOPERS = (("GET", CLIENTS, None), ("POST", CLIENTS, {"name": "App", "redirect_uris": ["https://a.example/cb"]}),
              ("GET", "/api/v0/developer/auth/access-logs", None),
              ("GET", "/api/v0/developer/auth/access-logs/export", None))
USERS = (("GET", "/api/v0/projects", None), ("GET", "/api/v0/auth/grants", None),
         ("GET", "/api/v0/auth/developer-access", None))


@pytest.fixture(scope="module", params=("developers", "everybody"))
def required(request):
    return request.param


@pytest.fixture(scope="module")
def server(tmp_path_factory, required):
    server = Server(tmp_path_factory.mktemp("required"), **{"accounts.require_factor": required}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture(scope="module")
def app(server):
    """Of a developer who has what is required."""
    developer = Person(server)
    Factor(developer)
    return developer.application()


def refused(person, method, path, body):
    return person.call(method, path, body).error == "second_factor_missing"


def test_without_it_a_developer_gets_nowhere(user):
    for one in DEVELOPERS:
        assert refused(user, *one), one


def test_without_it_people_still_reach_their_own_account(user):
    for method, path, body in OWN:
        assert user.call(method, path, body).status == 200, path
    assert user.call("POST", "/api/v0/auth/session/proof", {"password": PASSWORD}).status == 204


def test_only_if_everybody_needs_one_a_user_does(user, app, required):
    for one in USERS:
        assert user.call(*one).status == (200 if required == "developers" else 403), one
    answer = user.request(app)
    assert answer.status == (200 if required == "developers" else 403)


def test_once_it_is_set_up_all_is_as_usual_in_the_same_session(user, app):
    Factor(user)
    for method, path, body in (*DEVELOPERS, *USERS):
        assert user.call(method, path, body).status == 200, path
    assert app.exchange(user.code(app)).status == 200


def test_one_that_is_only_begun_is_none(user):
    assert user.call("POST", FACTOR, {"password": PASSWORD}).status == 201
    assert refused(user, "GET", CLIENTS, None)


def test_whoever_removes_it_is_refused_again(user):
    factor = Factor(user)
    assert user.call("GET", CLIENTS).status == 200
    given = {"password": PASSWORD, "code": factor.recovery_codes[0]}
    assert user.call("DELETE", FACTOR, given).status == 204
    assert refused(user, "GET", CLIENTS, None)


def test_a_log_in_with_a_passkey_needs_none_and_one_with_the_password_still_does(server, user):
    passkey = add(user)
    assert refused(user, "GET", CLIENTS, None)
    token = passkey.log_in().json["token"]
    assert server.call("GET", CLIENTS, token=token).status == 200


def test_anothers_factor_does_not_count(server, user):
    Factor(Person(server))
    assert refused(user, "GET", CLIENTS, None)


def test_without_a_session_nothing_is_said_of_it(server):
    assert server.call("GET", CLIENTS).status == 401
