#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether some order of all operations explains what clients were answered.

history_checker.py FILE: prints what cannot be explained, and fails if there is anything.

What is answered took effect at one moment between its start and its end; what is lost, at any
moment after its start, or never. Such an order can be looked for object by object (Herlihy and Wing
call linearizability local): for codes, see history_life.py.

A JWT is used by one exchange. An exchange concerns both, its code and its JWT: one whose answer was
lost claims a code only if its JWT was used for nothing else. A revocation of all access of an
application is looked at for each code by itself.

The first line of a history has its settings: `replay_grace`, `code_lifetime` and `minting_lifetime`
in seconds, and `slack`, by how much the servers' clocks may differ.
"""

import collections
import json
import sys

from history_life import AccessEnds, Life, Op

USES_JWT = {"invalid_code", "invalid_redirect_uri", "passphrase_required"}
DEFAULTS = {"replay_grace": 10, "code_lifetime": 60, "minting_lifetime": 60, "slack": 1}


class History:
    def __init__(self, lines):
        self.settings = dict(DEFAULTS)
        self.ops, self.problems = [], []
        for number, line in enumerate(lines, 1):
            entry = json.loads(line) if isinstance(line, str) else line
            if entry["op"] == "settings":
                self.settings.update((k, v) for k, v in entry.items() if k != "op")
            else:
                self.ops.append(Op(number, entry))
        self.by_op = collections.defaultdict(list)
        for op in self.ops:
            self.by_op[op.op].append(op)
        self.lives = {}   # by code
        self.grants = {}  # by grant: its Life
        self.jwts = collections.defaultdict(list)
        self.jwt_users = {}

    def check(self):
        self._check_jwts()
        self._gather()
        in_the_dark = []
        for life in self.lives.values():
            self._check_life(life, in_the_dark)
        self._match(in_the_dark)
        self._check_strangers()
        return self.problems

    def complain(self, what):
        self.problems.append(what)

    # --- JWTs ---

    def _check_jwts(self):
        for op in self.by_op["exchange"]:
            self.jwts[op.jwt].append(op)
        for jwt, ops in self.jwts.items():
            users = [op for op in ops if not op.is_lost and
                     (op.answer["status"] == 200 or op.answer.get("error") in USES_JWT)]
            if len(users) > 1:
                self.complain(f"JWT {jwt} was accepted twice: {users[0]}, {users[1]}")
            if users:
                self.jwt_users[jwt] = users[0]
            for op in ops:
                if op.outcome == "reused" and not any(
                        other is not op and other.start <= op.end and
                        (other is users[0] if users else other.is_vague) for other in ops):
                    self.complain(f"JWT {jwt} was not used before {op}")

    def _may_have_used_its_jwt(self, op):
        """A lost exchange has done nothing if another was accepted with its JWT."""
        return self.jwt_users.get(op.jwt) is None

    # --- codes and their grants ---

    def _life_of(self, code):
        if code not in self.lives:
            self.lives[code] = Life(self.settings, f"code {code}")
        return self.lives[code]

    def _gather(self):
        for op in self.by_op["issue"]:
            self._life_of(op.code).issue = op
        for op in self.by_op["exchange"]:
            life = self._life_of(op.code)
            life.exchanges.append(op)
            if op.outcome == 200:
                grant = op.answer["grant"]
                if grant in self.grants:
                    self.complain(f"grant {grant} was answered twice, at last by {op}")
                self.grants[grant] = life
        self.pairs = collections.defaultdict(list)  # (user, client): lives
        for life in self.lives.values():
            if life.issue:
                self.pairs[life.issue.user, life.issue.client].append(life)
        self._gather_lists()
        for op in self.by_op["check"]:
            state = {"valid": "good", "revoked": "dead", "not_recorded": "absent"}.get(
                op.answer.get("verdict"))
            if not op.is_lost and state:
                self._grant(op.grant).seen.append((state, op))
        for op in self.by_op["revoke_grant"]:
            life = self._grant(op.grant)
            if op.is_lost or op.outcome == 200:
                life.ends.append(op)
            if op.outcome == 200:
                life.forced.append(op)
            elif not op.is_lost and op.answer["status"] == 404:
                life.seen.append(("absent", op))
        self._gather_access()

    def _grant(self, grant):
        """Of a grant that nobody was answered with, a Life of its own."""
        if grant not in self.grants:
            self.grants[grant] = Life(self.settings, f"grant {grant}")
        return self.grants[grant]

    def _gather_lists(self):
        states = {"live": "good", "revoked": "dead", "minting": "claimed", "failed": "claimed"}
        known = collections.defaultdict(list)  # user: (grant, life)
        for grant, life in self.grants.items():
            if life.issue:
                known[life.issue.user].append((grant, life))
        self.strangers = {}  # grant: (user, client), of those that nobody was answered with
        for op in self.by_op["list"]:
            if op.outcome != 200:
                continue
            listed = op.answer["grants"]
            for grant, row in listed.items():
                if grant not in self.grants or not self.grants[grant].issue:
                    self.strangers[grant] = (op.user, row["client"])
                if row["status"] in states:
                    self._grant(grant).seen.append((states[row["status"]], op))
            for grant, life in known[op.user]:
                if grant not in listed:
                    life.seen.append(("absent", op))

    def _gather_access(self):
        ends = collections.defaultdict(list)
        for op in self.by_op["revoke_access"]:
            ends[op.user, op.client].append(op)
        for pair, ops in ends.items():
            access_ends = AccessEnds(ops)
            for life in self.pairs[pair]:
                life.access_ends = access_ends
            for grant, owner in self.strangers.items():
                if owner == pair:
                    self.grants[grant].access_ends = access_ends

    def _check_life(self, life, in_the_dark):
        problem = life.problem_at_first_sight()
        if not problem:
            winners = life.winners(self._may_have_used_its_jwt)
            problems = [life.problem_with(winner) for winner in winners]
            possible = [w for w, found in zip(winners, problems) if not found]
            if not possible:
                problem = problems[-1]
            elif None not in possible:
                in_the_dark.append((life, possible))
        if problem:
            self.complain(f"{life.name}: {problem}")

    # --- what was lost ---

    def _match(self, in_the_dark):
        """Codes that a lost exchange must have claimed need a JWT each."""
        taken = {}  # jwt: index of in_the_dark

        def place(index, tried):
            for op in in_the_dark[index][1]:
                if op.jwt not in tried:
                    tried.add(op.jwt)
                    if op.jwt not in taken or place(taken[op.jwt], tried):
                        taken[op.jwt] = index
                        return True
            return False

        for index, (life, _) in enumerate(in_the_dark):
            if not place(index, set()):
                self.complain(f"{life.name}: claimed by nobody whose JWT was not used elsewhere")

    def _check_strangers(self):
        """Grants that nobody was answered with come from exchanges whose answer was lost, one from
        a code at most."""
        n_lost = collections.Counter()
        self.unanswered = collections.defaultdict(list)  # client: exchanges of codes not redeemed
        for pair, lives in self.pairs.items():
            for life in lives:
                if any(op.outcome == 200 for op in life.exchanges):
                    continue
                self.unanswered[pair[1]] += life.exchanges
                n_lost[pair] += any(op.is_lost or op.outcome == "failed" for op in life.exchanges)
        n_found = collections.Counter(self.strangers.values())
        for pair, n in n_found.items():
            if n > n_lost[pair]:
                self.complain(f"{n} grants of {pair} were answered to nobody, but only "
                              f"{n_lost[pair]} codes were exchanged without an answer")
        for grant, (_, client) in self.strangers.items():
            life = self.grants[grant]
            lost = self.unanswered[client]
            life.ends += [op for op in lost if op.is_lost or op.outcome == "replayed"]
            claims = [op for op in lost if op.is_lost or op.outcome == "failed"]
            problem = "nobody has exchanged a code for it"
            if claims:
                first = min(claims, key=lambda op: op.start)
                problem = life.problem_with(Op(first.number, {**first.entry, "answer": None}))
            if problem:
                self.complain(f"grant {grant}: {problem}")


def check(lines):
    """What cannot be explained, a sentence each."""
    return History(lines).check()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        history = History(file)
    problems = history.check()
    for problem in problems:
        print(problem)
    print(f"{len(history.ops)} operations, {len(problems)} that no order explains")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
