// SPDX-License-Identifier: Apache-2.0

// Judge reads a request as JSON, such as {"grant": "1...", "probes": [{"bucket": "photos",
// "path": "2024/a.jpg"}]}, and answers as JSON what Storj's own libraries make of the grant. What
// they refuse is answered as {"error": "..."}. See package judge for all that can be asked.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"grantd/tests/interop/storj/judge"
)

func main() {
	var request judge.Request
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
	var answer any
	verdict, err := judge.Judge(request)
	answer = verdict
	if err != nil {
		answer = map[string]string{"error": err.Error()}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}
