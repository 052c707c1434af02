// SPDX-License-Identifier: Apache-2.0
// simple-oauth2. It sends a form, or JSON if BODY_FORMAT says so.

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { AuthorizationCode } from "simple-oauth2";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, METHOD, BODY_FORMAT } = process.env;
const client = new AuthorizationCode({
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
  auth: {
    tokenHost: ISSUER,
    tokenPath: "/oauth2/token",
    revokePath: "/oauth2/revoke",
    authorizePath: "/oauth2/authorize",
  },
  options: {
    authorizationMethod: METHOD === "client_secret_basic" ? "header" : "body",
    bodyFormat: BODY_FORMAT ?? "form",
  },
});

const state = randomUUID();
console.log(client.authorizeURL({ // send the user there
  redirect_uri: REDIRECT_URI,
  scope: "read bucket:photos;prefix:2024/ offline_access",
  state,
}));

const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const answer = new URL(callback).searchParams;
if (answer.get("state") !== state || answer.get("iss") !== ISSUER)
  throw new Error("not the answer to our request");
let accessToken = await client.getToken({
  code: answer.get("code"),
  redirect_uri: REDIRECT_URI,
});
console.log(JSON.stringify({ token: accessToken.token }));

accessToken = await accessToken.refresh();
console.log(JSON.stringify({ refresh: accessToken.token }));
await accessToken.revokeAll();
console.log(JSON.stringify({ revoke: true }));
process.exit();
