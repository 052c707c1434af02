// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"storj.io/common/encryption"
	"storj.io/common/errs2"
	"storj.io/common/grant"
	"storj.io/common/identity"
	"storj.io/common/paths"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"storj.io/uplink"
	"storj.io/uplink/private/metaclient"
)

// outcome is "ok", "denied", "missing", or the error itself.
func outcome(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, uplink.ErrPermissionDenied), errs2.IsRPC(err, rpcstatus.PermissionDenied), hasNoKey(err):
		return "denied"
	case errors.Is(err, uplink.ErrObjectNotFound), errors.Is(err, uplink.ErrBucketNotFound),
		errs2.IsRPC(err, rpcstatus.NotFound), metaclient.ErrObjectNotFound.Has(err), metaclient.ErrBucketNotFound.Has(err):
		return "missing"
	}
	return err.Error()
}

// hasNoKey tells that the library found no encryption key for the place, and so
// has not asked the satellite. It joins two errors and shows the first alone.
func hasNoKey(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		group, ok := err.(interface{ Ungroup() []error })
		if !ok {
			continue
		}
		for _, one := range group.Ungroup() {
			if encryption.ErrMissingEncryptionBase.Has(one) || encryption.ErrMissingDecryptionBase.Has(one) {
				return true
			}
		}
	}
	return false
}

func dial(ctx context.Context, access *grant.Access) (*metaclient.Client, error) {
	id, err := identity.NewFullIdentity(ctx, identity.NewCAOptions{})
	if err != nil {
		return nil, err
	}
	options, err := tlsopts.NewOptions(id, tlsopts.Config{PeerIDVersions: "*"}, nil)
	if err != nil {
		return nil, err
	}
	return metaclient.DialNodeURL(ctx, rpc.NewDefaultPooledDialer(options), access.SatelliteAddress, access.APIKey, "tests/1")
}

func askSatellite(ctx context.Context, asked request) (response, error) {
	who, err := grant.ParseAccess(asked.Grant)
	if err != nil {
		return response{}, err
	}
	where, err := grant.ParseAccess(asked.Paths)
	if err != nil {
		return response{}, err
	}
	client, err := dial(ctx, who)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = client.Close() }()
	var answer response
	for _, op := range asked.Ops {
		path, err := encryption.EncryptPathWithStoreCipher(op.Bucket, paths.NewUnencrypted(op.Key), where.EncAccess.Store)
		if err != nil {
			return response{}, err
		}
		answer.Results = append(answer.Results, outcome(op.ask(ctx, client, []byte(path.Raw()))))
	}
	return answer, nil
}

func (op operation) ask(ctx context.Context, client *metaclient.Client, path []byte) error {
	bucket := []byte(op.Bucket)
	switch op.Op {
	case "get":
		_, err := client.DownloadObject(ctx, metaclient.DownloadObjectParams{Bucket: bucket, EncryptedObjectKey: path})
		return err
	case "put":
		_, err := client.BeginObject(ctx, metaclient.BeginObjectParams{
			Bucket: bucket, EncryptedObjectKey: path,
			EncryptionParameters: storj.EncryptionParameters{CipherSuite: storj.EncAESGCM, BlockSize: 256},
		})
		return err
	case "list":
		_, _, err := client.ListObjects(ctx, metaclient.ListObjectsParams{Bucket: bucket, EncryptedPrefix: path, Recursive: true})
		return err
	case "delete":
		_, err := client.BeginDeleteObject(ctx, metaclient.BeginDeleteObjectParams{Bucket: bucket, EncryptedObjectKey: path})
		return err
	}
	return fmt.Errorf("unknown operation %q", op.Op)
}

// measureInfo calls ProjectInfo on one kept connection.
func measureInfo(ctx context.Context, text string, calls int) (response, error) {
	access, err := grant.ParseAccess(text)
	if err != nil {
		return response{}, err
	}
	client, err := dial(ctx, access)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = client.Close() }()
	if _, err := client.GetProjectInfo(ctx); err != nil {
		return response{}, err
	}
	began := time.Now()
	for range calls {
		if _, err := client.GetProjectInfo(ctx); err != nil {
			return response{}, err
		}
	}
	return response{Seconds: time.Since(began).Seconds()}, nil
}
