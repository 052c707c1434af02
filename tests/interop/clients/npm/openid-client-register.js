// SPDX-License-Identifier: Apache-2.0
// openid-client, which registers itself (RFC 7591) as an application on the user's device.

import { once } from "node:events";
import { createInterface } from "node:readline";
import * as client from "openid-client";

const { ISSUER, REDIRECT_URI, SCOPE } = process.env;
const configuration = await client.dynamicClientRegistration(
  new URL(ISSUER),
  {
    client_name: "openid-client",
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: "none",
    scope: SCOPE,
  },
  client.None(), { algorithm: "oauth2" });

const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const url = client.buildAuthorizationUrl(configuration, {
  redirect_uri: REDIRECT_URI,
  scope: SCOPE,
  state,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
console.log(url.href); // send the user there

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const token = await client.authorizationCodeGrant(configuration, new URL(callback), {
  pkceCodeVerifier: verifier,
  expectedState: state,
});
console.log(JSON.stringify({ register: configuration.clientMetadata() }));
console.log(JSON.stringify({ token }));
process.exit();
