# SPDX-License-Identifier: Apache-2.0
"""Hostile requests: each gets a clear refusal, never a 5xx, never a crash."""

import contextlib
import json
import os
import re
import socket
import threading
import time

import pytest

from grantd import SANITIZED, PASSWORD, Person, b64url, sign

TOKEN = "/api/v0/oauth2/token"

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def check_refusal(answer, *statuses):
    assert answer.status in statuses, answer
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Request-Id"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    body = answer.json
    assert set(body) == {"error", "error_description"}
    text = body["error_description"]
    assert text.isascii() and text.isprintable() and '"' not in text and "\\" not in text


BODIES = {
    "empty": b"",
    "not json": b"{",
    "array": b"[]",
    "string": b'"x"',
    "number": b"1",
    "null": b"null",
    "two objects": b"{}{}",
    "trailing": b"{} x",
    "duplicate keys": b'{"code":"a","code":"b"}',
    "bad utf-8": b'{"code":"\xff"}',
    "overlong utf-8": b'{"code":"\xc0\xaf"}',
    "lone surrogate": b'{"code":"\\ud800"}',
    "nul": b'{"code":"a\\u0000b"}',
    "bom": b"\xef\xbb\xbf{}",
    "deep": b'{"code":' + b"[" * 9 + b"]" * 9 + b"}",
    "very deep": b'{"x":' + b"[" * 8000,
    "deep objects": b'{"a":' * 20 + b"1" + b"}" * 20,
    "wrong type": b'{"client_id":1,"client_secret":[],"redirect_uri":{},"code":true}',
    "huge number": b'{"code":1e999,"email":1e999,"name":1e999,"request_id":1e999,"client_id":1e999}',
    "long integer": b'{"code":' + b"9" * 400 + b"}",
    "no number": b'{"x":0' + b"9" * 400 + b"}",
    "comment": b"{/* */}",
    "single quotes": b"{'code':'x'}",
    "nan": b'{"code":NaN}',
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", [
    TOKEN, "/api/v0/auth/register", "/api/v0/auth/token", "/api/v0/oauth2/request",
    "/api/v0/oauth2/consent", "/api/v0/oauth2/device", "/api/v0/projects", "/api/v0/developer/auth/oauth2/clients"])
def test_hostile_bodies_are_refused(server, developer, path, name):
    token = None if path == TOKEN or "auth/" in path and "clients" not in path else developer.token
    check_refusal(server.call("POST", path, BODIES[name], token=token), 400, 401)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CLIENT_ID = b"client_id=e45fa79a-05f5-4f00-bbfe-bd0a14aead0f"
FORMS = {
    "empty": b"",
    "separators": b"&=" * 5000,
    "no name": b"=x&=y",
    "names alone": b"client_id&scope",
    "nul": CLIENT_ID + b"%00",
    "half an escape": CLIENT_ID + b"%4",
    "no escape": b"client_id=%zz",
    "bad utf-8": b"client_id=%ff%fe",
    "lone surrogate": b"client_id=%ed%a0%80",
    "raw bytes": b"client_id=\x00\xff\r\n",
    "semicolons": CLIENT_ID + b";scope=read",
    "twice": CLIENT_ID + b"&" + CLIENT_ID,
    "twice in other words": CLIENT_ID + b"&client%5Fid=x",
    "many": CLIENT_ID + b"&a=b" * 3000,
    "a long name": CLIENT_ID + b"&" + b"n" * 16000 + b"=x",
    "a long value": CLIENT_ID + b"&scope=" + b"x" * 16000,
    "two ways": CLIENT_ID + b"&client_secret=x&client_assertion=a.b.c",
    "no assertion": b"client_assertion=..&client_assertion_type="
                    b"urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
    "json": b'{"client_id":"e45fa79a-05f5-4f00-bbfe-bd0a14aead0f"}',
}


@pytest.mark.parametrize("path", ["/oauth2/par", "/oauth2/device_authorization", "/oauth2/token",
                                  "/oauth2/revoke", "/oauth2/introspect"])
def test_hostile_forms_are_refused(server, path):
    for body in FORMS.values():
        check_refusal(server.call("POST", path, body, headers=FORM), 400)
        check_refusal(server.call("POST", path, body, headers={
            **FORM, "Authorization": "Basic " + "x" * 500}), 400, 401)


def jwt_with(app, header='{"alg":"HS256","typ":"JWT"}', payload=None):
    good = {"client_id": app.client_id, "exp": int(time.time()) + 300}
    return sign(app.secret, payload if payload is not None else good, header)


def payload(app, text):
    return text.replace("ID", app.client_id).replace("EXP", str(int(time.time()) + 300))


JWTS = {
    "rule 38 none": lambda a: jwt_with(a, '{"alg":"none"}'),
    "rule 38 none, no signature": lambda a: jwt_with(a, '{"alg":"none"}').rsplit(".", 1)[0] + ".",
    "rule 38 HS384": lambda a: jwt_with(a, '{"alg":"HS384"}'),
    "rule 38 RS256": lambda a: jwt_with(a, '{"alg":"RS256"}'),
    "rule 38 hs256": lambda a: jwt_with(a, '{"alg":"hs256"}'),
    "rule 38 list": lambda a: jwt_with(a, '{"alg":["HS256"]}'),
    "rule 38 missing": lambda a: jwt_with(a, '{"typ":"JWT"}'),
    "rule 43 typ": lambda a: jwt_with(a, '{"alg":"HS256","typ":"at+jwt"}'),
    "rule 45 crit": lambda a: jwt_with(a, '{"alg":"HS256","crit":["x"],"x":1}'),
    "rule 45 jwk": lambda a: jwt_with(a, '{"alg":"HS256","jwk":{}}'),
    "rule 45 jku": lambda a: jwt_with(a, '{"alg":"HS256","jku":"https://evil.example"}'),
    "rule 45 b64": lambda a: jwt_with(a, '{"alg":"HS256","b64":false,"crit":["b64"]}'),
    "rule 46 duplicate header": lambda a: jwt_with(a, '{"alg":"HS256","alg":"HS256"}'),
    "rule 46 duplicate claim": lambda a: jwt_with(a, payload=payload(
        a, '{"client_id":"ID","client_id":"ID","exp":EXP}')),
    "rule 46 trailing": lambda a: jwt_with(a, payload=payload(a, '{"client_id":"ID","exp":EXP}x')),
    "rule 46 padding": lambda a: jwt_with(a) + "=",
    "rule 46 five segments": lambda a: jwt_with(a) + ".x.y",
    "rule 46 two segments": lambda a: jwt_with(a).rsplit(".", 1)[0],
    "rule 46 space": lambda a: jwt_with(a) + " ",
    "rule 46 standard base64": lambda a: jwt_with(a).replace("e", "+", 1),
    "rule 39 no exp": lambda a: jwt_with(a, payload={"client_id": a.client_id}),
    "rule 39 text exp": lambda a: jwt_with(a, payload=payload(a, '{"client_id":"ID","exp":"EXP"}')),
    "rule 39 huge exp": lambda a: jwt_with(a, payload=payload(a, '{"client_id":"ID","exp":1e308}')),
    "rule 39 too far": lambda a: jwt_with(a, payload={"client_id": a.client_id,
                                                     "exp": int(time.time()) + 330}),
    "rule 40 future iat": lambda a: a.jwt(iat=int(time.time()) + 60),
    "rule 40 future nbf": lambda a: a.jwt(nbf=int(time.time()) + 60),
    "rule 41 other client": lambda a: a.jwt(client_id="e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"),
    "rule 41 other iss": lambda a: a.jwt(iss="x"),
    "rule 41 other sub": lambda a: a.jwt(sub="x"),
    "rule 42 other aud": lambda a: a.jwt(aud="https://other.example"),
    "rule 42 two auds": lambda a: a.jwt(aud=[a.server.url, "https://other.example"]),
    "long jti": lambda a: a.jwt(jti="x" * 129),
    "empty jti": lambda a: a.jwt(jti=""),
    "number jti": lambda a: a.jwt(jti=1),
    "long": lambda a: a.jwt(x="y" * 2048),
    "dots": lambda a: "..",
    "text": lambda a: "x",
    "array payload": lambda a: jwt_with(a, payload="[]"),
    "not json": lambda a: jwt_with(a, payload="x"),
}


@pytest.mark.parametrize("name", JWTS)
def test_hostile_jwts_are_invalid_clients(user, app, name):
    code = user.code(app)
    answer = app.exchange(code, client_secret=JWTS[name](app))
    check_refusal(answer, 401)
    assert answer.error == "invalid_client"
    assert app.exchange(code).status == 200  # nothing was used up


def test_an_expired_jwt_with_a_wrong_signature_is_an_invalid_client(app):
    app.secret = "0" * 64
    answer = app.exchange("x", client_secret=app.jwt(exp=1))
    assert answer.error == "invalid_client"


def test_good_claims_are_accepted(user, app):
    now = int(time.time())
    for claims in ({"iss": app.client_id, "sub": app.client_id, "aud": app.server.url},
                   {"aud": [app.server.url]}, {"iat": now, "nbf": now + 5}, {"x": {"y": [1]}},
                   {"iat": now - 0.5}, {"exp": now + 305}, {"exp": now - 5}):
        answer = app.exchange(user.code(app), client_secret=app.jwt(**claims))
        assert answer.status == 200, (claims, answer)


PATHS = ["/", "/api", "/api/v0/", "/api/v0/oauth2/token/", "/api/v0/oauth2//token",
         "/API/v0/oauth2/token", "/api/v0/oauth2/%74oken", "/../etc/passwd", "//evil.example/",
         "/api/v0/auth/account/", "/healthz/", "/x" * 1000]


@pytest.mark.parametrize("path", PATHS)
def test_paths_match_byte_for_byte(server, path):
    answer = server.call("GET", path)
    if path == "/":
        assert answer.status in (200, 404)
        return
    check_refusal(answer, 404)


def test_other_methods_are_405_with_allow(server):
    for method in ("OPTIONS", "PUT", "PATCH", "DELETE", "GET"):
        answer = server.call(method, "/api/v0/auth/register")
        check_refusal(answer, 405)
        assert answer.headers["Allow"] == "POST"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_head_is_get_without_a_body(server, developer):
    answer = developer.call("HEAD", "/api/v0/auth/account")
    assert answer.status == 200 and answer.body == b""


def test_a_session_is_needed_where_it_is_needed(server):
    for method, path in (("GET", "/api/v0/auth/account"), ("GET", "/api/v0/auth/grants"),
                         ("POST", "/api/v0/oauth2/consent"), ("GET", "/api/v0/projects"),
                         ("POST", "/api/v0/developer/auth/oauth2/clients")):
        for token in (None, "x", b64url(bytes(32)), "x" * 5000, "a b"):
            answer = server.call(method, path, {} if method == "POST" else None, token=token)
            check_refusal(answer, 401)
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="grantd"'


def test_wrong_hosts_are_421(server):
    for host in ("evil.example", f"localhost:{server.port + 1}", "localhost", f"127.0.0.2:{server.port}",
                 f"localhost:{server.port}.evil.example"):
        answer = server.call("GET", "/api/v0/auth/account", headers={"Host": host})
        check_refusal(answer, 421)
        assert answer.error == "wrong_host"
        assert server.call("GET", "/healthz", headers={"Host": host}).status == 200
    for host in (f"127.0.0.1:{server.port}", f"[::1]:{server.port}"):
        assert server.call("GET", "/api/v0/auth/account", headers={"Host": host}).status == 401


def log_in_with_cookie(server, person):
    answer = server.call("POST", "/api/v0/auth/token", {
        "email": person.email, "password": PASSWORD, "cookie_only": True})
    assert "token" not in answer.json
    cookie = answer.headers["Set-Cookie"]
    for attribute in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert cookie.startswith("_tokenKey=") and "Domain" not in cookie
    return cookie.split(";")[0]


def test_a_cookie_needs_an_origin_or_the_browsers_word(server, developer):
    cookie = log_in_with_cookie(server, developer)
    ours = f"http://localhost:{server.port}"

    def post(**headers):
        fields = {"Cookie": cookie, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return server.call("POST", "/api/v0/projects", {"name": "x"}, headers=fields)

    assert server.call("GET", "/api/v0/auth/account", headers={"Cookie": cookie}).status == 200
    check_refusal(post(), 403)
    check_refusal(post(Origin="https://evil.example"), 403)
    check_refusal(post(Origin="null"), 403)
    check_refusal(post(Sec_Fetch_Site="cross-site"), 403)
    check_refusal(post(Sec_Fetch_Site="same-origin", Origin="https://evil.example"), 403)
    assert post(Origin=ours).status == 201
    assert post(Sec_Fetch_Site="same-origin").status == 201
    check_refusal(post(Origin=f"http://127.0.0.1:{server.port}"), 403)


def test_log_in_from_another_site_is_refused(server, developer):
    answer = server.call("POST", "/api/v0/auth/token",
                         {"email": developer.email, "password": PASSWORD},
                         headers={"Origin": "https://evil.example"})
    check_refusal(answer, 403)


def test_wrong_passwords_and_unknown_addresses_look_alike(server, developer):
    bodies = [{"email": developer.email, "password": "wrong password"},
              {"email": "nobody@example.com", "password": PASSWORD},
              {"email": "not an address", "password": PASSWORD}]
    answers = [server.call("POST", "/api/v0/auth/token", body) for body in bodies]
    assert {a.status for a in answers} == {401}
    assert len({a.body for a in answers}) == 1


def test_registration_is_checked(server):
    def error(**fields):
        body = {"email": "x@example.com", "password": PASSWORD, "full_name": "X", **fields}
        answer = server.call("POST", "/api/v0/auth/register", body)
        check_refusal(answer, 400)
        return answer.error

    for fields in ({"email": "x"}, {"email": "@"}, {"email": "a@b@c"}, {"email": "a b@c"},
                   {"email": "x@" + "y" * 260}, {"password": "short"}, {"password": "x" * 257},
                   {"full_name": ""}, {"full_name": "x" * 201}, {"full_name": "a\u202eb"},
                   {"full_name": "a\nb"}, {"email": None}):
        assert error(**fields) == "invalid_request", fields


def test_clients_are_checked(developer):
    def error(**fields):
        answer = developer.call("POST", "/api/v0/developer/auth/oauth2/clients", {
            "name": "x", "redirect_uris": ["https://a.example/"], **fields})
        check_refusal(answer, 400)
        return answer.error

    assert error(name="") == "invalid_request"
    assert error(name="x" * 101) == "invalid_request"
    assert error(name="a\u2066b") == "invalid_request"
    assert error(redirect_uris=[]) == "invalid_request"
    assert error(redirect_uris=["https://a.example/"] * 11) == "invalid_request"
    assert error(redirect_uris=["http://a.example/"]) == "invalid_redirect_uri"
    assert error(redirect_uris=["https://a.example/#x"]) == "invalid_redirect_uri"
    assert error(scopes=["nonsense"]) == "invalid_scope"
    assert error(scopes=["bucket:photos"]) == "invalid_scope"
    assert error(client_secret_max_lifetime=1801) == "invalid_request"


def test_projects_brought_in_are_checked(developer):
    key = ("13Yqe3oHi5dcnGhMu2ru3cmePC9iEYv6nDrYMbLRh4wre1KtVA9SFwLNAuuvWwc43b9swRsrfsnrbuTHQ6TJ"
           "KVt4LjGnaARN9PhxJEu")
    satellite = "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@us1.storj.io:7777"
    salt = "EBESExQVFhcYGRobHB0eHw=="

    def post(**fields):
        body = {"name": "x", "api_key": key, "satellite_address": satellite, "salt": salt, **fields}
        return developer.call("POST", "/api/v0/projects",
                              {k: v for k, v in body.items() if v is not None})

    assert post(api_key="x").error == "invalid_api_key"
    assert post(api_key=key[:-1] + "v").error == "invalid_api_key"
    assert post(satellite_address="us1.storj.io:7777").error == "invalid_request"
    assert post(satellite_address=None).error == "invalid_request"
    assert post(salt="not base64!").error == "invalid_request"
    assert post(path_cipher="rot13").error == "invalid_request"
    answer = post()
    assert answer.status == 201
    assert answer.json["enforced_by"] == "expiry" and answer.json["limits"] is None


# --- bytes that are not valid HTTP ---

def head(server, *lines, method="POST", path=TOKEN, host=True):
    fields = [f"{method} {path} HTTP/1.1"] + ([f"Host: localhost:{server.port}"] if host else [])
    return "\r\n".join([*fields, *lines, "", ""]).encode()


SMUGGLING = {
    "two lengths": ["Content-Length: 2", "Content-Length: 2"],
    "two different lengths": ["Content-Length: 2", "Content-Length: 50"],
    "length and transfer coding": ["Content-Length: 2", "Transfer-Encoding: chunked"],
    "unknown transfer coding": ["Transfer-Encoding: gzip"],
    "two transfer codings": ["Transfer-Encoding: gzip, chunked"],
    "space before the colon": ["X-Thing : 1", "Content-Length: 2"],
    "space before the length's colon": ["Content-Length : 2"],
}

# The HTTP library itself refuses a length that is not a number, before we see it. It writes the
# head of its 400 twice; what matters is that there is no other response and the connection ends.
NO_NUMBERS = {
    "negative length": ["Content-Length: -2"],
    "length with a sign": ["Content-Length: +2"],
    "length in hex": ["Content-Length: 0x2"],
    "empty length": ["Content-Length: "],
}


@pytest.mark.parametrize("name", SMUGGLING)
def test_smuggling_gets_one_400_and_a_close(server, name):
    data = head(server, "Content-Type: application/json", *SMUGGLING[name]) + b"{}"
    received = server.raw(data + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", timeout=3)
    assert received.startswith(b"HTTP/1.1 400")
    assert received.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_a_length_that_is_no_number_gets_a_400_and_a_close(server, name):
    data = head(server, "Content-Type: application/json", *NO_NUMBERS[name]) + b"{}"
    received = server.raw(data + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", timeout=3)
    assert set(re.findall(rb"HTTP/1.1 (\d+)", received)) == {b"400"}


def raw_refusal(received, status):
    """Expects exactly one response of ours. Return: its error."""
    fields, body = received.split(b"\r\n\r\n", 1)
    assert received.startswith(b"HTTP/1.1 %d " % status) and received.count(b"HTTP/1.1 ") == 1
    assert b"\r\nX-Request-Id: " in fields and b"\r\nContent-Type: application/json" in fields
    assert set(json.loads(body)) == {"error", "error_description"}
    return json.loads(body)["error"]


def test_no_host_and_two_hosts_get_one_400_and_a_close(server):
    for lines in ([], ["Host: a", "Host: b"]):
        received = server.raw(head(server, *lines, method="GET", path="/healthz", host=False),
                              timeout=3)
        assert raw_refusal(received, 400) == "invalid_request"


def test_health_checks_of_http_1_0_name_no_host(server):
    for path, status in (("/healthz", b"200"), ("/readyz", b"200"), ("/metrics", b"421"),
                         ("/api/v0/auth/account", b"421"), ("/", b"421")):
        received = server.raw(b"GET %s HTTP/1.0\r\n\r\n" % path.encode(), timeout=3)
        assert received[9:12] == status, (path, received)


LARGE = {
    "parameters": (400, {"path": "/healthz?" + "&".join("a" * 500)}, ()),
    "target": (414, {"path": "/healthz?" + "a" * 25000}, ()),
    "fields": (431, {}, ["A: b"] * 101),
    "field": (431, {}, ["A: " + "b" * 25000]),
    "cookie of 20 KB": (200, {}, ["Cookie: a=" + "b" * 20000]),
    "cookie of 31 KB": (431, {}, ["Cookie: a=" + "b" * 31000]),
    "cookies": (431, {}, ["Cookie: " + "a=b; " * 6000]),
    "nul in a value": (400, {}, ["A: b\0c"]),
    "nul in a cookie": (400, {}, ["Cookie: _tokenKey=a\0b"]),
    "nul in the target": (400, {"path": "/healthz\0?" + "&".join("a" * 500)}, ()),
    "line feed alone": (400, {}, ["A: b\nC: d"]),
}


@pytest.mark.parametrize("name", LARGE)
def test_heads_that_the_library_does_not_cope_with_get_one_answer(server, name):
    status, fields, lines = LARGE[name]
    data = head(server, *lines, method="GET", **{"path": "/healthz", **fields})
    received = server.raw(data, timeout=2)
    if status == 200:
        assert received.startswith(b"HTTP/1.1 200 ") and received.count(b"HTTP/1.1 ") == 1
    else:
        assert raw_refusal(received, status) == "invalid_request"


@pytest.mark.skipif(SANITIZED, reason="memory under a sanitizer")
def test_thousands_of_parameters_leave_no_memory_behind(make_server):
    server = make_server()
    data = head(server, method="GET", path="/healthz?" + "&".join("a" * 500))

    def send(times):
        for _ in range(times):
            with socket.create_connection(("127.0.0.1", server.port)) as sock:
                sock.sendall(data)

    send(200)
    server.wait_quiet()
    before = server.memory()
    send(2000)
    server.wait_quiet()
    assert server.memory() - before < 4 << 20


def test_two_cookie_lines_are_one_cookie(server, developer):
    session = log_in_with_cookie(server, developer)
    for lines in ([f"Cookie: a=b", f"Cookie: {session}"], [f"Cookie: {session}", "Cookie: a=b"]):
        received = server.raw(head(server, *lines, method="GET", path="/api/v0/auth/account"),
                              timeout=2)
        assert received.startswith(b"HTTP/1.1 200"), received


def test_who_shuts_down_its_direction_behind_a_request_is_answered(server):
    for path in ("/healthz", "/readyz", "/api/v0/auth/account"):
        received = server.raw(head(server, method="GET", path=path), timeout=5, shut=True)
        assert received[9:12] == (b"401" if "api" in path else b"200")
    body = b'{"client_id":"x"}'
    received = server.raw(head(server, "Content-Type: application/json",
                               f"Content-Length: {len(body)}") + body, timeout=5, shut=True)
    assert raw_refusal(received, 400)


def test_who_hangs_up_in_the_middle_is_let_go_at_once(make_server):
    server = make_server()
    whole = head(server, "Content-Length: 9") + b"{"
    for data in (b"", b"GET /h", whole[:40], whole):
        for _ in range(50):
            socket.create_connection(("127.0.0.1", server.port)).close()
            with socket.create_connection(("127.0.0.1", server.port)) as sock:
                sock.sendall(data)
        began = time.monotonic()
        while server.metric("http_connections_open") > 1:
            assert time.monotonic() - began < 2
            time.sleep(0.02)


def test_a_chunk_whose_line_never_ends_does_not_keep_the_server_busy(make_server):
    server = make_server()
    data = head(server, "Transfer-Encoding: chunked") + b"2;" + b"x" * 100000
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as sock:
        with contextlib.suppress(ConnectionError):
            sock.sendall(data)
            assert sock.recv(100) == b""


@pytest.mark.parametrize("number", ["18446744073709551616", "-1e400", "9" * 400])
def test_a_number_in_a_field_that_nobody_reads_may_be_of_any_size(developer, number):
    fields = '"name":"x","redirect_uris":["https://a.example/"]'
    path = "/api/v0/developer/auth/oauth2/clients"
    assert developer.call("POST", path, "{%s,\"x\":%s}" % (fields, number)).status == 200
    answer = developer.call("POST", path, '{%s,"client_secret_max_lifetime":%s}' % (fields, number))
    check_refusal(answer, 400)
    assert "range" in answer.json["error_description"]


def test_http_is_no_origin_of_an_https_site(make_server):
    server = make_server(http__public_url="https://id.example", http__trusted_proxies="127.0.0.1")
    body = {"email": "x@example.com", "password": PASSWORD, "full_name": "X"}
    for origin, status in (("http://id.example", 403), ("https://id.example", 201)):
        answer = server.call("POST", "/api/v0/auth/register", body,
                             headers={"Host": "id.example", "Origin": origin})
        assert answer.status == status


@pytest.mark.parametrize("data", [
    b"\x00" * 100, b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
    os.urandom(1000), b"GET " + b"/" * 100000 + b" HTTP/1.1\r\n\r\n", b"\r\n" * 1000],
    ids=["zeros", "tls", "no path", "version", "random", "long", "empty lines"])
def test_bytes_that_are_not_http_do_no_harm(server, data):
    status = server.raw(data, timeout=2)[9:12]
    assert status[:1] in (b"", b"4") or status == b"505"  # 505: a version of HTTP we do not speak
    assert server.call("GET", "/healthz").status == 200


@pytest.mark.parametrize("size", [17 * 1024, 1024 * 1024, 5 * 1024 * 1024])
def test_bodies_that_are_too_large_are_413(server, size):
    lines = ["Content-Type: application/json", f"Content-Length: {size}"]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as sock:
        def send():
            try:
                sock.sendall(head(server, *lines) + b" " * size)
            except OSError:
                pass  # the server has said what it has to say and closed

        sender = threading.Thread(target=send)
        sender.start()
        received = sock.recv(65536)
        while b"\r\n\r\n" not in received or b"}" not in received:
            received += sock.recv(65536)
        sender.join()
    assert received.startswith(b"HTTP/1.1 413")
    assert json.loads(received.split(b"\r\n\r\n", 1)[1])["error"] == "body_too_large"


def test_a_body_of_16_kib_is_read(server):
    body = json.dumps({"email": "x", "password": "y", "full_name": "z"})
    body += " " * (16 * 1024 - len(body))
    check_refusal(server.call("POST", "/api/v0/auth/register", body), 400)


def test_slow_senders_do_not_hold_others_up(server, developer):
    socks = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    for sock in socks:
        sock.sendall(b"POST /api/v0/oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Le")
    start = time.monotonic()
    assert developer.call("GET", "/api/v0/auth/account").status == 200
    assert time.monotonic() - start < 5
    for sock in socks:
        sock.close()
