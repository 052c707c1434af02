# SPDX-License-Identifier: Apache-2.0
"""Three nodes behind HAProxy or nginx, with the configurations of examples/."""

import concurrent.futures
import os
import signal
import socket
import threading
import time

import pytest

from grantd import Person
from proxies import HAProxy, Nginx

CODES = 400
PAUSE = 0.05  # seconds between two requests of a client


@pytest.fixture(params=[HAProxy, Nginx])
def proxy(request, make_nodes, tmp_path):
    made = request.param(tmp_path)
    made.nodes = make_nodes(3, code__lifetime="10m", http__public_url=made.url,
                            http__trusted_proxies="127.0.0.1").nodes
    yield made.start()
    made.stop()


def test_what_a_node_answers_goes_through_and_the_client_is_known(proxy):
    user = Person(proxy)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    [session] = user.call("GET", "/api/v0/auth/sessions").json
    assert session["address"] == "127.0.0.1"


def test_while_nodes_are_restarted_one_by_one_hardly_a_request_fails(proxy):
    """As for an upgrade. What fails may have been done, and is never done twice."""
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

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        clients = [pool.submit(exchange) for _ in range(4)]
        try:
            for node in proxy.nodes:
                time.sleep(1)
                os.kill(node.process.pid, signal.SIGTERM)
                node.process.wait(30)
                node.start()
                time.sleep(1.5)
        finally:
            ended.set()
        for client in clients:
            client.result()
    failed = [code for code, answer in answers.items() if answer != 200]
    assert {answers[code] for code in failed} <= {502, 503}
    assert len(answers) > 100 and len(failed) <= len(answers) / 20, failed
    for code in failed:
        assert app.exchange(code).status in (200, 400)
        assert app.exchange(code).status == 400
