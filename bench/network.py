# SPDX-License-Identifier: Apache-2.0
"""Measures what needs a satellite, on a real Storj network on this machine: network.py FOLDER,
where grantd and bench_satellite were built. Prints and judges nothing."""

import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests" / "interop" / "satellite"), str(ROOT / "tests" / "fixtures")]

import bed as network  # noqa: E402
import grantd  # noqa: E402

ROUNDS, CALLS = 5, 2000
GRANTS = 400
THREADS = 8


def line(name, text):
    print(f"{name:<26} {text}", flush=True)


def calls(folder, bed, uplink, grant):
    """In turns, each on a connection of its own that is kept."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        result = subprocess.run([f"{folder}/bench/bench_satellite", bed.address, str(CALLS)],
                                input=bed.keys["usual"] + "\n", text=True, capture_output=True,
                                check=True, timeout=120)
        ours.append(CALLS / float(result.stdout))
        theirs.append(CALLS / uplink.ask(grant=grant, info=CALLS)["seconds"])
    best, other = sorted(ours)[ROUNDS // 2], sorted(theirs)[ROUNDS // 2]
    line("calls, kept connection", f"{best:.0f} a second; Storj's Go client {other:.0f}; "
         f"ratio {best / other:.2f}")


def exchanges(owner, app):
    """Of a project on the network, by some applications' threads."""
    codes = [owner.code(app, ["read"], project_id=owner.mine["id"]) for _ in range(GRANTS)]
    bodies = [app.body(code) for code in codes]
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(
            lambda body: app.server.call("POST", "/api/v0/oauth2/token", body), bodies))
    seconds = time.monotonic() - began
    assert all(answer.status == 200 for answer in answers)
    line("exchanges, network", f"{GRANTS / seconds:.0f} a second, with Python asking")


def revocations(owner, app):
    """From the user's one request until the satellite knows of all of them."""
    began = time.monotonic()
    taken = owner.revoke(app).json["grants"]
    answered = time.monotonic() - began
    while any(g["revocation"]["status"] != "delivered" for g in owner.grants()):
        time.sleep(0.05)
    seconds = time.monotonic() - began
    line("revocations, network", f"{len(taken) / seconds:.0f} a second delivered; "
         f"{len(taken)} were answered after {answered * 1000:.0f} ms")


def main():
    folder = sys.argv[1]
    grantd.BINARY = pathlib.Path(folder, "src", "grantd").resolve()
    with network.network(subprocess.DEVNULL) as (bed, uplink), \
            tempfile.TemporaryDirectory(prefix="grantd-bench-") as place:
        server = grantd.Server(place, **{"satellite.allowed": "127.0.0.0/8"}).start()
        try:
            owner = grantd.Person(server)
            owner.mine = owner.project(api_key=bed.keys["usual"], satellite_address=bed.address)
            app = owner.application()
            grant = app.exchange(owner.code(app, project_id=owner.mine["id"])).json["access_grant"]
            calls(folder, bed, uplink, grant)
            exchanges(owner, app)
            revocations(owner, app)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
