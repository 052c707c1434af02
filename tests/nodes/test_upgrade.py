# SPDX-License-Identifier: Apache-2.0
"""A version to come joins nodes of this one: build/tests/grantd_next has one more step of the
schema, which only adds. And a role that may serve, but owns nothing."""

import concurrent.futures
import random
import re
import subprocess
import time

import pytest

import grantd
import history_checker
from cluster import wait_for
from history_load import Load
from history_recorder import Recorder
from grantd import Person

NEXT = grantd.BINARY.parent / "tests" / "grantd_next"
GRACE = 2
SETTINGS = {"code__replay_grace": f"{GRACE}s", "code__lifetime": "10m",
            "limits__failures_per_client": "1000000"}


class NextServer(grantd.Server):
    def command(self, *arguments):
        return [str(NEXT), *arguments]


@pytest.fixture
def make_next(tmp_path):
    """Nodes of the version to come, beside a node."""
    made = []

    def make(beside, **settings):
        folder = tmp_path / f"next{len(made)}"
        folder.mkdir()
        node = NextServer(folder, **{k.replace("__", "."): v for k, v in settings.items()})
        node.environment = dict(beside.environment)
        made.append(node)
        return node

    yield make
    for node in made:
        if node.process and node.process.poll() is None:
            node.kill()


def version(postgres):
    return postgres.ask("SELECT MAX(version) FROM grantd.schema_version")


def locks(postgres, which):
    """Whether somebody has locked the table of accounts, or waits to do so."""
    return postgres.ask("SELECT COUNT(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' "
                        f"AND relation = 'grantd.account'::regclass AND {which}") != "0"


# --- two versions side by side ---


def test_an_old_node_serves_while_the_next_version_migrates_and_joins(postgres, make_nodes,
                                                                       make_next, tmp_path):
    front = make_nodes(1, **SETTINGS)
    old = front.nodes[0]
    new = make_next(old, **SETTINGS)
    began = time.monotonic()
    done = []

    def upgrade():
        time.sleep(0.1)
        at = time.monotonic() - began
        if len(done) == 0 and at > 2:
            done.append(new.run("migrate").stdout)
        elif len(done) == 1 and at > 4:
            front.nodes.append(new.start())
            done.append("joined")
        elif len(done) == 2 and at > 7:
            assert postgres.ask("SELECT COUNT(*) FROM grantd.account WHERE colour = 7") != "0"
            front.nodes.remove(old)
            done.append(old.stop())

    path = tmp_path / "history.jsonl"
    with Recorder(path, replay_grace=GRACE, code_lifetime=600) as recorder:
        Load(front, front.service_token("check"), recorder).run(
            10, upgrade, lambda: len(done) == 3, n_grants=50)
    assert done[1:] == ["joined", 0] and "schema of this version" in done[0]
    assert version(postgres) == "2"
    lines = path.read_text().splitlines()
    assert history_checker.check(lines) == []
    ops = history_checker.History(lines).ops
    assert sum(op.outcome == 200 for op in ops) >= 50
    # A derivation that waits too long is refused, too. What the store refuses is in the log.
    statuses = {op.answer["status"] if op.answer else "lost" for op in ops}
    assert statuses <= {*range(200, 500), 503}, statuses
    assert " error " not in old.text() + new.text()


def test_an_old_node_starts_on_a_schema_that_was_only_added_to(postgres, make_nodes, make_next):
    old = make_nodes(1).nodes[0]
    old.stop()
    make_next(old).run("migrate")
    old.start()
    assert Person(old).application()
    assert "There is nothing to do." in old.run("migrate", "--check").stdout
    assert version(postgres) == "2"


def test_an_old_node_does_not_start_on_a_schema_that_needs_a_newer_one(postgres, make_nodes,
                                                                       make_next):
    old = make_nodes(1).nodes[0]
    old.stop()
    new = make_next(old)
    new.run("migrate")
    postgres.ask("UPDATE grantd.schema_version SET oldest = 2")
    with pytest.raises(RuntimeError, match="created by a newer grantd"):
        old.start()
    checked = old.run("migrate", "--check", check=False)
    assert checked.returncode == 1 and "needs one with version 2" in checked.stderr
    new.start()


def test_an_old_node_that_runs_stops_serving_once_only_newer_ones_may(postgres, make_nodes,
                                                                       make_next):
    old = make_nodes(1, **SETTINGS).nodes[0]
    new = make_next(old, **SETTINGS)
    new.run("migrate")
    user = Person(old)
    app = user.application()
    code = user.code(app)
    assert app.exchange(user.code(app)).status == 200
    postgres.ask("UPDATE grantd.schema_version SET oldest = 2")
    refused = app.exchange(code)
    assert refused.status == 503 and refused.headers["Retry-After"], "from the next claim on"
    assert user.request(app).status == 503, "from the next write on"

    def ready():
        return old.call("GET", "/readyz")

    wait_for(lambda: ready().status == 503, 30, "the node, which looks once a second")
    for answer in (ready(), user.call("GET", "/api/v0/auth/grants"), user.request(app)):
        assert answer.status == 503 and answer.headers["Retry-After"]
        assert "too old for its database" in answer.json["error_description"]
    assert old.call("GET", "/healthz").status == 200
    assert "upgraded beyond what this program can serve" in old.text()
    new.start()
    user.server = app.server = new
    assert app.exchange(code).status == 200, "nothing was used up"
    old.stop()


def test_a_check_says_what_would_be_done_and_does_nothing(postgres, make_nodes, make_next):
    old = make_nodes(1).nodes[0]
    new = make_next(old)
    for _ in range(2):
        checked = new.run("migrate", "--check", check=False)
        assert checked.returncode == 3
        assert "grantd migrate would run 0002_next.sql.\n" in checked.stdout
    assert version(postgres) == "1"
    new.run("migrate")
    assert new.run("migrate", "--check").stdout.endswith("There is nothing to do.\n")


def test_a_migration_that_is_killed_has_done_nothing_and_is_repeated(postgres, make_nodes,
                                                                      make_next):
    old = make_nodes(1).nodes[0]
    old.stop()
    new = make_next(old)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        held = pool.submit(postgres.ask, "BEGIN; LOCK TABLE grantd.account; SELECT pg_sleep(5)")
        wait_for(lambda: locks(postgres, "granted"), 30, "the lock")
        killed = subprocess.Popen(new.command("migrate"), cwd=new.folder, env=new.variables(),
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: locks(postgres, "NOT granted"), 30, "the middle of the step")
        killed.kill()
        killed.wait()
        held.result()
    assert version(postgres) == "1"
    assert postgres.ask("SELECT to_regclass('grantd.addition')") == ""
    new.run("migrate")
    assert version(postgres) == "2"
    old.start()


def test_a_migration_killed_at_any_moment_ends_right(postgres, make_nodes, make_next):
    old = make_nodes(1).nodes[0]
    old.stop()
    new = make_next(old)
    dice = random.Random(7)
    for i in range(8):
        schema = f"again{i}"
        postgres.ask(f"CREATE SCHEMA {schema}")
        settings = new.command("migrate", f"--store.schema={schema}")
        killed = subprocess.Popen(settings, cwd=new.folder, env=new.variables(),
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.01, 0.2))
        killed.kill()
        killed.wait()
        found = postgres.ask(f"SELECT to_regclass('{schema}.schema_version')")
        assert not found or postgres.ask(f"SELECT MAX(version) FROM {found}") == "2"
        new.run("migrate", f"--store.schema={schema}")
        assert postgres.ask(f"SELECT MAX(version) FROM {schema}.schema_version") == "2"


# --- least rights ---


@pytest.fixture
def least(postgres, make_nodes):
    """A node whose role owns nothing."""
    node = make_nodes(1).nodes[0]
    node.stop()
    postgres.ask("CREATE ROLE server LOGIN")
    node.owner = dict(node.environment)
    node.environment["GRANTD_STORE_URL"] = postgres.url.replace("grantd@", "server@")
    return node


def as_owner(node, *arguments):
    mine, node.environment = node.environment, node.owner
    try:
        return node.run(*arguments)
    finally:
        node.environment = mine


def denied(postgres, statement):
    """What the server says to the role."""
    result = subprocess.run([f"{postgres.programs}/psql", "-h", postgres.folder, "-U", "server",
                             "-d", "postgres", "-XAtc", statement], capture_output=True, text=True,
                            check=False)
    assert result.returncode != 0, statement
    return result.stderr


def test_a_role_that_owns_nothing_serves(postgres, least):
    as_owner(least, "migrate", "--grant-to=server")
    least.start()
    user = Person(least)
    app = user.application()
    token = least.service_token("check")
    answer = app.exchange(user.code(app))
    assert answer.status == 200
    body = {"op": "read", "bucket": "photos", "access_grant": answer.json["access_grant"]}
    assert least.call("POST", "/api/v0/grants/check", body, token=token).json["reason"] is None
    assert user.revoke(app).status == 200
    assert least.call("POST", "/api/v0/grants/check", body, token=token).json["reason"] == "revoked"
    assert user.call("POST", "/api/v0/auth/logout").status < 300
    least.run("store", "check")
    least.run("keys", "rotate")
    least.stop()
    least.run("store", "recover")
    assert " error " not in least.text()


def test_a_role_that_owns_nothing_can_change_no_table(postgres, least):
    as_owner(least, "migrate", "--grant-to=server")
    for statement in ("DROP TABLE grantd.account", "ALTER TABLE grantd.account ADD COLUMN x INT",
                      "CREATE TABLE grantd.x (a INT)", "DROP SCHEMA grantd CASCADE",
                      "TRUNCATE grantd.audit", "DROP INDEX grantd.audit_at",
                      "UPDATE grantd.schema_version SET oldest = 99",
                      "DELETE FROM grantd.schema_version"):
        assert re.search("permission denied|must be owner", denied(postgres, statement)), statement


def test_a_role_that_may_not_migrate_names_who_may(postgres, least, make_next):
    with pytest.raises(RuntimeError, match='run "grantd migrate"'):
        least.start()
    as_owner(least, "migrate", "--grant-to=server")
    new = make_next(least)
    checked = new.run("migrate", "--check", check=False)
    assert checked.returncode == 3 and "may not do that" in checked.stdout
    with pytest.raises(RuntimeError, match='run "grantd migrate"'):
        new.start()
    assert version(postgres) == "1"
    new.owner = least.owner
    as_owner(new, "migrate")
    new.start()
    assert Person(new).application(), "tables added later are the role's to use, too"


def test_a_role_that_does_not_exist_gets_nothing(postgres, least):
    least.environment = least.owner
    failed = least.run("migrate", "--grant-to=no\"body'; DROP SCHEMA grantd", check=False)
    assert failed.returncode == 1 and "did not get its rights" in failed.stderr
    assert version(postgres) == "1"
