// SPDX-License-Identifier: Apache-2.0
// openid-client, which signs the person in and checks the ID token.

import { once } from "node:events";
import { createInterface } from "node:readline";
import * as client from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const config = await client.discovery(
  new URL(ISSUER), CLIENT_ID, undefined, client.ClientSecretJwt(CLIENT_SECRET));
client.enableNonRepudiationChecks(config); // also the signature, though it came over https

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: "read bucket:photos;prefix:2024/ openid email",
  state: expectedState,
  nonce: expectedNonce,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
});
console.log(url.href); // send the user there

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const token = await client.authorizationCodeGrant(
  config, new URL(callback), { pkceCodeVerifier, expectedState, expectedNonce });
console.log(JSON.stringify({ token }));

const { sub } = token.claims();
const identity = await client.fetchUserInfo(config, token.access_token, sub);
console.log(JSON.stringify({ identity }));
process.exit();
