# SPDX-License-Identifier: Apache-2.0
"""S3 in front of the Storj network: rclone, which asks this program for the secret and the grant of an
access key, as Storj's own gateway asks the auth service."""

import json
import pathlib
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.append(str(ROOT / "tests" / "fixtures"))  # as a program, too

from edge import AuthService  # noqa: E402
from grantd import free_port, inspect  # noqa: E402

PROGRAM = ROOT / ".cache" / "satellite" / "gateway"


class Gateway:
    """The gateway, as a process, with the auth service that it belongs to."""

    def __init__(self, log):
        subprocess.run(["go", "build", "-buildvcs=false", "-p", "2", "-o", str(PROGRAM), "."],
                       cwd=HERE / "gateway", check=True, timeout=900)
        self.port = free_port()
        self.edge = AuthService(f"http://127.0.0.1:{self.port}")
        # It caches nothing, so that a revocation is seen as soon as the satellite knows it.
        self.process = subprocess.Popen(
            [str(PROGRAM), "serve", "s3", "--config", "", "--dir-cache-time", "0s",
             "--addr", f"127.0.0.1:{self.port}",
             "--auth-proxy", f"{sys.executable} {__file__} {self.edge.url}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait_ready()

    def wait_ready(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5)
            except urllib.error.HTTPError:
                return
            except urllib.error.URLError:
                assert time.monotonic() < deadline and self.process.poll() is None
                time.sleep(0.05)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.edge.close()


def quoted(text, mark):
    """As a value in rclone's connection strings, with ', or an item of its lists, with "."""
    return mark + text.replace(mark, mark + mark) + mark


def item(folder, remote):
    return quoted(f"{folder}={remote}", '"')


def upstream(grant, bucket, prefix):
    """A place as rclone's folders. It lists each folder on the way, which a grant for the last of them
    does not allow, so each is made up around the next."""
    folders = [bucket, *prefix.split("/")] if prefix else [bucket]
    remote = f":storj,access_grant={grant}:" + "/".join(folders)
    for folder in folders[:0:-1]:
        remote = ":combine,upstreams=" + quoted(item(folder, remote), "'") + ":"
    return item(folders[0], remote)


def main():
    """What rclone asks: the access key is the user's name."""
    user = json.load(sys.stdin)["user"]
    with urllib.request.urlopen(f"{sys.argv[1]}/v1/access/{user}", timeout=10) as response:
        key = json.load(response)
    places = [upstream(key["access_grant"], place["bucket"], place["prefix"])
              for place in inspect(key["access_grant"])["opens"]]
    print(json.dumps({"type": "combine", "_root": "", "_secret_access_key": key["secret_key"],
                      "upstreams": " ".join(places)}))


if __name__ == "__main__":
    main()
