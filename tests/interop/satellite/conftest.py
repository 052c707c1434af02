# SPDX-License-Identifier: Apache-2.0
"""A Storj network for all tests of this folder, and a server that may call it."""

import contextlib
import pathlib
import shutil
import time

import pytest

import bed as network
from grantd import Person
from owner import Owner, serve
from wire import Wire


@pytest.fixture(scope="session")
def net(tmp_path_factory):
    if shutil.which("go") is None:
        pytest.skip("there is no Go")
    with open(tmp_path_factory.mktemp("bed") / "log", "w", encoding="utf-8") as log, \
            network.network(log) as pair:
        yield pair


@pytest.fixture(scope="session")
def bed(net):
    return net[0]


@pytest.fixture(scope="session")
def uplink(net):
    return net[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = serve(tmp_path_factory.mktemp("grantd"))
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def own_server(tmp_path):
    """One that a test may kill."""
    server = serve(tmp_path)
    yield server
    if server.process.poll() is None:
        server.kill()


@pytest.fixture
def wire(bed):
    """A relay to the satellite that can be cut."""
    with contextlib.closing(Wire(bed.host, bed.port)) as wire:
        yield wire


@pytest.fixture(scope="session")
def developer(server):
    return Person(server)


@pytest.fixture
def app(developer):
    """An application; app.twin() is another one of the same developer."""
    made = [developer.application()]

    def twin():
        made.append(developer.application())
        return made[-1]

    made[0].twin = twin
    yield made[0]
    for each in made:
        developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{each.id}")


@pytest.fixture(scope="session")
def eventually():
    """Waits for a condition."""
    def wait(is_so, seconds=10):
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, "it has not come to be"
            time.sleep(0.1)
    return wait


@pytest.fixture(scope="session")
def owner(server, bed):
    return Owner(server, bed.address, bed.keys["usual"])


@pytest.fixture(scope="session")
def root(owner, uplink):
    """An owner's grant, and some buckets created with it."""
    grant = owner.own_grant()
    assert uplink.do(grant, ("bucket", "photos"), ("bucket", "music"),
                     ("bucket", "my.odd-bucket1")) == ["ok"] * 3
    return grant
