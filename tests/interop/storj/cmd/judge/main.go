// SPDX-License-Identifier: Apache-2.0

// Judge reads requests as JSON, such as {"grant": "1...", "probes": [{"bucket": "photos",
// "path": "2024/a.jpg"}]}, and answers each with a line of JSON: what Storj's own libraries make of
// the grant. {"new_key": {...}} and {"root_key_of": {...}} are answered with a key made by them.
// What they refuse is answered as {"error": "..."}. See package judge for all that can be asked.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"grantd/tests/interop/storj/judge"
)

type request struct {
	judge.Request
	NewKey    *judge.KeyRequest     `json:"new_key"`
	RootKeyOf *judge.RootKeyRequest `json:"root_key_of"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
}

func run(input io.Reader, output io.Writer) error {
	decoder := json.NewDecoder(input)
	decoder.DisallowUnknownFields()
	encoder := json.NewEncoder(output)
	for {
		var next request
		err := decoder.Decode(&next)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := encoder.Encode(answer(next)); err != nil {
			return err
		}
	}
}

func answer(next request) any {
	var result any
	var err error
	switch {
	case next.NewKey != nil:
		result, err = keyed("api_key")(judge.NewKey(*next.NewKey))
	case next.RootKeyOf != nil:
		result, err = keyed("root_key")(judge.RootKey(*next.RootKeyOf))
	default:
		result, err = judge.Judge(next.Request)
	}
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	return result
}

// keyed gives a text its name.
func keyed(name string) func(string, error) (any, error) {
	return func(text string, err error) (any, error) { return map[string]string{name: text}, err }
}
