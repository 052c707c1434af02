// SPDX-License-Identifier: Apache-2.0

package storj

import (
	"context"
	mrand "math/rand/v2"
	"testing"
	"time"

	"storj.io/common/macaroon"
)

var checkTime = time.Unix(1767225600, 0).UTC()

// nearTime is the time that actions are asked at, or a little beside it.
func nearTime(r *mrand.Rand) time.Time {
	return checkTime.Add(pick(r, -time.Hour, -1, 0, 0, 1, time.Hour))
}

func nearTimeOrNone(r *mrand.Rand) *time.Time {
	if r.IntN(3) > 0 {
		return nil
	}
	at := nearTime(r)
	return &at
}

func shortPath(r *mrand.Rand) []byte {
	return []byte(pick(r, "", "x", "x/", "x/y", "x/yz", "x/y/z", "z"))
}

func shortBucket(r *mrand.Rand) []byte { return []byte(pick(r, "", "b", "b", "c")) }

func rarely(r *mrand.Rand) bool { return r.IntN(8) == 0 }

func randomCaveat(r *mrand.Rand) macaroon.Caveat {
	caveat := macaroon.Caveat{
		DisallowReads:                              rarely(r),
		DisallowWrites:                             rarely(r),
		DisallowLists:                              rarely(r),
		DisallowDeletes:                            rarely(r),
		DisallowLocks:                              rarely(r),
		DisallowPutRetention:                       rarely(r),
		DisallowGetRetention:                       rarely(r),
		DisallowPutLegalHold:                       rarely(r),
		DisallowGetLegalHold:                       rarely(r),
		DisallowBypassGovernanceRetention:          rarely(r),
		DisallowPutBucketObjectLockConfiguration:   rarely(r),
		DisallowGetBucketObjectLockConfiguration:   rarely(r),
		DisallowPutBucketNotificationConfiguration: rarely(r),
		DisallowGetBucketNotificationConfiguration: rarely(r),
		NotAfter:  nearTimeOrNone(r),
		NotBefore: nearTimeOrNone(r),
		Nonce:     randomBytes(r, 4),
	}
	if r.IntN(2) == 0 {
		for range 1 + r.IntN(3) {
			caveat.AllowedPaths = append(caveat.AllowedPaths, &macaroon.Caveat_Path{
				Bucket: shortBucket(r), EncryptedPathPrefix: shortPath(r),
			})
		}
	}
	return caveat
}

func TestKeysAllowWhatStorjsSatelliteAllows(t *testing.T) {
	allowed, denied := 0, 0
	each(t, 1000, func(t *testing.T, r *mrand.Rand) {
		secret := randomBytes(r, 32)
		key, err := macaroon.FromParts(randomBytes(r, 32), secret)
		must(t, err)
		for range r.IntN(4) {
			key, err = key.Restrict(randomCaveat(r))
			must(t, err)
		}
		if r.IntN(20) == 0 {
			secret[0] ^= 1
		}
		for range 20 {
			action := macaroon.Action{
				Op:            macaroon.ActionType(1 + r.IntN(15)),
				Bucket:        shortBucket(r),
				EncryptedPath: shortPath(r),
				Time:          nearTime(r),
			}
			version := macaroon.APIKeyVersion(pick(r, 0, 1, 2, 4, 5, 7))
			theirs := key.Check(context.Background(), secret, version, action, nil)
			ours := ours.ask(t, object{"op": "check", "raw": toHex(key.SerializeRaw()),
				"secret": toHex(secret), "version": uint(version), "operation": int(action.Op),
				"bucket": toHex(action.Bucket), "encrypted": toHex(action.EncryptedPath),
				"time": pair(action.Time)})
			if (ours.Error == "") != (theirs == nil) {
				t.Fatalf("%+v of version %d: ours %q, Storj's %v", action, version, ours.Error, theirs)
			}
			if theirs == nil {
				allowed++
			} else {
				denied++
			}
		}
	})
	if allowed < 1000 || denied < 1000 {
		t.Fatalf("%d allowed and %d denied say little", allowed, denied)
	}
}

// timeFields is one or two not_after and not_before fields in any order, each with both, one or none
// of its parts: what protobuf merges and Storj's library replaces.
func timeFields(r *mrand.Rand) (message []byte) {
	for range 2 + r.IntN(2) {
		var content []byte
		at := nearTime(r)
		if r.IntN(2) == 0 {
			content = append(append(content, 1<<3), varint(uint64(at.Unix()))...)
		}
		if r.IntN(2) == 0 {
			content = append(append(content, 2<<3), varint(uint64(at.Nanosecond()))...)
		}
		message = append(message, join([]field{{pick[uint64](r, 20, 20, 21), 2, content}}, varint)...)
	}
	return append(message, 0xf2, 1, 4, 1, 2, 3, 4)
}

func TestARepeatedTimeCountsAsItDoesForStorj(t *testing.T) {
	allowed, denied := 0, 0
	each(t, 1000, func(t *testing.T, r *mrand.Rand) {
		secret := randomBytes(r, 32)
		plain, err := macaroon.FromParts(randomBytes(r, 32), secret)
		must(t, err)
		mac, err := macaroon.ParseMacaroon(plain.SerializeRaw())
		must(t, err)
		mac, err = mac.AddFirstPartyCaveat(timeFields(r))
		must(t, err)
		key, err := macaroon.ParseRawAPIKey(mac.Serialize())
		must(t, err)
		action := macaroon.Action{Op: macaroon.ActionRead, Time: nearTime(r)}
		theirs := key.Check(context.Background(), secret, macaroon.APIKeyVersionMin, action, nil)
		ours := ours.ask(t, object{"op": "check", "raw": toHex(key.SerializeRaw()),
			"secret": toHex(secret), "version": uint(macaroon.APIKeyVersionMin),
			"operation": int(action.Op), "bucket": "", "encrypted": "", "time": pair(action.Time),
			"lenient": true})
		if (ours.Error == "") != (theirs == nil) {
			t.Fatalf("%x at %v: ours %q, Storj's %v", mac.Caveats()[0], action.Time, ours.Error, theirs)
		}
		if theirs == nil {
			allowed++
		} else {
			denied++
		}
	})
	if allowed < 50 || denied < 50 {
		t.Fatalf("%d allowed and %d denied say little", allowed, denied)
	}
}
