# SPDX-License-Identifier: Apache-2.0
"""Three nodes behind HAProxy on a Patroni cluster of two, while something goes wrong.

64 clients work meanwhile. Whatever happens, some order explains all responses, each error is a 503
with Retry-After, and the service is back soon after the cluster is. Only what was sent before the
service was away for half a minute may have an outcome that nobody knows. The moments are random: to
have them again, set CLUSTER_SEED to the seed that the test prints.
"""

import contextlib
import http.client
import os
import random
import signal
import time

import pytest

import grantd
import history_checker
from cluster import Cluster, wait_for
from grantd import Person
from history_load import Load
from history_recorder import Recorder
from links import Links
from proxies import HAProxy
from test_nodes import GRACE, SETTINGS

NODES = 3
THINK = 0.25       # seconds between two requests of a client
NEW_PRIMARY = 60   # seconds, at most
QUIET = (1, 3)     # seconds before a fault
SHORT = 10         # seconds that a write is in doubt after the service is back, at most
# Seconds that may pass before what was sent is given up: by a node that cannot find out how a commit
# ended (docs/how-to/postgresql.md), and by the proxy.
GIVEN_UP = {500: 30, 504: 60}
UNKNOWN = {
    500: "This may or may not have been saved; check before you try again, and start again with a new "
         "code.",
    504: "This may or may not have been done; check before you try again, and start again with a new "
         "code."}
SEED = int(os.environ.get("CLUSTER_SEED") or time.time_ns() % 1_000_000)


class Front(HAProxy):
    """Remembers each response that is an error of the service, and from when to when it took."""

    def __init__(self, folder):
        super().__init__(folder)
        self.errors = []

    def call(self, *arguments, **options):
        began = time.monotonic()
        answer = super().call(*arguments, **options)
        answer.took = began, time.monotonic()
        if answer.status >= 500:
            self.errors.append(answer)
        return answer


class Site:
    """The cluster, the nodes, the proxy in front of them, and the links between nodes and servers:
    of each node one to each server."""

    def __init__(self, folder):
        self.folder = folder
        self.ends = contextlib.ExitStack()
        self.nodes = []

    def __enter__(self):
        with contextlib.ExitStack() as ends:
            self.cluster = ends.enter_context(Cluster(self.folder))
            ports = [member.port for member in self.cluster.members]
            self.links = ends.enter_context(Links(ports * NODES))
            self.front = Front(self.folder)
            for i in range(NODES):
                self.nodes.append(self.make_node(i))
                ends.callback(self.nodes[-1].kill)
            self.front.nodes = self.nodes
            self.front.start()
            ends.callback(self.front.stop)
            self.user = Person(self.front)
            self.app = self.user.application()
            self.ends = ends.pop_all()
        return self

    def __exit__(self, *_):
        self.ends.close()

    def links_of(self, node):
        """Its links to the first and the second server."""
        return self.links.ports[2 * node:2 * node + 2]

    def links_to(self, member):
        return self.links.ports[self.cluster.members.index(member)::2]

    def make_node(self, i):
        folder = self.folder / f"node{i}"
        folder.mkdir()
        settings = {"http.public_url": self.front.url, "http.trusted_proxies": "127.0.0.1",
                    **{name.replace("__", "."): value for name, value in SETTINGS.items()}}
        node = grantd.Server(folder, **settings)
        ports = ",".join(str(port) for port in self.links_of(i))
        node.environment |= {
            "GRANTD_STORE_URL": f"postgresql://grantd@/postgres?host=127.0.0.1,127.0.0.1&port={ports}",
            "GRANTD_KEYS_MASTER": str(self.folder / "master.key")}
        return node.start()

    def serves(self):
        """Each node is ready, and an exchange through the proxy succeeds."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.serves_now()
        return False

    def serves_now(self):
        if any(node.call("GET", "/readyz").status != 200 for node in self.nodes):
            return False
        asked = self.user.request(self.app)
        if asked.status != 200:
            return False
        approved = self.user.consent(asked.json["request_id"], ["read"])
        return approved.status == 200 and self.app.exchange(approved.json["code"]).status == 200


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("site")) as made:
        yield made


# --- what goes wrong: each returns when the cause is over, or there is a new primary ---


def a_node_dies(site, dice):
    node = dice.choice(site.nodes)
    node.kill()
    time.sleep(dice.uniform(0.2, 3))
    node.start()


def the_primary_dies(site, _):
    primary = site.cluster.primary()
    primary.kill()
    wait_for(site.cluster.other(primary).is_primary, NEW_PRIMARY, "a new primary")
    primary.start()


def the_primary_hangs(site, dice):
    """Until some time after it has been replaced."""
    primary = site.cluster.primary()
    primary.freeze()
    try:
        wait_for(site.cluster.other(primary).is_primary, NEW_PRIMARY, "a new primary")
        time.sleep(dice.uniform(0, 3))
    finally:
        primary.thaw()


def the_primary_is_switched_over(site, _):
    site.cluster.switch_over()


def with_links(site, dice, mode, seconds=0.0):
    """Those of one node or of all to the primary, for a while."""
    ports = site.links_to(site.cluster.primary())
    if dice.random() < 0.3:
        ports = [dice.choice(ports)]
    site.links.set(mode, *ports, seconds=seconds)
    time.sleep(dice.uniform(1, 7))
    site.links.set("pass", *ports)


def the_network_is_cut(site, dice):
    with_links(site, dice, "cut")


def the_network_swallows(site, dice):
    with_links(site, dice, "swallow")


def the_network_is_slow(site, dice):
    """What arrives late may have been given up, and done nevertheless."""
    with_links(site, dice, "delay", dice.choice([0.1, 1, 9]))


def the_disk_of_the_primary_is_full(site, dice):
    """Until it is replaced, or a node has said for some time that it cannot."""
    primary = site.cluster.primary()
    if not primary.disk:
        pytest.skip("this machine cannot mount file systems")
    n_errors = len(site.front.errors)
    primary.disk.fill()
    try:
        wait_for(lambda: len(site.front.errors) > n_errors, NEW_PRIMARY, "an error")
        time.sleep(dice.uniform(1, 8))
    finally:
        primary.disk.make_room()


def all_connections_end(site, dice):
    primary = site.cluster.primary()
    for _ in range(dice.randint(1, 20)):
        primary.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'grantd'")
        time.sleep(dice.uniform(0.05, 0.5))


FAULTS = (a_node_dies, the_primary_dies, the_primary_hangs, the_primary_is_switched_over,
          the_network_is_cut, the_network_swallows, the_network_is_slow,
          the_disk_of_the_primary_is_full, all_connections_end)


# --- the test ---


class Disturbance:
    """A fault again and again, n times at most, and from when to when the service was away.
    `back_within`: seconds from the new primary on."""

    def __init__(self, site, fault, dice, n, back_within):
        self.site, self.fault, self.dice, self.n = site, fault, dice, n
        self.back_within = back_within
        self.away, self.back = [], []

    def __call__(self):
        if len(self.away) == self.n:
            time.sleep(0.1)
            return
        time.sleep(self.dice.uniform(*QUIET))
        begun = time.monotonic()
        self.fault(self.site, self.dice)
        over = time.monotonic()
        wait_for(self.site.serves, self.back_within, "the service")
        self.away.append((begun, time.monotonic()))
        self.back.append(time.monotonic() - over)
        assert self.back[-1] < self.back_within  # the last attempt may have waited long
        self.site.cluster.wait_whole()


def is_given_up(answer, away):
    """Whether the service was away for so long that somebody had to give up what had been sent."""
    begun, ended = answer.took
    patience = GIVEN_UP.get(answer.status)
    return (patience is not None and ended - begun >= patience and
            answer.json["error_description"] == UNKNOWN[answer.status] and
            any(begun < back and ended > gone and back - gone >= patience - SHORT
                for gone, back in away))


def check_errors(errors, a_node_died, away):
    """HAProxy says 502 where a node died with a request. Whatever else fails is refused with 503,
    unless it has waited as long as is documented for the service, which was away."""
    lost = [answer for answer in errors if answer.status == 502]
    given_up = [answer for answer in errors if is_given_up(answer, away)]
    assert a_node_died or not lost, lost
    for answer in errors:
        if answer in given_up:
            continue
        assert answer.status in (502, 503), (answer, answer.took, away)
        assert int(answer.headers["Retry-After"]) > 0
    return (f"{len(errors) - len(lost) - len(given_up)} errors 503 with Retry-After, "
            f"{len(lost)} 502 of the proxy, {len(given_up)} given up")


@pytest.mark.parametrize("seconds, rounds, back_within", [
    pytest.param(10, 1, 90, id="once"),  # on any machine
    pytest.param(300, 1000, 30, id="soak", marks=pytest.mark.soak)])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_some_order_explains_it_while(fault, seconds, rounds, back_within, site, tmp_path):
    print(f"CLUSTER_SEED={SEED}")
    path = tmp_path / "history.jsonl"
    disturb = Disturbance(site, fault, random.Random(f"{SEED} {fault.__name__}"), rounds,
                          back_within)
    wait_for(site.serves, back_within, "the service, after the last test")
    with Recorder(path, replay_grace=GRACE, code_lifetime=600) as recorder:
        load = Load(site.front, site.front.service_token("check"), recorder, think=THINK)
        site.front.errors.clear()
        load.run(seconds, disturb, n_grants=2 * seconds)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert history_checker.check(lines) == []
    ops = history_checker.History(lines).ops
    n_granted = sum(op.op == "exchange" and op.outcome == 200 for op in ops)
    assert n_granted >= 2 * seconds
    print(f"{len(ops)} operations, {n_granted} grants;",
          check_errors(site.front.errors, fault is a_node_dies, disturb.away),
          f"; back after {' '.join(f'{back:.1f}' for back in disturb.back)} s")
