# SPDX-License-Identifier: Apache-2.0
"""The primary dies, and its standby takes over: nothing that was answered is lost."""

import concurrent.futures
import signal
import time

import pytest

import history_checker
from history_load import Load
from history_recorder import Recorder
from grantd import Person
from test_nodes import GRACE, SETTINGS

BACK_WITHIN = 30  # seconds from the promotion on


@pytest.fixture
def standby(postgres):
    made = postgres.make_standby()
    yield made
    made.__exit__()


@pytest.fixture
def front(postgres, standby, make_nodes):
    """Two nodes that know both servers."""
    url = (f"postgresql://grantd@/postgres?host={postgres.folder},{standby.folder}"
           "&port=5432,5432")
    return make_nodes(2, store__url=url, **SETTINGS)


@pytest.fixture(params=["dies", "hangs"])
def lose(request, postgres):
    """What happens to the primary; it must not come back to life beside the new one."""
    yield postgres.kill if request.param == "dies" else lambda: postgres.signal(signal.SIGSTOP)
    if request.param == "hangs":
        postgres.signal(signal.SIGCONT)


def test_a_standby_that_was_promoted_is_used_by_itself(lose, standby, front):
    user = Person(front)
    app = user.application()
    code = user.code(app)
    lose()
    assert app.exchange(code).status == 503
    standby.promote()
    began = time.monotonic()
    while any(node.call("GET", "/readyz").status != 200 for node in front.nodes):
        assert time.monotonic() - began < BACK_WITHIN
        time.sleep(0.1)
    while app.exchange(code).status != 200:
        assert time.monotonic() - began < BACK_WITHIN
        time.sleep(0.2)


def test_some_order_explains_what_was_answered_over_a_failover(lose, standby, front, tmp_path):
    path = tmp_path / "history.jsonl"
    failed_over = []

    def disturb():
        time.sleep(4)
        if not failed_over:
            lose()
            standby.promote()
            failed_over.append(time.monotonic())

    with Recorder(path, replay_grace=GRACE, code_lifetime=600) as recorder:
        Load(front, front.service_token("check"), recorder).run(24, disturb)
    lines = path.read_text().splitlines()
    assert history_checker.check(lines) == []
    granted = [op for op in history_checker.History(lines).ops
               if op.op == "exchange" and op.outcome == 200]
    assert any(op.start < failed_over[0] for op in granted)
    assert min(op.end for op in granted if op.start > failed_over[0]) < failed_over[0] + BACK_WITHIN


def test_what_the_standby_does_not_have_is_not_answered(postgres, standby, front):
    """Also if somebody ends the wait: the server then only warns, and says that it is committed."""
    user = Person(front)
    app = user.application()
    code = user.code(app)
    waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    standby.signal(signal.SIGSTOP)
    try:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            exchange = pool.submit(app.exchange, code)
            while postgres.ask(f"SELECT COUNT(*) {waiting}") == "0":
                time.sleep(0.05)
            for end in ("pg_cancel_backend", "pg_terminate_backend"):
                assert postgres.ask(f"SELECT {end}(pid) {waiting}") == "t"
                time.sleep(1)
                assert not exchange.done(), end
            standby.signal(signal.SIGCONT)
            assert exchange.result(30).status == 200
    finally:
        standby.signal(signal.SIGCONT)
