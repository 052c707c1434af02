# SPDX-License-Identifier: Apache-2.0
"""Three nodes behind HAProxy or nginx, with the configurations of examples/."""

import concurrent.futures
import os
import signal
import threading
import time

import pytest

from cluster import wait_for
from grantd import PASSWORD, Person
from proxies import HAProxy, Nginx, lossy_nodes

CODES = 1000
BETWEEN = 40  # answers before and after each restart
PAUSE = 0.1   # seconds between two requests of a client


@pytest.fixture(params=[HAProxy, Nginx])
def make_proxy(request, tmp_path):
    """One of them, in front of what a function returns of its URL."""
    made = request.param(tmp_path)

    def make(start_nodes):
        made.nodes = start_nodes(made.url)
        return made.start()

    yield make
    made.stop()


@pytest.fixture
def proxy(request, make_proxy, make_nodes):
    """In front of three nodes; `request.param` is how long they drain."""
    return make_proxy(lambda url: make_nodes(
        3, code__lifetime="10m", http__public_url=url, http__trusted_proxies="127.0.0.1",
        http__drain=getattr(request, "param", "0")).nodes)


def test_what_a_node_answers_goes_through(proxy):
    user = Person(proxy)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200


def test_the_client_is_known_by_its_address_and_not_by_what_it_says(proxy):
    user = Person(proxy)
    answer = proxy.call("POST", "/api/v0/auth/token", {"email": user.email, "password": PASSWORD},
                        headers={"X-Forwarded-For": "192.0.2.1"}, source="127.0.0.7")
    assert answer.status == 200
    sessions = user.call("GET", "/api/v0/auth/sessions").json
    assert sorted(session["address"] for session in sessions) == ["127.0.0.1", "127.0.0.7"]


@pytest.mark.parametrize("method, path", [
    ("POST", "/api/v0/oauth2/token"), ("PATCH", "/api/v0/developer/auth/oauth2/clients/1")])
def test_what_may_have_been_done_is_not_asked_again(make_proxy, method, path):
    with lossy_nodes(3) as nodes:
        proxy = make_proxy(lambda _: nodes)
        assert proxy.call(method, path, {}).status == 502
        assert nodes[0].seen == [(method, path)]


def exchange_over_restarts(proxy):
    """Exchanges codes while the nodes are restarted one by one, as for an upgrade.
    Return: the application, and the status for each code."""
    user = Person(proxy)
    app = user.application()
    codes = [user.code(app) for _ in range(CODES)]
    bodies = iter([(code, app.body(code)) for code in codes])
    lock, ended, answers = threading.Lock(), threading.Event(), {}

    def exchange():
        while not ended.is_set():
            with lock:
                code, body = next(bodies, (None, None))
            if code is None:
                return
            answers[code] = proxy.call("POST", "/api/v0/oauth2/token", body).status
            time.sleep(PAUSE)

    def wait_for_more():
        wanted = min(len(answers) + BETWEEN, CODES)
        wait_for(lambda: len(answers) >= wanted, 60, "more answers")

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        clients = [pool.submit(exchange) for _ in range(4)]
        try:
            for node in proxy.nodes:
                wait_for_more()
                os.kill(node.process.pid, signal.SIGTERM)
                node.process.wait(30)
                node.start()
                time.sleep(1.5)  # until the proxy knows that it is back
                wait_for_more()
        finally:
            ended.set()
        for client in clients:
            client.result()
    return app, answers


def test_while_nodes_are_restarted_one_by_one_hardly_a_request_fails(proxy):
    """What fails may have been done, and is never done twice."""
    app, answers = exchange_over_restarts(proxy)
    failed = [code for code, answer in answers.items() if answer != 200]
    assert {answers[code] for code in failed} <= {502, 503}
    assert len(failed) <= len(answers) / 20, failed
    for code in failed:
        assert app.exchange(code).status in (200, 400)
        assert app.exchange(code).status == 400


@pytest.mark.parametrize("make_proxy", [HAProxy], indirect=True)
@pytest.mark.parametrize("proxy", ["6s"], indirect=True)  # a slow machine takes its time
def test_none_fails_if_the_proxy_learns_it_before_the_node_stops(make_proxy, proxy):
    _, answers = exchange_over_restarts(proxy)
    assert set(answers.values()) == {200}
