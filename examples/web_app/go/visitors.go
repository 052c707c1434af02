// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/oauth2"
)

const (
	maxVisitors = 1000 // the least active is forgotten
	maxAge      = 12 * time.Hour
	cookieName  = "visitor"
)

// visitor is what is known of a browser. Grants stay on this side: the cookie has a random key only. A
// real application has a database for them.
type visitor struct {
	lock            sync.Mutex
	state, verifier string // of the request that has no answer yet
	current         *oauth2.Token
}

var visitors = expirable.NewLRU[string, *visitor](maxVisitors, nil, maxAge)

// visitorOf is what is known of this browser, or nothing yet.
func visitorOf(r *http.Request) *visitor {
	if cookie, err := r.Cookie(cookieName); err == nil {
		if known, ok := visitors.Get(cookie.Value); ok {
			return known
		}
	}
	return &visitor{}
}

// visitorNew begins to know this browser, which asks for access. Its key is new, since another site of
// this domain may have set the cookie to one that it knows.
func visitorNew(w http.ResponseWriter, state, verifier string) {
	key := rand.Text()
	visitors.Add(key, &visitor{state: state, verifier: verifier})
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: key, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(appURL, "https:"),
	})
}

// answered takes the verifier of the request with this state, once.
func (v *visitor) answered(state string) (verifier string, ok bool) {
	v.lock.Lock()
	defer v.lock.Unlock()
	if state == "" || state != v.state {
		return "", false
	}
	v.state = ""
	return v.verifier, true
}

func (v *visitor) token() *oauth2.Token {
	v.lock.Lock()
	defer v.lock.Unlock()
	return v.current
}

func (v *visitor) setToken(token *oauth2.Token) {
	v.lock.Lock()
	defer v.lock.Unlock()
	v.current = token
}
