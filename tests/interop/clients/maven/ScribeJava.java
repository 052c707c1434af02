// SPDX-License-Identifier: Apache-2.0

import com.github.scribejava.core.builder.ServiceBuilder;
import com.github.scribejava.core.builder.api.DefaultApi20;
import com.github.scribejava.core.oauth.AccessTokenRequestParams;
import com.github.scribejava.core.oauth2.clientauthentication.*;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.UUID;

/** ScribeJava, with PKCE. */
class ScribeJava {
    static final String ISSUER = System.getenv("ISSUER");

    static class Grantd extends DefaultApi20 {
        @Override public String getAccessTokenEndpoint() { return ISSUER + "/oauth2/token"; }
        @Override public String getRevokeTokenEndpoint() { return ISSUER + "/oauth2/revoke"; }
        @Override protected String getAuthorizationBaseUrl() { return ISSUER + "/oauth2/authorize"; }
        @Override public ClientAuthentication getClientAuthentication() {
            return "client_secret_basic".equals(System.getenv("METHOD"))
                ? HttpBasicAuthenticationScheme.instance()
                : RequestBodyAuthenticationScheme.instance();
        }
    }

    public static void main(String[] arguments) throws Exception {
        var builder = new ServiceBuilder(System.getenv("CLIENT_ID"))
            .callback(System.getenv("REDIRECT_URI"))
            .defaultScope("read bucket:photos;prefix:2024/ offline_access");
        if (System.getenv("CLIENT_SECRET") != null)
            builder.apiSecret(System.getenv("CLIENT_SECRET"));
        try (var service = builder.build(new Grantd())) {
            var state = UUID.randomUUID().toString();
            var url = service.createAuthorizationUrlBuilder().state(state).initPKCE();
            System.out.println(url.build()); // send the user there

            var callback = new BufferedReader(new InputStreamReader(System.in)).readLine();
            var answer = service.extractAuthorization(callback);
            if (!state.equals(answer.getState()))
                throw new IllegalStateException("not the answer to our request");
            var token = service.getAccessToken(AccessTokenRequestParams.create(answer.getCode())
                .pkceCodeVerifier(url.getPkce().getCodeVerifier()));
            System.out.println("{\"token\": " + token.getRawResponse() + "}");

            token = service.refreshAccessToken(token.getRefreshToken());
            System.out.println("{\"refresh\": " + token.getRawResponse() + "}");
            service.revokeToken(token.getRefreshToken());
            System.out.println("{\"revoke\": true}");
        }
    }
}
