# SPDX-License-Identifier: Apache-2.0
"""requests_oauth2client, which finds everything by discovery."""

import json
import os

import requests_oauth2client as oauth

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ.get("CLIENT_SECRET")
METHOD = os.environ["METHOD"]
KEY = json.loads(os.environ.get("PRIVATE_KEY", "null"))  # for private_key_jwt: a JWK

WAYS = {
    "client_secret_jwt": lambda: oauth.ClientSecretJwt(CLIENT_ID, CLIENT_SECRET),
    "private_key_jwt": lambda: oauth.PrivateKeyJwt(CLIENT_ID, KEY),
    "client_secret_basic": lambda: oauth.ClientSecretBasic(CLIENT_ID, CLIENT_SECRET),
    "client_secret_post": lambda: oauth.ClientSecretPost(CLIENT_ID, CLIENT_SECRET),
    "none": lambda: oauth.PublicApp(CLIENT_ID),
}
client = oauth.OAuth2Client.from_discovery_endpoint(
    f"{ISSUER}/.well-known/oauth-authorization-server", issuer=ISSUER,
    auth=WAYS[METHOD](), redirect_uri=os.environ["REDIRECT_URI"])

request = client.authorization_request(scope="read bucket:photos;prefix:2024/ offline_access")
# With PUSH the request is sent to the server first (RFC 9126), and the user takes a reference along.
pushes = "PUSH" in os.environ
print((client.pushed_authorization_request(request) if pushes else request).uri, flush=True)

answer = request.validate_callback(input())  # where the user came back to
token = client.authorization_code(answer)
print(json.dumps({"token": token.as_dict()}, default=str))

token = client.refresh_token(token)
print(json.dumps({"refresh": token.as_dict()}, default=str))

if METHOD != "none":  # a public client may not ask
    print(json.dumps({"introspect": client.introspect_token(token)}))
print(json.dumps({"revoke": client.revoke_refresh_token(token)}))
