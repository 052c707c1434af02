# SPDX-License-Identifier: Apache-2.0
"""A browser at the applications of examples/web_app."""

import re
import urllib.parse

import requests

TIMEOUT = 60  # seconds


class Browser(requests.Session):
    """A person's, at an application of examples/web_app."""

    def __init__(self, url, person):
        super().__init__()
        self.url, self.person = url, person

    def visit(self, path="/", method="GET", **options):
        return self.request(method, self.url + path, headers={"Origin": self.url},
                            timeout=TIMEOUT, **options)

    def connect(self, place, passphrase, project_id):
        """Asks, and allows what is asked for, in this place."""
        server = self.person.server
        url = self.visit("/connect", allow_redirects=False).headers["Location"]
        page = server.call("GET", url.removeprefix(server.url))
        asked = self.person.call("POST", "/api/v0/oauth2/request", page.page_data["request"])
        allowed = self.person.consent(asked.json["request_id"], ["read", "write", "list", place],
                                     project_id=project_id, passphrase=passphrase)
        assert allowed.status == 200, allowed
        return self.get(allowed.json["redirect_uri"], timeout=TIMEOUT)

    def save(self, name, text):
        return self.visit("/file", "POST", data={"name": name, "text": text})

    def open(self, name):
        return self.visit("/file?" + urllib.parse.urlencode({"name": name}))


def told(page):
    found = re.search(r'<p role="alert">(.*)</p>', page.text)
    return found and found[1]
