// SPDX-License-Identifier: Apache-2.0

// go-oidc with golang.org/x/oauth2: signs the person in and checks the ID token.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, os.Getenv("ISSUER")) // by discovery
	check(err)
	config := &oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		RedirectURL:  os.Getenv("REDIRECT_URI"),
		Endpoint:     provider.Endpoint(),
		Scopes:       []string{"read", "bucket:photos;prefix:2024/", oidc.ScopeOpenID, "email"},
	}
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	fmt.Println(config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))

	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	callback, err := url.Parse(lines.Text()) // where the user came back to
	check(err)
	if callback.Query().Get("state") != state {
		log.Fatal("not the answer to our request")
	}
	token, err := config.Exchange(ctx, callback.Query().Get("code"), oauth2.VerifierOption(verifier))
	check(err)
	write("token", token)

	raw, _ := token.Extra("id_token").(string)
	person, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, raw)
	check(err)
	if person.Nonce != nonce {
		log.Fatal("an ID token for another request")
	}
	check(person.VerifyAccessToken(token.AccessToken))
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	check(err)
	if info.Subject != person.Subject {
		log.Fatal("somebody else")
	}
	write("identity", map[string]string{"sub": info.Subject, "email": info.Email})
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func write(name string, value any) {
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{name: value}))
}
