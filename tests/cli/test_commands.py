# SPDX-License-Identifier: Apache-2.0
"""The command line itself: help, complaints, exit statuses, configuration."""

import os
import pty
import re
import subprocess

import pytest

from conftest import BINARY, ENVIRONMENT, ROOT, at_terminal
from pages import blocks_of

CLIENT = "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"
SECRET = "2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859e27d5252102"


def grantd(*arguments, **environment):
    return subprocess.run([str(BINARY), *arguments], text=True, capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=60,
                          env={**ENVIRONMENT, **environment})


def commands():
    listing = grantd("help").stdout
    return re.findall(r"^  ([a-z][a-z-]*) ", listing, re.MULTILINE)


def test_help_lists_the_commands_and_succeeds():
    for arguments in (["help"], ["--help"], ["-h"]):
        result = grantd(*arguments)
        assert (result.returncode, result.stderr) == (0, "")
        assert {"client-secret", "config", "help"} <= set(commands())


def test_no_command_is_a_wrong_use():
    result = grantd()
    assert (result.returncode, result.stdout) == (2, "")
    assert "usage: grantd" in result.stderr


def test_every_command_explains_itself():
    for name in commands():
        if name == "help":
            continue
        for arguments in ([name, "--help"], ["help", name]):
            result = grantd(*arguments)
            assert result.returncode == 0, (name, result.stderr)
            assert result.stdout.startswith("usage: grantd " + name), name


def test_what_is_unknown_is_named():
    for arguments in (["nonsense"], ["help", "nonsense"], ["config", "--nonsense", "print"],
                      ["config", "print", "nonsense"], ["config", "-n"]):
        result = grantd(*arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert re.search("nonsense|-n", result.stderr)


def test_the_version():
    assert re.fullmatch(r"grantd \d+\.\d+\.\d+\n"
                        r"Build: [a-z]+, commit (unknown|[0-9a-f]{12})\n"
                        r"Built with: SQLite 3\S+, OpenSSL 3\S+, libmicrohttpd .*\n",
                        grantd("--version").stdout)


@pytest.mark.parametrize("slip, meant", [
    (["acount", "list"], '"account"'), (["help", "stor"], '"store"'),
    (["client", "lsit"], '"client list"'), (["account", "list", "--jsno"], "--json?"),
    (["account", "list", "--confg=x"], "--config?"),
])
def test_a_slip_is_answered_with_what_was_meant(slip, meant):
    result = grantd(*slip)
    assert (result.returncode, result.stdout) == (2, "")
    assert "did you mean" in result.stderr and meant in result.stderr


def test_config_print_says_where_each_value_comes_from(tmp_path):
    file = tmp_path / "grantd.ini"
    file.write_text("[code]\nlifetime = 50s\nmemory = 1h\n")
    result = grantd("config", "print", "--config", str(file), "--code.lifetime=40s",
                    GRANTD_CONSENT_LIFETIME="3m")
    assert result.returncode == 0, result.stderr
    for line in (r"lifetime = 40s +; flag", r"memory = 1h +; file", r"lifetime = 3m +; environment",
                 r"listen = 127\.0\.0\.1:10100 +; default"):
        assert re.search(line, result.stdout), line


def test_config_check_tells_all_problems_at_once(tmp_path):
    result = grantd("config", "check", "--http.listen=0.0.0.0:80", "--log.level=loud",
                    "--store.uri=x", GRANTD_CODE_LIFETIME="soon")
    assert (result.returncode, result.stdout) == (1, "")
    for words in ("http.public_url", "http.tls_certificate", "log.level", "nearest is store.url",
                  "code.lifetime"):
        assert words in result.stderr
    assert "The configuration is fine" in grantd("config", "check").stdout


@pytest.mark.parametrize("options, words", [
    (["--login.passwords=false"], "nobody could log in"),
    (["--login.proxy_header=X-Person", "--accounts.open_registration=false"], "http.trusted_proxies"),
    (["--login.proxy_header=X-Person", "--http.trusted_proxies=127.0.0.1"], "open_registration"),
    (["--login.proxy_logout=javascript:alert(1)"], "https URL"),
    (["--login.proxy_header=cookie"], "reads for something else"),
    (["--login.proxy_header=X Person"], "name of a header field")])
def test_config_check_tells_what_a_log_in_by_a_proxy_needs(options, words):
    result = grantd("config", "check", *options)
    assert result.returncode == 1 and words in result.stderr, result


def test_a_password_in_a_url_is_not_shown():
    result = grantd("config", "print", "--store.url=postgresql://me:hunter2@db.example/g")
    assert "hunter2" not in result.stdout + result.stderr


def test_an_option_takes_its_value_either_way():
    for arguments in (["--expires-at=7"], ["--expires-at", "7"]):
        result = grantd("client-secret", "--client-id", CLIENT, "--client-secret", SECRET,
                        "--format", "json", *arguments)
        assert '"exp": 7\n' in result.stdout
    assert grantd("client-secret", "--expires-at").returncode == 2


def test_a_secret_typed_at_a_terminal_is_not_shown():
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [str(BINARY), "client-secret", "--client-id", CLIENT, "--expires-at", "1751019361",
         "--format", "token"], stdin=slave, stdout=subprocess.PIPE, stderr=slave, env=ENVIRONMENT)
    os.close(slave)
    shown = os.read(master, 100)
    assert shown == b"client secret: "
    os.write(master, SECRET.encode() + b"\n")
    assert process.communicate(timeout=60)[0].endswith(b".2USHN3Ad7nu7hoHY1keDqst1sI9R-ONHsx_GJotsPvI\n")
    assert SECRET.encode() not in os.read(master, 1000)
    os.close(master)


@pytest.mark.parametrize("content, words", [
    ("", "is empty"), ("x" * 70000, "larger"), ("abc", "64 lower-case hex")])
def test_a_secret_file_that_is_no_secret(tmp_path, content, words):
    file = tmp_path / "secret"
    file.write_text(content)
    result = grantd("client-secret", "--client-id", CLIENT, "--client-secret-file", str(file))
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_the_settings_on_all_pages_are_right(tmp_path):
    pages = "".join(page.read_text() for page in sorted((ROOT / "docs").rglob("*.md")))
    blocks = [block.text for block in blocks_of(pages) if block.kind == "ini"]
    blocks += re.findall(r"grantd\.ini <<'END'\n(.*?)^END$", pages, re.S | re.M)
    blocks = [block for block in blocks if re.search(r"^\[(?!Service)", block, re.M)]
    assert len(blocks) > 12
    for block in blocks:
        file = tmp_path / "grantd.ini"
        file.write_text(block)
        # "config check" would look for the guide's files, ports and servers.
        result = grantd("config", "print", "--config", str(file))
        assert (result.returncode, result.stderr) == (0, "")


# --- migrate ---


def test_a_check_of_a_migration_says_what_is_missing_and_makes_nothing(empty_place):
    checked = empty_place.run("migrate", "--check")
    assert checked.returncode == 3 and "would run 0001_initial.sql.\n" in checked.stdout
    assert not list(empty_place.folder.iterdir())
    empty_place.do("migrate")
    assert empty_place.do("migrate", "--check").endswith("There is nothing to do.\n")


def test_a_file_has_no_roles(place):
    refused = place.run("migrate", "--grant-to=somebody")
    assert refused.returncode == 1 and "--grant-to is for PostgreSQL" in refused.stderr


# --- store copy ---


def test_store_copy_needs_to_know_where_to(place):
    assert "say which" in place.refuse("store", "copy", status=2)
    assert "TO is not the URL of a database" in place.refuse("store", "copy", "sqlite:grantd.db",
                                                             "nowhere", status=2)


def test_store_recover_takes_no_copies_where_the_log_is_a_file(place):
    (place.folder / "copy.log").write_text("")
    assert "next to it" in place.refuse("store", "recover", "copy.log")


# --- progress ---


@pytest.mark.parametrize("arguments, shown", [
    (["keys", "rotate"], r"\r +\d+ secrets sealed"),
    (["store", "check"], r"Looking through the tables.*\r +\d+ secrets opened"),
    (["store", "copy", "copy.db"], r"Copying the database"),
])
def test_who_waits_at_a_terminal_sees_progress_and_a_script_does_not(place, arguments, shown):
    status, text = at_terminal(place, arguments)
    assert status == 0 and re.search(shown, text, re.S), text
    (place.folder / "copy.db").unlink(missing_ok=True)
    place.do(*arguments)  # its standard error is empty
