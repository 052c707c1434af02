// SPDX-License-Identifier: Apache-2.0

// Uplink does with grants what applications do, by Storj's own client library.
// It reads one JSON object a line and answers each with one.
//
//	{"grant": "1...", "ops": [{"op": "put", "bucket": "b", "key": "a/b", "data": "x"}]}
//	{"results": ["ok"]}
//
// With "paths", another grant, the satellite itself is asked with the API key of
// the first and paths encrypted by the keys of the second: what it refuses is
// not refused by the library before.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"storj.io/uplink"
)

type operation struct {
	Op     string `json:"op"`
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	Data   string `json:"data"`
}

type request struct {
	Grant string      `json:"grant"`
	Paths string      `json:"paths"`
	Ops   []operation `json:"ops"`
	Share []string    `json:"share"` // buckets: a grant for reading these, made by the library
	Info  int         `json:"info"`  // this many calls of ProjectInfo on one connection
}

type response struct {
	Results []string `json:"results,omitempty"`
	Grant   string   `json:"grant,omitempty"`
	Seconds float64  `json:"seconds,omitempty"`
	Error   string   `json:"error,omitempty"`
}

const patience = 30 * time.Second

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		var answer response
		err := json.Unmarshal(lines.Bytes(), &asked)
		if err == nil {
			answer, err = serve(asked)
		}
		if err != nil {
			answer.Error = err.Error()
		}
		if err := answers.Encode(answer); err != nil {
			os.Exit(1)
		}
	}
}

func serve(asked request) (response, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	access, err := uplink.ParseAccess(asked.Grant)
	if err != nil {
		return response{}, err
	}
	switch {
	case asked.Share != nil:
		return share(access, asked.Share)
	case asked.Info > 0:
		return measureInfo(ctx, asked.Grant, asked.Info)
	case asked.Paths != "":
		return askSatellite(ctx, asked)
	}
	return useGrant(ctx, access, asked.Ops)
}

func share(access *uplink.Access, buckets []string) (response, error) {
	var prefixes []uplink.SharePrefix
	for _, bucket := range buckets {
		prefixes = append(prefixes, uplink.SharePrefix{Bucket: bucket})
	}
	shared, err := access.Share(uplink.ReadOnlyPermission(), prefixes...)
	if err != nil {
		return response{}, err
	}
	grant, err := shared.Serialize()
	return response{Grant: grant}, err
}

func useGrant(ctx context.Context, access *uplink.Access, ops []operation) (response, error) {
	project, err := uplink.OpenProject(ctx, access)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = project.Close() }()
	var answer response
	for _, op := range ops {
		answer.Results = append(answer.Results, outcome(op.do(ctx, project)))
	}
	return answer, nil
}

func (op operation) do(ctx context.Context, project *uplink.Project) error {
	switch op.Op {
	case "bucket":
		_, err := project.EnsureBucket(ctx, op.Bucket)
		return err
	case "put":
		return op.put(ctx, project)
	case "get":
		return op.get(ctx, project)
	case "stat":
		_, err := project.StatObject(ctx, op.Bucket, op.Key)
		return err
	case "list":
		objects := project.ListObjects(ctx, op.Bucket, &uplink.ListObjectsOptions{Prefix: op.Key, Recursive: true})
		found := false
		for objects.Next() {
			found = true
		}
		if err := objects.Err(); err != nil || found {
			return err
		}
		return uplink.ErrObjectNotFound
	case "delete":
		_, err := project.DeleteObject(ctx, op.Bucket, op.Key)
		return err
	}
	return fmt.Errorf("unknown operation %q", op.Op)
}

func (op operation) put(ctx context.Context, project *uplink.Project) error {
	upload, err := project.UploadObject(ctx, op.Bucket, op.Key, nil)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(upload, op.Data); err != nil {
		return errors.Join(err, upload.Abort())
	}
	return upload.Commit()
}

func (op operation) get(ctx context.Context, project *uplink.Project) error {
	download, err := project.DownloadObject(ctx, op.Bucket, op.Key, nil)
	if err != nil {
		return err
	}
	defer func() { _ = download.Close() }()
	data, err := io.ReadAll(download)
	if err == nil && string(data) != op.Data {
		err = errors.New("the content differs")
	}
	return err
}
