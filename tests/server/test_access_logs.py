# SPDX-License-Identifier: Apache-2.0
"""What developers see of what happened: list, statistics, export."""

import csv
import datetime
import io
import time

import pytest

from grantd import Person, sign

LOGS = "/api/v0/developer/auth/access-logs"
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
COLUMNS = ["request_id", "client_id", "account_id", "scopes", "status", "created_at", "decided_at",
           "exchanged_at"]


@pytest.fixture
def maker(server):
    """A developer of the test's own, with an application."""
    person = Person(server)
    person.app = person.application()
    return person


def logs(developer, query="", path=""):
    answer = developer.call("GET", LOGS + path + query)
    assert answer.status == 200, answer
    return answer


def something_of_everything(user, app):
    """Six requests in six states, oldest first."""
    user.request(app)
    rejected = user.request(app).json["request_id"]
    user.call("POST", "/api/v0/oauth2/consent", {"request_id": rejected, "approve": False})
    user.code(app, ["read"])
    app.exchange(user.code(app, ["write", "bucket:photos"]))
    app.exchange(user.code(app))
    user.call("DELETE", f"/api/v0/auth/grants/{user.grants()[0]['id']}")


def test_every_request_stands_there_with_what_became_of_it(user, maker):
    something_of_everything(user, maker.app)
    body = logs(maker).json
    assert (body["page"], body["limit"], body["total"]) == (1, 20, 5)
    assert [item["status"] for item in body["items"]] == [
        "revoked", "used", "approved", "rejected", "pending"]
    used = body["items"][1]
    assert sorted(used) == sorted(COLUMNS)
    assert (used["client_id"], used["account_id"]) == (maker.app.client_id, user.id)
    assert used["scopes"] == ["write", "bucket:photos"]
    assert used["created_at"] <= used["decided_at"] <= used["exchanged_at"]
    pending = body["items"][4]
    assert pending["decided_at"] is None and pending["exchanged_at"] is None


def test_nobodys_address_is_shown(user, maker):
    something_of_everything(user, maker.app)
    for path in ("", "/statistics", "/export"):
        assert user.email.encode() not in logs(maker, path=path).body


def test_a_developer_sees_his_own_applications_only(user, maker):
    something_of_everything(user, maker.app)
    assert logs(user).json["total"] == 0
    assert logs(user, f"?client_id={maker.app.client_id}").json["total"] == 0
    assert maker.server.call("GET", LOGS).status == 401


def test_pages_follow_each_other(user, maker):
    for _ in range(5):
        user.request(maker.app)
    pages = [logs(maker, f"?limit=2&page={page}").json for page in (1, 2, 3, 4)]
    assert [len(page["items"]) for page in pages] == [2, 2, 1, 0]
    assert {page["total"] for page in pages} == {5}
    ids = [item["request_id"] for page in pages for item in page["items"]]
    assert len(set(ids)) == 5


def test_filters_narrow_list_statistics_and_export(user, maker):
    other = maker.application()
    something_of_everything(user, maker.app)
    user.request(other)
    assert logs(maker).json["total"] == 6
    assert logs(maker, f"?client_id={other.client_id}").json["total"] == 1
    for status, count in {"pending": 2, "used": 1, "revoked": 1, "failed": 0}.items():
        body = logs(maker, f"?status={status}").json
        assert body["total"] == len(body["items"]) == count, status
    yesterday, tomorrow = (TODAY + datetime.timedelta(days=d) for d in (-1, 1))
    assert logs(maker, f"?start_date={yesterday}&end_date={tomorrow}").json["total"] == 6
    assert logs(maker, f"?end_date={yesterday - datetime.timedelta(days=1)}").json["total"] == 0
    assert logs(maker, f"?start_date={tomorrow}T12:00:00Z").json["total"] == 0
    assert logs(maker, f"?client_id={other.client_id}", "/statistics").json["total"] == 1
    assert logs(maker, "?status=used", "/export").body.count(b"\r\n") == 2


def test_statistics_count_by_status_and_day(user, maker):
    something_of_everything(user, maker.app)
    body = logs(maker, path="/statistics").json
    assert body["total"] == 5
    assert body["by_status"] == {"pending": 1, "approved": 1, "rejected": 1, "withdrawn": 0,
                                 "expired": 0, "used": 1, "failed": 0, "revoked": 1}
    assert sum(day["exchanges"] for day in body["by_day"]) == 2
    assert sum(day["refusals"] for day in body["by_day"]) == 1
    assert datetime.date.fromisoformat(body["by_day"][-1]["date"]) >= TODAY


def test_the_export_is_a_table_of_the_same_columns(user, maker):
    something_of_everything(user, maker.app)
    answer = logs(maker, path="/export")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="access-logs.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    assert list(rows[0]) == COLUMNS
    for row, item in zip(rows, logs(maker).json["items"], strict=True):
        assert row.pop("scopes").split() == item.pop("scopes")
        assert row == {name: value or "" for name, value in item.items()}


@pytest.mark.parametrize("query", [
    "limit=0", "limit=101", "page=0", "page=101", "status=lost", "client_id=x", "start_date=today",
    "end_date=2026-02-30", "start_date=2026-01-01T00:00:00"])
def test_malformed_filters_are_refused(maker, query):
    for path in ("", "/statistics", "/export"):
        answer = maker.call("GET", f"{LOGS}{path}?{query}")
        assert (answer.status, answer.error) == (400, "invalid_request")
        assert answer.json["error_description"].startswith(query.split("=")[0])


def wait_logged(server, line):
    """A request is logged after its response."""
    deadline = time.monotonic() + 60
    while line not in server.text():
        assert time.monotonic() < deadline, line
        time.sleep(0.02)


def fails(maker, code, **changes):
    """Exchanges a code that cannot be. Return: the response's X-Request-Id."""
    answer = maker.app.exchange(code, **changes)
    assert answer.status in (400, 401), answer
    return answer.headers["X-Request-Id"]


def test_a_failed_exchange_is_in_its_developers_log_and_in_the_servers(user, maker):
    app = maker.app
    code = user.code(app)
    app.exchange(code)
    late = app.jwt(exp=int(time.time()) - 100)
    expected = [
        (fails(maker, code), "invalid_code", "code_used"),
        (fails(maker, user.code(app), redirect_uri="https://myapp.com/other"),
         "invalid_redirect_uri", "redirect_uri_differs"),
        (fails(maker, code, client_secret=late), "client_secret_expired", "jwt_expired")]
    stranger = sign("a" * 64, {"client_id": app.client_id, "exp": int(time.time()) + 60})
    fails(maker, code, client_secret=stranger)

    failures = logs(maker, f"?client_id={app.client_id}", "/failures").json
    assert [(item["request_id"], item["error"], item["reason"]) for item in failures["items"]] == [
        *reversed(expected)]
    for request_id, _, reason in expected:
        wait_logged(maker.server, f"id={request_id} error=ERR_{reason.upper()}\n")
    statistics = logs(maker, f"?client_id={app.client_id}", "/statistics").json
    assert statistics["failures"] == {reason: 1 for _, _, reason in expected}
    assert sum(day["failures"] for day in statistics["by_day"]) == 3


def test_a_failed_exchange_is_nobody_elses_to_see(user, maker):
    code = user.code(maker.app)
    fails(maker, code, redirect_uri="https://myapp.com/other")
    mine = logs(maker, f"?client_id={maker.app.client_id}", "/failures")
    assert len(mine.json["items"]) == 1
    for secret in (user.email, user.id, code):
        assert secret.encode() not in mine.body
    assert logs(user, f"?client_id={maker.app.client_id}", "/failures").json["items"] == []
    assert logs(user, f"?client_id={maker.app.client_id}", "/statistics").json["failures"] == {}
    assert maker.call("GET", LOGS + "/failures").json["error_description"].startswith("client_id")
