// SPDX-License-Identifier: Apache-2.0
// oidc-provider in memory, for test_providers.py: `node provider.js PORT CALLBACK`. Whoever comes is
// Ada, and is logged in at once.
import http from "node:http";
import Provider from "oidc-provider";

const [port, callbackUri] = process.argv.slice(2);
const claims = { email: "ada@example.com", email_verified: true, name: "Ada Lovelace" };
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: "grantd", client_secret: "a client secret & more", redirect_uris: [callbackUri] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
  cookies: { keys: ["a key"] },
});

async function interact(request, response) {
  const grant = new provider.Grant({ accountId: "ada", clientId: "grantd" });
  grant.addOIDCScope("openid email profile");
  await provider.interactionFinished(request, response, {
    login: { accountId: "ada" }, consent: { grantId: await grant.save() },
  });
}

const answer = provider.callback();
http.createServer((request, response) => {
  if (!request.url.startsWith("/interaction/"))
    return answer(request, response);
  return interact(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500, { "Content-Length": 0 }).end();
  });
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
