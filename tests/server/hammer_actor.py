# SPDX-License-Identifier: Apache-2.0
"""What honest and hostile accounts of the many-accounts test have in common.

Every response is judged: it must be described in docs/openapi.yaml, must not be a fault, and must
hold nothing that belongs to another account.
"""

import http.client
import re
import threading

from grantd import PASSWORD

MARK = re.compile(rb"mark[0-9a-f]{12}")  # what belongs to one account, wherever it appears


def mark_of(r):
    return "mark" + f"{r.getrandbits(48):012x}"


class Wrong(AssertionError):
    """What no account may cause."""


class Actor:
    """An account with connections, one for each thread, from an address of its own."""

    def __init__(self, server, address, r):
        self.server, self.address, self.r = server, address, r
        self.mark = mark_of(r)
        self.email = f"{self.mark}@example.com"
        self.password = PASSWORD
        self.local = threading.local()
        self.token = None
        self.may_see = {self.mark.encode()}

    def __repr__(self):
        return f"{type(self).__name__} {self.email} at {self.address}"

    def send(self, method, path, body=None, token=None, headers=None):
        """One request on the kept connection; once more where the server closed an idle one."""
        for attempt in range(2):
            connection = getattr(self.local, "connection", None)
            is_new = connection is None
            if is_new:
                connection = self.local.connection = http.client.HTTPConnection(
                    "127.0.0.1", self.server.port, timeout=30, source_address=(self.address, 0))
            try:
                response = self.server.call_on(connection, method, path, body, token, headers)
            except (http.client.HTTPException, OSError):
                self.hang_up()
                if is_new or attempt:
                    raise
            else:
                if response.headers.get("Connection") == "close":
                    self.hang_up()
                return response

    def hang_up(self):
        """Closes this thread's connection."""
        connection = getattr(self.local, "connection", None)
        if connection:
            connection.close()
        self.local.connection = None

    def register(self):
        response = self.send("POST", "/api/v0/auth/register", {
            "email": self.email, "password": self.password, "full_name": "A Person"})
        assert response.status == 201, response
        self.log_in()
        return self

    def log_in(self):
        response = self.send("POST", "/api/v0/auth/token",
                             {"email": self.email, "password": self.password})
        self.token = response.json["token"] if response.status == 200 else None
        return response

    def judge(self, response):
        """Whether this account may see that."""
        if response.status in (500, 501, 504):
            raise Wrong(f"a fault: {response}")
        foreign = set(MARK.findall(response.body)) - self.may_see
        if foreign:
            raise Wrong(f"{self} sees {foreign}: {response}")
