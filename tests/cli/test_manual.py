# SPDX-License-Identifier: Apache-2.0
"""The manual pages, as built and installed."""

import os
import re
import subprocess

import pytest

from conftest import BINARY, ENVIRONMENT, ROOT

BUILD = ROOT / "build"
PAGES = {"grantd.1": "man1", "grantd.ini.5": "man5", "accessgrant.3": "man3"}


def shown(page):
    """As a reader sees it, one long line per paragraph."""
    result = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-ww", "-rLL=10000n"],
                            input=(BUILD / "docs" / page).read_text(), capture_output=True,
                            text=True, check=True)
    assert result.stderr == ""
    return result.stdout


def grantd(*arguments):
    return subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, check=True,
                          env=ENVIRONMENT)


def words(text):
    return " ".join(text.split())


def rows(text):
    return re.findall(r"^  (\S.*?)  +(\S.*)$", text, re.M)


def every_help():
    """The help of each command that does something."""
    for name, _ in rows(grantd("help").stdout):
        text = grantd(name, "--help").stdout if name != "help" else ""
        if "SUBCOMMAND" not in text.partition("\n")[0]:
            yield text
            continue
        for sub, _ in rows(text):
            yield grantd(name, sub, "--help").stdout


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_well_formed_roff(page):
    assert "NAME" in shown(page)


def test_the_pages_are_installed_where_man_finds_them(tmp_path):
    subprocess.run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--quiet", "--tags=man"],
                   env={**os.environ, "DESTDIR": str(tmp_path)}, check=True, capture_output=True)
    for page, folder in PAGES.items():
        found = [p.parent.name for p in tmp_path.rglob(page)]
        assert found == [folder]


def test_grantd_1_tells_every_command_and_option():
    page = words(shown("grantd.1"))
    for text in every_help():
        for line in (text.partition("\n")[0].removeprefix("usage: "),
                     *(left for left, _ in rows(text)), *(right for _, right in rows(text)
                                                          if text.count(right) == 1)):
            if "SECTION.KEY" not in line and "any setting" not in line and \
                    line not in ("print this", "read settings from this file"):
                assert words(line) in page, line


def test_grantd_ini_5_tells_every_setting():
    page = words(shown("grantd.ini.5"))
    text = (ROOT / "src" / "config" / "settings.def").read_text()
    settings = re.findall(r'^SETTING\((\w+), (\w+), .*, "([^"]*)"\)$', text, re.M)
    assert len(settings) > 30
    for section, key, manual in settings:
        assert f"{section}.{key} (" in page
        assert words(manual) in page


def test_accessgrant_3_tells_every_function():
    page = words(shown("accessgrant.3"))
    exported = re.findall(r"\b(ag_\w+);", (ROOT / "src/accessgrant/accessgrant.map").read_text())
    assert len(exported) > 20
    for name in exported:
        assert name + "(" in page
