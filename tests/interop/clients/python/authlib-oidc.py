# SPDX-License-Identifier: Apache-2.0
"""Authlib signs the person in and checks the ID token."""

import json
import os

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
server = requests.get(ISSUER + "/.well-known/openid-configuration", timeout=10).json()

session = OAuth2Session(
    CLIENT_ID, os.environ["CLIENT_SECRET"], token_endpoint_auth_method="client_secret_jwt",
    code_challenge_method="S256", redirect_uri=os.environ["REDIRECT_URI"],
    scope="read bucket:photos;prefix:2024/ openid email")
session.register_client_auth_method(ClientSecretJWT(server["token_endpoint"]))

verifier, nonce = generate_token(48), generate_token(20)
url, state = session.create_authorization_url(
    server["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
print(url, flush=True)  # send the user there

callback = input()  # where the user came back to
token = session.fetch_token(server["token_endpoint"], authorization_response=callback, state=state,
                            code_verifier=verifier)
print(json.dumps({"token": token}))

keys = KeySet.import_key_set(requests.get(server["jwks_uri"], timeout=10).json())
decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
claims = CodeIDToken(decoded.claims, decoded.header,
                     options={"iss": {"values": [server["issuer"]]}, "aud": {"value": CLIENT_ID}},
                     params={"nonce": nonce, "client_id": CLIENT_ID,
                             "access_token": token["access_token"]})
claims.validate()
identity = session.get(server["userinfo_endpoint"]).json()
assert identity["sub"] == claims["sub"]
print(json.dumps({"identity": identity}))
