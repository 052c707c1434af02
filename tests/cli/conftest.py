# SPDX-License-Identifier: Apache-2.0
"""A database of its own for the commands of an operator."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("GRANTD", ROOT / "build" / "grantd")).resolve()
# Nobody is called but by the tests that have somebody there.
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if not k.startswith("GRANTD")},
               "GRANTD_SATELLITE_ALLOWED": "127.0.0.1:9"}


class Place:
    """A folder with a database, and grantd run in it."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *arguments):
        return subprocess.run([str(BINARY), *arguments], cwd=self.folder, text=True,
                              capture_output=True, check=False, stdin=subprocess.DEVNULL,
                              timeout=60, env=ENVIRONMENT)

    def do(self, *arguments):
        result = self.run(*arguments)
        assert (result.returncode, result.stderr) == (0, ""), result
        return result.stdout


@pytest.fixture
def empty_place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def place(empty_place):
    empty_place.do("migrate")
    return empty_place
