// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
	"storj.io/uplink"
)

const maxFiles = 100 // on the page

// place is what the user has allowed: a bucket, or a folder in it.
type place struct {
	project        *uplink.Project
	bucket, prefix string
}

// inPlace does something there with the grant, which is the token.
func inPlace(ctx context.Context, token *oauth2.Token, do func(context.Context, place) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	access, err := uplink.ParseAccess(token.AccessToken)
	if err != nil {
		return err
	}
	project, err := uplink.OpenProject(ctx, access)
	if err != nil {
		return err
	}
	defer project.Close()
	there := place{project: project}
	for _, word := range scopesOf(token) {
		if rest, ok := strings.CutPrefix(word, "bucket:"); ok {
			there.bucket, there.prefix, _ = strings.Cut(rest, ";prefix:")
		}
	}
	if there.prefix, err = url.PathUnescape(there.prefix); err != nil {
		return err
	}
	return do(ctx, there)
}

func list(ctx context.Context, token *oauth2.Token) (names []string, err error) {
	err = inPlace(ctx, token, func(ctx context.Context, in place) error {
		options := &uplink.ListObjectsOptions{Prefix: in.prefix, Recursive: true}
		found := in.project.ListObjects(ctx, in.bucket, options)
		for len(names) < maxFiles && found.Next() {
			names = append(names, strings.TrimPrefix(found.Item().Key, in.prefix))
		}
		return found.Err()
	})
	return names, err
}

func read(ctx context.Context, token *oauth2.Token, name string, to io.Writer) error {
	return inPlace(ctx, token, func(ctx context.Context, in place) error {
		from, err := in.project.DownloadObject(ctx, in.bucket, in.prefix+name, nil)
		if err != nil {
			return err
		}
		defer from.Close()
		if _, err = io.Copy(to, from); err != nil {
			panic(http.ErrAbortHandler) // so that the browser knows that the file is incomplete
		}
		return nil
	})
}

func write(ctx context.Context, token *oauth2.Token, name, text string) error {
	return inPlace(ctx, token, func(ctx context.Context, in place) error {
		to, err := in.project.UploadObject(ctx, in.bucket, in.prefix+name, nil)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(to, text); err != nil {
			return errors.Join(err, to.Abort())
		}
		return to.Commit()
	})
}
