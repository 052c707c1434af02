# SPDX-License-Identifier: Apache-2.0
"""Applications that prove who they are with a private key: docs/protocol/oauth.md 3. The keys and
signatures are those of the cryptography package, by way of PyJWT."""

import base64
import functools
import json
import secrets
import time

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from grantd import b64url, compact, sign

METHOD = "private_key_jwt"
ALGORITHMS = ["ES256", "PS256", "RS256", "EdDSA"]
CLIENTS = "/api/v0/developer/auth/oauth2/clients"


@functools.cache
def key_for(algorithm, serial=0):
    """A private key; RSA takes long, so tests share it."""
    del serial
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


def jwk_of(key, private=False, **members):
    kinds = {ec.EllipticCurvePrivateKey: ECAlgorithm, rsa.RSAPrivateKey: RSAAlgorithm,
             ed25519.Ed25519PrivateKey: OKPAlgorithm}
    kind = next(v for k, v in kinds.items() if isinstance(key, k))
    jwk = json.loads(kind.to_jwk(key if private else key.public_key()))
    jwk.pop("key_ops", None)
    return {**jwk, **members}


def application(user, *jwks, **fields):
    return user.application(token_endpoint_auth_method=METHOD, jwks={"keys": list(jwks)}, **fields)


def claims_of(app, **claims):
    now = int(time.time())
    payload = {"iss": app.client_id, "sub": app.client_id, "aud": app.server.url,
               "exp": now + 300, "iat": now, "jti": secrets.token_hex(8), **claims}
    return {k: v for k, v in payload.items() if v is not None}


def assertion(app, algorithm, key=None, header=None, **claims):
    return jwt.encode(claims_of(app, **claims), key or key_for(algorithm), algorithm,
                      headers=header)


def forged(header, payload, signer):
    """A JWT over exactly these texts."""
    signing = b64url(header.encode()) + "." + b64url(payload.encode())
    return signing + "." + b64url(signer(signing.encode()))


def still_good(app, code, token):
    answer = app.redeem(code, client_assertion=token)
    assert answer.status == 200, answer


def refused(app, code, token, **fields):
    answer = app.redeem(code, client_assertion=token, **fields)
    assert (answer.status, answer.error) == (400, "invalid_client"), answer
    return answer.json["error_description"]


# --- registering keys ---

@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_client_has_its_public_keys_and_no_secret(user, algorithm):
    jwk = jwk_of(key_for(algorithm))
    answer = user.call("POST", CLIENTS, {
        "name": "Keys", "redirect_uris": ["https://a.example.com/"], "jwks": {"keys": [jwk]},
        "token_endpoint_auth_method": METHOD})
    assert answer.status == 200, answer
    assert answer.json["jwks"] == {"keys": [jwk]}
    assert answer.json.get("client_secret") is None
    one = user.call("GET", f"{CLIENTS}/{answer.json['id']}").json
    assert one["jwks"] == {"keys": [jwk]} and one["secrets"] == []
    assert one["token_endpoint_auth_method"] == METHOD
    answer = user.call("POST", f"{CLIENTS}/{one['id']}/regenerate-secret", {})
    assert (answer.status, answer.error) == (400, "invalid_request"), answer


def rejected_sets():
    rsa_key, ec_key = key_for("RS256"), key_for("ES256")
    good = jwk_of(ec_key)
    symmetric = {"kty": "oct", "k": "AAAA"}
    return {
        "private": ([jwk_of(rsa_key, private=True)], "private"),
        "private EC": ([jwk_of(ec_key, private=True)], "private"),
        "symmetric": ([symmetric], "private or symmetric"),
        "1024 bits": ([jwk_of(rsa.generate_private_key(65537, 1024))], "2,048"),
        "8192 bits": ([{"kty": "RSA", "e": "AQAB", "n": b64url(b"\xff" * 1024)}], "4,096"),
        "P-384": ([jwk_of(ec.generate_private_key(ec.SECP384R1()))], "P-256"),
        "not on the curve": ([{**good, "y": good["x"]}], "not a key"),
        "for encryption": ([{**good, "use": "enc"}], "use is sig"),
        "of another algorithm": ([{**good, "alg": "RS256"}], "alg"),
        "two without kid": ([good, jwk_of(key_for("EdDSA"))], "kid"),
        "five": ([{**good, "kid": str(i)} for i in range(5)], "1 to 4"),
        "none": ([], "1 to 4"),
    }


@pytest.mark.parametrize("name", rejected_sets())
def test_keys_that_are_no_good_are_refused_by_name(user, name):
    keys, why = rejected_sets()[name]
    answer = user.call("POST", CLIENTS, {
        "name": "Keys", "redirect_uris": ["https://a.example.com/"], "jwks": {"keys": keys},
        "token_endpoint_auth_method": METHOD})
    assert (answer.status, answer.error) == (400, "invalid_request"), answer
    assert why in answer.json["error_description"], answer


def test_the_method_needs_keys_and_keys_can_be_replaced(user):
    answer = user.call("POST", CLIENTS, {
        "name": "Keys", "redirect_uris": ["https://a.example.com/"],
        "token_endpoint_auth_method": METHOD})
    assert "needs jwks" in answer.json["error_description"], answer
    app = user.application()
    path = f"{CLIENTS}/{app.id}"
    assert user.call("PUT", path, {"token_endpoint_auth_method": METHOD}).status == 400
    first, second = key_for("ES256", 1), key_for("ES256", 2)
    answer = user.call("PUT", path, {"token_endpoint_auth_method": METHOD,
                                     "jwks": {"keys": [jwk_of(first)]}})
    assert answer.status == 200, answer
    still_good(app, user.code(app), assertion(app, "ES256", first))
    assert user.call("PUT", path, {"jwks": {"keys": [jwk_of(second)]}}).status == 200
    code = user.code(app)
    refused(app, code, assertion(app, "ES256", first))
    still_good(app, code, assertion(app, "ES256", second))
    assert user.call("PUT", path, {"name": "Renamed"}).json["jwks"] == {"keys": [jwk_of(second)]}


def test_the_operator_imports_a_client_by_its_keys(server, user):
    key, client_id = key_for("EdDSA", 1), "aaaaaaaa-05f5-4f00-bbfe-bd0a14aead0a"
    (server.folder / "keys.json").write_text(json.dumps({"keys": [jwk_of(key)]}))
    printed = server.run("client", "import", "--account", user.email, "--client-id", client_id,
                         "--name", "Imported", "--jwks-file", "keys.json", "--json",
                         "https://myapp.com/callback").stdout
    assert json.loads(printed)[0]["has_public_keys"] is True
    app = user.application()
    app.client_id = client_id
    still_good(app, user.code(app), assertion(app, "EdDSA", key))


# --- authenticating ---

@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_assertion_signed_with_the_key_is_accepted_once(user, algorithm):
    app = application(user, jwk_of(key_for(algorithm)))
    token = assertion(app, algorithm)
    still_good(app, user.code(app), token)
    assert "used before" in refused(app, user.code(app), token)


def test_a_key_of_4096_bits_is_good(user):
    key = rsa.generate_private_key(65537, 4096)
    app = application(user, jwk_of(key))
    for algorithm in ("RS256", "PS256"):
        still_good(app, user.code(app), assertion(app, algorithm, key))


def test_the_kid_chooses_among_keys(user):
    keys = {"a": key_for("ES256", 1), "b": key_for("ES256", 2)}
    app = application(user, *(jwk_of(key, kid=kid) for kid, key in keys.items()))
    code = user.code(app)
    for kid in ("b", "c", ""):
        refused(app, code, assertion(app, "ES256", keys["a"], {"kid": kid}))
    still_good(app, code, assertion(app, "ES256", keys["a"], {"kid": "a"}))
    still_good(app, user.code(app), assertion(app, "ES256", keys["b"], {"kid": "b"}))
    for key in keys.values():
        still_good(app, user.code(app), assertion(app, "ES256", key))


def test_a_single_key_without_kid_is_good_for_any(user):
    app = application(user, jwk_of(key_for("ES256")))
    still_good(app, user.code(app), assertion(app, "ES256", header={"kid": "whatever"}))


def test_the_rules_for_claims_are_those_of_client_secret_jwt(user):
    app = application(user, jwk_of(key_for("ES256")))
    now, code = int(time.time()), user.code(app)
    for claims in ({"iss": "x"}, {"sub": "x"}, {"iss": None}, {"aud": None}, {"exp": None},
                   {"aud": "https://other.example.com"}, {"exp": now - 60}, {"exp": now + 3700},
                   {"exp": now + 3600, "jti": None}, {"nbf": now + 600}, {"jti": "x" * 129}):
        refused(app, code, assertion(app, "ES256", **claims), client_id=app.client_id)
    for audience in (app.server.url + "/oauth2/token", [app.server.url, "https://other.example"]):
        still_good(app, user.code(app), assertion(app, "ES256", aud=audience))
    still_good(app, code, assertion(app, "ES256", exp=now + 3600))


def test_revocation_and_introspection_take_it_too(user):
    app = application(user, jwk_of(key_for("EdDSA")))
    answer = app.redeem(user.code(app), client_assertion=assertion(app, "EdDSA"))

    def ask(path):
        form = app.form("x", client_assertion=assertion(app, "EdDSA"),
                        token=answer.json["access_token"])
        return app.server.call("POST", path, form)

    assert ask("/oauth2/introspect").json["active"] is True
    assert ask("/oauth2/revoke").status == 200
    assert ask("/oauth2/introspect").json == {"active": False}


# --- confusion ---

def der_of(key):
    return lambda text: key.sign(text, ec.ECDSA(hashes.SHA256()))


def rs256(key, hash_=hashes.SHA256):
    return lambda text: key.sign(text, padding.PKCS1v15(), hash_())


def pss(key, salt):
    return lambda text: key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), salt),
                                 hashes.SHA256())


def header_of(**members):
    return compact({"typ": "JWT", **members})


def test_what_looks_like_an_assertion_and_is_none_is_refused(user):
    ec_key, rsa_key = key_for("ES256"), key_for("RS256")
    app = application(user, jwk_of(ec_key, kid="ec"), jwk_of(rsa_key, kid="rsa"))
    code = user.code(app)
    payload = lambda: compact(claims_of(app))
    pem = rsa_key.public_key().public_bytes(serialization.Encoding.PEM,
                                            serialization.PublicFormat.SubjectPublicKeyInfo)
    jwk = compact(jwk_of(rsa_key))
    jose = lambda text: ECAlgorithm(hashes.SHA256).sign(text, ec_key)
    twice = payload()[:-1] + ',"sub":"' + app.client_id + '"}'
    attempts = {
        "alg none": forged(header_of(alg="none"), payload(), lambda text: b""),
        "alg None with a signature": forged(header_of(alg="None"), payload(), rs256(rsa_key)),
        "no alg": forged('{"typ":"JWT"}', payload(), rs256(rsa_key)),
        "HS256 made with the PEM": sign(pem.decode(), payload()),
        "HS256 made with the JWK": sign(jwk, payload()),
        "HS256 made with the modulus": sign(jwk_of(rsa_key)["n"], payload()),
        "ES256 in DER": forged(header_of(alg="ES256"), payload(), der_of(ec_key)),
        "ES256 of zeros": forged(header_of(alg="ES256"), payload(), lambda text: bytes(64)),
        "ES256K": forged(header_of(alg="ES256K"), payload(), jose),
        "ES384": forged(header_of(alg="ES384"), payload(), jose),
        "another curve": forged(header_of(alg="ES256"), payload(), lambda text: ECAlgorithm(
            hashes.SHA256).sign(text, ec.generate_private_key(ec.SECP256K1()))),
        "RS256 with SHA-1": forged(header_of(alg="RS256"), payload(), rs256(rsa_key, hashes.SHA1)),
        "PSS said to be RS256": forged(header_of(alg="RS256"), payload(), pss(rsa_key, 32)),
        "RS256 said to be PSS": forged(header_of(alg="PS256"), payload(), rs256(rsa_key)),
        "PSS with another salt": forged(header_of(alg="PS256"), payload(), pss(rsa_key, 20)),
        "RS256 naming the other key": forged(header_of(alg="RS256", kid="ec"), payload(),
                                             rs256(rsa_key)),
        "ES256 naming the other key": forged(header_of(alg="ES256", kid="rsa"), payload(), jose),
        "crit": forged(header_of(alg="ES256", crit=["exp"]), payload(), jose),
        "b64": forged(header_of(alg="ES256", b64=True), payload(), jose),
        "its own key": forged(header_of(alg="ES256", jwk=jwk_of(ec_key)), payload(), jose),
        "a key elsewhere": forged(header_of(alg="ES256", jku="https://a.example/"), payload(), jose),
        "a kid that is no text": forged(header_of(alg="ES256", kid=7), payload(), jose),
        "alg twice": forged('{"alg":"ES256","alg":"ES256"}', payload(), jose),
        "another type": forged(compact({"alg": "ES256", "typ": "at+jwt"}), payload(), jose),
        "a claim twice": forged(header_of(alg="ES256"), twice, jose),
        "another's key": assertion(app, "ES256", ec.generate_private_key(ec.SECP256R1())),
        "no signature": assertion(app, "ES256").rsplit(".", 1)[0] + ".",
        "padding": assertion(app, "ES256") + "==",
    }
    for name, token in attempts.items():
        answer = app.redeem(code, client_assertion=token, client_id=app.client_id)
        assert (answer.status, answer.error) == (400, "invalid_client"), (name, answer)
    for token in (forged(header_of(alg="ES256"), payload(), jose),
                  forged(header_of(alg="RS256", kid="rsa"), payload(), rs256(rsa_key)),
                  forged(header_of(alg="PS256"), payload(), pss(rsa_key, 32))):
        still_good(app, code, token)
        code = user.code(app)


def test_a_key_for_one_algorithm_is_good_for_no_other(user):
    key = key_for("RS256")
    app = application(user, jwk_of(key, alg="PS256"))
    code = user.code(app)
    refused(app, code, assertion(app, "RS256", key))
    still_good(app, code, assertion(app, "PS256", key))


@pytest.mark.parametrize("method", ["client_secret_jwt", "none"])
def test_a_client_of_another_method_cannot_use_its_keys(user, method):
    key = key_for("RS256")
    app = user.application(token_endpoint_auth_method=method, jwks={"keys": [jwk_of(key)]})
    refused(app, "code", assertion(app, "RS256", key))


def test_a_client_with_a_key_cannot_use_the_secret_that_it_had(user):
    app = user.application()
    secret_assertion, plain = app.assertion(), app.jwt()
    answer = user.call("PUT", f"{CLIENTS}/{app.id}", {
        "token_endpoint_auth_method": METHOD, "jwks": {"keys": [jwk_of(key_for("ES256"))]}})
    assert answer.status == 200, answer
    code = user.code(app)
    refused(app, code, secret_assertion)
    none = {"client_id": app.client_id, "client_assertion_type": None}
    for fields in ({"client_secret": plain}, {"client_secret": app.secret}, {}):
        answer = app.redeem(code, **none, **fields)
        assert (answer.status, answer.error) == (400, "invalid_client"), answer
    still_good(app, code, assertion(app, "ES256"))


def test_only_an_assertion_may_be_signed_with_a_key(user):
    """Not the JWT that stands in for the secret."""
    app = application(user, jwk_of(key_for("ES256")))
    code, now = user.code(app), int(time.time())
    token = jwt.encode({"client_id": app.client_id, "exp": now + 60}, key_for("ES256"), "ES256")
    answer = app.redeem(code, client_id=app.client_id, client_secret=token,
                        client_assertion_type=None)
    assert (answer.status, answer.error) == (400, "invalid_client"), answer
    answer = app.server.call("POST", "/api/v0/oauth2/token", {
        "client_id": app.client_id, "client_secret": token, "code": code,
        "redirect_uri": app.redirect_uri})
    assert (answer.status, answer.error) == (401, "invalid_client"), answer
    assert "HS256" in answer.json["error_description"]
    still_good(app, code, assertion(app, "ES256"))


def test_another_application_with_the_same_key_is_another_application(user):
    """Nothing stops two developers from registering one key; the claims say whose JWT it is."""
    jwk = jwk_of(key_for("ES256"))
    app, other = application(user, jwk), application(user, jwk)
    code = user.code(app)
    refused(app, code, assertion(other, "ES256"), client_id=app.client_id)
    answer = app.redeem(code, client_assertion=assertion(other, "ES256"))
    assert (answer.status, answer.error) == (400, "invalid_grant"), answer
    still_good(app, code, assertion(app, "ES256"))


def test_a_changed_signature_is_no_second_attempt(user):
    """ECDSA has two signatures for each: what is remembered leaves the signature out."""
    order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
    app = application(user, jwk_of(key_for("ES256")))
    token = assertion(app, "ES256")
    still_good(app, user.code(app), token)
    head, signature = token.rsplit(".", 1)
    raw = base64.urlsafe_b64decode(signature + "==")
    other = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    assert "used before" in refused(app, user.code(app), head + "." + b64url(other))


def test_an_unknown_client_takes_as_long_as_a_known_one(user):
    """By the processor's time, in turns, so that others on this machine make no difference."""
    app = application(user, jwk_of(key_for("RS256")))
    stranger = application(user, jwk_of(key_for("RS256")))
    stranger.client_id = "bbbbbbbb-05f5-4f00-bbfe-bd0a14aead0b"
    wrong = rsa.generate_private_key(65537, 2048)
    spent = {app: 0, stranger: 0}
    for _ in range(20):
        for one in spent:
            tokens = [assertion(one, "RS256", wrong) for _ in range(5)]
            began = user.server.processor_seconds()
            for token in tokens:
                refused(one, "code", token)
            spent[one] += user.server.processor_seconds() - began
    assert abs(spent[app] - spent[stranger]) < max(spent.values()) * 0.3, spent
