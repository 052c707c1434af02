# SPDX-License-Identifier: Apache-2.0
"""Nodes on one database sign ID tokens with the same keys."""

import jwt

from grantd import Person


def keys_of(node):
    return node.call("GET", "/oauth2/keys").json["keys"]


def id_token(user, app):
    request = user.request(app, ["read", "openid"]).json["request_id"]
    answer = app.redeem(user.consent(request, ["read"]).json["code"])
    assert answer.status == 200, answer
    return answer.json["id_token"]


def claims(node, app, token):
    keys = {key["kid"]: jwt.PyJWK(key) for key in keys_of(node)}
    return jwt.decode(token, keys[jwt.get_unverified_header(token)["kid"]], ["RS256"],
                      audience=app.client_id, options={"verify_iss": False})


def test_nodes_that_start_together_share_keys_and_the_names_of_people(make_nodes):
    """Each made some; those of the first one stay."""
    nodes = make_nodes(3).nodes
    assert keys_of(nodes[0]) == keys_of(nodes[1]) == keys_of(nodes[2])
    user = Person(nodes[0])
    app = user.application()
    subjects = set()
    for node in nodes:
        user.server = app.server = node
        token = id_token(user, app)
        subjects |= {claims(other, app, token)["sub"] for other in nodes}
    assert len(subjects) == 1


def test_a_rotation_reaches_all_nodes(make_nodes):
    first, second = make_nodes(2).nodes
    before = keys_of(first)
    first.run("keys", "rotate-signing")
    assert keys_of(first) == keys_of(second)
    assert keys_of(second)[:len(before)] == before
    first.run("keys", "rotate-signing", "--now")
    assert keys_of(first) == keys_of(second)
    assert not {key["kid"] for key in before} & {key["kid"] for key in keys_of(second)}
    user = Person(second)
    app = user.application()
    claims(first, app, id_token(user, app))
