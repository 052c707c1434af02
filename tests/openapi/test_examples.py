# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/openapi.yaml are true: a server takes those of requests, and answers as those
of responses say."""

import pytest

import openapi_check
from grantd import Server
from login_provider import LoginProvider
from mail_server import MailServer
from story import BEHIND_PROXY, Story, examples_of, operations

OPERATIONS = operations()


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("story"),
                    **{"clients.dynamic_registration": "true"})
    server.environment.pop("GRANTD_PROJECTS_SELF_MADE")
    server.start()
    proxied = Server(tmp_path_factory.mktemp("proxied"), **BEHIND_PROXY).start()
    provider = LoginProvider()
    provided = Server(tmp_path_factory.mktemp("provided"), **provider.settings()).start()
    post = MailServer()
    mailing = Server(tmp_path_factory.mktemp("mailing"), **post.settings()).start()
    story = Story(server)
    try:
        story.play()
        story.play_behind_proxy(proxied)
        story.play_with_provider(provided, provider)
        story.play_with_mail(mailing, post)
        yield story
    finally:
        provider.close()
        post.close()
        for one in (server, proxied, provided, mailing):
            assert one.stop() == 0, one.text()


def bodies(operation):
    """The described bodies of an operation's request and successes, by media type."""
    yield operation.get("requestBody", {}).get("content", {})
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            yield openapi_check.resolve(response).get("content", {})


def differs(left, right):
    """Whether one has members that the other does not have."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() != right.keys() or any(differs(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return any(differs(*pair) for pair in zip(left, right))
    return False


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_an_example_of_each_body_which_is_as_described(name):
    for content in bodies(OPERATIONS[name][2]):
        assert not content or examples_of(content), "an example is missing"
        for media in content.values():
            for example in examples_of({"": media}):
                openapi_check.validator(media["schema"]).validate(example)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_example_of_a_response_has_the_members_that_a_server_sends(story, name):
    answer = story.told[name]
    responses = OPERATIONS[name][2]["responses"]
    content = openapi_check.resolve(responses[str(answer.status)]).get("content", {})
    if "application/json" in content:
        assert not all(differs(answer.json, one) for one in examples_of(content)), answer.json


def without_value(node):
    """Names of members without a value, as a sentence leaves that YAML ends at its comma."""
    if isinstance(node, list):
        for item in node:
            yield from without_value(item)
    elif isinstance(node, dict):
        for key, item in node.items():
            if item is None:
                yield key
            elif key not in ("example", "examples"):
                yield from without_value(item)


def test_every_sentence_is_whole():
    assert not list(without_value(openapi_check.document()))
    assert list(without_value({"a": [{"description": "It is", "or will be.": None}]}))


def test_an_example_that_has_a_member_less_or_more_is_found():
    assert differs({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]})
    assert differs({"a": 1, "b": 2}, {"a": 1})
    assert not differs({"a": [{"b": 1}], "c": None}, {"a": [], "c": {"d": 1}})
