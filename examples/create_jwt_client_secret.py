#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sign the JWT that an application presents as client_secret in the token request.

Needs PyJWT (pip install pyjwt). For the same parameters it prints the same bytes as
"grantd client-secret" and create_jwt_client_secret.go. Each JWT is accepted once: sign a new one
for each request, with a jti.

    echo "$CLIENT_SECRET" | ./create_jwt_client_secret.py --client-id "$CLIENT_ID" --jti auto
"""

import argparse
import base64
import json
import re
import secrets
import sys
import time
from datetime import datetime

import jwt

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
YEAR = 365 * 86400
LAST_SECOND = 253402214400  # 9999-12-31


def text_of(pattern, what):
    """An argparse type: text that matches the pattern as a whole."""

    def check(text):
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError("needs " + what)
        return text

    return check


def number(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", text):
        raise argparse.ArgumentTypeError("needs a whole number")
    return int(text)


def duration(text):
    """90, 90s, 5m, 12h, 30d."""
    unit = UNITS.get(text[-1:])
    seconds = number(text[:-1]) * unit if unit else number(text)
    if not 1 <= seconds <= YEAR:
        raise argparse.ArgumentTypeError("needs a duration such as 90s, 5m or 12h")
    return seconds


def second(text):
    seconds = number(text)
    if not 1 <= seconds <= LAST_SECOND:
        raise argparse.ArgumentTypeError("needs unix seconds")
    return seconds


def second_or_now(text):
    return int(time.time()) if text == "now" else second(text)


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], allow_abbrev=False)
    add = parser.add_argument
    add("--client-id", required=True, metavar="UUID", help="the application's client_id",
        type=text_of(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID in lower case"))
    add("--client-secret", metavar="HEX", help="its client_secret; other processes can see it here")
    add("--client-secret-file", metavar="FILE",
        help="read it from a file; -: standard input, also the default")
    add("--expires-in", type=duration, default=300, metavar="5m",
        help="how long the JWT is good; servers take 5 minutes")
    add("--expires-at", type=second, metavar="UNIX", help="when it ends, instead")
    add("--jti", type=text_of(r"[A-Za-z0-9._~:-]{1,128}", "1 to 128 letters, digits or -._~:"),
        metavar="TEXT|auto", help="makes two JWTs of the same second differ; auto: random")
    add("--iat", type=second_or_now, metavar="UNIX|now", help="say when it was signed")
    add("--redirect-uri", type=text_of(r"[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]{1,1024}", "a URI"),
        default="https://myapp.com/callback", metavar="URI", help="for the request body")
    add("--code", type=text_of(r"[A-Za-z0-9_-]{1,128}", "letters, digits, - and _"),
        default="AUTH_CODE_FROM_CONSENT", metavar="CODE", help="for the request body")
    add("--url", type=text_of(r"[A-Za-z0-9._~:/\[\]-]{1,1024}", "the server's URL"),
        default="http://localhost:10100", metavar="URL", help="the server")
    add("--format", choices=("full", "token", "json"), default="full",
        help="full: the JWT and a ready request (default)")
    return parser, parser.parse_args()


def read_secret(options):
    if options.client_secret is not None:
        return options.client_secret
    if options.client_secret_file in (None, "-"):
        return sys.stdin.read().removesuffix("\n").removesuffix("\r")
    with open(options.client_secret_file, encoding="ascii") as file:
        return file.read().removesuffix("\n").removesuffix("\r")


def claims_of(options, now):
    """The payload; PyJWT writes it in this order."""
    claims = {"client_id": options.client_id, "exp": options.expires_at or now + options.expires_in}
    if options.iat:
        claims["iat"] = options.iat
    if options.jti == "auto":
        claims["jti"] = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
    elif options.jti:
        claims["jti"] = options.jti
    return claims


def local_time(seconds):
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")


def expiry(options, claims, now):
    if options.expires_at:
        return " (in the past)" if options.expires_at <= now else ""
    count, unit = options.expires_in, "second"
    if count % 60 == 0:
        count, unit = count // 60, "minute"
    return f" ({count} {unit}{'' if count == 1 else 's'} from generation)"


def print_full(options, token, claims, request, now):
    body = json.dumps(request, indent=2)
    print(f"JWT Token: {token}\n\nJWT Payload:\n{json.dumps(claims, indent=2)}\n")
    print(f"Expiry: {local_time(claims['exp'])}{expiry(options, claims, now)}\n")
    print(f"Complete Request Body:\n{body}\n\ncurl Example:")
    print(f"curl -X POST \\\n  {options.url}/api/v0/oauth2/token \\")
    print('  -H "Content-Type: application/json" \\')
    print("  -d '" + body.replace("\n", "\n  ") + "'")


def main():
    parser, options = arguments()
    now = int(time.time())
    secret = read_secret(options)
    if not re.fullmatch("[0-9a-f]{64}", secret):
        parser.error("the client secret needs 64 lower-case hex characters")
    claims = claims_of(options, now)
    # The key is the secret as text: its 64 characters, not the 32 bytes they stand for.
    token = jwt.encode(claims, secret, algorithm="HS256")
    request = {"client_id": options.client_id, "client_secret": token,
               "redirect_uri": options.redirect_uri, "code": options.code,
               "passphrase": "your-passphrase"}
    if options.format == "token":
        print(token)
    elif options.format == "json":
        print(json.dumps({"token": token, "payload": claims,
                          "expires_at": local_time(claims["exp"]), "request": request}, indent=2))
    else:
        print_full(options, token, claims, request, now)


if __name__ == "__main__":
    main()
