// SPDX-License-Identifier: Apache-2.0

import com.nimbusds.oauth2.sdk.*;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.device.*;
import com.nimbusds.oauth2.sdk.id.*;

/** Nimbus OAuth 2.0 SDK on a device without a browser (RFC 8628). */
class NimbusDevice {
    static final ClientID CLIENT_ID = new ClientID(System.getenv("CLIENT_ID"));

    static TokenResponse ask(AuthorizationServerMetadata server, AuthorizationGrant grant)
            throws Exception {
        return TokenResponse.parse(
            new TokenRequest(server.getTokenEndpointURI(), CLIENT_ID, grant).toHTTPRequest().send());
    }

    public static void main(String[] arguments) throws Exception {
        var server = AuthorizationServerMetadata.resolve(new Issuer(System.getenv("ISSUER")));
        var request = new DeviceAuthorizationRequest.Builder(CLIENT_ID)
            .endpointURI(server.getDeviceAuthorizationEndpointURI())
            .scope(Scope.parse("read bucket:photos;prefix:2024/ offline_access"))
            .build();
        var device = DeviceAuthorizationResponse.parse(request.toHTTPRequest().send())
            .toSuccessResponse();
        System.out.println(device.getVerificationURIComplete()); // show it, with the user code

        TokenResponse response;
        do {
            Thread.sleep(device.getInterval() * 1000);
            response = ask(server, new DeviceCodeGrant(device.getDeviceCode()));
        } while (!response.indicatesSuccess() && response.toErrorResponse().getErrorObject()
                     .equals(DeviceAuthorizationGrantError.AUTHORIZATION_PENDING));
        System.out.println("{\"token\": " + response.toSuccessResponse().toJSONObject() + "}");

        var refreshToken = response.toSuccessResponse().getTokens().getRefreshToken();
        response = ask(server, new RefreshTokenGrant(refreshToken));
        System.out.println("{\"refresh\": " + response.toSuccessResponse().toJSONObject() + "}");
    }
}
