# SPDX-License-Identifier: Apache-2.0
"""docs/monitoring as Prometheus itself takes it: the alerts are valid, and the dashboard's queries give
something on a server that it has scraped."""

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
import yaml

import test_monitoring
from grantd import Person, free_port
from tls_server import TlsServer

ALERTS = test_monitoring.FOLDER / "alerts.yml"
# What this server has not: standbys, partitions, faults.
ABSENT = ("store_standby", "partitions_ahead", 'class="5xx"')


def test_promtool_accepts_the_alerts():
    done = subprocess.run(["promtool", "check", "rules", ALERTS], text=True, capture_output=True,
                          check=False, timeout=60)
    assert done.returncode == 0 and f"{len(test_monitoring.rules())} rules found" in done.stdout, done


class Prometheus:
    """One that scrapes a server every half second."""

    def __init__(self, folder, server):
        self.url = f"http://127.0.0.1:{free_port()}"
        config = {
            "global": {"scrape_interval": "500ms", "evaluation_interval": "500ms"},
            "rule_files": [str(ALERTS)],
            "scrape_configs": [{
                "job_name": "grantd", "scheme": "https",
                "tls_config": {"ca_file": str(server.folder / "cert.pem")},
                "static_configs": [{"targets": [f"localhost:{server.port}"]}]}]}
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        with open(folder / "prometheus.log", "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={folder / 'prometheus.yml'}",
                 f"--storage.tsdb.path={folder / 'data'}",
                 f"--web.listen-address={self.url.removeprefix('http://')}"], stdout=log, stderr=log)

    def get(self, path, **query):
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}",
                                    timeout=10) as response:
            return json.load(response)["data"]

    def scrapes(self):
        try:
            found = self.get("query", query='count_over_time(up{job="grantd"}[1m])')["result"]
        except urllib.error.URLError:
            return 0
        return int(found[0]["value"][1]) if found else 0

    def end(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    server = TlsServer(tmp_path_factory.mktemp("grantd")).start()
    made = Prometheus(tmp_path_factory.mktemp("prometheus"), server)
    try:
        user = Person(server)
        app = user.application()
        deadline = time.monotonic() + 60
        while made.scrapes() < 6:  # a rate needs some
            code = user.code(app)
            assert app.exchange(code).status == 200
            assert app.exchange(code).error == "invalid_code"  # so that some are refused, but not half
            assert app.exchange(user.code(app)).status == 200
            assert made.process.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        yield made
    finally:
        made.end()
        server.stop()


@pytest.mark.slow
def test_the_queries_of_the_dashboard_give_something(prometheus):
    empty = [(where, expression) for where, expression in test_monitoring.dashboard()
             if not prometheus.get("query", query=expression)["result"] and
             not any(part in expression for part in ABSENT)]
    assert empty == []


@pytest.mark.slow
def test_prometheus_evaluates_every_alert(prometheus):
    rules = [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]
    assert {rule["name"] for rule in rules} == {rule["alert"] for rule in test_monitoring.rules()}
    assert {rule["health"] for rule in rules} == {"ok"}, rules
    firing = {rule["name"] for rule in rules if rule["state"] != "inactive"}
    # The test's certificate lasts two days.
    assert firing <= {"GrantdCertificateEnds"}
