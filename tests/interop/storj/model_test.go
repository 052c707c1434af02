// SPDX-License-Identifier: Apache-2.0

package storj

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"storj.io/common/encryption"
	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/paths"
	"storj.io/common/storj"

	"grantd/tests/interop/storj/judge"
)

// The rights of accessgrant.h.
const (
	rightRead = 1 << iota << 1
	rightWrite
	rightList
	rightDelete
	rightLock
	rightPutRetention
	rightGetRetention
	rightPutLegalHold
	rightGetLegalHold
	_
	rightBypassGovernance
	rightPutBucketLock
	rightGetBucketLock
	rightPutBucketNotification
	rightGetBucketNotification

	rightsAll = 0xfbfe
)

// place is a bucket, or what lies below a prefix of it.
type place struct{ bucket, prefix string }

// restriction is one narrowing, for both sides.
type restriction struct {
	rights              uint32
	places              []place
	notBefore, notAfter time.Time
	ttl                 *time.Duration
	nonce               []byte
}

// project is where grants come from: what a satellite and a user know.
type project struct {
	satellite    string
	secret, head []byte
	root         storj.Key
	cipher       storj.CipherSuite
}

// each runs a property with generators of fixed seeds, one sub-test each; a failure names its seed.
// ROUNDS=20 in the environment makes it 20 times as many.
func each(t *testing.T, n uint64, property func(t *testing.T, r *mrand.Rand)) {
	t.Helper()
	rounds, err := strconv.ParseUint(cmp.Or(os.Getenv("ROUNDS"), "1"), 10, 32)
	must(t, err)
	for seed := range n * rounds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			property(t, mrand.New(mrand.NewPCG(seed, 20260101)))
		})
	}
}

func randomBytes(r *mrand.Rand, n int) []byte {
	result := make([]byte, n)
	for i := range result {
		result[i] = byte(r.Uint32())
	}
	return result
}

func pick[T any](r *mrand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

func randomProject(r *mrand.Rand) project {
	p := project{
		secret: randomBytes(r, 32),
		head:   randomBytes(r, 32),
		cipher: pick(r, storj.EncAESGCM, storj.EncAESGCM, storj.EncAESGCM, storj.EncNull),
	}
	copy(p.root[:], randomBytes(r, 32))
	var id storj.NodeID
	copy(id[:], randomBytes(r, 31))
	p.satellite = id.String() + pick(r, "@us1.storj.io:7777", "@127.0.0.1:10000", "@[::1]:7777")
	return p
}

func randomPath(r *mrand.Rand) string {
	components := make([]string, 1+r.IntN(4))
	for i := range components {
		components[i] = pick(r, "photos", "2024", "a", "b", "ab", "img 1.jpg", "\u00e9\u4e2d", ".", "")
		if r.IntN(12) == 0 {
			components[i] = strings.ReplaceAll(string(randomBytes(r, 1+r.IntN(40))), "/", "x")
		}
	}
	return strings.Join(components, "/")
}

func randomBucket(r *mrand.Rand) string { return pick(r, "photos", "photos2", "docs", "b") }

// randomPlace is, as often as not, inside one of the places there are.
func randomPlace(r *mrand.Rand, inside []place) place {
	p := place{bucket: randomBucket(r)}
	if len(inside) > 0 && r.IntN(4) != 0 {
		p = pick(r, inside...)
		if r.IntN(2) == 0 {
			p.prefix = strings.TrimSuffix(p.prefix, "/")
			if p.prefix != "" {
				p.prefix += "/"
			}
			p.prefix += randomPath(r)
		}
	} else if r.IntN(3) != 0 {
		p.prefix = randomPath(r)
	}
	if p.prefix != "" && r.IntN(2) == 0 {
		p.prefix += "/"
	}
	return p
}

func randomTime(r *mrand.Rand) time.Time {
	return time.Unix(pick(r, 0, -1, 1767225600, 1767225600+r.Int64N(1e8), r.Int64N(1<<37)-1<<35),
		pick(r, 0, 0, 1, 999999999, r.Int64N(1e9))).UTC()
}

func randomRestriction(r *mrand.Rand, inside []place) restriction {
	result := restriction{nonce: randomBytes(r, pick(r, 4, 16, 64, 4+r.IntN(61)))}
	result.rights = pick(r, r.Uint32()&rightsAll, rightRead|rightList, rightsAll, 1<<(1+r.IntN(9)))
	for range pick(r, 0, 1, 1, 1, 2, 3, 6) {
		result.places = append(result.places, randomPlace(r, inside))
	}
	if r.IntN(3) == 0 {
		result.notBefore = randomTime(r)
	}
	if r.IntN(3) == 0 {
		result.notAfter = randomTime(r)
		if !result.notBefore.IsZero() && r.IntN(4) != 0 {
			result.notAfter = result.notBefore.Add(time.Duration(r.Int64N(1 << 60)))
		}
	}
	if r.IntN(4) == 0 {
		ttl := time.Duration(pick(r, 1, int64(time.Hour), r.Int64N(1<<62), -r.Int64N(1e10)))
		result.ttl = &ttl
	}
	return result
}

// --- the same on both sides ---

func (p project) oursMinted(tb testing.TB) answer {
	tb.Helper()
	key := ours.do(tb, object{"op": "new_api_key", "secret": toHex(p.secret), "head": toHex(p.head)})
	return ours.do(tb, object{"op": "mint", "satellite": p.satellite, "api_key": key.APIKey,
		"root_key": toHex(p.root[:]), "path_cipher": p.cipher})
}

func (p project) theirsMinted(tb testing.TB) *grant.Access {
	tb.Helper()
	key, err := macaroon.FromParts(p.head, p.secret)
	must(tb, err)
	access := grant.NewEncryptionAccessWithDefaultKey(&p.root)
	access.SetDefaultPathCipher(p.cipher)
	return &grant.Access{SatelliteAddress: p.satellite, APIKey: key, EncAccess: access}
}

func pair(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return []int64{at.Unix(), int64(at.Nanosecond())}
}

func (x restriction) oursRestricted(tb testing.TB, text string) answer {
	tb.Helper()
	request := object{"op": "restrict", "grant": text, "rights": x.rights, "nonce": toHex(x.nonce),
		"not_before": pair(x.notBefore), "not_after": pair(x.notAfter)}
	if x.ttl != nil {
		request["max_object_ttl"] = []int64{int64(*x.ttl / time.Second), int64(*x.ttl % time.Second)}
	}
	request["places"] = objects(x.places)
	return ours.ask(tb, request)
}

func objects(places []place) []object {
	list := []object{}
	for _, place := range places {
		list = append(list, object{"bucket": toHex(place.bucket), "prefix": toHex(place.prefix)})
	}
	return list
}

func (x restriction) permission() grant.Permission {
	has := func(right uint32) bool { return x.rights&right != 0 }
	return grant.Permission{
		AllowDownload:                           has(rightRead),
		AllowUpload:                             has(rightWrite),
		AllowList:                               has(rightList),
		AllowDelete:                             has(rightDelete),
		AllowLock:                               has(rightLock),
		AllowPutObjectRetention:                 has(rightPutRetention),
		AllowGetObjectRetention:                 has(rightGetRetention),
		AllowPutObjectLegalHold:                 has(rightPutLegalHold),
		AllowGetObjectLegalHold:                 has(rightGetLegalHold),
		AllowBypassGovernanceRetention:          has(rightBypassGovernance),
		AllowPutBucketObjectLockConfiguration:   has(rightPutBucketLock),
		AllowGetBucketObjectLockConfiguration:   has(rightGetBucketLock),
		AllowPutBucketNotificationConfiguration: has(rightPutBucketNotification),
		AllowGetBucketNotificationConfiguration: has(rightGetBucketNotification),
		NotBefore:                               x.notBefore,
		NotAfter:                                x.notAfter,
		MaxObjectTTL:                            x.ttl,
	}
}

// theirsRestricted is grant.Restrict with our nonce: its own four bytes come from crypto/rand; a
// longer one is put into the caveat afterwards, by the library's own words.
func (x restriction) theirsRestricted(tb testing.TB, access *grant.Access) (*grant.Access, error) {
	tb.Helper()
	var prefixes []grant.SharePrefix
	for _, place := range x.places {
		prefixes = append(prefixes, grant.SharePrefix{Bucket: place.bucket, Prefix: place.prefix})
	}
	was := rand.Reader
	defer func() { rand.Reader = was }()
	rand.Reader = bytes.NewReader(x.nonce)
	narrow, err := access.Restrict(x.permission(), prefixes...)
	if err != nil || len(x.nonce) == 4 {
		return narrow, err
	}
	caveats, err := judge.Caveats(narrow.APIKey)
	must(tb, err)
	last := caveats[len(caveats)-1]
	same(tb, "nonce", hex.EncodeToString(last.Nonce), hex.EncodeToString(x.nonce[:4]))
	last.Nonce = x.nonce
	narrow.APIKey, err = access.APIKey.Restrict(last)
	return narrow, err
}

// --- comparing ---

// stored is a store's content in one order.
func stored(tb testing.TB, store *encryption.Store) string {
	tb.Helper()
	var lines []string
	must(tb, store.IterateWithCipher(func(bucket string, plain paths.Unencrypted,
		encrypted paths.Encrypted, key storj.Key, cipher storj.CipherSuite) error {
		lines = append(lines, fmt.Sprintf("%x %x %x %x %d", bucket, plain.Raw(), encrypted.Raw(),
			key[:], cipher))
		return nil
	}))
	sort.Strings(lines)
	root := "none"
	if key := store.GetDefaultKey(); key != nil {
		root = hex.EncodeToString(key[:])
	}
	return fmt.Sprintf("root %s\ncipher %d\n%s", root, store.GetDefaultPathCipher(),
		strings.Join(lines, "\n"))
}

// meaning is all that a grant says, in one order.
func meaning(tb testing.TB, access *grant.Access) string {
	tb.Helper()
	return fmt.Sprintf("%s\n%x\n%s", access.SatelliteAddress, access.APIKey.SerializeRaw(),
		stored(tb, access.EncAccess.Store))
}

// sameGrant compares a grant of ours, as Storj's library reads it, with one of theirs: by bytes
// where their library always writes the same, by meaning elsewhere.
func sameGrant(tb testing.TB, ours answer, theirs *grant.Access) {
	tb.Helper()
	read, err := judge.Parse(ours.Grant)
	must(tb, err)
	same(tb, "meaning", meaning(tb, read), meaning(tb, theirs))
	same(tb, "raw API key", ours.Raw, toHex(theirs.APIKey.SerializeRaw()))
	same(tb, "head", ours.Head, toHex(theirs.APIKey.Head()))
	same(tb, "tail", ours.Tail, toHex(theirs.APIKey.Tail()))
	same(tb, "API key", ours.APIKey, theirs.APIKey.Serialize())
	same(tb, "satellite", ours.Satellite, toHex(theirs.SatelliteAddress))
	if len(ours.Entries) <= 1 {
		text, err := theirs.Serialize()
		must(tb, err)
		same(tb, "text", ours.Grant, text)
	}
}

// --- what a restriction says, without any library ---

// covers tells whether a place holds a path: by components or, where paths are in clear, by bytes,
// as a satellite does.
func (p place) covers(bucket, path string, inClear bool) bool {
	prefix := strings.TrimSuffix(p.prefix, "/")
	return p.bucket == bucket && (prefix == "" || path == prefix ||
		strings.HasPrefix(path, prefix+"/") || inClear && strings.HasPrefix(path, prefix))
}

func covered(places []place, bucket, path string, inClear bool) bool {
	return len(places) == 0 || slices.ContainsFunc(places, func(p place) bool {
		return p.covers(bucket, path, inClear)
	})
}

// opensPath tells whether restricted grants shall open a path: if it lies below one of the places,
// and all restrictions admit that place.
func opensPath(chain []restriction, bucket, path string, inClear bool) bool {
	admitted := func(p place) bool {
		return !slices.ContainsFunc(chain, func(x restriction) bool {
			return !covered(x.places, bucket, strings.TrimSuffix(p.prefix, "/"), inClear)
		})
	}
	var places []place
	for _, x := range chain {
		places = append(places, x.places...)
	}
	return len(places) == 0 || slices.ContainsFunc(places, func(p place) bool {
		return p.covers(bucket, path, false) && admitted(p)
	})
}

// needed is the right of each operation; for get_retention one of two will do.
var needed = map[string]uint32{
	"read": rightRead, "write": rightWrite, "list": rightList, "delete": rightDelete,
	"lock": rightLock, "put_retention": rightPutRetention,
	"get_retention":  rightGetRetention | rightPutRetention,
	"put_legal_hold": rightPutLegalHold, "get_legal_hold": rightGetLegalHold,
	"bypass_governance": rightBypassGovernance,
	"put_bucket_lock":   rightPutBucketLock, "get_bucket_lock": rightGetBucketLock,
	"put_bucket_notification": rightPutBucketNotification,
	"get_bucket_notification": rightGetBucketNotification,
}

// allows tells whether one restriction shall allow an operation.
func (x restriction) allows(operation, bucket, path string, at time.Time, inClear bool) bool {
	if !x.notBefore.IsZero() && at.Before(x.notBefore) {
		return false
	}
	if !x.notAfter.IsZero() && at.After(x.notAfter) {
		return false
	}
	if operation == "project_info" {
		return true
	}
	if operation == "read" && path == "" { // what a bucket is, which any place in it shows
		return len(x.places) == 0 || bucket == "" || slices.ContainsFunc(x.places, func(p place) bool {
			return p.bucket == bucket
		})
	}
	return x.rights&needed[operation] != 0 && covered(x.places, bucket, path, inClear)
}
