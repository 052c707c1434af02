// SPDX-License-Identifier: Apache-2.0
// oauth4webapi, which finds everything by discovery.

import { once } from "node:events";
import { createInterface } from "node:readline";
import * as oauth from "oauth4webapi";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, METHOD, PRIVATE_KEY } = process.env;
const issuer = new URL(ISSUER);
const client = { client_id: CLIENT_ID };
const importKey = jwk => crypto.subtle.importKey(
  "jwk", jwk, { name: "ECDSA", namedCurve: jwk.crv }, false, ["sign"]);
const authentication = await {
  client_secret_jwt: () => oauth.ClientSecretJwt(CLIENT_SECRET),
  private_key_jwt: async (jwk = JSON.parse(PRIVATE_KEY)) =>
    oauth.PrivateKeyJwt({ key: await importKey(jwk), kid: jwk.kid }),
  client_secret_basic: () => oauth.ClientSecretBasic(CLIENT_SECRET),
  client_secret_post: () => oauth.ClientSecretPost(CLIENT_SECRET),
  none: () => oauth.None(),
}[METHOD]();

const server = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { algorithm: "oauth2" }));

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const url = new URL(server.authorization_endpoint);
let parameters = new URLSearchParams({
  response_type: "code",
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  scope: "read bucket:photos;prefix:2024/ offline_access",
  state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
if (process.env.PUSH) { // RFC 9126
  const { request_uri } = await oauth.processPushedAuthorizationResponse(server, client,
    await oauth.pushedAuthorizationRequest(server, client, authentication, parameters));
  parameters = new URLSearchParams({ client_id: CLIENT_ID, request_uri });
}
url.search = parameters;
console.log(url.href); // send the user there

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const answer = oauth.validateAuthResponse(server, client, new URL(callback), state);
let token = await oauth.processAuthorizationCodeResponse(server, client,
  await oauth.authorizationCodeGrantRequest(
    server, client, authentication, answer, REDIRECT_URI, verifier));
console.log(JSON.stringify({ token }));

token = await oauth.processRefreshTokenResponse(server, client,
  await oauth.refreshTokenGrantRequest(server, client, authentication, token.refresh_token));
console.log(JSON.stringify({ refresh: token }));

if (METHOD !== "none") { // a public client may not ask
  const introspect = await oauth.processIntrospectionResponse(server, client,
    await oauth.introspectionRequest(server, client, authentication, token.access_token));
  console.log(JSON.stringify({ introspect }));
}
await oauth.processRevocationResponse(
  await oauth.revocationRequest(server, client, authentication, token.refresh_token));
console.log(JSON.stringify({ revoke: true }));
process.exit();
