# SPDX-License-Identifier: Apache-2.0
"""The store's claim on PostgreSQL, called directly, beside pgbench with the same rows in one
statement: alternately, on one server, with fsync.

    claims.py PATH-OF-BENCH_CLAIMS
"""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "fixtures"))
from postgres import USER, Postgres  # noqa: E402 (found only now)

ROUNDS = 3
SETTINGS = ("fsync = on", "synchronous_commit = on", "full_page_writes = on",
            "shared_buffers = 1GB", "max_wal_size = 8GB", "autovacuum = off")
# In flight: claims of a run, transactions of pgbench in a run.
LEVELS = {1: (3_000, 3_000), 8: (12_000, 8_000), 32: (32_000, 12_000), 128: (32_000, 9_600)}
CONTESTED = 20_000
CODES = ROUNDS * sum(map(sum, LEVELS.values())) + CONTESTED + 30_000

UUID = r"decode('{0:02x}', 'hex') || int8send({1}) || '\x00000000000000'::bytea"
DIGEST = r"decode(repeat('00', 24), 'hex') || int8send({0})"
NOW = "(EXTRACT(EPOCH FROM now())::bigint * 1000)"

FILL = f"""
SET search_path = grantd;
INSERT INTO account (id, email, full_name, created_at)
    VALUES ({UUID.format(5, 0)}, 'bench@example.com', 'Bench', 1);
INSERT INTO client (id, client_id, account_id, name, description, redirect_uris, scopes,
    optional_scopes, jwks, subject_type, id_tokens_es256, status, auth_method, application_type,
    require_pkce, require_pushed, legacy_redirect, device_flow, refresh_tokens,
    secret_max_lifetime, created_at, logout_uris, document, document_until)
    VALUES ({UUID.format(3, 0)}, {UUID.format(3, 1)}, {UUID.format(5, 0)}, 'Bench', '',
    'https://myapp.com/callback', 'read list', '', '', 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    '', '', 0);
INSERT INTO client_secret (id, client_row, sealed, created_at, is_foreign)
    VALUES ({UUID.format(4, 0)}, {UUID.format(3, 0)}, 'sealed', 1, 0);
INSERT INTO project (id, account_id, name, satellite_address, head, sealed_api_key, salt,
    path_cipher, created_at) VALUES ({UUID.format(6, 0)}, {UUID.format(5, 0)}, 'Bench', 'here',
    'head', 'sealed', '0123456789abcdef', 1, 1);
INSERT INTO access_authorization (no, account_id, client_row, project_id, scope, lifetime,
    protocol_scopes, decided_at, live_until) SELECT no, {UUID.format(5, 0)}, {UUID.format(3, 0)},
    {UUID.format(6, 0)}, 'read list', 3600, 0, 1, {NOW} + 7200000 FROM generate_series(1::bigint, {CODES}) no;
INSERT INTO code (no, digest, redirect_uri, needs_passphrase, sealed_access, asked_at, expires_at)
    SELECT no, {DIGEST.format('no')}, 'https://myapp.com/callback', 0,
    decode(repeat('ab', 100), 'hex'), {NOW}, {NOW} + 7200000
    FROM generate_series(1::bigint, {CODES}) no;
"""

# What a careful programmer would send for one exchange.
ONE = f"""
\\set i :i + 1
\\set no :base + :client_id * :share + :i
WITH jwt AS (INSERT INTO grantd.used_jwt (exp, digest, attempt)
    VALUES ({NOW} / 1000 + 300, sha256(int8send(:no)), uuid_send(gen_random_uuid()))
    ON CONFLICT DO NOTHING RETURNING attempt),
claimed AS (UPDATE grantd.code SET used_at = {NOW}, used_by = jwt.attempt, sealed_access = NULL
    FROM jwt WHERE no = :no AND digest = {DIGEST.format(':no::bigint')} AND used_at IS NULL
    AND expires_at > {NOW} AND redirect_uri = 'https://myapp.com/callback' RETURNING no, used_by),
made AS (INSERT INTO grantd.access_grant (id, authorization_no, account_id, client_row,
    project_id, scope, status, created_at, expires_at, sealed_tail, attempt)
    SELECT {UUID.format(1, 'z.no')}, z.no, account_id, client_row, project_id, scope, 1, {NOW},
    ({NOW} / 1000 + lifetime) * 1000, decode(repeat('30', 64), 'hex'), used_by
    FROM claimed JOIN grantd.access_authorization z ON z.no = claimed.no
    RETURNING id, account_id, client_row)
INSERT INTO grantd.audit (at, action, outcome, account_id, client_id, subject_id, request_id,
    address) SELECT {NOW}, 'exchange', 'ok', account_id, client_row, id, '0123456789abcdef',
    '127.0.0.1' FROM made;
"""


class Bench:
    def __init__(self, postgres, program):
        self.postgres = postgres
        self.program = program
        self.pgbench = f"{postgres.programs}/pgbench"
        self.first = 1  # of the codes that nobody has claimed yet
        self.wins = 0

    def take(self, n):
        self.first += n
        return self.first - n

    def store(self, n, in_flight, first=None):
        """Exchanges a second."""
        first = self.take(n) if first is None else first
        out = subprocess.run([self.program, "run", self.postgres.url, str(int(time.time())),
                              str(first), str(n), str(in_flight)], check=True, capture_output=True, text=True).stdout
        rate, won = out.split()
        self.wins += int(won)
        return float(rate)

    def script(self, text, clients, transactions, *options, environment=None):
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(text)
            file.flush()
            return subprocess.run(
                [self.pgbench, "-n", "-h", self.postgres.folder, "-U", USER, "-f", file.name,
                 "-c", str(clients), "-t", str(transactions), "-D", "i=-1", *options, "postgres"],
                env={**os.environ, **(environment or {})}, check=False, capture_output=True,
                text=True)

    def one_statement(self, n, clients):
        share = n // clients
        done = self.script(ONE, clients, share, "-M", "prepared", "-D", f"base={self.take(n)}",
                           "-D", f"share={share}")
        assert done.returncode == 0, done.stderr
        return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])

    def counters(self):
        """Commits, bytes of WAL, updates of code, those of them that were HOT, deadlocks, CPU us."""
        row = self.postgres.ask(
            "SELECT xact_commit, pg_current_wal_insert_lsn() - '0/0', n_tup_upd, n_tup_hot_upd, "
            "deadlocks FROM pg_stat_database, pg_stat_user_tables WHERE datname = 'postgres' "
            "AND relname = 'code'")
        return [int(value) for value in row.split("|")] + [self.processor_us()]

    def processor_us(self):
        """Of all sessions that have ended."""
        pid = pathlib.Path(self.postgres.data, "postmaster.pid").read_text().split()[0]
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[13]) + int(fields[14])) * 1_000_000 // os.sysconf("SC_CLK_TCK")

    def prepare(self):
        self.store(2, 1)  # its schema
        self.take(-1)
        self.postgres.ask(FILL)
        self.postgres.ask("VACUUM ANALYZE")
        self.postgres.ask("CHECKPOINT")

    def level(self, in_flight):
        n_store, n_one = LEVELS[in_flight]
        ours, theirs, used = [], [], []
        self.wins = 0
        for _ in range(ROUNDS):
            theirs.append(self.one_statement(n_one, in_flight))
            before = self.counters()
            ours.append(self.store(n_store, in_flight))
            used.append([a - b for a, b in zip(self.counters(), before)])
        assert self.wins == ROUNDS * n_store, f"{self.wins} of {ROUNDS * n_store} were claimed"
        commits, wal, updates, hot, _, cpu = (sum(column) for column in zip(*used))
        n = ROUNDS * n_store
        rates = statistics.median(ours), statistics.median(theirs)
        print(f"{in_flight:9} {rates[0]:12,.0f} {rates[1]:12,.0f} {rates[0] / rates[1]:8.2f} "
              f"{commits / n:10.3f} {wal / n:10,.0f} {100 * hot / max(1, updates):8.0f} % "
              f"{cpu / n:8.0f}", flush=True)
        return rates

    def contested(self):
        """Two processes claim the same codes. Return: deadlocks."""
        before = self.counters()
        first = self.take(CONTESTED)
        threads = [threading.Thread(target=self.store, args=(CONTESTED, 64, first))
                   for _ in range(2)]
        self.wins = 0
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.wins == CONTESTED, f"{self.wins} claims of {CONTESTED} codes"
        return self.counters()[4] - before[4]

    def contested_text(self, text, n=100):
        """Two sessions send the statement itself, with the same codes in opposite orders. Return:
        the deadlocks."""
        def array(value, kind):
            return (f"(ARRAY(SELECT {value} FROM generate_series(1, 64) g ORDER BY "
                    f"g * (1 - 2 * :client_id)))::{kind}[]")
        number = "(:base + :i * 64 + g)::bigint"
        unique = f"sha256(int8send({number} * 2 + :client_id))"
        values = [array(f"substr({unique}, 1, 16)", "bytea"), array(f"{NOW} / 1000 + 300", "bigint"),
                  array(unique, "bytea"), array(UUID.format(4, 0), "bytea"),
                  array(number, "bigint"), array(DIGEST.format(number), "bytea"),
                  array(UUID.format(3, 0), "bytea"),
                  array("'https://myapp.com/callback'", "text"), array("''", "text"),
                  array("0", "bigint"), array(f"substr({unique}, 17, 16)", "bytea"),
                  array("'tail'", "bytea"), array("NULL", "bytea"), array(NOW, "bigint"),
                  array("NULL", "text"), array("NULL", "bytea"), array("''", "text"),
                  array("''", "text"), array("0", "bigint"),
                  array("0", "bigint"), array("NULL", "bytea"), array("NULL", "bytea"),
                  array("NULL", "bytea"), array("0", "bigint"), array("0", "bigint")]
        text = re.sub(r"\?(\d+)", lambda found: values[int(found[1]) - 1], text)
        before = self.counters()
        done = self.script(f"\\set i :i + 1\n{text};\n", 2, n, "-D", f"base={self.take(n * 64)}",
                           "--max-tries=20", environment={"PGOPTIONS": (
                               "-c search_path=grantd -c enable_hashjoin=off "
                               "-c enable_mergejoin=off -c enable_seqscan=off "
                               "-c enable_bitmapscan=off -c jit=off -c deadlock_timeout=20ms")})
        assert done.returncode == 0, done.stderr
        return self.counters()[4] - before[4]


def main(program):
    with Postgres(*SETTINGS) as postgres:
        bench = Bench(postgres, str(pathlib.Path(program).resolve()))
        bench.prepare()
        print("claims on PostgreSQL: in flight, exchanges/s of the store and of pgbench's one "
              "statement, ratio;\nper exchange of the store: commits, bytes of WAL; HOT updates of "
              "codes; CPU us of the server's sessions")
        best = 0
        for in_flight in LEVELS:
            ours, theirs = bench.level(in_flight)
            best = max(best, theirs)
        print(f"at 128 in flight, ratio to pgbench's best number of clients: {ours / best:.2f}")
        text = subprocess.run([program, "text"], check=True, capture_output=True, text=True).stdout
        unsorted = text.replace("DISTINCT ON (no) ", "").replace(" ORDER BY no, n", "").replace(
            " ORDER BY jwt_exp, jwt, n", "")
        assert unsorted != text
        print(f"deadlocks, two processes on the same codes: {bench.contested()}")
        print(f"deadlocks, two sessions on the same codes in opposite orders: the statement "
              f"{bench.contested_text(text)}, without its orders {bench.contested_text(unsorted)}")


if __name__ == "__main__":
    main(sys.argv[1])
