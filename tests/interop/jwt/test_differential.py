# SPDX-License-Identifier: Apache-2.0
"""Thousands of hostile JWTs, to us and to PyJWT.

What we accept PyJWT accepts too, with the same claims. What only PyJWT accepts we refuse for a
reason of docs/protocol/http.md 6.2, which is looked for in the token a second time here. ROUNDS=10
makes it ten times as many, SEED=7 others.
"""

import base64
import collections
import datetime
import hmac
import json
import math
import os
import random

import jwt
import pytest

CLIENT = "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"
OTHER = "e45fa79a-05f5-4f00-bbfe-bd0a14aead0f"
SECRET = "2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859e27d5252102"
ISSUER = "http://localhost:10100"
TOKENS = 20000 * int(os.environ.get("ROUNDS", "1"))
NOW = 1795000000
SEED = int(os.environ.get("SEED", "1"))
LEEWAY, MOST = 10, 300
LIMIT_JWT, LIMIT_JTI = 2048, 128
REFUSED_MEMBERS = {"crit", "jwk", "jku", "x5u", "x5c", "b64"}

# Texts of JSON values that readers like to disagree about.
NUMBERS = ["0", "-0", "-1", "1.5", "1e3", "1e308", "1e400", "-1e400", "01", "1.", ".5", "+1", "0x1",
           "NaN", "Infinity", "-Infinity", "9223372036854775807", "9223372036854775808",
           "18446744073709551616", "-9223372036854775809", "1" + "0" * 400, "1_000"]
TEXTS = ['""', '"x"', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"',
         '"\u00e9"', '"\U0001f600"', '"\\u0065"', '"\\x"', '"\t"', '"\x7f"', '"\udcff"', '"\udcc0\udcaf"',
         '"' + "j" * 128 + '"', '"' + "j" * 129 + '"', '"' + "\u00e9" * 65 + '"', "'x'", '"x']
OTHERS = ["null", "true", "false", "[]", "{}", "[1]", '{"a":1,"a":2}', "[" * 60 + "]" * 60, "[1,]",
          "nul", "", "/**/1", "1 2"]
ALGORITHMS = ['"HS256"'] * 3 + ['"hs256"', '"HS384"', '"HS512"', '"none"', '"None"', '"RS256"', '""',
                                '"HS256 "', '"HS256\\u0000"', '"\\u0048S256"', '["HS256"]', "null",
                                "256"]
TYPES = ['"JWT"', '"jwt"', '"at+jwt"', '"JWT\\u0000"', "null", '["JWT"]', '""', '"\\u004aWT"']


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data_of(text):
    return text.encode("utf-8", "surrogateescape")


# --- tokens at random ---

def number_near(r, now):
    return str(now + r.choice((-400, -20, -11, -10, -9, 0, 5, 9, 10, 11, 20, 100, 299, 310, 311, 400)))


def claim_value(r, now, name):
    """The right value more often than not."""
    right = {"client_id": f'"{CLIENT}"', "iss": f'"{CLIENT}"', "sub": f'"{CLIENT}"',
             "aud": r.choice((f'"{ISSUER}"', f'["{ISSUER}"]')), "jti": f'"{r.getrandbits(64):x}"'}
    if r.random() < 0.8:
        return right.get(name) or str(now + r.choice((-5, 100, 290)) * (name == "exp"))
    if name == "jti" and r.random() < 0.3:
        return r.choice(('""', '"' + "j" * 128 + '"', '"' + "j" * 129 + '"', '"' + "\u00e9" * 65 + '"'))
    return r.choice((
        right.get(name, number_near(r, now)), number_near(r, now), number_near(r, now) + ".5",
        f'"{now}"', r.choice(NUMBERS), r.choice(TEXTS), r.choice(OTHERS), f'"{OTHER}"',
        f'["{ISSUER}","{OTHER}"]', f'["{OTHER}"]', f'"{CLIENT.upper()}"', f'"{ISSUER}/"'))


def member_name(r, name):
    return f"\\u{ord(name[0]):04x}{name[1:]}" if name and r.random() < 0.03 else name


def space(r):
    return "" if r.random() < 0.99 else r.choice((" ", "\n", "\t", "\r", "\x0b", "\x0c", "\u00a0", "\ufeff", "\0"))


def object_text(r, members):
    found = [f'{space(r)}"{member_name(r, name)}"{space(r)}:{space(r)}{value}'
             for name, value in members]
    return space(r) + "{" + ",".join(found) + "}" + space(r)


def payload_text(r, now):
    names = ["client_id", "exp"]
    names += [n for n in ("iss", "sub", "aud", "jti", "iat", "nbf") if r.random() < 0.15]
    names += [r.choice(("x", "", "EXP", "exp ", "n\u00e9", "client_id", "exp")) for _ in range(
        r.choice((0, 0, 0, 0, 1)))]
    if r.random() < 0.04:
        names.remove(r.choice(names))
    r.shuffle(names)
    members = [(n, claim_value(r, now, n) if n != "x" or r.random() < 0.5
                else r.choice(NUMBERS + TEXTS + OTHERS)) for n in names]
    return object_text(r, members)


def header_text(r):
    members = [("alg", '"HS256"'), ("typ", '"JWT"')]
    if r.random() < 0.15:
        members[0] = ("alg", r.choice(ALGORITHMS))
    if r.random() < 0.15:
        members[1] = ("typ", r.choice(TYPES))
    if r.random() < 0.1:
        members.pop(r.randrange(2))
    if r.random() < 0.15:
        name = r.choice((*REFUSED_MEMBERS, "kid", "cty", "alg", "typ", "x", "enc", "zip"))
        members.append((name, r.choice((
            "[]", '["b64"]', "false", "true", "{}", '"x"', '"HS256"', "5", "null", r.choice(TEXTS)))))
    r.shuffle(members)
    return object_text(r, members)


def encoded(r, text):
    data = data_of(text)
    if r.random() < 0.01:
        data = text.encode(r.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig")), "replace")
    if r.random() < 0.01:
        data = bytes(r.randrange(256) if r.random() < 0.02 else b for b in data)
    result = b64url(data)
    if r.random() < 0.02:
        last = r.choice("AQgwBCDEFabcz019-_")
        result = r.choice((result + "=", result + "==", result[:-1] + last, result + last,
                           result.replace("-", "+").replace("_", "/"), result + "\n",
                           " " + result, result[:9] + "\n" + result[9:], result[:9] + "$", ""))
    return result


def mac(r, signing):
    key, name = data_of(SECRET), "sha256"
    if r.random() < 0.03:
        key = r.choice((b"", bytes.fromhex(SECRET), data_of(OTHER), key + b"\0"))
    if r.random() < 0.03:
        name = r.choice(("sha384", "sha512"))
    found = hmac.new(key, data_of(signing), name).digest()
    if r.random() < 0.03:
        found = r.choice((found[:-1], found + b"\0", b"", bytes(32), found[::-1]))
    return found


def token(r, now):
    signing = encoded(r, header_text(r)) + "." + encoded(r, payload_text(r, now))
    result = signing + "." + encoded(r, mac(r, signing).decode("utf-8", "surrogateescape"))
    if r.random() < 0.03:
        result = r.choice((result + ".", "." + result, result + ".e30", signing, signing + ".",
                           result + "\n", "Bearer " + result, result.upper(), result + "\0",
                           result + "A" * 2000, result.replace(".", "..", 1)))
    return result


# --- what PyJWT makes of it ---

@pytest.fixture
def now(monkeypatch):
    """The time that both are told, however long the test takes."""
    class Standing(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(NOW, tz)

    monkeypatch.setattr(jwt.api_jwt, "datetime", Standing)
    return NOW


def by_pyjwt(text):
    """The claims, or None."""
    try:
        claims = jwt.decode(text, options={"verify_signature": False})
        parties = {k: v for k, name, v in (("issuer", "iss", CLIENT), ("subject", "sub", CLIENT),
                                           ("audience", "aud", ISSUER)) if name in claims}
        return jwt.decode(text, SECRET, algorithms=["HS256"], leeway=LEEWAY, **parties,
                          options={"require": ["exp", "client_id"]})
    except (jwt.PyJWTError, UnicodeError):
        return None


# --- why we refuse what it accepts: one predicate for each outcome ---

class Odd(Exception):
    """JSON that is not what RFC 8259 readers agree about."""


def once(pairs):
    if len(dict(pairs)) != len(pairs):
        raise Odd("a duplicate member")
    return dict(pairs)


def integer(text):
    if not -2**63 <= int(text) < 2**63:
        raise Odd("an integer beyond 64 bits")
    return int(text)


def real(text):
    if not math.isfinite(float(text)):
        raise Odd("a number beyond a double")
    return float(text)


def constant(text):
    raise Odd(text)


def strictly(segment):
    """The object, if its base64url is canonical and all readers read the same in it."""
    data = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if b64url(data) != segment:
        raise Odd("base64url that is not canonical")
    text = data.decode("utf-8")
    value = json.loads(text, object_pairs_hook=once, parse_int=integer, parse_float=real,
                       parse_constant=constant)
    plain = json.dumps(value, ensure_ascii=False)
    plain.encode()  # no lone surrogate
    if "\\u0000" in plain:
        raise Odd("a NUL")
    return value


def is_odd(segment):
    try:
        return not isinstance(strictly(segment), dict)
    except (Odd, ValueError):
        return True


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def party_is_wrong(claims):
    audience = claims.get("aud", ISSUER)
    return (claims["client_id"] != CLIENT or claims.get("iss", CLIENT) != CLIENT or
            claims.get("sub", CLIENT) != CLIENT or audience not in (ISSUER, [ISSUER]))


def jti_is_wrong(claims):
    jti = claims.get("jti", "x")
    return not isinstance(jti, str) or not 1 <= len(jti.encode()) <= LIMIT_JTI


def has_reason(outcome, text, claims, now):
    """Whether the token is what the outcome says."""
    head, payload, signature = text.split(".")
    if outcome == "ERR_JWT_MALFORMED":
        return is_odd(head) or b64url(base64.urlsafe_b64decode(
            signature + "==")) != signature or b64url(base64.urlsafe_b64decode(
                payload + "=" * (-len(payload) % 4))) != payload
    return {
        "ERR_JWT_TOO_LONG": lambda: len(text) > LIMIT_JWT,
        "ERR_JWT_ALGORITHM": lambda: str(strictly(head).get("typ", "JWT")).upper() != "JWT",
        "ERR_JWT_HEADER": lambda: REFUSED_MEMBERS & set(strictly(head)),
        "ERR_JWT_CLAIMS": lambda: is_odd(payload),
        "ERR_JWT_CLIENT_MISMATCH": lambda: party_is_wrong(claims),
        "ERR_JWT_EXP_MISSING": lambda: not is_number(claims["exp"]) or claims["exp"] < 0,
        "ERR_JWT_EXP_TOO_FAR": lambda: claims["exp"] > now + MOST + LEEWAY,
        "ERR_JWT_JTI": lambda: jti_is_wrong(claims),
        "ERR_JWT_NOT_YET": lambda: any(
            not is_number(claims[n]) or claims[n] > now + LEEWAY
            for n in ("iat", "nbf") if n in claims),
    }[outcome]()


def test_what_we_accept_pyjwt_accepts_and_what_only_it_accepts_has_a_reason(verify_all, now):
    r = random.Random(SEED)
    tokens = [token(r, now) for _ in range(TOKENS)]
    counts = collections.Counter()
    for text, (outcome, exp) in zip(tokens, verify_all(tokens, CLIENT, SECRET, now), strict=True):
        claims = by_pyjwt(text)
        context = (SEED, outcome, claims, text)
        counts[outcome, claims is not None] += 1
        if outcome == "ERR_OK":
            assert claims, context
            assert claims["client_id"] == CLIENT and int(claims["exp"]) == exp, context
        elif claims is not None:
            assert has_reason(outcome, text, claims, now), context
    print(counts)
    assert counts["ERR_OK", True] > TOKENS // 10, counts
    for reason in ("MALFORMED", "ALGORITHM", "HEADER", "CLAIMS", "CLIENT_MISMATCH", "EXP_MISSING",
                   "EXP_TOO_FAR", "JTI", "NOT_YET"):
        assert counts["ERR_JWT_" + reason, True], (reason, counts)
    for reason in ("ERR_CLIENT_UNKNOWN", "ERR_JWT_EXPIRED", "ERR_JWT_TOO_LONG"):
        assert counts[reason, False], (reason, counts)


@pytest.mark.parametrize("flip", range(3))
def test_a_token_with_one_character_changed_is_refused_by_both(verify_all, now, flip):
    good = jwt.encode({"client_id": CLIENT, "exp": now + 300}, SECRET)
    segments = good.split(".")
    changed = []
    for position, letter in enumerate(segments[flip]):
        for other in "A_z" if letter not in "A_z" else "B-y":
            text = segments[flip][:position] + other + segments[flip][position + 1:]
            changed.append(".".join([*segments[:flip], text, *segments[flip + 1:]]))
    outcomes = verify_all([good, *changed], CLIENT, SECRET, now)
    assert outcomes[0] == ("ERR_OK", now + 300)
    assert all(outcome != "ERR_OK" for outcome, _ in outcomes[1:])
    # PyJWT reads the last character of a signature leniently; ours has one form only.
    last = {c for c in changed if c[:-1] == good[:-1]}
    assert not any(by_pyjwt(text) for text in changed if text not in last)
