// SPDX-License-Identifier: Apache-2.0

// golang.org/x/oauth2, with PKCE. AUTH_STYLE is one of its styles; by default it finds out.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"os"

	"golang.org/x/oauth2"
)

var styles = map[string]oauth2.AuthStyle{
	"header": oauth2.AuthStyleInHeader,
	"params": oauth2.AuthStyleInParams,
}

func main() {
	issuer := os.Getenv("ISSUER")
	config := &oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		RedirectURL:  os.Getenv("REDIRECT_URI"),
		Scopes:       []string{"read", "bucket:photos;prefix:2024/", "offline_access"},
		Endpoint: oauth2.Endpoint{
			AuthURL:   issuer + "/oauth2/authorize",
			TokenURL:  issuer + "/oauth2/token",
			AuthStyle: styles[os.Getenv("AUTH_STYLE")],
		},
	}
	state, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	fmt.Println(config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))) // send the user there

	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	callback, err := url.Parse(lines.Text()) // where the user came back to
	if err != nil {
		log.Fatal(err)
	}
	answer := callback.Query()
	if answer.Get("state") != state || answer.Get("iss") != issuer {
		log.Fatal("not the answer to our request")
	}
	ctx := context.Background()
	token, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		log.Fatal(err)
	}
	write("token", token)

	// Done by itself as soon as the token has expired.
	token, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	if err != nil {
		log.Fatal(err)
	}
	write("refresh", token)
}

func write(name string, token *oauth2.Token) {
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{name: token}); err != nil {
		log.Fatal(err)
	}
}
