// SPDX-License-Identifier: Apache-2.0

package storj

import (
	"encoding/binary"
	mrand "math/rand/v2"
	"slices"
	"strings"
	"testing"

	"storj.io/common/base58"
	"storj.io/common/grant"
	"storj.io/common/macaroon"

	"grantd/tests/interop/storj/judge"
)

func decoded(tb testing.TB, text string) []byte {
	tb.Helper()
	payload, version, err := base58.CheckDecode(text)
	must(tb, err)
	same(tb, "version", version, 0)
	return payload
}

// --- ways to bend a message ---

type field struct {
	number  uint64
	wire    uint64
	content []byte // of a length-delimited one; else the whole value
}

func varint(value uint64) []byte { return binary.AppendUvarint(nil, value) }

// long is a varint with more bytes than it needs.
func long(value uint64) []byte {
	result := varint(value)
	result[len(result)-1] |= 0x80
	return append(result, 0)
}

// split gives the fields of a message; nil if it is none.
func split(message []byte) (fields []field) {
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return nil
		}
		message = message[n:]
		value, n := binary.Uvarint(message)
		if n <= 0 {
			return nil
		}
		f := field{number: tag >> 3, wire: tag & 7, content: message[:n]}
		message = message[n:]
		if f.wire == 2 {
			if value > uint64(len(message)) {
				return nil
			}
			f.content, message = message[:value], message[value:]
		}
		fields = append(fields, f)
	}
	return fields
}

func join(fields []field, size func(uint64) []byte) (message []byte) {
	for _, f := range fields {
		message = append(message, size(f.number<<3|f.wire)...)
		if f.wire == 2 {
			message = append(message, size(uint64(len(f.content)))...)
		}
		message = append(message, f.content...)
	}
	return message
}

func flip(r *mrand.Rand, message []byte) []byte {
	result := slices.Clone(message)
	for range 1 + r.IntN(2) {
		if len(result) > 0 {
			result[r.IntN(len(result))] = pick(r, 0, 1, 2, 0x7f, 0x80, 0xff, byte(r.Uint32()))
		}
	}
	return result
}

func randomField(r *mrand.Rand, known uint64) field {
	f := field{number: 1 + r.Uint64N(known), wire: pick[uint64](r, 0, 2, 2)}
	if r.IntN(3) == 0 {
		f.number = pick(r, 4, 6, 9, 16, 31, r.Uint64N(1<<28)+1)
	}
	if f.content = varint(r.Uint64() >> r.IntN(64)); f.wire == 2 {
		f.content = randomBytes(r, pick(r, 0, 1, 32, r.IntN(8)))
	}
	return f
}

// bend changes a message a little: its bytes or its fields, or one of its fields as a message.
func bend(r *mrand.Rand, message []byte, depth int) []byte {
	fields := split(message)
	if len(fields) == 0 {
		return flip(r, message)
	}
	i := r.IntN(len(fields))
	size := varint
	switch r.IntN(10) {
	case 0:
		return flip(r, message)
	case 1:
		j := r.IntN(len(fields))
		fields[i], fields[j] = fields[j], fields[i]
	case 2:
		fields = slices.Insert(fields, r.IntN(len(fields)+1), fields[i])
	case 3:
		fields = slices.Delete(fields, i, i+1)
	case 4:
		fields = slices.Insert(fields, r.IntN(len(fields)+1), randomField(r, 5))
	case 5:
		size = long
	case 6:
		fields[i].content = pick(r, nil, append(slices.Clone(fields[i].content), 0), []byte{2})
	default:
		if depth > 0 && fields[i].wire == 2 {
			fields[i].content = bend(r, fields[i].content, depth-1)
			break
		}
		fields[i].content = flip(r, fields[i].content)
	}
	return join(fields, size)
}

// bendAPIKey changes the packets of a macaroon, or adds a caveat that is bent and signed.
func bendAPIKey(t *testing.T, r *mrand.Rand, raw []byte) []byte {
	t.Helper()
	mac, err := macaroon.ParseMacaroon(raw)
	must(t, err)
	switch r.IntN(6) {
	case 0:
		return flip(r, raw)
	case 1:
		return append(slices.Clone(raw), randomBytes(r, r.IntN(3))...)
	case 2: // a location before the head
		return slices.Concat(raw[:1], []byte{1, 1, 'x'}, raw[1:])
	case 3: // a head of another size
		n := byte(r.IntN(40))
		return slices.Concat([]byte{2, 2, n}, randomBytes(r, int(n)), raw[35:])
	}
	caveat := []byte{0x08, 1, 0x52, 3, 0x0a, 1, 'b', 0xf2, 1, 4, 1, 2, 3, 4}
	if caveats := mac.Caveats(); len(caveats) > 0 {
		caveat = pick(r, caveats...)
	}
	mac, err = mac.AddFirstPartyCaveat(bend(r, caveat, 1))
	must(t, err)
	return mac.Serialize()
}

// bendGrant changes the text of a grant, or what is in it.
func bendGrant(t *testing.T, r *mrand.Rand, text string) string {
	t.Helper()
	payload := decoded(t, text)
	switch r.IntN(8) {
	case 0:
		bent := []byte(text)
		bent[r.IntN(len(bent))] = pick(r, []byte("10OIlZz9 -\x00")...)
		return string(bent)
	case 1:
		fields := split(payload)
		fields[1].content = bendAPIKey(t, r, fields[1].content)
		return base58.CheckEncode(join(fields, varint), 0)
	case 2:
		return base58.CheckEncode(payload, byte(r.IntN(3)))
	}
	for range 1 + r.IntN(2) {
		payload = bend(r, payload, 2)
	}
	return base58.CheckEncode(payload, 0)
}

// --- judging ---

// exception tells why Storj's library may take what we do not; "" if it may not.
func exception(text, refusal string) string {
	payload, _, err := base58.CheckDecode(text)
	switch {
	case err == nil && grantHoldsHugeField(payload):
		return "a field number from 2^29 on, where their reader stops in silence"
	case refusal == "AG_ERR_LIMIT":
		return "longer than our limits"
	case refusal == "AG_ERR_CIPHER":
		return "a key along a secretbox path"
	}
	return ""
}

func grantHoldsHugeField(payload []byte) bool {
	if holdsHugeField(payload, 2) {
		return true
	}
	raw, err := judge.LastField(payload, 2)
	if err != nil {
		return false
	}
	mac, err := macaroon.ParseMacaroon(raw)
	return err == nil && slices.ContainsFunc(mac.Caveats(), func(caveat []byte) bool {
		return holdsHugeField(caveat, 1)
	})
}

// holdsHugeField looks for a tag from 2^29 on, in a message and the messages in it, as far as they
// can be read.
func holdsHugeField(message []byte, depth int) bool {
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return false
		}
		if tag>>3 >= 1<<29 {
			return true
		}
		message = message[n:]
		value, n := binary.Uvarint(message)
		size := map[uint64]int{0: n, 1: 8, 2: n, 5: 4}[tag&7]
		if size < 0 || size > len(message) {
			return false
		}
		message = message[size:]
		if tag&7 == 2 {
			if value > uint64(len(message)) {
				return false
			}
			if depth > 0 && holdsHugeField(message[:value], depth-1) {
				return true
			}
			message = message[value:]
		}
	}
	return false
}

type tally struct{ strict, lenient, theirs, excused int }

// judgeText compares the verdicts of both libraries on one text.
func judgeText(t *testing.T, text string, counts *tally) {
	t.Helper()
	theirs, err := judge.Parse(text)
	strict := ours.ask(t, object{"op": "read", "grant": text})
	lenient := ours.ask(t, object{"op": "read", "grant": text, "lenient": true})
	if strict.Error == "" {
		counts.strict++
		if err != nil {
			t.Fatalf("strict takes what Storj refuses (%v): %s", err, text)
		}
		sameMeaning(t, strict, theirs, text)
		plainlyWritten(t, strict, text)
		same(t, "lenient and strict of "+text, lenient.Grant, strict.Grant)
	}
	if err != nil {
		return
	}
	counts.theirs++
	if lenient.Error != "" {
		counts.excused++
		if exception(text, lenient.Error) == "" {
			t.Fatalf("lenient refuses (%s) what Storj takes: %s", lenient.Error, text)
		}
		return
	}
	counts.lenient++
	if exception(text, "") == "" {
		sameMeaning(t, lenient, theirs, text)
	}
}

// plainlyWritten looks at what was read strictly for what no writer writes: fields out of order or
// twice, where there is no list, long varints, and anything behind the API key.
func plainlyWritten(t *testing.T, read answer, text string) {
	t.Helper()
	payload := decoded(t, text)
	fields := split(payload)
	ordered(t, text, payload, 0)
	same(t, "number of fields of "+text, len(fields), 3)
	same(t, "API key of "+text, read.Raw, toHex(fields[1].content))
	ordered(t, text, fields[2].content, 2)
	for _, f := range split(fields[2].content) {
		if f.number == 2 {
			ordered(t, text, f.content, 0)
		}
	}
	for _, caveat := range read.Caveats {
		ordered(t, text, unhex(t, caveat.Message), 10)
	}
}

// ordered checks that fields grow in number, but for those of a list, and are written shortly.
func ordered(t *testing.T, text string, message []byte, list uint64) {
	t.Helper()
	fields, last := split(message), uint64(0)
	for _, f := range fields {
		if f.number < last || f.number == last && f.number != list {
			t.Fatalf("strict takes the message %x: %s", message, text)
		}
		last = f.number
	}
	same(t, "message of "+text, toHex(join(fields, varint)), toHex(message))
}

// sameMeaning compares what we read, written again, with what they read. Where they cannot read a
// caveat they forget the default cipher, and so may we.
func sameMeaning(t *testing.T, ours answer, theirs *grant.Access, text string) {
	t.Helper()
	read, err := judge.Parse(ours.Grant)
	must(t, err)
	if got, want := meaning(t, read), meaning(t, theirs); got != want {
		t.Fatalf("%s\nours:\n%s\nStorj's:\n%s", text, got, want)
	}
}

func TestBentGrantsAreJudgedAsStorjJudgesThem(t *testing.T) {
	var counts tally
	each(t, 500, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		minted, _, _ := chain(t, r, p, 2)
		for range 40 {
			judgeText(t, bendGrant(t, r, minted.Grant), &counts)
		}
	})
	t.Logf("%+v", counts)
	if counts.strict < 100 || counts.theirs < 1000 || counts.excused > counts.theirs/20 {
		t.Fatal("the cases say too little")
	}
}

func TestBentAPIKeysAreJudgedAsStorjJudgesThem(t *testing.T) {
	strictly, theirsTaken := 0, 0
	each(t, 200, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		minted, _, _ := chain(t, r, p, 2)
		for range 40 {
			raw := bendAPIKey(t, r, unhex(t, minted.Raw))
			theirs, err := macaroon.ParseRawAPIKey(raw)
			strict := ours.ask(t, object{"op": "read_api_key", "raw": toHex(raw)})
			lenient := ours.ask(t, object{"op": "read_api_key", "raw": toHex(raw), "lenient": true})
			if strict.Error == "" {
				strictly++
				must(t, err)
				same(t, "raw", strict.Raw, toHex(raw))
			}
			if err == nil {
				theirsTaken++
				same(t, "refusal of "+toHex(raw), lenient.Error, "")
				same(t, "text", lenient.APIKey, theirs.Serialize())
				sameVerdicts(t, lenient, theirs)
			}
		}
	})
	t.Logf("strict took %d, Storj %d", strictly, theirsTaken)
}

// sameVerdicts compares which caveats can be read.
func sameVerdicts(t *testing.T, read answer, theirs *macaroon.APIKey) {
	t.Helper()
	mac, err := macaroon.ParseMacaroon(theirs.SerializeRaw())
	must(t, err)
	messages := mac.Caveats()
	same(t, "number of caveats", len(read.Caveats), len(messages))
	for i, message := range messages {
		_, err := macaroon.ParseCaveat(message)
		if got := read.Caveats[i].Error; got == "" && err != nil {
			t.Fatalf("we read the caveat %x, which Storj refuses: %v", message, err)
		} else if got != "" && err == nil && !holdsHugeField(message, 1) {
			t.Fatalf("we refuse the caveat %x, which Storj reads: %s", message, got)
		}
	}
}

func TestAGrantThatMakesStorjsReaderPanicIsRefused(t *testing.T) {
	each(t, 5, func(t *testing.T, r *mrand.Rand) {
		fields := split(decoded(t, randomProject(r).oursMinted(t).Grant))
		text := base58.CheckEncode(join(fields[:2], varint), 0)
		_, err := judge.Parse(text)
		if err == nil || !strings.Contains(err.Error(), "panic") {
			t.Fatalf("it does not panic: %v", err)
		}
		for _, lenient := range []bool{false, true} {
			same(t, "refusal", ours.ask(t, object{"op": "read", "grant": text, "lenient": lenient}).Error,
				"AG_ERR_ACCESS")
		}
	})
}

func TestALongGrantIsRefusedWithoutReadingIt(t *testing.T) {
	text := strings.Repeat("1", 65537)
	same(t, "refusal", ours.ask(t, object{"op": "read", "grant": text}).Error, "AG_ERR_LIMIT")
}

func TestWhiteSpaceAroundAGrantIsRefused(t *testing.T) {
	each(t, 5, func(t *testing.T, r *mrand.Rand) {
		text := randomProject(r).oursMinted(t).Grant
		for _, around := range []string{" " + text, text + "\n", text + " ", "\t" + text, text + "\x00"} {
			for _, lenient := range []bool{false, true} {
				same(t, "refusal", ours.ask(t, object{"op": "read", "grant": around,
					"lenient": lenient}).Error, "AG_ERR_TEXT")
			}
		}
	})
}
