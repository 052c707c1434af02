# SPDX-License-Identifier: Apache-2.0
"""The CLI, the Python and the Go example print identical bytes for identical parameters."""

import json
import random
import secrets
import string
import uuid

import jwt
import pytest

SEED_CLIENT = "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"
SEED_SECRET = "2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859e27d5252102"
SEED_EXP = 1751019361
SEED_TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJjbGllbnRfaWQiOiJlNDVmYTc5YS0wNWY1LTRmMDAtYmJmZS1iZDBhMTRhZWFkMGEiLCJleHAiOjE3NTEwMTkzNjF9."
    "2USHN3Ad7nu7hoHY1keDqst1sI9R-ONHsx_GJotsPvI")
SEED_FULL = f"""JWT Token: {SEED_TOKEN}

JWT Payload:
{{
  "client_id": "{SEED_CLIENT}",
  "exp": 1751019361
}}

Expiry: 2025-06-27T15:46:01+05:30 (in the past)

Complete Request Body:
{{
  "client_id": "{SEED_CLIENT}",
  "client_secret": "{SEED_TOKEN}",
  "redirect_uri": "https://myapp.com/callback",
  "code": "AUTH_CODE_FROM_CONSENT",
  "passphrase": "your-passphrase"
}}

curl Example:
curl -X POST \\
  http://localhost:10100/api/v0/oauth2/token \\
  -H "Content-Type: application/json" \\
  -d '{{
    "client_id": "{SEED_CLIENT}",
    "client_secret": "{SEED_TOKEN}",
    "redirect_uri": "https://myapp.com/callback",
    "code": "AUTH_CODE_FROM_CONSENT",
    "passphrase": "your-passphrase"
  }}'
"""

JTI_LETTERS = string.ascii_letters + string.digits + "-._~:"


def same(generators, *arguments, **kwargs):
    """The one output of all three."""
    outputs = {g.name: g(*arguments, **kwargs) for g in generators}
    assert outputs["grantd"] == outputs["python"] == outputs["go"]
    return outputs["grantd"]


def parameters(seed):
    """Random parameters, the same for the same seed."""
    rng = random.Random(seed)
    result = ["--client-id", str(uuid.UUID(int=rng.getrandbits(128))),
              "--expires-at", str(rng.randrange(1, 253402214400))]
    if rng.random() < 0.5:
        result += ["--iat", str(rng.randrange(1, 253402214400))]
    if rng.random() < 0.7:
        jti = "".join(rng.choices(JTI_LETTERS, k=rng.randrange(1, 129)))
        result.append("--jti=" + jti)
    if rng.random() < 0.5:
        result.append("--redirect-uri=https://a.example/?a=b&c=%20(x)*!$;,+@[]#~")
    return result, "".join(rng.choices("0123456789abcdef", k=64))


def test_the_seeds_own_token(generators):
    assert same(generators, "--client-id", SEED_CLIENT, "--client-secret", SEED_SECRET,
                "--expires-at", str(SEED_EXP), "--format", "token") == SEED_TOKEN + "\n"


def test_the_seeds_own_token_in_full(generators):
    assert same(generators, "--client-id", SEED_CLIENT, "--client-secret", SEED_SECRET,
                "--expires-at", str(SEED_EXP)) == SEED_FULL


@pytest.mark.parametrize("seed", range(12))
def test_random_parameters(generators, seed):
    arguments, secret = parameters(seed)
    zone = ["UTC", "Asia/Kolkata", "America/St_Johns"][seed % 3]
    shape = ["token", "json", "full"][seed // 3 % 3]
    same(generators, *arguments, "--format", shape, secret=secret + "\n", zone=zone)


def test_json_is_json_and_says_the_same_as_the_token(generators):
    arguments, secret = parameters(99)
    answer = json.loads(same(generators, *arguments, "--format", "json", secret=secret))
    claims = jwt.decode(answer["token"], secret, algorithms=["HS256"],
                        options={"verify_exp": False, "verify_iat": False})
    assert answer["payload"] == claims
    assert list(answer["payload"]) == [c for c in ("client_id", "exp", "iat", "jti") if c in claims]
    assert answer["request"]["client_secret"] == answer["token"]
    assert jwt.get_unverified_header(answer["token"]) == {"alg": "HS256", "typ": "JWT"}


@pytest.mark.parametrize("text, says, seconds", [
    ("5m", "5 minutes", 300), ("60", "1 minute", 60), ("1s", "1 second", 1),
    ("90s", "90 seconds", 90), ("1h", "60 minutes", 3600)])
def test_a_lifetime_is_counted_from_now(generators, text, says, seconds):
    for generator in generators:
        shown = generator("--client-id", SEED_CLIENT, "--expires-in", text, "--iat", "now",
                          secret=SEED_SECRET)
        assert f" ({says} from generation)\n" in shown, generator.name
        token = shown.split()[2]
        claims = jwt.decode(token, SEED_SECRET, algorithms=["HS256"], leeway=60)
        assert 0 <= claims["exp"] - claims["iat"] - seconds <= 1


def test_an_automatic_jti_differs_each_time(generators, verify):
    now = SEED_EXP - 300
    for generator in generators:
        tokens = [generator("--client-id", SEED_CLIENT, "--expires-at", str(SEED_EXP), "--jti",
                            "auto", "--format", "token", secret=SEED_SECRET) for _ in range(3)]
        assert len(set(tokens)) == 3, generator.name
        for token in tokens:
            assert verify(token.strip(), SEED_CLIENT, SEED_SECRET, now) == "ERR_OK"


@pytest.mark.parametrize("arguments", [
    ["--client-id", SEED_CLIENT.upper()], ["--client-id", SEED_CLIENT, "--jti", ""],
    ["--client-id", SEED_CLIENT, "--jti", 'a"b'], ["--client-id", SEED_CLIENT, "--jti", "x" * 129],
    ["--client-id", SEED_CLIENT, "--expires-in", "0"],
    ["--client-id", SEED_CLIENT, "--expires-in", "5w"],
    ["--client-id", SEED_CLIENT, "--expires-at", "-1"],
    ["--client-id", SEED_CLIENT, "--expires-at", "1.5"],
    ["--client-id", SEED_CLIENT, "--iat", "later"],
    ["--client-id", SEED_CLIENT, "--redirect-uri", "https://a/'"],
    ["--client-id", SEED_CLIENT, "--url", "http://a; rm"],
    ["--client-id", SEED_CLIENT, "--format", "xml"],
    ["--client-id", SEED_CLIENT, "--client-secret", SEED_SECRET.upper()],
    ["--client-id", SEED_CLIENT, "--client-secret", SEED_SECRET[1:]],
    ["--client-id", SEED_CLIENT, "extra"], ["--nonsense"], []])
def test_wrong_parameters_are_refused_with_status_2(generators, arguments):
    for generator in generators:
        result = generator.run(*arguments, secret=SEED_SECRET)
        assert (result.returncode, result.stdout) == (2, ""), generator.name
        assert result.stderr


def test_the_secret_comes_from_a_file(generators, tmp_path):
    file = tmp_path / "secret"
    file.write_text(SEED_SECRET + "\n")
    assert same(generators, "--client-id", SEED_CLIENT, "--client-secret-file", str(file),
                "--expires-at", str(SEED_EXP), "--format", "token") == SEED_TOKEN + "\n"


def test_pyjwt_verifies_ours(generators):
    arguments, secret = parameters(7)
    token = generators[0](*arguments, "--format", "token", secret=secret).strip()
    jwt.decode(token, secret, algorithms=["HS256"],
               options={"verify_exp": False, "verify_iat": False})
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, secrets.token_hex(32), algorithms=["HS256"])


@pytest.mark.parametrize("claims, headers, algorithm, outcome", [
    ({}, None, "HS256", "ERR_OK"),
    ({"iss": SEED_CLIENT, "sub": SEED_CLIENT, "aud": "http://localhost:10100"}, None, "HS256",
     "ERR_OK"),
    ({"extra": {"a": ["\u00e9", 1.5, None]}, "jti": "\u00fc"}, {"kid": "7"}, "HS256", "ERR_OK"),
    ({"aud": ["http://localhost:10100", "b"]}, None, "HS256", "ERR_JWT_CLIENT_MISMATCH"),
    ({"client_id": "x"}, None, "HS256", "ERR_JWT_CLIENT_MISMATCH"),
    ({"exp": SEED_EXP - 311}, None, "HS256", "ERR_JWT_EXPIRED"),
    ({"exp": SEED_EXP + 11}, None, "HS256", "ERR_JWT_EXP_TOO_FAR"),
    ({"nbf": SEED_EXP}, None, "HS256", "ERR_JWT_NOT_YET"),
    ({}, None, "HS384", "ERR_JWT_ALGORITHM"),
    ({}, None, "HS512", "ERR_JWT_ALGORITHM"),
    ({}, None, "none", "ERR_JWT_ALGORITHM"),
    ({}, {"typ": "at+jwt"}, "HS256", "ERR_JWT_ALGORITHM"),
    ({}, {"jku": "https://evil.example"}, "HS256", "ERR_JWT_HEADER"),
])
def test_we_judge_what_pyjwt_signs(verify, claims, headers, algorithm, outcome):
    token = jwt.encode({"client_id": SEED_CLIENT, "exp": SEED_EXP, **claims},
                       None if algorithm == "none" else SEED_SECRET, algorithm, headers=headers)
    assert verify(token, SEED_CLIENT, SEED_SECRET, SEED_EXP - 300) == outcome
