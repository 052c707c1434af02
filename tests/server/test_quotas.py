# SPDX-License-Identifier: Apache-2.0
"""Daily quotas: what one account may write, and that no other account is affected."""

import contextlib
import sqlite3

import pytest

from grantd import PASSWORD, Person

REQUESTS = 8  # a day, two of them from one developer
LIMITS = {"limits__requests_per_account": str(REQUESTS), "limits__requests_per_client": "100",
          "limits__logins_per_account": "6", "limits__changes_per_account": "10"}


def refused(answer, word, n_a_day):
    assert (answer.status, answer.error) == (429, "too_many_requests"), answer
    assert word in answer.json["error_description"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 86400 // n_a_day
    return True


def rows(server, table):
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        return database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]


def metric(server, name):
    text = server.call("GET", "/metrics").body.decode()
    return float(next(line.rsplit(" ", 1)[1] for line in text.splitlines()
                      if line.startswith(name + " ")))


@pytest.mark.file
def test_a_developers_applications_use_up_their_share_of_a_user_and_no_more(make_server):
    server = make_server(**LIMITS)
    hostile, honest, user, other = (Person(server) for _ in range(4))
    apps = [hostile.application() for _ in range(3)]
    good = honest.application()
    for app in apps[:2]:
        assert user.request(app).status == 200
    before = rows(server, "request")
    for app in apps:
        assert refused(user.request(app), "applications of this developer", REQUESTS // 4)
    assert rows(server, "request") == before
    assert user.request(good).status == 200, "an honest developer has a share of his own"
    assert other.request(apps[2]).status == 200, "another user has a share of his own"
    assert metric(server, 'grantd_quota_refusals_total{quota="share"}') == 3


def test_an_account_has_so_many_requests_a_day_over_a_restart_too(make_server):
    server = make_server(**LIMITS)
    user = Person(server)
    apps = [Person(server).application() for _ in range(REQUESTS // 2 + 1)]
    for app in apps[:-1]:
        for _ in range(2):
            assert user.request(app).status == 200
    assert refused(user.request(apps[-1]), "Your account", REQUESTS)
    assert server.stop() == 0
    server.start()
    assert refused(user.request(apps[-1]), "Your account", REQUESTS)
    assert Person(server).request(apps[-1]).status == 200


def test_an_application_is_not_used_up_by_one_account(make_server):
    server = make_server(**{**LIMITS, "limits__requests_per_client": "4"})
    app = Person(server).application()
    hostile, *honest = (Person(server) for _ in range(4))
    statuses = [hostile.request(app).status for _ in range(20)]
    assert statuses == [200] * 2 + [429] * 18, "his share of this developer, and nothing more"
    assert [user.request(app).status for user in honest[:2]] == [200, 200]
    assert refused(honest[2].request(app), "This application", 4)


def test_refused_requests_that_are_wrong_cost_no_quota(make_server):
    server = make_server(**LIMITS)
    app, user = Person(server).application(), Person(server)
    for _ in range(20):
        assert user.request(app, redirect_uri="https://elsewhere.example.com/").status == 400
    assert user.request(app).status == 200


@pytest.mark.file
def test_applications_and_projects_come_and_go_only_so_often(make_server):
    server = make_server(**LIMITS)
    hostile, other = Person(server), Person(server)
    clients = "/api/v0/developer/auth/oauth2/clients"
    for _ in range(5):
        app = hostile.application()
        assert hostile.call("DELETE", f"{clients}/{app.id}").status in (200, 204)
    kept = hostile.application()
    for _ in range(4):
        project = hostile.call("POST", "/api/v0/projects", {"name": "Mine"})
        assert project.status in (200, 201), project
    before = rows(server, "client"), rows(server, "project"), rows(server, "audit")
    for method, path, body in (
            ("POST", clients, {"name": "My App", "redirect_uris": ["https://a.example.com/"]}),
            ("PUT", f"{clients}/{kept.id}", {"name": "Another"}),
            ("PATCH", f"{clients}/{kept.id}/status", {"status": 1}),
            ("POST", f"{clients}/{kept.id}/regenerate-secret", {}),
            ("POST", "/api/v0/projects", {"name": "Mine"}),
            ("PATCH", "/api/v0/auth/account", {"full_name": "Another"}),
            ("POST", f"/api/v0/projects/{project.json['id']}/owner-grant",
             {"password": PASSWORD})):
        assert refused(hostile.call(method, path, body), "changes", 10), path
    assert (rows(server, "client"), rows(server, "project"), rows(server, "audit")) == before
    for method, path, body in (
            ("PATCH", f"{clients}/{kept.id}/status", {"status": 0}),
            ("DELETE", f"{clients}/{kept.id}", None),
            ("DELETE", f"/api/v0/projects/{project.json['id']}", None)):
        assert hostile.call(method, path, body).status in (200, 204), path
    assert other.application()


def test_log_ins_are_counted_for_who_knows_the_password_only(make_server):
    server = make_server(**LIMITS)
    user, other = Person(server), Person(server)
    for _ in range(3):
        wrong = server.call("POST", "/api/v0/auth/token",
                            {"email": user.email, "password": "a wrong password"})
        assert wrong.status == 401
    for _ in range(5):
        user.log_in()
    answer = server.call("POST", "/api/v0/auth/token",
                         {"email": user.email, "password": PASSWORD})
    assert refused(answer, "log-ins", 6)
    assert user.call("GET", "/api/v0/auth/account").status == 200, "a session goes on"
    assert user.call("POST", "/api/v0/auth/logout").status in (200, 204)
    other.log_in()


def test_an_operator_stands_above_quotas(make_server):
    server = make_server(**{**LIMITS, "limits__changes_per_account": "1"})
    developer = Person(server)
    app = developer.application()
    assert refused(developer.call("POST", "/api/v0/projects", {"name": "Mine"}), "changes", 1)
    for _ in range(3):
        server.run("client", "rotate", app.client_id)
    server.run("client", "disable", app.client_id)
    server.run("client", "enable", app.client_id)
