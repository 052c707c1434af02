// SPDX-License-Identifier: Apache-2.0
// Spring Security's OAuth 2.0 client, which finds everything by discovery. In a web application its
// filters do these steps.

import java.util.Map;
import java.util.Set;
import java.util.Scanner;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.endpoint.*;
import org.springframework.web.util.UriComponentsBuilder;

class SpringSecurity {
    public static void main(String[] args) throws Exception {
        Map<String, String> env = System.getenv();
        var registration = ClientRegistrations.fromIssuerLocation(env.get("ISSUER"))
            .clientId(env.get("CLIENT_ID"))
            .clientSecret(env.getOrDefault("CLIENT_SECRET", ""))
            .clientAuthenticationMethod(new ClientAuthenticationMethod(env.get("METHOD")))
            .redirectUri(env.get("REDIRECT_URI"))
            .scope("read", "bucket:photos;prefix:2024/", "offline_access")
            .build();

        var builder = OAuth2AuthorizationRequest.authorizationCode()
            .authorizationUri(registration.getProviderDetails().getAuthorizationUri())
            .clientId(registration.getClientId())
            .redirectUri(registration.getRedirectUri())
            .scopes(registration.getScopes())
            .state(java.util.UUID.randomUUID().toString());
        OAuth2AuthorizationRequestCustomizers.withPkce().accept(builder);
        var request = builder.build();
        System.out.println(request.getAuthorizationRequestUri()); // send the user there

        var callback = UriComponentsBuilder.fromUriString(new Scanner(System.in).nextLine())
            .build(true).getQueryParams(); // where they came back to
        if (!request.getState().equals(callback.getFirst("state")))
            throw new IllegalStateException("not the answer to our request");
        var answer = OAuth2AuthorizationResponse.success(callback.getFirst("code"))
            .redirectUri(registration.getRedirectUri()).state(request.getState()).build();
        var token = new RestClientAuthorizationCodeTokenResponseClient().getTokenResponse(
            new OAuth2AuthorizationCodeGrantRequest(registration,
                new OAuth2AuthorizationExchange(request, answer)));
        write("token", token);

        write("refresh", new RestClientRefreshTokenTokenResponseClient().getTokenResponse(
            new OAuth2RefreshTokenGrantRequest(registration, token.getAccessToken(),
                token.getRefreshToken(), Set.of())));
    }

    static void write(String name, OAuth2AccessTokenResponse response) {
        var token = response.getAccessToken();
        System.out.printf("{\"%s\": {\"access_token\": \"%s\", \"token_type\": \"%s\"}}%n", name,
            token.getTokenValue(), token.getTokenType().getValue());
    }
}
