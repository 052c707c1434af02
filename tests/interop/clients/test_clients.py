# SPDX-License-Identifier: Apache-2.0
"""Other people's OAuth clients, unmodified, against the real server: docs/protocol/oauth.md.

Each program shows how its library is used. It prints the authorization URL; the test is the user
who opens it, and gives the program the URL that the user comes back to. The program prints each
result as a line of JSON, {"token": {...}}. A web application has /login and /callback instead.
"""

import contextlib
import dataclasses
import http.cookiejar
import http.server
import json
import os
import pathlib
import re
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from playwright.sync_api import Error as PlaywrightError, sync_playwright

from grantd import REDIRECT, Person, free_port, grant_id_of
from judge import PASSPHRASE, Project, check_opens_below_the_prefix_only

HERE = pathlib.Path(__file__).resolve().parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
SCOPE = "read bucket:photos;prefix:2024/"
ASKED = SCOPE + " offline_access"

JWT, KEY, BASIC = "client_secret_jwt", "private_key_jwt", "client_secret_basic"
POST, NONE = "client_secret_post", "none"


@dataclasses.dataclass(frozen=True)
class Client:
    """A program, the file and pattern that say the library's version, and what the library has."""
    program: str
    package: str
    methods: tuple
    is_web: bool = False
    callback: str = "/callback"  # of a web application
    signs_in: bool = False
    is_device: bool = False
    option: str = ""  # NAME=value in its environment
    redirect_uri: str = ""  # that a program on its user's device has registered

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
    Client("python/authlib-requests.py", "Authlib", (JWT, KEY, BASIC, POST, NONE)),
    Client("python/authlib-flask.py", "Authlib", (BASIC, POST, NONE), is_web=True),
    Client("python/httpx-oauth.py", "httpx-oauth", (BASIC, POST)),
    Client("python/requests-oauth2client.py", "requests_oauth2client", (JWT, KEY, BASIC, POST, NONE)),
    Client("python/requests-oauth2client.py", "requests_oauth2client", (JWT, KEY, BASIC, NONE),
           option="PUSH=1"),
    Client("python/requests-oauth2client-device.py", "requests_oauth2client", (NONE,),
           is_device=True),
    Client("npm/oauth4webapi.js", "oauth4webapi", (JWT, KEY, BASIC, POST, NONE)),
    Client("npm/oauth4webapi.js", "oauth4webapi", (JWT, NONE), option="PUSH=1"),
    Client("npm/oauth4webapi-device.js", "oauth4webapi", (NONE,), is_device=True),
    Client("npm/openid-client.js", "openid-client", (JWT, KEY, BASIC, POST, NONE)),
    Client("npm/openid-client.js", "openid-client", (JWT, KEY), option="DETAILS=1"),
    Client("npm/openid-client.js", "openid-client", (JWT, NONE), option="PUSH=1"),
    Client("npm/openid-client-device.js", "openid-client", (JWT, KEY, NONE), is_device=True),
    Client("npm/simple-oauth2.js", "simple-oauth2", (BASIC, POST)),
    Client("npm/simple-oauth2.js", "simple-oauth2", (BASIC, POST), option="BODY_FORMAT=json"),
    Client("npm/arctic.js", "arctic", (BASIC, NONE)),
    Client("npm/passport-oauth2.js", "passport-oauth2", (POST, NONE), is_web=True),
    Client("go/x-oauth2/main.go", "golang.org/x/oauth2", (BASIC, POST, NONE)),
    Client("go/x-oauth2/main.go", "golang.org/x/oauth2", (BASIC,), option="AUTH_STYLE=header"),
    Client("go/x-oauth2/main.go", "golang.org/x/oauth2", (POST, NONE), option="AUTH_STYLE=params"),
    Client("go/x-oauth2-device/main.go", "golang.org/x/oauth2", (NONE,), is_device=True),
    Client("go/go-oidc/main.go", "github.com/coreos/go-oidc/v3", (BASIC,), signs_in=True),
    Client("cargo/oauth2.rs", "oauth2", (BASIC, POST, NONE)),
    Client("maven/Nimbus.java", "oauth2-oidc-sdk", (JWT, KEY, BASIC, POST, NONE)),
    Client("maven/Nimbus.java", "oauth2-oidc-sdk", (JWT, NONE), option="PUSH=1"),
    Client("maven/NimbusDevice.java", "oauth2-oidc-sdk", (NONE,), is_device=True),
    Client("maven/SpringSecurity.java", "spring-security-oauth2-client", (BASIC, POST)),
    Client("python/authlib-oidc.py", "Authlib", (JWT,), signs_in=True),
    Client("npm/authjs.js", "@auth/core", (JWT, KEY, BASIC, POST, NONE), is_web=True, signs_in=True,
           callback="/auth/callback/grantd"),
    Client("npm/openid-client-oidc.js", "openid-client", (JWT,), signs_in=True),
    Client("maven/NimbusOidc.java", "oauth2-oidc-sdk", (JWT,), signs_in=True),
    Client("debian/git-credential-oauth.sh", "git-credential-oauth", (NONE,),
           redirect_uri="http://127.0.0.1"),
    Client("maven/ScribeJava.java", "scribejava-core", (BASIC, POST)),
]

LOCKS = {
    "python": ("python/requirements.txt", r"^{}==(\S+)$"),
    "npm": ("npm/package-lock.json", r'"node_modules/{}": {{\s*"version": "([^"]+)"'),
    "go": ("go/go.mod", r"\s{} v(\S+)"),
    "cargo": ("cargo/Cargo.lock", r'name = "{}"\nversion = "([^"]+)"'),
    "debian": ("../../../tools/packages.test", r"^{} (\S+)$"),
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
    # A pushed request belongs to the browser that opened it.
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    headers = {"Cookie": cookie, "Origin": server.url} if cookie else {}
    return answer.page_data["request"], headers


def consent(user, project, url):
    """Opens the URL and allows what it asks for. Return: the URL that the user comes back to."""
    request, cookies = page_request(user.server, url)
    words = [word for word in request["scope"] if word not in ("openid", "email")]
    asked = {SCOPE, ASKED, "offline_access"} if "authorization_details" in request else {SCOPE, ASKED}
    assert " ".join(words) in asked
    answer = user.call("POST", "/api/v0/oauth2/request", request, headers=cookies)
    assert answer.status == 200, answer
    answer = user.consent(answer.json["request_id"], SCOPE.split(), project_id=project.id,
                          passphrase=PASSPHRASE)
    assert answer.status == 200, answer
    return answer.json["redirect_uri"]


def consent_for_device(user, project, url):
    """Opens the page with the code of a device and allows what it asks for; nobody comes back."""
    page, code = url.split("?user_code=")
    assert page == user.server.url + "/device"
    answer = user.call("POST", "/api/v0/oauth2/device", {"user_code": code})
    assert answer.status == 200 and " ".join(answer.json["needed_access"]) == SCOPE, answer
    answer = user.consent(answer.json["request_id"], SCOPE.split(), project_id=project.id,
                          passphrase=PASSPHRASE)
    assert answer.status == 200, answer
    return ""


@pytest.fixture(scope="session")
def user(server):
    return Person(server)


@pytest.fixture(scope="session")
def project(judge, user):
    return Project(judge, user)


def key_pair():
    """A private key as JWK, and what is registered of it."""
    private = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1())))
    private = {**private, "kid": "interop", "alg": "ES256"}
    private.pop("key_ops", None)
    return private, {"keys": [{name: private[name] for name in private if name != "d"}]}


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
    for stage in ("token", "refresh"):
        if stage not in reached:
            continue
        token = reached[stage]
        assert token["token_type"].lower() == "bearer"
        check_opens_below_the_prefix_only(project, token["access_token"])
    assert "refresh" not in reached or (
        reached["refresh"]["access_token"] != reached["token"]["access_token"])
    if "introspect" in reached:
        status = reached["introspect"]
        assert status["active"] and status["client_id"] == app.client_id
        assert status["scope"] == SCOPE
    if "identity" in reached:
        assert reached["identity"]["email"] == user.email
    grant = grant_id_of(token["access_token"])
    status = next(g["status"] for g in user.grants() if g["id"] == grant)
    assert status == ("revoked" if "revoke" in reached else "live")


@pytest.mark.parametrize("client, method", [
    pytest.param(client, method, id=f"{client.name}-{method}")
    for client in CLIENTS for method in client.methods])
def test_an_unmodified_client_gets_a_grant_for_what_it_asked_for(
        client, method, server, user, project, starters, trust, table):
    command = starters(client.language)(client.program)
    redirect_uri = f"http://localhost:{free_port()}{client.callback}" if client.is_web else (
        client.redirect_uri or REDIRECT)
    private, public = key_pair() if method == KEY else (None, None)
    app = user.application(redirect_uris=[redirect_uri], token_endpoint_auth_method=method,
                           jwks=public, device_flow=client.is_device,
                           application_type="native" if client.redirect_uri else "web")
    environment = {**trust, "ISSUER": server.url, "METHOD": method, "CLIENT_ID": app.client_id,
                   "REDIRECT_URI": redirect_uri}
    if app.secret:
        environment["CLIENT_SECRET"] = app.secret
    if private:
        environment["PRIVATE_KEY"] = json.dumps(private)
    environment.update([client.option.split("=")] if client.option else [])
    row = {"client": client.name, "version": client.version, "method": method,
           "stages": []}
    table.append(row)
    with started(command, environment) as process:
        allow = consent_for_device if client.is_device else consent
        visit = lambda url: allow(user, project, url)
        reached = (browse(process, redirect_uri, visit) if client.is_web else talk(process, visit))
    check_stages(reached, app, user, project)
    assert ("identity" in reached) == client.signs_in
    row["stages"] = list(reached)


# In a browser.
PAGES = [
    Client("npm/oidc-client-ts.js", "oidc-client-ts", (NONE,), signs_in=True),
]


@contextlib.contextmanager
def served(program, settings):
    """The program's page, with the library and its settings, on a port of its own."""
    library = HERE / "npm/node_modules/oidc-client-ts/dist/browser/oidc-client-ts.js"
    page = (b"<!doctype html><script src=/library.js></script>"
            b"<script type=module src=/program.js></script>")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            files = {"/library.js": ("text/javascript", library.read_bytes()),
                     "/program.js": ("text/javascript", (HERE / program).read_bytes()),
                     "/settings.json": ("application/json", json.dumps(settings).encode())}
            kind, body = files.get(self.path.split("?")[0], ("text/html", page))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    listener = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{listener.server_port}"
    finally:
        listener.shutdown()
        listener.server_close()


def surf(url, server, visit):
    """Opens a program's page in Chromium. Where it sends the user, they allow what it asks for."""
    lines = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.on("console", lambda message: lines.append(message.text))
        page.on("pageerror", lambda problem: lines.append(f"failed: {problem}"))
        page.route(server.url + "/oauth2/authorize?*", lambda route: route.fulfill(
            status=302, headers={"Location": visit(route.request.url)}))
        try:
            page.goto(url + "/login")
            page.wait_for_function("document.title == 'done'", timeout=60_000)
        except PlaywrightError as problem:
            raise AssertionError(lines) from problem
        finally:
            browser.close()
    return results(lines)


@pytest.mark.skipif(not os.path.exists(CHROMIUM), reason=f"there is no {CHROMIUM}")
@pytest.mark.parametrize("client", PAGES, ids=lambda client: client.name)
def test_an_unmodified_client_in_a_browser_gets_a_grant(
        client, server, user, project, starters, table):
    starters(client.language)
    settings = {"ISSUER": server.url}
    row = {"client": client.name, "version": client.version, "method": NONE, "stages": []}
    table.append(row)
    with served(client.program, settings) as origin:
        settings["REDIRECT_URI"] = origin + "/callback"
        app = user.application(redirect_uris=[settings["REDIRECT_URI"]],
                               token_endpoint_auth_method=NONE)
        settings["CLIENT_ID"] = app.client_id
        reached = surf(origin, server, lambda url: consent(user, project, url))
    check_stages(reached, app, user, project)
    assert "identity" in reached
    row["stages"] = list(reached)


REGISTERING = [
    Client("python/mcp-sdk.py", "mcp", (NONE,)),
    Client("npm/mcp-sdk.js", "@modelcontextprotocol/sdk", (NONE,)),
    Client("npm/mcp-client.js", "@modelcontextprotocol/client", (NONE,)),
    Client("npm/oauth4webapi-register.js", "oauth4webapi", (NONE,)),
    Client("npm/openid-client-register.js", "openid-client", (NONE,)),
]


# The same, known by their metadata documents.
DOCUMENTED = [
    Client("python/mcp-sdk.py", "mcp", (NONE,)),
    Client("npm/mcp-sdk.js", "@modelcontextprotocol/sdk", (NONE,)),
    Client("npm/mcp-client.js", "@modelcontextprotocol/client", (NONE,)),
]


@pytest.fixture(scope="session")
def resource(server, documents):
    """A server of the Model Context Protocol that says where its clients get a grant (RFC 9728). It lets
    everybody in who has one."""
    described = "/.well-known/oauth-protected-resource/mcp"

    def mcp(handler):
        if handler.headers["Authorization"]:
            handler.answer(200, b"{}")
        else:
            handler.answer(401, b"{}", WWW_Authenticate=f'Bearer resource_metadata="{documents.url(described)}"')

    documents.pages["/mcp"] = mcp
    documents.pages[described] = {"resource": documents.url("/mcp"),
                                  "authorization_servers": [server.url],
                                  "scopes_supported": SCOPE.split()}
    return documents.url("/mcp")


@pytest.mark.parametrize("client", REGISTERING, ids=lambda client: client.name)
def test_an_unmodified_client_registers_itself_and_gets_a_grant(
        client, server, user, project, starters, trust, table, resource):
    command = starters(client.language)(client.program)
    environment = {**trust, "ISSUER": server.url, "SCOPE": SCOPE, "RESOURCE": resource,
                   "REDIRECT_URI": f"http://localhost:{free_port()}/callback"}
    row = {"client": client.name, "version": client.version, "method": NONE, "stages": []}
    table.append(row)
    with started(command, environment) as process:
        reached = talk(process, lambda url: consent(user, project, url))
    assert reached["register"]["client_id"]
    for stage in {"token", "refresh"} & reached.keys():
        check_opens_below_the_prefix_only(project, reached[stage]["access_token"])
    row["stages"] = list(reached)


@pytest.mark.parametrize("client", DOCUMENTED, ids=lambda client: client.name)
def test_an_unmodified_client_is_known_by_its_metadata_document(
        client, server, user, project, starters, trust, table, documents, resource):
    command = starters(client.language)(client.program)
    redirect_uri = f"http://localhost:{free_port()}/callback"
    path = f"/{client.language}/{client.package}.json"
    documents.publish(path, redirect_uris=[redirect_uri])
    environment = {**trust, "ISSUER": server.url, "SCOPE": SCOPE, "RESOURCE": resource,
                   "REDIRECT_URI": redirect_uri, "CLIENT_METADATA_URL": documents.url(path)}
    row = {"client": client.name + " document", "version": client.version, "method": NONE,
           "stages": []}
    table.append(row)
    with started(command, environment) as process:
        reached = talk(process, lambda url: consent(user, project, url))
    assert reached["document"]["client_id"] == documents.url(path)
    for stage in {"token", "refresh"} & reached.keys():
        check_opens_below_the_prefix_only(project, reached[stage]["access_token"])
        assert reached[stage]["refresh_token"]
    row["stages"] = list(reached)
