# SPDX-License-Identifier: Apache-2.0
"""Whether some order explains what 64 clients were answered: see tests/history."""

import collections
import contextlib
import json
import random
import sqlite3
import time

import pytest

import history_checker
from history_load import Load
from history_recorder import Recorder

GRACE = 2  # seconds, so that there are late replays


@pytest.fixture
def make_history(make_server, tmp_path):
    """Loads a new server for a time; the lines of the history. disturb(server) may kill it."""
    def make(seconds, disturb=None, prepare=None):
        server = make_server(code__replay_grace=f"{GRACE}s", code__lifetime="10m",
                             limits__failures_per_client="1000000")
        if prepare:
            prepare(server)
        path = tmp_path / "history.jsonl"
        with Recorder(path, replay_grace=GRACE, code_lifetime=600) as recorder:
            load = Load(server, server.service_token("check"), recorder)
            load.run(seconds, disturb and (lambda: disturb(server)))
        return path.read_text().splitlines()
    return make


@pytest.mark.parametrize("seconds", [8, pytest.param(300, marks=pytest.mark.soak)])
def test_some_order_explains_what_clients_were_answered_by_kill_9(make_history, seconds):
    kills = []

    def kill(server):
        time.sleep(random.uniform(0.5, 2.5))
        server.kill()
        kills.append(time.monotonic())
        time.sleep(random.uniform(0, 0.2))
        server.start()

    lines = make_history(seconds, kill)
    assert history_checker.check(lines) == []

    # It has seen something.
    ops = history_checker.History(lines).ops
    seen = collections.Counter((op.op, op.outcome) for op in ops)
    for outcome in (200, "used", "replayed", "withdrawn", "reused", "redirect", None):
        assert seen["exchange", outcome], seen
    assert seen["check", 200] and seen["revoke_grant", 200] and seen["revoke_access", 200]
    assert len(kills) >= 3 and len(ops) > 20 * seconds, (kills, seen)

    # And it would have noticed if an answered grant were gone, or a dead one good.
    last = [json.loads(line) for line in lines if '"op": "check"' in line][-1]
    is_good = last["answer"]["verdict"] == "valid"
    last["answer"]["verdict"] = "not_recorded" if is_good else "valid"
    assert history_checker.check([*lines, json.dumps(last)])


# Mistakes of the server, made by its database: what is said of them, and a trigger.
FAULTS = {
    "redeemed twice": """AFTER UPDATE OF used_at ON code BEGIN
        UPDATE code SET used_at = NULL, used_by = NULL WHERE no = NEW.no; END""",
    "was accepted twice": """AFTER INSERT ON used_jwt BEGIN
        DELETE FROM used_jwt WHERE digest = NEW.digest; END""",
    "the end of access is after": """AFTER UPDATE OF status ON access_grant
        WHEN NEW.status = 2 BEGIN UPDATE access_grant SET status = 1 WHERE id = NEW.id; END""",
    "the claim is after": """AFTER INSERT ON access_grant WHEN NEW.created_at % 20 = 0 BEGIN
        DELETE FROM access_grant WHERE id = NEW.id; END""",
}


@pytest.mark.file
@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_of_the_server_is_found(make_history, what):
    def prepare(server):
        with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
            database.execute("CREATE TRIGGER fault " + FAULTS[what])

    for seconds in (1, 2, 4, 8, 16):  # until the load has met it, which chance decides
        problems = history_checker.check(make_history(seconds, prepare=prepare))
        if any(what in problem for problem in problems):
            return
    pytest.fail(f"not found: {problems[:10]}")
