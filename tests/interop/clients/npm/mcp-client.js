// SPDX-License-Identifier: Apache-2.0
// The Model Context Protocol's TypeScript SDK, its second major: it finds everything by discovery. With
// CLIENT_METADATA_URL it is known by its metadata document there; without, it registers itself (RFC 7591).

import { once } from "node:events";
import { createInterface } from "node:readline";
import { auth } from "@modelcontextprotocol/client";

const { ISSUER, REDIRECT_URI, SCOPE, CLIENT_METADATA_URL } = process.env;

// What an application keeps; here until it ends.
const kept = {};
const provider = {
  redirectUrl: REDIRECT_URI,
  clientMetadataUrl: CLIENT_METADATA_URL,
  clientMetadata: {
    client_name: "MCP",
    redirect_uris: [REDIRECT_URI],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
    scope: SCOPE,
  },
  clientInformation: () => kept.client,
  saveClientInformation: client => { kept.client = client; },
  tokens: () => kept.tokens,
  saveTokens: tokens => { kept.tokens = tokens; },
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: verifier => { kept.verifier = verifier; },
  discoveryState: () => kept.discovery,
  saveDiscoveryState: state => { kept.discovery = state; },
  redirectToAuthorization: url => console.log(url.href), // send the user there
};

await auth(provider, { serverUrl: ISSUER, scope: SCOPE });
const [callback] = await once(createInterface(process.stdin), "line"); // where they came back to
const answer = new URL(callback).searchParams;
await auth(provider, {
  serverUrl: ISSUER, authorizationCode: answer.get("code"), iss: answer.get("iss"),
});
console.log(JSON.stringify(CLIENT_METADATA_URL ? { document: kept.client } : { register: kept.client }));
console.log(JSON.stringify({ token: kept.tokens }));

await auth(provider, { serverUrl: ISSUER }); // it asks for offline_access by itself, and renews
console.log(JSON.stringify({ refresh: kept.tokens }));
process.exit();
