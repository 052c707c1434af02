# SPDX-License-Identifier: Apache-2.0
"""Checking grants for storage: chain, caveats, revocation."""

import base64
import datetime
import secrets
import sqlite3
import time

import pytest

from grantd import add_caveat, api_key_of, base58check_decode, base58check_encode, raw_key_of

CHECK = "/api/v0/grants/check"
SATELLITE = "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@us1.storj.io:7777"
BROUGHT_IN = ("13Yqe3oHi5dcnGhMu2ru3cmePC9iEYv6nDrYMbLRh4wre1KtVA9SFwLNAuuvWwc43b9swRsrfsnrbuTHQ6TJK"
              "Vt4LjGnaARN9PhxJEu")


@pytest.fixture(scope="module")
def token(server):
    return server.service_token("check")


@pytest.fixture
def check(server, token):
    def ask(grant, op="read", bucket="photos", path=b"x", **fields):
        body = {"op": op, "bucket": bucket, "encrypted_path": base64.b64encode(path).decode(),
                **({"access_grant": grant} if isinstance(grant, str) else
                   {"api_key": base58check_encode(grant)}), **fields}
        answer = server.call("POST", CHECK, body, token=token)
        assert answer.status == 200, answer
        assert answer.json["valid"] is (answer.json["reason"] is None)
        return answer.json
    return ask


def reason(check, grant, *args, **kwargs):
    return check(grant, *args, **kwargs)["reason"]


@pytest.fixture
def grant(user, app):
    return app.exchange(user.code(app, ["read", "bucket:photos"])).json["access_grant"]


def test_a_live_grant_is_valid_for_what_it_allows(user, check, grant):
    row, = user.grants()
    verdict = check(grant)
    assert verdict == {"valid": True, "reason": None, "grant_id": row["id"],
                       "until": row["expires_at"], "checked": "everything"}
    assert check(raw_key_of(grant)) == verdict
    assert reason(check, grant, "write") == "op_denied"
    assert reason(check, grant, "list") == "op_denied"
    assert reason(check, grant, bucket="music") == "path_denied"
    assert reason(check, grant, "project_info", bucket="") is None
    assert reason(check, grant, bucket="", path=b"") is None  # the list of buckets


@pytest.mark.parametrize("op", [
    "read", "write", "list", "delete", "project_info", "lock", "put_object_retention",
    "get_object_retention", "put_legal_hold", "get_legal_hold", "bypass_governance",
    "put_bucket_lock", "get_bucket_lock", "put_bucket_notification", "get_bucket_notification"])
def test_every_operation_is_known(user, app, check, op):
    scopes = ["read", "write", "list", "delete", "lock"]
    whole = app.exchange(user.code(app, scopes)).json["access_grant"]
    never = {"bypass_governance", "put_bucket_lock", "get_bucket_lock", "put_bucket_notification",
             "get_bucket_notification"}
    assert reason(check, whole, op) == ("op_denied" if op in never else None)
    user.revoke(app)


def test_what_is_taken_back_is_revoked_at_once(user, app, check, grant):
    user.revoke(app)
    verdict = check(grant)
    assert (verdict["valid"], verdict["reason"]) == (False, "revoked")
    assert verdict["grant_id"] == user.grants()[0]["id"]


def test_what_was_derived_from_a_grant_dies_with_it(user, check, grant):
    narrow = add_caveat(raw_key_of(grant), b"\xf2\x01\x04abcd")
    assert reason(check, narrow) is None
    assert check(narrow)["grant_id"] == user.grants()[0]["id"]
    without_read = add_caveat(narrow, b"\x08\x01")
    assert reason(check, without_read) == "op_denied"
    user.call("DELETE", f"/api/v0/auth/grants/{user.grants()[0]['id']}")
    assert reason(check, narrow) == "revoked"


def test_a_grant_of_a_deleted_application_is_revoked(developer, user, check):
    app = developer.application()
    grant = app.exchange(user.code(app)).json["access_grant"]
    assert reason(check, grant) is None
    developer.call("DELETE", f"/api/v0/developer/auth/oauth2/clients/{app.id}")
    assert reason(check, grant) == "revoked"


def test_a_changed_key_is_no_key(check, grant):
    raw = bytearray(raw_key_of(grant))
    raw[-1] ^= 1
    assert reason(check, bytes(raw)) == "bad_chain"
    raw = bytearray(raw_key_of(grant))
    raw[10] ^= 1  # its head
    assert reason(check, bytes(raw)) == "unknown_key"


def test_a_nonce_alone_proves_nothing(check, grant):
    """Another account's grant id as the nonce of an own caveat, with an own chain."""
    raw = raw_key_of(grant)
    forged = raw[:-32] + secrets.token_bytes(32)
    assert reason(check, forged) == "bad_chain"


@pytest.mark.file
def test_what_is_genuine_but_not_recorded_is_not_good(server, user, check, grant):
    """So a restored database fails closed."""
    assert base58check_decode(api_key_of(grant)) == raw_key_of(grant)
    database = sqlite3.connect(server.folder / "grantd.db")
    nonce = user.grants()[0]["id"].replace("-", "")
    database.execute("DELETE FROM access_grant WHERE id = ?", (bytes.fromhex(nonce),))
    database.commit()
    verdict = check(grant)
    assert verdict["reason"] == "not_recorded" and "grant_id" not in verdict


def test_time_may_be_given(check, user, grant):
    end = user.grants()[0]["expires_at"]
    assert reason(check, grant, time=end) is None
    assert reason(check, grant, time=end[:-1] + ".000000001Z") == "expired"
    assert reason(check, grant, time="2200-01-01T00:00:00Z") == "expired"
    later = add_caveat(raw_key_of(grant), b"\xaa\x01\x06\x08\x80\xf2\xd6\xca\x06")
    assert reason(check, later, time="2025-12-31T23:59:59Z") == "not_yet_valid"


def test_until_is_the_earliest_end(check, user, grant):
    earlier = add_caveat(raw_key_of(grant), b"\xa2\x01\x06\x08\x80\xf2\xd6\xca\x06")
    assert check(earlier, time="2025-12-31T00:00:00Z")["until"] == "2026-01-01T00:00:00Z"


def test_what_is_no_key_is_malformed(server, token):
    for body in ({"api_key": "nonsense"}, {"access_grant": "nonsense"},
                 {"api_key": "1" * 60}, {"api_key": base58check_encode(b"\2\2")}):
        answer = server.call("POST", CHECK, {"op": "read", **body}, token=token)
        assert answer.json["reason"] == "malformed", body
        assert answer.json["valid"] is False


def test_caveats_that_nobody_knows_are_malformed(check, grant):
    assert reason(check, add_caveat(raw_key_of(grant), b"\xc0\x02\x01")) == "malformed"
    assert reason(check, add_caveat(raw_key_of(grant), b"\xff")) == "malformed"


def test_a_time_may_be_told_in_any_zone(user, check, grant):
    row, = user.grants()
    end = datetime.datetime.fromisoformat(row["expires_at"].replace("Z", "+00:00"))
    for hours in (-11.5, 0, 14):
        zone = datetime.timezone(datetime.timedelta(hours=hours))
        before, after = ((end + datetime.timedelta(seconds=s)).astimezone(zone) for s in (-2, 2))
        assert reason(check, grant, time=before.isoformat(timespec="seconds")) is None
        assert reason(check, grant, time=after.isoformat(timespec="seconds")) == "expired"


def test_requests_are_held_to_their_form(server, token):
    def error(**body):
        answer = server.call("POST", CHECK, body, token=token)
        assert answer.error == "invalid_request"
        return answer.json["error_description"].split(":")[0]

    assert error(op="read") == "api_key"
    assert error(api_key="x") == "op"
    assert error(api_key="x", op="erase") == "op"
    assert error(api_key="x", op="read", time="yesterday") == "time"
    assert error(api_key="x", op="read", encrypted_path="???") == "encrypted_path"
    other = server.service_token("revocations")
    answer = server.call("POST", CHECK, {"api_key": "x", "op": "read"}, token=other)
    assert (answer.status, answer.error) == (403, "forbidden")


def test_of_a_key_brought_in_only_revocation_and_end_are_told(user, app, check):
    project = user.project(api_key=BROUGHT_IN, satellite_address=SATELLITE,
                           salt="AAAAAAAAAAAAAAAAAAAAAA==")
    code = user.code(app, ["read"], project_id=project["id"])
    grant = app.exchange(code).json["access_grant"]
    verdict = check(grant)
    assert (verdict["valid"], verdict["checked"]) == (True, "revocation_and_end")
    assert verdict["until"] == user.grants()[0]["expires_at"]
    narrow = add_caveat(raw_key_of(grant), b"\xf2\x01\x04abcd")
    assert reason(check, narrow) is None
    forged = raw_key_of(grant)[:-32] + secrets.token_bytes(32)
    assert reason(check, forged) == "not_recorded"
    assert reason(check, grant, time="2200-01-01T00:00:00Z") == "expired"
    user.revoke(app)
    assert reason(check, grant) == reason(check, narrow) == "revoked"


def test_a_check_is_quick(check, grant):
    start = time.monotonic()
    for _ in range(50):
        check(grant)
    assert time.monotonic() - start < 5
