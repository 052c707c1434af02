# SPDX-License-Identifier: Apache-2.0
"""Every operation of docs/openapi.yaml once, with the document's own example of its request, as Ann,
who stores files, and Dan, who develops an application, would use them.

What a server makes up, such as identifiers and secrets, is other than in the examples. A value that
has a name here is put in where the example of a request has it, and is told as the example has it
where the response does.
"""

import contextlib
import json
import sqlite3
import urllib.parse

import openapi_check
from authenticator import Passkey
from grantd import PASSWORD, Application
from legacy_page import Page
from login_provider import Browser
from mail_server import link_in
from oathtool import Factor, code_of

BEHIND_PROXY = {"http.trusted_proxies": "127.0.0.1", "login.proxy_header": "X-Remote-User",
                "accounts.open_registration": "false"}

# Of the examples: what stands for something that a server makes up, and is sent again later.
EXAMPLES = {
    "ann_email": "ann@example.com",
    "dan_email": "dan@example.com",
    "ann_new_email": "ann@new.example",
    "url": "http://localhost:10100",
    "invitation": "k3Vd9sQw0uYfLr6mXaTj8HcNbZ2eGpI5oRtK1vSxB7M",
    "ann": "eyzZ0Jy1i4q2bWkQ5tRrXc8uVf3nHsAoLd7gTeMpYxK",
    "dan": "pX2vN8sKd0Qw6yBfHj4TzRmUc1LgAeViO9nE5hYqZ3M",
    "client_id": "6f1d2c3b-4a59-4e68-8776-95a4b3c2d1e0",
    "app": "01a21ea5-5b7e-7c3d-9a2f-1e4d6b8c0a21",
    "secret": "5e1f7a93c40b826dd9270fb3a6c5184e72b90d3f6a8c154e0b97d2f384c6a51e",
    "assertion": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJjbGllbnRfaWQiOiI2ZjFkMmMzYiJ9.c2ln",
    "project": "01a21ea5-6c21-7d44-8b1e-2f5a7c9d1b32",
    "request": "01a21ea5-0d3f-7e55-9c2d-3a6b8d0e2c43",
    "code": "AaIepQ0_flWcLTprjQ4sQ7m1Xv9kPz2dRw8hTbYc5nJe6LuSgFa3Ki",
    "linked_code": "AaIepQ1_a2bXdM5tKj7sR8n2Yw0lQa3eSx9iUcZd6oKf7MvThGb4Lj",
    "link": "eyJjbGllbnRfaWQiOiI2ZjFkMmMzYiIsInNjb3BlIjpbInJlYWQiXX0.bGluaw",
    "reset": "q7Tt0bWc3Xn1VfYdH8sLpK2mRzAeJ5uGiO4vN6oQxBw",
    "email_change": "Jw4cXq9TnB2vKe7yRzLs5UaHfMd0GpWiO8bV1tN6uQk",
    "email_undo": "mE3sZv8QyC1rLp6dTx0Kf5HgWb9UjNaI2oV7uR4eDqS",
    "user_code": "WDJB-MJHT",
    "revision": "nT4qJ8xV2bKc7RyZsL0UaHfMd5GpWiO1eX9tN6uQkBw",
    "grant": "12KgnzotW7iMAx3uEifhz5JS24B6VrKA617U3aCDUKMB1uc92L6NcXuBsyPyhUFoPFEueLjocaZQq1BzLC88nSkVU3d4iUTV32LjWwESHfySHFdpBi5eptNdTBUuruc3X3hMozhjt8mcXswCwxhZJdWzB4N45BYnZddAt7B7UNKkUbCNdGULdzG8zuftVP5yz9vB2nr93fpe2H1nv8PkRjCQx7tLETyRiQjWoftVENYQocHAkantcQHJ45gpQWoELJdyeYHPfM719SdG6qXwnDvHvXRgiXZ8aSyaTZ1dnDJM7NwDfpD8g92Xwai7AXHr4iS4a3ArYKA4TNedPnWw1DSSDUAwEgMR5YDa7dYPVnNFDGAJS474Fv7V6Qj6cwuwvPnxLM5SRquF6CtF4DtswohRgbmNxovne5G4JPpRuqq4TcwePCwKB3kWjWyHeTs4HhecQJtcXzwD",
    "factor_code": "492039",
    "recovery_code": "BCDF-GHJK-LMNP",
    "new_client_data": "eyJ0eXBlIjogIndlYmF1dGhuLmNyZWF0ZSIsICJjaGFsbGVuZ2UiOiAiQUFFQkFnTUZDQTBWSWpkWmtPbDVZdHRNQnlwNW1LTHgwZzNjVjV1SjhRbVR6NENrNkVvV24xSHMyRnJQcVliWHdadExkVXZHaUtqQWFNbE5jQlJlUHlmVFF4UzdJRFY5aEowIiwgIm9yaWdpbiI6ICJodHRwOi8vbG9jYWxob3N0OjEwMTAwIiwgImNyb3NzT3JpZ2luIjogZmFsc2V9",
    "new_authenticator_data": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAAAAAAAAAAAAAAAAAAAAAAAAEI8cK35dkEpjseL3oFw9nkalAQIDJiABIVgg_THshifI7SLEzxrZSqSH1u05Xth68E00sOpdXOUrcNwiWCAHXBTcfvB0r9NuRJUWy4HJwkDaZAcq5JtZ44dBSnXhFw",
    "credential_id": "jxwrfl2QSmOx4vegXD2eRg",
    "client_data": "eyJ0eXBlIjogIndlYmF1dGhuLmdldCIsICJjaGFsbGVuZ2UiOiAiQUFFQkFnTUZDQTBWSWpkWmtPbDVjOW5FZkJxMnJUeks0d1ZoWW1MOG9Yc0pkMUdwVWFSaU5iV2dReE1GZTB5Q3RIbFpqUDdrQTZTSXUzT3ZEVG53RUs1THFWWDJmY0I5bVlyIiwgIm9yaWdpbiI6ICJodHRwOi8vbG9jYWxob3N0OjEwMTAwIiwgImNyb3NzT3JpZ2luIjogZmFsc2V9",
    "authenticator_data": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAA",
    "signature": "MEUCIQCIAs2Mt7xJMzS_dT8K2HwOu8VtqzN9pXsi73_O-NKBQAIgaxPdkT8OAGlm3wSoFZIGepWnmvEwBCnXp-wxUm0Dnwo",
    "user_handle": "AZvltDwkfRqPDitsWknTcA",
    "verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
}


def examples_of(content):
    """All of a described body's."""
    found = []
    for media in content.values():
        found += [media["example"]] if "example" in media else []
        found += [one["value"] for one in media.get("examples", {}).values()]
    return found


def operations():
    return {operation["operationId"]: (method, path, operation)
            for method, path, operation in openapi_check.operations()}


class Caller:
    """Somebody with a session, whose calls are not the story's."""

    def __init__(self, server, token):
        self.server, self.token = server, token

    def call(self, method, path, body=None):
        return self.server.call(method, path, body, token=self.token)


class Story:
    def __init__(self, server):
        self.server = server
        self.operations = operations()
        self.told = {}  # by operation: the response
        self.names = {"url": server.url, "verifier": EXAMPLES["verifier"],
                      "challenge": EXAMPLES["challenge"]}

    def replaced(self, value, of, by):
        """The value with what has a name in `of` as it is in `by`."""
        if isinstance(value, dict):
            return {key: self.replaced(one, of, by) for key, one in value.items()}
        if isinstance(value, list):
            return [self.replaced(one, of, by) for one in value]
        for name, text in of.items():
            if isinstance(value, str) and name in by:
                value = value.replace(text, by[name])
        return value

    def call(self, name, path=None, token=None, headers=None):
        """Plays an operation. Return: the response's body."""
        method, at, operation = self.operations[name]
        content = operation.get("requestBody", {}).get("content", {})
        headers, body = dict(headers or {}), None
        if content:
            body = self.replaced(examples_of(content)[0], EXAMPLES, self.names)
            if next(iter(content)) == "application/x-www-form-urlencoded":
                headers["Content-Type"] = next(iter(content))
                body = urllib.parse.urlencode(body)
        answer = self.server.call(method, path or at, body, token=token, headers=headers)
        assert 200 <= answer.status < 300, (name, answer)
        self.told[name] = answer
        return answer.json if answer.body and "json" in answer.headers["Content-Type"] else None

    # --- the people ---

    def play(self):
        self.accounts()
        self.application()
        self.project()
        self.flow()
        self.standard_clients()
        self.lists()
        self.services()
        self.operators()
        self.ends()

    def play_behind_proxy(self, server):
        """On a server that nobody can register with."""
        self.server = server
        self.call("logInByProxy",
                  headers={"X-Remote-User": self.names.get("ann_email", "ann@example.com")})

    def play_with_provider(self, server, provider):
        """On a server whose people log in with an OpenID Connect provider."""
        self.server = server
        email = self.names.get("ann_email", EXAMPLES["ann_email"])
        provider.claims = {"sub": email, "email": "openid-" + email}
        browser = Browser(server)
        assert browser.log_in(provider).status == 303
        self.names["recovery_code"] = browser.add_factor()
        assert browser.log_in(provider).status == 303
        self.call("logInByProvider", headers=browser.headers())

    def play_with_mail(self, server, post):
        """On a server whose mail `post` gets."""
        self.server = server
        email = "mailed-" + self.names.get("ann_email", EXAMPLES["ann_email"])
        self.names["ann_email"] = email
        form, = examples_of(self.operations["logIn"][2]["requestBody"]["content"])
        server.run("account", "create", email, stdin=form["password"])
        self.call("changeEmail", token=self.call("logIn")["token"])
        new = self.names.get("ann_new_email", EXAMPLES["ann_new_email"])
        self.names["email_change"] = link_in(post.wait_to(new)).partition("=")[2]
        self.call("confirmEmail")
        self.names["email_undo"] = link_in(post.wait_to(email)).partition("=")[2]
        self.call("undoEmailChange")
        self.call("requestPasswordReset")
        operator, target = self.operator(), self.person("reset")
        self.call("mailPasswordReset", f"/api/v0/admin/accounts/{target['id']}/reset-mail",
                  token=operator)

    def person(self, name):
        """Another account. Return: what the command says of it."""
        email = f"{name}-{self.names.get('ann_email', EXAMPLES['ann_email'])}"
        return json.loads(self.server.run("account", "create", email, "--json",
                                          stdin=PASSWORD).stdout)[0]

    def log_in(self, person):
        return self.server.call("POST", "/api/v0/auth/token", {
            "email": person["email"], "password": PASSWORD}).json["token"]

    def operator(self):
        """Return: the session of somebody who looks after the server."""
        operator = self.person("operator")
        self.server.run("account", "role", operator["email"], "--operator")
        return self.log_in(operator)

    def operators(self):
        operator, target = self.operator(), self.person("target")
        self.server.run("account", "role", target["email"], "--developer")
        Factor(Caller(self.server, self.log_in(target)))
        self.call("listAccounts", token=operator)
        self.call("listAccounts", "/api/v0/admin/accounts?email=" + target["email"],
                  token=operator)
        one = "/api/v0/admin/accounts/" + target["id"]
        self.call("resetFactors", one + "/reset-factors", token=operator)
        self.call("blockAccount", one, token=operator)
        self.review(operator)
        self.call("listAudit", token=operator)
        self.call("getRates", token=operator)

    def review(self, operator):
        """Of an application of Dan's, which awaits approval as if the server had just been set so."""
        dan = self.names["dan"]
        made = self.server.call("POST", "/api/v0/developer/auth/oauth2/clients", {
            "name": "Another", "redirect_uris": ["https://another.example/cb"]}, token=dan).json
        self.wait_for_approval(made["client_id"])
        row = self.call("listWaitingClients", "/api/v0/admin/clients?limit=1", token=operator)[0]
        self.names["revision"] = row["revision"]
        self.call("reviewClient", f"/api/v0/admin/clients/{row['id']}/review", token=operator)

    def wait_for_approval(self, client_id):
        """In the database's file, since an operator can set it for all applications only."""
        with contextlib.closing(sqlite3.connect(self.server.folder / "grantd.db",
                                                timeout=30)) as database, database:
            database.execute("UPDATE client SET status = 2, created_at = 1 WHERE client_id = ?",
                             (bytes.fromhex(client_id.replace("-", "")),))

    def accounts(self):
        self.call("register")
        self.names["ann"] = self.call("logIn")["token"]
        self.call("registerDeveloper")
        self.names["dan"] = self.call("logInDeveloper")["token"]
        self.invited()
        self.call("getAccount", token=self.names["ann"])
        self.call("changeAccount", token=self.names["ann"])
        self.factor()

    def factor(self):
        ann = self.names["ann"]
        self.call("proveSession", token=ann)
        self.call("getFactor", token=ann)
        secret = self.call("beginFactor", token=ann)["secret"]
        self.names["factor_code"] = code_of(secret)
        for name in ("confirmFactor", "renewRecoveryCodes"):
            codes = self.call(name, token=ann)["recovery_codes"]
            self.names["recovery_code"] = codes[0]
        self.call("changeFactor", token=ann)
        self.names["recovery_code"] = codes[1]
        self.call("removeFactor", token=ann)
        self.passkey()

    def passkey(self):
        ann, passkey = self.names["ann"], Passkey(self.server)
        setup = self.call("beginPasskey", token=ann)
        new = passkey.registration(setup["challenge"])
        self.names |= {"new_" + name: value for name, value in new.items()}
        place = "/api/v0/auth/account/passkeys/" + self.call("addPasskey", token=ann)["id"]
        self.call("listPasskeys", token=ann)
        self.call("renamePasskey", place, token=ann)
        passkey.user = setup["user_id"]
        self.names |= passkey.proof(self.call("challengePasskey")["challenge"])
        self.call("logInByPasskey")
        self.call("removePasskey", place, token=ann)

    def invited(self):
        link = self.server.run("account", "invite", "gil@example.com").stdout.strip()
        self.names["invitation"] = link.partition("#invite=")[2]
        self.call("openInvitation")

    def application(self):
        dan = self.names["dan"]
        made = self.call("createClient", token=dan)
        self.names |= {"client_id": made["client_id"], "app": made["id"],
                       "secret": made["client_secret"]}
        self.app = Application(self.server, made)
        one = "/api/v0/developer/auth/oauth2/clients/" + made["id"]
        self.call("listClients", token=dan)
        self.call("getClient", one, token=dan)
        self.call("changeClient", one, token=dan)
        self.call("switchClient", one + "/status", token=dan)
        self.app.secret = self.call("rotateSecret", one + "/regenerate-secret",
                                    token=dan)["client_secret"]

    def project(self):
        ann = self.names["ann"]
        project = self.call("addProject", token=ann)
        self.names["project"] = project["id"]
        self.call("listProjects", token=ann)
        self.call("makeOwnerGrant", f"/api/v0/projects/{project['id']}/owner-grant", token=ann)

    def decide(self):
        """Return: the code."""
        ann = self.names["ann"]
        request = self.call("startRequest", token=ann)
        self.names["request"] = request["request_id"]
        self.call("getRequest", "/api/v0/oauth2/requests/" + request["request_id"], token=ann)
        return self.call("decideRequest", token=ann)["code"]

    def flow(self):
        self.names |= {"code": self.decide(), "assertion": self.app.jwt()}
        self.call("exchangeCode")

    def standard_clients(self):
        self.pushed()
        self.names |= {"code": self.decide(), "assertion": self.app.assertion()}
        self.names["grant"] = token = self.call("token")["access_token"]
        self.call("userinfo", token=token)
        self.call("userinfoByPost", token=token)
        for name in ("introspect", "revoke"):
            self.names["assertion"] = self.app.assertion()
            self.call(name)
        self.device()
        self.legacy_page()
        for name in ("registerSelf", "metadata", "openidConfiguration", "signingKeys"):
            self.call(name)

    def pushed(self):
        self.names["assertion"] = self.app.assertion()
        self.call("pushRequest")

    def device(self):
        self.names["assertion"] = self.app.assertion()
        self.names["user_code"] = self.call("startDevice")["user_code"]
        self.call("enterUserCode", token=self.names["ann"])

    def legacy_page(self):
        """Its browser has a cookie, so it is not the caller that the others are."""
        page = Page(self.server, self.app, scope="read,list,bucket:photos")
        self.names |= {"link": page.link, "linked_code": self.decide()}
        cookie = f"{page.cookie}; _tokenKey={self.names['ann']}"
        self.call("exchangeLinkedCode", headers={"Cookie": cookie, "Origin": self.server.url})

    def lists(self):
        ann, dan = self.names["ann"], self.names["dan"]
        self.app.exchange("a code of somebody else")  # fails, for the list of failures
        for name in ("listSessions", "listActivity", "listGrants", "listConnections"):
            self.call(name, token=ann)
        self.call("getHistory", f"/api/v0/auth/developer-access/{self.app.client_id}/history",
                  token=ann)
        for name in ("listAccessLogs", "getStatistics", "exportAccessLogs"):
            self.call(name, token=dan)
        self.call("listFailedExchanges", "/api/v0/developer/auth/access-logs/failures?client_id="
                  + self.app.client_id, token=dan)

    def services(self):
        self.call("checkGrant", token=self.server.service_token("check"))
        self.call("revokeGrant", "/api/v0/auth/grants/" + self.call(
            "listGrants", token=self.names["ann"])[0]["id"], token=self.names["ann"])
        self.call("listRevocations", token=self.server.service_token("revocations"))
        for name in ("isAlive", "isReady", "getMetrics"):
            self.call(name)

    def ends(self):
        ann, dan = self.names["ann"], self.names["dan"]
        self.call("revokeConnection",
                  f"/api/v0/auth/developer-access/{self.app.client_id}/revoke", token=ann)
        self.call("deleteClient", "/api/v0/developer/auth/oauth2/clients/" + self.app.id, token=dan)
        self.call("deleteProject", "/api/v0/projects/" + self.names["project"], token=ann)
        self.call("logIn")
        other = next(one["id"] for one in self.call("listSessions", token=ann)
                     if not one["current"])
        self.call("endSession", "/api/v0/auth/sessions/" + other, token=ann)
        self.call("endSessions", token=ann)
        email = self.names.get("ann_email", EXAMPLES["ann_email"])
        self.names["reset"] = self.server.reset_link(email)[-43:]
        self.call("completePasswordReset")
        self.names["ann"] = ann = self.call("logIn")["token"]
        self.call("changePassword", token=ann)
        self.call("logOut", token=dan)
        self.call("deleteAccount", token=ann)
