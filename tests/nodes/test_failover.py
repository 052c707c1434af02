# SPDX-License-Identifier: Apache-2.0
"""The primary dies or hangs, and its standby is promoted; test_cluster.py has a whole cluster."""

import concurrent.futures
import signal
import time

import pytest

from cluster import wait_for
from grantd import Person
from test_nodes import SETTINGS

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
    wait_for(lambda: all(node.call("GET", "/readyz").status == 200 for node in front.nodes) and
             app.exchange(code).status == 200, BACK_WITHIN, "the service")


def verdicts(front, token, grant):
    """Of both nodes, from all their connections for reading; None if they cannot tell."""
    body = {"op": "read", "bucket": "photos", "access_grant": grant}

    def check(i):
        answer = front.nodes[i % 2].call("POST", "/api/v0/grants/check", body, token=token)
        assert answer.status in (200, 503)
        return (answer.json["reason"] or "valid") if answer.status == 200 else None

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        return set(pool.map(check, range(300)))


def test_a_primary_that_continues_after_it_was_replaced_is_not_read(postgres, standby, front):
    """It does not know what was revoked since."""
    user = Person(front)
    app = user.application()
    token = front.service_token("check")
    grant = app.exchange(user.code(app)).json["access_grant"]
    assert verdicts(front, token, grant) == {"valid"}
    postgres.signal(signal.SIGSTOP)
    try:
        standby.promote()
        wait_for(lambda: all(node.call("GET", "/readyz").status == 200 for node in front.nodes),
                 BACK_WITHIN, "both nodes")
        wait_for(lambda: user.revoke(app).status == 200, BACK_WITHIN, "a revocation")
    finally:
        postgres.signal(signal.SIGCONT)
    assert "valid" not in verdicts(front, token, grant)
    postgres.kill()
    wait_for(lambda: verdicts(front, token, grant) == {"revoked"}, BACK_WITHIN, "both nodes")


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
