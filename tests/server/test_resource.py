# SPDX-License-Identifier: Apache-2.0
"""Where an application says that it will use its token: RFC 8707, docs/protocol/oauth.md 1.2."""

import urllib.parse

import pytest

from grantd import Person, Server
from test_prompt import open_page, sent_back

MCP = "https://mcp.example.com/mcp"
OTHER = "https://files.example.com"


@pytest.fixture(scope="module")
def listing(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("listing"), **{
        "oauth.resources": f"{MCP}, {OTHER}/", "clients.require_approval": "true"}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture
def person(listing):
    return Person(listing)


@pytest.fixture
def approved(listing, person):
    app = person.application()
    listing.run("client", "enable", app.client_id)
    return app


GOOD = [[], [MCP], [OTHER], [OTHER + "/"], ["ISSUER"], ["ISSUER/"], [MCP, OTHER, "ISSUER"], [""]]
BAD = [[MCP + "/"], [MCP + "#x"], [MCP + "?x"], ["https://MCP.example.com/mcp"], ["/mcp"], ["mcp"],
       ["http://mcp.example.com/mcp"], [MCP, "https://evil.example/"], [MCP] * 9,
       ["https://" + "a" * 1100], ["https://a b/"], ["ISSUER/oauth2"], ["any"]]


def named(server, resources):
    return [one.replace("ISSUER", server.url) for one in resources]


@pytest.mark.parametrize("resources", GOOD)
def test_what_is_allowed_may_be_named_and_changes_nothing(listing, person, approved, resources):
    resources = named(listing, resources)
    assert open_page(approved, person, resources=resources).status == 200
    answer = token(approved, person.code(approved), resources)
    assert answer.status == 200 and answer.json["scope"] == "read", answer


@pytest.mark.parametrize("resources", BAD)
def test_anything_else_is_an_invalid_target_and_uses_nothing_up(listing, person, approved,
                                                                resources):
    resources = named(listing, resources)
    answer = sent_back(open_page(approved, person, resources=resources))
    assert (answer["error"], answer["state"]) == ("invalid_target", "s")
    code = person.code(approved)
    refused = token(approved, code, resources)
    assert (refused.status, refused.error) == (400, "invalid_target"), refused
    assert approved.redeem(code).status == 200


def token(app, code, resources):
    body = urllib.parse.urlencode([*app.form(code).items(),
                                   *(("resource", one) for one in resources)])
    return app.server.call("POST", "/oauth2/token", body,
                           headers={"Content-Type": "application/x-www-form-urlencoded"})


@pytest.mark.parametrize("resource, error", [(MCP, None), ([MCP, OTHER], None),
                                             ("https://evil.example", "invalid_target"),
                                             ([MCP, "mcp"], "invalid_target")])
def test_it_may_be_json(person, approved, resource, error):
    answer = approved.server.call("POST", "/oauth2/token",
                                  {**approved.form(person.code(approved)), "resource": resource})
    assert answer.error == error, answer


def test_without_a_list_there_is_this_server_alone(server, user, app):
    assert token(app, user.code(app), [server.url]).status == 200
    code = user.code(app)
    assert token(app, code, [MCP]).error == "invalid_target"
    assert app.redeem(code).status == 200


def test_an_operator_may_allow_any(make_server):
    server = make_server(oauth__resources="any")
    user = Person(server)
    app = user.application()
    assert token(app, user.code(app), [MCP]).status == 200
    assert token(app, user.code(app), ["mcp"]).error == "invalid_target"
