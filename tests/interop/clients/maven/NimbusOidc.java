// SPDX-License-Identifier: Apache-2.0

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.*;
import com.nimbusds.oauth2.sdk.auth.*;
import com.nimbusds.oauth2.sdk.id.*;
import com.nimbusds.oauth2.sdk.pkce.*;
import com.nimbusds.openid.connect.sdk.*;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;

/** Nimbus OpenID Connect SDK, which signs the person in and checks the ID token. */
class NimbusOidc {
    public static void main(String[] arguments) throws Exception {
        var clientId = new ClientID(System.getenv("CLIENT_ID"));
        var secret = new Secret(System.getenv("CLIENT_SECRET"));
        var redirectUri = new URI(System.getenv("REDIRECT_URI"));
        var server = OIDCProviderMetadata.resolve(new Issuer(System.getenv("ISSUER")));
        var verifier = new CodeVerifier();
        var state = new State();
        var nonce = new Nonce();
        var scope = Scope.parse("read bucket:photos;prefix:2024/ openid email");
        System.out.println(
            new AuthenticationRequest.Builder(ResponseType.CODE, scope, clientId, redirectUri)
                .endpointURI(server.getAuthorizationEndpointURI())
                .state(state)
                .nonce(nonce)
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .build().toURI()); // send the user there

        var callback = new BufferedReader(new InputStreamReader(System.in)).readLine();
        var answer = AuthenticationResponseParser.parse(new URI(callback)).toSuccessResponse();
        if (!answer.getState().equals(state))
            throw new IllegalStateException("not the answer to our request");

        var endpoint = server.getTokenEndpointURI();
        var request = new TokenRequest(endpoint,
            new ClientSecretJWT(clientId, endpoint, JWSAlgorithm.HS256, secret),
            new AuthorizationCodeGrant(answer.getAuthorizationCode(), redirectUri, verifier));
        var response = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
        System.out.println("{\"token\": " + response.toSuccessResponse().toJSONObject() + "}");
        var tokens = ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();

        var validator = new IDTokenValidator(
            server.getIssuer(), clientId, JWSAlgorithm.RS256, server.getJWKSetURI().toURL());
        var claims = validator.validate(tokens.getIDToken(), nonce);
        var info = UserInfoResponse.parse(
            new UserInfoRequest(server.getUserInfoEndpointURI(), tokens.getAccessToken())
                .toHTTPRequest().send()).toSuccessResponse().getUserInfo();
        if (!info.getSubject().equals(claims.getSubject()))
            throw new IllegalStateException("somebody else");
        System.out.println("{\"identity\": " + info.toJSONObject() + "}");
    }
}
