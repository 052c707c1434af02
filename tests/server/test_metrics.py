# SPDX-License-Identifier: Apache-2.0
"""GET /metrics: what the server reports about itself, and to whom."""

import contextlib
import http.client
import os
import pathlib
import re
import signal
import ssl
import time

import pytest

from grantd import ROOT, Answer, Person, free_port
from tls_server import TlsServer

LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.]+')


def metrics(server):
    answer = server.call("GET", "/metrics")
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    values = {}
    for line in answer.body.decode().splitlines():
        if not line.startswith("#"):
            assert LINE.fullmatch(line), line
            name, value = line.rsplit(" ", 1)
            values[name] = float(value)
    return values


@pytest.mark.file
def test_the_page_is_prometheus_text_with_every_metric_of_the_list(server):
    text = server.call("GET", "/metrics").body.decode()
    listed = re.findall(r'^METRIC\((\w+), (\w+), "[^"]*", '
                        r'"(PostgreSQL:|When the certificate of )?',
                        (ROOT / "src" / "base" / "metrics.def").read_text(), re.MULTILINE)
    assert listed
    for name, kind, is_elsewhere in listed:
        is_there = f"# TYPE grantd_{name} {kind.lower()}\n" in text
        assert is_there == (f"# HELP grantd_{name} " in text)
        assert is_there != bool(is_elsewhere), name
        assert f"`grantd_{name}`" in (ROOT / "docs" / "metrics.md").read_text(), name


def test_requests_are_counted_by_route_and_class(server, user):
    def count(route, status_class):
        return metrics(server).get(f'grantd_requests_total{{method="GET",route="{route}",'
                                   f'class="{status_class}"}}', 0)

    route = "/api/v0/developer/auth/oauth2/clients/{id}"
    before = count(route, "4xx"), count("/api/v0/auth/account", "2xx")
    for _ in range(3):
        user.call("GET", "/api/v0/developer/auth/oauth2/clients/nobody")
        user.call("GET", "/api/v0/auth/account")
    assert count(route, "4xx") == before[0] + 3
    assert count("/api/v0/auth/account", "2xx") == before[1] + 3
    assert "nobody" not in server.call("GET", "/metrics").body.decode()


def test_exchanges_derivations_and_batches_are_counted(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    code = user.code(app)
    assert app.exchange(code, passphrase="passphrase").status == 200
    app.exchange(code)
    values = metrics(server)
    assert values['grantd_exchanges_total{outcome="ok"}'] == 1
    assert values['grantd_exchanges_total{outcome="ERR_CODE_USED"}'] == 1
    assert values["grantd_derivations_total"] == 1
    assert 0.001 < values["grantd_derivation_seconds"] < 10
    assert values["grantd_derivation_queue"] == 0
    assert values["grantd_commit_batch_size_count"] >= 6
    assert values["grantd_commit_batch_size_sum"] >= values["grantd_commit_batch_size_count"]
    assert (values['grantd_commit_batch_size_bucket{le="+Inf"}']
            == values["grantd_commit_batch_size_count"])
    assert values["grantd_resident_bytes"] > 1 << 20


def test_time_in_the_database_and_its_connections_are_measured(make_server):
    server = make_server()
    user = Person(server)
    before = metrics(server)
    user.application()
    values = metrics(server)
    for kind in ("read", "write"):
        name = f"grantd_store_{kind}_seconds"
        assert values[f"{name}_count"] > before[f"{name}_count"]
        assert values[f'{name}_bucket{{le="+Inf"}}'] == values[f"{name}_count"]
        assert 0 < values[f'{name}_bucket{{le="0.256000"}}'] <= values[f"{name}_count"]
        assert 0 < values[f"{name}_sum"] - before[f"{name}_sum"] < 60
    assert values['grantd_store_connections{use="writing"}'] == 1
    assert values['grantd_store_connections{use="reading"}'] == 0, "nobody else asks"
    assert values['grantd_store_connections{use="idle"}'] >= 1
    assert values["grantd_store_writable"] == 1
    assert ("grantd_partitions_ahead_seconds" in values) == bool(os.environ.get("TEST_DATABASE_URL"))


def test_requests_are_timed_by_who_may_call_the_route(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    for _ in range(3):
        app.exchange(user.code(app))
    server.call("GET", "/login")
    server.call("GET", "/nothing/here")
    values = metrics(server)

    def count(caller):
        name = f'grantd_request_seconds_bucket{{caller="{caller}",le="+Inf"}}'
        assert values[name] == values[f'grantd_request_seconds_count{{caller="{caller}"}}']
        return values[name]

    assert (count("application"), count("browser"), count("other"), count("service")) == (3, 1, 1, 0)
    assert count("person") >= 7 and count("anybody") >= 2 and count("probe") >= 1
    assert 0 < values['grantd_request_seconds_sum{caller="anybody"}'] < 60, "passwords take some time"


def test_the_process_says_what_it_is_and_since_when(make_server):
    server = make_server()
    values = metrics(server)
    version = server.run("--version").stdout.split()[1]
    assert values[f'grantd_build_info{{version="{version}"}}'] == 1
    assert 0 <= time.time() - values["grantd_start_time_seconds"] < 60
    assert "grantd_certificate_end_seconds" not in values


def test_the_end_of_the_certificate_is_that_of_the_file_in_use(tmp_path):
    server = TlsServer(tmp_path).start()

    def ends_in():
        text = server.call("GET", "/metrics").body.decode()
        end = re.search(r"^grantd_certificate_end_seconds (\d+)$", text, re.M)
        return int(end[1]) - time.time()

    assert 1 * 86400 < ends_in() <= 2 * 86400
    server.make_files(days=9)
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 10
    while True:
        with contextlib.suppress(ssl.SSLError):  # the old one, which is not in the new file
            if ends_in() > 8 * 86400:
                break
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert server.stop() == 0


def test_rows_that_wait_for_clean_up_are_counted(make_server):
    server = make_server(code__lifetime="3s")
    user = Person(server)
    app = user.application()
    user.code(app, ["read"], passphrase="passphrase")
    assert metrics(server)["grantd_cleanup_waiting_rows"] == 0
    deadline = time.monotonic() + 9
    while metrics(server)["grantd_cleanup_waiting_rows"] != 1:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_failures_left_out_of_the_audit_trail_are_counted(make_server):
    server = make_server(limits__audited_failures="10")
    user = Person(server)
    app = user.application()
    for _ in range(15):
        app.exchange("x", client_secret="a.b.c")
    assert metrics(server)["grantd_failures_not_audited_total"] >= 4


def test_only_this_machine_is_told(server):
    for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "127.0.0.1"}):
        assert server.call("GET", "/metrics", headers=headers).status == 404
    assert server.call("GET", "/metrics", headers={"Host": "evil.example"}).status == 421
    assert server.call("POST", "/metrics").status == 405


def test_with_an_address_of_their_own_they_are_there_only(make_server):
    port = free_port()
    server = make_server(metrics__listen=f"127.0.0.1:{port}")
    assert server.call("GET", "/metrics").status == 404

    def ask(method, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, path, headers={"Host": "anything"})
        return Answer(connection.getresponse())

    assert b"grantd_requests_total" in ask("GET", "/metrics").body
    assert ask("GET", "/healthz").status == 404
    assert ask("GET", "/api/v0/auth/account").status == 404
    assert ask("POST", "/metrics").status == 405
    assert server.stop() == 0


def test_an_address_that_is_taken_is_said(make_server, server, tmp_path):
    other = make_server(start=False, metrics__listen=f"127.0.0.1:{server.port}")
    other.start(wait=False)
    assert other.process.wait(30) == 1
    assert "metrics.listen" in pathlib.Path(other.folder / "log").read_text()
