// SPDX-License-Identifier: Apache-2.0
// A web application with Auth.js, which signs people in and gets their files.

import { createServer } from "node:http";
import { randomUUID, webcrypto } from "node:crypto";
import { Auth, skipCSRFCheck } from "@auth/core";

const { ISSUER, METHOD, CLIENT_ID, CLIENT_SECRET, PRIVATE_KEY, REDIRECT_URI } = process.env;
const jwk = PRIVATE_KEY && JSON.parse(PRIVATE_KEY);
const { origin, hostname, port } = new URL(REDIRECT_URI);
let reached;

const config = {
  secret: randomUUID(),
  trustHost: true,
  basePath: "/auth",
  skipCSRFCheck, // the program posts the form itself
  providers: [{
    id: "grantd",
    name: "grantd",
    type: "oidc",
    issuer: ISSUER,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    client: { token_endpoint_auth_method: METHOD },
    token: jwk && { clientPrivateKey: { kid: jwk.kid, key: await webcrypto.subtle.importKey(
      "jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]) } },
    authorization: { params: { scope: "openid email read bucket:photos;prefix:2024/ offline_access" } },
    checks: ["pkce", "state", "nonce"],
    idToken: false, // who it is comes from the userinfo endpoint
  }],
  events: {
    signIn: ({ account, profile }) => { reached = { token: account, identity: profile }; },
  },
};

async function send(response, answer, body) {
  answer.headers.forEach((value, name) => name !== "set-cookie" && response.setHeader(name, value));
  response.setHeader("Set-Cookie", answer.headers.getSetCookie());
  response.writeHead(body ? 200 : answer.status).end(body ?? await answer.text());
}

createServer(async (incoming, response) => {
  const url = new URL(incoming.url, origin);
  if (url.pathname === "/login") {
    const form = new Request(`${origin}/auth/signin/grantd`, { method: "POST", body: new URLSearchParams() });
    return send(response, await Auth(form, config));
  }
  const request = new Request(url, { headers: { cookie: incoming.headers.cookie ?? "" } });
  const answer = await Auth(request, config);
  return send(response, answer, reached && JSON.stringify(reached));
}).listen(port, hostname);
