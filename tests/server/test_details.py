# SPDX-License-Identifier: Apache-2.0
"""authorization_details: RFC 9396, docs/protocol/oauth.md 1.4."""

import html
import json
import time
import urllib.parse

from grantd import Person
from judge import PASSPHRASE, Project, check_opens_below_the_prefix_only
from test_device import begun, poll, tv  # noqa: F401
from test_device import enter as enter_code
from test_par import Browser, push, uri_of
from test_refresh import introspect
from test_token_exchange import exchange

PHOTOS = {"name": "photos"}
FOLDER = {"name": "photos", "prefixes": ["2024/"]}


def entry(*actions, **members):
    return {"type": "storj_access", "actions": list(actions or ["read"]), **members}


def open_page(app, details, **fields):
    query = {"response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_uri,
             "authorization_details": json.dumps(details), **fields}
    return app.server.call("GET", "/oauth2/authorize?" + urllib.parse.urlencode(query))


def asked(user, app, details, **fields):
    """What the page behind the request asks the API for, and the response."""
    request = open_page(app, details, **fields).page_data["request"]
    answer = user.call("POST", "/api/v0/oauth2/request", request)
    assert answer.status == 200, answer
    return answer.json


def allowed(user, app, details, approved=None, request=None, **consent):
    view = asked(user, app, details, **(request or {}))
    answer = user.consent(view["request_id"], approved or view["needed_access"], **consent)
    assert answer.status == 200, answer
    return answer.json["code"]


def redeemed(app, code, **fields):
    answer = app.redeem(code, **fields)
    assert answer.status == 200, answer
    return answer.json


def refused(answer, reason, error="invalid_authorization_details"):
    assert (answer.status, answer.error) == (400, error), answer
    assert reason in answer.json["error_description"], answer.json


def test_what_was_asked_for_by_details_is_granted_and_answered_in_them(user, app):
    details = [entry("list", "read", buckets=[FOLDER, {"name": "docs"}])]
    view = asked(user, app, details)
    assert view["needed_access"] == ["read", "list", "bucket:docs", "bucket:photos;prefix:2024/"]
    code = user.consent(view["request_id"], view["needed_access"], passphrase="p").json["code"]
    token = redeemed(app, code)
    assert token["authorization_details"] == [
        entry("read", "list", buckets=[{"name": "docs"}, FOLDER])]
    assert token["scope"] == "read list bucket:docs bucket:photos;prefix:2024/"
    status = introspect(app, token["access_token"])
    assert status["authorization_details"] == token["authorization_details"]
    assert status["scope"] == token["scope"]


def test_what_the_person_leaves_out_is_not_in_the_answer(user, app):
    code = allowed(user, app, [entry("read", "list", buckets=[PHOTOS, {"name": "docs"}])],
                   approved=["read", "bucket:photos"])
    assert redeemed(app, code)["authorization_details"] == [entry(buckets=[PHOTOS])]


def test_who_asks_by_scopes_is_not_answered_in_details(user, app):
    token = redeemed(app, user.code(app, ["read", "bucket:photos"]))
    assert "authorization_details" not in token
    assert "authorization_details" not in introspect(app, token["access_token"])


def test_by_post_and_pushed_they_mean_the_same(user, app):
    details = json.dumps([entry(buckets=[PHOTOS])])
    form = urllib.parse.urlencode({"response_type": "code", "client_id": app.client_id,
                                   "authorization_details": details})
    answer = app.server.call("POST", "/oauth2/authorize", form, headers={
        "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 303
    page = app.server.call("GET", answer.headers["Location"])
    assert page.page_data["request"]["authorization_details"] == json.loads(details)
    uri = uri_of(push(app, scope=None, authorization_details=details))
    browser = Browser(app.server, user)
    browser.open(app, uri)
    view = browser.request(app, uri)
    assert view.json["needed_access"] == ["read", "bucket:photos"], view
    refused(push(app, scope=None, authorization_details=json.dumps([entry("fly")])),
            "authorization_details[0].actions: an action is one of")


def test_scope_and_details_together_ask_for_both_if_one_grant_can_be_both(user, app):
    view = asked(user, app, [entry(buckets=[PHOTOS])], scope="read bucket:docs offline_access")
    assert view["needed_access"] == ["read", "bucket:docs", "bucket:photos"] and view["renewal"]
    uri = push(app, scope="write bucket:docs",
               authorization_details=json.dumps([entry(buckets=[PHOTOS])]))
    refused(uri, "different actions")


def test_what_is_wrong_is_said_to_the_application(user, app):
    answer = open_page(app, [entry(), entry(buckets=[{"name": "photos", "prefixes": ["2024"]}])],
                       state="s")
    text = html.unescape(answer.body.decode())
    assert answer.status == 400 and "invalid_authorization_details" in text
    assert "authorization_details[1].buckets[0].prefixes[0]: a prefix is a path that ends" in text
    assert "?error=invalid_authorization_details&error_description=authorization" in text
    answer = user.call("POST", "/api/v0/oauth2/request", {
        "client_id": app.client_id, "redirect_uri": app.redirect_uri,
        "authorization_details": [entry(buckets=[{"name": "X"}])]})
    refused(answer, "authorization_details[0].buckets[0].name")


def test_more_than_is_registered_is_refused(developer):
    app = developer.application(scopes=["read"], optional_scopes=["bucket:photos"])
    refused(push(app, scope=None, authorization_details=json.dumps([entry(buckets=[
        {"name": "docs"}])])), "go beyond")
    uri_of(push(app, scope=None, authorization_details=json.dumps([entry(buckets=[FOLDER])])))


def test_a_project_that_is_named_is_the_only_one_that_will_do(user, app):
    mine, other = user.project(), user.project(name="Other")
    view = asked(user, app, [entry(project=mine["id"])])
    assert view["project_id"] == mine["id"]
    answer = user.consent(view["request_id"], ["read"], project_id=other["id"])
    refused(answer, "another project", "invalid_request")
    token = redeemed(app, user.consent(view["request_id"], ["read"]).json["code"])
    assert token["authorization_details"] == [entry(project=mine["id"])]
    assert user.grants()[0]["project_id"] == mine["id"]
    theirs = Person(user.server).project()
    view = asked(user, app, [entry(project=theirs["id"])])
    assert user.consent(view["request_id"], ["read"]).status == 404
    assert user.consent(view["request_id"], ["read"], project_id=mine["id"]).status == 400


def test_the_time_that_is_named_is_the_most_that_can_be_granted(user, app):
    view = asked(user, app, [entry(expires_in=7200)])
    assert view["max_expires_in"] == 7200
    for seconds in (7201, None):
        answer = user.consent(view["request_id"], ["read"], expires_in=seconds)
        assert (answer.status, answer.error) == (400, "invalid_request"), answer
    token = redeemed(app, user.consent(view["request_id"], ["read"]).json["code"])
    assert token["expires_in"] == 7200
    assert token["authorization_details"] == [entry(expires_in=7200)]
    status = introspect(app, token["access_token"])
    assert status["exp"] - time.time() <= 7200
    assert redeemed(app, allowed(user, app, [entry(expires_in=7200)], expires_in=60))[
        "authorization_details"] == [entry(expires_in=60)]


def test_a_code_is_exchanged_for_what_was_allowed_and_nothing_else(user, app):
    code = allowed(user, app, [entry("read", "list", buckets=[PHOTOS])])
    for details, reason in (([entry("read", "list")], "go beyond"),
                            ([entry("read", buckets=[PHOTOS])], "narrow the access later"),
                            ([entry("read", "list", buckets=[PHOTOS], expires_in=60)], "narrow")):
        refused(app.redeem(code, authorization_details=json.dumps(details)), reason)
    redeemed(app, code, authorization_details=json.dumps([entry("list", "read", buckets=[PHOTOS])]))


def test_a_refresh_token_narrows_by_details(user, app):
    first = redeemed(app, allowed(user, app, [entry("read", "list", buckets=[PHOTOS])],
                                  request={"scope": "offline_access"}))
    assert first["authorization_details"] == [entry("read", "list", buckets=[PHOTOS])]
    narrow = {"grant_type": "refresh_token", "redirect_uri": None}
    for details in ([entry("write", buckets=[PHOTOS])], [entry("read")]):
        refused(app.redeem(None, **narrow, refresh_token=first["refresh_token"],
                           authorization_details=json.dumps(details)), "go beyond")
    second = redeemed(app, None, **narrow, refresh_token=first["refresh_token"],
                      authorization_details=json.dumps(
                          [entry("read", buckets=[PHOTOS], expires_in=60)]))
    assert second["authorization_details"] == [entry("read", buckets=[PHOTOS])]
    assert second["scope"] == "read bucket:photos" and second["expires_in"] <= 60
    third = redeemed(app, None, **narrow, refresh_token=second["refresh_token"])
    assert third["authorization_details"] == first["authorization_details"]


def test_a_grant_is_exchanged_for_a_narrower_one_by_details(user, app):
    grant = redeemed(app, user.code(app, ["read", "list", "bucket:photos"]))["access_token"]
    answer = exchange(app, grant, authorization_details=json.dumps(
        [entry("read", buckets=[PHOTOS], expires_in=60)]))
    assert answer.status == 200, answer
    assert answer.json["authorization_details"] == [entry("read", buckets=[PHOTOS])]
    assert answer.json["expires_in"] <= 60
    refused(exchange(app, grant, authorization_details=json.dumps([entry("write")])), "go beyond")


def test_a_device_asks_by_details(tv, user):  # noqa: F811
    device = begun(tv, scope=None, authorization_details=json.dumps(
        [entry(buckets=[PHOTOS], expires_in=3600)]))
    view = enter_code(user, device["user_code"]).json
    assert view["needed_access"] == ["read", "bucket:photos"] and view["max_expires_in"] == 3600
    assert user.consent(view["request_id"], view["needed_access"]).status == 200
    token = poll(tv, device)
    assert token.status == 200, token
    assert token.json["authorization_details"] == [entry(buckets=[PHOTOS], expires_in=3600)]


def test_in_json_they_are_an_array(user, app):
    code = allowed(user, app, [entry()])
    body = {**app.form(code), "authorization_details": [entry()]}
    answer = app.server.call("POST", "/oauth2/token", json.dumps(body))
    assert answer.status == 200 and answer.json["authorization_details"] == [entry()], answer


def test_the_documented_request_is_answered_without_them(user, app):
    code = allowed(user, app, [entry()])
    answer = app.server.call("POST", "/api/v0/oauth2/token", app.body(code))
    assert list(answer.json) == [
        "access_grant", "scopes", "expires_in", "decrypts", "notes"], answer


def test_it_opens_what_was_asked_for_in_the_judgement_of_storjs_library(judge, user, app):
    project = Project(judge, user)
    code = allowed(user, app, [entry(buckets=[FOLDER])], project_id=project.id,
                   passphrase=PASSPHRASE)
    check_opens_below_the_prefix_only(project, redeemed(app, code)["access_token"])


def test_the_metadata_names_the_type(server):
    for path in ("oauth-authorization-server", "openid-configuration"):
        metadata = server.call("GET", "/.well-known/" + path).json
        assert metadata["authorization_details_types_supported"] == ["storj_access"]
