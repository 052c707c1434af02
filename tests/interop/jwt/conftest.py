# SPDX-License-Identifier: Apache-2.0
"""The three programs that sign, and the one that checks."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("GRANTD", ROOT / "build" / "grantd")).resolve()
VERIFIER = pathlib.Path(os.environ.get(
    "GRANTD_JWT_VERIFY", ROOT / "build" / "tests" / "interop" / "jwt" / "jwt_verify"))
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("GRANTD")}


class Generator:
    """One of the programs, by how it is called."""

    def __init__(self, name, command):
        self.name = name
        self.command = command

    def run(self, *arguments, secret=None, zone="Asia/Kolkata"):
        return subprocess.run([*self.command, *arguments], input=secret or "", text=True,
                              capture_output=True, check=False, timeout=60,
                              env={**ENVIRONMENT, "TZ": zone})

    def __call__(self, *arguments, **kwargs):
        result = self.run(*arguments, **kwargs)
        assert result.returncode == 0, (self.name, result.stderr)
        return result.stdout


@pytest.fixture(scope="session")
def generators(tmp_path_factory):
    go_program = tmp_path_factory.mktemp("go") / "create_jwt_client_secret"
    subprocess.run(["go", "build", "-o", str(go_program), "create_jwt_client_secret.go"],
                   cwd=ROOT / "examples", check=True, timeout=600)
    return [
        Generator("grantd", [str(BINARY), "client-secret"]),
        Generator("python", [sys.executable, str(ROOT / "examples/create_jwt_client_secret.py")]),
        Generator("go", [str(go_program)]),
    ]


@pytest.fixture(scope="session")
def verify_all():
    """The server's outcome for each of many tokens, with exp for valid ones."""

    def run(tokens, client_id, secret, now):
        lines = "".join(token.encode("utf-8", "surrogateescape").hex() + "\n" for token in tokens)
        result = subprocess.run([str(VERIFIER), client_id, secret, str(now)], input=lines,
                                text=True, capture_output=True, check=True, timeout=60)
        answers = [line.split(" ") for line in result.stdout.splitlines()]
        assert len(answers) == len(tokens)
        return [(outcome, int(exp[0]) if exp else None) for outcome, *exp in answers]

    return run


@pytest.fixture(scope="session")
def verify(verify_all):
    """The server's outcome for a token."""
    return lambda token, *arguments: verify_all([token], *arguments)[0][0]
