// SPDX-License-Identifier: Apache-2.0
// openid-client on a device without a browser (RFC 8628).

import * as client from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, METHOD, PRIVATE_KEY } = process.env;
const importKey = jwk => crypto.subtle.importKey(
  "jwk", jwk, { name: "ECDSA", namedCurve: jwk.crv }, false, ["sign"]);
const authentication = await {
  client_secret_jwt: () => client.ClientSecretJwt(CLIENT_SECRET),
  private_key_jwt: async (jwk = JSON.parse(PRIVATE_KEY)) =>
    client.PrivateKeyJwt({ key: await importKey(jwk), kid: jwk.kid }),
  none: () => client.None(),
}[METHOD]();

const config = await client.discovery(
  new URL(ISSUER), CLIENT_ID, undefined, authentication, { algorithm: "oauth2" });

const device = await client.initiateDeviceAuthorization(config, {
  scope: "read bucket:photos;prefix:2024/ offline_access",
});
console.log(device.verification_uri_complete); // show it to the user, with device.user_code

const token = await client.pollDeviceAuthorizationGrant(config, device);
console.log(JSON.stringify({ token }));

const refresh = await client.refreshTokenGrant(config, token.refresh_token);
console.log(JSON.stringify({ refresh }));

await client.tokenRevocation(config, refresh.refresh_token);
console.log(JSON.stringify({ revoke: true }));
process.exit();
