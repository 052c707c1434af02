// SPDX-License-Identifier: Apache-2.0
// oidc-provider in memory, for bench/chain.py: `node provider.js PORT`. Whoever comes is logged in
// and consents by one request, as grantd's user does; nothing is asked for that grantd does not ask.
import http from "node:http";
import Provider from "oidc-provider";

const port = Number(process.argv[2]);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: "bench", client_secret: "0123456789", redirect_uris: ["https://myapp.com/callback"],
    token_endpoint_auth_method: "client_secret_post",
  }],
  pkce: { required: () => false },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  cookies: { keys: ["bench"] },
});

// The person's consent.
async function interact(request, response) {
  const grant = new provider.Grant({ accountId: "person", clientId: "bench" });
  grant.addOIDCScope("openid");
  await provider.interactionFinished(request, response, {
    login: { accountId: "person" }, consent: { grantId: await grant.save() },
  });
}

const callback = provider.callback();
http.createServer((request, response) => {
  if (request.method === "POST" && request.url.startsWith("/interaction/")) {
    interact(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500, { "Content-Length": 0 }).end();
    });
    return;
  }
  callback(request, response);
}).listen(port, "127.0.0.1", () => console.log("ready"));
