// SPDX-License-Identifier: Apache-2.0

package main

// The server that grants access: where it is, and what this application asks it.

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/oauth2"
)

// metadata says where everything is (RFC 8414).
type metadata struct {
	Issuer        string `json:"issuer"`
	Authorize     string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	Revocation    string `json:"revocation_endpoint"`
	Introspection string `json:"introspection_endpoint"`
}

func discover() (ret metadata, err error) {
	response, err := browser.Get(serverURL + "/.well-known/oauth-authorization-server")
	if err != nil {
		return ret, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return ret, errors.New(response.Status)
	}
	return ret, json.NewDecoder(http.MaxBytesReader(nil, response.Body, maxBody)).Decode(&ret)
}

// assertion is a JWT that proves who this application is, for one request. The secret is never sent.
func assertion() string {
	claims := jwt.MapClaims{
		"client_id": clientID,
		"exp":       time.Now().Add(5 * time.Minute).Unix(),
		"jti":       rand.Text(),
	}
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(clientSecret))
	if err != nil {
		log.Panic(err) // cannot happen with this method and a key of bytes
	}
	return signed
}

// config is good for one request of a token.
func config() *oauth2.Config {
	return &oauth2.Config{
		ClientID:     clientID,
		ClientSecret: assertion(),
		RedirectURL:  appURL + "/callback",
		Scopes:       []string{"read", "write", "list", "bucket:" + bucket, "offline_access"},
		Endpoint: oauth2.Endpoint{
			AuthURL: server.Authorize, TokenURL: server.Token, AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

func withBrowser(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, browser)
}

// renewed is the visitor's token, with a grant that does not end at once.
func (v *visitor) renewed(ctx context.Context) (*oauth2.Token, error) {
	token := v.token()
	if token == nil {
		return nil, problem{http.StatusForbidden, "Connect your storage first."}
	}
	if time.Until(token.Expiry) > renewBefore {
		return token, nil
	}
	ended := &oauth2.Token{RefreshToken: token.RefreshToken}
	renewed, err := config().TokenSource(withBrowser(ctx), ended).Token()
	refusal := (*oauth2.RetrieveError)(nil)
	if errors.As(err, &refusal) && refusal.ErrorCode == "invalid_grant" {
		v.setToken(nil)
		return nil, problem{http.StatusForbidden, removed}
	}
	if err == nil {
		v.setToken(renewed)
	}
	return renewed, err
}

// scopesOf are the words of what the user has allowed.
func scopesOf(token *oauth2.Token) (words []string) {
	if token == nil {
		return nil
	}
	list, _ := token.Extra("scopes").([]any)
	for _, word := range list {
		words = append(words, fmt.Sprint(word))
	}
	return words
}

// post sends a form with the credentials of this application, and decodes the answer.
func post(endpoint, token string, answer any) error {
	form := url.Values{"client_id": {clientID}, "client_secret": {assertion()}, "token": {token}}
	response, err := browser.PostForm(endpoint, form)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return problem{http.StatusBadGateway, "The server refused: " + response.Status}
	}
	return json.NewDecoder(http.MaxBytesReader(nil, response.Body, maxBody)).Decode(answer)
}

func revoke(token *oauth2.Token) error {
	ended := token.AccessToken
	if token.RefreshToken != "" { // stands for all that came with it
		ended = token.RefreshToken
	}
	return post(server.Revocation, ended, &struct{}{})
}

// refused is why the storage has refused a grant: if the server does not stand by it any more
// (RFC 7662), access was removed.
func (v *visitor) refused(err error) error {
	var state struct{ Active bool }
	if token := v.token(); token != nil {
		if failed := post(server.Introspection, token.AccessToken, &state); failed != nil || state.Active {
			return errors.Join(failed, err)
		}
	}
	v.setToken(nil)
	return problem{http.StatusForbidden, removed}
}
