# SPDX-License-Identifier: Apache-2.0
# The Model Context Protocol's Python SDK: when the MCP server at RESOURCE answers 401, it finds grantd by
# discovery. With CLIENT_METADATA_URL it is known by its metadata document there; without, it registers
# itself (RFC 7591).

import asyncio
import json
import os
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.client.auth import OAuthClientProvider, TokenStorage
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

RESOURCE, REDIRECT_URI = os.environ["RESOURCE"], os.environ["REDIRECT_URI"]
CLIENT_METADATA_URL = os.environ.get("CLIENT_METADATA_URL")


class Kept(TokenStorage):
    """What an application keeps; here until it ends."""
    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


async def send_away(url):
    print(url, flush=True)  # send the user there


async def come_back():
    answer = parse_qs(urlsplit(input()).query)  # where they came back to
    return AuthorizationCodeResult(**{name: answer[name][0] for name in ("code", "state", "iss")})


async def main():
    kept = Kept()
    provider = OAuthClientProvider(
        server_url=RESOURCE,
        client_metadata=OAuthClientMetadata(
            client_name="MCP", redirect_uris=[REDIRECT_URI], token_endpoint_auth_method="none",
            grant_types=["authorization_code", "refresh_token"], response_types=["code"]),
        storage=kept, redirect_handler=send_away, callback_handler=come_back,
        client_metadata_url=CLIENT_METADATA_URL)
    async with httpx2.AsyncClient(auth=provider) as client:
        (await client.get(RESOURCE)).raise_for_status()
        known = kept.client.model_dump(mode="json", exclude_none=True)
        print(json.dumps({"document": known} if CLIENT_METADATA_URL else {"register": known}))
        print(json.dumps({"token": kept.tokens.model_dump()}))

        provider.context.token_expiry_time = 1  # an hour later
        (await client.get(RESOURCE)).raise_for_status()
        print(json.dumps({"refresh": kept.tokens.model_dump()}))


asyncio.run(main())
