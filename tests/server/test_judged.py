# SPDX-License-Identifier: Apache-2.0
"""What grants open and allow, according to Storj's own libraries."""

import base64
import subprocess

import pytest

from grantd import BINARY
from judge import OUTSIDE, PASSPHRASE, Project, check_opens_below_the_prefix_only

SCOPE = ["read", "bucket:photos;prefix:2024/"]


@pytest.fixture
def project(judge, user):
    return Project(judge, user)


def test_a_prefix_grant_opens_what_lies_below_it_and_nothing_else(project, user, app):
    answer = app.exchange(user.code(app, SCOPE, project_id=project.id), passphrase=PASSPHRASE)
    check_opens_below_the_prefix_only(project, answer.json["access_grant"])


def test_it_opens_the_same_with_the_passphrase_given_at_consent(project, user, app):
    code = user.code(app, SCOPE, project_id=project.id, passphrase=PASSPHRASE)
    check_opens_below_the_prefix_only(project, app.exchange(code).json["access_grant"])


def test_a_whole_project_is_opened_by_its_root_key(project, user, app):
    answer = app.exchange(user.code(app, ["read"], project_id=project.id), passphrase=PASSPHRASE)
    verdict = project.verdict(answer.json["access_grant"], *OUTSIDE)
    assert verdict["root_key"]
    assert all(a["opens"] and a["allowed"]["read"] for a in verdict["probes"])


def key_set(grant, salt, folder):
    words = folder / "passphrase"
    words.write_text(PASSPHRASE)
    result = subprocess.run(
        [str(BINARY), "grant", "set-key", "--salt", base64.b64encode(salt).decode(),
         "--passphrase-file", str(words)], input=grant, text=True, capture_output=True, check=True)
    return result.stdout.strip()


def test_without_a_passphrase_it_authorises_and_the_key_can_be_added(project, user, app, tmp_path):
    scope = ["read", "list", "bucket:photos"]
    places = [("photos", "2024/a.jpg"), *OUTSIDE]
    bare = app.exchange(user.code(app, scope, project_id=project.id)).json["access_grant"]
    without = project.verdict(bare, *places)
    assert without["entries"] == [] and not without["root_key"]
    assert not any(answer["opens"] or answer["encrypts"] for answer in without["probes"])

    complete = project.verdict(key_set(bare, project.salt, tmp_path), *places)
    answer = app.exchange(user.code(app, scope, project_id=project.id), passphrase=PASSPHRASE)
    usual = project.verdict(answer.json["access_grant"], *places)
    assert [a["opens"] for a in complete["probes"]] == [b == "photos" for b, _ in places]
    assert complete["probes"] == usual["probes"]
    assert complete["entries"] == usual["entries"]
    assert not complete["root_key_bytes"]
    for one, other in zip(without["probes"], complete["probes"], strict=True):
        assert one["allowed"] == other["allowed"]


@pytest.mark.parametrize("scope", [["read"], SCOPE, ["read", "bucket:photos"]])
def test_a_wrong_passphrase_gives_a_valid_grant_that_opens_nothing(project, user, app, scope):
    wrong = PASSPHRASE + " "
    at_exchange = app.exchange(user.code(app, scope, project_id=project.id), passphrase=wrong)
    at_consent = app.exchange(user.code(app, scope, project_id=project.id, passphrase=wrong))
    for answer in (at_exchange, at_consent):
        assert answer.status == 200
        verdict = project.verdict(answer.json["access_grant"], ("photos", "2024/a.jpg"), *OUTSIDE)
        assert not any(a["opens"] for a in verdict["probes"])
