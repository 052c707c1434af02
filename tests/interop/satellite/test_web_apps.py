# SPDX-License-Identifier: Apache-2.0
"""The applications of examples/web_app with a person's real storage: Go by Storj's library, Python and
Node by S3."""

import contextlib

import pytest

import web_apps
from browser import Browser, told
from gateway import Gateway
from grantd import Person
from owner import PASSPHRASE, Owner, serve

PLACES = {
    "a bucket": ("bucket:photos", ""),
    "a folder": ("bucket:photos;prefix:notes/", "notes/"),
    "a folder with an odd name": ("bucket:photos;prefix:a/%C3%BC%20%2B%25/", "a/\u00fc +%/"),
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with open(tmp_path_factory.mktemp("gateway") / "log", "wb") as log, \
            contextlib.closing(Gateway(log)) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory, gateway):
    server = serve(tmp_path_factory.mktemp("grantd"), **{"edge.auth_url": gateway.edge.url})
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture(scope="module")
def keeper(s3_server, bed):
    """Of the same project as the owner, at the server with S3."""
    return Owner(s3_server, bed.address, bed.keys["usual"])


@pytest.fixture(scope="module", params=web_apps.LANGUAGES)
def app(request, s3_server, tmp_path_factory):
    app = web_apps.WebApp(web_apps.command_of(request.param), tmp_path_factory.mktemp("app"), s3_server,
                          Person(s3_server)).start()
    yield app
    app.stop()


@pytest.mark.parametrize("place", PLACES)
def test_it_keeps_notes_in_the_place_that_it_was_given(place, app, keeper, root, uplink):
    scope, prefix = PLACES[place]
    name = f"{app.client.client_id[:8]} & <{place}>.txt"
    assert uplink.do(root, ("put", "photos", "private", "x")) == ["ok"]
    browser = Browser(app.url, keeper)
    page = browser.connect(scope, PASSPHRASE, keeper.mine["id"])
    assert page.status_code == 200 and told(page) is None, page.text
    assert ("private" in page.text) == (prefix == "")
    page = browser.save(name, "The sea was warm. \u00fc")
    assert page.status_code == 200 and "&lt;" + place in page.text, page.text
    assert uplink.do(root, ("get", "photos", prefix + name, "The sea was warm. \u00fc")) == ["ok"]
    file = browser.open(name)
    assert file.content.decode() == "The sea was warm. \u00fc"
    assert file.headers["Content-Type"].startswith("application/octet-stream")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert browser.open("no such file").status_code == 502


def test_the_refusal_of_the_storage_is_told_and_access_kept(app, keeper, root):
    browser = Browser(app.url, keeper)
    browser.connect("bucket:photos;prefix:once/", PASSPHRASE, keeper.mine["id"])
    name = app.client.client_id
    assert told(browser.save(name, "first")) is None
    # To replace a file needs the right to delete, which this application does not ask for.
    assert told(browser.save(name, "second")).startswith("Your storage refused this")
    assert browser.open(name).text == "first"


def test_removed_access_is_told(app, keeper, root, eventually):
    browser = Browser(app.url, keeper)
    browser.connect("bucket:photos;prefix:notes/", PASSPHRASE, keeper.mine["id"])
    keeper.revoke(app.client)
    eventually(lambda: told(browser.visit()) is not None)
    page = browser.visit()
    assert "Connect your storage" in page.text
