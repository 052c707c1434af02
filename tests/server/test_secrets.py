# SPDX-License-Identifier: Apache-2.0
"""Rule 37: no secret in logs, audit trail, error texts or, in clear, in the database file."""

import base64
import contextlib
import sqlite3
import time
import urllib.parse

from grantd import PASSWORD, Person


def forms_of(secret):
    """The ways a secret might stand in a file."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield urllib.parse.quote(secret, safe="").encode()
    for shift in range(3):  # base64 of the secret wherever it begins in a longer text
        encoded = base64.b64encode(b"\0" * shift + raw)
        inner = encoded[4 if shift else 0:-4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def test_rule_37_marked_secrets_are_found_nowhere(make_server):
    server = make_server(log__level="debug")
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
    secrets = [passphrase, consent_passphrase, wrong, code, kept, unspent, used_jwt, app.secret,
               user.token, PASSWORD, *grants, "marked-unknown-code-4711"]
    folder = [p for p in server.folder.iterdir() if p.is_file()]
    assert {"log", "grantd.db"} <= {p.name for p in folder}
    for path in folder:
        content = path.read_bytes()
        for secret in secrets:
            for form in forms_of(secret):
                assert form not in content, f"{secret} stands in {path.name}"
    for answer in refusals:
        for secret in secrets:
            assert secret.encode() not in answer.body
    with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
        trail = set(database.execute("SELECT action, outcome FROM audit"))
    for action in ("register", "login", "client_create", "request", "consent", "exchange"):
        assert (action, "ok") in trail
    assert {"ERR_JWT_REUSED", "ERR_JWT_EXPIRED", "ERR_JWT_RAW_SECRET", "ERR_CODE_UNKNOWN",
            "ERR_INVALID_CREDENTIALS"} <= {outcome for _, outcome in trail}
