# SPDX-License-Identifier: Apache-2.0
"""Devices without a browser: RFC 8628, docs/protocol/oauth.md 7."""

import concurrent.futures
import re
import sqlite3
import time
import urllib.parse

import pytest

from grantd import ASSERTION_TYPE, REDIRECT, Application, Person
from judge import PASSPHRASE, Project, check_opens_below_the_prefix_only
from test_oauth import basic, raw_server, raw_user  # noqa: F401

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
CLIENTS = "/api/v0/developer/auth/oauth2/clients"
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
BARE = {"client_assertion": None, "client_assertion_type": None}


@pytest.fixture
def tv(developer):
    return developer.application(name="TV", device_flow=True)


def begin(app, headers=None, **fields):
    """The device's first request; None leaves a field out."""
    form = {"scope": "read", "client_assertion_type": ASSERTION_TYPE, "client_assertion": "",
            **fields}
    if form["client_assertion"] == "":
        form["client_assertion"] = app.assertion()
    form = {k: v for k, v in form.items() if v is not None}
    return app.server.call("POST", "/oauth2/device_authorization", urllib.parse.urlencode(form),
                           headers={**FORM, **(headers or {})})


def begun(app, **fields):
    answer = begin(app, **fields)
    assert answer.status == 200, answer
    return answer.json


def poll(app, device, **fields):
    return app.redeem(None, **{"grant_type": GRANT_TYPE, "redirect_uri": None,
                               "device_code": device["device_code"], **fields})


def enter(person, user_code):
    return person.call("POST", "/api/v0/oauth2/device", {"user_code": user_code})


def allow(person, device, approved=("read",), **fields):
    request = enter(person, device["user_code"])
    assert request.status == 200, request
    answer = person.consent(request.json["request_id"], approved, **fields)
    assert answer.status == 200 and answer.json == {}, answer
    return request.json


def refuse(person, device):
    request = enter(person, device["user_code"])
    answer = person.consent(request.json["request_id"], [], approve=False)
    assert answer.status == 200 and answer.json == {}, answer


def refused(answer, error, status=400):
    assert (answer.status, answer.error) == (status, error), answer


def database(server):
    return sqlite3.connect(server.folder / "grantd.db")


def test_a_device_gets_a_grant_when_somebody_has_allowed_it(server, user, tv):
    answer = begin(tv, scope="list read")
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store", answer
    device = answer.json
    assert re.fullmatch(f"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", device["user_code"])
    assert device["verification_uri"] == server.url + "/device"
    assert device["verification_uri_complete"] == \
        server.url + "/device?user_code=" + device["user_code"]
    assert 600 <= device["expires_in"] <= 900 and device["interval"] == 5
    refused(poll(tv, device), "authorization_pending")
    request = allow(user, device, ["read", "list"])
    assert request["client_name"] == "TV" and "redirect_uri" not in request
    assert request["needed_access"] == ["read", "list"]
    granted = poll(tv, device)
    assert granted.status == 200 and granted.json["scope"] == "list read", granted
    assert granted.json["access_token"] == granted.json["access_grant"]
    assert [grant["scopes"] for grant in user.grants()] == [["read", "list"]]
    refused(poll(tv, device), "invalid_grant")


def test_a_client_that_signs_a_jwt_into_client_secret_polls_too(user, tv):
    device = begun(tv, client_id=tv.client_id, client_secret=tv.jwt(), **BARE)
    allow(user, device)
    assert poll(tv, device, client_id=tv.client_id, client_secret=tv.jwt(), **BARE).status == 200


def test_a_passphrase_at_consent_opens_the_prefix_for_the_device_alone(user, tv, judge):
    project = Project(judge, user)
    device = begun(tv, scope="read bucket:photos;prefix:2024/")
    allow(user, device, ["read", "bucket:photos;prefix:2024/"], project_id=project.id,
          passphrase=PASSPHRASE)
    granted = poll(tv, device)
    assert granted.status == 200, granted
    check_opens_below_the_prefix_only(project, granted.json["access_grant"])


def test_a_passphrase_may_come_with_the_device_code(user, tv, judge):
    project = Project(judge, user)
    device = begun(tv, scope="read bucket:photos;prefix:2024/")
    allow(user, device, ["read", "bucket:photos;prefix:2024/"], project_id=project.id)
    refused(poll(tv, device), "invalid_grant")
    granted = poll(tv, device, passphrase=PASSPHRASE)
    assert granted.status == 200, granted
    check_opens_below_the_prefix_only(project, granted.json["access_grant"])


def test_a_refresh_token_keeps_the_access_of_the_device(user, tv, judge):
    project = Project(judge, user)
    device = begun(tv, scope="read bucket:photos;prefix:2024/ offline_access")
    allow(user, device, ["read", "bucket:photos;prefix:2024/"], project_id=project.id,
          passphrase=PASSPHRASE)
    granted = poll(tv, device).json
    renewed = tv.refresh(granted["refresh_token"])
    assert renewed.status == 200, renewed
    check_opens_below_the_prefix_only(project, renewed.json["access_grant"])


def test_a_device_signs_people_in(user, tv):
    device = begun(tv, scope="read openid")
    assert allow(user, device)["signs_in"]
    assert poll(tv, device).json["id_token"].count(".") == 2


def test_without_a_scope_it_asks_for_what_is_registered(user, developer):
    app = developer.application(device_flow=True, scopes=["read"], optional_scopes=["list"])
    assert allow(user, begun(app, scope=None))["needed_access"] == ["read", "list"]
    refused(begin(app, scope="read delete"), "invalid_scope")


def test_rule_64_a_device_that_asks_too_often_is_slowed_down(user, tv):
    device = begun(tv)
    refused(poll(tv, device), "authorization_pending")
    for _ in range(2):
        refused(poll(tv, device), "slow_down")
    time.sleep(5)  # which was enough before
    refused(poll(tv, device), "slow_down")
    allow(user, device)
    assert poll(tv, device).status == 200


def test_it_may_ask_once_in_the_interval(tv):
    device = begun(tv)
    for _ in range(2):
        refused(poll(tv, device), "authorization_pending")
        time.sleep(device["interval"])


def test_the_user_can_refuse(user, tv):
    device = begun(tv)
    refuse(user, device)
    for _ in range(2):
        refused(poll(tv, device), "access_denied")
    refused(enter(user, device["user_code"]), "invalid_user_code")


@pytest.mark.file
def test_what_nobody_allows_in_time_expires(make_server):
    server = make_server()
    user = Person(server)
    app = user.application(device_flow=True)
    pending, allowed = begun(app), begun(app)
    request = enter(user, pending["user_code"]).json
    allow(user, allowed)
    with database(server) as rows:
        rows.execute("UPDATE device_request SET expires_at = ?", (int(time.time() * 1000) - 1,))
    refused(enter(user, pending["user_code"]), "invalid_user_code")
    refused(user.consent(request["request_id"], ["read"]), "request_expired")
    refused(poll(app, pending), "expired_token")
    refused(poll(app, allowed), "expired_token")


def test_rule_65_a_device_code_is_of_use_to_its_client_alone(user, developer, tv):
    other = developer.application(device_flow=True)
    device = begun(tv)
    refused(poll(other, device), "invalid_grant")
    allow(user, device)
    refused(poll(other, device), "invalid_grant")
    refused(other.redeem(device["device_code"]), "invalid_grant")
    refused(poll(tv, device, client_assertion=other.assertion(), client_id=tv.client_id),
            "invalid_client")
    assert poll(tv, device).status == 200


def test_a_code_is_no_device_code_and_the_other_way_round(user, tv):
    code = user.code(tv)
    refused(poll(tv, {"device_code": code}), "invalid_grant")
    device = begun(tv)
    allow(user, device)
    refused(tv.redeem(device["device_code"]), "invalid_grant")
    refused(tv.redeem(device["device_code"], redirect_uri=""), "invalid_grant")
    assert tv.redeem(code).status == 200 and poll(tv, device).status == 200


def test_only_one_account_decides(server, user, tv):
    second = Person(server)
    device = begun(tv)
    mine, theirs = (enter(one, device["user_code"]).json["request_id"] for one in (user, second))
    refused(second.consent(mine, ["read"]), "forbidden", 403)
    assert second.consent(theirs, [], approve=False).status == 200
    refused(user.consent(mine, ["read"]), "request_not_pending")
    refused(poll(tv, device), "access_denied")
    assert user.grants() == [] == second.grants()


@pytest.mark.parametrize("written", [str.lower, lambda code: code.replace("-", ""),
                                     lambda code: " " + code.replace("-", " - ") + " "])
def test_a_user_code_is_read_as_people_write_it(user, tv, written):
    assert enter(user, written(begun(tv)["user_code"])).status == 200


@pytest.mark.parametrize("code", ["BCDF-GHJ", "BCDF-GHJKL", "AEIO-UAEI", "BCDF-GHJ1", "%00", "é"])
def test_what_is_no_user_code_opens_nothing(server, code):
    refused(enter(Person(server), code), "invalid_user_code")


def test_rule_66_an_account_guesses_a_bounded_number_of_user_codes(make_server, leaves_nothing):
    server = make_server()
    user, other = Person(server), Person(server)
    device = begun(user.application(device_flow=True))
    answers = [enter(user, "BBBB-BBBB").status for _ in range(30)]
    assert answers.count(400) <= 13 and answers[-1] == 429
    refused(enter(user, device["user_code"]), "too_many_requests", 429)
    assert enter(other, device["user_code"]).status == 200


def test_rule_66_an_address_guesses_a_bounded_number_with_any_accounts(make_server):
    server = make_server(limits__login_per_address=20)
    people = [Person(server) for _ in range(4)]
    answers = [enter(people[i % 4], "BBBB-BBBB").status for i in range(40)]
    assert answers.count(400) == 20 and set(answers[20:]) == {429}


def test_an_application_must_be_registered_for_it(user):
    app = user.application()
    refused(begin(app), "unauthorized_client")
    assert user.call("PUT", f"{CLIENTS}/{app.id}", {"device_flow": True}).json["device_flow"]
    device, other = begun(app), begun(app)
    request = enter(user, device["user_code"]).json["request_id"]
    assert not user.call("PUT", f"{CLIENTS}/{app.id}", {"device_flow": False}).json["device_flow"]
    refused(poll(app, device), "unauthorized_client")
    refused(user.consent(request, ["read"]), "client_inactive")
    refused(enter(user, other["user_code"]), "client_inactive")


@pytest.mark.parametrize("fields, error", [
    ({"scope": "nonsense"}, "invalid_scope"),
    ({"scope": "read " + " ".join(f"bucket:photos;prefix:{c * 1400}/" for c in "abc")},
     "invalid_scope"),
    ({"resource": "https://evil.example/"}, "invalid_target"),
    ({"client_id": "e45fa79a-05f5-4f00-bbfe-bd0a14aead0f"}, "invalid_client"),
    ({"client_assertion": "a.b.c"}, "invalid_client"),
    (BARE, "invalid_client"),
])
def test_everything_is_checked_when_the_device_begins(tv, fields, error):
    refused(begin(tv, **fields), error)


def test_an_application_that_registered_itself_cannot_use_it(make_server):
    server = make_server(clients__dynamic_registration="true")
    made = server.call("POST", "/oauth2/register", {
        "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", GRANT_TYPE]}).json
    assert made["grant_types"] == ["authorization_code"]
    refused(begin(Application(server, {"id": None, **made}), client_id=made["client_id"], **BARE),
            "unauthorized_client")


def test_only_a_form_begins(tv):
    path = "/oauth2/device_authorization"
    assert tv.server.call("POST", path, {"client_id": tv.client_id}).status == 415
    assert tv.server.call("GET", path).status == 405


def test_a_public_client_begins_and_polls_by_its_name(user, developer):
    app = developer.application(token_endpoint_auth_method="none", device_flow=True)
    me = {**BARE, "client_id": app.client_id}
    device = begun(app, **me)
    refused(poll(app, device, **me), "authorization_pending")
    allow(user, device)
    assert poll(app, device, **me).status == 200
    refused(begin(app, **me, client_secret="x"), "invalid_client")


def test_http_basic_and_its_refusal(raw_server, raw_user):  # noqa: F811
    app = raw_user.application(token_endpoint_auth_method="client_secret_basic", device_flow=True)
    device = begun(app, headers=basic(app.client_id, app.secret), **BARE)
    refused(begin(app, headers=basic(app.client_id, "wrong"), **BARE), "invalid_client", 401)
    refused(begin(app, client_id=app.client_id, **BARE), "invalid_client")
    allow(raw_user, device)
    assert poll(app, device, headers=basic(app.client_id, app.secret), **BARE).status == 200


def test_rule_65_fifty_polls_at_once_get_one_grant(user, tv):
    device = begun(tv)
    allow(user, device)
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: poll(tv, device), range(50)))
    assert [answer.status for answer in answers].count(200) == 1
    assert {answer.error for answer in answers if answer.status != 200} <= {
        "invalid_grant", "temporarily_unavailable"}
    assert len(user.grants()) == 1


def test_an_assertion_makes_one_grant(user, tv):
    first, second = begun(tv), begun(tv)
    assertion = tv.assertion()
    for device in (first, second):
        allow(user, device)
    assert poll(tv, first, client_assertion=assertion).status == 200
    refused(poll(tv, second, client_assertion=assertion), "invalid_client")
    assert poll(tv, second).status == 200


def test_revoked_before_the_device_asks_it_gets_nothing(user, tv):
    device = begun(tv)
    allow(user, device)
    assert user.revoke(tv).status == 200
    refused(poll(tv, device), "invalid_grant")


@pytest.mark.file
def test_the_database_and_the_master_key_do_not_open_the_access(make_server, judge):
    server = make_server()
    user = Person(server)
    app = user.application(device_flow=True)
    project = Project(judge, user)
    device = begun(app, scope="read bucket:photos;prefix:2024/")
    allow(user, device, ["read", "bucket:photos;prefix:2024/"], project_id=project.id,
          passphrase=PASSPHRASE)
    with database(server) as rows:
        dump = "\n".join(map(str, rows.iterdump()))
        [(digest, public, sealed)] = rows.execute(
            "SELECT d.digest, d.public_key, k.sealed_access FROM device_request d "
            "JOIN code k ON k.no = d.request_no")
    code = device["device_code"]
    for text in (code, device["user_code"], device["user_code"].replace("-", ""), PASSPHRASE):
        assert text not in dump and text.encode().hex().upper() not in dump.upper()
    assert sealed_opens(code, public, sealed)
    for known in (digest, public, (server.folder / "master.key").read_bytes(),
                  *key_file_keys(server)):
        assert not sealed_opens(known, public, sealed)


def key_file_keys(server):
    """Every word of the key file, as text and as bytes."""
    import base64
    for word in re.findall(rb"[A-Za-z0-9+/=_-]{16,}", (server.folder / "master.key").read_bytes()):
        yield word
        try:
            yield base64.b64decode(word + b"===")
        except ValueError:
            pass


def hkdf(secret, info):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    return HKDF(hashes.SHA256(), 32, None, info).derive(secret)


def sealed_opens(code, public, sealed):
    """Whether what docs/decisions/0019 says opens it, in another implementation."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    secret = code.encode() if isinstance(code, str) else code
    ephemeral, nonce, rest = sealed[:32], sealed[32:44], sealed[44:]
    private = X25519PrivateKey.from_private_bytes(hkdf(secret, b"grantd device key"))
    shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    token = hkdf(shared, b"grantd device access" + public + ephemeral)
    key = hkdf(token, b"grantd encryption access")
    try:
        return bool(AESGCM(key).decrypt(
            nonce, rest, b"grantd encryption access" + (1).to_bytes(8, "big")))
    except InvalidTag:
        return False


@pytest.mark.file
def test_a_client_has_a_thousand_at_once(make_server):
    server = make_server()
    user = Person(server)
    app = user.application(device_flow=True)
    device = begun(app)
    rows = database(server)
    with rows:
        rows.executemany(
            "INSERT INTO device_request SELECT ?1, ?1, client_row, public_key, scope, "
            "protocol_scopes, asked, poll_interval, polled_at, expires_at, request_no, "
            "wanted_project, lifetime_limit FROM device_request LIMIT 1", [(i.to_bytes(32, "big"),) for i in range(999)])
    rows.close()
    answer = begin(app)
    refused(answer, "temporarily_unavailable", 429)
    assert int(answer.headers["Retry-After"]) == 900
    allow(user, device)
    assert poll(app, device).status == 200
    begun(user.application(device_flow=True))
