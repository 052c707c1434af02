# SPDX-License-Identifier: Apache-2.0
"""Rule 37: no secret in logs, audit trail, error texts or, in clear, in the database file."""

import base64
import contextlib
import sqlite3
import time
import urllib.parse

import storj

import pytest
from grantd import PASSWORD, Person, tail_of


def forms_of(secret):
    """The forms a secret might have in a file."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield urllib.parse.quote(secret, safe="").encode()
    if len(raw) == 64:  # hex of 32 bytes, such as the signature of a key
        with contextlib.suppress(ValueError):
            yield bytes.fromhex(secret)
    for shift in range(3):  # base64 of the secret wherever it begins in a longer text
        encoded = base64.b64encode(b"\0" * shift + raw)
        inner = encoded[4 if shift else 0:-4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def assert_found_nowhere(server, secrets):
    folder = [p for p in server.folder.iterdir() if p.is_file()]
    assert {"log", "grantd.db"} <= {p.name for p in folder}
    for path in folder:
        content = path.read_bytes()
        for secret in secrets:
            for form in forms_of(secret):
                assert form not in content, f"{secret} stands in {path.name}"


def trail_of(server):
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        return set(database.execute("SELECT action, outcome FROM audit"))


def marked_flow(server):
    """The whole flow with marked secrets: these, and the refusals on the way."""
    user = Person(server, "marked@example.com")
    app = user.application()
    passphrase = "marked-passphrase-1b2c3d4e5f"
    consent_passphrase = "marked-consent-passphrase-9a8b7c"
    wrong = "marked-wrong-password-77aa55"
    code = user.code(app, ["read", "bucket:photos;prefix:a/"])
    kept = user.code(app, ["read", "bucket:photos;prefix:a/"], passphrase=consent_passphrase)
    used_jwt = app.jwt()
    answers = [
        app.exchange(code, client_secret=used_jwt, passphrase=passphrase),
        app.exchange(kept),
    ]
    grants = [a.json["access_grant"] for a in answers]
    refusals = [
        app.exchange(code, client_secret=used_jwt, passphrase=passphrase),
        app.exchange(code, passphrase=passphrase, redirect_uri="https://x.example/"),
        app.exchange(code, client_secret=app.jwt(exp=int(time.time()) - 100)),
        app.exchange("marked-unknown-code-4711"),
        app.exchange(code, client_secret=app.secret),
        server.call("POST", "/api/v0/auth/token", {"email": user.email, "password": wrong}),
        server.call("GET", "/api/v0/auth/account?token=" + user.token),
    ]
    unspent = user.code(app, ["read"], passphrase=consent_passphrase)
    assert [a.status for a in answers] == [200, 200]
    assert all(400 <= a.status < 500 for a in refusals)
    return [passphrase, consent_passphrase, wrong, code, kept, unspent, used_jwt, app.secret,
            user.token, PASSWORD, *grants, "marked-unknown-code-4711",
            *(tail_of(grant) for grant in grants)], refusals


@pytest.mark.file
def test_rule_37_marked_secrets_are_found_nowhere(make_server):
    server = make_server(log__level="debug")
    secrets, refusals = marked_flow(server)
    assert_found_nowhere(server, secrets)
    for answer in refusals:
        for secret in secrets:
            assert secret.encode() not in answer.body
    trail = trail_of(server)
    for action in ("register", "login", "client_create", "request", "consent", "exchange"):
        assert (action, "ok") in trail
    assert {"ERR_JWT_REUSED", "ERR_JWT_EXPIRED", "ERR_JWT_RAW_SECRET", "ERR_CODE_UNKNOWN",
            "ERR_INVALID_CREDENTIALS"} <= {outcome for _, outcome in trail}


def marked_work(server):
    """What people do with accounts and projects: the secrets, the refusals, and deletion."""
    user = Person(server, "marked@example.com")
    wrong, fresh = "marked-wrong-password-55bb", "marked-new-password-99cc"
    passphrase, key = "marked-owner-passphrase-3f3f", "marked-encryption-key-of-32-byte"
    app = user.application()
    brought = storj.access_grant(key=key.encode())
    salt = base64.b64encode(bytes(16)).decode()
    project = user.project(access_grant=brought, salt=salt)
    path = f"/api/v0/projects/{project['id']}"
    rotated = user.call(
        "POST", f"/api/v0/developer/auth/oauth2/clients/{app.id}/regenerate-secret", {}).json
    change = {"old_password": PASSWORD, "new_password": fresh}
    refusals = [
        user.call("POST", "/api/v0/auth/account/password", {**change, "old_password": wrong}),
        user.call("POST", path + "/owner-grant", {"password": wrong, "passphrase": passphrase}),
        user.call("DELETE", "/api/v0/auth/account", {"password": wrong}),
        user.call("POST", "/api/v0/projects", {"name": "x", "access_grant": brought[:-1]}),
    ]
    assert [a.status for a in refusals] == [401, 401, 401, 400]
    owners = user.call("POST", path + "/owner-grant",
                       {"password": PASSWORD, "passphrase": passphrase}).json["access_grant"]
    assert user.call("POST", "/api/v0/auth/account/password", change).status == 204
    assert user.call("DELETE", path).status == 204

    def end():
        assert user.call("DELETE", "/api/v0/auth/account", {"password": fresh}).status == 204

    return [wrong, fresh, PASSWORD, passphrase, key, brought, owners, app.secret,
            rotated["client_secret"], user.token], refusals, end


@pytest.mark.file
def test_rule_37_holds_for_what_people_do_with_accounts_and_projects(make_server):
    server = make_server(log__level="debug")
    secrets, refusals, end = marked_work(server)
    assert_found_nowhere(server, secrets)
    end()
    assert_found_nowhere(server, secrets)
    for answer in refusals:
        assert not [s for s in secrets if s.encode() in answer.body]
    for action in ("project_create", "client_rotate", "owner_grant", "password_set",
                   "project_delete", "account_delete"):
        assert (action, "ok") in trail_of(server), action
    for action in ("owner_grant", "password_set", "account_delete"):
        assert (action, "ERR_INVALID_CREDENTIALS") in trail_of(server), action
