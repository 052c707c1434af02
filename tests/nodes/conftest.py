# SPDX-License-Identifier: Apache-2.0
"""Several nodes on one PostgreSQL server."""

import random

import pytest

import grantd
from postgres import Postgres


class Nodes:
    """What clients speak to: any of the nodes that run, as a proxy would choose."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.url, self.settings = nodes[0].url, nodes[0].settings

    def call(self, *arguments, **options):
        return random.choice(self.nodes).call(*arguments, **options)

    def service_token(self, role):
        return self.nodes[0].service_token(role)


@pytest.fixture
def postgres():
    with Postgres("fsync = on") as made:
        yield made


@pytest.fixture
def make_nodes(postgres, tmp_path):
    """Starts so many, with one key file. They end with the test."""
    made = []

    def make(n, **settings):
        for i in range(n):
            folder = tmp_path / f"node{i}"
            folder.mkdir()
            node = grantd.Server(folder, **{k.replace("__", "."): v for k, v in settings.items()})
            node.environment |= {"GRANTD_STORE_URL": postgres.url,
                                 "GRANTD_KEYS_MASTER": str(tmp_path / "master.key")}
            made.append(node.start())
        return Nodes(made)

    yield make
    for node in made:
        if node.process.poll() is None:
            node.kill()
