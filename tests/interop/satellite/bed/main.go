// SPDX-License-Identifier: Apache-2.0

// Bed is a Storj network for the tests: a satellite, storage nodes and one
// user's project, all in this process and on loopback. When it is up it prints
// one JSON object, and it runs until its standard input ends.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"go.uber.org/zap"

	"storj.io/common/identity"
	"storj.io/common/macaroon"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/testcontext"
	"storj.io/storj/private/testplanet"
	"storj.io/storj/satellite"
	"storj.io/storj/satellite/console"
	"storj.io/storj/satellite/jobq"
	"storj.io/storj/satellite/jobq/jobqtest"
	"storj.io/storj/satellite/satellitedb"
	"storj.io/storj/satellite/satellitedb/satellitedbtest"
)

var (
	postgres = flag.String("postgres", "", "URL of a PostgreSQL database")
	memory   = flag.Duration("memory", time.Second, "how long the satellite believes what it found out about a key")
	nodes    = flag.Int("nodes", 4, "storage nodes")
)

// reporter is where the test network reports to in the place of a test.
type reporter struct {
	log *zap.SugaredLogger
	end []func()
}

func (r *reporter) Helper()          {}
func (r *reporter) Name() string     { return "bed" }
func (r *reporter) Log(a ...any)     { r.log.Debug(a...) }
func (r *reporter) Error(a ...any)   { r.log.Error(a...) }
func (r *reporter) Fatal(a ...any)   { r.log.Fatal(a...) }
func (r *reporter) Cleanup(f func()) { r.end = append(r.end, f) }

func (r *reporter) close() {
	for i := len(r.end) - 1; i >= 0; i-- {
		r.end[i]()
	}
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "bed: %+v\n", err)
		os.Exit(1)
	}
}

func run() (err error) {
	config := zap.NewDevelopmentConfig()
	config.Level = zap.NewAtomicLevelAt(zap.ErrorLevel)
	log := zap.Must(config.Build())
	report := &reporter{log: log.Sugar()}
	defer report.close()
	ctx := testcontext.NewWithTimeout(report, -1)

	queue, err := startQueue(ctx, log)
	if err != nil {
		return err
	}
	defer func() { _ = queue.Close() }()
	db := satellitedbtest.Database{Name: "Postgres", URL: *postgres}
	planet, err := testplanet.NewCustom(ctx, log, testplanet.Config{
		Name: "bed", SatelliteCount: 1, StorageNodeCount: *nodes, UplinkCount: 1,
		Reconfigure: testplanet.Reconfigure{SatelliteDBOptions: options, Satellite: configure(queue)},
	}, satellitedbtest.SatelliteDatabases{Name: "Postgres", MasterDB: db, MetabaseDB: db})
	if err != nil {
		return err
	}
	if err := planet.Start(ctx); err != nil {
		return err
	}
	defer func() {
		if closed := planet.Shutdown(); err == nil {
			err = closed
		}
	}()
	if err := announce(ctx, planet); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// startQueue runs the queue of repairs, without which no satellite starts.
func startQueue(ctx *testcontext.Context, log *zap.Logger) (*jobqtest.TestServer, error) {
	id, err := identity.NewFullIdentity(ctx, identity.NewCAOptions{})
	if err != nil {
		return nil, err
	}
	queue, err := jobqtest.NewTestServer(log, &jobqtest.ServerOptions{
		Host: "127.0.0.1", Identity: id, TLS: tlsopts.Config{PeerIDVersions: "latest"},
		RetryAfter: time.Hour, InitAlloc: 1 << 20,
	})
	if err == nil {
		ctx.Go(func() error { return queue.Run(ctx) })
	}
	return queue, err
}

func options(_ *zap.Logger, _ int, o *satellitedb.Options) {
	o.RevocationLRUOptions.Expiration = *memory
	o.RevocationLRUOptions.Capacity = 10000
	o.APIKeysLRUOptions.Expiration = *memory
	o.APIKeysLRUOptions.Capacity = 1000
}

func configure(queue *jobqtest.TestServer) func(*zap.Logger, int, *satellite.Config) {
	return func(_ *zap.Logger, _ int, c *satellite.Config) {
		c.JobQueue = jobq.Config{ServerNodeURL: queue.NodeURL, TLS: queue.TLSOpts.Config}
		c.Server.DisableQUIC = true
		c.Metainfo.RateLimiter.Enabled = false
		c.Metainfo.APIKeyTailsConfig.CombinerQueueEnabled = true // so that auditable keys are held to it
	}
}

// announce makes the API keys and prints what a client needs to know.
func announce(ctx *testcontext.Context, planet *testplanet.Planet) error {
	keys := map[string]string{}
	for name, version := range map[string]macaroon.APIKeyVersion{
		"usual":     macaroon.APIKeyVersionObjectLock,
		"another":   macaroon.APIKeyVersionObjectLock,
		"auditable": macaroon.APIKeyVersionObjectLock | macaroon.APIKeyVersionAuditable,
	} {
		key, err := newKey(ctx, planet, name, version)
		if err != nil {
			return err
		}
		keys[name] = key.Serialize()
	}
	sat, project := planet.Satellites[0], planet.Uplinks[0].Projects[0]
	salt, err := sat.DB.Console().Projects().GetSalt(ctx, project.ID)
	if err != nil {
		return err
	}
	stored, err := sat.DB.Console().Projects().Get(ctx, project.ID)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(sat.Addr())
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"id": sat.ID().String(), "host": host, "port": port, "keys": keys, "salt": salt,
		"public_id": stored.PublicID.String(),
	})
}

// newKey does what the satellite's console does for its user.
func newKey(ctx *testcontext.Context, planet *testplanet.Planet, name string, version macaroon.APIKeyVersion) (*macaroon.APIKey, error) {
	sat, project := planet.Satellites[0], planet.Uplinks[0].Projects[0]
	secret, err := macaroon.NewSecret()
	if err != nil {
		return nil, err
	}
	key, err := macaroon.NewAPIKey(secret)
	if err != nil {
		return nil, err
	}
	_, err = sat.DB.Console().APIKeys().Create(ctx, key.Head(), console.APIKeyInfo{
		Name: name, ProjectID: project.ID, CreatedBy: project.Owner.ID, Secret: secret, Version: version,
	})
	return key, err
}
