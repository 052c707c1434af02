# SPDX-License-Identifier: Apache-2.0
"""What is in front of one server, as the how-tos configure it: proxies, and the probes of a pod."""

import pytest
import yaml

from grantd import PASSWORD, Person
from pages import page_blocks
from proxies import HAProxy, Nginx, Proxy, lossy_nodes


class OnPage(Proxy):
    """Its configuration is on a page. `behind` is the server."""

    behind = None
    page = kind = heading = None

    def template(self):
        block, = page_blocks(self.page, self.heading, self.kind)
        return block.replace("127.0.0.1:10100", f"127.0.0.1:{self.behind.port}")

    def check_answer(self, method, path, answer):
        """What the proxy itself says of a server that it lost is not in our document."""
        if answer.status != 502:
            super().check_answer(method, path, answer)


class OneNginx(OnPage, Nginx):
    page, heading, kind = "docs/how-to/nginx.md", "One server", "nginx"


class OneHAProxy(OnPage, HAProxy):
    page, heading, kind = "docs/how-to/haproxy.md", "One server", "haproxy"

    def template(self):
        """Below what Debian's file begins with."""
        return ("defaults\n    mode http\n    timeout connect 5000\n    timeout client 50000\n"
                "    timeout server 50000\n\n" + super().template())

    def changes(self):
        return {was: now for was, now in super().changes().items() if "Host" not in was}


class OneCaddy(OnPage):
    page, heading, kind = "docs/how-to/caddy.md", "Behind Caddy", "caddy"
    example = "Caddyfile"

    def changes(self):
        return {"grants.example.com {": f"{{\n\tadmin off\n}}\nhttp://localhost:{self.port} {{"}

    def command(self, *_):
        return ["env", f"HOME={self.folder}", "caddy", "run", "--config", self.example]


@pytest.fixture(params=[OneNginx, OneHAProxy, OneCaddy])
def make_proxy(request, tmp_path):
    """One of them, in front of what a function returns for its URL."""
    folder = tmp_path / "proxy"
    folder.mkdir()
    made = request.param(folder)

    def make(start_server):
        made.behind = start_server(made.url)
        return made.start()

    yield make
    made.stop()


def test_people_and_applications_reach_a_server_through_it(make_proxy, make_server):
    proxy = make_proxy(lambda url: make_server(http__public_url=url,
                                               http__trusted_proxies="127.0.0.1"))
    user = Person(proxy)
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    # The client is known by its address, whatever it says.
    answer = proxy.call("POST", "/api/v0/auth/token", {"email": user.email, "password": PASSWORD},
                        headers={"X-Forwarded-For": "192.0.2.1"}, source="127.0.0.7")
    assert answer.status == 200
    sessions = user.call("GET", "/api/v0/auth/sessions").json
    assert sorted(session["address"] for session in sessions) == ["127.0.0.1", "127.0.0.7"]


def test_it_never_repeats_an_exchange(make_proxy):
    with lossy_nodes(1) as (node,):
        proxy = make_proxy(lambda _: node)
        assert proxy.call("POST", "/api/v0/oauth2/token", {}).status == 502
        assert node.seen == [("POST", "/api/v0/oauth2/token")]


def test_the_probes_of_a_pod_get_an_answer_without_a_name(server):
    block, = page_blocks("docs/how-to/kubernetes.md", "Kubernetes probes", "yaml")
    probes = yaml.safe_load(block)
    assert set(probes) == {"startupProbe", "readinessProbe", "livenessProbe"}
    for probe in probes.values():
        answer = server.call("GET", probe["httpGet"]["path"], headers={"Host": "10.1.2.3:10100"})
        assert answer.status == 200
