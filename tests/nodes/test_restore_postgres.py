# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL is restored to a point in time: what was revoked after it stays revoked, since each
node has a copy of the revocation log (store.revocation_copy)."""

import json
import pathlib
import shutil
import time

import pytest

from grantd import BINARY, Person
from pages import page_blocks, run_block
from postgres import Postgres


class Archived(Postgres):
    """A server that archives its write-ahead log, and can be restored from that."""

    def __init__(self):
        super().__init__("fsync = on", "archive_mode = on",
                         "archive_command = 'test ! -f ../archive/%f && cp %p ../archive/%f'")

    def __enter__(self):
        archive = self.path("archive")
        archive.mkdir()
        if self.user:
            shutil.chown(archive, self.user)
        return super().__enter__()

    def path(self, name):
        return pathlib.Path(self.folder, name)

    def back_up(self):
        self.run("pg_basebackup", "-h", self.folder, "-U", "grantd", "-D", str(self.path("backup")),
                 "-X", "none", "-c", "fast")

    def restore_to(self, point):
        """The server as it was at this restore point; its files from after that are gone."""
        self.ask("SELECT pg_switch_wal()")
        self.run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")
        shutil.rmtree(self.data)
        self.path("backup").rename(self.data)
        with open(f"{self.data}/postgresql.conf", "a", encoding="utf-8") as file:
            file.write("restore_command = 'cp ../archive/%f %p'\n"
                       f"recovery_target_name = '{point}'\n"
                       "recovery_target_action = 'promote'\n")
        pathlib.Path(self.data, "recovery.signal").touch()
        self.start()
        deadline = time.monotonic() + 30
        while self.ask("SELECT pg_is_in_recovery()") != "f":
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.fixture
def postgres():
    with Archived() as made:
        yield made


@pytest.fixture
def front(make_nodes, tmp_path):
    """Two nodes, each with its copy of the log."""
    made = make_nodes(2)
    for node in made.nodes:
        node.stop()
        node.environment["GRANTD_STORE_REVOCATION_COPY"] = str(node.folder / "copy.log")
        node.start()
    made.token = made.service_token("check")
    return made


def copies(front):
    return [str(node.folder / "copy.log") for node in front.nodes]


def check(node, token, grant):
    body = {"op": "read", "bucket": "photos", "access_grant": grant}
    return node.call("POST", "/api/v0/grants/check", body, token=token).json["reason"]


def granted(node, user, app):
    user.server = app.server = node
    return app.exchange(user.code(app)).json["access_grant"]


@pytest.fixture
def lost(postgres, front):
    """Grants of three applications. The first was revoked before the restore point; the others were
    after it, by one node each; and the server was restored. The nodes are stopped."""
    first, second = front.nodes
    user = Person(first)
    front.apps = [user.application() for _ in range(4)]
    front.grants = [granted(first, user, app) for app in front.apps]
    postgres.back_up()
    assert user.revoke(front.apps[0]).status == 200
    postgres.ask("SELECT pg_create_restore_point('before')")
    for node, app in ((first, front.apps[1]), (second, front.apps[2])):
        user.server = node
        assert user.revoke(app).status == 200
    for node in front.nodes:
        node.kill()
    postgres.restore_to("before")
    assert postgres.ask("SELECT COUNT(*) FROM grantd.revocation") == "1", "it is as it was before"
    return front


def test_a_node_does_not_serve_what_was_not_recovered(lost):
    for node in lost.nodes:
        with pytest.raises(RuntimeError, match='Run "grantd store recover" with the copies of all'):
            node.start()


def test_what_was_revoked_after_the_point_is_revoked_again(postgres, lost):
    node = lost.nodes[0]
    done = node.run("store", "recover", "--json", *copies(lost))
    report = json.loads(done.stdout)
    assert (done.stderr, report["done"]["grant"]) == ("", 2)
    assert set(report["log"].values()) == {False, 0}
    for node in lost.nodes:
        node.start()
    for node in lost.nodes:
        reasons = [check(node, lost.token, grant) for grant in lost.grants]
        assert reasons == ["revoked", "revoked", "revoked", None]
    assert "No problem was found" in node.run("store", "check").stdout
    # The nodes go on where their copies end.
    user = Person(node)
    app = user.application()
    granted(node, user, app)
    before = (node.folder / "copy.log").read_text().count("\n")
    assert user.revoke(app).status == 200
    lines = (node.folder / "copy.log").read_text().splitlines()
    assert len(lines) > before
    table = postgres.ask("SELECT line FROM grantd.revocation_log ORDER BY no").splitlines()
    assert lines == table, "the copy of a node is the log, whole"


def test_the_command_of_the_handbook_takes_the_files_of_all_nodes(lost, tmp_path):
    block, = page_blocks("docs/how-to/restore-postgresql.md", "What a restore would forget")
    files = copies(lost)
    for i, name in enumerate([*files, files[0]], 1):  # two nodes have the same, which is no harm
        (tmp_path / f"node{i}").mkdir(exist_ok=True)
        shutil.copy(name, tmp_path / f"node{i}" / "revocations.log")
    node = lost.nodes[0]
    done = run_block(block, BINARY.resolve(), tmp_path, **node.environment)
    assert (done.returncode, done.stderr) == (0, ""), done
    node.start()
    reasons = [check(node, lost.token, grant) for grant in lost.grants]
    assert reasons == ["revoked", "revoked", "revoked", None]


def test_without_the_copies_the_command_says_what_is_lost(lost):
    node = lost.nodes[0]
    done = node.run("store", "recover")
    assert "access revoked after the backup is valid again" in done.stderr


def test_a_copy_that_ends_in_the_middle_of_a_line_is_good(lost):
    for name in copies(lost):
        with open(name, "a", encoding="utf-8") as file:
            file.write("v2 99 98 grant 01a2")
    report = json.loads(lost.nodes[0].run("store", "recover", "--json", *copies(lost)).stdout)
    assert report["done"]["grant"] == 2
    lost.nodes[1].start()


def test_a_damaged_line_is_told_and_the_rest_done(lost):
    name = copies(lost)[1]
    lines = open(name, encoding="utf-8").read().splitlines()
    lines[0] = lines[0].replace("grant", "grunt")
    with open(name, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    done = lost.nodes[0].run("store", "recover", "--json", *copies(lost), check=False)
    assert done.returncode == 1 and "1 lines cannot be read" in done.stderr
    assert json.loads(done.stdout)["done"]["grant"] == 2


def test_the_copy_of_another_history_is_refused(postgres, lost):
    """The restored database was served, so its lines have numbers that the copies have too."""
    node = lost.nodes[0]
    node.environment.pop("GRANTD_STORE_REVOCATION_COPY")
    node.start()
    user = Person(node)
    app = user.application()
    granted(node, user, app)
    assert user.revoke(app).status == 200
    node.stop()
    before = postgres.ask("SELECT COUNT(*) FROM grantd.revocation_log")
    done = node.run("store", "recover", *copies(lost), check=False)
    assert done.returncode == 1 and "different lines with the same number" in done.stderr
    assert postgres.ask("SELECT COUNT(*) FROM grantd.revocation_log") == before


def test_a_copy_that_cannot_be_written_is_made_up_for(front, tmp_path):
    node = front.nodes[0]
    user = Person(node)
    apps = [user.application() for _ in range(2)]
    for app in apps:
        granted(node, user, app)
    copy = node.folder / "copy.log"
    copy.unlink(missing_ok=True)
    copy.mkdir()
    assert user.revoke(apps[0]).status == 200
    assert "lacks lines of the revocation log" in node.text()
    copy.rmdir()
    assert user.revoke(apps[1]).status == 200
    assert copy.read_text().count("\n") >= 2


def test_a_copy_that_cannot_be_written_is_counted_and_made_up_for(front):
    node = front.nodes[0]
    user = Person(node)
    apps = [user.application() for _ in range(3)]
    copy = node.folder / "copy.log"

    def revoke(app):
        granted(node, user, app)
        assert user.revoke(app).status == 200

    revoke(apps[0])
    lines = copy.read_text(encoding="utf-8")
    assert lines and node.metric("revocation_copy_failures_total") == 0
    kept = copy.rename(node.folder / "kept.log")
    copy.mkdir()
    revoke(apps[1])
    assert node.metric("revocation_copy_failures_total") == 1
    copy.rmdir()
    kept.rename(copy)
    revoke(apps[2])
    assert node.metric("revocation_copy_failures_total") == 1
    assert copy.read_text(encoding="utf-8").count("\n") == lines.count("\n") * 3
