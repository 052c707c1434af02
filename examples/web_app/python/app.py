#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A web application that keeps notes in a person's storage; examples/README.md says how to run it.

    CLIENT_ID=... CLIENT_SECRET=... [SERVER=URL] [PORT=8000] [APP_URL=URL] [BUCKET=NAME] [S3=off]
    [RENEW_BEFORE=SECONDS] app.py
"""

import collections
import functools
import os
import secrets
import sys
import time
import urllib.parse

import boto3
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from flask import Flask, Response, redirect, render_template, request, session
from waitress import create_server

MAX_VISITORS = 1000  # the oldest is forgotten
MAX_FILES = 100  # on the page
MAX_BODY = 1 << 20  # bytes of a request
TIMEOUT = 30  # seconds for the server's response
POLICY = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
REMOVED = "Your storage no longer accepts this access: you removed it, or it has ended."


def setting(name, default=None):
    value = os.environ.get(name) or default
    if not value:
        sys.exit(f"{name} is not set: register an application as examples/README.md says, then set it.")
    return value


def number(name, default):
    value = setting(name, default)
    if not value.isdecimal():
        sys.exit(f"{name} is {value!r}, which is not a number: set it to one such as {default}.")
    return int(value)


CLIENT_ID, CLIENT_SECRET = setting("CLIENT_ID"), setting("CLIENT_SECRET")
SERVER = setting("SERVER", "http://localhost:10100").rstrip("/")
PORT = number("PORT", "8000")  # of 127.0.0.1; a proxy in front of it gives it https, and APP_URL
APP_URL = setting("APP_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
REDIRECT_URI = APP_URL + "/callback"
SCOPE = f"read write list bucket:{setting('BUCKET', 'photos')} offline_access"
RENEW_BEFORE = number("RENEW_BEFORE", "60")  # seconds before a grant ends
# What the server gives beside the grant. Without S3 there are no files to show, but all the rest.
CREDENTIALS = {} if os.environ.get("S3") == "off" else {"credentials": "s3"}

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)  # signs the cookie, which has the visitor's random key only
app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=APP_URL.startswith("https:"),
                  MAX_CONTENT_LENGTH=MAX_BODY)
# What is known of each browser. Grants stay on this side: a real application has a database for them.
visitors = collections.OrderedDict()


class Problem(Exception):
    """Something to tell the user, on the page."""

    def __init__(self, text, status=502):
        super().__init__(text)
        self.status = status


# --- the server that grants access ---


@functools.cache
def server():
    """Its metadata (RFC 8414): where everything is."""
    answer = requests.get(SERVER + "/.well-known/oauth-authorization-server", timeout=TIMEOUT)
    answer.raise_for_status()
    if answer.json()["issuer"] != SERVER:
        sys.exit(f"The server at {SERVER} is {answer.json()['issuer']}: set SERVER to that.")
    return answer.json()


def oauth(**options):
    """A client that proves who it is by a JWT: the secret itself is never sent."""
    method = "client_secret_jwt"
    client = OAuth2Session(CLIENT_ID, CLIENT_SECRET, redirect_uri=REDIRECT_URI,
                           token_endpoint_auth_method=method, revocation_endpoint_auth_method=method,
                           code_challenge_method="S256", default_timeout=TIMEOUT, **options)
    client.register_client_auth_method(ClientSecretJWT(server()["token_endpoint"]))
    return client


def renewed(visitor):
    """The token of a visitor, with a grant that does not end at once."""
    token = visitor["token"]
    if token["expires_at"] - RENEW_BEFORE > time.time():
        return token
    try:
        # A client with the scope would ask for all of it again, which is refused if less was allowed.
        token = oauth(token=token).refresh_token(server()["token_endpoint"], **CREDENTIALS)
    except OAuthError as refusal:
        if refusal.error == "invalid_grant":
            visitor["token"] = None
            raise Problem(REMOVED, 403) from None
        raise
    visitor["token"] = token
    return token


def is_live(token):
    """Whether the server still stands by a grant that the storage has refused (RFC 7662)."""
    answer = oauth().introspect_token(server()["introspection_endpoint"], token["access_token"])
    answer.raise_for_status()
    return answer.json()["active"]


# --- the storage ---


class Storage:
    """The place that the user has allowed, by S3."""

    def __init__(self, token):
        if "s3" not in token:
            raise Problem("There are no S3 credentials: " +
                          token.get("s3_error", "this application was started with S3=off."))
        s3 = token["s3"]
        self.client = boto3.client(
            "s3", endpoint_url=s3["endpoint"], aws_access_key_id=s3["access_key_id"],
            aws_secret_access_key=s3["secret_key"], region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, connect_timeout=TIMEOUT, read_timeout=TIMEOUT,
                          retries={"total_max_attempts": 2},
                          request_checksum_calculation="when_required",
                          response_checksum_validation="when_required"))
        place = next(word for word in token["scopes"] if word.startswith("bucket:"))
        self.bucket, _, prefix = place.removeprefix("bucket:").partition(";prefix:")
        self.prefix = urllib.parse.unquote(prefix)

    def names(self):
        found = self.client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix, MaxKeys=MAX_FILES)
        return [entry["Key"].removeprefix(self.prefix) for entry in found.get("Contents", [])]

    def read(self, name):
        return self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"]

    def write(self, name, text):
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=text.encode())


# --- the pages ---


def visitor():
    """What is known of this browser, or nothing yet."""
    return visitors.get(session.get("key"), {})


def connected():
    if not visitor().get("token"):
        raise Problem("Connect your storage first.", 403)
    return visitor()


def show(message="", status=200, files=None):
    token = visitor().get("token")
    can_write = token and "write" in token["scopes"]
    return render_template("page.html", message=message, token=token, files=files,
                           can_write=can_write), status


@app.get("/")
def home():
    if not visitor().get("token"):
        return show()
    token = renewed(visitor())
    return show(files=Storage(token).names() if "list" in token["scopes"] else None)


@app.get("/connect")
def connect():
    if visitor().get("token"):
        return redirect("/")
    state, verifier = generate_token(48), generate_token(48)
    # A new key, since another site of this domain may have set the cookie to one that it knows.
    visitors.pop(session.get("key"), None)
    session["key"] = secrets.token_urlsafe(32)
    visitors[session["key"]] = {"state": state, "verifier": verifier}
    if len(visitors) > MAX_VISITORS:
        visitors.popitem(last=False)
    url, _ = oauth(scope=SCOPE).create_authorization_url(
        server()["authorization_endpoint"], state=state, code_verifier=verifier)
    return redirect(url)


@app.get("/callback")
def callback():
    mine, answer = visitor(), request.args
    # Somebody else's answer would connect this browser to their storage.
    if not mine.get("state") or answer.get("state") != mine["state"] or \
            answer.get("iss") != server()["issuer"]:
        raise Problem("This answer does not belong to a request of this browser. Connect again.", 400)
    mine["state"] = None
    if answer.get("error") == "access_denied":
        raise Problem("You did not allow access. Nothing was connected.", 403)
    if "error" in answer:
        raise Problem(f"{answer['error']}: {answer.get('error_description', '')}", 400)
    mine["token"] = oauth().fetch_token(
        server()["token_endpoint"], code=answer["code"], code_verifier=mine["verifier"], **CREDENTIALS)
    return redirect("/")


@app.get("/file")
def download():
    name = request.args["name"]
    body = Storage(renewed(connected())).read(name)
    # Never shown as a page of this site, whatever is in it.
    return Response(body.iter_chunks(), mimetype="application/octet-stream", headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{urllib.parse.quote(name, safe='')}"})


@app.post("/file")
def upload():
    if not request.form["name"]:
        raise Problem("The file has no name: give it one.", 400)
    Storage(renewed(connected())).write(request.form["name"], request.form["text"])
    return redirect("/", 303)


@app.post("/disconnect")
def disconnect():
    token = connected()["token"]
    # A refresh token stands for all that came with it.
    oauth().revoke_token(server()["revocation_endpoint"],
                         token.get("refresh_token") or token["access_token"]).raise_for_status()
    visitor()["token"] = None
    return show("Disconnected. This application has no access any more.")


# --- what can go wrong, and what is the same for all pages ---


@app.before_request
def check_origin():
    if request.method == "POST" and request.headers.get("Origin") != APP_URL:
        raise Problem("This form was sent by another site.", 403)


@app.after_request
def protect(response):
    response.headers.update({"Content-Security-Policy": POLICY, "Cache-Control": "no-store",
                             "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff"})
    return response


@app.errorhandler(Problem)
def tell(problem):
    return show(str(problem), problem.status)


@app.errorhandler(OAuthError)
def tell_refusal(refusal):
    return show(f"The server refused: {refusal.error}: {refusal.description}", 502)


@app.errorhandler(requests.RequestException)
def tell_silence(_):
    return show("The server that grants access cannot be reached. Try again later.", 502)


@app.errorhandler(ClientError)
def tell_storage(refusal):
    token = visitor().get("token")
    if not token or not is_live(token):
        visitor()["token"] = None
        return show(REMOVED, 403)
    error = refusal.response["Error"]
    return show(f"Your storage refused this: {error.get('Message') or error['Code']}", 502)


@app.errorhandler(BotoCoreError)
def tell_storage_silence(_):
    return show("Your storage cannot be reached. Try again later.", 502)


def main():
    try:
        server()
    except requests.RequestException:
        sys.exit(f"{SERVER} cannot be reached: start grantd, for example by tools/demo, or set SERVER.")
    try:
        listener = create_server(app, host="127.0.0.1", port=PORT)
    except OSError as problem:
        sys.exit(f"Port {PORT} cannot be used: {problem.strerror}. Set PORT to another one.")
    print(f"Open {APP_URL} in a browser; Ctrl-C ends this.", flush=True)
    listener.run()


if __name__ == "__main__":
    main()
