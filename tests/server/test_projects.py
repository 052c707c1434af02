# SPDX-License-Identifier: Apache-2.0
"""Projects: importing them, their limits, deleting them, and the owner's grant."""

import base64
import contextlib
import sqlite3
import time

import pytest

import storj
from grantd import PASSWORD, Person, free_port, inspect

PROJECTS = "/api/v0/projects"
SALT = base64.b64encode(bytes(range(16))).decode()
DAY = 86400


def bring(person, **fields):
    return person.call("POST", PROJECTS, {"name": "Mine", "salt": SALT, **fields})


def brought(person, *caveats, **fields):
    """A project imported by an access grant of a key with these caveats."""
    answer = bring(person, access_grant=storj.access_grant(*caveats), **fields)
    assert answer.status == 201, answer
    return answer.json


def limited(*caveats):
    """The fields of a project imported by API key."""
    return {"api_key": storj.api_key(*caveats), "satellite_address": storj.SATELLITE}


def owner_grant(person, project, **fields):
    return person.call("POST", f"{PROJECTS}/{project['id']}/owner-grant",
                       {"password": PASSWORD, **fields})


def consent(person, app, project, scope=("read",), **fields):
    request = person.request(app, scope).json["request_id"]
    return person.consent(request, scope, project_id=project["id"], **fields)


# --- importing ---


def test_a_project_is_brought_in_by_its_access_grant(user):
    project = brought(user)
    assert project["satellite_address"] == storj.SATELLITE
    assert (project["enforced_by"], project["limits"]) == ("expiry", None)
    assert project in user.call("GET", PROJECTS).json


def test_the_encryption_key_of_an_access_grant_is_dropped(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    key = b"an encryption key of 32 bytes..."
    answer = bring(user, access_grant=storj.access_grant(key=key))
    grant = app.exchange(consent(user, app, answer.json).json["code"]).json["access_grant"]
    assert inspect(grant)["opens"] == [] and not inspect(grant)["opens_everything"]
    for path in server.folder.iterdir():
        for form in (key, key.hex().encode(), base64.b64encode(key)[:-2]):
            assert form not in path.read_bytes(), path.name


def test_the_lenient_parser_reads_access_grants(user, app):
    """Fields in another order, unknown ones, no cipher, a head of another size."""
    odd = storj.base58check(
        storj.field(3, storj.field(1, b"\x07" * 32)) + storj.field(99, "unknown") +
        storj.field(2, storj.macaroon(storj.caveat([4]), head=b"a short head")) +
        storj.field(1, storj.SATELLITE))
    project = bring(user, access_grant=odd)
    assert project.status == 201, project
    assert project.json["limits"]["scopes"] == ["read", "write", "list", "lock"]
    code = consent(user, app, project.json).json["code"]
    assert inspect(app.exchange(code).json["access_grant"])["rights"][0] == "read"
    assert owner_grant(user, project.json, passphrase="p").status == 200


@pytest.mark.parametrize("fields, error, words", [
    ({"access_grant": "x"}, "invalid_api_key", "access grant"),
    ({"access_grant": "1" * 16000}, "invalid_api_key", "access grant"),
    ({"access_grant": storj.access_grant() + "z"}, "invalid_api_key", "access grant"),
    ({"access_grant": storj.access_grant(cipher=3)}, "invalid_api_key", "AES-GCM"),
    ({"access_grant": storj.access_grant(satellite="us1.storj.io:7777")}, "invalid_request",
     "node-id@host:port"),
    ({"access_grant": storj.access_grant(b"\xff\xff")}, "invalid_api_key", "API key"),
    ({"access_grant": storj.access_grant(storj.field(98, 1))}, "invalid_api_key", "API key"),
    ({"access_grant": storj.access_grant(storj.caveat(buckets=["b-b"], prefix=b"x"))},
     "invalid_api_key", "prefix"),
    ({"access_grant": storj.access_grant(storj.caveat(not_after=1000))}, "invalid_api_key",
     "expired"),
    ({"access_grant": storj.access_grant(), "salt": None}, "invalid_request", "satellite.allowed"),
    ({**limited(), "salt": None}, "invalid_request", "satellite.allowed"),
    ({"access_grant": storj.access_grant(), "api_key": storj.api_key()}, "invalid_request",
     "combined"),
    ({"access_grant": storj.access_grant(), "path_cipher": "none"}, "invalid_request", "combined"),
    ({"access_grant": storj.access_grant(), "satellite_address": storj.SATELLITE},
     "invalid_request", "combined"),
    ({}, "invalid_request", "api_key"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_brought_in_is_refused_and_the_refusal_says_why(user, fields, error, words):
    before = user.call("GET", PROJECTS).json
    answer = bring(user, **fields)
    assert answer.error == error, answer
    assert words in answer.json["error_description"]
    assert user.call("GET", PROJECTS).json == before


def test_a_project_without_path_encryption_stays_one(user, app):
    project = bring(user, access_grant=storj.access_grant(cipher=1)).json
    assert consent(user, app, project, ["read", "bucket:photos;prefix:a/"]).error == "invalid_scope"
    code = consent(user, app, project, ["read", "bucket:photos"]).json["code"]
    assert inspect(app.exchange(code).json["access_grant"])["path_cipher"] == "none"


def test_an_account_makes_the_server_call_in_vain_only_so_often(make_server):
    server = make_server(satellite__allowed="127.0.0.0/8")
    id_, _ = storj.SATELLITE.split("@")
    person, other = Person(server), Person(server)
    away = {"name": "Away", "api_key": storj.api_key(),
            "satellite_address": f"{id_}@127.0.0.1:{free_port()}"}
    answers = [person.call("POST", PROJECTS, away) for _ in range(12)]
    assert [a.status for a in answers[:10]] == [502] * 10
    assert answers[-1].error == "too_many_requests" and int(answers[-1].headers["Retry-After"]) > 0
    assert other.call("POST", PROJECTS, away).status == 502


# --- limits ---


def test_limits_are_shown_and_are_all_caveats_together(user):
    end, begin = int(time.time()) + 10 * DAY, int(time.time()) - DAY
    caveats = (storj.caveat([2], ["photos", "music"], not_after=end + DAY, not_before=begin - DAY),
               storj.caveat([4], ["music", "films"], not_after=end, not_before=begin))
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    expected = {"scopes": ["read", "list", "lock", "bucket:music"],
                "not_before": time.strftime(stamp, time.gmtime(begin)),
                "not_after": time.strftime(stamp, time.gmtime(end))}
    assert brought(user, *caveats)["limits"] == expected
    assert bring(user, **limited(*caveats)).json["limits"] == expected


def test_consent_stays_within_the_rights_and_buckets_of_the_key(user, app):
    project = brought(user, storj.caveat([2, 4], ["photos"]))
    for scope in (["read"], ["write", "bucket:photos"], ["read", "bucket:music"],
                  ["read", "bucket:photos", "bucket:music"]):
        answer = consent(user, app, project, scope)
        assert answer.error == "invalid_scope", scope
    code = consent(user, app, project, ["read", "bucket:photos"]).json["code"]
    values = inspect(app.exchange(code).json["access_grant"])
    assert values["rights"] == ["read"] and values["opens"] == []


def test_a_refused_consent_leaves_the_request_pending(user, app):
    project = brought(user, storj.caveat([2]))
    request = user.request(app, ["read", "write"]).json["request_id"]
    own = user.call("GET", PROJECTS).json[0]
    assert user.consent(request, ["read", "write"], project_id=project["id"]).error == \
        "invalid_scope"
    assert user.consent(request, ["read", "write"], project_id=own["id"]).status == 200


def test_a_key_that_begins_later_gives_no_grant_yet(user, app):
    project = brought(user, storj.caveat(not_before=time.time() + 3))
    answer = consent(user, app, project)
    assert answer.error == "invalid_scope" and "not valid yet" in answer.json["error_description"]
    time.sleep(3.1)
    assert app.exchange(consent(user, app, project).json["code"]).status == 200


def test_a_grant_ends_with_the_key_at_the_latest(user, app):
    project = brought(user, storj.caveat(not_after=time.time() + 3600))
    assert consent(user, app, project, expires_in=3600).error == "invalid_request"
    code = consent(user, app, project).json["code"]
    assert 3500 <= app.exchange(code).json["expires_in"] <= 3540
    assert app.exchange(consent(user, app, project, expires_in=60).json["code"]).status == 200
    moments = brought(user, storj.caveat(not_after=time.time() + 100))
    answer = consent(user, app, moments)
    assert answer.error == "invalid_scope" and "expires" in answer.json["error_description"]


def test_what_cannot_be_taken_back_lives_a_day_at_most(user, app):
    project = brought(user)
    assert app.exchange(consent(user, app, project).json["code"]).json["expires_in"] == DAY
    assert consent(user, app, project, expires_in=DAY + 1).error == "invalid_request"
    assert consent(user, app, project, expires_in=None).error == "invalid_request"
    [grant] = user.grants()
    assert grant["enforced_by"] == "expiry"
    [taken] = user.revoke(app).json["grants"]
    assert "until it expires" in taken.pop("effective")
    assert taken == {"id": grant["id"], "status": "revoked", "enforced_by": "expiry",
                     "effective_by": grant["expires_at"]}


def test_a_project_tells_what_consent_may_choose(user):
    def told(project):
        return project["path_cipher"], project["default_expires_in"], project["max_expires_in"]

    [first] = user.call("GET", PROJECTS).json
    assert told(first) == ("aesgcm", 30 * DAY, None)
    assert told(brought(user)) == ("aesgcm", DAY, DAY)
    assert told(bring(user, access_grant=storj.access_grant(cipher=1)).json)[0] == "none"
    _, usual, most = told(brought(user, storj.caveat(not_after=time.time() + 3600)))
    assert usual == most and 3500 <= most <= 3540
    assert told(brought(user, storj.caveat(not_after=time.time() + 100))) == ("aesgcm", 0, 0)
    ending = brought(user, storj.caveat(not_after=time.time() + 30))
    assert told(ending) == ("aesgcm", 0, 0)
    assert consent(user, user.application(), ending).error == "invalid_scope"


def test_what_grantd_makes_itself_is_enforced_by_check(user, app):
    [project] = user.call("GET", PROJECTS).json
    assert (project["enforced_by"], project["limits"]) == ("check", None)
    assert "expires_in" not in app.exchange(
        consent(user, app, project, expires_in=None).json["code"]).json
    assert user.grants()[0]["enforced_by"] == "check"


def test_an_operator_sets_how_long_what_cannot_be_taken_back_lives(make_server):
    server = make_server(grant__unrevocable_lifetime="1h")
    user = Person(server)
    app = user.application()
    code = consent(user, app, brought(user)).json["code"]
    assert app.exchange(code).json["expires_in"] == 3600


def test_project_101_is_refused(server):
    person = Person(server)
    for _ in range(99):
        last = person.project()
    assert person.call("POST", PROJECTS, {"name": "One more"}).error == "invalid_request"
    assert person.call("DELETE", f"{PROJECTS}/{last['id']}").status == 204
    assert person.call("POST", PROJECTS, {"name": "One more"}).status == 201


# --- deleting ---


def test_a_deleted_project_is_gone_and_its_grants_are_dead(user, app):
    project = user.project()
    app.exchange(consent(user, app, project).json["code"])
    code = consent(user, app, project).json["code"]
    stranger = Person(user.server)
    path = f"{PROJECTS}/{project['id']}"
    assert stranger.call("DELETE", path).error == "not_found"
    assert user.call("DELETE", path).status == 204
    assert user.call("DELETE", path).error == "not_found"
    assert user.call("DELETE", PROJECTS + "/nonsense").error == "not_found"
    assert project["id"] not in [p["id"] for p in user.call("GET", PROJECTS).json]
    assert [g["status"] for g in user.grants()] == ["revoked"]
    assert app.exchange(code).error == "invalid_code"
    assert consent(user, app, project).error == "not_found"
    assert owner_grant(user, project).error == "not_found"


def test_without_any_project_there_is_no_consent(user, app):
    [project] = user.call("GET", PROJECTS).json
    request = user.request(app).json["request_id"]
    user.call("DELETE", f"{PROJECTS}/{project['id']}")
    assert user.consent(request, ["read"]).error == "not_found"
    user.project()
    assert user.consent(request, ["read"]).status == 200


@pytest.mark.file
def test_the_key_of_a_deleted_project_stays_while_a_grant_has_not_ended(make_server):
    server = make_server()
    user = Person(server)
    app = user.application()
    used, unused = user.project(), user.project()
    app.exchange(consent(user, app, used).json["code"])
    for project in (used, unused):
        user.call("DELETE", f"{PROJECTS}/{project['id']}")

    def has_key(project):
        with contextlib.closing(sqlite3.connect(server.folder / "grantd.db")) as database:
            [[key, secret]] = database.execute(
                "SELECT length(sealed_api_key), sealed_secret FROM project WHERE hex(id) = ?",
                [project["id"].replace("-", "").upper()])
        assert (key > 0) == (secret is not None)
        return key > 0

    deadline = time.monotonic() + 30
    while has_key(unused) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not has_key(unused)
    assert has_key(used)


# --- the owner's grant ---


def test_the_owners_grant_holds_one_caveat_with_a_nonce_and_nothing_else(user):
    [project] = user.call("GET", PROJECTS).json
    answer = owner_grant(user, project, passphrase="a passphrase")
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
    values = inspect(answer.json["access_grant"])
    [caveat] = values["caveats"]
    assert len(bytes.fromhex(caveat["nonce"])) == 16
    assert len(values["rights"]) == 14 and not {"allowed_paths", "not_after", "not_before"} & {
        k for k, v in caveat.items() if v}
    assert values["opens_everything"]
    assert values["satellite_address"] == project["satellite_address"]
    closed = inspect(owner_grant(user, project).json["access_grant"])
    assert not closed["opens_everything"] and closed["opens"] == []


def test_the_owners_grant_is_listed_without_a_client_and_taken_back(user, app):
    [project] = user.call("GET", PROJECTS).json
    app.exchange(user.code(app))
    time.sleep(0.002)  # the list goes by milliseconds, the newest first
    values = inspect(owner_grant(user, project).json["access_grant"])
    own, other = user.grants()
    assert own["id"].replace("-", "") == values["caveats"][0]["nonce"]
    assert own["client_id"] is None and other["client_id"] == app.client_id
    assert own["project_id"] == project["id"] and own["status"] == "live"
    assert own["scopes"] == ["read", "write", "list", "delete", "lock"]
    assert own["expires_at"] is None and own["enforced_by"] == "check"
    answer = user.call("DELETE", f"/api/v0/auth/grants/{own['id']}")
    [taken] = answer.json["grants"]
    assert (taken["id"], taken["status"], taken["enforced_by"]) == (own["id"], "revoked", "check")
    assert [g["status"] for g in user.grants()] == ["revoked", "live"]


def test_taking_a_grant_back_again_does_no_harm_and_strangers_cannot(user, app):
    app.exchange(user.code(app))
    path = f"/api/v0/auth/grants/{user.grants()[0]['id']}"
    assert Person(user.server).call("DELETE", path).error == "not_found"
    assert user.call("DELETE", "/api/v0/auth/grants/nonsense").error == "not_found"
    for _ in range(2):
        assert [g["status"] for g in user.call("DELETE", path).json["grants"]] == ["revoked"]
    unspent = user.code(app)
    assert app.exchange(unspent).status == 200, "one grant is not the application's access"


def test_the_owners_grant_needs_the_password(user):
    [project] = user.call("GET", PROJECTS).json
    assert owner_grant(user, project, password="wrong password").error == "invalid_credentials"
    assert owner_grant(user, project, password=None).error == "invalid_request"
    assert Person(user.server).call("POST", f"{PROJECTS}/{project['id']}/owner-grant",
                                    {"password": PASSWORD}).error == "not_found"
    assert user.grants() == []


def test_the_owners_grant_of_a_limited_key_says_what_the_key_says(user):
    end = int(time.time()) + DAY
    project = brought(user, storj.caveat([2, 4], ["photos"], not_after=end))
    values = inspect(owner_grant(user, project, passphrase="p").json["access_grant"])
    assert len(values["caveats"]) == 2 and "write" not in values["rights"]
    assert values["opens"] == [{"bucket": "photos", "prefix": ""}]
    [grant] = user.grants()
    assert grant["scopes"] == ["read", "list", "lock", "bucket:photos"]
    assert grant["expires_at"] == project["limits"]["not_after"]
