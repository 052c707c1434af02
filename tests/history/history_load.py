# SPDX-License-Identifier: Apache-2.0
"""Clients that issue, exchange, check and revoke at random, and a history of it.

`front` is who they speak to: anything with the `call` of grantd.Server, so a server or a proxy
before several of them. `disturb()` is called again and again meanwhile: it kills what it likes.
"""

import concurrent.futures
import random
import threading
import time

from grantd import Person

CLIENTS = 64
RECENT = 40    # codes that most exchanges choose from, so that they meet
PAUSE = 0.02   # seconds, when nobody listens
PATIENCE = 180 # seconds more on a slow machine
SCOPES = (["read"], ["read", "list"], ["read", "write", "list", "delete"])


class Load:
    def __init__(self, front, token, recorder, n_people=6, think=0.0):
        """`think`: seconds that a client waits after each response."""
        self.front, self.token, self.recorder, self.think = front, token, recorder, think
        developer = Person(front)
        self.apps = [developer.application(name=f"App {i}") for i in range(3)]
        self.people = [Person(front) for _ in range(n_people)]
        self.codes = []   # (user, app, code)
        self.grants = []  # (user, grant)
        self.jwts = {app: [app.jwt()] for app in self.apps}
        self.ended = threading.Event()
        self.acts = [(self.issue, 30), (self.exchange, 42), (self.check, 20),
                     (self.revoke_grant, 7), (self.revoke_access, 1)]

    def run(self, seconds, disturb=None, disturbed=lambda: True, n_grants=0):
        """Until the time is over and everybody is back. Then looks at all grants.

        What a test needs to see does not depend on the speed of the machine: it is disturbed until
        `disturbed()`, and then runs in peace until there are so many grants."""
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(self.client, n) for n in range(CLIENTS)]
            deadline = time.monotonic() + seconds
            try:
                while time.monotonic() < deadline or not disturbed():
                    assert time.monotonic() < deadline + PATIENCE, "not disturbed enough"
                    if disturb:
                        disturb()
                    else:
                        time.sleep(PAUSE)
                while len(self.grants) < n_grants:
                    assert time.monotonic() < deadline + PATIENCE, f"{len(self.grants)} grants"
                    time.sleep(PAUSE)
            finally:
                self.ended.set()
            for client in clients:
                client.result()
            list(pool.map(lambda known: self.recorder.check(self.front, self.token, known[1]),
                          self.grants))
        for user in self.people:
            self.recorder.list_grants(user)

    def client(self, seed):
        dice = random.Random(seed)
        acts, weights = zip(*self.acts)
        while not self.ended.is_set():
            answered = dice.choices(acts, weights)[0](dice)
            time.sleep(self.think if answered else max(PAUSE, self.think))

    # --- what a client does; whether anybody was there ---

    def issue(self, dice):
        user, app = dice.choice(self.people), dice.choice(self.apps)
        code = self.recorder.issue(user, app, dice.choice(SCOPES))
        if code:
            self.codes.append((user, app, code))
        return code

    def exchange(self, dice):
        """Mostly right, with a new JWT, and one of several; a tenth is a replay of any age."""
        codes = self.codes if dice.random() < 0.1 else self.codes[-RECENT:]
        if not codes:
            return False
        user, app, code = dice.choice(codes)
        fields = {}
        if dice.random() < 0.05:
            fields["redirect_uri"] = app.redirect_uri + "/"
        if dice.random() < 0.05:
            fields["passphrase"] = "a passphrase"  # the key is derived while others come
        jwt = app.jwt()
        if dice.random() < 0.1:
            jwt = dice.choice(self.jwts[app][-RECENT:])
        self.jwts[app].append(jwt)
        answer = self.recorder.exchange(app, code, jwt, **fields)
        if answer and answer.status == 200:
            self.grants.append((user, answer.json["access_grant"]))
        return answer

    def check(self, dice):
        if not self.grants:
            return False
        _, grant = dice.choice(self.grants[-RECENT:])
        return self.recorder.check(self.front, self.token, grant)

    def revoke_grant(self, dice):
        if not self.grants:
            return False
        user, grant = dice.choice(self.grants[-RECENT:])
        return self.recorder.revoke_grant(user, grant)

    def revoke_access(self, dice):
        return self.recorder.revoke_access(dice.choice(self.people), dice.choice(self.apps))
