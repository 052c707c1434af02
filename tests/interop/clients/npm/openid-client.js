// SPDX-License-Identifier: Apache-2.0
// openid-client, which finds everything by discovery.

import { once } from "node:events";
import { createInterface } from "node:readline";
import * as client from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, METHOD } = process.env;
const authentication = {
  client_secret_jwt: () => client.ClientSecretJwt(CLIENT_SECRET),
  client_secret_basic: () => client.ClientSecretBasic(CLIENT_SECRET),
  client_secret_post: () => client.ClientSecretPost(CLIENT_SECRET),
  none: () => client.None(),
}[METHOD]();

const config = await client.discovery(
  new URL(ISSUER), CLIENT_ID, undefined, authentication, { algorithm: "oauth2" });

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: "read bucket:photos;prefix:2024/",
  state: expectedState,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
});
console.log(url.href); // send the user there

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const token = await client.authorizationCodeGrant(
  config, new URL(callback), { pkceCodeVerifier, expectedState });
console.log(JSON.stringify({ token }));

if (METHOD !== "none") { // a public client may not ask
  const introspect = await client.tokenIntrospection(config, token.access_token);
  console.log(JSON.stringify({ introspect }));
}
await client.tokenRevocation(config, token.access_token);
console.log(JSON.stringify({ revoke: true }));
process.exit();
