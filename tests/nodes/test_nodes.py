# SPDX-License-Identifier: Apache-2.0
"""Nodes that share a PostgreSQL database keep each other's promises."""

import concurrent.futures
import contextlib
import os
import signal
import time

import pytest

import grantd
import history_checker
from cluster import wait_for
from history_load import Load
from history_recorder import Recorder
from grantd import Person

GRACE = 2       # seconds, so that there are late replays
PATIENCE = 30   # seconds on a slow machine for what takes moments


def check(node, token, grant):
    body = {"op": "read", "bucket": "photos", "access_grant": grant}
    return node.call("POST", "/api/v0/grants/check", body, token=token).json["reason"]


# --- what they share ---


def test_what_one_node_did_all_others_know_from_the_next_request_on(make_nodes):
    first, second, third = make_nodes(3).nodes
    user = Person(first)
    app = user.application()
    token = first.service_token("check")
    code = user.code(app)
    user.server = app.server = second
    answer = app.exchange(code)
    assert answer.status == 200
    app.server = third
    assert app.exchange(code).error == "invalid_code"
    grant = answer.json["access_grant"]
    assert check(third, token, grant) is None
    user.server = third
    assert user.revoke(app).status == 200
    assert check(first, token, grant) == check(second, token, grant) == "revoked"
    assert user.call("POST", "/api/v0/auth/logout").status < 300
    user.server = first
    assert user.call("GET", "/api/v0/auth/account").status == 401, "its session has ended there"


def test_one_of_200_exchanges_of_a_code_at_three_nodes_wins(make_nodes):
    front = make_nodes(3, code__lifetime="10m")
    user = Person(front)
    app = user.application()
    answers = app.race(user.code(app), 200, clients=50)
    won = [answer for answer in answers if answer.status == 200]
    assert len(won) == 1
    assert {a.error for a in answers if a.status != 200} == {"invalid_code"}
    token = front.service_token("check")
    assert [check(node, token, won[0].json["access_grant"]) for node in front.nodes] == [None] * 3


def test_a_jwt_is_accepted_by_one_node_only(make_nodes):
    front = make_nodes(2)
    user = Person(front)
    app = user.application()
    jwt = app.jwt()
    answers = []
    for node in front.nodes:
        app.server = node
        answers.append(app.exchange(user.code(app), client_secret=jwt))
    assert [answer.status for answer in answers][0] == 200
    assert answers[1].error == "client_secret_reused"


def test_a_node_with_another_key_does_not_start(make_nodes, tmp_path):
    node = make_nodes(1).nodes[0]
    folder = tmp_path / "stranger"
    folder.mkdir()
    stranger = grantd.Server(folder)
    stranger.environment = {**node.environment, "GRANTD_KEYS_MASTER": str(folder / "master.key")}
    with pytest.raises(RuntimeError, match="is there, but not its key"):
        stranger.start()
    stranger.run("keys", "create", "--keys.master=" + str(folder / "master.key"), check=False)
    with pytest.raises(RuntimeError):
        stranger.start()


def test_a_server_that_acknowledges_too_early_is_refused(postgres, make_nodes):
    postgres.ask("ALTER SYSTEM SET synchronous_commit = off")
    postgres.ask("SELECT pg_reload_conf()")
    wait_for(lambda: postgres.ask("SHOW synchronous_commit") == "off", PATIENCE, "the setting")
    with pytest.raises(RuntimeError, match="synchronous_commit is off"):
        make_nodes(1)


def test_the_password_is_nowhere_to_be_read(postgres, make_nodes):
    node = make_nodes(1).nodes[0]
    node.stop()
    url = postgres.url.replace("grantd@", "grantd:a-secret-word@")
    node.environment["GRANTD_STORE_URL"] = url
    node.start()
    assert "a-secret-word" not in node.run("config", "print").stdout
    node.environment["GRANTD_STORE_URL"] = url.replace("/postgres?", "/nothing?")
    failed = node.run("store", "check", check=False)
    assert failed.returncode == 1 and 'does not exist' in failed.stderr
    assert "a-secret-word" not in failed.stdout + failed.stderr + node.text()


def test_what_only_a_file_has_names_what_to_use_instead(make_nodes):
    node = make_nodes(1).nodes[0]
    failed = node.run("store", "copy", "copy.db", check=False)
    assert failed.returncode == 1 and "use pg_dump" in failed.stderr
    assert not (node.folder / "copy.db").exists()
    assert "No problem was found (pg_amcheck" in node.run("store", "check").stdout
    assert "valid again; revoke it again" in node.run("store", "recover").stderr
    assert "schema of this version" in node.run("migrate").stdout


# --- when something dies ---


def test_a_node_that_hangs_holds_the_others_up_for_seconds_only(postgres, make_nodes):
    front = make_nodes(2)
    hung, other = front.nodes
    user = Person(other)
    app = user.application()
    # As if it had been stopped in the middle of a transaction: its lock is held by nobody alive.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        def hold():
            with contextlib.suppress(Exception):
                postgres.ask("SET idle_in_transaction_session_timeout = '3s'; BEGIN; "
                             "LOCK TABLE grantd.writer IN EXCLUSIVE MODE; SELECT pg_sleep(2)")
        held = pool.submit(hold)
        wait_for(lambda: postgres.ask("SELECT COUNT(*) FROM pg_locks WHERE granted AND mode = "
                                      "'ExclusiveLock' AND relation = 'grantd.writer'::regclass")
                 != "0" or held.done(), PATIENCE, "the lock")
        assert user.request(app).status == 200
        held.result()
    os.kill(hung.process.pid, signal.SIGSTOP)
    try:
        for _ in range(20):
            assert user.request(app).status == 200
    finally:
        os.kill(hung.process.pid, signal.SIGCONT)
    assert user.call("GET", "/api/v0/auth/account").status == 200


def test_while_the_server_is_away_all_is_refused_and_comes_back_by_itself(postgres, make_nodes):
    node = make_nodes(1, code__lifetime="10m").nodes[0]
    user = Person(node)
    app = user.application()
    code = user.code(app)
    postgres.kill()
    for answer in (user.request(app), app.exchange(code), node.call("GET", "/readyz")):
        assert answer.status == 503, answer
    assert user.request(app).headers["Retry-After"]
    postgres.start()
    wait_for(lambda: node.call("GET", "/readyz").status == 200, PATIENCE, "readiness")
    wait_for(lambda: app.exchange(code).status == 200, PATIENCE, "the service")


def test_a_primary_that_takes_no_changes_is_not_ready(postgres, make_nodes):
    node = make_nodes(1).nodes[0]
    user = Person(node)
    for value, status in (("on", 503), ("off", 200)):
        postgres.ask(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        postgres.ask("SELECT pg_reload_conf()")
        deadline = time.monotonic() + PATIENCE
        while (answer := node.call("GET", "/readyz")).status != status:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        if value == "on":
            assert answer.error == "temporarily_unavailable"
            assert "standby, or read-only" in answer.body.decode()
            assert node.metric("store_writable") == 0
    assert node.metric("store_writable") == 1
    assert user.application()


def explained(front, disturb, seconds, path, disturbed):
    """Loads the nodes while something disturbs them, until that was often enough (`disturbed()`);
    whether some order explains the answers."""
    with Recorder(path, replay_grace=GRACE, code_lifetime=600) as recorder:
        load = Load(front, front.service_token("check"), recorder)
        load.run(seconds, disturb, disturbed, n_grants=2 * seconds)
    lines = path.read_text().splitlines()
    assert history_checker.check(lines) == []
    ops = history_checker.History(lines).ops
    assert sum(op.op == "exchange" and op.outcome == 200 for op in ops) >= 2 * seconds


SETTINGS = {"code__replay_grace": f"{GRACE}s", "code__lifetime": "10m",
            "limits__failures_per_client": "1000000"}


@pytest.mark.parametrize("seconds", [15, pytest.param(300, marks=pytest.mark.soak)])
def test_some_order_explains_it_while_connections_are_cut(postgres, make_nodes, tmp_path, seconds):
    n_cut = []

    def cut():
        time.sleep(0.1)
        n_cut.append(int(postgres.ask(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = 'grantd'")))

    explained(make_nodes(2, **SETTINGS), cut, seconds, tmp_path / "history.jsonl",
              lambda: sum(n_cut) > 20)


@pytest.mark.parametrize("seconds", [20, pytest.param(300, marks=pytest.mark.soak)])
def test_some_order_explains_it_while_server_and_nodes_are_killed(postgres, make_nodes, tmp_path,
                                                                  seconds):
    front = make_nodes(3, **SETTINGS)
    kills = []

    def kill():
        time.sleep(2)
        postgres.kill()
        time.sleep(0.3)
        postgres.start()
        time.sleep(2)
        node = front.nodes[len(kills) % 3]
        node.kill()
        node.start()
        kills.append(node)

    explained(front, kill, seconds, tmp_path / "history.jsonl", lambda: len(kills) >= 2)
