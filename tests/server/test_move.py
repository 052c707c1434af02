# SPDX-License-Identifier: Apache-2.0
"""grantd store copy FROM TO: a whole database moves from SQLite to PostgreSQL and back."""

import contextlib
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import time

import pytest

from grantd import BINARY, Person
from pages import page_blocks, run_block
from postgres import Postgres
from test_disk import disk  # noqa: F401, a fixture

pytestmark = pytest.mark.file

ROWS = 120000  # so that a copy takes a second or two


@pytest.fixture(scope="module")
def cluster():
    with Postgres() as made:
        yield made


@pytest.fixture
def postgres(cluster):
    """The URL of an empty database."""
    cluster.ask("DROP SCHEMA IF EXISTS grantd CASCADE")
    yield cluster
    cluster.ask("DROP SCHEMA IF EXISTS grantd CASCADE")


class Mover:
    """Runs the command beside a stopped server of SQLite."""

    def __init__(self, server):
        self.folder = server.folder
        self.file = f"sqlite:{server.folder}/grantd.db"
        self.server = server

    def start(self, source, target, *flags):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GRANTD")}
        return subprocess.Popen(
            self.server.command("store", "copy", source, target, "--json",
                                f"--keys.master={self.folder}/master.key",
                                "--store.allow_async_commit=true", *flags),
            cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)

    def copy(self, source, target, *flags):
        """The digest of each table."""
        running = self.start(source, target, *flags)
        out, errors = running.communicate(timeout=120)
        assert running.returncode == 0, errors
        return {table["name"]: (table["rows"], table["sha256"])
                for table in json.loads(out)["tables"]}

    def refuse(self, source, target, *flags):
        running = self.start(source, target, *flags)
        out, errors = running.communicate(timeout=120)
        assert (running.returncode, out) == (1, ""), out
        return errors


def elsewhere(folder, name="back"):
    """A database in a folder of its own."""
    (folder / name).mkdir(exist_ok=True)
    return f"sqlite:{folder / name}/grantd.db"


def served(server, url):
    """The same server on another database."""
    server.environment |= {"GRANTD_STORE_URL": url,
                           "GRANTD_KEYS_MASTER": str(server.folder / "master.key"),
                           "GRANTD_STORE_ALLOW_ASYNC_COMMIT": "true"}
    return server.start()


@pytest.fixture
def mover(make_server):
    """With people, applications and grants, one of them revoked."""
    server = make_server()
    user = Person(server)
    apps = [user.application() for _ in range(2)]
    grants = [app.exchange(user.code(app)).json["access_grant"] for app in apps]
    assert user.revoke(apps[0]).status == 200
    made = Mover(server)
    made.user, made.apps, made.grants = user, apps, grants
    made.code = user.code(apps[1])
    made.token = server.service_token("check")
    server.stop()
    return made


def check(mover, grant):
    body = {"op": "read", "bucket": "photos", "access_grant": grant}
    answer = mover.server.call("POST", "/api/v0/grants/check", body, token=mover.token)
    return answer.json["reason"]


def fill(file, n=ROWS):
    with contextlib.closing(sqlite3.connect(file.removeprefix("sqlite:"))) as database:
        database.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                         "WHERE i < ?) INSERT INTO audit (at, action, outcome, request_id, address) "
                         "SELECT i, 'login', 'ok', 'r' || i, '192.0.2.1' FROM n", (n,))
        database.commit()


# --- there and back ---


def test_everything_goes_on_after_the_move_and_after_the_way_back(mover, postgres, tmp_path):
    mover.copy(mover.file, postgres.url)
    server = served(mover.server, postgres.url)
    assert mover.user.call("GET", "/api/v0/auth/account").status == 200, "the session lives"
    assert [check(mover, grant) for grant in mover.grants] == ["revoked", None]
    assert mover.apps[1].exchange(mover.code).status == 200, "the code is valid, once"
    assert mover.apps[1].exchange(mover.code).error == "invalid_code"
    assert mover.user.revoke(mover.apps[1]).status == 200
    server.stop()
    back = elsewhere(tmp_path)
    mover.copy(postgres.url, back)
    server = served(server, back)
    assert [check(mover, grant) for grant in mover.grants] == ["revoked", "revoked"]
    assert mover.user.request(mover.apps[1]).status == 200
    assert "sound" in server.run("store", "check").stdout
    log = (tmp_path / "back" / "revocations.log").read_text()
    assert log.startswith((mover.folder / "revocations.log").read_text()) and log.count("\n") == 3


def test_the_command_of_the_handbook_moves_a_server(mover, postgres):
    block, = page_blocks("docs/how-to/move-database.md", "Copy the database")
    done = run_block(block, BINARY.resolve(), mover.folder, [
        ("sqlite:/var/lib/grantd/grantd.db", mover.file),
        ("postgresql://grantd@db.example.com/grantd?sslmode=verify-full", postgres.url)],
        GRANTD_KEYS_MASTER=f"{mover.folder}/master.key", GRANTD_STORE_ALLOW_ASYNC_COMMIT="true")
    assert done.returncode == 0 and "compared by digest" in done.stdout, done
    served(mover.server, postgres.url)
    assert [check(mover, grant) for grant in mover.grants] == ["revoked", None]


def test_both_ways_give_the_same_digests(mover, postgres, tmp_path):
    there = mover.copy(mover.file, postgres.url)
    assert mover.copy(postgres.url, elsewhere(tmp_path)) == there
    assert mover.copy(mover.file, elsewhere(tmp_path, "third")) == there
    assert there["access_grant"][0] == 2 and there["revocations.log"][0] == 1


# --- killed ---


@pytest.mark.parametrize("way", ["there", "back"])
def test_a_copy_killed_at_random_moments_ends_right(mover, postgres, tmp_path, way):
    fill(mover.file)
    source, target = mover.file, postgres.url
    wanted = mover.copy(source, elsewhere(tmp_path, "untouched"))
    if way == "back":
        mover.copy(source, target)
        source, target = target, elsewhere(tmp_path)
    dice = random.Random(way)
    n_killed = 0
    for _ in range(12):
        running = mover.start(source, target)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(dice.uniform(0.02, 0.25))
        is_done = running.poll() == 0
        running.kill()
        running.communicate()
        refused = mover.server.run("store", "check", f"--store.url={target}",
                                   "--store.allow_async_commit=true",
                                   f"--keys.master={mover.folder}/master.key", check=False)
        if is_done or refused.returncode == 0:
            break
        n_killed += 1
        assert refused.returncode == 1, "nothing serves half of it"
        assert "unfinished copy" in refused.stderr or "no database" in refused.stderr
    assert n_killed > 1
    assert mover.copy(source, target) == wanted
    assert mover.copy(source, target) == wanted, "again, when it is complete"


def test_an_unfinished_copy_is_not_served(mover, postgres):
    fill(mover.file)
    running = mover.start(mover.file, postgres.url)
    deadline = time.monotonic() + 20
    while not postgres.ask("SELECT to_regclass('grantd.unfinished_copy')") or \
            postgres.ask("SELECT COUNT(*) FROM grantd.audit") == "0":
        assert time.monotonic() < deadline
    running.kill()
    running.communicate()
    with pytest.raises(RuntimeError, match='is an unfinished copy; run the same "grantd store copy"'):
        served(mover.server, postgres.url)
    mover.copy(mover.file, postgres.url)
    served(mover.server, postgres.url)


# --- a source that is served ---


def test_a_source_that_changes_meanwhile_is_noticed_and_mended(mover, postgres):
    fill(mover.file)
    running = mover.start(mover.file, postgres.url)
    deadline = time.monotonic() + 20
    while not postgres.ask("SELECT to_regclass('grantd.audit')") or \
            postgres.ask("SELECT COUNT(*) FROM grantd.audit") == "0":
        assert time.monotonic() < deadline
    server = mover.server.start()
    mover.user.call("PATCH", "/api/v0/auth/account", {"full_name": "Another Name"})
    server.run("account", "disable", mover.user.email)
    server.stop()
    out, errors = running.communicate(timeout=60)
    assert (running.returncode, out) == (1, "") and "stop every server that uses it" in errors
    mover.copy(mover.file, postgres.url)
    assert postgres.ask("SELECT COUNT(*) FROM grantd.account WHERE disabled_at > 0") == "1"


# --- hostile ---


def test_a_database_in_use_is_refused_and_untouched(mover, postgres, make_server):
    mover.copy(mover.file, postgres.url)
    other = make_server()
    Person(other)
    other.stop()
    stranger = Mover(other)
    dump = "SELECT md5(string_agg(a::text, '')) FROM grantd.account a"
    before = postgres.ask(dump)
    assert "is in use" in stranger.refuse(stranger.file, postgres.url)
    assert postgres.ask(dump) == before
    file = pathlib.Path(other.folder, "grantd.db").read_bytes()
    assert "is in use" in mover.refuse(mover.file, stranger.file)
    assert pathlib.Path(other.folder, "grantd.db").read_bytes() == file


def test_an_old_log_beside_the_target_is_not_taken_for_its_own(mover, tmp_path):
    target = elsewhere(tmp_path)
    old = "v2 1 0 token 01a21988-7a0f-7b74-92f4-4fdf36a06b6b 1795724704302 0 a6e8fb5b774f67cb\n"
    (tmp_path / "back" / "revocations.log").write_text(old)
    assert "revocations.log beside it" in mover.refuse(mover.file, target)
    assert (tmp_path / "back" / "revocations.log").read_text() == old


def test_another_key_is_refused_before_anything_is_written(mover, postgres, tmp_path):
    other = tmp_path / "other.key"
    other.write_text(mover.server.run("keys", "create").stdout)
    other.chmod(0o600)
    assert "does not belong to this database" in mover.refuse(mover.file, postgres.url,
                                                              f"--keys.master={other}")
    assert postgres.ask("SELECT to_regnamespace('grantd')") == ""


def test_a_full_disk_of_the_target_loses_nothing(mover, disk):  # noqa: F811
    fill(mover.file)
    target = f"sqlite:{disk.path}/grantd.db"
    disk.fill()
    with open(disk.path / "filling", "r+b") as filling:
        filling.truncate(filling.seek(0, 2) - (1 << 20))
    assert "Nothing is lost: mend that" in mover.refuse(mover.file, target)
    disk.make_room()
    mover.copy(mover.file, target)


def test_no_password_is_ever_shown(mover, postgres):
    secret = "a-secret-word"
    url = postgres.url.replace("grantd@", f"grantd:{secret}@")
    for source, target in ((mover.file, url.replace("/postgres?", "/nothing?")),
                           (url.replace("/postgres?", "/nothing?"), mover.file),
                           (mover.file, f"mysql://grantd:{secret}@localhost/x"),
                           (f"mysql://grantd:{secret}@localhost/x", mover.file)):
        running = mover.start(source, target)
        out, errors = running.communicate(timeout=60)
        assert running.returncode in (1, 2) and errors and secret not in out + errors
    running = mover.start(mover.file, url)
    out, errors = running.communicate(timeout=60)
    assert running.returncode == 0 and secret not in out + errors


def test_people_see_each_table_and_its_rows(mover, postgres):
    shown = mover.server.run("store", "copy", mover.file, postgres.url,
                             "--store.allow_async_commit=true",
                             f"--keys.master={mover.folder}/master.key")
    assert "access_grant                      2 rows\n" in shown.stderr
    assert "The copy is complete" in shown.stdout and "do not serve the old database" in shown.stdout
