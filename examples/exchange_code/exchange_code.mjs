#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// An application's server exchanges a code for an access grant.
//
//   CLIENT_SECRET=... [PASSPHRASE=...] exchange_code.mjs SERVER CLIENT_ID REDIRECT_URI CODE
//
// Prints the server's answer. Needs Node 18 or newer, and nothing else.

import { createHmac, randomBytes } from "node:crypto";

/** A JWT that is good for five minutes and for one request. The secret itself stays here. */
function clientAssertion(clientId, clientSecret) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    client_id: clientId,
    exp: Math.floor(Date.now() / 1000) + 300,
    jti: randomBytes(16).toString("hex"),
  };
  const signingInput = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  const signature = createHmac("sha256", clientSecret).update(signingInput).digest("base64url");
  return `${signingInput}.${signature}`;
}

/** The server's answer; a refusal is thrown. */
async function exchange(server, { clientId, clientSecret, redirectUri, code, passphrase }) {
  const response = await fetch(`${server}/api/v0/oauth2/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_id: clientId,
      client_secret: clientAssertion(clientId, clientSecret),
      redirect_uri: redirectUri,
      code,
      passphrase,
    }),
    signal: AbortSignal.timeout(30000),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.error}: ${answer.error_description}`);
  return answer;
}

const [server, clientId, redirectUri, code, ...rest] = process.argv.slice(2);
if (!code || rest.length) {
  console.error("usage: exchange_code.mjs SERVER CLIENT_ID REDIRECT_URI CODE");
  process.exit(2);
}
try {
  const answer = await exchange(server, {
    clientId,
    clientSecret: process.env.CLIENT_SECRET,
    redirectUri,
    code,
    passphrase: process.env.PASSPHRASE || undefined,
  });
  console.log(JSON.stringify(answer));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
