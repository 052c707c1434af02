# SPDX-License-Identifier: Apache-2.0
"""The demonstration on a real Storj network: tools/demo --network.

With --serve the network stays until Ctrl-C, with an S3 gateway, and the applications of examples/web_app
are told how to use it. Without:

A project on the network is imported, an application asks for a part of it, its user consents, and
the application stores and reads a file with Storj's own client library. Then the user revokes the
access, and the satellite refuses it."""

import contextlib
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "fixtures"))

import bed as network  # noqa: E402
from gateway import Gateway  # noqa: E402
from grantd import PASSWORD, Person, Server  # noqa: E402

PASSPHRASE = "my secret words"
SCOPES = ["read", "write", "list", "bucket:holidays;prefix:2026/"]
FILE = ("holidays", "2026/note.txt", "The sea was warm.")


def say(text):
    print(text, flush=True)


def step(text):
    say("\n== " + text)


def tried(uplink, grant, op, expected):
    """Does one thing with a grant, and prints it."""
    name, bucket, key, *data = op
    [result] = uplink.do(grant, op)
    say(f"   {name:<8} sj://{bucket}/{key:<18} {result}" +
        (f'  "{data[0]}"' if data and result == "ok" else ""))
    if result != expected:
        sys.exit(f"   that should have been {expected}")


def bring_in(owner, bed, uplink):
    step("The owner brings the project in, by its API key and the satellite's address")
    project = owner.project(api_key=bed.keys["usual"], satellite_address=bed.address)
    say(f"   satellite      {project['satellite_address']}")
    say(f"   public id      {project['proof']['public_id']}, told by the satellite")
    say(f"   taken back by  {project['enforced_by']}")
    grant = owner.call("POST", f"/api/v0/projects/{project['id']}/owner-grant", {
        "password": PASSWORD, "passphrase": PASSPHRASE}).json["access_grant"]
    tried(uplink, grant, ("bucket", "holidays", ""), "ok")
    tried(uplink, grant, ("put", "holidays", "1999/private.txt", "Nobody's business."), "ok")
    return project, grant


def take_back(owner, app):
    step("The owner takes the access back")
    [taken] = owner.revoke(app).json["grants"]
    say(f"   {taken['effective']}")
    for _ in range(100):
        [mine] = [g for g in owner.grants() if g["id"] == taken["id"]]
        if mine["revocation"]["status"] == "delivered":
            say(f"   delivered to the satellite at {mine['revocation']['delivered_at']}")
            return
        time.sleep(0.1)
    sys.exit("   it was not delivered")


def play(server, bed, uplink):
    owner, developer = Person(server), Person(server)
    project, own = bring_in(owner, bed, uplink)
    app = developer.application()
    step("An application asks, the owner consents, and the code is exchanged for an access grant")
    say("   asked for: " + " ".join(SCOPES))
    code = owner.code(app, SCOPES, project_id=project["id"], passphrase=PASSPHRASE)
    answer = app.exchange(code)
    grant = answer.json["access_grant"]
    say(f"   {grant[:40]}... for {answer.json['expires_in']} s")
    step("The application uses it, by Storj's own client library")
    tried(uplink, grant, ("put", *FILE), "ok")
    tried(uplink, grant, ("get", *FILE), "ok")
    tried(uplink, grant, ("list", "holidays", "2026/"), "ok")
    tried(uplink, grant, ("get", "holidays", "1999/private.txt", ""), "denied")
    tried(uplink, grant, ("delete", "holidays", "2026/note.txt"), "denied")
    take_back(owner, app)
    time.sleep(1.5)  # as long as this satellite caches its findings about a key
    step("The satellite refuses the application, and not the owner")
    tried(uplink, grant, ("get", *FILE), "denied")
    tried(uplink, grant, ("put", "holidays", "2026/again.txt", "x"), "denied")
    tried(uplink, own, ("get", *FILE), "ok")


def serve_examples(bed, uplink, folder):
    """A project with the bucket that the examples ask for, until Ctrl-C."""
    step("An S3 gateway, and a server that issues its credentials")
    with contextlib.closing(Gateway(subprocess.DEVNULL)) as gateway:
        server = Server(folder, **{"satellite.allowed": "127.0.0.0/8", "projects.self_made": "false",
                                   "edge.auth_url": gateway.edge.url}).start()
        try:
            owner, developer = Person(server, "user@example.com"), Person(server, "dev@example.com")
            _, own = bring_in(owner, bed, uplink)
            tried(uplink, own, ("bucket", "photos", ""), "ok")
            app = developer.application(name="Notes", redirect_uris=["http://127.0.0.1:8000/callback"])
            step("Start an application of examples/README.md, in another terminal, with")
            say(f"export SERVER={server.url}\nexport CLIENT_ID={app.client_id}\n"
                f"export CLIENT_SECRET={app.secret}\n\n"
                f"Log in as {owner.email}, with the password {PASSWORD}\n"
                f"The passphrase of the project is {PASSPHRASE}\n"
                "All of this goes with Ctrl-C.")
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
        finally:
            server.stop()


def main():
    if sys.argv[1:] not in ([], ["--serve"]):
        sys.exit("usage: tools/demo --network [--serve]")
    if shutil.which("go") is None:
        sys.exit("demo --network: the Storj network needs Go 1.26 or later, which is not here")
    step("A Storj network on this machine: a satellite and four storage nodes")
    say("   The first time they are compiled, which takes some minutes.")
    with network.network(subprocess.DEVNULL) as (bed, uplink), \
            tempfile.TemporaryDirectory(prefix="grantd-demo-") as folder:
        say(f"   {bed.address}")
        if sys.argv[1:]:
            serve_examples(bed, uplink, folder)
            return
        server = Server(folder, **{"satellite.allowed": "127.0.0.0/8"}).start()
        try:
            play(server, bed, uplink)
        finally:
            server.stop()
    say("\nThat was a real satellite. The network is gone again, and its data with it.")


if __name__ == "__main__":
    main()
