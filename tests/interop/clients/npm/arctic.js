// SPDX-License-Identifier: Apache-2.0
// arctic's generic client, with PKCE.

import { once } from "node:events";
import { createInterface } from "node:readline";
import * as arctic from "arctic";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const client = new arctic.OAuth2Client(CLIENT_ID, CLIENT_SECRET ?? null, REDIRECT_URI);

const state = arctic.generateState();
const verifier = arctic.generateCodeVerifier();
const url = client.createAuthorizationURLWithPKCE(
  `${ISSUER}/oauth2/authorize`, state, arctic.CodeChallengeMethod.S256, verifier,
  ["read", "bucket:photos;prefix:2024/", "offline_access"]);
console.log(url.href); // send the user there

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const answer = new URL(callback).searchParams;
if (answer.get("state") !== state || answer.get("iss") !== ISSUER)
  throw new Error("not the answer to our request");
let tokens = await client.validateAuthorizationCode(
  `${ISSUER}/oauth2/token`, answer.get("code"), verifier);
if (!(tokens.accessTokenExpiresAt() > new Date()))
  throw new Error("it has expired");
console.log(JSON.stringify({ token: tokens.data }));

tokens = await client.refreshAccessToken(`${ISSUER}/oauth2/token`, tokens.refreshToken(), []);
console.log(JSON.stringify({ refresh: tokens.data }));
await client.revokeToken(`${ISSUER}/oauth2/revoke`, tokens.refreshToken());
console.log(JSON.stringify({ revoke: true }));
process.exit();
