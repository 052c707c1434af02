#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An application's server exchanges a code for an access grant.

    CLIENT_SECRET=... [PASSPHRASE=...] exchange_code.py SERVER CLIENT_ID REDIRECT_URI CODE

Prints the server's answer. Needs PyJWT.
"""

import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request

import jwt


def client_assertion(client_id, client_secret):
    """A JWT that is good for five minutes and for one request. The secret itself stays here."""
    claims = {"client_id": client_id, "exp": int(time.time()) + 300, "jti": secrets.token_hex(16)}
    return jwt.encode(claims, client_secret, algorithm="HS256")


def exchange(server, client_id, client_secret, redirect_uri, code, passphrase=None):
    """The answer as a dict; a refusal is raised as ValueError."""
    body = {"client_id": client_id, "client_secret": client_assertion(client_id, client_secret),
            "redirect_uri": redirect_uri, "code": code}
    if passphrase:
        body["passphrase"] = passphrase
    request = urllib.request.Request(server + "/api/v0/oauth2/token", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as refusal:
        answer = json.load(refusal)
        raise ValueError(f"{answer['error']}: {answer['error_description']}") from None


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    server, client_id, redirect_uri, code = sys.argv[1:]
    try:
        answer = exchange(server, client_id, os.environ["CLIENT_SECRET"], redirect_uri, code,
                          os.environ.get("PASSPHRASE"))
    except ValueError as refusal:
        sys.exit(str(refusal))
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
