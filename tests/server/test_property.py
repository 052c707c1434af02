# SPDX-License-Identifier: Apache-2.0
"""Random requests, consents and exchanges, judged by Storj's own libraries.

No grant may ever allow more than was requested and approved, and each must allow what its response
says. What to expect comes from fixtures/scope_model.py. ROUNDS=10 in the environment makes it ten
times as many cases, SEED=7 starts at another one.
"""

import base64
import datetime
import os
import random
import sqlite3
import time
import uuid

import pytest

import random_scopes
from grantd import Person
from judge import OPERATIONS
from scope_model import RIGHTS, Scope, consent_outcome, registered, request_outcome

ROUNDS = int(os.environ.get("ROUNDS", "1"))
FEW, MANY = 400 * ROUNDS, 2000 * ROUNDS
SEED = int(os.environ.get("SEED", "1"))
SATELLITE = "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@us1.storj.io:7777"
DAY = 86400
CODE_LIFETIME = 60
MOST_PROBES = 24
LATE = 30  # seconds in which an exchange finishes
FAR = 4102444800  # 2100: no end


def rfc3339(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()


class Project:
    """Where grants come from; `limits` is None or what the key allows, as a scope."""

    def __init__(self, name, salt, cipher="aesgcm", secret=None, limits=None, n_caveats=0,
                 begin=0, end=FAR):
        self.id, self.salt, self.cipher, self.secret = name, salt, cipher, secret
        self.limits, self.n_caveats, self.begin, self.end = limits, n_caveats, begin, end

    @property
    def is_current(self):
        """Whether its key is valid by now."""
        return self.begin <= time.time()

    @property
    def most(self):
        """Seconds a grant may live at most; None: no bound."""
        if self.secret is None:
            return None
        return min(DAY, self.end - int(time.time()) - CODE_LIFETIME)


def self_issued(server, person):
    """The account's first project, with the salt that the database keeps."""
    name = person.call("GET", "/api/v0/projects").json[0]["id"]
    with sqlite3.connect(server.folder / "grantd.db") as database:
        salt, = database.execute("SELECT salt FROM project WHERE id = ?",
                                 (uuid.UUID(name).bytes,)).fetchone()
    return Project(name, salt)


class Key:
    """An API key, restricted at random, and what is left of it."""

    def __init__(self, r):
        self.secret, self.head = r.randbytes(32), r.randbytes(32)
        self.rights, self.buckets = set(RIGHTS), None
        self.begin, self.end = 0, FAR
        self.caveats = [self.caveat(r) for _ in range(r.choice((0, 1, 1, 2)))]

    def caveat(self, r):
        caveat = {}
        if r.random() < 0.5:
            caveat["rights"] = random_scopes.rights(r, 0.7)
            self.rights &= set(caveat["rights"])
        if r.random() < 0.5:
            caveat["buckets"] = r.sample(random_scopes.BUCKETS, r.randint(1, 3))
            self.buckets = set(caveat["buckets"]) & (self.buckets or set(random_scopes.BUCKETS))
        if r.random() < 0.3:
            self.begin = max(self.begin, int(time.time()) + r.choice((-3600, 3600)))
            caveat["not_before"] = rfc3339(self.begin)
        if r.random() < 0.3:
            self.end = min(self.end, int(time.time()) + r.choice((2 * 3600, 3 * DAY)))
            caveat["not_after"] = rfc3339(self.end)
        return caveat

    @property
    def opens_nothing(self):
        return self.buckets is not None and not self.buckets

    @property
    def limits(self):
        if self.rights == set(RIGHTS) and self.buckets is None:
            return None
        return Scope([*self.rights, *("bucket:" + b for b in self.buckets or ())])


def brought_in(judge, person, r):
    """None where the key opens nothing: such keys are refused."""
    key = Key(r)
    salt = bytes([r.randint(0, 1)]) * 16
    cipher = r.choice(("aesgcm", "aesgcm", "aesgcm", "none"))
    answer = person.call("POST", "/api/v0/projects", {
        "name": "Brought in", "api_key": judge.new_key(key.secret, key.head, key.caveats),
        "satellite_address": SATELLITE, "salt": base64.b64encode(salt).decode(),
        "path_cipher": cipher})
    if key.opens_nothing:
        assert answer.error == "invalid_api_key", (answer, key.caveats)
        return None
    assert answer.status == 201, (answer, key.caveats)
    shown = (answer.json["limits"] or {}).get("scopes")
    assert not shown or shown == (key.limits.texts() if key.limits else shown), key.caveats
    return Project(answer.json["id"], salt, cipher, key.secret, key.limits, len(key.caveats),
                   key.begin, key.end)


def application(developer, r):
    """With what it may ask for and the rights it requires, by its registered lists."""
    scopes, optional = [], []
    if r.random() < 0.5:
        some_places = random_scopes.places(r) + [("photos",)]
        scopes = random_scopes.texts(r, random_scopes.rights(r, 0.3),
                                     r.choice(([], some_places)))
        optional = random_scopes.rights(r, 0.7)
    app = developer.application(scopes=scopes, optional_scopes=optional)
    app.allowed = registered(scopes, optional)
    app.required = Scope(scopes).rights
    return app


class World:
    """The people, applications and projects that the cases draw from."""

    def __init__(self, server, judge, r):
        self.judge = judge
        developer = Person(server)
        self.apps = [application(developer, r) for _ in range(24)]
        self.people = []
        for _ in range(4):
            person = Person(server)
            found = [brought_in(judge, person, r) for _ in range(6)]
            person.projects = [self_issued(server, person), *filter(None, found)]
            self.people.append(person)


@pytest.fixture(scope="module")
def world(server, judge):
    return World(server, judge, random.Random(SEED))


class Case:
    """One request, consent and exchange."""

    def __init__(self, world, r):
        self.world, self.r = world, r
        self.person, self.app = r.choice(world.people), r.choice(world.apps)
        self.project = r.choice(self.person.projects)
        self.outcome = None

    def play(self):
        texts = random_scopes.scope(self.r)
        if self.app.allowed and self.r.random() < 0.8:
            texts = random_scopes.texts(self.r, *random_scopes.narrowed(self.r, self.app.allowed))
        answer = self.person.request(self.app, texts)
        expected = request_outcome(texts, self.app.allowed) if texts else "invalid_request"
        assert (answer.error or "ok") == expected, (answer, texts)
        self.outcome = "request " + expected
        if expected == "ok":
            self.requested = Scope(texts)
            assert answer.json["needed_access"] == self.requested.texts()
            self.consent(answer.json["request_id"])

    def lifetime(self):
        """The field, and the seconds to expect at most; the latter None if it is refused."""
        most = self.project.most
        chosen = self.r.choice(("default",) * 4 + (60, 61, 3600, 3600, 10 * DAY, None))
        self.is_default = chosen == "default"
        if self.is_default:
            return {}, min(30 * DAY, most or FAR)
        if chosen is None:
            return {"expires_in": None}, 0 if most is None else None
        return {"expires_in": chosen}, chosen if most is None or chosen <= most else None

    def passphrases(self, granted):
        """At consent, at the exchange; derivations take long, so most cases do without."""
        if self.r.random() > (0.6 if granted.has_prefix else 0.05):
            return None, None
        words = self.r.choice(("the owner's words",) * 9 + ("wrong words",))
        return self.r.choice(((words, None), (None, words), (words, "ignored")))

    def choose_project(self, approved):
        """Often one that fits, so that there is something to grant."""
        fitting = [p for p in self.person.projects if consent_outcome(
            self.requested, approved, [], p.limits, p.cipher == "aesgcm",
            key_is_current=p.is_current) == "ok"]
        if fitting and self.r.random() < 0.7:
            self.project = self.r.choice(fitting)

    def consent(self, request_id):
        approved = random_scopes.approved(self.r, self.requested)
        self.choose_project(approved)
        rejected = random_scopes.rejected(self.r, self.requested, approved)
        lifetime, seconds = self.lifetime()
        expected = consent_outcome(
            self.requested, approved, rejected, self.project.limits,
            self.project.cipher == "aesgcm", self.app.required & self.requested.rights,
            self.project.is_current)
        if expected == "ok" and seconds is None:
            expected = "invalid_request"
        at_consent, at_exchange = None, None
        if expected == "ok":
            at_consent, at_exchange = self.passphrases(Scope(approved))
        answer = self.person.consent(request_id, approved, rejected_scopes=rejected,
                                     project_id=self.project.id, passphrase=at_consent or "",
                                     **lifetime)
        got = answer.error or ("ok" if "code" in answer.json else "refused")
        assert got == expected, (answer, self.requested.texts(), approved, rejected, lifetime)
        self.outcome = "consent " + expected
        if expected == "ok":
            self.granted, self.seconds = Scope(approved), seconds
            self.words = at_consent or at_exchange
            self.exchange(answer.json["code"], at_exchange)

    def exchange(self, code, passphrase):
        before = int(time.time())
        answer = self.app.exchange(code, passphrase=passphrase)
        if self.granted.has_prefix and not self.words:
            self.outcome = "passphrase_required"
            assert answer.error == "passphrase_required"
            return
        assert answer.status == 200, (answer, self.granted.texts())
        self.outcome = "granted, with a key" if self.words else "granted"
        assert answer.json["scopes"] == self.granted.texts()
        lifetime = answer.json.get("expires_in", 0)
        # Up to a key's end there is a moment less by the time of the consent.
        leeway = 30 if self.is_default and self.project.end != FAR else 0
        assert self.seconds - leeway <= lifetime <= self.seconds
        self.end = self.project.end
        if lifetime:
            self.end = min(self.end, before + lifetime)
        self.judge_grant(answer.json["access_grant"], lifetime, before)

    # --- what Storj says of it ---

    def judge_grant(self, grant, lifetime, before):
        root_key = self.world.judge.root_key("the owner's words", self.project.salt)
        probes = self.probes()
        if lifetime:
            probes += [(place, t) for place, _ in probes[:3] for t in (self.end + LATE, before)]
        known = ({"secret": self.project.secret.hex()} if self.project.secret
                 else {"trusted": True})
        verdict = self.world.judge.ask(
            grant=grant, root_key=root_key, **known,
            probes=[{"bucket": place[0], "path": "/".join(place[1:]), "time": rfc3339(t)}
                    for place, t in probes])
        self.check_caveat(verdict, lifetime, before)
        self.check_keys(verdict)
        for (place, t), answer in zip(probes, verdict["probes"], strict=True):
            self.check_probe(place, t, answer)

    def probes(self):
        """Places in, at, beside and above what was granted, asked and possible; with a time."""
        near = self.granted.places | self.requested.places | {random_scopes.place(self.r)}
        if self.project.limits:
            near |= self.project.limits.places
        places = sorted({p for where in near for p in random_scopes.around(self.r, where)})
        places = self.r.sample(places, min(len(places), MOST_PROBES))
        return [(p, self.time()) for p in places]

    def time(self):
        """Mostly within the life of the grant, at its ends, and outside."""
        begin = self.project.begin or int(time.time())
        return self.r.choice((begin + 10,) * 6 + (begin, begin - 5, self.end - 5, self.end + LATE))

    def check_caveat(self, verdict, lifetime, before):
        assert len(verdict["caveats"]) == self.project.n_caveats + 1
        caveat = verdict["caveats"][-1]
        assert len(bytes.fromhex(caveat["nonce"])) == 16
        assert len(caveat["places"]) == len(self.granted.places)
        assert verdict["cipher"] == {"none": 1, "aesgcm": 2}[self.project.cipher]
        assert verdict["signed"] if self.project.secret else "signed" not in verdict
        if not lifetime:
            assert caveat["not_after"] is None
            return
        end = datetime.datetime.fromisoformat(caveat["not_after"])
        assert end.microsecond == 0
        assert before + lifetime <= end.timestamp() <= int(time.time()) + lifetime
        assert end.timestamp() <= self.project.end

    def check_keys(self, verdict):
        places = {(e["bucket"], e["path"]) for e in verdict["entries"]}
        expected = {(p[0], "/".join(p[1:])) for p in self.granted.places}
        assert places == (expected if self.words else set())
        holds_root = bool(self.words) and not self.granted.places
        assert verdict["root_key"] == verdict["root_key_in_text"] == holds_root
        assert verdict["root_key_bytes"] == (holds_root and self.words != "wrong words")

    def check_probe(self, place, t, answer):
        is_right = self.words != "wrong words"
        opens = bool(self.words) and is_right and self.granted.covers(place)
        if len(place) > 1:  # there is nothing to open without a path
            assert answer["opens"] == opens, (place, answer)
        is_alive = self.project.begin <= t and (t <= self.end or self.end == FAR)
        for operation in OPERATIONS:
            allowed = answer["allowed"][operation]
            context = (operation, place, t, self.granted.texts(), answer)
            assert not allowed or self.requested.allows(operation, place), context
            if is_right or not self.granted.has_prefix or len(place) == 1:
                assert allowed == (is_alive and self.granted.allows(operation, place)), context


@pytest.mark.file
@pytest.mark.parametrize("first, cases", [
    (SEED, FEW), pytest.param(SEED + FEW, MANY, marks=pytest.mark.slow)])
def test_no_grant_allows_more_than_was_asked_and_approved_or_less_than_it_says(world, first, cases):
    outcomes = {}
    for number in range(first, first + cases):
        case = Case(world, random.Random(number))
        try:
            case.play()
        except Exception:
            print(f"SEED={SEED}, case {number}")
            raise
        outcomes[case.outcome] = outcomes.get(case.outcome, 0) + 1
    print(outcomes)
    # A run in which nothing is granted, or nothing refused, would prove nothing.
    for outcome in ("request invalid_scope", "consent invalid_scope", "consent refused",
                    "consent invalid_request", "passphrase_required", "granted, with a key"):
        assert outcomes[outcome] >= cases // 200, outcomes
    assert outcomes["granted"] >= cases // 10, outcomes
