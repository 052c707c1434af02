# SPDX-License-Identifier: Apache-2.0
"""Applications that are known by a metadata document: docs/protocol/oauth.md 8."""

import concurrent.futures
import contextlib
import sqlite3
import time
import urllib.parse

import pytest

from documents import NONE, WEB, Documents, authorization_path
from grantd import ASSERTION_TYPE, Person, Server, grant_id_of, pkce
from test_private_key_jwt import assertion, jwk_of, key_for

ACCESS = "/api/v0/auth/developer-access"
METADATA = "/.well-known/oauth-authorization-server"


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    documents = Documents(tmp_path_factory.mktemp("documents"))
    yield documents
    documents.stop()


@pytest.fixture(scope="module")
def fetching(tmp_path_factory, documents):
    server = Server(tmp_path_factory.mktemp("fetching"), **documents.settings()).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def person(fetching):
    return Person(fetching)


def refused(answer, status, error):
    assert (answer.status, answer.error) == (status, error), answer


def post(server, path, **fields):
    return server.call("POST", path, urllib.parse.urlencode(fields),
                       headers={"Content-Type": "application/x-www-form-urlencoded"})


def asked(person, app, scope=("read",), **fields):
    """A request for access. Return: the answer, and the verifier."""
    verifier, challenge = pkce()
    answer = person.request(app, scope, **{"code_challenge": challenge,
                                           "code_challenge_method": "S256", **fields})
    return answer, verifier


def token(person, app, credentials=None, **fields):
    """All the way to a grant."""
    answer, verifier = asked(person, app, **fields)
    assert answer.status == 200, answer
    code = person.consent(answer.json["request_id"], ["read"]).json["code"]
    return app.redeem(code, code_verifier=verifier, **(credentials or
                                                       {"client_id": app.client_id, **NONE}))


def page(server, app, **fields):
    return server.call("GET", authorization_path(app, **fields))


def problem(server, app):
    """What the authorization endpoint says instead of a page for a decision. Return: status, text."""
    answer = page(server, app)
    return answer.status, answer.body.decode()


def with_database(server, statement):
    """Changes rows where the database is a file."""
    if server.environment.get("GRANTD_STORE_URL"):
        pytest.skip("the test looks into a file")
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db", timeout=30)) as database:
        rows = database.execute(statement).fetchall()
        database.commit()
        return rows


def outdate(server):
    """All copies of documents are older than they may be; those in memory too."""
    with_database(server, "UPDATE client SET document_until = 1")
    assert server.stop() == 0
    server.start()


# --- with a sound document ---

def test_such_an_application_gets_a_grant_and_nobody_registered_it(fetching, person, documents):
    app = documents.application(fetching, "/whole.json")
    assert fetching.call("GET", METADATA).json["client_id_metadata_document_supported"] is True
    opened = page(fetching, app).page_data
    assert opened["request"]["client_id"] == app.client_id
    assert opened["client"]["metadata_document"] == app.client_id
    answer = token(person, app)
    assert answer.status == 200 and answer.json["scope"] == "read", answer
    renewed = app.refresh(answer.json["refresh_token"], client_id=app.client_id, **NONE)
    assert renewed.status == 200, renewed
    seen = fetching.call("POST", "/oauth2/introspect",
                         urllib.parse.urlencode({"token": renewed.json["access_token"]}),
                         token=fetching.service_token("check"),
                         headers={"Content-Type": "application/x-www-form-urlencoded"}).json
    assert seen["active"] and seen["client_id"] == app.client_id
    connected = person.call("GET", ACCESS).json[0]
    assert connected["metadata_document"] == app.client_id and connected["self_registered"]
    assert documents.asked["/whole.json"] == 1
    answer = post(fetching, "/oauth2/revoke", client_id=app.client_id,
                  token=renewed.json["refresh_token"])
    assert answer.status == 200, answer
    assert {g["status"] for g in person.grants()} == {"revoked"}
    assert "(metadata document)" in fetching.run("client", "list").stdout


def test_its_id_token_is_for_its_url(fetching, person, documents):
    import jwt
    app = documents.application(fetching, "/openid.json")
    answer = token(person, app, scope=("read", "openid"))
    claims = jwt.decode(answer.json["id_token"], options={"verify_signature": False})
    assert claims["aud"] == app.client_id


def test_a_private_key_of_the_document_is_what_proves_it(fetching, person, documents):
    key = key_for("ES256")
    app = documents.application(fetching, "/key.json", token_endpoint_auth_method="private_key_jwt",
                                jwks={"keys": [jwk_of(key)]})
    proof = lambda signer=key: {"client_assertion": assertion(app, "ES256", signer)}
    refused(token(person, app), 400, "invalid_client")
    refused(token(person, app, proof(key_for("ES256", 1))), 400, "invalid_client")
    answer = token(person, app, proof())
    assert answer.status == 200, answer
    status = post(fetching, "/oauth2/introspect", client_assertion_type=ASSERTION_TYPE,
                  token=answer.json["access_token"], **proof()).json
    assert status["active"] and status["client_id"] == app.client_id


def test_it_can_push_its_requests(fetching, person, documents):
    app = documents.application(fetching, "/pushed.json")
    verifier, challenge = pkce()
    pushed = post(fetching, "/oauth2/par", client_id=app.client_id, redirect_uri=WEB, scope="read",
                  response_type="code", code_challenge=challenge, code_challenge_method="S256")
    assert pushed.status == 201, pushed
    opened = fetching.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode(
        {"client_id": app.client_id, "request_uri": pushed.json["request_uri"]}))
    request = opened.page_data["request"]
    cookie = opened.headers["Set-Cookie"].partition(";")[0]
    answer = person.call("POST", "/api/v0/oauth2/request", request,
                         headers={"Cookie": cookie, "Origin": fetching.url})
    assert answer.status == 200, answer
    code = person.consent(answer.json["request_id"], ["read"]).json["code"]
    answer = app.redeem(code, client_id=app.client_id, code_verifier=verifier, **NONE)
    assert answer.status == 200, answer


def test_there_is_no_row_before_somebody_who_has_logged_in_asks(fetching, person, documents):
    app = documents.application(fetching, "/row.json")
    rows = lambda: with_database(
        fetching, f"SELECT name FROM client WHERE document = '{app.client_id}'")
    assert page(fetching, app).status == 200 and rows() == []
    assert asked(person, app)[0].status == 200 and rows() == [("Reader",)]


def test_a_document_is_fetched_once_for_many_who_come_at_once(fetching, documents):
    app = documents.application(fetching, "/once.json")
    sources = [f"127.0.3.{n}" for n in range(1, 9)]
    with concurrent.futures.ThreadPoolExecutor(len(sources)) as pool:
        answers = list(pool.map(
            lambda source: fetching.call("GET", authorization_path(app), source=source), sources))
    assert [answer.status for answer in answers] == [200] * len(sources)
    assert documents.asked["/once.json"] == 1


def test_an_operator_who_disables_it_has_the_last_word(fetching, person, documents):
    app = documents.application(fetching, "/blocked.json")
    answer = token(person, app)
    assert answer.status == 200, answer
    fetching.run("client", "disable", app.client_id)
    refused(asked(person, app)[0], 400, "client_inactive")
    refused(app.refresh(answer.json["refresh_token"], client_id=app.client_id, **NONE), 400,
            "invalid_client")
    fetching.run("client", "enable", app.client_id)
    assert asked(person, app)[0].status == 200


def test_where_applications_need_approval_it_waits_for_that(make_server, documents):
    server = make_server(**documents.settings(**{"clients.require_approval": "true"}))
    person, app = Person(server), documents.application(server, "/waits.json")
    assert page(server, app).status == 200
    refused(asked(person, app)[0], 400, "client_inactive")
    assert server.call("GET", authorization_path(app)).status == 400
    server.run("client", "enable", app.client_id)
    assert asked(person, app)[0].status == 200


# --- a document that changes ---

def test_what_a_changed_document_says_counts_from_then_on(make_server, documents):
    server = make_server(**documents.settings())
    person, other = Person(server), "https://app.example.com/other"
    app = documents.application(server, "/moved.json", redirect_uris=[WEB, other])
    grant = token(person, app)
    documents.publish("/moved.json", redirect_uris=[other], client_name="Writer")
    assert asked(person, app)[0].status == 200
    outdate(server)
    person.log_in()
    refused(asked(person, app)[0], 400, "invalid_redirect_uri")
    answer = asked(person, app, redirect_uri=other)[0]
    assert answer.json["client_name"] == "Writer"
    documents.pages.pop("/moved.json")
    outdate(server)
    person.log_in()
    refused(asked(person, app, redirect_uri=other)[0], 400, "invalid_client_id")
    renewed = app.refresh(grant.json["refresh_token"], client_id=app.client_id, **NONE)
    assert renewed.status == 200, renewed
    statuses = {g["id"]: g["status"] for g in person.grants()}
    assert statuses[grant_id_of(grant.json["access_token"])] == "live"
    assert person.call("GET", ACCESS).json[0]["application_name"] == "Writer"


def test_a_key_that_the_document_has_no_more_proves_nothing(make_server, documents):
    server = make_server(**documents.settings())
    person, old, new = Person(server), key_for("ES256"), key_for("ES256", 1)
    members = {"token_endpoint_auth_method": "private_key_jwt"}
    app = documents.application(server, "/keys.json", jwks={"keys": [jwk_of(old)]}, **members)
    first = token(person, app, {"client_assertion": assertion(app, "ES256", old)})
    documents.publish("/keys.json", jwks={"keys": [jwk_of(new)]}, **members)
    outdate(server)
    refresh = lambda key: app.refresh(first.json["refresh_token"],
                                      client_assertion=assertion(app, "ES256", key))
    refused(refresh(old), 400, "invalid_client")
    assert refresh(new).status == 200


# --- documents that are not ---

def redirect(handler):
    handler.answer(302, b"{}", Location="/whole.json")


def endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b" " * 65536)


def endless_head(handler):
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X-Y: " + b"z" * 1000 + b"\r\n")


def too_large(handler):
    handler.answer(200, b'{"client_name": "' + b"x" * 5120 + b'"}')


def wrong_type(handler):
    handler.answer(200, b"{}", kind="text/html")


def not_json(handler):
    handler.answer(200, b"<html>")


@pytest.mark.parametrize("bad", [redirect, endless, endless_head, too_large, wrong_type, not_json, None,
                                 {"client_id": "https://localhost/other.json"},
                                 {"client_id": None}, {"redirect_uris": None},
                                 {"redirect_uris": ["https://a.example/cb"] * 11},
                                 {"client_secret": "x"},
                                 {"token_endpoint_auth_method": "client_secret_basic"},
                                 {"token_endpoint_auth_method": "client_secret_jwt"},
                                 {"grant_types": ["client_credentials"]}],
                         ids=lambda bad: getattr(bad, "__name__", None) or str(bad))
def test_what_is_no_sound_document_is_refused(fetching, person, documents, bad):
    path = f"/bad{len(documents.pages)}.json"
    app = documents.application(fetching, path)
    if callable(bad) or bad is None:
        documents.pages[path] = bad
    else:
        documents.publish(path, **bad)
    status, text = problem(fetching, app)
    assert status in (400, 503) and "metadata document" in text, text
    assert asked(person, app)[0].status == status
    assert documents.asked[path] == 1  # a failure is not repeated at once


def test_a_refusal_names_what_is_wrong_with_it(fetching, documents):
    app = documents.application(fetching, "/uri.json", redirect_uris=["http://app.example.com/cb"])
    assert "cannot be registered" in problem(fetching, app)[1]
    app = documents.application(fetching, "/jwks_uri.json", jwks_uri="https://a.example/keys",
                                token_endpoint_auth_method="private_key_jwt")
    assert "jwks_uri" in problem(fetching, app)[1]


def test_a_server_that_does_not_answer_holds_nobody_up_for_long(fetching, person, documents):
    for n in range(12):
        documents.pages[f"/slow{n}.json"] = lambda handler: documents.ending.wait(30)
    slow = [documents.application(fetching, f"/slow{n}.json") for n in range(12)]
    for n in range(12):
        documents.pages[f"/slow{n}.json"] = lambda handler: documents.ending.wait(30)
    app = documents.application(fetching, "/quick.json")
    assert asked(person, app)[0].status == 200
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = [pool.submit(fetching.call, "GET", authorization_path(one),
                               source=f"127.0.4.{n}") for n, one in enumerate(slow, 1)]
        while not any(path.startswith("/slow") for path in documents.asked):
            time.sleep(0.01)
        assert page(fetching, app).status == 200  # what is known needs no fetch
        assert token(person, app).status == 200
        assert {one.result().status for one in answers} == {503}
    assert sum(count for path, count in documents.asked.items() if path.startswith("/slow")) <= 8


# --- where no document is fetched ---

@pytest.mark.parametrize("url", ["https://127.0.0.1:{port}/a", "https://localhost:{port}",
                                 "https://LOCALHOST:{port}/a", "http://localhost:{port}/a",
                                 "https://u@localhost:{port}/a", "https://localhost:{port}/a#b",
                                 "https://localhost:{port}/b/../a",
                                 "https://localhost:{port}/b/%2e%2E/a", "https://[::1]:{port}/a",
                                 "https://2130706433:{port}/a", "https://localhost:0/a",
                                 "https://localhost:{port}/" + "a" * 512])
def test_a_url_that_is_no_client_id_is_refused_unread(fetching, documents, url):
    url = url.format(port=documents.server.server_address[1])
    documents.pages["/a"] = {"client_id": url, "redirect_uris": [WEB]}
    answer = fetching.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode({"client_id": url}))
    assert answer.status == 400 and "/a" not in documents.asked, answer


def test_an_address_inside_the_network_is_not_connected_to(make_server, documents):
    server = make_server(**documents.settings(**{"clients.metadata_allowed": "public"}))
    app = documents.application(server, "/inside.json")
    assert problem(server, app)[0] == 503
    assert "/inside.json" not in documents.asked
    assert "address not allowed" in server.text()


def test_a_certificate_that_nobody_vouches_for_is_refused(make_server, documents):
    server = make_server(**documents.settings(**{"clients.metadata_ca": ""}))
    app = documents.application(server, "/certificate.json")
    assert problem(server, app)[0] == 503
    assert "/certificate.json" not in documents.asked


def test_without_the_setting_a_url_is_no_client_id(user, documents):
    app = documents.application(user.server, "/off.json")
    assert "client_id_metadata_document_supported" not in user.server.call("GET", METADATA).json
    assert problem(user.server, app)[0] == 400
    refused(asked(user, app)[0], 400, "invalid_client_id")
    answer = app.redeem("x", client_id=app.client_id, **NONE)
    refused(answer, 400, "invalid_client")
    assert "/off.json" not in documents.asked


def test_its_uuid_is_no_other_name_for_it(fetching, person, documents):
    app = documents.application(fetching, "/alias.json")
    assert token(person, app).status == 200
    app.client_id = person.call("GET", ACCESS).json[0]["client_id"]
    refused(asked(person, app)[0], 400, "invalid_client_id")


def test_one_address_cannot_have_any_number_of_urls_fetched(make_server, documents):
    server = make_server(**documents.settings(**{"limits.registrations_per_address": "6"}))
    person = Person(server)
    app = documents.application(server, "/many.json")
    before = documents.asked.get("/many.json", 0)
    for n in range(9):
        app.client_id = documents.url(f"/many.json?{n}")
        answer = page(server, app)
        assert answer.status == (400 if n < 6 else 429), answer
    assert documents.asked["/many.json"] - before == 6
    assert with_database(server, "SELECT * FROM client") == []
    assert person.application()
