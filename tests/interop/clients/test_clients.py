# SPDX-License-Identifier: Apache-2.0
"""Other people's OAuth clients, unmodified, against the real server: docs/protocol/oauth.md.

Each program shows how its library is used. It prints the authorization URL; the test is the user
who opens it, and gives the program the URL that the user comes back to. The program prints each
result as a line of JSON, {"token": {...}}. A web application has /login and /callback instead.
"""

import contextlib
import dataclasses
import html
import http.cookiejar
import json
import os
import pathlib
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from grantd import REDIRECT, ROOT, Person, free_port, grant_id_of
from judge import PASSPHRASE, Project, check_opens_below_the_prefix_only

HERE = pathlib.Path(__file__).resolve().parent
SCOPE = "read bucket:photos;prefix:2024/"

JWT, BASIC = "client_secret_jwt", "client_secret_basic"
POST, NONE = "client_secret_post", "none"


@dataclasses.dataclass(frozen=True)
class Client:
    """A program, the file and pattern that say the library's version, and what the library has."""
    program: str
    package: str
    methods: tuple
    is_web: bool = False
    option: str = ""  # NAME=value in its environment

    @property
    def name(self):
        return " ".join(filter(None, (self.program.split("/", 1)[1], self.option)))

    @property
    def language(self):
        return self.program.split("/")[0]

    @property
    def version(self):
        return version(self.language, self.package)


CLIENTS = [
    Client("python/requests-oauthlib.py", "requests-oauthlib", (BASIC, POST, NONE)),
    Client("python/authlib-requests.py", "Authlib", (JWT, BASIC, POST, NONE)),
    Client("python/authlib-flask.py", "Authlib", (BASIC, POST, NONE), is_web=True),
    Client("python/httpx-oauth.py", "httpx-oauth", (BASIC, POST)),
    Client("python/requests-oauth2client.py", "requests_oauth2client", (JWT, BASIC, POST, NONE)),
    Client("npm/oauth4webapi.js", "oauth4webapi", (JWT, BASIC, POST, NONE)),
    Client("npm/openid-client.js", "openid-client", (JWT, BASIC, POST, NONE)),
    Client("npm/simple-oauth2.js", "simple-oauth2", (BASIC, POST)),
    Client("npm/simple-oauth2.js", "simple-oauth2", (BASIC, POST), option="BODY_FORMAT=json"),
    Client("npm/arctic.js", "arctic", (BASIC, NONE)),
    Client("npm/passport-oauth2.js", "passport-oauth2", (POST, NONE), is_web=True),
    Client("go/x-oauth2/main.go", "golang.org/x/oauth2", (BASIC, POST, NONE)),
    Client("go/x-oauth2/main.go", "golang.org/x/oauth2", (BASIC,), option="AUTH_STYLE=header"),
    Client("go/x-oauth2/main.go", "golang.org/x/oauth2", (POST, NONE), option="AUTH_STYLE=params"),
    Client("cargo/oauth2.rs", "oauth2", (BASIC, POST, NONE)),
    Client("maven/Nimbus.java", "oauth2-oidc-sdk", (JWT, BASIC, POST, NONE)),
    Client("maven/ScribeJava.java", "scribejava-core", (BASIC, POST)),
]

LOCKS = {
    "python": ("python/requirements.txt", r"^{}==(\S+)$"),
    "npm": ("npm/package-lock.json", r'"node_modules/{}": {{\s*"version": "([^"]+)"'),
    "go": ("go/go.mod", r"\s{} v(\S+)"),
    "cargo": ("cargo/Cargo.lock", r'name = "{}"\nversion = "([^"]+)"'),
    "maven": ("maven/pom.xml", r"<artifactId>{}</artifactId>\s*<version>([^<]+)<"),
}


def version(language, package):
    """The version that is pinned."""
    file, pattern = LOCKS[language]
    return re.search(pattern.format(re.escape(package)), (HERE / file).read_text(), re.MULTILINE)[1]


# --- the user ---

def page_request(server, url):
    """What the page behind an authorization URL asks the API for."""
    assert url.startswith(server.url + "/oauth2/authorize?"), url
    answer = server.call("GET", url.removeprefix(server.url))
    assert answer.status == 200, answer
    data = re.search(r'<meta name="data" content="([^"]*)">', answer.body.decode())[1]
    return json.loads(html.unescape(data))["request"]


def consent(user, project, url):
    """Opens the URL and allows what it asks for. Return: the URL that the user comes back to."""
    request = page_request(user.server, url)
    assert " ".join(request["scope"]) == SCOPE
    answer = user.call("POST", "/api/v0/oauth2/request", request)
    assert answer.status == 200, answer
    answer = user.consent(answer.json["request_id"], request["scope"], project_id=project.id,
                          passphrase=PASSPHRASE)
    assert answer.status == 200, answer
    return answer.json["redirect_uri"]


@pytest.fixture(scope="session")
def user(server):
    return Person(server)


@pytest.fixture(scope="session")
def project(judge, user):
    return Project(judge, user)


# --- the programs ---

def results(lines):
    """The program's lines of JSON as one object, in their order."""
    merged = {}
    for line in lines:
        merged.update(json.loads(line))
    return merged


def talk(process, visit):
    """With a program in a terminal: it prints a URL and reads where the user came back to."""
    url = process.stdout.readline().strip()
    assert url, "no URL:\n" + process.communicate(timeout=30)[1]
    output, errors = process.communicate(visit(url) + "\n", timeout=60)
    assert process.returncode == 0, errors
    return results(output.splitlines())


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def browse(process, redirect_uri, visit):
    """With a web application, by a browser that keeps cookies."""
    browser = urllib.request.build_opener(
        NoRedirect, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    deadline = time.monotonic() + 30
    while True:
        try:
            browser.open(urllib.parse.urljoin(redirect_uri, "/login"), timeout=10)
        except urllib.error.HTTPError as answer:
            assert answer.code == 302, answer.read()
            url = answer.headers["Location"]
            break
        except urllib.error.URLError:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline, "it does not listen"
            time.sleep(0.05)
    try:
        return json.load(browser.open(visit(url), timeout=60))
    except urllib.error.HTTPError as answer:
        process.kill()
        raise AssertionError((answer.read(), process.communicate()[1])) from None


@contextlib.contextmanager
def started(command, environment):
    process = subprocess.Popen(command, cwd=HERE, text=True, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env={**os.environ, **environment})
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def check_stages(reached, app, user, project):
    """What a program got is what it should get."""
    token = reached["token"]
    assert token["token_type"].lower() == "bearer"
    check_opens_below_the_prefix_only(project, token["access_token"])
    if "introspect" in reached:
        status = reached["introspect"]
        assert status["active"] and status["client_id"] == app.client_id
        assert status["scope"] == SCOPE
    grant = grant_id_of(token["access_token"])
    status = next(g["status"] for g in user.grants() if g["id"] == grant)
    assert status == ("revoked" if "revoke" in reached else "live")


@pytest.mark.parametrize("client, method", [
    pytest.param(client, method, id=f"{client.name}-{method}")
    for client in CLIENTS for method in client.methods])
def test_an_unmodified_client_gets_a_grant_for_what_it_asked_for(
        client, method, server, user, project, starters, trust, table):
    command = starters(client.language)(client.program)
    redirect_uri = f"http://localhost:{free_port()}/callback" if client.is_web else REDIRECT
    app = user.application(redirect_uris=[redirect_uri], token_endpoint_auth_method=method)
    environment = {**trust, "ISSUER": server.url, "METHOD": method, "CLIENT_ID": app.client_id,
                   "REDIRECT_URI": redirect_uri}
    if app.secret:
        environment["CLIENT_SECRET"] = app.secret
    environment.update([client.option.split("=")] if client.option else [])
    row = {"client": client.name, "version": client.version, "method": method,
           "stages": []}
    table.append(row)
    with started(command, environment) as process:
        visit = lambda url: consent(user, project, url)
        reached = (browse(process, redirect_uri, visit) if client.is_web else talk(process, visit))
    check_stages(reached, app, user, project)
    row["stages"] = list(reached)


def guide_rows():
    """The table of docs/integrate.md, from the programs and their pins."""
    methods = {}
    for client in CLIENTS:
        methods.setdefault((client.package, client.program, client.version), set()).update(
            client.methods)
    return "| library | version | methods |\n|---|---|---|\n" + "".join(
        f"| [{package}](../tests/interop/clients/{program}) | {number} | "
        f"{', '.join(f'`{m}`' for m in (JWT, BASIC, POST, NONE) if m in has)} |\n"
        for (package, program, number), has in methods.items())


def test_the_guide_lists_the_libraries_with_these_versions():
    guide = (ROOT / "docs" / "integrate.md").read_text()
    table = re.search(r"<!-- libraries: [^\n]*\n(.*?)<!-- libraries end -->", guide, re.DOTALL)[1]
    assert table == guide_rows()
