# SPDX-License-Identifier: Apache-2.0
"""Builds and starts the Storj network of this folder, with a PostgreSQL of its own."""

import contextlib
import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.append(str(ROOT / "tests" / "fixtures"))  # as a program, too

from postgres import USER, Postgres  # noqa: E402

PROGRAMS = ROOT / ".cache" / "satellite"


def build():
    """Compiles both programs, which takes minutes the first time and seconds later."""
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    subprocess.run(["go", "build", "-buildvcs=false", "-p", "2", "-o", str(PROGRAMS) + "/",
                    "./bed", "./uplink"], cwd=HERE, check=True, timeout=1500)


class Bed:
    """The network, as a process."""

    def __init__(self, postgres, log, memory="1s"):
        self.process = subprocess.Popen(
            [str(PROGRAMS / "bed"), "-postgres", postgres, "-memory", memory],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        assert line, "the network has not started: see its log"
        facts = json.loads(line)
        self.id, self.host, self.port = facts["id"], facts["host"], int(facts["port"])
        self.keys, self.salt = facts["keys"], facts["salt"]
        self.public_id = facts["public_id"]
        self.address = self.at(self.port)

    def at(self, port):
        """Its address, if it were at this port."""
        return f"{self.id}@{self.host}:{port}"

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Uplink:
    """Storj's client library, asked line by line."""

    def __init__(self):
        self.process = subprocess.Popen([str(PROGRAMS / "uplink")], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def do(self, grant, *ops, paths=""):
        """Each op is (name, bucket, key, data?). Return: the result of each."""
        names = ("op", "bucket", "key", "data")
        return self.ask(grant=grant, paths=paths,
                        ops=[dict(zip(names, op)) for op in ops])["results"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


@contextlib.contextmanager
def network(log, memory="1s"):
    """Builds the network and its client if necessary, and starts them."""
    build()
    with Postgres() as database:
        postgres = f"postgres:///postgres?host={database.folder}&user={USER}"
        bed = Bed(postgres, log, memory)
        uplink = Uplink()
        try:
            yield bed, uplink
        finally:
            uplink.close()
            bed.close()


def main():
    """Starts a network, prints what a client needs to know, and waits for the input to end."""
    with network(subprocess.DEVNULL) as (bed, _):
        print(json.dumps({"satellite_address": bed.address, "api_key": bed.keys["usual"]}),
              flush=True)
        while sys.stdin.readline():
            time.sleep(0.1)


if __name__ == "__main__":
    main()
