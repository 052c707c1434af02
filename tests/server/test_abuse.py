# SPDX-License-Identifier: Apache-2.0
"""Floods: memory stays bounded, probes and honest clients are served, nothing is derived for
strangers."""

import collections
import concurrent.futures
import contextlib
import http.client
import itertools
import resource
import secrets
import socket
import threading
import time
import urllib.parse

import pytest

from grantd import BINARY, PASSWORD, Person

TOKEN = "/api/v0/oauth2/token"
LOG_IN = "/api/v0/auth/token"
MIB = 1 << 20
ARENA = 64 * MIB  # memory for deriving a root key
IDLE = 10000
HONEST = 2  # seconds that an honest request may take
PATIENCE = 5  # seconds in which a probe must get a response, however busy the machine is


pytestmark = pytest.mark.usefixtures("leaves_nothing")


# --- observing a process ---

def memory(server, name="VmRSS"):
    """Resident memory in bytes; VmHWM: its maximum so far."""
    with open(f"/proc/{server.process.pid}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return int(fields[name].split()[0]) * 1024


@contextlib.contextmanager
def probing(server):
    """Calls /healthz all the time; every response must come, and quickly."""
    ended, slowest, answers = threading.Event(), [0], []

    def probe():
        while not ended.is_set():
            began = time.monotonic()
            try:
                answers.append(server.call("GET", "/healthz", timeout=PATIENCE).status)
            except OSError as error:
                answers.append(repr(error))
            slowest[0] = max(slowest[0], time.monotonic() - began)
            ended.wait(0.02)

    thread = threading.Thread(target=probe)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert len(answers) > 2 and set(answers) == {200}, collections.Counter(answers)
    assert slowest[0] < PATIENCE, slowest


def flood(server, path, bodies, threads=32):
    """Posts all of them over kept connections. Return: the number of each outcome."""
    supply, lock, outcomes = iter(bodies), threading.Lock(), collections.Counter()

    def send():
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while True:
            with lock:
                body = next(supply, None)
            if body is None:
                return connection.close()
            answer = server.call_on(connection, "POST", path, body)
            if answer.status in (429, 503):
                assert int(answer.headers["Retry-After"]) >= 1
            with lock:
                outcomes[answer.status, answer.error] += 1

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        for job in [pool.submit(send) for _ in range(threads)]:
            job.result()
    return outcomes


def raise_descriptors(wanted):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"{IDLE} idle connections: only {hard} files may be open at once here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


# --- connections ---

@pytest.fixture
def many_descriptors():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    raise_descriptors(IDLE + 500)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_ten_thousand_idle_connections_cost_little_and_stop_nobody(make_server, many_descriptors):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))  # serve raises it by itself
    server = make_server()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    user = Person(server)
    app = user.application()
    before = memory(server)
    with contextlib.ExitStack() as stack, probing(server):
        socks = [stack.enter_context(connect(server, f"127.0.1.{number % 100}"))
                 for number in range(IDLE)]
        assert app.exchange(user.code(app)).status == 200
        assert memory(server) - before < IDLE * 16 * 1024
        for sock in socks[::500]:  # they are served, too
            sock.settimeout(PATIENCE)
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert sock.recv(1024).startswith(b"HTTP/1.1 200")
    assert server.stop() == 0


def test_a_low_limit_of_open_files_is_said_and_kept(make_server):
    server = make_server(start=False)
    server.command = lambda *arguments: ["prlimit", "--nofile=600:600", str(BINARY), *arguments]
    server.start()
    assert "only 600 files may be open at once here, so 344 connections" in server.text()
    user = Person(server)
    app = user.application()
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                 for _ in range(600)]
        time.sleep(0.2)
        for sock in socks:
            sock.close()
    server.wait_ready()  # until it has seen that they are closed
    assert app.exchange(user.code(app)).status == 200
    assert server.stop() == 0


def connect(server, source):
    return socket.create_connection(("127.0.0.1", server.port), source_address=(source, 0))


def few_places(server):
    """944 of them, as where only 1,200 files may be open."""
    server.command = lambda *arguments: ["prlimit", "--nofile=1200:1200", str(BINARY), *arguments]
    return server.start()


@contextlib.contextmanager
def taking_places(server, sources, n):
    """Holds up to `n` connections, each with the start of a request, and replaces those that are
    closed."""
    ended, supply = threading.Event(), itertools.cycle(sources)

    def take():
        held = []
        while not ended.is_set():
            with contextlib.suppress(OSError):
                sock = connect(server, next(supply))
                held.append(sock)
                sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            if len(held) > n:
                held.pop(0).close()
        for sock in held:
            sock.close()

    thread = threading.Thread(target=take)
    thread.start()
    try:
        time.sleep(2)  # they are taken
        yield
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize("sources", [["127.0.0.9"], [f"127.0.2.{n}" for n in range(1, 100)]],
                         ids=["one address", "many addresses"])
def test_whoever_takes_all_places_keeps_nobody_waiting(make_server, sources):
    server = few_places(make_server(start=False))
    person = Person(server)
    slowest = 0
    with taking_places(server, sources, 1100):
        for number in range(40):
            began = time.monotonic()
            answer = server.call("GET", "/api/v0/auth/account", token=person.token,
                                 source=f"127.0.3.{number + 1}")
            assert answer.status == 200
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.05)
        counters = [server.metric(f"http_connections_{name}_total")
                    for name in ("refused", "dropped")]
    assert slowest < HONEST
    assert counters[len(sources) > 1] > 0, counters


def test_an_address_gets_as_many_connections_as_the_setting_says(make_server):
    server = make_server(limits__connections_per_address="5")
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(connect(server, "127.0.0.9")) for _ in range(8)]
        for sock in socks:
            sock.settimeout(1)
        ends = []
        for sock in socks:
            try:
                ends.append(sock.recv(1))
            except ConnectionResetError:
                ends.append(b"")
            except TimeoutError:
                ends.append(None)
        assert ends == [None] * 5 + [b""] * 3
        assert server.metric("http_connections_refused_total") == 3


def test_a_trusted_proxy_has_as_many_connections_as_it_needs(make_server):
    server = make_server(limits__connections_per_address="5", http__trusted_proxies="127.0.0.9")
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(connect(server, "127.0.0.9")) for _ in range(20)]
        for sock in socks:
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            sock.settimeout(PATIENCE)
            assert sock.recv(1000).startswith(b"HTTP/1.1 200")


def test_slow_senders_hold_nobody_up(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    head = (f"POST {TOKEN} HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
            "Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n").encode()
    with contextlib.ExitStack() as stack, probing(server):
        socks = [stack.enter_context(connect(server, f"127.0.1.{number % 100}"))
                 for number in range(2000)]
        for step in range(20):
            for number, sock in enumerate(socks):
                data = head + b"{" if number % 2 else head
                sock.sendall(data[step * 5:step * 5 + 5] or b" ")
            if step % 5 == 0:
                assert app.exchange(user.code(app), passphrase="p" * (step == 0)).status == 200
        assert memory(server) < 250 * MIB


# --- requests ---

def strangers(app):
    """Bodies of unauthenticated clients, all with a passphrase."""
    real, app.secret = app.secret, secrets.token_hex(32)
    bodies = [app.body("A" * 54, passphrase=f"guess {n}") for n in range(2000)]
    bodies += [app.body("A" * 54, passphrase="p", client_secret="x" * n) for n in range(1, 1000)]
    bodies += [app.body("A" * 54, passphrase="p", client_id=app.id) for _ in range(2000)]
    app.secret = real
    return bodies


def wrong_codes(app, other, used, foreign):
    """Bodies of a client with a code that is unknown, used, expired or another client's."""
    bodies = [app.body("A" * 54, passphrase=f"guess {n}") for n in range(1500)]
    bodies += [app.body(used[:-n], passphrase="p") for n in range(1, 20)]
    bodies += [app.body(used, passphrase="p") for _ in range(500)]
    bodies += [other.body(used, passphrase="p") for _ in range(100)]
    return bodies + [app.body(foreign, passphrase="p") for _ in range(500)]


def test_nobody_without_a_good_jwt_and_a_good_code_starts_a_derivation(make_server):
    server = make_server()
    user = Person(server)
    app, other = user.application(), user.application()
    used, foreign = user.code(app), user.code(other)
    assert app.exchange(used).status == 200
    scope = ["read", "bucket:photos;prefix:a/"]
    request = user.request(app, scope).json["request_id"]
    bodies = strangers(app)
    with probing(server):
        began = server.processor_seconds()
        outcomes = flood(server, TOKEN, bodies)
        assert set(outcomes) <= {(401, "invalid_client"), (429, "too_many_requests")}, outcomes
        spent = server.processor_seconds() - began
        outcomes = flood(server, TOKEN, wrong_codes(app, other, used, foreign))
        assert set(outcomes) <= {(400, "invalid_code"), (429, "too_many_requests")}, outcomes
        consent = {"request_id": request, "approved_scopes": scope, "passphrase": "p"}
        outcomes = flood(server, "/api/v0/oauth2/consent", [consent] * 300)
        assert set(outcomes) == {(401, "unauthenticated")}
    # A derivation takes tens of milliseconds; these were cheaper by far.
    assert spent / len(bodies) < 0.01, spent
    # Nothing was ever derived: the server never had the memory that one derivation needs ...
    most = memory(server, "VmHWM")
    assert most < ARENA + 16 * MIB
    # ... which is seen as soon as there is one.
    assert user.consent(request, scope, passphrase="p").json["code"]
    assert memory(server, "VmHWM") > most + ARENA * 3 // 4
    assert other.exchange(foreign, passphrase="p").status == 200


def test_a_flood_of_log_ins_is_bounded_and_stops_no_exchange(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    codes = [user.code(app) for _ in range(20)]
    bodies = [{"email": user.email if n % 2 else f"nobody{n}@example.com",
               "password": f"wrong password {n}"} for n in range(1500)]
    with probing(server), concurrent.futures.ThreadPoolExecutor(1) as pool:
        honest = pool.submit(lambda: [app.exchange(code).status for code in codes])
        outcomes = flood(server, LOG_IN, bodies, threads=64)
        assert honest.result() == [200] * len(codes)
    assert set(outcomes) <= {(401, "invalid_credentials"), (429, "too_many_requests"),
                             (503, "temporarily_unavailable")}, outcomes
    assert outcomes[503, "temporarily_unavailable"]
    assert memory(server, "VmHWM") < 150 * MIB
    answer = server.call("POST", LOG_IN, {"email": user.email, "password": PASSWORD})
    assert answer.status in (200, 429)


def until_served(send):
    """Retries like a client that respects Retry-After, only faster."""
    for _ in range(200):
        answer = send()
        if answer.status != 503:
            return answer
        time.sleep(0.05)
    raise AssertionError("never served")


def test_a_flood_of_passphrases_is_bounded_and_costs_nobody_his_code(make_server):
    server = make_server(mint__slots="2", mint__max_wait="1s", code__lifetime="5m")
    user = Person(server)
    app = user.application()
    codes = [user.code(app) for _ in range(300)]
    own, without = user.code(app), [user.code(app) for _ in range(10)]
    with probing(server), concurrent.futures.ThreadPoolExecutor(1) as pool:
        honest = pool.submit(lambda: [app.exchange(code).status for code in without])
        bodies = [app.body(code, passphrase="p") for code in codes]
        outcomes = flood(server, TOKEN, bodies, threads=64)
        assert honest.result() == [200] * len(without)
        assert until_served(lambda: app.exchange(own, passphrase="p")).status == 200
    assert set(outcomes) == {(200, None), (503, "temporarily_unavailable")}, outcomes
    assert memory(server, "VmHWM") < 2 * ARENA + 150 * MIB
    # A 503 used nothing up.
    statuses = collections.Counter(app.exchange(code).status for code in codes)
    assert statuses == {200: outcomes[503, "temporarily_unavailable"], 400: outcomes[200, None]}


# --- what anybody can begin ---

def test_an_address_fills_no_public_applications_room(make_server):
    server = make_server(limits__public_requests_per_address="20")
    user = Person(server)
    app = user.application(token_endpoint_auth_method="none", device_flow=True)
    other = user.application(device_flow=True)
    own = {"client_id": app.client_id, "scope": "read"}
    pushed = {"response_type": "code", "redirect_uri": app.redirect_uri, "code_challenge": "A" * 43,
              "code_challenge_method": "S256"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path, fields, status in (("/oauth2/par", {**own, **pushed}, 201),
                                 ("/oauth2/device_authorization", own, 200)):
        def send(source, path=path, **fields):
            return server.call("POST", path, urllib.parse.urlencode(fields), headers=form,
                               source=source)

        with probing(server), concurrent.futures.ThreadPoolExecutor(64) as pool:
            outcomes = collections.Counter(pool.map(
                lambda _, send=send, fields=fields: send("127.0.0.2", **fields).status, range(80)))
            assert outcomes == {status: 20, 429: 60}
            assert send("127.0.0.3", **fields).status == status
            proven = {**fields, "client_id": other.client_id, "client_secret": other.jwt()}
            assert send("127.0.0.2", **proven).status == status
        refusal = send("127.0.0.2", **fields)
        assert refusal.error == "temporarily_unavailable"
        assert 0 < int(refusal.headers["Retry-After"]) <= 600
    assert b'rate_limited_total{limit="start"} 122' in server.call("GET", "/metrics").body
