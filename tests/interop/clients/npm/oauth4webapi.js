// SPDX-License-Identifier: Apache-2.0
// oauth4webapi, which finds everything by discovery.

import { once } from "node:events";
import { createInterface } from "node:readline";
import * as oauth from "oauth4webapi";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, METHOD } = process.env;
const issuer = new URL(ISSUER);
const client = { client_id: CLIENT_ID };
const authentication = {
  client_secret_jwt: () => oauth.ClientSecretJwt(CLIENT_SECRET),
  client_secret_basic: () => oauth.ClientSecretBasic(CLIENT_SECRET),
  client_secret_post: () => oauth.ClientSecretPost(CLIENT_SECRET),
  none: () => oauth.None(),
}[METHOD]();

const server = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { algorithm: "oauth2" }));

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const url = new URL(server.authorization_endpoint);
url.search = new URLSearchParams({
  response_type: "code",
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  scope: "read bucket:photos;prefix:2024/",
  state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
console.log(url.href); // send the user there

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const answer = oauth.validateAuthResponse(server, client, new URL(callback), state);
const token = await oauth.processAuthorizationCodeResponse(server, client,
  await oauth.authorizationCodeGrantRequest(
    server, client, authentication, answer, REDIRECT_URI, verifier));
console.log(JSON.stringify({ token }));

if (METHOD !== "none") { // a public client may not ask
  const introspect = await oauth.processIntrospectionResponse(server, client,
    await oauth.introspectionRequest(server, client, authentication, token.access_token));
  console.log(JSON.stringify({ introspect }));
}
await oauth.processRevocationResponse(
  await oauth.revocationRequest(server, client, authentication, token.access_token));
console.log(JSON.stringify({ revoke: true }));
process.exit();
