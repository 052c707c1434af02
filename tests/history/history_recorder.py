# SPDX-License-Identifier: Apache-2.0
"""Writes down what clients ask and what they are answered, a JSON object a line.

    {"op": "exchange", "start": 12.5, "end": 12.6, "code": ..., "jwt": ..., "answer": {...}}

Times are seconds of CLOCK_MONOTONIC, which all processes of a machine share. An operation without
an answer was lost: it may have happened at any time after its start, or never. Codes and JWTs are
written as digests. history_checker.py reads the file.
"""

import contextlib
import hashlib
import http.client
import json
import threading
import time

from grantd import grant_id_of

# Why a code was refused, by the sentence of src/base/error.def.
REASONS = {
    "The redirect_uri is not the one of the request for this code; send the same one.": "redirect",
    "This client_secret JWT was used before; sign a new one, with a jti.": "reused",
    "There is no such code for this application; start again.": "unknown",
    "The account or the project of this code no longer exists; start again.": "gone",
    "The user has revoked this access; start again.": "withdrawn",
    "This code was used before; start again.": "used",
    "This code was used before, so the access it gave has been revoked; start again.": "replayed",
    "This code has expired; start again.": "expired",
    "The code_verifier does not match the code_challenge of the request.": "verifier",
    "The request had a code_challenge; send its code_verifier.": "verifier",
    "The request had no code_challenge; send no code_verifier.": "verifier",
    "The access could not be issued in time or was revoked in the meantime; start again.": "failed",
    "Access to a prefix needs the user's passphrase, at consent or in this request.": "passphrase",
}
REASONED = ("invalid_code", "invalid_redirect_uri", "passphrase_required", "client_secret_reused")


def digest(text):
    return text and hashlib.sha256(text.encode()).hexdigest()[:20]


class Recorder:
    """May be used by many threads. `settings` go into the first line, see history_checker.py."""

    def __init__(self, path, **settings):
        self._file = open(path, "w", encoding="utf-8")
        self._lock = threading.Lock()
        self._write({"op": "settings", **settings})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def _write(self, entry):
        with self._lock:
            self._file.write(json.dumps(entry) + "\n")

    def run(self, op, call, extract, **request):
        """Records `call()`, and of its Answer what `extract` finds. The Answer, or None."""
        entry = {"op": op, "start": time.monotonic(), "end": None, **request, "answer": None}
        answer = None
        try:
            answer = call()
            entry["end"] = time.monotonic()
            entry["answer"] = {"status": answer.status, "error": None, **extract(answer)}
        except ConnectionRefusedError:
            return None  # nobody has heard of it
        except (OSError, http.client.HTTPException):
            pass
        self._write(entry)
        return answer

    # --- the operations: each returns its Answer, or None if there was none ---

    def issue(self, user, app, scopes):
        """Asks and approves; the code, or None. One whose answer was lost gave nobody a code."""
        start = time.monotonic()
        with contextlib.suppress(OSError, http.client.HTTPException):
            asked = user.request(app, scopes)
            if asked.status != 200:
                return None
            answer = user.consent(asked.json["request_id"], scopes)
            if answer.status != 200:
                return None
            code = answer.json["code"]
            self._write({"op": "issue", "start": start, "end": time.monotonic(),
                         "user": user.id, "client": app.client_id, "code": digest(code),
                         "redirect_uri": app.redirect_uri, "scopes": list(scopes),
                         "answer": {"status": 200}})
            return code
        return None

    def exchange(self, app, code, jwt, **fields):
        body = app.body(code, client_secret=jwt, **fields)

        def extract(answer):
            if answer.status == 200:
                return {"grant": grant_id_of(answer.json["access_grant"]),
                        "scopes": answer.json["scopes"]}
            error = answer.error
            if error not in REASONED:
                return {"error": error}
            return {"error": error, "reason": REASONS[answer.json["error_description"]]}

        return self.run("exchange",
                        lambda: app.server.call("POST", "/api/v0/oauth2/token", body), extract,
                        code=digest(code), jwt=digest(jwt), client=app.client_id,
                        redirect_uri=body["redirect_uri"])

    def check(self, server, token, grant):
        body = {"op": "read", "bucket": "photos", "access_grant": grant}
        return self.run("check",
                        lambda: server.call("POST", "/api/v0/grants/check", body, token=token),
                        lambda answer: {"verdict": answer.json["reason"] or "valid"}
                        if answer.status == 200 else {}, grant=grant_id_of(grant))

    def revoke_grant(self, user, grant):
        grant = grant_id_of(grant)
        return self.run("revoke_grant", lambda: user.call("DELETE", f"/api/v0/auth/grants/{grant}"),
                        lambda _: {}, grant=grant)

    def revoke_access(self, user, app):
        return self.run("revoke_access", lambda: user.revoke(app), lambda _: {}, user=user.id,
                        client=app.client_id)

    def list_grants(self, user):
        """All pages."""
        def pages():
            path, grants = "/api/v0/auth/grants", {}
            while path:
                answer = user.call("GET", path)
                if answer.status != 200:
                    break
                for row in answer.json:
                    grants[row["id"]] = {"client": row["client_id"], "status": row["status"]}
                link = answer.headers["Link"]
                path = link and link[1:link.index(">")]
            answer.grants = grants
            return answer

        return self.run("list", pages,
                        lambda answer: {"grants": answer.grants} if answer.status == 200 else {},
                        user=user.id)
