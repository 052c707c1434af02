# SPDX-License-Identifier: Apache-2.0
"""requests_oauth2client on a device without a browser (RFC 8628)."""

import json
import os

import requests_oauth2client as oauth

ISSUER = os.environ["ISSUER"]
client = oauth.OAuth2Client(  # discovery leaves out where devices begin
    token_endpoint=f"{ISSUER}/oauth2/token",
    revocation_endpoint=f"{ISSUER}/oauth2/revoke",
    device_authorization_endpoint=f"{ISSUER}/oauth2/device_authorization",
    auth=oauth.PublicApp(os.environ["CLIENT_ID"]))

device = client.authorize_device(scope="read bucket:photos;prefix:2024/ offline_access")
print(device.verification_uri_complete, flush=True)  # show it to the user, with device.user_code

token = None
waiting = oauth.DeviceAuthorizationPoolingJob(client, device.device_code, interval=device.interval)
while token is None:
    token = waiting()  # waits for the interval first
print(json.dumps({"token": token.as_dict()}, default=str))

token = client.refresh_token(token)
print(json.dumps({"refresh": token.as_dict()}, default=str))
print(json.dumps({"revoke": client.revoke_refresh_token(token)}))
