# SPDX-License-Identifier: Apache-2.0
"""What people see of an application that is known by its metadata document."""

import pytest

from documents import NONE, Documents, authorization_path
from grantd import Person, pkce


@pytest.fixture
def documents(tmp_path):
    documents = Documents(tmp_path)
    yield documents
    documents.stop()


def test_its_host_comes_first_and_people_are_warned(visit, make_server, documents):
    server = make_server(**documents.settings())
    person, host = Person(server), documents.origin.removeprefix("https://")
    app = documents.application(server, "/client.json", client_name="Files for You")
    page = visit(person, on=server).open(authorization_path(app))
    assert page.locator(".asks .host").inner_text() == host
    told = page.locator(".asks").inner_text()
    assert "It calls itself “Files for You”." in told and app.client_id in told
    assert f"Your decision goes to app.example.com, not to {host}." in told
    assert "Registered here since" not in told
    local = documents.application(server, "/local.json", redirect_uris=["http://localhost/cb"])
    page = visit(person, on=server).open(authorization_path(local))
    assert f"any program can refer to {host}" in page.locator(".asks").inner_text()

    verifier, challenge = pkce()
    request = person.request(app, code_challenge=challenge, code_challenge_method="S256").json
    code = person.consent(request["request_id"], ["read"]).json["code"]
    answer = app.redeem(code, client_id=app.client_id, code_verifier=verifier, **NONE)
    assert answer.status == 200, answer
    page = visit(person, on=server).open("/apps")
    card = page.get_by_role("region", name=host)
    assert card.get_by_role("heading", level=2).inner_text() == host
    assert "It calls itself “Files for You”." in card.inner_text()
    assert "nobody vouches for it" in card.inner_text()
