# SPDX-License-Identifier: Apache-2.0
"""The life of one code and its grant, and whether some order explains what was answered about it.

A code is claimed once, and what it gave dies once, so that all that is asked about it is explained
by two moments:

      start        claim                          death
        |   free     |     claimed, grant good      |    grant dead
     ---+------------+------------------------------+-----------------

Each answer bounds one or both: "used" says that the claim came before the end of that request. A
code is explained if a moment is left for each. The claim is within the exchange that was answered
with the grant, or within one whose answer was lost; the death, within a revocation or a late
replay. The rules are those of docs/protocol/http.md 5.4.
"""

import bisect
import itertools
import math

NEVER = math.inf


class Op:
    """A line of the history."""

    def __init__(self, number, entry):
        self.number = number
        self.entry = entry
        self.start = entry["start"]
        self.answer = entry["answer"] or {}
        # A 503 promises that nothing was done. Any other 5xx says as little as silence.
        status = self.answer.get("status", 500)
        self.is_lost = status >= 500 and status != 503
        self.end = NEVER if self.is_lost else entry["end"]
        # A 429 may stand for a refusal that had an effect.
        self.is_vague = self.is_lost or status == 429

    def __getattr__(self, name):
        return self.entry.get(name)

    @property
    def outcome(self):
        """200, the reason of a refusal, its code, or None."""
        if self.is_lost:
            return None
        if self.answer["status"] == 200:
            return 200
        return self.answer.get("reason") or self.answer.get("error")

    def __str__(self):
        return f"line {self.number} ({self.op}: {self.outcome or 'lost'})"


class Moment:
    """Where a moment can still be, and which operations say so."""

    def __init__(self, what, low=-NEVER, high=NEVER, because=None):
        self.what = what
        self.low, self.high = low, high
        self.low_by = self.high_by = because

    def not_before(self, time, op):
        if time > self.low:
            self.low, self.low_by = time, op

    def not_after(self, time, op):
        if time < self.high:
            self.high, self.high_by = time, op

    def problem(self):
        if self.low <= self.high:
            return None
        if self.low == NEVER:
            return f"{self.high_by} implies a claim that nobody made"
        return f"{self.what} is after {self.low_by} and before {self.high_by}"


class AccessEnds:
    """The revocations of all that an application has from a user."""

    def __init__(self, ops):
        ops = sorted((op for op in ops if op.is_lost or op.outcome == 200),
                     key=lambda op: op.start)
        self.starts = [op.start for op in ops]
        # Of those up to each, the last to end; of those from each on, the first to be answered.
        self.last = list(itertools.accumulate(ops, lambda a, b: max(a, b, key=lambda op: op.end)))
        self.first = list(itertools.accumulate(reversed(ops),
                                               lambda a, b: min(a, b, key=lambda op: op.end)))[::-1]

    def one_between(self, low, high):
        """Whether one may have happened then."""
        n = bisect.bisect_right(self.starts, high)
        return n > 0 and self.last[n - 1].end >= low

    def first_after(self, time):
        """The first to be answered of those that began then or later, or None."""
        n = bisect.bisect_left(self.starts, time)
        if n == len(self.starts) or self.first[n].is_lost:
            return None
        return self.first[n]


NO_ACCESS_ENDS = AccessEnds([])


class Life:
    """A code and its grant, and all that was asked about them."""

    def __init__(self, settings, name):
        self.settings = settings
        self.name = name
        self.issue = None
        self.exchanges = []
        self.seen = []    # (state, op): "good", "dead", "absent" or "claimed" at a moment of op
        self.ends = []    # revocations that may have ended it
        self.forced = []  # those of them that must have
        self.access_ends = NO_ACCESS_ENDS

    def is_right(self, op):
        return (self.issue is not None and op.client == self.issue.client and
                op.redirect_uri == self.issue.redirect_uri)

    def expires_at(self):
        return self.issue.end + self.settings["code_lifetime"]

    def problem_at_first_sight(self):
        """What no order can mend."""
        won = [op for op in self.exchanges if op.outcome in ("failed", 200)]
        if len(won) > 1:
            return f"redeemed twice: {won[0]}, {won[1]}"
        for op in won:
            if not self.is_right(op):
                return f"another client or redirect_uri was answered with a grant: {op}"
            if op.outcome == 200 and sorted(op.answer["scopes"]) != sorted(self.issue.scopes):
                return f"other scopes than were approved: {op}"
            if op.start > self.expires_at() + self.settings["slack"]:
                return f"redeemed after its end: {op}"
        return None

    def winners(self, is_possible):
        """Which exchange may have claimed it; None is nobody."""
        won = [op for op in self.exchanges if op.outcome in (200, "failed")]
        if won:
            return won[:1]
        return [None] + [op for op in self.exchanges
                         if op.is_lost and self.is_right(op) and is_possible(op)]

    def problem_with(self, winner):
        """Why it cannot be that exchange, or None."""
        claim = (Moment("the claim", winner.start, winner.end, winner) if winner
                 else Moment("the claim", NEVER))
        death = Moment("the end of access")
        for op in self._forced():
            death.not_after(op.end, op)
        for op in self.exchanges:
            if op is winner:
                continue
            problem = self._bound_by_exchange(op, winner, claim, death)
            if problem:
                return problem
        if winner and winner.outcome == "failed" and \
                winner.end - winner.start < self.settings["minting_lifetime"]:
            death.not_after(winner.end, winner)
        for state, op in self.seen:
            if state in ("good", "claimed", "dead"):
                claim.not_after(op.end, op)
            if state == "good":
                death.not_before(op.start, op)
            elif state == "dead":
                death.not_after(op.end, op)
            elif state == "absent":
                claim.not_before(op.start, op)
        if winner:
            death.not_before(claim.low, claim.low_by)
        return claim.problem() or death.problem() or self._problem_with_causes(claim, death)

    def _forced(self):
        """The revocations that must have ended it: it was there when they began."""
        there = (self.issue.end if self.issue else
                 min((op.end for _, op in self.seen), default=NEVER))
        access_end = self.access_ends.first_after(there)
        return self.forced + [access_end] if access_end else self.forced

    def _bound_by_exchange(self, op, winner, claim, death):
        settings, outcome = self.settings, op.outcome
        if outcome in ("used", "replayed"):
            claim.not_after(op.end, op)
        if outcome == "used" and self.is_right(op) and winner and winner.outcome == 200 and \
                op.start > winner.end + settings["replay_grace"] + settings["slack"]:
            death.not_after(op.end, op)
        if outcome == "replayed":
            if not self.is_right(op):
                return f"a replay that is not right revoked the grant: {op}"
            claim.not_after(op.end - settings["replay_grace"] + settings["slack"], op)
            death.not_after(op.end, op)
        if outcome == "withdrawn":
            death.not_after(op.end, op)
        if outcome in ("withdrawn", "expired", "redirect", "verifier", "passphrase"):
            claim.not_before(op.start, op)
        if outcome in ("expired", "redirect", "verifier", "passphrase"):
            death.not_before(op.start, op)
        if outcome == "expired" and op.end < self.expires_at() - settings["slack"]:
            return f"said to be expired too early: {op}"
        if outcome == "redirect" and self.is_right(op):
            return f"refused although it was right: {op}"
        if outcome in ("unknown", "gone") and self.is_right(op):
            return f"the code is missing: {op}"
        return None

    def _problem_with_causes(self, claim, death):
        """What ended it: a revocation, or a replay that was late."""
        if death.high == NEVER:
            return None
        late = claim.low + self.settings["replay_grace"] - self.settings["slack"]
        replays = [op for op in self.exchanges if op.end >= late and
                   (op.outcome == "replayed" or op.is_vague and self.is_right(op))]
        for op in self.ends + replays:
            if max(op.start, death.low) <= min(op.end, death.high):
                return None
        asked = self.issue.start if self.issue else claim.low
        if self.access_ends.one_between(max(asked, death.low), death.high):
            return None
        return f"dead by {death.high_by}, and nobody had revoked it"
