// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"strings"
	"sync"

	"golang.org/x/oauth2"
)

const (
	maxVisitors = 1000 // the oldest is forgotten
	cookieName  = "visitor"
)

// visitor is what is known of a browser. Grants stay on this side: the cookie has a random key only. A
// real application has a database for them.
type visitor struct {
	lock            sync.Mutex
	state, verifier string // of the request that has no answer yet
	current         *oauth2.Token
}

var visitors = struct {
	sync.Mutex
	of   map[string]*visitor
	keys []string // in their order
}{of: map[string]*visitor{}}

// visitorOf is what is known of this browser, or nothing yet.
func visitorOf(r *http.Request) *visitor {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return &visitor{}
	}
	visitors.Lock()
	defer visitors.Unlock()
	if known := visitors.of[cookie.Value]; known != nil {
		return known
	}
	return &visitor{}
}

// visitorNew begins to know this browser; what was known of it before stays.
func visitorNew(w http.ResponseWriter, r *http.Request) *visitor {
	key, v := oauth2.GenerateVerifier(), visitorOf(r)
	visitors.Lock()
	defer visitors.Unlock()
	visitors.of[key] = v
	if visitors.keys = append(visitors.keys, key); len(visitors.keys) > maxVisitors {
		delete(visitors.of, visitors.keys[0])
		visitors.keys = visitors.keys[1:]
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: key, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(appURL, "https:"),
	})
	return v
}

func (v *visitor) ask(state, verifier string) {
	v.lock.Lock()
	defer v.lock.Unlock()
	v.state, v.verifier = state, verifier
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
