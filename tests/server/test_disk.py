# SPDX-License-Identifier: Apache-2.0
"""Disks that are full, read-only, damaged or breaking: refusals are clear, nothing is lost."""

import concurrent.futures
import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import threading

import pytest

from grantd import Person, inspect

CLIENTS = 16
MEGABYTES = 16
UNAVAILABLE = (503, "temporarily_unavailable")


# --- disks ---


class Disk:
    """A small file system, to be filled and to fail."""

    def __init__(self, folder):
        self.image = folder / "image"
        self.path = folder / "disk"
        self.path.mkdir()

    def make(self, megabytes, block=4096):
        """With blocks of 4 KiB, as mkfs uses for real disks; for small ones it uses 1 KiB."""
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-b", str(block), self.image], check=True,
                       capture_output=True)

    def mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.path], check=True,
                       capture_output=True)

    def unmount(self, *options):
        subprocess.run(["umount", *options, self.path], check=True, capture_output=True)

    def remount(self, option):
        subprocess.run(["mount", "-o", f"remount,{option}", self.path], check=True)

    def fill(self):
        with open(self.path / "filling", "ab", buffering=0) as filling:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        filling.write(b"x" * size)

    def make_room(self):
        (self.path / "filling").unlink()


@pytest.fixture
def disk(request, tmp_path):
    made = Disk(tmp_path)
    try:
        made.make(MEGABYTES)
        made.mount()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"{request.node.name}: this machine cannot mount file systems")
    yield made
    made.unmount("--lazy")  # its server may be there still


@pytest.fixture
def breaking(request, tmp_path):
    """Settings for the environment of a server whose syncs fail once `path` is there."""
    library = tmp_path / "sync_fails.so"
    source = pathlib.Path(__file__).with_name("sync_fails.c")
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        pytest.skip(f"{request.node.name}: this machine has no C compiler")
    subprocess.run([*compiler.split(), "-shared", "-fPIC", "-o", library, source], check=True)
    path = tmp_path / "syncs fail"
    return path, {"LD_PRELOAD": str(library), "SYNC_FAILS": str(path)}


# --- exchanges and their responses ---


def refused(answer):
    """Clear: the JSON of a refusal that does not blame the application."""
    assert (answer.status, answer.error) == UNAVAILABLE, answer
    return "try again shortly" in answer.json["error_description"] or \
        answer.json["error_description"] == "The server is not ready; its log says why."


class Exchanges:
    """16 clients that exchange codes, and a record of the responses."""

    def __init__(self, server, n):
        self.user = Person(server)
        self.app = self.user.application()
        self.codes = [self.user.code(self.app) for _ in range(n)]
        self.granted, self.refused, self.lost = {}, [], []
        self.lock = threading.Lock()

    def one(self, code):
        answer = self.app.exchange(code)
        with self.lock:
            if answer.status == 200:
                self.granted[code] = answer.json["access_grant"]
            elif answer.status == 500:
                assert answer.error == "internal_error"
                self.lost.append(code)
            else:
                assert refused(answer)
                self.refused.append(code)
            return len(self.granted) + len(self.refused) + len(self.lost)

    def run(self, codes, after=0, then=None):
        """Exchanges them all; something happens when so many are answered, before the last 30."""
        happened = threading.Event()

        def one(numbered):
            number, code = numbered
            if then and number >= len(codes) - 30:
                assert happened.wait(30)
            if self.one(code) == after:
                then()
                happened.set()

        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(one, enumerate(codes)))

    def check(self):
        """Issued grants are live and their codes used; refused exchanges can be repeated."""
        live = {g["id"] for g in self.user.grants() if g["status"] == "live"}
        assert len(self.granted) <= len(live) <= len(self.granted) + len(self.lost)
        assert len(set(self.granted.values())) == len(self.granted)
        for grant in self.granted.values():
            assert inspect(grant)
        for code in self.granted:
            assert self.app.exchange(code).error == "invalid_code"
        for code in self.refused:
            assert self.app.exchange(code).status == 200
            assert self.app.exchange(code).error == "invalid_code"


def ready(server):
    return server.call("GET", "/readyz").status == 200


def check_stopped(server, exchanges):
    assert exchanges.granted and exchanges.refused
    assert exchanges.lost, "the outcome of one commit is unknown"
    assert refused(server.call("GET", "/readyz"))
    assert server.call("GET", "/healthz").status == 200
    assert refused(exchanges.app.exchange(exchanges.refused[0]))
    assert refused(exchanges.user.call("GET", "/api/v0/auth/account"))


def fails_to_start(server):
    with pytest.raises(RuntimeError):
        server.start()
    assert server.process.returncode == 1
    return server.text()


def refuses_to_start(server):
    """What it says, where it cannot have a log in its folder."""
    command = server.command("serve", f"--http.listen=127.0.0.1:{server.port}")
    result = subprocess.run(command, cwd=server.folder, capture_output=True, text=True, timeout=10)
    assert result.returncode == 1
    return result.stderr


# --- full ---


def test_a_full_disk_refuses_clearly_loses_nothing_and_comes_back_by_itself(make_server, disk):
    server = make_server(disk.path, code__lifetime="10m")
    exchanges = Exchanges(server, 400)
    exchanges.run(exchanges.codes[:300], after=100, then=disk.fill)
    while exchanges.user.request(exchanges.app).status == 200:
        pass  # what the log has had before, it still has
    exchanges.run(exchanges.codes[300:])
    assert exchanges.granted and exchanges.refused and not exchanges.lost
    assert refused(exchanges.user.request(exchanges.app))
    assert ready(server), "it is not broken, and what it has it can show"
    assert exchanges.user.call("GET", "/api/v0/auth/account").status == 200
    disk.make_room()
    exchanges.check()
    assert server.stop() == 0


def test_a_server_starts_on_a_full_disk_and_shows_what_it_has(make_server, disk):
    server = make_server(disk.path)
    user = Person(server)
    app = user.application()
    app.exchange(user.code(app))
    server.kill()
    disk.fill()
    server.start()
    assert [g["status"] for g in user.grants()] == ["live"]
    assert refused(user.call("POST", "/api/v0/projects", {"name": "Mine"}))
    disk.make_room()
    assert app.exchange(user.code(app)).status == 200


def test_a_server_does_not_start_on_a_full_disk_whose_blocks_are_small(make_server, disk):
    disk.unmount()
    disk.make(MEGABYTES, block=1024)
    disk.mount()
    server = make_server(disk.path)
    user = Person(server)
    server.kill()
    disk.fill()
    assert "the disk is full, and its blocks are smaller than 4 KiB" in refuses_to_start(server)
    disk.make_room()
    server.start()
    assert user.call("GET", "/api/v0/auth/account").status == 200


def test_a_first_start_on_a_full_disk_says_so_and_leaves_nothing_half_done(make_server, disk):
    disk.fill()
    server = make_server(disk.path, start=False)
    assert refuses_to_start(server) == (
        "grantd: master.key: cannot write: No space left on device; free space there\n")
    disk.make_room()
    server.start()
    Person(server)


# --- read-only ---


def test_a_disk_that_turns_read_only_stops_the_server_until_a_restart(make_server, disk):
    server = make_server(disk.path, code__lifetime="10m")
    exchanges = Exchanges(server, 200)
    exchanges.run(exchanges.codes, after=100,
                  then=lambda: disk.remount("abort"))  # as ext4 does after an error
    check_stopped(server, exchanges)
    server.kill()
    server.log.close()
    disk.unmount()
    disk.mount()
    server.start()
    exchanges.check()


def test_a_start_on_a_read_only_disk_says_what_to_do(make_server, disk):
    server = make_server(disk.path)
    server.stop()
    server.log.close()
    disk.remount("ro")
    assert refuses_to_start(server) == (
        "grantd: grantd.db: cannot write in its folder: Read-only file system; "
        "mount it for writing, or use another folder\n")


def test_a_first_start_on_a_read_only_disk_says_what_to_do(make_server, disk):
    disk.remount("ro")
    assert refuses_to_start(make_server(disk.path, start=False)) == (
        "grantd: master.key: cannot create: Read-only file system; "
        "mount it for writing, or use another folder\n")


def test_a_start_in_a_missing_folder_says_what_to_do(make_server, tmp_path):
    missing = tmp_path / "missing"
    server = make_server(start=False, store__url=f"sqlite:{missing}/grantd.db",
                         keys__master=tmp_path / "master.key")
    text = fails_to_start(server)
    assert (f"grantd: {missing}/grantd.db: cannot write in its folder: No such file or directory; "
            "create its folder first") in text
    server = make_server(start=False, keys__master=f"{missing}/master.key")
    assert f"{missing}/master.key: cannot create" in fails_to_start(server)
    assert not missing.exists()


# --- breaking ---


def test_after_a_failed_sync_the_server_stops_until_a_restart(make_server, breaking):
    path, environment = breaking
    server = make_server(start=False, code__lifetime="10m")
    server.start(environment=environment)
    exchanges = Exchanges(server, 200)
    exchanges.run(exchanges.codes, after=100, then=path.touch)
    path.unlink()  # a sync would succeed again, without what was lost
    check_stopped(server, exchanges)
    assert "disk I/O error" in server.text()
    server.kill()
    server.start(environment=environment)
    exchanges.check()
    assert server.stop() == 0


# --- damaged ---


def damage(path, page):
    """Overwrites one page of the database with garbage."""
    with open(path, "r+b") as database:
        database.seek(page * 4096)
        database.write(b"\xa5" * 4096)


def test_a_damaged_database_is_refused_at_the_start(make_server):
    server = make_server()
    server.stop()
    damage(server.folder / "grantd.db", 0)
    text = fails_to_start(server)
    assert "the database grantd.db cannot be opened; the log says why" in text
    assert "file is not a database" in text


def test_a_damaged_page_is_answered_503_and_harms_nothing_else(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    code = user.code(app)
    server.stop()
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        root, = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'access_grant'").fetchone()
    damage(server.folder / "grantd.db", root - 1)
    server.start()
    assert refused(app.exchange(code))
    assert refused(user.call("GET", "/api/v0/auth/grants"))
    assert user.call("GET", "/api/v0/auth/account").status == 200
    assert "database disk image is malformed" in server.text()
    assert server.stop() == 0
