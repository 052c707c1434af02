// SPDX-License-Identifier: Apache-2.0

package judge

import (
	"encoding/hex"
	"time"

	"storj.io/common/encryption"
	"storj.io/common/macaroon"
)

// KeyRequest asks for an API key as the owner of a project would hand it out.
type KeyRequest struct {
	Secret string  `json:"secret"` // hex
	Head   string  `json:"head"`   // hex
	Limits []Limit `json:"limits"` // one caveat each
}

// Limit is one caveat.
type Limit struct {
	Rights    []string   `json:"rights"` // of read, write, list, delete, lock; none: all
	Buckets   []string   `json:"buckets"`
	NotBefore *time.Time `json:"not_before"`
	NotAfter  *time.Time `json:"not_after"`
}

// NewKey makes the text of the API key.
func NewKey(request KeyRequest) (string, error) {
	secret, err := hex.DecodeString(request.Secret)
	if err != nil {
		return "", err
	}
	head, err := hex.DecodeString(request.Head)
	if err != nil {
		return "", err
	}
	key, err := macaroon.FromParts(head, secret)
	for _, limit := range request.Limits {
		if err != nil {
			break
		}
		key, err = key.Restrict(limit.caveat())
	}
	if err != nil {
		return "", err
	}
	return key.Serialize(), nil
}

func (limit Limit) caveat() macaroon.Caveat {
	caveat := macaroon.Caveat{NotBefore: limit.NotBefore, NotAfter: limit.NotAfter}
	if limit.Rights != nil {
		left := map[string]bool{}
		for _, right := range limit.Rights {
			left[right] = true
		}
		caveat.DisallowReads = !left["read"]
		caveat.DisallowWrites = !left["write"]
		caveat.DisallowLists = !left["list"]
		caveat.DisallowDeletes = !left["delete"]
		caveat.DisallowLocks = !left["lock"]
		caveat.DisallowPutRetention = !left["lock"]
		caveat.DisallowGetRetention = !left["lock"]
		caveat.DisallowPutLegalHold = !left["lock"]
		caveat.DisallowGetLegalHold = !left["lock"]
	}
	for _, bucket := range limit.Buckets {
		caveat.AllowedPaths = append(caveat.AllowedPaths,
			&macaroon.Caveat_Path{Bucket: []byte(bucket)})
	}
	return caveat
}

// RootKeyRequest asks for the root key of a project.
type RootKeyRequest struct {
	Passphrase string `json:"passphrase"`
	Salt       string `json:"salt"` // hex
}

// RootKey derives it, hex.
func RootKey(request RootKeyRequest) (string, error) {
	salt, err := hex.DecodeString(request.Salt)
	if err != nil {
		return "", err
	}
	key, err := encryption.DeriveRootKey([]byte(request.Passphrase), salt, "", 8)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(key[:]), nil
}
