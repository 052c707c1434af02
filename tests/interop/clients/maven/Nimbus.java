// SPDX-License-Identifier: Apache-2.0

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.oauth2.sdk.*;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.*;
import com.nimbusds.oauth2.sdk.id.*;
import com.nimbusds.oauth2.sdk.pkce.*;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.Map;

/** Nimbus OAuth 2.0 SDK, which finds everything by discovery. */
class Nimbus {
    static final Map<String, String> ENV = System.getenv();
    static final ClientID CLIENT_ID = new ClientID(ENV.get("CLIENT_ID"));

    /** The credentials for a request to an endpoint; null for a public client. */
    static ClientAuthentication credentials(URI endpoint) throws Exception {
        var secret = new Secret(ENV.getOrDefault("CLIENT_SECRET", ""));
        return switch (ENV.get("METHOD")) {
            case "client_secret_jwt" ->
                new ClientSecretJWT(CLIENT_ID, endpoint, JWSAlgorithm.HS256, secret);
            case "private_key_jwt" -> {
                var key = ECKey.parse(ENV.get("PRIVATE_KEY"));
                yield new PrivateKeyJWT(CLIENT_ID, endpoint, JWSAlgorithm.ES256,
                                        key.toECPrivateKey(), key.getKeyID(), null);
            }
            case "client_secret_basic" -> new ClientSecretBasic(CLIENT_ID, secret);
            case "client_secret_post" -> new ClientSecretPost(CLIENT_ID, secret);
            default -> null;
        };
    }

    static TokenRequest tokenRequest(URI endpoint, AuthorizationGrant grant) throws Exception {
        var credentials = credentials(endpoint);
        return credentials != null ? new TokenRequest(endpoint, credentials, grant)
                                   : new TokenRequest(endpoint, CLIENT_ID, grant);
    }

    static TokenRevocationRequest revocation(URI endpoint, AccessToken token) throws Exception {
        var credentials = credentials(endpoint);
        return credentials != null ? new TokenRevocationRequest(endpoint, credentials, token)
                                   : new TokenRevocationRequest(endpoint, CLIENT_ID, token);
    }

    /** Sends the request to the server first (RFC 9126). What is left of it is a reference. */
    static AuthorizationRequest push(AuthorizationServerMetadata server, AuthorizationRequest request)
            throws Exception {
        var endpoint = server.getPushedAuthorizationRequestEndpointURI();
        var credentials = credentials(endpoint);
        var pushed = credentials != null ? new PushedAuthorizationRequest(endpoint, credentials, request)
                                         : new PushedAuthorizationRequest(endpoint, request);
        var response = PushedAuthorizationResponse.parse(pushed.toHTTPRequest().send());
        return new AuthorizationRequest.Builder(response.toSuccessResponse().getRequestURI(), CLIENT_ID)
            .endpointURI(request.getEndpointURI()).build();
    }

    public static void main(String[] arguments) throws Exception {
        var issuer = new Issuer(ENV.get("ISSUER"));
        var server = AuthorizationServerMetadata.resolve(issuer);
        var redirectUri = new URI(ENV.get("REDIRECT_URI"));
        var verifier = new CodeVerifier();
        var state = new State();
        var request = new AuthorizationRequest.Builder(ResponseType.CODE, CLIENT_ID)
            .endpointURI(server.getAuthorizationEndpointURI())
            .redirectionURI(redirectUri)
            .scope(Scope.parse("read bucket:photos;prefix:2024/ offline_access"))
            .state(state)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .build();
        if (ENV.containsKey("PUSH"))
            request = push(server, request);
        System.out.println(request.toURI()); // send the user there

        var callback = new BufferedReader(new InputStreamReader(System.in)).readLine();
        var answer = AuthorizationResponse.parse(new URI(callback)).toSuccessResponse();
        if (!answer.getState().equals(state) || !answer.getIssuer().equals(issuer))
            throw new IllegalStateException("not the answer to our request");

        var grant = new AuthorizationCodeGrant(answer.getAuthorizationCode(), redirectUri, verifier);
        var response = TokenResponse.parse(
            tokenRequest(server.getTokenEndpointURI(), grant).toHTTPRequest().send());
        System.out.println("{\"token\": " + response.toSuccessResponse().toJSONObject() + "}");

        var refresh = new RefreshTokenGrant(response.toSuccessResponse().getTokens().getRefreshToken());
        response = TokenResponse.parse(
            tokenRequest(server.getTokenEndpointURI(), refresh).toHTTPRequest().send());
        System.out.println("{\"refresh\": " + response.toSuccessResponse().toJSONObject() + "}");
        var token = response.toSuccessResponse().getTokens().getAccessToken();

        var endpoint = server.getIntrospectionEndpointURI();
        if (credentials(endpoint) != null) { // a public client may not ask
            var status = TokenIntrospectionResponse.parse(
                new TokenIntrospectionRequest(endpoint, credentials(endpoint), token)
                    .toHTTPRequest().send());
            System.out.println(
                "{\"introspect\": " + status.toSuccessResponse().toJSONObject() + "}");
        }
        revocation(server.getRevocationEndpointURI(), token).toHTTPRequest().send()
            .ensureStatusCode(200);
        System.out.println("{\"revoke\": true}");
    }
}
