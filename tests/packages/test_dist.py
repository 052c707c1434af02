# SPDX-License-Identifier: Apache-2.0
"""`make dist`: the same bytes each time, whatever the clock and the folder, and an SBOM that names all
that the program is linked to."""

import hashlib
import json
import os
import re
import shutil
import subprocess

import pytest

from grantd import BINARY, ROOT

CLOCKLESS = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "USER": "somebody"}


def make(folder, **environment):
    """From a clone of its own; the build's description is this tree's."""
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True, timeout=60)
    # As it is here, also before it is committed.
    shutil.copy2(ROOT / "tools" / "dist", folder / "tools" / "dist")
    subprocess.run(["tools/dist", ROOT / "build"], cwd=folder, check=True, timeout=120,
                   env={**os.environ, **environment})
    return {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make(tmp_path_factory.mktemp("one") / "clone")


def test_two_makers_make_the_same_bytes(made, tmp_path):
    again = make(tmp_path / "elsewhere", **CLOCKLESS)
    assert made.keys() == again.keys() and len(made) == 3
    assert [name for name in made if made[name] != again[name]] == []


def named(made, end):
    name, = (name for name in made if name.endswith(end))
    return made[name]


def test_the_digest_is_that_of_the_tarball(made):
    digest, name = named(made, ".sha256").decode().split()
    assert hashlib.sha256(made[name]).hexdigest() == digest


def test_the_tarball_is_what_is_committed(made, tmp_path):
    (tmp_path / "it.tar.gz").write_bytes(named(made, ".tar.gz"))
    names = subprocess.run(["tar", "-tzf", tmp_path / "it.tar.gz"], check=True, text=True,
                           capture_output=True).stdout.split("\n")
    tracked = subprocess.run(["git", "ls-tree", "-r", "--name-only", "HEAD"], cwd=ROOT, check=True,
                             text=True, capture_output=True).stdout.split("\n")
    assert {re.sub("^[^/]*/", "", name) for name in names if not name.endswith("/")} == set(tracked)


def test_the_sbom_names_each_library_that_the_program_loads(made):
    bom = json.loads(named(made, ".spdx.json"))
    assert (bom["spdxVersion"], bom["dataLicense"]) == ("SPDX-2.3", "CC0-1.0")
    ids = [package["SPDXID"] for package in bom["packages"]]
    assert len(ids) == len(set(ids)) and all(re.fullmatch("SPDXRef-[A-Za-z0-9.-]+", i) for i in ids)
    assert {r["relatedSpdxElement"] for r in bom["relationships"]} == set(ids)
    purls = {ref["referenceLocator"].rsplit("/", 1)[1] for package in bom["packages"]
             for ref in package.get("externalRefs", [])}
    needed = re.findall(r"NEEDED\s+(\S+)", subprocess.run(
        ["objdump", "-p", BINARY], check=True, text=True, capture_output=True).stdout)
    owners = {"libc6"}
    for name in needed:
        owner = subprocess.run(["dpkg-query", "--search", f"*/{name}"], text=True, check=True,
                               capture_output=True).stdout
        owners.add(owner.split(":")[0])
    assert owners - purls <= {"libc6"} and purls <= owners
