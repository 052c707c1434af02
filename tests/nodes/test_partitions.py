# SPDX-License-Identifier: Apache-2.0
"""Used JWTs and the audit trail are kept in partitions, which are made ahead and dropped whole."""

import contextlib
import subprocess
import time

from grantd import Person
from pages import page_blocks

HOURS = 3600
DAYS = 86400
JWTS, AUDIT = 6 * HOURS, DAYS * 1000  # the widths, in the units of the keys
AHEAD = 4 * DAYS


def bounds(postgres, parent):
    rows = postgres.ask("SELECT lower, upper FROM grantd.partition_bounds "
                        f"WHERE parent = '{parent}' ORDER BY lower")
    return [tuple(int(part) for part in row.split("|")) for row in rows.splitlines()]


def wait_for(holds, seconds=60):
    """Clean-up runs every ten seconds, and a slow machine takes its time."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert holds()


def make_before(postgres, seconds):
    """Partitions that begin as long ago, with a row of that time each."""
    then = int(time.time()) - seconds
    postgres.ask(f"SELECT grantd.partitions_make({then * 1000}, {then * 1000})")
    postgres.ask("INSERT INTO grantd.audit (at, action, outcome, request_id, address) "
                 f"VALUES ({then * 1000}, 'test', 'ok', 'r', 'a')")
    postgres.ask(f"INSERT INTO grantd.used_jwt VALUES ({then}, '\\x00', '\\x00')")


def rows(postgres, table, where="true"):
    return int(postgres.ask(f"SELECT COUNT(*) FROM grantd.{table} WHERE {where}"))


def drop_from(postgres, parent, since):
    """Those that end after `since`, as if they had never been made."""
    names = postgres.ask(f"SELECT name FROM grantd.partition_bounds WHERE parent = '{parent}' "
                         f"AND upper > {int(since)}").split()
    postgres.ask("; ".join(f"DROP TABLE grantd.{name}" for name in names))


@contextlib.contextmanager
def locked(postgres, mode):
    """As by a backup: from another session, until the end of the block."""
    session = subprocess.Popen(
        [f"{postgres.programs}/psql", "-h", postgres.folder, "-U", "grantd", "-d", "postgres", "-Xq"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, user=postgres.user)
    session.stdin.write("BEGIN; LOCK TABLE grantd.used_jwt, grantd.audit "
                        f"IN {mode} MODE;\n\\echo locked\n")
    session.stdin.flush()
    assert session.stdout.readline() == "locked\n"
    try:
        yield
    finally:
        session.stdin.close()
        session.wait(10)
        session.stdout.close()


def test_the_page_lists_them(postgres, make_nodes):
    make_nodes(1)
    sql, = page_blocks("docs/scale.md", "Tables that go by time", "sql")
    assert len(postgres.ask(sql).splitlines()) == len(bounds(postgres, "used_jwt")
                                                      + bounds(postgres, "audit"))


def test_they_are_made_four_days_ahead_without_a_gap(postgres, make_nodes):
    make_nodes(1)
    now = time.time()
    for parent, second, width in (("used_jwt", 1, JWTS), ("audit", 1000, AUDIT)):
        made = bounds(postgres, parent)
        assert made[0][0] <= (now - 60) * second
        assert made[-1][1] >= (now + AHEAD) * second
        assert made[-1][1] <= (now + AHEAD) * second + width
        assert [upper for _, upper in made[:-1]] == [lower for lower, _ in made[1:]]
        assert all(upper - lower == width and lower % width == 0 for lower, upper in made)


def test_clean_up_drops_those_whose_rows_have_all_expired(postgres, make_nodes):
    make_nodes(1, audit__retention="2d")
    make_before(postgres, 10 * DAYS)
    make_before(postgres, 1 * DAYS)
    kept = rows(postgres, "audit")
    wait_for(lambda: rows(postgres, "audit") == kept - 1 and rows(postgres, "used_jwt") == 0)
    now = time.time()
    assert all(upper > (now - 3 * DAYS) * 1000 for _, upper in bounds(postgres, "audit"))
    assert all(upper > now - 180 for _, upper in bounds(postgres, "used_jwt"))


def test_what_waits_is_what_a_drop_would_remove(postgres, make_nodes):
    """Rows of a partition that is needed for others are no backlog."""
    node = make_nodes(1).nodes[0]
    with locked(postgres, "ACCESS SHARE"):
        make_before(postgres, 1 * DAYS)
        begun = [lower for lower, upper in bounds(postgres, "used_jwt") if upper > time.time()][0]
        postgres.ask(f"INSERT INTO grantd.used_jwt VALUES ({begun}, '\\x00', '\\x00')")
        assert rows(postgres, "used_jwt") == 2
        assert node.metric("cleanup_waiting_rows") == 1
    wait_for(lambda: node.metric("cleanup_waiting_rows") == 0)
    assert rows(postgres, "used_jwt") == 1


def test_a_backup_delays_the_drop_and_nothing_else(postgres, make_nodes):
    node = make_nodes(1).nodes[0]
    user = Person(node)
    app = user.application()
    drop_from(postgres, "used_jwt", time.time() + DAYS)
    assert node.metric("partitions_ahead_seconds") < 2 * DAYS
    with locked(postgres, "ACCESS SHARE"):
        make_before(postgres, 1 * DAYS)
        end = time.monotonic() + 13  # a round of clean-up at least
        slowest = 0
        while time.monotonic() < end:
            begun = time.monotonic()
            assert app.exchange(user.code(app)).status == 200
            slowest = max(slowest, time.monotonic() - begun)
        assert slowest < 5  # what waits for the lock gives up then
        wait_for(lambda: bounds(postgres, "used_jwt")[-1][1] >= time.time() + AHEAD, 60)
        assert rows(postgres, "used_jwt", f"exp < {int(time.time()) - HOURS}") == 1
        assert node.metric("partitions_ahead_seconds") >= AHEAD
    wait_for(lambda: rows(postgres, "used_jwt", f"exp < {int(time.time()) - HOURS}") == 0)


def test_without_a_partition_nothing_is_accepted_and_the_log_names_the_remedy(postgres, make_nodes):
    node = make_nodes(1).nodes[0]
    user = Person(node)
    app = user.application()
    jwt, code = app.jwt(), user.code(app)
    drop_from(postgres, "used_jwt", time.time())
    with locked(postgres, "SHARE UPDATE EXCLUSIVE"):  # so that none is made
        refused = app.exchange(code, client_secret=jwt)
        assert refused.status == 503 and "Retry-After" in refused.headers
        assert "grantd migrate" in node.text()
    wait_for(lambda: bounds(postgres, "used_jwt"))
    assert app.exchange(code, client_secret=jwt).status == 200, "the code was not used up"
    assert app.exchange(user.code(app), client_secret=jwt).error == "client_secret_reused"
