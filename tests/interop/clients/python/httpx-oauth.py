# SPDX-License-Identifier: Apache-2.0
"""httpx-oauth, with PKCE."""

import asyncio
import json
import os
from urllib.parse import parse_qs, urlsplit

from authlib.common.security import generate_token
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from httpx_oauth.oauth2 import OAuth2

ISSUER = os.environ["ISSUER"]
REDIRECT_URI = os.environ["REDIRECT_URI"]

client = OAuth2(
    os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"],
    f"{ISSUER}/oauth2/authorize", f"{ISSUER}/oauth2/token",
    refresh_token_endpoint=f"{ISSUER}/oauth2/token",
    revoke_token_endpoint=f"{ISSUER}/oauth2/revoke",
    token_endpoint_auth_method=os.environ["METHOD"],
    revocation_endpoint_auth_method=os.environ["METHOD"])


async def main():
    verifier, state = generate_token(48), generate_token(20)
    print(await client.get_authorization_url(
        REDIRECT_URI, state, ["read", "bucket:photos;prefix:2024/", "offline_access"],
        create_s256_code_challenge(verifier), "S256"), flush=True)  # send the user there

    answer = parse_qs(urlsplit(input()).query)  # where the user came back to
    assert answer["state"] == [state] and answer["iss"] == [ISSUER]
    token = await client.get_access_token(answer["code"][0], REDIRECT_URI, verifier)
    print(json.dumps({"token": token}))
    token = await client.refresh_token(token["refresh_token"])
    print(json.dumps({"refresh": token}))
    await client.revoke_token(token["refresh_token"])
    print(json.dumps({"revoke": True}))


asyncio.run(main())
