# SPDX-License-Identifier: Apache-2.0
"""A user with a project on the network, and a server that may call it."""

from grantd import PASSWORD, Person, Server

PASSPHRASE = "a passphrase of the owner"


def serve(folder, **settings):
    return Server(folder, **{"satellite.allowed": "127.0.0.0/8", **settings}).start()


class Owner(Person):
    """A user with a project on the network."""

    def __init__(self, server, address, api_key):
        super().__init__(server)
        self.mine = self.project(api_key=api_key, satellite_address=address)

    def own_grant(self):
        answer = self.call("POST", f"/api/v0/projects/{self.mine['id']}/owner-grant",
                           {"password": PASSWORD, "passphrase": PASSPHRASE})
        assert answer.status == 200, answer
        return answer.json["access_grant"]

    def give(self, app, scope, **fields):
        """The grant that an application gets; the passphrase was given at consent."""
        code = self.code(app, scope, project_id=self.mine["id"], passphrase=PASSPHRASE, **fields)
        answer = app.exchange(code)
        assert answer.status == 200, answer
        return answer.json["access_grant"]
