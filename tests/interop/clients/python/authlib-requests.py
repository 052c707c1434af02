# SPDX-License-Identifier: Apache-2.0
"""Authlib's client for requests, with every way to authenticate."""

import json
import os

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from joserfc.jwk import ECKey

ISSUER = os.environ["ISSUER"]
METHOD = os.environ["METHOD"]
TOKEN_URL = ISSUER + "/oauth2/token"
KEY = None
if METHOD == "private_key_jwt":
    KEY = ECKey.import_key(json.loads(os.environ["PRIVATE_KEY"]))  # a JWK

session = OAuth2Session(
    os.environ["CLIENT_ID"], os.environ.get("CLIENT_SECRET") or KEY,
    token_endpoint_auth_method=METHOD, revocation_endpoint_auth_method=METHOD,
    code_challenge_method="S256", redirect_uri=os.environ["REDIRECT_URI"],
    scope="read bucket:photos;prefix:2024/ offline_access")
session.register_client_auth_method(ClientSecretJWT(TOKEN_URL))  # for client_secret_jwt
if KEY:
    session.register_client_auth_method(
        PrivateKeyJWT(TOKEN_URL, headers={"kid": KEY.kid}, alg="ES256"))

verifier = generate_token(48)
url, state = session.create_authorization_url(
    ISSUER + "/oauth2/authorize", code_verifier=verifier)
print(url, flush=True)  # send the user there

callback = input()  # where the user came back to
token = session.fetch_token(
    TOKEN_URL, authorization_response=callback, state=state, code_verifier=verifier)
print(json.dumps({"token": token}))

token = session.refresh_token(TOKEN_URL)
print(json.dumps({"refresh": token}))

if METHOD != "none":  # a public client may not ask
    answer = session.introspect_token(ISSUER + "/oauth2/introspect", token["access_token"])
    print(json.dumps({"introspect": answer.json()}))

answer = session.revoke_token(ISSUER + "/oauth2/revoke", token["refresh_token"])
answer.raise_for_status()
print(json.dumps({"revoke": True}))
