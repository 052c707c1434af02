# SPDX-License-Identifier: Apache-2.0
"""Dozens of accounts, some of them hostile, on one server: none affects another.

HAMMER_SECONDS=600 in the environment makes it run longer, HAMMER_SEED=7 changes its course. A
failure is reported with the seed.
"""

import collections
import concurrent.futures
import multiprocessing
import os
import random
import time

import pytest

from grantd import Person, Server
from hammer_honest import Developer, User
from hammer_hostile import Hostile, Storm, operations

SECONDS = int(os.environ.get("HAMMER_SECONDS", "25"))
SEED = int(os.environ.get("HAMMER_SEED", "1"))
USERS = 8
STORMS = 3  # processes of hostile accounts
HOSTILE = 8  # accounts in each
WARM_UP = 0.3  # of the time, before memory is measured for the first time
GROWTH = 48 << 20  # bytes that memory may grow by after it
# What this server refuses everybody: nobody is invited, gets mail, has a passkey, is logged in elsewhere, or is an
# operator.
PASSKEY = "/api/v0/auth/account/passkeys/{id}"
REFUSED = {("PATCH", PASSKEY), ("DELETE", PASSKEY)} | {("POST", "/api/v0/auth/" + path) for path in (
    "account/email", "account/passkeys", "email-change/confirm", "email-change/undo", "invitation", "openid-login",
    "passkey-login", "password-reset", "password-reset/complete", "proxy-login")} | {
    (method, path) for method, path, _ in operations() if path.startswith("/api/v0/admin/")}


def victims(developer, users):
    """What hostile accounts try to reach: ids of honest accounts."""
    found = collections.defaultdict(list)
    for user in users:
        found["email"].append(user.email)
        found["project"] += [p["id"] for p in user.ask(200, "GET", "/api/v0/projects")]
        found["session"] += [s["id"] for s in user.ask(200, "GET", "/api/v0/auth/sessions")]
        request = user.ask(200, "POST", "/api/v0/oauth2/request", {
            "client_id": developer.application.client_id, "scope": ["read"],
            "redirect_uri": developer.application.redirect_uri})
        found["request"].append(request["request_id"])
        user.flow()
        found["grant"] += [g["id"] for g in user.ask(200, "GET", "/api/v0/auth/grants")]
    found["client"].append(developer.application.id)
    found["client_id"].append(developer.application.client_id)
    return found


def storm(server, seed, addresses, found, services, until, pipe):
    """In a process of its own, at a low priority: the load must not starve what measures it."""
    os.nice(5)
    r = random.Random(seed)
    accounts = []
    for address in addresses:
        actor = Hostile(server, address, random.Random(r.getrandbits(64)), found)
        actor.services = services
        actor.register().prepare()
        accounts.append(actor)
    for actor in accounts:  # they know each other's applications
        actor.foreign = {**found, "client_id": found["client_id"] + [
            c for a in accounts if a is not actor for c in a.known["client_id"]]}
        actor.may_see |= {a.mark.encode() for a in accounts}
    pipe.send(Storm(server, accounts, seed).run(until))
    pipe.close()


def start_storms(server, found, services, until):
    context = multiprocessing.get_context("fork")
    running = []
    for number in range(STORMS):
        receiver, sender = context.Pipe(duplex=False)
        addresses = [f"127.0.{number + 2}.{i // 2 + 1}" for i in range(HOSTILE)]
        process = context.Process(target=storm, args=(
            server, SEED * 1000 + number, addresses, found, services, until, sender))
        process.start()
        sender.close()
        running.append((process, receiver))
    return running


def collect(running):
    outcomes, wrongs = collections.Counter(), []
    for process, receiver in running:
        try:
            more, wrong = receiver.recv()
        except EOFError:
            more, wrong = {}, ["a storm ended early; see its traceback above"]
        outcomes.update(more)
        wrongs += wrong
        process.join(30)
    return outcomes, wrongs


def settled(read, wanted, seconds=20):
    """Waits until a value meets a condition. Return: the last value."""
    deadline = time.monotonic() + seconds
    while not wanted(value := read()) and time.monotonic() < deadline:
        time.sleep(0.25)
    return value


def most_of(read, samples=20):
    """Memory reserved for derivations is subtracted, even before it is touched, so the maximum
    of several samples is the real value."""
    values = []
    for _ in range(samples):
        values.append(read())
        time.sleep(0.05)
    return max(values)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("many"),
                    **{"clients.dynamic_registration": "true"}).start()
    yield server
    if server.process.poll() is None:
        server.kill()


@pytest.fixture(scope="module")
def course(server):
    """What happened, from the start of the storms to the end of the last request."""
    r = random.Random(SEED)
    services = {role: server.service_token(role) for role in ("check", "revocations")}
    developer = Developer(server, "127.0.1.1", r).register()
    users = [User(server, f"127.0.1.{n + 2}", random.Random(r.getrandbits(64)),
                  developer).register() for n in range(USERS)]
    found = victims(developer, users)
    began = time.monotonic()
    running = start_storms(server, found, services, began + SECONDS)
    with concurrent.futures.ThreadPoolExecutor(USERS + 1) as pool:
        jobs = [pool.submit(one.run, began + SECONDS) for one in (developer, *users)]
        time.sleep(SECONDS * WARM_UP)
        before = most_of(server.memory)
        outcomes, wrongs = collect(running)
        wrongs += [str(e) for job in jobs if (e := job.exception()) is not None]
    return {"honest": (developer, *users), "outcomes": outcomes, "wrongs": wrongs, "memory": before}


def test_honest_users_are_served_and_nobody_reaches_what_is_anothers(server, course):
    assert server.process.poll() is None, server.text()[-4000:]
    assert not course["wrongs"], f"HAMMER_SEED={SEED}\n" + "\n".join(course["wrongs"][:10])
    rounds = [one.rounds for one in course["honest"]]
    assert min(rounds) >= max(2, SECONDS // 8), rounds


def test_every_operation_was_driven_and_most_of_them_succeeded(course):
    driven = {(m, p) for m, p, _ in course["outcomes"]}
    missing = {(m, p) for m, p, _ in operations()} - driven - {("DELETE", "/api/v0/auth/account")}
    assert not missing
    succeeded = {(m, p) for m, p, status in course["outcomes"] if status < 300}
    assert not succeeded & REFUSED
    failed = "\n".join(sorted(f"{m} {p}" for m, p in driven - succeeded - REFUSED))
    assert len(succeeded) >= 0.8 * len(driven - REFUSED), failed


def test_memory_and_open_exchanges_return(server, course):
    assert settled(lambda: server.metric("http_exchanges_open"), lambda n: n <= 1) <= 1
    after = settled(lambda: server.memory(), lambda size: size - course["memory"] < GROWTH)
    assert after - course["memory"] < GROWTH, (course["memory"], after)


def test_the_database_is_sound_and_the_server_ends_cleanly(server, course):
    assert Person(server).application().exchange("x" * 54).error == "invalid_code"
    assert server.stop() == 0, server.text()[-4000:]
    check = server.run("store", "check", check=False)
    assert check.returncode == 0, check
