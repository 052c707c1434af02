# SPDX-License-Identifier: Apache-2.0
"""What a flow costs a PostgreSQL database: rows, bytes, WAL, commits and processor time of the
server, for asking and allowing, and for the exchange. docs/scale.md explains the figures."""

import concurrent.futures
import contextlib
import glob
import os
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "fixtures"))

from grantd import Person, Server  # noqa: E402
from pgbouncer import PgBouncer  # noqa: E402
from postgres import Postgres  # noqa: E402

POOLED = os.environ.get("POOLED") == "1"  # behind PgBouncer
FLOWS = int(os.environ.get("FLOWS", "3000"))
AT_ONCE = 32
TICK = os.sysconf("SC_CLK_TCK")

SIZES = """SELECT COALESCE(parent.relname, c.relname), SUM(pg_relation_size(c.oid)),
    SUM(pg_indexes_size(c.oid)) FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
    LEFT JOIN pg_class parent ON parent.oid = i.inhparent
    WHERE c.relkind = 'r' AND c.relnamespace = 'grantd'::regnamespace GROUP BY 1"""
UPDATES = """SELECT SUM(n_tup_upd), SUM(n_tup_hot_upd) FROM pg_stat_user_tables
    WHERE schemaname = 'grantd'"""


def numbers(postgres, query):
    return [int(value or 0) for value in postgres.ask(query).split("|")]


def processor_time(postgres):
    """Seconds that all processes of the server have used, ended ones included."""
    first = pathlib.Path(postgres.data, "postmaster.pid").read_text(encoding="utf-8").split()[0]
    total = 0
    for path in glob.glob("/proc/[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = pathlib.Path(path).read_text(encoding="utf-8").rsplit(")", 1)[1].split()
            own = path.split("/")[2] == first
            if own or fields[1] == first:
                total += sum(int(n) for n in fields[11:15 if own else 13])
    return total / TICK


class Reading:
    def __init__(self, postgres):
        time.sleep(11)  # until idle sessions have reported their statistics
        self.sizes = {}
        for row in postgres.ask(SIZES).splitlines():
            name, heap, indexes = row.split("|")
            rows = int(postgres.ask(f"SELECT COUNT(*) FROM grantd.{name}"))
            self.sizes[name] = (rows, int(heap), int(indexes))
        self.place = postgres.ask("SELECT pg_current_wal_insert_lsn()")
        self.updates = numbers(postgres, UPDATES)
        self.processor = processor_time(postgres)


def measure(postgres, title, work, n):
    """Prints what `n` pieces of work cost, each."""
    postgres.ask("CHECKPOINT")
    before = Reading(postgres)
    begun = time.monotonic()
    work()
    seconds = time.monotonic() - begun
    used = processor_time(postgres) - before.processor
    after = Reading(postgres)
    wal, images, commits = numbers(
        postgres, "SELECT SUM(record_size), SUM(fpi_size), SUM(count) FILTER "
        "(WHERE \"resource_manager/record_type\" = 'Transaction/COMMIT') "
        f"FROM pg_get_wal_stats('{before.place}', '{after.place}', true)")
    updates, hot = (b - a for a, b in zip(before.updates, after.updates))
    print(f"{title}: {n} in {seconds:.0f} s, each:")
    total = [0, 0, 0]
    for name, new in sorted(after.sizes.items()):
        change = [(b - a) / n for a, b in zip(before.sizes.get(name, (0, 0, 0)), new)]
        if name != "writer" and max(abs(part) for part in change) > 0.05:
            print(f"  {name:<22} {change[0]:5.2f} rows {change[1]:6.0f} bytes "
                  f"{change[2]:6.0f} bytes of indexes")
            total = [a + b for a, b in zip(total, change)]
    print(f"  {'together':<22} {total[0]:5.2f} rows {total[1]:6.0f} bytes "
          f"{total[2]:6.0f} bytes of indexes")
    print(f"  WAL {wal / n:.0f} bytes, and {images / n:.0f} of page images after the checkpoint; "
          f"{commits / n:.2f} commits; "
          f"{used * 1e6 / n:.0f} us of the server's processors; "
          f"{updates / n:.2f} updates, {100 * hot / max(updates, 1):.0f} % of them HOT")


def main():
    settings = ("fsync = on", "full_page_writes = on", "max_wal_size = 4GB", "autovacuum = off")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        postgres = stack.enter_context(Postgres(*settings))
        postgres.ask("CREATE EXTENSION pg_walinspect")
        # Quotas that are spent from, but not used up; codes outlive the pauses between two steps.
        server = Server(folder, **{"code.lifetime": "10m", **{f"limits.{name}": "1000000" for name in (
            "requests_per_account", "requests_per_client")}})
        server.environment |= {"GRANTD_STORE_URL": postgres.url,
                              "GRANTD_KEYS_MASTER": f"{folder}/master.key"}
        if POOLED:
            server.environment["GRANTD_STORE_URL"] = stack.enter_context(PgBouncer(postgres)).url
            server.environment["GRANTD_STORE_POOLER"] = "transaction"
        stack.callback(server.stop)
        server.start()
        people = [Person(server) for _ in range(8)]
        apps = [person.application() for person in people]
        codes = []

        def each(task, n, at_once):
            with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
                return list(pool.map(task, range(n)))

        def allow():
            codes.extend(each(lambda i: (i % 8, people[i % 8].code(apps[i % 8])), FLOWS, 8))

        def exchange(at_once):
            def one(i):
                app, code = codes[i]
                assert apps[app].exchange(code).status == 200
            each(one, len(codes), at_once)
            codes.clear()

        allow()
        exchange(AT_ONCE)  # the first ones fill empty pages
        measure(postgres, "asking and allowing", allow, FLOWS)
        measure(postgres, f"exchange, {AT_ONCE} at once", lambda: exchange(AT_ONCE), FLOWS)
        allow()
        measure(postgres, "exchange, one after the other", lambda: exchange(1), FLOWS)


if __name__ == "__main__":
    main()
