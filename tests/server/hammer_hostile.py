# SPDX-License-Identifier: Apache-2.0
"""The hostile accounts of the many-accounts test.

They drive every operation of docs/openapi.yaml in random order, with what they know of their own
and of others. Nothing of another account may be changed or read by its id.
"""

import collections
import http.client
import json
import random
import re
import threading
import time
import urllib.parse
import uuid

import jsonschema

import described
import hammer_values
from grantd import REDIRECT, Application
from hammer_actor import Actor, Wrong
from hammer_values import UNKNOWN

KEPT = 40  # values that an account remembers of a kind

# How often an operation comes in a mixture; 1 for those not named here.
WEIGHTS = {
    ("POST", "/api/v0/oauth2/request"): 8,
    ("POST", "/api/v0/oauth2/consent"): 8,
    ("POST", "/api/v0/oauth2/token"): 8,
    ("POST", "/api/v0/auth/logout"): 0.1,
    ("DELETE", "/api/v0/auth/sessions"): 0.1,
    ("DELETE", "/api/v0/auth/sessions/{id}"): 0.3,
    ("POST", "/api/v0/auth/account/password"): 0.3,
    ("DELETE", "/api/v0/auth/account"): 0.02,
    ("DELETE", "/api/v0/projects/{id}"): 0.3,
    ("DELETE", "/api/v0/developer/auth/oauth2/clients/{id}"): 0.3,
    ("POST", "/api/v0/developer/auth/oauth2/clients/{id}/regenerate-secret"): 0.3,
}


def operations():
    """(method, path, operation) of every route."""
    return list(described.operations())


class Hostile(Actor):
    """Any operation, with anything, in any order."""

    def __init__(self, server, address, r, foreign):
        super().__init__(server, address, r)
        self.foreign = foreign  # ids of others, by kind
        self.known = collections.defaultdict(lambda: collections.deque(maxlen=KEPT))
        self.codes = collections.deque(maxlen=KEPT)  # (application, code)
        self.services = {}  # service tokens by role
        self.outcomes = collections.Counter()
        self.is_gone = False

    # what it knows

    def pick(self, kind):
        """Mostly one of its own, sometimes one of another's."""
        if self.foreign.get(kind) and self.r.random() < 0.25:
            return self.r.choice(self.foreign[kind])
        return self.r.choice(self.known[kind]) if self.known[kind] else UNKNOWN

    def value(self, name):
        makers = {
            "client_id": lambda: self.pick("client_id"),
            "redirect_uri": lambda: REDIRECT,
            "redirect_uris": lambda: [REDIRECT],
            "scope": lambda: hammer_values.scopes(self.r),
            "scopes": lambda: hammer_values.scopes(self.r),
            "approved_scopes": lambda: hammer_values.scopes(self.r),
            "rejected_scopes": lambda: [],
            "approve": lambda: self.r.random() < 0.8,
            "request_id": lambda: self.pending()[0],
            "project_id": lambda: self.pick("project"),
            "expires_in": lambda: self.r.choice((60, 3600, 86400)),
            "email": lambda: self.r.choice((self.email, *self.foreign["email"])),
            "password": lambda: self.r.choice((self.password, "a wrong password")),
            "old_password": lambda: self.password,
            "new_password": lambda: self.password,
            "full_name": lambda: "A Person",
            "name": lambda: f"{self.mark} {self.r.randrange(1000)}",
            "description": lambda: "x" * self.r.choice((0, 10, 1000)),
            "path_cipher": lambda: self.r.choice(("aesgcm", "none")),
            "access_grant": lambda: self.pick("grant_text"),
            "api_key": lambda: UNKNOWN,
            "satellite_address": lambda: self.pick("satellite"),
            "salt": lambda: UNKNOWN,
            "passphrase": lambda: "p" * self.r.choice((1, 12, 1024)),
            "overlap_seconds": lambda: self.r.choice((0, 60)),
            "credentials": lambda: UNKNOWN,
            "code_challenge": lambda: UNKNOWN,
            "code_challenge_method": lambda: UNKNOWN,
        }
        return makers[name]() if name in makers else UNKNOWN

    def pending(self):
        """A request of its own with its scopes, or somebody else's."""
        if self.foreign["request"] and self.r.random() < 0.1:
            return self.r.choice(self.foreign["request"]), ("read",)
        return self.r.choice(self.known["request"]) if self.known["request"] else (UNKNOWN, ())

    # what it does

    def path(self, template):
        kinds = {"clients": "client", "sessions": "session", "grants": "grant",
                 "projects": "project", "requests": "request"}
        kind = next((k for part, k in kinds.items() if f"/{part}/" in template), "client_id")
        value = self.pick(kind) if kind != "request" else self.pending()[0]
        if value is UNKNOWN or self.r.random() < 0.05:
            value = str(uuid.UUID(int=self.r.getrandbits(128)))
        if self.r.random() < 0.02:
            value = hammer_values.text(self.r, self.r.choice((1, 36, 500)))
        return re.sub(r"\{\w+\}", urllib.parse.quote(str(value), safe=""), template), kind, value

    def query(self, operation):
        pairs = []
        for node in operation.get("parameters", ()):
            node = described.resolve(node)
            if node["in"] == "query" and self.r.random() < 0.4:
                value = hammer_values.field(self.r, node["name"], node["schema"], self.value)
                if value is not UNKNOWN:
                    pairs.append((node["name"], value if isinstance(value, str)
                                  else json.dumps(value)))
        return "?" + urllib.parse.urlencode(pairs) if pairs else ""

    def token_body(self):
        """A code of its own, with what its application would send."""
        application, code = self.r.choice(self.codes)
        body = application.body(code)
        if self.r.random() < 0.7:
            body["passphrase"] = "p" * self.r.choice((1, 12, 1024))
        return body

    def consent_body(self):
        """The decision on a request of its own, which is spent by it, mostly."""
        requests = self.known["request"]
        request_id, approved = requests.pop() if self.r.random() < 0.9 else requests[-1]
        body = {"request_id": request_id, "approved_scopes": list(approved), "rejected_scopes": []}
        if self.r.random() < 0.2:
            body["passphrase"] = "p" * 1024
        return body

    def body(self, template, operation):
        """Half of them are such as an honest program would send."""
        is_careful = self.r.random() < 0.5
        try:
            if is_careful and template == "/api/v0/oauth2/token":
                return self.token_body()
            if is_careful and template == "/api/v0/oauth2/consent":
                return self.consent_body()
        except IndexError:
            pass  # it has none
        schema = next(iter(operation["requestBody"]["content"].values()))["schema"]
        return hammer_values.body(self.r, schema, self.value, is_careful)

    def act(self, method, template, operation):
        """One operation; what came of it is remembered."""
        path, kind, value = self.path(template)
        body = self.body(template, operation) if "requestBody" in operation else None
        role = {"/api/v0/grants/check": "check", "/api/v0/revocations": "revocations"}.get(template)
        token = self.services.get(role, self.token) if role else self.token
        response = self.send(method, path + self.query(operation), body, token)
        self.outcomes[method, template, response.status] += 1
        self.judge(response)
        self.judge_reach(method, template, kind, value, body, response)
        self.learn(method, template, body, response)

    def judge_reach(self, method, template, kind, value, body, response):
        """Nothing of somebody else's may be reached by its id."""
        if response.status >= 300:
            return
        others = set(self.foreign["request"]) | set(self.foreign["project"])
        if "{id}" in template and value in self.foreign.get(kind, ()):
            raise Wrong(f"{self}: {method} {template} of another's {value}: {response}")
        if b'"code"' in response.body and {body["request_id"], body.get("project_id")} & others:
            raise Wrong(f"{self}: {method} {template} with another's {body}: {response}")

    def learn(self, method, template, body, response):
        answer = response.json if "json" in response.headers.get("Content-Type", "") else None
        if response.status == 401 and answer["error"] == "unauthenticated":
            self.log_in()
        if (method, template, response.status) == ("DELETE", "/api/v0/auth/account", 204):
            self.is_gone = True
        if response.status >= 300 or not answer:
            return
        if template == "/api/v0/developer/auth/oauth2/clients" and method == "POST":
            self.known["client"].append(answer["id"])
            self.known["client_id"].append(answer["client_id"])
            self.known["application"].append(Application(self.server, answer))
        if template == "/api/v0/projects":
            for project in answer if method == "GET" else [answer]:
                self.known["project"].append(project["id"])
                self.known["satellite"].append(project["satellite_address"])
        if template in ("/api/v0/auth/sessions", "/api/v0/auth/grants") and method == "GET":
            kind = template.rsplit("/", 1)[1][:-1]
            self.known[kind].extend(entry["id"] for entry in answer[:KEPT])
        if template == "/api/v0/oauth2/request":
            self.known["request"].append((answer["request_id"], tuple(body["scope"])))
            self.known["client_of"].append((answer["request_id"], body["client_id"]))
        if template == "/api/v0/oauth2/consent" and "code" in answer:
            self.learn_code(body["request_id"], answer["code"])
        if template == "/api/v0/oauth2/token":
            self.known["grant_text"].append(answer["access_grant"])

    def learn_code(self, request_id, code):
        client_id = dict(self.known["client_of"].copy()).get(request_id)
        for application in self.known["application"].copy():
            if application.client_id == client_id:
                self.codes.append((application, code))

    def prepare(self):
        """An application and a code, so that everything can be reached."""
        every = {(m, p): o for m, p, o in operations()}
        for method, path in (("GET", "/api/v0/projects"), ("GET", "/api/v0/auth/sessions"),
                             ("POST", "/api/v0/developer/auth/oauth2/clients")):
            self.act(method, path, every[method, path])
        return self


class Storm:
    """Hostile accounts in a process of their own: a mixture of everything, and now and then a burst,
    in which all threads do the same thing for the same account."""

    THREADS = 8
    MIXTURE, BURST = 2, 1.5  # seconds

    def __init__(self, server, accounts, seed):
        self.server, self.accounts, self.r = server, accounts, random.Random(seed)
        self.operations = operations()
        self.weights = [WEIGHTS.get((m, p), 1) for m, p, _ in self.operations]
        self.burst = None
        self.wrongs = []

    def run(self, until):
        """Return: what came of it, by operation and status; and what must not be."""
        threads = [threading.Thread(target=self.work, args=(until,)) for _ in range(self.THREADS)]
        for thread in threads:
            thread.start()
        while time.monotonic() < until:
            self.burst = None
            time.sleep(self.MIXTURE)
            self.burst = self.r.choice(self.accounts), self.r.choice(self.operations)
            time.sleep(self.BURST)
        for thread in threads:
            thread.join()
        return sum((a.outcomes for a in self.accounts), collections.Counter()), self.wrongs

    def work(self, until):
        while time.monotonic() < until and len(self.wrongs) < 5:
            actor, operation = self.burst or (
                self.r.choice(self.accounts),
                self.r.choices(self.operations, weights=self.weights)[0])
            if actor.is_gone:
                time.sleep(0.01)
                continue
            self.act(actor, operation)
        for actor in self.accounts:
            actor.hang_up()

    def act(self, actor, operation):
        try:
            actor.act(*operation)
        except (Wrong, AssertionError, jsonschema.ValidationError) as wrong:
            self.wrongs.append(f"{operation[0]} {operation[1]}: {wrong!s:.2000}")
        except (OSError, http.client.HTTPException):
            actor.hang_up()  # refused or closed: the server may do that to it
