# SPDX-License-Identifier: Apache-2.0
"""Starts the real grantd and speaks to it as developers, users and applications do."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import itertools
import json
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import time

import described

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("GRANTD", ROOT / "build" / "grantd"))
# Built with one, its memory says nothing about ours.
SANITIZED = bool(re.search(rb"__[at]san_init", BINARY.read_bytes()))
REDIRECT = "https://myapp.com/callback"
DERIVATION = 64 << 20  # what the derivation of a root key works in
PASSWORD = "a long enough password"

_serial = itertools.count()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def sign(secret, payload, header='{"alg":"HS256","typ":"JWT"}'):
    """A JWT over exactly these bytes."""
    if not isinstance(payload, str):
        payload = compact(payload)
    signing = b64url(header.encode()) + "." + b64url(payload.encode())
    mac = hmac.new(secret.encode(), signing.encode(), hashlib.sha256).digest()
    return signing + "." + b64url(mac)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json.get("error") if self.body else None

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Server:
    """One grantd process with its own folder."""

    def __init__(self, folder, **settings):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.settings = settings
        self.process = None

    def command(self, *arguments):
        return [str(BINARY), *arguments]

    def run(self, *arguments, check=True):
        """A command of an operator, beside the server."""
        result = subprocess.run(self.command(*arguments), cwd=self.folder, text=True,
                                capture_output=True, stdin=subprocess.DEVNULL, timeout=120,
                                check=False)
        assert not check or result.returncode == 0, result
        return result

    def service_token(self, role):
        return self.run("token", "create", "--name", "a service", "--role", role).stdout.strip()

    def start(self, wait=True, environment=None):
        # The tests fail more often than strangers may; those about rate limits set their own.
        flags = {"http.listen": f"127.0.0.1:{self.port}",
                 "limits.failures_per_address": "1000000",
                 "limits.requests_per_account": "0", "limits.requests_per_client": "0",
                 "limits.logins_per_account": "0", "limits.changes_per_account": "0",
                 "limits.registrations_per_address": "1000000",
                 # Nobody is called but by the tests that have somebody there.
                 "satellite.allowed": "127.0.0.1:9", **self.settings}
        self.log = open(self.folder / "log", "ab")
        self.began_at = self.log.tell()  # behind what an earlier process said
        self.process = subprocess.Popen(
            self.command("serve", *(f"--{k}={v}" for k, v in flags.items())),
            cwd=self.folder, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})})
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"grantd ended with {self.process.returncode}:\n{self.text()}")
            with contextlib.suppress(OSError):
                if (self.call("GET", "/readyz").status == 200 and
                        "Serving on" in self.text(self.began_at)):
                    return
            time.sleep(0.02)
        raise RuntimeError("grantd is not ready:\n" + self.text())

    def text(self, start=0):
        """Its log from a byte on."""
        return (self.folder / "log").read_bytes()[start:].decode(errors="replace")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        self.check_sandbox()
        return self.process.returncode if self.process else None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.check_sandbox()

    def check_sandbox(self):
        """Nothing that the server does may be on no list."""
        if (self.folder / "log").exists():  # its disk may be gone
            assert "system call refused" not in self.text(), self.text()

    def metric(self, name):
        """The value of a metric without labels."""
        text = self.call("GET", "/metrics").body.decode()
        return float(re.search(rf"^grantd_{name} (\S+)$", text, re.MULTILINE)[1])

    def memory(self):
        """Resident bytes, without what derivations keep for a while."""
        with open(f"/proc/{self.process.pid}/status") as status:
            resident = int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) * 1024
        return resident - int(self.metric("derivation_memories")) * DERIVATION

    def wait_quiet(self, patience=10):
        """Until no exchange is left but the one that asks."""
        deadline = time.monotonic() + patience
        while (left := self.metric("http_exchanges_open")) > 1:
            assert time.monotonic() < deadline, f"{left - 1} exchanges are left"
            time.sleep(0.02)

    def call(self, method, path, body=None, token=None, headers=None, timeout=60, source=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout,
                                                source_address=source and (source, 0))
        try:
            return self.call_on(connection, method, path, body, token, headers)
        finally:
            connection.close()

    def call_on(self, connection, method, path, body=None, token=None, headers=None):
        fields = {"Host": f"localhost:{self.port}"}
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            data = data.encode() if isinstance(data, str) else data
            fields["Content-Type"] = "application/json"
        if token:
            fields["Authorization"] = "Bearer " + token
        fields.update(headers or {})
        connection.request(method, path, data, fields)
        answer = Answer(connection.getresponse())
        described.check(method, path, answer)
        return answer

    def raw(self, data, timeout=10, shut=False):
        """Sends bytes as they are and reads until the server closes or is silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as sock:
            sock.sendall(data)
            if shut:
                sock.shutdown(socket.SHUT_WR)
            sock.settimeout(timeout)
            received = b""
            with contextlib.suppress(TimeoutError, ConnectionResetError):
                while chunk := sock.recv(65536):
                    received += chunk
            return received


class Person:
    """An account with a session: a developer, a user, or both."""

    def __init__(self, server, email=None):
        self.server = server
        self.email = email or f"person{next(_serial)}@example.com"
        answer = server.call("POST", "/api/v0/auth/register", {
            "email": self.email, "password": PASSWORD, "full_name": "A Person"})
        assert answer.status == 201, answer
        self.id = answer.json["id"]
        self.log_in()

    def log_in(self):
        answer = self.server.call("POST", "/api/v0/auth/token",
                                  {"email": self.email, "password": PASSWORD})
        assert answer.status == 200, answer
        self.token = answer.json["token"]

    def call(self, method, path, body=None, **kwargs):
        return self.server.call(method, path, body, token=self.token, **kwargs)

    def application(self, **fields):
        body = {"name": "My App", "redirect_uris": [REDIRECT], **fields}
        answer = self.call("POST", "/api/v0/developer/auth/oauth2/clients", body)
        assert answer.status == 200, answer
        return Application(self.server, answer.json)

    def request(self, application, scope=("read",), **fields):
        return self.call("POST", "/api/v0/oauth2/request", {
            "client_id": application.client_id, "redirect_uri": application.redirect_uri,
            "scope": list(scope), **fields})

    def consent(self, request_id, approved, **fields):
        return self.call("POST", "/api/v0/oauth2/consent", {
            "request_id": request_id, "approved_scopes": list(approved),
            "rejected_scopes": [], **fields})

    def code(self, application, scope=("read",), request=None, **fields):
        """Asks and approves; the code."""
        answer = self.request(application, scope, **(request or {}))
        assert answer.status == 200, answer
        answer = self.consent(answer.json["request_id"], scope, **fields)
        assert answer.status == 200, answer
        return answer.json["code"]

    def grants(self):
        answer = self.call("GET", "/api/v0/auth/grants")
        assert answer.status == 200, answer
        return answer.json

    def revoke(self, application):
        return self.call("DELETE", f"/api/v0/auth/developer-access/{application.client_id}/revoke")

    def project(self, **fields):
        answer = self.call("POST", "/api/v0/projects", {"name": "Mine", **fields})
        assert answer.status == 201, answer
        return answer.json


class Application:
    """A registered application's server."""

    def __init__(self, server, client):
        self.server = server
        self.id = client["id"]
        self.client_id = client["client_id"]
        self.secret = client["client_secret"]
        self.redirect_uri = client["redirect_uris"][0]

    def jwt(self, exp=None, **claims):
        payload = {"client_id": self.client_id, "exp": exp or int(time.time()) + 300,
                   "jti": secrets.token_hex(8), **claims}
        return sign(self.secret, payload)

    def body(self, code, **fields):
        body = {"client_id": self.client_id, "client_secret": self.jwt(),
                "redirect_uri": self.redirect_uri, "code": code, **fields}
        return {k: v for k, v in body.items() if v is not None}

    def exchange(self, code, **fields):
        return self.server.call("POST", "/api/v0/oauth2/token", self.body(code, **fields))


def pkce():
    verifier = b64url(secrets.token_bytes(32))
    return verifier, b64url(hashlib.sha256(verifier.encode()).digest())


def inspect(grant):
    """What a grant says, by the command line."""
    result = subprocess.run([str(BINARY), "grant", "inspect", "--json"], input=grant.encode(),
                            capture_output=True, check=True)
    return json.loads(result.stdout)


DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58check_decode(text):
    """The payload of version 0."""
    number = 0
    for digit in text:
        number = number * 58 + DIGITS.index(digit)
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    raw = b"\0" * (len(text) - len(text.lstrip("1"))) + raw
    payload, checksum = raw[1:-4], raw[-4:]
    assert raw[0] == 0
    assert hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == checksum
    return payload


def base58check_encode(payload):
    raw = b"\0" + payload
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = DIGITS[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def raw_key_of(grant):
    """The macaroon in a grant: the second field of its message."""
    data, at = base58check_decode(grant), 0
    while at < len(data):
        tag, at = _varint(data, at)
        size, at = _varint(data, at)
        if tag >> 3 == 2:
            return data[at:at + size]
        at += size
    raise ValueError("no API key")


def api_key_of(grant):
    return base58check_encode(raw_key_of(grant))


def tail_of(grant):
    return raw_key_of(grant)[-32:].hex()


def add_caveat(raw, message):
    """The macaroon narrowed by one more caveat."""
    assert len(message) < 128 and raw[-35:-32] == b"\0\x06\x20"
    tail = hmac.new(raw[-32:], message, hashlib.sha256).digest()
    return raw[:-35] + bytes([2, len(message)]) + message + b"\0\0\x06\x20" + tail
