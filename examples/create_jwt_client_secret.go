// SPDX-License-Identifier: Apache-2.0

// Sign the JWT that an application presents as client_secret in the token request.
//
// For the same parameters it prints the same bytes as "grantd client-secret" and
// create_jwt_client_secret.py. Each JWT is accepted once: sign a new one for each request, with a
// jti.
//
//	echo "$CLIENT_SECRET" | go run create_jwt_client_secret.go --client-id "$CLIENT_ID" --jti auto
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	year       = 365 * 86400
	lastSecond = 253402214400 // 9999-12-31
)

type options struct {
	clientID, secret, secretFile, expiresInText, expiresAtText string
	jti, iatText, redirectURI, code, url, format               string
	expiresIn, expiresAt, iat                                  int64
}

// request is the body of the token request, in the order it is shown.
type request struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RedirectURI  string `json:"redirect_uri"`
	Code         string `json:"code"`
	Passphrase   string `json:"passphrase"`
}

func fail(what string) {
	fmt.Fprintln(os.Stderr, "create_jwt_client_secret: "+what)
	os.Exit(2)
}

func readOptions() *options {
	o := &options{}
	flag.StringVar(&o.clientID, "client-id", "", "the application's client_id")
	flag.StringVar(&o.secret, "client-secret", "",
		"its client_secret; other processes can see it here")
	flag.StringVar(&o.secretFile, "client-secret-file", "-",
		"read it from a file; -: standard input")
	flag.StringVar(&o.expiresInText, "expires-in", "5m",
		"how long the JWT is good; servers take 5 minutes")
	flag.StringVar(&o.expiresAtText, "expires-at", "", "when it ends, in unix seconds, instead")
	flag.StringVar(&o.jti, "jti", "", "makes two JWTs of the same second differ; auto: random")
	flag.StringVar(&o.iatText, "iat", "", "say when it was signed: unix seconds or now")
	flag.StringVar(&o.redirectURI, "redirect-uri", "https://myapp.com/callback",
		"for the request body")
	flag.StringVar(&o.code, "code", "AUTH_CODE_FROM_CONSENT", "for the request body")
	flag.StringVar(&o.url, "url", "http://localhost:10100", "the server")
	flag.StringVar(&o.format, "format", "full", "full: the JWT and a ready request; token; json")
	flag.Parse()
	if flag.NArg() > 0 {
		fail("cannot do anything with " + flag.Arg(0))
	}
	return o
}

// wasGiven tells an option that stands on the command line, be it empty, from its default.
func wasGiven(name string) bool {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}

func number(text string) (int64, bool) {
	if !regexp.MustCompile(`\A(0|[1-9][0-9]{0,17})\z`).MatchString(text) {
		return 0, false
	}
	value, err := strconv.ParseInt(text, 10, 64)
	return value, err == nil
}

// duration reads 90, 90s, 5m, 12h, 30d.
func duration(text string) (int64, bool) {
	units := map[string]int64{"s": 1, "m": 60, "h": 3600, "d": 86400}
	factor := int64(1)
	if text != "" {
		if unit, ok := units[text[len(text)-1:]]; ok {
			factor, text = unit, text[:len(text)-1]
		}
	}
	count, ok := number(text)
	return count * factor, ok && count >= 1 && count <= year/factor
}

func second(text string) (int64, bool) {
	value, ok := number(text)
	return value, ok && value >= 1 && value <= lastSecond
}

func (o *options) checkText() {
	for _, check := range []struct{ name, value, pattern, what string }{
		{"client-id", o.clientID, `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
			"a UUID in lower case"},
		{"redirect-uri", o.redirectURI, `[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]+`, "a URI"},
		{"code", o.code, `[A-Za-z0-9_-]{1,128}`, "letters, digits, - and _"},
		{"url", o.url, `[A-Za-z0-9._~:/\[\]-]+`, "the server's URL"},
		{"format", o.format, `full|token|json`, "full, token or json"},
	} {
		if !regexp.MustCompile(`\A(`+check.pattern+`)\z`).MatchString(check.value) ||
			len(check.value) > 1024 {
			fail("--" + check.name + " needs " + check.what)
		}
	}
	jti := regexp.MustCompile(`\A[A-Za-z0-9._~:-]{1,128}\z`)
	if wasGiven("jti") && !jti.MatchString(o.jti) {
		fail("--jti needs 1 to 128 letters, digits or -._~:")
	}
}

func (o *options) checkTimes(now int64) {
	var ok bool
	if o.expiresIn, ok = duration(o.expiresInText); !ok {
		fail("--expires-in needs a duration such as 90s, 5m or 12h")
	}
	if wasGiven("expires-at") {
		if o.expiresAt, ok = second(o.expiresAtText); !ok {
			fail("--expires-at needs unix seconds")
		}
	}
	if o.iatText == "now" {
		o.iat = now
	} else if wasGiven("iat") {
		if o.iat, ok = second(o.iatText); !ok {
			fail("--iat needs unix seconds or now")
		}
	}
}

func (o *options) readSecret() string {
	secret := o.secret
	if !wasGiven("client-secret") {
		var content []byte
		var err error
		if o.secretFile == "-" {
			content, err = io.ReadAll(os.Stdin)
		} else {
			content, err = os.ReadFile(o.secretFile)
		}
		if err != nil {
			fail(err.Error())
		}
		secret = strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
	}
	if !regexp.MustCompile(`\A[0-9a-f]{64}\z`).MatchString(secret) {
		fail("the client secret needs 64 lower-case hex characters")
	}
	return secret
}

// claims makes the payload; Go writes the members of a map in alphabetical order, which is the
// order of the documentation: client_id, exp, iat, jti.
func (o *options) claims(now int64) jwt.MapClaims {
	claims := jwt.MapClaims{"client_id": o.clientID, "exp": now + o.expiresIn}
	if o.expiresAt != 0 {
		claims["exp"] = o.expiresAt
	}
	if o.iat != 0 {
		claims["iat"] = o.iat
	}
	if o.jti == "auto" {
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			fail(err.Error())
		}
		claims["jti"] = base64.RawURLEncoding.EncodeToString(random)
	} else if o.jti != "" {
		claims["jti"] = o.jti
	}
	return claims
}

// indented is JSON without the escapes that Go makes for HTML.
func indented(value any, indent string) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(indent, "  ")
	if err := encoder.Encode(value); err != nil {
		fail(err.Error())
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func localTime(seconds int64) string {
	return time.Unix(seconds, 0).Format("2006-01-02T15:04:05-07:00")
}

func (o *options) expiry(now int64) string {
	if o.expiresAt != 0 {
		if o.expiresAt <= now {
			return " (in the past)"
		}
		return ""
	}
	count, unit := o.expiresIn, "second"
	if count%60 == 0 {
		count, unit = count/60, "minute"
	}
	if count != 1 {
		unit += "s"
	}
	return fmt.Sprintf(" (%d %s from generation)", count, unit)
}

func (o *options) printFull(token string, claims jwt.MapClaims, body request, now int64) {
	fmt.Printf("JWT Token: %s\n\nJWT Payload:\n%s\n\n", token, indented(claims, ""))
	fmt.Printf("Expiry: %s%s\n\n", localTime(claims["exp"].(int64)), o.expiry(now))
	fmt.Printf("Complete Request Body:\n%s\n\ncurl Example:\n", indented(body, ""))
	fmt.Printf("curl -X POST \\\n  %s/api/v0/oauth2/token \\\n", o.url)
	fmt.Printf("  -H \"Content-Type: application/json\" \\\n  -d '%s'\n", indented(body, "  "))
}

func main() {
	now := time.Now().Unix()
	o := readOptions()
	o.checkText()
	o.checkTimes(now)
	secret := o.readSecret()
	claims := o.claims(now)
	// The key is the secret as text: its 64 characters, not the 32 bytes they stand for.
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(secret))
	if err != nil {
		fail(err.Error())
	}
	body := request{o.clientID, token, o.redirectURI, o.code, "your-passphrase"}
	switch o.format {
	case "token":
		fmt.Println(token)
	case "json":
		fmt.Println(indented(struct {
			Token     string        `json:"token"`
			Payload   jwt.MapClaims `json:"payload"`
			ExpiresAt string        `json:"expires_at"`
			Request   request       `json:"request"`
		}{token, claims, localTime(claims["exp"].(int64)), body}, ""))
	default:
		o.printFull(token, claims, body, now)
	}
}
