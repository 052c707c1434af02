// SPDX-License-Identifier: Apache-2.0

// What Go's libraries reach on this machine, on one processor: golang.org/x/crypto deriving a root
// key, and golang-jwt checking a client secret's JWT. Prints two lines like those of grantd.
package main

import (
	"fmt"
	"math"
	"runtime"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/crypto/argon2"
)

const (
	rounds = 21
	checks = 20_000
	memory = 64 << 10 // KiB
	lanes  = 8
)

// used is the processor time of this process.
func used() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// least runs f some times and returns the least processor time that it took.
func least(n int, f func()) time.Duration {
	best := time.Duration(math.MaxInt64)
	for range n {
		began := used()
		f()
		best = min(best, used()-began)
	}
	return best
}

func rootKey() {
	salt := make([]byte, 32)
	each := least(rounds, func() { argon2.IDKey([]byte("passphrase"), salt, 1, memory, lanes, 32) })
	fmt.Printf("root key        %-34s %6.2f ms\n", "golang.org/x/crypto",
		float64(each.Microseconds())/1000)
}

func jwtChecks() {
	key := []byte("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"client_id": "2f6a5a1e-7b1e-4f0e-9a55-0d6c3d1a8c11",
		"exp":       time.Now().Add(time.Hour).Unix(),
		"jti":       "0123456789abcdef",
	}).SignedString(key)
	if err != nil {
		panic(err)
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	find := func(*jwt.Token) (any, error) { return key, nil }
	each := least(rounds, func() {
		for range checks {
			if _, err := parser.ParseWithClaims(token, jwt.MapClaims{}, find); err != nil {
				panic(err)
			}
		}
	})
	fmt.Printf("JWT checks      %-34s %.0f a second\n", "golang-jwt", checks/each.Seconds())
}

func main() {
	runtime.GOMAXPROCS(1)
	rootKey()
	jwtChecks()
}
