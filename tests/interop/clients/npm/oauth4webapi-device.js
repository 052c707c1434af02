// SPDX-License-Identifier: Apache-2.0
// oauth4webapi on a device without a browser (RFC 8628).

import { setTimeout } from "node:timers/promises";
import * as oauth from "oauth4webapi";

const issuer = new URL(process.env.ISSUER);
const client = { client_id: process.env.CLIENT_ID };
const authentication = oauth.None();
const server = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { algorithm: "oauth2" }));

const device = await oauth.processDeviceAuthorizationResponse(server, client,
  await oauth.deviceAuthorizationRequest(server, client, authentication, {
    scope: "read bucket:photos;prefix:2024/ offline_access",
  }));
console.log(device.verification_uri_complete); // show it to the user, with device.user_code

async function poll() {
  await setTimeout(device.interval * 1000);
  try {
    return await oauth.processDeviceCodeResponse(server, client,
      await oauth.deviceCodeGrantRequest(server, client, authentication, device.device_code));
  } catch (refusal) {
    if (refusal.error !== "authorization_pending")
      throw refusal;
    return poll();
  }
}
const token = await poll();
console.log(JSON.stringify({ token }));

const refresh = await oauth.processRefreshTokenResponse(server, client,
  await oauth.refreshTokenGrantRequest(server, client, authentication, token.refresh_token));
console.log(JSON.stringify({ refresh }));
