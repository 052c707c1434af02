// SPDX-License-Identifier: Apache-2.0
// A page without a server of its own, with oidc-client-ts. It is served with dist/browser/oidc-client-ts.js
// of the package, which defines `oidc`.

const { ISSUER, CLIENT_ID, REDIRECT_URI } = await (await fetch("/settings.json")).json();
const manager = new oidc.UserManager({
  authority: ISSUER,
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  scope: "openid email read bucket:photos;prefix:2024/ offline_access",
  loadUserInfo: true,
});

if (location.pathname === "/login") {
  await manager.signinRedirect(); // send the user there
} else { // they came back
  const token = await manager.signinRedirectCallback();
  console.log(JSON.stringify({ token, identity: token.profile }));
  const refresh = await manager.signinSilent(); // with the refresh token
  console.log(JSON.stringify({ refresh }));
  await manager.revokeTokens(["refresh_token"]);
  console.log(JSON.stringify({ revoke: true }));
  document.title = "done";
}
