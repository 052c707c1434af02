# SPDX-License-Identifier: Apache-2.0
"""The honest accounts of the many-accounts test: they do whole flows and expect to be served."""

import time

from grantd import REDIRECT, Application
from hammer_actor import Actor, Wrong, mark_of

PATIENCE = 2  # seconds a request may take


class Honest(Actor):
    """Expects to be served, soon."""

    def __init__(self, server, address, r):
        super().__init__(server, address, r)
        self.slowest = (0, None)
        self.rounds = 0

    def ask(self, expected, method, path, body=None, token=None):
        began = time.monotonic()
        response = self.send(method, path, body, token or self.token)
        took = time.monotonic() - began
        self.slowest = max(self.slowest, (took, f"{method} {path}"))
        self.judge(response)
        if response.status != expected:
            raise Wrong(f"{self}: {method} {path} gave {response}, not {expected}")
        if took > PATIENCE:
            raise Wrong(f"{self}: {method} {path} took {took:.1f} s")
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.json if is_json else response.body

    def run(self, until):
        try:
            while time.monotonic() < until:
                self.round()
                self.rounds += 1
                time.sleep(self.r.uniform(0.1, 0.4))
        finally:
            self.hang_up()


class Developer(Honest):
    """Owns an application, and sees what its users ask for, but not who they are."""

    def register(self):
        super().register()
        response = self.send("POST", "/api/v0/developer/auth/oauth2/clients", {
            "name": "Honest App", "redirect_uris": [REDIRECT]}, self.token)
        assert response.status == 200, response
        self.application = Application(self.server, response.json)
        return self

    def round(self):
        logs = "/api/v0/developer/auth/access-logs"
        for path in (logs, logs + "/statistics", "/api/v0/developer/auth/oauth2/clients"):
            self.ask(200, "GET", path)
        if self.rounds % 5 == 0:
            self.ask(200, "GET", logs + "/export")


class User(Honest):
    """Does whole flows with a developer's application, and takes access away again."""

    def __init__(self, server, address, r, developer):
        super().__init__(server, address, r)
        self.application = developer.application
        scope_mark = mark_of(r)
        self.bucket = f"bucket:{scope_mark}"
        for actor in (self, developer):
            actor.may_see.add(scope_mark.encode())

    def round(self):
        self.flow()

    def flow(self):
        """Request, consent, exchange; then a look, and now and then the access is removed."""
        place = self.bucket + (";prefix:2026/" if self.rounds % 4 == 0 else "")
        scope = ["read", "list", place]
        request = self.ask(200, "POST", "/api/v0/oauth2/request", {
            "client_id": self.application.client_id, "redirect_uri": REDIRECT, "scope": scope})
        decision = self.ask(200, "POST", "/api/v0/oauth2/consent", {
            "request_id": request["request_id"], "approved_scopes": scope, "rejected_scopes": [],
            "expires_in": 3600})
        body = self.application.body(decision["code"])
        if self.rounds % 4 == 0:
            body["passphrase"] = "a passphrase"
        token = self.ask(200, "POST", "/api/v0/oauth2/token", body)
        if set(token["scopes"]) != set(scope):
            raise Wrong(f"{self}: asked for {scope}, got {token['scopes']}")
        self.look()

    def look(self):
        client_id = self.application.client_id
        live = [g for g in self.ask(200, "GET", "/api/v0/auth/grants") if g["status"] == "live"]
        if not live:
            raise Wrong(f"{self}: a grant was issued and is not listed")
        apps = self.ask(200, "GET", "/api/v0/auth/developer-access")
        if [a["client_id"] for a in apps] != [client_id]:
            raise Wrong(f"{self}: connected to {apps}")
        if self.rounds % 5 == 4:
            self.ask(200, "DELETE", f"/api/v0/auth/developer-access/{client_id}/revoke")
            self.ask(204, "POST", "/api/v0/auth/logout")
            response = self.log_in()
            if response.status != 200:
                raise Wrong(f"{self}: an honest log-in gave {response}")
