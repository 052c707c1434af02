// SPDX-License-Identifier: Apache-2.0

// Package judge says what an access grant is and allows, in the words of Storj's own libraries.
package judge

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"storj.io/common/base58"
	"storj.io/common/encryption"
	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/paths"
	"storj.io/common/storj"
	"storj.io/uplink"
)

// AllVersions is an API key's version that supports every operation.
const AllVersions = macaroon.APIKeyVersionObjectLock | macaroon.APIKeyVersionEventing

// Operations are what a satellite may be asked for, by name.
var Operations = map[string]macaroon.ActionType{
	"read":                    macaroon.ActionRead,
	"write":                   macaroon.ActionWrite,
	"list":                    macaroon.ActionList,
	"delete":                  macaroon.ActionDelete,
	"project_info":            macaroon.ActionProjectInfo,
	"lock":                    macaroon.ActionLock,
	"put_retention":           macaroon.ActionPutObjectRetention,
	"get_retention":           macaroon.ActionGetObjectRetention,
	"put_legal_hold":          macaroon.ActionPutObjectLegalHold,
	"get_legal_hold":          macaroon.ActionGetObjectLegalHold,
	"bypass_governance":       macaroon.ActionBypassGovernanceRetention,
	"put_bucket_lock":         macaroon.ActionPutBucketObjectLockConfiguration,
	"get_bucket_lock":         macaroon.ActionGetBucketObjectLockConfiguration,
	"put_bucket_notification": macaroon.ActionPutBucketNotificationConfiguration,
	"get_bucket_notification": macaroon.ActionGetBucketNotificationConfiguration,
}

// Request is what there is to judge. Only the grant is needed.
type Request struct {
	Grant      string  `json:"grant"`
	Secret     string  `json:"secret"`     // of the API key, hex: what the satellite knows
	Trusted    bool    `json:"trusted"`    // without a secret: ask the caveats, as if it were signed
	RootKey    string  `json:"root_key"`   // of the project, hex; or else:
	Passphrase *string `json:"passphrase"` // with the salt, the root key
	Salt       string  `json:"salt"`       // hex
	Time       string  `json:"time"`       // RFC 3339; now
	Probes     []Probe `json:"probes"`
}

// Probe asks about one place. Without operations: about all of them.
type Probe struct {
	Bucket     string   `json:"bucket"`
	Path       string   `json:"path"`
	Operations []string `json:"operations"`
	Time       string   `json:"time"` // RFC 3339; the request's
}

// Verdict is the answer.
type Verdict struct {
	Satellite     string          `json:"satellite"`
	Uplink        bool            `json:"uplink"` // whether uplink, stricter about addresses, takes it
	Head          string          `json:"head"`
	Tail          string          `json:"tail"`
	APIKey        string          `json:"api_key"`
	Signed        *bool           `json:"signed,omitempty"` // by the secret
	Caveats       []Caveat        `json:"caveats"`
	Permissions   map[string]bool `json:"permissions"` // what no caveat takes away, wherever
	RootKey       bool            `json:"root_key"`    // whether it opens the whole project
	RootKeyInText bool            `json:"root_key_in_text"`
	RootKeyBytes  *bool           `json:"root_key_bytes,omitempty"` // the project's, anywhere in it
	Cipher        int             `json:"cipher"`                   // of paths
	Entries       []Entry         `json:"entries"`
	Probes        []Answer        `json:"probes"`
}

// Caveat is one limit of the API key.
type Caveat struct {
	Permissions  map[string]bool `json:"permissions"` // what this caveat leaves, at any time
	NotBefore    *time.Time      `json:"not_before"`
	NotAfter     *time.Time      `json:"not_after"`
	MaxObjectTTL *float64        `json:"max_object_ttl"` // seconds
	Nonce        string          `json:"nonce"`          // hex
	Places       []Place         `json:"places"`         // empty: everywhere
}

// Place is a path that a caveat allows.
type Place struct {
	Bucket    string  `json:"bucket"`
	Path      *string `json:"path"`      // plain, if the grant can decrypt it
	Encrypted string  `json:"encrypted"` // hex
}

// Entry is a place that has its own key.
type Entry struct {
	Bucket string `json:"bucket"`
	Path   string `json:"path"`
	Cipher int    `json:"cipher"`
}

// Answer is what is true of one probe.
type Answer struct {
	Bucket   string          `json:"bucket"`
	Path     string          `json:"path"`
	Encrypts bool            `json:"encrypts"`          // its path can be encrypted and opened again
	Opens    *bool           `json:"opens,omitempty"`   // with a root key: what the project wrote there
	Allowed  map[string]bool `json:"allowed,omitempty"` // with a secret or trust, if it encrypts
}

// Judge judges.
func Judge(request Request) (*Verdict, error) {
	access, err := Parse(request.Grant)
	if err != nil {
		return nil, err
	}
	root, err := rootStore(request, access)
	if err != nil {
		return nil, err
	}
	at, err := requestTime(request)
	if err != nil {
		return nil, err
	}
	verdict, err := describe(request.Grant, access, at)
	if err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(request.Secret)
	if err != nil {
		return nil, err
	}
	if request.Secret != "" {
		verdict.Signed, err = isSigned(access.APIKey, secret)
		if err != nil {
			return nil, err
		}
	}
	if root != nil {
		verdict.RootKeyBytes, err = holdsKey(request.Grant, root.GetDefaultKey())
		if err != nil {
			return nil, err
		}
	}
	for _, probe := range request.Probes {
		answer := answerPlace(access, root, probe)
		if request.Secret != "" || request.Trusted {
			err = answerOperations(&answer, access, root, secret, at, probe)
		}
		if err != nil {
			return nil, err
		}
		verdict.Probes = append(verdict.Probes, answer)
	}
	return verdict, nil
}

// holdsKey looks for the bytes of a key wherever in the decoded text of a grant.
func holdsKey(text string, key *storj.Key) (*bool, error) {
	payload, _, err := base58.CheckDecode(text)
	if err != nil {
		return nil, err
	}
	holds := bytes.Contains(payload, key[:])
	return &holds, nil
}

func isSigned(key *macaroon.APIKey, secret []byte) (*bool, error) {
	mac, err := macaroon.ParseMacaroon(key.SerializeRaw())
	if err != nil {
		return nil, err
	}
	signed := mac.Validate(secret)
	return &signed, nil
}

// Parse is grant.ParseAccess, which panics on a grant without encryption access.
func Parse(text string) (access *grant.Access, err error) {
	defer func() {
		if recover() != nil {
			access, err = nil, errors.New("panic in ParseAccess")
		}
	}()
	return grant.ParseAccess(text)
}

// Opens tells whether the store opens what was written at that place of the project.
func Opens(store, project *encryption.Store, bucket, path string) bool {
	plain := paths.NewUnencrypted(path)
	encrypted, err := encryption.EncryptPathWithStoreCipher(bucket, plain, project)
	if err != nil {
		return false
	}
	opened, err := encryption.DecryptPathWithStoreCipher(bucket, encrypted, store)
	if err != nil || opened.Raw() != path {
		return false
	}
	ours, err := encryption.DeriveContentKey(bucket, plain, store)
	if err != nil {
		return false
	}
	theirs, err := encryption.DeriveContentKey(bucket, plain, project)
	return err == nil && *ours == *theirs
}

// RootKeyIn gives the root key as it stands in a grant's text, whatever a parser would do with it.
func RootKeyIn(text string) ([]byte, error) {
	payload, _, err := base58.CheckDecode(text)
	if err != nil {
		return nil, err
	}
	access, err := LastField(payload, 3)
	if err != nil {
		return nil, err
	}
	return LastField(access, 1)
}

func rootStore(request Request, access *grant.Access) (*encryption.Store, error) {
	var key storj.Key
	switch {
	case request.RootKey != "":
		decoded, err := hex.DecodeString(request.RootKey)
		if err != nil || copy(key[:], decoded) != len(key) {
			return nil, errors.New("a root key is 32 bytes")
		}
	case request.Passphrase != nil:
		salt, err := hex.DecodeString(request.Salt)
		if err != nil {
			return nil, err
		}
		derived, err := encryption.DeriveRootKey([]byte(*request.Passphrase), salt, "", 8)
		if err != nil {
			return nil, err
		}
		key = *derived
	default:
		return nil, nil
	}
	return ProjectStore(key, access.EncAccess.Store.GetDefaultPathCipher()), nil
}

// ProjectStore opens the whole of a project.
func ProjectStore(key storj.Key, cipher storj.CipherSuite) *encryption.Store {
	store := encryption.NewStore()
	store.SetDefaultKey(&key)
	store.SetDefaultPathCipher(cipher)
	return store
}

func requestTime(request Request) (time.Time, error) {
	if request.Time == "" {
		return time.Now(), nil
	}
	return time.Parse(time.RFC3339Nano, request.Time)
}

func describe(text string, access *grant.Access, at time.Time) (*Verdict, error) {
	_, uplinkError := uplink.ParseAccess(text)
	rootKey, err := RootKeyIn(text)
	if err != nil {
		return nil, err
	}
	verdict := &Verdict{
		Satellite:     access.SatelliteAddress,
		Uplink:        uplinkError == nil,
		Head:          hex.EncodeToString(access.APIKey.Head()),
		Tail:          hex.EncodeToString(access.APIKey.Tail()),
		APIKey:        access.APIKey.Serialize(),
		Permissions:   map[string]bool{},
		RootKey:       access.EncAccess.Store.GetDefaultKey() != nil,
		RootKeyInText: rootKey != nil,
		Cipher:        int(access.EncAccess.Store.GetDefaultPathCipher()),
		Caveats:       []Caveat{},
		Entries:       []Entry{},
		Probes:        []Answer{},
	}
	caveats, err := Caveats(access.APIKey)
	if err != nil {
		return nil, err
	}
	for _, caveat := range caveats {
		verdict.Caveats = append(verdict.Caveats, caveatOf(caveat, access.EncAccess.Store))
	}
	for name, operation := range Operations {
		verdict.Permissions[name] = permits(caveats, operation, at)
	}
	err = access.EncAccess.Store.IterateWithCipher(func(bucket string, plain paths.Unencrypted,
		_ paths.Encrypted, _ storj.Key, cipher storj.CipherSuite) error {
		verdict.Entries = append(verdict.Entries, Entry{bucket, plain.Raw(), int(cipher)})
		return nil
	})
	return verdict, err
}

// Caveats decodes the caveats of a key.
func Caveats(key *macaroon.APIKey) ([]macaroon.Caveat, error) {
	mac, err := macaroon.ParseMacaroon(key.SerializeRaw())
	if err != nil {
		return nil, err
	}
	caveats := []macaroon.Caveat{}
	for _, message := range mac.Caveats() {
		caveat, err := macaroon.ParseCaveat(message)
		if err != nil {
			return nil, err
		}
		caveats = append(caveats, *caveat)
	}
	return caveats, nil
}

func caveatOf(caveat macaroon.Caveat, store *encryption.Store) Caveat {
	result := Caveat{
		Permissions: map[string]bool{},
		NotBefore:   caveat.NotBefore,
		NotAfter:    caveat.NotAfter,
		Nonce:       hex.EncodeToString(caveat.Nonce),
		Places:      []Place{},
	}
	if caveat.MaxObjectTtl != nil {
		seconds := caveat.MaxObjectTtl.Seconds()
		result.MaxObjectTTL = &seconds
	}
	for _, path := range caveat.AllowedPaths {
		place := Place{
			Bucket:    string(path.Bucket),
			Encrypted: hex.EncodeToString(path.EncryptedPathPrefix),
		}
		plain, err := encryption.DecryptPathWithStoreCipher(place.Bucket,
			paths.NewEncrypted(string(path.EncryptedPathPrefix)), store)
		if text := plain.Raw(); err == nil {
			place.Path = &text
		}
		result.Places = append(result.Places, place)
	}
	caveat.NotBefore, caveat.NotAfter = nil, nil
	for name, operation := range Operations {
		result.Permissions[name] = permits([]macaroon.Caveat{caveat}, operation, time.Unix(0, 0))
	}
	return result
}

// permits asks each caveat, as if it limited no places.
func permits(caveats []macaroon.Caveat, operation macaroon.ActionType, at time.Time) bool {
	for _, caveat := range caveats {
		caveat.AllowedPaths = nil
		if !caveat.Allows(macaroon.Action{
			Op: operation, Bucket: []byte("b"), EncryptedPath: []byte("p"), Time: at,
		}) {
			return false
		}
	}
	return true
}

func answerPlace(access *grant.Access, root *encryption.Store, probe Probe) Answer {
	store := access.EncAccess.Store
	answer := Answer{
		Bucket:   probe.Bucket,
		Path:     probe.Path,
		Encrypts: Opens(store, store, probe.Bucket, probe.Path),
	}
	if root != nil {
		opens := Opens(store, root, probe.Bucket, probe.Path)
		answer.Opens = &opens
	}
	return answer
}

func answerOperations(answer *Answer, access *grant.Access, root *encryption.Store, secret []byte,
	at time.Time, probe Probe) error {
	store := root
	if store == nil {
		store = access.EncAccess.Store
	}
	encrypted, err := encryption.EncryptPathWithStoreCipher(probe.Bucket,
		paths.NewUnencrypted(probe.Path), store)
	if err != nil {
		return nil
	}
	if probe.Time != "" {
		at, err = time.Parse(time.RFC3339Nano, probe.Time)
		if err != nil {
			return err
		}
	}
	names := probe.Operations
	if len(names) == 0 {
		names = slices.Collect(maps.Keys(Operations))
	}
	answer.Allowed = map[string]bool{}
	for _, name := range names {
		operation, ok := Operations[name]
		if !ok {
			return fmt.Errorf("there is no operation %q", name)
		}
		answer.Allowed[name], err = allows(access.APIKey, secret, macaroon.Action{
			Op:            operation,
			Bucket:        []byte(probe.Bucket),
			EncryptedPath: []byte(encrypted.Raw()),
			Time:          at,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// allows asks the key as a satellite does; without a secret, each of its caveats.
func allows(key *macaroon.APIKey, secret []byte, action macaroon.Action) (bool, error) {
	if len(secret) > 0 {
		return key.Check(context.Background(), secret, AllVersions, action, nil) == nil, nil
	}
	caveats, err := Caveats(key)
	for _, caveat := range caveats {
		if !caveat.Allows(action) {
			return false, err
		}
	}
	return true, err
}
