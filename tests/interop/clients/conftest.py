# SPDX-License-Identifier: Apache-2.0
"""A grantd with https and a judge, and the libraries of each language, installed as their locks say.
At the end, a table says which library got how far."""

import json
import pathlib
import shutil

import pytest

import judge as judging
from grantd import ROOT
from documents import Documents
from installs import CACHE, install, installed, need, node_modules, run, venv
from tls_server import TlsServer

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = ROOT / "build-logs" / "clients.json"


@pytest.fixture(scope="session")
def documents(tmp_path_factory):
    """Where applications have their metadata documents, and an MCP server is."""
    documents = Documents(tmp_path_factory.mktemp("documents"))
    yield documents
    documents.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory, documents):
    server = TlsServer(tmp_path_factory.mktemp("grantd"),
                       **documents.settings(**{"clients.raw_secrets": "true",
                                               "clients.dynamic_registration": "true",
                                               "oauth.resources": documents.url("/mcp")})).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture(scope="session")
def judge(tmp_path_factory):
    """Storj's own libraries."""
    judge = judging.Judge(judging.build(tmp_path_factory.mktemp("judge")))
    yield judge
    assert judge.close() == 0


# --- each language: installs the libraries, and returns how its programs are started ---

def python():
    interpreter = venv(CACHE / "python", HERE / "python" / "requirements.txt")
    return lambda program: [interpreter, program]


def npm():
    node_modules(HERE / "npm")
    return lambda program: ["node", program]


def go():
    need("go")
    install("go", "mod", "download", folder=HERE / "go")
    run("go", "vet", "./...", folder=HERE / "go")
    run("go", "build", "-o", f"{CACHE}/go/", "./...", folder=HERE / "go")
    return lambda program: [str(CACHE / "go" / pathlib.Path(program).parent.name)]


def cargo():
    need("cargo")
    install("cargo", "fetch", "--quiet", "--locked", folder=HERE / "cargo")
    run("cargo", "build", "--quiet", "--locked", "--target-dir", CACHE / "cargo",
        folder=HERE / "cargo")
    return lambda program: [str(CACHE / "cargo" / "debug" / pathlib.Path(program).stem)]


def maven():
    need("mvn")
    need("java")
    jars, pom = CACHE / "maven", HERE / "maven" / "pom.xml"
    is_there, note = installed(jars, pom)
    if not is_there:
        shutil.rmtree(jars, ignore_errors=True)
        install("mvn", "--quiet", "--batch-mode", "--file", pom, "dependency:copy-dependencies",
                f"-DoutputDirectory={jars}", f"-DbuildDirectory={CACHE}/maven-target")
        note()
    return lambda program: ["java", "-cp", f"{jars}/*", program]


def debian():
    """What tools/setup has installed."""
    need("git-credential-oauth")
    return lambda program: ["sh", program]


@pytest.fixture(scope="session")
def starters():
    """How to start a program of a language; installs what is missing when it is first asked for, and
    does not try again what could not be installed."""
    ready, missing = {}, {}

    def starter(language):
        if language not in ready and language not in missing:
            CACHE.mkdir(parents=True, exist_ok=True)
            try:
                ready[language] = globals()[language]()
            except pytest.skip.Exception as reason:
                missing[language] = str(reason)
        if language in missing:
            pytest.skip(missing[language])
        return ready[language]

    return starter


@pytest.fixture(scope="session")
def trust(server, documents, tmp_path_factory):
    """The environment in which every library trusts the servers' certificates."""
    certificate = str(server.folder / "certificates.pem")
    pathlib.Path(certificate).write_text((server.folder / "cert.pem").read_text()
                                         + (documents.folder / "documents.pem").read_text())
    variables = dict.fromkeys(("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"),
                              certificate)
    if shutil.which("keytool"):
        store = tmp_path_factory.mktemp("java") / "trusted.p12"
        run("keytool", "-importcert", "-noprompt", "-alias", "grantd", "-file", certificate,
            "-keystore", store, "-storetype", "PKCS12", "-storepass", "changeit")
        variables["JDK_JAVA_OPTIONS"] = (f"-Djavax.net.ssl.trustStore={store} "
                                         "-Djavax.net.ssl.trustStorePassword=changeit")
    return variables


# --- the table ---

TABLE = pytest.StashKey()


@pytest.fixture(scope="session")
def table(request):
    """Rows of a library, its version, a method, and the stages that it reached."""
    return request.config.stash.setdefault(TABLE, [])


def pytest_terminal_summary(terminalreporter, config):
    rows = sorted(config.stash.get(TABLE, []), key=lambda row: list(row.values()))
    if not rows:
        return
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n")
    terminalreporter.section("what standard clients reach")
    for row in rows:
        terminalreporter.write_line(
            f"{row['client']:36} {row['version']:10} {row['method']:20} "
            f"{' '.join(row['stages']) or 'nothing'}")
