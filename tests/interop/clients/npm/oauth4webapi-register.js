// SPDX-License-Identifier: Apache-2.0
// oauth4webapi, which registers itself (RFC 7591) as an application on the user's device.

import { once } from "node:events";
import { createInterface } from "node:readline";
import * as oauth from "oauth4webapi";

const { ISSUER, REDIRECT_URI, SCOPE } = process.env;
const issuer = new URL(ISSUER);
const server = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { algorithm: "oauth2" }));

const client = await oauth.processDynamicClientRegistrationResponse(
  await oauth.dynamicClientRegistrationRequest(server, {
    client_name: "oauth4webapi",
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: "none",
    scope: SCOPE,
  }));

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const url = new URL(server.authorization_endpoint);
url.search = new URLSearchParams({
  response_type: "code",
  client_id: client.client_id,
  redirect_uri: REDIRECT_URI,
  scope: SCOPE,
  state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
console.log(url.href); // send the user there

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const answer = oauth.validateAuthResponse(server, client, new URL(callback), state);
const token = await oauth.processAuthorizationCodeResponse(server, client,
  await oauth.authorizationCodeGrantRequest(
    server, client, oauth.None(), answer, REDIRECT_URI, verifier));
console.log(JSON.stringify({ register: client }));
console.log(JSON.stringify({ token }));
process.exit();
