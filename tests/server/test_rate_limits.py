# SPDX-License-Identifier: Apache-2.0
"""What one party uses up does not affect others: passwords, registrations, derivations, the
audit trail, and memory."""

import collections
import concurrent.futures
import contextlib
import hashlib
import http.client
import itertools
import math
import re
import resource
import sqlite3
import threading
import time

import pytest

from grantd import PASSWORD, SANITIZED, Person

REGISTER = "/api/v0/auth/register"
LOG_IN = "/api/v0/auth/token"
TOKEN = "/api/v0/oauth2/token"
MIB = 1 << 20
PATIENCE = 2  # seconds in which honest requests get a response
SLOWER = 15  # or so many times what one takes when nobody else is there, on a slow machine


def metric(server, name):
    text = server.call("GET", "/metrics").body.decode()
    return float(re.search(rf"^{re.escape('grantd_' + name)} ([0-9.]+)$", text, re.MULTILINE)[1])


def post(server, path, body, source="127.0.0.1"):
    """From an address of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60,
                                            source_address=(source, 0))
    try:
        return server.call_on(connection, "POST", path, body)
    finally:
        connection.close()


@contextlib.contextmanager
def flood(send, threads):
    """Calls send(n) repeatedly. Return: the counts by status."""
    ended, lock, outcomes = threading.Event(), threading.Lock(), collections.Counter()

    def run(number):
        n = 0
        while not ended.is_set():
            n += 1
            with contextlib.suppress(OSError):
                status = send(f"{number}x{n}").status
                with lock:
                    outcomes[status] += 1

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        jobs = [pool.submit(run, number) for number in range(threads)]
        try:
            yield outcomes
        finally:
            ended.set()
        for job in jobs:
            job.result()


def timed(send):
    began = time.monotonic()
    answer = send()
    return answer, time.monotonic() - began


def patience_for(send):
    """Before the flood, in which an unfair server would let it wait for dozens of others."""
    answer, seconds = timed(send)
    assert answer.status == 200, answer
    return max(PATIENCE, SLOWER * seconds)


def honest_log_ins(server, user, flooding):
    """Return: what the flood got."""
    def log_in():
        return post(server, LOG_IN, {"email": user.email, "password": PASSWORD}, "127.0.0.1")

    patience = patience_for(log_in)
    with flooding as outcomes:
        deadline = time.monotonic() + 30
        while not outcomes[503] and time.monotonic() < deadline:
            time.sleep(0.01)
        for _ in range(15):
            answer, seconds = timed(log_in)
            assert answer.status == 200, answer
            assert seconds < patience, seconds
    return outcomes


# --- log-ins ---

def neighbours(email, n):
    """Addresses whose entries would be next to this one's if the table were not keyed: anyone
    could find them."""
    def place(text):
        digest = hashlib.sha256(b"pair\0" + b"127.0.0.1\0" + text.encode()).digest()
        return (digest[0] | digest[1] << 8) % 4096

    chosen = (f"nobody{i}@example.com" for i in itertools.count())
    return list(itertools.islice((text for text in chosen if place(text) == place(email)), n))


def test_chosen_other_accounts_free_nobody_of_a_penalty(make_server):
    server = make_server()
    user = Person(server)
    wrong = {"email": user.email, "password": "wrong password"}
    guesses, others, began = 0, neighbours(user.email, 24), time.monotonic()
    while others:
        while (status := post(server, LOG_IN, wrong).status) == 401:
            guesses += 1
        assert status == 429
        for email in others[:4]:
            post(server, LOG_IN, {"email": email, "password": "wrong password"})
        del others[:4]
    # One more after 2 s, another after 4 s more, and so on.
    assert 5 <= guesses <= 5 + math.log2((time.monotonic() - began) / 2 + 1)


def test_an_address_has_its_failures_and_not_one_more(make_server):
    server = make_server()
    bodies = [{"email": f"nobody{n}@example.com", "password": "wrong password"}
              for n in range(400)]
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        outcomes = collections.Counter(
            pool.map(lambda body: post(server, LOG_IN, body).status, bodies))
    assert outcomes[401] <= 100 and set(outcomes) <= {401, 429, 503}, outcomes
    while (last := post(server, LOG_IN, bodies[0]).status) == 401:
        outcomes[401] += 1
    assert (last, outcomes[401]) == (429, 100)


# --- floods of passwords ---

def test_who_registers_on_and_on_keeps_nobody_from_logging_in(make_server):
    server = make_server(limits__registrations_per_address="1000000")
    user = Person(server)

    def register(number):
        return post(server, REGISTER, {"email": f"flood{number}@example.com", "full_name": "F",
                                       "password": PASSWORD}, "127.0.0.9")

    outcomes = honest_log_ins(server, user, flood(register, 40))
    assert outcomes[201] and outcomes[503], outcomes


def test_who_fails_to_log_in_on_and_on_keeps_nobody_else_from_it(make_server):
    server = make_server(limits__login_per_address="1000000")
    user = Person(server)

    def guess(number):
        return post(server, LOG_IN, {"email": f"nobody{number}@example.com",
                                     "password": "wrong password"}, "127.0.0.9")

    outcomes = honest_log_ins(server, user, flood(guess, 48))
    assert outcomes[401] and outcomes[503], outcomes
    assert metric(server, "passwords_refused_total") > 0


def test_an_address_registers_only_so_many_accounts(make_server):
    server = make_server(limits__registrations_per_address="3",
                         http__trusted_proxies="127.0.0.1")

    def register(number, address):
        return server.call("POST", REGISTER, {"email": f"p{number}@example.com", "full_name": "P",
                                              "password": PASSWORD},
                           headers={"X-Forwarded-For": address})

    assert [register(n, "2001:db8::1").status for n in range(2)] == [201, 201]
    assert register(0, "2001:db8::2").status == 409  # one more of the same /64
    answer = register(3, "2001:db8::3")
    assert (answer.status, answer.error) == (429, "too_many_requests")
    assert 3000 < int(answer.headers["Retry-After"]) <= 3600
    assert register(3, "2001:db8:0:1::1").status == 201
    assert metric(server, 'rate_limited_total{limit="registration"}') == 1
    # An operator's commands have no such limit.
    (server.folder / "password").write_text(PASSWORD)
    for n in range(5):
        server.run("account", "create", "--name", "O", "--password-file", "password",
                   f"o{n}@example.com")


# --- derivations ---

MOST_WAITING = 257  # with the one that runs: src/os/kdf_slots.c


def test_an_account_that_floods_derivations_takes_no_place_of_others(make_server):
    server = make_server(mint__slots="1", code__lifetime="10m")
    hostile, honest = Person(server), Person(server)
    app, other = hostile.application(), honest.application()
    codes = iter([hostile.code(app) for _ in range(400)])
    lock = threading.Lock()

    def exchange(number):
        with lock:
            code = next(codes, "none")
        return post(server, TOKEN, app.body(code, passphrase=f"p{number}"))

    own = [honest.code(other) for _ in range(13)]
    patience = patience_for(lambda: other.exchange(own.pop(), passphrase="words"))
    assert server.stop() == 0
    server.settings["mint.max_wait"] = f"{min(60, math.ceil(patience))}s"
    server.start()
    with flood(exchange, MOST_WAITING + 20) as outcomes:
        for code in own:
            time.sleep(0.05)
            answer, seconds = timed(lambda code=code: other.exchange(code, passphrase="words"))
            assert answer.status == 200, answer
            assert seconds < patience, seconds
    assert outcomes[200] and outcomes[503], outcomes
    assert metric(server, "derivations_refused_total") > 0


# --- the audit trail ---

def audit_rows(server, outcome):
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        return database.execute("SELECT count(*) FROM audit WHERE outcome = ?",
                                (outcome,)).fetchone()[0]


@pytest.mark.file
def test_failures_of_an_address_are_audited_up_to_its_budget(make_server):
    server = make_server(limits__audited_failures="20", limits__login_per_address="10")
    app = Person(server).application()
    bodies = [{"email": f"nobody{n}@example.com", "password": "wrong password"}
              for n in range(300)]
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        assert set(pool.map(lambda body: post(server, LOG_IN, body).status, bodies)) == {401, 429}
    app.secret = "0" * 64
    for n in range(20):
        post(server, TOKEN, app.body("x", client_id=app.client_id))
    rows = sum(audit_rows(server, outcome) for outcome in
               ("ERR_INVALID_CREDENTIALS", "ERR_TOO_MANY_REQUESTS", "ERR_CLIENT_UNKNOWN"))
    assert rows == 20
    assert metric(server, "failures_not_audited_total") == 300
    before = audit_rows(server, "ERR_INVALID_CREDENTIALS")
    post(server, LOG_IN, {"email": "nobody@example.com", "password": "wrong password"}, "127.0.0.2")
    assert audit_rows(server, "ERR_INVALID_CREDENTIALS") == before + 1


@pytest.mark.file
def test_failures_of_the_applications_of_an_account_are_audited_up_to_its_budget(make_server):
    server = make_server(limits__audited_failures="20")
    user, other = Person(server), Person(server)
    apps = [user.application() for _ in range(3)]
    for n in range(60):
        assert apps[n % 3].exchange("x").error == "invalid_code"
    assert audit_rows(server, "ERR_CODE_UNKNOWN") == 20
    assert metric(server, "failures_not_audited_total") == 40
    code = user.code(apps[0])
    assert apps[0].exchange(code).status == 200  # what succeeds is always recorded
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        assert database.execute("SELECT count(*) FROM audit WHERE action = 'exchange' AND "
                                "outcome = 'ok'").fetchone()[0] == 1
    other.application().exchange("x")
    assert audit_rows(server, "ERR_CODE_UNKNOWN") == 21


# --- memory ---

LITTLE_MEMORY = pytest.mark.skipif(SANITIZED, reason="address space under a sanitizer")


@contextlib.contextmanager
def little_memory(server, mib):
    """The process may have so much more address space than it has."""
    with open(f"/proc/{server.process.pid}/statm") as statm:
        size = int(statm.read().split()[0]) * resource.getpagesize()
    before = resource.prlimit(server.process.pid, resource.RLIMIT_AS)
    resource.prlimit(server.process.pid, resource.RLIMIT_AS, (size + mib * MIB, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_AS, before)


@LITTLE_MEMORY
def test_without_memory_for_a_derivation_nothing_is_spent(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    code, project = user.code(app), user.call("GET", "/api/v0/projects").json[0]["id"]
    scope = ["read", "bucket:photos;prefix:a/"]
    request = user.request(app, scope).json["request_id"]
    body = app.body(code, passphrase="words")
    owner = {"password": PASSWORD, "passphrase": "words"}
    with little_memory(server, 40):
        for _ in range(3):
            answer = post(server, TOKEN, body)
            assert (answer.status, answer.error) == (503, "temporarily_unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        assert user.consent(request, scope, passphrase="words").status == 503
        assert user.call("POST", f"/api/v0/projects/{project}/owner-grant", owner).status == 503
        assert app.exchange(user.code(app)).status == 200  # no key is derived
    assert metric(server, "derivations_without_memory_total") == 5
    assert post(server, TOKEN, body).status == 200  # the same code and the same JWT
    assert user.consent(request, scope, passphrase="words").status == 200
    assert user.call("POST", f"/api/v0/projects/{project}/owner-grant", owner).status in (200, 201)


@LITTLE_MEMORY
def test_without_memory_for_a_password_nobody_has_failed(make_server):
    server = make_server()
    user = Person(server)
    assert server.stop() == 0
    server.start()  # which has not hashed anything yet
    wrong = {"email": user.email, "password": "wrong password"}
    with little_memory(server, 17):  # a password takes 19, a connection some too
        for _ in range(8):
            assert post(server, LOG_IN, wrong).status == 503
        assert post(server, REGISTER, {"email": "n@example.com", "full_name": "N",
                                       "password": PASSWORD}).status == 503
    assert metric(server, "passwords_refused_total") == 9
    assert [post(server, LOG_IN, wrong).status for _ in range(4)] == [401] * 4
    assert user.log_in() is None
