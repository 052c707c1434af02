// SPDX-License-Identifier: Apache-2.0

// Judge reads a request as JSON, such as {"grant": "1...", "probes": [{"bucket": "photos",
// "path": "2024/a.jpg"}]}, and answers as JSON what Storj's own libraries make of the grant. What
// they refuse is answered as {"error": "..."}. See package judge for all that can be asked.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"grantd/tests/interop/storj/judge"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
}

func run(input io.Reader, output io.Writer) error {
	var request judge.Request
	decoder := json.NewDecoder(input)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		return err
	}
	encoder := json.NewEncoder(output)
	verdict, err := judge.Judge(request)
	if err != nil {
		return encoder.Encode(map[string]string{"error": err.Error()})
	}
	return encoder.Encode(verdict)
}
