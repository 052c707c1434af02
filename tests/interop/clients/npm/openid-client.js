// SPDX-License-Identifier: Apache-2.0
// openid-client, which finds everything by discovery.

import { once } from "node:events";
import { createInterface } from "node:readline";
import * as client from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, METHOD, PRIVATE_KEY } = process.env;
const importKey = jwk => crypto.subtle.importKey(
  "jwk", jwk, { name: "ECDSA", namedCurve: jwk.crv }, false, ["sign"]);
const authentication = await {
  client_secret_jwt: () => client.ClientSecretJwt(CLIENT_SECRET),
  private_key_jwt: async (jwk = JSON.parse(PRIVATE_KEY)) =>
    client.PrivateKeyJwt({ key: await importKey(jwk), kid: jwk.kid }),
  client_secret_basic: () => client.ClientSecretBasic(CLIENT_SECRET),
  client_secret_post: () => client.ClientSecretPost(CLIENT_SECRET),
  none: () => client.None(),
}[METHOD]();

const config = await client.discovery(
  new URL(ISSUER), CLIENT_ID, undefined, authentication, { algorithm: "oauth2" });

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
// By scopes or, with DETAILS, the same as JSON (RFC 9396).
const wanted = !process.env.DETAILS ? { scope: "read bucket:photos;prefix:2024/ offline_access" } : {
  scope: "offline_access",
  authorization_details: JSON.stringify([{
    type: "storj_access",
    actions: ["read"],
    buckets: [{ name: "photos", prefixes: ["2024/"] }],
  }]),
};
// With PUSH the request is sent to the server first (RFC 9126).
const build = process.env.PUSH ? client.buildAuthorizationUrlWithPAR : client.buildAuthorizationUrl;
const url = await build(config, {
  redirect_uri: REDIRECT_URI,
  ...wanted,
  state: expectedState,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
});
console.log(url.href); // send the user there

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
let token = await client.authorizationCodeGrant(
  config, new URL(callback), { pkceCodeVerifier, expectedState });
console.log(JSON.stringify({ token }));

token = await client.refreshTokenGrant(config, token.refresh_token);
console.log(JSON.stringify({ refresh: token }));

if (METHOD !== "none") { // a public client may not ask
  const introspect = await client.tokenIntrospection(config, token.access_token);
  console.log(JSON.stringify({ introspect }));
}
await client.tokenRevocation(config, token.refresh_token);
console.log(JSON.stringify({ revoke: true }));
process.exit();
