# SPDX-License-Identifier: Apache-2.0
"""The pages that the demonstration lists when it starts serving."""

import re
import urllib.parse

import pytest

from grantd import Server


class Demo(Server):
    def command(self, *arguments):
        demo = ["demo", "--json", "--listen", f"127.0.0.1:{self.port}"]
        return super().command(*(demo if arguments[0] == "serve" else arguments))


@pytest.fixture
def demo(tmp_path):
    demo = Demo(tmp_path).start()
    yield demo
    demo.stop()


def test_they_open_with_the_log_in_that_it_says(demo, visit):
    text = demo.text().split("The pages, in a browser")[1]
    link = re.search(r"http\S+/oauth2/authorize\S+", text).group()
    user = re.search(r"as the user, ([^,\s]+),", text).group(1)
    password = re.search(r"both with the password (.*)", text).group(1)
    visitor = visit(on=demo, also=f"http://127.0.0.1:{demo.port}/")
    page = visitor.open(link)
    page.get_by_label("E-mail address").fill(user)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_label("Passphrase", exact=True).fill("your-passphrase")
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("heading", name="Your files, your decision").wait_for()
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
    assert query["code"] and query["iss"] == [demo.url]
    for path in re.findall(r"^  (http\S+/(?:apps|console)) ", text, re.M):
        visitor.open(path)
        assert page.get_by_role("button", name="Log out").is_visible()
