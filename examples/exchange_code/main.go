// SPDX-License-Identifier: Apache-2.0

// An application's server exchanges a code for an access grant.
//
//	CLIENT_SECRET=... [PASSPHRASE=...] exchange_code SERVER CLIENT_ID REDIRECT_URI CODE
//
// Prints the server's answer.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokenRequest is the body of the request; the passphrase is left out where there is none.
type tokenRequest struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RedirectURI  string `json:"redirect_uri"`
	Code         string `json:"code"`
	Passphrase   string `json:"passphrase,omitempty"`
}

// clientAssertion is a JWT that is good for five minutes and for one request. The secret itself
// stays here.
func clientAssertion(clientID, clientSecret string) (string, error) {
	jti := make([]byte, 16)
	if _, err := rand.Read(jti); err != nil {
		return "", err
	}
	claims := jwt.MapClaims{
		"client_id": clientID,
		"exp":       time.Now().Add(5 * time.Minute).Unix(),
		"jti":       hex.EncodeToString(jti),
	}
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(clientSecret))
}

func exchange(server string, request tokenRequest) ([]byte, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Post(server+"/api/v0/oauth2/token", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, refusal(answer)
	}
	return answer, nil
}

func refusal(answer []byte) error {
	var told struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if err := json.Unmarshal(answer, &told); err != nil {
		return err
	}
	return fmt.Errorf("%s: %s", told.Error, told.Description)
}

func run(arguments []string) error {
	if len(arguments) != 4 {
		return fmt.Errorf("usage: exchange_code SERVER CLIENT_ID REDIRECT_URI CODE")
	}
	assertion, err := clientAssertion(arguments[1], os.Getenv("CLIENT_SECRET"))
	if err != nil {
		return err
	}
	answer, err := exchange(arguments[0], tokenRequest{
		ClientID:     arguments[1],
		ClientSecret: assertion,
		RedirectURI:  arguments[2],
		Code:         arguments[3],
		Passphrase:   os.Getenv("PASSPHRASE"),
	})
	if err != nil {
		return err
	}
	fmt.Println(string(answer))
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
