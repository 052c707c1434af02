# SPDX-License-Identifier: Apache-2.0
"""The page /reference, which shows docs/openapi.yaml."""

import json
import subprocess

import pytest
import yaml

import openapi_check
from conftest import ROOT


@pytest.fixture
def page(visit):
    def at(name=""):
        page = visit().page
        page.goto("/reference" + name)
        page.wait_for_selector("details.operation")
        return page
    return at


def command_of(page, operation):
    """The command that it prints."""
    part = page.locator("#" + operation)
    if part.get_attribute("open") is None:
        part.locator("> summary").click()
    return part.locator(".copy code").inner_text()


def run(command, **variables):
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60,
                          check=True, env={"PATH": "/usr/bin:/bin", **variables})
    return json.loads(done.stdout)


def test_the_description_is_served_as_it_stands_and_as_json(server):
    text = server.call("GET", "/static/openapi.yaml")
    assert text.body == (ROOT / "docs" / "openapi.yaml").read_bytes()
    assert text.headers["Content-Type"] == "application/yaml"
    same = server.call("GET", "/static/openapi.json")
    assert same.headers["Content-Type"] == "application/json"
    assert same.json == yaml.safe_load(text.body)


def test_every_operation_is_there_and_searched_by_its_words(page):
    page = page()
    operations = page.locator("details.operation")
    assert operations.count() == len(list(openapi_check.operations()))
    page.get_by_label("Search").fill("rotat")
    assert [one.get_attribute("id") for one in operations.all() if one.is_visible()] == ["rotateSecret"]
    page.get_by_label("Search").fill("there is no such thing")
    assert page.get_by_text("Nothing found").is_visible()


def test_its_commands_work_as_printed(page):
    page = page()
    run(command_of(page, "register"))
    token = run(command_of(page, "logIn"))["token"]
    assert run(command_of(page, "getAccount"), TOKEN=token)["email"] == "ann@example.com"
    assert run(command_of(page, "addProject"), TOKEN=token)["name"] == "My storage"


def test_an_address_opens_an_operation_with_both_forms_of_its_body(page):
    part = page("#exchangeCode").locator("#exchangeCode")
    text = part.inner_text()
    assert part.get_attribute("open") is not None and "code_verifier" in text and "grant_type" in text
    assert "authorization_details[].buckets[].name" in text


def test_addresses_in_examples_are_those_of_this_server(page, server):
    part = page("#metadata").locator("#metadata")
    part.get_by_text("introspection_endpoint\"").wait_for()
    assert f'"issuer": "{server.url}"' in part.inner_text()
    assert "localhost:10100" not in part.inner_text()
