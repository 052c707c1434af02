# SPDX-License-Identifier: Apache-2.0
"""Claims of codes on PostgreSQL: they overlap, and a lost one is not committed later."""

import concurrent.futures
import os
import pathlib
import signal

from cluster import wait_for
from grantd import Person

WRITING = ("SELECT pid FROM pg_stat_activity WHERE application_name = 'grantd' "
           "AND query = 'COMMIT' AND state = 'idle'")


def log_of(postgres):
    return pathlib.Path(postgres.folder, "log").read_text(encoding="utf-8")


def test_many_exchanges_at_once_share_their_commits(postgres, make_nodes):
    node = make_nodes(1, code__lifetime="10m").nodes[0]
    user = Person(node)
    app = user.application()
    codes = [user.code(app) for _ in range(100)]
    app.exchange(codes.pop())
    before = int(postgres.ask("SELECT SUM(batch) FROM grantd.writer"))
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(app.exchange, codes))
    assert {answer.status for answer in answers} == {200}
    assert int(postgres.ask("SELECT SUM(batch) FROM grantd.writer")) - before < len(codes)
    assert postgres.ask("SELECT COUNT(*) FROM grantd.access_grant") == "100"


def test_what_was_refused_is_not_committed_when_the_servers_sessions_go_on(postgres, make_nodes):
    """They stop before they read the message, which has the whole claim."""
    node = make_nodes(1, code__lifetime="10m").nodes[0]
    user = Person(node)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    code = user.code(app)
    stopped = [int(pid) for pid in postgres.ask(WRITING).split()]
    assert len(stopped) > 1
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        answer = app.exchange(code)
        lost = postgres.ask("SELECT COUNT(*) FROM grantd.writer WHERE is_lost")
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    assert answer.status == 503 and int(lost) > 0
    wait_for(lambda: 'constraint "writer_pkey"' in log_of(postgres), 30,
             "the refusal of the lost claim")
    assert postgres.ask("SELECT COUNT(*) FROM grantd.access_grant") == "1"
    wait_for(lambda: app.exchange(code).status == 200, 30, "the store, which refuses for a second")
    assert postgres.ask("SELECT COUNT(*) FROM grantd.access_grant") == "2"
