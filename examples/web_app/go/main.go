// SPDX-License-Identifier: Apache-2.0

// A web application that keeps notes in a person's storage; examples/README.md says how to run it.
//
//	CLIENT_ID=... CLIENT_SECRET=... [SERVER=URL] [PORT=8000] [APP_URL=URL] [BUCKET=NAME]
//	[RENEW_BEFORE=SECONDS] web_app
package main

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"storj.io/uplink"
)

const (
	maxBody = 1 << 20          // bytes of a request
	timeout = 30 * time.Second // for the server's response, and for the storage's
	policy  = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	removed = "Your storage no longer accepts this access: you removed it, or it has ended."
)

//go:embed page.html
var files embed.FS
var page = template.Must(template.ParseFS(files, "page.html"))

var (
	clientID     = setting("CLIENT_ID", "")
	clientSecret = setting("CLIENT_SECRET", "")
	serverURL    = strings.TrimSuffix(setting("SERVER", "http://localhost:10100"), "/")
	port         = number("PORT", "8000") // of 127.0.0.1; a proxy in front of it gives it https, and APP_URL
	appURL       = strings.TrimSuffix(setting("APP_URL", fmt.Sprint("http://127.0.0.1:", port)), "/")
	bucket       = setting("BUCKET", "photos")
	renewBefore  = time.Duration(number("RENEW_BEFORE", "60")) * time.Second // before a grant ends
	browser      = &http.Client{Timeout: timeout}
	server       metadata
)

func setting(name, standard string) string {
	value := os.Getenv(name)
	if value == "" {
		value = standard
	}
	if value == "" {
		stop("%s is not set: register an application as examples/README.md says, then set it.", name)
	}
	return value
}

func number(name, standard string) int {
	value := setting(name, standard)
	n, err := strconv.Atoi(value)
	if err != nil {
		stop("%s is %q, which is not a number: set it to one such as %s.", name, value, standard)
	}
	return n
}

func stop(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}

// problem is something to tell the user, on the page.
type problem struct {
	status int
	text   string
}

func (p problem) Error() string { return p.text }

// --- the pages ---

// view is what the page shows beside what the user has allowed.
type view struct {
	Message string
	Listed  bool
	Files   []string
	Scopes  []string
}

func (v view) CanWrite() bool { return slices.Contains(v.Scopes, "write") }

func show(w http.ResponseWriter, v *visitor, status int, shown view) {
	shown.Scopes = scopesOf(v.token())
	w.WriteHeader(status)
	if err := page.Execute(w, shown); err != nil {
		log.Print(err)
	}
}

func home(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if v.token() == nil {
		show(w, v, http.StatusOK, view{})
		return nil
	}
	token, err := v.renewed(r.Context())
	if err != nil {
		return err
	}
	shown := view{Listed: slices.Contains(scopesOf(token), "list")}
	if shown.Listed {
		shown.Files, err = list(r.Context(), token)
	}
	if err == nil {
		show(w, v, http.StatusOK, shown)
	}
	return err
}

func connect(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if v.token() != nil {
		http.Redirect(w, r, "/", http.StatusFound)
		return nil
	}
	state, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	visitorNew(w, state, verifier)
	http.Redirect(w, r, config().AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), http.StatusFound)
	return nil
}

func callback(w http.ResponseWriter, r *http.Request, v *visitor) error {
	answer := r.URL.Query()
	// Somebody else's answer would connect this browser to their storage.
	verifier, ok := v.answered(answer.Get("state"))
	if !ok || answer.Get("iss") != server.Issuer {
		return problem{http.StatusBadRequest,
			"This answer does not belong to a request of this browser. Connect again."}
	}
	switch refusal := answer.Get("error"); refusal {
	case "":
	case "access_denied":
		return problem{http.StatusForbidden, "You did not allow access. Nothing was connected."}
	default:
		return problem{http.StatusBadGateway, refusal + ": " + answer.Get("error_description")}
	}
	ctx := withBrowser(r.Context())
	token, err := config().Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	if err == nil {
		v.setToken(token)
		http.Redirect(w, r, "/", http.StatusFound)
	}
	return err
}

func download(w http.ResponseWriter, r *http.Request, v *visitor) error {
	token, err := v.renewed(r.Context())
	if err != nil {
		return err
	}
	name := r.FormValue("name")
	// Never shown as a page of this site, whatever is in it.
	w.Header().Set("Content-Type", "application/octet-stream")
	attachment := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	w.Header().Set("Content-Disposition", attachment)
	return read(r.Context(), token, name, w)
}

func upload(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if r.FormValue("name") == "" {
		return problem{http.StatusBadRequest, "The file has no name: give it one."}
	}
	token, err := v.renewed(r.Context())
	if err == nil {
		err = write(r.Context(), token, r.FormValue("name"), r.FormValue("text"))
	}
	if err == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
	return err
}

func disconnect(w http.ResponseWriter, _ *http.Request, v *visitor) error {
	token := v.token()
	if token == nil {
		return problem{http.StatusForbidden, "Connect your storage first."}
	}
	if err := revoke(token); err != nil {
		return err
	}
	v.setToken(nil)
	show(w, v, http.StatusOK, view{Message: "Disconnected. This application has no access any more."})
	return nil
}

// --- what can go wrong, in words, and what is the same for all pages ---

func words(err error) problem {
	told, refusal, silence := problem{}, (*oauth2.RetrieveError)(nil), (*url.Error)(nil)
	switch {
	case errors.As(err, &told):
		return told
	case errors.As(err, &refusal):
		return problem{http.StatusBadGateway,
			fmt.Sprintf("The server refused: %s: %s", refusal.ErrorCode, refusal.ErrorDescription)}
	case errors.As(err, &silence):
		return problem{http.StatusBadGateway, "The server that grants access cannot be reached. Try again later."}
	case errors.Is(err, uplink.ErrPermissionDenied), errors.Is(err, uplink.ErrObjectNotFound),
		errors.Is(err, uplink.ErrBucketNotFound):
		return problem{http.StatusBadGateway, "Your storage refused this: " + err.Error()}
	}
	return problem{http.StatusBadGateway, "Your storage cannot be reached. Try again later."}
}

func check(r *http.Request) error {
	if r.Method == http.MethodPost && r.Header.Get("Origin") != appURL {
		return problem{http.StatusForbidden, "This form was sent by another site."}
	}
	if err := r.ParseForm(); err != nil {
		return problem{http.StatusBadRequest, "This form cannot be read: " + err.Error()}
	}
	return nil
}

type handler func(http.ResponseWriter, *http.Request, *visitor) error

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range map[string]string{
		"Content-Security-Policy": policy,
		"Cache-Control":           "no-store",
		"Content-Type":            "text/html; charset=utf-8",
		"Referrer-Policy":         "same-origin",
		"X-Content-Type-Options":  "nosniff",
	} {
		w.Header().Set(name, value)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	v := visitorOf(r)
	err := check(r)
	if err == nil {
		err = h(w, r, v)
	}
	if errors.Is(err, uplink.ErrPermissionDenied) {
		err = v.refused(err)
	}
	if err != nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Del("Content-Disposition")
		told := words(err)
		show(w, v, told.status, view{Message: told.text})
	}
}

func main() {
	var err error
	if server, err = discover(); err != nil {
		stop("%s cannot be reached: start grantd, for example by tools/demo, or set SERVER.", serverURL)
	}
	if server.Issuer != serverURL {
		stop("The server at %s is %s: set SERVER to that.", serverURL, server.Issuer)
	}
	for pattern, h := range map[string]handler{
		"GET /{$}": home, "GET /connect": connect, "GET /callback": callback,
		"GET /file": download, "POST /file": upload, "POST /disconnect": disconnect,
	} {
		http.Handle(pattern, h)
	}
	listener, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
	if err != nil {
		stop("Port %d cannot be used: %v. Set PORT to another one.", port, err)
	}
	fmt.Printf("Open %s in a browser; Ctrl-C ends this.\n", appURL)
	served := &http.Server{ReadHeaderTimeout: timeout, ReadTimeout: timeout}
	stop("%v", served.Serve(listener))
}
