// SPDX-License-Identifier: Apache-2.0

package storj

import (
	"context"
	"encoding/hex"
	"fmt"
	mrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"storj.io/common/encryption"
	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/paths"
	"storj.io/common/storj"
	"storj.io/uplink"

	"grantd/tests/interop/storj/judge"
)

// refusal is what ours says where theirs gives this error; "" if the error is not known here.
func refusal(err error) string {
	switch {
	case encryption.ErrMissingEncryptionBase.Has(err):
		return "AG_ERR_NO_KEY"
	case strings.Contains(err.Error(), "permission is empty"):
		return "AG_ERR_NO_RIGHT"
	case strings.Contains(err.Error(), "invalid time range"):
		return "AG_ERR_TIME_RANGE"
	case strings.Contains(err.Error(), "non-positive ttl"):
		return "AG_ERR_TTL"
	}
	return ""
}

// chain restricts a grant up to `most` times on both sides, comparing each step.
func chain(t *testing.T, r *mrand.Rand, p project, most int) (answer, *grant.Access, []restriction) {
	t.Helper()
	minted, access := p.oursMinted(t), p.theirsMinted(t)
	var done []restriction
	var places []place
	for range 1 + r.IntN(most) {
		x := randomRestriction(r, places)
		theirs, err := x.theirsRestricted(t, access)
		narrow := x.oursRestricted(t, minted.Grant)
		if err != nil {
			same(t, fmt.Sprintf("refusal of %+v (%v)", x, err), narrow.Error, refusal(err))
			continue
		}
		if narrow.Error != "" {
			t.Fatalf("we refuse %+v: %s", x, narrow.Error)
		}
		sameGrant(t, narrow, theirs)
		minted, access, done = narrow, theirs, append(done, x)
		if len(x.places) > 0 {
			places = x.places
		}
	}
	return minted, access, done
}

func TestRestrictedGrantsAreStorjs(t *testing.T) {
	narrowed := 0
	each(t, 600, func(t *testing.T, r *mrand.Rand) {
		_, _, done := chain(t, r, randomProject(r), 4)
		narrowed += len(done)
	})
	if narrowed < 300 {
		t.Fatalf("only %d restrictions were accepted", narrowed)
	}
}

func TestAnAccessThatWasLimitedBeforehandMintsTheSameGrant(t *testing.T) {
	each(t, 300, func(t *testing.T, r *mrand.Rand) {
		p, x := randomProject(r), randomRestriction(r, nil)
		x.rights |= rightRead
		x.notBefore, x.notAfter, x.ttl = time.Time{}, time.Time{}, nil
		theirs, err := x.theirsRestricted(t, p.theirsMinted(t))
		must(t, err)
		limited := ours.do(t, object{"op": "limit_access", "root_key": toHex(p.root[:]),
			"path_cipher": p.cipher, "places": objects(x.places)})
		same(t, "root key", limited.HasRootKey, len(x.places) == 0)
		again := ours.do(t, object{"op": "read_access", "access": limited.Access})
		same(t, "access", again.Access, limited.Access)
		key := ours.do(t, object{"op": "new_api_key", "secret": toHex(p.secret), "head": toHex(p.head)})
		minted := ours.do(t, object{"op": "mint", "satellite": p.satellite, "api_key": key.APIKey,
			"access": limited.Access})
		narrow := x.oursRestricted(t, minted.Grant)
		same(t, "refusal", narrow.Error, "")
		sameGrant(t, narrow, theirs)
	})
}

func TestOneOfUplinksSharesReadsAsItWasMade(t *testing.T) {
	each(t, 100, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		access, err := uplink.ParseAccess(p.oursMinted(t).Grant)
		must(t, err)
		x := restriction{rights: rightRead | rightList, places: []place{{"photos", randomPath(r)}}}
		shared, err := access.Share(uplink.ReadOnlyPermission(),
			uplink.SharePrefix{Bucket: x.places[0].bucket, Prefix: x.places[0].prefix})
		must(t, err)
		text, err := shared.Serialize()
		must(t, err)
		read := ours.do(t, object{"op": "read", "grant": text})
		same(t, "text", read.Grant, text)
		same(t, "caveats", len(read.Caveats), 1)
		same(t, "rights", rightsAll&^read.Caveats[0].Disallowed, x.rights)
	})
}

func TestStorjsGrantsReadAsTheyWereMade(t *testing.T) {
	each(t, 300, func(t *testing.T, r *mrand.Rand) {
		_, access, done := chain(t, r, randomProject(r), 3)
		text, err := access.Serialize()
		must(t, err)
		read := ours.do(t, object{"op": "read", "grant": text})
		sameGrant(t, read, access)
		same(t, "number of caveats", len(read.Caveats), len(done))
		for i, x := range done {
			sameCaveat(t, read.Caveats[i], x)
		}
		lenient := ours.do(t, object{"op": "read", "grant": text, "lenient": true})
		same(t, "text read leniently", lenient.Grant, read.Grant)
	})
}

func sameCaveat(t *testing.T, got caveat, x restriction) {
	t.Helper()
	same(t, "rights taken away", got.Disallowed, rightsAll&^x.rights)
	same(t, "nonce", got.Nonce, toHex(x.nonce))
	same(t, "number of paths", got.NPaths, len(x.places))
	same(t, "paths", len(got.Paths), len(x.places))
	same(t, "unknown fields", got.HasUnknownFields, false)
	for i, place := range x.places {
		same(t, "bucket", got.Paths[i].Bucket, toHex(place.bucket))
	}
	sameTime(t, "not before", got.NotBefore, x.notBefore)
	sameTime(t, "not after", got.NotAfter, x.notAfter)
	same(t, "ttl is there", got.MaxObjectTTL != nil, x.ttl != nil)
	if x.ttl != nil {
		ttl := got.MaxObjectTTL
		same(t, "ttl", time.Duration(ttl[0])*time.Second+time.Duration(ttl[1]), *x.ttl)
	}
}

func sameTime(t *testing.T, what string, got *[2]int64, want time.Time) {
	t.Helper()
	same(t, what+" is there", got != nil, !want.IsZero())
	if got != nil {
		same(t, what, time.Unix(got[0], got[1]).UTC(), want.UTC())
	}
}

// --- what a restricted grant can do ---

func TestARestrictedGrantAllowsExactlyWhatTheRestrictionsSay(t *testing.T) {
	asked, allowed := 0, 0
	each(t, 400, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		minted, _, done := chain(t, r, p, 3)
		access, err := judge.Parse(minted.Grant)
		must(t, err)
		for range 100 {
			asked++
			if checkOne(t, r, p, access, done) {
				allowed++
			}
		}
	})
	t.Logf("%d of %d operations were allowed", allowed, asked)
	if allowed < asked/20 || allowed > asked*19/20 {
		t.Fatal("the cases say too little")
	}
}

func checkOne(t *testing.T, r *mrand.Rand, p project, access *grant.Access, done []restriction) bool {
	t.Helper()
	names := make([]string, 0, len(judge.Operations))
	for name := range judge.Operations {
		names = append(names, name)
	}
	slices.Sort(names)
	name := pick(r, names...)
	bucket, path := probe(r, done)
	if r.IntN(10) == 0 {
		path = ""
	}
	at := probeTime(r, done)
	project := judge.ProjectStore(p.root, p.cipher)
	encrypted, err := encryption.EncryptPathWithStoreCipher(bucket, paths.NewUnencrypted(path), project)
	must(t, err)
	err = access.APIKey.Check(context.Background(), p.secret, judge.AllVersions, macaroon.Action{
		Op: judge.Operations[name], Bucket: []byte(bucket), EncryptedPath: []byte(encrypted.Raw()),
		Time: at,
	}, nil)
	want := !slices.ContainsFunc(done, func(x restriction) bool {
		return !x.allows(name, bucket, path, at, p.cipher == storj.EncNull)
	})
	if (err == nil) != want {
		t.Fatalf("%s %s %q at %s: %v, wanted %v, of %+v", name, bucket, path, at, err, want, done)
	}
	return want
}

// probe is a path in, beside or far from the places.
func probe(r *mrand.Rand, done []restriction) (bucket, path string) {
	bucket, path = randomBucket(r), randomPath(r)
	var places []place
	for _, x := range done {
		places = append(places, x.places...)
	}
	if len(places) == 0 || r.IntN(4) == 0 {
		return bucket, path
	}
	inside := pick(r, places...)
	bucket, path = inside.bucket, strings.TrimSuffix(inside.prefix, "/")
	switch {
	case r.IntN(3) != 0 && path != "":
		path += "/" + randomPath(r)
	case r.IntN(3) != 0:
		path += randomPath(r)
	case r.IntN(2) == 0 && len(path) > 1:
		path = path[:len(path)-1]
	}
	return bucket, path
}

// probeTime is now, or close to one of the limits.
func probeTime(r *mrand.Rand, done []restriction) time.Time {
	at := time.Unix(1767225600, 0)
	for _, x := range done {
		if !x.notBefore.IsZero() && (r.IntN(3) != 0 || at.Before(x.notBefore)) {
			at = x.notBefore
		}
		if !x.notAfter.IsZero() && r.IntN(4) == 0 {
			at = x.notAfter
		}
	}
	return at.Add(time.Duration(pick(r, -1, 0, 0, 0, 1)))
}

func TestARestrictedGrantOpensExactlyItsPlaces(t *testing.T) {
	asked, opened := 0, 0
	each(t, 400, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		minted, _, done := chain(t, r, p, 3)
		access, err := judge.Parse(minted.Grant)
		must(t, err)
		project := judge.ProjectStore(p.root, p.cipher)
		limited := slices.ContainsFunc(done, func(x restriction) bool { return len(x.places) > 0 })
		for range 50 {
			bucket, path := probe(r, done)
			if path == "" {
				continue
			}
			asked++
			want := opensPath(done, bucket, path, p.cipher == storj.EncNull)
			if got := judge.Opens(access.EncAccess.Store, project, bucket, path); got != want {
				t.Fatalf("%s %q: opened %v, wanted %v, of %+v", bucket, path, got, want, done)
			}
			if want {
				opened++
			}
		}
		noRootKey(t, p, minted.Grant, limited)
	})
	t.Logf("%d of %d paths were opened", opened, asked)
	if opened < asked/20 || opened > asked*19/20 {
		t.Fatal("the cases say too little")
	}
}

// noRootKey looks for the root key in all forms a text may have.
func noRootKey(t *testing.T, p project, text string, limited bool) {
	t.Helper()
	payload := decoded(t, text)
	holds := strings.Contains(string(payload), string(p.root[:])) ||
		strings.Contains(text, string(p.root[:])) ||
		strings.Contains(text, hex.EncodeToString(p.root[:]))
	field, err := judge.RootKeyIn(text)
	must(t, err)
	if (holds || field != nil) == limited {
		t.Fatalf("limited: %v, but root key: %v", limited, holds)
	}
}

func TestTwoBranchesOfAFolderDoNotOpenEachOther(t *testing.T) {
	each(t, 50, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		p.cipher = storj.EncAESGCM
		x := restriction{rights: rightRead, nonce: randomBytes(r, 16), places: []place{
			{"photos", "2024/a/"}, {"photos", "2024/b"}, {"docs", "x/"}}}
		minted := x.oursRestricted(t, p.oursMinted(t).Grant)
		same(t, "entries", len(minted.Entries), 3)
		access, err := judge.Parse(minted.Grant)
		must(t, err)
		project := judge.ProjectStore(p.root, p.cipher)
		for path, want := range map[string]bool{
			"2024/a/1": true, "2024/b/1": true, "2024/a": true, "2024/c/1": false, "2024/1": false,
			"2024": false, "x/1": false, "2024/ab": false, "2024/a//": true, "/2024/a/1": false,
		} {
			same(t, path, judge.Opens(access.EncAccess.Store, project, "photos", path), want)
		}
	})
}

func TestAGrantForAPrefixHoldsNoRootKeyAndOpensNothingElse(t *testing.T) {
	each(t, 20, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		p.cipher = storj.EncAESGCM
		x := restriction{rights: rightRead | rightList, nonce: randomBytes(r, 16),
			places: []place{{"photos", "2024/"}}}
		minted := x.oursRestricted(t, p.oursMinted(t).Grant)
		noRootKey(t, p, minted.Grant, true)
		bucketKey, err := encryption.DeriveKey(&p.root, "path:photos")
		must(t, err)
		if strings.Contains(string(decoded(t, minted.Grant)), string(bucketKey[:])) {
			t.Fatal("it holds the bucket's key")
		}
		verdict, err := judge.Judge(judge.Request{
			Grant: minted.Grant, Secret: toHex(p.secret), RootKey: toHex(p.root[:]),
			Time: "2026-01-01T00:00:00Z",
			Probes: []judge.Probe{
				{Bucket: "photos", Path: "2024/a.jpg"}, {Bucket: "photos", Path: "2024/b/c.jpg"},
				{Bucket: "photos", Path: "2025/a.jpg"}, {Bucket: "photos", Path: "2024x/a.jpg"},
				{Bucket: "photos2", Path: "2024/a.jpg"}, {Bucket: "docs", Path: "2024/a.jpg"},
			},
		})
		must(t, err)
		if !verdict.Uplink || verdict.RootKey || verdict.RootKeyInText || !*verdict.Signed {
			t.Fatalf("%+v", verdict)
		}
		for i, probe := range verdict.Probes {
			inside := i < 2
			same(t, probe.Path+" encrypts", probe.Encrypts, inside)
			same(t, probe.Path+" opens", *probe.Opens, inside)
			for name, allowed := range probe.Allowed {
				want := name == "project_info" || inside && (name == "read" || name == "list")
				same(t, probe.Path+" "+name, allowed, want)
			}
		}
	})
}

func TestAWholeBucketIsOneKeyAndNoOther(t *testing.T) {
	each(t, 20, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		x := restriction{rights: rightsAll, nonce: randomBytes(r, 16),
			places: []place{{"photos", pick(r, "", "/")}}}
		minted := x.oursRestricted(t, p.oursMinted(t).Grant)
		same(t, "entries", len(minted.Entries), 1)
		noRootKey(t, p, minted.Grant, true)
		access, err := judge.Parse(minted.Grant)
		must(t, err)
		project := judge.ProjectStore(p.root, p.cipher)
		same(t, "photos", judge.Opens(access.EncAccess.Store, project, "photos", randomPath(r)+"x"), true)
		same(t, "docs", judge.Opens(access.EncAccess.Store, project, "docs", randomPath(r)+"x"), false)
	})
}

func TestInClearAPrefixAlsoAdmitsItsSiblings(t *testing.T) {
	each(t, 5, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		p.cipher = storj.EncNull
		x := restriction{rights: rightRead, nonce: randomBytes(r, 16), places: []place{{"b", "photos/"}}}
		minted := x.oursRestricted(t, p.oursMinted(t).Grant)
		verdict, err := judge.Judge(judge.Request{
			Grant: minted.Grant, Secret: toHex(p.secret), RootKey: toHex(p.root[:]),
			Probes: []judge.Probe{{Bucket: "b", Path: "photos-private/a", Operations: []string{"read"}}},
		})
		must(t, err)
		same(t, "allowed", verdict.Probes[0].Allowed["read"], true)
		same(t, "opened", *verdict.Probes[0].Opens, false)
	})
}

func TestAKeyIsGivenToAGrantLaterAndTakenAgain(t *testing.T) {
	with := 0
	each(t, 200, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		minted, access, _ := chain(t, r, p, 2)
		taken := ours.do(t, object{"op": "remove_key", "grant": minted.Grant})
		read, err := judge.Parse(taken.Grant)
		must(t, err)
		same(t, "keys left", strings.Count(stored(t, read.EncAccess.Store), "\n"), 2)
		same(t, "root key left", read.EncAccess.Store.GetDefaultKey() == nil, true)
		again := ours.do(t, object{"op": "set_key", "grant": taken.Grant, "root_key": toHex(p.root[:])})
		sameGrant(t, again, access)
		if len(minted.Entries) > 0 {
			with++
			same(t, "a second key", ours.ask(t, object{"op": "set_key", "grant": minted.Grant,
				"root_key": toHex(p.root[:])}).Error, "AG_ERR_HAS_KEY")
		}
	})
	if with < 50 {
		t.Fatalf("only %d grants had entries", with)
	}
}

func TestAnotherPassphraseIsNoticed(t *testing.T) {
	each(t, 50, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		p.cipher = storj.EncAESGCM
		x := restriction{rights: rightRead, nonce: randomBytes(r, 16), places: []place{{"b", "p/q"}}}
		minted := x.oursRestricted(t, p.oursMinted(t).Grant)
		taken := ours.do(t, object{"op": "remove_key", "grant": minted.Grant})
		p.root[r.IntN(32)] ^= 1
		same(t, "refusal", ours.ask(t, object{"op": "set_key", "grant": taken.Grant,
			"root_key": toHex(p.root[:])}).Error, "AG_ERR_WRONG_KEY")
	})
}

func TestSecretboxGrantsAreKeptAsTheyAre(t *testing.T) {
	each(t, 50, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		p.cipher = storj.EncSecretBox
		whole, err := p.theirsMinted(t).Serialize()
		must(t, err)
		same(t, "the whole project", ours.do(t, object{"op": "read", "grant": whole}).Grant, whole)
		x := restriction{rights: rightRead, nonce: randomBytes(r, 4), places: []place{{"b", "p/q"}}}
		narrow, err := x.theirsRestricted(t, p.theirsMinted(t))
		must(t, err)
		text, err := narrow.Serialize()
		must(t, err)
		same(t, "a place", ours.do(t, object{"op": "read", "grant": text}).Grant, text)
		same(t, "a new place", x.oursRestricted(t, whole).Error, "AG_ERR_CIPHER")
		x.places = nil
		narrow, err = x.theirsRestricted(t, p.theirsMinted(t))
		must(t, err)
		sameGrant(t, x.oursRestricted(t, whole), narrow)
	})
}
