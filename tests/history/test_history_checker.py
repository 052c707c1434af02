# SPDX-License-Identifier: Apache-2.0
"""The checker of histories: it explains what is right, and finds each kind of fault."""

import itertools
import random
import time

import pytest

import history_checker

SETTINGS = {"op": "settings", "replay_grace": 10, "code_lifetime": 60, "slack": 0}
LOST = None
_serial = itertools.count()


def entry(op, start, end, answer, **request):
    return {"op": op, "start": start, "end": None if answer is LOST else end, "answer": answer,
            **request}


def issue(start=0, end=1, code="c", **fields):
    return entry("issue", start, end, {"status": 200}, code=code, scopes=["read"],
                 **{"user": "u", "client": "a", "redirect_uri": "r", **fields})


def answer_of(outcome, grant, scopes):
    if outcome is LOST:
        return LOST
    if outcome == 200:
        return {"status": 200, "error": None, "grant": grant, "scopes": scopes}
    if isinstance(outcome, int):
        return {"status": outcome, "error": "internal_error"}
    error = {"reused": "client_secret_reused", "redirect": "invalid_redirect_uri",
             "passphrase": "passphrase_required"}.get(outcome, "invalid_code")
    return {"status": 400, "error": error, "reason": outcome}


def exchange(start, end, outcome, code="c", jwt=None, grant="g", scopes=("read",), **fields):
    return entry("exchange", start, end, answer_of(outcome, grant, list(scopes)), code=code,
                 jwt=jwt or f"jwt {next(_serial)}",
                 **{"client": "a", "redirect_uri": "r", **fields})


def check(start, end, verdict, grant="g"):
    return entry("check", start, end, {"status": 200, "verdict": verdict}, grant=grant)


def revoke(start, end, answer=200, grant="g"):
    return entry("revoke_grant", start, end, answer and {"status": answer}, grant=grant)


def revoke_access(start, end, answer=200):
    return entry("revoke_access", start, end, answer and {"status": answer}, user="u", client="a")


def listed(start, end, **grants):
    return entry("list", start, end, {"status": 200, "grants": {
        grant: {"client": "a", "status": status} for grant, status in grants.items()}}, user="u")


RIGHT = {
    "a code, a grant, a check": [issue(), exchange(2, 3, 200), check(4, 5, "valid")],
    "a race that one wins": [issue(), exchange(2, 6, "used"), exchange(3, 5, 200),
                             exchange(2, 9, "used")],
    "used, said before the winner is answered": [
        issue(), exchange(2, 3, "used"), exchange(1, 9, 200)],
    "a winner whose answer was lost": [
        issue(), exchange(2, 0, LOST), exchange(3, 4, "used"), listed(5, 6, g="live")],
    "an exchange that was lost before it happened": [
        issue(), exchange(2, 0, LOST), exchange(3, 4, 200), listed(5, 6, g="live")],
    "500 says nothing": [issue(), exchange(2, 3, 500), exchange(4, 5, "used")],
    "503 does nothing": [issue(), exchange(2, 3, 503), exchange(4, 5, 200)],
    "a revocation, and checks beside it": [
        issue(), exchange(2, 3, 200), revoke(5, 9), check(6, 7, "valid"), check(6, 8, "revoked"),
        check(10, 11, "revoked"), listed(10, 11, g="revoked")],
    "a revocation that was lost and happened": [
        issue(), exchange(2, 3, 200), revoke(4, 0, LOST), check(5, 6, "valid"),
        check(7, 8, "revoked")],
    "a revocation that was lost and did not happen": [
        issue(), exchange(2, 3, 200), revoke(4, 0, LOST), check(50, 60, "valid")],
    "access revoked before the exchange": [
        issue(), revoke_access(2, 3), exchange(4, 5, "withdrawn")],
    "access revoked after the exchange": [
        issue(), exchange(2, 3, 200), revoke_access(4, 5), check(6, 7, "revoked")],
    "access revoked beside an issue": [
        issue(0, 5), revoke_access(2, 3), exchange(6, 7, 200), check(8, 9, "valid")],
    "a late replay": [issue(), exchange(2, 3, 200), exchange(20, 21, "replayed"),
                      check(22, 23, "revoked"), exchange(24, 25, "used")],
    "a late replay whose answer was lost": [
        issue(), exchange(2, 3, 200), exchange(20, 0, LOST), check(22, 23, "revoked")],
    "a replay within the grace": [issue(), exchange(2, 3, 200), exchange(5, 6, "used"),
                                  check(30, 31, "valid")],
    "a code that has expired": [issue(), exchange(70, 71, "expired")],
    "a wrong redirect leaves the code": [
        issue(), exchange(2, 3, "redirect", redirect_uri="x"), exchange(4, 5, 200)],
    "a JWT that is refused the second time": [
        issue(), exchange(2, 3, 200, jwt="j"), issue(2, 3, "d"),
        exchange(4, 5, "reused", code="d", jwt="j"), exchange(6, 7, 200, code="d", grant="h")],
    "a JWT that a lost exchange has used": [
        issue(), exchange(2, 0, LOST, jwt="j"), issue(2, 3, "d"),
        exchange(4, 5, "reused", code="d", jwt="j")],
    "minting that failed, as it was revoked meanwhile": [
        issue(), exchange(2, 9, "failed"), revoke_access(4, 5), exchange(6, 7, "used")],
    "a code whose issue was not answered": [exchange(2, 3, "unknown"), exchange(4, 0, LOST)],
    "a stranger that was revoked": [
        issue(), exchange(2, 0, LOST), listed(3, 4, g="live"), revoke_access(5, 6),
        listed(7, 8, g="revoked")],
}

# What is said of it, and the history.
WRONG = [
    ("redeemed twice", [issue(), exchange(2, 3, 200), exchange(2, 3, 200, grant="h", jwt="k")]),
    ("redeemed twice", [  # one of them by itself, as its key was derived
        issue(), exchange(2, 3, "failed"), exchange(2, 3, 200, jwt="k")]),
    ("accepted twice", [issue(), issue(code="d"), exchange(2, 3, 200, jwt="j"),
                       exchange(2, 3, 200, code="d", grant="h", jwt="j")]),
    ("accepted twice", [issue(), issue(code="d"), exchange(2, 3, "redirect", jwt="j",
                                                            redirect_uri="x"),
                         exchange(4, 5, 200, code="d", grant="h", jwt="j")]),
    ("was not used before", [issue(), exchange(2, 3, "reused", jwt="j"),
                            exchange(4, 5, 200, jwt="j")]),
    ("another client", [issue(), exchange(2, 3, 200, client="b")]),
    ("another client or redirect_uri", [issue(), exchange(2, 3, 200, redirect_uri="x")]),
    ("other scopes", [issue(), exchange(2, 3, 200, scopes=["read", "write"])]),
    ("after its end", [issue(), exchange(62, 63, 200)]),
    ("too early", [issue(), exchange(2, 3, "expired")]),
    ("although it was right", [issue(), exchange(2, 3, "redirect")]),
    ("the code is missing", [issue(), exchange(2, 3, "unknown")]),
    ("implies a claim that nobody made", [issue(), exchange(2, 3, "used")]),
    ("the claim is after", [issue(), exchange(2, 3, "used"), exchange(4, 5, 200)]),
    ("the end of access is after", [  # good after its revocation was answered
        issue(), exchange(2, 3, 200), revoke(4, 5), check(6, 7, "valid")]),
    ("the end of access is after", [  # on another node, between two checks
        issue(), exchange(2, 3, 200), revoke(4, 0, LOST), check(5, 6, "revoked"),
        check(7, 8, "valid")]),
    ("the end of access is after line", [issue(), exchange(2, 3, 200), revoke_access(4, 5),
                                        listed(6, 7, g="live")]),
    ("the end of access is after line", [  # issued although access had ended
        issue(), revoke_access(2, 3), exchange(4, 5, 200)]),
    ("the end of access is after line", [  # late, and right, and nothing was revoked
        issue(), exchange(2, 3, 200), exchange(20, 21, "used"), check(22, 23, "valid")]),
    ("the claim is after line", [  # lost: it was answered
        issue(), exchange(2, 3, 200), check(4, 5, "not_recorded")]),
    ("the claim is after line", [issue(), exchange(2, 3, 200), listed(4, 5)]),
    ("the claim is after line", [  # a replay within the grace revokes
        issue(), exchange(2, 3, 200), exchange(5, 6, "replayed")]),
    ("nobody had revoked it", [issue(), exchange(2, 3, 200), check(4, 5, "revoked")]),
    ("nobody had revoked it", [issue(), exchange(2, 3, 200), check(4, 5, "revoked"),
                               revoke(6, 0, LOST)]),
    ("nobody had revoked it", [issue(), exchange(2, 3, "withdrawn")]),
    ("nobody had revoked it", [issue(), exchange(2, 3, "failed")]),
    ("not right revoked", [issue(), exchange(2, 3, 200),
                          exchange(20, 21, "replayed", redirect_uri="x")]),
    ("answered to nobody", [issue(), exchange(2, 3, 200), listed(4, 5, g="live", h="live")]),
    ("nobody has exchanged a code for it", [issue(), listed(4, 5, h="live")]),
    ("was answered twice", [issue(), issue(code="d"), exchange(2, 3, 200),
                           exchange(2, 3, 200, code="d", jwt="k")]),
    ("whose JWT was not used elsewhere", [  # one JWT, two codes, both claimed
        issue(), issue(code="d"), exchange(2, 0, LOST, jwt="j"),
        exchange(2, 0, LOST, code="d", jwt="j"), exchange(3, 4, "used"),
        exchange(3, 4, "used", code="d", jwt="k")]),
]


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_explained(name):
    assert history_checker.check([SETTINGS, *RIGHT[name]]) == []


@pytest.mark.parametrize("what, lines", WRONG)
def test_a_fault_is_found(what, lines):
    problems = history_checker.check([SETTINGS, *lines])
    assert any(what in problem for problem in problems), problems


@pytest.mark.parametrize("name", RIGHT)
def test_the_order_of_lines_does_not_matter(name):
    lines = RIGHT[name][:]
    random.Random(7).shuffle(lines)
    assert history_checker.check([SETTINGS, *lines]) == []


def busy_history(n_codes):
    """As of 64 clients: a code, a race of three for it, checks, and for some a revocation."""
    lines = [SETTINGS]
    for i in range(n_codes):
        at, code, grant = i / 100, f"c{i}", f"g{i}"
        lines += [issue(at, at + 1, code)]
        lines += [exchange(at + 2, at + 4, outcome, code, f"j{i}.{n}", grant)
                  for n, outcome in enumerate(("used", 200, "used" if i % 9 else LOST))]
        lines += [check(at + 4, at + 5, "valid", grant)]
        if i % 4 == 0:
            lines += [revoke(at + 5, at + 6, 200, grant), check(at + 7, at + 8, "revoked", grant)]
        else:
            lines += [check(at + 5 + n, at + 6 + n, "valid", grant) for n in range(2)]
    states = {f"g{i}": "revoked" if i % 4 == 0 else "live" for i in range(n_codes)}
    return [*lines, listed(n_codes, n_codes + 1, **states)]


def test_a_hundred_thousand_operations_take_less_than_a_minute():
    lines = busy_history(15_000)
    assert len(lines) > 100_000
    start = time.monotonic()
    assert history_checker.check(lines) == []
    assert time.monotonic() - start < 60


def test_as_many_of_one_user_who_revokes_all_the_time_too():
    lines = [SETTINGS]
    for i in range(25_000):
        code, grant = f"c{i}", f"g{i}"
        lines += [issue(i, i + 0.1, code), exchange(i + 0.2, i + 0.3, 200, code, grant=grant),
                  revoke_access(i + 0.4, i + 0.5), check(i + 0.6, i + 0.7, "revoked", grant)]
    start = time.monotonic()
    assert history_checker.check(lines) == []
    assert time.monotonic() - start < 60


def test_one_fault_in_a_hundred_thousand_operations_is_found():
    lines = busy_history(15_000)
    lines.append(check(20_000, 20_001, "valid", "g7000"))
    problem, = history_checker.check(lines)
    assert "code c7000" in problem
