# SPDX-License-Identifier: Apache-2.0
"""Keys, copies and restoring, while a server runs."""

import secrets
import shutil
import sqlite3
import subprocess
import threading
import time

import pytest

from grantd import PASSWORD, Person, tail_of

CHECK = "/api/v0/grants/check"


def key_ids(server):
    lines = (server.folder / "master.key").read_text().splitlines()
    return [line.split()[0] for line in lines if not line.startswith("#")]


def sealed_ids(server):
    """The ids of all keys under which something is sealed."""
    database = sqlite3.connect(server.folder / "grantd.db")
    values = [row[0] for query in (
        "SELECT sealed FROM client_secret", "SELECT sealed_api_key FROM project",
        "SELECT sealed_secret FROM project WHERE sealed_secret IS NOT NULL",
        "SELECT sealed_tail FROM access_grant WHERE sealed_tail IS NOT NULL",
        "SELECT sealed_caveat FROM access_grant WHERE sealed_caveat IS NOT NULL",
        "SELECT value FROM meta WHERE name = 'known_value'") for row in database.execute(query)]
    return {value[:4].hex() for value in values}


def reason(server, token, grant):
    answer = server.call("POST", CHECK, {"op": "read", "access_grant": grant}, token=token)
    assert answer.status == 200, answer
    return answer.json["reason"]


# --- keys ---

@pytest.mark.file
def test_rotating_seals_everything_anew_and_a_server_goes_on(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    token = server.service_token("check")
    grant = app.exchange(user.code(app)).json["access_grant"]
    old, = key_ids(server)
    assert "5 secrets" in server.run("keys", "rotate").stdout
    new, kept = key_ids(server)
    assert kept == old and sealed_ids(server) == {new}
    assert (server.folder / "master.key").stat().st_mode & 0o777 == 0o600
    assert app.exchange(user.code(app)).status == 200
    assert reason(server, token, grant) is None
    other = user.application()  # sealed with the new key by the server, which has met it
    assert sealed_ids(server) == {new}
    assert other.exchange(user.code(other)).status == 200
    server.stop()
    server.start()
    assert app.exchange(user.code(app)).status == 200


def test_seventy_rotations_in_one_servers_life(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    for number in range(70):
        server.run("keys", "rotate")
        assert app.exchange(user.code(app)).status == 200, number
    assert len(key_ids(server)) == 8
    assert server.call("GET", "/readyz").status == 200


@pytest.mark.file
def test_nothing_is_sealed_with_a_key_that_has_left_the_file(make_server):
    server = make_server()
    user = Person(server)
    for _ in range(9):  # more than the file keeps, and the server meets no new key in between
        server.run("keys", "rotate")
    app = user.application()
    assert sealed_ids(server) <= set(key_ids(server))
    server.stop()
    server.start()
    assert app.exchange(user.code(app)).status == 200


@pytest.mark.parametrize("content", [
    "nonsense\n", f"0badc0de {'00' * 32}\n"], ids=["unreadable", "another database's"])
def test_a_changed_key_file_that_cannot_be_adopted_makes_the_server_not_ready(make_server, content):
    server = make_server()
    user = Person(server)
    app = user.application()
    file = server.folder / "master.key"
    good = file.read_text()
    file.write_text(content)
    assert server.call("GET", "/readyz").status == 503
    assert "master.key" in server.text()
    assert app.exchange(user.code(app)).status == 200  # with the keys the server has
    file.write_text(good)
    assert server.call("GET", "/readyz").status == 200
    assert app.exchange(user.code(app)).status == 200


@pytest.mark.file
def test_exchanges_go_on_while_keys_are_rotated(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    codes = [user.code(app) for _ in range(60)]
    statuses = []
    thread = threading.Thread(
        target=lambda: statuses.extend(app.exchange(code).status for code in codes))
    thread.start()
    for _ in range(3):
        server.run("keys", "rotate")
    thread.join()
    assert statuses == [200] * 60
    keys = key_ids(server)
    # What was sealed in the very moment of a rotation may be under the key before.
    assert len(keys) == 4 and {keys[0]} <= sealed_ids(server) <= set(keys[:2])
    server.run("keys", "rotate")
    assert sealed_ids(server) == {key_ids(server)[0]}


@pytest.mark.file
def test_a_rotation_that_was_cut_off_is_gone_on_with(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    path = server.folder / "master.key"
    head, line = path.read_text().splitlines()
    path.write_text(f"{head}\n{secrets.token_hex(4)} {secrets.token_hex(32)}\n{line}\n")
    result = server.run("keys", "rotate")
    assert "Continuing" in result.stdout
    assert len(key_ids(server)) == 2 and sealed_ids(server) == {key_ids(server)[0]}
    assert app.exchange(user.code(app)).status == 200


@pytest.mark.file
def test_a_rotation_may_be_killed_at_any_moment(make_server):
    server = make_server()
    user = Person(server)
    apps = [user.application() for _ in range(20)]
    for i in range(12):
        process = subprocess.Popen(server.command("keys", "rotate"), cwd=server.folder,
                                   env=server.variables(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.004 * i)
        process.kill()
        process.wait()
        assert apps[i].exchange(user.code(apps[i])).status == 200
    server.run("keys", "rotate")
    assert sealed_ids(server) == {key_ids(server)[0]}
    assert "is sound" in server.run("store", "check").stdout


@pytest.mark.file
def test_rotations_at_the_same_time_lose_no_key(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    processes = [subprocess.Popen(server.command("keys", "rotate"), cwd=server.folder,
                                  env=server.variables(),
                                  stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait() for process in processes].count(0) >= 1
    assert sealed_ids(server) <= set(key_ids(server))
    assert app.exchange(user.code(app)).status == 200
    server.run("keys", "rotate")
    assert sealed_ids(server) == {key_ids(server)[0]}


def test_a_key_file_holds_eight_keys_at_most(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    for _ in range(9):
        server.run("keys", "rotate")
    assert len(key_ids(server)) == 8
    assert app.exchange(user.code(app)).status == 200
    server.stop()
    server.start()
    assert app.exchange(user.code(app)).status == 200


# --- check and copy ---

@pytest.mark.file
def test_check_finds_a_secret_that_no_key_opens(make_server):
    server = make_server()
    Person(server).application()
    assert "all 4 secrets" in server.run("store", "check").stdout
    database = sqlite3.connect(server.folder / "grantd.db")
    database.execute("UPDATE client_secret SET sealed = zeroblob(length(sealed))")
    database.commit()
    result = server.run("store", "check", check=False)
    assert result.returncode == 1 and "no key in the key file opens 1 secrets" in result.stderr


@pytest.mark.file
def test_a_copy_is_a_database_of_its_own(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    server.run("store", "copy", "copy.db")
    path = server.folder / "copy.db"
    assert path.stat().st_mode & 0o777 == 0o600
    again = server.run("store", "copy", "copy.db", check=False)
    assert again.returncode == 1 and "copy.db" in again.stderr
    result = server.run("store", "check", "--store.url=sqlite:copy.db", "--keys.master=master.key")
    assert "is sound" in result.stdout
    assert app.exchange(user.code(app)).status == 200


# --- restored ---

@pytest.fixture
def restored(make_server):
    """A server whose database was copied, worked on, lost, and restored from the copy."""
    server = make_server()
    server.user, developer = Person(server), Person(server)
    server.checker = server.service_token("check,revocations")
    apps = [developer.application() for _ in range(3)]
    server.grants = [app.exchange(server.user.code(app)).json["access_grant"] for app in apps]
    server.app, server.unspent = apps[0], server.user.code(apps[0])
    server.run("store", "copy", "copy.db")
    late = apps[0].exchange(server.user.code(apps[0])).json["access_grant"]
    server.grants.append(late)
    server.user.revoke(apps[1])
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{apps[2].id}")
    server.feed_before = server.call("GET", "/api/v0/revocations", token=server.checker).json
    server.stop()
    for name in ("grantd.db-wal", "grantd.db-shm"):
        (server.folder / name).unlink(missing_ok=True)
    shutil.copy(server.folder / "copy.db", server.folder / "grantd.db")
    (server.folder / "grantd.db").chmod(0o600)
    server.output = server.run("store", "recover").stdout
    server.start()
    return server


@pytest.mark.file
def test_what_was_taken_back_stays_taken_back(restored):
    assert "1 grants revoked" in restored.output
    assert "1 applications deleted" in restored.output
    kept, revoked, deleted, late = restored.grants
    assert reason(restored, restored.checker, kept) is None
    assert reason(restored, restored.checker, revoked) == "revoked"
    assert reason(restored, restored.checker, deleted) == "revoked"
    assert reason(restored, restored.checker, late) == "not_recorded"


@pytest.mark.file
def test_readers_of_the_feed_miss_nothing_and_no_number_comes_twice(restored):
    def read(after):
        answer = restored.call("GET", f"/api/v0/revocations?after={after}", token=restored.checker)
        return [entry["tail"] for entry in answer.json["revocations"]]

    tails = {tail_of(grant) for grant in restored.grants[1:3]}
    assert {entry["tail"] for entry in restored.feed_before["revocations"]} == tails
    assert set(read(restored.feed_before["next"])) == tails
    assert set(read(0)) == tails


@pytest.mark.file
def test_sessions_requests_and_codes_have_ended(restored):
    user = restored.user
    assert user.call("GET", "/api/v0/auth/account").status == 401
    assert restored.app.exchange(restored.unspent).error == "invalid_code"
    assert restored.call("POST", "/api/v0/auth/token",
                         {"email": user.email, "password": PASSWORD}).status == 200


@pytest.mark.file
def test_replaying_twice_changes_nothing_more(restored):
    assert "nothing that the copy did not know" in restored.run("store", "recover").stdout
