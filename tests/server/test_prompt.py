# SPDX-License-Identifier: Apache-2.0
"""What an application asks about the log-in: prompt, login_hint and max_age at the authorization
endpoint, and the decision that only a newer log-in may make. docs/protocol/oauth.md 1.1."""

import time
import urllib.parse

import pytest

from grantd import Person, Server


@pytest.fixture(scope="module")
def approving(tmp_path_factory):
    """A server whose operator approves applications: it redirects at once."""
    server = Server(tmp_path_factory.mktemp("approving"),
                    **{"clients.require_approval": "true"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def person(approving):
    return Person(approving)


@pytest.fixture
def approved(approving, person):
    app = person.application()
    approving.run("client", "enable", app.client_id)
    return app


def open_page(app, person=None, resources=(), **fields):
    query = {"response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_uri,
             "scope": "read", "state": "s", **fields}
    cookie = {"Cookie": f"_tokenKey={person.token}"} if person else {}
    pairs = [*query.items(), *(("resource", one) for one in resources)]
    return app.server.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode(pairs),
                           headers=cookie)


def sent_back(answer):
    assert answer.status == 303, answer
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))


def log_in_of(answer):
    return answer.page_data["login"]


# --- prompt ---

def test_nothing_is_asked_where_nothing_may_be(approving, approved, person):
    answer = sent_back(open_page(approved, prompt="none"))
    assert (answer["error"], answer["state"], answer["iss"]) == (
        "login_required", "s", approving.url)
    assert sent_back(open_page(approved, person, prompt="none"))["error"] == "consent_required"
    assert sent_back(open_page(approved, person, prompt="none",
                               max_age=0))["error"] == "login_required"
    assert sent_back(open_page(approved, person, prompt="none",
                               max_age=3600))["error"] == "consent_required"


def test_an_application_that_nobody_approved_redirects_nobody_with_none_either(app, user):
    answer = open_page(app, user, prompt="none")
    assert answer.status == 400 and b"consent_required" in answer.body, answer


@pytest.mark.parametrize("prompt", ["none login", "none none consent", "create", "login nonsense",
                                    "NONE"])
def test_a_prompt_that_is_unknown_or_contradicts_itself_is_refused(approved, person, prompt):
    answer = sent_back(open_page(approved, person, prompt=prompt))
    assert answer["error"] == "invalid_request" and "prompt" in answer["error_description"]


@pytest.mark.parametrize("prompt, again, choose", [
    ("", False, False), ("consent", False, False), ("login", True, False),
    ("login consent", True, False), ("select_account", False, True),
    ("select_account login", True, True), (" login  login ", True, False)])
def test_the_page_learns_what_to_ask(approved, person, prompt, again, choose):
    wish = log_in_of(open_page(approved, person, prompt=prompt))
    assert (wish["again"], wish["choose"]) == (again, choose)
    assert wish.get("max_age") == (0 if again else None)


# --- max_age ---

def test_a_log_in_that_is_too_old_is_made_again(approved, person):
    time.sleep(1.1)
    for max_age, again in ((0, True), (1, True), (3600, False)):
        wish = log_in_of(open_page(approved, person, max_age=max_age))
        assert (wish["again"], wish["max_age"]) == (again, max_age)
    assert "max_age" not in log_in_of(open_page(approved, person))


@pytest.mark.parametrize("max_age", ["-1", "x", "1.5", "99999999999"])
def test_an_age_is_a_number_of_seconds(approved, person, max_age):
    answer = sent_back(open_page(approved, person, max_age=max_age))
    assert answer["error"] == "invalid_request" and "max_age" in answer["error_description"]


# --- login_hint ---

def test_a_hint_says_nothing_about_who_has_an_account(approved, person):
    known = open_page(approved, login_hint=person.email)
    unknown = open_page(approved, login_hint="x" + person.email)
    assert log_in_of(known)["hint"] == person.email
    assert known.body.replace(b"hint&quot;:&quot;", b"hint&quot;:&quot;x") == unknown.body
    assert "hint" not in log_in_of(open_page(approved))


def test_a_hint_is_text_of_the_page_and_nothing_else(approved):
    for hint in ('"><script>alert(1)</script>', "{notice}{code}", "&quot;"):
        answer = open_page(approved, login_hint=hint)
        assert log_in_of(answer)["hint"] == hint
        assert b"<script>alert" not in answer.body
    assert sent_back(open_page(approved, login_hint="a" * 255))["error"] == "invalid_request"


def test_a_request_object_is_refused_by_name(approved):
    answer = sent_back(open_page(approved, request="eyJhbGciOiJub25lIn0.e30."))
    assert answer["error"] == "request_not_supported" and answer["state"] == "s"


# --- the decision ---

def request_of(person, app, **fields):
    answer = person.request(app, **fields)
    assert answer.status == 200, answer
    return answer.json["request_id"]


def test_only_a_log_in_after_the_request_decides_it(server, app):
    person = Person(server)
    old = person.token
    request_id = request_of(person, app, max_age=0)
    for approve in (True, False):
        answer = person.consent(request_id, ["read"], approve=approve)
        assert (answer.status, answer.error) == (403, "login_required"), answer
    person.log_in()
    fresh, person.token = person.token, old
    assert person.consent(request_id, ["read"]).error == "login_required"
    person.token = fresh
    assert app.exchange(person.consent(request_id, ["read"]).json["code"]).status == 200


def test_another_request_needs_another_log_in(server, app):
    person = Person(server)
    first = request_of(person, app, max_age=0)
    person.log_in()
    assert person.consent(first, ["read"]).status == 200
    assert person.consent(request_of(person, app, max_age=0), ["read"]).error == "login_required"


def test_a_log_in_that_is_new_enough_decides(server, app):
    person = Person(server)
    assert person.consent(request_of(person, app, max_age=60), ["read"]).status == 200
    assert person.consent(request_of(person, app), ["read"]).status == 200
    for wrong in (-1, "0", 1.5, 2 ** 31):
        assert person.request(app, max_age=wrong).error == "invalid_request", wrong
