# SPDX-License-Identifier: Apache-2.0
"""Scopes by meaning, through request and consent: docs/protocol/http.md 5.1 and 5.3, rule 17."""

import pytest

from grantd import inspect


def ask(user, app, scope):
    answer = user.request(app, scope)
    assert answer.status == 200, answer
    return answer.json["request_id"]


def is_refusal(answer):
    return answer.status == 200 and "code" not in answer.json


def test_rule_17_unticking_a_bucket_never_widens(user, app):
    scope = ["read", "bucket:photos", "bucket:music"]
    answer = user.consent(ask(user, app, scope), ["read", "bucket:photos"])
    grant = app.exchange(answer.json["code"]).json
    assert grant["scopes"] == ["read", "bucket:photos"]
    paths = inspect(grant["access_grant"])["caveats"][-1]["allowed_paths"]
    assert [p["bucket"] for p in paths] == ["photos"]


def test_rule_17_only_the_right_approved_of_a_right_and_a_place_is_a_refusal(user, app):
    assert is_refusal(user.consent(ask(user, app, ["read", "bucket:photos"]), ["read"]))


def test_nothing_approved_is_a_refusal(user, app):
    assert is_refusal(user.consent(ask(user, app, ["read"]), [], rejected_scopes=["read"]))
    assert is_refusal(user.consent(ask(user, app, ["read"]), [], approve=True))
    assert is_refusal(user.consent(ask(user, app, ["read", "bucket:photos"]), ["bucket:photos"]))
    assert is_refusal(user.consent(ask(user, app, ["read"]), ["nonsense"], approve=False))


@pytest.mark.parametrize("approved", [
    ["read", "write"], ["read", "bucket:other"], ["read", "bucket:photos"],
    ["read", "bucket:photos;prefix:b/"], ["read", "bucket:photos;prefix:aa/"], ["write"]])
def test_more_than_was_asked_leaves_the_request_pending(user, app, approved):
    request = ask(user, app, ["read", "bucket:photos;prefix:a/"])
    answer = user.consent(request, approved)
    if "bucket" not in " ".join(approved):
        assert is_refusal(answer)  # places were asked for and none is approved
        return
    assert (answer.status, answer.error) == (400, "invalid_scope")
    assert user.consent(request, ["read", "bucket:photos;prefix:a/"]).status == 200


def test_everywhere_may_be_narrowed(user, app):
    request = ask(user, app, ["read"])
    answer = user.consent(request, ["read", "bucket:photos;prefix:a/"], passphrase="p")
    assert app.exchange(answer.json["code"]).json["scopes"] == ["read", "bucket:photos;prefix:a/"]


def test_a_scope_in_both_lists_is_a_contradiction(user, app):
    request = ask(user, app, ["read", "bucket:photos;prefix:a/"])
    answer = user.consent(request, ["read", "bucket:photos;prefix:a/"],
                          rejected_scopes=["bucket:photos;prefix:%61/"])
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert user.consent(request, ["read", "bucket:photos;prefix:a/"]).status == 200


def test_a_missing_required_right_is_a_refusal(developer, user):
    app = developer.application(scopes=["read"], optional_scopes=["list"])
    assert is_refusal(user.consent(ask(user, app, ["read", "list"]), ["list"]))
    assert user.consent(ask(user, app, ["read", "list"]), ["read"]).json["code"]


def test_registered_lists_are_read_as_one(developer, user):
    app = developer.application(scopes=["read"], optional_scopes=["list", "bucket:photos"])
    for scope, good in ((["read", "bucket:photos"], True), (["read"], False),
                        (["list", "bucket:photos;prefix:a/"], True),
                        (["write", "bucket:photos"], False), (["read", "bucket:music"], False)):
        answer = user.request(app, scope)
        assert answer.error == (None if good else "invalid_scope"), scope


@pytest.mark.parametrize("scope", [
    ["bucket:photos;prefix:/"], ["bucket:photos;prefix:a//"], ["bucket:photos;prefix:a%2F..%2F"],
    ["bucket:photos;prefix:../"], ["bucket:photos;prefix:a"], ["bucket:photos;prefix:"],
    ["bucket:ab"], ["bucket:192.168.0.1"], ["admin"], ["READ"], ["bucket:photos"] * 17])
def test_odd_scopes_are_refused(user, app, scope):
    assert user.request(app, ["read", *scope]).error == "invalid_scope"


def test_a_scope_list_needs_a_right(user, app):
    assert user.request(app, ["bucket:photos"]).error == "invalid_scope"
    assert user.request(app, []).error == "invalid_request"


def test_a_bucket_swallows_its_prefix(user, app):
    view = user.request(app, ["read", "bucket:photos;prefix:a/", "bucket:photos"]).json
    assert view["needed_access"] == ["read", "bucket:photos"]


def test_a_grant_over_its_size_is_refused_at_consent(user, app):
    scope = ["read"] + [f"bucket:bucket{i};prefix:{'x' * 60}{i}/{'y' * 100}/" for i in range(15)]
    request = ask(user, app, scope)
    for fields in ({}, {"passphrase": "p"}):
        answer = user.consent(request, scope, **fields)
        assert (answer.status, answer.error) == (400, "invalid_scope")
    assert user.consent(request, scope[:3], passphrase="p").status == 200
