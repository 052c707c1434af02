# SPDX-License-Identifier: Apache-2.0
"""Whole chains: an application's request, a person's consent, the exchange. Beside oidc-provider in
memory; of one person who has ever more grants; with passphrases, beside bare derivations; and the
memory that the server keeps afterwards.

    chain.py FOLDER-OF-THE-BUILD [PEER]

PEER: a folder where the packages of bench/peer are installed. FEWER=10: a tenth of the requests.
MOST=100000: as many grants of one person, at the end (10,000 otherwise).
"""

import contextlib
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "fixtures"))
from grantd import Person, Server, free_port  # noqa: E402 (found only now)

FEWER = int(os.environ.get("FEWER", "1"))
MOST = int(os.environ.get("MOST", "10000"))
PEOPLE = 300  # none of them gets to a hundred grants, from which on each consent ends the oldest
ROUNDS = 3
LEVELS = {1: 1_000, 8: 3_000, 32: 4_000}     # connections: chains of a round
OF_ONE = 500
DERIVATIONS = {1: 200, 8: 400, 32: 400}
SETTINGS = {"log.level": "warning", "limits.authorizations_per_client": "100"}
PASSPHRASE = "correct horse battery staple"
BARE_S = 2
PAUSE = 30  # seconds, after which the memory is looked at again


def line(name, text):
    print(f"{name:<15} {text}", flush=True)


class Bench:
    def __init__(self, stack, build):
        self.programs = build / "bench"
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.server = Server(self.folder, **SETTINGS).start()
        stack.callback(self.server.stop)
        self.peer = None

    def people(self, name, n):
        """A file with so many people, each with an application."""
        lines = []
        for _ in range(n):
            person = Person(self.server)
            app = person.application()
            lines.append(f"{person.token} {app.client_id} {app.secret}\n")
        path = self.folder / name
        path.write_text("".join(lines), encoding="utf-8")
        return path

    def run(self, program, *arguments):
        done = subprocess.run([self.programs / program, *map(str, arguments)], check=False,
                              capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return [float(figure) for figure in done.stdout.split()]

    def chains(self, people, connections, n, *passphrase):
        """A second; and in ms the 50th and 99th percentile of chains, then of exchanges."""
        return self.run("bench_chain", "grantd", self.server.port, connections, n, people,
                        *passphrase)

    def peer_start(self, stack, folder):
        port = free_port()
        with open(self.folder / "peer.log", "ab") as log:
            peer = subprocess.Popen(["node", "provider.js", str(port)], cwd=folder, stdout=log,
                                    stderr=log)
        stack.callback(peer.wait)
        stack.callback(peer.kill)
        deadline = time.monotonic() + 30
        while "ready" not in (self.folder / "peer.log").read_text(encoding="utf-8"):
            assert peer.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        self.peer = port

    def peers_chains(self, connections, n):
        return self.run("bench_chain", "provider", self.peer, connections, n)


def processor_us(process):
    """What it has used so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8")
    user, system = fields.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) * 1e6 / os.sysconf("SC_CLK_TCK")


def medians(runs):
    return [statistics.median(column) for column in zip(*runs)]


def beside_the_peer(bench, people):
    """In turns."""
    for connections, n in LEVELS.items():
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(bench.chains(people, connections, n // FEWER))
            if bench.peer:
                theirs.append(bench.peers_chains(connections, n // 4 // FEWER))
        rate, p50, p99, *_ = medians(ours)
        text = f"{rate:7.0f} a second at {connections:3}   p50 {p50:6.2f} ms   p99 {p99:6.2f} ms"
        if theirs:
            other = medians(theirs)[0]
            text += f"   {rate / other:5.1f} times {other:.0f} of oidc-provider in memory"
        line("chains", text)


def of_one_person(bench):
    """What chains take once the person has so many grants: processor time, too, which other programs
    disturb little. The first hundred are not counted: from then on each consent ends the oldest."""
    person = bench.people("one", 1)
    has, first = 0, None
    for n in (100, 1_000, 10_000, 100_000):
        if n > MOST:
            break
        bench.chains(person, 8, n - has)
        before = processor_us(bench.server.process)
        rate = bench.chains(person, 1, OF_ONE)[0]
        each = (processor_us(bench.server.process) - before) / OF_ONE
        has = n + OF_ONE
        first = first or each
        line("chains of one", f"{rate:7.0f} a second, {each:4.0f} us CPU each, {each / first:.2f} of "
             f"the first, of a person with {n:,} grants")


def load_s():
    """Processor time of the load generators that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def with_passphrases(bench, people):
    """All processors derive: nothing else, then in exchanges. Processor time, too, since other programs
    take it from the one and the other."""
    cores = os.cpu_count()
    for connections, n in DERIVATIONS.items():
        bare, ours, bare_s, server_s, took = [], [], 0, 0, 0
        for _ in range(ROUNDS):
            bare_s -= load_s()
            bare.append(bench.run("bench_derivations", min(connections, cores), BARE_S))
            bare_s += load_s()
            server_s -= processor_us(bench.server.process) / 1e6
            ours.append(bench.chains(people, connections, n // FEWER, PASSPHRASE))
            server_s += processor_us(bench.server.process) / 1e6
            took += n // FEWER / ours[-1][0]
        rate, _, _, p50, p99 = medians(ours)
        other = medians(bare)[0]
        each = sum(rate for rate, in bare) * BARE_S / bare_s
        share = n // FEWER * ROUNDS / server_s / each
        line("passphrases", f"{rate:7.0f} exchanges a second at {connections:3}   {rate / other:.2f} "
             f"of {other:.0f} bare derivations   p50 {p50:.1f} ms   p99 {p99:.1f} ms   {share:.2f} of "
             f"{each:.0f} by processor time, of which the server had {server_s / took:.2f}")


def resident(server):
    """MiB, with what derivations keep."""
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def main(build, peer=None):
    with contextlib.ExitStack() as stack:
        bench = Bench(stack, pathlib.Path(build).resolve())
        if peer:
            bench.peer_start(stack, peer)
        people = bench.people("people", PEOPLE)
        bench.chains(people, 1, PEOPLE)
        time.sleep(PAUSE)
        idle = resident(bench.server)
        beside_the_peer(bench, people)
        of_one_person(bench)
        after = resident(bench.server)
        with_passphrases(bench, people)
        derived = resident(bench.server)
        time.sleep(PAUSE)
        line("memory", f"{idle:.0f} MiB before chains, {after:.0f} after them, {derived:.0f} after "
             f"derivations, {resident(bench.server):.0f} when {PAUSE} s have passed")


if __name__ == "__main__":
    main(*sys.argv[1:])
