# SPDX-License-Identifier: Apache-2.0
"""What the shells complete, as built and installed."""

import os
import shutil
import subprocess

import pytest

from conftest import ROOT
from test_manual import every_help, rows

BUILD = ROOT / "build"
FILES = {"bash": ("grantd", "completions"), "zsh": ("_grantd", "site-functions"),
         "fish": ("grantd.fish", "vendor_completions.d")}


def completed(*words):
    """What bash offers for the last word."""
    script = """source "$1"; shift; COMP_WORDS=(grantd "$@"); COMP_CWORD=$#
                _grantd 2>/dev/null; printf '%s\\n' "${COMPREPLY[@]}" """
    result = subprocess.run(["bash", "-c", script, "bash", BUILD / "docs" / "grantd", *words],
                            capture_output=True, text=True, check=True)
    assert result.stderr == ""
    return result.stdout.split()


def test_bash_completes_commands_subcommands_and_options():
    assert completed("acc") == ["account"]
    assert completed("account", "cr") == ["create"]
    assert completed("help", "sto") == ["store"]
    assert completed("account", "delete", "--y") == ["--yes"]
    assert completed("client-secret", "--jt") == ["--jti"]
    assert completed("account", "create", "--password-file", "gra") == []


@pytest.mark.parametrize("shell", FILES)
def test_every_command_and_option_is_completed(shell):
    text = (BUILD / "docs" / FILES[shell][0]).read_text()
    for words in filter(None, every_help()):
        usage = words.partition("\n")[0].split()[2:4]
        assert usage[0] in text
        for left, _ in rows(words):
            name = left.split()[0].removeprefix("--")
            if left.startswith("--") and not name.startswith("SECTION"):
                assert name in text, (usage, name)


@pytest.mark.parametrize("shell", FILES)
def test_the_shell_reads_its_file(shell):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, "-n", BUILD / "docs" / FILES[shell][0]], check=True)


def test_the_files_are_installed_where_the_shells_look(tmp_path):
    subprocess.run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--quiet",
                    "--tags=completion"],
                   env={**os.environ, "DESTDIR": str(tmp_path)}, check=True, capture_output=True)
    for name, folder in FILES.values():
        assert [p.parent.name for p in tmp_path.rglob(name)] == [folder]
