# SPDX-License-Identifier: Apache-2.0
"""Three nodes behind HAProxy, with the configuration of examples/."""

import concurrent.futures
import contextlib
import http.client
import json
import os
import signal
import subprocess
import threading
import time

import pytest

from grantd import ROOT, Person, Server, free_port


CODES = 400
PAUSE = 0.05  # seconds between two requests of a client


class Proxy(Server):
    """What clients speak to: the proxy in place of a server."""

    def __init__(self, folder, nodes):
        super().__init__(folder)
        self.nodes = nodes

    def configuration(self):
        text = (ROOT / "examples" / "haproxy.cfg").read_text(encoding="utf-8")
        changes = {
            "bind :443 ssl crt /etc/haproxy/grants.example.com.pem": f"bind 127.0.0.1:{self.port}",
            "X-Forwarded-Proto https": "X-Forwarded-Proto http",
            "Host grants.example.com": f"Host localhost:{self.port}",
            **{f"10.0.0.1{i + 1}:10100": f"127.0.0.1:{node.port}"
               for i, node in enumerate(self.nodes)}}
        for was, now in changes.items():
            assert text.count(was) == 1, was
            text = text.replace(was, now)
        return text

    def start(self):
        path = self.folder / "haproxy.cfg"
        path.write_text(self.configuration(), encoding="utf-8")
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(["haproxy", "-db", "-f", path], stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                if self.call("GET", "/readyz").status == 200:
                    return self
            assert self.process.poll() is None and time.monotonic() < deadline, self.text()
            time.sleep(0.05)


@pytest.fixture
def proxy(make_nodes, tmp_path):
    made = Proxy(tmp_path, [])
    made.nodes = make_nodes(3, code__lifetime="10m", http__public_url=made.url,
                            http__trusted_proxies="127.0.0.1").nodes
    yield made.start()
    made.process.kill()
    made.process.wait()


def test_what_a_node_answers_goes_through_and_the_client_is_known(proxy):
    user = Person(proxy)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    [session] = user.call("GET", "/api/v0/auth/sessions").json
    assert session["address"] == "127.0.0.1"


def status(proxy, body):
    """Of a token request; what the proxy says itself is in no document of ours."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
    with contextlib.closing(connection):
        connection.request("POST", "/api/v0/oauth2/token", json.dumps(body),
                           {"Content-Type": "application/json",
                            "Host": f"localhost:{proxy.port}"})
        return connection.getresponse().status


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
            answers[code] = status(proxy, body)
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
