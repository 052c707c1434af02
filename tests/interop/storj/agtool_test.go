// SPDX-License-Identifier: Apache-2.0

// Package storj holds libaccessgrant against Storj's own libraries.
package storj

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// tool is agtool, our library in a program of its own.
type tool struct {
	mutex  sync.Mutex
	input  io.WriteCloser
	output *bufio.Scanner
}

var ours tool

// object is a request to agtool.
type object map[string]any

// answer is what agtool says; which fields are there depends on what was asked.
type answer struct {
	Error         string
	Key           string
	Grant         string
	Satellite     string
	LeakedRootKey bool `json:"leaked_root_key"`
	Caveats       []caveat
	Head          string
	Tail          string
	Tails         []struct{ Tail string }
	Raw           string
	APIKey        string `json:"api_key"`
	Entries       []entry
	HasRootKey    bool `json:"has_root_key"`
	PathCipher    int  `json:"path_cipher"`
	Access        string
}

type caveat struct {
	Error            string
	Disallowed       uint32
	NotBefore        *[2]int64 `json:"not_before"`
	NotAfter         *[2]int64 `json:"not_after"`
	MaxObjectTTL     *[2]int64 `json:"max_object_ttl"`
	Nonce            string
	NPaths           int `json:"n_paths"`
	Paths            []entry
	HasUnknownFields bool `json:"has_unknown_fields"`
	Message          string
}

type entry struct {
	Bucket    string
	Path      string
	Encrypted string
	Cipher    int
}

func TestMain(m *testing.M) {
	path := os.Getenv("AGTOOL")
	if path == "" {
		path = "../../../build/tests/interop/storj/agtool/agtool"
	}
	if err := ours.start(path); err != nil {
		fmt.Fprintln(os.Stderr, "agtool:", err)
		os.Exit(1)
	}
	status := m.Run()
	_ = ours.input.Close()
	os.Exit(status)
}

func (t *tool) start(path string) error {
	command := exec.Command(path)
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	if err != nil {
		return err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	t.input, t.output = input, bufio.NewScanner(output)
	t.output.Buffer(make([]byte, 1<<16), 1<<24)
	return command.Start()
}

// ask gives agtool's answer, a refusal included.
func (t *tool) ask(tb testing.TB, request object) (result answer) {
	tb.Helper()
	line, err := json.Marshal(request)
	must(tb, err)
	t.mutex.Lock()
	defer t.mutex.Unlock()
	_, err = t.input.Write(append(line, '\n'))
	must(tb, err)
	if !t.output.Scan() {
		tb.Fatalf("agtool is gone after %s", line)
	}
	must(tb, json.Unmarshal(t.output.Bytes(), &result))
	return result
}

// do gives an answer that must not be a refusal.
func (t *tool) do(tb testing.TB, request object) answer {
	tb.Helper()
	result := t.ask(tb, request)
	if result.Error != "" {
		tb.Fatalf("%v: %s", request, result.Error)
	}
	return result
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func unhex(tb testing.TB, text string) []byte {
	tb.Helper()
	decoded, err := hex.DecodeString(text)
	must(tb, err)
	return decoded
}

func toHex[T ~string | ~[]byte](bytes T) string { return hex.EncodeToString([]byte(bytes)) }

func same[T comparable](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if got != want {
		tb.Fatalf("%s: ours %v, Storj's %v", what, got, want)
	}
}
