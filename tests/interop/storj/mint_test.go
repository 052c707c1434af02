// SPDX-License-Identifier: Apache-2.0

package storj

import (
	"fmt"
	mrand "math/rand/v2"
	"strings"
	"testing"

	"storj.io/common/encryption"
	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/storj"
	"storj.io/uplink"

	"grantd/tests/interop/storj/judge"
)

func TestRootKeysAreTheOnesStorjDerives(t *testing.T) {
	each(t, 24, func(t *testing.T, r *mrand.Rand) {
		passphrase := pick(r, "", "testing", "p\u00e4ss w\u00f6rd", strings.Repeat("x", 300),
			string(randomBytes(r, r.IntN(80))))
		salt := randomBytes(r, pick(r, 16, 32, 0, 1, r.IntN(200)))
		key, err := encryption.DeriveRootKey([]byte(passphrase), salt, "", 8)
		must(t, err)
		got := ours.do(t, object{"op": "root_key", "passphrase": toHex(passphrase), "salt": toHex(salt)})
		same(t, "root key", got.Key, toHex(key[:]))
	})
}

func TestAMintedGrantIsStorjsByteForByte(t *testing.T) {
	each(t, 50, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		minted := p.oursMinted(t)
		sameGrant(t, minted, p.theirsMinted(t))

		access, err := uplink.ParseAccess(minted.Grant)
		must(t, err)
		same(t, "satellite", access.SatelliteAddress(), p.satellite)
		text, err := access.Serialize()
		must(t, err)
		same(t, "text", minted.Grant, text)
	})
}

func TestAGrantWithoutPassphraseIsStorjsByteForByte(t *testing.T) {
	each(t, 20, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		theirs := p.theirsMinted(t)
		theirs.EncAccess = grant.NewEncryptionAccess()
		theirs.EncAccess.SetDefaultPathCipher(p.cipher)
		taken := ours.do(t, object{"op": "remove_key", "grant": p.oursMinted(t).Grant})
		sameGrant(t, taken, theirs)
		minted := ours.do(t, object{"op": "mint", "satellite": p.satellite,
			"api_key": taken.APIKey, "path_cipher": p.cipher})
		same(t, "without a key from the start", minted.Grant, taken.Grant)
		again := ours.do(t, object{"op": "set_key", "grant": taken.Grant, "root_key": toHex(p.root[:])})
		sameGrant(t, again, p.theirsMinted(t))
	})
}

func TestAPIKeysAreStorjs(t *testing.T) {
	each(t, 50, func(t *testing.T, r *mrand.Rand) {
		key, err := macaroon.FromParts(randomBytes(r, 32), randomBytes(r, 32))
		must(t, err)
		for range r.IntN(5) {
			key, err = key.Restrict(macaroon.WithNonce(macaroon.Caveat{
				DisallowReads: r.IntN(2) == 0,
				Nonce:         randomBytes(r, 4),
			}))
			must(t, err)
		}
		read := ours.do(t, object{"op": "read_api_key", "api_key": key.Serialize()})
		same(t, "text", read.APIKey, key.Serialize())
		same(t, "raw", read.Raw, toHex(key.SerializeRaw()))
		read = ours.do(t, object{"op": "read_api_key", "raw": toHex(key.SerializeRaw())})
		same(t, "text", read.APIKey, key.Serialize())
	})
}

func TestVerifyingFindsStorjsTails(t *testing.T) {
	each(t, 50, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		access := p.theirsMinted(t)
		for range r.IntN(6) {
			var err error
			access.APIKey, err = access.APIKey.Restrict(macaroon.WithNonce(macaroon.Caveat{}))
			must(t, err)
		}
		mac, err := macaroon.ParseMacaroon(access.APIKey.SerializeRaw())
		must(t, err)
		request := object{"op": "verify", "api_key": access.APIKey.Serialize(), "secret": toHex(p.secret)}
		got := ours.do(t, request)
		_, tails := mac.ValidateAndTails(p.secret)
		same(t, "number of tails", len(got.Tails), len(tails))
		for i, tail := range tails {
			same(t, fmt.Sprint("tail ", i), got.Tails[i].Tail, toHex(tail))
		}
		p.secret[r.IntN(32)] ^= 1
		request["secret"] = toHex(p.secret)
		same(t, "with another secret", ours.ask(t, request).Error, "AG_ERR_SIGNATURE")
	})
}

func TestSatelliteAddressesWeAcceptAreStorjsNodeURLs(t *testing.T) {
	accepted := 0
	each(t, 200, func(t *testing.T, r *mrand.Rand) {
		address := []byte(randomProject(r).satellite)
		for range r.IntN(3) {
			i := r.IntN(len(address))
			address[i] = pick(r, []byte("@:/?#[]. 1aZ0\x00")...)
		}
		if ours.ask(t, object{"op": "check_satellite", "satellite": string(address)}).Error != "" {
			return
		}
		accepted++
		url, err := storj.ParseNodeURL(string(address))
		must(t, err)
		same(t, "address", string(address), url.String())
		if url.ID.IsZero() || url.Address == "" {
			t.Fatalf("%s lacks a part", address)
		}
	})
	if accepted < 50 {
		t.Fatalf("only %d addresses were accepted", accepted)
	}
}

func TestASatelliteWithItsIdAndAddressIsAccepted(t *testing.T) {
	each(t, 50, func(t *testing.T, r *mrand.Rand) {
		ours.do(t, object{"op": "check_satellite", "satellite": randomProject(r).satellite})
	})
}

func TestTheJudgeSeesARootKeyInATextThatHidesIt(t *testing.T) {
	each(t, 5, func(t *testing.T, r *mrand.Rand) {
		p := randomProject(r)
		access := p.theirsMinted(t)
		var err error
		access.APIKey, err = access.APIKey.Restrict(macaroon.Caveat{
			AllowedPaths: []*macaroon.Caveat_Path{{Bucket: []byte("photos")}},
		})
		must(t, err)
		text, err := access.Serialize()
		must(t, err)
		verdict, err := judge.Judge(judge.Request{Grant: text})
		must(t, err)
		if verdict.RootKey || !verdict.RootKeyInText {
			t.Fatal("the judge is blind")
		}
		read := ours.do(t, object{"op": "read", "grant": text})
		if !read.LeakedRootKey || read.HasRootKey {
			t.Fatal("we are blind")
		}
		verdict, err = judge.Judge(judge.Request{Grant: read.Grant})
		must(t, err)
		if verdict.RootKey || verdict.RootKeyInText {
			t.Fatal("written again, it still holds the root key")
		}
	})
}
