# SPDX-License-Identifier: Apache-2.0
"""Asks tests/interop/storj/cmd/judge what Storj's own libraries make of a grant."""

import json
import subprocess

from grantd import ROOT

OPERATIONS = ("read", "write", "list", "delete", "project_info", "lock", "put_retention",
              "get_retention", "put_legal_hold", "get_legal_hold", "bypass_governance",
              "put_bucket_lock", "get_bucket_lock", "put_bucket_notification",
              "get_bucket_notification")


def build(folder):
    program = folder / "judge"
    subprocess.run(["go", "build", "-o", str(program), "./cmd/judge"],
                   cwd=ROOT / "tests" / "interop" / "storj", check=True, timeout=600)
    return program


class Judge:
    """One process that answers line by line."""

    def __init__(self, program):
        self.process = subprocess.Popen([str(program)], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.root_keys = {}

    def close(self):
        self.process.stdin.close()
        return self.process.wait(30)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def new_key(self, secret, head, limits=()):
        return self.ask(new_key={"secret": secret.hex(), "head": head.hex(),
                                 "limits": list(limits)})["api_key"]

    def root_key(self, passphrase, salt):
        """Each is derived once: it takes a while."""
        if (passphrase, salt) not in self.root_keys:
            answer = self.ask(root_key_of={"passphrase": passphrase, "salt": salt.hex()})
            self.root_keys[passphrase, salt] = answer["root_key"]
        return self.root_keys[passphrase, salt]
