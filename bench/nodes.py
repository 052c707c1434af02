# SPDX-License-Identifier: Apache-2.0
"""Exchanges over HTTP: on SQLite, and on PostgreSQL with one node and with two, in turns on the same
codes, with fsync.

    nodes.py PATH-OF-GRANTD PATH-OF-BENCH_NODES

ROUNDS=1 FEWER=10: one round instead of three, each a tenth as long.
"""

import contextlib
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "fixtures"))
from grantd import free_port  # noqa: E402 (found only now)
from postgres import Postgres  # noqa: E402
from scale import numbers, processor_time  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "3"))
FEWER = int(os.environ.get("FEWER", "1"))
SETTINGS = ("fsync = on", "synchronous_commit = on", "full_page_writes = on",
            "shared_buffers = 512MB", "max_wal_size = 8GB", "autovacuum = off")
# Connections: exchanges of a run. Codes live for ten minutes, which all of it must fit into.
LEVELS = {connections: n // FEWER for connections, n in
          {1: 800, 8: 3_000, 32: 6_000, 128: 8_000}.items()}
KINDS = ("SQLite", "one node", "two nodes")
CODES = 2 * ROUNDS * sum(LEVELS.values())  # of PostgreSQL's two, which share a database


class Bench:
    def __init__(self, stack, grantd, program):
        self.stack = stack
        self.program = program
        self.folder = stack.enter_context(tempfile.TemporaryDirectory())
        self.postgres = stack.enter_context(Postgres(*SETTINGS))
        self.postgres.ask("CREATE EXTENSION pg_walinspect")
        self.grantd = grantd
        self.call(program, "prepare", "requests", str(CODES))
        self.call(grantd, "store", "copy", "sqlite:bench.db", self.postgres.url)
        self.postgres.ask("VACUUM ANALYZE")
        self.ports = {"SQLite": [self.serve("sqlite:bench.db")]}
        nodes = [self.serve(self.postgres.url) for _ in range(2)]
        self.ports |= {"one node": nodes[:1], "two nodes": nodes}
        self.first = {"SQLite": 0, "PostgreSQL": 0}  # of the codes that nobody has exchanged

    def call(self, *command):
        done = subprocess.run(command, cwd=self.folder, check=False, capture_output=True, text=True,
                              env={**os.environ, "GRANTD_KEYS_MASTER": "bench.key"})
        assert done.returncode == 0, (command, done.stderr)
        return done.stdout

    def serve(self, url):
        port = free_port()
        with open(f"{self.folder}/log", "ab") as log:
            server = subprocess.Popen(
                [self.grantd, "serve", f"--http.listen=127.0.0.1:{port}", f"--store.url={url}",
                 "--keys.master=bench.key", "--http.public_url=http://localhost:1",
                 "--log.level=warning"], cwd=self.folder, stdout=log,
                stderr=log)
        self.stack.callback(server.wait)
        self.stack.callback(server.send_signal, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError, urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").read()
                return str(port)
            assert server.poll() is None and time.monotonic() < deadline, \
                pathlib.Path(self.folder, "log").read_text(encoding="utf-8")
            time.sleep(0.05)

    def exchange(self, kind, connections):
        """Rate, and two percentiles."""
        n, store = LEVELS[connections], "SQLite" if kind == "SQLite" else "PostgreSQL"
        first = self.first[store]
        self.first[store] += n
        out = self.call(self.program, "run", "requests", str(first), str(n), str(connections),
                        *self.ports[kind])
        *figures, failed = map(float, out.split())
        assert not failed, f"{failed} of {n} exchanges failed"
        return figures

    def costs(self, kind, connections):
        """Rate, percentiles; and an exchange's database CPU us, commits and bytes of WAL."""
        if kind == "SQLite":
            return [*self.exchange(kind, connections), 0, 0, 0]
        place = self.postgres.ask("SELECT pg_current_wal_insert_lsn()")
        processor = processor_time(self.postgres)
        figures = self.exchange(kind, connections)
        used = processor_time(self.postgres) - processor
        wal, commits = numbers(
            self.postgres, "SELECT SUM(record_size), SUM(count) FILTER "
            "(WHERE \"resource_manager/record_type\" = 'Transaction/COMMIT') FROM "
            f"pg_get_wal_stats('{place}', pg_current_wal_flush_lsn(), true)")
        n = LEVELS[connections]
        return [*figures, used * 1e6 / n, commits / n, wal / n]

    def level(self, connections):
        runs = {kind: [] for kind in KINDS}
        for _ in range(ROUNDS):
            for kind in KINDS:
                runs[kind].append(self.costs(kind, connections))
        sqlite = statistics.median(run[0] for run in runs["SQLite"])
        for kind in KINDS:
            rate, p50, p99, cpu, commits, wal = map(statistics.median, zip(*runs[kind]))
            database = f"{cpu:8.0f} {commits:8.3f} {wal:8,.0f}" if cpu else ""
            print(f"{connections:11}   {kind:<9} {rate:9,.0f} {rate / sqlite:8.2f}   {p50:7.2f} "
                  f"{p99:7.2f}   {database}".rstrip(), flush=True)


def main(grantd, program):
    with contextlib.ExitStack() as stack:
        bench = Bench(stack, *(str(pathlib.Path(path).resolve()) for path in (grantd, program)))
        print("exchanges over HTTP, durable; of the database for each: CPU us, commits, bytes of WAL\n"
              "connections   on         a second   SQLite    p50 ms  p99 ms        CPU  commits      WAL")
        for connections in LEVELS:
            bench.level(connections)


if __name__ == "__main__":
    main(*sys.argv[1:])
