// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"grantd/tests/interop/storj/judge"
)

// sample is limited to read and list below photos/2024/ of the bucket "bucket", during 2026.
const sample = "1Jr34rm9pXmyo5qQ7V24bAGn7wqoBJEnUNRE6EqMmW4gUYkvU9fWmV6BB1p7KUfiqJ2j7BvveWCJbura3KkngHeH" +
	"BdW5xPRV4X1xWCCzCQrwNehaMca3e3j3x8oVHGo1F7DHRWothFF4JHpDGpfRwQEQvw6tkSL73XxHQ2KYwffdx2qU" +
	"Deh1HFT3xzAPHNPcTNnyfo9QWm6Hwe4ByrTZBdZyRWza4QtuGFWCuWL2N5KZbTyhMDH7B1xaUazezatfzKhKdiet" +
	"LUAmZbvFLgNLsMbncD8WTRobrR7Mcv9WzFnNyvY6ixVZyEd8KU9mPywuqg1g34H4MP15R8XfPj2VCjs186tqeErd" +
	"9AT29nKDK1wEoJzkQXpjyRKQ6bXtmPyaKpBu1Lh2HAYNPnc7Qm1FvCF6kuEwB6qhiKCaohPgS2dVG6ADq3ptEtsk" +
	"11Ru4Y8wwTAfj541z3kqxj8af6tPjE6499uSMCBidKtB5Ke8eFWVioDX6eLKhuqqVs8s5MuscNVz84fTskr1n1N2" +
	"eyurBM59t2g2Durb4wmQuZhkEzgLiH9QsoqVpQ9jr7ACG1daLJx5ckMX6"

func ask(t *testing.T, request string) string {
	t.Helper()
	var output bytes.Buffer
	if err := run(strings.NewReader(request), &output); err != nil {
		t.Fatal(err)
	}
	return output.String()
}

func TestASampleIsJudged(t *testing.T) {
	var verdict judge.Verdict
	answer := ask(t, `{"grant": "`+sample+`", "time": "2026-05-01T00:00:00Z",
		"secret": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"passphrase": "testing", "salt": "101112131415161718191a1b1c1d1e1f", "probes": [
		{"bucket": "bucket", "path": "photos/2024/a", "operations": ["read", "write"]},
		{"bucket": "bucket", "path": "photos/2025/a", "operations": ["read"]}]}`)
	if err := json.Unmarshal([]byte(answer), &verdict); err != nil {
		t.Fatal(err)
	}
	if !*verdict.Signed || verdict.RootKey || verdict.RootKeyInText || len(verdict.Caveats) != 1 ||
		!verdict.Permissions["list"] || verdict.Permissions["delete"] {
		t.Fatal(answer)
	}
	if c := verdict.Caveats[0]; c.Nonce != "a1b2c3d4" || len(c.Places) != 1 ||
		*c.Places[0].Path != "photos/2024" || c.NotAfter.Unix() != 1798761599 || c.Permissions["write"] {
		t.Fatal(answer)
	}
	if verdict.Cipher != 2 || *verdict.RootKeyBytes {
		t.Fatal(answer)
	}
	inside, outside := verdict.Probes[0], verdict.Probes[1]
	if !inside.Encrypts || !*inside.Opens || !inside.Allowed["read"] || inside.Allowed["write"] {
		t.Fatal(answer)
	}
	if outside.Encrypts || *outside.Opens || outside.Allowed["read"] {
		t.Fatal(answer)
	}
}

func TestWithoutARootKeyWhatCannotBeEncryptedIsNotAsked(t *testing.T) {
	answer := ask(t, `{"grant": "`+sample+`", "secret": "00", "probes": [{"bucket": "b", "path": "p"}]}`)
	if !strings.Contains(answer, `"signed":false`) || strings.Contains(answer, `"allowed":`) {
		t.Fatal(answer)
	}
}

func TestWhatIsNoGrantIsAnsweredWithAnError(t *testing.T) {
	if answer := ask(t, `{"grant": "1abc"}`); !strings.Contains(answer, `"error":`) {
		t.Fatal(answer)
	}
}

func TestAnUnknownQuestionEndsTheProgram(t *testing.T) {
	if run(strings.NewReader(`{"grunt": ""}`), &bytes.Buffer{}) == nil {
		t.Fatal("it was answered")
	}
}

func TestRequestsAreAnsweredOneByOne(t *testing.T) {
	answers := strings.Split(ask(t, `{"grant": "1"}{"new_key": {"secret": "01", "head": "02"}}
		{"root_key_of": {"passphrase": "p", "salt": "03"}} {"new_key": {"secret": "x"}}`), "\n")
	if len(answers) != 5 || !strings.Contains(answers[0], "error") ||
		!strings.HasPrefix(answers[1], `{"api_key":"1`) ||
		!strings.HasPrefix(answers[2], `{"root_key":"`) || !strings.Contains(answers[3], "error") {
		t.Fatal(answers)
	}
}

func TestWithoutASecretTheCaveatsMayBeTrusted(t *testing.T) {
	request := `{"grant": "` + sample + `", "trusted": true, "probes": [{"bucket": "bucket",
		"path": "photos/2024/a", "operations": ["read"], "time": "2026-05-01T00:00:00Z"},
		{"bucket": "bucket", "path": "photos/2024/a", "operations": ["read"],
		"time": "2027-05-01T00:00:00Z"}]}`
	answer := ask(t, request)
	if strings.Count(answer, `{"read":true}`) != 1 || strings.Count(answer, `{"read":false}`) != 1 {
		t.Fatal(answer)
	}
}
