# SPDX-License-Identifier: Apache-2.0
"""Delivering revocations to satellites that do not respond."""

import base64
import contextlib
import socket
import threading
import time

import pytest

import storj
from grantd import PASSWORD, Person

N_GRANTS = 48
ID = storj.SATELLITE.split("@")[0]
SALT = base64.b64encode(b"a salt of 32 bytes, as it should").decode()


class Silent:
    """Accepts connections and sends nothing, like a hanging satellite."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.address = f"{ID}@127.0.0.1:{self.port}"
        self.times, self.sockets = [], []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                self.sockets.append(self.listener.accept()[0])
                self.times.append(time.monotonic())

    def close(self):
        self.listener.close()
        for sock in self.sockets:
            sock.close()


@pytest.fixture
def silent():
    made = [Silent(), Silent()]
    yield made
    for one in made:
        one.close()


@pytest.fixture
def server(make_server):
    return make_server(satellite__allowed="127.0.0.0/8")


def revoked(server, satellite, n):
    """A user who has revoked `n` grants of a project at that satellite."""
    user = Person(server)
    project = user.project(api_key=storj.api_key(),
                           satellite_address=satellite.address, salt=SALT)
    path = f"/api/v0/projects/{project['id']}/owner-grant"
    for _ in range(n):
        answer = user.call("POST", path, {"password": PASSWORD})
        assert answer.status < 300, answer
    for grant in user.grants():
        answer = user.call("DELETE", f"/api/v0/auth/grants/{grant['id']}")
        assert answer.status < 300, answer
    return user


@pytest.mark.slow
def test_a_silent_satellite_delays_its_own_revocations_only(server, silent):
    first, second = silent
    revoked(server, first, N_GRANTS)
    time.sleep(3)
    revoked(server, second, 1)
    begun = time.monotonic()
    while not [t for t in second.times if t > begun]:
        assert time.monotonic() < begun + 4, "the other user's satellite was not called"
        time.sleep(0.05)
    # One call after another, each with a pause before it; not one for each grant.
    time.sleep(10)
    assert len(first.times) < 20


@pytest.mark.slow
def test_a_server_stops_at_once_while_deliveries_hang(server, silent):
    revoked(server, silent[0], 8)
    time.sleep(2)
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() < begun + 3
