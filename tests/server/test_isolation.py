# SPDX-License-Identifier: Apache-2.0
"""What the server gives up after its start, and master keys from elsewhere."""

import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import time

import pytest

from grantd import BINARY, Person

ROOT = pathlib.Path(__file__).resolve().parents[2]


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def needs_sandbox(server):
    """Sanitizers need more of the kernel; the server then says why."""
    if "sandbox incomplete" in server.text():
        pytest.skip("no whole sandbox here: " + next(
            line for line in server.text().splitlines() if "sandbox incomplete" in line))


def threads(server):
    return list(pathlib.Path(f"/proc/{server.process.pid}/task").iterdir())


# --- the sandbox ---

def test_every_thread_is_in_the_sandbox(make_server):
    server = make_server()
    needs_sandbox(server)
    assert "sandbox landlock=" in server.text() and "seccomp=yes" in server.text()
    states = [(thread / "status").read_text() for thread in threads(server)]
    assert len(states) > 100
    for state in states:
        assert "Seccomp:\t2\n" in state and "NoNewPrivs:\t1\n" in state


def test_off_it_is_off_and_says_so(make_server):
    server = make_server(process__sandbox="off")
    assert "sandbox off" in server.text()
    state = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    assert "Seccomp:\t0\n" in state


def test_required_it_holds_or_the_server_does_not_start(make_server):
    server = make_server(start=False, process__sandbox="require")
    try:
        server.start()
    except RuntimeError:
        assert "cannot be used: " in server.text() and server.process.returncode == 1
    else:
        assert "seccomp=yes" in server.text()


def test_required_it_is_refused_where_it_cannot_be_had(make_server):
    """With an environment that looks like valgrind, which does not work in the sandbox."""
    server = make_server(start=False, process__sandbox="require")
    with pytest.raises(RuntimeError):
        server.start(environment={"LD_PRELOAD": "/nowhere/vgpreload_core.so"})
    assert "process.sandbox: Landlock cannot be used" in server.text()
    assert server.process.returncode == 1
    server = make_server(start=False)
    server.start(environment={"LD_PRELOAD": "/nowhere/vgpreload_core.so"})
    assert "sandbox incomplete" in server.text()


def test_a_log_elsewhere_is_not_opened_and_the_server_goes_on(make_server, tmp_path):
    """A link that replaces the log leads out of its folder, and is not followed."""
    log = tmp_path / "logs" / "grantd.log"
    log.parent.mkdir()
    server = make_server(start=False, log__file=str(log))
    server.start()
    probe = server.text() + log.read_text()
    if "sandbox incomplete" in probe:
        pytest.skip("no whole sandbox here")
    target = tmp_path / "elsewhere"
    log.rename(log.parent / "old")
    log.symlink_to(target)
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "log file cannot be reopened" in (log.parent / "old").read_text())
    assert not target.exists()
    log.unlink()
    server.process.send_signal(signal.SIGHUP)
    wait_until(log.exists)
    assert server.call("GET", "/healthz").status == 200
    assert server.stop() == 0


# --- a key that a command prints ---

def new_key():
    return f"{secrets.token_hex(4)} {secrets.token_hex(32)}\n"


def key_ids(path):
    return [line.split()[0] for line in path.read_text().splitlines() if line[:1] != "#"]


@pytest.fixture
def vault(make_server, tmp_path):
    """A server whose key comes from a command that counts its runs."""
    key, runs = tmp_path / "vault key", tmp_path / "runs"
    key.write_text(subprocess.run([BINARY, "keys", "create"], capture_output=True, text=True,
                                  check=True).stdout)
    command = f"/bin/sh -c 'echo >>\"{runs}\"; exec cat \"{key}\"'"
    server = make_server(keys__master_command=command)
    server.key, server.runs, server.flag = key, runs, f"--keys.master_command={command}"
    return server


def n_runs(server):
    return len(server.runs.read_text())


def test_the_key_comes_from_a_command(vault):
    user = Person(vault)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    assert n_runs(vault) == 1 and not (vault.folder / "master.key").exists()
    assert "all 5 secrets" in vault.run("store", "check", vault.flag).stdout
    assert vault.stop() == 0
    vault.start()
    assert app.exchange(user.code(app)).status == 200


def test_at_sighup_the_command_is_run_again_though_the_server_can_start_nothing(vault):
    needs_sandbox(vault)
    vault.process.send_signal(signal.SIGHUP)
    wait_until(lambda: n_runs(vault) == 2)
    assert vault.call("GET", "/readyz").status == 200


def test_a_key_of_a_command_is_rotated_where_it_is_kept(vault):
    user = Person(vault)
    app = user.application()
    result = vault.run("keys", "rotate", vault.flag, check=False)
    assert result.returncode == 1 and "grantd keys create" in result.stderr
    vault.key.write_text(new_key() + vault.key.read_text())
    vault.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "keys were reread" in vault.text())
    result = vault.run("keys", "rotate", vault.flag)
    assert "Continuing" in result.stdout and "sealed with the new key" in result.stdout
    assert app.exchange(user.code(app)).status == 200


def test_an_unknown_key_lets_the_command_run_but_not_each_time(vault):
    """Without SIGHUP: the server finds values sealed with the new key."""
    user = Person(vault)
    app = user.application()
    vault.key.write_text(new_key() + vault.key.read_text())
    time.sleep(10.5)  # a run in the last ten seconds is thought to be enough
    vault.run("keys", "rotate", vault.flag)
    before = n_runs(vault)
    assert app.exchange(user.code(app)).status == 200
    assert n_runs(vault) == before + 1
    app.exchange(user.code(app))
    assert n_runs(vault) == before + 1


def test_a_command_that_fails_at_sighup_is_told_and_changes_nothing(vault):
    user = Person(vault)
    app = user.application()
    good = vault.key.read_text()
    vault.key.unlink()
    vault.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "ended with status 1" in vault.text())
    vault.key.write_text(good)
    vault.process.send_signal(signal.SIGHUP)
    assert app.exchange(user.code(app)).status == 200
    assert vault.stop() == 0


def test_the_process_that_runs_the_command_ends_with_the_server(vault):
    children = pathlib.Path(f"/proc/{vault.process.pid}/task/{vault.process.pid}/children")
    helper, = children.read_text().split()
    assert pathlib.Path(f"/proc/{helper}/comm").read_text() == "grantd-keys\n"
    # Besides its socket it has nothing of the server's.
    assert sorted(os.listdir(f"/proc/{helper}/fd")) == ["0", "1", "2", "3"]
    vault.kill()
    wait_until(lambda: not pathlib.Path(f"/proc/{helper}/fd").exists() or
               "(zombie)" in pathlib.Path(f"/proc/{helper}/status").read_text())


def test_a_key_has_one_source(make_server):
    server = make_server(start=False, keys__master="master.key", keys__master_command="/bin/true")
    with pytest.raises(RuntimeError):
        server.start()
    assert "set one of them" in server.text()
    server = make_server(start=False, keys__master_command="cat key")
    with pytest.raises(RuntimeError):
        server.start()
    assert "absolute path" in server.text()


# --- a key that is a credential of systemd ---

@pytest.fixture
def credential(tmp_path):
    folder = tmp_path / "credentials"
    folder.mkdir()
    return folder / "master.key"


def start_with_credential(make_server, path):
    server = make_server(start=False, keys__master=str(path))
    server.start(environment={"CREDENTIALS_DIRECTORY": str(path.parent)})
    return server


def test_a_credential_that_its_group_may_read_is_taken_there_and_only_there(make_server,
                                                                            credential):
    if os.geteuid() != 0:
        pytest.skip("takes root: the credential is root's")
    credential.write_text(new_key())
    credential.chmod(0o440)
    server = start_with_credential(make_server, credential)
    user = Person(server)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    assert server.stop() == 0
    with pytest.raises(RuntimeError):
        make_server(keys__master=str(credential))


def test_a_credential_that_is_not_there_is_not_made(make_server, credential):
    with pytest.raises(RuntimeError) as told:
        start_with_credential(make_server, credential)
    assert "grantd keys create" in str(told.value) and not credential.exists()


# --- systemd ---

class Notified:
    """Plays systemd at the other end of NOTIFY_SOCKET."""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.settimeout(20)

    def next(self):
        return self.socket.recv(1000).decode().splitlines()[0]


def test_systemd_is_told_of_start_reload_and_end(make_server, tmp_path):
    systemd = Notified(tmp_path)
    server = make_server(start=False)
    server.start(environment={"NOTIFY_SOCKET": str(systemd.path)})
    assert systemd.next() == "READY=1"
    server.process.send_signal(signal.SIGHUP)
    assert [systemd.next(), systemd.next()] == ["RELOADING=1", "READY=1"]
    assert server.stop() == 0
    assert systemd.next() == "STOPPING=1"


# systemd-analyze counts from 0 to 100.
EXPOSURE = "20"


def test_the_unit_leaves_little_open():
    analyze = shutil.which("systemd-analyze")
    unit = ROOT / "build" / "packaging" / "grantd.service"
    if not analyze:
        pytest.skip("test_the_unit_leaves_little_open: there is no systemd-analyze")
    result = subprocess.run([analyze, "security", "--offline=true", f"--threshold={EXPOSURE}",
                             "--no-pager", unit], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-300:] + result.stderr
    assert "exposure level for grantd.service" in result.stdout
