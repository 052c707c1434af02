# SPDX-License-Identifier: Apache-2.0
"""Accounts and sessions: changing, ending and deleting them, and guessing passwords."""

import concurrent.futures
import hashlib
import time

import pytest

from grantd import PASSWORD, Person

ACCOUNT = "/api/v0/auth/account"
SESSIONS = "/api/v0/auth/sessions"
NEW_PASSWORD = "another long password"


def is_logged_in(server, token):
    return server.call("GET", ACCOUNT, token=token).status == 200


def log_in(server, email, password=PASSWORD):
    return server.call("POST", "/api/v0/auth/token", {"email": email, "password": password})


def test_a_name_is_changed_and_the_rest_stays(user):
    before = user.call("GET", ACCOUNT).json
    answer = user.call("PATCH", ACCOUNT, {"full_name": " Ada Lovelace ", "email": "x@example.com"})
    assert answer.status == 200
    assert answer.json == {**before, "full_name": "Ada Lovelace"}
    assert user.call("PATCH", ACCOUNT, {"full_name": ""}).json == answer.json
    assert user.call("GET", ACCOUNT).json == answer.json
    for bad in ("x" * 201, "a\u202eb", "a\nb", 7):
        assert user.call("PATCH", ACCOUNT, {"full_name": bad}).error == "invalid_request"


def test_a_new_password_ends_all_other_sessions(server, user):
    other = user.token
    user.log_in()
    path = ACCOUNT + "/password"
    change = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert user.call("POST", path, {**change, "old_password": "wrong password"}).error == \
        "invalid_credentials"
    assert user.call("POST", path, {**change, "new_password": "short"}).error == "invalid_request"
    assert is_logged_in(server, other)
    assert user.call("POST", path, change).status == 204
    assert is_logged_in(server, user.token) and not is_logged_in(server, other)
    assert log_in(server, user.email).error == "invalid_credentials"
    assert log_in(server, user.email, NEW_PASSWORD).status == 200


@pytest.mark.parametrize("password, said", [
    ("too short", "10 characters"),
    ("password123", "easy to guess"),
    ("QWERTYUIOP", "easy to guess"),
    ("ada.lovelace@example.com", "its owner"),
    ("Ada Lovelace", "its owner"),
])
def test_a_password_that_is_easy_to_guess_is_refused_at_its_field(server, user, password, said):
    answer = server.call("POST", "/api/v0/auth/register", {
        "email": "ada.lovelace@example.com", "password": password, "full_name": "Ada Lovelace"})
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert answer.json["error_description"].startswith("password: ")
    assert said in answer.json["error_description"]
    user.call("PATCH", ACCOUNT, {"full_name": "Ada Lovelace"})
    wanted = user.email if "@" in password else password
    answer = user.call("POST", ACCOUNT + "/password",
                       {"old_password": PASSWORD, "new_password": wanted})
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert answer.json["error_description"].startswith("new_password: ")
    assert said in answer.json["error_description"]
    assert log_in(server, user.email).status == 200


def test_a_password_is_the_same_however_its_letters_are_composed(server, user):
    one, other = "caf\u00e9 at the corner", "cafe\u0301 at the corner"
    for fresh, old in ((other, PASSWORD), (one, one)):
        assert user.call("POST", ACCOUNT + "/password",
                         {"old_password": old, "new_password": fresh}).status == 204
        for typed in (one, other):
            assert log_in(server, user.email, typed).status == 200
        assert log_in(server, user.email, "cafe at the corner").status == 401


def write_leaked(path, *passwords):
    hashes = sorted(hashlib.sha1(each.encode()).hexdigest().upper() for each in passwords)
    path.write_text("".join(f"{each}:3\n" for each in hashes))


def test_a_leaked_password_is_refused_and_a_new_list_counts_at_once(make_server, tmp_path):
    leaked = "six leaking buckets"
    write_leaked(tmp_path / "leaked.txt", leaked, *(f"another {n}" for n in range(100)))
    server = make_server(accounts__leaked_passwords=tmp_path / "leaked.txt")
    person = Person(server)
    answer = person.call("POST", ACCOUNT + "/password",
                         {"old_password": PASSWORD, "new_password": leaked})
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert "new_password: The password is in a list of leaked" in answer.json["error_description"]
    write_leaked(tmp_path / "new.txt", *(f"another {n}" for n in range(100)))
    (tmp_path / "new.txt").rename(tmp_path / "leaked.txt")
    assert person.call("POST", ACCOUNT + "/password",
                       {"old_password": PASSWORD, "new_password": leaked}).status == 204


def test_an_address_has_the_list_searched_as_often_as_it_may_register(make_server, tmp_path):
    write_leaked(tmp_path / "leaked.txt", "six leaking buckets")
    server = make_server(accounts__leaked_passwords=tmp_path / "leaked.txt",
                         limits__registrations_per_address="2")
    form = {"email": "ann@example.com", "full_name": "Ann", "password": "six leaking buckets"}
    answers = [server.call("POST", "/api/v0/auth/register", form).status for _ in range(3)]
    assert answers == [400, 400, 429]


def test_a_list_that_cannot_be_read_stops_the_server_and_no_command(make_server):
    server = make_server()
    assert server.stop() == 0
    flag = "--accounts.leaked_passwords=/nowhere/leaked.txt"
    refused = server.run("serve", flag, check=False)
    assert refused.returncode != 0
    assert "accounts.leaked_passwords: /nowhere/leaked.txt cannot be read" in refused.stderr
    server.run("account", "list", flag)


def test_sessions_are_listed_with_the_current_one_marked(server, user):
    answer = server.call("POST", "/api/v0/auth/token",
                         {"email": user.email, "password": PASSWORD},
                         headers={"User-Agent": "caf\u00e9 browser".encode()})
    sessions = user.call("GET", SESSIONS).json
    assert len(sessions) == 2
    assert set(sessions[0]) == {"id", "created_at", "last_seen_at", "address", "user_agent",
                                "current"}
    assert [s["current"] for s in sessions].count(True) == 1
    assert {s["address"] for s in sessions} == {"127.0.0.1"}
    assert "caf?? browser" in {s["user_agent"] for s in sessions}
    mine = server.call("GET", SESSIONS, token=answer.json["token"]).json
    assert {s["id"]: s["current"] for s in mine} == {
        s["id"]: not s["current"] for s in sessions}


def test_one_session_is_ended(server, user):
    other = user.token
    user.log_in()
    stranger = Person(server)
    [theirs] = stranger.call("GET", SESSIONS).json
    [ended] = [s for s in user.call("GET", SESSIONS).json if not s["current"]]
    assert user.call("DELETE", f"{SESSIONS}/{theirs['id']}").error == "not_found"
    assert user.call("DELETE", f"{SESSIONS}/nonsense").error == "not_found"
    assert user.call("DELETE", f"{SESSIONS}/{ended['id']}").status == 204
    assert user.call("DELETE", f"{SESSIONS}/{ended['id']}").error == "not_found"
    assert not is_logged_in(server, other)
    assert is_logged_in(server, user.token) and is_logged_in(server, stranger.token)


def test_all_sessions_are_ended_this_one_too(server, user):
    other = user.token
    user.log_in()
    answer = user.call("DELETE", SESSIONS)
    assert answer.status == 204 and "Max-Age=0" in answer.headers["Set-Cookie"]
    assert not is_logged_in(server, other) and not is_logged_in(server, user.token)


def test_an_account_is_deleted_with_its_password_and_its_address_is_free_again(server, user):
    assert user.call("DELETE", ACCOUNT).error == "invalid_request"
    assert user.call("DELETE", ACCOUNT, {"password": "wrong password"}).error == \
        "invalid_credentials"
    assert user.call("DELETE", ACCOUNT, {"password": PASSWORD}).status == 204
    assert user.call("GET", ACCOUNT).error == "unauthenticated"
    assert log_in(server, user.email).error == "invalid_credentials"
    again = Person(server, user.email)
    assert again.id != user.id


# --- guessing ---


def guess(server, email, n):
    return [log_in(server, email, "wrong password").status for _ in range(n)]


def test_from_the_fifth_failure_on_the_pair_waits(make_server):
    server = make_server()
    user, other = Person(server), Person(server)
    assert guess(server, user.email, 6) == [401] * 5 + [429]
    answer = log_in(server, user.email)
    assert answer.error == "too_many_requests" and 1 <= int(answer.headers["Retry-After"]) <= 2
    assert log_in(server, f" {user.email.upper()} ").status == 429
    assert log_in(server, other.email).status == 200, "no other account waits"
    assert is_logged_in(server, user.token), "nor does who is logged in"
    time.sleep(2.1)
    assert guess(server, user.email, 1) == [401]
    assert 2 < int(log_in(server, user.email).headers["Retry-After"]) <= 4
    time.sleep(4.1)
    assert log_in(server, user.email).status == 200
    assert guess(server, user.email, 5) == [401] * 5, "a right password begins anew"


def test_an_unknown_account_waits_in_the_same_way(make_server):
    server = make_server()
    assert guess(server, "nobody@example.com", 6) == [401] * 5 + [429]
    assert guess(server, "no address at all", 6) == [401] * 5 + [429]


@pytest.mark.parametrize("method, path, body", [
    ("DELETE", ACCOUNT, {"password": "wrong password"}),
    ("POST", ACCOUNT + "/password",
     {"old_password": "wrong password", "new_password": NEW_PASSWORD}),
])
def test_a_stolen_session_does_not_guess_the_password_either(user, method, path, body):
    assert [user.call(method, path, body).status for _ in range(6)] == [401] * 5 + [429]


def test_an_address_has_so_many_failures_in_ten_minutes(make_server):
    server = make_server(limits__login_per_address=7)
    user = Person(server)
    assert [log_in(server, f"{i}@example.com").status for i in range(8)] == [401] * 7 + [429]
    answer = log_in(server, user.email)
    assert answer.status == 429 and 590 <= int(answer.headers["Retry-After"]) <= 600
    assert is_logged_in(server, user.token)


def test_right_passwords_are_never_too_many(make_server):
    server = make_server(limits__login_per_address=7)
    user = Person(server)
    assert [log_in(server, user.email).status for _ in range(20)] == [200] * 20


def test_right_passwords_at_once_are_no_failures(make_server):
    server = make_server()
    user = Person(server)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: log_in(server, user.email).status, range(64)))
    assert answers == [200] * 64


def test_wrong_passwords_at_once_end_in_a_long_wait(make_server):
    server = make_server()
    user = Person(server)
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: guess(server, user.email, 2), range(64)))
    statuses = [status for pair in answers for status in pair]
    assert set(statuses) <= {401, 429, 503} and 5 <= statuses.count(401) <= 4 + 32 + 1
    assert int(log_in(server, user.email).headers["Retry-After"]) >= 1
