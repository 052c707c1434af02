# SPDX-License-Identifier: Apache-2.0
"""No request costs more where its caller, or another, has more: the story of story.py on two
servers, one with many times as many rows of each kind as the other. What SQLite steps is compared,
not time. TEST_COST_ROWS=1000000 in the environment makes that many.
"""

import contextlib
import os
import pathlib
import secrets
import shutil
import sqlite3
import subprocess
import time

import pytest

from grantd import ROOT, SANITIZED, Server
from login_provider import LoginProvider
from mail_server import MailServer
from story import BEHIND_PROXY, Story, operations

pytestmark = pytest.mark.file

LOOK = 10_000  # requests that a page of the access logs looks at for those of one status
FEW = 11_000
MANY = 4 * FEW
PIECE = 500  # rows of the access logs' export
SLACK = 1_000  # steps, in case the rows at hand differ a little
SIZE = 4096  # of an entry of sqlite_steps.c
# Bounded by a quota or a limit, or not rows of one account.
FEW_FOR_ANYBODY = {"browser", "client_day", "client_secret", "counter", "delivery_spread", "email_change",
                   "email_undo", "identity", "mail", "meta", "passkey", "password_reset", "recovery_code", "schema_version", "service_token",
                   "session", "totp", "unfinished_copy"}


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler or SANITIZED:
        pytest.skip("test_costs: needs a C compiler, and a program without sanitizers")
    library = tmp_path_factory.mktemp("counter") / "sqlite_steps.so"
    source = pathlib.Path(__file__).with_name("sqlite_steps.c")
    subprocess.run([*compiler.split(), "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    return library


class Walk(Story):
    """Plays the story and notes what each operation costs."""

    def __init__(self, server, **names):
        super().__init__(server)
        self.names |= names
        self.costs = {}  # by operation: the steps of each statement, at most

    def steps(self):
        data = (self.server.folder / "steps").read_bytes()
        entries = (data[at:at + SIZE] for at in range(0, len(data), SIZE))
        return {entry[8:].rstrip(b"\0").decode(): int.from_bytes(entry[:8], "little")
                for entry in entries if entry[8]}

    def wait_spread(self):
        """Until what died with a deletion is in the queue of deliveries, which is done in batches. A
        worker may commit one for the thread that does it."""
        deadline = time.monotonic() + 600
        with contextlib.closing(self.open()) as database:
            while database.execute("SELECT COUNT(*) FROM delivery_spread").fetchone()[0]:
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def open(self):
        return sqlite3.connect(self.server.folder / "grantd.db", timeout=60)

    def call(self, name, *arguments, **named):
        self.wait_spread()
        before = self.steps()
        body = super().call(name, *arguments, **named)
        cost = {text: n - before.get(text, 0) for text, n in self.steps().items()}
        if name == "exportAccessLogs":  # a table of any length, sent in pieces: what each row costs
            n_rows = max(self.told[name].body.count(b"\r\n") - 1, 1)
            cost = {text: n // n_rows * PIECE for text, n in cost.items()}
        self.costs[name] = max(cost, self.costs.get(name, {}), key=lambda one: sum(one.values()))
        return body


class Owner(Walk):
    """Ann has many rows of each kind, and Dan's application has them with her."""

    def __init__(self, server, n_rows):
        super().__init__(server)
        self.n_rows = n_rows

    def project(self):
        super().project()
        self.add_rows()
        self.costs = {}
        self.again()

    def again(self):
        """What came before the rows."""
        names, app = dict(self.names), self.app
        for name in ("getAccount", "changeAccount"):
            self.call(name, token=names["ann"])
        self.invited()
        self.factor()
        self.application()
        self.names = dict(names)
        super().project()
        self.names, self.app = names, app

    def lists(self):
        super().lists()
        for query in ("end_date=2020-01-01", "start_date=2020-01-01&page=100", "status=rejected"):
            self.logs(query)
        page, n_pages = self.logs("status=failed"), 1
        while "next_cursor" in page:
            assert page["items"] == []
            page, n_pages = self.logs("status=failed&cursor=" + page["next_cursor"]), n_pages + 1
        assert n_pages == self.n_rows // LOOK + 1, "each looks at so many, and the last at the rest"

    def logs(self, query):
        return self.call("listAccessLogs", "/api/v0/developer/auth/access-logs?" + query,
                         token=self.names["dan"])

    def add_rows(self):
        with contextlib.closing(self.open()) as database:
            def value(query, *values):
                return database.execute(query, values).fetchone()[0]

            client_public = bytes.fromhex(self.app.client_id.replace("-", ""))
            now = int(time.time() * 1000)
            values = {
                "account": value("SELECT id FROM account WHERE email = 'ann@example.com'"),
                "developer": value("SELECT id FROM account WHERE email = 'dan@example.com'"),
                "client": value("SELECT id FROM client WHERE client_id = ?", client_public),
                "client_public": client_public,
                "client_waiting": secrets.token_bytes(16),
                "project": bytes.fromhex(self.names["project"].replace("-", "")),
                "gone": now + 86_400_000}
            database.execute("PRAGMA synchronous = OFF")
            database.execute("CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                             "SELECT i + 1 FROM n WHERE i < ?1) SELECT i, ?2 + (i - ?1) * 1000 AS at FROM n",
                             (self.n_rows, now - 86_400_000))
            for statement in (ROOT / "tests/store/many_rows.sql").read_text().split(";\n"):
                database.execute(statement, values)
            # Else clean-up would count these events meanwhile, and no request is that.
            database.execute("UPDATE counter SET value = ? WHERE name = 'event_counted'", (now,))
            database.commit()
            tables = {name for name, in database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'")}
            few = {name for name in tables
                   if value(f"SELECT COUNT(*) FROM {name}") < self.n_rows}
        assert few <= FEW_FOR_ANYBODY, "a table that many_rows.sql does not know"


def walked(counter, folder, n_rows):
    """Return: the costs of those who have the rows, and of others."""
    folder.mkdir()
    (folder / "steps").touch()
    server = Server(folder, **{"clients.dynamic_registration": "true"})
    server.environment.pop("GRANTD_PROJECTS_SELF_MADE")
    counted = {"LD_PRELOAD": str(counter), "SQLITE_STEPS": str(folder / "steps")}
    server.start(environment=counted)
    owner = Owner(server, n_rows)
    other = Walk(server, ann_email="eve@example.com", dan_email="don@example.com",
                 ann_new_email="eve@new.example")
    try:
        owner.play()
        other.play()
        assert server.stop() == 0, server.text()
        server.settings |= BEHIND_PROXY
        server.start(environment=counted)
        for one in (owner, other):
            one.play_behind_proxy(server)
        assert server.stop() == 0, server.text()
        provider = LoginProvider()
        for name in BEHIND_PROXY:
            del server.settings[name]
        server.settings |= provider.settings()
        server.start(environment=counted)
        for one in (owner, other):
            one.play_with_provider(server, provider)
        provider.close()
        assert server.stop() == 0, server.text()
        for name in provider.settings():
            del server.settings[name]
        post = MailServer()
        server.settings |= post.settings()
        server.start(environment=counted)
        for one in (owner, other):
            one.play_with_mail(server, post)
        post.close()
    finally:
        assert server.stop() == 0, server.text()
    assert other.costs.keys() == operations().keys(), "an operation that the story does not play"
    assert operations().keys() - owner.costs.keys() == {"register", "registerDeveloper",
                                                        "logInDeveloper"}
    return owner.costs, other.costs


def growth(few, many):
    """The statements that cost more, by operation."""
    return {name: {text: (few[name].get(text, 0), n) for text, n in cost.items()
                   if n > 1.5 * few[name].get(text, 0) + SLACK}
            for name, cost in many.items()
            if sum(cost.values()) > 1.5 * sum(few[name].values()) + SLACK}


def test_no_request_costs_more_where_its_caller_or_another_has_more(counter, tmp_path):
    n_many = max(MANY, int(os.environ.get("TEST_COST_ROWS", "0")))
    few, many = (walked(counter, tmp_path / name, n) for name, n in (("few", FEW), ("many", n_many)))
    for one, name in enumerate(("those who have them", "others")):
        grown = growth(few[one], many[one])
        assert sum(few[one]["listGrants"].values()) > 0, "nothing is counted"
        assert not grown, name + "\n" + "\n".join(map(str, grown.items()))
