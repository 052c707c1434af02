// SPDX-License-Identifier: Apache-2.0

// golang.org/x/oauth2 on a device without a browser (RFC 8628). It sends no secret when it begins,
// so the application is public.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"golang.org/x/oauth2"
)

func main() {
	issuer := os.Getenv("ISSUER")
	config := &oauth2.Config{
		ClientID: os.Getenv("CLIENT_ID"),
		Scopes:   []string{"read", "bucket:photos;prefix:2024/", "offline_access"},
		Endpoint: oauth2.Endpoint{
			DeviceAuthURL: issuer + "/oauth2/device_authorization",
			TokenURL:      issuer + "/oauth2/token",
			AuthStyle:     oauth2.AuthStyleInParams,
		},
	}
	ctx := context.Background()
	device, err := config.DeviceAuth(ctx)
	check(err)
	fmt.Println(device.VerificationURIComplete) // show it to the user, with device.UserCode

	token, err := config.DeviceAccessToken(ctx, device) // polls
	check(err)
	write("token", token)

	token, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	check(err)
	write("refresh", token)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func write(name string, token *oauth2.Token) {
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{name: token}))
}
