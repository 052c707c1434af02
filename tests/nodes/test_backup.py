# SPDX-License-Identifier: Apache-2.0
"""Backup and restore of PostgreSQL with the commands of docs/how-to/restore-postgresql.md."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import pytest

from grantd import Person
from pages import page_blocks
from postgres import USER, Postgres


@pytest.fixture
def backup():
    """In place of /backup. It is not below pytest's own folder: the server runs as another user, and
    any pytest that starts beside this one closes that folder to others."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="grantd-backup-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def postgres(backup):
    settings, = page_blocks("docs/how-to/restore-postgresql.md", "Backup and point-in-time recovery", "ini")
    with Postgres("fsync = on", *settings.replace("/backup", str(backup)).splitlines()) as made:
        yield made


def run(postgres, backup, script):
    subprocess.run(["bash", "-euc", script.replace("/backup", str(backup))], user=postgres.user,
                   cwd=backup, check=True, timeout=120,
                   env={**os.environ, "PATH": f"{postgres.programs}:{os.environ['PATH']}",
                        "PGDATA": postgres.data, "PGHOST": postgres.folder, "PGUSER": USER,
                        "HOME": str(backup)})


def test_what_happened_after_the_base_backup_is_there_after_a_restore(postgres, make_nodes, backup):
    prepare, back_up, restore = page_blocks("docs/how-to/restore-postgresql.md", "Backup and point-in-time recovery")
    run(postgres, backup, prepare)
    node = make_nodes(1).nodes[0]
    user = Person(node)
    app = user.application()
    run(postgres, backup, back_up)
    kept, revoked = (app.exchange(user.code(app)) for _ in range(2))
    assert kept.status == revoked.status == 200
    grants = user.grants()
    assert user.call("DELETE", f"/api/v0/auth/grants/{grants[0]['id']}").status == 200
    code = user.code(app)
    segment = postgres.ask("SELECT pg_walfile_name(pg_switch_wal())")
    deadline = time.monotonic() + 20
    while not (backup / "wal" / segment).exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    node.stop()
    postgres.kill()
    run(postgres, backup, restore)
    postgres.start()
    deadline = time.monotonic() + 20
    while postgres.ask("SELECT pg_is_in_recovery()") == "t":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    node.run("store", "recover")
    node.start()
    assert app.exchange(code).status == 400, "a code of before is not used again"
    user.log_in()
    assert sorted(grant["status"] for grant in user.grants()) == ["live", "revoked"]
