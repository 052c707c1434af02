# SPDX-License-Identifier: Apache-2.0
"""requests-oauthlib, with PKCE."""

import json
import os

from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ.get("CLIENT_SECRET")
METHOD = os.environ["METHOD"]

session = OAuth2Session(
    CLIENT_ID, redirect_uri=os.environ["REDIRECT_URI"], pkce="S256",
    scope=["read", "bucket:photos;prefix:2024/", "offline_access"])
url, state = session.authorization_url(f"{ISSUER}/oauth2/authorize")
print(url, flush=True)  # send the user there

callback = input()  # where the user came back to
token = session.fetch_token(
    f"{ISSUER}/oauth2/token", authorization_response=callback, client_secret=CLIENT_SECRET,
    include_client_id=METHOD != "client_secret_basic")  # else in the Authorization header
print(json.dumps({"token": token}))

if METHOD == "client_secret_basic":
    way = {"auth": HTTPBasicAuth(CLIENT_ID, CLIENT_SECRET)}
else:
    way = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
token = session.refresh_token(f"{ISSUER}/oauth2/token", **way)
print(json.dumps({"refresh": token}))
