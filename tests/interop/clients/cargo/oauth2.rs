// SPDX-License-Identifier: Apache-2.0

//! The oauth2 crate, with PKCE.

use oauth2::basic::BasicClient;
use oauth2::{reqwest, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken};
use oauth2::{IntrospectionUrl, PkceCodeChallenge, RedirectUrl, RevocationUrl, Scope, TokenResponse};
use oauth2::TokenUrl;
use serde_json::json;
use std::{env, error::Error, io};

fn main() -> Result<(), Box<dyn Error>> {
    let issuer = env::var("ISSUER")?;
    let method = env::var("METHOD")?;
    let mut client = BasicClient::new(ClientId::new(env::var("CLIENT_ID")?))
        .set_auth_uri(AuthUrl::new(format!("{issuer}/oauth2/authorize"))?)
        .set_token_uri(TokenUrl::new(format!("{issuer}/oauth2/token"))?)
        .set_introspection_url(IntrospectionUrl::new(format!("{issuer}/oauth2/introspect"))?)
        .set_revocation_url(RevocationUrl::new(format!("{issuer}/oauth2/revoke"))?)
        .set_redirect_uri(RedirectUrl::new(env::var("REDIRECT_URI")?)?);
    if let Ok(secret) = env::var("CLIENT_SECRET") {
        client = client.set_client_secret(ClientSecret::new(secret));
    }
    if method == "client_secret_post" {
        client = client.set_auth_type(AuthType::RequestBody);
    }
    let http = reqwest::blocking::ClientBuilder::new()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new("read".into()))
        .add_scope(Scope::new("bucket:photos;prefix:2024/".into()))
        .add_scope(Scope::new("offline_access".into()))
        .set_pkce_challenge(challenge)
        .url();
    println!("{url}"); // send the user there

    let mut callback = String::new();
    io::stdin().read_line(&mut callback)?; // where the user came back to
    let callback = reqwest::Url::parse(&callback)?;
    let answer = |name| callback.query_pairs().find(|(key, _)| key == name).unwrap_or_default().1;
    if answer("state") != state.secret().as_str() || answer("iss") != issuer {
        return Err("not the answer to our request".into());
    }
    let code = AuthorizationCode::new(answer("code").into_owned());
    let token = client.exchange_code(code).set_pkce_verifier(verifier).request(&http)?;
    println!("{}", json!({ "token": token }));

    let refresh_token = token.refresh_token().ok_or("no refresh token")?;
    let token = client.exchange_refresh_token(refresh_token).request(&http)?;
    println!("{}", json!({ "refresh": token }));

    if method != "none" {
        // A public client may not ask.
        println!("{}", json!({ "introspect": client.introspect(token.access_token()).request(&http)? }));
    }
    let refresh_token = token.refresh_token().ok_or("no refresh token")?;
    client.revoke_token(refresh_token.clone().into())?.request(&http)?;
    println!("{}", json!({ "revoke": true }));
    Ok(())
}
