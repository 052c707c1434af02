# SPDX-License-Identifier: Apache-2.0
"""Nodes behind PgBouncer in transaction mode, where no session belongs to a client."""

import subprocess
import time

import pytest

from grantd import Person
from pgbouncer import PgBouncer
from test_nodes import SETTINGS, explained


@pytest.fixture
def pooler(postgres):
    """So few sessions that each transaction may get another one."""
    with PgBouncer(postgres, "default_pool_size = 6") as made:
        yield made


@pytest.fixture
def make_pooled(make_nodes, pooler, monkeypatch):
    def make(n, **settings):
        monkeypatch.setenv("GRANTD_STORE_POOLER", "transaction")
        return make_nodes(n, store__url=pooler.url, **settings)

    return make


def test_a_code_is_exchanged_once_at_nodes_behind_a_pooler(make_pooled):
    front = make_pooled(2, code__lifetime="10m")
    user = Person(front)
    app = user.application()
    answers = app.race(user.code(app), 60, clients=30)
    assert [answer.status for answer in answers].count(200) == 1
    assert {a.error for a in answers if a.status != 200} == {"invalid_code"}


def test_nothing_stays_in_a_session_for_the_next_client(make_pooled, pooler):
    front = make_pooled(1)
    user = Person(front)
    app = user.application()
    for _ in range(10):
        assert app.exchange(user.code(app)).status == 200
    asked = subprocess.run(
        ["psql", pooler.url, "-XAt", "-c", "SHOW search_path", "-c", "SHOW statement_timeout",
         "-c", "SHOW default_transaction_read_only", "-c", "SHOW idle_in_transaction_session_timeout",
         "-c", "SELECT COUNT(*) FROM pg_prepared_statements"],
        capture_output=True, text=True, check=True).stdout.split("\n")
    assert asked[:5] == ['"$user", public', "0", "off", "0", "0"]


@pytest.mark.parametrize("mode", ["transaction", "session"])
def test_a_pooler_that_was_not_named_is_noticed(postgres, make_nodes, tmp_path, mode):
    with PgBouncer(postgres, mode=mode) as pooler:
        with pytest.raises(RuntimeError) as failure:
            make_nodes(1, store__url=pooler.url)
        assert "set store.pooler to transaction" in str(failure.value)


def test_a_pooler_that_keeps_sessions_needs_no_more_than_its_name(postgres, make_nodes):
    with PgBouncer(postgres, mode="session") as pooler:
        node = make_nodes(1, store__url=pooler.url, store__pooler="session").nodes[0]
        user = Person(node)
        app = user.application()
        assert app.exchange(user.code(app)).status == 200
        node.stop()


def test_a_pooler_that_was_named_wrongly_is_told_in_the_log(postgres, make_nodes):
    """As if it kept sessions."""
    with PgBouncer(postgres, "default_pool_size = 3") as pooler:
        with pytest.raises(RuntimeError) as failure:
            made = make_nodes(1, store__url=pooler.url, store__pooler="session").nodes[0]
            user = Person(made)
            app = user.application()
            for _ in range(20):
                app.exchange(user.code(app))
            raise RuntimeError(made.text())
        assert "store.pooler=transaction" in str(failure.value)


@pytest.mark.parametrize("seconds", [10, pytest.param(300, marks=pytest.mark.soak)])
def test_some_order_explains_it_while_the_pooler_is_restarted(make_pooled, pooler, tmp_path, seconds):
    restarts = []

    def restart():
        time.sleep(2)
        pooler.stop()
        pooler.start()
        restarts.append(1)

    explained(make_pooled(2, **SETTINGS), restart, seconds, tmp_path / "history.jsonl",
              lambda: len(restarts) > 1)
