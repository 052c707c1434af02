# SPDX-License-Identifier: Apache-2.0
"""`grantd config check` looks at what the settings name: each thing that can be wrong is named, with
its setting, and nothing is changed."""

import json
import os
import socket
import sqlite3
import subprocess

import pytest

import tls_server
from grantd import free_port
from test_commands import BINARY, ENVIRONMENT


class Check:
    """What was found: statuses and texts by setting."""

    def __init__(self, folder, *flags, **environment):
        self.result = subprocess.run(
            [str(BINARY), "config", "check", "--json", *flags], cwd=folder, text=True, check=False,
            capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
            env={**ENVIRONMENT, **environment})
        self.report = json.loads(self.result.stdout)
        assert self.report["ok"] == (self.result.returncode == 0)
        assert self.report["ok"] == all(f["status"] != "problem" for f in self.report["findings"])

    def of(self, setting, status):
        """The one text with this status; None if there is none."""
        texts = [f["text"] for f in self.report["findings"]
                 if (f["setting"], f["status"]) == (setting, status)]
        assert len(texts) < 2, texts
        return texts[0] if texts else None


@pytest.fixture
def check(tmp_path):
    """On a port of its own."""
    listen = f"--http.listen=127.0.0.1:{free_port()}"
    return lambda *flags, **environment: Check(tmp_path, listen, *flags, **environment)


def grantd(folder, *arguments, stdin=""):
    return subprocess.run([str(BINARY), *arguments], cwd=folder, text=True, check=True, input=stdin,
                          capture_output=True, timeout=60, env=ENVIRONMENT).stdout


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make_certificate(folder, name="cert", names="DNS:grantd.example", days=90):
    tls_server.make_certificate(folder, f"{name}.pem", f"{name}.key", names, "-days", str(days))


def tls(url="https://grantd.example", certificate="cert.pem", key="cert.key"):
    return (f"--http.public_url={url}", f"--http.tls_certificate={certificate}",
            f"--http.tls_key={key}")


def test_what_the_first_start_would_make_is_said_and_not_made(check, tmp_path):
    found = check()
    assert found.report["ok"]
    assert "first start creates it" in found.of("store.url", "ok")
    assert "is created with a new database" in found.of("keys.master", "ok")
    assert list(tmp_path.iterdir()) == []


def test_people_get_lines_and_a_last_sentence(tmp_path):
    text = grantd(tmp_path, "config", "check", f"--http.listen=127.0.0.1:{free_port()}")
    assert text.splitlines()[0].split()[:2] == ["ok", "keys.master"]
    assert text.splitlines()[-1].startswith("The configuration is fine")


def test_problems_of_settings_are_findings_too(check):
    found = check("--code.lifetime=soon", "--edge.auth_url=http://edge.example")
    assert "needs a duration" in found.of("code.lifetime", "problem")
    assert "unencrypted" in found.of("edge.auth_url", "problem")


# --- the database and its key ---


def test_a_database_and_its_key_are_found(check, tmp_path):
    grantd(tmp_path, "migrate")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    found = check()
    assert "has the schema of this version" in found.of("store.url", "ok")
    assert "master.key has keys" in found.of("keys.master", "ok")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_database_without_its_key_is_a_problem(check, tmp_path):
    grantd(tmp_path, "migrate")
    (tmp_path / "master.key").unlink()
    assert "restore it from your copy" in check().of("keys.master", "problem")


def test_a_key_that_others_may_read_is_a_problem(check, tmp_path):
    grantd(tmp_path, "migrate")
    os.chmod(tmp_path / "master.key", 0o644)
    assert "master.key" in check().of("keys.master", "problem")


def test_a_key_file_without_a_key_is_a_problem(check, tmp_path):
    grantd(tmp_path, "migrate")
    (tmp_path / "master.key").write_text("nothing\n")
    assert "master.key" in check().of("keys.master", "problem")


def test_the_keys_of_a_command_are_read(check, tmp_path):
    (tmp_path / "keys").write_text(grantd(tmp_path, "keys", "create"))
    assert check(f"--keys.master_command=/bin/cat {tmp_path}/keys").of("keys.master", "ok")
    found = check(f"--keys.master_command=/bin/cat {tmp_path}/nothing")
    assert found.of("keys.master", "problem")


def test_what_is_no_database_is_a_problem(check, tmp_path):
    (tmp_path / "grantd.db").write_text("no database, and longer than a header of one " * 40)
    assert "cannot be opened" in check().of("store.url", "problem")
    assert check("--store.url=sqlite:no/folder/db").of("store.url", "problem")


def test_a_database_of_a_newer_program_is_a_problem(check, tmp_path):
    grantd(tmp_path, "migrate")
    with sqlite3.connect(tmp_path / "grantd.db") as database:
        database.execute("INSERT INTO schema_version (version, oldest) VALUES (1000, 1000)")
        database.execute("UPDATE schema_version SET oldest = 1000")
    database.close()
    assert "created by a newer grantd" in check().of("store.url", "problem")


def test_a_database_server_that_is_away_is_a_problem(check):
    found = check(f"--store.url=postgresql://me@127.0.0.1:{free_port()}/x", "--keys.master=m.key")
    assert found.of("store.url", "problem")


# --- the certificate ---


def test_a_certificate_that_fits_is_fine(check, tmp_path):
    make_certificate(tmp_path)
    found = check(*tls())
    assert found.report["ok"]
    assert found.of("http.tls_key", "ok") == "it belongs to the certificate"


def test_a_wildcard_and_an_address_name_a_host_too(check, tmp_path):
    make_certificate(tmp_path, "cert", "DNS:*.example.com")
    assert check(*tls("https://grantd.example.com")).report["ok"]
    make_certificate(tmp_path, "cert", "IP:::1")
    assert check(*tls("https://[::1]")).report["ok"]


def test_each_fault_of_a_certificate_is_named(check, tmp_path):
    make_certificate(tmp_path)
    make_certificate(tmp_path, "other")
    assert "is not the private key" in check(*tls(key="other.key")).of("http.tls_key", "problem")
    found = check(*tls("https://elsewhere.example"))
    assert "does not name elsewhere.example" in found.of("http.tls_certificate", "problem")
    (tmp_path / "cert.pem").write_text("nonsense")
    assert "PEM" in check(*tls()).of("http.tls_certificate", "problem")
    (tmp_path / "cert.pem").unlink()
    assert "cert.pem" in check(*tls()).of("http.tls_certificate", "problem")


def test_the_time_of_a_certificate_counts(check, tmp_path):
    make_certificate(tmp_path, "cert", "DNS:grantd.example", days=3)
    found = check(*tls())
    assert found.report["ok"]
    assert "valid until" in found.of("http.tls_certificate", "warning")
    openssl(tmp_path, "req", "-new", "-key", "cert.key", "-subj", "/CN=x", "-out", "request.pem",
            "-addext", "subjectAltName=DNS:grantd.example")
    openssl(tmp_path, "x509", "-req", "-in", "request.pem", "-signkey", "cert.key", "-out",
            "cert.pem", "-days", "-1", "-copy_extensions", "copy")
    assert "has expired" in check(*tls()).of("http.tls_certificate", "problem")


# --- ports, files, names ---


def test_a_port_in_use_is_a_warning_since_it_may_be_the_running_server(check):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = check(f"--metrics.listen=127.0.0.1:{port}")
    assert found.report["ok"] and "somebody listens" in found.of("metrics.listen", "warning")


def test_an_address_of_another_machine_cannot_be_listened_on(check):
    found = check("--metrics.listen=192.0.2.1:9000")
    assert "nobody can listen on 192.0.2.1:9000" in found.of("metrics.listen", "problem")


def test_folders_must_be_there(check, tmp_path):
    assert check("--log.file=no/folder/log").of("log.file", "problem")
    assert check("--log.file=log").of("log.file", "ok") == "log can be written"
    assert not (tmp_path / "log").exists()


def test_a_name_without_an_address_is_a_warning(check):
    found = check("--edge.auth_url=https://edge.invalid")
    assert "no address was found for edge.invalid" in found.of("edge.auth_url", "warning")
    assert found.of("http.public_url", "ok") == "localhost has an address"


def test_a_list_of_leaked_passwords_is_sampled(check, tmp_path):
    path = tmp_path / "leaked.txt"
    flag = f"--accounts.leaked_passwords={path}"
    assert "cannot be read" in check(flag).of("accounts.leaked_passwords", "problem")
    path.write_text(f"{'B' * 40}:1\n{'A' * 40}:1\n")
    assert "not sorted" in check(flag).of("accounts.leaked_passwords", "problem")
    path.write_text(f"{'A' * 40}:1\n{'B' * 40}:1\n")
    assert "sorted list" in check(flag).of("accounts.leaked_passwords", "ok")
